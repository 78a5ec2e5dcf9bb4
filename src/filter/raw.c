/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * raw.c - attributes where they lie: a block is walked from header to header,
 * and what is asked for is read in place, with nothing unpacked.
 *
 * What counts as sound, and what stays of a damaged path, is as in
 * bgp/attrs.c and bgp/path.c; the tests hold the two together.
 */
#include "filter/part.h"

#define AS_TRANS 23456 /* RFC 6793 9 */

/* --- paths ------------------------------------------------------------- */

struct segment {
	uint8_t type, n;
	const uint8_t *asns;
};

/* The next segment.  False: the end, or damage (RFC 7606 7.2). */
static bool
next_segment(struct rbuf *r, bool as4, struct segment *out)
{
	if (rbuf_left(r) == 0)
		return false;
	out->type = rbuf_u8(r);
	out->n = rbuf_u8(r);
	out->asns = rbuf_bytes(r, out->n * (as4 ? (size_t)4 : 2));
	if (!rbuf_ok(r) || out->n == 0 || out->type < BGP_AS_SET ||
	    out->type > BGP_CONFED_SET) {
		r->failed = true;
		return false;
	}
	return true;
}

static uint32_t
asn_at(const struct segment *s, bool as4, uint32_t i)
{
	return as4 ? rbuf_be32(s->asns + 4 * (size_t)i)
		   : rbuf_be16(s->asns + 2 * (size_t)i);
}

static bool
is_confed(const struct segment *s)
{
	return s->type == BGP_CONFED_SEQUENCE || s->type == BGP_CONFED_SET;
}

/* What a segment adds to the length of a path (RFC 4271 9.1.2.2). */
static uint32_t
cost_of(const struct segment *s)
{
	return s->type == BGP_AS_SEQUENCE ? s->n : s->type == BGP_AS_SET;
}

struct measure {
	uint32_t n_segs, n_asns, length;
	bool sound;
};

static struct measure
measure(struct bgp_view v, bool as4)
{
	struct rbuf r = rbuf_from(v.p, v.n);
	struct measure m = { 0 };
	struct segment s;

	while (m.n_segs < BGP_SEGS_MAX && next_segment(&r, as4, &s)) {
		if (m.n_asns + s.n > BGP_ASNS_MAX)
			return m;
		m.n_segs++;
		m.n_asns += s.n;
		m.length += cost_of(&s);
	}
	m.sound = rbuf_end(&r);
	return m;
}

/* Without the segments of confederations (RFC 6793 6). */
static struct measure
measure_as4_path(struct bgp_view v)
{
	struct measure m = measure(v, true);
	struct rbuf r = rbuf_from(v.p, v.n);
	struct segment s;

	if (!m.sound)
		return (struct measure){ 0 };
	while (next_segment(&r, true, &s))
		m.n_segs -= is_confed(&s);
	return m;
}

/*
 * RFC 6793 4.2.3: 4-octet information of before an OLD speaker that
 * aggregated anew is stale.
 */
static bool
is_stale(const struct raw *w, const struct bgp_session *s)
{
	const struct bgp_view *a = &w->value[BGP_ATTR_AGGREGATOR];
	bool sound = a->n == 6 || (a->n == 8 && s->lenient);

	if (!raw_seen(w, BGP_ATTR_AGGREGATOR) || !sound ||
	    !raw_seen(w, BGP_ATTR_AS4_AGGREGATOR) ||
	    w->value[BGP_ATTR_AS4_AGGREGATOR].n != 8)
		return false;
	return (a->n == 8 ? rbuf_be32(a->p) : rbuf_be16(a->p)) != AS_TRANS;
}

/* How much of AS_PATH stays in front of an AS4_PATH (RFC 6793 4.2.3). */
static void
merge(struct raw_path *p, struct bgp_view as4_path)
{
	struct measure have = measure(p->front, p->as4);
	struct measure four = measure_as4_path(as4_path);
	struct rbuf r = rbuf_from(p->front.p, p->front.n);
	uint32_t n_segs = 0, at = 0, n_asns = 0, cut = 0, cut_n = UINT32_MAX;
	struct segment s;

	if (four.n_segs == 0 || four.length > have.length)
		return;
	uint32_t keep = have.length - four.length;
	for (; n_segs < have.n_segs && next_segment(&r, p->as4, &s); n_segs++) {
		uint32_t cost = cost_of(&s), n = s.n;

		if (cost > 0 && keep == 0)
			break;
		if (s.type == BGP_AS_SEQUENCE && cost > keep) {
			cut = n_segs;
			n = cut_n = cost = keep;
		}
		keep -= cost;
		n_asns = at + n;
		at += s.n;
	}
	/* What is too long for a decoder is not merged there. */
	if (n_segs + four.n_segs > BGP_SEGS_MAX ||
	    n_asns + four.n_asns > BGP_ASNS_MAX)
		return;
	p->back = as4_path;
	p->n_segs = n_segs;
	p->cut = cut;
	p->cut_n = cut_n;
}

