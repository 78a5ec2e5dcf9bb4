/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov.h - what the files of `comity rov` share: routes as text, verdicts for
 * a person, for a program, and line by line.
 */
#pragma once

#include "base/buf.h"
#include "os/os.h"
#include "world/world.h"

/* A route as somebody wrote it. */
struct rov_route {
	struct prefix prefix;
	uint32_t origin; /* ROV_NO_ORIGIN: an AS_SET */
	bool local;      /* "Local": the collector's own AS, not said which */
	struct str prefix_text, origin_text;
};

/* Prefix and origin in either order; false when they are none. */
bool rov_route_parse(struct str a, struct str b, struct rov_route *out);

/* What the verdicts rest on. */
struct rov_basis {
	struct world *world;
	const struct vrp_table *vrps; /* NULL: every verdict is "unknown" */
	int64_t moment;
	const char *why_unknown; /* for a person, when vrps is NULL */
};

void rov_print_text(struct buf *out, const struct rov_basis *b,
    const struct rov_route *routes, size_t n);
void rov_print_json(struct buf *out, const struct rov_basis *b,
    const struct rov_route *routes, size_t n);

/* --- line by line ------------------------------------------------------ */

#define ROV_COMPLAINTS_MAX 100 /* malformed lines named on stderr */

struct rov_counts {
	uint64_t lines, valid, invalid, not_found, unknown, malformed;
};

/*
 * Lines "prefix asn" of `in` to lines "prefix asn verdict" on file descriptor
 * fd, as many as there were; a comment or blank line is repeated as it is, a
 * malformed one is repeated with " malformed" behind it.  Malformed lines are
 * named through complain(), in order.  What came is answered without waiting
 * for more.  -1: the input is damaged (all before it has been written) or the
 * output failed.
 */
int rov_lines(struct os_stream *in, int fd, const struct vrp_table *vrps,
    void (*complain)(uint64_t line, const char *text),
    struct rov_counts *counts, struct err *err);

/* --- chunks, for the two files that do the lines ----------------------- */

#define ROV_CHUNK 131072 /* bytes; a line may not be longer */
#define ROV_SLACK 48     /* bytes behind a chunk that may be read */

/* Whole lines, each with its LF, but for what the flags tell. */
struct rov_chunk {
	char *text; /* ROV_CHUNK + 1 + ROV_SLACK bytes */
	size_t n;
	bool continues; /* begins inside a line that is too long */
	bool open;      /* has no LF: a piece of such a line */
	bool torn;      /* its last line was cut by damage of the input */

	struct buf out;
	struct rov_counts counts;
	size_t n_complaints;
	struct rov_complaint {
		uint64_t line; /* of this chunk, from 1 */
		char text[100];
	} complaints[ROV_COMPLAINTS_MAX];
};

/* index: of vrps->map; both NULL: every verdict is "unknown". */
void rov_chunk_run(struct rov_chunk *c, const struct vrp_table *vrps,
    const struct pmap_index *index);
