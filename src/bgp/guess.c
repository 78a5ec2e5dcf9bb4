/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guess.c - what an UPDATE itself says of a session whose OPENs were not seen.
 *
 * Both readings of a field are tried, and one that breaks is none.  Small path
 * identifiers begin with zeroes, which without identifiers are default routes
 * one behind the other; most others give a length that the next octets do not
 * fit.  Where both readings hold nothing is chosen: the caller is told.
 */
#include "bgp/bgp.h"

struct field {
	struct bgp_view nlri;
	uint8_t family, safi;
};

/* The fields of an UPDATE that both questions need. */
struct frame {
	struct field nlri[4]; /* withdrawn, announced, MP_UNREACH, MP_REACH */
	struct bgp_view as_path;
	size_t aggregator; /* octets, 0 = none */
	bool as4_path;
};

/* | AFI 2 | SAFI 1 |, and in MP_REACH | next hop 1+n | reserved 1 | */
static void
read_mp(struct rbuf v, bool reach, struct field *out)
{
	uint16_t afi = rbuf_u16(&v);
	uint8_t safi = rbuf_u8(&v), family;

	if (reach) {
		rbuf_skip(&v, rbuf_u8(&v));
		rbuf_skip(&v, 1);
	}
	if (rbuf_ok(&v) && bgp_family(afi, safi, &family))
		*out = (struct field){ { v.pos, rbuf_left(&v) }, family, safi };
}

static void
read_attr(uint8_t type, struct rbuf v, struct frame *out)
{
	switch (type) {
	case BGP_ATTR_AS_PATH:
		out->as_path = (struct bgp_view){ v.pos, rbuf_left(&v) };
		break;
	case BGP_ATTR_AGGREGATOR:
		out->aggregator = rbuf_left(&v);
		break;
	case BGP_ATTR_AS4_PATH:
		out->as4_path = true;
		break;
	case BGP_ATTR_MP_UNREACH:
		read_mp(v, false, &out->nlri[2]);
		break;
	case BGP_ATTR_MP_REACH:
		read_mp(v, true, &out->nlri[3]);
		break;
	default:
		break;
	}
}

static bool
read_frame(const void *body, size_t n, struct frame *out)
{
	struct rbuf r = rbuf_from(body, n);
	struct rbuf withdrawn = rbuf_sub(&r, rbuf_u16(&r));
	struct rbuf attrs = rbuf_sub(&r, rbuf_u16(&r));

	*out = (struct frame){ 0 };
	while (rbuf_left(&attrs) > 0) {
		uint8_t flags = rbuf_u8(&attrs), type = rbuf_u8(&attrs);
		struct rbuf v = rbuf_sub(&attrs,
		    (flags & 0x10) != 0 ? rbuf_u16(&attrs) : rbuf_u8(&attrs));

		if (rbuf_ok(&attrs))
			read_attr(type, v, out);
	}
	out->nlri[0] = (struct field){ { withdrawn.pos, rbuf_left(&withdrawn) },
		NET_IP4, BGP_SAFI_UNICAST };
	out->nlri[1] = (struct field){ { r.pos, rbuf_left(&r) }, NET_IP4,
		BGP_SAFI_UNICAST };
	return rbuf_ok(&r) && rbuf_ok(&attrs);
}

/* --- path identifiers -------------------------------------------------- */

static bool
has_zero_tail(const uint8_t *last, uint8_t len)
{
	return len % 8 == 0 || (*last & 0xff >> len % 8) == 0;
}

/* Would a speaker write this?  One default route: with identifiers there may
 * be more, if each has its own. */
static bool
is_sound(const struct field *f, bool add_path)
{
	struct bgp_nlri_iter it = bgp_nlri_iter(f->nlri, f->family, add_path);
	struct bgp_nlri n;
	unsigned defaults = 0;

	while (bgp_nlri_next(&it, &n)) {
		if (!has_zero_tail(it.r.pos - 1, n.prefix.len))
			return false;
		if (!add_path && n.prefix.len == 0 && ++defaults > 1)
			return false;
	}
	return !it.bad;
}

bool
bgp_guess_add_path(const void *body, size_t n, uint8_t *out)
{
	struct frame f;
	uint8_t seen = 0, no_plain = 0, no_ids = 0;
	bool whole = read_frame(body, n, &f);

	for (size_t i = 0; i < COUNT(f.nlri); i++) {
		const struct field *v = &f.nlri[i];
		uint8_t bit = bgp_add_path_bit(v->family, v->safi);

		if (v->nlri.n == 0)
			continue;
		seen |= bit;
		no_plain |= is_sound(v, false) ? 0 : bit;
		no_ids |= is_sound(v, true) ? 0 : bit;
	}
	*out = whole ? (uint8_t)(no_plain & ~no_ids) : 0;
	return whole && (no_plain ^ no_ids) == seen;
}

/* --- AS numbers -------------------------------------------------------- */

/* RFC 4271 4.3: segments of | type 1 | count 1 | AS numbers | */
static bool
path_fits(struct bgp_view path, size_t octets)
{
	struct rbuf r = rbuf_from(path.p, path.n);

	while (rbuf_left(&r) > 0) {
		uint8_t type = rbuf_u8(&r), count = rbuf_u8(&r);

		if (type < BGP_AS_SET || type > BGP_CONFED_SET || count == 0)
			return false;
		rbuf_skip(&r, count * octets);
	}
	return rbuf_ok(&r);
}

/*
 * RFC 6793 4.2.2: AGGREGATOR is two octets longer with long numbers, and
 * AS4_PATH is sent beside short ones only.
 */
bool
bgp_guess_as4(const void *body, size_t n, bool *out)
{
	struct frame f;
	bool whole = read_frame(body, n, &f);
	bool two = path_fits(f.as_path, 2) && f.aggregator != 8;
	bool four = path_fits(f.as_path, 4) && f.aggregator != 6 && !f.as4_path;

	*out = !whole || four || !two;
	return whole && two != four;
}
