/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * topo_test.c - relationships and their conflicts, neighbours, clique, cones,
 * organisations.
 *
 *      1 ----- 2          clique 1, 2 (peers)
 *     / \     / \
 *    11  12--21  22       12-21 peers; 12 and 13 one organisation
 *    |   | \ |   |
 *   111 112 113  221      113 has two providers
 */
#include "topo/topo_test.h"

#include <stdio.h>
#include <stdlib.h>

static const struct topo_text texts[] = {
	{ TOPO_AS_REL,
	    "# input clique: 1 2\n# IXP ASes: 900 901\n"
	    "1|2|0\n1|11|-1\n1|12|-1\n2|21|-1\n2|22|-1\n12|21|0\n"
	    "11|111|-1\n12|112|-1\n12|113|-1\n21|113|-1\n22|221|-1\n" },
	{ TOPO_AS_REL, "1|11|-1|bgp\n"  /* the same again */
		       "11|1|-1|bgp\n"  /* and turned: sibling */
		       "21|113|0|mlp\n" /* p2c beats p2p */
		       "112|12|0|mlp\n" /* from the other end */
		       "22|23|1\n" },
	{ TOPO_AS_ORG, "# format:org_id|changed|org_name|country|source\n"
		       "ORG-A|20190101|Old name|DE|RIPE\n"
		       "ORG-A|20200101|New name|DE|RIPE\n"
		       "ORG-B|20200101|Bee|US|ARIN\n"
		       "# format:aut|changed|aut_name|org_id|opaque_id|source\n"
		       "12|20200101|TWELVE|ORG-A|x|RIPE\n"
		       "13|20200101|THIRTEEN|ORG-A|x|RIPE\n"
		       "22|20180101|OLD|ORG-A|x|RIPE\n"
		       "22|20200101|TWENTYTWO|ORG-B|x|ARIN\n"
		       "112|20200101|LOST|ORG-GONE|x|RIPE\n"
		       "113|20200101|NONE||x|RIPE\n" },
	{ TOPO_PPDC, "1 1 11 12\n11 11 111\n" },
};

static struct topo_fixture fix;

static int
setup(void **state)
{
	(void)state;
	fix = open_texts(texts, COUNT(texts));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	close_texts(&fix);
	return 0;
}

static struct rel_case {
	const char *why;
	uint32_t x, y;
	enum topo_rel relation, link;
} rels[] = {
	{ "peers", 1, 2, TOPO_P2P, TOPO_P2P },
	{ "provider to customer", 1, 12, TOPO_P2C, TOPO_P2C },
	{ "customer to provider", 12, 1, TOPO_C2P, TOPO_C2P },
	{ "p2c both ways: sibling", 1, 11, TOPO_SIBLING, TOPO_SIBLING },
	{ "p2c beats p2p", 21, 113, TOPO_P2C, TOPO_P2C },
	{ "p2c beats p2p, seen from below", 112, 12, TOPO_C2P, TOPO_C2P },
	{ "labelled sibling", 23, 22, TOPO_SIBLING, TOPO_SIBLING },
	{ "one organisation without a link", 12, 13, TOPO_SIBLING,
	    TOPO_UNKNOWN },
	{ "newest organisation counts", 12, 22, TOPO_UNKNOWN, TOPO_UNKNOWN },
	{ "both without an organisation are no siblings", 113, 21, TOPO_C2P,
	    TOPO_C2P },
	{ "no link", 111, 221, TOPO_UNKNOWN, TOPO_UNKNOWN },
	{ "unknown AS", 1, 77777, TOPO_UNKNOWN, TOPO_UNKNOWN },
	{ "unknown ASes", 77777, 88888, TOPO_UNKNOWN, TOPO_UNKNOWN },
};

static void
test_relation(void **state)
{
	const struct rel_case *c = *state;

	assert_string_equal(topo_rel_name(topo_relation(fix.t, c->x, c->y)),
	    topo_rel_name(c->relation));
	assert_string_equal(topo_rel_name(topo_link(fix.t, c->x, c->y)),
	    topo_rel_name(c->link));
}

/* --- cones ------------------------------------------------------------- */

