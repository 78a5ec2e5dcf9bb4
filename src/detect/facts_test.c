/* SPDX-License-Identifier: BSD-2-Clause */
/* facts_test.c - facts of a month: routes, what was passed on, full feeds. */
#include "detect/detect_test.h"

/* --- what comes out, as text ------------------------------------------- */

static int
put_route(void *ctx, int64_t month_us, const struct route_fact *f,
    struct err *err)
{
	char month[TIME_TEXT_MAX];

	(void)err;
	buf_printf(ctx, "%s ", utc_format_month(month, month_us));
	say_prefix(ctx, &f->prefix);
	buf_printf(ctx, " AS%u %x %u %u%u\n", f->origin, f->days, f->peers_max,
	    f->rpki, f->irr);
	return 0;
}

static int
put_transit(void *ctx, int64_t month_us, const struct transit_fact *f,
    struct err *err)
{
	char month[TIME_TEXT_MAX];

	(void)err;
	buf_printf(ctx, "%s AS%u<-%c-AS%u ", utc_format_month(month, month_us),
	    f->asn, f->interface, f->neighbor);
	say_prefix(ctx, &f->prefix);
	buf_printf(ctx, " AS%u %u%u\n", f->origin, f->rpki, f->irr);
	return 0;
}

static void
expect_facts(struct detect *d, bool routes, const char *want)
{
	struct buf b = { 0 };
	struct detect_sinks s = { .route = routes ? put_route : NULL,
		.transit = routes ? NULL : put_transit,
		.ctx = &b };
	struct err err = { 0 };

	assert_int_equal(facts_emit(d, &s, &err), 0);
	assert_string_equal(buf_cstr(&b), want);
	buf_fini(&b);
}

static struct pair *
pair_of(struct detect *d, const char *prefix, uint32_t origin)
{
	uint32_t i = pair_find(d, pfx(d, prefix), origin);

	assert_int_not_equal(i, NONE);
	return &d->pairs.p[i];
}

/* --- verdicts ---------------------------------------------------------- */

static const struct verdict_row {
	const char *why;
	uint8_t rov, irr;
	const char *want;
} verdict_rows[] = {
	{ "no data is unknown, not good", PR_UNKNOWN, 0, "00" },
	{ "valid, exact object of the space's registry", PR_VALID,
	    IRR_EXACT_A + 1, "11" },
	{ "not found, exact object of an open registry", PR_NOT_FOUND,
	    IRR_EXACT_B + 1, "21" },
	{ "another origin, a covering object", PR_ASN, IRR_COVERING_A + 1,
	    "32" },
	{ "too long, a covering object", PR_LEN, IRR_COVERING_B + 1, "42" },
	{ "AS0 is another origin, objects of others", PR_AS0, IRR_OTHER + 1,
	    "33" },
	{ "not found, no object", PR_NOT_FOUND, IRR_NO_OBJECT + 1, "24" },
	{ "no object of this family was loaded", PR_NOT_FOUND, IRR_NO_DATA + 1,
	    "20" },
};

