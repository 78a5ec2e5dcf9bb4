/* SPDX-License-Identifier: BSD-2-Clause */
/* open.c - a frozen registry in place: sections, counts, names of values. */
#include "registry/frozen.h"

#include <stdio.h>
#include <stdlib.h>

static int
array(const struct sect_source *src, const char *suffix, const char *name,
    size_t size, const void **p, size_t *n, struct err *err)
{
	char full[SECT_NAME_MAX];

	(void)snprintf(full, sizeof(full), "rg.%s%s", name, suffix);
	return sect_array(src, full, size, p, n, err);
}

static int
map(const struct sect_source *src, const char *suffix, const char *name,
    struct pmap *out, struct err *err)
{
	char full[SECT_NAME_MAX];

	(void)snprintf(full, sizeof(full), "rg.%s%s", name, suffix);
	return pmap_open(out, full, src, err);
}

static int
open_head(struct registry *r, const struct sect_source *src, const char *suffix,
    struct err *err)
{
	const void *p;
	size_t n;

	if (array(src, suffix, "head", sizeof(r->head), &p, &n, err) == -1)
		return -1;
	if (n == 0)
		return 0;
	memcpy(&r->head, p, sizeof(r->head));
	if (n != 1 || r->head.magic != REG_MAGIC)
		return err_set(err, ERR_INPUT,
		    "registry section of another layout");
	if (array(src, suffix, "text", 1, &p, &n, err) == -1)
		return -1;
	r->text = p;
	r->n_text = n;
	if (n != 0 && r->text[n - 1] != '\0')
		return err_set(err, ERR_INPUT, "registry texts are cut short");
	return 0;
}

