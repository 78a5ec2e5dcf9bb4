/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_test.c - filters against what was made for them: attribute blocks,
 * UPDATEs, prefixes, records.  What random filters say of whole archives is in
 * test/filter_real.c.
 */
#include "filter/filter_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h> /* last: needs those above */

/* "option value; option value" */
static struct filter *
make_filter(const char *text)
{
	struct filter *f = filter_new();
	struct str rest = str_from(text), one, name;
	char option[20] = "";
	struct err err;

	while (str_cut(&rest, ';', &one)) {
		one = str_trim(one);
		if (!str_word(&one, &name))
			continue;
		memset(option, 0, sizeof(option));
		memcpy(option, name.p, name.n);
		assert_int_equal(filter_add(f, option, str_trim(one), &err), 0);
	}
	return f;
}

/* --- attributes -------------------------------------------------------- */

static const struct bgp_session as2 = { 0 }, as4 = { .as4 = true };

/* Values as encode.c takes them: path 64496 64497 4200000001, communities
 * 64496:100 and no-export, large 64496:1:2. */
static void
make_attrs(struct buf *b)
{
	static const uint32_t path[] = { 64496, 64497, 4200000001 };
	static const uint32_t communities[] = { 64496U << 16 | 100,
		0xffffff01 };
	static const uint32_t large[1][3] = { { 64496, 1, 2 } };
	struct bgp_encode e = { .path = path,
		.n_path = 3,
		.communities = communities,
		.n_communities = 2,
		.large = large,
		.n_large = 1 };

	assert_true(ipaddr_parse(STR("192.0.2.1"), &e.next_hop));
	bgp_attrs_encode(&e, NET_IP4, NULL, 0, b);
}

static const struct attrs_case {
	const char *why, *filter;
	bool want;
} attrs_cases[] = {
	{ "nothing is asked", "", true },
	{ "the origin", "origin 4200000001", true },
	{ "another origin", "origin 64497", false },
	{ "one of the origins", "origin 1,4200000001,5", true },
	{ "not that origin", "origin !4200000001", false },
	{ "not another origin", "origin !64497", true },
	{ "one and not one", "origin 4200000001,!4200000001", false },
	{ "a path", "path _64497_", true },
	{ "a path that is another's", "path _6449_", false },
	{ "one of two paths", "path ^1_; path 1$", true },
	{ "a path, and not another", "path ^64496_; path !_64497_", false },
	{ "not a path", "path !_1_", true },
	{ "a community", "community 64496:100", true },
	{ "a community that is not there", "community 64496:101", false },
	{ "any of an AS", "community 64496:*", true },
	{ "any with a value", "community *:100", true },
	{ "by name", "community no-export", true },
	{ "not by name", "community !no-export", false },
	{ "a large one", "community *:1:2", true },
	{ "not that large one", "community 64496:1:3", false },
	{ "an extended one", "community rt:64496:100", false },
	{ "one of many kinds", "community rt:1:1,64496:1:2", true },
	{ "options together",
	    "origin 4200000001; path ^64496_; community "
	    "no-export",
	    true },
	{ "options together, one fails",
	    "origin 4200000001; path ^64496_; community no-peer", false },
};

