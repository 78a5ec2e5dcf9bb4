/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apply.c - what a route event changes: the cell of its peer, who says which
 * (prefix, origin) and which path, and only then the rules.
 *
 * A route equal to the one that stands in the cell is dropped before any
 * rule.  Rules that depend on the prefix and origin alone run when a pair
 * appears; rules that depend on the path alone use the verdict kept with it.
 */
#include "detect/part.h"

uint32_t
set_origin(const struct detect *d, uint32_t peer, uint32_t set)
{
	uint32_t path = rib_set_path(d->rib, set);

	/* RFC 6811 2: an empty path is of the peer itself. */
	if (path == 0)
		return rib_peer(d->rib, peer)->asn;
	return rib_path_origin(d->rib, path);
}

bool
peer_baseline(const struct detect *d, uint32_t peer)
{
	const struct coll *c = &d->colls.p[rib_peer(d->rib, peer)->collector];

	return c->baseline ||
	       (c->first_us != TIME_NONE &&
		   d->now - c->first_us >= cfg_us(d, SET_BASELINE_SECONDS));
}

uint32_t
live_full(const struct detect *d, uint32_t prefix)
{
	return rib_full_count(d->rib, prefix_at(d, prefix)->family,
	    cfg(d, SET_FULL_SHARE) / 100);
}

/* Another path of this peer (RFC 7911) has this origin. */
static bool
says_origin(const struct detect *d, uint32_t peer, uint32_t prefix,
    uint32_t origin)
{
	uint32_t sets[RIB_PATHS_MAX];
	size_t n;

	n = rib_cells_at(d->rib, peer, prefix, sets, RIB_PATHS_MAX);
	for (size_t i = 0; i < n && i < RIB_PATHS_MAX; i++)
		if (set_origin(d, peer, sets[i]) == origin)
			return true;
	return false;
}

/* A full feed of the same network, other than peer, has this origin. */
static bool
twin_says(const struct detect *d, uint32_t peer, uint32_t prefix,
    uint32_t origin)
{
	unsigned family = prefix_at(d, prefix)->family;
	uint32_t q = rib_peer_of_as(d->rib, rib_peer(d->rib, peer)->asn);

	for (; q != RIB_NONE; q = rib_peer(d->rib, q)->next_same_as)
		if (q != peer && rib_peer(d->rib, q)->full[family] &&
		    says_origin(d, q, prefix, origin))
			return true;
	return false;
}

void
pair_count_full(struct detect *d, uint32_t peer, struct pair *p, bool join)
{
	unsigned family = prefix_at(d, p->prefix)->family;

	if (!rib_peer(d->rib, peer)->full[family] ||
	    twin_says(d, peer, p->prefix, p->origin))
		return;
	if (!join) {
		if (p->full_ases > 0)
			p->full_ases--;
		return;
	}
	if (p->full_ases < UINT16_MAX)
		p->full_ases++;
	if (p->full_ases > p->max_full)
		p->max_full = p->full_ases;
}

/* --- pairs ------------------------------------------------------------- */

void
pair_judge(struct detect *d, struct pair *p)
{
	const struct prefix *q = prefix_at(d, p->prefix);

	p->rov = (uint8_t)verdict_rov(d, q, p->origin);
	p->irr = verdict_irr(d, q, p->origin, d->now, NULL);
}

static void
pair_join(struct detect *d, uint32_t peer, uint32_t pair)
{
	struct pair *p = &d->pairs.p[pair];

	if (p->peers++ == 0)
		pair_judge(d, p);
	pair_count_full(d, peer, p, true);
}

/* dark: the peer went down, which says nothing about the route. */
static void
pair_leave(struct detect *d, uint32_t peer, uint32_t prefix, uint32_t origin,
    bool dark)
{
	uint32_t pair = pair_find(d, prefix, origin), f, next;

	if (pair == NONE || d->pairs.p[pair].peers == 0)
		return;
	for (f = d->prows.p[prefix].finding; f != NONE; f = next) {
		const struct finding *x = &d->findings.p[f];

		next = x->next;
		if (x->rule > RULE_BOGON || x->who != origin)
			continue;
		if (dark)
			finding_darken(d, f, peer);
		else
			finding_leave(d, f, peer);
	}
	struct pair *p = &d->pairs.p[pair];
	pair_fold(d, p);
	pair_count_full(d, peer, p, false);
	if (--p->peers == 0)
		p->flags &= (uint8_t) ~(PAIR_NEW | PAIR_ROA_FELL);
}

