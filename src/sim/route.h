/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.h - who hears of a prefix, and by which path: the stable routes of a
 * network in which everyone prefers customers to peers to providers, then the
 * shorter path, then the lower neighbour ASN, and passes routes of peers and
 * providers on to customers alone (Gao-Rexford).  Private to sim/.
 *
 * Three phases reach that state without iteration: customer routes climb,
 * cross one peering, and descend.  A leak is a further announcement, made at
 * the leaker, whose path behind the leaker is fixed.
 */
#pragma once

#include "sim/scn.h"

enum route_class {
	ROUTE_OWN,
	ROUTE_CUSTOMER,
	ROUTE_PEER,
	ROUTE_PROVIDER,
	ROUTE_NONE
};

/* Paths kept once; number 0 is the empty one. */
struct paths {
	VEC(uint32_t) asns;
	VEC(struct span) rows;
	struct hidx idx;
};

void paths_fini(struct paths *p);
uint32_t paths_add(struct paths *p, const uint32_t *asns, uint32_t n);
static inline struct span
paths_get(const struct paths *p, uint32_t id)
{
	return id == 0 ? (struct span){ 0, 0 } : p->rows.p[id - 1];
}
/* The last ASN, 0 of the empty path. */
static inline uint32_t
paths_origin(const struct paths *p, uint32_t id)
{
	struct span row = paths_get(p, id);

	return row.n == 0 ? 0 : p->asns.p[row.at + row.n - 1];
}

/* Announced by `as` itself; path begins with its ASN. */
struct route_seed {
	uint32_t as, path;
	struct span exports; /* in scenario.ids; n == 0 = to everyone */
	uint32_t mark;       /* travels with the route: event number + 1 */
};

/* Told by `from` to `to` against the rules. */
struct route_offer {
	uint32_t from, to, path, otc, mark;
};

struct route {
	uint8_t class;
	bool offered; /* `root` begins at the neighbour, not with it */
	uint16_t len; /* ASNs of the path, own one included */
	uint32_t via; /* neighbour that told it; SCN_NONE: own */
	uint32_t root;
	uint32_t otc; /* RFC 9234: value of the attribute, 0 = none */
	uint32_t mark;
};

struct route_net;
struct route_net *route_net_new(const struct scenario *s); /* s outlives it */
void route_net_free(struct route_net *n);
struct paths *route_paths(struct route_net *n);
void route_link(struct route_net *n, uint32_t link, bool up);
void route_roa(struct route_net *n, const struct scn_roa *roa, bool on);

enum route_rov { ROUTE_NOT_FOUND, ROUTE_VALID, ROUTE_INVALID };
/* By the ROAs that are on. */
enum route_rov
route_rov(const struct route_net *n, const struct prefix *p, uint32_t origin);

/* The routes of all networks to one prefix; out holds one per network. */
void route_compute(struct route_net *n, const struct prefix *p,
    const struct route_seed *seeds, size_t n_seeds,
    const struct route_offer *offers, size_t n_offers, struct route *out);
/* The whole path of one of them, its own ASN first; 0 without a route. */
uint32_t route_path(struct route_net *n, const struct route *all, uint32_t as);
/* What `as` may say of a neighbour: the neighbour's part in it. */
enum route_class route_class_of(const struct route_net *n, uint32_t as,
    uint32_t neighbour); /* ROUTE_NONE: not linked now */
