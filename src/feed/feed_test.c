/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * feed_test.c - order of events: across files and collectors, ties, steps
 * back, bounds; peers, tables, ADD-PATH.
 */
#include "feed/feed_test.h"

/* --- order ------------------------------------------------------------- */

static void
test_merge(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	const char *paths[3];

	(void)state;
	announce(&b, 1, 1, "10.0.0.0/8", 1);
	announce(&b, 4, 1, "11.0.0.0/8", 1);
	paths[0] = save(&a, "rrc01/x.1", &b);
	announce(&b, 2, 1, "12.0.0.0/8", 1);
	announce(&b, 3, 2, "2001:db8::/32", 2);
	paths[1] = save(&a, "rrc00/x.1", &b);
	withdraw(&b, 5, 1, "10.0.0.0/8");
	paths[2] = save(&a, "rrc01/x.2", &b);
	static const char want[] = "1 announce rrc01 64501 10.0.0.0/8 1\n"
				   "2 announce rrc00 64501 12.0.0.0/8 1\n"
				   "3 announce rrc00 64502 2001:db8::/32 2\n"
				   "4 announce rrc01 64501 11.0.0.0/8 1\n"
				   "5 withdraw rrc01 64501 10.0.0.0/8\n";
	expect(paths, 3, want);
	/* The order on the command line means nothing. */
	const char *other[] = { paths[2], paths[1], paths[0] };
	expect(other, 3, want);
	arena_free(&a);
}

static void
test_ties(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	const char *paths[4];

	(void)state;
	/* One time: by collector, then the file that began first. */
	announce(&b, 9, 1, "10.0.0.0/8", 1);
	announce(&b, 9, 1, "10.0.0.0/8", 2);
	paths[0] = save(&a, "rrc05/later", &b);
	announce(&b, 1, 1, "11.0.0.0/8", 1);
	announce(&b, 9, 1, "11.0.0.0/8", 2);
	paths[1] = save(&a, "rrc05/first", &b);
	announce(&b, 9, 1, "12.0.0.0/8", 1);
	paths[2] = save(&a, "rrc04/x", &b);
	announce(&b, 9, 1, "13.0.0.0/8", 1);
	paths[3] = save(&a, "rrc10/x", &b);
	expect(paths, 4,
	    "1 announce rrc05 64501 11.0.0.0/8 1\n"
	    "9 announce rrc04 64501 12.0.0.0/8 1\n"
	    "9 announce rrc05 64501 11.0.0.0/8 2\n"
	    "9 announce rrc05 64501 10.0.0.0/8 1\n"
	    "9 announce rrc05 64501 10.0.0.0/8 2\n"
	    "9 announce rrc10 64501 13.0.0.0/8 1\n");
	arena_free(&a);
}

/* Two files of one collector that begin together: by digest, so neither the
 * names nor the order given decide. */
static void
test_ties_by_digest(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct trace t[2] = { 0 };
	const char *paths[2];
	struct err err = { 0 };

	(void)state;
	announce(&b, 1, 1, "10.0.0.0/8", 1);
	paths[0] = save(&a, "rrc01/a", &b);
	announce(&b, 1, 1, "11.0.0.0/8", 1);
	paths[1] = save(&a, "rrc01/b", &b);
	for (int i = 0; i < 2; i++) {
		const char *both[] = { paths[i], paths[1 - i] };
		struct feed_opts o = { .paths = both,
			.n_paths = 2,
			.from_us = TIME_NONE,
			.until_us = TIME_NONE };

		t[i].f = open_feed(&o);
		assert_int_equal(feed_run(t[i].f, trace_event, &t[i], &err), 0);
	}
	assert_string_equal(buf_cstr(&t[0].text), buf_cstr(&t[1].text));
	for (int i = 0; i < 2; i++) {
		feed_close(t[i].f);
		buf_fini(&t[i].text);
	}
	arena_free(&a);
}