static void
test_verdict(void **state)
{
	const struct verdict_row *t = *state;
	struct detect *d = bed(NULL, "2024-05-10T12:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64500);
	char want[80];

	days_set(&d->covered, d->day);
	say_route(d, p, "11.0.0.0/16", "64500 64501");
	pair_of(d, "11.0.0.0/16", 64501)->rov = t->rov;
	pair_of(d, "11.0.0.0/16", 64501)->irr = t->irr;
	(void)snprintf(want, sizeof(want),
	    "2024-05 11.0.0.0/16 AS64501 200 0 %s\n", t->want);
	expect_facts(d, true, want);
	detect_free(d);
}

/* --- routes ------------------------------------------------------------ */

static void
test_routes_in_order(void **state)
{
	struct detect *d = bed(NULL, "2024-05-01T00:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64500);
	uint32_t q = peer(d, "192.0.2.2", 64510);

	(void)state;
	days_set(&d->covered, d->day);
	say_route(d, p, "2a00::/16", "64500 64503");
	say_route(d, p, "11.1.0.0/16", "64500 64502");
	say_route(d, p, "11.0.0.0/8", "64500 64501");
	say_route(d, q, "11.1.0.0/16", "64510 64501");
	/* nobody's: a default route, the end of an AS_SET */
	say_route(d, q, "0.0.0.0/0", "64510");
	say_route(d, q, "11.2.0.0/16", "64510 {64501 {64502");
	expect_facts(d, true,
	    "2024-05 11.0.0.0/8 AS64501 1 0 00\n"
	    "2024-05 11.1.0.0/16 AS64501 1 0 00\n"
	    "2024-05 11.1.0.0/16 AS64502 1 0 00\n"
	    "2024-05 2a00::/16 AS64503 1 0 00\n");
	detect_free(d);
}

static void
test_days(void **state)
{
	struct detect *d = bed(NULL, "2024-05-10T12:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64500);

	(void)state;
	days_set(&d->covered, d->day);
	say_route(d, p, "11.0.0.0/16", "64500 64501");
	say_route(d, p, "11.1.0.0/16", "64500 64501");
	say_route(d, p, "11.1.0.0/16", "");
	/* The 11th was not watched, the 12th was. */
	move_bed(d, "2024-05-12T01:00:00Z");
	days_set(&d->covered, d->day);
	expect_facts(d, true,
	    "2024-05 11.0.0.0/16 AS64501 a00 0 00\n"
	    "2024-05 11.1.0.0/16 AS64501 200 0 00\n");
	/* Asking has changed nothing. */
	assert_int_equal(days_count(&pair_of(d, "11.0.0.0/16", 64501)->days, 0,
			     d->day),
	    1);
	detect_free(d);
}

static void
test_month_end(void **state)
{
	struct detect *d = bed(NULL, "2024-05-31T12:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64500);
	uint32_t q = peer(d, "192.0.2.2", 64510);

	(void)state;
	days_set(&d->covered, d->day);
	rib_peer(d->rib, p)->full[NET_IP4] = true;
	rib_peer(d->rib, q)->full[NET_IP4] = true;
	say_route(d, p, "11.0.0.0/16", "64500 64501");
	say_route(d, q, "11.0.0.0/16", "64510 64501");
	say_route(d, q, "11.0.0.0/16", "");
	say_route(d, q, "11.9.0.0/16", "64510 64502");
	say_route(d, q, "11.9.0.0/16", "");
	move_bed(d, "2024-06-01T00:00:00Z");
	facts_month_end(d);
	assert_true(d->month == at("2024-06-01"));
	/* Nothing was watched in June so far. */
	expect_facts(d, true,
	    "2024-05 11.0.0.0/16 AS64501 40000000 2 00\n"
	    "2024-05 11.9.0.0/16 AS64502 40000000 1 00\n");
	days_set(&d->covered, d->day);
	pair_of(d, "11.0.0.0/16", 64501)->rov = PR_VALID;
	/* What was live goes on with as many as see it now. */
	expect_facts(d, true,
	    "2024-05 11.0.0.0/16 AS64501 40000000 2 00\n"
	    "2024-05 11.9.0.0/16 AS64502 40000000 1 00\n"
	    "2024-06 11.0.0.0/16 AS64501 1 1 10\n");
	detect_free(d);
}

/* --- full feeds -------------------------------------------------------- */

static void
test_full_changed(void **state)
{
	struct detect *d = bed(NULL, "2024-05-10T12:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64500);
	uint32_t twin = peer(d, "192.0.2.2", 64500);
	uint32_t q = peer(d, "192.0.2.3", 64510);

	(void)state;
	say_route(d, p, "11.0.0.0/16", "64500 64501");
	say_route(d, twin, "11.0.0.0/16", "64500 64501");
	say_route(d, q, "11.0.0.0/16", "64510 64501");
	say_route(d, q, "2a00::/16", "64510 64501");
	struct pair *four = pair_of(d, "11.0.0.0/16", 64501);
	assert_int_equal(four->full_ases, 0);
	facts_full_changed(d, p, NET_IP4, true);
	facts_full_changed(d, twin, NET_IP4, true);
	assert_int_equal(four->full_ases, 1); /* one network */
	facts_full_changed(d, q, NET_IP4, true);
	assert_true(rib_peer(d->rib, q)->full[NET_IP4]);
	assert_int_equal(four->full_ases, 2);
	facts_full_changed(d, p, NET_IP4, false);
	assert_int_equal(four->full_ases, 2); /* the twin is there */
	facts_full_changed(d, twin, NET_IP4, false);
	assert_false(rib_peer(d->rib, twin)->full[NET_IP4]);
	assert_int_equal(four->full_ases, 1);
	assert_int_equal(four->max_full, 2);
	/* Families apart. */
	assert_int_equal(pair_of(d, "2a00::/16", 64501)->max_full, 0);
	facts_full_changed(d, q, NET_IP6, true);
	assert_int_equal(pair_of(d, "2a00::/16", 64501)->max_full, 1);
	detect_free(d);
}

/* RFC 7911: two paths of one peer with one origin are one network. */
static void
test_full_add_path(void **state)
{
	struct detect *d = bed(NULL, "2024-05-10T12:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64500);
	struct rib_attrs none = { 0 };
	uint32_t x = pfx(d, "11.0.0.0/16");

	(void)state;
	apply_route(d, p, x, 1,
	    rib_set_add(d->rib, path(d, "64500 64502 64501"), &none), d->now,
	    false);
	apply_route(d, p, x, 2,
	    rib_set_add(d->rib, path(d, "64500 64501"), &none), d->now, false);
	facts_full_changed(d, p, NET_IP4, true);
	assert_int_equal(pair_of(d, "11.0.0.0/16", 64501)->full_ases, 1);
	facts_full_changed(d, p, NET_IP4, false);
	assert_int_equal(pair_of(d, "11.0.0.0/16", 64501)->full_ases, 0);
	detect_free(d);
}

/* --- what was passed on ------------------------------------------------ */

static const struct test_file relations[] = {
	{ "20240501.as-rel.txt", "# source:topology\n"
				 "64510|64501|-1\n" /* 64510 sells to 64501 */
				 "64500|64510|-1\n"
				 "64500|64520|0\n"
				 "64530|64520|-1\n" },
};

/* A route of 64501 with these verdicts, said again by who says it. */
static void
judge(struct detect *d, const char *prefix, uint8_t rov, uint8_t irr)
{
	uint32_t i = pair_find(d, pfx(d, prefix), 64501);

	d->pairs.p[i].rov = rov;
	d->pairs.p[i].irr = irr;
	facts_pair(d, i);
}

static void
test_transits(void **state)
{
	struct test_world w = world_of(relations, COUNT(relations));
	struct detect *d = bed(w.w, "2024-05-10T12:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64520);
	uint32_t q = peer(d, "192.0.2.2", 64530);

	(void)state;
	days_set(&d->covered, d->day);
	say_route(d, p, "11.0.0.0/16", "64520 64500 64510 64510 64501 64501");
	say_route(d, q, "11.0.0.0/16", "64530 64520 64500 64510 64501");
	say_route(d, q, "11.1.0.0/16", "64530 64520 {64540 64501");
	expect_facts(d, false, "");
	judge(d, "11.0.0.0/16", PR_LEN, 0);
	judge(d, "11.1.0.0/16", PR_ASN, IRR_OTHER + 1);
	/* The last judgement counts; nothing is said twice. */
	judge(d, "11.0.0.0/16", PR_ASN, 0);
	expect_facts(d, false,
	    "2024-05 AS64500<-c-AS64510 11.0.0.0/16 AS64501 30\n"
	    "2024-05 AS64510<-c-AS64501 11.0.0.0/16 AS64501 30\n"
	    "2024-05 AS64520<-p-AS64500 11.0.0.0/16 AS64501 30\n"
	    "2024-05 AS64530<-c-AS64520 11.0.0.0/16 AS64501 30\n");
	detect_free(d);
	world_close(w.w);
}

/* NotFound and contradicted by the IRR: of customers and peers alone. */
static void
test_transits_by_irr(void **state)
{
	struct test_world w = world_of(relations, COUNT(relations));
	struct detect *d = bed(w.w, "2024-05-10T12:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64510);

	(void)state;
	days_set(&d->covered, d->day);
	/* 64510 takes it from its provider, who has it of unknown ones */
	say_route(d, p, "11.0.0.0/16", "64510 64500 64520 64599 64501");
	judge(d, "11.0.0.0/16", PR_NOT_FOUND, IRR_OTHER + 1);
	expect_facts(d, false,
	    "2024-05 AS64500<-p-AS64520 11.0.0.0/16 AS64501 23\n");
	judge(d, "11.0.0.0/16", PR_NOT_FOUND, IRR_NO_OBJECT + 1);
	judge(d, "11.0.0.0/16", PR_UNKNOWN, IRR_OTHER + 1);
	expect_facts(d, false,
	    "2024-05 AS64500<-p-AS64520 11.0.0.0/16 AS64501 23\n");
	detect_free(d);
	world_close(w.w);
}

/* Without relations the class of the interface is unknown. */
static void
test_transits_new_month(void **state)
{
	struct detect *d = bed(NULL, "2024-05-10T12:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64510);

	(void)state;
	days_set(&d->covered, d->day);
	say_route(d, p, "11.0.0.0/16", "64510 64501");
	say_route(d, p, "11.1.0.0/16", "64510 64501");
	judge(d, "11.0.0.0/16", PR_ASN, 0);
	judge(d, "11.1.0.0/16", PR_ASN, 0);
	say_route(d, p, "11.1.0.0/16", "");
	move_bed(d, "2024-06-01T00:00:00Z");
	facts_month_end(d);
	/* A month without any event has no facts. */
	move_bed(d, "2024-07-01T00:00:00Z");
	facts_month_end(d);
	days_set(&d->covered, d->day);
	expect_facts(d, false,
	    "2024-05 AS64510<-?-AS64501 11.0.0.0/16 AS64501 30\n"
	    "2024-05 AS64510<-?-AS64501 11.1.0.0/16 AS64501 30\n"
	    "2024-07 AS64510<-?-AS64501 11.0.0.0/16 AS64501 30\n");
	detect_free(d);
}

/* --- failing ----------------------------------------------------------- */

static int
refuse_route(void *ctx, int64_t month_us, const struct route_fact *f,
    struct err *err)
{
	(void)month_us;
	(void)f;
	return ++*(int *)ctx == 2 ? err_set(err, ERR_SYSTEM, "full") : 0;
}

static void
test_sink_stops(void **state)
{
	struct detect *d = bed(NULL, "2024-05-10T12:00:00Z");
	uint32_t p = peer(d, "192.0.2.1", 64500);
	int n = 0;
	struct detect_sinks s = { .route = refuse_route, .ctx = &n };
	struct err err = { 0 };

	(void)state;
	for (unsigned i = 0; i < 9; i++) {
		char text[40];

		(void)snprintf(text, sizeof(text), "11.%u.0.0/16", i);
		say_route(d, p, text, "64500 64501");
	}
	assert_int_equal(facts_emit(d, &s, &err), -1);
	assert_int_equal(n, 2);
	assert_string_equal(err.msg, "full");
	detect_free(d);
}

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
		cmocka_unit_test(test_routes_in_order),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_month_end),
		cmocka_unit_test(test_full_changed),
		cmocka_unit_test(test_full_add_path),
		cmocka_unit_test(test_transits),
		cmocka_unit_test(test_transits_by_irr),
		cmocka_unit_test(test_transits_new_month),
		cmocka_unit_test(test_sink_stops),
	};
	struct CMUnitTest tests[COUNT(fixed) + COUNT(verdict_rows)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(fixed); i++)
		tests[n++] = fixed[i];
	for (size_t i = 0; i < COUNT(verdict_rows); i++)
		tests[n++] =
		    (struct CMUnitTest){ verdict_rows[i].why, test_verdict,
			    NULL, NULL, (void *)(uintptr_t)&verdict_rows[i] };
	return _cmocka_run_group_tests("facts", tests, n, NULL, NULL);
}
