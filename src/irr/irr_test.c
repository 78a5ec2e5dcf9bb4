/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irr_test.c - verdicts of route objects, union of inputs, hiding, and that a
 * damaged table is read without harm.
 */
#include "irr/irr_test.h"

#include <stdio.h>
#include <stdlib.h>

#define OLD "created: 2010-01-01T00:00:00Z\n"
#define NEW \
	"created: 2022-07-30T00:00:00Z\nlast-modified: 2022-08-15T00:00:00Z\n"

static const char *const texts[] = {
	"route: 10.0.0.0/8\norigin: AS1\nmnt-by: M-ONE, M-TWO\n" OLD
	"source: RIPE\n\n"
	"route: 10.0.0.0/8\norigin: AS2\n" OLD "source: RADB\n\n"
	"route: 10.1.0.0/16\norigin: AS3\n" OLD "source: ALTDB\n\n"
	"route: 10.1.0.0/16\norigin: AS4\n" NEW "source: ALTDB\n\n"
	"route: 10.1.0.0/16\norigin: AS5\n" NEW "source: APNIC\n\n"
	"route: 10.2.0.0/16\norigin: AS6\nsource: LEVEL3\n\n"
	"route: 10.3.0.0/16\norigin: AS7\n" OLD "source: RIPE-NONAUTH\n\n",
	"route: 10.3.0.0/16\norigin: AS7\n" OLD "source: JPIRR\n\n"
	"route: 11.0.0.0/8\norigin: AS9\n" OLD "source: RIPE\n\n"
	"route: 12.0.0.0/8\norigin: AS10\n" NEW "source: RADB\n\n"
	"route6: 2001:db8::/32\norigin: AS8\n" OLD "source: ARIN\n\n"
	"route: 10.1.0.0/16\norigin: AS3\nmnt-by: M-LATE\n"
	"created: 2010-01-01T00:00:00Z\nlast-modified: 2021-01-01T00:00:00Z\n"
	"source: ALTDB\n",
};

