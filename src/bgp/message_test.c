/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_test.c - messages: headers, UPDATE and its frame, OPEN, NOTIFICATION,
 * prefixes, and that what the encoder writes is read again as it was.
 */
#include "bgp/bgp_test.h"

#include <assert.h>
#include <stdio.h>

#define MARKER "ffffffff ffffffff ffffffff ffffffff "

/* --- header ------------------------------------------------------------ */

static const struct header_case {
	const char *why, *bytes;
	bool ok;
	enum bgp_type type;
	size_t body;
} headers[] = {
	{ "KEEPALIVE", MARKER "0013 04", true, BGP_KEEPALIVE, 0 },
	{ "UPDATE with a body", MARKER "0017 02 00000000", true, BGP_UPDATE,
	    4 },
	{ "bytes behind the message are not its own", MARKER "0013 04 ffff",
	    true, BGP_KEEPALIVE, 0 },
	{ "ROUTE-REFRESH", MARKER "0017 05 00010001", true, BGP_ROUTE_REFRESH,
	    4 },
	{ "a marker that is not all ones (RFC 1771)",
	    "00000000 00000000 00000000 00000000 0013 04", true, BGP_KEEPALIVE,
	    0 },
	{ "length below a header", MARKER "0012 04", false, 0, 0 },
	{ "length past the bytes", MARKER "0014 04", false, 0, 0 },
	{ "type 0", MARKER "0013 00", false, 0, 0 },
	{ "type 6", MARKER "0013 06", false, 0, 0 },
	{ "cut in the marker", "ffffffff", false, 0, 0 },
	{ "cut in front of the type", MARKER "0013", false, 0, 0 },
	{ "nothing", "", false, 0, 0 },
};

static void
test_header(void **state)
{
	const struct header_case *c = *state;
	struct bgp_view v = hex_view(c->bytes), body = { NULL, 99 };
	enum bgp_type type = BGP_OPEN;

	assert_int_equal(bgp_header(v.p, v.n, &type, &body), c->ok);
	if (c->ok) {
		assert_int_equal(type, c->type);
		assert_int_equal(body.n, c->body);
	}
	hex_free(v);
}

/* --- UPDATE ------------------------------------------------------------ */

#define ORIGIN "400101 00 "
#define PATH   "400206 0201 0000fbf0 "
#define HOP    "400304 c0000201 "
#define NLRI   "18 c00002 "
#define REACH6 "800e15 000201 10 20010db8 00000000 00000000 00000001 00 "
#define R6NLRI \
	"800e1c 000201 10 20010db8 00000000 00000000 00000001 00 30 20010db80001 "

static const struct update_case {
	const char *why, *body;
	enum bgp_fault worst;
	uint8_t attr; /* of the first fault */
	size_t withdrawn, nlri;
	int eor; /* AFI, 0 = none */
} updates[] = {
	{ "announce", "0000 0014" ORIGIN PATH HOP NLRI, BGP_OK, 0, 0, 4, 0 },
	{ "withdraw", "0004" NLRI "0000", BGP_OK, 0, 4, 0, 0 },
	{ "both", "0004" NLRI "0014" ORIGIN PATH HOP NLRI, BGP_OK, 0, 4, 4, 0 },
	/* RFC 7606 3 (d) */
	{ "ORIGIN is missing", "0000 0010" PATH HOP NLRI, BGP_TREAT_AS_WITHDRAW,
	    1, 0, 4, 0 },
	{ "AS_PATH is missing", "0000 000b" ORIGIN HOP NLRI,
	    BGP_TREAT_AS_WITHDRAW, 2, 0, 4, 0 },
	{ "NEXT_HOP is missing", "0000 000d" ORIGIN PATH NLRI,
	    BGP_TREAT_AS_WITHDRAW, 3, 0, 4, 0 },
	{ "NEXT_HOP may be missing beside MP_REACH",
	    "0000 002c" ORIGIN PATH R6NLRI, BGP_OK, 0, 0, 0, 0 },
	{ "MP_REACH announces: ORIGIN is missing", "0000 0028" PATH R6NLRI,
	    BGP_TREAT_AS_WITHDRAW, 1, 0, 0, 0 },
	{ "MP_REACH of no prefix announces nothing", "0000 0018" REACH6, BGP_OK,
	    0, 0, 0, 0 },
	{ "attributes without a prefix", "0000 0004" ORIGIN, BGP_OK, 0, 0, 0,
	    0 },
	/* 3 (b) */
	{ "withdrawn routes overrun", "0005" NLRI, BGP_SESSION_RESET, 0, 0, 0,
	    0 },
	{ "attributes overrun", "0000 0005" ORIGIN, BGP_SESSION_RESET, 0, 0, 0,
	    0 },
	{ "cut in front of the attributes", "0000 00", BGP_SESSION_RESET, 0, 0,
	    0, 0 },
	{ "an empty body", "", BGP_SESSION_RESET, 0, 0, 0, 0 },
	/* RFC 4724 2 */
	{ "End-of-RIB of IPv4", "0000 0000", BGP_OK, 0, 0, 0, BGP_AFI_IP4 },
	{ "End-of-RIB of IPv6", "0000 0006 800f03 000201", BGP_OK, 0, 0, 0,
	    BGP_AFI_IP6 },
	{ "an empty MP_UNREACH beside others",
	    "0000 000a" ORIGIN "800f03 000201", BGP_OK, 0, 0, 0, 0 },
	{ "an MP_UNREACH that withdraws", "0000 0008 800f05 000201 08 20",
	    BGP_OK, 0, 0, 0, 0 },
};

