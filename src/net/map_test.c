/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map_test.c - the frozen and the growing prefix map against a search through
 * a plain array, over random and nested prefixes of both families.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"
#include "net/net.h"

#include <cmocka.h>

#define N_PREFIXES 3000
#define N_QUERIES  6000

static unsigned short seed[3] = { 5, 6, 7 };

/* Few distinct bits, so that nesting and equal addresses are common. */
static struct prefix
random_prefix(void)
{
	struct prefix p = { .family = (uint8_t)(nrand48(seed) & 1) };
	uint8_t max = prefix_len_max(p.family);

	p.len = (uint8_t)(nrand48(seed) % (max + 1));
	for (int i = 0; i < max / 8; i++)
		p.addr[i] =
		    (uint8_t)(nrand48(seed) % 3 == 0 ? nrand48(seed) & 0x81
						     : 0);
	if (p.family == NET_IP6 && nrand48(seed) % 4 != 0)
		p.addr[0] = 0x20;
	return prefix_truncate(&p, p.len);
}

static int
by_order(const void *a, const void *b)
{
	return prefix_cmp(a, b);
}

static struct prefix set[N_PREFIXES];
static uint32_t n_set;

static void
make_set(void)
{
	for (int i = 0; i < N_PREFIXES; i++)
		set[i] = random_prefix();
	qsort(set, N_PREFIXES, sizeof(set[0]), by_order);
	n_set = 0;
	for (int i = 0; i < N_PREFIXES; i++)
		if (n_set == 0 || !prefix_eq(&set[n_set - 1], &set[i]))
			set[n_set++] = set[i];
}

static uint32_t
naive_longest(const struct prefix *p, int shorter_than)
{
	uint32_t best = PMAP_NONE;

	for (uint32_t i = 0; i < n_set; i++)
		if (prefix_covers(&set[i], p) && set[i].len < shorter_than &&
		    (best == PMAP_NONE || set[i].len > set[best].len))
			best = i;
	return best;
}

static uint32_t
naive_covered(const struct prefix *p, uint32_t *first)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < n_set; i++)
		if (prefix_covers(p, &set[i]) && n++ == 0)
			*first = i;
	return n;
}

static void
check_query(const struct pmap *m, const struct prefix *p)
{
	uint32_t want = naive_longest(p, 999), first = 0, want_first = 0;
	uint32_t exact =
	    want != PMAP_NONE && set[want].len == p->len ? want : PMAP_NONE;

	assert_int_equal(pmap_longest(m, p), want);
	assert_int_equal(pmap_exact(m, p), exact);
	uint32_t n = naive_covered(p, &want_first);
	assert_int_equal(pmap_covered(m, p, &first), n);
	if (n > 0)
		assert_int_equal(first, want_first);
}

static void
check_batch(const struct pmap_index *x, const struct pmap *m,
    const struct prefix *p, size_t n)
{
	uint32_t have[PMAP_MANY_MAX];
	uint8_t have_most[PMAP_MANY_MAX], most;

	pmap_before_many(x, p, n, have, have_most);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(have[i], pmap_before(m, &p[i], &most));
		assert_int_equal(have_most[i], most);
	}
}

/* Batches of every size give what single look-ups give. */
static void
check_many(const struct pmap *m)
{
	struct pmap_index *x = pmap_index_new(m);

	for (size_t n = 0; n <= PMAP_MANY_MAX; n++) {
		struct prefix p[PMAP_MANY_MAX] = { 0 };

		for (size_t i = 0; i < n; i++)
			p[i] = nrand48(seed) % 2 == 0 || m->n == 0
				   ? random_prefix()
				   : set[(uint32_t)nrand48(seed) % n_set];
		check_batch(x, m, p, n);
	}
	pmap_index_free(x);
}

static void
test_pmap_equals_naive_search(void **state)
{
	struct sect_mem *mem = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(mem);
	struct sect_source src = sect_mem_source(mem);
	struct err err = { 0 };
	struct pmap m;

	(void)state;
	make_set();
	assert_int_equal(pmap_freeze(set, n_set, "t", &sink, &err), 0);
	assert_int_equal(pmap_open(&m, "t", &src, &err), 0);
	assert_int_equal(m.n, n_set);
	for (uint32_t i = 0; i < n_set; i++) {
		struct prefix p;

		pmap_get(&m, i, &p);
		assert_true(prefix_eq(&p, &set[i]));
		assert_int_equal(pmap_up(&m, i),
		    naive_longest(&set[i], set[i].len));
	}
	for (int i = 0; i < N_QUERIES; i++) {
		struct prefix p = i % 2 == 0
				      ? random_prefix()
				      : set[(uint32_t)nrand48(seed) % n_set];
		check_query(&m, &p);
	}
	for (int i = 0; i < 30; i++)
		check_many(&m);
	sect_mem_free(mem);
}

