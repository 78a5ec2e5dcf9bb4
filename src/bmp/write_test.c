/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write_test.c - what the writers write is read as it was: every type, with
 * values of all sizes.
 */
#include "bmp/bmp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

#include "base/mem.h"
#include "base/utc.h"

#define ROUNDS    1000
#define ITEMS_MAX 20

static uint32_t seed = 1;

static uint32_t
any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static void
any_bytes(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)any();
}

static struct ipaddr
any_ip(uint8_t family)
{
	struct ipaddr a = { .family = family };

	any_bytes(a.addr, family == NET_IP6 ? 16 : 4);
	return a;
}

static struct bmp_peer
any_peer(void)
{
	uint8_t family = (uint8_t)(any() % 2);
	struct bmp_peer p = { .type = (uint8_t)(any() % 5),
		.flags = (uint8_t)any() & (uint8_t)~BMP_FLAG_V,
		.ip = any_ip(family),
		.asn = any(),
		.time_us = any() * TIME_SEC + any() % TIME_SEC };

	any_bytes(p.distinguisher, sizeof(p.distinguisher));
	any_bytes(p.bgp_id, sizeof(p.bgp_id));
	if (family == NET_IP6)
		p.flags |= BMP_FLAG_V;
	if (p.type == BMP_PEER_LOC_RIB) {
		p.ip = (struct ipaddr){ .family = NET_IP4 };
		p.flags = any() % 2 == 0 ? BMP_FLAG_F : 0;
	}
	return p;
}

/* Bytes for views, of any length up to 300. */
static struct bgp_view
any_view(struct buf *pool)
{
	uint8_t bytes[300];
	size_t n = any() % 4 == 0 ? 0 : any() % (sizeof(bytes) + 1);

	any_bytes(bytes, n);
	buf_add(pool, bytes, n);
	return (struct bgp_view){ pool->p + pool->n - n, n };
}

/* A whole BGP message of a type. */
static struct bgp_view
any_message(struct buf *pool, enum bgp_type type)
{
	size_t at = pool->n, body = 40 + any() % 300;
	uint8_t bytes[400];

	any_bytes(bytes, body);
	if (type == BGP_OPEN) /* parameters that fill it */
		bytes[9] = (uint8_t)(body - 10 < 255 ? body - 10 : 0);
	for (int i = 0; i < 16; i++)
		buf_u8(pool, 0xff);
	buf_u16(pool, (uint16_t)(BGP_HEADER_LEN + body));
	buf_u8(pool, (uint8_t)type);
	buf_add(pool, bytes, body);
	return (struct bgp_view){ pool->p + at, pool->n - at };
}

static size_t
any_tlvs(struct buf *pool, struct bmp_tlv *list)
{
	size_t n = any() % ITEMS_MAX;

	for (size_t i = 0; i < n; i++)
		list[i] = (struct bmp_tlv){ (uint16_t)any(), any_view(pool) };
	return n;
}

static void
check_view(struct bgp_view got, struct bgp_view want)
{
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, want.n);
}

static void
check_peer(const struct bmp_peer *got, const struct bmp_peer *want)
{
	assert_true(bmp_same_rib(got, want));
	assert_int_equal(got->flags, want->flags);
	assert_true(got->time_us == want->time_us);
}

static void
check_tlvs(struct bmp_message *m, const struct bmp_tlv *want, size_t n)
{
	struct bmp_tlv got;
	struct err err;

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(bmp_tlv_next(m, &got, &err), 1);
		assert_int_equal(got.type, want[i].type);
		check_view(got.value, want[i].value);
	}
	assert_int_equal(bmp_tlv_next(m, &got, &err), 0);
}

/* Reads the one message of b. */
static struct bmp_message
read_one(const struct buf *b, uint8_t type)
{
	struct bmp_reader *r = bmp_reader_mem(b->p, b->n);
	struct bmp_frame f, end;
	struct bmp_message m;
	struct err err;

	assert_int_equal(bmp_reader_next(r, &f, &err), 1);
	assert_int_equal(bmp_reader_next(r, &end, &err), 0);
	assert_int_equal(f.type, type);
	if (bmp_decode(&f, &m, &err) == -1)
		fail_msg("%s", err.msg);
	bmp_reader_free(r); /* over memory: m stays good */
	return m;
}

