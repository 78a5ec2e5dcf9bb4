/* SPDX-License-Identifier: BSD-2-Clause */
/* freeze_lists.c - bogon lists, and special-purpose rows of IANA files that
 * are newer than our own table. */
#include "registry/frozen.h"

#include <stdlib.h>

/* Of rows for one prefix the last input's stays: inputs of one source stand
 * in order of date. */
int
reg_freeze_lists(struct freeze *f, struct err *err)
{
	struct fz_key *keys;
	struct prefix *p;
	struct fz_list *rows;
	size_t total = 0, n = 0, kept = 0;
	int rc = -1;

	for (size_t i = 0; i < f->n; i++)
		total += f->in[i]->lists.n;
	keys = mem_alloc(total + 1, sizeof(*keys));
	p = mem_alloc(total + 1, sizeof(*p));
	rows = mem_alloc(total + 1, sizeof(*rows));
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->in[i]->lists.n; k++)
			keys[n++] = fz_key(&f->in[i]->lists.p[k].prefix, i, k);
	fz_sort_keys(keys, n);
	for (size_t i = 0; i < n; i++) {
		const struct registry_input *in = f->in[keys[i].in];
		const struct reg_list_row *row = &in->lists.p[keys[i].row];

		if (i + 1 < n && fz_same_key(&keys[i], &keys[i + 1]))
			continue;
		p[kept] = row->prefix;
		rows[kept++] = (struct fz_list){ row->asn,
			fz_keep(f, in, row->text), (uint16_t)keys[i].in, 0 };
	}
	f->head.bogon_rows = (uint32_t)kept;
	if (fz_add_pmap(f, "list", p, kept, err) == 0 &&
	    fz_add(f, "listrow", rows, kept * sizeof(*rows), err) == 0)
		rc = 0;
	free(keys);
	free(p);
	free(rows);
	return rc;
}

/* --- special purpose --------------------------------------------------- */

static bool
newer_than_ours(const struct registry_input *in)
{
	int64_t ours;

	return utc_parse(STR(NET_SPECIAL_DATE), &ours) &&
	       in->report.date_us > ours;
}

static struct fz_special
special_row(struct freeze *f, size_t in, const struct reg_special_row *row)
{
	return (struct fz_special){ row->first, row->last,
		fz_keep(f, f->in[in], row->name),
		fz_keep(f, f->in[in], row->rfc), (uint16_t)in, row->kind, 0 };
}

static int
cmp_special_asns(const void *a, const void *b)
{
	const struct fz_special *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->last != y->last)
		return x->last < y->last ? -1 : 1;
	return (x->file > y->file) - (x->file < y->file);
}

static int
add_special_prefixes(struct freeze *f, struct fz_key *keys, size_t n,
    struct err *err)
{
	struct prefix *p = mem_alloc(n + 1, sizeof(*p));
	struct fz_special *rows = mem_alloc(n + 1, sizeof(*rows));
	size_t kept = 0;
	int rc = -1;

	fz_sort_keys(keys, n);
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && fz_same_key(&keys[i], &keys[i + 1]))
			continue;
		p[kept] = fz_key_prefix(&keys[i]);
		rows[kept++] = special_row(f, keys[i].in,
		    &f->in[keys[i].in]->specials.p[keys[i].row]);
	}
	f->head.special_rows += (uint32_t)kept;
	if (fz_add_pmap(f, "spec", p, kept, err) == 0 &&
	    fz_add(f, "specrow", rows, kept * sizeof(*rows), err) == 0)
		rc = 0;
	free(p);
	free(rows);
	return rc;
}

int
reg_freeze_specials(struct freeze *f, struct err *err)
{
	VEC(struct fz_key) keys = { 0 };
	VEC(struct fz_special) asns = { 0 };
	int rc = -1;

	for (size_t i = 0; i < f->n; i++) {
		if (!newer_than_ours(f->in[i]))
			continue;
		for (size_t k = 0; k < f->in[i]->specials.n; k++) {
			const struct reg_special_row *row =
			    &f->in[i]->specials.p[k];

			if (row->is_asn)
				vec_push(&asns, special_row(f, i, row));
			else
				vec_push(&keys, fz_key(&row->prefix, i, k));
		}
	}
	if (asns.n > 1)
		qsort(asns.p, asns.n, sizeof(*asns.p), cmp_special_asns);
	f->head.special_rows = (uint32_t)asns.n;
	if (add_special_prefixes(f, keys.p, keys.n, err) == 0 &&
	    fz_add(f, "specasn", asns.p, asns.n * sizeof(*asns.p), err) == 0)
		rc = 0;
	vec_fini(&keys);
	vec_fini(&asns);
	return rc;
}
