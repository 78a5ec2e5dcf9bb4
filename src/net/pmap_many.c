/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pmap_many.c - many look-ups in a frozen prefix map side by side.
 *
 * Two tables stand for all levels of the tree but the lowest.  The leading
 * bits of an address choose a part of the address space; a part has about twice
 * as many cells as blocks begin in it, and a cell tells which few blocks may
 * hold the address.  They are made in memory where they pay: the file has
 * nothing more that could be wrong, and a single look-up does without.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "net/part.h"

#define PART_BITS        12
#define CELL_BITS        16         /* at most, behind those of the part */
#define INDEX_BLOCKS_MAX (1U << 24) /* above: one cell a part */
#define WINDOW           8          /* blocks compared without a branch */

struct pmap_index {
	const struct pmap *map;
	struct index_half {
		uint32_t *parts; /* first cell * 32 + bits of its cells */
		uint32_t *cells; /* the block that holds what stands before */
		uint64_t *first; /* of each block, and WINDOW more */
	} half[NET_FAMILIES];
};

/* --- making it --------------------------------------------------------- */

/* For a part in which so many blocks begin. */
static unsigned
cell_bits(uint32_t blocks, uint32_t all)
{
	unsigned bits = 0;

	while (all <= INDEX_BLOCKS_MAX && bits < CELL_BITS &&
	       1U << bits < 2 * blocks)
		bits++;
	return bits;
}

static uint32_t
fill_parts(struct index_half *x, uint32_t blocks)
{
	uint32_t cells = 0, from = 0, to = 0;

	for (uint64_t part = 0; part < 1U << PART_BITS; part++, from = to) {
		while (to < blocks && x->first[to] >> (64 - PART_BITS) <= part)
			to++;
		unsigned bits = cell_bits(to - from, blocks);
		x->parts[part] = cells << 5 | bits;
		cells += 1U << bits;
	}
	return cells;
}

/* A block is counted from its first address on, however damaged the order. */
static void
fill_cells(struct index_half *x, uint32_t blocks)
{
	uint32_t *to = x->cells, n = 0;

	for (uint64_t part = 0; part < 1U << PART_BITS; part++) {
		unsigned bits = x->parts[part] & 31;

		for (uint64_t i = 0; i < 1U << bits; i++) {
			uint64_t begin = (part << bits | i)
					 << (64 - PART_BITS - bits);

			while (n < blocks && x->first[n] <= begin)
				n++;
			*to++ = n == 0 ? 0 : n - 1;
		}
	}
	*to = blocks - 1;
}

static void
fill_half(struct index_half *x, const struct pmap_half *h, uint8_t family)
{
	uint32_t blocks = h->blocks[0];

	x->first = mem_alloc((size_t)blocks + WINDOW, sizeof(*x->first));
	x->parts = mem_alloc(1U << PART_BITS, sizeof(*x->parts));
	for (uint32_t i = 0; i < blocks; i++)
		x->first[i] = hi_of(h, family, i * fan(family));
	for (uint32_t i = 0; i < WINDOW; i++)
		x->first[blocks + i] = UINT64_MAX;
	x->cells =
	    mem_alloc((size_t)fill_parts(x, blocks) + 1, sizeof(*x->cells));
	fill_cells(x, blocks);
}

struct pmap_index *
pmap_index_new(const struct pmap *m)
{
	struct pmap_index *x = mem_alloc(1, sizeof(*x));

	x->map = m;
	for (uint8_t f = 0; f < NET_FAMILIES; f++)
		if (m->half[f].n > 0)
			fill_half(&x->half[f], &m->half[f], f);
	return x;
}

void
pmap_index_free(struct pmap_index *x)
{
	if (x == NULL)
		return;
	for (uint8_t f = 0; f < NET_FAMILIES; f++) {
		free(x->half[f].first);
		free(x->half[f].parts);
		free(x->half[f].cells);
	}
	free(x);
}

/* --- looking up -------------------------------------------------------- */

static inline uint32_t
cell_of(const struct index_half *x, uint64_t hi)
{
	uint32_t part = x->parts[hi >> (64 - PART_BITS)];

	/* in two steps, as there may be no bits */
	return (part >> 5) +
	       (uint32_t)(hi << PART_BITS >> 1 >> (63 - (part & 31)));
}

static inline uint32_t
block_of(const struct index_half *x, uint32_t cell, uint64_t hi)
{
	uint32_t from = x->cells[cell], to = x->cells[cell + 1], n = 0;

	while (to - from > WINDOW) { /* rare */
		uint32_t middle = from + (to - from) / 2;
		uint32_t behind = 0U - (x->first[middle] > hi);

		from = (from & behind) | (middle & ~behind);
		to = ((middle - 1) & behind) | (to & ~behind);
	}
#pragma GCC unroll 8
	for (uint32_t i = 1; i <= WINDOW; i++)
		n += x->first[from + i] <= hi;
	return from + n < to ? from + n : to;
}

/*
 * For the n prefixes p[which[]] of one family.  Each step is taken for all
 * before the next, and asks for the memory that the next will read, so that
 * the misses of one pass behind those of others.
 */
static inline __attribute__((always_inline)) void
before_many(const struct pmap_index *x, uint8_t family, const struct prefix *p,
    const uint8_t *which, size_t n, uint32_t *out, uint8_t *most)
{
	const struct pmap_half *h = &x->map->half[family];
	const struct index_half *ix = &x->half[family];
	uint64_t hi[PMAP_MANY_MAX];
	uint32_t at[PMAP_MANY_MAX];

	for (size_t k = 0; k < n; k++) {
		hi[k] = key_of(&p[which[k]]).hi;
		at[k] = cell_of(ix, hi[k]);
		__builtin_prefetch(&ix->cells[at[k]]);
	}
	for (size_t k = 0; k < n; k++) {
		at[k] = block_of(ix, at[k], hi[k]);
		__builtin_prefetch(h->level[0] + (size_t)at[k] * BLOCK);
	}
	for (size_t k = 0; k < n; k++) {
		const struct prefix *q = &p[which[k]];

		if (q->len > 64) { /* rare: the low half counts as well */
			out[which[k]] = pmap_before(x->map, q, &most[which[k]]);
			continue;
		}
		uint32_t c = count(h, family, 0, at[k], hi[k]);
		if (c > h->n) /* what is left over of the last block */
			c = h->n;
		if (c > 0) {
			out[which[k]] = h->base + c - 1;
			unsigned same = common(hi_of(h, family, c - 1), hi[k]);

			most[which[k]] =
			    (uint8_t)(same < q->len ? same : q->len);
		}
	}
}

void
pmap_before_many(const struct pmap_index *x, const struct prefix *p, size_t n,
    uint32_t *out, uint8_t *most)
{
	uint8_t which[NET_FAMILIES][PMAP_MANY_MAX];
	size_t has[NET_FAMILIES] = { 0 };

	assert(n <= PMAP_MANY_MAX);
	for (size_t i = 0; i < n; i++) { /* no branch on what is random */
		which[NET_IP4][has[NET_IP4]] = (uint8_t)i;
		which[NET_IP6][has[NET_IP6]] = (uint8_t)i;
		has[p[i].family]++;
		out[i] = PMAP_NONE;
		most[i] = 0;
	}
	if (x->map->half[NET_IP4].n > 0)
		before_many(x, NET_IP4, p, which[NET_IP4], has[NET_IP4], out,
		    most);
	if (x->map->half[NET_IP6].n > 0)
		before_many(x, NET_IP6, p, which[NET_IP6], has[NET_IP6], out,
		    most);
}
