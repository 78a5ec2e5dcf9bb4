/* SPDX-License-Identifier: BSD-2-Clause */
/* explain_test.c - evidence with what it rests on, and incidents in words. */
#include "detect/emit_test.h"

/* --- evidence and words ------------------------------------------------ */

static const struct test_file files[] = {
	{ "vrps.json",
	    "{\"metadata\":{\"buildtime\":\"2024-05-10T00:00:00Z\"},\"roas\":["
	    "{\"asn\":64502,\"prefix\":\"11.0.0.0/16\",\"maxLength\":20,"
	    "\"ta\":\"ripe\"},"
	    "{\"asn\":0,\"prefix\":\"12.0.0.0/8\",\"maxLength\":24,"
	    "\"ta\":\"apnic\"}]}\n" },
	{ "ripe.db.route",
	    "route: 11.0.0.0/16\norigin: AS64502\nmnt-by: M-MNT\n"
	    "created: 2019-01-02T00:00:00Z\n"
	    "last-modified: 2024-05-01T00:00:00Z\nsource: RIPE\n\n" },
	{ "20240501.as-rel.txt",
	    "# input clique: 64600 64601\n"
	    "64600|64601|0\n64600|64510|-1\n64601|64510|-1\n"
	    "64510|64501|-1\n64600|64502|-1\n" },
	{ "20240401.as-org2info.txt",
	    "# format:org_id|changed|org_name|country|source\n"
	    "O1|20200101|Thief Net|AA|RIPE\n"
	    "O2|20200101|Victim Net|BB|RIPE\n"
	    "# format:aut|changed|aut_name|org_id|opaque_id|source\n"
	    "64501|20200101|THIEF-AS|O1||RIPE\n"
	    "64502|20200101|VICTIM-AS|O2||RIPE\n" },
};

static struct test_world world;

static struct detect *
world_bed(void)
{
	return bed(world.w, NOW);
}

static struct finding *
stolen(struct detect *d, const char *prefix, uint64_t ev)
{
	struct finding *f = one(d, INC_SUB_PREFIX_HIJACK, RULE_ORIGIN, prefix,
	    64501, 4, F_SUB | F_COUNTS);

	f->evidence = ev;
	f->other = pfx(d, "11.0.0.0/16");
	f->path = path(d, "64600 64510 64501");
	f->rov = PR_ASN;
	f->irr = IRR_OTHER + 1;
	u32set_add(&f->victims, 64502);
	u32set_add(&f->nexts, 64510);
	return f;
}

static const struct evidence_row {
	const char *why;
	enum ev e;
	const char *prefix;
	const char *want; /* @: the folder */
} evidence_rows[] = {
	{ "the VRP, and that the valid route is there", EV_INVALID_ASN,
	    "11.0.8.0/24",
	    "rpki/rpki-invalid-asn +3 30: VRP 11.0.0.0/16-20 AS64502 of ripe "
	    "covers 11.0.8.0/24 and does not allow AS64501, while the valid "
	    "route is "
	    "there too [@/vrps.json of 2024-05-10 (vrp-json)] 12 h\n" },
	{ "the VRP, and that no valid route is there", EV_INVALID_ALONE,
	    "11.0.8.0/24",
	    "rpki/rpki-invalid-alone +2 20: VRP 11.0.0.0/16-20 AS64502 of ripe "
	    "covers 11.0.8.0/24 and does not allow AS64501, while no valid "
	    "route is "
	    "seen [@/vrps.json of 2024-05-10 (vrp-json)] 12 h\n" },
	{ "the AS0 VRP", EV_INVALID_AS0, "12.1.0.0/16",
	    "rpki/rpki-as0 +4 40: VRP 12.0.0.0/8-24 AS0 of apnic covers "
	    "12.1.0.0/16: nobody may announce it "
	    "[@/vrps.json of 2024-05-10 (vrp-json)] 12 h\n" },
	{ "what the table does not bear out stays general", EV_INVALID_AS0,
	    "13.1.0.0/16",
	    "rpki/rpki-as0 +4 40: an AS0 ROA says that nobody may announce it "
	    "[@/vrps.json of 2024-05-10 (vrp-json)] 12 h\n" },
	{ "the route object of another", EV_IRR_OTHER, "11.0.8.0/24",
	    "irr/irr-other-origin +1 10: route 11.0.0.0/16 AS64502 in RIPE, "
	    "created 2019-01-02, and no object names AS64501 "
	    "[@/ripe.db.route of 2024-05-01 (rpsl:route, RIPE)] 228 h\n" },
	{ "strangers with their countries", EV_STRANGERS, "11.0.8.0/24",
	    "relation/strangers +0.7 7: AS64501 (AA) and AS64502 (BB) are no "
	    "neighbours and not of one country "
	    "[@/20240501.as-rel.txt of 2024-05-01 (as-rel)] 228 h\n" },
	{ "the space that it is a part of", EV_MORE_SPECIFIC, "11.0.8.0/24",
	    "history/more-specific-of-used +1 10: 11.0.8.0/24 is a part of "
	    "11.0.0.0/16, which AS64502 announces\n" },
	{ "who of the core carried it", EV_CLIQUE, "11.0.8.0/24",
	    "visibility/reached-core +1 10: AS64600, of the transit-free core, "
	    "carried it [@/20240501.as-rel.txt of 2024-05-01 (as-rel)] "
	    "228 h\n" },
	{ "how many saw it", EV_TENTH, "11.0.8.0/24",
	    "visibility/widely-seen +1 10: up to 2 peers saw it at once\n" },
	{ "a fixed text where there is nothing to name", EV_LASTED,
	    "11.0.8.0/24", "history/lasts -1 -10: lasts over a day\n" },
};

