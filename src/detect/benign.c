/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * benign.c - why a new origin may be harmless, and what speaks against it.
 *
 * Filters are asked from the strongest down; what one of them explains is kept
 * with its reason.  Where RPKI says that the holder authorised others, only
 * kinship excuses: weaker sources must not overrule a signature.  A filter
 * that cannot be asked, since its table is missing or its history too short,
 * answers "unknown": then the level stops at E2.
 */
#include <stdlib.h>

#include "detect/part.h"

/*
 * DDoS mitigation networks, which announce customers' space for hours: as of
 * 2026-11, from what their operators publish.
 */
static const uint32_t scrubbers[] = {
	13335,  /* Cloudflare */
	19551,  /* Imperva */
	19905,  /* Vercara */
	32787,  /* Akamai Prolexic */
	198949, /* Radware */
};

static bool
is_scrubber(uint32_t asn)
{
	for (size_t i = 0; i < COUNT(scrubbers); i++)
		if (scrubbers[i] == asn)
			return true;
	return false;
}

struct view {
	struct detect *d;
	struct finding *f;
	struct prefix q;
	struct pair pair; /* a copy: asking may move the array */
	uint32_t next;    /* beside the origin on the first path */
	bool irr_fresh;
};

static bool
any_victim(const struct view *v,
    bool (*is)(const struct detect *d, uint32_t x, uint32_t y))
{
	for (uint32_t i = 0; i < v->f->victims.n; i++)
		if (is(v->d, v->f->who, v->f->victims.p[i]))
			return true;
	return false;
}

static bool
path_has_victim(const struct view *v)
{
	size_t n = rib_path_get(v->d->rib, v->f->path, v->d->hops);

	for (size_t i = 0; i < n; i++)
		if (u32set_has(&v->f->victims, v->d->hops[i].asn))
			return true;
	return false;
}

/* --- typing errors ----------------------------------------------------- */

/* Decimal texts that differ by one digit put in, left out or changed, or by
 * two neighbours swapped. */
static bool
one_slip(uint32_t x, uint32_t y)
{
	char a[TEXT_DEC_MAX], b[TEXT_DEC_MAX];
	size_t n = text_dec(a, x), m = text_dec(b, y), i = 0, k = 0;

	if (n > m) {
		char t[TEXT_DEC_MAX];

		memcpy(t, a, n);
		memcpy(a, b, m);
		memcpy(b, t, n);
		k = n, n = m, m = k;
	}
	if (n < 4 || m - n > 1)
		return false;
	while (i < n && a[i] == b[i])
		i++;
	if (m > n) /* one digit more in b */
		return memcmp(a + i, b + i + 1, n - i) == 0;
	for (k = n; k > i && a[k - 1] == b[k - 1]; k--)
		;
	return k - i == 1 ||
	       (k - i == 2 && a[i] == b[i + 1] && a[i + 1] == b[i]);
}

static bool
is_typing_error(const struct view *v)
{
	const struct topo *t = v->d->view->topo;

	for (uint32_t i = 0; i < v->f->victims.n; i++) {
		uint32_t victim = v->f->victims.p[i];

		/* "as-path prepend 3" where the AS itself was asked for */
		if (v->f->who <= cfg(v->d, SET_FAT_FINGER_MAX) &&
		    v->next == victim)
			return true;
		if (one_slip(v->f->who, victim) &&
		    (v->next == victim ||
			(t != NULL && v->next != 0 &&
			    topo_link(t, v->next, victim) == TOPO_P2C)))
			return true;
	}
	return false;
}

/* --- history ----------------------------------------------------------- */

/* Several origins were normal for weeks: one more is anycast growing. */
static bool
is_anycast(const struct view *v)
{
	int32_t days = (int32_t)cfg(v->d, SET_HISTORY_DAYS);
	uint32_t stable = 0;

	if (v->f->flags & F_SUB || v->f->victims.n < 2)
		return false;
	for (uint32_t i = 0; i < v->f->victims.n; i++) {
		uint32_t p = pair_find(v->d, v->f->prefix, v->f->victims.p[i]);
		struct pair none = { .prefix = v->f->prefix,
			.origin = v->f->victims.p[i],
			.days = { .first = DAY_NEVER } };

		stable += pair_days(v->d, p == NONE ? &none : &v->d->pairs.p[p],
			      days) >= cfg(v->d, SET_ANYCAST_DAYS);
	}
	return stable >= 2;
}

