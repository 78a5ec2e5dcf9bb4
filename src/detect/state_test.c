/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state_test.c - the saved state: the same content gives the same bytes
 * whatever order it came in, what comes back is what was there, and damaged
 * bytes are refused or harmless.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "detect/saved.h"

#define N_PREFIXES 48
#define N_PEERS    5
#define N_INCS     6 /* the last one is closed */
#define N_FINDINGS 24
#define N_SEGS     9
#define N_TRANSITS 12
#define NOW        (INT64_C(1773144000) * TIME_SEC) /* 2026-03-10 12:00 */

static const char *const sections[] = { "det.head", "det.p4.hi", "det.p4.len",
	"det.p4.top", "det.p4.up", "det.p6.hi", "det.p6.lo", "det.p6.len",
	"det.p6.top", "det.p6.up", "det.row", "det.pair", "det.days",
	"det.orig", "det.coll", "det.seg", "det.inc", "det.merged", "det.find",
	"det.num", "det.gain", "det.pass", "rib.coll", "rib.path", "rib.rest",
	"rib.pool", "rib.set", "rib.peer", "rib.c0" };

/* --- a state ----------------------------------------------------------- */

static uint64_t
next_random(uint64_t *seed)
{
	*seed += UINT64_C(0x9e3779b97f4a7c15);
	return hash_u64(*seed);
}

/* 0..n-1 in an order that the seed gives; seed 0: as they are. */
static void
shuffle(uint32_t *out, uint32_t n, uint64_t seed)
{
	uint64_t s = seed;

	for (uint32_t i = 0; i < n; i++)
		out[i] = i;
	for (uint32_t i = n; seed != 0 && i-- > 1;) {
		uint32_t k = (uint32_t)(next_random(&s) % (i + 1)), t = out[i];

		out[i] = out[k];
		out[k] = t;
	}
}

static struct detect *
fresh(const struct sect_source *saved)
{
	struct detect_config c;
	struct detect *d = NULL;
	struct err err = { 0 };

	detect_config_init(&c);
	if (detect_new(&c, NULL, saved, &d, &err) == -1)
		fail_msg("%s", err.msg);
	return d;
}

static struct prefix
prefix_no(uint32_t i)
{
	struct prefix p = { .family = i % 3 == 0 ? NET_IP6 : NET_IP4 };

	p.addr[0] = p.family == NET_IP6 ? 0x2a : 11;
	p.addr[1] = (uint8_t)(i / 4);
	p.len = (uint8_t)(i % 4 == 0 ? 16 : 24 + i % 4);
	if (i % 4 != 0)
		p.addr[2] = (uint8_t)i;
	return p;
}

static uint32_t
origin_no(uint32_t i)
{
	return 64500 + i % 11;
}

/* Some prefixes are only remembered. */
static bool
says(uint32_t peer, uint32_t prefix)
{
	return prefix % 5 != 0 && (prefix * 7 + peer) % 3 != 0;
}

static uint32_t
asn_of(uint32_t peer)
{
	return 65000 + peer / 2;
}

static void
fill_peers(struct detect *d, uint64_t seed, uint32_t id[N_PEERS])
{
	uint32_t order[N_PEERS];

	shuffle(order, N_PEERS, seed);
	for (uint32_t i = 0; i < N_PEERS; i++) {
		uint32_t k = order[i];
		struct ipaddr addr = { .addr = { 192, 0, 2, (uint8_t)k } };
		uint32_t coll = rib_collector_add(d->rib,
		    k % 2 ? STR("rrc00") : STR("linx"));

		while (d->colls.n <= coll)
			vec_push(&d->colls, ((struct coll){ 0 }));
		d->colls.p[coll] =
		    (struct coll){ .first_us = k % 2 ? NOW - 9 : TIME_NONE,
			    .baseline = k % 2,
			    .dumps = k % 2 };
		id[k] = rib_peer_add(d->rib, coll, &addr, asn_of(k));
		vec_push(&d->dark_of, 0);
		struct rib_peer *p = rib_peer(d->rib, id[k]);
		p->up = k != 2;
		p->full[NET_IP4] = k < 2;
		p->up_us = NOW - 1000 - k;
		p->last_us = NOW - k;
	}
}

