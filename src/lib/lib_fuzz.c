/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_fuzz.c - a filter as text, then an input of any kind.
 *
 *   option LF value LF        any number of them; "filter" is a string as
 *   ...                       bgpreader takes it
 *   LF                        an empty line ends them
 *   bytes                     MRT, BMP or a capture, perhaps compressed
 *
 * Property: any format prints it, accessors tell what the lines tell, counts
 * add up, and what passes the filter is, line by line, some of the rest.
 */
#include "lib/lib_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(verdict bad)
{
	if (bad == NULL)
		return;
	(void)fprintf(stderr, "%s\n", bad);
	abort();
}

/* A line of the head, cut off; false: there is no whole one. */
static bool
next_line(const uint8_t **data, size_t *size, char *out, size_t max)
{
	const uint8_t *end = memchr(*data, '\n', *size);

	if (end == NULL)
		return false;
	size_t n = (size_t)(end - *data);
	(void)snprintf(out, max, "%.*s", (int)(n < max ? n : max - 1),
	    (const char *)*data);
	*data = end + 1;
	*size -= n + 1;
	return true;
}

static struct comity_filter *
read_filter(const uint8_t **data, size_t *size)
{
	struct comity_filter *f = comity_filter_new();
	struct comity_error error = { 0 };
	char option[20], value[2000];
	int status;

	while (next_line(data, size, option, sizeof(option)) &&
	       option[0] != '\0' &&
	       next_line(data, size, value, sizeof(value))) {
		if (strcmp(option, "filter") == 0)
			status = comity_filter_add_string(f, value, &error);
		else
			status = comity_filter_add(f, option, value, &error);
		if (status == -1 && error.text[0] == '\0')
			abort();
	}
	return f;
}

/* All that is printed, with those records that are refused. */
static char *
print_all(const char *path, struct print *p)
{
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(path, &error);
	int fd = scratch();
	size_t n;

	if (r == NULL)
		abort();
	if (p->format == COMITY_EXPLAIN)
		comity_reader_keep_refused(r);
	(void)comity_reader_filter(r, p->filter);
	struct comity_printer *pr = comity_printer_new(p->format, p->flags, fd);
	while (comity_reader_next(r) == 1)
		if (comity_printer_put(pr, r) == -1)
			abort();
	if (comity_printer_finish(pr) == -1)
		abort();
	comity_printer_free(pr);
	comity_reader_counts(r, &p->counts);
	comity_reader_close(r);
	char *text = text_of(fd, &n);
	(void)close(fd);
	if (strlen(text) != n)
		abort(); /* no output has a NUL */
	return text;
}

/* Each line of `part` stands in `all`, in its order. */
static verdict
are_some_of(char *part, char *all)
{
	char *rest = all;

	for (char *line; *part != '\0';) {
		line = strsep(&part, "\n");
		do
			if (rest == NULL || *rest == '\0')
				return "a filter makes another line";
		while (strcmp(strsep(&rest, "\n"), line) != 0);
	}
	return NULL;
}

static void
try_filter(const char *path, const struct comity_filter *f, size_t turn)
{
	static const enum comity_format formats[] = { COMITY_LINES,
		COMITY_BGPREADER, COMITY_CSV };
	enum comity_format format = formats[turn % COUNT(formats)];
	struct print all = { .format = format };
	struct print part = { .format = format, .filter = f };
	char *a = print_all(path, &all), *b = print_all(path, &part);

	expect(check_counts(&all.counts));
	expect(check_counts(&part.counts));
	expect(are_some_of(b, a));
	free(a);
	free(b);
}

/* With everything that can be shown, and with the filter. */
static void
try_format(const char *path, const struct comity_filter *f, size_t turn)
{
	enum comity_format format =
	    (enum comity_format)(turn % (COMITY_EXPLAIN + 1));
	struct print all = { .format = format, .flags = 0x3f };
	struct print part = { .format = format, .filter = f };

	free(print_all(path, &all));
	free(print_all(path, &part));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct comity_filter *f = read_filter(&data, &size);
	struct comity_error error = { 0 };
	char path[64];
	size_t n;
	int fd = file_of(data, size, path);
	struct comity_reader *r = comity_reader_open(path, &error);

	if (r == NULL && error.text[0] == '\0')
		abort();
	if (r != NULL) {
		comity_reader_close(r);
		expect(check_routes(path, &n));
		/* One format an input: there are enough inputs. */
		try_format(path, f, size);
		try_filter(path, f, size / (COMITY_EXPLAIN + 1));
	}
	comity_filter_free(f);
	(void)close(fd);
	return 0;
}
