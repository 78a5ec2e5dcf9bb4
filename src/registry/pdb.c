/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pdb.c - PeeringDB: pages of its API ({"data":[...],"meta":{}}), with or
 * without nested sets, and CAIDA's dump ({"net":{"data":[...]}, ...}).
 *
 * A page does not say which objects it holds, so a record is known by its
 * members.  Texts stay in the record until its kind is known: the name of a
 * contact is thrown away with it.
 */
#include "registry/input.h"
#include "json/json.h"

enum slot { /* members that we keep */
	S_NAME,
	S_IRR,
	S_TYPE,
	S_POLICY,
	S_COUNTRY,
	S_PREFIX,
	S_ROLE,
	S_STATUS,
	S_CREATED,
	S_UPDATED,
	S_LG,
	S_RS,
	S_EMAIL,
	S_PHONE,
	TEXTS,
	S_ID = TEXTS,
	S_ORG_ID,
	S_ASN,
	S_P4,
	S_P6,
	S_IX_ID,
	S_IXLAN_ID,
	S_NET_ID,
	S_RS_ASN,
	NUMBERS_END,
	S_NEVER = NUMBERS_END,
	S_RS_PEER,
	BOOLS_END,
	/* Only that they are there. */
	S_ADDRESS1 = BOOLS_END,
	S_PROTO,
	S_CLLI,
	SLOTS
};

static const char *const members[SLOTS] = {
	[S_NAME] = "name",
	[S_IRR] = "irr_as_set",
	[S_TYPE] = "info_type",
	[S_POLICY] = "policy_general",
	[S_COUNTRY] = "country",
	[S_PREFIX] = "prefix",
	[S_ROLE] = "role",
	[S_STATUS] = "status",
	[S_CREATED] = "created",
	[S_UPDATED] = "updated",
	[S_LG] = "looking_glass",
	[S_RS] = "route_server",
	[S_EMAIL] = "email",
	[S_PHONE] = "phone",
	[S_ID] = "id",
	[S_ORG_ID] = "org_id",
	[S_ASN] = "asn",
	[S_P4] = "info_prefixes4",
	[S_P6] = "info_prefixes6",
	[S_IX_ID] = "ix_id",
	[S_IXLAN_ID] = "ixlan_id",
	[S_NET_ID] = "net_id",
	[S_RS_ASN] = "rs_asn",
	[S_NEVER] = "info_never_via_route_servers",
	[S_RS_PEER] = "is_rs_peer",
	[S_ADDRESS1] = "address1",
	[S_PROTO] = "proto_unicast",
	[S_CLLI] = "clli",
};

enum pdb_type { T_NONE, T_ORG, T_NET, T_IX, T_IXLAN, T_IXPFX, T_MEMBER, T_POC };

static const char *const type_names[] = {
	[T_NONE] = "",
	[T_ORG] = "org",
	[T_NET] = "net",
	[T_IX] = "ix",
	[T_IXLAN] = "ixlan",
	[T_IXPFX] = "ixpfx",
	[T_MEMBER] = "netixlan",
	[T_POC] = "poc",
};

struct record {
	unsigned depth;     /* 0 = none open */
	enum pdb_type type; /* T_NONE: by its members */
	uint64_t seen;      /* bit per slot: present and not null */
	uint64_t present;   /* bit per slot: null too */
	struct buf text[TEXTS];
	uint32_t number[NUMBERS_END - TEXTS];
	bool truth[BOOLS_END - NUMBERS_END];
};

struct pdb_ctx {
	struct registry_input *in;
	struct record rec[2]; /* a record, and one of a set inside it */
	uint64_t pos;
	unsigned types; /* bit per type met */
	bool dump;
	int64_t generated;
};

static bool
has(const struct record *r, enum slot s)
{
	return (r->seen >> s & 1) != 0;
}

static bool
mentions(const struct record *r, enum slot s)
{
	return (r->present >> s & 1) != 0;
}

static uint32_t
number(const struct record *r, enum slot s)
{
	return has(r, s) ? r->number[s - TEXTS] : 0;
}

