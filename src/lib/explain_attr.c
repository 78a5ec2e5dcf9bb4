/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_attr.c - path attributes byte by byte: see explain.h.  Each has a
 * line for flags, type and length, then its value, then what RFC 7606 says of
 * it.
 */
#include "lib/explain.h"
#include "lib/names.h"

#define FLAG_EXTENDED 0x10 /* length of two octets */

struct attr {
	uint8_t flags, type;
	const struct bgp_session *s;
	const char *source;
};

/* --- faults ------------------------------------------------------------ */

static const char *
source_of_fault(const struct bgp_fault_note *f)
{
	static const struct {
		const char *reason, *source;
	} rows[] = {
		{ "attribute stands twice", "RFC 7606 3 (g)" },
		{ "attribute flags conflict with its type", "RFC 7606 3 (c)" },
		{ "attribute runs past the end of the block", "RFC 7606 4" },
		{ "unknown well-known attribute", "RFC 4271 6.3" },
		{ "AS_PATH holds AS 0", "RFC 7607 2" },
		{ "AGGREGATOR is AS 0", "RFC 7607 2" },
		{ "ORIGIN is missing", "RFC 7606 3 (d)" },
		{ "AS_PATH is missing", "RFC 7606 3 (d)" },
		{ "NEXT_HOP is missing", "RFC 7606 3 (d)" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(f->reason, rows[i].reason) == 0)
			return rows[i].source;
	return f->attr == 0 ? "RFC 7606 3 (b)"
			    : source_of_attribute_faults(f->attr);
}

static void
tell_fault(struct explain *x, uint32_t i)
{
	const struct bgp_fault_note *f = &x->attrs->faults[i];

	x->told |= UINT32_C(1) << i;
	explain_fault(x, bgp_fault_name(f->treatment), f->reason,
	    source_of_fault(f));
}

/* Those of one attribute. */
static void
tell_faults(struct explain *x, size_t offset, uint8_t type)
{
	const struct bgp_attrs *a = x->attrs;

	for (uint32_t i = 0; i < a->n_faults && i < BGP_FAULTS_MAX; i++)
		if ((x->told >> i & 1) == 0 && a->faults[i].attr == type &&
		    a->faults[i].offset == (uint16_t)offset)
			tell_fault(x, i);
}

void
explain_faults_left(struct explain *x)
{
	const struct bgp_attrs *a = x->attrs;

	for (uint32_t i = 0; i < a->n_faults && i < BGP_FAULTS_MAX; i++)
		if ((x->told >> i & 1) == 0)
			tell_fault(x, i);
	if (a->n_faults > BGP_FAULTS_MAX)
		explain_note(x, "more faults than are kept");
}

/* --- NLRI -------------------------------------------------------------- */

void
explain_nlri(struct explain *x, struct rbuf *r, uint16_t afi, uint8_t safi,
    const struct bgp_session *s, const char *name)
{
	uint8_t family;

	if (!reader_family(afi, safi, &family)) {
		explain_rest(x, r, name, "");
		return;
	}
	bool ids = bgp_session_add_path(s, family, safi);
	while (rbuf_left(r) > 0)
		explain_prefix(x, r, family, ids, name, "RFC 4271 4.3");
}

static void
tell_family(struct explain *x, struct rbuf *r, uint16_t *afi, uint8_t *safi,
    const char *source)
{
	*afi = (uint16_t)explain_peek(r, 2);
	(void)explain_code(x, r, 2, "AFI", name_of_afi(*afi), source);
	*safi = (uint8_t)explain_peek(r, 1);
	(void)explain_code(x, r, 1, "SAFI", name_of_safi(*safi), source);
}

static void
tell_next_hop(struct explain *x, struct rbuf *r, const char *source)
{
	size_t n = rbuf_left(r);

	if (n == 4) {
		explain_ip(x, r, NET_IP4, "next hop", source);
	} else if (n == 16 || n == 32) {
		explain_ip(x, r, NET_IP6, "next hop", source);
		if (n == 32)
			explain_ip(x, r, NET_IP6, "link-local next hop",
			    "RFC 2545 3");
	}
	explain_rest(x, r, "next hop", source);
}

/* In tables next-hop length and next hop alone (RFC 6396 4.3.4), though some
 * write the full form there, too: its first octet is 0. */
static void
tell_reach(struct explain *x, struct rbuf *r, const struct attr *a)
{
	bool table = a->s->table_dump || a->s->lenient;
	bool full = !table || (rbuf_left(r) > 0 && r->pos[0] == 0);
	const char *source = full ? a->source : "RFC 6396 4.3.4";
	uint16_t afi = 0;
	uint8_t safi = 0;

	if (full)
		tell_family(x, r, &afi, &safi, source);
	uint32_t n = explain_number(x, r, 1, "next hop length", source);
	struct rbuf hop = explain_sub(x, r, n, "next hop of ");
	tell_next_hop(x, &hop, source);
	if (!full)
		return;
	explain_bytes(x, r, 1, "reserved", source);
	if (rbuf_ok(r))
		explain_nlri(x, r, afi, safi, a->s, "NLRI");
}

static void
tell_unreach(struct explain *x, struct rbuf *r, const struct attr *a)
{
	uint16_t afi;
	uint8_t safi;

	tell_family(x, r, &afi, &safi, a->source);
	if (rbuf_ok(r))
		explain_nlri(x, r, afi, safi, a->s, "withdrawn");
}

/* --- values ------------------------------------------------------------ */

static void
tell_segment_asns(struct explain *x, struct rbuf *r, bool as4)
{
	size_t octets = as4 ? 4 : 2, n = rbuf_left(r) / octets;
	const uint8_t *p;
	char *o;

	if (n == 0 ||
	    (o = explain_begin(x, r, n * octets, "AS numbers", &p)) == NULL)
		return;
	for (size_t i = 0; i < n; i++, p += octets) {
		if (i > 0)
			*o++ = ' ';
		o = put_u32(o, as4 ? view_u32(p) : view_u16(p));
	}
	explain_end(x, o, "RFC 4271 4.3");
}

static void
tell_path(struct explain *x, struct rbuf *r, bool as4)
{
	while (rbuf_left(r) > 0) {
		const uint8_t *p;
		char *o = explain_begin(x, r, 2, "segment", &p);

		if (o == NULL)
			return;
		const char *name = name_of_segment(p[0]);
		o = name[0] != '\0' ? put_words(o, name)
				    : put_u32(put_lit(o, "type "), p[0]);
		o = put_u32(put_lit(o, " of "), p[1]);
		explain_end(x, o,
		    p[0] > BGP_AS_SEQUENCE ? "RFC 5065 3" : "RFC 4271 4.3");
		struct rbuf asns = explain_sub(x, r,
		    (size_t)p[1] * (as4 ? 4 : 2), "AS numbers of ");
		tell_segment_asns(x, &asns, as4);
		explain_rest(x, &asns, "AS number", "");
	}
}

static void
tell_aggregator(struct explain *x, struct rbuf *r, const struct attr *a)
{
	bool as4 = rbuf_left(r) == 8;

	if (!as4 && rbuf_left(r) != 6)
		return;
	(void)explain_number(x, r, as4 ? 4 : 2, "AS", a->source);
	explain_ip(x, r, NET_IP4, "BGP identifier", a->source);
}

static void
tell_communities(struct explain *x, struct rbuf *r, const struct attr *a)
{
	while (rbuf_left(r) >= 4) {
		const uint8_t *p;
		char *o = explain_begin(x, r, 4, "community", &p);

		o = put_u32(o, view_u16(p));
		*o++ = ':';
		o = put_u32(o, view_u16(p + 2));
		*o++ = ' ';
		o = put_words(o, name_of_community(view_u32(p)));
		explain_end(x, o[-1] == ' ' ? o - 1 : o, a->source);
	}
}

static void
tell_large(struct explain *x, struct rbuf *r, const struct attr *a)
{
	while (rbuf_left(r) >= 12) {
		const uint8_t *p;
		char *o = explain_begin(x, r, 12, "large community", &p);

		explain_end(x,
		    put_tuple_list(o, (struct bgp_view){ p, 12 }, 4, 3),
		    a->source);
	}
}

/* By type (RFC 4360 3, RFC 5668 2): who it belongs to, and a number. */
static char *
put_ext_value(char *o, const uint8_t *p)
{
	static const char *const states[] = { "valid", "not found", "invalid" };
	uint8_t type = p[0] & 0x3f;

	if (p[0] == 0x43 && p[1] == 0 && p[7] < COUNT(states))
		return put_words(o, states[p[7]]); /* RFC 8097 2 */
	if (type == 0 && p[0] < 0x80) {
		o = put_u32(o, view_u16(p + 2));
		*o++ = ':';
		return put_u32(o, view_u32(p + 4));
	}
	if (type == 1 && p[0] < 0x80)
		o = put_ip4(o, p + 2);
	else if (type == 2 && p[0] < 0x80)
		o = put_u32(o, view_u32(p + 2));
	else
		return put_hex(put_lit(o, "0x"), p + 2, 6);
	*o++ = ':';
	return put_u32(o, view_u16(p + 6));
}

static void
tell_ext(struct explain *x, struct rbuf *r, const struct attr *a)
{
	while (rbuf_left(r) >= 8) {
		const uint8_t *p;
		char *o = explain_begin(x, r, 8, "extended community", &p);
		const char *name = name_of_ext_community(p[0], p[1]);

		if (name[0] != '\0')
			o = put_words(o, name);
		else
			o = put_hex(put_lit(o, "type 0x"), p, 2);
		*o++ = ' ';
		o = put_ext_value(o, p);
		/* RFC 4360 2 */
		if ((p[0] & 0x40) != 0)
			o = put_lit(o, ", non-transitive");
		explain_end(x, o, a->source);
	}
}

static void
tell_clusters(struct explain *x, struct rbuf *r, const struct attr *a)
{
	while (rbuf_left(r) >= 4)
		explain_ip(x, r, NET_IP4, "cluster", a->source);
}

static void
tell_number(struct explain *x, struct rbuf *r, const char *name,
    const struct attr *a)
{
	if (rbuf_left(r) == 4)
		(void)explain_number(x, r, 4, name, a->source);
}

static void
tell_value(struct explain *x, struct rbuf *r, const struct attr *a)
{
	static const char *const origins[] = { "IGP", "EGP", "INCOMPLETE" };
	bool as4 = a->s->as4 || a->s->table_dump;

	switch (a->type) {
	case BGP_ATTR_ORIGIN:
		if (rbuf_left(r) == 1)
			(void)explain_code(x, r, 1, "origin",
			    r->pos[0] < 3 ? origins[r->pos[0]] : "unknown",
			    a->source);
		break;
	case BGP_ATTR_AS_PATH:
	case BGP_ATTR_AS4_PATH:
		tell_path(x, r, as4 || a->type == BGP_ATTR_AS4_PATH);
		break;
	case BGP_ATTR_NEXT_HOP:
	case BGP_ATTR_ORIGINATOR_ID:
		if (rbuf_left(r) == 4)
			explain_ip(x, r, NET_IP4,
			    a->type == BGP_ATTR_NEXT_HOP ? "next hop"
							 : "BGP identifier",
			    a->source);
		break;
	case BGP_ATTR_MED:
		tell_number(x, r, "metric", a);
		break;
	case BGP_ATTR_LOCAL_PREF:
		tell_number(x, r, "preference", a);
		break;
	case BGP_ATTR_OTC:
		tell_number(x, r, "AS", a);
		break;
	case BGP_ATTR_AGGREGATOR:
	case BGP_ATTR_AS4_AGGREGATOR:
		tell_aggregator(x, r, a);
		break;
	case BGP_ATTR_COMMUNITIES:
		tell_communities(x, r, a);
		break;
	case BGP_ATTR_CLUSTER_LIST:
		tell_clusters(x, r, a);
		break;
	case BGP_ATTR_MP_REACH:
		tell_reach(x, r, a);
		break;
	case BGP_ATTR_MP_UNREACH:
		tell_unreach(x, r, a);
		break;
	case BGP_ATTR_EXT_COMMUNITIES:
		tell_ext(x, r, a);
		break;
	case BGP_ATTR_LARGE_COMMUNITIES:
		tell_large(x, r, a);
		break;
	case BGP_ATTR_IPV6_EXT_COMMUNITIES:
		while (rbuf_left(r) >= 20)
			explain_bytes(x, r, 20, "IPv6 extended community",
			    a->source);
		break;
	default:
		break;
	}
	explain_rest(x, r, "value", a->source);
}

/* --- attributes -------------------------------------------------------- */

static char *
put_flags(char *o, uint8_t flags)
{
	/* RFC 4271 4.3 */
	o = put_words(o, (flags & 0x80) != 0 ? "optional" : "well-known");
	o = put_words(o,
	    (flags & 0x40) != 0 ? " transitive" : " non-transitive");
	return put_words(o, (flags & 0x20) != 0 ? " partial" : "");
}

static void
tell_attr(struct explain *x, struct rbuf *r, const struct bgp_session *s)
{
	struct attr a = { .s = s };
	const uint8_t *p;

	a.flags = (uint8_t)explain_peek(r, 1);
	a.type = (uint8_t)(explain_peek(r, 2) & 0xff);
	a.source = source_of_attribute(a.type);
	bool extended = (a.flags & FLAG_EXTENDED) != 0;
	const char *name = name_of_attribute(a.type);
	char *o = explain_begin(x, r, extended ? 4 : 3,
	    name[0] != '\0' ? name : "attribute", &p);
	if (o == NULL)
		return;
	size_t n = extended ? view_u16(p + 2) : p[2];
	o = put_flags(put_lit(put_u32(put_lit(o, "type "), a.type), ", "),
	    a.flags);
	explain_end(x, put_u64(put_lit(o, ", length "), n), a.source);
	x->depth++;
	struct rbuf value = explain_sub(x, r, n, "value of ");
	tell_value(x, &value, &a);
	/* A field of it may have ended early: nothing is left out. */
	value.failed = false;
	explain_rest(x, &value, "value", a.source);
	x->depth--;
}

void
explain_attrs(struct explain *x, struct rbuf r, const struct bgp_session *s)
{
	while (rbuf_left(&r) > 0) {
		size_t offset = rbuf_pos(&r);
		uint8_t type = rbuf_left(&r) > 1 ? r.pos[1] : 0;

		tell_attr(x, &r, s);
		x->depth++;
		tell_faults(x, offset, type);
		x->depth--;
	}
}

void
explain_table_attrs(struct explain *x, struct rbuf r,
    const struct bgp_session *s)
{
	struct bgp_attrs *a = &x->pr->in->update.attrs;

	bgp_attrs_decode(x->pr->in->dec, r.pos, rbuf_left(&r), s, a);
	x->attrs = a;
	x->told = 0;
	explain_attrs(x, r, s);
	explain_faults_left(x);
}
