/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - BGP messages: header, UPDATE, OPEN, NOTIFICATION, and NLRI.
 */
#include "bgp/part.h"

bool
bgp_header(const void *data, size_t n, enum bgp_type *type,
    struct bgp_view *body)
{
	struct rbuf r = rbuf_from(data, n);
	const uint8_t *marker = rbuf_bytes(&r, 16);
	uint16_t len = rbuf_u16(&r);
	uint8_t t = rbuf_u8(&r);

	if (!rbuf_ok(&r) || len < BGP_HEADER_LEN || len > n || t < BGP_OPEN ||
	    t > BGP_ROUTE_REFRESH)
		return false;
	/* The marker is all ones; with the authentication of RFC 1771 it was
	 * not, so it is no reason to refuse. */
	(void)marker;
	*type = (enum bgp_type)t;
	*body = (struct bgp_view){ r.pos, (size_t)len - BGP_HEADER_LEN };
	return true;
}

/* RFC 4724 2: an UPDATE of nothing, or an empty MP_UNREACH alone. */
static void
find_end_of_rib(struct bgp_update *u)
{
	const struct bgp_attrs *a = &u->attrs;

	if (u->withdrawn.n > 0 || u->nlri.n > 0)
		return;
	if (a->raw.n == 0) {
		u->end_of_rib = true;
		u->eor_afi = BGP_AFI_IP4;
	} else if (a->seen == UINT64_C(1) << BGP_ATTR_MP_UNREACH &&
		   bgp_has(a, BGP_ATTR_MP_UNREACH) && a->unreach.n == 0 &&
		   a->n_unknown == 0) {
		u->end_of_rib = true;
		u->eor_afi = a->unreach_afi;
	}
}

/* RFC 7606 3 (d): mandatory attributes of a message that announces. */
static void
check_mandatory(struct bgp_update *u, const struct bgp_session *s)
{
	struct bgp_attrs *a = &u->attrs;
	bool reach = bgp_has(a, BGP_ATTR_MP_REACH) && a->reach.n > 0;

	if (s->lenient || (u->nlri.n == 0 && !reach))
		return;
	if ((a->seen >> BGP_ATTR_ORIGIN & 1) == 0)
		bgp_fault_add(a, BGP_TREAT_AS_WITHDRAW, BGP_ATTR_ORIGIN, 0,
		    "ORIGIN is missing");
	if ((a->seen >> BGP_ATTR_AS_PATH & 1) == 0)
		bgp_fault_add(a, BGP_TREAT_AS_WITHDRAW, BGP_ATTR_AS_PATH, 0,
		    "AS_PATH is missing");
	if (u->nlri.n > 0 && (a->seen >> BGP_ATTR_NEXT_HOP & 1) == 0)
		bgp_fault_add(a, BGP_TREAT_AS_WITHDRAW, BGP_ATTR_NEXT_HOP, 0,
		    "NEXT_HOP is missing");
}

void
bgp_update_decode(struct bgp_decoder *d, const void *body, size_t n,
    const struct bgp_session *s, struct bgp_update *out)
{
	struct rbuf r = rbuf_from(body, n);
	struct rbuf withdrawn = rbuf_sub(&r, rbuf_u16(&r));
	struct rbuf attrs = rbuf_sub(&r, rbuf_u16(&r));

	out->withdrawn =
	    (struct bgp_view){ withdrawn.pos, rbuf_left(&withdrawn) };
	out->nlri = (struct bgp_view){ r.pos, rbuf_left(&r) };
	out->has_attrs = rbuf_left(&attrs) > 0;
	out->end_of_rib = false;
	out->eor_afi = 0;
	bgp_attrs_decode(d, attrs.pos, rbuf_left(&attrs), s, &out->attrs);
	if (!rbuf_ok(&r)) {
		/* RFC 7606 3 (b): the lengths contradict the message's */
		out->withdrawn.n = 0;
		out->nlri.n = 0;
		bgp_fault_add(&out->attrs, BGP_SESSION_RESET, 0, 0,
		    "withdrawn routes or attributes overrun the message");
		return;
	}
	check_mandatory(out, s);
	find_end_of_rib(out);
}

/* --- OPEN (RFC 4271 4.2, 5492, 9072) ----------------------------------- */

/* RFC 7911 4: 1 can receive, 2 can send, 3 both; others are ignored. */
static void
read_add_path(struct rbuf v, struct bgp_open *out)
{
	while (rbuf_left(&v) >= 4) {
		uint16_t afi = rbuf_u16(&v);
		uint8_t safi = rbuf_u8(&v), mode = rbuf_u8(&v), family;

		if (mode > 3 || !bgp_family(afi, safi, &family))
			continue;
		uint8_t bit = bgp_add_path_bit(family, safi);
		out->add_path_receive &= (uint8_t)~bit;
		out->add_path_send &= (uint8_t)~bit;
		out->add_path_receive |= (mode & 1) != 0 ? bit : 0;
		out->add_path_send |= (mode & 2) != 0 ? bit : 0;
	}
}

struct bgp_capability_iter
bgp_capability_iter(const struct bgp_open *open)
{
	return (struct bgp_capability_iter){
		.params = rbuf_from(open->params.p, open->params.n),
		.caps = rbuf_from(open->params.p, 0),
		.extended = open->extended_params,
	};
}

