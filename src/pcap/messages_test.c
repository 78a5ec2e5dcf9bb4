/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * messages_test.c - connections told as segments, and what is read of them:
 * order, repetition, holes, wraps, captures that begin or end anywhere, streams
 * of BGP, BMP and neither.
 */
#include "pcap/pcap_test.h"

/* --- streams ----------------------------------------------------------- */

/* Messages of these lengths, one behind the other:
 *   OPEN 0-29 | KEEPALIVE -48 | UPDATE -71 | UPDATE -114 | KEEPALIVE -133 */
#define BGP_STREAM                                                          \
	MARKER "001d 01 04 fbf0 00b4 c0000201 00 " MARKER "0013 04 " MARKER \
	       "0017 02 0000 0000 " MARKER                                  \
	       "002b 02 0000 0014 400101 00 400200 400304 c0000201 "        \
	       "400600 c0c800 " MARKER "0013 04 "

#define PEER                                                       \
	"00 00 0000000000000000 000000000000000000000000c0000209 " \
	"0000fbf0 c0000209 00000000 00000000 "
/* Initiation 0-14 | peer down -63 | route monitoring -134 | peer down -183 */
#define BMP_STREAM                                         \
	"03 0000000e 04 0002 0004 6e616d65 "               \
	"03 00000031 02 " PEER "04 "                       \
	"03 00000047 00 " PEER MARKER "0017 02 0000 0000 " \
	"03 00000031 02 " PEER "04 "

#define HTTP "474554202f20485454502f312e310d0a0d0a 03000000 0000 ffff 0013 04 "

/* --- a capture told as segments ---------------------------------------- */

struct step {
	unsigned side, flags;
	unsigned from, to; /* bytes of the stream of this side */
	int ack;           /* bytes of the other's, -1 = none */
	unsigned cut;      /* bytes not captured */
};

#define STEPS_MAX 24
#define END                      \
	{                        \
		9, 0, 0, 0, 0, 0 \
	}

