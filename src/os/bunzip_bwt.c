/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bunzip_bwt.c - from the last column of the sorted rotations to the block.
 *
 * rows[j] holds the byte that the j-th of the sorted rotations begins with,
 * and the number of the rotation that begins one byte later.  From the origin
 * one walks n steps; each is a miss of the cache that the next one waits for,
 * which was more than half of the time of libbz2.  So every 2^k-th row is
 * marked, the origin among them; the stretches from one marked row to the next
 * are walked side by side, LANES at a time, and strung together at the end.
 *
 * rows[] is a permutation, but not always one cycle: that of "abab" has two.
 * Then some stretches are walked that nobody asks for, and others are used
 * again and again.  If they come out too uneven for the lanes, the walk is
 * done plainly.
 */
#include <string.h>

#include "base/mem.h"
#include "os/bunzip.h"

/*
 *   31       12 11  9  8         7    0
 *   next row    zero   its mark  byte
 */
#define ROW_SHIFT 12
#define ROW_MARK  0x100u

#ifndef LANES
#define LANES 32
#endif
#ifndef STRETCHES
#define STRETCHES 1024
#endif
#define SMALL (1 << 14) /* the table fits the first cache */

struct stretch {
	uint32_t from, n; /* in the bytes of the lanes */
	uint32_t next;
};

struct walk {
	const uint32_t *rows;
	uint32_t n;
	uint32_t first; /* the least marked row */
	unsigned shift; /* marked ones are 1 << shift apart */
	uint32_t begun, ended, stretches;
	uint8_t *bytes; /* of the lanes, room for each */
	uint32_t room;
	uint32_t at[LANES]; /* entry of rows[] visited last */
	uint32_t in[LANES]; /* stretch */
	struct stretch stretch[STRETCHES + 1];
};

/* rows[] from the runs of the column: a counting sort. */
static void
fill_rows(struct bunzip_bwt *t, size_t n_runs, uint32_t mark, uint32_t step)
{
	uint32_t at[256] = { 0 }, sum = 0, row = 0;
	const uint32_t *runs = t->runs;

	for (size_t i = 0; i < n_runs; i++)
		at[runs[i] & 0xff] += runs[i] >> BUNZIP_RUN_BYTE_BITS;
	for (unsigned c = 0; c < 256; c++) {
		uint32_t here = at[c];

		at[c] = sum;
		sum += here;
	}
	for (size_t i = 0; i < n_runs; i++) {
		uint32_t c = runs[i] & 0xff;
		uint32_t len = runs[i] >> BUNZIP_RUN_BYTE_BITS;
		uint32_t *p = t->rows + at[c];

		at[c] += len;
		for (uint32_t k = 0; k < len; k++)
			p[k] = (row + k) << ROW_SHIFT | c;
		for (; mark - row < len; mark += step)
			p[mark - row] |= ROW_MARK;
		row += len;
	}
}

static void
walk_plainly(const uint32_t *rows, uint32_t n, uint32_t origin, uint8_t *out)
{
	uint32_t row = origin;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t v = rows[row];

		out[i] = (uint8_t)v;
		row = v >> ROW_SHIFT;
	}
}

/* The lane goes on with another stretch, from its byte number i on. */
static void
begin(struct walk *w, unsigned lane, uint32_t i)
{
	uint32_t row = w->n; /* idle: leads to itself */

	if (w->begun < w->stretches) {
		row = w->first + (w->begun << w->shift);
		w->stretch[w->begun].from = lane * w->room + i;
		w->in[lane] = w->begun++;
	}
	w->at[lane] = row << ROW_SHIFT;
}

/* Behind byte i - 1 of some lanes a marked row follows. */
static void
change(struct walk *w, uint32_t i)
{
	for (unsigned lane = 0; lane < LANES; lane++) {
		if ((w->at[lane] & ROW_MARK) == 0)
			continue;
		struct stretch *s = &w->stretch[w->in[lane]];
		s->n = lane * w->room + i - s->from;
		s->next = w->at[lane] >> ROW_SHIFT >> w->shift;
		w->ended++;
		begin(w, lane, i);
	}
}

/* All stretches; false if some lane has too many bytes. */
static bool
walk_lanes(struct walk *w)
{
	const uint32_t *rows = w->rows;

	for (unsigned lane = 0; lane < LANES; lane++)
		begin(w, lane, 0);
	for (uint32_t i = 0; i < w->room;) {
		uint8_t *p = w->bytes + i;
		uint32_t seen = 0;

#pragma GCC unroll 32
		for (unsigned lane = 0; lane < LANES; lane++) {
			uint32_t v = rows[w->at[lane] >> ROW_SHIFT];

			*p = (uint8_t)v;
			p += w->room;
			w->at[lane] = v;
			seen |= v;
		}
		i++;
		if ((seen & ROW_MARK) == 0)
			continue;
		change(w, i);
		if (w->ended == w->stretches)
			return true;
	}
	return false;
}

static void
string_together(const struct walk *w, uint32_t origin, uint8_t *out)
{
	uint32_t at = origin >> w->shift, n;

	for (uint32_t i = 0; i < w->n; i += n) {
		const struct stretch *s = &w->stretch[at];

		n = s->n < w->n - i ? s->n : w->n - i;
		memcpy(out + i, w->bytes + s->from, n);
		at = s->next;
	}
}

void
bunzip_bwt_invert(struct bunzip_bwt *t, size_t n_runs, uint32_t n,
    uint32_t origin, uint8_t *out)
{
	struct walk w = { .rows = t->rows, .n = n, .bytes = t->lanes };

	while (n >> w.shift >= STRETCHES)
		w.shift++;
	uint32_t step = UINT32_C(1) << w.shift;
	w.first = origin & (step - 1);
	w.stretches = (n - 1 - w.first) / step + 1;
	/* Odd lines of the cache apart: lanes do not evict each other. */
	w.room = (n / LANES + n / LANES / 4 + 4096) / 128 * 128 + 64;
	fill_rows(t, n_runs, w.first, step);
	t->rows[n] = n << ROW_SHIFT;
	if (n >= SMALL && walk_lanes(&w))
		string_together(&w, origin, out);
	else
		walk_plainly(t->rows, n, origin, out);
}
