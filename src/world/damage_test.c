/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * damage_test.c - a world of which one byte is wrong or missing is refused
 * when it is opened, or when the section is first used, or by a check of all;
 * and never answers from it.
 */
#include "world/world_test.h"

#include "world/world_ask.h"

/* The layout that os.h tells. */
#define HEADER     64
#define VERSION_AT 8
#define TABLE_AT   24
#define ROW_SIZE   48

static uint8_t *bytes;
static size_t n_bytes;

static uint64_t
get_u64(size_t i)
{
	uint64_t v;

	memcpy(&v, bytes + i, sizeof(v));
	return v;
}

static void
read_world(void)
{
	struct os_stream *s = NULL;
	struct err err = { 0 };

	assert_int_equal(os_stream_open(path_of("w"), &s, &err), 0);
	assert_int_equal(os_read_all(s, 1 << 26, (char **)&bytes, &n_bytes,
			     &err),
	    0);
	os_stream_close(s);
}

static int
setup(void **state)
{
	if (make_dir(state) == -1)
		return -1;
	put_small_inputs();
	build("w", "in");
	read_world();
	return 0;
}

static int
teardown(void **state)
{
	free(bytes);
	return remove_dir(state);
}

/* Not by way of os_write_file(): thousands of syncs take minutes. */
static void
write_damaged(size_t n)
{
	FILE *f = fopen(path_of("d"), "wbe");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* -1: refused at opening, 1: found by the check of all, 0: not noticed. */
static int
notice(void)
{
	struct world *w = NULL;
	struct err err = { 0 };
	int status = 0;

	if (world_open(path_of("d"), &w, &err) == -1) {
		assert_null(w);
		assert_non_null(strstr(err.msg, "/d"));
		return -1;
	}
	(void)ask_world(w);
	if (world_verify(w, &err) == -1)
		status = 1;
	world_close(w);
	return status;
}

static void
test_every_section(void **state)
{
	size_t table = (size_t)get_u64(TABLE_AT);
	size_t rows = (n_bytes - table) / ROW_SIZE, refused = 0, found = 0;

	(void)state;
	assert_true(rows > 50);
	for (size_t i = 0; i < rows; i++) {
		size_t from = (size_t)get_u64(table + i * ROW_SIZE + 24);
		size_t len = (size_t)get_u64(table + i * ROW_SIZE + 32);

		for (size_t k = 0; k < 3 && len > 0; k++) {
			size_t hit = from + (k == 0      ? 0
						: k == 1 ? len / 2
							 : len - 1);

			bytes[hit] ^= 0x40;
			write_damaged(n_bytes);
			bytes[hit] ^= 0x40;
			int got = notice();
			if (got == 0)
				fail_msg("section %s: a change at %zu was not "
					 "noticed",
				    (const char *)bytes + table + i * ROW_SIZE,
				    hit - from);
			refused += got == -1;
			found += got == 1;
		}
	}
	/* inputs and epochs are read at opening, tables when asked for */
	assert_true(refused >= 12);
	assert_true(found > refused);
}

static void
test_header_and_table(void **state)
{
	size_t table = (size_t)get_u64(TABLE_AT);

	(void)state;
	for (size_t i = 0; i < n_bytes; i = i == 55 ? table : i + 1) {
		bytes[i] ^= 0x01;
		write_damaged(n_bytes);
		bytes[i] ^= 0x01;
		assert_int_equal(notice(), -1);
	}
}

static void
test_every_cut(void **state)
{
	size_t table = (size_t)get_u64(TABLE_AT);
	size_t rows = (n_bytes - table) / ROW_SIZE;

	(void)state;
	for (size_t n = 0; n <= HEADER + 1; n++) {
		write_damaged(n);
		assert_int_equal(notice(), -1);
	}
	for (size_t i = 0; i < rows; i++)
		for (size_t k = 0; k < 3; k++) {
			write_damaged(
			    (size_t)get_u64(table + i * ROW_SIZE + 24) + k - 1);
			assert_int_equal(notice(), -1);
		}
	for (size_t n = table; n < n_bytes; n++) {
		write_damaged(n);
		assert_int_equal(notice(), -1);
	}
	bytes = mem_realloc(bytes, n_bytes + 1, 1);
	bytes[n_bytes] = 0;
	write_damaged(n_bytes + 1);
	assert_int_equal(notice(), -1);
}

static void
test_another_version(void **state)
{
	struct world *w = NULL;
	struct err err = { 0 };

	(void)state;
	bytes[VERSION_AT]++;
	write_damaged(n_bytes);
	assert_int_equal(world_open(path_of("d"), &w, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	if (strstr(err.msg, "version") == NULL)
		fail_msg("%s: does not speak of the version", err.msg);
}

static void
test_no_world(void **state)
{
	struct world *w = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(world_open(path_of("in/bogons.txt"), &w, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_int_equal(world_open(path_of("nothing"), &w, &err), -1);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_int_equal(world_open(path_of("in"), &w, &err), -1);
	assert_null(w);
}

/* Damage of one table is no harm to the others. */
static void
test_other_tables_still_answer(void **state)
{
	size_t table = (size_t)get_u64(TABLE_AT);
	const struct world_view *v;
	struct err err = { 0 };
	struct world *w;

	(void)state;
	for (size_t i = table; i < n_bytes; i += ROW_SIZE)
		if (memcmp(bytes + i, "irr.", 4) == 0 && get_u64(i + 32) > 0)
			bytes[get_u64(i + 24)] ^= 1;
	write_damaged(n_bytes);
	w = open_world("d");
	assert_int_equal(world_at(w, at("2024-03-05"),
			     WORLD_VRPS | WORLD_TOPO | WORLD_REGISTRY, &v,
			     &err),
	    0);
	assert_non_null(v->vrps);
	assert_non_null(v->topo);
	assert_int_equal(world_at(w, at("2024-03-05"), WORLD_IRR, &v, &err),
	    -1);
	assert_non_null(strstr(err.msg, "damaged"));
	assert_int_equal(world_verify(w, &err), -1);
	world_close(w);
}

#define ROW(f)                               \
	{                                    \
#f, f, setup, teardown, NULL \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_every_section),
		ROW(test_header_and_table),
		ROW(test_every_cut),
		ROW(test_another_version),
		ROW(test_no_world),
		ROW(test_other_tables_still_answer),
	};

	return cmocka_run_group_tests_name("world damage", tests, NULL, NULL);
}