static void
test_evidence(void **state)
{
	const struct evidence_row *t = *state;
	struct detect *d = world_bed();
	const char *cut = strchr(t->want, '@');
	struct buf want = { 0 };

	stolen(d, t->prefix, EV(t->e));
	if (cut == NULL) {
		buf_str(&want, t->want);
	} else {
		buf_add(&want, t->want, (size_t)(cut - t->want));
		buf_printf(&want, "%s%s", world.dir, cut + 1);
	}
	expect(d, &evidence, buf_cstr(&want));
	buf_fini(&want);
	detect_free(d);
}

/* What is over reads the same whenever it is written: by the tables that
 * judged it, though others are in force by now. */
static void
test_over_is_settled(void **state)
{
	static const struct test_file two_days[] = {
		{ "a.json",
		    "{\"metadata\":{\"buildtime\":\"2024-05-10T00:00:00Z\"},"
		    "\"roas\":[{\"asn\":64502,\"prefix\":\"11.0.0.0/16\","
		    "\"maxLength\":16,\"ta\":\"ripe\"}]}\n" },
		{ "b.json",
		    "{\"metadata\":{\"buildtime\":\"2024-05-11T00:00:00Z\"},"
		    "\"roas\":[{\"asn\":64503,\"prefix\":\"11.0.0.0/16\","
		    "\"maxLength\":16,\"ta\":\"arin\"}]}\n" },
	};
	struct test_world w = world_of(two_days, COUNT(two_days));
	struct detect *d = bed(w.w, NOW);
	struct finding *f = one(d, INC_ORIGIN_HIJACK, RULE_ORIGIN,
	    "11.0.0.0/16", 64501, 4, F_COUNTS);
	struct buf b = { 0 };
	struct err err = { 0 };
	unsigned changed;

	(void)state;
	f->evidence = EV(EV_INVALID_ALONE);
	ends(d, 0, "2024-05-11T00:00:00Z"); /* the new tables ended it */
	emit(d, &evidence, &b);
	emit(d, &explanations, &b);
	assert_non_null(strstr(buf_cstr(&b), "11.0.0.0/16-16 AS64502 of ripe"));
	assert_non_null(strstr(buf_cstr(&b), "a.json of 2024-05-10"));
	move_bed(d, "2024-05-12T00:00:00Z");
	assert_int_equal(verdict_move(d, &changed, &err), 0);
	assert_int_equal(changed, WORLD_VRPS);
	peer(d, "192.0.2.1", 64600);
	struct buf later = { 0 };
	emit(d, &evidence, &later);
	emit(d, &explanations, &later);
	assert_string_equal(buf_cstr(&later), buf_cstr(&b));
	assert_int_equal(d->view->epoch, 1); /* as it was */
	/* What still stands was judged by them. */
	d->incs.p[0].state = INC_ONGOING;
	d->incs.p[0].end = d->findings.p[0].end = TIME_NONE;
	buf_clear(&later);
	emit(d, &evidence, &later);
	assert_non_null(
	    strstr(buf_cstr(&later), "11.0.0.0/16-16 AS64503 of arin"));
	assert_non_null(strstr(buf_cstr(&later), "b.json of 2024-05-11"));
	assert_non_null(strstr(buf_cstr(&later), " 0 h\n"));
	buf_fini(&b);
	buf_fini(&later);
	detect_free(d);
	world_close(w.w);
}

