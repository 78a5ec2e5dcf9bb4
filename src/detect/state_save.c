/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state_save.c - the state of the engine as sections, in an order that
 * depends on content alone.  saved.h has the form, and what is left out.
 *
 * Prefixes are walked once, those that are held and those of the state before
 * side by side.
 */
#include <stdlib.h>

#include "detect/saved.h"

/* A prefix that may be saved: its number, or its entry in the state before. */
struct place {
	uint32_t id, entry;
};

struct saver {
	struct detect *d;
	const struct sect_sink *sink;
	int32_t month_day; /* first day of the month */
	uint32_t n_ids;    /* prefixes that are held */
	uint32_t *prefix_name;
	bool *needed; /* by number: something besides pairs names it */
	VEC(struct prefix) prefixes; /* that are saved, by name */
	VEC(uint32_t) first_row;     /* of each */
	VEC(struct saved_pair) rows;
	VEC(struct pair) pairs; /* of one prefix */
	VEC(struct saved_days) days;
	struct hidx days_idx;
	uint32_t last_days; /* row of `days` that was asked for last */
	VEC(struct saved_origin) origins;
	struct u64map origin_at;
	VEC(uint32_t) findings, incs; /* to be saved, by serial */
	uint32_t *inc_name, *seg_name;
	struct rib_names names;
};

static int
put(const struct saver *s, const char *name, const void *data, size_t n,
    size_t size, struct err *err)
{
	return s->sink->add(s->sink->ctx, name, data, n * size, err);
}

/* --- days -------------------------------------------------------------- */

/* Bit i of out is bit (i + by) of in, around. */
static void
rotate(const uint64_t in[DAY_WORDS], uint32_t by, uint64_t out[DAY_WORDS])
{
	uint32_t w = by / 64, b = by % 64;

	for (uint32_t i = 0; i < DAY_WORDS; i++) {
		uint64_t lo = in[(i + w) % DAY_WORDS];
		uint64_t hi = in[(i + w + 1) % DAY_WORDS];

		out[i] = b == 0 ? lo : lo >> b | hi << (64 - b);
	}
}

static uint32_t
ring_bit(int32_t day)
{
	int32_t r = day % HISTORY_DAYS_MAX;

	return (uint32_t)(r < 0 ? r + HISTORY_DAYS_MAX : r);
}

void
days_pack(const struct days *d, uint64_t out[DAY_WORDS])
{
	rotate(d->bits, (ring_bit(d->last) + 1) % HISTORY_DAYS_MAX, out);
}

void
days_unpack(int32_t first, int32_t last, const uint64_t in[DAY_WORDS],
    struct days *out)
{
	out->first = first;
	out->last = last;
	rotate(in, HISTORY_DAYS_MAX - 1 - ring_bit(last), out->bits);
}

static bool
days_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct saver *s = ctx;

	return memcmp(&s->days.p[row], key, sizeof(struct saved_days)) == 0;
}

/* Many pairs have the same days: each pattern is kept once. */
static uint32_t
days_name(struct saver *s, const struct days *d)
{
	struct saved_days x;
	uint64_t hash;
	uint32_t row;

	days_pack(d, x.bits);
	if (s->days.n > 0 && days_eq(s, s->last_days, &x))
		return s->last_days;
	hash = hash_bytes(&x, sizeof(x), 0);
	row = hidx_find(&s->days_idx, hash, days_eq, s, &x);
	if (row == HIDX_NONE) {
		row = (uint32_t)s->days.n;
		vec_push(&s->days, x);
		hidx_add(&s->days_idx, hash, row);
	}
	s->last_days = row;
	return row;
}

static int
cmp_days(const void *a, const void *b, void *ctx)
{
	const struct saver *s = ctx;
	const struct saved_days *x = &s->days.p[*(const uint32_t *)a];
	const struct saved_days *y = &s->days.p[*(const uint32_t *)b];

	for (int i = DAY_WORDS - 1; i >= 0; i--)
		if (x->bits[i] != y->bits[i])
			return x->bits[i] < y->bits[i] ? -1 : 1;
	return 0;
}