void
pair_rules(struct detect *d, const struct route *r, uint32_t pair,
    bool appeared)
{
	const struct pair *p = &d->pairs.p[pair];
	uint8_t bogon = verdict_bogon(d, r->prefix);

	if (r->origin == 0 || r->rtbh)
		return;
	if (bogon == REG_FULL || bogon == REG_ADMIN)
		rule_bogon(d, r);
	else if (appeared || p->flags & PAIR_NEW)
		rule_origin(d, r, pair);
	p = &d->pairs.p[pair];
	if (pr_invalid(p->rov) && !(p->flags & PAIR_ROA_FELL))
		rule_rpki(d, r, pair);
	else if (p->flags & PAIR_ROA_FELL)
		rule_roa(d, pair, PR_VALID);
	facts_route(d, r, pair);
}

/* --- paths ------------------------------------------------------------- */

/* What a finding of the rule about this path names, 0 = there is none. */
static uint32_t
path_accuses(const struct pverdict *v, enum rule rule)
{
	if (rule == RULE_LEAK)
		return v->flags & PV_LEAK ? v->leaker : 0;
	if (rule == RULE_BOGON_ASN)
		return v->flags & (PV_BOGON | PV_BOGON_ADMIN) ? v->beside : 0;
	return v->flags & (PV_LONG | PV_PREPENDS) ? v->absurd : 0;
}

bool
says_path(struct detect *d, uint32_t peer, uint32_t prefix, enum rule rule,
    uint32_t who)
{
	uint32_t sets[RIB_PATHS_MAX];
	size_t n = rib_cells_at(d->rib, peer, prefix, sets, RIB_PATHS_MAX);

	for (size_t i = 0; i < n && i < RIB_PATHS_MAX; i++)
		if (path_accuses(verdict_path(d, rib_set_path(d->rib, sets[i])),
			rule) == who)
			return true;
	return false;
}

static void
path_leave_rule(struct detect *d, uint32_t peer, uint32_t prefix,
    enum rule rule, uint32_t who, bool dark)
{
	uint32_t f = finding_find(d, rule, prefix, who);

	if (f == NONE)
		return;
	if (dark)
		finding_darken(d, f, peer);
	else
		finding_leave(d, f, peer);
}

/* The cell already holds what comes after. */
void
path_leave(struct detect *d, uint32_t peer, uint32_t prefix,
    const struct pverdict *v, bool dark)
{
	if (v->flags & PV_LEAK) {
		seg_leave(d, v->seg);
		if (!says_path(d, peer, prefix, RULE_LEAK, v->leaker))
			path_leave_rule(d, peer, prefix, RULE_LEAK, v->leaker,
			    dark);
	}
	if (v->flags & (PV_BOGON | PV_BOGON_ADMIN) &&
	    !says_path(d, peer, prefix, RULE_BOGON_ASN, v->beside))
		path_leave_rule(d, peer, prefix, RULE_BOGON_ASN, v->beside,
		    dark);
	if (v->flags & (PV_LONG | PV_PREPENDS) &&
	    !says_path(d, peer, prefix, RULE_PATH, v->absurd))
		path_leave_rule(d, peer, prefix, RULE_PATH, v->absurd, dark);
}

static void
path_leave_old(struct detect *d, uint32_t peer, uint32_t prefix, uint32_t path,
    bool dark)
{
	struct pverdict v = *verdict_path(d, path);

	path_leave(d, peer, prefix, &v, dark);
}

