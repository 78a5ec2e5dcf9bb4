/* SPDX-License-Identifier: BSD-2-Clause */
/* emit_test.c - incidents and charges as they leave the engine. */
#include "detect/emit_test.h"

/* --- incidents --------------------------------------------------------- */

/* A sub-prefix hijack of two pieces, one of them over. */
static struct detect *
hijack(bool turned)
{
	struct detect *d = bed(NULL, NOW);
	const char *const names[] = { "11.0.8.0/24", "11.0.4.0/24" };
	uint32_t inc = add_inc(d, INC_SUB_PREFIX_HIJACK, 64501, 4), ids[2];

	for (uint32_t i = 0; i < 2; i++) {
		uint32_t k = turned ? 1 - i : i;

		ids[k] = add_finding(d, RULE_ORIGIN, names[k], 64501, 4,
		    F_SUB | F_COUNTS);
		struct finding *f = &d->findings.p[ids[k]];
		f->serial = k;
		f->start += k * TIME_MIN;
		f->path = path(d, "64500 64510 64501");
		f->other = pfx(d, "11.0.0.0/16");
		f->rov = PR_ASN;
		f->irr = IRR_OTHER + 1;
		f->peers_max = 3 + k;
		f->nats = 5 - k;
		f->evidence = EV(EV_INVALID_ASN) | EV(EV_MORE_SPECIFIC);
		u32set_add(&f->nexts, 64510 + k);
		u32set_add(&f->victims, 64502);
	}
	belongs(d, inc, ids[0]);
	belongs(d, inc, ids[1]);
	d->findings.p[ids[1]].end = at("2024-05-10T13:00:00Z");
	return d;
}

static const char hijack_text[] =
    "000000000000ab01 sub-prefix-hijack 'S|0|-|-' ongoing AS64501 E4 98 "
    "points, 12:00:00Z-open 4 peers 2 prefixes counts\n"
    "by 64510 64511\n"
    "of 64502\n"
    "11.0.4.0/24 AS64501 12:01:00Z-13:00:00Z 4 [64500 64510 64501] "
    "H2 E4 rpki=invalid-asn irr=other-origin\n"
    "11.0.8.0/24 AS64501 12:00:00Z-open 3 [64500 64510 64501] "
    "H2 E4 rpki=invalid-asn irr=other-origin\n";

static void
test_hijack(void **state)
{
	struct detect *d = hijack(false);

	(void)state;
	expect(d, &incidents, hijack_text);
	detect_free(d);
}

/* The order of arrays is that of arrival; what is written is not. */
static void
test_turned_arrays(void **state)
{
	static const struct detect_sinks *const all[] = { &incidents, &charges,
		&evidence, &explanations };

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct detect *d = hijack(false), *t = hijack(true);
		struct buf b = { 0 };

		emit(d, all[i], &b);
		assert_true(b.n > 0);
		expect(t, all[i], buf_cstr(&b));
		expect(d, all[i], buf_cstr(&b)); /* and again the same */
		buf_fini(&b);
		detect_free(d);
		detect_free(t);
	}
}

static void
test_which_and_order(void **state)
{
	struct detect *d = bed(NULL, NOW);
	struct inc *in;
	struct buf b = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 6; i++) {
		one(d, INC_RPKI_INVALID, RULE_RPKI, "11.0.0.0/16", 64500 + i, 2,
		    0)
		    ->start += i == 0 ? TIME_MIN : 0;
		d->incs.p[i].id = 0xff - i;
	}
	in = &d->incs.p[2]; /* over, and written by an earlier run */
	in->state = INC_ENDED;
	in->flags = 0;
	in = &d->incs.p[3]; /* not over */
	in->flags = 0;
	in = &d->incs.p[4]; /* over since that run */
	in->state = INC_EXPIRED;
	d->incs.p[5].flags |= I_MERGED | I_CLOSED;
	vec_push(&d->incs.p[1].merged, d->incs.p[5].id);
	emit(d, &incidents, &b);
	const char *text = buf_cstr(&b);
	const char *want[] = { "00000000000000fb", "00000000000000fc",
		"00000000000000fe", "merged 00000000000000fa",
		"00000000000000ff" };
	for (size_t i = 0; i < COUNT(want); i++) {
		text = strstr(text, want[i]);
		assert_non_null(text);
	}
	assert_null(strstr(buf_cstr(&b), "00000000000000fd"));
	assert_null(strstr(buf_cstr(&b), "\n00000000000000fa"));
	buf_fini(&b);
	detect_free(d);
}

