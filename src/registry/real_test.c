/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * real_test.c - files of real registries, where they are at hand: each is of
 * the kind that it is, all records are taken, and verdicts on well-known
 * numbers come out.
 */
#include "registry/registry_test.h"

#include <stdlib.h>

static char folder[4000];

static struct file_case {
	const char *name;
	enum registry_kind kind; /* NONE: not for us */
	int64_t taken;           /* -1: refused as a whole */
	uint64_t refused;
	const char *source, *date;
} files[] = {
	{ "registry/IanaIpv4AdministrativeRange.xml", REG_IANA_SPACE, 256, 0,
	    "iana-ipv4-space", "2025-10-10" },
	{ "registry/IanaIpv6AdministrativeRange.xml", REG_IANA_SPACE, 51, 0,
	    "iana-ipv6-space", "2025-10-10" },
	{ "registry/afriaprin", REG_DELEGATED, -1, 300, NULL, NULL },
	{ "registry/afrinic", REG_DELEGATED, 300, 0, "afrinic-extended",
	    "2019-09-09" },
	{ "registry/apnic", REG_DELEGATED, 300, 0, "apnic-extended",
	    "2019-09-06" },
	{ "registry/arin", REG_DELEGATED, 300, 0, "arin-extended",
	    "2019-09-08" },
	{ "registry/lacnic", REG_DELEGATED, 300, 0, "lacnic-extended",
	    "2019-09-06" },
	{ "registry/ripencc", REG_DELEGATED, 300, 0, "ripencc-extended",
	    "2019-09-08" },
	{ "registry/combined", REG_DELEGATED, 18, 0, "iana-extended",
	    "2019-06-12" },
	{ "registry/iana", REG_DELEGATED, 18, 0, "iana", "2019-06-12" },
	{ "registry/previous", REG_DELEGATED, 32, 0, "unnamed-extended", NULL },
	{ "registry/as-numbers.xml", REG_IANA_SPACE, 2288, 0, "iana-as-numbers",
	    "2013-06-11" },
	{ "registry/ipv4-address-space.csv", REG_IANA_SPACE, 256, 0,
	    "iana-ipv4-space", "2011-02-01" },
	{ "registry/ipv4-address-space.xml", REG_IANA_SPACE, 256, 0,
	    "iana-ipv4-space", "2013-05-20" },
	{ "registry/ipv6-unicast-address-assignments.csv", REG_IANA_SPACE, 40,
	    0, "iana-ipv6-space", "2019-11-06" },
	{ "registry/delegated-afrinic-20240219.bz2", REG_DELEGATED, 8635, 0,
	    "afrinic", "2024-02-19" },
	{ "registry/delegated-afrinic-extended-latest", REG_DELEGATED, 19286, 0,
	    "afrinic-extended", "2026-05-05" },
	{ "registry/delegated-apnic-extended-latest.gz", REG_DELEGATED, 46596,
	    0, "apnic-extended", "2013-04-16" },
	{ "registry/delegated-lacnic-extended.txt", REG_DELEGATED, 52521, 0,
	    "lacnic-extended", "2018-02-15" },
	{ "registry/delegated-ripencc-extended-latest.gz", REG_DELEGATED,
	    111223, 0, "ripencc-extended", "2013-04-18" },
	{ "bogons/fullbogons-ipv4.txt", REG_BOGON_LIST, 703, 0,
	    "full-bogons-ipv4", "2024-03-10T16:55:01Z" },
	{ "bogons/fullbogons-ipv6.txt", REG_BOGON_LIST, 143544, 0,
	    "full-bogons-ipv6", "2024-03-10T16:55:01Z" },
	{ "peeringdb/net-page-1.json", REG_PEERINGDB, 250, 0, "peeringdb/net",
	    "2026-04-15T09:20:05Z" },
	{ "peeringdb/org-page-1.json", REG_PEERINGDB, 250, 0, "peeringdb/org",
	    "2026-04-06T20:51:06Z" },
	{ "peeringdb/ix-page-2.json", REG_PEERINGDB, 250, 0, "peeringdb/ix",
	    "2026-03-30T08:06:08Z" },
	{ "peeringdb/ixlan-page-1.json", REG_PEERINGDB, 250, 0,
	    "peeringdb/ixlan", "2026-04-04T00:10:53Z" },
	{ "peeringdb/ixpfx-page-1.json", REG_PEERINGDB, 250, 0,
	    "peeringdb/ixpfx", "2025-07-11T02:51:55Z" },
	{ "peeringdb/netixlan-page-1.json", REG_PEERINGDB, 250, 0,
	    "peeringdb/netixlan", "2026-03-26T15:41:40Z" },
	{ "peeringdb/asn-types-20250516.json", REG_AS_TYPES, 23010, 0,
	    "as-types", NULL },
	{ "manrs/manrs_isps.csv", REG_PARTICIPANTS, 668, 0, "manrs-operator",
	    NULL },
	{ "manrs/manrs_cdns.csv", REG_PARTICIPANTS, 18, 0, "manrs-cdn", NULL },
	{ "manrs/MANRS_Details_202210_1667568420728.csv", REG_OBSERVATORY,
	    11645, 0, "observatory", NULL },
	{ "origins/riswhoisdump.IPv4.gz", REG_RISWHOIS, 499364, 0, "riswhois",
	    "2012-09-07T10:03:01Z" },
	{ "origins/riswhoisdump.IPv6.gz", REG_RISWHOIS, 11761, 0, "riswhois",
	    "2012-09-07T10:06:01Z" },
	{ "origins/riswhoisdump-2024.IPv6.gz", REG_RISWHOIS, 270249, 0,
	    "riswhois", "2024-12-20T10:06:01Z" },
	{ "origins/ipasn_20140513.dat.gz", REG_PFX_ORIGIN, 512621, 0,
	    "prefix-origin", "2014-05-13" },
	{ "origins/ipasn6_20151101.dat.gz", REG_PFX_ORIGIN, 633831, 0,
	    "prefix-origin", "2015-11-01" },
	{ "origins/asn-ranges-2026-06.ipv4.csv.xz", REG_RANGES, 411961, 0,
	    "ranges", NULL },
	{ "origins/asn-ranges-2026-06.ipv6.csv.xz", REG_RANGES, 103197, 0,
	    "ranges", NULL },
	{ "origins/20190301-prefixes.gz", REG_AS_PREFIXES, 862994, 0,
	    "as-prefixes", NULL },
	{ "incidents/eventsData.json", REG_KIND_NONE, -1, 0, NULL, NULL },
	{ "incidents/eventsStats.json", REG_KIND_NONE, -1, 0, NULL, NULL },
	{ "incidents/news_updated.csv", REG_KIND_NONE, -1, 0, NULL, NULL },
	{ "incidents/legitimate.zip", REG_KIND_NONE, -1, 0, NULL, NULL },
	{ "incidents/route_leak_events.csv", REG_KIND_NONE, -1, 0, NULL, NULL },
};

