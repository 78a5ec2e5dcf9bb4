/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.c - one MRT file: a first pass that learns digest, times and
 * collector, and a second that hands out its records in time order.
 *
 * Small inputs stay decompressed in memory between the passes; larger ones
 * are decompressed twice, which is cheaper than swapping.
 */
#include "feed/part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- first pass -------------------------------------------------------- */

struct scan {
	struct input *in;
	struct os_stream *s;
	uint64_t keep;
	size_t cap;
	struct collector_clues clues;
};

/* Reads for the MRT reader and keeps a copy while the limit allows. */
static ssize_t
scan_read(void *ctx, void *buf, size_t n, struct err *err)
{
	struct scan *c = ctx;
	struct input *in = c->in;
	ssize_t got = os_stream_read(c->s, buf, n, err);

	if (got <= 0)
		return got;
	if (c->keep > 0 && in->n_data + (size_t)got > c->keep) {
		free(in->data);
		in->data = NULL;
		in->n_data = 0;
		c->keep = 0;
	}
	if (c->keep > 0) {
		if (in->n_data + (size_t)got > c->cap) {
			c->cap = (in->n_data + (size_t)got) * 2;
			in->data = mem_realloc(in->data, c->cap, 1);
		}
		memcpy(in->data + in->n_data, buf, (size_t)got);
		in->n_data += (size_t)got;
	}
	return got;
}

static void
learn_record(struct input *in, const struct mrt_record *rec)
{
	if (in->pub.records == 0)
		in->pub.begin_us = in->pub.first_us = in->pub.last_us =
		    rec->time_us;
	if (rec->time_us < in->pub.last_us)
		in->sorted = false;
	if (rec->time_us > in->pub.last_us)
		in->pub.last_us = rec->time_us;
	if (rec->time_us < in->pub.first_us)
		in->pub.first_us = rec->time_us;
	in->pub.records++;
	if (rec->type == MRT_TABLE_DUMP || rec->type == MRT_TABLE_DUMP_V2) {
		in->has_table = true;
		in->last_table = rec->index;
	} else {
		in->has_updates = true;
	}
}

static const char *
keep_text(struct input *in, const char *s)
{
	return arena_strndup(&in->arena, s, strlen(s));
}

static void
name_collector(struct input *in, const char *given, const struct scan *c)
{
	struct str name;
	const char *against;
	char why[COLLECTOR_WHY_MAX + 32];

	in->pub.named = collector_choose(&c->clues, given, &name, &against);
	in->pub.collector = arena_strndup(&in->arena, name.p, name.n);
	if (in->pub.named != FEED_BY_TWO || in->pub.unusable)
		return;
	(void)snprintf(why, sizeof(why), "two collectors: %s", against);
	in->pub.why = keep_text(in, why);
	in->skip = true;
}

static void
scan_records(struct scan *c, struct err *err)
{
	struct input *in = c->in;
	struct mrt_source src = { scan_read, c };
	struct mrt_reader *r = mrt_reader_new(&src);
	struct mrt_peers peers = { 0 };
	struct mrt_record rec;
	uint8_t rest[4096];
	int got;

	while ((got = mrt_reader_next(r, &rec, err)) == 1) {
		learn_record(in, &rec);
		collector_learn(&c->clues, &rec, &peers);
	}
	if (got == -1) {
		in->pub.incomplete = true;
		in->pub.why = keep_text(in, err->msg);
		/* The digest is of the whole file all the same. */
		while (os_stream_read(c->s, rest, sizeof(rest), err) > 0)
			continue;
	}
	mrt_peers_fini(&peers);
	mrt_reader_free(r);
}

void
input_scan(struct input *in, const char *path, const char *collector,
    uint64_t keep_bytes)
{
	struct scan c = { .in = in, .keep = keep_bytes };
	struct err err = { 0 };
	const uint8_t *head;

	in->sorted = true;
	in->pub.why = "";
	in->pub.collector = "";
	in->pub.kind = "";
	in->pub.begin_us = in->pub.first_us = in->pub.last_us = TIME_NONE;
	in->pub.path = keep_text(in, path);
	collector_begin(&c.clues, in->pub.path);
	if (os_stream_open(path, &c.s, &err) == -1) {
		in->pub.unusable = true;
		in->pub.why = keep_text(in, err.msg);
		return;
	}
	os_stream_threads(c.s, in->threads);
	ssize_t n = os_stream_peek(c.s, &head, OS_PEEK_MAX, &err);
	bool mrt = n > 0 && mrt_sniff(head, (size_t)n);
	if (mrt)
		scan_records(&c, &err);
	else if (n == -1)
		in->pub.why = keep_text(in, err.msg);
	else
		in->pub.why = n == 0 ? "is empty" : "holds no MRT records";
	in->pub.no_mrt = n > 0 && !mrt;
	in->pub.unusable = in->pub.records == 0;
	in->pub.bytes = os_stream_pos(c.s);
	os_stream_sha256(c.s, in->pub.sha256);
	in->pub.kind = in->has_table && in->has_updates ? "mixed"
		       : in->has_table                  ? "table"
		       : in->has_updates                ? "updates"
							: "";
	name_collector(in, collector, &c);
	/* Standard input cannot be read twice. */
	if (in->data == NULL && !in->pub.unusable && strcmp(path, "-") == 0) {
		in->pub.unusable = true;
		in->pub.why = "standard input is too large to be kept; give "
			      "a file";
	}
	os_stream_close(c.s);
}

