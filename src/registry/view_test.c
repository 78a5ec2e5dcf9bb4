/* SPDX-License-Identifier: BSD-2-Clause */
/* view_test.c - what frozen tables answer: delegations, networks, contacts,
 * tests, exchanges. */
#include "registry/registry_test.h"

#include <stdlib.h>

#define NETS                                                                \
	"{\"data\":[{\"id\":1,\"org_id\":9,\"asn\":64500,\"name\":\"One\"," \
	"\"irr_as_set\":\"RIPE::AS-X, RADB::AS-Y\",\"info_prefixes4\":10,"  \
	"\"info_prefixes6\":null,\"info_never_via_route_servers\":true,"    \
	"\"info_type\":\"NSP\",\"policy_general\":\"Open\","                \
	"\"looking_glass\":\"https://lg\",\"route_server\":\"\","           \
	"\"updated\":\"2024-01-01T00:00:00Z\",\"poc_set\":[{\"id\":5,"      \
	"\"role\":\"Abuse\",\"name\":\"Jane Example\",\"email\":"           \
	"\"jane@example.net\",\"updated\":\"2023-01-01T00:00:00Z\"}]},"     \
	"{\"id\":2,\"org_id\":9,\"asn\":64501,\"name\":\"Two\","            \
	"\"info_type\":\"Route Server\",\"irr_as_set\":\"\"},"              \
	"{\"id\":3,\"org_id\":8,\"asn\":64502,\"name\":\"Gone\","           \
	"\"irr_as_set\":\"\",\"status\":\"deleted\"}]}"
#define NETS_LATER                                                  \
	"{\"data\":[{\"id\":1,\"org_id\":9,\"asn\":64500,\"name\":" \
	"\"One renamed\",\"irr_as_set\":\"AS-Z\",\"updated\":"      \
	"\"2025-01-01T00:00:00Z\"}]}"
#define ORGS                                                       \
	"{\"data\":[{\"id\":9,\"name\":\"Org\",\"address1\":\"\"," \
	"\"country\":\"CH\"}]}"
#define POCS                                                              \
	"{\"data\":[{\"id\":6,\"net_id\":2,\"role\":\"NOC\",\"visible\":" \
	"\"Public\",\"name\":\"N\",\"email\":\"\",\"phone\":\"+1\","      \
	"\"updated\":\"2022-01-01T00:00:00Z\"},{\"id\":7,\"net_id\":1,"   \
	"\"role\":\"Technical\",\"name\":\"T\",\"email\":\"\",\"phone\":" \
	"\"\"}]}"
#define IX                                                                  \
	"{\"ix\":{\"data\":[{\"id\":3,\"name\":\"IX Three\",\"country\":"   \
	"\"NL\"}]},\"ixlan\":{\"data\":[{\"id\":30,\"ix_id\":3,\"rs_asn\":" \
	"64510}]},\"ixpfx\":{\"data\":[{\"id\":1,\"ixlan_id\":30,"          \
	"\"prefix\":\"193.239.116.0/22\"}]},\"netixlan\":{\"data\":["       \
	"{\"id\":1,\"asn\":64500,\"ix_id\":3,\"is_rs_peer\":true},"         \
	"{\"id\":2,\"asn\":64501,\"ixlan_id\":30,\"is_rs_peer\":false},"    \
	"{\"id\":3,\"asn\":64503,\"ix_id\":4}]},\"net\":{\"data\":[]}}"

