/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse_net.c - the statements that make the network: the day, who exists,
 * who is linked to whom, who originates what, who listens.
 */
#include "sim/scn.h"

static int
parse_title(struct parser *p)
{
	return parse_text(p, "title", &p->s->title);
}

static int
parse_name(struct parser *p)
{
	return parse_text(p, "name", &p->s->name);
}

static int
parse_day(struct parser *p)
{
	if (p->s->has_day)
		return parse_fail(p, "a second `day`");
	if (parse_date(p, &p->s->day_us) == -1)
		return -1;
	if (p->s->day_us < SIM_HISTORY_MAX * TIME_DAY ||
	    p->s->day_us > INT64_C(4000000000) * TIME_SEC)
		return parse_fail(p, "the day must lie between 1972 and 2096");
	p->s->has_day = true;
	return 0;
}

/* history DAYS: table dumps of each midnight before the day */
static int
parse_history(struct parser *p)
{
	return parse_number(p, "number of days", SIM_HISTORY_MAX,
	    &p->s->history);
}

static int
parse_country(struct parser *p, char cc[3])
{
	struct str w;

	if (parse_word(p, "country", &w) == -1)
		return -1;
	if (w.n != 2 || w.p[0] < 'A' || w.p[0] > 'Z' || w.p[1] < 'A' ||
	    w.p[1] > 'Z')
		return parse_fail(p, "a country is two capital letters");
	memcpy(cc, w.p, 2);
	cc[2] = '\0';
	return 0;
}

static int
parse_rir(struct parser *p, uint8_t *rir)
{
	struct str w;

	if (parse_word(p, "registry", &w) == -1)
		return -1;
	for (uint8_t r = 0; r < SCN_RIRS; r++)
		if (str_eq(w, scn_rir_name(r))) {
			*rir = r;
			return 0;
		}
	return parse_fail(p, "registries are afrinic, apnic, arin, lacnic and "
			     "ripencc");
}

/* as ASN CC "NAME" [org ID] [rir R] [type T] [since DATE] */
static int
parse_as_statement(struct parser *p)
{
	struct scn_as a = { .rir = SCN_RIRS,
		.org = SCN_NONE,
		.as_set = SCN_NONE,
		.contact_us = TIME_NONE,
		.aut_num_us = TIME_NONE };
	char org[30] = "";

	if (parse_asn(p, &a.asn) == -1 || parse_country(p, a.cc) == -1 ||
	    parse_text(p, "name", &a.name) == -1)
		return -1;
	if (scn_as_find(p->s, a.asn) != SCN_NONE)
		return parse_fail(p, "AS%u is declared twice", a.asn);
	if (p->s->ases.n == SIM_ASES_MAX)
		return parse_fail(p, "more than %d networks", SIM_ASES_MAX);
	a.type = strtab_add(&p->s->text, STR("NSP"));
	a.since_us = INT64_C(946684800) * TIME_SEC; /* 2000-01-01 */
	while (parse_more(p)) {
		int rc = parse_is(p, "org")     ? parse_text(p, "id", &a.org)
			 : parse_is(p, "rir")   ? parse_rir(p, &a.rir)
			 : parse_is(p, "type")  ? parse_text(p, "type", &a.type)
			 : parse_is(p, "since") ? parse_date(p, &a.since_us)
						: parse_end(p);
		if (rc == -1)
			return -1;
	}
	if (a.rir == SCN_RIRS)
		a.rir = scn_rir_of(a.cc);
	if (a.rir == SCN_RIRS)
		return parse_fail(p, "which registry serves %s? (`rir NAME`)",
		    a.cc);
	if (a.org == SCN_NONE) {
		memcpy(org, "ORG-AS", 6);
		size_t n = 6 + text_dec(org + 6, a.asn);
		a.org = strtab_add(&p->s->text, (struct str){ org, n });
	}
	*u64map_put(&p->s->as_of, a.asn) = (uint32_t)p->s->ases.n;
	vec_push(&p->s->ases, a);
	return 0;
}

static int
add_link(struct parser *p, struct scn_link link)
{
	struct scenario *s = p->s;
	uint64_t lo = link.a < link.b ? link.a : link.b;
	uint64_t hi = link.a < link.b ? link.b : link.a;

	if (link.a == link.b)
		return parse_fail(p, "AS%u linked to itself",
		    s->ases.p[link.a].asn);
	if (scn_link_find(s, link.a, link.b) != SCN_NONE)
		return parse_fail(p, "AS%u and AS%u are linked twice",
		    s->ases.p[link.a].asn, s->ases.p[link.b].asn);
	if (s->links.n == SIM_LINKS_MAX)
		return parse_fail(p, "more than %d links", SIM_LINKS_MAX);
	*u64map_put(&s->link_of, hi << 32 | lo) = (uint32_t)s->links.n;
	vec_push(&s->links, link);
	return 0;
}

/* [hidden] [down] behind the networks of a link */
static void
parse_link_flags(struct parser *p, struct scn_link *l)
{
	for (;;) {
		if (parse_is(p, "hidden"))
			l->hidden = true;
		else if (parse_is(p, "down"))
			l->down = true;
		else
			return;
	}
}

static int
add_mesh(struct parser *p, struct span list, struct scn_link link)
{
	for (uint32_t i = 0; i < list.n; i++)
		for (uint32_t k = 0; k < i; k++) {
			link.a = p->s->ids.p[list.at + k];
			link.b = p->s->ids.p[list.at + i];
			if (add_link(p, link) == -1)
				return -1;
		}
	return 0;
}

