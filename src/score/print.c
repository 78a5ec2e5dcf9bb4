/* SPDX-License-Identifier: BSD-2-Clause */
/* print.c - score cards and groups as JSON. */
#include "score/score.h"

static void
json_raw_metric(struct json_writer *w, const char *key, int64_t micro)
{
	char text[32];

	json_key(w, key);
	(void)score_raw_text(micro, text);
	json_raw(w, text, strlen(text));
}

/* A share of the network's routes, null without a basis. */
static void
json_share(struct json_writer *w, const char *key, uint32_t part,
    uint32_t unknown, uint32_t all)
{
	json_key(w, key);
	if (all == 0 || unknown > 0)
		json_null(w);
	else
		json_fixed(w, (double)part / all, 6);
}

static void
json_answer(struct json_writer *w, const char *key, enum score_answer a)
{
	json_key(w, key);
	if (a == SCORE_UNKNOWN)
		json_null(w);
	else
		json_u64(w, a == SCORE_YES);
}

static void
json_metrics(struct json_writer *w, const struct score_card *c)
{
	json_object(w);
	for (unsigned m = 0; m < METRIC_INCIDENTS; m++) {
		if (!c->observed) {
			json_key(w, metric_name((enum metric)m));
			json_null(w);
			continue;
		}
		json_raw_metric(w, metric_name((enum metric)m), c->raw[m]);
	}
	json_key(w, "M5");
	if (c->tests > 0)
		json_u64(w, c->spoofable);
	else
		json_null(w);
	json_key(w, "M5C");
	if (c->tests_c > 0)
		json_u64(w, c->spoofable_c);
	else
		json_null(w);
	json_answer(w, "M6", c->policy);
	json_share(w, "M7IRR", c->irr_missing, c->irr_unknown, c->routes);
	json_share(w, "M7RPKI", c->rpki_valid, c->rpki_unknown, c->routes);
	json_share(w, "M7RPKIN", c->rpki_invalid_asn + c->rpki_invalid_len,
	    c->rpki_unknown, c->routes);
	json_answer(w, "M8", c->contact);
	for (unsigned m = METRIC_M3; m <= METRIC_M4C; m++) {
		static const char *const keys[] = { "M3administrative",
			"M3Cadministrative", "M4administrative",
			"M4Cadministrative" };

		if (c->admin[m] > 0)
			json_raw_metric(w, keys[m - METRIC_M3], c->admin[m]);
	}
	json_object_end(w);
}

static void
json_counts(struct json_writer *w, const struct score_card *c)
{
	json_object(w);
	json_kv_u64(w, "routes", c->routes);
	json_kv_u64(w, "low_visibility", c->low_visibility);
	json_kv_u64(w, "irr_missing", c->irr_missing);
	json_kv_u64(w, "irr_unknown", c->irr_unknown);
	json_kv_u64(w, "rpki_valid", c->rpki_valid);
	json_kv_u64(w, "rpki_not_found", c->rpki_not_found);
	json_kv_u64(w, "rpki_invalid_asn", c->rpki_invalid_asn);
	json_kv_u64(w, "rpki_invalid_length", c->rpki_invalid_len);
	json_kv_u64(w, "rpki_unknown", c->rpki_unknown);
	json_kv_u64(w, "spoofer_tests", c->tests);
	json_kv_u64(w, "spoofer_tests_nat", c->nat_tests);
	json_object_end(w);
}

void
score_card_json(struct json_writer *w, const struct score_card *c)
{
	json_object(w);
	json_kv_u64(w, "asn", c->asn);
	score_card_members(w, c);
	json_object_end(w);
}

void
score_card_members(struct json_writer *w, const struct score_card *c)
{
	json_key(w, "metrics");
	json_metrics(w, c);
	json_key(w, "scores");
	json_object(w);
	for (unsigned i = 0; i < SCORE_IDS; i++) {
		const struct score_value *v = &c->scores[i];

		json_key(w, score_name((enum score_id)i));
		json_object(w);
		json_key(w, "value");
		if (v->level == SCORE_NO_DATA)
			json_null(w);
		else
			json_fixed(w, v->centi / 100.0, 2);
		json_kv_str(w, "level", score_level_name(v->level));
		if (v->why[0] != '\0')
			json_kv_str(w, "why", v->why);
		json_object_end(w);
	}
	json_object_end(w);
	json_key(w, "counts");
	json_counts(w, c);
}

static void
json_centi(struct json_writer *w, const char *key, bool has, int32_t centi)
{
	json_key(w, key);
	if (has)
		json_fixed(w, centi / 100.0, 2);
	else
		json_null(w);
}

void
score_group_json(struct json_writer *w, const struct score_group *g)
{
	json_object(w);
	json_kv_str(w, "key", g->key);
	json_kv_u64(w, "networks", g->networks);
	json_key(w, "scores");
	json_object(w);
	for (unsigned i = 0; i < SCORE_IDS; i++) {
		json_key(w, score_name((enum score_id)i));
		json_object(w);
		json_centi(w, "mean", g->score[i].has, g->score[i].mean_centi);
		json_centi(w, "median", g->score[i].has,
		    g->score[i].median_centi);
		json_centi(w, "worst", g->score[i].has,
		    g->score[i].worst_centi);
		for (unsigned l = SCORE_LEVELS; l-- > 0;)
			json_kv_u64(w, score_level_name((enum score_level)l),
			    g->score[i].level[l]);
		json_object_end(w);
	}
	json_object_end(w);
	json_object_end(w);
}
