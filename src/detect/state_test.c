/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state_test.c - the saved state: the same content gives the same bytes
 * whatever order it came in, what comes back is what was there, and damaged
 * bytes are refused or harmless.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "detect/state_test.h"

static struct detect *
fresh(const struct sect_source *saved)
{
	struct err err = { 0 };
	struct detect *d = try_open(NULL, saved, &err);

	if (d == NULL)
		fail_msg("%s", err.msg);
	return d;
}

static struct sections
save(struct detect *d)
{
	struct sections s;
	struct err err = { 0 };

	if (try_save(d, &s, &err) == -1)
		fail_msg("%s", err.msg);
	return s;
}

static void
get(const struct sections *s, const char *name, const void **p, size_t *n)
{
	if (!get_section(s, name, p, n))
		fail_msg("no section %s", name);
}

static size_t
rows_of(const struct sections *s, const char *name, size_t size)
{
	const void *p;
	size_t n;

	get(s, name, &p, &n);
	assert_int_equal(n % size, 0);
	return n / size;
}

static void
assert_same(const struct sections *a, const struct sections *b)
{
	const char *name = first_difference(a, b);

	if (name != NULL)
		fail_msg("section %s differs", name);
}

/* --- tests ------------------------------------------------------------- */

static void
test_order_does_not_show(void **state)
{
	struct detect *d = filled(0);
	struct sections want = save(d);

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct detect *e = filled(seed);
		struct sections m = save(e);

		assert_same(&want, &m);
		sections_fini(&m);
		detect_free(e);
	}
	detect_free(d);
	sections_fini(&want);
}

static void
test_saved_again(void **state)
{
	struct detect *d = filled(3), *e;
	struct sections a = save(d), b, c;
	struct sect_source src = sect_mem_source(a.mem);

	(void)state;
	b = save(d); /* saving changes nothing */
	assert_same(&a, &b);
	e = fresh(&src);
	c = save(e);
	assert_same(&a, &c);
	detect_free(d);
	detect_free(e);
	sections_fini(&a);
	sections_fini(&b);
	sections_fini(&c);
}

static const struct finding *
by_serial(const struct detect *d, uint64_t serial)
{
	const struct finding *f;

	VEC_FOREACH (f, &d->findings)
		if (f->serial == serial)
			return f;
	return NULL;
}

/* What is not saved but follows from what is. */
static void
test_comes_back(void **state)
{
	struct detect *d = filled(5), *e;
	struct sections m = save(d);
	struct sect_source src = sect_mem_source(m.mem);
	uint32_t dark = 0, timers = 0;

	(void)state;
	e = fresh(&src);
	assert_int_equal(e->now, d->now);
	assert_int_equal(e->day, d->day);
	assert_int_equal(e->month, d->month);
	assert_int_equal(e->incs.n, N_INCS - 1);
	for (size_t i = 0; i < d->findings.n; i++) {
		const struct finding *x = &d->findings.p[i];
		const struct finding *y = by_serial(e, x->serial);

		if (x->flags & F_CLOSED) {
			assert_null(y);
			continue;
		}
		assert_non_null(y);
		assert_int_equal(y->dark, x->dark);
		assert_int_equal(y->peers.n, x->peers.n);
		assert_true(prefix_eq(prefix_at(e, y->prefix),
		    prefix_at(d, x->prefix)));
		assert_int_equal(rib_path_origin(e->rib, y->path),
		    rib_path_origin(d->rib, x->path));
		assert_int_equal(e->incs.p[y->incident].id,
		    d->incs.p[x->incident].id);
		assert_int_not_equal(finding_find(e, (enum rule)y->rule,
					 y->prefix, y->who),
		    NONE);
		dark += x->dark;
	}
	for (size_t i = 0; i < e->dark_of.n; i++)
		dark -= e->dark_of.p[i];
	assert_int_equal(dark, 0);
	for (size_t i = 0; i < e->incs.n; i++) {
		const struct inc *in = &e->incs.p[i];

		assert_int_equal(in->open, in->serial == 3 ? 0 : 4);
		assert_false(in->flags & I_CHANGED);
		assert_int_equal(incident_active(e, in->class,
				     in->flags & I_SUPPRESSED, in->culprit),
		    i);
	}
	for (size_t i = 0; i < e->timers.n; i++)
		timers += e->timers.p[i].incident;
	assert_int_equal(timers, 1);
	assert_true(e->timers.n > 10);
	detect_free(d);
	detect_free(e);
	sections_fini(&m);
}

