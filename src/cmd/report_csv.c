/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_csv.c - a row for each network, RFC 4180.
 *
 * CSV has no place for a header beside the names of its columns, so every row
 * names profile, world and the settings that differ from the profile.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/report.h"

static void
field(struct buf *out, const char *s)
{
	if (out->n > 0 && out->p[out->n - 1] != '\n')
		buf_chr(out, ',');
	/* A spreadsheet takes such a text for a formula. */
	bool formula = s[0] != '\0' && strchr("=+-@\t\r", s[0]) != NULL;

	if (!formula && strpbrk(s, ",\"\r\n") == NULL) {
		buf_str(out, s);
		return;
	}
	buf_chr(out, '"');
	if (formula)
		buf_chr(out, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			buf_chr(out, '"');
		buf_chr(out, *s);
	}
	buf_chr(out, '"');
}

static void
number(struct buf *out, uint64_t v)
{
	buf_chr(out, ',');
	buf_dec(out, v);
}

static void
share(struct buf *out, uint32_t part, uint32_t unknown, uint32_t all)
{
	buf_chr(out, ',');
	if (all > 0 && unknown == 0)
		buf_printf(out, "%.6f", (double)part / all);
}

static void
answer(struct buf *out, enum score_answer a)
{
	buf_str(out, a == SCORE_UNKNOWN ? "," : a == SCORE_YES ? ",1" : ",0");
}

static void
end_row(struct buf *out)
{
	buf_str(out, "\r\n");
}

static void
names(struct buf *out)
{
	static const char *const first[] = { "asn", "name", "org", "country",
		"rir", "status", "programmes", "participant", "month" };
	static const char *const last[] = { "M5", "M5C", "M6", "M7IRR",
		"M7RPKI", "M7RPKIN", "M8", "routes" };
	char name[64];

	for (size_t i = 0; i < COUNT(first); i++)
		field(out, first[i]);
	for (unsigned m = 0; m < METRIC_INCIDENTS; m++)
		field(out, metric_name((enum metric)m));
	for (size_t i = 0; i < COUNT(last); i++)
		field(out, last[i]);
	for (unsigned s = 0; s < SCORE_IDS; s++) {
		field(out, score_name((enum score_id)s));
		(void)snprintf(name, sizeof(name), "%sLevel",
		    score_name((enum score_id)s));
		field(out, name);
	}
	field(out, "caidaA1");
	field(out, "caidaA4");
	field(out, "profile");
	field(out, "settings");
	field(out, "world");
	end_row(out);
}

static void
card(struct buf *out, const struct score_card *c)
{
	char text[32];

	for (unsigned m = 0; m < METRIC_INCIDENTS; m++) {
		buf_chr(out, ',');
		if (c->observed)
			buf_str(out, score_raw_text(c->raw[m], text));
	}
	if (c->tests > 0)
		number(out, c->spoofable);
	else
		buf_chr(out, ',');
	if (c->tests_c > 0)
		number(out, c->spoofable_c);
	else
		buf_chr(out, ',');
	answer(out, c->policy);
	share(out, c->irr_missing, c->irr_unknown, c->routes);
	share(out, c->rpki_valid, c->rpki_unknown, c->routes);
	share(out, c->rpki_invalid_asn + c->rpki_invalid_len, c->rpki_unknown,
	    c->routes);
	answer(out, c->contact);
	number(out, c->routes);
	for (unsigned s = 0; s < SCORE_IDS; s++) {
		const struct score_value *v = &c->scores[s];

		buf_chr(out, ',');
		if (v->level != SCORE_NO_DATA)
			buf_str(out, score_value_text(v, text));
		field(out, score_level_name(v->level));
	}
}

/* Settings that the profile does not have by itself. */
static void
changed(const struct report *r, struct buf *out)
{
	struct score_profile def;

	(void)score_profile_init(&def,
	    str_from(score_profile_name(r->opt.profile.id)));
	for (size_t i = 0; score_setting(i) != NULL; i++) {
		char a[SCORE_VALUE_MAX], b[SCORE_VALUE_MAX];

		if (strcmp(score_profile_text(&def, i, a),
			score_profile_text(&r->opt.profile, i, b)) == 0)
			continue;
		buf_printf(out, "%s%s=%s", out->n > 0 ? ";" : "",
		    score_setting(i)->name, b);
	}
}

void
report_csv(const struct report *r, struct buf *out)
{
	char month[TIME_TEXT_MAX];
	struct buf settings = { 0 };

	(void)utc_format_month(month, r->month_us);
	changed(r, &settings);
	names(out);
	for (size_t i = 0; i < r->nets.n; i++) {
		const struct report_net *n = &r->nets.p[i];
		const struct network_facts *f = n->facts;

		buf_dec(out, n->asn);
		field(out, f != NULL ? f->name : "");
		field(out, f != NULL ? f->org : "");
		field(out, f != NULL ? f->country : "");
		field(out, f != NULL ? f->rir : "");
		field(out, f != NULL ? f->status : "");
		field(out, f != NULL ? f->programmes : "");
		field(out, f != NULL ? f->participant : "");
		field(out, month);
		card(out, &n->card);
		field(out, score_verdict_name(n->a1.verdict));
		field(out, score_verdict_name(n->a4.verdict));
		field(out, score_profile_name(r->opt.profile.id));
		field(out, buf_cstr(&settings));
		field(out, r->world.id);
		end_row(out);
	}
	buf_fini(&settings);
}
