/* SPDX-License-Identifier: BSD-2-Clause */
/* rib.c - peers and their cells: see rib.h. */
#include "rib/part.h"

#include <stdlib.h>

struct rib *
rib_new(void)
{
	struct rib *r = mem_alloc(1, sizeof(*r));
	struct rest_fixed none = { .origin = UINT8_MAX }; /* no real one */

	r->prefixes = pset_new();
	vec_push(&r->nodes, ((struct node){ .origin = 0 }));
	set_add(r, 0, rest_add(r, &none, sizeof(none)));
	return r;
}

static void
peer_fini(struct peer *p)
{
	for (uint32_t i = 0; i < p->n_pages; i++)
		free(p->pages[i]);
	free(p->pages);
	u64map_fini(&p->extra_of);
	vec_fini(&p->extras);
	free(p->marks);
}

void
rib_free(struct rib *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->peers.n; i++)
		peer_fini(&r->peers.p[i]);
	vec_fini(&r->peers);
	hidx_fini(&r->peer_idx);
	u64map_fini(&r->peer_of_as);
	vec_fini(&r->nodes);
	hidx_fini(&r->node_idx);
	vec_fini(&r->rests);
	hidx_fini(&r->rest_idx);
	vec_fini(&r->sets);
	hidx_fini(&r->set_idx);
	buf_fini(&r->pool);
	buf_fini(&r->scratch);
	strtab_fini(&r->collectors);
	pset_free(r->prefixes);
	free(r);
}

struct pset *
rib_prefixes(struct rib *r)
{
	return r->prefixes;
}

/* --- peers ------------------------------------------------------------- */

uint32_t
rib_collector_add(struct rib *r, struct str name)
{
	return strtab_add(&r->collectors, name);
}

const char *
rib_collector(const struct rib *r, uint32_t id)
{
	return strtab_get(&r->collectors, id);
}

uint32_t
rib_collector_count(const struct rib *r)
{
	return r->collectors.count;
}

struct peer_key {
	uint32_t collector, asn;
	struct ipaddr addr;
};

static bool
peer_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct rib *r = ctx;
	const struct peer_key *k = key;
	const struct rib_peer *p = &r->peers.p[row].pub;

	return p->collector == k->collector && p->asn == k->asn &&
	       ipaddr_eq(&p->addr, &k->addr);
}

uint32_t
rib_peer_add(struct rib *r, uint32_t collector, const struct ipaddr *addr,
    uint32_t asn)
{
	struct peer_key key = { collector, asn, *addr };
	uint64_t hash = hash_bytes(addr->addr, sizeof(addr->addr),
	    (uint64_t)collector << 32 | asn);
	uint32_t id = hidx_find(&r->peer_idx, hash, peer_eq, r, &key);

	if (id != HIDX_NONE)
		return id;
	if (r->peers.n == PEERS_MAX)
		return RIB_NONE;
	id = (uint32_t)r->peers.n;
	struct peer *p = vec_grow(&r->peers);
	*p = (struct peer){ .pub = { .collector = collector,
				.addr = *addr,
				.asn = asn,
				.next_same_as = rib_peer_of_as(r, asn),
				.up_us = TIME_NONE,
				.last_us = TIME_NONE } };
	*u64map_put(&r->peer_of_as, asn) = id + 1;
	hidx_add(&r->peer_idx, hash, id);
	return id;
}

uint32_t
rib_peer_count(const struct rib *r)
{
	return (uint32_t)r->peers.n;
}

struct rib_peer *
rib_peer(struct rib *r, uint32_t peer)
{
	return &r->peers.p[peer].pub;
}

uint32_t
rib_peer_of_as(const struct rib *r, uint32_t asn)
{
	const uint32_t *p = u64map_get(&r->peer_of_as, asn);

	return p == NULL ? RIB_NONE : *p - 1;
}

static uint32_t
largest_table(const struct rib *r, unsigned family)
{
	uint32_t most = 0;

	for (size_t i = 0; i < r->peers.n; i++)
		if (r->peers.p[i].pub.up &&
		    r->peers.p[i].pub.routes[family] > most)
			most = r->peers.p[i].pub.routes[family];
	return most;
}

static bool
is_full(const struct rib_peer *p, unsigned family, uint32_t most, double share)
{
	return p->up && p->routes[family] > 0 &&
	       (double)p->routes[family] >= share * (double)most;
}

