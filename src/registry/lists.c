/* SPDX-License-Identifier: BSD-2-Clause */
/* lists.c - lists of bogons that others keep: Team Cymru's full bogons, the
 * CIDR report's bogus routes. */
#include "registry/input.h"

/* "# last updated 1710089701 (Sun Mar 10 16:55:01 2024 GMT)" */
static void
take_comment(struct registry_input *in, struct str line)
{
	struct str word, before = { NULL, 0 };
	int64_t us;

	while (str_word(&line, &word)) {
		if (before.p != NULL && str_eq_nocase(before, "updated") &&
		    in->report.date_us == TIME_NONE && utc_parse(word, &us)) {
			in->report.date_us = us;
			in->report.date_from = "content";
		}
		before = word;
	}
}

static void
take_bogon(struct registry_input *in, struct str line, uint64_t number)
{
	struct reg_list_row row = { 0 };

	line = str_trim(line);
	if (line.n == 0)
		return;
	if (line.p[0] == '#') {
		take_comment(in, line);
		return;
	}
	if (in->lists.n > MAX_REG_ROWS || !prefix_parse(line, &row.prefix)) {
		reg_refuse(in, "line %llu: bad prefix \"%.*s\"",
		    (unsigned long long)number, line.n > 60 ? 60 : (int)line.n,
		    line.p);
		return;
	}
	vec_push(&in->lists, row);
	in->report.taken++;
}

int
reg_load_bogon_list(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	if (reg_each_line(s, in, take_bogon, err) == -1)
		return -1;
	reg_source(in, "full-bogons-ipv%c",
	    in->lists.n != 0 && in->lists.p[0].prefix.family == NET_IP6 ? '6'
									: '4');
	return 0;
}

/* "192.154.64.0/19  AS81  Prefix spans unallocated space: a - b" */
static void
take_bogus(struct registry_input *in, struct str line, uint64_t number)
{
	struct reg_list_row row = { 0 };
	struct str whole = line, word;

	if (!str_word(&line, &word) || !memchr(word.p, '/', word.n)) {
		in->report.skipped++; /* headings */
		return;
	}
	if (in->lists.n > MAX_REG_ROWS || !prefix_parse(word, &row.prefix) ||
	    !str_word(&line, &word) || !asn_parse(word, &row.asn)) {
		reg_refuse(in, "line %llu: no prefix and origin in \"%.*s\"",
		    (unsigned long long)number,
		    whole.n > 60 ? 60 : (int)whole.n, whole.p);
		return;
	}
	row.text = reg_text(in, line);
	vec_push(&in->lists, row);
	in->report.taken++;
}

int
reg_load_bogus_routes(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	reg_source(in, "cidr-report");
	return reg_each_line(s, in, take_bogus, err);
}