static void
test_dropped(void **state)
{
	struct detect *d = filled(0);
	struct sections m = save(d);
	size_t gains = 0;

	(void)state;
	assert_int_equal(rows_of(&m, "det.inc", sizeof(struct saved_inc)),
	    N_INCS - 1);
	assert_int_equal(rows_of(&m, "det.find", sizeof(struct saved_finding)),
	    N_FINDINGS - N_FINDINGS / N_INCS);
	/* Those over are 6 to 8, of which a finding names the first. */
	assert_int_equal(rows_of(&m, "det.seg", sizeof(struct saved_seg)),
	    N_SEGS - 2);
	for (size_t i = 0; i < d->gains.n; i++)
		gains += d->gains.p[i].day >= d->day - 30;
	assert_true(gains < d->gains.n);
	assert_int_equal(rows_of(&m, "det.gain", sizeof(struct saved_gain)),
	    gains);
	size_t pairs = 0;
	for (size_t i = 0; i < d->pairs.n; i++)
		pairs += !(d->pairs.p[i].flags & PAIR_GONE);
	assert_true(pairs < d->pairs.n);
	assert_int_equal(rows_of(&m, "det.pair", sizeof(struct saved_pair)),
	    pairs);
	detect_free(d);
	sections_fini(&m);
}

static void
test_rows_stay_in_place(void **state)
{
	struct detect *d = filled(0), *e, *f;
	struct sections a = save(d), b;
	struct sect_source src = sect_mem_source(a.mem);
	struct prefix far = prefix_no(5);
	size_t rows = rows_of(&a, "det.pair", sizeof(struct saved_pair));

	(void)state;
	e = fresh(&src);
	assert_true(pset_count(e->prefixes) < e->saved->prefixes.n);
	assert_true(e->pairs.n < rows);
	/* One more origin of a prefix that is live, one of one that is not. */
	assert_int_equal(pset_find(e->prefixes, &far), PSET_NONE);
	size_t before = e->pairs.n;
	uint32_t id = pset_add(e->prefixes, &far);
	uint32_t new = pair_make(e, id, 4200000000);
	days_set(&e->pairs.p[new].days, e->day);
	assert_true(e->pairs.n > before + 1);
	b = save(e);
	assert_int_equal(rows_of(&b, "det.pair", sizeof(struct saved_pair)),
	    rows + 1);
	struct sect_source again = sect_mem_source(b.mem);
	f = fresh(&again);
	for (size_t i = 0; i < d->pairs.n; i++) {
		const struct pair *x = &d->pairs.p[i];
		uint32_t at;

		if (x->flags & PAIR_GONE)
			continue;
		at = pair_find(f,
		    pset_add(f->prefixes, prefix_at(d, x->prefix)), x->origin);
		assert_int_not_equal(at, NONE);
		const struct pair *y = &f->pairs.p[at];
		assert_memory_equal(&y->days, &x->days, sizeof(x->days));
		assert_int_equal(y->peers, x->peers);
		assert_int_equal(y->full_ases, x->full_ases);
		assert_int_equal(y->max_full, x->max_full);
		assert_int_equal(y->rov, x->rov);
		assert_int_equal(y->irr, x->irr);
		assert_int_equal(y->flags, x->flags);
	}
	detect_free(d);
	detect_free(e);
	detect_free(f);
	sections_fini(&a);
	sections_fini(&b);
}

/* As the engine does it when an event comes so many days later. */
static void
pass_days(struct detect *d, int32_t days)
{
	int64_t month = utc_month_start(d->now + days * TIME_DAY, 0);

	d->now += days * TIME_DAY;
	d->day = utc_day(d->now);
	if (month != d->month) {
		facts_month_end(d);
		d->month = month;
	}
	history_day(d);
}

/* What history knows of a cover is never passed over. */
static void
assert_covers_named(struct detect *d, const struct prefix *p)
{
	for (int len = p->len; len >= 0; len--) {
		struct prefix c = prefix_truncate(p, (uint8_t)len);
		struct u32set known = { 0 };
		int at = named_cover(d, p, len);

		assert_in_range(at + 1, 0, len + 1);
		known_origins(d, &c, 100, &known);
		if (known.n > 0)
			assert_int_equal(at, len);
		u32set_fini(&known);
	}
}

