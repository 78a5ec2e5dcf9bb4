/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_test.c - what is written comes back, once and in order.
 */
#include <fcntl.h>
#include <unistd.h>

#include "store/store_test.h"

static struct route_fact
fact(const char *prefix, uint32_t origin, uint32_t days)
{
	struct route_fact f = { .origin = origin,
		.days = days,
		.peers_max = 300 * days,
		.rpki = FACT_RPKI_INVALID_LEN,
		.irr = FACT_IRR_NONE };

	assert_true(prefix_parse(str_from(prefix), &f.prefix));
	return f;
}

struct routes {
	struct route_fact f[64];
	size_t n;
};

static int
take_route(void *ctx, const struct route_fact *f, struct err *err)
{
	struct routes *r = ctx;

	(void)err;
	assert_true(r->n < COUNT(r->f));
	r->f[r->n++] = *f;
	return 0;
}

static struct routes
read_routes(struct store *s, uint32_t asn)
{
	struct routes r = { 0 };

	OK(store_each_route(s, month, asn, take_route, &r, &test_err));
	return r;
}

/* --- facts -------------------------------------------------------------- */

static void
test_routes_order(void **state)
{
	static const char *const prefixes[] = { "::/0", "10.0.0.0/8",
		"2001:db8::/32", "10.0.0.0/7", "0.0.0.0/0", "10.0.0.1/32",
		"2001:db8::1/128", "9.0.0.0/8" };
	static const char *const sorted[] = { "0.0.0.0/0", "9.0.0.0/8",
		"10.0.0.0/7", "10.0.0.0/8", "10.0.0.1/32", "::/0",
		"2001:db8::/32", "2001:db8::1/128" };
	struct store *s = open_store(STORE_WRITE);

	(void)state;
	OK(store_begin(s, &test_err));
	for (uint32_t i = 0; i < COUNT(prefixes); i++) {
		struct route_fact f = fact(prefixes[i], 64500, i + 1);

		OK(store_put_route(s, month, &f, &test_err));
		f.origin = UINT32_MAX;
		OK(store_put_route(s, month, &f, &test_err));
	}
	OK(store_commit(s, &test_err));
	struct routes r = read_routes(s, 0);
	assert_int_equal(r.n, 2 * COUNT(sorted));
	for (size_t i = 0; i < r.n; i++) {
		struct route_fact want =
		    fact(sorted[i % COUNT(sorted)], 0, r.f[i].days);

		assert_int_equal(r.f[i].origin,
		    i < COUNT(sorted) ? 64500 : UINT32_MAX);
		assert_true(prefix_eq(&r.f[i].prefix, &want.prefix));
		assert_int_equal(r.f[i].peers_max, 300 * r.f[i].days);
		assert_int_equal(r.f[i].rpki, FACT_RPKI_INVALID_LEN);
		assert_int_equal(r.f[i].irr, FACT_IRR_NONE);
	}
	assert_int_equal(read_routes(s, 64500).n, COUNT(sorted));
	assert_int_equal(read_routes(s, 1).n, 0);
	store_close(s);
}

static void
test_routes_union(void **state)
{
	struct store *s = open_store(STORE_WRITE);
	const struct route_fact first[] = { fact("10.0.0.0/8", 1, 1),
		fact("12.0.0.0/8", 1, 1), fact("14.0.0.0/8", 1, 1) };
	const struct route_fact then[] = { fact("9.0.0.0/8", 1, 2),
		fact("12.0.0.0/8", 1, 2), fact("12.0.0.0/8", 1, 3),
		fact("15.0.0.0/8", 1, 2) };

	(void)state;
	OK(store_begin(s, &test_err));
	for (size_t i = 0; i < COUNT(first); i++)
		OK(store_put_route(s, month, &first[i], &test_err));
	OK(store_commit(s, &test_err));
	OK(store_begin(s, &test_err));
	for (size_t i = 0; i < COUNT(then); i++)
		OK(store_put_route(s, month, &then[i], &test_err));
	/* Read within the transaction: what waits is seen, too. */
	assert_int_equal(read_routes(s, 1).n, 5);
	OK(store_commit(s, &test_err));
	struct routes r = read_routes(s, 0);
	static const uint32_t days[] = { 2, 1, 3, 1, 2 };
	assert_int_equal(r.n, 5);
	for (size_t i = 0; i < r.n; i++)
		assert_int_equal(r.f[i].days, days[i]);
	store_close(s);
}

