/* SPDX-License-Identifier: BSD-2-Clause */
/* path.c - AS paths as suffix tree, and attribute sets: see rib.h. */
#include "rib/part.h"

static uint64_t
node_hash(uint32_t asn, uint8_t kind, uint32_t parent)
{
	return hash_u64(((uint64_t)parent << 32 | asn) +
			(uint64_t)kind * UINT64_C(0x9e3779b97f4a7c15));
}

struct node_key {
	uint32_t asn, parent;
	uint8_t kind;
};

static bool
node_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct rib *r = ctx;
	const struct node_key *k = key;
	const struct node *n = &r->nodes.p[row];

	return n->asn == k->asn && n->parent == k->parent && n->kind == k->kind;
}

uint32_t
path_node_add(struct rib *r, uint32_t asn, uint8_t kind, uint32_t parent)
{
	struct node_key key = { asn, parent, kind };
	uint64_t hash = node_hash(asn, kind, parent);
	uint32_t id = hidx_find(&r->node_idx, hash, node_eq, r, &key);

	if (id != HIDX_NONE)
		return id;
	id = (uint32_t)r->nodes.n;
	const struct node *up = &r->nodes.p[parent];
	struct node n = { .asn = asn,
		.parent = parent,
		.origin = up->origin,
		.len = (uint16_t)(up->len + 1),
		.kind = kind,
		.has_set = up->has_set || kind == RIB_SET };
	if (parent == 0) /* RFC 6811: an AS_SET at the end has no origin */
		n.origin = kind == RIB_SET ? 0 : asn;
	vec_push(&r->nodes, n);
	hidx_add(&r->node_idx, hash, id);
	return id;
}

uint32_t
rib_path_add(struct rib *r, const struct rib_hop *hop, size_t n)
{
	uint32_t node = 0;
	size_t first = n > RIB_PATH_MAX ? n - RIB_PATH_MAX : 0;

	for (size_t i = n; i > first; i--)
		node = path_node_add(r, hop[i - 1].asn, hop[i - 1].kind, node);
	return node;
}

uint32_t
rib_path_count(const struct rib *r)
{
	return (uint32_t)r->nodes.n;
}

size_t
rib_path_get(const struct rib *r, uint32_t path,
    struct rib_hop out[RIB_PATH_MAX])
{
	size_t n = 0;

	for (; path != 0 && n < RIB_PATH_MAX; path = r->nodes.p[path].parent)
		out[n++] = (struct rib_hop){ r->nodes.p[path].asn,
			r->nodes.p[path].kind };
	return n;
}

size_t
rib_path_len(const struct rib *r, uint32_t path)
{
	return r->nodes.p[path].len;
}

uint32_t
rib_path_origin(const struct rib *r, uint32_t path)
{
	return r->nodes.p[path].origin;
}

bool
rib_path_has_set(const struct rib *r, uint32_t path)
{
	return r->nodes.p[path].has_set;
}

uint32_t
rib_path_next_to_origin(const struct rib *r, uint32_t path)
{
	uint32_t origin = r->nodes.p[path].origin, next = 0;

	if (origin == 0)
		return 0;
	/* Towards the origin; what stands last before its prepends. */
	for (; path != 0; path = r->nodes.p[path].parent) {
		const struct node *n = &r->nodes.p[path];

		if (n->asn != origin)
			next = n->kind == RIB_SET ? 0 : n->asn;
	}
	return next;
}

/* --- attribute sets ---------------------------------------------------- */

struct bytes {
	const void *p;
	size_t n;
};

static bool
rest_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct rib *r = ctx;
	const struct bytes *b = key;
	const struct rest *x = &r->rests.p[row];

	return x->n == b->n && memcmp(r->pool.p + x->at, b->p, b->n) == 0;
}

/* bytes: a struct rest_fixed and communities. */
uint32_t
rest_add(struct rib *r, const void *bytes, size_t n)
{
	struct bytes key = { bytes, n };
	uint64_t hash = hash_bytes(bytes, n, 0);
	uint32_t id = hidx_find(&r->rest_idx, hash, rest_eq, r, &key);
	struct rest_fixed f;

	if (id != HIDX_NONE)
		return id;
	id = (uint32_t)r->rests.n;
	memcpy(&f, bytes, sizeof(f));
	vec_push(&r->rests, ((struct rest){ .at = (uint32_t)r->pool.n,
				.n = (uint32_t)n,
				.flags = f.flags }));
	buf_add(&r->pool, bytes, n);
	hidx_add(&r->rest_idx, hash, id);
	return id;
}

static bool
set_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct rib *r = ctx;
	const struct set *k = key;

	return r->sets.p[row].path == k->path && r->sets.p[row].rest == k->rest;
}

uint32_t
set_add(struct rib *r, uint32_t path, uint32_t rest)
{
	struct set key = { path, rest };
	uint64_t hash = hash_u64((uint64_t)path << 32 | rest);
	uint32_t id = hidx_find(&r->set_idx, hash, set_eq, r, &key);

	if (id != HIDX_NONE)
		return id;
	id = (uint32_t)r->sets.n;
	vec_push(&r->sets, key);
	hidx_add(&r->set_idx, hash, id);
	return id;
}

uint32_t
rib_set_add(struct rib *r, uint32_t path, const struct rib_attrs *a)
{
	size_t n_comm = a->n_comm > RIB_COMM_MAX ? RIB_COMM_MAX : a->n_comm;
	struct rest_fixed f = { .origin = a->origin,
		.flags = a->flags,
		.fault = a->fault,
		.family = a->next_hop.family };

	memcpy(f.next_hop, a->next_hop.addr, sizeof(f.next_hop));
	f.otc = a->flags & RIB_HAS_OTC ? a->otc : 0;
	f.aggregator = a->flags & RIB_HAS_AGGREGATOR ? a->aggregator : 0;
	buf_clear(&r->scratch);
	buf_add(&r->scratch, &f, sizeof(f));
	if (n_comm > 0)
		buf_add(&r->scratch, a->comm, n_comm);
	return set_add(r, path, rest_add(r, r->scratch.p, r->scratch.n));
}

uint32_t
rib_set_count(const struct rib *r)
{
	return (uint32_t)r->sets.n;
}

uint32_t
rib_set_path(const struct rib *r, uint32_t set)
{
	return r->sets.p[set].path;
}

uint8_t
rib_set_flags(const struct rib *r, uint32_t set)
{
	return r->rests.p[r->sets.p[set].rest].flags;
}

void
rib_set_attrs(const struct rib *r, uint32_t set, struct rib_attrs *out)
{
	const struct rest *x = &r->rests.p[r->sets.p[set].rest];
	struct rest_fixed f;

	memcpy(&f, r->pool.p + x->at, sizeof(f));
	*out = (struct rib_attrs){ .origin = f.origin,
		.flags = f.flags,
		.fault = f.fault,
		.next_hop = { .family = f.family },
		.otc = f.otc,
		.aggregator = f.aggregator,
		.comm = r->pool.p + x->at + sizeof(f),
		.n_comm = x->n - sizeof(f) };
	memcpy(out->next_hop.addr, f.next_hop, sizeof(f.next_hop));
}
