/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expand_test.c - set names and operators, members by reference, expansion
 * with its limits, cycles and gaps.
 */
#include "irr/irr_test.h"

#include "irr/input.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const texts[] = {
	/* repeated attributes, commas, blanks, continuation, comments */
	"as-set: AS-TOP\nmembers: AS100, AS101 AS102\nMembers: AS-A # c\n"
	"members:\n AS-B,\n+ AS103\n\tAS-GONE\nsource: RIPE\n\n"
	"as-set: as-a\nmembers: AS200, AS-TOP\nsource: RIPE\n\n"
	"as-set: AS-B\nmembers: AS300, AS-C\nsource: RIPE\n\n"
	"as-set: AS-B\nmembers: AS666\nsource: RADB\n\n"
	"as-set: AS-C\nmembers: AS-SELF\nsource: RIPE\n\n"
	"as-set: AS-SELF\nmembers: AS-SELF, AS400\nsource: RIPE\n\n"
	"as-set: AS-EMPTY\nsource: RIPE\n\n"
	"as-set: AS-ALL\nmembers: AS-ANY, AS7\nsource: RIPE\n\n"
	"as-set: AS-ODD\nmembers: AS0, AS23456, AS64512, AS9, 10.0.0.0/8, "
	"foo!\nsource: RIPE\n\n"
	"as-set: AS-SCOPED\nmembers: AS-B\nsrc-members: RADB::AS-B\n"
	"source: RIPE\n\n"
	"as-set: AS-QUALIFIED\nmembers: RADB::AS-B\nsource: RIPE\n\n"
	"as-set: AS500:AS-CUST:AS-X\nmembers: AS501\nsource: RIPE\n\n"
	"as-set: AS-REF\nmbrs-by-ref: MNT-ONE, MNT-TWO\nsource: RIPE\n\n"
	"as-set: AS-REFANY\nmbrs-by-ref: any\nmembers: AS1\nsource: RIPE\n\n"
	"as-set: AS-NOREF\nsource: RIPE\n\n"
	"aut-num: AS701\nmember-of: AS-REF, AS-REFANY, AS-NOREF\n"
	"mnt-by: mnt-two\nsource: RIPE\n\n"
	"aut-num: AS702\nmember-of: AS-REF\nmnt-by: MNT-OTHER\n"
	"source: RIPE\n\n"
	"aut-num: AS703\nmember-of: AS-REF\nmnt-by: MNT-ONE\nsource: RADB\n\n"
	"aut-num: AS704\nmember-of: AS-REFANY\nmnt-by: X\nsource: RIPE\n\n",
	/* route-sets */
	"route-set: RS-PLAIN\nmembers: 192.0.2.0/24, 198.51.100.0/24^+\n"
	"mp-members: 2001:db8::/32^48\nsource: RIPE\n\n"
	"route-set: RS-OPS\nmembers: RS-PLAIN^26-28\nsource: RIPE\n\n"
	"route-set: RS-MINUS\nmembers: 10.0.0.0/30^-, 10.0.0.0/31^32\n"
	"source: RIPE\n\n"
	"route-set: RS-AS\nmembers: AS800, AS-RT^+\nsource: RIPE\n\n"
	"as-set: AS-RT\nmembers: AS801\nsource: RIPE\n\n"
	"route: 203.0.113.0/24\norigin: AS800\nsource: RIPE\n\n"
	"route: 198.18.0.0/16\norigin: AS801\nsource: RIPE\n\n"
	"route-set: RS-REF\nmbrs-by-ref: MNT-R\nsource: RIPE\n\n"
	"route: 100.64.0.0/24\norigin: AS802\nmember-of: RS-REF\n"
	"mnt-by: MNT-R\nsource: RIPE\n\n"
	"route-set: RS-LOOP\nmembers: RS-LOOP^+, 10.0.0.0/31\nsource: RIPE\n",
};

static struct irr_fixture fix;

