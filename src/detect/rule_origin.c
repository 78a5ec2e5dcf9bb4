/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rule_origin.c - H1 and H2: a prefix, or a more-specific of used space, comes
 * to have an origin that it never had.
 *
 * Asked once when a (prefix, origin) appears.  What is normal is asked for the
 * prefix itself and for everything that covers it, so a holder may announce
 * pieces of its own space.
 */
#include "detect/part.h"

static bool
too_long(const struct detect *d, const struct prefix *p)
{
	return p->len > (p->family == NET_IP4 ? cfg(d, SET_HIJACK_MAX_LEN4)
					      : cfg(d, SET_HIJACK_MAX_LEN6));
}

/* Shorter ones are leaks of a default route or of an aggregate of everything:
 * hygiene, not ownership. */
static uint8_t
shortest(const struct prefix *p)
{
	return p->family == NET_IP4 ? 8 : 16;
}

struct holders {
	struct u32set exact; /* normal for the prefix itself */
	struct u32set cover; /* ... for the nearest cover that is in use */
	struct prefix by;    /* that cover */
	bool own;            /* the origin is normal for it or a cover */
};

static void
holders_fini(struct holders *h)
{
	u32set_fini(&h->exact);
	u32set_fini(&h->cover);
}

static void
find_holders(struct detect *d, const struct prefix *q, uint32_t origin,
    struct holders *h)
{
	int32_t days = (int32_t)cfg(d, SET_HISTORY_DAYS);
	int32_t cover_days = (int32_t)cfg(d, SET_HIJACK_COVER_DAYS);

	*h = (struct holders){ 0 };
	/* The pair itself is live by now; its past is asked by the caller. */
	known_origins(d, q, days, &h->exact);
	u32set_del(&h->exact, origin);
	for (int len = named_cover(d, q, q->len - 1);
	     len >= shortest(q) && !h->own; len = named_cover(d, q, len - 1)) {
		struct prefix c = prefix_truncate(q, (uint8_t)len);
		struct u32set now = { 0 };

		known_origins(d, &c, cover_days, &now);
		h->own = u32set_has(&now, origin);
		if (h->cover.n == 0 && now.n > 0 && !h->own) {
			h->cover = now;
			h->by = c;
		} else {
			u32set_fini(&now);
		}
		if (!h->own && days > cover_days) {
			struct u32set past = { 0 };

			known_origins(d, &c, days, &past);
			h->own = u32set_has(&past, origin);
			u32set_fini(&past);
		}
	}
}

/* NONE: nothing new, or nothing to compare with. */
static uint32_t
open_finding(struct detect *d, const struct route *r, uint32_t pair)
{
	struct prefix q = *prefix_at(d, r->prefix);
	struct holders h;
	uint32_t f = NONE;

	if (pair_known(d, &d->pairs.p[pair]))
		return NONE;
	find_holders(d, &q, r->origin, &h);
	if (!h.own && (h.exact.n > 0 || h.cover.n > 0)) {
		bool sub = h.exact.n == 0;

		f = finding_make(d, RULE_ORIGIN, r, r->origin);
		struct finding *x = &d->findings.p[f];
		struct u32set *held = sub ? &h.cover : &h.exact;
		x->victims = *held;
		*held = (struct u32set){ 0 };
		if (sub) {
			x->flags |= F_SUB;
			x->other = pset_add(d->prefixes, &h.by);
			prow_touch(d, x->other);
		}
		benign_judge(d, &d->findings.p[f]);
		struct pair *p = &d->pairs.p[pair];
		p->flags |= PAIR_NEW;
		if (d->findings.p[f].benign == BENIGN_NOT)
			p->flags |= PAIR_SUSPECT;
	}
	holders_fini(&h);
	return f;
}

/* Who let it in: the network beside the origin, never the one that reports. */
static uint32_t
accomplice(const struct detect *d, const struct route *r)
{
	uint32_t next = rib_path_next_to_origin(d->rib, r->path);

	return next == rib_peer(d->rib, r->peer)->asn ? 0 : next;
}

void
rule_origin(struct detect *d, const struct route *r, uint32_t pair)
{
	const struct prefix *q = prefix_at(d, r->prefix);
	uint32_t f = finding_find(d, RULE_ORIGIN, r->prefix, r->origin);

	if (f == NONE) {
		if (!r->baseline || too_long(d, q) || q->len < shortest(q) ||
		    d->pairs.p[pair].flags & PAIR_NEW)
			return;
		f = open_finding(d, r, pair);
		if (f == NONE)
			return;
	}
	finding_join(d, f, r, accomplice(d, r));
}

bool
valid_competes(struct detect *d, const struct prefix *p, uint32_t origin)
{
	uint32_t id = pset_longest(d->prefixes, p);

	for (; id != PSET_NONE; id = pset_up(d->prefixes, id))
		for (uint32_t i = prow_touch(d, id)->pair; i != NONE;
		     i = d->pairs.p[i].next) {
			const struct pair *x = &d->pairs.p[i];

			if (x->peers > 0 && x->rov == PR_VALID &&
			    x->origin != origin)
				return true;
		}
	return false;
}
