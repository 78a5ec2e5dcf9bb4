/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attrs_test.c - path attributes: the treatment of every error of RFC 7606,
 * values, flags, and what the kind of session changes.
 */
#include "bgp/bgp_test.h"

#include <assert.h>

#define ORIGIN "400101 00 "
#define PATH4  "400206 0201 0000fbf0 "
#define HOP    "400304 c0000201 "
#define BASE   ORIGIN PATH4 HOP
#define HOP6   "20010db8 00000000 00000000 00000001 "

/* One error each: which attribute, what to do, and is its value kept? */
static const struct fault_case {
	const char *why, *block;
	const struct bgp_session *s;
	enum bgp_fault want;
	uint8_t attr;
	bool present;
} faults[] = {
	/* RFC 7606 7.1 */
	{ "ORIGIN of no octet", "400100", &session_as4, BGP_TREAT_AS_WITHDRAW,
	    1, false },
	{ "ORIGIN of two octets", "400102 0000", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 1, false },
	{ "ORIGIN 3", "400101 03", &session_as4, BGP_TREAT_AS_WITHDRAW, 1,
	    false },
	/* 7.2 */
	{ "AS_PATH: unknown segment type", "400206 0501 00000001", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 2, false },
	{ "AS_PATH: segment type 0", "400206 0001 00000001", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 2, false },
	{ "AS_PATH: segment of no AS", "400202 0200", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 2, false },
	{ "AS_PATH: segment overruns", "400206 0202 00000001", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 2, false },
	{ "AS_PATH: one octet behind the last segment",
	    "400207 0201 00000001 02", &session_as4, BGP_TREAT_AS_WITHDRAW, 2,
	    false },
	{ "AS_PATH: two octets an AS where four are due", "400204 0201 fbf0",
	    &session_as4, BGP_TREAT_AS_WITHDRAW, 2, false },
	/* RFC 7607 2: shown all the same */
	{ "AS_PATH with AS 0", "400206 0201 00000000", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 2, true },
	/* 7.3 - 7.6 */
	{ "NEXT_HOP of three octets", "400303 c00002", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 3, false },
	{ "NEXT_HOP of sixteen octets", "400310" HOP6, &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 3, false },
	{ "MED of three octets", "800403 000001", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 4, false },
	{ "LOCAL_PREF of five octets", "400505 0000000001", &session_as4,
	    BGP_ATTR_DISCARD, 5, false },
	{ "ATOMIC_AGGREGATE with a value", "400601 00", &session_as4,
	    BGP_ATTR_DISCARD, 6, false },
	/* 7.7 */
	{ "AGGREGATOR of six octets, AS of four", "c00706 fbf0 c0000201",
	    &session_as4, BGP_ATTR_DISCARD, 7, false },
	{ "AGGREGATOR of eight octets, AS of two", "c00708 0000fbf0 c0000201",
	    &session_as2, BGP_ATTR_DISCARD, 7, false },
	{ "AGGREGATOR of seven octets in a table", "c00707 00fbf0 c0000201",
	    &session_table, BGP_ATTR_DISCARD, 7, false },
	{ "AGGREGATOR of AS 0", "c00708 00000000 c0000201", &session_as4,
	    BGP_ATTR_DISCARD, 7, true },
	/* 7.8 */
	{ "COMMUNITIES of five octets", "c00805 fbf0000100", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 8, false },
	{ "COMMUNITIES of no octet", "c00800", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 8, false },
	/* 7.9, 7.10: from outside they are discarded */
	{ "ORIGINATOR_ID of three octets", "800903 c00002", &session_as4,
	    BGP_ATTR_DISCARD, 9, false },
	{ "CLUSTER_LIST of six octets", "800a06 c00002010000", &session_as4,
	    BGP_ATTR_DISCARD, 10, false },
	{ "CLUSTER_LIST of no octet", "800a00", &session_as4, BGP_ATTR_DISCARD,
	    10, false },
	/* 7.11, 7.12 */
	{ "MP_REACH of two octets", "800e02 0002", &session_as4,
	    BGP_SESSION_RESET, 14, false },
	{ "MP_REACH: next hop overruns", "800e05 000201 10 20", &session_as4,
	    BGP_SESSION_RESET, 14, false },
	{ "MP_REACH: no octet behind the next hop", "800e14 000201 10" HOP6,
	    &session_as4, BGP_SESSION_RESET, 14, false },
	{ "MP_REACH: next hop of twelve octets",
	    "800e15 000201 0c 000000000000000000000000 00 00000000",
	    &session_as4, BGP_SESSION_RESET, 14, true },
	{ "MP_REACH: IPv4 next hop for IPv6", "800e09 000201 04 c0000201 00",
	    &session_as4, BGP_SESSION_RESET, 14, true },
	{ "MP_UNREACH of two octets", "800f02 0002", &session_as4,
	    BGP_SESSION_RESET, 15, false },
	/* 7.14; RFC 8092 5, 9234 5 */
	{ "EXTENDED COMMUNITIES of seven octets", "c01007 00020000000000",
	    &session_as4, BGP_TREAT_AS_WITHDRAW, 16, false },
	{ "EXTENDED COMMUNITIES of no octet", "c01000", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 16, false },
	{ "IPv6 EXTENDED COMMUNITIES of four octets", "c01904 00000000",
	    &session_as4, BGP_TREAT_AS_WITHDRAW, 25, false },
	{ "LARGE_COMMUNITY of eight octets", "c02008 0000fbf000000001",
	    &session_as4, BGP_TREAT_AS_WITHDRAW, 32, false },
	{ "LARGE_COMMUNITY of no octet", "c02000", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 32, false },
	{ "ONLY_TO_CUSTOMER of two octets", "c02302 fbf0", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 35, false },
	/* RFC 6793 6 */
	{ "AS4_PATH: segment overruns", "c01106 0202 00000001", &session_as2,
	    BGP_ATTR_DISCARD, 17, false },
	{ "AS4_AGGREGATOR of six octets", "c01206 fbf0c0000201", &session_as2,
	    BGP_ATTR_DISCARD, 18, false },
	/* RFC 7606 3 (c): flags */
	{ "ORIGIN marked optional", "c00101 00", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 1, true },
	{ "MED marked transitive", "c00404 00000001", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 4, true },
	{ "COMMUNITIES marked well-known", "400804 fbf00001", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 8, true },
	{ "LARGE_COMMUNITY not transitive", "80200c 0000fbf00000000100000002",
	    &session_as4, BGP_TREAT_AS_WITHDRAW, 32, true },
	/* 3 (g): twice */
	{ "ORIGIN twice", ORIGIN "400101 01", &session_as4, BGP_ATTR_DISCARD, 1,
	    true },
	{ "an unknown attribute twice", "c0c800 c0c800", &session_as4,
	    BGP_ATTR_DISCARD, 200, false },
	{ "MP_UNREACH twice", "800f03 000201 800f03 000101", &session_as4,
	    BGP_SESSION_RESET, 15, true },
	/* RFC 4271 6.3 */
	{ "unknown well-known attribute", "406300", &session_as4,
	    BGP_SESSION_RESET, 99, false },
	/* RFC 7606 4: the block itself */
	{ "attribute overruns the block", "400104 00", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 1, false },
	{ "length of two octets overruns the block", "500101 00", &session_as4,
	    BGP_TREAT_AS_WITHDRAW, 1, false },
	{ "flags alone", "40", &session_as4, BGP_TREAT_AS_WITHDRAW, 0, false },
};

