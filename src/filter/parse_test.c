/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse_test.c - values of options: what is taken, what is refused with which
 * words; and the filter strings of bgpreader.
 */
#include "filter/filter_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h> /* last: needs those above */

/* --- what is taken ----------------------------------------------------- */

/*
 * A filter as text again: each rule with a letter for its option, "!" if
 * negated, "&" for a path that must match beside others.
 */
static const char *
show(const struct filter *f, struct buf *b)
{
	static const char modes[] = "=><*";
	char text[PREFIX_TEXT_MAX];

	buf_clear(b);
	for (size_t i = 0; i < f->prefixes.n; i++) {
		(void)prefix_format(text, &f->prefixes.p[i].prefix);
		buf_printf(b, "%s%c%s ", f->prefixes.p[i].negated ? "!" : "",
		    modes[f->prefixes.p[i].mode], text);
	}
	for (size_t i = 0; i < f->origins.n; i++)
		buf_printf(b, "%so%u ", f->origins.p[i].negated ? "!" : "",
		    f->origins.p[i].asn);
	for (size_t i = 0; i < f->peers.n; i++) {
		const struct peer_rule *p = &f->peers.p[i];

		(void)ipaddr_format(text, &p->ip);
		buf_str(b, p->negated ? "!" : "");
		if (p->is_asn)
			buf_printf(b, "AS%u ", p->asn);
		else
			buf_printf(b, "%s ", text);
	}
	for (size_t i = 0; i < f->paths.n; i++)
		buf_printf(b, "%s%sp%s ", f->paths.p[i].negated ? "!" : "",
		    f->paths.p[i].required ? "&" : "",
		    f->paths.p[i].regex->text);
	for (size_t i = 0; i < f->communities.n; i++) {
		const struct community_rule *c = &f->communities.p[i];

		buf_printf(b, "%s%c", c->negated ? "!" : "", "clx"[c->kind]);
		for (size_t k = 0; k < 3; k++)
			if (c->kind == COMMUNITY_LARGE || k == 0 ||
			    (k == 1 && c->kind == COMMUNITY_EXT))
				buf_printf(b, "%08x/%08x ", c->value[k],
				    c->mask[k]);
	}
	for (size_t i = 0; i < COUNT(f->kinds); i++)
		if (f->kinds[i] != 0)
			buf_printf(b, "k%zu:%x ", i, f->kinds[i]);
	if (f->families != 0)
		buf_printf(b, "f%u ", f->families);
	if (f->from_us != TIME_NONE)
		buf_printf(b, "from%lld ", (long long)f->from_us);
	if (f->until_us != TIME_NONE)
		buf_printf(b, "until%lld ", (long long)f->until_us);
	for (size_t i = 0; i < f->collectors.n; i++)
		buf_printf(b, "@%s ", f->collectors.p[i]);
	buf_printf(b, "%s%s", f->project_ris ? "ris " : "",
	    f->project_routeviews ? "routeviews " : "");
	return buf_cstr(b);
}

static const struct value_case {
	const char *why, *option, *value, *want;
} values[] = {
	{ "a prefix is with more specifics", "prefix", "192.0.2.0/24",
	    ">192.0.2.0/24 " },
	{ "prefix, then mode", "prefix", "192.0.2.0/24 exact",
	    "=192.0.2.0/24 " },
	{ "mode, then prefix", "prefix", "less 2001:db8::/32",
	    "<2001:db8::/32 " },
	{ "many prefixes", "prefix", "10/8 any, !192.0.2.0/24 more",
	    "*10.0.0.0/8 !>192.0.2.0/24 " },
	{ "an address", "prefix", "192.0.2.1", ">192.0.2.1/32 " },
	{ "origins", "origin", "64496,AS64497,!1.0", "o64496 o64497 !o65536 " },
	{ "peers", "peer", "192.0.2.1,2001:db8::1,AS64496,!64497",
	    "192.0.2.1 2001:db8::1 AS64496 !AS64497 " },
	{ "a path keeps its commas", "path", "{1,2}", "p{1,2} " },
	{ "a path negated", "path", "!_1_", "!p_1_ " },
	{ "a community", "community", "64496:100", "cfbf00064/ffffffff " },
	{ "any of an AS", "community", "64496:*", "cfbf00000/ffff0000 " },
	{ "any AS", "community", "!*:666", "!c0000029a/0000ffff " },
	{ "a name", "community", "No-Export", "cffffff01/ffffffff " },
	{ "a large community", "community", "64496:1:*",
	    "l0000fbf0/ffffffff 00000001/ffffffff 00000000/00000000 " },
	{ "an extended community", "community", "0x0002FBf000000064",
	    "x0002fbf0/ffffffff 00000064/ffffffff " },
	/* RFC 4360 3, 5668 2: two encodings of one text */
	{ "a route target", "community", "rt:64496:100",
	    "x0002fbf0/ffffffff 00000064/ffffffff "
	    "x02020000/ffffffff fbf00064/ffffffff " },
	{ "a route target of any", "community", "rt:64496:*",
	    "x0002fbf0/ffffffff 00000000/00000000 "
	    "x02020000/ffffffff fbf00000/ffff0000 " },
	{ "a route target of a long AS", "community", "rt:4200000001:1",
	    "x0202fa56/ffffffff ea010001/ffffffff " },
	{ "a site of origin by address", "community", "soo:192.0.2.1:7",
	    "x0103c000/ffffffff 02010007/ffffffff " },
	{ "types", "type", "table,state", "k0:11 " },
	{ "types in the plural", "type", "ribs,Updates", "k0:f " },
	{ "families", "family", "4,6", "f3 " },
	{ "a family by name", "family", "IPv6", "f2 " },
	{ "from", "from", "1970-01-02", "from86400000000 " },
	{ "until", "until", "1.5", "until1500000 " },
};