/* --- one test for each type -------------------------------------------- */

/* What a round needs: a pool that views point into, and what is written. */
struct round {
	struct buf pool, out;
	struct bmp_peer peer;
	struct bmp_tlv tlvs[ITEMS_MAX];
	size_t n;
};

static void
begin_round(struct round *r)
{
	*r = (struct round){ .peer = any_peer() };
	/* Views into the pool stay: it does not grow. */
	(void)buf_room(&r->pool, 64U << 10);
	r->pool.n = 0;
	r->n = any_tlvs(&r->pool, r->tlvs);
}

static void
end_round(struct round *r)
{
	buf_fini(&r->pool);
	buf_fini(&r->out);
}

static void
test_route_monitoring(void **state)
{
	struct round r;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		begin_round(&r);
		struct bgp_view v = any_message(&r.pool, BGP_UPDATE);
		bmp_write_route_monitoring(&r.out, &r.peer, v);
		struct bmp_message m = read_one(&r.out, BMP_ROUTE_MONITORING);
		check_peer(&m.peer, &r.peer);
		check_view(m.update, v);
		assert_int_equal(m.rest.n, 0);
		end_round(&r);
	}
}

static struct bmp_statistic
any_statistic(struct buf *pool)
{
	struct bmp_statistic s = { .type = (uint16_t)any(),
		.form = (enum bmp_statistic_form)(any() % 4),
		.value = (uint64_t)any() << 32 | any() };

	if (s.form == BMP_STATISTIC_32)
		s.value &= UINT32_MAX;
	if (s.form == BMP_STATISTIC_FAMILY) {
		s.afi = (uint16_t)any();
		s.safi = (uint8_t)any();
	}
	if (s.form == BMP_STATISTIC_OTHER) {
		s.value = 0;
		do
			s.data = any_view(pool);
		while (s.data.n == 4 || s.data.n == 8 || s.data.n == 11);
	}
	return s;
}

static void
test_statistics(void **state)
{
	struct round r;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct bmp_statistic want[ITEMS_MAX], got;
		size_t n = any() % ITEMS_MAX;
		struct err err;

		begin_round(&r);
		for (size_t k = 0; k < n; k++)
			want[k] = any_statistic(&r.pool);
		bmp_write_statistics(&r.out, &r.peer, want, n);
		struct bmp_message m = read_one(&r.out, BMP_STATISTICS);
		check_peer(&m.peer, &r.peer);
		assert_int_equal(m.n_statistics, n);
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(bmp_statistic_next(&m, &got, &err), 1);
			assert_int_equal(got.type, want[k].type);
			assert_int_equal(got.form, want[k].form);
			assert_true(got.value == want[k].value);
			assert_int_equal(got.afi, want[k].afi);
			assert_int_equal(got.safi, want[k].safi);
			if (got.form == BMP_STATISTIC_OTHER)
				check_view(got.data, want[k].data);
		}
		assert_int_equal(bmp_statistic_next(&m, &got, &err), 0);
		end_round(&r);
	}
}

static void
test_peer_down(void **state)
{
	struct round r;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		uint8_t reason = (uint8_t)(any() % 8);

		begin_round(&r);
		struct bgp_view v =
		    reason == BMP_DOWN_LOCAL_NOTIFICATION ||
			    reason == BMP_DOWN_REMOTE_NOTIFICATION
			? any_message(&r.pool, BGP_NOTIFICATION)
			: any_view(&r.pool);
		bmp_write_peer_down(&r.out, &r.peer, reason, v);
		struct bmp_message m = read_one(&r.out, BMP_PEER_DOWN);
		check_peer(&m.peer, &r.peer);
		assert_int_equal(m.down.reason, reason);
		check_view(m.down.data, v);
		assert_int_equal(m.down.has_notification,
		    reason == BMP_DOWN_LOCAL_NOTIFICATION ||
			reason == BMP_DOWN_REMOTE_NOTIFICATION);
		assert_int_equal(m.down.has_event,
		    reason == BMP_DOWN_LOCAL_EVENT && v.n == 2);
		if (m.down.has_notification)
			assert_int_equal(m.down.notification.data.n, v.n - 21);
		end_round(&r);
	}
}