static void
test_fault(void **state)
{
	const struct fault_case *c = *state;
	struct bgp_view v = hex_view(c->block);
	struct bgp_attrs a;

	bgp_attrs_decode(test_decoder(), v.p, v.n, c->s, &a);
	assert_int_equal(a.n_faults, 1);
	assert_int_equal(a.worst, c->want);
	assert_int_equal(a.faults[0].treatment, c->want);
	assert_int_equal(a.faults[0].attr, c->attr);
	assert_true(a.faults[0].reason != NULL && a.faults[0].offset < v.n);
	if (c->attr < 64)
		assert_int_equal(bgp_has(&a, c->attr), c->present);
	hex_free(v);
}

/* The same attributes without an error: no fault must be found. */
static const struct sound_case {
	const char *why, *block;
	const struct bgp_session *s;
	uint64_t present;
} sounds[] = {
#define BIT(n) (UINT64_C(1) << (n))
	{ "nothing at all", "", &session_as4, 0 },
	{ "the mandatory ones", BASE, &session_as4, BIT(1) | BIT(2) | BIT(3) },
	{ "an empty AS_PATH", "400200", &session_as4, BIT(2) },
	{ "lengths of two octets", "50010001 01 5002 0006 0201 00000001",
	    &session_as4, BIT(1) | BIT(2) },
	{ "the Partial flag", "e00804 fbf00001", &session_as4, BIT(8) },
	/* RFC 4271 4.3: the lower four bits are ignored */
	{ "unused flags", "4f0101 00", &session_as4, BIT(1) },
	{ "AGGREGATOR of six octets, AS of two", "c00706 fbf0c0000201",
	    &session_as2, BIT(7) },
	{ "AGGREGATOR of eight octets in an old table",
	    "c00708 0000fbf0c0000201", &session_lenient, BIT(7) },
	{ "AGGREGATOR of six octets in a table", "c00706 fbf0c0000201",
	    &session_table, BIT(7) },
	{ "MP_REACH of IPv4 with an IPv6 next hop (RFC 8950)",
	    "800e15 000101 10" HOP6 "00", &session_as4, BIT(14) },
	{ "MP_REACH with a link-local next hop",
	    "800e25 000201 20" HOP6 HOP6 "00", &session_as4, BIT(14) },
	{ "MP_REACH of a VPN: its next hop is not ours to judge",
	    "800e15 000180 0c 0000000000000000c0000201 00 00000000",
	    &session_as4, BIT(14) },
	{ "short MP_REACH in a table", "800e11 10" HOP6, &session_table,
	    BIT(14) },
	{ "full MP_REACH in a table", "800e15 000201 10" HOP6 "00",
	    &session_table, BIT(14) },
	{ "short MP_REACH in an old table", "800e11 10" HOP6, &session_lenient,
	    BIT(14) },
	{ "MP_UNREACH of nothing", "800f03 000201", &session_as4, BIT(15) },
	{ "malformed AS4_PATH where nobody reads it", "c01101 07", &session_as4,
	    BIT(17) },
	{ "an unknown optional attribute", "80c800 c0c901 00", &session_as4,
	    0 },
};

