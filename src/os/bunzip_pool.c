/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bunzip_pool.c - blocks decoded ahead of who reads them.
 *
 * A list of jobs in the order of the file.  The reader adds one for every
 * place where a block seems to begin, workers and the reader itself decode
 * them, and the reader asks for the one at the place where the next block
 * does begin; what lies before it was none and is dropped.  A job has its own
 * copy of the compressed bytes: they are a tenth of what comes out.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "os/bunzip.h"

enum state { QUEUED, RUNNING, DONE };

struct job {
	struct job *next;
	enum state state;
	uint64_t at; /* bit of the file */
	uint8_t *in;
	size_t n, room;
	enum bunzip_status status;
	struct bunzip_block block;
};

struct bunzip_pool {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	unsigned threads, started;
	bool stop;
	struct job *first, *last; /* in flight, n of them */
	struct job *spare;        /* their buffers, for the next */
	unsigned n;
	pthread_t workers[BUNZIP_THREADS_MAX];
};

struct bunzip_pool *
bunzip_pool_new(void)
{
	struct bunzip_pool *p = mem_alloc(1, sizeof(*p));

	p->threads = 1;
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->moved, NULL);
	return p;
}

void
bunzip_pool_threads(struct bunzip_pool *p, unsigned n)
{
	if (n > BUNZIP_THREADS_MAX)
		n = BUNZIP_THREADS_MAX;
	(void)pthread_mutex_lock(&p->lock);
	p->threads = n == 0 ? 1 : n;
	(void)pthread_mutex_unlock(&p->lock);
}

static void
jobs_free(struct job *j)
{
	while (j != NULL) {
		struct job *next = j->next;

		free(j->in);
		free(j->block.bytes);
		free(j);
		j = next;
	}
}

void
bunzip_pool_free(struct bunzip_pool *p)
{
	if (p == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->stop = true;
	(void)pthread_cond_broadcast(&p->moved);
	(void)pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->started; i++)
		(void)pthread_join(p->workers[i], NULL);
	jobs_free(p->first);
	jobs_free(p->spare);
	(void)pthread_cond_destroy(&p->moved);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}

/* The first that nobody has begun, or NULL.  With the lock held. */
static struct job *
first_queued(struct bunzip_pool *p)
{
	struct job *j = p->first;

	while (j != NULL && j->state != QUEUED)
		j = j->next;
	return j;
}

/* Decodes it.  The lock is held before and after. */
static void
run(struct bunzip_pool *p, struct job *j)
{
	j->state = RUNNING;
	(void)pthread_mutex_unlock(&p->lock);
	struct bunzip_work *work = bunzip_work_borrow();
	if (j->block.bytes == NULL)
		j->block.bytes = mem_realloc(NULL, BUNZIP_BLOCK_MAX, 1);
	j->status =
	    bunzip_block_decode(work, j->in, j->n, j->at % 8, &j->block);
	bunzip_work_return(work);
	(void)pthread_mutex_lock(&p->lock);
	j->state = DONE;
	(void)pthread_cond_broadcast(&p->moved);
}

static void *
worker_run(void *arg)
{
	struct bunzip_pool *p = arg;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		struct job *j = first_queued(p);

		if (j != NULL)
			run(p, j);
		else
			(void)pthread_cond_wait(&p->moved, &p->lock);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

bool
bunzip_pool_has_room(const struct bunzip_pool *p)
{
	/* Alone, the reader needs nothing ahead.  Else: one that is read, one
	 * more than each thread decodes, one that is late. */
	return p->n < (p->threads == 1 ? 1 : 2 * p->threads + 2);
}

static struct job *
new_job(struct bunzip_pool *p, uint64_t at, const uint8_t *in, size_t n)
{
	struct job *j = p->spare;

	if (j == NULL)
		j = mem_alloc(1, sizeof(*j));
	else
		p->spare = j->next;
	if (j->room < n) {
		j->room = n + n / 4;
		j->in = mem_realloc(j->in, j->room, 1);
	}
	memcpy(j->in, in, n);
	j->n = n;
	j->at = at;
	j->next = NULL;
	j->state = QUEUED;
	return j;
}

void
bunzip_pool_add(struct bunzip_pool *p, uint64_t at, const uint8_t *in, size_t n)
{
	struct job *j = new_job(p, at, in, n);

	(void)pthread_mutex_lock(&p->lock);
	/* A first job alone is the reader's. */
	if (first_queued(p) != NULL && p->started + 1 < p->threads) {
		if (pthread_create(&p->workers[p->started], NULL, worker_run,
			p) == 0)
			p->started++;
		else
			p->threads = p->started + 1;
	}
	if (p->first == NULL)
		p->first = j;
	else
		p->last->next = j;
	p->last = j;
	p->n++;
	(void)pthread_cond_broadcast(&p->moved);
	(void)pthread_mutex_unlock(&p->lock);
}

void
bunzip_pool_drop(struct bunzip_pool *p, uint64_t before)
{
	(void)pthread_mutex_lock(&p->lock);
	while (p->first != NULL && p->first->at < before) {
		struct job *j = p->first;

		if (j->state == RUNNING) {
			(void)pthread_cond_wait(&p->moved, &p->lock);
			continue;
		}
		p->first = j->next;
		p->n--;
		j->next = p->spare;
		p->spare = j;
	}
	(void)pthread_mutex_unlock(&p->lock);
}

const struct bunzip_block *
bunzip_pool_get(struct bunzip_pool *p, uint64_t at)
{
	struct job *mine = NULL, *j;

	(void)pthread_mutex_lock(&p->lock);
	if (p->first != NULL && p->first->at == at)
		mine = p->first;
	/* While another decodes it, so does the reader the next ones. */
	while (mine != NULL && mine->state != DONE)
		if ((j = first_queued(p)) != NULL)
			run(p, j);
		else
			(void)pthread_cond_wait(&p->moved, &p->lock);
	(void)pthread_mutex_unlock(&p->lock);
	return mine != NULL && mine->status == BUNZIP_OK ? &mine->block : NULL;
}
