/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads_test.c - readers and printers of different threads have nothing in
 * common but what never changes: the same bytes as alone, with one filter for
 * all of them.  The sanitizer for threads runs this one.
 */
#include "lib/lib_make_test.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define START   (INT64_C(1700000000) * TIME_SEC)
#define THREADS 3
#define ROUNDS  3

static const enum comity_format formats[] = { COMITY_LINES, COMITY_JSON,
	COMITY_CSV, COMITY_BGPREADER, COMITY_COUNT_PREFIXES };

struct work {
	const char *name;
	const struct comity_filter *filter;
	char *texts[COUNT(formats)];
	uint64_t routes;
};

static void *
work(void *ctx)
{
	struct work *w = ctx;
	struct comity_error error;
	struct comity_reader *r;

	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < COUNT(formats); i++) {
			struct print p = { .format = formats[i],
				.filter = w->filter };

			free(w->texts[i]);
			w->texts[i] = print_file(w->name, &p);
		}
	if ((r = comity_reader_open(w->name, &error)) == NULL)
		return NULL;
	(void)comity_reader_filter(r, w->filter);
	while (comity_reader_next(r) == 1)
		while (comity_route_next(r) == 1)
			w->routes += comity_route_path_text(r)[0] != '\0';
	comity_reader_close(r);
	return NULL;
}

static void
test_threads(void **state)
{
	struct work works[THREADS + 1] = { 0 };
	struct comity_filter *f = comity_filter_new();
	pthread_t threads[THREADS];
	struct comity_error error;
	struct buf b = { 0 };
	char name[64];

	(void)state;
	make_peers(&b, START, 7, 20);
	for (uint8_t i = 0; i < 100; i++) {
		make_rib(&b, START, 20, i);
		make_update(&b, START + i, i, i, i);
	}
	int fd = file_of(b.p, b.n, name);
	assert_int_equal(comity_filter_add(f, "path", "_645[0-9][13579]_",
			     &error),
	    0);
	for (size_t i = 0; i <= THREADS; i++)
		works[i] = (struct work){ .name = name, .filter = f };
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work,
				     &works[i]),
		    0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	(void)work(&works[THREADS]);
	assert_true(works[THREADS].routes > 0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(works[i].routes, works[THREADS].routes);
		for (size_t k = 0; k < COUNT(formats); k++)
			assert_string_equal(works[i].texts[k],
			    works[THREADS].texts[k]);
	}
	for (size_t i = 0; i <= THREADS; i++)
		for (size_t k = 0; k < COUNT(formats); k++)
			free(works[i].texts[k]);
	comity_filter_free(f);
	(void)close(fd);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_threads) };

	return cmocka_run_group_tests_name("lib_threads", tests, NULL, NULL);
}
