/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print_test.c - outputs that fail, with every format; and two inputs whose
 * records come to one printer in turns: what it keeps of one must not show in
 * the lines of the other.
 */
#include "lib/lib_make_test.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>

#include <cmocka.h>

#define START (INT64_C(1700000000) * TIME_SEC)

static const struct {
	const char *name;
	enum comity_format format;
	unsigned flags;
} formats[] = {
	{ "lines", COMITY_LINES, 0 },
	{ "lines with all", COMITY_LINES,
	    COMITY_PRINT_LARGE | COMITY_PRINT_UNKNOWN | COMITY_PRINT_CHANGED },
	{ "JSON", COMITY_JSON, 0 },
	{ "raw JSON", COMITY_JSON, COMITY_PRINT_RAW },
	{ "bgpreader", COMITY_BGPREADER, 0 },
	{ "CSV", COMITY_CSV, 0 },
	{ "lines with dates", COMITY_DATED, 0 },
	{ "blocks", COMITY_BLOCKS, 0 },
	{ "byte by byte", COMITY_EXPLAIN, 0 },
	{ "types", COMITY_COUNT_TYPES, 0 },
	{ "peers", COMITY_COUNT_PEERS, COMITY_PRINT_AS_JSON },
	{ "prefixes", COMITY_COUNT_PREFIXES, 0 },
	{ "in short", COMITY_STATS, 0 },
};

/* Does it tell of all records together? */
static bool
is_sum(enum comity_format format)
{
	return (format >= COMITY_COUNT_TYPES &&
		   format <= COMITY_COUNT_PREFIXES) ||
	       format == COMITY_STATS;
}

/* More than a printer keeps back. */
static void
make_many(struct buf *out)
{
	make_peers(out, START, 7, 50);
	for (int i = 0; i < 200; i++)
		make_rib(out, START, 50, (uint8_t)i);
}

/* Prints all; the errno of the first failure, 0 = none. */
static int
print_all(const char *name, enum comity_format format, unsigned flags, int fd)
{
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(name, &error);
	struct comity_printer *p = comity_printer_new(format, flags, fd);
	int why = 0;

	assert_non_null(r);
	while (comity_reader_next(r) == 1) {
		errno = 0;
		int status = comity_printer_put(p, r);
		if (why == 0 && status == -1)
			why = errno;
		/* Once failed, it stays so. */
		assert_int_equal(status, why == 0 ? 0 : -1);
		assert_int_equal(errno, why);
	}
	int status = comity_printer_finish(p);
	if (why == 0 && status == -1)
		why = errno;
	assert_int_equal(status, why == 0 ? 0 : -1);
	comity_printer_free(p);
	comity_reader_close(r);
	return why;
}

static void
test_errors(void **state)
{
	struct buf b = { 0 };
	char name[64];
	int fds[2];

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	make_many(&b);
	int fd = file_of(b.p, b.n, name);
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	int read_only = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(pipe(fds), 0);
	(void)close(fds[0]);
	for (size_t i = 0; i < COUNT(formats); i++) {
		enum comity_format format = formats[i].format;
		unsigned flags = formats[i].flags;

		assert_int_equal(print_all(name, format, flags, fds[1]), EPIPE);
		assert_int_equal(print_all(name, format, flags, read_only),
		    EBADF);
		if (full != -1)
			assert_int_equal(print_all(name, format, flags, full),
			    ENOSPC);
	}
	(void)close(fds[1]);
	(void)close(full);
	(void)close(read_only);
	(void)close(fd);
	buf_fini(&b);
}

/* --- two inputs, one printer ------------------------------------------- */

static void
put_part(struct buf *want, const char *text, bool first, bool csv)
{
	const char *from = text;

	if (csv && !first) /* one header line */
		from = strchr(text, '\n') + 1;
	buf_str(want, from);
}

/* One record of each in turns; `want` is each record printed alone. */
static void
interleave(const char *const names[2], enum comity_format format,
    unsigned flags, int fd, struct buf *want)
{
	struct comity_reader *r[4];
	struct comity_error error;
	struct comity_printer *p = comity_printer_new(format, flags, fd);
	bool more = true, first = true;

	for (size_t i = 0; i < 4; i++)
		assert_non_null(
		    r[i] = comity_reader_open(names[i % 2], &error));
	while (more) {
		more = false;
		for (size_t i = 0; i < 2; i++) {
			if (comity_reader_next(r[i]) != 1)
				continue;
			assert_int_equal(comity_reader_next(r[i + 2]), 1);
			assert_int_equal(comity_printer_put(p, r[i]), 0);
			char *text = print_record(r[i + 2], format, flags);
			put_part(want, text, first, format == COMITY_CSV);
			free(text);
			more = true;
			first = false;
		}
	}
	assert_int_equal(comity_printer_finish(p), 0);
	comity_printer_free(p);
	for (size_t i = 0; i < 4; i++)
		comity_reader_close(r[i]);
}

static void
test_interleaved(void **state)
{
	struct buf inputs[2] = { 0 };
	char names[2][64];
	int fds[2];

	(void)state;
	/* Peers of the same number, but others; twice another table. */
	for (uint8_t i = 0; i < 2; i++) {
		for (uint8_t table = 0; table < 3; table++) {
			make_peers(&inputs[i], START, (uint8_t)(10 * table + i),
			    5);
			for (uint8_t a = 0; a < 5; a++)
				make_rib(&inputs[i], START, 5,
				    (uint8_t)(a / 2));
			make_update(&inputs[i], START, i, table, 1);
		}
		fds[i] = file_of(inputs[i].p, inputs[i].n, names[i]);
	}
	const char *const both[] = { names[0], names[1] };
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct buf want = { 0 };
		int fd = scratch();
		size_t n;

		if (is_sum(formats[i].format))
			continue;
		interleave(both, formats[i].format, formats[i].flags, fd,
		    &want);
		char *got = text_of(fd, &n);
		assert_true(n > 1000);
		assert_string_equal(got, buf_cstr(&want));
		free(got);
		buf_fini(&want);
		(void)close(fd);
	}
	for (size_t i = 0; i < 2; i++) {
		(void)close(fds[i]);
		buf_fini(&inputs[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_interleaved),
	};

	return cmocka_run_group_tests_name("lib_print", tests, NULL, NULL);
}
