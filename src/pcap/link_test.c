/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_test.c - frames of every link type down to IP, and IP down to its
 * payload; what is no IP, what contradicts itself, what is cut.
 */
#include "pcap/pcap_test.h"

#define MACS "020000000001 020000000002 "

/* --- frames ------------------------------------------------------------ */

static const struct link_case {
	const char *why;
	uint16_t link;
	const char *frame; /* then an octet 45 or 60: IP begins there */
	enum link_result result;
} links[] = {
	{ "Ethernet", 1, MACS "0800 45", LINK_IP },
	{ "Ethernet, IPv6", 1, MACS "86dd 60", LINK_IP },
	{ "one VLAN tag", 1, MACS "8100 0064 0800 45", LINK_IP },
	{ "IEEE 802.1ad", 1, MACS "88a8 0064 8100 0065 0800 45", LINK_IP },
	{ "QinQ of old", 1, MACS "9100 0064 9200 0065 8100 0066 86dd 60",
	    LINK_IP },
	{ "MPLS, three labels", 1, MACS "8847 00010040 00011040 00012140 45",
	    LINK_IP },
	{ "MPLS below a tag", 1, MACS "8100 0064 8848 00010140 60", LINK_IP },
	{ "MPLS with something else", 1, MACS "8847 00010140 00", LINK_NOT_IP },
	{ "PPPoE", 1, MACS "8864 11 00 0001 0003 0021 45", LINK_IP },
	{ "PPPoE, IPv6", 1, MACS "8864 11 00 0001 0003 0057 60", LINK_IP },
	{ "PPPoE, LCP", 1, MACS "8864 11 00 0001 0003 c021 01", LINK_NOT_IP },
	{ "PPPoE, not a session", 1, MACS "8864 11 09 0000 0003 0021 45",
	    LINK_NOT_IP },
	{ "SNAP", 1, MACS "0010 aaaa03 000000 0800 45", LINK_IP },
	{ "IEEE 802.2 without SNAP", 1, MACS "0026 424203 000000 0800 45",
	    LINK_NOT_IP },
	{ "ARP", 1, MACS "0806 0001", LINK_NOT_IP },
	{ "LLDP behind a tag", 1, MACS "8100 0064 88cc 02", LINK_NOT_IP },
	{ "version 5 of IP", 1, MACS "0800 55", LINK_NOT_IP },
	{ "nothing behind the type", 1, MACS "0800", LINK_DAMAGED },
	{ "cut in the addresses", 1, "0200", LINK_DAMAGED },
	{ "cut in a tag", 1, MACS "8100 00", LINK_DAMAGED },
	{ "cut in a label", 1, MACS "8847 000100", LINK_DAMAGED },
	{ "an empty frame", 1, "", LINK_DAMAGED },
	{ "BSD, little-endian", 0, "02000000 45", LINK_IP },
	{ "BSD, big-endian", 0, "00000002 45", LINK_IP },
	{ "FreeBSD, IPv6", 0, "1c000000 60", LINK_IP },
	{ "macOS, IPv6", 0, "1e000000 60", LINK_IP },
	{ "OpenBSD loopback, IPv6", 108, "00000018 60", LINK_IP },
	{ "BSD, another family", 0, "07000000 45", LINK_NOT_IP },
	{ "BSD, cut", 0, "020000", LINK_DAMAGED },
	{ "raw, 12", 12, "45", LINK_IP },
	{ "raw, 14", 14, "60", LINK_IP },
	{ "raw, 101", 101, "45", LINK_IP },
	{ "raw, 228", 228, "45", LINK_IP },
	{ "raw, 229", 229, "60", LINK_IP },
	{ "raw, nothing", 101, "", LINK_DAMAGED },
	{ "PPP", 9, "ff03 0021 45", LINK_IP },
	{ "PPP without address", 9, "0057 60", LINK_IP },
	{ "PPP, a protocol of one octet", 9, "ff03 21 45", LINK_IP },
	{ "PPP, MPLS", 9, "ff03 0281 00010140 45", LINK_IP },
	{ "PPP, LCP", 9, "ff03 c021 01", LINK_NOT_IP },
	{ "PPP in HDLC", 50, "ff03 0021 45", LINK_IP },
	{ "PPP in HDLC, Cisco's", 50, "0f00 0800 45", LINK_IP },
	{ "PPPoE alone", 51, "11 00 0001 0003 0021 45", LINK_IP },
	{ "Cisco HDLC", 104, "0f00 0800 45", LINK_IP },
	{ "Cisco HDLC, keepalive", 104, "8f00 8035 00", LINK_NOT_IP },
	{ "Linux cooked", 113, "0000 0001 0006 0200000000010000 0800 45",
	    LINK_IP },
	{ "Linux cooked, tag", 113,
	    "0000 0001 0006 0200000000010000 8100 0064 86dd 60", LINK_IP },
	{ "Linux cooked, ARP", 113, "0000 0001 0006 0200000000010000 0806 00",
	    LINK_NOT_IP },
	{ "Linux cooked 2", 276,
	    "0800 0000 00000002 0001 00 06 0200000000010000 45", LINK_IP },
	{ "Linux cooked 2, cut", 276, "0800 0000 00000002", LINK_DAMAGED },
	{ "Juniper Ethernet", 178, "4d4743 01 " MACS "0800 45", LINK_IP },
	{ "Juniper Ethernet, extensions", 178,
	    "4d4743 80 0003 010101 " MACS "0800 45", LINK_IP },
	{ "Juniper Ethernet, no header", 178, "4d4743 02 00000002 45",
	    LINK_IP },
	{ "Juniper Ethernet, another magic", 178, "4d4744 02 00000002 45",
	    LINK_DAMAGED },
	{ "IEEE 802.11", 105, "0800 45", LINK_OTHER },
	{ "an interface not described", PCAP_LINK_NONE, "45", LINK_OTHER },
};

