/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set_test.c - aut-nums: documented policy (M6) and contacts (M8) by the rule
 * of each authority.
 */
#include "irr/irr_test.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const texts[] = {
	"aut-num: AS1\nas-name: ONE\nimport: from AS2 accept ANY\n"
	"import: from AS3 accept ANY\nexport: to AS2 announce AS1\n"
	"admin-c: A1-RIPE\ntech-c: A1-RIPE\nmnt-by: M1\nsource: RIPE\n\n"
	"aut-num: AS2\nmp-import: afi ipv6 from AS1 accept ANY\n"
	"mp-export: afi ipv6 to AS1 announce AS2\nsource: RADB\n\n"
	"aut-num: AS3\nimport: from AS1 accept ANY\nsource: RIPE\n\n"
	"aut-num: AS4\nexport: to AS1 announce AS4\nimport: # none\n"
	"source: RIPE\n\n"
	"aut-num: AS5\nimport: from AS1 accept ANY\nsource: RIPE\n\n"
	"aut-num: AS5\nimport: from AS1 accept ANY\n"
	"export: to AS1 announce AS5\nadmin-c: X1\nsource: RADB\n\n"
	"aut-num: AS6\nabuse-c: AB-RIPE\nsource: RIPE\n\n"
	"aut-num: AS7\nadmin-c: DUMY-RIPE\nsource: RIPE\n\n"
	"aut-num: AS8\ntech-c: A1-AP\nsource: APNIC\n\n"
	"role: Desk\nnic-hdl: A1-AP\ne-mail: a@example.net\nphone: +1\n"
	"source: APNIC\n\n"
	"aut-num: AS15\nimport:\n from AS1\n accept ANY\nexport:\n+to AS1\n"
	"source: RIPE\n\n",
	/* ARIN: whois answers */
	"ASNumber: 9 - 10\nASName: NINE\nOrgId: ORG9\nSource: ARIN\n\n"
	"OrgName: Nine\nOrgId: ORG9\n\n"
	"OrgNOCHandle: N9-ARIN\nOrgNOCRef: https://x\n\n"
	"OrgAbuseHandle: A9-ARIN\n\n"
	"ASNumber: 11\nASName: ELEVEN\nOrgId: ORG11\n\n"
	"OrgName: Eleven\nOrgId: ORG11\n\n"
	"OrgAbuseHandle: A9-ARIN\nOrgAbuseRef: https://x\n",
	/* ARIN: bulk form, organisations apart */
	"ASHandle: AS12\nOrgID: ORG12\nASName: TWELVE\nASNumber: 12\n"
	"Source: ARIN\n\n"
	"OrgID: ORG12\nOrgName: Twelve\nOrgTechHandle: T12\nSource: ARIN\n",
	/* LACNIC */
	"aut-num: AS13\nowner: Trece\nowner-c: TRE\nrouting-c: TRE\n\n"
	"nic-hdl: TRE\nperson: Persona\nphone: +54\n\n"
	"aut-num: AS14\nowner: Catorce\nowner-c: CAT\n\n"
	"nic-hdl: CAT\nperson: Persona\n",
};

static struct irr_fixture fix;

