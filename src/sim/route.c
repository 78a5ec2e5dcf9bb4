/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.c - the three phases.
 *
 * Phases one and three are shortest-path searches from a heap ordered by
 * (length, neighbour's ASN): the first candidate that a network accepts is
 * its best one, since every hop makes a path longer.
 */
#include "sim/route_net.h"

#include <stdlib.h>

/* --- the network ------------------------------------------------------- */

static void
add_edges(struct route_net *n, uint32_t *fill)
{
	for (uint32_t i = 0; i < n->s->links.n; i++) {
		const struct scn_link *l = &n->s->links.p[i];
		uint8_t of_b = l->transit ? ROUTE_CUSTOMER : ROUTE_PEER;
		uint8_t of_a = l->transit ? ROUTE_PROVIDER : ROUTE_PEER;

		n->edges[fill[l->a]++] = (struct edge){ l->b, i, of_b };
		n->edges[fill[l->b]++] = (struct edge){ l->a, i, of_a };
		n->up[i] = !l->down;
	}
}

struct route_net *
route_net_new(const struct scenario *s)
{
	struct route_net *n = mem_alloc(1, sizeof(*n));
	size_t ases = s->ases.n;
	uint32_t *fill = mem_alloc(ases + 1, sizeof(*fill));

	n->s = s;
	n->first = mem_alloc(ases + 1, sizeof(*n->first));
	n->edges = mem_alloc(2 * s->links.n + 1, sizeof(*n->edges));
	n->up = mem_alloc(s->links.n + 1, sizeof(*n->up));
	n->cones = mem_alloc(ases + 1, sizeof(*n->cones));
	for (size_t i = 0; i < s->links.n; i++) {
		n->first[s->links.p[i].a]++;
		n->first[s->links.p[i].b]++;
	}
	for (uint32_t i = 0, at = 0; i <= ases; i++) {
		uint32_t count = i < ases ? n->first[i] : 0;

		n->first[i] = fill[i] = at;
		at += count;
	}
	add_edges(n, fill);
	free(fill);
	for (size_t i = 0; i < ases; i++)
		if ((s->ases.p[i].policy & POLICY_FILTER) != 0)
			n->any_filter = true;
	return n;
}

void
route_net_free(struct route_net *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->s->ases.n; i++)
		free(n->cones[i]);
	free(n->cones);
	free(n->first);
	free(n->edges);
	free(n->up);
	vec_fini(&n->roas);
	hidx_fini(&n->roa_of);
	vec_fini(&n->heap);
	vec_fini(&n->holders);
	paths_fini(&n->paths);
	free(n);
}

struct paths *
route_paths(struct route_net *n)
{
	return &n->paths;
}

void
route_link(struct route_net *n, uint32_t link, bool up)
{
	n->up[link] = up;
}

enum route_class
route_class_of(const struct route_net *n, uint32_t as, uint32_t neighbour)
{
	for (uint32_t i = n->first[as]; i < n->first[as + 1]; i++)
		if (n->edges[i].to == neighbour && n->up[n->edges[i].link])
			return n->edges[i].class;
	return ROUTE_NONE;
}

/* --- candidates -------------------------------------------------------- */

static bool
cand_less(const struct cand *a, const struct cand *b)
{
	if (a->len != b->len)
		return a->len < b->len;
	if (a->via_asn != b->via_asn)
		return a->via_asn < b->via_asn;
	if (a->as != b->as)
		return a->as < b->as;
	return a->offer > b->offer; /* the regular route first */
}

