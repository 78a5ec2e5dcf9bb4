/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detect.c - the engine from outside: route events in, time moved on.
 *
 * Between two events everything that became due is done first, in order of
 * its time: wake-ups of findings and incidents, the five-minute bins, months,
 * changes of the world.  So what is found depends on the events alone, however
 * they were cut into runs.
 */
#include "detect/detect.h"

#include <stdlib.h>

#include "detect/part.h"

/* A silence as long as this changes nothing more from bin to bin. */
#define BINS_AFTER_SILENCE (2 * TIME_DAY)

/* Another world than before judges what stands anew. */
static void
take_world(struct detect *d)
{
	uint8_t id[32] = { 0 };

	if (d->world != NULL)
		memcpy(id, world_id(d->world), sizeof(id));
	bool other = memcmp(id, d->judged_by, sizeof(id)) != 0;
	memcpy(d->judged_by, id, sizeof(id));
	if (other && d->now != TIME_NONE)
		judge_again(d, WORLD_ALL);
}

int
detect_new(const struct detect_config *c, struct world *w,
    const struct sect_source *saved, struct detect **out, struct err *err)
{
	struct detect *d = mem_alloc(1, sizeof(*d));

	d->cfg = *c;
	d->world = w;
	d->now = d->month = d->bin = TIME_NONE;
	d->due = INT64_MIN;
	d->covered.first = DAY_NEVER;
	d->rib = rib_new();
	d->prefixes = rib_prefixes(d->rib);
	if ((saved != NULL && state_load(d, saved, err) == -1) ||
	    verdict_begin(d, err) == -1) {
		detect_free(d);
		return -1;
	}
	take_world(d);
	d->origins.n = 0; /* those of earlier runs */
	*out = d;
	return 0;
}

void
detect_free(struct detect *d)
{
	if (d == NULL)
		return;
	state_close(d);
	rib_free(d->rib);
	for (size_t i = 0; i < d->findings.n; i++)
		finding_fini(&d->findings.p[i]);
	for (size_t i = 0; i < d->incs.n; i++) {
		vec_fini(&d->incs.p[i].findings);
		vec_fini(&d->incs.p[i].merged);
	}
	vec_fini(&d->findings);
	vec_fini(&d->incs);
	vec_fini(&d->pairs);
	vec_fini(&d->origins);
	vec_fini(&d->prows);
	vec_fini(&d->pv_of);
	vec_fini(&d->pvs);
	vec_fini(&d->segs);
	vec_fini(&d->colls);
	vec_fini(&d->dark_of);
	vec_fini(&d->timers);
	vec_fini(&d->gains);
	vec_fini(&d->transits);
	vec_fini(&d->old_facts);
	vec_fini(&d->old_transits);
	vec_fini(&d->feed_peers);
	vec_fini(&d->peer_order);
	hidx_fini(&d->seg_idx);
	hidx_fini(&d->transit_idx);
	u64map_fini(&d->origin_pairs);
	u64map_fini(&d->inc_of);
	u64map_fini(&d->gain_of);
	buf_fini(&d->comm);
	arena_free(&d->text);
	free(d->asn_memo);
	free(d);
}

/* --- peers of the feed ------------------------------------------------- */

void
detect_peers(struct detect *d,
    void (*get)(void *ctx, uint32_t peer, struct feed_peer *out), void *ctx)
{
	d->get_peer = get;
	d->get_ctx = ctx;
	d->feed_peers.n = 0;
	/* Numbers of attributes begin anew, too. */
	d->attrs_set = 0;
}

/* Rib's number of a peer of the feed; NONE: the table of peers is full. */
static uint32_t
peer_of(struct detect *d, uint32_t peer)
{
	struct feed_peer p;

	while (d->feed_peers.n <= peer)
		vec_push(&d->feed_peers, 0);
	if (d->feed_peers.p[peer] != 0)
		return d->feed_peers.p[peer] - 1;
	d->get_peer(d->get_ctx, peer, &p);
	uint32_t coll = rib_collector_add(d->rib, str_from(p.collector));
	while (d->colls.n <= coll)
		vec_push(&d->colls, ((struct coll){ .first_us = TIME_NONE }));
	uint32_t id = rib_peer_add(d->rib, coll, &p.addr, p.asn);
	if (id == RIB_NONE)
		return NONE;
	while (d->dark_of.n <= id)
		vec_push(&d->dark_of, 0);
	d->feed_peers.p[peer] = id + 1;
	return id;
}

