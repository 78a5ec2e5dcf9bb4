/* SPDX-License-Identifier: BSD-2-Clause */
/* real_test.c - real files of VRPs and local exceptions, where at hand. */
#include "rpki/rpki_test.h"

#include <stdlib.h>

static char folder[4096];

static const struct file_case {
	const char *why; /* the name */
	enum rpki_kind kind;
	uint64_t vrps, aspas, taken, refused;
	const char *date;
} files[] = {
	{ "rpki/routinator_csv.csv.xz", RPKI_CSV, 9999, 0, 9999, 0, NULL },
	{ "rpki/rpki_client_csv.csv.xz", RPKI_CSV, 9999, 0, 9999, 0, NULL },
	{ "rpki/rpkiclient_summary_20250720T093135Z.json.bz2", RPKI_JSON,
	    723521, 100, 723621, 0, "2025-07-20T09:31:33Z" },
	{ "rpki/smalltest.rpki.json", RPKI_JSON, 2, 0, 2, 0,
	    "2021-07-27T18:56:02Z" },
	{ "rpki/test.rpki.json", RPKI_JSON, 19, 4, 23, 0,
	    "2023-07-27T18:56:02Z" },
	{ "rpki/slurm.json", RPKI_SLURM, 2, 0, 5, 0, NULL },
	{ "rpki/test.slurm.json", RPKI_SLURM, 1, 0, 2, 0, NULL },
	{ "rpki-slurm/full.json", RPKI_SLURM, 2, 0, 5, 0, NULL },
	{ "rpki-slurm/full_v2.json", RPKI_SLURM, 2, 1, 7, 0, NULL },
	{ "rpki-slurm/rpki-prover-prover-test-data-slurm1.json", RPKI_SLURM, 2,
	    0, 6, 0, NULL },
	{ "rpki-slurm/rpki-rs-rs-test-data-slurm-full.json", RPKI_SLURM, 2, 0,
	    5, 0, NULL },
	{ "rpki-slurm/slurm1.json", RPKI_SLURM, 2, 0, 5, 0, NULL },
	{ "rpki-slurm/test.slurm.json", RPKI_SLURM, 1, 0, 2, 0, NULL },
};

static struct rpki_input *
load_file(const char *name, enum rpki_kind kind)
{
	char path[4300];
	struct os_stream *s = NULL;
	struct rpki_input *in = NULL;
	struct err err = { 0 };
	const uint8_t *head;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (os_stream_open(path, &s, &err) == -1)
		fail_msg("%s", err.msg);
	ssize_t n = os_stream_peek(s, &head, OS_PEEK_MAX, &err);
	assert_true(n > 0);
	assert_string_equal(rpki_kind_name(rpki_sniff(head, (size_t)n)),
	    rpki_kind_name(kind));
	if (rpki_load(s, kind, &in, &err) == -1)
		fail_msg("%s", err.msg);
	os_stream_close(s);
	return in;
}

static void
test_file(void **state)
{
	const struct file_case *c = *state;
	struct rpki_input *in = load_file(c->why, c->kind);
	const struct rpki_load_report *r = rpki_input_report(in);
	char text[TIME_TEXT_MAX];

	if (r->refused != c->refused)
		fail_msg("%s", r->reasons[0]);
	assert_int_equal(r->vrps, c->vrps);
	assert_int_equal(r->aspas, c->aspas);
	assert_int_equal(r->taken, c->taken);
	assert_int_equal(r->date_us == TIME_NONE, c->date == NULL);
	if (c->date != NULL)
		assert_string_equal(utc_format(text, r->date_us), c->date);
	rpki_input_free(in);
}

/* Each VRP of the large dump, asked for as a route, is valid. */
struct self {
	const struct vrp_table *t;
	uint64_t n;
};

static bool
is_valid_itself(void *ctx, const struct vrp *v)
{
	struct self *s = ctx;

	if (v->asn != 0)
		assert_int_equal(vrp_table_validate(s->t, &v->prefix, v->asn,
				     NULL),
		    ROV_VALID);
	assert_int_not_equal(vrp_table_validate(s->t, &v->prefix, 23456, NULL),
	    ROV_NOT_FOUND);
	s->n++;
	return true;
}

static void
test_large_dump(void **state)
{
	struct rpki_input *in =
	    load_file("rpki/rpkiclient_summary_20250720T093135Z.json.bz2",
		RPKI_JSON);
	const struct rpki_input *const one[] = { in };
	struct tables t;
	struct self self = { &t.vrps, 0 };

	(void)state;
	open_inputs(&t, one, 1, NULL);
	vrp_table_each(&t.vrps, ROV_NO_ORIGIN, is_valid_itself, &self);
	assert_int_equal(self.n, 723521);
	assert_int_equal(aspa_table_count(&t.aspas), 100);
	assert_int_equal(aspa_authorized(&t.aspas, 945, 13213), ASPA_PROVIDER);
	close_tables(&t);
	rpki_input_free(in);
}

/* Two writers of one state agree on nearly all of their first 9,999 rows. */
static void
test_two_validators(void **state)
{
	struct rpki_input *in[2] = { load_file("rpki/routinator_csv.csv.xz",
					 RPKI_CSV),
		load_file("rpki/rpki_client_csv.csv.xz", RPKI_CSV) };
	struct tables a, b, both;

	(void)state;
	open_inputs(&a, (const struct rpki_input *const *)&in[0], 1, NULL);
	open_inputs(&b, (const struct rpki_input *const *)&in[1], 1, NULL);
	open_inputs(&both, (const struct rpki_input *const *)in, 2, NULL);
	uint32_t n = vrp_table_count(&a.vrps), m = vrp_table_count(&b.vrps);
	assert_in_range(vrp_table_count(&both.vrps), n > m ? n : m, n + m);
	assert_true(vrp_table_count(&both.vrps) < (n + m) * 3 / 4);
	close_tables(&a);
	close_tables(&b);
	close_tables(&both);
	rpki_input_free(in[0]);
	rpki_input_free(in[1]);
}

static bool
find_data(void)
{
	const char *env = getenv("COMITY_TEST_DATA");
	const char *root = getenv("COMITY_ROOT");
	char probe[4200];

	if (env != NULL)
		(void)snprintf(folder, sizeof(folder), "%s", env);
	else
		(void)snprintf(folder, sizeof(folder), "%s/../shared/data",
		    root != NULL ? root : ".");
	(void)snprintf(probe, sizeof(probe), "%s/rpki", folder);
	return os_is_dir(probe);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(files) + 2] = {
		cmocka_unit_test(test_large_dump),
		cmocka_unit_test(test_two_validators),
	};
	size_t n = 2;

	ROWS(files, test_file)
	if (find_data())
		return cmocka_run_group_tests_name("rpki real", tests, NULL,
		    NULL);
	(void)printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++)
		(void)printf("ok %zu - %s # SKIP no %s/rpki\n", i + 1,
		    tests[i].name, folder);
	return 0;
}
