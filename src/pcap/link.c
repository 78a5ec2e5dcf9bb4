/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - from a frame to the IP packet in it, by link type.
 *
 * Numbers of link types: https://www.tcpdump.org/linktypes.html.
 */
#include "pcap/part.h"

enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_RAW_12 = 12, /* DLT_RAW: on most systems */
	LINK_RAW_14 = 14, /* ... on OpenBSD */
	LINK_PPP_HDLC = 50,
	LINK_PPPOE = 51,
	LINK_RAW = 101,
	LINK_CISCO_HDLC = 104,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_JUNIPER_ETHER = 178,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_SLL2 = 276,
};

enum ether_type {
	ETHER_IPV4 = 0x0800,
	ETHER_VLAN = 0x8100,
	ETHER_IPV6 = 0x86dd,
	ETHER_MPLS = 0x8847,
	ETHER_MPLS_MULTICAST = 0x8848,
	ETHER_PPPOE = 0x8864,
	ETHER_QINQ = 0x88a8,
	ETHER_QINQ_9100 = 0x9100,
	ETHER_QINQ_9200 = 0x9200,
};

#define ETHER_LENGTH_MAX \
	1500 /* IEEE 802.3: a length up to here, a type above */
#define PPP_IPV4 0x0021
#define PPP_IPV6 0x0057
#define PPP_MPLS 0x0281

static const struct {
	uint16_t link;
	const char *name;
} link_names[] = {
	{ LINK_NULL, "BSD loopback" },
	{ LINK_ETHERNET, "Ethernet" },
	{ 6, "IEEE 802.5" },
	{ 8, "SLIP" },
	{ LINK_PPP, "PPP" },
	{ 10, "FDDI" },
	{ LINK_RAW_12, "raw IP" },
	{ LINK_RAW_14, "raw IP" },
	{ LINK_PPP_HDLC, "PPP in HDLC" },
	{ LINK_PPPOE, "PPPoE" },
	{ 100, "ATM RFC 1483" },
	{ LINK_RAW, "raw IP" },
	{ LINK_CISCO_HDLC, "Cisco HDLC" },
	{ 105, "IEEE 802.11" },
	{ 107, "Frame Relay" },
	{ LINK_LOOP, "OpenBSD loopback" },
	{ LINK_SLL, "Linux cooked" },
	{ 117, "OpenBSD pflog" },
	{ 122, "IP over Fibre Channel" },
	{ 127, "IEEE 802.11 radiotap" },
	{ 147, "private use 0" },
	{ LINK_JUNIPER_ETHER, "Juniper Ethernet" },
	{ 187, "Bluetooth" },
	{ LINK_IPV4, "raw IPv4" },
	{ LINK_IPV6, "raw IPv6" },
	{ 239, "NFLOG" },
	{ 252, "Wireshark upper PDU" },
	{ LINK_SLL2, "Linux cooked 2" },
	{ PCAP_LINK_NONE, "an interface not described" },
};

const char *
pcap_link_name(uint16_t link)
{
	for (size_t i = 0; i < COUNT(link_names); i++)
		if (link_names[i].link == link)
			return link_names[i].name;
	return "";
}

static enum link_result
is_ip(struct rbuf *r)
{
	unsigned version = rbuf_left(r) > 0 ? r->pos[0] >> 4 : 0;

	return rbuf_left(r) == 0              ? LINK_DAMAGED
	       : version == 4 || version == 6 ? LINK_IP
					      : LINK_NOT_IP;
}

/* RFC 3032 2.1: labels down to the bottom of the stack, then most often IP. */
static enum link_result
behind_mpls(struct rbuf *r)
{
	for (int i = 0; i < PCAP_TAGS_MAX; i++) {
		uint32_t label = rbuf_u32(r);

		if (!rbuf_ok(r))
			return LINK_DAMAGED;
		if ((label & 0x100) != 0)
			return is_ip(r);
	}
	return LINK_DAMAGED;
}

static enum link_result
behind_ppp(struct rbuf *r)
{
	/* RFC 1661 6.5: the first octet, 0, may be left out */
	uint16_t type = rbuf_u8(r);

	if ((type & 1) == 0)
		type = (uint16_t)(type << 8 | rbuf_u8(r));
	if (!rbuf_ok(r))
		return LINK_DAMAGED;
	return type == PPP_IPV4 || type == PPP_IPV6 ? is_ip(r)
	       : type == PPP_MPLS                   ? behind_mpls(r)
						    : LINK_NOT_IP;
}

/* RFC 2516 4: version and type, code 0, session, length. */
static enum link_result
behind_pppoe(struct rbuf *r)
{
	rbuf_skip(r, 1);
	uint8_t code = rbuf_u8(r);
	rbuf_skip(r, 4);
	return code != 0 ? LINK_NOT_IP : behind_ppp(r);
}

