/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route_test.c - the three phases against an oracle: networks that choose
 * their best offer again and again until nobody moves.
 */
#include "sim/route.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NODES  40
#define GRAPHS 30

/* --- the oracle -------------------------------------------------------- */

struct best {
	enum route_class class;
	uint32_t len, via, path[NODES * 2 + 8];
};

struct oracle {
	const struct scenario *s;
	struct route_net *net; /* for the relation of neighbours alone */
	struct best *now;
	uint32_t leaker, leak_to;
	const uint32_t *leak_path;
	uint32_t leak_len;
};

static bool
holds(const uint32_t *path, uint32_t n, uint32_t asn)
{
	for (uint32_t i = 0; i < n; i++)
		if (path[i] == asn)
			return true;
	return false;
}

/* Better: class, then length, then the neighbour's ASN. */
static bool
better(const struct oracle *o, const struct best *a, const struct best *b)
{
	if (a->class != b->class)
		return a->class < b->class;
	if (a->class == ROUTE_NONE || a->len != b->len)
		return a->len < b->len;
	return o->s->ases.p[a->via].asn < o->s->ases.p[b->via].asn;
}

static void
offer(const struct oracle *o, uint32_t me, uint32_t via, const uint32_t *path,
    uint32_t len, struct best *out)
{
	struct best b = { .class = route_class_of(o->net, me, via),
		.len = len + 1,
		.via = via };

	if (b.class == ROUTE_NONE || holds(path, len, o->s->ases.p[me].asn))
		return;
	b.path[0] = o->s->ases.p[me].asn;
	memcpy(b.path + 1, path, len * sizeof(*path));
	if (better(o, &b, out))
		*out = b;
}

static struct best
choose(const struct oracle *o, uint32_t me)
{
	struct best b = { .class = ROUTE_NONE, .len = UINT32_MAX };

	if (o->now[me].class == ROUTE_OWN)
		return o->now[me];
	for (uint32_t you = 0; you < o->s->ases.n; you++) {
		const struct best *n = &o->now[you];
		enum route_class mine = route_class_of(o->net, you, me);

		if (mine == ROUTE_NONE || n->class == ROUTE_NONE)
			continue;
		/* Routes of peers and providers go to customers alone. */
		if (n->class <= ROUTE_CUSTOMER || mine == ROUTE_CUSTOMER)
			offer(o, me, you, n->path, n->len, &b);
	}
	if (o->leak_len > 0 && me == o->leak_to)
		offer(o, me, o->leaker, o->leak_path, o->leak_len, &b);
	return b;
}

static void
solve(const struct oracle *o)
{
	bool moved = true;

	for (int round = 0; moved && round < 1000; round++) {
		moved = false;
		for (uint32_t i = 0; i < o->s->ases.n; i++) {
			struct best b = choose(o, i);

			if (b.class != o->now[i].class ||
			    b.len != o->now[i].len || b.via != o->now[i].via ||
			    memcmp(b.path, o->now[i].path,
				b.class == ROUTE_NONE
				    ? 0
				    : b.len * sizeof(*b.path)) != 0) {
				o->now[i] = b;
				moved = true;
			}
		}
	}
	assert_false(moved);
}

/* --- random networks --------------------------------------------------- */

static uint32_t
draw(uint64_t *seed, uint32_t below)
{
	*seed += UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(hash_u64(*seed) % below);
}

static struct scenario *
random_scenario(uint64_t seed)
{
	struct buf text = { 0 };
	struct scenario *s = NULL;
	struct err err;
	bool linked[NODES][NODES] = { 0 };

	buf_str(&text, "day 2020-01-01\n");
	for (uint32_t i = 0; i < NODES; i++)
		buf_printf(&text, "as %u US \"n\"\n", 1000 + (i * 7919) % 9000);
	for (uint32_t i = 1; i < NODES; i++) {
		uint32_t ups = 1 + draw(&seed, 3);

		/* Providers stand before their customers: no loop. */
		for (uint32_t k = 0; k < ups; k++) {
			uint32_t up = draw(&seed, i);

			if (linked[up][i])
				continue;
			linked[up][i] = linked[i][up] = true;
			buf_printf(&text, "provider %u -> %u\n",
			    1000 + (up * 7919) % 9000,
			    1000 + (i * 7919) % 9000);
		}
	}
	for (uint32_t k = 0; k < NODES; k++) {
		uint32_t a = draw(&seed, NODES), b = draw(&seed, NODES);

		if (a == b || linked[a][b])
			continue;
		linked[a][b] = linked[b][a] = true;
		buf_printf(&text, "peer %u %u\n", 1000 + (a * 7919) % 9000,
		    1000 + (b * 7919) % 9000);
	}
	buf_str(&text, "collector rrc00 peers 1000\n");
	assert_int_equal(scenario_parse("random", (const char *)text.p, text.n,
			     &s, &err),
	    0);
	buf_fini(&text);
	return s;
}

