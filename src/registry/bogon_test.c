/* SPDX-License-Identifier: BSD-2-Clause */
/* bogon_test.c - verdicts on prefixes and AS numbers, and the row that
 * decides. */
#include "registry/registry_test.h"

#define DELEGATED                                       \
	"2|apnic|1|9|1|20240219|+1000\n"                \
	"apnic|AU|ipv4|1.0.0.0|256|x|assigned|A1\n"     \
	"apnic||ipv4|1.0.1.0|256||available|\n"         \
	"apnic||ipv4|1.0.2.0|512||available|\n"         \
	"apnic||ipv4|1.1.0.0|32768||reserved|\n"        \
	"apnic||ipv4|1.1.128.0|32768||available|\n"     \
	"apnic|JP|ipv4|1.2.0.0|768|x|allocated|A1\n"    \
	"apnic|JP|ipv4|1.2.3.0|256|x|allocated|A2\n"    \
	"apnic||ipv4|100.64.0.0|256||reserved|\n"       \
	"apnic|JP|ipv6|2400::|24|x|allocated|A1\n"      \
	"apnic||ipv6|2400:100::|24||available|\n"       \
	"apnic|JP|asn|131072|4|20070101|allocated|A1\n" \
	"apnic||asn|131076|10||available|\n"            \
	"apnic||asn|131086|10||reserved|\n"
#define SPACE                                              \
	"Prefix,Designation,Date,WHOIS,RDAP,Status,Note\n" \
	"001/8,APNIC,2010-01,,,ALLOCATED,\n"               \
	"005/8,IANA,,,,UNALLOCATED,\n"
#define SPACE6                                             \
	"Prefix,Designation,Date,WHOIS,RDAP,Status,Note\n" \
	"2d00::/8,IANA,1999-07-01,,,RESERVED,\n"
#define ASNS                                                          \
	"Number,Description,WHOIS,RDAP,Reference,Registration Date\n" \
	"131072-132095,Assigned by APNIC,,,,\n"                       \
	"394240-4199999999,Unallocated,,,,\n"
#define LIST  "# last updated 1710089701\n1.3.0.0/16\n1.0.0.0/24\n"
#define BOGUS "1.4.0.0/24 AS81 Prefix spans unallocated space: a - b\n"

#define A REG_AVAIL_FULL
#define S REG_SPECIAL_ONLY

static const struct prefix_case {
	const char *why, *in;
	enum registry_bogon_mode mode;
	enum registry_bogon want;
	const char *what, *source;
} prefixes[] = {
	{ "special", "192.0.0.0/24", A, REG_FULL, "192.0.0.0/24", "RFC 6890" },
	{ "special IPv6", "3fff::/24", A, REG_FULL, "3fff::/20", "RFC 9637" },
	{ "outside 2000::/3", "4000::/16", A, REG_FULL, "outside 2000::/3",
	    "RFC 3587" },
	{ "special in either mode", "10.1.0.0/16", S, REG_FULL, "10.0.0.0/8",
	    "RFC 1918" },
	{ "clean inside special", "192.0.0.9/32", A, REG_CLEAN, "192.0.0.9/32",
	    "RFC 7723" },
	{ "AS112", "192.175.48.0/24", A, REG_CLEAN, "192.175.48.0/24",
	    "RFC 7534" },
	{ "AS112 IPv6", "2620:4f:8000::/48", A, REG_CLEAN, "2620:4f:8000::/48",
	    "RFC 7534" },
	{ "6to4 relay", "192.88.99.0/24", A, REG_WARN, "192.88.99.0/24",
	    "RFC 7526" },
	{ "6to4", "2002::/16", A, REG_WARN, "2002::/16", "RFC 3056" },
	{ "contains special only", "192.0.0.0/16", A, REG_UNKNOWN, "", "" },
	{ "default route", "0.0.0.0/0", A, REG_UNKNOWN, "", "" },
	{ "assigned", "1.0.0.0/24", A, REG_CLEAN, "1.0.0.0/24",
	    "apnic-extended" },
	{ "inside assigned", "1.0.0.128/25", A, REG_CLEAN, "1.0.0.0/24",
	    "apnic-extended" },
	{ "available", "1.0.1.0/24", A, REG_FULL, "1.0.1.0/24",
	    "apnic-extended" },
	{ "available, special only", "1.0.1.0/24", S, REG_ADMIN, "1.0.1.0/24",
	    "apnic-extended" },
	{ "reserved", "1.1.0.0/24", A, REG_ADMIN, "1.1.0.0/17",
	    "apnic-extended" },
	{ "reserved, special only", "1.1.0.0/24", S, REG_ADMIN, "1.1.0.0/17",
	    "apnic-extended" },
	{ "over reserved and available", "1.1.0.0/16", A, REG_ADMIN,
	    "1.1.0.0/17", "apnic-extended" },
	{ "over assigned and available", "1.0.0.0/22", A, REG_CLEAN,
	    "1.0.0.0/24", "apnic-extended" },
	{ "second half of available", "1.1.128.0/17", A, REG_FULL,
	    "1.1.128.0/17", "apnic-extended" },
	{ "count 768 and 256 make a /22", "1.2.0.0/22", A, REG_CLEAN,
	    "1.2.0.0/23", "apnic-extended" },
	{ "block of a registry only", "1.200.0.0/16", A, REG_UNKNOWN,
	    "1.0.0.0/8", "iana-ipv4-space" },
	{ "block half delegated", "1.0.0.0/8", A, REG_UNKNOWN, "1.0.0.0/8",
	    "iana-ipv4-space" },
	{ "unallocated by IANA", "5.0.0.0/16", A, REG_FULL, "5.0.0.0/8",
	    "iana-ipv4-space" },
	{ "unallocated, special only", "5.0.0.0/16", S, REG_ADMIN, "5.0.0.0/8",
	    "iana-ipv4-space" },
	{ "reserved by IANA, IPv6", "2d00::/16", A, REG_FULL, "2d00::/8",
	    "iana-ipv6-space" },
	{ "listed nowhere", "8.8.8.0/24", A, REG_UNKNOWN, "", "" },
	{ "available IPv6", "2400:100::/32", A, REG_FULL, "2400:100::/24",
	    "apnic-extended" },
	{ "over allocated and available IPv6", "2400::/23", A, REG_CLEAN,
	    "2400::/24", "apnic-extended" },
	{ "special beats delegation", "100.64.0.0/24", A, REG_FULL,
	    "100.64.0.0/10", "RFC 6598" },
	{ "in a list alone", "1.3.4.0/24", A, REG_ADMIN, "1.3.0.0/16",
	    "full-bogons-ipv4" },
	{ "more than a list has", "1.2.0.0/15", A, REG_UNKNOWN, "1.0.0.0/8",
	    "iana-ipv4-space" },
	{ "a bogus route", "1.4.0.0/24", A, REG_ADMIN, "1.4.0.0/24",
	    "cidr-report" },
};

