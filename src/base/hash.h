/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hash.h - fast hashing for look-ups, and an index over rows that live
 * elsewhere.
 *
 * hash_bytes() is XXH3: stable across runs and machines, not secret.  The
 * index holds 32-bit row numbers and a part of each hash; rows stay in the
 * caller's array, so an array that grows needs no re-indexing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed);

static inline uint64_t
hash_u64(uint64_t v)
{
	v ^= v >> 32;
	v *= UINT64_C(0xd6e8feb86659fd93);
	v ^= v >> 32;
	v *= UINT64_C(0xd6e8feb86659fd93);
	return v ^ v >> 32;
}

#define HIDX_NONE UINT32_MAX

struct hidx {
	struct hidx_slot {
		uint32_t row, tag; /* row + 1, 0 = empty */
	} * slots;
	uint32_t mask, n;
};

typedef bool (*hidx_eq)(const void *ctx, uint32_t row, const void *key);

void hidx_fini(struct hidx *h);
/* Row whose hash is `hash` and for which eq() holds, or HIDX_NONE. */
uint32_t hidx_find(const struct hidx *h, uint64_t hash, hidx_eq eq,
    const void *ctx, const void *key);
/* Start the cache miss of a later hidx_find(). */
void hidx_prefetch(const struct hidx *h, uint64_t hash);
/* Add a row known to be absent. */
void hidx_add(struct hidx *h, uint64_t hash, uint32_t row);

/* Text kept once: the same text always has the same 32-bit number. */
struct strtab {
	char *text;
	size_t n, cap; /* bytes of text; each entry is NUL-terminated */
	uint32_t *at;  /* entry -> offset in text */
	uint32_t count, at_cap;
	struct hidx idx;
};

void strtab_fini(struct strtab *t);
uint32_t strtab_add(struct strtab *t, struct str s);
uint32_t strtab_find(const struct strtab *t, struct str s); /* HIDX_NONE */
/* Borrowed until the next strtab_add(). */
const char *strtab_get(const struct strtab *t, uint32_t id);

/* uint64 key -> uint32 value; key UINT64_MAX is not allowed. */
struct u64map {
	struct u64map_slot {
		uint64_t key;
		uint32_t val;
	} * slots;
	uint32_t mask, n;
};

void u64map_fini(struct u64map *m);
/* Pointer to the value, or NULL; borrowed until the next u64map_put(). */
uint32_t *u64map_get(const struct u64map *m, uint64_t key);
/* Pointer to the value of key, created as 0 if absent. */
uint32_t *u64map_put(struct u64map *m, uint64_t key);