static struct check_case {
	const char *why, *prefix;
	uint32_t origin;
	const char *moment; /* NULL = none */
	enum irr_verdict want;
	const char *source;
	uint32_t objects, fresh;
} cases[] = {
	{ "exact-A", "10.0.0.0/8", 1, "2022-08-17", IRR_EXACT_A, "RIPE", 2, 0 },
	{ "exact-B", "10.0.0.0/8", 2, "2022-08-17", IRR_EXACT_B, "RADB", 2, 0 },
	{ "A before B for one origin", "10.3.0.0/16", 7, "2022-08-17",
	    IRR_EXACT_A, "JPIRR", 4, 0 },
	{ "covering-A", "10.9.0.0/16", 1, "2022-08-17", IRR_COVERING_A, "RIPE",
	    2, 0 },
	{ "covering-B", "10.9.0.0/16", 2, "2022-08-17", IRR_COVERING_B, "RADB",
	    2, 0 },
	{ "exact-B before covering-A", "10.1.0.0/16", 3, "2022-08-17",
	    IRR_EXACT_B, "ALTDB", 5, 1 },
	{ "covering-A passes other origins on the way", "10.1.0.0/16", 1,
	    "2022-08-17", IRR_COVERING_A, "RIPE", 5, 1 },
	{ "other origin: most specific, class A first", "10.1.0.0/16", 99,
	    "2022-08-17", IRR_OTHER, "APNIC", 5, 1 },
	{ "a young class B object counts as nothing", "10.1.0.0/16", 4,
	    "2022-08-17", IRR_OTHER, "APNIC", 5, 1 },
	{ "29 days are young, whatever was edited since", "10.1.0.0/16", 4,
	    "2022-08-28", IRR_OTHER, "APNIC", 5, 1 },
	{ "30 days are not", "10.1.0.0/16", 4, "2022-08-29", IRR_EXACT_B,
	    "ALTDB", 5, 0 },
	{ "no moment, no age", "10.1.0.0/16", 4, NULL, IRR_EXACT_B, "ALTDB", 5,
	    0 },
	{ "a young class A object counts", "10.1.0.0/16", 5, "2022-08-17",
	    IRR_EXACT_A, "APNIC", 5, 1 },
	{ "an object without a date counts", "10.2.0.0/16", 6, "2022-08-17",
	    IRR_EXACT_B, "LEVEL3", 3, 0 },
	{ "nothing", "172.20.0.0/16", 1, "2022-08-17", IRR_NO_OBJECT, "", 0,
	    0 },
	{ "a more specific object does not cover", "10.0.0.0/7", 1,
	    "2022-08-17", IRR_NO_OBJECT, "", 0, 0 },
	{ "only a young class B object: as if there were none", "12.0.0.0/8",
	    10, "2022-08-17", IRR_NO_OBJECT, "", 1, 1 },
	{ "IPv6 covering", "2001:db8:1::/48", 8, "2022-08-17", IRR_COVERING_A,
	    "ARIN", 1, 0 },
	{ "an object of another origin alone", "11.0.0.0/8", 1, "2022-08-17",
	    IRR_OTHER, "RIPE", 1, 0 },
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

static void
test_check(void **state)
{
	const struct check_case *c = *state;
	struct prefix p = pfx(c->prefix);
	struct irr_match m;

	irr_check(fix.irr, &p, c->origin,
	    c->moment == NULL ? TIME_NONE : when(c->moment), &m);
	assert_string_equal(irr_verdict_name(m.verdict),
	    irr_verdict_name(c->want));
	assert_string_equal(m.object.source, c->source);
	assert_int_equal(m.objects, c->objects);
	assert_int_equal(m.fresh, c->fresh);
	assert_int_equal(m.hidden, 0);
}

static void
test_match_details(void **state)
{
	struct prefix p = pfx("10.0.0.0/8");
	struct irr_match m;

	(void)state;
	irr_check(fix.irr, &p, 1, when("2010-01-11"), &m);
	assert_true(m.age_us == 10 * TIME_DAY);
	assert_false(m.later);
	assert_false(m.other_a);
	assert_string_equal(m.object.mnt_by, "M-ONE");
	irr_check(fix.irr, &p, 2, when("2020-01-11"), &m);
	assert_true(m.other_a);
	irr_check(fix.irr, &p, 1, when("2009-12-31"), &m);
	assert_true(m.later);
	assert_int_equal(m.verdict, IRR_EXACT_A);
}

static void
test_newest_of_doubles(void **state)
{
	struct prefix p = pfx("10.1.0.0/16");
	struct irr_match m;

	(void)state;
	irr_check(fix.irr, &p, 3, TIME_NONE, &m);
	assert_string_equal(m.object.mnt_by, "M-LATE");
	assert_int_equal(irr_counts(fix.irr).routes, 11);
}

struct seen {
	char text[400];
};

static bool
note(void *ctx, const struct irr_route *r)
{
	struct seen *s = ctx;
	char p[PREFIX_TEXT_MAX];
	size_t n = strlen(s->text);

	prefix_format(p, &r->prefix);
	snprintf(s->text + n, sizeof(s->text) - n, "%s%s %u %s",
	    n > 0 ? "; " : "", p, r->origin, r->source);
	return true;
}

static void
test_lists(void **state)
{
	struct prefix p = pfx("10.3.0.0/16"), ten = pfx("10.2.0.0/15");
	struct seen s = { "" };

	(void)state;
	irr_covering(fix.irr, &p, note, &s);
	assert_string_equal(s.text,
	    "10.3.0.0/16 7 JPIRR; 10.3.0.0/16 7 RIPE-NONAUTH; "
	    "10.0.0.0/8 1 RIPE; 10.0.0.0/8 2 RADB");
	s.text[0] = '\0';
	irr_covered(fix.irr, &ten, note, &s);
	assert_string_equal(s.text,
	    "10.2.0.0/16 6 LEVEL3; 10.3.0.0/16 7 JPIRR; "
	    "10.3.0.0/16 7 RIPE-NONAUTH");
	s.text[0] = '\0';
	irr_of_origin(fix.irr, 7, note, &s);
	assert_string_equal(s.text,
	    "10.3.0.0/16 7 JPIRR; 10.3.0.0/16 7 RIPE-NONAUTH");
	s.text[0] = '\0';
	irr_of_origin(fix.irr, 77, note, &s);
	assert_string_equal(s.text, "");
}

static void
test_sources(void **state)
{
	static const char *const want[] = { "APNIC", "ARIN", "JPIRR", "RIPE",
		"ALTDB", "LEVEL3", "RADB", "RIPE-NONAUTH" };
	struct irr_source s;

	(void)state;
	for (uint32_t i = 0; i < COUNT(want); i++) {
		assert_true(irr_source(fix.irr, i, &s));
		assert_string_equal(s.name, want[i]);
		assert_int_equal(s.class, i < 4 ? IRR_CLASS_A : IRR_CLASS_B);
		assert_int_equal(s.rir, i < 4 && i != 2);
	}
	assert_false(irr_source(fix.irr, COUNT(want), &s));
	assert_true(irr_source(fix.irr, 4, &s));
	assert_int_equal(s.routes, 2);
	assert_true(s.newest_us == when("2022-08-15"));
}

static bool
hide_as1(void *ctx, const struct prefix *p, uint32_t origin)
{
	int *asked = ctx;

	(void)p;
	++*asked;
	return origin == 1;
}

static void
test_hidden(void **state)
{
	int asked = 0;
	struct irr_hide hide = { hide_as1, &asked };
	struct irr_fixture f = open_texts(texts, COUNT(texts), &hide);
	struct prefix p = pfx("10.0.0.0/8");
	struct irr_match m;
	struct seen s = { "" };

	(void)state;
	assert_int_equal(asked, 11);
	assert_int_equal(irr_counts(f.irr).hidden, 1);
	irr_check(f.irr, &p, 1, TIME_NONE, &m);
	assert_int_equal(m.verdict, IRR_OTHER);
	assert_int_equal(m.hidden, 1);
	irr_covering(f.irr, &p, note, &s);
	assert_string_equal(s.text, "10.0.0.0/8 1 RIPE; 10.0.0.0/8 2 RADB");
	close_texts(&f);
}

/* What was not loaded is unknown, not absent. */
static void
test_family_without_objects(void **state)
{
	const char *const four[] = {
		"route: 10.0.0.0/8\norigin: AS1\nsource: RIPE\n"
	};
	struct irr_fixture f = open_texts(four, 1, NULL);
	struct prefix a = pfx("11.0.0.0/8"), b = pfx("2001:db8::/32");
	struct irr_match m;

	(void)state;
	irr_check(f.irr, &a, 1, TIME_NONE, &m);
	assert_int_equal(m.verdict, IRR_NO_OBJECT);
	irr_check(f.irr, &b, 1, TIME_NONE, &m);
	assert_int_equal(m.verdict, IRR_NO_DATA);
	assert_string_equal(irr_verdict_name(m.verdict), "unknown");
	assert_string_equal(m.object.source, "");
	close_texts(&f);
}

/* --- bytes ------------------------------------------------------------- */

static const char *const parts[] = { "irr.head@0", "irr.txt@0", "irr.src@0",
	"irr.at@0", "irr.rt@0", "irr.by@0", "irr.set@0", "irr.mem@0",
	"irr.pfx@0", "irr.as@0" };

static void
test_input_order_is_no_matter(void **state)
{
	const char *const turned[] = { texts[1], texts[0] };
	struct irr_fixture f = open_texts(turned, 2, NULL);
	struct sect_source a = sect_mem_source(fix.mem);
	struct sect_source b = sect_mem_source(f.mem);
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		const void *x, *y;
		size_t n, m;

		assert_int_equal(a.get(a.ctx, parts[i], &x, &n, &err),
		    b.get(b.ctx, parts[i], &y, &m, &err));
		assert_int_equal(n, m);
		assert_true(n == 0 || memcmp(x, y, n) == 0);
	}
	close_texts(&f);
}

static void
test_absent_is_null(void **state)
{
	struct sect_mem *mem = sect_mem_new();
	struct sect_source src = sect_mem_source(mem);
	struct irr *irr = (struct irr *)(uintptr_t)8;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(irr_open(&src, "@0", &irr, &err), 0);
	assert_null(irr);
	sect_mem_free(mem);
}

#define OTHERS 8

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + OTHERS] = {
		cmocka_unit_test(test_match_details),
		cmocka_unit_test(test_newest_of_doubles),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_family_without_objects),
		cmocka_unit_test(test_input_order_is_no_matter),
		cmocka_unit_test(test_absent_is_null),
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[OTHERS + i] = (struct CMUnitTest){ cases[i].why,
			test_check, NULL, NULL, &cases[i] };
	return cmocka_run_group_tests_name("irr", tests, setup, teardown);
}