/* The printed weights add up to what the points are made of. */
static int
add_up(void *ctx, const struct incident *in, struct err *err)
{
	double sum = 0, clipped;

	(void)err;
	for (size_t i = 0; i < in->n_evidence; i++)
		sum += in->evidence[i].nats;
	*(double *)ctx = sum;
	clipped = 50 + 10 * sum;
	clipped = clipped < 90 ? 90 : clipped > 97 ? 97 : clipped;
	assert_int_equal(in->level, 3);
	assert_int_equal(in->points, (int)(clipped + 0.5));
	return 0;
}

static void
test_caps(void **state)
{
	struct detect *d = bed(NULL, NOW);
	double sum = 0;
	struct detect_sinks s = { .incident = add_up, .ctx = &sum };
	struct finding *f = one(d, INC_ORIGIN_HIJACK, RULE_ORIGIN,
	    "11.0.0.0/16", 64501, 3, F_COUNTS);
	struct err err = { 0 };

	(void)state;
	f->evidence = EV(EV_INVALID_ASN) | EV(EV_INVALID_AS0) |
		      EV(EV_IRR_OTHER) | EV(EV_ONE_PEER);
	expect(d, &evidence,
	    "rpki/rpki-invalid-asn +3 30: a ROA names another origin, and its "
	    "valid route is there too\n"
	    "rpki/rpki-as0 +4 40: an AS0 ROA says that nobody may announce "
	    "it\n"
	    "rpki/cap -2 -20: these add up to +7 nats, and the family rpki "
	    "counts "
	    "for at most 5\n"
	    "irr/irr-other-origin +1 10: route objects name other origins "
	    "only\n"
	    "visibility/one-peer -1.5 -15: one peer alone saw it\n");
	assert_int_equal(incidents_emit(d, &s, &err), 0);
	assert_true(sum > 4.499 && sum < 4.501);
	f->evidence = EV(EV_SAME_ORG) | EV(EV_RELATION) | EV(EV_IRR_OTHER);
	assert_int_equal(incidents_emit(d, &s, &err), 0);
	assert_true(sum > -4.001 && sum < -3.999);
	detect_free(d);
}

/* What speaks for some speaks for the whole; against it what all have. */
static void
test_for_and_against(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, INC_ORIGIN_HIJACK, 64501, 3);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		uint32_t f = add_finding(d, RULE_ORIGIN,
		    i == 0 ? "11.0.0.0/16" : "11.1.0.0/16", 64501, 3, F_COUNTS);

		d->findings.p[f].evidence = EV(EV_RELATION);
		d->findings.p[f].evidence |=
		    i == 0 ? EV(EV_ONE_PEER) : EV(EV_TENTH);
		belongs(d, inc, f);
	}
	expect(d, &evidence,
	    "relation/provider-or-customer -2 -20: newcomer and holder are "
	    "provider and customer\n"
	    "visibility/widely-seen +1 10: up to 2 peers saw it at once\n");
	detect_free(d);
}

