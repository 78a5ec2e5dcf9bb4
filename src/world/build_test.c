/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * build_test.c - worlds from small inputs: what is taken, dated and in force
 * when, what is missing, and that the same inputs give the same bytes.
 */
#include "world/world_test.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "world/world_ask.h"

static enum rov_state
rov(struct world *w, const char *when, const char *prefix, uint32_t origin)
{
	const struct world_view *v;
	struct err err = { 0 };
	struct prefix p;

	assert_true(prefix_parse(str_from(prefix), &p));
	assert_int_equal(world_at(w, at(when), WORLD_VRPS, &v, &err), 0);
	assert_non_null(v->vrps);
	return vrp_table_validate(v->vrps, &p, origin, NULL);
}

static const struct world_input *
input_named(const struct world *w, const char *name, size_t *number)
{
	for (size_t i = 0; i < world_input_count(w); i++)
		if (str_ends(str_from(world_input(w, i)->path), name)) {
			*number = i;
			return world_input(w, i);
		}
	fail_msg("no input %s", name);
	return NULL;
}

/* --- inputs ------------------------------------------------------------ */

static const struct input_case {
	const char *why; /* the name */
	const char *kind, *source, *date, *date_from;
	uint64_t taken;
} inputs[] = {
	{ "vrps-old.json", "vrp-json", "rpki-client", "2024-03-01", "content",
	    3 },
	{ "vrps-new.json", "vrp-json", "rpki-client", "2024-03-10", "content",
	    1 },
	{ "routes.db", "rpsl:route,as-set,aut-num", "RIPE", "2024-02-03",
	    "newest record", 4 },
	{ "20240201.as-rel.txt", "as-rel", "caida", "2024-02-01", "content",
	    3 },
	{ "delegated-apnic-extended-20240219", "delegated", "apnic-extended",
	    "2024-02-19", "content", 3 },
	{ "bogons.txt", "bogon-list", "full-bogons-ipv4", "2024-03-10",
	    "content", 2 },
	{ "peeringdb_2024_03_01.json", "peeringdb", "peeringdb-dump",
	    "2024-03-01", "name", 5 },
	{ "spoofer.json", "spoofer", "spoofer", "2024-03-02", "newest record",
	    1 },
	{ "participants-2024-01-01.csv", "participants", "manrs-operator",
	    "2024-01-01", "name", 2 },
	{ "riswhoisdump-20240103.IPv4", "riswhois", "riswhois", "2024-01-03",
	    "content", 2 },
};

static void
test_input(void **state)
{
	const struct input_case *c = *state;
	const char *text = NULL;
	char day[TIME_TEXT_MAX];
	uint8_t sha[32];
	size_t i;

	put_small_inputs();
	build("w", "in");
	struct world *w = open_world("w");
	assert_int_equal(world_input_count(w), COUNT(small_inputs));
	const struct world_input *in = input_named(w, c->why, &i);
	assert_string_equal(in->kind, c->kind);
	assert_string_equal(in->source, c->source);
	assert_string_equal(utc_format_day(day, in->date_us), c->date);
	assert_string_equal(in->date_from, c->date_from);
	assert_int_equal(in->taken, c->taken);
	assert_int_equal(in->refused, 0);
	for (size_t k = 0; k < COUNT(small_inputs); k++)
		if (str_ends(str_from(small_inputs[k].name), c->why))
			text = small_inputs[k].text;
	assert_non_null(text);
	os_sha256(text, strlen(text), sha);
	assert_memory_equal(in->sha256, sha, 32);
	world_close(w);
}

static void
test_all_tables_answer(void **state)
{
	struct world *w;
	const struct world_view *v;
	struct err err = { 0 };

	(void)state;
	put_small_inputs();
	build("w", "in");
	w = open_world("w");
	assert_int_equal(world_verify(w, &err), 0);
	assert_int_equal(world_at(w, at("2024-03-05"), WORLD_ALL, &v, &err), 0);
	assert_non_null(v->vrps);
	assert_non_null(v->aspas);
	assert_non_null(v->irr);
	assert_non_null(v->topo);
	assert_non_null(v->registry);
	assert_int_equal(topo_relation(v->topo, 64501, 64500), TOPO_P2C);
	assert_int_equal(irr_counts(v->irr).routes, 2);
	assert_int_equal(irr_counts(v->irr).hidden, 1); /* AS64509's */
	assert_int_equal(registry_counts(v->registry).participants, 2);
	assert_true(ask_world(w) > 1000);
	world_close(w);
	world_close(NULL);
}

