/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrp.c - the VRP table in place, and route origin validation (RFC 6811).
 *
 * One search finds the most specific prefix with VRPs that covers the route;
 * its covers follow by links, so a verdict costs one search however many VRPs
 * cover the route.
 */
#include <stdio.h>
#include <string.h>

#include "rpki/part.h"

static int
get(const struct sect_source *src, const char *name, const char *suffix,
    size_t size, const void **p, size_t *n, struct err *err)
{
	char full[SECT_NAME_MAX];

	(void)snprintf(full, sizeof(full), "%s%.7s", name, suffix);
	return sect_array(src, full, size, p, n, err);
}

int
vrp_table_open(const struct sect_source *src, const char *suffix,
    struct vrp_table *out, struct err *err)
{
	struct vrp_table t = { 0 };
	const void *heads, *rows, *tas;
	size_t n_heads, n_rows, n_tas;
	char name[SECT_NAME_MAX];

	(void)snprintf(name, sizeof(name), "vrp.p%.7s.", suffix);
	if (pmap_open(&t.map, name, src, err) == -1 ||
	    get(src, "vrp.heads", suffix, sizeof(struct vrp_head), &heads,
		&n_heads, err) == -1 ||
	    get(src, "vrp.rows", suffix, sizeof(struct vrp_row), &rows, &n_rows,
		err) == -1 ||
	    get(src, "vrp.tas", suffix, RPKI_TA_MAX, &tas, &n_tas, err) == -1)
		return -1;
	t.present = heads != NULL;
	if (t.present && (n_heads != t.map.n + 1UL || n_rows > VRP_TABLE_MAX))
		return err_set(err, ERR_INPUT,
		    "section vrp.heads%s does not fit the others", suffix);
	t.heads = heads;
	t.rows = rows;
	t.n = (uint32_t)n_rows;
	t.tas = tas;
	t.n_tas = (uint32_t)n_tas;
	*out = t;
	return 0;
}

bool
vrp_table_present(const struct vrp_table *t)
{
	return t->present;
}

uint32_t
vrp_table_count(const struct vrp_table *t)
{
	return t->n;
}

const char *
rov_state_name(enum rov_state s)
{
	static const char *const names[] = { "not-found", "valid", "invalid" };

	return names[s];
}

/* Rows of entry i; a damaged file gives none. */
static const struct vrp_row *
rows_of(const struct vrp_table *t, uint32_t i, uint32_t *n)
{
	uint32_t from = t->heads[i].first, to = t->heads[i + 1].first;

	*n = from <= to && to <= t->n ? to - from : 0;
	return *n == 0 ? NULL : t->rows + from;
}

/* Why a VRP that covers the route does not match it, or 0: it does. */
static inline unsigned
lacks(uint32_t asn, uint8_t max_len, uint8_t len, uint32_t origin)
{
	/* AS0 and NONE equal no ASN (RFC 6811 2, 6483 4) */
	if (asn == 0)
		return ROV_AS0;
	if (asn != origin || origin == ROV_NO_ORIGIN)
		return ROV_ASN;
	return len <= max_len ? 0 : ROV_LEN;
}

/* From entry i up: those of at most `most` bits cover the route. */
static inline enum rov_state
judge(const struct vrp_table *t, uint32_t i, uint8_t most, uint8_t len,
    uint32_t origin, unsigned *why)
{
	*why = 0;
	while (i < t->map.n) {
		const struct vrp_head *h = &t->heads[i];
		uint32_t n = 1;

		if (h->len <= most) {
			unsigned w = lacks(h->asn, h->max_len, len, origin);
			const struct vrp_row *r = NULL;

			if (h->n != 1)
				r = rows_of(t, i, &n);
			for (uint32_t k = 1; w != 0 && k < n; k++) {
				*why |= w;
				w = lacks(r[k].asn, r[k].max_len, len, origin);
			}
			if (w == 0)
				return ROV_VALID;
			*why |= w;
		}
		/* covers stand before; anything else is damage */
		i = h->up < i ? h->up : PMAP_NONE;
	}
	return *why == 0 ? ROV_NOT_FOUND : ROV_INVALID;
}

enum rov_state
vrp_table_validate(const struct vrp_table *t, const struct prefix *route,
    uint32_t origin, unsigned *reason)
{
	uint8_t most;
	uint32_t i = pmap_before(&t->map, route, &most);
	unsigned why;
	enum rov_state state = judge(t, i, most, route->len, origin, &why);

	if (reason != NULL && state != ROV_VALID)
		*reason = why;
	return state;
}

/* --- many at a time: no branch on what is random ------------------------ */

enum { COVERED = 1, MATCHED = 2 };

/* What the rows of entry i behind the first say. */
static bool
match_rows(const struct vrp_table *t, uint32_t i, uint8_t len, uint32_t origin)
{
	uint32_t n;
	const struct vrp_row *r = rows_of(t, i, &n);

	for (uint32_t k = 1; k < n; k++)
		if (lacks(r[k].asn, r[k].max_len, len, origin) == 0)
			return true;
	return false;
}

