/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slice.c - what of a record passed the filter, as a record.
 *
 * Routes are cut out of the bytes as they stand there; only counts and lengths
 * are new.  An UPDATE keeps its attributes, but MP_REACH_NLRI and
 * MP_UNREACH_NLRI go when nothing of them passed.
 */
#include "lib/part.h"

enum { LENGTH_AT = 8 }; /* in the header of an MRT record */

static void
end_record(struct buf *out)
{
	buf_put_u32(out, LENGTH_AT, (uint32_t)(out->n - MRT_HEADER_LEN));
}

/* --- tables ------------------------------------------------------------ */

static enum slice_part
slice_rib(struct slice *s, struct comity_reader *r)
{
	const struct mrt_rib *rib = &r->item->m.rib;
	const uint8_t *raw = r->item->rec.raw.p, *entries = rib->entries.pos;
	size_t head = rib->id_in_entry ? 12 : 8, n = 0; /* of an entry */
	struct buf *out = &s->record;

	buf_add(out, raw, (size_t)(entries - raw));
	for (; comity_route_next(r) == 1; n++) {
		struct bgp_view attrs = r->route.block;

		if (r->item->part)
			buf_add(out, attrs.p - head, head + attrs.n);
	}
	/* A damaged one, too, if nothing was to be left out.  But with nobody's
	 * peers it would mean those of another list. */
	if (n == rib->count || (!r->item->part && r->peers.list.n > 0))
		return SLICE_WHOLE;
	if (n == 0)
		return SLICE_NONE;
	buf_put_u16(out, (size_t)(entries - raw) - 2, (uint16_t)n);
	end_record(out);
	return SLICE_PART;
}

/* How many routes can be read of a record of several. */
static size_t
count_entries(const struct mrt_record *rec)
{
	struct mrt_peers none = { 0 };
	struct mrt_decoded m;
	struct err err;
	size_t n = 0;

	if (mrt_decode(rec, &none, &m, &err) == 0)
		do
			n++;
		while (mrt_entry_next(rec, &m, &err) == 1);
	return n;
}

/* TABLE_DUMP; the routes stand behind view and sequence. */
static enum slice_part
slice_entries(struct slice *s, struct comity_reader *r)
{
	const struct mrt_record *rec = &r->item->rec;
	const struct mrt_entry *e = &r->item->m.entry;
	size_t address = e->family == NET_IP6 ? 16 : 4;
	size_t head = 2 * address + 8 + (e->as4 ? 4 : 2), n = 0;
	struct buf *out = &s->record;

	buf_add(out, rec->raw.p, MRT_HEADER_LEN + 4);
	for (; comity_route_next(r) == 1; n++)
		if (r->item->part && rec->type == MRT_TABLE_DUMP)
			buf_add(out, e->attrs.p - head, head + e->attrs.n);
	if (!r->item->part || rec->type != MRT_TABLE_DUMP ||
	    n == count_entries(rec))
		return SLICE_WHOLE;
	end_record(out);
	return SLICE_PART;
}

/* --- messages ---------------------------------------------------------- */

static struct slice_list *
list_of(struct slice *s, enum place place)
{
	return &s->lists[place - PLACE_WITHDRAWN];
}

/* The prefixes that pass, list by list. */
static void
gather(struct slice *s, struct comity_reader *r)
{
	for (size_t i = 0; i < COUNT(s->lists); i++) {
		buf_clear(&s->lists[i].bytes);
		s->lists[i].n = 0;
	}
	while (comity_route_next(r) == 1) {
		const struct bgp_nlri_iter *it = &r->route.it;
		struct slice_list *l = list_of(s, r->route.place);
		size_t n =
		    1 + (r->route.prefix.len + 7U) / 8 + (it->add_path ? 4 : 0);

		buf_add(&l->bytes, it->r.pos - n, n);
		l->n++;
	}
}

