/* SPDX-License-Identifier: BSD-2-Clause */
/* view_list.c - participants and exchanges: lists that are walked. */
#include "registry/frozen.h"

#include <stdio.h>

const char *
registry_programme_name(enum registry_programme p)
{
	static const char *const names[REG_PROGRAMMES] = { "operator", "cdn",
		"ixp", "vendor" };

	return (unsigned)p < REG_PROGRAMMES ? names[p] : "";
}

bool
registry_participant(const struct registry *r, uint32_t i,
    struct registry_participant *out)
{
	const struct fz_part *p;

	if (i >= r->n_parts)
		return false;
	p = &r->parts[i];
	*out = (struct registry_participant){
		.organisation = fz_text(r, p->name),
		.programme = p->programme < REG_PROGRAMMES
				 ? (enum registry_programme)p->programme
				 : REG_OPERATOR,
		.areas = fz_text(r, p->areas),
		.n_asns = p->asn_at <= r->n_part_asns &&
				  p->n_asns <= r->n_part_asns - p->asn_at
			      ? p->n_asns
			      : 0,
		.member_since_us = fz_time(p->since),
		.first_us = fz_time(p->first),
		.last_us = fz_time(p->last),
		.in_newest = p->in_newest != 0,
	};
	for (size_t a = 0; a < REG_ACTIONS_MAX; a++) {
		out->actions[a] = p->claims[a] <= REG_CLAIM_YES
				      ? (enum registry_claim)p->claims[a]
				      : REG_CLAIM_NONE;
		out->action_texts[a] = fz_text(r, p->texts[a]);
	}
	return true;
}

uint32_t
registry_participant_asn(const struct registry *r, uint32_t i, uint32_t k)
{
	struct registry_participant p;

	if (!registry_participant(r, i, &p) || k >= p.n_asns)
		return REG_NONE;
	return r->part_asns[r->parts[i].asn_at + k];
}

bool
registry_participant_area(const struct registry *r, uint32_t i, uint32_t k,
    char out[8])
{
	struct registry_participant p;
	struct str rest, area;

	if (!registry_participant(r, i, &p))
		return false;
	rest = str_from(p.areas);
	while (rest.n != 0 && str_cut(&rest, ';', &area)) {
		area = str_trim(area);
		if (area.n == 0 || k-- != 0)
			continue;
		(void)snprintf(out, 8, "%.*s", area.n > 7 ? 7 : (int)area.n,
		    area.p);
		return true;
	}
	return false;
}

uint32_t
registry_participant_of(const struct registry *r, uint32_t asn, uint32_t k)
{
	size_t at =
	    fz_lower(r->part_of, r->n_part_of, sizeof(*r->part_of), asn) + k;

	if (at >= r->n_part_of || r->part_of[at].asn != asn ||
	    r->part_of[at].part >= r->n_parts)
		return REG_NONE;
	return r->part_of[at].part;
}

bool
registry_has_participants(const struct registry *r)
{
	return (r->head.flags & HEAD_PARTICIPANTS) != 0;
}

bool
registry_roll(const struct registry *r, uint32_t i, struct registry_roll *out)
{
	const struct fz_roll *row;

	if (i >= r->n_rolls)
		return false;
	row = &r->rolls[i];
	*out = (struct registry_roll){
		row->programme < REG_PROGRAMMES
		    ? (enum registry_programme)row->programme
		    : REG_OPERATOR,
		fz_time(row->date_us), row->organisations, row->asns, row->areas
	};
	return true;
}

/* --- exchanges --------------------------------------------------------- */

bool
registry_ixp(const struct registry *r, uint32_t ix_id, struct registry_ixp *out)
{
	size_t at = fz_lower(r->ixs, r->n_ixs, sizeof(*r->ixs), ix_id);

	*out =
	    (struct registry_ixp){ .ix_id = ix_id, .name = "", .country = "" };
	if (at == r->n_ixs || r->ixs[at].id != ix_id)
		return false;
	out->name = fz_text(r, r->ixs[at].name);
	/* Two bytes and a zero pad: a text in place. */
	out->country = r->ixs[at].pad == 0 ? r->ixs[at].cc : "";
	return true;
}

bool
registry_ixp_lan_at(const struct registry *r, uint32_t i,
    struct registry_ixp *out)
{
	if (i >= r->lans.n || i >= r->n_lan_ix)
		return false;
	(void)registry_ixp(r, r->lan_ix[i], out);
	pmap_get(&r->lans, i, &out->lan);
	return true;
}

bool
registry_ixp_lan(const struct registry *r, const struct prefix *p,
    struct registry_ixp *out)
{
	uint32_t at = pmap_longest(&r->lans, p);

	return at != PMAP_NONE && registry_ixp_lan_at(r, at, out);
}

uint32_t
registry_ix_of(const struct registry *r, uint32_t asn, uint32_t k,
    bool *route_server_peer)
{
	size_t at =
	    fz_lower(r->members, r->n_members, sizeof(*r->members), asn) + k;

	if (at >= r->n_members || r->members[at].asn != asn)
		return REG_NONE;
	if (route_server_peer != NULL)
		*route_server_peer = r->members[at].rs_peer != 0;
	return r->members[at].ix_id;
}

bool
registry_co_located(const struct registry *r, uint32_t a, uint32_t b,
    uint32_t *ix_id)
{
	uint32_t i = 0, k = 0, x, y;

	while ((x = registry_ix_of(r, a, i, NULL)) != REG_NONE &&
	       (y = registry_ix_of(r, b, k, NULL)) != REG_NONE) {
		if (x == y) {
			if (ix_id != NULL)
				*ix_id = x;
			return true;
		}
		if (x < y)
			i++;
		else
			k++;
	}
	return false;
}

bool
registry_is_route_server(const struct registry *r, uint32_t asn)
{
	size_t at = fz_lower(r->route_servers, r->n_route_servers,
	    sizeof(*r->route_servers), asn);

	return at < r->n_route_servers && r->route_servers[at] == asn;
}
