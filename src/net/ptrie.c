/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptrie.c - the growing prefix map: a path-compressed binary trie in arrays.
 *
 * Nodes stand in one array and point at each other by number, so the trie
 * can grow without moving links.  A node is a prefix; its children extend it
 * by a 0 or a 1 bit.  Glue nodes, which only hold two subtrees together, have
 * no id.  Prefixes with ids stand in an array of their own, in order of
 * arrival, and an index by hash answers exact look-ups without a walk.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "net/net.h"

#define NIL 0 /* node 0 is nobody's child: it is the IPv4 root */

struct node {
	uint32_t child[2];
	uint32_t parent;
	uint32_t id; /* PTRIE_NONE = glue */
	uint32_t at; /* prefix: an id below it or its own, whose bits agree */
	uint8_t len;
};

struct ptrie {
	VEC(struct node) nodes;      /* 0: 0.0.0.0/0, 1: ::/0 */
	VEC(struct prefix) prefixes; /* by id */
	VEC(uint32_t) node_of;       /* by id */
	struct hidx index;
};

struct ptrie *
ptrie_new(void)
{
	struct ptrie *t = mem_alloc(1, sizeof(*t));

	for (int f = 0; f < NET_FAMILIES; f++)
		vec_push(&t->nodes,
		    ((struct node){ .id = PTRIE_NONE, .at = PTRIE_NONE }));
	return t;
}

void
ptrie_free(struct ptrie *t)
{
	if (t == NULL)
		return;
	vec_fini(&t->nodes);
	vec_fini(&t->prefixes);
	vec_fini(&t->node_of);
	hidx_fini(&t->index);
	free(t);
}

uint32_t
ptrie_count(const struct ptrie *t)
{
	return (uint32_t)t->prefixes.n;
}

const struct prefix *
ptrie_prefix(const struct ptrie *t, uint32_t id)
{
	return &t->prefixes.p[id];
}

size_t
ptrie_bytes(const struct ptrie *t)
{
	return t->nodes.cap * sizeof(*t->nodes.p) +
	       t->prefixes.cap * sizeof(*t->prefixes.p) +
	       t->node_of.cap * sizeof(*t->node_of.p) +
	       (t->index.slots == NULL ? 0 : (size_t)t->index.mask + 1) *
		   sizeof(*t->index.slots);
}

static bool
same_prefix(const void *ctx, uint32_t row, const void *key)
{
	const struct ptrie *t = ctx;

	return prefix_eq(&t->prefixes.p[row], key);
}

uint32_t
ptrie_find(const struct ptrie *t, const struct prefix *p)
{
	return hidx_find(&t->index, prefix_hash(p), same_prefix, t, p);
}

static unsigned
bit_at(const struct prefix *p, unsigned i)
{
	return p->addr[i / 8] >> (7 - i % 8) & 1;
}

/* Leading bits that a and b share, at most max. */
static unsigned
common_bits(const struct prefix *a, const struct prefix *b, unsigned max)
{
	unsigned n = 0;

	while (n < max && a->addr[n / 8] == b->addr[n / 8])
		n += 8;
	if (n >= max)
		return max;
	unsigned x = (unsigned)(a->addr[n / 8] ^ b->addr[n / 8]);
	n += (unsigned)__builtin_clz(x) - 24;
	return n < max ? n : max;
}

/* The bits of a node, of which the first `len` count. */
static const struct prefix *
bits_of(const struct ptrie *t, uint32_t node)
{
	return &t->prefixes.p[t->nodes.p[node].at];
}

static uint32_t
new_node(struct ptrie *t, uint32_t parent, unsigned len, uint32_t id,
    uint32_t at)
{
	vec_push(&t->nodes, ((struct node){ .parent = parent,
				.id = id,
				.at = at,
				.len = (uint8_t)len }));
	return (uint32_t)t->nodes.n - 1;
}

static void
set_child(struct ptrie *t, uint32_t parent, const struct prefix *p,
    uint32_t child)
{
	t->nodes.p[parent].child[bit_at(p, t->nodes.p[parent].len)] = child;
	t->nodes.p[child].parent = parent;
}