/* --- attributes -------------------------------------------------------- */

#define BLACKHOLE 0xffff029au /* 65535:666, RFC 7999 */
#define NO_EXPORT 0xffffff01u /* RFC 1997 */

static uint8_t
community_flags(struct bgp_view v)
{
	struct rbuf r = rbuf_from(v.p, v.n);
	uint8_t flags = 0;

	while (rbuf_left(&r) >= 4) {
		uint32_t c = rbuf_u32(&r);

		flags |= c == BLACKHOLE ? RIB_BLACKHOLE : 0;
		flags |= c == NO_EXPORT ? RIB_NO_EXPORT : 0;
	}
	return flags;
}

static void
add_communities(struct detect *d, struct bgp_view v)
{
	buf_u32(&d->comm, (uint32_t)v.n);
	if (v.n > 0)
		buf_add(&d->comm, v.p, v.n);
}

static uint32_t
path_of(struct detect *d, const struct bgp_path *p, uint8_t *flags)
{
	size_t all = 0, skip, n = 0;

	for (uint32_t s = 0; s < p->n_segs; s++)
		if (p->segs[s].type == BGP_AS_SEQUENCE ||
		    p->segs[s].type == BGP_AS_SET)
			all += p->segs[s].n;
	skip = all > RIB_PATH_MAX ? all - RIB_PATH_MAX : 0;
	for (uint32_t s = 0; s < p->n_segs; s++) {
		const struct bgp_segment *g = &p->segs[s];

		/* RFC 5065 5.3: not of the path that others see */
		if (g->type != BGP_AS_SEQUENCE && g->type != BGP_AS_SET) {
			*flags |= RIB_CONFED;
			continue;
		}
		for (uint32_t i = 0; i < g->n; i++) {
			if (skip > 0) {
				skip--;
				continue;
			}
			d->hops[n++] = (struct rib_hop){ p->asns[g->at + i],
				g->type == BGP_AS_SET ? RIB_SET
						      : RIB_SEQUENCE };
		}
	}
	return rib_path_add(d->rib, d->hops, n);
}

static struct ipaddr
next_hop_of(const struct bgp_attrs *a)
{
	struct ipaddr ip = { 0 };

	if (a->mp_next_hop.n >= 16) {
		ip.family = NET_IP6;
		memcpy(ip.addr, a->mp_next_hop.p, 16);
	} else if (a->mp_next_hop.n >= 4) {
		memcpy(ip.addr, a->mp_next_hop.p, 4);
	} else {
		memcpy(ip.addr, a->next_hop, 4);
	}
	return ip;
}

/* 192.0.2.1, 2001:db8::..., 100::...: addresses that routers discard. */
static bool
discards(const struct ipaddr *ip)
{
	static const uint8_t v4[3] = { 192, 0, 2 };
	static const uint8_t v6[8] = { 1, 0, 0, 0, 0, 0, 0, 0 };

	return ip->family == NET_IP4 ? memcmp(ip->addr, v4, sizeof(v4)) == 0
				     : memcmp(ip->addr, v6, sizeof(v6)) == 0;
}