static int
save_days(struct saver *s, struct err *err)
{
	uint32_t n = (uint32_t)s->days.n;
	uint32_t *order = mem_alloc((size_t)n + 1, sizeof(*order));
	uint32_t *name = mem_alloc((size_t)n + 1, sizeof(*name));
	struct saved_days *out = mem_alloc((size_t)n + 1, sizeof(*out));

	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	qsort_r(order, n, sizeof(*order), cmp_days, s);
	for (uint32_t i = 0; i < n; i++) {
		name[order[i]] = i;
		out[i] = s->days.p[order[i]];
	}
	for (size_t i = 0; i < s->rows.n; i++)
		s->rows.p[i].days = name[s->rows.p[i].days];
	int res = put(s, "det.days", out, n, sizeof(*out), err);
	free(out);
	free(name);
	free(order);
	return res;
}

/* --- prefixes ---------------------------------------------------------- */

/* Pairs of a place that are not over, into s->pairs, in any order. */
static void
find_pairs(struct saver *s, struct place p)
{
	const struct detect *d = s->d;
	uint32_t first = 0, n = 0;

	s->pairs.n = 0;
	if (p.id != NONE && p.id < d->prows.n && d->prows.p[p.id].loaded) {
		for (uint32_t i = d->prows.p[p.id].pair; i != NONE;
		     i = d->pairs.p[i].next)
			if (!pair_over(d, &d->pairs.p[i]))
				vec_push(&s->pairs, d->pairs.p[i]);
		return;
	}
	if (p.entry != NONE)
		n = saved_rows(d->saved, p.entry, &first);
	for (uint32_t i = 0; i < n; i++) {
		struct pair x;

		saved_pair(d, first + i, &x);
		if (!pair_over(d, &x))
			vec_push(&s->pairs, x);
	}
}

/* What is held and the map of the state before, merged. */
struct merge {
	const uint32_t *ids;
	uint32_t n_ids, at_id, at_entry, n_entries;
};

static bool
next_place(const struct saver *s, struct merge *m, struct place *out,
    struct prefix *p)
{
	bool id = m->at_id < m->n_ids, entry = m->at_entry < m->n_entries;
	struct prefix q;
	int c = id ? -1 : 1;

	if (!id && !entry)
		return false;
	if (id)
		*p = *prefix_at(s->d, m->ids[m->at_id]);
	if (entry) {
		pmap_get(&s->d->saved->prefixes, m->at_entry, &q);
		if (id)
			c = prefix_cmp(p, &q);
		if (c > 0)
			*p = q;
	}
	out->id = c <= 0 ? m->ids[m->at_id++] : NONE;
	out->entry = entry && c >= 0 ? m->at_entry++ : NONE;
	return true;
}

/* --- pairs ------------------------------------------------------------- */

static int
cmp_origin(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return x->origin < y->origin ? -1 : x->origin > y->origin;
}

/* Rows come in order of prefix: of equal days the first stays in front. */
static void
note_origin(struct saver *s, uint32_t asn, uint32_t prefix, int32_t last)
{
	uint32_t *at = u64map_put(&s->origin_at, asn);

	if (*at == 0) {
		vec_push(&s->origins,
		    ((struct saved_origin){ asn, { NONE, NONE }, { 0, 0 } }));
		*at = (uint32_t)s->origins.n;
	}
	struct saved_origin *o = &s->origins.p[*at - 1];
	unsigned k = o->prefix[0] == NONE || last > o->last[0]   ? 0
		     : o->prefix[1] == NONE || last > o->last[1] ? 1
								 : 2;
	if (k == 0) {
		o->prefix[1] = o->prefix[0];
		o->last[1] = o->last[0];
	}
	if (k < 2) {
		o->prefix[k] = prefix;
		o->last[k] = last;
	}
}

