/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter_test.h - the slow way: everything is decoded by bgp/ and mrt/, paths
 * are text, and a regular expression is tried by backtracking.  For the tests
 * of this folder, its fuzz targets and the test of real archives: what the
 * filter says of raw bytes must be what this says.
 */
#pragma once

#include <stdlib.h>

#include "base/utc.h"
#include "filter/part.h"

/* --- regular expressions ----------------------------------------------- */

#define NAIVE_STEPS 20000
#define NAIVE_DEPTH 1000

struct naive {
	struct str text;
	unsigned steps; /* left; backtracking may take for ever */
	unsigned depth; /* of calls */
};

/* What is to match behind a piece of the expression. */
struct naive_then {
	const char *a, *b;      /* the rest of the expression */
	const char *atom, *end; /* ... behind more of these, NULL = none */
	size_t from;            /* where the last of these began */
	const struct naive_then *then;
};

static bool naive_either(struct naive *n, const char *a, const char *b,
    size_t at, const struct naive_then *then);
static bool naive_sequence(struct naive *n, const char *a, const char *b,
    size_t at, const struct naive_then *then);

/* Behind the atom that begins at p. */
static inline const char *
naive_skip(const char *p, const char *b)
{
	int depth = 1;

	if (*p == '\\')
		return p + 2;
	if (*p == '[') {
		p += p[1] == '^' ? 2 : 1;
		for (bool first = true; first || *p != ']'; first = false)
			p += *p == '\\' ? 2 : 1;
		return p + 1;
	}
	if (*p != '(')
		return p + 1;
	for (p++; p < b && depth > 0;) {
		if (*p == '(' || *p == ')') {
			depth += *p == '(' ? 1 : -1;
			p++;
		} else {
			p = naive_skip(p, b);
		}
	}
	return p;
}

static inline bool
naive_set(const char *p, const char *end, char c)
{
	bool negated = p[1] == '^', in = false;

	for (p += negated ? 2 : 1; p < end - 1;) {
		char from = *p == '\\' ? *++p : *p, to = from;

		p++;
		if (*p == '-' && p + 1 < end - 1) {
			p++;
			to = *p == '\\' ? *++p : *p;
			p++;
		}
		in |= c >= from && c <= to;
	}
	/* What is in no path is in no range, either. */
	return (in && path_symbol(c) != PATH_OTHER) != negated;
}

static bool naive_atom(struct naive *n, const char *a, const char *end,
    size_t at, const struct naive_then *then);

static bool
naive_then(struct naive *n, size_t at, const struct naive_then *t)
{
	if (t == NULL)
		return true;
	if (t->atom != NULL && at > t->from) {
		struct naive_then again = *t;

		again.from = at;
		if (naive_atom(n, t->atom, t->end, at, &again))
			return true;
	}
	return naive_sequence(n, t->a, t->b, at, t->then);
}

static bool
naive_one(struct naive *n, const char *a, const char *end, size_t at,
    const struct naive_then *then)
{
	bool more = at < n->text.n;
	char c = more ? n->text.p[at] : '\0';

	switch (*a) {
	case '(':
		return naive_either(n, a + 1, end - 1, at, then);
	case '^':
		return at == 0 && naive_then(n, at, then);
	case '$':
		return !more && naive_then(n, at, then);
	case '_':
		if ((at == 0 || !more) && naive_then(n, at, then))
			return true;
		return more && strchr(" ,{}()[]", c) != NULL &&
		       naive_then(n, at + 1, then);
	case '.':
		return more && naive_then(n, at + 1, then);
	case '[':
		return more && naive_set(a, end, c) &&
		       naive_then(n, at + 1, then);
	case '\\':
		return more && c == a[1] && naive_then(n, at + 1, then);
	default:
		return more && c == *a && naive_then(n, at + 1, then);
	}
}

