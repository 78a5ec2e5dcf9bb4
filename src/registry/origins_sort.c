/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * origins_sort.c - origin rows into order: most files are in order of prefix
 * already, so that is asked first; IPv4 rows that are not go through a radix
 * sort.
 */
#include "registry/input.h"

#include <stdlib.h>

#define RADIX_BITS 10
#define RADIX_SIZE (1u << RADIX_BITS)
#define KEY_BITS   40 /* address and length */

static int
cmp4(const void *a, const void *b)
{
	const struct reg_origin4 *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->origin > y->origin) - (x->origin < y->origin);
}

static int
cmp6(const void *a, const void *b)
{
	const struct reg_origin6 *x = a, *y = b;

	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return (x->origin > y->origin) - (x->origin < y->origin);
}

static bool
same6(const struct reg_origin6 *x, const struct reg_origin6 *y)
{
	return x->hi == y->hi && x->lo == y->lo && x->len == y->len;
}

static void
radix4(struct reg_origin4 *p, size_t n)
{
	struct reg_origin4 *tmp = mem_alloc(n, sizeof(*tmp)), *from = p,
			   *to = tmp, *swap;

	for (unsigned shift = 0; shift < KEY_BITS; shift += RADIX_BITS) {
		size_t at[RADIX_SIZE] = { 0 }, sum = 0;

		for (size_t i = 0; i < n; i++)
			at[from[i].key >> shift & (RADIX_SIZE - 1)]++;
		for (size_t d = 0; d < RADIX_SIZE; d++) {
			size_t count = at[d];

			at[d] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			to[at[from[i].key >> shift & (RADIX_SIZE - 1)]++] =
			    from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (from != p) /* an even number of passes ends where it began */
		memcpy(p, from, n * sizeof(*p));
	free(tmp);
}

static void
sort4(struct registry_input *in)
{
	struct reg_origin4 *p = in->origins4.p;
	size_t n = in->origins4.n, kept = 0;
	bool sorted = true;

	for (size_t i = 1; i < n && sorted; i++)
		sorted = p[i - 1].key <= p[i].key;
	if (!sorted)
		radix4(p, n);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && p[end].key == p[i].key; end++)
			;
		if (end - i > 1)
			qsort(p + i, end - i, sizeof(*p), cmp4);
		for (size_t k = i; k < end; k++)
			if (k == i || p[k].origin != p[k - 1].origin)
				p[kept++] = p[k];
	}
	in->origins4.n = kept;
}

static void
sort6(struct registry_input *in)
{
	struct reg_origin6 *p = in->origins6.p;
	size_t n = in->origins6.n, kept = 0;
	bool sorted = true;

	for (size_t i = 1; i < n && sorted; i++)
		sorted = same6(&p[i - 1], &p[i]) || cmp6(&p[i - 1], &p[i]) < 0;
	if (!sorted)
		qsort(p, n, sizeof(*p), cmp6);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && same6(&p[end], &p[i]); end++)
			;
		if (end - i > 1)
			qsort(p + i, end - i, sizeof(*p), cmp6);
		for (size_t k = i; k < end; k++)
			if (k == i || p[k].origin != p[k - 1].origin)
				p[kept++] = p[k];
	}
	in->origins6.n = kept;
}

void
reg_sort_origins(struct registry_input *in)
{
	if (in->origins4.n > 1)
		sort4(in);
	if (in->origins6.n > 1)
		sort6(in);
}
