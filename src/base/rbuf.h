/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rbuf.h - reading foreign bytes: a bounded cursor that remembers overruns.
 *
 * After the first overrun every read gives 0, nothing is left and rbuf_ok()
 * is false.  Two habits make it safe: ask rbuf_ok() before a decoded number
 * serves as a count or index, and decode a nested structure from its own
 * rbuf_sub(), so that it cannot see its neighbour.  Numbers are big-endian.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rbuf {
	const uint8_t *start, *pos, *end;
	bool failed;
};

static inline struct rbuf
rbuf_from(const void *data, size_t len)
{
	const uint8_t *p = data;

	return (struct rbuf){ p, p, p + len, false };
}

static inline bool
rbuf_ok(const struct rbuf *r)
{
	return !r->failed;
}

static inline size_t
rbuf_left(const struct rbuf *r)
{
	return (size_t)(r->end - r->pos);
}

/* Bytes consumed so far. */
static inline size_t
rbuf_pos(const struct rbuf *r)
{
	return (size_t)(r->pos - r->start);
}

/* True when everything was read and nothing overran. */
static inline bool
rbuf_end(const struct rbuf *r)
{
	return !r->failed && r->pos == r->end;
}

/* n bytes as a borrowed pointer; NULL (and failed) when fewer are left. */
static inline const uint8_t *
rbuf_bytes(struct rbuf *r, size_t n)
{
	const uint8_t *p = r->pos;

	if (rbuf_left(r) < n) {
		r->failed = true;
		r->pos = r->end;
		return NULL;
	}
	r->pos += n;
	return p;
}

static inline void
rbuf_skip(struct rbuf *r, size_t n)
{
	(void)rbuf_bytes(r, n);
}

static inline uint8_t
rbuf_u8(struct rbuf *r)
{
	if (r->pos == r->end) {
		r->failed = true;
		return 0;
	}
	return *r->pos++;
}

/* Of bytes that are known to be there. */
static inline uint16_t
rbuf_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
rbuf_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static inline uint16_t
rbuf_u16(struct rbuf *r)
{
	const uint8_t *p = rbuf_bytes(r, 2);

	return p == NULL ? 0 : rbuf_be16(p);
}

static inline uint32_t
rbuf_u32(struct rbuf *r)
{
	const uint8_t *p = rbuf_bytes(r, 4);

	return p == NULL ? 0 : rbuf_be32(p);
}

static inline uint64_t
rbuf_u64(struct rbuf *r)
{
	uint64_t hi = rbuf_u32(r);

	return hi << 32 | rbuf_u32(r);
}

/* Copy n bytes to dst; zeroes dst when fewer are left. */
static inline void
rbuf_copy(struct rbuf *r, void *dst, size_t n)
{
	const uint8_t *p = rbuf_bytes(r, n);

	if (p == NULL)
		memset(dst, 0, n);
	else
		memcpy(dst, p, n);
}

/* A bounded view of the next n bytes; fails r when fewer are left. */
static inline struct rbuf
rbuf_sub(struct rbuf *r, size_t n)
{
	const uint8_t *p = rbuf_bytes(r, n);

	if (p == NULL)
		return (struct rbuf){ r->end, r->end, r->end, true };
	return rbuf_from(p, n);
}
