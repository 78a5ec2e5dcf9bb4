/* SPDX-License-Identifier: BSD-2-Clause */
/* name_test.c - dates in names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "world/part.h"

#include <cmocka.h>

static const struct name_case {
	const char *why, *path, *want;
} cases[] = {
	{ "compact", "topology/20220301.as-rel.txt.bz2", "2022-03-01" },
	{ "compact with time", "x_20250720T093135Z.json", "2025-07-20" },
	{ "dashes", "roas-2024-02-29.csv", "2024-02-29" },
	{ "underscores", "peeringdb_2_dump_2021_05_07.json", "2021-05-07" },
	{ "month", "MANRS_Details_202210_1667568420728.csv", "2022-10-01" },
	{ "month with dash", "asn-ranges-2026-06.ipv4.csv", "2026-06-01" },
	{ "folder", "2019/11/20/roas.csv", "2019-11-20" },
	{ "file name wins over folder", "20010101/x.20020202", "2002-02-02" },
	{ "no date", "ripe.db.route.gz", NULL },
	{ "part of a longer number", "x1667568420728.csv", NULL },
	{ "no such day", "20230230.txt", NULL },
	{ "no such month", "202313.txt", NULL },
	{ "not of our time", "18991231", NULL },
	{ "empty", "", NULL },
};

static void
test_name(void **state)
{
	const struct name_case *c = *state;
	char text[TIME_TEXT_MAX];
	int64_t us = 0;
	bool found = world_date_in_name(c->path, &us);

	assert_int_equal(found, c->want != NULL);
	if (found)
		assert_string_equal(utc_format_day(text, us), c->want);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases)];

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].why,
			.test_func = test_name,
			.initial_state = (void *)(uintptr_t)&cases[i] };
	return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