static uint32_t
make_set(struct detect *d, const struct bgp_attrs *a)
{
	struct rib_attrs r = { .origin = a->origin,
		.fault = (uint8_t)a->worst,
		.next_hop = next_hop_of(a) };
	uint32_t path = path_of(d, &a->path, &r.flags);

	r.flags |= community_flags(a->communities);
	if (discards(&r.next_hop))
		r.flags |= RIB_BLACKHOLE;
	if (bgp_has(a, BGP_ATTR_OTC)) {
		r.flags |= RIB_HAS_OTC;
		r.otc = a->otc;
	}
	if (bgp_has(a, BGP_ATTR_AGGREGATOR)) {
		r.flags |= RIB_HAS_AGGREGATOR;
		r.aggregator = a->aggregator_asn;
	}
	if (bgp_has(a, BGP_ATTR_ATOMIC_AGGREGATE))
		r.flags |= RIB_ATOMIC;
	d->comm.n = 0;
	if (a->communities.n + a->ext_communities.n + a->large_communities.n >
	    0) {
		add_communities(d, a->communities);
		add_communities(d, a->ext_communities);
		add_communities(d, a->large_communities);
	}
	if (d->comm.n <= RIB_COMM_MAX) {
		r.comm = d->comm.p;
		r.n_comm = d->comm.n;
	}
	return rib_set_add(d->rib, path, &r);
}

/*
 * 0: no route can be read from it.  RFC 7606 2: an update that is treated as
 * a withdraw takes the route away; a table dump says that it is there all the
 * same, as long as its path can be read.
 */
static uint32_t
set_of(struct detect *d, const struct feed_event *e)
{
	const struct bgp_attrs *a = e->attrs;

	if (d->attrs_set != 0 && d->attrs_id == e->attrs_id)
		return d->attrs_set - 1;
	d->attrs_id = e->attrs_id;
	d->attrs_set = 1;
	if (a != NULL && bgp_has(a, BGP_ATTR_AS_PATH) &&
	    (e->kind == FEED_RIB || a->worst < BGP_TREAT_AS_WITHDRAW))
		d->attrs_set = make_set(d, a) + 1;
	return d->attrs_set - 1;
}

/* --- time -------------------------------------------------------------- */

static int64_t
next_bin(int64_t us)
{
	int64_t r = us % BIN;

	return us - (r < 0 ? r + BIN : r) + BIN;
}

static void
set_now(struct detect *d, int64_t us)
{
	d->now = us;
	d->day = utc_day(us);
}

/* Everything due up to and at `until`, in order of time. */
static int
advance(struct detect *d, int64_t until, struct err *err)
{
	int64_t silent = d->now;

	for (;;) {
		int64_t bin = d->bin, month = utc_month_start(d->month, 1);
		int64_t at = bin;

		if (bin - silent > BINS_AFTER_SILENCE &&
		    bin < until - 2 * BIN) {
			d->bin = next_bin(until - 2 * BIN);
			continue;
		}
		if (month < at)
			at = month;
		if (d->next_epoch < at)
			at = d->next_epoch;
		if (at > until) {
			d->due = at;
			break;
		}
		timers_run(d, at);
		set_now(d, at);
		if (at == bin) {
			apply_bin(d);
			d->bin = bin + BIN;
		}
		if (at == month) {
			facts_month_end(d);
			d->month = month;
		}
		if (at == d->next_epoch && apply_epoch(d, err) == -1)
			return -1;
	}
	timers_run(d, until);
	set_now(d, until);
	return 0;
}

static int
begin_time(struct detect *d, int64_t us, struct err *err)
{
	unsigned changed;

	set_now(d, us);
	d->month = utc_month_start(us, 0);
	d->bin = next_bin(us);
	return verdict_move(d, &changed, err);
}

static int
move_to(struct detect *d, int64_t us, struct err *err)
{
	if (d->now == TIME_NONE)
		return begin_time(d, us, err);
	if (d->bin == TIME_NONE) { /* goes on from a saved state */
		d->bin = next_bin(d->now);
		d->month = utc_month_start(d->now, 0);
	}
	if (us >= d->due)
		return us > d->now ? advance(d, us, err) : 0;
	timers_run(d, us);
	set_now(d, us);
	return 0;
}

/* --- events ------------------------------------------------------------ */

/* Too late to be judged: it was there on that day, no more. */
static void
late_event(struct detect *d, const struct feed_event *e, uint32_t peer)
{
	uint32_t set, prefix;

	d->counts.late++;
	if (e->kind != FEED_ANNOUNCE && e->kind != FEED_RIB)
		return;
	set = set_of(d, e);
	if (set == 0)
		return;
	prefix = pset_add(d->prefixes, &e->prefix);
	prow_touch(d, prefix);
	uint32_t pair = pair_make(d, prefix, set_origin(d, peer, set));
	if (!(d->pairs.p[pair].flags & PAIR_SUSPECT))
		days_set(&d->pairs.p[pair].days, utc_day(e->time_us));
}

