/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * incident.c - incidents with their routes and evidence, and the charges.
 *
 * An incident is written whole each time: what stood under its id goes first.
 */
#include <stdio.h>
#include <string.h>

#include "store/part.h"

enum { FLAG_REOPENED = 1, FLAG_SUPPRESSED = 2, FLAG_COUNTS = 4 };

static int
put_row(struct store *s, const struct incident *in, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_PUT_INCIDENT, err);

	if (st == NULL)
		return -1;
	bind_text(st, 1, in->id);
	bind_text(st, 2, incident_class_name(in->class));
	bind_text(st, 3, in->type);
	bind_text(st, 4, incident_state_name(in->state));
	(void)sqlite3_bind_int64(st, 5, in->culprit);
	bind_time(st, 6, in->start);
	bind_time(st, 7, in->end);
	(void)sqlite3_bind_int64(st, 8, in->peers_max);
	(void)sqlite3_bind_int64(st, 9, (int64_t)in->n_prefixes);
	(void)sqlite3_bind_int(st, 10, in->level);
	(void)sqlite3_bind_int(st, 11, in->points);
	(void)sqlite3_bind_int(st, 12,
	    (in->reopened ? FLAG_REOPENED : 0) |
		(in->suppressed ? FLAG_SUPPRESSED : 0) |
		(in->counts ? FLAG_COUNTS : 0));
	bind_text(st, 13, in->reason);
	bind_text(st, 14, in->explanation);
	bind_text(st, 15, in->inputs);
	return store_run(s, st, err);
}

static int
put_ases(struct store *s, const struct incident *in, const char *role,
    const uint32_t *asns, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		sqlite3_stmt *st = store_st(s, ST_PUT_AS, err);

		if (st == NULL)
			return -1;
		bind_text(st, 1, in->id);
		bind_text(st, 2, role);
		(void)sqlite3_bind_int64(st, 3, asns[i]);
		if (store_run(s, st, err) == -1)
			return -1;
	}
	return 0;
}

static int
put_routes(struct store *s, const struct incident *in, struct err *err)
{
	for (size_t i = 0; i < in->n_routes; i++) {
		const struct incident_route *r = &in->routes[i];
		sqlite3_stmt *st = store_st(s, ST_PUT_ROUTE, err);

		if (st == NULL)
			return -1;
		bind_text(st, 1, in->id);
		(void)sqlite3_bind_int64(st, 2, (int64_t)i);
		bind_prefix(st, 3, &r->prefix);
		(void)sqlite3_bind_int64(st, 4, r->origin);
		bind_time(st, 5, r->start);
		bind_time(st, 6, r->end);
		(void)sqlite3_bind_int64(st, 7, r->peers_max);
		bind_text(st, 8, r->path);
		bind_text(st, 9, r->decision);
		if (store_run(s, st, err) == -1)
			return -1;
	}
	return 0;
}

static int
put_evidence(struct store *s, const struct incident *in, struct err *err)
{
	for (size_t i = 0; i < in->n_evidence; i++) {
		const struct evidence *e = &in->evidence[i];
		sqlite3_stmt *st = store_st(s, ST_PUT_EVIDENCE, err);

		if (st == NULL)
			return -1;
		bind_text(st, 1, in->id);
		(void)sqlite3_bind_int64(st, 2, (int64_t)i);
		bind_text(st, 3, e->name);
		bind_text(st, 4, e->family);
		(void)sqlite3_bind_double(st, 5, e->nats);
		(void)sqlite3_bind_int(st, 6, e->points);
		bind_text(st, 7, e->detail);
		bind_text(st, 8, e->source);
		bind_time(st, 9, e->age_us);
		if (store_run(s, st, err) == -1)
			return -1;
	}
	return 0;
}

static int
put_merged(struct store *s, const struct incident *in, struct err *err)
{
	for (size_t i = 0; i < in->n_merged; i++) {
		sqlite3_stmt *st = store_st(s, ST_PUT_MERGED, err);

		if (st == NULL)
			return -1;
		bind_text(st, 1, in->id);
		bind_text(st, 2, in->merged[i]);
		if (store_run(s, st, err) == -1)
			return -1;
	}
	return 0;
}

static int
forget(struct store *s, const char *id, struct err *err)
{
	static const enum statement dels[] = { ST_DEL_AS, ST_DEL_ROUTE,
		ST_DEL_EVIDENCE, ST_DEL_MERGED, ST_DEL_CHARGE };

	for (size_t i = 0; i < COUNT(dels); i++) {
		sqlite3_stmt *st = store_st(s, dels[i], err);

		if (st == NULL)
			return -1;
		bind_text(st, 1, id);
		if (store_run(s, st, err) == -1)
			return -1;
	}
	return 0;
}

static int
has_incident(struct store *s, const char *id, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_HAS_INCIDENT, err);

	if (st == NULL)
		return -1;
	bind_text(st, 1, id);
	int got = store_step(s, st, err);
	(void)sqlite3_reset(st);
	return got;
}