static void
heap_push(struct route_net *n, struct cand c)
{
	size_t i = n->heap.n;

	vec_push(&n->heap, c);
	while (i > 0 && cand_less(&c, &n->heap.p[(i - 1) / 2])) {
		n->heap.p[i] = n->heap.p[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	n->heap.p[i] = c;
}

static struct cand
heap_pop(struct route_net *n)
{
	struct cand top = n->heap.p[0], last = n->heap.p[--n->heap.n];
	size_t i = 0, k;

	while ((k = 2 * i + 1) < n->heap.n) {
		if (k + 1 < n->heap.n &&
		    cand_less(&n->heap.p[k + 1], &n->heap.p[k]))
			k++;
		if (!cand_less(&n->heap.p[k], &last))
			break;
		n->heap.p[i] = n->heap.p[k];
		i = k;
	}
	n->heap.p[i] = last;
	return top;
}

/* May `as` tell its route to `to`?  Only a seed narrows that. */
static bool
exports_to(const struct route_net *n, uint32_t as, uint32_t to)
{
	if (n->out[as].class != ROUTE_OWN)
		return true;
	for (size_t i = 0; i < n->n_seeds; i++) {
		struct span list = n->seeds[i].exports;

		if (n->seeds[i].as != as || list.n == 0)
			continue;
		for (uint32_t k = 0; k < list.n; k++)
			if (n->s->ids.p[list.at + k] == to)
				return true;
		return false;
	}
	return true;
}

/* The route that a candidate stands for, as `c->as` would keep it. */
static struct route
cand_route(const struct route_net *n, const struct cand *c, uint8_t class)
{
	struct route r = { .class = class,
		.via = c->via,
		.len = (uint16_t)c->len };
	const struct scn_as *you = &n->s->ases.p[c->via];

	if (c->offer != SCN_NONE) {
		r.offered = true;
		r.root = n->offers[c->offer].path;
		r.otc = n->offers[c->offer].otc;
		r.mark = n->offers[c->offer].mark;
		return r;
	}
	r.root = n->out[c->via].root;
	r.otc = n->out[c->via].otc;
	r.mark = n->out[c->via].mark;
	/* RFC 9234 5: egress to customers and peers. */
	if (r.otc == 0 && class != ROUTE_CUSTOMER &&
	    (you->policy & POLICY_OTC) != 0)
		r.otc = you->asn;
	return r;
}

static void
push_edge(struct route_net *n, uint32_t from, const struct edge *e)
{
	if (!n->up[e->link] || n->out[e->to].class != ROUTE_NONE ||
	    !exports_to(n, from, e->to))
		return;
	heap_push(n, (struct cand){ n->out[from].len + 1U,
			 n->s->ases.p[from].asn, e->to, from, SCN_NONE });
}

/* Tell those neighbours who would hear it as a route of class `class`. */
static void
push_neighbours(struct route_net *n, uint32_t from, uint8_t class)
{
	/* My provider hears me as a customer, and the other way round. */
	uint8_t mine = class == ROUTE_CUSTOMER   ? ROUTE_PROVIDER
		       : class == ROUTE_PROVIDER ? ROUTE_CUSTOMER
						 : ROUTE_PEER;

	for (uint32_t i = n->first[from]; i < n->first[from + 1]; i++)
		if (n->edges[i].class == mine)
			push_edge(n, from, &n->edges[i]);
}

static void
push_offers(struct route_net *n, uint8_t class)
{
	for (uint32_t i = 0; i < n->n_offers; i++) {
		const struct route_offer *o = &n->offers[i];

		if (n->out[o->to].class == ROUTE_NONE &&
		    route_class_of(n, o->to, o->from) == class)
			heap_push(n,
			    (struct cand){ paths_get(&n->paths, o->path).n + 1U,
				n->s->ases.p[o->from].asn, o->to, o->from, i });
	}
}

/* Settle candidates, best first; spread: each tells its own neighbours. */
static void
settle(struct route_net *n, uint8_t class, bool spread)
{
	while (n->heap.n > 0) {
		struct cand c = heap_pop(n);
		struct route r;

		if (n->out[c.as].class != ROUTE_NONE)
			continue;
		r = cand_route(n, &c, class);
		if (!import_ok(n, c.as, &r))
			continue;
		n->out[c.as] = r;
		if (spread)
			push_neighbours(n, c.as, class);
	}
}

void
route_compute(struct route_net *n, const struct prefix *p,
    const struct route_seed *seeds, size_t n_seeds,
    const struct route_offer *offers, size_t n_offers, struct route *out)
{
	uint32_t ases = (uint32_t)n->s->ases.n;

	n->p = p;
	n->seeds = seeds;
	n->n_seeds = n_seeds;
	n->offers = offers;
	n->n_offers = n_offers;
	n->out = out;
	n->heap.n = 0;
	import_begin(n);
	for (uint32_t i = 0; i < ases; i++)
		out[i] = (struct route){ .class = ROUTE_NONE, .via = SCN_NONE };
	for (size_t i = 0; i < n_seeds; i++)
		out[seeds[i].as] = (struct route){ .class = ROUTE_OWN,
			.len = (uint16_t)paths_get(&n->paths, seeds[i].path).n,
			.via = SCN_NONE,
			.root = seeds[i].path,
			.mark = seeds[i].mark };

	/* One: up to providers. */
	for (size_t i = 0; i < n_seeds; i++)
		push_neighbours(n, seeds[i].as, ROUTE_CUSTOMER);
	push_offers(n, ROUTE_CUSTOMER);
	settle(n, ROUTE_CUSTOMER, true);
	/* Two: one step across; what is heard across is not told across. */
	for (uint32_t i = 0; i < ases; i++)
		if (out[i].class <= ROUTE_CUSTOMER)
			push_neighbours(n, i, ROUTE_PEER);
	push_offers(n, ROUTE_PEER);
	settle(n, ROUTE_PEER, false);
	/* Three: down to customers. */
	for (uint32_t i = 0; i < ases; i++)
		if (out[i].class != ROUTE_NONE)
			push_neighbours(n, i, ROUTE_PROVIDER);
	push_offers(n, ROUTE_PROVIDER);
	settle(n, ROUTE_PROVIDER, true);
}

uint32_t
route_path(struct route_net *n, const struct route *all, uint32_t as)
{
	VEC(uint32_t) path = { 0 };
	uint32_t id;

	if (all[as].class == ROUTE_NONE)
		return 0;
	for (;;) {
		struct span root = paths_get(&n->paths, all[as].root);
		bool own = all[as].via == SCN_NONE;

		if (!own)
			vec_push(&path, n->s->ases.p[as].asn);
		if (own || all[as].offered) {
			for (uint32_t i = 0; i < root.n; i++)
				vec_push(&path, n->paths.asns.p[root.at + i]);
			break;
		}
		as = all[as].via;
	}
	id = paths_add(&n->paths, path.p, (uint32_t)path.n);
	vec_fini(&path);
	return id;
}