static bool
naive_atom(struct naive *n, const char *a, const char *end, size_t at,
    const struct naive_then *then)
{
	if (n->steps == 0 || n->depth == NAIVE_DEPTH) {
		n->steps = 0;
		return false;
	}
	n->steps--;
	n->depth++;
	bool is = naive_one(n, a, end, at, then);
	n->depth--;
	return is;
}

static bool
naive_sequence(struct naive *n, const char *a, const char *b, size_t at,
    const struct naive_then *then)
{
	bool none = false, many = false;

	if (a == b)
		return naive_then(n, at, then);
	const char *end = naive_skip(a, b), *rest = end;
	for (; rest < b && strchr("*+?", *rest) != NULL; rest++) {
		none |= *rest != '+';
		many |= *rest != '?';
	}
	struct naive_then next = { .a = rest,
		.b = b,
		.atom = many ? a : NULL,
		.end = end,
		.from = at,
		.then = then };
	return naive_atom(n, a, end, at, &next) ||
	       (none && naive_sequence(n, rest, b, at, then));
}

static bool
naive_either(struct naive *n, const char *a, const char *b, size_t at,
    const struct naive_then *then)
{
	const char *p = a;

	while (p < b && *p != '|')
		p = naive_skip(p, b);
	return naive_sequence(n, a, p, at, then) ||
	       (p < b && naive_either(n, p + 1, b, at, then));
}

/* 1 or 0; -1: given up.  The expression is one that was parsed. */
static inline int
naive_match(const char *regex, struct str text)
{
	struct naive n = { text, NAIVE_STEPS, 0 };
	bool found = false;

	for (size_t at = 0; !found && at <= text.n; at++)
		found =
		    naive_either(&n, regex, regex + strlen(regex), at, NULL);
	return found ? 1 : n.steps == 0 ? -1 : 0;
}

/* --- one element ------------------------------------------------------- */

/* 1 passes, 0 does not, -1 cannot be told. */
static inline int
ref_path(const struct filter *f, const struct bgp_path *p)
{
	struct buf text = { 0 };
	bool wants = false, found = false, unknown = false, no = false;
	const struct path_rule *r;

	bgp_path_format(p, &text);
	VEC_FOREACH (r, &f->paths) {
		int is = naive_match(r->regex->text,
		    (struct str){ (const char *)text.p, text.n });

		unknown |= is == -1;
		if (r->negated || r->required)
			no |= is == r->negated;
		else
			wants = true, found |= is == 1;
	}
	buf_fini(&text);
	return unknown ? -1 : !no && (found || !wants);
}

static inline bool
ref_origin(const struct filter *f, const struct bgp_path *p)
{
	const struct origin_rule *r;
	bool wants = false, found = false, no = false;
	uint32_t origin;
	bool has = bgp_path_origin(p, &origin);

	VEC_FOREACH (r, &f->origins) {
		bool is = has && origin == r->asn;

		wants |= !r->negated;
		found |= is && !r->negated;
		no |= is && r->negated;
	}
	return !no && (found || !wants);
}

static inline bool
ref_holds(const struct community_rule *r, const struct bgp_attrs *a)
{
	static const struct {
		enum bgp_attr code;
		size_t words;
	} kinds[] = {
		[COMMUNITY_PLAIN] = { BGP_ATTR_COMMUNITIES, 1 },
		[COMMUNITY_LARGE] = { BGP_ATTR_LARGE_COMMUNITIES, 3 },
		[COMMUNITY_EXT] = { BGP_ATTR_EXT_COMMUNITIES, 2 },
	};
	struct bgp_view v = r->kind == COMMUNITY_PLAIN   ? a->communities
			    : r->kind == COMMUNITY_LARGE ? a->large_communities
							 : a->ext_communities;
	struct rbuf b = rbuf_from(v.p, v.n);

	if (!bgp_has(a, kinds[r->kind].code))
		return false;
	while (rbuf_left(&b) > 0) {
		bool same = true;

		for (size_t i = 0; i < kinds[r->kind].words; i++)
			same &= (rbuf_u32(&b) & r->mask[i]) == r->value[i];
		if (same)
			return true;
	}
	return false;
}