static void
test_rollback_forgets(void **state)
{
	struct store *s = open_store(STORE_WRITE);
	struct route_fact f = fact("10.0.0.0/8", 1, 1);

	(void)state;
	OK(store_begin(s, &test_err));
	OK(store_put_route(s, month, &f, &test_err));
	store_rollback(s);
	OK(store_begin(s, &test_err));
	OK(store_commit(s, &test_err));
	assert_int_equal(read_routes(s, 0).n, 0);
	store_close(s);
}

static int
take_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct incident *want = ctx;

	(void)err;
	assert_string_equal(in->id, want->id);
	assert_int_equal(in->class, want->class);
	assert_string_equal(in->type, want->type);
	assert_int_equal(in->state, want->state);
	assert_int_equal(in->n_accomplices, want->n_accomplices);
	for (size_t i = 0; i < in->n_accomplices; i++)
		assert_int_equal(in->accomplices[i], want->accomplices[i]);
	assert_int_equal(in->n_victims, want->n_victims);
	assert_int_equal(in->n_routes, want->n_routes);
	for (size_t i = 0; i < in->n_routes; i++) {
		assert_true(
		    prefix_eq(&in->routes[i].prefix, &want->routes[i].prefix));
		assert_string_equal(in->routes[i].path, want->routes[i].path);
		assert_true(in->routes[i].end == want->routes[i].end);
	}
	assert_int_equal(in->n_evidence, want->n_evidence);
	for (size_t i = 0; i < in->n_evidence; i++) {
		assert_string_equal(in->evidence[i].name,
		    want->evidence[i].name);
		assert_true(in->evidence[i].nats == want->evidence[i].nats);
		assert_true(in->evidence[i].age_us == want->evidence[i].age_us);
	}
	assert_int_equal(in->n_merged, want->n_merged);
	if (in->n_merged > 0)
		assert_string_equal(in->merged[0], want->merged[0]);
	assert_true(in->start == want->start && in->end == want->end);
	assert_int_equal(in->level, want->level);
	assert_int_equal(in->points, want->points);
	assert_true(in->suppressed == want->suppressed);
	assert_true(in->counts == want->counts);
	assert_true(in->reopened == want->reopened);
	assert_string_equal(in->reason, want->reason);
	assert_string_equal(in->explanation, want->explanation);
	want->peers_max++; /* how often it came */
	return 0;
}

static int
count_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	(void)c;
	(void)err;
	++*(size_t *)ctx;
	return 0;
}

static void
test_incident_round_trip(void **state)
{
	const uint32_t accomplices[] = { 7, 9 }, victims[] = { 5 };
	const struct incident_route routes[] = {
		{ fact("10.0.0.0/8", 0, 0).prefix, 1, month, TIME_NONE, 3,
		    "1 2 3", "H1" },
	};
	const struct evidence ev[] = {
		{ "a", "b", -1.25, -12, "why", "", TIME_NONE },
		{ "c", "d", 2.5, 25, "", "source", TIME_DAY },
	};
	const char merged[1][INCIDENT_ID_TEXT] = { "00000000000000ff" };
	struct incident in = {
		.id = "0123456789abcdef",
		.class = INC_FORGED_ORIGIN,
		.type = "E|1|-|-",
		.state = INC_EXPIRED,
		.culprit = 6,
		.accomplices = accomplices,
		.n_accomplices = 2,
		.victims = victims,
		.n_victims = 1,
		.routes = routes,
		.n_routes = 1,
		.n_prefixes = 70000,
		.start = month + 5,
		.end = TIME_NONE,
		.level = 3,
		.points = 91,
		.reopened = true,
		.counts = true,
		.reason = "r",
		.evidence = ev,
		.n_evidence = 2,
		.merged = merged,
		.n_merged = 1,
		.explanation = "x \xc3\xa9 'quoted'",
		.inputs = "",
	};
	struct detect_charge c = { 6, "M2", "", routes[0].prefix, month + 5,
		TIME_NONE, 1000000, in.id, "" };
	struct store *s = open_store(STORE_WRITE);
	struct store_filter all = { .from_us = TIME_NONE,
		.until_us = TIME_NONE };
	struct store_filter none = { .asn = 8,
		.from_us = TIME_NONE,
		.until_us = TIME_NONE };
	size_t n = 0;

	(void)state;
	OK(store_begin(s, &test_err));
	OK(store_put_incident(s, &in, &test_err));
	OK(store_put_charge(s, &c, &test_err));
	OK(store_each_incident(s, &all, take_incident, &in, &test_err));
	assert_int_equal(in.peers_max, 1);
	for (uint32_t asn = 5; asn <= 9; asn++) {
		all.asn = asn;
		OK(store_each_incident(s, &all, take_incident, &in, &test_err));
	}
	assert_int_equal(in.peers_max, 5); /* all but 8 */
	OK(store_each_incident(s, &none, take_incident, &in, &test_err));
	assert_int_equal(in.peers_max, 5);
	/* Written again: replaced, its charges gone. */
	in.n_accomplices = 1;
	in.n_evidence = 0;
	in.n_merged = 0;
	in.suppressed = true;
	OK(store_put_incident(s, &in, &test_err));
	all.asn = 0;
	OK(store_each_incident(s, &all, take_incident, &in, &test_err));
	assert_int_equal(in.peers_max, 6);
	OK(store_each_charge(s, 0, month, month + 10, count_charge, &n,
	    &test_err));
	assert_int_equal(n, 0);
	OK(store_commit(s, &test_err));
	store_close(s);
}

