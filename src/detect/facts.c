/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts.c - what a month was like: which (prefix, origin) was seen on which
 * days by how many, and who passed invalid routes on from whom.
 *
 * The facts of routes are read off the pairs when they are asked for; only
 * those of months that are over are kept.  They come in order of origin and
 * prefix, which is how they are stored, whatever the order of arrival was.
 */
#include <stdlib.h>

#include "detect/part.h"

/* --- verdicts as facts ------------------------------------------------- */

static uint8_t
fact_rpki(uint8_t rov)
{
	switch ((enum pair_rov)rov) {
	case PR_VALID:
		return FACT_RPKI_VALID;
	case PR_NOT_FOUND:
		return FACT_RPKI_NOT_FOUND;
	case PR_ASN:
	case PR_AS0:
		return FACT_RPKI_INVALID_ASN;
	case PR_LEN:
		return FACT_RPKI_INVALID_LEN;
	case PR_UNKNOWN:
	default:
		return FACT_RPKI_UNKNOWN;
	}
}

/* irr: enum irr_verdict + 1; 0 = no data */
static uint8_t
fact_irr(uint8_t irr)
{
	if (irr == 0)
		return FACT_IRR_UNKNOWN;
	switch ((enum irr_verdict)(irr - 1)) {
	case IRR_EXACT_A:
	case IRR_EXACT_B:
		return FACT_IRR_EXACT;
	case IRR_COVERING_A:
	case IRR_COVERING_B:
		return FACT_IRR_COVERING;
	case IRR_OTHER:
		return FACT_IRR_OTHER;
	case IRR_NO_OBJECT:
		return FACT_IRR_NONE;
	case IRR_NO_DATA:
	default:
		return FACT_IRR_UNKNOWN;
	}
}

/* --- routes ------------------------------------------------------------ */

/* Its first day, and that of the next. */
struct span {
	int32_t from, to;
};

static struct span
span_of(int64_t month)
{
	return (
	    struct span){ utc_day(month), utc_day(utc_month_start(month, 1)) };
}

/* Bit d-1: seen on day d of the month. */
static uint32_t
month_days(const struct days *days, struct span month)
{
	int32_t from = days->first, to = days->last;
	uint32_t bits = 0;

	if (from == DAY_NEVER)
		return 0;
	if (from < month.from)
		from = month.from;
	if (to >= month.to)
		to = month.to - 1;
	for (int32_t x = from; x <= to; x++)
		if (days_has(days, x))
			bits |= UINT32_C(1) << (x - month.from);
	return bits;
}

/* Something was watched in the present month. */
static bool
is_covered(const struct detect *d)
{
	return month_days(&d->covered, span_of(d->month)) != 0;
}

/* False: not seen in that month, or nobody's. */
static bool
fact_of(struct detect *d, uint32_t pair, struct span month,
    struct route_fact *out)
{
	struct pair p = d->pairs.p[pair];
	const struct prefix *q = prefix_at(d, p.prefix);

	/* A default route and the end of an AS_SET are no one's space. */
	if (p.origin == 0 || q->len == 0)
		return false;
	pair_fold(d, &p); /* of the copy: asking changes nothing */
	*out = (struct route_fact){ .prefix = *q,
		.origin = p.origin,
		.days = month_days(&p.days, month),
		.peers_max = p.max_full,
		.rpki = fact_rpki(p.rov),
		.irr = fact_irr(p.irr) };
	return out->days != 0;
}

struct walk {
	struct detect *d;
	int (*each)(struct walk *w, const struct route_fact *f);
	const struct detect_sinks *s;
	struct err *err;
};

/* A pair and what it is sorted by. */
struct by_origin {
	uint32_t origin, pair;
};

