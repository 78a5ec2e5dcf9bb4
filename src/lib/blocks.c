/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * blocks.c - several lines for each record or route of a table, as RIPE's
 * bgpdump writes them when it is asked for nothing else (-H).
 *
 *   TIME: 11/14/23 22:13:20
 *   TYPE: BGP4MP/MESSAGE/Update
 *   FROM: 192.0.2.1 AS64496
 *   ...
 */
#include "lib/part.h"

#include "base/utc.h"
#include "lib/names.h"

static char *
put_text(char *o, const char *s)
{
	return put_str(o, s, strlen(s));
}

static char *
put_block_ip(char *o, const struct ipaddr *a)
{
	return a->family == NET_IP6 ? put_ip6_line(o, a->addr)
				    : put_ip4(o, a->addr);
}

static char *
put_block_prefix(char *o, const struct prefix *p)
{
	o = p->family == NET_IP6 ? put_ip6_line(o, p->addr)
				 : put_ip4(o, p->addr);
	*o++ = '/';
	return put_u32(o, p->len);
}

static char *
put_party(char *o, const char *label, const struct ipaddr *ip, uint32_t asn)
{
	o = put_block_ip(put_text(o, label), ip);
	o = put_u32(put_lit(o, " AS"), asn);
	*o++ = '\n';
	return o;
}

static char *
put_number_line(char *o, const char *label, uint32_t v)
{
	o = put_u32(put_text(o, label), v);
	*o++ = '\n';
	return o;
}

/* "TIME: 11/14/23 22:13:20.000001" */
static char *
put_time(char *o, const struct mrt_record *rec)
{
	o = put_date(put_lit(o, "TIME: "), rec->time_us);
	if (rec->type == MRT_BGP4MP_ET)
		o = put_micros(o, (uint32_t)(rec->time_us % TIME_SEC));
	*o++ = '\n';
	return o;
}

/* --- attributes -------------------------------------------------------- */

static char *
put_path(char *o, const struct bgp_attrs *a)
{
	if (bgp_has(a, BGP_ATTR_AS_PATH)) {
		o = put_path_text(put_lit(o, "ASPATH: "), &a->path);
		*o++ = '\n';
	} else if ((a->seen >> BGP_ATTR_AS_PATH & 1) != 0) {
		o = put_lit(o, "ASPATH: !!! ERROR !!!\n");
	}
	return o;
}

static char *
put_clusters(char *o, struct bgp_view v)
{
	o = put_lit(o, "CLUSTER_LIST: ");
	for (size_t i = 0; i + 4 <= v.n; i += 4) {
		o = put_ip4(o, v.p + i);
		*o++ = ' ';
	}
	*o++ = '\n';
	return o;
}

/* Attributes without a line of their own: "UNKNOWN_ATTR(flags, type, n): .." */
static char *
put_unknown(char *o, struct bgp_view block)
{
	struct rbuf r = rbuf_from(block.p, block.n);

	while (rbuf_left(&r) > 0) {
		uint8_t flags = rbuf_u8(&r), type = rbuf_u8(&r);
		size_t n = (flags & 0x10) != 0 ? rbuf_u16(&r) : rbuf_u8(&r);
		const uint8_t *value = rbuf_bytes(&r, n);

		if (value == NULL || line_has_field(type))
			continue;
		o = put_u32(put_lit(o, "   UNKNOWN_ATTR("), flags);
		o = put_u32(put_lit(o, ", "), type);
		o = put_u64(put_lit(o, ", "), n);
		o = put_lit(o, "):");
		for (size_t i = 0; i < n; i++) {
			*o++ = ' ';
			o = put_hex(o, value + i, 1);
		}
		*o++ = '\n';
	}
	return o;
}

static char *
put_family(char *o, const char *label, uint16_t afi, uint8_t safi)
{
	static const char *const safis[] = { "", "Unicast", "Multicast",
		"Both unicast and multicast" };
	uint8_t family;

	o = put_text(o, label);
	if (!reader_family(afi, safi, &family)) {
		*o++ = '\n';
		return o;
	}
	o = put_text(o, family == NET_IP6 ? "(IPv6 " : "(IPv4 ");
	o = put_text(o, safis[safi]);
	return put_lit(o, ")\n");
}

