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
 * named through complain().  -1: the input is damaged (all before it has been
 * written) or the output failed.
 */
int rov_lines(struct os_stream *in, int fd, const struct vrp_table *vrps,
    void (*complain)(uint64_t line, struct str text), struct rov_counts *counts,
    struct err *err);