static void
test_network(void **state)
{
	struct fixture f = OPEN({ NETS, NULL }, { ORGS, NULL }, { POCS, NULL },
	    { NETS_LATER, NULL });
	struct registry_network n;
	unsigned roles;
	int64_t updated;

	(void)state;
	assert_true(registry_network(f.r, 64500, &n));
	assert_string_equal(n.name, "One renamed"); /* the newest record */
	assert_string_equal(n.name_from, "peeringdb");
	assert_string_equal(n.org, "Org");
	assert_string_equal(n.country, "CH");
	assert_true(n.has_peeringdb);
	assert_string_equal(n.peeringdb.irr_as_set, "AS-Z");
	assert_string_equal(n.peeringdb.country, "CH");
	assert_false(registry_network(f.r, 64502, &n)); /* deleted */
	/* An abuse contact alone is none; one without mail and telephone is
	 * there but cannot be reached. */
	assert_int_equal(registry_contact(f.r, 64500, &roles, &updated),
	    REG_ANSWER_NO);
	assert_int_equal(roles, REG_ROLE_ABUSE);
	assert_int_equal(registry_contact(f.r, 64501, &roles, &updated),
	    REG_ANSWER_YES);
	assert_int_equal(roles, REG_ROLE_NOC);
	assert_int_equal(updated, when("2022-01-01"));
	assert_int_equal(registry_contact(f.r, 64999, NULL, NULL),
	    REG_ANSWER_UNKNOWN);
	close_fixture(&f);
}

static void
test_network_fields(void **state)
{
	struct fixture f = OPEN({ NETS, NULL });
	struct registry_network n;
	const char *why = NULL;

	(void)state;
	assert_true(registry_network(f.r, 64500, &n));
	assert_int_equal(n.peeringdb.prefixes4, 10);
	assert_int_equal(n.peeringdb.prefixes6, REG_NONE);
	assert_int_equal(n.peeringdb.never_via_route_servers, 1);
	assert_true(n.peeringdb.looking_glass);
	assert_false(n.peeringdb.route_server);
	assert_string_equal(n.peeringdb.policy_general, "Open");
	assert_true(registry_network(f.r, 64501, &n));
	assert_int_equal(n.peeringdb.never_via_route_servers, -1);
	assert_true(registry_is_route_server(f.r, 64501));
	assert_false(registry_is_route_server(f.r, 64500));
	assert_true(registry_same_org(f.r, 64500, 64501, &why));
	assert_string_equal(why, "peeringdb-org");
	assert_false(registry_same_org(f.r, 64500, 64502, &why));
	close_fixture(&f);
}

/* Contacts are personal data: none of it may reach a frozen table. */
static int
seek(void *ctx, const char *name, const void *data, size_t n, struct err *err)
{
	static const char *const secrets[] = { "Jane", "jane@", "+1" };

	(void)ctx, (void)name, (void)err;
	for (size_t i = 0; i < COUNT(secrets); i++)
		if (memmem(data, n, secrets[i], strlen(secrets[i])) != NULL)
			fail_msg("%s is in %s", secrets[i], name);
	return 0;
}

static void
test_no_personal_data(void **state)
{
	struct dated d[] = { { NETS, NULL }, { POCS, NULL } };
	struct sect_sink sink = { seek, NULL };
	struct registry_input *in[2];
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++)
		in[i] = load_dated(&d[i]);
	assert_int_equal(registry_freeze((const struct registry_input *const *)
					     in,
			     2, "", &sink, &err),
	    0);
	for (size_t i = 0; i < 2; i++)
		registry_input_free(in[i]);
}

static void
test_exchanges(void **state)
{
	struct fixture f = OPEN({ IX, "2024-01-01" });
	struct prefix inside = pfx("193.239.117.0/24"),
		      other = pfx("193.0.0.0/8");
	struct registry_ixp x;
	uint32_t ix = 0;
	bool rs = false;

	(void)state;
	assert_true(registry_ixp_lan(f.r, &inside, &x));
	assert_int_equal(x.ix_id, 3);
	assert_string_equal(x.name, "IX Three");
	assert_string_equal(x.country, "NL");
	assert_int_equal(x.lan.len, 22);
	assert_false(registry_ixp_lan(f.r, &other, &x));
	assert_true(registry_co_located(f.r, 64500, 64501, &ix));
	assert_int_equal(ix, 3);
	assert_false(registry_co_located(f.r, 64500, 64503, &ix));
	assert_int_equal(registry_ix_of(f.r, 64500, 0, &rs), 3);
	assert_true(rs);
	assert_int_equal(registry_ix_of(f.r, 64500, 1, &rs), REG_NONE);
	assert_true(registry_is_route_server(f.r, 64510));
	close_fixture(&f);
}

