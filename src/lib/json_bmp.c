/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_bmp.c - messages of BMP as objects: what a router says of itself and of
 * its peers.  The BGP messages within have objects of their own (json.c), with
 * a member that says of which table they are.
 */
#include "lib/json.h"

static char *
put_text(char *o, const char *s)
{
	return put_str(o, s, strlen(s));
}

static char *
put_bool(char *o, bool v)
{
	return v ? put_lit(o, "true") : put_lit(o, "false");
}

/* Foreign text: what is no UTF-8 and what controls becomes "?". */
static char *
put_foreign(char *o, struct bgp_view v)
{
	const char *p = (const char *)v.p;

	*o++ = '"';
	for (size_t i = 0; i < v.n;) {
		size_t n = text_utf8_len(p + i, v.n - i);
		uint8_t c = v.p[i];

		if (c == '"' || c == '\\')
			*o++ = '\\';
		if (n == 0 || c < ' ' || c == 0x7f)
			*o++ = '?';
		else
			o = put_str(o, p + i, n);
		i += n == 0 ? 1 : n;
	}
	*o++ = '"';
	return o;
}

char *
put_bmp_member(char *o, const struct bmp_message *m)
{
	const struct bmp_peer *p = &m->peer;
	bool loc_rib = p->type == BMP_PEER_LOC_RIB;

	o = put_u32(put_lit(o, ",\"bmp\":{\"peer_type\":"), p->type);
	o = put_bool(put_key(o, "loc_rib"), loc_rib);
	if (loc_rib) { /* RFC 9069 4.2: the other flags are not its */
		o = put_bool(put_key(o, "filtered"),
		    (p->flags & BMP_FLAG_F) != 0);
	} else {
		o = put_bool(put_key(o, "post_policy"),
		    (p->flags & BMP_FLAG_L) != 0);
		o = put_bool(put_key(o, "adj_rib_out"),
		    (p->flags & BMP_FLAG_O) != 0);
	}
	o = put_quoted_hex(put_key(o, "distinguisher"),
	    (struct bgp_view){ p->distinguisher, sizeof(p->distinguisher) });
	o = put_quoted_ip4(put_key(o, "router_id"), p->bgp_id);
	if (m->type == BMP_ROUTE_MIRRORING)
		o = put_lit(o, ",\"mirrored\":true");
	*o++ = '}';
	return o;
}

/* --- lists ------------------------------------------------------------- */

/* {"type":1,"name":"sysDescr","value":"..."} */
static char *
put_tlv(char *o, uint8_t message, const struct bmp_tlv *t)
{
	const char *name = bmp_tlv_name(message, t->type);
	uint16_t code;

	o = put_u32(put_lit(o, "{\"type\":"), t->type);
	if (name[0] != '\0') {
		o = put_text(put_lit(o, ",\"name\":\""), name);
		*o++ = '"';
	}
	bool coded =
	    message == BMP_ROUTE_MIRRORING ||
	    (message == BMP_TERMINATION && t->type == BMP_TERMINATION_REASON);
	if (coded && bmp_tlv_code(t, &code)) {
		o = put_u32(put_key(o, "value"), code);
		o = put_lit(o, ",\"meaning\":\"");
		o = put_text(o, message == BMP_TERMINATION
				    ? bmp_termination_name(code)
				    : bmp_mirror_name(code));
		*o++ = '"';
	} else {
		o = put_foreign(put_key(o, "value"), t->value);
	}
	*o++ = '}';
	return o;
}

static bool
is_listed(const struct bmp_message *m, const struct bmp_tlv *t)
{
	return m->type != BMP_ROUTE_MIRRORING || t->type != BMP_MIRROR_MESSAGE;
}

static void
information(struct comity_printer *pr, const struct mrt_record *rec,
    struct bmp_message m)
{
	struct bmp_tlv t;
	struct err err;
	bool any = false;
	int got;

	out_end(&pr->out, put_lit(out_begin(&pr->out), ",\"information\":["));
	while ((got = bmp_tlv_next(&m, &t, &err)) == 1) {
		if (!is_listed(&m, &t))
			continue;
		char *o = out_begin(&pr->out);

		if (any)
			*o++ = ',';
		any = true;
		out_end(&pr->out, put_tlv(o, m.type, &t));
	}
	if (got == -1)
		reader_refuse(pr->in, rec, "%s", err.msg);
	out_end(&pr->out, put_lit(out_begin(&pr->out), "]"));
}

