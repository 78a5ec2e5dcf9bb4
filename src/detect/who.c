/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * who.c - which peers say a (prefix, origin) now, in an order that depends on
 * their names and not on who came first.
 */
#include <stdlib.h>

#include "detect/part.h"

static int
cmp_peer(const void *a, const void *b, void *ctx)
{
	const struct detect *d = ctx;
	const struct rib_peer *x = rib_peer(d->rib, *(const uint32_t *)a);
	const struct rib_peer *y = rib_peer(d->rib, *(const uint32_t *)b);
	int c = strcmp(rib_collector(d->rib, x->collector),
	    rib_collector(d->rib, y->collector));

	if (c == 0)
		c = (x->addr.family > y->addr.family) -
		    (x->addr.family < y->addr.family);
	if (c == 0)
		c = memcmp(x->addr.addr, y->addr.addr, sizeof(x->addr.addr));
	return c != 0 ? c : (x->asn > y->asn) - (x->asn < y->asn);
}

const uint32_t *
peers_in_order(struct detect *d, uint32_t *n)
{
	*n = rib_peer_count(d->rib);
	if (d->peer_order.n == *n)
		return d->peer_order.p;
	d->peer_order.n = 0;
	for (uint32_t i = 0; i < *n; i++)
		vec_push(&d->peer_order, i);
	qsort_r(d->peer_order.p, *n, sizeof(*d->peer_order.p), cmp_peer, d);
	return d->peer_order.p;
}

bool
pair_route(struct detect *d, uint32_t pair, uint32_t *at, struct route *out)
{
	const struct pair *p = &d->pairs.p[pair];
	uint32_t sets[RIB_PATHS_MAX], n_peers;
	const uint32_t *order = peers_in_order(d, &n_peers);

	for (; *at < n_peers; (*at)++) {
		uint32_t peer = order[*at], best = 0;
		size_t n =
		    rib_cells_at(d->rib, peer, p->prefix, sets, RIB_PATHS_MAX);

		/* Of several paths the shortest, then the lowest: set numbers
		 * are of arrival. */
		for (size_t i = 0; i < n && i < RIB_PATHS_MAX; i++)
			if (set_origin(d, peer, sets[i]) == p->origin &&
			    (best == 0 ||
				path_cmp(d, rib_set_path(d->rib, sets[i]),
				    rib_set_path(d->rib, best)) < 0))
				best = sets[i];
		if (best == 0)
			continue;
		(*at)++;
		*out = route_of(d, peer, p->prefix, best, d->now);
		return true;
	}
	return false;
}

int
path_cmp(struct detect *d, uint32_t x, uint32_t y)
{
	struct rib_hop b[RIB_PATH_MAX];
	size_t n, m;

	if (x == y)
		return 0;
	n = rib_path_get(d->rib, x, d->hops);
	m = rib_path_get(d->rib, y, b);
	if (n != m)
		return n < m ? -1 : 1;
	for (size_t i = 0; i < n; i++) {
		if (d->hops[i].asn != b[i].asn)
			return d->hops[i].asn < b[i].asn ? -1 : 1;
		if (d->hops[i].kind != b[i].kind)
			return d->hops[i].kind < b[i].kind ? -1 : 1;
	}
	return 0;
}

void
join_all(struct detect *d, uint32_t f, uint32_t pair)
{
	struct route r;
	uint32_t at = 0;

	while (pair_route(d, pair, &at, &r))
		if (!r.rtbh)
			finding_join(d, f, &r,
			    rib_path_next_to_origin(d->rib, r.path));
}
