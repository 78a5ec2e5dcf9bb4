/* SPDX-License-Identifier: BSD-2-Clause */
/* join_test.c - what several files say of one thing: participants over years,
 * origins of several days, inputs in any order. */
#include "registry/registry_test.h"

#define HEADER                                              \
	"Organization Name,Areas,ASNs,Action 1: Filtering," \
	"Action 2: Anti-spoofing,Action 3: Coordination,"   \
	"Action 4: Global Validation,member_since\n"

static void
test_participants(void **state)
{
	struct fixture f =
	    OPEN({ HEADER "\"Sky, Inc.\",BD;IN,64501;64500,Yes,No,Yes,Yes,"
			  "2016-02-01\nAlpha,BD,64502,Yes,,Yes,Yes,\n",
		     "2024-01-01" },
		{ HEADER "\"Sky, Inc.\",BD,64500,Yes,No,Yes,No,\n",
		    "2020-01-01" },
		{ HEADER "Left,CH,64500,Yes,No,Yes,No,\n", "2019-01-01" },
		{ "Organization Name,ASNs,Action 1: Filtering,Action 6: Tools\n"
		  "Cloud,64500,Yes;RPKI,No\n",
		    NULL });
	struct registry_participant p;
	struct registry_roll roll;
	char area[8];
	uint32_t i;

	(void)state;
	assert_int_equal(registry_counts(f.r).participants, 4);
	assert_true(registry_participant(f.r, 0, &p));
	assert_string_equal(p.organisation, "Alpha");
	assert_int_equal(p.actions[1], REG_CLAIM_NONE);
	i = registry_participant_of(f.r, 64501, 0);
	assert_true(registry_participant(f.r, i, &p));
	assert_string_equal(p.organisation, "Sky, Inc.");
	assert_int_equal(p.n_asns, 2);
	assert_int_equal(registry_participant_asn(f.r, i, 0), 64500);
	assert_int_equal(registry_participant_asn(f.r, i, 2), REG_NONE);
	assert_int_equal(p.member_since_us, when("2016-02-01"));
	assert_int_equal(p.first_us, when("2020-01-01"));
	assert_int_equal(p.last_us, when("2024-01-01"));
	assert_true(p.in_newest);
	assert_int_equal(p.actions[1], REG_CLAIM_NO);
	assert_int_equal(p.actions[3], REG_CLAIM_YES);
	assert_true(registry_participant_area(f.r, i, 1, area));
	assert_string_equal(area, "IN");
	assert_false(registry_participant_area(f.r, i, 2, area));
	/* Sky, Left, Cloud */
	assert_int_not_equal(registry_participant_of(f.r, 64500, 2), REG_NONE);
	assert_int_equal(registry_participant_of(f.r, 64500, 3), REG_NONE);
	i = registry_participant_of(f.r, 64500, 0);
	assert_true(registry_participant(f.r, i, &p));
	assert_string_equal(p.organisation, "Left");
	assert_false(p.in_newest);
	i = registry_participant_of(f.r, 64500, 2);
	assert_true(registry_participant(f.r, i, &p));
	assert_int_equal(p.programme, REG_CDN);
	assert_string_equal(p.action_texts[0], "Yes;RPKI");
	assert_true(p.in_newest);                  /* undated, the only one */
	assert_true(registry_roll(f.r, 2, &roll)); /* growth */
	assert_int_equal(roll.date_us, when("2024-01-01"));
	assert_int_equal(roll.organisations, 2);
	assert_int_equal(roll.asns, 3);
	assert_int_equal(roll.areas, 2);
	assert_true(registry_roll(f.r, 3, &roll)); /* undated ones last */
	assert_int_equal(roll.date_us, TIME_NONE);
	assert_false(registry_roll(f.r, 4, &roll));
	close_fixture(&f);
}

