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
#include <string.h>

#include "base/mem.h"
#include "bmp/part.h"

#define CHUNK (64U << 10)

struct bmp_reader {
	struct bmp_source src;
	uint8_t *buf; /* owned unless mem */
	size_t at, n, cap;
	uint64_t base; /* stream offset of buf[0] */
	uint64_t index;
	bool mem, end, failed;
	struct err late; /* the source failed after bytes that are good */
};

struct bmp_reader *
bmp_reader_new(const struct bmp_source *src)
{
	struct bmp_reader *r = mem_alloc(1, sizeof(*r));

	r->src = *src;
	return r;
}

struct bmp_reader *
bmp_reader_mem(const void *data, size_t n)
{
	struct bmp_reader *r = mem_alloc(1, sizeof(*r));

	r->buf = (uint8_t *)(uintptr_t)data;
	r->n = n;
	r->mem = true;
	r->end = true;
	return r;
}

void
bmp_reader_free(struct bmp_reader *r)
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
need(struct bmp_reader *r, size_t want)
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

/* The stream ends inside a message: the source's reason, or ours. */
static int
torn(const struct bmp_reader *r, uint64_t offset, size_t want, struct err *err)
{
	if (r->failed) {
		*err = r->late;
		return -1;
	}
	return err_set(err, ERR_INPUT,
	    "message %llu at offset %llu is cut short: %zu of %zu bytes",
	    (unsigned long long)r->index, (unsigned long long)offset,
	    r->n - r->at, want);
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
	uint64_t offset = r->base + r->at;

	need(r, BMP_HEADER_LEN);
	if (r->n == r->at && !r->failed)
		return 0;
	if (r->n - r->at < BMP_HEADER_LEN)
		return torn(r, offset, BMP_HEADER_LEN, err);
	struct rbuf h = rbuf_from(r->buf + r->at, BMP_HEADER_LEN);
	uint8_t version = rbuf_u8(&h);
	uint32_t len = rbuf_u32(&h);
	uint8_t type = rbuf_u8(&h);

	if (check_header(r, offset, version, len, err) == -1)
		return -1;
	need(r, len);
	if (r->n - r->at < len)
		return torn(r, offset, len, err);
	const uint8_t *p = r->buf + r->at;
	*out = (struct bmp_frame){ .type = type,
		.offset = offset,
		.index = r->index,
		.body = { p + BMP_HEADER_LEN, len - BMP_HEADER_LEN },
		.raw = { p, len } };
	r->at += len;
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
