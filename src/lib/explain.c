/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - records byte by byte, for a person who debugs: the lines, and
 * what MRT puts around BGP.
 *
 *   record 7 at offset 1200: BGP4MP MESSAGE_AS4, 2023-11-14T22:13:20Z, ...
 *          0  65 53 f1 00                 time     2023-...   [RFC 6396 2]
 *          ^ offset in the record, bytes, field, value, source
 *             ! what RFC 7606 finds wrong, and what it prescribes
 */
#include "lib/explain.h"

#include "base/utc.h"
#include "lib/names.h"

#define HEX_ALL     8  /* bytes that are shown whole */
#define HEX_SOME    5  /* ... of more */
#define HEX_COLUMN  28 /* characters */
#define NAME_COLUMN 30
#define TEXT_SHOWN  200 /* bytes of foreign text */

/* --- lines ------------------------------------------------------------- */

char *
put_words(char *o, const char *s)
{
	return put_str(o, s, strlen(s));
}

static char *
put_blanks(char *o, size_t n)
{
	memset(o, ' ', n);
	return o + n;
}

/* A blank at least, up to the column that begins `width` behind `from`. */
static char *
put_column(char *o, const char *from, size_t width)
{
	size_t n = (size_t)(o - from);

	return put_blanks(o, n < width ? width - n : 1);
}

static char *
put_offset(char *o, size_t offset)
{
	char *from = o;
	size_t digits = 1;

	for (size_t v = offset; v >= 10; v /= 10)
		digits++;
	o = put_blanks(o, digits < 8 ? 8 - digits : 0);
	o = put_u64(o, offset);
	return put_column(o, from, 10);
}

static char *
put_bytes(char *o, const uint8_t *p, size_t n)
{
	size_t shown = n <= HEX_ALL ? n : HEX_SOME;
	char *from = o;

	for (size_t i = 0; i < shown; i++) {
		o = put_hex(o, p + i, 1);
		*o++ = ' ';
	}
	if (shown < n) {
		o = put_lit(o, "... ");
		o = put_u64(o, n - shown);
		o = put_lit(o, " more");
	}
	return put_column(o, from, HEX_COLUMN);
}

static char *
put_field(struct explain *x, const uint8_t *p, size_t n, const char *name)
{
	size_t offset = (size_t)(p - x->rec->raw.p);
	char *o = out_begin(&x->pr->out);

	x->torn |= offset != x->at;
	x->at = offset + n;
	o = put_bytes(put_offset(o, offset), p, n);
	char *from = o;
	o = put_words(put_blanks(o, 2 * (size_t)x->depth), name);
	return put_column(o, from, NAME_COLUMN);
}

char *
explain_begin(struct explain *x, struct rbuf *r, size_t n, const char *name,
    const uint8_t **bytes)
{
	size_t left = rbuf_left(r);

	if (!rbuf_ok(r))
		return NULL;
	*bytes = rbuf_bytes(r, n);
	if (*bytes != NULL)
		return put_field(x, *bytes, n, name);
	if (left > 0) {
		char *o = put_field(x, r->end - left, left, name);

		explain_end(x, put_lit(o, "cut short"), "");
	} else {
		explain_fault(x, "cut short", name, "");
	}
	return NULL;
}

void
explain_end(struct explain *x, char *o, const char *source)
{
	if (source[0] != '\0') {
		o = put_lit(o, "  [");
		o = put_words(o, source);
		*o++ = ']';
	}
	while (o[-1] == ' ')
		o--;
	*o++ = '\n';
	out_end(&x->pr->out, o);
}

static char *
begin_remark(struct explain *x, const char *mark)
{
	char *o = put_blanks(out_begin(&x->pr->out), 10 + HEX_COLUMN);

	return put_words(put_blanks(o, 2 * (size_t)x->depth), mark);
}

void
explain_note(struct explain *x, const char *text)
{
	explain_end(x, put_words(begin_remark(x, "# "), text), "");
}

