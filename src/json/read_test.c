/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_test.c - JSON by events: what is told of each value, limits, damage.
 *
 * Events are written as one line: "0{" begins an object at depth 0, "1a=n:5"
 * is the number 5 at depth 1 under the name a, and so on.
 */
#include "json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"

#include <cmocka.h>

static int
write_event(void *ctx, const struct json_reader *r, const struct json_event *ev,
    struct err *err)
{
	static const char *const marks[] = { "null", "b:", "n:", "s:", "{", "}",
		"[", "]" };
	struct buf *out = ctx;

	(void)r;
	(void)err;
	if (out->n > 0)
		buf_chr(out, ' ');
	buf_printf(out, "%u", ev->depth);
	if (ev->key.n > 0)
		buf_printf(out, "%.*s=", (int)ev->key.n, ev->key.p);
	buf_str(out, marks[ev->kind]);
	if (ev->kind == JSON_BOOL)
		buf_str(out, ev->truth ? "true" : "false");
	buf_add(out, ev->text.p, ev->text.n);
	return 0;
}

static const struct read_case {
	const char *why, *in;
	bool several;
	const char *events; /* NULL: refused, and `error` stands in the text */
	const char *error;
} cases[] = {
	{ "a number", "5", false, "0n:5", NULL },
	{ "numbers stay as written", "[1e3,-0.50,12345678901234567890]", false,
	    "0[ 1n:1e3 1n:-0.50 1n:12345678901234567890 0]", NULL },
	{ "null, true, false", "[null,true,false]", false,
	    "0[ 1null 1b:true 1b:false 0]", NULL },
	{ "names of members", "{\"a\":1,\"b\":\"x\"}", false,
	    "0{ 1a=n:1 1b=s:x 0}", NULL },
	{ "names of containers, at both ends", "{\"a\":{\"b\":[{}]},\"c\":[]}",
	    false, "0{ 1a={ 2b=[ 3{ 3} 2b=] 1a=} 1c=[ 1c=] 0}", NULL },
	{ "no name inside an array", "{\"a\":[1,[2]]}", false,
	    "0{ 1a=[ 2n:1 2[ 3n:2 2] 1a=] 0}", NULL },
	{ "empty name", "{\"\":1}", false, "0{ 1n:1 0}", NULL },
	{ "a name twice is told twice", "{\"a\":1,\"a\":2}", false,
	    "0{ 1a=n:1 1a=n:2 0}", NULL },
	{ "escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", false,
	    "0s:\"\\/\b\f\n\r\t\xc3\xa9", NULL },
	{ "surrogate pair", "\"\\ud83d\\ude00\"", false, "0s:\xf0\x9f\x98\x80",
	    NULL },
	{ "escapes in a name", "{\"\\u0061b\":1}", false, "0{ 1ab=n:1 0}",
	    NULL },
	{ "blanks around", " \t\r\n[ 1 , 2 ]\n ", false, "0[ 1n:1 1n:2 0]",
	    NULL },
	{ "documents in lines", "{\"a\":1}\n{\"a\":2}\n", true,
	    "0{ 1a=n:1 0} 0{ 1a=n:2 0}", NULL },
	{ "a second document", "1 2", false, NULL, "offset" },
	{ "nothing", "", false, NULL, "offset 0" },
	{ "blanks alone", "  ", false, NULL, "offset 2" },
	{ "no document in lines", "", true, "", NULL },
	{ "cut in an object", "{\"a\":1", false, NULL, "offset 6" },
	{ "cut in an array", "[1,", false, NULL, "offset 3" },
	{ "cut in a string", "\"abc", false, NULL, "offset 4" },
	{ "cut in a word", "tru", false, NULL, "offset" },
	{ "no word of JSON", "[nothing]", false, NULL, "offset" },
	{ "comma before the end", "[1,]", false, NULL, "offset" },
	{ "no comma", "[1 2]", false, NULL, "offset" },
	{ "a name without quotes", "{a:1}", false, NULL, "offset" },
	{ "no colon", "{\"a\" 1}", false, NULL, "offset" },
	{ "wrong bracket", "[1}", false, NULL, "offset" },
	{ "single quotes", "['a']", false, NULL, "offset" },
	{ "a comment", "[1/*x*/]", false, NULL, "offset" },
	{ "invalid UTF-8", "\"\xff\"", false, NULL, "offset" },
	{ "overlong UTF-8", "\"\xc0\xaf\"", false, NULL, "offset" },
	{ "control byte in a string", "\"a\nb\"", false, NULL, "offset" },
	{ "escape of no meaning", "\"\\x\"", false, NULL, "offset" },
	{ "NaN", "[NaN]", false, NULL, "offset" },
	{ "plus sign", "[+1]", false, NULL, "offset" },
};

static void
check_case(const struct read_case *c, size_t piece)
{
	struct buf out = { 0 };
	struct err err = { 0 };
	struct json_reader *r = json_reader_new(write_event, &out, c->several);
	size_t n = strlen(c->in);
	int status = 0;

	for (size_t at = 0; at < n && status == 0; at += piece)
		status = json_reader_feed(r, c->in + at,
		    n - at < piece ? n - at : piece, &err);
	if (status == 0)
		status = json_reader_end(r, &err);
	assert_int_equal(status, c->events == NULL ? -1 : 0);
	if (c->events != NULL) {
		assert_string_equal(buf_cstr(&out), c->events);
	} else {
		assert_int_equal(err.code, ERR_INPUT);
		assert_non_null(strstr(err.msg, "offset"));
	}
	json_reader_free(r);
	buf_fini(&out);
}

