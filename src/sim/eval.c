/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval.c - what was found against what really happened.
 *
 * An expected incident is found when an incident of its class and culprit
 * overlaps its time and holds at least half of its prefixes; each incident
 * serves once.  Whatever else was raised at SIM_EVAL_LEVEL or above must be
 * allowed by the truth, or it is a false alarm.
 */
#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utc.h"
#include "net/net.h"
#include "json/json.h"

#define ROWS_MAX         100000
#define ROW_PREFIXES_MAX 200000

struct row {
	char class[32], type[12], id[40], reason[100];
	uint32_t culprit; /* 0 = nobody, or not given */
	int64_t start, end;
	unsigned level;
	bool benign, allowed, suppressed, matched;
	VEC(struct prefix) prefixes;
};

typedef VEC(struct row) row_list;

struct sim_eval {
	row_list truth, observed;
	char scenario[100], title[100], day[20];
	struct buf summary, differences;
};

struct sim_eval *
sim_eval_new(void)
{
	return mem_alloc(1, sizeof(struct sim_eval));
}

static void
rows_fini(row_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		vec_fini(&l->p[i].prefixes);
	vec_fini(l);
}

void
sim_eval_free(struct sim_eval *e)
{
	if (e == NULL)
		return;
	rows_fini(&e->truth);
	rows_fini(&e->observed);
	buf_fini(&e->summary);
	buf_fini(&e->differences);
	free(e);
}

/* --- reading ----------------------------------------------------------- */

struct reader {
	struct sim_eval *e;
	row_list *rows;
	/* Depth at which the objects stand that are rows: 0 in JSON lines, 2
	 * in {"incidents": [...]}. */
	unsigned at;
	struct row *row; /* under way, or NULL */
};

static void
set_text(char *out, size_t size, struct str s)
{
	(void)text_safe(out, size, s);
}

static void
take_prefix(struct row *row, struct str text)
{
	struct prefix p;

	if (prefix_parse_loose(text, &p) && row->prefixes.n < ROW_PREFIXES_MAX)
		vec_push(&row->prefixes, p);
}

static void
take_time(int64_t *out, const struct json_event *ev)
{
	*out = TIME_NONE;
	if (ev->kind == JSON_NUMBER || ev->kind == JSON_STRING)
		(void)utc_parse(ev->text, out);
}

static void
take_member(struct reader *rd, const struct json_event *ev)
{
	struct row *row = rd->row;
	struct str key = ev->key;
	uint64_t v;

	if (ev->kind == JSON_STRING && str_eq(key, "class"))
		set_text(row->class, sizeof(row->class), ev->text);
	else if (ev->kind == JSON_STRING && str_eq(key, "type"))
		set_text(row->type, sizeof(row->type), ev->text);
	else if (ev->kind == JSON_STRING && str_eq(key, "id"))
		set_text(row->id, sizeof(row->id), ev->text);
	else if (ev->kind == JSON_STRING && str_eq(key, "reason"))
		set_text(row->reason, sizeof(row->reason), ev->text);
	else if (ev->kind == JSON_STRING && str_eq(key, "scenario"))
		set_text(rd->e->scenario, sizeof(rd->e->scenario), ev->text);
	else if (ev->kind == JSON_STRING && str_eq(key, "title"))
		set_text(rd->e->title, sizeof(rd->e->title), ev->text);
	else if (ev->kind == JSON_STRING && str_eq(key, "day"))
		set_text(rd->e->day, sizeof(rd->e->day), ev->text);
	else if (str_eq(key, "culprit") && ev->kind == JSON_NUMBER &&
		 text_parse_u64(ev->text, UINT32_MAX, &v))
		row->culprit = (uint32_t)v;
	else if (str_eq(key, "evidence_level") && ev->kind == JSON_NUMBER &&
		 text_parse_u64(ev->text, 4, &v))
		row->level = (unsigned)v;
	else if (str_eq(key, "start"))
		take_time(&row->start, ev);
	else if (str_eq(key, "end"))
		take_time(&row->end, ev);
	else if (str_eq(key, "benign"))
		row->benign = ev->truth;
	else if (str_eq(key, "allowed"))
		row->allowed = ev->truth;
	else if (str_eq(key, "suppressed"))
		row->suppressed = ev->truth;
}