static int
setup(void **state)
{
	(void)state;
	fix = open_texts(texts, COUNT(texts), NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	close_texts(&fix);
	return 0;
}

/* "1 2 3 | special | missing | cycles doubled depth any limit" */
static void
show(const struct irr_expansion *x, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n_asns; i++)
		n += (size_t)snprintf(out + n, size - n, "%u ", x->asns[i]);
	for (size_t i = 0; i < x->n_ranges; i++) {
		char p[PREFIX_TEXT_MAX];

		prefix_format(p, &x->ranges[i].prefix);
		n += (size_t)snprintf(out + n, size - n, "%s^%u-%u ", p,
		    x->ranges[i].len_min, x->ranges[i].len_max);
	}
	for (size_t i = 0; i < x->n_special; i++)
		n += (size_t)snprintf(out + n, size - n, "!%u ", x->special[i]);
	for (size_t i = 0; i < x->n_missing; i++)
		n += (size_t)snprintf(out + n, size - n, "?%s<%s ",
		    x->missing[i].name, x->missing[i].in);
	snprintf(out + n, size - n, "c%u d%u s%zu x%u%s%s%s", x->cycles,
	    x->depth, x->n_sets, x->doubled, x->any ? " any" : "",
	    x->limit != NULL ? " " : "", x->limit != NULL ? x->limit : "");
}

static struct expand_case {
	const char *why, *name;
	enum irr_set_kind kind;
	struct irr_limits limits;
	const char *want;
} cases[] = {
	{ "nested, with a cycle, a gap and a double", "AS-TOP", IRR_AS_SET,
	    { 0 }, "100 101 102 103 200 300 400 ?AS-GONE<AS-TOP c2 d4 s5 x1" },
	{ "name in any case", "as-Empty", IRR_AS_SET, { 0 }, "c0 d1 s1 x0" },
	{ "no such set", "AS-NONE", IRR_AS_SET, { 0 },
	    "?AS-NONE< c0 d0 s0 x0" },
	{ "no such source", "NOWHERE::AS-B", IRR_AS_SET, { 0 },
	    "?NOWHERE::AS-B< c0 d0 s0 x0" },
	{ "a set that names itself", "AS-SELF", IRR_AS_SET, { 0 },
	    "400 c1 d1 s1 x0" },
	{ "AS-ANY", "AS-ALL", IRR_AS_SET, { 0 }, "7 c0 d1 s1 x0 any" },
	{ "AS0, AS_TRANS and private left out", "AS-ODD", IRR_AS_SET, { 0 },
	    "9 !0 !23456 !64512 c0 d1 s1 x0" },
	{ "authoritative first", "AS-B", IRR_AS_SET, { 0 },
	    "300 400 c1 d3 s3 x1" },
	{ "one source asked for", "radb::AS-B", IRR_AS_SET, { 0 },
	    "666 c0 d1 s1 x1" },
	{ "src-members stand for members", "AS-SCOPED", IRR_AS_SET, { 0 },
	    "666 c0 d2 s2 x1" },
	{ "a member with its source", "AS-QUALIFIED", IRR_AS_SET, { 0 },
	    "666 c0 d2 s2 x1" },
	{ "a hierarchical name", "as500:as-cust:AS-X", IRR_AS_SET, { 0 },
	    "501 c0 d1 s1 x0" },
	{ "mbrs-by-ref: maintainer and source must fit", "AS-REF", IRR_AS_SET,
	    { 0 }, "701 c0 d1 s1 x0" },
	{ "mbrs-by-ref: ANY", "AS-REFANY", IRR_AS_SET, { 0 },
	    "1 701 704 c0 d1 s1 x0" },
	{ "member-of without mbrs-by-ref", "AS-NOREF", IRR_AS_SET, { 0 },
	    "c0 d1 s1 x0" },
	{ "limit of depth", "AS-TOP", IRR_AS_SET, { .depth = 2 },
	    "100 101 102 103 200 300 ?AS-GONE<AS-TOP c1 d2 s3 x1 depth" },
	{ "limit of sets", "AS-TOP", IRR_AS_SET, { .sets = 2 },
	    "100 101 102 c1 d1 s2 x0 sets" },
	{ "limit of ASNs", "AS-TOP", IRR_AS_SET, { .asns = 3 },
	    "100 101 102 ?AS-GONE<AS-TOP c2 d4 s5 x1 asns" },
	{ "route-set", "RS-PLAIN", IRR_ROUTE_SET, { 0 },
	    "192.0.2.0/24^24-24 198.51.100.0/24^24-32 2001:db8::/32^48-48 "
	    "c0 d1 s1 x0" },
	{ "an operator on a set", "RS-OPS", IRR_ROUTE_SET, { 0 },
	    "192.0.2.0/24^26-28 198.51.100.0/24^26-28 c0 d2 s2 x0" },
	{ "^- and ^n", "RS-MINUS", IRR_ROUTE_SET, { 0 },
	    "10.0.0.0/30^31-32 10.0.0.0/31^32-32 c0 d1 s1 x0" },
	{ "AS numbers and as-sets in a route-set", "RS-AS", IRR_ROUTE_SET,
	    { 0 }, "198.18.0.0/16^16-32 203.0.113.0/24^24-24 c0 d2 s2 x0" },
	{ "routes by reference", "RS-REF", IRR_ROUTE_SET, { 0 },
	    "100.64.0.0/24^24-24 c0 d1 s1 x0" },
	{ "a route-set that names itself", "RS-LOOP", IRR_ROUTE_SET, { 0 },
	    "10.0.0.0/31^31-31 10.0.0.0/31^31-32 c1 d2 s1 x0" },
	{ "limit of prefixes", "RS-PLAIN", IRR_ROUTE_SET, { .prefixes = 2 },
	    "192.0.2.0/24^24-24 198.51.100.0/24^24-32 c0 d1 s1 x0 "
	    "prefixes" },
	{ "an as-set is no route-set", "AS-B", IRR_ROUTE_SET, { 0 },
	    "?AS-B< c0 d0 s0 x0" },
};

