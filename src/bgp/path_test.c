/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path_test.c - AS paths: text, origin, length, and what AS4_PATH and
 * AS4_AGGREGATOR change (RFC 6793 4.2.3).
 */
#include "bgp/bgp_test.h"

#include <assert.h>

static const struct path_case {
	const char *why, *segments; /* value of AS_PATH, AS of four octets */
	const char *text;
	int64_t origin; /* -1 = none */
	uint32_t length;
	bool set;
} paths[] = {
	{ "empty", "", "", -1, 0, false },
	{ "one AS", "0201 0000fbf0", "64496", 64496, 1, false },
	{ "an AS of ten digits", "0201 ffffffff", "4294967295", 4294967295, 1,
	    false },
	{ "a sequence", "0203 00000001 00000002 00000003", "1 2 3", 3, 3,
	    false },
	{ "two sequences, one behind the other",
	    "0202 00000001 00000002 0201 00000003", "1 2 3", 3, 3, false },
	/* RFC 6811 2: no origin */
	{ "a set at the end", "0201 00000001 0102 00000002 00000003", "1 {2,3}",
	    -1, 2, true },
	{ "a set of one AS", "0101 00000001", "{1}", -1, 1, true },
	{ "a set in the middle",
	    "0201 00000001 0102 00000002 00000003 0201 00000004", "1 {2,3} 4",
	    4, 3, true },
	/* RFC 5065 5.3 */
	{ "a confederation in front", "0302 00000005 00000006 0201 00000001",
	    "(5 6) 1", 1, 1, false },
	{ "a confederation alone", "0302 00000005 00000006", "(5 6)", -1, 0,
	    false },
	{ "a confederation set", "0402 00000005 00000006 0201 00000001",
	    "[5,6] 1", 1, 1, true },
	{ "prepended", "0203 00000001 00000001 00000001", "1 1 1", 1, 3,
	    false },
};

/* A block of one AS_PATH; freed by the caller. */
static struct bgp_view
path_block(const char *segments)
{
	struct bgp_view v = hex_view(segments);
	struct buf b = { 0 };

	assert_true(v.n < 256);
	buf_u8(&b, 0x40);
	buf_u8(&b, BGP_ATTR_AS_PATH);
	buf_u8(&b, (uint8_t)v.n);
	buf_add(&b, v.p, v.n);
	hex_free(v);
	return (struct bgp_view){ b.p, b.n };
}

static void
test_path(void **state)
{
	const struct path_case *c = *state;
	struct bgp_view block = path_block(c->segments);
	struct buf text = { 0 };
	struct bgp_attrs a;
	uint32_t origin = 77;

	bgp_attrs_decode(test_decoder(), block.p, block.n, &session_as4, &a);
	assert_int_equal(a.n_faults, 0);
	bgp_path_format(&a.path, &text);
	assert_string_equal(buf_cstr(&text), c->text);
	assert_int_equal(bgp_path_length(&a.path), c->length);
	assert_int_equal(bgp_path_has_set(&a.path), c->set);
	assert_int_equal(bgp_path_origin(&a.path, &origin), c->origin != -1);
	assert_true(origin == (c->origin == -1 ? 77 : (uint32_t)c->origin));
	buf_fini(&text);
	hex_free(block);
}

/* --- AS4_PATH ---------------------------------------------------------- */

#define AGG2(asn) "c00706" asn "c0000209 "
#define AGG4      "c01208 00011170 c0000208 "
#define AS4(n, v) "c011" n v