/* IEEE 802.2 with SNAP (RFC 1042): what follows is an Ethernet type. */
static bool
snap(struct rbuf *r, uint16_t *type)
{
	uint32_t first = rbuf_u32(r), second = rbuf_u16(r);

	*type = rbuf_u16(r);
	return rbuf_ok(r) && first == 0xaaaa0300 && second == 0;
}

static enum link_result
behind_type(struct rbuf *r, uint16_t type)
{
	for (int i = 0; i < PCAP_TAGS_MAX; i++) {
		if (!rbuf_ok(r))
			return LINK_DAMAGED;
		if (type <= ETHER_LENGTH_MAX) {
			if (!snap(r, &type))
				return LINK_NOT_IP;
			continue;
		}
		switch (type) {
		case ETHER_IPV4:
		case ETHER_IPV6:
			return is_ip(r);
		case ETHER_MPLS:
		case ETHER_MPLS_MULTICAST:
			return behind_mpls(r);
		case ETHER_PPPOE:
			return behind_pppoe(r);
		case ETHER_VLAN:
		case ETHER_QINQ:
		case ETHER_QINQ_9100:
		case ETHER_QINQ_9200:
			rbuf_skip(r, 2);
			type = rbuf_u16(r);
			break;
		default:
			return LINK_NOT_IP;
		}
	}
	return LINK_DAMAGED;
}

static enum link_result
behind_ethernet(struct rbuf *r)
{
	rbuf_skip(r, 12);
	return behind_type(r, rbuf_u16(r));
}

/*
 * A number of the address family, in the byte order of the machine that
 * captured (LINK_LOOP: of the network).  IPv6 has another one on every system.
 */
static enum link_result
behind_family(struct rbuf *r)
{
	uint32_t family = rbuf_u32(r);

	if (!rbuf_ok(r))
		return LINK_DAMAGED;
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	return family == 2 || family == 10 || family == 24 || family == 28 ||
		       family == 30
		   ? is_ip(r)
		   : LINK_NOT_IP;
}

static enum link_result
behind_hdlc(struct rbuf *r)
{
	uint8_t address = rbuf_u8(r);

	rbuf_skip(r, 1);
	/* RFC 1662 3.1: 255 is PPP; 0x0f and 0x8f are Cisco's own */
	return address == 0xff ? behind_ppp(r) : behind_type(r, rbuf_u16(r));
}

static enum link_result
behind_plain_ppp(struct rbuf *r)
{
	/* Address and control may be left out. */
	if (rbuf_left(r) > 2 && r->pos[0] == 0xff && r->pos[1] == 0x03)
		rbuf_skip(r, 2);
	return behind_ppp(r);
}

/*
 * "MGC", flags, with 0x80 a length of extensions and these.  With 0x02 there is
 * no Ethernet header, but four octets.
 */
static enum link_result
behind_juniper(struct rbuf *r)
{
	uint32_t head = rbuf_u32(r);

	if (!rbuf_ok(r) || head >> 8 != 0x4d4743)
		return LINK_DAMAGED;
	if ((head & 0x80) != 0)
		rbuf_skip(r, rbuf_u16(r));
	if ((head & 0x02) == 0)
		return behind_ethernet(r);
	rbuf_skip(r, 4);
	return is_ip(r);
}

static enum link_result
behind_link(uint16_t link, struct rbuf *r)
{
	switch (link) {
	case LINK_ETHERNET:
		return behind_ethernet(r);
	case LINK_NULL:
	case LINK_LOOP:
		return behind_family(r);
	case LINK_RAW_12:
	case LINK_RAW_14:
	case LINK_RAW:
	case LINK_IPV4:
	case LINK_IPV6:
		return is_ip(r);
	case LINK_SLL:
		rbuf_skip(r, 14);
		return behind_type(r, rbuf_u16(r));
	case LINK_SLL2: {
		uint16_t type = rbuf_u16(r);

		rbuf_skip(r, 18);
		return behind_type(r, type);
	}
	case LINK_PPP:
		return behind_plain_ppp(r);
	case LINK_PPP_HDLC:
	case LINK_CISCO_HDLC:
		return behind_hdlc(r);
	case LINK_PPPOE:
		return behind_pppoe(r);
	case LINK_JUNIPER_ETHER:
		return behind_juniper(r);
	default:
		return LINK_OTHER;
	}
}

enum link_result
link_strip(const struct pcap_packet *p, struct piece *out)
{
	struct rbuf r = rbuf_from(p->data.p, p->data.n);
	enum link_result result = behind_link(p->link, &r);

	if (result != LINK_IP)
		return result;
	out->v = (struct bgp_view){ r.pos, rbuf_left(&r) };
	out->wire = p->len - rbuf_pos(&r);
	return LINK_IP;
}
