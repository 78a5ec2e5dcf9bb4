/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * real_test.c - dumps of real registries, where they are at hand: every object
 * is taken, and numbers counted by other means come out.
 */
#include "irr/irr_test.h"

#include <stdio.h>
#include <stdlib.h>

static char folder[4096];

static struct file_case {
	const char *name;
	uint64_t routes, as_sets, aut_nums, skipped;
	const char *source, *date;
} files[] = {
	{ "AS3257.txt", 0, 0, 1, 0, "RIPE", "2023-07-21T10:03:34Z" },
	{ "TEST.db", 1, 1, 34, 73, "TEST", NULL },
	{ "ripe-nonauth.db.aut-num.gz", 0, 0, 2109, 0, "RIPE-NONAUTH",
	    "2023-11-28T20:03:20Z" },
	{ "ripe-nonauth.db.route.gz", 52082, 0, 0, 0, "RIPE-NONAUTH",
	    "2023-10-10T10:22:24Z" },
	{ "ripe-nonauth.db.route6.gz", 1356, 0, 0, 0, "RIPE-NONAUTH",
	    "2023-09-21T15:33:11Z" },
	{ "ripe.db.as-block.gz", 0, 0, 0, 565, "", NULL },
	{ "ripe.db.as-set.gz", 0, 25174, 0, 0, "RIPE", "2023-11-28T22:35:05Z" },
	{ "ripe.db.filter-set.gz", 0, 0, 0, 170, "", NULL },
};

static struct irr_input *inputs[COUNT(files)];

static void
load_file(size_t i)
{
	char path[4200];
	struct os_stream *s = NULL;
	struct err err = { 0 };

	if (inputs[i] != NULL)
		return;
	snprintf(path, sizeof(path), "%s/irr/%s", folder, files[i].name);
	if (os_stream_open(path, &s, &err) < 0 ||
	    irr_load(s, &inputs[i], &err) < 0)
		fail_msg("%s", err.msg);
	os_stream_close(s);
}

static void
test_file(void **state)
{
	const struct file_case *c = *state;
	size_t i = (size_t)(c - files);
	const struct irr_load_report *r;

	load_file(i);
	r = irr_input_report(inputs[i]);
	if (r->refused > 0)
		fail_msg("%s", r->reasons[0]);
	assert_int_equal(r->routes, c->routes);
	assert_int_equal(r->as_sets, c->as_sets);
	assert_int_equal(r->aut_nums, c->aut_nums);
	assert_int_equal(r->skipped, c->skipped);
	assert_string_equal(r->source, c->source);
	assert_true(
	    r->date_us == (c->date == NULL ? TIME_NONE : when(c->date)));
}

static struct irr_fixture fix;

static void
open_all(void)
{
	struct sect_sink sink;
	struct sect_source src;
	struct err err = { 0 };

	if (fix.irr != NULL)
		return;
	for (size_t i = 0; i < COUNT(files); i++)
		load_file(i);
	fix.mem = sect_mem_new();
	sink = sect_mem_sink(fix.mem);
	src = sect_mem_source(fix.mem);
	if (irr_freeze((const struct irr_input *const *)inputs, COUNT(files),
		NULL, "", &sink, &err) < 0 ||
	    irr_open(&src, "", &fix.irr, &err) < 0)
		fail_msg("%s", err.msg);
}

static void
test_all_together(void **state)
{
	struct irr_counts c;
	struct irr_autnum a;

	(void)state;
	open_all();
	c = irr_counts(fix.irr);
	assert_int_equal(c.routes, 52082 + 1356 + 1);
	assert_int_equal(c.as_sets, 25174 + 1);
	assert_int_equal(c.sources, 3);
	/* counted with grep */
	assert_int_equal(irr_policy(fix.irr, 3257, &a), IRR_YES);
	assert_int_equal(a.imports, 2916 + 1857);
	assert_int_equal(a.exports, 2916 + 1857);
	assert_string_equal(a.as_name, "GTT-BACKBONE");
	assert_int_equal(irr_contact(fix.irr, 3257, true, NULL, NULL), IRR_YES);
}

