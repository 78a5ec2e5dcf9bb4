/* SPDX-License-Identifier: BSD-2-Clause */
/* card.c - metrics and the five scores of one network in one month. */
#include "score/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *
score_level_name(enum score_level l)
{
	static const char *const names[SCORE_LEVELS] = { "no_data_available",
		"lagging", "aspiring", "ready" };

	return (unsigned)l < SCORE_LEVELS ? names[l] : "?";
}

const char *
score_name(enum score_id s)
{
	static const char *const names[SCORE_IDS] = { "filtering",
		"antiSpoofing", "coordination", "routingInformationIRR",
		"routingInformationRPKI" };

	return (unsigned)s < SCORE_IDS ? names[s] : "?";
}

bool
score_event_of(const struct detect_charge *c, struct score_event *out)
{
	enum metric m;

	if (!metric_parse(str_from(c->metric), &m) || m >= METRIC_INCIDENTS)
		return false;
	*out = (struct score_event){ .asn = c->asn,
		.metric = m,
		.administrative = c->split != NULL &&
				  str_eq(str_from(c->split), "administrative"),
		.start = c->start,
		.end = c->end,
		.weight_micro = c->weight_micro };
	return true;
}

bool
score_route_counts(const struct score_profile *p, int64_t month_us,
    const struct route_fact *f)
{
	if ((double)f->peers_max < p->v[SET_MIN_PEERS][0])
		return false;
	if ((unsigned)p->v[SET_M7_SCOPE][0] == 1) { /* month_end */
		int32_t last = utc_day(utc_month_start(month_us, 1)) - 1 -
			       utc_day(month_us);

		return (f->days >> last & 1U) != 0;
	}
	return true;
}

static int
cmp_spoof(const void *a, const void *b)
{
	return prefix_cmp(&((const struct spoof_fact *)a)->client,
	    &((const struct spoof_fact *)b)->client);
}

/* Does this session say anything of source address validation? */
static bool
is_test(uint8_t spoof)
{
	return spoof == REG_SPOOF_RECEIVED || spoof == REG_SPOOF_BLOCKED ||
	       spoof == REG_SPOOF_REWRITTEN;
}

static uint32_t
count_distinct(struct spoof_fact *p, size_t n)
{
	uint32_t distinct = 0;

	if (n > 1)
		qsort(p, n, sizeof(*p), cmp_spoof);
	for (size_t i = 0; i < n; i++)
		distinct +=
		    i == 0 || !prefix_eq(&p[i].client, &p[i - 1].client);
	return distinct;
}

/*
 * M5: distinct client prefixes from which spoofed packets arrived; M5C the
 * same of direct customers.
 */
static void
count_spoof(const struct score_profile *p, int64_t month_us,
    const struct network_facts *net, struct score_card *c)
{
	bool private_ = p->v[SET_M5_PRIVATE][0] != 0;
	bool nat_counts = p->v[SET_M5_NAT][0] != 0;
	int64_t until = utc_month_start(month_us, 1);
	int64_t from =
	    utc_month_start(month_us, 1 - (int)lround(p->v[SET_M5_WINDOW][0]));
	VEC(struct spoof_fact) hits[2] = { { 0 }, { 0 } };
	uint32_t tests[2] = { 0, 0 };

	for (size_t i = 0; i < net->n_spoof; i++) {
		const struct spoof_fact *f = &net->spoof[i];
		unsigned whose = f->customer != 0;

		if (f->time_us < from || f->time_us >= until)
			continue;
		if (f->routed == REG_SPOOF_RECEIVED ||
		    (private_ && f->private_ == REG_SPOOF_RECEIVED)) {
			tests[whose]++;
			vec_push(&hits[whose], *f);
		} else if (is_test(f->routed) ||
			   (private_ && is_test(f->private_))) {
			/* Behind NAT a blocked packet proves nothing. */
			c->nat_tests += f->nat == 1 && whose == 0;
			tests[whose] += f->nat != 1 || nat_counts;
		}
	}
	c->tests = tests[0];
	c->tests_c = tests[1];
	c->spoofable = count_distinct(hits[0].p, hits[0].n);
	c->spoofable_c = count_distinct(hits[1].p, hits[1].n);
	vec_fini(&hits[0]);
	vec_fini(&hits[1]);
}