static uint32_t
path_no(struct detect *d, uint32_t peer, uint32_t prefix)
{
	struct rib_hop hops[3] = { { asn_of(peer), RIB_SEQUENCE },
		{ 64600 + prefix % 4, RIB_SEQUENCE },
		{ origin_no(prefix), RIB_SEQUENCE } };

	return rib_path_add(d->rib, hops, COUNT(hops));
}

static void
fill_days(struct days *days, uint32_t i, int32_t last)
{
	*days = (struct days){ .first = DAY_NEVER };
	for (uint32_t k = 0; k < 1 + i % 6; k++)
		days_set(days, last - (int32_t)(k * (1 + i % 3)));
	if (i % 7 == 0)
		days_set(days, last - 300);
}

static void
fill_pair(struct detect *d, uint32_t prefix, uint32_t i, uint32_t v)
{
	uint32_t origin = v == 0 ? origin_no(i) : 64700 + (i + v) % 9;
	int32_t last = d->day - (int32_t)(i * 7 % 330);
	uint32_t pair = pair_make(d, prefix, origin);
	struct pair *p = &d->pairs.p[pair];

	p->rov = (uint8_t)(i % 6);
	p->irr = (uint8_t)(i % 8);
	p->flags = v == 1 ? PAIR_SUSPECT : 0;
	p->max_full = (uint16_t)(last >= utc_day(d->month) ? 3 : 0);
	for (uint32_t k = 0; v == 0 && k < N_PEERS; k++)
		p->peers += says(k, i);
	if (p->peers > 0)
		last = d->day;
	p->full_ases = (uint16_t)(p->peers / 2);
	fill_days(&p->days, i, last);
	if (pair_over(d, p)) { /* as history_day() leaves it */
		(*u64map_put(&d->origin_pairs, origin))--;
		*p = (struct pair){ .prefix = prefix,
			.origin = origin,
			.next = p->next,
			.flags = PAIR_GONE,
			.days = { .first = DAY_NEVER } };
	}
}

static void
fill_prefixes(struct detect *d, uint64_t seed, const uint32_t peer[N_PEERS],
    uint32_t id[N_PREFIXES])
{
	uint32_t order[N_PREFIXES];

	shuffle(order, N_PREFIXES, seed);
	for (uint32_t i = 0; i < N_PREFIXES; i++) {
		struct prefix p = prefix_no(order[i]);

		id[order[i]] = pset_add(d->prefixes, &p);
	}
	shuffle(order, N_PREFIXES, seed + 1);
	for (uint32_t j = 0; j < N_PREFIXES; j++) {
		uint32_t i = order[j];

		for (uint32_t k = 0; k < N_PEERS; k++) {
			struct rib_attrs a = { .origin = (uint8_t)(i % 3) };

			if (says(k, i))
				rib_cell_set(d->rib, peer[k], id[i],
				    i % 13 == 1 ? 7 : 0,
				    rib_set_add(d->rib, path_no(d, k, i), &a));
		}
		for (uint32_t v = 0; v < 1 + i % 3; v++)
			fill_pair(d, id[i], i, (v + j) % (1 + i % 3));
	}
}

static void
fill_segs(struct detect *d, uint64_t seed, uint32_t id[N_SEGS])
{
	uint32_t order[N_SEGS];

	shuffle(order, N_SEGS, seed);
	for (uint32_t j = 0; j < N_SEGS; j++) {
		uint32_t i = order[j];

		id[i] = seg_make(d, 64500 + i % 3, 64510, 64520 + i / 3, i % 5);
		struct seg *g = &d->segs.p[id[i]];
		g->first_us = NOW - 50 * TIME_DAY;
		/* The last ones are over, but one is named. */
		g->last_us = NOW - (i >= 6 ? 40 : i) * TIME_DAY;
		g->live = i % 2;
		g->base = i == 3;
		if (i >= 7)
			g->live = 0;
	}
}

