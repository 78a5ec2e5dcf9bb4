/* SPDX-License-Identifier: BSD-2-Clause */
/* plain_check.h - do both decoders say the same of a block?  For tests. */
#pragma once

#include "bgp/bgp.h"

static inline bool
view_same(struct bgp_view a, struct bgp_view b)
{
	return a.n == b.n && a.p == b.p;
}

static inline bool
plain_path_agrees(const struct bgp_plain *p, const struct bgp_path *path)
{
	if (p->n_path != path->n_asns || path->n_segs != (p->n_path > 0) ||
	    (p->n_path > 0 && path->segs[0].type != BGP_AS_SEQUENCE))
		return false;
	for (uint32_t i = 0; i < p->n_path; i++)
		if (rbuf_be32(p->path + 4 * (size_t)i) != path->asns[i])
			return false;
	return true;
}

/* One attribute, which is present. */
static inline bool
plain_attr_agrees(const struct bgp_plain *p, const struct bgp_attrs *a,
    unsigned code)
{
	switch (code) {
	case BGP_ATTR_ORIGIN:
		return p->origin == a->origin;
	case BGP_ATTR_AS_PATH:
		return plain_path_agrees(p, &a->path);
	case BGP_ATTR_NEXT_HOP:
		return memcmp(p->next_hop, a->next_hop, 4) == 0;
	case BGP_ATTR_MED:
		return p->med == a->med;
	case BGP_ATTR_LOCAL_PREF:
		return p->local_pref == a->local_pref;
	case BGP_ATTR_AGGREGATOR:
		return rbuf_be32(p->aggregator) == a->aggregator_asn &&
		       memcmp(p->aggregator + 4, a->aggregator_ip, 4) == 0;
	case BGP_ATTR_COMMUNITIES:
		return view_same(p->communities, a->communities);
	case BGP_ATTR_EXT_COMMUNITIES:
		return view_same(p->ext_communities, a->ext_communities);
	case BGP_ATTR_LARGE_COMMUNITIES:
		return view_same(p->large_communities, a->large_communities);
	case BGP_ATTR_OTC:
		return p->otc == a->otc;
	case BGP_ATTR_MP_REACH:
		return p->reach_afi == a->reach_afi &&
		       p->reach_safi == a->reach_safi &&
		       view_same(p->mp_next_hop, a->mp_next_hop) &&
		       (p->reach.n == 0 ? a->reach.n == 0
					: view_same(p->reach, a->reach));
	case BGP_ATTR_MP_UNREACH:
		return p->unreach_afi == a->unreach_afi &&
		       p->unreach_safi == a->unreach_safi &&
		       view_same(p->unreach, a->unreach);
	case BGP_ATTR_ATOMIC_AGGREGATE:
	case BGP_ATTR_ORIGINATOR_ID:
	case BGP_ATTR_CLUSTER_LIST:
		return true; /* values are not kept */
	default:
		return false;
	}
}

static inline bool
plain_agrees(const struct bgp_plain *p, const struct bgp_attrs *a)
{
	if ((a->worst != BGP_OK) != bgp_plain_has_as0(p) || a->n_unknown != 0 ||
	    p->present != a->present || a->seen != a->present)
		return false;
	for (unsigned code = 0; code < 64; code++)
		if ((p->present >> code & 1) != 0 &&
		    !plain_attr_agrees(p, a, code))
			return false;
	return true;
}
