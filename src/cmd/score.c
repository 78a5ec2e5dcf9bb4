/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * score.c - `comity score`: the scorer alone, on events that someone else
 * detected, one JSON object a line.
 *
 * A line that cannot be used is counted and named; the others are scored.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "os/os.h"
#include "score/score.h"
#include "json/json.h"

#define MAX_EVENTS  20000000 /* more lines than that are refused */
#define MAX_WEIGHT  1000
#define SHOWN_LINES 10 /* bad lines named one by one */

static const char usage[] =
    "usage: comity score --events FILE.jsonl --month YYYY-MM\n"
    "           [--profile obs-2024|obs-2022|obs-2018] [--set NAME=VALUE]...\n"
    "           [--json]\n"
    "\n"
    "Scores action 1 (filtering) of every network named in the events, one\n"
    "JSON object a line; FILE may be compressed, - is standard input:\n"
    "  {\"asn\":64500,\"metric\":\"M3\",\"prefix\":\"192.0.2.0/24\","
    "\"start\":T,\n"
    "   \"end\":T,\"weight\":1,\"split\":\"administrative\"}\n"
    "metric is M1 M1C M2 M2C M3 M3C M4 or M4C; T is in seconds or RFC 3339,\n"
    "an end of null or none is open; weight (1) and split (full) may be left\n"
    "out.  Events are clipped to the month; those that touch or overlap are\n"
    "one incident, whatever their prefixes.\n"
    "\n"
    "  --month YYYY-MM   the calendar month, UTC\n"
    "  --profile NAME    preset settings; obs-2024 if not given\n"
    "  --set NAME=VALUE  one setting; `--json` prints all of them\n"
    "  --json            one object instead of a table\n"
    "\n"
    "exit status: 0 scored, 1 scored without some bad lines, 2 not scored\n";

/* --- one line ---------------------------------------------------------- */

enum member {
	HAS_ASN = 1,
	HAS_METRIC = 2,
	HAS_START = 4,
	HAS_END = 8,
};

struct line {
	struct score_event ev;
	unsigned has;
};

static int
bad(struct err *err, const char *key, const struct json_event *ev)
{
	char shown[60];

	return err_set(err, ERR_INPUT, "bad %s \"%s\"", key,
	    text_safe(shown, sizeof(shown), ev->text));
}

/* Numbers are seconds, with up to six decimals; texts RFC 3339 or a day. */
static bool
take_time(const struct json_event *ev, int64_t *out)
{
	struct str s = ev->text;
	uint64_t sec;

	if (ev->kind == JSON_NUMBER && text_parse_u64(s, INT32_MAX, &sec)) {
		*out = (int64_t)sec * TIME_SEC;
		return true;
	}
	if (ev->kind != JSON_NUMBER && ev->kind != JSON_STRING)
		return false;
	return utc_parse(s, out);
}

static bool
take_weight(const struct json_event *ev, uint32_t *out)
{
	char text[32], *end;

	if (ev->kind != JSON_NUMBER || ev->text.n >= sizeof(text))
		return false;
	memcpy(text, ev->text.p, ev->text.n);
	text[ev->text.n] = '\0';
	double v = strtod(text, &end);
	if (*end != '\0' || !(v > 0) || v > MAX_WEIGHT)
		return false;
	*out = (uint32_t)lround(v * 1e6);
	return *out > 0;
}

static bool
take_asn(const struct json_event *ev, uint32_t *out)
{
	if (ev->kind != JSON_NUMBER && ev->kind != JSON_STRING)
		return false;
	return asn_parse(ev->text, out);
}

static bool
is_text(const struct json_event *ev, const char *text)
{
	return ev->kind == JSON_STRING && str_eq(ev->text, text);
}

static int
take_member(struct line *l, const struct json_event *ev, struct err *err)
{
	struct str key = ev->key;
	struct prefix prefix;

	if (str_eq(key, "asn")) {
		l->has |= HAS_ASN;
		return take_asn(ev, &l->ev.asn) ? 0 : bad(err, "asn", ev);
	}
	if (str_eq(key, "metric")) {
		l->has |= HAS_METRIC;
		if (ev->kind != JSON_STRING ||
		    !metric_parse(ev->text, &l->ev.metric))
			return bad(err, "metric", ev);
		if (l->ev.metric >= METRIC_INCIDENTS)
			return err_set(err, ERR_INPUT,
			    "%s is not made of events",
			    metric_name(l->ev.metric));
		return 0;
	}
	if (str_eq(key, "start")) {
		l->has |= HAS_START;
		return take_time(ev, &l->ev.start) ? 0 : bad(err, "start", ev);
	}
	if (str_eq(key, "end")) {
		l->ev.end = TIME_NONE;
		if (ev->kind == JSON_NULL)
			return 0;
		l->has |= HAS_END;
		return take_time(ev, &l->ev.end) ? 0 : bad(err, "end", ev);
	}
	if (str_eq(key, "weight"))
		return take_weight(ev, &l->ev.weight_micro)
			   ? 0
			   : bad(err, "weight", ev);
	if (str_eq(key, "split")) {
		l->ev.administrative = is_text(ev, "administrative");
		if (!l->ev.administrative && !is_text(ev, "full") &&
		    !is_text(ev, "") && ev->kind != JSON_NULL)
			return bad(err, "split", ev);
		return 0;
	}
	if (str_eq(key, "prefix") && ev->kind != JSON_NULL &&
	    !(ev->kind == JSON_STRING && prefix_parse(ev->text, &prefix)))
		return bad(err, "prefix", ev);
	return 0; /* other members are somebody else's */
}