static void
test_harmless(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, INC_ORIGIN_HIJACK, 64501, 0);

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t f = add_finding(d, RULE_ORIGIN,
		    i == 0 ? "11.0.0.0/16" : "11.1.0.0/16", 64501, 0, 0);

		d->findings.p[f].benign =
		    i == 0 ? BENIGN_ROA_VALID : BENIGN_SAME_ORG;
		d->findings.p[f].rov = i == 0 ? PR_VALID : PR_NOT_FOUND;
		belongs(d, inc, f);
	}
	d->incs.p[inc].flags |= I_SUPPRESSED | I_REOPENED;
	ends(d, inc, "2024-05-10T13:00:00Z");
	expect(d, &incidents,
	    "000000000000ab01 origin-hijack 'E|0|-|-' ended AS64501 E0 19 "
	    "points, 12:00:00Z-13:00:00Z 2 peers 2 prefixes reopened "
	    "suppressed\n"
	    "by\nof\n"
	    "11.0.0.0/16 AS64501 12:00:00Z-13:00:00Z 2 [] H1 E0 rpki=valid "
	    "irr=unknown harmless: a ROA allows the newcomer\n"
	    "11.1.0.0/16 AS64501 12:00:00Z-13:00:00Z 2 [] H1 E0 rpki=not-found "
	    "irr=unknown harmless: newcomer and holder are one organisation\n"
	    "reason: newcomer and holder are one organisation; a ROA allows "
	    "the newcomer\n");
	expect(d, &charges, "");
	detect_free(d);
}

static void
test_ended_and_expired(void **state)
{
	struct detect *d = bed(NULL, NOW);

	(void)state;
	one(d, INC_BOGON_PREFIX, RULE_BOGON, "10.0.0.0/8", 64501, 4, 0)->path =
	    path(d, "64500 {64510 {64511 64501");
	one(d, INC_ROA_CHANGE, RULE_ROA, "11.0.0.0/16", 64502, 4, 0)->rov =
	    PR_ASN;
	ends(d, 0, "2024-05-10T12:10:00Z");
	ends(d, 1, "2024-05-10T12:10:00Z");
	d->incs.p[1].state = INC_EXPIRED;
	/* Who announces what ROAs made invalid is no culprit. */
	expect(d, &incidents,
	    "000000000000ab01 bogon-prefix '' ended AS64501 E4 98 points, "
	    "12:00:00Z-12:10:00Z 2 peers 1 prefixes\nby\nof\n"
	    "10.0.0.0/8 AS64501 12:00:00Z-12:10:00Z 2 [64500 {64510,64511} "
	    "64501] B1 E4\n"
	    "reason: every peer that saw it has withdrawn or replaced it\n"
	    "000000000000ab02 roa-change '' expired AS0 E4 98 points, "
	    "12:00:00Z-12:10:00Z 2 peers 1 prefixes\nby\nof 64502\n"
	    "11.0.0.0/16 AS64502 12:00:00Z-12:10:00Z 2 [] R1 E4 "
	    "rpki=invalid-asn irr=unknown\n"
	    "reason: the peers that saw it went down and did not come back: "
	    "its end was not seen\n");
	detect_free(d);
}

