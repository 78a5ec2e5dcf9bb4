/* SPDX-License-Identifier: BSD-2-Clause */
/* merge.c - several readers as one, in order of time: see comity.h. */
#include <stdlib.h>

#include "lib/part.h"

struct comity_merge {
	struct comity_reader **heap; /* each with a record at hand */
	size_t *place;               /* of the readers in the heap, as given */
	size_t n;
	bool begun; /* the first of the heap was handed out */
};

static bool
goes_first(const struct comity_merge *m, size_t a, size_t b)
{
	int64_t x = m->heap[a]->item->rec.time_us;
	int64_t y = m->heap[b]->item->rec.time_us;

	return x != y ? x < y : m->place[a] < m->place[b];
}

static void
swap(struct comity_merge *m, size_t a, size_t b)
{
	struct comity_reader *r = m->heap[a];
	size_t place = m->place[a];

	m->heap[a] = m->heap[b];
	m->place[a] = m->place[b];
	m->heap[b] = r;
	m->place[b] = place;
}

static void
sift_down(struct comity_merge *m, size_t i)
{
	for (;;) {
		size_t c = 2 * i + 1;

		if (c >= m->n)
			return;
		if (c + 1 < m->n && goes_first(m, c + 1, c))
			c++;
		if (!goes_first(m, c, i))
			return;
		swap(m, i, c);
		i = c;
	}
}

struct comity_merge *
comity_merge_new(struct comity_reader *const *readers, size_t n)
{
	struct comity_merge *m = mem_alloc(1, sizeof(*m));

	m->heap = mem_alloc(n, sizeof(struct comity_reader *));
	m->place = mem_alloc(n, sizeof(*m->place));
	for (size_t i = 0; i < n; i++)
		if (comity_reader_next(readers[i]) == 1) {
			m->heap[m->n] = readers[i];
			m->place[m->n++] = i;
		}
	for (size_t i = m->n; i-- > 0;)
		sift_down(m, i);
	return m;
}

void
comity_merge_free(struct comity_merge *m)
{
	if (m == NULL)
		return;
	free(m->heap);
	free(m->place);
	free(m);
}

struct comity_reader *
comity_merge_next(struct comity_merge *m)
{
	if (m->begun && m->n > 0) {
		if (comity_reader_next(m->heap[0]) != 1)
			swap(m, 0, --m->n);
		sift_down(m, 0);
	}
	m->begun = true;
	return m->n == 0 ? NULL : m->heap[0];
}
