/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load.c - CAIDA's as-rel (serial 1 and 2), as-org2info and ppdc-ases.
 *
 * All are lines of fields separated by '|' (ppdc-ases: blanks) with comments
 * that carry data: the clique, the route servers, the date, which table an
 * as-org2info file is in.
 */
#include "topo/input.h"

#include "net/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct load {
	struct topo_input *in;
	struct os_lines lines;
	enum { TABLE_NONE, TABLE_ORG, TABLE_AUT } table;
	int64_t oldest;
};

const char *
topo_kind_name(enum topo_kind k)
{
	static const char *const names[] = {
		[TOPO_KIND_NONE] = "none",
		[TOPO_AS_REL] = "as-rel",
		[TOPO_AS_ORG] = "as-org2info",
		[TOPO_PPDC] = "ppdc-ases",
	};

	return (size_t)k < COUNT(names) ? names[k] : "none";
}

static void
refuse(struct load *l, const char *why, struct str line)
{
	struct topo_load_report *rep = &l->in->report;
	char safe[64];

	rep->refused++;
	if (rep->n_reasons == TOPO_REFUSALS)
		return;
	snprintf(rep->reasons[rep->n_reasons++], sizeof(rep->reasons[0]),
	    "line %llu: %s \"%s\"", (unsigned long long)l->lines.line, why,
	    text_safe(safe, sizeof(safe), line));
}

/* --- comments ---------------------------------------------------------- */

/* "key: value" in a comment; key in any case. */
static bool
comment_is(struct str c, const char *key, struct str *value)
{
	struct str name, rest = c;

	if (!str_cut(&rest, ':', &name) || rest.p == NULL ||
	    !str_eq_nocase(str_trim(name), key))
		return false;
	*value = str_trim(rest);
	return true;
}

static void
date_note(struct load *l, struct str day)
{
	char full[8] = "YYYYMM01";
	int64_t us;

	if (day.n == 6) { /* a month stands for its first day */
		memcpy(full, day.p, 6);
		day = (struct str){ full, sizeof(full) };
	}
	if (day.n == 8 && utc_parse(day, &us) &&
	    (l->oldest == TIME_NONE || us < l->oldest))
		l->oldest = us;
}

/* "source:topology|BGP|20220301|ripe|rrc00": day of the data, third field. */
static void
source_comment(struct load *l, struct str v)
{
	struct str field;

	for (int i = 0; i < 3; i++)
		if (!str_cut(&v, '|', &field))
			return;
	date_note(l, field);
	snprintf(l->in->report.source, sizeof(l->in->report.source), "caida");
}

typedef VEC(uint32_t) asn_list;

static void
asns_comment(struct str v, asn_list *out)
{
	struct str word;
	uint32_t asn;

	out->n = 0;
	while (str_word(&v, &word))
		if (asn_parse(word, &asn))
			vec_push(out, asn);
}

static void
comment_add(struct load *l, struct str c)
{
	asn_list list = { NULL, 0, 0 };
	struct str v;

	if (comment_is(c, "source", &v)) {
		source_comment(l, v);
	} else if (comment_is(c, "date", &v)) {
		date_note(l, v);
	} else if (comment_is(c, "input clique", &v)) {
		asns_comment(v, &list);
		for (size_t i = 0; i < list.n; i++)
			vec_push(&l->in->clique, list.p[i]);
	} else if (comment_is(c, "inferred clique", &v)) {
		asns_comment(v, &list);
		for (size_t i = 0; i < list.n; i++)
			vec_push(&l->in->clique_inferred, list.p[i]);
	} else if (comment_is(c, "ixp ases", &v)) {
		asns_comment(v, &list);
		for (size_t i = 0; i < list.n; i++)
			vec_push(&l->in->route_servers, list.p[i]);
	} else if (comment_is(c, "name", &v)) {
		if (str_eq_nocase(v, "as org"))
			snprintf(l->in->report.source,
			    sizeof(l->in->report.source), "caida");
	} else if (comment_is(c, "format", &v)) {
		if (str_starts(v, "org_id|"))
			l->table = TABLE_ORG;
		else if (str_starts(v, "aut|"))
			l->table = TABLE_AUT;
		else
			l->table = TABLE_NONE;
	}
	vec_fini(&list);
}

/* --- rows -------------------------------------------------------------- */

