/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attrs.c - a block of path attributes to values.
 *
 *   +-------+------+-----------------+------------- - - -
 *   | flags | type | length (1 or 2) | value
 *   +-------+------+-----------------+------------- - - -
 *
 * One row per attribute: the flags it must bear (RFC 7606 3 (c)), the
 * treatment of an error in it (RFC 7606 7), its reader.  A reader gets a view
 * of the value alone and cannot see its neighbours.
 */
#include "bgp/part.h"

#define FLAG_OPTIONAL   0x80
#define FLAG_TRANSITIVE 0x40
#define FLAG_EXTENDED   0x10

enum {
	WELL_KNOWN = FLAG_TRANSITIVE,
	OPT_TRANS = FLAG_OPTIONAL | FLAG_TRANSITIVE,
	OPT_NON = FLAG_OPTIONAL
};

#define AS_TRANS 23456 /* RFC 6793 9 */

struct ctx {
	struct bgp_decoder *d;
	const struct bgp_session *s;
	struct bgp_attrs *a;
	size_t offset;         /* of the attribute that is read */
	uint64_t seen_high[3]; /* codes from 64 on */
	uint32_t n_asns4, n_segs4;
	uint32_t as4_aggregator_asn;
	uint8_t as4_aggregator_ip[4];
};

/* Numbers of four octets: by capability, or since the format says so. */
static inline bool
is_as4(const struct ctx *c)
{
	return c->s->as4 || c->s->table_dump;
}

/* NULL = sound, else what is wrong. */
typedef const char *(*reader)(struct ctx *c, struct rbuf *v);

void
bgp_fault_add(struct bgp_attrs *a, enum bgp_fault treatment, uint8_t attr,
    size_t offset, const char *reason)
{
	if (a->n_faults < BGP_FAULTS_MAX)
		a->faults[a->n_faults] = (struct bgp_fault_note){
			.treatment = treatment,
			.attr = attr,
			.offset = (uint16_t)offset,
			.reason = reason,
		};
	a->n_faults++;
	if (treatment > a->worst)
		a->worst = treatment;
}

const char *
bgp_fault_name(enum bgp_fault f)
{
	static const char *const names[] = { "ok", "attribute-discard",
		"treat-as-withdraw", "afi-safi-disable", "session-reset" };

	return names[f];
}

static struct bgp_view
view_of(const struct rbuf *r)
{
	return (struct bgp_view){ r->pos, rbuf_left(r) };
}

static const char *
read_origin(struct ctx *c, struct rbuf *v)
{
	c->a->origin = rbuf_u8(v);
	return !rbuf_end(v)       ? "ORIGIN is not 1 octet"
	       : c->a->origin > 2 ? "ORIGIN is unknown"
				  : NULL;
}

static const char *
read_as_path(struct ctx *c, struct rbuf *v)
{
	struct bgp_path *p = &c->a->path;

	if (!bgp_path_unpack(v, is_as4(c), c->d->asns, &p->n_asns, c->d->segs,
		&p->n_segs))
		return "AS_PATH is malformed";
	/* RFC 7607 2: the path stays readable, so that it can be shown */
	for (uint32_t i = 0; i < p->n_asns; i++)
		if (p->asns[i] == 0) {
			bgp_fault_add(c->a, BGP_TREAT_AS_WITHDRAW,
			    BGP_ATTR_AS_PATH, c->offset, "AS_PATH holds AS 0");
			break;
		}
	return NULL;
}

static const char *
read_as4_path(struct ctx *c, struct rbuf *v)
{
	c->n_asns4 = c->n_segs4 = 0;
	/* RFC 6793 4.1: a NEW speaker's session has none; ignored there. */
	if (is_as4(c))
		return NULL;
	if (!bgp_path_unpack(v, true, c->d->as4, &c->n_asns4, c->d->segs4,
		&c->n_segs4)) {
		c->n_asns4 = c->n_segs4 = 0;
		return "AS4_PATH is malformed";
	}
	/* RFC 6793 6: confederation segments are taken out */
	uint32_t kept = 0;
	for (uint32_t i = 0; i < c->n_segs4; i++)
		if (c->d->segs4[i].type == BGP_AS_SET ||
		    c->d->segs4[i].type == BGP_AS_SEQUENCE)
			c->d->segs4[kept++] = c->d->segs4[i];
	c->n_segs4 = kept;
	return NULL;
}

static const char *
read_next_hop(struct ctx *c, struct rbuf *v)
{
	rbuf_copy(v, c->a->next_hop, 4);
	return rbuf_end(v) ? NULL : "NEXT_HOP is not 4 octets";
}

