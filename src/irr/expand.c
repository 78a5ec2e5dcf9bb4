/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expand.c - sets to AS numbers and prefix ranges.
 *
 * Breadth first, each set once: so depth is the shortest nesting and a limit
 * on it does not depend on the order of members.  In route-sets a set under a
 * range operator stands for other ranges than without, so there "once" is by
 * set and operator.  Cycles are counted by a walk of their own afterwards.
 */
#include "irr/input.h"
#include "irr/table.h"

#include <stdlib.h>
#include <string.h>

static const struct irr_limits defaults = { .depth = 64,
	.sets = 100000,
	.asns = 1000000,
	.prefixes = 4000000 };

/* A set to visit, with the range operator of who named it. */
struct visit {
	uint32_t set, depth;
	uint8_t op, lo, hi;
};

struct expand {
	const struct irr *irr;
	struct irr_limits max;
	struct irr_expansion *out;
	enum irr_set_kind root_kind;
	VEC(struct visit) queue;
	VEC(uint32_t) asns;
	VEC(struct irr_range) ranges;
	VEC(struct irr_gap) missing;
	struct u64map seen;     /* set and operator */
	const struct visit *op; /* operators that apply to ranges added now */
	uint8_t op2, lo2, hi2;
};

static int
u32_cmp(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t
u32_unique(uint32_t *p, size_t n)
{
	size_t out = 0;

	if (n > 0)
		qsort(p, n, sizeof(*p), u32_cmp);
	for (size_t i = 0; i < n; i++)
		if (out == 0 || p[out - 1] != p[i])
			p[out++] = p[i];
	return out;
}

static int
range_cmp(const void *a, const void *b)
{
	const struct irr_range *x = a, *y = b;
	int c = prefix_cmp(&x->prefix, &y->prefix);

	if (c == 0)
		c = (x->len_min > y->len_min) - (x->len_min < y->len_min);
	if (c == 0)
		c = (x->len_max > y->len_max) - (x->len_max < y->len_max);
	return c;
}

static size_t
range_unique(struct irr_range *p, size_t n)
{
	size_t out = 0;

	if (n > 0)
		qsort(p, n, sizeof(*p), range_cmp);
	for (size_t i = 0; i < n; i++)
		if (out == 0 || range_cmp(&p[out - 1], &p[i]) != 0)
			p[out++] = p[i];
	return out;
}

static void
limit_hit(struct expand *x, const char *which)
{
	if (x->out->limit == NULL)
		x->out->limit = which;
}

static void
add_asn(struct expand *x, uint32_t asn)
{
	/* Room for doubles: they are sorted out when it fills up. */
	size_t room = 2 * (size_t)x->max.asns + 1024;

	if (x->asns.n >= room) {
		x->asns.n = u32_unique(x->asns.p, x->asns.n);
		if (x->asns.n > x->max.asns) {
			limit_hit(x, "asns");
			return;
		}
	}
	vec_push(&x->asns, asn);
}

static void
add_range(struct expand *x, struct irr_range r)
{
	const uint8_t full = prefix_len_max(r.prefix.family);
	size_t room = 2 * (size_t)x->max.prefixes + 1024;

	if (!irr_op_apply((enum irr_op)x->op2, x->lo2, x->hi2, full, &r.len_min,
		&r.len_max) ||
	    !irr_op_apply((enum irr_op)x->op->op, x->op->lo, x->op->hi, full,
		&r.len_min, &r.len_max))
		return;
	if (x->ranges.n >= room) {
		x->ranges.n = range_unique(x->ranges.p, x->ranges.n);
		if (x->ranges.n > x->max.prefixes) {
			limit_hit(x, "prefixes");
			return;
		}
	}
	vec_push(&x->ranges, r);
}

static bool
add_origin_route(void *ctx, const struct irr_route *r)
{
	struct expand *x = ctx;

	if (!r->hidden)
		add_range(x, (struct irr_range){ r->prefix, r->prefix.len,
				 r->prefix.len });
	return x->out->limit == NULL;
}

/* One set to visit, unless it was. */
static void
enqueue(struct expand *x, struct visit v)
{
	uint64_t key = (uint64_t)v.set << 24 | (uint64_t)v.op << 16 |
		       (uint64_t)v.lo << 8 | v.hi;
	uint32_t before = x->seen.n;

	(void)u64map_put(&x->seen, key);
	if (x->seen.n == before)
		return;
	if (v.depth > x->max.depth) {
		limit_hit(x, "depth");
		return;
	}
	if (x->queue.n >= x->max.sets) {
		limit_hit(x, "sets");
		return;
	}
	vec_push(&x->queue, v);
}

static bool
is_any(const char *name)
{
	return strcmp(name, "AS-ANY") == 0 || strcmp(name, "RS-ANY") == 0;
}

/* The operator a member carries joins the one above it: outermost last. */
static void
member_set(struct expand *x, const struct visit *v, const char *in,
    const struct irr_member *m, const struct irr_member_row *row)
{
	struct visit next = { m->set, v->depth + 1, v->op, v->lo, v->hi };

	if (is_any(m->name)) {
		x->out->any = true;
		return;
	}
	if (m->set == IRR_NONE) {
		vec_push(&x->missing, ((struct irr_gap){ m->name, in }));
		return;
	}
	if (next.op == IRR_OP_NONE) {
		next.op = row->op <= IRR_OP_RANGE ? row->op : IRR_OP_NONE;
		next.lo = row->lo;
		next.hi = row->hi;
	}
	enqueue(x, next);
}

static void
visit_members(struct expand *x, const struct visit *v, const char *in)
{
	const struct irr_set_row *s = &x->irr->sets[v->set];
	struct irr_member m;

	for (uint32_t i = 0; i < s->n && x->out->limit == NULL; i++) {
		const struct irr_member_row *row;

		if (!irr_set_member(x->irr, v->set, i, &m)) {
			if ((uint64_t)s->first + i >= x->irr->n_members)
				break; /* damaged: nothing behind it */
			continue;
		}
		row = &x->irr->members[s->first + i];
		x->op2 = IRR_OP_NONE;
		switch (m.kind) {
		case IRR_MEMBER_ASN:
			if (x->root_kind == IRR_AS_SET) {
				add_asn(x, m.asn);
				break;
			}
			x->op2 = row->op <= IRR_OP_RANGE ? row->op : 0;
			x->lo2 = row->lo;
			x->hi2 = row->hi;
			irr_of_origin(x->irr, m.asn, add_origin_route, x);
			break;
		case IRR_MEMBER_PREFIX:
			if (x->root_kind == IRR_ROUTE_SET)
				add_range(x, (struct irr_range){ m.prefix,
						 m.len_min, m.len_max });
			break;
		case IRR_MEMBER_SET:
			member_set(x, v, in, &m, row);
			break;
		}
	}
}

/* --- cycles ------------------------------------------------------------ */

struct frame {
	uint32_t set, next;
};

/* References to a set that is still open, in a depth-first walk of what was
 * visited. */
static uint32_t
count_cycles(const struct irr *irr, const struct expand *x)
{
	VEC(struct frame) stack = { NULL, 0, 0 };
	struct u64map state = { 0 }; /* 1 waiting, 2 open, 3 done */
	struct irr_member m;
	uint32_t n = 0;

	for (size_t i = 0; i < x->queue.n; i++)
		*u64map_put(&state, x->queue.p[i].set) = 1;
	if (x->queue.n > 0) {
		vec_push(&stack, ((struct frame){ x->queue.p[0].set, 0 }));
		*u64map_put(&state, x->queue.p[0].set) = 2;
	}
	while (stack.n > 0) {
		struct frame *f = &stack.p[stack.n - 1];
		const struct irr_set_row *s = &irr->sets[f->set];
		uint32_t *st;

		if (f->next >= s->n ||
		    (uint64_t)s->first + f->next >= irr->n_members) {
			*u64map_put(&state, f->set) = 3;
			stack.n--;
			continue;
		}
		if (!irr_set_member(irr, f->set, f->next++, &m) ||
		    m.kind != IRR_MEMBER_SET || m.set == IRR_NONE)
			continue;
		st = u64map_get(&state, m.set);
		if (st == NULL)
			continue;
		n += *st == 2;
		if (*st == 1) {
			*st = 2;
			vec_push(&stack, ((struct frame){ m.set, 0 }));
		}
	}
	vec_fini(&stack);
	u64map_fini(&state);
	return n;
}

/* --- result ------------------------------------------------------------ */

static int
gap_cmp(const void *a, const void *b)
{
	const struct irr_gap *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : strcmp(x->in, y->in);
}

static void
finish_asns(struct expand *x)
{
	VEC(uint32_t) special = { NULL, 0, 0 };
	size_t n = u32_unique(x->asns.p, x->asns.n), out = 0;

	if (n > x->max.asns) {
		limit_hit(x, "asns");
		n = x->max.asns;
	}
	for (size_t i = 0; i < n; i++) {
		if (net_special_asn(x->asns.p[i]) != NULL)
			vec_push(&special, x->asns.p[i]);
		else
			x->asns.p[out++] = x->asns.p[i];
	}
	x->out->asns = x->asns.p;
	x->out->n_asns = out;
	x->out->special = special.p;
	x->out->n_special = special.n;
}

static void
finish(struct expand *x)
{
	struct irr_expansion *o = x->out;
	struct irr_set info;
	size_t out = 0;

	finish_asns(x);
	o->n_ranges = range_unique(x->ranges.p, x->ranges.n);
	if (o->n_ranges > x->max.prefixes) {
		limit_hit(x, "prefixes");
		o->n_ranges = x->max.prefixes;
	}
	o->ranges = x->ranges.p;
	if (x->missing.n > 0)
		qsort(x->missing.p, x->missing.n, sizeof(*x->missing.p),
		    gap_cmp);
	for (size_t i = 0; i < x->missing.n; i++)
		if (out == 0 || strcmp(x->missing.p[out - 1].name,
				    x->missing.p[i].name) != 0)
			x->missing.p[out++] = x->missing.p[i];
	o->missing = x->missing.p;
	o->n_missing = out;
	o->cycles = count_cycles(x->irr, x);
	o->sets = mem_alloc(x->queue.n + 1, sizeof(*o->sets));
	for (size_t i = 0; i < x->queue.n; i++)
		o->sets[i] = x->queue.p[i].set;
	o->n_sets = u32_unique(o->sets, x->queue.n);
	for (size_t i = 0; i < o->n_sets; i++)
		if (irr_set(x->irr, o->sets[i], &info) && info.n_same > 1)
			o->doubled++;
}

void
irr_expand(const struct irr *irr, enum irr_set_kind kind, struct str name,
    const struct irr_limits *limits, struct irr_expansion *out)
{
	struct expand x = { .irr = irr,
		.max = limits != NULL ? *limits : defaults,
		.out = out,
		.root_kind = kind };
	uint32_t root = irr_set_find(irr, kind, name);
	struct irr_set info;

	*out = (struct irr_expansion){ 0 };
	x.max.depth = x.max.depth != 0 ? x.max.depth : defaults.depth;
	x.max.sets = x.max.sets != 0 ? x.max.sets : defaults.sets;
	x.max.asns = x.max.asns != 0 ? x.max.asns : defaults.asns;
	x.max.prefixes =
	    x.max.prefixes != 0 ? x.max.prefixes : defaults.prefixes;
	out->asked = mem_strndup(name.p, name.n);
	if (root == IRR_NONE)
		vec_push(&x.missing, ((struct irr_gap){ out->asked, "" }));
	else
		enqueue(&x, (struct visit){ .set = root, .depth = 1 });
	for (size_t i = 0; i < x.queue.n && out->limit == NULL; i++) {
		struct visit v = x.queue.p[i]; /* the queue may move */

		out->depth = v.depth;
		x.op = &v;
		if (irr_set(irr, v.set, &info))
			visit_members(&x, &v, info.name);
	}
	finish(&x);
	vec_fini(&x.queue);
	u64map_fini(&x.seen);
}

void
irr_expansion_fini(struct irr_expansion *x)
{
	free(x->asns);
	free(x->ranges);
	free(x->special);
	free(x->missing);
	free(x->sets);
	free(x->asked);
	*x = (struct irr_expansion){ 0 };
}
