/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input_test.c - what the first pass learns of files: kind, digest, damage;
 * compressed ones.
 */
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/hash.h"
#include "feed/feed_test.h"

/* --- what is said of inputs -------------------------------------------- */

static void
test_facts(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	uint8_t sha[32];

	(void)state;
	announce(&b, 3, 1, "10.0.0.0/8", 1);
	announce(&b, 8, 1, "10.0.0.0/8", 1);
	os_sha256(b.p, b.n, sha);
	size_t n = b.n;
	const char *path = save(&a, "rrc00/x", &b);
	struct feed *f = open_one(path, NULL, 0);
	const struct feed_input *in = feed_input(f, 0);
	assert_memory_equal(in->sha256, sha, 32);
	assert_string_equal(in->kind, "updates");
	assert_int_equal(in->records, 2);
	assert_int_equal(in->bytes, n);
	assert_true(in->first_us == T0 + 3 * TIME_SEC);
	assert_true(in->last_us == T0 + 8 * TIME_SEC);
	assert_false(in->incomplete || in->unusable);
	assert_string_equal(in->why, "");
	feed_close(f);
	peer_index(&b, 0, "", 1);
	path = save(&a, "rrc00/y", &b);
	f = open_one(path, NULL, 0);
	assert_string_equal(feed_input(f, 0)->kind, "table");
	feed_close(f);
	peer_index(&b, 0, "", 1);
	announce(&b, 3, 1, "10.0.0.0/8", 1);
	path = save(&a, "rrc00/z", &b);
	f = open_one(path, NULL, 0);
	assert_string_equal(feed_input(f, 0)->kind, "mixed");
	feed_close(f);
	arena_free(&a);
}

/* Cut at every length: what stands before the cut comes out, the rest is
 * named with its offset. */
static void
test_torn_everywhere(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };

	(void)state;
	announce(&b, 1, 1, "10.0.0.0/8", 1);
	size_t one = b.n;
	announce(&b, 2, 1, "11.0.0.0/8", 1);
	for (size_t n = 0; n <= b.n; n++) {
		struct buf cut = { 0 };
		struct err err = { 0 };

		buf_add(&cut, b.p, n);
		const char *path = save(&a, "rrc00/x", &cut);
		struct trace t = { .f = open_one(path, NULL, n % 2) };
		const struct feed_input *in = feed_input(t.f, 0);
		assert_int_equal(feed_run(t.f, trace_event, &t, &err), 0);
		assert_int_equal(in->records, n / one);
		assert_int_equal(in->events, n / one);
		assert_int_equal(in->unusable, n < one);
		assert_int_equal(in->incomplete,
		    n % one != 0 && n >= MRT_HEADER_LEN);
		assert_int_equal(in->why[0] == '\0', n > 0 && n % one == 0);
		if (n > one && n < b.n)
			assert_non_null(strstr(in->why, "offset"));
		feed_close(t.f);
		buf_fini(&t.text);
	}
	buf_fini(&b);
	arena_free(&a);
}