static void
test_reorder(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	announce(&b, 1000, 1, "10.0.0.0/8", 1);
	announce(&b, 100, 1, "11.0.0.0/8", 1); /* 900 s back: put in order */
	announce(&b, 1100, 1, "12.0.0.0/8", 1);
	announce(&b, 199, 1, "13.0.0.0/8", 1); /* 901 s: too late */
	announce(&b, 200, 1, "14.0.0.0/8", 1);
	announce(&b, 2500, 1, "15.0.0.0/8", 1);
	announce(&b, 2500, 1, "16.0.0.0/8", 1);
	const char *path = save(&a, "rrc00/x", &b);
	static const char want[] =
	    "100 announce rrc00 64501 11.0.0.0/8 1\n"
	    "200 announce rrc00 64501 14.0.0.0/8 1\n"
	    "1000 announce rrc00 64501 10.0.0.0/8 1\n"
	    "1100 announce rrc00 64501 12.0.0.0/8 1\n"
	    "199 announce rrc00 64501 13.0.0.0/8 1 late\n"
	    "2500 announce rrc00 64501 15.0.0.0/8 1\n"
	    "2500 announce rrc00 64501 16.0.0.0/8 1\n";
	expect(&path, 1, want);
	/* The same if the file is read twice, not kept in memory. */
	struct feed_opts o = { .paths = &path,
		.n_paths = 1,
		.from_us = TIME_NONE,
		.until_us = TIME_NONE,
		.keep_bytes = 1 };
	expect_opts(&o, want);
	arena_free(&a);
}

static void
test_late_is_counted(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	announce(&b, 5000, 1, "10.0.0.0/8", 1);
	for (int i = 0; i < 3; i++)
		withdraw(&b, 10, 1, "10.0.0.0/8");
	const char *path = save(&a, "rrc00/x", &b);
	struct feed_opts o = { .paths = &path,
		.n_paths = 1,
		.from_us = TIME_NONE,
		.until_us = TIME_NONE };
	struct trace t = { .f = open_feed(&o) };
	assert_int_equal(feed_run(t.f, trace_event, &t, &err), 0);
	const struct feed_input *in = feed_input(t.f, 0);
	assert_int_equal(in->late, 3);
	assert_int_equal(in->events, 4);
	assert_true(in->first_us == T0 + 10 * TIME_SEC);
	assert_true(in->last_us == T0 + 5000 * TIME_SEC);
	feed_close(t.f);
	buf_fini(&t.text);
	arena_free(&a);
}

static void
test_from_until(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (int i = 1; i <= 5; i++)
		announce(&b, i, 1, "10.0.0.0/8", (uint32_t)i);
	const char *path = save(&a, "rrc00/x", &b);
	struct feed_opts o = { .paths = &path,
		.n_paths = 1,
		.from_us = T0 + 2 * TIME_SEC,
		.until_us = T0 + 4 * TIME_SEC };
	expect_opts(&o, "2 announce rrc00 64501 10.0.0.0/8 2\n"
			"3 announce rrc00 64501 10.0.0.0/8 3\n");
	o.from_us = TIME_NONE;
	o.until_us = T0 + 2 * TIME_SEC;
	expect_opts(&o, "1 announce rrc00 64501 10.0.0.0/8 1\n");
	o.from_us = T0 + 5 * TIME_SEC;
	o.until_us = TIME_NONE;
	expect_opts(&o, "5 announce rrc00 64501 10.0.0.0/8 5\n");
	arena_free(&a);
}

/* A table that stands outside the bounds says nothing: not even that routes
 * are gone. */
static void
test_table_outside_bounds(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	peer_index(&b, 0, "", 1);
	rib_entry(&b, 0, 0, "10.0.0.0/8", 1);
	announce(&b, 5, 1, "11.0.0.0/8", 1);
	const char *path = save(&a, "rrc00/x", &b);
	struct feed_opts o = { .paths = &path,
		.n_paths = 1,
		.from_us = T0 + TIME_SEC,
		.until_us = TIME_NONE };
	expect_opts(&o, "5 announce rrc00 64501 11.0.0.0/8 1\n");
	arena_free(&a);
}

/* --- peers and tables -------------------------------------------------- */

