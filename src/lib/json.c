/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - one object a line, with the names and types of RIS Live
 * (https://ris-live.ripe.net/manual/): `peer_asn` is a string, an AS_SET a
 * nested array, a community a pair.
 *
 * What RIS Live does not tell has names of our own: large and extended
 * communities, OTC, path identifiers, faults by RFC 7606, and the type RIB for
 * the routes of tables.
 */
#include "lib/json.h"

#include "base/utc.h"

static char *
put_text(char *o, const char *s)
{
	return put_str(o, s, strlen(s));
}

/* A name taken from a path. */
static char *
put_name(char *o, struct str s)
{
	for (size_t i = 0; i < s.n && i < MAX_NAME; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			*o++ = '\\';
		*o++ = c < ' ' || c > '~' ? '?' : (char)c;
	}
	return o;
}

char *
put_quoted_ip(char *o, const struct ipaddr *ip)
{
	*o++ = '"';
	o = put_ip(o, ip);
	*o++ = '"';
	return o;
}

char *
put_quoted_ip4(char *o, const uint8_t a[4])
{
	*o++ = '"';
	o = put_ip4(o, a);
	*o++ = '"';
	return o;
}

char *
put_quoted_hex(char *o, struct bgp_view v)
{
	*o++ = '"';
	o = put_hex(o, v.p, v.n);
	*o++ = '"';
	return o;
}

char *
put_list_end(char *o, char bracket)
{
	if (o[-1] == ',')
		o--;
	*o++ = bracket;
	return o;
}

/* --- attributes -------------------------------------------------------- */

static char *
put_path(char *o, const struct bgp_path *p)
{
	*o++ = '[';
	for (uint32_t i = 0; i < p->n_segs; i++) {
		const struct bgp_segment *s = &p->segs[i];
		bool confed =
		    s->type == BGP_CONFED_SEQUENCE || s->type == BGP_CONFED_SET;

		if (s->type == BGP_CONFED_SEQUENCE)
			o = put_lit(o, "{\"confed_sequence\":[");
		else if (s->type == BGP_CONFED_SET)
			o = put_lit(o, "{\"confed_set\":[");
		else if (s->type == BGP_AS_SET)
			*o++ = '[';
		for (uint32_t k = 0; k < s->n; k++) {
			o = put_u32(o, p->asns[s->at + k]);
			*o++ = ',';
		}
		if (s->type != BGP_AS_SEQUENCE) {
			o = put_list_end(o, ']');
			if (confed)
				*o++ = '}';
			*o++ = ',';
		}
	}
	return put_list_end(o, ']');
}

/* Numbers of `octets` each, `per` of them an array: [[1,2],[3,4]]. */
static char *
put_tuples(char *o, struct bgp_view v, size_t octets, size_t per)
{
	*o++ = '[';
	for (size_t i = 0; i + octets * per <= v.n; i += octets * per) {
		*o++ = '[';
		for (size_t k = 0; k < per; k++) {
			const uint8_t *p = v.p + i + k * octets;

			o = put_u32(o, octets == 2 ? view_u16(p) : view_u32(p));
			*o++ = ',';
		}
		o = put_list_end(o, ']');
		*o++ = ',';
	}
	return put_list_end(o, ']');
}

static char *
put_ext(char *o, struct bgp_view v)
{
	*o++ = '[';
	for (size_t i = 0; i + 8 <= v.n; i += 8) {
		o = put_quoted_hex(o, (struct bgp_view){ v.p + i, 8 });
		*o++ = ',';
	}
	return put_list_end(o, ']');
}

static char *
put_clusters(char *o, struct bgp_view v)
{
	*o++ = '[';
	for (size_t i = 0; i + 4 <= v.n; i += 4) {
		o = put_quoted_ip4(o, v.p + i);
		*o++ = ',';
	}
	return put_list_end(o, ']');
}

static char *
put_unknown(char *o, const struct bgp_attrs *a)
{
	o = put_key(o, "unknown");
	*o++ = '[';
	for (uint32_t i = 0; i < a->n_unknown && i < BGP_UNKNOWN_MAX; i++) {
		o = put_lit(o, "{\"type\":");
		o = put_u32(o, a->unknown[i].type);
		o = put_key(o, "flags");
		o = put_u32(o, a->unknown[i].flags);
		o = put_key(o, "value");
		o = put_quoted_hex(o, a->unknown[i].value);
		o = put_lit(o, "},");
	}
	o = put_list_end(o, ']');
	if (a->n_unknown > BGP_UNKNOWN_MAX) {
		o = put_key(o, "unknown_omitted");
		o = put_u32(o, a->n_unknown - BGP_UNKNOWN_MAX);
	}
	return o;
}

static char *
put_faults(char *o, const struct bgp_attrs *a)
{
	o = put_key(o, "faults");
	*o++ = '[';
	for (uint32_t i = 0; i < a->n_faults && i < BGP_FAULTS_MAX; i++) {
		const struct bgp_fault_note *f = &a->faults[i];

		o = put_lit(o, "{\"attribute\":");
		o = put_u32(o, f->attr);
		o = put_key(o, "offset");
		o = put_u32(o, f->offset);
		o = put_key(o, "treatment");
		*o++ = '"';
		o = put_text(o, bgp_fault_name(f->treatment));
		o = put_lit(o, "\",\"reason\":\"");
		o = put_text(o, f->reason);
		o = put_lit(o, "\"},");
	}
	o = put_list_end(o, ']');
	if (a->n_faults > BGP_FAULTS_MAX) {
		o = put_key(o, "faults_omitted");
		o = put_u32(o, a->n_faults - BGP_FAULTS_MAX);
	}
	return o;
}

static char *
put_more_attrs(char *o, const struct bgp_attrs *a)
{
	if (bgp_has(a, BGP_ATTR_LOCAL_PREF))
		o = put_u32(put_key(o, "local_pref"), a->local_pref);
	if (bgp_has(a, BGP_ATTR_ATOMIC_AGGREGATE))
		o = put_lit(o, ",\"atomic_aggregate\":true");
	if (bgp_has(a, BGP_ATTR_ORIGINATOR_ID))
		o = put_quoted_ip4(put_key(o, "originator_id"),
		    a->originator_id);
	if (bgp_has(a, BGP_ATTR_CLUSTER_LIST))
		o = put_clusters(put_key(o, "cluster_list"), a->cluster_list);
	if (bgp_has(a, BGP_ATTR_EXT_COMMUNITIES))
		o = put_ext(put_key(o, "extended_community"),
		    a->ext_communities);
	if (bgp_has(a, BGP_ATTR_LARGE_COMMUNITIES))
		o = put_tuples(put_key(o, "large_community"),
		    a->large_communities, 4, 3);
	if (bgp_has(a, BGP_ATTR_OTC))
		o = put_u32(put_key(o, "otc"), a->otc);
	if (a->n_unknown > 0)
		o = put_unknown(o, a);
	return a->n_faults > 0 ? put_faults(o, a) : o;
}

/* Malformed: null.  Absent: left out. */
static char *
put_attrs(char *o, const struct bgp_attrs *a)
{
	static const char *const origins[] = { "\"igp\"", "\"egp\"",
		"\"incomplete\"" };

	if (bgp_has(a, BGP_ATTR_AS_PATH))
		o = put_path(put_key(o, "path"), &a->path);
	else if ((a->seen >> BGP_ATTR_AS_PATH & 1) != 0)
		o = put_lit(o, ",\"path\":null");
	if (bgp_has(a, BGP_ATTR_COMMUNITIES))
		o = put_tuples(put_key(o, "community"), a->communities, 2, 2);
	if (bgp_has(a, BGP_ATTR_ORIGIN))
		o = put_text(put_key(o, "origin"), origins[a->origin]);
	else if ((a->seen >> BGP_ATTR_ORIGIN & 1) != 0)
		o = put_lit(o, ",\"origin\":null");
	if (bgp_has(a, BGP_ATTR_MED))
		o = put_u32(put_key(o, "med"), a->med);
	if (bgp_has(a, BGP_ATTR_AGGREGATOR)) {
		o = put_key(o, "aggregator");
		*o++ = '"';
		o = put_u32(o, a->aggregator_asn);
		*o++ = ':';
		o = put_ip4(o, a->aggregator_ip);
		*o++ = '"';
	}
	return put_more_attrs(o, a);
}

/* --- what every object begins with ------------------------------------- */

char *
put_json_head(char *o, const struct comity_printer *pr,
    const struct mrt_record *rec, const struct ipaddr *peer, uint32_t asn)
{
	uint32_t us = (uint32_t)(rec->time_us % TIME_SEC);

	o = put_lit(o, "{\"timestamp\":");
	if (pr->in->item->of == SOURCE_BMP && rec->time_us == 0) {
		o = put_lit(o, "null"); /* RFC 7854 4.2: not known */
	} else {
		o = put_u32(o, (uint32_t)(rec->time_us / TIME_SEC));
		if (rec->type == MRT_BGP4MP_ET)
			o = put_micros(o, us);
	}
	if (peer != NULL) {
		o = put_quoted_ip(put_key(o, "peer"), peer);
		o = put_u32(put_lit(o, ",\"peer_asn\":\""), asn);
		o = put_lit(o, "\",\"id\":\"");
	} else {
		o = put_lit(o, ",\"peer\":null,\"peer_asn\":null,\"id\":\"");
	}
	if (pr->in->host.n > 0) {
		o = put_name(o, pr->in->host);
		*o++ = '-';
	}
	o = put_u64(o, rec->index);
	if (pr->in->host.n > 0) {
		o = put_lit(o, "\",\"host\":\"");
		o = put_name(o, pr->in->host);
		*o++ = '"';
	} else {
		o = put_lit(o, "\",\"host\":null");
	}
	if (pr->in->item->of == SOURCE_BMP && peer != NULL)
		o = put_bmp_member(o, &pr->in->message);
	return put_lit(o, ",\"type\":\"");
}

/* --- routes ------------------------------------------------------------ */

static struct bgp_view
next_hop4(const struct bgp_attrs *a)
{
	return (struct bgp_view){ a->next_hop,
		bgp_has(a, BGP_ATTR_NEXT_HOP) ? 4 : 0 };
}

static char *
put_next_hop(char *o, struct bgp_view v)
{
	o = put_lit(o, "{\"next_hop\":");
	if (v.n == 4)
		return put_quoted_ip4(o, v.p);
	if (v.n != 16 && v.n != 32)
		return put_lit(o, "null");
	*o++ = '"';
	o = put_ip6(o, v.p);
	*o++ = '"';
	if (v.n == 32) { /* RFC 2545 3 */
		o = put_lit(o, ",\"link_local\":\"");
		o = put_ip6(o, v.p + 16);
		*o++ = '"';
	}
	return o;
}

/* ["192.0.2.0/24",...], and the path identifiers in an array beside it. */
static void
nlri_list(struct comity_printer *pr, const struct mrt_record *rec,
    struct bgp_view v, uint8_t family, bool add_path, bool ids)
{
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family, add_path);
	struct bgp_nlri n;
	char *o = out_begin(&pr->out);
	bool any = false;

	*o++ = '[';
	while (reader_nlri_next(pr->in, rec, &it, &n)) {
		if (any)
			*o++ = ',';
		any = true;
		if (ids) {
			o = put_u32(o, n.path_id);
		} else {
			*o++ = '"';
			o = put_prefix(o, &n.prefix);
			*o++ = '"';
		}
		out_end(&pr->out, o);
		o = out_begin(&pr->out);
	}
	*o++ = ']';
	out_end(&pr->out, o);
}

