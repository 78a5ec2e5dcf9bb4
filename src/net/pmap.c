/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pmap.c - the frozen prefix map: sorted prefixes with links to their covers.
 *
 * Per family the entries stand in the order (address, length).  The last entry
 * whose address is not behind that of a prefix p is either p, or inside
 * something that covers p, or has a cover in common with p: so the most
 * specific cover of p is found by one search and a few steps up.
 *
 *   search: an implicit tree over the addresses.  Level 0 holds all of them in
 *           blocks of 64 bytes, each level above the first address of every
 *           block below.  All levels but the lowest stay in cache, so a search
 *           costs one miss; a block is counted through without a branch.
 *   climb:  while the entry is longer than what it has in common with p, go to
 *           entry.up
 *
 * The high 64 bits of an IPv6 address stand in the tree, all 32 of an IPv4
 * one.  The low half is looked at only for prefixes longer than 64 bits.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "net/part.h"

/* Blocks of each level for n entries; returns how many levels. */
static unsigned
plan(uint8_t family, uint32_t n, uint32_t blocks[PMAP_LEVELS_MAX])
{
	unsigned levels = 0;

	do {
		n = (n + fan(family) - 1) / fan(family);
		blocks[levels++] = n;
	} while (n > 1);
	return levels;
}

/* --- freezing ---------------------------------------------------------- */

static int
add_column(const struct sect_sink *sink, const char *name, int family,
    const char *column, const void *data, size_t n, struct err *err)
{
	char full[SECT_NAME_MAX + 16];

	(void)snprintf(full, sizeof(full), "%s%d%s", name,
	    family == NET_IP4 ? 4 : 6, column);
	return sink->add(sink->ctx, full, data, n, err);
}

/* One pass with a stack of the entries that enclose the present one. */
static void
fill_entries(const struct prefix *sorted, uint32_t n, struct pmap_entry *e,
    uint64_t *lo)
{
	uint32_t stack[NET_LEN_MAX + 1], depth = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct prefix *p = &sorted[i];

		while (
		    depth > 0 && !prefix_covers(&sorted[stack[depth - 1]], p))
			depth--;
		e[i].up = depth == 0 ? PMAP_NONE : stack[depth - 1];
		e[i].len = p->len;
		stack[depth++] = i;
		lo[i] = key_of(p).lo;
	}
}

/* The tree's address number i of all levels; what is left over sorts last. */
static void
put_key(void *tree, uint8_t family, size_t i, uint64_t hi)
{
	if (family == NET_IP4)
		((uint32_t *)tree)[i] = (uint32_t)(hi >> 32);
	else
		((uint64_t *)tree)[i] = hi;
}

static void
fill_tree(void *tree, const struct prefix *sorted, uint32_t n, uint8_t family)
{
	uint32_t blocks[PMAP_LEVELS_MAX];
	unsigned levels = plan(family, n, blocks);
	size_t at = 0, step = 1; /* entries per address of this level */

	for (unsigned l = 0; l < levels; l++) {
		for (size_t i = 0; i < (size_t)blocks[l] * fan(family); i++)
			put_key(tree, family, at + i,
			    i * step < n ? key_of(&sorted[i * step]).hi
					 : UINT64_MAX);
		at += (size_t)blocks[l] * fan(family);
		step *= fan(family);
	}
}

static int
freeze_half(const struct prefix *sorted, uint32_t n, uint8_t family,
    const char *name, const struct sect_sink *sink, struct err *err)
{
	uint32_t blocks[PMAP_LEVELS_MAX];
	unsigned levels = plan(family, n, blocks);
	size_t size = 0;
	int status = -1;

	for (unsigned l = 0; l < levels; l++)
		size += (size_t)blocks[l] * BLOCK;
	void *tree = mem_alloc(size, 1);
	struct pmap_entry *e = mem_alloc(n, sizeof(*e));
	uint64_t *lo = mem_alloc(n, sizeof(*lo));
	fill_tree(tree, sorted, n, family);
	fill_entries(sorted, n, e, lo);
	if (add_column(sink, name, family, ".tree", tree, size, err) == 0 &&
	    add_column(sink, name, family, ".in", e, n * sizeof(*e), err) ==
		0 &&
	    (family == NET_IP4 || add_column(sink, name, family, ".lo", lo,
				      n * sizeof(*lo), err) == 0))
		status = 0;
	mem_free_(tree);
	mem_free_(e);
	mem_free_(lo);
	return status;
}

