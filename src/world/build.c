/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * build.c - from files to a world: read all inputs in parallel, find the
 * moments at which reference data change, freeze the tables of each stretch.
 *
 * The result depends on contents, dates and the sorted order of paths only,
 * never on which thread read what.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "world/load.h"

#define THREADS_MAX 64

struct build {
	const struct world_build *opts;
	struct loaded *files;
	size_t n_files;
	size_t *order;      /* largest first */
	atomic_size_t next; /* of order */
	struct os_pack_writer *pack;
	struct sect_mem *vrps; /* the VRP sections again, to look things up */
	struct meta meta;
	VEC(int64_t) changes[WORLD_GROUPS]; /* ascending; first INT64_MIN */
	bool has[WORLD_GROUPS];
	struct loaded slurm; /* path NULL: none */
};

/* --- reading ----------------------------------------------------------- */

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
	b->files = files.p;
	b->n_files = files.n;
	if (files.n == 0)
		return err_set(err, ERR_INPUT,
		    "no input: the folders named "
		    "hold no file");
	if (files.n > WORLD_INPUTS_MAX)
		return err_set(err, ERR_LIMIT, "%zu inputs, the limit is %d",
		    files.n, WORLD_INPUTS_MAX);
	qsort(b->files, b->n_files, sizeof(*b->files), by_path);
	size_t kept = 1;
	for (size_t i = 1; i < b->n_files; i++)
		if (strcmp(b->files[i].path, b->files[kept - 1].path) != 0)
			b->files[kept++] = b->files[i];
	b->n_files = kept;
	return 0;
}

static const struct loaded *sort_files; /* for by_size, set around qsort */

static int
by_size(const void *a, const void *b)
{
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	uint64_t x = sort_files[i].size, y = sort_files[k].size;

	if (x != y)
		return x > y ? -1 : 1;
	return (i > k) - (i < k);
}

static void *
reader_run(void *arg)
{
	struct build *b = arg;

	for (;;) {
		size_t i = atomic_fetch_add(&b->next, 1);

		if (i >= b->n_files)
			return NULL;
		loaded_read(&b->files[b->order[i]], b->opts->dates,
		    b->opts->n_dates);
	}
}

static void
read_files(struct build *b)
{
	pthread_t threads[THREADS_MAX];
	unsigned want = b->opts->threads == 0 ? os_cpus() : b->opts->threads;
	unsigned started = 0;

	b->order = mem_alloc(b->n_files, sizeof(*b->order));
	for (size_t i = 0; i < b->n_files; i++)
		b->order[i] = i;
	sort_files = b->files;
	qsort(b->order, b->n_files, sizeof(*b->order), by_size);
	if (want > THREADS_MAX)
		want = THREADS_MAX;
	while (started + 1 < want &&
	       pthread_create(&threads[started], NULL, reader_run, b) == 0)
		started++;
	(void)reader_run(b);
	for (unsigned i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL);
}

/* --- epochs ------------------------------------------------------------ */

static bool
is_used(const struct loaded *l)
{
	return !l->refused && l->in.role != WORLD_UNUSED;
}

/* Same kind and source: states of one thing, if their dates differ. */
static bool
same_series(const struct loaded *a, const struct loaded *b)
{
	return a->group == b->group && a->in.role == WORLD_SNAPSHOT &&
	       b->in.role == WORLD_SNAPSHOT &&
	       strcmp(a->in.kind, b->in.kind) == 0 &&
	       strcmp(a->in.source, b->in.source) == 0;
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static size_t
unique_times(int64_t *t, size_t n)
{
	size_t kept = 0;

	qsort(t, n, sizeof(*t), by_time);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || t[kept - 1] != t[i])
			t[kept++] = t[i];
	return kept;
}

