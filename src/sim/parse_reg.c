/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse_reg.c - the statements about registrations: delegations, ROAs, ASPAs,
 * route objects, sets, contacts, spoofing tests, participants, exchanges.
 */
#include "sim/scn.h"

/* Enough room for one more row of a kind. */
static int
check_room(struct parser *p, size_t n)
{
	return n < SIM_ROWS_MAX
		   ? 0
		   : parse_fail(p, "more than %d registrations of one kind",
			 SIM_ROWS_MAX);
}

/* [since DATE], by default always so */
static int
parse_since(struct parser *p, const char *word, int64_t *out)
{
	*out = INT64_C(946684800) * TIME_SEC; /* 2000-01-01 */
	return parse_is(p, word) ? parse_date(p, out) : 0;
}

/* block AS PREFIX... [since DATE] */
static int
parse_block(struct parser *p)
{
	struct scn_block b;
	struct span list;

	if (parse_as(p, &b.as) == -1 || parse_prefix_list(p, &list) == -1 ||
	    parse_since(p, "since", &b.since_us) == -1)
		return -1;
	for (uint32_t i = 0; i < list.n; i++) {
		b.prefix = p->s->prefixes.p[p->s->ids.p[list.at + i]];
		if (check_room(p, p->s->blocks.n) == -1)
			return -1;
		vec_push(&p->s->blocks, b);
	}
	return 0;
}

/* available|reserved RIR PREFIX|ASN [LAST] */
static int
parse_free(struct parser *p, bool reserved)
{
	struct scn_free f = { .reserved = reserved };
	struct str w;

	if (parse_word(p, "registry", &w) == -1)
		return -1;
	while (f.rir < SCN_RIRS && !str_eq(w, scn_rir_name(f.rir)))
		f.rir++;
	if (f.rir == SCN_RIRS)
		return parse_fail(p, "a registry stands first");
	if (parse_more(p) && asn_parse(p->w[p->i], &f.first)) {
		f.is_asn = true;
		p->i++;
		f.last = f.first;
		if (parse_more(p) && parse_asn(p, &f.last) == -1)
			return -1;
		if (f.last < f.first)
			return parse_fail(p, "the range runs backwards");
	} else if (parse_prefix(p, &f.prefix) == -1) {
		return -1;
	}
	if (check_room(p, p->s->frees.n) == -1)
		return -1;
	vec_push(&p->s->frees, f);
	return 0;
}

static int
parse_available(struct parser *p)
{
	return parse_free(p, false);
}

static int
parse_reserved(struct parser *p)
{
	return parse_free(p, true);
}

/* roa AS PREFIX... [max LEN] [since DATE] */
static int
parse_roa(struct parser *p)
{
	struct scn_roa roa = { 0 };
	uint32_t max = 0;
	struct span list;

	if (parse_asn(p, &roa.asn) == -1 || parse_prefix_list(p, &list) == -1)
		return -1;
	if (parse_is(p, "max") &&
	    parse_number(p, "prefix length", NET_LEN_MAX, &max) == -1)
		return -1;
	if (parse_since(p, "since", &roa.since_us) == -1)
		return -1;
	for (uint32_t i = 0; i < list.n; i++) {
		roa.prefix = p->s->prefixes.p[p->s->ids.p[list.at + i]];
		roa.max_len = max == 0 ? roa.prefix.len : (uint8_t)max;
		if (roa.max_len < roa.prefix.len ||
		    roa.max_len > prefix_len_max(roa.prefix.family))
			return parse_fail(p, "max %u does not fit a /%u", max,
			    roa.prefix.len);
		if (check_room(p, p->s->roas.n) == -1)
			return -1;
		vec_push(&p->s->roas, roa);
	}
	return 0;
}

/* aspa CUSTOMER PROVIDER... [since DATE] */
static int
parse_aspa(struct parser *p)
{
	struct scn_aspa a;

	if (parse_asn(p, &a.customer) == -1 ||
	    parse_as_list(p, false, &a.providers) == -1 ||
	    parse_since(p, "since", &a.since_us) == -1 ||
	    check_room(p, p->s->aspas.n) == -1)
		return -1;
	vec_push(&p->s->aspas, a);
	return 0;
}