static void
count_routes(const struct score_profile *p, int64_t month_us,
    const struct route_fact *f, size_t n, struct score_card *c)
{
	for (size_t i = 0; i < n; i++) {
		if (!score_route_counts(p, month_us, &f[i])) {
			c->low_visibility++;
			continue;
		}
		c->routes++;
		c->irr_unknown += f[i].irr == FACT_IRR_UNKNOWN;
		c->irr_missing +=
		    f[i].irr == FACT_IRR_OTHER || f[i].irr == FACT_IRR_NONE;
		c->rpki_unknown += f[i].rpki == FACT_RPKI_UNKNOWN;
		c->rpki_valid += f[i].rpki == FACT_RPKI_VALID;
		c->rpki_not_found += f[i].rpki == FACT_RPKI_NOT_FOUND;
		c->rpki_invalid_asn += f[i].rpki == FACT_RPKI_INVALID_ASN;
		c->rpki_invalid_len += f[i].rpki == FACT_RPKI_INVALID_LEN;
	}
}

static void
count_periods(const struct score_profile *p, int64_t month_us,
    struct score_event *e, size_t n, struct score_card *c)
{
	bool split = (unsigned)p->v[SET_BOGON_FULL][0] != 2;
	struct score_periods per = { 0 };

	if (!split) /* before 2024 every bogon counted alike */
		for (size_t i = 0; i < n; i++)
			e[i].administrative = 0;
	score_merge(p, month_us, e, n, &per);
	for (size_t i = 0; i < per.n; i++) {
		const struct score_period *q = &per.p[i];
		int64_t *sum = q->administrative != 0 ? c->admin : c->raw;

		if (q->metric >= METRIC_INCIDENTS)
			continue;
		if (__builtin_add_overflow(sum[q->metric], q->score_micro,
			&sum[q->metric]))
			sum[q->metric] = INT64_MAX;
		c->periods[q->metric] += q->administrative == 0;
	}
	vec_fini(&per);
}

static struct score_value
no_data(const char *why)
{
	return (struct score_value){ .level = SCORE_NO_DATA, .why = why };
}

static struct score_value
percent(const struct score_profile *p, double value)
{
	struct score_value v = { .why = "" };

	v.centi = (int32_t)lround(100 * value);
	v.level = score_level(p, v.centi);
	return v;
}

/* A1: weighted mean of the curves of the profile's terms. */
static struct score_value
score_filtering(const struct score_profile *p, const struct score_card *c)
{
	unsigned terms = (unsigned)p->v[SET_A1_TERMS][0];
	double sum = 0, weights = 0;

	if (!c->observed)
		return no_data("no routing data of this month were read");
	for (unsigned m = 0; m < METRIC_INCIDENTS; m++) {
		double w = p->v[SET_A1_WEIGHTS][m & 1U];

		if ((terms >> m & 1U) == 0)
			continue;
		sum += w * score_curve(p, c->raw[m]) / 100.0;
		weights += w;
	}
	if (weights <= 0)
		return no_data("no term of the filtering score has a weight");
	return percent(p, sum / weights);
}

static struct score_value
score_antispoofing(const struct score_profile *p, const struct score_card *c)
{
	struct score_value v = { .why = "" };

	if (!c->spoof_known)
		return no_data("no Spoofer data were loaded");
	if (c->tests == 0)
		return no_data(
		    c->nat_tests > 0
			? "tests from behind NAT only, which prove nothing"
			: "no Spoofer test in this period");
	v.centi = score_curve(p, (int64_t)c->spoofable * 1000000);
	v.level = score_level(p, v.centi);
	return v;
}