/* clique AS...: peers of each other, and named as the core */
static int
parse_clique(struct parser *p)
{
	struct span list;

	if (parse_as_list(p, true, &list) == -1 ||
	    add_mesh(p, list, (struct scn_link){ 0 }) == -1)
		return -1;
	for (uint32_t i = 0; i < list.n; i++)
		p->s->ases.p[p->s->ids.p[list.at + i]].clique = true;
	return 0;
}

/* peer AS AS... [hidden] [down] */
static int
parse_peer(struct parser *p)
{
	struct scn_link link = { 0 };
	struct span list;

	if (parse_as_list(p, true, &list) == -1)
		return -1;
	if (list.n < 2)
		return parse_fail(p, "a peer needs a second network");
	parse_link_flags(p, &link);
	return add_mesh(p, list, link);
}

/* provider AS... -> AS... [hidden] [down] */
static int
parse_provider(struct parser *p)
{
	struct scn_link link = { .transit = true };
	struct span up, down;

	if (parse_as_list(p, true, &up) == -1 || parse_want(p, "->") == -1 ||
	    parse_as_list(p, true, &down) == -1)
		return -1;
	parse_link_flags(p, &link);
	for (uint32_t i = 0; i < up.n; i++)
		for (uint32_t k = 0; k < down.n; k++) {
			link.a = p->s->ids.p[up.at + i];
			link.b = p->s->ids.p[down.at + k];
			if (add_link(p, link) == -1)
				return -1;
		}
	return 0;
}

/* sibling AS AS...: one organisation, that of the first */
static int
parse_sibling(struct parser *p)
{
	struct span list;

	if (parse_as_list(p, true, &list) == -1)
		return -1;
	for (uint32_t i = 1; i < list.n; i++)
		p->s->ases.p[p->s->ids.p[list.at + i]].org =
		    p->s->ases.p[p->s->ids.p[list.at]].org;
	return 0;
}

static const struct {
	const char *name;
	unsigned bit;
} policies[] = {
	{ "rov", POLICY_ROV },
	{ "otc", POLICY_OTC },
	{ "customer-filter", POLICY_FILTER },
	{ "max24", POLICY_MAX24 },
	{ "no-bogons", POLICY_BOGONS },
};

/* policy AS...|all NAME... */
static int
parse_policy(struct parser *p)
{
	bool all = parse_is(p, "all");
	struct span list = { 0, 0 };
	unsigned bits = 0;

	if (!all && parse_as_list(p, true, &list) == -1)
		return -1;
	do {
		unsigned was = bits;

		for (size_t i = 0; i < COUNT(policies); i++)
			if (parse_is(p, policies[i].name))
				bits |= policies[i].bit;
		if (bits == was)
			return parse_fail(p,
			    "policies are rov, otc, "
			    "customer-filter, max24 and no-bogons");
	} while (parse_more(p));
	for (size_t i = 0; all && i < p->s->ases.n; i++)
		p->s->ases.p[i].policy |= bits;
	for (uint32_t i = 0; i < list.n; i++)
		p->s->ases.p[p->s->ids.p[list.at + i]].policy |= bits;
	return 0;
}

static bool
name_is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= '0' && *s <= '9') &&
		    *s != '-')
			return false;
	return true;
}

/* collector NAME [routeviews] peers AS... */
static int
parse_collector(struct parser *p)
{
	struct scenario *s = p->s;
	struct scn_collector c = { .first_peer = (uint32_t)s->peers.n };
	struct span list;

	if (parse_text(p, "collector", &c.name) == -1)
		return -1;
	/* It becomes a folder. */
	if (!name_is_plain(scn_text(s, c.name)))
		return parse_fail(p, "a collector's name is of a-z, 0-9, -");
	for (size_t i = 0; i < s->collectors.n; i++)
		if (s->collectors.p[i].name == c.name)
			return parse_fail(p, "this collector is there twice");
	c.routeviews = parse_is(p, "routeviews");
	if (parse_want(p, "peers") == -1 || parse_as_list(p, true, &list) == -1)
		return -1;
	if (s->peers.n + list.n > SIM_PEERS_MAX)
		return parse_fail(p, "more than %d peers", SIM_PEERS_MAX);
	for (uint32_t i = 0; i < list.n; i++) {
		for (uint32_t k = 0; k < i; k++)
			if (s->ids.p[list.at + k] == s->ids.p[list.at + i])
				return parse_fail(p, "the same peer twice");
		vec_push(&s->peers, s->ids.p[list.at + i]);
	}
	c.n_peers = list.n;
	vec_push(&s->collectors, c);
	return 0;
}

const struct statement scn_network[] = {
	{ "name", parse_name },
	{ "title", parse_title },
	{ "day", parse_day },
	{ "history", parse_history },
	{ "include", parse_include },
	{ "as", parse_as_statement },
	{ "clique", parse_clique },
	{ "peer", parse_peer },
	{ "provider", parse_provider },
	{ "sibling", parse_sibling },
	{ "policy", parse_policy },
	{ "collector", parse_collector },
	{ "origin", parse_origin },
	{ "at", parse_at },
	{ "expect", parse_expect },
	{ "allow", parse_allow },
	{ NULL, NULL },
};