static void
test_attrs(void **state)
{
	const struct attrs_case *c = *state;
	struct filter *f = make_filter(c->filter);
	struct filter_run *r = filter_run_new(f);
	struct buf b = { 0 };

	make_attrs(&b);
	/* Twice: the second answer comes from what was kept. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(filter_attrs(r, (struct bgp_view){ b.p, b.n },
				     &as4),
		    c->want);
	buf_fini(&b);
	filter_run_free(r);
	filter_free(f);
}

/* RFC 6793 4.2.3, and what comes first counts. */
static void
test_merged(void **state)
{
	static const uint8_t block[] = { 0x40, 2, 8, 2, 3, 0xfb, 0xf0, 0x5b,
		0xa0, 0x5b, 0xa0, /* 64496 23456 23456 */
		0xc0, 17, 10, 2, 2, 0, 1, 0x11, 0x70, 0, 1, 0x11,
		0x71,                     /* 70000 70001 */
		0x40, 2, 4, 2, 1, 0, 1 }; /* again: 1 */
	struct filter *f =
	    make_filter("origin 70001; path ^64496_70000_70001$");
	struct filter_run *r = filter_run_new(f);
	struct bgp_view v = { block, sizeof(block) };

	(void)state;
	assert_true(filter_attrs(r, v, &as2));
	/* Among speakers of four octets there is no AS4_PATH, and this
	 * AS_PATH is malformed. */
	assert_false(filter_attrs(r, v, &as4));
	/* Without AS4_PATH. */
	v.n = 11;
	assert_false(filter_attrs(r, v, &as2));
	filter_run_free(r);
	filter_free(f);
}

/* --- UPDATE ------------------------------------------------------------ */

#define N FILTER_NO
#define Y FILTER_YES
#define A FILTER_ASK

/* Announced 10.0.0.0/8 and 192.0.2.0/24, withdrawn 198.51.100.0/24. */
static const struct update_case {
	const char *why, *filter;
	enum filter_answer want, withdrawn, nlri;
} update_cases[] = {
	{ "nothing is asked", "", Y, Y, Y },
	{ "one of the announced", "prefix 10.0.0.0/8", A, N, A },
	{ "all announced", "prefix 10.0.0.0/8,192.0.2.0/24", A, N, Y },
	{ "the withdrawn", "prefix 198.51.100.0/24 exact", A, Y, N },
	{ "all", "prefix 0.0.0.0/0", Y, Y, Y },
	{ "none", "prefix 172.16.0.0/12", N, N, N },
	{ "all but one", "prefix !192.0.2.0/24", A, Y, A },
	{ "the other family", "family 6", N, N, N },
	{ "announcements", "type announcement", A, N, Y },
	{ "withdrawals", "type withdrawal", A, Y, N },
	{ "other messages", "type open,state,table", N, N, N },
	/* A withdrawal has no path. */
	{ "the origin", "origin 4200000001", A, N, Y },
	{ "not the origin", "origin !4200000001", N, N, N },
	{ "not another origin", "origin !1", A, N, Y },
	{ "origin and prefix", "origin 4200000001; prefix 10.0.0.0/8", A, N,
	    A },
};

static void
make_update(struct buf *b)
{
	static const char *const texts[] = { "10.0.0.0/8", "192.0.2.0/24",
		"198.51.100.0/24" };
	static const uint32_t path[] = { 64496, 4200000001 };
	struct bgp_encode e = { .path = path, .n_path = 2 };
	struct prefix p[3];

	for (size_t i = 0; i < 3; i++)
		assert_true(prefix_parse(str_from(texts[i]), &p[i]));
	bgp_update_encode(&e, NET_IP4, p, 2, &p[2], 1, b);
}

static void
test_update(void **state)
{
	const struct update_case *c = *state;
	struct filter *f = make_filter(c->filter);
	struct filter_run *r = filter_run_new(f);
	struct filter_cut cut;
	struct buf b = { 0 };

	make_update(&b);
	struct bgp_view body = { b.p + BGP_HEADER_LEN, b.n - BGP_HEADER_LEN };
	assert_int_equal(filter_update(r, body, &as4, &cut), c->want);
	assert_int_equal(cut.withdrawn, c->withdrawn);
	assert_int_equal(cut.nlri, c->nlri);
	assert_int_equal(cut.reach, FILTER_NO);
	assert_int_equal(cut.unreach, FILTER_NO);
	buf_fini(&b);
	filter_run_free(r);
	filter_free(f);
}

static void
test_end_of_rib(void **state)
{
	static const uint8_t empty[4] = { 0 };
	static const char *const texts[] = { "", "type update",
		"type end-of-rib", "type announcement", "family 4" };
	static const enum filter_answer want[] = { Y, Y, Y, N, N };
	struct filter_cut cut;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct filter *f = make_filter(texts[i]);
		struct filter_run *r = filter_run_new(f);

		assert_int_equal(filter_update(r, (struct bgp_view){ empty, 4 },
				     &as4, &cut),
		    want[i]);
		filter_run_free(r);
		filter_free(f);
	}
}

/* Lengths that contradict each other are for the decoder to tell of. */
static void
test_damaged_update(void **state)
{
	static const uint8_t lengths[] = { 0, 9, 0, 0 };
	static const uint8_t nlri[] = { 0, 0, 0, 0, 8, 11, 33, 1, 2, 3, 4, 5 };
	struct filter *f = make_filter("prefix 10.0.0.0/8");
	struct filter_run *r = filter_run_new(f);
	struct filter_cut cut;

	(void)state;
	assert_int_equal(filter_update(r, (struct bgp_view){ lengths, 4 }, &as4,
			     &cut),
	    FILTER_ASK);
	assert_int_equal(filter_update(r,
			     (struct bgp_view){ nlri, sizeof(nlri) }, &as4,
			     &cut),
	    FILTER_ASK);
	/* Its first prefix is another. */
	assert_int_equal(filter_update(r, (struct bgp_view){ nlri, 6 }, &as4,
			     &cut),
	    FILTER_NO);
	filter_run_free(r);
	filter_free(f);
}