/* [source S]; by default that of the network's registry */
static int
parse_source(struct parser *p, uint32_t asn, uint32_t *out)
{
	uint32_t as = scn_as_find(p->s, asn);

	if (parse_is(p, "source")) {
		if (parse_text(p, "source", out) == -1)
			return -1;
		for (const char *c = scn_text(p->s, *out); *c != '\0'; c++)
			if (!(*c >= 'A' && *c <= 'Z') && *c != '-' &&
			    !(*c >= '0' && *c <= '9'))
				return parse_fail(p, "a source is of A-Z, "
						     "0-9, -");
		return 0;
	}
	if (as == SCN_NONE)
		return parse_fail(p, "which source? (AS%u is not declared)",
		    asn);
	*out = strtab_add(&p->s->text,
	    str_from(scn_rir_source(p->s->ases.p[as].rir)));
	return 0;
}

/* route-object AS PREFIX... [source S] [created DATE] */
static int
parse_route_object(struct parser *p)
{
	struct scn_route_object o;
	struct span list;

	if (parse_asn(p, &o.asn) == -1 || parse_prefix_list(p, &list) == -1 ||
	    parse_source(p, o.asn, &o.source) == -1 ||
	    parse_since(p, "created", &o.created_us) == -1)
		return -1;
	for (uint32_t i = 0; i < list.n; i++) {
		o.prefix = p->s->prefixes.p[p->s->ids.p[list.at + i]];
		if (check_room(p, p->s->objects.n) == -1)
			return -1;
		vec_push(&p->s->objects, o);
	}
	return 0;
}

static bool
is_set_name(struct str w)
{
	if (w.n < 4 || w.n > 80)
		return false;
	for (size_t i = 0; i < w.n; i++)
		if (!(w.p[i] >= 'A' && w.p[i] <= 'Z') &&
		    !(w.p[i] >= '0' && w.p[i] <= '9') && w.p[i] != '-' &&
		    w.p[i] != ':')
			return false;
	return true;
}

/* as-set NAME of AS MEMBER... [source S] [created DATE] */
static int
parse_as_set(struct parser *p)
{
	struct scenario *s = p->s;
	struct scn_as_set set = { .members = { (uint32_t)s->ids.n, 0 } };
	uint32_t owner, member;
	struct str w;

	if (parse_word(p, "name of a set", &w) == -1)
		return -1;
	if (!is_set_name(w))
		return parse_fail(p, "a set is named like AS-NAME");
	set.name = strtab_add(&s->text, w);
	if (parse_want(p, "of") == -1 || parse_asn(p, &owner) == -1)
		return -1;
	while (parse_more(p) && (str_starts(p->w[p->i], "AS") ||
				    asn_parse(p->w[p->i], &member))) {
		if (parse_text(p, "member", &member) == -1)
			return -1;
		vec_push(&s->ids, member);
		set.members.n++;
	}
	if (parse_source(p, owner, &set.source) == -1 ||
	    parse_since(p, "created", &set.created_us) == -1 ||
	    check_room(p, s->sets.n) == -1)
		return -1;
	vec_push(&s->sets, set);
	return 0;
}

/* aut-num AS... [created DATE]: with the policy that its links imply */
static int
parse_aut_num(struct parser *p)
{
	struct span list;
	int64_t created;

	if (parse_as_list(p, true, &list) == -1 ||
	    parse_since(p, "created", &created) == -1)
		return -1;
	for (uint32_t i = 0; i < list.n; i++) {
		struct scn_as *a = &p->s->ases.p[p->s->ids.p[list.at + i]];

		a->aut_num_us = created;
		(void)strtab_add(&p->s->text, str_from(scn_rir_source(a->rir)));
	}
	return 0;
}

/* registers AS... roa|irr... [since DATE] */
static int
parse_registers(struct parser *p)
{
	struct scn_register r = { 0 };
	struct span list;

	if (parse_as_list(p, true, &list) == -1)
		return -1;
	for (;;) {
		if (parse_is(p, "roa"))
			r.what |= REGISTER_ROA;
		else if (parse_is(p, "irr"))
			r.what |= REGISTER_IRR;
		else
			break;
	}
	if (r.what == 0)
		return parse_fail(p, "roa or irr expected");
	if (parse_since(p, "since", &r.since_us) == -1)
		return -1;
	for (uint32_t i = 0; i < list.n; i++) {
		r.as = p->s->ids.p[list.at + i];
		if (p->s->registers.n == SIM_ASES_MAX)
			return parse_fail(p, "more than %d networks",
			    SIM_ASES_MAX);
		vec_push(&p->s->registers, r);
	}
	return 0;
}

