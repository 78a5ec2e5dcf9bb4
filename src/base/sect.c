/* SPDX-License-Identifier: BSD-2-Clause */
/* sect.c - see sect.h. */
#include "base/sect.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

int
sect_array(const struct sect_source *src, const char *name, size_t size,
    const void **p, size_t *n, struct err *err)
{
	const void *data;
	size_t len;
	int got = src->get(src->ctx, name, &data, &len, err);

	if (got == -1)
		return -1;
	if (got == 0) {
		*p = NULL;
		*n = 0;
		return 0;
	}
	if (len % size != 0)
		return err_set(err, ERR_INPUT,
		    "section %s: %zu bytes are no whole number of %zu-byte "
		    "rows",
		    name, len, size);
	*p = data;
	*n = len / size;
	return 0;
}

struct sect_mem_row {
	char name[SECT_NAME_MAX];
	void *data;
	size_t n;
};

struct sect_mem {
	VEC(struct sect_mem_row) rows;
};

struct sect_mem *
sect_mem_new(void)
{
	return mem_alloc(1, sizeof(struct sect_mem));
}

void
sect_mem_free(struct sect_mem *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->rows.n; i++)
		free(m->rows.p[i].data);
	vec_fini(&m->rows);
	free(m);
}

static struct sect_mem_row *
sect_mem_find(struct sect_mem *m, const char *name)
{
	for (size_t i = 0; i < m->rows.n; i++)
		if (strcmp(m->rows.p[i].name, name) == 0)
			return &m->rows.p[i];
	return NULL;
}

static int
sect_mem_add(void *ctx, const char *name, const void *data, size_t n,
    struct err *err)
{
	struct sect_mem *m = ctx;

	if (strlen(name) >= SECT_NAME_MAX)
		return err_set(err, ERR_LIMIT, "section name %s too long",
		    name);
	if (sect_mem_find(m, name) != NULL)
		return err_set(err, ERR_INPUT, "section %s added twice", name);
	struct sect_mem_row *row = vec_grow(&m->rows);
	memcpy(row->name, name, strlen(name) + 1);
	row->data = aligned_alloc(64, (n + 64) & ~(size_t)63);
	if (row->data == NULL)
		return err_sys(err, "section %s", name);
	if (n > 0)
		memcpy(row->data, data, n);
	row->n = n;
	return 0;
}

static int
sect_mem_get(void *ctx, const char *name, const void **data, size_t *n,
    struct err *err)
{
	const struct sect_mem_row *row = sect_mem_find(ctx, name);

	(void)err;
	if (row == NULL)
		return 0;
	*data = row->data;
	*n = row->n;
	return 1;
}

struct sect_sink
sect_mem_sink(struct sect_mem *m)
{
	return (struct sect_sink){ sect_mem_add, m };
}

struct sect_source
sect_mem_source(struct sect_mem *m)
{
	return (struct sect_source){ sect_mem_get, m };
}

int
sect_mem_copy(const struct sect_mem *m, const struct sect_sink *sink,
    struct err *err)
{
	for (size_t i = 0; i < m->rows.n; i++) {
		const struct sect_mem_row *r = &m->rows.p[i];

		if (sink->add(sink->ctx, r->name, r->data, r->n, err) == -1)
			return -1;
	}
	return 0;
}