/* The same events however the bytes arrive; whole, the offset is exact. */
static void
test_read(void **state)
{
	const struct read_case *c = *state;
	struct err err = { 0 };
	struct buf out = { 0 };

	for (size_t piece = 1; piece < 8; piece++)
		check_case(c, piece);
	check_case(c, 1 << 20);
	if (c->error != NULL && !c->several) {
		assert_int_equal(json_read(c->in, strlen(c->in), write_event,
				     &out, &err),
		    -1);
		if (strstr(err.msg, c->error) == NULL)
			fail_msg("%s: no \"%s\"", err.msg, c->error);
	}
	buf_fini(&out);
}

/* --- limits ------------------------------------------------------------ */

static int
read_text(const struct buf *text, struct err *err)
{
	struct buf out = { 0 };
	int status =
	    json_read((const char *)text->p, text->n, write_event, &out, err);

	buf_fini(&out);
	return status;
}

static void
test_depth(void **state)
{
	(void)state;
	for (int object = 0; object < 2; object++)
		for (int depth = JSON_DEPTH_MAX - 1;
		     depth <= JSON_DEPTH_MAX + 1; depth++) {
			struct buf text = { 0 };
			struct err err = { 0 };

			for (int i = 0; i < depth; i++)
				buf_str(&text, object ? "{\"a\":" : "[");
			buf_chr(&text, '1');
			for (int i = 0; i < depth; i++)
				buf_chr(&text, object ? '}' : ']');
			int status = read_text(&text, &err);
			assert_int_equal(status,
			    depth > JSON_DEPTH_MAX ? -1 : 0);
			if (status == -1) {
				assert_int_equal(err.code, ERR_LIMIT);
				assert_non_null(strstr(err.msg, "deeper"));
			}
			buf_fini(&text);
		}
}

static void
test_long_string(void **state)
{
	(void)state;
	for (size_t n = JSON_TEXT_MAX - 1; n <= JSON_TEXT_MAX + 1; n++) {
		struct buf text = { 0 };
		struct err err = { 0 };

		buf_chr(&text, '"');
		memset(buf_room(&text, n), 'x', n);
		buf_chr(&text, '"');
		assert_int_equal(read_text(&text, &err),
		    n > JSON_TEXT_MAX ? -1 : 0);
		if (n > JSON_TEXT_MAX)
			assert_int_equal(err.code, ERR_LIMIT);
		buf_fini(&text);
	}
}

static void
test_long_name(void **state)
{
	(void)state;
	for (size_t n = 254; n <= 257; n++) {
		struct buf text = { 0 };
		struct err err = { 0 };

		buf_str(&text, "{\"");
		memset(buf_room(&text, n), 'x', n);
		buf_str(&text, "\":1}");
		assert_int_equal(read_text(&text, &err), n > 255 ? -1 : 0);
		if (n > 255)
			assert_int_equal(err.code, ERR_LIMIT);
		buf_fini(&text);
	}
}

/* --- the reader as a thing --------------------------------------------- */

static int
stop_at_five(void *ctx, const struct json_reader *r,
    const struct json_event *ev, struct err *err)
{
	int *seen = ctx;

	(void)r;
	++*seen;
	if (ev->kind == JSON_NUMBER && str_eq(ev->text, "5"))
		return err_set(err, ERR_LIMIT, "five is enough");
	return 0;
}

static void
test_a_handler_stops(void **state)
{
	struct err err = { 0 };
	int seen = 0;
	struct json_reader *r = json_reader_new(stop_at_five, &seen, false);

	(void)state;
	assert_int_equal(json_reader_feed(r, "[1,5,7]", 7, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_non_null(strstr(err.msg, "five is enough"));
	assert_int_equal(seen, 3);
	/* and it stays stopped */
	assert_int_equal(json_reader_feed(r, "8]", 2, &err), -1);
	assert_int_equal(json_reader_end(r, &err), -1);
	assert_int_equal(seen, 3);
	json_reader_free(r);
	json_reader_free(NULL);
}

struct keys {
	char text[100];
	uint64_t pos;
};

static int
note_keys(void *ctx, const struct json_reader *r, const struct json_event *ev,
    struct err *err)
{
	struct keys *k = ctx;

	(void)err;
	if (ev->kind != JSON_NUMBER)
		return 0;
	for (unsigned d = 0; d <= ev->depth; d++) {
		struct str key = json_key_at(r, d);

		(void)strncat(k->text, "/", 2);
		(void)strncat(k->text, key.p, key.n);
	}
	k->pos = json_reader_pos(r);
	return 0;
}

static void
test_names_of_the_containers_around(void **state)
{
	static const char text[] = "{\"a\":{\"b\":[{\"c\":1}]}}";
	struct keys k = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(json_read(text, sizeof(text) - 1, note_keys, &k, &err),
	    0);
	/* document, a, b, element of b; the number is no container */
	assert_string_equal(k.text, "//a/b//");
	assert_in_range(k.pos, 16, 18);
}

/* A name of the outer object does not stick to what follows an array. */
static void
test_names_after_a_container(void **state)
{
	static const char text[] = "[{\"a\":[1]},2,{\"b\":{}},3]";
	struct buf out = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(json_read(text, sizeof(text) - 1, write_event, &out,
			     &err),
	    0);
	assert_string_equal(buf_cstr(&out),
	    "0[ 1{ 2a=[ 3n:1 2a=] 1} 1n:2 1{ 2b={ 2b=} 1} 1n:3 0]");
	buf_fini(&out);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 6] = {
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_long_string),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_a_handler_stops),
		cmocka_unit_test(test_names_of_the_containers_around),
		cmocka_unit_test(test_names_after_a_container),
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[6 + i] = (struct CMUnitTest){ .name = cases[i].why,
			.test_func = test_read,
			.initial_state = (void *)(uintptr_t)&cases[i] };
	return cmocka_run_group_tests_name("read", tests, NULL, NULL);
}
