/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader_test.c - what a reader says at its ends: before the first record, at
 * the last, behind damage, of what cannot be opened; and filters as arguments.
 */
#include "lib/lib_make_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define START (INT64_C(1700000000) * TIME_SEC)

static struct comity_reader *
open_bytes(const struct buf *b, size_t n, int *fd)
{
	struct comity_error error;
	char name[64];

	*fd = file_of(b->p, n, name);
	struct comity_reader *r = comity_reader_open(name, &error);
	if (r == NULL)
		fail_msg("%s", error.text);
	return r;
}

static void
test_version(void **state)
{
	char want[40];

	(void)state;
	(void)snprintf(want, sizeof(want), "%d.%d.%d", COMITY_VERSION_MAJOR,
	    COMITY_VERSION_MINOR, COMITY_VERSION_PATCH);
	assert_string_equal(comity_version(), want);
	assert_string_equal(comity_version(), COMITY_VERSION);
}

static void
test_not_opened(void **state)
{
	static const char text[] = "this is no routing data at all, is it?";
	struct comity_error error;
	char name[64];

	(void)state;
	assert_null(comity_reader_open("/nowhere/at/all", &error));
	assert_int_equal(error.failure, COMITY_SYSTEM);
	assert_string_equal(error.text, "No such file or directory");
	int fd = file_of(text, 0, name);
	assert_null(comity_reader_open(name, &error));
	assert_int_equal(error.failure, COMITY_INPUT);
	assert_string_equal(error.text, "is empty");
	(void)close(fd);
	fd = file_of(text, sizeof(text), name);
	assert_null(comity_reader_open(name, &error));
	assert_int_equal(error.failure, COMITY_INPUT);
	(void)close(fd);
	comity_reader_close(NULL);
	comity_printer_free(NULL);
	comity_filter_free(NULL);
	comity_merge_free(NULL);
}

static void
test_ends(void **state)
{
	struct buf b = { 0 };
	struct comity_counts n;
	int fd;

	(void)state;
	make_update(&b, START, 1, 1, 1);
	make_update(&b, START + 5, 2, 1, 2);
	struct comity_reader *r = open_bytes(&b, b.n, &fd);
	assert_int_equal(comity_route_next(r), 0);
	assert_string_equal(comity_reader_refusal(r), "");
	for (uint64_t i = 0; i < 2; i++) {
		size_t size;

		assert_int_equal(comity_reader_next(r), 1);
		assert_int_equal(comity_record_index(r), i);
		assert_int_equal(comity_record_offset(r), i * b.n / 2);
		assert_int_equal(comity_record_kind(r), COMITY_UPDATE);
		assert_int_equal(comity_record_time_us(r), START + 5 * i);
		const void *bytes = comity_record_bytes(r, &size);
		assert_int_equal(size, b.n / 2);
		assert_memory_equal(bytes, b.p + i * b.n / 2, size);
		assert_int_equal(comity_route_next(r), 1);
		assert_int_equal(comity_route_next(r), 0);
		assert_int_equal(comity_route_next(r), 0);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(comity_reader_next(r), 0);
		assert_int_equal(comity_route_next(r), 0);
		assert_false(comity_reader_broke(r));
	}
	comity_reader_counts(r, &n);
	assert_int_equal(n.records, 2);
	assert_int_equal(n.taken, 2);
	assert_int_equal(n.skipped + n.refused + n.left_out, 0);
	comity_reader_close(r);
	(void)close(fd);
	buf_fini(&b);
}

/* Cut inside the second record: the first is good, the reason stays. */
static void
test_after_damage(void **state)
{
	struct buf b = { 0 };
	char why[512];
	int fd;

	(void)state;
	make_update(&b, START, 1, 1, 1);
	make_update(&b, START, 2, 1, 2);
	struct comity_reader *r = open_bytes(&b, b.n - 3, &fd);
	assert_int_equal(comity_reader_next(r), 1);
	assert_int_equal(comity_reader_next(r), -1);
	assert_true(comity_reader_broke(r));
	assert_int_equal(comity_reader_error(r)->failure, COMITY_INPUT);
	(void)snprintf(why, sizeof(why), "%s", comity_reader_error(r)->text);
	assert_non_null(strstr(why, "at offset"));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(comity_reader_next(r), -1);
		assert_int_equal(comity_route_next(r), 0);
		assert_string_equal(comity_reader_error(r)->text, why);
	}
	/* Without a record there is nothing to print. */
	int out = scratch();
	size_t size;
	struct comity_printer *p = comity_printer_new(COMITY_LINES, 0, out);
	assert_int_equal(comity_printer_put(p, r), 0);
	assert_int_equal(comity_printer_finish(p), 0);
	free(text_of(out, &size));
	assert_int_equal(size, 0);
	comity_printer_free(p);
	(void)close(out);
	comity_reader_close(r);
	(void)close(fd);
	buf_fini(&b);
}

