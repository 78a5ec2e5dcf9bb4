/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bunzip_test.c - bzip2 as libbz2 reads it: all levels and kinds of data,
 * crafted files (test/make-corpus), every cut, damage in each block.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "os/bunzip_ref.h"
#include "os/os.h"

#include <cmocka.h>

#define ALL UINT64_MAX
#define BIG 450000 /* several blocks up to level 4 */

enum { NOTHING, ONE, RUNS, ONE_RUN, EVERY_BYTE, NOISE, PERIOD, TEXT, KINDS };

static uint8_t data[KINDS][BIG];
static const struct {
	const char *name;
	size_t n;
} kinds[KINDS] = { { "nothing", 0 }, { "one byte", 1 },
	{ "runs of every length", BIG }, { "one long run", BIG },
	{ "every byte", 256 * 9 }, { "noise", BIG }, { "a short period", BIG },
	{ "text", BIG } };

static void
fill(void)
{
	unsigned short seed[3] = { 3, 1, 4 };
	size_t n = 0;

	data[ONE][0] = 'x';
	for (unsigned i = 0; n < BIG; i++)
		for (unsigned k = 0; k <= i % 600 && n < BIG; k++)
			data[RUNS][n++] = (uint8_t)i;
	for (size_t i = 0; i < BIG; i++) {
		data[EVERY_BYTE][i] = (uint8_t)(i * 7 + i / 256);
		data[NOISE][i] = (uint8_t)nrand48(seed);
		data[PERIOD][i] = "abc"[i % 3];
		data[TEXT][i] = (uint8_t)("the quick brown fox "[i % 19] +
					  (nrand48(seed) % 40 == 0));
	}
}

static void
pack(struct buf *b, const uint8_t *p, size_t n, int level)
{
	unsigned room = (unsigned)(n + n / 8 + 1000), used = room;
	char *to = (char *)buf_room(b, room);

	assert_int_equal(BZ2_bzBuffToBuffCompress(to, &used,
			     (char *)(uintptr_t)p, (unsigned)n, level, 0, 0),
	    BZ_OK);
	b->n -= room - used;
}

/* All threads give what libbz2 gives, or refuse where it does. */
static struct compared
compare(const struct buf *b)
{
	struct compared c = { 0 };

	for (unsigned threads = 1; threads <= 3; threads += 2) {
		c = ref_compare(b->p, b->n, 50000, threads, ALL);
		if (c.wrong != NULL)
			fail_msg("%u threads: %s", threads, c.wrong);
		if (!c.good)
			assert_int_equal(c.err.code, ERR_INPUT);
	}
	return c;
}

static void
test_levels(void **state)
{
	size_t kind = *(const size_t *)*state;

	for (int level = 1; level <= 9; level++) {
		struct buf b = { 0 };

		pack(&b, data[kind], kinds[kind].n, level);
		struct compared c = compare(&b);
		assert_true(c.good);
		assert_int_equal(c.n, kinds[kind].n);
		buf_fini(&b);
	}
}

static void
test_many_streams(void **state)
{
	struct buf b = { 0 };
	uint64_t n = 0;

	(void)state;
	for (int i = 0; i < 40; i++) {
		size_t kind = (size_t)i % KINDS;
		size_t part = kinds[kind].n / (1 + (size_t)i % 5);

		pack(&b, data[kind], part, 1 + i % 9);
		n += part;
		for (int k = 0; i % 3 == 0 && k < i; k++)
			buf_u8(&b, 0);
	}
	struct compared c = compare(&b);
	assert_true(c.good);
	assert_int_equal(c.n, n);
	buf_fini(&b);
}

/* Some blocks of level 1 that are small when packed. */
static void
pack_blocks(struct buf *b, int level)
{
	static uint8_t p[250000];

	for (size_t i = 0; i < sizeof(p); i++)
		p[i] = data[NOISE][i / 20000 * 100 + i % 97];
	pack(b, p, sizeof(p), level);
}

static void
test_every_cut(void **state)
{
	struct buf b = { 0 };
	uint64_t before = 0;
	unsigned blocks = 0;

	(void)state;
	pack_blocks(&b, 1);
	for (size_t n = 4; n < b.n; n += 1 + b.n / 2000) {
		struct compared c = ref_compare(b.p, n, 1 + n % 999, 2, ALL);

		assert_null(c.wrong);
		assert_false(c.good);
		assert_non_null(strstr(c.err.msg, "cut short"));
		assert_true(c.n >= before);
		blocks += c.n > before;
		before = c.n;
	}
	assert_int_equal(blocks, 3);
	buf_fini(&b);
}