static void
fill_incs(struct detect *d, uint64_t seed, uint32_t id[N_INCS])
{
	uint32_t order[N_INCS];

	shuffle(order, N_INCS, seed);
	d->next_inc = N_INCS + 3;
	for (uint32_t j = 0; j < N_INCS; j++) {
		uint32_t i = order[j];
		struct inc *in = vec_grow(&d->incs);

		id[i] = j;
		*in = (struct inc){ .serial = i + 2,
			.id = hash_u64(i),
			.start = NOW - 100,
			.end = i == 1 ? NOW - 5 : TIME_NONE,
			.due = i == 1 ? NOW + 1000 * TIME_DAY : TIME_NONE,
			.evidence = EV(i),
			.culprit = origin_no(i),
			.win = i % 2,
			.counted = i == 0 ? 1 : NONE,
			.as_a = 65001,
			.flags = I_CHANGED | (i == 2 ? I_TWO | I_REOPENED : 0),
			.class = (uint8_t)(i % INC_CLASSES),
			.state = i == 1 ? INC_ENDED : INC_ONGOING,
			.level = (uint8_t)(i % 5),
			.type = (uint8_t)(i % 7),
			.own = (uint8_t)(i % 3) };
		for (uint32_t k = 0; k < i % 3; k++)
			vec_push(&in->merged, hash_u64(k + 77));
		if (i == N_INCS - 1)
			in->flags |= I_CLOSED;
	}
}

static void
fill_findings(struct detect *d, uint64_t seed, const uint32_t *peer,
    const uint32_t *prefix, const uint32_t *seg, const uint32_t *inc)
{
	uint32_t order[N_FINDINGS];

	shuffle(order, N_FINDINGS, seed);
	d->next_finding = N_FINDINGS + 100;
	for (uint32_t j = 0; j < N_FINDINGS; j++) {
		uint32_t i = order[j], in = i % N_INCS;
		struct finding *f = vec_grow(&d->findings);

		*f = (struct finding){ .serial = i + 40,
			.evidence = EV(i) | EV(EV_LASTED),
			.start = NOW - 90 + i,
			.since = NOW - 95,
			.end = TIME_NONE,
			.dark_at = i % 4 == 0 ? NOW - 3 : TIME_NONE,
			.nats = 0.1 * i,
			.prefix = prefix[i],
			.who = origin_no(i),
			.origin = origin_no(i + 1),
			.other = NONE,
			.path = path_no(d, i % N_PEERS, i + 1),
			.incident = inc[in],
			.peers_max = i,
			.flags = F_VISIBLE,
			.rule = (uint8_t)(i % RULES),
			.level = (uint8_t)(i % 5),
			.benign = (uint8_t)(i % BENIGN_COUNT),
			.type = (uint8_t)(i % 5),
			.rov = (uint8_t)(i % 6),
			.irr = (uint8_t)(i % 8) };
		if (f->rule == RULE_ORIGIN && i > 3)
			f->other = prefix[N_PREFIXES - 1 - i];
		if (f->rule == RULE_LEAK)
			f->other = seg[(i + 1) % 7];
		if (f->rule == RULE_BOGON_ASN)
			f->other = 64512;
		for (uint32_t k = 0; k < 1 + i % 3; k++) {
			uint32_t who = (i + k) % N_PEERS;
			bool dark = f->dark_at != TIME_NONE || k == 2;

			u32set_add(&f->peers,
			    peer[who] | (dark ? PEER_DARK : 0));
			f->dark += dark;
			d->dark_of.p[peer[who]] += dark && in != N_INCS - 1;
			u32set_add(&f->nexts, 64600 + k);
			u32set_add(&f->victims, 64500 + i - k);
		}
		if (in == 1 || in == N_INCS - 1) {
			f->end = NOW - 5;
			u32set_fini(&f->peers);
			f->dark = 0;
		}
		if (in == N_INCS - 1)
			f->flags |= F_CLOSED;
	}
}

static void
fill_lists(struct detect *d, uint64_t seed, const uint32_t *prefix)
{
	uint32_t order[N_TRANSITS];

	shuffle(order, N_TRANSITS, seed);
	for (uint32_t j = 0; j < N_TRANSITS; j++) {
		uint32_t i = order[j];
		struct gain g = { 64500 + i / 4, i,
			d->day - (int32_t)(i % 4) * 11 };
		struct transit t = { 64500 + i % 2, 64600 + i % 3,
			prefix[i * 4], origin_no(i), (uint8_t)(i % 5),
			(uint8_t)(i % 4) };

		vec_push(&d->gains, g);
		assert_true(facts_restore(d, &t));
	}
}

