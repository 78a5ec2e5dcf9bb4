/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * build.c - from files to a world: find the inputs, have them read and their
 * tables frozen, put together the moments at which reference data change, and
 * write it all.
 *
 * The result depends on contents, dates and the sorted order of paths only,
 * never on which thread read what.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "world/work.h"

struct build {
	const struct world_build *opts;
	struct work work;
	struct loaded slurm; /* path NULL: none */
	struct meta meta;
};

/* --- inputs ------------------------------------------------------------ */

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct loaded *)a)->path,
	    ((const struct loaded *)b)->path);
}

static int
list_files(struct build *b, struct arena *arena, struct err *err)
{
	VEC(struct loaded) files = { 0 };

	for (size_t i = 0; i < b->opts->n_paths; i++) {
		char **names;
		size_t n;

		if (os_walk(b->opts->paths[i], arena, &names, &n, err) == -1) {
			vec_fini(&files);
			return -1;
		}
		for (size_t k = 0; k < n; k++) {
			struct stat st;
			struct loaded *l = vec_grow(&files);

			l->path = names[k];
			if (stat(names[k], &st) == 0)
				l->size = (uint64_t)st.st_size;
		}
	}
	b->work.files = files.p;
	b->work.n_files = files.n;
	if (files.n == 0)
		return err_set(err, ERR_INPUT,
		    "no input: the folders named "
		    "hold no file");
	if (files.n > WORLD_INPUTS_MAX)
		return err_set(err, ERR_LIMIT, "%zu inputs, the limit is %d",
		    files.n, WORLD_INPUTS_MAX);
	qsort(files.p, files.n, sizeof(*files.p), by_path);
	size_t kept = 1;
	for (size_t i = 1; i < files.n; i++)
		if (strcmp(files.p[i].path, files.p[kept - 1].path) != 0)
			files.p[kept++] = files.p[i];
	b->work.n_files = kept;
	return 0;
}

static int
read_slurm(struct build *b, struct err *err)
{
	struct loaded *l = &b->slurm;

	l->path = b->opts->slurm;
	loaded_read(l, b->opts->dates, b->opts->n_dates);
	if (l->refused) {
		*err = l->err;
		return err_wrap(err, "--slurm %s", l->path);
	}
	if (l->in.role != WORLD_UNUSED)
		return err_set(err, ERR_INPUT,
		    "--slurm %s: is no file of local exceptions", l->path);
	l->in.role = WORLD_EXCEPTIONS;
	return 0;
}

static size_t
report_files(const struct build *b)
{
	size_t refused = 0;

	for (size_t i = 0; i < b->work.n_files; i++) {
		const struct loaded *l = &b->work.files[i];

		refused += l->refused;
		if (b->opts->report != NULL)
			b->opts->report(b->opts->ctx, &l->in,
			    l->refused ? l->err.msg : NULL);
	}
	return refused;
}

/* --- epochs ------------------------------------------------------------ */

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* A new epoch wherever a table of some group begins. */
static int
make_epochs(struct build *b, struct err *err)
{
	struct meta *m = &b->meta;
	VEC(int64_t) all = { 0 };

	vec_push(&all, INT64_MIN);
	for (size_t g = 0; g < WORLD_GROUPS; g++)
		for (uint32_t t = 0; t < b->work.groups[g].n; t++)
			vec_push(&all, b->work.groups[g].tables[t].from_us);
	qsort(all.p, all.n, sizeof(*all.p), by_time);
	m->epochs = mem_alloc(all.n, sizeof(*m->epochs));
	for (size_t i = 0; i < all.n; i++) {
		struct epoch_row *row = &m->epochs[m->n_epochs];

		if (i > 0 && all.p[i - 1] == all.p[i])
			continue;
		m->n_epochs++;
		row->from_us = all.p[i];
		for (size_t g = 0; g < WORLD_GROUPS; g++) {
			const struct work_group *group = &b->work.groups[g];
			uint32_t t = 0;

			while (t + 1 < group->n &&
			       group->tables[t + 1].from_us <= row->from_us)
				t++;
			row->table[g] = group->n > 0 ? t : EPOCH_NO_TABLE;
		}
	}
	vec_fini(&all);
	if (m->n_epochs > WORLD_EPOCHS_MAX)
		return err_set(err, ERR_LIMIT,
		    "reference data change %zu times, the limit is %d",
		    m->n_epochs, WORLD_EPOCHS_MAX);
	return 0;
}

