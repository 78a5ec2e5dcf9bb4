/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pmap.c - the frozen prefix map: sorted prefixes with links to their covers.
 *
 * Per family the entries stand in the order (address, length).  The last entry
 * that is not behind a prefix p in this order is either p itself, or inside
 * something that covers p, or has a cover in common with p: so the most
 * specific cover of p is found by one search and a few steps up.
 *
 *   search: the leading bits select a short range by `top`, then bisection
 *   climb:  while the entry does not cover p, go to entry.up
 *
 * Addresses are kept as two 64-bit numbers, left aligned, so that IPv4 and
 * IPv6 compare alike; the low half is looked at only where the high halves are
 * equal, and IPv4 has none.  `top` takes up to 16 bits for IPv4, and for IPv6
 * up to 20 bits behind the three that all global unicast space shares; fewer
 * in a small map, so that its size follows the number of entries.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "net/net.h"

#define TOP4_BITS    16
#define TOP6_BITS    20
#define TOP_BITS_MIN 4

struct key {
	uint64_t hi, lo;
};

static struct key
key_of(const struct prefix *p)
{
	uint64_t hi, lo;

	memcpy(&hi, p->addr, 8);
	memcpy(&lo, p->addr + 8, 8);
	return (struct key){ __builtin_bswap64(hi), __builtin_bswap64(lo) };
}

/* Slot of `top`; IPv6 outside 2000::/3 sorts into the first or last one. */
static inline uint32_t
top_of(uint8_t family, uint64_t hi, uint8_t bits)
{
	if (family == NET_IP4)
		return (uint32_t)(hi >> (64 - bits));
	if (hi >> 61 == 1)
		return (uint32_t)(hi << 3 >> (64 - bits));
	return hi >> 61 == 0 ? 0 : (1U << bits) - 1;
}

/* Some four slots an entry. */
static uint8_t
top_bits(uint8_t family, size_t n)
{
	uint8_t max = family == NET_IP4 ? TOP4_BITS : TOP6_BITS;
	uint8_t bits = TOP_BITS_MIN;

	while (bits < max && (size_t)1 << bits < 4 * n)
		bits++;
	return bits;
}

/* --- freezing ---------------------------------------------------------- */

struct columns {
	uint64_t *hi, *lo;
	uint32_t *up, *top;
	uint8_t *len;
};

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
fill_columns(const struct columns *c, const struct prefix *sorted, uint32_t n,
    uint8_t family)
{
	uint32_t stack[NET_LEN_MAX + 1], depth = 0, slot = 0;
	uint8_t bits = top_bits(family, n);

	for (uint32_t i = 0; i < n; i++) {
		const struct prefix *p = &sorted[i];
		struct key k = key_of(p);

		while (
		    depth > 0 && !prefix_covers(&sorted[stack[depth - 1]], p))
			depth--;
		c->up[i] = depth == 0 ? PMAP_NONE : stack[depth - 1];
		stack[depth++] = i;
		c->hi[i] = k.hi;
		if (family == NET_IP6)
			c->lo[i] = k.lo;
		c->len[i] = p->len;
		for (; slot <= top_of(family, k.hi, bits); slot++)
			c->top[slot] = i;
	}
	for (; slot <= 1U << bits; slot++)
		c->top[slot] = n;
}

