/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.c - cutting a stream into BMP messages (RFC 7854 4.1).
 *
 *    0                   1                   2                   3
 *   |    Version    |                Message Length ...
 *     ... (4)       |   Msg. Type   |
 *
 * The length counts the header.  Messages are views into one buffer that is
 * refilled when the next message does not stand in it whole.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/window.h"
#include "bmp/part.h"

#define CHUNK (64U << 10)

struct bmp_reader {
	struct window in;
	uint64_t index;
};

struct bmp_reader *
bmp_reader_new(const struct bmp_source *src)
{
	struct bmp_reader *r = mem_alloc(1, sizeof(*r));

	r->in = (struct window){ .read = src->read,
		.ctx = src->ctx,
		.chunk = CHUNK };
	return r;
}

struct bmp_reader *
bmp_reader_mem(const void *data, size_t n)
{
	struct bmp_reader *r = mem_alloc(1, sizeof(*r));

	r->in = window_mem(data, n);
	return r;
}

void
bmp_reader_free(struct bmp_reader *r)
{
	if (r == NULL)
		return;
	window_fini(&r->in);
	free(r);
}

/* The stream ends inside a message: the source's reason, or ours. */
static int
torn(const struct bmp_reader *r, uint64_t offset, size_t want, struct err *err)
{
	if (r->in.failed) {
		*err = r->in.late;
		return -1;
	}
	return err_set(err, ERR_INPUT,
	    "message %llu at offset %llu is cut short: %zu of %zu bytes",
	    (unsigned long long)r->index, (unsigned long long)offset,
	    window_left(&r->in), want);
}

/* A header that begins no message: where the next one begins nobody knows. */
static int
check_header(const struct bmp_reader *r, uint64_t offset, uint8_t version,
    uint32_t len, struct err *err)
{
	unsigned long long index = r->index, at = offset;

	if (version != BMP_VERSION)
		return err_set(err, ERR_INPUT,
		    "message %llu at offset %llu is of version %u, known is "
		    "%u: no BMP from here on",
		    index, at, version, BMP_VERSION);
	if (len < BMP_HEADER_LEN)
		return err_set(err, ERR_INPUT,
		    "message %llu at offset %llu claims %u bytes, less than "
		    "its header: no BMP from here on",
		    index, at, len);
	if (len > BMP_MESSAGE_MAX)
		return err_set(err, ERR_LIMIT,
		    "message %llu at offset %llu claims %u bytes, the limit "
		    "is %u: no BMP from here on",
		    index, at, len, BMP_MESSAGE_MAX);
	return 0;
}

int
bmp_reader_next(struct bmp_reader *r, struct bmp_frame *out, struct err *err)
{
	uint64_t offset = window_offset(&r->in);

	window_need(&r->in, BMP_HEADER_LEN);
	if (window_left(&r->in) == 0 && !r->in.failed)
		return 0;
	if (window_left(&r->in) < BMP_HEADER_LEN)
		return torn(r, offset, BMP_HEADER_LEN, err);
	struct rbuf h = rbuf_from(window_here(&r->in), BMP_HEADER_LEN);
	uint8_t version = rbuf_u8(&h);
	uint32_t len = rbuf_u32(&h);
	uint8_t type = rbuf_u8(&h);

	if (check_header(r, offset, version, len, err) == -1)
		return -1;
	window_need(&r->in, len);
	if (window_left(&r->in) < len)
		return torn(r, offset, len, err);
	const uint8_t *p = window_here(&r->in);
	*out = (struct bmp_frame){ .type = type,
		.offset = offset,
		.index = r->index,
		.body = { p + BMP_HEADER_LEN, len - BMP_HEADER_LEN },
		.raw = { p, len } };
	r->in.at += len;
	r->index++;
	return 1;
}

bool
bmp_sniff(const uint8_t *head, size_t n)
{
	struct rbuf r = rbuf_from(head, n);

	for (int i = 0; i < 3 && rbuf_left(&r) >= BMP_HEADER_LEN; i++) {
		uint8_t version = rbuf_u8(&r);
		uint32_t len = rbuf_u32(&r);
		uint8_t type = rbuf_u8(&r);
		uint32_t least = BMP_HEADER_LEN +
				 (bmp_type_has_peer(type) ? BMP_PEER_LEN : 0);

		if (version != BMP_VERSION || type > BMP_ROUTE_MIRRORING ||
		    len < least || len > BMP_MESSAGE_MAX)
			return false;
		len -= BMP_HEADER_LEN;
		if (rbuf_left(&r) < len)
			return true;
		rbuf_skip(&r, len);
	}
	return rbuf_ok(&r) && n >= BMP_HEADER_LEN;
}