void
path_rules(struct detect *d, const struct route *r, const struct pverdict *v)
{
	if (v->flags & PV_LEAK)
		rule_leak(d, r, v);
	if (v->flags & (PV_BOGON | PV_BOGON_ADMIN) && !r->rtbh)
		rule_bogon_asn(d, r, v);
	if (v->flags & (PV_LONG | PV_PREPENDS))
		rule_path(d, r, v);
}

/* --- one route --------------------------------------------------------- */

static void
count_hygiene(struct detect *d, const struct route *r, uint8_t flags,
    const struct pverdict *v, bool appeared)
{
	const struct prefix *p = prefix_at(d, r->prefix);
	bool four = p->family == NET_IP4;
	struct registry_ixp ixp;

	d->counts.hygiene[HYG_DEFAULT] += p->len == 0;
	d->counts.hygiene[HYG_SHORT] += p->len > 0 && p->len < (four ? 8 : 16);
	d->counts.hygiene[HYG_LONG] +=
	    p->len >
	    (four ? cfg(d, SET_HIJACK_MAX_LEN4) : cfg(d, SET_HIJACK_MAX_LEN6));
	d->counts.hygiene[HYG_PATH_LONG] += (v->flags & PV_LONG) != 0;
	d->counts.hygiene[HYG_PREPENDS] += (v->flags & PV_PREPENDS) != 0;
	d->counts.hygiene[HYG_AS_SET] += rib_path_has_set(d->rib, r->path);
	d->counts.hygiene[HYG_NO_EXPORT] += (flags & RIB_NO_EXPORT) != 0;
	if (appeared && p->len >= 20 && d->view->registry != NULL)
		d->counts.hygiene[HYG_IXP_LAN] +=
		    registry_ixp_lan(d->view->registry, p, &ixp);
}

struct route
route_of(struct detect *d, uint32_t peer, uint32_t prefix, uint32_t set,
    int64_t since)
{
	const struct prefix *p = prefix_at(d, prefix);
	double most = p->family == NET_IP4 ? cfg(d, SET_HIJACK_MAX_LEN4)
					   : cfg(d, SET_HIJACK_MAX_LEN6);

	return (struct route){ .peer = peer,
		.prefix = prefix,
		.origin = set_origin(d, peer, set),
		.path = rib_set_path(d->rib, set),
		.set = set,
		.since = since,
		.baseline = peer_baseline(d, peer),
		.rtbh = p->len > most &&
			rib_set_flags(d->rib, set) & RIB_BLACKHOLE };
}

static void
arrive(struct detect *d, const struct route *r, bool same_path,
    bool same_origin)
{
	uint32_t pair = pair_make(d, r->prefix, r->origin);
	bool appeared = false;
	struct pverdict v = *verdict_path(d, r->path);

	if (!same_origin) {
		appeared = d->pairs.p[pair].peers == 0;
		pair_join(d, r->peer, pair);
	}
	if (!same_path && v.flags & PV_LEAK)
		seg_join(d, v.seg, r->baseline);
	pair_rules(d, r, pair, appeared);
	if (v.flags & ~PV_CORE)
		path_rules(d, r, &v);
	count_hygiene(d, r, rib_set_flags(d->rib, r->set), &v, appeared);
	if (appeared) /* from now on pair_fold() knows that it was there */
		days_set(&d->pairs.p[pair].days, d->day);
}

void
apply_route(struct detect *d, uint32_t peer, uint32_t prefix, uint32_t path_id,
    uint32_t set, int64_t since, bool dump)
{
	prow_touch(d, prefix);
	uint32_t old = rib_cell_set(d->rib, peer, prefix, path_id, set);
	if (d->dark_of.p[peer] > 0)
		finding_clear_dark(d, prefix, peer);
	if (old == set) {
		d->counts.duplicates += !dump;
		return;
	}
	uint32_t old_path = rib_set_path(d->rib, old);
	uint32_t old_origin = old == 0 ? 0 : set_origin(d, peer, old);
	bool same_path =
	    old != 0 && set != 0 && rib_set_path(d->rib, set) == old_path;
	bool same_origin = false;

	if (set != 0) {
		uint32_t origin = set_origin(d, peer, set);

		same_origin = old != 0 && origin == old_origin;
		/* The peer may say this origin with another path id. */
		if (!same_origin && rib_peer(d->rib, peer)->add_path) {
			rib_cell_set(d->rib, peer, prefix, path_id, 0);
			same_origin = says_origin(d, peer, prefix, origin);
			rib_cell_set(d->rib, peer, prefix, path_id, set);
		}
	}
	if (set != 0) {
		struct route r = route_of(d, peer, prefix, set, since);

		arrive(d, &r, same_path, same_origin);
	}
	if (old != 0 && !same_path)
		path_leave_old(d, peer, prefix, old_path, false);
	if (old != 0 && !says_origin(d, peer, prefix, old_origin))
		pair_leave(d, peer, prefix, old_origin, false);
}