static const struct as_set_case {
	const char *why, *text, *want; /* "SOURCE NAME;..." */
} as_sets[] = {
	{ "comma", "RIPE::AS-X, RADB::AS-Y", "RIPE AS-X;RADB AS-Y;" },
	{ "blank", "RIPE::AS-X RADB::AS-Y", "RIPE AS-X;RADB AS-Y;" },
	{ "any case, no source", "as-x", " AS-X;" },
	{ "hierarchical", "RADB::AS64500:AS-Y", "RADB AS64500:AS-Y;" },
	{ "bare ASN", "AS64500", " AS64500;" },
	{ "source behind", "AS-X@RIPE", "RIPE AS-X;" },
	{ "words between", "none, see AS-X", " AS-X;" },
	{ "route-set", "RS-X", " RS-X;" },
	{ "nothing", "", "" },
	{ "only separators", " ,;", "" },
	{ "no name behind the source", "RIPE::", "" },
	{ "odd bytes", "AS-\x01X", "" },
};

static void
test_as_set(void **state)
{
	const struct as_set_case *c = *state;
	struct registry_as_set s;
	char got[400] = "";
	size_t n = 0;

	for (uint32_t i = 0; registry_as_set(c->text, i, &s); i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s %s;",
		    s.source, s.name);
	assert_string_equal(got, c->want);
}

static void
test_delegations(void **state)
{
	struct fixture f =
	    OPEN({ "2|ripencc|1|9|1|20240219|0\n"
		   "ripencc|NL|ipv4|193.0.0.0|768|19930901|allocated|id-1\n"
		   "ripencc|NL|asn|3333|1|19960101|allocated|id-1\n"
		   "ripencc|EU|asn|3334|2|00000000|assigned|id-1\n"
		   "ripencc||asn|3336|1||available|\n",
		     NULL },
		{ "2|arin|1|9|1|20240219|0\narin|US|asn|1|1|x|assigned|id-1\n",
		    NULL },
		{ "2|ripencc|1|9|1|20200101|0\n" /* an older plain file */
		  "ripencc|FR|asn|3333|1|19960101|allocated\n",
		    NULL });
	struct prefix p = pfx("193.0.2.0/24"), q = pfx("193.0.0.0/22");
	struct registry_delegation d;
	struct registry_network n;
	const char *why = NULL;

	(void)state;
	assert_true(registry_prefix(f.r, &p, &d));
	assert_int_equal(d.prefix.len, 24); /* 768 = a /23 and a /24 */
	assert_int_equal(d.status, REG_ALLOCATED);
	assert_int_equal(d.rir, REG_RIPENCC);
	assert_string_equal(d.cc, "NL");
	assert_string_equal(d.opaque_id, "id-1");
	assert_int_equal(d.date_us, when("1993-09-01"));
	assert_string_equal(d.file, "ripencc-extended");
	assert_int_equal(d.file_date_us, when("2024-02-19"));
	assert_false(registry_prefix(f.r, &q, &d));
	assert_true(registry_asn(f.r, 3335, &d));
	assert_int_equal(d.asn_first, 3334);
	assert_int_equal(d.date_us, TIME_NONE);
	assert_true(registry_same_holder(f.r, &p, 3333));
	assert_false(registry_same_holder(f.r, &p, 1));
	assert_true(registry_same_org(f.r, 3333, 3335, &why));
	assert_string_equal(why, "opaque-id");
	assert_false(registry_same_org(f.r, 3333, 1, &why)); /* of another */
	assert_false(registry_same_org(f.r, 3333, 3336, &why));
	assert_true(registry_has_extended(f.r, REG_RIPENCC));
	assert_false(registry_has_extended(f.r, REG_APNIC));
	assert_true(registry_network(f.r, 3333, &n));
	assert_string_equal(n.country, "NL"); /* the newer file's */
	assert_int_equal(n.rir, REG_RIPENCC);
	close_fixture(&f);
}

static bool
add_range(void *ctx, const struct registry_delegation *d)
{
	char *text = ctx;

	(void)snprintf(text + strlen(text), 100, "%u-%u ", d->asn_first,
	    d->asn_last);
	return true;
}

