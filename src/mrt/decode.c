/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.c - the body of an MRT record to values.
 */
#include <stdio.h>
#include <string.h>

#include "base/utc.h"
#include "mrt/part.h"

enum { /* TABLE_DUMP_V2 (RFC 6396 4.3, 8050 4, 6397) */
	TD2_PEER_INDEX = 1,
	TD2_IP4_UNICAST = 2,
	TD2_IP6_MULTICAST = 5,
	TD2_GENERIC = 6,
	TD2_GEO_PEERS = 7,
	TD2_IP4_UNICAST_ADDPATH = 8,
	TD2_IP6_MULTICAST_ADDPATH = 11,
	TD2_GENERIC_ADDPATH = 12,
};

enum { /* BGP4MP (RFC 6396 4.4, 8050 3) */
	B4_STATE = 0,
	B4_MESSAGE = 1,
	B4_ENTRY = 2,
	B4_SNAPSHOT = 3,
	B4_MESSAGE_AS4 = 4,
	B4_STATE_AS4 = 5,
	B4_MESSAGE_LOCAL = 6,
	B4_MESSAGE_AS4_LOCAL = 7,
	B4_MESSAGE_ADDPATH = 8,
	B4_MESSAGE_AS4_ADDPATH = 9,
	B4_MESSAGE_LOCAL_ADDPATH = 10,
	B4_MESSAGE_AS4_LOCAL_ADDPATH = 11,
};

enum { /* BGP, the old type (RFC 6396 appendix; MRTd) */
	OLD_NULL = 0,
	OLD_UPDATE = 1,
	OLD_PREF_UPDATE = 2,
	OLD_STATE = 3,
	OLD_SYNC = 4,
	OLD_OPEN = 5,
	OLD_NOTIFY = 6,
	OLD_KEEPALIVE = 7,
};

void
mrt_peers_fini(struct mrt_peers *p)
{
	vec_fini(&p->list);
	*p = (struct mrt_peers){ 0 };
}

static int
bad(const struct mrt_record *rec, const char *what, struct err *err)
{
	const char *name = mrt_type_name(rec->type);
	char number[24];

	(void)snprintf(number, sizeof(number), "type %u", rec->type);
	return err_set(err, ERR_INPUT, "record %llu at offset %llu (%s %u): %s",
	    (unsigned long long)rec->index, (unsigned long long)rec->offset,
	    name[0] != '\0' ? name : number, rec->subtype, what);
}

static int
skip(struct mrt_decoded *out, const char *why)
{
	out->kind = MRT_SKIPPED;
	out->why = why;
	return 0;
}

static void
read_ip(struct rbuf *r, uint8_t family, struct ipaddr *out)
{
	*out = (struct ipaddr){ .family = family };
	rbuf_copy(r, out->addr, family == NET_IP6 ? 16 : 4);
}

/* Length in bits, then as many octets as it takes. */
static bool
read_prefix(struct rbuf *r, uint8_t family, struct prefix *out)
{
	uint8_t len = rbuf_u8(r);

	if (len > prefix_len_max(family))
		return false;
	struct prefix p = { .family = family, .len = len };
	rbuf_copy(r, p.addr, ((size_t)len + 7) / 8);
	*out = prefix_truncate(&p, len);
	return rbuf_ok(r);
}

/* --- TABLE_DUMP_V2 ----------------------------------------------------- */

/*
 *   | Collector BGP ID (4) | View Name Length (2) | View Name | Peer Count (2)
 *   then per peer: type (1: bit 0 IPv6, bit 1 AS4), BGP ID (4), IP, AS
 */
static int
decode_peer_index(const struct mrt_record *rec, struct mrt_peers *peers,
    struct err *err)
{
	struct rbuf r = rbuf_from(rec->body.p, rec->body.n);
	struct mrt_peers t = { .tables = peers->tables + 1 };