/* A node for p between `above` and its child `below` (NIL = none there). */
static uint32_t
insert_below(struct ptrie *t, uint32_t above, uint32_t below,
    const struct prefix *p, uint32_t id)
{
	if (below == NIL) {
		uint32_t n = new_node(t, above, p->len, id, id);

		set_child(t, above, p, n);
		return n;
	}
	const struct prefix *b = bits_of(t, below);
	unsigned blen = t->nodes.p[below].len;
	unsigned same = common_bits(p, b, p->len < blen ? p->len : blen);

	if (same == p->len) { /* p stands between the two */
		uint32_t n = new_node(t, above, p->len, id, id);

		set_child(t, above, p, n);
		set_child(t, n, bits_of(t, below), below);
		return n;
	}
	uint32_t glue = new_node(t, above, same, PTRIE_NONE, id);
	uint32_t n = new_node(t, glue, p->len, id, id);
	set_child(t, above, p, glue);
	set_child(t, glue, p, n);
	set_child(t, glue, bits_of(t, below), below);
	return n;
}

uint32_t
ptrie_add(struct ptrie *t, const struct prefix *p)
{
	uint64_t hash = prefix_hash(p);
	uint32_t id = hidx_find(&t->index, hash, same_prefix, t, p);
	uint32_t node = p->family;

	if (id != HIDX_NONE)
		return id;
	id = (uint32_t)t->prefixes.n;
	vec_push(&t->prefixes, *p);
	hidx_add(&t->index, hash, id);
	for (;;) {
		struct node *n = &t->nodes.p[node];

		if (n->len == p->len) {
			n->id = id;
			n->at = id;
			break;
		}
		uint32_t c = n->child[bit_at(p, n->len)];
		if (c == NIL || t->nodes.p[c].len > p->len ||
		    common_bits(p, bits_of(t, c), t->nodes.p[c].len) <
			t->nodes.p[c].len) {
			node = insert_below(t, node, c, p, id);
			break;
		}
		node = c;
	}
	vec_push(&t->node_of, node);
	return id;
}

uint32_t
ptrie_up(const struct ptrie *t, uint32_t id)
{
	uint32_t node = t->node_of.p[id];

	while (node >= NET_FAMILIES) {
		node = t->nodes.p[node].parent;
		if (t->nodes.p[node].id != PTRIE_NONE)
			return t->nodes.p[node].id;
	}
	return PTRIE_NONE;
}

uint32_t
ptrie_longest(const struct ptrie *t, const struct prefix *p)
{
	uint32_t node = p->family, best = PTRIE_NONE;

	for (;;) {
		const struct node *n = &t->nodes.p[node];

		if (n->id != PTRIE_NONE)
			best = n->id;
		if (n->len >= p->len)
			return best;
		uint32_t c = n->child[bit_at(p, n->len)];
		if (c == NIL || t->nodes.p[c].len > p->len ||
		    common_bits(p, bits_of(t, c), t->nodes.p[c].len) <
			t->nodes.p[c].len)
			return best;
		node = c;
	}
}

/* The topmost node inside p, or NIL with *found false. */
static uint32_t
subtree_of(const struct ptrie *t, const struct prefix *p, bool *found)
{
	uint32_t node = p->family;

	*found = true;
	while (t->nodes.p[node].len < p->len) {
		const struct node *n = &t->nodes.p[node];
		uint32_t c = n->child[bit_at(p, n->len)];
		unsigned len;

		if (c == NIL) {
			*found = false;
			return NIL;
		}
		len = t->nodes.p[c].len < p->len ? t->nodes.p[c].len : p->len;
		if (common_bits(p, bits_of(t, c), len) < len) {
			*found = false;
			return NIL;
		}
		node = c;
	}
	return node;
}

void
ptrie_covered(const struct ptrie *t, const struct prefix *p,
    bool (*each)(void *ctx, uint32_t id), void *ctx)
{
	/* Preorder; at most one sibling waits per level. */
	uint32_t stack[NET_LEN_MAX + 2], depth = 0;
	bool found;

	stack[depth++] = subtree_of(t, p, &found);
	if (!found)
		return;
	while (depth > 0) {
		const struct node *n = &t->nodes.p[stack[--depth]];

		if (n->id != PTRIE_NONE && !each(ctx, n->id))
			return;
		for (int b = 1; b >= 0; b--)
			if (n->child[b] != NIL)
				stack[depth++] = n->child[b];
	}
}