static int
setup(void **state)
{
	(void)state;
	fix = open_texts(texts, COUNT(texts), NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	close_texts(&fix);
	return 0;
}

static struct answer_case {
	const char *why;
	uint32_t asn;
	bool rir_only;
	enum irr_answer policy, contact;
	const char *contact_why;
} cases[] = {
	{ "both, at RIPE", 1, true, IRR_YES, IRR_YES,
	    "admin-c or tech-c in the aut-num" },
	{ "mp- forms; RADB is no registry", 2, true, IRR_YES, IRR_UNKNOWN,
	    "no aut-num is registered" },
	{ "mp- forms, RADB without contacts", 2, false, IRR_YES, IRR_NO,
	    "neither admin-c nor tech-c in the aut-num" },
	{ "import alone", 3, true, IRR_NO, IRR_NO,
	    "neither admin-c nor tech-c in the aut-num" },
	{ "an empty import", 4, true, IRR_NO, IRR_NO,
	    "neither admin-c nor tech-c in the aut-num" },
	{ "another source completes the policy, not the contact", 5, true,
	    IRR_YES, IRR_NO, "neither admin-c nor tech-c in the aut-num" },
	{ "any source for the contact", 5, false, IRR_YES, IRR_YES,
	    "admin-c or tech-c in the aut-num" },
	{ "abuse alone never counts", 6, true, IRR_NO, IRR_NO,
	    "neither admin-c nor tech-c in the aut-num" },
	{ "a placeholder is present", 7, true, IRR_NO, IRR_YES,
	    "admin-c or tech-c in the aut-num" },
	{ "APNIC", 8, true, IRR_NO, IRR_YES,
	    "admin-c or tech-c in the aut-num" },
	{ "ARIN, NOC in a whois answer", 9, true, IRR_NO, IRR_YES,
	    "technical or NOC contact at ARIN" },
	{ "ARIN, second of a range", 10, true, IRR_NO, IRR_YES,
	    "technical or NOC contact at ARIN" },
	{ "ARIN, abuse alone", 11, true, IRR_NO, IRR_NO,
	    "neither technical nor NOC contact at ARIN" },
	{ "ARIN, organisation in another block", 12, true, IRR_NO, IRR_YES,
	    "technical or NOC contact at ARIN" },
	{ "LACNIC, person with telephone", 13, true, IRR_NO, IRR_YES,
	    "person with e-mail or telephone at LACNIC" },
	{ "LACNIC, person without either", 14, true, IRR_NO, IRR_NO,
	    "no person with e-mail or telephone at LACNIC" },
	{ "policy on continuation lines", 15, true, IRR_YES, IRR_NO,
	    "neither admin-c nor tech-c in the aut-num" },
	{ "not registered", 99, false, IRR_UNKNOWN, IRR_UNKNOWN,
	    "no aut-num is registered" },
};

static void
test_answers(void **state)
{
	const struct answer_case *c = *state;
	const char *why = NULL;

	assert_int_equal(irr_policy(fix.irr, c->asn, NULL), c->policy);
	assert_int_equal(irr_contact(fix.irr, c->asn, c->rir_only, NULL, &why),
	    c->contact);
	assert_string_equal(why, c->contact_why);
}

static void
test_row(void **state)
{
	struct irr_autnum a;

	(void)state;
	assert_true(irr_autnum(fix.irr, 1, 0, &a));
	assert_string_equal(a.as_name, "ONE");
	assert_string_equal(a.mnt_by, "M1");
	assert_string_equal(a.source, "RIPE");
	assert_int_equal(a.imports, 2);
	assert_int_equal(a.exports, 1);
	assert_int_equal(a.has, IRR_HAS_ADMIN | IRR_HAS_TECH);
	assert_false(irr_autnum(fix.irr, 1, 1, &a));
	assert_true(irr_autnum(fix.irr, 5, 0, &a));
	assert_string_equal(a.source, "RIPE");
	assert_true(irr_autnum(fix.irr, 5, 1, &a));
	assert_string_equal(a.source, "RADB");
	assert_true(irr_autnum(fix.irr, 7, 0, &a));
	assert_int_equal(a.has, IRR_HAS_ADMIN | IRR_IS_DUMMY);
	assert_true(irr_autnum(fix.irr, 8, 0, &a));
	assert_int_equal(a.has,
	    IRR_HAS_TECH | IRR_HAS_PERSON | IRR_HAS_EMAIL | IRR_HAS_PHONE);
}

static void
test_deciding_row(void **state)
{
	struct irr_autnum a;

	(void)state;
	assert_int_equal(irr_policy(fix.irr, 5, &a), IRR_YES);
	assert_string_equal(a.source, "RADB");
	assert_int_equal(irr_contact(fix.irr, 13, true, &a, NULL), IRR_YES);
	assert_string_equal(a.source, "LACNIC");
}

/* The loader's own date arithmetic against that of base, day by day. */
static void
test_every_day(void **state)
{
	const uint32_t days = 365 * 130;
	char *text = malloc(days * 80), *p = text, day[TIME_TEXT_MAX];
	const char *const one[] = { text };
	struct irr_fixture f;
	struct irr_autnum a;

	(void)state;
	assert_non_null(text);
	for (uint32_t d = 0; d < days; d++)
		p +=
		    snprintf(p, 80, "aut-num: AS%u\ncreated: %s\nsource: X\n\n",
			d + 1, utc_format(day, d * TIME_DAY + 3723 * TIME_SEC));
	f = open_texts(one, 1, NULL);
	for (uint32_t d = 0; d < days; d++) {
		assert_true(irr_autnum(f.irr, d + 1, 0, &a));
		assert_true(a.created_us == d * TIME_DAY + 3723 * TIME_SEC);
	}
	close_texts(&f);
	free(text);
}

#define OTHERS 3

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + OTHERS] = {
		cmocka_unit_test(test_row),
		cmocka_unit_test(test_deciding_row),
		cmocka_unit_test(test_every_day),
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[OTHERS + i] = (struct CMUnitTest){ cases[i].why,
			test_answers, NULL, NULL, &cases[i] };
	return cmocka_run_group_tests_name("irr set", tests, setup, teardown);
}
