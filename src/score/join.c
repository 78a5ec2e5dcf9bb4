/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * join.c - would this network be let in, by each set of joining rules; and the
 * yardsticks of Du et al., "Mind Your MANRS", IMC 2022.
 */
#include "score/score.h"

const char *
score_verdict_name(enum score_verdict v)
{
	static const char *const names[] = { "cannot_tell", "fail", "pass" };

	return (unsigned)v < COUNT(names) ? names[v] : "?";
}

enum score_verdict
score_verdict(const struct score_value *v)
{
	if (v->level == SCORE_NO_DATA)
		return SCORE_CANNOT_TELL;
	return v->level == SCORE_READY ? SCORE_PASS : SCORE_FAIL;
}

static enum score_verdict
either(enum score_verdict a, enum score_verdict b)
{
	if (a == SCORE_PASS || b == SCORE_PASS)
		return SCORE_PASS;
	return a == SCORE_FAIL && b == SCORE_FAIL ? SCORE_FAIL
						  : SCORE_CANNOT_TELL;
}

static enum score_verdict
both(enum score_verdict a, enum score_verdict b)
{
	if (a == SCORE_FAIL || b == SCORE_FAIL)
		return SCORE_FAIL;
	return a == SCORE_PASS && b == SCORE_PASS ? SCORE_PASS
						  : SCORE_CANNOT_TELL;
}

static const struct {
	const char *name, *supply;
	unsigned actions;
} joins[JOIN_PROFILES] = {
	{ "join-guide", "a description of how each action is met", 4 },
	{ "join-page",
	    "that the actions hold for the majority of the infrastructure", 4 },
	{ "join-ixp",
	    "route-server policy and the published IXP policies: routing data "
	    "of a network do not show them",
	    5 },
	{ "join-cdn",
	    "egress filters to peers, and how MANRS is encouraged among peers",
	    6 },
	{ "join-vendor",
	    "products and training that serve the actions of others", 2 },
};

void
score_join(const struct score_card *c, unsigned i, struct score_join *out)
{
	enum score_verdict a[4];

	a[0] = score_verdict(&c->scores[SCORE_FILTERING]);
	a[1] = score_verdict(&c->scores[SCORE_ANTISPOOFING]);
	a[2] = score_verdict(&c->scores[SCORE_COORDINATION]);
	a[3] = either(score_verdict(&c->scores[SCORE_IRR]),
	    score_verdict(&c->scores[SCORE_RPKI]));
	*out = (struct score_join){ .profile = joins[i].name,
		.supply = joins[i].supply,
		.n_actions = joins[i].actions };
	switch (i) {
	case 0: /* 1, 3 and 4 required, 2 recommended */
		memcpy(out->action, a, sizeof(a));
		out->overall = both(both(a[0], a[2]), a[3]);
		break;
	case 1: /* one action, but not coordination alone */
		memcpy(out->action, a, sizeof(a));
		out->overall = either(either(a[0], a[1]), a[3]);
		break;
	case 3: /* 1 to 5 mandatory; 5 and 6 no data can show */
		memcpy(out->action, a, sizeof(a));
		out->overall = both(both(both(a[0], a[1]), both(a[2], a[3])),
		    SCORE_CANNOT_TELL);
		break;
	default:
		break;
	}
}

/* ASNs that the study leaves out. */
static bool
is_special(uint32_t asn)
{
	return asn == 23456 || (asn >= 64496 && asn <= 131071) ||
	       asn >= 4200000000U;
}

static bool
is_rpki_invalid(uint8_t rpki)
{
	return rpki == FACT_RPKI_INVALID_ASN || rpki == FACT_RPKI_INVALID_LEN;
}

void
score_caida_a4(const struct score_profile *p, int64_t month_us,
    const struct route_fact *f, size_t n, bool cdn, struct score_caida *out)
{
	uint32_t unknown = 0, need = cdn ? 100 : 90;

	*out = (struct score_caida){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (f[i].prefix.family != NET_IP4 || is_special(f[i].origin) ||
		    !score_route_counts(p, month_us, &f[i]))
			continue;
		out->total++;
		/* IRR "Invalid,more-specific" is an object that covers. */
		if (f[i].irr == FACT_IRR_EXACT ||
		    f[i].irr == FACT_IRR_COVERING ||
		    f[i].rpki == FACT_RPKI_VALID)
			out->good++;
		else if (f[i].irr == FACT_IRR_UNKNOWN ||
			 f[i].rpki == FACT_RPKI_UNKNOWN)
			unknown++;
	}
	if (out->total == 0)
		return;
	if ((uint64_t)out->good * 100 >= (uint64_t)need * out->total)
		out->verdict = SCORE_PASS;
	else if (((uint64_t)out->good + unknown) * 100 <
		 (uint64_t)need * out->total)
		out->verdict = SCORE_FAIL;
}

void
score_caida_a1(const struct score_profile *p, bool known,
    const struct transit_fact *t, size_t n, bool cdn,
    bool (*participant)(void *ctx, uint32_t asn), void *ctx,
    struct score_caida *out)
{
	bool peers = cdn && p->v[SET_CAIDA_CDN][0] != 0;
	uint32_t bad = 0, unknown = 0;

	*out = (struct score_caida){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (t[i].prefix.family != NET_IP4 || is_special(t[i].origin) ||
		    (t[i].interface != 'c' &&
			!(peers && t[i].interface == 'p')) ||
		    (participant != NULL && participant(ctx, t[i].origin)))
			continue;
		out->total++;
		unknown += t[i].rpki == FACT_RPKI_UNKNOWN;
		bad += is_rpki_invalid(t[i].rpki) ||
		       (t[i].rpki == FACT_RPKI_NOT_FOUND &&
			   t[i].irr == FACT_IRR_OTHER);
	}
	out->good = out->total - bad;
	if (bad > 0)
		out->verdict = SCORE_FAIL;
	else if (known && unknown == 0)
		out->verdict = SCORE_PASS;
}
