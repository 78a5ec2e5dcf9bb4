/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iana.c - registries of IANA: address space, AS numbers, special purpose;
 * the meaning of a row, and rows as CSV.  XML: iana_xml.c.
 */
#include "registry/csv.h"

/* "240", "64496-64511" */
static bool
parse_asns(struct str s, uint32_t *first, uint32_t *last)
{
	const char *dash = s.n == 0 ? NULL : memchr(s.p, '-', s.n);
	struct str a = s, b = s;

	if (dash != NULL) {
		a.n = (size_t)(dash - s.p);
		b.p = dash + 1;
		b.n = s.n - a.n - 1;
	}
	return asn_parse(str_trim(a), first) && asn_parse(str_trim(b), last) &&
	       *first <= *last;
}

/* "001/8" of the IPv4 registry, else a prefix. */
static bool
parse_block(struct str s, struct prefix *out)
{
	uint64_t octet;

	if (s.n == 5 && s.p[3] == '/' &&
	    text_parse_u64((struct str){ s.p + 4, 1 }, 8, &octet) &&
	    octet == 8) {
		octet = 0;
		for (int i = 0; i < 3; i++) {
			if (s.p[i] < '0' || s.p[i] > '9')
				return false;
			octet = octet * 10 + (uint64_t)(s.p[i] - '0');
		}
		if (octet > 255)
			return false;
		*out = (struct prefix){ .family = NET_IP4, .len = 8 };
		out->addr[0] = (uint8_t)octet;
		return true;
	}
	return prefix_parse(s, out);
}

/* Reserved and unallocated blocks are IANA's; others went to a registry or, in
 * early days, to a holder. */
static bool
block_grant(const struct reg_iana_row *row, bool asn, struct reg_grant *g)
{
	struct str status = asn ? row->name : row->status;

	*g = (struct reg_grant){ .day = reg_day(row->date) };
	if (str_eq_nocase(status, "RESERVED") ||
	    str_eq_nocase(status, "UNALLOCATED") ||
	    str_starts(status, "Reserved")) {
		g->status = REG_UNALLOCATED;
		g->rir = REG_IANA;
		return true;
	}
	g->status = REG_ALLOCATED;
	g->block = true;
	g->rir = (uint8_t)reg_rir(row->name);
	return asn || str_eq_nocase(status, "ALLOCATED") ||
	       str_eq_nocase(status, "LEGACY");
}

static const char *
space_row(struct registry_input *in, const struct reg_iana_row *row)
{
	struct reg_prefix_row p;

	if (!block_grant(row, false, &p.grant))
		return "unknown status";
	if (!parse_block(row->what, &p.prefix))
		return "bad prefix";
	vec_push(&in->prefixes, p);
	return NULL;
}

static const char *
asn_row(struct registry_input *in, const struct reg_iana_row *row)
{
	struct reg_asn_row a;

	if (!parse_asns(row->what, &a.first, &a.last))
		return "bad AS number";
	(void)block_grant(row, true, &a.grant);
	vec_push(&in->asns, a);
	return NULL;
}

static uint8_t
reachable_kind(struct str s)
{
	if (str_starts(s, "True"))
		return NET_ORDINARY;
	return str_starts(s, "False") ? NET_SPECIAL : NET_SPECIAL_WARN;
}

/* A cell holds one block or several ("192.0.0.170/32, 192.0.0.171/32"), each
 * perhaps with a footnote ("192.0.0.0/24 [2]"). */
static const char *
special_row(struct registry_input *in, const struct reg_iana_row *row)
{
	struct reg_special_row sp = { 0 };
	struct str cell = row->what, block, word;
	size_t before = in->specials.n;

	/* An ended row names when it ended; "N/A" or nothing: in force. */
	if (reg_day(row->termination) != REG_NO_DAY) {
		in->report.skipped++;
		return "";
	}
	sp.kind = reachable_kind(row->reachable);
	sp.name = reg_text(in, row->name);
	sp.rfc = reg_text(in, row->rfc);
	while (str_cut(&cell, ',', &block)) {
		block = str_trim(block);
		if (!str_word(&block, &word))
			continue;
		const char *note = memchr(word.p, '[', word.n);

		if (note != NULL)
			word.n = (size_t)(note - word.p);
		if (!prefix_parse(word, &sp.prefix))
			return "bad address block";
		vec_push(&in->specials, sp);
	}
	return in->specials.n > before ? NULL : "no address block";
}

static const char *
special_asn_row(struct registry_input *in, const struct reg_iana_row *row)
{
	struct reg_special_row sp = { .is_asn = true, .kind = NET_SPECIAL };

	if (!parse_asns(row->what, &sp.first, &sp.last))
		return "bad AS number";
	if (sp.first == 112 && sp.last == 112)
		sp.kind = NET_ORDINARY; /* AS112 is listed, and announced */
	sp.name = reg_text(in, row->name);
	sp.rfc = reg_text(in, row->rfc);
	vec_push(&in->specials, sp);
	return NULL;
}

