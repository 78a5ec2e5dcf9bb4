/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history.c - what is normal: on which days a prefix had which origin, and
 * since when three networks stand in a row.
 *
 * Sources are the days we watched (pairs in memory, and rows of the saved
 * state that nobody touched yet) and the tables of the world, each a single
 * day.  Only what lies before the moment of the judgement counts.
 */
#include <stdlib.h>

#include "detect/saved.h"

/* --- small sets -------------------------------------------------------- */

static uint32_t
u32set_at(const struct u32set *s, uint32_t v)
{
	uint32_t lo = 0, hi = s->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (s->p[mid] < v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool
u32set_has(const struct u32set *s, uint32_t v)
{
	uint32_t i = u32set_at(s, v);

	return i < s->n && s->p[i] == v;
}

bool
u32set_add(struct u32set *s, uint32_t v)
{
	uint32_t i = u32set_at(s, v);

	if (i < s->n && s->p[i] == v)
		return false;
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 4 : s->cap * 2;
		s->p = mem_realloc(s->p, s->cap, sizeof(*s->p));
	}
	memmove(s->p + i + 1, s->p + i, (s->n - i) * sizeof(*s->p));
	s->p[i] = v;
	s->n++;
	return true;
}

bool
u32set_del(struct u32set *s, uint32_t v)
{
	uint32_t i = u32set_at(s, v);

	if (i >= s->n || s->p[i] != v)
		return false;
	memmove(s->p + i, s->p + i + 1, (s->n - i - 1) * sizeof(*s->p));
	s->n--;
	return true;
}

void
u32set_fini(struct u32set *s)
{
	free(s->p);
	*s = (struct u32set){ 0 };
}

/* --- days -------------------------------------------------------------- */

static uint32_t
day_bit(int32_t day)
{
	int32_t r = day % HISTORY_DAYS_MAX;

	return (uint32_t)(r < 0 ? r + HISTORY_DAYS_MAX : r);
}

void
days_set(struct days *d, int32_t day)
{
	uint32_t bit = day_bit(day);

	if (d->first == DAY_NEVER) {
		memset(d->bits, 0, sizeof(d->bits));
		d->first = d->last = day;
	} else if (day > d->last) {
		/* Bits of days that the ring had used before. */
		int64_t gap = (int64_t)day - d->last;

		if (gap >= HISTORY_DAYS_MAX)
			memset(d->bits, 0, sizeof(d->bits));
		else
			for (int32_t x = d->last + 1; x < day; x++)
				d->bits[day_bit(x) / 64] &=
				    ~(UINT64_C(1) << day_bit(x) % 64);
		d->last = day;
	} else if ((int64_t)d->last - day >= HISTORY_DAYS_MAX) {
		return;
	} else if (day < d->first) {
		d->first = day;
	}
	d->bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

bool
days_has(const struct days *d, int32_t day)
{
	if (d->first == DAY_NEVER || day > d->last ||
	    (int64_t)d->last - day >= HISTORY_DAYS_MAX)
		return false;
	return d->bits[day_bit(day) / 64] >> day_bit(day) % 64 & 1;
}

uint32_t
days_count(const struct days *d, int32_t from, int32_t to)
{
	uint32_t n = 0;

	if (d->first == DAY_NEVER)
		return 0;
	if (to > d->last)
		to = d->last;
	if (from <= d->last - HISTORY_DAYS_MAX)
		from = d->last - HISTORY_DAYS_MAX + 1;
	for (int32_t x = from; x <= to; x++)
		n += days_has(d, x);
	return n;
}

/* --- pairs ------------------------------------------------------------- */

static void
pair_push(struct detect *d, uint32_t prefix, const struct pair *p)
{
	struct prow *row = &d->prows.p[prefix];

	vec_push(&d->pairs, *p);
	struct pair *new = &d->pairs.p[d->pairs.n - 1];
	new->prefix = prefix;
	new->next = row->pair;
	row->pair = (uint32_t)d->pairs.n - 1;
	uint32_t known = d->origin_pairs.n;
	(*u64map_put(&d->origin_pairs, p->origin))++;
	if (d->origin_pairs.n > known)
		vec_push(&d->origins, p->origin);
}

struct prow *
prow_touch(struct detect *d, uint32_t prefix)
{
	if (prefix >= d->prows.n) {
		vec_reserve(&d->prows, (size_t)prefix + 1);
		for (size_t i = d->prows.n; i <= prefix; i++)
			d->prows.p[i] =
			    (struct prow){ NONE, NONE, 0, 0, false };
		d->prows.n = (size_t)prefix + 1;
	}
	if (!d->prows.p[prefix].loaded) {
		uint32_t first, n;

		d->prows.p[prefix].loaded = true;
		n = saved_pairs(d, prefix_at(d, prefix), &first);
		for (uint32_t i = 0; i < n; i++) {
			struct pair p;

			saved_pair(d, first + i, &p);
			if (!pair_over(d, &p))
				pair_push(d, prefix, &p);
		}
	}
	return &d->prows.p[prefix];
}

/* Of those that are gone, too. */
static uint32_t
pair_any(struct detect *d, uint32_t prefix, uint32_t origin)
{
	uint32_t i = prow_touch(d, prefix)->pair;

	while (i != NONE && d->pairs.p[i].origin != origin)
		i = d->pairs.p[i].next;
	return i;
}

uint32_t
pair_find(struct detect *d, uint32_t prefix, uint32_t origin)
{
	uint32_t i = pair_any(d, prefix, origin);

	return i != NONE && d->pairs.p[i].flags & PAIR_GONE ? NONE : i;
}

uint32_t
pair_make(struct detect *d, uint32_t prefix, uint32_t origin)
{
	uint32_t i = pair_any(d, prefix, origin);
	struct pair p = { .origin = origin, .days = { .first = DAY_NEVER } };

	if (i == NONE) {
		pair_push(d, prefix, &p);
		return (uint32_t)d->pairs.n - 1;
	}
	if (d->pairs.p[i].flags & PAIR_GONE) {
		d->pairs.p[i].flags = 0;
		(*u64map_put(&d->origin_pairs, origin))++;
	}
	return i;
}

bool
pair_over(const struct detect *d, const struct pair *p)
{
	return p->peers == 0 && (p->days.first == DAY_NEVER ||
				    p->days.last <= d->day - HISTORY_DAYS_MAX);
}

/* As if it had never been, which is what a saved state makes of it. */
static void
pair_forget(struct detect *d, struct pair *p)
{
	(*u64map_put(&d->origin_pairs, p->origin))--;
	p->flags = PAIR_GONE;
	p->days = (struct days){ .first = DAY_NEVER };
	p->rov = p->irr = 0;
	p->max_full = 0;
}

void
history_day(struct detect *d)
{
	if (days_has(&d->covered, d->day))
		return;
	days_set(&d->covered, d->day);
	for (size_t i = 0; i < d->pairs.n; i++) {
		struct pair *p = &d->pairs.p[i];

		if (p->peers > 0)
			days_set(&p->days, d->day);
		else if (!(p->flags & PAIR_GONE) && pair_over(d, p))
			pair_forget(d, p);
	}
}

void
pair_fold(struct detect *d, struct pair *p)
{
	if (p->peers == 0)
		return;
	if (p->days.first == DAY_NEVER)
		return;
	/* It stood there on every day since, as far as we watched. */
	int32_t x = p->days.last + 1;
	if (x <= d->day - HISTORY_DAYS_MAX)
		x = d->day - HISTORY_DAYS_MAX + 1;
	for (; x <= d->day; x++)
		if (days_has(&d->covered, x))
			days_set(&p->days, x);
}

/* --- days out of the world --------------------------------------------- */

static int32_t
oldest_day(const struct detect *d, int32_t n)
{
	return d->day - n + 1;
}

struct seed_ask {
	uint32_t origin;
	int32_t from, until;        /* until excluded */
	const struct days *besides; /* days that count already, or NULL */
	uint32_t n;
};

static void
seeds_count(const struct detect *d, const struct prefix *p,
    struct seed_ask *ask)
{
	struct registry_origin o;

	if (d->view->registry == NULL)
		return;
	for (uint32_t i = 0; registry_origin(d->view->registry, p, i, &o); i++)
		if (o.origin == ask->origin && o.day >= ask->from &&
		    o.day < ask->until &&
		    (ask->besides == NULL || !days_has(ask->besides, o.day)))
			ask->n++;
}

uint32_t
pair_days(const struct detect *d, const struct pair *p, int32_t n)
{
	struct seed_ask ask = { p->origin, oldest_day(d, n), d->day, &p->days,
		0 };
	uint32_t own = days_count(&p->days, ask.from, d->day);

	seeds_count(d, prefix_at(d, p->prefix), &ask);
	return own + ask.n;
}

/* Days of a pair that is under suspicion prove nothing until they are many. */
static bool
was_normal(const struct detect *d, const struct prefix *q, const struct pair *p,
    int32_t n)
{
	uint32_t own = days_count(&p->days, oldest_day(d, n), d->day);
	struct seed_ask ask = { p->origin, oldest_day(d, n), d->day, NULL, 0 };

	if (own > 0 &&
	    (!(p->flags & PAIR_SUSPECT) || own >= cfg(d, SET_COHISTORY_DAYS)))
		return true;
	seeds_count(d, q, &ask);
	return ask.n > 0;
}

static bool
is_normal(const struct detect *d, const struct prefix *q, const struct pair *p,
    int32_t n)
{
	return (p->peers > 0 && !(p->flags & PAIR_SUSPECT)) ||
	       was_normal(d, q, p, n);
}

bool
pair_known(const struct detect *d, const struct pair *p)
{
	return was_normal(d, prefix_at(d, p->prefix), p,
	    (int32_t)cfg(d, SET_HISTORY_DAYS));
}

static void
seeds_known(struct detect *d, const struct prefix *q, int32_t n,
    struct u32set *out)
{
	struct registry_origin o;

	if (d->view->registry == NULL)
		return;
	for (uint32_t i = 0; registry_origin(d->view->registry, q, i, &o); i++)
		if (o.day >= oldest_day(d, n) && o.day < d->day)
			u32set_add(out, o.origin);
}

void
known_origins(struct detect *d, const struct prefix *q, int32_t n,
    struct u32set *out)
{
	uint32_t id = pset_find(d->prefixes, q), first;

	if (id != PSET_NONE) {
		for (uint32_t i = prow_touch(d, id)->pair; i != NONE;
		     i = d->pairs.p[i].next)
			if (d->pairs.p[i].origin != 0 &&
			    is_normal(d, q, &d->pairs.p[i], n))
				u32set_add(out, d->pairs.p[i].origin);
	} else {
		uint32_t rows = saved_pairs(d, q, &first);

		for (uint32_t i = 0; i < rows; i++) {
			struct pair p;

			saved_pair(d, first + i, &p);
			if (p.origin != 0 && is_normal(d, q, &p, n))
				u32set_add(out, p.origin);
		}
	}
	seeds_known(d, q, n, out);
}

/* Length of the longest of the saved prefixes that covers p, -1 = none. */
static int
saved_cover(const struct detect *d, const struct prefix *p)
{
	struct prefix cover;
	uint32_t at;

	if (d->saved == NULL)
		return -1;
	at = pmap_longest(&d->saved->prefixes, p);
	if (at == PMAP_NONE)
		return -1;
	pmap_get(&d->saved->prefixes, at, &cover);
	return cover.len;
}

int
named_cover(const struct detect *d, const struct prefix *q, int most)
{
	struct prefix p;
	uint32_t id;
	int len = -1, other;

	if (most < 0)
		return -1;
	p = prefix_truncate(q, (uint8_t)most);
	id = pset_longest(d->prefixes, &p);
	if (id != PSET_NONE)
		len = prefix_at(d, id)->len;
	if ((other = saved_cover(d, &p)) > len)
		len = other;
	if (d->view->registry != NULL &&
	    (other = registry_origin_cover(d->view->registry, &p,
		 (uint8_t)most)) > len)
		len = other;
	return len;
}

uint32_t
history_depth(const struct detect *d, int32_t n)
{
	uint32_t days =
	    days_count(&d->covered, oldest_day(d, n) - 1, d->day - 1);
	int32_t day;

	if (d->view->registry == NULL)
		return days;
	for (uint32_t i = 0; registry_origin_day(d->view->registry, i, &day);
	     i++)
		days += day >= oldest_day(d, n) - 1 && day < d->day &&
			!days_has(&d->covered, day);
	return days;
}

bool
origin_seen(struct detect *d, uint32_t origin)
{
	const uint32_t *n = u64map_get(&d->origin_pairs, origin);

	/* One pair is the one that is asked about. */
	return (n == NULL ? 0 : *n) + saved_origins(d, origin) > 1;
}

/* --- segments ---------------------------------------------------------- */

struct seg_key {
	uint32_t a, b, c, kind;
};

static bool
seg_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct detect *d = ctx;
	const struct seg_key *k = key;
	const struct seg *s = &d->segs.p[row];

	return s->a == k->a && s->b == k->b && s->c == k->c &&
	       s->kind == k->kind;
}

uint32_t
seg_make(struct detect *d, uint32_t a, uint32_t b, uint32_t c, uint32_t kind)
{
	struct seg_key key = { a, b, c, kind };
	uint64_t hash = hash_bytes(&key, sizeof(key), 0);
	uint32_t id = hidx_find(&d->seg_idx, hash, seg_eq, d, &key);

	if (id != HIDX_NONE)
		return id;
	id = (uint32_t)d->segs.n;
	vec_push(&d->segs,
	    ((struct seg){ a, b, c, kind, TIME_NONE, TIME_NONE, 0, false }));
	hidx_add(&d->seg_idx, hash, id);
	return id;
}

void
seg_join(struct detect *d, uint32_t seg, bool baseline)
{
	struct seg *s = &d->segs.p[seg];
	int64_t gap = (int64_t)(cfg(d, SET_LEAK_NEW_DAYS) * (double)TIME_DAY);

	if (s->last_us == TIME_NONE ||
	    (s->live == 0 && d->now - s->last_us > gap)) {
		s->first_us = d->now;
		s->base = !baseline;
	}
	s->live++;
	s->last_us = d->now;
}

void
seg_leave(struct detect *d, uint32_t seg)
{
	struct seg *s = &d->segs.p[seg];

	if (s->live > 0)
		s->live--;
	s->last_us = d->now;
}

bool
seg_new(const struct detect *d, uint32_t seg)
{
	const struct seg *s = &d->segs.p[seg];

	return !s->base &&
	       d->now - s->first_us <=
		   (int64_t)(cfg(d, SET_LEAK_OLD_DAYS) * (double)TIME_DAY);
}
