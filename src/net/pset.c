/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pset.c - the growing prefix map: an array in order of arrival and an index
 * by hash.
 *
 * Covers are found by asking for each shorter length that occurs, of which a
 * routing table has about two dozen.  A path-compressed trie was here before:
 * its walk of dependent cache misses cost every new prefix more than all
 * questions for covers together, which only a few of them ask.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "net/net.h"

struct pset {
	VEC(struct prefix) prefixes; /* by id */
	struct hidx index;
	uint64_t lens[NET_FAMILIES][NET_LEN_MAX / 64 + 1]; /* that occur */
	VEC(uint32_t) order; /* ids in prefix_cmp() order; may lack the last */
};

struct pset *
pset_new(void)
{
	return mem_alloc(1, sizeof(struct pset));
}

void
pset_free(struct pset *s)
{
	if (s == NULL)
		return;
	vec_fini(&s->prefixes);
	vec_fini(&s->order);
	hidx_fini(&s->index);
	free(s);
}

uint32_t
pset_count(const struct pset *s)
{
	return (uint32_t)s->prefixes.n;
}

const struct prefix *
pset_prefix(const struct pset *s, uint32_t id)
{
	return &s->prefixes.p[id];
}

size_t
pset_bytes(const struct pset *s)
{
	return s->prefixes.cap * sizeof(*s->prefixes.p) +
	       s->order.cap * sizeof(*s->order.p) +
	       (s->index.slots == NULL ? 0 : (size_t)s->index.mask + 1) *
		   sizeof(*s->index.slots);
}

static bool
same_prefix(const void *ctx, uint32_t row, const void *key)
{
	const struct pset *s = ctx;

	return prefix_eq(&s->prefixes.p[row], key);
}

uint32_t
pset_find(const struct pset *s, const struct prefix *p)
{
	return hidx_find(&s->index, prefix_hash(p), same_prefix, s, p);
}

void
pset_prefetch(const struct pset *s, const struct prefix *p)
{
	hidx_prefetch(&s->index, prefix_hash(p));
}

uint32_t
pset_add(struct pset *s, const struct prefix *p)
{
	uint64_t hash = prefix_hash(p);
	uint32_t id = hidx_find(&s->index, hash, same_prefix, s, p);

	if (id != HIDX_NONE)
		return id;
	id = (uint32_t)s->prefixes.n;
	vec_push(&s->prefixes, *p);
	hidx_add(&s->index, hash, id);
	s->lens[p->family][p->len / 64] |= UINT64_C(1) << p->len % 64;
	return id;
}

/* Most specific prefix of at most `len` bits that covers p. */
static uint32_t
cover_of(const struct pset *s, const struct prefix *p, int len)
{
	for (; len >= 0; len--) {
		if ((s->lens[p->family][len / 64] >> len % 64 & 1) == 0)
			continue;
		struct prefix c = prefix_truncate(p, (uint8_t)len);
		uint32_t id = pset_find(s, &c);

		if (id != PSET_NONE)
			return id;
	}
	return PSET_NONE;
}

uint32_t
pset_up(const struct pset *s, uint32_t id)
{
	struct prefix p = s->prefixes.p[id];

	return cover_of(s, &p, p.len - 1);
}

uint32_t
pset_longest(const struct pset *s, const struct prefix *p)
{
	return cover_of(s, p, p->len);
}

/* --- order ------------------------------------------------------------- */

#define KEY_BYTES 18 /* length, 16 of the address, family */

/* Address and length as numbers, to be compared byte by byte. */
struct key {
	uint64_t hi, lo;
	uint32_t id;
	uint8_t family, len;
};

static uint64_t
be64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return __builtin_bswap64(v);
}

/* Byte i of a key from the least to the most significant. */
static unsigned
key_byte(const struct key *k, unsigned i)
{
	if (i == 0)
		return k->len;
	if (i == KEY_BYTES - 1)
		return k->family;
	return (i <= 8 ? k->lo >> (i - 1) * 8 : k->hi >> (i - 9) * 8) & 255;
}

/* Sort by byte b alone, keeping the order of equal ones. */
static void
sort_by_byte(const struct key *from, struct key *to, size_t n, unsigned b)
{
	size_t count[256] = { 0 }, at = 0;

	for (size_t i = 0; i < n; i++)
		count[key_byte(&from[i], b)]++;
	for (unsigned v = 0; v < 256; v++) {
		size_t here = count[v];

		count[v] = at;
		at += here;
	}
	for (size_t i = 0; i < n; i++)
		to[count[key_byte(&from[i], b)]++] = from[i];
}

/*
 * Radix sort from the least significant byte on; bytes that are the same in
 * all keys, as most of IPv4's are, cost nothing.
 */
static void
sort_keys(struct key *k, size_t n)
{
	struct key *spare = mem_alloc(n, sizeof(*spare)), *from = k,
		   *to = spare, differ = { 0 };

	for (size_t i = 1; i < n; i++) {
		differ.hi |= k[i].hi ^ k->hi;
		differ.lo |= k[i].lo ^ k->lo;
		differ.family |= k[i].family ^ k->family;
		differ.len |= k[i].len ^ k->len;
	}
	for (unsigned b = 0; b < KEY_BYTES; b++) {
		if (key_byte(&differ, b) == 0)
			continue;
		sort_by_byte(from, to, n, b);
		struct key *t = from;
		from = to;
		to = t;
	}
	if (from != k)
		memcpy(k, from, n * sizeof(*k));
	free(spare);
}

/* Merge what is in order with the keys of those that came since. */
static void
merge(struct pset *s, const struct key *k, size_t n)
{
	size_t i = s->order.n, j = n, at = i + n;

	vec_reserve(&s->order, at);
	s->order.n = at;
	while (j > 0) {
		if (i > 0 && prefix_cmp(&s->prefixes.p[s->order.p[i - 1]],
				 &s->prefixes.p[k[j - 1].id]) > 0)
			s->order.p[--at] = s->order.p[--i];
		else
			s->order.p[--at] = k[--j].id;
	}
}

const uint32_t *
pset_in_order(struct pset *s)
{
	size_t n = s->prefixes.n - s->order.n;

	if (n == 0)
		return s->order.p;
	struct key *k = mem_alloc(n, sizeof(*k));
	for (size_t i = 0; i < n; i++) {
		const struct prefix *p = &s->prefixes.p[s->order.n + i];

		k[i] = (struct key){ be64(p->addr), be64(p->addr + 8),
			(uint32_t)(s->order.n + i), p->family, p->len };
	}
	sort_keys(k, n);
	merge(s, k, n);
	free(k);
	return s->order.p;
}
