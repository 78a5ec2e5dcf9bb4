/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze_origin.c - origin tables of all days as one: each input is in order
 * already, so they are merged.
 */
#include "registry/frozen.h"

#include <stdlib.h>

struct cursor {
	const struct registry_input *in;
	size_t at4, at6;
	int32_t day;
};

struct origins {
	struct cursor *c;
	size_t n;
	VEC(struct prefix) prefixes;
	VEC(uint32_t) starts; /* first row of each prefix */
	VEC(struct fz_origin) rows;
};

static int
cmp_origins(const void *a, const void *b)
{
	const struct fz_origin *x = a, *y = b;

	if (x->origin != y->origin)
		return x->origin < y->origin ? -1 : 1;
	return (x->day > y->day) - (x->day < y->day);
}

/* Rows of the last prefix come from several inputs: order, make distinct. */
static void
end_prefix(struct origins *t, size_t from)
{
	size_t kept = from;

	if (t->rows.n - from > 1)
		qsort(t->rows.p + from, t->rows.n - from, sizeof(*t->rows.p),
		    cmp_origins);
	for (size_t i = from; i < t->rows.n; i++)
		if (kept == from ||
		    cmp_origins(&t->rows.p[kept - 1], &t->rows.p[i]) != 0)
			t->rows.p[kept++] = t->rows.p[i];
	t->rows.n = kept;
}

static struct prefix
prefix4(uint64_t key)
{
	struct prefix p = { .family = NET_IP4, .len = (uint8_t)key };

	for (int i = 0; i < 4; i++)
		p.addr[i] = (uint8_t)(key >> (32 - 8 * i));
	return p;
}

static void
merge4(struct origins *t)
{
	for (;;) {
		uint64_t key = UINT64_MAX;
		size_t from = t->rows.n;

		for (size_t i = 0; i < t->n; i++) {
			const struct cursor *c = &t->c[i];

			if (c->at4 < c->in->origins4.n &&
			    c->in->origins4.p[c->at4].key < key)
				key = c->in->origins4.p[c->at4].key;
		}
		if (key == UINT64_MAX)
			return;
		vec_push(&t->prefixes, prefix4(key));
		vec_push(&t->starts, (uint32_t)from);
		for (size_t i = 0; i < t->n; i++) {
			struct cursor *c = &t->c[i];

			for (; c->at4 < c->in->origins4.n &&
			       c->in->origins4.p[c->at4].key == key;
			     c->at4++)
				vec_push(&t->rows,
				    ((struct fz_origin){
					c->in->origins4.p[c->at4].origin,
					c->day }));
		}
		end_prefix(t, from);
	}
}

static int
cmp6(const struct reg_origin6 *x, const struct reg_origin6 *y)
{
	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	return (x->len > y->len) - (x->len < y->len);
}

static void
merge6(struct origins *t)
{
	for (;;) {
		const struct reg_origin6 *low = NULL;
		size_t from = t->rows.n;
		struct fz_key k;

		for (size_t i = 0; i < t->n; i++) {
			const struct cursor *c = &t->c[i];

			if (c->at6 < c->in->origins6.n &&
			    (low == NULL ||
				cmp6(&c->in->origins6.p[c->at6], low) < 0))
				low = &c->in->origins6.p[c->at6];
		}
		if (low == NULL)
			return;
		k = (struct fz_key){ .hi = low->hi,
			.lo = low->lo,
			.family = NET_IP6,
			.len = low->len };
		vec_push(&t->prefixes, fz_key_prefix(&k));
		vec_push(&t->starts, (uint32_t)from);
		for (size_t i = 0; i < t->n; i++) {
			struct cursor *c = &t->c[i];

			for (; c->at6 < c->in->origins6.n &&
			       cmp6(&c->in->origins6.p[c->at6], low) == 0;
			     c->at6++)
				vec_push(&t->rows,
				    ((struct fz_origin){
					c->in->origins6.p[c->at6].origin,
					c->day }));
		}
		end_prefix(t, from);
	}
}

static int
add_days(struct freeze *f, const struct origins *t, struct err *err)
{
	int32_t *days = mem_alloc(t->n + 1, sizeof(*days));
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < t->n; i++) { /* few: put each in its place */
		size_t at = 0;

		while (at < n && days[at] < t->c[i].day)
			at++;
		if (at < n && days[at] == t->c[i].day)
			continue;
		memmove(days + at + 1, days + at, (n - at) * sizeof(*days));
		days[at] = t->c[i].day;
		n++;
	}
	rc = fz_add(f, "day", days, n * sizeof(*days), err);
	free(days);
	return rc;
}

/* A table of an unknown day seeds nothing. */
static void
open_cursors(struct freeze *f, struct origins *t)
{
	t->c = mem_alloc(f->n + 1, sizeof(*t->c));
	for (size_t i = 0; i < f->n; i++) {
		const struct registry_input *in = f->in[i];

		if (in->origins4.n + in->origins6.n != 0 &&
		    in->report.date_us != TIME_NONE)
			t->c[t->n++] = (struct cursor){ in, 0, 0,
				utc_day(in->report.date_us) };
	}
}

int
reg_freeze_origins(struct freeze *f, struct err *err)
{
	struct origins t = { 0 };
	struct fz_origin_head head;
	size_t rows = 0;
	int rc = -1;

	if (f->suffix[0] != '\0') /* they stand under the first table */
		return 0;
	open_cursors(f, &t);
	for (size_t i = 0; i < t.n; i++)
		rows += t.c[i].in->origins4.n + t.c[i].in->origins6.n;
	if (rows >= UINT32_MAX / 2) {
		err_set(err, ERR_LIMIT, "over %u rows of origins",
		    UINT32_MAX / 2);
		goto out;
	}
	vec_reserve(&t.rows, rows + 1);
	vec_reserve(&t.prefixes, rows / 2 + 1);
	vec_reserve(&t.starts, rows / 2 + 2);
	merge4(&t);
	merge6(&t);
	head = (struct fz_origin_head){ REG_MAGIC, (uint32_t)t.prefixes.n,
		(uint32_t)t.rows.n };
	if (t.prefixes.n != 0)
		vec_push(&t.starts, (uint32_t)t.rows.n);
	if (fz_add_pmap(f, "orig", t.prefixes.p, t.prefixes.n, err) == 0 &&
	    fz_add(f, "origat", t.starts.p, t.starts.n * sizeof(*t.starts.p),
		err) == 0 &&
	    fz_add(f, "origrow", t.rows.p, t.rows.n * sizeof(*t.rows.p), err) ==
		0 &&
	    add_days(f, &t, err) == 0 &&
	    fz_add(f, "orighead", &head, t.rows.n == 0 ? 0 : sizeof(head),
		err) == 0)
		rc = 0;
out:
	vec_fini(&t.prefixes);
	vec_fini(&t.starts);
	vec_fini(&t.rows);
	free(t.c);
	return rc;
}
