/* SPDX-License-Identifier: BSD-2-Clause */
/* report_opt.c - options and printing that check, report and score share. */
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/report.h"

#define LINE_WIDTH 79

/* Of a name that is no setting says which may be meant. */
static int
set_fail(const char *value, struct str key, struct err *err)
{
	char typed[ARGS_WORD_MAX + 1], hint[ARGS_WORD_MAX + 24];
	struct args_guess g;

	(void)snprintf(typed, sizeof(typed), "%.*s", (int)key.n, key.p);
	g = args_guess_begin(typed);
	for (size_t i = 0; i < SCORE_SETTINGS; i++)
		args_guess_try(&g, score_setting(i)->name);
	(void)err_wrap(err, "--set %.100s", value);
	if (strcmp(g.word, typed) != 0) {
		struct err why = *err;

		(void)err_set(err, ERR_INPUT, "%.300s%s", why.msg,
		    args_guess_text(&g, hint));
	}
	return -1;
}

int
report_profile(int argc, char **argv, struct score_profile *out,
    struct err *err)
{
	const char *name = "obs-2024", *value;

	for (int i = 1; i < argc; i++)
		if (args_value(argc, argv, &i, "--profile", &value))
			name = value;
	if (!score_profile_init(out, str_from(name)))
		return err_set(err, ERR_INPUT,
		    "--profile %s: obs-2024, obs-2022 or obs-2018", name);
	for (int i = 1; i < argc; i++) {
		struct str key, rest;

		if (!args_value(argc, argv, &i, "--set", &value))
			continue;
		rest = str_from(value);
		if (!str_cut(&rest, '=', &key) || rest.p == NULL)
			return err_set(err, ERR_INPUT, "--set %s: NAME=VALUE",
			    value);
		if (score_profile_set(out, key, rest, err) == -1)
			return set_fail(value, key, err);
	}
	return 0;
}

const char *
report_kind(char out[REPORT_KIND_MAX], const char *kind)
{
	(void)snprintf(out, REPORT_KIND_MAX, "%.*s", (int)strcspn(kind, ":"),
	    kind);
	return out;
}

int
report_print(const struct cmd *cmd, const struct buf *out)
{
	if (fwrite(out->p, 1, out->n, stdout) == out->n && fflush(stdout) == 0)
		return EXIT_FINE;
	(void)fprintf(stderr, "comity %s: cannot write to standard output\n",
	    cmd->name);
	return EXIT_CANNOT;
}

void
report_settings_text(struct buf *out, const struct score_profile *p)
{
	size_t column = 0;

	buf_printf(out, "settings of %s:\n", score_profile_name(p->id));
	for (size_t i = 0; score_setting(i) != NULL; i++) {
		char text[SCORE_VALUE_MAX], item[160];
		int n = snprintf(item, sizeof(item), "%s=%s",
		    score_setting(i)->name, score_profile_text(p, i, text));

		if (column > 0 && column + 2 + (size_t)n > LINE_WIDTH) {
			buf_chr(out, '\n');
			column = 0;
		}
		buf_printf(out, "  %s", item);
		column += 2 + (size_t)n;
	}
	buf_chr(out, '\n');
}

const char *
report_when(char out[TIME_TEXT_MAX], int64_t us)
{
	char text[TIME_TEXT_MAX];

	if (us == TIME_NONE)
		(void)snprintf(out, TIME_TEXT_MAX, "open");
	else
		(void)snprintf(out, TIME_TEXT_MAX, "%.10s %.5s",
		    utc_format(text, us), text + 11);
	return out;
}

const char *
report_month_name(char out[TIME_TEXT_MAX], int64_t us)
{
	static const char *const names[] = { "January", "February", "March",
		"April", "May", "June", "July", "August", "September",
		"October", "November", "December" };
	char text[TIME_TEXT_MAX];
	uint32_t n = 0;

	(void)utc_format_month(text, us); /* "2008-02" */
	if (text_parse_u32((struct str){ text + 5, 2 }, &n) && n >= 1 &&
	    n <= 12)
		(void)snprintf(out, TIME_TEXT_MAX, "%s %.4s", names[n - 1],
		    text);
	else
		(void)snprintf(out, TIME_TEXT_MAX, "%s", text);
	return out;
}

const char *
report_note(size_t i)
{
	static const char *const notes[] = {
		"An incident counts until its month is over, even if it was "
		"mended within minutes: the score recovers with the next "
		"month.",
		"Only prefixes that are announced and widely seen are judged; "
		"other sites may count registered or invisible ones, too.",
		"A new ROA or route object counts from the first world on that "
		"holds it; ROAs take about half a day to be seen everywhere.",
		"A blank means no data, not good and not bad: no test was run, "
		"nothing was announced, or an input was missing.",
	};

	return i < COUNT(notes) ? notes[i] : NULL;
}
