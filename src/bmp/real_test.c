/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * real_test.c - captures of routers of several makers talking BMP, where they
 * are at hand: nothing in them is refused, no prefix is malformed, and as many
 * of each kind as another decoder counts.
 *
 * The captures are pcap files of Ethernet whose TCP segments come in order, so
 * a few lines take the streams out of them.
 */
#include "bmp/bmp_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

#include "base/mem.h"

#define FILE_MAX  (64U << 20)
#define FLOWS_MAX 64

static char folder[4000];

/* --- captures ---------------------------------------------------------- */

/* One direction of a TCP connection. */
struct flow {
	uint8_t key[36]; /* addresses and ports */
	size_t key_len;
	uint32_t next; /* sequence number expected */
	struct buf bytes;
};

struct flows {
	struct flow list[FLOWS_MAX];
	size_t n;
};

static uint32_t
little_u32(struct rbuf *r)
{
	return __builtin_bswap32(rbuf_u32(r));
}

static struct flow *
flow_of(struct flows *f, const uint8_t *key, size_t n, uint32_t seq)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->list[i].key_len == n &&
		    memcmp(f->list[i].key, key, n) == 0)
			return &f->list[i];
	assert_true(f->n < FLOWS_MAX);
	struct flow *new = &f->list[f->n++];
	memcpy(new->key, key, n);
	new->key_len = n;
	new->next = seq;
	return new;
}

/* r: TCP header and what follows; key: both addresses. */
static void
take_segment(struct flows *f, struct rbuf r, const uint8_t *key, size_t n)
{
	uint8_t all[36];

	memcpy(all, key, n);
	rbuf_copy(&r, all + n, 4); /* ports */
	uint32_t seq = rbuf_u32(&r);
	rbuf_skip(&r, 4);
	size_t words = rbuf_u8(&r) >> 4;
	rbuf_skip(&r, words * 4 - 13);
	size_t len = rbuf_left(&r);
	if (!rbuf_ok(&r) || len == 0)
		return;
	struct flow *to = flow_of(f, all, n + 4, seq);
	assert_int_equal(seq, to->next);
	buf_add(&to->bytes, r.pos, len);
	to->next = seq + (uint32_t)len;
}

static void
take_packet(struct flows *f, struct rbuf r)
{
	uint16_t type;

	rbuf_skip(&r, 12);
	while ((type = rbuf_u16(&r)) == 0x8100) /* VLAN tags */
		rbuf_skip(&r, 2);
	if (type == 0x0800) {
		struct rbuf h = r;
		size_t head = (rbuf_u8(&h) & 15U) * 4;
		rbuf_skip(&h, 1);
		struct rbuf packet = rbuf_sub(&r, rbuf_u16(&h));
		rbuf_skip(&h, 5);
		uint8_t protocol = rbuf_u8(&h);
		rbuf_skip(&h, 2);
		rbuf_skip(&packet, head);
		if (rbuf_ok(&packet) && protocol == 6)
			take_segment(f, packet, rbuf_bytes(&h, 8), 8);
	} else if (type == 0x86dd) {
		rbuf_skip(&r, 4);
		size_t len = rbuf_u16(&r);
		uint8_t protocol = rbuf_u8(&r);
		rbuf_skip(&r, 1);
		const uint8_t *key = rbuf_bytes(&r, 32);
		struct rbuf packet = rbuf_sub(&r, len);
		if (rbuf_ok(&packet) && protocol == 6)
			take_segment(f, packet, key, 32);
	}
}

static void
take_streams(struct flows *f, const uint8_t *p, size_t n)
{
	struct rbuf r = rbuf_from(p, n);

	assert_int_equal(little_u32(&r), 0xa1b2c3d4);
	rbuf_skip(&r, 20);
	while (rbuf_left(&r) > 0) {
		rbuf_skip(&r, 8);
		uint32_t len = little_u32(&r);
		rbuf_skip(&r, 4);
		take_packet(f, rbuf_sub(&r, len));
	}
	assert_true(rbuf_ok(&r));
}

/* --- what is in them --------------------------------------------------- */

/*
 * Counted by a script that shares no line with the decoder.  The third holds no
 * Peer Up: four prefixes of it have path ids, eight messages might have some.
 */