void
explain_fault(struct explain *x, const char *treatment, const char *reason,
    const char *source)
{
	char *o = put_words(begin_remark(x, "! "), treatment);

	o = put_words(put_lit(o, ": "), reason);
	explain_end(x, o, source);
}

/* --- fields ------------------------------------------------------------ */

uint32_t
explain_peek(const struct rbuf *r, size_t n)
{
	uint32_t v = 0;

	if (rbuf_left(r) < n)
		return 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | r->pos[i];
	return v;
}

uint32_t
explain_code(struct explain *x, struct rbuf *r, size_t n, const char *name,
    const char *meaning, const char *source)
{
	uint32_t v = explain_peek(r, n);
	const uint8_t *p;
	char *o = explain_begin(x, r, n, name, &p);

	if (o == NULL)
		return 0;
	o = put_u32(o, v);
	if (meaning[0] != '\0')
		o = put_words(put_lit(o, " "), meaning);
	explain_end(x, o, source);
	return v;
}

uint32_t
explain_number(struct explain *x, struct rbuf *r, size_t n, const char *name,
    const char *source)
{
	return explain_code(x, r, n, name, "", source);
}

void
explain_time(struct explain *x, struct rbuf *r, const char *name,
    const char *source)
{
	int64_t us = (int64_t)explain_peek(r, 4) * TIME_SEC;
	char text[TIME_TEXT_MAX];

	(void)explain_code(x, r, 4, name, utc_format(text, us), source);
}

void
explain_ip(struct explain *x, struct rbuf *r, uint8_t family, const char *name,
    const char *source)
{
	const uint8_t *p;
	char *o = explain_begin(x, r, family == NET_IP6 ? 16 : 4, name, &p);

	if (o != NULL)
		explain_end(x,
		    family == NET_IP6 ? put_ip6(o, p) : put_ip4(o, p), source);
}

void
explain_bytes(struct explain *x, struct rbuf *r, size_t n, const char *name,
    const char *source)
{
	const uint8_t *p;
	char *o = explain_begin(x, r, n, name, &p);

	if (o != NULL)
		explain_end(x, o, source);
}

void
explain_text(struct explain *x, struct rbuf *r, size_t n, const char *name,
    const char *source)
{
	char text[TEXT_SHOWN + 1];
	const uint8_t *p;
	char *o;

	if (n == 0 || (o = explain_begin(x, r, n, name, &p)) == NULL)
		return;
	*o++ = '"';
	o = put_words(o,
	    text_safe(text, sizeof(text), (struct str){ (const char *)p, n }));
	*o++ = '"';
	explain_end(x, o, source);
}

void
explain_rest(struct explain *x, struct rbuf *r, const char *name,
    const char *source)
{
	if (rbuf_left(r) > 0)
		explain_bytes(x, r, rbuf_left(r), name, source);
}

struct rbuf
explain_sub(struct explain *x, struct rbuf *r, size_t n, const char *what)
{
	size_t left = rbuf_left(r);

	if (!rbuf_ok(r) || n <= left)
		return rbuf_sub(r, n);
	char *o = begin_remark(x, "! ");
	o = put_u64(put_words(o, what), n);
	o = put_u64(put_lit(o, " bytes, but only "), left);
	explain_end(x, put_lit(o, " are left"), "");
	struct rbuf all = rbuf_sub(r, left);
	r->failed = true;
	return all;
}

/* --- TABLE_DUMP_V2 (RFC 6396 4.3) -------------------------------------- */

