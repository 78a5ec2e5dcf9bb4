/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.h - IP prefixes and AS numbers as plain values, prefix maps, and the
 * special-purpose registries.
 *
 * A prefix is canonical: bits past `len` are zero, and the bytes of `addr`
 * past the family's size (4 or 16) are zero.  IPv4 and IPv6 share every code
 * path.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sect.h"
#include "base/text.h"

enum net_family { NET_IP4 = 0, NET_IP6 = 1 };
#define NET_FAMILIES 2
#define NET_LEN_MAX  128 /* bits */

struct prefix {
	uint8_t family;   /* enum net_family */
	uint8_t len;      /* bits, 0..prefix_len_max(family) */
	uint8_t addr[16]; /* network byte order, left aligned */
};

struct ipaddr {
	uint8_t family;
	uint8_t addr[16]; /* left aligned, zero after 4 bytes for IPv4 */
};

static inline uint8_t
prefix_len_max(uint8_t family)
{
	return family == NET_IP4 ? 32 : 128;
}

bool prefix_is_canonical(const struct prefix *p);
struct prefix prefix_truncate(const struct prefix *p, uint8_t len);
/* Order: family, address, length; a cover stands before what it covers. */
int prefix_cmp(const struct prefix *a, const struct prefix *b);
bool prefix_eq(const struct prefix *a, const struct prefix *b);
/* a covers b: same family, a not longer, a's bits equal. */
bool prefix_covers(const struct prefix *a, const struct prefix *b);
uint64_t prefix_hash(const struct prefix *p);

/* "192.0.2.0/24"; host bits set, leading zeros or anything else: false. */
bool prefix_parse(struct str text, struct prefix *out);
/* As prefix_parse(), but host bits are cleared instead of refused, an IPv4
 * address may stop after its last octet that matters ("10/8"), and a missing
 * length means a host. */
bool prefix_parse_loose(struct str text, struct prefix *out);
bool ipaddr_parse(struct str text, struct ipaddr *out);
bool ipaddr_eq(const struct ipaddr *a, const struct ipaddr *b);

#define PREFIX_TEXT_MAX 50 /* longest text with its NUL */
/* RFC 5952 text, terminated; returns its length. */
size_t prefix_format(char out[PREFIX_TEXT_MAX], const struct prefix *p);
size_t ipaddr_format(char out[PREFIX_TEXT_MAX], const struct ipaddr *a);
/* bytes as 4 or 16 raw octets */
size_t ip4_format(char out[PREFIX_TEXT_MAX], const uint8_t addr[4]);
size_t ip6_format(char out[PREFIX_TEXT_MAX], const uint8_t addr[16]);

/* "AS64500", "as64500", "64500", asdot "1.10"; nothing else. */
bool asn_parse(struct str text, uint32_t *out);

/*
 * Split the closed range [first, last] of one family into the fewest
 * prefixes, in order.  Calls each() for every one; stops when it gives -1.
 */
int prefix_each_of_range(const struct ipaddr *first, const struct ipaddr *last,
    int (*each)(void *ctx, const struct prefix *p), void *ctx);

/* --- frozen prefix map ------------------------------------------------- */

/*
 * A sorted array of distinct prefixes, each with the number of its nearest
 * covering entry.  As a cover sorts before what it covers, one predecessor
 * search answers exact, longest match and covering look-ups, and what an entry
 * covers stands right behind it.  Position-independent: frozen into the
 * sections NAME4.tree, NAME4.in, NAME6.tree, NAME6.in, NAME6.lo, opened in place.
 *
 * Entry numbers run over both families, IPv4 first, in prefix_cmp() order, so
 * a caller keeps its values in an array beside it, indexed by entry number.
 */
#define PMAP_NONE UINT32_MAX

#define PMAP_LEVELS_MAX 11 /* enough for 2^32 entries */

struct pmap_half { /* one family; private */
	const struct pmap_entry {
		uint32_t up; /* covering entry, PMAP_NONE = none */
		uint8_t len, zero[3];
	} * e;
	const uint64_t *lo; /* low halves of addresses; NULL for IPv4 */
	const uint8_t *level[PMAP_LEVELS_MAX]; /* of the tree, lowest first */
	uint32_t blocks[PMAP_LEVELS_MAX];
	uint32_t n, base;
	unsigned levels;
};

