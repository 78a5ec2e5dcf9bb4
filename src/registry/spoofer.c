/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spoofer.c - sessions of CAIDA's Spoofer: its JSON (a page with hydra:member,
 * one object, JSON lines) and the CSV that Shadowserver makes of it.
 */
#include "registry/csv.h"
#include "json/json.h"

#include <stdio.h>

/* One session: both families. */
struct session {
	uint64_t number;
	int64_t time;
	uint32_t asn[NET_FAMILIES];
	bool has_asn[NET_FAMILIES], has_client[NET_FAMILIES], bad_client;
	struct prefix client[NET_FAMILIES];
	int8_t nat[NET_FAMILIES];
	uint8_t routed[NET_FAMILIES], private_[NET_FAMILIES];
	bool any; /* a member of a session was met */
};

struct spoofer_ctx {
	struct registry_input *in;
	struct session s;
	unsigned depth;
	bool open;
};

static void
begin_session(struct session *s)
{
	*s = (struct session){ .time = TIME_NONE, .nat = { -1, -1 } };
}

/* Null: the family was not tested.  There are four words; any other is
 * "unknown", and said so once. */
static uint8_t
verdict(struct registry_input *in, struct str s)
{
	static const struct {
		const char *word;
		uint8_t v;
	} words[] = {
		{ "received", REG_SPOOF_RECEIVED },
		{ "rewritten", REG_SPOOF_REWRITTEN },
		{ "blocked", REG_SPOOF_BLOCKED },
		{ "unknown", REG_SPOOF_UNKNOWN },
		{ "", REG_SPOOF_UNTESTED },
		{ "null", REG_SPOOF_UNTESTED },
		{ "none", REG_SPOOF_UNTESTED },
	};
	struct registry_load_report *rep = &in->report;

	for (size_t i = 0; i < COUNT(words); i++)
		if (str_eq_nocase(s, words[i].word))
			return words[i].v;
	if (rep->n_reasons < REG_REFUSALS) {
		char word[40];

		(void)snprintf(rep->reasons[rep->n_reasons++],
		    sizeof(rep->reasons[0]),
		    "taken as unknown: test result \"%s\"",
		    text_safe(word, sizeof(word), s));
	}
	return REG_SPOOF_UNKNOWN;
}

static const char *
take_session(struct registry_input *in, const struct session *s)
{
	size_t before = in->tests.n;

	if (s->bad_client)
		return "bad client prefix";
	if (s->time == TIME_NONE)
		return "session without a time";
	for (size_t f = 0; f < NET_FAMILIES; f++)
		if (s->has_asn[f] && s->has_client[f])
			vec_push(&in->tests,
			    ((struct reg_test){ s->number, s->time, s->asn[f],
				s->client[f], s->nat[f], s->routed[f],
				s->private_[f] }));
	if (in->tests.n == before)
		return "session without a network and its client prefix";
	in->report.taken++;
	reg_newest(in, s->time);
	return NULL;
}

static void
set_client(struct session *s, struct str text)
{
	struct prefix p;

	text = str_trim(text);
	if (text.n == 0)
		return;
	if (!prefix_parse_loose(text, &p)) {
		s->bad_client = true;
		return;
	}
	/* Published as /24 or /40; a longer one is an address: cut it. */
	p = prefix_truncate(&p, p.family == NET_IP4
				    ? (p.len > 24 ? 24 : p.len)
				    : (p.len > 40 ? 40 : p.len));
	s->client[p.family] = p;
	s->has_client[p.family] = true;
}

