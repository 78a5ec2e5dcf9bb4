/* SPDX-License-Identifier: BSD-2-Clause */
/* work.c - see work.h. */
#include "world/work.h"

#include <stdlib.h>
#include <string.h>

#define THREADS_MAX 64

/* --- what changes when ------------------------------------------------- */

/* Is l in force from `from` on?  As meta_in_force(), before there is a meta. */
static bool
in_force(const struct work_group *group, const struct loaded *l, int64_t from)
{
	bool is_first = true;

	if (l->in.role != WORLD_SNAPSHOT)
		return true;
	for (size_t i = 0; i < group->n_inputs; i++) {
		const struct world_input *o = &group->inputs[i]->in;

		if (!world_same_series(&l->in, o))
			continue;
		if (o->date_us < l->in.date_us)
			is_first = false;
		if (o->date_us > l->in.date_us && o->date_us <= from)
			return false;
	}
	return is_first || l->in.date_us <= from;
}

static bool
follows_another(const struct work_group *group, const struct loaded *l)
{
	for (size_t i = 0; i < group->n_inputs; i++) {
		const struct world_input *o = &group->inputs[i]->in;

		if (world_same_series(&l->in, o) && o->date_us < l->in.date_us)
			return true;
	}
	return false;
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* One table from the beginning, one from each later state of a series. */
static int
plan_group(struct work *w, enum world_group g, struct err *err)
{
	struct work_group *group = &w->groups[g];
	VEC(int64_t) times = { 0 };

	group->planned = true;
	group->inputs = mem_alloc(w->n_files, sizeof(struct loaded *));
	for (size_t i = 0; i < w->n_files; i++) {
		struct loaded *l = &w->files[i];

		/* those still being read are other threads' and other groups' */
		if (w->states[i] == FILE_DONE && !l->refused &&
		    l->in.role != WORLD_UNUSED && l->group == g)
			group->inputs[group->n_inputs++] = l;
	}
	vec_push(&times, INT64_MIN);
	for (size_t i = 0; i < group->n_inputs; i++)
		if (follows_another(group, group->inputs[i]))
			vec_push(&times, group->inputs[i]->in.date_us);
	qsort(times.p, times.n, sizeof(*times.p), by_time);
	group->tables = mem_alloc(times.n, sizeof(*group->tables));
	for (size_t i = 0; group->n_inputs > 0 && i < times.n; i++)
		if (i == 0 || times.p[i - 1] != times.p[i])
			group->tables[group->n++].from_us = times.p[i];
	vec_fini(&times);
	if (group->n > WORLD_EPOCHS_MAX)
		return err_set(err, ERR_LIMIT,
		    "reference data change %u times, the limit is %d", group->n,
		    WORLD_EPOCHS_MAX);
	return 0;
}

/* --- freezing ---------------------------------------------------------- */

static bool
hide_invalid(void *ctx, const struct prefix *p, uint32_t origin)
{
	return vrp_table_validate(ctx, p, origin, NULL) == ROV_INVALID;
}

typedef VEC(const void *) pointers;

static void
collect(const struct work *w, enum world_group g, int64_t from, pointers *out)
{
	const struct work_group *group = &w->groups[g];

	for (size_t i = 0; i < group->n_inputs; i++) {
		const struct loaded *l = group->inputs[i];

		if (!in_force(group, l, from))
			continue;
		vec_push(out, g == GROUP_RPKI   ? (const void *)l->rpki
			      : g == GROUP_IRR  ? (const void *)l->irr
			      : g == GROUP_TOPO ? (const void *)l->topo
						: (const void *)l->registry);
	}
}

/* Route objects that the VRPs of their time call invalid decide nothing. */
static int
freeze_irr(const struct work *w, const pointers *in, int64_t from,
    const char *suffix, const struct sect_sink *sink, struct err *err)
{
	const struct work_group *rpki = &w->groups[GROUP_RPKI];
	struct vrp_table vrps = { .present = false };
	struct irr_hide hide = { hide_invalid, &vrps };
	char vrp_suffix[WORLD_SUFFIX_MAX];
	uint32_t t = 0;

	while (t + 1 < rpki->n && rpki->tables[t + 1].from_us <= from)
		t++;
	world_suffix(vrp_suffix, t);
	if (rpki->n > 0) {
		struct sect_source src = sect_mem_source(rpki->tables[t].out);

		if (vrp_table_open(&src, vrp_suffix, &vrps, err) == -1)
			return -1;
	}
	return irr_freeze((const struct irr_input *const *)in->p, in->n,
	    vrp_table_present(&vrps) ? &hide : NULL, suffix, sink, err);
}

static int
freeze_table(const struct work *w, enum world_group g, uint32_t number,
    struct sect_mem *out, struct err *err)
{
	int64_t from = w->groups[g].tables[number].from_us;
	struct sect_sink sink = sect_mem_sink(out);
	char suffix[WORLD_SUFFIX_MAX];
	pointers in = { 0 };
	int status = 0;

	collect(w, g, from, &in);
	world_suffix(suffix, number);
	switch (g) {
	case GROUP_RPKI:
		status = rpki_freeze((const struct rpki_input *const *)in.p,
		    in.n, w->slurm, suffix, &sink, err);
		break;
	case GROUP_IRR:
		status = freeze_irr(w, &in, from, suffix, &sink, err);
		break;
	case GROUP_TOPO:
		status = topo_freeze((const struct topo_input *const *)in.p,
		    in.n, suffix, &sink, err);
		break;
	case GROUP_REGISTRY:
		status =
		    registry_freeze((const struct registry_input *const *)in.p,
			in.n, suffix, &sink, err);
		break;
	case WORLD_GROUPS:
		break;
	}
	vec_fini(&in);
	return status;
}

/* --- threads ----------------------------------------------------------- */

static void
note_known(void *ctx, struct loaded *l, enum world_group group)
{
	struct work *w = ctx;

	(void)pthread_mutex_lock(&w->lock);
	w->known[l - w->files] = (int)group;
	(void)pthread_cond_broadcast(&w->moved);
	(void)pthread_mutex_unlock(&w->lock);
}

/* No input that is not yet read can belong to g. */
static bool
is_read(const struct work *w, enum world_group g)
{
	for (size_t i = 0; i < w->n_files; i++)
		if (w->states[i] != FILE_DONE &&
		    (w->known[i] == -1 || w->known[i] == (int)g))
			return false;
	return true;
}

static bool
is_frozen(const struct work_group *g)
{
	return g->planned && g->n_done == g->n;
}

/* A table that can be frozen now; those that take longest come first. */
static bool
pick_table(struct work *w, enum world_group *g, uint32_t *number)
{
	static const enum world_group order[] = { GROUP_TOPO, GROUP_REGISTRY,
		GROUP_RPKI, GROUP_IRR };

	for (size_t i = 0; i < COUNT(order); i++) {
		struct work_group *group = &w->groups[order[i]];

		if (!group->planned && is_read(w, order[i]) &&
		    plan_group(w, order[i], &w->err) == -1) {
			w->failed = true;
			return false;
		}
		if (order[i] == GROUP_IRR && !is_frozen(&w->groups[GROUP_RPKI]))
			continue;
		for (uint32_t t = 0; t < group->n; t++)
			if (group->tables[t].state == TABLE_WAITS) {
				*g = order[i];
				*number = t;
				return true;
			}
	}
	return false;
}

static void
read_next(struct work *w)
{
	size_t i = w->order[w->next++];

	w->states[i] = FILE_TAKEN;
	(void)pthread_mutex_unlock(&w->lock);
	w->files[i].known = note_known;
	w->files[i].ctx = w;
	loaded_read(&w->files[i], w->dates, w->n_dates);
	(void)pthread_mutex_lock(&w->lock);
	w->states[i] = FILE_DONE;
}

static void
freeze_next(struct work *w, enum world_group g, uint32_t number)
{
	struct work_group *group = &w->groups[g];
	struct sect_mem *out = sect_mem_new();
	struct err err;

	group->tables[number].state = TABLE_TAKEN;
	(void)pthread_mutex_unlock(&w->lock);
	int status = freeze_table(w, g, number, out, &err);
	(void)pthread_mutex_lock(&w->lock);
	group->tables[number].out = out;
	group->tables[number].state = TABLE_DONE;
	if (status == -1 && !w->failed) {
		w->failed = true;
		w->err = err;
	}
	if (++group->n_done == group->n)
		for (size_t i = 0; i < group->n_inputs; i++)
			loaded_drop(group->inputs[i]);
}

static bool
is_over(const struct work *w)
{
	if (w->failed)
		return true;
	if (w->next < w->n_files)
		return false;
	for (size_t g = 0; g < WORLD_GROUPS; g++)
		if (!is_frozen(&w->groups[g]))
			return false;
	return true;
}

static void *
thread_run(void *arg)
{
	struct work *w = arg;
	enum world_group g;
	uint32_t number;

	(void)pthread_mutex_lock(&w->lock);
	while (!is_over(w)) {
		if (w->next < w->n_files) {
			read_next(w);
		} else if (pick_table(w, &g, &number)) {
			freeze_next(w, g, number);
		} else if (!is_over(w)) {
			(void)pthread_cond_wait(&w->moved, &w->lock);
			continue;
		}
		(void)pthread_cond_broadcast(&w->moved);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

static int
by_size(const void *a, const void *b, void *ctx)
{
	const struct loaded *files = ctx;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;

	if (files[i].size != files[k].size)
		return files[i].size > files[k].size ? -1 : 1;
	return (i > k) - (i < k);
}

int
work_run(struct work *w, unsigned threads, struct err *err)
{
	pthread_t ids[THREADS_MAX];
	unsigned started = 0;

	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_cond_init(&w->moved, NULL);
	w->order = mem_alloc(w->n_files, sizeof(*w->order));
	w->states = mem_alloc(w->n_files, sizeof(*w->states));
	w->known = mem_alloc(w->n_files, sizeof(*w->known));
	for (size_t i = 0; i < w->n_files; i++) {
		w->order[i] = i;
		w->known[i] = -1;
		/* What files side by side leave over. */
		w->files[i].threads = (unsigned)(threads / w->n_files);
	}
	qsort_r(w->order, w->n_files, sizeof(*w->order), by_size, w->files);
	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	while (started + 1 < threads &&
	       pthread_create(&ids[started], NULL, thread_run, w) == 0)
		started++;
	(void)thread_run(w);
	for (unsigned i = 0; i < started; i++)
		(void)pthread_join(ids[i], NULL);
	(void)pthread_cond_destroy(&w->moved);
	(void)pthread_mutex_destroy(&w->lock);
	if (w->failed)
		*err = w->err;
	return w->failed ? -1 : 0;
}

void
work_fini(struct work *w)
{
	for (size_t g = 0; g < WORLD_GROUPS; g++) {
		for (uint32_t t = 0; t < w->groups[g].n; t++)
			sect_mem_free(w->groups[g].tables[t].out);
		free(w->groups[g].tables);
		free(w->groups[g].inputs);
	}
	free(w->order);
	free(w->states);
	free(w->known);
}
