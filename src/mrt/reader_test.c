/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader_test.c - streams cut into records: any size of reads, torn at every
 * length, sources that fail, lengths that cannot be; and what the writer writes
 * read again.
 */
#include "mrt/mrt_test.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

#include "base/utc.h"

static void
put_record(struct buf *b, uint32_t time, uint16_t type, uint16_t subtype,
    const void *body, size_t n)
{
	buf_u32(b, time);
	buf_u16(b, type);
	buf_u16(b, subtype);
	buf_u32(b, (uint32_t)n);
	buf_add(b, body, n);
}

/* --- cutting ----------------------------------------------------------- */

/* Three records of several sizes, the second with microseconds. */
static struct buf
three(void)
{
	static const uint8_t body[300] = { 0, 1, 0x86, 0xa0, 5, 6, 7 };
	struct buf b = { 0 };

	put_record(&b, 10, MRT_BGP4MP, 4, body, 40);
	put_record(&b, 11, MRT_BGP4MP_ET, 4, body, 300);
	put_record(&b, 12, MRT_BGP4MP, 0, body, 0);
	return b;
}

static void
test_records(void **state)
{
	struct buf b = three();
	struct mrt_reader *r = mrt_reader_mem(b.p, b.n);
	struct mrt_record rec;
	struct err err;

	(void)state;
	assert_int_equal(mrt_reader_next(r, &rec, &err), 1);
	assert_true(rec.time_us == 10 * TIME_SEC);
	assert_int_equal(rec.index, 0);
	assert_int_equal(rec.offset, 0);
	assert_int_equal(rec.body.n, 40);
	assert_int_equal(rec.raw.n, 52);
	assert_int_equal(mrt_reader_next(r, &rec, &err), 1);
	assert_true(rec.time_us == 11 * TIME_SEC + 100000);
	assert_int_equal(rec.index, 1);
	assert_int_equal(rec.offset, 52);
	assert_int_equal(rec.body.n, 296);
	assert_int_equal(rec.body.p[0], 5);
	assert_int_equal(rec.raw.n, 312);
	assert_int_equal(mrt_reader_next(r, &rec, &err), 1);
	assert_int_equal(rec.body.n, 0);
	assert_int_equal(rec.offset, 364);
	assert_int_equal(mrt_reader_next(r, &rec, &err), 0);
	assert_int_equal(mrt_reader_next(r, &rec, &err), 0);
	mrt_reader_free(r);
	mrt_reader_free(NULL);
	buf_fini(&b);
}

static void
test_nothing(void **state)
{
	struct mrt_reader *r = mrt_reader_mem("", 0);
	struct mrt_record rec;
	struct err err;

	(void)state;
	assert_int_equal(mrt_reader_next(r, &rec, &err), 0);
	mrt_reader_free(r);
}

/* RFC 6396 3: microseconds of a second; more is nothing that we believe. */
static void
test_microseconds(void **state)
{
	static const struct {
		uint8_t body[4];
		size_t n;
		int64_t us;
	} rows[] = {
		{ { 0, 0x0f, 0x42, 0x3f }, 4, 999999 },
		{ { 0, 0x0f, 0x42, 0x40 }, 4, 0 },
		{ { 0xff, 0xff, 0xff, 0xff }, 4, 0 },
		{ { 0, 0, 1 }, 3, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };
		struct mrt_record rec;
		struct err err;

		put_record(&b, 5, MRT_BGP4MP_ET, 4, rows[i].body, rows[i].n);
		struct mrt_reader *r = mrt_reader_mem(b.p, b.n);
		assert_int_equal(mrt_reader_next(r, &rec, &err), 1);
		assert_true(rec.time_us == 5 * TIME_SEC + rows[i].us);
		assert_int_equal(rec.body.n, rows[i].n == 4 ? 0 : 3);
		assert_int_equal(mrt_reader_next(r, &rec, &err), 0);
		mrt_reader_free(r);
		buf_fini(&b);
	}
}