static struct score_value
score_coordination(const struct score_profile *p, const struct score_card *c)
{
	if (c->contact == SCORE_UNKNOWN)
		return no_data("no registry or PeeringDB data on contacts");
	return percent(p, c->contact == SCORE_YES ? 100 : 0);
}

static struct score_value
score_irr(const struct score_profile *p, const struct score_card *c)
{
	double value;

	if (!c->observed)
		return no_data("no routing data of this month were read");
	if (c->routes == 0) {
		if ((unsigned)p->v[SET_M7_ZERO][0] == 1)
			return percent(p, 100);
		return no_data("not announced");
	}
	if (c->irr_unknown > 0)
		return no_data("no IRR data for all of its routes");
	value = 100 - 100.0 * c->irr_missing / c->routes;
	if (p->v[SET_A4_M6][0] != 0) {
		if (c->policy == SCORE_UNKNOWN)
			return no_data("no aut-num to read the policy from");
		value = (value + (c->policy == SCORE_YES ? 100 : 0)) / 2;
	}
	return percent(p, value);
}

static struct score_value
score_rpki(const struct score_profile *p, const struct score_card *c)
{
	double value, floor_ = p->v[SET_RPKI_FLOOR][0];
	uint32_t invalid = c->rpki_invalid_asn + c->rpki_invalid_len;

	if (!c->observed)
		return no_data("no routing data of this month were read");
	if (c->routes == 0) {
		if ((unsigned)p->v[SET_M7_ZERO][0] == 1)
			return percent(p, 100);
		return no_data("not announced");
	}
	if (c->rpki_unknown > 0)
		return no_data("no VRPs when its routes were seen");
	value = 100.0 * (c->rpki_valid - p->v[SET_RPKI_FACTOR][0] * invalid) /
		c->routes;
	return percent(p, value < floor_ ? floor_ : value);
}

void
score_network(const struct score_profile *p, int64_t month_us, bool observed,
    struct score_event *events, size_t n_events, const struct route_fact *facts,
    size_t n_facts, const struct network_facts *net, uint32_t asn,
    struct score_card *out)
{
	*out = (struct score_card){ .asn = asn,
		.month_us = month_us,
		.observed = observed };
	count_periods(p, month_us, events, n_events, out);
	count_routes(p, month_us, facts, n_facts, out);
	if (net != NULL) {
		out->spoof_known = net->spoof_known;
		out->policy = net->policy;
		out->contact = net->contact;
		/* "rir": what only PeeringDB says does not count. */
		if ((unsigned)p->v[SET_M8_SOURCES][0] == 1 &&
		    net->contact_from != NULL &&
		    str_starts(str_from(net->contact_from), "PeeringDB"))
			out->contact = SCORE_UNKNOWN;
		count_spoof(p, month_us, net, out);
	}
	out->scores[SCORE_FILTERING] = score_filtering(p, out);
	out->scores[SCORE_ANTISPOOFING] = score_antispoofing(p, out);
	out->scores[SCORE_COORDINATION] = score_coordination(p, out);
	out->scores[SCORE_IRR] = score_irr(p, out);
	out->scores[SCORE_RPKI] = score_rpki(p, out);
}

const char *
score_value_text(const struct score_value *v, char out[16])
{
	if (v->level == SCORE_NO_DATA)
		(void)snprintf(out, 16, "-");
	else
		(void)snprintf(out, 16, "%d.%02d", v->centi / 100,
		    v->centi % 100);
	return out;
}

const char *
score_raw_text(int64_t micro, char out[32])
{
	int n = snprintf(out, 32, "%lld.%06lld", (long long)(micro / 1000000),
	    (long long)(micro % 1000000));

	while (n > 0 && out[n - 1] == '0')
		out[--n] = '\0';
	if (n > 0 && out[n - 1] == '.')
		out[--n] = '\0';
	return out;
}