static const struct script {
	const char *why;
	const char *stream; /* of both sides */
	uint32_t base;      /* sequence number of byte 0 */
	uint16_t ports[2];
	struct step steps[STEPS_MAX];
	const char *want;
} scripts[] = {
	{ "a whole connection", BGP_STREAM, 1000, { 179, 40000 },
	    { { 1, SYN, 0, 0, -1, 0 }, { 0, SYN, 0, 0, 0, 0 },
		{ 1, ACK, 0, 29, 0, 0 }, { 0, ACK, 0, 48, 29, 0 },
		{ 1, ACK, 29, 133, 48, 0 }, { 1, FIN, 133, 133, 48, 0 }, END },
	    "1:29@2 <1:29@3 <4:19@3 4:19@4 2:23@4 2:43@4 4:19@4" },
	{ "begins in the middle, at a message", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 71, 133, -1, 0 }, END }, "2:43@0 4:19@0" },
	{ "begins in a message", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 10, 40, -1, 0 }, { 0, ACK, 40, 71, -1, 0 }, END },
	    "[0/19 the capture begins in a message]@1 4:19@1 2:23@1" },
	{ "ends in a message", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 40, -1, 0 }, END },
	    "1:29@0 [0/11 the capture ends in a message]@0" },
	{ "byte by byte over packets", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 1, -1, 0 }, { 0, ACK, 1, 18, -1, 0 },
		{ 0, ACK, 18, 19, -1, 0 }, { 0, ACK, 19, 28, -1, 0 },
		{ 0, ACK, 28, 30, -1, 0 }, { 0, ACK, 30, 48, -1, 0 }, END },
	    "1:29@4 4:19@5" },
	{ "out of order", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 0, ACK, 71, 133, -1, 0 },
		{ 0, ACK, 48, 71, -1, 0 }, { 0, ACK, 29, 48, -1, 0 }, END },
	    "1:29@0 4:19@3 2:23@3 2:43@3 4:19@3" },
	{ "sent again", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 48, -1, 0 }, { 0, ACK, 0, 48, -1, 0 },
		{ 0, ACK, 29, 71, -1, 0 }, END },
	    "1:29@0 4:19@0 2:23@2" },
	{ "overlaps while waiting", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 10, -1, 0 }, { 0, ACK, 40, 60, -1, 0 },
		{ 0, ACK, 30, 71, -1, 0 }, { 0, ACK, 50, 55, -1, 0 },
		{ 0, ACK, 5, 45, -1, 0 }, END },
	    "1:29@4 4:19@4 2:23@4" },
	{ "the sequence number wraps", BGP_STREAM, 0xffffffe0, { 179, 1 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 0, ACK, 48, 71, -1, 0 },
		{ 0, ACK, 29, 48, -1, 0 }, { 0, ACK, 0, 71, -1, 0 },
		{ 0, ACK, 71, 114, -1, 0 }, END },
	    "1:29@0 4:19@2 2:23@2 2:43@4" },
	{ "a hole to the end of the capture", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 0, ACK, 48, 71, -1, 0 }, END },
	    "1:29@0 [19/0 bytes were not captured]@1 2:23@1" },
	{ "a hole that cuts two messages", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 40, -1, 0 }, { 0, ACK, 60, 133, -1, 0 }, END },
	    "1:29@0 [20/22 bytes were not captured]@1 2:43@1 4:19@1" },
	{ "a hole that was acknowledged", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 0, ACK, 48, 71, -1, 0 },
		{ 1, ACK, 0, 0, 71, 0 }, { 1, ACK, 0, 0, 71, 0 },
		{ 1, ACK, 0, 0, 71, 0 }, { 1, ACK, 0, 0, 71, 0 },
		{ 0, ACK, 71, 114, -1, 0 }, END },
	    "1:29@0 [19/0 bytes were not captured]@1 2:23@1 2:43@6" },
	{ "acknowledged, captured later", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 0, ACK, 48, 71, -1, 0 },
		{ 1, ACK, 0, 0, 71, 0 }, { 0, ACK, 29, 48, -1, 0 }, END },
	    "1:29@0 4:19@3 2:23@3" },
	{ "bytes after their hole was given up", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 0, ACK, 48, 71, -1, 0 },
		{ 1, ACK, 0, 0, 71, 0 }, { 1, ACK, 0, 0, 71, 0 },
		{ 1, ACK, 0, 0, 71, 0 }, { 1, ACK, 0, 0, 71, 0 },
		{ 0, ACK, 29, 48, -1, 0 }, { 0, ACK, 71, 114, -1, 0 }, END },
	    "1:29@0 [19/0 bytes were not captured]@1 2:23@1 2:43@7" },
	{ "packets cut by the snap length", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 48, -1, 0 }, { 0, ACK, 48, 114, -1, 30 },
		{ 0, ACK, 114, 133, -1, 0 }, END },
	    "1:29@0 4:19@0 2:23@1 [30/13 a packet was captured in part]@2 "
	    "4:19@2" },
	{ "a hole in front of FIN", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 0, ACK | FIN, 48, 60, -1, 0 }, END },
	    "1:29@0 [19/12 bytes were not captured]@1" },
	{ "FIN in a message", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 0, ACK | FIN, 29, 40, -1, 0 },
		{ 1, ACK, 0, 29, -1, 0 }, END },
	    "1:29@0 [0/11 the connection ends in a message]@1 <1:29@2" },
	{ "RST closes a hole", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 0, ACK, 48, 71, -1, 0 },
		{ 1, RST, 0, 9, -1, 0 }, { 1, ACK, 0, 29, -1, 0 }, END },
	    "1:29@0 [19/0 bytes were not captured]@1 2:23@1 <1:29@3" },
	{ "SYN again", BGP_STREAM, 1000, { 179, 1 },
	    { { 0, SYN, 0, 0, -1, 0 }, { 0, SYN, 0, 0, -1, 0 },
		{ 0, ACK, 0, 29, -1, 0 }, { 0, SYN, 0, 0, -1, 0 },
		{ 0, ACK, 29, 48, -1, 0 }, END },
	    "1:29@2 4:19@4" },
	{ "SYN that carries data", BGP_STREAM, 1000, { 179, 1 },
	    { { 0, SYN, 0, 29, -1, 0 }, { 0, ACK, 29, 48, -1, 0 }, END },
	    "1:29@0 4:19@1" },
	{ "only the answer to SYN was captured", HTTP, 1000, { 80, 1 },
	    { { 0, SYN | ACK, 0, 0, 0, 0 }, { 1, ACK, 0, 29, -1, 0 }, END },
	    "" },
	{ "the probe of a keepalive", BGP_STREAM, 7, { 179, 1 },
	    { { 0, ACK, 0, 48, -1, 0 }, { 0, ACK, 47, 48, -1, 0 },
		{ 0, ACK, 48, 71, -1, 0 }, END },
	    "1:29@0 4:19@0 2:23@2" },
	{ "BGP by its marker on another port", BGP_STREAM, 7, { 1790, 1 },
	    { { 0, ACK, 0, 48, -1, 0 }, END }, "1:29@0 4:19@0" },
	{ "... begun in the middle", BGP_STREAM, 7, { 1790, 1 },
	    { { 0, ACK, 10, 133, -1, 0 }, END },
	    "[0/19 the capture begins in a message]@0 4:19@0 2:23@0 2:43@0 "
	    "4:19@0" },
	{ "... and then the other side", BGP_STREAM, 7, { 1790, 1 },
	    { { 1, ACK, 10, 20, -1, 0 }, { 0, ACK, 0, 29, -1, 0 },
		{ 1, ACK, 20, 48, -1, 0 }, END },
	    "<1:29@1 [0/19 the capture begins in a message]@2 4:19@2" },
	{ "neither BGP nor BMP", HTTP, 7, { 80, 1 },
	    { { 1, SYN, 0, 0, -1, 0 }, { 1, ACK, 0, 27, -1, 0 },
		{ 1, ACK, 27, 30, -1, 0 }, END },
	    "" },
	{ "BMP by its first bytes", BMP_STREAM, 7, { 5000, 1 },
	    { { 1, SYN, 0, 0, -1, 0 }, { 1, ACK, 0, 20, -1, 0 },
		{ 1, ACK, 20, 183, -1, 0 }, END },
	    "bmp4:14@1 bmp2:49@2 bmp0:71@2 bmp2:49@2" },
	{ "BMP, the first message in two packets", BMP_STREAM, 7, { 5000, 1 },
	    { { 1, ACK, 0, 1, -1, 0 }, { 1, ACK, 1, 9, -1, 0 },
		{ 1, ACK, 9, 63, -1, 0 }, END },
	    "bmp4:14@2 bmp2:49@2" },
	{ "BMP begun in the middle, at a message", BMP_STREAM, 7, { 5000, 1 },
	    { { 1, ACK, 14, 134, -1, 0 }, END }, "bmp2:49@0 bmp0:71@0" },
	{ "BMP begun in a message", BMP_STREAM, 7, { 5000, 1 },
	    { { 1, ACK, 30, 134, -1, 0 }, END },
	    "[0/33 the capture begins in a message]@0 bmp0:71@0" },
	{ "BMP behind a hole", BMP_STREAM, 7, { 5000, 1 },
	    { { 1, ACK, 0, 14, -1, 0 }, { 1, ACK, 40, 183, -1, 0 }, END },
	    "bmp4:14@0 [26/23 bytes were not captured]@1 bmp0:71@1 "
	    "bmp2:49@1" },
	{ "BMP behind a hole, message cut", BMP_STREAM, 7, { 5000, 1 },
	    { { 1, ACK, 0, 20, -1, 0 }, { 1, ACK, 63, 134, -1, 0 }, END },
	    "bmp4:14@0 [43/6 bytes were not captured]@1 bmp0:71@1" },
	{ "a message of BGP in BMP begun in the middle is none", BMP_STREAM, 7,
	    { 5000, 1 },
	    { { 1, ACK, 80, 183, -1, 0 }, { 1, ACK, 63, 80, -1, 0 }, END },
	    "" },
	{ "BMP without a marker, two in the middle", BMP_STREAM, 7, { 5000, 1 },
	    { { 1, ACK, 5, 134, -1, 0 }, END },
	    "[0/9 the capture begins in a message]@0 bmp2:49@0 bmp0:71@0" },
	{ "a stream that was nothing, then the other side", HTTP, 7, { 80, 1 },
	    { { 1, SYN, 0, 0, -1, 0 }, { 1, ACK, 0, 16, -1, 0 },
		{ 1, ACK, 20, 24, -1, 0 }, { 1, ACK, 16, 20, -1, 0 }, END },
	    "" },
	{ "keeps two sides apart", BGP_STREAM, 7, { 179, 179 },
	    { { 0, ACK, 0, 29, -1, 0 }, { 1, ACK, 0, 29, -1, 0 },
		{ 0, ACK, 29, 48, -1, 0 }, { 1, ACK, 29, 71, -1, 0 }, END },
	    "1:29@0 <1:29@1 4:19@2 <4:19@3 <2:23@3" },
};

