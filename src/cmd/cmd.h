/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd.h - the subcommands: one row each, and what they share.
 */
#pragma once

#include "base/err.h"

/* Exit status of every command. */
enum {
	EXIT_FINE = 0,   /* done, and fine */
	EXIT_CHECK = 1,  /* done, but a check failed or input was refused */
	EXIT_CANNOT = 2, /* nothing could be done */
};

struct cmd {
	const char *name;    /* "observe" */
	const char *summary; /* one line for `comity --help` */
	const char *usage;   /* full text for `comity NAME --help`, */
	const char *(*make_usage)(void); /* ... or what makes it */
	/* argv[0] is the command's name.  Returns the exit status. */
	int (*run)(int argc, char **argv);
};

extern const struct cmd cmd_dump;
extern const struct cmd cmd_rov;
extern const struct cmd cmd_world;
extern const struct cmd cmd_observe;
extern const struct cmd cmd_check;
extern const struct cmd cmd_report;
extern const struct cmd cmd_score;
extern const struct cmd cmd_explain;
extern const struct cmd cmd_simulate;
extern const struct cmd cmd_evaluate;

/* What `comity NAME --help` prints. */
const char *cmd_usage_text(const struct cmd *cmd);
/* "comity CMD: message" on stderr; returns EXIT_CANNOT. */
int cmd_fail(const struct cmd *cmd, const struct err *err);
/* The same for a wrong call: names the fault and shows the usage line. */
int cmd_usage(const struct cmd *cmd, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
