/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path_regex_test.c - regular expressions over AS paths: what routers mean by
 * them, what is refused and where, and that many states are no other answer.
 */
#include "filter/filter_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h> /* last: needs those above */

static const struct match_case {
	const char *why, *regex, *text;
	bool want;
} matches[] = {
	{ "an AS anywhere", "_2_", "1 2 3", true },
	{ "an AS at the beginning", "_1_", "1 2 3", true },
	{ "an AS at the end", "_3_", "1 2 3", true },
	{ "an AS alone", "_1_", "1", true },
	{ "not part of an AS", "_2_", "1 22 3", false },
	{ "digits of an AS without delimiters", "2", "1 32 3", true },
	{ "an AS in a set", "_2_", "1 {2,3}", true },
	{ "the last AS of a set", "_3_", "1 {2,3}", true },
	{ "an AS in a confederation", "_2_", "(2 3) 1", true },
	{ "an AS in a confederation set", "_3_", "[2,3] 1", true },
	{ "the neighbour", "^1_", "1 2", true },
	{ "not the neighbour", "^2_", "1 2", false },
	{ "the neighbour's number is longer", "^1_", "12 2", false },
	{ "the origin", "_2$", "1 2", true },
	{ "not the origin", "_1$", "1 2", false },
	{ "both ends", "^1$", "1", true },
	{ "both ends, and more between", "^1$", "1 1", false },
	{ "the empty path", "^$", "", true },
	{ "no empty path", "^$", "1", false },
	{ "everything", ".*", "1 2", true },
	{ "everything, of nothing", ".*", "", true },
	{ "something, of nothing", ".", "", false },
	{ "a delimiter of the empty path", "_", "", true },
	{ "one AS of any number", "^[0-9]+$", "64496", true },
	{ "one AS, but there are two", "^[0-9]+$", "64496 1", false },
	{ "two of any number", "^[0-9]+ [0-9]+$", "64496 1", true },
	{ "prepending", "^1(_1)*$", "1 1 1", true },
	{ "prepending, with another", "^1(_1)*$", "1 1 2 1", false },
	{ "one or the other", "_(2|3)_", "1 3", true },
	{ "neither", "_(2|3)_", "1 4", false },
	{ "one or the other, at the top", "^2|3$", "1 3", true },
	{ "braces mean themselves", "{2", "1 {2,3}", true },
	{ "braces do not count", "1{2}", "1 1", false },
	{ "a closed set at the end", "}$", "1 {2,3}", true },
	{ "brackets by backslash", "\\[2", "[2,3] 1", true },
	{ "parentheses by backslash", "\\(2", "(2 3) 1", true },
	{ "not a digit", "[^0-9]", "1 2", true },
	{ "not a digit, of digits", "[^0-9]", "12", false },
	{ "a range", "^64(49[6-9]|50[0-9]|51[01])$", "64511", true },
	{ "outside the range", "^64(49[6-9]|50[0-9]|51[01])$", "64512", false },
	{ "a bracket first in a set", "[]]", "[2,3]", true },
	{ "a blank in a set", "[ ,]2", "1 2", true },
	{ "perhaps", "^12?3$", "13", true },
	{ "perhaps, and there", "^12?3$", "123", true },
	{ "perhaps, twice", "^12?3$", "1223", false },
	{ "once or more, none", "^12+3$", "13", false },
	{ "repeats of a repeat", "^(1*)*$", "111", true },
	{ "nothing, many times", "^()*1$", "1", true },
	{ "an empty alternative", "^1(|2)$", "1", true },
	{ "beginning twice", "^^1", "1", true },
	{ "beginning in the middle", "1^2", "12", false },
	{ "end in the middle", "1$2", "12", false },
	{ "end and beginning of nothing", "$^", "", true },
	{ "end and beginning of something", "$^", "1", false },
	{ "a beginning in a group", "(^|_)1", "2 1", true },
	{ "delimiters one behind the other", "}_3", "{1,2} 3", true },
	{ "more delimiters than there are", "1__2", "1 2", false },
	{ "the longest number", "_4294967295_", "1 4294967295", true },
	{ "a star of any", "^1_.*_3$", "1 2 3", true },
	{ "between neighbours", "_1_3_", "1 2 3", false },
};