static void
test_explained_hijack(void **state)
{
	struct detect *d = world_bed();

	(void)state;
	peer(d, "192.0.2.1", 64600);
	peer(d, "192.0.2.2", 64601);
	peer(d, "192.0.2.3", 64510);
	stolen(d, "11.0.8.0/24",
	    EV(EV_INVALID_ASN) | EV(EV_MORE_SPECIFIC) | EV(EV_STRANGERS) |
		EV(EV_TENTH));
	expect(d, &explanations,
	    "AS64501 (THIEF-AS) announces 11.0.8.0/24, a part of 11.0.0.0/16 "
	    "of AS64502 (VICTIM-AS), since 2024-05-10 12:00:00 UTC. AS64510 "
	    "accepted it and passed it on; up to 2 peers saw it at once (3 "
	    "are up). Evidence E4 (proven, 100 points): VRP 11.0.0.0/16-20 "
	    "AS64502 of ripe covers 11.0.8.0/24 and does not allow AS64501, "
	    "while the valid route is there too; 11.0.8.0/24 is a part of "
	    "11.0.0.0/16, which AS64502 announces; up to 2 peers saw it at "
	    "once. AS64510 can stop it by accepting from AS64501 only what it "
	    "and its customers may announce (MANRS action 1), or by dropping "
	    "RPKI-invalid routes.\n");
	detect_free(d);
}

static void
test_explained_leak(void **state)
{
	struct detect *d = world_bed();
	uint32_t inc = add_inc(d, INC_ROUTE_LEAK, 64510, 3), f;

	(void)state;
	vec_push(&d->segs, ((struct seg){ 64601, 64510, 64600, 1, at(START),
			       at(START), 1, false }));
	for (unsigned i = 0; i < 2; i++) {
		f = add_finding(d, RULE_LEAK,
		    i == 0 ? "11.0.0.0/16" : "11.1.0.0/16", 64510, 1, 0);
		struct finding *x = &d->findings.p[f];
		x->other = 0;
		x->type = 1;
		x->origin = 64502;
		x->path = path(d, "64601 64510 64600 64502");
		x->evidence = EV(EV_VALLEY) | EV(EV_CLIQUE_GAP);
		u32set_add(&x->nexts, 64601);
		u32set_add(&x->victims, 64502);
		belongs(d, inc, f);
	}
	d->incs.p[inc].own = 3;
	d->incs.p[inc].counted = 0;
	ends(d, inc, "2024-05-10T13:30:00Z");
	expect(d, &explanations,
	    "AS64510 passed 2 prefixes such as 11.0.0.0/16 from AS64600, its "
	    "provider, on to AS64601, its provider, from 2024-05-10 12:00:00 "
	    "UTC to 2024-05-10 13:30:00 UTC (90 min). AS64601 accepted them "
	    "and passed them on; up to 2 peers saw it at once. Evidence E3 "
	    "(strong, 97 points): AS64601 and AS64600 are of the transit-free "
	    "core, AS64510 stands between them; AS64510 handed a route of "
	    "AS64600, its provider, to AS64601, its provider. AS64510 must "
	    "give peers and providers its own and its customers' routes only "
	    "(MANRS action 1; BGP roles of RFC 9234 see to it); AS64601 "
	    "could have stopped it with a filter or a limit of prefixes on "
	    "that session.\n");
	expect(d, &charges,
	    "AS64510 M1 11.0.0.0/16 1000000\nAS64510 M1 11.1.0.0/16 1000000\n"
	    "AS64601 M1C 11.0.0.0/16 1000000\n"
	    "AS64601 M1C 11.1.0.0/16 1000000\n");
	detect_free(d);
}

