/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sect.h - named sections: how a frozen table gets into a file and back.
 *
 * A folder that owns a table (VRPs, route objects, relationships ...) freezes
 * it into one or more named byte sections and later opens it again from
 * borrowed bytes, without copying.  Where the sections live is not its
 * business: world keeps them in one mapped file, tests keep them in memory.
 *
 * Sections are in host order (little-endian only) and start at a multiple of
 * 64 bytes, so a table may be read in place as an array.  The bytes are
 * foreign all the same: counts are checked at open, and every index or offset
 * is bounds-checked when it is followed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SECT_NAME_MAX 24 /* bytes with the NUL */

struct sect_sink {
	/* Copies data.  A name is added once. */
	int (*add)(void *ctx, const char *name, const void *data, size_t n,
	    struct err *err);
	void *ctx;
};

struct sect_source {
	/*
	 * 1 and the bytes, 0 when there is no such section, -1 when it is
	 * damaged.  Bytes live as long as the source.
	 */
	int (*get)(void *ctx, const char *name, const void **data, size_t *n,
	    struct err *err);
	void *ctx;
};

/*
 * An array section of elements of `size` bytes: *p and *n, or NULL and 0 when
 * the section is absent.  Fails if the length is no multiple of size.
 */
int sect_array(const struct sect_source *src, const char *name, size_t size,
    const void **p, size_t *n, struct err *err);

/* Sections in memory: a sink and a source over the same bytes, for tests. */
struct sect_mem;
struct sect_mem *sect_mem_new(void);
void sect_mem_free(struct sect_mem *m);
struct sect_sink sect_mem_sink(struct sect_mem *m);
struct sect_source sect_mem_source(struct sect_mem *m);
/* All sections to another sink, in the order in which they were added. */
int sect_mem_copy(const struct sect_mem *m, const struct sect_sink *sink,
    struct err *err);
