/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * collector_test.c - who wrote a file: by option, path, table dump, session;
 * and when two of them contradict.
 */
#include "feed/feed_test.h"

/* --- paths ------------------------------------------------------------- */

static const struct path_row {
	const char *why, *path, *want, *other; /* NULL: none */
} path_rows[] = {
	{ "RIS archive folder", "data/rrc06/2020.04/updates.20200401.0000.gz",
	    "rrc06", NULL },
	{ "RouteViews archive folder",
	    "route-views.linx/bgpdata/2020.04/UPDATES/updates.20200401.0000.bz2",
	    "route-views.linx", NULL },
	{ "RouteViews without a name", "/d/route-views2/rib.bz2",
	    "route-views2", NULL },
	{ "name of the file", "ris.rrc06.updates.1427846400.gz", "rrc06",
	    NULL },
	{ "RouteViews in the name of the file",
	    "routeviews.route-views.jinx.updates.1427846400.bz2",
	    "route-views.jinx", NULL },
	{ "no collector", "mrt/updates.20200401.0000.gz", NULL, NULL },
	{ "rrc within a word", "/home/barrrc06/x", NULL, NULL },
	{ "rrc with too few digits", "rrc6/x", NULL, NULL },
	{ "rrc with too many digits", "rrc0612/x", NULL, NULL },
	{ "empty path", "", NULL, NULL },
	{ "one name twice", "rrc06/2020.04/rrc06.updates.gz", "rrc06", NULL },
	{ "the project above its collector",
	    "route-views/route-views.linx/rib.bz2", "route-views.linx", NULL },
	{ "the project below its collector",
	    "route-views.linx/route-views/rib.bz2", "route-views.linx", NULL },
	{ "an archive of the project", "route-views-archive/route-views2/x",
	    "route-views2", NULL },
	{ "one name short and long", "route-views2/route-views2.oregon-ix.net",
	    "route-views2.oregon-ix.net", NULL },
	{ "two of RIS", "rrc01/old/rrc02/x", "rrc01", "rrc02" },
	{ "RIS and RouteViews", "rrc00/route-views2.updates.gz", "rrc00",
	    "route-views2" },
	{ "RIS and the project", "route-views/rrc00/x", "route-views",
	    "rrc00" },
	{ "two of RouteViews", "route-views2/route-views3/x", "route-views2",
	    "route-views3" },
	{ "a number that goes on", "route-views1/route-views12/x",
	    "route-views1", "route-views12" },
};

static void
expect_name(struct str got, const char *want)
{
	char text[64] = "";

	if (got.n > 0)
		(void)snprintf(text, sizeof(text), "%.*s", (int)got.n, got.p);
	assert_string_equal(text, want == NULL ? "" : want);
}

static void
test_path(void **state)
{
	const struct path_row *row = *state;
	struct str got = { NULL, 0 }, other = { NULL, 0 };
	bool found = feed_collector_of_path(row->path, &got, &other);

	assert_int_equal(found, row->want != NULL);
	expect_name(got, row->want);
	expect_name(other, row->other);
}

/* --- files ------------------------------------------------------------- */

static void
expect_collector(const char *path, const char *given, enum feed_named named,
    const char *want)
{
	struct feed *f = open_one(path, given, 0);

	assert_string_equal(feed_input(f, 0)->why, "");
	assert_int_equal(feed_input(f, 0)->named, named);
	assert_string_equal(feed_input(f, 0)->collector, want);
	feed_close(f);
}

/* why holds both names, nothing is handed out, and an option settles it. */
static void
expect_two(const char *path, const char *a, const char *b)
{
	struct trace t = { .f = open_one(path, NULL, 0) };
	const struct feed_input *in = feed_input(t.f, 0);
	struct err err = { 0 };

	assert_int_equal(in->named, FEED_BY_TWO);
	assert_false(in->unusable);
	if (strstr(in->why, a) == NULL || strstr(in->why, b) == NULL)
		fail_msg("\"%s\" does not name %s and %s", in->why, a, b);
	assert_int_equal(feed_run(t.f, trace_event, &t, &err), 0);
	assert_int_equal(feed_events(t.f), 0);
	feed_close(t.f);
	expect_collector(path, "mine", FEED_BY_OPTION, "mine");
}

static void
test_ranks(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	peer_index(&b, 0, "main", 1);
	const char *table = save(&a, "one", &b);
	peer_index(&b, 0, "", 1);
	const char *no_view = save(&a, "two", &b);
	announce(&b, 0, 1, "10.0.0.0/8", 1);
	const char *updates = save(&a, "three", &b);
	announce(&b, 0, 1, "10.0.0.0/8", 1);
	peer_index(&b, 1, "main", 1);
	const char *mixed = save(&a, "mixed", &b);
	announce(&b, 0, 1, "10.0.0.0/8", 1);
	const char *named = save(&a, "rrc07/four", &b);
	expect_collector(table, NULL, FEED_BY_CONTENT, "main-10.0.0.1");
	expect_collector(no_view, NULL, FEED_BY_CONTENT, "10.0.0.1");
	expect_collector(updates, NULL, FEED_BY_CONTENT, "192.0.2.254-AS12654");
	expect_collector(mixed, NULL, FEED_BY_CONTENT, "main-10.0.0.1");
	expect_collector(named, NULL, FEED_BY_PATH, "rrc07");
	expect_collector(named, "mine", FEED_BY_OPTION, "mine");
	/* Another name in the same folder changes nothing. */
	char other[256];
	(void)snprintf(other, sizeof(other), "%s/rrc07/five", dir);
	assert_int_equal(rename(named, other), 0);
	expect_collector(other, NULL, FEED_BY_PATH, "rrc07");
	arena_free(&a);
}

