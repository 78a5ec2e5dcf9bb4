/* SPDX-License-Identifier: BSD-2-Clause */
/* score_test.c - the arithmetic of metrics and scores, value by value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "score/score.h"

static struct score_profile
profile(const char *name)
{
	struct score_profile p;

	assert_true(score_profile_init(&p, str_from(name)));
	return p;
}

static int64_t
when(const char *text)
{
	int64_t t;

	assert_true(utc_parse(str_from(text), &t));
	return t;
}

/* --- curve, levels, one incident --------------------------------------- */

struct number_row {
	const char *name;
	int64_t in, want;
};

static const struct number_row curve_rows[] = {
	{ "curve 0", 0, 10000 },
	{ "curve 0.5", 500000, 6000 },
	{ "curve 1", 1000000, 4856 },
	{ "curve 2", 2000000, 3600 },
	{ "curve 3", 3000000, 2861 },
	{ "curve 3.5", 3500000, 2588 },
	{ "curve 4.5", 4500000, 2160 },
	{ "curve 5", 5000000, 1988 },
	{ "curve 8", 8000000, 1296 },
	{ "curve 10", 10000000, 1018 },
	{ "curve 32", 32000000, 168 },
};

static void
test_curve(void **state)
{
	const struct number_row *r = *state;
	struct score_profile p = profile("obs-2024");

	assert_int_equal(score_curve(&p, r->in), r->want);
}

static const struct number_row level_rows[] = {
	{ "level 80", 8000, SCORE_READY },
	{ "level 79.99", 7999, SCORE_ASPIRING },
	{ "level 60", 6000, SCORE_ASPIRING },
	{ "level 59.99", 5999, SCORE_LAGGING },
};

static void
test_level(void **state)
{
	const struct number_row *r = *state;
	struct score_profile p = profile("obs-2024");

	assert_int_equal(score_level(&p, (int32_t)r->in), r->want);
}

static const struct number_row halves_rows[] = {
	{ "incident of 0 s", 0, 0 },
	{ "incident of 1799 s", 1799, 1 },
	{ "incident of 1800 s", 1800, 2 },
	{ "incident of 86399 s", 86399, 2 },
	{ "incident of 86400 s", 86400, 4 },
	{ "incident of 25 h", 90000, 4 },
	{ "incident of 172800 s", 172800, 6 },
};

static void
test_halves(void **state)
{
	const struct number_row *r = *state;
	struct score_profile p = profile("obs-2024");

	assert_int_equal(score_halves(&p, r->in * TIME_SEC), r->want);
}

static void
test_exponential(void **state)
{
	struct score_profile p = profile("obs-2024");
	struct err err;

	(void)state;
	assert_int_equal(score_profile_set(&p, STR("incident.long"),
			     STR("exponential"), &err),
	    0);
	assert_int_equal(score_halves(&p, 172800 * TIME_SEC), 8);
}

/* --- a month ----------------------------------------------------------- */

struct span {
	int64_t start, end; /* seconds after the month's start; -1 = open */
	uint32_t weight;    /* micro, 0 = 1 */
};

struct month_row {
	const char *name, *month;
	struct span spans[8];
	int64_t want; /* micro */
	uint32_t periods;
};

#define H 3600
#define D 86400
#define DAY(n)                        \
	{                             \
		((n)-1) * D, (n)*D, 0 \
	}

