/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * score.c - `comity score`: events of a month to metrics, scores and levels.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "os/os.h"
#include "score/score.h"

#define MAX_EVENTS  50000000
#define MAX_REASONS 10                     /* bad lines that are named */
#define MAX_SECONDS UINT64_C(253402300799) /* the year 9999 */

static const char usage[] =
    "usage: comity score --events FILE.jsonl --month YYYY-MM [--json]\n"
    "           [--profile obs-2024|obs-2022|obs-2018] [--set NAME=VALUE]...\n"
    "       comity score --settings [--profile NAME] [--set NAME=VALUE]...\n"
    "\n"
    "Scores events by the rules of MANRS: merges those that touch, clips them\n"
    "to the month, adds up, and gives each network its levels.  A line is\n"
    "  {\"asn\":64500,\"metric\":\"M3\",\"prefix\":\"10.0.0.0/8\",\n"
    "   \"start\":1709251200,\"end\":null,\"weight\":1}\n"
    "start and end are seconds or RFC 3339; end null = still going on; weight\n"
    "and prefix may be left out; \"split\":\"administrative\" marks a bogon\n"
    "that is shown but not scored.  FILE may be compressed; - reads standard\n"
    "input.  Scores that need more than events are no_data_available.\n"
    "\n"
    "  --settings  print every setting, its value and what it does\n"
    "  --json      one object instead of a table\n"
    "\n"
    "exit status: 0 done, 1 some lines were refused, 2 nothing could be done\n";

struct options {
	const char *events, *month;
	bool json, settings;
	struct score_profile profile;
	int64_t month_us;
};

struct events {
	struct score_event *p;
	size_t n, cap;
};

/* --- reading ----------------------------------------------------------- */

struct line {
	struct score_event e;
	bool asn, metric, start;
	const char *fault;
};

static bool
parse_weight(struct str s, uint32_t *micro)
{
	struct str whole, frac = { 0 };
	uint64_t v, f = 0;

	frac = s;
	if (!str_cut(&frac, '.', &whole) || !text_parse_u64(whole, 4000, &v))
		return false;
	if (frac.p != NULL && frac.n > 0) {
		if (frac.n > 6 || !text_parse_u64(frac, 999999, &f))
			return false;
		for (size_t i = frac.n; i < 6; i++)
			f *= 10;
	}
	*micro = (uint32_t)(v * 1000000 + f);
	return true;
}

static bool
parse_asn(const struct json_event *ev, uint32_t *asn)
{
	bool ok = ev->kind == JSON_STRING ? asn_parse(ev->text, asn)
					  : text_parse_u32(ev->text, asn);

	return ok && *asn != 0; /* AS0 is no network, RFC 7607 */
}

/* Numbers are seconds, even those of eight digits; texts RFC 3339 or a day. */
static bool
parse_time(const struct json_event *ev, int64_t *out)
{
	uint64_t sec;

	if (ev->kind == JSON_NUMBER &&
	    text_parse_u64(ev->text, MAX_SECONDS, &sec)) {
		*out = (int64_t)sec * TIME_SEC;
		return true;
	}
	return (ev->kind == JSON_NUMBER || ev->kind == JSON_STRING) &&
	       utc_parse(ev->text, out);
}

static void
take_member(struct line *l, const struct json_event *ev)
{
	struct prefix p;

	if (str_eq(ev->key, "asn")) {
		l->asn = parse_asn(ev, &l->e.asn);
		if (!l->asn)
			l->fault = "asn is no AS number";
	} else if (str_eq(ev->key, "metric")) {
		l->metric = metric_parse(ev->text, &l->e.metric) &&
			    l->e.metric < METRIC_INCIDENTS;
		if (!l->metric)
			l->fault = "metric is none of M1 M1C .. M4 M4C";
	} else if (str_eq(ev->key, "start")) {
		l->start = parse_time(ev, &l->e.start);
		if (!l->start)
			l->fault = "start is no time";
	} else if (str_eq(ev->key, "end")) {
		if (ev->kind == JSON_NULL)
			l->e.end = TIME_NONE;
		else if (!parse_time(ev, &l->e.end))
			l->fault = "end is no time";
	} else if (str_eq(ev->key, "weight")) {
		if (!parse_weight(ev->text, &l->e.weight_micro))
			l->fault = "weight is no number from 0 to 4000 with "
				   "up to 6 decimals";
	} else if (str_eq(ev->key, "prefix")) {
		if (ev->kind != JSON_NULL && !prefix_parse(ev->text, &p))
			l->fault = "prefix is none";
	} else if (str_eq(ev->key, "split")) {
		l->e.administrative = str_eq(ev->text, "administrative");
	}
}

