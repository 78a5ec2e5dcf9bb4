/* SPDX-License-Identifier: BSD-2-Clause */
/* text_test.c - slices, fields, numbers, and foreign text made safe. */
#include "base/text.h"

#include "base/mem.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const struct number_case {
	const char *why, *text;
	uint64_t max;
	bool ok;
	uint64_t want;
} numbers[] = {
	{ "zero", "0", 10, true, 0 },
	{ "the maximum", "10", 10, true, 10 },
	{ "past the maximum", "11", 10, false, 0 },
	{ "empty", "", 10, false, 0 },
	{ "sign", "-1", 10, false, 0 },
	{ "blank", " 1", 10, false, 0 },
	{ "letter behind", "1a", 10, false, 0 },
	{ "largest u64", "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
	{ "one past u64", "18446744073709551616", UINT64_MAX, false, 0 },
	{ "twenty-one digits", "100000000000000000000", UINT64_MAX, false, 0 },
};

static void
test_number(void **state)
{
	const struct number_case *c = *state;
	uint64_t v = 77;

	assert_int_equal(text_parse_u64(str_from(c->text), c->max, &v), c->ok);
	assert_true(v == (c->ok ? c->want : 77));
	if (c->ok) {
		char text[TEXT_DEC_MAX];
		size_t n = text_dec(text, v);

		assert_int_equal(n, strlen(c->text));
		assert_memory_equal(text, c->text, n);
	}
}

static void
test_cut(void **state)
{
	struct str rest = STR("a,,b"), f;

	(void)state;
	assert_true(str_cut(&rest, ',', &f) && str_eq(f, "a"));
	assert_true(str_cut(&rest, ',', &f) && str_eq(f, ""));
	assert_true(str_cut(&rest, ',', &f) && str_eq(f, "b"));
	assert_false(str_cut(&rest, ',', &f));
	rest = STR("");
	assert_true(str_cut(&rest, ',', &f) && f.n == 0);
	assert_false(str_cut(&rest, ',', &f));
}

static void
test_words(void **state)
{
	struct str rest = STR(" \tone two\r\n"), w;

	(void)state;
	assert_true(str_word(&rest, &w) && str_eq(w, "one"));
	assert_true(str_word(&rest, &w) && str_eq_nocase(w, "TWO"));
	assert_false(str_word(&rest, &w));
}

static const struct safe_case {
	const char *why, *in, *want;
} safes[] = {
	{ "plain text stays", "AS64500 Example", "AS64500 Example" },
	{ "UTF-8 stays", "Z\xc3\xbcrich", "Z\xc3\xbcrich" },
	{ "latin-1 is marked", "Z\xfcrich", "Z?rich" },
	{ "escape is marked", "\x1b[31m", "?[31m" },
	{ "cut sequence is marked", "a\xe2\x82", "a??" },
	{ "surrogate is marked", "\xed\xa0\x80", "???" },
	{ "overlong slash is marked", "\xc0\xaf", "??" },
	{ "C1 control is marked",
	    "\xc2\x9b"
	    "x",
	    "?x" },
};

static void
test_safe(void **state)
{
	const struct safe_case *c = *state;
	char out[64];

	assert_string_equal(text_safe(out, sizeof(out), str_from(c->in)),
	    c->want);
}

static void
test_safe_bounded(void **state)
{
	char out[8];

	(void)state;
	(void)text_safe(out, sizeof(out), STR("abcdefghijkl"));
	assert_true(strlen(out) < sizeof(out));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(numbers) + COUNT(safes) + 3];
	size_t n = 0;

	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_cut);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_words);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_safe_bounded);
	for (size_t i = 0; i < COUNT(numbers); i++)
		tests[n++] = (struct CMUnitTest){ .name = numbers[i].why,
			.test_func = test_number,
			.initial_state = (void *)(uintptr_t)&numbers[i] };
	for (size_t i = 0; i < COUNT(safes); i++)
		tests[n++] = (struct CMUnitTest){ .name = safes[i].why,
			.test_func = test_safe,
			.initial_state = (void *)(uintptr_t)&safes[i] };
	assert(n == COUNT(tests));
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
