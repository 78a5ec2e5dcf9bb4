/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze_manrs.c - participants of all files joined by programme and name, the
 * roll of each file, scores of the Observatory.
 */
#include "registry/frozen.h"

#include <stdlib.h>

struct mention { /* a participant in one file */
	const struct registry_input *in;
	const struct reg_member_org *org;
	const char *name;
	uint32_t at_in, at_row;
};

typedef VEC(struct mention) mentions;

/* By programme and name, the newest file first. */
static int
cmp_mentions(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;
	int64_t dx = x->in->report.date_us, dy = y->in->report.date_us;
	int c;

	if (x->org->programme != y->org->programme)
		return x->org->programme < y->org->programme ? -1 : 1;
	c = strcmp(x->name, y->name);
	if (c != 0)
		return c;
	if (dx != dy)
		return dx > dy ? -1 : 1;
	if (x->at_in != y->at_in)
		return x->at_in < y->at_in ? -1 : 1;
	return (x->at_row > y->at_row) - (x->at_row < y->at_row);
}

static int
cmp_u32(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t
distinct_u32(uint32_t *p, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(p, n, sizeof(*p), cmp_u32);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || p[i] != p[kept - 1])
			p[kept++] = p[i];
	return kept;
}

struct parts {
	struct freeze *f;
	VEC(struct fz_part) rows;
	VEC(uint32_t) asns;
	VEC(struct fz_part_of) of;
	int64_t newest[REG_PROGRAMMES];
};

/* All mentions of one participant, the newest first.  A name may stand twice
 * in a file: its ASNs are joined. */
static void
add_part(struct parts *t, const struct mention *m, size_t n)
{
	const struct mention *top = &m[0];
	struct fz_part *row = vec_grow(&t->rows);
	uint32_t part = (uint32_t)t->rows.n - 1;
	size_t from = t->asns.n;

	memset(row, 0, sizeof(*row)); /* padding too */
	row->name = fz_keep(t->f, top->in, top->org->name);
	row->areas = fz_keep(t->f, top->in, top->org->areas);
	row->since = row->first = row->last = TIME_NONE;
	row->programme = top->org->programme;
	for (size_t a = 0; a < REG_ACTIONS_MAX; a++) {
		row->texts[a] = fz_keep(t->f, top->in, top->org->texts[a]);
		row->claims[a] = top->org->claims[a];
	}
	for (size_t i = 0; i < n; i++) {
		int64_t date = m[i].in->report.date_us;

		if (date == t->newest[row->programme])
			row->in_newest = 1;
		if (row->since == TIME_NONE)
			row->since = m[i].org->since;
		if (date != TIME_NONE && row->last == TIME_NONE)
			row->last = date;
		if (date != TIME_NONE)
			row->first = date; /* the oldest comes last */
		if (m[i].in != top->in)
			continue;
		for (uint32_t k = 0; k < m[i].org->n_asns; k++)
			vec_push(&t->asns,
			    m[i].in->part_asns.p[m[i].org->asn_at + k]);
	}
	row->asn_at = (uint32_t)from;
	row->n_asns =
	    (uint32_t)distinct_u32(t->asns.p + from, t->asns.n - from);
	t->asns.n = from + row->n_asns;
	for (size_t k = from; k < t->asns.n; k++)
		vec_push(&t->of, ((struct fz_part_of){ t->asns.p[k], part }));
}

static int
cmp_part_of(const void *a, const void *b)
{
	const struct fz_part_of *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	return (x->part > y->part) - (x->part < y->part);
}

/* --- rolls ------------------------------------------------------------- */

static uint32_t
count_areas(const struct registry_input *in, enum registry_programme p)
{
	struct strtab seen = { 0 };
	uint32_t n;

	for (size_t k = 0; k < in->orgs_manrs.n; k++) {
		struct str rest = str_from(
			       fz_in_text(in, in->orgs_manrs.p[k].areas)),
			   area;

		if (in->orgs_manrs.p[k].programme != p)
			continue;
		while (str_cut(&rest, ';', &area))
			if (str_trim(area).n != 0)
				(void)strtab_add(&seen, str_trim(area));
	}
	n = seen.count;
	strtab_fini(&seen);
	return n;
}

static struct fz_roll
count_roll(const struct registry_input *in, enum registry_programme p)
{
	struct fz_roll roll = { in->report.date_us, (uint32_t)p, 0, 0,
		count_areas(in, p) };
	VEC(uint32_t) names = { 0 };
	VEC(uint32_t) asns = { 0 };

	for (size_t k = 0; k < in->orgs_manrs.n; k++) {
		const struct reg_member_org *o = &in->orgs_manrs.p[k];

		if (o->programme != p)
			continue;
		vec_push(&names, o->name);
		for (uint32_t a = 0; a < o->n_asns; a++)
			vec_push(&asns, in->part_asns.p[o->asn_at + a]);
	}
	roll.organisations = (uint32_t)distinct_u32(names.p, names.n);
	roll.asns = (uint32_t)distinct_u32(asns.p, asns.n);
	vec_fini(&names);
	vec_fini(&asns);
	return roll;
}

