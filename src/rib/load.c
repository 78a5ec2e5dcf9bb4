/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load.c - the state of all peers out of sections, which are foreign: every
 * count and index is checked, and rows must be distinct.
 */
#include "rib/saved.h"

#include <stdio.h>
#include <stdlib.h>

struct loader {
	const struct sect_source *src;
	bool (*prefix_of)(void *ctx, uint32_t name, struct prefix *out);
	void *ctx;
	struct rib *r;
	VEC(uint32_t) id_of;     /* prefix number + 1, by saved name */
	const uint8_t *at, *end; /* of this piece of cells */
	uint32_t piece;
};

static int
damaged(struct err *err, const char *what)
{
	return err_set(err, ERR_INPUT, "saved state: %s out of range", what);
}

static int
load_collectors(struct loader *l, struct err *err)
{
	const void *data;
	size_t n;

	if (sect_array(l->src, "rib.coll", 1, &data, &n, err) == -1)
		return -1;
	const char *p = data, *end = p + n;
	for (uint32_t i = 0; p < end; i++) {
		const char *nul = memchr(p, '\0', (size_t)(end - p));

		if (nul == NULL ||
		    rib_collector_add(l->r,
			(struct str){ p, (size_t)(nul - p) }) != i)
			return damaged(err, "collector");
		p = nul + 1;
	}
	return 0;
}

/* above: by length, the node that the next one may hang on. */
static bool
load_node(struct loader *l, const struct saved_node *x, uint32_t *above,
    uint32_t *depth)
{
	uint32_t id = (uint32_t)l->r->nodes.n;

	if (x->len == 0 || x->len > RIB_PATH_MAX || x->len > *depth + 1 ||
	    x->kind > RIB_SET ||
	    path_node_add(l->r, x->asn, x->kind, above[x->len - 1]) != id)
		return false;
	*depth = x->len;
	above[x->len] = id;
	return true;
}

static int
load_paths(struct loader *l, struct err *err)
{
	uint32_t above[RIB_PATH_MAX + 1] = { 0 }, depth = 0;
	char name[SECT_NAME_MAX];
	const void *data;
	size_t n = 1;

	for (uint32_t piece = 0; n > 0; piece++) {
		(void)snprintf(name, sizeof(name), "rib.p%u", piece);
		if (sect_array(l->src, name, sizeof(struct saved_node), &data,
			&n, err) == -1)
			return -1;
		const struct saved_node *row = data;
		/* The empty path is there already. */
		for (size_t i = piece == 0; i < n; i++)
			if (!load_node(l, &row[i], above, &depth))
				return damaged(err, "path");
	}
	return 0;
}

static int
load_sets(struct loader *l, struct err *err)
{
	const void *data, *pool;
	size_t n, n_pool;

	if (sect_array(l->src, "rib.pool", 1, &pool, &n_pool, err) == -1 ||
	    sect_array(l->src, "rib.rest", sizeof(struct saved_rest), &data, &n,
		err) == -1)
		return -1;
	const struct saved_rest *rest = data;
	for (uint32_t i = 0; i < n; i++) {
		if (rest[i].at > n_pool || rest[i].n > n_pool - rest[i].at ||
		    rest[i].n < sizeof(struct rest_fixed) ||
		    rest_add(l->r, (const char *)pool + rest[i].at,
			rest[i].n) != i)
			return damaged(err, "attributes");
	}
	if (sect_array(l->src, "rib.set", sizeof(struct saved_set), &data, &n,
		err) == -1)
		return -1;
	const struct saved_set *set = data;
	for (uint32_t i = 0; i < n; i++)
		if (set[i].path >= l->r->nodes.n ||
		    set[i].rest >= l->r->rests.n ||
		    set_add(l->r, set[i].path, set[i].rest) != i)
			return damaged(err, "attribute set");
	return 0;
}

static bool
get_number(struct loader *l, uint32_t *out)
{
	uint64_t v = 0;

	for (unsigned shift = 0; l->at < l->end && shift < 35; shift += 7) {
		v |= (uint64_t)(*l->at & 127) << shift;
		if (!(*l->at++ & 128)) {
			*out = (uint32_t)v;
			return v <= UINT32_MAX;
		}
	}
	return false;
}

/* c: the cell before, then this one. */
static bool
get_cell(struct loader *l, struct cell *c)
{
	uint8_t flags = *l->at++;
	uint32_t far = flags & CELL_STEP, id = 0;

	if ((far == CELL_FAR && !get_number(l, &far)) ||
	    (flags & CELL_PATH_ID && !get_number(l, &id)) ||
	    (!(flags & CELL_SAME_SET) && !get_number(l, &c->set)) ||
	    far > RIB_NONE - c->prefix)
		return false;
	c->prefix += far;
	c->path_id = id;
	c->marked = (flags & CELL_MARKED) != 0;
	return true;
}