static void
assert_same_answers(struct detect *d, struct detect *e)
{
	for (uint32_t asn = 64480; asn < 64720; asn++)
		assert_int_equal(origin_seen(d, asn), origin_seen(e, asn));
	for (uint32_t i = 0; i < N_PREFIXES; i++) {
		struct prefix p = prefix_no(i);
		struct u32set x = { 0 }, y = { 0 };

		known_origins(d, &p, 100, &x);
		known_origins(e, &p, 100, &y);
		assert_int_equal(x.n, y.n);
		if (x.n > 0)
			assert_memory_equal(x.p, y.p, x.n * sizeof(*x.p));
		u32set_fini(&x);
		u32set_fini(&y);
		if (i % 16 == 0) {
			assert_covers_named(d, &p);
			assert_covers_named(e, &p);
		}
	}
}

/* A save in between makes no difference, however old the rows get. */
static void
test_time_passes(void **state)
{
	static const int32_t steps[] = { 1, 3, 9, 20, 27, 81, 243 };
	struct sections kept[COUNT(steps)];
	struct detect *d = filled(0), *e = filled(1);

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct sect_source src;

		kept[i] = save(e);
		detect_free(e);
		src = sect_mem_source(kept[i].mem);
		e = fresh(&src);
		pass_days(d, steps[i]);
		pass_days(e, steps[i]);
		if (i % 2 == 0) /* which brings some of them in */
			assert_same_answers(d, e);
		struct sections a = save(d), b = save(e);
		assert_same(&a, &b);
		sections_fini(&a);
		sections_fini(&b);
	}
	detect_free(d);
	detect_free(e);
	for (size_t i = 0; i < COUNT(steps); i++)
		sections_fini(&kept[i]);
}

static void
test_nothing(void **state)
{
	struct detect *d = fresh(NULL), *e;
	struct sections a = save(d), b;
	struct sect_source src = sect_mem_source(a.mem);

	(void)state;
	e = fresh(&src);
	assert_true(detect_now(e) == TIME_NONE);
	b = save(e);
	assert_int_equal(rows_of(&b, "det.pair", 1), 0);
	detect_free(d);
	detect_free(e);
	sections_fini(&a);
	sections_fini(&b);
}

/* --- days -------------------------------------------------------------- */

static void
test_days(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct days a = { .first = DAY_NEVER }, b;
		uint64_t bits[DAY_WORDS];
		int32_t base = (int32_t)(next_random(&seed) % 40000) - 9000;

		for (int k = 0; k < round % 50 + 1; k++)
			days_set(&a,
			    base + (int32_t)(next_random(&seed) % 700));
		days_pack(&a, bits);
		assert_int_equal(bits[DAY_WORDS - 1] >> 63, 1);
		days_unpack(a.first, a.last, bits, &b);
		assert_memory_equal(&a, &b, sizeof(a));
		for (int32_t k = 0; k < HISTORY_DAYS_MAX; k++) {
			uint32_t bit = (uint32_t)(HISTORY_DAYS_MAX - 1 - k);

			assert_int_equal(bits[bit / 64] >> bit % 64 & 1,
			    days_has(&a, a.last - k));
		}
	}
}

/* --- foreign bytes ----------------------------------------------------- */

/* A source over another in which one section is another. */
struct bent {
	struct sect_source src;
	const char *name;
	const void *data;
	size_t n;
};

static int
bent_get(void *ctx, const char *name, const void **data, size_t *n,
    struct err *err)
{
	const struct bent *b = ctx;

	if (strcmp(name, b->name) != 0)
		return b->src.get(b->src.ctx, name, data, n, err);
	*data = b->data;
	*n = b->n;
	return 1;
}

/* 1: refused with a reason; 0: taken, and then nothing else goes wrong. */
static unsigned
try_bent(struct bent *b)
{
	struct sect_source src = { bent_get, b };
	struct detect_config c;
	struct detect *d = NULL;
	struct err err = { 0 };
	struct prefix p;

	detect_config_init(&c);
	if (detect_new(&c, NULL, &src, &d, &err) == -1) {
		assert_int_not_equal(err.code, ERR_NONE);
		assert_true(err.msg[0] != '\0');
		return 1;
	}
	for (uint32_t i = 0; i < N_PREFIXES; i++) {
		p = prefix_no(i);
		(void)pset_add(d->prefixes, &p);
		(void)prow_touch(d, pset_find(d->prefixes, &p));
		(void)origin_seen(d, origin_no(i));
	}
	pass_days(d, 1);
	timers_run(d, d->now);
	for (uint32_t i = 0; i < rib_peer_count(d->rib); i++)
		apply_peer_down(d, i);
	pass_days(d, 40);
	timers_run(d, d->now);
	struct sections s = save(d);
	sections_fini(&s);
	detect_free(d);
	return 0;
}