bool
bgp_capability_next(struct bgp_capability_iter *it, struct bgp_capability *out)
{
	while (rbuf_left(&it->caps) == 0) {
		if (it->bad || rbuf_left(&it->params) == 0)
			return false;
		uint8_t type = rbuf_u8(&it->params);
		struct rbuf v =
		    rbuf_sub(&it->params, it->extended ? rbuf_u16(&it->params)
						       : rbuf_u8(&it->params));

		it->bad = !rbuf_ok(&it->params);
		if (type == 2)
			it->caps = v;
	}
	out->code = rbuf_u8(&it->caps);
	struct rbuf value = rbuf_sub(&it->caps, rbuf_u8(&it->caps));
	if (!rbuf_ok(&it->caps)) {
		it->bad = true;
		return false;
	}
	out->value = (struct bgp_view){ value.pos, rbuf_left(&value) };
	return true;
}

static void
read_capability(const struct bgp_capability *c, struct bgp_open *out)
{
	struct rbuf v = rbuf_from(c->value.p, c->value.n);

	if (c->code == 6 && c->value.n == 0)
		out->extended_message = true; /* RFC 8654 */
	else if (c->code == 9 && c->value.n == 1)
		out->role = rbuf_u8(&v); /* RFC 9234 4.1 */
	else if (c->code == 65 && c->value.n == 4) {
		out->as4 = true; /* RFC 6793 3 */
		out->asn = rbuf_u32(&v);
	} else if (c->code == 69)
		read_add_path(v, out); /* RFC 7911 4 */
}

bool
bgp_open_decode(const void *body, size_t n, struct bgp_open *out)
{
	struct rbuf r = rbuf_from(body, n);
	struct bgp_capability c;

	*out = (struct bgp_open){ .role = -1 };
	out->version = rbuf_u8(&r);
	out->asn = rbuf_u16(&r);
	out->hold_time = rbuf_u16(&r);
	rbuf_copy(&r, out->router_id, 4);
	size_t len = rbuf_u8(&r);
	/* RFC 9072 2: 255, then type 255, then a length of two octets */
	out->extended_params =
	    len == 255 && rbuf_left(&r) > 2 && r.pos[0] == 255;
	if (out->extended_params) {
		rbuf_skip(&r, 1);
		len = rbuf_u16(&r);
	}
	struct rbuf params = rbuf_sub(&r, len);
	if (!rbuf_ok(&r))
		return false;
	out->params = (struct bgp_view){ params.pos, rbuf_left(&params) };
	struct bgp_capability_iter it = bgp_capability_iter(out);
	while (bgp_capability_next(&it, &c))
		read_capability(&c, out);
	return !it.bad;
}

struct bgp_session
bgp_session_of(const struct bgp_open *sender, const struct bgp_open *receiver)
{
	return (struct bgp_session){ .as4 = sender->as4 && receiver->as4,
		.add_path =
		    sender->add_path_send & receiver->add_path_receive };
}

bool
bgp_notification_decode(const void *body, size_t n,
    struct bgp_notification *out)
{
	struct rbuf r = rbuf_from(body, n);

	out->code = rbuf_u8(&r);
	out->subcode = rbuf_u8(&r);
	if (!rbuf_ok(&r))
		return false;
	out->data = (struct bgp_view){ r.pos, rbuf_left(&r) };
	return true;
}

/* --- NLRI (RFC 4271 4.3, 7911 3) --------------------------------------- */

struct bgp_nlri_iter
bgp_nlri_iter(struct bgp_view v, uint8_t family, bool add_path)
{
	return (struct bgp_nlri_iter){ .r = rbuf_from(v.p, v.n),
		.family = family,
		.add_path = add_path };
}

bool
bgp_nlri_next(struct bgp_nlri_iter *it, struct bgp_nlri *out)
{
	if (it->bad || rbuf_left(&it->r) == 0)
		return false;
	uint32_t id = it->add_path ? rbuf_u32(&it->r) : 0;
	uint8_t len = rbuf_u8(&it->r);
	const uint8_t *p = NULL;

	/* RFC 7606 5.3: a length over the family's is a syntax error */
	if (rbuf_ok(&it->r) && len <= prefix_len_max(it->family))
		p = rbuf_bytes(&it->r, ((size_t)len + 7) / 8);
	if (p == NULL) {
		it->bad = true;
		return false;
	}
	out->path_id = id;
	out->prefix = (struct prefix){ .family = it->family, .len = len };
	memcpy(out->prefix.addr, p, ((size_t)len + 7) / 8);
	/* RFC 4271 4.3: the value of trailing bits is irrelevant */
	if (len % 8 != 0)
		out->prefix.addr[len / 8] &= (uint8_t)(0xff00 >> len % 8);
	return true;
}

bool
bgp_family(uint16_t afi, uint8_t safi, uint8_t *family)
{
	if ((afi != BGP_AFI_IP4 && afi != BGP_AFI_IP6) ||
	    (safi != BGP_SAFI_UNICAST && safi != BGP_SAFI_MULTICAST))
		return false;
	*family = afi == BGP_AFI_IP4 ? NET_IP4 : NET_IP6;
	return true;
}