/* --- prefixes ---------------------------------------------------------- */

/* Many prefixes of few bits, so that they cover each other: as one by one. */
static void
test_prefixes(void **state)
{
	static const char *const modes[] = { "exact", "more", "less", "any" };
	uint64_t seed = 7;
	char text[80];
	struct err err;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct filter *f = filter_new();

		for (int i = 0; i < round; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			unsigned r = (unsigned)(seed >> 33);
			(void)snprintf(text, sizeof(text),
			    (r & 1) != 0 ? "%s%u.0.0.0/%u %s"
					 : "%s20%02x::/%u %s",
			    r % 11 == 0 ? "!" : "", r >> 4 & 15, r >> 8 & 15,
			    modes[r >> 12 & 3]);
			assert_int_equal(filter_add(f, "prefix", str_from(text),
					     &err),
			    0);
		}
		struct filter_run *run = filter_run_new(f);
		for (unsigned i = 0; i < 16 * 17 * 2; i++) {
			struct prefix p = { .family = i % 2,
				.len = (uint8_t)(i / 2 / 16) };

			p.addr[0] = i % 2 == 0 ? (uint8_t)(i / 2 % 16) : 0x20;
			p.addr[1] = i % 2 == 0 ? 0 : (uint8_t)(i / 2 % 16);
			p = prefix_truncate(&p, p.len);
			assert_int_equal(filter_prefix(run, &p),
			    ref_prefix(f, &p));
		}
		filter_run_free(run);
		filter_free(f);
	}
}

/* All lengths of both families, with host bits set. */
static void
test_nlri(void **state)
{
	(void)state;
	for (unsigned family = 0; family < NET_FAMILIES; family++)
		for (unsigned len = 0; len <= 255; len++) {
			uint8_t raw[40];
			struct prefix_key k;
			struct bgp_nlri n;

			memset(raw, 0xa5, sizeof(raw));
			raw[0] = (uint8_t)len;
			struct rbuf b = rbuf_from(raw, sizeof(raw));
			struct bgp_nlri_iter it =
			    bgp_nlri_iter((struct bgp_view){ raw, sizeof(raw) },
				(uint8_t)family, false);
			bool want = bgp_nlri_next(&it, &n);
			assert_int_equal(prefix_key_next(&b, (uint8_t)family,
					     false, &k),
			    want);
			assert_int_equal(rbuf_ok(&b), want);
			if (!want)
				continue;
			struct prefix_key w = prefix_key(&n.prefix);
			assert_true(
			    k.hi == w.hi && k.lo == w.lo && k.len == w.len);
		}
}

/* --- records ----------------------------------------------------------- */

#define BASE_US (INT64_C(1700000000) * TIME_SEC)

static const struct record_case {
	const char *why, *filter;
	enum filter_answer table, update, state;
} record_cases[] = {
	{ "nothing is asked", "", Y, Y, Y },
	{ "later", "from 1700000001", N, N, N },
	{ "from then on", "from 1700000000", Y, Y, Y },
	{ "up to then, exclusive", "until 1700000000", N, N, N },
	{ "tables", "type table", Y, N, N },
	{ "updates", "type update", N, Y, N },
	{ "states", "type state", N, N, Y },
	{ "keepalives", "type keepalive", N, N, N },
	{ "a peer by AS", "peer 64496", A, Y, Y },
	{ "a peer by address", "peer 192.0.2.1", A, Y, Y },
	{ "another peer", "peer 192.0.2.2", A, N, N },
	{ "an unknown peer", "peer 192.0.2.3", N, N, N },
	{ "not a peer", "peer !64496", A, N, N },
	{ "a prefix", "prefix 10.0.0.0/8", Y, A, N },
	{ "a prefix of none", "prefix 11.0.0.0/8", N, N, N },
	{ "the origin", "origin 4200000001", Y, A, N },
	{ "another origin", "origin 1", N, N, N },
	{ "the other family", "family 6", N, N, N },
};

