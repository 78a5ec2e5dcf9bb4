/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pack_test.c - what was written is read; damage anywhere is noticed; a pack
 * that was not committed leaves the old file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/os.h"

#include <cmocka.h>

static const char magic[8] = "PACKTST";
static char path[64];

static int
setup(void **state)
{
	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/pack-test-%d", (int)getpid());
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(path);
	return 0;
}

static void
write_pack(const char *text)
{
	struct os_pack_writer *w = NULL;
	struct err err = { 0 };

	assert_int_equal(os_pack_create(path, magic, 3, &w, &err), 0);
	struct sect_sink sink = os_pack_sink(w);
	assert_int_equal(sink.add(sink.ctx, "text", text, strlen(text), &err),
	    0);
	assert_int_equal(sink.add(sink.ctx, "empty", "", 0, &err), 0);
	assert_int_equal(os_pack_commit(w, &err), 0);
}

static void
test_round_trip(void **state)
{
	struct os_pack *p = NULL;
	const void *data;
	size_t n;
	struct err err = { 0 };

	(void)state;
	write_pack("hello");
	assert_int_equal(os_pack_open(path, magic, 3, &p, &err), 0);
	struct sect_source s = os_pack_source(p);
	assert_int_equal(s.get(s.ctx, "text", &data, &n, &err), 1);
	assert_int_equal(n, 5);
	assert_memory_equal(data, "hello", 5);
	assert_int_equal(s.get(s.ctx, "empty", &data, &n, &err), 1);
	assert_int_equal(n, 0);
	assert_int_equal(s.get(s.ctx, "other", &data, &n, &err), 0);
	assert_int_equal(os_pack_verify(p, &err), 0);
	os_pack_close(p);
}

static void
test_other_version_and_magic(void **state)
{
	struct os_pack *p = NULL;
	struct err err = { 0 };

	(void)state;
	write_pack("hello");
	assert_int_equal(os_pack_open(path, magic, 4, &p, &err), -1);
	assert_non_null(strstr(err.msg, "version 3"));
	assert_int_equal(os_pack_open(path, "OTHERMG", 3, &p, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_null(p);
}

/* Any byte that changes is noticed, at open or by verify. */
static void
test_every_flipped_byte_is_noticed(void **state)
{
	struct os_map m;
	struct err err = { 0 };

	(void)state;
	write_pack("a section of some length");
	assert_int_equal(os_map_open(path, &m, &err), 0);
	size_t n = m.n, missed = 0;
	uint8_t *good = malloc(n);
	assert_non_null(good);
	memcpy(good, m.p, n);
	os_map_close(&m);
	for (size_t i = 0; i < n; i++) {
		struct os_pack *p = NULL;

		good[i] ^= 0x40;
		assert_int_equal(os_write_file(path, 0644, good, n, &err), 0);
		good[i] ^= 0x40;
		if (os_pack_open(path, magic, 3, &p, &err) == -1)
			continue;
		if (os_pack_verify(p, &err) == 0)
			missed++;
		os_pack_close(p);
	}
	free(good);
	/* Only padding (header's last 8 bytes, gaps to 64) may differ. */
	assert_true(missed <= 8 + 64 + 64);
}

static void
test_every_cut_is_noticed(void **state)
{
	struct os_map m;
	struct err err = { 0 };

	(void)state;
	write_pack("a section of some length");
	assert_int_equal(os_map_open(path, &m, &err), 0);
	size_t n = m.n;
	uint8_t *good = malloc(n);
	assert_non_null(good);
	memcpy(good, m.p, n);
	os_map_close(&m);
	for (size_t i = 0; i < n; i++) {
		struct os_pack *p = NULL;

		assert_int_equal(os_write_file(path, 0644, good, i, &err), 0);
		assert_int_equal(os_pack_open(path, magic, 3, &p, &err), -1);
	}
	free(good);
}

static void
test_abort_leaves_the_old_file(void **state)
{
	struct os_pack_writer *w = NULL;
	struct os_pack *p = NULL;
	struct err err = { 0 };

	(void)state;
	write_pack("old");
	assert_int_equal(os_pack_create(path, magic, 3, &w, &err), 0);
	struct sect_sink sink = os_pack_sink(w);
	assert_int_equal(sink.add(sink.ctx, "text", "new", 3, &err), 0);
	assert_int_equal(sink.add(sink.ctx, "text", "new", 3, &err), -1);
	os_pack_abort(w);
	assert_int_equal(os_pack_open(path, magic, 3, &p, &err), 0);
	struct sect_source s = os_pack_source(p);
	const void *data;
	size_t n;
	assert_int_equal(s.get(s.ctx, "text", &data, &n, &err), 1);
	assert_memory_equal(data, "old", 3);
	os_pack_close(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_other_version_and_magic),
		cmocka_unit_test(test_every_flipped_byte_is_noticed),
		cmocka_unit_test(test_every_cut_is_noticed),
		cmocka_unit_test(test_abort_leaves_the_old_file),
	};
	return cmocka_run_group_tests_name("pack", tests, setup, teardown);
}