/* Reason 6 carries TLVs. */
static void
test_peer_down_tlvs(void **state)
{
	static const uint8_t name[] = { 0, 3, 0, 3, 'v', 'r', 'f' };
	struct bmp_tlv want = { BMP_TLV_TABLE_NAME, { name + 4, 3 } };
	struct round r;

	(void)state;
	begin_round(&r);
	bmp_write_peer_down(&r.out, &r.peer, BMP_DOWN_LOCAL_TLVS,
	    (struct bgp_view){ name, sizeof(name) });
	struct bmp_message m = read_one(&r.out, BMP_PEER_DOWN);
	check_tlvs(&m, &want, 1);
	end_round(&r);
}

static void
test_peer_up(void **state)
{
	struct round r;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		begin_round(&r);
		struct bmp_up up = {
			.local_ip = any_ip(r.peer.ip.family),
			.local_port = (uint16_t)any(),
			.remote_port = (uint16_t)any(),
			.sent.message = any_message(&r.pool, BGP_OPEN),
			.received.message = any_message(&r.pool, BGP_OPEN),
		};
		if (r.peer.type == BMP_PEER_LOC_RIB)
			up.local_ip = r.peer.ip;
		bmp_write_peer_up(&r.out, &r.peer, &up, r.tlvs, r.n);
		struct bmp_message m = read_one(&r.out, BMP_PEER_UP);
		check_peer(&m.peer, &r.peer);
		assert_true(ipaddr_eq(&m.up.local_ip, &up.local_ip));
		assert_int_equal(m.up.local_port, up.local_port);
		assert_int_equal(m.up.remote_port, up.remote_port);
		check_view(m.up.sent.message, up.sent.message);
		check_view(m.up.received.message, up.received.message);
		check_tlvs(&m, r.tlvs, r.n);
		end_round(&r);
	}
}

static void
test_information(void **state)
{
	struct round r;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		enum bmp_type type =
		    i % 2 == 0 ? BMP_INITIATION : BMP_TERMINATION;

		begin_round(&r);
		bmp_write_information(&r.out, type, r.tlvs, r.n);
		struct bmp_message m = read_one(&r.out, (uint8_t)type);
		assert_false(m.has_peer);
		check_tlvs(&m, r.tlvs, r.n);
		end_round(&r);
	}
}

static void
test_route_mirroring(void **state)
{
	struct round r;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		begin_round(&r);
		bmp_write_route_mirroring(&r.out, &r.peer, r.tlvs, r.n);
		struct bmp_message m = read_one(&r.out, BMP_ROUTE_MIRRORING);
		check_peer(&m.peer, &r.peer);
		check_tlvs(&m, r.tlvs, r.n);
		end_round(&r);
	}
}

/* Messages are written one behind the other. */
static void
test_stream(void **state)
{
	struct round r;
	struct bmp_frame f;
	struct err err;
	uint64_t n = 0;

	(void)state;
	begin_round(&r);
	bmp_write_information(&r.out, BMP_INITIATION, r.tlvs, r.n);
	bmp_write_route_mirroring(&r.out, &r.peer, r.tlvs, r.n);
	bmp_write_information(&r.out, BMP_TERMINATION, NULL, 0);
	struct bmp_reader *in = bmp_reader_mem(r.out.p, r.out.n);
	while (bmp_reader_next(in, &f, &err) == 1)
		n++;
	assert_int_equal(n, 3);
	assert_int_equal(f.type, BMP_TERMINATION);
	assert_int_equal(f.raw.n, BMP_HEADER_LEN);
	bmp_reader_free(in);
	end_round(&r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_route_monitoring),
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_peer_down),
		cmocka_unit_test(test_peer_down_tlvs),
		cmocka_unit_test(test_peer_up),
		cmocka_unit_test(test_information),
		cmocka_unit_test(test_route_mirroring),
		cmocka_unit_test(test_stream),
	};

	return cmocka_run_group_tests_name("write", tests, NULL, NULL);
}