/* --- the file ---------------------------------------------------------- */

static void
hash_text(struct os_sha *h, const char *s)
{
	os_sha_add(h, s, strlen(s) + 1);
}

static void
add_input(struct build *b, const struct loaded *l, struct os_sha *h)
{
	char date[TIME_TEXT_MAX];

	b->meta.groups[b->meta.n_inputs] = (uint8_t)l->group;
	b->meta.inputs[b->meta.n_inputs++] = l->in;
	if (l->in.role == WORLD_UNUSED)
		return;
	hash_text(h, l->in.kind);
	hash_text(h, l->in.source);
	hash_text(h, utc_format(date, l->in.date_us));
	os_sha_add(h, l->in.sha256, sizeof(l->in.sha256));
}

/* Names the world: what it was made of, not where it lay. */
static void
fill_meta(struct build *b)
{
	struct os_sha *h = os_sha_new();
	uint8_t version = WORLD_VERSION;

	b->meta.inputs =
	    mem_alloc(b->work.n_files + 1, sizeof(*b->meta.inputs));
	b->meta.groups = mem_alloc(b->work.n_files + 1, 1);
	os_sha_add(h, &version, 1);
	for (size_t i = 0; i < b->work.n_files; i++)
		if (!b->work.files[i].refused)
			add_input(b, &b->work.files[i], h);
	if (b->slurm.path != NULL)
		add_input(b, &b->slurm, h);
	os_sha_get(h, b->meta.id);
	os_sha_free(h);
}

static int
write_sections(struct build *b, const struct sect_sink *sink, struct err *err)
{
	for (size_t g = 0; g < WORLD_GROUPS; g++)
		for (uint32_t t = 0; t < b->work.groups[g].n; t++)
			if (sect_mem_copy(b->work.groups[g].tables[t].out, sink,
				err) == -1)
				return -1;
	return meta_save(&b->meta, sink, err);
}

static int
write_world(struct build *b, struct err *err)
{
	struct os_pack_writer *pack = NULL;

	if (os_pack_create(b->opts->out, WORLD_MAGIC, WORLD_VERSION, &pack,
		err) == -1)
		return -1;
	struct sect_sink sink = os_pack_sink(pack);
	fill_meta(b);
	if (write_sections(b, &sink, err) == -1) {
		os_pack_abort(pack);
		return -1;
	}
	return os_pack_commit(pack, err);
}

int
world_build(const struct world_build *opts, size_t *n_refused, struct err *err)
{
	struct build b = { .opts = opts };
	struct arena names = { 0 };
	int status = -1;

	if (list_files(&b, &names, err) == -1)
		goto out;
	if (opts->slurm != NULL && read_slurm(&b, err) == -1)
		goto out;
	b.work.slurm = b.slurm.rpki;
	b.work.dates = opts->dates;
	b.work.n_dates = opts->n_dates;
	int worked = work_run(&b.work,
	    opts->threads == 0 ? os_cpus() : opts->threads, err);
	*n_refused = report_files(&b);
	if (worked == -1)
		goto out;
	if (*n_refused == b.work.n_files) {
		(void)err_set(err, ERR_INPUT, "no input could be used");
		goto out;
	}
	if (make_epochs(&b, err) == 0)
		status = write_world(&b, err);

out:
	work_fini(&b.work);
	for (size_t i = 0; i < b.work.n_files; i++)
		loaded_fini(&b.work.files[i]);
	free(b.work.files);
	loaded_fini(&b.slurm);
	meta_fini(&b.meta);
	arena_free(&names);
	return status;
}