/* Findings that do not reach E2 are no part of what does. */
static void
test_weak_left_out(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, INC_ORIGIN_HIJACK, 64501, 2), f;

	(void)state;
	f = add_finding(d, RULE_ORIGIN, "11.0.0.0/16", 64501, 1, 0);
	d->findings.p[f].peers_max = 9;
	belongs(d, inc, f);
	f = add_finding(d, RULE_ORIGIN, "11.1.0.0/16", 64501, 2, 0);
	d->findings.p[f].start += TIME_HOUR;
	belongs(d, inc, f);
	expect(d, &incidents,
	    "000000000000ab01 origin-hijack 'E|0|-|-' ongoing AS64501 E2 70 "
	    "points, 13:00:00Z-open 2 peers 1 prefixes\nby\nof\n"
	    "11.1.0.0/16 AS64501 13:00:00Z-open 2 [] H1 E2 rpki=unknown "
	    "irr=unknown\n");
	detect_free(d);
}

struct counted {
	size_t routes, charges;
	uint64_t prefixes;
};

static int
count_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct counted *c = ctx;

	(void)err;
	c->routes = in->n_routes;
	c->prefixes = in->n_prefixes;
	return 0;
}

static int
count_charge(void *ctx, const struct detect_charge *x, struct err *err)
{
	(void)x;
	(void)err;
	((struct counted *)ctx)->charges++;
	return 0;
}

/* Routes and charges are bounded; what is left out is counted, or lies within
 * the time of what is kept. */
static void
test_limits(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, INC_MASS_ORIGINATION, 64501, 3);
	struct counted c = { 0 };
	struct detect_sinks s = { .incident = count_incident,
		.charge = count_charge,
		.ctx = &c };
	struct err err = { 0 };

	(void)state;
	d->incs.p[inc].own = 3;
	for (uint32_t i = 0; i < INCIDENT_ROUTES_MAX + 500; i++) {
		char text[40];

		(void)snprintf(text, sizeof(text), "11.%u.%u.0/24", i / 256,
		    i % 256);
		belongs(d, inc,
		    add_finding(d, RULE_ORIGIN, text, 64501, 1, F_COUNTS));
		d->findings.p[i].end = at(START) + TIME_MIN;
	}
	/* Two of the last are there at times when the rest is not. */
	d->findings.p[INCIDENT_ROUTES_MAX + 100].end = TIME_NONE;
	d->findings.p[INCIDENT_ROUTES_MAX + 200].start -= TIME_HOUR;
	assert_int_equal(incidents_emit(d, &s, &err), 0);
	assert_int_equal(c.routes, INCIDENT_ROUTES_MAX);
	assert_int_equal(c.prefixes, INCIDENT_ROUTES_MAX + 500);
	assert_int_equal(c.charges, INCIDENT_ROUTES_MAX + 2);
	detect_free(d);
}

static int
refuse(void *ctx, const struct incident *in, struct err *err)
{
	(void)ctx;
	(void)in;
	return err_set(err, ERR_SYSTEM, "full");
}

static void
test_sink_stops(void **state)
{
	struct detect *d = hijack(false);
	struct detect_sinks s = { .incident = refuse, .charge = put_charge };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(incidents_emit(d, &s, &err), -1);
	assert_string_equal(err.msg, "full");
	detect_free(d);
}

/* --- charges ----------------------------------------------------------- */

#define H  INC_ORIGIN_HIJACK
#define BA INC_BOGON_ASN

