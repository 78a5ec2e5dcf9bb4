/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - `comity report`: readiness of networks, countries, registries
 * and programmes in one month.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/report.h"

static const char usage[] =
    "usage: comity report --store FILE.db [--month YYYY-MM]\n"
    "           [--asn AS64500 | --country CC | --participants]\n"
    "           [--format text|json|csv|html]\n"
    "           [--profile obs-2024|obs-2022|obs-2018] [--set NAME=VALUE]...\n"
    "\n"
    "How the networks of a month keep the norms: a score and a level for each\n"
    "action, the same for countries, registries and programmes, participation\n"
    "and its growth, and the incidents behind the scores.\n"
    "\n"
    "  --month YYYY-MM   the calendar month, UTC; the newest if not given\n"
    "  --asn AS          one network\n"
    "  --country CC      the networks of a country (by delegation)\n"
    "  --participants    the networks of MANRS participants\n"
    "  --format NAME     text (default); json; csv: a row for each network;\n"
    "                    html: one page that needs nothing else\n"
    "  --json            short for --format json\n"
    "  --profile NAME    preset settings; obs-2024 if not given\n"
    "  --set NAME=VALUE  change one of them (`comity score --settings`)\n"
    "\n"
    "The same store and options always give the same bytes.\n"
    "\n"
    "exit status: 0 done, 1 done, but an input of the month is incomplete,\n"
    "2 nothing could be done\n";

struct format {
	const char *name;
	void (*print)(const struct report *r, struct buf *out);
};

static const struct format formats[] = {
	{ "text", report_text },
	{ "json", report_json },
	{ "csv", report_csv },
	{ "html", report_html },
};

static const struct format *
find_format(const char *name)
{
	for (size_t i = 0; i < COUNT(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

static bool
is_country(const char *cc)
{
	return strlen(cc) == 2 && (cc[0] | 0x20) >= 'a' &&
	       (cc[0] | 0x20) <= 'z' && (cc[1] | 0x20) >= 'a' &&
	       (cc[1] | 0x20) <= 'z';
}

static int
check(const struct report_options *o, const struct format *f, const char *asn)
{
	if (o->store == NULL)
		return cmd_usage(&cmd_report, "needs --store FILE.db");
	if (f == NULL)
		return cmd_usage(&cmd_report,
		    "--format: text, json, csv or html");
	if (asn != NULL && o->asn == 0)
		return cmd_usage(&cmd_report, "--asn %s: no AS number", asn);
	if (o->country != NULL && !is_country(o->country))
		return cmd_usage(&cmd_report,
		    "--country %s: two letters, as in NL", o->country);
	if ((asn != NULL) + (o->country != NULL) + o->participants > 1)
		return cmd_usage(&cmd_report,
		    "--asn, --country, --participants: one of them");
	return EXIT_FINE;
}

static int
parse(int argc, char **argv, struct report_options *o, const struct format **f)
{
	const char *value, *asn = NULL;
	struct err err = { 0 };

	*f = &formats[0];
	if (report_profile(argc, argv, &o->profile, &err) == -1)
		return cmd_usage(&cmd_report, "%s", err.msg);
	for (int i = 1; i < argc; i++) {
		if (args_value(argc, argv, &i, "--store", &value))
			o->store = value;
		else if (args_value(argc, argv, &i, "--month", &value))
			o->month = value;
		else if (args_value(argc, argv, &i, "--asn", &value)) {
			asn = value;
			if (!asn_parse(str_from(value), &o->asn))
				o->asn = 0;
		} else if (args_value(argc, argv, &i, "--country", &value))
			o->country = value;
		else if (args_value(argc, argv, &i, "--format", &value))
			*f = find_format(value);
		else if (args_value(argc, argv, &i, "--profile", &value) ||
			 args_value(argc, argv, &i, "--set", &value))
			continue;
		else if (strcmp(argv[i], "--json") == 0)
			*f = find_format("json");
		else if (strcmp(argv[i], "--participants") == 0)
			o->participants = true;
		else
			return args_unknown(&cmd_report, argv[i]);
	}
	return check(o, *f, asn);
}

static int
run(int argc, char **argv)
{
	struct report_options o = { 0 };
	const struct format *f;
	struct report r;
	struct buf out = { 0 };
	struct err err = { 0 };
	int status = parse(argc, argv, &o, &f);

	if (status != EXIT_FINE)
		return status;
	if (report_load(&r, &o, &err) == -1)
		return cmd_fail(&cmd_report, &err);
	f->print(&r, &out);
	status = report_print(&cmd_report, &out);
	if (status == EXIT_FINE && r.incomplete > 0) {
		(void)fprintf(stderr,
		    "comity report: %u input%s incomplete: what followed is "
		    "not known\n",
		    r.incomplete, r.incomplete == 1 ? " is" : "s are");
		status = EXIT_CHECK;
	}
	buf_fini(&out);
	report_free(&r);
	return status;
}

const struct cmd cmd_report = {
	.name = "report",
	.summary = "readiness of networks, countries and programmes in a month",
	.usage = usage,
	.run = run,
};
