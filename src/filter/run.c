/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - a filter made ready, and its answers for one attribute block and one
 * UPDATE.
 */
#include <stdlib.h>

#include "base/utc.h"
#include "filter/run.h"

#define HAS_ROUTE ((uint32_t)FILTER_TABLE | FILTER_ANNOUNCE | FILTER_WITHDRAW)
#define HAS_ATTRS ((uint32_t)FILTER_TABLE | FILTER_ANNOUNCE)
#define HAS_PEER  ((uint32_t)FILTER_ALL & ~(uint32_t)FILTER_OTHER)

static int
cmp_asn(const void *x, const void *y)
{
	const uint32_t *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

static void
sort_origins(struct filter_run *r)
{
	const struct origin_rule *o;

	VEC_FOREACH (o, &r->f->origins)
		if (o->negated)
			vec_push(&r->not_origins, o->asn);
		else
			vec_push(&r->origins, o->asn);
	if (r->origins.n > 1)
		qsort(r->origins.p, r->origins.n, sizeof(uint32_t), cmp_asn);
	if (r->not_origins.n > 1)
		qsort(r->not_origins.p, r->not_origins.n, sizeof(uint32_t),
		    cmp_asn);
}

static void
sort_prefixes(struct filter_run *r)
{
	const struct prefix_rule *p;

	VEC_FOREACH (p, &r->f->prefixes) {
		r->wants_prefix |= !p->negated;
		prefix_set_add(p->negated ? &r->not_prefixes : &r->prefixes,
		    &p->prefix, p->mode);
	}
	prefix_set_sort(&r->prefixes);
	prefix_set_sort(&r->not_prefixes);
}

/* An option that asks for what a kind does not have rules the kind out. */
static uint32_t
kinds_of(const struct filter *f)
{
	uint32_t kinds = FILTER_ALL;

	for (size_t i = 0; i < COUNT(f->kinds); i++)
		if (f->kinds[i] != 0)
			kinds &= f->kinds[i];
	if (f->peers.n > 0)
		kinds &= HAS_PEER;
	if (f->prefixes.n > 0 || f->families != 0)
		kinds &= HAS_ROUTE;
	if (f->origins.n > 0 || f->paths.n > 0 || f->communities.n > 0)
		kinds &= HAS_ATTRS;
	return kinds;
}

struct filter_run *
filter_run_new(const struct filter *f)
{
	struct filter_run *r = mem_alloc(1, sizeof(*r));
	static const enum bgp_attr codes[] = {
		[COMMUNITY_PLAIN] = BGP_ATTR_COMMUNITIES,
		[COMMUNITY_LARGE] = BGP_ATTR_LARGE_COMMUNITIES,
		[COMMUNITY_EXT] = BGP_ATTR_EXT_COMMUNITIES,
	};

	r->f = f;
	r->kinds = kinds_of(f);
	sort_origins(r);
	sort_prefixes(r);
	for (size_t i = 0; i < f->paths.n; i++) {
		const struct path_rule *p = &f->paths.p[i];

		vec_push(&r->matchers, path_matcher_new(p->regex));
		r->wants_path |= !p->negated && !p->required;
	}
	for (size_t i = 0; i < f->communities.n; i++) {
		const struct community_rule *c = &f->communities.p[i];

		r->community_codes |= RAW_BIT(codes[c->kind]);
		r->wants_community |= !c->negated;
	}
	for (size_t i = 0; i < f->peers.n; i++)
		r->wants_peer |= !f->peers.p[i].negated;
	r->has_path = f->origins.n > 0 || f->paths.n > 0;
	r->has_attrs = r->has_path || f->communities.n > 0;
	return r;
}

void
filter_run_free(struct filter_run *r)
{
	struct path_matcher **m;

	if (r == NULL)
		return;
	VEC_FOREACH (m, &r->matchers)
		path_matcher_free(*m);
	vec_fini(&r->matchers);
	vec_fini(&r->origins);
	vec_fini(&r->not_origins);
	vec_fini(&r->peers);
	prefix_set_fini(&r->prefixes);
	prefix_set_fini(&r->not_prefixes);
	free(r);
}

/* --- single questions -------------------------------------------------- */

bool
filter_time(const struct filter_run *r, int64_t time_us)
{
	const struct filter *f = r->f;

	return (f->from_us == TIME_NONE || time_us >= f->from_us) &&
	       (f->until_us == TIME_NONE || time_us < f->until_us);
}

uint32_t
filter_kinds(const struct filter_run *r, uint32_t kinds)
{
	return r->kinds & kinds;
}

bool
filter_peer(const struct filter_run *r, const struct ipaddr *ip, uint32_t asn)
{
	bool found = !r->wants_peer;
	const struct peer_rule *p;

	VEC_FOREACH (p, &r->f->peers) {
		bool is = p->is_asn ? p->asn == asn : ipaddr_eq(&p->ip, ip);

		if (is && p->negated)
			return false;
		found |= is;
	}
	return found;
}

static bool
is_family(const struct filter_run *r, uint8_t family)
{
	return r->f->families == 0 || (r->f->families >> family & 1) != 0;
}

static bool
is_prefix(const struct filter_run *r, uint8_t family,
    const struct prefix_key *k)
{
	if (r->wants_prefix && !prefix_set_has(&r->prefixes, family, k))
		return false;
	return !prefix_set_has(&r->not_prefixes, family, k);
}

bool
filter_prefix(const struct filter_run *r, const struct prefix *p)
{
	struct prefix_key k = prefix_key(p);

	return is_family(r, p->family) &&
	       (r->f->prefixes.n == 0 || is_prefix(r, p->family, &k));
}

/* --- attributes -------------------------------------------------------- */

bool
filter_has_attrs(const struct filter_run *r)
{
	return r->has_attrs;
}

static bool
has_asn(const struct asns *list, uint32_t asn)
{
	size_t from = 0, n = list->n;

	while (n > 0) {
		size_t half = n / 2;

		if (list->p[from + half] == asn)
			return true;
		if (list->p[from + half] < asn) {
			from += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return false;
}

static bool
origin_passes(const struct filter_run *r, const struct raw_path *p)
{
	uint32_t origin;

	if (!raw_path_origin(p, &origin))
		return r->origins.n == 0;
	return (r->origins.n == 0 || has_asn(&r->origins, origin)) &&
	       !has_asn(&r->not_origins, origin);
}

static bool
path_passes(struct filter_run *r, const struct raw_path *p)
{
	bool found = !r->wants_path;

	for (size_t i = 0; i < r->f->paths.n; i++) {
		const struct path_rule *rule = &r->f->paths.p[i];
		bool is;

		/* One alternative is enough. */
		if (found && !rule->negated && !rule->required)
			continue;
		is = raw_path_match(p, r->matchers.p[i]);
		if ((rule->negated || rule->required) && is == rule->negated)
			return false;
		found |= is && !rule->negated && !rule->required;
	}
	return found;
}

/* RFC 7606 7.8, RFC 8092 5: not a whole number of them, not none. */
static struct bgp_view
sound_list(const struct raw *w, enum bgp_attr code, size_t size)
{
	if (!raw_seen(w, code) || w->value[code].n % size != 0)
		return (struct bgp_view){ NULL, 0 };
	return w->value[code];
}

static bool
communities_pass(const struct filter_run *r, struct raw *w)
{
	struct bgp_view lists[3];
	bool found = !r->wants_community;
	const struct community_rule *c;

	raw_collect(w, r->community_codes);
	lists[COMMUNITY_PLAIN] = sound_list(w, BGP_ATTR_COMMUNITIES, 4);
	lists[COMMUNITY_LARGE] = sound_list(w, BGP_ATTR_LARGE_COMMUNITIES, 12);
	lists[COMMUNITY_EXT] = sound_list(w, BGP_ATTR_EXT_COMMUNITIES, 8);
	VEC_FOREACH (c, &r->f->communities) {
		if (found && !c->negated)
			continue;
		bool is = community_found(c, lists[c->kind]);
		if (is && c->negated)
			return false;
		found |= is;
	}
	return found;
}

static bool
attrs_pass(struct filter_run *r, struct raw *w, const struct bgp_session *s)
{
	if (r->has_path) {
		struct raw_path p = raw_path(w, s);

		if (r->f->origins.n > 0 && !origin_passes(r, &p))
			return false;
		if (r->f->paths.n > 0 && !path_passes(r, &p))
			return false;
	}
	return r->community_codes == 0 || communities_pass(r, w);
}

bool
filter_attrs(struct filter_run *r, struct bgp_view block,
    const struct bgp_session *s)
{
	struct raw w;

	if (!r->has_attrs)
		return true;
	raw_init(&w, block);
	return attrs_pass(r, &w, s);
}

/* --- UPDATE ------------------------------------------------------------ */

/* What is in an UPDATE, while its lists are looked at. */
struct sum {
	bool some;    /* there is a list that is not empty */
	bool pass;    /* of some list, something passes */
	bool fail;    /* ... does not */
	bool damaged; /* ... cannot be read */
};

/* Which of the prefixes pass? */
static enum filter_answer
ask_prefixes(const struct filter_run *r, struct bgp_view list, uint8_t family,
    bool add_path, struct sum *sum)
{
	struct rbuf nlri = rbuf_from(list.p, list.n);
	struct prefix_key k;
	bool pass = false, fail = false;

	while (
	    !(pass && fail) && prefix_key_next(&nlri, family, add_path, &k)) {
		if (is_prefix(r, family, &k))
			pass = true;
		else
			fail = true;
	}
	sum->damaged |= !rbuf_ok(&nlri);
	sum->pass |= pass;
	sum->fail |= fail;
	if (!rbuf_ok(&nlri) || (pass && fail))
		return FILTER_ASK;
	return pass ? FILTER_YES : FILTER_NO;
}

static enum filter_answer
ask_list(const struct filter_run *r, const struct bgp_session *s,
    struct bgp_view list, uint8_t family, uint8_t safi, bool wanted,
    struct sum *sum)
{
	if (list.n == 0)
		return FILTER_NO;
	sum->some = true;
	if (!wanted || !is_family(r, family)) {
		sum->fail = true;
		return FILTER_NO;
	}
	if (r->f->prefixes.n > 0)
		return ask_prefixes(r, list, family,
		    bgp_session_add_path(s, family, safi), sum);
	sum->pass = true;
	return FILTER_YES;
}

/* Families that are followed; SAFI 3 was unicast and multicast at once
 * (RFC 2858 3). */
static bool
family_of(uint16_t afi, uint8_t safi, uint8_t *out)
{
	return bgp_family(afi, safi == 3 ? BGP_SAFI_UNICAST : safi, out);
}

static void
ask_mp(const struct filter_run *r, struct raw *w, const struct bgp_session *s,
    bool announce, bool withdraw, struct sum *sum, struct filter_cut *cut)
{
	struct bgp_view list;
	uint16_t afi;
	uint8_t safi, family;

	raw_collect(w,
	    RAW_BIT(BGP_ATTR_MP_REACH) | RAW_BIT(BGP_ATTR_MP_UNREACH));
	if (raw_mp_unreach(w, &afi, &safi, &list) &&
	    family_of(afi, safi, &family))
		cut->unreach =
		    ask_list(r, s, list, family, safi, withdraw, sum);
	if (raw_mp_reach(w, s, &afi, &safi, &list) &&
	    family_of(afi, safi, &family))
		cut->reach = ask_list(r, s, list, family, safi, announce, sum);
}

enum filter_answer
filter_update(struct filter_run *r, struct bgp_view body,
    const struct bgp_session *s, struct filter_cut *cut)
{
	struct rbuf b = rbuf_from(body.p, body.n);
	struct rbuf withdrawn = rbuf_sub(&b, rbuf_u16(&b));
	struct rbuf attrs = rbuf_sub(&b, rbuf_u16(&b));
	bool announce = (r->kinds & FILTER_ANNOUNCE) != 0;
	bool withdraw = (r->kinds & FILTER_WITHDRAW) != 0;
	struct bgp_view old = { withdrawn.pos, rbuf_left(&withdrawn) };
	struct bgp_view new = { b.pos, rbuf_left(&b) };
	struct sum sum = { .damaged = !rbuf_ok(&b) };
	struct raw w;

	*cut = (struct filter_cut){ 0 };
	raw_init(&w, (struct bgp_view){ attrs.pos, rbuf_left(&attrs) });
	if (announce && r->has_attrs)
		announce = attrs_pass(r, &w, s);
	if (!announce && (r->kinds & (FILTER_WITHDRAW | FILTER_NO_ROUTES)) == 0)
		return sum.damaged ? FILTER_ASK : FILTER_NO;
	/* RFC 7606 3 (b): lists whose lengths contradict the message's are
	 * none; what the attributes say stays. */
	if (!sum.damaged) {
		cut->withdrawn = ask_list(r, s, old, NET_IP4, BGP_SAFI_UNICAST,
		    withdraw, &sum);
		cut->nlri = ask_list(r, s, new, NET_IP4, BGP_SAFI_UNICAST,
		    announce, &sum);
	}
	ask_mp(r, &w, s, announce, withdraw, &sum, cut);
	if (sum.damaged || (sum.pass && sum.fail))
		return FILTER_ASK;
	if (!sum.some)
		return (r->kinds & FILTER_NO_ROUTES) != 0 ? FILTER_YES
							  : FILTER_NO;
	return sum.pass ? FILTER_YES : FILTER_NO;
}
