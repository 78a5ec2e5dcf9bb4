/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.c - monthly facts of routes: one row for a month and an origin.
 *
 * A row for each route costs 2.7 s for a million of them, and most of the
 * store's size; packed by origin it is a fifth of both, and what is asked for
 * is always one origin or all.  Facts wait in memory until there are many,
 * then each origin's row is read, merged and written.
 *
 * The packed form: one byte PACK_VERSION, then for each route in prefix order
 *   1       prefix length; IPv6: plus 33
 *   0..16   as many bytes of the address as the length needs
 *   4       days, bit d-1 for day d of the month
 *   1       RPKI verdict << 4 | IRR verdict
 *   1..5    peers_max, seven bits a byte, low ones first
 */
#include <stdlib.h>
#include <string.h>

#include "base/rbuf.h"
#include "store/part.h"

#define PACK_VERSION 1
#define PENDING_MAX  (1 << 20) /* facts that wait in memory */
#define IP6_LEN_BASE 33
#define MAX_MONTHS   4096 /* that one input or charge may span */

/* --- packing ------------------------------------------------------------ */

static void
pack(struct buf *b, const struct route_fact *f)
{
	const struct prefix *p = &f->prefix;
	uint32_t peers = f->peers_max;

	buf_u8(b,
	    p->family == NET_IP4 ? p->len : (uint8_t)(p->len + IP6_LEN_BASE));
	buf_add(b, p->addr, (p->len + 7U) / 8);
	buf_u32(b, f->days);
	buf_u8(b, (uint8_t)(f->rpki << 4 | (f->irr & 15)));
	for (; peers >= 128; peers >>= 7)
		buf_u8(b, (uint8_t)(peers | 128));
	buf_u8(b, (uint8_t)peers);
}

/* 1 = a fact, 0 = the end, -1 = no such form. */
static int
unpack(struct rbuf *r, struct route_fact *f)
{
	uint8_t len, verdicts, byte;
	unsigned shift = 0;

	if (rbuf_left(r) == 0)
		return 0;
	memset(&f->prefix, 0, sizeof(f->prefix));
	len = rbuf_u8(r);
	f->prefix.family = len >= IP6_LEN_BASE;
	f->prefix.len =
	    len >= IP6_LEN_BASE ? (uint8_t)(len - IP6_LEN_BASE) : len;
	if (f->prefix.len > prefix_len_max(f->prefix.family))
		return -1;
	rbuf_copy(r, f->prefix.addr, (f->prefix.len + 7U) / 8);
	f->days = rbuf_u32(r);
	verdicts = rbuf_u8(r);
	f->rpki = verdicts >> 4;
	f->irr = verdicts & 15;
	f->peers_max = 0;
	do {
		byte = rbuf_u8(r);
		if (shift < 32)
			f->peers_max |= (uint32_t)(byte & 127) << shift;
		shift += 7;
	} while ((byte & 128) != 0 && rbuf_ok(r));
	return rbuf_ok(r) && prefix_is_canonical(&f->prefix) ? 1 : -1;
}

static int
damaged(const struct store *s, uint32_t origin, struct err *err)
{
	return err_set(err, ERR_INPUT, "%s: the routes of AS%u are damaged",
	    s->path, origin);
}

static int
begin_row(sqlite3_stmt *st, int i, struct rbuf *r)
{
	const void *p = sqlite3_column_blob(st, i);
	int n = sqlite3_column_bytes(st, i);

	*r = rbuf_from(p, p == NULL ? 0 : (size_t)n);
	return rbuf_u8(r) == PACK_VERSION ? 0 : -1;
}

/* --- writing ------------------------------------------------------------ */

static int
cmp_pending(const void *va, const void *vb)
{
	const struct pending *a = va, *b = vb;
	int c;

	if (a->month_us != b->month_us)
		return a->month_us < b->month_us ? -1 : 1;
	if (a->f.origin != b->f.origin)
		return a->f.origin < b->f.origin ? -1 : 1;
	if ((c = prefix_cmp(&a->f.prefix, &b->f.prefix)) != 0)
		return c;
	return a->seq < b->seq ? -1 : 1;
}