static inline bool
ref_communities(const struct filter *f, const struct bgp_attrs *a)
{
	const struct community_rule *r;
	bool wants = false, found = false, no = false;

	VEC_FOREACH (r, &f->communities) {
		bool is = ref_holds(r, a);

		wants |= !r->negated;
		found |= is && !r->negated;
		no |= is && r->negated;
	}
	return !no && (found || !wants);
}

static inline bool
ref_prefix(const struct filter *f, const struct prefix *p)
{
	const struct prefix_rule *r;
	bool wants = false, found = false, no = false;

	VEC_FOREACH (r, &f->prefixes) {
		bool more = prefix_covers(&r->prefix, p);
		bool less = prefix_covers(p, &r->prefix);
		bool is = r->mode == PREFIX_EXACT  ? more && less
			  : r->mode == PREFIX_MORE ? more
			  : r->mode == PREFIX_LESS ? less
						   : more || less;

		wants |= !r->negated;
		found |= is && !r->negated;
		no |= is && r->negated;
	}
	return !no && (found || !wants) &&
	       (f->families == 0 || (f->families >> p->family & 1) != 0);
}

static inline bool
ref_peer(const struct filter *f, const struct ipaddr *ip, uint32_t asn)
{
	const struct peer_rule *r;
	bool wants = false, found = false, no = false;

	VEC_FOREACH (r, &f->peers) {
		bool is = r->is_asn ? r->asn == asn : ipaddr_eq(&r->ip, ip);

		wants |= !r->negated;
		found |= is && !r->negated;
		no |= is && r->negated;
	}
	return !no && (found || !wants);
}

struct element {
	enum filter_kind kind;
	int64_t time_us;
	const struct ipaddr *ip; /* NULL: no peer */
	uint32_t asn;
	const struct prefix *prefix;   /* or NULL */
	const struct bgp_attrs *attrs; /* or NULL */
};

static inline int
ref_element(const struct filter *f, const struct element *e)
{
	bool route = f->prefixes.n > 0 || f->families != 0;

	if ((f->from_us != TIME_NONE && e->time_us < f->from_us) ||
	    (f->until_us != TIME_NONE && e->time_us >= f->until_us))
		return 0;
	for (size_t i = 0; i < COUNT(f->kinds); i++)
		if (f->kinds[i] != 0 && (f->kinds[i] & e->kind) == 0)
			return 0;
	if (f->peers.n > 0 && (e->ip == NULL || !ref_peer(f, e->ip, e->asn)))
		return 0;
	if (route && (e->prefix == NULL || !ref_prefix(f, e->prefix)))
		return 0;
	if (f->origins.n + f->paths.n + f->communities.n == 0)
		return 1;
	if (e->attrs == NULL || !ref_origin(f, &e->attrs->path) ||
	    !ref_communities(f, e->attrs))
		return 0;
	return ref_path(f, &e->attrs->path);
}

/* --- a record, both ways ----------------------------------------------- */

/* The slow answers for one record, and whether the fast ones are the same. */
struct both {
	const struct filter *f;
	struct filter_run *run;
	struct mrt_peers peers; /* as of the records before */
	const struct mrt_record *rec;
	uint64_t elements, passed, unknown, records, skipped;
	/* Of this record. */
	bool pass, fail, damaged, unsure;
	const char *wrong; /* NULL = all is the same */
	/* Scratch, large. */
	struct bgp_update update;
	struct bgp_decoder dec;
};

static inline int
both_element(struct both *b, const struct element *e)
{
	int is = ref_element(b->f, e);

	b->elements++;
	b->passed += is == 1;
	b->unknown += is == -1;
	b->unsure |= is == -1;
	b->pass |= is == 1;
	b->fail |= is == 0;
	return is;
}

