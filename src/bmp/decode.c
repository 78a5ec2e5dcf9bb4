/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.c - the body of a BMP message to values.
 */
#include <stdio.h>
#include <string.h>

#include "base/utc.h"
#include "bmp/part.h"

static int
bad(const struct bmp_frame *f, const char *what, struct err *err)
{
	const char *name = bmp_type_name(f->type);
	char number[24];

	(void)snprintf(number, sizeof(number), "type %u", f->type);
	return err_set(err, ERR_INPUT, "message %llu at offset %llu (%s): %s",
	    (unsigned long long)f->index, (unsigned long long)f->offset,
	    name[0] != '\0' ? name : number, what);
}

static struct bgp_view
rest_of(const struct rbuf *r)
{
	return (struct bgp_view){ r->pos, rbuf_left(r) };
}

/* --- the per-peer header (RFC 7854 4.2) -------------------------------- */

/*
 * 16 octets: an IPv6 address, or twelve of zero and an IPv4 address.  Loc-RIB
 * has no V: its address is all zero, and if not, it is told by its length.
 */
static void
read_ip(struct rbuf *r, const struct bmp_peer *peer, struct ipaddr *out)
{
	static const uint8_t zero[12];
	uint8_t a[16];

	rbuf_copy(r, a, sizeof(a));
	bool ip6 = peer->type == BMP_PEER_LOC_RIB
		       ? memcmp(a, zero, sizeof(zero)) != 0
		       : (peer->flags & BMP_FLAG_V) != 0;
	*out = (struct ipaddr){ .family = ip6 ? NET_IP6 : NET_IP4 };
	memcpy(out->addr, ip6 ? a : a + 12, ip6 ? 16 : 4);
}

/*
 *   | Type (1) | Flags (1) | Distinguisher (8) | Address (16) | AS (4)
 *   | BGP ID (4) | Seconds (4) | Microseconds (4)
 */
static bool
read_peer(struct rbuf *r, struct bmp_peer *out)
{
	out->type = rbuf_u8(r);
	out->flags = rbuf_u8(r);
	rbuf_copy(r, out->distinguisher, sizeof(out->distinguisher));
	read_ip(r, out, &out->ip);
	out->asn = rbuf_u32(r);
	rbuf_copy(r, out->bgp_id, sizeof(out->bgp_id));
	out->time_us = (int64_t)rbuf_u32(r) * TIME_SEC;
	uint32_t us = rbuf_u32(r);
	out->time_us += us < TIME_SEC ? us : 0;
	return rbuf_ok(r);
}

/* --- Route Monitoring (RFC 7854 4.6) ----------------------------------- */

static int
decode_update(const struct bmp_frame *f, struct rbuf r, struct bmp_message *out,
    struct err *err)
{
	enum bgp_type type;

	if (!bgp_header(r.pos, rbuf_left(&r), &type, &out->update_body))
		return bad(f, "holds no whole BGP message", err);
	if (type != BGP_UPDATE)
		return bad(f, "its BGP message is no UPDATE", err);
	out->update.n = BGP_HEADER_LEN + out->update_body.n;
	out->update.p = rbuf_bytes(&r, out->update.n);
	out->rest = rest_of(&r);
	out->items = r;
	return 0;
}

/* --- Peer Up (RFC 7854 4.10) ------------------------------------------- */

static bool
read_open(struct rbuf *r, struct bmp_open *out)
{
	struct bgp_view body;
	enum bgp_type type;

	if (!bgp_header(r->pos, rbuf_left(r), &type, &body) || type != BGP_OPEN)
		return false;
	out->whole = bgp_open_decode(body.p, body.n, &out->open);
	out->message.n = BGP_HEADER_LEN + body.n;
	out->message.p = rbuf_bytes(r, out->message.n);
	return true;
}

/*
 *   | Local Address (16) | Local Port (2) | Remote Port (2)
 *   | Sent OPEN | Received OPEN | Information TLVs
 */
static int
decode_up(const struct bmp_frame *f, struct rbuf r, struct bmp_message *out,
    struct err *err)
{
	struct bmp_up *up = &out->up;

	read_ip(&r, &out->peer, &up->local_ip);
	up->local_port = rbuf_u16(&r);
	up->remote_port = rbuf_u16(&r);
	if (!rbuf_ok(&r))
		return bad(f, "cut short", err);
	if (!read_open(&r, &up->sent))
		return bad(f, "the OPEN sent is not whole", err);
	if (!read_open(&r, &up->received))
		return bad(f, "the OPEN received is not whole", err);
	out->items = r;
	return 0;
}

/* --- Peer Down (RFC 7854 4.9, RFC 9069 5.3) ---------------------------- */

static bool
read_notification(struct bgp_view v, struct bgp_notification *out)
{
	struct bgp_view body;
	enum bgp_type type;

	return bgp_header(v.p, v.n, &type, &body) && type == BGP_NOTIFICATION &&
	       BGP_HEADER_LEN + body.n == v.n &&
	       bgp_notification_decode(body.p, body.n, out);
}

/* That the peer is down is worth more than why: odd data refuse nothing. */
static int
decode_down(const struct bmp_frame *f, struct rbuf r, struct bmp_message *out,
    struct err *err)
{
	struct bmp_down *down = &out->down;

