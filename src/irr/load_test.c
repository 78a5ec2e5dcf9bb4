/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_test.c - RPSL text: lines, comments, continuation, refusals, dates.
 */
#include "irr/irr_test.h"

#include <stdio.h>
#include <stdlib.h>

static struct load_case {
	const char *why, *text;
	uint64_t taken, refused, skipped, pseudo;
	const char *reason; /* first one, or NULL */
} cases[] = {
	{ "a route object",
	    "route: 192.0.2.0/24\norigin: AS64496\nsource: RIPE\n", 1, 0, 0, 0,
	    NULL },
	{ "names in any case",
	    "Route: 192.0.2.0/24\nORIGIN: as64496\nSource: ripe\n", 1, 0, 0, 0,
	    NULL },
	{ "blanks in front of the colon",
	    "route : 192.0.2.0/24\norigin  : AS64496\nsource: RIPE\n", 1, 0, 0,
	    0, NULL },
	{ "no newline at the end",
	    "route: 192.0.2.0/24\norigin: AS64496\nsource: RIPE", 1, 0, 0, 0,
	    NULL },
	{ "CR LF and several blank lines",
	    "\r\n\r\nroute: 192.0.2.0/24\r\norigin: AS64496\r\nsource: "
	    "RIPE\r\n\r\n\r\n\r\naut-num: AS64496\r\nsource: RIPE\r\n",
	    2, 0, 0, 0, NULL },
	{ "a byte order mark in front",
	    "\xef\xbb\xbfroute: 192.0.2.0/24\norigin: AS1\nsource: X\n", 1, 0,
	    0, 0, NULL },
	{ "server remarks between objects and inside",
	    "% This is a server\n%\n\nroute: 192.0.2.0/24\n% note\n# note\n"
	    "origin: AS64496\nsource: RIPE\n",
	    1, 0, 0, 0, NULL },
	{ "comment behind every value",
	    "route: 192.0.2.0/24 # a\norigin: AS64496 # b\n"
	    "source: RIPE # Filtered\n",
	    1, 0, 0, 0, NULL },
	{ "value on a continuation line, by blank, tab and plus",
	    "route:\n 192.0.2.0/24\norigin:\n\tAS64496\nsource:\n+RIPE\n", 1, 0,
	    0, 0, NULL },
	{ "latin-1 bytes in a text",
	    "aut-num: AS64496\nas-name: Z\xfcRI\nsource: RIPE\n", 1, 0, 0, 0,
	    NULL },
	{ "route6", "route6: 2001:db8::/32\norigin: AS64496\nsource: RIPE\n", 1,
	    0, 0, 0, NULL },
	{ "other classes are skipped",
	    "inetnum: 192.0.2.0 - 192.0.2.255\nsource: RIPE\n\n"
	    "as-block: AS1 - AS2\nsource: RIPE\n",
	    0, 0, 2, 0, NULL },
	{ "pseudo source RPKI",
	    "route: 192.0.2.0/24\norigin: AS64496\nsource: RPKI\n", 0, 0, 0, 1,
	    NULL },
	{ "IPv6 in a route",
	    "route: 2001:db8::/32\norigin: AS1\nsource: X\n\n"
	    "aut-num: AS1\nsource: X\n",
	    1, 1, 0, 0, "line 1: bad prefix \"2001:db8::/32\"" },
	{ "host bits in a route",
	    "\nroute: 192.0.2.1/24\norigin: AS1\nsource: X\n\n"
	    "aut-num: AS1\nsource: X\n",
	    1, 1, 0, 0, "line 2: bad prefix \"192.0.2.1/24\"" },
	{ "no origin",
	    "route: 192.0.2.0/24\nsource: X\n\naut-num: AS1\nsource: X\n", 1, 1,
	    0, 0, "line 1: bad origin" },
	{ "no source",
	    "route: 192.0.2.0/24\norigin: AS1\n\naut-num: AS1\nsource: X\n", 1,
	    1, 0, 0, "line 1: no source in \"192.0.2.0/24\"" },
	{ "a line without a colon opens an object",
	    "garbage\norigin: AS1\n\naut-num: AS1\nsource: X\n", 1, 1, 0, 0,
	    "line 1: no attribute in front of ':'" },
	{ "a set named as no set",
	    "as-set: FOO\nsource: X\n\naut-num: AS1\nsource: X\n", 1, 1, 0, 0,
	    "line 1: bad name of a set \"FOO\"" },
	{ "a route-set under as-set",
	    "as-set: RS-FOO\nsource: X\n\naut-num: AS1\nsource: X\n", 1, 1, 0,
	    0, "line 1: bad name of a set \"RS-FOO\"" },
	{ "an AS number past 32 bits",
	    "aut-num: AS4294967296\nsource: X\n\naut-num: AS1\nsource: X\n", 1,
	    1, 0, 0, "line 1: bad as number \"AS4294967296\"" },
	{ "ARIN's own whois form",
	    "ASNumber:       64500\nASName:         EXAMPLE\n"
	    "Ref:  https://whois.arin.net/rest/asn/AS64500\n\n"
	    "OrgName: Example\nOrgId: EX-1\n\n"
	    "OrgTechHandle: T1-ARIN\n"
	    "OrgTechRef: https://whois.arin.net/rest/poc/T1-ARIN\n",
	    3, 0, 0, 0, NULL },
	{ "LACNIC's own whois form",
	    "aut-num: AS64501\nowner: Ejemplo\nowner-c: ABC\n\n"
	    "nic-hdl: ABC\nperson: A. B.\ne-mail: ab@example.net\n",
	    2, 0, 0, 0, NULL },
};

