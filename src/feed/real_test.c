/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * real_test.c - archives of RIS, RouteViews and routers, where they are at
 * hand: all events in order, and as many as another decoder counts.
 */
#include "feed/feed_test.h"

static char folder[4000];

/* Announcements, withdrawals and table entries are the A, W and B lines that
 * RIPE's bgpdump 1.6.2 prints with -m, unless a note says otherwise. */
static const struct real_row {
	const char *name, *collector, *kind;
	uint64_t announce, withdraw, rib;
	bool incomplete;
} real_rows[] = {
	{ "updates.20100227.1600.gz", NULL, "updates", 52468, 1318, 0, false },
	{ "updates.et-header.2015.gz", NULL, "updates", 577737, 3, 0, false },
	{ "ris.rrc06.updates.1427846400.gz", "rrc06", "updates", 1435, 122, 0,
	    false },
	{ "routeviews.route-views.jinx.updates.1427846400.bz2",
	    "route-views.jinx", "updates", 8160, 451, 0, false },
	{ "updates.20260222.1530.bz2", NULL, "updates", 111057, 7606, 0,
	    false },
	{ "updates.19991214.1621.gz", NULL, "updates", 54126, 1363, 0, false },
	{ "rib.20140523.0600_firstMB.bz2", NULL, "table", 0, 0, 270005,
	    true }, /* the file is cut */
	{ "rib6.20151101.0600_firstMB.bz2", NULL, "table", 0, 0, 149578,
	    true }, /* the file is cut */
	{ "bview.20020722.2337.gz", NULL, "table", 0, 0, 115521, false },
	{ "bview.ipv4_unicast_add_path.gz", NULL, "table", 0, 0, 62, false },
	{ "bview.ipv6_unicast_add_path.gz", NULL, "table", 0, 0, 62, false },
	{ "arch0", NULL, "updates", 42799, 4383, 0,
	    false }, /* and 198 A, 82 W multicast */
	{ "arch1", NULL, "updates", 36335, 3892, 0,
	    false }, /* multicast left out, too */
	{ "openbgpd_rib_table-v2", NULL, "table", 0, 0, 31, false },
	{ "bird-mrtdump_rib", NULL, "table", 0, 0, 18, false },
	{ "quagga_rib", NULL, "table", 0, 0, 9, false },
	{ "185.186.nlix.mrt", NULL, "table", 0, 0, 23, false },
	{ "sample.mrt", NULL, "updates", 752, 64, 0, false },
};

struct count {
	struct feed *f;
	uint64_t kinds[FEED_TABLE_DROP + 1];
	int64_t last_us;
};

static int
count_event(void *ctx, const struct feed_event *e, struct err *err)
{
	struct count *c = ctx;

	(void)err;
	assert_true(e->late || e->time_us >= c->last_us);
	if (!e->late)
		c->last_us = e->time_us;
	assert_true(e->peer < feed_peer_count(c->f));
	assert_true(e->kind > FEED_RIB || prefix_is_canonical(&e->prefix));
	assert_int_equal(e->attrs != NULL,
	    e->kind == FEED_ANNOUNCE || e->kind == FEED_RIB);
	c->kinds[e->kind]++;
	return 0;
}

static void
run(const struct real_row *row, uint64_t keep)
{
	char path[5000];
	const char *p = path;
	struct err err = { 0 };

	(void)snprintf(path, sizeof(path), "%s/%s", folder, row->name);
	struct feed_opts o = { .paths = &p,
		.n_paths = 1,
		.from_us = TIME_NONE,
		.until_us = TIME_NONE,
		.keep_bytes = keep };
	struct count c = { .f = open_feed(&o), .last_us = INT64_MIN };
	const struct feed_input *in = feed_input(c.f, 0);
	assert_int_equal(feed_run(c.f, count_event, &c, &err), 0);
	if (row->collector != NULL)
		assert_string_equal(in->collector, row->collector);
	assert_string_equal(in->kind, row->kind);
	assert_int_equal(in->incomplete, row->incomplete);
	assert_int_equal(c.kinds[FEED_ANNOUNCE], row->announce);
	assert_int_equal(c.kinds[FEED_WITHDRAW], row->withdraw);
	assert_int_equal(c.kinds[FEED_RIB], row->rib);
	assert_int_equal(c.kinds[FEED_TABLE_BEGIN],
	    c.kinds[FEED_TABLE_END] + c.kinds[FEED_TABLE_DROP]);
	feed_close(c.f);
}

static void
test_real(void **state)
{
	const struct real_row *row = *state;

	run(row, 0);
	run(row, 1); /* decompressed twice */
}

int
main(void)
{
	const char *env = getenv("COMITY_TEST_DATA");
	struct CMUnitTest tests[COUNT(real_rows)];
	size_t n = 0;

	(void)snprintf(folder, sizeof(folder), "%s/mrt",
	    env == NULL ? "../shared/data" : env);
	for (; n < COUNT(real_rows); n++)
		tests[n] = (struct CMUnitTest){ real_rows[n].name, test_real,
			NULL, NULL, (void *)(uintptr_t)&real_rows[n] };
	if (!os_is_dir(folder)) {
		printf("1..%zu\n", n);
		for (size_t i = 0; i < n; i++)
			printf("ok %zu - %s # SKIP no %s\n", i + 1,
			    tests[i].name, folder);
		return 0;
	}
	return cmocka_run_group_tests_name("feed/real", tests, NULL, NULL);
}
