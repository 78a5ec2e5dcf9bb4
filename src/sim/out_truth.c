/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * out_truth.c - truth.jsonl: what an observer should find, one object a line,
 * with the names of the incidents' JSON.  What the scenario leaves open
 * (prefixes, victims, times) is taken from what the culprit did and a peer of
 * a collector could see.
 */
#include "sim/out.h"

#include <stdlib.h>

#include "json/json.h"

struct truth {
	VEC(uint32_t) prefixes, victims;
	int64_t start, end; /* end TIME_NONE = not over */
};

static bool
holds(const uint32_t *list, size_t n, uint32_t v)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == v)
			return true;
	return false;
}

/* Who has always originated the prefix or its nearest cover. */
static void
add_victims(const struct scenario *s, uint32_t prefix, uint32_t culprit,
    struct truth *t)
{
	bool found = false;

	for (unsigned len = s->prefixes.p[prefix].len + 1U;
	     len-- > 0 && !found;) {
		struct prefix up =
		    prefix_truncate(&s->prefixes.p[prefix], (uint8_t)len);
		uint32_t id = scn_prefix_find(s, &up);

		for (size_t i = 0; id != SCN_NONE && i < s->events.n; i++) {
			const struct scn_event *e = &s->events.p[i];
			uint32_t asn = s->ases.p[e->as].asn;

			if (e->time_us != INT64_MIN || e->verb != AT_ANNOUNCE ||
			    !holds(&s->ids.p[e->prefixes.at], e->prefixes.n,
				id))
				continue;
			found = true;
			if (asn != culprit &&
			    !holds(t->victims.p, t->victims.n, asn))
				vec_push(&t->victims, asn);
		}
	}
}

static bool
is_class(const struct scenario *s, const struct scn_expect *x, const char *name)
{
	return x->class != SCN_NONE && strcmp(scn_text(s, x->class), name) == 0;
}

/* Something on this prefix from start to end (TIME_NONE = open): is it within
 * what the scenario says? */
static bool
is_stated(const struct scenario *s, const struct scn_expect *x, uint32_t prefix,
    int64_t start, int64_t end)
{
	return start >= s->day_us &&
	       (x->from_us == TIME_NONE || end == TIME_NONE ||
		   end > x->from_us) &&
	       (x->until_us == TIME_NONE || start < x->until_us) &&
	       (x->prefixes.n == 0 ||
		   holds(&s->ids.p[x->prefixes.at], x->prefixes.n, prefix));
}

static void
add_part(struct truth *t, uint32_t prefix, int64_t start, int64_t end)
{
	bool first = t->prefixes.n == 0;

	if (first || start < t->start)
		t->start = start;
	if (first || end == TIME_NONE || (t->end != TIME_NONE && end > t->end))
		t->end = end;
	if (!holds(t->prefixes.p, t->prefixes.n, prefix))
		vec_push(&t->prefixes, prefix);
}

/* Routes that were valid, and whose holders are the victims. */
static void
take_falls(const struct out *o, const struct play *p,
    const struct scn_expect *x, struct truth *t)
{
	const struct play_fall *f;

	VEC_FOREACH (f, &p->falls) {
		uint32_t asn = o->s->ases.p[f->as].asn;

		if (!f->seen ||
		    !is_stated(o->s, x, f->prefix, f->start_us, f->end_us))
			continue;
		add_part(t, f->prefix, f->start_us, f->end_us);
		if (x->victims.n == 0 &&
		    !holds(t->victims.p, t->victims.n, asn))
			vec_push(&t->victims, asn);
	}
}

/* What the culprit did within the stated time. */
static void
take_acts(const struct out *o, const struct play *p, const struct scn_expect *x,
    struct truth *t)
{
	const struct scenario *s = o->s;
	bool leak = is_class(s, x, "route-leak");
	const struct play_act *a;

	VEC_FOREACH (a, &p->acts)
		if (a->seen && s->ases.p[a->as].asn == x->culprit &&
		    (a->to != SCN_NONE) == leak &&
		    is_stated(s, x, a->prefix, a->start_us, a->end_us))
			add_part(t, a->prefix, a->start_us, a->end_us);
	for (size_t i = 0; i < t->prefixes.n && x->victims.n == 0; i++)
		add_victims(s, t->prefixes.p[i], x->culprit, t);
}

