/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * observe_net.c - what a thread does beside us: the world's checksums while
 * inputs are opened, networks, as the world knows them, while routes are read,
 * facts of routes while the state is saved.
 *
 * All networks are written when another world speaks; as long as the same one
 * does, only those that turn up.  Origins are handed over in batches that
 * depend on the events alone, so the store comes out the same with and without
 * a thread.  Until the thread is joined the store is its own, and of the world
 * it reads tables in force only.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/observe.h"

#define NETWORKS_MAX 2000000 /* delegated ones: there are 120,000 */

enum { NAMED = 1, WRITTEN = 2 }; /* values of o->asns */

void
observe_name_network(struct observe *o, uint32_t asn)
{
	if (asn == 0)
		return;
	uint32_t *v = u64map_put(&o->asns, asn);
	if (*v == 0)
		*v = NAMED;
}

/* --- everyone ---------------------------------------------------------- */

static bool
take_range(void *ctx, const struct registry_delegation *d)
{
	struct observe *o = ctx;

	for (uint64_t asn = d->asn_first; asn <= d->asn_last; asn++) {
		if (o->asns.n >= NETWORKS_MAX)
			return false;
		observe_name_network(o, (uint32_t)asn);
	}
	return true;
}

static void
name_participants(struct observe *o, const struct registry *r)
{
	struct registry_participant p;

	for (uint32_t i = 0; registry_participant(r, i, &p); i++)
		for (uint32_t k = 0; k < p.n_asns; k++)
			observe_name_network(o,
			    registry_participant_asn(r, i, k));
}

static int
take_route(void *ctx, const struct route_fact *f, struct err *err)
{
	(void)err;
	observe_name_network(ctx, f->origin);
	return 0;
}

static int
take_incident(void *ctx, const struct incident *in, struct err *err)
{
	(void)err;
	observe_name_incident(ctx, in);
	return 0;
}

static int
take_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	(void)err;
	observe_name_network(ctx, c->asn);
	return 0;
}

#define MONTHS_MAX 1200

