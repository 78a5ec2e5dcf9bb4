/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads_test.c - what a compressed file gives does not depend on how many
 * threads decompress it: whole, cut, damaged, and closed in the middle.
 */
#include <bzlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "os/os.h"

#include <cmocka.h>

#define PLAIN (2 << 20)

static const unsigned counts[] = { 1, 2, 7, 100 };
static struct buf bzip2; /* some twenty blocks, in two streams */
static struct buf gzip;  /* two members, each longer than a chunk */
static struct buf *const files[] = { &bzip2, &gzip };

static void
add_gzip(uint8_t *p, int level)
{
	size_t room = PLAIN + 1000;
	z_stream z = { .next_in = p,
		.avail_in = PLAIN,
		.next_out = buf_room(&gzip, room),
		.avail_out = (unsigned)room };

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8,
			     Z_DEFAULT_STRATEGY),
	    Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	gzip.n -= z.avail_out;
	assert_int_equal(deflateEnd(&z), Z_OK);
}

static int
setup(void **state)
{
	unsigned short seed[3] = { 2, 7, 1 };
	uint8_t *p = mem_alloc(PLAIN, 1);

	(void)state;
	for (size_t i = 0; i < PLAIN; i++)
		p[i] = (uint8_t)(i / 100 % 200 + nrand48(seed) % 3);
	for (int level = 1; level <= 2; level++) {
		unsigned room = PLAIN, used = room;
		char *to = (char *)buf_room(&bzip2, room);

		assert_int_equal(BZ2_bzBuffToBuffCompress(to, &used, (char *)p,
				     PLAIN, level, 0, 0),
		    BZ_OK);
		bzip2.n -= room - used;
		add_gzip(p, level);
	}
	free(p);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	buf_fini(&bzip2);
	buf_fini(&gzip);
	return 0;
}

/* What came out, in words: bytes, digest, failure. */
static void
tell(struct os_stream *s, unsigned threads, struct buf *out)
{
	static uint8_t piece[100000];
	uint8_t sha[32];
	struct err err = { .msg = "fine" };
	ssize_t got;

	os_stream_threads(s, threads);
	while ((got = os_stream_read(s, piece, sizeof(piece), &err)) > 0)
		continue;
	os_stream_sha256(s, sha);
	buf_printf(out, "%llu ", (unsigned long long)os_stream_pos(s));
	for (size_t i = 0; i < sizeof(sha); i++)
		buf_printf(out, "%02x", sha[i]);
	buf_printf(out, " %s", err.msg);
	os_stream_close(s);
}

static void
all_the_same(const uint8_t *p, size_t n)
{
	struct buf first = { 0 };

	for (size_t i = 0; i < COUNT(counts); i++) {
		struct buf now = { 0 };

		tell(os_stream_mem("x", p, n), counts[i], &now);
		if (i == 0)
			buf_str(&first, buf_cstr(&now));
		assert_string_equal(buf_cstr(&now), buf_cstr(&first));
		buf_fini(&now);
	}
	buf_fini(&first);
}

static void
test_whole(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(files); f++)
		for (int i = 0; i < 3; i++)
			all_the_same(files[f]->p, files[f]->n);
}

static void
test_cut(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(files); f++)
		for (size_t i = 1; i < 8; i++)
			all_the_same(files[f]->p, files[f]->n * i / 8 + i);
}

static void
test_damaged(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(files); f++)
		for (size_t i = 1; i < 8; i++) {
			struct buf *b = files[f];

			b->p[b->n * i / 8] ^= 4;
			all_the_same(b->p, b->n);
			b->p[b->n * i / 8] ^= 4;
		}
}

static void
test_closed_early(void **state)
{
	uint8_t some[5000];
	struct err err;

	(void)state;
	for (size_t f = 0; f < COUNT(files); f++)
		for (size_t i = 0; i < COUNT(counts); i++) {
			struct os_stream *s =
			    os_stream_mem("x", files[f]->p, files[f]->n);

			os_stream_threads(s, counts[i]);
			assert_true(
			    os_stream_read(s, some, sizeof(some), &err) > 0);
			os_stream_close(s);
		}
}

/* A block is given when it is there, though the pipe stays open. */
static void
test_pipe(void **state)
{
	static const char text[] = "as soon as it is there";
	struct buf b = { 0 };
	unsigned used = 1000;
	char *to = (char *)buf_room(&b, used), got[100];
	int fds[2], old = dup(STDIN_FILENO);
	struct os_stream *s;
	struct err err;

	(void)state;
	assert_int_equal(BZ2_bzBuffToBuffCompress(to, &used,
			     (char *)(uintptr_t)text, sizeof(text), 9, 0, 0),
	    BZ_OK);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(write(fds[1], to, used), used);
	assert_int_equal(os_stream_open("-", &s, &err), 0);
	os_stream_threads(s, 2);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(os_stream_read(s, got, sizeof(got), &err),
		    sizeof(text));
		assert_string_equal(got, text);
		if (i < 2)
			assert_int_equal(write(fds[1], to, used), used);
	}
	(void)close(fds[1]);
	assert_int_equal(os_stream_read(s, got, sizeof(got), &err), 0);
	os_stream_close(s);
	assert_int_equal(dup2(old, STDIN_FILENO), STDIN_FILENO);
	(void)close(old);
	(void)close(fds[0]);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_closed_early),
		cmocka_unit_test(test_pipe),
	};

	return cmocka_run_group_tests_name("threads", tests, setup, teardown);
}
