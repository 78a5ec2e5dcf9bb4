/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * meta.c - the sections that say what a world was made of: its inputs, their
 * texts, and its epochs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "world/part.h"

struct input_row {
	uint32_t path, kind, source, date_from, refusals; /* into the texts */
	uint16_t group, role;
	int64_t date_us;
	uint64_t taken, refused;
	uint8_t sha256[32];
};

void
world_suffix(char out[WORLD_SUFFIX_MAX], uint32_t n)
{
	out[0] = '\0';
	if (n != 0)
		(void)snprintf(out, WORLD_SUFFIX_MAX, ".%u", n % 100000);
}

/* Offset of a text that was appended. */
static uint32_t
add_text(struct buf *texts, const char *s)
{
	uint32_t at = (uint32_t)texts->n;

	buf_add(texts, s, strlen(s) + 1);
	return at;
}

int
meta_save(const struct meta *m, const struct sect_sink *sink, struct err *err)
{
	struct buf texts = { 0 };
	VEC(struct input_row) rows = { 0 };
	int status = -1;

	for (size_t i = 0; i < m->n_inputs; i++) {
		const struct world_input *in = &m->inputs[i];
		struct input_row *r = vec_grow(&rows);

		r->path = add_text(&texts, in->path);
		r->kind = add_text(&texts, in->kind);
		r->source = add_text(&texts, in->source);
		r->date_from = add_text(&texts, in->date_from);
		r->refusals = add_text(&texts, in->refusals);
		r->group = m->groups[i];
		r->role = (uint16_t)in->role;
		r->date_us = in->date_us;
		r->taken = in->taken;
		r->refused = in->refused;
		memcpy(r->sha256, in->sha256, sizeof(r->sha256));
	}
	if (sink->add(sink->ctx, "world.inputs", rows.p,
		rows.n * sizeof(*rows.p), err) == 0 &&
	    sink->add(sink->ctx, "world.texts", texts.p, texts.n, err) == 0 &&
	    sink->add(sink->ctx, "world.epochs", m->epochs,
		m->n_epochs * sizeof(*m->epochs), err) == 0 &&
	    sink->add(sink->ctx, "world.id", m->id, sizeof(m->id), err) == 0)
		status = 0;
	vec_fini(&rows);
	buf_fini(&texts);
	return status;
}

/* A text of the section, or NULL when it does not end inside it. */
static const char *
get_text(const char *texts, size_t n, uint32_t at)
{
	if (at >= n || memchr(texts + at, '\0', n - at) == NULL)
		return NULL;
	return texts + at;
}

static int
load_input(struct world_input *in, const struct input_row *r, const char *texts,
    size_t n)
{
	in->path = get_text(texts, n, r->path);
	in->kind = get_text(texts, n, r->kind);
	in->source = get_text(texts, n, r->source);
	in->date_from = get_text(texts, n, r->date_from);
	in->refusals = get_text(texts, n, r->refusals);
	in->role = (enum world_role)r->role;
	in->date_us = r->date_us;
	in->taken = r->taken;
	in->refused = r->refused;
	memcpy(in->sha256, r->sha256, sizeof(in->sha256));
	return in->path == NULL || in->kind == NULL || in->source == NULL ||
		       in->date_from == NULL || in->refusals == NULL ||
		       r->group >= WORLD_GROUPS || r->role > WORLD_UNUSED
		   ? -1
		   : 0;
}

static int
load_epochs(struct meta *m, const struct epoch_row *rows, size_t n,
    struct err *err)
{
	if (n == 0 || n > WORLD_EPOCHS_MAX || rows[0].from_us != INT64_MIN)
		return err_set(err, ERR_INPUT, "%zu epochs", n);
	for (size_t i = 1; i < n; i++)
		if (rows[i].from_us <= rows[i - 1].from_us)
			return err_set(err, ERR_INPUT,
			    "epoch %zu does not follow the one before", i);
	m->n_epochs = n;
	m->epochs = mem_alloc(n, sizeof(*m->epochs));
	memcpy(m->epochs, rows, n * sizeof(*rows));
	return 0;
}

int
meta_load(struct meta *m, const struct sect_source *src, struct err *err)
{
	const void *rows, *texts, *epochs, *id;
	size_t n, n_texts, n_epochs, n_id;

	if (sect_array(src, "world.inputs", sizeof(struct input_row), &rows, &n,
		err) == -1 ||
	    sect_array(src, "world.texts", 1, &texts, &n_texts, err) == -1 ||
	    sect_array(src, "world.epochs", sizeof(struct epoch_row), &epochs,
		&n_epochs, err) == -1 ||
	    sect_array(src, "world.id", 1, &id, &n_id, err) == -1)
		return -1;
	if (n > WORLD_INPUTS_MAX || n_id != sizeof(m->id))
		return err_set(err, ERR_INPUT, "%zu inputs", n);
	memcpy(m->id, id, sizeof(m->id));
	m->n_inputs = n;
	m->inputs = mem_alloc(n, sizeof(*m->inputs));
	m->groups = mem_alloc(n, sizeof(*m->groups));
	for (size_t i = 0; i < n; i++) {
		const struct input_row *r = (const struct input_row *)rows + i;

		if (load_input(&m->inputs[i], r, texts, n_texts) == -1)
			return err_set(err, ERR_INPUT, "input %zu is damaged",
			    i);
		m->groups[i] = (uint8_t)r->group;
	}
	return load_epochs(m, epochs, n_epochs, err);
}

bool
world_same_series(const struct world_input *a, const struct world_input *b)
{
	return a->role == WORLD_SNAPSHOT && b->role == WORLD_SNAPSHOT &&
	       strcmp(a->kind, b->kind) == 0 &&
	       strcmp(a->source, b->source) == 0;
}

bool
meta_in_force(const struct meta *m, size_t i, int64_t us)
{
	const struct world_input *in = &m->inputs[i];
	bool is_first = true;

	if (in->role != WORLD_SNAPSHOT)
		return in->role != WORLD_UNUSED;
	for (size_t k = 0; k < m->n_inputs; k++) {
		const struct world_input *o = &m->inputs[k];

		if (m->groups[k] != m->groups[i] || !world_same_series(in, o))
			continue;
		if (o->date_us < in->date_us)
			is_first = false;
		if (o->date_us > in->date_us && o->date_us <= us)
			return false;
	}
	return is_first || in->date_us <= us;
}

void
meta_fini(struct meta *m)
{
	free(m->inputs);
	free(m->groups);
	free(m->epochs);
	arena_free(&m->arena);
	*m = (struct meta){ 0 };
}
