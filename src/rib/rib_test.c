/* SPDX-License-Identifier: BSD-2-Clause */
/* rib_test.c - paths, sets, cells, marks, and the saved state. */
#include "rib/rib.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static struct prefix
pfx(const char *s)
{
	struct prefix p;

	assert_true(prefix_parse(str_from(s), &p));
	return p;
}

/* "64500 64501 {64502" : hops, a brace in front of members of a set */
static uint32_t
path(struct rib *r, const char *text)
{
	struct rib_hop hop[64];
	size_t n = 0;
	struct str rest = str_from(text), w;

	while (str_word(&rest, &w)) {
		hop[n].kind = w.p[0] == '{' ? RIB_SET : RIB_SEQUENCE;
		if (w.p[0] == '{')
			w = (struct str){ w.p + 1, w.n - 1 };
		assert_true(asn_parse(w, &hop[n++].asn));
	}
	return rib_path_add(r, hop, n);
}

static const struct path_row {
	const char *why, *path;
	uint32_t origin, next, len;
	bool set;
} path_rows[] = {
	{ "empty path has no origin", "", 0, 0, 0, false },
	{ "one hop is its own origin", "64500", 64500, 0, 1, false },
	{ "last hop is the origin", "64500 64501 64502", 64502, 64501, 3,
	    false },
	{ "prepends of the origin are passed over",
	    "64500 64501 64502 64502 64502", 64502, 64501, 5, false },
	{ "a set at the end has no origin", "64500 {64501 {64502", 0, 0, 3,
	    true },
	{ "a set in the middle keeps the origin", "64500 {64501 64502", 64502,
	    0, 3, true },
};

static void
test_path(void **state)
{
	const struct path_row *t = *state;
	struct rib *r = rib_new();
	uint32_t p = path(r, t->path);
	struct rib_hop hop[RIB_PATH_MAX];

	assert_int_equal(rib_path_origin(r, p), t->origin);
	assert_int_equal(rib_path_next_to_origin(r, p), t->next);
	assert_int_equal(rib_path_len(r, p), t->len);
	assert_int_equal(rib_path_has_set(r, p), t->set);
	size_t n = rib_path_get(r, p, hop);
	assert_int_equal(n, t->len);
	assert_int_equal(rib_path_add(r, hop, n), p);
	rib_free(r);
}

static uint32_t
add_peer(struct rib *r, const char *collector, const char *addr, uint32_t asn)
{
	struct ipaddr a;

	assert_true(ipaddr_parse(str_from(addr), &a));
	return rib_peer_add(r, rib_collector_add(r, str_from(collector)), &a,
	    asn);
}

static void
test_suffixes_are_shared(void **state)
{
	struct rib *r = rib_new();

	(void)state;
	path(r, "1 2 3 4");
	uint32_t n = rib_path_count(r);
	path(r, "9 2 3 4");
	assert_int_equal(rib_path_count(r), n + 1);
	rib_free(r);
}

static void
test_long_path_is_cut(void **state)
{
	struct rib *r = rib_new();
	struct rib_hop *hop = mem_alloc(5000, sizeof(*hop));

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		hop[i].asn = i + 1;
	uint32_t p = rib_path_add(r, hop, 5000);
	assert_int_equal(rib_path_len(r, p), RIB_PATH_MAX);
	assert_int_equal(rib_path_origin(r, p), 5000);
	free(hop);
	rib_free(r);
}

