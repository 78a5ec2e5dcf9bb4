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
	VEC(uint32_t) id_of; /* prefix number + 1, by saved name */
	const struct saved_cell *cells;
	size_t n_cells, at; /* of this piece */
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

static int
load_paths(struct loader *l, struct err *err)
{
	const void *data;
	size_t n;

	if (sect_array(l->src, "rib.path", sizeof(struct saved_node), &data, &n,
		err) == -1)
		return -1;
	const struct saved_node *row = data;
	for (uint32_t i = 1; i < n; i++) {
		if (row[i].parent >= i || row[i].kind > RIB_SET ||
		    l->r->nodes.p[row[i].parent].len >= RIB_PATH_MAX ||
		    path_node_add(l->r, row[i].asn, row[i].kind,
			row[i].parent) != i)
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

static int
next_cell(struct loader *l, struct saved_cell *out, struct err *err)
{
	char name[SECT_NAME_MAX];
	const void *data;

	if (l->at == l->n_cells) {
		(void)snprintf(name, sizeof(name), "rib.c%u", l->piece++);
		if (sect_array(l->src, name, sizeof(struct saved_cell), &data,
			&l->n_cells, err) == -1)
			return -1;
		if (l->n_cells == 0)
			return damaged(err, "number of cells");
		l->cells = data;
		l->at = 0;
	}
	*out = l->cells[l->at++];
	return 0;
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
	if (l->id_of.n <= name)
		l->id_of.n = (size_t)name + 1;
	uint32_t id = pset_add(l->r->prefixes, &p);
	l->id_of.p[name] = id + 1;
	return id;
}

static int
load_cells(struct loader *l, uint32_t peer, uint64_t n, struct err *err)
{
	struct peer *p = &l->r->peers.p[peer];

	for (uint64_t i = 0; i < n; i++) {
		struct saved_cell c = { 0 };

		if (next_cell(l, &c, err) == -1)
			return -1;
		uint32_t set = c.set & ~MARKED;
		uint32_t prefix = load_prefix(l, c.prefix);
		if (set == 0 || set >= l->r->sets.n || prefix == RIB_NONE)
			return damaged(err, "cell");
		uint64_t *marks = p->marks;
		if (!(c.set & MARKED))
			p->marks = NULL;
		rib_cell_set(l->r, peer, prefix, c.path_id, set);
		if (!(c.set & MARKED))
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
	    load_sets(&l, err) == 0 && load_peers(&l, err) == 0) {
		*out = l.r;
		res = 0;
	} else {
		rib_free(l.r);
	}
	vec_fini(&l.id_of);
	return res;
}