/* Those it was merged with live on in it. */
static int
forget_merged(struct store *s, const struct incident *in, struct err *err)
{
	for (size_t i = 0; i < in->n_merged; i++) {
		sqlite3_stmt *st = store_st(s, ST_DEL_INCIDENT, err);

		if (st == NULL)
			return -1;
		bind_text(st, 1, in->merged[i]);
		if (store_run(s, st, err) == -1 ||
		    forget(s, in->merged[i], err) == -1)
			return -1;
	}
	return 0;
}

int
store_put_incident(struct store *s, const struct incident *in, struct err *err)
{
	int known = has_incident(s, in->id, err);

	if (known == -1 || (known == 1 && forget(s, in->id, err) == -1) ||
	    put_row(s, in, err) == -1 || forget_merged(s, in, err) == -1 ||
	    put_ases(s, in, "accomplice", in->accomplices, in->n_accomplices,
		err) == -1 ||
	    put_ases(s, in, "victim", in->victims, in->n_victims, err) == -1 ||
	    put_routes(s, in, err) == -1 || put_evidence(s, in, err) == -1)
		return -1;
	return put_merged(s, in, err);
}

/* --- reading ----------------------------------------------------------- */

static bool
state_parse(const char *text, enum incident_state *out)
{
	for (int i = INC_NEW; i <= INC_EXPIRED; i++)
		if (strcmp(text, incident_state_name((enum incident_state)i)) ==
		    0) {
			*out = (enum incident_state)i;
			return true;
		}
	return false;
}

/* Columns of ST_EACH_INCIDENT. */
static int
read_row(const struct store *s, sqlite3_stmt *st, struct incident *in,
    struct arena *a, struct err *err)
{
	const char *id = get_text(st, 0, a);

	if (strlen(id) >= sizeof(in->id) ||
	    !incident_class_parse(str_from(get_text(st, 1, a)), &in->class) ||
	    !state_parse(get_text(st, 3, a), &in->state))
		return err_set(err, ERR_INPUT,
		    "%s: incident \"%.20s\" is damaged", s->path, id);
	memcpy(in->id, id, strlen(id) + 1);
	(void)snprintf(in->type, sizeof(in->type), "%s", get_text(st, 2, a));
	in->culprit = (uint32_t)sqlite3_column_int64(st, 4);
	in->start = get_time(st, 5);
	in->end = get_time(st, 6);
	in->peers_max = (uint32_t)sqlite3_column_int64(st, 7);
	in->n_prefixes = (uint64_t)sqlite3_column_int64(st, 8);
	in->level = (uint8_t)sqlite3_column_int(st, 9);
	in->points = sqlite3_column_int(st, 10);
	int flags = sqlite3_column_int(st, 11);
	in->reopened = (flags & FLAG_REOPENED) != 0;
	in->suppressed = (flags & FLAG_SUPPRESSED) != 0;
	in->counts = (flags & FLAG_COUNTS) != 0;
	in->reason = get_text(st, 12, a);
	in->explanation = get_text(st, 13, a);
	in->inputs = get_text(st, 14, a);
	return 0;
}

static int
read_ases(struct store *s, const char *id, const char *role,
    const uint32_t **out, size_t *n, struct arena *a, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_AS, err);
	VEC(uint32_t) v = { 0 };
	int got;

	if (st == NULL)
		return -1;
	bind_text(st, 1, id);
	bind_text(st, 2, role);
	while ((got = store_step(s, st, err)) == 1)
		vec_push(&v, (uint32_t)sqlite3_column_int64(st, 0));
	uint32_t *p = arena_alloc(a, v.n * sizeof(*p) + 1);
	if (v.n > 0)
		memcpy(p, v.p, v.n * sizeof(*p));
	*out = p;
	*n = v.n;
	vec_fini(&v);
	return got;
}

/* The first `most` of them, -1 = all. */
static int
read_routes(struct store *s, struct incident *in, int most, struct arena *a,
    struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_ROUTE, err);
	VEC(struct incident_route) v = { 0 };
	int got;

	if (st == NULL)
		return -1;
	bind_text(st, 1, in->id);
	(void)sqlite3_bind_int(st, 2, most);
	while ((got = store_step(s, st, err)) == 1) {
		struct incident_route r = {
			.origin = (uint32_t)sqlite3_column_int64(st, 1),
			.start = get_time(st, 2),
			.end = get_time(st, 3),
			.peers_max = (uint32_t)sqlite3_column_int64(st, 4),
			.path = get_text(st, 5, a),
			.decision = get_text(st, 6, a),
		};
		if (get_prefix(st, 0, &r.prefix))
			vec_push(&v, r);
	}
	struct incident_route *p = arena_alloc(a, v.n * sizeof(*p) + 1);
	if (v.n > 0)
		memcpy(p, v.p, v.n * sizeof(*p));
	in->routes = p;
	in->n_routes = v.n;
	vec_fini(&v);
	return got;
}