static const struct merge_case {
	const char *why, *block;
	const char *text;
	uint32_t aggregator; /* 0 = none */
} merges[] = {
	{ "no AS4_PATH", "400206 0202 fbf0 5ba0", "64496 23456", 0 },
	{ "as long as AS_PATH",
	    "400206 0202 fbf0 5ba0" AS4("0a", "0202 0000fbf0 00011170"),
	    "64496 70000", 0 },
	{ "shorter: the front of AS_PATH stays",
	    "400208 0203 0001 5ba0 5ba0" AS4("0a", "0202 00011170 00011171"),
	    "1 70000 70001", 0 },
	{ "longer: ignored",
	    "400204 0201 0001" AS4("0e", "0203 00000001 00011170 00011171"),
	    "1", 0 },
	{ "empty: ignored", "400204 0201 5ba0" AS4("00", ""), "23456", 0 },
	{ "a set counts one",
	    "40020c 0202 0001 0002 0102 0003 0004" AS4("06", "0201 00011170"),
	    "1 2 70000", 0 },
	{ "the front ends in a set",
	    "40020c 0101 0009 0203 0001 5ba0 5ba0" AS4("0a",
		"0202 00011170 00011171"),
	    "{9} 1 70000 70001", 0 },
	{ "AS4_PATH begins with a set",
	    "400208 0201 0001 0101 5ba0" AS4("06", "0101 00011170"),
	    "1 {70000}", 0 },
	{ "a confederation in front stays",
	    "40020a 0301 0005 0202 0001 5ba0" AS4("06", "0201 00011170"),
	    "(5) 1 70000", 0 },
	{ "confederation segments of AS4_PATH are taken out",
	    "400206 0202 fbf0 5ba0" AS4("10",
		"0301 00000009 0202 0000fbf0 00011170"),
	    "64496 70000", 0 },
	{ "no AS_PATH", AS4("06", "0201 00011170"), "", 0 },
	/* An OLD speaker that aggregated anew: all of it is stale. */
	{ "AGGREGATOR is not AS_TRANS: AS4_PATH is ignored",
	    "400206 0202 fbf0 5ba0" AGG2("fbf0")
		AGG4 AS4("0a", "0202 0000fbf0 00011170"),
	    "64496 23456", 64496 },
	{ "AGGREGATOR is AS_TRANS: both are taken",
	    "400206 0202 fbf0 5ba0" AGG2("5ba0")
		AGG4 AS4("0a", "0202 0000fbf0 00011170"),
	    "64496 70000", 70000 },
	{ "AGGREGATOR without AS4_AGGREGATOR: AS4_PATH is taken",
	    "400206 0202 fbf0 5ba0" AGG2("fbf0")
		AS4("0a", "0202 0000fbf0 00011170"),
	    "64496 70000", 64496 },
	{ "AS4_AGGREGATOR without AGGREGATOR",
	    "400206 0202 fbf0 5ba0" AGG4 AS4("0a", "0202 0000fbf0 00011170"),
	    "64496 70000", 0 },
	{ "AS4_PATH in front of AS_PATH",
	    AS4("06", "0201 00011170") "400204 0201 5ba0", "70000", 0 },
};

static void
test_merge(void **state)
{
	const struct merge_case *c = *state;
	struct bgp_view block = hex_view(c->block);
	struct buf text = { 0 };
	struct bgp_attrs a;

	bgp_attrs_decode(test_decoder(), block.p, block.n, &session_as2, &a);
	assert_int_equal(a.n_faults, 0);
	bgp_path_format(&a.path, &text);
	assert_string_equal(buf_cstr(&text), c->text);
	assert_int_equal(bgp_has(&a, BGP_ATTR_AGGREGATOR), c->aggregator != 0);
	assert_int_equal(a.aggregator_asn, c->aggregator);
	if (c->aggregator == 70000)
		assert_memory_equal(a.aggregator_ip, "\xc0\x00\x02\x08", 4);
	buf_fini(&text);
	hex_free(block);
}