static void
test_sound(void **state)
{
	const struct sound_case *c = *state;
	struct bgp_view v = hex_view(c->block);
	struct bgp_attrs a;

	bgp_attrs_decode(test_decoder(), v.p, v.n, c->s, &a);
	if (a.n_faults > 0)
		fail_msg("%s", a.faults[0].reason);
	assert_int_equal(a.worst, BGP_OK);
	assert_true(a.present == c->present);
	assert_true(a.raw.p == v.p && a.raw.n == v.n);
	hex_free(v);
}

/* --- values ------------------------------------------------------------ */

static void
test_values(void **state)
{
	struct bgp_view v = hex_view(
	    "400101 02 400206 0201 0000fbf0 400304 c6336401 800404 00000014 "
	    "400504 000000c8 400600 c00708 fa56ea01 c0000209 "
	    "c00808 fbf00064 ffffff01 800904 c0000207 800a08 c0000208 c000020a "
	    "c01008 0002fbf000000064 c0200c 0000fbf0 00000001 00000002 "
	    "c02304 0000fbf0");
	struct bgp_attrs a;

	(void)state;
	bgp_attrs_decode(test_decoder(), v.p, v.n, &session_as4, &a);
	assert_int_equal(a.n_faults, 0);
	assert_int_equal(a.origin, 2);
	assert_int_equal(a.path.n_asns, 1);
	assert_int_equal(a.path.asns[0], 64496);
	assert_memory_equal(a.next_hop, "\xc6\x33\x64\x01", 4);
	assert_int_equal(a.med, 20);
	assert_int_equal(a.local_pref, 200);
	assert_true(bgp_has(&a, BGP_ATTR_ATOMIC_AGGREGATE));
	assert_true(a.aggregator_asn == UINT32_C(4200000001));
	assert_memory_equal(a.aggregator_ip, "\xc0\x00\x02\x09", 4);
	assert_int_equal(a.communities.n, 8);
	assert_memory_equal(a.communities.p, "\xfb\xf0\x00\x64", 4);
	assert_memory_equal(a.originator_id, "\xc0\x00\x02\x07", 4);
	assert_int_equal(a.cluster_list.n, 8);
	assert_int_equal(a.ext_communities.n, 8);
	assert_int_equal(a.large_communities.n, 12);
	assert_int_equal(a.otc, 64496);
	/* Views point into the block. */
	assert_true(a.communities.p > v.p && a.communities.p < v.p + v.n);
	hex_free(v);
}