static const struct real_row {
	const char *name;
	uint64_t streams, messages, ups, downs, updates, announced, withdrawn,
	    statistics, unsure;
} real_rows[] = {
	{ "bmp-multi-sources-init.pcap", 14, 15, 0, 0, 0, 0, 0, 0, 0 },
	{ "bmp-multi-sources-peer-up.pcap", 12, 289, 289, 0, 0, 0, 0, 0, 0 },
	{ "bmp-multi-sources-route-monitoring.pcap", 11, 6955, 0, 0, 6955, 4536,
	    0, 0, 8 },
	{ "bmp-multi-sources-stats.pcap", 11, 3626, 0, 0, 0, 0, 0, 88766, 0 },
	{ "pmacct--IPFIXv10-BMP-IPv6-CISCO-locrib-peerdown-vrf-traffic-00.pcap",
	    1, 877, 19, 1, 856, 736, 18, 0, 0 },
	{ "pmacct-400-IPFIXv10-BMP-CISCO-SRv6-multiple-sources-traffic-00.pcap",
	    1, 178, 7, 0, 156, 24, 0, 50, 0 },
	{ "pmacct-400-IPFIXv10-BMP-CISCO-SRv6-multiple-sources-traffic-01.pcap",
	    1, 178, 7, 0, 156, 24, 0, 50, 0 },
	{ "pmacct-PFIXv10-BMP-IPv6-CISCO-MPLS-multiple-sources-traffic-00.pcap",
	    1, 176, 7, 0, 161, 26, 0, 25, 0 },
	{ "pmacct-PFIXv10-BMP-IPv6-CISCO-MPLS-multiple-sources-traffic-01.pcap",
	    1, 169, 7, 0, 161, 26, 0, 0, 0 },
	{ "pmacct-ests-402-IPFIXv10-BMP-IPv6-high-availability-traffic-00.pcap",
	    1, 169, 7, 0, 161, 26, 0, 0, 0 },
	{ "pmacct-tests-201-BMP-CISCO-rd_instance-traffic-00.pcap", 1, 336, 42,
	    0, 251, 235, 0, 120, 0 },
	{ "pmacct-tests-202-BMP-CISCO-HUAWEI-multiple-sources-traffic-00.pcap",
	    1, 103, 18, 0, 84, 5, 0, 0, 0 },
	{ "pmacct-tests-204-BMP-CISCO-peer_down-traffic-00.pcap", 1, 343, 10, 3,
	    301, 49, 23, 96, 0 },
	{ "pmacct-tests-205-BMP-6wind-FRR-peer_down-traffic-00.pcap", 1, 509, 7,
	    2, 451, 142, 0, 336, 0 },
	{ "pmacct-tests-206-BMP-high-availability-traffic-00.pcap", 1, 295, 5,
	    0, 253, 142, 0, 252, 0 },
	{ "traffic-00.pcap", 1, 103, 18, 0, 84, 5, 0, 0, 0 },
	{ "traffic-01.pcap", 1, 87, 42, 0, 44, 37, 0, 0, 0 },
};

static struct walk w;

static void
add(struct real_row *sum)
{
	sum->messages += w.messages;
	sum->ups += w.ups;
	sum->downs += w.downs;
	sum->updates += w.updates;
	sum->announced += w.announced;
	sum->withdrawn += w.withdrawn;
	sum->statistics += w.statistics;
	sum->unsure += w.bases[BMP_ASSUMED];
}

/* All of a stream, in drops of `step` bytes; what it adds up to as a hash. */
static uint64_t
read_stream(const struct buf *b, size_t step)
{
	struct drip d = { b->p, b->n, step };
	struct bmp_reader *r =
	    bmp_reader_new(&(struct bmp_source){ drip_read, &d });
	struct bmp_frame f;
	struct err err = { 0 };
	int got;

	walk_init(&w);
	while ((got = bmp_reader_next(r, &f, &err)) == 1)
		walk_message(&w, &f);
	if (got == -1)
		fail_msg("%s", err.msg);
	bmp_reader_free(r);
	walk_fini(&w);
	return w.hash;
}

static void
test_real(void **state)
{
	const struct real_row *row = *state;
	struct real_row sum = { .name = row->name };
	static struct flows f;
	struct buf file = { .max = FILE_MAX };
	char path[5000];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, row->name);
	FILE *in = fopen(path, "rbe");
	assert_non_null(in);
	f.n = 0;
	memset(&f, 0, sizeof(f));
	for (uint8_t *p; (p = buf_room(&file, 1 << 16)) != NULL;) {
		size_t got = fread(p, 1, 1 << 16, in);

		file.n -= (1 << 16) - got;
		if (got == 0)
			break;
	}
	assert_false(file.failed);
	(void)fclose(in);
	take_streams(&f, file.p, file.n);
	for (size_t i = 0; i < f.n; i++) {
		struct buf *b = &f.list[i].bytes;

		assert_true(bmp_sniff(b->p, b->n));
		uint64_t hash = read_stream(b, 1000);
		assert_int_equal(w.refused, 0);
		assert_int_equal(w.bad_nlri, 0);
		add(&sum);
		assert_true(read_stream(b, SIZE_MAX) == hash);
		buf_fini(b);
	}
	assert_int_equal(f.n, row->streams);
	assert_int_equal(sum.messages, row->messages);
	assert_int_equal(sum.ups, row->ups);
	assert_int_equal(sum.downs, row->downs);
	assert_int_equal(sum.updates, row->updates);
	assert_int_equal(sum.announced, row->announced);
	assert_int_equal(sum.withdrawn, row->withdrawn);
	assert_int_equal(sum.statistics, row->statistics);
	assert_int_equal(sum.unsure, row->unsure);
	buf_fini(&file);
}

static bool
is_there(const char *name)
{
	char path[5000];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *in = fopen(path, "rbe");
	if (in != NULL)
		(void)fclose(in);
	return in != NULL;
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(real_rows)];
	const char *data = getenv("COMITY_TEST_DATA");
	size_t n = 0;

	(void)snprintf(folder, sizeof(folder), "%s/captures",
	    data == NULL ? "" : data);
	for (size_t i = 0; i < COUNT(real_rows); i++)
		if (is_there(real_rows[i].name))
			tests[n++] = (struct CMUnitTest){ real_rows[i].name,
				test_real, NULL, NULL,
				(void *)(uintptr_t)&real_rows[i] };
	if (n == 0) {
		(void)printf("1..0 # SKIP COMITY_TEST_DATA names no folder "
			     "with captures\n");
		return 0;
	}
	return _cmocka_run_group_tests("bmp/real", tests, n, NULL, NULL);
}
