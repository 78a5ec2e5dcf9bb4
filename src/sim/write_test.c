/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write_test.c - the files of a scenario, read back: a table dump and the
 * updates behind it give the next table dump, the same scenario gives the
 * same bytes, and the days of the demo are what they tell.
 */
#include "sim/scn.h"

#include "mrt/mrt.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char root[200]; /* of the project */
static char work[60];  /* removed at the end */

/* What peers say: (peer, prefix) -> path, all as texts. */
struct table {
	struct strtab text;
	struct u64map cells;
	VEC(uint64_t) keys; /* of cells; may repeat */
	struct bgp_decoder decoder;
	struct mrt_peers peers;
	uint64_t events;
};

static void
table_free(struct table *t)
{
	strtab_fini(&t->text);
	u64map_fini(&t->cells);
	vec_fini(&t->keys);
	mrt_peers_fini(&t->peers);
	free(t);
}

static void
set_cell(struct table *t, uint32_t asn, const struct prefix *p,
    const struct bgp_path *path)
{
	char text[PREFIX_TEXT_MAX];
	size_t n = prefix_format(text, p);
	uint64_t key =
	    (uint64_t)asn << 32 | strtab_add(&t->text, (struct str){ text, n });
	struct buf b = { 0 };

	if (path != NULL)
		bgp_path_format(path, &b);
	*u64map_put(&t->cells, key) = strtab_add(&t->text,
	    str_from(path == NULL ? "withdrawn" : buf_cstr(&b)));
	vec_push(&t->keys, key);
	t->events++;
	buf_fini(&b);
}

static void
take_nlri(struct table *t, uint32_t asn, struct bgp_view v, uint8_t family,
    const struct bgp_path *path)
{
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family, false);
	struct bgp_nlri nlri;

	while (bgp_nlri_next(&it, &nlri))
		set_cell(t, asn, &nlri.prefix, path);
	assert_false(it.bad);
}

static void
take_rib(struct table *t, const struct mrt_record *rec, struct mrt_decoded *d)
{
	struct bgp_session session = mrt_bgp_session(rec, d);
	struct mrt_rib_entry entry;
	struct bgp_attrs attrs;
	struct err err;

	while (mrt_rib_next(&d->rib, &entry, &err) == 1) {
		bgp_attrs_decode(&t->decoder, entry.attrs.p, entry.attrs.n,
		    &session, &attrs);
		assert_int_equal(attrs.n_faults, 0);
		assert_true(entry.peer < t->peers.list.n);
		assert_int_equal(attrs.path.asns[0],
		    t->peers.list.p[entry.peer].asn);
		set_cell(t, t->peers.list.p[entry.peer].asn, &d->rib.prefix,
		    &attrs.path);
	}
}

static void
take_message(struct table *t, const struct mrt_record *rec,
    const struct mrt_decoded *d)
{
	struct bgp_session session = mrt_bgp_session(rec, d);
	struct bgp_update u;
	uint32_t asn = d->session.peer_asn;

	assert_int_equal(d->message, BGP_UPDATE);
	bgp_update_decode(&t->decoder, d->body.p, d->body.n, &session, &u);
	assert_int_equal(u.attrs.n_faults, 0);
	take_nlri(t, asn, u.withdrawn, NET_IP4, NULL);
	take_nlri(t, asn, u.attrs.unreach, NET_IP6, NULL);
	take_nlri(t, asn, u.nlri, NET_IP4, &u.attrs.path);
	take_nlri(t, asn, u.attrs.reach, NET_IP6, &u.attrs.path);
}

static void
take_file(struct table *t, const char *path)
{
	struct os_stream *in;
	struct mrt_reader *r;
	struct mrt_record rec;
	struct mrt_decoded d;
	struct err err;
	char *data = NULL;
	int64_t last = INT64_MIN;
	size_t n;
	int rc;

	assert_int_equal(os_stream_open(path, &in, &err), 0);
	assert_int_equal(os_read_all(in, 64 << 20, &data, &n, &err), 0);
	os_stream_close(in);
	r = mrt_reader_mem(data, n);
	while ((rc = mrt_reader_next(r, &rec, &err)) == 1) {
		assert_int_equal(mrt_decode(&rec, &t->peers, &d, &err), 0);
		assert_true(rec.time_us >= last);
		last = rec.time_us;
		if (d.kind == MRT_RIB)
			take_rib(t, &rec, &d);
		else if (d.kind == MRT_MESSAGE)
			take_message(t, &rec, &d);
		else
			assert_int_equal(d.kind, MRT_PEER_INDEX);
	}
	assert_int_equal(rc, 0);
	mrt_reader_free(r);
	free(data);
}

/* Everything a says that is not withdrawn, b says too. */
static void
assert_within(const struct table *a, const struct table *b)
{
	for (size_t i = 0; i < a->keys.n; i++) {
		uint64_t key = a->keys.p[i];
		const char *prefix, *path, *other = "nothing";
		uint32_t id, *got;

		path = strtab_get(&a->text, *u64map_get(&a->cells, key));
		if (strcmp(path, "withdrawn") == 0)
			continue;
		prefix = strtab_get(&a->text, (uint32_t)key);
		id = strtab_find(&b->text, str_from(prefix));
		got = u64map_get(&b->cells, (key & ~(uint64_t)UINT32_MAX) | id);
		if (got != NULL)
			other = strtab_get(&b->text, *got);
		if (strcmp(path, other) != 0)
			fail_msg("%s: AS%u has %s, not %s", prefix,
			    (unsigned)(key >> 32), path, other);
	}
}