static void
test_mp(void **state)
{
	struct bgp_view v =
	    hex_view("800e1c 000201 10" HOP6 "00 30 20010db80001 "
		     "800f0a 000201 30 20010db80002");
	struct bgp_attrs a;

	(void)state;
	bgp_attrs_decode(test_decoder(), v.p, v.n, &session_as4, &a);
	assert_int_equal(a.n_faults, 0);
	assert_int_equal(a.reach_afi, BGP_AFI_IP6);
	assert_int_equal(a.reach_safi, BGP_SAFI_UNICAST);
	assert_int_equal(a.mp_next_hop.n, 16);
	assert_int_equal(a.reach.n, 7);
	assert_int_equal(a.unreach_afi, BGP_AFI_IP6);
	assert_int_equal(a.unreach.n, 7);
	hex_free(v);
}

/* RFC 7606 3 (g): the first of two counts. */
static void
test_first_counts(void **state)
{
	struct bgp_view v =
	    hex_view("400504 00000001 400504 00000002 800404 00000003 "
		     "800404 00000004");
	struct bgp_attrs a;

	(void)state;
	bgp_attrs_decode(test_decoder(), v.p, v.n, &session_as4, &a);
	assert_int_equal(a.n_faults, 2);
	assert_int_equal(a.worst, BGP_ATTR_DISCARD);
	assert_int_equal(a.local_pref, 1);
	assert_int_equal(a.med, 3);
	hex_free(v);
}

static void
test_unknown_are_kept(void **state)
{
	struct bgp_view v = hex_view("c0c802 abcd e0c900 80ff01 07");
	struct bgp_attrs a;

	(void)state;
	bgp_attrs_decode(test_decoder(), v.p, v.n, &session_as4, &a);
	assert_int_equal(a.n_unknown, 3);
	assert_int_equal(a.unknown[0].type, 200);
	assert_int_equal(a.unknown[0].flags, 0xc0);
	assert_int_equal(a.unknown[0].value.n, 2);
	assert_memory_equal(a.unknown[0].value.p, "\xab\xcd", 2);
	assert_int_equal(a.unknown[1].value.n, 0);
	assert_int_equal(a.unknown[2].type, 255);
	hex_free(v);
}