/* PeeringDB knows 64500, CAIDA 64500 and 64503. */
static void
test_names_of_networks(void **state)
{
	static const struct {
		uint32_t asn;
		const char *name, *org;
	} rows[] = { { 64500, "One", "Org" }, { 64503, "THREE", "Second" },
		{ 64504, "", "" }, { 0, "", "" } };
	const struct world_view *v;
	struct err err = { 0 };

	(void)state;
	put_small_inputs();
	put("in/20240201.as-org2info.txt",
	    "# format:org_id|changed|org_name|country|source\n"
	    "O1|20240101|First|CH|RIPE\nO2|20240101|Second|CH|RIPE\n"
	    "# format:aut|changed|aut_name|org_id|opaque_id|source\n"
	    "64500|20240101|ONE-AS|O1||RIPE\n"
	    "64503|20240101|THREE|O2||RIPE\n");
	build("w", "in");
	struct world *w = open_world("w");
	assert_int_equal(world_at(w, at("2024-03-05"), WORLD_ALL, &v, &err), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(world_as_name(v, rows[i].asn),
		    rows[i].name);
		assert_string_equal(world_as_org(v, rows[i].asn), rows[i].org);
	}
	world_close(w);
	/* Without CAIDA. */
	put("only/peeringdb_2024_03_01.json",
	    "{\"net\":{\"data\":[{\"id\":1,\"org_id\":9,\"asn\":64500,"
	    "\"name\":\"One\"}]}}");
	build("w2", "only");
	w = open_world("w2");
	assert_int_equal(world_at(w, world_moment(w), WORLD_ALL, &v, &err), 0);
	assert_string_equal(world_as_name(v, 64500), "One");
	assert_string_equal(world_as_org(v, 64500), "");
	assert_string_equal(world_as_name(v, 64503), "");
	world_close(w);
}

/* --- epochs ------------------------------------------------------------ */

static void
test_snapshots_follow_each_other(void **state)
{
	size_t old = 0, new = 0;
	struct world *w;

	(void)state;
	put("in/a.json", VRPS_OLD);
	put("in/b.json", VRPS_NEW);
	build("w", "in");
	w = open_world("w");
	assert_int_equal(world_epochs(w), 2);
	assert_int_equal(world_epoch_start(w, 0), INT64_MIN);
	assert_int_equal(world_epoch_start(w, 1), at("2024-03-10"));
	assert_int_equal(world_epoch_start(w, 2), INT64_MAX);
	assert_int_equal(world_moment(w), at("2024-03-10"));
	/* the first one also speaks for the time before it */
	assert_int_equal(rov(w, "2000-01-01", "192.0.2.0/24", 64500),
	    ROV_VALID);
	assert_int_equal(rov(w, "2024-03-09", "192.0.2.0/24", 64500),
	    ROV_VALID);
	assert_int_equal(rov(w, "2024-03-10", "192.0.2.0/24", 64500),
	    ROV_INVALID);
	assert_int_equal(rov(w, "2024-03-10", "192.0.2.0/24", 64502),
	    ROV_VALID);
	/* a snapshot takes the place of the one before, it does not add */
	assert_int_equal(rov(w, "2024-03-10", "2001:db8::/32", 64501),
	    ROV_NOT_FOUND);
	(void)input_named(w, "a.json", &old);
	(void)input_named(w, "b.json", &new);
	static const struct {
		const char *when;
		bool old, new;
		int64_t age;
	} rows[] = { { "2024-02-29", true, false, -TIME_DAY },
		{ "2024-03-01", true, false, 0 },
		{ "2024-03-09", true, false, 8 * TIME_DAY },
		{ "2024-03-10", false, true, 0 },
		{ "2024-03-31", false, true, 21 * TIME_DAY } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t us = at(rows[i].when);

		assert_int_equal(world_input_in_force(w, old, WORLD_VRPS, us),
		    rows[i].old);
		assert_int_equal(world_input_in_force(w, new, WORLD_VRPS, us),
		    rows[i].new);
		assert_false(world_input_in_force(w, new, WORLD_IRR, us));
		assert_int_equal(world_age(w, WORLD_VRPS, us), rows[i].age);
	}
	assert_int_equal(world_age(w, WORLD_IRR, at("2024-03-10")), TIME_NONE);
	world_close(w);
}

