/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows_test.c - rows of CSV and elements of bgpreader against what the
 * accessors say of the same routes, for all files of the folders given; fields
 * that need quotes; refused records that are asked for.
 */
#include "lib/lib_test.h"

#include <assert.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* last: needs the four above */

#define COLUMNS 18

static char **folders;
static int n_folders;

/* The next row into f, cut in place; NULL at the end. */
static char *
cut_row(char *text, char *f[COLUMNS])
{
	size_t n = 0;

	if (*text == '\0')
		return NULL;
	for (;;) {
		bool quoted = *text == '"';
		char *to = text += quoted, *from = text;

		assert_true(n < COLUMNS);
		f[n++] = to;
		while (*from != '\0' &&
		       (quoted || (*from != ',' && *from != '\n'))) {
			if (quoted && from[0] == '"' && from[1] != '"') {
				quoted = false;
				from++;
				continue;
			}
			from += quoted && *from == '"';
			*to++ = *from++;
		}
		bool last = *from == '\n';
		text = from + 1;
		*to = '\0';
		if (last)
			break;
	}
	assert_int_equal(n, COLUMNS);
	return text;
}

/* The next element into f, cut in place. */
static char *
cut_element(char *text, char *f[16])
{
	char *end = strchr(text, '\n');

	assert_non_null(end);
	*end = '\0';
	for (int i = 0; i < 16; i++) {
		f[i] = strsep(&text, "|");
		assert_non_null(f[i]);
	}
	assert_null(text);
	return end + 1;
}

static void
field_number(const char *field, bool there, const uint32_t *v)
{
	char text[16] = "";

	if (there)
		(void)snprintf(text, sizeof(text), "%u", *v);
	assert_string_equal(field, text);
}

static void
field_address(const char *field, bool there, const struct comity_address *a)
{
	struct address got;

	assert_int_equal(field[0] != '\0', there);
	if (there) {
		assert_true(address_parse(field, &got));
		assert_true(address_is(&got, a));
	}
}

static void
check_attrs(struct comity_reader *r, char *f[COLUMNS], char *e[16])
{
	static const char *const origins[] = { "IGP", "EGP", "INCOMPLETE" };
	struct comity_address hop;
	uint8_t origin = 0;
	uint32_t v = 0;
	bool there = comity_route_next_hop(r, &hop);

	field_address(f[6], there, &hop);
	field_address(e[10], there, &hop);
	assert_string_equal(f[7], comity_route_path_text(r));
	assert_string_equal(e[11], f[7]);
	there = comity_route_origin_as(r, &v);
	field_number(f[8], there, &v);
	if (there)
		field_number(e[12], there, &v);
	assert_string_equal(f[9],
	    comity_route_origin(r, &origin) ? origins[origin] : "");
	field_number(f[10], comity_route_local_pref(r, &v), &v);
	field_number(f[11], comity_route_med(r, &v), &v);
	assert_int_equal(f[12][0] != '\0', comity_route_community(r, 0, &v));
	assert_string_equal(e[13], f[12]);
	field_number(f[14], comity_route_otc(r, &v), &v);
	assert_int_equal(f[17][0] != '\0', comity_route_fault(r)[0] != '\0');
}

static void
check_route(struct comity_reader *r, char *f[COLUMNS], char *e[16])
{
	static const char *const types[] = { "announce", "withdraw", "table" };
	enum comity_route type = comity_route_type(r);
	struct comity_address peer;
	uint32_t asn, id = 0;

	peer = comity_route_peer(r, &asn);
	assert_string_equal(f[1], types[type]);
	assert_string_equal(e[1], type == COMITY_IN_TABLE    ? "R"
				  : type == COMITY_ANNOUNCED ? "A"
							     : "W");
	assert_string_equal(e[0], type == COMITY_IN_TABLE ? "R" : "U");
	field_address(f[2], true, &peer);
	field_address(e[8], true, &peer);
	field_number(f[3], true, &asn);
	field_number(e[7], true, &asn);
	assert_string_equal(f[4], comity_route_prefix_text(r));
	assert_string_equal(e[9], f[4]);
	field_number(f[5], comity_route_path_id(r, &id), &id);
	if (type != COMITY_WITHDRAWN)
		check_attrs(r, f, e);
	else
		for (int i = 6; i < COLUMNS; i++)
			assert_string_equal(f[i], "");
}

static void
check_file(const char *path)
{
	struct print csv = { .format = COMITY_CSV };
	struct print elements = { .format = COMITY_BGPREADER };
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(path, &error);
	char *f[COLUMNS], *e[16];

	if (r == NULL)
		return;
	char *rows = print_file(path, &csv), *row = rows;
	char *lines = print_file(path, &elements), *line = lines;
	if (*row != '\0') {
		row = cut_row(row, f);
		assert_string_equal(f[0], "time");
		assert_string_equal(f[COLUMNS - 1], "fault");
	}
	while (comity_reader_next(r) == 1) {
		if (comity_record_kind(r) == COMITY_STATE) {
			row = cut_row(row, f);
			line = cut_element(line, e);
			assert_string_equal(e[1], "S");
			assert_string_equal(f[4], "");
		}
		while (comity_route_next(r) == 1) {
			row = cut_row(row, f);
			line = cut_element(line, e);
			check_route(r, f, e);
		}
	}
	assert_string_equal(row, "");
	assert_string_equal(line, "");
	free(rows);
	free(lines);
	comity_reader_close(r);
}

static void
test_files(void **state)
{
	unsigned files = 0;

	(void)state;
	for (int i = 0; i < n_folders; i++) {
		DIR *d = opendir(folders[i]);
		struct dirent *entry;

		assert_non_null(d);
		while ((entry = readdir(d)) != NULL) {
			char path[4096];

			if (entry->d_name[0] == '.')
				continue;
			(void)snprintf(path, sizeof(path), "%s/%s", folders[i],
			    entry->d_name);
			check_file(path);
			files++;
		}
		(void)closedir(d);
	}
	assert_true(files > 20);
}

/* A record of a type that there is not, then one of another protocol. */
static void
test_refused(void **state)
{
	static const uint8_t bytes[] = { 0, 0, 0, 1, 0, 11, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 1, 0, 99, 0, 0, 0, 0, 0, 1, 'x' };
	struct comity_error error;
	char name[64];
	int fd = file_of(bytes, sizeof(bytes), name);
	size_t n;

	(void)state;
	struct comity_reader *r = comity_reader_open(name, &error);
	assert_non_null(r);
	comity_reader_keep_refused(r);
	assert_int_equal(comity_reader_next(r), 1);
	assert_int_equal(comity_reader_next(r), 1);
	assert_int_equal(comity_record_kind(r), COMITY_OTHER);
	assert_int_equal(comity_record_index(r), 1);
	assert_int_equal(comity_route_next(r), 0);
	assert_memory_equal(comity_record_bytes(r, &n), bytes + 12, 13);
	assert_int_equal(n, 13);
	assert_int_equal(comity_reader_next(r), 0);
	comity_reader_close(r);
	(void)close(fd);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_refused),
	};

	folders = argv + 1;
	n_folders = argc - 1;
	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