static void
test_case(void **state)
{
	const struct load_case *c = *state;
	struct irr_input *in = load_text(c->text);
	const struct irr_load_report *r = irr_input_report(in);

	assert_int_equal(r->taken, c->taken);
	assert_int_equal(r->refused, c->refused);
	assert_int_equal(r->skipped, c->skipped);
	assert_int_equal(r->pseudo, c->pseudo);
	if (c->reason == NULL) {
		assert_int_equal(r->n_reasons, 0);
	} else {
		assert_int_equal(r->n_reasons, 1);
		assert_string_equal(r->reasons[0], c->reason);
	}
	irr_input_free(in);
}

/* --- dates and sources ------------------------------------------------- */

static struct date_case {
	const char *why, *text, *date, *source;
} dates[] = {
	{ "no date", "aut-num: AS1\nsource: X\n", NULL, "X" },
	{ "newest of created and last-modified",
	    "aut-num: AS1\ncreated: 2001-01-01T00:00:00Z\n"
	    "last-modified: 2020-05-06T07:08:09Z\nsource: RIPE\n\n"
	    "aut-num: AS2\nlast-modified: 2019-01-01T00:00:00Z\nsource: X\n\n"
	    "aut-num: AS3\nsource: RIPE\n",
	    "2020-05-06T07:08:09Z", "RIPE" },
	{ "changed, where the server sets no date",
	    "aut-num: AS1\nchanged: a@example.net 20150102\n"
	    "changed: b@example.net 20160304\nsource: ALTDB\n",
	    "2016-03-04", "ALTDB" },
	{ "the last day of a leap February",
	    "aut-num: AS1\nlast-modified: 2020-02-29T23:59:59Z\n"
	    "source: X\n",
	    "2020-02-29T23:59:59Z", "X" },
	{ "days of every month",
	    "aut-num: AS1\ncreated: 2019-01-28T00:00:01Z\n"
	    "last-modified: 2019-03-01T00:00:00Z\nsource: X\n",
	    "2019-03-01", "X" },
	{ "the end of a year",
	    "aut-num: AS1\ncreated: 2019-12-28T12:13:14Z\nsource: X\n",
	    "2019-12-28T12:13:14Z", "X" },
	{ "the first second of all",
	    "aut-num: AS1\ncreated: 1970-01-01T00:00:00Z\nsource: X\n",
	    "1970-01-01", "X" },
	{ "a date alone", "aut-num: AS1\ncreated: 2019-12-31\nsource: X\n",
	    "2019-12-31", "X" },
	{ "no date at all",
	    "aut-num: AS1\ncreated: 2019-99-28T12:13:14Z\n"
	    "last-modified: soon\nsource: X\n",
	    NULL, "X" },
	{ "last-modified beats a later changed",
	    "aut-num: AS1\nchanged: a@example.net 20990102\n"
	    "last-modified: 2019-01-01T00:00:00Z\nsource: RADB\n",
	    "2019-01-01", "RADB" },
};

static void
test_date(void **state)
{
	const struct date_case *c = *state;
	struct irr_input *in = load_text(c->text);
	const struct irr_load_report *r = irr_input_report(in);

	assert_string_equal(r->source, c->source);
	if (c->date == NULL) {
		assert_true(r->date_us == TIME_NONE);
		assert_string_equal(r->date_from, "");
	} else {
		assert_true(r->date_us == when(c->date));
		assert_string_equal(r->date_from, "newest record");
	}
	irr_input_free(in);
}

