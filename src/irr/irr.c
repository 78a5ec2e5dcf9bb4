/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irr.c - a frozen table opened in place, and what its route objects say.
 *
 * Opening checks lengths only.  Row numbers and offsets found in the table
 * are compared with the size of what they point into when they are followed.
 */
#include "irr/irr.h"

#include "irr/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
open_array(const struct sect_source *src, const char *part, const char *suffix,
    size_t size, const void **p, size_t *n, struct err *err)
{
	char name[SECT_NAME_MAX];

	if (!irr_sect_name(name, part, suffix))
		return err_set(err, ERR_LIMIT, "suffix \"%s\" is too long",
		    suffix);
	return sect_array(src, name, size, p, n, err);
}

static int
open_all(const struct sect_source *src, const char *suffix, struct irr *irr,
    struct err *err)
{
	const struct {
		const char *part;
		size_t size;
		const void **p;
		size_t *n;
	} rows[] = {
		{ "txt", 1, (const void **)&irr->text, &irr->n_text },
		{ "src", sizeof(*irr->sources), (const void **)&irr->sources,
		    &irr->n_sources },
		{ "at", sizeof(*irr->at), (const void **)&irr->at, &irr->n_at },
		{ "rt", sizeof(*irr->routes), (const void **)&irr->routes,
		    &irr->n_routes },
		{ "by", sizeof(*irr->by_origin), (const void **)&irr->by_origin,
		    &irr->n_by_origin },
		{ "set", sizeof(*irr->sets), (const void **)&irr->sets,
		    &irr->n_sets },
		{ "mem", sizeof(*irr->members), (const void **)&irr->members,
		    &irr->n_members },
		{ "pfx", sizeof(*irr->prefixes), (const void **)&irr->prefixes,
		    &irr->n_prefixes },
		{ "as", sizeof(*irr->autnums), (const void **)&irr->autnums,
		    &irr->n_autnums },
	};
	char name[16];

	for (size_t i = 0; i < COUNT(rows); i++)
		if (open_array(src, rows[i].part, suffix, rows[i].size,
			rows[i].p, rows[i].n, err) < 0)
			return -1;
	if (irr->n_text > 0 && irr->text[irr->n_text - 1] != '\0')
		return err_set(err, ERR_INPUT, "irr texts do not end");
	snprintf(name, sizeof(name), "irr%s", suffix);
	return pmap_open(&irr->map, name, src, err);
}

int
irr_open(const struct sect_source *src, const char *suffix, struct irr **out,
    struct err *err)
{
	struct irr *irr = mem_alloc(1, sizeof(*irr));
	size_t n;

	if (open_array(src, "head", suffix, sizeof(*irr->head),
		(const void **)&irr->head, &n, err) < 0)
		goto fail;
	if (n == 0) {
		free(irr);
		*out = NULL;
		return 0;
	}
	if (n != 1 || memcmp(irr->head->magic, "IRR", 4) != 0 ||
	    irr->head->version != IRR_TABLE_VERSION) {
		err_set(err, ERR_INPUT, "irr table is of another version");
		goto fail;
	}
	if (open_all(src, suffix, irr, err) < 0)
		goto fail;
	*out = irr;
	return 0;
fail:
	free(irr);
	return -1;
}

void
irr_close(struct irr *irr)
{
	free(irr);
}

struct irr_counts
irr_counts(const struct irr *irr)
{
	const struct irr_head_row *h = irr->head;

	return (struct irr_counts){ h->routes, h->hidden, h->as_sets,
		h->route_sets, h->autnums, h->sources };
}

/* --- sources ----------------------------------------------------------- */

const struct irr_source_row *
irr_source_row(const struct irr *irr, uint32_t i)
{
	static const struct irr_source_row nobody = { .newest_us = TIME_NONE,
		.name = UINT32_MAX,
		.class = IRR_CLASS_B };

	return i < irr->n_sources ? &irr->sources[i] : &nobody;
}

bool
irr_source(const struct irr *irr, uint32_t i, struct irr_source *out)
{
	const struct irr_source_row *r = irr_source_row(irr, i);

	if (i >= irr->n_sources)
		return false;
	*out = (struct irr_source){ irr_text(irr, r->name),
		r->class == IRR_CLASS_A ? IRR_CLASS_A : IRR_CLASS_B,
		r->rir != 0, r->newest_us, r->routes };
	return true;
}

static enum irr_class
class_of(const struct irr *irr, uint32_t source)
{
	return irr_source_row(irr, source)->class == IRR_CLASS_A ? IRR_CLASS_A
								 : IRR_CLASS_B;
}

/* --- route objects ----------------------------------------------------- */

bool
irr_route_at(const struct irr *irr, size_t i, struct irr_route *out)
{
	const struct irr_route_row *r;

	if (i >= irr->n_routes)
		return false;
	r = &irr->routes[i];
	if (r->entry >= irr->map.n)
		return false;
	*out = (struct irr_route){ .origin = r->origin,
		.class = class_of(irr, r->source),
		.source = irr_text(irr, irr_source_row(irr, r->source)->name),
		.mnt_by = irr_text(irr, r->mnt),
		.created_us = irr_time(r->created),
		.modified_us = irr_time(r->modified),
		.hidden = (r->flags & IRR_ROUTE_HIDDEN) != 0 };
	pmap_get(&irr->map, r->entry, &out->prefix);
	return true;
}

/* Route rows [*from, *to) of an entry of the map. */
static bool
entry_rows(const struct irr *irr, uint32_t e, size_t *from, size_t *to)
{
	if ((size_t)e + 1 >= irr->n_at)
		return false;
	*from = irr->at[e];
	*to = irr->at[e + 1];
	return *from <= *to && *to <= irr->n_routes;
}