static int
on_event(void *ctx, const struct json_reader *r, const struct json_event *ev,
    struct err *err)
{
	struct reader *rd = ctx;

	if (ev->kind == JSON_BEGIN_ARRAY && ev->depth == 1 && rd->at == 0 &&
	    str_eq(ev->key, "incidents")) {
		/* The object that seemed a row holds rows. */
		rd->at = 2;
		rd->row = NULL;
		rd->rows->n--;
		vec_fini(&rd->rows->p[rd->rows->n].prefixes);
		return 0;
	}
	if (ev->kind == JSON_BEGIN_OBJECT && ev->depth == rd->at &&
	    (rd->at == 0 || str_eq(json_key_at(r, 1), "incidents"))) {
		if (rd->rows->n == ROWS_MAX)
			return err_set(err, ERR_LIMIT, "more than %d incidents",
			    ROWS_MAX);
		rd->row = vec_grow(rd->rows);
		*rd->row = (struct row){ .start = TIME_NONE, .end = TIME_NONE };
		return 0;
	}
	if (ev->kind == JSON_END_OBJECT && ev->depth == rd->at) {
		rd->row = NULL;
		return 0;
	}
	if (rd->row == NULL)
		return 0;
	if (ev->depth == rd->at + 1)
		take_member(rd, ev);
	else if (ev->kind == JSON_STRING &&
		 str_eq(json_key_at(r, rd->at + 1), "prefixes") &&
		 (ev->depth == rd->at + 2 ||
		     (ev->depth == rd->at + 3 && str_eq(ev->key, "prefix"))))
		take_prefix(rd->row, ev->text);
	return 0;
}

static int
read_rows(struct sim_eval *e, row_list *rows, const char *json, size_t n,
    struct err *err)
{
	struct reader rd = { .e = e, .rows = rows };
	struct json_reader *r = json_reader_new(on_event, &rd, true);
	int rc = json_reader_feed(r, json, n, err);

	if (rc == 0)
		rc = json_reader_end(r, err);
	json_reader_free(r);
	return rc;
}

int
sim_eval_truth(struct sim_eval *e, const char *json, size_t n, struct err *err)
{
	if (read_rows(e, &e->truth, json, n, err) == -1)
		return -1;
	if (e->truth.n == 0)
		return err_set(err, ERR_INPUT, "no row of truth");
	return 0;
}

int
sim_eval_observed(struct sim_eval *e, const char *json, size_t n,
    struct err *err)
{
	return read_rows(e, &e->observed, json, n, err);
}

/* --- comparing --------------------------------------------------------- */

static bool
overlap(const struct row *a, const struct row *b)
{
	return (a->end == TIME_NONE || b->start <= a->end) &&
	       (b->end == TIME_NONE || a->start <= b->end);
}

