/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoch.c - other tables of the world come into force: what stands is judged
 * again by them (rule R1 among it), in order of prefix and origin.
 */
#include <stdlib.h>

#include "detect/part.h"

static int
cmp_pair(const void *a, const void *b, void *ctx)
{
	const struct detect *d = ctx;
	const struct pair *x = &d->pairs.p[*(const uint32_t *)a];
	const struct pair *y = &d->pairs.p[*(const uint32_t *)b];
	int c = prefix_cmp(prefix_at(d, x->prefix), prefix_at(d, y->prefix));

	return c != 0 ? c : (x->origin > y->origin) - (x->origin < y->origin);
}

static void
end_finding(struct detect *d, enum rule rule, uint32_t prefix, uint32_t who)
{
	uint32_t f = finding_find(d, rule, prefix, who);

	if (f != NONE)
		leave_all(d, f);
}

/* Everyone who says it now is told to the rules of one kind. */
static void
tell_bogon(struct detect *d, uint32_t pair)
{
	struct route r;
	uint32_t at = 0;

	while (pair_route(d, pair, &at, &r))
		if (!r.rtbh)
			rule_bogon(d, &r);
}

static void
tell_rpki(struct detect *d, uint32_t pair)
{
	struct route r;
	uint32_t at = 0;

	while (pair_route(d, pair, &at, &r))
		if (!r.rtbh)
			rule_rpki(d, &r, pair);
}

static void
rov_changed(struct detect *d, uint32_t pair, uint8_t was)
{
	struct pair *p = &d->pairs.p[pair];
	uint32_t prefix = p->prefix, origin = p->origin;

	if (p->rov == was)
		return;
	if (pr_invalid(was)) {
		end_finding(d, RULE_RPKI, prefix, origin);
		end_finding(d, RULE_ROA, prefix, origin);
		p->flags &= (uint8_t)~PAIR_ROA_FELL;
	}
	if (!pr_invalid(p->rov) || origin == 0)
		return;
	if (was == PR_VALID || p->flags & PAIR_ROA_FELL) {
		p->flags |= PAIR_ROA_FELL;
		rule_roa(d, pair, was);
	} else {
		tell_rpki(d, pair);
	}
}

static void
bogon_changed(struct detect *d, uint32_t pair)
{
	const struct pair *p = &d->pairs.p[pair];
	uint32_t prefix = p->prefix, origin = p->origin;
	uint8_t is = verdict_bogon(d, prefix);

	if (origin == 0)
		return;
	if (is != REG_FULL && is != REG_ADMIN)
		end_finding(d, RULE_BOGON, prefix, origin);
	else if (finding_find(d, RULE_BOGON, prefix, origin) == NONE)
		tell_bogon(d, pair);
}

static void
judge_pair_again(struct detect *d, uint32_t pair)
{
	struct pair *p = &d->pairs.p[pair];
	uint32_t prefix = p->prefix, origin = p->origin;
	uint8_t was = p->rov, irr = p->irr;

	pair_judge(d, p);
	if (p->rov != was || p->irr != irr)
		facts_pair(d, pair);
	rov_changed(d, pair, was);
	bogon_changed(d, pair);
	uint32_t f = finding_find(d, RULE_ORIGIN, prefix, origin);
	if (f != NONE && d->findings.p[f].end == TIME_NONE) {
		benign_judge(d, &d->findings.p[f]);
		finding_judge(d, f);
	}
}

static void
judge_pairs_again(struct detect *d)
{
	VEC(uint32_t) live = { 0 };

	for (uint32_t i = 0; i < d->pairs.n; i++)
		if (d->pairs.p[i].peers > 0)
			vec_push(&live, i);
	if (live.n > 0)
		qsort_r(live.p, live.n, sizeof(*live.p), cmp_pair, d);
	for (size_t i = 0; i < live.n; i++)
		judge_pair_again(d, live.p[i]);
	vec_fini(&live);
}

/* --- paths ------------------------------------------------------------- */

