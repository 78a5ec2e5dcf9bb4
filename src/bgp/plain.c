/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain.c - blocks of attributes in which nothing is unusual, in one pass.
 *
 * attrs.c can read anything and say what is wrong with it.  Here the first
 * surprise ends the attempt, so that what remains to be done for each attribute
 * is one comparison of its first two octets, flags and type, and one of its
 * length.  plain_test.c and bgp_fuzz.c hold the two to the same values.
 */
#include "bgp/part.h"

#define FLAG_EXTENDED 0x10

/* Optional and Transitive of an attribute, and its type. */
#define WELL_KNOWN(type) (0x4000 | (type))
#define OPT_NON(type)    (0x8000 | (type))
#define OPT_TRANS(type)  (0xc000 | (type))

static bool
read_path(const uint8_t *p, size_t n, struct bgp_plain *out)
{
	out->n_path = 0;
	if (n == 0)
		return true;
	if (n < 6 || p[0] != BGP_AS_SEQUENCE || n != 2 + (size_t)p[1] * 4)
		return false;
	out->path = p + 2;
	out->n_path = p[1];
	return true;
}

bool
bgp_plain_has_as0(const struct bgp_plain *p)
{
	uint32_t zero = 0;

	for (uint32_t i = 0;
	     i < (bgp_plain_has(p, BGP_ATTR_AS_PATH) ? p->n_path : 0); i++) {
		uint32_t asn;

		memcpy(&asn, p->path + 4 * (size_t)i, sizeof(asn));
		zero |= asn == 0;
	}
	return zero != 0 || (bgp_plain_has(p, BGP_ATTR_AGGREGATOR) &&
				rbuf_be32(p->aggregator) == 0);
}

static bool
read_reach(const uint8_t *p, size_t n, bool table_dump, struct bgp_plain *out)
{
	size_t hop;

	if (n < 1)
		return false;
	if (table_dump && p[0] != 0) { /* RFC 6396 4.3.4 */
		hop = p[0];
		out->reach_afi = 0;
		out->reach_safi = 0;
		out->reach.n = 0;
		out->mp_next_hop = (struct bgp_view){ p + 1, hop };
		return n - 1 >= hop;
	}
	if (n < 5 || n - 5 < p[3])
		return false;
	hop = p[3];
	/* RFC 2545 3; all other lengths are a matter of their family */
	if (hop != 16 && hop != 32)
		return false;
	out->reach_afi = rbuf_be16(p);
	out->reach_safi = p[2];
	out->mp_next_hop = (struct bgp_view){ p + 4, hop };
	out->reach = (struct bgp_view){ p + 5 + hop, n - 5 - hop };
	return true;
}

static bool
read_unreach(const uint8_t *p, size_t n, struct bgp_plain *out)
{
	if (n < 3)
		return false;
	out->unreach_afi = rbuf_be16(p);
	out->unreach_safi = p[2];
	out->unreach = (struct bgp_view){ p + 3, n - 3 };
	return true;
}

/* A list of elements of `unit` octets, at least one. */
static bool
read_list(const uint8_t *p, size_t n, size_t unit, struct bgp_view *out)
{
	*out = (struct bgp_view){ p, n };
	return n > 0 && n % unit == 0;
}

static bool
read_u32(const uint8_t *p, size_t n, uint32_t *out)
{
	if (n != 4)
		return false;
	*out = rbuf_be32(p);
	return true;
}

/* head: Optional, Transitive and type. */
static inline bool
read_one(unsigned head, const uint8_t *p, size_t n, bool table_dump,
    struct bgp_plain *out)
{
	switch (head) {
	case WELL_KNOWN(BGP_ATTR_ORIGIN):
		out->origin = n == 1 ? p[0] : 3;
		return out->origin <= 2;
	case WELL_KNOWN(BGP_ATTR_AS_PATH):
		return read_path(p, n, out);
	case WELL_KNOWN(BGP_ATTR_NEXT_HOP):
		out->next_hop = p;
		return n == 4;
	case OPT_NON(BGP_ATTR_MED):
		return read_u32(p, n, &out->med);
	case WELL_KNOWN(BGP_ATTR_LOCAL_PREF):
		return read_u32(p, n, &out->local_pref);
	case WELL_KNOWN(BGP_ATTR_ATOMIC_AGGREGATE):
		return n == 0;
	case OPT_TRANS(BGP_ATTR_AGGREGATOR):
		out->aggregator = p;
		return n == 8;
	case OPT_TRANS(BGP_ATTR_COMMUNITIES):
		return read_list(p, n, 4, &out->communities);
	case OPT_NON(BGP_ATTR_ORIGINATOR_ID):
		return n == 4;
	case OPT_NON(BGP_ATTR_CLUSTER_LIST):
		return n > 0 && n % 4 == 0;
	case OPT_NON(BGP_ATTR_MP_REACH):
		return read_reach(p, n, table_dump, out);
	case OPT_NON(BGP_ATTR_MP_UNREACH):
		return read_unreach(p, n, out);
	case OPT_TRANS(BGP_ATTR_EXT_COMMUNITIES):
		return read_list(p, n, 8, &out->ext_communities);
	case OPT_TRANS(BGP_ATTR_LARGE_COMMUNITIES):
		return read_list(p, n, 12, &out->large_communities);
	case OPT_TRANS(BGP_ATTR_OTC):
		return read_u32(p, n, &out->otc);
	default:
		return false;
	}
}

/*
 * ORIGIN, AS_PATH, NEXT_HOP: what nearly every block begins with, in the order
 * in which nearly every router writes it.  Where the beginning ends.
 */
static inline const uint8_t *
read_beginning(const uint8_t *p, const uint8_t *end, struct bgp_plain *out)
{
	static const uint8_t origin[3] = { 0x40, BGP_ATTR_ORIGIN, 1 };
	static const uint8_t next_hop[3] = { 0x40, BGP_ATTR_NEXT_HOP, 4 };

	if (end - p < 7 || memcmp(p, origin, sizeof(origin)) != 0 || p[3] > 2)
		return p;
	out->origin = p[3];
	out->present = UINT64_C(1) << BGP_ATTR_ORIGIN;
	p += 4;
	if (p[0] != 0x40 || p[1] != BGP_ATTR_AS_PATH || end - p - 3 < p[2] ||
	    !read_path(p + 3, p[2], out))
		return p;
	out->present |= UINT64_C(1) << BGP_ATTR_AS_PATH;
	p += 3 + p[2];
	if (end - p < 7 || memcmp(p, next_hop, sizeof(next_hop)) != 0)
		return p;
	out->next_hop = p + 3;
	out->present |= UINT64_C(1) << BGP_ATTR_NEXT_HOP;
	return p + 7;
}

bool
bgp_plain_decode(const void *data, size_t n, bool table_dump,
    struct bgp_plain *out)
{
	const uint8_t *p = data, *end = p + n;

	out->present = 0;
	p = read_beginning(p, end, out);
	while (end - p >= 3) {
		unsigned flags = p[0], type = p[1];
		size_t len = p[2];

		p += 3;
		if (flags & FLAG_EXTENDED) {
			if (p == end)
				return false;
			len = len << 8 | *p++;
		}
		/* None of those above is 64 or more. */
		uint64_t bit = UINT64_C(1) << type % 64;
		if ((size_t)(end - p) < len || (out->present & bit) != 0 ||
		    !read_one((flags & 0xc0) << 8 | type, p, len, table_dump,
			out))
			return false;
		out->present |= bit;
		p += len;
	}
	return p == end;
}
