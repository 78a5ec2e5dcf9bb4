/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.h - a stream seen through one buffer that is refilled.
 *
 * What stands at `at` is what a reader looks at next; it moves `at` on over
 * what it has taken.  Views into the buffer hold until the next window_need.
 */
#ifndef COMITY_BASE_WINDOW_H
#define COMITY_BASE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct window {
	/* Bytes read, 0 at the end, -1 with err set.  NULL over memory. */
	ssize_t (*read)(void *ctx, void *buf, size_t n, struct err *err);
	void *ctx;
	size_t chunk; /* bytes to ask for, at least */
	uint8_t *buf; /* owned, unless over memory */
	size_t at, n, cap;
	uint64_t base; /* stream offset of buf[0] */
	bool end, failed;
	struct err late; /* the source failed after bytes that are good */
};

/* Over n bytes of the caller's, which stay theirs and outlive the window. */
struct window window_mem(const void *data, size_t n);
void window_fini(struct window *w);

bool window_refill(struct window *w, size_t want);

/* At least `want` bytes from `at` on; false when the source ends before. */
static inline bool
window_need(struct window *w, size_t want)
{
	return w->n - w->at >= want || window_refill(w, want);
}

static inline size_t
window_left(const struct window *w)
{
	return w->n - w->at;
}

static inline const uint8_t *
window_here(const struct window *w)
{
	return w->buf + w->at;
}

/* The stream offset of `at`. */
static inline uint64_t
window_offset(const struct window *w)
{
	return w->base + w->at;
}

#endif