static void
tell_peer(struct explain *x, struct rbuf *r, unsigned nth)
{
	uint32_t type = explain_peek(r, 1);
	bool ip6 = (type & 1) != 0, as4 = (type & 2) != 0;
	size_t n = 5 + (ip6 ? 16 : 4) + (as4 ? 4 : 2);
	const uint8_t *p;
	char *o = explain_begin(x, r, n, "peer", &p);

	if (o == NULL)
		return;
	o = put_lit(put_u32(o, nth), ": ");
	o = ip6 ? put_ip6(o, p + 5) : put_ip4(o, p + 5);
	p += ip6 ? 21 : 9;
	o = put_u32(put_lit(o, " AS"), as4 ? view_u32(p) : view_u16(p));
	o = put_ip4(put_lit(o, ", BGP identifier "), p - (ip6 ? 20 : 8));
	o = put_words(o, as4 ? ", 4-octet AS" : ", 2-octet AS");
	explain_end(x, o, "RFC 6396 4.3.1");
}

static void
tell_peer_index(struct explain *x, struct rbuf *r)
{
	explain_ip(x, r, NET_IP4, "collector BGP identifier", "RFC 6396 4.3.1");
	uint32_t n =
	    explain_number(x, r, 2, "view name length", "RFC 6396 4.3.1");
	explain_text(x, r, n, "view name", "RFC 6396 4.3.1");
	n = explain_number(x, r, 2, "peer count", "RFC 6396 4.3.1");
	for (uint32_t i = 0; i < n && rbuf_ok(r); i++)
		tell_peer(x, r, i);
}

static void
tell_entry_peer(struct explain *x, struct rbuf *r)
{
	const struct comity_reader *in = x->pr->in;
	const uint8_t *p;
	char *o = explain_begin(x, r, 2, "peer index", &p);

	if (o == NULL)
		return;
	uint32_t i = view_u16(p);
	o = put_u32(o, i);
	if (i < in->peers.list.n) {
		o = put_lit(o, ": ");
		o = put_ip(o, &in->peers.list.p[i].ip);
		o = put_u32(put_lit(o, " AS"), in->peers.list.p[i].asn);
	}
	explain_end(x, o, "RFC 6396 4.3.4");
	if (i >= in->peers.list.n)
		reader_refuse(x->pr->in, x->rec, "peer %u of a table of %zu", i,
		    in->peers.list.n);
	if (i >= in->peers.list.n)
		explain_fault(x, "refused",
		    "the list of peers has no such index", "RFC 6396 4.3.2");
}

static void
tell_entries(struct explain *x, struct rbuf *r, uint32_t n, bool with_id)
{
	struct bgp_session s = { .as4 = true, .table_dump = true };

	for (uint32_t i = 0; i < n && rbuf_ok(r); i++) {
		x->depth = 0;
		tell_entry_peer(x, r);
		x->depth = 1;
		explain_time(x, r, "originated", "RFC 6396 4.3.4");
		if (with_id)
			(void)explain_number(x, r, 4, "path identifier",
			    "RFC 8050 4.1");
		uint32_t len = explain_number(x, r, 2, "attributes length",
		    "RFC 6396 4.3.4");
		explain_table_attrs(x, explain_sub(x, r, len, "attributes of "),
		    &s);
	}
	x->depth = 0;
	if (!rbuf_ok(r))
		reader_refuse(x->pr->in, x->rec,
		    "its entries run past the end of the record");
}

static void
tell_generic(struct explain *x, struct rbuf *r, const struct mrt_decoded *m)
{
	(void)explain_number(x, r, 4, "sequence number", "RFC 6396 4.3.3");
	uint32_t afi = explain_peek(r, 2);
	(void)explain_code(x, r, 2, "AFI", name_of_afi((uint16_t)afi),
	    "RFC 6396 4.3.3");
	uint32_t safi = explain_peek(r, 1);
	(void)explain_code(x, r, 1, "SAFI", name_of_safi((uint8_t)safi),
	    "RFC 6396 4.3.3");
	if (m->kind != MRT_RIB) {
		explain_rest(x, r, "routes of another family", "");
		return;
	}
	explain_prefix(x, r, m->rib.family,
	    m->rib.add_path && !m->rib.id_in_entry, "prefix", "RFC 6396 4.3.3");
	uint32_t n = explain_number(x, r, 2, "entry count", "RFC 6396 4.3.3");
	tell_entries(x, r, n, m->rib.id_in_entry);
}

