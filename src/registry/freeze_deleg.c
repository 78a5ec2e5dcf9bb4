/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze_deleg.c - delegations: prefixes as a map, ASNs as disjoint spans.
 *
 * For one resource RIR beats IANA's block, then the newest file, then a holder
 * beats nobody.  Which row decides for an address is a matter of length alone.
 */
#include "registry/frozen.h"

#include <stdlib.h>

static int
cmp_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

int
fz_grant_cmp(const struct registry_input *ia, const struct reg_grant *a,
    const struct registry_input *ib, const struct reg_grant *b)
{
	bool iana_a = a->rir == REG_IANA || a->block;
	bool iana_b = b->rir == REG_IANA || b->block;
	int c;

	if (iana_a != iana_b)
		return iana_a - iana_b;
	if ((c = cmp_int(ib->report.date_us, ia->report.date_us)) != 0)
		return c;
	if ((c = cmp_int(a->status, b->status)) != 0)
		return c;
	if ((c = cmp_int(a->rir, b->rir)) != 0)
		return c;
	/* More is said: the opaque-id of an extended file. */
	if ((c = strcmp(fz_in_text(ib, b->opaque),
		 fz_in_text(ia, a->opaque))) != 0)
		return c;
	if ((c = memcmp(b->cc, a->cc, 2)) != 0)
		return c;
	return cmp_int(a->day, b->day);
}

/*
 * A row that says "available" in an old file must not outlive the delegation
 * that a newer file has made of its surroundings: where some extended file has
 * rows of a registry, those of older files are left out.
 */
void
fz_find_newest(struct freeze *f)
{
	for (size_t r = 0; r < REG_RIRS; r++)
		f->newest[r] = TIME_NONE;
	for (size_t i = 0; i < f->n; i++) {
		const struct registry_input *in = f->in[i];
		int64_t date = in->report.date_us;
		bool has[REG_RIRS] = { false };

		if (!in->extended)
			continue;
		for (size_t k = 0; k < in->prefixes.n; k++)
			has[in->prefixes.p[k].grant.rir] = true;
		for (size_t k = 0; k < in->asns.n; k++)
			has[in->asns.p[k].grant.rir] = true;
		for (size_t r = 0; r < REG_RIRS; r++) {
			if (!has[r])
				continue;
			f->head.extended |= 1u << r;
			if (f->newest[r] < date)
				f->newest[r] = date;
		}
	}
}

bool
fz_grant_in_force(const struct freeze *f, const struct registry_input *in,
    const struct reg_grant *g)
{
	return g->block || g->rir == REG_IANA ||
	       in->report.date_us >= f->newest[g->rir];
}

struct fz_grant
fz_grant_row(struct freeze *f, uint32_t file, const struct reg_grant *g)
{
	struct fz_grant row = { .day = g->day,
		.opaque = fz_keep(f, f->in[file], g->opaque),
		.file = (uint16_t)file,
		.status = g->status,
		.rir = g->rir,
		.block = g->block };

	memcpy(row.cc, g->cc, 2);
	return row;
}

/* --- prefixes ---------------------------------------------------------- */

/* Number of the key that decides among keys[from..to), all of one prefix. */
static size_t
best_prefix(const struct freeze *f, const struct fz_key *keys, size_t from,
    size_t to)
{
	size_t best = from;

	for (size_t i = from + 1; i < to; i++) {
		const struct registry_input *a = f->in[keys[i].in];
		const struct registry_input *b = f->in[keys[best].in];

		if (fz_grant_cmp(a, &a->prefixes.p[keys[i].row].grant, b,
			&b->prefixes.p[keys[best].row].grant) < 0)
			best = i;
	}
	return best;
}

static uint8_t
class_of(const struct fz_grant *g)
{
	if (g->block)
		return 0; /* says nothing of a holder */
	switch (g->status) {
	case REG_ALLOCATED:
	case REG_ASSIGNED:
		return AREA_LISTED;
	case REG_RESERVED:
		return AREA_RESERVED;
	default: /* available, or unallocated by IANA */
		return AREA_FREE;
	}
}

static int
add_prefixes(struct freeze *f, const struct fz_key *keys, size_t n,
    struct err *err)
{
	struct prefix *p = mem_alloc(n + 1, sizeof(*p));
	struct fz_grant *rows = mem_alloc(n + 1, sizeof(*rows));
	uint8_t *class = mem_alloc(n + 1, 1);
	size_t kept = 0;
	int rc = -1;

	for (size_t i = 0, end; i < n; i = end) {
		size_t best;

		for (end = i + 1; end < n && fz_same_key(&keys[i], &keys[end]);
		     end++)
			;
		best = best_prefix(f, keys, i, end);
		p[kept] = fz_key_prefix(&keys[best]);
		rows[kept] = fz_grant_row(f, keys[best].in,
		    &f->in[keys[best].in]->prefixes.p[keys[best].row].grant);
		class[kept] = class_of(&rows[kept]);
		kept++;
	}
	f->head.prefix_rows = (uint32_t)kept;
	if (fz_add_pmap(f, "del", p, kept, err) == 0 &&
	    fz_add(f, "grant", rows, kept * sizeof(*rows), err) == 0 &&
	    reg_freeze_areas(f, p, class, kept, err) == 0)
		rc = 0;
	free(p);
	free(rows);
	free(class);
	return rc;
}