/* Text where the last ended. */
static void
out_text(struct out *out, const char *s)
{
	out_end(out, put_text(out_begin(out), s));
}

struct update {
	struct comity_printer *pr;
	const struct mrt_record *rec;
	const struct bgp_session *session;
	bool open; /* the array has begun */
};

static void
announce(struct update *u, struct bgp_view v, uint8_t family, uint8_t safi,
    struct bgp_view next_hop)
{
	struct comity_printer *pr = u->pr;
	bool add_path = bgp_session_add_path(u->session, family, safi);
	char *o = out_begin(&pr->out);

	o = put_text(o, u->open ? "," : ",\"announcements\":[");
	u->open = true;
	o = put_next_hop(o, next_hop);
	if (safi != BGP_SAFI_UNICAST)
		o = put_u32(put_key(o, "safi"), safi);
	out_end(&pr->out, put_key(o, "prefixes"));
	nlri_list(pr, u->rec, v, family, add_path, false);
	if (add_path) {
		out_text(&pr->out, ",\"path_ids\":");
		nlri_list(pr, u->rec, v, family, true, true);
	}
	out_text(&pr->out, "}");
}

static void
withdraw(struct update *u, struct bgp_view v, uint8_t family, uint8_t safi,
    const char *key, const char *ids)
{
	struct comity_printer *pr = u->pr;
	bool add_path = bgp_session_add_path(u->session, family, safi);

	out_text(&pr->out, key);
	nlri_list(pr, u->rec, v, family, add_path, false);
	if (add_path) {
		out_text(&pr->out, ids);
		nlri_list(pr, u->rec, v, family, true, true);
	}
}

