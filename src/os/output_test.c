/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output_test.c - what is written compressed is read as it was, in whatever
 * pieces it comes; a full disk, a reader that leaves and a kill leave nothing
 * that is half written.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/os.h"

#include <cmocka.h>

#define BIG (1100U << 10)

enum { KINDS = 5 };
static const char *const suffixes[KINDS] = { "", ".gz", ".bz2", ".xz", ".zst" };
/* What a file of each kind begins with; of a plain one the data. */
static const char *const magics[KINDS] = { "", "\x1f\x8b\x08", "BZh",
	"\xfd\x37zXZ", "\x28\xb5\x2f\xfd" };
static const int kinds[KINDS] = { 0, 1, 2, 3, 4 };

static char folder[64];
static uint8_t data[BIG];

static const char *
path_of(const char *name, const char *suffix)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
	return path;
}

/* Nothing but `n` files stands in the folder. */
static void
expect_files(size_t n)
{
	struct arena arena = { 0 };
	struct err err;
	char **paths;
	size_t have;

	assert_int_equal(os_walk(folder, &arena, &paths, &have, &err), 0);
	assert_int_equal(have, n);
	arena_free(&arena);
}

static void
write_in_pieces(const char *path, size_t n, size_t step)
{
	struct os_output *o;
	struct err err;

	assert_int_equal(os_output_open(path, &o, &err), 0);
	for (size_t at = 0; at < n; at += step)
		assert_int_equal(os_output_write(o, data + at,
				     n - at < step ? n - at : step, &err),
		    0);
	assert_int_equal(os_output_pos(o), n);
	assert_int_equal(os_output_commit(o, &err), 0);
}

static void
expect_data(const char *path, size_t n)
{
	struct os_stream *s;
	struct err err;
	char *got;
	size_t have;

	assert_int_equal(os_stream_open(path, &s, &err), 0);
	if (os_read_all(s, BIG + 1, &got, &have, &err) == -1)
		fail_msg("%s", err.msg);
	assert_int_equal(have, n);
	assert_memory_equal(got, data, n);
	free(got);
	os_stream_close(s);
}

static void
test_sizes(void **state)
{
	int kind = *(const int *)*state;
	static const size_t sizes[] = { 0, 1, 2, 100, 4095, 4096, 65535, 65536,
		(256U << 10) - 1, 256U << 10, (256U << 10) + 1, 512U << 10,
		900000, BIG };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		const char *path = path_of("sizes", suffixes[kind]);
		size_t m = strlen(magics[kind]);
		struct os_map map;
		struct err err;

		write_in_pieces(path, sizes[i], sizes[i] + 1);
		expect_data(path, sizes[i]);
		assert_int_equal(os_map_open(path, &map, &err), 0);
		assert_true(map.n >= m);
		assert_memory_equal(map.p, magics[kind], m);
		/* The data can be compressed. */
		if (kind > 0 && sizes[i] > 4096)
			assert_true(map.n < sizes[i]);
		os_map_close(&map);
		expect_files(1);
		assert_int_equal(unlink(path), 0);
	}
}

static void
test_pieces(void **state)
{
	int kind = *(const int *)*state;
	static const size_t steps[] = { 700001, 1 << 10, 77, BIG };
	struct os_map first = { 0 };
	struct err err;

	for (size_t i = 0; i < COUNT(steps); i++) {
		const char *path = path_of("pieces", suffixes[kind]);
		struct os_map map;

		write_in_pieces(path, BIG - 5, steps[i]);
		assert_int_equal(os_map_open(path, &map, &err), 0);
		if (i > 0) {
			assert_int_equal(map.n, first.n);
			assert_memory_equal(map.p, first.p, first.n);
			os_map_close(&map);
		} else {
			first = map;
		}
		assert_int_equal(unlink(path), 0);
	}
	os_map_close(&first);
}

static void
write_old(const char *path)
{
	struct err err;

	assert_int_equal(os_write_file(path, 0644, "old", 3, &err), 0);
}

static void
expect_old(const char *path)
{
	struct os_map m;
	struct err err;

	assert_int_equal(os_map_open(path, &m, &err), 0);
	assert_int_equal(m.n, 3);
	assert_memory_equal(m.p, "old", 3);
	os_map_close(&m);
}

/* A disk that is full, by the limit on the size of a file. */
static void
test_full_disk(void **state)
{
	int kind = *(const int *)*state;
	const char *path = path_of("full", suffixes[kind]);
	struct rlimit old, small = { .rlim_cur = 4096 };
	struct os_output *o;
	struct err err, again = { 0 };
	int status = 0;

	write_old(path);
	assert_int_equal(os_output_open(path, &o, &err), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 2 && status == 0; i++)
		status = os_output_write(o, data, BIG, &err);
	if (status == -1 && os_output_write(o, data, 1, &again) == 0)
		status = 0;
	int error = errno;
	int end = os_output_commit(o, &again);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(end, -1);
	assert_int_equal(again.code, ERR_SYSTEM);
	assert_non_null(strstr(again.msg, path));
	if (status == -1) {
		assert_int_equal(error, EFBIG);
		assert_string_equal(again.msg, err.msg);
	}
	expect_old(path);
	expect_files(1);
	assert_int_equal(unlink(path), 0);
}