/* The same content for every seed, put in in another order. */
static struct detect *
filled(uint64_t seed)
{
	struct detect *d = fresh(NULL);
	uint32_t peer[N_PEERS], prefix[N_PREFIXES], seg[N_SEGS], inc[N_INCS];

	d->now = NOW;
	d->day = utc_day(NOW);
	d->month = utc_month_start(NOW, 0);
	for (int32_t k = 12; k >= 0; k--)
		if (k % 5 != 3)
			days_set(&d->covered, d->day - k);
	fill_peers(d, seed, peer);
	fill_prefixes(d, seed, peer, prefix);
	fill_segs(d, seed, seg);
	fill_incs(d, seed, inc);
	fill_findings(d, seed, peer, prefix, seg, inc);
	fill_lists(d, seed, prefix);
	return d;
}

static struct sect_mem *
save(struct detect *d)
{
	struct sect_mem *m = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(m);
	struct err err = { 0 };

	if (detect_save(d, &sink, &err) == -1)
		fail_msg("%s", err.msg);
	return m;
}

static void
get(struct sect_mem *m, const char *name, const void **p, size_t *n)
{
	struct sect_source src = sect_mem_source(m);
	struct err err = { 0 };

	if (src.get(src.ctx, name, p, n, &err) != 1)
		fail_msg("no section %s", name);
}

static size_t
rows_of(struct sect_mem *m, const char *name, size_t size)
{
	const void *p;
	size_t n;

	get(m, name, &p, &n);
	assert_int_equal(n % size, 0);
	return n / size;
}

static void
assert_same(struct sect_mem *a, struct sect_mem *b)
{
	for (size_t i = 0; i < COUNT(sections); i++) {
		const void *x, *y;
		size_t nx, ny;

		get(a, sections[i], &x, &nx);
		get(b, sections[i], &y, &ny);
		if (nx != ny || memcmp(x, y, nx) != 0)
			fail_msg("section %s differs: %zu and %zu bytes",
			    sections[i], nx, ny);
	}
}

/* --- tests ------------------------------------------------------------- */

static void
test_order_does_not_show(void **state)
{
	struct detect *d = filled(0);
	struct sect_mem *want = save(d);

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct detect *e = filled(seed);
		struct sect_mem *m = save(e);

		assert_same(want, m);
		sect_mem_free(m);
		detect_free(e);
	}
	detect_free(d);
	sect_mem_free(want);
}

static void
test_saved_again(void **state)
{
	struct detect *d = filled(3), *e;
	struct sect_mem *a = save(d), *b, *c;
	struct sect_source src = sect_mem_source(a);

	(void)state;
	b = save(d); /* saving changes nothing */
	assert_same(a, b);
	e = fresh(&src);
	c = save(e);
	assert_same(a, c);
	detect_free(d);
	detect_free(e);
	sect_mem_free(a);
	sect_mem_free(b);
	sect_mem_free(c);
}

static const struct finding *
by_serial(const struct detect *d, uint64_t serial)
{
	const struct finding *f;

	VEC_FOREACH (f, &d->findings)
		if (f->serial == serial)
			return f;
	return NULL;
}

/* What is not saved but follows from what is. */
static void
test_comes_back(void **state)
{
	struct detect *d = filled(5), *e;
	struct sect_mem *m = save(d);
	struct sect_source src = sect_mem_source(m);
	uint32_t dark = 0, timers = 0;

	(void)state;
	e = fresh(&src);
	assert_int_equal(e->now, d->now);
	assert_int_equal(e->day, d->day);
	assert_int_equal(e->month, d->month);
	assert_int_equal(e->incs.n, N_INCS - 1);
	for (size_t i = 0; i < d->findings.n; i++) {
		const struct finding *x = &d->findings.p[i];
		const struct finding *y = by_serial(e, x->serial);

		if (x->flags & F_CLOSED) {
			assert_null(y);
			continue;
		}
		assert_non_null(y);
		assert_int_equal(y->dark, x->dark);
		assert_int_equal(y->peers.n, x->peers.n);
		assert_true(prefix_eq(prefix_at(e, y->prefix),
		    prefix_at(d, x->prefix)));
		assert_int_equal(rib_path_origin(e->rib, y->path),
		    rib_path_origin(d->rib, x->path));
		assert_int_equal(e->incs.p[y->incident].id,
		    d->incs.p[x->incident].id);
		assert_int_not_equal(finding_find(e, (enum rule)y->rule,
					 y->prefix, y->who),
		    NONE);
		dark += x->dark;
	}
	for (size_t i = 0; i < e->dark_of.n; i++)
		dark -= e->dark_of.p[i];
	assert_int_equal(dark, 0);
	for (size_t i = 0; i < e->incs.n; i++) {
		const struct inc *in = &e->incs.p[i];

		assert_int_equal(in->open, in->serial == 3 ? 0 : 4);
		assert_false(in->flags & I_CHANGED);
		assert_int_equal(incident_active(e, in->class,
				     in->flags & I_SUPPRESSED, in->culprit),
		    i);
	}
	for (size_t i = 0; i < e->timers.n; i++)
		timers += e->timers.p[i].incident;
	assert_int_equal(timers, 1);
	assert_true(e->timers.n > 10);
	detect_free(d);
	detect_free(e);
	sect_mem_free(m);
}