/* A family that is not decoded is named, with the size of what is there. */
static void
unread(struct comity_printer *pr, const char *key, uint16_t afi, uint8_t safi,
    size_t n)
{
	char *o = put_text(out_begin(&pr->out), key);

	o = put_u32(put_lit(o, "{\"afi\":"), afi);
	o = put_u32(put_key(o, "safi"), safi);
	o = put_u64(put_key(o, "octets"), n);
	*o++ = '}';
	out_end(&pr->out, o);
}

static void
announcements(struct update *u)
{
	struct comity_printer *pr = u->pr;
	const struct bgp_attrs *a = &pr->in->update.attrs;
	bool mp = bgp_has(a, BGP_ATTR_MP_REACH);
	uint8_t family;

	if (pr->in->update.nlri.n > 0)
		announce(u, pr->in->update.nlri, NET_IP4, BGP_SAFI_UNICAST,
		    next_hop4(a));
	if (mp && reader_family(a->reach_afi, a->reach_safi, &family)) {
		announce(u, a->reach, family, a->reach_safi, a->mp_next_hop);
		mp = false;
	}
	if (u->open)
		out_text(&pr->out, "]");
	if (mp)
		unread(pr, ",\"unread_reach\":", a->reach_afi, a->reach_safi,
		    a->reach.n);
}