static void
test_peer_states(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	change_state(&b, 1, 1, 5, 6);
	announce(&b, 2, 1, "10.0.0.0/8", 1);
	change_state(&b, 3, 1, 6, 1);
	change_state(&b, 4, 1, 1, 2); /* says nothing of routes */
	change_state(&b, 5, 2, 5, 6);
	const char *path = save(&a, "rrc00/x", &b);
	expect(&path, 1,
	    "1 up rrc00 64501\n"
	    "2 announce rrc00 64501 10.0.0.0/8 1\n"
	    "3 down rrc00 64501\n"
	    "5 up rrc00 64502\n");
	arena_free(&a);
}

static void
test_table(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	peer_index(&b, 0, "", 2);
	rib_entry(&b, 0, 0, "10.0.0.0/8", 1);
	rib_entry(&b, 0, 1, "10.0.0.0/8", 1);
	rib_entry(&b, 0, 0, "2001:db8::/32", 2);
	const char *path = save(&a, "rrc00/bview", &b);
	expect(&path, 1,
	    "0 begin rrc00 64501\n0 begin rrc00 64502\n"
	    "0 rib rrc00 64501 10.0.0.0/8 1\n"
	    "0 rib rrc00 64502 10.0.0.0/8 1\n"
	    "0 rib rrc00 64501 2001:db8::/32 2\n"
	    "0 end rrc00 64501\n0 end rrc00 64502\n");
	arena_free(&a);
}

static int
check_since(void *ctx, const struct feed_event *e, struct err *err)
{
	static const int64_t want[] = { TIME_NONE, TIME_NONE, T0 - TIME_DAY,
		TIME_NONE, TIME_NONE };
	size_t *n = ctx;

	(void)err;
	assert_true(*n < COUNT(want));
	assert_true(e->since_us == want[(*n)++]);
	return 0;
}

/* When a route was learned; 0 and the future are defaults of writers. */
static void
test_since(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 }, at = { 0 };
	uint32_t path[2];
	struct bgp_encode e = attrs_of(path, 1, 7);
	struct prefix p = prefix_of("10.0.0.0/8");
	struct err err = { 0 };
	uint32_t now = (uint32_t)(T0 / TIME_SEC);
	const uint32_t learned[] = { 0, now - 86400, now + 1 };
	size_t n = 0;

	(void)state;
	bgp_attrs_encode(&e, NET_IP4, NULL, 0, &at);
	peer_index(&b, 0, "", 1);
	for (size_t i = 0; i < COUNT(learned); i++) {
		struct mrt_write_entry w = { 0, learned[i], 0, { at.p, at.n } };

		mrt_write_rib(&b, T0, 0, &p, false, &w, 1);
	}
	const char *file = save(&a, "rrc00/x", &b);
	struct feed_opts o = { .paths = &file,
		.n_paths = 1,
		.from_us = TIME_NONE,
		.until_us = TIME_NONE };
	struct feed *f = open_feed(&o);
	assert_int_equal(feed_run(f, check_since, &n, &err), 0);
	assert_int_equal(n, 5); /* begin, three routes, end */
	feed_close(f);
	buf_fini(&at);
	arena_free(&a);
}

static void
test_second_index(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	peer_index(&b, 0, "", 1);
	rib_entry(&b, 0, 0, "10.0.0.0/8", 1);
	peer_index(&b, 9, "", 1);
	rib_entry(&b, 9, 0, "11.0.0.0/8", 1);
	const char *path = save(&a, "rrc00/bview", &b);
	expect(&path, 1,
	    "0 begin rrc00 64501\n0 rib rrc00 64501 10.0.0.0/8 1\n"
	    "9 end rrc00 64501\n9 begin rrc00 64501\n"
	    "9 rib rrc00 64501 11.0.0.0/8 1\n9 end rrc00 64501\n");
	arena_free(&a);
}

