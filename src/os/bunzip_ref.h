/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bunzip_ref.h - libbz2 beside our reader, for the tests of bunzip.c.
 */
#pragma once

#include <bzlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/bunzip.h"

/* Bytes that a source hands out in pieces. */
struct ref_source {
	const uint8_t *p;
	size_t n, piece;
};

static inline ssize_t
ref_source_read(void *ctx, uint8_t *dst, size_t n, struct err *err)
{
	struct ref_source *s = ctx;

	(void)err;
	n = n < s->piece ? n : s->piece;
	n = n < s->n ? n : s->n;
	memcpy(dst, s->p, n);
	s->p += n;
	s->n -= n;
	return (ssize_t)n;
}

static inline bool
ref_source_ready(void *ctx)
{
	const struct ref_source *s = ctx;

	return s->n % 3 != 0;
}

/* The same bytes through libbz2, stream after stream. */
struct ref {
	bz_stream z;
	const uint8_t *p, *end;
	bool on, any, over, bad;
};

static inline void
ref_stop(struct ref *r)
{
	if (r->on)
		(void)BZ2_bzDecompressEnd(&r->z);
	r->on = false;
}

static inline void
ref_next_stream(struct ref *r)
{
	while (r->any && r->p < r->end && *r->p == 0)
		r->p++;
	if (r->p == r->end) {
		r->over = true;
		return;
	}
	r->z = (bz_stream){ 0 };
	if (BZ2_bzDecompressInit(&r->z, 0, 0) != BZ_OK)
		abort();
	r->on = r->any = true;
}

/* Up to n bytes: fewer only where it ends, over or bad. */
static inline size_t
ref_read(struct ref *r, uint8_t *dst, size_t n)
{
	size_t got = 0;

	while (got < n && !r->over && !r->bad) {
		if (!r->on) {
			ref_next_stream(r);
			continue;
		}
		r->z.next_in = (char *)(uintptr_t)r->p;
		r->z.avail_in = (unsigned)(r->end - r->p);
		r->z.next_out = (char *)dst + got;
		r->z.avail_out = (unsigned)(n - got);
		int st = BZ2_bzDecompress(&r->z);
		r->p = (const uint8_t *)r->z.next_in;
		if (st == BZ_STREAM_END)
			ref_stop(r);
		/* nothing in, nothing out: cut short */
		else if (st != BZ_OK ||
			 (r->z.avail_in == 0 && r->z.avail_out == n - got))
			r->bad = true;
		got = n - r->z.avail_out;
	}
	if (r->bad)
		ref_stop(r);
	return got;
}

/* Up to n bytes: fewer only where it ends; *bad: by damage. */
static inline size_t
ours_read(struct bunzip *z, uint8_t *dst, size_t n, bool *bad, struct err *err)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = bunzip_read(z, dst + got, n - got, err);

		*bad = r == -1;
		if (r <= 0)
			break;
		got += (size_t)r;
	}
	return got;
}

struct compared {
	const char *wrong; /* NULL: they agree */
	bool good;
	uint64_t n; /* bytes of ours */
	struct err err;
};

#define REF_PIECE 65536

/*
 * Do both refuse it, or give the same?  libbz2 may give some bytes more: those
 * of a block that turns out to be damaged at its end.  Stops at max bytes.
 */
static inline struct compared
ref_compare(const uint8_t *p, size_t n, size_t piece, unsigned threads,
    uint64_t max)
{
	struct ref_source src = { p, n, piece };
	struct bunzip *z = bunzip_new(
	    (struct bunzip_source){ ref_source_read, ref_source_ready, &src });
	struct ref r = { .p = p, .end = p + n };
	uint8_t *a = mem_alloc(2, REF_PIECE), *b = a + REF_PIECE;
	struct compared c = { 0 };
	size_t na, nb;
	bool bad = false;

	bunzip_threads(z, threads);
	do {
		na = ours_read(z, a, REF_PIECE, &bad, &c.err);
		nb = ref_read(&r, b, REF_PIECE);
		c.n += na;
		if (na > nb || memcmp(a, b, na) != 0)
			c.wrong = "other bytes than libbz2's";
		else if (na < nb && !bad)
			c.wrong = "fewer bytes than libbz2's";
	} while (c.wrong == NULL && na == REF_PIECE && c.n < max);
	c.good = na < REF_PIECE && !bad;
	if (c.n < max && c.wrong == NULL) {
		while (ref_read(&r, b, REF_PIECE) == REF_PIECE)
			continue;
		if (r.bad && c.good)
			c.wrong = "accepted, but not by libbz2";
		if (!r.bad && bad)
			c.wrong = "refused, but not by libbz2";
	}
	ref_stop(&r);
	bunzip_free(z);
	free(a);
	return c;
}