/* Another source is not a later state. */
static void
test_sources_are_united(void **state)
{
	struct world *w;

	(void)state;
	put("in/a.json", VRPS_OLD);
	put("in/b.json",
	    "{\"metadata\":{\"generatedTime\":\"2024-03-10T00:00:00Z\"},"
	    "\"roas\":[{\"asn\":\"AS64502\",\"prefix\":\"198.51.100.0/24\"}]}");
	build("w", "in");
	w = open_world("w");
	assert_int_equal(world_epochs(w), 1);
	assert_int_equal(rov(w, "2024-03-11", "192.0.2.0/24", 64500),
	    ROV_VALID);
	assert_int_equal(rov(w, "2024-03-11", "198.51.100.0/24", 64502),
	    ROV_VALID);
	world_close(w);
}

/* One file in two places with one date is one state, not two. */
static void
test_the_same_twice_is_one(void **state)
{
	struct world *w;

	(void)state;
	put("in/a.json", VRPS_OLD);
	put("in/b.json", VRPS_OLD);
	build("w", "in");
	w = open_world("w");
	assert_int_equal(world_epochs(w), 1);
	assert_int_equal(world_input_count(w), 2);
	world_close(w);
}

/* --- what is missing --------------------------------------------------- */

static void
note_missing(void *ctx, const char *kind, const char *where,
    const char *unknown)
{
	struct buf *out = ctx;

	assert_true(where[0] != '\0' && unknown[0] != '\0');
	buf_printf(out, "%s;", kind);
}

static void
test_missing_inputs_are_unknown(void **state)
{
	const struct world_view *v;
	struct err err = { 0 };
	struct buf out = { 0 };
	struct world *w;

	(void)state;
	put("in/bogons.txt",
	    "# last updated 1710089701 (Sun Mar 10 16:55:01 2024 GMT)\n"
	    "0.0.0.0/8\n");
	build("w", "in");
	w = open_world("w");
	assert_int_equal(world_at(w, world_moment(w), WORLD_ALL, &v, &err), 0);
	assert_null(v->vrps);
	assert_null(v->aspas);
	assert_null(v->irr);
	assert_null(v->topo);
	assert_non_null(v->registry);
	world_missing(w, note_missing, &out);
	assert_string_equal(buf_cstr(&out),
	    "VRPs;route objects;aut-num objects;AS relationships;"
	    "AS organisations;delegations;PeeringDB;Spoofer sessions;"
	    "MANRS participants;");
	buf_fini(&out);
	world_close(w);
}

/* Even without registry input our own special-purpose table is there. */
static void
test_special_space_is_always_known(void **state)
{
	struct registry_bogon_verdict b;
	const struct world_view *v;
	struct err err = { 0 };
	struct prefix p;
	struct world *w;

	(void)state;
	put("in/a.json", VRPS_OLD);
	build("w", "in");
	w = open_world("w");
	assert_int_equal(world_at(w, world_moment(w), WORLD_REGISTRY, &v, &err),
	    0);
	assert_true(prefix_parse(STR("10.0.0.0/8"), &p));
	registry_bogon_prefix(v->registry, &p, REG_AVAIL_FULL, &b);
	assert_int_equal(b.bogon,
	    registry_bogon_prefix_fast(v->registry, &p, REG_AVAIL_FULL));
	assert_true(b.why[0] != '\0');
	world_close(w);
}

/* --- dates ------------------------------------------------------------- */

#define NO_DATE "{\"roas\":[{\"asn\":1,\"prefix\":\"10.0.0.0/8\"}]}"

/* Build from in/ with dates; the number of refused inputs, or -1. */
static int
build_dated(const char *const *dates, size_t n, struct err *err)
{
	const char *paths[] = { path_of("in") };
	struct world_build b = { .paths = paths,
		.n_paths = 1,
		.dates = (const char **)(uintptr_t)dates,
		.n_dates = n,
		.out = path_of("w") };
	size_t refused = 0;

	return world_build(&b, &refused, err) == -1 ? -1 : (int)refused;
}

