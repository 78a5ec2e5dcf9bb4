/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crash_test.c - a kill, a full disk, a second writer, a reader and a damaged
 * file leave the store whole.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store_test.h"

static void
put_many(struct store *s, uint32_t first, uint32_t n)
{
	for (uint32_t i = first; i < first + n; i++) {
		struct route_fact f = { .origin = i, .days = 1 };

		f.prefix.family = NET_IP4;
		f.prefix.len = 32;
		memcpy(f.prefix.addr, &i, sizeof(i));
		OK(store_put_route(s, month, &f, &test_err));
	}
}

static size_t
count_routes(void)
{
	struct store *s = open_store(STORE_READ);
	size_t n = 0;

	OK(store_each_route(s, month, 0, count_route, &n, &test_err));
	store_close(s);
	return n;
}

static void
first_run(void)
{
	struct store *s = open_store(STORE_WRITE);

	OK(store_begin(s, &test_err));
	put_many(s, 1, 100);
	OK(store_commit(s, &test_err));
	store_close(s);
}

/* A second run, killed at `where`; only after its commit it is there. */
static void
run_killed(int where)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct store *s = open_store(STORE_WRITE);
		struct err err;

		if (store_begin(s, &err) == -1)
			_exit(3);
		for (uint32_t i = 0; i < 40; i++) {
			put_many(s, 1000 + 10000 * i, 10000);
			if (where == (int)i)
				(void)raise(SIGKILL);
		}
		if (where == 40)
			(void)raise(SIGKILL);
		if (store_commit(s, &err) == -1)
			_exit(4);
		(void)raise(SIGKILL);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void
test_kill(void **state)
{
	(void)state;
	first_run();
	for (int where = 0; where <= 40; where += 8) {
		run_killed(where);
		assert_int_equal(count_routes(), 100);
	}
	run_killed(41);
	assert_int_equal(count_routes(), 100 + 400000);
}

static void
test_disk_full(void **state)
{
	struct store *s;
	struct rlimit old, small;
	struct err err = { 0 };
	int rc;

	(void)state;
	first_run();
	s = open_store(STORE_WRITE);
	OK(store_begin(s, &test_err));
	put_many(s, 1000, 200000);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 300000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = store_commit(s, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	store_close(s);
	assert_int_equal(count_routes(), 100);
	/* With room again it goes on. */
	s = open_store(STORE_WRITE);
	OK(store_begin(s, &test_err));
	put_many(s, 1000, 10);
	OK(store_commit(s, &test_err));
	store_close(s);
	assert_int_equal(count_routes(), 110);
}

/* A writer in another process; SQLite's locks do not tell threads apart. */
static void
test_second_writer(void **state)
{
	struct store *s = open_store(STORE_WRITE);
	struct route_fact f = { .origin = 1, .days = 1 };
	pid_t pid;
	int status;

	(void)state;
	OK(store_begin(s, &test_err));
	OK(store_put_route(s, month, &f, &test_err));
	pid = fork();
	if (pid == 0) {
		struct store *other;
		struct err err = { 0 };

		if (store_open(path, STORE_WRITE, &other, &err) == -1)
			_exit(3);
		if (store_begin(other, &err) != -1)
			_exit(4);
		_exit(strstr(err.msg, "another process is writing") != NULL &&
			      err.code == ERR_SYSTEM
			  ? 0
			  : 5);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	OK(store_commit(s, &test_err));
	store_close(s);
	assert_int_equal(count_routes(), 1);
}

static void
test_reader_beside_writer(void **state)
{
	struct store *w, *r;
	size_t n = 0;

	(void)state;
	first_run();
	w = open_store(STORE_WRITE);
	r = open_store(STORE_READ);
	OK(store_begin(r, &test_err));
	OK(store_each_route(r, month, 0, count_route, &n, &test_err));
	OK(store_begin(w, &test_err));
	put_many(w, 500, 5);
	OK(store_commit(w, &test_err));
	/* The reader's moment stands still until it ends. */
	OK(store_each_route(r, month, 0, count_route, &n, &test_err));
	assert_int_equal(n, 200);
	OK(store_commit(r, &test_err));
	n = 0;
	OK(store_each_route(r, month, 0, count_route, &n, &test_err));
	assert_int_equal(n, 105);
	store_close(r);
	store_close(w);
}

static void
write_file(const char *text, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
refused(const char *name, enum store_mode mode, const char *says)
{
	struct store *s = NULL;
	struct err err = { 0 };

	assert_int_equal(store_open(name, mode, &s, &err), -1);
	assert_null(s);
	if (strstr(err.msg, says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.msg, says);
}

static void
test_open_refuses(void **state)
{
	char junk[8192];

	(void)state;
	refused(path, STORE_READ, "unable to open");
	refused("postgresql://h/db", STORE_WRITE, "PostgreSQL");
	refused("/nowhere/at/all.db", STORE_WRITE, "unable to open");
	memset(junk, 'x', sizeof(junk));
	write_file(junk, sizeof(junk));
	refused(path, STORE_READ, "is no store, or is damaged");
	refused(path, STORE_WRITE, "is no store, or is damaged");
	write_file("", 0);
	refused(path, STORE_READ, "holds no observations");
}

/* Every byte of the packed rows turned over: an error or other facts, but no
 * harm. */
static void
test_damage(void **state)
{
	struct store *s;
	struct stat st;
	FILE *f;
	size_t refusals = 0;

	(void)state;
	first_run();
	assert_int_equal(stat(path, &st), 0);
	f = fopen(path, "r+b");
	assert_non_null(f);
	for (long at = 100; at < st.st_size; at += 37) {
		struct err err = { 0 };
		size_t n = 0;
		int c;

		assert_int_equal(fseek(f, at, SEEK_SET), 0);
		c = fgetc(f);
		assert_int_equal(fseek(f, at, SEEK_SET), 0);
		assert_true(fputc(c ^ 0xff, f) != EOF);
		assert_int_equal(fflush(f), 0);
		if (store_open(path, STORE_READ, &s, &err) == 0) {
			refusals += store_each_route(s, month, 0, count_route,
					&n, &err) == -1;
			assert_true(n <= 100000);
			store_close(s);
		} else {
			refusals++;
		}
		assert_int_equal(fseek(f, at, SEEK_SET), 0);
		assert_true(fputc(c, f) != EOF);
		assert_int_equal(fflush(f), 0);
	}
	assert_int_equal(fclose(f), 0);
	assert_true(refusals > 0);
	assert_int_equal(count_routes(), 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("killed at any moment: the old run or the new one",
		    test_kill),
		ROW("a full disk is an error and leaves the old run",
		    test_disk_full),
		ROW("a second writer is told so", test_second_writer),
		ROW("a reader sees one moment", test_reader_beside_writer),
		ROW("what is no store is refused", test_open_refuses),
		ROW("a damaged file does no harm", test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
