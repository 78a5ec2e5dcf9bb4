/* SPDX-License-Identifier: BSD-2-Clause */
/* explain_bgp.c - BGP messages byte by byte: see explain.h. */
#include "lib/explain.h"
#include "lib/names.h"

/* --- prefixes ---------------------------------------------------------- */

void
explain_prefix(struct explain *x, struct rbuf *r, uint8_t family, bool add_path,
    const char *name, const char *source)
{
	struct bgp_view v = { r->pos, rbuf_left(r) };
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family, add_path);
	struct bgp_nlri n;
	const uint8_t *p;

	if (!rbuf_ok(r))
		return;
	if (!bgp_nlri_next(&it, &n)) {
		explain_fault(x, "refused",
		    "a prefix is longer than its family or its message",
		    "RFC 7606 5.3");
		reader_refuse(x->pr->in, x->rec,
		    "a prefix is longer than its family or its message");
		explain_rest(x, r, name, source);
		r->failed = true;
		return;
	}
	size_t octets = rbuf_pos(&it.r);
	char *o = explain_begin(x, r, octets, name, &p);
	if (o == NULL)
		return;
	o = put_prefix(o, &n.prefix);
	if (add_path)
		o = put_u32(put_lit(o, ", path identifier "), n.path_id);
	/* RFC 4271 4.3: the value of trailing bits is irrelevant */
	if (n.prefix.len % 8 != 0 &&
	    p[octets - 1] != n.prefix.addr[n.prefix.len / 8])
		o = put_lit(o, " (bits behind its length are set)");
	explain_end(x, o, add_path ? "RFC 7911 3" : source);
}

/* --- OPEN (RFC 4271 4.2) ----------------------------------------------- */

static void
tell_family(struct explain *x, struct rbuf *r, const char *source)
{
	uint16_t afi = (uint16_t)explain_peek(r, 2);
	uint8_t safi = rbuf_left(r) >= 4 ? r->pos[3] : 0;
	const uint8_t *p;
	char *o = explain_begin(x, r, 4, "family", &p);

	if (o == NULL)
		return;
	o = put_u32(put_lit(o, "AFI "), afi);
	o = put_words(put_lit(o, " "), name_of_afi(afi));
	o = put_u32(put_lit(o, ", SAFI "), safi);
	explain_end(x, put_words(put_lit(o, " "), name_of_safi(safi)), source);
}

/* AFI and SAFI, then what one octet says: ADD-PATH, graceful restart. */
static void
tell_family_and(struct explain *x, struct rbuf *r, uint8_t code,
    const char *source)
{
	static const char *const modes[] = { "", "can receive", "can send",
		"can send and receive" };
	uint16_t afi = (uint16_t)explain_peek(r, 2);
	const uint8_t *p;
	char *o = explain_begin(x, r, 4, "family", &p);

	if (o == NULL)
		return;
	o = put_u32(put_lit(o, "AFI "), afi);
	o = put_words(put_lit(o, " "), name_of_afi(afi));
	o = put_u32(put_lit(o, ", SAFI "), p[2]);
	o = put_words(put_lit(o, " "), name_of_safi(p[2]));
	o = put_lit(o, ": ");
	if (code == 69 && p[3] < COUNT(modes))
		o = put_words(o, modes[p[3]]);
	else
		o = put_hex(put_lit(o, "flags 0x"), p + 3, 1);
	explain_end(x, o, source);
}

static void
tell_extended_hop(struct explain *x, struct rbuf *r, const char *source)
{
	const uint8_t *p;
	char *o = explain_begin(x, r, 6, "next hops", &p);

	if (o == NULL)
		return;
	o = put_words(put_lit(o, "of "), name_of_afi((uint16_t)view_u16(p)));
	o = put_u32(put_lit(o, ", SAFI "), view_u16(p + 2));
	o = put_lit(o, " may be ");
	o = put_words(o, name_of_afi((uint16_t)view_u16(p + 4)));
	explain_end(x, o, source);
}

static void
tell_restart(struct explain *x, struct rbuf *r, const char *source)
{
	const uint8_t *p;
	char *o = explain_begin(x, r, 2, "flags and restart time", &p);

	if (o == NULL)
		return;
	o = put_words(o, (p[0] & 0x80) != 0 ? "restarted, " : "");
	o = put_u32(o, view_u16(p) & 0xfff);
	explain_end(x, put_lit(o, " s"), source);
	while (rbuf_left(r) >= 4)
		tell_family_and(x, r, 64, source);
}