static void
test_value(void **state)
{
	const struct value_case *c = *state;
	struct filter *f = filter_new();
	struct buf b = { 0 };
	struct err err;

	assert_true(filter_is_empty(f));
	assert_int_equal(filter_add(f, c->option, str_from(c->value), &err), 0);
	assert_string_equal(show(f, &b), c->want);
	assert_false(filter_is_empty(f));
	buf_fini(&b);
	filter_free(f);
}

static const struct string_case {
	const char *why, *text, *want;
} strings[] = {
	{ "one clause", "peer 64496", "AS64496 " },
	{ "clauses", "peer 64496 and ipversion 6", "AS64496 f2 " },
	{ "short names", "ipv 4 and coll rrc00 and pref 10.0.0.0/8",
	    ">10.0.0.0/8 f1 @rrc00 " },
	{ "values", "collector rrc06 route-views.jinx",
	    "@rrc06 @route-views.jinx " },
	{ "a mode is for those behind it",
	    "prefix 10.0.0.0/8 exact 192.0.2.0/24 198.51.100.0/24 less "
	    "2001:db8::/32",
	    ">10.0.0.0/8 =192.0.2.0/24 =198.51.100.0/24 <2001:db8::/32 " },
	{ "kinds of files and of elements",
	    "type updates and elemtype announcements withdrawals",
	    "k1:3fe k2:6 " },
	{ "tables", "type ribs and elemtype ribs", "k1:1 k2:1 " },
	{ "states", "elemtype peerstates", "k2:10 " },
	{ "paths must all match", "path \"_1_\" and aspath !^2_",
	    "&p_1_ !&p^2_ " },
	{ "a path with a blank", "path \"1 2\"", "&p1 2 " },
	{ "a quoted word is no keyword", "collector \"and\" and peer 1",
	    "AS1 @and " },
	{ "communities", "community 64496:* *:300 and project ris routeviews",
	    "cfbf00000/ffff0000 c0000012c/0000ffff ris routeviews " },
	{ "blanks at the ends", "  peer   1 ", "AS1 " },
};

static void
test_string(void **state)
{
	const struct string_case *c = *state;
	struct filter *f = filter_new();
	struct buf b = { 0 };
	struct err err = { 0 };

	if (filter_add_string(f, str_from(c->text), &err) == -1)
		assert_string_equal(err.msg, "");
	assert_string_equal(show(f, &b), c->want);
	buf_fini(&b);
	filter_free(f);
}

/* --- what is refused --------------------------------------------------- */

static const struct bad_case {
	const char *why, *option, *value, *want; /* option "" = a string */
} bads[] = {
	{ "no prefix", "prefix", "10.0.0.0/33",
	    "prefix \"10.0.0.0/33\": not a prefix, as 192.0.2.0/24" },
	{ "an empty list", "prefix", "", "prefix \"\": nothing there" },
	{ "an empty value", "prefix", "10.0.0.0/8,",
	    "prefix \"\": nothing there" },
	{ "an unknown mode", "prefix", "10.0.0.0/8 longer",
	    "prefix \"longer\": not exact, more, less or any" },
	{ "too many words", "prefix", "10.0.0.0/8 more 11.0.0.0/8",
	    "prefix \"10.0.0.0/8 more 11.0.0.0/8\": more than a prefix and a "
	    "mode" },
	{ "no origin", "origin", "64496,x", "origin \"x\": not an AS number" },
	{ "no peer", "peer", "192.0.2",
	    "peer \"192.0.2\": neither an address nor an AS number" },
	{ "no regular expression", "path", "_1(2",
	    "path: no ) for the ( at position 3 of \"_1(2\"" },
	{ "no community", "community", "1:65536",
	    "community \"1:65536\": not a community, as 64496:100, 64496:*, "
	    "no-export, 64496:1:2, rt:64496:1, 0x0002fbf000000001" },
	{ "too many parts", "community", "1:2:3:4",
	    "community \"1:2:3:4\": not a community, as 64496:100, 64496:*, "
	    "no-export, 64496:1:2, rt:64496:1, 0x0002fbf000000001" },
	{ "no type", "type", "routes",
	    "type \"routes\": not table, update, announcement, withdrawal, "
	    "end-of-rib, state, open, notification, keepalive or "
	    "route-refresh" },
	{ "no family", "family", "5", "family \"5\": not 4 or 6" },
	{ "no time", "from", "yesterday",
	    "from \"yesterday\": not a time, as 2024-01-31, "
	    "2024-01-31T12:00:00Z or 1706702400" },
	{ "no option", "colour", "red", "no such option of a filter: colour" },
	{ "no string", "", "", "a filter ends where a term should stand" },
	{ "nothing behind and", "", "peer 1 and",
	    "a filter ends where a term should stand" },
	{ "no such term", "", "router x",
	    "filter \"router\": not project, collector, type, elemtype, peer, "
	    "prefix, ipversion, community or aspath" },
	{ "a term without a value", "", "prefix and peer 1",
	    "prefix without a value" },
	{ "a mode without a prefix", "", "prefix exact",
	    "prefix without a value" },
	{ "a term twice", "", "peer 1 and peer 2",
	    "peer stands in two clauses" },
	{ "two paths in one clause", "", "path _1_ _2_",
	    "aspath \"_2_\": a second value in one clause" },
	{ "an open quote", "", "path \"_1_", "no \" at the end of a value" },
	{ "no such project", "", "project pch",
	    "project \"pch\": not ris or routeviews" },
	{ "no such type", "", "type rib", "type \"rib\": not ribs or updates" },
	{ "no such element", "", "elemtype keepalive",
	    "elemtype \"keepalive\": not ribs, announcements, withdrawals or "
	    "peerstates" },
	{ "no such version", "", "ipversion 5", "ipversion \"5\": not 4 or 6" },
};

