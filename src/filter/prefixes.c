/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prefixes.c - a set of prefixes, each with "exact", "more" or "less".
 *
 * Three sorted arrays a family.  In order of address and length a prefix
 * stands before what it covers, so each question is one binary search:
 *
 *   exact   is the entry there?
 *   more    does an entry cover the prefix?  Entries that others cover are
 *           left out, so it is the last one that is not behind the prefix.
 *   less    does the prefix cover an entry?  The first not before it.
 */
#include <stdlib.h>

#include "filter/part.h"

static uint64_t
be64(const uint8_t *p)
{
	return (uint64_t)rbuf_be32(p) << 32 | rbuf_be32(p + 4);
}

static uint64_t
mask64(unsigned len)
{
	return len == 0 ? 0 : UINT64_MAX << (64 - len);
}

static bool
covers(const struct prefix_key *a, const struct prefix_key *b)
{
	unsigned hi = a->len < 64 ? a->len : 64;

	return a->len <= b->len && ((a->hi ^ b->hi) & mask64(hi)) == 0 &&
	       ((a->lo ^ b->lo) & mask64(a->len - hi)) == 0;
}

static int
cmp(const void *x, const void *y)
{
	const struct prefix_key *a = x, *b = y;

	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return (int)a->len - (int)b->len;
}

struct prefix_key
prefix_key(const struct prefix *p)
{
	return (struct prefix_key){ be64(p->addr), be64(p->addr + 8), p->len };
}

void
prefix_set_add(struct prefix_set *s, const struct prefix *p,
    enum prefix_mode mode)
{
	struct prefix_key k = prefix_key(p);

	if (mode == PREFIX_EXACT)
		vec_push(&s->half[p->family].exact.list, k);
	if (mode == PREFIX_MORE || mode == PREFIX_ANY)
		vec_push(&s->half[p->family].more.list, k);
	if (mode == PREFIX_LESS || mode == PREFIX_ANY)
		vec_push(&s->half[p->family].less.list, k);
}

static void
sort(struct prefix_keys *k)
{
	if (k->list.n > 1)
		qsort(k->list.p, k->list.n, sizeof(*k->list.p), cmp);
}

static void
drop_covered(struct prefix_keys *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->list.n; i++)
		if (n == 0 || !covers(&k->list.p[n - 1], &k->list.p[i]))
			k->list.p[n++] = k->list.p[i];
	k->list.n = n;
}

void
prefix_set_sort(struct prefix_set *s)
{
	for (size_t i = 0; i < NET_FAMILIES; i++) {
		sort(&s->half[i].exact);
		sort(&s->half[i].more);
		sort(&s->half[i].less);
		drop_covered(&s->half[i].more);
	}
}

void
prefix_set_fini(struct prefix_set *s)
{
	for (size_t i = 0; i < NET_FAMILIES; i++) {
		vec_fini(&s->half[i].exact.list);
		vec_fini(&s->half[i].more.list);
		vec_fini(&s->half[i].less.list);
	}
}

/* How many entries stand before k (with those equal to it, if `equal`). */
static size_t
count_before(const struct prefix_keys *s, const struct prefix_key *k,
    bool equal)
{
	const struct prefix_key *p = s->list.p;
	size_t n = s->list.n;

	while (n > 0) {
		size_t half = n / 2;

		if (cmp(&p[half], k) < equal) {
			p += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return (size_t)(p - s->list.p);
}

bool
prefix_set_has(const struct prefix_set *s, uint8_t family,
    const struct prefix_key *k)
{
	const struct prefix_keys *exact = &s->half[family].exact;
	const struct prefix_keys *more = &s->half[family].more;
	const struct prefix_keys *less = &s->half[family].less;
	size_t i;

	if (more->list.n > 0 && (i = count_before(more, k, true)) > 0 &&
	    covers(&more->list.p[i - 1], k))
		return true;
	if (exact->list.n > 0 && (i = count_before(exact, k, true)) > 0 &&
	    cmp(&exact->list.p[i - 1], k) == 0)
		return true;
	return less->list.n > 0 &&
	       (i = count_before(less, k, false)) < less->list.n &&
	       covers(k, &less->list.p[i]);
}

bool
prefix_key_next(struct rbuf *r, uint8_t family, bool add_path,
    struct prefix_key *out)
{
	uint8_t addr[16] = { 0 };

	if (rbuf_left(r) == 0)
		return false;
	if (add_path)
		rbuf_skip(r, 4);
	uint8_t len = rbuf_u8(r);
	const uint8_t *p = rbuf_bytes(r, ((size_t)len + 7) / 8);
	if (!rbuf_ok(r) || len > prefix_len_max(family)) {
		r->failed = true;
		return false;
	}
	if (len <= 32) {
		/* Octet by octet: a copy of unknown length is a call. */
		uint64_t hi = 0;

		for (unsigned i = 0; i < (len + 7U) / 8; i++)
			hi |= (uint64_t)p[i] << (56 - 8 * i);
		*out = (struct prefix_key){ hi & mask64(len), 0, len };
		return true;
	}
	memcpy(addr, p, ((size_t)len + 7) / 8);
	unsigned hi = len < 64 ? len : 64;
	*out = (struct prefix_key){ be64(addr) & mask64(hi),
		be64(addr + 8) & mask64(len - hi), len };
	return true;
}
