/* SPDX-License-Identifier: BSD-2-Clause */
/* buf.c - see buf.h. */
#include "base/buf.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

void
buf_fini(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

uint8_t *
buf_room(struct buf *b, size_t n)
{
	if (b->failed || (b->max != 0 && b->n + n > b->max)) {
		b->failed = true;
		return NULL;
	}
	if (b->n + n > b->cap) {
		size_t cap = b->cap < 64 ? 64 : b->cap * 2;

		if (cap < b->n + n)
			cap = b->n + n;
		b->p = mem_realloc(b->p, cap, 1);
		b->cap = cap;
	}
	uint8_t *p = b->p + b->n;
	b->n += n;
	return p;
}

void
buf_add(struct buf *b, const void *data, size_t n)
{
	uint8_t *p = buf_room(b, n);

	if (p != NULL && n > 0)
		memcpy(p, data, n);
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_chr(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256], *big;
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n >= 0 && (size_t)n < sizeof(small)) {
		buf_add(b, small, (size_t)n);
	} else if (n >= 0) {
		big = mem_alloc((size_t)n + 1, 1);
		(void)vsnprintf(big, (size_t)n + 1, fmt, again);
		buf_add(b, big, (size_t)n);
		free(big);
	}
	va_end(again);
	va_end(ap);
}

void
buf_u8(struct buf *b, uint8_t v)
{
	buf_add(b, &v, 1);
}

void
buf_u16(struct buf *b, uint16_t v)
{
	uint8_t w[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	buf_add(b, w, 2);
}

static void
store_u32(uint8_t *w, uint32_t v)
{
	w[0] = (uint8_t)(v >> 24);
	w[1] = (uint8_t)(v >> 16);
	w[2] = (uint8_t)(v >> 8);
	w[3] = (uint8_t)v;
}

void
buf_u32(struct buf *b, uint32_t v)
{
	uint8_t w[4];

	store_u32(w, v);
	buf_add(b, w, 4);
}

void
buf_u64(struct buf *b, uint64_t v)
{
	buf_u32(b, (uint32_t)(v >> 32));
	buf_u32(b, (uint32_t)v);
}

void
buf_pad(struct buf *b, size_t align)
{
	while (!b->failed && b->n % align != 0)
		buf_u8(b, 0);
}

void
buf_put_u16(struct buf *b, size_t at, uint16_t v)
{
	if (b->failed || at + 2 > b->n)
		return;
	b->p[at] = (uint8_t)(v >> 8);
	b->p[at + 1] = (uint8_t)v;
}

void
buf_put_u32(struct buf *b, size_t at, uint32_t v)
{
	if (!b->failed && at + 4 <= b->n)
		store_u32(b->p + at, v);
}

void
buf_dec(struct buf *b, uint64_t v)
{
	char text[TEXT_DEC_MAX];

	buf_add(b, text, text_dec(text, v));
}

const char *
buf_cstr(struct buf *b)
{
	if (b->n == b->cap) {
		b->p = mem_realloc(b->p, b->cap + 64, 1);
		b->cap += 64;
	}
	b->p[b->n] = '\0';
	return (const char *)b->p;
}