static inline void
both_say(struct both *b, const char *wrong)
{
	if (b->wrong == NULL)
		b->wrong = wrong;
}

/* One of the lists of an UPDATE. */
static inline void
both_list(struct both *b, const struct bgp_session *s, struct bgp_view list,
    uint8_t family, uint8_t safi, struct element e, enum filter_answer answer)
{
	struct bgp_nlri_iter it =
	    bgp_nlri_iter(list, family, bgp_session_add_path(s, family, safi));
	struct bgp_nlri n;

	while (bgp_nlri_next(&it, &n)) {
		e.prefix = &n.prefix;
		int is = both_element(b, &e);
		bool fast =
		    answer == FILTER_YES ||
		    (answer == FILTER_ASK && filter_prefix(b->run, &n.prefix));

		/* The record's time and peer are asked before the UPDATE. */
		fast &= filter_time(b->run, e.time_us) &&
			filter_peer(b->run, e.ip, e.asn);
		if (is != -1 && is != (int)fast)
			both_say(b, "a prefix of an UPDATE");
	}
	b->damaged |= it.bad;
}

static inline bool
both_family(uint16_t afi, uint8_t safi, uint8_t *family)
{
	return bgp_family(afi, safi == 3 ? BGP_SAFI_UNICAST : safi, family);
}

static inline void
both_update(struct both *b, struct bgp_view body, const struct bgp_session *s,
    struct element e)
{
	const struct bgp_update *u = &b->update;
	const struct bgp_attrs *a = &u->attrs;
	uint64_t before = b->elements;
	struct filter_cut cut;
	uint8_t family;

	struct rbuf frame = rbuf_from(body.p, body.n);
	rbuf_skip(&frame, rbuf_u16(&frame));
	rbuf_skip(&frame, rbuf_u16(&frame));
	b->damaged |= !rbuf_ok(&frame);
	bgp_update_decode(&b->dec, body.p, body.n, s, &b->update);
	(void)filter_update(b->run, body, s, &cut);
	e.kind = FILTER_WITHDRAW;
	both_list(b, s, u->withdrawn, NET_IP4, BGP_SAFI_UNICAST, e,
	    cut.withdrawn);
	if (bgp_has(a, BGP_ATTR_MP_UNREACH) &&
	    both_family(a->unreach_afi, a->unreach_safi, &family))
		both_list(b, s, a->unreach, family, a->unreach_safi, e,
		    cut.unreach);
	e.kind = FILTER_ANNOUNCE;
	e.attrs = a;
	both_list(b, s, u->nlri, NET_IP4, BGP_SAFI_UNICAST, e, cut.nlri);
	if (bgp_has(a, BGP_ATTR_MP_REACH) &&
	    both_family(a->reach_afi, a->reach_safi, &family))
		both_list(b, s, a->reach, family, a->reach_safi, e, cut.reach);
	e.kind = FILTER_NO_ROUTES;
	e.attrs = NULL;
	if (b->elements == before && !b->damaged)
		(void)both_element(b, &e);
}

static inline void
both_rib(struct both *b, struct mrt_decoded *m)
{
	struct bgp_session s = mrt_bgp_session(b->rec, m);
	struct mrt_rib_entry r;
	struct err err;
	int got;

	while ((got = mrt_rib_next(&m->rib, &r, &err)) == 1) {
		if (r.peer >= b->peers.list.n) {
			b->damaged = true;
			continue;
		}
		const struct mrt_peer *p = &b->peers.list.p[r.peer];
		struct element e = { FILTER_TABLE, b->rec->time_us, &p->ip,
			p->asn, &m->rib.prefix, &b->update.attrs };

		bgp_attrs_decode(&b->dec, r.attrs.p, r.attrs.n, &s,
		    &b->update.attrs);
		int is = both_element(b, &e);
		bool fast = filter_time(b->run, e.time_us) &&
			    filter_prefix(b->run, &m->rib.prefix) &&
			    filter_rib_entry(b->run, &r, &s, &b->peers);
		if (is != -1 && is != (int)fast)
			both_say(b, "an entry of a table");
	}
	b->damaged |= got == -1;
}

