/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rule_leak.c - L0 and L1 (and what ASPA proves): routes that went where
 * nobody should have sent them, and when many of them make an incident.
 *
 * One odd path is an anomaly: relations are inferred and may be wrong.  What
 * counts is a new run of three networks, with many prefixes or origins behind
 * it in a short time, seen by more than one network.
 */
#include "detect/part.h"

void
rule_leak(struct detect *d, const struct route *r, const struct pverdict *v)
{
	uint32_t f = finding_find(d, RULE_LEAK, r->prefix, v->leaker);

	if (f == NONE) {
		/* An old valley is a wrong relationship, or a habit. */
		if (!seg_new(d, v->seg))
			return;
		f = finding_make(d, RULE_LEAK, r, v->leaker);
		struct finding *x = &d->findings.p[f];
		x->other = v->seg;
		x->type = v->type;
		x->evidence |= EV(EV_NEW_SEGMENT);
		if (v->valley)
			x->evidence |= EV(EV_VALLEY);
		if (v->gap) {
			x->evidence |= EV(EV_CLIQUE_GAP);
			x->flags |= F_GAP;
		}
		if (v->aspa) {
			x->evidence |= EV(EV_ASPA_INVALID);
			x->flags |= F_ASPA;
		}
		if (r->origin != 0)
			u32set_add(&x->victims, r->origin);
	}
	finding_join(d, f, r, v->to);
}

/* Networks whose peers saw any of the findings from `first` on. */
static bool
enough_peers(struct detect *d, const struct inc *in, uint32_t first)
{
	uint32_t need = (uint32_t)cfg(d, SET_LEAK_MIN_PEERS);
	struct u32set ases = { 0 };
	bool enough;

	if (need <= 1)
		return true;
	if (need == 2)
		return (in->flags & I_TWO) != 0;
	for (size_t i = first; i < in->findings.n && ases.n < need; i++) {
		const struct finding *f = &d->findings.p[in->findings.p[i]];

		for (uint32_t k = 0; k < f->peers.n; k++)
			u32set_add(&ases,
			    rib_peer(d->rib, f->peers.p[k] & ~PEER_DARK)->asn);
	}
	enough = ases.n >= need;
	u32set_fini(&ases);
	return enough;
}

static bool
enough_origins(const struct detect *d, const struct inc *in, uint32_t need)
{
	struct u32set origins = { 0 };
	bool enough;

	for (size_t i = in->win; i < in->findings.n && origins.n < need; i++)
		u32set_add(&origins, d->findings.p[in->findings.p[i]].origin);
	enough = origins.n >= need;
	u32set_fini(&origins);
	return enough;
}

/* Far more than the leaker's own customers explain. */
static bool
is_volume(const struct detect *d, const struct inc *in, uint32_t n)
{
	double cone = 0;

	if (d->view->topo != NULL) {
		uint32_t size = topo_cone_size(d->view->topo, in->culprit);

		if (size == TOPO_CONE_UNKNOWN)
			return false;
		cone = cfg(d, SET_LEAK_CONE_SHARE) / 100 * size;
	}
	return n > cfg(d, SET_LEAK_VOLUME) && n > cone;
}

static uint8_t
leak_level(struct detect *d, struct inc *in)
{
	uint32_t n = (uint32_t)in->findings.n - in->win;
	const struct finding *last =
	    &d->findings.p[in->findings.p[in->findings.n - 1]];

	if (!enough_peers(d, in, in->win))
		return 1;
	if (last->flags & F_ASPA)
		return 4;
	if (last->flags & F_GAP &&
	    (n >= cfg(d, SET_GAP_PREFIXES) ||
		enough_origins(d, in, (uint32_t)cfg(d, SET_GAP_ORIGINS))))
		return 3;
	if (n < cfg(d, SET_LEAK_PREFIXES) &&
	    !enough_origins(d, in, (uint32_t)cfg(d, SET_LEAK_ORIGINS)))
		return 1;
	if (!is_volume(d, in, n))
		return 2;
	in->evidence |= EV(EV_VOLUME);
	return 3;
}

void
leak_judge(struct detect *d, uint32_t inc)
{
	struct inc *in = &d->incs.p[inc];
	int64_t window = cfg_us(d, SET_LEAK_SECONDS);
	uint8_t level;

	if (in->own >= 4 || in->findings.n == 0)
		return;
	while (in->win < in->findings.n &&
	       d->findings.p[in->findings.p[in->win]].start < d->now - window)
		in->win++;
	if (in->win == in->findings.n)
		in->win--;
	level = leak_level(d, in);
	if (level >= 2 && in->counted == NONE)
		in->counted = in->win;
	if (level > in->own)
		in->own = level;
}