/* Did every prefix pass?  No: there are some of a family that is not read. */
static bool
all_passed(struct slice *s, struct comity_reader *r)
{
	const struct item *i = r->item;
	struct bgp_session session = reader_session(r, &i->rec, &i->m);
	struct bgp_nlri n;

	for (int p = PLACE_WITHDRAWN; p <= PLACE_REACH; p++) {
		struct bgp_nlri_iter it;
		size_t count = 0;

		if (!reader_list(&s->all, (enum place)p, &session, &it))
			return false;
		while (bgp_nlri_next(&it, &n))
			count++;
		if (count != list_of(s, (enum place)p)->n)
			return false;
	}
	return true;
}

static enum slice_part
slice_update(struct slice *s, struct comity_reader *r)
{
	const struct item *i = r->item;
	struct bgp_session session = reader_session(r, &i->rec, &i->m);
	size_t n = 0;

	gather(s, r);
	bgp_update_decode(r->dec, i->m.body.p, i->m.body.n, &session, &s->all);
	if (!i->part || all_passed(s, r))
		return SLICE_WHOLE;
	for (size_t k = 0; k < COUNT(s->lists); k++)
		n += s->lists[k].n;
	return n > 0 ? SLICE_PART : SLICE_NONE;
}

/* An attribute of `v`, with its prefixes, from `list` on, exchanged. */
static void
put_cut(struct buf *out, uint8_t flags, uint8_t type, struct bgp_view v,
    const uint8_t *list, const struct buf *kept)
{
	size_t head = (size_t)(list - v.p);

	buf_u8(out, flags);
	buf_u8(out, type);
	if ((flags & 0x10) != 0) /* extended length, RFC 4271 4.3 */
		buf_u16(out, (uint16_t)(head + kept->n));
	else
		buf_u8(out, (uint8_t)(head + kept->n));
	buf_add(out, v.p, head);
	buf_add(out, kept->p, kept->n);
}

/* What passed of the prefixes that this attribute holds; NULL: no such one. */
static const struct buf *
kept_of(struct slice *s, uint8_t type, unsigned places, const uint8_t **list)
{
	static const struct buf none = { 0 };
	bool reach = type == BGP_ATTR_MP_REACH;
	enum place place = reach ? PLACE_REACH : PLACE_UNREACH;

	if (!reach && type != BGP_ATTR_MP_UNREACH)
		return NULL;
	*list = reach ? s->all.attrs.reach.p : s->all.attrs.unreach.p;
	return (places >> place & 1) != 0 ? &list_of(s, place)->bytes : &none;
}

/* --- AS numbers of two octets to four ---------------------------------- */

#define BIT(attr) (UINT64_C(1) << (attr))
enum { SEGMENT_MAX = 255 }; /* AS numbers of one, RFC 4271 4.3 */

bool
slice_can_widen(struct slice *s, struct comity_reader *r)
{
	const struct bgp_attrs *a = &s->all.attrs;
	uint64_t with_asns = BIT(BGP_ATTR_AS_PATH) | BIT(BGP_ATTR_AGGREGATOR) |
			     BIT(BGP_ATTR_AS4_PATH) |
			     BIT(BGP_ATTR_AS4_AGGREGATOR);

	for (uint32_t i = 0; i < a->path.n_segs; i++)
		if (a->path.segs[i].n > SEGMENT_MAX)
			return false;
	return (a->seen & with_asns & ~a->present) == 0 &&
	       (r->item->part || all_passed(s, r));
}

static void
put_path(struct buf *out, const struct bgp_path *p)
{
	size_t n = 2U * p->n_segs + 4U * p->n_asns;

	buf_u8(out, n > UINT8_MAX ? 0x50 : 0x40); /* RFC 4271 5: well-known */
	buf_u8(out, BGP_ATTR_AS_PATH);
	if (n > UINT8_MAX)
		buf_u16(out, (uint16_t)n);
	else
		buf_u8(out, (uint8_t)n);
	for (uint32_t i = 0; i < p->n_segs; i++) {
		const struct bgp_segment *g = &p->segs[i];

		buf_u8(out, g->type);
		buf_u8(out, (uint8_t)g->n);
		for (uint32_t k = 0; k < g->n; k++)
			buf_u32(out, p->asns[g->at + k]);
	}
}

/* As a router with four octets would pass it on (RFC 6793 4.2.3); false: an
 * attribute without AS numbers. */
