/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * open.c - prefix and path of each route of a file.
 *
 *   cc -o open open.c $(pkg-config --cflags --libs libcomity)
 *   ./open rib.20260101.0000.bz2
 */
#include <comity.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	struct comity_error error;
	struct comity_reader *r;

	if (argc != 2) {
		fprintf(stderr, "usage: open FILE\n");
		return 2;
	}
	r = comity_reader_open(argv[1], &error);
	if (r == NULL) {
		fprintf(stderr, "%s: %s\n", argv[1], error.text);
		return 2;
	}
	while (comity_reader_next(r) == 1)
		while (comity_route_next(r) == 1)
			printf("%s %s\n", comity_route_prefix_text(r),
			    comity_route_path_text(r));
	if (comity_reader_broke(r))
		fprintf(stderr, "%s: %s\n", argv[1],
		    comity_reader_error(r)->text);
	comity_reader_close(r);
	return 0;
}