/* contact AS... noc|technical|abuse|policy... [at DATE] */
static int
parse_contact(struct parser *p)
{
	unsigned roles = 0;
	struct span list;
	int64_t when;

	if (parse_as_list(p, true, &list) == -1)
		return -1;
	for (;;) {
		if (parse_is(p, "noc"))
			roles |= ROLE_NOC;
		else if (parse_is(p, "technical"))
			roles |= ROLE_TECHNICAL;
		else if (parse_is(p, "abuse"))
			roles |= ROLE_ABUSE;
		else if (parse_is(p, "policy"))
			roles |= ROLE_POLICY;
		else
			break;
	}
	if (roles == 0)
		return parse_fail(p,
		    "noc, technical, abuse or policy expected");
	if (parse_since(p, "at", &when) == -1)
		return -1;
	for (uint32_t i = 0; i < list.n; i++) {
		struct scn_as *a = &p->s->ases.p[p->s->ids.p[list.at + i]];

		a->roles |= roles;
		a->contact_us = when;
		a->peeringdb = true;
	}
	return 0;
}

/* peeringdb AS... | peeringdb AS as-set NAME */
static int
parse_peeringdb(struct parser *p)
{
	struct span list;

	if (parse_as_list(p, true, &list) == -1)
		return -1;
	for (uint32_t i = 0; i < list.n; i++)
		p->s->ases.p[p->s->ids.p[list.at + i]].peeringdb = true;
	if (!parse_is(p, "as-set"))
		return 0;
	if (list.n != 1)
		return parse_fail(p, "a set belongs to one network");
	return parse_text(p, "as-set",
	    &p->s->ases.p[p->s->ids.p[list.at]].as_set);
}

/* spoofer AS PREFIX RESULT [at DATE] */
static int
parse_spoofer(struct parser *p)
{
	static const char *const results[] = { "received", "rewritten",
		"blocked", "unknown" };
	struct scn_session t;
	struct str w;

	if (parse_as(p, &t.as) == -1 || parse_prefix(p, &t.client) == -1 ||
	    parse_word(p, "result", &w) == -1)
		return -1;
	for (size_t i = 0; i < COUNT(results); i++)
		if (str_eq(w, results[i])) {
			t.routed = t.private_ = strtab_add(&p->s->text, w);
			if (parse_since(p, "at", &t.time_us) == -1 ||
			    check_room(p, p->s->sessions.n) == -1)
				return -1;
			vec_push(&p->s->sessions, t);
			return 0;
		}
	return parse_fail(p, "a result is received, rewritten, blocked or "
			     "unknown");
}

/* participant "ORG" CC AS... [spoofing] [since DATE] */
static int
parse_participant(struct parser *p)
{
	struct scn_participant m = { 0 };
	struct str cc;

	if (parse_text(p, "organisation", &m.org) == -1 ||
	    parse_word(p, "country", &cc) == -1)
		return -1;
	if (cc.n != 2)
		return parse_fail(p, "a country is two capital letters");
	memcpy(m.cc, cc.p, 2);
	if (parse_as_list(p, true, &m.ases) == -1)
		return -1;
	m.spoofing = parse_is(p, "spoofing");
	if (parse_since(p, "since", &m.since_us) == -1 ||
	    check_room(p, p->s->participants.n) == -1)
		return -1;
	vec_push(&p->s->participants, m);
	return 0;
}

/* ixp "NAME" CC PREFIX AS...: an exchange and who is on its LAN */
static int
parse_ixp(struct parser *p)
{
	struct scn_ixp x = { 0 };
	struct str cc;

	if (parse_text(p, "name", &x.name) == -1 ||
	    parse_word(p, "country", &cc) == -1)
		return -1;
	if (cc.n != 2)
		return parse_fail(p, "a country is two capital letters");
	memcpy(x.cc, cc.p, 2);
	if (parse_prefix(p, &x.lan) == -1 ||
	    parse_as_list(p, true, &x.members) == -1 ||
	    check_room(p, p->s->ixps.n) == -1)
		return -1;
	if (x.lan.family != NET_IP4 || x.members.n > 250 || x.lan.len > 24)
		return parse_fail(p, "a LAN is an IPv4 /24 or shorter for up "
				     "to 250 networks");
	vec_push(&p->s->ixps, x);
	return 0;
}

const struct statement scn_registry[] = {
	{ "block", parse_block },
	{ "available", parse_available },
	{ "reserved", parse_reserved },
	{ "roa", parse_roa },
	{ "aspa", parse_aspa },
	{ "route-object", parse_route_object },
	{ "as-set", parse_as_set },
	{ "aut-num", parse_aut_num },
	{ "registers", parse_registers },
	{ "contact", parse_contact },
	{ "peeringdb", parse_peeringdb },
	{ "spoofer", parse_spoofer },
	{ "participant", parse_participant },
	{ "ixp", parse_ixp },
	{ NULL, NULL },
};
