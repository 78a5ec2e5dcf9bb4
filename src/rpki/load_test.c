/* SPDX-License-Identifier: BSD-2-Clause */
/* load_test.c - every shape of VRP and ASPA files, and what is refused. */
#include "rpki/rpki_test.h"

static const struct sniff_case {
	const char *why, *head;
	enum rpki_kind want;
} sniffs[] = {
	{ "JSON", "{\"roas\":[]}", RPKI_JSON },
	{ "JSON behind metadata", " \n{\"metadata\":{},\n\"roas\":[",
	    RPKI_JSON },
	{ "JSON of ASPAs alone", "{\"aspas\":[]}", RPKI_JSON },
	{ "SLURM", "{\"slurmVersion\":1,", RPKI_SLURM },
	{ "SLURM that names roas", "{\"slurmVersion\":2,\"x\":\"roas\"",
	    RPKI_SLURM },
	{ "CSV", "ASN,IP Prefix,Max Length,Trust Anchor\nAS1,", RPKI_CSV },
	{ "CSV, quoted", "\"ASN\",\"IP Prefix\"\n", RPKI_CSV },
	{ "CSV, extended",
	    "URI,ASN,IP Prefix,Max Length,Not Before,Not After\n", RPKI_CSV },
	{ "other JSON", "{\"data\":[]}", RPKI_KIND_NONE },
	{ "other CSV", "asn,prefix\n", RPKI_KIND_NONE },
	{ "columns on line two", "x\nASN,IP Prefix\n", RPKI_KIND_NONE },
	{ "empty", "", RPKI_KIND_NONE },
};

static void
test_sniff(void **state)
{
	const struct sniff_case *c = *state;

	assert_int_equal(rpki_sniff((const uint8_t *)c->head, strlen(c->head)),
	    c->want);
}