/* More than is kept: counted, nothing overrun, the worst remembered. */
static void
test_limits(void **state)
{
	struct bgp_attrs a;
	struct buf b = { 0 };

	(void)state;
	for (unsigned i = 0; i < 3 * BGP_UNKNOWN_MAX; i++) {
		buf_u8(&b, i % 2 == 0 ? 0x40 : 0xc0);
		buf_u8(&b, (uint8_t)(100 + i));
		buf_u8(&b, 0);
	}
	bgp_attrs_decode(test_decoder(), b.p, b.n, &session_as4, &a);
	assert_int_equal(a.n_unknown, 3 * BGP_UNKNOWN_MAX);
	assert_int_equal(a.n_faults, 3 * BGP_UNKNOWN_MAX / 2);
	assert_int_equal(a.worst, BGP_SESSION_RESET);
	buf_fini(&b);
}

/* The longest path that a block can hold. */
static void
test_longest_path(void **state)
{
	struct bgp_attrs a;
	struct buf b = { 0 };
	size_t at;

	(void)state;
	buf_u8(&b, 0x50);
	buf_u8(&b, BGP_ATTR_AS_PATH);
	at = b.n;
	buf_u16(&b, 0);
	while (b.n - at - 2 + 2 + 2 * 255 <= 65535) {
		buf_u8(&b, BGP_AS_SEQUENCE);
		buf_u8(&b, 255);
		for (unsigned i = 0; i < 255; i++)
			buf_u16(&b, (uint16_t)(i + 1));
	}
	buf_put_u16(&b, at, (uint16_t)(b.n - at - 2));
	bgp_attrs_decode(test_decoder(), b.p, b.n, &session_as2, &a);
	assert_int_equal(a.n_faults, 0);
	assert_int_equal(a.path.n_segs, 127);
	assert_int_equal(a.path.n_asns, 127 * 255);
	assert_int_equal(a.path.asns[127 * 255 - 1], 255);
	/* As many segments of one AS as fit are more than are followed. */
	buf_clear(&b);
	buf_u8(&b, 0x50);
	buf_u8(&b, BGP_ATTR_AS_PATH);
	buf_u16(&b, 4 * (BGP_SEGS_MAX + 1));
	for (unsigned i = 0; i <= BGP_SEGS_MAX; i++)
		buf_u32(&b, 0x02010001);
	bgp_attrs_decode(test_decoder(), b.p, b.n, &session_as2, &a);
	assert_int_equal(a.n_faults, 1);
	assert_int_equal(a.path.n_segs, BGP_SEGS_MAX);
	buf_fini(&b);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(bgp_fault_name(BGP_OK), "ok");
	assert_string_equal(bgp_fault_name(BGP_ATTR_DISCARD),
	    "attribute-discard");
	assert_string_equal(bgp_fault_name(BGP_TREAT_AS_WITHDRAW),
	    "treat-as-withdraw");
	assert_string_equal(bgp_fault_name(BGP_AFI_SAFI_DISABLE),
	    "afi-safi-disable");
	assert_string_equal(bgp_fault_name(BGP_SESSION_RESET), "session-reset");
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(faults) + COUNT(sounds) + 7] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_mp),
		cmocka_unit_test(test_first_counts),
		cmocka_unit_test(test_unknown_are_kept),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_longest_path),
		cmocka_unit_test(test_names),
	};
	size_t n = 7;

	for (size_t i = 0; i < COUNT(faults); i++)
		tests[n++] = (struct CMUnitTest){ .name = faults[i].why,
			.test_func = test_fault,
			.initial_state = (void *)(uintptr_t)&faults[i] };
	for (size_t i = 0; i < COUNT(sounds); i++)
		tests[n++] = (struct CMUnitTest){ .name = sounds[i].why,
			.test_func = test_sound,
			.initial_state = (void *)(uintptr_t)&sounds[i] };
	assert(n == COUNT(tests));
	return cmocka_run_group_tests_name("attrs", tests, NULL, NULL);
}
