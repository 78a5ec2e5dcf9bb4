/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults.c - how many sets of attributes RFC 7606 finds fault with: one for
 * each route of a table, one for each UPDATE.  Plain ones, nearly all, are only
 * looked through.
 */
#include "lib/count.h"

static void
count_block(struct comity_printer *pr, struct bgp_view block,
    const struct bgp_session *s)
{
	struct counts *c = pr->counts;
	struct bgp_attrs *a = &pr->in->update.attrs;
	struct bgp_plain p;

	c->blocks++;
	if (s->as4 && !s->lenient &&
	    bgp_plain_decode(block.p, block.n, s->table_dump, &p) &&
	    !bgp_plain_has_as0(&p))
		return;
	bgp_attrs_decode(pr->in->dec, block.p, block.n, s, a);
	c->faulty[a->worst] += a->worst != BGP_OK;
}

/* RFC 7606 3 (d): what an UPDATE with routes must have. */
static bool
is_complete(const struct said *u)
{
	const struct bgp_plain *p = u->plain;

	if (u->nlri.n == 0 && u->reach.n == 0)
		return true;
	return bgp_plain_has(p, BGP_ATTR_ORIGIN) &&
	       bgp_plain_has(p, BGP_ATTR_AS_PATH) &&
	       (u->nlri.n == 0 || bgp_plain_has(p, BGP_ATTR_NEXT_HOP));
}

static void
walk(struct comity_printer *pr, const struct mrt_record *rec,
    const struct bgp_session *s, struct bgp_view v, uint16_t afi, uint8_t safi)
{
	struct bgp_nlri n;
	uint8_t family;

	if (v.n == 0 || !reader_family(afi, safi, &family))
		return;
	struct bgp_nlri_iter it =
	    bgp_nlri_iter(v, family, bgp_session_add_path(s, family, safi));
	while (reader_nlri_next(pr->in, rec, &it, &n))
		;
}

static void
count_update(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	const struct bgp_update *x = &pr->in->update;
	struct bgp_plain p;
	struct said u;

	pr->counts->blocks++;
	if (!reader_plain(pr->in, m, &s, &p, &u) || bgp_plain_has_as0(&p) ||
	    !is_complete(&u)) {
		reader_update(pr->in, rec, m, &s);
		u = (struct said){ .withdrawn = x->withdrawn,
			.nlri = x->nlri,
			.unreach = x->attrs.unreach,
			.reach = x->attrs.reach,
			.unreach_afi = x->attrs.unreach_afi,
			.unreach_safi = x->attrs.unreach_safi,
			.reach_afi = x->attrs.reach_afi,
			.reach_safi = x->attrs.reach_safi };
		pr->counts->faulty[x->attrs.worst] += x->attrs.worst != BGP_OK;
	}
	walk(pr, rec, &s, u.withdrawn, BGP_AFI_IP4, BGP_SAFI_UNICAST);
	walk(pr, rec, &s, u.unreach, u.unreach_afi, u.unreach_safi);
	walk(pr, rec, &s, u.nlri, BGP_AFI_IP4, BGP_SAFI_UNICAST);
	walk(pr, rec, &s, u.reach, u.reach_afi, u.reach_safi);
}

void
counts_faults(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	struct mrt_rib_entry e;

	if (m->kind == MRT_RIB)
		while (reader_rib_next(pr->in, rec, &m->rib, &e))
			count_block(pr, e.attrs, &s);
	else if (m->kind == MRT_ENTRY)
		do
			count_block(pr, m->entry.attrs, &s);
		while (reader_entry_next(pr->in, rec, m));
	else if (m->kind == MRT_MESSAGE && m->message == BGP_UPDATE)
		count_update(pr, rec, m);
}