	rbuf_copy(&r, t.collector_id, 4);
	struct rbuf view = rbuf_sub(&r, rbuf_u16(&r));
	uint16_t count = rbuf_u16(&r);
	size_t n = rbuf_left(&view);
	if (n > MRT_VIEW_MAX - 1)
		n = MRT_VIEW_MAX - 1;
	rbuf_copy(&view, t.view, n);
	for (uint16_t i = 0; i < count && rbuf_ok(&r); i++) {
		uint8_t type = rbuf_u8(&r);
		struct mrt_peer p = { .as4 = (type & 2) != 0 };

		rbuf_copy(&r, p.bgp_id, 4);
		read_ip(&r, (type & 1) != 0 ? NET_IP6 : NET_IP4, &p.ip);
		p.asn = p.as4 ? rbuf_u32(&r) : rbuf_u16(&r);
		if (rbuf_ok(&r))
			vec_push(&t.list, p);
	}
	bool ok = rbuf_ok(&r);
	/* Entries that follow a damaged table mean its peers, not those of the
	 * table before: better none than others. */
	mrt_peers_fini(peers);
	if (!ok) {
		vec_fini(&t.list);
		peers->tables = t.tables;
		return bad(rec, "peer index is cut short", err);
	}
	*peers = t;
	return 0;
}

/* Would the entries fill the rest exactly, read this way? */
static bool
entries_fit(struct rbuf r, uint16_t count, bool with_id)
{
	for (uint16_t i = 0; i < count; i++) {
		rbuf_skip(&r, 6 + (with_id ? 4U : 0));
		rbuf_skip(&r, rbuf_u16(&r));
	}
	return rbuf_end(&r);
}

/*
 * RFC 8050 4.2: RIB_GENERIC_ADDPATH holds the path identifier before the NLRI
 * and not in the entries; OpenBGPD and GoBGP put it into the entries.  The
 * reading that fills the record exactly is right.
 */
static int
decode_generic(const struct mrt_record *rec, struct mrt_rib *rib,
    struct err *err)
{
	struct rbuf r = rbuf_from(rec->body.p, rec->body.n);
	bool add_path = rec->subtype == TD2_GENERIC_ADDPATH;

	rib->sequence = rbuf_u32(&r);
	uint16_t afi = rbuf_u16(&r);
	rib->safi = rbuf_u8(&r);
	if (!rbuf_ok(&r) || !bgp_family(afi, rib->safi, &rib->family))
		return 1; /* another address family */
	rib->generic = true;
	rib->add_path = add_path;
	for (int form = add_path ? 0 : 1; form < 2; form++) {
		struct rbuf t = r;
		bool id_first = form == 0;

		rib->path_id = id_first ? rbuf_u32(&t) : 0;
		if (!read_prefix(&t, rib->family, &rib->prefix))
			continue;
		rib->count = rbuf_u16(&t);
		rib->id_in_entry = add_path && !id_first;
		rib->entries = t;
		if (rbuf_ok(&t) &&
		    (entries_fit(t, rib->count, rib->id_in_entry) || form == 1))
			return 0;
	}
	return bad(rec, "generic entry has no prefix that I can read", err);
}

static int
decode_rib(const struct mrt_record *rec, struct mrt_rib *rib, struct err *err)
{
	struct rbuf r = rbuf_from(rec->body.p, rec->body.n);
	bool add_path = rec->subtype >= TD2_IP4_UNICAST_ADDPATH;
	unsigned s =
	    rec->subtype - (add_path ? (unsigned)TD2_IP4_UNICAST_ADDPATH
				     : (unsigned)TD2_IP4_UNICAST);

	rib->family = s >= 2 ? NET_IP6 : NET_IP4;
	rib->safi = s % 2 == 0 ? BGP_SAFI_UNICAST : BGP_SAFI_MULTICAST;
	rib->add_path = add_path;
	rib->id_in_entry = add_path;
	rib->sequence = rbuf_u32(&r);
	if (!read_prefix(&r, rib->family, &rib->prefix))
		return bad(rec, "prefix is malformed", err);
	rib->count = rbuf_u16(&r);
	rib->entries = r;
	if (!rbuf_ok(&r))
		return bad(rec, "cut short before its entries", err);
	return 0;
}

static int
decode_table_dump_v2(const struct mrt_record *rec, struct mrt_peers *peers,
    struct mrt_decoded *out, struct err *err)
{
	int status;