static struct str
text(const struct record *r, enum slot s)
{
	return (struct str){ (const char *)r->text[s].p, r->text[s].n };
}

static uint32_t
keep(struct pdb_ctx *c, const struct record *r, enum slot s)
{
	return has(r, s) ? reg_text(c->in, text(r, s)) : 0;
}

static int64_t
time_of(const struct record *r, enum slot s)
{
	int64_t us;

	return has(r, s) && utc_parse(text(r, s), &us) ? us : TIME_NONE;
}

static enum pdb_type
type_of(const struct record *r)
{
	if (r->type != T_NONE)
		return r->type;
	if (mentions(r, S_IRR) || mentions(r, S_TYPE))
		return T_NET;
	if (mentions(r, S_RS_ASN))
		return T_IXLAN;
	if (mentions(r, S_IXLAN_ID) && mentions(r, S_ASN))
		return T_MEMBER;
	if (mentions(r, S_IXLAN_ID) && mentions(r, S_PREFIX))
		return T_IXPFX;
	if (mentions(r, S_ROLE) && mentions(r, S_NET_ID))
		return T_POC;
	if (mentions(r, S_PROTO))
		return T_IX;
	if (mentions(r, S_ADDRESS1) && !mentions(r, S_ORG_ID) &&
	    !mentions(r, S_CLLI)) /* a facility has these */
		return T_ORG;
	return T_NONE;
}

static const char *
take_net(struct pdb_ctx *c, const struct record *r, bool deleted, int64_t upd)
{
	struct reg_net net = {
		.id = number(r, S_ID),
		.asn = number(r, S_ASN),
		.org_id = number(r, S_ORG_ID),
		.prefixes4 = has(r, S_P4) ? number(r, S_P4) : REG_NONE,
		.prefixes6 = has(r, S_P6) ? number(r, S_P6) : REG_NONE,
		.never = has(r, S_NEVER)
			     ? (int8_t)r->truth[S_NEVER - NUMBERS_END]
			     : -1,
		.looking_glass = has(r, S_LG) && text(r, S_LG).n != 0,
		.route_server = has(r, S_RS) && text(r, S_RS).n != 0,
		.deleted = deleted,
		.created = time_of(r, S_CREATED),
		.updated = upd,
	};

	if (net.asn == 0)
		return "net without asn";
	net.name = keep(c, r, S_NAME);
	net.irr_as_set = keep(c, r, S_IRR);
	net.info_type = keep(c, r, S_TYPE);
	net.policy = keep(c, r, S_POLICY);
	vec_push(&c->in->nets, net);
	return NULL;
}

static const char *
take_ixpfx(struct pdb_ctx *c, const struct record *r, bool deleted, int64_t upd)
{
	struct reg_ixpfx pfx = { number(r, S_ID), number(r, S_IXLAN_ID), { 0 },
		deleted, upd };

	if (!prefix_parse(text(r, S_PREFIX), &pfx.prefix))
		return "ixpfx with a bad prefix";
	vec_push(&c->in->ixpfxs, pfx);
	return NULL;
}

static uint8_t
role_bit(struct str s)
{
	static const struct {
		const char *name;
		uint8_t bit;
	} roles[] = {
		{ "Abuse", REG_ROLE_ABUSE },
		{ "Maintenance", REG_ROLE_MAINTENANCE },
		{ "NOC", REG_ROLE_NOC },
		{ "Policy", REG_ROLE_POLICY },
		{ "Public Relations", REG_ROLE_PUBLIC_RELATIONS },
		{ "Sales", REG_ROLE_SALES },
		{ "Technical", REG_ROLE_TECHNICAL },
	};

	for (size_t i = 0; i < COUNT(roles); i++)
		if (str_eq_nocase(s, roles[i].name))
			return roles[i].bit;
	return 0;
}