/* An AS number in digits: most of the work of a large file. */
static bool
digits(struct str *rest, char end, uint32_t *out)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < rest->n && i < 11; i++) {
		unsigned d = (unsigned char)rest->p[i] - '0';

		if (d > 9)
			break;
		v = v * 10 + d;
	}
	if (i == 0 || v > UINT32_MAX || i == rest->n || rest->p[i] != end)
		return false;
	*out = (uint32_t)v;
	*rest = (struct str){ rest->p + i + 1, rest->n - i - 1 };
	return true;
}

static bool
label_parse(struct str s, int8_t *out)
{
	if (str_eq(s, "-1"))
		*out = -1;
	else if (str_eq(s, "0"))
		*out = 0;
	else if (str_eq(s, "1") || str_eq(s, "2")) /* older files: siblings */
		*out = 1;
	else
		return false;
	return true;
}

/* serial-1 "a|b|-1", serial-2 "a|b|-1|bgp" */
static bool
link_parse(struct str line, struct in_link *out)
{
	struct str rest = line, label;

	return digits(&rest, '|', &out->a) && digits(&rest, '|', &out->b) &&
	       str_cut(&rest, '|', &label) && label_parse(label, &out->label);
}

static void
add_link(struct load *l, struct str line)
{
	struct in_link row = { 0 };

	if (!link_parse(line, &row)) {
		refuse(l, "not \"as|as|relationship\"", line);
	} else if (row.a == row.b || row.a == 0 || row.b == 0) {
		refuse(l, "no link between two networks", line);
	} else {
		vec_push(&l->in->links, row);
		l->in->report.taken++;
	}
}

static uint32_t
text(struct load *l, struct str s)
{
	return strtab_add(&l->in->text,
	    s.p == NULL ? (struct str){ "", 0 } : str_trim(s));
}

/* "org_id|changed|org_name|country|source" */
static void
add_org(struct load *l, struct str line)
{
	struct in_org row = { 0 };
	struct str rest = line, f[5];

	for (int i = 0; i < 5; i++)
		if (!str_cut(&rest, '|', &f[i])) {
			refuse(l, "fewer than five fields in", line);
			return;
		}
	if (str_trim(f[0]).n == 0) {
		refuse(l, "no organisation id in", line);
		return;
	}
	row = (struct in_org){ text(l, f[0]), text(l, f[2]), text(l, f[3]),
		text(l, f[4]), 0 };
	(void)text_parse_u32(f[1], &row.changed);
	vec_push(&l->in->orgs, row);
	l->in->report.taken++;
}

/* "aut|changed|aut_name|org_id|opaque_id|source"; before 2017 no opaque_id */
static void
add_asn(struct load *l, struct str line)
{
	struct in_asn row = { 0 };
	struct str rest = line, f[4];

	for (int i = 0; i < 4; i++)
		if (!str_cut(&rest, '|', &f[i])) {
			refuse(l, "fewer than four fields in", line);
			return;
		}
	if (!text_parse_u32(f[0], &row.asn)) {
		refuse(l, "bad as number in", line);
		return;
	}
	(void)text_parse_u32(f[1], &row.changed);
	row.name = text(l, f[2]);
	row.org = text(l, f[3]);
	vec_push(&l->in->asns, row);
	l->in->report.taken++;
}

/* "as member member ..."; a row of a large network is longer than a line. */
static void
add_cone(struct load *l, struct str line)
{
	struct in_cone row = { .at = l->in->cone_members.n };
	struct str word;
	uint32_t asn;

	if (l->lines.cut || !str_word(&line, &word) ||
	    !text_parse_u32(word, &row.asn)) {
		refuse(l, l->lines.cut ? "too long a row" : "bad row", line);
		return;
	}
	while (str_word(&line, &word)) {
		if (!text_parse_u32(word, &asn)) {
			refuse(l, "bad as number in a cone", word);
			l->in->cone_members.n = row.at;
			return;
		}
		vec_push(&l->in->cone_members, asn);
		row.n++;
	}
	vec_push(&l->in->cones, row);
	l->in->report.taken++;
}

static void
add_row(struct load *l, struct str line)
{
	switch (l->in->kind) {
	case TOPO_AS_REL:
		add_link(l, line);
		break;
	case TOPO_AS_ORG:
		if (l->table == TABLE_ORG)
			add_org(l, line);
		else if (l->table == TABLE_AUT)
			add_asn(l, line);
		else
			refuse(l, "row before any \"# format:\" line", line);
		break;
	case TOPO_PPDC:
		add_cone(l, line);
		break;
	case TOPO_KIND_NONE:
		break;
	}
}