/* One record that contradicts its format; those around it are read. */
static void
test_refused(void **state)
{
	struct buf b = { 0 };
	struct comity_counts n;
	int fd, records = 0;

	(void)state;
	make_update(&b, START, 1, 1, 1);
	size_t at = b.n;
	make_update(&b, START, 2, 1, 2);
	buf_put_u16(&b, at + 12 + 4 + 10, 77); /* no address family */
	make_update(&b, START, 3, 1, 3);
	struct comity_reader *r = open_bytes(&b, b.n, &fd);
	while (comity_reader_next(r) == 1)
		records++;
	assert_int_equal(records, 2);
	comity_reader_counts(r, &n);
	assert_int_equal(n.records, 3);
	assert_int_equal(n.taken, 2);
	assert_int_equal(n.refused, 1);
	assert_false(comity_reader_broke(r));
	assert_non_null(strstr(comity_reader_refusal(r), "record 1 at offset"));
	comity_reader_close(r);
	(void)close(fd);
	buf_fini(&b);
}

static void
test_originated(void **state)
{
	struct buf b = { 0 };
	int fd;

	(void)state;
	make_peers(&b, START, 7, 3);
	make_rib(&b, START, 3, 9);
	struct comity_reader *r = open_bytes(&b, b.n, &fd);
	assert_int_equal(comity_reader_next(r), 1);
	assert_int_equal(comity_record_kind(r), COMITY_PEERS);
	assert_int_equal(comity_route_next(r), 0);
	assert_int_equal(comity_reader_next(r), 1);
	assert_int_equal(comity_record_kind(r), COMITY_TABLE);
	for (int64_t i = 0; i < 3; i++) {
		int64_t seconds;

		assert_int_equal(comity_route_next(r), 1);
		assert_true(comity_route_originated(r, &seconds));
		assert_int_equal(seconds, START / TIME_SEC - i);
		assert_string_equal(comity_route_prefix_text(r), "10.9.0.0/16");
	}
	assert_int_equal(comity_route_next(r), 0);
	comity_reader_close(r);
	(void)close(fd);
	buf_fini(&b);
}

/* --- filters ----------------------------------------------------------- */

static const struct {
	const char *option, *value, *names; /* names: what the error tells */
} wrong[] = {
	{ "colour", "blue", "colour" },
	{ "prefix", "192.0.2.0/33", "192.0.2.0/33" },
	{ "prefix", "192.0.2.0/24 most", "most" },
	{ "origin", "AS0x", "AS0x" },
	{ "path", "_1(2", "position" },
	{ "peer", "nobody", "nobody" },
	{ "community", "1:2:3:4", "1:2:3:4" },
	{ "type", "gossip", "gossip" },
	{ "from", "yesterday", "yesterday" },
	{ "family", "5", "5" },
};

static void
test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct comity_filter *f = comity_filter_new();
		struct comity_error error = { 0 };

		assert_int_equal(comity_filter_add(f, wrong[i].option,
				     wrong[i].value, &error),
		    -1);
		assert_int_equal(error.failure, COMITY_USAGE);
		if (strstr(error.text, wrong[i].names) == NULL ||
		    strstr(error.text, wrong[i].option) == NULL)
			fail_msg("%s: %s", wrong[i].value, error.text);
		comity_filter_free(f);
	}
	struct comity_filter *f = comity_filter_new();
	struct comity_error error = { 0 };
	assert_int_equal(comity_filter_add_string(f, "peer 1 or peer 2",
			     &error),
	    -1);
	assert_int_equal(error.failure, COMITY_USAGE);
	comity_filter_free(f);
}

static void
test_options(void **state)
{
	const char *value, *summary, *name;
	size_t n = 0;

	(void)state;
	while ((name = comity_filter_option(n, &value, &summary)) != NULL) {
		assert_true(name[0] != '\0' && name[0] != '-');
		assert_true(value[0] != '\0' && summary[0] != '\0');
		n++;
	}
	assert_int_equal(n, 9);
	assert_null(comity_filter_option(n + 100, &value, &summary));
}

/* Of a collector that is not wanted nothing is read; of others all. */
static void
test_collector(void **state)
{
	struct comity_filter *f = comity_filter_new();
	struct comity_error error;
	struct comity_counts n;
	struct buf b = { 0 };
	int fd;

	(void)state;
	make_update(&b, START, 1, 1, 1);
	assert_int_equal(comity_filter_add_string(f, "collector rrc00", &error),
	    0);
	struct comity_reader *r = open_bytes(&b, b.n, &fd);
	assert_false(comity_reader_filter(r, f));
	assert_int_equal(comity_reader_next(r), 0);
	comity_reader_counts(r, &n);
	assert_int_equal(n.records, 0);
	/* A filter can be taken back before the first record. */
	assert_true(comity_reader_filter(r, NULL));
	assert_int_equal(comity_reader_next(r), 1);
	comity_reader_close(r);
	comity_filter_free(f);
	(void)close(fd);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_not_opened),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_after_damage),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_originated),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_collector),
	};

	return cmocka_run_group_tests_name("lib_reader", tests, NULL, NULL);
}