static void
test_match(void **state)
{
	const struct match_case *c = *state;
	struct path_regex *x;
	struct err err;

	assert_int_equal(path_regex_parse(str_from(c->regex), &x, &err), 0);
	struct path_matcher *m = path_matcher_new(x);
	/* The second time from what was kept. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(path_match_text(m, str_from(c->text)),
		    c->want);
	/* The reference has to be right, too. */
	assert_int_equal(naive_match(c->regex, str_from(c->text)), c->want);
	path_matcher_free(m);
	path_regex_free(x);
}

static const struct bad_case {
	const char *why, *regex, *want;
} bads[] = {
	{ "nothing", "", "nothing to look for at position 1 of \"\"" },
	{ "an open group", "1(2", "no ) for the ( at position 2 of \"1(2\"" },
	{ "a closed group", "12)", "no ( for the ) at position 3 of \"12)\"" },
	{ "an open set", "1[0-", "no AS path holds '-'" },
	{ "an open set at once", "[", "no ] for the [ at position 1 of" },
	{ "a set of a bracket alone", "1[]", "no ] for the [ at position 2" },
	{ "a range backwards", "[9-0]",
	    "a range that goes backwards at position 2 of" },
	{ "a star in front", "*1", "nothing to repeat at position 1 of" },
	{ "a plus in a group", "1(+2)", "nothing to repeat at position 3 of" },
	{ "a star behind or", "1|*", "nothing to repeat at position 3 of" },
	{ "a letter", "_AS1_",
	    "no AS path holds 'A', at position 2 of \"_AS1_\"" },
	{ "a letter in a set", "[0-9a]",
	    "no AS path holds 'a', at position 5 of" },
	{ "a point that means itself", "1\\.",
	    "no AS path holds '.', at position 3 of" },
	{ "a back reference", "^([0-9]+)_\\1$",
	    "back references are not known, at position 11 of" },
	{ "a class of Perl", "\\d+", "no AS path holds 'd', at position 2 of" },
	{ "a backslash at the end", "1\\",
	    "nothing behind the \\ at position 2 of" },
	{ "a backslash at the end of a set", "[\\",
	    "nothing behind the \\ at position 2 of" },
	{ "a control character", "1\n",
	    "no AS path holds '?', at position 2 of \"1?\"" },
};

static void
test_bad(void **state)
{
	const struct bad_case *c = *state;
	struct path_regex *x = NULL;
	struct err err = { 0 };

	assert_int_equal(path_regex_parse(str_from(c->regex), &x, &err), -1);
	assert_null(x);
	assert_int_equal(err.code, ERR_INPUT);
	if (strncmp(err.msg, c->want, strlen(c->want)) != 0)
		assert_string_equal(err.msg, c->want);
}

static void
test_limits(void **state)
{
	char text[PATH_REGEX_TEXT_MAX + 2];
	struct path_regex *x;
	struct err err = { 0 };

	(void)state;
	memset(text, '1', sizeof(text));
	assert_int_equal(path_regex_parse((struct str){ text, sizeof(text) },
			     &x, &err),
	    -1);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_int_equal(path_regex_parse((struct str){ text,
					      PATH_REGEX_TEXT_MAX },
			     &x, &err),
	    0);
	path_regex_free(x);
	memset(text, '(', PATH_REGEX_DEPTH_MAX + 1);
	memset(text + PATH_REGEX_DEPTH_MAX + 1, ')', PATH_REGEX_DEPTH_MAX + 1);
	assert_int_equal(path_regex_parse((struct str){ text + 1,
					      2 * PATH_REGEX_DEPTH_MAX },
			     &x, &err),
	    0);
	path_regex_free(x);
	assert_int_equal(path_regex_parse((struct str){ text,
					      2 * PATH_REGEX_DEPTH_MAX + 2 },
			     &x, &err),
	    -1);
}

