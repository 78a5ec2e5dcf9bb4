/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader_test.c - streams cut into messages: any size of reads, torn at every
 * length, sources that fail, versions and lengths that cannot be.
 */
#include "bmp/bmp_test.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

#include "base/mem.h"

static void
put_message(struct buf *b, uint8_t type, const void *body, size_t n)
{
	buf_u8(b, BMP_VERSION);
	buf_u32(b, (uint32_t)n + BMP_HEADER_LEN);
	buf_u8(b, type);
	buf_add(b, body, n);
}

/* --- cutting ----------------------------------------------------------- */

static const size_t ends[] = { 0, 6, 306, 362 };

/* Three messages: without body, with a long one, of an unknown type. */
static struct buf
three(void)
{
	static const uint8_t body[300] = { 0, 1, 0, 2, 3, 4 };
	struct buf b = { 0 };

	put_message(&b, BMP_INITIATION, body, 0);
	put_message(&b, BMP_PEER_DOWN, body, 294);
	put_message(&b, 200, body, 50);
	return b;
}

static void
test_messages(void **state)
{
	static const uint8_t types[] = { BMP_INITIATION, BMP_PEER_DOWN, 200 };
	struct buf b = three();
	struct bmp_reader *r = bmp_reader_mem(b.p, b.n);
	struct bmp_frame f;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		assert_int_equal(bmp_reader_next(r, &f, &err), 1);
		assert_int_equal(f.type, types[i]);
		assert_int_equal(f.index, i);
		assert_int_equal(f.offset, ends[i]);
		assert_int_equal(f.raw.n, ends[i + 1] - ends[i]);
		assert_int_equal(f.body.n, f.raw.n - BMP_HEADER_LEN);
		assert_ptr_equal(f.body.p, f.raw.p + BMP_HEADER_LEN);
	}
	assert_int_equal(bmp_reader_next(r, &f, &err), 0);
	assert_int_equal(bmp_reader_next(r, &f, &err), 0);
	bmp_reader_free(r);
	bmp_reader_free(NULL);
	buf_fini(&b);
}

static void
test_nothing(void **state)
{
	struct bmp_reader *r = bmp_reader_mem("", 0);
	struct bmp_frame f;
	struct err err;

	(void)state;
	assert_int_equal(bmp_reader_next(r, &f, &err), 0);
	bmp_reader_free(r);
}

/* Every length: whole messages, then the end or a reason with its offset. */
static void
test_torn(void **state)
{
	struct buf b = three();

	(void)state;
	for (size_t n = 0; n <= b.n; n++) {
		uint8_t *exact = malloc(n + 1);
		struct bmp_frame f;
		struct err err = { 0 };
		size_t want = 0;
		int got;

		assert_non_null(exact);
		memcpy(exact, b.p, n);
		while (want + 1 < COUNT(ends) && ends[want + 1] <= n)
			want++;
		struct bmp_reader *r = bmp_reader_mem(exact, n);
		for (size_t i = 0; i < want; i++)
			assert_int_equal(bmp_reader_next(r, &f, &err), 1);
		got = bmp_reader_next(r, &f, &err);
		assert_int_equal(got, n == ends[want] ? 0 : -1);
		if (got == -1) {
			char text[64];

			(void)snprintf(text, sizeof(text),
			    "message %zu at offset %zu is cut short", want,
			    ends[want]);
			assert_int_equal(err.code, ERR_INPUT);
			assert_non_null(strstr(err.msg, text));
			/* And so it stays. */
			assert_int_equal(bmp_reader_next(r, &f, &err), -1);
		}
		bmp_reader_free(r);
		free(exact);
	}
	buf_fini(&b);
}

/* The second of three messages has a header that begins none. */
static const struct header_case {
	const char *why;
	uint8_t version;
	uint32_t len;
	enum err_code code;
	const char *says;
} headers[] = {
	{ "version 1", 1, 300, ERR_INPUT, "is of version 1" },
	{ "version 2", 2, 300, ERR_INPUT, "is of version 2" },
	{ "version 4", 4, 300, ERR_INPUT, "is of version 4" },
	{ "version 0", 0, 300, ERR_INPUT, "is of version 0" },
	{ "length 0", 3, 0, ERR_INPUT, "claims 0 bytes, less" },
	{ "length without the header", 3, 5, ERR_INPUT, "claims 5 bytes" },
	{ "length over the limit", 3, BMP_MESSAGE_MAX + 1, ERR_LIMIT,
	    "claims 1048577 bytes, the limit is 1048576" },
	{ "the largest length", 3, UINT32_MAX, ERR_LIMIT,
	    "claims 4294967295 bytes" },
	{ "length at the limit", 3, BMP_MESSAGE_MAX, ERR_INPUT,
	    "is cut short: 356 of 1048576 bytes" },
};

