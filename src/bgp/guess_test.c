/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guess_test.c - sessions guessed from one UPDATE: what only one reading allows,
 * what two allow, what none does.
 */
#include "bgp/bgp_test.h"

#define IP4  BGP_ADD_PATH_IP4
#define IP6  BGP_ADD_PATH_IP6
#define MCST BGP_ADD_PATH_IP6_MULTICAST

static const struct ids_case {
	const char *why, *body;
	bool sure;
	uint8_t add_path;
} ids[] = {
	{ "no prefixes at all", "0000 0000", true, 0 },
	{ "one prefix", "0000 0000 18 c00002", true, 0 },
	{ "the default route", "0000 0000 00", true, 0 },
	{ "withdrawn prefixes", "0006 08 0a 18 c00002 0000", true, 0 },
	{ "small path ids", "0000 0000 00000001 18 c00002", true, IP4 },
	{ "small path ids of withdrawn prefixes",
	    "0010 00000001 18 c00002 00000002 18 c00002 0000", true, IP4 },
	{ "a path id and the default route", "0000 0000 00000001 00", true,
	    IP4 },
	{ "two paths of the default route", "0000 0000 00000001 00 00000002 00",
	    true, IP4 },
	{ "a large path id", "0000 0000 ff000001 18 c00002", true, IP4 },
	{ "a path id that is two default routes and a prefix",
	    "0000 0000 0000080a 18 c00002", true, IP4 },
	{ "prefixes that with path ids have bits behind their length",
	    "0000 0000 20 c0000202 20 c0000203 20 c0000204", true, 0 },
	{ "large path ids that may be prefixes", "0000 0000 180a0000 18 0a0001",
	    false, 0 },
	{ "prefixes that break both ways", "0000 0000 21 0a", false, 0 },
	{ "withdrawn and announced contradict each other",
	    "0008 00000001 18 c00002 0000 18 c00002", false, 0 },
	{ "IPv6 beside IPv4",
	    "0000 000d 80 0f 0a 0002 01 30 20010db80001 18 c00002", true, 0 },
	{ "path ids of IPv6 beside IPv4 without",
	    "0000 0011 80 0f 0e 0002 01 00000007 30 20010db80001 18 c00002",
	    true, IP6 },
	{ "IPv6 multicast, with a next hop",
	    "0000 0023 80 0e 20 0002 02 10 20010db8000000000000000000000001 00 "
	    "00000007 30 20010db80001",
	    true, MCST },
	{ "another family says nothing",
	    "0000 000d 80 0f 0a 0019 46 00000007 30 2001 18 c00002", true, 0 },
	{ "a length of two octets",
	    "0000 0012 90 0f 000e 0002 01 00000007 30 20010db80001", true,
	    IP6 },
	{ "attributes overrun", "0000 0013 80 0f 10 0002", false, 0 },
	{ "an attribute overruns its block",
	    "0000 0003 80 0f 10 00000001 18 c00002", false, 0 },
	{ "cut in the frame", "0000 00", false, 0 },
	{ "nothing", "", false, 0 },
};

static void
test_ids(void **state)
{
	const struct ids_case *c = *state;
	struct bgp_view v = hex_view(c->body);
	uint8_t got = 0xff;

	assert_int_equal(bgp_guess_add_path(v.p, v.n, &got), c->sure);
	assert_int_equal(got, c->add_path);
	hex_free(v);
}

static const struct as4_case {
	const char *why, *body;
	bool sure, as4;
} as4s[] = {
	{ "two octets", "0000 0009 40 02 06 02 02 fbf0 fbf1", true, false },
	{ "four octets", "0000 000d 40 02 0a 02 02 0000fbf0 0000fbf1", true,
	    true },
	{ "four octets, then a set",
	    "0000 0013 40 02 10 02 02 0000fbf0 0000fbf1 01 01 0000fbf2", true,
	    true },
	{ "an empty path", "0000 0003 40 02 00", false, true },
	{ "no path", "0000 0000", false, true },
	{ "an empty path, a short aggregator",
	    "0000 000c 40 02 00 c0 07 06 fbf0 c0000201", true, false },
	{ "an empty path, a long aggregator",
	    "0000 000e 40 02 00 c0 07 08 0000fbf0 c0000201", true, true },
	{ "an empty path beside AS4_PATH",
	    "0000 000c 40 02 00 c0 11 06 02 01 fa56ea01", true, false },
	{ "a path that is neither", "0000 0007 40 02 04 02 02 fbf0", false,
	    true },
	{ "a segment of no type", "0000 0007 40 02 04 05 01 fbf0", false,
	    true },
	{ "a segment of no AS", "0000 0005 40 02 02 02 00", false, true },
	{ "cut short", "0000 0009 40 02 06 02 02 fbf0", false, true },
};

static void
test_as4(void **state)
{
	const struct as4_case *c = *state;
	struct bgp_view v = hex_view(c->body);
	bool got = !c->as4;

	assert_int_equal(bgp_guess_as4(v.p, v.n, &got), c->sure);
	assert_int_equal(got, c->as4);
	hex_free(v);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(ids) + COUNT(as4s)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(ids); i++)
		tests[n++] = (struct CMUnitTest){ ids[i].why, test_ids, NULL,
			NULL, (void *)(uintptr_t)&ids[i] };
	for (size_t i = 0; i < COUNT(as4s); i++)
		tests[n++] = (struct CMUnitTest){ as4s[i].why, test_as4, NULL,
			NULL, (void *)(uintptr_t)&as4s[i] };
	return cmocka_run_group_tests_name("guess", tests, NULL, NULL);
}