static bool
is_full(const struct topo_input *in)
{
	return in->links.n > TOPO_LINKS_MAX || in->orgs.n > TOPO_ROWS_MAX ||
	       in->asns.n > TOPO_ROWS_MAX ||
	       in->cone_members.n > UINT32_MAX / 2 ||
	       in->cones.n > TOPO_ROWS_MAX;
}

int
topo_load(struct os_stream *s, enum topo_kind kind, struct topo_input **out,
    struct err *err)
{
	struct load l = { .in = mem_alloc(1, sizeof(*l.in)),
		.lines = { .s = s },
		.oldest = TIME_NONE };
	struct str line;
	int rc;

	l.in->kind = kind;
	strtab_add(&l.in->text, STR("")); /* 0 is the empty text */
	while ((rc = os_lines_next(&l.lines, &line.p, &line.n, err)) == 1) {
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (line.p[0] == '#')
			comment_add(&l, (struct str){ line.p + 1, line.n - 1 });
		else
			add_row(&l, line);
		if (is_full(l.in)) {
			rc = err_set(err, ERR_LIMIT, "more than %u rows",
			    TOPO_ROWS_MAX);
			break;
		}
	}
	if (rc == 0 && l.in->report.taken == 0)
		rc = err_set(err, ERR_INPUT, "no row of %s in it%s%s",
		    topo_kind_name(kind),
		    l.in->report.n_reasons > 0 ? ": " : "",
		    l.in->report.n_reasons > 0 ? l.in->report.reasons[0] : "");
	l.in->report.date_us = l.oldest;
	l.in->report.date_from = l.oldest != TIME_NONE ? "content" : "";
	os_lines_fini(&l.lines);
	if (rc < 0) {
		topo_input_free(l.in);
		return -1;
	}
	*out = l.in;
	return 0;
}

const struct topo_load_report *
topo_input_report(const struct topo_input *in)
{
	return &in->report;
}

void
topo_input_free(struct topo_input *in)
{
	if (in == NULL)
		return;
	strtab_fini(&in->text);
	vec_fini(&in->links);
	vec_fini(&in->clique);
	vec_fini(&in->clique_inferred);
	vec_fini(&in->route_servers);
	vec_fini(&in->orgs);
	vec_fini(&in->asns);
	vec_fini(&in->cones);
	vec_fini(&in->cone_members);
	free(in);
}

/* --- recognising ------------------------------------------------------- */

/* Kind that a comment gives away. */
static enum topo_kind
sniff_comment(struct str c)
{
	struct str v;

	if (comment_is(c, "source", &v) && str_starts(v, "topology|"))
		return TOPO_AS_REL;
	if (comment_is(c, "input clique", &v) || comment_is(c, "ixp ases", &v))
		return TOPO_AS_REL;
	if (comment_is(c, "format", &v) &&
	    (str_starts(v, "org_id|") || str_starts(v, "aut|")))
		return TOPO_AS_ORG;
	if (comment_is(c, "total size", &v))
		return TOPO_PPDC;
	return TOPO_KIND_NONE;
}

/* A row of ppdc-ases: at least two numbers, the first among the others. */
static bool
sniff_cone(struct str line)
{
	uint32_t first, asn;
	struct str word;
	bool self = false;
	size_t n = 0;

	if (!str_word(&line, &word) || !text_parse_u32(word, &first))
		return false;
	for (; str_word(&line, &word); n++) {
		if (line.n == 0 && n > 1000)
			break; /* the head may end in the middle of a number */
		if (!text_parse_u32(word, &asn))
			return false;
		self |= asn == first;
	}
	return self;
}

enum topo_kind
topo_sniff(const uint8_t *head, size_t n)
{
	struct str rest = { (const char *)head, n }, line;
	struct in_link link;
	enum topo_kind k;

	while (str_cut(&rest, '\n', &line)) {
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (line.p[0] == '#') {
			k = sniff_comment(
			    (struct str){ line.p + 1, line.n - 1 });
			if (k != TOPO_KIND_NONE)
				return k;
			continue;
		}
		if (link_parse(line, &link))
			return TOPO_AS_REL;
		return sniff_cone(line) ? TOPO_PPDC : TOPO_KIND_NONE;
	}
	return TOPO_KIND_NONE;
}
