/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rule_rpki.c - routes that RPKI calls invalid, and R1: routes that became so
 * because the set of ROAs changed.
 */
#include "detect/part.h"

struct authorised {
	struct detect *d;
	struct u32set *asns;
	uint32_t origin;
	bool kin; /* one of them is of the origin's organisation */
};

static bool
note_authorised(void *ctx, const struct vrp *v)
{
	struct authorised *a = ctx;

	if (v->asn == 0 || v->asn == a->origin)
		return true;
	u32set_add(a->asns, v->asn);
	a->kin |= verdict_same_org(a->d, v->asn, a->origin);
	return true;
}

/* The route of the same origin for less specific space is valid and there:
 * it announces pieces that its own ROA is too short for. */
static bool
own_valid_cover(struct detect *d, const struct prefix *p, uint32_t origin)
{
	uint32_t id = pset_find(d->prefixes, p);

	for (id = id == PSET_NONE ? id : pset_up(d->prefixes, id);
	     id != PSET_NONE; id = pset_up(d->prefixes, id)) {
		uint32_t i = pair_find(d, id, origin);

		if (i != NONE && d->pairs.p[i].peers > 0 &&
		    d->pairs.p[i].rov == PR_VALID)
			return true;
	}
	return false;
}

static uint64_t
invalid_evidence(struct detect *d, const struct prefix *q, uint32_t origin,
    uint8_t rov)
{
	if (rov == PR_LEN)
		return EV(EV_INVALID_LEN);
	if (rov == PR_AS0)
		return EV(EV_INVALID_AS0);
	return valid_competes(d, q, origin) ? EV(EV_INVALID_ASN)
					    : EV(EV_INVALID_ALONE);
}

static void
describe(struct detect *d, uint32_t f, uint32_t pair)
{
	const struct pair *p = &d->pairs.p[pair];
	struct prefix q = *prefix_at(d, p->prefix);
	uint8_t rov = p->rov, irr = p->irr;
	uint32_t origin = p->origin;
	struct finding *x = &d->findings.p[f];
	struct authorised a = { d, &x->victims, origin, false };

	if (d->view->vrps != NULL) /* a saved verdict may say anything */
		vrp_table_covering(d->view->vrps, &q, note_authorised, &a);
	x->rov = rov;
	x->irr = irr;
	x->evidence |= invalid_evidence(d, &q, origin, rov);
	if (rov == PR_LEN) {
		x->flags |= F_LEN;
		if (own_valid_cover(d, &q, origin))
			x->flags |= F_STATIC;
	}
	if (x->evidence & EV(EV_INVALID_ASN) ||
	    (rov == PR_AS0 && !verdict_as0_advisory(d, &q)))
		x->flags |= F_PROVEN;
	if (a.kin && x->rule == RULE_RPKI) {
		x->benign = BENIGN_SAME_ORG;
		x->evidence |= EV(EV_SAME_ORG);
	}
}

void
rule_rpki(struct detect *d, const struct route *r, uint32_t pair)
{
	uint32_t f = finding_find(d, RULE_RPKI, r->prefix, r->origin);

	if (f == NONE) {
		/* Told as a hijack: saying it twice would be noise. */
		if (finding_find(d, RULE_ORIGIN, r->prefix, r->origin) != NONE)
			return;
		f = finding_make(d, RULE_RPKI, r, r->origin);
		describe(d, f, pair);
	}
	finding_join(d, f, r, rib_path_next_to_origin(d->rib, r->path));
}

void
rule_roa(struct detect *d, uint32_t pair, uint8_t was)
{
	const struct pair *p = &d->pairs.p[pair];
	uint32_t f = finding_find(d, RULE_ROA, p->prefix, p->origin), at = 0;
	struct route r;

	if (f == NONE) {
		if (was != PR_VALID || !pair_route(d, pair, &at, &r))
			return;
		f = finding_make(d, RULE_ROA, &r, r.origin);
		d->findings.p[f].evidence |= EV(EV_ROA_CHANGED);
		describe(d, f, pair);
	}
	join_all(d, f, pair);
}