static void
test_update(void **state)
{
	const struct update_case *c = *state;
	struct bgp_view v = hex_view(c->body);
	struct bgp_update u;

	memset(&u, 0xaa, sizeof(u));
	bgp_update_decode(test_decoder(), v.p, v.n, &session_as4, &u);
	assert_int_equal(u.attrs.worst, c->worst);
	if (c->worst != BGP_OK)
		assert_int_equal(u.attrs.faults[0].attr, c->attr);
	else
		assert_int_equal(u.attrs.n_faults, 0);
	assert_int_equal(u.withdrawn.n, c->withdrawn);
	assert_int_equal(u.nlri.n, c->nlri);
	assert_int_equal(u.end_of_rib, c->eor != 0);
	assert_int_equal(u.eor_afi, c->eor);
	hex_free(v);
}

/* --- OPEN -------------------------------------------------------------- */

#define IP4  BGP_ADD_PATH_IP4
#define IP6  BGP_ADD_PATH_IP6
#define OPEN "04 5ba0 00b4 c0000221 "
#define CAPS \
	"01 04 00010001 02 00 06 00 09 01 03 41 04 fa56ea01 45 04 00010103 "

static const struct open_case {
	const char *why, *body;
	bool ok;
	uint32_t asn;
	bool as4, extended_message;
	int role;
	uint8_t add_path_send, add_path_receive;
	unsigned capabilities;
} opens[] = {
	{ "no parameters", OPEN "00", true, 23456, false, false, -1, 0, 0, 0 },
	{ "all capabilities in one parameter", OPEN "1b 02 19" CAPS, true,
	    4200000001, true, true, 3, IP4, IP4, 6 },
	{ "a parameter for each",
	    OPEN "0e 02 06 41 04 fa56ea01 02 04 45 02 0001 ", true, 4200000001,
	    true, false, -1, 0, 0, 2 },
	{ "ADD-PATH of both families", OPEN "0c 02 0a 45 08 00010101 00020102",
	    true, 23456, false, false, -1, IP6, IP4, 1 },
	{ "ADD-PATH of other families and modes",
	    OPEN "10 02 0e 45 0c 00010203 00190103 00010107", true, 23456,
	    false, false, -1, BGP_ADD_PATH_IP4_MULTICAST,
	    BGP_ADD_PATH_IP4_MULTICAST, 1 },
	{ "ADD-PATH of one family twice: the last holds",
	    OPEN "0c 02 0a 45 08 00020103 00020101", true, 23456, false, false,
	    -1, 0, IP6, 1 },
	{ "a parameter that is no capability",
	    OPEN "0b 01 01 00 02 06 41 04 0000fbf0", true, 64496, true, false,
	    -1, 0, 0, 1 },
	{ "extended parameters (RFC 9072)", OPEN "ff ff 001c 02 0019" CAPS,
	    true, 4200000001, true, true, 3, IP4, IP4, 6 },
	{ "a capability of wrong length is not believed",
	    OPEN "08 02 06 41 02 fbf0 06 00", true, 23456, false, true, -1, 0,
	    0, 2 },
	{ "a capability overruns its parameter",
	    OPEN "08 02 06 06 00 41 04 0000", false, 23456, false, true, -1, 0,
	    0, 1 },
	{ "a parameter overruns", OPEN "04 02 06 41 04", false, 23456, false,
	    false, -1, 0, 0, 0 },
	{ "parameters overrun the message", OPEN "05 02 02", false, 23456,
	    false, false, -1, 0, 0, 0 },
	{ "cut in the router id", "04 5ba0 00b4 c000", false, 23456, false,
	    false, -1, 0, 0, 0 },
	{ "nothing", "", false, 0, false, false, -1, 0, 0, 0 },
};

