/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.c - what a filter lets pass of several files, in order of time, as
 * JSON.
 *
 *   ./filter 'prefix more 192.0.2.0/24 and path "_64496_"' updates.*.gz
 */
#include <comity.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Those that can be opened; how many. */
static size_t
open_all(char **paths, size_t n, const struct comity_filter *f,
    struct comity_reader **readers)
{
	struct comity_error error;
	size_t i, open = 0;

	for (i = 0; i < n; i++) {
		struct comity_reader *r = comity_reader_open(paths[i], &error);

		if (r == NULL) {
			fprintf(stderr, "%s: %s\n", paths[i], error.text);
			continue;
		}
		comity_reader_filter(r, f);
		readers[open++] = r;
	}
	return open;
}

/* All of them in order of time; 0, or -1 if the output failed. */
static int
print_all(struct comity_reader **readers, size_t n)
{
	struct comity_merge *m = comity_merge_new(readers, n);
	struct comity_printer *p = comity_printer_new(COMITY_JSON, 0, 1);
	struct comity_reader *r;
	int status = 0;

	while (status == 0 && (r = comity_merge_next(m)) != NULL)
		status = comity_printer_put(p, r);
	if (status == 0)
		status = comity_printer_finish(p);
	if (status != 0)
		fprintf(stderr, "standard output: %s\n", strerror(errno));
	comity_printer_free(p);
	comity_merge_free(m);
	return status;
}

int
main(int argc, char **argv)
{
	struct comity_filter *f = comity_filter_new();
	struct comity_reader **readers;
	struct comity_error error;
	size_t i, n;
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: filter FILTER FILE...\n");
		return 2;
	}
	if (comity_filter_add_string(f, argv[1], &error) == -1) {
		fprintf(stderr, "%s\n", error.text);
		comity_filter_free(f);
		return 2;
	}
	readers = calloc((size_t)argc, sizeof(*readers));
	if (readers == NULL)
		abort();
	n = open_all(argv + 2, (size_t)argc - 2, f, readers);
	status = print_all(readers, n);
	for (i = 0; i < n; i++)
		comity_reader_close(readers[i]);
	free(readers);
	comity_filter_free(f); /* after the readers that use it */
	return status == 0 ? 0 : 2;
}
