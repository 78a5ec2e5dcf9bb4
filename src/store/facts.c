/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts.c - what was passed on in a month, networks, participants files.
 */

#include "store/part.h"

static int
asn_of(sqlite3_stmt *st, int i, uint32_t *out)
{
	*out = (uint32_t)sqlite3_column_int64(st, i);
	return 0;
}

int
store_put_transit(struct store *s, int64_t month_us,
    const struct transit_fact *f, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_PUT_TRANSIT, err);
	char interface[2] = { f->interface, '\0' };

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, month_us);
	(void)sqlite3_bind_int64(st, 2, f->asn);
	(void)sqlite3_bind_int64(st, 3, f->neighbor);
	bind_text(st, 4, interface);
	(void)sqlite3_bind_int64(st, 5, f->origin);
	bind_prefix(st, 6, &f->prefix);
	(void)sqlite3_bind_int(st, 7, f->rpki);
	(void)sqlite3_bind_int(st, 8, f->irr);
	return store_run(s, st, err);
}

int
store_each_transit(struct store *s, int64_t month_us, uint32_t asn,
    int (*each)(void *ctx, const struct transit_fact *f, struct err *err),
    void *ctx, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_TRANSIT, err);
	int got;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, month_us);
	(void)sqlite3_bind_int64(st, 2, asn);
	while ((got = store_step(s, st, err)) == 1) {
		const unsigned char *c = sqlite3_column_text(st, 2);
		struct transit_fact f = {
			.interface = c == NULL ? '?' : (char)c[0],
			.rpki = (uint8_t)sqlite3_column_int(st, 5),
			.irr = (uint8_t)sqlite3_column_int(st, 6),
		};
		(void)asn_of(st, 0, &f.asn);
		(void)asn_of(st, 1, &f.neighbor);
		(void)asn_of(st, 4, &f.origin);
		if (get_prefix(st, 3, &f.prefix) && each(ctx, &f, err) == -1) {
			(void)sqlite3_reset(st);
			return -1;
		}
	}
	return got;
}

/* --- networks ---------------------------------------------------------- */

int
store_clear_networks(struct store *s, struct err *err)
{
	static const enum statement dels[] = { ST_DEL_NETWORKS, ST_DEL_SPOOF,
		ST_DEL_ROLLS };

	for (size_t i = 0; i < COUNT(dels); i++) {
		sqlite3_stmt *st = store_st(s, dels[i], err);

		if (st == NULL || store_run(s, st, err) == -1)
			return -1;
	}
	return 0;
}

static int
put_spoof(struct store *s, const struct network_facts *n, struct err *err)
{
	for (size_t i = 0; i < n->n_spoof; i++) {
		sqlite3_stmt *st = store_st(s, ST_PUT_SPOOF, err);

		if (st == NULL)
			return -1;
		(void)sqlite3_bind_int64(st, 1, n->asn);
		(void)sqlite3_bind_int64(st, 2, (int64_t)i);
		(void)sqlite3_bind_int64(st, 3, n->spoof[i].time_us);
		bind_prefix(st, 4, &n->spoof[i].client);
		(void)sqlite3_bind_int(st, 5, n->spoof[i].routed);
		(void)sqlite3_bind_int(st, 6, n->spoof[i].private_);
		(void)sqlite3_bind_int(st, 7, n->spoof[i].nat);
		(void)sqlite3_bind_int64(st, 8, n->spoof[i].customer);
		if (store_run(s, st, err) == -1)
			return -1;
	}
	return 0;
}

int
store_put_network(struct store *s, const struct network_facts *n,
    struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_PUT_NETWORK, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, n->asn);
	bind_text(st, 2, n->name);
	bind_text(st, 3, n->org);
	bind_text(st, 4, n->country);
	bind_text(st, 5, n->rir);
	bind_text(st, 6, n->status);
	bind_text(st, 7, n->programmes);
	bind_text(st, 8, n->participant);
	bind_time(st, 9, n->member_since_us);
	(void)sqlite3_bind_int(st, 10, (int)n->policy);
	bind_text(st, 11, n->policy_from);
	bind_time(st, 12, n->policy_us);
	(void)sqlite3_bind_int(st, 13, (int)n->contact);
	bind_text(st, 14, n->contact_from);
	bind_time(st, 15, n->contact_us);
	bind_text(st, 16, n->as_set);
	(void)sqlite3_bind_int(st, 17, n->spoof_known);
	if (store_run(s, st, err) == -1)
		return -1;
	return put_spoof(s, n, err);
}