static const struct asn_case {
	const char *why;
	uint32_t in;
	enum registry_bogon_mode mode;
	enum registry_bogon want;
	const char *what, *source;
} asns[] = {
	{ "AS0", 0, A, REG_FULL, "0", "RFC 7607" },
	{ "AS_TRANS", 23456, A, REG_FULL, "23456", "RFC 6793" },
	{ "documentation", 64496, A, REG_FULL, "64496-64511", "RFC 5398" },
	{ "65535", 65535, A, REG_FULL, "65535", "RFC 7300" },
	{ "65536", 65536, A, REG_FULL, "65536-65551", "RFC 5398" },
	{ "131071", 131071, A, REG_FULL, "65552-131071", "RFC 1930" },
	{ "private", 4200000000, S, REG_FULL, "4200000000-4294967294",
	    "RFC 6996" },
	{ "AS112 is clean", 112, A, REG_CLEAN, "112", "RFC 7534" },
	{ "64495 is not special", 64495, A, REG_UNKNOWN, "", "" },
	{ "delegated", 131072, A, REG_CLEAN, "131072-131075",
	    "apnic-extended" },
	{ "last of a range", 131075, A, REG_CLEAN, "131072-131075",
	    "apnic-extended" },
	{ "available ASN", 131076, A, REG_FULL, "131076-131085",
	    "apnic-extended" },
	{ "available ASN, special only", 131076, S, REG_ADMIN, "131076-131085",
	    "apnic-extended" },
	{ "reserved ASN", 131086, A, REG_ADMIN, "131086-131095",
	    "apnic-extended" },
	{ "block behind the last row", 132000, A, REG_UNKNOWN, "131072-132095",
	    "iana-as-numbers" },
	{ "unallocated ASN", 4199999999, A, REG_FULL, "394240-4199999999",
	    "iana-as-numbers" },
};

static struct fixture fix;

static int
setup(void **state)
{
	(void)state;
	fix = OPEN({ DELEGATED, NULL }, { SPACE, "2024-01-01" },
	    { SPACE6, "2024-01-01" }, { ASNS, "2024-01-01" }, { LIST, NULL },
	    { BOGUS, "2024-01-01" });
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	close_fixture(&fix);
	return 0;
}

static void
test_prefix(void **state)
{
	const struct prefix_case *c = *state;
	struct registry_bogon_verdict v;
	struct prefix p = pfx(c->in);

	registry_bogon_prefix(fix.r, &p, c->mode, &v);
	assert_string_equal(registry_bogon_name(v.bogon),
	    registry_bogon_name(c->want));
	assert_string_equal(v.what, c->what);
	assert_string_equal(v.source, c->source);
	assert_int_equal(registry_bogon_prefix_fast(fix.r, &p, c->mode),
	    c->want);
}

static void
test_asn(void **state)
{
	const struct asn_case *c = *state;
	struct registry_bogon_verdict v;

	registry_bogon_asn(fix.r, c->in, c->mode, &v);
	assert_string_equal(registry_bogon_name(v.bogon),
	    registry_bogon_name(c->want));
	assert_string_equal(v.what, c->what);
	assert_string_equal(v.source, c->source);
	assert_int_equal(registry_bogon_asn_fast(fix.r, c->in, c->mode),
	    c->want);
}