static void
test_expand(void **state)
{
	const struct expand_case *c = *state;
	struct irr_expansion x;
	char got[1000];

	irr_expand(fix.irr, c->kind, str_from(c->name), &c->limits, &x);
	show(&x, got, sizeof(got));
	assert_string_equal(got, c->want);
	irr_expansion_fini(&x);
}

/* --- names ------------------------------------------------------------- */

static struct name_case {
	const char *why;
	bool good;
	enum irr_set_kind kind;
} names[] = {
	{ "AS-FOO", true, IRR_AS_SET },
	{ "as-foo_1", true, IRR_AS_SET },
	{ "AS64500:AS-FOO", true, IRR_AS_SET },
	{ "AS-FOO:AS64500:AS-BAR", true, IRR_AS_SET },
	{ "RS-FOO", true, IRR_ROUTE_SET },
	{ "AS1:RS-FOO", true, IRR_ROUTE_SET },
	{ "RIPE::AS-FOO", true, IRR_AS_SET },
	{ "RIPE-NONAUTH::AS1:AS-FOO", true, IRR_AS_SET },
	{ "AS64500", false, IRR_AS_SET },
	{ "AS-", false, IRR_AS_SET },
	{ "FOO", false, IRR_AS_SET },
	{ "AS-FOO:RS-BAR", false, IRR_AS_SET },
	{ "AS-FOO:", false, IRR_AS_SET },
	{ ":AS-FOO", false, IRR_AS_SET },
	{ "::AS-FOO", false, IRR_AS_SET },
	{ "A B::AS-FOO", false, IRR_AS_SET },
	{ "AS-FOO!", false, IRR_AS_SET },
	{ "AS-\xc3\xa9", false, IRR_AS_SET },
};

static void
test_name(void **state)
{
	const struct name_case *c = *state;
	enum irr_set_kind kind = IRR_AS_SET;

	assert_int_equal(irr_is_set_name(str_from(c->why), &kind), c->good);
	if (c->good)
		assert_int_equal(kind, c->kind);
}

/* --- range operators, RFC 2622 section 2 ------------------------------- */

static struct op_case {
	const char *why;
	enum irr_op op;
	uint8_t lo, hi, min, max; /* before */
	bool left;
	uint8_t want_min, want_max;
} ops[] = {
	{ "none", IRR_OP_NONE, 0, 0, 16, 16, true, 16, 16 },
	{ "^+", IRR_OP_PLUS, 0, 0, 16, 16, true, 16, 32 },
	{ "^-", IRR_OP_MINUS, 0, 0, 16, 16, true, 17, 32 },
	{ "^- of a host", IRR_OP_MINUS, 0, 0, 32, 32, false, 0, 0 },
	{ "^24-26", IRR_OP_RANGE, 24, 26, 16, 16, true, 24, 26 },
	{ "^24-26 of ^25", IRR_OP_RANGE, 24, 26, 25, 25, true, 25, 26 },
	{ "^8-12 of a /16", IRR_OP_RANGE, 8, 12, 16, 16, false, 0, 0 },
	{ "^24-33", IRR_OP_RANGE, 24, 33, 16, 16, false, 0, 0 },
	{ "^26-28 of ^20-24", IRR_OP_RANGE, 26, 28, 20, 24, true, 26, 28 },
};

