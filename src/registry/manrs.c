/* SPDX-License-Identifier: BSD-2-Clause */
/* manrs.c - the public lists of MANRS participants, and the Observatory's
 * scores per ASN, both as CSV with columns known by name. */
#include "registry/csv.h"

#include <strings.h>

#define MAX_PART_ASNS 10000 /* of one participant */

struct columns {
	int name, areas, asns, since, programme;
	int action[REG_ACTIONS_MAX];
	enum registry_programme is; /* as the columns have it */
};

static bool
contains(struct str s, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= s.n; i++)
		if (strncasecmp(s.p + i, what, n) == 0)
			return true;
	return false;
}

static int
first_col(const struct reg_csv *c, const char *const names[])
{
	for (; *names != NULL; names++) {
		int col = reg_csv_col(c, *names);

		if (col != -1)
			return col;
	}
	return -1;
}

/*
 * Operators have four actions and areas.  CDNs have six, the last of them
 * tools; IXPs promise to protect the peering platform.
 */
static void
find_columns(const struct reg_csv *c, struct columns *k)
{
	k->name = first_col(c,
	    (const char *const[]){ "Organization Name", "Organisation Name",
		"Organization", "Organisation", "Name", NULL });
	k->areas = first_col(c, (const char *const[]){ "Areas", "Areas Served",
				    "areas_served", "Area", "Country", NULL });
	k->asns = first_col(c, (const char *const[]){ "ASNs", "ASN", NULL });
	k->since =
	    first_col(c, (const char *const[]){ "member_since", "Member Since",
			     "memberSince", "Joined", "Date Joined", NULL });
	k->programme =
	    first_col(c, (const char *const[]){ "Programme", "Program", NULL });
	k->is = REG_OPERATOR;
	for (size_t a = 0; a < REG_ACTIONS_MAX; a++)
		k->action[a] = -1;
	for (size_t i = 0; i < c->n_head; i++) {
		struct str t = reg_csv_title(c, i);
		size_t a;

		if (t.n < 8 || !str_starts(t, "Action "))
			continue;
		a = (size_t)(t.p[7] - '1');
		if (a >= REG_ACTIONS_MAX)
			continue;
		k->action[a] = (int)i;
		if (contains(t, "platform"))
			k->is = REG_IXP;
		else if (contains(t, "tools") || contains(t, "adoption"))
			k->is = k->is == REG_IXP ? REG_IXP : REG_CDN;
	}
}

static enum registry_programme
programme_of(struct str s, enum registry_programme otherwise)
{
	if (contains(s, "ixp") || contains(s, "exchange"))
		return REG_IXP;
	if (contains(s, "cdn") || contains(s, "cloud"))
		return REG_CDN;
	if (contains(s, "vendor"))
		return REG_VENDOR;
	if (contains(s, "operator") || contains(s, "isp") ||
	    contains(s, "network"))
		return REG_OPERATOR;
	return otherwise;
}

/* "61468;27841;27820" */
static void
take_asns(struct registry_input *in, struct str cell, uint64_t line,
    struct reg_member_org *org)
{
	struct str part;

	org->asn_at = (uint32_t)in->part_asns.n;
	while (cell.n != 0 && str_cut(&cell, ';', &part)) {
		uint32_t asn;
		bool known = false;

		part = str_trim(part);
		if (part.n == 0)
			continue;
		if (org->n_asns == MAX_PART_ASNS || !asn_parse(part, &asn)) {
			reg_refuse(in, "line %llu: bad AS number \"%.*s\"",
			    (unsigned long long)line,
			    part.n > 40 ? 40 : (int)part.n, part.p);
			continue;
		}
		for (uint32_t i = 0; i < org->n_asns; i++)
			known |= in->part_asns.p[org->asn_at + i] == asn;
		if (known)
			continue;
		vec_push(&in->part_asns, asn);
		org->n_asns++;
	}
}

static void
take_participant(struct registry_input *in, const struct reg_csv *c,
    const struct columns *k)
{
	struct reg_member_org org = { .since = TIME_NONE };

	org.name = reg_text(in, reg_csv_cell(c, k->name));
	if (org.name == 0) {
		reg_refuse(in, "line %llu: no organisation",
		    (unsigned long long)c->record_line);
		return;
	}
	org.areas = reg_text(in, reg_csv_cell(c, k->areas));
	(void)utc_parse(reg_csv_cell(c, k->since), &org.since);
	org.programme =
	    (uint8_t)programme_of(reg_csv_cell(c, k->programme), k->is);
	for (size_t a = 0; a < REG_ACTIONS_MAX; a++) {
		struct str cell = reg_csv_cell(c, k->action[a]);

		org.texts[a] = reg_text(in, cell);
		if (cell.n != 0)
			org.claims[a] = str_eq_nocase(cell, "No")
					    ? REG_CLAIM_NO
					    : REG_CLAIM_YES;
	}
	take_asns(in, reg_csv_cell(c, k->asns), c->record_line, &org);
	vec_push(&in->orgs_manrs, org);
	in->report.taken++;
}

