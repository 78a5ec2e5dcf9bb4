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

#include "base/utc.h"
#include "base/window.h"
#include "mrt/part.h"

#define CHUNK (256U << 10)

struct mrt_reader {
	struct window in;
	uint64_t index;
};

struct mrt_reader *
mrt_reader_new(const struct mrt_source *src)
{
	struct mrt_reader *r = mem_alloc(1, sizeof(*r));

	r->in = (struct window){ .read = src->read,
		.ctx = src->ctx,
		.chunk = CHUNK };
	return r;
}

struct mrt_reader *
mrt_reader_mem(const void *data, size_t n)
{
	struct mrt_reader *r = mem_alloc(1, sizeof(*r));

	r->in = window_mem(data, n);
	return r;
}

void
mrt_reader_free(struct mrt_reader *r)
{
	if (r == NULL)
		return;
	window_fini(&r->in);
	free(r);
}

/* The stream ends inside a record: the source's reason, or ours. */
static int
torn(const struct mrt_reader *r, uint64_t offset, size_t want, struct err *err)
{
	if (r->in.failed) {
		*err = r->in.late;
		return -1;
	}
	return err_set(err, ERR_INPUT,
	    "record %llu at offset %llu is cut short: %zu of %zu bytes",
	    (unsigned long long)r->index, (unsigned long long)offset,
	    window_left(&r->in), want);
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
	uint64_t offset = window_offset(&r->in);

	window_need(&r->in, MRT_HEADER_LEN);
	if (window_left(&r->in) == 0 && !r->in.failed)
		return 0;
	if (window_left(&r->in) < MRT_HEADER_LEN)
		return torn(r, offset, MRT_HEADER_LEN, err);
	struct rbuf h = rbuf_from(window_here(&r->in), MRT_HEADER_LEN);
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
	window_need(&r->in, type == MRT_TABLE_DUMP ? whole + 4 : whole);
	if (window_left(&r->in) < whole)
		return torn(r, offset, whole, err);
	if (type == MRT_TABLE_DUMP &&
	    is_short_by_four(window_here(&r->in) + MRT_HEADER_LEN, len,
		window_left(&r->in) - MRT_HEADER_LEN, subtype)) {
		len += 4;
		whole += 4;
	}
	const uint8_t *p = window_here(&r->in);
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
	r->in.at += whole;
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