static void
test_header(void **state)
{
	const struct header_case *c = *state;
	struct buf b = three();
	struct bmp_frame f;
	struct err err;

	b.p[6] = c->version;
	buf_put_u32(&b, 7, c->len);
	struct bmp_reader *r = bmp_reader_mem(b.p, b.n);
	assert_int_equal(bmp_reader_next(r, &f, &err), 1);
	for (int i = 0; i < 2; i++) { /* and so it stays */
		assert_int_equal(bmp_reader_next(r, &f, &err), -1);
		assert_int_equal(err.code, c->code);
		assert_non_null(strstr(err.msg, "message 1 at offset 6 "));
		assert_non_null(strstr(err.msg, c->says));
	}
	bmp_reader_free(r);
	buf_fini(&b);
}

/* --- sources ----------------------------------------------------------- */

/* A message of the largest size among small ones. */
static void
test_steps(void **state)
{
	static const size_t steps[] = { 1, 2, 5, 6, 7, 4095, 65536, SIZE_MAX };
	size_t most = BMP_MESSAGE_MAX - BMP_HEADER_LEN;
	uint8_t *big = calloc(1, most);
	struct buf b = { 0 };

	(void)state;
	assert_non_null(big);
	for (uint32_t i = 0; i < 3000; i++)
		put_message(&b, BMP_STATISTICS, big, i % 50);
	put_message(&b, BMP_ROUTE_MIRRORING, big, most);
	put_message(&b, BMP_TERMINATION, big, 4);
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct drip d = { b.p, b.n, steps[i] };
		struct bmp_reader *r =
		    bmp_reader_new(&(struct bmp_source){ drip_read, &d });
		struct bmp_frame f;
		struct err err;
		uint64_t at = 0, n = 0;

		while (bmp_reader_next(r, &f, &err) == 1) {
			assert_int_equal(f.offset, at);
			assert_int_equal(f.index, n++);
			assert_memory_equal(f.raw.p, b.p + at, f.raw.n);
			at += f.raw.n;
		}
		assert_int_equal(at, b.n);
		assert_int_equal(n, 3002);
		bmp_reader_free(r);
	}
	free(big);
	buf_fini(&b);
}

/* Fails when it has given its bytes. */
static ssize_t
failing_read(void *ctx, void *buf, size_t n, struct err *err)
{
	struct drip *d = ctx;

	return d->n == 0 ? err_set(err, ERR_SYSTEM, "the router is gone")
			 : drip_read(ctx, buf, n, err);
}

static void
test_source_fails(void **state)
{
	struct buf b = three();

	(void)state;
	/* Between messages, in a header, in a body. */
	for (size_t cut = 0; cut < b.n; cut += 3) {
		struct drip d = { b.p, cut, 7 };
		struct bmp_reader *r =
		    bmp_reader_new(&(struct bmp_source){ failing_read, &d });
		struct bmp_frame f;
		struct err err = { 0 };

		for (size_t i = 1; i < COUNT(ends) && ends[i] <= cut; i++)
			assert_int_equal(bmp_reader_next(r, &f, &err), 1);
		assert_int_equal(bmp_reader_next(r, &f, &err), -1);
		assert_int_equal(err.code, ERR_SYSTEM);
		assert_string_equal(err.msg, "the router is gone");
		bmp_reader_free(r);
	}
	buf_fini(&b);
}

/* --- recognising ------------------------------------------------------- */

static void
test_sniff(void **state)
{
	struct buf b = { 0 };

	(void)state;
	put_message(&b, BMP_INITIATION, "\0\0\0\1x", 5);
	put_message(&b, BMP_STATISTICS, (uint8_t[46]){ 0 }, 46);
	assert_true(bmp_sniff(b.p, b.n));
	assert_true(bmp_sniff(b.p, 20));
	assert_true(bmp_sniff(b.p, BMP_HEADER_LEN));
	assert_false(bmp_sniff(b.p, BMP_HEADER_LEN - 1));
	assert_false(bmp_sniff(b.p, 0));
	assert_false(bmp_sniff((const uint8_t *)"{ \"roas\": [ {", 13));
	/* An MRT record of 1971. */
	assert_false(
	    bmp_sniff((const uint8_t *)"\3\0\0\0\0\x0d\0\2\0\0\0\0", 12));
	b.p[0] = 4;
	assert_false(bmp_sniff(b.p, b.n));
	b.p[0] = 3;
	b.p[5] = 7;
	assert_false(bmp_sniff(b.p, b.n));
	b.p[5] = BMP_PEER_UP; /* shorter than its per-peer header */
	assert_false(bmp_sniff(b.p, b.n));
	b.p[5] = BMP_INITIATION;
	buf_put_u32(&b, 1, BMP_MESSAGE_MAX + 1);
	assert_false(bmp_sniff(b.p, b.n));
	buf_put_u32(&b, 1, 5);
	assert_false(bmp_sniff(b.p, b.n));
	buf_put_u32(&b, 1, 11);
	b.p[11] = 1; /* the second message */
	assert_false(bmp_sniff(b.p, b.n));
	buf_fini(&b);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(headers) + 6] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_source_fails),
		cmocka_unit_test(test_sniff),
	};
	size_t n = 6;

	for (size_t i = 0; i < COUNT(headers); i++)
		tests[n++] = (struct CMUnitTest){ .name = headers[i].why,
			.test_func = test_header,
			.initial_state = (void *)(uintptr_t)&headers[i] };
	assert(n == COUNT(tests));
	return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