/* Every length: whole records, then the end or a reason with its offset. */
static void
test_torn(void **state)
{
	static const size_t ends[] = { 0, 52, 364, 376 };
	struct buf b = three();

	(void)state;
	for (size_t n = 0; n <= b.n; n++) {
		uint8_t *exact = malloc(n + 1);
		struct mrt_record rec;
		struct err err = { 0 };
		size_t want = 0;
		int got;

		assert_non_null(exact);
		memcpy(exact, b.p, n);
		while (want + 1 < COUNT(ends) && ends[want + 1] <= n)
			want++;
		struct mrt_reader *r = mrt_reader_mem(exact, n);
		for (size_t i = 0; i < want; i++)
			assert_int_equal(mrt_reader_next(r, &rec, &err), 1);
		got = mrt_reader_next(r, &rec, &err);
		assert_int_equal(got, n == ends[want] ? 0 : -1);
		if (got == -1) {
			char text[64];

			(void)snprintf(text, sizeof(text),
			    "record %zu at offset %zu is cut short", want,
			    ends[want]);
			assert_int_equal(err.code, ERR_INPUT);
			assert_non_null(strstr(err.msg, text));
			/* And so it stays. */
			assert_int_equal(mrt_reader_next(r, &rec, &err), -1);
		}
		mrt_reader_free(r);
		free(exact);
	}
	buf_fini(&b);
}