static char *
put_statistic(char *o, const struct bmp_statistic *s)
{
	const struct bmp_statistic_kind *kind = bmp_statistic_kind(s->type);

	o = put_u32(put_lit(o, "{\"type\":"), s->type);
	if (kind != NULL) {
		o = put_text(put_lit(o, ",\"name\":\""), kind->name);
		*o++ = '"';
	}
	if (s->form == BMP_STATISTIC_FAMILY) {
		o = put_u32(put_key(o, "afi"), s->afi);
		o = put_u32(put_key(o, "safi"), s->safi);
	}
	if (s->form == BMP_STATISTIC_OTHER)
		o = put_quoted_hex(put_key(o, "data"), s->data);
	else
		o = put_u64(put_key(o, "value"), s->value);
	*o++ = '}';
	return o;
}

static void
statistics(struct comity_printer *pr, const struct mrt_record *rec,
    struct bmp_message m)
{
	struct bmp_statistic s;
	struct err err;
	bool any = false;
	int got;

	out_end(&pr->out, put_lit(out_begin(&pr->out), ",\"statistics\":["));
	while ((got = bmp_statistic_next(&m, &s, &err)) == 1) {
		char *o = out_begin(&pr->out);

		if (any)
			*o++ = ',';
		any = true;
		out_end(&pr->out, put_statistic(o, &s));
	}
	if (got == -1)
		reader_refuse(pr->in, rec, "%s", err.msg);
	out_end(&pr->out, put_lit(out_begin(&pr->out), "]"));
}

/* --- objects ----------------------------------------------------------- */

static bool
has_information(struct bmp_message m)
{
	struct bmp_tlv t;
	struct err err;

	while (bmp_tlv_next(&m, &t, &err) == 1)
		if (is_listed(&m, &t))
			return true;
	return false;
}

static char *
put_up(char *o, const struct bmp_up *up)
{
	o = put_quoted_ip(put_key(o, "local"), &up->local_ip);
	o = put_u32(put_key(o, "local_port"), up->local_port);
	return put_u32(put_key(o, "remote_port"), up->remote_port);
}

static char *
put_down(char *o, const struct bmp_down *down)
{
	o = put_u32(put_key(o, "reason"), down->reason);
	o = put_text(put_lit(o, ",\"meaning\":\""),
	    bmp_down_name(down->reason));
	*o++ = '"';
	/* RFC 4271 8.1 */
	return down->has_event ? put_u32(put_key(o, "event"), down->event) : o;
}

void
print_json_bmp(struct comity_printer *pr, const struct mrt_record *rec)
{
	static const char *const types[] = {
		[BMP_STATISTICS] = "STATISTICS",
		[BMP_PEER_DOWN] = "PEER_DOWN",
		[BMP_PEER_UP] = "PEER_UP",
		[BMP_INITIATION] = "INITIATION",
		[BMP_TERMINATION] = "TERMINATION",
		[BMP_ROUTE_MIRRORING] = "ROUTE_MIRRORING",
	};
	const struct bmp_message *m = &pr->in->message;
	char *o;

	if (m->type >= COUNT(types) || types[m->type] == NULL ||
	    (m->type == BMP_ROUTE_MIRRORING && !has_information(*m)))
		return;
	o = put_json_head(out_begin(&pr->out), pr, rec,
	    m->has_peer ? &m->peer.ip : NULL, m->peer.asn);
	o = put_text(put_lit(o, "BMP_"), types[m->type]);
	*o++ = '"';
	if (m->type == BMP_PEER_UP)
		o = put_up(o, &m->up);
	else if (m->type == BMP_PEER_DOWN)
		o = put_down(o, &m->down);
	out_end(&pr->out, o);
	if (m->type == BMP_STATISTICS)
		statistics(pr, rec, *m);
	else if (m->type != BMP_PEER_DOWN ||
		 m->down.reason == BMP_DOWN_LOCAL_TLVS)
		information(pr, rec, *m);
	out_end(&pr->out, put_lit(out_begin(&pr->out), "}\n"));
}
