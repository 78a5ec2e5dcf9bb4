/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer_test.c - slices of the whole corpus (writer_check.h), and of a few
 * records byte by byte.
 */
#include "lib/writer_check.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FILES_MAX 400
#define SEEDS     2

static char folder[64], to[96];

static bool
is_mrt(const char *path)
{
	return strstr(path, "/corpus/mrt/") != NULL;
}

static void
test_file(void **state)
{
	const char *path = *state;
	verdict bad = is_mrt(path) ? check_whole(path, to) : NULL;

	for (uint32_t seed = 0; seed < SEEDS && bad == NULL; seed++)
		bad = check_picked(path, seed, to);
	(void)unlink(to);
	if (bad != NULL)
		fail_msg("%s", bad);
}

static int
setup(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/comity-writer-XXXXXX",
	    check_folder());
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(to, sizeof(to), "%s/slice", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	return rmdir(folder);
}

int
main(int argc, char **argv)
{
	static struct CMUnitTest tests[FILES_MAX];
	struct arena arena = { 0 };
	struct err err;
	size_t n = 0;

	for (int a = 1; a < argc; a++) {
		char **paths;
		size_t files;

		if (os_walk(argv[a], &arena, &paths, &files, &err) == -1)
			return 1;
		for (size_t i = 0; i < files && n < FILES_MAX; i++)
			tests[n++] = (struct CMUnitTest){
				.name = strstr(paths[i], "corpus/"),
				.test_func = test_file,
				.initial_state = paths[i],
			};
	}
	int failed =
	    _cmocka_run_group_tests("writer", tests, n, setup, teardown);
	arena_free(&arena);
	return failed;
}