static void
test_dropped(void **state)
{
	struct detect *d = filled(0);
	struct sect_mem *m = save(d);
	size_t gains = 0;

	(void)state;
	assert_int_equal(rows_of(m, "det.inc", sizeof(struct saved_inc)),
	    N_INCS - 1);
	assert_int_equal(rows_of(m, "det.find", sizeof(struct saved_finding)),
	    N_FINDINGS - N_FINDINGS / N_INCS);
	/* Those over are 6 to 8, of which a finding names the first. */
	assert_int_equal(rows_of(m, "det.seg", sizeof(struct saved_seg)),
	    N_SEGS - 2);
	for (size_t i = 0; i < d->gains.n; i++)
		gains += d->gains.p[i].day >= d->day - 30;
	assert_true(gains < d->gains.n);
	assert_int_equal(rows_of(m, "det.gain", sizeof(struct saved_gain)),
	    gains);
	size_t pairs = 0;
	for (size_t i = 0; i < d->pairs.n; i++)
		pairs += !(d->pairs.p[i].flags & PAIR_GONE);
	assert_true(pairs < d->pairs.n);
	assert_int_equal(rows_of(m, "det.pair", sizeof(struct saved_pair)),
	    pairs);
	detect_free(d);
	sect_mem_free(m);
}

static void
test_rows_stay_in_place(void **state)
{
	struct detect *d = filled(0), *e, *f;
	struct sect_mem *a = save(d), *b;
	struct sect_source src = sect_mem_source(a);
	struct prefix far = prefix_no(5);
	size_t rows = rows_of(a, "det.pair", sizeof(struct saved_pair));

	(void)state;
	e = fresh(&src);
	assert_true(pset_count(e->prefixes) < e->saved->prefixes.n);
	assert_true(e->pairs.n < rows);
	/* One more origin of a prefix that is live, one of one that is not. */
	assert_int_equal(pset_find(e->prefixes, &far), PSET_NONE);
	size_t before = e->pairs.n;
	uint32_t id = pset_add(e->prefixes, &far);
	uint32_t new = pair_make(e, id, 4200000000);
	days_set(&e->pairs.p[new].days, e->day);
	assert_true(e->pairs.n > before + 1);
	b = save(e);
	assert_int_equal(rows_of(b, "det.pair", sizeof(struct saved_pair)),
	    rows + 1);
	struct sect_source again = sect_mem_source(b);
	f = fresh(&again);
	for (size_t i = 0; i < d->pairs.n; i++) {
		const struct pair *x = &d->pairs.p[i];
		uint32_t at;

		if (x->flags & PAIR_GONE)
			continue;
		at = pair_find(f,
		    pset_add(f->prefixes, prefix_at(d, x->prefix)), x->origin);
		assert_int_not_equal(at, NONE);
		const struct pair *y = &f->pairs.p[at];
		assert_memory_equal(&y->days, &x->days, sizeof(x->days));
		assert_int_equal(y->peers, x->peers);
		assert_int_equal(y->full_ases, x->full_ases);
		assert_int_equal(y->max_full, x->max_full);
		assert_int_equal(y->rov, x->rov);
		assert_int_equal(y->irr, x->irr);
		assert_int_equal(y->flags, x->flags);
	}
	detect_free(d);
	detect_free(e);
	detect_free(f);
	sect_mem_free(a);
	sect_mem_free(b);
}

/* As the engine does it when an event comes so many days later. */
static void
pass_days(struct detect *d, int32_t days)
{
	int64_t month = utc_month_start(d->now + days * TIME_DAY, 0);

	d->now += days * TIME_DAY;
	d->day = utc_day(d->now);
	if (month != d->month) {
		facts_month_end(d);
		d->month = month;
	}
	history_day(d);
}