/* A path of 40 numbers of the digits 1 and 2, and its text. */
static void
make_path(uint64_t *seed, uint32_t asns[40], struct buf *text)
{
	static const struct bgp_segment segment = { BGP_AS_SEQUENCE, 0, 40 };
	const struct bgp_path p = { asns, &segment, 40, 1 };

	for (size_t i = 0; i < 40; i++) {
		asns[i] = 1;
		for (int k = 0; k < 8; k++) {
			*seed = *seed * UINT64_C(6364136223846793005) + 1;
			asns[i] = asns[i] * 10 + 1 + (*seed >> 40 & 1);
		}
	}
	buf_clear(text);
	bgp_path_format(&p, text);
}

/*
 * The n-th character from the end: as many states as there are sets of places,
 * 2^14, far more than are kept.  The answers stay what they are, by numbers
 * and by characters.
 */
static void
test_many_states(void **state)
{
	static const struct bgp_segment segment = { BGP_AS_SEQUENCE, 0, 40 };
	static const char regex[] = "1.............$";
	struct path_regex *x;
	struct err err;
	uint64_t seed = 1;
	uint32_t asns[40];
	const struct bgp_path p = { asns, &segment, 40, 1 };
	struct buf text = { 0 };
	int found = 0;

	(void)state;
	assert_int_equal(path_regex_parse(str_from(regex), &x, &err), 0);
	struct path_matcher *m = path_matcher_new(x);
	for (int round = 0; round < 300; round++) {
		make_path(&seed, asns, &text);
		bool want = text.p[text.n - 14] == '1';

		assert_int_equal(path_match(m, &p), want);
		assert_int_equal(path_match_text(m,
				     (struct str){ (char *)text.p, text.n }),
		    want);
		found += want;
	}
	assert_in_range(found, 50, 250);
	buf_fini(&text);
	path_matcher_free(m);
	path_regex_free(x);
}

/* What would take a backtracking matcher for ever. */
static void
test_linear(void **state)
{
	static const char regex[] = "^(1*)*(1*)*(1*)*(1*)*2$";
	char text[20000];
	struct path_regex *x;
	struct err err;

	(void)state;
	memset(text, '1', sizeof(text));
	assert_int_equal(path_regex_parse(str_from(regex), &x, &err), 0);
	struct path_matcher *m = path_matcher_new(x);
	assert_false(path_match_text(m, (struct str){ text, sizeof(text) }));
	text[sizeof(text) - 1] = '2';
	assert_true(path_match_text(m, (struct str){ text, sizeof(text) }));
	path_matcher_free(m);
	path_regex_free(x);
}

/* A path matches as its text does. */
static void
test_path(void **state)
{
	static const uint32_t asns[] = { 64496, 4200000001, 1, 2, 3, 4, 5 };
	static const struct bgp_segment segs[] = {
		{ BGP_CONFED_SEQUENCE, 0, 2 },
		{ BGP_AS_SEQUENCE, 2, 1 },
		{ BGP_AS_SET, 3, 2 },
		{ BGP_CONFED_SET, 5, 2 },
	};
	const struct bgp_path p = { asns, segs, 7, 4 };
	struct path_regex *x;
	struct err err;

	(void)state;
	assert_int_equal(
	    path_regex_parse(STR("^\\(64496 4200000001\\) 1 {2,3} \\[4,5\\]$"),
		&x, &err),
	    0);
	struct path_matcher *m = path_matcher_new(x);
	assert_true(path_match(m, &p));
	assert_true(path_match(m, &p));
	path_matcher_free(m);
	path_regex_free(x);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(matches) + COUNT(bads) + 4] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_many_states),
		cmocka_unit_test(test_linear),
		cmocka_unit_test(test_path),
	};
	size_t n = 4;

	for (size_t i = 0; i < COUNT(matches); i++)
		tests[n++] = (struct CMUnitTest){ .name = matches[i].why,
			.test_func = test_match,
			.initial_state = (void *)(uintptr_t)&matches[i] };
	for (size_t i = 0; i < COUNT(bads); i++)
		tests[n++] = (struct CMUnitTest){ .name = bads[i].why,
			.test_func = test_bad,
			.initial_state = (void *)(uintptr_t)&bads[i] };
	return cmocka_run_group_tests_name("path_regex", tests, NULL, NULL);
}
