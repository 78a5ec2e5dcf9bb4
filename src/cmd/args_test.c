/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args_test.c - options with values, values that are missing, and guesses at
 * what was meant.
 */
#include "cmd/args.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

#include "base/mem.h"

static const char usage[] =
    "usage: comity test --out FILE [--set NAME=VALUE]... [--json] PATH...\n"
    "\n"
    "  --out   where to; with --json an object\n"
    "  --all   everything\n";

static const struct cmd test_cmd = { .name = "test", .usage = usage };

static char said[300];

int
cmd_usage(const struct cmd *cmd, const char *fmt, ...)
{
	va_list ap;

	assert_ptr_equal(cmd, &test_cmd);
	va_start(ap, fmt);
	(void)vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
	return EXIT_CANNOT;
}

/* --- values ------------------------------------------------------------ */

#define WORDS_MAX 6

static const struct args_row {
	const char *why;
	const char *argv[WORDS_MAX];
	const char *missing; /* NULL: none */
} missing_rows[] = {
	{ "nothing", { "test" }, NULL },
	{ "a value", { "test", "--out", "x" }, NULL },
	{ "a value behind =", { "test", "--out=x" }, NULL },
	{ "an empty value behind =", { "test", "--out=" }, NULL },
	{ "at the end", { "test", "x", "--out" }, "--out" },
	{ "an option instead", { "test", "--out", "--json", "x" }, "--out" },
	{ "the second", { "test", "--out", "x", "--set" }, "--set" },
	{ "standard input", { "test", "--out", "-" }, NULL },
	{ "a switch has none", { "test", "--json" }, NULL },
	{ "a switch before a path", { "test", "--json", "x" }, NULL },
	{ "not in the synopsis", { "test", "--all" }, NULL },
	{ "a value like an option's name", { "test", "--set", "out" }, NULL },
};

static void
test_missing(void **state)
{
	const struct args_row *row = *state;
	char words[WORDS_MAX][20], *argv[WORDS_MAX];
	const char *got;
	int n = 0;

	for (; n < WORDS_MAX && row->argv[n] != NULL; n++) {
		(void)snprintf(words[n], sizeof(words[n]), "%s", row->argv[n]);
		argv[n] = words[n];
	}
	got = args_missing(n, argv, usage);
	if (row->missing == NULL)
		assert_null(got);
	else
		assert_string_equal(got, row->missing);
}

/* --- guesses ----------------------------------------------------------- */

static const struct guess_row {
	const char *why, *typed, *want; /* want "" = no guess */
} guess_rows[] = {
	{ "a letter too few", "obsrve", "observe" },
	{ "a letter too many", "obserrve", "observe" },
	{ "another letter", "obzerve", "observe" },
	{ "two letters swapped", "chekc", "check" },
	{ "two faults in seven letters", "obzrve", "observe" },
	{ "three faults in seven letters", "abzrvo", "" },
	{ "the beginning", "obs", "observe" },
	{ "the beginning, too short", "ob", "" },
	{ "nothing alike", "frobnicate", "" },
	{ "empty", "", "" },
	{ "one letter of another word", "x", "" },
	{ "the nearest", "chek", "check" },
	{ "very long",
	    "observeobserveobserveobserveobserveobserveobserveobserve", "" },
};

static void
test_guess(void **state)
{
	static const char *const words[] = { "world", "observe", "check",
		"cheek", "rov" };
	const struct guess_row *row = *state;
	struct args_guess g = args_guess_begin(row->typed);
	char text[ARGS_WORD_MAX + 24], want[80] = "";

	for (size_t i = 0; i < COUNT(words); i++)
		args_guess_try(&g, words[i]);
	if (row->want[0] != '\0')
		(void)snprintf(want, sizeof(want), "; did you mean %s?",
		    row->want);
	assert_string_equal(args_guess_text(&g, text), want);
}

static const struct unknown_row {
	const char *why, *arg, *said;
} unknown_rows[] = {
	{ "an option that is alike", "--jsn",
	    "no option \"--jsn\"; did you mean --json?" },
	{ "one dash", "-out", "no option \"-out\"; did you mean --out?" },
	{ "an option of the explanations", "--al",
	    "no option \"--al\"; did you mean --all?" },
	{ "help", "--hlep", "no option \"--hlep\"; did you mean --help?" },
	{ "an option like none", "--frobnicate", "no option \"--frobnicate\"" },
	{ "a word", "json", "unexpected \"json\"" },
	{ "a dash", "-", "unexpected \"-\"" },
};

static void
test_unknown(void **state)
{
	const struct unknown_row *row = *state;

	assert_int_equal(args_unknown(&test_cmd, row->arg), EXIT_CANNOT);
	assert_string_equal(said, row->said);
}

#define ROWS(table, fn)                                                   \
	for (size_t i = 0; i < COUNT(table); i++)                         \
		tests[n++] = (struct CMUnitTest)                          \
		{                                                         \
			.name = (table)[i].why, .test_func = (fn),        \
			.initial_state = (void *)(uintptr_t) & (table)[i] \
		}

int
main(void)
{
	static struct CMUnitTest tests[COUNT(missing_rows) + COUNT(guess_rows) +
				       COUNT(unknown_rows)];
	size_t n = 0;

	ROWS(missing_rows, test_missing);
	ROWS(guess_rows, test_guess);
	ROWS(unknown_rows, test_unknown);
	return _cmocka_run_group_tests("cmd/args", tests, n, NULL, NULL);
}
