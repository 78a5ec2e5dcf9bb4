/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream_test.c - every compression, alone, concatenated, padded, cut at every
 * length and damaged; bombs; lines; atomic files on a full disk.
 */
#include <bzlib.h>
#include <lzma.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "os/os.h"

#include <cmocka.h>

static char text[70000]; /* longer than a peek */

enum { PLAIN, GZIP, BZIP2, XZ, ZSTD, FORMATS };
static const char *const names[] = { "plain", "gzip", "bzip2", "xz", "zstd" };

static void
pack(int format, const char *p, size_t n, struct buf *out)
{
	size_t room = n + n / 2 + 4096, used = 0;
	uint8_t *o = mem_alloc(room, 1);

	if (format == PLAIN) {
		memcpy(o, p, n);
		used = n;
	} else if (format == GZIP) {
		z_stream z = { 0 };

		assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, 0), 0);
		z.next_in = (Bytef *)(uintptr_t)p;
		z.avail_in = (unsigned)n;
		z.next_out = o;
		z.avail_out = (unsigned)room;
		assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
		used = z.total_out;
		(void)deflateEnd(&z);
	} else if (format == BZIP2) {
		unsigned m = (unsigned)room;

		assert_int_equal(BZ2_bzBuffToBuffCompress((char *)o, &m,
				     (char *)(uintptr_t)p, (unsigned)n, 9, 0,
				     0),
		    BZ_OK);
		used = m;
	} else if (format == XZ) {
		assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64,
				     NULL, (const uint8_t *)p, n, o, &used,
				     room),
		    LZMA_OK);
	} else {
		ZSTD_CCtx *z = ZSTD_createCCtx();

		assert_non_null(z);
		(void)ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
		used = ZSTD_compress2(z, o, room, p, n);
		(void)ZSTD_freeCCtx(z);
		assert_false(ZSTD_isError(used));
	}
	buf_add(out, o, used);
	free(o);
}

/* Read all; *n bytes arrived, the status of the end is returned. */
static int
unpack(const struct buf *b, char **out, size_t *n, struct err *err)
{
	struct os_stream *s = os_stream_mem("test", b->p, b->n);
	int status = os_read_all(s, 1 << 28, out, n, err);

	os_stream_close(s);
	return status;
}

static void
expect_text(const struct buf *b, size_t copies)
{
	char *out = NULL;
	size_t n = 0;
	struct err err = { 0 };

	assert_int_equal(unpack(b, &out, &n, &err), 0);
	assert_int_equal(n, copies * sizeof(text));
	for (size_t i = 0; i < copies; i++)
		assert_memory_equal(out + i * sizeof(text), text, sizeof(text));
	free(out);
}

static const int formats[] = { PLAIN, GZIP, BZIP2, XZ, ZSTD };

static void
test_one(void **state)
{
	struct buf b = { 0 };

	pack(*(const int *)*state, text, sizeof(text), &b);
	expect_text(&b, 1);
	buf_fini(&b);
}

static void
test_several_members(void **state)
{
	struct buf b = { 0 };

	for (int i = 0; i < 5; i++)
		pack(*(const int *)*state, text, sizeof(text), &b);
	expect_text(&b, 5);
	buf_fini(&b);
}

static void
test_padding_and_rubbish_behind(void **state)
{
	struct buf b = { 0 };
	char *out = NULL;
	size_t n;
	struct err err = { 0 };

	pack(*(const int *)*state, text, sizeof(text), &b);
	for (int i = 0; i < 600; i++)
		buf_u8(&b, 0);
	expect_text(&b, 1);
	buf_str(&b, "rubbish");
	assert_int_equal(unpack(&b, &out, &n, &err), -1);
	assert_int_equal(n, sizeof(text)); /* nothing that was good is lost */
	assert_int_equal(err.code, ERR_INPUT);
	free(out);
	buf_fini(&b);
}

