/* SPDX-License-Identifier: BSD-2-Clause */
/* slurm_test.c - local exceptions (RFC 8416 and its version 2) at work. */
#include "rpki/rpki_test.h"

static const char base[] =
    "{\"roas\":["
    "{\"asn\":64496,\"prefix\":\"10.0.0.0/8\",\"maxLength\":16},"
    "{\"asn\":64497,\"prefix\":\"10.0.0.0/8\",\"maxLength\":16},"
    "{\"asn\":64497,\"prefix\":\"192.0.2.0/24\"},"
    "{\"asn\":64497,\"prefix\":\"192.0.2.128/25\"},"
    "{\"asn\":64498,\"prefix\":\"192.0.0.0/16\"},"
    "{\"asn\":64498,\"prefix\":\"2001:db8::/32\"}],"
    "\"aspas\":[{\"customer_asid\":1,\"providers\":[2]},"
    "{\"customer_asid\":4,\"providers\":[5]}]}";

#define ALL                                                              \
	"10.0.0.0/8-16:64496 10.0.0.0/8-16:64497 192.0.0.0/16-16:64498 " \
	"192.0.2.0/24-24:64497 192.0.2.128/25-25:64497 "                 \
	"2001:db8::/32-32:64498"

#define FILTERS(f)  "{\"slurmVersion\":1,\"validationOutputFilters\":{" f "}}"
#define PREFIXES(p) FILTERS("\"prefixFilters\":[" p "]")
#define ADDED(a)                                                             \
	"{\"slurmVersion\":2,\"locallyAddedAssertions\":{\"prefixAssertions" \
	"\":[" a "]}}"