static struct saved_pair
pair_row(struct saver *s, const struct pair *p)
{
	/* It says something about this month alone. */
	bool now = p->peers > 0 || p->days.last >= s->month_day;

	return (struct saved_pair){ .origin = p->origin,
		.days = days_name(s, &p->days),
		.first = p->days.first,
		.last = p->days.last,
		.peers = (uint16_t)p->peers,
		.full_ases = p->full_ases,
		.max_full = now ? p->max_full : 0,
		.verdicts = (uint8_t)(p->rov | p->irr << 4),
		.flags = p->flags };
}

static int
cmp_asn(const void *a, const void *b)
{
	const struct saved_origin *x = a, *y = b;

	return x->asn < y->asn ? -1 : x->asn > y->asn;
}

static void
add_rows(struct saver *s, uint32_t prefix_name)
{
	if (s->pairs.n > 1)
		qsort(s->pairs.p, s->pairs.n, sizeof(*s->pairs.p), cmp_origin);
	for (size_t i = 0; i < s->pairs.n; i++) {
		const struct pair *p = &s->pairs.p[i];

		vec_push(&s->rows, pair_row(s, p));
		if (p->peers == 0)
			note_origin(s, p->origin, prefix_name, p->days.last);
	}
}

/* Names for prefixes, and the rows of their pairs. */
static void
collect(struct saver *s)
{
	const struct detect *d = s->d;
	struct merge m = { .ids = pset_in_order(d->prefixes),
		.n_ids = s->n_ids,
		.n_entries = d->saved == NULL ? 0 : d->saved->prefixes.n };
	struct place at;
	struct prefix p;

	while (next_place(s, &m, &at, &p)) {
		uint32_t name = (uint32_t)s->prefixes.n;

		prefix_prefetch(d, m.ids, m.n_ids, m.at_id);
		find_pairs(s, at);
		if (s->pairs.n == 0 && (at.id == NONE || !s->needed[at.id]))
			continue;
		if (at.id != NONE)
			s->prefix_name[at.id] = name;
		vec_push(&s->first_row, (uint32_t)s->rows.n);
		vec_push(&s->prefixes, p);
		add_rows(s, name);
	}
	vec_push(&s->first_row, (uint32_t)s->rows.n);
	if (s->origins.n > 1)
		qsort(s->origins.p, s->origins.n, sizeof(*s->origins.p),
		    cmp_asn);
}

static int
save_prefixes(struct saver *s, struct err *err)
{
	int rc = pmap_freeze(s->prefixes.p, (uint32_t)s->prefixes.n, "det.p",
	    s->sink, err);

	vec_fini(&s->prefixes);
	return rc;
}

static int
save_pairs(struct saver *s, struct err *err)
{
	if (save_days(s, err) == -1 ||
	    put(s, "det.row", s->first_row.p, s->first_row.n,
		sizeof(*s->first_row.p), err) == -1 ||
	    put(s, "det.pair", s->rows.p, s->rows.n, sizeof(*s->rows.p), err) ==
		-1)
		return -1;
	vec_fini(&s->rows);
	vec_fini(&s->first_row);
	return put(s, "det.orig", s->origins.p, s->origins.n,
	    sizeof(*s->origins.p), err);
}

/* --- what is saved of findings and incidents --------------------------- */

static int
cmp_finding(const void *a, const void *b, void *ctx)
{
	const struct detect *d = ctx;
	uint64_t x = d->findings.p[*(const uint32_t *)a].serial;
	uint64_t y = d->findings.p[*(const uint32_t *)b].serial;

	return x < y ? -1 : x > y;
}

static int
cmp_inc(const void *a, const void *b, void *ctx)
{
	const struct detect *d = ctx;
	uint64_t x = d->incs.p[*(const uint32_t *)a].serial;
	uint64_t y = d->incs.p[*(const uint32_t *)b].serial;

	return x < y ? -1 : x > y;
}