/* Maps of one family, of one entry, of many in one slot. */
static void
test_pmap_small_maps(void **state)
{
	struct err err = { 0 };

	(void)state;
	make_set();
	for (uint32_t from = 0; from < n_set; from += n_set / 7)
		for (uint32_t n = 1; n < 40 && from + n <= n_set; n += 3) {
			struct sect_mem *mem = sect_mem_new();
			struct sect_sink sink = sect_mem_sink(mem);
			struct sect_source src = sect_mem_source(mem);
			struct pmap m;

			assert_int_equal(pmap_freeze(set + from, n, "t", &sink,
					     &err),
			    0);
			assert_int_equal(pmap_open(&m, "t", &src, &err), 0);
			check_many(&m);
			sect_mem_free(mem);
		}
}

/* In steps of `step` from `from` on, as numbers of 64 bits. */
static void
add_run(struct prefix *p, uint32_t *n, uint8_t family, uint8_t len,
    uint64_t from, uint64_t step, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct prefix q = { .family = family, .len = len };
		uint64_t hi = from + i * step;

		for (int k = 0; k < 8; k++)
			q.addr[k] = (uint8_t)(hi >> (56 - 8 * k));
		p[(*n)++] = prefix_truncate(&q, len);
	}
}

/* What shares all the leading bits by which an index divides, and the ends. */
static void
test_pmap_index_of_crowds(void **state)
{
	static struct prefix p[20000];
	struct sect_mem *mem = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(mem);
	struct sect_source src = sect_mem_source(mem);
	struct err err = { 0 };
	struct pmap m;
	uint32_t n = 0, distinct = 0;

	(void)state;
	add_run(p, &n, NET_IP4, 0, 0, 0, 1);
	add_run(p, &n, NET_IP4, 32, UINT64_C(0xc0000200) << 32,
	    UINT64_C(1) << 32, 5000);
	add_run(p, &n, NET_IP4, 24, UINT64_C(0x0a000000) << 32,
	    UINT64_C(1) << 40, 3000);
	add_run(p, &n, NET_IP4, 32, UINT64_C(0xffffff80) << 32,
	    UINT64_C(1) << 32, 128);
	add_run(p, &n, NET_IP6, 64, UINT64_C(0x20010db800000000), 1, 5000);
	add_run(p, &n, NET_IP6, 48, UINT64_C(0x2a00000000000000),
	    UINT64_C(1) << 16, 5000);
	add_run(p, &n, NET_IP6, 64, UINT64_MAX - 99, 1, 100);
	qsort(p, n, sizeof(p[0]), by_order);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || !prefix_eq(&p[distinct - 1], &p[i]))
			p[distinct++] = p[i];
	assert_int_equal(pmap_freeze(p, distinct, "t", &sink, &err), 0);
	assert_int_equal(pmap_open(&m, "t", &src, &err), 0);
	struct pmap_index *x = pmap_index_new(&m);
	for (uint32_t i = 0; i < distinct; i += PMAP_MANY_MAX)
		check_batch(x, &m, p + i,
		    distinct - i < PMAP_MANY_MAX ? distinct - i
						 : PMAP_MANY_MAX);
	for (uint32_t i = 0; i < distinct; i++) { /* between and beside them */
		p[i].addr[nrand48(seed) % 8] ^= (uint8_t)nrand48(seed);
		p[i] = prefix_truncate(&p[i], p[i].len);
	}
	for (uint32_t i = 0; i + PMAP_MANY_MAX <= distinct; i += PMAP_MANY_MAX)
		check_batch(x, &m, p + i, PMAP_MANY_MAX);
	pmap_index_free(x);
	sect_mem_free(mem);
}

