/* SPDX-License-Identifier: BSD-2-Clause */
/* report_score.c - scores of every network of a report, and why. */
#include <stdlib.h>
#include <string.h>

#include "cmd/report.h"

/* --- periods ----------------------------------------------------------- */

static void
add_events(struct report *r, const struct report_net *n)
{
	bool split = (unsigned)r->opt.profile.v[SET_BOGON_FULL][0] != 2;

	for (size_t i = 0; i < n->n_charges; i++) {
		const struct report_charge *x = &r->charges.p[n->charge + i];
		struct score_event ev;

		if (x->left_out != NULL || !score_event_of(&x->c, &ev))
			continue;
		if (!split)
			ev.administrative = 0;
		ev.ref = (uint32_t)(n->charge + i);
		vec_push(&r->events, ev);
	}
}

/* Events lie in the month (the store was asked so), hence each period is made
 * of the next n_events of them. */
static void
add_periods(struct report *r, struct report_net *n, size_t first)
{
	struct score_periods per = { 0 };
	size_t at = first;

	score_merge(&r->opt.profile, r->month_us, r->events.p + first,
	    r->events.n - first, &per);
	n->period = r->periods.n;
	n->n_periods = per.n;
	for (size_t i = 0; i < per.n; i++) {
		struct report_period *q = vec_grow(&r->periods);

		q->p = per.p[i];
		q->first = at;
		q->n = per.p[i].n_events;
		at += q->n;
	}
	vec_fini(&per);
}

/* --- CAIDA's yardsticks ------------------------------------------------- */

static bool
has_word(const char *list, const char *word)
{
	struct str rest = str_from(list), field;

	while (str_cut(&rest, ';', &field))
		if (str_eq(field, word))
			return true;
	return false;
}

static bool
is_participant(void *ctx, uint32_t asn)
{
	const struct report *r = ctx;
	struct network_facts key = { .asn = asn };
	size_t lo = 0, hi = r->facts.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->facts.p[mid].asn < key.asn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->facts.n && r->facts.p[lo].asn == asn &&
	       r->facts.p[lo].programmes[0] != '\0';
}

/* Without VRPs and route objects no hijack passes hijack.filter: what looks
 * clean is unknown. */
static bool
hijacks_unknown(const struct report *r)
{
	const struct score_profile *p = &r->opt.profile;
	unsigned terms = (unsigned)p->v[SET_A1_TERMS][0];

	if ((unsigned)p->v[SET_HIJACK_FILTER][0] != 0 || r->routes.n == 0 ||
	    (terms & (1U << METRIC_M2 | 1U << METRIC_M2C)) == 0)
		return false;
	for (size_t i = 0; i < r->routes.n; i++)
		if (r->routes.p[i].rpki != FACT_RPKI_UNKNOWN ||
		    r->routes.p[i].irr != FACT_IRR_UNKNOWN)
			return false;
	return true;
}

static bool
has_source(const struct report *r, const char *kind)
{
	for (size_t i = 0; i < r->sources.n; i++)
		if (str_starts(str_from(r->sources.p[i].kind), kind))
			return true;
	return false;
}

/* Without VRPs nothing passed on is seen to be invalid, and without relations
 * nobody is a customer: no bad route means nothing then. */
static bool
knows_transit(const struct report *r)
{
	return r->observed && has_source(r, "vrp") && has_source(r, "as-rel");
}

static void
score_net(struct report *r, struct report_net *n, bool no_hijacks)
{
	const struct score_profile *p = &r->opt.profile;
	size_t first = r->events.n;
	bool cdn = n->facts != NULL && has_word(n->facts->programmes, "cdn");

	add_events(r, n);
	score_network(p, r->month_us, r->observed, r->events.p + first,
	    r->events.n - first, r->routes.p + n->route, n->n_routes, n->facts,
	    n->asn, &n->card);
	if (no_hijacks && n->card.scores[SCORE_FILTERING].level == SCORE_READY)
		n->card.scores[SCORE_FILTERING] = (struct score_value){
			.level = SCORE_NO_DATA,
			.why = "neither VRPs nor route objects were loaded: "
			       "hijacks cannot be told",
		};
	add_periods(r, n, first);
	score_caida_a4(p, r->month_us, r->routes.p + n->route, n->n_routes, cdn,
	    &n->a4);
	score_caida_a1(p, knows_transit(r), r->transit.p + n->transit,
	    n->n_transit, cdn, is_participant, r, &n->a1);
}