/* What stands before the block that is damaged is given, and no more. */
static void
test_damage_in_each_block(void **state)
{
	struct buf b = { 0 };
	uint64_t before = 0;
	unsigned blocks = 0;

	(void)state;
	pack_blocks(&b, 1);
	for (size_t at = 4; at + 1 < b.n; at += 1 + b.n / 300) {
		b.p[at] ^= 0x10;
		struct compared c = compare(&b);
		b.p[at] ^= 0x10;
		if (c.good)
			continue; /* what does not matter, for both */
		assert_non_null(strstr(c.err.msg, "offset"));
		assert_true(c.n >= before);
		blocks += c.n > before;
		before = c.n;
	}
	assert_int_equal(blocks, 3);
	buf_fini(&b);
}

/* More bytes than the level of the stream says: refused, as elsewhere. */
static void
test_level_is_held(void **state)
{
	struct buf b = { 0 };

	(void)state;
	pack_blocks(&b, 9);
	b.p[3] = '2';
	struct compared c = compare(&b);
	assert_false(c.good);
	assert_int_equal(c.n, 0);
	b.p[3] = '3';
	c = compare(&b);
	assert_true(c.good);
	buf_fini(&b);
}

static uint32_t
slow_crc(const uint8_t *p, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < n; i++) {
		crc ^= (uint32_t)p[i] << 24;
		for (int k = 0; k < 8; k++)
			crc = crc << 1 ^ (crc >> 31) * UINT32_C(0x04c11db7);
	}
	return ~crc;
}

/*
 * A block of noise with its flag set: libbz2 gives the bytes before it looks
 * at their checksum, which is then put right.
 */
static void
test_randomised(void **state)
{
	struct buf b = { 0 };
	static uint8_t out[BIG];

	(void)state;
	pack(&b, data[NOISE], 90000, 1);
	b.p[14] ^= 0x80;
	struct ref r = { .p = b.p, .end = b.p + b.n };
	size_t n = ref_read(&r, out, sizeof(out));
	assert_true(r.bad);
	assert_int_equal(n, 90000);
	assert_memory_not_equal(out, data[NOISE], n);
	uint32_t crc = slow_crc(out, n);
	for (int i = 0; i < 4; i++)
		b.p[10 + i] = (uint8_t)(crc >> (24 - 8 * i));
	struct compared c = compare(&b);
	assert_int_equal(c.n, n); /* the block; not the sum of the stream */
	assert_false(c.good);
	buf_fini(&b);
}

/* --- crafted files ------------------------------------------------------- */

static void
read_file(const char *path, struct buf *b)
{
	struct os_map m;
	struct err err;

	if (os_map_open(path, &m, &err) == -1)
		fail_msg("%s", err.msg);
	buf_add(b, m.p, m.n);
	os_map_close(&m);
}

static void
test_crafted(void **state)
{
	const char *path = *state;
	struct buf b = { 0 };

	read_file(path, &b);
	struct compared c = compare(&b);
	assert_int_equal(c.good, strstr(path, "/good-") != NULL);
	buf_fini(&b);
}

#define CRAFTED_MAX 100

int
main(void)
{
	static size_t numbers[KINDS];
	static char names[KINDS][64];
	struct CMUnitTest tests[KINDS + 6 + CRAFTED_MAX] = {
		cmocka_unit_test(test_many_streams),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_damage_in_each_block),
		cmocka_unit_test(test_level_is_held),
		cmocka_unit_test(test_randomised),
	};
	size_t n = 5, files;
	const char *root = getenv("COMITY_ROOT");
	struct arena arena = { 0 };
	char folder[4096], **paths;
	struct err err;

	fill();
	for (size_t i = 0; i < KINDS; i++) {
		numbers[i] = i;
		(void)snprintf(names[i], sizeof(names[i]), "all levels: %s",
		    kinds[i].name);
		tests[n++] = (struct CMUnitTest){ .name = names[i],
			.test_func = test_levels,
			.initial_state = &numbers[i] };
	}
	(void)snprintf(folder, sizeof(folder), "%s/test/corpus/bunzip",
	    root == NULL ? "." : root);
	if (os_walk(folder, &arena, &paths, &files, &err) == -1)
		return 1;
	for (size_t i = 0; i < files && i < CRAFTED_MAX; i++)
		tests[n++] =
		    (struct CMUnitTest){ .name = strrchr(paths[i], '/') + 1,
			    .test_func = test_crafted,
			    .initial_state = paths[i] };
	int failed = _cmocka_run_group_tests("bunzip", tests, n, NULL, NULL);
	arena_free(&arena);
	return failed;
}