static void
make_records(struct buf *b)
{
	struct mrt_peers peers = { 0 };
	struct mrt_session s = { .peer_asn = 64496,
		.local_asn = 64511,
		.as4 = true };
	struct mrt_peer one = { .asn = 64496, .as4 = true };
	struct buf attrs = { 0 }, update = { 0 };
	struct prefix p;

	assert_true(ipaddr_parse(STR("192.0.2.1"), &one.ip));
	s.peer_ip = s.local_ip = one.ip;
	vec_push(&peers.list, one);
	one.asn = 64497;
	one.ip.addr[3] = 2;
	vec_push(&peers.list, one);
	mrt_write_peer_index(b, BASE_US, &peers);
	mrt_peers_fini(&peers);
	make_attrs(&attrs);
	const struct mrt_write_entry entries[] = {
		{ .peer = 0, .attrs = { attrs.p, attrs.n } },
		{ .peer = 1, .attrs = { attrs.p, attrs.n } },
	};
	assert_true(prefix_parse(STR("10.0.0.0/8"), &p));
	mrt_write_rib(b, BASE_US, 0, &p, false, entries, 2);
	make_update(&update);
	mrt_write_message(b, BASE_US, &s, update.p, update.n);
	mrt_write_state(b, BASE_US, &s, 6, 1);
	buf_fini(&attrs);
	buf_fini(&update);
}

static void
test_record(void **state)
{
	const struct record_case *c = *state;
	const enum filter_answer want[] = { Y, c->table, c->update, c->state };
	struct filter *f = make_filter(c->filter);
	struct filter_run *r = filter_run_new(f);
	struct mrt_peers peers = { 0 };
	struct mrt_record rec;
	struct mrt_decoded m;
	struct buf b = { 0 };
	struct err err;

	make_records(&b);
	struct mrt_reader *reader = mrt_reader_mem(b.p, b.n);
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(mrt_reader_next(reader, &rec, &err), 1);
		assert_int_equal(filter_record(r, &rec, &peers), want[i]);
		if (i == 0)
			assert_int_equal(mrt_decode(&rec, &peers, &m, &err), 0);
	}
	mrt_reader_free(reader);
	mrt_peers_fini(&peers);
	buf_fini(&b);
	filter_run_free(r);
	filter_free(f);
}

/* The next file's table of peers has the same size and number. */
static void
test_next_table(void **state)
{
	struct filter *f = make_filter("peer 64496");
	struct filter_run *r = filter_run_new(f);
	struct mrt_peers peers = { 0 };
	struct mrt_record index, rib;
	struct mrt_decoded m;
	struct buf b = { 0 };
	struct err err;

	(void)state;
	make_records(&b);
	struct mrt_reader *reader = mrt_reader_mem(b.p, b.n);
	assert_int_equal(mrt_reader_next(reader, &index, &err), 1);
	assert_int_equal(mrt_reader_next(reader, &rib, &err), 1);
	(void)filter_record(r, &index, &peers);
	assert_int_equal(mrt_decode(&index, &peers, &m, &err), 0);
	assert_int_equal(filter_record(r, &rib, &peers), FILTER_ASK);
	(void)filter_record(r, &index, &peers);
	peers.list.p[0].asn = 1;
	assert_int_equal(filter_record(r, &rib, &peers), FILTER_NO);
	mrt_reader_free(reader);
	mrt_peers_fini(&peers);
	buf_fini(&b);
	filter_run_free(r);
	filter_free(f);
}

/* --- all --------------------------------------------------------------- */

int
main(void)
{
	struct CMUnitTest tests[COUNT(attrs_cases) + COUNT(update_cases) +
				COUNT(record_cases) + 6] = {
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_end_of_rib),
		cmocka_unit_test(test_damaged_update),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_nlri),
		cmocka_unit_test(test_next_table),
	};
	size_t n = 6;

	for (size_t i = 0; i < COUNT(attrs_cases); i++)
		tests[n++] = (struct CMUnitTest){ .name = attrs_cases[i].why,
			.test_func = test_attrs,
			.initial_state = (void *)(uintptr_t)&attrs_cases[i] };
	for (size_t i = 0; i < COUNT(update_cases); i++)
		tests[n++] = (struct CMUnitTest){ .name = update_cases[i].why,
			.test_func = test_update,
			.initial_state = (void *)(uintptr_t)&update_cases[i] };
	for (size_t i = 0; i < COUNT(record_cases); i++)
		tests[n++] = (struct CMUnitTest){ .name = record_cases[i].why,
			.test_func = test_record,
			.initial_state = (void *)(uintptr_t)&record_cases[i] };
	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
