/* SPDX-License-Identifier: BSD-2-Clause */
/* mem.c - see mem.h. */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK 65536
#define ARENA_FIRST 1024

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(16) unsigned char data[];
};

static void
out_of_memory(size_t n, size_t size)
{
	(void)fprintf(stderr, "comity: out of memory for %zu times %zu bytes\n",
	    n, size);
	exit(2);
}

void *
mem_alloc(size_t n, size_t size)
{
	void *p = calloc(n == 0 ? 1 : n, size == 0 ? 1 : size);

	if (p == NULL)
		out_of_memory(n, size);
	return p;
}

void *
mem_realloc(void *p, size_t n, size_t size)
{
	void *q = reallocarray(p, n == 0 ? 1 : n, size == 0 ? 1 : size);

	if (q == NULL)
		out_of_memory(n, size);
	return q;
}

char *
mem_strndup(const char *s, size_t n)
{
	char *p = mem_alloc(n + 1, 1);

	memcpy(p, s, n);
	return p;
}

char *
mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

void
mem_free_(void *p)
{
	free(p);
}

uint64_t
mem_peak_anon(void)
{
	/*
	 * The kernel keeps the peak of all resident pages only; file pages
	 * are subtracted at their present size, the best it offers.
	 */
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	uint64_t peak = 0, file = 0;

	if (f == NULL)
		return 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "VmHWM:", 6) == 0)
			peak = strtoull(line + 6, NULL, 10);
		else if (strncmp(line, "RssFile:", 8) == 0)
			file = strtoull(line + 8, NULL, 10);
	}
	(void)fclose(f);
	return peak > file ? (peak - file) * 1024 : 0;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = a->head;
	size_t want = (size + 15) & ~(size_t)15;

	if (b == NULL || b->size - b->used < want) {
		/* Small at first: many an arena holds a few texts. */
		size_t n = b == NULL ? ARENA_FIRST : b->size * 2;

		if (n > ARENA_BLOCK)
			n = ARENA_BLOCK;
		if (n < want)
			n = want;

		b = mem_alloc(1, sizeof(*b) + n);
		b->size = n;
		b->next = a->head;
		a->head = b;
	}
	void *p = b->data + b->used;
	b->used += want;
	a->bytes += want;
	return p;
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	memcpy(p, s, n);
	return p;
}

void
arena_free(struct arena *a)
{
	while (a->head != NULL) {
		struct arena_block *next = a->head->next;

		free(a->head);
		a->head = next;
	}
	a->bytes = 0;
}

void *
vec_reserve_(void *p, size_t *cap, size_t want, size_t size)
{
	if (want <= *cap)
		return p;
	size_t n = *cap < 8 ? 8 : *cap + *cap / 2;
	if (n < want)
		n = want;
	*cap = n;
	return mem_realloc(p, n, size);
}