static bool
put_wide(struct buf *out, uint8_t flags, uint8_t type,
    const struct bgp_attrs *a)
{
	if (type == BGP_ATTR_AS_PATH) {
		put_path(out, &a->path);
	} else if (type == BGP_ATTR_AGGREGATOR) {
		buf_u8(out, flags & 0xef);
		buf_u8(out, type);
		buf_u8(out, 8);
		buf_u32(out, a->aggregator_asn);
		buf_add(out, a->aggregator_ip, 4);
	} else if (type != BGP_ATTR_AS4_PATH &&
		   type != BGP_ATTR_AS4_AGGREGATOR) {
		return false;
	}
	return true;
}

/* --- an UPDATE --------------------------------------------------------- */

static void
put_attrs(struct slice *s, unsigned places, struct buf *out)
{
	struct bgp_view raw = s->all.attrs.raw;
	struct rbuf r = rbuf_from(raw.p, raw.n);

	while (rbuf_left(&r) > 0) {
		const uint8_t *from = r.pos, *list = NULL;
		uint8_t flags = rbuf_u8(&r), type = rbuf_u8(&r);
		size_t n = (flags & 0x10) != 0 ? rbuf_u16(&r) : rbuf_u8(&r);
		struct bgp_view v = { r.pos, n };

		rbuf_skip(&r, n);
		if (!rbuf_ok(&r)) { /* damaged from here on: as it is */
			buf_add(out, from, (size_t)(raw.p + raw.n - from));
			return;
		}
		const struct buf *kept = kept_of(s, type, places, &list);
		if (s->wide && put_wide(out, flags, type, &s->all.attrs))
			continue;
		if (kept == NULL)
			buf_add(out, from, (size_t)(r.pos - from));
		else if (kept->n > 0 && list >= v.p && list <= v.p + v.n)
			put_cut(out, flags, type, v, list, kept);
	}
}

void
slice_message(struct slice *s, const struct comity_reader *r, unsigned places,
    struct buf *out)
{
	static const struct buf none = { 0 };
	const struct mrt_decoded *m = &r->item->m;
	const struct buf *withdrawn = &list_of(s, PLACE_WITHDRAWN)->bytes;
	const struct buf *nlri = &list_of(s, PLACE_NLRI)->bytes;
	size_t begin = out->n, head = (size_t)(m->body.p - m->bgp.p);

	if ((places >> PLACE_WITHDRAWN & 1) == 0)
		withdrawn = &none;
	if ((places >> PLACE_NLRI & 1) == 0)
		nlri = &none;
	buf_add(out, m->bgp.p, head);
	buf_u16(out, (uint16_t)withdrawn->n);
	buf_add(out, withdrawn->p, withdrawn->n);
	size_t at = out->n;
	buf_u16(out, 0);
	put_attrs(s, places, out);
	buf_put_u16(out, at, (uint16_t)(out->n - at - 2));
	buf_add(out, nlri->p, nlri->n);
	if (head > 0) /* the old type has none */
		buf_put_u16(out, begin + 16, (uint16_t)(out->n - begin));
}

/* --- all --------------------------------------------------------------- */

enum slice_part
slice_record(struct slice *s, struct comity_reader *r)
{
	const struct mrt_record *rec = &r->item->rec;
	const struct mrt_decoded *m = &r->item->m;

	buf_clear(&s->record);
	s->wide = false;
	if (m->kind == MRT_RIB)
		return slice_rib(s, r);
	if (m->kind == MRT_ENTRY)
		return slice_entries(s, r);
	if (m->kind != MRT_MESSAGE || m->message != BGP_UPDATE)
		return SLICE_WHOLE;
	enum slice_part part = slice_update(s, r);
	if (part == SLICE_PART && r->item->of == SOURCE_MRT) {
		buf_add(&s->record, rec->raw.p,
		    (size_t)(m->bgp.p - rec->raw.p));
		slice_message(s, r, SLICE_ALL, &s->record);
		end_record(&s->record);
	}
	return part;
}

void
slice_fini(struct slice *s)
{
	for (size_t i = 0; i < COUNT(s->lists); i++)
		buf_fini(&s->lists[i].bytes);
	buf_fini(&s->record);
}
