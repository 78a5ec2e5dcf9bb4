/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov_pipe.c - chunks of lines through several threads, out in order.
 *
 * The caller reads, workers judge, one thread writes: so a pipe that gives a
 * line gets its verdict although more is being waited for.  Chunks go round a
 * ring, each slot from READ over JUDGED back to FREE.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/rov.h"

#define WORKERS_MAX 8
#define SLOTS_MAX   (2 * WORKERS_MAX + 2)

enum slot_state { SLOT_FREE, SLOT_READ, SLOT_TAKEN, SLOT_JUDGED };

struct pipe {
	const struct vrp_table *vrps;
	struct pmap_index *index;
	void (*complain)(uint64_t line, const char *text);
	int fd;
	struct rov_chunk chunks[SLOTS_MAX];
	size_t slots; /* no more than keep all busy: their memory stays warm */

	pthread_mutex_t lock;
	/* something for the workers, for the writer, for the reader */
	pthread_cond_t was_read, was_judged, was_written;
	enum slot_state states[SLOTS_MAX];
	uint64_t read, taken,
	    written; /* chunks so far; slot = number % slots */
	bool over;   /* nothing more will be read */
	bool failed; /* the output: err */
	struct err err;
	struct rov_counts counts; /* the writer's until it has ended */
};

/* --- judging ----------------------------------------------------------- */

static void *
worker_run(void *arg)
{
	struct pipe *p = arg;

	(void)pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->taken == p->read && !p->over)
			(void)pthread_cond_wait(&p->was_read, &p->lock);
		if (p->taken == p->read)
			break;
		size_t i = p->taken++ % p->slots;
		p->states[i] = SLOT_TAKEN;
		(void)pthread_mutex_unlock(&p->lock);
		rov_chunk_run(&p->chunks[i], p->vrps, p->index);
		(void)pthread_mutex_lock(&p->lock);
		p->states[i] = SLOT_JUDGED;
		if (i == p->written % p->slots)
			(void)pthread_cond_signal(&p->was_judged);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* --- writing ----------------------------------------------------------- */

static int
write_all(int fd, const struct buf *out, struct err *err)
{
	const uint8_t *p = out->p;
	size_t left = out->n;

	while (left > 0) {
		ssize_t n = write(fd, p, left);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(err, "write");
		p += n;
		left -= (size_t)n;
	}
	return 0;
}

static int
write_chunk(struct pipe *p, const struct rov_chunk *c, struct err *err)
{
	struct rov_counts *n = &p->counts;

	for (size_t i = 0; i < c->n_complaints; i++)
		if (n->malformed + i < ROV_COMPLAINTS_MAX)
			p->complain(n->lines + c->complaints[i].line,
			    c->complaints[i].text);
	n->lines += c->counts.lines;
	n->valid += c->counts.valid;
	n->invalid += c->counts.invalid;
	n->not_found += c->counts.not_found;
	n->unknown += c->counts.unknown;
	n->malformed += c->counts.malformed;
	return write_all(p->fd, &c->out, err);
}