static void
test_pmap_empty_and_unordered(void **state)
{
	struct sect_mem *mem = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(mem);
	struct sect_source src = sect_mem_source(mem);
	struct err err = { 0 };
	struct pmap m;
	struct prefix p = { .len = 8, .addr = { 10 } }, q = { .len = 7 };
	const struct prefix wrong[] = { p, q };
	uint32_t first;

	(void)state;
	assert_int_equal(pmap_open(&m, "none", &src, &err), 0);
	assert_int_equal(m.n, 0);
	assert_int_equal(pmap_longest(&m, &p), PMAP_NONE);
	assert_int_equal(pmap_exact(&m, &p), PMAP_NONE);
	assert_int_equal(pmap_covered(&m, &p, &first), 0);
	check_many(&m);
	assert_int_equal(pmap_freeze(wrong, 2, "w", &sink, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	sect_mem_free(mem);
}

/* Whatever a column holds, no look-up may leave the arrays or hang. */
static void
test_pmap_damaged_columns_stay_inside(void **state)
{
	struct err err = { 0 };

	(void)state;
	make_set();
	for (int round = 0; round < 50; round++) {
		struct sect_mem *mem = sect_mem_new();
		struct sect_sink sink = sect_mem_sink(mem);
		struct sect_source src = sect_mem_source(mem);
		struct pmap m;
		uint32_t first;

		assert_int_equal(pmap_freeze(set, n_set, "t", &sink, &err), 0);
		static const char *const columns[] = { "t4.in", "t4.tree",
			"t6.in", "t6.lo", "t6.tree" };
		for (size_t c = 0; c < COUNT(columns); c++) {
			const void *data;
			size_t n;

			assert_int_equal(src.get(src.ctx, columns[c], &data, &n,
					     &err),
			    1);
			uint8_t *w = (uint8_t *)(uintptr_t)data;
			for (int k = 0; k < 200; k++)
				w[(size_t)nrand48(seed) % n] =
				    (uint8_t)nrand48(seed);
		}
		assert_int_equal(pmap_open(&m, "t", &src, &err), 0);
		for (int i = 0; i < 300; i++) {
			struct prefix p = random_prefix();
			uint32_t e = pmap_longest(&m, &p);

			assert_true(e == PMAP_NONE || e < m.n);
			uint32_t n = pmap_covered(&m, &p, &first);
			assert_true(n <= m.n && first + n <= m.n);
			if (e != PMAP_NONE)
				pmap_get(&m, e, &p);
		}
		struct pmap_index *x = pmap_index_new(&m);
		for (int i = 0; i < 300; i++) {
			struct prefix p = random_prefix();
			uint32_t e;
			uint8_t most;

			pmap_before_many(x, &p, 1, &e, &most);
			assert_true(e == PMAP_NONE || e < m.n);
		}
		pmap_index_free(x);
		sect_mem_free(mem);
	}
}

/* Every id once, in order. */
static void
check_order(struct pset *t)
{
	const uint32_t *order = pset_in_order(t);

	for (uint32_t i = 1; i < pset_count(t); i++)
		assert_true(prefix_cmp(pset_prefix(t, order[i - 1]),
				pset_prefix(t, order[i])) < 0);
}

static void
test_pset_equals_naive_search(void **state)
{
	struct pset *t = pset_new();
	uint32_t order[N_PREFIXES];

	(void)state;
	make_set();
	for (uint32_t i = 0; i < n_set; i++)
		order[i] = i;
	for (uint32_t i = n_set; i > 1; i--) {
		uint32_t k = (uint32_t)nrand48(seed) % i, o = order[i - 1];

		order[i - 1] = order[k];
		order[k] = o;
	}
	for (uint32_t i = 0; i < n_set; i++) {
		assert_int_equal(pset_add(t, &set[order[i]]), i);
		assert_int_equal(pset_add(t, &set[order[i]]), i);
		if (i == n_set / 2 || i == n_set / 2 + 1)
			check_order(t);
	}
	check_order(t);
	assert_int_equal(pset_count(t), n_set);
	for (uint32_t i = 0; i < n_set; i++) {
		uint32_t up = naive_longest(&set[order[i]], set[order[i]].len);
		uint32_t have = pset_up(t, i);

		assert_int_equal(have == PSET_NONE, up == PMAP_NONE);
		if (up != PMAP_NONE)
			assert_true(prefix_eq(pset_prefix(t, have), &set[up]));
	}
	for (int i = 0; i < N_QUERIES; i++) {
		struct prefix p = random_prefix();
		uint32_t want = naive_longest(&p, 999);
		uint32_t have = pset_longest(t, &p);

		assert_int_equal(have == PSET_NONE, want == PMAP_NONE);
		if (want != PMAP_NONE)
			assert_true(
			    prefix_eq(pset_prefix(t, have), &set[want]));
	}
	pset_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pmap_equals_naive_search),
		cmocka_unit_test(test_pmap_empty_and_unordered),
		cmocka_unit_test(test_pmap_small_maps),
		cmocka_unit_test(test_pmap_index_of_crowds),
		cmocka_unit_test(test_pmap_damaged_columns_stay_inside),
		cmocka_unit_test(test_pset_equals_naive_search),
	};
	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
