/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.h - reading command lines: "--name VALUE" and "--name=VALUE", and what
 * somebody may have meant who typed something else.
 */
#pragma once

#include <stdbool.h>

#include "cmd/cmd.h"

/*
 * Is argv[*i] the option `name` with a value?  Then *value is set and *i stands
 * on the last word used.  An option without its value counts as present, with
 * *value "" at the end of the line.
 */
bool
args_value(int argc, char **argv, int *i, const char *name, const char **value);

/* The first option that lacks the value which the command's usage shows for
 * it ("--out FILE"), or NULL. */
const char *args_missing(int argc, char **argv, const char *usage);

/* --- guesses ----------------------------------------------------------- */

#define ARGS_WORD_MAX 40 /* longer ones are not guessed at */

/* The word tried that is most like the one typed. */
struct args_guess {
	const char *typed;
	unsigned distance;
	char word[ARGS_WORD_MAX]; /* "" = none is alike */
};

struct args_guess args_guess_begin(const char *typed);
void args_guess_try(struct args_guess *g, const char *word);
/* "; did you mean WORD?" or "", to stand behind an error. */
const char *
args_guess_text(const struct args_guess *g, char out[ARGS_WORD_MAX + 24]);

/* A word that the command does not know, as cmd_usage(); of an option it says
 * which of those in the usage may be meant. */
int args_unknown(const struct cmd *cmd, const char *arg);