static int32_t
first_day(const struct view *v, uint32_t origin)
{
	uint32_t p = pair_find(v->d, v->f->prefix, origin);
	int32_t first = p == NONE ? DAY_NEVER : v->d->pairs.p[p].days.first;
	struct registry_origin o;

	for (uint32_t i = 0;
	     registry_origin(v->d->view->registry, &v->q, i, &o); i++)
		if (o.origin == origin && o.day < first)
			first = o.day;
	return first;
}

/* The space was delegated anew since the old origin was first seen. */
static bool
is_transfer(const struct view *v)
{
	struct registry_delegation g;

	if (v->d->view->registry == NULL || v->f->flags & F_SUB ||
	    !registry_prefix(v->d->view->registry, &v->q, &g) || g.block ||
	    g.date_us == TIME_NONE || g.date_us > v->d->now ||
	    g.status == REG_AVAILABLE || g.status == REG_RESERVED)
		return false;
	for (uint32_t i = 0; i < v->f->victims.n; i++) {
		int32_t first = first_day(v, v->f->victims.p[i]);

		if (first == DAY_NEVER || utc_day(g.date_us) <= first)
			return false;
	}
	return true;
}

/* --- filters ----------------------------------------------------------- */

static bool
is_related(const struct view *v)
{
	uint8_t irr = v->pair.irr;

	return any_victim(v, verdict_related) &&
	       (path_has_victim(v) || (irr > 0 && irr <= IRR_COVERING_B + 1));
}

static bool
is_special_asn(const struct view *v)
{
	const struct registry *r = v->d->view->registry;
	const struct net_special_row *s = net_special_asn(v->f->who);

	if (s != NULL && s->kind == NET_SPECIAL)
		return true;
	return r != NULL && registry_bogon_asn_fast(r, v->f->who,
				REG_AVAIL_FULL) >= REG_ADMIN;
}

static enum benign
explain_away(const struct view *v, bool denied)
{
	const struct registry *r = v->d->view->registry;
	struct registry_ixp ixp;

	if (any_victim(v, verdict_same_org))
		return BENIGN_SAME_ORG;
	if (v->pair.rov == PR_VALID)
		return BENIGN_ROA_VALID;
	if (is_special_asn(v))
		return BENIGN_BOGON_ASN;
	if (r != NULL && registry_ixp_lan(r, &v->q, &ixp))
		return BENIGN_IXP_LAN;
	if (is_scrubber(v->f->who))
		return BENIGN_SCRUBBER;
	if (is_typing_error(v))
		return BENIGN_FAT_FINGER;
	if (denied)
		return BENIGN_NOT;
	if (pair_days(v->d, &v->pair, (int32_t)cfg(v->d, SET_HISTORY_DAYS)) >=
	    cfg(v->d, SET_COHISTORY_DAYS))
		return BENIGN_COHISTORY;
	if (is_related(v))
		return BENIGN_RELATION;
	if (v->pair.irr == IRR_EXACT_A + 1 || v->pair.irr == IRR_EXACT_B + 1)
		return BENIGN_IRR;
	if (is_anycast(v))
		return BENIGN_ANYCAST;
	if (r != NULL && registry_same_holder(r, &v->q, v->f->who))
		return BENIGN_HOLDER;
	if (is_transfer(v))
		return BENIGN_TRANSFER;
	return BENIGN_NOT;
}

/* --- evidence ---------------------------------------------------------- */

static uint64_t
rpki_evidence(const struct view *v)
{
	switch ((enum pair_rov)v->pair.rov) {
	case PR_VALID:
		return EV(EV_ROA_VALID);
	case PR_ASN:
		return valid_competes(v->d, &v->q, v->f->who)
			   ? EV(EV_INVALID_ASN)
			   : EV(EV_INVALID_ALONE);
	case PR_AS0:
		return EV(EV_INVALID_AS0);
	case PR_LEN:
		return EV(EV_INVALID_LEN);
	case PR_UNKNOWN:
	case PR_NOT_FOUND:
	default:
		return 0;
	}
}