static int
freeze_half(const struct prefix *sorted, uint32_t n, uint8_t family,
    const char *name, const struct sect_sink *sink, struct err *err)
{
	uint32_t slots = (1U << top_bits(family, n)) + 1;
	struct columns c = { mem_alloc(n, 8), mem_alloc(n, 8), mem_alloc(n, 4),
		mem_alloc(slots, 4), mem_alloc(n, 1) };
	int status = -1;

	fill_columns(&c, sorted, n, family);
	if (add_column(sink, name, family, ".hi", c.hi, n * 8UL, err) == 0 &&
	    (family == NET_IP4 || add_column(sink, name, family, ".lo", c.lo,
				      n * 8UL, err) == 0) &&
	    add_column(sink, name, family, ".up", c.up, n * 4UL, err) == 0 &&
	    add_column(sink, name, family, ".len", c.len, n, err) == 0 &&
	    add_column(sink, name, family, ".top", c.top, slots * 4UL, err) ==
		0)
		status = 0;
	mem_free_(c.hi);
	mem_free_(c.lo);
	mem_free_(c.up);
	mem_free_(c.top);
	mem_free_(c.len);
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
	char full[SECT_NAME_MAX + 16];
	const void *hi, *lo = NULL, *up, *len, *top;
	size_t n;

	(void)snprintf(full, sizeof(full), "%s%d.hi", name,
	    family == NET_IP4 ? 4 : 6);
	if (sect_array(src, full, 8, &hi, &n, err) == -1)
		return -1;
	if (n == 0)
		return 0;
	if (n >= PMAP_NONE / 2)
		return err_set(err, ERR_LIMIT, "section %s: %zu rows", full, n);
	if ((family == NET_IP6 &&
		get_column(src, name, family, ".lo", 8, n, &lo, err) == -1) ||
	    get_column(src, name, family, ".up", 4, n, &up, err) == -1 ||
	    get_column(src, name, family, ".len", 1, n, &len, err) == -1 ||
	    get_column(src, name, family, ".top", 4,
		(1UL << top_bits(family, n)) + 1, &top, err) == -1)
		return -1;
	*h = (struct pmap_half){ .hi = hi,
		.lo = lo,
		.up = up,
		.len = len,
		.top = top,
		.n = (uint32_t)n,
		.top_bits = top_bits(family, n) };
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

/* Entry i stands behind (k, len) in the order. */
static inline bool
is_behind(const struct pmap_half *h, uint32_t i, struct key k, uint8_t len)
{
	if (h->hi[i] != k.hi)
		return h->hi[i] > k.hi;
	if (h->lo != NULL && h->lo[i] != k.lo)
		return h->lo[i] > k.lo;
	return h->len[i] > len;
}

/* Number of entries that are not behind (k, len). */
static inline uint32_t
rank(const struct pmap_half *h, uint8_t family, struct key k, uint8_t len)
{
	uint32_t slot = top_of(family, k.hi, h->top_bits);
	uint32_t lo = h->top[slot], hi = h->top[slot + 1];

	if (hi > h->n) /* a damaged file must not lead outside */
		hi = h->n;
	if (lo > hi)
		lo = hi;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (is_behind(h, mid, k, len))
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

static inline bool
entry_covers(const struct pmap_half *h, uint32_t i, struct key k, uint8_t len)
{
	uint8_t l = h->len[i];

	if (l > len || ((h->hi[i] ^ k.hi) & mask_hi(l)) != 0)
		return false;
	return l <= 64 || h->lo == NULL ||
	       ((h->lo[i] ^ k.lo) & mask_hi((uint8_t)(l - 64))) == 0;
}

/* The cover of an entry always stands before it; anything else is damage. */
static inline uint32_t
up_of(const struct pmap_half *h, uint32_t i)
{
	return h->up[i] < i ? h->up[i] : PMAP_NONE;
}

uint32_t
pmap_longest(const struct pmap *m, const struct prefix *p)
{
	const struct pmap_half *h = &m->half[p->family];
	struct key k = key_of(p);

	if (h->n == 0)
		return PMAP_NONE;
	uint32_t i = rank(h, p->family, k, p->len);
	if (i == 0)
		return PMAP_NONE;
	for (i--; i != PMAP_NONE; i = up_of(h, i))
		if (entry_covers(h, i, k, p->len))
			return h->base + i;
	return PMAP_NONE;
}

/*
 * Many searches at once: each step is taken for all before the next, and asks
 * for the memory that the next will read, so that the misses of one look-up
 * pass behind those of the others.
 */
#define MANY PMAP_MANY_MAX

struct many {
	const struct pmap_half *h[MANY];
	struct key key[MANY];
	uint32_t lo[MANY], hi[MANY];
};

static void
many_begin(struct many *s, const struct pmap *m, const struct prefix *p,
    size_t n)
{
	for (size_t k = 0; k < n; k++) {
		const struct pmap_half *h = &m->half[p[k].family];

		s->h[k] = h;
		s->key[k] = key_of(&p[k]);
		s->lo[k] = s->hi[k] = 0;
		if (h->n == 0)
			continue;
		s->lo[k] = top_of(p[k].family, s->key[k].hi, h->top_bits);
		s->hi[k] = 1;
		__builtin_prefetch(&h->top[s->lo[k]]);
	}
	for (size_t k = 0; k < n; k++) {
		const struct pmap_half *h = s->h[k];

		if (s->hi[k] == 0)
			continue;
		uint32_t slot = s->lo[k];
		s->lo[k] = h->top[slot];
		s->hi[k] = h->top[slot + 1];
		if (s->hi[k] > h->n) /* a damaged file must not lead outside */
			s->hi[k] = h->n;
		if (s->lo[k] > s->hi[k])
			s->lo[k] = s->hi[k];
		__builtin_prefetch(
		    &h->hi[s->lo[k] + (s->hi[k] - s->lo[k]) / 2]);
	}
}

/* One step of bisection for each; false when all are done. */
static bool
many_step(struct many *s, const struct prefix *p, size_t n)
{
	bool more = false;

	for (size_t k = 0; k < n; k++) {
		const struct pmap_half *h = s->h[k];
		uint32_t lo = s->lo[k], hi = s->hi[k];

		if (lo >= hi)
			continue;
		uint32_t mid = lo + (hi - lo) / 2;
		bool behind = is_behind(h, mid, s->key[k], p[k].len);
		hi = behind ? mid : hi;
		lo = behind ? lo : mid + 1;
		__builtin_prefetch(&h->hi[lo + (hi - lo) / 2]);
		s->lo[k] = lo;
		s->hi[k] = hi;
		more |= lo < hi;
	}
	return more;
}

void
pmap_longest_many(const struct pmap *m, const struct prefix *p, size_t n,
    uint32_t *out)
{
	struct many s;

	assert(n <= PMAP_MANY_MAX);
	many_begin(&s, m, p, n);
	while (many_step(&s, p, n))
		;
	for (size_t k = 0; k < n; k++)
		if (s.lo[k] > 0) {
			__builtin_prefetch(&s.h[k]->len[s.lo[k] - 1]);
			__builtin_prefetch(&s.h[k]->up[s.lo[k] - 1]);
		}
	for (size_t k = 0; k < n; k++) {
		const struct pmap_half *h = s.h[k];
		uint32_t i = s.lo[k] == 0 ? PMAP_NONE : s.lo[k] - 1;

		while (
		    i != PMAP_NONE && !entry_covers(h, i, s.key[k], p[k].len))
			i = up_of(h, i);
		out[k] = i == PMAP_NONE ? PMAP_NONE : h->base + i;
	}
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
	if (h->hi[i] != k.hi || (h->lo != NULL && h->lo[i] != k.lo) ||
	    h->len[i] != p->len)
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
	uint64_t hi = __builtin_bswap64(h->hi[k]);
	uint64_t lo = h->lo == NULL ? 0 : __builtin_bswap64(h->lo[k]);
	struct prefix p = {
		.family = h == &m->half[NET_IP4] ? NET_IP4 : NET_IP6,
	};

	memcpy(p.addr, &hi, 8);
	memcpy(p.addr + 8, &lo, 8);
	p.len = h->len[k];
	if (p.len > prefix_len_max(p.family))
		p.len = prefix_len_max(p.family);
	*out = prefix_truncate(&p, p.len);
}

void
pmap_prefetch(const struct pmap *m, const struct prefix *p)
{
	const struct pmap_half *h = &m->half[p->family];
	struct key k = key_of(p);

	if (h->n == 0)
		return;
	uint32_t slot = top_of(p->family, k.hi, h->top_bits);
	uint32_t lo = h->top[slot], hi = h->top[slot + 1];
	if (lo < hi && hi <= h->n)
		__builtin_prefetch(&h->hi[lo + (hi - lo) / 2]);
}