static void
assert_same_answers(struct detect *d, struct detect *e)
{
	for (uint32_t asn = 64480; asn < 64720; asn++)
		assert_int_equal(origin_seen(d, asn), origin_seen(e, asn));
	for (uint32_t i = 0; i < N_PREFIXES; i++) {
		struct prefix p = prefix_no(i);
		struct u32set x = { 0 }, y = { 0 };

		known_origins(d, &p, 100, &x);
		known_origins(e, &p, 100, &y);
		assert_int_equal(x.n, y.n);
		if (x.n > 0)
			assert_memory_equal(x.p, y.p, x.n * sizeof(*x.p));
		u32set_fini(&x);
		u32set_fini(&y);
	}
}

/* A save in between makes no difference, however old the rows get. */
static void
test_time_passes(void **state)
{
	static const int32_t steps[] = { 1, 3, 9, 20, 27, 81, 243 };
	struct sect_mem *kept[COUNT(steps)];
	struct detect *d = filled(0), *e = filled(1);

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct sect_source src;

		kept[i] = save(e);
		detect_free(e);
		src = sect_mem_source(kept[i]);
		e = fresh(&src);
		pass_days(d, steps[i]);
		pass_days(e, steps[i]);
		if (i % 2 == 0) /* which brings some of them in */
			assert_same_answers(d, e);
		struct sect_mem *a = save(d), *b = save(e);
		assert_same(a, b);
		sect_mem_free(a);
		sect_mem_free(b);
	}
	detect_free(d);
	detect_free(e);
	for (size_t i = 0; i < COUNT(steps); i++)
		sect_mem_free(kept[i]);
}

static void
test_nothing(void **state)
{
	struct detect *d = fresh(NULL), *e;
	struct sect_mem *a = save(d), *b;
	struct sect_source src = sect_mem_source(a);

	(void)state;
	e = fresh(&src);
	assert_true(detect_now(e) == TIME_NONE);
	b = save(e);
	assert_int_equal(rows_of(b, "det.pair", 1), 0);
	detect_free(d);
	detect_free(e);
	sect_mem_free(a);
	sect_mem_free(b);
}

/* --- days -------------------------------------------------------------- */

static void
test_days(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct days a = { .first = DAY_NEVER }, b;
		uint64_t bits[DAY_WORDS];
		int32_t base = (int32_t)(next_random(&seed) % 40000) - 9000;

		for (int k = 0; k < round % 50 + 1; k++)
			days_set(&a,
			    base + (int32_t)(next_random(&seed) % 700));
		days_pack(&a, bits);
		assert_int_equal(bits[DAY_WORDS - 1] >> 63, 1);
		days_unpack(a.first, a.last, bits, &b);
		assert_memory_equal(&a, &b, sizeof(a));
		for (int32_t k = 0; k < HISTORY_DAYS_MAX; k++) {
			uint32_t bit = (uint32_t)(HISTORY_DAYS_MAX - 1 - k);

			assert_int_equal(bits[bit / 64] >> bit % 64 & 1,
			    days_has(&a, a.last - k));
		}
	}
}

/* --- foreign bytes ----------------------------------------------------- */

/* A source over another in which one section is another. */
struct bent {
	struct sect_source src;
	const char *name;
	const void *data;
	size_t n;
};

static int
bent_get(void *ctx, const char *name, const void **data, size_t *n,
    struct err *err)
{
	const struct bent *b = ctx;

	if (strcmp(name, b->name) != 0)
		return b->src.get(b->src.ctx, name, data, n, err);
	*data = b->data;
	*n = b->n;
	return 1;
}

/* 1: refused with a reason; 0: taken, and then nothing else goes wrong. */
static unsigned
try_bent(struct bent *b)
{
	struct sect_source src = { bent_get, b };
	struct detect_config c;
	struct detect *d = NULL;
	struct err err = { 0 };
	struct prefix p;

	detect_config_init(&c);
	if (detect_new(&c, NULL, &src, &d, &err) == -1) {
		assert_int_not_equal(err.code, ERR_NONE);
		assert_true(err.msg[0] != '\0');
		return 1;
	}
	for (uint32_t i = 0; i < N_PREFIXES; i++) {
		p = prefix_no(i);
		(void)pset_add(d->prefixes, &p);
		(void)prow_touch(d, pset_find(d->prefixes, &p));
		(void)origin_seen(d, origin_no(i));
	}
	pass_days(d, 1);
	timers_run(d, d->now);
	for (uint32_t i = 0; i < rib_peer_count(d->rib); i++)
		apply_peer_down(d, i);
	pass_days(d, 40);
	timers_run(d, d->now);
	sect_mem_free(save(d));
	detect_free(d);
	return 0;
}