static char *
put_hops(char *o, struct bgp_view v)
{
	if (v.n == 4) {
		o = put_ip4(put_lit(o, "NEXT_HOP: "), v.p);
		*o++ = '\n';
	}
	for (size_t i = 0; v.n % 16 == 0 && i < v.n && i < 32; i += 16) {
		o = put_ip6_line(put_lit(o, "NEXT_HOP: "), v.p + i);
		*o++ = '\n';
	}
	return o;
}

/* family: of the table, whose MP_REACH_NLRI does not tell it (RFC 6396 4.3.4);
 * NET_FAMILIES = it does. */
static char *
put_mp(char *o, const struct bgp_attrs *a, uint8_t family)
{
	if (bgp_has(a, BGP_ATTR_MP_REACH)) {
		bool told = family == NET_FAMILIES;

		o = put_family(o, "MP_REACH_NLRI",
		    told                ? a->reach_afi
		    : family == NET_IP6 ? BGP_AFI_IP6
					: BGP_AFI_IP4,
		    told ? a->reach_safi : BGP_SAFI_UNICAST);
		o = put_hops(o, a->mp_next_hop);
	}
	if (bgp_has(a, BGP_ATTR_MP_UNREACH))
		o = put_family(o, "MP_UNREACH_NLRI", a->unreach_afi,
		    a->unreach_safi);
	return o;
}

static char *
put_lists(char *o, const struct bgp_attrs *a)
{
	if (bgp_has(a, BGP_ATTR_COMMUNITIES)) {
		o = line_communities(put_lit(o, "COMMUNITY: "), a->communities);
		*o++ = '\n';
	}
	if (bgp_has(a, BGP_ATTR_LARGE_COMMUNITIES)) {
		o = put_tuple_list(put_lit(o, "LARGE_COMMUNITY: "),
		    a->large_communities, 4, 3);
		*o++ = '\n';
	}
	return o;
}

static char *
put_attrs(char *o, const struct bgp_attrs *a, uint8_t family)
{
	static const char *const origins[] = { "ORIGIN: IGP\n", "ORIGIN: EGP\n",
		"ORIGIN: INCOMPLETE\n" };

	if (bgp_has(a, BGP_ATTR_ORIGIN))
		o = put_text(o, origins[a->origin]);
	o = put_path(o, a);
	if (bgp_has(a, BGP_ATTR_NEXT_HOP))
		o = put_hops(o, (struct bgp_view){ a->next_hop, 4 });
	if (bgp_has(a, BGP_ATTR_MED))
		o = put_number_line(o, "MULTI_EXIT_DISC: ", a->med);
	if (bgp_has(a, BGP_ATTR_LOCAL_PREF))
		o = put_number_line(o, "LOCAL_PREF: ", a->local_pref);
	if (bgp_has(a, BGP_ATTR_ATOMIC_AGGREGATE))
		o = put_lit(o, "ATOMIC_AGGREGATE\n");
	if (bgp_has(a, BGP_ATTR_AGGREGATOR)) {
		o = put_u32(put_lit(o, "AGGREGATOR: AS"), a->aggregator_asn);
		o = put_ip4(put_lit(o, " "), a->aggregator_ip);
		*o++ = '\n';
	}
	if (bgp_has(a, BGP_ATTR_ORIGINATOR_ID)) {
		o = put_ip4(put_lit(o, "ORIGINATOR_ID: "), a->originator_id);
		*o++ = '\n';
	}
	if (bgp_has(a, BGP_ATTR_CLUSTER_LIST))
		o = put_clusters(o, a->cluster_list);
	return put_lists(put_mp(put_unknown(o, a->raw), a, family), a);
}

/* --- tables ------------------------------------------------------------ */

static char *
put_originated(char *o, int64_t time_us)
{
	o = put_date(put_lit(o, "ORIGINATED: "), time_us);
	*o++ = '\n';
	return o;
}