/* Those of one prefix stand in one chain, prefixes in their order. */
static size_t
pairs_by_prefix(struct detect *d, struct by_origin *out)
{
	const uint32_t *order = pset_in_order(d->prefixes);
	uint32_t n_prefixes = pset_count(d->prefixes);
	size_t n = 0;

	for (uint32_t k = 0; k < n_prefixes; k++) {
		prefix_prefetch(d, order, n_prefixes, k);
		if (order[k] >= d->prows.n)
			continue;
		for (uint32_t i = d->prows.p[order[k]].pair; i != NONE;
		     i = d->pairs.p[i].next)
			out[n++] =
			    (struct by_origin){ d->pairs.p[i].origin, i };
	}
	return n;
}

/* A stable sort, byte by byte; bytes that are the same in all cost nothing. */
static void
sort_by_origin(struct by_origin *p, size_t n)
{
	struct by_origin *spare = mem_alloc(n, sizeof(*spare)), *from = p,
			 *to = spare;
	uint32_t differ = 0;

	for (size_t i = 1; i < n; i++)
		differ |= p[i].origin ^ p->origin;
	for (unsigned shift = 0; shift < 32; shift += 8) {
		size_t at[257] = { 0 };

		if ((differ >> shift & 255) == 0)
			continue;
		for (size_t i = 0; i < n; i++)
			at[(from[i].origin >> shift & 255) + 1]++;
		for (size_t i = 1; i < COUNT(at); i++)
			at[i] += at[i - 1];
		for (size_t i = 0; i < n; i++)
			to[at[from[i].origin >> shift & 255]++] = from[i];
		struct by_origin *t = from;
		from = to;
		to = t;
	}
	if (from != p)
		memcpy(p, from, n * sizeof(*p));
	free(spare);
}

/* Facts of the present month, by origin and prefix. */
static int
walk_routes(struct walk *w)
{
	struct detect *d = w->d;
	struct span month = span_of(d->month);
	struct by_origin *p = mem_alloc(d->pairs.n + 1, sizeof(*p));
	size_t n = pairs_by_prefix(d, p);
	struct route_fact f;
	int rc = 0;

	sort_by_origin(p, n);
	for (size_t i = 0; i < n && rc == 0; i++) {
		if (i + AHEAD < n)
			pair_prefetch(d, p[i + AHEAD].pair);
		if (fact_of(d, p[i].pair, month, &f))
			rc = w->each(w, &f);
	}
	free(p);
	return rc;
}

/* --- what was passed on ------------------------------------------------ */

struct transit_key {
	uint32_t asn, neighbor, prefix, origin;
};

static bool
transit_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct detect *d = ctx;
	const struct transit *t = &d->transits.p[row];
	const struct transit_key *k = key;

	return t->asn == k->asn && t->neighbor == k->neighbor &&
	       t->prefix == k->prefix && t->origin == k->origin;
}

/* What the neighbour is to asn. */
static char
interface_class(const struct detect *d, uint32_t asn, uint32_t neighbor)
{
	if (d->view->topo == NULL)
		return '?';
	switch (topo_relation(d->view->topo, asn, neighbor)) {
	case TOPO_P2C:
		return 'c';
	case TOPO_P2P:
		return 'p';
	case TOPO_C2P:
		return 'u';
	case TOPO_UNKNOWN:
	case TOPO_SIBLING:
	default:
		return '?';
	}
}

static void
transit_add(struct detect *d, uint32_t asn, uint32_t neighbor,
    const struct pair *p)
{
	struct transit_key k = { asn, neighbor, p->prefix, p->origin };
	uint64_t hash = hash_bytes(&k, sizeof(k), 0);
	uint32_t row = hidx_find(&d->transit_idx, hash, transit_eq, d, &k);

	if (row == HIDX_NONE) {
		char c = interface_class(d, asn, neighbor);

		/* Of what the IRR alone contradicts there is much more, and
		 * it is asked for at customers and peers only. */
		if (!pr_invalid(p->rov) && c != 'c' && c != 'p')
			return;
		row = (uint32_t)d->transits.n;
		vec_push(&d->transits, ((struct transit){ asn, neighbor,
					   p->prefix, p->origin, 0, 0 }));
		hidx_add(&d->transit_idx, hash, row);
	}
	d->transits.p[row].rpki = fact_rpki(p->rov);
	d->transits.p[row].irr = fact_irr(p->irr);
}

