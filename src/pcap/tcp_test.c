/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcp_test.c - long streams in any order, several connections between the same
 * ends, and the limits.
 */
#include "base/hash.h"
#include "pcap/pcap_test.h"

static uint64_t seed = 1;

static uint32_t
any(uint32_t below)
{
	seed = hash_u64(seed + 1);
	return (uint32_t)(seed % below);
}

/* UPDATEs of n messages; each says its number in an attribute. */
static void
put_updates(struct buf *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned pad = any(200);

		put_hex(b, MARKER);
		buf_u16(b, (uint16_t)(19 + 4 + 7 + 3 + pad));
		put_hex(b, "02 0000");
		buf_u16(b, (uint16_t)(7 + 3 + pad));
		put_hex(b, "800404");
		buf_u32(b, i);
		put_hex(b, "c0c8");
		buf_u8(b, (uint8_t)pad);
		memset(buf_room(b, pad), 0xff, pad);
	}
}

/* Adds a segment of side 0, ports 179 and `port`. */
static void
put(struct buf *cap, uint16_t port, unsigned flags, uint32_t seq,
    const uint8_t *data, size_t n)
{
	struct buf packet = { 0 };
	struct seg s = { .ports = { 179, port },
		.flags = flags,
		.seq = seq,
		.data = data,
		.n = n };

	put_seg(&packet, &s);
	put_packet(cap, 0, &packet, 0);
	buf_fini(&packet);
}

/* --- any order --------------------------------------------------------- */

struct part {
	size_t from, to;
};

/* Pieces that cover all, some of them twice, in an order that is off by up to
 * 20; the first stays, since a capture begins with it. */
static size_t
cut_up(size_t n, struct part *parts)
{
	size_t count = 0;

	for (size_t at = 0; at < n;) {
		size_t len = 1 + any(300), back = at == 0 ? 0 : any(50);

		back = back < at ? back : at;
		len = at + len < n ? len : n - at;
		parts[count++] = (struct part){ at - back, at + len };
		at += len;
	}
	for (size_t i = 1; i + 1 < count; i++) {
		size_t k = i + any(20);
		struct part swap = parts[i];

		k = k < count ? k : count - 1;
		parts[i] = parts[k];
		parts[k] = swap;
	}
	return count;
}

static void
test_any_order(void **state)
{
	enum { N = 200 };

	(void)state;
	for (int round = 0; round < 50; round++) {
		static struct part parts[60000];
		struct buf stream = { 0 }, cap = { 0 };
		struct pcap_message m;
		struct err err;
		uint32_t base = any(2) == 0 ? any(1000) : 0U - any(20000);
		unsigned i = 0;

		put_updates(&stream, N);
		put_header(&cap, LINK_RAW_IP);
		size_t n = cut_up(stream.n, parts);
		for (size_t k = 0; k < n; k++)
			put(&cap, 1, ACK, base + (uint32_t)parts[k].from,
			    stream.p + parts[k].from,
			    parts[k].to - parts[k].from);
		struct pcap_messages *r =
		    pcap_messages_new(pcap_reader_mem(cap.p, cap.n), NULL);
		for (; pcap_messages_next(r, &m, &err) == 1; i++) {
			assert_int_equal(m.kind, PCAP_BGP);
			assert_int_equal(rbuf_be32(m.bytes.p + 26), i);
		}
		assert_int_equal(i, N);
		assert_int_equal(pcap_messages_counts(r)->missing, 0);
		pcap_messages_free(r);
		buf_fini(&stream);
		buf_fini(&cap);
	}
}

/* Of two packets that disagree on a byte the first is believed. */
static void
test_first_wins(void **state)
{
	struct buf a = { 0 }, b = { 0 }, cap = { 0 };
	struct pcap_message m;
	struct err err;

	(void)state;
	put_hex(&a, MARKER "0015 03 06 02");
	put_hex(&b, MARKER "0015 03 06 09");
	put_header(&cap, LINK_RAW_IP);
	put(&cap, 1, ACK, 0, a.p, 1);
	put(&cap, 1, ACK, 10, a.p + 10, 11);
	put(&cap, 1, ACK, 0, b.p, 21);
	struct pcap_messages *r =
	    pcap_messages_new(pcap_reader_mem(cap.p, cap.n), NULL);
	assert_int_equal(pcap_messages_next(r, &m, &err), 1);
	assert_memory_equal(m.bytes.p, a.p, 21);
	assert_int_equal(pcap_messages_next(r, &m, &err), 0);
	assert_int_equal(pcap_messages_counts(r)->repeated, 12);
	pcap_messages_free(r);
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&cap);
}