static const struct vrp_case {
	const char *why;
	enum rpki_kind kind;
	const char *text, *vrps;
	uint64_t refused;
	const char *reason; /* stands in the first */
} vrps[] = {
	{ "rpki-client: numbers", RPKI_JSON,
	    "{\"metadata\":{\"buildtime\":\"2025-07-20T09:31:33Z\"},\"roas\":["
	    "{\"asn\":13335,\"prefix\":\"1.0.0.0/24\",\"maxLength\":24,"
	    "\"ta\":\"apnic\",\"expires\":1753453058}]}",
	    "1.0.0.0/24-24:13335@apnic", 0, NULL },
	{ "Routinator: AS before the number", RPKI_JSON,
	    "{\"roas\":[{\"asn\":\"AS64500\",\"prefix\":\"2001:db8::/32\","
	    "\"maxLength\":48,\"ta\":\"ripe\"}]}",
	    "2001:db8::/32-48:64500@ripe", 0, NULL },
	{ "numbers in quotes", RPKI_JSON,
	    "{\"roas\":[{\"asn\":\"64500\",\"prefix\":\"192.0.2.0/24\","
	    "\"maxLength\":\"25\"}]}",
	    "192.0.2.0/24-25:64500", 0, NULL },
	{ "members in any order", RPKI_JSON,
	    "{\"roas\":[{\"ta\":\"x\",\"maxLength\":24,"
	    "\"prefix\":\"192.0.2.0/24\",\"asn\":1}]}",
	    "192.0.2.0/24-24:1@x", 0, NULL },
	{ "no maxLength: the prefix's own", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"192.0.2.0/24\"},"
	    "{\"asn\":2,\"prefix\":\"2001:db8::/32\"}]}",
	    "192.0.2.0/24-24:1 2001:db8::/32-32:2", 0, NULL },
	{ "extended: members within are not ours", RPKI_JSON,
	    "{\"roas\":[{\"asn\":\"AS1\",\"prefix\":\"192.0.2.0/24\","
	    "\"maxLength\":24,\"source\":[{\"type\":\"roa\",\"asn\":\"AS9\","
	    "\"prefix\":\"10.0.0.0/8\",\"ta\":\"z\"}]}]}",
	    "192.0.2.0/24-24:1", 0, NULL },
	{ "AS0", RPKI_JSON,
	    "{\"roas\":[{\"asn\":0,\"prefix\":\"192.0.2.0/24\","
	    "\"maxLength\":32}]}",
	    "192.0.2.0/24-32:0", 0, NULL },
	{ "an empty list is a list", RPKI_JSON, "{\"roas\":[]}", "", 0, NULL },
	{ "the same twice", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"10.0.0.0/8\",\"ta\":\"b\"},"
	    "{\"asn\":1,\"prefix\":\"10.0.0.0/8\",\"ta\":\"a\"}]}",
	    "10.0.0.0/8-8:1@a", 0, NULL },
	{ "host bits", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"192.0.2.1/24\"},"
	    "{\"asn\":2,\"prefix\":\"192.0.2.0/24\"}]}",
	    "192.0.2.0/24-24:2", 1, "bad prefix \"192.0.2.1/24\"" },
	{ "no prefix", RPKI_JSON, "{\"roas\":[{\"asn\":1}]}", "", 1,
	    "bad prefix" },
	{ "no ASN", RPKI_JSON, "{\"roas\":[{\"prefix\":\"10.0.0.0/8\"}]}", "",
	    1, "bad ASN" },
	{ "the ASN of the one before is not kept", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"10.0.0.0/8\"},"
	    "{\"prefix\":\"11.0.0.0/8\"}]}",
	    "10.0.0.0/8-8:1", 1, "bad ASN" },
	{ "maxLength shorter than the prefix", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"10.0.0.0/8\","
	    "\"maxLength\":7}]}",
	    "", 1, "max length 7" },
	{ "maxLength past the family", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"10.0.0.0/8\","
	    "\"maxLength\":33}]}",
	    "", 1, "max length 33" },
	{ "maxLength -1", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"10.0.0.0/8\","
	    "\"maxLength\":-1}]}",
	    "", 1, "bad max length" },
	{ "maxLength 24.5", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"10.0.0.0/8\","
	    "\"maxLength\":24.5}]}",
	    "", 1, "bad max length" },
	{ "ASN of 33 bits", RPKI_JSON,
	    "{\"roas\":[{\"asn\":4294967296,\"prefix\":\"10.0.0.0/8\"}]}", "",
	    1, "bad ASN" },
	{ "ASN in exponent form", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1e3,\"prefix\":\"10.0.0.0/8\"}]}", "", 1,
	    "bad ASN" },
	{ "null for a prefix", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":null}]}", "", 1, "bad prefix" },
	{ "a very long prefix", RPKI_JSON,
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"10.0.0.0/8"
	    "                                                                  "
	    "                                \"}]}",
	    "", 1, "bad prefix" },
	{ "CSV of Routinator", RPKI_CSV,
	    "ASN,IP Prefix,Max Length,Trust Anchor\n"
	    "AS13335,1.0.0.0/24,24,apnic\nAS1,2001:db8::/32,48,ripe\n",
	    "1.0.0.0/24-24:13335@apnic 2001:db8::/32-48:1@ripe", 0, NULL },
	{ "CSV of rpki-client", RPKI_CSV,
	    "ASN,IP Prefix,Max Length,Trust Anchor,Expires\n"
	    "AS38803,1.0.4.0/22,22,apnic,1713740460\n",
	    "1.0.4.0/22-22:38803@apnic", 0, NULL },
	{ "CSV compatible: quoted, numbers", RPKI_CSV,
	    "\"ASN\",\"IP Prefix\",\"Max Length\",\"Trust Anchor\"\n"
	    "\"64500\",\"192.0.2.0/24\",\"24\",\"ripe\"\n",
	    "192.0.2.0/24-24:64500@ripe", 0, NULL },
	{ "CSV extended: other columns before", RPKI_CSV,
	    "URI,ASN,IP Prefix,Max Length,Not Before,Not After\n"
	    "rsync://x/y.roa,AS64500,192.0.2.0/24,25,2020-01-01,2021-01-01\n",
	    "192.0.2.0/24-25:64500", 0, NULL },
	{ "CSV with CR LF and no last LF", RPKI_CSV,
	    "ASN,IP Prefix,Max Length,Trust Anchor\r\n"
	    "AS1,10.0.0.0/8,8,x\r\nAS2,11.0.0.0/8,8,x",
	    "10.0.0.0/8-8:1@x 11.0.0.0/8-8:2@x", 0, NULL },
	{ "CSV without max length", RPKI_CSV,
	    "ASN,IP Prefix,Max Length,Trust Anchor\nAS1,10.0.0.0/8,,x\n",
	    "10.0.0.0/8-8:1@x", 0, NULL },
	{ "CSV line too short", RPKI_CSV,
	    "ASN,IP Prefix\nAS1\n\nAS2,11.0.0.0/8\n", "11.0.0.0/8-8:2", 1,
	    "line 2: bad prefix" },
	{ "CSV with a bad max length", RPKI_CSV,
	    "ASN,IP Prefix,Max Length\nAS1,10.0.0.0/8,many\n", "", 1,
	    "line 2: bad max length" },
	{ "CSV with a quote left open", RPKI_CSV,
	    "ASN,IP Prefix\n\"AS1,10.0.0.0/8\n", "", 1, "line 2" },
};