static int
on_value(void *ctx, const struct json_reader *r, const struct json_event *ev,
    struct err *err)
{
	(void)r;
	if (ev->depth == 0 && ev->kind != JSON_BEGIN_OBJECT &&
	    ev->kind != JSON_END_OBJECT)
		return err_set(err, ERR_INPUT, "not an object");
	if (ev->depth != 1 || ev->kind == JSON_END_OBJECT ||
	    ev->kind == JSON_END_ARRAY)
		return 0;
	return take_member(ctx, ev, err);
}

static int
read_line(const char *p, size_t n, struct score_event *out, struct err *err)
{
	struct line l = { .ev = { .end = TIME_NONE, .weight_micro = 1000000 } };

	if (json_read(p, n, on_value, &l, err) == -1)
		return -1;
	if ((l.has & HAS_ASN) == 0)
		return err_set(err, ERR_INPUT, "no asn");
	if ((l.has & HAS_METRIC) == 0)
		return err_set(err, ERR_INPUT, "no metric");
	if ((l.has & HAS_START) == 0)
		return err_set(err, ERR_INPUT, "no start");
	if ((l.has & HAS_END) != 0 && l.ev.end < l.ev.start)
		return err_set(err, ERR_INPUT, "ends before it starts");
	*out = l.ev;
	return 0;
}

/* --- the file ---------------------------------------------------------- */

struct events {
	VEC(struct score_event) v;
	uint64_t bad;
};

static void
name_bad(struct events *e, const char *path, uint64_t line, const char *why)
{
	char safe[300];

	if (++e->bad <= SHOWN_LINES)
		(void)fprintf(stderr, "comity score: %s:%llu: %s\n",
		    text_safe(safe, sizeof(safe), str_from(path)),
		    (unsigned long long)line, why);
	else if (e->bad == SHOWN_LINES + 1)
		(void)fprintf(stderr,
		    "comity score: %s: further bad lines are only counted\n",
		    text_safe(safe, sizeof(safe), str_from(path)));
}

static int
read_lines(struct os_lines *lines, const char *path, struct events *e,
    struct err *err)
{
	const char *p;
	size_t n;
	int got;

	while ((got = os_lines_next(lines, &p, &n, err)) == 1) {
		struct str s = str_trim((struct str){ p, n });
		struct score_event ev;
		struct err why = { 0 };

		if (s.n == 0)
			continue;
		if (lines->cut)
			name_bad(e, path, lines->line, "line is too long");
		else if (read_line(s.p, s.n, &ev, &why) == -1)
			name_bad(e, path, lines->line, why.msg);
		else if (e->v.n == MAX_EVENTS)
			return err_set(err, ERR_LIMIT,
			    "%s: more than %d events", path, MAX_EVENTS);
		else {
			ev.ref = (uint32_t)e->v.n;
			vec_push(&e->v, ev);
		}
	}
	return got;
}

static int
read_events(const char *path, struct events *e, struct err *err)
{
	struct os_lines lines = { 0 };

	if (os_stream_open(path, &lines.s, err) == -1)
		return -1;
	int rc = read_lines(&lines, path, e, err);
	os_lines_fini(&lines);
	os_stream_close(lines.s);
	if (rc == -1 && e->v.n > 0) {
		/* What came before the damage is scored all the same. */
		name_bad(e, path, lines.line + 1, err->msg);
		rc = 0;
	}
	return rc;
}

/* --- result ------------------------------------------------------------ */

static int
cmp_asn(const void *va, const void *vb)
{
	const struct score_event *a = va, *b = vb;

	if (a->asn != b->asn)
		return a->asn < b->asn ? -1 : 1;
	return a->ref < b->ref ? -1 : a->ref > b->ref;
}

struct result {
	const struct score_profile *p;
	int64_t month;
	struct json_writer *json; /* NULL = a table */
	struct buf *out;
};

static void
text_row(struct buf *out, const struct score_card *c)
{
	char name[16], text[32], value[16];
	const struct score_value *v = &c->scores[SCORE_FILTERING];

	(void)snprintf(name, sizeof(name), "AS%u", c->asn);
	buf_printf(out, "%-12s", name);
	for (unsigned m = 0; m < METRIC_INCIDENTS; m++)
		buf_printf(out, "%6s",
		    c->raw[m] == 0 ? "-" : score_raw_text(c->raw[m], text));
	buf_printf(out, "%8s %%  %s\n", score_value_text(v, value),
	    v->level == SCORE_NO_DATA ? "no data" : score_level_name(v->level));
}

