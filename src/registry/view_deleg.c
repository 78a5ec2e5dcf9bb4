/* SPDX-License-Identifier: BSD-2-Clause */
/* view_deleg.c - who holds a prefix or an AS number. */
#include "registry/frozen.h"

const char *
registry_rir_name(enum registry_rir r)
{
	static const char *const names[REG_RIRS] = { "", "afrinic", "apnic",
		"arin", "lacnic", "ripencc", "iana" };

	return (unsigned)r < REG_RIRS ? names[r] : "";
}

const char *
registry_status_name(enum registry_status s)
{
	static const char *const names[] = {
		[REG_UNLISTED] = "unlisted",
		[REG_ALLOCATED] = "allocated",
		[REG_ASSIGNED] = "assigned",
		[REG_AVAILABLE] = "available",
		[REG_RESERVED] = "reserved",
		[REG_UNALLOCATED] = "unallocated",
	};

	return (unsigned)s < COUNT(names) ? names[s] : "";
}

static void
fill(const struct registry *r, const struct fz_grant *g,
    struct registry_delegation *out)
{
	*out = (struct registry_delegation){
		.status = g->status <= REG_UNALLOCATED
			      ? (enum registry_status)g->status
			      : REG_UNLISTED,
		.rir = g->rir < REG_RIRS ? (enum registry_rir)g->rir
					 : REG_RIR_NONE,
		.block = g->block != 0,
		.cc = { g->cc[0], g->cc[1], '\0' },
		.opaque_id = fz_text(r, g->opaque),
		.date_us = fz_is_day(g->day) ? g->day * TIME_DAY : TIME_NONE,
		.file = "",
		.file_date_us = TIME_NONE,
	};
	if (g->file < r->n_files) {
		out->file = fz_text(r, r->files[g->file].name);
		out->file_date_us = fz_time(r->files[g->file].date_us);
	}
}

static void
unlisted(struct registry_delegation *out)
{
	*out = (struct registry_delegation){ .opaque_id = "",
		.file = "",
		.date_us = TIME_NONE,
		.file_date_us = TIME_NONE };
}

bool
registry_prefix(const struct registry *r, const struct prefix *p,
    struct registry_delegation *out)
{
	uint32_t at = pmap_longest(&r->prefixes, p);

	if (at == PMAP_NONE || at >= r->n_grants) {
		unlisted(out);
		return false;
	}
	fill(r, &r->grants[at], out);
	pmap_get(&r->prefixes, at, &out->prefix);
	return true;
}

static const struct fz_asn *
asn_row(const struct registry *r, uint32_t asn)
{
	size_t at = fz_lower(r->spans, r->n_spans, sizeof(*r->spans), asn);

	if (at == r->n_spans || r->spans[at].first > asn) {
		if (at == 0)
			return NULL;
		at--;
	}
	if (asn > r->spans[at].last || r->spans[at].row >= r->n_asns)
		return NULL;
	return &r->asns[r->spans[at].row];
}

bool
registry_asn(const struct registry *r, uint32_t asn,
    struct registry_delegation *out)
{
	const struct fz_asn *row = asn_row(r, asn);

	if (row == NULL) {
		unlisted(out);
		return false;
	}
	fill(r, &row->grant, out);
	out->asn_first = row->first;
	out->asn_last = row->last;
	return true;
}

bool
registry_has_extended(const struct registry *r, enum registry_rir rir)
{
	return (unsigned)rir < REG_RIRS && (r->head.extended >> rir & 1) != 0;
}

void
registry_each_asn_range(const struct registry *r,
    bool (*each)(void *ctx, const struct registry_delegation *d), void *ctx)
{
	struct registry_delegation d;

	for (size_t i = 0; i < r->n_spans; i++) {
		const struct fz_span *s = &r->spans[i];
		const struct fz_asn *row;

		if (s->row >= r->n_asns)
			continue;
		row = &r->asns[s->row];
		if (row->grant.block || (row->grant.status != REG_ALLOCATED &&
					    row->grant.status != REG_ASSIGNED))
			continue;
		fill(r, &row->grant, &d);
		d.asn_first = s->first;
		d.asn_last = s->last;
		if (!each(ctx, &d))
			return;
	}
}

/* An opaque-id means something within its registry alone. */
static bool
same_opaque(const struct registry_delegation *a,
    const struct registry_delegation *b)
{
	return a->opaque_id[0] != '\0' && a->rir == b->rir &&
	       a->status != REG_AVAILABLE && a->status != REG_RESERVED &&
	       b->status != REG_AVAILABLE && b->status != REG_RESERVED &&
	       strcmp(a->opaque_id, b->opaque_id) == 0;
}

bool
registry_same_holder(const struct registry *r, const struct prefix *p,
    uint32_t asn)
{
	struct registry_delegation a, b;

	return registry_prefix(r, p, &a) && registry_asn(r, asn, &b) &&
	       same_opaque(&a, &b);
}

bool
registry_same_org(const struct registry *r, uint32_t a, uint32_t b,
    const char **why)
{
	struct registry_delegation da, db;
	size_t na, nb;

	if (registry_asn(r, a, &da) && registry_asn(r, b, &db) &&
	    same_opaque(&da, &db)) {
		if (why != NULL)
			*why = "opaque-id";
		return true;
	}
	na = fz_lower(r->nets, r->n_nets, sizeof(*r->nets), a);
	nb = fz_lower(r->nets, r->n_nets, sizeof(*r->nets), b);
	if (na == r->n_nets || nb == r->n_nets || r->nets[na].asn != a ||
	    r->nets[nb].asn != b || r->nets[na].org_id == 0 ||
	    r->nets[na].org_id != r->nets[nb].org_id)
		return false;
	if (why != NULL)
		*why = "peeringdb-org";
	return true;
}
