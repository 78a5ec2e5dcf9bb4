/* SPDX-License-Identifier: BSD-2-Clause */
/* check_json.c - `comity check --json`: one object. */
#include "cmd/check.h"

#include <stdio.h>

static void
json_prefix(struct json_writer *w, const char *key, const struct prefix *p)
{
	char text[PREFIX_TEXT_MAX];

	(void)prefix_format(text, p);
	json_kv_str(w, key, text);
}

static void
json_charge(struct json_writer *w, const struct check *c,
    const struct report_charge *x)
{
	char weight[32];
	struct buf fix = { 0 };

	json_object(w);
	json_kv_str(w, "id", x->c.incident);
	json_kv_str(w, "metric", x->c.metric);
	json_kv_str(w, "split", x->c.split);
	json_prefix(w, "prefix", &x->c.prefix);
	json_kv_time(w, "start", x->c.start);
	json_kv_time(w, "end", x->c.end);
	json_key(w, "weight");
	(void)score_raw_text(x->c.weight_micro, weight);
	json_raw(w, weight, strlen(weight));
	json_kv_str(w, "detail", x->c.detail);
	json_kv_bool(w, "counted", x->left_out == NULL);
	json_kv_str(w, "why_not", x->left_out);
	check_charge_text(c, x, &fix);
	json_kv_str(w, "fix", buf_cstr(&fix));
	json_key(w, "incident");
	if (x->in == NULL)
		json_null(w);
	else
		report_json_incident(x->in, w);
	json_object_end(w);
	buf_fini(&fix);
}

static void
json_charges(struct json_writer *w, const struct check *c)
{
	const struct report_net *n = c->in_month;

	json_key(w, "incidents");
	json_array(w);
	for (size_t i = 0; i < n->n_charges; i++)
		json_charge(w, c, &c->rep.charges.p[n->charge + i]);
	json_array_end(w);
}

static void
json_missing(struct json_writer *w, const struct check *c, bool rpki)
{
	struct buf b = { 0 };

	json_key(w, "missing");
	json_array(w);
	for (size_t i = 0; i < c->routes.n; i++) {
		const struct check_route *r = &c->routes.p[i];

		if (!(rpki ? check_rpki_missing(r) : check_irr_missing(r)))
			continue;
		buf_clear(&b);
		if (rpki)
			check_roa_text(c, r, &b);
		else
			check_route_text(c, r, &b);
		json_object(w);
		json_prefix(w, "prefix", &r->fact.prefix);
		json_kv_u64(w, "origin", r->fact.origin);
		json_kv_str(w, "fix", buf_cstr(&b));
		json_object_end(w);
	}
	json_array_end(w);
	buf_fini(&b);
}

static void
json_input(struct json_writer *w, const struct check *c, const char *kind,
    const char *source, int64_t date_us, const char *sha)
{
	json_object(w);
	json_kv_str(w, "kind", kind);
	json_kv_str(w, "source", source);
	json_kv_time(w, "date", date_us);
	json_key(w, "age_seconds");
	if (date_us == TIME_NONE)
		json_null(w);
	else
		json_i64(w, (c->moment_us - date_us) / TIME_SEC);
	json_kv_str(w, "sha256", sha);
	json_object_end(w);
}

static void
json_inputs(struct json_writer *w, const struct check *c, enum score_id id)
{
	const struct check_basis *b = check_basis(id);
	char sha[65];

	json_key(w, "inputs");
	json_array(w);
	for (size_t i = 0; b->routing && i < c->rep.inputs.n; i++) {
		const struct store_input *in = &c->rep.inputs.p[i];

		json_input(w, c, in->kind, in->collector, in->last_us,
		    in->sha256);
	}
	for (size_t i = 0; i < world_input_count(c->world); i++) {
		const struct world_input *in = world_input(c->world, i);

		if (!check_uses(b, in->kind))
			continue;
		text_hex(sha, in->sha256, 32);
		json_input(w, c, in->kind, in->source, in->date_us, sha);
	}
	json_array_end(w);
}

static void
json_action(struct json_writer *w, const struct check *c, enum score_id id)
{
	const struct score_value *v = &c->card->scores[id];
	static const unsigned actions[SCORE_IDS] = { 1, 2, 3, 4, 4 };
	struct buf b = { 0 };

	json_object(w);
	json_kv_u64(w, "action", actions[id]);
	json_kv_str(w, "id", score_name(id));
	json_kv_str(w, "verdict", check_word(v));
	json_key(w, "value");
	if (v->level == SCORE_NO_DATA)
		json_null(w);
	else
		json_fixed(w, v->centi / 100.0, 2);
	json_kv_str(w, "level", score_level_name(v->level));
	check_explain(c, id, &b);
	json_kv_str(w, "why", buf_cstr(&b));
	buf_clear(&b);
	check_fix_text(c, id, &b);
	json_kv_str(w, "fix", buf_cstr(&b));
	buf_fini(&b);
	if (id == SCORE_FILTERING)
		json_charges(w, c);
	if (id == SCORE_IRR || id == SCORE_RPKI)
		json_missing(w, c, id == SCORE_RPKI);
	json_inputs(w, c, id);
	json_object_end(w);
}

static void
json_caida(struct json_writer *w, const char *key, const struct score_caida *x)
{
	json_key(w, key);
	json_object(w);
	json_kv_str(w, "verdict", score_verdict_name(x->verdict));
	json_kv_u64(w, "total", x->total);
	json_kv_u64(w, "good", x->good);
	json_object_end(w);
}

static void
json_yardsticks(struct json_writer *w, const struct check *c)
{
	json_key(w, "join");
	json_object(w);
	for (unsigned i = 0; i < JOIN_PROFILES; i++)
		json_kv_str(w, c->join[i].profile,
		    score_verdict_name(c->join[i].overall));
	json_object_end(w);
	json_caida(w, "caida-a1", &c->caida_a1);
	json_caida(w, "caida-a4", &c->caida_a4);
}

void
check_print_json(const struct check *c)
{
	struct buf b = { 0 };
	struct json_writer w = { .out = &b };
	char month[TIME_TEXT_MAX];

	json_object(&w);
	json_kv_u64(&w, "asn", c->asn);
	json_kv_str(&w, "name", c->net.name);
	json_kv_str(&w, "country", c->net.country);
	json_kv_str(&w, "month", utc_format_month(month, c->rep.month_us));
	json_kv_time(&w, "moment", c->moment_us);
	json_kv_str(&w, "world", c->world_id);
	json_kv_str(&w, "judged_by_world", c->rep.world.id);
	json_kv_str(&w, "profile", score_profile_name(c->rep.opt.profile.id));
	json_key(&w, "settings");
	score_settings_json(&w, &c->rep.opt.profile);
	json_key(&w, "actions");
	json_array(&w);
	for (unsigned i = 0; i < SCORE_IDS; i++)
		json_action(&w, c, (enum score_id)i);
	json_array_end(&w);
	json_key(&w, "victim_of");
	json_array(&w);
	for (size_t i = 0; i < c->rep.incidents.n; i++)
		if (check_is_victim(c, &c->rep.incidents.p[i]))
			report_json_incident(&c->rep.incidents.p[i], &w);
	json_array_end(&w);
	json_yardsticks(&w, c);
	json_key(&w, "network");
	score_card_json(&w, c->card);
	json_object_end(&w);
	(void)printf("%s\n", buf_cstr(&b));
	buf_fini(&b);
}