	switch (rec->subtype) {
	case TD2_PEER_INDEX:
		out->kind = MRT_PEER_INDEX;
		return decode_peer_index(rec, peers, err);
	case TD2_GEO_PEERS:
		return skip(out, "geographic peer table (RFC 6397)");
	case TD2_GENERIC:
	case TD2_GENERIC_ADDPATH:
		out->kind = MRT_RIB;
		status = decode_generic(rec, &out->rib, err);
		if (status == 1)
			return skip(out, "address family that is not followed");
		break;
	default:
		if (rec->subtype < TD2_IP4_UNICAST ||
		    rec->subtype > TD2_IP6_MULTICAST_ADDPATH)
			return skip(out, "unknown subtype of TABLE_DUMP_V2");
		out->kind = MRT_RIB;
		status = decode_rib(rec, &out->rib, err);
	}
	out->rib.left = out->rib.count;
	return status;
}

/*
 *   | Peer Index (2) | Originated Time (4) | [Path Identifier (4)]
 *   | Attribute Length (2) | Attributes
 *
 * Without a cursor: tables have a thousand million of them.
 */
int
mrt_rib_next(struct mrt_rib *rib, struct mrt_rib_entry *out, struct err *err)
{
	const uint8_t *p = rib->entries.pos;
	size_t have = rbuf_left(&rib->entries);
	size_t head = rib->id_in_entry ? 12 : 8;

	if (rib->left == 0)
		return 0;
	rib->left--;
	if (have < head || have - head < rbuf_be16(p + head - 2)) {
		(void)err_set(err, ERR_INPUT,
		    "entry %u of %u runs past the end of its record",
		    rib->count - rib->left, rib->count);
		rib->left = 0;
		return -1;
	}
	size_t n = rbuf_be16(p + head - 2);
	out->peer = rbuf_be16(p);
	out->originated = rbuf_be32(p + 2);
	out->path_id = rib->id_in_entry ? rbuf_be32(p + 6) : rib->path_id;
	out->attrs = (struct bgp_view){ p + head, n };
	rib->entries.pos = p + head + n;
	return 1;
}

/* --- TABLE_DUMP (RFC 6396 4.2) ----------------------------------------- */

/*
 *   | View (2) | Sequence (2)
 *   | Prefix (4/16) | Length (1) | Status (1) | Originated Time (4)
 *   | Peer IP (4/16) | Peer AS (2) | Attributes (2+n)
 *
 * Subtypes are 1 IPv4 and 2 IPv6; 3 and 4 are the same with AS numbers of
 * four octets, never registered but written.  Others write four octets under
 * 1 and 2: the reading that fills the record is right, two octets first.
 * MRTd put many entries behind one view and sequence.
 */
static bool
is_td_ip6(uint16_t subtype)
{
	return subtype % 2 == 0;
}

bool
mrt_table_dump_fits(const uint8_t *body, size_t n, uint16_t subtype, bool *as4)
{
	size_t address = is_td_ip6(subtype) ? 16 : 4;

	for (size_t asn = subtype > 2 ? 4 : 2; asn <= 4; asn += 2) {
		struct rbuf r = rbuf_from(body, n);

		rbuf_skip(&r, 4);
		do {
			rbuf_skip(&r, 2 * address + 6 + asn);
			rbuf_skip(&r, rbuf_u16(&r));
		} while (rbuf_left(&r) > 0);
		*as4 = asn == 4;
		if (rbuf_end(&r))
			return true;
	}
	return false;
}

int
mrt_entry_next(const struct mrt_record *rec, struct mrt_decoded *d,
    struct err *err)
{
	struct mrt_entry *e = &d->entry;
	struct rbuf *r = &d->entries;
	struct prefix p = { .family = e->family };

	if (rbuf_left(r) == 0)
		return 0;
	rbuf_copy(r, p.addr, e->family == NET_IP6 ? 16 : 4);
	p.len = rbuf_u8(r);
	e->status = rbuf_u8(r);
	e->originated_us = (int64_t)rbuf_u32(r) * TIME_SEC;
	read_ip(r, e->family, &e->peer_ip);
	e->peer_asn = e->as4 ? rbuf_u32(r) : rbuf_u16(r);
	struct rbuf attrs = rbuf_sub(r, rbuf_u16(r));
	if (!rbuf_ok(r) || p.len > prefix_len_max(e->family)) {
		bool ok = rbuf_ok(r);

		*r = rbuf_from(rec->body.p, 0);
		return bad(rec, ok ? "prefix is too long" : "cut short", err);
	}
	e->prefix = prefix_truncate(&p, p.len);
	e->attrs = (struct bgp_view){ attrs.pos, rbuf_left(&attrs) };
	return 1;
}

