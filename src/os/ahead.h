/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ahead.h - bytes made ahead by a thread of its own; private to os/.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define AHEAD_CHUNK  (256U << 10)
#define AHEAD_CHUNKS 4 /* made and not yet read, at most */

struct ahead_source {
	/* As os_stream_read(); called by the thread alone. */
	ssize_t (*read)(void *ctx, uint8_t *dst, size_t n, struct err *err);
	/* How far the source is, in its own units, after a read. */
	uint64_t (*mark)(const void *ctx);
	void *ctx;
};

struct ahead;
/* NULL: there is no thread to be had. */
struct ahead *ahead_new(const struct ahead_source *src);
/* Stops the thread, wherever it is; accepts NULL. */
void ahead_free(struct ahead *a);
/* What the source gives, in its order: as os_stream_read(). */
ssize_t ahead_read(struct ahead *a, uint8_t *dst, size_t n, struct err *err);
/* The mark behind the chunk that was read last; 0 before the first. */
uint64_t ahead_mark(const struct ahead *a);