static void
test_open(void **state)
{
	const struct open_case *c = *state;
	struct bgp_view v = hex_view(c->body);
	struct bgp_capability cap;
	struct bgp_open o;
	unsigned n = 0;

	assert_int_equal(bgp_open_decode(v.p, v.n, &o), c->ok);
	assert_true(o.asn == c->asn);
	assert_int_equal(o.as4, c->as4);
	assert_int_equal(o.extended_message, c->extended_message);
	assert_int_equal(o.role, c->role);
	assert_int_equal(o.add_path_send, c->add_path_send);
	assert_int_equal(o.add_path_receive, c->add_path_receive);
	struct bgp_capability_iter it = bgp_capability_iter(&o);
	while (bgp_capability_next(&it, &cap))
		n++;
	assert_int_equal(n, c->capabilities);
	if (c->ok) {
		assert_int_equal(o.version, 4);
		assert_int_equal(o.hold_time, 180);
		assert_memory_equal(o.router_id, "\xc0\x00\x02\x21", 4);
		assert_false(it.bad);
	}
	hex_free(v);
}

/* A capability counts if both have it, and ADD-PATH in the direction of the
 * message. */
static void
test_session_of(void **state)
{
	static const struct session_case {
		struct bgp_open from, to;
		bool as4;
		uint8_t add_path;
	} c[] = {
		{ { .as4 = true }, { .as4 = true }, true, 0 },
		{ { .as4 = true }, { .as4 = false }, false, 0 },
		{ { .as4 = false }, { .as4 = true }, false, 0 },
		{ { .add_path_send = IP4 | IP6 }, { .add_path_receive = IP6 },
		    false, IP6 },
		{ { .add_path_receive = IP4 }, { .add_path_send = IP4 }, false,
		    0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(c); i++) {
		struct bgp_session s = bgp_session_of(&c[i].from, &c[i].to);

		assert_int_equal(s.as4, c[i].as4);
		assert_int_equal(s.add_path, c[i].add_path);
		assert_int_equal(bgp_session_add_path(&s, NET_IP4, 1),
		    (c[i].add_path & IP4) != 0);
		assert_int_equal(bgp_session_add_path(&s, NET_IP6, 1),
		    (c[i].add_path & IP6) != 0);
		assert_false(bgp_session_add_path(&s, NET_IP6, 2));
	}
	struct bgp_session all = { .add_path = BGP_ADD_PATH_ALL };
	assert_true(bgp_session_add_path(&all, NET_IP4, 1));
	assert_true(bgp_session_add_path(&all, NET_IP6, 2));
}

static void
test_notification(void **state)
{
	struct bgp_view v = hex_view("06 02 04 676f6f64");
	struct bgp_notification n;

	(void)state;
	assert_true(bgp_notification_decode(v.p, v.n, &n));
	assert_int_equal(n.code, 6);
	assert_int_equal(n.subcode, 2);
	assert_int_equal(n.data.n, 5);
	assert_true(bgp_notification_decode(v.p, 2, &n));
	assert_int_equal(n.data.n, 0);
	assert_false(bgp_notification_decode(v.p, 1, &n));
	hex_free(v);
}

/* --- prefixes ---------------------------------------------------------- */

static const struct nlri_case {
	const char *why, *bytes;
	uint8_t family;
	bool add_path;
	const char *want; /* "prefix id prefix id", then "!" for damage */
} nlris[] = {
	{ "none", "", NET_IP4, false, "" },
	{ "the default route", "00", NET_IP4, false, "0.0.0.0/0 0 " },
	{ "a few", "08 0a 18 c00002 20 c0000201", NET_IP4, false,
	    "10.0.0.0/8 0 192.0.2.0/24 0 192.0.2.1/32 0 " },
	{ "bits behind the length", "0d 0b0d 1f c00002ff", NET_IP4, false,
	    "11.8.0.0/13 0 192.0.2.254/31 0 " },
	{ "IPv6", "00 30 20010db80001 80 20010db8000000000000000000000001",
	    NET_IP6, false, "::/0 0 2001:db8:1::/48 0 2001:db8::1/128 0 " },
	{ "path identifiers", "00000007 08 0a ffffffff 00", NET_IP4, true,
	    "10.0.0.0/8 7 0.0.0.0/0 4294967295 " },
	{ "33 bits of IPv4", "08 0a 21 c000020180 08 0b", NET_IP4, false,
	    "10.0.0.0/8 0 !" },
	{ "129 bits of IPv6", "81 20010db800000000000000000000000180", NET_IP6,
	    false, "!" },
	{ "33 bits of IPv6", "21 20010db880", NET_IP6, false,
	    "2001:db8:8000::/33 0 " },
	{ "too few octets", "18 c00002 18 c000", NET_IP4, false,
	    "192.0.2.0/24 0 !" },
	{ "a length alone", "18", NET_IP4, false, "!" },
	{ "cut in an identifier", "000000", NET_IP4, true, "!" },
	{ "an identifier alone", "00000001", NET_IP4, true, "!" },
};

static void
test_nlri(void **state)
{
	const struct nlri_case *c = *state;
	struct bgp_view v = hex_view(c->bytes);
	struct bgp_nlri_iter it = bgp_nlri_iter(v, c->family, c->add_path);
	struct bgp_nlri n;
	struct buf got = { 0 };

	while (bgp_nlri_next(&it, &n)) {
		char text[PREFIX_TEXT_MAX];

		assert_true(prefix_is_canonical(&n.prefix));
		(void)prefix_format(text, &n.prefix);
		buf_printf(&got, "%s %u ", text, n.path_id);
	}
	if (it.bad)
		buf_chr(&got, '!');
	assert_string_equal(buf_cstr(&got), c->want);
	assert_false(bgp_nlri_next(&it, &n)); /* and it stays so */
	buf_fini(&got);
	hex_free(v);
}

static void
test_family(void **state)
{
	uint8_t f = 9;

	(void)state;
	assert_true(bgp_family(1, 1, &f) && f == NET_IP4);
	assert_true(bgp_family(2, 2, &f) && f == NET_IP6);
	assert_false(bgp_family(1, 128, &f));
	assert_false(bgp_family(25, 1, &f));
	assert_false(bgp_family(0, 1, &f));
	assert_false(bgp_family(2, 0, &f));
}

/* --- round trip -------------------------------------------------------- */

static uint32_t seed = 1;

/* xorshift: the same values in every run. */
static uint32_t
any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static struct prefix
any_prefix(uint8_t family)
{
	struct prefix p = { .family = family,
		.len = (uint8_t)(any() % (prefix_len_max(family) + 1U)) };

	for (int i = 0; i < (family == NET_IP6 ? 16 : 4); i++)
		p.addr[i] = (uint8_t)any();
	return prefix_truncate(&p, p.len);
}

static void
check_prefixes(struct bgp_view v, uint8_t family, const struct prefix *want,
    size_t n)
{
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family, false);
	struct bgp_nlri got;

	for (size_t i = 0; i < n; i++) {
		assert_true(bgp_nlri_next(&it, &got));
		assert_true(prefix_eq(&got.prefix, &want[i]));
	}
	assert_false(bgp_nlri_next(&it, &got));
	assert_false(it.bad);
}