static void
route_event(struct detect *d, const struct feed_event *e, uint32_t peer)
{
	bool dump = e->kind == FEED_RIB;
	uint32_t set = e->kind == FEED_WITHDRAW ? 0 : set_of(d, e);
	uint32_t prefix;
	int64_t since = e->since_us == TIME_NONE ? d->now : e->since_us;

	d->counts.announced += e->kind == FEED_ANNOUNCE;
	d->counts.withdrawn += e->kind == FEED_WITHDRAW;
	d->counts.table += dump;
	if (e->attrs != NULL && e->attrs->worst != BGP_OK)
		d->counts.faults++;
	if (!dump) {
		struct coll *c = &d->colls.p[rib_peer(d->rib, peer)->collector];

		apply_peer_up(d, peer);
		if (c->first_us == TIME_NONE)
			c->first_us = d->now;
	}
	if (set == 0) {
		/* A name alone, without anything known of it, says nothing:
		 * it may have gone with the last state. */
		prefix = pset_find(d->prefixes, &e->prefix);
		if (prefix == PSET_NONE) {
			d->counts.duplicates += !dump;
			return;
		}
	} else {
		prefix = pset_add(d->prefixes, &e->prefix);
	}
	apply_route(d, peer, prefix, e->path_id, set, since, dump);
}

int
detect_event(struct detect *d, const struct feed_event *e, struct err *err)
{
	uint32_t peer = peer_of(d, e->peer);

	d->counts.events++;
	if (e->ahead != NULL)
		pset_prefetch(d->prefixes, e->ahead);
	if (peer == NONE)
		return err_set(err, ERR_LIMIT, "too many peers");
	if (e->late || (d->now != TIME_NONE && e->time_us < d->now)) {
		late_event(d, e, peer);
		return 0;
	}
	if (move_to(d, e->time_us, err) == -1)
		return -1;
	history_day(d);
	rib_peer(d->rib, peer)->last_us = d->now;
	switch (e->kind) {
	case FEED_ANNOUNCE:
	case FEED_WITHDRAW:
	case FEED_RIB:
		route_event(d, e, peer);
		break;
	case FEED_PEER_UP:
		apply_peer_up(d, peer);
		break;
	case FEED_PEER_DOWN:
		apply_peer_down(d, peer);
		break;
	case FEED_TABLE_BEGIN:
		apply_dump_begin(d, peer);
		break;
	case FEED_TABLE_END:
		apply_dump_end(d, peer);
		break;
	case FEED_TABLE_DROP:
		rib_mark_drop(d->rib, peer);
		break;
	}
	return 0;
}

/* --- what is known now ------------------------------------------------- */

void
detect_sort(struct detect *d)
{
	(void)pset_in_order(d->prefixes);
}

const uint32_t *
detect_origins(const struct detect *d, size_t *n)
{
	*n = d->origins.n;
	return d->origins.p;
}

int
detect_finish(struct detect *d, const struct detect_sinks *s, struct err *err)
{
	int status = 0;

	if (incidents_emit(d, s, err) == -1 || facts_emit(d, s, err) == -1)
		status = -1;
	arena_free(&d->text);
	return status;
}

int64_t
detect_now(const struct detect *d)
{
	return d->now;
}

void
detect_get_counts(const struct detect *d, struct detect_counts *out)
{
	double share = cfg(d, SET_FULL_SHARE) / 100;

	*out = d->counts;
	out->peers = rib_peer_count(d->rib);
	for (uint32_t i = 0; i < out->peers; i++)
		out->peers_up += rib_peer(d->rib, i)->up;
	out->full4 = rib_full_count(d->rib, NET_IP4, share);
	out->full6 = rib_full_count(d->rib, NET_IP6, share);
	out->prefixes = pset_count(d->prefixes);
	out->pairs = d->pairs.n;
	out->paths = rib_path_count(d->rib);
	out->sets = rib_set_count(d->rib);
}