static void
put_step(struct buf *cap, const struct step *s, const struct buf *stream,
    uint32_t base, const uint16_t *ports, int64_t time_us)
{
	struct buf packet = { 0 };
	struct seg seg = { .side = s->side,
		.ports = { ports[0], ports[1] },
		.flags =
		    s->ack >= 0 ? s->flags | ACK : s->flags & ~(unsigned)ACK,
		.seq = base + s->from - ((s->flags & SYN) != 0),
		.ack = s->ack >= 0 ? base + (uint32_t)s->ack : 0,
		.data = stream->p + s->from,
		.n = s->to - s->from };

	put_seg(&packet, &seg);
	put_packet(cap, time_us, &packet, s->cut);
	buf_fini(&packet);
}

static void
test_script(void **state)
{
	const struct script *s = *state;
	struct buf stream = { 0 }, cap = { 0 }, said = { 0 };

	put_hex(&stream, s->stream);
	put_header(&cap, LINK_RAW_IP);
	for (int i = 0; s->steps[i].side != 9; i++)
		put_step(&cap, &s->steps[i], &stream, s->base, s->ports,
		    i * TIME_SEC);
	struct pcap_counts c = say_capture(&said, cap.p, cap.n, NULL);
	assert_string_equal(buf_cstr(&said), s->want);
	assert_int_equal(c.damaged + c.not_ip + c.not_tcp + c.other_link, 0);
	assert_int_equal(c.connections, 1);
	buf_fini(&stream);
	buf_fini(&cap);
	buf_fini(&said);
}