const char *
irr_verdict_name(enum irr_verdict v)
{
	static const char *const names[] = {
		[IRR_EXACT_A] = "exact-A",
		[IRR_EXACT_B] = "exact-B",
		[IRR_COVERING_A] = "covering-A",
		[IRR_COVERING_B] = "covering-B",
		[IRR_OTHER] = "other-origin",
		[IRR_NO_OBJECT] = "none",
		[IRR_NO_DATA] = "unknown",
	};

	return (size_t)v < COUNT(names) ? names[v] : "unknown";
}

/*
 * detection.md 2.5: who prepares a hijack registers a class B object first,
 * so a young one proves nothing.  The origin is part of an object's key, so
 * the date of creation counts, not that of a later edit.
 */
static bool
is_fresh(enum irr_class class, int64_t born_us, int64_t moment_us)
{
	return class == IRR_CLASS_B && born_us != TIME_NONE &&
	       moment_us != TIME_NONE && moment_us - born_us < IRR_FRESH_AGE;
}

static int64_t
born(const struct irr_route_row *r)
{
	return irr_time(r->created != UINT32_MAX ? r->created : r->modified);
}

struct check {
	const struct irr *irr;
	uint32_t origin;
	int64_t moment_us;
	bool exact;
	struct irr_match *out;
	size_t best; /* row that decides */
};

static void
check_row(struct check *c, size_t i)
{
	const struct irr_route_row *r = &c->irr->routes[i];
	enum irr_class class = class_of(c->irr, r->source);
	enum irr_verdict v;

	c->out->objects++;
	if ((r->flags & IRR_ROUTE_HIDDEN) != 0) {
		c->out->hidden++;
		return;
	}
	if (is_fresh(class, born(r), c->moment_us)) {
		c->out->fresh++;
		return;
	}
	if (r->origin != c->origin) {
		c->out->other_a |= class == IRR_CLASS_A;
		v = IRR_OTHER;
	} else if (c->exact) {
		v = class == IRR_CLASS_A ? IRR_EXACT_A : IRR_EXACT_B;
	} else {
		v = class == IRR_CLASS_A ? IRR_COVERING_A : IRR_COVERING_B;
	}
	if (v < c->out->verdict) { /* the first of a kind is the best one */
		c->out->verdict = v;
		c->best = i;
	}
}

void
irr_check(const struct irr *irr, const struct prefix *p, uint32_t origin,
    int64_t moment_us, struct irr_match *out)
{
	struct check c = { irr, origin, moment_us, false, out, SIZE_MAX };
	uint32_t e = pmap_longest(&irr->map, p);
	size_t from, to;
	struct prefix at;

	*out = (struct irr_match){ .verdict = IRR_NO_OBJECT,
		.object = { .source = "", .mnt_by = "" },
		.age_us = TIME_NONE };
	/* A registry that was not loaded has not said "none". */
	if (p->family >= NET_FAMILIES || irr->map.half[p->family].n == 0) {
		out->verdict = IRR_NO_DATA;
		return;
	}
	/* Each step is shorter; the bound is for damaged tables. */
	for (int step = 0; e != PMAP_NONE && step <= NET_LEN_MAX; step++) {
		if (!entry_rows(irr, e, &from, &to))
			break;
		if (step == 0) {
			pmap_get(&irr->map, e, &at);
			c.exact = prefix_eq(&at, p);
		} else {
			c.exact = false;
		}
		for (size_t i = from; i < to; i++)
			check_row(&c, i);
		e = pmap_up(&irr->map, e);
	}
	if (c.best == SIZE_MAX || !irr_route_at(irr, c.best, &out->object))
		return;
	if (moment_us != TIME_NONE) {
		int64_t b = born(&irr->routes[c.best]);

		if (b != TIME_NONE)
			out->age_us = moment_us - b;
		out->later = b != TIME_NONE && b > moment_us;
	}
}

void
irr_covering(const struct irr *irr, const struct prefix *p,
    bool (*each)(void *ctx, const struct irr_route *r), void *ctx)
{
	uint32_t e = pmap_longest(&irr->map, p);
	struct irr_route r;
	size_t from, to;

	for (int step = 0; e != PMAP_NONE && step <= NET_LEN_MAX; step++) {
		if (!entry_rows(irr, e, &from, &to))
			return;
		for (size_t i = from; i < to; i++)
			if (irr_route_at(irr, i, &r) && !each(ctx, &r))
				return;
		e = pmap_up(&irr->map, e);
	}
}

void
irr_covered(const struct irr *irr, const struct prefix *p,
    bool (*each)(void *ctx, const struct irr_route *r), void *ctx)
{
	uint32_t first, n = pmap_covered(&irr->map, p, &first);
	struct irr_route r;
	size_t from, to;

	for (uint32_t e = first; e - first < n; e++) {
		if (!entry_rows(irr, e, &from, &to))
			return;
		for (size_t i = from; i < to; i++)
			if (irr_route_at(irr, i, &r) && !each(ctx, &r))
				return;
	}
}

/* Origin of by_origin[i]; damaged numbers sort last. */
static uint64_t
origin_at(const struct irr *irr, size_t i)
{
	uint32_t row = irr->by_origin[i];

	return row < irr->n_routes ? irr->routes[row].origin : UINT64_MAX;
}

void
irr_of_origin(const struct irr *irr, uint32_t origin,
    bool (*each)(void *ctx, const struct irr_route *r), void *ctx)
{
	size_t lo = 0, hi = irr->n_by_origin;
	struct irr_route r;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (origin_at(irr, mid) < origin)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < irr->n_by_origin && origin_at(irr, lo) == origin; lo++)
		if (irr_route_at(irr, irr->by_origin[lo], &r) && !each(ctx, &r))
			return;
}