static inline void
both_entries(struct both *b, struct mrt_decoded *m)
{
	struct bgp_session s = mrt_bgp_session(b->rec, m);
	struct err err;
	int got;

	do {
		struct mrt_entry *r = &m->entry;
		struct element e = { FILTER_TABLE, b->rec->time_us, &r->peer_ip,
			r->peer_asn, &r->prefix, &b->update.attrs };

		bgp_attrs_decode(&b->dec, r->attrs.p, r->attrs.n, &s,
		    &b->update.attrs);
		int is = both_element(b, &e);
		bool fast = filter_time(b->run, e.time_us) &&
			    filter_entry(b->run, r, &s);
		if (is != -1 && is != (int)fast)
			both_say(b, "a route of a table");
	} while ((got = mrt_entry_next(b->rec, m, &err)) == 1);
	b->damaged |= got == -1;
}

static inline void
both_decoded(struct both *b, struct mrt_decoded *m)
{
	static const enum filter_kind kinds[] = { [BGP_OPEN] = FILTER_OPEN,
		[BGP_NOTIFICATION] = FILTER_NOTIFICATION,
		[BGP_KEEPALIVE] = FILTER_KEEPALIVE,
		[BGP_ROUTE_REFRESH] = FILTER_REFRESH };
	struct element e = { .time_us = b->rec->time_us,
		.ip = &m->session.peer_ip,
		.asn = m->session.peer_asn };

	if (m->kind == MRT_RIB) {
		both_rib(b, m);
	} else if (m->kind == MRT_ENTRY) {
		both_entries(b, m);
	} else if (m->kind == MRT_MESSAGE && m->message == BGP_UPDATE) {
		struct bgp_session s = mrt_bgp_session(b->rec, m);

		both_update(b, m->body, &s, e);
	} else {
		e.kind = m->kind == MRT_STATE     ? FILTER_STATE
			 : m->kind == MRT_MESSAGE ? kinds[m->message]
						  : FILTER_OTHER;
		if (m->kind == MRT_SKIPPED)
			e.ip = NULL;
		(void)both_element(b, &e);
	}
}

/* What is wrong with the fast answers for this record, NULL = nothing. */
static inline const char *
both_record(struct both *b, const struct mrt_record *rec)
{
	enum filter_answer fast = filter_record(b->run, rec, &b->peers);
	struct mrt_decoded m;
	struct err err;

	b->rec = rec;
	b->pass = b->fail = b->damaged = b->unsure = false;
	b->wrong = NULL;
	b->records++;
	b->skipped += fast == FILTER_NO;
	if (mrt_decode(rec, &b->peers, &m, &err) == -1)
		b->damaged = true;
	else if (m.kind == MRT_PEER_INDEX)
		return fast == FILTER_YES ? NULL : "a peer index is left out";
	else
		both_decoded(b, &m);
	if (b->unsure)
		return b->wrong;
	if (fast == FILTER_NO && b->pass)
		both_say(b, "a record is left out of which something passes");
	if (fast == FILTER_YES && b->fail)
		both_say(b, "a record passes of which something does not");
	if (!b->damaged && fast == FILTER_ASK && !(b->pass && b->fail))
		both_say(b, "there is nothing to ask of a record");
	if (!b->damaged && fast == FILTER_YES && !b->pass)
		both_say(b, "a record passes although nothing does");
	return b->wrong;
}

static inline void
both_init(struct both *b, const struct filter *f)
{
	memset(b, 0, offsetof(struct both, update));
	b->f = f;
	b->run = filter_run_new(f);
}

static inline void
both_fini(struct both *b)
{
	filter_run_free(b->run);
	mrt_peers_fini(&b->peers);
}
