/* SPDX-License-Identifier: BSD-2-Clause */
/* load_test.c - every format: what is recognised, taken, refused, and why. */
#include "registry/registry_test.h"

#include <stdlib.h>

#define SPOOF_FIELDS                                                   \
	"\"asn6\":null,\"client6\":null,\"country\":\"usa\",\"nat4\":" \
	"true,\"nat6\":null,\"privatespoof\":\"blocked\","             \
	"\"privatespoof6\":null,\"routedspoof\":\"blocked\","          \
	"\"routedspoof6\":null}"
#define SPOOF(session, asn)                                                   \
	"{\"@id\":\"/sessions/1\",\"@type\":\"Session\",\"session\":" session \
	",\"timestamp\":\"2020-05-07T14:34:59+00:00\",\"asn4\":" asn          \
	",\"client4\":\"192.0.2.0/24\"," SPOOF_FIELDS
#define SPECIAL4                                                          \
	"Address Block,Name,RFC,Allocation Date,Termination Date,Source," \
	"Destination,Forwardable,Globally Reachable,"                     \
	"Reserved-by-Protocol\r\n"
#define OPERATORS                                                       \
	"\xef\xbb\xbfOrganization Name,Areas,ASNs,Action 1: Filtering," \
	"Action 2: Anti-spoofing,Action 3: Coordination,"               \
	"Action 4: Global Validation\r\n"
#define XML                                                             \
	"<?xml version='1.0'?>\n<registry xmlns=\"http://www.iana.org/" \
	"assignments\" id=\"ipv4-address-space\"><updated>2025-10-10"   \
	"</updated>"

