/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer_real_test.c - slices of real files (writer_check.h): archives come out as
 * they are, byte for byte, but for what is refused.
 */
#include "lib/writer_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FILES_MAX 1000

static char folder[64], to[96];

/* The whole archive, if nothing in it is refused or damaged. */
static verdict
archive_is_copied(const char *path)
{
	struct comity_filter *none = comity_filter_new();
	struct comity_reader *r = check_open(path, none);
	struct comity_counts counts = { 0 };
	struct buf want = { 0 }, have = { 0 };
	verdict bad = NULL;
	int got = -1;

	while (r != NULL && (got = comity_reader_next(r)) == 1)
		;
	if (r != NULL)
		comity_reader_counts(r, &counts);
	if (got == 0 && counts.refused == 0) {
		check_slice(path, none, to);
		check_bytes(path, &want);
		check_bytes(to, &have);
		if (!check_same(&want, &have))
			bad = "the archive is not copied as it is";
	}
	comity_reader_close(r);
	comity_filter_free(none);
	buf_fini(&want);
	buf_fini(&have);
	return bad;
}

static void
test_file(void **state)
{
	const char *path = *state;
	verdict bad = NULL;

	if (strstr(path, "/mrt/") != NULL) {
		bad = archive_is_copied(path);
		if (bad == NULL)
			bad = check_whole(path, to);
	}
	if (bad == NULL)
		bad = check_picked(path, 1, to);
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
	/* What is written is compressed, and read again. */
	(void)snprintf(to, sizeof(to), "%s/slice.gz", folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	return rmdir(folder);
}

int
main(void)
{
	static const char *const folders[] = { "mrt", "captures" };
	const char *data = getenv("COMITY_TEST_DATA");
	static struct CMUnitTest tests[FILES_MAX];
	struct arena arena = { 0 };
	struct err err;
	size_t n = 0;

	for (size_t k = 0; data != NULL && k < COUNT(folders); k++) {
		char **paths, path[2048];
		size_t files;

		(void)snprintf(path, sizeof(path), "%s/%s", data, folders[k]);
		if (os_walk(path, &arena, &paths, &files, &err) == -1)
			continue;
		for (size_t i = 0; i < files && n < FILES_MAX; i++)
			tests[n++] = (struct CMUnitTest){
				.name = paths[i] + strlen(data) + 1,
				.test_func = test_file,
				.initial_state = paths[i],
			};
	}
	if (n == 0) {
		(void)printf(
		    "1..0 # SKIP COMITY_TEST_DATA names no archives\n");
		return 0;
	}
	int failed = _cmocka_run_group_tests("real", tests, n, setup, teardown);
	arena_free(&arena);
	return failed;
}
