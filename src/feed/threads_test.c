/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads_test.c - the events do not depend on the number of threads, nor on
 * what is kept in memory.
 */
#include "base/hash.h"
#include "feed/feed_test.h"

#define FILES 12

/* Many files of some collectors, with ties and steps back. */
static void
make_files(struct arena *a, const char *paths[FILES])
{
	for (uint64_t i = 0; i < FILES; i++) {
		struct buf b = { 0 };
		char name[32];

		for (uint64_t k = 0; k < 300; k++) {
			uint64_t r = hash_u64(i * 1000 + k);
			char prefix[32];

			(void)snprintf(prefix, sizeof(prefix), "10.%u.0.0/16",
			    (unsigned)(r >> 32) % 256);
			announce(&b, (int64_t)(i * 100 + k / 2 + r % 60),
			    (uint8_t)(1 + r % 5), prefix, (uint32_t)(r % 999));
		}
		(void)snprintf(name, sizeof(name), "rrc%02u/%u",
		    (unsigned)(i % 3), (unsigned)i);
		paths[i] = save(a, name, &b);
	}
}

static void
test_threads(void **state)
{
	struct arena a = { 0 };
	const char *paths[FILES];
	struct buf first = { 0 };
	struct err err = { 0 };

	(void)state;
	make_files(&a, paths);
	for (unsigned round = 0; round < 6; round++) {
		struct feed_opts o = { .paths = paths,
			.n_paths = FILES,
			.from_us = TIME_NONE,
			.until_us = TIME_NONE,
			.threads = round % 3 == 0 ? 1 : 4,
			.keep_bytes = round < 3 ? 0 : 100 };
		struct trace t = { .f = open_feed(&o) };

		assert_int_equal(feed_run(t.f, trace_event, &t, &err), 0);
		assert_int_equal(feed_events(t.f), FILES * 300);
		if (round == 0)
			buf_add(&first, t.text.p, t.text.n);
		assert_int_equal(t.text.n, first.n);
		assert_memory_equal(t.text.p, first.p, first.n);
		feed_close(t.f);
		buf_fini(&t.text);
	}
	buf_fini(&first);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("1 thread and 4 give the same events", test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