static void
test_too_long(void **state)
{
	struct buf b = three();
	struct mrt_record rec;
	struct err err;

	(void)state;
	buf_put_u32(&b, 52 + 8, MRT_RECORD_MAX + 1);
	struct mrt_reader *r = mrt_reader_mem(b.p, b.n);
	assert_int_equal(mrt_reader_next(r, &rec, &err), 1);
	assert_int_equal(mrt_reader_next(r, &rec, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_non_null(strstr(err.msg, "record 1 at offset 52"));
	mrt_reader_free(r);
	buf_fini(&b);
}

/* --- sources ----------------------------------------------------------- */

/* A record larger than the buffer begins with, among small ones. */
static void
test_steps(void **state)
{
	static const size_t steps[] = { 1, 2, 11, 12, 13, 4095, 65536,
		SIZE_MAX };
	uint8_t *big = calloc(1, 600000);
	struct buf b = { 0 };

	(void)state;
	assert_non_null(big);
	for (uint32_t i = 0; i < 3000; i++)
		put_record(&b, i, MRT_BGP4MP, 4, big, i % 50);
	put_record(&b, 1, MRT_TABLE_DUMP_V2, 2, big, 600000);
	put_record(&b, 2, MRT_TABLE_DUMP, 1, big, 5);
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct drip d = { b.p, b.n, steps[i] };
		struct mrt_reader *r =
		    mrt_reader_new(&(struct mrt_source){ drip_read, &d });
		struct mrt_record rec;
		struct err err;
		uint64_t at = 0, n = 0;

		while (mrt_reader_next(r, &rec, &err) == 1) {
			assert_int_equal(rec.offset, at);
			assert_int_equal(rec.index, n++);
			assert_memory_equal(rec.raw.p, b.p + at, rec.raw.n);
			at += rec.raw.n;
		}
		assert_int_equal(at, b.n);
		assert_int_equal(n, 3002);
		mrt_reader_free(r);
	}
	free(big);
	buf_fini(&b);
}

/* Fails when it has given its bytes. */
static ssize_t
failing_read(void *ctx, void *buf, size_t n, struct err *err)
{
	struct drip *d = ctx;

	return d->n == 0 ? err_set(err, ERR_SYSTEM, "the disk is gone")
			 : drip_read(ctx, buf, n, err);
}

static void
test_source_fails(void **state)
{
	struct buf b = three();

	(void)state;
	/* Between records, in a header, in a body. */
	for (size_t cut = 0; cut <= 100; cut += 26) {
		struct drip d = { b.p, cut, 7 };
		struct mrt_reader *r =
		    mrt_reader_new(&(struct mrt_source){ failing_read, &d });
		struct mrt_record rec;
		struct err err = { 0 };

		for (size_t at = 52; at <= cut; at += 312)
			assert_int_equal(mrt_reader_next(r, &rec, &err), 1);
		assert_int_equal(mrt_reader_next(r, &rec, &err), -1);
		assert_int_equal(err.code, ERR_SYSTEM);
		assert_string_equal(err.msg, "the disk is gone");
		mrt_reader_free(r);
	}
	buf_fini(&b);
}

/* --- MRTd -------------------------------------------------------------- */

static void
put_entry(struct buf *b, uint8_t octet)
{
	buf_u32(b, (uint32_t)octet << 24);
	buf_u8(b, 8);
	buf_u8(b, 1);
	buf_u32(b, 1000);
	buf_u32(b, 0xc0000201);
	buf_u16(b, 64496);
	buf_u16(b, 3);
	buf_add(b, "\x40\x02\x00", 3);
}

/* The length of records of many routes leaves out view and sequence. */
static void
test_mrtd(void **state)
{
	struct buf body = { 0 }, b = { 0 };
	static struct walk w;
	struct mrt_record rec;
	struct err err;

	(void)state;
	buf_u32(&body, 0);
	for (uint8_t i = 10; i < 15; i++)
		put_entry(&body, i);
	for (int i = 0; i < 3; i++) {
		size_t at = b.n + 8;

		put_record(&b, 1, MRT_TABLE_DUMP, 1, body.p, body.n);
		if (i != 1) /* one that counts right between two that do not */
			buf_put_u32(&b, at, (uint32_t)body.n - 4);
	}
	assert_true(mrt_sniff(b.p, b.n));
	struct mrt_reader *r = mrt_reader_mem(b.p, b.n);
	while (mrt_reader_next(r, &rec, &err) == 1) {
		assert_int_equal(rec.body.n, body.n);
		walk_record(&w, &rec);
	}
	assert_int_equal(w.records, 3);
	assert_int_equal(w.routes, 15);
	assert_int_equal(w.refused, 0);
	mrt_reader_free(r);
	walk_fini(&w);
	buf_fini(&body);
	buf_fini(&b);
}

/* --- recognising ------------------------------------------------------- */

static void
test_sniff(void **state)
{
	struct buf b = three();

	(void)state;
	assert_true(mrt_sniff(b.p, b.n));
	assert_true(mrt_sniff(b.p, 20));
	assert_true(mrt_sniff(b.p, MRT_HEADER_LEN));
	assert_false(mrt_sniff(b.p, MRT_HEADER_LEN - 1));
	assert_false(mrt_sniff(b.p, 0));
	assert_false(mrt_sniff((const uint8_t *)"{ \"roas\": [ {", 13));
	assert_false(
	    mrt_sniff((const uint8_t *)"\x1f\x8b\x08\0\0\0\0\0\0\0\0\0", 12));
	buf_put_u32(&b, 8, MRT_RECORD_MAX + 1);
	assert_false(mrt_sniff(b.p, b.n));
	buf_fini(&b);
}

/* --- writing ----------------------------------------------------------- */

static uint32_t seed = 1;

static uint32_t
any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static struct ipaddr
any_ip(void)
{
	struct ipaddr a = { .family = (uint8_t)(any() % 2) };

	for (int i = 0; i < (a.family == NET_IP6 ? 16 : 4); i++)
		a.addr[i] = (uint8_t)any();
	return a;
}

/* Reads the one record of b. */
static struct mrt_decoded
read_one(const struct buf *b, struct mrt_peers *peers, struct mrt_record *rec)
{
	struct mrt_reader *r = mrt_reader_mem(b->p, b->n);
	struct mrt_record end;
	struct mrt_decoded m;
	struct err err;

	assert_int_equal(mrt_reader_next(r, rec, &err), 1);
	assert_int_equal(mrt_reader_next(r, &end, &err), 0);
	if (mrt_decode(rec, peers, &m, &err) == -1)
		fail_msg("%s", err.msg);
	mrt_reader_free(r); /* over memory: rec stays good */
	return m;
}

static void
test_write_index(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 50; n++) {
		struct mrt_peers want = { .view = "a view" }, got = { 0 };
		struct mrt_record rec;
		struct buf b = { 0 };

		for (int i = 0; i < 4; i++)
			want.collector_id[i] = (uint8_t)any();
		for (unsigned i = 0; i < n; i++) {
			struct mrt_peer p = { .ip = any_ip(),
				.asn = any(),
				.as4 = any() % 2 == 0 };

			p.asn &= p.as4 ? UINT32_MAX : UINT16_MAX;
			vec_push(&want.list, p);
		}
		mrt_write_peer_index(&b, 77 * TIME_SEC, &want);
		struct mrt_decoded m = read_one(&b, &got, &rec);
		assert_int_equal(m.kind, MRT_PEER_INDEX);
		assert_true(rec.time_us == 77 * TIME_SEC);
		assert_string_equal(got.view, want.view);
		assert_memory_equal(got.collector_id, want.collector_id, 4);
		assert_int_equal(got.list.n, n);
		for (unsigned i = 0; i < n; i++) {
			assert_true(
			    ipaddr_eq(&got.list.p[i].ip, &want.list.p[i].ip));
			assert_true(got.list.p[i].asn == want.list.p[i].asn);
			assert_int_equal(got.list.p[i].as4, want.list.p[i].as4);
		}
		mrt_peers_fini(&want);
		mrt_peers_fini(&got);
		buf_fini(&b);
	}
}