static void
test_cells(void **state)
{
	struct rib *r = rib_new();
	struct rib_attrs a = { .flags = RIB_HAS_OTC, .otc = 7 };
	uint32_t peer = add_peer(r, "rrc00", "192.0.2.1", 64500);
	struct prefix p4 = pfx("203.0.113.0/24"), p6 = pfx("2001:db8::/32");
	uint32_t id4 = pset_add(rib_prefixes(r), &p4);
	uint32_t id6 = pset_add(rib_prefixes(r), &p6);
	uint32_t s1 = rib_set_add(r, path(r, "64500 64501"), &a);
	uint32_t s2 = rib_set_add(r, path(r, "64500 64502"), &a);

	(void)state;
	assert_int_equal(rib_set_add(r, path(r, "64500 64501"), &a), s1);
	assert_int_equal(rib_cell_set(r, peer, id4, 0, s1), 0);
	assert_int_equal(rib_cell_set(r, peer, id4, 0, s1), s1);
	assert_int_equal(rib_cell_set(r, peer, id4, 0, s2), s1);
	assert_int_equal(rib_cell(r, peer, id4, 0), s2);
	assert_int_equal(rib_peer(r, peer)->routes[NET_IP4], 1);
	/* ADD-PATH: two paths, one prefix */
	rib_cell_set(r, peer, id6, 1, s1);
	rib_cell_set(r, peer, id6, 2, s2);
	assert_int_equal(rib_peer(r, peer)->routes[NET_IP6], 1);
	assert_int_equal(rib_cells_at(r, peer, id6, NULL, 0), 2);
	assert_int_equal(rib_cell_set(r, peer, id6, 1, 0), s1);
	assert_int_equal(rib_peer(r, peer)->routes[NET_IP6], 1);
	assert_int_equal(rib_cell_set(r, peer, id6, 2, 0), s2);
	assert_int_equal(rib_peer(r, peer)->routes[NET_IP6], 0);
	assert_int_equal(rib_cell_set(r, peer, id6, 9, 0), 0);
	assert_true(rib_set_flags(r, s1) & RIB_HAS_OTC);
	rib_set_attrs(r, s1, &a);
	assert_int_equal(a.otc, 7);
	rib_free(r);
}

struct gone {
	struct rib *r;
	uint32_t peer, n;
};

static void
withdraw(void *ctx, uint32_t prefix, uint32_t path_id, uint32_t set)
{
	struct gone *g = ctx;

	(void)set;
	rib_cell_set(g->r, g->peer, prefix, path_id, 0);
	g->n++;
}

static void
test_dump_removes_what_it_lacks(void **state)
{
	struct rib *r = rib_new();
	struct rib_attrs a = { 0 };
	uint32_t peer = add_peer(r, "rrc00", "192.0.2.1", 64500);
	uint32_t set = rib_set_add(r, path(r, "64500"), &a);
	struct gone g = { r, peer, 0 };

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		struct prefix p = { .len = 24,
			.addr = { 10, (uint8_t)(i >> 8), (uint8_t)i } };
		rib_cell_set(r, peer, pset_add(rib_prefixes(r), &p), 0, set);
	}
	rib_mark_begin(r, peer);
	for (uint32_t i = 0; i < 1000; i += 10)
		rib_cell_set(r, peer, i, 0, set);
	rib_mark_end(r, peer, withdraw, &g);
	assert_int_equal(g.n, 900);
	assert_int_equal(rib_peer(r, peer)->routes[NET_IP4], 100);
	assert_false(rib_marking(r, peer));
	rib_free(r);
}

static void
test_full_feed(void **state)
{
	struct rib *r = rib_new();
	uint32_t big = add_peer(r, "a", "192.0.2.1", 1);
	uint32_t small = add_peer(r, "a", "192.0.2.2", 2);
	uint32_t down = add_peer(r, "a", "192.0.2.3", 3);

	(void)state;
	rib_peer(r, big)->up = rib_peer(r, small)->up = true;
	rib_peer(r, big)->routes[0] = 1000;
	rib_peer(r, small)->routes[0] = 699;
	rib_peer(r, down)->routes[0] = 5000;
	assert_true(rib_is_full(r, big, 0, 0.7));
	assert_false(rib_is_full(r, small, 0, 0.7));
	assert_int_equal(rib_full_count(r, 0, 0.7), 1);
	rib_peer(r, small)->routes[0] = 700;
	assert_int_equal(rib_full_count(r, 0, 0.7), 2);
	assert_int_equal(rib_full_count(r, 1, 0.7), 0);
	rib_free(r);
}

/* --- saving ------------------------------------------------------------ */

static const char *const saved_prefixes[] = { "10.0.0.0/8", "10.1.0.0/16",
	"192.0.2.0/24", "2001:db8::/32" };

static bool
prefix_of(void *ctx, uint32_t name, struct prefix *out)
{
	(void)ctx;
	if (name >= COUNT(saved_prefixes))
		return false;
	*out = pfx(saved_prefixes[name]);
	return true;
}