/* n_routes, n_evidence and n_victims as they come. */
static int
take_sizes(void *ctx, const struct incident *in, struct err *err)
{
	size_t *n = ctx;

	(void)err;
	n[0] = in->n_routes;
	n[1] = in->n_evidence;
	n[2] = in->n_victims;
	return 0;
}

static void
test_incident_brief(void **state)
{
	const struct incident_route routes[2] = {
		{ .path = "1", .decision = "" }, { .path = "2", .decision = "" }
	};
	const struct evidence evidence = { "a", "b", 1, 2, "c", "d", 3 };
	const uint32_t victim = 9;
	struct incident in = { .id = "3333333333333333",
		.start = month,
		.end = TIME_NONE,
		.routes = routes,
		.n_routes = 2,
		.evidence = &evidence,
		.n_evidence = 1,
		.victims = &victim,
		.n_victims = 1 };
	struct store_filter all = { .from_us = TIME_NONE,
		.until_us = TIME_NONE };
	struct store *s = open_store(STORE_WRITE);
	size_t n[3];

	(void)state;
	OK(store_begin(s, &test_err));
	OK(store_put_incident(s, &in, &test_err));
	OK(store_each_incident(s, &all, take_sizes, n, &test_err));
	assert_int_equal(n[0], 2);
	assert_int_equal(n[1], 1);
	all.brief = true;
	OK(store_each_incident(s, &all, take_sizes, n, &test_err));
	assert_int_equal(n[0], 1);
	assert_int_equal(n[1], 0);
	assert_int_equal(n[2], 1);
	store_close(s);
}

static int
count_incident(void *ctx, const struct incident *in, struct err *err)
{
	(void)err;
	(void)in;
	++*(size_t *)ctx;
	return 0;
}

static size_t
count_incidents(struct store *s)
{
	const struct store_filter all = { .from_us = TIME_NONE,
		.until_us = TIME_NONE };
	size_t n = 0;

	OK(store_each_incident(s, &all, count_incident, &n, &test_err));
	return n;
}

/* What was merged lives on in the older one, also if it was stored. */
static void
test_merged_go(void **state)
{
	const char merged[1][INCIDENT_ID_TEXT] = { "2222222222222222" };
	struct incident in = { .id = "2222222222222222",
		.culprit = 6,
		.start = month,
		.end = TIME_NONE,
		.reason = "",
		.explanation = "",
		.inputs = "" };
	struct detect_charge c = { 6, "M2", "", fact("10.0.0.0/8", 1, 1).prefix,
		month, TIME_NONE, 1000000, in.id, "" };
	struct store *s = open_store(STORE_WRITE);
	size_t n = 0;

	(void)state;
	OK(store_begin(s, &test_err));
	OK(store_put_incident(s, &in, &test_err));
	OK(store_put_charge(s, &c, &test_err));
	assert_int_equal(count_incidents(s), 1);
	memcpy(in.id, "1111111111111111", sizeof(in.id));
	in.merged = merged;
	in.n_merged = 1;
	OK(store_put_incident(s, &in, &test_err));
	assert_int_equal(count_incidents(s), 1);
	OK(store_each_charge(s, 0, month, month + 10, count_charge, &n,
	    &test_err));
	assert_int_equal(n, 0);
	OK(store_commit(s, &test_err));
	store_close(s);
}