/* Overlapping rows: the narrower decides, and what is left is kept. */
static void
test_asn_overlap(void **state)
{
	struct fixture f = OPEN({ "2|apnic|1|9|1|20240219|0\n"
				  "apnic|AU|asn|100|100|x|allocated|A\n"
				  "apnic|JP|asn|120|10|x|allocated|B\n"
				  "apnic||asn|125|1||available|\n"
				  "apnic|AU|asn|300|10|x|allocated|A\n"
				  "apnic|AU|asn|305|8|x|allocated|C\n",
	    NULL });
	struct registry_delegation d;
	char text[1000] = "";

	(void)state;
	assert_true(registry_asn(f.r, 125, &d));
	assert_int_equal(d.status, REG_AVAILABLE);
	assert_true(registry_asn(f.r, 126, &d));
	assert_string_equal(d.cc, "JP");
	assert_true(registry_asn(f.r, 199, &d));
	assert_string_equal(d.cc, "AU");
	assert_false(registry_asn(f.r, 200, &d));
	registry_each_asn_range(f.r, add_range, text);
	assert_string_equal(text,
	    "100-119 120-124 126-129 130-199 300-304 305-312 ");
	close_fixture(&f);
}

#define SPOOF                                                                 \
	"{\"hydra:member\":[{\"session\":7,\"timestamp\":"                    \
	"\"2024-03-02T00:00:00+00:00\",\"asn4\":\"64500\",\"asn6\":64501,"    \
	"\"client4\":\"192.0.2.0/24\",\"client6\":\"2001:db8::/40\",\"nat4\"" \
	":true,\"nat6\":null,\"routedspoof\":\"blocked\",\"routedspoof6\":"   \
	"\"received\",\"privatespoof\":null,\"privatespoof6\":\"odd\"},"      \
	"{\"session\":6,\"timestamp\":\"2024-03-01T00:00:00Z\",\"asn4\":"     \
	"\"64500\",\"asn6\":null,\"client4\":\"192.0.2.0/24\",\"client6\":"   \
	"null,\"nat4\":false,\"routedspoof\":\"rewritten\"}]}"

static void
test_sessions(void **state)
{
	struct fixture f = OPEN({ SPOOF, NULL }, { SPOOF, NULL });
	struct registry_session s;

	(void)state;
	assert_true(registry_has_spoofer(f.r));
	assert_int_equal(registry_counts(f.r).sessions, 3);
	assert_true(registry_session(f.r, 64500, 0, &s)); /* by time */
	assert_int_equal(s.session, 6);
	assert_int_equal(s.nat, 0);
	assert_int_equal(s.routed, REG_SPOOF_REWRITTEN);
	assert_true(registry_session(f.r, 64500, 1, &s));
	assert_int_equal(s.time_us, when("2024-03-02"));
	assert_int_equal(s.nat, 1);
	assert_int_equal(s.routed, REG_SPOOF_BLOCKED);
	assert_int_equal(s.private_, REG_SPOOF_UNTESTED);
	assert_false(registry_session(f.r, 64500, 2, &s));
	assert_true(registry_session(f.r, 64501, 0, &s));
	assert_int_equal(s.client.family, NET_IP6);
	assert_int_equal(s.nat, -1);
	assert_int_equal(s.routed, REG_SPOOF_RECEIVED);
	assert_int_equal(s.private_, REG_SPOOF_UNKNOWN);
	close_fixture(&f);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_network_fields),
		cmocka_unit_test(test_no_personal_data),
		cmocka_unit_test(test_exchanges),
		cmocka_unit_test(test_delegations),
		cmocka_unit_test(test_asn_overlap),
		cmocka_unit_test(test_sessions),
	};
	VEC(struct CMUnitTest) tests = { 0 };

	for (size_t i = 0; i < COUNT(others); i++)
		vec_push(&tests, others[i]);
	for (size_t i = 0; i < COUNT(as_sets); i++)
		vec_push(&tests,
		    ((struct CMUnitTest){ .name = as_sets[i].why,
			.test_func = test_as_set,
			.initial_state = (void *)(uintptr_t)&as_sets[i] }));
	return _cmocka_run_group_tests("registry/view", tests.p, tests.n, NULL,
	    NULL);
}