static void
tell_name(struct explain *x, struct rbuf *r, const char *source)
{
	for (int i = 0; i < 2; i++) {
		uint32_t n = explain_number(x, r, 1, "length", source);
		explain_text(x, r, n, i == 0 ? "host name" : "domain name",
		    source);
	}
}

static void
tell_value(struct explain *x, struct rbuf *r, uint8_t code)
{
	const char *source = source_of_capability(code);

	if (code == 1 && rbuf_left(r) == 4)
		tell_family(x, r, source);
	else if (code == 5)
		while (rbuf_left(r) >= 6)
			tell_extended_hop(x, r, source);
	else if (code == 9 && rbuf_left(r) == 1)
		(void)explain_code(x, r, 1, "role", name_of_role(r->pos[0]),
		    source);
	else if (code == 64 && rbuf_left(r) >= 2)
		tell_restart(x, r, source);
	else if (code == 65 && rbuf_left(r) == 4)
		(void)explain_number(x, r, 4, "AS", source);
	else if (code == 69)
		while (rbuf_left(r) >= 4)
			tell_family_and(x, r, code, source);
	else if (code == 73 && rbuf_left(r) >= 2)
		tell_name(x, r, source);
	explain_rest(x, r, "value", source);
}

void
explain_capabilities(struct explain *x, struct rbuf *r)
{
	while (rbuf_left(r) > 0) {
		const uint8_t *p;
		char *o = explain_begin(x, r, 2, "capability", &p);

		if (o == NULL)
			return;
		o = put_u32(o, p[0]);
		o = put_words(put_lit(o, " "), name_of_capability(p[0]));
		o = put_u32(put_lit(o, ", length "), p[1]);
		explain_end(x, o, "RFC 5492 4");
		x->depth++;
		struct rbuf value = explain_sub(x, r, p[1], "value of ");
		tell_value(x, &value, p[0]);
		x->depth--;
	}
}

static void
tell_parameters(struct explain *x, struct rbuf *r, bool extended)
{
	size_t n_len = extended ? 2 : 1;

	while (rbuf_left(r) > 0) {
		const uint8_t *p;
		char *o = explain_begin(x, r, 1 + n_len, "parameter", &p);

		if (o == NULL)
			return;
		size_t n = extended ? view_u16(p + 1) : p[1];
		o = put_u32(o, p[0]);
		/* RFC 5492 4 */
		o = put_words(o, p[0] == 2 ? " capabilities" : "");
		o = put_u64(put_lit(o, ", length "), n);
		explain_end(x, o, extended ? "RFC 9072 2" : "RFC 4271 4.2");
		x->depth++;
		struct rbuf value = explain_sub(x, r, n, "parameter of ");
		if (p[0] == 2)
			explain_capabilities(x, &value);
		explain_rest(x, &value, "value", "");
		x->depth--;
	}
}

static void
tell_open(struct explain *x, struct rbuf *r)
{
	(void)explain_number(x, r, 1, "version", "RFC 4271 4.2");
	(void)explain_number(x, r, 2, "my AS", "RFC 4271 4.2");
	(void)explain_number(x, r, 2, "hold time", "RFC 4271 4.2");
	explain_ip(x, r, NET_IP4, "BGP identifier", "RFC 4271 4.2");
	uint32_t n =
	    explain_number(x, r, 1, "parameters length", "RFC 4271 4.2");
	/* RFC 9072 2: 255, then type 255, then a length of two octets */
	bool extended = n == 255 && rbuf_left(r) > 2 && r->pos[0] == 255;
	if (extended) {
		(void)explain_number(x, r, 1, "extended length follows",
		    "RFC 9072 2");
		n = explain_number(x, r, 2, "parameters length", "RFC 9072 2");
	}
	struct rbuf params = explain_sub(x, r, n, "parameters of ");
	tell_parameters(x, &params, extended);
}

/* --- the others -------------------------------------------------------- */