/*
 * RIS Live has one list for both forms of withdrawal; a multicast family goes
 * into its own, since prefixes alone do not tell it apart.
 */
static void
withdrawals(struct update *u)
{
	struct comity_printer *pr = u->pr;
	const struct bgp_attrs *a = &pr->in->update.attrs;
	bool mp = bgp_has(a, BGP_ATTR_MP_UNREACH);
	uint8_t family;

	if (pr->in->update.withdrawn.n > 0)
		withdraw(u, pr->in->update.withdrawn, NET_IP4, BGP_SAFI_UNICAST,
		    ",\"withdrawals\":", ",\"withdrawal_path_ids\":");
	if (!mp)
		return;
	if (!reader_family(a->unreach_afi, a->unreach_safi, &family))
		unread(pr, ",\"unread_unreach\":", a->unreach_afi,
		    a->unreach_safi, a->unreach.n);
	else if (a->unreach.n == 0)
		return;
	else if (a->unreach_safi != BGP_SAFI_UNICAST)
		withdraw(u, a->unreach, family, a->unreach_safi,
		    ",\"multicast_withdrawals\":",
		    ",\"multicast_withdrawal_path_ids\":");
	else if (pr->in->update.withdrawn.n > 0)
		withdraw(u, a->unreach, family, a->unreach_safi,
		    ",\"mp_withdrawals\":", ",\"mp_withdrawal_path_ids\":");
	else
		withdraw(u, a->unreach, family, a->unreach_safi,
		    ",\"withdrawals\":", ",\"withdrawal_path_ids\":");
}

static void
update_object(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	struct bgp_update *u = &pr->in->update;
	struct update w = { pr, rec, &s, false };
	char *o = out_begin(&pr->out);

	reader_update(pr->in, rec, m, &s);
	o = put_json_head(o, pr, rec, &m->session.peer_ip, m->session.peer_asn);
	o = put_lit(o, "UPDATE\"");
	if (m->session.local)
		o = put_lit(o, ",\"direction\":\"sent\"");
	o = put_attrs(o, &u->attrs);
	if (u->end_of_rib)
		o = put_text(o,
		    u->eor_afi == BGP_AFI_IP4   ? ",\"end_of_rib\":\"ipv4\""
		    : u->eor_afi == BGP_AFI_IP6 ? ",\"end_of_rib\":\"ipv6\""
						: ",\"end_of_rib\":\"other\"");
	out_end(&pr->out, o);
	announcements(&w);
	withdrawals(&w);
}