int
reg_freeze_prefixes(struct freeze *f, struct err *err)
{
	size_t n = 0, total = 0;
	struct fz_key *keys;
	int rc;

	for (size_t i = 0; i < f->n; i++)
		total += f->in[i]->prefixes.n;
	keys = mem_alloc(total + 1, sizeof(*keys));
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->in[i]->prefixes.n; k++) {
			const struct reg_prefix_row *row =
			    &f->in[i]->prefixes.p[k];

			if (fz_grant_in_force(f, f->in[i], &row->grant))
				keys[n++] = fz_key(&row->prefix, i, k);
		}
	fz_sort_keys(keys, n);
	rc = add_prefixes(f, keys, n, err);
	free(keys);
	return rc;
}

/* --- AS numbers -------------------------------------------------------- */

struct asn_cand {
	struct reg_asn_row row;
	uint32_t in;
	const struct freeze *f;
};

static int
cmp_cand(const void *a, const void *b)
{
	const struct asn_cand *x = a, *y = b;

	if (x->row.first != y->row.first)
		return x->row.first < y->row.first ? -1 : 1;
	if (x->row.last != y->row.last)
		return x->row.last < y->row.last ? -1 : 1;
	return fz_grant_cmp(x->f->in[x->in], &x->row.grant, x->f->in[y->in],
	    &y->row.grant);
}

/* The narrower row decides; of two as narrow, the better grant. */
static bool
decides(const struct asn_cand *a, const struct asn_cand *b)
{
	uint32_t wa = a->row.last - a->row.first;
	uint32_t wb = b->row.last - b->row.first;

	if (wa != wb)
		return wa < wb;
	return fz_grant_cmp(a->f->in[a->in], &a->row.grant, a->f->in[b->in],
		   &b->row.grant) < 0;
}

/* Rows that are open at one place, the deciding one on top. */
struct heap {
	const struct asn_cand *cands;
	uint32_t *p;
	size_t n;
};

static void
heap_push(struct heap *h, uint32_t row)
{
	size_t i = h->n++;

	while (i > 0 && decides(&h->cands[row], &h->cands[h->p[(i - 1) / 2]])) {
		h->p[i] = h->p[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->p[i] = row;
}

static void
heap_pop(struct heap *h)
{
	uint32_t row = h->p[--h->n];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < h->n) {
		if (child + 1 < h->n &&
		    decides(&h->cands[h->p[child + 1]], &h->cands[h->p[child]]))
			child++;
		if (!decides(&h->cands[h->p[child]], &h->cands[row]))
			break;
		h->p[i] = h->p[child];
		i = child;
	}
	h->p[i] = row;
}

typedef VEC(struct fz_span) span_list;

static void
add_span(span_list *spans, uint64_t first, uint64_t last, uint32_t row)
{
	struct fz_span *before = spans->n == 0 ? NULL : &spans->p[spans->n - 1];

	if (before != NULL && before->row == row &&
	    (uint64_t)before->last + 1 == first)
		before->last = (uint32_t)last;
	else
		vec_push(spans,
		    ((struct fz_span){ (uint32_t)first, (uint32_t)last, row }));
}

/* Ranges may overlap in any way: sweep from left to right; between two places
 * where a row begins or the top one ends, the top of the heap decides. */
static void
flatten(const struct asn_cand *cands, size_t n, span_list *spans)
{
	struct heap h = { cands, mem_alloc(n + 1, sizeof(uint32_t)), 0 };
	uint64_t at = 0, end;
	size_t next = 0;

	while (next < n || h.n > 0) {
		if (h.n == 0)
			at = cands[next].row.first;
		while (next < n && cands[next].row.first == at)
			heap_push(&h, (uint32_t)next++);
		while (h.n > 0 && cands[h.p[0]].row.last < at)
			heap_pop(&h);
		if (h.n == 0)
			continue;
		end = cands[h.p[0]].row.last;
		if (next < n && cands[next].row.first <= end)
			end = (uint64_t)cands[next].row.first - 1;
		add_span(spans, at, end, h.p[0]);
		at = end + 1;
	}
	free(h.p);
}

static int
add_asns(struct freeze *f, struct asn_cand *cands, size_t n, struct err *err)
{
	struct fz_asn *rows = mem_alloc(n + 1, sizeof(*rows));
	span_list spans = { 0 };
	int rc = -1;

	flatten(cands, n, &spans);
	for (size_t i = 0; i < n; i++)
		rows[i] =
		    (struct fz_asn){ cands[i].row.first, cands[i].row.last,
			    fz_grant_row(f, cands[i].in, &cands[i].row.grant) };
	if (fz_add(f, "asn", rows, n * sizeof(*rows), err) == 0 &&
	    fz_add(f, "span", spans.p, spans.n * sizeof(*spans.p), err) == 0)
		rc = 0;
	vec_fini(&spans);
	free(rows);
	return rc;
}

int
reg_freeze_asns(struct freeze *f, struct err *err)
{
	VEC(struct asn_cand) cands = { 0 };
	size_t kept = 0;
	int rc;

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->in[i]->asns.n; k++) {
			const struct reg_asn_row *row = &f->in[i]->asns.p[k];

			if (fz_grant_in_force(f, f->in[i], &row->grant))
				vec_push(&cands, ((struct asn_cand){ *row,
						     (uint32_t)i, f }));
		}
	if (cands.n > 1)
		qsort(cands.p, cands.n, sizeof(*cands.p), cmp_cand);
	for (size_t i = 0; i < cands.n; i++) /* the best of equal ranges */
		if (kept == 0 ||
		    cands.p[i].row.first != cands.p[kept - 1].row.first ||
		    cands.p[i].row.last != cands.p[kept - 1].row.last)
			cands.p[kept++] = cands.p[i];
	rc = add_asns(f, cands.p, kept, err);
	vec_fini(&cands);
	return rc;
}
