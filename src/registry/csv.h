/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv.h - records of an RFC 4180 file with a header, read as a stream: quoted
 * cells may hold commas, doubled quotes and line breaks.  Private.
 */
#pragma once

#include "base/buf.h"
#include "registry/input.h"

#define MAX_CSV_CELLS  64
#define MAX_CSV_RECORD (1u << 20) /* bytes; a longer one is refused */

struct reg_csv {
	struct os_stream *s; /* borrowed */
	uint8_t chunk[16384];
	size_t at, n;
	bool started, ended;
	struct buf text; /* cells of this record, one behind the other */
	size_t ends[MAX_CSV_CELLS];
	size_t n_cells;
	bool too_long;              /* this record is cut: refuse it */
	uint64_t line, record_line; /* lines read; where this record began */
	struct buf head_text;
	size_t head_ends[MAX_CSV_CELLS], n_head;
};

void reg_csv_init(struct reg_csv *c, struct os_stream *s);
void reg_csv_fini(struct reg_csv *c);
/* The next record that is not empty: 1, 0 at the end, -1. */
int reg_csv_next(struct reg_csv *c, struct err *err);
/* The next record becomes the header; an empty file is an error. */
int reg_csv_header(struct reg_csv *c, struct err *err);
/* Column whose header is `name`, in any case, a footnote ("Status [1]")
 * aside; -1 if there is none. */
int reg_csv_col(const struct reg_csv *c, const char *name);
/* Header of column i, trimmed; empty past the last. */
struct str reg_csv_title(const struct reg_csv *c, size_t i);
/* Cell of a column, trimmed; empty for -1 and for a short record.  Borrowed
 * until the next record. */
struct str reg_csv_cell(const struct reg_csv *c, int col);