static void
choose(struct saver *s)
{
	struct detect *d = s->d;

	s->inc_name = mem_alloc(d->incs.n + 1, sizeof(*s->inc_name));
	s->seg_name = mem_alloc(d->segs.n + 1, sizeof(*s->seg_name));
	for (uint32_t i = 0; i < d->incs.n; i++)
		if (!(d->incs.p[i].flags & I_CLOSED))
			vec_push(&s->incs, i);
	if (s->incs.n > 1)
		qsort_r(s->incs.p, s->incs.n, sizeof(*s->incs.p), cmp_inc, d);
	for (uint32_t i = 0; i < s->incs.n; i++)
		s->inc_name[s->incs.p[i]] = i;
	for (uint32_t i = 0; i < d->findings.n; i++) {
		const struct finding *f = &d->findings.p[i];

		if (f->incident == NONE || f->flags & F_CLOSED ||
		    d->incs.p[f->incident].flags & I_CLOSED)
			continue;
		vec_push(&s->findings, i);
		s->needed[f->prefix] = true;
		if (other_is_prefix(f->rule, f->other))
			s->needed[f->other] = true;
		if (other_is_seg(f->rule, f->other))
			s->seg_name[f->other] = 1;
	}
	if (s->findings.n > 1)
		qsort_r(s->findings.p, s->findings.n, sizeof(*s->findings.p),
		    cmp_finding, d);
	for (size_t i = 0; i < d->transits.n; i++)
		s->needed[d->transits.p[i].prefix] = true;
}

/* --- segments ---------------------------------------------------------- */

/* Until then it is known when it comes again: see seg_join(). */
static bool
seg_counts(const struct detect *d, const struct seg *g)
{
	int64_t gap = (int64_t)(cfg(d, SET_LEAK_NEW_DAYS) * (double)TIME_DAY);

	return g->live > 0 ||
	       (g->last_us != TIME_NONE && d->now - g->last_us <= gap);
}