static int
take_event(void *ctx, const struct json_reader *r, const struct json_event *ev,
    struct err *err)
{
	struct line *l = ctx;

	(void)r;
	if (ev->depth == 0 && ev->kind != JSON_BEGIN_OBJECT &&
	    ev->kind != JSON_END_OBJECT)
		return err_set(err, ERR_INPUT, "not an object");
	if (ev->depth == 1)
		take_member(l, ev);
	return 0;
}

static int
parse_line(const char *p, size_t n, struct score_event *out, struct err *err)
{
	struct line l = { .e = { .end = TIME_NONE, .weight_micro = 1000000 } };

	if (json_read(p, n, take_event, &l, err) == -1)
		return -1;
	if (l.fault == NULL && !l.asn)
		l.fault = "no asn";
	if (l.fault == NULL && !l.metric)
		l.fault = "no metric";
	if (l.fault == NULL && !l.start)
		l.fault = "no start";
	if (l.fault == NULL && l.e.end != TIME_NONE && l.e.end < l.e.start)
		l.fault = "ends before it starts";
	if (l.fault != NULL)
		return err_set(err, ERR_INPUT, "%s", l.fault);
	*out = l.e;
	return 0;
}

/* Every good line; bad ones are named on stderr and counted. */
static int
read_events(const char *path, struct events *out, uint64_t *bad,
    struct err *err)
{
	struct os_lines lines = { 0 };
	struct score_event e;
	struct err why;
	const char *p;
	size_t n;
	int rc;

	if (os_stream_open(path, &lines.s, err) == -1)
		return -1;
	while ((rc = os_lines_next(&lines, &p, &n, err)) == 1) {
		if (str_trim((struct str){ p, n }).n == 0)
			continue;
		if (out->n >= MAX_EVENTS) {
			rc = err_set(err, ERR_LIMIT, "%s: more than %d events",
			    path, MAX_EVENTS);
			break;
		}
		if (lines.cut) {
			(void)err_set(&why, ERR_LIMIT, "longer than %d bytes",
			    OS_LINE_MAX);
		} else if (parse_line(p, n, &e, &why) == 0) {
			e.ref = (uint32_t)lines.line;
			vec_push(out, e);
			continue;
		}
		if (++*bad <= MAX_REASONS) {
			(void)fprintf(stderr,
			    "comity score: %s: line %" PRIu64 ": %s\n", path,
			    lines.line, why.msg);
		}
	}
	os_lines_fini(&lines);
	os_stream_close(lines.s);
	return rc;
}

/* --- output ------------------------------------------------------------ */

static void
print_settings(const struct score_profile *p)
{
	char text[SCORE_VALUE_MAX];

	for (size_t i = 0; i < SCORE_SETTINGS; i++) {
		const struct score_setting *s = score_setting(i);

		(void)printf("%-22s %s\n%-22s   %s%s\n", s->name,
		    score_profile_text(p, i, text), "", s->doc,
		    s->at_observe ? " (as observed)" : "");
	}
}

/* Events alone say nothing of the routes of a network. */
static void
score_one(const struct options *o, struct score_event *e, size_t n,
    struct score_card *c)
{
	static const struct score_value none = { SCORE_NO_DATA, 0,
		"events alone do not say" };

	score_network(&o->profile, o->month_us, true, e, n, NULL, 0, NULL,
	    e->asn, c);
	for (unsigned i = SCORE_ANTISPOOFING; i < SCORE_IDS; i++)
		c->scores[i] = none;
}

static void
print_card(const struct score_card *c)
{
	const struct score_value *v = &c->scores[SCORE_FILTERING];
	char value[16], raw[32];
	bool clean = true;

	(void)printf("AS%-10" PRIu32 " %6s  %-9s", c->asn,
	    score_value_text(v, value), score_level_name(v->level));
	for (unsigned m = 0; m < METRIC_INCIDENTS; m++) {
		if (c->raw[m] > 0)
			(void)printf(" %s=%s", metric_name((enum metric)m),
			    score_raw_text(c->raw[m], raw));
		if (c->admin[m] > 0)
			(void)printf(" (%s administrative=%s)",
			    metric_name((enum metric)m),
			    score_raw_text(c->admin[m], raw));
		clean = clean && c->raw[m] == 0 && c->admin[m] == 0;
	}
	(void)printf("%s\n", clean ? " -" : "");
}

static int
cmp_asn(const void *va, const void *vb)
{
	const struct score_event *a = va, *b = vb;

	return (a->asn > b->asn) - (a->asn < b->asn);
}

/* Cards in order of ASN, to each(). */
static void
each_card(const struct options *o, struct events *ev,
    void (*each)(struct json_writer *w, const struct score_card *c),
    struct json_writer *w)
{
	struct score_card c;