static const char *
read_med(struct ctx *c, struct rbuf *v)
{
	c->a->med = rbuf_u32(v);
	return rbuf_end(v) ? NULL : "MULTI_EXIT_DISC is not 4 octets";
}

static const char *
read_local_pref(struct ctx *c, struct rbuf *v)
{
	c->a->local_pref = rbuf_u32(v);
	return rbuf_end(v) ? NULL : "LOCAL_PREF is not 4 octets";
}

static const char *
read_atomic(struct ctx *c, struct rbuf *v)
{
	(void)c;
	return rbuf_end(v) ? NULL : "ATOMIC_AGGREGATE is not empty";
}

/*
 * RFC 7606 7.7: 8 octets where AS numbers have four, else 6.  Tables are no
 * sessions: some writers keep the other width there, and the length tells.
 */
static const char *
read_aggregator(struct ctx *c, struct rbuf *v)
{
	bool as4 = rbuf_left(v) == 8;
	bool table = c->s->table_dump || c->s->lenient;

	if ((!as4 && rbuf_left(v) != 6) || (as4 != is_as4(c) && !table))
		return "AGGREGATOR has not the length of its session";
	c->a->aggregator_asn = as4 ? rbuf_u32(v) : rbuf_u16(v);
	rbuf_copy(v, c->a->aggregator_ip, 4);
	/* RFC 7607 2: it stays readable, so that it can be shown */
	if (c->a->aggregator_asn == 0)
		bgp_fault_add(c->a, BGP_ATTR_DISCARD, BGP_ATTR_AGGREGATOR,
		    c->offset, "AGGREGATOR is AS 0");
	return NULL;
}

static const char *
read_as4_aggregator(struct ctx *c, struct rbuf *v)
{
	c->as4_aggregator_asn = rbuf_u32(v);
	rbuf_copy(v, c->as4_aggregator_ip, 4);
	return rbuf_end(v) ? NULL : "AS4_AGGREGATOR is not 8 octets";
}

static const char *
read_communities(struct ctx *c, struct rbuf *v)
{
	c->a->communities = view_of(v);
	/* RFC 7606 7.8 */
	return c->a->communities.n % 4 == 0 && c->a->communities.n > 0
		   ? NULL
		   : "COMMUNITIES are no whole number of 4 octets";
}

static const char *
read_originator(struct ctx *c, struct rbuf *v)
{
	rbuf_copy(v, c->a->originator_id, 4);
	return rbuf_end(v) ? NULL : "ORIGINATOR_ID is not 4 octets";
}

static const char *
read_cluster(struct ctx *c, struct rbuf *v)
{
	c->a->cluster_list = view_of(v);
	return c->a->cluster_list.n % 4 == 0 && c->a->cluster_list.n > 0
		   ? NULL
		   : "CLUSTER_LIST is no whole number of 4 octets";
}

static const char *
read_ext(struct ctx *c, struct rbuf *v)
{
	c->a->ext_communities = view_of(v);
	return c->a->ext_communities.n % 8 == 0 && c->a->ext_communities.n > 0
		   ? NULL
		   : "EXTENDED COMMUNITIES are no whole number of 8 octets";
}

static const char *
read_ipv6_ext(struct ctx *c, struct rbuf *v)
{
	(void)c;
	return rbuf_left(v) % 20 == 0 && rbuf_left(v) > 0
		   ? NULL
		   : "IPv6 EXTENDED COMMUNITIES are no whole number of 20 octets";
}

static const char *
read_large(struct ctx *c, struct rbuf *v)
{
	c->a->large_communities = view_of(v);
	/* RFC 8092 5 */
	return c->a->large_communities.n % 12 == 0 &&
		       c->a->large_communities.n > 0
		   ? NULL
		   : "LARGE_COMMUNITY is no whole number of 12 octets";
}

static const char *
read_otc(struct ctx *c, struct rbuf *v)
{
	c->a->otc = rbuf_u32(v);
	/* RFC 9234 5 */
	return rbuf_end(v) ? NULL : "ONLY_TO_CUSTOMER is not 4 octets";
}

/*
 * RFC 4760 3; in TABLE_DUMP_V2 (RFC 6396 4.3.4) next-hop length and next hop
 * alone.  Some writers put the full form there too: its first octet, the high
 * half of the AFI, is 0, which no next-hop length is.
 */
