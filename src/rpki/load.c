/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load.c - one file of VRPs and ASPAs: recognised, checked, dated.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "rpki/part.h"

const char *
rpki_kind_name(enum rpki_kind k)
{
	static const char *const names[] = { "", "vrp-json", "vrp-csv",
		"slurm" };

	return names[k];
}

static bool
holds(const uint8_t *head, size_t n, const char *what)
{
	return memmem(head, n, what, strlen(what)) != NULL;
}

enum rpki_kind
rpki_sniff(const uint8_t *head, size_t n)
{
	size_t at = 0;

	while (at < n && (head[at] == ' ' || head[at] == '\n' ||
			     head[at] == '\r' || head[at] == '\t'))
		at++;
	if (at < n && head[at] == '{') {
		if (holds(head, n, "\"slurmVersion\""))
			return RPKI_SLURM;
		if (holds(head, n, "\"roas\"") || holds(head, n, "\"aspas\""))
			return RPKI_JSON;
		return RPKI_KIND_NONE;
	}
	const uint8_t *lf = memchr(head, '\n', n);
	size_t line = lf == NULL ? n : (size_t)(lf - head);
	if (holds(head, line, "IP Prefix") && holds(head, line, "ASN"))
		return RPKI_CSV;
	return RPKI_KIND_NONE;
}

void
rpki_refuse(struct rpki_input *in, const char *fmt, ...)
{
	struct rpki_load_report *r = &in->report;
	va_list ap;

	r->refused++;
	if (r->n_reasons == RPKI_REFUSALS)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(r->reasons[r->n_reasons], sizeof(r->reasons[0]), fmt,
	    ap);
	va_end(ap);
	r->n_reasons++;
}

static uint8_t
ta_number(struct rpki_input *in, struct str ta)
{
	if (ta.n >= RPKI_TA_MAX)
		ta.n = RPKI_TA_MAX - 1;
	uint32_t id = strtab_find(&in->tas, ta);
	if (id == HIDX_NONE) {
		if (in->tas.count >= 255)
			return 0;
		id = strtab_add(&in->tas, ta);
	}
	return (uint8_t)id;
}

void
rpki_add_vrp(struct rpki_input *in, struct str prefix, struct str asn,
    int max_len, struct str ta, const char *where)
{
	struct vrp_parsed v;
	char safe[64];

	if (!prefix_parse(prefix, &v.prefix)) {
		rpki_refuse(in, "%s: bad prefix \"%s\"", where,
		    text_safe(safe, sizeof(safe), prefix));
		return;
	}
	if (!asn_parse(asn, &v.asn)) {
		rpki_refuse(in, "%s: bad ASN \"%s\"", where,
		    text_safe(safe, sizeof(safe), asn));
		return;
	}
	if (max_len == -1)
		max_len = v.prefix.len;
	if (max_len < v.prefix.len ||
	    max_len > prefix_len_max(v.prefix.family)) {
		rpki_refuse(in, "%s: bad max length %d", where, max_len);
		return;
	}
	if (in->vrps.n == VRP_TABLE_MAX) {
		rpki_refuse(in, "%s: more than %d VRPs", where, VRP_TABLE_MAX);
		return;
	}
	v.max_len = (uint8_t)max_len;
	v.ta = ta_number(in, ta);
	vec_push(&in->vrps, v);
	in->report.taken++;
	in->report.vrps++;
}

int
rpki_load(struct os_stream *s, enum rpki_kind kind, struct rpki_input **out,
    struct err *err)
{
	struct rpki_input *in = mem_alloc(1, sizeof(*in));
	int status;

	in->report.date_us = TIME_NONE;
	in->report.date_from = "";
	(void)strtab_add(&in->tas, STR(""));
	status = kind == RPKI_CSV
		     ? rpki_load_csv(in, s, err)
		     : rpki_load_json(in, s, kind == RPKI_SLURM, err);
	if (status == -1) {
		rpki_input_free(in);
		return -1;
	}
	if (in->report.date_us != TIME_NONE)
		in->report.date_from = "content";
	*out = in;
	return 0;
}

const struct rpki_load_report *
rpki_input_report(const struct rpki_input *in)
{
	return &in->report;
}

void
rpki_input_free(struct rpki_input *in)
{
	if (in == NULL)
		return;
	vec_fini(&in->vrps);
	vec_fini(&in->aspas);
	vec_fini(&in->providers);
	vec_fini(&in->filters);
	vec_fini(&in->aspa_filters);
	strtab_fini(&in->tas);
	free(in);
}

/* --- CSV --------------------------------------------------------------- */

enum column { COL_ASN, COL_PREFIX, COL_MAX, COL_TA, COLUMNS };

/* The next field of a line, quoted or not. */
static bool
csv_field(struct str *rest, struct str *f)
{
	if (rest->p != NULL && rest->n > 0 && rest->p[0] == '"') {
		const char *end = memchr(rest->p + 1, '"', rest->n - 1);

		if (end == NULL)
			return false;
		*f = (struct str){ rest->p + 1, (size_t)(end - rest->p) - 1 };
		struct str skip;
		size_t used = (size_t)(end - rest->p) + 1;
		*rest = (struct str){ end + 1, rest->n - used };
		return str_cut(rest, ',', &skip);
	}
	return str_cut(rest, ',', f);
}

static int
read_header(struct str line, int at[COLUMNS], struct err *err)
{
	static const char *const names[COLUMNS] = { "ASN", "IP Prefix",
		"Max Length", "Trust Anchor" };
	struct str f;
	int n = 0;

	for (int c = 0; c < COLUMNS; c++)
		at[c] = -1;
	for (; csv_field(&line, &f); n++)
		for (int c = 0; c < COLUMNS; c++)
			if (str_eq_nocase(str_trim(f), names[c]))
				at[c] = n;
	if (at[COL_ASN] == -1 || at[COL_PREFIX] == -1)
		return err_set(err, ERR_INPUT,
		    "line 1: no columns ASN and IP Prefix");
	return 0;
}

static void
read_row(struct rpki_input *in, struct str line, const int at[COLUMNS],
    uint64_t number)
{
	struct str fields[COLUMNS] = { { "", 0 }, { "", 0 }, { "", 0 },
		{ "", 0 } };
	struct str f;
	char where[40];
	uint64_t max;
	int n = 0, max_len = -1;

	(void)snprintf(where, sizeof(where), "line %llu",
	    (unsigned long long)number);
	for (; csv_field(&line, &f); n++)
		for (int c = 0; c < COLUMNS; c++)
			if (at[c] == n)
				fields[c] = str_trim(f);
	if (fields[COL_MAX].n > 0) { /* empty: the prefix's own length */
		if (!text_parse_u64(fields[COL_MAX], NET_LEN_MAX, &max)) {
			rpki_refuse(in, "%s: bad max length", where);
			return;
		}
		max_len = (int)max;
	}
	rpki_add_vrp(in, fields[COL_PREFIX], fields[COL_ASN], max_len,
	    fields[COL_TA], where);
}

int
rpki_load_csv(struct rpki_input *in, struct os_stream *s, struct err *err)
{
	struct os_lines l = { .s = s };
	int at[COLUMNS], got;
	bool header = false;
	const char *p;
	size_t n;

	while ((got = os_lines_next(&l, &p, &n, err)) == 1) {
		struct str line = { p, n };

		if (!header) {
			if (read_header(line, at, err) == -1)
				break;
			header = true;
		} else if (str_trim(line).n > 0) {
			read_row(in, line, at, l.line);
		}
	}
	in->has_vrps = true;
	os_lines_fini(&l);
	return got == 0 ? 0 : -1;
}
