/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.c - may an MRT record (RFC 6396) be left out unread?
 *
 * Two looks at it.  The first knows the header, and messages in BGP4MP as they
 * are written today.  The second takes the frame of all other records from
 * mrt_decode(), which unpacks no attribute, and asks for each route.
 */
#include "filter/run.h"

enum { /* RFC 6396 4.3, 4.4, 8050 */
	TD2_PEER_INDEX = 1,
	TD2_GENERIC = 6,
	TD2_GEO_PEERS = 7,
	TD2_GENERIC_ADDPATH = 12,
	B4_STATE = 0,
	B4_ENTRY = 2,
	B4_SNAPSHOT = 3,
	B4_STATE_AS4 = 5,
	B4_SUBTYPES = 12,
};

#define UPDATE_KINDS \
	((uint32_t)FILTER_ANNOUNCE | FILTER_WITHDRAW | FILTER_NO_ROUTES)

static const uint32_t message_kinds[] = {
	[BGP_OPEN] = FILTER_OPEN,
	[BGP_UPDATE] = UPDATE_KINDS,
	[BGP_NOTIFICATION] = FILTER_NOTIFICATION,
	[BGP_KEEPALIVE] = FILTER_KEEPALIVE,
	[BGP_ROUTE_REFRESH] = FILTER_REFRESH,
};

/* --- the first look ---------------------------------------------------- */

/* MESSAGE, MESSAGE_AS4, both _LOCAL, and the four with ADDPATH. */
static bool
is_message(uint16_t subtype)
{
	return subtype == 1 || subtype == 4 ||
	       (subtype >= 6 && subtype < B4_SUBTYPES);
}

static bool
is_as4(uint16_t subtype)
{
	return subtype == 4 || subtype == 5 || subtype == 7 || subtype == 9 ||
	       subtype == 11;
}

static enum filter_answer
ask_message(struct filter_run *r, enum bgp_type type, struct bgp_view body,
    const struct bgp_session *s)
{
	struct filter_cut cut;

	if (type == BGP_UPDATE)
		return filter_update(r, body, s, &cut);
	return filter_kinds(r, message_kinds[type]) != 0 ? FILTER_YES
							 : FILTER_NO;
}

/*
 *   | Peer AS (2/4) | Local AS (2/4) | Interface (2) | AFI (2)
 *   | Peer IP (4/16) | Local IP (4/16) | BGP message
 *
 * False: for the second look, as a few writers left parts out.
 */
static bool
first_look_b4(struct filter_run *r, const struct mrt_record *rec,
    enum filter_answer *answer)
{
	uint16_t t = rec->subtype;
	struct rbuf b = rbuf_from(rec->body.p, rec->body.n);
	struct bgp_session s = { .as4 = is_as4(t),
		.add_path = t >= 8 ? BGP_ADD_PATH_ALL : 0 };
	uint32_t peer = s.as4 ? rbuf_u32(&b) : rbuf_u16(&b);
	struct ipaddr ip = { 0 };
	struct bgp_view body;
	enum bgp_type type;

	rbuf_skip(&b, s.as4 ? 6 : 4);
	uint16_t afi = rbuf_u16(&b);
	if (!is_message(t) || (afi != BGP_AFI_IP4 && afi != BGP_AFI_IP6))
		return false;
	ip.family = afi == BGP_AFI_IP6 ? NET_IP6 : NET_IP4;
	size_t address = afi == BGP_AFI_IP6 ? 16 : 4;
	rbuf_copy(&b, ip.addr, address);
	rbuf_skip(&b, address);
	if (!rbuf_ok(&b))
		return false;
	if (!filter_peer(r, &ip, peer))
		*answer = FILTER_NO;
	else if (!bgp_header(b.pos, rbuf_left(&b), &type, &body))
		*answer = FILTER_ASK;
	else
		*answer = ask_message(r, type, body, &s);
	return true;
}

/* What a record of this type can hold. */
static uint32_t
kinds_of_record(const struct mrt_record *rec)
{
	uint16_t t = rec->subtype;

	switch (rec->type) {
	case MRT_TABLE_DUMP:
		return FILTER_TABLE | FILTER_OTHER;
	case MRT_TABLE_DUMP_V2:
		return t == TD2_GENERIC || t == TD2_GENERIC_ADDPATH
			   ? FILTER_TABLE | FILTER_OTHER
		       : t == TD2_GEO_PEERS || t > TD2_GENERIC_ADDPATH || t == 0
			   ? FILTER_OTHER
			   : FILTER_TABLE;
	case MRT_BGP4MP:
	case MRT_BGP4MP_ET:
		return t == B4_STATE || t == B4_STATE_AS4 ? FILTER_STATE
		       : t == B4_ENTRY ? FILTER_TABLE | FILTER_OTHER
		       : t == B4_SNAPSHOT || t >= B4_SUBTYPES
			   ? FILTER_OTHER
			   : FILTER_ALL & ~(uint32_t)FILTER_TABLE &
				 ~(uint32_t)FILTER_STATE;
	case MRT_BGP:
		return FILTER_ALL & ~(uint32_t)FILTER_TABLE;
	default:
		return mrt_type_name(rec->type)[0] != '\0' ? FILTER_OTHER
							   : FILTER_ALL;
	}
}