/* Cut anywhere: an error, and only true bytes before it. */
static void
test_every_cut(void **state)
{
	struct buf b = { 0 };

	pack(*(const int *)*state, text, sizeof(text), &b);
	for (size_t i = 8; i < b.n; i += i < 200 || i + 200 > b.n ? 1 : 101) {
		struct buf cut = { .p = b.p, .n = i };
		char *out = NULL;
		size_t n = 0;
		struct err err = { 0 };

		assert_int_equal(unpack(&cut, &out, &n, &err), -1);
		assert_int_equal(err.code, ERR_INPUT);
		assert_non_null(strstr(err.msg, "offset"));
		assert_true(n <= sizeof(text));
		assert_memory_equal(out, text, n);
		free(out);
	}
	buf_fini(&b);
}

/* A flipped bit is noticed by the checksums, or changes nothing. */
static void
test_flipped_bits(void **state)
{
	struct buf b = { 0 };

	pack(*(const int *)*state, text, sizeof(text), &b);
	for (size_t i = 12; i < b.n; i += i < 100 ? 1 : 1 + b.n / 300) {
		uint8_t bit = (uint8_t)(1 << i % 8);
		char *out = NULL;
		size_t n = 0;
		struct err err = { 0 };

		b.p[i] ^= bit;
		if (unpack(&b, &out, &n, &err) == 0) {
			assert_int_equal(n, sizeof(text));
			assert_memory_equal(out, text, n);
		}
		b.p[i] ^= bit;
		free(out);
	}
	buf_fini(&b);
}

static void
test_peek_then_read(void **state)
{
	struct buf b = { 0 };
	const uint8_t *head;
	char *out = NULL;
	size_t n;
	uint8_t want[32], have[32];
	struct err err = { 0 };

	pack(*(const int *)*state, text, sizeof(text), &b);
	struct os_stream *s = os_stream_mem("test", b.p, b.n);
	assert_int_equal(os_stream_peek(s, &head, 1000, &err), 1000);
	assert_memory_equal(head, text, 1000);
	assert_int_equal(os_stream_peek(s, &head, 1 << 20, &err), OS_PEEK_MAX);
	assert_int_equal(os_stream_pos(s), 0);
	assert_int_equal(os_read_all(s, 1 << 20, &out, &n, &err), 0);
	assert_int_equal(n, sizeof(text));
	assert_memory_equal(out, text, n);
	os_sha256(text, sizeof(text), want);
	os_stream_sha256(s, have);
	assert_memory_equal(have, want, 32);
	os_stream_close(s);
	free(out);
	buf_fini(&b);
}

static void
test_bomb(void **state)
{
	size_t n = 4 << 20;
	char *zeros = mem_alloc(n, 1), *out = mem_alloc(n, 1);
	struct buf one = { 0 }, b = { 0 };
	struct err err = { 0 };
	ssize_t got;
	uint64_t total = 0;

	/* Members of zeros, until the ratio is past any honest file's. */
	pack(*(const int *)*state, zeros, n, &one);
	if (n / one.n < OS_STREAM_RATIO) {
		/* This format cannot exceed the ratio: nothing to refuse. */
		assert_true(n / one.n < OS_STREAM_RATIO);
		goto out;
	}
	for (int i = 0; i < 64; i++)
		buf_add(&b, one.p, one.n);
	struct os_stream *s = os_stream_mem("bomb", b.p, b.n);
	while ((got = os_stream_read(s, out, n, &err)) > 0)
		total += (uint64_t)got;
	assert_int_equal(got, -1);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_true(total < UINT64_C(80) << 20);
	os_stream_close(s);
out:
	buf_fini(&one);
	buf_fini(&b);
	free(zeros);
	free(out);
}

static void
test_lines(void **state)
{
	static const char in[] = "one\r\n\ntwo\nlast";
	struct os_stream *s = os_stream_mem("lines", in, sizeof(in) - 1);
	struct os_lines l = { .s = s };
	const char *p;
	size_t n;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 1);
	assert_int_equal(n, 3);
	assert_memory_equal(p, "one", 3);
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 1);
	assert_int_equal(n, 0);
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 1);
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 1);
	assert_memory_equal(p, "last", 4);
	assert_int_equal(l.line, 4);
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 0);
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 0);
	os_lines_fini(&l);
	os_stream_close(s);
}