struct table_route {
	const struct prefix *prefix;
	uint32_t originated, path_id;
	bool add_path;
	struct bgp_view next_hop; /* of the record, if not of the attributes */
};

static void
route_object(struct comity_printer *pr, char *o, const struct table_route *r)
{
	const struct bgp_attrs *a = &pr->in->update.attrs;
	bool own = r->next_hop.n > 0 && !bgp_has(a, BGP_ATTR_NEXT_HOP);

	o = put_attrs(put_lit(o, "RIB\""), a);
	o = put_u32(put_key(o, "originated"), r->originated);
	o = put_lit(o, ",\"announcements\":[");
	o = put_next_hop(o, own                             ? r->next_hop
			    : bgp_has(a, BGP_ATTR_MP_REACH) ? a->mp_next_hop
							    : next_hop4(a));
	o = put_lit(o, ",\"prefixes\":[\"");
	o = put_prefix(o, r->prefix);
	o = put_lit(o, "\"]");
	if (r->add_path) {
		o = put_lit(o, ",\"path_ids\":[");
		o = put_u32(o, r->path_id);
		*o++ = ']';
	}
	out_end(&pr->out, put_lit(o, "}]}\n"));
}

static void
rib_objects(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	struct mrt_rib_entry e;

	while (reader_rib_next(pr->in, rec, &m->rib, &e)) {
		const struct mrt_peer *p = &pr->in->peers.list.p[e.peer];
		struct table_route r = { .prefix = &m->rib.prefix,
			.originated = e.originated,
			.path_id = e.path_id,
			.add_path = m->rib.add_path };

		bgp_attrs_decode(pr->in->dec, e.attrs.p, e.attrs.n, &s,
		    &pr->in->update.attrs);
		route_object(pr,
		    put_json_head(out_begin(&pr->out), pr, rec, &p->ip, p->asn),
		    &r);
	}
}

static void
entry_object(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	const struct mrt_entry *e = &m->entry;
	struct table_route r = { .prefix = &e->prefix,
		.originated = (uint32_t)(e->originated_us / TIME_SEC),
		.next_hop = e->next_hop };

	bgp_attrs_decode(pr->in->dec, e->attrs.p, e->attrs.n, &s,
	    &pr->in->update.attrs);
	route_object(pr,
	    put_json_head(out_begin(&pr->out), pr, rec, &e->peer_ip,
		e->peer_asn),
	    &r);
}

/* --- other messages ---------------------------------------------------- */

static const char *
capability_name(uint8_t code)
{
	/* IANA, "Capability Codes" */
	switch (code) {
	case 1:
		return "multiprotocol";
	case 2:
		return "route-refresh";
	case 5:
		return "extended-nexthop";
	case 6:
		return "extended-message";
	case 9:
		return "role";
	case 64:
		return "graceful-restart";
	case 65:
		return "asn4";
	case 69:
		return "add-path";
	case 70:
		return "enhanced-route-refresh";
	case 71:
		return "long-lived-graceful-restart";
	case 73:
		return "fqdn";
	default:
		return "unknown";
	}
}

static char *
put_family(char *o, struct bgp_view v)
{
	static const char *const safis[] = { "", "unicast", "multicast" };
	uint32_t afi = view_u16(v.p), safi = v.p[3];

	*o++ = '"';
	if (afi == BGP_AFI_IP4 || afi == BGP_AFI_IP6)
		o = put_text(o, afi == BGP_AFI_IP4 ? "ipv4" : "ipv6");
	else
		o = put_u32(o, afi);
	*o++ = '/';
	o = safi == 1 || safi == 2 ? put_text(o, safis[safi])
				   : put_u32(o, safi);
	*o++ = '"';
	return o;
}

/* Every capability of one code: families of 1, the value of others. */
static char *
put_capability(char *o, const struct bgp_open *open, uint8_t code)
{
	struct bgp_capability_iter it = bgp_capability_iter(open);
	struct bgp_capability c;
	bool families = code == 1;

	*o++ = '"';
	o = put_u32(o, code);
	o = put_lit(o, "\":{\"name\":\"");
	o = put_text(o, capability_name(code));
	*o++ = '"';
	if (code == 65 && open->as4)
		o = put_u32(put_key(o, "asn4"), open->asn);
	if (code == 9 && open->role >= 0)
		o = put_u32(put_key(o, "role"), (uint32_t)open->role);
	o = put_text(o, families ? ",\"families\":[" : ",\"value\":[");
	while (bgp_capability_next(&it, &c)) {
		if (c.code != code)
			continue;
		o = families && c.value.n == 4 ? put_family(o, c.value)
					       : put_quoted_hex(o, c.value);
		*o++ = ',';
	}
	o = put_list_end(o, ']');
	return put_lit(o, "},");
}