static void
check_attrs(const struct bgp_attrs *a, const struct bgp_encode *e,
    uint8_t family)
{
	assert_int_equal(a->n_faults, 0);
	assert_int_equal(a->n_unknown, 0);
	assert_int_equal(a->origin, e->origin);
	assert_int_equal(a->path.n_asns, e->n_path);
	for (size_t i = 0; i < e->n_path; i++)
		assert_true(a->path.asns[i] == e->path[i]);
	if (family == NET_IP4)
		assert_memory_equal(a->next_hop, e->next_hop.addr, 4);
	else
		assert_memory_equal(a->mp_next_hop.p, e->next_hop.addr, 16);
	assert_int_equal(bgp_has(a, BGP_ATTR_MED), e->has_med);
	assert_true(a->med == (e->has_med ? e->med : 0));
	assert_int_equal(bgp_has(a, BGP_ATTR_LOCAL_PREF), e->has_local_pref);
	assert_int_equal(bgp_has(a, BGP_ATTR_ATOMIC_AGGREGATE), e->atomic);
	assert_int_equal(a->communities.n, 4 * e->n_communities);
	assert_int_equal(a->large_communities.n, 12 * e->n_large);
	assert_true(a->otc == e->otc);
	for (size_t i = 0; i < e->n_communities; i++) {
		struct rbuf r = rbuf_from(a->communities.p + 4 * i, 4);

		assert_true(rbuf_u32(&r) == e->communities[i]);
	}
}