static const struct month_row month_rows[] = {
	{ "29 min, 13 h, 25 h", "2024-03-01",
	    { { 0, 29 * 60, 0 }, { 2 * D, 2 * D + 13 * H, 0 },
		{ 5 * D, 5 * D + 25 * H, 0 } },
	    3500000, 3 },
	{ "all of a month of 31 days", "2024-03-01", { { 0, 31 * D, 0 } },
	    32000000, 1 },
	{ "all of a month of 30 days", "2024-04-01", { { 0, 30 * D, 0 } },
	    31000000, 1 },
	{ "all of a leap February", "2024-02-01", { { -D, 40 * D, 0 } },
	    30000000, 1 },
	{ "all of a February", "2023-02-01", { { 0, 28 * D, 0 } }, 29000000,
	    1 },
	{ "days 1-3 and 5-6 listed", "2024-03-01",
	    { DAY(1), DAY(2), DAY(3), DAY(5), DAY(6) }, 7000000, 2 },
	{ "days 1, 3, 5 listed", "2024-03-01", { DAY(1), DAY(3), DAY(5) },
	    6000000, 3 },
	{ "clipped at the start", "2024-03-01", { { -20 * D, H, 0 } }, 1000000,
	    1 },
	{ "open end 10 min before the end", "2024-03-01",
	    { { 31 * D - 600, -1, 0 } }, 500000, 1 },
	{ "before the month", "2024-03-01", { { -20 * D, -10 * D, 0 } }, 0, 0 },
	{ "after the month", "2024-03-01", { { 31 * D, 32 * D, 0 } }, 0, 0 },
	{ "two that touch", "2024-03-01", { { 0, 600, 0 }, { 600, 1200, 0 } },
	    500000, 1 },
	{ "two a second apart", "2024-03-01",
	    { { 0, 600, 0 }, { 601, 1200, 0 } }, 1000000, 2 },
	{ "equal but for the weight", "2024-03-01",
	    { { 5, 605, 0 }, { 5, 605, 500000 } }, 750000, 2 },
	{ "A and C through B, C first", "2024-03-01",
	    { { 2000, 3000, 0 }, { 1, 900, 0 }, { 800, 2100, 0 } }, 1000000,
	    1 },
	{ "A and C through B, B first", "2024-03-01",
	    { { 800, 2100, 0 }, { 2000, 3000, 0 }, { 1, 900, 0 } }, 1000000,
	    1 },
	{ "one inside another", "2024-03-01",
	    { { 0, 5000, 0 }, { 10, 20, 0 }, { 4000, 5400, 0 } }, 1000000, 1 },
};

static int64_t
sum_of(const struct score_periods *per)
{
	int64_t sum = 0;

	for (size_t i = 0; i < per->n; i++)
		sum += per->p[i].score_micro;
	return sum;
}

static void
test_month(void **state)
{
	const struct month_row *r = *state;
	struct score_profile p = profile("obs-2024");
	struct score_event e[8];
	struct score_periods per = { 0 };
	int64_t month = when(r->month);
	size_t n = 0;

	for (; n < COUNT(r->spans); n++) {
		const struct span *s = &r->spans[n];

		if (s->start == 0 && s->end == 0)
			break;
		e[n] = (struct score_event){ .asn = 64500,
			.metric = METRIC_M3,
			.start = month + s->start * TIME_SEC,
			.end = s->end == -1 ? TIME_NONE
					    : month + s->end * TIME_SEC,
			.weight_micro = s->weight != 0 ? s->weight : 1000000 };
	}
	score_merge(&p, month, e, n, &per);
	assert_int_equal(sum_of(&per), r->want);
	assert_int_equal(per.n, r->periods);
	vec_fini(&per);
}

static void
test_thousand(void **state)
{
	struct score_profile p = profile("obs-2024");
	struct score_periods per = { 0 };
	static struct score_event e[1000];
	int64_t month = when("2024-03-01");

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		e[i] = (struct score_event){ .asn = 64500,
			.metric = METRIC_M1,
			.start = month,
			.end = month + TIME_HOUR,
			.weight_micro = 1000000,
			.ref = i };
	score_merge(&p, month, e, 1000, &per);
	assert_int_equal(per.n, 1);
	assert_int_equal(per.p[0].n_events, 1000);
	assert_int_equal(per.p[0].score_micro, 1000000);
	vec_fini(&per);
}

/* --- the five scores --------------------------------------------------- */

struct route_row {
	const char *name;
	unsigned valid, invalid, unknown, missing; /* missing: of the IRR */
	enum score_level irr_level, rpki_level;
	int32_t irr, rpki;
};