static int
read_evidence(struct store *s, struct incident *in, struct arena *a,
    struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_EVIDENCE, err);
	VEC(struct evidence) v = { 0 };
	int got;

	if (st == NULL)
		return -1;
	bind_text(st, 1, in->id);
	while ((got = store_step(s, st, err)) == 1) {
		struct evidence e = {
			.name = get_text(st, 0, a),
			.family = get_text(st, 1, a),
			.nats = sqlite3_column_double(st, 2),
			.points = sqlite3_column_int(st, 3),
			.detail = get_text(st, 4, a),
			.source = get_text(st, 5, a),
			.age_us = get_time(st, 6),
		};
		vec_push(&v, e);
	}
	struct evidence *p = arena_alloc(a, v.n * sizeof(*p) + 1);
	if (v.n > 0)
		memcpy(p, v.p, v.n * sizeof(*p));
	in->evidence = p;
	in->n_evidence = v.n;
	vec_fini(&v);
	return got;
}

static int
read_merged(struct store *s, struct incident *in, struct arena *a,
    struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_MERGED, err);
	struct buf b = { 0 };
	int got;

	if (st == NULL)
		return -1;
	bind_text(st, 1, in->id);
	while ((got = store_step(s, st, err)) == 1) {
		char id[INCIDENT_ID_TEXT] = "";

		(void)snprintf(id, sizeof(id), "%s", get_text(st, 0, a));
		buf_add(&b, id, sizeof(id));
		in->n_merged++;
	}
	char(*p)[INCIDENT_ID_TEXT] = arena_alloc(a, b.n + 1);
	if (b.n > 0)
		memcpy(p, b.p, b.n);
	in->merged = (const char(*)[INCIDENT_ID_TEXT])p;
	buf_fini(&b);
	return got;
}

static int
read_rest(struct store *s, struct incident *in, bool brief, struct arena *a,
    struct err *err)
{
	if (read_ases(s, in->id, "victim", &in->victims, &in->n_victims, a,
		err) == -1)
		return -1;
	if (brief)
		return read_routes(s, in, 1, a, err);
	if (read_ases(s, in->id, "accomplice", &in->accomplices,
		&in->n_accomplices, a, err) == -1 ||
	    read_routes(s, in, -1, a, err) == -1 ||
	    read_evidence(s, in, a, err) == -1)
		return -1;
	return read_merged(s, in, a, err);
}

int
store_each_incident(struct store *s, const struct store_filter *f,
    int (*each)(void *ctx, const struct incident *in, struct err *err),
    void *ctx, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_INCIDENT, err);
	int got;

	if (st == NULL)
		return -1;
	if (f->id != NULL)
		bind_text(st, 1, f->id);
	(void)sqlite3_bind_int64(st, 2, f->asn);
	bind_time(st, 3, f->from_us);
	bind_time(st, 4, f->until_us);
	(void)sqlite3_bind_int(st, 5, f->level_min);
	while ((got = store_step(s, st, err)) == 1) {
		struct arena a = { 0 };
		struct incident in = { 0 };
		int status = read_row(s, st, &in, &a, err);

		if (status == 0)
			status = read_rest(s, &in, f->brief, &a, err);
		if (status == 0)
			status = each(ctx, &in, err);
		arena_free(&a);
		if (status == -1) {
			(void)sqlite3_reset(st);
			return -1;
		}
	}
	return got;
}

/* --- charges ----------------------------------------------------------- */

int
store_put_charge(struct store *s, const struct detect_charge *c,
    struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_PUT_CHARGE, err);

	if (st == NULL)
		return -1;
	bind_text(st, 1, c->incident);
	(void)sqlite3_bind_int64(st, 2, c->asn);
	bind_text(st, 3, c->metric);
	bind_text(st, 4, c->split);
	bind_prefix(st, 5, &c->prefix);
	bind_time(st, 6, c->start);
	bind_time(st, 7, c->end);
	(void)sqlite3_bind_int64(st, 8, c->weight_micro);
	bind_text(st, 9, c->detail);
	return store_run(s, st, err);
}

int
store_each_charge(struct store *s, uint32_t asn, int64_t from_us,
    int64_t until_us,
    int (*each)(void *ctx, const struct detect_charge *c, struct err *err),
    void *ctx, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_CHARGE, err);
	int got;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, asn);
	(void)sqlite3_bind_int64(st, 2, from_us);
	(void)sqlite3_bind_int64(st, 3, until_us);
	while ((got = store_step(s, st, err)) == 1) {
		struct arena a = { 0 };
		struct detect_charge c = {
			.incident = get_text(st, 0, &a),
			.asn = (uint32_t)sqlite3_column_int64(st, 1),
			.metric = get_text(st, 2, &a),
			.split = get_text(st, 3, &a),
			.start = get_time(st, 5),
			.end = get_time(st, 6),
			.weight_micro = (uint32_t)sqlite3_column_int64(st, 7),
			.detail = get_text(st, 8, &a),
		};
		int status = 0;

		if (get_prefix(st, 4, &c.prefix))
			status = each(ctx, &c, err);
		arena_free(&a);
		if (status == -1) {
			(void)sqlite3_reset(st);
			return -1;
		}
	}
	return got;
}
