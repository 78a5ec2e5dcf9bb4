/* SPDX-License-Identifier: BSD-2-Clause */
/* write_test.c - JSON out: commas, escapes, numbers; and in again. */
#include "json/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utc.h"

#include <cmocka.h>

static void
write_tree(struct json_writer *w)
{
	json_object(w);
	json_kv_str(w, "a", "x");
	json_key(w, "b");
	json_array(w);
	json_u64(w, UINT64_MAX);
	json_i64(w, INT64_MIN);
	json_object(w);
	json_object_end(w);
	json_array(w);
	json_array_end(w);
	json_array_end(w);
	json_kv_u64(w, "c", 0);
	json_kv_bool(w, "d", true);
	json_kv_time(w, "e", TIME_NONE);
	json_kv_time(w, "f", 1203878877 * TIME_SEC);
	json_kv_time(w, "g", 1203878877 * TIME_SEC + 500000);
	json_kv_str(w, "h", NULL);
	json_key(w, "i");
	json_raw(w, "[1, 2]", 6);
	json_object_end(w);
}

static void
test_one_line(void **state)
{
	struct buf out = { 0 };
	struct json_writer w = { .out = &out };

	(void)state;
	write_tree(&w);
	assert_string_equal(buf_cstr(&out),
	    "{\"a\":\"x\",\"b\":[18446744073709551615,-9223372036854775808,"
	    "{},[]],\"c\":0,\"d\":true,\"e\":null,\"f\":1203878877,"
	    "\"g\":1203878877.500000,\"h\":null,\"i\":[1, 2]}");
	buf_fini(&out);
}

static void
test_indented(void **state)
{
	struct buf out = { 0 };
	struct json_writer w = { .out = &out, .indent = 2 };

	(void)state;
	json_object(&w);
	json_kv_str(&w, "a", "x");
	json_key(&w, "b");
	json_array(&w);
	json_u64(&w, 1);
	json_u64(&w, 2);
	json_array_end(&w);
	json_key(&w, "c");
	json_object(&w);
	json_object_end(&w);
	json_object_end(&w);
	assert_string_equal(buf_cstr(&out),
	    "{\n  \"a\": \"x\",\n  \"b\": [\n    1,\n    2\n  ],\n"
	    "  \"c\": {}\n}");
	buf_fini(&out);
}

static const struct text_case {
	const char *why, *in, *want;
} texts[] = {
	{ "plain", "abc", "\"abc\"" },
	{ "empty", "", "\"\"" },
	{ "quote and backslash", "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "slash stays", "192.0.2.0/24", "\"192.0.2.0/24\"" },
	{ "line feed", "a\nb", "\"a\\nb\"" },
	{ "control bytes", "\x01\x1f\x7f\t",
	    "\"\\u0001\\u001f\\u007f\\u0009\"" },
	{ "UTF-8 stays", "M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x98\x80",
	    "\"M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x98\x80\"" },
	{ "latin-1 becomes UTF-8", "M\xfcnchen", "\"M\xc3\xbcnchen\"" },
	{ "overlong is taken for latin-1", "\xc0\xaf", "\"\xc3\x80\xc2\xaf\"" },
	{ "surrogate is taken for latin-1", "\xed\xa0\x80",
	    "\"\xc3\xad\xc2\xa0\xc2\x80\"" },
	{ "past the last plane", "\xf4\x90\x80\x80",
	    "\"\xc3\xb4\xc2\x90\xc2\x80\xc2\x80\"" },
	{ "cut sequence", "a\xe2\x82", "\"a\xc3\xa2\xc2\x82\"" },
};

static void
test_text(void **state)
{
	const struct text_case *c = *state;
	struct buf out = { 0 };
	struct json_writer w = { .out = &out };

	json_str(&w, c->in);
	assert_string_equal(buf_cstr(&out), c->want);
	buf_fini(&out);
}

static const struct number_case {
	const char *why;
	double v;
	int decimals;
	const char *want;
} numbers[] = {
	{ "whole", 60, 2, "60" },
	{ "two decimals", 48.56, 2, "48.56" },
	{ "zeros dropped", 48.50, 2, "48.5" },
	{ "ends in zeros before the point", 100, 1, "100" },
	{ "no decimals", 70, 0, "70" },
	{ "rounded", 2.0 / 3, 3, "0.667" },
	{ "negative", -1.25, 2, "-1.25" },
	{ "no negative zero", -0.001, 2, "0" },
	{ "zero", 0, 2, "0" },
	{ "large", 1e20, 1, "100000000000000000000" },
	{ "not a number", (double)NAN, 2, "null" },
	{ "infinite", (double)INFINITY, 2, "null" },
};

