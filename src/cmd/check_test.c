/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_test.c - the screen and the JSON of `comity check` on a small store
 * and a small world, and its exit status.
 *
 * COMITY_UPDATE_GOLDEN=1 writes the golden files anew instead of comparing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/report_test.h"
#include "score/score.h"
#include "world/world.h"

static char dir[64];

static struct err last; /* of cmd_fail() */

int
cmd_fail(const struct cmd *cmd, const struct err *err)
{
	(void)cmd;
	last = *err;
	return EXIT_CANNOT;
}

int
cmd_usage(const struct cmd *cmd, const char *fmt, ...)
{
	(void)cmd;
	(void)fmt;
	return EXIT_CANNOT;
}

/* --- a small world ----------------------------------------------------------- */

static const struct {
	const char *name, *text;
} files[] = {
	{ "vrps-20080223.csv", "ASN,IP Prefix,Max Length,Trust Anchor\n"
			       "AS36561,208.65.152.0/22,24,arin\n" },
	{ "ripe.db.txt",
	    "route: 208.65.152.0/22\norigin: AS36561\nmnt-by: MAINT-YT\n"
	    "created: 2007-01-01T00:00:00Z\n"
	    "last-modified: 2007-01-01T00:00:00Z\nsource: RIPE\n\n"
	    "aut-num: AS17557\nas-name: PKTELECOM\n"
	    "import: from AS3491 accept ANY\n"
	    "export: to AS3491 announce AS17557\nmnt-by: MAINT-PK\n"
	    "created: 2007-01-01T00:00:00Z\n"
	    "last-modified: 2007-01-01T00:00:00Z\nsource: RIPE\n\n"
	    "aut-num: AS36561\nas-name: YOUTUBE\nadmin-c: YT1-RIPE\n"
	    "tech-c: YT1-RIPE\nmnt-by: MAINT-YT\n"
	    "created: 2007-01-01T00:00:00Z\n"
	    "last-modified: 2007-01-01T00:00:00Z\nsource: RIPE\n" },
	{ "delegated-apnic-extended-20080223",
	    "2|apnic|20080223|1|19830613|20080223|+1000\n"
	    "apnic|*|asn|*|1|summary\n"
	    "apnic|PK|asn|17557|1|20010101|allocated|A1\n" },
	{ "20080201.as-rel.txt", "# inferred clique: 3491\n3491|17557|-1\n" },
};

