/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rib.h - what every peer says now: AS paths and attributes kept once, one
 * cell per (peer, prefix, RFC 7911 path id), and who is up with how large a
 * table.
 *
 * Numbers of prefixes, paths, sets and peers are given in order of arrival,
 * are dense and never leave the process: rib_save() renumbers everything in
 * an order that depends on content alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sect.h"
#include "base/text.h"
#include "base/utc.h"
#include "net/net.h"

#define RIB_NONE UINT32_MAX

struct rib;

struct rib *rib_new(void);
void rib_free(struct rib *r); /* accepts NULL */

/* --- prefixes ---------------------------------------------------------- */

/* The trie of all prefixes ever named; its ids are the prefix numbers. */
struct pset *rib_prefixes(struct rib *r);

/* --- paths ------------------------------------------------------------- */

/*
 * A path is a node of a tree whose root side is the origin: node = {asn, rest
 * of the path towards the origin}, so every suffix is shared.  Path 0 is the
 * empty path.  Members of an AS_SET are nodes of kind RIB_SET.
 */
#define RIB_PATH_MAX 1024 /* hops kept; what is nearer the collector is cut */

enum rib_hop_kind { RIB_SEQUENCE, RIB_SET };

struct rib_hop {
	uint32_t asn;
	uint8_t kind; /* enum rib_hop_kind */
};

/* Hops in collector order: hop[n - 1] is the origin. */
uint32_t rib_path_add(struct rib *r, const struct rib_hop *hop, size_t n);
uint32_t rib_path_count(const struct rib *r); /* nodes, the empty one too */
/* Writes at most RIB_PATH_MAX hops, returns how many. */
size_t rib_path_get(const struct rib *r, uint32_t path,
    struct rib_hop out[RIB_PATH_MAX]);
size_t rib_path_len(const struct rib *r, uint32_t path);
/* 0: the path is empty or ends in an AS_SET. */
uint32_t rib_path_origin(const struct rib *r, uint32_t path);
bool rib_path_has_set(const struct rib *r, uint32_t path);
/* The AS next to the origin that is not the origin, or 0. */
uint32_t rib_path_next_to_origin(const struct rib *r, uint32_t path);

/* --- attribute sets ---------------------------------------------------- */

enum {
	RIB_BLACKHOLE = 1, /* RFC 7999, or a /32 whose next hop discards */
	RIB_NO_EXPORT = 2,
	RIB_HAS_OTC = 4,
	RIB_HAS_AGGREGATOR = 8,
	RIB_ATOMIC = 16,
	RIB_CONFED = 32, /* confederation segments were taken out */
};

/* Everything kept of a route but its path. */
struct rib_attrs {
	uint8_t origin; /* RFC 4271 4.3: 0 IGP, 1 EGP, 2 incomplete */
	uint8_t flags;
	uint8_t fault; /* RFC 7606 treatment, 0 = none */
	struct ipaddr next_hop;
	uint32_t otc, aggregator;
	const void *comm; /* communities of all kinds, the caller's form */
	size_t n_comm;
};
#define RIB_COMM_MAX 65535

/* Number of the set {path, attributes}; never 0. */
uint32_t rib_set_add(struct rib *r, uint32_t path, const struct rib_attrs *a);
uint32_t rib_set_count(const struct rib *r);
uint32_t rib_set_path(const struct rib *r, uint32_t set);
/* Flags of a set, without the rest. */
uint8_t rib_set_flags(const struct rib *r, uint32_t set);
/* comm is borrowed until the next rib_set_add(). */
void rib_set_attrs(const struct rib *r, uint32_t set, struct rib_attrs *out);

/* --- peers ------------------------------------------------------------- */

struct rib_peer {
	uint32_t collector; /* see rib_collector() */
	struct ipaddr addr;
	uint32_t asn;
	bool up;
	bool add_path; /* some route of it had a path id */
	bool full[NET_FAMILIES];
	uint32_t routes[NET_FAMILIES]; /* prefixes with a route */
	uint32_t next_same_as; /* another peer with this ASN, or RIB_NONE */
	int64_t up_us;         /* since when; TIME_NONE = not known */
	int64_t last_us;       /* newest event */
};

uint32_t rib_collector_add(struct rib *r, struct str name);
const char *rib_collector(const struct rib *r, uint32_t id);
uint32_t rib_collector_count(const struct rib *r);

uint32_t rib_peer_add(struct rib *r, uint32_t collector,
    const struct ipaddr *addr, uint32_t asn);
uint32_t rib_peer_count(const struct rib *r);
struct rib_peer *rib_peer(struct rib *r, uint32_t peer);
/* First peer with this ASN (then next_same_as), or RIB_NONE. */
uint32_t rib_peer_of_as(const struct rib *r, uint32_t asn);

/*
 * A peer that is up has a full feed of a family when its table holds at least
 * `share` of the largest such table among peers that are up.
 */
bool
rib_is_full(const struct rib *r, uint32_t peer, unsigned family, double share);
uint32_t rib_full_count(const struct rib *r, unsigned family, double share);

/* --- cells ------------------------------------------------------------- */

/* The set a peer announces for a prefix, 0 = none. */
uint32_t
rib_cell(const struct rib *r, uint32_t peer, uint32_t prefix, uint32_t path_id);
/* Returns what stood there before; set 0 withdraws. */
uint32_t rib_cell_set(struct rib *r, uint32_t peer, uint32_t prefix,
    uint32_t path_id, uint32_t set);
/*
 * All sets of one peer for one prefix (several with ADD-PATH): at most max,
 * returns how many there are.
 */
size_t rib_cells_at(const struct rib *r, uint32_t peer, uint32_t prefix,
    uint32_t *sets, size_t max);
#define RIB_PATHS_MAX 64 /* paths of one peer and prefix that rules look at */

/* Every cell of a peer; each() may withdraw the cell it was given. */
typedef void (
    *rib_each)(void *ctx, uint32_t prefix, uint32_t path_id, uint32_t set);
void rib_each_cell(struct rib *r, uint32_t peer, rib_each each, void *ctx);

/*
 * A table dump: from rib_mark_begin() on, every rib_cell_set() of this peer
 * marks its cell, and rib_mark_end() hands each cell that was not marked to
 * each() (which withdraws it): the dump did not have it.
 */
void rib_mark_begin(struct rib *r, uint32_t peer);
bool rib_marking(const struct rib *r, uint32_t peer);
void rib_mark_end(struct rib *r, uint32_t peer, rib_each each, void *ctx);
/* Stop marking; nothing is handed out. */
void rib_mark_drop(struct rib *r, uint32_t peer);

size_t rib_bytes(const struct rib *r); /* memory held, about */

/* --- saving ------------------------------------------------------------ */

/*
 * What a peer, path or collector is called in the saved file: arrays by
 * present number.  keep_paths: paths that the caller refers to besides those
 * of live cells.
 */
struct rib_names {
	uint32_t *peer, *path, *collector;
};
void rib_names_fini(struct rib_names *n);

/*
 * prefix_name: by prefix number, its place in prefix_cmp() order among the
 * prefixes that the caller saves; every live cell's prefix must have one.
 */
int rib_save(struct rib *r, const uint32_t *prefix_name,
    const uint32_t *keep_paths, size_t n_keep, const struct sect_sink *sink,
    struct rib_names *names, struct err *err);
/*
 * prefix_of: the prefix with a saved name, false if there is none.  Peers,
 * paths and collectors then have their saved names as numbers.
 */
int rib_load(const struct sect_source *src,
    bool (*prefix_of)(void *ctx, uint32_t name, struct prefix *out), void *ctx,
    struct rib **out, struct err *err);