static void
test_link(void **state)
{
	const struct link_case *c = *state;
	struct buf b = { 0 };
	struct piece out = { 0 };

	put_hex(&b, c->frame);
	uint8_t *exact = malloc(b.n + 1);
	assert_non_null(exact);
	if (b.n > 0)
		memcpy(exact, b.p, b.n);
	struct pcap_packet p = { .link = c->link,
		.len = (uint32_t)b.n + 30,
		.data = { exact, b.n } };
	assert_int_equal(link_strip(&p, &out), c->result);
	if (c->result == LINK_IP) {
		assert_int_equal(out.v.n, 1);
		assert_true(out.v.p[0] == 0x45 || out.v.p[0] == 0x60);
		assert_int_equal(out.wire, 31);
	}
	free(exact);
	buf_fini(&b);
}

/* More tags than anybody has: not a loop without end. */
static void
test_tags(void **state)
{
	struct buf b = { 0 };
	struct piece out;

	(void)state;
	put_hex(&b, MACS);
	for (int i = 0; i < 100; i++)
		put_hex(&b, "8100 0064");
	put_hex(&b, "0800 45");
	struct pcap_packet p = { .link = 1,
		.len = (uint32_t)b.n,
		.data = { b.p, b.n } };
	assert_int_equal(link_strip(&p, &out), LINK_DAMAGED);
	buf_fini(&b);
}

/* --- IP ---------------------------------------------------------------- */

#define ADDR4 "c0000201 c0000202 "
#define ADDR6 \
	"20010db8000000000000000000000001 20010db8000000000000000000000002 "

