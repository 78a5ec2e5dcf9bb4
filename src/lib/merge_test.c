/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge_test.c - several inputs in order of time: as a stable sort of them one
 * behind the other; where one of them is not in order, is cut short, or empty;
 * with a filter.
 */
#include "lib/lib_make_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define START  (INT64_C(1700000000) * TIME_SEC)
#define INPUTS 5

struct record {
	int64_t time_us;
	size_t input, nth;
	char *text;
};

struct records {
	VEC(struct record) of;
};

static void
records_fini(struct records *all)
{
	for (size_t i = 0; i < all->of.n; i++)
		free(all->of.p[i].text);
	vec_fini(&all->of);
}

static void
take(struct records *all, struct comity_reader *r, size_t input)
{
	struct record one = { .time_us = comity_record_time_us(r),
		.input = input,
		.nth = all->of.n,
		.text = print_record(r, COMITY_LINES, 0) };

	vec_push(&all->of, one);
}

static int
by_time(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	return x->nth < y->nth ? -1 : 1; /* stable */
}

/* The earliest of the first records, over and over. */
static void
pick(struct records *in, struct records *out)
{
	size_t at[INPUTS] = { 0 };

	for (;;) {
		struct record *best = NULL;

		for (size_t i = 0; i < INPUTS; i++) {
			struct record *one =
			    at[i] < in[i].of.n ? &in[i].of.p[at[i]] : NULL;

			if (one != NULL &&
			    (best == NULL || one->time_us < best->time_us))
				best = one;
		}
		if (best == NULL)
			return;
		at[best->input]++;
		vec_push(&out->of, *best);
	}
}

struct inputs {
	struct buf bytes[INPUTS];
	size_t n[INPUTS]; /* of them, so many */
	char names[INPUTS][64];
	int fds[INPUTS];
	struct comity_reader *readers[INPUTS];
};

/* 50 records each, three of a time; steps back where `disorder`. */
static void
make_inputs(struct inputs *in, bool disorder)
{
	uint64_t seed = 7;

	*in = (struct inputs){ 0 };
	for (uint8_t i = 0; i < INPUTS; i++) {
		int64_t at = START;

		for (uint8_t k = 0; k < 50; k++) {
			seed = hash_u64(seed + 1);
			at += (int64_t)(seed % 3) * 100000;
			if (disorder && seed % 7 == 0)
				at -= 300000;
			make_update(&in->bytes[i], at, i, i, k);
		}
		in->n[i] = in->bytes[i].n;
	}
}

static void
open_inputs(struct inputs *in, const struct comity_filter *f)
{
	struct comity_error error;

	for (size_t i = 0; i < INPUTS; i++) {
		in->fds[i] = file_of(in->bytes[i].p, in->n[i], in->names[i]);
		in->readers[i] = comity_reader_open(in->names[i], &error);
		assert_non_null(in->readers[i]);
		(void)comity_reader_filter(in->readers[i], f);
	}
}

static void
close_readers(struct inputs *in)
{
	for (size_t i = 0; i < INPUTS; i++) {
		comity_reader_close(in->readers[i]);
		(void)close(in->fds[i]);
	}
}

static void
inputs_fini(struct inputs *in)
{
	for (size_t i = 0; i < INPUTS; i++)
		buf_fini(&in->bytes[i]);
}

static void
read_merged(struct inputs *in, struct records *out)
{
	struct comity_merge *m = comity_merge_new(in->readers, INPUTS);
	struct comity_reader *r;

	while ((r = comity_merge_next(m)) != NULL) {
		size_t i = 0;

		while (in->readers[i] != r)
			assert_true(++i < INPUTS);
		take(out, r, i);
	}
	assert_null(comity_merge_next(m));
	comity_merge_free(m);
}