static void
tell_table_dump_v2(struct explain *x, struct rbuf *r,
    const struct mrt_decoded *m)
{
	unsigned t = x->rec->subtype;
	bool ids = t >= 8;

	if (t == 1) {
		tell_peer_index(x, r);
	} else if (t == 6 || t == 12) {
		tell_generic(x, r, m);
	} else if ((t >= 2 && t <= 5) || (t >= 8 && t <= 11)) {
		uint8_t family = t >= (ids ? 10 : 4) ? NET_IP6 : NET_IP4;

		(void)explain_number(x, r, 4, "sequence number",
		    "RFC 6396 4.3.2");
		explain_prefix(x, r, family, false, "prefix", "RFC 6396 4.3.2");
		uint32_t n =
		    explain_number(x, r, 2, "entry count", "RFC 6396 4.3.2");
		tell_entries(x, r, n, ids);
	}
}

/* --- TABLE_DUMP (RFC 6396 4.2) ----------------------------------------- */

static void
tell_wide_prefix(struct explain *x, struct rbuf *r, uint8_t family)
{
	size_t n = family == NET_IP6 ? 16 : 4;
	const uint8_t *p;
	char *o = explain_begin(x, r, n + 1, "prefix", &p);

	if (o == NULL)
		return;
	o = family == NET_IP6 ? put_ip6(o, p) : put_ip4(o, p);
	*o++ = '/';
	explain_end(x, put_u32(o, p[n]), "RFC 6396 4.2");
}

static void
tell_table_dump(struct explain *x, struct rbuf *r, const struct mrt_decoded *m)
{
	uint8_t family = x->rec->subtype % 2 == 0 ? NET_IP6 : NET_IP4;
	bool as4 = m->kind == MRT_ENTRY ? m->entry.as4 : x->rec->subtype > 2;
	struct bgp_session s = { .as4 = as4, .lenient = true };

	(void)explain_number(x, r, 2, "view", "RFC 6396 4.2");
	(void)explain_number(x, r, 2, "sequence number", "RFC 6396 4.2");
	while (rbuf_left(r) > 0) {
		tell_wide_prefix(x, r, family);
		x->depth = 1;
		(void)explain_number(x, r, 1, "status", "RFC 6396 4.2");
		explain_time(x, r, "originated", "RFC 6396 4.2");
		explain_ip(x, r, family, "peer", "RFC 6396 4.2");
		(void)explain_number(x, r, as4 ? 4 : 2, "peer's AS",
		    "RFC 6396 4.2");
		uint32_t len = explain_number(x, r, 2, "attributes length",
		    "RFC 6396 4.2");
		explain_table_attrs(x, explain_sub(x, r, len, "attributes of "),
		    &s);
		x->depth = 0;
	}
}

/* --- BGP4MP (RFC 6396 4.4) --------------------------------------------- */

/* As Zebra leaves out interface, AFI and addresses in two places. */
static void
tell_session(struct explain *x, struct rbuf *r, bool as4)
{
	uint8_t family;

	(void)explain_number(x, r, as4 ? 4 : 2, "peer's AS", "RFC 6396 4.4");
	(void)explain_number(x, r, as4 ? 4 : 2, "local AS", "RFC 6396 4.4");
	if (x->rec->subtype == 0 && x->rec->body.n == 8)
		return;
	if (explain_peek(r, 4) == 0xffffffff) {
		explain_note(x, "no interface and addresses, as Zebra did");
		return;
	}
	(void)explain_number(x, r, 2, "interface index", "RFC 6396 4.4");
	uint32_t afi = explain_peek(r, 2);
	(void)explain_code(x, r, 2, "AFI", name_of_afi((uint16_t)afi),
	    "RFC 6396 4.4");
	if (!bgp_family((uint16_t)afi, BGP_SAFI_UNICAST, &family)) {
		explain_rest(x, r, "of another family", "");
		r->failed = true;
		return;
	}
	explain_ip(x, r, family, "peer", "RFC 6396 4.4");
	explain_ip(x, r, family, "local address", "RFC 6396 4.4");
}