static void
write_text(const char *name, const char *text)
{
	char path[200];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/in/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
group_setup(void **state)
{
	char in[100], out[100], db[100];
	const char *paths[] = { in };
	struct world_build b = { .paths = paths, .n_paths = 1, .out = out };
	struct err err = { 0 };
	size_t refused;

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/comity-check-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(in, sizeof(in), "%s/in", dir);
	(void)snprintf(out, sizeof(out), "%s/w.world", dir);
	(void)snprintf(db, sizeof(db), "%s/t.db", dir);
	if (mkdir(in, 0700) == -1)
		return -1;
	for (size_t i = 0; i < COUNT(files); i++)
		write_text(files[i].name, files[i].text);
	if (world_build(&b, &refused, &err) == -1 || refused > 0) {
		(void)fprintf(stderr, "world: %s, %zu refused\n", err.msg,
		    refused);
		return -1;
	}
	report_fixture(db);
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

/* --- running the command ------------------------------------------------------ */

/* Its standard output, and the exit status. */
static char *
run(const char *const args[], int *status, size_t *n)
{
	char world[100], db[100], out[100];
	const char *argv[16] = { "check", "--world", world, "--store", db };
	int argc = 5, keep = dup(STDOUT_FILENO), fd;
	char *text;
	FILE *f;

	(void)snprintf(world, sizeof(world), "%s/w.world", dir);
	(void)snprintf(db, sizeof(db), "%s/t.db", dir);
	(void)snprintf(out, sizeof(out), "%s/out", dir);
	for (size_t i = 0; args[i] != NULL; i++)
		argv[argc++] = args[i];
	fd = open(out, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert_true(fd >= 0 && keep >= 0);
	(void)fflush(stdout);
	assert_true(dup2(fd, STDOUT_FILENO) >= 0);
	(void)close(fd);
	*status = cmd_check.run(argc, (char **)(uintptr_t)argv);
	(void)fflush(stdout);
	assert_true(dup2(keep, STDOUT_FILENO) >= 0);
	(void)close(keep);
	f = fopen(out, "r");
	assert_non_null(f);
	text = mem_alloc(1 << 20, 1);
	*n = fread(text, 1, (1 << 20) - 1, f);
	(void)fclose(f);
	return text;
}

static const struct golden {
	const char *why, *file;
	const char *args[5];
	int status;
} goldens[] = {
	{ "a hijacker fails", "hijacker.text",
	    { "AS17557", "--month", "2008-02", "--contacts" }, EXIT_CHECK },
	{ "the same as JSON", "hijacker.json", { "17557", "--json" },
	    EXIT_CHECK },
	{ "the victim passes what is known", "victim.text", { "as36561" },
	    EXIT_FINE },
	{ "to the strict unknown is not good", "strict.text",
	    { "AS36561", "--strict" }, EXIT_CHECK },
	{ "a network that nobody knows is unknown", "nobody.text",
	    { "AS64999" }, EXIT_FINE },
	{ "a month without data is unknown", "empty.text",
	    { "AS36561", "--month", "2007-05" }, EXIT_FINE },
};

static void
compare(const char *file, const char *text, size_t n)
{
	char name[512];
	size_t at = 0, want_n;
	char *want = mem_alloc(1 << 20, 1);
	bool renew = getenv("COMITY_UPDATE_GOLDEN") != NULL;
	FILE *f;

	(void)snprintf(name, sizeof(name), "%s/%s.ok", GOLDEN_DIR, file);
	if (renew) {
		f = fopen(name, "w");
		assert_non_null(f);
		assert_int_equal(fwrite(text, 1, n, f), n);
		assert_int_equal(fclose(f), 0);
	}
	f = fopen(name, "r");
	if (f == NULL)
		fail_msg("no %s", name);
	want_n = fread(want, 1, 1 << 20, f);
	(void)fclose(f);
	while (at < n && at < want_n && text[at] == want[at])
		at++;
	if (at < n || at < want_n)
		fail_msg("%s differs from byte %zu on: \"%.60s\"", file, at,
		    text + at);
	free(want);
}

static void
test_golden(void **state)
{
	const struct golden *g = *state;
	int status;
	size_t n;
	char *text = run(g->args, &status, &n);

	assert_int_equal(status, g->status);
	compare(g->file, text, n);
	free(text);
}

static void
test_columns(void **state)
{
	static const char *const args[] = { "AS17557", NULL };
	int status;
	size_t n;
	char *text = run(args, &status, &n);
	struct str rest = { text, n }, line;

	(void)state;
	while (str_cut(&rest, '\n', &line))
		if (line.n > 80)
			fail_msg("%zu columns: %.*s", line.n, (int)line.n,
			    line.p);
	free(text);
}

static const struct refusal {
	const char *why;
	const char *args[5];
	const char *says; /* NULL = usage */
} refusals[] = {
	{ "no network", { NULL }, NULL },
	{ "two networks", { "AS1", "AS2" }, NULL },
	{ "AS0 is none", { "AS0" }, NULL },
	{ "a bad month", { "AS1", "--month", "May" }, "not YYYY-MM" },
	{ "a bad moment", { "AS1", "--as-of", "noon" }, "no time" },
	{ "a bad setting", { "AS1", "--set", "level.ready=101" }, NULL },
	{ "no such profile", { "AS1", "--profile", "obs-1999" }, NULL },
	{ "no such store", { "AS1", "--store", "/nowhere.db" }, "/nowhere.db" },
	{ "no such world", { "AS1", "--world", "/nowhere.world" },
	    "/nowhere.world" },
};

static void
test_refusal(void **state)
{
	const struct refusal *f = *state;
	int status;
	size_t n;

	last = (struct err){ 0 };
	char *text = run(f->args, &status, &n);
	assert_int_equal(status, EXIT_CANNOT);
	assert_int_equal(n, 0);
	if (f->says != NULL && strstr(last.msg, f->says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", last.msg, f->says);
	free(text);
}

/* What `observe` keeps of a world is what reports read. */
static void
test_world_lines(void **state)
{
	char path[100];
	struct world *w;
	struct err err = { 0 };
	struct buf out = { 0 };
	struct str rest, line, field;
	size_t lines = 0;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/w.world", dir);
	assert_int_equal(world_open(path, &w, &err), 0);
	score_world_lines(w, &out);
	rest = (struct str){ buf_cstr(&out), out.n };
	while (str_cut(&rest, '\n', &line) && line.n > 0) {
		assert_true(str_cut(&line, '\t', &field) && field.n > 0);
		assert_true(str_cut(&line, '\t', &field));
		assert_true(str_cut(&line, '\t', &field) && field.n == 10);
		assert_int_equal(line.n, 64);
		lines++;
	}
	assert_int_equal(lines, COUNT(files));
	world_close(w);
	buf_fini(&out);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(goldens) + COUNT(refusals) + 2];
	size_t n = 0;

	memset(tests, 0, sizeof(tests));
	for (size_t i = 0; i < COUNT(goldens); i++)
		tests[n++] = (struct CMUnitTest){ goldens[i].why, test_golden,
			NULL, NULL, (void *)(uintptr_t)&goldens[i] };
	for (size_t i = 0; i < COUNT(refusals); i++)
		tests[n++] = (struct CMUnitTest){ refusals[i].why, test_refusal,
			NULL, NULL, (void *)(uintptr_t)&refusals[i] };
	tests[n++] = (struct CMUnitTest){ "80 columns are enough", test_columns,
		NULL, NULL, NULL };
	tests[n++] = (struct CMUnitTest){ "a world's inputs, line by line",
		test_world_lines, NULL, NULL, NULL };
	return _cmocka_run_group_tests("check", tests, n, group_setup,
	    group_teardown);
}
