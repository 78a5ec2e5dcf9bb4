/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.c - cutting a stream into MRT records.
 *
 *    0                   1                   2                   3
 *   |                           Timestamp                           |
 *   |             Type              |            Subtype            |
 *   |                             Length                            |
 *
 * Records are views into one buffer that is refilled when the next record
 * does not stand in it whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"
#include "mrt/part.h"

#define CHUNK (256U << 10)

struct mrt_reader {
	struct mrt_source src;
	uint8_t *buf; /* owned unless mem */
	size_t at, n, cap;
	uint64_t base; /* stream offset of buf[0] */
	uint64_t index;
	bool mem, end, failed;
	struct err late; /* the source failed after bytes that are good */
};

struct mrt_reader *
mrt_reader_new(const struct mrt_source *src)
{
	struct mrt_reader *r = mem_alloc(1, sizeof(*r));

	r->src = *src;
	return r;
}

struct mrt_reader *
mrt_reader_mem(const void *data, size_t n)
{
	struct mrt_reader *r = mem_alloc(1, sizeof(*r));

	r->buf = (uint8_t *)(uintptr_t)data;
	r->n = n;
	r->mem = true;
	r->end = true;
	return r;
}

void
mrt_reader_free(struct mrt_reader *r)
{
	if (r == NULL)
		return;
	if (!r->mem)
		free(r->buf);
	free(r);
}

/*
 * At least `want` bytes from `at` on, if the source has them.  The buffer
 * grows with what arrives, not with what a length claims.
 */
static void
need(struct mrt_reader *r, size_t want)
{
	if (r->n - r->at >= want || r->end)
		return;
	if (r->at > 0) {
		memmove(r->buf, r->buf + r->at, r->n - r->at);
		r->base += r->at;
		r->n -= r->at;
		r->at = 0;
	}
	while (r->n < want) {
		if (r->cap - r->n < CHUNK) {
			r->cap = r->cap == 0 ? CHUNK : r->cap * 2;
			r->buf = mem_realloc(r->buf, r->cap, 1);
		}
		ssize_t got = r->src.read(r->src.ctx, r->buf + r->n,
		    r->cap - r->n, &r->late);

		if (got <= 0) {
			r->end = true;
			r->failed = got == -1;
			return;
		}
		r->n += (size_t)got;
	}
}

/* The stream ends inside a record: the source's reason, or ours. */
static int
torn(const struct mrt_reader *r, uint64_t offset, size_t want, struct err *err)
{
	if (r->failed) {
		*err = r->late;
		return -1;
	}
	return err_set(err, ERR_INPUT,
	    "record %llu at offset %llu is cut short: %zu of %zu bytes",
	    (unsigned long long)r->index, (unsigned long long)offset,
	    r->n - r->at, want);
}

static bool
is_extended(uint16_t type)
{
	/* RFC 6396 3: _ET types hold microseconds before the message */
	return type == MRT_BGP4MP_ET || type == 33 || type == 49;
}

/*
 * MRTd did not count view and sequence, four octets, into the length of a
 * TABLE_DUMP with several entries (tables of 1999 and 2000).  A record whose
 * entries do not fill its length, and do fill four octets more, is such a one.
 */
static bool
is_short_by_four(const uint8_t *body, size_t n, size_t have, uint16_t subtype)
{
	bool as4;

	return have >= n + 4 && !mrt_table_dump_fits(body, n, subtype, &as4) &&
	       mrt_table_dump_fits(body, n + 4, subtype, &as4);
}

int
mrt_reader_next(struct mrt_reader *r, struct mrt_record *out, struct err *err)
{
	uint64_t offset = r->base + r->at;

	need(r, MRT_HEADER_LEN);
	if (r->n == r->at && !r->failed)
		return 0;
	if (r->n - r->at < MRT_HEADER_LEN)
		return torn(r, offset, MRT_HEADER_LEN, err);
	struct rbuf h = rbuf_from(r->buf + r->at, MRT_HEADER_LEN);
	int64_t time_us = (int64_t)rbuf_u32(&h) * TIME_SEC;
	uint16_t type = rbuf_u16(&h), subtype = rbuf_u16(&h);
	uint32_t len = rbuf_u32(&h);

	if (len > MRT_RECORD_MAX)
		return err_set(err, ERR_LIMIT,
		    "record %llu at offset %llu claims %u bytes (type %u, "
		    "subtype %u), the limit is %u: no MRT from here on",
		    (unsigned long long)r->index, (unsigned long long)offset,
		    len, type, subtype, MRT_RECORD_MAX);
	size_t whole = MRT_HEADER_LEN + (size_t)len;
	need(r, type == MRT_TABLE_DUMP ? whole + 4 : whole);
	if (r->n - r->at < whole)
		return torn(r, offset, whole, err);
	if (type == MRT_TABLE_DUMP &&
	    is_short_by_four(r->buf + r->at + MRT_HEADER_LEN, len,
		r->n - r->at - MRT_HEADER_LEN, subtype)) {
		len += 4;
		whole += 4;
	}
	const uint8_t *p = r->buf + r->at;
	*out = (struct mrt_record){ .time_us = time_us,
		.type = type,
		.subtype = subtype,
		.offset = offset,
		.index = r->index,
		.body = { p + MRT_HEADER_LEN, len },
		.raw = { p, whole } };
	if (is_extended(type) && len >= 4) {
		struct rbuf us = rbuf_from(out->body.p, 4);
		uint32_t v = rbuf_u32(&us);

		out->time_us += v < TIME_SEC ? v : 0;
		out->body.p += 4;
		out->body.n -= 4;
	}
	r->at += whole;
	r->index++;
	return 1;
}

bool
mrt_sniff(const uint8_t *head, size_t n)
{
	struct rbuf r = rbuf_from(head, n);

	for (int i = 0; i < 3 && rbuf_left(&r) >= MRT_HEADER_LEN; i++) {
		rbuf_skip(&r, 4);
		uint16_t type = rbuf_u16(&r), subtype = rbuf_u16(&r);
		uint32_t len = rbuf_u32(&r);

		/* Types that were ever assigned lie below 64. */
		if (type == 0 || type > 64 || subtype > 64 ||
		    len > MRT_RECORD_MAX)
			return false;
		if (rbuf_left(&r) < len)
			return true;
		if (type == MRT_TABLE_DUMP &&
		    is_short_by_four(r.pos, len, rbuf_left(&r), subtype))
			len += 4;
		rbuf_skip(&r, len);
	}
	return rbuf_ok(&r) && n >= MRT_HEADER_LEN;
}