static void
tell_states(struct explain *x, struct rbuf *r)
{
	for (int i = 0; i < 2; i++)
		(void)explain_code(x, r, 2, i == 0 ? "old state" : "new state",
		    name_of_state((uint16_t)explain_peek(r, 2)),
		    "RFC 6396 4.4.1");
}

/* Subtype 2 of the drafts before RFC 6396: one route of a table. */
static void
tell_entry(struct explain *x, struct rbuf *r)
{
	struct bgp_session s = { .lenient = true };
	uint8_t family;

	(void)explain_number(x, r, 2, "view", "");
	(void)explain_number(x, r, 2, "status", "");
	explain_time(x, r, "originated", "");
	uint16_t afi = (uint16_t)explain_peek(r, 2);
	(void)explain_code(x, r, 2, "AFI", name_of_afi(afi), "");
	uint8_t safi = (uint8_t)explain_peek(r, 1);
	(void)explain_code(x, r, 1, "SAFI", name_of_safi(safi), "");
	uint32_t n = explain_number(x, r, 1, "next hop length", "");
	struct rbuf hop = explain_sub(x, r, n, "next hop of ");
	if (n == 4 || n == 16)
		explain_ip(x, &hop, n == 16 ? NET_IP6 : NET_IP4, "next hop",
		    "");
	explain_rest(x, &hop, "next hop", "");
	if (!bgp_family(afi, safi, &family))
		return;
	explain_prefix(x, r, family, false, "prefix", "");
	n = explain_number(x, r, 2, "attributes length", "");
	explain_table_attrs(x, explain_sub(x, r, n, "attributes of "), &s);
}

static void
tell_bgp4mp(struct explain *x, struct rbuf *r, const struct mrt_decoded *m)
{
	unsigned t = x->rec->subtype;
	bool as4 = t == 4 || t == 5 || t == 7 || t == 9 || t == 11;
	struct bgp_session s = { .as4 = as4,
		.add_path = t >= 8 ? BGP_ADD_PATH_ALL : 0 };

	(void)m;
	if (t > 11 || t == 3)
		return;
	tell_session(x, r, as4);
	if (t == 0 || t == 5)
		tell_states(x, r);
	else if (t == 2)
		tell_entry(x, r);
	else if (rbuf_ok(r))
		explain_message(x, r, &s);
}

/* --- BGP, the old type ------------------------------------------------- */

static void
tell_old(struct explain *x, struct rbuf *r)
{
	static const uint8_t types[] = { 0, BGP_UPDATE, 0, 0, 0, BGP_OPEN,
		BGP_NOTIFICATION, BGP_KEEPALIVE };
	unsigned t = x->rec->subtype;
	struct bgp_session s = { 0 };

	if (t == 0 || t == 2 || t == 4 || t >= COUNT(types))
		return;
	(void)explain_number(x, r, 2, "peer's AS", "RFC 6396 B.2.1");
	explain_ip(x, r, NET_IP4, "peer", "RFC 6396 B.2.1");
	if (t == 3) {
		tell_states(x, r);
		return;
	}
	(void)explain_number(x, r, 2, "local AS", "RFC 6396 B.2.1");
	explain_ip(x, r, NET_IP4, "local address", "RFC 6396 B.2.1");
	if (rbuf_ok(r))
		explain_body(x, rbuf_sub(r, rbuf_left(r)), types[t], &s);
}

/* --- records ----------------------------------------------------------- */