bool
facts_restore(struct detect *d, const struct transit *t)
{
	struct transit_key k = { t->asn, t->neighbor, t->prefix, t->origin };
	uint64_t hash = hash_bytes(&k, sizeof(k), 0);

	if (hidx_find(&d->transit_idx, hash, transit_eq, d, &k) != HIDX_NONE)
		return false;
	vec_push(&d->transits, *t);
	hidx_add(&d->transit_idx, hash, (uint32_t)d->transits.n - 1);
	return true;
}

/* metrics.md 5: Invalid, or NotFound and contradicted by the IRR. */
static bool
is_bad(const struct pair *p)
{
	return p->origin != 0 &&
	       (pr_invalid(p->rov) ||
		   (p->rov == PR_NOT_FOUND && p->irr == IRR_OTHER + 1));
}

/* Every hop of the path took it from the one behind it. */
static void
transit_path(struct detect *d, uint32_t path, const struct pair *p)
{
	size_t n = rib_path_get(d->rib, path, d->hops);

	for (size_t i = n; i-- > 1;) {
		const struct rib_hop *from = &d->hops[i], *to = from - 1;

		if (from->kind == RIB_SET || to->kind == RIB_SET)
			return;
		if (from->asn != to->asn)
			transit_add(d, to->asn, from->asn, p);
	}
}

void
facts_route(struct detect *d, const struct route *r, uint32_t pair)
{
	struct pair p = d->pairs.p[pair];

	if (is_bad(&p))
		transit_path(d, r->path, &p);
}

void
facts_pair(struct detect *d, uint32_t pair)
{
	struct pair p = d->pairs.p[pair];
	uint32_t sets[RIB_PATHS_MAX];

	if (p.peers == 0 || !is_bad(&p))
		return;
	for (uint32_t peer = 0; peer < rib_peer_count(d->rib); peer++) {
		size_t n =
		    rib_cells_at(d->rib, peer, p.prefix, sets, RIB_PATHS_MAX);

		for (size_t i = 0; i < n && i < RIB_PATHS_MAX; i++)
			if (set_origin(d, peer, sets[i]) == p.origin)
				transit_path(d, rib_set_path(d->rib, sets[i]),
				    &p);
	}
}

static int
cmp_transit(const void *a, const void *b, void *ctx)
{
	const struct detect *d = ctx;
	const struct transit *x = &d->transits.p[*(const uint32_t *)a];
	const struct transit *y = &d->transits.p[*(const uint32_t *)b];
	int rc;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	if (x->neighbor != y->neighbor)
		return x->neighbor < y->neighbor ? -1 : 1;
	rc = prefix_cmp(prefix_at(d, x->prefix), prefix_at(d, y->prefix));
	if (rc != 0)
		return rc;
	return x->origin < y->origin ? -1 : x->origin > y->origin;
}

/* Facts of the present month, by asn, neighbour, prefix, origin. */
static int
walk_transits(struct detect *d,
    int (*each)(struct detect *d, const struct detect_sinks *s,
	const struct transit_fact *f, struct err *err),
    const struct detect_sinks *s, struct err *err)
{
	size_t n = d->transits.n;
	uint32_t *order = mem_alloc(n + 1, sizeof(*order));
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, n, sizeof(*order), cmp_transit, d);
	for (size_t i = 0; i < n && rc == 0; i++) {
		const struct transit *t = &d->transits.p[order[i]];
		struct transit_fact f = { t->asn, t->neighbor,
			interface_class(d, t->asn, t->neighbor),
			*prefix_at(d, t->prefix), t->origin, t->rpki, t->irr };

		rc = each(d, s, &f, err);
	}
	free(order);
	return rc;
}

/* --- the end of a month ------------------------------------------------ */

static int
keep_route(struct walk *w, const struct route_fact *f)
{
	vec_push(&w->d->old_facts, ((struct old_fact){ w->d->month, *f }));
	return 0;
}

static int
keep_transit(struct detect *d, const struct detect_sinks *s,
    const struct transit_fact *f, struct err *err)
{
	(void)s;
	(void)err;
	vec_push(&d->old_transits, ((struct old_transit){ d->month, *f }));
	return 0;
}