void
input_fini(struct input *in)
{
	for (size_t i = 0; i < in->window.n; i++)
		free(in->window.p[i].own);
	vec_fini(&in->window);
	vec_fini(&in->peer_ids);
	vec_fini(&in->open_peers);
	mrt_peers_fini(&in->peers);
	mrt_reader_free(in->reader);
	os_stream_close(in->stream);
	free(in->data);
	arena_free(&in->arena);
}

void
input_refuse(struct input *in, const char *reason)
{
	in->pub.refused++;
	if (in->pub.n_reasons < FEED_REASONS)
		in->pub.reasons[in->pub.n_reasons++] = keep_text(in, reason);
}

/* --- second pass ------------------------------------------------------- */

static ssize_t
stream_read(void *ctx, void *buf, size_t n, struct err *err)
{
	return os_stream_read(ctx, buf, n, err);
}

int
input_start(struct input *in, struct err *err)
{
	in->newest_us = INT64_MIN;
	if (in->data != NULL) {
		in->reader = mrt_reader_mem(in->data, in->n_data);
		return 0;
	}
	if (os_stream_open(in->pub.path, &in->stream, err) == -1)
		return -1;
	os_stream_threads(in->stream, in->threads);
	in->reader =
	    mrt_reader_new(&(struct mrt_source){ stream_read, in->stream });
	return 0;
}

static bool
earlier(const struct pending *a, const struct pending *b)
{
	if (a->order_us != b->order_us)
		return a->order_us < b->order_us;
	return a->rec.index < b->rec.index;
}

static void
heap_push(struct input *in, const struct pending *p)
{
	vec_push(&in->window, *p);
	for (size_t i = in->window.n - 1; i > 0;) {
		size_t up = (i - 1) / 2;
		struct pending t = in->window.p[i];

		if (!earlier(&t, &in->window.p[up]))
			break;
		in->window.p[i] = in->window.p[up];
		in->window.p[up] = t;
		i = up;
	}
}

static void
heap_pop(struct input *in)
{
	struct pending *h = in->window.p;
	size_t n = --in->window.n;

	free(h[0].own);
	h[0] = h[n];
	for (size_t i = 0;;) {
		size_t c = 2 * i + 1;

		if (c >= n)
			return;
		if (c + 1 < n && earlier(&h[c + 1], &h[c]))
			c++;
		if (!earlier(&h[c], &h[i]))
			return;
		struct pending t = h[i];
		h[i] = h[c];
		h[c] = t;
		i = c;
	}
}

static void
own_bytes(struct pending *p)
{
	size_t n = p->rec.raw.n, at = (size_t)(p->rec.body.p - p->rec.raw.p);

	p->own = mem_alloc(n, 1);
	memcpy(p->own, p->rec.raw.p, n);
	p->rec.raw.p = p->own;
	p->rec.body.p = p->own + at;
}

/* One more record into the window; false at the end. */
static bool
read_one(struct input *in)
{
	struct pending p = { 0 };
	struct err err = { 0 };

	if (in->at_end)
		return false;
	int got = mrt_reader_next(in->reader, &p.rec, &err);
	if (got != 1) {
		in->at_end = true;
		if (got == -1 && !in->pub.incomplete) {
			in->pub.incomplete = true;
			in->pub.why = keep_text(in, err.msg);
		}
		return false;
	}
	p.order_us = p.rec.time_us;
	if (p.rec.time_us > in->newest_us)
		in->newest_us = p.rec.time_us;
	/* Too far back to be put in order: where it stands, and marked. */
	p.late = in->newest_us - p.rec.time_us > FEED_REORDER;
	if (p.late)
		p.order_us = in->newest_us;
	if (!in->sorted && in->data == NULL)
		own_bytes(&p);
	heap_push(in, &p);
	return true;
}

const struct pending *
input_peek(struct input *in)
{
	if (in->sorted) {
		if (in->window.n == 0 && !read_one(in))
			return NULL;
		return &in->window.p[0];
	}
	/* Until nothing that is still to come can stand before the first. */
	while (in->window.n == 0 ||
	       in->newest_us - in->window.p[0].order_us <= FEED_REORDER)
		if (!read_one(in))
			break;
	return in->window.n == 0 ? NULL : &in->window.p[0];
}

void
input_pop(struct input *in)
{
	heap_pop(in);
}