static const char *
take_poc(struct pdb_ctx *c, const struct record *r, bool deleted, int64_t upd)
{
	struct reg_poc poc = {
		.id = number(r, S_ID),
		.net_id = number(r, S_NET_ID),
		.role = role_bit(text(r, S_ROLE)),
		.reachable = (has(r, S_EMAIL) && text(r, S_EMAIL).n != 0) ||
			     (has(r, S_PHONE) && text(r, S_PHONE).n != 0),
		.deleted = deleted,
		.updated = upd,
	};

	if (poc.net_id == 0 && r == &c->rec[1]) /* inside its network */
		poc.net_id = number(&c->rec[0], S_ID);
	if (poc.net_id == 0)
		return "poc without net_id";
	if (poc.role == 0)
		return "poc of an unknown role";
	vec_push(&c->in->pocs, poc);
	return NULL;
}

static const char *
take_member(struct pdb_ctx *c, const struct record *r, bool del, int64_t upd)
{
	struct reg_member m = {
		.id = number(r, S_ID),
		.asn = number(r, S_ASN),
		.ix_id = number(r, S_IX_ID),
		.ixlan_id = number(r, S_IXLAN_ID),
		.rs_peer =
		    has(r, S_RS_PEER) && r->truth[S_RS_PEER - NUMBERS_END],
		.deleted = del,
		.updated = upd,
	};

	if (m.asn == 0 && r == &c->rec[1])
		m.asn = number(&c->rec[0], S_ASN);
	if (m.asn == 0 || (m.ix_id == 0 && m.ixlan_id == 0))
		return "netixlan without asn or ix_id";
	vec_push(&c->in->members, m);
	return NULL;
}

static const char *
take(struct pdb_ctx *c, const struct record *r, enum pdb_type type)
{
	struct registry_input *in = c->in;
	bool deleted = str_eq(text(r, S_STATUS), "deleted");
	int64_t upd = time_of(r, S_UPDATED);

	if (number(r, S_ID) == 0)
		return "record without id";
	switch (type) {
	case T_ORG: {
		struct reg_org org = { number(r, S_ID), keep(c, r, S_NAME),
			{ 0 }, deleted, upd };

		reg_cc(text(r, S_COUNTRY), org.cc);
		vec_push(&in->orgs, org);
		break;
	}
	case T_IX: {
		struct reg_ix ix = { number(r, S_ID), keep(c, r, S_NAME), { 0 },
			deleted, upd };

		reg_cc(text(r, S_COUNTRY), ix.cc);
		vec_push(&in->ixs, ix);
		break;
	}
	case T_IXLAN:
		vec_push(&in->ixlans,
		    ((struct reg_ixlan){ number(r, S_ID), number(r, S_IX_ID),
			number(r, S_RS_ASN), deleted, upd }));
		break;
	case T_NET:
		return take_net(c, r, deleted, upd);
	case T_IXPFX:
		return take_ixpfx(c, r, deleted, upd);
	case T_MEMBER:
		return take_member(c, r, deleted, upd);
	case T_POC:
		return take_poc(c, r, deleted, upd);
	case T_NONE:
	default:
		break;
	}
	return NULL;
}

static void
end_record(struct pdb_ctx *c, struct record *r)
{
	enum pdb_type type = type_of(r);
	const char *why;

	r->depth = 0;
	if (type == T_NONE) {
		c->in->report.skipped++; /* facilities, carriers, campuses */
		return;
	}
	why = take(c, r, type);
	if (why != NULL) {
		reg_refuse(c->in, "offset %llu: %s", (unsigned long long)c->pos,
		    why);
		return;
	}
	if (r == &c->rec[0])
		c->types |= 1u << type;
	c->in->report.taken++;
	reg_newest(c->in, time_of(r, S_UPDATED));
}

static void
begin_record(struct record *r, unsigned depth, enum pdb_type type)
{
	r->depth = depth;
	r->type = type;
	r->seen = r->present = 0;
	for (size_t i = 0; i < TEXTS; i++) {
		r->text[i].max = MAX_REG_TEXT;
		buf_clear(&r->text[i]);
	}
}

static enum pdb_type
type_named(struct str s)
{
	for (size_t i = 1; i < COUNT(type_names); i++)
		if (str_eq(s, type_names[i]))
			return (enum pdb_type)i;
	return T_NONE;
}

/* An object begins: a record of the list, one of a set in a record, or
 * something else. */
