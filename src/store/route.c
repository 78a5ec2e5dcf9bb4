/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.c - monthly facts of routes: one row for a month and an origin.
 *
 * A row for each route costs 2.7 s for a million of them, and most of the
 * store's size; packed by origin it is a fifth of both, and what is asked for
 * is always one origin or all.  Facts that come by origin and prefix are packed
 * as they come; any other order only means more rows read, merged and written.
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

/* The stored row and the one at hand in one: the new facts win. */
static int
merge_row(struct store *s, sqlite3_stmt *old, struct buf *out, struct err *err)
{
	const struct route_row *row = &s->row;
	struct route_fact f = { 0 }, g = { 0 };
	struct rbuf was, now = rbuf_from(row->routes.p, row->routes.n);
	int got_f, got_g;

	if (begin_row(old, 0, &was) == -1 || rbuf_u8(&now) != PACK_VERSION)
		return damaged(s, row->origin, err);
	buf_u8(out, PACK_VERSION);
	got_f = unpack(&was, &f);
	got_g = unpack(&now, &g);
	while (got_f == 1 || got_g == 1) {
		int c = got_f != 1   ? 1
			: got_g != 1 ? -1
				     : prefix_cmp(&f.prefix, &g.prefix);

		pack(out, c < 0 ? &f : &g);
		if (c <= 0)
			got_f = unpack(&was, &f);
		if (c >= 0)
			got_g = unpack(&now, &g);
		if (got_f == -1)
			return damaged(s, row->origin, err);
	}
	return got_f == -1 ? damaged(s, row->origin, err) : 0;
}

/* Is anything of that month stored?  -1 on failure. */
static int
has_month(struct store *s, int64_t month_us, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_HAS_FACTS, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, month_us);
	int got = store_step(s, st, err);
	(void)sqlite3_reset(st);
	return got;
}

/*
 * 1 = a row of that month and origin may be there.  Origins come in ascending
 * order, so that in a month that was empty there is none for the next.  Only
 * a transaction keeps others from writing.
 */
static int
may_exist(struct store *s, struct err *err)
{
	struct route_row *row = &s->row;

	if (!s->open)
		return 1;
	if (!row->asked || row->month_us != row->asked_us) {
		int got = has_month(s, row->month_us, err);

		if (got == -1)
			return -1;
		row->asked = true;
		row->asked_us = row->month_us;
		row->new_month = got == 0;
		row->top = 0;
		return got;
	}
	return !row->new_month || row->origin <= row->top;
}

static int
write_row(struct store *s, const struct buf *routes, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_PUT_FACT, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, s->row.month_us);
	(void)sqlite3_bind_int64(st, 2, s->row.origin);
	(void)sqlite3_bind_blob(st, 3, routes->p, (int)routes->n,
	    SQLITE_STATIC);
	return store_run(s, st, err);
}

/* What waits into one with the row that is stored, if one is. */
static int
write_merged(struct store *s, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_GET_FACT, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, s->row.month_us);
	(void)sqlite3_bind_int64(st, 2, s->row.origin);
	int got = store_step(s, st, err);
	if (got != 1)
		return got == -1 ? -1 : write_row(s, &s->row.routes, err);
	buf_clear(&s->blob);
	int rc = merge_row(s, st, &s->blob, err);
	(void)sqlite3_reset(st);
	return rc == -1 ? -1 : write_row(s, &s->blob, err);
}

int
store_flush_routes(struct store *s, struct err *err)
{
	struct route_row *row = &s->row;

	if (!row->open)
		return 0;
	row->open = false;
	int old = may_exist(s, err);
	if (old == -1 || (old ? write_merged(s, err)
			      : write_row(s, &row->routes, err)) == -1)
		return -1;
	if (row->origin > row->top)
		row->top = row->origin;
	return 0;
}

int
store_put_route(struct store *s, int64_t month_us, const struct route_fact *f,
    struct err *err)
{
	struct route_row *row = &s->row;

	if (row->open &&
	    (row->month_us != month_us || row->origin != f->origin ||
		prefix_cmp(&row->last, &f->prefix) >= 0) &&
	    store_flush_routes(s, err) == -1)
		return -1;
	if (!row->open) {
		row->month_us = month_us;
		row->origin = f->origin;
		row->open = true;
		buf_clear(&row->routes);
		buf_u8(&row->routes, PACK_VERSION);
	}
	row->last = f->prefix;
	pack(&row->routes, f);
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
