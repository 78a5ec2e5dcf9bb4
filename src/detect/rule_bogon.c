/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rule_bogon.c - B1 and B3: space that nobody may announce, or that nobody
 * was given; B2: AS numbers of that kind in a path.
 */
#include "detect/part.h"

void
rule_bogon(struct detect *d, const struct route *r)
{
	uint32_t f = finding_find(d, RULE_BOGON, r->prefix, r->origin);

	if (f == NONE) {
		bool admin = verdict_bogon(d, r->prefix) == REG_ADMIN;

		f = finding_make(d, RULE_BOGON, r, r->origin);
		struct finding *x = &d->findings.p[f];
		x->evidence |= admin ? EV(EV_BOGON_ADMIN) : EV(EV_BOGON_FULL);
		x->flags |= admin ? F_ADMIN : 0;
	}
	finding_join(d, f, r, rib_path_next_to_origin(d->rib, r->path));
}

/* The network beside the bogon holds the prefix: the number is its own slip,
 * or its customer's who has none of its own. */
static bool
is_own_space(struct detect *d, const struct prefix *q, uint32_t who)
{
	int32_t days = (int32_t)cfg(d, SET_HISTORY_DAYS);
	uint8_t irr;

	if (verdict_rov(d, q, who) == PR_VALID)
		return true;
	irr = verdict_irr(d, q, who, d->now, NULL);
	if (irr >= IRR_EXACT_A + 1 && irr <= IRR_COVERING_B + 1)
		return true;
	if (d->view->registry != NULL &&
	    registry_same_holder(d->view->registry, q, who))
		return true;
	for (int len = named_cover(d, q, q->len);
	     len >= (q->family == NET_IP4 ? 8 : 16);
	     len = named_cover(d, q, len - 1)) {
		struct prefix c = prefix_truncate(q, (uint8_t)len);
		struct u32set now = { 0 };
		bool own;

		known_origins(d, &c, days, &now);
		own = u32set_has(&now, who);
		u32set_fini(&now);
		if (own)
			return true;
	}
	return false;
}

void
rule_bogon_asn(struct detect *d, const struct route *r,
    const struct pverdict *v)
{
	uint32_t f = finding_find(d, RULE_BOGON_ASN, r->prefix, v->beside);

	if (f == NONE) {
		bool own = is_own_space(d, prefix_at(d, r->prefix), v->beside);
		bool admin = (v->flags & PV_BOGON_ADMIN) != 0;

		f = finding_make(d, RULE_BOGON_ASN, r, v->beside);
		struct finding *x = &d->findings.p[f];
		x->other = v->bogon_asn;
		x->evidence |= admin ? EV(EV_BOGON_ADMIN) : EV(EV_BOGON_ASN);
		x->flags |= (admin ? F_ADMIN : 0) | (own ? F_OWN : 0);
	}
	finding_join(d, f, r, v->beyond);
}

/* Absurd lengths and prepends: an anomaly, never scored. */
void
rule_path(struct detect *d, const struct route *r, const struct pverdict *v)
{
	uint32_t f = finding_find(d, RULE_PATH, r->prefix, v->absurd);

	if (f == NONE) {
		f = finding_make(d, RULE_PATH, r, v->absurd);
		d->findings.p[f].evidence |= EV(EV_PATH_FAULT);
	}
	finding_join(d, f, r, 0);
}
