/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import.c - paths kept once, and what networks refuse to import: loops,
 * RPKI-invalid routes, foreign space from customers, bogons, leaks that RFC
 * 9234 marks.
 */
#include "sim/route_net.h"

/* --- paths ------------------------------------------------------------- */

struct path_key {
	const uint32_t *asns;
	uint32_t n;
};

static bool
path_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct paths *p = ctx;
	const struct path_key *k = key;

	return p->rows.p[row].n == k->n &&
	       memcmp(&p->asns.p[p->rows.p[row].at], k->asns,
		   k->n * sizeof(*k->asns)) == 0;
}

uint32_t
paths_add(struct paths *p, const uint32_t *asns, uint32_t n)
{
	struct path_key key = { asns, n };
	uint64_t hash = hash_bytes(asns, n * sizeof(*asns), 0);
	uint32_t row;

	if (n == 0)
		return 0;
	row = hidx_find(&p->idx, hash, path_eq, p, &key);
	if (row != HIDX_NONE)
		return row + 1;
	row = (uint32_t)p->rows.n;
	vec_push(&p->rows, ((struct span){ (uint32_t)p->asns.n, n }));
	for (uint32_t i = 0; i < n; i++)
		vec_push(&p->asns, asns[i]);
	hidx_add(&p->idx, hash, row);
	return row + 1;
}

void
paths_fini(struct paths *p)
{
	vec_fini(&p->asns);
	vec_fini(&p->rows);
	hidx_fini(&p->idx);
}

/* --- import ------------------------------------------------------------ */

static bool
roa_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct route_net *n = ctx;

	return prefix_eq(&n->roas.p[row].roa.prefix, key);
}

/* Rows of one prefix hang behind the first, which the index knows. */
void
route_roa(struct route_net *n, const struct scn_roa *roa, bool on)
{
	uint64_t hash = prefix_hash(&roa->prefix);
	uint32_t first = hidx_find(&n->roa_of, hash, roa_eq, n, &roa->prefix);
	uint32_t row = first;

	while (
	    row != SCN_NONE && (n->roas.p[row].roa.asn != roa->asn ||
				   n->roas.p[row].roa.max_len != roa->max_len))
		row = n->roas.p[row].next;
	if (row != SCN_NONE) {
		n->roas.p[row].on = on;
		return;
	}
	row = (uint32_t)n->roas.n;
	vec_push(&n->roas, ((struct roa_row){ *roa, SCN_NONE, on }));
	if (first == SCN_NONE) {
		hidx_add(&n->roa_of, hash, row);
	} else {
		n->roas.p[row].next = n->roas.p[first].next;
		n->roas.p[first].next = row;
	}
}

/* RFC 6811 2. */
enum route_rov
route_rov(const struct route_net *n, const struct prefix *p, uint32_t origin)
{
	enum route_rov verdict = ROUTE_NOT_FOUND;

	if (n->roas.n == 0)
		return verdict;
	for (unsigned len = 0; len <= p->len; len++) {
		struct prefix up = prefix_truncate(p, (uint8_t)len);
		uint32_t row =
		    hidx_find(&n->roa_of, prefix_hash(&up), roa_eq, n, &up);

		for (; row != SCN_NONE; row = n->roas.p[row].next) {
			const struct scn_roa *r = &n->roas.p[row].roa;

			if (!n->roas.p[row].on)
				continue;
			if (r->asn == origin && origin != 0 &&
			    p->len <= r->max_len)
				return ROUTE_VALID;
			verdict = ROUTE_INVALID;
		}
	}
	return verdict;
}

static void
cone_walk(const struct route_net *n, uint32_t as, uint64_t *bits)
{
	if ((bits[as / 64] >> (as % 64) & 1) != 0)
		return;
	bits[as / 64] |= UINT64_C(1) << (as % 64);
	/* Depth is bounded: provider loops are refused when parsing. */
	for (uint32_t i = n->first[as]; i < n->first[as + 1]; i++)
		if (n->edges[i].class == ROUTE_CUSTOMER)
			cone_walk(n, n->edges[i].to, bits);
}

/* Is the prefix held by someone in the cone of this customer? */
static bool
held_in_cone(struct route_net *n, uint32_t customer)
{
	if (n->cones[customer] == NULL) {
		n->cones[customer] =
		    mem_alloc(n->s->ases.n / 64 + 1, sizeof(uint64_t));
		cone_walk(n, customer, n->cones[customer]);
	}
	for (size_t i = 0; i < n->holders.n; i++) {
		uint32_t h = n->holders.p[i];

		if ((n->cones[customer][h / 64] >> (h % 64) & 1) != 0)
			return true;
	}
	return false;
}

void
import_begin(struct route_net *n)
{
	const struct scenario *s = n->s;

	n->holders.n = 0;
	if (!n->any_filter)
		return;
	for (size_t i = 0; i < s->blocks.n; i++)
		if (prefix_covers(&s->blocks.p[i].prefix, n->p))
			vec_push(&n->holders, s->blocks.p[i].as);
	for (size_t i = 0; i < s->objects.n; i++)
		if (prefix_covers(&s->objects.p[i].prefix, n->p)) {
			uint32_t as = scn_as_find(s, s->objects.p[i].asn);

			if (as != SCN_NONE)
				vec_push(&n->holders, as);
		}
}

static bool
path_holds(const struct paths *paths, uint32_t id, uint32_t asn)
{
	struct span row = paths_get(paths, id);

	for (uint32_t i = 0; i < row.n; i++)
		if (paths->asns.p[row.at + i] == asn)
			return true;
	return false;
}

static bool
path_has_bogon(const struct paths *paths, uint32_t id)
{
	struct span row = paths_get(paths, id);

	for (uint32_t i = 0; i < row.n; i++)
		if (net_special_asn(paths->asns.p[row.at + i]) != NULL)
			return true;
	return false;
}

static bool
prefix_is_bogon(const struct prefix *p)
{
	const struct net_special_row *row = net_special_prefix(p);

	return row != NULL && row->kind == NET_SPECIAL;
}

bool
import_ok(struct route_net *n, uint32_t as, struct route *r)
{
	const struct scn_as *me = &n->s->ases.p[as];
	const struct scn_as *you = &n->s->ases.p[r->via];
	uint8_t longest = n->p->family == NET_IP4 ? 24 : 48;

	/* RFC 4271 9.1.2: a path that holds the own ASN is a loop. */
	if (path_holds(&n->paths, r->root, me->asn))
		return false;
	if (me->policy == 0)
		return true;
	if ((me->policy & POLICY_MAX24) != 0 && n->p->len > longest)
		return false;
	if ((me->policy & POLICY_ROV) != 0 &&
	    route_rov(n, n->p, paths_origin(&n->paths, r->root)) ==
		ROUTE_INVALID)
		return false;
	if ((me->policy & POLICY_BOGONS) != 0 &&
	    (prefix_is_bogon(n->p) || path_has_bogon(&n->paths, r->root)))
		return false;
	if ((me->policy & POLICY_FILTER) != 0 && r->class == ROUTE_CUSTOMER &&
	    !held_in_cone(n, r->via))
		return false;
	if ((me->policy & POLICY_OTC) == 0)
		return true;
	/* RFC 9234 5: ingress. */
	if (r->otc != 0 && (r->class == ROUTE_CUSTOMER ||
			       (r->class == ROUTE_PEER && r->otc != you->asn)))
		return false;
	if (r->otc == 0 && r->class != ROUTE_CUSTOMER)
		r->otc = you->asn;
	return true;
}
