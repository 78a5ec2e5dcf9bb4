/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path_test.c - RFC 7908 types and clique gaps over one small Internet.
 *
 * Clique 10, 20, 30.  Providers of x have smaller numbers:
 * 10 > 101 > 1011, 20 > 201 > 2011, 30 > 301; 101-201 and 201-301 peers;
 * 150 buys from 10 and 20.  15 is a sibling of 10, 205 of 201 (by a link).
 * 900 is a route server.
 */
#include "topo/topo_test.h"

#include <stdio.h>
#include <stdlib.h>

static const struct topo_text texts[] = {
	{ TOPO_AS_REL,
	    "# input clique: 10 20 30\n# IXP ASes: 900\n"
	    "10|20|0\n10|30|0\n20|30|0\n10|101|-1\n101|1011|-1\n20|201|-1\n"
	    "201|2011|-1\n30|301|-1\n101|201|0\n201|301|0\n10|150|-1\n"
	    "20|150|-1\n201|205|1\n30|205|-1\n15|151|-1\n" },
	{ TOPO_AS_ORG,
	    "# format:aut|changed|aut_name|org_id|opaque_id|source\n"
	    "10|20200101|TEN|ORG-TEN|x|X\n15|20200101|TEN-B|ORG-TEN|x|X\n" },
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

static size_t
path_parse(const char *text, uint32_t *out, size_t max)
{
	struct str rest = str_from(text), word;
	size_t n = 0;

	while (n < max && str_word(&rest, &word))
		assert_true(text_parse_u32(word, &out[n++]));
	return n;
}

/* "type a b c certain" or "-", then unknown and sibling hops. */
static void
show_valley(const struct topo_valley *v, char *out, size_t size)
{
	if (!v->judged)
		snprintf(out, size, "none");
	else if (v->violation)
		snprintf(out, size, "%d %u-%u-%u %s>%s %s u%u s%u", v->type,
		    v->a, v->b, v->c, topo_rel_name(v->to_a),
		    topo_rel_name(v->to_c), v->certain ? "certain" : "vague",
		    v->unknown, v->siblings);
	else
		snprintf(out, size, "ok u%u s%u", v->unknown, v->siblings);
}

static struct valley_case {
	const char *why, *path, *want;
} valleys[] = {
	{ "empty path", "", "none" },
	{ "one hop", "1011", "ok u0 s0" },
	{ "up, over the top, down", "2011 201 20 10 101 1011", "ok u0 s0" },
	{ "up, peer, down", "2011 201 101 1011", "ok u0 s0" },
	{ "down only", "2011 201 20", "ok u0 s0" },
	{ "up only", "10 101 1011", "ok u0 s0" },
	{ "type 1: provider to provider", "20 150 10 101 1011",
	    "1 20-150-10 c2p>c2p certain u0 s0" },
	{ "type 2: peer to peer", "301 201 101 1011",
	    "2 301-201-101 p2p>p2p certain u0 s0" },
	{ "type 3: provider to peer", "101 201 20 30 301",
	    "3 101-201-20 p2p>c2p certain u0 s0" },
	{ "type 4: peer to provider", "20 201 101 1011",
	    "4 20-201-101 c2p>p2p certain u0 s0" },
	{ "first violation, from the origin", "301 201 101 10 150 20",
	    "1 10-150-20 c2p>c2p certain u0 s0" },
	{ "prepends do not matter", "20 20 150 150 150 10 10 101 101 1011",
	    "1 20-150-10 c2p>c2p certain u0 s0" },
	{ "a sibling keeps the state", "30 205 201 101 1011",
	    "4 30-205-101 c2p>p2p certain u0 s1" },
	{ "sibling by organisation", "15 10 101 1011", "ok u0 s1" },
	{ "an unknown hop keeps the state", "20 201 7 101 1011", "ok u2 s0" },
	{ "a violation behind an unknown hop is vague", "20 150 7 101 10 301",
	    "1 20-150-10 c2p>c2p vague u3 s0" },
	{ "an unknown hop before the state is set does no harm",
	    "20 150 10 7 8", "1 20-150-10 c2p>c2p certain u2 s0" },
	{ "an unknown hop further down does no harm", "20 150 10 30 7",
	    "1 20-150-10 c2p>c2p certain u1 s0" },
	{ "a route server is transparent", "2011 201 900 101 1011",
	    "ok u0 s0" },
	{ "who meets at a route server peers", "150 900 101 1011", "ok u1 s0" },
	{ "a leak behind a guessed peering is vague", "20 150 900 101 1011",
	    "4 20-150-101 c2p>p2p vague u1 s0" },
	{ "a guessed peering is a vague leak", "150 900 201 20",
	    "3 150-201-20 p2p>c2p vague u1 s0" },
	{ "loop", "10 101 10 1011", "none" },
	{ "unknown everywhere", "1 2 3 4", "ok u3 s0" },
};

static void
test_valley(void **state)
{
	const struct valley_case *c = *state;
	uint32_t path[32];
	size_t n = path_parse(c->path, path, COUNT(path));
	struct topo_valley v = topo_valley(fix.t, path, n);
	char got[200];

	show_valley(&v, got, sizeof(got));
	assert_string_equal(got, c->want);
}

static struct gap_case {
	const char *why, *path, *want;
} gaps[] = {
	{ "gap: none, direct", "2011 201 20 10 101 1011", "-" },
	{ "gap: one member only", "20 201", "-" },
	{ "gap: no member", "201 101 1011", "-" },
	{ "gap: one network between", "20 150 10 101", "20<150<10 n1 at1" },
	{ "gap: two between", "20 201 101 10 1011", "20<201<10 n2 at1" },
	{ "gap: unknown networks count", "30 7 20", "30<7<20 n1 at1" },
	{ "gap: prepends between", "20 150 150 150 10", "20<150<10 n1 at1" },
	{ "gap: index counts what was given", "1 20 20 20 150 10",
	    "20<150<10 n1 at4" },
	{ "gap: a sibling of a member is no gap", "20 15 10", "-" },
	{ "gap: a sibling beside an outsider", "20 15 150 10",
	    "20<150<10 n1 at2" },
	{ "gap: a route server is no gap", "20 900 10", "-" },
	{ "gap: three members in a row", "30 20 10 101", "-" },
	{ "gap: nearest the origin", "30 150 20 7 10", "20<7<10 n1 at3" },
	{ "gap: loop has no verdict", "20 150 10 150", "none" },
	{ "gap: empty has no verdict", "", "none" },
};

static void
test_gap(void **state)
{
	const struct gap_case *c = *state;
	uint32_t path[32];
	size_t n = path_parse(c->path, path, COUNT(path));
	struct topo_gap g = topo_clique_gap(fix.t, path, n);
	char got[100] = "-";

	if (!g.judged)
		snprintf(got, sizeof(got), "none");
	else if (g.gap)
		snprintf(got, sizeof(got), "%u<%u<%u n%u at%u", g.left,
		    g.leaker, g.right, g.between, g.at);
	assert_string_equal(got, c->want);
}

/* Longer than TOPO_PATH_MAX, with and without prepends. */
static void
test_long_paths(void **state)
{
	uint32_t path[TOPO_PATH_MAX + 1];

	(void)state;
	for (uint32_t i = 0; i < COUNT(path); i++)
		path[i] = 100000 + i;
	assert_true(topo_valley(fix.t, path, TOPO_PATH_MAX).judged);
	assert_false(topo_valley(fix.t, path, TOPO_PATH_MAX + 1).judged);
	assert_false(topo_clique_gap(fix.t, path, TOPO_PATH_MAX + 1).judged);
	for (uint32_t i = 0; i < COUNT(path); i++)
		path[i] = 10;
	assert_true(topo_valley(fix.t, path, TOPO_PATH_MAX + 1).judged);
}

#define OTHERS 1

int
main(void)
{
	struct CMUnitTest tests[COUNT(valleys) + COUNT(gaps) + OTHERS] = {
		cmocka_unit_test(test_long_paths),
	};
	size_t n = OTHERS;

	for (size_t i = 0; i < COUNT(valleys); i++)
		tests[n++] = (struct CMUnitTest){ valleys[i].why, test_valley,
			NULL, NULL, &valleys[i] };
	for (size_t i = 0; i < COUNT(gaps); i++)
		tests[n++] = (struct CMUnitTest){ gaps[i].why, test_gap, NULL,
			NULL, &gaps[i] };
	return cmocka_run_group_tests_name("topo path", tests, setup, teardown);
}
