/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.c - the routes of the record at hand one by one, and what is asked of
 * them: see comity.h.
 *
 * Attributes of a table's route are decoded when the first of them is asked
 * for; those of an UPDATE once for all of its routes.
 */
#include "lib/part.h"

#include "base/utc.h"

/* --- one by one -------------------------------------------------------- */

static int
stand_on(struct comity_reader *r, enum comity_route type,
    const struct prefix *p, uint32_t path_id, bool has_path_id)
{
	struct route *t = &r->route;

	t->any = true;
	t->type = type;
	t->prefix = *p;
	t->path_id = path_id;
	t->has_path_id = has_path_id;
	return 1;
}

bool
reader_list(const struct bgp_update *u, enum place place,
    const struct bgp_session *s, struct bgp_nlri_iter *out)
{
	const struct bgp_attrs *a = &u->attrs;
	struct bgp_view v = { NULL, 0 };
	uint8_t family = NET_IP4, safi = BGP_SAFI_UNICAST;
	bool read = true;

	if (place == PLACE_WITHDRAWN) {
		v = u->withdrawn;
	} else if (place == PLACE_NLRI) {
		v = u->nlri;
	} else if (place == PLACE_UNREACH && bgp_has(a, BGP_ATTR_MP_UNREACH)) {
		v = a->unreach;
		safi = a->unreach_safi;
		read = reader_family(a->unreach_afi, safi, &family);
	} else if (place == PLACE_REACH && bgp_has(a, BGP_ATTR_MP_REACH)) {
		v = a->reach;
		safi = a->reach_safi;
		read = reader_family(a->reach_afi, safi, &family);
	}
	read |= v.n == 0;
	if (!read)
		v.n = 0;
	*out = bgp_nlri_iter(v, family, bgp_session_add_path(s, family, safi));
	return read;
}

/* Prefixes of the message at `place`; false: there are none. */
static bool
begin_place(struct comity_reader *r, enum place place)
{
	const struct item *i = r->item;
	struct bgp_session s = reader_session(r, &i->rec, &i->m);

	(void)reader_list(&r->update, place, &s, &r->route.it);
	return rbuf_left(&r->route.it.r) > 0;
}

static int
next_of_update(struct comity_reader *r)
{
	struct route *t = &r->route;
	const struct item *i = r->item;
	struct bgp_nlri n;

	if (t->place == PLACE_BEFORE) {
		struct bgp_session s = reader_session(r, &i->rec, &i->m);

		reader_update(r, &i->rec, &i->m, &s);
		t->decoded = true;
		t->peer_ip = i->m.session.peer_ip;
		t->peer_asn = i->m.session.peer_asn;
		t->originated = TIME_NONE;
		t->next_hop.n = 0;
		t->place = PLACE_WITHDRAWN;
		(void)begin_place(r, t->place);
	}
	for (;;) {
		if (reader_nlri_next(r, &i->rec, &t->it, &n))
			return stand_on(r,
			    t->place >= PLACE_NLRI ? COMITY_ANNOUNCED
						   : COMITY_WITHDRAWN,
			    &n.prefix, n.path_id, t->it.add_path);
		do
			t->place = t->place == PLACE_REACH
				       ? PLACE_END
				       : (enum place)(t->place + 1);
		while (t->place != PLACE_END && !begin_place(r, t->place));
		if (t->place == PLACE_END)
			return 0;
	}
}

static int
next_of_rib(struct comity_reader *r)
{
	struct route *t = &r->route;
	struct mrt_rib *rib = &r->item->m.rib;
	struct mrt_rib_entry e;

	t->place = PLACE_TABLE;
	if (!reader_rib_next(r, &r->item->rec, rib, &e)) {
		t->place = PLACE_END;
		return 0;
	}
	t->peer_ip = r->peers.list.p[e.peer].ip;
	t->peer_asn = r->peers.list.p[e.peer].asn;
	t->originated = e.originated;
	t->block = e.attrs;
	t->decoded = false;
	t->next_hop.n = 0;
	return stand_on(r, COMITY_IN_TABLE, &rib->prefix, e.path_id,
	    rib->add_path);
}