	if (ev->n > 1)
		qsort(ev->p, ev->n, sizeof(*ev->p), cmp_asn);
	for (size_t i = 0, j; i < ev->n; i = j) {
		for (j = i + 1; j < ev->n && ev->p[j].asn == ev->p[i].asn;)
			j++;
		score_one(o, ev->p + i, j - i, &c);
		each(w, &c);
	}
}

static void
each_text(struct json_writer *w, const struct score_card *c)
{
	(void)w;
	print_card(c);
}

static void
print_all(const struct options *o, struct events *ev, uint64_t bad)
{
	struct buf b = { 0 };
	struct json_writer w = { .out = &b };
	char month[TIME_TEXT_MAX];

	(void)utc_format_month(month, o->month_us);
	if (!o->json) {
		(void)printf("profile %s, month %s, %zu event%s",
		    score_profile_name(o->profile.id), month, ev->n,
		    ev->n == 1 ? "" : "s");
		if (bad > 0)
			(void)printf(", %" PRIu64 " line%s refused", bad,
			    bad == 1 ? "" : "s");
		(void)printf("\n\n%-12s %6s  %-9s raw\n", "network", "filter",
		    "level");
		each_card(o, ev, each_text, NULL);
		report_settings_text(&b, &o->profile);
		(void)printf("\n%s", buf_cstr(&b));
		buf_fini(&b);
		return;
	}
	json_object(&w);
	json_kv_str(&w, "profile", score_profile_name(o->profile.id));
	json_kv_str(&w, "month", month);
	json_key(&w, "settings");
	score_settings_json(&w, &o->profile);
	json_kv_u64(&w, "events", ev->n);
	json_kv_u64(&w, "refused", bad);
	json_key(&w, "networks");
	json_array(&w);
	each_card(o, ev, score_card_json, &w);
	json_array_end(&w);
	json_object_end(&w);
	(void)printf("%s\n", buf_cstr(&b));
	buf_fini(&b);
}

/* --- the command ------------------------------------------------------- */

static int
parse(int argc, char **argv, struct options *o)
{
	const char *value;
	struct err err = { 0 };

	if (report_profile(argc, argv, &o->profile, &err) == -1)
		return cmd_usage(&cmd_score, "%s", err.msg);
	for (int i = 1; i < argc; i++) {
		if (args_value(argc, argv, &i, "--events", &value))
			o->events = value;
		else if (args_value(argc, argv, &i, "--month", &value))
			o->month = value;
		else if (args_value(argc, argv, &i, "--profile", &value) ||
			 args_value(argc, argv, &i, "--set", &value))
			continue; /* by report_profile() */
		else if (strcmp(argv[i], "--json") == 0)
			o->json = true;
		else if (strcmp(argv[i], "--settings") == 0)
			o->settings = true;
		else
			return args_unknown(&cmd_score, argv[i]);
	}
	return 0;
}

static int
run(int argc, char **argv)
{
	struct options o = { 0 };
	struct events ev = { 0 };
	uint64_t bad = 0;
	struct err err;
	int64_t until;

	if (parse(argc, argv, &o) != 0)
		return EXIT_CANNOT;
	if (o.settings) {
		print_settings(&o.profile);
		return EXIT_FINE;
	}
	if (o.events == NULL || o.month == NULL)
		return cmd_usage(&cmd_score, "needs %s",
		    o.events == NULL ? "--events FILE" : "--month YYYY-MM");
	if (!utc_parse_month(str_from(o.month), &o.month_us, &until))
		return cmd_usage(&cmd_score, "no month \"%s\"", o.month);
	if (read_events(o.events, &ev, &bad, &err) == -1) {
		(void)cmd_fail(&cmd_score, &err);
		if (ev.n == 0)
			return EXIT_CANNOT;
		bad++; /* damaged: what came before it is used */
	}
	if (bad > 0 && ev.n == 0) {
		(void)fprintf(stderr, "comity score: no event in %s\n",
		    o.events);
		return EXIT_CANNOT;
	}
	print_all(&o, &ev, bad);
	if (bad > 0)
		(void)fprintf(stderr,
		    "comity score: %s: %zu event%s used, %" PRIu64 " fault%s\n",
		    o.events, ev.n, ev.n == 1 ? "" : "s", bad,
		    bad == 1 ? "" : "s");
	vec_fini(&ev);
	return bad > 0 ? EXIT_CHECK : EXIT_FINE;
}

const struct cmd cmd_score = {
	.name = "score",
	.summary = "score events of a month by the rules of MANRS",
	.usage = usage,
	.run = run,
};