/* Each route object answers for itself. */
static bool
check_self(void *ctx, const struct irr_route *r)
{
	struct irr_match m;
	uint32_t *n = ctx;

	irr_check(fix.irr, &r->prefix, r->origin, TIME_NONE, &m);
	assert_int_equal(m.verdict,
	    r->class == IRR_CLASS_A ? IRR_EXACT_A : IRR_EXACT_B);
	assert_int_equal(m.object.origin, r->origin);
	++*n;
	return true;
}

static void
test_each_route(void **state)
{
	struct prefix all4 = pfx("0.0.0.0/0"), all6 = pfx("::/0");
	uint32_t n = 0;

	(void)state;
	open_all();
	irr_covered(fix.irr, &all4, check_self, &n);
	irr_covered(fix.irr, &all6, check_self, &n);
	assert_int_equal(n, irr_counts(fix.irr).routes);
}

/* A set holds what each of its nested sets holds. */
static void
expect_contains(const struct irr_expansion *big, struct str name)
{
	struct irr_expansion x;
	size_t k = 0;

	irr_expand(fix.irr, IRR_AS_SET, name, NULL, &x);
	for (size_t i = 0; i < x.n_asns; i++) {
		while (k < big->n_asns && big->asns[k] < x.asns[i])
			k++;
		if (k == big->n_asns || big->asns[k] != x.asns[i])
			fail_msg("AS%u of %.*s is lost", x.asns[i], (int)name.n,
			    name.p);
	}
	irr_expansion_fini(&x);
}

static void
test_expand_all(void **state)
{
	struct irr_expansion x;
	struct irr_member m;
	struct irr_set s;
	size_t largest = 0;

	(void)state;
	open_all();
	for (uint32_t i = 0; irr_set(fix.irr, i, &s); i++) {
		if (s.kind != IRR_AS_SET || i % 8 != 0)
			continue;
		irr_expand(fix.irr, IRR_AS_SET, str_from(s.name), NULL, &x);
		/* Somebody nested 300 sets to see what tools do with them. */
		if (str_starts(str_from(s.name), "AS15562:AS-LEVEL"))
			assert_true(x.limit == NULL || x.depth == 64);
		else
			assert_null(x.limit);
		assert_true(x.n_sets >= 1);
		largest = x.n_asns > largest ? x.n_asns : largest;
		for (uint32_t k = 0; i % 64 == 0 && k < s.n_members; k++)
			if (irr_set_member(fix.irr, i, k, &m) &&
			    m.kind == IRR_MEMBER_SET && m.set != IRR_NONE)
				expect_contains(&x, str_from(m.name));
		irr_expansion_fini(&x);
	}
	assert_true(largest > 10000);
}

static bool
find_data(void)
{
	const char *env = getenv("COMITY_TEST_DATA");
	const char *root = getenv("COMITY_ROOT");
	char probe[4200];

	if (env != NULL)
		snprintf(folder, sizeof(folder), "%s", env);
	else
		snprintf(folder, sizeof(folder), "%s/../shared/data",
		    root != NULL ? root : ".");
	snprintf(probe, sizeof(probe), "%s/irr", folder);
	return os_is_dir(probe);
}

#define OTHERS 3

int
main(void)
{
	struct CMUnitTest tests[COUNT(files) + OTHERS];
	size_t n = 0;
	int rc;

	for (; n < COUNT(files); n++)
		tests[n] = (struct CMUnitTest){ files[n].name, test_file, NULL,
			NULL, &files[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_all_together);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_each_route);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_expand_all);
	if (!find_data()) {
		printf("1..%zu\n", n);
		for (size_t i = 0; i < n; i++)
			printf("ok %zu - %s # SKIP no %s/irr\n", i + 1,
			    tests[i].name, folder);
		return 0;
	}
	rc = cmocka_run_group_tests_name("irr real", tests, NULL, NULL);
	for (size_t i = 0; i < COUNT(files); i++)
		irr_input_free(inputs[i]);
	close_texts(&fix);
	return rc;
}
