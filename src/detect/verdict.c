/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict.c - what the world says: of a (prefix, origin), of a prefix, of a
 * whole path, of two networks.  A table that the world lacks gives "unknown".
 *
 * Verdicts of paths and prefixes are kept until the tables change that they
 * rest on (d->stamp), so that each path is judged once, not once per update.
 */
#include <stdlib.h>

#include "detect/part.h"

static const struct world_view empty_view = { .from_us = INT64_MIN };

static int
view_at(struct detect *d, int64_t us, struct err *err)
{
	if (d->world == NULL) {
		if (d->view == NULL)
			d->view = &empty_view;
		d->next_epoch = INT64_MAX;
		return 0;
	}
	if (world_at(d->world, us, WORLD_ALL, &d->view, err) == -1)
		return -1;
	d->next_epoch = d->view->epoch + 1 < world_epochs(d->world)
			    ? world_epoch_start(d->world, d->view->epoch + 1)
			    : INT64_MAX;
	return 0;
}

int
verdict_begin(struct detect *d, struct err *err)
{
	d->stamp = 1;
	return view_at(d, d->now == TIME_NONE ? INT64_MIN : d->now, err);
}

int
verdict_move(struct detect *d, unsigned *changed, struct err *err)
{
	struct world_view was = *d->view;

	if (view_at(d, d->now, err) == -1)
		return -1;
	*changed = (was.vrps != d->view->vrps ? WORLD_VRPS : 0u) |
		   (was.aspas != d->view->aspas ? WORLD_ASPAS : 0u) |
		   (was.irr != d->view->irr ? WORLD_IRR : 0u) |
		   (was.topo != d->view->topo ? WORLD_TOPO : 0u) |
		   (was.registry != d->view->registry ? WORLD_REGISTRY : 0u);
	return 0;
}

/* --- pairs and prefixes ------------------------------------------------ */

enum pair_rov
verdict_rov(const struct detect *d, const struct prefix *p, uint32_t origin)
{
	unsigned reason = 0;

	if (d->view->vrps == NULL)
		return PR_UNKNOWN;
	switch (vrp_table_validate(d->view->vrps, p,
	    origin == 0 ? ROV_NO_ORIGIN : origin, &reason)) {
	case ROV_VALID:
		return PR_VALID;
	case ROV_INVALID:
		return reason & ROV_LEN   ? PR_LEN
		       : reason & ROV_ASN ? PR_ASN
					  : PR_AS0;
	case ROV_NOT_FOUND:
	default:
		return PR_NOT_FOUND;
	}
}

static bool
is_as0_anchor(void *ctx, const struct vrp *v)
{
	bool *advisory = ctx;
	struct str ta = str_from(v->ta);

	/* APNIC and LACNIC publish theirs under names that end so. */
	if (v->asn == 0 && !str_ends(ta, "as0") && !str_ends(ta, "AS0"))
		*advisory = false;
	return *advisory;
}

bool
verdict_as0_advisory(const struct detect *d, const struct prefix *p)
{
	bool advisory = true;

	if (d->view->vrps != NULL)
		vrp_table_covering(d->view->vrps, p, is_as0_anchor, &advisory);
	return advisory;
}

uint8_t
verdict_irr(struct detect *d, const struct prefix *p, uint32_t origin,
    int64_t moment, bool *fresh)
{
	struct irr_match m;

	if (fresh != NULL)
		*fresh = false;
	if (d->view->irr == NULL)
		return 0;
	irr_check(d->view->irr, p, origin, moment, &m);
	if (fresh != NULL)
		*fresh = m.fresh > 0;
	return (uint8_t)(m.verdict + 1);
}

uint8_t
verdict_bogon(struct detect *d, uint32_t prefix)
{
	struct prow *row = &d->prows.p[prefix];
	const struct prefix *p = prefix_at(d, prefix);

	if (row->bogon_stamp == d->stamp)
		return row->bogon;
	if (d->view->registry != NULL) {
		row->bogon =
		    (uint8_t)registry_bogon_prefix_fast(d->view->registry, p,
			(enum registry_bogon_mode)cfg(d, SET_BOGON_FULL));
	} else {
		const struct net_special_row *s = net_special_prefix(p);

		row->bogon = s == NULL                 ? REG_UNKNOWN
			     : s->kind == NET_SPECIAL  ? REG_FULL
			     : s->kind == NET_ORDINARY ? REG_CLEAN
						       : REG_WARN;
	}
	row->bogon_stamp = d->stamp;
	return row->bogon;
}

/* --- AS numbers -------------------------------------------------------- */

#define ASN_MEMO_MIN (1u << 10)
#define ASN_MEMO_MAX (1u << 17) /* there are 80,000 networks */

/* Each in the place of its hash; the later one stays. */
struct asn_memo {
	uint32_t size, displaced;
	struct asn_verdict {
		uint32_t asn, stamp;
		uint8_t bogon, core;
	} at[];
};