static void
test_write_rib(void **state)
{
	(void)state;
	for (int round = 0; round < 500; round++) {
		struct ipaddr ip = any_ip();
		struct prefix p = { .family = ip.family };
		struct mrt_write_entry e[20];
		struct mrt_rib_entry got;
		struct mrt_peers none = { 0 };
		struct mrt_record rec;
		struct err err;
		struct buf b = { 0 };
		size_t n = any() % COUNT(e);
		bool add_path = round % 2 == 0;

		memcpy(p.addr, ip.addr, sizeof(p.addr));
		p = prefix_truncate(&p,
		    (uint8_t)(any() % (prefix_len_max(p.family) + 1U)));
		for (size_t i = 0; i < n; i++)
			e[i] = (struct mrt_write_entry){ (uint16_t)any(), any(),
				any(),
				{ (const uint8_t *)"some attributes",
				    any() % 15 } };
		mrt_write_rib(&b, 5 * TIME_SEC, 99, &p, add_path, e, n);
		struct mrt_decoded m = read_one(&b, &none, &rec);
		assert_int_equal(m.kind, MRT_RIB);
		assert_int_equal(m.rib.sequence, 99);
		assert_int_equal(m.rib.add_path, add_path);
		assert_true(prefix_eq(&m.rib.prefix, &p));
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(mrt_rib_next(&m.rib, &got, &err), 1);
			assert_int_equal(got.peer, e[i].peer);
			assert_true(got.originated == e[i].originated);
			assert_true(
			    got.path_id == (add_path ? e[i].path_id : 0));
			assert_int_equal(got.attrs.n, e[i].attrs.n);
			if (got.attrs.n > 0)
				assert_memory_equal(got.attrs.p, e[i].attrs.p,
				    got.attrs.n);
		}
		assert_int_equal(mrt_rib_next(&m.rib, &got, &err), 0);
		assert_int_equal(rbuf_left(&m.rib.entries), 0);
		buf_fini(&b);
	}
}

static uint32_t
written(uint32_t asn, bool as4)
{
	return as4 || asn <= UINT16_MAX ? asn : 23456;
}

static void
test_write_session(void **state)
{
	static const uint8_t keepalive[19] = { 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 19, 4 };

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct mrt_session s = { .peer_ip = any_ip(),
			.peer_asn = any() >> (any() % 32),
			.local_asn = any() >> (any() % 32),
			.interface = (uint16_t)any(),
			.as4 = any() % 2 == 0,
			.local = any() % 2 == 0,
			.add_path = any() % 2 == 0 };
		bool as4 = s.as4 || round % 3 == 0;
		int64_t time = (int64_t)any() * TIME_SEC + any() % TIME_SEC;
		struct mrt_peers none = { 0 };
		struct mrt_record rec;
		struct buf b = { 0 };
		bool is_state = round % 3 == 0;

		s.local_ip = any_ip();
		s.local_ip.family = s.peer_ip.family;
		if (s.peer_ip.family == NET_IP4)
			memset(s.local_ip.addr + 4, 0, 12);
		if (is_state)
			mrt_write_state(&b, time, &s, 6, 1);
		else
			mrt_write_message(&b, time, &s, keepalive,
			    sizeof(keepalive));
		struct mrt_decoded m = read_one(&b, &none, &rec);
		assert_true(rec.time_us == time);
		assert_int_equal(m.kind, is_state ? MRT_STATE : MRT_MESSAGE);
		assert_true(ipaddr_eq(&m.session.peer_ip, &s.peer_ip));
		assert_true(ipaddr_eq(&m.session.local_ip, &s.local_ip));
		assert_true(m.session.peer_asn == written(s.peer_asn, as4));
		assert_true(m.session.local_asn == written(s.local_asn, as4));
		assert_int_equal(m.session.interface, s.interface);
		assert_int_equal(m.session.as4, as4);
		if (is_state) {
			assert_int_equal(m.old_state, 6);
			assert_int_equal(m.new_state, 1);
		} else {
			assert_int_equal(m.session.add_path, s.add_path);
			assert_int_equal(m.session.local, s.local);
			assert_int_equal(m.message, BGP_KEEPALIVE);
			assert_int_equal(m.bgp.n, sizeof(keepalive));
		}
		buf_fini(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_microseconds),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_source_fails),
		cmocka_unit_test(test_mrtd),
		cmocka_unit_test(test_sniff),
		cmocka_unit_test(test_write_index),
		cmocka_unit_test(test_write_rib),
		cmocka_unit_test(test_write_session),
	};

	return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