static void
tell_notification(struct explain *x, struct rbuf *r)
{
	uint8_t code = (uint8_t)explain_peek(r, 1);

	(void)explain_code(x, r, 1, "error code", name_of_notification(code),
	    "RFC 4271 4.5");
	uint8_t subcode = (uint8_t)explain_peek(r, 1);
	(void)explain_code(x, r, 1, "error subcode",
	    name_of_subcode(code, subcode), "RFC 4271 6");
	/* RFC 9003 2: shutdown and reset may say why */
	if (code == 6 && (subcode == 2 || subcode == 4) && rbuf_left(r) > 0 &&
	    (size_t)r->pos[0] + 1 == rbuf_left(r)) {
		uint32_t n =
		    explain_number(x, r, 1, "text length", "RFC 9003 2");
		explain_text(x, r, n, "shutdown communication", "RFC 9003 2");
	}
	explain_rest(x, r, "data", "RFC 4271 4.5");
}

static void
tell_refresh(struct explain *x, struct rbuf *r)
{
	static const char *const subtypes[] = { "request", "begin", "end" };
	uint16_t afi = (uint16_t)explain_peek(r, 2);
	uint32_t v;

	(void)explain_code(x, r, 2, "AFI", name_of_afi(afi), "RFC 2918 3");
	v = explain_peek(r, 1);
	(void)explain_code(x, r, 1, "subtype",
	    v < COUNT(subtypes) ? subtypes[v] : "", "RFC 7313 3.2");
	v = explain_peek(r, 1);
	(void)explain_code(x, r, 1, "SAFI", name_of_safi((uint8_t)v),
	    "RFC 2918 3");
	explain_rest(x, r, "outbound route filters", "RFC 5291 4");
}

static void
tell_update(struct explain *x, struct rbuf *r, const struct bgp_session *s)
{
	struct bgp_update *u = &x->pr->in->update;
	const struct bgp_attrs *a = &u->attrs;

	bgp_update_decode(x->pr->in->dec, r->pos, rbuf_left(r), s, u);
	for (uint32_t i = 0; i < a->n_faults && i < BGP_FAULTS_MAX; i++)
		if (a->faults[i].attr == 0)
			reader_refuse(x->pr->in, x->rec, "%s",
			    a->faults[i].reason);
	x->attrs = a;
	x->told = 0;
	explain_note(x,
	    s->as4 ? "AS numbers of four octets" : "AS numbers of two octets");
	uint32_t n =
	    explain_number(x, r, 2, "withdrawn routes length", "RFC 4271 4.3");
	struct rbuf part = explain_sub(x, r, n, "withdrawn routes of ");
	explain_nlri(x, &part, BGP_AFI_IP4, BGP_SAFI_UNICAST, s, "withdrawn");
	n = explain_number(x, r, 2, "path attributes length", "RFC 4271 4.3");
	part = explain_sub(x, r, n, "path attributes of ");
	explain_attrs(x, part, s);
	if (rbuf_ok(r))
		explain_nlri(x, r, BGP_AFI_IP4, BGP_SAFI_UNICAST, s, "NLRI");
	if (u->end_of_rib)
		explain_note(x, "End-of-RIB (RFC 4724 2)");
	explain_faults_left(x);
}

void
explain_body(struct explain *x, struct rbuf r, uint8_t type,
    const struct bgp_session *s)
{
	switch (type) {
	case BGP_OPEN:
		tell_open(x, &r);
		break;
	case BGP_UPDATE:
		tell_update(x, &r, s);
		break;
	case BGP_NOTIFICATION:
		tell_notification(x, &r);
		break;
	case BGP_ROUTE_REFRESH:
		tell_refresh(x, &r);
		break;
	default:
		break;
	}
	explain_rest(x, &r, "behind the message", "");
}

void
explain_message(struct explain *x, struct rbuf *r, const struct bgp_session *s)
{
	explain_bytes(x, r, 16, "BGP marker", "RFC 4271 4.1");
	uint32_t n = explain_number(x, r, 2, "length", "RFC 4271 4.1");
	uint8_t type = (uint8_t)explain_peek(r, 1);
	(void)explain_code(x, r, 1, "type", name_of_message(type),
	    "RFC 4271 4.1");
	if (!rbuf_ok(r))
		return;
	if (n < BGP_HEADER_LEN) {
		explain_fault(x, "refused", "the length is below 19",
		    "RFC 4271 6.1");
		return;
	}
	explain_body(x, explain_sub(x, r, n - BGP_HEADER_LEN, "body of "), type,
	    s);
}