static void
test_round_trip(void **state)
{
	uint32_t path[600], communities[100], large[40][3];
	struct prefix announce[50], withdraw[50];
	struct buf b = { 0 };

	(void)state;
	for (int round = 0; round < 2000; round++) {
		uint8_t family = round % 2 == 0 ? NET_IP4 : NET_IP6;
		size_t n_announce = any() % 50, n_withdraw = any() % 50;
		struct bgp_encode e = { .origin = (uint8_t)(any() % 3),
			.path = path,
			.n_path = any() % 10 == 0 ? any() % 600 : any() % 8,
			.next_hop = { .family = family },
			.has_med = any() % 2 == 0,
			.has_local_pref = any() % 2 == 0,
			.atomic = any() % 2 == 0,
			.med = any(),
			.local_pref = any(),
			.communities = communities,
			.n_communities = any() % 100,
			.large = (const uint32_t(*)[3])large,
			.n_large = any() % 40,
			.otc = any() % 3 };
		struct bgp_update u;
		enum bgp_type type;
		struct bgp_view body;

		for (size_t i = 0; i < COUNT(path); i++)
			path[i] = any() | 1;
		for (size_t i = 0; i < COUNT(communities); i++)
			communities[i] = any();
		for (size_t i = 0; i < COUNT(large); i++)
			large[i][0] = any();
		for (int i = 0; i < (family == NET_IP6 ? 16 : 4); i++)
			e.next_hop.addr[i] = (uint8_t)any();
		for (size_t i = 0; i < COUNT(announce); i++) {
			announce[i] = any_prefix(family);
			withdraw[i] = any_prefix(family);
		}
		buf_clear(&b);
		bgp_update_encode(&e, family, announce, n_announce, withdraw,
		    n_withdraw, &b);
		assert_true(bgp_header(b.p, b.n, &type, &body));
		assert_int_equal(type, BGP_UPDATE);
		assert_int_equal(body.n + BGP_HEADER_LEN, b.n);
		bgp_update_decode(test_decoder(), body.p, body.n, &session_as4,
		    &u);
		if (n_announce > 0)
			check_attrs(&u.attrs, &e, family);
		check_prefixes(family == NET_IP4 ? u.nlri : u.attrs.reach,
		    family, announce, n_announce);
		check_prefixes(family == NET_IP4 ? u.withdrawn
						 : u.attrs.unreach,
		    family, withdraw, n_withdraw);
		/* The same attributes as a table holds them. */
		e.table_dump = true;
		buf_clear(&b);
		bgp_attrs_encode(&e, family, NULL, 0, &b);
		bgp_attrs_decode(test_decoder(), b.p, b.n, &session_table,
		    &u.attrs);
		check_attrs(&u.attrs, &e, family);
	}
	buf_fini(&b);
}

#define ROWS(table, test)                                                 \
	for (size_t i = 0; i < COUNT(table); i++)                         \
		tests[n++] = (struct CMUnitTest)                          \
		{                                                         \
			.name = (table)[i].why, .test_func = (test),      \
			.initial_state = (void *)(uintptr_t) & (table)[i] \
		}

int
main(void)
{
	struct CMUnitTest tests[COUNT(headers) + COUNT(updates) + COUNT(opens) +
				COUNT(nlris) + 4] = {
		cmocka_unit_test(test_session_of),
		cmocka_unit_test(test_notification),
		cmocka_unit_test(test_family),
		cmocka_unit_test(test_round_trip),
	};
	size_t n = 4;

	ROWS(headers, test_header);
	ROWS(updates, test_update);
	ROWS(opens, test_open);
	ROWS(nlris, test_nlri);
	assert(n == COUNT(tests));
	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
