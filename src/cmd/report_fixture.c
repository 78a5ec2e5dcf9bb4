/* SPDX-License-Identifier: BSD-2-Clause */
/* report_fixture.c - see report_test.h. */
#include "cmd/report_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"

#define SHA(c) c c c c c c c c c c c c c c c c

static int64_t
at(const char *text)
{
	int64_t us;

	if (!utc_parse(str_from(text), &us))
		abort();
	return us;
}

static struct prefix
pfx(const char *text)
{
	struct prefix p;

	if (!prefix_parse(str_from(text), &p))
		abort();
	return p;
}

static void
must(int rc, const struct err *err)
{
	if (rc == -1) {
		(void)fprintf(stderr, "fixture: %s\n", err->msg);
		abort();
	}
}

/* --- inputs -------------------------------------------------------------- */

static void
put_inputs(struct store *s)
{
	const struct store_input inputs[] = {
		{ SHA("01ab"), "routes/rrc00/bview.gz", "rrc00", "table",
		    at("2008-02-24T00:00:00Z"), at("2008-02-24T00:00:09Z"),
		    90000, 700, 700, 0, 0, 0, 0, false, "" },
		{ SHA("02cd"), "routes/rrc00/updates.gz", "rrc00", "updates",
		    at("2008-02-24T00:05:00Z"), at("2008-02-24T23:59:30Z"),
		    120000, 950, 1400, 3, 0, 0, 1, false, "" },
		{ SHA("03ef"), "routes/route-views2/updates.bz2",
		    "route-views2", "updates", at("2008-02-24T00:05:00Z"),
		    at("2008-02-24T20:00:00Z"), 80000, 600, 900, 0, 2, 0, 0,
		    true, "cut short at offset 79990" },
		{ SHA("0401"), "routes/rrc00/bview.old.gz", "rrc00", "table",
		    at("2008-01-20T00:00:00Z"), at("2008-01-20T00:00:09Z"),
		    90000, 700, 700, 0, 0, 0, 0, false, "" },
	};
	const struct store_world world = { SHA("77aa"),
		at("2008-02-24T00:00:00Z"),
		"vrp-json\trpki-client\t2008-02-23\t" SHA(
		    "aa01") "\n"
			    "rpsl\tRIPE\t2008-02-20\t" SHA(
				"aa02") "\n"
					"as-rel\tcaida\t2008-02-01\t" SHA(
					    "aa03") "\n"
						    "delegated\tripencc-extended\t2008-02-23\t" SHA(
							"aa04") "\n" };
	struct err err = { 0 };

	for (size_t i = 0; i < COUNT(inputs); i++)
		must(store_put_input(s, &inputs[i], &err), &err);
	must(store_put_world(s, &world, &err), &err);
}

/* --- networks ------------------------------------------------------------- */

static struct network_facts
network(uint32_t asn, const char *name, const char *cc, const char *rir)
{
	return (struct network_facts){ .asn = asn,
		.name = name,
		.org = name,
		.country = cc,
		.rir = rir,
		.status = "allocated",
		.programmes = "",
		.participant = "",
		.member_since_us = TIME_NONE,
		.policy_from = "",
		.policy_us = TIME_NONE,
		.contact_from = "",
		.contact_us = TIME_NONE,
		.as_set = "" };
}