static char *
put_open(char *o, struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_capability_iter it;
	struct bgp_capability c;
	struct bgp_open open;
	bool done[256] = { false };

	if (!bgp_open_decode(m->body.p, m->body.n, &open))
		reader_refuse(pr->in, rec, "OPEN is cut short");
	o = put_text(o, m->session.local ? "OPEN\",\"direction\":\"sent\""
					 : "OPEN\",\"direction\":\"received\"");
	o = put_u32(put_key(o, "version"), open.version);
	o = put_u32(put_key(o, "asn"), open.asn);
	o = put_u32(put_key(o, "hold_time"), open.hold_time);
	o = put_quoted_ip4(put_key(o, "router_id"), open.router_id);
	o = put_lit(o, ",\"capabilities\":{");
	it = bgp_capability_iter(&open);
	while (bgp_capability_next(&it, &c)) {
		if (!done[c.code])
			o = put_capability(o, &open, c.code);
		done[c.code] = true;
	}
	return put_list_end(o, '}');
}

static char *
put_notification(char *o, struct comity_printer *pr,
    const struct mrt_record *rec, const struct mrt_decoded *m)
{
	struct bgp_notification n;

	o = put_lit(o, "NOTIFICATION\"");
	if (!bgp_notification_decode(m->body.p, m->body.n, &n)) {
		reader_refuse(pr->in, rec, "NOTIFICATION is cut short");
		return put_lit(o, ",\"notification\":null");
	}
	o = put_lit(o, ",\"notification\":{\"code\":");
	o = put_u32(o, n.code);
	o = put_u32(put_key(o, "subcode"), n.subcode);
	o = put_quoted_hex(put_key(o, "data"), n.data);
	*o++ = '}';
	return o;
}

static void
message_object(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	char *o;

	if (m->message == BGP_UPDATE) {
		update_object(pr, rec, m);
	} else {
		o = put_json_head(out_begin(&pr->out), pr, rec,
		    &m->session.peer_ip, m->session.peer_asn);
		if (m->message == BGP_OPEN)
			o = put_open(o, pr, rec, m);
		else if (m->message == BGP_NOTIFICATION)
			o = put_notification(o, pr, rec, m);
		else
			o = put_text(o, m->message == BGP_KEEPALIVE
					    ? "KEEPALIVE\""
					    : "ROUTE_REFRESH\"");
		out_end(&pr->out, o);
	}
	o = out_begin(&pr->out);
	/* The old type keeps no header: there is no whole message. */
	if (pr->opts.raw && !m->session.old)
		o = put_quoted_hex(put_key(o, "raw"), m->bgp);
	out_end(&pr->out, put_lit(o, "}\n"));
}

static void
state_object(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	char *o = put_json_head(out_begin(&pr->out), pr, rec,
	    &m->session.peer_ip, m->session.peer_asn);

	/* RFC 4271 8.2.2: 6 is Established */
	o = put_text(o, m->new_state == 6
			    ? "RIS_PEER_STATE\",\"state\":\"connected\""
			    : "RIS_PEER_STATE\",\"state\":\"down\"");
	o = put_u32(put_key(o, "old_state"), m->old_state);
	o = put_u32(put_key(o, "new_state"), m->new_state);
	out_end(&pr->out, put_lit(o, "}\n"));
}

void
print_json(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	if (pr->in->item->of == SOURCE_BMP && pr->in->at_item == 1)
		print_json_bmp(pr, rec);
	if (m->kind == MRT_RIB)
		rib_objects(pr, rec, m);
	else if (m->kind == MRT_ENTRY)
		do
			entry_object(pr, rec, m);
		while (reader_entry_next(pr->in, rec, m));
	else if (m->kind == MRT_MESSAGE)
		message_object(pr, rec, m);
	else if (m->kind == MRT_STATE)
		state_object(pr, rec, m);
}