/* --- several connections ----------------------------------------------- */

static void
check(struct buf *cap, const char *want, uint64_t connections)
{
	struct buf said = { 0 };
	struct pcap_counts c = say_capture(&said, cap->p, cap->n, NULL);

	assert_string_equal(buf_cstr(&said), want);
	assert_int_equal(c.connections, connections);
	buf_fini(&said);
	buf_fini(cap);
}

static void
test_again(void **state)
{
	struct buf k = { 0 }, cap = { 0 };

	(void)state;
	put_hex(&k, MARKER "0013 04");
	/* SYN of another number; the old one ended in a message. */
	put_header(&cap, LINK_RAW_IP);
	put(&cap, 1, SYN, 99, NULL, 0);
	put(&cap, 1, ACK, 100, k.p, 12);
	put(&cap, 1, SYN, 500, NULL, 0);
	put(&cap, 1, ACK, 501, k.p, 19);
	check(&cap, "[0/12 another connection begins]@1 4:19@3", 2);
	/* Numbers that no window allows. */
	put_header(&cap, LINK_RAW_IP);
	put(&cap, 1, ACK, 100, k.p, 19);
	put(&cap, 1, ACK, 0x80000000, k.p, 19);
	put(&cap, 1, ACK, 0x80000013, k.p, 19);
	check(&cap, "4:19@0 4:19@1 4:19@2", 2);
	/* Old bytes and nothing else: the numbers are another's. */
	put_header(&cap, LINK_RAW_IP);
	put(&cap, 1, ACK, 0x1000000, k.p, 19);
	for (uint32_t i = 0; i < PCAP_REPEATED_MAX + 2; i++)
		put(&cap, 1, ACK, 19 * i, k.p, 19);
	check(&cap, "4:19@0 4:19@66", 2);
	buf_fini(&k);
}

static void
test_generator(void **state)
{
	struct buf k = { 0 }, cap = { 0 };

	(void)state;
	put_hex(&k, MARKER "0013 04");
	/* SYN with data, and a SYN not counted. */
	put_header(&cap, LINK_RAW_IP);
	put(&cap, 1, SYN, 100, k.p, 19);
	put(&cap, 1, ACK, 119, k.p, 19);
	put(&cap, 1, ACK, 138, k.p, 19);
	check(&cap, "4:19@0 4:19@1 4:19@2", 1);
	put_header(&cap, LINK_RAW_IP);
	put(&cap, 1, SYN, 100, NULL, 0);
	put(&cap, 1, ACK, 100, k.p, 1); /* a probe */
	put(&cap, 1, ACK, 101, k.p, 19);
	check(&cap, "4:19@2", 1);
	buf_fini(&k);
}

/* --- limits ------------------------------------------------------------ */

/* What waits behind a hole is bounded; then the hole is told. */
static void
test_waiting(void **state)
{
	enum { CHUNK = 32768 };
	struct buf big = { 0 }, k = { 0 }, cap = { 0 }, said = { 0 };
	uint32_t at = 19 + 100;

	(void)state;
	put_hex(&k, MARKER "0013 04");
	memset(buf_room(&big, CHUNK), 0, CHUNK);
	put_header(&cap, LINK_RAW_IP);
	put(&cap, 1, ACK, 0, k.p, 19);
	for (size_t n = 0; n <= PCAP_WAITING_MAX; n += CHUNK, at += CHUNK)
		put(&cap, 1, ACK, at, big.p, CHUNK);
	put(&cap, 1, ACK, at, k.p, 19);
	put(&cap, 1, ACK, 19, k.p, 19); /* too late */
	struct pcap_counts c = say_capture(&said, cap.p, cap.n, NULL);
	assert_string_equal(buf_cstr(&said),
	    "4:19@0 [100/1081344 bytes were not captured]@34 4:19@34");
	assert_int_equal(c.repeated, 19);
	buf_clear(&cap);
	buf_clear(&said);
	/* The same of very many small pieces. */
	put_header(&cap, LINK_RAW_IP);
	put(&cap, 1, ACK, 0, k.p, 19);
	for (uint32_t i = 0; i <= PCAP_SEGMENTS_MAX; i++)
		put(&cap, 1, ACK, 100 + 2 * i, big.p, 1);
	struct pcap_messages *r =
	    pcap_messages_new(pcap_reader_mem(cap.p, cap.n), NULL);
	struct pcap_message m;
	struct err err;
	while (pcap_messages_next(r, &m, &err) == 1)
		say_message(&said, &m);
	assert_string_equal(buf_cstr(&said),
	    "4:19@0 [1105/1025 bytes were not captured]@1025");
	pcap_messages_free(r);
	buf_fini(&big);
	buf_fini(&k);
	buf_fini(&cap);
	buf_fini(&said);
}