static const struct load_case {
	const char *why, *text;
	enum registry_kind kind;
	int taken; /* -1 = the whole is refused */
	unsigned refused, skipped;
	const char *source, *date;
	const char *says; /* in the first reason or in the error */
} loads[] = {
	{ "delegated: plain",
	    "2|apnic|20240219|1|19830101|20240219|+1000\n"
	    "apnic|*|ipv4|*|1|summary\n"
	    "apnic|AU|ipv4|1.0.0.0|256|20110811|assigned\n",
	    REG_DELEGATED, 1, 0, 0, "apnic", "2024-02-19", NULL },
	{ "delegated: comments first, no serial",
	    "# x\n2.3|apnic|20190909|1||20190906|+1000\n"
	    "apnic|JP|asn|173|1|20020801|allocated|A91E66F2\n",
	    REG_DELEGATED, 1, 0, 0, "apnic-extended", "2019-09-06", NULL },
	{ "delegated: record of 7 fields, available",
	    "2|lacnic|1|1|19870101|20180215|-0300\n"
	    "lacnic||ipv4|24.152.0.0|32768||available\n",
	    REG_DELEGATED, 1, 0, 0, "lacnic-extended", "2018-02-15", NULL },
	{ "delegated: NRO, more fields",
	    "2|nro|20240219|1|19830101|20240219|+0000\n"
	    "arin|US|asn|1|1|20010920|assigned|e5e3b9|e-stats\n",
	    REG_DELEGATED, 1, 0, 0, "nro-extended", "2024-02-19", NULL },
	{ "delegated: IANA's status is a registry",
	    "2|iana|20190911|2|19830101|20190612|+0000\n"
	    "iana|ZZ|ipv4|1.0.0.0|16777216|20100119|apnic\n"
	    "iana|ZZ|asn|0|1|19920101|ietf\n",
	    REG_DELEGATED, 2, 0, 0, "iana", "2019-06-12", NULL },
	{ "delegated: six fields are refused",
	    "apnic|AU|ipv4|1.0.0.0|256|20110811|assigned\n"
	    "apnic|AU|ipv4|1.0.1.0|256|20110811\n",
	    REG_DELEGATED, 1, 1, 0, "unnamed", NULL,
	    "line 2: fewer than 7 fields" },
	{ "delegated: past the end of IPv4",
	    "2|arin|1|1|1|20240101|0\n"
	    "arin|US|ipv4|255.255.255.0|257|19700101|allocated\n",
	    REG_DELEGATED, -1, 0, 0, NULL, NULL, "past 255.255.255.255" },
	{ "delegated: count 0",
	    "2|arin|1|1|1|20240101|0\n"
	    "arin|US|ipv4|10.0.0.0|0|x|allocated\n",
	    REG_DELEGATED, -1, 0, 0, NULL, NULL, "bad count" },
	{ "delegated: IPv6 host bits",
	    "2|arin|1|1|1|20240101|0\n"
	    "arin|US|ipv6|2001:db8::|16|x|allocated\n",
	    REG_DELEGATED, -1, 0, 0, NULL, NULL, "address bits" },
	{ "delegated: unknown registry",
	    "2|example|1|1|1|20240101|0\nexample|US|asn|1|1|x|allocated\n",
	    REG_DELEGATED, -1, 0, 0, NULL, NULL, "unknown registry" },
	{ "delegated: ASNs past the last",
	    "2|arin|1|1|1|20240101|0\n"
	    "arin|US|asn|4294967295|2|x|allocated\n",
	    REG_DELEGATED, -1, 0, 0, NULL, NULL, "count of AS numbers" },

	{ "IANA special: footnote, two blocks, CRLF, break in a cell",
	    SPECIAL4
	    "192.0.0.0/24 [2],IETF Protocol Assignments,\"[RFC6890], "
	    "Section\r\n 2.1\",2010-01,N/A,False,False,False,False [1],"
	    "False\r\n"
	    "\"192.0.0.170/32, 192.0.0.171/32\",NAT64/DNS64 Discovery,"
	    "[RFC8880],2013-02,N/A,False,False,False,False,True\r\n",
	    REG_IANA_SPECIAL, 2, 0, 0, "iana-ipv4-special", "2013-02-01",
	    NULL },
	{ "IANA special: ended row is skipped",
	    SPECIAL4
	    "192.88.99.0/24,Deprecated (6to4),[RFC7526],2001-06,2015-03,,,,"
	    ",\r\n"
	    "10.0.0.0/8,Private-Use,[RFC1918],1996-02,N/A,True,True,True,"
	    "False,False\r\n",
	    REG_IANA_SPECIAL, 1, 0, 1, "iana-ipv4-special", "2015-03-01",
	    NULL },
	{ "IANA special: a bad block is refused",
	    SPECIAL4 "10.0.0.0/33,x,y,1996-02,N/A,,,,False,\n"
		     "10.0.0.0/8,x,y,1996-02,N/A,,,,False,\n",
	    REG_IANA_SPECIAL, 1, 1, 0, "iana-ipv4-special", "1996-02-01",
	    "line 2: bad address block" },
	{ "IANA special: AS numbers",
	    "AS Number,Reason for Reservation,Reference\r\n"
	    "0,\"Reserved, not routed\",[RFC7607]\r\n"
	    "64496-64511,Documentation,[RFC5398]\r\n",
	    REG_IANA_SPECIAL, 2, 0, 0, "iana-special-asns", NULL, NULL },
	{ "IANA space: footnote in a title, three digits",
	    "Prefix,Designation,Date,WHOIS,RDAP,Status [1],Note\n"
	    "001/8,APNIC,2010-01,whois.apnic.net,,ALLOCATED,\n"
	    "003/8,Administered by ARIN,1994-05,,\"https://a/\n"
	    "http://b/\",LEGACY,\n",
	    REG_IANA_SPACE, 2, 0, 0, "iana-ipv4-space", "2010-01-01", NULL },
	{ "IANA space: octet 256",
	    "Prefix,Designation,Date,WHOIS,RDAP,"
	    "Status,Note\n256/8,X,,,,ALLOCATED,\n",
	    REG_IANA_SPACE, -1, 0, 0, NULL, NULL, "bad prefix" },
	{ "IANA space: AS numbers",
	    "Number,Description,WHOIS,RDAP,Reference,Registration Date\n"
	    "1-6,Assigned by ARIN,,,,\n394240-4199999999,Unallocated,,,,\n",
	    REG_IANA_SPACE, 2, 0, 0, "iana-as-numbers", NULL, NULL },
	{ "IANA XML",
	    XML "<record><prefix>001/8</prefix><designation>APNIC"
		"</designation><status>ALLOCATED</status></record>"
		"</registry>",
	    REG_IANA_SPACE, 1, 0, 0, "iana-ipv4-space", "2025-10-10", NULL },
	{ "IANA XML: special purpose",
	    "<registry xmlns=\"http://www.iana.org/assignments\" "
	    "id=\"iana-ipv4-special-registry\"><updated>2026-12-01</updated>"
	    "<registry id=\"iana-ipv4-special-registry-1\"><record><address>"
	    "10.0.0.0/8</address><name>P</name><spec><xref type=\"rfc\" "
	    "data=\"rfc1918\"/></spec><termination>N/A</termination><global>"
	    "False</global></record></registry></registry>",
	    REG_IANA_SPECIAL, 1, 0, 0, "iana-ipv4-special", "2026-12-01",
	    NULL },
	{ "IANA XML: entities are refused",
	    "<!DOCTYPE r [<!ENTITY a \"aaaaaaaa\">]><registry xmlns=\"http://"
	    "www.iana.org/assignments\" id=\"as-numbers\">&a;</registry>",
	    REG_IANA_SPACE, -1, 0, 0, NULL, NULL, "declares an entity" },
	{ "IANA XML: cut short", XML "<record><prefix>001/8</prefix>",
	    REG_IANA_SPACE, -1, 0, 0, NULL, NULL, "line 2" },

	{ "full bogons",
	    "# last updated 1710089701 (Sun Mar 10 16:55:01 2024 GMT)\n"
	    "0.0.0.0/8\n10.0.0.0/8\n10.0.0.1/8\n",
	    REG_BOGON_LIST, 2, 1, 0, "full-bogons-ipv4", "2024-03-10T16:55:01Z",
	    "line 4: bad prefix" },
	{ "bogus routes, with headings",
	    "Possible bogus routes\n"
	    "192.154.64.0/19 AS81 Prefix spans unallocated space: a - b\n",
	    REG_BOGUS_ROUTES, 1, 0, 1, "cidr-report", NULL, NULL },

	{ "PeeringDB: page of networks",
	    "{\"data\":[{\"id\":5,\"org_id\":9,\"asn\":64500,\"name\":\"N\","
	    "\"irr_as_set\":\"AS-X\",\"updated\":\"2026-03-25T11:06:35Z\"},"
	    "{\"id\":6,\"irr_as_set\":\"\"}],\"meta\":{}}",
	    REG_PEERINGDB, 1, 1, 0, "peeringdb/net", "2026-03-25T11:06:35Z",
	    "net without asn" },
	{ "PeeringDB: dump",
	    "{\"net\":{\"data\":[{\"id\":5,\"asn\":64500}],\"meta\":{"
	    "\"generated\":1533081601.5}},\"org\":{\"data\":[{\"id\":9,"
	    "\"name\":\"O\",\"address1\":\"\"}]},\"fac\":{\"data\":[{\"id\":"
	    "1,\"org_id\":2,\"address1\":\"\",\"clli\":\"\"}]}}",
	    REG_PEERINGDB, 2, 0, 1, "peeringdb-dump", "2018-08-01T00:00:01.5Z",
	    NULL },
	{ "PeeringDB: contacts of an unknown role",
	    "{\"data\":[{\"id\":1,\"net_id\":2,\"role\":\"King\",\"visible\""
	    ":\"Public\"}]}",
	    REG_PEERINGDB, -1, 0, 0, NULL, NULL, "unknown role" },
	{ "PeeringDB: cut short",
	    "{\"data\":[{\"id\":5,\"org_id\":9,"
	    "\"asn\":64500,\"irr_as_set\":\"\"},{",
	    REG_PEERINGDB, -1, 0, 0, NULL, NULL, "" },
	{ "AS types",
	    "[{\"asn\":64500,\"network_type\":\"NSP\","
	    "\"network_name\":\"N\"},{\"asn\":\"AS64501\"},{}]",
	    REG_AS_TYPES, 2, 1, 0, "as-types", NULL, "no AS number" },
	{ "AS names",
	    "{\"64500\": \"NAME Text, Inc., US\", \"64501\": "
	    "\"OTHER\", \"64502\": \"-Reserved AS-, ZZ\"}",
	    REG_AS_NAMES, 2, 0, 1, "as-names", NULL, NULL },

	{ "Spoofer: page",
	    "{\"hydra:member\":[" SPOOF("1", "\"64500\"") "," SPOOF("2",
		"64500") "],\"hydra:view\":{\"@id\":\"/sessions?page=1\"}}",
	    REG_SPOOFER, 2, 0, 0, "spoofer", "2020-05-07T14:34:59Z", NULL },
	{ "Spoofer: one object", SPOOF("1", "\"AS64500\""), REG_SPOOFER, 1, 0,
	    0, "spoofer", "2020-05-07T14:34:59Z", NULL },
	{ "Spoofer: JSON lines",
	    SPOOF("1", "\"64500\"") "\n" SPOOF("2", "\"64501\"") "\n",
	    REG_SPOOFER, 2, 0, 0, "spoofer", "2020-05-07T14:34:59Z", NULL },
	{ "Spoofer: asn null", SPOOF("1", "null") SPOOF("2", "1"), REG_SPOOFER,
	    1, 1, 0, "spoofer", "2020-05-07T14:34:59Z", "without a network" },
	{ "Shadowserver",
	    "\"timestamp\",\"ip\",\"asn\",\"network\",\"routedspoof\","
	    "\"session\",\"nat\"\n\"2020-05-07 14:34:59\",,64500,"
	    "\"192.0.2.0/24\",received,7,1\n",
	    REG_SHADOWSERVER, 1, 0, 0, "shadowserver", "2020-05-07T14:34:59Z",
	    NULL },

	{ "participants: BOM, comma in a name, two ASNs",
	    OPERATORS "\"Sky, Inc.\",BD;IN,64500;AS64501,Yes,No,Yes,Yes\r\n",
	    REG_PARTICIPANTS, 1, 0, 0, "manrs-operator", NULL, NULL },
	{ "participants: bad ASN is counted, the row stays",
	    OPERATORS "X,BD,64500;x,Yes,No,Yes,Yes\n", REG_PARTICIPANTS, 1, 1,
	    0, "manrs-operator", NULL, "line 2: bad AS number" },
	{ "participants: CDNs",
	    "Organization Name,ASNs,Action 1: Filtering,Action 5: MANRS "
	    "Adoption,Action 6: Tools\nX,64500,Yes;RPKI,Yes,No\n",
	    REG_PARTICIPANTS, 1, 0, 0, "manrs-cdn", NULL, NULL },
	{ "participants: quote never closed",
	    OPERATORS "\"X,BD,64500,Yes,No,Yes,Yes\n", REG_PARTICIPANTS, -1, 0,
	    0, NULL, NULL, "record cut" },
	{ "Observatory",
	    "ASN,Holder,Country,RIR Regions,Filtering,Anti-spoofing,"
	    "Coordination,Global Validation IRR,Global Validation RPKI\n"
	    "278,U,MX,LACNIC,1,0.36,1,0.99,\n279,U,MX,LACNIC,1,x,1,1,1\n",
	    REG_OBSERVATORY, 1, 1, 0, "observatory", NULL,
	    "line 3: bad score" },

	{ "RIS whois: comments, AS_SET, default route, collector's own",
	    "[Querying 127.0.0.1]\n% This file was generated on Fri Sep  7 "
	    "10:03:01 2012 UTC.\n3356\t0.0.0.0/0\t2\n64500\t192.0.2.0/24\t1"
	    "\n{1,2}\t192.0.2.0/24\t1\nLocal\t84.205.71.0/24\t1\nx\ty\tz\n",
	    REG_RISWHOIS, 1, 1, 3, "riswhois", "2012-09-07T10:03:01Z",
	    "line 7: no prefix and origin" },
	{ "RIS whois: zone before the year",
	    "% This file was generated at Fri Dec 20 10:06:01 UTC 2024.\n"
	    "64500\t2001:db8::/32\t1\n",
	    REG_RISWHOIS, 1, 0, 0, "riswhois", "2024-12-20T10:06:01Z", NULL },
	{ "pyasn",
	    "; Original file : data/rib.20140513.0600.bz2\n"
	    "; Converted on  : Mon Sep 15 22:09:50 2014\n"
	    "1.0.0.0/24\t15169\n",
	    REG_PFX_ORIGIN, 1, 0, 0, "prefix-origin", "2014-05-13", NULL },
	{ "pfx2as: _ joins origins, comma an AS_SET",
	    "1.0.0.0\t24\t64500_64501\n1.0.1.0\t24\t64500,64501\n"
	    "1.0.2.0\t24\t64500_64501,64502\n1.0.3.0\t33\t64500\n",
	    REG_PFX_ORIGIN, 3, 1, 2, "prefix-origin", NULL, "line 4" },
	{ "ranges",
	    "192.0.2.0,192.0.2.255,64500\n192.0.2.0,192.0.1.0,64500\n"
	    "\"192.0.3.0\",\"192.0.3.1\",\"0\"\n",
	    REG_RANGES, 1, 1, 1, "ranges", NULL, "line 2" },
	{ "prefixes per AS",
	    "64500: 192.0.2.0/24,198.51.100.0/24\n"
	    "64501: x\n",
	    REG_AS_PREFIXES, 2, 1, 0, "as-prefixes", NULL, "line 2" },
};

