/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buf.h - a growing byte buffer: binary output (big-endian) and text output.
 *
 * One type serves encoders and formatters.  `max` (0 = none) is part of the
 * buffer: past it nothing is added and `failed` is set.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
	uint8_t *p;
	size_t n, cap, max;
	bool failed; /* max was reached; what was added since is lost */
};

void buf_fini(struct buf *b); /* leaves an empty buffer, max kept */
/* Room for n more bytes, as a pointer to fill, or NULL past max. */
uint8_t *buf_room(struct buf *b, size_t n);

static inline void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}

void buf_add(struct buf *b, const void *data, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_chr(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
void buf_pad(struct buf *b, size_t align); /* zeroes up to a multiple */
/* Overwrite earlier bytes, for lengths that are known later. */
void buf_put_u16(struct buf *b, size_t at, uint16_t v);
void buf_put_u32(struct buf *b, size_t at, uint32_t v);
/* Decimal digits. */
void buf_dec(struct buf *b, uint64_t v);
/* NUL-terminated view of the text so far; borrowed until the next change. */
const char *buf_cstr(struct buf *b);