static void
test_op(void **state)
{
	const struct op_case *c = *state;
	uint8_t min = c->min, max = c->max;

	assert_int_equal(irr_op_apply(c->op, c->lo, c->hi, 32, &min, &max),
	    c->left);
	if (c->left) {
		assert_int_equal(min, c->want_min);
		assert_int_equal(max, c->want_max);
	}
}

/* --- more -------------------------------------------------------------- */

static void
test_members(void **state)
{
	struct irr_set s;
	struct irr_member m;
	uint32_t set = irr_set_find(fix.irr, IRR_AS_SET, STR("AS-TOP"));

	(void)state;
	assert_true(irr_set(fix.irr, set, &s));
	assert_string_equal(s.name, "AS-TOP");
	assert_string_equal(s.source, "RIPE");
	assert_int_equal(s.n_members, 7);
	assert_int_equal(s.n_same, 1);
	assert_true(irr_set_member(fix.irr, set, 3, &m));
	assert_int_equal(m.kind, IRR_MEMBER_SET);
	assert_string_equal(m.name, "AS-A");
	assert_int_equal(m.set, irr_set_find(fix.irr, IRR_AS_SET, STR("AS-A")));
	assert_true(irr_set_member(fix.irr, set, 6, &m));
	assert_string_equal(m.name, "AS-GONE");
	assert_int_equal(m.set, IRR_NONE);
	assert_false(irr_set_member(fix.irr, set, 7, &m));
	assert_false(irr_set(fix.irr, IRR_NONE, &s));
	set = irr_set_find(fix.irr, IRR_AS_SET, STR("AS-B"));
	assert_true(irr_set(fix.irr, set, &s));
	assert_int_equal(s.n_same, 2);
	assert_int_equal(s.class, IRR_CLASS_A);
}

static void
test_bad_members_are_counted(void **state)
{
	struct irr_input *in = load_text(texts[0]);

	(void)state;
	assert_int_equal(irr_input_report(in)->bad_members, 2);
	assert_int_equal(irr_input_report(in)->as_sets, 15);
	irr_input_free(in);
}

/* 60,000 sets, each in the next: no stack is used, the limit holds. */
static void
test_long_chain(void **state)
{
	const size_t n = 60000;
	char *text = malloc(n * 64), *p = text;
	const char *const one[] = { text };
	struct irr_limits wide = { .depth = UINT32_MAX };
	struct irr_expansion x;
	struct irr_fixture f;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		p += snprintf(p, 64,
		    "as-set: AS-%zu\nmembers: AS%zu, AS-%zu\nsource: X\n\n", i,
		    i + 1, (i + 1) % n);
	f = open_texts(one, 1, NULL);
	irr_expand(f.irr, IRR_AS_SET, STR("AS-0"), NULL, &x);
	assert_string_equal(x.limit, "depth");
	assert_int_equal(x.n_asns, 64);
	irr_expansion_fini(&x);
	irr_expand(f.irr, IRR_AS_SET, STR("AS-0"), &wide, &x);
	assert_null(x.limit);
	assert_int_equal(x.n_sets, n);
	assert_int_equal(x.cycles, 1);
	assert_int_equal(x.depth, n);
	irr_expansion_fini(&x);
	close_texts(&f);
	free(text);
}

#define OTHERS 3

int
main(void)
{
	struct CMUnitTest
	    tests[COUNT(cases) + COUNT(names) + COUNT(ops) + OTHERS] = {
		    cmocka_unit_test(test_members),
		    cmocka_unit_test(test_bad_members_are_counted),
		    cmocka_unit_test(test_long_chain),
	    };
	size_t n = OTHERS;

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[n++] = (struct CMUnitTest){ cases[i].why, test_expand,
			NULL, NULL, &cases[i] };
	for (size_t i = 0; i < COUNT(names); i++)
		tests[n++] = (struct CMUnitTest){ names[i].why, test_name, NULL,
			NULL, &names[i] };
	for (size_t i = 0; i < COUNT(ops); i++)
		tests[n++] = (struct CMUnitTest){ ops[i].why, test_op, NULL,
			NULL, &ops[i] };
	return cmocka_run_group_tests_name("irr expand", tests, setup,
	    teardown);
}