struct pmap {
	struct pmap_half half[NET_FAMILIES];
	uint32_t n;
};

/*
 * Freeze n distinct canonical prefixes, already in prefix_cmp() order, under
 * the section prefix `name` (at most 12 characters).
 */
int pmap_freeze(const struct prefix *sorted, uint32_t n, const char *name,
    const struct sect_sink *sink, struct err *err);
/* Open; absent sections give an empty map. */
int pmap_open(struct pmap *m, const char *name, const struct sect_source *src,
    struct err *err);

/* Most specific entry that covers p (p itself included), or PMAP_NONE. */
uint32_t pmap_longest(const struct pmap *m, const struct prefix *p);
/* The next shorter entry that covers entry i, or PMAP_NONE. */
uint32_t pmap_up(const struct pmap *m, uint32_t i);
uint32_t pmap_exact(const struct pmap *m, const struct prefix *p);
/* Entries covered by p (p itself included) are first..first+count-1. */
uint32_t
pmap_covered(const struct pmap *m, const struct prefix *p, uint32_t *first);
void pmap_get(const struct pmap *m, uint32_t i, struct prefix *out);

/*
 * For who keeps the covers of entries himself: the last entry that is not
 * behind p, or PMAP_NONE.  Of it and its covers, those of at most `most` bits
 * cover p, the longest of them as pmap_longest() says.
 */
uint32_t
pmap_before(const struct pmap *m, const struct prefix *p, uint8_t *most);

/*
 * For look-ups by the thousand: tables over a map, which must outlive them.
 * About an eighth of its size, made in a millisecond for a million entries;
 * immutable, any number of threads may read them.
 */
struct pmap_index;
struct pmap_index *pmap_index_new(const struct pmap *m);
void pmap_index_free(struct pmap_index *x);

/* pmap_before() of n prefixes, at most PMAP_MANY_MAX, side by side. */
#define PMAP_MANY_MAX 128
void pmap_before_many(const struct pmap_index *x, const struct prefix *p,
    size_t n, uint32_t *out, uint8_t *most);

/* --- growing prefix map ------------------------------------------------ */

/*
 * Prefix -> dense id 0,1,2..., never removed, for state that grows.
 */
struct pset;
#define PSET_NONE UINT32_MAX

struct pset *pset_new(void);
void pset_free(struct pset *s);
uint32_t pset_count(const struct pset *s);
uint32_t pset_add(struct pset *s, const struct prefix *p); /* find or add */
uint32_t pset_find(const struct pset *s, const struct prefix *p);
/* Start the cache miss of a later pset_find() or pset_add(). */
void pset_prefetch(const struct pset *s, const struct prefix *p);
/* Borrowed until the next pset_add(). */
const struct prefix *pset_prefix(const struct pset *s, uint32_t id);
/* Nearest *strictly* shorter prefix in the map that covers id's. */
uint32_t pset_up(const struct pset *s, uint32_t id);
/* Most specific prefix in the map that covers p (p itself included). */
uint32_t pset_longest(const struct pset *s, const struct prefix *p);
/*
 * All ids, pset_count() of them, in prefix_cmp() order; borrowed until the
 * next pset_add().  Sorts what came since the last call: not thread-safe
 * unless nothing did.
 */
const uint32_t *pset_in_order(struct pset *s);
size_t pset_bytes(const struct pset *s);

/* --- special-purpose registries ---------------------------------------- */

enum net_special {
	NET_ORDINARY,     /* global unicast, or listed and clean */
	NET_SPECIAL,      /* must not be announced: a full bogon */
	NET_SPECIAL_WARN, /* deprecated or transition space: warn only */
};

struct net_special_row {
	const char *text; /* prefix or "first-last" of ASNs, as in the RFC */
	const char *name, *rfc;
	enum net_special kind;
};

#define NET_SPECIAL_DATE "2026-11-01" /* of our own tables */

/* The row that decides for p (most specific row covering p), or NULL.
 * IPv6 outside 2000::/3 is special even without a row of its own. */
const struct net_special_row *net_special_prefix(const struct prefix *p);
const struct net_special_row *net_special_asn(uint32_t asn);