static int
load_file(const char *name, struct registry_input **out,
    enum registry_kind *kind, struct err *err)
{
	char path[5000];
	struct os_stream *s = NULL;
	const uint8_t *head;
	ssize_t n = 0;
	int rc;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (os_stream_open(path, &s, err) == -1 ||
	    (n = os_stream_peek(s, &head, OS_PEEK_MAX, err)) == -1)
		fail_msg("%s", err->msg);
	*kind = registry_sniff(head, (size_t)n);
	rc = registry_load(s, *kind, out, err);
	os_stream_close(s);
	return rc;
}

static void
test_file(void **state)
{
	const struct file_case *c = *state;
	const struct registry_load_report *rep;
	struct registry_input *in = NULL;
	enum registry_kind kind;
	struct err err = { 0 };
	int rc = load_file(c->name, &in, &kind, &err);

	assert_int_equal(kind, c->kind);
	if (c->taken == -1) {
		assert_int_equal(rc, -1);
		assert_true(err.msg[0] != '\0');
		return;
	}
	if (rc == -1)
		fail_msg("%s", err.msg);
	rep = registry_input_report(in);
	assert_int_equal(rep->taken, c->taken);
	assert_int_equal(rep->refused, c->refused);
	assert_string_equal(rep->source, c->source);
	assert_int_equal(rep->date_us, when(c->date));
	registry_input_free(in);
}

/* Opens a table over files; those without a date get one. */
static struct fixture
open_files(const char *const *names, size_t n)
{
	struct fixture f = { .mem = sect_mem_new() };
	struct sect_sink sink = sect_mem_sink(f.mem);
	struct sect_source src = sect_mem_source(f.mem);
	struct registry_input *in[TEXTS_MAX];
	enum registry_kind kind;
	struct err err = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (load_file(names[i], &in[i], &kind, &err) == -1)
			fail_msg("%s", err.msg);
		if (registry_input_report(in[i])->date_us == TIME_NONE)
			registry_input_set_date(in[i], when("2026-01-01"));
	}
	if (registry_freeze((const struct registry_input *const *)in, n, "",
		&sink, &err) == -1 ||
	    registry_open(&src, "", &f.r, &err) == -1)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < n; i++)
		registry_input_free(in[i]);
	return f;
}

static void
test_participants(void **state)
{
	static const char *const names[] = { "manrs/manrs_isps.csv",
		"manrs/manrs_cdns.csv",
		"manrs/MANRS_Details_202210_1667568420728.csv" };
	struct fixture f = open_files(names, 3);
	struct registry_observatory o;
	struct registry_roll roll;
	uint32_t i;

	(void)state;
	assert_true(registry_roll(f.r, 0, &roll));
	assert_int_equal(roll.programme, REG_OPERATOR);
	/* 668 rows, three names twice; 849 ASNs, two of them twice */
	assert_int_equal(roll.organisations, 665);
	assert_int_equal(roll.asns, 847);
	i = registry_participant_of(f.r, 27841, 0); /* CEDIA */
	assert_int_equal(i, registry_participant_of(f.r, 61468, 0));
	assert_true(registry_observatory(f.r, 278, &o));
	assert_int_equal(o.percent[1], 36);
	assert_int_equal(o.percent[4], 67);
	close_fixture(&f);
}