static const struct route_row route_rows[] = {
	{ "100: 90 valid, 2 invalid, 8 unknown", 90, 2, 8, 0, SCORE_READY,
	    SCORE_ASPIRING, 10000, 7000 },
	{ "50: 45 valid, 5 invalid", 45, 5, 0, 0, SCORE_READY, SCORE_LAGGING,
	    10000, 0 },
	{ "none announced", 0, 0, 0, 0, SCORE_NO_DATA, SCORE_NO_DATA, 0, 0 },
	{ "7 of 8 registered", 8, 0, 0, 1, SCORE_READY, SCORE_READY, 8750,
	    10000 },
};

static struct score_card
card_of(const struct score_profile *p, const struct route_fact *f, size_t n,
    const struct network_facts *net, struct score_event *e, size_t n_e)
{
	struct score_card c;

	score_network(p, when("2024-03-01"), true, e, n_e, f, n, net, 64500,
	    &c);
	return c;
}

static void
test_routes(void **state)
{
	const struct route_row *r = *state;
	struct score_profile p = profile("obs-2024");
	unsigned n = r->valid + r->invalid + r->unknown;
	struct route_fact f[101] = { 0 };
	struct score_card c;

	for (unsigned i = 0; i < n; i++) {
		f[i].peers_max = 5;
		f[i].rpki = i < r->valid                ? FACT_RPKI_VALID
			    : i < r->valid + r->invalid ? FACT_RPKI_INVALID_LEN
							: FACT_RPKI_NOT_FOUND;
		f[i].irr = i < r->missing ? FACT_IRR_OTHER : FACT_IRR_COVERING;
	}
	f[n].peers_max = 4; /* too few saw this one */
	f[n].rpki = FACT_RPKI_INVALID_ASN;
	f[n].irr = FACT_IRR_NONE;
	c = card_of(&p, f, n + 1, NULL, NULL, 0);
	assert_int_equal(c.routes, n);
	assert_int_equal(c.low_visibility, 1);
	assert_int_equal(c.scores[SCORE_IRR].level, r->irr_level);
	assert_int_equal(c.scores[SCORE_IRR].centi, r->irr);
	assert_int_equal(c.scores[SCORE_RPKI].level, r->rpki_level);
	assert_int_equal(c.scores[SCORE_RPKI].centi, r->rpki);
}

static void
test_routes_unknown(void **state)
{
	struct score_profile p = profile("obs-2024");
	struct route_fact f[2] = { { .peers_max = 9, .irr = FACT_IRR_EXACT },
		{ .peers_max = 9, .rpki = FACT_RPKI_VALID } };
	struct score_card c = card_of(&p, f, 2, NULL, NULL, 0);

	(void)state;
	assert_int_equal(c.scores[SCORE_IRR].level, SCORE_NO_DATA);
	assert_int_equal(c.scores[SCORE_RPKI].level, SCORE_NO_DATA);
}

struct spoof_row {
	const char *name;
	unsigned blocked, nat, received, prefixes;
	bool known;
	enum score_level level;
	int32_t centi;
};

static const struct spoof_row spoof_rows[] = {
	{ "tests, none spoofable", 3, 1, 0, 0, true, SCORE_READY, 10000 },
	{ "1 prefix in 4 tests", 1, 0, 4, 1, true, SCORE_LAGGING, 4856 },
	{ "2 prefixes", 0, 0, 4, 2, true, SCORE_LAGGING, 3600 },
	{ "no test", 0, 0, 0, 0, true, SCORE_NO_DATA, 0 },
	{ "NAT only", 0, 3, 0, 0, true, SCORE_NO_DATA, 0 },
	{ "no Spoofer data", 0, 0, 0, 0, false, SCORE_NO_DATA, 0 },
};

