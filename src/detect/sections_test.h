/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sections_test.h - a saved state in memory, with the names of its sections:
 * for the tests of what is saved.
 */
#pragma once

#include <string.h>

#include "detect/detect.h"

/* NULL: refused. */
static struct detect *
try_open(struct world *w, const struct sect_source *saved, struct err *err)
{
	struct detect_config c;
	struct detect *d = NULL;

	detect_config_init(&c);
	return detect_new(&c, w, saved, &d, err) == -1 ? NULL : d;
}

#define SECTIONS_MAX 64

/* A state with the names of its sections, as they came. */
struct sections {
	struct sect_mem *mem;
	char name[SECTIONS_MAX][SECT_NAME_MAX];
	size_t n;
};

static int
add_section(void *ctx, const char *name, const void *data, size_t n,
    struct err *err)
{
	struct sections *s = ctx;
	struct sect_sink sink = sect_mem_sink(s->mem);

	if (s->n == SECTIONS_MAX)
		return err_set(err, ERR_LIMIT, "more than %d sections",
		    SECTIONS_MAX);
	memcpy(s->name[s->n++], name, strlen(name) + 1);
	return sink.add(sink.ctx, name, data, n, err);
}

static int
try_save(struct detect *d, struct sections *out, struct err *err)
{
	struct sect_sink sink = { add_section, out };

	*out = (struct sections){ .mem = sect_mem_new() };
	return detect_save(d, &sink, err);
}

static void
sections_fini(struct sections *s)
{
	sect_mem_free(s->mem);
	s->mem = NULL;
}

static bool
get_section(const struct sections *s, const char *name, const void **p,
    size_t *n)
{
	struct sect_source src = sect_mem_source(s->mem);
	struct err err;

	*p = NULL;
	*n = 0;
	return src.get(src.ctx, name, p, n, &err) == 1;
}

/* The name of a section that differs, or NULL. */
static const char *
first_difference(const struct sections *a, const struct sections *b)
{
	for (size_t i = 0; i < a->n; i++) {
		const void *p, *q;
		size_t n, k;

		if (!get_section(a, a->name[i], &p, &n) ||
		    !get_section(b, a->name[i], &q, &k) || n != k ||
		    (n > 0 && memcmp(p, q, n) != 0))
			return a->name[i];
	}
	return a->n == b->n ? NULL : b->name[b->n - 1];
}
