/* SPDX-License-Identifier: BSD-2-Clause */
/* report_json.c - a report as one JSON object, and as CSV. */
#include <stdio.h>
#include <string.h>

#include "cmd/report.h"

/* --- what was judged by what -------------------------------------------- */

static void
json_world(const struct report *r, struct json_writer *w)
{
	json_object(w);
	json_kv_str(w, "id", r->world.id[0] != '\0' ? r->world.id : NULL);
	json_kv_time(w, "moment", r->world.moment_us);
	json_key(w, "inputs");
	json_array(w);
	for (size_t i = 0; i < r->sources.n; i++) {
		const struct report_source *s = &r->sources.p[i];

		json_object(w);
		json_kv_str(w, "kind", s->kind);
		json_kv_str(w, "source", s->source);
		json_kv_str(w, "date", s->date);
		json_kv_str(w, "sha256", s->sha256);
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

static void
json_input(const struct store_input *in, struct json_writer *w)
{
	json_object(w);
	json_kv_str(w, "collector", in->collector);
	json_kv_str(w, "kind", in->kind);
	json_kv_str(w, "path", in->path);
	json_kv_str(w, "sha256", in->sha256);
	json_kv_time(w, "first", in->first_us);
	json_kv_time(w, "last", in->last_us);
	json_kv_u64(w, "records", in->records);
	json_kv_u64(w, "refused", in->refused);
	json_kv_bool(w, "incomplete", in->incomplete);
	if (in->why[0] != '\0')
		json_kv_str(w, "why", in->why);
	json_object_end(w);
}

static void
json_routing(const struct report *r, struct json_writer *w)
{
	json_object(w);
	json_kv_time(w, "from", r->observed ? r->from_us : TIME_NONE);
	json_kv_time(w, "until", r->observed ? r->last_us : TIME_NONE);
	json_kv_u64(w, "collectors", r->collectors);
	json_kv_u64(w, "incomplete", r->incomplete);
	json_key(w, "inputs");
	json_array(w);
	for (size_t i = 0; i < r->inputs.n; i++)
		json_input(&r->inputs.p[i], w);
	json_array_end(w);
	json_object_end(w);
}

void
report_json_head(const struct report *r, struct json_writer *w)
{
	char month[TIME_TEXT_MAX];

	json_kv_str(w, "profile", score_profile_name(r->opt.profile.id));
	json_kv_str(w, "month", utc_format_month(month, r->month_us));
	json_key(w, "settings");
	score_settings_json(w, &r->opt.profile);
	json_key(w, "world");
	json_world(r, w);
	json_key(w, "routing");
	json_routing(r, w);
}

/* --- incidents ---------------------------------------------------------- */

static void
json_asns(struct json_writer *w, const char *key, const uint32_t *asns,
    size_t n)
{
	json_key(w, key);
	json_array(w);
	for (size_t i = 0; i < n; i++)
		json_u64(w, asns[i]);
	json_array_end(w);
}

static void
json_evidence(const struct evidence *e, struct json_writer *w)
{
	json_object(w);
	json_kv_str(w, "name", e->name);
	json_kv_str(w, "family", e->family);
	json_key(w, "weight");
	json_fixed(w, e->nats, 3);
	json_key(w, "points");
	json_i64(w, e->points);
	json_kv_str(w, "detail", e->detail);
	json_kv_str(w, "source", e->source);
	json_key(w, "age");
	if (e->age_us == TIME_NONE)
		json_null(w);
	else
		json_i64(w, e->age_us / TIME_SEC);
	json_object_end(w);
}

/* Distinct prefixes; routes are in their order. */
static void
json_prefixes(const struct incident *in, struct json_writer *w)
{
	char text[PREFIX_TEXT_MAX];

	json_key(w, "prefixes");
	json_array(w);
	for (size_t i = 0; i < in->n_routes; i++) {
		if (i > 0 &&
		    prefix_eq(&in->routes[i].prefix, &in->routes[i - 1].prefix))
			continue;
		(void)prefix_format(text, &in->routes[i].prefix);
		json_str(w, text);
	}
	json_array_end(w);
}

void
report_json_incident(const struct incident *in, struct json_writer *w)
{
	json_object(w);
	report_json_incident_members(in, w);
	json_object_end(w);
}

void
report_json_incident_members(const struct incident *in, struct json_writer *w)
{
	json_kv_str(w, "id", in->id);
	json_kv_str(w, "class", incident_class_name(in->class));
	json_kv_str(w, "type", in->type);
	json_kv_str(w, "state", incident_state_name(in->state));
	json_key(w, "culprit");
	if (in->culprit == 0)
		json_null(w);
	else
		json_u64(w, in->culprit);
	json_asns(w, "accomplices", in->accomplices, in->n_accomplices);
	json_asns(w, "victims", in->victims, in->n_victims);
	json_prefixes(in, w);
	json_kv_u64(w, "prefix_count", in->n_prefixes);
	json_kv_time(w, "start", in->start);
	json_kv_time(w, "end", in->end);
	json_kv_u64(w, "peers_max", in->peers_max);
	json_kv_u64(w, "evidence_level", in->level);
	json_key(w, "points");
	json_i64(w, in->points);
	json_key(w, "evidence");
	json_array(w);
	for (size_t i = 0; i < in->n_evidence; i++)
		json_evidence(&in->evidence[i], w);
	json_array_end(w);
	json_key(w, "merged");
	json_array(w);
	for (size_t i = 0; i < in->n_merged; i++)
		json_str(w, in->merged[i]);
	json_array_end(w);
	json_kv_str(w, "explanation", in->explanation);
	json_kv_bool(w, "suppressed", in->suppressed);
	json_kv_str(w, "reason", in->reason);
	json_kv_str(w, "inputs", in->inputs);
}

/* --- one network ---------------------------------------------------------*/

static void
json_period(const struct report *r, const struct report_period *q,
    struct json_writer *w)
{
	char text[32];

	json_object(w);
	json_kv_str(w, "metric", metric_name(q->p.metric));
	json_kv_bool(w, "administrative", q->p.administrative != 0);
	json_kv_time(w, "start", q->p.start);
	json_kv_time(w, "end", q->p.end);
	json_key(w, "weight");
	json_fixed(w, q->p.weight_micro / 1e6, 6);
	json_key(w, "score");
	(void)score_raw_text(q->p.score_micro, text);
	json_raw(w, text, strlen(text));
	json_key(w, "events");
	json_array(w);
	for (size_t i = 0; i < q->n; i++) {
		const struct report_charge *x =
		    &r->charges.p[r->events.p[q->first + i].ref];
		char prefix[PREFIX_TEXT_MAX];

		json_object(w);
		(void)prefix_format(prefix, &x->c.prefix);
		json_kv_str(w, "prefix", prefix);
		json_kv_time(w, "start", x->c.start);
		json_kv_time(w, "end", x->c.end);
		json_kv_str(w, "incident", x->c.incident);
		json_kv_str(w, "detail", x->c.detail);
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

static void
json_caida(struct json_writer *w, const char *key, const struct score_caida *c)
{
	json_key(w, key);
	json_object(w);
	json_kv_str(w, "verdict", score_verdict_name(c->verdict));
	json_kv_u64(w, "total", c->total);
	json_kv_u64(w, "good", c->good);
	json_object_end(w);
}

static void
json_trend(const struct report_net *n, struct json_writer *w)
{
	json_object(w);
	for (unsigned i = 0; i < SCORE_IDS; i++) {
		const struct score_value *a = &n->before[i];
		const struct score_value *b = &n->card.scores[i];

		json_key(w, score_name((enum score_id)i));
		if (!n->has_before || a->level == SCORE_NO_DATA ||
		    b->level == SCORE_NO_DATA)
			json_null(w);
		else
			json_fixed(w, (b->centi - a->centi) / 100.0, 2);
	}
	json_object_end(w);
}

static void
json_left_out(const struct report *r, const struct report_net *n,
    struct json_writer *w)
{
	json_key(w, "not_counted");
	json_array(w);
	for (size_t i = 0; i < n->n_charges; i++) {
		const struct report_charge *x = &r->charges.p[n->charge + i];
		char prefix[PREFIX_TEXT_MAX];

		if (x->left_out == NULL)
			continue;
		json_object(w);
		json_kv_str(w, "metric", x->c.metric);
		(void)prefix_format(prefix, &x->c.prefix);
		json_kv_str(w, "prefix", prefix);
		json_kv_time(w, "start", x->c.start);
		json_kv_time(w, "end", x->c.end);
		json_kv_str(w, "incident", x->c.incident);
		json_kv_str(w, "why", x->left_out);
		json_object_end(w);
	}
	json_array_end(w);
}

void
report_json_net(const struct report *r, const struct report_net *n,
    struct json_writer *w)
{
	const struct network_facts *f = n->facts;

	json_object(w);
	json_kv_u64(w, "asn", n->asn);
	json_kv_str(w, "name", f != NULL ? f->name : "");
	json_kv_str(w, "org", f != NULL ? f->org : "");
	json_kv_str(w, "country", f != NULL ? f->country : "");
	json_kv_str(w, "rir", f != NULL ? f->rir : "");
	json_kv_str(w, "status", f != NULL ? f->status : "");
	json_kv_str(w, "programmes", f != NULL ? f->programmes : "");
	json_kv_str(w, "participant", f != NULL ? f->participant : "");
	score_card_members(w, &n->card);
	json_key(w, "trend");
	json_trend(n, w);
	json_caida(w, "caida-a1", &n->a1);
	json_caida(w, "caida-a4", &n->a4);
	json_key(w, "periods");
	json_array(w);
	for (size_t i = 0; i < n->n_periods; i++)
		json_period(r, &r->periods.p[n->period + i], w);
	json_array_end(w);
	json_left_out(r, n, w);
	json_object_end(w);
}

/* --- the whole ------------------------------------------------------------*/

static void
json_groups(const struct report *r, struct json_writer *w)
{
	static const struct {
		const char *key;
		enum score_dim dim;
	} dims[] = {
		{ "all", SCORE_BY_ALL },
		{ "region", SCORE_BY_REGION },
		{ "country", SCORE_BY_COUNTRY },
		{ "rir", SCORE_BY_RIR },
		{ "programme", SCORE_BY_PROGRAMME },
		{ "participant", SCORE_BY_PARTICIPANT },
	};

	json_object(w);
	for (size_t d = 0; d < COUNT(dims); d++) {
		struct score_groups g = { 0 };

		report_groups(r, dims[d].dim, &g);
		json_key(w, dims[d].key);
		json_array(w);
		for (size_t i = 0; i < g.n; i++)
			score_group_json(w, &g.p[i]);
		json_array_end(w);
		vec_fini(&g);
	}
	json_object_end(w);
}

static void
json_programmes(const struct report *r, struct json_writer *w)
{
	struct report_programmes list;

	report_programmes(r, &list);
	json_array(w);
	for (size_t i = 0; i < list.n; i++) {
		const struct report_programme *p = &list.p[i];

		json_object(w);
		json_kv_str(w, "programme", p->name);
		json_kv_u64(w, "participants", p->organisations);
		json_kv_u64(w, "asns", p->asns);
		json_kv_u64(w, "countries", p->countries);
		json_key(w, "growth");
		if (p->n_steps < 2)
			json_null(w);
		else
			json_i64(w,
			    (int64_t)p->steps[p->n_steps - 1].organisations -
				p->steps[0].organisations);
		json_key(w, "history");
		json_array(w);
		for (size_t k = 0; k < p->n_steps; k++) {
			json_object(w);
			json_kv_time(w, "date", p->steps[k].date_us);
			json_kv_u64(w, "participants",
			    p->steps[k].organisations);
			json_kv_u64(w, "asns", p->steps[k].asns);
			json_kv_str(w, "from", p->steps_from);
			json_object_end(w);
		}
		json_array_end(w);
		json_object_end(w);
	}
	json_array_end(w);
	report_programmes_fini(&list);
}

/* As the Observatory's API gives a summary: fractions of 1. */
static void
json_key_figures(const struct report *r, struct json_writer *w)
{
	struct report_figure fig[SCORE_IDS];
	double scale = r->opt.profile.v[SET_API_SCALE][0];

	report_figures(r, fig);
	json_object(w);
	json_key(w, "keyFigures");
	json_array(w);
	for (unsigned s = 0; s < SCORE_IDS; s++) {
		json_object(w);
		json_kv_str(w, "id", score_name((enum score_id)s));
		json_key(w, "value");
		if (fig[s].has)
			json_fixed(w, fig[s].value_centi / 1e4, 4);
		else
			json_null(w);
		json_key(w, "trend");
		if (fig[s].has && fig[s].has_before)
			json_fixed(w,
			    (fig[s].value_centi - fig[s].before_centi) / 1e4,
			    4);
		else
			json_null(w);
		json_key(w, "severities");
		json_array(w);
		for (unsigned l = SCORE_LEVELS; l-- > 0;) {
			json_object(w);
			json_kv_str(w, "id",
			    score_level_name((enum score_level)l));
			json_kv_u64(w, "count", fig[s].level[l]);
			json_key(w, "percentage");
			if (fig[s].networks == 0)
				json_null(w);
			else
				json_fixed(w,
				    scale * fig[s].level[l] / fig[s].networks,
				    2);
			json_object_end(w);
		}
		json_array_end(w);
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

void
report_json(const struct report *r, struct buf *out)
{
	struct json_writer w = { .out = out, .indent = 2 };

	json_object(&w);
	report_json_head(r, &w);
	json_key(&w, "scores");
	json_key_figures(r, &w);
	json_key(&w, "networks");
	json_array(&w);
	for (size_t i = 0; i < r->nets.n; i++)
		report_json_net(r, &r->nets.p[i], &w);
	json_array_end(&w);
	json_key(&w, "groups");
	json_groups(r, &w);
	json_key(&w, "programmes");
	json_programmes(r, &w);
	json_key(&w, "incidents");
	json_array(&w);
	for (size_t i = 0; i < r->incidents.n; i++)
		report_json_incident(&r->incidents.p[i], &w);
	json_array_end(&w);
	json_object_end(&w);
	buf_chr(out, '\n');
}
