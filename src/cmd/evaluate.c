/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evaluate.c - `comity evaluate`: what was found against what really
 * happened, as one row of a table and the differences under it.
 */
#include "cmd/args.h"
#include "cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "os/os.h"
#include "sim/sim.h"
#include "json/json.h"

#define MAX_INPUT (256 << 20) /* bytes of truth or of incidents */

static int
read_input(const char *path, struct sim_eval *e,
    int (*take)(struct sim_eval *, const char *, size_t, struct err *),
    struct err *err)
{
	struct os_stream *in;
	char *text = NULL;
	size_t n = 0;
	int rc;

	if (os_stream_open(path, &in, err) == -1)
		return -1;
	rc = os_read_all(in, MAX_INPUT, &text, &n, err);
	os_stream_close(in);
	if (rc == 0 && take(e, text, n, err) == -1)
		rc = err_wrap(err, "%s", path);
	free(text);
	return rc;
}

/* 78 columns: day, title, what was found, verdict. */
static void
print_row(const struct sim_eval_result *r)
{
	const char *rest = r->differences, *end;

	(void)printf("%-10.10s %-30.30s %-30.30s %s\n", r->day, r->title,
	    r->summary, r->as_expected ? "good" : "WRONG");
	while ((end = strchr(rest, '\n')) != NULL) {
		(void)printf("%-10s   %.*s\n", "", (int)(end - rest), rest);
		rest = end + 1;
	}
}

static void
print_escaped(const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '&':
			(void)fputs("&amp;", stdout);
			break;
		case '<':
			(void)fputs("&lt;", stdout);
			break;
		case '>':
			(void)fputs("&gt;", stdout);
			break;
		case '"':
			(void)fputs("&quot;", stdout);
			break;
		default:
			(void)putchar(*s);
		}
}

/* A row of a table, linked to the day's own report. */
static void
print_html(const struct sim_eval_result *r)
{
	(void)printf("<tr><td>%s</td><td><a href=\"", r->day);
	print_escaped(r->scenario);
	(void)fputs("/report.html\">", stdout);
	print_escaped(r->title);
	(void)fputs("</a></td><td>", stdout);
	print_escaped(r->summary);
	if (r->differences[0] != '\0') {
		(void)fputs("<pre>", stdout);
		print_escaped(r->differences);
		(void)fputs("</pre>", stdout);
	}
	(void)printf("</td><td class=\"%s\">%s</td></tr>\n",
	    r->as_expected ? "good" : "bad",
	    r->as_expected ? "as expected" : "different");
}

static void
print_json(const struct sim_eval_result *r)
{
	struct buf b = { 0 };
	struct json_writer w = { .out = &b };

	json_object(&w);
	json_kv_str(&w, "scenario", r->scenario);
	json_kv_str(&w, "title", r->title);
	json_kv_str(&w, "day", r->day);
	json_kv_bool(&w, "as_expected", r->as_expected);
	json_kv_u64(&w, "expected", r->expected);
	json_kv_u64(&w, "found", r->found);
	json_kv_u64(&w, "unexpected", r->unexpected);
	json_kv_u64(&w, "right_type", r->right_type);
	json_kv_str(&w, "summary", r->summary);
	json_kv_str(&w, "differences", r->differences);
	json_object_end(&w);
	(void)printf("%s\n", buf_cstr(&b));
	buf_fini(&b);
}

static int
run(int argc, char **argv)
{
	const char *truth = NULL, *observed = NULL, *format = "text";
	struct sim_eval_result result;
	struct sim_eval *e;
	struct err err;
	int status;

	for (int i = 1; i < argc; i++) {
		if (args_value(argc, argv, &i, "--truth", &truth) ||
		    args_value(argc, argv, &i, "--observed", &observed) ||
		    args_value(argc, argv, &i, "--format", &format))
			continue;
		if (strcmp(argv[i], "--json") == 0)
			format = "json";
		else
			return args_unknown(&cmd_evaluate, argv[i]);
	}
	if (truth == NULL || *truth == '\0' || observed == NULL ||
	    *observed == '\0')
		return cmd_usage(&cmd_evaluate,
		    "--truth FILE and --observed FILE are needed");
	if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0 &&
	    strcmp(format, "html") != 0)
		return cmd_usage(&cmd_evaluate,
		    "formats are text, json and html");
	e = sim_eval_new();
	if (read_input(truth, e, sim_eval_truth, &err) == -1 ||
	    read_input(observed, e, sim_eval_observed, &err) == -1) {
		status = cmd_fail(&cmd_evaluate, &err);
	} else {
		sim_eval_run(e, &result);
		if (strcmp(format, "json") == 0)
			print_json(&result);
		else if (strcmp(format, "html") == 0)
			print_html(&result);
		else
			print_row(&result);
		status = result.as_expected ? EXIT_FINE : EXIT_CHECK;
	}
	sim_eval_free(e);
	return status;
}

const struct cmd cmd_evaluate = {
	.name = "evaluate",
	.summary = "compare what was found with the truth of a simulation",
	.usage =
	    "usage: comity evaluate --truth FILE --observed FILE\n"
	    "           [--format text|json|html]\n\n"
	    "Compares incidents (the object that `comity observe --json` "
	    "prints) with the rows\nof truth.jsonl that `comity simulate` "
	    "wrote.  An expected incident is found when\nan incident of "
	    "evidence E2 or above has its class and culprit, overlaps its "
	    "time\nand holds half of its prefixes; any other incident of E2 "
	    "or above that the truth\ndoes not allow is a false alarm.\n\n"
	    "exit status: 0 all as expected, 1 not, 2 could not compare\n",
	.run = run,
};