void
facts_month_end(struct detect *d)
{
	struct err none = { 0 };
	struct walk w = { .d = d, .each = keep_route, .err = &none };
	int64_t month = utc_month_start(d->now, 0);

	if (d->month == TIME_NONE) {
		d->month = month;
		return;
	}
	(void)walk_routes(&w);
	if (is_covered(d))
		(void)walk_transits(d, keep_transit, NULL, &none);
	d->transits.n = 0;
	hidx_fini(&d->transit_idx);
	if (month > d->month)
		d->month = month;
	/* What is live goes on in the new month, with what it has now. */
	for (size_t i = 0; i < d->pairs.n; i++) {
		struct pair *p = &d->pairs.p[i];

		p->max_full = p->full_ases;
		facts_pair(d, (uint32_t)i);
	}
}

/* --- emission ---------------------------------------------------------- */

static int
emit_route(struct walk *w, const struct route_fact *f)
{
	return w->s->route(w->s->ctx, w->d->month, f, w->err);
}

static int
emit_transit(struct detect *d, const struct detect_sinks *s,
    const struct transit_fact *f, struct err *err)
{
	return s->transit(s->ctx, d->month, f, err);
}

static int
emit_routes(struct detect *d, const struct detect_sinks *s, struct err *err)
{
	struct walk w = { .d = d, .each = emit_route, .s = s, .err = err };
	const struct old_fact *f;

	VEC_FOREACH (f, &d->old_facts)
		if (s->route(s->ctx, f->month, &f->fact, err) == -1)
			return -1;
	return walk_routes(&w);
}

static int
emit_transits(struct detect *d, const struct detect_sinks *s, struct err *err)
{
	const struct old_transit *t;

	VEC_FOREACH (t, &d->old_transits)
		if (s->transit(s->ctx, t->month, &t->fact, err) == -1)
			return -1;
	return is_covered(d) ? walk_transits(d, emit_transit, s, err) : 0;
}

int
facts_emit(struct detect *d, const struct detect_sinks *s, struct err *err)
{
	if (d->month == TIME_NONE)
		return 0;
	if (s->route != NULL && emit_routes(d, s, err) == -1)
		return -1;
	return s->transit != NULL ? emit_transits(d, s, err) : 0;
}

/* --- full feeds -------------------------------------------------------- */

struct said {
	uint32_t prefix, origin;
};

struct said_list {
	struct detect *d;
	uint32_t peer;
	unsigned family;
	VEC(struct said) said;
};

static void
add_said(void *ctx, uint32_t prefix, uint32_t path_id, uint32_t set)
{
	struct said_list *l = ctx;

	(void)path_id;
	if (prefix_at(l->d, prefix)->family == l->family)
		vec_push(&l->said,
		    ((struct said){ prefix, set_origin(l->d, l->peer, set) }));
}

static int
cmp_said(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return x->origin < y->origin ? -1 : x->origin > y->origin;
}

void
facts_full_changed(struct detect *d, uint32_t peer, unsigned family, bool full)
{
	struct said_list l = { .d = d, .peer = peer, .family = family };

	rib_each_cell(d->rib, peer, add_said, &l);
	/* Paths of one prefix (RFC 7911) may share their origin. */
	if (l.said.n > 1)
		qsort(l.said.p, l.said.n, sizeof(*l.said.p), cmp_said);
	/* pair_count_full() counts a peer while it is full. */
	if (full)
		rib_peer(d->rib, peer)->full[family] = true;
	for (size_t i = 0; i < l.said.n; i++) {
		const struct said *s = &l.said.p[i];
		uint32_t pair;

		if (i > 0 && cmp_said(s, s - 1) == 0)
			continue;
		pair = pair_find(d, s->prefix, s->origin);
		if (pair != NONE)
			pair_count_full(d, peer, &d->pairs.p[pair], full);
	}
	rib_peer(d->rib, peer)->full[family] = full;
	vec_fini(&l.said);
}