static void
test_bytes_bent(void **state)
{
	const char *section = *state;
	struct detect *d = filled(0);
	struct sections m = save(d);
	struct bent b = { .src = sect_mem_source(m.mem), .name = section };
	unsigned refused = 0;
	const void *p;

	get(&m, section, &p, &b.n);
	size_t step = b.n > 300 ? 8 : 3;
	uint8_t *copy = aligned_alloc(64, (b.n + 64) & ~(size_t)63);
	assert_non_null(copy);
	memcpy(copy, p, b.n);
	b.data = copy;
	for (size_t k = 0; k < b.n; k++)
		for (size_t bit = k % 3; bit < 8; bit += step) {
			copy[k] ^= (uint8_t)(1u << bit);
			refused += try_bent(&b);
			copy[k] ^= (uint8_t)(1u << bit);
		}
	/* Attributes and names of collectors may say anything, and what is
	 * only kept for later: when, how many, how sure. */
	if (strcmp(section, "rib.pool") != 0 &&
	    strcmp(section, "det.merged") != 0)
		assert_true(refused > 0);
	free(copy);
	detect_free(d);
	sections_fini(&m);
}

static void
test_bytes_cut(void **state)
{
	const char *section = *state;
	struct detect *d = filled(0);
	struct sections m = save(d);
	struct bent b = { .src = sect_mem_source(m.mem), .name = section };
	const void *p;
	size_t n;

	get(&m, section, &p, &n);
	for (size_t k = 0; k < n; k++) {
		/* Exactly so many bytes, for whoever watches the end. */
		uint8_t *copy = aligned_alloc(8, (k + 7) & ~(size_t)7);

		assert_non_null(copy);
		memcpy(copy, p, k);
		b.data = copy;
		b.n = k;
		if (try_bent(&b) == 0 && strcmp(section, "det.gain") != 0 &&
		    strcmp(section, "det.orig") != 0 &&
		    strcmp(section, "det.pass") != 0 &&
		    strcmp(section, "det.seg") != 0)
			fail_msg("%s: taken when cut to %zu of %zu", section, k,
			    n);
		free(copy);
	}
	detect_free(d);
	sections_fini(&m);
}

static void
test_other_version(void **state)
{
	struct detect *d = filled(0);
	struct sections m = save(d);
	struct bent b = { .src = sect_mem_source(m.mem), .name = "det.head" };
	struct sect_source src = { bent_get, &b };
	struct saved_head h;
	struct detect_config c;
	char want[80];
	struct detect *e = NULL;
	struct err err = { 0 };
	const void *p;

	(void)state;
	get(&m, "det.head", &p, &b.n);
	memcpy(&h, p, sizeof(h));
	h.version = SAVED_VERSION + 1;
	b.data = &h;
	detect_config_init(&c);
	assert_int_equal(detect_new(&c, NULL, &src, &e, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	(void)snprintf(want, sizeof(want), "version %d, this program reads %d",
	    SAVED_VERSION + 1, SAVED_VERSION);
	assert_non_null(strstr(err.msg, want));
	detect_free(d);
	sections_fini(&m);
}

int
main(void)
{
	static char names[2 * SECTIONS_MAX][40];
	static struct sections all;
	struct CMUnitTest tests[9 + 2 * SECTIONS_MAX] = {
		cmocka_unit_test(test_order_does_not_show),
		cmocka_unit_test(test_saved_again),
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_rows_stay_in_place),
		cmocka_unit_test(test_time_passes),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_other_version),
	};
	struct detect *d = filled(0);
	struct err err = { 0 };
	size_t n = 9;

	if (try_save(d, &all, &err) == -1)
		return 1;
	detect_free(d);
	for (size_t i = 0; i < 2 * all.n; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "%s %s",
		    all.name[i / 2], i % 2 == 0 ? "bent" : "cut");
		tests[n++] = (struct CMUnitTest){ .name = names[i],
			.test_func =
			    i % 2 == 0 ? test_bytes_bent : test_bytes_cut,
			.initial_state = all.name[i / 2] };
	}
	int failed = _cmocka_run_group_tests("state", tests, n, NULL, NULL);
	sections_fini(&all);
	return failed;
}
