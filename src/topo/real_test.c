/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * real_test.c - CAIDA's files, where they are at hand.
 *
 * What can be compared of 20160101: ppdc-ases are cones *observed* on paths
 * behind a provider or peer, ours are the closure over p2c links.  Every
 * observed cone must lie inside ours, and where no path is missing (most ASes:
 * stubs and small cones) both are equal.  Sizes of large cones are not
 * comparable: the closure is an upper bound.
 */
#include "topo/topo_test.h"

#include <stdio.h>
#include <stdlib.h>

static char folder[4096];

static struct file_case {
	const char *name;
	enum topo_kind kind;
	uint64_t taken;
	const char *date;
} files[] = {
	{ "20160101.as-rel.txt", TOPO_AS_REL, 210412, "20160101" },
	{ "20160101.ppdc-ases.txt", TOPO_PPDC, 52838, NULL },
	{ "20220301.as-rel.txt.bz2", TOPO_AS_REL, 418744, "20220301" },
	{ "20220401.as-org2info.txt.gz", TOPO_AS_ORG, 199888, "20220401" },
};

static struct topo_input *
load_file(const struct file_case *c)
{
	char path[4200];
	struct os_stream *s = NULL;
	struct topo_input *in = NULL;
	struct err err = { 0 };

	snprintf(path, sizeof(path), "%s/topology/%s", folder, c->name);
	if (os_stream_open(path, &s, &err) < 0 ||
	    topo_load(s, c->kind, &in, &err) < 0)
		fail_msg("%s", err.msg);
	os_stream_close(s);
	return in;
}

static void
test_file(void **state)
{
	const struct file_case *c = *state;
	struct topo_input *in = load_file(c);
	const struct topo_load_report *r = topo_input_report(in);
	int64_t us = TIME_NONE;

	if (c->date != NULL)
		assert_true(utc_parse(str_from(c->date), &us));
	if (r->refused > 0)
		fail_msg("%s", r->reasons[0]);
	assert_int_equal(r->taken, c->taken);
	assert_true(r->date_us == us);
	topo_input_free(in);
}

/* Recognised by their first 64 KiB. */
static void
test_sniff(void **state)
{
	static uint8_t head[65536];
	char path[4200];

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct os_stream *s = NULL;
		struct err err = { 0 };
		size_t n = 0;
		ssize_t got;

		snprintf(path, sizeof(path), "%s/topology/%s", folder,
		    files[i].name);
		assert_int_equal(os_stream_open(path, &s, &err), 0);
		while (n < sizeof(head) && (got = os_stream_read(s, head + n,
						sizeof(head) - n, &err)) > 0)
			n += (size_t)got;
		assert_string_equal(topo_kind_name(topo_sniff(head, n)),
		    topo_kind_name(files[i].kind));
		os_stream_close(s);
	}
}

static struct topo_fixture
open_files(size_t a, size_t b)
{
	struct topo_fixture f = { .mem = sect_mem_new() };
	struct sect_sink sink = sect_mem_sink(f.mem);
	struct sect_source src = sect_mem_source(f.mem);
	struct topo_input *in[] = { load_file(&files[a]),
		load_file(&files[b]) };
	struct err err = { 0 };

	if (topo_freeze((const struct topo_input *const *)in, 2, "", &sink,
		&err) < 0 ||
	    topo_open(&src, "", &f.t, &err) < 0)
		fail_msg("%s", err.msg);
	topo_input_free(in[0]);
	topo_input_free(in[1]);
	return f;
}

static void
test_cones_2016(void **state)
{
	struct topo_fixture f = open_files(0, 1);
	uint32_t asn, equal = 0, larger = 0, smaller = 0, o;

	(void)state;
	for (uint32_t i = 0; topo_as(f.t, i, &asn); i++) {
		uint32_t ours = topo_cone_size(f.t, asn);
		uint32_t seen = topo_observed_cone_size(f.t, asn);

		equal += ours == seen;
		larger += ours > seen;
		smaller += ours < seen;
		/* Inside: members of small cones, and all of a large one. */
		if ((seen < 2 || seen > 300) && asn != 3356)
			continue;
		for (uint32_t k = 0; topo_as(f.t, k, &o); k++)
			if (topo_in_observed_cone(f.t, asn, o))
				assert_true(topo_in_cone(f.t, asn, o));
		if (asn > 5000 && asn != 3356)
			break;
	}
	assert_int_equal(smaller, 0);
	assert_true(equal > larger);
	close_texts(&f);
}

