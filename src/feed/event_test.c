/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event_test.c - an event as bytes and back: every kind, every session, cut at
 * every length, damaged at every byte.
 */
#include "feed/feed_test.h"

static const struct event_row {
	const char *why;
	struct feed_event ev;
	struct bgp_session session;
	const char *prefix, *collector;
	bool attrs;
} rows[] = {
	{ "announcement of four octets",
	    { .time_us = T0 + 1, .kind = FEED_ANNOUNCE, .attrs_id = 7 },
	    { .as4 = true }, "10.0.0.0/8", "rrc00", true },
	{ "announcement with a path id",
	    { .time_us = T0, .kind = FEED_ANNOUNCE, .path_id = UINT32_MAX },
	    { .as4 = true, .add_path = BGP_ADD_PATH_ALL }, "2001:db8::/32",
	    "rrc00", true },
	{ "announcement with path ids of one family",
	    { .time_us = T0, .kind = FEED_ANNOUNCE, .path_id = 1 },
	    { .as4 = true, .add_path = BGP_ADD_PATH_IP6_MULTICAST },
	    "2001:db8::/32", "rrc00", true },
	{ "late withdrawal",
	    { .time_us = 0,
		.kind = FEED_WITHDRAW,
		.late = true,
		.input = 3,
		.record = UINT64_MAX },
	    { 0 }, "0.0.0.0/0", "route-views.linx", false },
	{ "table entry",
	    { .time_us = T0,
		.since_us = T0 - 1,
		.kind = FEED_RIB,
		.attrs_id = UINT64_MAX },
	    { .as4 = true, .table_dump = true, .lenient = true }, "10.0.0.1/32",
	    "", true },
	{ "peer up", { .time_us = T0, .kind = FEED_PEER_UP }, { 0 }, NULL, "x",
	    false },
	{ "peer down", { .time_us = T0, .kind = FEED_PEER_DOWN }, { 0 }, NULL,
	    "x", false },
	{ "table dropped", { .time_us = TIME_NONE, .kind = FEED_TABLE_DROP },
	    { 0 }, NULL, "x", false },
};

static struct bgp_decoder decoder;

/* The event of a row with the block of attributes it points into. */
static void
encode_row(const struct event_row *row, struct buf *block, struct buf *out)
{
	struct feed_peer peer = { row->collector,
		{ NET_IP6, { 0x20, 1, 0xd, 0xb8 } }, 4200000001 };
	struct feed_event ev = row->ev;
	struct bgp_attrs attrs;
	uint32_t path[2];
	struct bgp_encode e = attrs_of(path, 1, 99);

	if (row->prefix != NULL)
		ev.prefix = prefix_of(row->prefix);
	if (row->attrs) {
		bgp_attrs_encode(&e, NET_IP4, NULL, 0, block);
		bgp_attrs_decode(&decoder, block->p, block->n, &row->session,
		    &attrs);
		ev.attrs = &attrs;
	}
	feed_event_encode(&ev, &peer, &row->session, out);
}

static int
decode(const void *p, size_t n, struct feed_event *ev, struct bgp_attrs *attrs,
    struct feed_peer *peer, struct bgp_session *s)
{
	struct err err = { 0 };
	int got = feed_event_decode(p, n, &decoder, ev, attrs, peer, s, &err);

	if (got == -1)
		assert_true(err.msg[0] != '\0');
	return got;
}

static void
test_round_trip(void **state)
{
	const struct event_row *row = *state;
	struct buf block = { 0 }, out = { 0 }, again = { 0 };
	struct feed_event ev;
	struct bgp_attrs attrs;
	struct feed_peer peer;
	struct bgp_session s;
	uint32_t origin;

	encode_row(row, &block, &out);
	assert_int_equal(decode(out.p, out.n, &ev, &attrs, &peer, &s), 0);
	assert_true(ev.time_us == row->ev.time_us);
	assert_true(ev.since_us == row->ev.since_us);
	assert_int_equal(ev.kind, row->ev.kind);
	assert_int_equal(ev.late, row->ev.late);
	assert_int_equal(ev.path_id, row->ev.path_id);
	assert_true(ev.attrs_id == row->ev.attrs_id);
	assert_int_equal(ev.input, row->ev.input);
	assert_true(ev.record == row->ev.record);
	assert_string_equal(peer.collector, row->collector);
	assert_int_equal(peer.asn, 4200000001);
	assert_int_equal(peer.addr.family, NET_IP6);
	assert_int_equal(s.as4, row->session.as4);
	assert_int_equal(s.add_path, row->session.add_path);
	assert_int_equal(s.table_dump, row->session.table_dump);
	assert_int_equal(s.lenient, row->session.lenient);
	assert_int_equal(ev.attrs != NULL, row->attrs);
	if (row->attrs) {
		assert_int_equal(ev.attrs->raw.n, block.n);
		assert_true(bgp_path_origin(&ev.attrs->path, &origin));
		assert_int_equal(origin, 99);
	}
	if (row->prefix != NULL) {
		struct prefix p = prefix_of(row->prefix);

		assert_true(prefix_eq(&p, &ev.prefix));
	}
	feed_event_encode(&ev, &peer, &s, &again);
	assert_int_equal(again.n, out.n);
	assert_memory_equal(again.p, out.p, out.n);
	buf_fini(&block);
	buf_fini(&out);
	buf_fini(&again);
}

static void
test_cut(void **state)
{
	struct feed_event ev;
	struct bgp_attrs attrs;
	struct feed_peer peer;
	struct bgp_session s;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf block = { 0 }, out = { 0 };

		encode_row(&rows[i], &block, &out);
		for (size_t n = 0; n < out.n; n++)
			assert_int_equal(decode(out.p, n, &ev, &attrs, &peer,
					     &s),
			    -1);
		buf_u8(&out, 0);
		assert_int_equal(decode(out.p, out.n, &ev, &attrs, &peer, &s),
		    -1);
		buf_fini(&block);
		buf_fini(&out);
	}
}

/* Whatever is accepted encodes to what was accepted. */
static void
test_damaged(void **state)
{
	struct feed_event ev;
	struct bgp_attrs attrs;
	struct feed_peer peer;
	struct bgp_session s;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf block = { 0 }, out = { 0 };

		encode_row(&rows[i], &block, &out);
		for (size_t bit = 0; bit < out.n * 8; bit++) {
			struct buf again = { 0 };

			out.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (decode(out.p, out.n, &ev, &attrs, &peer, &s) == 0) {
				feed_event_encode(&ev, &peer, &s, &again);
				assert_int_equal(again.n, out.n);
				assert_memory_equal(again.p, out.p, out.n);
			}
			buf_fini(&again);
			out.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		buf_fini(&block);
		buf_fini(&out);
	}
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(rows) + 2];
	size_t n = 0;

	for (; n < COUNT(rows); n++)
		tests[n] = (struct CMUnitTest){ rows[n].why, test_round_trip,
			NULL, NULL, (void *)(uintptr_t)&rows[n] };
	tests[n++] = (struct CMUnitTest){ "cut at every length", test_cut, NULL,
		NULL, NULL };
	tests[n++] = (struct CMUnitTest){ "every bit turned", test_damaged,
		NULL, NULL, NULL };
	return cmocka_run_group_tests_name("feed/event", tests, NULL, NULL);
}
