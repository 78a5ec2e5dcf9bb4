/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route_net.h - the network as route.c and import.c see it.  Private to both.
 */
#pragma once

#include "sim/route.h"

struct edge {
	uint32_t to, link;
	uint8_t class; /* of a route heard from `to` */
};

/* A candidate: `as` could use what `via` has, or a leak. */
struct cand {
	uint32_t len, via_asn, as, via;
	uint32_t offer; /* SCN_NONE = the regular route of via */
};

struct roa_row {
	struct scn_roa roa;
	uint32_t next;
	bool on;
};

struct route_net {
	const struct scenario *s;
	struct paths paths;
	uint32_t *first; /* network -> edges, n + 1 */
	struct edge *edges;
	bool *up; /* per link */
	VEC(struct roa_row) roas;
	struct hidx roa_of; /* prefix -> newest row */
	uint64_t **cones;   /* network -> bits, made when needed */
	VEC(struct cand) heap;
	bool any_filter;
	/* of the computation under way */
	const struct prefix *p;
	const struct route_seed *seeds;
	const struct route_offer *offers;
	size_t n_seeds, n_offers;
	struct route *out;
	VEC(uint32_t) holders;
};

/* The prefix's holders, for networks that filter customers by them. */
void import_begin(struct route_net *n);
/* Does network `as` take this route from r->via?  Sets r->otc as it keeps
 * it. */
bool import_ok(struct route_net *n, uint32_t as, struct route *r);