static int
prefix_order(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

/* How many of want's prefixes stand in got; both sorted. */
static size_t
shared(const struct row *want, const struct row *got)
{
	size_t n = 0;

	for (size_t i = 0; i < want->prefixes.n && got->prefixes.n > 0; i++)
		n += bsearch(&want->prefixes.p[i], got->prefixes.p,
			 got->prefixes.n, sizeof(*got->prefixes.p),
			 prefix_order) != NULL;
	return n;
}

static bool
alike(const struct row *want, const struct row *got)
{
	return strcmp(want->class, got->class) == 0 &&
	       (want->culprit == got->culprit ||
		   (want->allowed && want->culprit == 0));
}

static struct row *
find_match(struct sim_eval *e, const struct row *want, unsigned level)
{
	struct row *best = NULL, *got;
	size_t most = 0;

	VEC_FOREACH (got, &e->observed) {
		size_t n;

		if (got->matched || got->level < level || got->suppressed ||
		    !alike(want, got) || !overlap(want, got))
			continue;
		n = shared(want, got);
		if (2 * n < want->prefixes.n || (best != NULL && n <= most))
			continue;
		best = got;
		most = n;
	}
	return best;
}

static void
describe(struct buf *b, const struct row *row)
{
	char text[PREFIX_TEXT_MAX];

	buf_str(b, row->class);
	if (row->culprit != 0)
		buf_printf(b, " by AS%u", row->culprit);
	if (row->prefixes.n == 0)
		return;
	(void)prefix_format(text, &row->prefixes.p[0]);
	buf_printf(b, " on %s", text);
	if (row->prefixes.n > 1)
		buf_printf(b, " and %zu more", row->prefixes.n - 1);
}

static void
add_found(struct sim_eval *e, const struct row *got, const char *mark)
{
	if (e->summary.n > 0)
		buf_str(&e->summary, ", ");
	buf_printf(&e->summary, "%s%s", mark, got->class);
	if (got->culprit != 0)
		buf_printf(&e->summary, " AS%u", got->culprit);
	buf_printf(&e->summary, " E%u", got->level);
}

static void
judge_expected(struct sim_eval *e, struct row *want,
    struct sim_eval_result *out)
{
	struct row *got = find_match(e, want, SIM_EVAL_LEVEL);

	out->expected++;
	if (got != NULL) {
		got->matched = true;
		out->found++;
		add_found(e, got, "");
		if (want->type[0] == '\0' || strcmp(want->type, got->type) == 0)
			out->right_type++;
		else
			buf_printf(&e->differences,
			    "note: %s by AS%u has type %s, truth says %s\n",
			    got->class, got->culprit, got->type, want->type);
		return;
	}
	buf_str(&e->differences, "missing: ");
	describe(&e->differences, want);
	got = find_match(e, want, 0);
	if (got != NULL)
		buf_printf(&e->differences, " (seen, but only E%u)",
		    got->level);
	else
		VEC_FOREACH (got, &e->observed)
			if (alike(want, got) && !got->matched) {
				buf_printf(&e->differences,
				    " (one found at E%u with %zu of %zu "
				    "prefixes%s)",
				    got->level, shared(want, got),
				    want->prefixes.n,
				    overlap(want, got) ? ""
						       : ", at another time");
				break;
			}
	buf_str(&e->differences, "\n");
}

/* True as well, though nobody asked for it. */
static bool
is_allowed(const struct sim_eval *e, const struct row *got)
{
	const struct row *t;

	VEC_FOREACH (t, &e->truth)
		if (t->allowed && alike(t, got) && overlap(t, got))
			return true;
	return false;
}

void
sim_eval_run(struct sim_eval *e, struct sim_eval_result *out)
{
	struct row *row;

	*out = (struct sim_eval_result){ 0 };
	buf_clear(&e->summary);
	buf_clear(&e->differences);
	VEC_FOREACH (row, &e->observed) {
		row->matched = false;
		if (row->prefixes.n > 1)
			qsort(row->prefixes.p, row->prefixes.n,
			    sizeof(*row->prefixes.p), prefix_order);
	}
	VEC_FOREACH (row, &e->truth)
		if (!row->benign && !row->allowed)
			judge_expected(e, row, out);
	VEC_FOREACH (row, &e->observed) {
		if (row->matched || row->suppressed ||
		    row->level < SIM_EVAL_LEVEL || is_allowed(e, row))
			continue;
		out->unexpected++;
		add_found(e, row, "! ");
		buf_str(&e->differences, "unexpected: ");
		describe(&e->differences, row);
		buf_printf(&e->differences, " at E%u (%s)\n", row->level,
		    row->id);
	}
	if (e->summary.n == 0)
		buf_str(&e->summary, "nothing raised");
	out->as_expected = out->found == out->expected && out->unexpected == 0;
	out->scenario = e->scenario;
	out->title = e->title;
	out->day = e->day;
	out->summary = buf_cstr(&e->summary);
	out->differences = buf_cstr(&e->differences);
}