static struct cone_case {
	const char *why;
	uint32_t a, o;
	uint32_t size; /* of a */
	bool in;
	uint32_t observed;
	bool in_observed;
} cones[] = {
	{ "cone: itself", 12, 12, 3, true, 0, false },
	{ "cone: direct customer", 12, 112, 3, true, 0, false },
	{ "cone: over two links", 1, 113, 4, true, 3, false },
	{ "cone: siblings and peers do not count", 1, 111, 4, false, 3, false },
	{ "cone: observed row", 1, 11, 4, false, 3, true },
	{ "cone: observed 11", 11, 111, 2, true, 2, true },
	{ "cone: of a stub", 221, 221, 1, true, 0, false },
	{ "cone: not upwards", 113, 12, 1, false, 0, false },
	{ "cone: no link at all", 13, 13, 0, false, 0, false },
	{ "cone: not in the graph", 77777, 77777, 0, false, 0, false },
};

static void
test_cone(void **state)
{
	const struct cone_case *c = *state;

	assert_int_equal(topo_cone_size(fix.t, c->a), c->size);
	assert_int_equal(topo_in_cone(fix.t, c->a, c->o), c->in);
	assert_int_equal(topo_observed_cone_size(fix.t, c->a), c->observed);
	assert_int_equal(topo_in_observed_cone(fix.t, c->a, c->o),
	    c->in_observed);
}

/* --- the rest ---------------------------------------------------------- */

static void
expect_list(struct topo_list l, const char *want)
{
	char got[100] = "";
	size_t n = 0;

	for (size_t i = 0; i < l.n; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%u",
		    i > 0 ? " " : "", topo_list_asn(fix.t, l, i));
	assert_string_equal(got, want);
	assert_int_equal(topo_list_asn(fix.t, l, l.n), 0);
}

static void
test_neighbors(void **state)
{
	(void)state;
	expect_list(topo_providers(fix.t, 113), "12 21");
	expect_list(topo_customers(fix.t, 12), "112 113");
	expect_list(topo_customers(fix.t, 2), "21 22");
	expect_list(topo_peers(fix.t, 12), "21");
	expect_list(topo_siblings(fix.t, 1), "11");
	expect_list(topo_providers(fix.t, 1), "");
	expect_list(topo_providers(fix.t, 77777), "");
}

static void
test_counts(void **state)
{
	struct topo_counts c = topo_counts(fix.t);

	(void)state;
	assert_int_equal(c.ases, 11);
	assert_int_equal(c.p2c, 8);
	assert_int_equal(c.p2p, 2);
	assert_int_equal(c.sibling, 2);
	assert_int_equal(c.conflicts, 3);
	assert_int_equal(c.clique, 2);
	assert_int_equal(c.route_servers, 2);
	assert_int_equal(c.organisations, 3);
	assert_int_equal(c.organised, 4);
	assert_int_equal(c.observed_cones, 2);
	assert_false(c.clique_inferred);
}

static void
test_marks(void **state)
{
	uint32_t asn, n = 0, last = 0;

	(void)state;
	assert_true(topo_in_clique(fix.t, 1));
	assert_false(topo_in_clique(fix.t, 11));
	assert_true(topo_is_route_server(fix.t, 901));
	assert_false(topo_is_route_server(fix.t, 902));
	assert_true(topo_is_stub(fix.t, 113));
	assert_false(topo_is_stub(fix.t, 12));
	assert_false(topo_is_stub(fix.t, 13));
	assert_true(topo_knows(fix.t, 12));
	assert_false(topo_knows(fix.t, 13));
	for (; topo_as(fix.t, n, &asn); n++) {
		assert_true(asn > last);
		last = asn;
	}
	assert_int_equal(n, 12);
}

static void
test_organisations(void **state)
{
	struct topo_org o;

	(void)state;
	assert_true(topo_org(fix.t, 12, &o));
	assert_string_equal(o.id, "ORG-A");
	assert_string_equal(o.name, "New name");
	assert_string_equal(o.country, "DE");
	assert_string_equal(o.source, "RIPE");
	assert_true(topo_org(fix.t, 22, &o));
	assert_string_equal(o.name, "Bee");
	assert_true(topo_org(fix.t, 112, &o));
	assert_string_equal(o.id, "ORG-GONE");
	assert_string_equal(o.name, "");
	assert_false(topo_org(fix.t, 113, &o));
	assert_false(topo_org(fix.t, 1, &o));
	assert_string_equal(topo_as_name(fix.t, 22), "TWENTYTWO");
	assert_string_equal(topo_as_name(fix.t, 1), "");
	assert_true(topo_same_org(fix.t, 12, 13));
	assert_false(topo_same_org(fix.t, 12, 22));
	assert_false(topo_same_org(fix.t, 113, 1));
}

/* Nobody names a clique: 1, 2, 3 are transit-free and peers; 4 is
 * transit-free but peers with one of them only; 5 has no customer. */
