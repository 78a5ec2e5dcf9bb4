/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ahead.c - a ring of chunks between a thread that fills them and a reader
 * that empties them.  Chunks are small enough to stay in the cache that the two
 * share, and few, so that a slow reader keeps the thread waiting.
 */
#include "os/ahead.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct chunk {
	uint8_t *bytes; /* AHEAD_CHUNK */
	size_t n;
	uint64_t mark;
	bool last;  /* nothing follows: the end, or a failure */
	ssize_t rc; /* ... which: 0 or -1 */
	struct err err;
};

struct ahead {
	struct ahead_source src;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	struct chunk ring[AHEAD_CHUNKS];
	uint64_t filled, emptied; /* chunks so far */
	bool stop;
	size_t at; /* of the chunk that is read */
	uint64_t mark;
};

/* A place to fill; NULL: nobody reads any more. */
static struct chunk *
wait_for_room(struct ahead *a)
{
	struct chunk *c = NULL;

	(void)pthread_mutex_lock(&a->lock);
	while (!a->stop && a->filled - a->emptied == AHEAD_CHUNKS)
		(void)pthread_cond_wait(&a->moved, &a->lock);
	if (!a->stop)
		c = &a->ring[a->filled % AHEAD_CHUNKS];
	(void)pthread_mutex_unlock(&a->lock);
	return c;
}

/* What one read gives: a source that pauses is not waited for. */
static void
fill(struct ahead *a, struct chunk *c)
{
	c->rc = a->src.read(a->src.ctx, c->bytes, AHEAD_CHUNK, &c->err);
	c->n = c->rc > 0 ? (size_t)c->rc : 0;
	c->last = c->rc <= 0;
	c->mark = a->src.mark(a->src.ctx);
}

static void *
run(void *ctx)
{
	struct ahead *a = ctx;
	struct chunk *c;
	bool last = false;

	while (!last && (c = wait_for_room(a)) != NULL) {
		fill(a, c);
		last = c->last;
		(void)pthread_mutex_lock(&a->lock);
		a->filled++;
		(void)pthread_cond_signal(&a->moved);
		(void)pthread_mutex_unlock(&a->lock);
	}
	return NULL;
}

struct ahead *
ahead_new(const struct ahead_source *src)
{
	struct ahead *a = mem_alloc(1, sizeof(*a));

	a->src = *src;
	for (size_t i = 0; i < AHEAD_CHUNKS; i++)
		a->ring[i].bytes = mem_alloc(AHEAD_CHUNK, 1);
	(void)pthread_mutex_init(&a->lock, NULL);
	(void)pthread_cond_init(&a->moved, NULL);
	if (pthread_create(&a->thread, NULL, run, a) == 0)
		return a;
	a->stop = true;
	ahead_free(a);
	return NULL;
}

void
ahead_free(struct ahead *a)
{
	if (a == NULL)
		return;
	if (!a->stop) { /* else it never ran */
		(void)pthread_mutex_lock(&a->lock);
		a->stop = true;
		(void)pthread_cond_signal(&a->moved);
		(void)pthread_mutex_unlock(&a->lock);
		(void)pthread_join(a->thread, NULL);
	}
	for (size_t i = 0; i < AHEAD_CHUNKS; i++)
		free(a->ring[i].bytes);
	(void)pthread_cond_destroy(&a->moved);
	(void)pthread_mutex_destroy(&a->lock);
	free(a);
}

/* The chunk to read from, waited for. */
static struct chunk *
wait_for_bytes(struct ahead *a)
{
	(void)pthread_mutex_lock(&a->lock);
	while (a->filled == a->emptied)
		(void)pthread_cond_wait(&a->moved, &a->lock);
	(void)pthread_mutex_unlock(&a->lock);
	return &a->ring[a->emptied % AHEAD_CHUNKS];
}

static void
give_back(struct ahead *a)
{
	a->at = 0;
	(void)pthread_mutex_lock(&a->lock);
	a->emptied++;
	(void)pthread_cond_signal(&a->moved);
	(void)pthread_mutex_unlock(&a->lock);
}

ssize_t
ahead_read(struct ahead *a, uint8_t *dst, size_t n, struct err *err)
{
	struct chunk *c = wait_for_bytes(a);

	while (a->at == c->n) {
		if (c->last) {
			if (c->rc == -1)
				*err = c->err;
			return c->rc;
		}
		give_back(a);
		c = wait_for_bytes(a);
	}
	if (n > c->n - a->at)
		n = c->n - a->at;
	memcpy(dst, c->bytes + a->at, n);
	a->at += n;
	a->mark = c->mark;
	return (ssize_t)n;
}

uint64_t
ahead_mark(const struct ahead *a)
{
	return a->mark;
}