/* The stored row of one origin united with p[0..n): the new ones win. */
static int
merge_row(struct store *s, sqlite3_stmt *old, const struct pending *p, size_t n,
    struct err *err)
{
	struct route_fact f = { 0 };
	struct rbuf r;
	size_t i = 0;
	int got;

	if (begin_row(old, 0, &r) == -1)
		return damaged(s, p->f.origin, err);
	while ((got = unpack(&r, &f)) == 1) {
		while (i < n && prefix_cmp(&p[i].f.prefix, &f.prefix) < 0)
			pack(&s->blob, &p[i++].f);
		if (i < n && prefix_eq(&p[i].f.prefix, &f.prefix))
			pack(&s->blob, &p[i++].f);
		else
			pack(&s->blob, &f);
	}
	if (got == -1)
		return damaged(s, p->f.origin, err);
	while (i < n)
		pack(&s->blob, &p[i++].f);
	return 0;
}

/* p[0..n): one month, one origin, each prefix once. */
static int
write_row(struct store *s, const struct pending *p, size_t n, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_GET_FACT, err);
	int got, rc = 0;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, p->month_us);
	(void)sqlite3_bind_int64(st, 2, p->f.origin);
	if ((got = store_step(s, st, err)) == -1)
		return -1;
	buf_clear(&s->blob);
	buf_u8(&s->blob, PACK_VERSION);
	if (got == 1)
		rc = merge_row(s, st, p, n, err);
	for (size_t i = 0; got == 0 && i < n; i++)
		pack(&s->blob, &p[i].f);
	(void)sqlite3_reset(st);
	if (rc == -1 || (st = store_st(s, ST_PUT_FACT, err)) == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, p->month_us);
	(void)sqlite3_bind_int64(st, 2, p->f.origin);
	(void)sqlite3_bind_blob(st, 3, s->blob.p, (int)s->blob.n,
	    SQLITE_STATIC);
	return store_run(s, st, err);
}

/*
 * The order of what waits.  It comes from one month in order of prefixes,
 * mostly: then a stable sort by origin is enough, and that needs no comparing.
 */
static void
sort_by_origin(const struct pending *p, uint32_t *idx, size_t n)
{
	uint32_t *to = mem_alloc(n, sizeof(*to));
	uint32_t *from = idx;

	for (unsigned shift = 0; shift < 32; shift += 8) {
		size_t at[257] = { 0 };

		for (size_t i = 0; i < n; i++)
			at[(p[from[i]].f.origin >> shift & 255) + 1]++;
		for (size_t i = 1; i < COUNT(at); i++)
			at[i] += at[i - 1];
		for (size_t i = 0; i < n; i++)
			to[at[p[from[i]].f.origin >> shift & 255]++] = from[i];
		uint32_t *t = from;
		from = to;
		to = t;
	}
	free(to); /* four passes: the result stands in idx again */
}

/* p[0..n) in order: each origin's row, the last of each prefix. */
static int
write_rows(struct store *s, const struct pending *p, const uint32_t *idx,
    size_t n, struct err *err)
{
	VEC(struct pending) row = { 0 };
	int rc = 0;

	for (size_t i = 0, j; i < n && rc == 0; i = j) {
		const struct pending *first = &p[idx[i]];

		row.n = 0;
		for (j = i; j < n; j++) {
			const struct pending *x = &p[idx[j]];

			if (x->month_us != first->month_us ||
			    x->f.origin != first->f.origin)
				break;
			if (row.n > 0 &&
			    prefix_eq(&row.p[row.n - 1].f.prefix, &x->f.prefix))
				row.n--;
			vec_push(&row, *x);
		}
		rc = write_row(s, row.p, row.n, err);
	}
	vec_fini(&row);
	return rc;
}