/* The oldest goes, one without messages first, and says what it had. */
static void
test_connections(void **state)
{
	struct buf k = { 0 }, cap = { 0 }, said = { 0 };

	(void)state;
	put_hex(&k, MARKER "0013 04");
	put_header(&cap, LINK_RAW_IP);
	put(&cap, 1, ACK, 0, k.p, 19); /* gave a message */
	put(&cap, 2, ACK, 0, k.p, 12); /* did not */
	for (uint32_t i = 0; i < PCAP_CONNECTIONS_MAX - 1; i++) {
		struct buf packet = { 0 };
		struct seg s = { .ports = { 80, 1 }, .flags = SYN };

		put_seg(&packet, &s);
		/* Another address for each. */
		packet.p[12] = 10;
		packet.p[13] = (uint8_t)(i >> 16);
		packet.p[14] = (uint8_t)(i >> 8);
		packet.p[15] = (uint8_t)i;
		put_packet(&cap, 0, &packet, 0);
		buf_fini(&packet);
	}
	put(&cap, 1, ACK, 19, k.p, 19);
	struct pcap_counts c = say_capture(&said, cap.p, cap.n, NULL);
	assert_string_equal(buf_cstr(&said),
	    "4:19@0 [0/12 too many connections, or bytes of these]@1 "
	    "4:19@65537");
	assert_int_equal(c.connections_given_up, 1);
	buf_fini(&k);
	buf_fini(&cap);
	buf_fini(&said);
}

/* Bytes of all connections together: a hole in each, a lot behind it. */
enum { CHUNK = 60000, EACH = 16, MANY = PCAP_HELD_MAX / (CHUNK * EACH) + 10 };

struct many {
	struct buf keepalive, big, out;
	unsigned done; /* packets made */
	size_t at;     /* bytes of out given */
};

static ssize_t
many_read(void *ctx, void *dst, size_t n, struct err *err)
{
	struct many *m = ctx;

	(void)err;
	if (m->at == m->out.n && m->done < MANY * (EACH + 1)) {
		uint16_t port = (uint16_t)(m->done / (EACH + 1));
		uint32_t k = m->done % (EACH + 1);

		buf_clear(&m->out);
		m->at = 0;
		if (m->done++ == 0)
			put_header(&m->out, LINK_RAW_IP);
		if (k == 0)
			put(&m->out, port, ACK, 0, m->keepalive.p, 19);
		else
			put(&m->out, port, ACK, 20 + (k - 1) * CHUNK, m->big.p,
			    CHUNK);
	}
	n = n < m->out.n - m->at ? n : m->out.n - m->at;
	memcpy(dst, m->out.p + m->at, n);
	m->at += n;
	return (ssize_t)n;
}

static void
test_held(void **state)
{
	struct many many = { 0 };
	struct pcap_source src = { many_read, &many };
	struct pcap_message m;
	struct err err;
	unsigned lost = 0, bgp = 0;

	(void)state;
	put_hex(&many.keepalive, MARKER "0013 04");
	memset(buf_room(&many.big, CHUNK), 0, CHUNK);
	struct pcap_messages *r =
	    pcap_messages_new(pcap_reader_new(&src), NULL);
	while (pcap_messages_next(r, &m, &err) == 1) {
		lost += m.kind == PCAP_LOST;
		bgp += m.kind == PCAP_BGP;
		if (m.kind == PCAP_LOST)
			assert_int_equal(m.missing, 1);
	}
	assert_int_equal(bgp, MANY);
	assert_int_equal(lost, MANY);
	assert_true(pcap_messages_counts(r)->connections_given_up >= 5);
	assert_true(pcap_messages_counts(r)->connections_given_up <= 20);
	pcap_messages_free(r);
	buf_fini(&many.keepalive);
	buf_fini(&many.big);
	buf_fini(&many.out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_first_wins),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_generator),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_connections),
		cmocka_unit_test(test_held),
	};

	return cmocka_run_group_tests_name("pcap/tcp", tests, NULL, NULL);
}