static void
put_networks(struct store *s)
{
	const struct spoof_fact tests[] = {
		{ at("2008-02-03T10:00:00Z"), pfx("192.0.2.0/24"), 4, 2, 0, 0 },
		{ at("2008-02-05T10:00:00Z"), pfx("198.51.100.0/24"), 2, 2, 0,
		    0 },
	};
	const struct spoof_fact of_customer = { at("2008-02-09T10:00:00Z"),
		pfx("203.0.113.0/24"), 4, 2, 0, 17557 };
	struct network_facts n[] = {
		network(3491, "PCCW \"Global\", Inc.", "HK", "apnic"),
		network(17557, "Pakistan <Telecom> & Co", "PK", "apnic"),
		network(36561, "YouTube", "US", "arin"),
		network(64500, "R\xc3\xa9seau Exemple", "FR", "ripencc"),
		network(64501, "=SUM(1;2)", "FR", "ripencc"),
	};
	const struct store_roll rolls[] = {
		{ "operator", at("2007-11-06"), 1, 2, 1 },
		{ "operator", at("2008-02-20"), 2, 3, 2 },
		{ "cdn", TIME_NONE, 1, 1, 1 },
	};
	struct err err = { 0 };

	n[0].programmes = "operator";
	n[0].participant = "PCCW Global";
	n[0].contact = SCORE_YES;
	n[0].contact_from = "PeeringDB: NOC";
	n[0].policy = SCORE_YES;
	n[1].contact = SCORE_NO;
	n[1].contact_from = "APNIC: no admin-c or tech-c";
	n[2].contact = SCORE_YES;
	n[2].programmes = "operator;cdn";
	n[2].participant = "YouTube, LLC";
	n[2].spoof_known = true;
	n[2].spoof = tests;
	n[2].n_spoof = COUNT(tests);
	n[0].spoof_known = true;
	n[0].spoof = &of_customer;
	n[0].n_spoof = 1;
	for (size_t i = 0; i < COUNT(n); i++)
		must(store_put_network(s, &n[i], &err), &err);
	for (size_t i = 0; i < COUNT(rolls); i++)
		must(store_put_roll(s, &rolls[i], &err), &err);
}

static void
put_routes(struct store *s)
{
	const struct {
		int month;
		struct route_fact f;
	} rows[] = {
		{ 1, { pfx("208.65.152.0/22"), 36561, 1U << 23, 14,
			 FACT_RPKI_VALID, FACT_IRR_EXACT } },
		{ 1, { pfx("208.65.153.0/24"), 36561, 1U << 23, 14,
			 FACT_RPKI_VALID, FACT_IRR_COVERING } },
		{ 1, { pfx("208.65.153.0/24"), 17557, 1U << 23, 13,
			 FACT_RPKI_INVALID_ASN, FACT_IRR_OTHER } },
		{ 1, { pfx("119.152.0.0/13"), 17557, 1U << 23, 14,
			 FACT_RPKI_NOT_FOUND, FACT_IRR_EXACT } },
		{ 1, { pfx("63.218.0.0/15"), 3491, 1U << 23, 14,
			 FACT_RPKI_NOT_FOUND, FACT_IRR_NONE } },
		{ 1, { pfx("2001:db8::/32"), 64500, 1U << 23, 2,
			 FACT_RPKI_VALID, FACT_IRR_EXACT } },
		{ 0, { pfx("208.65.152.0/22"), 36561, 1U << 19, 14,
			 FACT_RPKI_NOT_FOUND, FACT_IRR_EXACT } },
	};
	const struct transit_fact t = { 3491, 17557, 'c',
		pfx("208.65.153.0/24"), 17557, FACT_RPKI_INVALID_ASN,
		FACT_IRR_OTHER };
	int64_t month = at("2008-01-01");
	struct err err = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++)
		must(store_put_route(s, utc_month_start(month, rows[i].month),
			 &rows[i].f, &err),
		    &err);
	must(store_put_transit(s, utc_month_start(month, 1), &t, &err), &err);
}

/* --- incidents --------------------------------------------------------------- */