/* --- peers ------------------------------------------------------------- */

struct peer_walk {
	struct detect *d;
	uint32_t peer;
};

static void
darken_cell(void *ctx, uint32_t prefix, uint32_t path_id, uint32_t set)
{
	struct peer_walk *w = ctx;
	struct detect *d = w->d;
	uint32_t origin = set_origin(d, w->peer, set);

	prow_touch(d, prefix);
	rib_cell_set(d->rib, w->peer, prefix, path_id, 0);
	path_leave_old(d, w->peer, prefix, rib_set_path(d->rib, set), true);
	if (!says_origin(d, w->peer, prefix, origin))
		pair_leave(d, w->peer, prefix, origin, true);
}

void
apply_peer_down(struct detect *d, uint32_t peer)
{
	struct rib_peer *p = rib_peer(d->rib, peer);
	struct peer_walk w = { d, peer };

	rib_mark_drop(d->rib, peer);
	rib_each_cell(d->rib, peer, darken_cell, &w);
	p->up = false;
	p->full[NET_IP4] = p->full[NET_IP6] = false;
	p->up_us = TIME_NONE;
}

void
apply_peer_up(struct detect *d, uint32_t peer)
{
	struct rib_peer *p = rib_peer(d->rib, peer);

	if (!p->up) {
		p->up = true;
		p->up_us = d->now;
	}
}

void
apply_dump_begin(struct detect *d, uint32_t peer)
{
	apply_peer_up(d, peer);
	rib_mark_begin(d->rib, peer);
}

static void
lacked_cell(void *ctx, uint32_t prefix, uint32_t path_id, uint32_t set)
{
	struct peer_walk *w = ctx;

	(void)set;
	apply_route(w->d, w->peer, prefix, path_id, 0, w->d->now, true);
}

/* Those that cease to be full go first, so that the order of peers does not
 * show in how many there were at once. */
static void
renew_full(struct detect *d, bool becomes)
{
	double share = cfg(d, SET_FULL_SHARE) / 100;

	for (uint32_t i = 0; i < rib_peer_count(d->rib); i++)
		for (unsigned f = 0; f < NET_FAMILIES; f++) {
			bool full = rib_is_full(d->rib, i, f, share);

			if (full == becomes &&
			    full != rib_peer(d->rib, i)->full[f])
				facts_full_changed(d, i, f, full);
		}
}

void
apply_dump_end(struct detect *d, uint32_t peer)
{
	struct peer_walk w = { d, peer };

	if (!rib_marking(d->rib, peer))
		return;
	rib_mark_end(d->rib, peer, lacked_cell, &w);
	finding_clear_dark_all(d, peer);
	d->colls.p[rib_peer(d->rib, peer)->collector].baseline = true;
	/* The size of a whole table is known now. */
	renew_full(d, false);
	renew_full(d, true);
}

void
apply_bin(struct detect *d)
{
	renew_full(d, false);
	renew_full(d, true);
	for (uint32_t i = 0; i < rib_peer_count(d->rib); i++) {
		const struct rib_peer *p = rib_peer(d->rib, i);

		if (d->dark_of.p[i] > 0 && p->up && p->up_us != TIME_NONE &&
		    d->now - p->up_us >= cfg_us(d, SET_PEER_SETTLE_SECONDS))
			finding_clear_dark_all(d, i);
	}
}