static void
compare(const struct oracle *o, const struct route *got, const char *what)
{
	struct paths *paths = route_paths(o->net);

	for (uint32_t i = 0; i < o->s->ases.n; i++) {
		const struct best *b = &o->now[i];
		uint32_t id;

		if (got[i].class != b->class)
			fail_msg("%s: AS%u class %d, oracle %d", what,
			    o->s->ases.p[i].asn, got[i].class, b->class);
		if (b->class == ROUTE_NONE)
			continue;
		id = route_path(o->net, got, i);
		struct span row = paths_get(paths, id);
		assert_int_equal(row.n, b->len);
		assert_int_equal(got[i].len, b->len);
		assert_memory_equal(&paths->asns.p[row.at], b->path,
		    b->len * sizeof(*b->path));
	}
}

/* One network: an origin, then two, then a leak somewhere. */
static void
test_graph(void **state)
{
	uint64_t seed = (uint64_t)(uintptr_t)*state;
	struct scenario *s = random_scenario(seed);
	struct oracle o = { .s = s, .net = route_net_new(s) };
	struct paths *paths = route_paths(o.net);
	struct route *got = mem_alloc(s->ases.n, sizeof(*got));
	struct route_seed seeds[2];
	struct prefix p;

	o.now = mem_alloc(s->ases.n, sizeof(*o.now));
	assert_true(prefix_parse(STR("20.0.0.0/24"), &p));
	for (size_t n = 1; n <= 2; n++) {
		for (uint32_t i = 0; i < s->ases.n; i++)
			o.now[i] = (struct best){ .class = ROUTE_NONE,
				.len = UINT32_MAX };
		for (size_t k = 0; k < n; k++) {
			uint32_t as =
			    draw(&seed, NODES / 2) + (k == 0 ? 0 : NODES / 2);
			uint32_t own = s->ases.p[as].asn;

			seeds[k] = (struct route_seed){ .as = as,
				.path = paths_add(paths, &own, 1) };
			o.now[as] = (struct best){ .class = ROUTE_OWN,
				.len = 1,
				.via = SCN_NONE,
				.path = { own } };
		}
		solve(&o);
		route_compute(o.net, &p, seeds, n, NULL, 0, got);
		compare(&o, got, "origins");
	}
	/* Leaks from every network that has a route to tell on wrongly. */
	struct best *calm = mem_alloc(s->ases.n, sizeof(*calm));
	memcpy(calm, o.now, s->ases.n * sizeof(*calm));
	for (uint32_t from = 0; from < s->ases.n; from += 3)
		for (uint32_t to = 0; to < s->ases.n; to++) {
			enum route_class c = route_class_of(o.net, from, to);

			if (c == ROUTE_NONE || c == ROUTE_CUSTOMER ||
			    calm[from].class < ROUTE_PEER ||
			    calm[from].class == ROUTE_NONE)
				continue;
			memcpy(o.now, calm, s->ases.n * sizeof(*calm));
			o.leaker = from;
			o.leak_to = to;
			o.leak_path = calm[from].path;
			o.leak_len = calm[from].len;
			solve(&o);
			struct route_offer leak = { .from = from,
				.to = to,
				.path = paths_add(paths, calm[from].path,
				    calm[from].len) };
			route_compute(o.net, &p, seeds, 2, &leak, 1, got);
			compare(&o, got, "leak");
		}
	free(calm);
	free(o.now);
	free(got);
	route_net_free(o.net);
	scenario_free(s);
}

int
main(void)
{
	struct CMUnitTest tests[GRAPHS];
	char names[GRAPHS][40];

	for (size_t i = 0; i < GRAPHS; i++) {
		(void)snprintf(names[i], sizeof(names[i]),
		    "random network %zu equals the oracle", i);
		tests[i] = (struct CMUnitTest){ .name = names[i],
			.test_func = test_graph,
			.initial_state = (void *)(uintptr_t)(i * 77 + 1) };
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