static void
test_observatory(void **state)
{
	struct fixture f =
	    OPEN({ "ASN,Holder,Country,RIR Regions,Filtering,Anti-spoofing,"
		   "Coordination,Global Validation IRR,Global Validation RPKI\n"
		   "278,U,MX,LACNIC,1,0.365,0,,0.005\n",
		"2022-10-01" });
	struct registry_observatory o;

	(void)state;
	assert_true(registry_observatory(f.r, 278, &o));
	assert_string_equal(o.country, "MX");
	assert_int_equal(o.percent[0], 100);
	assert_int_equal(o.percent[1], 37);
	assert_int_equal(o.percent[2], 0);
	assert_int_equal(o.percent[3], -1);
	assert_int_equal(o.percent[4], 1);
	assert_int_equal(o.month_us, when("2022-10-01"));
	assert_false(registry_observatory(f.r, 279, &o));
	close_fixture(&f);
}

static bool
add_origin(void *ctx, const struct registry_origin *o)
{
	char *text = ctx, p[PREFIX_TEXT_MAX];

	(void)prefix_format(p, &o->prefix);
	(void)snprintf(text + strlen(text), 100, "%s %u %d\n", p, o->origin,
	    o->day);
	return true;
}

/* Tables in any order of rows, several days, joined in one order. */
static void
test_origins(void **state)
{
	struct fixture f =
	    OPEN({ "64501\t192.0.2.0/24\t1\n64500\t192.0.2.0/24\t1\n"
		   "64500\t2001:db8::/32\t9\n",
		     "1970-01-03" },
		{ "64502: 198.51.100.0/24,192.0.2.0/24\n64500: 192.0.2.0/24\n",
		    "1970-01-02" },
		{ "192.0.2.0,192.0.4.255,64503\n", "1970-01-02" },
		{ "192.0.2.0/24\t1\n192.0.2.0/25\t2\n", NULL }); /* no day */
	struct prefix p = pfx("192.0.2.0/24");
	struct registry_origin o;
	struct err err = { 0 };
	char text[2000] = "";
	int32_t day;

	(void)state;
	assert_int_equal(registry_each_origin(f.r, add_origin, text, &err), 0);
	assert_string_equal(text,
	    "192.0.2.0/23 64503 1\n"
	    "192.0.2.0/24 64500 1\n192.0.2.0/24 64500 2\n"
	    "192.0.2.0/24 64501 2\n192.0.2.0/24 64502 1\n"
	    "192.0.4.0/24 64503 1\n198.51.100.0/24 64502 1\n"
	    "2001:db8::/32 64500 2\n");
	assert_int_equal(registry_counts(f.r).origin_prefixes, 5);
	assert_int_equal(registry_counts(f.r).origin_rows, 8);
	assert_true(registry_origin(f.r, &p, 3, &o));
	assert_int_equal(o.origin, 64502);
	assert_false(registry_origin(f.r, &p, 4, &o));
	p = pfx("192.0.2.128/25");
	assert_int_equal(registry_origin_cover(f.r, &p, 25), 24);
	assert_int_equal(registry_origin_cover(f.r, &p, 24), 24);
	assert_int_equal(registry_origin_cover(f.r, &p, 23), 23);
	assert_int_equal(registry_origin_cover(f.r, &p, 22), -1);
	assert_true(registry_origin_day(f.r, 1, &day));
	assert_int_equal(day, 2);
	assert_false(registry_origin_day(f.r, 2, &day));
	close_fixture(&f);
}

/* Six files whose records meet: networks old and new, their organisation and
 * contacts, an exchange, tests. */