static void
test_sizes_2016(void **state)
{
	struct topo_fixture f = open_files(0, 1);
	uint32_t asn, equal = 0, n = 0;

	(void)state;
	for (; topo_as(f.t, n, &asn); n++) {
		uint32_t ours = topo_cone_size(f.t, asn);
		uint32_t seen = topo_observed_cone_size(f.t, asn);

		assert_true(ours >= seen);
		equal += ours == seen;
	}
	assert_int_equal(n, 52838);
	assert_int_equal(equal, 50637); /* 95.8 % */
	close_texts(&f);
}

/* The count and the membership test agree. */
static void
test_cone_count_2016(void **state)
{
	static const uint32_t tops[] = { 3356, 174, 6939, 1299, 553 };
	struct topo_fixture f = open_files(0, 1);
	uint32_t asn;

	(void)state;
	for (size_t i = 0; i < COUNT(tops); i++) {
		uint32_t n = 0;

		for (uint32_t k = 0; topo_as(f.t, k, &asn); k++)
			n += topo_in_cone(f.t, tops[i], asn);
		assert_int_equal(n, topo_cone_size(f.t, tops[i]));
	}
	close_texts(&f);
}

static void
test_2022(void **state)
{
	static const uint32_t clique[] = { 174, 209, 286, 701, 1239, 1299, 2828,
		2914, 3257, 3320, 3356, 3491, 5511, 6453, 6461, 6762, 6830,
		7018, 12956 };
	struct topo_fixture f = open_files(2, 3);
	struct topo_counts c = topo_counts(f.t);
	const uint32_t leak[] = { 701, 396531, 174 };
	const uint32_t fine[] = { 701, 174 };
	struct topo_org o;

	(void)state;
	assert_int_equal(c.p2c, 147952);
	assert_int_equal(c.p2p, 270792);
	assert_int_equal(c.conflicts, 0);
	assert_int_equal(c.clique, COUNT(clique));
	assert_int_equal(c.route_servers, 28);
	assert_false(c.clique_inferred);
	for (size_t i = 0; i < COUNT(clique); i++)
		assert_true(topo_in_clique(f.t, clique[i]));
	assert_true(topo_is_route_server(f.t, 6695));
	assert_true(topo_org(f.t, 3356, &o));
	assert_string_equal(o.id, "LPL-141-ARIN");
	assert_string_equal(topo_as_name(f.t, 3356), "LEVEL3");
	/* Of one organisation, in the clique or not. */
	assert_int_equal(topo_relation(f.t, 3356, 3549), TOPO_SIBLING);
	assert_true(topo_clique_gap(f.t, leak, COUNT(leak)).gap);
	assert_false(topo_clique_gap(f.t, fine, COUNT(fine)).gap);
	close_texts(&f);
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
	snprintf(probe, sizeof(probe), "%s/topology", folder);
	return os_is_dir(probe);
}

#define OTHERS 5

int
main(void)
{
	struct CMUnitTest tests[COUNT(files) + OTHERS];
	size_t n = 0;

	for (; n < COUNT(files); n++)
		tests[n] = (struct CMUnitTest){ files[n].name, test_file, NULL,
			NULL, &files[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_sniff);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_cones_2016);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_sizes_2016);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_cone_count_2016);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_2022);
	if (find_data())
		return cmocka_run_group_tests_name("topo real", tests, NULL,
		    NULL);
	printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++)
		printf("ok %zu - %s # SKIP no %s/topology\n", i + 1,
		    tests[i].name, folder);
	return 0;
}