int
pmap_freeze(const struct prefix *sorted, uint32_t n, const char *name,
    const struct sect_sink *sink, struct err *err)
{
	uint32_t n4 = 0;

	if (strlen(name) > 16)
		return err_set(err, ERR_LIMIT, "map name %s too long", name);
	for (uint32_t i = 0; i < n; i++) {
		if (!prefix_is_canonical(&sorted[i]) ||
		    (i > 0 && prefix_cmp(&sorted[i - 1], &sorted[i]) >= 0))
			return err_set(err, ERR_INPUT,
			    "map %s: prefix %u is out of order", name, i);
		n4 += sorted[i].family == NET_IP4;
	}
	if (n4 > 0 && freeze_half(sorted, n4, NET_IP4, name, sink, err) == -1)
		return -1;
	if (n > n4 &&
	    freeze_half(sorted + n4, n - n4, NET_IP6, name, sink, err) == -1)
		return -1;
	return 0;
}

/* --- opening ----------------------------------------------------------- */

static int
get_column(const struct sect_source *src, const char *name, int family,
    const char *column, size_t size, size_t want, const void **out,
    struct err *err)
{
	char full[SECT_NAME_MAX + 16];
	size_t n;

	(void)snprintf(full, sizeof(full), "%s%d%s", name,
	    family == NET_IP4 ? 4 : 6, column);
	if (sect_array(src, full, size, out, &n, err) == -1)
		return -1;
	if (n != want)
		return err_set(err, ERR_INPUT,
		    "section %s has %zu rows, expected %zu", full, n, want);
	return 0;
}

static int
open_half(struct pmap_half *h, const char *name, uint8_t family,
    const struct sect_source *src, struct err *err)
{
	struct pmap_half t = { 0 };
	char full[SECT_NAME_MAX + 16];
	const void *e, *tree, *lo = NULL;
	uint32_t blocks[PMAP_LEVELS_MAX];
	size_t n, sum = 0;

	(void)snprintf(full, sizeof(full), "%s%d.in", name,
	    family == NET_IP4 ? 4 : 6);
	if (sect_array(src, full, sizeof(struct pmap_entry), &e, &n, err) == -1)
		return -1;
	if (n == 0)
		return 0;
	if (n >= PMAP_NONE / 2)
		return err_set(err, ERR_LIMIT, "section %s: %zu rows", full, n);
	t.n = (uint32_t)n;
	t.levels = plan(family, t.n, blocks);
	for (unsigned l = 0; l < t.levels; l++) {
		t.blocks[l] = blocks[l];
		sum += blocks[l];
	}
	if (get_column(src, name, family, ".tree", BLOCK, sum, &tree, err) ==
		-1 ||
	    (family == NET_IP6 &&
		get_column(src, name, family, ".lo", 8, n, &lo, err) == -1))
		return -1;
	t.e = e;
	t.lo = lo;
	t.level[0] = tree;
	for (unsigned l = 1; l < t.levels; l++)
		t.level[l] = t.level[l - 1] + (size_t)blocks[l - 1] * BLOCK;
	*h = t;
	return 0;
}

int
pmap_open(struct pmap *m, const char *name, const struct sect_source *src,
    struct err *err)
{
	struct pmap t = { 0 };

	for (uint8_t f = 0; f < NET_FAMILIES; f++) {
		if (open_half(&t.half[f], name, f, src, err) == -1)
			return -1;
		t.half[f].base = t.n;
		t.n += t.half[f].n;
	}
	*m = t;
	return 0;
}

/* --- looking up -------------------------------------------------------- */

/* Number of entries whose address' high half is at most hi; h->n > 0. */
static inline uint32_t
rank_hi(const struct pmap_half *h, uint8_t family, uint64_t hi)
{
	uint32_t j = 0;

	for (unsigned l = h->levels - 1; l > 0; l--) {
		uint32_t c = count(h, family, l, j, hi);

		j = c > 0 ? c - 1 : 0;
		/* left-over places count for the largest address, and a
		 * damaged file must not lead outside */
		if (j >= h->blocks[l - 1])
			j = h->blocks[l - 1] - 1;
	}
	uint32_t c = count(h, family, 0, j, hi);

	return c < h->n ? c : h->n;
}

