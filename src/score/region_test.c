/* SPDX-License-Identifier: BSD-2-Clause */
/* region_test.c - countries to regions, and M5C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "score/score.h"

static const struct region_case {
	const char *why, *country, *want;
} cases[] = {
	{ "Netherlands", "NL", "Western Europe" },
	{ "lower case", "br", "South America" },
	{ "not in M49, stands with its neighbours", "TW", "Eastern Asia" },
	{ "EU is no country", "EU", "" },
	{ "AP is no country", "AP", "" },
	{ "nothing", "", "" },
	{ "a blank is nothing", " ", "" },
	{ "half a code", "N", "" },
	{ "two codes at once", "NL BE", "" },
};

static void
test_case(void **state)
{
	const struct region_case *c = *state;

	assert_string_equal(score_region(c->country), c->want);
}

/* ISO 3166-1 knows 249 codes, each in one region. */
static void
test_all(void **state)
{
	unsigned n = 0;

	(void)state;
	for (char a = 'A'; a <= 'Z'; a++)
		for (char b = 'A'; b <= 'Z'; b++) {
			const char cc[3] = { a, b, '\0' };

			n += score_region(cc)[0] != '\0';
		}
	assert_int_equal(n, 249);
}

static struct spoof_fact
session(const char *client, enum registry_spoof routed, uint32_t customer)
{
	struct spoof_fact f = { .time_us = 86400 * TIME_SEC,
		.routed = (uint8_t)routed,
		.nat = 0,
		.customer = customer };

	assert_true(prefix_parse(str_from(client), &f.client));
	return f;
}

static void
test_customers(void **state)
{
	const struct spoof_fact f[] = {
		session("192.0.2.0/24", REG_SPOOF_BLOCKED, 0),
		session("198.51.100.0/24", REG_SPOOF_RECEIVED, 64501),
		session("198.51.100.0/24", REG_SPOOF_RECEIVED, 64501),
		session("203.0.113.0/24", REG_SPOOF_RECEIVED, 64502),
		session("203.0.113.0/24", REG_SPOOF_BLOCKED, 64503),
	};
	struct network_facts net = { .asn = 64500,
		.spoof_known = true,
		.spoof = f,
		.n_spoof = COUNT(f) };
	struct score_profile p;
	struct score_card c;

	(void)state;
	assert_true(score_profile_init(&p, STR("obs-2024")));
	score_network(&p, 0, true, NULL, 0, NULL, 0, &net, 64500, &c);
	assert_int_equal(c.tests, 1);
	assert_int_equal(c.spoofable, 0);
	assert_int_equal(c.tests_c, 4);
	assert_int_equal(c.spoofable_c, 2);
	/* Shown, never scored. */
	assert_int_equal(c.scores[SCORE_ANTISPOOFING].centi, 10000);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 2];
	size_t n = 0;

	memset(tests, 0, sizeof(tests));
	for (size_t i = 0; i < COUNT(cases); i++)
		tests[n++] = (struct CMUnitTest){ cases[i].why, test_case, NULL,
			NULL, (void *)(uintptr_t)&cases[i] };
	tests[n++] = (struct CMUnitTest){ "every country once", test_all, NULL,
		NULL, NULL };
	tests[n++] = (struct CMUnitTest){ "customers are shown, not scored",
		test_customers, NULL, NULL, NULL };
	return _cmocka_run_group_tests("region", tests, n, NULL, NULL);
}