/* False: for the second look. */
static bool
first_look(struct filter_run *r, const struct mrt_record *rec,
    enum filter_answer *answer)
{
	*answer = FILTER_NO;
	if (!filter_time(r, rec->time_us))
		return true;
	/* Any type may be empty, and is then no more than that. */
	if (rec->body.n == 0)
		return filter_kinds(r, FILTER_OTHER) == 0;
	if (filter_kinds(r, kinds_of_record(rec)) == 0)
		return true;
	return (rec->type == MRT_BGP4MP || rec->type == MRT_BGP4MP_ET) &&
	       first_look_b4(r, rec, answer);
}

/* --- the second -------------------------------------------------------- */

/* The answers for single routes, together. */
struct sum {
	bool pass, fail, damaged;
};

static enum filter_answer
answer_of(const struct sum *s)
{
	if (s->damaged || (s->pass && s->fail))
		return FILTER_ASK;
	return s->pass ? FILTER_YES : FILTER_NO;
}

static bool
ask_peer(struct filter_run *r, uint16_t index, const struct mrt_peers *peers)
{
	if (r->f->peers.n == 0)
		return true;
	if (r->peers.n != peers->list.n || r->peer_table != peers->tables) {
		const struct mrt_peer *p;

		r->peers.n = 0;
		r->peer_table = peers->tables;
		vec_reserve(&r->peers, peers->list.n);
		VEC_FOREACH (p, &peers->list)
			vec_push(&r->peers,
			    (uint8_t)filter_peer(r, &p->ip, p->asn));
	}
	return r->peers.p[index] != 0;
}

bool
filter_rib_entry(struct filter_run *r, const struct mrt_rib_entry *e,
    const struct bgp_session *s, const struct mrt_peers *peers)
{
	return filter_kinds(r, FILTER_TABLE) != 0 && e->peer < peers->list.n &&
	       ask_peer(r, e->peer, peers) && filter_attrs(r, e->attrs, s);
}

static enum filter_answer
ask_rib(struct filter_run *r, const struct mrt_record *rec,
    struct mrt_decoded *m, const struct mrt_peers *peers)
{
	struct bgp_session s = mrt_bgp_session(rec, m);
	struct sum sum = { 0 };
	struct mrt_rib_entry e;
	struct err err;
	int got = 0;

	if (!filter_prefix(r, &m->rib.prefix))
		return FILTER_NO;
	while (!(sum.pass && sum.fail) &&
	       (got = mrt_rib_next(&m->rib, &e, &err)) == 1) {
		if (e.peer >= peers->list.n)
			sum.damaged = true;
		else if (filter_rib_entry(r, &e, &s, peers))
			sum.pass = true;
		else
			sum.fail = true;
	}
	sum.damaged |= got == -1;
	return answer_of(&sum);
}

bool
filter_entry(struct filter_run *r, const struct mrt_entry *e,
    const struct bgp_session *s)
{
	return filter_kinds(r, FILTER_TABLE) != 0 &&
	       filter_prefix(r, &e->prefix) &&
	       filter_peer(r, &e->peer_ip, e->peer_asn) &&
	       filter_attrs(r, e->attrs, s);
}

static enum filter_answer
ask_entries(struct filter_run *r, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct sum sum = { 0 };
	struct err err;
	int got;

	do {
		struct bgp_session s = mrt_bgp_session(rec, m);

		if (filter_entry(r, &m->entry, &s))
			sum.pass = true;
		else
			sum.fail = true;
	} while ((got = mrt_entry_next(rec, m, &err)) == 1);
	sum.damaged = got == -1;
	return answer_of(&sum);
}

static enum filter_answer
ask_kind(const struct filter_run *r, uint32_t kind)
{
	return filter_kinds(r, kind) != 0 ? FILTER_YES : FILTER_NO;
}

static enum filter_answer
second_look(struct filter_run *r, const struct mrt_record *rec,
    const struct mrt_peers *peers)
{
	struct mrt_peers none = { 0 }; /* only an index is written there */
	struct mrt_decoded m;
	struct err err;

	if (mrt_decode(rec, &none, &m, &err) == -1)
		return FILTER_ASK;
	if (m.kind == MRT_SKIPPED)
		return ask_kind(r, FILTER_OTHER);
	if (m.kind == MRT_RIB)
		return ask_rib(r, rec, &m, peers);
	if (m.kind == MRT_ENTRY)
		return ask_entries(r, rec, &m);
	if (!filter_peer(r, &m.session.peer_ip, m.session.peer_asn))
		return FILTER_NO;
	if (m.kind == MRT_STATE)
		return ask_kind(r, FILTER_STATE);
	struct bgp_session s = mrt_bgp_session(rec, &m);
	return ask_message(r, m.message, m.body, &s);
}

enum filter_answer
filter_record(struct filter_run *r, const struct mrt_record *rec,
    const struct mrt_peers *peers)
{
	enum filter_answer answer;

	if (rec->type == MRT_TABLE_DUMP_V2 && rec->subtype == TD2_PEER_INDEX &&
	    rec->body.n > 0) {
		/* Another file's table may have the same number and size. */
		r->peer_table = 0;
		r->peers.n = 0;
		return FILTER_YES;
	}
	if (first_look(r, rec, &answer))
		return answer;
	return second_look(r, rec, peers);
}