static void
test_spoof(void **state)
{
	const struct spoof_row *r = *state;
	struct score_profile p = profile("obs-2024");
	unsigned n = r->blocked + r->nat + r->received;
	struct spoof_fact s[9] = { 0 };
	struct network_facts net = { .spoof_known = r->known, .spoof = s };
	struct score_card c;

	for (unsigned i = 0; i < n; i++) {
		s[i].time_us = when("2024-03-15");
		s[i].client.len = 24;
		s[i].routed = REG_SPOOF_BLOCKED;
		s[i].nat = i >= r->blocked && i < r->blocked + r->nat;
		if (i >= r->blocked + r->nat) {
			s[i].private_ = REG_SPOOF_RECEIVED;
			s[i].client.addr[2] = (uint8_t)(i % r->prefixes);
		}
	}
	s[n].time_us = when("2024-04-01"); /* of another month */
	s[n].routed = REG_SPOOF_RECEIVED;
	net.n_spoof = n + 1;
	c = card_of(&p, NULL, 0, &net, NULL, 0);
	assert_int_equal(c.scores[SCORE_ANTISPOOFING].level, r->level);
	assert_int_equal(c.scores[SCORE_ANTISPOOFING].centi, r->centi);
}

struct filter_row {
	const char *name, *profile;
	enum metric metric;
	bool administrative;
	int64_t seconds;
	int32_t want;
};

static const struct filter_row filter_rows[] = {
	{ "one short hijack, without leaks", "obs-2024", METRIC_M2, false, 60,
	    8933 },
	{ "a hijack that never ends", "obs-2024", METRIC_M2, false, 31 * D,
	    7378 },
	{ "one short hijack, with leaks", "obs-2022", METRIC_M2, false, 60,
	    9200 },
	{ "an hour of bogons, with leaks", "obs-2022", METRIC_M3, false, H,
	    8971 },
	{ "a short one passed on, with leaks", "obs-2022", METRIC_M3C, false,
	    60, 9800 },
	{ "a leak is not scored", "obs-2024", METRIC_M1, false, H, 10000 },
	{ "administrative bogons are not scored", "obs-2024", METRIC_M3, true,
	    H, 10000 },
	{ "administrative bogons were, in 2018", "obs-2018", METRIC_M3, true, H,
	    8971 },
};

static void
test_filtering(void **state)
{
	const struct filter_row *r = *state;
	struct score_profile p = profile(r->profile);
	struct score_event e = { .asn = 64500,
		.metric = r->metric,
		.administrative = r->administrative,
		.start = when("2024-03-01"),
		.end = when("2024-03-01") + r->seconds * TIME_SEC,
		.weight_micro = 1000000 };
	struct score_card c = card_of(&p, NULL, 0, NULL, &e, 1);

	assert_int_equal(c.scores[SCORE_FILTERING].centi, r->want);
}

static void
test_unobserved(void **state)
{
	struct score_profile p = profile("obs-2024");
	struct network_facts net = { .contact = SCORE_NO };
	struct score_card c;

	(void)state;
	score_network(&p, when("2024-03-01"), false, NULL, 0, NULL, 0, &net,
	    64500, &c);
	assert_int_equal(c.scores[SCORE_FILTERING].level, SCORE_NO_DATA);
	assert_int_equal(c.scores[SCORE_COORDINATION].level, SCORE_LAGGING);
	net.contact = SCORE_UNKNOWN;
	c = card_of(&p, NULL, 0, &net, NULL, 0);
	assert_int_equal(c.scores[SCORE_COORDINATION].level, SCORE_NO_DATA);
	net.contact = SCORE_YES;
	net.contact_from = "PeeringDB: a contact";
	c = card_of(&p, NULL, 0, &net, NULL, 0);
	assert_int_equal(c.scores[SCORE_COORDINATION].centi, 10000);
	p = profile("obs-2018"); /* nothing announced was a clean slate */
	c = card_of(&p, NULL, 0, &net, NULL, 0);
	assert_int_equal(c.scores[SCORE_IRR].centi, 10000);
	/* and PeeringDB did not count */
	assert_int_equal(c.scores[SCORE_COORDINATION].level, SCORE_NO_DATA);
}

/* --- settings ---------------------------------------------------------- */

