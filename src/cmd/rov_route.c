/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov_route.c - routes as people and RIS whois dumps write them.
 */
#include "cmd/rov.h"

/* "{64500,64501}": no VRP can match such an origin (RFC 6811 section 2). */
static bool
parse_set(struct str s)
{
	struct str one;
	uint32_t asn;

	if (s.n < 3 || s.p[s.n - 1] != '}')
		return false;
	s = (struct str){ s.p + 1, s.n - 2 };
	while (str_cut(&s, ',', &one))
		if (!asn_parse(one, &asn))
			return false;
	return true;
}

static bool
parse_origin(struct str s, uint32_t *origin, bool *local)
{
	*local = str_eq(s, "Local");
	*origin = ROV_NO_ORIGIN;
	if (s.n > 0 && s.p[0] == '{')
		return parse_set(s);
	return *local || asn_parse(s, origin);
}

bool
rov_route_parse(struct str a, struct str b, struct rov_route *out)
{
	struct rov_route r = { .prefix_text = a, .origin_text = b };

	if (a.n == 0 || memchr(a.p, '/', a.n) == NULL) {
		r.prefix_text = b;
		r.origin_text = a;
	}
	if (!prefix_parse(r.prefix_text, &r.prefix) ||
	    !parse_origin(r.origin_text, &r.origin, &r.local))
		return false;
	*out = r;
	return true;
}