static const struct charge_row {
	const char *why;
	enum incident_class class;
	enum rule rule;
	uint8_t level;
	uint32_t flags;
	const char *setting, *value;
	const char *want;
} charge_rows[] = {
	{ "a hijack, and who took it", H, RULE_ORIGIN, 3, F_COUNTS, NULL, NULL,
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n" },
	{ "a hijack that the filter stops is there to be shown", H, RULE_ORIGIN,
	    4, 0, NULL, NULL,
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n" },
	{ "a likely hijack is there to be shown", H, RULE_ORIGIN, 2, F_COUNTS,
	    NULL, NULL,
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n" },
	{ "an anomaly charges nobody", H, RULE_ORIGIN, 1, F_COUNTS, NULL, NULL,
	    "" },
	{ "a sub-prefix hijack", INC_SUB_PREFIX_HIJACK, RULE_ORIGIN, 4,
	    F_COUNTS | F_SUB, NULL, NULL,
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n" },
	{ "re-origination is a leak", INC_ROUTE_LEAK, RULE_ORIGIN, 3, 0, NULL,
	    NULL,
	    "AS64501 M1 11.0.0.0/16 1000000\n"
	    "AS64510 M1C 11.0.0.0/16 1000000\n" },
	{ "a bogon prefix", INC_BOGON_PREFIX, RULE_BOGON, 4, 0, NULL, NULL,
	    "AS64501 M3/full 11.0.0.0/16 1000000\n"
	    "AS64510 M3C/full 11.0.0.0/16 1000000\n" },
	{ "an administrative bogon prefix", INC_ADMIN_BOGON, RULE_BOGON, 2,
	    F_ADMIN, NULL, NULL,
	    "AS64501 M3/administrative 11.0.0.0/16 1000000\n"
	    "AS64510 M3C/administrative 11.0.0.0/16 1000000\n" },
	{ "a bogon ASN behind a network's own space", BA, RULE_BOGON_ASN, 4,
	    F_OWN, NULL, NULL,
	    "AS64501 M4/full 11.0.0.0/16 1000000\n"
	    "AS64510 M4C/full 11.0.0.0/16 1000000\n" },
	{ "a bogon ASN that a network took from another", BA, RULE_BOGON_ASN, 4,
	    0, NULL, NULL, "AS64501 M4C/full 11.0.0.0/16 1000000\n" },
	{ "m4.attribution always", BA, RULE_BOGON_ASN, 4, 0, "m4.attribution",
	    "always",
	    "AS64501 M4/full 11.0.0.0/16 1000000\n"
	    "AS64510 M4C/full 11.0.0.0/16 1000000\n" },
	{ "m4.attribution never", BA, RULE_BOGON_ASN, 4, F_OWN,
	    "m4.attribution", "never",
	    "AS64501 M4C/full 11.0.0.0/16 1000000\n" },
	{ "an administrative bogon ASN", INC_ADMIN_BOGON, RULE_BOGON_ASN, 2,
	    F_ADMIN, NULL, NULL,
	    "AS64501 M4C/administrative 11.0.0.0/16 1000000\n" },
	{ "an RPKI-invalid route counts among routes, not here",
	    INC_RPKI_INVALID, RULE_RPKI, 4, 0, NULL, NULL, "" },
	{ "a change of ROAs charges nobody", INC_ROA_CHANGE, RULE_ROA, 4, 0,
	    NULL, NULL, "" },
	{ "a misconfiguration charges nobody", INC_MISCONFIGURATION, RULE_PATH,
	    2, 0, NULL, NULL, "" },
	{ "geometric: a hijack, but who reports it", H, RULE_ORIGIN, 3,
	    F_COUNTS, "accomplice.mode", "geometric",
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n"
	    "AS64520 M2C 11.0.0.0/16 500000\n"
	    "AS64521 M2C 11.0.0.0/16 250000\n"
	    "AS64522 M2C 11.0.0.0/16 125000\n"
	    "AS64523 M2C 11.0.0.0/16 62500\n"
	    "AS64524 M2C 11.0.0.0/16 31250\n"
	    "AS64525 M2C 11.0.0.0/16 15625\n"
	    "AS64526 M2C 11.0.0.0/16 10000\n" },
	{ "geometric: a bogon ASN from the network beside it on", BA,
	    RULE_BOGON_ASN, 4, 0, "accomplice.mode", "geometric",
	    "AS64500 M4C/full 11.0.0.0/16 10000\n"
	    "AS64501 M4C/full 11.0.0.0/16 1000000\n"
	    "AS64510 M4C/full 11.0.0.0/16 500000\n"
	    "AS64520 M4C/full 11.0.0.0/16 250000\n"
	    "AS64521 M4C/full 11.0.0.0/16 125000\n"
	    "AS64522 M4C/full 11.0.0.0/16 62500\n"
	    "AS64523 M4C/full 11.0.0.0/16 31250\n"
	    "AS64524 M4C/full 11.0.0.0/16 15625\n"
	    "AS64525 M4C/full 11.0.0.0/16 10000\n"
	    "AS64526 M4C/full 11.0.0.0/16 10000\n" },
};

static void
test_charge(void **state)
{
	const struct charge_row *t = *state;
	struct detect *d = bed(NULL, NOW);
	struct finding *f =
	    one(d, t->class, t->rule, "11.0.0.0/16", 64501, t->level, t->flags);

	f->other = 64512;
	f->path = path(d, "64500 64526 64525 64524 64523 64522 64521 64521 "
			  "64520 64510 64501 64512");
	u32set_add(&f->nexts, 64510);
	if (t->class == INC_ROUTE_LEAK) { /* RFC 7908 type 5 */
		d->incs.p[0].flags |= I_MASS;
		d->incs.p[0].own = t->level;
	}
	if (t->setting != NULL)
		setting(d, t->setting, t->value);
	expect(d, &charges, t->want);
	detect_free(d);
}

/* What stands beside proven hijacks is not charged as if it were one. */
static void
test_charges_of_mixed(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, H, 64501, 4);

	(void)state;
	belongs(d, inc,
	    add_finding(d, RULE_ORIGIN, "11.0.0.0/16", 64501, 4, F_COUNTS));
	belongs(d, inc,
	    add_finding(d, RULE_ORIGIN, "11.1.0.0/16", 64501, 4, 0));
	belongs(d, inc,
	    add_finding(d, RULE_ORIGIN, "11.2.0.0/16", 64501, 2, F_COUNTS));
	expect(d, &charges, "AS64501 M2 11.0.0.0/16 1000000\n");
	detect_free(d);
}

/* --- names ------------------------------------------------------------- */

static void
test_names(void **state)
{
	enum incident_class c = INC_CLASSES;

	(void)state;
	for (unsigned i = 0; i < INC_CLASSES; i++) {
		assert_true(incident_class_parse(str_from(incident_class_name(
						     (enum incident_class)i)),
		    &c));
		assert_int_equal(c, i);
	}
	assert_false(incident_class_parse(STR("theft"), &c));
	assert_string_equal(incident_class_name(INC_CLASSES), "?");
	assert_string_equal(incident_state_name(INC_EXPIRED), "expired");
	assert_string_equal(detect_hygiene_name(HYG_DEFAULT), "default-route");
	assert_non_null(detect_hygiene_name(HYG_COUNT - 1));
	assert_null(detect_hygiene_name(HYG_COUNT));
	for (unsigned i = 1; i < BENIGN_COUNT; i++)
		assert_true(strlen(benign_texts[i]) > 10);
}

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
		cmocka_unit_test(test_hijack),
		cmocka_unit_test(test_turned_arrays),
		cmocka_unit_test(test_which_and_order),
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_ended_and_expired),
		cmocka_unit_test(test_weak_left_out),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_sink_stops),
		cmocka_unit_test(test_charges_of_mixed),
		cmocka_unit_test(test_names),
	};
	struct CMUnitTest tests[COUNT(fixed) + COUNT(charge_rows)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(fixed); i++)
		tests[n++] = fixed[i];
	for (size_t i = 0; i < COUNT(charge_rows); i++)
		tests[n++] =
		    (struct CMUnitTest){ charge_rows[i].why, test_charge, NULL,
			    NULL, (void *)(uintptr_t)&charge_rows[i] };
	return _cmocka_run_group_tests("emit", tests, n, NULL, NULL);
}