static void
test_an_undated_input_is_refused(void **state)
{
	struct err err = { 0 };

	(void)state;
	put("in/plain.json", NO_DATE);
	assert_int_equal(build_dated(NULL, 0, &err), -1);
	assert_int_equal(access(path_of("w"), F_OK), -1);
	put("in/a.json", VRPS_OLD);
	assert_int_equal(build_dated(NULL, 0, &err), 1);
	struct world *w = open_world("w");
	assert_int_equal(world_input_count(w), 1);
	world_close(w);
}

static const struct user_date_case {
	const char *why, *dates[3];
	const char *want; /* of in/sub/plain.json; NULL: refused */
} user_dates[] = {
	{ "the file", { "in/sub/plain.json=2021-01-01" }, "2021-01-01" },
	{ "its folder", { "in/sub=2021-01-02" }, "2021-01-02" },
	{ "its folder with a slash", { "in/sub/=2021-01-03" }, "2021-01-03" },
	{ "the longest wins",
	    { "in=2021-01-04", "in/sub=2021-01-05", "in=2021-01-06" },
	    "2021-01-05" },
	{ "another file", { "in/sub/plain=2021-01-06" }, NULL },
	{ "no time", { "in/sub=yesterday" }, NULL },
	{ "no equals sign", { "in/sub" }, NULL },
};

static void
test_user_date(void **state)
{
	const struct user_date_case *c = *state;
	char texts[3][300], day[TIME_TEXT_MAX];
	const char *dates[3];
	struct err err = { 0 };
	size_t n = 0, i;

	put("in/sub/plain.json", NO_DATE);
	for (; n < 3 && c->dates[n] != NULL; n++) {
		(void)snprintf(texts[n], sizeof(texts[n]), "%s/%s", dir,
		    c->dates[n]);
		dates[n] = texts[n];
	}
	int status = build_dated(dates, n, &err);
	assert_int_equal(status, c->want == NULL ? -1 : 0);
	if (c->want == NULL)
		return;
	struct world *w = open_world("w");
	const struct world_input *in = input_named(w, "plain.json", &i);
	assert_string_equal(utc_format_day(day, in->date_us), c->want);
	assert_string_equal(in->date_from, "--date");
	world_close(w);
}

/* --- SLURM ------------------------------------------------------------- */

#define SLURM                                                                 \
	"{\"slurmVersion\":1,\"validationOutputFilters\":{\"prefixFilters\":" \
	"[{\"asn\":64500}]},\"locallyAddedAssertions\":{"                     \
	"\"prefixAssertions\":[{\"asn\":7,\"prefix\":\"192.0.2.0/24\"}]}}"

static void
test_slurm_applies_only_when_given_as_such(void **state)
{
	const char *paths[] = { path_of("in") };
	struct world_build b = { .paths = paths,
		.n_paths = 1,
		.out = path_of("w") };
	struct err err = { 0 };
	size_t refused = 0, i = 0;
	uint8_t id[32];

	(void)state;
	put("in/a.json", VRPS_OLD);
	put("in/local.json", SLURM);
	assert_int_equal(world_build(&b, &refused, &err), 0);
	assert_int_equal(refused, 0);
	struct world *w = open_world("w");
	const struct world_input *in = input_named(w, "local.json", &i);
	assert_int_equal(in->role, WORLD_UNUSED);
	assert_int_equal(in->date_us, TIME_NONE);
	assert_int_equal(rov(w, "2024-03-05", "192.0.2.0/24", 64500),
	    ROV_VALID);
	assert_false(world_input_in_force(w, i, WORLD_VRPS, 0));
	memcpy(id, world_id(w), 32);
	world_close(w);

	put("exceptions.json", SLURM);
	b.slurm = path_of("exceptions.json");
	b.out = path_of("w");
	paths[0] = path_of("in");
	assert_int_equal(world_build(&b, &refused, &err), 0);
	w = open_world("w");
	in = input_named(w, "exceptions.json", &i);
	assert_int_equal(in->role, WORLD_EXCEPTIONS);
	assert_int_equal(in->taken, 2);
	assert_true(world_input_in_force(w, i, WORLD_VRPS, 0));
	assert_int_equal(rov(w, "2024-03-05", "192.0.2.0/24", 64500),
	    ROV_INVALID);
	assert_int_equal(rov(w, "2024-03-05", "192.0.2.0/24", 7), ROV_VALID);
	assert_memory_not_equal(id, world_id(w), 32);
	/* its age is the VRPs', not the exceptions' */
	assert_int_equal(world_age(w, WORLD_VRPS, at("2024-03-05")),
	    4 * TIME_DAY);
	world_close(w);

	b.slurm = path_of("in/a.json");
	assert_int_equal(world_build(&b, &refused, &err), -1);
	assert_non_null(strstr(err.msg, "local exceptions"));
	b.slurm = path_of("nothing");
	assert_int_equal(world_build(&b, &refused, &err), -1);
}