static void
test_bytes_bent(void **state)
{
	const char *section = *state;
	struct detect *d = filled(0);
	struct sect_mem *m = save(d);
	struct bent b = { .src = sect_mem_source(m), .name = section };
	unsigned refused = 0;
	const void *p;

	get(m, section, &p, &b.n);
	size_t step = b.n > 300 ? 8 : 3;
	uint8_t *copy = aligned_alloc(64, (b.n + 64) & ~(size_t)63);
	assert_non_null(copy);
	memcpy(copy, p, b.n);
	b.data = copy;
	for (size_t k = 0; k < b.n; k++)
		for (size_t bit = k % 3; bit < 8; bit += step) {
			copy[k] ^= (uint8_t)(1u << bit);
			refused += try_bent(&b);
			copy[k] ^= (uint8_t)(1u << bit);
		}
	/* Attributes and names of collectors may say anything, and what is
	 * only kept for later: when, how many, how sure. */
	if (strcmp(section, "rib.pool") != 0 &&
	    strstr(section, ".up") == NULL /* nobody follows it */ &&
	    strcmp(section, "det.merged") != 0)
		assert_true(refused > 0);
	free(copy);
	detect_free(d);
	sect_mem_free(m);
}

static void
test_bytes_cut(void **state)
{
	const char *section = *state;
	struct detect *d = filled(0);
	struct sect_mem *m = save(d);
	struct bent b = { .src = sect_mem_source(m), .name = section };
	const void *p;
	size_t n;

	get(m, section, &p, &n);
	for (size_t k = 0; k < n; k++) {
		/* Exactly so many bytes, for whoever watches the end. */
		uint8_t *copy = aligned_alloc(8, (k + 7) & ~(size_t)7);

		assert_non_null(copy);
		memcpy(copy, p, k);
		b.data = copy;
		b.n = k;
		if (try_bent(&b) == 0 && strcmp(section, "det.gain") != 0 &&
		    strcmp(section, "det.orig") != 0 &&
		    strcmp(section, "det.pass") != 0 &&
		    strcmp(section, "det.seg") != 0)
			fail_msg("%s: taken when cut to %zu of %zu", section, k,
			    n);
		free(copy);
	}
	detect_free(d);
	sect_mem_free(m);
}

static void
test_other_version(void **state)
{
	struct detect *d = filled(0);
	struct sect_mem *m = save(d);
	struct bent b = { .src = sect_mem_source(m), .name = "det.head" };
	struct sect_source src = { bent_get, &b };
	struct saved_head h;
	struct detect_config c;
	char want[80];
	struct detect *e = NULL;
	struct err err = { 0 };
	const void *p;

	(void)state;
	get(m, "det.head", &p, &b.n);
	memcpy(&h, p, sizeof(h));
	h.version = SAVED_VERSION + 1;
	b.data = &h;
	detect_config_init(&c);
	assert_int_equal(detect_new(&c, NULL, &src, &e, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	(void)snprintf(want, sizeof(want), "version %d, this program reads %d",
	    SAVED_VERSION + 1, SAVED_VERSION);
	assert_non_null(strstr(err.msg, want));
	detect_free(d);
	sect_mem_free(m);
}

int
main(void)
{
	static char names[2 * COUNT(sections)][40];
	struct CMUnitTest tests[9 + 2 * COUNT(sections)] = {
		cmocka_unit_test(test_order_does_not_show),
		cmocka_unit_test(test_saved_again),
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_rows_stay_in_place),
		cmocka_unit_test(test_time_passes),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_other_version),
	};
	size_t n = 9;

	for (size_t i = 0; i < 2 * COUNT(sections); i++) {
		const char *s = sections[i / 2];

		(void)snprintf(names[i], sizeof(names[i]), "%s %s", s,
		    i % 2 == 0 ? "bent" : "cut");
		tests[n++] = (struct CMUnitTest){ .name = names[i],
			.test_func =
			    i % 2 == 0 ? test_bytes_bent : test_bytes_cut,
			.initial_state = (void *)(uintptr_t)s };
	}
	return _cmocka_run_group_tests("state", tests, n, NULL, NULL);
}