struct many {
	const struct vrp_table *t;
	const struct prefix *routes;
	const uint32_t *origins;
	uint32_t at[PMAP_MANY_MAX]; /* entry */
	uint8_t most[PMAP_MANY_MAX], found[PMAP_MANY_MAX];
	uint8_t waiting[PMAP_MANY_MAX]; /* whose entry is to be looked at */
	uint32_t n;
};

/*
 * Look at the entry of all that wait and let those wait for its cover that
 * need it, as judge() does for one.
 */
static void
judge_step(struct many *m)
{
	const struct vrp_table *t = m->t;
	uint8_t many_rows[PMAP_MANY_MAX];
	uint32_t rows_at[PMAP_MANY_MAX];
	uint32_t n = 0, n_rows = 0;

	for (uint32_t j = 0; j < m->n; j++) {
		uint8_t k = m->waiting[j];
		uint32_t i = m->at[k], origin = m->origins[k];
		const struct vrp_head *h = &t->heads[i];
		unsigned covers = h->len <= m->most[k];
		unsigned matches = covers & (h->asn == origin) & (h->asn != 0) &
				   (origin != ROV_NO_ORIGIN) &
				   (m->routes[k].len <= h->max_len);
		unsigned found =
		    m->found[k] | covers * COVERED | matches * MATCHED;
		unsigned more = (unsigned)(found < MATCHED) & (h->up < i);

		m->found[k] = (uint8_t)found;
		many_rows[n_rows] = k;
		rows_at[n_rows] = i;
		n_rows += covers & (found < MATCHED) & (h->n != 1);
		m->waiting[n] = k;
		n += more;
		i = (i & (more - 1)) | (h->up & (0U - more));
		m->at[k] = i;
		__builtin_prefetch(&t->heads[i]);
	}
	m->n = n;
	for (uint32_t j = 0; j < n_rows; j++)
		if (t->heads[rows_at[j]].first < t->n)
			__builtin_prefetch(
			    &t->rows[t->heads[rows_at[j]].first]);
	for (uint32_t j = 0; j < n_rows; j++) {
		uint8_t k = many_rows[j];

		if (match_rows(t, rows_at[j], m->routes[k].len, m->origins[k]))
			m->found[k] = MATCHED;
	}
}

static void
judge_many(const struct vrp_table *t, const struct pmap_index *index,
    const struct prefix *routes, const uint32_t *origins, size_t n,
    enum rov_state *out)
{
	static const enum rov_state states[] = { ROV_NOT_FOUND, ROV_INVALID,
		ROV_VALID, ROV_VALID };
	struct many m;

	m.t = t;
	m.routes = routes;
	m.origins = origins;
	m.n = 0;
	pmap_before_many(index, routes, n, m.at, m.most);
	for (size_t k = 0; k < n; k++) {
		uint32_t i = m.at[k] < t->map.n ? m.at[k] : t->map.n;

		__builtin_prefetch(&t->heads[i]);
		m.found[k] = 0;
		m.waiting[m.n] = (uint8_t)k;
		m.n += i < t->map.n;
	}
	while (m.n > 0)
		judge_step(&m);
	for (size_t k = 0; k < n; k++)
		out[k] = states[m.found[k]];
}

void
vrp_table_validate_many(const struct vrp_table *t,
    const struct pmap_index *index, const struct prefix *routes,
    const uint32_t *origins, size_t n, enum rov_state *out)
{
	for (size_t from = 0; from < n; from += PMAP_MANY_MAX) {
		size_t some =
		    n - from < PMAP_MANY_MAX ? n - from : PMAP_MANY_MAX;

		if (t->present)
			judge_many(t, index, routes + from, origins + from,
			    some, out + from);
		else
			memset(out + from, 0, some * sizeof(*out));
	}
}

static void
fill(const struct vrp_table *t, uint32_t i, const struct vrp_row *r,
    struct vrp *out)
{
	const char *ta =
	    r->ta < t->n_tas ? t->tas + (size_t)r->ta * RPKI_TA_MAX : "";

	pmap_get(&t->map, i, &out->prefix);
	out->max_len = r->max_len;
	out->asn = r->asn;
	out->ta =
	    memchr(ta, '\0', ta[0] == '\0' ? 1 : RPKI_TA_MAX) == NULL ? "" : ta;
}

void
vrp_table_covering(const struct vrp_table *t, const struct prefix *route,
    bool (*each)(void *ctx, const struct vrp *v), void *ctx)
{
	for (uint32_t i = pmap_longest(&t->map, route); i != PMAP_NONE;
	     i = pmap_up(&t->map, i)) {
		uint32_t n;
		const struct vrp_row *r = rows_of(t, i, &n);

		for (uint32_t k = 0; k < n; k++) {
			struct vrp v;

			fill(t, i, &r[k], &v);
			if (!each(ctx, &v))
				return;
		}
	}
}

void
vrp_table_each(const struct vrp_table *t, uint32_t asn,
    bool (*each)(void *ctx, const struct vrp *v), void *ctx)
{
	for (uint32_t i = 0; i < t->map.n; i++) {
		uint32_t n;
		const struct vrp_row *r = rows_of(t, i, &n);

		for (uint32_t k = 0; k < n; k++) {
			struct vrp v;

			if (asn != ROV_NO_ORIGIN && r[k].asn != asn)
				continue;
			fill(t, i, &r[k], &v);
			if (!each(ctx, &v))
				return;
		}
	}
}
