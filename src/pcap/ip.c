/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip.c - the headers of IPv4 and IPv6, down to the protocol they carry.
 */
#include "pcap/part.h"

enum ip6_header {
	IP6_HOP_BY_HOP = 0,
	IP6_ROUTING = 43,
	IP6_FRAGMENT = 44,
	IP6_AUTHENTICATION = 51,
	IP6_DESTINATION = 60,
	IP6_MOBILITY = 135,
	IP6_HIP = 139,
	IP6_SHIM6 = 140,
};

/* The first n bytes are read; of a payload there are `wire` on the wire. */
static void
cut_off(struct piece *p, size_t n, size_t wire)
{
	p->v.p += n;
	p->v.n -= n;
	if (p->v.n > wire)
		p->v.n = wire; /* padding of the frame */
	p->wire = wire;
}

/*
 *   |version|  ihl  |      tos      |         total length          |
 *   |               id              | |DF|MF|    fragment offset    |
 *   |      ttl      |   protocol    |           checksum            |
 *   |                         from, to, options                     |
 */
static bool
decode_ip4(const struct piece *in, struct datagram *out)
{
	struct rbuf r = rbuf_from(in->v.p, in->v.n);
	size_t head = (size_t)(rbuf_u8(&r) & 15) * 4;

	rbuf_skip(&r, 1);
	size_t total = rbuf_u16(&r);
	out->id = rbuf_u16(&r);
	uint16_t fragment = rbuf_u16(&r);
	rbuf_skip(&r, 1);
	out->protocol = rbuf_u8(&r);
	rbuf_skip(&r, 2);
	out->from.family = out->to.family = NET_IP4;
	rbuf_copy(&r, out->from.addr, 4);
	rbuf_copy(&r, out->to.addr, 4);
	/* A sender that leaves cutting to its card has not written it yet. */
	if (total == 0)
		total = in->wire;
	if (!rbuf_ok(&r) || head < 20 || total < head || in->v.n < head)
		return false;
	out->more = (fragment & 0x2000) != 0;
	out->offset = (fragment & 0x1fffU) * 8;
	out->fragment = out->more || out->offset > 0;
	out->data = *in;
	cut_off(&out->data, head, total - head);
	return true;
}

/* The fragment header ends the walk: what follows belongs to the whole. */
static bool
read_fragment(struct datagram *d, struct rbuf *r)
{
	d->protocol = rbuf_u8(r);
	rbuf_skip(r, 1);
	uint16_t v = rbuf_u16(r);
	d->id = rbuf_u32(r);
	d->more = (v & 1) != 0;
	d->offset = v & 0xfff8U;
	/* RFC 6946: an atomic fragment is the whole */
	d->fragment = d->more || d->offset > 0;
	return rbuf_ok(r);
}

bool
ip_skip_headers(struct datagram *d)
{
	struct rbuf r = rbuf_from(d->data.v.p, d->data.v.n);

	for (int i = 0; i < PCAP_HEADERS_MAX; i++) {
		size_t start = rbuf_pos(&r), len;

		switch (d->protocol) {
		case IP6_FRAGMENT:
			if (!read_fragment(d, &r))
				return false;
			if (d->fragment)
				goto out;
			continue;
		case IP6_HOP_BY_HOP:
		case IP6_ROUTING:
		case IP6_DESTINATION:
		case IP6_MOBILITY:
		case IP6_HIP:
		case IP6_SHIM6:
			d->protocol = rbuf_u8(&r);
			len = ((size_t)rbuf_u8(&r) + 1) * 8;
			break;
		case IP6_AUTHENTICATION: /* RFC 4302 2.2 */
			d->protocol = rbuf_u8(&r);
			len = ((size_t)rbuf_u8(&r) + 2) * 4;
			break;
		default:
			goto out;
		}
		if (!rbuf_ok(&r))
			return false;
		rbuf_skip(&r, len - (rbuf_pos(&r) - start));
		if (!rbuf_ok(&r))
			return false;
	}
	return false;
out:
	if (rbuf_pos(&r) > d->data.wire)
		return false;
	cut_off(&d->data, rbuf_pos(&r), d->data.wire - rbuf_pos(&r));
	return true;
}

/*
 *   |version|    class      |              flow label               |
 *   |        payload length         |  next header  |   hop limit   |
 *   |                           from, to                            |
 */
static bool
decode_ip6(const struct piece *in, struct datagram *out)
{
	struct rbuf r = rbuf_from(in->v.p, in->v.n);

	rbuf_skip(&r, 4);
	size_t n = rbuf_u16(&r);
	out->protocol = rbuf_u8(&r);
	rbuf_skip(&r, 1);
	out->from.family = out->to.family = NET_IP6;
	rbuf_copy(&r, out->from.addr, 16);
	rbuf_copy(&r, out->to.addr, 16);
	if (!rbuf_ok(&r))
		return false;
	/* RFC 2675: a jumbogram; or as for IPv4 not written yet */
	if (n == 0)
		n = in->wire - rbuf_pos(&r);
	out->data = *in;
	cut_off(&out->data, rbuf_pos(&r), n);
	return ip_skip_headers(out);
}

bool
ip_decode(const struct piece *in, struct datagram *out)
{
	unsigned version = in->v.n > 0 ? in->v.p[0] >> 4 : 0;

	*out = (struct datagram){ 0 };
	return version == 4   ? decode_ip4(in, out)
	       : version == 6 ? decode_ip6(in, out)
			      : false;
}
