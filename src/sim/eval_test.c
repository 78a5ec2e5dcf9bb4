/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval_test.c - matching incidents with the truth.
 */
#include "sim/sim.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define HIJACK                                                            \
	"{\"scenario\":\"x\",\"title\":\"X\",\"day\":\"2020-01-01\","     \
	"\"class\":\"origin-hijack\",\"type\":\"E|0|-|-\",\"culprit\":7," \
	"\"victims\":[8],\"prefixes\":[\"20.0.0.0/24\",\"20.0.1.0/24\","  \
	"\"20.0.2.0/24\"],\"start\":1000,\"end\":2000}\n"
#define ROAS                                                          \
	"{\"class\":\"roa-change\",\"culprit\":null,\"victims\":[8]," \
	"\"prefixes\":[\"20.0.0.0/24\"],\"start\":1000,\"end\":null}\n"
#define CALM "{\"benign\":true,\"reason\":\"r\",\"prefixes\":[]}\n"
#define ALLOW                                           \
	"{\"allowed\":true,\"class\":\"rpki-invalid\"," \
	"\"culprit\":null,\"start\":0,\"end\":5000}\n"
#define SEEN(class, culprit, level, from, to, prefixes)                  \
	"{\"id\":\"i\",\"class\":\"" class                               \
	    "\",\"type\":\"E|0|-|-\","                                   \
	    "\"culprit\":" culprit ",\"start\":" from ",\"end\":" to     \
	    ",\"evidence_level\":" level ",\"prefixes\":[" prefixes "]," \
	    "\"evidence\":[{\"name\":\"n\",\"class\":\"other\",\"end\":1}]}"
#define ALL "\"20.0.0.0/24\",\"20.0.1.0/24\",\"20.0.2.0/24\""
#define TWO "\"20.0.0.0/24\",\"20.0.2.0/24\""
#define ONE "\"20.0.0.0/24\""
#define IN(x) \
	"{\"inputs\":[{\"class\":\"x\"}],\"counts\":{},\"incidents\":[" x "]}"