/* RFC 6793 4.1: between NEW speakers both attributes are ignored. */
static void
test_no_merge_with_as4(void **state)
{
	struct bgp_view v = hex_view("400206 0201 00005ba0" AS4("06",
	    "0201 00011170") "c00708 00005ba0 c0000209" AGG4);
	struct bgp_attrs a;

	(void)state;
	bgp_attrs_decode(test_decoder(), v.p, v.n, &session_as4, &a);
	assert_int_equal(a.path.asns[0], 23456);
	assert_int_equal(a.aggregator_asn, 23456);
	bgp_attrs_decode(test_decoder(), v.p, v.n, &session_table, &a);
	assert_int_equal(a.path.asns[0], 23456);
	hex_free(v);
}

/* The merged path stands whole in the decoder, however long both are. */
static void
test_merge_is_bounded(void **state)
{
	struct bgp_attrs a;
	struct buf b = { 0 };

	(void)state;
	for (int four = 0; four < 2; four++) {
		size_t at = b.n + 2;

		buf_u8(&b, four ? 0xd0 : 0x50);
		buf_u8(&b, four ? BGP_ATTR_AS4_PATH : BGP_ATTR_AS_PATH);
		buf_u16(&b, 0);
		for (int s = 0; s < (four ? 20 : 60); s++) {
			buf_u8(&b, BGP_AS_SEQUENCE);
			buf_u8(&b, 255);
			for (int i = 0; i < 255; i++)
				if (four)
					buf_u32(&b, 70000);
				else
					buf_u16(&b, 23456);
		}
		buf_put_u16(&b, at, (uint16_t)(b.n - at - 2));
	}
	bgp_attrs_decode(test_decoder(), b.p, b.n, &session_as2, &a);
	assert_int_equal(a.n_faults, 0);
	assert_int_equal(a.path.n_asns, 60 * 255);
	assert_int_equal(bgp_path_length(&a.path), 60 * 255);
	assert_int_equal(a.path.asns[40 * 255 - 1], 23456);
	assert_int_equal(a.path.asns[40 * 255], 70000);
	assert_int_equal(a.path.asns[60 * 255 - 1], 70000);
	buf_fini(&b);
}

/* More segments than are followed: then nothing is merged, nothing cut. */
static void
test_merge_of_too_many(void **state)
{
	struct bgp_attrs a;
	struct buf b = { 0 };

	(void)state;
	buf_u8(&b, 0x50);
	buf_u8(&b, BGP_ATTR_AS_PATH);
	buf_u16(&b, 1000 * 6);
	for (int i = 0; i < 1000; i++) {
		buf_u16(&b, BGP_AS_SEQUENCE << 8 | 2);
		buf_u32(&b, 0x5ba05ba0);
	}
	buf_u8(&b, 0xd0);
	buf_u8(&b, BGP_ATTR_AS4_PATH);
	buf_u16(&b, 701 * 6);
	for (int i = 0; i < 701; i++) {
		buf_u16(&b, BGP_AS_SEQUENCE << 8 | 1);
		buf_u32(&b, 70000);
	}
	bgp_attrs_decode(test_decoder(), b.p, b.n, &session_as2, &a);
	assert_int_equal(a.n_faults, 0);
	assert_int_equal(a.path.n_segs, 1000);
	assert_int_equal(bgp_path_length(&a.path), 2000);
	buf_fini(&b);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(paths) + COUNT(merges) + 3] = {
		cmocka_unit_test(test_no_merge_with_as4),
		cmocka_unit_test(test_merge_is_bounded),
		cmocka_unit_test(test_merge_of_too_many),
	};
	size_t n = 3;

	for (size_t i = 0; i < COUNT(paths); i++)
		tests[n++] = (struct CMUnitTest){ .name = paths[i].why,
			.test_func = test_path,
			.initial_state = (void *)(uintptr_t)&paths[i] };
	for (size_t i = 0; i < COUNT(merges); i++)
		tests[n++] = (struct CMUnitTest){ .name = merges[i].why,
			.test_func = test_merge,
			.initial_state = (void *)(uintptr_t)&merges[i] };
	assert(n == COUNT(tests));
	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