bool
rib_is_full(const struct rib *r, uint32_t peer, unsigned family, double share)
{
	return is_full(&r->peers.p[peer].pub, family, largest_table(r, family),
	    share);
}

uint32_t
rib_full_count(const struct rib *r, unsigned family, double share)
{
	uint32_t most = largest_table(r, family), n = 0;

	for (size_t i = 0; i < r->peers.n; i++)
		n += is_full(&r->peers.p[i].pub, family, most, share);
	return n;
}

/* --- cells ------------------------------------------------------------- */

static uint32_t *
cell_find(const struct peer *p, uint32_t prefix)
{
	uint32_t page = prefix >> PAGE_BITS;

	if (page >= p->n_pages || p->pages[page] == NULL)
		return NULL;
	return &p->pages[page][prefix & (PAGE_CELLS - 1)];
}

static uint32_t *
cell_make(struct peer *p, uint32_t prefix)
{
	uint32_t page = prefix >> PAGE_BITS;

	if (page >= p->n_pages) {
		uint32_t n = page + page / 2 + 16;

		p->pages = mem_realloc(p->pages, n, sizeof(*p->pages));
		memset(p->pages + p->n_pages, 0,
		    (n - p->n_pages) * sizeof(*p->pages));
		p->n_pages = n;
	}
	if (p->pages[page] == NULL)
		p->pages[page] = mem_alloc(PAGE_CELLS, sizeof(uint32_t));
	return &p->pages[page][prefix & (PAGE_CELLS - 1)];
}

/* The first in the chain of a prefix, or NULL. */
static struct extra *
extra_first(const struct peer *p, uint32_t prefix)
{
	const uint32_t *at = u64map_get(&p->extra_of, prefix);

	return at == NULL ? NULL : &p->extras.p[*at - 1];
}

static struct extra *
extra_next(const struct peer *p, const struct extra *x)
{
	return x->next == 0 ? NULL : &p->extras.p[x->next - 1];
}

static struct extra *
extra_find(const struct peer *p, uint32_t prefix, uint32_t path_id)
{
	struct extra *x = extra_first(p, prefix);

	while (x != NULL && x->path_id != path_id)
		x = extra_next(p, x);
	return x;
}

static struct extra *
extra_make(struct peer *p, uint32_t prefix, uint32_t path_id)
{
	struct extra *x = extra_find(p, prefix, path_id);

	if (x != NULL)
		return x;
	uint32_t *head = u64map_put(&p->extra_of, prefix);
	struct extra new = { .prefix = prefix,
		.path_id = path_id,
		.next = *head };
	vec_push(&p->extras, new);
	*head = (uint32_t)p->extras.n;
	p->pub.add_path = true;
	return &p->extras.p[p->extras.n - 1];
}

uint32_t
rib_cell(const struct rib *r, uint32_t peer, uint32_t prefix, uint32_t path_id)
{
	const struct peer *p = &r->peers.p[peer];

	if (path_id == 0) {
		const uint32_t *c = cell_find(p, prefix);

		return c == NULL ? 0 : *c;
	}
	const struct extra *x = extra_find(p, prefix, path_id);
	return x == NULL ? 0 : x->set;
}

size_t
rib_cells_at(const struct rib *r, uint32_t peer, uint32_t prefix,
    uint32_t *sets, size_t max)
{
	const struct peer *p = &r->peers.p[peer];
	const uint32_t *c = cell_find(p, prefix);
	size_t n = 0;

	if (c != NULL && *c != 0) {
		if (max > 0)
			sets[0] = *c;
		n = 1;
	}
	if (!p->pub.add_path)
		return n;
	for (const struct extra *x = extra_first(p, prefix); x != NULL;
	     x = extra_next(p, x)) {
		if (x->set == 0)
			continue;
		if (n < max)
			sets[n] = x->set;
		n++;
	}
	return n;
}

static void
mark(struct peer *p, uint32_t prefix)
{
	size_t word = prefix / 64;

	if (word >= p->n_marks) {
		size_t n = word + word / 2 + 64;

		p->marks = mem_realloc(p->marks, n, sizeof(*p->marks));
		memset(p->marks + p->n_marks, 0,
		    (n - p->n_marks) * sizeof(*p->marks));
		p->n_marks = n;
	}
	p->marks[word] |= UINT64_C(1) << prefix % 64;
}

