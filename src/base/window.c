/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.c - a stream seen through one buffer that is refilled.
 */
#include "base/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct window
window_mem(const void *data, size_t n)
{
	return (struct window){
		.buf = (uint8_t *)(uintptr_t)data,
		.n = n,
		.end = true,
	};
}

void
window_fini(struct window *w)
{
	if (w->read != NULL)
		free(w->buf);
}

/* The buffer grows with what arrives, not with what a length claims. */
bool
window_refill(struct window *w, size_t want)
{
	if (w->end)
		return false;
	if (w->at > 0) {
		memmove(w->buf, w->buf + w->at, w->n - w->at);
		w->base += w->at;
		w->n -= w->at;
		w->at = 0;
	}
	while (w->n < want) {
		if (w->cap - w->n < w->chunk) {
			w->cap = w->cap == 0 ? w->chunk : w->cap * 2;
			w->buf = mem_realloc(w->buf, w->cap, 1);
		}
		ssize_t got =
		    w->read(w->ctx, w->buf + w->n, w->cap - w->n, &w->late);

		if (got <= 0) {
			w->end = true;
			w->failed = got == -1;
			return false;
		}
		w->n += (size_t)got;
	}
	return true;
}