/* A dump of which only a part is wanted is not whole. */
static void
test_table_cut_by_bounds(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	peer_index(&b, 0, "", 1);
	rib_entry(&b, 1, 0, "10.0.0.0/8", 1);
	rib_entry(&b, 2, 0, "11.0.0.0/8", 1);
	const char *path = save(&a, "rrc00/bview", &b);
	struct feed_opts o = { .paths = &path,
		.n_paths = 1,
		.from_us = TIME_NONE,
		.until_us = T0 + 2 * TIME_SEC };
	expect_opts(&o, "1 begin rrc00 64501\n1 rib rrc00 64501 10.0.0.0/8 1\n"
			"2 drop rrc00 64501\n");
	o.from_us = T0 + 1 * TIME_SEC;
	o.until_us = TIME_NONE;
	expect_opts(&o, "1 begin rrc00 64501\n1 rib rrc00 64501 10.0.0.0/8 1\n"
			"2 rib rrc00 64501 11.0.0.0/8 1\n2 drop rrc00 64501\n");
	arena_free(&a);
}

/* A table is whole when its last record was read, not when the file ends. */
static void
test_table_before_updates(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	peer_index(&b, 0, "", 1);
	rib_entry(&b, 0, 0, "10.0.0.0/8", 1);
	announce(&b, 5, 1, "11.0.0.0/8", 1);
	announce(&b, 6, 1, "11.0.0.0/8", 1);
	b.n -= 3; /* torn, but the table is not */
	const char *path = save(&a, "rrc00/x", &b);
	expect(&path, 1,
	    "0 begin rrc00 64501\n0 rib rrc00 64501 10.0.0.0/8 1\n"
	    "0 end rrc00 64501\n5 announce rrc00 64501 11.0.0.0/8 1\n");
	arena_free(&a);
}

/* A dump that breaks off does not say that what it lacks is gone. */
static void
test_torn_table(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	peer_index(&b, 0, "", 1);
	rib_entry(&b, 0, 0, "10.0.0.0/8", 1);
	rib_entry(&b, 0, 0, "11.0.0.0/8", 1);
	b.n -= 3;
	const char *path = save(&a, "rrc00/bview", &b);
	expect(&path, 1,
	    "0 begin rrc00 64501\n0 rib rrc00 64501 10.0.0.0/8 1\n"
	    "0 drop rrc00 64501\n");
	arena_free(&a);
}

static void
put_table_dump_v1(struct buf *b, uint8_t peer, uint8_t net)
{
	static const uint8_t attrs[] = {
		0x40, 1, 1, 0,            /* ORIGIN IGP */
		0x40, 2, 4, 2, 1, 0, 99,  /* AS_PATH 99 */
		0x40, 3, 4, 192, 0, 2, 1, /* NEXT_HOP */
	};

	buf_u32(b, (uint32_t)(T0 / TIME_SEC));
	buf_u16(b, MRT_TABLE_DUMP);
	buf_u16(b, 1);
	buf_u32(b, (uint32_t)(22 + sizeof(attrs)));
	buf_u16(b, 0);
	buf_u16(b, 0);
	buf_u32(b, (uint32_t)net << 24);
	buf_u8(b, 8);
	buf_u8(b, 1);
	buf_u32(b, 0);
	buf_u32(b, 0xc0000200U + peer);
	buf_u16(b, (uint16_t)(64500 + peer));
	buf_u16(b, (uint16_t)sizeof(attrs));
	buf_add(b, attrs, sizeof(attrs));
}

static void
test_table_dump_v1(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	put_table_dump_v1(&b, 1, 10);
	put_table_dump_v1(&b, 2, 10);
	put_table_dump_v1(&b, 1, 11);
	const char *path = save(&a, "rrc00/bview", &b);
	expect(&path, 1,
	    "0 begin rrc00 64501\n0 rib rrc00 64501 10.0.0.0/8 99\n"
	    "0 begin rrc00 64502\n0 rib rrc00 64502 10.0.0.0/8 99\n"
	    "0 rib rrc00 64501 11.0.0.0/8 99\n"
	    "0 end rrc00 64501\n0 end rrc00 64502\n");
	arena_free(&a);
}