static void
test_vrps(void **state)
{
	const struct vrp_case *c = *state;
	struct rpki_input *in = load_text(c->kind, c->text);
	const struct rpki_load_report *r = rpki_input_report(in);
	const struct rpki_input *const one[] = { in };
	struct tables t;

	assert_int_equal(r->refused, c->refused);
	if (c->reason != NULL && strstr(r->reasons[0], c->reason) == NULL)
		fail_msg("%s: no \"%s\"", r->reasons[0], c->reason);
	assert_int_equal(r->taken, r->vrps + r->aspas);
	open_inputs(&t, one, 1, NULL);
	assert_true(vrp_table_present(&t.vrps));
	check_vrps(&t, c->vrps);
	close_tables(&t);
	rpki_input_free(in);
}

static const struct aspa_case {
	const char *why, *text, *aspas;
	uint64_t refused;
} aspas[] = {
	{ "rpki-client",
	    "{\"roas\":[],\"aspas\":[{\"customer_asid\":1,"
	    "\"expires\":5,\"providers\":[3,2]}]}",
	    "1:2,3 4:-", 0 },
	{ "Routinator",
	    "{\"roas\":[],\"aspas\":[{\"customer\":\"AS1\","
	    "\"providers\":[\"AS2\",\"AS3\"],\"ta\":\"x\"}]}",
	    "1:2,3 4:-", 0 },
	{ "rpki-client of old, by family",
	    "{\"roas\":[],\"provider_authorizations\":{\"ipv4\":["
	    "{\"customer_asid\":1,\"providers\":[2]}],\"ipv6\":["
	    "{\"customer_asid\":1,\"providers\":[3]},"
	    "{\"customer_asid\":4,\"providers\":[2]}]}}",
	    "1:2,3 4:2", 0 },
	{ "one customer twice: united",
	    "{\"aspas\":[{\"customer_asid\":1,\"providers\":[2]},"
	    "{\"customer_asid\":1,\"providers\":[3,2]}]}",
	    "1:2,3 4:-", 0 },
	{ "AS0: no provider",
	    "{\"aspas\":[{\"customer_asid\":1,\"providers\":[0]}]}", "1:0 4:-",
	    0 },
	{ "no provider at all is no ASPA",
	    "{\"aspas\":[{\"customer_asid\":1,\"providers\":[]},"
	    "{\"customer_asid\":4,\"providers\":[2]}]}",
	    "1:- 4:2", 1 },
	{ "a bad provider spoils the whole",
	    "{\"aspas\":[{\"customer_asid\":1,\"providers\":[2,-3]},"
	    "{\"customer_asid\":4,\"providers\":[2]}]}",
	    "1:- 4:2", 1 },
	{ "customer AS0",
	    "{\"aspas\":[{\"customer_asid\":0,"
	    "\"providers\":[2]}]}",
	    "1:- 4:-", 1 },
	{ "no customer", "{\"aspas\":[{\"providers\":[2]}]}", "1:- 4:-", 1 },
	{ "an empty list", "{\"roas\":[],\"aspas\":[]}", "1:- 4:-", 0 },
};

static void
test_aspas(void **state)
{
	const struct aspa_case *c = *state;
	static const uint32_t customers[] = { 1, 4 };
	struct rpki_input *in = load_text(RPKI_JSON, c->text);
	const struct rpki_input *const one[] = { in };
	struct tables t;

	assert_int_equal(rpki_input_report(in)->refused, c->refused);
	open_inputs(&t, one, 1, NULL);
	assert_true(aspa_table_present(&t.aspas));
	check_aspas(&t, customers, 2, c->aspas);
	close_tables(&t);
	rpki_input_free(in);
}

static const struct bad_case {
	const char *why;
	enum rpki_kind kind;
	const char *text, *want;
} bad[] = {
	{ "cut short", RPKI_JSON, "{\"roas\":[{\"asn\":1,", "offset 18" },
	{ "no JSON", RPKI_JSON, "{\"roas\":[}", "offset" },
	{ "no list", RPKI_JSON, "{\"metadata\":{}}", "no list of ROAs" },
	{ "roas is no list", RPKI_JSON, "{\"roas\":5}", "no list of ROAs" },
	{ "a list too deep", RPKI_JSON, "{\"x\":{\"roas\":[]}}",
	    "no list of ROAs" },
	{ "SLURM version 3", RPKI_SLURM, "{\"slurmVersion\":3}",
	    "slurmVersion" },
	{ "SLURM without a version", RPKI_SLURM, "{}", "slurmVersion" },
	{ "CSV without columns", RPKI_CSV, "a,b\n1,2\n", "line 1" },
};

