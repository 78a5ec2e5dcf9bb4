/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session_test.c - how messages are coded: by both OPENs, by one, by none.
 */
#include "pcap/pcap_test.h"

#define OPEN(len, caps) MARKER len " 01 04 fbf0 00b4 c0000201 " caps
#define OPEN_NONE       OPEN("001d", "00")
#define OPEN_AS4        OPEN("0025", "08 02 06 41 04 0000fbf0")
/* AS4, ADD-PATH of IPv4: send, receive, both; extended messages. */
#define OPEN_SEND    OPEN("002b", "0e 02 0c 41 04 0000fbf0 45 04 000101 02")
#define OPEN_RECEIVE OPEN("002b", "0e 02 0c 41 04 0000fbf0 45 04 000101 01")
#define OPEN_LONG    OPEN("0027", "0a 02 08 41 04 0000fbf0 06 00")

/* 192.0.2.0/24 by AS 64496: AS numbers of 4 octets, of 2; with a path id. */
#define UPDATE4 \
	MARKER  \
	"002f 02 0000 0014 400101 00 400206 0201 0000fbf0 400304 c0000201 18 c00002 "
#define UPDATE2 \
	MARKER  \
	"002d 02 0000 0012 400101 00 400204 0201 fbf0 400304 c0000201 18 c00002 "
#define UPDATE_ID \
	MARKER    \
	"0033 02 0000 0014 400101 00 400206 0201 0000fbf0 400304 c0000201 00000001 18 c00002 "

static const struct row {
	const char *why;
	const char *sent[6]; /* '<' in front: by side 1 */
	/* Of the last: as2, as4, id, long; "seen" if negotiated, "assumed". */
	const char *want;
} rows[] = {
	{ "both OPENs, both AS4", { OPEN_AS4, "<" OPEN_AS4, UPDATE2 },
	    "as4 seen" },
	{ "both OPENs, one AS4", { OPEN_AS4, "<" OPEN_NONE, UPDATE4 },
	    "as2 seen" },
	{ "ADD-PATH, sent to one who receives",
	    { OPEN_SEND, "<" OPEN_RECEIVE, UPDATE4 }, "as4 id seen" },
	{ "ADD-PATH, the other direction",
	    { OPEN_SEND, "<" OPEN_RECEIVE, "<" UPDATE_ID }, "as4 seen" },
	{ "ADD-PATH, both only send", { OPEN_SEND, "<" OPEN_SEND, UPDATE4 },
	    "as4 seen" },
	{ "extended messages", { OPEN_LONG, "<" OPEN_LONG, UPDATE4 },
	    "as4 long seen" },
	{ "extended messages of one side", { OPEN_LONG, "<" OPEN_AS4, UPDATE4 },
	    "as4 seen" },
	{ "no OPEN, 4 octets", { UPDATE4 }, "as4" },
	{ "no OPEN, 2 octets", { UPDATE2 }, "as2" },
	{ "no OPEN, path id", { UPDATE_ID }, "as4 id" },
	{ "no OPEN, nothing that tells", { MARKER "0017 02 0000 0000" },
	    "as4 assumed" },
	{ "no OPEN, what is no UPDATE", { MARKER "0013 04" }, "as4 assumed" },
	{ "no OPEN, each for itself", { UPDATE_ID, UPDATE2, UPDATE4 }, "as4" },
	{ "one OPEN without AS4", { OPEN_NONE, "<" UPDATE4 }, "as2" },
	{ "one OPEN with AS4 proves nothing", { OPEN_AS4, "<" UPDATE2 },
	    "as2" },
	{ "one OPEN that does not send ids", { OPEN_RECEIVE, UPDATE_ID },
	    "as4" },
	{ "one OPEN that does not receive ids", { "<" OPEN_SEND, UPDATE_ID },
	    "as4" },
	{ "one OPEN that sends ids", { OPEN_SEND, UPDATE_ID }, "as4 id" },
	{ "another OPEN: the old pair is over",
	    { OPEN_NONE, "<" OPEN_NONE, OPEN_AS4, UPDATE4 }, "as4" },
	{ "another pair",
	    { OPEN_NONE, "<" OPEN_NONE, OPEN_AS4, "<" OPEN_AS4, UPDATE4 },
	    "as4 seen" },
	{ "an OPEN that is damaged says nothing",
	    { OPEN("0025", "08 02 09 41 04 0000fbf0"), "<" OPEN_NONE, UPDATE2 },
	    "as2" },
};

static void
test_row(void **state)
{
	const struct row *row = *state;
	struct buf cap = { 0 }, said = { 0 };
	uint32_t at[2] = { 0, 0 };
	struct pcap_message m;
	struct err err;
	size_t n = 0;

	put_header(&cap, LINK_RAW_IP);
	for (; n < COUNT(row->sent) && row->sent[n] != NULL; n++) {
		struct buf data = { 0 }, packet = { 0 };
		bool other = row->sent[n][0] == '<';

		put_hex(&data, row->sent[n] + other);
		struct seg s = { .side = other,
			.ports = { 179, 40000 },
			.flags = ACK,
			.seq = at[other],
			.data = data.p,
			.n = data.n };
		put_seg(&packet, &s);
		put_packet(&cap, 0, &packet, 0);
		at[other] += (uint32_t)data.n;
		buf_fini(&data);
		buf_fini(&packet);
	}
	struct pcap_messages *r =
	    pcap_messages_new(pcap_reader_mem(cap.p, cap.n), NULL);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(pcap_messages_next(r, &m, &err), 1);
		assert_int_equal(m.kind, PCAP_BGP);
	}
	const struct pcap_session *s = &m.session;
	buf_str(&said, s->bgp.as4 ? "as4" : "as2");
	if (bgp_session_add_path(&s->bgp, NET_IP4, BGP_SAFI_UNICAST))
		buf_str(&said, " id");
	if (s->extended)
		buf_str(&said, " long");
	if (s->basis != PCAP_GUESSED)
		buf_str(&said,
		    s->basis == PCAP_NEGOTIATED ? " seen" : " assumed");
	assert_string_equal(buf_cstr(&said), row->want);
	assert_int_equal(pcap_messages_next(r, &m, &err), 0);
	pcap_messages_free(r);
	buf_fini(&cap);
	buf_fini(&said);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(rows)];

	for (size_t i = 0; i < COUNT(rows); i++)
		tests[i] = (struct CMUnitTest){ rows[i].why, test_row, NULL,
			NULL, (void *)(uintptr_t)&rows[i] };
	return cmocka_run_group_tests_name("pcap/session", tests, NULL, NULL);
}
