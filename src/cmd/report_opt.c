/* SPDX-License-Identifier: BSD-2-Clause */
/* report_opt.c - options and printing that check, report and score share. */
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/report.h"

#define LINE_WIDTH 79

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
			return err_wrap(err, "--set %s", value);
	}
	return 0;
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