/* One table of either kind: find columns, then row by row. */
static int
each_row(struct os_stream *s, struct registry_input *in,
    bool (*header)(const struct reg_csv *c, void *k),
    void (*row)(struct registry_input *in, const struct reg_csv *c,
	const void *k),
    void *k, struct err *err)
{
	struct reg_csv c;
	int got = -1;

	reg_csv_init(&c, s);
	if (reg_csv_header(&c, err) == -1)
		goto out;
	if (!header(&c, k)) {
		err_set(err, ERR_INPUT, "line 1: not the columns of %s",
		    registry_kind_name(in->report.kind));
		goto out;
	}
	while ((got = reg_csv_next(&c, err)) == 1)
		if (c.too_long || in->scores.n > MAX_REG_ROWS ||
		    in->orgs_manrs.n > MAX_REG_ROWS)
			reg_refuse(in, "line %llu: record cut or too long",
			    (unsigned long long)c.record_line);
		else
			row(in, &c, k);
out:
	reg_csv_fini(&c);
	return got;
}

static bool
participants_header(const struct reg_csv *c, void *ctx)
{
	struct columns *k = ctx;

	find_columns(c, k);
	return k->name != -1 && k->asns != -1;
}

static void
participants_row(struct registry_input *in, const struct reg_csv *c,
    const void *k)
{
	take_participant(in, c, k);
}

int
reg_load_participants(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	struct columns k;

	if (each_row(s, in, participants_header, participants_row, &k, err) ==
	    -1)
		return -1;
	reg_source(in, "manrs-%s", registry_programme_name(k.is));
	return 0;
}

/* --- Observatory ------------------------------------------------------- */

struct score_columns {
	int asn, holder, country, region, score[REG_SCORES];
};

/* "0.36" and "1" are shares, "36" a percentage; "" no data: hundredths. */
static bool
parse_share(struct str s, int16_t *percent)
{
	uint64_t whole = 0, part = 0, scale = 1;
	const char *dot = s.n == 0 ? NULL : memchr(s.p, '.', s.n);
	struct str a = s;

	*percent = -1;
	if (s.n == 0)
		return true;
	if (dot != NULL) {
		a.n = (size_t)(dot - s.p);
		if (s.n - a.n - 1 > 9 ||
		    !text_parse_u64((struct str){ dot + 1, s.n - a.n - 1 },
			999999999, &part))
			return false;
		for (size_t i = 0; i < s.n - a.n - 1; i++)
			scale *= 10;
	}
	if (!text_parse_u64(a, 100, &whole))
		return false;
	if (whole > 1)
		*percent = (int16_t)(whole + (part * 2 >= scale));
	else
		*percent =
		    (int16_t)(whole * 100 + (part * 200 + scale) / (2 * scale));
	return *percent <= 100;
}

static bool
scores_header(const struct reg_csv *c, void *ctx)
{
	struct score_columns *k = ctx;

	*k = (struct score_columns){
		.asn = reg_csv_col(c, "ASN"),
		.holder = reg_csv_col(c, "Holder"),
		.country = reg_csv_col(c, "Country"),
		.region = reg_csv_col(c, "RIR Regions"),
		.score = { reg_csv_col(c, "Filtering"),
		    reg_csv_col(c, "Anti-spoofing"),
		    reg_csv_col(c, "Coordination"),
		    reg_csv_col(c, "Global Validation IRR"),
		    reg_csv_col(c, "Global Validation RPKI") },
	};
	return k->asn != -1 && k->score[0] != -1;
}

static void
scores_row(struct registry_input *in, const struct reg_csv *c, const void *ctx)
{
	const struct score_columns *k = ctx;
	struct reg_scores row = { 0 };

	if (!asn_parse(reg_csv_cell(c, k->asn), &row.asn)) {
		reg_refuse(in, "line %llu: bad AS number",
		    (unsigned long long)c->record_line);
		return;
	}
	for (size_t i = 0; i < REG_SCORES; i++)
		if (!parse_share(reg_csv_cell(c, k->score[i]),
			&row.percent[i])) {
			reg_refuse(in, "line %llu: bad score",
			    (unsigned long long)c->record_line);
			return;
		}
	row.holder = reg_text(in, reg_csv_cell(c, k->holder));
	row.region = reg_text(in, reg_csv_cell(c, k->region));
	reg_cc(reg_csv_cell(c, k->country), row.cc);
	vec_push(&in->scores, row);
	in->report.taken++;
}

int
reg_load_observatory(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	struct score_columns k;

	return each_row(s, in, scores_header, scores_row, &k, err);
}