static unsigned
family_of(const struct rib *r, uint32_t prefix)
{
	return pset_prefix(r->prefixes, prefix)->family;
}

uint32_t
rib_cell_set(struct rib *r, uint32_t peer, uint32_t prefix, uint32_t path_id,
    uint32_t set)
{
	struct peer *p = &r->peers.p[peer];
	uint32_t *cell, old;

	if (path_id == 0) {
		cell = set == 0 ? cell_find(p, prefix) : cell_make(p, prefix);
		if (p->marks != NULL && set != 0)
			mark(p, prefix);
	} else {
		struct extra *x = set == 0 ? extra_find(p, prefix, path_id)
					   : extra_make(p, prefix, path_id);

		if (x != NULL && p->marks != NULL)
			x->marked = true;
		cell = x == NULL ? NULL : &x->set;
	}
	if (cell == NULL || *cell == set)
		return set;
	old = *cell;
	*cell = set;
	if ((old == 0) != (set == 0)) {
		/* With ADD-PATH a prefix counts once. */
		size_t others = p->pub.add_path
				    ? rib_cells_at(r, peer, prefix, NULL, 0)
				    : set != 0;
		uint32_t *n = &p->pub.routes[family_of(r, prefix)];

		if (set != 0 && others == 1)
			(*n)++;
		else if (set == 0 && others == 0)
			(*n)--;
	}
	return old;
}

static void
each_cell(struct rib *r, uint32_t peer, bool unmarked, rib_each each, void *ctx)
{
	struct peer *p = &r->peers.p[peer];

	for (uint32_t page = 0; page < p->n_pages; page++) {
		if (p->pages[page] == NULL)
			continue;
		for (uint32_t i = 0; i < PAGE_CELLS; i++) {
			uint32_t id = page << PAGE_BITS | i;
			uint32_t set = p->pages[page][i];

			if (set == 0 || (unmarked && id / 64 < p->n_marks &&
					    p->marks[id / 64] >> id % 64 & 1))
				continue;
			each(ctx, id, 0, set);
		}
	}
	for (size_t i = 0; i < p->extras.n; i++) {
		struct extra x = p->extras.p[i];

		if (x.set != 0 && !(unmarked && x.marked))
			each(ctx, x.prefix, x.path_id, x.set);
	}
}

void
rib_each_cell(struct rib *r, uint32_t peer, rib_each each, void *ctx)
{
	each_cell(r, peer, false, each, ctx);
}

void
rib_mark_begin(struct rib *r, uint32_t peer)
{
	struct peer *p = &r->peers.p[peer];

	rib_mark_drop(r, peer);
	p->n_marks = pset_count(r->prefixes) / 64 + 64;
	p->marks = mem_alloc(p->n_marks, sizeof(*p->marks));
	for (size_t i = 0; i < p->extras.n; i++)
		p->extras.p[i].marked = false;
}

bool
rib_marking(const struct rib *r, uint32_t peer)
{
	return r->peers.p[peer].marks != NULL;
}

void
rib_mark_end(struct rib *r, uint32_t peer, rib_each each, void *ctx)
{
	each_cell(r, peer, true, each, ctx);
	rib_mark_drop(r, peer);
}

void
rib_mark_drop(struct rib *r, uint32_t peer)
{
	struct peer *p = &r->peers.p[peer];

	free(p->marks);
	p->marks = NULL;
	p->n_marks = 0;
}

size_t
rib_bytes(const struct rib *r)
{
	size_t n =
	    pset_bytes(r->prefixes) + r->nodes.cap * sizeof(*r->nodes.p) +
	    r->rests.cap * sizeof(*r->rests.p) + r->pool.cap +
	    r->sets.cap * sizeof(*r->sets.p) +
	    ((size_t)r->node_idx.mask + r->rest_idx.mask + r->set_idx.mask) *
		sizeof(struct hidx_slot);

	for (size_t i = 0; i < r->peers.n; i++) {
		const struct peer *p = &r->peers.p[i];

		n += p->n_pages * sizeof(*p->pages);
		for (uint32_t k = 0; k < p->n_pages; k++)
			if (p->pages[k] != NULL)
				n += PAGE_CELLS * sizeof(uint32_t);
		n += p->extras.cap * sizeof(*p->extras.p);
	}
	return n;
}