static void
begin_object(struct pdb_ctx *c, const struct json_reader *jr, unsigned depth)
{
	struct str key;

	if (depth == 0)
		return;
	key = json_key_at(jr, depth - 1);
	if (c->rec[0].depth == 0) {
		enum pdb_type type = T_NONE;

		if (!str_eq(key, "data"))
			return;
		if (depth == 3) {
			type = type_named(json_key_at(jr, 1));
			c->dump = true;
		}
		begin_record(&c->rec[0], depth, type);
	} else if (depth == c->rec[0].depth + 2) {
		if (str_eq(key, "poc_set"))
			begin_record(&c->rec[1], depth, T_POC);
		else if (str_eq(key, "netixlan_set"))
			begin_record(&c->rec[1], depth, T_MEMBER);
	}
}

static void
set_value(struct record *r, enum slot s, const struct json_event *ev)
{
	uint64_t v;

	r->present |= UINT64_C(1) << s;
	if (ev->kind == JSON_NULL || ev->kind > JSON_STRING)
		return;
	if (s < TEXTS) {
		if (ev->kind != JSON_STRING)
			return;
		buf_clear(&r->text[s]);
		buf_add(&r->text[s], ev->text.p,
		    ev->text.n > MAX_REG_TEXT ? MAX_REG_TEXT : ev->text.n);
	} else if (s == S_ASN) {
		if (ev->kind == JSON_BOOL ||
		    !asn_parse(ev->text, &r->number[s - TEXTS]))
			return;
	} else if (s < NUMBERS_END) {
		if (ev->kind == JSON_BOOL ||
		    !text_parse_u64(ev->text, UINT32_MAX, &v))
			return;
		r->number[s - TEXTS] = (uint32_t)v;
	} else if (s < BOOLS_END) {
		if (ev->kind != JSON_BOOL)
			return;
		r->truth[s - NUMBERS_END] = ev->truth;
	}
	r->seen |= UINT64_C(1) << s;
}

static int
on_event(void *ctx, const struct json_reader *jr, const struct json_event *ev,
    struct err *err)
{
	struct pdb_ctx *c = ctx;
	struct record *r = c->rec[1].depth != 0 ? &c->rec[1] : &c->rec[0];

	c->pos = json_reader_pos(jr);
	if (c->in->report.taken > MAX_REG_ROWS)
		return err_set(err, ERR_LIMIT, "over %u records", MAX_REG_ROWS);
	if (ev->kind == JSON_END_OBJECT) {
		if (r->depth != 0 && r->depth == ev->depth)
			end_record(c, r);
		return 0;
	}
	if (r->depth != 0 && ev->depth == r->depth + 1) {
		for (size_t s = 0; s < SLOTS; s++)
			if (str_eq(ev->key, members[s])) {
				set_value(r, (enum slot)s, ev);
				break;
			}
	} else if (r->depth == 0 && ev->kind == JSON_NUMBER && ev->depth >= 2 &&
		   str_eq(ev->key, "generated")) {
		(void)utc_parse(ev->text, &c->generated);
	}
	if (ev->kind == JSON_BEGIN_OBJECT)
		begin_object(c, jr, ev->depth);
	return 0;
}

int
reg_load_peeringdb(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	struct pdb_ctx c = { .in = in, .generated = TIME_NONE };
	int rc = reg_each_json(s, false, on_event, &c, err);

	for (size_t i = 0; i < TEXTS; i++) {
		buf_fini(&c.rec[0].text[i]);
		buf_fini(&c.rec[1].text[i]);
	}
	if (c.generated != TIME_NONE) {
		in->report.date_us = c.generated;
		in->report.date_from = "content";
	}
	reg_source(in, "peeringdb");
	if (c.dump) { /* a dump is all of PeeringDB on one day */
		in->report.merge = REG_SNAPSHOT;
		reg_source(in, "peeringdb-dump");
	}
	for (size_t i = 1; i < COUNT(type_names) && !c.dump; i++)
		if (c.types == 1u << i)
			reg_source(in, "peeringdb/%s", type_names[i]);
	return rc;
}
