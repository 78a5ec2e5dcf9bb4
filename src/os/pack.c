/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pack.c - files of named, checksummed sections; the layout stands in os.h.
 *
 * The table stands at the end, so that sections stream out as they are made
 * and only the header is written last, into room that was left for it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/os.h"

#define PACK_HEADER 64
#define PACK_ALIGN  64
#define PACK_BOM    0x01020304U

struct pack_header {
	char magic[8];
	uint32_t version, bom;
	uint64_t file_size, table_at;
	uint32_t sections, zero;
	uint64_t table_sum, header_sum;
	uint64_t zero2;
};
_Static_assert(sizeof(struct pack_header) == PACK_HEADER, "layout");

struct pack_row {
	char name[SECT_NAME_MAX];
	uint64_t at, len, sum;
};
_Static_assert(sizeof(struct pack_row) == 48, "layout");

struct os_pack_writer {
	struct os_atomic *file;
	struct pack_header header;
	VEC(struct pack_row) rows;
};

int
os_pack_create(const char *path, const char magic[8], uint32_t version,
    struct os_pack_writer **out, struct err *err)
{
	static const uint8_t room[PACK_HEADER];
	struct os_pack_writer *w = mem_alloc(1, sizeof(*w));

	memcpy(w->header.magic, magic, sizeof(w->header.magic));
	w->header.version = version;
	w->header.bom = PACK_BOM;
	if (os_atomic_open(path, 0644, &w->file, err) == -1 ||
	    os_atomic_write(w->file, room, sizeof(room), err) == -1) {
		os_pack_abort(w);
		return -1;
	}
	*out = w;
	return 0;
}

static int
pack_pad(struct os_pack_writer *w, struct err *err)
{
	static const uint8_t zeros[PACK_ALIGN];
	uint64_t over = os_atomic_pos(w->file) % PACK_ALIGN;

	if (over == 0)
		return 0;
	return os_atomic_write(w->file, zeros, (size_t)(PACK_ALIGN - over),
	    err);
}

static int
pack_add(void *ctx, const char *name, const void *data, size_t n,
    struct err *err)
{
	struct os_pack_writer *w = ctx;
	struct pack_row row = { .len = n, .sum = hash_bytes(data, n, 0) };

	if (strlen(name) >= SECT_NAME_MAX)
		return err_set(err, ERR_LIMIT, "section name %s too long",
		    name);
	if (w->rows.n >= OS_PACK_SECTIONS_MAX)
		return err_set(err, ERR_LIMIT, "more than %d sections",
		    OS_PACK_SECTIONS_MAX);
	for (size_t i = 0; i < w->rows.n; i++)
		if (strcmp(w->rows.p[i].name, name) == 0)
			return err_set(err, ERR_INPUT, "section %s added twice",
			    name);
	memcpy(row.name, name, strlen(name));
	row.at = os_atomic_pos(w->file);
	if (n > 0 && os_atomic_write(w->file, data, n, err) == -1)
		return -1;
	vec_push(&w->rows, row);
	return pack_pad(w, err);
}

struct sect_sink
os_pack_sink(struct os_pack_writer *w)
{
	return (struct sect_sink){ pack_add, w };
}

int
os_pack_commit(struct os_pack_writer *w, struct err *err)
{
	struct pack_header *h = &w->header;
	size_t n = w->rows.n * sizeof(*w->rows.p);

	h->table_at = os_atomic_pos(w->file);
	h->sections = (uint32_t)w->rows.n;
	h->table_sum = hash_bytes(w->rows.p, n, 0);
	h->file_size = h->table_at + n;
	h->header_sum =
	    hash_bytes(h, offsetof(struct pack_header, header_sum), 0);
	if (os_atomic_write(w->file, w->rows.p, n, err) == -1 ||
	    os_atomic_write_at(w->file, 0, h, sizeof(*h), err) == -1) {
		os_pack_abort(w);
		return -1;
	}
	int status = os_atomic_commit(w->file, err);
	w->file = NULL;
	os_pack_abort(w);
	return status;
}

void
os_pack_abort(struct os_pack_writer *w)
{
	if (w == NULL)
		return;
	os_atomic_abort(w->file);
	vec_fini(&w->rows);
	free(w);
}

struct os_pack {
	struct os_map map;
	char *path;
	const struct pack_row *rows; /* in the map */
	uint32_t n;
	bool *checked;
};