static struct asn_verdict *
asn_place(struct asn_memo *m, uint32_t asn)
{
	return &m->at[hash_u64(asn) % m->size];
}

static void
asn_memo_grow(struct detect *d)
{
	struct asn_memo *was = d->asn_memo;
	uint32_t size = was == NULL ? ASN_MEMO_MIN : was->size * 2;

	d->asn_memo = mem_alloc(1, sizeof(*was) + size * sizeof(was->at[0]));
	d->asn_memo->size = size;
	for (uint32_t i = 0; was != NULL && i < was->size; i++)
		if (was->at[i].stamp == d->stamp)
			*asn_place(d->asn_memo, was->at[i].asn) = was->at[i];
	free(was);
}

/* Borrowed until the next call. */
static const struct asn_verdict *
asn_verdict(struct detect *d, uint32_t asn)
{
	if (d->asn_memo == NULL ||
	    (d->asn_memo->displaced > d->asn_memo->size / 4 &&
		d->asn_memo->size < ASN_MEMO_MAX))
		asn_memo_grow(d);
	struct asn_verdict *m = asn_place(d->asn_memo, asn);

	if (m->stamp == d->stamp && m->asn == asn)
		return m;
	d->asn_memo->displaced += m->stamp == d->stamp;
	*m = (struct asn_verdict){ .asn = asn, .stamp = d->stamp };
	if (d->view->registry != NULL) {
		m->bogon = (uint8_t)registry_bogon_asn_fast(d->view->registry,
		    asn, (enum registry_bogon_mode)cfg(d, SET_BOGON_FULL));
	} else {
		const struct net_special_row *s = net_special_asn(asn);

		m->bogon = s != NULL && s->kind == NET_SPECIAL ? REG_FULL
							       : REG_UNKNOWN;
	}
	m->core = d->view->topo != NULL && topo_in_clique(d->view->topo, asn);
	return m;
}

/* y is a provider of x over at most n hops. */
static bool
is_above(const struct topo *t, uint32_t x, uint32_t y, unsigned n)
{
	struct topo_list up = topo_providers(t, x);

	for (size_t i = 0; i < up.n; i++) {
		uint32_t z = topo_list_asn(t, up, i);

		if (z == y || (n > 1 && is_above(t, z, y, n - 1)))
			return true;
	}
	return false;
}

bool
verdict_related(const struct detect *d, uint32_t x, uint32_t y)
{
	const struct topo *t = d->view->topo;
	unsigned n = (unsigned)cfg(d, SET_RELATION_HOPS);

	return t != NULL && (is_above(t, x, y, n) || is_above(t, y, x, n));
}

bool
verdict_same_org(const struct detect *d, uint32_t x, uint32_t y)
{
	if (x == y)
		return true;
	if (d->view->topo != NULL &&
	    topo_relation(d->view->topo, x, y) == TOPO_SIBLING)
		return true;
	return d->view->registry != NULL &&
	       registry_same_org(d->view->registry, x, y, NULL);
}

const char *
as_name(const struct detect *d, uint32_t asn)
{
	struct registry_network n;

	if (d->view->registry != NULL &&
	    registry_network(d->view->registry, asn, &n) && n.name[0] != '\0')
		return n.name;
	return d->view->topo != NULL ? topo_as_name(d->view->topo, asn) : "";
}

void
as_country(const struct detect *d, uint32_t asn, char out[3])
{
	struct registry_network n;
	struct topo_org org;

	memset(out, 0, 3);
	if (d->view->registry != NULL &&
	    registry_network(d->view->registry, asn, &n) &&
	    n.country[0] != '\0')
		memcpy(out, n.country, 2);
	else if (d->view->topo != NULL && topo_org(d->view->topo, asn, &org) &&
		 strlen(org.country) == 2)
		memcpy(out, org.country, 2);
}

/* --- paths ------------------------------------------------------------- */

#define PATH_HOPS_SANE     64
#define PATH_PREPENDS_SANE 30

/* Measurement networks that poison paths on purpose: no gap of theirs is a
 * leak.  AS47065 is the PEERING testbed. */
static bool
is_poisoner(uint32_t asn)
{
	return asn == 47065;
}

static void
judge_hops(struct detect *d, size_t n, struct pverdict *v)
{
	unsigned run = 1;

	for (size_t i = 0; i < n; i++) {
		run = i > 0 && d->asns[i] == d->asns[i - 1] ? run + 1 : 1;
		if (run >= PATH_PREPENDS_SANE) {
			v->flags |= PV_PREPENDS;
			v->absurd = d->asns[i];
		}
		if (asn_verdict(d, d->asns[i])->core)
			v->flags |= PV_CORE;
		if (is_poisoner(d->asns[i]))
			v->flags |= PV_POISON;
	}
	if (n > PATH_HOPS_SANE) {
		v->flags |= PV_LONG;
		if (v->absurd == 0)
			v->absurd = d->asns[n - 1];
	}
	/* The bogon nearest the origin, and who first let it in. */
	for (size_t i = n; i-- > 1;) {
		uint8_t bogon = asn_verdict(d, d->asns[i])->bogon;

		if (bogon != REG_FULL && bogon != REG_ADMIN)
			continue;
		uint32_t beside = d->asns[i - 1];
		if (asn_verdict(d, beside)->bogon >= REG_ADMIN)
			continue;
		v->flags |= bogon == REG_FULL ? PV_BOGON : PV_BOGON_ADMIN;
		v->bogon_asn = d->asns[i];
		v->beside = beside;
		while (i-- > 1 && d->asns[i - 1] == beside)
			;
		v->beyond = i > 0 ? d->asns[i - 1] : 0;
		return;
	}
}