static const struct explain_row {
	const char *why;
	enum incident_class class;
	enum rule rule;
	uint8_t level;
	uint32_t flags;
	const char *want;
} explain_rows[] = {
	{ "bogon space", INC_BOGON_PREFIX, RULE_BOGON, 4, 0,
	    "AS64501 announced 10.0.0.0/8, space that nobody may announce, "
	    "from 2024-05-10 12:00:00 UTC to 2024-05-10 13:00:00 UTC (60 min). "
	    "AS64510 accepted it and passed it on; up to 2 peers saw it at "
	    "once. Evidence E4 (proven, 100 points): 10.0.0.0/8, private use "
	    "(RFC 1918). AS64501 must not let it out (MANRS action 1); "
	    "AS64510 could have dropped bogon space from everyone.\n" },
	{ "a bogon ASN", INC_BOGON_ASN, RULE_BOGON_ASN, 4, 0,
	    "AS64501 let AS64512, an AS number that must not appear in public, "
	    "out beside 10.0.0.0/8, from 2024-05-10 12:00:00 UTC to 2024-05-10 "
	    "13:00:00 UTC (60 min). AS64510 accepted it and passed it on; up "
	    "to 2 peers saw it at once. Evidence E4 (proven, 100 points): "
	    "AS64512 stands in the path: 64512-65534, private use (RFC 6996). "
	    "AS64501 must take such numbers out of paths before export "
	    "(MANRS action 1); AS64510 could have dropped paths with such "
	    "numbers.\n" },
	{ "a change of ROAs", INC_ROA_CHANGE, RULE_ROA, 4, 0,
	    "A change of ROAs made 10.0.0.0/8 of AS64501 RPKI-invalid, from "
	    "2024-05-10 12:00:00 UTC to 2024-05-10 13:00:00 UTC (60 min). Up "
	    "to 2 peers saw it at once. Evidence E4 (proven, 98 points). Who "
	    "holds the space should look at its ROAs, and at who can change "
	    "them (MANRS action 4): networks that validate drop the route.\n" },
	{ "longer than its ROA", INC_MISCONFIGURATION, RULE_RPKI, 2, F_LEN,
	    "AS64501 announced 10.0.0.0/8, longer than the ROA of this origin "
	    "allows, from 2024-05-10 12:00:00 UTC to 2024-05-10 13:00:00 UTC "
	    "(60 min). AS64510 accepted it and passed it on; up to 2 peers "
	    "saw it at once. Evidence E2 (likely, 70 points). AS64501 should "
	    "withdraw it, or have a ROA that allows this length (MANRS action "
	    "4); AS64510 could have dropped RPKI-invalid routes.\n" },
	{ "a class that no rule makes yet", INC_ZOMBIE, RULE_PATH, 2, 0,
	    "AS64501: zombie of 10.0.0.0/8, from 2024-05-10 12:00:00 UTC to "
	    "2024-05-10 13:00:00 UTC (60 min). AS64510 accepted it and passed "
	    "it on; up to 2 peers saw it at once. Evidence E2 (likely, 70 "
	    "points).\n" },
};

static void
test_explained(void **state)
{
	const struct explain_row *t = *state;
	struct detect *d = bed(NULL, NOW);
	struct finding *f =
	    one(d, t->class, t->rule, "10.0.0.0/8", 64501, t->level, t->flags);

	u32set_add(&f->nexts, 64510);
	f->other = t->rule == RULE_BOGON_ASN ? 64512 : NONE;
	f->evidence = t->rule == RULE_BOGON       ? EV(EV_BOGON_FULL)
		      : t->rule == RULE_BOGON_ASN ? EV(EV_BOGON_ASN)
						  : 0;
	ends(d, 0, "2024-05-10T13:00:00Z");
	expect(d, &explanations, t->want);
	detect_free(d);
}

static int
open_world(void **state)
{
	(void)state;
	world = world_of(files, COUNT(files));
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	world_close(world.w);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_for_and_against),
		cmocka_unit_test(test_over_is_settled),
		cmocka_unit_test(test_explained_hijack),
		cmocka_unit_test(test_explained_leak),
	};
	struct CMUnitTest
	    tests[COUNT(fixed) + COUNT(evidence_rows) + COUNT(explain_rows)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(fixed); i++)
		tests[n++] = fixed[i];
	for (size_t i = 0; i < COUNT(evidence_rows); i++)
		tests[n++] =
		    (struct CMUnitTest){ evidence_rows[i].why, test_evidence,
			    NULL, NULL, (void *)(uintptr_t)&evidence_rows[i] };
	for (size_t i = 0; i < COUNT(explain_rows); i++)
		tests[n++] =
		    (struct CMUnitTest){ explain_rows[i].why, test_explained,
			    NULL, NULL, (void *)(uintptr_t)&explain_rows[i] };
	return _cmocka_run_group_tests("explain", tests, n, open_world,
	    close_world);
}
