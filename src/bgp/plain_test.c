/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain_test.c - which blocks are plain, and that of those both decoders say
 * the same.
 */
#include "bgp/bgp_test.h"
#include "bgp/plain_check.h"

#define ORIGIN "400101 00 "
#define PATH   "40020e 0203 0000fbf0 0000fbf1 00010000 "
#define HOP    "400304 c0000201 "
#define HOP6   "20010db8 00000000 00000000 00000001 "
#define BASE   ORIGIN PATH HOP

static const struct plain_case {
	const char *why, *block;
	bool table, plain;
} cases[] = {
	{ "nothing at all", "", true, true },
	{ "the three of every route", BASE, true, true },
	{ "an empty path", ORIGIN "400200" HOP, false, true },
	{ "extended length", ORIGIN "5002000e 0203 0000fbf0 0000fbf1 00010000",
	    false, true },
	{ "all that are known",
	    BASE "800404 00000007 400504 00000064 400600 "
		 "c00708 0000fbf0 c0000201 c00808 fbf00001 ffffff01 "
		 "800904 c0000201 800a08 c0000201 c0000202 "
		 "c01008 0002fbf0 00000001 c0200c 0000fbf0 00000001 00000002 "
		 "c02304 0000fbf0",
	    false, true },
	{ "partial", BASE "e00804 fbf00001", true, true },
	{ "the short MP_REACH of tables", ORIGIN PATH "800e11 10" HOP6, true,
	    true },
	{ "the full MP_REACH in a table",
	    ORIGIN PATH "800e15 000201 10" HOP6 "00", true, true },
	{ "MP_REACH of a session",
	    ORIGIN PATH "800e1a 000201 10" HOP6 "00 20 20010db8", false, true },
	{ "MP_UNREACH", "800f08 000201 20 20010db8", false, true },
	/* what takes a second look */
	{ "two segments", ORIGIN "40020c 0201 0000fbf0 0201 0000fbf1", true,
	    false },
	{ "a set", ORIGIN "400206 0101 0000fbf0", true, false },
	{ "AS 0", ORIGIN "400206 0201 00000000", true, true },
	{ "AS4_PATH", BASE "c01106 0201 0000fbf0", true, false },
	{ "an unknown attribute", BASE "c06301 00", true, false },
	{ "code 66, which shares a bit with AS_PATH", BASE "c04201 00", true,
	    false },
	{ "an IPv4 next hop in MP_REACH",
	    ORIGIN PATH "800e0d 000101 04 c0000201 00 18 c00002", false,
	    false },
	/* faults */
	{ "twice", BASE ORIGIN, true, false },
	{ "wrong flags", "c00101 00", true, false },
	{ "ORIGIN 3", "400101 03", true, false },
	{ "ORIGIN of no octet", "400100", true, false },
	{ "a path that overruns", "400206 0202 0000fbf0", true, false },
	{ "a segment of no AS", "400202 0200", true, false },
	{ "NEXT_HOP of three octets", "400303 c00002", true, false },
	{ "MED of three octets", "800403 000001", true, false },
	{ "ATOMIC_AGGREGATE with a value", "400601 00", true, false },
	{ "AGGREGATOR of six octets", "c00706 fbf0 c0000201", true, false },
	{ "AGGREGATOR of AS 0", "c00708 00000000 c0000201", true, true },
	{ "five octets of communities", "c00805 fbf0000100", true, false },
	{ "no communities", "c00800", true, false },
	{ "a next hop that overruns", "800e11 11" HOP6, true, false },
	{ "an attribute that overruns", "400304 c00002", true, false },
	{ "two octets behind the last", BASE "4001", true, false },
	{ "a length of which half is missing", "500100", true, false },
};

static void
check(struct bgp_view v, bool table, bool want)
{
	static struct bgp_attrs a;
	const struct bgp_session *s = table ? &session_table : &session_as4;
	struct bgp_plain p;
	bool plain = bgp_plain_decode(v.p, v.n, table, &p);

	assert_int_equal(plain, want);
	bgp_attrs_decode(test_decoder(), v.p, v.n, s, &a);
	if (plain)
		assert_true(plain_agrees(&p, &a));
}

static void
test_case(void **state)
{
	const struct plain_case *c = *state;
	struct bgp_view v = hex_view(c->block);

	check(v, c->table, c->plain);
	hex_free(v);
}

/* Blocks of today with one octet changed: never another answer. */
static void
test_bent(void **state)
{
	static struct bgp_attrs a;
	struct bgp_plain p;
	size_t plain = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bgp_view v = hex_view(cases[i].block);
		uint8_t *b = (uint8_t *)(uintptr_t)v.p;
		bool table = cases[i].table;
		const struct bgp_session *s =
		    table ? &session_table : &session_as4;

		for (size_t at = 0; at < v.n * 256; at++) {
			uint8_t was = b[at / 256];

			b[at / 256] = (uint8_t)at;
			if (bgp_plain_decode(b, v.n, table, &p)) {
				bgp_attrs_decode(test_decoder(), b, v.n, s, &a);
				assert_true(plain_agrees(&p, &a));
				plain++;
			}
			b[at / 256] = was;
		}
		hex_free(v);
	}
	assert_in_range(plain, 10000, 1000000);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 1];

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[i] = (struct CMUnitTest){ cases[i].why, test_case, NULL,
			NULL, (void *)(uintptr_t)&cases[i] };
	tests[COUNT(cases)] =
	    (struct CMUnitTest){ "one octet changed: both say the same",
		    test_bent, NULL, NULL, NULL };
	return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