static const struct dated meeting[] = {
	{ "{\"data\":[{\"id\":1,\"org_id\":9,\"asn\":64500,\"name\":\"One\","
	  "\"irr_as_set\":\"AS-X\",\"updated\":\"2024-01-01T00:00:00Z\"},"
	  "{\"id\":2,\"org_id\":9,\"asn\":64501,\"name\":\"Two\","
	  "\"irr_as_set\":\"\"}]}",
	    NULL },
	{ "{\"data\":[{\"id\":1,\"org_id\":9,\"asn\":64500,\"name\":"
	  "\"One renamed\",\"irr_as_set\":\"AS-Z\",\"updated\":"
	  "\"2025-01-01T00:00:00Z\"}]}",
	    NULL },
	{ "{\"data\":[{\"id\":9,\"name\":\"Org\",\"address1\":\"\","
	  "\"country\":\"CH\"}]}",
	    NULL },
	{ "{\"data\":[{\"id\":6,\"net_id\":2,\"role\":\"NOC\",\"visible\":"
	  "\"Public\",\"phone\":\"+1\"}]}",
	    NULL },
	{ "{\"ix\":{\"data\":[{\"id\":3,\"name\":\"IX\"}]},\"ixpfx\":{"
	  "\"data\":[{\"id\":1,\"ixlan_id\":3,\"prefix\":"
	  "\"193.239.116.0/22\"}]},\"netixlan\":{\"data\":[{\"id\":1,"
	  "\"asn\":64500,\"ix_id\":3}]}}",
	    "2024-01-01" },
	{ "{\"session\":7,\"timestamp\":\"2024-03-02T00:00:00Z\",\"asn4\":"
	  "64500,\"client4\":\"192.0.2.0/24\",\"routedspoof\":"
	  "\"blocked\"}",
	    NULL },
};

/* Sections do not depend on the order of inputs. */
static void
test_order(void **state)
{
	const struct registry_input *in[COUNT(meeting)];
	const char *const names[] = { "rg.text", "rg.head", "rg.net", "rg.org",
		"rg.name", "rg.member", "rg.lanix", "rg.test", "rg.file" };
	struct sect_mem *first = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(first);
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(meeting); i++)
		in[i] = load_dated(&meeting[i]);
	assert_int_equal(registry_freeze(in, COUNT(meeting), "", &sink, &err),
	    0);
	for (size_t turn = 1; turn < COUNT(meeting); turn++) {
		struct sect_mem *again = sect_mem_new();
		struct sect_source x = sect_mem_source(first);
		struct sect_source y = sect_mem_source(again);
		const struct registry_input *last = in[COUNT(meeting) - 1];

		memmove(in + 1, in, (COUNT(meeting) - 1) * sizeof(in[0]));
		in[0] = last;
		sink = sect_mem_sink(again);
		assert_int_equal(registry_freeze(in, COUNT(meeting), "", &sink,
				     &err),
		    0);
		for (size_t i = 0; i < COUNT(names); i++) {
			const void *a, *b;
			size_t na, nb;

			assert_int_equal(x.get(x.ctx, names[i], &a, &na, &err),
			    1);
			assert_int_equal(y.get(y.ctx, names[i], &b, &nb, &err),
			    1);
			assert_int_equal(na, nb);
			assert_memory_equal(a, b, na);
		}
		sect_mem_free(again);
	}
	for (size_t i = 0; i < COUNT(meeting); i++)
		registry_input_free((struct registry_input *)(uintptr_t)in[i]);
	sect_mem_free(first);
}

/* A second table finds the origins that stand under the first. */
static void
test_second_table(void **state)
{
	struct dated d = { "64500\t192.0.2.0/24\t1\n", "1970-01-02" };
	struct registry_input *in = load_dated(&d);
	struct sect_mem *mem = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(mem);
	struct sect_source src = sect_mem_source(mem);
	struct registry *r = NULL;
	struct err err = { 0 };
	char text[200] = "";

	(void)state;
	assert_int_equal(registry_freeze((const struct registry_input *const
						 *)&in,
			     1, "", &sink, &err),
	    0);
	assert_int_equal(registry_freeze((const struct registry_input *const
						 *)&in,
			     1, ".1234567", &sink, &err),
	    0);
	assert_int_equal(registry_open(&src, ".1234567", &r, &err), 0);
	assert_int_equal(registry_each_origin(r, add_origin, text, &err), 0);
	assert_string_equal(text, "192.0.2.0/24 64500 1\n");
	registry_close(r);
	sect_mem_free(mem);
	registry_input_free(in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_participants),
		cmocka_unit_test(test_observatory),
		cmocka_unit_test(test_origins),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_second_table),
	};

	return cmocka_run_group_tests_name("registry/join", tests, NULL, NULL);
}