static void
put_hijack(struct store *s)
{
	const uint32_t accomplices[] = { 3491 }, victims[] = { 36561 };
	const struct evidence ev[] = {
		{ "rpki-invalid-asn", "rpki", 6.5, 65,
		    "VRP 208.65.152.0/22-24 AS36561", "rpki-client 2008-02-23",
		    18 * TIME_HOUR },
		{ "irr-other-origin", "irr", 2.25, 22,
		    "route 208.65.152.0/22 of AS36561", "RIPE 2008-02-20",
		    4 * TIME_DAY },
		{ "new-origin", "history", 1.5, 15,
		    "never seen from AS17557 in 35 days", "", TIME_NONE },
	};
	const struct incident_route routes[] = {
		{ pfx("208.65.153.0/24"), 17557, at("2008-02-24T18:47:57Z"),
		    at("2008-02-24T21:01:00Z"), 13, "64496 3491 17557",
		    "H1 rpki=invalid-asn irr=other" },
	};
	const struct incident in = {
		.id = "00c0ffee00c0ffee",
		.class = INC_SUB_PREFIX_HIJACK,
		.type = "S|0|-|-",
		.state = INC_ENDED,
		.culprit = 17557,
		.accomplices = accomplices,
		.n_accomplices = 1,
		.victims = victims,
		.n_victims = 1,
		.routes = routes,
		.n_routes = 1,
		.n_prefixes = 1,
		.start = at("2008-02-24T18:47:57Z"),
		.end = at("2008-02-24T21:01:00Z"),
		.peers_max = 13,
		.level = 4,
		.points = 99,
		.reason = "",
		.evidence = ev,
		.n_evidence = COUNT(ev),
		.explanation =
		    "AS17557 announced 208.65.153.0/24, a part of "
		    "208.65.152.0/22 that only AS36561 may originate; AS3491 "
		    "passed it on and 13 of 14 peers took it.",
		.counts = true,
		.inputs = "5a5a",
	};
	struct detect_charge c = { 17557, "M2", "", pfx("208.65.153.0/24"),
		in.start, in.end, 1000000, in.id, "originated it" };
	struct err err = { 0 };

	must(store_put_incident(s, &in, &err), &err);
	must(store_put_charge(s, &c, &err), &err);
	c.asn = 3491;
	c.metric = "M2C";
	c.detail = "accepted it from AS17557";
	must(store_put_charge(s, &c, &err), &err);
}

static void
put_others(struct store *s)
{
	const struct incident_route route = { pfx("203.0.113.0/24"), 64501,
		at("2008-02-24T10:00:00Z"), TIME_NONE, 3, "64496 64501",
		"B1 special=RFC5737" };
	struct incident in = {
		.id = "00000000000b0b0b",
		.class = INC_BOGON_PREFIX,
		.state = INC_ONGOING,
		.culprit = 64501,
		.routes = &route,
		.n_routes = 1,
		.n_prefixes = 1,
		.start = route.start,
		.end = TIME_NONE,
		.peers_max = 3,
		.level = 4,
		.points = 98,
		.reason = "",
		.explanation = "AS64501 announces <documentation> space.",
		.inputs = "5a5a",
	};
	struct detect_charge c = { 64501, "M3", "full", route.prefix, in.start,
		TIME_NONE, 1000000, in.id, "originated it" };
	struct err err = { 0 };

	must(store_put_incident(s, &in, &err), &err);
	must(store_put_charge(s, &c, &err), &err);
	/* Too weak to count. */
	memcpy(in.id, "0000000000012345", sizeof(in.id));
	in.class = INC_ROUTE_LEAK;
	memcpy(in.type, "1", 2);
	in.level = 2;
	in.points = 72;
	in.start = at("2008-02-24T12:00:00Z");
	in.end = at("2008-02-24T12:20:00Z");
	in.state = INC_ENDED;
	in.explanation = "";
	c.metric = "M1";
	c.split = "";
	c.start = in.start;
	c.end = in.end;
	c.incident = in.id;
	must(store_put_incident(s, &in, &err), &err);
	must(store_put_charge(s, &c, &err), &err);
	/* Explained. */
	memcpy(in.id, "000000000005afe0", sizeof(in.id));
	in.class = INC_ORIGIN_HIJACK;
	in.level = 0;
	in.suppressed = true;
	in.reason = "siblings: one organisation";
	in.culprit = 64500;
	must(store_put_incident(s, &in, &err), &err);
}

void
report_fixture(const char *path)
{
	struct store *s;
	struct err err = { 0 };

	must(store_open(path, STORE_WRITE, &s, &err), &err);
	must(store_begin(s, &err), &err);
	put_inputs(s);
	put_networks(s);
	put_routes(s);
	put_hijack(s);
	put_others(s);
	must(store_commit(s, &err), &err);
	store_close(s);
}