/* Every setting of every profile prints as it is set. */
static void
test_settings(void **state)
{
	struct score_profile p, q;
	char text[SCORE_VALUE_MAX];
	struct err err;

	(void)state;
	for (unsigned id = 0; id < SCORE_PROFILES; id++) {
		p = profile(score_profile_name((enum score_profile_id)id));
		q = p;
		for (unsigned i = 0; i < SCORE_SETTINGS; i++) {
			const struct score_setting *s = score_setting(i);

			(void)score_profile_text(&p, i, text);
			assert_string_equal(text, s->def[id]);
			assert_int_equal(score_profile_set(&q,
					     str_from(s->name), str_from(text),
					     &err),
			    0);
			assert_true(s->doc[0] != '\0');
		}
		assert_memory_equal(&p, &q, sizeof(p));
	}
	assert_null(score_setting(SCORE_SETTINGS));
}

static const char *const refused[][2] = {
	{ "level.ready", "101" },
	{ "level.ready", "eighty" },
	{ "level.ready", "" },
	{ "level.ready", "nan" },
	{ "score.base", "-1" },
	{ "a1.terms", "M2 M9" },
	{ "a1.terms", "M5" },
	{ "a1.terms", "" },
	{ "a1.weights", "0.2" },
	{ "a1.weights", "0/0" },
	{ "incident.long", "line" },
	{ "no.such", "1" },
};

static void
test_refused(void **state)
{
	const char *const *r = *state;
	struct score_profile p = profile("obs-2024"), q = p;
	struct err err;

	assert_int_equal(score_profile_set(&p, str_from(r[0]), str_from(r[1]),
			     &err),
	    -1);
	assert_memory_equal(&p, &q, sizeof(p));
}

/* --- groups, joining, other yardsticks --------------------------------- */

static void
test_groups(void **state)
{
	struct score_card c[3] = { { .asn = 1, .routes = 1 },
		{ .asn = 2, .routes = 1 }, { .asn = 3 } };
	struct network_facts net = { .country = "CH",
		.rir = "ripencc",
		.programmes = "operator;cdn",
		.participant = "Alpha" };
	const struct score_card *cards[] = { &c[0], &c[1], &c[2] };
	const struct network_facts *nets[] = { &net, &net, &net };
	struct score_groups g = { 0 };

	(void)state;
	c[0].scores[SCORE_IRR] = (struct score_value){ SCORE_READY, 10000, "" };
	c[1].scores[SCORE_IRR] =
	    (struct score_value){ SCORE_LAGGING, 5001, "" };
	score_aggregate(cards, nets, 3, SCORE_BY_PROGRAMME, &g);
	assert_int_equal(g.n, 2);
	assert_string_equal(g.p[0].key, "cdn");
	assert_int_equal(g.p[0].networks, 3);
	assert_int_equal(g.p[1].score[SCORE_IRR].level[SCORE_NO_DATA], 1);
	assert_int_equal(g.p[1].score[SCORE_IRR].mean_centi, 7501);
	assert_int_equal(g.p[1].score[SCORE_IRR].median_centi, 7501);
	assert_false(g.p[1].score[SCORE_RPKI].has);
	vec_fini(&g);
	score_aggregate(cards, nets, 3, SCORE_BY_PARTICIPANT, &g);
	assert_int_equal(g.n, 1); /* the third network is not announced */
	assert_int_equal(g.p[0].networks, 2);
	assert_int_equal(g.p[0].score[SCORE_IRR].worst_centi, 5001);
	vec_fini(&g);
}

struct join_row {
	const char *name;
	enum score_level level[SCORE_IDS];
	enum score_verdict want[JOIN_PROFILES];
};

#define R_  SCORE_READY
#define L_  SCORE_LAGGING
#define N_  SCORE_NO_DATA
#define OK_ SCORE_PASS
#define NO_ SCORE_FAIL
#define CT_ SCORE_CANNOT_TELL