/* One packet for each link type given; what is not read is named. */
static void
test_counts(void **state)
{
	struct buf cap = { 0 }, packet = { 0 }, said = { 0 };
	struct pcap_counts c;

	(void)state;
	put_hex(&packet, "08000000");
	put_header(&cap, 105);
	for (int i = 0; i < 3; i++)
		put_packet(&cap, 0, &packet, 0);
	c = say_capture(&said, cap.p, cap.n, NULL);
	assert_int_equal(c.packets, 3);
	assert_int_equal(c.other_link, 3);
	assert_int_equal(c.n_links, 1);
	assert_int_equal(c.links[0].link, 105);
	assert_int_equal(c.links[0].n, 3);
	/* Not IP, IP that is damaged, not TCP, TCP that is damaged. */
	static const char *const packets[] = { "50", "45000014",
		"45000014 00010000 40110000 c0000201 c0000202",
		"45000016 00010000 40060000 c0000201 c0000202 00b3" };
	buf_clear(&cap);
	put_header(&cap, LINK_RAW_IP);
	for (size_t i = 0; i < COUNT(packets); i++) {
		buf_clear(&packet);
		put_hex(&packet, packets[i]);
		put_packet(&cap, 0, &packet, 0);
	}
	c = say_capture(&said, cap.p, cap.n, NULL);
	assert_int_equal(c.not_ip, 1);
	assert_int_equal(c.damaged, 2);
	assert_int_equal(c.not_tcp, 1);
	assert_int_equal(c.connections, 0);
	assert_int_equal(said.n, 0);
	buf_fini(&cap);
	buf_fini(&packet);
	buf_fini(&said);
}

/* BMP begun in a message, without any marker: only the port says it. */
static void
test_bmp_port(void **state)
{
	static const struct step steps[] = { { 1, ACK, 5, 14, -1, 0 },
		{ 1, ACK, 14, 63, -1, 0 } };
	static const uint16_t ports[] = { 11019, 5000 };
	const struct pcap_opts opts = { ports, COUNT(ports) };
	const uint16_t own[] = { 5000, 1 };
	struct buf stream = { 0 }, cap = { 0 }, said = { 0 };

	(void)state;
	put_hex(&stream, BMP_STREAM);
	put_header(&cap, LINK_RAW_IP);
	for (size_t i = 0; i < COUNT(steps); i++)
		put_step(&cap, &steps[i], &stream, 7, own, 0);
	struct pcap_counts c = say_capture(&said, cap.p, cap.n, NULL);
	assert_int_equal(said.n, 0);
	assert_int_equal(c.other_bytes, 58);
	c = say_capture(&said, cap.p, cap.n, &opts);
	assert_string_equal(buf_cstr(&said),
	    "[0/9 the capture begins in a message]@1 bmp2:49@1");
	assert_int_equal(c.other_bytes, 0);
	buf_fini(&stream);
	buf_fini(&cap);
	buf_fini(&said);
}

