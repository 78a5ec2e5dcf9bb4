/* SPDX-License-Identifier: BSD-2-Clause */
/* explain_bmp.c - BMP messages byte by byte: see explain.h. */
#include "base/utc.h"
#include "lib/explain.h"
#include "lib/names.h"

/* --- the per-peer header (RFC 7854 4.2) -------------------------------- */

static void
tell_flags(struct explain *x, struct rbuf *r, bool loc_rib)
{
	const uint8_t *p;
	char *o = explain_begin(x, r, 1, "peer flags", &p);

	if (o == NULL)
		return;
	o = put_hex(put_lit(o, "0x"), p, 1);
	if (loc_rib) {
		o = put_words(o, (*p & BMP_FLAG_F) != 0 ? " F: filtered" : "");
		explain_end(x, o, "RFC 9069 4.2");
		return;
	}
	o = put_words(o, (*p & BMP_FLAG_V) != 0 ? " V: IPv6" : "");
	o = put_words(o, (*p & BMP_FLAG_L) != 0 ? " L: post-policy" : "");
	o = put_words(o,
	    (*p & BMP_FLAG_A) != 0 ? " A: 2-octet AS numbers" : "");
	o = put_words(o, (*p & BMP_FLAG_O) != 0 ? " O: Adj-RIB-Out" : "");
	explain_end(x, o, "RFC 7854 4.2, 8671 5");
}

/* 16 octets: an IPv6 address, or twelve of zero and an IPv4 address. */
static void
tell_address(struct explain *x, struct rbuf *r, uint8_t family,
    const char *name, const char *source)
{
	const uint8_t *p;
	char *o = explain_begin(x, r, 16, name, &p);

	if (o == NULL)
		return;
	o = family == NET_IP6 ? put_ip6(o, p) : put_ip4(o, p + 12);
	explain_end(x, o, source);
}

static void
tell_peer(struct explain *x, struct rbuf *r)
{
	uint8_t type = (uint8_t)explain_peek(r, 1);
	uint8_t flags = (uint8_t)(explain_peek(r, 2) & 0xff);
	uint8_t family = (flags & BMP_FLAG_V) != 0 && type != BMP_PEER_LOC_RIB
			     ? NET_IP6
			     : NET_IP4;

	(void)explain_code(x, r, 1, "peer type", bmp_peer_type_name(type),
	    "RFC 7854 4.2");
	tell_flags(x, r, type == BMP_PEER_LOC_RIB);
	explain_bytes(x, r, 8, "peer distinguisher", "RFC 7854 4.2");
	tell_address(x, r, family, "peer", "RFC 7854 4.2");
	(void)explain_number(x, r, 4, "peer's AS", "RFC 7854 4.2");
	explain_ip(x, r, NET_IP4, "peer's BGP identifier", "RFC 7854 4.2");
	explain_time(x, r, "time", "RFC 7854 4.2");
	(void)explain_number(x, r, 4, "microseconds", "RFC 7854 4.2");
}

/* --- what stands behind it --------------------------------------------- */

/* A message of the peer; how it is coded, and how that is known. */
static void
tell_message(struct explain *x, struct rbuf *r)
{
	static const char *const bases[] = {
		[BMP_NEGOTIATED] = "coded as the OPENs of its Peer Up agreed",
		[BMP_GUESSED] = "no Peer Up: coded in the one way that fits",
		[BMP_ASSUMED] = "no Peer Up: how it is coded is assumed",
	};
	struct comity_reader *in = x->pr->in;
	struct bgp_session s = { .as4 = true };
	enum bmp_basis basis;
	enum bgp_type type;
	struct bgp_view body;

	if (!in->item->refused && in->bmp_peers != NULL &&
	    bgp_header(r->pos, rbuf_left(r), &type, &body) &&
	    type == BGP_UPDATE) {
		s = bmp_session(in->bmp_peers, &in->message, body, &basis);
		explain_note(x, bases[basis]);
	}
	explain_message(x, r, &s);
}

static void
tell_tlvs(struct explain *x, struct rbuf *r, uint8_t message)
{
	while (rbuf_left(r) > 0) {
		const uint8_t *p;
		char *o = explain_begin(x, r, 4, "TLV", &p);

		if (o == NULL)
			return;
		uint16_t type = (uint16_t)view_u16(p);
		o = put_u32(o, type);
		o = put_words(put_lit(o, " "), bmp_tlv_name(message, type));
		o = put_u32(put_lit(o, ", length "), view_u16(p + 2));
		explain_end(x, o, "RFC 7854 4.4");
		x->depth++;
		struct rbuf v = explain_sub(x, r, view_u16(p + 2), "value of ");
		uint32_t code = explain_peek(&v, 2);
		if (message == BMP_ROUTE_MIRRORING && type == 0)
			tell_message(x, &v);
		else if (message == BMP_ROUTE_MIRRORING && rbuf_left(&v) == 2)
			(void)explain_code(x, &v, 2, "information",
			    bmp_mirror_name((uint16_t)code), "RFC 7854 4.7");
		else if (message == BMP_TERMINATION && type == 1 &&
			 rbuf_left(&v) == 2)
			(void)explain_code(x, &v, 2, "reason",
			    bmp_termination_name((uint16_t)code),
			    "RFC 7854 4.5");
		else if (message != BMP_ROUTE_MONITORING)
			explain_text(x, &v, rbuf_left(&v), "text", "");
		v.failed = false;
		explain_rest(x, &v, "value", "");
		x->depth--;
	}
}