/* Number of entries that are not behind (k, len). */
static uint32_t
rank(const struct pmap_half *h, uint8_t family, struct key k, uint8_t len)
{
	uint64_t unit = family == NET_IP4 ? UINT64_C(1) << 32 : 1;
	uint32_t hi = rank_hi(h, family, k.hi);
	uint32_t lo = k.hi < unit ? 0 : rank_hi(h, family, k.hi - unit);

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		uint64_t rest = h->lo == NULL ? 0 : h->lo[mid];

		if (rest > k.lo || (rest == k.lo && h->e[mid].len > len))
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

static inline uint64_t
mask_hi(uint8_t len)
{
	return len == 0 ? 0 : len >= 64 ? UINT64_MAX : ~(UINT64_MAX >> len);
}

/* The cover of an entry always stands before it; anything else is damage. */
static inline uint32_t
up_of(const struct pmap_half *h, uint32_t i)
{
	return h->e[i].up < i ? h->e[i].up : PMAP_NONE;
}

/* From entry i, or none, to the first that is no longer than `most` bits. */
static inline uint32_t
climb(const struct pmap_half *h, uint32_t i, unsigned most)
{
	while (i != PMAP_NONE && h->e[i].len > most)
		i = up_of(h, i);
	return i == PMAP_NONE ? PMAP_NONE : h->base + i;
}

/*
 * How far entry i, the last one up to p, agrees with p: of i and its covers
 * those cover p that are no longer than that.
 */
static inline uint8_t
agreement(const struct pmap_half *h, const struct prefix *p, struct key k,
    uint32_t i)
{
	unsigned most = common(hi_of(h, p->family, i), k.hi);

	if (most == 64 && h->lo != NULL && p->len > 64)
		most += common(h->lo[i], k.lo);
	return (uint8_t)(most < p->len ? most : p->len);
}

uint32_t
pmap_before(const struct pmap *m, const struct prefix *p, uint8_t *most)
{
	const struct pmap_half *h = &m->half[p->family];
	struct key k = key_of(p);

	*most = 0;
	if (h->n == 0)
		return PMAP_NONE;
	uint32_t n = p->len > 64 ? rank(h, p->family, k, p->len)
				 : rank_hi(h, p->family, k.hi);
	if (n == 0)
		return PMAP_NONE;
	*most = agreement(h, p, k, n - 1);
	return h->base + n - 1;
}

uint32_t
pmap_longest(const struct pmap *m, const struct prefix *p)
{
	uint8_t most;
	uint32_t i = pmap_before(m, p, &most);

	return i == PMAP_NONE ? PMAP_NONE
			      : climb(&m->half[p->family],
				    i - m->half[p->family].base, most);
}

static const struct pmap_half *
half_of(const struct pmap *m, uint32_t i)
{
	return &m->half[i < m->half[NET_IP6].base ? NET_IP4 : NET_IP6];
}

uint32_t
pmap_up(const struct pmap *m, uint32_t i)
{
	const struct pmap_half *h = half_of(m, i);
	uint32_t up = up_of(h, i - h->base);

	return up == PMAP_NONE ? PMAP_NONE : h->base + up;
}

uint32_t
pmap_exact(const struct pmap *m, const struct prefix *p)
{
	const struct pmap_half *h = &m->half[p->family];
	struct key k = key_of(p);

	if (h->n == 0)
		return PMAP_NONE;
	uint32_t i = rank(h, p->family, k, p->len);
	if (i == 0)
		return PMAP_NONE;
	i--;
	if (hi_of(h, p->family, i) != k.hi ||
	    (h->lo != NULL && h->lo[i] != k.lo) || h->e[i].len != p->len)
		return PMAP_NONE;
	return h->base + i;
}

uint32_t
pmap_covered(const struct pmap *m, const struct prefix *p, uint32_t *first)
{
	const struct pmap_half *h = &m->half[p->family];
	struct key from = key_of(p), to = from;

	*first = h->base;
	if (h->n == 0)
		return 0;
	/* All of p's own address with at least its length, to its end. */
	uint32_t lo =
	    p->len == 0 ? 0 : rank(h, p->family, from, (uint8_t)(p->len - 1));
	to.hi |= ~mask_hi(p->len);
	to.lo |= p->len <= 64 ? UINT64_MAX : ~mask_hi((uint8_t)(p->len - 64));
	uint32_t hi = rank(h, p->family, to, NET_LEN_MAX);
	*first = h->base + lo;
	return hi > lo ? hi - lo : 0;
}

void
pmap_get(const struct pmap *m, uint32_t i, struct prefix *out)
{
	const struct pmap_half *h = half_of(m, i);
	uint32_t k = i - h->base;
	uint8_t family = h == &m->half[NET_IP4] ? NET_IP4 : NET_IP6;
	uint64_t hi = __builtin_bswap64(hi_of(h, family, k));
	uint64_t lo = h->lo == NULL ? 0 : __builtin_bswap64(h->lo[k]);
	struct prefix p = {
		.family = family,
	};

	memcpy(p.addr, &hi, 8);
	memcpy(p.addr + 8, &lo, 8);
	p.len = h->e[k].len;
	if (p.len > prefix_len_max(p.family))
		p.len = prefix_len_max(p.family);
	*out = prefix_truncate(&p, p.len);
}