static void
rib_blocks(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	const struct bgp_attrs *a = &pr->in->update.attrs;
	struct mrt_rib_entry e;

	while (reader_rib_next(pr->in, rec, &m->rib, &e)) {
		const struct mrt_peer *p = &pr->in->peers.list.p[e.peer];
		char *o = put_time(out_begin(&pr->out), rec);

		/* "RIB_" is no part of it */
		o = put_text(put_lit(o, "TYPE: TABLE_DUMP_V2/"),
		    mrt_subtype_name(rec->type, rec->subtype) + 4);
		o = put_block_prefix(put_lit(o, "\nPREFIX: "), &m->rib.prefix);
		if (m->rib.add_path)
			o = put_u32(put_lit(o, " PATH_ID: "), e.path_id);
		o = put_number_line(o, "\nSEQUENCE: ", m->rib.sequence);
		o = put_party(o, "FROM: ", &p->ip, p->asn);
		o = put_originated(o, (int64_t)e.originated * TIME_SEC);
		bgp_attrs_decode(pr->in->dec, e.attrs.p, e.attrs.n, &s,
		    &pr->in->update.attrs);
		o = put_attrs(o, a, m->rib.family);
		*o++ = '\n';
		out_end(&pr->out, o);
	}
}

static void
entry_block(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	const struct mrt_entry *e = &m->entry;
	struct rbuf r = rbuf_from(rec->body.p, rec->body.n);
	char *o = put_time(out_begin(&pr->out), rec);
	uint8_t status = e->status;

	o = put_text(o, e->family == NET_IP6 ? "TYPE: TABLE_DUMP/INET6\n"
					     : "TYPE: TABLE_DUMP/INET\n");
	if (rec->type == MRT_TABLE_DUMP) {
		o = put_number_line(o, "VIEW: ", rbuf_u16(&r));
		o = put_number_line(o, "SEQUENCE: ", rbuf_u16(&r));
	}
	o = put_block_prefix(put_lit(o, "PREFIX: "), &e->prefix);
	o = put_party(o, "\nFROM:", &e->peer_ip, e->peer_asn);
	o = put_originated(o, e->originated_us);
	bgp_attrs_decode(pr->in->dec, e->attrs.p, e->attrs.n, &s,
	    &pr->in->update.attrs);
	o = put_attrs(o, &pr->in->update.attrs, e->family);
	if (e->next_hop.n > 0)
		o = put_hops(o, e->next_hop);
	o = put_lit(o, "STATUS: 0x");
	if (status > 15)
		*o++ = "0123456789abcdef"[status >> 4];
	*o++ = "0123456789abcdef"[status & 15];
	out_end(&pr->out, put_lit(o, "\n\n"));
}

/* --- messages ---------------------------------------------------------- */

static char *
put_type(char *o, const struct mrt_record *rec, const struct mrt_decoded *m,
    const char *what)
{
	o = put_text(put_lit(o, "TYPE: "), rec->type == MRT_BGP ? "BGP/"
					   : rec->type == MRT_BGP4MP_ET
					       ? "BGP4MP_ET/"
					       : "BGP4MP/");
	if (m->kind == MRT_STATE)
		return put_lit(o, "STATE_CHANGE\n");
	o = put_text(o, m->session.local ? "MESSAGE_LOCAL" : "MESSAGE");
	o = put_text(put_text(o, m->session.add_path ? "_ADDPATH/" : "/"),
	    what);
	*o++ = '\n';
	return o;
}

/* A line for each prefix. */
static void
list(struct comity_printer *pr, const struct mrt_record *rec,
    const struct bgp_session *s, struct bgp_view v, uint16_t afi, uint8_t safi)
{
	uint8_t family;
	struct bgp_nlri n;

	if (!reader_family(afi, safi, &family))
		return;
	bool ids = bgp_session_add_path(s, family, safi);
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family, ids);
	while (reader_nlri_next(pr->in, rec, &it, &n)) {
		char *o = put_lit(out_begin(&pr->out), "  ");

		o = put_block_prefix(o, &n.prefix);
		if (ids)
			o = put_u32(put_lit(o, " PATH_ID: "), n.path_id);
		*o++ = '\n';
		out_end(&pr->out, o);
	}
}