static void
tell_statistic(struct explain *x, struct rbuf *r)
{
	const uint8_t *p;
	char *o = explain_begin(x, r, 4, "statistic", &p);

	if (o == NULL)
		return;
	const struct bmp_statistic_kind *kind =
	    bmp_statistic_kind((uint16_t)view_u16(p));
	o = put_u32(o, view_u16(p));
	if (kind != NULL)
		o = put_words(put_lit(o, " "), kind->name);
	explain_end(x, o, "RFC 7854 4.8");
	x->depth++;
	struct rbuf v = explain_sub(x, r, view_u16(p + 2), "value of ");
	size_t n = rbuf_left(&v);
	if (n == 11) {
		uint16_t afi = (uint16_t)explain_peek(&v, 2);

		(void)explain_code(x, &v, 2, "AFI", name_of_afi(afi), "");
		(void)explain_code(x, &v, 1, "SAFI", name_of_safi(v.pos[0]),
		    "");
	}
	if (n == 4) {
		(void)explain_number(x, &v, 4, "value", "");
	} else if (n == 8 || n == 11) {
		o = explain_begin(x, &v, 8, "value", &p);
		explain_end(x,
		    put_u64(o, (uint64_t)view_u32(p) << 32 | view_u32(p + 4)),
		    "");
	}
	explain_rest(x, &v, "value", "");
	x->depth--;
}

static void
tell_up(struct explain *x, struct rbuf *r)
{
	uint8_t family = x->rec->raw.n > 7 && (x->rec->raw.p[7] & 0x80) != 0 &&
				 x->rec->raw.p[6] != BMP_PEER_LOC_RIB
			     ? NET_IP6
			     : NET_IP4;
	struct bgp_session s = { .as4 = true };

	tell_address(x, r, family, "local address", "RFC 7854 4.10");
	(void)explain_number(x, r, 2, "local port", "RFC 7854 4.10");
	(void)explain_number(x, r, 2, "remote port", "RFC 7854 4.10");
	for (int i = 0; i < 2 && rbuf_left(r) > 0; i++) {
		explain_note(x, i == 0 ? "the OPEN that the router sent"
				       : "the OPEN that it received");
		x->depth = 1;
		explain_message(x, r, &s);
		x->depth = 0;
	}
	tell_tlvs(x, r, BMP_PEER_UP);
}

static void
tell_down(struct explain *x, struct rbuf *r)
{
	struct bgp_session s = { .as4 = true };
	uint8_t reason = (uint8_t)explain_peek(r, 1);

	(void)explain_code(x, r, 1, "reason", bmp_down_name(reason),
	    "RFC 7854 4.9");
	if (reason == BMP_DOWN_LOCAL_NOTIFICATION ||
	    reason == BMP_DOWN_REMOTE_NOTIFICATION)
		explain_message(x, r, &s);
	else if (reason == BMP_DOWN_LOCAL_EVENT && rbuf_left(r) == 2)
		(void)explain_number(x, r, 2, "event", "RFC 4271 8.1");
	else if (reason == BMP_DOWN_LOCAL_TLVS)
		tell_tlvs(x, r, BMP_PEER_DOWN);
}

static void
tell_behind(struct explain *x, struct rbuf *r, uint8_t type)
{
	switch (type) {
	case BMP_ROUTE_MONITORING:
		tell_message(x, r);
		break;
	case BMP_STATISTICS: {
		uint32_t n = explain_number(x, r, 4, "count", "RFC 7854 4.8");
		for (uint32_t i = 0; i < n && rbuf_ok(r) && rbuf_left(r) > 0;
		     i++)
			tell_statistic(x, r);
		break;
	}
	case BMP_PEER_UP:
		tell_up(x, r);
		break;
	case BMP_PEER_DOWN:
		tell_down(x, r);
		break;
	case BMP_INITIATION:
	case BMP_TERMINATION:
	case BMP_ROUTE_MIRRORING:
		tell_tlvs(x, r, type);
		break;
	default:
		break;
	}
}

void
explain_bmp(struct explain *x)
{
	struct rbuf r = rbuf_from(x->rec->raw.p, x->rec->raw.n);
	uint8_t type;

	(void)explain_number(x, &r, 1, "version", "RFC 7854 4.1");
	(void)explain_number(x, &r, 4, "length", "RFC 7854 4.1");
	type = (uint8_t)explain_peek(&r, 1);
	(void)explain_code(x, &r, 1, "type", bmp_type_name(type),
	    "RFC 7854 4.1");
	if (type <= BMP_ROUTE_MIRRORING && type != BMP_INITIATION &&
	    type != BMP_TERMINATION)
		tell_peer(x, &r);
	if (rbuf_ok(&r))
		tell_behind(x, &r, type);
	x->depth = 0;
	r.failed = false;
	explain_rest(x, &r, "behind the message", "");
}