static uint64_t
irr_evidence(const struct view *v)
{
	uint64_t e = v->irr_fresh ? EV(EV_IRR_FRESH) : 0;

	if (v->pair.irr == IRR_EXACT_A + 1)
		return e | EV(EV_IRR_EXACT_A);
	if (v->pair.irr == IRR_EXACT_B + 1)
		return e | EV(EV_IRR_EXACT_B);
	return v->pair.irr == IRR_OTHER + 1 ? e | EV(EV_IRR_OTHER) : e;
}

static bool
are_strangers(const struct view *v)
{
	const struct topo *t = v->d->view->topo;
	char mine[3], theirs[3];

	if (t == NULL)
		return false;
	as_country(v->d, v->f->who, mine);
	if (mine[0] == '\0')
		return false;
	for (uint32_t i = 0; i < v->f->victims.n; i++) {
		uint32_t x = v->f->victims.p[i];

		as_country(v->d, x, theirs);
		if (theirs[0] == '\0' || strcmp(mine, theirs) == 0 ||
		    topo_relation(t, v->f->who, x) != TOPO_UNKNOWN)
			return false;
	}
	return true;
}

static uint64_t
other_evidence(const struct view *v)
{
	const struct topo *t = v->d->view->topo;
	uint64_t e = 0;

	if (v->f->flags & F_SUB)
		e |= EV(EV_MORE_SPECIFIC);
	if (v->f->benign == BENIGN_SAME_ORG || v->f->benign == BENIGN_HOLDER)
		e |= EV(EV_SAME_ORG);
	else if (any_victim(v, verdict_related))
		e |= EV(EV_RELATION);
	else if (are_strangers(v))
		e |= EV(EV_STRANGERS);
	if (t != NULL && topo_is_stub(t, v->f->who) &&
	    !origin_seen(v->d, v->f->who))
		e |= EV(EV_NEW_STUB);
	switch ((enum benign)v->f->benign) {
	case BENIGN_COHISTORY:
		return e | EV(EV_COHISTORY);
	case BENIGN_ANYCAST:
		return e | EV(EV_STABLE_MOAS);
	case BENIGN_TRANSFER:
		return e | EV(EV_TRANSFER);
	case BENIGN_FAT_FINGER:
		return e | EV(EV_FAT_FINGER);
	case BENIGN_SCRUBBER:
		return e | EV(EV_SCRUBBER);
	case BENIGN_IXP_LAN:
		return e | EV(EV_IXP_LAN);
	case BENIGN_BOGON_ASN:
		return e | EV(EV_BOGON_ASN);
	case BENIGN_NOT:
	case BENIGN_SAME_ORG:
	case BENIGN_ROA_VALID:
	case BENIGN_RELATION:
	case BENIGN_IRR:
	case BENIGN_HOLDER:
	case BENIGN_COUNT:
	default:
		return e;
	}
}

/* What this file decides; the rest comes from who sees it and for how long. */
#define OURS                                                               \
	(EV(EV_INVALID_ASN) | EV(EV_INVALID_ALONE) | EV(EV_INVALID_AS0) |  \
	    EV(EV_INVALID_LEN) | EV(EV_ROA_VALID) | EV(EV_IRR_EXACT_A) |   \
	    EV(EV_IRR_EXACT_B) | EV(EV_IRR_FRESH) | EV(EV_IRR_OTHER) |     \
	    EV(EV_SAME_ORG) | EV(EV_RELATION) | EV(EV_STRANGERS) |         \
	    EV(EV_COHISTORY) | EV(EV_STABLE_MOAS) | EV(EV_MORE_SPECIFIC) | \
	    EV(EV_TRANSFER) | EV(EV_NEW_STUB) | EV(EV_FAT_FINGER) |        \
	    EV(EV_SCRUBBER) | EV(EV_IXP_LAN) | EV(EV_BOGON_ASN))