static const char *
read_mp_reach(struct ctx *c, struct rbuf *v)
{
	struct bgp_attrs *a = c->a;
	bool table = c->s->table_dump || c->s->lenient;
	bool full = !table || (rbuf_left(v) > 0 && v->pos[0] == 0);
	uint8_t family;

	if (full) {
		a->reach_afi = rbuf_u16(v);
		a->reach_safi = rbuf_u8(v);
	}
	struct rbuf hop = rbuf_sub(v, rbuf_u8(v));
	if (!rbuf_ok(v))
		return "MP_REACH_NLRI is cut short";
	a->mp_next_hop = view_of(&hop);
	/*
	 * RFC 7606 7.11; RFC 2545 3, 8950 3: an IPv6 address, perhaps with a
	 * link-local one, or an IPv4 address.  The NLRI is shown all the same.
	 */
	size_t n = a->mp_next_hop.n;
	if (full && bgp_family(a->reach_afi, a->reach_safi, &family) &&
	    n != 16 && n != 32 && (n != 4 || family != NET_IP4))
		bgp_fault_add(a, BGP_SESSION_RESET, BGP_ATTR_MP_REACH,
		    c->offset, "next hop has a length that fits no family");
	if (!full)
		return NULL;
	rbuf_skip(v, 1); /* reserved; once the number of SNPAs */
	if (!rbuf_ok(v))
		return "MP_REACH_NLRI is cut short";
	a->reach = view_of(v);
	return NULL;
}

static const char *
read_mp_unreach(struct ctx *c, struct rbuf *v)
{
	c->a->unreach_afi = rbuf_u16(v);
	c->a->unreach_safi = rbuf_u8(v);
	if (!rbuf_ok(v))
		return "MP_UNREACH_NLRI is cut short";
	c->a->unreach = view_of(v);
	return NULL;
}

static const struct attr_row {
	uint8_t flags;
	uint8_t on_error; /* enum bgp_fault */
	reader read;      /* NULL = not known */
} attr_rows[] = {
	/* RFC 7606 7.1-7.14, RFC 9234 5, RFC 8092 5 */
	[BGP_ATTR_ORIGIN] = { WELL_KNOWN, BGP_TREAT_AS_WITHDRAW, read_origin },
	[BGP_ATTR_AS_PATH] = { WELL_KNOWN, BGP_TREAT_AS_WITHDRAW,
	    read_as_path },
	[BGP_ATTR_NEXT_HOP] = { WELL_KNOWN, BGP_TREAT_AS_WITHDRAW,
	    read_next_hop },
	[BGP_ATTR_MED] = { OPT_NON, BGP_TREAT_AS_WITHDRAW, read_med },
	[BGP_ATTR_LOCAL_PREF] = { WELL_KNOWN, BGP_ATTR_DISCARD,
	    read_local_pref },
	[BGP_ATTR_ATOMIC_AGGREGATE] = { WELL_KNOWN, BGP_ATTR_DISCARD,
	    read_atomic },
	[BGP_ATTR_AGGREGATOR] = { OPT_TRANS, BGP_ATTR_DISCARD,
	    read_aggregator },
	[BGP_ATTR_COMMUNITIES] = { OPT_TRANS, BGP_TREAT_AS_WITHDRAW,
	    read_communities },
	[BGP_ATTR_ORIGINATOR_ID] = { OPT_NON, BGP_ATTR_DISCARD,
	    read_originator },
	[BGP_ATTR_CLUSTER_LIST] = { OPT_NON, BGP_ATTR_DISCARD, read_cluster },
	[BGP_ATTR_MP_REACH] = { OPT_NON, BGP_SESSION_RESET, read_mp_reach },
	[BGP_ATTR_MP_UNREACH] = { OPT_NON, BGP_SESSION_RESET, read_mp_unreach },
	[BGP_ATTR_EXT_COMMUNITIES] = { OPT_TRANS, BGP_TREAT_AS_WITHDRAW,
	    read_ext },
	[BGP_ATTR_AS4_PATH] = { OPT_TRANS, BGP_ATTR_DISCARD, read_as4_path },
	[BGP_ATTR_AS4_AGGREGATOR] = { OPT_TRANS, BGP_ATTR_DISCARD,
	    read_as4_aggregator },
	[BGP_ATTR_IPV6_EXT_COMMUNITIES] = { OPT_TRANS, BGP_TREAT_AS_WITHDRAW,
	    read_ipv6_ext },
	[BGP_ATTR_LARGE_COMMUNITIES] = { OPT_TRANS, BGP_TREAT_AS_WITHDRAW,
	    read_large },
	[BGP_ATTR_OTC] = { OPT_TRANS, BGP_TREAT_AS_WITHDRAW, read_otc },
};

static void
keep_unknown(struct bgp_attrs *a, uint8_t flags, uint8_t type,
    const struct rbuf *v)
{
	if (a->n_unknown < BGP_UNKNOWN_MAX)
		a->unknown[a->n_unknown] =
		    (struct bgp_unknown){ flags, type, view_of(v) };
	a->n_unknown++;
}