static void
test_load(void **state)
{
	const struct load_case *c = *state;
	const struct registry_load_report *rep;
	struct registry_input *in = NULL;
	struct err err = { 0 };

	assert_int_equal(registry_sniff((const uint8_t *)c->text,
			     strlen(c->text)),
	    c->kind);
	if (try_load(c->text, &in, &err) == -1) {
		if (c->taken != -1)
			fail_msg("%s", err.msg);
		assert_true(err.msg[0] != '\0');
		assert_non_null(strstr(err.msg, c->says));
		return;
	}
	rep = registry_input_report(in);
	assert_int_equal(rep->taken, c->taken);
	assert_int_equal(rep->refused, c->refused);
	assert_int_equal(rep->skipped, c->skipped);
	assert_string_equal(rep->source, c->source);
	assert_int_equal(rep->date_us, when(c->date));
	if (c->says != NULL)
		assert_non_null(strstr(rep->reasons[0], c->says));
	else
		assert_int_equal(rep->n_reasons, 0);
	registry_input_free(in);
}

static const struct sniff_case {
	const char *why, *text;
} foreign[] = {
	{ "nothing", "" },
	{ "blanks", " \r\n\t" },
	{ "VRPs as JSON", "{\"roas\":[{\"asn\":\"AS1\",\"prefix\":"
			  "\"10.0.0.0/8\",\"maxLength\":8}]}" },
	{ "VRPs as CSV", "ASN,IP Prefix,Max Length,Trust Anchor\n"
			 "AS1,10.0.0.0/8,8,ripe\n" },
	{ "RPSL", "% comment\n\nroute: 192.0.2.0/24\norigin: AS64500\n" },
	{ "AS relationships", "# input clique: 174\n1|2|-1\n1|3|0\n" },
	{ "AS organisations",
	    "# format:org_id|changed|org_name|country|source\n"
	    "X-ARIN|20220101|X|US|ARIN\n" },
	{ "events", ",victim_AS,timestamp,event_type\n0,1,1584429000,edges\n" },
	{ "a list of prefixes without a heading", "10.0.0.0/8\n" },
	{ "GRIP events", "[{\"event_type\":\"moas\",\"asn\":1}]" },
	{ "XML of others", "<html><body>registry</body></html>" },
	{ "MRT", "\x5e\x00\x01\x02\x00\x0d" },
};

static void
test_foreign(void **state)
{
	const struct sniff_case *c = *state;
	struct registry_input *in = NULL;
	struct err err = { 0 };

	assert_int_equal(registry_sniff((const uint8_t *)c->text,
			     strlen(c->text)),
	    REG_KIND_NONE);
	assert_int_equal(try_load(c->text, &in, &err), -1);
}

int
main(void)
{
	VEC(struct CMUnitTest) tests = { 0 };

	for (size_t i = 0; i < COUNT(loads); i++)
		vec_push(&tests,
		    ((struct CMUnitTest){ .name = loads[i].why,
			.test_func = test_load,
			.initial_state = (void *)(uintptr_t)&loads[i] }));
	for (size_t i = 0; i < COUNT(foreign); i++)
		vec_push(&tests,
		    ((struct CMUnitTest){ .name = foreign[i].why,
			.test_func = test_foreign,
			.initial_state = (void *)(uintptr_t)&foreign[i] }));
	return _cmocka_run_group_tests("registry/load", tests.p, tests.n, NULL,
	    NULL);
}