	down->reason = rbuf_u8(&r);
	if (!rbuf_ok(&r))
		return bad(f, "cut short", err);
	down->data = rest_of(&r);
	switch (down->reason) {
	case BMP_DOWN_LOCAL_NOTIFICATION:
	case BMP_DOWN_REMOTE_NOTIFICATION:
		down->has_notification =
		    read_notification(down->data, &down->notification);
		break;
	case BMP_DOWN_LOCAL_EVENT:
		down->has_event = down->data.n == 2;
		down->event = down->has_event ? rbuf_be16(down->data.p) : 0;
		break;
	case BMP_DOWN_LOCAL_TLVS:
		out->items = r;
		break;
	default:
		break;
	}
	return 0;
}

/* --- all --------------------------------------------------------------- */

static int
decode_with_peer(const struct bmp_frame *f, struct bmp_message *out,
    struct err *err)
{
	struct rbuf r = rbuf_from(f->body.p, f->body.n);

	out->has_peer = true;
	if (!read_peer(&r, &out->peer))
		return bad(f, "per-peer header is cut short", err);
	switch (f->type) {
	case BMP_ROUTE_MONITORING:
		return decode_update(f, r, out, err);
	case BMP_PEER_UP:
		return decode_up(f, r, out, err);
	case BMP_PEER_DOWN:
		return decode_down(f, r, out, err);
	case BMP_STATISTICS: /* RFC 7854 4.8: a count, then as many */
		out->n_statistics = rbuf_u32(&r);
		if (!rbuf_ok(&r))
			return bad(f, "cut short", err);
		out->left = out->n_statistics;
		break;
	default: /* BMP_ROUTE_MIRRORING (RFC 7854 4.7): TLVs */
		break;
	}
	out->items = r;
	return 0;
}

int
bmp_decode(const struct bmp_frame *f, struct bmp_message *out, struct err *err)
{
	*out = (struct bmp_message){ .type = f->type,
		.items = rbuf_from(f->body.p, 0) };
	if (bmp_type_has_peer(f->type))
		return decode_with_peer(f, out, err);
	if (f->type == BMP_INITIATION || f->type == BMP_TERMINATION)
		out->items = rbuf_from(f->body.p, f->body.n);
	else
		out->data = f->body;
	return 0;
}

/* --- TLVs (RFC 7854 4.4) ----------------------------------------------- */

int
bmp_tlv_next(struct bmp_message *m, struct bmp_tlv *out, struct err *err)
{
	struct rbuf *r = &m->items;

	if (m->type == BMP_STATISTICS || rbuf_left(r) == 0)
		return 0;
	uint16_t type = rbuf_u16(r);
	struct rbuf value = rbuf_sub(r, rbuf_u16(r));
	if (!rbuf_ok(r))
		return err_set(err, ERR_INPUT,
		    "a TLV of a %s message runs past its end",
		    bmp_type_name(m->type));
	*out = (struct bmp_tlv){ type, rest_of(&value) };
	return 1;
}

bool
bmp_tlv_code(const struct bmp_tlv *t, uint16_t *out)
{
	if (t->value.n != 2)
		return false;
	*out = rbuf_be16(t->value.p);
	return true;
}

bool
bmp_tlv_message(const struct bmp_tlv *t, enum bgp_type *type,
    struct bgp_view *body)
{
	return t->type == BMP_MIRROR_MESSAGE &&
	       bgp_header(t->value.p, t->value.n, type, body);
}

/* --- statistics (RFC 7854 4.8) ----------------------------------------- */

int
bmp_statistic_next(struct bmp_message *m, struct bmp_statistic *out,
    struct err *err)
{
	struct rbuf *r = &m->items;

	if (m->type != BMP_STATISTICS)
		return 0;
	if (m->left == 0) {
		size_t over = rbuf_left(r);

		rbuf_skip(r, over);
		return over == 0 ? 0
				 : err_set(err, ERR_INPUT,
				       "%zu bytes behind the last of %u "
				       "statistics",
				       over, m->n_statistics);
	}
	m->left--;
	struct bmp_statistic s = { .type = rbuf_u16(r),
		.form = BMP_STATISTIC_OTHER };
	struct rbuf v = rbuf_sub(r, rbuf_u16(r));
	if (!rbuf_ok(r)) {
		uint32_t nth = m->n_statistics - m->left;

		m->left = 0;
		return err_set(err, ERR_INPUT,
		    "statistic %u of %u runs past the end of its message", nth,
		    m->n_statistics);
	}
	s.data = rest_of(&v);
	if (s.data.n == 4) {
		s.form = BMP_STATISTIC_32;
		s.value = rbuf_u32(&v);
	} else if (s.data.n == 8) {
		s.form = BMP_STATISTIC_64;
		s.value = rbuf_u64(&v);
	} else if (s.data.n == 11) {
		s.form = BMP_STATISTIC_FAMILY;
		s.afi = rbuf_u16(&v);
		s.safi = rbuf_u8(&v);
		s.value = rbuf_u64(&v);
	}
	*out = s;
	return 1;
}