static void
score_one(struct result *r, struct score_event *e, size_t n)
{
	struct score_card card;

	score_network(r->p, r->month, true, e, n, NULL, 0, NULL, e[0].asn,
	    &card);
	if (r->json != NULL)
		score_card_json(r->json, &card);
	else
		text_row(r->out, &card);
}

static void
score_all(struct result *r, struct events *e)
{
	if (e->v.n > 1)
		qsort(e->v.p, e->v.n, sizeof(*e->v.p), cmp_asn);
	for (size_t i = 0, k; i < e->v.n; i = k) {
		for (k = i + 1; k < e->v.n && e->v.p[k].asn == e->v.p[i].asn;)
			k++;
		score_one(r, e->v.p + i, k - i);
	}
}

static void
print_json(struct result *r, struct events *e)
{
	struct json_writer w = { .out = r->out, .indent = 2 };
	char month[TIME_TEXT_MAX];

	r->json = &w;
	json_object(&w);
	json_kv_str(&w, "profile", score_profile_name(r->p->id));
	json_kv_str(&w, "month", utc_format_month(month, r->month));
	json_key(&w, "settings");
	score_settings_json(&w, r->p);
	json_kv_u64(&w, "events", e->v.n);
	json_kv_u64(&w, "refused", e->bad);
	json_key(&w, "networks");
	json_array(&w);
	score_all(r, e);
	json_array_end(&w);
	json_object_end(&w);
	buf_chr(r->out, '\n');
}

static void
print_text(struct result *r, struct events *e)
{
	char month[TIME_TEXT_MAX];

	buf_printf(r->out, "month %s, profile %s: %zu events",
	    utc_format_month(month, r->month), score_profile_name(r->p->id),
	    e->v.n);
	if (e->bad > 0)
		buf_printf(r->out, ", %llu lines refused",
		    (unsigned long long)e->bad);
	buf_printf(r->out, "\n\n%-12s", "network");
	for (unsigned m = 0; m < METRIC_INCIDENTS; m++)
		buf_printf(r->out, "%6s", metric_name((enum metric)m));
	buf_str(r->out, " filtering  level\n");
	score_all(r, e);
	buf_chr(r->out, '\n');
	report_settings_text(r->out, r->p);
}

struct options {
	const char *events, *month;
	bool json;
	struct score_profile profile;
};

static int
parse(int argc, char **argv, struct options *o)
{
	const char *value;
	struct err err = { 0 };

	/* The profile first: --set changes it, wherever it stands. */
	if (report_profile(argc, argv, &o->profile, &err) == -1)
		return cmd_usage(&cmd_score, "%s", err.msg);
	for (int i = 1; i < argc; i++) {
		if (args_value(argc, argv, &i, "--events", &value))
			o->events = value;
		else if (args_value(argc, argv, &i, "--month", &value))
			o->month = value;
		else if (args_value(argc, argv, &i, "--profile", &value) ||
			 args_value(argc, argv, &i, "--set", &value))
			continue;
		else if (strcmp(argv[i], "--json") == 0)
			o->json = true;
		else
			return cmd_usage(&cmd_score, "unexpected \"%s\"",
			    argv[i]);
	}
	if (o->events == NULL || o->month == NULL)
		return cmd_usage(&cmd_score,
		    "needs --events FILE and --month YYYY-MM");
	return EXIT_FINE;
}

static int
run(int argc, char **argv)
{
	struct options o = { 0 };
	struct events e = { 0 };
	struct buf out = { 0 };
	struct err err = { 0 };
	int64_t month, until;
	int status = parse(argc, argv, &o);

	if (status != EXIT_FINE)
		return status;
	if (!utc_parse_month(str_from(o.month), &month, &until))
		return cmd_usage(&cmd_score, "--month %s: not YYYY-MM",
		    o.month);
	if (read_events(o.events, &e, &err) == -1) {
		status = cmd_fail(&cmd_score, &err);
		goto out;
	}
	if (e.v.n == 0 && e.bad > 0) {
		(void)fprintf(stderr, "comity score: no line could be used\n");
		status = EXIT_CANNOT;
		goto out;
	}
	struct result r = { .p = &o.profile, .month = month, .out = &out };
	if (o.json)
		print_json(&r, &e);
	else
		print_text(&r, &e);
	status = report_print(&cmd_score, &out);
	if (status == EXIT_FINE && e.bad > 0)
		status = EXIT_CHECK;
out:
	vec_fini(&e.v);
	buf_fini(&out);
	return status;
}

const struct cmd cmd_score = {
	.name = "score",
	.summary = "score events that someone else detected",
	.usage = usage,
	.run = run,
};