/* Whom the store names already. */
static int
name_stored(struct observe *o, struct err *err)
{
	const struct store_filter all = { .from_us = TIME_NONE,
		.until_us = TIME_NONE };
	int64_t months[MONTHS_MAX];
	size_t n;

	if (store_months(o->store, months, MONTHS_MAX, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (store_each_route(o->store, months[i], 0, take_route, o,
			err) == -1)
			return -1;
	if (store_each_incident(o->store, &all, take_incident, o, err) == -1)
		return -1;
	return store_each_charge(o->store, 0, INT64_MIN, INT64_MAX, take_charge,
	    o, err);
}

void
observe_name_incident(struct observe *o, const struct incident *in)
{
	observe_name_network(o, in->culprit);
	for (size_t i = 0; i < in->n_accomplices; i++)
		observe_name_network(o, in->accomplices[i]);
	for (size_t i = 0; i < in->n_victims; i++)
		observe_name_network(o, in->victims[i]);
}

/* --- writing ----------------------------------------------------------- */

static int
put_rolls(struct observe *o, struct err *err)
{
	struct registry_roll r;

	for (uint32_t i = 0; registry_roll(o->view.registry, i, &r); i++) {
		struct store_roll row = {
			.programme = registry_programme_name(r.programme),
			.date_us = r.date_us,
			.organisations = r.organisations,
			.asns = r.asns,
			.areas = r.areas,
		};
		if (store_put_roll(o->store, &row, err) == -1)
			return -1;
	}
	return 0;
}

static int
put_world(struct observe *o, const char *id, struct err *err)
{
	struct buf lines = { 0 };

	score_world_lines(o->world, &lines);
	struct store_world row = { id, world_moment(o->world),
		buf_cstr(&lines) };
	int rc = store_put_world(o->store, &row, err);
	buf_fini(&lines);
	return rc;
}

static int
cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* In order of ASN: the rows stand together. */
static int
put_named(struct observe *o, struct err *err)
{
	VEC(uint32_t) list = { 0 };
	int rc = 0;

	for (size_t i = 0; o->asns.n > 0 && i <= o->asns.mask; i++)
		if (o->asns.slots[i].val == NAMED) {
			o->asns.slots[i].val = WRITTEN;
			vec_push(&list, (uint32_t)(o->asns.slots[i].key - 1));
		}
	if (list.n > 1)
		qsort(list.p, list.n, sizeof(*list.p), cmp_u32);
	for (size_t i = 0; i < list.n && rc == 0; i++) {
		struct arena a = { 0 };
		struct network_facts n;

		rc = score_network_facts(&o->view, list.p[i],
		    world_moment(o->world), &a, &n, err);
		if (rc == 0)
			rc = store_put_network(o->store, &n, err);
		arena_free(&a);
	}
	vec_fini(&list);
	return rc;
}

/* Everyone who is known before the routes are read. */
static int
put_world_networks(struct observe *o, const char *id, struct err *err)
{
	if (name_stored(o, err) == -1)
		return -1;
	registry_each_asn_range(o->view.registry, take_range, o);
	name_participants(o, o->view.registry);
	if (store_clear_networks(o->store, err) == -1 ||
	    put_rolls(o, err) == -1 || put_world(o, id, err) == -1)
		return -1;
	return put_named(o, err);
}

/* --- the thread -------------------------------------------------------- */

/* Origins on their way to the thread; 0 ends a batch. */
struct observe_queue {
	pthread_mutex_t lock;
	pthread_cond_t more;
	VEC(uint32_t) asns;
	size_t taken;
	bool other_world, over;
};

/* work() in a thread; false where there is but one processor. */
static bool
begin(struct observe *o, void *(*work)(void *))
{
	o->aside_rc = 0;
	o->aside_runs = (o->threads == 0 ? os_cpus() : o->threads) > 1 &&
			pthread_create(&o->aside, NULL, work, o) == 0;
	return o->aside_runs;
}

static void
queue_put(struct observe_queue *q, const uint32_t *asns, size_t n, bool over)
{
	(void)pthread_mutex_lock(&q->lock);
	for (size_t i = 0; i < n; i++)
		if (asns[i] != 0)
			vec_push(&q->asns, asns[i]);
	vec_push(&q->asns, 0);
	q->over = over;
	(void)pthread_cond_signal(&q->more);
	(void)pthread_mutex_unlock(&q->lock);
}

/* Waits for a batch and names it; false when none will come. */
static bool
queue_take(struct observe_queue *q, struct observe *o)
{
	(void)pthread_mutex_lock(&q->lock);
	while (q->taken == q->asns.n && !q->over)
		(void)pthread_cond_wait(&q->more, &q->lock);
	bool some = q->taken < q->asns.n;
	while (q->taken < q->asns.n && q->asns.p[q->taken] != 0)
		observe_name_network(o, q->asns.p[q->taken++]);
	q->taken += some;
	(void)pthread_mutex_unlock(&q->lock);
	return some;
}

static void
queue_free(struct observe_queue *q)
{
	if (q == NULL)
		return;
	(void)pthread_cond_destroy(&q->more);
	(void)pthread_mutex_destroy(&q->lock);
	vec_fini(&q->asns);
	free(q);
}

static void *
take_batches(void *ctx)
{
	struct observe *o = ctx;

	while (queue_take(o->queue, o))
		if (o->aside_rc == 0)
			o->aside_rc = put_named(o, &o->aside_err);
	return NULL;
}

void
observe_hand_over(struct observe *o)
{
	size_t n;
	const uint32_t *p = detect_origins(o->detect, &n);

	if (n == o->handed)
		return;
	queue_put(o->queue, p + o->handed, n - o->handed, !o->aside_runs);
	o->handed = n;
	if (!o->aside_runs)
		(void)take_batches(o);
}

int
observe_join(struct observe *o, struct err *err)
{
	if (o->aside_runs && o->queue != NULL)
		queue_put(o->queue, NULL, 0, true);
	if (o->aside_runs)
		(void)pthread_join(o->aside, NULL);
	o->aside_runs = false;
	queue_free(o->queue);
	o->queue = NULL;
	if (o->aside_rc == -1)
		*err = o->aside_err;
	return o->aside_rc;
}

static void *
run_view(void *ctx)
{
	struct observe *o = ctx;
	const struct world_view *v;

	o->aside_rc = world_at(o->world, world_moment(o->world), WORLD_ALL, &v,
	    &o->aside_err);
	if (o->aside_rc == 0)
		o->view = *v;
	return NULL;
}

void
observe_begin_view(struct observe *o)
{
	if (!begin(o, run_view))
		(void)run_view(o);
}

static void
write_world(struct observe *o)
{
	char id[65];

	text_hex(id, world_id(o->world), 32);
	if (o->queue->other_world)
		o->aside_rc = put_world_networks(o, id, &o->aside_err);
}

static void *
run_networks(void *ctx)
{
	write_world(ctx);
	return take_batches(ctx);
}

int
observe_begin_networks(struct observe *o, struct err *err)
{
	struct store_world before = { .id = "" };
	char id[65];

	text_hex(id, world_id(o->world), 32);
	if (store_world(o->store, &o->arena, &before, err) == -1)
		return -1;
	o->queue = mem_alloc(1, sizeof(*o->queue));
	o->queue->other_world = strcmp(before.id, id) != 0;
	(void)pthread_mutex_init(&o->queue->lock, NULL);
	(void)pthread_cond_init(&o->queue->more, NULL);
	if (!begin(o, run_networks))
		write_world(o);
	return 0;
}

/* --- emitting ---------------------------------------------------------- */

static void *
run_sort(void *ctx)
{
	detect_sort(((struct observe *)ctx)->detect);
	return NULL;
}

void
observe_begin_sort(struct observe *o)
{
	if (!begin(o, run_sort))
		(void)run_sort(o);
}

static int
put_route(void *ctx, int64_t month_us, const struct route_fact *f,
    struct err *err)
{
	return store_put_route(((struct observe *)ctx)->store, month_us, f,
	    err);
}

static int
put_transit(void *ctx, int64_t month_us, const struct transit_fact *f,
    struct err *err)
{
	return store_put_transit(((struct observe *)ctx)->store, month_us, f,
	    err);
}

static void *
run_rest(void *ctx)
{
	struct observe *o = ctx;
	const struct detect_sinks sinks = { .route = put_route,
		.transit = put_transit,
		.ctx = o };

	if (detect_finish(o->detect, &sinks, &o->aside_err) == -1 ||
	    store_flush_routes(o->store, &o->aside_err) == -1 ||
	    put_named(o, &o->aside_err) == -1)
		o->aside_rc = -1;
	return NULL;
}

void
observe_begin_rest(struct observe *o)
{
	if (!begin(o, run_rest))
		(void)run_rest(o);
}