void
reg_iana_row(struct registry_input *in, enum reg_iana which,
    const struct reg_iana_row *row)
{
	const char *why;

	switch (which) {
	case REG_IANA_SPACE4:
	case REG_IANA_SPACE6:
		why = space_row(in, row);
		break;
	case REG_IANA_ASNS:
		why = asn_row(in, row);
		break;
	case REG_IANA_SPECIAL4:
	case REG_IANA_SPECIAL6:
		why = special_row(in, row);
		break;
	case REG_IANA_SPECIAL_ASNS:
		why = special_asn_row(in, row);
		break;
	case REG_IANA_NONE:
	default:
		why = "of no known registry";
		break;
	}
	if (why == NULL)
		in->report.taken++;
	else if (*why != '\0')
		reg_refuse(in, "line %llu: %s \"%.*s\"",
		    (unsigned long long)row->line, why,
		    row->what.n > 60 ? 60 : (int)row->what.n, row->what.p);
}

/* --- CSV --------------------------------------------------------------- */

struct columns {
	enum reg_iana which;
	int what, name, status, date, rfc, termination, reachable;
};

static bool
find_columns(const struct reg_csv *c, struct columns *k)
{
	k->name = reg_csv_col(c, "Name");
	k->status = reg_csv_col(c, "Status");
	k->date = reg_csv_col(c, "Date");
	k->rfc = reg_csv_col(c, "RFC");
	k->termination = reg_csv_col(c, "Termination Date");
	k->reachable = reg_csv_col(c, "Globally Reachable");
	if (k->reachable == -1) /* before RFC 8190 */
		k->reachable = reg_csv_col(c, "Global");
	k->what = reg_csv_col(c, "Address Block");
	if (k->what != -1 && k->reachable != -1) {
		k->date = reg_csv_col(c, "Allocation Date");
		k->which = REG_IANA_SPECIAL4;
		return true;
	}
	k->what = reg_csv_col(c, "AS Number");
	k->name = reg_csv_col(c, "Reason for Reservation");
	if (k->what != -1 && k->name != -1) {
		k->rfc = reg_csv_col(c, "Reference");
		k->which = REG_IANA_SPECIAL_ASNS;
		return true;
	}
	k->what = reg_csv_col(c, "Prefix");
	k->name = reg_csv_col(c, "Designation");
	if (k->what != -1 && k->name != -1 && k->status != -1) {
		k->which = REG_IANA_SPACE4;
		return true;
	}
	k->what = reg_csv_col(c, "Number");
	k->name = reg_csv_col(c, "Description");
	k->date = reg_csv_col(c, "Registration Date");
	k->which = REG_IANA_ASNS;
	return k->what != -1 && k->name != -1;
}

static void
name_source(struct registry_input *in, enum reg_iana which)
{
	bool six = (in->prefixes.n != 0 &&
		       in->prefixes.p[0].prefix.family == NET_IP6) ||
		   (in->specials.n != 0 && !in->specials.p[0].is_asn &&
		       in->specials.p[0].prefix.family == NET_IP6);

	if (which == REG_IANA_ASNS)
		reg_source(in, "iana-as-numbers");
	else if (which == REG_IANA_SPECIAL_ASNS)
		reg_source(in, "iana-special-asns");
	else
		reg_source(in, "iana-ipv%c-%s", six ? '6' : '4',
		    in->specials.n != 0 ? "special" : "space");
}

/* CSV says nothing of its own date: its newest row is a lower bound. */
static void
date_row(struct registry_input *in, struct str date)
{
	int32_t day = reg_day(date);

	if (day != REG_NO_DAY)
		reg_newest(in, day * TIME_DAY);
}

static int
load_csv(struct os_stream *s, struct registry_input *in, struct err *err)
{
	struct reg_csv c;
	struct columns k;
	int got = -1;

	reg_csv_init(&c, s);
	if (reg_csv_header(&c, err) == -1)
		goto out;
	if (!find_columns(&c, &k)) {
		err_set(err, ERR_INPUT,
		    "line 1: not the columns of an IANA "
		    "registry");
		goto out;
	}
	while ((got = reg_csv_next(&c, err)) == 1) {
		struct reg_iana_row row = {
			.what = reg_csv_cell(&c, k.what),
			.name = reg_csv_cell(&c, k.name),
			.status = reg_csv_cell(&c, k.status),
			.date = reg_csv_cell(&c, k.date),
			.rfc = reg_csv_cell(&c, k.rfc),
			.termination = reg_csv_cell(&c, k.termination),
			.reachable = reg_csv_cell(&c, k.reachable),
			.line = c.record_line,
		};

		if (c.too_long)
			reg_refuse(in, "line %llu: record cut or over %u bytes",
			    (unsigned long long)row.line, MAX_CSV_RECORD);
		else
			reg_iana_row(in, k.which, &row);
		date_row(in, row.date);
		date_row(in, row.termination);
	}
	name_source(in, k.which);
out:
	reg_csv_fini(&c);
	return got;
}

int
reg_load_iana(struct os_stream *s, struct registry_input *in, struct err *err)
{
	const uint8_t *head;
	ssize_t n = os_stream_peek(s, &head, 16, err);

	if (n == -1)
		return -1;
	for (ssize_t i = 0; i < n; i++)
		if (head[i] == '<')
			return reg_load_iana_xml(s, in, err);
	return load_csv(s, in, err);
}