static void
test_path_of_two(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	announce(&b, 0, 1, "10.0.0.0/8", 1);
	expect_two(save(&a, "rrc07/rrc08.updates", &b), "\"rrc07\"",
	    "\"rrc08\"");
	arena_free(&a);
}

/* A table dump in a file of a collector's folder, its view named so. */
static const struct view_row {
	const char *why, *path, *view;
	bool two;
} view_rows[] = {
	{ "path and view: another of RIS", "rrc07/x", "rrc08", true },
	{ "path and view: of RouteViews", "rrc07/x", "route-views2", true },
	{ "path and view: two of RouteViews", "route-views2/x", "route-views3",
	    true },
	{ "path and view: the same", "rrc07/x", "rrc07", false },
	{ "path and view: the view says more", "route-views2/x",
	    "route-views2.oregon-ix.net", false },
	{ "path and view: the view says less", "route-views.linx/x",
	    "route-views", false },
	{ "path and view: no collector's name", "rrc07/x", "master4", false },
	{ "path and view: no view", "rrc07/x", "", false },
};

static void
test_view(void **state)
{
	const struct view_row *row = *state;
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct str name, other;

	peer_index(&b, 0, row->view, 1);
	rib_entry(&b, 0, 0, "10.0.0.0/8", 1);
	const char *path = save(&a, row->path, &b);
	assert_true(feed_collector_of_path(row->path, &name, &other));
	const char *want = arena_strndup(&a, name.p, name.n);
	if (row->two)
		expect_two(path, want, row->view);
	else
		expect_collector(path, NULL, FEED_BY_PATH, want);
	arena_free(&a);
}

/* Files that nothing but their tables names. */
static void
test_tables(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	peer_index_of(&b, 0, "main", 1, 1);
	peer_index_of(&b, 1, "other", 1, 1);
	expect_collector(save(&a, "views", &b), NULL, FEED_BY_CONTENT,
	    "main-10.0.0.1");
	peer_index_of(&b, 0, "", 1, 1);
	peer_index_of(&b, 1, "", 2, 1);
	const char *ids = save(&a, "ids", &b);
	expect_two(ids, "\"10.0.0.1\"", "\"10.0.0.2\"");
	peer_index_of(&b, 0, "rrc07", 1, 1);
	peer_index_of(&b, 1, "rrc08", 1, 1);
	expect_two(save(&a, "names", &b), "\"rrc07\"", "\"rrc08\"");
	/* The folder knows: a collector may change its id. */
	peer_index_of(&b, 0, "", 1, 1);
	peer_index_of(&b, 1, "", 2, 1);
	expect_collector(save(&a, "rrc07/ids", &b), NULL, FEED_BY_PATH,
	    "rrc07");
	arena_free(&a);
}

/* Writers that do not know their id leave it 0.0.0.0. */
static void
test_no_id(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	for (uint8_t id = 1; id <= 2; id++) {
		peer_index_of(&b, 0, "main", 1, 1);
		size_t second = b.n;
		peer_index_of(&b, 1, "main", id, 1);
		if (id == 2) /* behind the header: no such id after all */
			memset(b.p + second + MRT_HEADER_LEN, 0, 4);
		expect_collector(save(&a, "x", &b), NULL, FEED_BY_CONTENT,
		    "main-10.0.0.1");
	}
	arena_free(&a);
}

int
main(void)
{
	static struct CMUnitTest tests[COUNT(path_rows) + COUNT(view_rows) + 4];
	static const struct CMUnitTest plain[] = {
		ROW("option, path, table, session", test_ranks),
		ROW("a path of two", test_path_of_two),
		ROW("table dumps of two", test_tables),
		ROW("a table dump without an id", test_no_id),
	};
	size_t n = 0;

	for (size_t i = 0; i < COUNT(path_rows); i++)
		tests[n++] = (struct CMUnitTest){ path_rows[i].why, test_path,
			NULL, NULL, (void *)(uintptr_t)&path_rows[i] };
	for (size_t i = 0; i < COUNT(view_rows); i++)
		tests[n++] = (struct CMUnitTest){ view_rows[i].why, test_view,
			setup, teardown, (void *)(uintptr_t)&view_rows[i] };
	for (size_t i = 0; i < COUNT(plain); i++)
		tests[n++] = plain[i];
	return _cmocka_run_group_tests("feed/collector", tests, n, NULL, NULL);
}
