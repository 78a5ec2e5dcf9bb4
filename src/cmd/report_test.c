/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_test.c - every format of a small store against golden files, and
 * what foreign text may do to them.
 *
 * COMITY_UPDATE_GOLDEN=1 writes the files anew instead of comparing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/report_html.h"
#include "cmd/report_test.h"

static char dir[64], path[96];

/* The rows of main.c that the printing code calls. */
int
cmd_fail(const struct cmd *cmd, const struct err *err)
{
	(void)cmd;
	(void)err;
	return EXIT_CANNOT;
}

int
cmd_usage(const struct cmd *cmd, const char *fmt, ...)
{
	(void)cmd;
	(void)fmt;
	return EXIT_CANNOT;
}

static int
group_setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/comity-report-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/t.db", dir);
	report_fixture(path);
	return 0;
}

static int
group_teardown(void **state)
{
	char cmd[128];

	(void)state;
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	return system(cmd);
}

static void
load(struct report *r, struct report_options o)
{
	struct err err = { 0 };

	o.store = path;
	if (o.profile.v[SET_SCALE][0] == 0)
		assert_true(score_profile_init(&o.profile, STR("obs-2024")));
	if (report_load(r, &o, &err) == -1)
		fail_msg("%s", err.msg);
}

/* --- golden files ---------------------------------------------------------- */

static const struct golden {
	const char *why, *file;
	void (*print)(const struct report *r, struct buf *out);
	struct report_options o;
	const char *profile;
} goldens[] = {
	{ "text of all networks", "all.text", report_text, { 0 }, "obs-2024" },
	{ "JSON of all networks", "all.json", report_json, { 0 }, "obs-2024" },
	{ "CSV of all networks", "all.csv", report_csv, { 0 }, "obs-2024" },
	{ "HTML of all networks", "all.html", report_html, { 0 }, "obs-2024" },
	{ "text of one network", "asn.text", report_text, { .asn = 17557 },
	    "obs-2024" },
	{ "text of a country", "country.text", report_text, { .country = "fr" },
	    "obs-2024" },
	{ "text of participants", "participants.text", report_text,
	    { .participants = true }, "obs-2024" },
	{ "text by the profile of 2018", "obs-2018.text", report_text, { 0 },
	    "obs-2018" },
	{ "text of the month before", "before.text", report_text,
	    { .month = "2008-01" }, "obs-2024" },
};

static char *
read_golden(const char *file, size_t *n)
{
	char name[512];
	FILE *f;
	char *text;
	long size;

	(void)snprintf(name, sizeof(name), "%s/%s.ok", GOLDEN_DIR, file);
	f = fopen(name, "rb");
	if (f == NULL)
		fail_msg("no %s", name);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	assert_true(size >= 0);
	rewind(f);
	text = mem_alloc((size_t)size + 1, 1);
	*n = fread(text, 1, (size_t)size, f);
	(void)fclose(f);
	return text;
}

static void
write_golden(const char *file, const struct buf *out)
{
	char name[512];
	FILE *f;

	(void)snprintf(name, sizeof(name), "%s/%s.ok", GOLDEN_DIR, file);
	f = fopen(name, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(out->p, 1, out->n, f), out->n);
	assert_int_equal(fclose(f), 0);
}

static void
test_golden(void **state)
{
	const struct golden *g = *state;
	struct report_options o = g->o;
	struct report r;
	struct buf out = { 0 };
	size_t n, at = 0;
	char *want;

	assert_true(score_profile_init(&o.profile, str_from(g->profile)));
	load(&r, o);
	g->print(&r, &out);
	report_free(&r);
	if (getenv("COMITY_UPDATE_GOLDEN") != NULL)
		write_golden(g->file, &out);
	want = read_golden(g->file, &n);
	while (at < n && at < out.n && want[at] == (char)out.p[at])
		at++;
	if (at < n || at < out.n)
		fail_msg("%s differs from byte %zu on: \"%.60s\"", g->file, at,
		    buf_cstr(&out) + at);
	free(want);
	buf_fini(&out);
}

/* --- single questions ------------------------------------------------------ */

static void
test_twice_the_same(void **state)
{
	struct report r;
	struct buf a = { 0 }, b = { 0 };

	(void)state;
	load(&r, (struct report_options){ 0 });
	report_json(&r, &a);
	report_free(&r);
	load(&r, (struct report_options){ 0 });
	report_json(&r, &b);
	report_free(&r);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	buf_fini(&a);
	buf_fini(&b);
}