static void
test_add_path(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 }, m = { 0 }, at = { 0 };
	struct mrt_session s = session_of(1);
	uint32_t path[2];
	struct bgp_encode e = attrs_of(path, 1, 7);
	struct prefix p = prefix_of("10.0.0.0/8");

	(void)state;
	bgp_attrs_encode(&e, NET_IP4, NULL, 0, &at);
	for (int i = 0; i < 16; i++)
		buf_u8(&m, 0xff);
	buf_u16(&m, 0);
	buf_u8(&m, BGP_UPDATE);
	buf_u16(&m, 6); /* withdrawn: id 5, 11.0.0.0/8 */
	buf_u32(&m, 5);
	buf_u8(&m, 8);
	buf_u8(&m, 11);
	buf_u16(&m, (uint16_t)at.n);
	buf_add(&m, at.p, at.n);
	for (uint32_t id = 1; id <= 2; id++) {
		buf_u32(&m, id);
		bgp_nlri_encode(&p, &m);
	}
	buf_put_u16(&m, 16, (uint16_t)m.n);
	s.add_path = true;
	mrt_write_message(&b, T0, &s, m.p, m.n);
	/* A table with path ids. */
	peer_index(&b, 1, "", 1);
	struct mrt_write_entry w[] = { { 0, 0, 3, { at.p, at.n } },
		{ 0, 0, 4, { at.p, at.n } } };
	mrt_write_rib(&b, T0 + TIME_SEC, 0, &p, true, w, 2);
	const char *file = save(&a, "rrc00/x", &b);
	expect(&file, 1,
	    "0 withdraw rrc00 64501 11.0.0.0/8#5\n"
	    "0 announce rrc00 64501 10.0.0.0/8#1 7\n"
	    "0 announce rrc00 64501 10.0.0.0/8#2 7\n"
	    "1 begin rrc00 64501\n"
	    "1 rib rrc00 64501 10.0.0.0/8#3 7\n"
	    "1 rib rrc00 64501 10.0.0.0/8#4 7\n"
	    "1 end rrc00 64501\n");
	buf_fini(&m);
	buf_fini(&at);
	arena_free(&a);
}

/* --- running ----------------------------------------------------------- */

static void
test_skip_and_stop(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	const char *paths[2];
	struct err err = { 0 };

	(void)state;
	announce(&b, 1, 1, "10.0.0.0/8", 1);
	paths[0] = save(&a, "rrc00/x", &b);
	announce(&b, 2, 1, "11.0.0.0/8", 1);
	announce(&b, 3, 1, "11.0.0.0/8", 2);
	paths[1] = save(&a, "rrc00/y", &b);
	struct feed_opts o = { .paths = paths,
		.n_paths = 2,
		.from_us = TIME_NONE,
		.until_us = TIME_NONE };
	struct trace t = { .f = open_feed(&o), .stop = 2 };
	feed_skip(t.f, 0);
	assert_int_equal(feed_run(t.f, trace_event, &t, &err), -1);
	assert_string_equal(err.msg, "stopped");
	assert_string_equal(buf_cstr(&t.text),
	    "2 announce rrc00 64501 11.0.0.0/8 1\n");
	assert_int_equal(feed_input(t.f, 0)->events, 0);
	feed_close(t.f);
	buf_fini(&t.text);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("files and collectors become one stream", test_merge),
		ROW("ties: collector, begin of the file", test_ties),
		ROW("ties: digest, not names", test_ties_by_digest),
		ROW("a step back of 15 minutes is put in order", test_reorder),
		ROW("later ones are marked and counted", test_late_is_counted),
		ROW("--from and --until, until excluded", test_from_until),
		ROW("a table outside the bounds says nothing",
		    test_table_outside_bounds),
		ROW("peers go up and down", test_peer_states),
		ROW("a table begins and ends for each peer", test_table),
		ROW("since when a table's route was there", test_since),
		ROW("a second index ends the first table", test_second_index),
		ROW("a table cut by the bounds is dropped",
		    test_table_cut_by_bounds),
		ROW("a table ends before the updates behind it",
		    test_table_before_updates),
		ROW("a torn table is dropped", test_torn_table),
		ROW("TABLE_DUMP: peers as they come", test_table_dump_v1),
		ROW("path ids of RFC 7911", test_add_path),
		ROW("skipped inputs, a handler that fails", test_skip_and_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