/* Every delegation answers for itself, and bogon areas agree with it. */
static void
test_delegations(void **state)
{
	static const char *const names[] = {
		"registry/delegated-ripencc-extended-latest.gz",
		"registry/delegated-apnic-extended-latest.gz",
		"registry/delegated-lacnic-extended.txt",
		"registry/delegated-afrinic-extended-latest",
		"registry/IanaIpv4AdministrativeRange.xml",
		"registry/IanaIpv6AdministrativeRange.xml"
	};
	struct fixture f = open_files(names, 6);
	unsigned seen[REG_UNALLOCATED + 1] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 65536; i++) { /* a /24 in each /16 */
		struct prefix p = { .family = NET_IP4, .len = 24 };
		struct registry_delegation d;
		enum registry_bogon b;

		p.addr[0] = (uint8_t)(i >> 8);
		p.addr[1] = (uint8_t)i;
		p.addr[2] = (uint8_t)(i * 37);
		b = registry_bogon_prefix_fast(f.r, &p, REG_AVAIL_FULL);
		if (!registry_prefix(f.r, &p, &d) || net_special_prefix(&p))
			continue;
		seen[d.status]++;
		if (d.block)
			assert_true(b == REG_UNKNOWN || b == REG_CLEAN);
		else if (d.status == REG_RESERVED)
			assert_int_equal(b, REG_ADMIN);
		else if (d.status == REG_ALLOCATED || d.status == REG_ASSIGNED)
			assert_int_equal(b, REG_CLEAN);
		else
			assert_int_equal(b, REG_FULL);
	}
	assert_true(seen[REG_ALLOCATED] > 10000);
	assert_true(seen[REG_RESERVED] > 100);
	close_fixture(&f);
}

static bool
count_origin(void *ctx, const struct registry_origin *o)
{
	struct {
		uint64_t n;
		struct registry_origin last;
	} *c = ctx;

	/* In order of prefix, origin, day. */
	if (c->n != 0) {
		int cmp = prefix_cmp(&c->last.prefix, &o->prefix);

		assert_true(
		    cmp < 0 || (cmp == 0 && (c->last.origin < o->origin ||
						(c->last.origin == o->origin &&
						    c->last.day < o->day))));
	}
	c->last = *o;
	c->n++;
	return true;
}

static void
test_origins(void **state)
{
	static const char *const names[] = { "origins/riswhoisdump.IPv4.gz",
		"origins/20190301-prefixes.gz",
		"origins/riswhoisdump-2024.IPv6.gz",
		"origins/asn-ranges-2026-06.ipv6.csv.xz" };
	struct fixture f = open_files(names, 4);
	struct {
		uint64_t n;
		struct registry_origin last;
	} c = { 0 };
	struct prefix p = pfx("193.0.0.0/21");
	struct registry_origin o;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(registry_each_origin(f.r, count_origin, &c, &err), 0);
	assert_int_equal(c.n, registry_counts(f.r).origin_rows);
	assert_true(c.n > 499364 + 862994 + 270249);
	assert_true(registry_origin(f.r, &p, 0, &o));
	assert_int_equal(o.origin, 3333);
	assert_int_equal(o.day, utc_day(when("2012-09-07")));
	close_fixture(&f);
}

static bool
find_data(void)
{
	const char *env = getenv("COMITY_TEST_DATA");
	const char *root = getenv("COMITY_ROOT");
	char probe[5000];

	if (env != NULL)
		(void)snprintf(folder, sizeof(folder), "%s", env);
	else
		(void)snprintf(folder, sizeof(folder), "%s/../shared/data",
		    root != NULL ? root : ".");
	(void)snprintf(probe, sizeof(probe), "%s/registry", folder);
	return os_is_dir(probe);
}

#define OTHERS 3

int
main(void)
{
	struct CMUnitTest tests[COUNT(files) + OTHERS];
	size_t n = 0;

	for (; n < COUNT(files); n++)
		tests[n] = (struct CMUnitTest){ files[n].name, test_file, NULL,
			NULL, &files[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_participants);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_delegations);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_origins);
	if (!find_data()) {
		printf("1..%zu\n", n);
		for (size_t i = 0; i < n; i++)
			printf("ok %zu - %s # SKIP no %s/registry\n", i + 1,
			    tests[i].name, folder);
		return 0;
	}
	return cmocka_run_group_tests_name("registry/real", tests, NULL, NULL);
}