struct raw_path
raw_path(struct raw *w, const struct bgp_session *s)
{
	struct raw_path p = { .as4 = s->as4 || s->table_dump,
		.cut_n = UINT32_MAX };
	uint64_t want = RAW_BIT(BGP_ATTR_AS_PATH);

	if (!p.as4)
		want |= RAW_BIT(BGP_ATTR_AS4_PATH) |
			RAW_BIT(BGP_ATTR_AGGREGATOR) |
			RAW_BIT(BGP_ATTR_AS4_AGGREGATOR);
	raw_collect(w, want);
	if (!raw_seen(w, BGP_ATTR_AS_PATH))
		return p;
	p.front = w->value[BGP_ATTR_AS_PATH];
	p.n_segs = BGP_SEGS_MAX;
	if (!p.as4 && raw_seen(w, BGP_ATTR_AS4_PATH) && !is_stale(w, s))
		merge(&p, w->value[BGP_ATTR_AS4_PATH]);
	return p;
}

bool
raw_path_origin(const struct raw_path *p, uint32_t *out)
{
	bool merged = p->back.n > 0, as4 = merged || p->as4;
	struct rbuf r = merged ? rbuf_from(p->back.p, p->back.n)
			       : rbuf_from(p->front.p, p->front.n);
	struct segment s, last = { 0 };

	for (uint32_t i = 0;
	     (merged || i < p->n_segs) && next_segment(&r, as4, &s); i++)
		if (!merged || !is_confed(&s))
			last = s;
	if (last.type != BGP_AS_SEQUENCE)
		return false;
	*out = asn_at(&last, as4, last.n - 1U);
	return true;
}

static uint32_t
match_segment(struct path_matcher *m, uint32_t state, const struct segment *s,
    bool as4, bool first)
{
	state = path_open(m, state, s->type, first);
	for (uint32_t i = 0; i < s->n && state > PATH_FOUND; i++) {
		if (i > 0)
			state = path_between(m, state, s->type);
		state = path_step_asn(m, state, asn_at(s, as4, i));
	}
	return path_close(m, state, s->type);
}

bool
raw_path_match(const struct raw_path *p, struct path_matcher *m)
{
	struct rbuf r = rbuf_from(p->front.p, p->front.n);
	uint32_t state = path_begin(m);
	bool first = true;
	struct segment s;

	for (uint32_t i = 0; i < p->n_segs && state > PATH_FOUND &&
			     next_segment(&r, p->as4, &s);
	     i++) {
		if (i == p->cut && s.n > p->cut_n)
			s.n = (uint8_t)p->cut_n;
		state = match_segment(m, state, &s, p->as4, first);
		first = false;
	}
	r = rbuf_from(p->back.p, p->back.n);
	while (state > PATH_FOUND && next_segment(&r, true, &s)) {
		if (is_confed(&s))
			continue;
		state = match_segment(m, state, &s, true, first);
		first = false;
	}
	return path_end(m, state);
}

/* --- multiprotocol ----------------------------------------------------- */

bool
raw_mp_reach(const struct raw *w, const struct bgp_session *s, uint16_t *afi,
    uint8_t *safi, struct bgp_view *nlri)
{
	const struct bgp_view *v = &w->value[BGP_ATTR_MP_REACH];

	if (!raw_seen(w, BGP_ATTR_MP_REACH))
		return false;
	/* The short form of tables (RFC 6396 4.3.4) has no NLRI. */
	if ((s->table_dump || s->lenient) && (v->n == 0 || v->p[0] != 0))
		return false;
	struct rbuf r = rbuf_from(v->p, v->n);
	*afi = rbuf_u16(&r);
	*safi = rbuf_u8(&r);
	rbuf_skip(&r, rbuf_u8(&r));
	rbuf_skip(&r, 1);
	*nlri = (struct bgp_view){ r.pos, rbuf_left(&r) };
	return rbuf_ok(&r);
}

bool
raw_mp_unreach(const struct raw *w, uint16_t *afi, uint8_t *safi,
    struct bgp_view *nlri)
{
	const struct bgp_view *v = &w->value[BGP_ATTR_MP_UNREACH];

	if (!raw_seen(w, BGP_ATTR_MP_UNREACH))
		return false;
	struct rbuf r = rbuf_from(v->p, v->n);
	*afi = rbuf_u16(&r);
	*safi = rbuf_u8(&r);
	*nlri = (struct bgp_view){ r.pos, rbuf_left(&r) };
	return rbuf_ok(&r);
}
