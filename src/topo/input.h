/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.h - parsed rows of one file, between load and freeze; and the rows of
 * the frozen table.  Private to this folder.
 *
 * Sections, each with the suffix behind its name:
 *
 *   topo.head  one row: version and counts
 *   topo.as    ASes, ascending; "id" is a row number
 *   topo.hx    hash of ASNs: id + 1, 0 = empty; a power of two
 *   topo.nb    neighbours as ids: of each AS its providers, customers, peers
 *              and sibling links, each list ascending
 *   topo.rs    route servers' ASNs, ascending
 *   topo.pc    observed cones: per row of topo.as, a slice of topo.pm
 *   topo.pm    members of observed cones, as ids, ascending
 *   topo.org   organisations
 *   topo.txt   texts, NUL-terminated
 */
#pragma once

#include "base/hash.h"
#include "base/mem.h"
#include "topo/topo.h"

#define TOPO_LINKS_MAX 50000000U /* rows of an input */
#define TOPO_ROWS_MAX  50000000U
#define TOPO_CONE_WORK UINT64_C(2000000000) /* steps to count all */

struct in_link {
	uint32_t a, b;
	int8_t label; /* -1 p2c, 0 p2p, 1 sibling */
};

struct in_org {
	uint32_t id, name, country, source; /* texts */
	uint32_t changed;                   /* YYYYMMDD, 0 = unknown */
};

struct in_asn {
	uint32_t asn, changed;
	uint32_t org, name; /* texts */
};

struct in_cone { /* a row of ppdc-ases */
	uint32_t asn;
	size_t at, n; /* in cone_members */
};

struct topo_input {
	enum topo_kind kind;
	struct strtab text;
	VEC(struct in_link) links;
	VEC(uint32_t) clique, clique_inferred, route_servers;
	VEC(struct in_org) orgs;
	VEC(struct in_asn) asns;
	VEC(struct in_cone) cones;
	VEC(uint32_t) cone_members;
	struct topo_load_report report;
};

/* --- frozen rows ------------------------------------------------------- */

#define TOPO_TABLE_VERSION 1

struct topo_head_row {
	char magic[4]; /* "TOP" NUL */
	uint32_t version;
	uint64_t p2c, p2p, sibling, conflicts;
	uint32_t ases, clique, route_servers, organisations, organised;
	uint32_t observed_cones, clique_inferred, pad;
};

enum { NB_PROVIDERS, NB_CUSTOMERS, NB_PEERS, NB_SIBLINGS, NB_KINDS };

#define TOPO_AS_CLIQUE 1
#define TOPO_AS_LINKED 2 /* has at least one link */
#define TOPO_AS_KIN    4 /* no member, but a sibling of one */

struct topo_as_row {
	uint64_t first; /* of its neighbours in topo.nb */
	uint32_t n[NB_KINDS];
	uint32_t asn;
	uint32_t cone; /* recursive size, TOPO_CONE_UNKNOWN */
	uint32_t org;  /* row of topo.org, UINT32_MAX = none */
	uint32_t name; /* text */
	uint32_t flags, pad;
};

struct topo_cone_row {
	uint64_t first, n; /* in topo.pm */
};

struct topo_org_row {
	uint32_t id, name, country, source; /* texts */
};

bool
topo_sect_name(char out[SECT_NAME_MAX], const char *part, const char *suffix);

struct topo {
	const struct topo_head_row *head;
	const struct topo_as_row *ases;
	size_t n_ases;
	const uint32_t *hash;
	size_t n_hash;
	const uint32_t *neighbors;
	size_t n_neighbors;
	const uint32_t *route_servers;
	size_t n_route_servers;
	const struct topo_cone_row *cones;
	size_t n_cones;
	const uint32_t *cone_members;
	size_t n_cone_members;
	const struct topo_org_row *orgs;
	size_t n_orgs;
	const char *text;
	size_t n_text;
};

#define TOPO_NO_ID UINT32_MAX

/* Row number of an ASN, or TOPO_NO_ID. */
uint32_t topo_id(const struct topo *t, uint32_t asn);
/* Neighbours of one kind of row id, bounds checked. */
struct topo_list topo_neighbors(const struct topo *t, uint32_t id, int kind);
/* An ascending list of numbers holds v. */
bool topo_list_has(const uint32_t *p, size_t n, uint32_t v);

static inline uint32_t
topo_hash_asn(uint32_t asn)
{
	return (uint32_t)hash_u64(asn);
}