/* The same routes, put in forwards or backwards. */
static struct rib *
filled(bool backwards)
{
	struct rib *r = rib_new();
	const char *paths[] = { "64500 1 2", "64501 1 2", "64500 3 {4 {5" };

	for (unsigned k = 0; k < 24; k++) {
		unsigned i = backwards ? 23 - k : k;
		struct rib_attrs a = { .origin = (uint8_t)(i % 2),
			.comm = "xyz",
			.n_comm = i % 3 };
		struct prefix p = pfx(saved_prefixes[i % 4]);
		uint32_t peer = add_peer(r, i % 2 ? "rrc00" : "rrc01",
		    i % 3 ? "192.0.2.1" : "2001:db8::1", 64500 + i % 3);

		rib_peer(r, peer)->up = true;
		rib_cell_set(r, peer, pset_add(rib_prefixes(r), &p),
		    i < 20 ? 0 : i, rib_set_add(r, path(r, paths[i % 3]), &a));
	}
	rib_mark_begin(r, 0);
	rib_mark_drop(r, 0);
	return r;
}

static struct sect_mem *
save(struct rib *r)
{
	struct sect_mem *m = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(m);
	struct rib_names names;
	struct err err;
	uint32_t n = pset_count(rib_prefixes(r));
	uint32_t *name = mem_alloc(n + 1, sizeof(*name));

	for (uint32_t i = 0; i < COUNT(saved_prefixes); i++) {
		struct prefix p = pfx(saved_prefixes[i]);
		uint32_t id = pset_find(rib_prefixes(r), &p);

		if (id != PSET_NONE)
			name[id] = i;
	}
	assert_int_equal(rib_save(r, name, NULL, 0, &sink, &names, &err), 0);
	rib_names_fini(&names);
	free(name);
	return m;
}

static const char *const sections[] = { "rib.coll", "rib.p0", "rib.rest",
	"rib.pool", "rib.set", "rib.peer", "rib.c0" };

static void
assert_same(struct sect_mem *a, struct sect_mem *b)
{
	struct sect_source sa = sect_mem_source(a), sb = sect_mem_source(b);

	for (size_t i = 0; i < COUNT(sections); i++) {
		const void *pa, *pb;
		size_t na, nb;
		struct err err;

		assert_int_equal(sa.get(sa.ctx, sections[i], &pa, &na, &err),
		    1);
		assert_int_equal(sb.get(sb.ctx, sections[i], &pb, &nb, &err),
		    1);
		assert_int_equal(na, nb);
		assert_memory_equal(pa, pb, na);
	}
}

static void
test_save_is_canonical(void **state)
{
	struct rib *a = filled(false), *b = filled(true), *c = NULL;
	struct sect_mem *ma = save(a), *mb = save(b);
	struct sect_source src = sect_mem_source(ma);
	struct err err;

	(void)state;
	assert_same(ma, mb);
	assert_int_equal(rib_load(&src, prefix_of, NULL, &c, &err), 0);
	struct sect_mem *mc = save(c);
	assert_same(ma, mc);
	assert_int_equal(rib_peer_count(c), rib_peer_count(a));
	sect_mem_free(ma);
	sect_mem_free(mb);
	sect_mem_free(mc);
	rib_free(a);
	rib_free(b);
	rib_free(c);
}

/* Every byte of every section bent: loads, or fails with words. */
static void
test_bent_state(void **state)
{
	struct rib *r = filled(false);
	struct sect_mem *m = save(r);
	struct sect_source src = sect_mem_source(m);
	unsigned refused = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(sections); i++) {
		const void *p;
		size_t n;
		struct err err = { 0 };

		assert_int_equal(src.get(src.ctx, sections[i], &p, &n, &err),
		    1);
		uint8_t *bytes = (uint8_t *)(uintptr_t)p;
		for (size_t k = 0; k < n; k++) {
			struct rib *out = NULL;
			uint8_t was = bytes[k];

			bytes[k] = (uint8_t)(was ^ 0x81);
			if (rib_load(&src, prefix_of, NULL, &out, &err) == 0)
				rib_free(out);
			else
				refused += err.msg[0] != '\0';
			bytes[k] = was;
		}
	}
	assert_true(refused > 100);
	sect_mem_free(m);
	rib_free(r);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(path_rows) + 7] = {
		cmocka_unit_test(test_suffixes_are_shared),
		cmocka_unit_test(test_long_path_is_cut),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_dump_removes_what_it_lacks),
		cmocka_unit_test(test_full_feed),
		cmocka_unit_test(test_save_is_canonical),
		cmocka_unit_test(test_bent_state),
	};
	size_t n = 7;

	for (size_t i = 0; i < COUNT(path_rows); i++)
		tests[n++] = (struct CMUnitTest){ .name = path_rows[i].why,
			.test_func = test_path,
			.initial_state = (void *)(uintptr_t)&path_rows[i] };
	return _cmocka_run_group_tests("rib", tests, n, NULL, NULL);
}