static int
read_spoof(struct store *s, struct network_facts *n, struct arena *a,
    struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_SPOOF, err);
	VEC(struct spoof_fact) v = { 0 };
	int got;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, n->asn);
	while ((got = store_step(s, st, err)) == 1) {
		struct spoof_fact f = {
			.time_us = sqlite3_column_int64(st, 0),
			.routed = (uint8_t)sqlite3_column_int(st, 2),
			.private_ = (uint8_t)sqlite3_column_int(st, 3),
			.nat = (int8_t)sqlite3_column_int(st, 4),
			.customer = (uint32_t)sqlite3_column_int64(st, 5),
		};
		if (get_prefix(st, 1, &f.client))
			vec_push(&v, f);
	}
	struct spoof_fact *p = arena_alloc(a, v.n * sizeof(*p) + 1);
	for (size_t i = 0; i < v.n; i++)
		p[i] = v.p[i];
	n->spoof = p;
	n->n_spoof = v.n;
	vec_fini(&v);
	return got;
}

static enum score_answer
get_answer(sqlite3_stmt *st, int i)
{
	int v = sqlite3_column_int(st, i);

	return v == SCORE_YES  ? SCORE_YES
	       : v == SCORE_NO ? SCORE_NO
			       : SCORE_UNKNOWN;
}

int
store_each_network(struct store *s, uint32_t asn,
    int (*each)(void *ctx, const struct network_facts *n, struct err *err),
    void *ctx, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_NETWORK, err);
	int got;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, asn);
	while ((got = store_step(s, st, err)) == 1) {
		struct arena a = { 0 };
		struct network_facts n = {
			.asn = (uint32_t)sqlite3_column_int64(st, 0),
			.name = get_text(st, 1, &a),
			.org = get_text(st, 2, &a),
			.country = get_text(st, 3, &a),
			.rir = get_text(st, 4, &a),
			.status = get_text(st, 5, &a),
			.programmes = get_text(st, 6, &a),
			.participant = get_text(st, 7, &a),
			.member_since_us = get_time(st, 8),
			.policy = get_answer(st, 9),
			.policy_from = get_text(st, 10, &a),
			.policy_us = get_time(st, 11),
			.contact = get_answer(st, 12),
			.contact_from = get_text(st, 13, &a),
			.contact_us = get_time(st, 14),
			.as_set = get_text(st, 15, &a),
			.spoof_known = sqlite3_column_int(st, 16) != 0,
		};
		int status = read_spoof(s, &n, &a, err);

		if (status == 0)
			status = each(ctx, &n, err);
		arena_free(&a);
		if (status == -1) {
			(void)sqlite3_reset(st);
			return -1;
		}
	}
	return got;
}

int
store_put_roll(struct store *s, const struct store_roll *r, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_PUT_ROLL, err);

	if (st == NULL)
		return -1;
	bind_text(st, 1, r->programme);
	bind_time(st, 2, r->date_us);
	(void)sqlite3_bind_int64(st, 3, r->organisations);
	(void)sqlite3_bind_int64(st, 4, r->asns);
	(void)sqlite3_bind_int64(st, 5, r->areas);
	return store_run(s, st, err);
}

int
store_each_roll(struct store *s,
    int (*each)(void *ctx, const struct store_roll *r, struct err *err),
    void *ctx, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_ROLL, err);
	int got;

	if (st == NULL)
		return -1;
	while ((got = store_step(s, st, err)) == 1) {
		struct arena a = { 0 };
		struct store_roll r = {
			.programme = get_text(st, 0, &a),
			.date_us = get_time(st, 1),
			.organisations = (uint32_t)sqlite3_column_int64(st, 2),
			.asns = (uint32_t)sqlite3_column_int64(st, 3),
			.areas = (uint32_t)sqlite3_column_int64(st, 4),
		};
		int status = each(ctx, &r, err);

		arena_free(&a);
		if (status == -1) {
			(void)sqlite3_reset(st);
			return -1;
		}
	}
	return got;
}