/* RFC 7908 type from the relations of the leaker to both sides. */
static uint8_t
leak_type(const struct topo *t, uint32_t a, uint32_t b, uint32_t c)
{
	enum topo_rel to_a = topo_relation(t, b, a);
	enum topo_rel to_c = topo_relation(t, b, c);

	if (to_c == TOPO_C2P)
		return to_a == TOPO_C2P ? 1 : to_a == TOPO_P2P ? 3 : 0;
	if (to_c == TOPO_P2P)
		return to_a == TOPO_C2P ? 4 : to_a == TOPO_P2P ? 2 : 0;
	return 0;
}

/* The hop on the collector's side of asn, and the one behind it. */
static bool
around(const struct detect *d, size_t n, uint32_t asn, uint32_t *left,
    uint32_t *right)
{
	size_t i = 0, k;

	while (i < n && d->asns[i] != asn)
		i++;
	for (k = i; k < n && d->asns[k] == asn; k++)
		;
	if (i == 0 || i == n || k == n)
		return false;
	*left = d->asns[i - 1];
	*right = d->asns[k];
	return true;
}

static void
judge_leak(struct detect *d, size_t n, struct pverdict *v)
{
	const struct topo *t = d->view->topo;
	struct topo_valley valley = { 0 };
	struct topo_gap gap = { 0 };
	uint32_t a = 0, c = 0, aspa_leaker = 0;

	if (t != NULL) {
		valley = topo_valley(t, d->asns, n);
		gap = topo_clique_gap(t, d->asns, n);
	}
	if (d->view->aspas != NULL) {
		struct aspa_verdict s =
		    aspa_verify(d->view->aspas, d->asns, n, false);

		if (s.downstream == ASPA_INVALID)
			aspa_leaker = s.leaker;
	}
	bool bent = valley.judged && valley.violation && valley.certain &&
		    valley.type != 0;
	v->gap = gap.judged && gap.gap && !(v->flags & PV_POISON);
	if (bent) {
		v->leaker = valley.b;
		v->type = (uint8_t)valley.type;
		a = valley.a;
		c = valley.c;
	} else if (v->gap && around(d, n, gap.leaker, &a, &c)) {
		v->leaker = gap.leaker;
		v->type = leak_type(t, a, gap.leaker, c);
	} else if (aspa_leaker != 0 && around(d, n, aspa_leaker, &a, &c)) {
		v->leaker = aspa_leaker;
		v->type = t == NULL ? 0 : leak_type(t, a, aspa_leaker, c);
	} else {
		return;
	}
	v->valley = bent;
	v->aspa = aspa_leaker == v->leaker;
	v->flags |= PV_LEAK;
	v->to = a;
	v->seg = seg_make(d, a, v->leaker, c,
	    bent     ? v->type
	    : v->gap ? SEG_GAP
		     : SEG_ASPA);
}

static struct pverdict
judge_path(struct detect *d, uint32_t path)
{
	struct pverdict v = { 0 };
	size_t n = rib_path_get(d->rib, path, d->hops), k = 0;
	bool inner_set = false;

	for (size_t i = 0; i < n; i++) {
		if (d->hops[i].kind == RIB_SET)
			continue;
		inner_set |= i > k; /* a set stood before it */
		d->asns[k++] = d->hops[i].asn;
	}
	judge_hops(d, k, &v);
	if (!inner_set && k > 0)
		judge_leak(d, k, &v);
	return v;
}

const struct pverdict *
verdict_path(struct detect *d, uint32_t path)
{
	static const struct pverdict clean;

	if (path >= d->pv_of.n) {
		vec_reserve(&d->pv_of, rib_path_count(d->rib));
		memset(d->pv_of.p + d->pv_of.n, 0,
		    (rib_path_count(d->rib) - d->pv_of.n) *
			sizeof(*d->pv_of.p));
		d->pv_of.n = rib_path_count(d->rib);
	}
	if (d->pv_of.p[path] == 0) {
		struct pverdict v = judge_path(d, path);

		d->pv_of.p[path] = 1;
		if (v.flags != 0) {
			vec_push(&d->pvs, v);
			d->pv_of.p[path] = (uint32_t)d->pvs.n + 1;
		}
	}
	uint32_t at = d->pv_of.p[path];
	return at == 1 ? &clean : &d->pvs.p[at - 2];
}