static void
test_long_line_is_cut(void **state)
{
	size_t big = 5 * OS_LINE_MAX + 7;
	struct buf b = { 0 };
	const char *p;
	size_t n;
	struct err err = { 0 };

	(void)state;
	buf_str(&b, "a\n");
	memset(buf_room(&b, big), 'x', big);
	buf_str(&b, "\nz\n");
	struct os_stream *s = os_stream_mem("long", b.p, b.n);
	struct os_lines l = { .s = s };
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 1);
	assert_false(l.cut);
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 1);
	assert_true(l.cut);
	assert_int_equal(n, OS_LINE_MAX);
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 1);
	assert_false(l.cut);
	assert_int_equal(n, 1);
	assert_int_equal(p[0], 'z');
	assert_int_equal(l.line, 3);
	assert_int_equal(os_lines_next(&l, &p, &n, &err), 0);
	os_lines_fini(&l);
	os_stream_close(s);
	buf_fini(&b);
}

/* A disk that is full, by the limit on file size. */
static void
test_full_disk_keeps_the_old_file(void **state)
{
	char path[64];
	struct rlimit old, small = { 4096, 4096 };
	char *big = mem_alloc(1, 3 << 20);
	struct os_map m;
	struct err err = { 0 };

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/os-test-%d", (int)getpid());
	assert_int_equal(os_write_file(path, 0644, "old", 3, &err), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int status = os_write_file(path, 0644, big, 3 << 20, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(status, -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_int_equal(os_map_open(path, &m, &err), 0);
	assert_int_equal(m.n, 3);
	assert_memory_equal(m.p, "old", 3);
	os_map_close(&m);
	(void)unlink(path);
	free(big);
}

static void
test_missing_file_is_named(void **state)
{
	struct os_stream *s = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(os_stream_open("/nonexistent/x", &s, &err), -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_non_null(strstr(err.msg, "/nonexistent/x"));
	assert_int_equal(os_stream_open("/tmp", &s, &err), -1);
	assert_null(s);
}

static int
setup(void **state)
{
	unsigned short seed[3] = { 9, 9, 9 };

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + nrand48(seed) % 17);
	return 0;
}

static char row_names[5 * FORMATS + 20][64];

int
main(void)
{
	static const struct {
		const char *what;
		void (*f)(void **state);
		int from; /* first format it applies to */
	} per_format[] = {
		{ "whole", test_one, PLAIN },
		{ "several members", test_several_members, PLAIN },
		{ "padding, then rubbish", test_padding_and_rubbish_behind,
		    GZIP },
		{ "every cut", test_every_cut, GZIP },
		{ "flipped bits", test_flipped_bits, GZIP },
		{ "peek, then read", test_peek_then_read, PLAIN },
		{ "bomb", test_bomb, GZIP },
	};
	struct CMUnitTest tests[4 + 7 * FORMATS - 4] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_line_is_cut),
		cmocka_unit_test(test_full_disk_keeps_the_old_file),
		cmocka_unit_test(test_missing_file_is_named),
	};
	size_t n = 4;

	for (size_t t = 0; t < COUNT(per_format); t++)
		for (int f = per_format[t].from; f < FORMATS; f++) {
			char *name = n < COUNT(row_names) ? row_names[n] : NULL;

			assert_non_null(name);
			(void)snprintf(name, sizeof(row_names[0]), "%s: %s",
			    names[f], per_format[t].what);
			tests[n++] = (struct CMUnitTest){ .name = name,
				.test_func = per_format[t].f,
				.initial_state =
				    (void *)(uintptr_t)&formats[f] };
		}
	return cmocka_run_group_tests_name("stream", tests, setup, NULL);
}
