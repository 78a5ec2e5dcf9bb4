/* SPDX-License-Identifier: BSD-2-Clause */
/* base_test.c - errors, buffers, cursors, maps, arenas, sections. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/rbuf.h"
#include "base/sect.h"

#include <cmocka.h>

static void
test_err_wrap_puts_context_first(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(err_set(&err, ERR_INPUT, "bad length %d", 7), -1);
	assert_int_equal(err_wrap(&err, "file %s", "x"), -1);
	assert_string_equal(err.msg, "file x: bad length 7");
	assert_int_equal(err.code, ERR_INPUT);
	errno = ENOENT;
	(void)err_sys(&err, "open y");
	assert_string_equal(err.msg, "open y: No such file or directory");
}

static void
test_err_long_texts_stay_inside(void **state)
{
	char text[2000];
	struct err err = { 0 };

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)err_set(&err, ERR_INPUT, "%s", text);
	(void)err_wrap(&err, "%s", text);
	assert_true(strlen(err.msg) < sizeof(err.msg));
}

static void
test_rbuf_overrun_is_sticky_and_zero(void **state)
{
	const uint8_t bytes[] = { 1, 2, 3, 4, 5 };
	struct rbuf r = rbuf_from(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(rbuf_u32(&r), 0x01020304);
	assert_int_equal(rbuf_u16(&r), 0); /* one byte is left */
	assert_false(rbuf_ok(&r));
	assert_int_equal(rbuf_left(&r), 0);
	assert_int_equal(rbuf_u8(&r), 0);
	assert_false(rbuf_end(&r));
}

static void
test_rbuf_sub_cannot_see_its_neighbour(void **state)
{
	const uint8_t bytes[] = { 1, 2, 3, 4, 5 };
	struct rbuf r = rbuf_from(bytes, sizeof(bytes));
	struct rbuf s = rbuf_sub(&r, 2);

	(void)state;
	assert_int_equal(rbuf_u16(&s), 0x0102);
	assert_true(rbuf_end(&s));
	assert_int_equal(rbuf_u8(&s), 0);
	assert_false(rbuf_ok(&s));
	assert_true(rbuf_ok(&r));
	assert_int_equal(rbuf_u8(&r), 3);
	struct rbuf t = rbuf_sub(&r, 3);
	assert_false(rbuf_ok(&t));
	assert_false(rbuf_ok(&r));
}

static void
test_buf_writes_what_rbuf_reads(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_u8(&b, 9);
	buf_u16(&b, 0);
	buf_u32(&b, 0xdeadbeef);
	buf_u64(&b, UINT64_C(0x0102030405060708));
	buf_put_u16(&b, 1, 515);
	struct rbuf r = rbuf_from(b.p, b.n);
	assert_int_equal(rbuf_u8(&r), 9);
	assert_int_equal(rbuf_u16(&r), 515);
	assert_true(rbuf_u32(&r) == 0xdeadbeef);
	assert_true(rbuf_u64(&r) == UINT64_C(0x0102030405060708));
	assert_true(rbuf_end(&r));
	buf_clear(&b);
	buf_dec(&b, 1234567890123);
	buf_printf(&b, " %s", "x");
	assert_string_equal(buf_cstr(&b), "1234567890123 x");
	buf_fini(&b);
}

static void
test_buf_stops_at_its_maximum(void **state)
{
	struct buf b = { .max = 4 };

	(void)state;
	buf_str(&b, "abc");
	buf_str(&b, "de");
	assert_true(b.failed);
	assert_int_equal(b.n, 3);
	buf_chr(&b, 'f'); /* still failed, although it would fit */
	assert_int_equal(b.n, 3);
	buf_fini(&b);
}

static void
test_strtab_keeps_each_text_once(void **state)
{
	struct strtab t = { 0 };
	char text[16];

	(void)state;
	assert_int_equal(strtab_find(&t, STR("x")), HIDX_NONE);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {
			(void)snprintf(text, sizeof(text), "as%u", i);
			assert_int_equal(strtab_add(&t, str_from(text)), i);
		}
	assert_string_equal(strtab_get(&t, 4321), "as4321");
	assert_int_equal(strtab_find(&t, STR("as77x")), HIDX_NONE);
	assert_int_equal(strtab_add(&t, STR("")), 5000);
	strtab_fini(&t);
}

static void
test_u64map_finds_what_was_put(void **state)
{
	struct u64map m = { 0 };

	(void)state;
	assert_null(u64map_get(&m, 0));
	for (uint64_t k = 0; k < 20000; k++)
		*u64map_put(&m, k * 0x100000001) = (uint32_t)k;
	for (uint64_t k = 0; k < 20000; k++)
		assert_int_equal(*u64map_get(&m, k * 0x100000001), k);
	assert_null(u64map_get(&m, 5));
	assert_int_equal(m.n, 20000);
	u64map_fini(&m);
}

static void
test_arena_and_vec(void **state)
{
	struct arena a = { 0 };
	VEC(int) v = { 0 };
	int *it, sum = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char *p = arena_alloc(&a, (size_t)i * 7);

		assert_int_equal((uintptr_t)p % 16, 0);
		memset(p, 1, (size_t)i * 7);
		vec_push(&v, i);
	}
	VEC_FOREACH (it, &v)
		sum += *it;
	assert_int_equal(sum, 499500);
	assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
	*vec_grow(&v) = 3;
	assert_int_equal(v.n, 1001);
	vec_fini(&v);
	arena_free(&a);
	assert_null(a.head);
}

static void
test_sect_mem_round_trip(void **state)
{
	struct sect_mem *m = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(m);
	struct sect_source src = sect_mem_source(m);
	const uint32_t rows[3] = { 1, 2, 3 };
	const void *p = NULL;
	size_t n = 9;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(sink.add(sink.ctx, "a", rows, sizeof(rows), &err), 0);
	assert_int_equal(sink.add(sink.ctx, "a", rows, 1, &err), -1);
	assert_int_equal(sink.add(sink.ctx, "odd", rows, 7, &err), 0);
	assert_int_equal(sect_array(&src, "a", 4, &p, &n, &err), 0);
	assert_int_equal(n, 3);
	assert_memory_equal(p, rows, sizeof(rows));
	assert_int_equal((uintptr_t)p % 64, 0);
	assert_int_equal(sect_array(&src, "odd", 4, &p, &n, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_int_equal(sect_array(&src, "none", 4, &p, &n, &err), 0);
	assert_null(p);
	assert_int_equal(n, 0);
	sect_mem_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_err_wrap_puts_context_first),
		cmocka_unit_test(test_err_long_texts_stay_inside),
		cmocka_unit_test(test_rbuf_overrun_is_sticky_and_zero),
		cmocka_unit_test(test_rbuf_sub_cannot_see_its_neighbour),
		cmocka_unit_test(test_buf_writes_what_rbuf_reads),
		cmocka_unit_test(test_buf_stops_at_its_maximum),
		cmocka_unit_test(test_strtab_keeps_each_text_once),
		cmocka_unit_test(test_u64map_finds_what_was_put),
		cmocka_unit_test(test_arena_and_vec),
		cmocka_unit_test(test_sect_mem_round_trip),
	};
	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
