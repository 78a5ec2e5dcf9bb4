/* SPDX-License-Identifier: BSD-2-Clause */
/* utc_test.c - times in and out, months, spans. */
#include "base/utc.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct parse_case {
	const char *why, *in, *want; /* want NULL: refused */
} cases[] = {
	{ "seconds", "1203878867", "2008-02-24T18:47:47Z" },
	{ "seconds with fraction", "1.25", "1970-01-01T00:00:01.250000Z" },
	{ "compact date", "20240229", "2024-02-29T00:00:00Z" },
	{ "date", "2024-02-29", "2024-02-29T00:00:00Z" },
	{ "no leap day", "2023-02-29", NULL },
	{ "century is no leap year", "1900-02-29", NULL },
	{ "zulu", "2008-02-24T18:47:57Z", "2008-02-24T18:47:57Z" },
	{ "offset", "2020-05-07T14:34:59+02:00", "2020-05-07T12:34:59Z" },
	{ "offset without colon", "2020-05-07T14:34:59-0130",
	    "2020-05-07T16:04:59Z" },
	{ "blank for T", "2019-11-20 10:00:00", "2019-11-20T10:00:00Z" },
	{ "minutes only", "2019-11-20T10:00", "2019-11-20T10:00:00Z" },
	{ "fraction", "2019-11-20T10:00:00.123456789Z",
	    "2019-11-20T10:00:00.123456Z" },
	{ "month 13", "2019-13-01", NULL },
	{ "hour 24", "2019-01-01T24:00:00Z", NULL },
	{ "something behind", "2019-01-01T10:00:00Zx", NULL },
	{ "empty", "", NULL },
	{ "words", "yesterday", NULL },
	{ "negative", "-5", NULL },
	{ "before 1970", "1969-12-31", "1969-12-31T00:00:00Z" },
};

static void
test_parse(void **state)
{
	const struct parse_case *c = *state;
	char text[TIME_TEXT_MAX];
	int64_t us = 42;
	bool ok = utc_parse(str_from(c->in), &us);

	assert_int_equal(ok, c->want != NULL);
	if (ok)
		assert_string_equal(utc_format(text, us), c->want);
	else
		assert_true(us == 42);
}

static void
test_month(void **state)
{
	int64_t from, until;
	char text[TIME_TEXT_MAX];

	(void)state;
	assert_true(utc_parse_month(STR("2024-02"), &from, &until));
	assert_true(until - from == 29 * TIME_DAY);
	assert_true(utc_month_start(from + 5 * TIME_DAY, 0) == from);
	assert_true(utc_month_start(from, 1) == until);
	assert_string_equal(utc_format_month(text, utc_month_start(from, -2)),
	    "2023-12");
	assert_false(utc_parse_month(STR("2024-13"), &from, &until));
	assert_false(utc_parse_month(STR("2024-1"), &from, &until));
}

static void
test_every_day_round_trips(void **state)
{
	char text[TIME_TEXT_MAX];

	(void)state;
	for (int64_t d = -30000; d < 60000; d++) {
		int64_t us = 0;

		(void)utc_format(text, d * TIME_DAY);
		assert_true(utc_parse(str_from(text), &us));
		assert_true(us == d * TIME_DAY);
		assert_int_equal(utc_day(us + 1), d);
		assert_int_equal(utc_day(us - 1), d - 1);
	}
}

static void
test_span(void **state)
{
	char text[TIME_TEXT_MAX];

	(void)state;
	assert_string_equal(utc_format_span(text, 3 * TIME_DAY), "3 days");
	assert_string_equal(utc_format_span(text, 36 * TIME_HOUR), "36 h");
	assert_string_equal(utc_format_span(text, 90 * TIME_MIN), "90 min");
	assert_string_equal(utc_format_span(text, 7 * TIME_SEC), "7 s");
	assert_string_equal(utc_format_span(text, -2 * TIME_HOUR), "-2 h");
	assert_string_equal(utc_format_span(text, TIME_NONE), "unknown");
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 3] = {
		cmocka_unit_test(test_month),
		cmocka_unit_test(test_every_day_round_trips),
		cmocka_unit_test(test_span),
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[i + 3] = (struct CMUnitTest){ .name = cases[i].why,
			.test_func = test_parse,
			.initial_state = (void *)(uintptr_t)&cases[i] };
	return cmocka_run_group_tests_name("utc", tests, NULL, NULL);
}