/*
 * Old verdicts are kept for paths that were asked about, which depends on how
 * a run was cut; so nothing here compares with them.  Segments are counted
 * again from the cells, findings ask their peers again, and what other tables
 * accuse is told to the rules.
 */
struct cell {
	uint32_t peer, rank, prefix, path_id, set;
};
struct walk {
	struct detect *d;
	uint32_t peer, rank;
	VEC(struct cell) cells;
};

static void
count_cell(void *ctx, uint32_t prefix, uint32_t path_id, uint32_t set)
{
	struct walk *w = ctx;
	const struct pverdict *v =
	    verdict_path(w->d, rib_set_path(w->d->rib, set));

	/* The path was there before: what is new is our knowledge. */
	if (v->flags & PV_LEAK)
		seg_join(w->d, v->seg, false);
	if (v->flags & (PV_BOGON | PV_BOGON_ADMIN))
		vec_push(&w->cells,
		    ((struct cell){ w->peer, w->rank, prefix, path_id, set }));
}

static int
cmp_cell(const void *a, const void *b, void *ctx)
{
	const struct detect *d = ctx;
	const struct cell *x = a, *y = b;
	int c = prefix_cmp(prefix_at(d, x->prefix), prefix_at(d, y->prefix));

	if (c == 0)
		c = (x->rank > y->rank) - (x->rank < y->rank);
	return c != 0 ? c
		      : (x->path_id > y->path_id) - (x->path_id < y->path_id);
}

static void
count_segs_again(struct detect *d, struct walk *w)
{
	uint32_t n;
	const uint32_t *order = peers_in_order(d, &n);

	for (size_t i = 0; i < d->segs.n; i++)
		if (d->segs.p[i].live > 0) {
			d->segs.p[i].live = 0;
			d->segs.p[i].last_us = d->now;
		}
	for (w->rank = 0; w->rank < n; w->rank++) {
		w->peer = order[w->rank];
		rib_each_cell(d->rib, w->peer, count_cell, w);
	}
}

/* Peers that say it no longer leave. */
static void
ask_again(struct detect *d, uint32_t id)
{
	struct finding *f = &d->findings.p[id];
	enum rule rule = (enum rule)f->rule;
	uint32_t i = f->peers.n;

	if (f->flags & F_CLOSED ||
	    (rule != RULE_LEAK && rule != RULE_BOGON_ASN && rule != RULE_PATH))
		return;
	while (i-- > 0) {
		uint32_t peer = f->peers.p[i];

		if (!(peer & PEER_DARK) &&
		    !says_path(d, peer, f->prefix, rule, f->who))
			finding_leave(d, id, peer);
	}
}

static void
judge_paths_again(struct detect *d)
{
	struct walk w = { .d = d };

	d->pv_of.n = 0;
	d->pvs.n = 0;
	count_segs_again(d, &w);
	for (uint32_t i = 0; i < d->findings.n; i++)
		ask_again(d, i);
	if (w.cells.n > 0)
		qsort_r(w.cells.p, w.cells.n, sizeof(*w.cells.p), cmp_cell, d);
	for (size_t i = 0; i < w.cells.n; i++) {
		const struct cell *c = &w.cells.p[i];
		struct route r =
		    route_of(d, c->peer, c->prefix, c->set, d->now);
		struct pverdict v = *verdict_path(d, r.path);

		if (!r.rtbh)
			rule_bogon_asn(d, &r, &v);
	}
	vec_fini(&w.cells);
}

void
judge_again(struct detect *d, unsigned changed)
{
	d->stamp++;
	if (changed & (WORLD_VRPS | WORLD_IRR | WORLD_REGISTRY | WORLD_TOPO))
		judge_pairs_again(d);
	if (changed & (WORLD_TOPO | WORLD_ASPAS | WORLD_REGISTRY))
		judge_paths_again(d);
}

int
apply_epoch(struct detect *d, struct err *err)
{
	unsigned changed;

	if (verdict_move(d, &changed, err) == -1)
		return -1;
	if (changed != 0)
		judge_again(d, changed);
	return 0;
}