static void
test_bad(void **state)
{
	const struct bad_case *c = *state;
	struct filter *f = filter_new();
	struct err err = { 0 };
	int status = c->option[0] == '\0'
			 ? filter_add_string(f, str_from(c->value), &err)
			 : filter_add(f, c->option, str_from(c->value), &err);

	assert_int_equal(status, -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_string_equal(err.msg, c->want);
	filter_free(f);
}

static void
test_limits(void **state)
{
	struct filter *f = filter_new();
	struct err err = { 0 };

	(void)state;
	for (int i = 0; i < FILTER_PATHS_MAX; i++)
		assert_int_equal(filter_add(f, "path", STR("1"), &err), 0);
	assert_int_equal(filter_add(f, "path", STR("1"), &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
	for (int i = 0; i < FILTER_COMMUNITIES_MAX; i++)
		assert_int_equal(filter_add(f, "community", STR("1:2"), &err),
		    0);
	assert_int_equal(filter_add(f, "community", STR("1:2"), &err), -1);
	for (int i = 0; i < FILTER_VALUES_MAX; i++)
		assert_int_equal(filter_add(f, "origin", STR("1"), &err), 0);
	assert_int_equal(filter_add(f, "origin", STR("1"), &err), -1);
	filter_free(f);
}

/* Help and parser know the same options. */
static void
test_options(void **state)
{
	struct filter *f = filter_new();
	struct err err;

	(void)state;
	for (const struct filter_option *o = filter_options; o->name != NULL;
	     o++) {
		(void)filter_add(f, o->name, STR("~"), &err);
		assert_null(strstr(err.msg, "no such option"));
	}
	assert_true(filter_is_prefix_mode(STR("exact")));
	assert_false(filter_is_prefix_mode(STR("10.0.0.0/8")));
	filter_free(f);
}

static void
test_collectors(void **state)
{
	struct filter *f = filter_new();
	struct err err;

	(void)state;
	assert_true(filter_collector(f, STR("")));
	assert_int_equal(filter_add_string(f,
			     STR("project ris and collector rrc00 "
				 "route-views2"),
			     &err),
	    0);
	assert_true(filter_collector(f, STR("rrc00")));
	assert_false(filter_collector(f, STR("rrc01")));
	assert_false(filter_collector(f, STR("route-views2")));
	assert_false(filter_collector(f, STR("")));
	filter_free(f);
}

int
main(void)
{
	struct CMUnitTest
	    tests[COUNT(values) + COUNT(strings) + COUNT(bads) + 3] = {
		    cmocka_unit_test(test_limits),
		    cmocka_unit_test(test_options),
		    cmocka_unit_test(test_collectors),
	    };
	size_t n = 3;

	for (size_t i = 0; i < COUNT(values); i++)
		tests[n++] = (struct CMUnitTest){ .name = values[i].why,
			.test_func = test_value,
			.initial_state = (void *)(uintptr_t)&values[i] };
	for (size_t i = 0; i < COUNT(strings); i++)
		tests[n++] = (struct CMUnitTest){ .name = strings[i].why,
			.test_func = test_string,
			.initial_state = (void *)(uintptr_t)&strings[i] };
	for (size_t i = 0; i < COUNT(bads); i++)
		tests[n++] = (struct CMUnitTest){ .name = bads[i].why,
			.test_func = test_bad,
			.initial_state = (void *)(uintptr_t)&bads[i] };
	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