static const struct join_row join_rows[] = {
	{ "join: all ready", { R_, R_, R_, R_, R_ },
	    { OK_, OK_, CT_, CT_, CT_ } },
	{ "join: either of action 4", { R_, N_, R_, L_, R_ },
	    { OK_, OK_, CT_, CT_, CT_ } },
	{ "join: coordination alone", { L_, L_, R_, L_, L_ },
	    { NO_, NO_, CT_, NO_, CT_ } },
	{ "join: nothing known", { N_, N_, N_, N_, N_ },
	    { CT_, CT_, CT_, CT_, CT_ } },
	{ "join: no test of spoofing", { R_, N_, L_, R_, R_ },
	    { NO_, OK_, CT_, NO_, CT_ } },
};

static void
test_join(void **state)
{
	const struct join_row *r = *state;
	struct score_card c = { 0 };
	struct score_join j;

	for (unsigned i = 0; i < SCORE_IDS; i++)
		c.scores[i].level = r->level[i];
	for (unsigned i = 0; i < JOIN_PROFILES; i++) {
		score_join(&c, i, &j);
		assert_int_equal(j.overall, r->want[i]);
	}
}

static bool
is_participant(void *ctx, uint32_t asn)
{
	return asn == *(uint32_t *)ctx;
}

static void
test_caida(void **state)
{
	struct score_profile p = profile("obs-2024");
	struct route_fact f[10] = { 0 };
	uint32_t member = 100;
	struct transit_fact t[2] = { { .interface = 'c',
					 .origin = 100,
					 .rpki = FACT_RPKI_INVALID_ASN },
		{ .interface = 'p',
		    .origin = 200,
		    .rpki = FACT_RPKI_NOT_FOUND,
		    .irr = FACT_IRR_OTHER } };
	struct score_caida c;

	(void)state;
	for (unsigned i = 0; i < 10; i++)
		f[i] = (struct route_fact){ .origin = 64000,
			.peers_max = 9,
			.rpki = FACT_RPKI_NOT_FOUND,
			.irr = i < 9 ? FACT_IRR_EXACT : FACT_IRR_NONE };
	score_caida_a4(&p, when("2024-03-01"), f, 10, false, &c);
	assert_int_equal(c.verdict, SCORE_PASS);
	score_caida_a4(&p, when("2024-03-01"), f, 10, true, &c);
	assert_int_equal(c.verdict, SCORE_FAIL);
	score_caida_a1(&p, true, t, 2, false, is_participant, &member, &c);
	assert_int_equal(c.verdict, SCORE_PASS); /* a participant, a peer */
	score_caida_a1(&p, true, t, 2, true, is_participant, &member, &c);
	assert_int_equal(c.verdict, SCORE_FAIL);
	t[1].interface = 'c';
	score_caida_a1(&p, true, t, 2, false, is_participant, &member, &c);
	assert_int_equal(c.verdict, SCORE_FAIL);
}

#define ADD(rows, fn)                                       \
	for (size_t i = 0; i < COUNT(rows); i++)            \
		tests[n++] = (struct CMUnitTest)            \
		{                                           \
			(rows)[i].name, fn, NULL, NULL,     \
			    (void *)(uintptr_t) & (rows)[i] \
		}
#define ONE(fn) tests[n++] = (struct CMUnitTest)cmocka_unit_test(fn)

int
main(void)
{
	static struct CMUnitTest tests[120];
	size_t n = 0;

	ADD(curve_rows, test_curve);
	ADD(level_rows, test_level);
	ADD(halves_rows, test_halves);
	ADD(month_rows, test_month);
	ADD(route_rows, test_routes);
	ADD(spoof_rows, test_spoof);
	ADD(filter_rows, test_filtering);
	ADD(join_rows, test_join);
	for (size_t i = 0; i < COUNT(refused); i++)
		tests[n++] =
		    (struct CMUnitTest){ "a setting is refused", test_refused,
			    NULL, NULL, (void *)(uintptr_t)&refused[i] };
	ONE(test_exponential);
	ONE(test_thousand);
	ONE(test_routes_unknown);
	ONE(test_unobserved);
	ONE(test_settings);
	ONE(test_groups);
	ONE(test_caida);
	return _cmocka_run_group_tests("score", tests, n, NULL, NULL);
}