static void
tell_mrt(struct explain *x, const struct mrt_decoded *m)
{
	const struct mrt_record *rec = x->rec;
	struct rbuf r = rbuf_from(rec->raw.p, rec->raw.n);

	explain_time(x, &r, "time", "RFC 6396 2");
	(void)explain_code(x, &r, 2, "type", mrt_type_name(rec->type),
	    "RFC 6396 4");
	(void)explain_code(x, &r, 2, "subtype",
	    mrt_subtype_name(rec->type, rec->subtype), "RFC 6396 4");
	(void)explain_number(x, &r, 4, "length", "RFC 6396 2");
	if (rec->type == MRT_BGP4MP_ET || rec->type == 33 || rec->type == 49)
		(void)explain_number(x, &r, 4, "microseconds", "RFC 6396 3");
	if (rbuf_left(&r) > 0) {
		if (rec->type == MRT_TABLE_DUMP_V2)
			tell_table_dump_v2(x, &r, m);
		else if (rec->type == MRT_TABLE_DUMP && rec->subtype >= 1 &&
			 rec->subtype <= 4)
			tell_table_dump(x, &r, m);
		else if (rec->type == MRT_BGP4MP || rec->type == MRT_BGP4MP_ET)
			tell_bgp4mp(x, &r, m);
		else if (rec->type == MRT_BGP)
			tell_old(x, &r);
	}
	x->depth = 0;
	explain_rest(x, &r, m->why[0] != '\0' ? m->why : "not explained", "");
}

/* What is captured is a message of BGP, without anything around it. */
static void
tell_captured(struct explain *x)
{
	struct rbuf r = rbuf_from(x->rec->raw.p, x->rec->raw.n);
	struct bgp_session s = x->pr->in->item->session;

	explain_message(x, &r, &s);
	explain_rest(x, &r, "behind the message", "");
}

static char *
put_kind(char *o, const struct item *i)
{
	const struct mrt_record *rec = &i->rec;

	if (i->of == SOURCE_BMP)
		return put_words(put_lit(o, "BMP "),
		    bmp_type_name((uint8_t)rec->subtype));
	if (i->of == SOURCE_PCAP)
		return put_words(put_lit(o, "BGP "),
		    name_of_message((uint8_t)i->m.message));
	if (mrt_type_name(rec->type)[0] == '\0')
		return put_u32(put_lit(o, "type "), rec->type);
	o = put_words(o, mrt_type_name(rec->type));
	*o++ = ' ';
	const char *name = mrt_subtype_name(rec->type, rec->subtype);
	return name[0] != '\0' ? put_words(o, name) : put_u32(o, rec->subtype);
}

static void
tell_title(struct explain *x, const struct item *i)
{
	char time[TIME_TEXT_MAX];
	char *o = out_begin(&x->pr->out);
	const struct mrt_session *s = &i->m.session;

	o = put_u64(put_lit(o, "record "), i->rec.index);
	o = put_u64(put_lit(o, " at offset "), i->rec.offset);
	o = put_kind(put_lit(o, ": "), i);
	o = put_words(put_lit(o, ", "), utc_format(time, i->rec.time_us));
	if (i->m.kind == MRT_MESSAGE || i->m.kind == MRT_STATE) {
		o = put_ip(put_lit(o, ", peer "), &s->peer_ip);
		o = put_u32(put_lit(o, " AS"), s->peer_asn);
	}
	o = put_u64(put_lit(o, ", "), i->rec.raw.n);
	out_end(&x->pr->out, put_lit(o, " bytes\n"));
}

bool
explain_record(struct comity_printer *pr)
{
	struct item *i = pr->in->item;
	struct explain x = { .pr = pr, .rec = &i->rec };

	tell_title(&x, i);
	if (i->refused)
		explain_fault(&x, "refused", pr->in->latest.msg, "");
	if (i->of == SOURCE_BMP)
		explain_bmp(&x);
	else if (i->of == SOURCE_PCAP)
		tell_captured(&x);
	else
		tell_mrt(&x, &i->m);
	out_end(&pr->out, put_lit(out_begin(&pr->out), "\n"));
	return !x.torn && x.at == i->rec.raw.n;
}