static int
decode_table_dump(const struct mrt_record *rec, struct mrt_decoded *out,
    struct err *err)
{
	struct mrt_entry *e = &out->entry;

	if (rec->subtype < 1 || rec->subtype > 4)
		return skip(out, "unknown subtype of TABLE_DUMP");
	if (!mrt_table_dump_fits(rec->body.p, rec->body.n, rec->subtype,
		&e->as4))
		return bad(rec, "its attributes do not fill the record", err);
	out->kind = MRT_ENTRY;
	out->entries = rbuf_from(rec->body.p, rec->body.n);
	rbuf_skip(&out->entries, 4);
	e->family = is_td_ip6(rec->subtype) ? NET_IP6 : NET_IP4;
	e->safi = BGP_SAFI_UNICAST;
	return mrt_entry_next(rec, out, err) == 1 ? 0 : -1;
}

/* --- BGP4MP (RFC 6396 4.4) --------------------------------------------- */

/*
 *   | Peer AS (2/4) | Local AS (2/4) | Interface (2) | AFI (2)
 *   | Peer IP (4/16) | Local IP (4/16)
 *
 * Zebra left out interface, AFI and addresses in two places: in state changes
 * of 8 octets in all, and before OPEN messages, where the first octets of the
 * marker, all ones, stand in their place.  The addresses are then 0.0.0.0.
 */
static int
read_session(const struct mrt_record *rec, struct rbuf *r,
    struct mrt_session *s, struct err *err)
{
	s->peer_asn = s->as4 ? rbuf_u32(r) : rbuf_u16(r);
	s->local_asn = s->as4 ? rbuf_u32(r) : rbuf_u16(r);
	if (rec->subtype == B4_STATE && rec->body.n == 8)
		return 0;
	struct rbuf marker = *r;
	s->interface = rbuf_u16(r);
	uint16_t afi = rbuf_u16(r);
	if (!rbuf_ok(r))
		return bad(rec, "cut short", err);
	if (afi == 0xffff && s->interface == 0xffff) {
		s->interface = 0;
		*r = marker;
		return 0;
	}
	if (afi != BGP_AFI_IP4 && afi != BGP_AFI_IP6)
		return bad(rec, "unknown address family", err);
	uint8_t family = afi == BGP_AFI_IP6 ? NET_IP6 : NET_IP4;
	read_ip(r, family, &s->peer_ip);
	read_ip(r, family, &s->local_ip);
	return rbuf_ok(r) ? 0 : bad(rec, "cut short", err);
}

/* Subtype 2 of old: one route of a table, as OpenBGPD and others wrote it. */
static int
decode_b4_entry(const struct mrt_record *rec, struct rbuf r,
    struct mrt_decoded *out, struct err *err)
{
	struct mrt_entry *e = &out->entry;

	if (read_session(rec, &r, &out->session, err) == -1)
		return -1;
	rbuf_skip(&r, 2); /* view */
	e->status = (uint8_t)rbuf_u16(&r);
	e->originated_us = (int64_t)rbuf_u32(&r) * TIME_SEC;
	uint16_t afi = rbuf_u16(&r);
	e->safi = rbuf_u8(&r);
	struct rbuf hop = rbuf_sub(&r, rbuf_u8(&r));
	if (!rbuf_ok(&r))
		return bad(rec, "cut short", err);
	e->next_hop = (struct bgp_view){ hop.pos, rbuf_left(&hop) };
	if (!bgp_family(afi, e->safi, &e->family))
		return skip(out, "address family that is not followed");
	if (!read_prefix(&r, e->family, &e->prefix))
		return bad(rec, "prefix is malformed", err);
	struct rbuf attrs = rbuf_sub(&r, rbuf_u16(&r));
	if (!rbuf_ok(&r))
		return bad(rec, "attributes overrun the record", err);
	e->attrs = (struct bgp_view){ attrs.pos, rbuf_left(&attrs) };
	e->peer_ip = out->session.peer_ip;
	e->peer_asn = out->session.peer_asn;
	out->kind = MRT_ENTRY;
	return 0;
}

