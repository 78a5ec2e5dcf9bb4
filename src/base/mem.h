/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem.h - allocation, arenas and growable arrays.
 *
 * Every allocation succeeds or ends the process (doc/decisions/010).  A size
 * that comes from input is compared with a limit that has a name before.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Zeroed memory, or the end of the process. */
void *mem_alloc(size_t n, size_t size) __attribute__((returns_nonnull));
/* Like realloc(); grown bytes are not zeroed.  Ends the process on failure. */
void *mem_realloc(void *p, size_t n, size_t size);
char *mem_strdup(const char *s) __attribute__((returns_nonnull));
char *mem_strndup(const char *s, size_t n) __attribute__((returns_nonnull));
/* Peak anonymous memory of this process so far, in bytes (0 = unknown). */
uint64_t mem_peak_anon(void);

/* One arena per unit of work; everything in it goes in one arena_free(). */
struct arena {
	struct arena_block *head;
	size_t bytes; /* handed out so far */
};

void *arena_alloc(struct arena *a, size_t size)
    __attribute__((returns_nonnull)); /* zeroed, aligned to 16 */
char *arena_strndup(struct arena *a, const char *s, size_t n)
    __attribute__((returns_nonnull));
void arena_free(struct arena *a); /* leaves an empty arena behind */

/*
 * VEC(T) is an array that grows: { T *p; size_t n, cap; }, zero-initialised.
 * vec_push(&v, value) appends, vec_grow(&v) returns a pointer to one new
 * zeroed element, vec_fini(&v) frees.  vec_reserve(&v, want) makes room for
 * `want` elements, which hold nothing yet: memory never used is never touched.
 * Pointers into p move when it grows.
 */
#define VEC(T)                 \
	struct {               \
		T *p;          \
		size_t n, cap; \
	}

void *vec_reserve_(void *p, size_t *cap, size_t want, size_t size);

#define vec_reserve(v, want) \
	((v)->p = vec_reserve_((v)->p, &(v)->cap, (want), sizeof(*(v)->p)))
#define vec_push(v, value) \
	(vec_reserve((v), (v)->n + 1), (v)->p[(v)->n++] = (value))
#define vec_grow(v)                    \
	(vec_reserve((v), (v)->n + 1), \
	    memset(&(v)->p[(v)->n], 0, sizeof(*(v)->p)), &(v)->p[(v)->n++])
#define vec_fini(v) (mem_free_((v)->p), (v)->p = NULL, (v)->n = 0, (v)->cap = 0)
#define VEC_FOREACH(it, v) \
	for ((it) = (v)->p; (it) != NULL && (it) < (v)->p + (v)->n; (it)++)

void mem_free_(void *p);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