/*
 * The registries began to sign on 1 January 2011: before, the lack of VRPs is
 * no gap of our data, as no route had a ROA.
 */
#define FIRST_ROAS (INT64_C(14975) * TIME_DAY)

static bool
has_no_roa(const struct view *v)
{
	return v->pair.rov == PR_NOT_FOUND ||
	       (v->pair.rov == PR_UNKNOWN && v->d->now < FIRST_ROAS);
}

/* A filter that could have excused it could not be asked. */
static bool
cannot_ask(const struct view *v)
{
	const struct world_view *w = v->d->view;
	bool no_vrps = w->vrps == NULL && v->d->now >= FIRST_ROAS;
	uint32_t days = (uint32_t)cfg(v->d, SET_ANYCAST_DAYS);

	return no_vrps || w->irr == NULL || w->topo == NULL ||
	       history_depth(v->d, (int32_t)days) < days;
}

/* metrics.md calls it hijack.filter: RPKI decides, else IRR must object. */
static bool
passes_filter(const struct view *v)
{
	if (cfg(v->d, SET_HIJACK_FILTER) != 0)
		return true;
	if (pr_invalid(v->pair.rov))
		return true;
	return has_no_roa(v) && v->pair.irr == IRR_OTHER + 1;
}

/* The culprit's own paths led to a true origin: it re-originates. */
static bool
is_behind(const struct view *v)
{
	struct detect *d = v->d;
	uint32_t at[2] = { v->f->prefix,
		v->f->flags & F_SUB ? v->f->other : NONE };
	uint32_t sets[RIB_PATHS_MAX];

	for (uint32_t peer = 0; peer < rib_peer_count(d->rib); peer++)
		for (size_t k = 0; k < 2 && at[k] != NONE; k++) {
			size_t n = rib_cells_at(d->rib, peer, at[k], sets,
			    RIB_PATHS_MAX);

			for (size_t i = 0; i < n && i < RIB_PATHS_MAX; i++) {
				size_t hops = rib_path_get(d->rib,
				    rib_set_path(d->rib, sets[i]), d->hops);

				if (hops < 2 || !u32set_has(&v->f->victims,
						    d->hops[hops - 1].asn))
					continue;
				for (size_t h = 0; h + 1 < hops; h++)
					if (d->hops[h].asn == v->f->who)
						return true;
			}
		}
	return false;
}

void
benign_judge(struct detect *d, struct finding *f)
{
	struct view v = { .d = d, .f = f, .q = *prefix_at(d, f->prefix) };
	uint32_t pair = pair_find(d, f->prefix, f->who);

	v.pair = d->pairs.p[pair];
	v.next = rib_path_next_to_origin(d->rib, f->path);
	(void)verdict_irr(d, &v.q, f->who, d->now, &v.irr_fresh);
	bool denied = v.pair.rov == PR_ASN || v.pair.rov == PR_AS0;
	enum benign was = (enum benign)f->benign;
	enum benign is = explain_away(&v, denied);
	/* An incident keeps what it is made of: harm and excuse are kept
	 * apart from the beginning. */
	f->benign = (uint8_t)(f->incident == NONE ? is : was);
	f->rov = v.pair.rov;
	f->irr = v.pair.irr;
	f->evidence = (f->evidence & ~OURS) | rpki_evidence(&v) |
		      irr_evidence(&v) | other_evidence(&v);
	f->flags &= ~(uint32_t)(F_PROVEN | F_STRONG | F_CAP2 | F_COUNTS);
	if (f->evidence & EV(EV_INVALID_ASN) ||
	    (v.pair.rov == PR_AS0 && !verdict_as0_advisory(d, &v.q)))
		f->flags |= F_PROVEN;
	if (f->evidence & EV(EV_INVALID_ALONE))
		f->flags |= F_STRONG;
	if (cannot_ask(&v))
		f->flags |= F_CAP2;
	if (passes_filter(&v))
		f->flags |= F_COUNTS;
	if (f->incident == NONE && is_behind(&v))
		f->flags |= F_BEHIND;
}