#define ARRAY(field, name)                                 \
	{                                                  \
		name, offsetof(struct registry, field),    \
		    offsetof(struct registry, n_##field),  \
		    sizeof(*((struct registry *)0)->field) \
	}

static const struct array_row {
	const char *name;
	size_t at, n_at, size;
} arrays[] = {
	ARRAY(files, "file"),
	ARRAY(grants, "grant"),
	ARRAY(asns, "asn"),
	ARRAY(spans, "span"),
	ARRAY(area_class, "areacls"),
	ARRAY(special_rows, "specrow"),
	ARRAY(special_asns, "specasn"),
	ARRAY(list_rows, "listrow"),
	ARRAY(nets, "net"),
	ARRAY(orgs, "org"),
	ARRAY(ixs, "ix"),
	ARRAY(lan_ix, "lanix"),
	ARRAY(members, "member"),
	ARRAY(route_servers, "rs"),
	ARRAY(names, "name"),
	ARRAY(tests, "test"),
	ARRAY(parts, "part"),
	ARRAY(part_asns, "partasn"),
	ARRAY(part_of, "partof"),
	ARRAY(rolls, "roll"),
	ARRAY(scores, "score"),
};

static int
open_arrays(struct registry *r, const struct sect_source *src,
    const char *suffix, struct err *err)
{
	for (size_t i = 0; i < COUNT(arrays); i++) {
		const struct array_row *a = &arrays[i];
		const void *p;
		size_t n;

		if (array(src, suffix, a->name, a->size, &p, &n, err) == -1)
			return -1;
		memcpy((char *)r + a->at, &p, sizeof(p));
		memcpy((char *)r + a->n_at, &n, sizeof(n));
	}
	return 0;
}

static int
open_maps(struct registry *r, const struct sect_source *src, const char *suffix,
    struct err *err)
{
	const struct {
		const char *name;
		struct pmap *map;
		size_t values;
	} maps[] = {
		{ "del", &r->prefixes, r->n_grants },
		{ "area", &r->areas, r->n_area_class },
		{ "spec", &r->specials, r->n_special_rows },
		{ "list", &r->lists, r->n_list_rows },
		{ "lan", &r->lans, r->n_lan_ix },
	};

	for (size_t i = 0; i < COUNT(maps); i++) {
		if (map(src, suffix, maps[i].name, maps[i].map, err) == -1)
			return -1;
		if (maps[i].map->n != maps[i].values)
			return err_set(err, ERR_INPUT,
			    "registry map %s: %u prefixes, %zu values",
			    maps[i].name, maps[i].map->n, maps[i].values);
	}
	return 0;
}

static int
open_origin_head(struct registry *r, const struct sect_source *src,
    struct err *err)
{
	const void *p;
	size_t n;

	if (array(src, "", "orighead", sizeof(r->origin_head), &p, &n, err) ==
	    -1)
		return -1;
	if (n != 0)
		memcpy(&r->origin_head, p, sizeof(r->origin_head));
	if (n > 1 || (n == 1 && r->origin_head.magic != REG_MAGIC))
		return err_set(err, ERR_INPUT,
		    "origin section of another layout");
	if (array(src, "", "day", sizeof(*r->days), &p, &r->n_days, err) == -1)
		return -1;
	r->days = p;
	return 0;
}

int
registry_open(const struct sect_source *src, const char *suffix,
    struct registry **out, struct err *err)
{
	struct registry *r;

	if (strlen(suffix) > REG_SUFFIX_MAX)
		return err_set(err, ERR_LIMIT, "suffix \"%s\" is over %d bytes",
		    suffix, REG_SUFFIX_MAX);
	r = mem_alloc(1, sizeof(*r));
	r->origins = mem_alloc(1, sizeof(*r->origins));
	r->origins->src = *src;
	if (open_head(r, src, suffix, err) == -1 ||
	    open_arrays(r, src, suffix, err) == -1 ||
	    open_maps(r, src, suffix, err) == -1 ||
	    open_origin_head(r, src, err) == -1) {
		registry_close(r);
		return -1;
	}
	*out = r;
	return 0;
}

void
registry_close(struct registry *r)
{
	if (r == NULL)
		return;
	free(r->origins);
	free(r);
}

struct registry_counts
registry_counts(const struct registry *r)
{
	return (struct registry_counts){
		.prefix_rows = r->head.prefix_rows,
		.asn_rows = (uint32_t)r->n_asns,
		.special_rows = r->head.special_rows,
		.bogon_rows = r->head.bogon_rows,
		.networks = (uint32_t)r->n_names,
		.pdb_networks = (uint32_t)r->n_nets,
		.ixps = (uint32_t)r->n_ixs,
		.ixp_prefixes = r->head.lans,
		.ix_members = (uint32_t)r->n_members,
		.sessions = (uint32_t)r->n_tests,
		.participants = (uint32_t)r->n_parts,
		.participant_asns = (uint32_t)r->n_part_asns,
		.observatory = (uint32_t)r->n_scores,
		.origin_prefixes = r->origin_head.prefixes,
		.origin_rows = r->origin_head.rows,
		.origin_days = (uint32_t)r->n_days,
	};
}

/* --- origins ----------------------------------------------------------- */

static int
open_origins(struct lazy_origins *o, struct err *err)
{
	const void *p;

	if (o->tried)
		return 0;
	if (map(&o->src, "", "orig", &o->map, err) == -1 ||
	    array(&o->src, "", "origat", sizeof(*o->at), &p, &o->n_at, err) ==
		-1)
		return -1;
	o->at = p;
	if (array(&o->src, "", "origrow", sizeof(*o->rows), &p, &o->n_rows,
		err) == -1)
		return -1;
	o->rows = p;
	if (o->map.n != 0 && o->n_at != (size_t)o->map.n + 1) {
		o->map.n = 0;
		return err_set(err, ERR_INPUT,
		    "registry map orig: %u prefixes, %zu starts", o->map.n,
		    o->n_at);
	}
	o->tried = true;
	return 0;
}

/* Rows of prefix i, within what is there. */
static size_t
rows_of(const struct lazy_origins *o, uint32_t i, size_t *from)
{
	size_t at = o->at[i], end = o->at[i + 1];

	if (at > end || end > o->n_rows)
		return 0;
	*from = at;
	return end - at;
}

int
registry_each_origin(const struct registry *r,
    bool (*each)(void *ctx, const struct registry_origin *o), void *ctx,
    struct err *err)
{
	struct lazy_origins *o = r->origins;

	if (open_origins(o, err) == -1)
		return -1;
	for (uint32_t i = 0; i < o->map.n; i++) {
		struct registry_origin row;
		size_t from, n = rows_of(o, i, &from);

		pmap_get(&o->map, i, &row.prefix);
		for (size_t k = 0; k < n; k++) {
			row.origin = o->rows[from + k].origin;
			row.day = o->rows[from + k].day;
			if (fz_is_day(row.day) && !each(ctx, &row))
				return 0;
		}
	}
	return 0;
}

bool
registry_origin(const struct registry *r, const struct prefix *p, uint32_t i,
    struct registry_origin *out)
{
	struct lazy_origins *o = r->origins;
	struct err err;
	uint32_t at;
	size_t from;

	if (open_origins(o, &err) == -1)
		return false;
	at = pmap_exact(&o->map, p);
	if (at == PMAP_NONE || i >= rows_of(o, at, &from) ||
	    !fz_is_day(o->rows[from + i].day))
		return false;
	*out = (struct registry_origin){ *p, o->rows[from + i].origin,
		o->rows[from + i].day };
	return true;
}

int
registry_origin_cover(const struct registry *r, const struct prefix *p,
    uint8_t most)
{
	struct lazy_origins *o = r->origins;
	struct prefix cover = prefix_truncate(p, most < p->len ? most : p->len);
	struct err err;
	uint32_t at;

	if (open_origins(o, &err) == -1)
		return -1;
	at = pmap_longest(&o->map, &cover);
	if (at == PMAP_NONE)
		return -1;
	pmap_get(&o->map, at, &cover);
	return cover.len;
}

bool
registry_origin_day(const struct registry *r, uint32_t i, int32_t *day)
{
	if (i >= r->n_days)
		return false;
	*day = r->days[i];
	return true;
}