static void
test_number(void **state)
{
	const struct number_case *c = *state;
	struct buf out = { 0 };
	struct json_writer w = { .out = &out };

	json_fixed(&w, c->v, c->decimals);
	assert_string_equal(buf_cstr(&out), c->want);
	buf_fini(&out);
}

/* What the reader says of the writer's bytes, written again, is the same. */
struct again {
	struct json_writer w;
};

static int
write_again(void *ctx, const struct json_reader *r, const struct json_event *ev,
    struct err *err)
{
	struct json_writer *w = &((struct again *)ctx)->w;
	char key[300];

	(void)r;
	(void)err;
	bool ends = ev->kind == JSON_END_OBJECT || ev->kind == JSON_END_ARRAY;
	if (!ends && w->depth > 0 && w->in_object[w->depth - 1]) {
		memcpy(key, ev->key.p, ev->key.n);
		key[ev->key.n] = '\0';
		json_key(w, key);
	}
	switch (ev->kind) {
	case JSON_NULL:
		json_null(w);
		break;
	case JSON_BOOL:
		json_bool(w, ev->truth);
		break;
	case JSON_NUMBER:
		json_raw(w, ev->text.p, ev->text.n);
		break;
	case JSON_STRING:
		json_strn(w, ev->text.p, ev->text.n);
		break;
	case JSON_BEGIN_OBJECT:
		json_object(w);
		break;
	case JSON_END_OBJECT:
		json_object_end(w);
		break;
	case JSON_BEGIN_ARRAY:
		json_array(w);
		break;
	case JSON_END_ARRAY:
		json_array_end(w);
		break;
	}
	return 0;
}

static void
random_value(struct json_writer *w, unsigned short seed[3], unsigned depth)
{
	char text[40];
	long kind = nrand48(seed) % (depth < 6 ? 7 : 5);

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)nrand48(seed);
	size_t n = (size_t)nrand48(seed) % sizeof(text);
	if (kind == 0)
		json_null(w);
	else if (kind == 1)
		json_bool(w, nrand48(seed) % 2 == 0);
	else if (kind == 2)
		json_i64(w, nrand48(seed) - (1L << 30));
	else if (kind == 3)
		json_fixed(w, (double)nrand48(seed) / 1000, 3);
	else if (kind == 4)
		json_strn(w, text, n);
	else if (kind == 5) {
		json_array(w);
		for (long k = nrand48(seed) % 5; k > 0; k--)
			random_value(w, seed, depth + 1);
		json_array_end(w);
	} else {
		json_object(w);
		for (long k = nrand48(seed) % 5; k > 0; k--) {
			text[n] = '\0';
			json_key(w, text);
			random_value(w, seed, depth + 1);
		}
		json_object_end(w);
	}
}

static void
test_what_is_written_is_read(void **state)
{
	unsigned short seed[3] = { 7, 8, 9 };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct buf first = { 0 }, second = { 0 };
		struct json_writer w = { .out = &first };
		struct again a = { { .out = &second } };
		struct err err = { 0 };

		random_value(&w, seed, 0);
		if (json_read((const char *)first.p, first.n, write_again, &a,
			&err) == -1)
			fail_msg("%s in %s", err.msg, buf_cstr(&first));
		assert_string_equal(buf_cstr(&first), buf_cstr(&second));
		buf_fini(&first);
		buf_fini(&second);
	}
}

#define ROWS(table, f)                                                    \
	for (size_t i = 0; i < COUNT(table); i++)                         \
		tests[n++] = (struct CMUnitTest){ .name = (table)[i].why, \
			.test_func = (f),                                 \
			.initial_state = (void *)(uintptr_t) & (table)[i] };

int
main(void)
{
	struct CMUnitTest tests[COUNT(texts) + COUNT(numbers) + 3] = {
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_indented),
		cmocka_unit_test(test_what_is_written_is_read),
	};
	size_t n = 3;

	ROWS(texts, test_text)
	ROWS(numbers, test_number)
	return cmocka_run_group_tests_name("write", tests, NULL, NULL);
}