static int
cmp_seg(const void *a, const void *b, void *ctx)
{
	const struct detect *d = ctx;
	const struct seg *x = &d->segs.p[*(const uint32_t *)a];
	const struct seg *y = &d->segs.p[*(const uint32_t *)b];

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	if (x->c != y->c)
		return x->c < y->c ? -1 : 1;
	return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static int
save_segs(struct saver *s, struct err *err)
{
	struct detect *d = s->d;
	VEC(uint32_t) order = { 0 };
	VEC(struct saved_seg) out = { 0 };

	for (uint32_t i = 0; i < d->segs.n; i++)
		if (s->seg_name[i] != 0 || seg_counts(d, &d->segs.p[i]))
			vec_push(&order, i);
	if (order.n > 1)
		qsort_r(order.p, order.n, sizeof(*order.p), cmp_seg, d);
	for (uint32_t i = 0; i < order.n; i++) {
		const struct seg *g = &d->segs.p[order.p[i]];

		s->seg_name[order.p[i]] = i;
		vec_push(&out, ((struct saved_seg){ .first_us = g->first_us,
				   .last_us = g->last_us,
				   .a = g->a,
				   .b = g->b,
				   .c = g->c,
				   .kind = g->kind,
				   .live = g->live,
				   .base = g->base }));
	}
	int res = put(s, "det.seg", out.p, out.n, sizeof(*out.p), err);
	vec_fini(&out);
	vec_fini(&order);
	return res;
}

/* --- findings and incidents -------------------------------------------- */

static int
cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

typedef VEC(uint32_t) u32s;

static void
add_peers(const struct saver *s, const struct finding *f, u32s *out)
{
	size_t at = out->n;

	for (uint32_t i = 0; i < f->peers.n; i++) {
		uint32_t dark = f->peers.p[i] & PEER_DARK;

		vec_push(out, s->names.peer[f->peers.p[i] & ~PEER_DARK] | dark);
	}
	if (out->n - at > 1)
		qsort(out->p + at, out->n - at, sizeof(*out->p), cmp_u32);
}

static void
add_set(const struct u32set *set, u32s *out)
{
	for (uint32_t i = 0; i < set->n; i++)
		vec_push(out, set->p[i]);
}

static struct saved_finding
finding_row(const struct saver *s, const struct finding *f)
{
	uint32_t other = f->other;

	if (other_is_prefix(f->rule, other))
		other = s->prefix_name[other];
	else if (other_is_seg(f->rule, other))
		other = s->seg_name[other];
	return (struct saved_finding){ .serial = f->serial,
		.evidence = f->evidence,
		.start = f->start,
		.end = f->end,
		.since = f->since,
		.dark_at = f->dark_at,
		.nats = f->nats,
		.prefix = s->prefix_name[f->prefix],
		.who = f->who,
		.origin = f->origin,
		.other = other,
		.path = s->names.path[f->path],
		.incident = s->inc_name[f->incident],
		.peers_max = f->peers_max,
		.flags = f->flags,
		.n_peers = f->peers.n,
		.n_nexts = f->nexts.n,
		.n_victims = f->victims.n,
		.rule = f->rule,
		.level = f->level,
		.benign = f->benign,
		.type = f->type,
		.rov = f->rov,
		.irr = f->irr };
}

static int
save_findings(struct saver *s, struct err *err)
{
	VEC(struct saved_finding) out = { 0 };
	u32s nums = { 0 };

	for (size_t i = 0; i < s->findings.n; i++) {
		const struct finding *f = &s->d->findings.p[s->findings.p[i]];

		vec_push(&out, finding_row(s, f));
		add_peers(s, f, &nums);
		add_set(&f->nexts, &nums);
		add_set(&f->victims, &nums);
	}
	int res = put(s, "det.find", out.p, out.n, sizeof(*out.p), err);
	if (res == 0)
		res = put(s, "det.num", nums.p, nums.n, sizeof(*nums.p), err);
	vec_fini(&out);
	vec_fini(&nums);
	return res;
}

static int
save_incs(struct saver *s, struct err *err)
{
	VEC(struct saved_inc) out = { 0 };
	VEC(uint64_t) merged = { 0 };

	for (size_t i = 0; i < s->incs.n; i++) {
		const struct inc *in = &s->d->incs.p[s->incs.p[i]];

		vec_push(&out, ((struct saved_inc){ .serial = in->serial,
				   .id = in->id,
				   .start = in->start,
				   .end = in->end,
				   .due = in->due,
				   .evidence = in->evidence,
				   .culprit = in->culprit,
				   .win = in->win,
				   .counted = in->counted,
				   .as_a = in->as_a,
				   .flags = in->flags & ~(uint32_t)I_CHANGED,
				   .n_merged = (uint32_t)in->merged.n,
				   .class = in->class,
				   .state = in->state,
				   .level = in->level,
				   .type = in->type,
				   .own = in->own }));
		for (size_t k = 0; k < in->merged.n; k++)
			vec_push(&merged, in->merged.p[k]);
	}
	int res = put(s, "det.inc", out.p, out.n, sizeof(*out.p), err);
	if (res == 0)
		res = put(s, "det.merged", merged.p, merged.n,
		    sizeof(*merged.p), err);
	vec_fini(&out);
	vec_fini(&merged);
	return res;
}

/* --- the rest ---------------------------------------------------------- */

static int
save_colls(struct saver *s, struct err *err)
{
	size_t n = s->d->colls.n;
	struct saved_coll *out = mem_alloc(n + 1, sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		const struct coll *c = &s->d->colls.p[i];

		out[s->names.collector[i]] =
		    (struct saved_coll){ .first_us = c->first_us,
			    .dumps = c->dumps,
			    .baseline = c->baseline };
	}
	int res = put(s, "det.coll", out, n, sizeof(*out), err);
	free(out);
	return res;
}

static int
cmp_gain(const void *a, const void *b)
{
	const struct saved_gain *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	return x->day < y->day ? -1 : x->day > y->day;
}

static int
save_gains(struct saver *s, struct err *err)
{
	const struct detect *d = s->d;
	int32_t from = d->day - (int32_t)cfg(d, SET_MASS_DAYS);
	VEC(struct saved_gain) out = { 0 };

	for (size_t i = 0; i < d->gains.n; i++) {
		const struct gain *g = &d->gains.p[i];

		if (g->day >= from)
			vec_push(&out,
			    ((struct saved_gain){ g->asn, g->most, g->day }));
	}
	if (out.n > 1)
		qsort(out.p, out.n, sizeof(*out.p), cmp_gain);
	int res = put(s, "det.gain", out.p, out.n, sizeof(*out.p), err);
	vec_fini(&out);
	return res;
}

static int
cmp_transit(const void *a, const void *b)
{
	const struct saved_transit *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	if (x->neighbor != y->neighbor)
		return x->neighbor < y->neighbor ? -1 : 1;
	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return x->origin < y->origin ? -1 : x->origin > y->origin;
}

static int
save_transits(struct saver *s, struct err *err)
{
	const struct detect *d = s->d;
	size_t n = d->transits.n;
	struct saved_transit *out = mem_alloc(n + 1, sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		const struct transit *t = &d->transits.p[i];

		out[i] = (struct saved_transit){ .asn = t->asn,
			.neighbor = t->neighbor,
			.prefix = s->prefix_name[t->prefix],
			.origin = t->origin,
			.rpki = t->rpki,
			.irr = t->irr };
	}
	qsort(out, n, sizeof(*out), cmp_transit);
	int res = put(s, "det.pass", out, n, sizeof(*out), err);
	free(out);
	return res;
}

static int
save_head(struct saver *s, struct err *err)
{
	const struct detect *d = s->d;
	struct saved_head h = { .mark = SAVED_MARK,
		.version = SAVED_VERSION,
		.covered_first = DAY_NEVER,
		.covered_last = DAY_NEVER,
		.now = d->now,
		.next_finding = d->next_finding,
		.next_inc = d->next_inc };

	memcpy(h.world, d->judged_by, sizeof(h.world));
	if (d->covered.first != DAY_NEVER) {
		h.covered_first = d->covered.first;
		h.covered_last = d->covered.last;
		days_pack(&d->covered, h.covered);
	}
	return put(s, "det.head", &h, 1, sizeof(h), err);
}

static int
save_rib(struct saver *s, struct err *err)
{
	u32s paths = { 0 };

	for (size_t i = 0; i < s->findings.n; i++)
		vec_push(&paths, s->d->findings.p[s->findings.p[i]].path);
	int res = rib_save(s->d->rib, s->prefix_name, paths.p, paths.n, s->sink,
	    &s->names, err);
	vec_fini(&paths);
	return res;
}

static int
save_all(struct saver *s, struct err *err)
{
	if (save_head(s, err) == -1 || save_prefixes(s, err) == -1 ||
	    save_pairs(s, err) == -1 || save_rib(s, err) == -1 ||
	    save_segs(s, err) == -1 || save_colls(s, err) == -1)
		return -1;
	if (save_incs(s, err) == -1 || save_findings(s, err) == -1 ||
	    save_gains(s, err) == -1 || save_transits(s, err) == -1)
		return -1;
	return 0;
}

int
detect_save(struct detect *d, const struct sect_sink *sink, struct err *err)
{
	struct saver s = { .d = d,
		.sink = sink,
		.month_day = d->month == TIME_NONE ? 0 : utc_day(d->month),
		.n_ids = pset_count(d->prefixes) };

	s.prefix_name = mem_alloc((size_t)s.n_ids + 1, sizeof(uint32_t));
	memset(s.prefix_name, 0xff, ((size_t)s.n_ids + 1) * sizeof(uint32_t));
	s.needed = mem_alloc((size_t)s.n_ids + 1, sizeof(bool));
	choose(&s);
	collect(&s);
	int res = save_all(&s, err);
	free(s.prefix_name);
	free(s.needed);
	free(s.inc_name);
	free(s.seg_name);
	vec_fini(&s.prefixes);
	vec_fini(&s.first_row);
	vec_fini(&s.rows);
	vec_fini(&s.pairs);
	vec_fini(&s.days);
	hidx_fini(&s.days_idx);
	vec_fini(&s.origins);
	u64map_fini(&s.origin_at);
	vec_fini(&s.findings);
	vec_fini(&s.incs);
	rib_names_fini(&s.names);
	return res;
}