static void
test_columns(void **state)
{
	struct report r;
	struct buf out = { 0 };
	struct str rest, line;

	(void)state;
	load(&r, (struct report_options){ .participants = true });
	report_text(&r, &out);
	report_free(&r);
	rest = (struct str){ buf_cstr(&out), out.n };
	while (str_cut(&rest, '\n', &line)) {
		size_t n = 0;

		for (size_t i = 0; i < line.n; i++)
			n += ((unsigned char)line.p[i] & 0xc0) != 0x80;
		if (n > 80)
			fail_msg("%zu columns: %.*s", n, (int)line.n, line.p);
	}
	buf_fini(&out);
}

/* What counts: not the leak of E2, not what was explained. */
static void
test_weak_does_not_count(void **state)
{
	const struct report_net *n;
	struct report r;
	struct report_options o = { 0 };

	(void)state;
	assert_true(score_profile_init(&o.profile, STR("obs-2022")));
	load(&r, o);
	n = report_find(&r, 64501);
	assert_non_null(n);
	assert_int_equal(n->card.raw[METRIC_M1], 0);
	assert_int_equal(n->card.raw[METRIC_M3], 6000000);
	assert_int_equal(n->n_charges, 2);
	assert_int_equal(n->n_periods, 1);
	report_free(&r);
}

static void
test_no_month(void **state)
{
	struct report r;
	struct report_options o = { .store = path, .month = "2007-12" };
	struct err err = { 0 };

	(void)state;
	assert_true(score_profile_init(&o.profile, STR("obs-2024")));
	assert_int_equal(report_load(&r, &o, &err), -1);
	assert_non_null(strstr(err.msg, "nothing was observed in 2007-12"));
	o.month = "2008-2";
	assert_int_equal(report_load(&r, &o, &err), -1);
	assert_non_null(strstr(err.msg, "not YYYY-MM"));
}

static const struct escape {
	const char *why, *in, *out;
} escapes[] = {
	{ "markup is text", "<script>&'\"", "&lt;script&gt;&amp;&#39;&quot;" },
	{ "control bytes go", "a\x1b[31mb\n", "a?[31mb?" },
	{ "UTF-8 stays", "R\xc3\xa9seau", "R\xc3\xa9seau" },
	{ "broken UTF-8 goes", "\xff\x80x\xc3", "??x?" },
	{ "nothing", "", "" },
};

static void
test_escape(void **state)
{
	const struct escape *e = *state;
	struct buf out = { 0 };

	html_text(&out, e->in);
	assert_string_equal(buf_cstr(&out), e->out);
	buf_fini(&out);
}

/* Pieces are cut between characters, wherever these stand. */
static void
test_escape_long(void **state)
{
	char text[2100];
	struct buf out = { 0 };

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		size_t n = shift;

		memset(text, 'x', sizeof(text));
		for (; n + 3 < sizeof(text); n += 3)
			memcpy(text + n, "\xe2\x82\xac", 3);
		text[n] = '\0';
		buf_clear(&out);
		html_text(&out, text);
		assert_string_equal(buf_cstr(&out), text);
	}
	memset(text, 0x80, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	buf_clear(&out);
	html_text(&out, text);
	assert_int_equal(out.n, sizeof(text) - 1);
	buf_fini(&out);
}

int
main(void)
{
	static const struct CMUnitTest singles[] = {
		{ "the same store gives the same bytes", test_twice_the_same,
		    NULL, NULL, NULL },
		{ "80 columns are enough", test_columns, NULL, NULL, NULL },
		{ "weak and explained ones do not count",
		    test_weak_does_not_count, NULL, NULL, NULL },
		{ "a month without data is an error", test_no_month, NULL, NULL,
		    NULL },
		{ "long text is escaped in pieces", test_escape_long, NULL,
		    NULL, NULL },
	};
	struct CMUnitTest
	    tests[COUNT(goldens) + COUNT(escapes) + COUNT(singles)];
	size_t n = 0;

	memset(tests, 0, sizeof(tests));
	for (size_t i = 0; i < COUNT(goldens); i++)
		tests[n++] = (struct CMUnitTest){ goldens[i].why, test_golden,
			NULL, NULL, (void *)(uintptr_t)&goldens[i] };
	for (size_t i = 0; i < COUNT(escapes); i++)
		tests[n++] = (struct CMUnitTest){ escapes[i].why, test_escape,
			NULL, NULL, (void *)(uintptr_t)&escapes[i] };
	for (size_t i = 0; i < COUNT(singles); i++)
		tests[n++] = singles[i];
	return _cmocka_run_group_tests("report", tests, n, group_setup,
	    group_teardown);
}