/* --- what cannot be built ---------------------------------------------- */

static void
test_nothing_to_build_from(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(build_dated(NULL, 0, &err), -1); /* no in/ */
	put("in/.hidden", VRPS_OLD);
	assert_int_equal(build_dated(NULL, 0, &err), -1);
	put("in/x", "nothing that anybody knows\n");
	assert_int_equal(build_dated(NULL, 0, &err), -1);
	put("in/x", "");
	assert_int_equal(build_dated(NULL, 0, &err), -1);
	assert_int_equal(access(path_of("w"), F_OK), -1);
	assert_true(err.msg[0] != '\0');
}

static char reports[2000];

static void
note_report(void *ctx, const struct world_input *in, const char *why)
{
	const char *base = strrchr(in->path, '/');

	(void)ctx;
	(void)strncat(reports, base, 100);
	(void)strncat(reports, why == NULL ? " ok" : " refused", 20);
}

static void
test_every_input_is_reported_in_order(void **state)
{
	const char *paths[] = { path_of("in"), path_of("in/a.json"),
		path_of("in/c") };
	struct world_build b = { .paths = paths,
		.n_paths = 3,
		.out = path_of("w"),
		.report = note_report };
	struct err err = { 0 };
	size_t refused = 0;

	(void)state;
	put("in/b.json", VRPS_NEW);
	put("in/a.json", VRPS_OLD);
	put("in/c", "?\n");
	put("in/d.json", "{\"roas\":[{\"asn\":");
	reports[0] = '\0';
	assert_int_equal(world_build(&b, &refused, &err), 0);
	assert_int_equal(refused, 2);
	assert_string_equal(reports,
	    "/a.json ok/b.json ok/c refused/d.json refused");
}

static size_t
read_bytes(const char *name, char **out)
{
	struct os_stream *s = NULL;
	struct err err = { 0 };
	size_t n = 0;

	assert_int_equal(os_stream_open(path_of(name), &s, &err), 0);
	assert_int_equal(os_read_all(s, 1 << 26, out, &n, &err), 0);
	os_stream_close(s);
	return n;
}

static void
check_same(const char *a, const char *b)
{
	char *x, *y;
	size_t n = read_bytes(a, &x), m = read_bytes(b, &y);

	assert_int_equal(n, m);
	assert_memory_equal(x, y, n);
	free(x);
	free(y);
}

/* --- the same bytes ---------------------------------------------------- */

static void
test_threads_and_order_do_not_matter(void **state)
{
	const char *forth[COUNT(small_inputs)], *back[COUNT(small_inputs)];
	char names[COUNT(small_inputs)][200];
	struct world_build b = { .n_paths = COUNT(small_inputs) };
	struct err err = { 0 };
	size_t refused;

	(void)state;
	put_small_inputs();
	for (size_t i = 0; i < COUNT(small_inputs); i++) {
		(void)snprintf(names[i], sizeof(names[i]), "%s/in/%s", dir,
		    small_inputs[i].name);
		forth[i] = back[COUNT(small_inputs) - 1 - i] = names[i];
	}
	b.paths = forth;
	b.out = path_of("w");
	b.threads = 1;
	assert_int_equal(world_build(&b, &refused, &err), 0);
	for (unsigned t = 1; t <= 8; t++) {
		b.paths = t % 2 == 0 ? forth : back;
		b.threads = t;
		b.out = path_of("v");
		assert_int_equal(world_build(&b, &refused, &err), 0);
		check_same("w", "v");
	}
}