static int
next_of_entries(struct comity_reader *r)
{
	struct route *t = &r->route;
	struct mrt_entry *e = &r->item->m.entry;

	if (t->place == PLACE_TABLE &&
	    !reader_entry_next(r, &r->item->rec, &r->item->m)) {
		t->place = PLACE_END;
		return 0;
	}
	t->place = PLACE_TABLE;
	t->peer_ip = e->peer_ip;
	t->peer_asn = e->peer_asn;
	t->originated = e->originated_us / TIME_SEC;
	t->block = e->attrs;
	t->next_hop = e->next_hop;
	t->decoded = false;
	return stand_on(r, COMITY_IN_TABLE, &e->prefix, 0, false);
}

int
comity_route_next(struct comity_reader *r)
{
	struct route *t = &r->route;
	int got = 0;

	t->any = false;
	t->text.n = 0;
	if (r->item == NULL || t->place == PLACE_END)
		return 0;
	if (r->item->m.kind == MRT_RIB)
		got = next_of_rib(r);
	else if (r->item->m.kind == MRT_ENTRY)
		got = next_of_entries(r);
	else if (r->item->m.kind == MRT_MESSAGE &&
		 r->item->m.message == BGP_UPDATE)
		got = next_of_update(r);
	return got;
}

/* --- what stands there ------------------------------------------------- */

static struct comity_address
address_of(const struct ipaddr *ip)
{
	struct comity_address a = { .family = ip->family == NET_IP6 ? 6 : 4 };

	memcpy(a.octets, ip->addr, sizeof(a.octets));
	return a;
}

enum comity_route
comity_route_type(const struct comity_reader *r)
{
	return r->route.type;
}

struct comity_prefix
comity_route_prefix(const struct comity_reader *r)
{
	const struct prefix *p = &r->route.prefix;
	struct comity_prefix out = { .family = p->family == NET_IP6 ? 6 : 4,
		.length = p->len };

	memcpy(out.octets, p->addr, sizeof(out.octets));
	return out;
}

const char *
comity_route_prefix_text(const struct comity_reader *r)
{
	struct route *t = (struct route *)(uintptr_t)&r->route;

	(void)prefix_format(t->prefix_text, &t->prefix);
	return t->prefix_text;
}

bool
comity_route_path_id(const struct comity_reader *r, uint32_t *out)
{
	if (!r->route.any || !r->route.has_path_id)
		return false;
	*out = r->route.path_id;
	return true;
}

struct comity_address
comity_route_peer(const struct comity_reader *r, uint32_t *asn)
{
	*asn = r->route.peer_asn;
	return address_of(&r->route.peer_ip);
}

bool
comity_route_originated(const struct comity_reader *r, int64_t *seconds)
{
	if (!r->route.any || r->route.originated == TIME_NONE)
		return false;
	*seconds = r->route.originated;
	return true;
}

/* --- attributes -------------------------------------------------------- */

const struct bgp_attrs *
reader_route_attrs(struct comity_reader *r)
{
	struct route *t = &r->route;

	if (!t->any || t->type == COMITY_WITHDRAWN)
		return NULL;
	if (!t->decoded) {
		struct bgp_session s =
		    reader_session(r, &r->item->rec, &r->item->m);

		bgp_attrs_decode(r->dec, t->block.p, t->block.n, &s,
		    &r->update.attrs);
		t->decoded = true;
	}
	return &r->update.attrs;
}

/* ... if it is there and sound. */
static const struct bgp_attrs *
attrs_with(struct comity_reader *r, enum bgp_attr code)
{
	const struct bgp_attrs *a = reader_route_attrs(r);

	return a != NULL && bgp_has(a, code) ? a : NULL;
}