/* Everything goes, with the transaction that writes it anew or not at all. */
static void
test_clear(void **state)
{
	struct store *s = open_store(STORE_WRITE);
	struct store_input a = { .sha256 = "aa",
		.path = "",
		.collector = "",
		.kind = "",
		.first_us = month,
		.last_us = month,
		.why = "" };
	struct route_fact f = fact("10.0.0.0/8", 1, 1);
	struct arena arena = { 0 };
	const char *value;

	(void)state;
	OK(store_begin(s, &test_err));
	OK(store_put_route(s, month, &f, &test_err));
	OK(store_put_input(s, &a, &test_err));
	OK(store_put_value(s, "x", "y", &test_err));
	OK(store_commit(s, &test_err));
	OK(store_begin(s, &test_err));
	OK(store_put_route(s, month, &f, &test_err));
	OK(store_clear(s, &test_err));
	assert_int_equal(read_routes(s, 0).n, 0);
	assert_int_equal(store_has_input(s, "aa", &test_err), 0);
	OK(store_value(s, &arena, "x", &value, &test_err));
	assert_string_equal(value, "");
	store_rollback(s);
	assert_int_equal(read_routes(s, 0).n, 1);
	OK(store_begin(s, &test_err));
	OK(store_clear(s, &test_err));
	OK(store_commit(s, &test_err));
	assert_int_equal(read_routes(s, 0).n, 0);
	arena_free(&arena);
	store_close(s);
}

static struct store_input
input(const char *sha, int64_t first, int64_t last)
{
	return (struct store_input){ .sha256 = sha,
		.path = "p",
		.collector = "rrc00",
		.kind = "updates",
		.first_us = first,
		.last_us = last,
		.why = "" };
}

static void
test_inputs_and_months(void **state)
{
	struct store *s = open_store(STORE_WRITE);
	struct store_input a =
	    input("aa", month - TIME_DAY, month + 40 * TIME_DAY);
	struct store_input b = input("bb", TIME_NONE, TIME_NONE);
	struct route_fact f = fact("10.0.0.0/8", 1, 1);
	int64_t months[8];
	struct err err = { 0 };
	size_t n;

	(void)state;
	OK(store_begin(s, &test_err));
	OK(store_put_input(s, &a, &test_err));
	OK(store_put_input(s, &a, &test_err));
	OK(store_put_input(s, &b, &test_err));
	OK(store_put_route(s, utc_month_start(month, 5), &f, &test_err));
	assert_int_equal(store_has_input(s, "aa", &err), 1);
	assert_int_equal(store_has_input(s, "ab", &err), 0);
	OK(store_months(s, months, COUNT(months), &n, &test_err));
	assert_int_equal(n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_true(months[i] ==
			    utc_month_start(month, i == 0 ? 5 : 2 - (int)i));
	OK(store_months(s, months, 2, &n, &test_err));
	assert_int_equal(n, 2);
	OK(store_commit(s, &test_err));
	store_close(s);
}

/* --- state files ---------------------------------------------------------- */

static void
touch(const char *name)
{
	int fd = open(name, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void
test_state_files(void **state)
{
	struct store *s = open_store(STORE_WRITE);
	struct arena a = { 0 };
	const char *one, *two, *got;
	struct err err = { 0 };

	(void)state;
	OK(store_state(s, &a, &got, &test_err));
	assert_string_equal(got, "");
	OK(store_state_path(s, &a, "one", &one, &test_err));
	OK(store_state_path(s, &a, "two", &two, &test_err));
	touch(one);
	touch(two);
	OK(store_begin(s, &test_err));
	OK(store_set_state(s, "two", &test_err));
	assert_int_equal(store_prune_state(s, &err), -1); /* not yet */
	OK(store_commit(s, &test_err));
	OK(store_prune_state(s, &test_err));
	assert_int_equal(access(one, F_OK), -1);
	assert_int_equal(access(two, F_OK), 0);
	OK(store_state(s, &a, &got, &test_err));
	assert_string_equal(got, two);
	assert_int_equal(store_set_state(s, "../x", &err), -1);
	assert_int_equal(store_set_state(s, "", &err), -1);
	assert_int_equal(store_state_path(s, &a, ".x", &got, &err), -1);
	arena_free(&a);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("facts come back by origin, then prefix",
		    test_routes_order),
		ROW("facts of a month are united, the newest stays",
		    test_routes_union),
		ROW("a rollback forgets what waited", test_rollback_forgets),
		ROW("an incident comes back and is replaced whole",
		    test_incident_round_trip),
		ROW("an incident in brief", test_incident_brief),
		ROW("what was merged goes", test_merged_go),
		ROW("everything is forgotten, or nothing", test_clear),
		ROW("inputs once, months newest first", test_inputs_and_months),
		ROW("only the state file in force stays", test_state_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