static const struct ip_case {
	const char *why, *packet;
	size_t wire;      /* of the frame, 0 = what there is */
	const char *want; /* protocol captured/wire [fragment] */
} ips[] = {
	{ "IPv4", "45000016 00010000 40060000" ADDR4 "abcd", 0, "6 2/2" },
	{ "padding of the frame",
	    "45000016 00010000 40060000" ADDR4 "abcd 0000 0000", 0, "6 2/2" },
	{ "options", "4600001a 00010000 40060000" ADDR4 "01010100 abcd", 0,
	    "6 2/2" },
	{ "a longer total length", "45000030 00010000 40060000" ADDR4 "abcd", 0,
	    "6 2/28" },
	{ "no total length: segmented by the card",
	    "45000000 00010000 40060000" ADDR4 "abcd", 30, "6 2/10" },
	{ "UDP", "45000016 00010000 40110000" ADDR4 "abcd", 0, "17 2/2" },
	{ "first fragment",
	    "4500001c 00012000 40060000" ADDR4 "0102030405060708", 0,
	    "6 8/8 id 1 at 0 more" },
	{ "last fragment", "45000016 00010002 40060000" ADDR4 "abcd", 0,
	    "6 2/2 id 1 at 16" },
	{ "do not fragment", "45000016 00014000 40060000" ADDR4 "abcd", 0,
	    "6 2/2" },
	{ "a header of 4 words", "44000016 00010000 40060000" ADDR4 "abcd", 0,
	    "-" },
	{ "total length below the header",
	    "45000013 00010000 40060000" ADDR4 "abcd", 0, "-" },
	{ "options cut", "4f000040 00010000 40060000" ADDR4 "abcd", 0, "-" },
	{ "header cut", "45000016 0001", 0, "-" },
	{ "IPv6", "60000000 0002 06 40" ADDR6 "abcd", 0, "6 2/2" },
	{ "IPv6, padding", "60000000 0002 06 40" ADDR6 "abcd 0000", 0,
	    "6 2/2" },
	{ "IPv6, cut", "60000000 0009 06 40" ADDR6 "abcd", 0, "6 2/9" },
	{ "IPv6, no length", "60000000 0000 06 40" ADDR6 "abcd", 0, "6 2/2" },
	{ "hop-by-hop, routing, destination",
	    "60000000 001a 00 40" ADDR6
	    "2b00050200000000 3c00000000000000 0600010400000000 abcd",
	    0, "6 2/2" },
	{ "a longer header",
	    "60000000 0012 3c 40" ADDR6
	    "0601010c0000000000000000 00000000 abcd",
	    0, "6 2/2" },
	{ "authentication",
	    "60000000 000e 33 40" ADDR6 "06010000 00000001 00000002 abcd", 0,
	    "6 2/2" },
	{ "IPv6 fragment",
	    "60000000 0010 2c 40" ADDR6 "06000009 00000007 0102030405060708", 0,
	    "6 8/8 id 7 at 8 more" },
	{ "IPv6, atomic fragment",
	    "60000000 000a 2c 40" ADDR6 "06000000 00000007 abcd", 0, "6 2/2" },
	{ "IPv6, header behind a fragment's is not looked at",
	    "60000000 0010 2c 40" ADDR6 "3c000001 00000007 0102030405060708", 0,
	    "60 8/8 id 7 at 0 more" },
	{ "encrypted", "60000000 0008 32 40" ADDR6 "00000001 00000002", 0,
	    "50 8/8" },
	{ "extension header cut", "60000000 0008 00 40" ADDR6 "060a0000", 0,
	    "-" },
	{ "extension headers without end",
	    "60000000 0090 3c 40" ADDR6 "3c00000000000000 3c00000000000000 "
	    "3c00000000000000 3c00000000000000 "
	    "3c00000000000000 3c00000000000000 "
	    "3c00000000000000 3c00000000000000 "
	    "3c00000000000000 3c00000000000000 "
	    "3c00000000000000 3c00000000000000 "
	    "3c00000000000000 3c00000000000000 "
	    "3c00000000000000 3c00000000000000 "
	    "0600000000000000 0600000000000000",
	    0, "-" },
	{ "headers longer than the payload",
	    "60000000 0004 3c 40" ADDR6 "0600000000000000 abcd", 0, "-" },
	{ "IPv6 header cut", "60000000 0004 06", 0, "-" },
	{ "version 5", "55000016", 0, "-" },
	{ "nothing", "", 0, "-" },
};

static void
test_ip(void **state)
{
	const struct ip_case *c = *state;
	struct buf b = { 0 }, said = { 0 };
	struct datagram d;

	put_hex(&b, c->packet);
	uint8_t *exact = malloc(b.n + 1);
	assert_non_null(exact);
	if (b.n > 0)
		memcpy(exact, b.p, b.n);
	struct piece in = { { exact, b.n }, c->wire == 0 ? b.n : c->wire };
	if (!ip_decode(&in, &d)) {
		buf_str(&said, "-");
	} else {
		buf_printf(&said, "%u %zu/%zu", d.protocol, d.data.v.n,
		    d.data.wire);
		if (d.fragment)
			buf_printf(&said, " id %u at %u%s", d.id, d.offset,
			    d.more ? " more" : "");
		assert_true(d.data.v.p >= exact &&
			    d.data.v.p + d.data.v.n <= exact + b.n);
		assert_int_equal(d.to.addr[d.to.family == NET_IP4 ? 3 : 15], 2);
	}
	assert_string_equal(buf_cstr(&said), c->want);
	free(exact);
	buf_fini(&b);
	buf_fini(&said);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(pcap_link_name(1), "Ethernet");
	assert_string_equal(pcap_link_name(105), "IEEE 802.11");
	assert_string_equal(pcap_link_name(9999), "");
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(links) + COUNT(ips) + 2];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(links); i++)
		tests[n++] = (struct CMUnitTest){ links[i].why, test_link, NULL,
			NULL, (void *)(uintptr_t)&links[i] };
	for (size_t i = 0; i < COUNT(ips); i++)
		tests[n++] = (struct CMUnitTest){ ips[i].why, test_ip, NULL,
			NULL, (void *)(uintptr_t)&ips[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_tags);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_names);
	return cmocka_run_group_tests_name("pcap/link", tests, NULL, NULL);
}
