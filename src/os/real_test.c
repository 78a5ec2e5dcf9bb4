/* SPDX-License-Identifier: BSD-2-Clause */
/* real_test.c - real files in bzip2, where at hand, against libbz2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "os/bunzip_ref.h"
#include "os/os.h"

#include <cmocka.h>

#define FILES_MAX 1000

static void
test_file(void **state)
{
	struct os_map m;
	struct err err;

	if (os_map_open(*state, &m, &err) == -1)
		fail_msg("%s", err.msg);
	for (unsigned threads = 1; threads <= 2; threads++) {
		struct compared c =
		    ref_compare(m.p, m.n, 1 << 20, threads, UINT64_MAX);

		if (c.wrong != NULL)
			fail_msg("%u threads: %s", threads, c.wrong);
		assert_true(c.n > 0);
	}
	os_map_close(&m);
}

int
main(void)
{
	const char *data = getenv("COMITY_TEST_DATA");
	static struct CMUnitTest tests[FILES_MAX];
	struct arena arena = { 0 };
	char **paths;
	size_t n = 0, files;
	struct err err;

	if (data == NULL || data[0] == '\0') {
		(void)printf("1..0 # SKIP COMITY_TEST_DATA is not set\n");
		return 0;
	}
	if (os_walk(data, &arena, &paths, &files, &err) == -1)
		return 1;
	for (size_t i = 0; i < files && n < FILES_MAX; i++) {
		size_t len = strlen(paths[i]);

		if (len < 4 || strcmp(paths[i] + len - 4, ".bz2") != 0)
			continue;
		tests[n++] =
		    (struct CMUnitTest){ .name = strrchr(paths[i], '/') + 1,
			    .test_func = test_file,
			    .initial_state = paths[i] };
	}
	int failed = _cmocka_run_group_tests("os/real", tests, n, NULL, NULL);
	arena_free(&arena);
	return failed;
}