/* Did this code stand in the block before? */
static bool
is_again(struct ctx *c, uint8_t type)
{
	uint64_t *set = type < 64 ? &c->a->seen : &c->seen_high[type / 64 - 1];
	uint64_t bit = UINT64_C(1) << type % 64;
	bool again = (*set & bit) != 0;

	*set |= bit;
	return again;
}

static void
decode_one(struct ctx *c, uint8_t flags, uint8_t type, struct rbuf *v)
{
	struct bgp_attrs *a = c->a;

	if (is_again(c, type)) {
		/* RFC 7606 3 (g): MP twice resets, others keep the first */
		bool mp =
		    type == BGP_ATTR_MP_REACH || type == BGP_ATTR_MP_UNREACH;

		bgp_fault_add(a, mp ? BGP_SESSION_RESET : BGP_ATTR_DISCARD,
		    type, c->offset, "attribute stands twice");
		return;
	}
	if (type >= COUNT(attr_rows) || attr_rows[type].read == NULL) {
		/* RFC 4271 6.3: an unknown well-known attribute */
		if ((flags & FLAG_OPTIONAL) == 0)
			bgp_fault_add(a, BGP_SESSION_RESET, type, c->offset,
			    "unknown well-known attribute");
		keep_unknown(a, flags, type, v);
		return;
	}
	const struct attr_row *row = &attr_rows[type];
	/* RFC 7606 3 (c): Optional and Transitive must be as defined */
	if (((flags ^ row->flags) & (FLAG_OPTIONAL | FLAG_TRANSITIVE)) != 0)
		bgp_fault_add(a, BGP_TREAT_AS_WITHDRAW, type, c->offset,
		    "attribute flags conflict with its type");
	const char *why = row->read(c, v);
	if (why == NULL)
		a->present |= UINT64_C(1) << type;
	else
		bgp_fault_add(a, (enum bgp_fault)row->on_error, type, c->offset,
		    why);
}

/* RFC 6793 4.2.3: what an OLD speaker carried for us. */
static void
merge_as4(struct ctx *c)
{
	struct bgp_attrs *a = c->a;

	if (bgp_has(a, BGP_ATTR_AGGREGATOR) &&
	    bgp_has(a, BGP_ATTR_AS4_AGGREGATOR)) {
		/*
		 * An OLD speaker aggregated anew: what 4-octet information
		 * there is tells of routes from before, the path's too.
		 */
		if (a->aggregator_asn != AS_TRANS)
			return;
		a->aggregator_asn = c->as4_aggregator_asn;
		memcpy(a->aggregator_ip, c->as4_aggregator_ip, 4);
	}
	if (c->n_segs4 > 0)
		bgp_path_merge(c->d, &a->path, c->n_asns4, c->n_segs4);
}

/*
 * Zero up to the lists.  In pieces that compilers turn into plain stores: for
 * the whole they choose `rep stos`, which takes a third of a decode.
 */
static void
clear_head(struct bgp_attrs *a)
{
	enum { N = offsetof(struct bgp_attrs, unknown) };
	char *p = (char *)a;

	for (size_t i = 0; i + 64 <= N; i += 64)
		memset(p + i, 0, 64);
	memset(p + N / 64 * 64, 0, N % 64);
}

void
bgp_attrs_decode(struct bgp_decoder *d, const void *data, size_t n,
    const struct bgp_session *s, struct bgp_attrs *out)
{
	struct rbuf r = rbuf_from(data, n);
	struct ctx c = { .d = d, .s = s, .a = out };

	clear_head(out);
	out->n_unknown = out->n_faults = 0;
	out->worst = BGP_OK;
	out->raw = (struct bgp_view){ data, n };
	out->path.asns = d->asns;
	out->path.segs = d->segs;
	while (rbuf_left(&r) > 0) {
		size_t offset = rbuf_pos(&r);
		uint8_t flags = rbuf_u8(&r), type = rbuf_u8(&r);
		size_t len =
		    (flags & FLAG_EXTENDED) != 0 ? rbuf_u16(&r) : rbuf_u8(&r);
		struct rbuf v = rbuf_sub(&r, len);

		if (!rbuf_ok(&r)) {
			/* RFC 7606 4: the block is overrun */
			bgp_fault_add(out, BGP_TREAT_AS_WITHDRAW, type, offset,
			    "attribute runs past the end of the block");
			break;
		}
		c.offset = offset;
		decode_one(&c, flags, type, &v);
	}
	if (!is_as4(&c))
		merge_as4(&c);
}
