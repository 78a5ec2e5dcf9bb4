/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cone.c - membership in customer cones.
 *
 * "Is o in the cone of a" is asked from below: the providers of o, theirs, and
 * so on are few (hundreds), while the cone of a may hold half the Internet.
 * So no cones are stored, and a query needs no more than a small set on the
 * stack; only a graph of unnatural shape makes it go to the heap.
 */
#include "topo/input.h"

#include <stdlib.h>
#include <string.h>

#define SMALL 4096 /* slots of the set on the stack */

struct climb {
	uint32_t small[SMALL], first_queue[SMALL / 2];
	uint32_t *slots, *queue; /* ids + 1 ; ids */
	size_t n_slots, n;
};

static bool
slot_add(uint32_t *slots, size_t n_slots, uint32_t id)
{
	size_t at = topo_hash_asn(id) & (n_slots - 1);

	while (slots[at] != 0) {
		if (slots[at] == id + 1)
			return false;
		at = (at + 1) & (n_slots - 1);
	}
	slots[at] = id + 1;
	return true;
}

/* Twice the room, on the heap. */
static void
climb_grow(struct climb *c)
{
	size_t n_slots = 2 * c->n_slots;
	uint32_t *slots = mem_alloc(n_slots, sizeof(*slots));
	uint32_t *queue = mem_alloc(n_slots / 2, sizeof(*queue));

	for (size_t i = 0; i < c->n; i++) {
		queue[i] = c->queue[i];
		slot_add(slots, n_slots, queue[i]);
	}
	if (c->slots != c->small) {
		free(c->slots);
		free(c->queue);
	}
	c->slots = slots;
	c->queue = queue;
	c->n_slots = n_slots;
}

static void
climb_add(struct climb *c, uint32_t id)
{
	if (c->n == c->n_slots / 2)
		climb_grow(c);
	if (slot_add(c->slots, c->n_slots, id))
		c->queue[c->n++] = id;
}

/* The set holds ids of existing rows once each, so the walk ends. */
static bool
climb_reaches(const struct topo *t, struct climb *c, uint32_t goal)
{
	for (size_t i = 0; i < c->n; i++) {
		struct topo_list up =
		    topo_neighbors(t, c->queue[i], NB_PROVIDERS);

		if (topo_list_has(up.ids, up.n, goal))
			return true;
		for (size_t k = 0; k < up.n; k++)
			if (up.ids[k] < t->n_ases)
				climb_add(c, up.ids[k]);
	}
	return false;
}

bool
topo_in_cone(const struct topo *t, uint32_t a, uint32_t o)
{
	uint32_t goal = topo_id(t, a), from = topo_id(t, o);
	struct climb c;
	bool found;

	if (goal == TOPO_NO_ID || from == TOPO_NO_ID)
		return false;
	if (goal == from)
		return (t->ases[goal].flags & TOPO_AS_LINKED) != 0;
	if (t->ases[goal].n[NB_CUSTOMERS] == 0)
		return false;
	memset(c.small, 0, sizeof(c.small));
	c.slots = c.small;
	c.queue = c.first_queue;
	c.n_slots = SMALL;
	c.n = 0;
	climb_add(&c, from);
	found = climb_reaches(t, &c, goal);
	if (c.slots != c.small) {
		free(c.slots);
		free(c.queue);
	}
	return found;
}

uint32_t
topo_cone_size(const struct topo *t, uint32_t asn)
{
	uint32_t id = topo_id(t, asn);

	if (id == TOPO_NO_ID || (t->ases[id].flags & TOPO_AS_LINKED) == 0)
		return 0;
	return t->ases[id].cone;
}

static struct topo_list
observed(const struct topo *t, uint32_t asn)
{
	uint32_t id = topo_id(t, asn);
	const struct topo_cone_row *c;

	if (id >= t->n_cones)
		return (struct topo_list){ NULL, 0 };
	c = &t->cones[id];
	if (c->first > t->n_cone_members ||
	    c->n > t->n_cone_members - c->first || c->n >= UINT32_MAX)
		return (struct topo_list){ NULL, 0 };
	return (struct topo_list){ t->cone_members + c->first, c->n };
}

uint32_t
topo_observed_cone_size(const struct topo *t, uint32_t asn)
{
	return (uint32_t)observed(t, asn).n;
}

bool
topo_in_observed_cone(const struct topo *t, uint32_t a, uint32_t o)
{
	struct topo_list l = observed(t, a);
	uint32_t id = topo_id(t, o);

	return id != TOPO_NO_ID && topo_list_has(l.ids, l.n, id);
}