static void
update_lines(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	const struct bgp_update *u = &pr->in->update;
	const struct bgp_attrs *a = &u->attrs;

	reader_update(pr->in, rec, m, &s);
	out_end(&pr->out, put_attrs(out_begin(&pr->out), a, NET_FAMILIES));
	if (u->withdrawn.n + a->unreach.n > 0)
		out_end(&pr->out, put_lit(out_begin(&pr->out), "WITHDRAW\n"));
	list(pr, rec, &s, u->withdrawn, BGP_AFI_IP4, BGP_SAFI_UNICAST);
	list(pr, rec, &s, a->unreach, a->unreach_afi, a->unreach_safi);
	if (u->nlri.n + a->reach.n > 0)
		out_end(&pr->out, put_lit(out_begin(&pr->out), "ANNOUNCE\n"));
	list(pr, rec, &s, u->nlri, BGP_AFI_IP4, BGP_SAFI_UNICAST);
	list(pr, rec, &s, a->reach, a->reach_afi, a->reach_safi);
}

static char *
put_open(char *o, const struct mrt_decoded *m)
{
	struct rbuf r = rbuf_from(m->body.p, m->body.n);
	uint8_t id[4];

	o = put_number_line(o, "VERSION: ", rbuf_u8(&r));
	o = put_number_line(o, "AS: ", rbuf_u16(&r));
	o = put_number_line(o, "HOLD_TIME: ", rbuf_u16(&r));
	rbuf_copy(&r, id, 4);
	o = put_ip4(put_lit(o, "ID: "), id);
	return put_number_line(o, "\nOPT_PARM_LEN: ", rbuf_u8(&r));
}

static char *
put_code(char *o, const char *label, uint8_t code, const char *name)
{
	o = put_u32(put_text(o, label), code);
	if (name[0] != '\0')
		o = put_lit(put_text(put_lit(o, " ("), name), ")");
	*o++ = '\n';
	return o;
}

static char *
put_notification(char *o, const struct mrt_decoded *m)
{
	struct bgp_notification n;

	if (!bgp_notification_decode(m->body.p, m->body.n, &n))
		return o;
	o = put_code(o, "    ERROR CODE  : ", n.code,
	    name_of_notification(n.code));
	return put_code(o, "    SUB ERROR   : ", n.subcode,
	    name_of_subcode(n.code, n.subcode));
}

static void
message_block(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	static const char *const names[] = { "", "Open", "Update", "Notify",
		"Keepalive", "Refresh" };
	const struct mrt_session *s = &m->session;
	char *o = put_time(out_begin(&pr->out), rec);

	o = put_type(o, rec, m, names[m->message]);
	o = s->local ? put_party(o, "FROM: ", &s->local_ip, s->local_asn)
		     : put_party(o, "FROM: ", &s->peer_ip, s->peer_asn);
	o = s->local ? put_party(o, "TO: ", &s->peer_ip, s->peer_asn)
		     : put_party(o, "TO: ", &s->local_ip, s->local_asn);
	if (m->message == BGP_OPEN)
		o = put_open(o, m);
	else if (m->message == BGP_NOTIFICATION)
		o = put_notification(o, m);
	out_end(&pr->out, o);
	if (m->message == BGP_UPDATE)
		update_lines(pr, rec, m);
	out_end(&pr->out, put_lit(out_begin(&pr->out), "\n"));
}

static char *
put_state(char *o, uint16_t state)
{
	static const char *const names[] = { "Unknown", "Idle", "Connect",
		"Active", "Opensent", "Openconfirm", "Established", "Clearing",
		"Deleted" };

	return put_text(o, names[state < COUNT(names) ? state : 0]);
}

static void
state_block(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	char *o = put_time(out_begin(&pr->out), rec);

	o = put_type(o, rec, m, "");
	o = put_party(o, "PEER: ", &m->session.peer_ip, m->session.peer_asn);
	o = put_state(put_lit(o, "STATE: "), m->old_state);
	*o++ = '/';
	out_end(&pr->out, put_lit(put_state(o, m->new_state), "\n\n"));
}

void
print_blocks(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	if (m->kind == MRT_RIB)
		rib_blocks(pr, rec, m);
	else if (m->kind == MRT_ENTRY)
		do
			entry_block(pr, rec, m);
		while (reader_entry_next(pr->in, rec, m));
	else if (m->kind == MRT_MESSAGE)
		message_block(pr, rec, m);
	else if (m->kind == MRT_STATE)
		state_block(pr, rec, m);
}
