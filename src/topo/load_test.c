/* SPDX-License-Identifier: BSD-2-Clause */
/* load_test.c - rows, comments, refusals and recognition of the three kinds. */
#include "topo/topo_test.h"

#include <stdlib.h>

static struct load_case {
	const char *why;
	enum topo_kind kind;
	const char *text;
	uint64_t taken, refused;
	const char *date;   /* or NULL */
	const char *source; /* "" */
	const char *reason; /* or NULL */
} cases[] = {
	{ "serial-1", TOPO_AS_REL, "1|2|-1\n1|3|0\n", 2, 0, NULL, "", NULL },
	{ "serial-2", TOPO_AS_REL, "1|2|-1|bgp\n1|3|0|mlp\n", 2, 0, NULL, "",
	    NULL },
	{ "siblings of older files", TOPO_AS_REL, "1|2|1\n3|4|2\n", 2, 0, NULL,
	    "", NULL },
	{ "CR LF, blank lines, no newline at the end", TOPO_AS_REL,
	    "\r\n1|2|-1\r\n\r\n1|3|0", 2, 0, NULL, "", NULL },
	{ "earliest day of its sources", TOPO_AS_REL,
	    "# source:topology|BGP|20220302|ripe|rrc00\n"
	    "# source:topology|BGP|20220301|ripe|rrc01\n"
	    "# source:topology|BGP|20220305|ripe|rrc01\n1|2|0\n",
	    1, 0, "20220301", "caida", NULL },
	{ "unknown label", TOPO_AS_REL, "1|2|-1\n1|2|7\n", 1, 1, NULL, "",
	    "line 2: not \"as|as|relationship\" \"1|2|7\"" },
	{ "no number", TOPO_AS_REL, "x|2|-1\n1|2|-1\n", 1, 1, NULL, "",
	    "line 1: not \"as|as|relationship\" \"x|2|-1\"" },
	{ "past 32 bits", TOPO_AS_REL, "4294967296|2|-1\n4294967295|2|-1\n", 1,
	    1, NULL, "",
	    "line 1: not \"as|as|relationship\" \"4294967296|2|-1\"" },
	{ "a link to itself", TOPO_AS_REL, "5|5|0\n1|2|-1\n", 1, 1, NULL, "",
	    "line 1: no link between two networks \"5|5|0\"" },
	{ "AS0", TOPO_AS_REL, "0|5|0\n1|2|-1\n", 1, 1, NULL, "",
	    "line 1: no link between two networks \"0|5|0\"" },
	{ "organisations: two tables", TOPO_AS_ORG,
	    "# name: AS Org\n# date: 202204\n"
	    "# format:org_id|changed|org_name|country|source\n"
	    "O1|20200101|One, \xc3\x89t\xc3\xa9|FR|RIPE\n"
	    "# format:aut|changed|aut_name|org_id|opaque_id|source\n"
	    "64500|20200101|NAME|O1|x|RIPE\n",
	    2, 0, "20220401", "caida", NULL },
	{ "organisations: rows of five fields, before opaque ids", TOPO_AS_ORG,
	    "# format:aut|changed|aut_name|org_id|source\n"
	    "64500|20200101|NAME|O1|RIPE\n",
	    1, 0, NULL, "", NULL },
	{ "organisations: row in no table", TOPO_AS_ORG,
	    "O1|20200101|One|FR|RIPE\n"
	    "# format:org_id|changed|org_name|country|source\n"
	    "O1|20200101|One|FR|RIPE\nO2|2020\n",
	    1, 2, NULL, "",
	    "line 1: row before any \"# format:\" line "
	    "\"O1|20200101|One|FR|RIPE\"" },
	{ "observed cones", TOPO_PPDC, "# total size: 2\n1 1 2 3\n2 2\n", 2, 0,
	    NULL, "", NULL },
	{ "observed cones: a word", TOPO_PPDC, "1 1 x 3\n2 2\n", 1, 1, NULL, "",
	    "line 1: bad as number in a cone \"x\"" },
};

static void
test_case(void **state)
{
	const struct load_case *c = *state;
	struct topo_input *in = load_text(c->kind, c->text);
	const struct topo_load_report *r = topo_input_report(in);
	int64_t us;

	assert_int_equal(r->taken, c->taken);
	assert_int_equal(r->refused, c->refused);
	assert_string_equal(r->source, c->source);
	if (c->date == NULL) {
		assert_true(r->date_us == TIME_NONE);
	} else {
		assert_true(utc_parse(str_from(c->date), &us));
		assert_true(r->date_us == us);
		assert_string_equal(r->date_from, "content");
	}
	if (c->reason == NULL)
		assert_int_equal(r->n_reasons, 0);
	else
		assert_string_equal(r->reasons[0], c->reason);
	topo_input_free(in);
}

static struct sniff_case {
	const char *why, *text;
	enum topo_kind want;
} sniffs[] = {
	{ "sniff: bare rows", "1|2|-1\n", TOPO_AS_REL },
	{ "sniff: serial-2", "1|2|0|bgp\n", TOPO_AS_REL },
	{ "sniff: sources", "# source:topology|BGP|20220301|ripe|rrc00\n",
	    TOPO_AS_REL },
	{ "sniff: clique", "# input clique: 1 2\n", TOPO_AS_REL },
	{ "sniff: organisations",
	    "# name: AS Org\n# format:org_id|changed|org_name|country|source\n",
	    TOPO_AS_ORG },
	{ "sniff: cones", "# inferred clique: 1\n# total size: 3\n1 1 2\n",
	    TOPO_PPDC },
	{ "sniff: cones without comments", "3 1 2 3\n", TOPO_PPDC },
	{ "sniff: numbers, but no cone", "3 1 2\n", TOPO_KIND_NONE },
	{ "sniff: delegated", "ripencc|FR|asn|7|1|19930901|allocated\n",
	    TOPO_KIND_NONE },
	{ "sniff: RPSL", "route: 192.0.2.0/24\n", TOPO_KIND_NONE },
	{ "sniff: nothing", "", TOPO_KIND_NONE },
};

static void
test_sniff(void **state)
{
	const struct sniff_case *c = *state;

	assert_string_equal(topo_kind_name(topo_sniff((const uint8_t *)c->text,
				strlen(c->text))),
	    topo_kind_name(c->want));
}

static void
test_nothing(void **state)
{
	struct os_stream *s = os_stream_mem("text", "# x\ny\n", 6);
	struct topo_input *in = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(topo_load(s, TOPO_AS_REL, &in, &err), -1);
	assert_null(in);
	assert_string_equal(err.msg,
	    "no row of as-rel in it: line 2: not \"as|as|relationship\" "
	    "\"y\"");
	os_stream_close(s);
}

#define OTHERS 1

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + COUNT(sniffs) + OTHERS] = {
		cmocka_unit_test(test_nothing),
	};
	size_t n = OTHERS;

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[n++] = (struct CMUnitTest){ cases[i].why, test_case, NULL,
			NULL, &cases[i] };
	for (size_t i = 0; i < COUNT(sniffs); i++)
		tests[n++] = (struct CMUnitTest){ sniffs[i].why, test_sniff,
			NULL, NULL, &sniffs[i] };
	return cmocka_run_group_tests_name("topo load", tests, NULL, NULL);
}