int
store_flush_routes(struct store *s, struct err *err)
{
	struct pending *p = s->pending.p;
	size_t n = s->pending.n;

	if (n == 0)
		return 0;
	uint32_t *idx = mem_alloc(n, sizeof(*idx));
	for (size_t i = 0; i < n; i++)
		idx[i] = (uint32_t)i;
	if (s->mixed)
		qsort(p, n, sizeof(*p), cmp_pending);
	else
		sort_by_origin(p, idx, n);
	s->pending.n = 0;
	s->mixed = false;
	int rc = write_rows(s, p, idx, n, err);
	free(idx);
	return rc;
}

int
store_put_route(struct store *s, int64_t month_us, const struct route_fact *f,
    struct err *err)
{
	size_t n = s->pending.n;

	if (n == PENDING_MAX && store_flush_routes(s, err) == -1)
		return -1;
	n = s->pending.n;
	if (n > 0 &&
	    (s->pending.p[n - 1].month_us != month_us ||
		prefix_cmp(&s->pending.p[n - 1].f.prefix, &f->prefix) > 0))
		s->mixed = true;
	vec_push(&s->pending, ((struct pending){ month_us, *f, (uint32_t)n }));
	/* Outside of a transaction nothing would ever write it. */
	return s->open ? 0 : store_flush_routes(s, err);
}

/* --- reading ------------------------------------------------------------ */

static int
each_of_row(struct store *s, sqlite3_stmt *st,
    int (*each)(void *ctx, const struct route_fact *f, struct err *err),
    void *ctx, struct err *err)
{
	struct route_fact f = { 0 };
	struct rbuf r;
	int got = -1;

	f.origin = (uint32_t)sqlite3_column_int64(st, 0);
	if (begin_row(st, 1, &r) == 0)
		while ((got = unpack(&r, &f)) == 1)
			if (each(ctx, &f, err) == -1)
				return -1;
	return got == -1 ? damaged(s, f.origin, err) : 0;
}

int
store_each_route(struct store *s, int64_t month_us, uint32_t asn,
    int (*each)(void *ctx, const struct route_fact *f, struct err *err),
    void *ctx, struct err *err)
{
	sqlite3_stmt *st;
	int got;

	if (store_flush_routes(s, err) == -1 ||
	    (st = store_st(s, asn == 0 ? ST_EACH_FACT_ALL : ST_EACH_FACT,
		 err)) == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, month_us);
	if (asn != 0)
		(void)sqlite3_bind_int64(st, 2, asn);
	while ((got = store_step(s, st, err)) == 1)
		if (each_of_row(s, st, each, ctx, err) == -1) {
			(void)sqlite3_reset(st);
			return -1;
		}
	return got;
}

/* --- months ------------------------------------------------------------- */

static int
newest_first(const void *va, const void *vb)
{
	int64_t a = *(const int64_t *)va, b = *(const int64_t *)vb;

	return (a < b) - (a > b);
}

int
store_months(struct store *s, int64_t *months, size_t max, size_t *n,
    struct err *err)
{
	VEC(int64_t) v = { 0 };
	sqlite3_stmt *st;
	int got;

	if (store_flush_routes(s, err) == -1 ||
	    (st = store_st(s, ST_MONTHS, err)) == NULL)
		return -1;
	while ((got = store_step(s, st, err)) == 1) {
		int64_t month = utc_month_start(sqlite3_column_int64(st, 0), 0);
		int64_t last = sqlite3_column_int64(st, 1);

		/* Most rows speak of the month of the row before. */
		for (int i = 0; i < MAX_MONTHS && month <= last; i++) {
			if (v.n == 0 || v.p[v.n - 1] != month)
				vec_push(&v, month);
			month = utc_month_start(month, 1);
		}
	}
	if (v.n > 1)
		qsort(v.p, v.n, sizeof(*v.p), newest_first);
	*n = 0;
	for (size_t i = 0; i < v.n && *n < max; i++)
		if (*n == 0 || months[*n - 1] != v.p[i])
			months[(*n)++] = v.p[i];
	vec_fini(&v);
	return got;
}