/* Without any input, all that is not special is unknown. */
static void
test_empty(void **state)
{
	struct sect_mem *mem = sect_mem_new();
	struct sect_source src = sect_mem_source(mem);
	struct prefix special = pfx("10.0.0.0/8"), other = pfx("8.8.8.0/24");
	struct registry_delegation d;
	struct registry_network n;
	struct registry *r = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(registry_open(&src, ".none", &r, &err), 0);
	assert_int_equal(registry_bogon_prefix_fast(r, &special, A), REG_FULL);
	assert_int_equal(registry_bogon_prefix_fast(r, &other, A), REG_UNKNOWN);
	assert_int_equal(registry_bogon_asn_fast(r, 131072, A), REG_UNKNOWN);
	assert_false(registry_prefix(r, &other, &d));
	assert_int_equal(d.status, REG_UNLISTED);
	assert_false(registry_network(r, 64500, &n));
	assert_string_equal(n.name, "");
	assert_int_equal(registry_contact(r, 64500, NULL, NULL),
	    REG_ANSWER_UNKNOWN);
	registry_close(r);
	sect_mem_free(mem);
}

#define SPECIAL                                                           \
	"Address Block,Name,RFC,Allocation Date,Termination Date,Source," \
	"Destination,Forwardable,Globally Reachable,Reserved\n"           \
	"198.18.0.0/15,Benchmarking,[RFC2544],1999-03,N/A,,,,True,\n"     \
	"44.0.0.0/24,New,[RFC9999],2027-01,N/A,,,,False,\n"               \
	"64:ff9b::/96,Translation,[RFC6052],2010-10,N/A,,,,True,\n"

/* A newer file of IANA supersedes our own rows; an older one says nothing. */
static void
test_newer_iana(void **state)
{
	const char *const dates[] = { "2020-01-01", "2027-02-01" };
	struct prefix bench = pfx("198.18.0.0/16"), new = pfx("44.0.0.0/24"),
		      translation = pfx("64:ff9b::/96");
	struct registry_bogon_verdict v;

	(void)state;
	for (int newer = 0; newer < 2; newer++) {
		struct fixture f = OPEN({ SPECIAL, dates[newer] });

		registry_bogon_prefix(f.r, &bench, A, &v);
		assert_int_equal(v.bogon, newer ? REG_CLEAN : REG_FULL);
		assert_string_equal(v.source,
		    newer ? "iana-ipv4-special" : "RFC 2544");
		registry_bogon_prefix(f.r, &new, A, &v);
		assert_int_equal(v.bogon, newer ? REG_FULL : REG_UNKNOWN);
		assert_string_equal(v.why,
		    newer ? "New" : "not listed by any loaded file");
		assert_int_equal(registry_bogon_prefix_fast(f.r, &translation,
				     A),
		    REG_WARN);
		close_fixture(&f);
	}
}

/* What an old file calls available must not outlive a newer delegation. */
static void
test_old_rows_go(void **state)
{
	struct fixture f = OPEN({ "2|apnic|1|1|1|20200101|0\n"
				  "apnic||ipv4|1.0.1.0|256||available|\n",
				    NULL },
	    { "2|nro|1|1|1|20240101|0\n"
	      "apnic|AU|ipv4|1.0.0.0|65536|x|allocated|A1|e-stats\n",
		NULL });
	struct prefix p = pfx("1.0.1.0/24");

	(void)state;
	assert_int_equal(registry_bogon_prefix_fast(f.r, &p, A), REG_CLEAN);
	close_fixture(&f);
}

static void
test_modes(void **state)
{
	enum registry_bogon_mode m = A;

	(void)state;
	assert_true(registry_bogon_mode_parse(STR("special_only"), &m));
	assert_string_equal(registry_bogon_mode_name(m), "special_only");
	assert_true(registry_bogon_mode_parse(STR("avail_full"), &m));
	assert_string_equal(registry_bogon_mode_name(m), "avail_full");
	assert_false(registry_bogon_mode_parse(STR("all"), &m));
}

int
main(void)
{
	VEC(struct CMUnitTest) tests = { 0 };

	for (size_t i = 0; i < COUNT(prefixes); i++)
		vec_push(&tests,
		    ((struct CMUnitTest){ .name = prefixes[i].why,
			.test_func = test_prefix,
			.initial_state = (void *)(uintptr_t)&prefixes[i] }));
	for (size_t i = 0; i < COUNT(asns); i++)
		vec_push(&tests,
		    ((struct CMUnitTest){ .name = asns[i].why,
			.test_func = test_asn,
			.initial_state = (void *)(uintptr_t)&asns[i] }));
	vec_push(&tests, ((struct CMUnitTest)cmocka_unit_test(test_empty)));
	vec_push(&tests,
	    ((struct CMUnitTest)cmocka_unit_test(test_newer_iana)));
	vec_push(&tests,
	    ((struct CMUnitTest)cmocka_unit_test(test_old_rows_go)));
	vec_push(&tests, ((struct CMUnitTest)cmocka_unit_test(test_modes)));
	return _cmocka_run_group_tests("registry/bogon", tests.p, tests.n,
	    setup, teardown);
}