/* --- what is no dump --------------------------------------------------- */

static struct sniff_case {
	const char *why, *text;
	bool want;
} sniffs[] = {
	{ "sniff: route", "route: 192.0.2.0/24\n", true },
	{ "sniff: remarks first", "#\n# terms\n\n% x\nas-set: AS-X\n", true },
	{ "sniff: capitals", "MNTNER:  X\n", true },
	{ "sniff: ARIN", "\nASNumber: 1\n", true },
	{ "sniff: byte order mark",
	    "\xef\xbb\xbf"
	    "person: X\n",
	    true },
	{ "sniff: as-rel", "1|2|-1\n", false },
	{ "sniff: JSON", "{\"route\": 1}\n", false },
	{ "sniff: YAML", "key: value\n", false },
	{ "sniff: comments only", "# nothing\n", false },
	{ "sniff: nothing", "", false },
	{ "sniff: no colon", "route 192.0.2.0/24\n", false },
};

static void
test_sniff(void **state)
{
	const struct sniff_case *c = *state;

	assert_int_equal(irr_sniff((const uint8_t *)c->text, strlen(c->text)),
	    c->want);
}

static void
expect_failure(const char *text, size_t n, const char *want)
{
	struct os_stream *s = os_stream_mem("text", text, n);
	struct irr_input *in = NULL;
	struct err err = { 0 };

	assert_int_equal(irr_load(s, &in, &err), -1);
	assert_null(in);
	assert_int_equal(err.code, ERR_INPUT);
	assert_string_equal(err.msg, want);
	os_stream_close(s);
}

static void
test_nothing(void **state)
{
	(void)state;
	expect_failure("", 0, "no rpsl object in it");
	expect_failure("# only\n", 7, "no rpsl object in it");
	expect_failure("x\n", 2,
	    "no rpsl object in it: line 1: no attribute in front of ':'");
}

/* A line that never ends costs its object, no memory and no other object. */
static void
test_endless_line(void **state)
{
	const char *head = "as-set: AS-BIG\nmembers: ";
	const char *tail = "\nsource: X\n\naut-num: AS1\nsource: X\n";
	size_t n = strlen(head), fill = 100U << 20, m = strlen(tail);
	char *text = malloc(n + fill + m);
	struct os_stream *s;
	struct irr_input *in = NULL;
	struct err err = { 0 };
	const struct irr_load_report *r;

	(void)state;
	assert_non_null(text);
	memcpy(text, head, n);
	memset(text + n, '1', fill);
	memcpy(text + n + fill, tail, m);
	s = os_stream_mem("text", text, n + fill + m);
	assert_int_equal(irr_load(s, &in, &err), 0);
	r = irr_input_report(in);
	assert_int_equal(r->taken, 1);
	assert_int_equal(r->refused, 1);
	assert_string_equal(r->reasons[0],
	    "line 1: too long an object \"AS-BIG\"");
	irr_input_free(in);
	os_stream_close(s);
	free(text);
}

static void
test_first_reasons_only(void **state)
{
	char text[4000] = "aut-num: AS1\nsource: X\n\n";
	struct irr_input *in;

	(void)state;
	for (int i = 0; i < 20; i++)
		strncat(text, "aut-num: ASX\nsource: X\n\n",
		    sizeof(text) - strlen(text) - 1);
	in = load_text(text);
	assert_int_equal(irr_input_report(in)->refused, 20);
	assert_int_equal(irr_input_report(in)->n_reasons, IRR_REFUSALS);
	irr_input_free(in);
}

#define OTHERS 3

int
main(void)
{
	struct CMUnitTest
	    tests[COUNT(cases) + COUNT(dates) + COUNT(sniffs) + OTHERS] = {
		    cmocka_unit_test(test_nothing),
		    cmocka_unit_test(test_endless_line),
		    cmocka_unit_test(test_first_reasons_only),
	    };
	size_t n = OTHERS;

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[n++] = (struct CMUnitTest){ cases[i].why, test_case, NULL,
			NULL, &cases[i] };
	for (size_t i = 0; i < COUNT(dates); i++)
		tests[n++] = (struct CMUnitTest){ dates[i].why, test_date, NULL,
			NULL, &dates[i] };
	for (size_t i = 0; i < COUNT(sniffs); i++)
		tests[n++] = (struct CMUnitTest){ sniffs[i].why, test_sniff,
			NULL, NULL, &sniffs[i] };
	return cmocka_run_group_tests_name("irr load", tests, NULL, NULL);
}
