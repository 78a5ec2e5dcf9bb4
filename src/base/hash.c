/* SPDX-License-Identifier: BSD-2-Clause */
/* hash.c - see hash.h. */
#include "base/hash.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wswitch-enum"
#include <xxhash.h>
#pragma GCC diagnostic pop

uint64_t
hash_bytes(const void *p, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(p, n, seed);
}

void
hidx_fini(struct hidx *h)
{
	free(h->slots);
	*h = (struct hidx){ 0 };
}

/*
 * 32 bits of the hash serve both as position and as check, so that growing
 * needs no second look at the rows.
 */
static uint32_t
tag_of(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

uint32_t
hidx_find(const struct hidx *h, uint64_t hash, hidx_eq eq, const void *ctx,
    const void *key)
{
	uint32_t tag = tag_of(hash);

	if (h->slots == NULL)
		return HIDX_NONE;
	for (uint32_t i = tag & h->mask;; i = (i + 1) & h->mask) {
		const struct hidx_slot *s = &h->slots[i];

		if (s->row == 0)
			return HIDX_NONE;
		if (s->tag == tag && eq(ctx, s->row - 1, key))
			return s->row - 1;
	}
}

void
hidx_prefetch(const struct hidx *h, uint64_t hash)
{
	if (h->slots != NULL)
		__builtin_prefetch(&h->slots[tag_of(hash) & h->mask]);
}

static void
hidx_place(struct hidx *h, uint32_t tag, uint32_t row_plus_1)
{
	uint32_t i = tag & h->mask;

	while (h->slots[i].row != 0)
		i = (i + 1) & h->mask;
	h->slots[i] = (struct hidx_slot){ .row = row_plus_1, .tag = tag };
}

void
hidx_add(struct hidx *h, uint64_t hash, uint32_t row)
{
	if (h->slots == NULL || h->n >= h->mask / 4 * 3) {
		struct hidx_slot *old = h->slots;
		uint32_t n_old = old == NULL ? 0 : h->mask + 1;

		h->mask = n_old == 0 ? 63 : n_old * 2 - 1;
		h->slots = mem_alloc((size_t)h->mask + 1, sizeof(*h->slots));
		for (uint32_t i = 0; i < n_old; i++)
			if (old[i].row != 0)
				hidx_place(h, old[i].tag, old[i].row);
		free(old);
	}
	assert(row != HIDX_NONE);
	hidx_place(h, tag_of(hash), row + 1);
	h->n++;
}

void
strtab_fini(struct strtab *t)
{
	free(t->text);
	free(t->at);
	hidx_fini(&t->idx);
	*t = (struct strtab){ 0 };
}

const char *
strtab_get(const struct strtab *t, uint32_t id)
{
	assert(id < t->count);
	return t->text + t->at[id];
}

static bool
strtab_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct str *s = key;
	const char *have = strtab_get(ctx, row);

	return strncmp(have, s->p, s->n) == 0 && have[s->n] == '\0';
}

/* An empty slice may have no pointer; text ends at an embedded NUL. */
static struct str
strtab_key(struct str s)
{
	if (s.n == 0)
		return STR("");
	s.n = strnlen(s.p, s.n);
	return s;
}

uint32_t
strtab_find(const struct strtab *t, struct str s)
{
	s = strtab_key(s);
	return hidx_find(&t->idx, hash_bytes(s.p, s.n, 0), strtab_eq, t, &s);
}

uint32_t
strtab_add(struct strtab *t, struct str s)
{
	uint32_t id = strtab_find(t, s);

	if (id != HIDX_NONE)
		return id;
	s = strtab_key(s);
	if (t->n + s.n + 1 > t->cap) {
		size_t cap = (t->cap + s.n + 64) * 2;

		t->text = mem_realloc(t->text, cap, 1);
		t->cap = cap;
	}
	if (t->count == t->at_cap) {
		t->at_cap = t->at_cap == 0 ? 16 : t->at_cap * 2;
		t->at = mem_realloc(t->at, t->at_cap, sizeof(*t->at));
	}
	assert(t->n <= UINT32_MAX);
	memcpy(t->text + t->n, s.p, s.n);
	t->text[t->n + s.n] = '\0';
	t->at[t->count] = (uint32_t)t->n;
	t->n += s.n + 1;
	hidx_add(&t->idx, hash_bytes(s.p, s.n, 0), t->count);
	return t->count++;
}

void
u64map_fini(struct u64map *m)
{
	free(m->slots);
	*m = (struct u64map){ 0 };
}

/* Keys are stored plus one, so that zeroed memory is an empty map. */
static struct u64map_slot *
u64map_slot(const struct u64map *m, uint64_t key)
{
	uint32_t i = (uint32_t)hash_u64(key) & m->mask;

	while (m->slots[i].key != 0 && m->slots[i].key != key + 1)
		i = (i + 1) & m->mask;
	return &m->slots[i];
}

uint32_t *
u64map_get(const struct u64map *m, uint64_t key)
{
	if (m->slots == NULL)
		return NULL;
	struct u64map_slot *s = u64map_slot(m, key);
	return s->key == 0 ? NULL : &s->val;
}

uint32_t *
u64map_put(struct u64map *m, uint64_t key)
{
	assert(key != UINT64_MAX);
	if (m->slots == NULL || m->n >= m->mask / 4 * 3) {
		struct u64map old = *m;
		uint32_t n_old = old.slots == NULL ? 0 : old.mask + 1;

		m->mask = n_old == 0 ? 63 : n_old * 2 - 1;
		m->slots = mem_alloc((size_t)m->mask + 1, sizeof(*m->slots));
		for (uint32_t i = 0; i < n_old; i++)
			if (old.slots[i].key != 0)
				*u64map_slot(m, old.slots[i].key - 1) =
				    old.slots[i];
		free(old.slots);
	}
	struct u64map_slot *s = u64map_slot(m, key);
	if (s->key == 0) {
		s->key = key + 1;
		m->n++;
	}
	return &s->val;
}