/* Dated ones ascending, then undated. */
static int
cmp_rolls(const void *a, const void *b)
{
	const struct fz_roll *x = a, *y = b;
	bool ux = x->date_us == TIME_NONE, uy = y->date_us == TIME_NONE;

	if (ux != uy)
		return ux - uy;
	if (x->date_us != y->date_us)
		return x->date_us < y->date_us ? -1 : 1;
	if (x->programme != y->programme)
		return x->programme < y->programme ? -1 : 1;
	return (x->organisations > y->organisations) -
	       (x->organisations < y->organisations);
}

static int
freeze_rolls(struct freeze *f, struct err *err)
{
	VEC(struct fz_roll) rolls = { 0 };
	int rc;

	for (size_t i = 0; i < f->n; i++)
		for (int p = 0; p < REG_PROGRAMMES; p++) {
			struct fz_roll roll =
			    count_roll(f->in[i], (enum registry_programme)p);

			if (roll.organisations != 0)
				vec_push(&rolls, roll);
		}
	if (rolls.n > 1)
		qsort(rolls.p, rolls.n, sizeof(*rolls.p), cmp_rolls);
	rc = fz_add(f, "roll", rolls.p, rolls.n * sizeof(*rolls.p), err);
	vec_fini(&rolls);
	return rc;
}

/* --- scores ------------------------------------------------------------ */

static int
cmp_scores(const void *a, const void *b)
{
	const struct fz_score *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	return (x->month < y->month) - (x->month > y->month);
}

static int
freeze_scores(struct freeze *f, struct err *err)
{
	VEC(struct fz_score) out = { 0 };
	size_t kept = 0;
	int rc;

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->in[i]->scores.n; k++) {
			const struct registry_input *in = f->in[i];
			const struct reg_scores *s = &in->scores.p[k];
			struct fz_score *row = vec_grow(&out);

			memset(row, 0, sizeof(*row)); /* padding too */
			row->asn = s->asn;
			row->holder = fz_keep(f, in, s->holder);
			row->region = fz_keep(f, in, s->region);
			memcpy(row->percent, s->percent, sizeof(row->percent));
			memcpy(row->cc, s->cc, 2);
			row->month = in->report.date_us;
		}
	if (out.n > 1)
		qsort(out.p, out.n, sizeof(*out.p), cmp_scores);
	for (size_t i = 0; i < out.n; i++)
		if (kept == 0 || out.p[i].asn != out.p[kept - 1].asn)
			out.p[kept++] = out.p[i];
	rc = fz_add(f, "score", out.p, kept * sizeof(*out.p), err);
	vec_fini(&out);
	return rc;
}

static void
collect(struct freeze *f, mentions *all, int64_t newest[REG_PROGRAMMES])
{
	for (int p = 0; p < REG_PROGRAMMES; p++)
		newest[p] = TIME_NONE;
	for (uint32_t i = 0; i < f->n; i++)
		for (uint32_t k = 0; k < f->in[i]->orgs_manrs.n; k++) {
			const struct registry_input *in = f->in[i];
			const struct reg_member_org *o = &in->orgs_manrs.p[k];

			vec_push(all, ((struct mention){ in, o,
					  fz_in_text(in, o->name), i, k }));
			if (in->report.date_us > newest[o->programme])
				newest[o->programme] = in->report.date_us;
		}
}

int
reg_freeze_participants(struct freeze *f, struct err *err)
{
	struct parts t = { .f = f };
	mentions all = { 0 };
	int rc = -1;

	collect(f, &all, t.newest);
	if (all.n > 1)
		qsort(all.p, all.n, sizeof(*all.p), cmp_mentions);
	for (size_t i = 0, end; i < all.n; i = end) {
		for (end = i + 1;
		     end < all.n &&
		     all.p[end].org->programme == all.p[i].org->programme &&
		     strcmp(all.p[end].name, all.p[i].name) == 0;
		     end++)
			;
		add_part(&t, &all.p[i], end - i);
	}
	if (t.of.n > 1)
		qsort(t.of.p, t.of.n, sizeof(*t.of.p), cmp_part_of);
	if (fz_add(f, "part", t.rows.p, t.rows.n * sizeof(*t.rows.p), err) ==
		0 &&
	    fz_add(f, "partasn", t.asns.p, t.asns.n * sizeof(*t.asns.p), err) ==
		0 &&
	    fz_add(f, "partof", t.of.p, t.of.n * sizeof(*t.of.p), err) == 0 &&
	    freeze_rolls(f, err) == 0 && freeze_scores(f, err) == 0)
		rc = 0;
	vec_fini(&all);
	vec_fini(&t.rows);
	vec_fini(&t.asns);
	vec_fini(&t.of);
	return rc;
}