static void
test_clique_inferred(void **state)
{
	const struct topo_text one = { TOPO_AS_REL,
		"1|2|0\n1|3|0\n2|3|0\n1|4|0\n1|5|0\n2|5|0\n3|5|0\n"
		"1|10|-1\n1|11|-1\n2|11|-1\n3|12|-1\n4|13|-1\n" };
	struct topo_fixture f = open_texts(&one, 1);
	static const uint32_t in[] = { 1, 2, 3 }, out[] = { 4, 5, 10, 13 };

	(void)state;
	assert_true(topo_counts(f.t).clique_inferred);
	assert_int_equal(topo_counts(f.t).clique, 3);
	for (size_t i = 0; i < COUNT(in); i++)
		assert_true(topo_in_clique(f.t, in[i]));
	for (size_t i = 0; i < COUNT(out); i++)
		assert_false(topo_in_clique(f.t, out[i]));
	close_texts(&f);
}

/* A cycle of providers ends; all are in all cones. */
static void
test_cone_cycle(void **state)
{
	const struct topo_text one = { TOPO_AS_REL,
		"1|2|-1\n2|3|-1\n3|1|-1\n3|4|-1\n" };
	struct topo_fixture f = open_texts(&one, 1);

	(void)state;
	assert_int_equal(topo_cone_size(f.t, 1), 4);
	assert_int_equal(topo_cone_size(f.t, 3), 4);
	assert_true(topo_in_cone(f.t, 2, 1));
	assert_true(topo_in_cone(f.t, 1, 4));
	assert_false(topo_in_cone(f.t, 4, 1));
	close_texts(&f);
}

/* More ancestors than the set on the stack holds. */
static void
test_cone_long_chain(void **state)
{
	const uint32_t n = 9000;
	char *text = malloc(n * 24), *p = text;
	struct topo_text one = { TOPO_AS_REL, text };
	struct topo_fixture f;

	(void)state;
	assert_non_null(text);
	for (uint32_t i = 1; i < n; i++)
		p += snprintf(p, 24, "%u|%u|-1\n", i, i + 1);
	f = open_texts(&one, 1);
	assert_int_equal(topo_cone_size(f.t, 1), n);
	assert_true(topo_in_cone(f.t, 1, n));
	assert_false(topo_in_cone(f.t, n, 1));
	close_texts(&f);
	free(text);
}

static void
test_input_order_is_no_matter(void **state)
{
	static const char *const parts[] = { "topo.head@0", "topo.as@0",
		"topo.hx@0", "topo.nb@0", "topo.rs@0", "topo.pc@0", "topo.pm@0",
		"topo.org@0", "topo.txt@0" };
	struct topo_text turned[COUNT(texts)];
	struct topo_fixture f;
	struct sect_source a, b;
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		turned[i] = texts[COUNT(texts) - 1 - i];
	f = open_texts(turned, COUNT(turned));
	a = sect_mem_source(fix.mem);
	b = sect_mem_source(f.mem);
	for (size_t i = 0; i < COUNT(parts); i++) {
		const void *x, *y;
		size_t n, m;

		assert_int_equal(a.get(a.ctx, parts[i], &x, &n, &err), 1);
		assert_int_equal(b.get(b.ctx, parts[i], &y, &m, &err), 1);
		assert_int_equal(n, m);
		assert_memory_equal(x, y, n);
	}
	close_texts(&f);
}

static void
test_absent_is_null(void **state)
{
	struct sect_mem *mem = sect_mem_new();
	struct sect_source src = sect_mem_source(mem);
	struct topo *t = (struct topo *)(uintptr_t)8;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(topo_open(&src, "@0", &t, &err), 0);
	assert_null(t);
	sect_mem_free(mem);
}

#define OTHERS 9

int
main(void)
{
	struct CMUnitTest tests[COUNT(rels) + COUNT(cones) + OTHERS] = {
		cmocka_unit_test(test_neighbors),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_organisations),
		cmocka_unit_test(test_clique_inferred),
		cmocka_unit_test(test_cone_cycle),
		cmocka_unit_test(test_cone_long_chain),
		cmocka_unit_test(test_input_order_is_no_matter),
		cmocka_unit_test(test_absent_is_null),
	};
	size_t n = OTHERS;

	for (size_t i = 0; i < COUNT(rels); i++)
		tests[n++] = (struct CMUnitTest){ rels[i].why, test_relation,
			NULL, NULL, &rels[i] };
	for (size_t i = 0; i < COUNT(cones); i++)
		tests[n++] = (struct CMUnitTest){ cones[i].why, test_cone, NULL,
			NULL, &cones[i] };
	return cmocka_run_group_tests_name("topo", tests, setup, teardown);
}
