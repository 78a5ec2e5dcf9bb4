/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state_test.h - a state with something of everything, put in in any order:
 * for state_test.c and state_fuzz.c.
 */
#pragma once

#include <stdlib.h>

#include "detect/saved.h"
#include "detect/sections_test.h"

#define N_PREFIXES 48
#define N_PEERS    5
#define N_INCS     6 /* the last one is closed */
#define N_FINDINGS 24
#define N_SEGS     9
#define N_TRANSITS 12
#define NOW        (INT64_C(1773144000) * TIME_SEC) /* 2026-03-10 12:00 */

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
		(void)facts_restore(d, &t);
	}
}

/* The same content for every seed, put in in another order. */
static struct detect *
filled(uint64_t seed)
{
	struct err err;
	struct detect *d = try_open(NULL, NULL, &err);
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