static const struct eval_case {
	const char *why, *truth, *observed;
	bool good;
	unsigned found, unexpected;
	const char *says; /* in the differences, or NULL */
} cases[] = {
	{ "found", HIJACK,
	    IN(SEEN("origin-hijack", "7", "3", "1005", "2005", ALL)), true, 1,
	    0, NULL },
	{ "found in lines", HIJACK,
	    SEEN("origin-hijack", "7", "3", "1005", "2005", ALL) "\n", true, 1,
	    0, NULL },
	{ "found at E2", HIJACK,
	    IN(SEEN("origin-hijack", "7", "2", "1005", "null", ALL)), true, 1,
	    0, NULL },
	{ "prefixes as objects", HIJACK,
	    IN(SEEN("origin-hijack", "7", "2", "1005", "null",
		"{\"prefix\":\"20.0.0.0/24\"},{\"prefix\":\"20.0.1.0/24\"}")),
	    true, 1, 0, NULL },
	{ "two of three prefixes", HIJACK,
	    IN(SEEN("origin-hijack", "7", "3", "1005", "2005", TWO)), true, 1,
	    0, NULL },
	{ "one of three prefixes", HIJACK,
	    IN(SEEN("origin-hijack", "7", "3", "1005", "2005", ONE)), false, 0,
	    1, "1 of 3 prefixes" },
	{ "only E1", HIJACK,
	    IN(SEEN("origin-hijack", "7", "1", "1005", "2005", ALL)), false, 0,
	    0, "only E1" },
	{ "another class", HIJACK,
	    IN(SEEN("route-leak", "7", "3", "1005", "2005", ALL)), false, 0, 1,
	    "unexpected: route-leak by AS7" },
	{ "another culprit", HIJACK,
	    IN(SEEN("origin-hijack", "8", "3", "1005", "2005", ALL)), false, 0,
	    1, "missing" },
	{ "at another time", HIJACK,
	    IN(SEEN("origin-hijack", "7", "3", "3000", "3005", ALL)), false, 0,
	    1, "at another time" },
	{ "found twice", HIJACK,
	    IN(SEEN("origin-hijack", "7", "3", "1005", "1500",
		ALL) "," SEEN("origin-hijack", "7", "3", "1600", "2000", ALL)),
	    false, 1, 1, "unexpected" },
	{ "the fuller one matches", HIJACK ALLOW,
	    IN(SEEN("origin-hijack", "7", "1", "1005", "1500",
		ALL) "," SEEN("origin-hijack", "7", "3", "1600", "2000", TWO)),
	    true, 1, 0, NULL },
	{ "nothing found", HIJACK, IN(""), false, 0, 0, "missing" },
	{ "a calm day", CALM, IN(""), true, 0, 0, NULL },
	{ "a weak finding on a calm day", CALM,
	    IN(SEEN("origin-hijack", "7", "1", "1", "2", ONE)), true, 0, 0,
	    NULL },
	{ "a false alarm", CALM,
	    IN(SEEN("origin-hijack", "7", "2", "1", "2", ONE)), false, 0, 1,
	    "unexpected: origin-hijack by AS7 on 20.0.0.0/24 at E2" },
	{ "allowed beside the expected", HIJACK ALLOW,
	    IN(SEEN("rpki-invalid", "99", "4", "1", "2",
		ONE) "," SEEN("origin-hijack", "7", "3", "1005", "2005", ALL)),
	    true, 1, 0, NULL },
	{ "another type is a note", HIJACK,
	    IN("{\"class\":\"origin-hijack\",\"type\":\"S|0|-|-\","
	       "\"culprit\":7,\"start\":1000.5,\"end\":null,"
	       "\"evidence_level\":4,\"prefixes\":[" ALL "]}"),
	    true, 1, 0, "note: " },
	{ "a change of ROAs has no culprit", ROAS,
	    IN(SEEN("roa-change", "null", "4", "1000", "null", ONE)), true, 1,
	    0, NULL },
	{ "a change of ROAs that was not seen", ROAS, IN(""), false, 0, 0,
	    "missing: roa-change on 20.0.0.0/24\n" },
	{ "a change of ROAs that was none", CALM,
	    IN(SEEN("roa-change", "null", "4", "1000", "null", ONE)), false, 0,
	    1, "unexpected: roa-change on 20.0.0.0/24 at E4" },
	{ "suppressed does not count", CALM,
	    IN("{\"class\":\"origin-hijack\",\"culprit\":7,\"start\":1,"
	       "\"end\":2,\"evidence_level\":4,\"suppressed\":true,"
	       "\"prefixes\":[]}"),
	    true, 0, 0, NULL },
};

static void
test_eval(void **state)
{
	const struct eval_case *c = *state;
	struct sim_eval *e = sim_eval_new();
	struct sim_eval_result r;
	struct err err;

	assert_int_equal(sim_eval_truth(e, c->truth, strlen(c->truth), &err),
	    0);
	assert_int_equal(sim_eval_observed(e, c->observed, strlen(c->observed),
			     &err),
	    0);
	sim_eval_run(e, &r);
	assert_int_equal(r.as_expected, c->good);
	assert_int_equal(r.found, c->found);
	assert_int_equal(r.unexpected, c->unexpected);
	if (c->says == NULL)
		assert_string_equal(r.differences, "");
	else if (strstr(r.differences, c->says) == NULL)
		fail_msg("\"%s\" is not in: %s", c->says, r.differences);
	sim_eval_free(e);
}

static void
test_damage(void **state)
{
	struct sim_eval *e = sim_eval_new();
	struct err err;

	(void)state;
	assert_int_equal(sim_eval_truth(e, "", 0, &err), -1);
	assert_int_equal(sim_eval_truth(e, "{\"a\":", 5, &err), -1);
	assert_int_equal(sim_eval_observed(e, "[1,", 3, &err), -1);
	sim_eval_free(e);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 1];

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].why,
			.test_func = test_eval,
			.initial_state = (void *)(uintptr_t)&cases[i] };
	tests[COUNT(cases)] = (struct CMUnitTest)cmocka_unit_test(test_damage);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