/* The place of the inputs does not change what the world is called. */
static void
test_the_id_names_the_contents(void **state)
{
	struct world *w, *v;

	(void)state;
	put("in/a.json", VRPS_OLD);
	put("elsewhere/b.json", VRPS_OLD);
	put("other/b.json", VRPS_NEW);
	build("w", "in");
	build("v", "elsewhere");
	w = open_world("w");
	v = open_world("v");
	assert_memory_equal(world_id(w), world_id(v), 32);
	world_close(v);
	build("v", "other");
	v = open_world("v");
	assert_memory_not_equal(world_id(w), world_id(v), 32);
	world_close(v);
	world_close(w);
}

/* --- the old file stays ------------------------------------------------ */

static unsigned
count_files(void)
{
	char **names;
	size_t n;
	struct arena arena = { 0 };
	struct err err = { 0 };
	char command[200];
	FILE *p;
	unsigned hidden = 0;

	assert_int_equal(os_walk(dir, &arena, &names, &n, &err), 0);
	arena_free(&arena);
	(void)snprintf(command, sizeof(command), "ls -A '%s' | wc -l", dir);
	p = popen(command, "r");
	assert_non_null(p);
	if (fscanf(p, "%u", &hidden) != 1)
		hidden = 0;
	(void)pclose(p);
	return hidden;
}

static void
test_a_full_disk_leaves_the_old_world(void **state)
{
	const char *paths[] = { path_of("in") };
	struct world_build b = { .paths = paths, .n_paths = 1 };
	struct rlimit old, small = { 2000, RLIM_INFINITY };
	struct err err = { 0 };
	size_t refused;
	unsigned before;

	(void)state;
	put_small_inputs();
	build("w", "in");
	build("v", "in");
	before = count_files();
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	b.out = path_of("w");
	int status = world_build(&b, &refused, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(status, -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	check_same("w", "v");
	assert_int_equal(count_files(), before); /* nothing half is left */
}

static void
build_for_ever(void)
{
	const char *paths[] = { path_of("in") };
	struct world_build b = { .paths = paths,
		.n_paths = 1,
		.out = path_of("w") };
	struct err err;
	size_t refused;

	for (;;)
		if (world_build(&b, &refused, &err) == -1)
			_exit(1);
}

static void
test_a_kill_leaves_a_whole_world(void **state)
{
	(void)state;
	put_small_inputs();
	build("w", "in");
	build("v", "in");
	for (int round = 0; round < 20; round++) {
		int status;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			build_for_ever();
		(void)usleep((useconds_t)(1000 + 1700 * round));
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		check_same("w", "v");
	}
}

static void
test_no_such_folder(void **state)
{
	const char *paths[] = { path_of("in") };
	struct world_build b = { .paths = paths,
		.n_paths = 1,
		.out = path_of("no/such/w") };
	struct err err = { 0 };
	size_t refused;

	(void)state;
	put("in/a.json", VRPS_OLD);
	assert_int_equal(world_build(&b, &refused, &err), -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_non_null(strstr(err.msg, "no/such"));
}

#define ROW(f)                                    \
	{                                         \
#f, f, make_dir, remove_dir, NULL \
	}
#define ROWS(table, f)                                                         \
	for (size_t i = 0; i < COUNT(table); i++)                              \
		tests[n++] = (struct CMUnitTest){ (table)[i].why, f, make_dir, \
			remove_dir, (void *)(uintptr_t) & (table)[i] };

int
main(void)
{
	struct CMUnitTest tests[COUNT(inputs) + COUNT(user_dates) + 15] = {
		ROW(test_all_tables_answer),
		ROW(test_names_of_networks),
		ROW(test_snapshots_follow_each_other),
		ROW(test_sources_are_united),
		ROW(test_the_same_twice_is_one),
		ROW(test_missing_inputs_are_unknown),
		ROW(test_special_space_is_always_known),
		ROW(test_an_undated_input_is_refused),
		ROW(test_slurm_applies_only_when_given_as_such),
		ROW(test_nothing_to_build_from),
		ROW(test_every_input_is_reported_in_order),
		ROW(test_threads_and_order_do_not_matter),
		ROW(test_the_id_names_the_contents),
		ROW(test_a_full_disk_leaves_the_old_world),
		ROW(test_a_kill_leaves_a_whole_world),
		ROW(test_no_such_folder),
	};
	size_t n = 15;

	ROWS(inputs, test_input)
	ROWS(user_dates, test_user_date)
	return cmocka_run_group_tests_name("world build", tests, NULL, NULL);
}