static void *
writer_run(void *arg)
{
	struct pipe *p = arg;
	struct err err;

	(void)pthread_mutex_lock(&p->lock);
	for (;;) {
		size_t i = p->written % p->slots;

		while (p->states[i] != SLOT_JUDGED &&
		       !(p->over && p->written == p->read))
			(void)pthread_cond_wait(&p->was_judged, &p->lock);
		if (p->states[i] != SLOT_JUDGED)
			break;
		bool skip = p->failed;
		(void)pthread_mutex_unlock(&p->lock);
		int status = skip ? 0 : write_chunk(p, &p->chunks[i], &err);
		(void)pthread_mutex_lock(&p->lock);
		if (status == -1) {
			p->failed = true;
			p->err = err;
		}
		p->states[i] = SLOT_FREE;
		p->written++;
		(void)pthread_cond_signal(&p->was_written);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* --- reading ----------------------------------------------------------- */

/* The next slot to fill, or NULL: the output has failed. */
static struct rov_chunk *
free_chunk(struct pipe *p)
{
	size_t i = p->read % p->slots;

	(void)pthread_mutex_lock(&p->lock);
	while (p->states[i] != SLOT_FREE && !p->failed)
		(void)pthread_cond_wait(&p->was_written, &p->lock);
	bool failed = p->failed;
	(void)pthread_mutex_unlock(&p->lock);
	return failed ? NULL : &p->chunks[i];
}

static void
pass_on(struct pipe *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->states[p->read++ % p->slots] = SLOT_READ;
	(void)pthread_cond_signal(&p->was_read);
	(void)pthread_mutex_unlock(&p->lock);
}

struct rest {
	char text[ROV_CHUNK];
	size_t n;     /* of the line that has begun */
	bool in_long; /* its beginning has been passed on */
};

/* Cut c behind its last whole line; what is left begins the next chunk. */
static void
cut_chunk(struct rov_chunk *c, struct rest *rest)
{
	const char *last = memrchr(c->text, '\n', c->n);

	c->continues = rest->in_long;
	c->open = last == NULL;
	c->torn = false;
	rest->n = 0;
	if (c->open) {
		rest->in_long = true;
		return;
	}
	size_t used = (size_t)(last - c->text) + 1;
	rest->in_long = false;
	rest->n = c->n - used;
	memcpy(rest->text, c->text + used, rest->n);
	c->n = used;
}

/* The last line, without an LF: whole, or cut by damage. */
static void
pass_rest(struct pipe *p, const struct rest *rest, bool damaged)
{
	struct rov_chunk *c;

	if ((rest->n == 0 && !rest->in_long) || (c = free_chunk(p)) == NULL)
		return;
	memcpy(c->text, rest->text, rest->n);
	c->text[rest->n] = '\n';
	c->n = rest->n + 1;
	c->continues = rest->in_long;
	c->open = false;
	c->torn = damaged && !rest->in_long;
	pass_on(p);
}

static int
read_chunks(struct pipe *p, struct os_stream *in, struct rest *rest,
    struct err *err)
{
	struct rov_chunk *c;

	while ((c = free_chunk(p)) != NULL) {
		memcpy(c->text, rest->text, rest->n);
		c->n = rest->n;
		ssize_t got = 1;
		/* until there is a line, or no room for more */
		while (c->n < ROV_CHUNK && got > 0) {
			size_t from = c->n;

			got = os_stream_read(in, c->text + c->n,
			    ROV_CHUNK - c->n, err);
			if (got <= 0)
				break;
			c->n += (size_t)got;
			if (memchr(c->text + from, '\n', (size_t)got) != NULL)
				break;
		}
		if (got <= 0) {
			memcpy(rest->text, c->text, c->n);
			rest->n = c->n;
			pass_rest(p, rest, got == -1);
			return (int)got;
		}
		cut_chunk(c, rest);
		pass_on(p);
	}
	return 0;
}

/* --- all --------------------------------------------------------------- */

static int
run(struct pipe *p, struct os_stream *in, unsigned want, struct err *err)
{
	pthread_t workers[WORKERS_MAX], writer;
	struct rest *rest = mem_alloc(1, sizeof(*rest));
	unsigned started = 0;
	int status = -1;

	bool writes = pthread_create(&writer, NULL, writer_run, p) == 0;
	while (writes && started < want &&
	       pthread_create(&workers[started], NULL, worker_run, p) == 0)
		started++;
	if (started > 0)
		status = read_chunks(p, in, rest, err);
	else
		(void)err_set(err, ERR_SYSTEM, "cannot start a thread");
	(void)pthread_mutex_lock(&p->lock);
	p->over = true;
	(void)pthread_cond_broadcast(&p->was_read);
	(void)pthread_cond_signal(&p->was_judged);
	(void)pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < started; i++)
		(void)pthread_join(workers[i], NULL);
	if (writes)
		(void)pthread_join(writer, NULL);
	free(rest);
	if (p->failed) {
		*err = p->err;
		return -1;
	}
	return status;
}

static void
pipe_init(struct pipe *p, unsigned workers)
{
	p->slots = 2 * workers + 2;
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->was_read, NULL);
	(void)pthread_cond_init(&p->was_judged, NULL);
	(void)pthread_cond_init(&p->was_written, NULL);
	for (size_t i = 0; i < p->slots; i++) {
		struct rov_chunk *c = &p->chunks[i];

		c->text = mem_alloc(ROV_CHUNK + 1 + ROV_SLACK, 1);
		/* for most; what is not written takes no memory */
		(void)buf_room(&c->out, 2 * ROV_CHUNK);
	}
}

static void
pipe_fini(struct pipe *p)
{
	for (size_t i = 0; i < p->slots; i++) {
		free(p->chunks[i].text);
		buf_fini(&p->chunks[i].out);
	}
	(void)pthread_cond_destroy(&p->was_read);
	(void)pthread_cond_destroy(&p->was_judged);
	(void)pthread_cond_destroy(&p->was_written);
	(void)pthread_mutex_destroy(&p->lock);
	pmap_index_free(p->index);
}

int
rov_lines(struct os_stream *in, int fd, const struct vrp_table *vrps,
    void (*complain)(uint64_t line, const char *text),
    struct rov_counts *counts, struct err *err)
{
	struct pipe *p = mem_alloc(1, sizeof(*p));
	unsigned workers = os_cpus();

	if (workers > WORKERS_MAX)
		workers = WORKERS_MAX;
	os_stream_skip_sha256(in);
	p->vrps = vrps;
	p->index = vrps == NULL ? NULL : pmap_index_new(&vrps->map);
	p->complain = complain;
	p->fd = fd;
	pipe_init(p, workers);
	int status = run(p, in, workers, err);
	*counts = p->counts;
	pipe_fini(p);
	free(p);
	return status;
}
