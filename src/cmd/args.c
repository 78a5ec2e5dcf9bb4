/* SPDX-License-Identifier: BSD-2-Clause */
/* args.c - see args.h. */
#include "cmd/args.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

const char *
cmd_usage_text(const struct cmd *cmd)
{
	return cmd->make_usage != NULL ? cmd->make_usage() : cmd->usage;
}

bool
args_value(int argc, char **argv, int *i, const char *name, const char **value)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n) != 0)
		return false;
	if (argv[*i][n] == '=') {
		*value = argv[*i] + n + 1;
		return true;
	}
	if (argv[*i][n] != '\0')
		return false;
	*value = *i + 1 < argc ? argv[++*i] : "";
	return true;
}

/* --- the usage as a list of options ------------------------------------ */

/* The next "--name" in a usage at or behind p, n = its length; NULL. */
static const char *
next_option(const char *p, size_t *n)
{
	while ((p = strstr(p, "--")) != NULL) {
		*n = 2 + strspn(p + 2, "abcdefghijklmnopqrstuvwxyz-");
		if (*n > 2)
			return p;
		p += *n;
	}
	return NULL;
}

/* Does the usage show a value behind it, as in "--out FILE"? */
static bool
wants_value(const char *usage, const char *name)
{
	size_t n;

	for (const char *p = usage; (p = next_option(p, &n)) != NULL; p += n)
		if (n == strlen(name) && memcmp(p, name, n) == 0 &&
		    p[n] == ' ' && p[n + 1] >= 'A' && p[n + 1] <= 'Z')
			return true;
	return false;
}

const char *
args_missing(int argc, char **argv, const char *usage)
{
	for (int i = 1; i < argc; i++) {
		if (!wants_value(usage, argv[i]))
			continue;
		if (i + 1 == argc || strncmp(argv[i + 1], "--", 2) == 0)
			return argv[i];
		i++;
	}
	return NULL;
}

/* --- guesses ----------------------------------------------------------- */

/*
 * Letters to insert, remove, replace or swap with the next one (optimal string
 * alignment: Damerau-Levenshtein without a second change of one place).
 */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[3][ARGS_WORD_MAX + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > ARGS_WORD_MAX || nb > ARGS_WORD_MAX)
		return ARGS_WORD_MAX;
	for (size_t k = 0; k <= nb; k++)
		row[0][k] = (unsigned)k;
	for (size_t i = 1; i <= na; i++) {
		unsigned *now = row[i % 3], *up = row[(i + 2) % 3];
		const unsigned *two_up = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t k = 1; k <= nb; k++) {
			unsigned d = up[k - 1] + (a[i - 1] != b[k - 1]);

			if (up[k] + 1 < d)
				d = up[k] + 1;
			if (now[k - 1] + 1 < d)
				d = now[k - 1] + 1;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1] && two_up[k - 2] + 1 < d)
				d = two_up[k - 2] + 1;
			now[k] = d;
		}
	}
	return row[na % 3][nb];
}

struct args_guess
args_guess_begin(const char *typed)
{
	size_t n = strlen(typed);

	/* One letter in four may be wrong. */
	return (struct args_guess){ typed, (unsigned)(2 + n / 4), "" };
}

void
args_guess_try(struct args_guess *g, const char *word)
{
	size_t n = strlen(g->typed);
	unsigned d = distance(g->typed, word);

	/* A beginning is as good as one letter. */
	if (d > 1 && n > 2 && strncmp(g->typed, word, n) == 0)
		d = 1;
	if (d < g->distance && strlen(word) < sizeof(g->word)) {
		g->distance = d;
		(void)snprintf(g->word, sizeof(g->word), "%s", word);
	}
}

const char *
args_guess_text(const struct args_guess *g, char out[ARGS_WORD_MAX + 24])
{
	out[0] = '\0';
	if (g->word[0] != '\0')
		(void)snprintf(out, ARGS_WORD_MAX + 24, "; did you mean %s?",
		    g->word);
	return out;
}

int
args_unknown(const struct cmd *cmd, const char *arg)
{
	struct args_guess g = args_guess_begin(arg);
	char hint[ARGS_WORD_MAX + 24];
	size_t n;

	if (arg[0] != '-' || arg[1] == '\0')
		return cmd_usage(cmd, "unexpected \"%.100s\"", arg);
	for (const char *p = cmd_usage_text(cmd);
	     (p = next_option(p, &n)) != NULL; p += n) {
		char word[ARGS_WORD_MAX];

		(void)snprintf(word, sizeof(word), "%.*s", (int)n, p);
		args_guess_try(&g, word);
	}
	args_guess_try(&g, "--help");
	return cmd_usage(cmd, "no option \"%.100s\"%s", arg,
	    args_guess_text(&g, hint));
}