const char *
comity_route_path_text(struct comity_reader *r)
{
	const struct bgp_attrs *a = attrs_with(r, BGP_ATTR_AS_PATH);

	buf_clear(&r->route.text);
	if (a != NULL)
		bgp_path_format(&a->path, &r->route.text);
	return buf_cstr(&r->route.text);
}

const uint32_t *
comity_route_path(struct comity_reader *r, size_t *n)
{
	const struct bgp_attrs *a = attrs_with(r, BGP_ATTR_AS_PATH);

	*n = a == NULL ? 0 : a->path.n_asns;
	return a == NULL ? NULL : a->path.asns;
}

bool
comity_route_origin_as(struct comity_reader *r, uint32_t *out)
{
	const struct bgp_attrs *a = attrs_with(r, BGP_ATTR_AS_PATH);

	return a != NULL && bgp_path_origin(&a->path, out);
}

bool
comity_route_next_hop(struct comity_reader *r, struct comity_address *out)
{
	const struct bgp_attrs *a = reader_route_attrs(r);
	struct bgp_view v = { NULL, 0 };

	if (a == NULL)
		return false;
	bool mp = r->route.type == COMITY_IN_TABLE
		      ? bgp_has(a, BGP_ATTR_MP_REACH)
		      : r->route.place == PLACE_REACH;
	if (r->route.next_hop.n > 0 && !bgp_has(a, BGP_ATTR_NEXT_HOP))
		v = r->route.next_hop;
	else if (mp)
		v = a->mp_next_hop;
	else if (bgp_has(a, BGP_ATTR_NEXT_HOP))
		v = (struct bgp_view){ a->next_hop, 4 };
	if (v.n != 4 && v.n != 16 && v.n != 32)
		return false;
	*out = (struct comity_address){ .family = v.n == 4 ? 4 : 6 };
	memcpy(out->octets, v.p, v.n == 4 ? 4 : 16);
	return true;
}

bool
comity_route_origin(struct comity_reader *r, uint8_t *out)
{
	const struct bgp_attrs *a = attrs_with(r, BGP_ATTR_ORIGIN);

	if (a != NULL)
		*out = a->origin;
	return a != NULL;
}

bool
comity_route_med(struct comity_reader *r, uint32_t *out)
{
	const struct bgp_attrs *a = attrs_with(r, BGP_ATTR_MED);

	if (a != NULL)
		*out = a->med;
	return a != NULL;
}

bool
comity_route_local_pref(struct comity_reader *r, uint32_t *out)
{
	const struct bgp_attrs *a = attrs_with(r, BGP_ATTR_LOCAL_PREF);

	if (a != NULL)
		*out = a->local_pref;
	return a != NULL;
}

bool
comity_route_otc(struct comity_reader *r, uint32_t *out)
{
	const struct bgp_attrs *a = attrs_with(r, BGP_ATTR_OTC);

	if (a != NULL)
		*out = a->otc;
	return a != NULL;
}

bool
comity_route_community(struct comity_reader *r, size_t i, uint32_t *out)
{
	const struct bgp_attrs *a = attrs_with(r, BGP_ATTR_COMMUNITIES);

	if (a == NULL || i >= a->communities.n / 4)
		return false;
	*out = view_u32(a->communities.p + 4 * i);
	return true;
}

bool
comity_route_large(struct comity_reader *r, size_t i, uint32_t out[3])
{
	const struct bgp_attrs *a = attrs_with(r, BGP_ATTR_LARGE_COMMUNITIES);

	if (a == NULL || i >= a->large_communities.n / 12)
		return false;
	for (size_t k = 0; k < 3; k++)
		out[k] = view_u32(a->large_communities.p + 12 * i + 4 * k);
	return true;
}

const char *
comity_route_fault(struct comity_reader *r)
{
	const struct bgp_attrs *a = reader_route_attrs(r);

	return a == NULL || a->worst == BGP_OK ? "" : bgp_fault_name(a->worst);
}