/* A later state of a series is a change of its group. */
static int
find_changes(struct build *b, struct err *err)
{
	for (size_t g = 0; g < WORLD_GROUPS; g++)
		vec_push(&b->changes[g], INT64_MIN);
	for (size_t i = 0; i < b->n_files; i++) {
		const struct loaded *l = &b->files[i];
		bool later = false;

		if (!is_used(l))
			continue;
		b->has[l->group] = true;
		for (size_t k = 0; k < b->n_files && !later; k++)
			later = !b->files[k].refused &&
				same_series(l, &b->files[k]) &&
				b->files[k].in.date_us < l->in.date_us;
		if (later)
			vec_push(&b->changes[l->group], l->in.date_us);
	}
	VEC(int64_t) all = { 0 };
	for (size_t g = 0; g < WORLD_GROUPS; g++) {
		b->changes[g].n =
		    unique_times(b->changes[g].p, b->changes[g].n);
		for (size_t i = 0; i < b->changes[g].n; i++)
			vec_push(&all, b->changes[g].p[i]);
	}
	all.n = unique_times(all.p, all.n);
	if (all.n > WORLD_EPOCHS_MAX) {
		(void)err_set(err, ERR_LIMIT,
		    "reference data change %zu times, the limit is %d", all.n,
		    WORLD_EPOCHS_MAX);
		vec_fini(&all);
		return -1;
	}
	b->meta.epochs = mem_alloc(all.n, sizeof(*b->meta.epochs));
	b->meta.n_epochs = all.n;
	for (size_t e = 0; e < all.n; e++) {
		struct epoch_row *row = &b->meta.epochs[e];

		row->from_us = all.p[e];
		for (size_t g = 0; g < WORLD_GROUPS; g++) {
			uint32_t t = 0;

			while (t + 1 < b->changes[g].n &&
			       b->changes[g].p[t + 1] <= all.p[e])
				t++;
			row->table[g] = b->has[g] ? t : EPOCH_NO_TABLE;
		}
	}
	vec_fini(&all);
	return 0;
}

/* --- freezing ---------------------------------------------------------- */

/* Sections go to the pack and, for VRPs, to memory as well. */
struct tee {
	struct sect_sink a, b;
};

static int
tee_add(void *ctx, const char *name, const void *data, size_t n,
    struct err *err)
{
	const struct tee *t = ctx;

	if (t->a.add(t->a.ctx, name, data, n, err) == -1)
		return -1;
	return t->b.add(t->b.ctx, name, data, n, err);
}

static bool
hide_invalid(void *ctx, const struct prefix *p, uint32_t origin)
{
	return vrp_table_validate(ctx, p, origin, NULL) == ROV_INVALID;
}

typedef VEC(const void *) pointers;

static void
collect(const struct build *b, enum world_group g, int64_t from, pointers *out)
{
	for (size_t i = 0; i < b->n_files; i++) {
		const struct loaded *l = &b->files[i];

		if (!is_used(l) || l->group != g ||
		    !meta_in_force(&b->meta, l->at, from))
			continue;
		vec_push(out, g == GROUP_RPKI   ? (const void *)l->rpki
			      : g == GROUP_IRR  ? (const void *)l->irr
			      : g == GROUP_TOPO ? (const void *)l->topo
						: (const void *)l->registry);
	}
}

/* The group's table in force from `from`, under its suffix. */
static int
freeze_table(struct build *b, enum world_group g, uint32_t table, int64_t from,
    const struct irr_hide *hide, struct err *err)
{
	pointers in = { 0 };
	char suffix[WORLD_SUFFIX_MAX];
	struct sect_sink pack = os_pack_sink(b->pack);
	struct tee tee = { pack, sect_mem_sink(b->vrps) };
	struct sect_sink both = { tee_add, &tee };
	int status = 0;

	collect(b, g, from, &in);
	world_suffix(suffix, table);
	switch (g) {
	case GROUP_RPKI:
		status = rpki_freeze((const struct rpki_input *const *)in.p,
		    in.n, b->slurm.rpki, suffix, &both, err);
		break;
	case GROUP_IRR:
		status = irr_freeze((const struct irr_input *const *)in.p, in.n,
		    hide, suffix, &pack, err);
		break;
	case GROUP_TOPO:
		status = topo_freeze((const struct topo_input *const *)in.p,
		    in.n, suffix, &pack, err);
		break;
	case GROUP_REGISTRY:
		status =
		    registry_freeze((const struct registry_input *const *)in.p,
			in.n, suffix, &pack, err);
		break;
	case WORLD_GROUPS:
		break;
	}
	vec_fini(&in);
	return status;
}

