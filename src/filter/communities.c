/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * communities.c - patterns of communities (RFC 1997, 8092, 4360), from text
 * to value and mask, and the search for them in an attribute's octets.
 */
#include "filter/part.h"

static size_t
octets_of(enum community_kind kind)
{
	return kind == COMMUNITY_PLAIN ? 4 : kind == COMMUNITY_EXT ? 8 : 12;
}

bool
community_found(const struct community_rule *rule, struct bgp_view v)
{
	size_t size = octets_of(rule->kind);
	const uint32_t *value = rule->value, *mask = rule->mask;

	for (const uint8_t *p = v.p, *end = v.p + v.n; p < end; p += size) {
		if ((rbuf_be32(p) & mask[0]) != value[0])
			continue;
		if (size > 4 && (rbuf_be32(p + 4) & mask[1]) != value[1])
			continue;
		if (size > 8 && (rbuf_be32(p + 8) & mask[2]) != value[2])
			continue;
		return true;
	}
	return false;
}

/* A number up to max, or "*", which any is; max is all ones. */
static bool
parse_part(struct str s, uint32_t max, uint32_t *value, uint32_t *mask)
{
	uint64_t v;

	if (str_eq(s, "*")) {
		*value = *mask = 0;
		return true;
	}
	if (!text_parse_u64(s, max, &v))
		return false;
	*value = (uint32_t)v;
	*mask = max;
	return true;
}

static bool
parse_name(struct str text, struct community_rule *out)
{
	/* IANA, BGP Well-known Communities */
	static const struct {
		const char *name;
		uint32_t value;
	} names[] = {
		{ "graceful-shutdown", 0xffff0000 }, /* RFC 8326 */
		{ "accept-own", 0xffff0001 },        /* RFC 7611 */
		{ "llgr-stale", 0xffff0006 },        /* RFC 9494 */
		{ "no-llgr", 0xffff0007 },
		{ "blackhole", 0xffff029a }, /* RFC 7999 */
		{ "no-export", 0xffffff01 }, /* RFC 1997 */
		{ "no-advertise", 0xffffff02 },
		{ "no-export-subconfed", 0xffffff03 },
		{ "local-as", 0xffffff03 },
		{ "no-peer", 0xffffff04 }, /* RFC 3765 */
	};

	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq_nocase(text, names[i].name)) {
			*out = (struct community_rule){
				.kind = COMMUNITY_PLAIN,
				.value = { names[i].value },
				.mask = { UINT32_MAX },
			};
			return true;
		}
	return false;
}

static bool
parse_plain(struct str a, struct str b, struct community_rule *out)
{
	uint32_t v[2], m[2];

	if (!parse_part(a, UINT16_MAX, &v[0], &m[0]) ||
	    !parse_part(b, UINT16_MAX, &v[1], &m[1]))
		return false;
	*out = (struct community_rule){ .kind = COMMUNITY_PLAIN,
		.value = { v[0] << 16 | v[1] },
		.mask = { m[0] << 16 | m[1] } };
	return true;
}

static bool
parse_large(const struct str part[3], struct community_rule *out)
{
	struct community_rule r = { .kind = COMMUNITY_LARGE };

	for (int i = 0; i < 3; i++)
		if (!parse_part(part[i], UINT32_MAX, &r.value[i], &r.mask[i]))
			return false;
	*out = r;
	return true;
}

/* "0x" and 16 hexadecimal digits. */
static bool
parse_hex(struct str text, struct community_rule *out)
{
	struct community_rule r = { .kind = COMMUNITY_EXT,
		.mask = { UINT32_MAX, UINT32_MAX } };

	if (text.n != 18 || !str_starts(text, "0x"))
		return false;
	for (size_t i = 2; i < text.n; i++) {
		char c = text.p[i];
		uint32_t digit =
		    c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
		    : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
		    : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
					   : 16;
		uint32_t *word = &r.value[(i - 2) / 8];

		if (digit == 16)
			return false;
		*word = *word << 4 | digit;
	}
	*out = r;
	return true;
}

/*
 * Route target and site of origin (RFC 4360 3 and 4, RFC 5668 2): type,
 * subtype, then AS of two octets and four of the operator's, or an IPv4
 * address or AS of four octets and two of the operator's.
 */
static size_t
parse_target(uint8_t subtype, struct str a, struct str b,
    struct community_rule out[2])
{
	struct ipaddr ip;
	uint32_t v[2], m[2];
	size_t n = 0;

	if (ipaddr_parse(a, &ip) && ip.family == NET_IP4) {
		if (!parse_part(b, UINT16_MAX, &v[1], &m[1]))
			return 0;
		v[0] = rbuf_be32(ip.addr);
		out[n++] = (struct community_rule){ .kind = COMMUNITY_EXT,
			.value = { 0x01000000U | (uint32_t)subtype << 16 |
				       v[0] >> 16,
			    v[0] << 16 | v[1] },
			.mask = { UINT32_MAX, 0xffff0000U | m[1] } };
		return n;
	}
	if (parse_part(a, UINT16_MAX, &v[0], &m[0]) &&
	    parse_part(b, UINT32_MAX, &v[1], &m[1]))
		out[n++] = (struct community_rule){ .kind = COMMUNITY_EXT,
			.value = { (uint32_t)subtype << 16 | v[0], v[1] },
			.mask = { 0xffff0000U | m[0], m[1] } };
	if (parse_part(a, UINT32_MAX, &v[0], &m[0]) &&
	    parse_part(b, UINT16_MAX, &v[1], &m[1]))
		out[n++] = (struct community_rule){ .kind = COMMUNITY_EXT,
			.value = { 0x02000000U | (uint32_t)subtype << 16 |
				       v[0] >> 16,
			    v[0] << 16 | v[1] },
			.mask = { 0xffff0000U | m[0] >> 16,
			    m[0] << 16 | m[1] } };
	return n;
}

size_t
community_parse(struct str text, struct community_rule out[2])
{
	struct str part[3], rest = text, one;
	size_t n = 0;

	if (parse_name(text, out) || parse_hex(text, out))
		return 1;
	while (str_cut(&rest, ':', &one)) {
		if (n == COUNT(part))
			return 0;
		part[n++] = one;
	}
	if (n == 2)
		return parse_plain(part[0], part[1], out);
	if (n != 3)
		return 0;
	if (str_eq_nocase(part[0], "rt"))
		return parse_target(2, part[1], part[2], out);
	if (str_eq_nocase(part[0], "soo"))
		return parse_target(3, part[1], part[2], out);
	return parse_large(part, out);
}