static int
decode_b4(const struct mrt_record *rec, struct mrt_decoded *out,
    struct err *err)
{
	struct rbuf r = rbuf_from(rec->body.p, rec->body.n);
	struct mrt_session *s = &out->session;
	uint16_t t = rec->subtype;

	if (t > B4_MESSAGE_AS4_LOCAL_ADDPATH)
		return skip(out, "unknown subtype of BGP4MP");
	if (t == B4_SNAPSHOT)
		return skip(out, "name of a snapshot file");
	s->as4 = t == B4_MESSAGE_AS4 || t == B4_STATE_AS4 ||
		 t == B4_MESSAGE_AS4_LOCAL || t == B4_MESSAGE_AS4_ADDPATH ||
		 t == B4_MESSAGE_AS4_LOCAL_ADDPATH;
	s->add_path = t >= B4_MESSAGE_ADDPATH;
	s->local = t == B4_MESSAGE_LOCAL || t == B4_MESSAGE_AS4_LOCAL ||
		   t >= B4_MESSAGE_LOCAL_ADDPATH;
	if (t == B4_ENTRY)
		return decode_b4_entry(rec, r, out, err);
	if (read_session(rec, &r, s, err) == -1)
		return -1;
	if (t == B4_STATE || t == B4_STATE_AS4) {
		out->kind = MRT_STATE;
		out->old_state = rbuf_u16(&r);
		out->new_state = rbuf_u16(&r);
		return rbuf_ok(&r) ? 0 : bad(rec, "cut short", err);
	}
	out->kind = MRT_MESSAGE;
	out->bgp = (struct bgp_view){ r.pos, rbuf_left(&r) };
	if (!bgp_header(r.pos, rbuf_left(&r), &out->message, &out->body))
		return bad(rec, "holds no whole BGP message", err);
	return 0;
}

/* --- BGP, the old type ------------------------------------------------- */

static int
decode_old(const struct mrt_record *rec, struct mrt_decoded *out,
    struct err *err)
{
	struct rbuf r = rbuf_from(rec->body.p, rec->body.n);
	struct mrt_session *s = &out->session;
	static const uint8_t types[] = { 0, BGP_UPDATE, 0, 0, 0, BGP_OPEN,
		BGP_NOTIFICATION, BGP_KEEPALIVE };

	if (rec->subtype == OLD_NULL || rec->subtype == OLD_PREF_UPDATE ||
	    rec->subtype == OLD_SYNC || rec->subtype > OLD_KEEPALIVE)
		return skip(out, "subtype of BGP without routes");
	s->old = true;
	s->peer_asn = rbuf_u16(&r);
	read_ip(&r, NET_IP4, &s->peer_ip);
	if (rec->subtype == OLD_STATE) {
		out->kind = MRT_STATE;
		out->old_state = rbuf_u16(&r);
		out->new_state = rbuf_u16(&r);
		return rbuf_ok(&r) ? 0 : bad(rec, "cut short", err);
	}
	s->local_asn = rbuf_u16(&r);
	read_ip(&r, NET_IP4, &s->local_ip);
	if (!rbuf_ok(&r))
		return bad(rec, "cut short", err);
	out->kind = MRT_MESSAGE;
	out->message = (enum bgp_type)types[rec->subtype];
	out->body = (struct bgp_view){ r.pos, rbuf_left(&r) };
	out->bgp = out->body;
	return 0;
}

/* --- all --------------------------------------------------------------- */

int
mrt_decode(const struct mrt_record *rec, struct mrt_peers *peers,
    struct mrt_decoded *out, struct err *err)
{
	*out = (struct mrt_decoded){ .why = "" };
	/* Legal, and the end of nothing. */
	if (rec->body.n == 0 && mrt_type_name(rec->type)[0] != '\0')
		return skip(out, "record without content");
	switch (rec->type) {
	case MRT_TABLE_DUMP_V2:
		return decode_table_dump_v2(rec, peers, out, err);
	case MRT_TABLE_DUMP:
		return decode_table_dump(rec, out, err);
	case MRT_BGP4MP:
	case MRT_BGP4MP_ET:
		return decode_b4(rec, out, err);
	case MRT_BGP:
		return decode_old(rec, out, err);
	default:
		if (mrt_type_name(rec->type)[0] != '\0')
			return skip(out, "record type without BGP routes");
		/* Most likely not the beginning of a record at all. */
		return bad(rec, "no such record type", err);
	}
}