/* Route objects that the VRPs of their time call invalid decide nothing. */
static int
freeze_irr(struct build *b, uint32_t table, int64_t from, struct err *err)
{
	struct vrp_table vrps;
	struct irr_hide hide = { hide_invalid, &vrps };
	struct sect_source src = sect_mem_source(b->vrps);
	char suffix[WORLD_SUFFIX_MAX];
	uint32_t t = 0;

	if (!b->has[GROUP_RPKI])
		return freeze_table(b, GROUP_IRR, table, from, NULL, err);
	while (t + 1 < b->changes[GROUP_RPKI].n &&
	       b->changes[GROUP_RPKI].p[t + 1] <= from)
		t++;
	world_suffix(suffix, t);
	if (vrp_table_open(&src, suffix, &vrps, err) == -1)
		return -1;
	return freeze_table(b, GROUP_IRR, table, from, &hide, err);
}

static int
freeze_all(struct build *b, struct err *err)
{
	for (size_t g = 0; g < WORLD_GROUPS; g++) {
		if (!b->has[g])
			continue;
		for (uint32_t t = 0; t < b->changes[g].n; t++) {
			int64_t from = b->changes[g].p[t];
			int status = g == GROUP_IRR
					 ? freeze_irr(b, t, from, err)
					 : freeze_table(b, (enum world_group)g,
					       t, from, NULL, err);

			if (status == -1)
				return -1;
		}
	}
	return 0;
}

/* --- the file ---------------------------------------------------------- */

static void
hash_text(struct os_sha *h, const char *s)
{
	os_sha_add(h, s, strlen(s) + 1);
}

static void
add_input(struct build *b, struct loaded *l, struct os_sha *h)
{
	char date[TIME_TEXT_MAX];

	l->at = b->meta.n_inputs;
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

	b->meta.inputs = mem_alloc(b->n_files + 1, sizeof(*b->meta.inputs));
	b->meta.groups = mem_alloc(b->n_files + 1, 1);
	os_sha_add(h, &version, 1);
	for (size_t i = 0; i < b->n_files; i++)
		if (!b->files[i].refused)
			add_input(b, &b->files[i], h);
	if (b->slurm.path != NULL)
		add_input(b, &b->slurm, h);
	os_sha_get(h, b->meta.id);
	os_sha_free(h);
}

static int
write_world(struct build *b, struct err *err)
{
	if (os_pack_create(b->opts->out, WORLD_MAGIC, WORLD_VERSION, &b->pack,
		err) == -1)
		return -1;
	struct sect_sink sink = os_pack_sink(b->pack);
	fill_meta(b);
	if (freeze_all(b, err) == -1 || meta_save(&b->meta, &sink, err) == -1)
		return -1;
	struct os_pack_writer *pack = b->pack;
	b->pack = NULL;
	return os_pack_commit(pack, err);
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

	for (size_t i = 0; i < b->n_files; i++) {
		const struct loaded *l = &b->files[i];

		refused += l->refused;
		if (b->opts->report != NULL)
			b->opts->report(b->opts->ctx, &l->in,
			    l->refused ? l->err.msg : NULL);
	}
	return refused;
}

int
world_build(const struct world_build *opts, size_t *n_refused, struct err *err)
{
	struct build b = { .opts = opts };
	struct arena names = { 0 };
	int status = -1;

	b.vrps = sect_mem_new();
	if (list_files(&b, &names, err) == -1)
		goto out;
	if (opts->slurm != NULL && read_slurm(&b, err) == -1)
		goto out;
	read_files(&b);
	*n_refused = report_files(&b);
	if (*n_refused == b.n_files) {
		(void)err_set(err, ERR_INPUT, "no input could be used");
		goto out;
	}
	if (find_changes(&b, err) == -1)
		goto out;
	status = write_world(&b, err);

out:
	os_pack_abort(b.pack);
	sect_mem_free(b.vrps);
	for (size_t i = 0; i < b.n_files; i++)
		loaded_fini(&b.files[i]);
	free(b.files);
	free(b.order);
	for (size_t g = 0; g < WORLD_GROUPS; g++)
		vec_fini(&b.changes[g]);
	loaded_fini(&b.slurm);
	meta_fini(&b.meta);
	arena_free(&names);
	return status;
}