static const struct slurm_case {
	const char *why, *slurm, *vrps, *aspas;
	uint64_t refused;
} cases[] = {
	{ "nothing in it", "{\"slurmVersion\":1}", ALL, "1:2 4:5", 0 },
	{ "filter by prefix: all inside it",
	    PREFIXES("{\"prefix\":\"192.0.2.0/24\",\"comment\":\"x\"}"),
	    "10.0.0.0/8-16:64496 10.0.0.0/8-16:64497 192.0.0.0/16-16:64498 "
	    "2001:db8::/32-32:64498",
	    "1:2 4:5", 0 },
	{ "filter by AS", PREFIXES("{\"asn\":64497}"),
	    "10.0.0.0/8-16:64496 192.0.0.0/16-16:64498 "
	    "2001:db8::/32-32:64498",
	    "1:2 4:5", 0 },
	{ "filter by both",
	    PREFIXES("{\"asn\":64497,\"prefix\":"
		     "\"10.0.0.0/8\"}"),
	    "10.0.0.0/8-16:64496 192.0.0.0/16-16:64498 "
	    "192.0.2.0/24-24:64497 192.0.2.128/25-25:64497 "
	    "2001:db8::/32-32:64498",
	    "1:2 4:5", 0 },
	{ "filter of everything",
	    PREFIXES("{\"prefix\":\"0.0.0.0/0\"},"
		     "{\"prefix\":\"::/0\"}"),
	    "", "1:2 4:5", 0 },
	{ "filter of AS0 alone", PREFIXES("{\"asn\":0}"), ALL, "1:2 4:5", 0 },
	{ "a filter that says nothing is refused",
	    PREFIXES("{\"comment\":\"x\"}"), ALL, "1:2 4:5", 1 },
	{ "a filter with a bad prefix is refused",
	    PREFIXES("{\"prefix\":\"10.0.0.1/8\"}"), ALL, "1:2 4:5", 1 },
	{ "a filter with a bad AS is refused",
	    PREFIXES("{\"asn\":-1,\"prefix\":\"10.0.0.0/8\"}"), ALL, "1:2 4:5",
	    1 },
	{ "router keys are not ours",
	    FILTERS("\"bgpsecFilters\":[{\"asn\":64496},{\"SKI\":\"Zm9v\"}]"),
	    ALL, "1:2 4:5", 0 },
	{ "assertion",
	    ADDED("{\"asn\":7,\"prefix\":\"10.2.0.0/25\","
		  "\"maxPrefixLength\":26}"),
	    "10.0.0.0/8-16:64496 10.0.0.0/8-16:64497 10.2.0.0/25-26:7 "
	    "192.0.0.0/16-16:64498 192.0.2.0/24-24:64497 "
	    "192.0.2.128/25-25:64497 2001:db8::/32-32:64498",
	    "1:2 4:5", 0 },
	{ "assertion that is there already",
	    ADDED("{\"asn\":64498,"
		  "\"prefix\":"
		  "\"2001:db8::/32\"}"),
	    ALL, "1:2 4:5", 0 },
	{ "assertion with a bad length",
	    ADDED("{\"asn\":7,\"prefix\":"
		  "\"10.2.0.0/25\","
		  "\"maxPrefixLength\":24}"),
	    ALL, "1:2 4:5", 1 },
	{ "filters do not touch assertions",
	    "{\"slurmVersion\":1,\"locallyAddedAssertions\":{"
	    "\"prefixAssertions\":[{\"asn\":7,\"prefix\":\"11.0.0.0/8\"}]},"
	    "\"validationOutputFilters\":{\"prefixFilters\":["
	    "{\"prefix\":\"0.0.0.0/0\"},{\"prefix\":\"::/0\"}]}}",
	    "11.0.0.0/8-8:7", "1:2 4:5", 0 },
	{ "ASPA filter, customerAsid",
	    "{\"slurmVersion\":2,\"validationOutputFilters\":{"
	    "\"aspaFilters\":[{\"customerAsid\":1}]}}",
	    ALL, "1:- 4:5", 0 },
	{ "ASPA filter, customerAsn",
	    "{\"slurmVersion\":2,\"validationOutputFilters\":{"
	    "\"aspaFilters\":[{\"customerAsn\":4}]}}",
	    ALL, "1:2 4:-", 0 },
	{ "ASPA filter of nothing",
	    "{\"slurmVersion\":2,\"validationOutputFilters\":{"
	    "\"aspaFilters\":[{\"comment\":\"x\"}]}}",
	    ALL, "1:2 4:5", 1 },
	{ "ASPA assertion is united with what is there",
	    "{\"slurmVersion\":2,\"locallyAddedAssertions\":{"
	    "\"aspaAssertions\":[{\"customerAsn\":1,\"providerAsns\":[9]}]}}",
	    ALL, "1:2,9 4:5", 0 },
	{ "ASPA replaced: filter, then assertion",
	    "{\"slurmVersion\":2,\"validationOutputFilters\":{"
	    "\"aspaFilters\":[{\"customerAsid\":1}]},"
	    "\"locallyAddedAssertions\":{\"aspaAssertions\":["
	    "{\"customerAsid\":1,\"providers\":[9,8]}]}}",
	    ALL, "1:8,9 4:5", 0 },
};

static void
test_slurm(void **state)
{
	const struct slurm_case *c = *state;
	static const uint32_t customers[] = { 1, 4 };
	struct rpki_input *slurm = load_text(RPKI_SLURM, c->slurm);
	struct tables t;

	assert_int_equal(rpki_input_report(slurm)->refused, c->refused);
	rpki_input_free(slurm);
	open_text(&t, RPKI_JSON, base, c->slurm);
	check_vrps(&t, c->vrps);
	check_aspas(&t, customers, 2, c->aspas);
	close_tables(&t);
}

/* Exceptions alone are no data: everything else would become not-found. */
static void
test_assertions_alone_make_no_table(void **state)
{
	struct tables t;

	(void)state;
	open_text(&t, RPKI_JSON, "{\"aspas\":[]}",
	    ADDED("{\"asn\":7,\"prefix\":\"11.0.0.0/8\"}"));
	assert_false(vrp_table_present(&t.vrps));
	assert_true(aspa_table_present(&t.aspas));
	close_tables(&t);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 1] = {
		cmocka_unit_test(test_assertions_alone_make_no_table),
	};
	size_t n = 1;

	ROWS(cases, test_slurm)
	return cmocka_run_group_tests_name("rpki slurm", tests, NULL, NULL);
}