struct bgp_session
mrt_bgp_session(const struct mrt_record *rec, const struct mrt_decoded *d)
{
	struct bgp_session s = { 0 };

	if (rec->type == MRT_TABLE_DUMP_V2) {
		s.table_dump = true;
		s.as4 = true;
		s.add_path = d->rib.add_path ? BGP_ADD_PATH_ALL : 0;
	} else if (d->kind == MRT_ENTRY) {
		s.as4 = d->entry.as4;
		s.lenient = true;
	} else {
		s.as4 = d->session.as4;
		s.add_path = d->session.add_path ? BGP_ADD_PATH_ALL : 0;
	}
	return s;
}

const char *
mrt_type_name(uint16_t type)
{
	/* RFC 6396 4 and appendix B */
	static const char *const names[] = {
		[0] = "NULL",
		[1] = "START",
		[2] = "DIE",
		[3] = "I_AM_DEAD",
		[4] = "PEER_DOWN",
		[MRT_BGP] = "BGP",
		[6] = "RIP",
		[7] = "IDRP",
		[8] = "RIPNG",
		[9] = "BGP4PLUS",
		[10] = "BGP4PLUS_01",
		[11] = "OSPFv2",
		[MRT_TABLE_DUMP] = "TABLE_DUMP",
		[MRT_TABLE_DUMP_V2] = "TABLE_DUMP_V2",
		[MRT_BGP4MP] = "BGP4MP",
		[MRT_BGP4MP_ET] = "BGP4MP_ET",
		[32] = "ISIS",
		[33] = "ISIS_ET",
		[48] = "OSPFv3",
		[49] = "OSPFv3_ET",
	};

	return type < COUNT(names) && names[type] != NULL ? names[type] : "";
}

const char *
mrt_subtype_name(uint16_t type, uint16_t subtype)
{
	static const char *const v2[] = { "", "PEER_INDEX_TABLE",
		"RIB_IPV4_UNICAST", "RIB_IPV4_MULTICAST", "RIB_IPV6_UNICAST",
		"RIB_IPV6_MULTICAST", "RIB_GENERIC", "GEO_PEER_TABLE",
		"RIB_IPV4_UNICAST_ADDPATH", "RIB_IPV4_MULTICAST_ADDPATH",
		"RIB_IPV6_UNICAST_ADDPATH", "RIB_IPV6_MULTICAST_ADDPATH",
		"RIB_GENERIC_ADDPATH" };
	static const char *const b4[] = { "STATE_CHANGE", "MESSAGE", "ENTRY",
		"SNAPSHOT", "MESSAGE_AS4", "STATE_CHANGE_AS4", "MESSAGE_LOCAL",
		"MESSAGE_AS4_LOCAL", "MESSAGE_ADDPATH", "MESSAGE_AS4_ADDPATH",
		"MESSAGE_LOCAL_ADDPATH", "MESSAGE_AS4_LOCAL_ADDPATH" };
	static const char *const old[] = { "NULL", "UPDATE", "PREF_UPDATE",
		"STATE_CHANGE", "SYNC", "OPEN", "NOTIFY", "KEEPALIVE" };
	static const char *const v1[] = { "", "AFI_IPv4", "AFI_IPv6",
		"AFI_IPv4_AS4", "AFI_IPv6_AS4" };

	if (type == MRT_TABLE_DUMP_V2)
		return subtype < COUNT(v2) ? v2[subtype] : "";
	if (type == MRT_BGP4MP || type == MRT_BGP4MP_ET)
		return subtype < COUNT(b4) ? b4[subtype] : "";
	if (type == MRT_BGP)
		return subtype < COUNT(old) ? old[subtype] : "";
	if (type == MRT_TABLE_DUMP)
		return subtype < COUNT(v1) ? v1[subtype] : "";
	return "";
}