static void
test_bad(void **state)
{
	const struct bad_case *c = *state;
	struct rpki_input *in = NULL;
	struct err err = { 0 };

	assert_int_equal(try_load(c->kind, c->text, &in, &err), -1);
	assert_null(in);
	assert_int_equal(err.code, ERR_INPUT);
	if (strstr(err.msg, c->want) == NULL)
		fail_msg("%s: no \"%s\"", err.msg, c->want);
}

static const struct date_case {
	const char *why, *text, *date, *source;
} dates[] = {
	{ "rpki-client",
	    "{\"metadata\":{\"buildmachine\":\"x\",\"buildtime\":"
	    "\"2025-07-20T09:31:33Z\"},\"roas\":[]}",
	    "2025-07-20T09:31:33Z", "rpki-client" },
	{ "Routinator",
	    "{\"metadata\":{\"generated\":1626867404,\"generatedTime\":"
	    "\"2021-07-21T11:36:44Z\"},\"roas\":[]}",
	    "2021-07-21T11:36:44Z", "routinator" },
	{ "none", "{\"roas\":[]}", NULL, "" },
	{ "nonsense", "{\"metadata\":{\"buildtime\":\"soon\"},\"roas\":[]}",
	    NULL, "" },
};

static void
test_date(void **state)
{
	const struct date_case *c = *state;
	struct rpki_input *in = load_text(RPKI_JSON, c->text);
	const struct rpki_load_report *r = rpki_input_report(in);
	char text[TIME_TEXT_MAX];

	assert_int_equal(r->date_us == TIME_NONE, c->date == NULL);
	if (c->date != NULL)
		assert_string_equal(utc_format(text, r->date_us), c->date);
	assert_string_equal(r->date_from, c->date == NULL ? "" : "content");
	assert_string_equal(r->source, c->source);
	rpki_input_free(in);
}

/* Only so many reasons are kept; all are counted. */
static void
test_many_refusals(void **state)
{
	struct buf text = { 0 };

	(void)state;
	buf_str(&text, "ASN,IP Prefix\n");
	for (int i = 0; i < 1000; i++)
		buf_str(&text, "ASx,nothing\n");
	struct rpki_input *in = load_text(RPKI_CSV, buf_cstr(&text));
	assert_int_equal(rpki_input_report(in)->refused, 1000);
	assert_int_equal(rpki_input_report(in)->n_reasons, RPKI_REFUSALS);
	rpki_input_free(in);
	buf_fini(&text);
}

/* More trust anchors than fit: the name is lost, the VRP is not. */
static void
test_many_trust_anchors(void **state)
{
	struct buf text = { 0 };
	struct tables t;

	(void)state;
	buf_str(&text, "ASN,IP Prefix,Max Length,Trust Anchor\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "AS%d,10.0.0.0/8,8,anchor%d\n", i + 1, i);
	open_text(&t, RPKI_CSV, buf_cstr(&text), NULL);
	assert_int_equal(vrp_table_count(&t.vrps), 1000);
	close_tables(&t);
	buf_fini(&text);
}

/* Missing lists are absent tables, not empty ones. */
static void
test_absent_is_not_empty(void **state)
{
	struct tables t;

	(void)state;
	open_text(&t, RPKI_JSON, "{\"roas\":[]}", NULL);
	assert_true(vrp_table_present(&t.vrps));
	assert_false(aspa_table_present(&t.aspas));
	close_tables(&t);
	open_text(&t, RPKI_JSON, "{\"aspas\":[]}", NULL);
	assert_false(vrp_table_present(&t.vrps));
	assert_true(aspa_table_present(&t.aspas));
	close_tables(&t);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(sniffs) + COUNT(vrps) + COUNT(aspas) +
				COUNT(bad) + COUNT(dates) + 3] = {
		cmocka_unit_test(test_many_refusals),
		cmocka_unit_test(test_many_trust_anchors),
		cmocka_unit_test(test_absent_is_not_empty),
	};
	size_t n = 3;

	ROWS(sniffs, test_sniff)
	ROWS(vrps, test_vrps)
	ROWS(aspas, test_aspas)
	ROWS(bad, test_bad)
	ROWS(dates, test_date)
	return cmocka_run_group_tests_name("rpki load", tests, NULL, NULL);
}
