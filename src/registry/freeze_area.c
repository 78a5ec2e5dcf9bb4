/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze_area.c - bogon areas: what the rows of delegations say of each
 * address, as a map of prefixes in which one look-up gives the verdict.
 *
 * A route lies inside bogon space if every address of it does, be it in one
 * row or in several that adjoin.  So: the most specific row decides per
 * address; adjoining addresses of at least a class become one range; a range
 * becomes the fewest prefixes.  A prefix inside a range is then inside one of
 * these.  Three levels are laid over each other: listed at all, not delegated,
 * free to be delegated; a higher one is never less specific than a lower one.
 */
#include "registry/frozen.h"

#include <stdlib.h>

typedef unsigned __int128 addr128;

struct segment {
	addr128 first, last;
	uint8_t class;
};

typedef VEC(struct segment) segment_list;

struct area_ctx {
	VEC(struct fz_key) keys; /* row: the class */
	uint32_t class;
};

static addr128
first_of(const struct prefix *p)
{
	addr128 a = 0;
	int bytes = p->family == NET_IP4 ? 4 : 16;

	for (int i = 0; i < bytes; i++)
		a = a << 8 | p->addr[i];
	return a;
}

static addr128
last_of(const struct prefix *p)
{
	unsigned host = (unsigned)(prefix_len_max(p->family) - p->len);

	return host == 128 ? ~(addr128)0
			   : first_of(p) | (((addr128)1 << host) - 1);
}

static struct ipaddr
address(addr128 a, uint8_t family)
{
	struct ipaddr ip = { .family = family };
	int bytes = family == NET_IP4 ? 4 : 16;

	for (int i = bytes - 1; i >= 0; i--) {
		ip.addr[i] = (uint8_t)a;
		a >>= 8;
	}
	return ip;
}

static void
add_segment(segment_list *out, addr128 first, addr128 last, uint8_t class)
{
	struct segment *before = out->n == 0 ? NULL : &out->p[out->n - 1];

	if (before != NULL && before->class == class &&
	    before->last + 1 == first)
		before->last = last;
	else
		vec_push(out, ((struct segment){ first, last, class }));
}

/* Where the stack of enclosing rows has got to. */
struct sweep {
	struct segment stack[NET_LEN_MAX + 1];
	size_t depth;
	addr128 at;
	bool past; /* at is behind the last address of all */
	segment_list *out;
};

/* Close rows that end before `start`; with all set, every row. */
static void
close_rows(struct sweep *s, addr128 start, bool all)
{
	while (s->depth > 0) {
		const struct segment *top = &s->stack[s->depth - 1];

		if (!all && top->last >= start)
			return;
		if (!s->past && s->at <= top->last)
			add_segment(s->out, s->at, top->last, top->class);
		if (s->at <= top->last) {
			s->past |= top->last == ~(addr128)0;
			s->at = top->last + 1;
		}
		s->depth--;
	}
}

/* Distinct prefixes in order, so each lies inside the top of the stack or
 * behind it. */
static void
sweep(const struct prefix *p, const uint8_t *class, size_t n, segment_list *out)
{
	struct sweep s = { .out = out };

	for (size_t i = 0; i < n; i++) {
		addr128 start = first_of(&p[i]);

		if (class[i] == 0)
			continue;
		close_rows(&s, start, false);
		if (s.depth > 0 && s.at < start)
			add_segment(out, s.at, start - 1,
			    s.stack[s.depth - 1].class);
		s.at = start;
		s.stack[s.depth++] =
		    (struct segment){ start, last_of(&p[i]), class[i] };
	}
	close_rows(&s, 0, true);
}

static int
add_key(void *ctx, const struct prefix *p)
{
	struct area_ctx *c = ctx;

	vec_push(&c->keys, fz_key(p, 0, c->class));
	return 0;
}

static void
add_level(struct area_ctx *c, const segment_list *segs, uint8_t family)
{
	for (size_t i = 0, end; i < segs->n; i = end) {
		struct ipaddr first, last;

		end = i + 1;
		if (segs->p[i].class < c->class)
			continue;
		while (end < segs->n && segs->p[end].class >= c->class &&
		       segs->p[end - 1].last + 1 == segs->p[end].first)
			end++;
		first = address(segs->p[i].first, family);
		last = address(segs->p[end - 1].last, family);
		(void)prefix_each_of_range(&first, &last, add_key, c);
	}
}

static int
add_areas(struct freeze *f, const struct fz_key *keys, size_t n,
    struct err *err)
{
	struct prefix *p = mem_alloc(n + 1, sizeof(*p));
	uint8_t *class = mem_alloc(n + 1, 1);
	size_t kept = 0;
	int rc = -1;

	/* Equal prefixes stand in order of class: the last one stays. */
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && fz_same_key(&keys[i], &keys[i + 1]))
			continue;
		p[kept] = fz_key_prefix(&keys[i]);
		class[kept++] = (uint8_t)keys[i].row;
	}
	if (fz_add_pmap(f, "area", p, kept, err) == 0 &&
	    fz_add(f, "areacls", class, kept, err) == 0)
		rc = 0;
	free(p);
	free(class);
	return rc;
}

int
reg_freeze_areas(struct freeze *f, const struct prefix *p, const uint8_t *class,
    size_t n, struct err *err)
{
	struct area_ctx c = { 0 };
	size_t from = 0, to;
	int rc;

	for (uint8_t family = NET_IP4; family < NET_FAMILIES; family++) {
		segment_list segs = { 0 };

		for (to = from; to < n && p[to].family == family; to++)
			;
		sweep(p + from, class + from, to - from, &segs);
		for (c.class = AREA_LISTED; c.class <= AREA_FREE; c.class ++)
			add_level(&c, &segs, family);
		vec_fini(&segs);
		from = to;
	}
	fz_sort_keys(c.keys.p, c.keys.n);
	rc = add_areas(f, c.keys.p, c.keys.n, err);
	vec_fini(&c.keys);
	return rc;
}