/* Everything in front of the tear, then its reason. */
static void
test_torn(void **state)
{
	static const struct step steps[] = { { 0, ACK, 0, 48, -1, 0 },
		{ 0, ACK, 48, 133, -1, 0 } };
	const uint16_t own[] = { 179, 1 };
	struct buf stream = { 0 }, cap = { 0 }, said = { 0 };

	(void)state;
	put_hex(&stream, BGP_STREAM);
	put_header(&cap, LINK_RAW_IP);
	put_step(&cap, &steps[0], &stream, 7, own, 5 * TIME_SEC);
	size_t whole = cap.n;
	put_step(&cap, &steps[1], &stream, 7, own, 6 * TIME_SEC);
	for (size_t n = 24; n < cap.n; n++) {
		uint8_t *exact = malloc(n);

		assert_non_null(exact);
		memcpy(exact, cap.p, n);
		buf_clear(&said);
		(void)say_capture(&said, exact, n, NULL);
		assert_string_equal(buf_cstr(&said), n == 24     ? ""
						     : n < whole ? "!"
						     : n == whole
							 ? "1:29@0 4:19@0"
							 : "1:29@0 4:19@0 !");
		free(exact);
	}
	buf_fini(&stream);
	buf_fini(&cap);
	buf_fini(&said);
}

/* Times, ends, and the place in the file. */
static void
test_fields(void **state)
{
	static const struct step steps[] = { { 1, ACK, 0, 29, -1, 0 },
		{ 0, ACK, 0, 29, -1, 0 } };
	const uint16_t own[] = { 179, 40000 };
	struct buf stream = { 0 }, cap = { 0 };
	struct pcap_message m;
	struct err err;

	(void)state;
	put_hex(&stream, BGP_STREAM);
	put_header(&cap, LINK_RAW_IP);
	put_step(&cap, &steps[0], &stream, 7, own, 5 * TIME_SEC + 1);
	size_t second = cap.n;
	put_step(&cap, &steps[1], &stream, 7, own, 6 * TIME_SEC);
	struct pcap_messages *r =
	    pcap_messages_new(pcap_reader_mem(cap.p, cap.n), NULL);
	assert_int_equal(pcap_messages_next(r, &m, &err), 1);
	assert_true(m.time_us == 5 * TIME_SEC + 1);
	assert_int_equal(m.offset, 24);
	assert_int_equal(m.from.port, 40000);
	assert_int_equal(m.from.ip.addr[3], 2);
	assert_int_equal(m.to.port, 179);
	assert_int_equal(m.to.ip.addr[3], 1);
	assert_false(m.reverse);
	assert_int_equal(pcap_messages_next(r, &m, &err), 1);
	assert_int_equal(m.offset, second);
	assert_int_equal(m.from.port, 179);
	assert_true(m.reverse);
	assert_int_equal(m.connection, 0);
	assert_int_equal(pcap_messages_next(r, &m, &err), 0);
	assert_int_equal(pcap_messages_next(r, &m, &err), 0);
	pcap_messages_free(r);
	pcap_messages_free(NULL);
	buf_fini(&stream);
	buf_fini(&cap);
}

int
main(void)
{
	const struct CMUnitTest fixed[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_bmp_port),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_fields),
	};
	struct CMUnitTest tests[COUNT(fixed) + COUNT(scripts)];

	memcpy(tests, fixed, sizeof(fixed));
	for (size_t i = 0; i < COUNT(scripts); i++)
		tests[COUNT(fixed) + i] =
		    (struct CMUnitTest){ scripts[i].why, test_script, NULL,
			    NULL, (void *)(uintptr_t)&scripts[i] };
	return cmocka_run_group_tests_name("pcap/messages", tests, NULL, NULL);
}