/* In the middle of it, by SIGKILL. */
static void
test_kill(void **state)
{
	int kind = *(const int *)*state;
	const char *path = path_of("killed", suffixes[kind]);
	struct os_output *o;
	struct err err;
	int status;

	write_old(path);
	pid_t child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		if (os_output_open(path, &o, &err) == 0 &&
		    os_output_write(o, data, BIG, &err) == 0)
			(void)kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	expect_old(path);
	int fd = open(folder, O_TMPFILE | O_RDWR, 0600);
	if (fd != -1) /* else the file system needs a temporary name */
		expect_files(1);
	(void)close(fd);
	assert_int_equal(unlink(path), 0);
}

static void
test_abort(void **state)
{
	const char *path = path_of("aborted", ".gz");
	struct os_output *o;
	struct err err;

	(void)state;
	assert_int_equal(os_output_open(path, &o, &err), 0);
	assert_int_equal(os_output_write(o, data, BIG, &err), 0);
	expect_files(0);
	os_output_abort(o);
	os_output_abort(NULL);
	expect_files(0);
	assert_int_equal(os_output_open("/nonexistent/x", &o, &err), -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_non_null(strstr(err.msg, "/nonexistent/x"));
}

static void
test_link_stays(void **state)
{
	char link[128];
	struct stat st;

	(void)state;
	(void)snprintf(link, sizeof(link), "%s", path_of("link", ".gz"));
	const char *path = path_of("target", "");
	write_old(path);
	assert_int_equal(symlink(path, link), 0);
	write_in_pieces(link, 1000, 1000);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	path = path_of("target", "");
	expect_data(path, 1000);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(path), 0);
}

/* Devices stay what they are, and what they say counts. */
static void
test_devices(void **state)
{
	struct os_output *o;
	struct stat st;
	struct err err;

	(void)state;
	write_in_pieces("/dev/null", BIG, BIG);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	if (access("/dev/full", W_OK) == -1)
		skip();
	assert_int_equal(os_output_open("/dev/full", &o, &err), 0);
	assert_int_equal(os_output_write(o, "x", 1, &err), 0);
	assert_int_equal(os_output_commit(o, &err), -1);
	assert_non_null(strstr(err.msg, "/dev/full: write"));
}

static void
test_standard_output(void **state)
{
	int kept = dup(STDOUT_FILENO), ends[2];
	struct os_output *o;
	struct err err;

	(void)state;
	(void)fflush(stdout);
	(void)signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
	int opened = os_output_open("-", &o, &err);
	assert_int_equal(dup2(kept, STDOUT_FILENO), STDOUT_FILENO);
	(void)close(kept);
	(void)close(ends[1]);
	assert_int_equal(opened, 0);
	assert_int_equal(os_output_write(o, data, 3, &err), 0);
	(void)close(ends[0]);
	errno = 0;
	assert_int_equal(os_output_commit(o, &err), -1);
	assert_int_equal(errno, EPIPE);
	assert_non_null(strstr(err.msg, "standard output: write"));
}

static int
setup(void **state)
{
	unsigned short seed[3] = { 4, 2, 0 };

	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/os-output-XXXXXX");
	for (size_t i = 0; i < BIG; i++)
		data[i] = (uint8_t)(nrand48(seed) % 23 * (i % 7));
	return mkdtemp(folder) == NULL ? -1 : 0;
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
	static const struct {
		const char *what;
		void (*f)(void **state);
	} per_kind[] = {
		{ "sizes", test_sizes },
		{ "pieces", test_pieces },
		{ "a full disk", test_full_disk },
		{ "a kill", test_kill },
	};
	static char names[COUNT(per_kind) * KINDS][64];
	struct CMUnitTest tests[4 + COUNT(names)] = {
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_link_stays),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_standard_output),
	};

	for (size_t i = 0; i < COUNT(names); i++) {
		size_t t = i / KINDS, k = i % KINDS;

		(void)snprintf(names[i], sizeof(names[i]), "%s: %s",
		    k == 0 ? "plain" : suffixes[k] + 1, per_kind[t].what);
		tests[4 + i] = (struct CMUnitTest){ .name = names[i],
			.test_func = per_kind[t].f,
			.initial_state = (void *)(uintptr_t)&kinds[k] };
	}
	return cmocka_run_group_tests_name("output", tests, setup, teardown);
}