static int
next_cell(struct loader *l, struct cell *c, struct err *err)
{
	char name[SECT_NAME_MAX];
	const void *data;
	size_t n;

	if (l->at == l->end) {
		(void)snprintf(name, sizeof(name), "rib.c%u", l->piece++);
		if (sect_array(l->src, name, 1, &data, &n, err) == -1)
			return -1;
		if (n == 0)
			return damaged(err, "number of cells");
		l->at = data;
		l->end = l->at + n;
	}
	return get_cell(l, c) ? 0 : damaged(err, "cell");
}

/* The number of the prefix with a saved name, or RIB_NONE. */
static uint32_t
load_prefix(struct loader *l, uint32_t name)
{
	struct prefix p;

	if (name < l->id_of.n && l->id_of.p[name] != 0)
		return l->id_of.p[name] - 1;
	if (!l->prefix_of(l->ctx, name, &p) || !prefix_is_canonical(&p))
		return RIB_NONE;
	vec_reserve(&l->id_of, (size_t)name + 1);
	while (l->id_of.n <= name)
		l->id_of.p[l->id_of.n++] = 0;
	uint32_t id = pset_add(l->r->prefixes, &p);
	l->id_of.p[name] = id + 1;
	return id;
}

/* Behind the cell before: by prefix, path id. */
static bool
in_order(const struct cell *before, const struct cell *c)
{
	return c->prefix > before->prefix ||
	       (c->prefix == before->prefix && c->path_id > before->path_id);
}

static int
load_cells(struct loader *l, uint32_t peer, uint64_t n, struct err *err)
{
	struct peer *p = &l->r->peers.p[peer];
	struct cell c = { 0 }, before = { 0 };

	for (uint64_t i = 0; i < n; i++) {
		if (next_cell(l, &c, err) == -1)
			return -1;
		uint32_t prefix = load_prefix(l, c.prefix);
		if (c.set == 0 || c.set >= l->r->sets.n || prefix == RIB_NONE ||
		    (i > 0 && !in_order(&before, &c)))
			return damaged(err, "cell");
		before = c;
		uint64_t *marks = p->marks;
		if (!c.marked)
			p->marks = NULL;
		rib_cell_set(l->r, peer, prefix, c.path_id, c.set);
		if (!c.marked)
			p->marks = marks;
	}
	return 0;
}

static int
load_peers(struct loader *l, struct err *err)
{
	const void *data;
	size_t n;

	if (sect_array(l->src, "rib.peer", sizeof(struct saved_peer), &data, &n,
		err) == -1)
		return -1;
	const struct saved_peer *row = data;
	for (uint32_t i = 0; i < n; i++) {
		struct ipaddr addr = { .family = row[i].family };

		if (row[i].family >= NET_FAMILIES ||
		    row[i].collector >= rib_collector_count(l->r))
			return damaged(err, "peer");
		memcpy(addr.addr, row[i].addr, sizeof(addr.addr));
		if (rib_peer_add(l->r, row[i].collector, &addr, row[i].asn) !=
		    i)
			return damaged(err, "peer");
		struct rib_peer *p = &l->r->peers.p[i].pub;
		p->up = row[i].flags & SAVED_UP;
		p->full[NET_IP4] = row[i].flags & SAVED_FULL4;
		p->full[NET_IP6] = row[i].flags & SAVED_FULL6;
		p->up_us = row[i].up_us;
		p->last_us = row[i].last_us;
		if (row[i].flags & SAVED_MARKING)
			rib_mark_begin(l->r, i);
		if (load_cells(l, i, row[i].cells, err) == -1)
			return -1;
	}
	return 0;
}

int
rib_load(const struct sect_source *src,
    bool (*prefix_of)(void *ctx, uint32_t name, struct prefix *out), void *ctx,
    struct rib **out, struct err *err)
{
	struct loader l = { .src = src,
		.prefix_of = prefix_of,
		.ctx = ctx,
		.r = rib_new() };
	int res = -1;

	if (load_collectors(&l, err) == 0 && load_paths(&l, err) == 0 &&
	    load_sets(&l, err) == 0 && load_peers(&l, err) == 0 &&
	    (l.at == l.end || damaged(err, "number of cells") == 0)) {
		*out = l.r;
		res = 0;
	} else {
		rib_free(l.r);
	}
	vec_fini(&l.id_of);
	return res;
}