void
report_score(struct report *r)
{
	r->events.n = 0;
	r->periods.n = 0;
	vec_reserve(&r->events, r->charges.n + 1);
	vec_reserve(&r->routes, r->routes.n + 1);
	vec_reserve(&r->transit, r->transit.n + 1);
	bool no_hijacks = hijacks_unknown(r);

	for (size_t i = 0; i < r->nets.n; i++)
		score_net(r, &r->nets.p[i], no_hijacks);
}

/* --- why --------------------------------------------------------------- */

static void
explain_filtering(const struct report *r, const struct score_card *c,
    struct buf *out)
{
	const struct score_profile *p = &r->opt.profile;
	unsigned terms = (unsigned)p->v[SET_A1_TERMS][0];
	double weights = 0;
	bool first = true;

	for (unsigned m = 0; m < METRIC_INCIDENTS; m++)
		if ((terms >> m & 1U) != 0)
			weights += p->v[SET_A1_WEIGHTS][m & 1U];
	for (unsigned m = 0; m < METRIC_INCIDENTS; m++) {
		double share = p->v[SET_A1_WEIGHTS][m & 1U] / weights;
		char raw[32];

		if ((terms >> m & 1U) == 0 || c->raw[m] == 0)
			continue;
		buf_printf(out,
		    "%s%s is %s, which is worth %.2f %% of a share "
		    "of %.1f %%",
		    first ? "" : "; ", metric_name((enum metric)m),
		    score_raw_text(c->raw[m], raw),
		    score_curve(p, c->raw[m]) / 100.0, 100 * share);
		first = false;
	}
	if (!first)
		buf_str(out, "; clean metrics keep their whole share");
}

void
report_explain(const struct report *r, const struct report_net *n,
    enum score_id s, struct buf *out)
{
	const struct score_profile *p = &r->opt.profile;
	const struct score_card *c = &n->card;
	const struct score_value *v = &c->scores[s];
	uint32_t invalid = c->rpki_invalid_asn + c->rpki_invalid_len;
	char peers[SCORE_VALUE_MAX];

	if (v->level == SCORE_NO_DATA) {
		buf_str(out, v->why);
		if (s >= SCORE_IRR && c->routes == 0 && c->low_visibility > 0)
			buf_printf(out,
			    ": %u route%s seen, but none by %s full-feed peers "
			    "at once (visibility.min_peers)",
			    c->low_visibility,
			    c->low_visibility == 1 ? "" : "s",
			    score_profile_text(p, SET_MIN_PEERS, peers));
		return;
	}
	switch (s) {
	case SCORE_FILTERING:
		explain_filtering(r, c, out);
		break;
	case SCORE_ANTISPOOFING:
		if (c->spoofable > 0)
			buf_printf(out,
			    "spoofed packets arrived from %u client prefix%s: "
			    "the first costs half of the score, each further "
			    "one less",
			    c->spoofable, c->spoofable == 1 ? "" : "es");
		break;
	case SCORE_COORDINATION:
		break;
	case SCORE_IRR:
		if (c->irr_missing > 0)
			buf_printf(out,
			    "%u of %u routes have no route object of their "
			    "origin, equal or less specific",
			    c->irr_missing, c->routes);
		break;
	case SCORE_RPKI:
		if (invalid > 0)
			buf_printf(out,
			    "%u of %u routes are valid, and each of %u invalid "
			    "ones costs as much as %s not covered",
			    c->rpki_valid, c->routes, invalid,
			    score_profile_text(p, SET_RPKI_FACTOR, peers));
		else if (c->rpki_valid < c->routes)
			buf_printf(out, "%u of %u routes are covered by a ROA",
			    c->rpki_valid, c->routes);
		break;
	case SCORE_IDS:
		break;
	}
}