static int
pack_check_header(const struct os_map *m, const char magic[8], uint32_t version,
    struct pack_header *h, struct err *err)
{
	if (m->n < sizeof(*h))
		return err_set(err, ERR_INPUT,
		    "%zu bytes are too short for a header of %d", m->n,
		    PACK_HEADER);
	memcpy(h, m->p, sizeof(*h));
	if (memcmp(h->magic, magic, sizeof(h->magic)) != 0)
		return err_set(err, ERR_INPUT,
		    "does not begin with the mark \"%.8s\"", magic);
	if (h->bom != PACK_BOM)
		return err_set(err, ERR_INPUT,
		    "was written on a machine of other byte order");
	if (h->version != version)
		return err_set(err, ERR_INPUT,
		    "has version %u, this program reads %u", h->version,
		    version);
	if (h->header_sum !=
	    hash_bytes(h, offsetof(struct pack_header, header_sum), 0))
		return err_set(err, ERR_INPUT, "header is damaged");
	if (h->file_size != m->n)
		return err_set(err, ERR_INPUT,
		    "is %zu bytes long, its header says %llu", m->n,
		    (unsigned long long)h->file_size);
	uint64_t table = (uint64_t)h->sections * sizeof(struct pack_row);
	if (h->sections > OS_PACK_SECTIONS_MAX || h->table_at > m->n ||
	    h->table_at % 8 != 0 || m->n - h->table_at != table)
		return err_set(err, ERR_INPUT, "section table lies outside");
	if (h->table_sum != hash_bytes(m->p + h->table_at, table, 0))
		return err_set(err, ERR_INPUT, "section table is damaged");
	return 0;
}

static int
pack_check_rows(const struct os_pack *p, uint64_t table_at, struct err *err)
{
	for (uint32_t i = 0; i < p->n; i++) {
		const struct pack_row *r = &p->rows[i];

		if (r->name[SECT_NAME_MAX - 1] != '\0' ||
		    r->at % PACK_ALIGN != 0 || r->at > table_at ||
		    r->len > table_at - r->at)
			return err_set(err, ERR_INPUT,
			    "section %u lies outside", i);
	}
	return 0;
}

int
os_pack_open(const char *path, const char magic[8], uint32_t version,
    struct os_pack **out, struct err *err)
{
	struct os_pack *p = mem_alloc(1, sizeof(*p));
	struct pack_header h;

	p->path = mem_strdup(path);
	if (os_map_open(path, &p->map, err) == -1)
		goto fail; /* names the path itself */
	if (pack_check_header(&p->map, magic, version, &h, err) == -1)
		goto wrap;
	/* The map begins at a page and table_at was checked for alignment. */
	p->rows = (const void *)(p->map.p + h.table_at);
	p->n = h.sections;
	p->checked = mem_alloc(p->n, sizeof(*p->checked));
	if (pack_check_rows(p, h.table_at, err) == -1)
		goto wrap;
	*out = p;
	return 0;

wrap:
	(void)err_wrap(err, "%s", path);
fail:
	os_pack_close(p);
	return -1;
}

void
os_pack_close(struct os_pack *p)
{
	if (p == NULL)
		return;
	os_map_close(&p->map);
	free(p->checked);
	free(p->path);
	free(p);
}

static int
pack_check(struct os_pack *p, uint32_t i, struct err *err)
{
	const struct pack_row *r = &p->rows[i];

	if (p->checked[i])
		return 0;
	if (hash_bytes(p->map.p + r->at, r->len, 0) != r->sum)
		return err_set(err, ERR_INPUT,
		    "%s: section %s at %llu is damaged", p->path, r->name,
		    (unsigned long long)r->at);
	p->checked[i] = true;
	return 0;
}

static int
pack_get(void *ctx, const char *name, const void **data, size_t *n,
    struct err *err)
{
	struct os_pack *p = ctx;

	for (uint32_t i = 0; i < p->n; i++) {
		if (strcmp(p->rows[i].name, name) != 0)
			continue;
		if (pack_check(p, i, err) == -1)
			return -1;
		*data = p->map.p + p->rows[i].at;
		*n = p->rows[i].len;
		return 1;
	}
	return 0;
}

struct sect_source
os_pack_source(struct os_pack *p)
{
	return (struct sect_source){ pack_get, p };
}

int
os_pack_verify(struct os_pack *p, struct err *err)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (pack_check(p, i, err) == -1)
			return -1;
	return 0;
}