static void
assert_same(const struct records *a, const struct records *b)
{
	assert_int_equal(a->of.n, b->of.n);
	for (size_t i = 0; i < a->of.n; i++) {
		assert_int_equal(a->of.p[i].input, b->of.p[i].input);
		assert_string_equal(a->of.p[i].text, b->of.p[i].text);
	}
}

static void
read_single(struct inputs *in, const struct comity_filter *f,
    struct records single[INPUTS])
{
	open_inputs(in, f);
	for (size_t i = 0; i < INPUTS; i++)
		while (comity_reader_next(in->readers[i]) == 1)
			take(&single[i], in->readers[i], i);
	close_readers(in);
}

static size_t
check_merge(struct inputs *in, const struct comity_filter *f, bool sorted)
{
	struct records single[INPUTS] = { 0 }, want = { 0 }, got = { 0 };
	struct records chain = { 0 };

	read_single(in, f, single);
	open_inputs(in, f);
	read_merged(in, &got);
	close_readers(in);
	pick(single, &want);
	assert_same(&want, &got);
	for (size_t i = 0; i < INPUTS; i++)
		for (size_t k = 0; k < single[i].of.n; k++) {
			single[i].of.p[k].nth = chain.of.n;
			vec_push(&chain.of, single[i].of.p[k]);
		}
	if (chain.of.n > 0)
		qsort(chain.of.p, chain.of.n, sizeof(*chain.of.p), by_time);
	if (sorted)
		assert_same(&chain, &got);
	size_t n = got.of.n;
	vec_fini(&chain.of);
	vec_fini(&want.of);
	records_fini(&got);
	for (size_t i = 0; i < INPUTS; i++)
		records_fini(&single[i]);
	return n;
}

static void
test_order(void **state)
{
	struct inputs in;

	(void)state;
	make_inputs(&in, false);
	assert_int_equal(check_merge(&in, NULL, true), INPUTS * 50);
	inputs_fini(&in);
	make_inputs(&in, true);
	assert_int_equal(check_merge(&in, NULL, false), INPUTS * 50);
	inputs_fini(&in);
}

static void
test_filtered(void **state)
{
	struct comity_filter *f = comity_filter_new();
	struct comity_error error;
	struct inputs in;

	(void)state;
	make_inputs(&in, false);
	assert_int_equal(comity_filter_add(f, "peer", "64501,64503", &error),
	    0);
	assert_int_equal(check_merge(&in, f, true), 2 * 50);
	comity_filter_free(f);
	inputs_fini(&in);
}

/* One ends in the middle of a record: what came before it stands at its place,
 * the others go on. */
static void
test_damage(void **state)
{
	struct records got = { 0 };
	struct inputs in;
	size_t of[INPUTS] = { 0 };

	(void)state;
	make_inputs(&in, false);
	in.n[2] = in.bytes[2].n * 3 / 10 + 5; /* 15 records and a piece */
	in.n[4] = in.bytes[4].n / 50 - 1;     /* none that is whole */
	assert_int_equal(check_merge(&in, NULL, true), 3 * 50 + 15);
	open_inputs(&in, NULL);
	read_merged(&in, &got);
	for (size_t i = 0; i < got.of.n; i++)
		of[got.of.p[i].input]++;
	for (size_t i = 0; i < INPUTS; i++) {
		bool cut = i == 2 || i == 4;

		assert_int_equal(of[i], i == 2 ? 15 : i == 4 ? 0 : 50);
		assert_int_equal(comity_reader_broke(in.readers[i]), cut);
		if (cut)
			assert_non_null(
			    strstr(comity_reader_error(in.readers[i])->text,
				"at offset"));
	}
	records_fini(&got);
	close_readers(&in);
	inputs_fini(&in);
}

static void
test_none(void **state)
{
	(void)state;
	struct comity_merge *m = comity_merge_new(NULL, 0);

	assert_null(comity_merge_next(m));
	assert_null(comity_merge_next(m));
	comity_merge_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_filtered),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests_name("lib_merge", tests, NULL, NULL);
}