static int
number_order(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* What happened, as far as the scenario does not say it itself. */
static void
take_what_happened(const struct out *o, const struct play *p,
    const struct scn_expect *x, struct truth *t)
{
	const struct scenario *s = o->s;
	bool nothing;

	for (uint32_t i = 0; i < x->victims.n; i++)
		vec_push(&t->victims, s->ids.p[x->victims.at + i]);
	if (is_class(s, x, "roa-change"))
		take_falls(o, p, x, t);
	else
		take_acts(o, p, x, t);
	nothing = t->prefixes.n == 0;
	for (uint32_t i = 0; i < x->prefixes.n && nothing; i++) {
		uint32_t prefix = s->ids.p[x->prefixes.at + i];

		vec_push(&t->prefixes, prefix);
		if (x->victims.n == 0)
			add_victims(s, prefix, x->culprit, t);
	}
	if (x->from_us != TIME_NONE)
		t->start = x->from_us;
	if (x->until_us != TIME_NONE)
		t->end = x->until_us;
	if (x->open)
		t->end = TIME_NONE;
	if (t->victims.n > 1)
		qsort(t->victims.p, t->victims.n, sizeof(*t->victims.p),
		    number_order);
}

static int
prefix_order(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

static void
json_numbers(struct json_writer *w, const char *key, const uint32_t *list,
    size_t n)
{
	json_key(w, key);
	json_array(w);
	for (size_t i = 0; i < n; i++)
		json_u64(w, list[i]);
	json_array_end(w);
}

static void
json_prefixes(const struct scenario *s, struct json_writer *w,
    const struct truth *t)
{
	struct prefix *sorted = mem_alloc(t->prefixes.n + 1, sizeof(*sorted));
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < t->prefixes.n; i++)
		sorted[i] = s->prefixes.p[t->prefixes.p[i]];
	qsort(sorted, t->prefixes.n, sizeof(*sorted), prefix_order);
	json_key(w, "prefixes");
	json_array(w);
	for (size_t i = 0; i < t->prefixes.n; i++) {
		(void)prefix_format(text, &sorted[i]);
		json_str(w, text);
	}
	json_array_end(w);
	free(sorted);
}

static void
add_row(const struct out *o, const struct play *p, const struct scn_expect *x,
    struct buf *b)
{
	const struct scenario *s = o->s;
	struct json_writer w = { .out = b };
	struct truth t = { .start = s->day_us, .end = s->day_us + TIME_DAY };
	char day[TIME_TEXT_MAX];

	take_what_happened(o, p, x, &t);
	json_object(&w);
	json_kv_str(&w, "scenario", scn_text(s, s->name));
	json_kv_str(&w, "title", scn_text(s, s->title));
	json_kv_str(&w, "day", utc_format_day(day, s->day_us));
	if (x->kind == EXPECT_BENIGN)
		json_kv_bool(&w, "benign", true);
	if (x->kind == EXPECT_ALLOWED)
		json_kv_bool(&w, "allowed", true);
	if (x->reason != SCN_NONE)
		json_kv_str(&w, "reason", scn_text(s, x->reason));
	json_kv_str(&w, "class",
	    x->class == SCN_NONE ? NULL : scn_text(s, x->class));
	json_kv_str(&w, "type",
	    x->type == SCN_NONE ? NULL : scn_text(s, x->type));
	json_key(&w, "culprit");
	if (x->culprit != 0)
		json_u64(&w, x->culprit);
	else
		json_null(&w);
	json_numbers(&w, "accomplices", &s->ids.p[x->accomplices.at],
	    x->accomplices.n);
	json_numbers(&w, "victims", t.victims.p, t.victims.n);
	json_prefixes(s, &w, &t);
	json_kv_time(&w, "start", t.start);
	json_kv_time(&w, "end", t.end);
	json_object_end(&w);
	buf_str(b, "\n");
	vec_fini(&t.prefixes);
	vec_fini(&t.victims);
}

int
out_truth(struct out *o, const struct play *p, struct err *err)
{
	struct buf b = { 0 };
	int rc;

	for (size_t i = 0; i < o->s->expects.n; i++)
		add_row(o, p, &o->s->expects.p[i], &b);
	o->report->expectations = (uint32_t)o->s->expects.n;
	rc = out_file(o, "truth.jsonl", &b, err);
	buf_fini(&b);
	return rc;
}