static void
set_member(struct spoofer_ctx *c, const struct json_event *ev)
{
	struct session *s = &c->s;
	struct str key = ev->key;
	unsigned six = key.n != 0 && key.p[key.n - 1] == '6';

	if (ev->kind == JSON_NULL || ev->kind > JSON_STRING)
		return;
	if (str_eq(key, "session")) {
		if (ev->kind != JSON_BOOL)
			s->any |=
			    text_parse_u64(ev->text, UINT64_MAX, &s->number);
	} else if (str_eq(key, "nat4") || str_eq(key, "nat6")) {
		if (ev->kind == JSON_BOOL)
			s->nat[six] = ev->truth;
	} else if (ev->kind == JSON_BOOL) {
		return;
	} else if (str_eq(key, "timestamp")) {
		(void)utc_parse(ev->text, &s->time);
	} else if (str_eq(key, "asn4") || str_eq(key, "asn6")) {
		s->has_asn[six] = asn_parse(ev->text, &s->asn[six]);
	} else if (str_eq(key, "client4") || str_eq(key, "client6")) {
		s->any = true;
		set_client(s, ev->text);
	} else if (str_eq(key, "routedspoof") || str_eq(key, "routedspoof6")) {
		s->any = true;
		s->routed[six] = verdict(c->in, ev->text);
	} else if (str_eq(key, "privatespoof") ||
		   str_eq(key, "privatespoof6")) {
		s->any = true;
		s->private_[six] = verdict(c->in, ev->text);
	}
}

static int
on_event(void *ctx, const struct json_reader *jr, const struct json_event *ev,
    struct err *err)
{
	struct spoofer_ctx *c = ctx;
	const char *why;

	if (c->in->tests.n > MAX_REG_ROWS)
		return err_set(err, ERR_LIMIT, "over %u rows", MAX_REG_ROWS);
	if (ev->kind == JSON_BEGIN_OBJECT) {
		begin_session(&c->s);
		c->open = true;
		c->depth = ev->depth;
	} else if (ev->kind == JSON_END_OBJECT) {
		if (c->open && c->depth == ev->depth && c->s.any &&
		    (why = take_session(c->in, &c->s)) != NULL)
			reg_refuse(c->in, "offset %llu: %s",
			    (unsigned long long)json_reader_pos(jr), why);
		c->open = false;
	} else if (c->open && ev->depth == c->depth + 1) {
		set_member(c, ev);
	}
	return 0;
}

int
reg_load_spoofer(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	struct spoofer_ctx c = { .in = in };

	return reg_each_json(s, true, on_event, &c, err);
}

/* --- Shadowserver ------------------------------------------------------ */

struct columns {
	int time, asn, network, routed, session, nat;
};

static void
csv_row(struct registry_input *in, const struct reg_csv *c,
    const struct columns *k)
{
	struct session s;
	struct str nat = reg_csv_cell(c, k->nat);
	const char *why;
	uint32_t asn;
	bool has_asn = asn_parse(reg_csv_cell(c, k->asn), &asn);

	begin_session(&s);
	(void)text_parse_u64(reg_csv_cell(c, k->session), UINT64_MAX,
	    &s.number);
	(void)utc_parse(reg_csv_cell(c, k->time), &s.time);
	set_client(&s, reg_csv_cell(c, k->network));
	for (size_t f = 0; f < NET_FAMILIES; f++) {
		s.has_asn[f] = has_asn && s.has_client[f];
		s.asn[f] = has_asn ? asn : 0;
		if (nat.n != 0)
			s.nat[f] = str_eq_nocase(nat, "1") ||
				   str_eq_nocase(nat, "true") ||
				   str_eq_nocase(nat, "yes") ||
				   str_eq_nocase(nat, "y");
		if (s.has_client[f])
			s.routed[f] = verdict(in, reg_csv_cell(c, k->routed));
	}
	why = take_session(in, &s);
	if (why != NULL)
		reg_refuse(in, "line %llu: %s",
		    (unsigned long long)c->record_line, why);
}

int
reg_load_shadowserver(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	struct reg_csv c;
	struct columns k;
	int got = -1;

	reg_csv_init(&c, s);
	if (reg_csv_header(&c, err) == -1)
		goto out;
	k = (struct columns){ reg_csv_col(&c, "timestamp"),
		reg_csv_col(&c, "asn"), reg_csv_col(&c, "network"),
		reg_csv_col(&c, "routedspoof"), reg_csv_col(&c, "session"),
		reg_csv_col(&c, "nat") };
	if (k.network == -1 || k.routed == -1) {
		err_set(err, ERR_INPUT,
		    "line 1: no columns network and routedspoof");
		goto out;
	}
	while ((got = reg_csv_next(&c, err)) == 1)
		if (c.too_long)
			reg_refuse(in, "line %llu: record cut or too long",
			    (unsigned long long)c.record_line);
		else
			csv_row(in, &c, &k);
out:
	reg_csv_fini(&c);
	return got;
}