static void
expect_unusable(const char *path, const char *why)
{
	struct trace t = { .f = open_one(path, NULL, 0) };
	const struct feed_input *in = feed_input(t.f, 0);
	struct err err = { 0 };

	assert_true(in->unusable);
	if (strstr(in->why, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", in->why, why);
	assert_int_equal(feed_run(t.f, trace_event, &t, &err), 0);
	assert_int_equal(feed_events(t.f), 0);
	feed_close(t.f);
}

static void
test_unusable(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	char path[128];

	(void)state;
	expect_unusable(save(&a, "empty", &b), "empty");
	buf_str(&b, "<!doctype html><title>404 Not Found</title>");
	expect_unusable(save(&a, "html", &b), "no MRT");
	(void)snprintf(path, sizeof(path), "%s/absent", dir);
	expect_unusable(path, "absent");
	expect_unusable(dir, dir);
	arena_free(&a);
}

/* A record that contradicts its format is refused; the next ones count. */
static void
test_refused(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	announce(&b, 1, 1, "10.0.0.0/8", 1);
	for (uint32_t i = 0; i < 7; i++) { /* BGP4MP of three bytes */
		buf_u32(&b, (uint32_t)(T0 / TIME_SEC) + 2);
		buf_u16(&b, MRT_BGP4MP);
		buf_u16(&b, 4);
		buf_u32(&b, 3);
		buf_add(&b, "abc", 3);
	}
	announce(&b, 3, 1, "11.0.0.0/8", 1);
	const char *path = save(&a, "rrc00/x", &b);
	struct trace t = { .f = open_one(path, NULL, 0) };
	const struct feed_input *in = feed_input(t.f, 0);
	assert_int_equal(feed_run(t.f, trace_event, &t, &err), 0);
	assert_int_equal(in->refused, 7);
	assert_int_equal(in->n_reasons, FEED_REASONS);
	assert_true(strlen(in->reasons[0]) > 10);
	assert_int_equal(in->events, 2);
	feed_close(t.f);
	buf_fini(&t.text);
	arena_free(&a);
}

/* A table entry that names a peer past the index. */
static void
test_unknown_peer(void **state)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	peer_index(&b, 0, "", 1);
	rib_entry(&b, 0, 1, "10.0.0.0/8", 1);
	rib_entry(&b, 0, 0, "10.0.0.0/8", 1);
	const char *path = save(&a, "rrc00/x", &b);
	struct trace t = { .f = open_one(path, NULL, 0) };
	assert_int_equal(feed_run(t.f, trace_event, &t, &err), 0);
	assert_int_equal(feed_input(t.f, 0)->refused, 1);
	assert_int_equal(feed_input(t.f, 0)->events, 3);
	feed_close(t.f);
	buf_fini(&t.text);
	arena_free(&a);
}

static void
test_too_many(void **state)
{
	struct feed_opts o = { .n_paths = FEED_INPUTS_MAX + 1 };
	struct feed *f = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(feed_open(&o, &f, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
}

/* --- compression and size ---------------------------------------------- */

static void
gzip(struct buf *in, struct buf *out)
{
	z_stream z = { 0 };
	size_t room = in->n + 4096;
	uint8_t *o = mem_alloc(room, 1);

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, 0), 0);
	z.next_in = in->p;
	z.avail_in = (unsigned)in->n;
	z.next_out = o;
	z.avail_out = (unsigned)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_add(out, o, z.total_out);
	(void)deflateEnd(&z);
	free(o);
	buf_fini(in);
}

/* Members may end in the middle of a record. */
static void
test_members(void **state)
{
	struct arena a = { 0 };
	struct buf all = { 0 }, out = { 0 };
	const char *paths[2];
	uint8_t sha[32];

	(void)state;
	for (int i = 1; i <= 9; i++)
		announce(&all, i, 1, "10.0.0.0/8", (uint32_t)i);
	os_sha256(all.p, all.n, sha);
	for (size_t at = 0; at < all.n; at += 100) {
		struct buf part = { 0 };

		buf_add(&part, all.p + at, all.n - at < 100 ? all.n - at : 100);
		gzip(&part, &out);
	}
	paths[0] = save(&a, "rrc00/x.gz", &out);
	paths[1] = save(&a, "rrc00/x", &all);
	struct feed *f = open_one(paths[0], NULL, 0);
	/* The same bytes: the same input. */
	assert_memory_equal(feed_input(f, 0)->sha256, sha, 32);
	assert_int_equal(feed_input(f, 0)->records, 9);
	assert_int_equal(feed_input(f, 0)->incomplete, 0);
	feed_close(f);
	arena_free(&a);
}

static void
test_torn_member(void **state)
{
	struct arena a = { 0 };
	struct buf all = { 0 }, out = { 0 };
	struct err err = { 0 };

	(void)state;
	for (int i = 1; i <= 2000; i++)
		announce(&all, i, (uint8_t)(i % 200), "10.0.0.0/8",
		    (uint32_t)hash_u64((uint64_t)i));
	gzip(&all, &out);
	out.n /= 2;
	const char *path = save(&a, "rrc00/x.gz", &out);
	for (uint64_t keep = 0; keep < 2; keep++) {
		struct trace t = { .f = open_one(path, NULL, keep) };
		const struct feed_input *in = feed_input(t.f, 0);

		assert_true(in->incomplete);
		assert_int_equal(feed_run(t.f, trace_event, &t, &err), 0);
		assert_true(in->records > 500 && in->records < 1500);
		assert_int_equal(in->events, in->records);
		feed_close(t.f);
		buf_fini(&t.text);
	}
	arena_free(&a);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		ROW("digest, kind, times, counts", test_facts),
		ROW("cut at every length", test_torn_everywhere),
		ROW("empty, no MRT, absent, a folder", test_unusable),
		ROW("a record that contradicts its format", test_refused),
		ROW("a table entry of an unknown peer", test_unknown_peer),
		ROW("too many inputs", test_too_many),
		ROW("members that end within a record", test_members),
		ROW("a torn member keeps what came before", test_torn_member),
	};

	return cmocka_run_group_tests_name("feed/input", tests, NULL, NULL);
}
