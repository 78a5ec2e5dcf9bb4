/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scn_test.c - the scenario language: what is refused, and in which line.
 */
#include "sim/scn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* Eleven lines that are right; each case adds its own behind them. */
#define BASE                                                    \
	"day 2020-05-06\n"                                      \
	"as 1 US \"One\"\nas 2 DE \"Two\"\nas 3 BR \"Three\"\n" \
	"provider 1 -> 2\npeer 1 3\n"                           \
	"origin 2 20.0.0.0/16 split 18\n"                       \
	"origin 3 30.0.0.0/16\n"                                \
	"collector rrc00 peers 1 2\n"                           \
	"roa 2 20.0.0.0/16 max 18\n"                            \
	"title \"A day\"\n"

static const struct parse_case {
	const char *why, *text, *want; /* want: in the error; NULL = good */
} cases[] = {
	{ "nothing more", "", NULL },
	{ "comments and blank lines", "\n# x\n  \t\r\n as 4 US \"4\" # y\n",
	    NULL },
	{ "a line that goes on", "as 4 \\\n US \"Four\"\n", NULL },
	{ "commas are blanks", "as 4 US \"4\"\nprovider 1, 3 -> 4\n", NULL },
	{ "a line that goes on nowhere", "as 4 \\", "goes on nowhere" },
	{ "an unknown statement", "hello\n", ":12: no statement" },
	{ "a quote left open", "title \"x\n", ":12: a quote is not closed" },
	{ "words left over", "title \"x\" y\n", "not understood here" },
	{ "a network twice", "as 2 DE \"Two\"\n", "declared twice" },
	{ "an unknown network", "origin 9 40.0.0.0/8\n", "AS9 is not decl" },
	{ "no AS number", "origin AS 40.0.0.0/8\n", "no AS number" },
	{ "host bits", "origin 2 40.0.0.1/8\n", "is no prefix" },
	{ "an empty prefix list", "origin 2\n", "prefix expected" },
	{ "a country in small letters", "as 4 de \"4\"\n", "capital" },
	{ "a country of no registry", "as 4 QQ \"4\"\n", "which registry" },
	{ "... but the registry is named", "as 4 QQ \"4\" rir arin\n", NULL },
	{ "a split too fine", "origin 2 4.0.0.0/8 split 24\n", "1 to 1024" },
	{ "a split with a share", "origin 2 4.0.0.0/8 split 24 take 9\n",
	    NULL },
	{ "a split that is none", "origin 2 4.0.0.0/8 split 8\n",
	    "cannot be split" },
	{ "a split of all of IPv6", "origin 2 ::/0 split 20 take 2\n", NULL },
	{ "a split too wide", "origin 2 ::/0 split 40\n", "cannot be split" },
	{ "a link twice", "peer 2 1\n", "linked twice" },
	{ "a link to itself", "peer 2 2\n", "linked to itself" },
	{ "a lone peer", "peer 2\n", "second network" },
	{ "a loop of providers",
	    "provider 2 -> 3\nas 4 US \"4\"\n"
	    "provider 3 -> 4\nprovider 4 -> 2\n",
	    "loop of providers" },
	{ "a second day", "day 2020-05-07\n", "second `day`" },
	{ "a policy that nobody has", "policy 2 magic\n", "policies are" },
	{ "policies for all", "policy all rov otc no-bogons\n", NULL },
	{ "a collector twice", "collector rrc00 peers 3\n", "there twice" },
	{ "a collector that leaves its folder", "collector ../x peers 3\n",
	    "a-z" },
	{ "a text that would break a file", "title \"a|b\"\n", "character" },
	{ "a text with a control byte", "title \"a\x01\"\n", "character" },
	{ "an include from memory", "include a.inc\n", "included here" },
	{ "an event", "at 10:00:00 announce 20.0.1.0/24 by 3\n", NULL },
	{ "an event without seconds", "at 10:00 withdraw 30.0.0.0/16 by 3\n",
	    NULL },
	{ "an event days before", "at -3d 10:00 link down 1 3\n", NULL },
	{ "an event before the history", "at -36d 10:00 link down 1 3\n",
	    ":12: outside the history" },
	{ "an event too late", "at 23:51 link down 1 3\n", "until 23:50" },
	{ "25 o'clock", "at 25:00 link down 1 3\n", "no time" },
	{ "a time of one digit", "at 1:00 link down 1 3\n", "no time" },
	{ "a verb that is none", "at 10:00 explode 3\n", "announce, withd" },
	{ "a link that is none", "at 10:00 link up 2 3\n", "not linked" },
	{ "a leak", "at 10:00 leak 2 from any to 1\n", NULL },
	{ "a leak to a stranger", "at 10:00 leak 2 from 1 to 3\n",
	    "AS2 and AS3 are not linked" },
	{ "what all originate", "at 10:00 announce of all by 3\n", NULL },
	{ "what one originates", "at 10:00 announce of 2 by 3\n", NULL },
	{ "what one does not originate", "at 10:00 announce of 1 by 3\n",
	    "originate nothing" },
	{ "a forged path", "at 10:00 announce 20.0.0.0/24 by 3 path 2\n",
	    NULL },
	{ "a path forged and kept",
	    "at 10:00 announce 20.0.0.0/24 by 3 path 2 keep-path\n",
	    "either path" },
	{ "communities",
	    "at 10:00 announce 20.0.0.0/24 by 3 community "
	    "65535:666 3:4 to 1\n",
	    NULL },
	{ "a community that is none",
	    "at 10:00 announce 20.0.0.0/24 by 3 community 1\n", "A:B" },
	{ "a ROA added", "at 10:00 roa add 3 30.0.0.0/16 max 24\n", NULL },
	{ "a max length below the prefix", "roa 3 30.0.0.0/16 max 8\n",
	    "does not fit" },
	{ "an ASN range backwards", "available arin 9 8\n", "backwards" },
	{ "free space",
	    "available ripencc 2a00::/12\n"
	    "reserved arin 70000 70010\n",
	    NULL },
	{ "an expectation",
	    "expect incident origin-hijack culprit 3 victim "
	    "2 type \"E|0|-|-\" from 10:00 until open\n",
	    NULL },
	{ "an expectation without culprit", "expect incident outage\n",
	    "needs a culprit" },
	{ "a change of ROAs",
	    "expect incident roa-change prefixes 20.0.0.0/24\n", NULL },
	{ "a change of ROAs by someone",
	    "expect incident roa-change culprit 3\n", "has no culprit" },
	{ "an allowed change of ROAs by someone",
	    "allow roa-change culprit 3\n", "has no culprit" },
	{ "a class that is none", "expect incident theft culprit 3\n",
	    "no class" },
	{ "nothing expected", "expect nothing\n", NULL },
	{ "a harmless day", "expect benign \"why not\" prefixes of 2\n", NULL },
	{ "allowed", "allow rpki-invalid\n", NULL },
	{ "a type that is none", "expect incident outage culprit 3 type x\n",
	    "a type is" },
	{ "a result that is none", "spoofer 2 20.0.0.0/24 fine\n",
	    "a result is" },
	{ "registrations of all kinds",
	    "block 3 31.0.0.0/16 since 2019-01-01\n"
	    "aspa 2 1 since 2020-01-01\n"
	    "route-object 2 20.0.0.0/16 source RADB created 2020-01-01\n"
	    "as-set AS-TWO of 2 AS2 AS-THREE\npeeringdb 2 as-set AS-TWO\n"
	    "aut-num 1 2\nregisters 2 3 roa irr since 2019-01-01\n"
	    "contact 1 2 noc abuse at 2020-01-01\n"
	    "spoofer 2 20.0.0.0/24 blocked at 2020-01-01\n"
	    "participant \"Two\" DE 2 spoofing since 2019-01-01\n"
	    "ixp \"IX\" DE 40.0.0.0/24 1 2\nsibling 2 3\nhistory 3\n",
	    NULL },
	{ "a source in small letters",
	    "route-object 2 20.0.0.0/16 source radb\n", "A-Z" },
	{ "a set that is none", "as-set as-two of 2\n", "named like" },
	{ "an exchange of one address", "ixp \"IX\" DE 40.0.0.0/25 1\n",
	    "IPv4 /24 or shorter" },
};