static const struct day_case {
	const char *name, *day, *next;
	const char *month;
} days[] = {
	{ "01-youtube-2008", "20080224", "20080225", "2008.02" },
	{ "02-china-telecom-2010", "20100408", "20100409", "2010.04" },
	{ "03-indosat-2014", "20140402", "20140403", "2014.04" },
	{ "04-telekom-malaysia-2015", "20150612", "20150613", "2015.06" },
	{ "05-verizon-dqe-2019", "20190624", "20190625", "2019.06" },
	{ "06-rostelecom-2020", "20200401", "20200402", "2020.04" },
	{ "07-bogon-prefix", "20210310", "20210311", "2021.03" },
	{ "08-bogon-asn", "20210915", "20210916", "2021.09" },
	{ "09-rpki-stops-it", "20220511", "20220512", "2022.05" },
	{ "10-anycast", "20230208", "20230209", "2023.02" },
	{ "11-sibling-transfer", "20230614", "20230615", "2023.06" },
	{ "12-new-upstream", "20240417", "20240418", "2024.04" },
};

static void
write_day(const char *name, const char *to)
{
	char path[400], out[200];
	struct sim_report report;
	struct scenario *s;
	struct err err;

	(void)snprintf(path, sizeof(path), "%s/demo/%s.scenario", root, name);
	(void)snprintf(out, sizeof(out), "%s/%s", work, to);
	if (scenario_load(path, &s, &err) == -1 ||
	    sim_write(s, out, &report, &err) == -1)
		fail_msg("%s", err.msg);
	scenario_free(s);
}

static void
test_day(void **state)
{
	const struct day_case *c = *state;
	static const char *const layouts[][3] = {
		{ "rrc00", "bview", "updates" },
		{ "route-views2/bgpdata", "RIBS/rib", "UPDATES/updates" },
	};
	char path[400];

	write_day(c->name, c->name);
	for (size_t i = 0; i < COUNT(layouts); i++) {
		struct table *a = mem_alloc(1, sizeof(*a));
		struct table *b = mem_alloc(1, sizeof(*b));
		uint64_t before;

#define FILE_OF(kind, day)                                                  \
	(void)snprintf(path, sizeof(path), "%s/%s/routes/%s/%s/%s.%s.0000", \
	    work, c->name, layouts[i][0], c->month, kind, day)
		FILE_OF(layouts[i][1], c->day);
		take_file(a, path);
		before = a->events;
		assert_true(before > 1000);
		FILE_OF(layouts[i][2], c->day);
		take_file(a, path);
		assert_true(a->events > before + 1000);
		FILE_OF(layouts[i][1], c->next);
		take_file(b, path);
		assert_within(a, b);
		assert_within(b, a);
		table_free(a);
		table_free(b);
	}
}

static uint64_t
hash_tree(const char *dir, size_t *files)
{
	struct arena arena = { 0 };
	struct err err;
	char **paths;
	uint64_t hash = 0;

	assert_int_equal(os_walk(dir, &arena, &paths, files, &err), 0);
	for (size_t i = 0; i < *files; i++) {
		struct os_map m;

		assert_int_equal(os_map_open(paths[i], &m, &err), 0);
		hash = hash_bytes(m.p, m.n, hash);
		hash = hash_bytes(paths[i] + strlen(dir),
		    strlen(paths[i]) - strlen(dir), hash);
		os_map_close(&m);
	}
	arena_free(&arena);
	return hash;
}

static void
test_same_bytes(void **state)
{
	char a[200], b[200];
	size_t n = 0, m = 0;

	(void)state;
	write_day("06-rostelecom-2020", "same-a");
	write_day("06-rostelecom-2020", "same-b");
	(void)snprintf(a, sizeof(a), "%s/same-a", work);
	(void)snprintf(b, sizeof(b), "%s/same-b", work);
	assert_true(hash_tree(a, &n) == hash_tree(b, &m));
	assert_int_equal(n, m);
	assert_true(n > 50);
}

/* The culprit's path stands where the story says, and only then. */
static void
test_youtube(void **state)
{
	char path[400];
	struct scenario *s;
	struct buf b = { 0 };
	struct err err;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/demo/01-youtube-2008.scenario",
	    root);
	assert_int_equal(scenario_load(path, &s, &err), 0);
	assert_int_equal(sim_final_routes(s, &b, &err), 0);
	assert_non_null(strstr(buf_cstr(&b),
	    "\n3333 208.65.153.0/24 3333 1299 174 36561\n"));
	assert_null(strstr(buf_cstr(&b), "/24 3333 1299 701 3491 17557"));
	assert_null(strstr(buf_cstr(&b), "3333 208.65.153.0/25"));
	assert_non_null(strstr(buf_cstr(&b), "13030 208.65.153.0/25"));
	buf_fini(&b);
	scenario_free(s);
}

static int
remove_work(void **state)
{
	char command[100];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", work);
	return system(command) == 0 ? 0 : -1; /* NOLINT: our own folder */
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(days) + 2];
	const char *from = getenv("COMITY_ROOT");
	size_t n = 0;

	(void)snprintf(root, sizeof(root), "%s", from == NULL ? "." : from);
	(void)snprintf(work, sizeof(work), "/tmp/comity-sim-XXXXXX");
	if (mkdtemp(work) == NULL)
		return 1;
	for (; n < COUNT(days); n++)
		tests[n] = (struct CMUnitTest){ .name = days[n].name,
			.test_func = test_day,
			.initial_state = (void *)(uintptr_t)&days[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_same_bytes);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_youtube);
	return cmocka_run_group_tests(tests, NULL, remove_work);
}