static void
test_parse(void **state)
{
	const struct parse_case *c = *state;
	struct buf text = { 0 };
	struct scenario *s = NULL;
	struct err err = { 0 };

	buf_str(&text, BASE);
	buf_str(&text, c->text);
	int rc = scenario_parse("t", (const char *)text.p, text.n, &s, &err);
	if (c->want == NULL && rc == -1)
		fail_msg("%s", err.msg);
	if (c->want != NULL) {
		assert_int_equal(rc, -1);
		if (strstr(err.msg, c->want) == NULL)
			fail_msg("\"%s\" does not hold \"%s\"", err.msg,
			    c->want);
	}
	scenario_free(s);
	buf_fini(&text);
}

static void
test_needs(void **state)
{
	static const char *const texts[][2] = {
		{ "as 1 US \"1\"\ncollector a peers 1\n", "no `day" },
		{ "day 2020-01-01\nas 1 US \"1\"\n", "no `collector" },
		{ "at 10:00 link up 1 2\n", "`day` stands before" },
		{ "", "no `day" },
	};
	struct scenario *s;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(scenario_parse("t", texts[i][0],
				     strlen(texts[i][0]), &s, &err),
		    -1);
		assert_non_null(strstr(err.msg, texts[i][1]));
	}
}

static void
test_split(void **state)
{
	const char text[] = BASE "origin 1 255.255.0.0/16 split 24\n"
				 "origin 1 2a00::/14 split 16\n";
	struct scenario *s;
	struct err err;
	struct prefix p;

	(void)state;
	assert_int_equal(scenario_parse("t", text, sizeof(text) - 1, &s, &err),
	    0);
	static const char *const there[] = { "20.0.192.0/18",
		"255.255.255.0/24", "255.255.0.0/24", "2a02::/16",
		"2a03::/16" };
	for (size_t i = 0; i < COUNT(there); i++) {
		assert_true(prefix_parse(str_from(there[i]), &p));
		assert_int_not_equal(scn_prefix_find(s, &p), SCN_NONE);
	}
	assert_true(prefix_parse(STR("2a04::/16"), &p));
	assert_int_equal(scn_prefix_find(s, &p), SCN_NONE);
	scenario_free(s);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 2];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[n++] = (struct CMUnitTest){ .name = cases[i].why,
			.test_func = test_parse,
			.initial_state = (void *)(uintptr_t)&cases[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_needs);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_split);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
