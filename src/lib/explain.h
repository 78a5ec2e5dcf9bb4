/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.h - what the files explain*.c share: a record told byte by byte.
 *
 * Every line takes the next bytes of a cursor over the record, so that in the
 * end each byte stands in one line: lines have no gap between them and do not
 * overlap.  A cursor that ran out says so once and then gives nothing more,
 * as struct rbuf does.
 */
#pragma once

#include "lib/part.h"

struct explain {
	struct comity_printer *pr;
	const struct mrt_record *rec;
	size_t at;      /* bytes of the record that lines stand for so far */
	bool torn;      /* ... with a gap or twice, which is our mistake */
	unsigned depth; /* of the indentation */
	/* Faults of the block of attributes that is told, and which of them
	 * have a line. */
	const struct bgp_attrs *attrs;
	uint32_t told;
};

/*
 * The line of the next n bytes, up to its value, which goes where it returns;
 * *bytes are they.  NULL: r has fewer, which is said.
 */
char *explain_begin(struct explain *x, struct rbuf *r, size_t n,
    const char *name, const uint8_t **bytes);
/* source: the RFC and its section, "" = none. */
void explain_end(struct explain *x, char *o, const char *source);

/* Whole lines.  A number has n octets, 1 to 4, and perhaps a meaning. */
uint32_t explain_number(struct explain *x, struct rbuf *r, size_t n,
    const char *name, const char *source);
uint32_t explain_code(struct explain *x, struct rbuf *r, size_t n,
    const char *name, const char *meaning, const char *source);
/* The same number, not yet taken; 0 where r has too few bytes. */
uint32_t explain_peek(const struct rbuf *r, size_t n);
void explain_time(struct explain *x, struct rbuf *r, const char *name,
    const char *source);
void explain_ip(struct explain *x, struct rbuf *r, uint8_t family,
    const char *name, const char *source);
void explain_bytes(struct explain *x, struct rbuf *r, size_t n,
    const char *name, const char *source);
void explain_text(struct explain *x, struct rbuf *r, size_t n, const char *name,
    const char *source);
/* All that is left, if there is anything. */
void explain_rest(struct explain *x, struct rbuf *r, const char *name,
    const char *source);
/* The next n bytes as a cursor of their own; all there are, with a word about
 * it, if they are fewer. */
struct rbuf
explain_sub(struct explain *x, struct rbuf *r, size_t n, const char *what);

/* Lines without bytes. */
void explain_note(struct explain *x, const char *text);
void explain_fault(struct explain *x, const char *treatment, const char *reason,
    const char *source);
char *put_words(char *o, const char *s);

/* --- explain_bgp.c ----------------------------------------------------- */

/* A BGP message with its header, as long as its length says. */
void
explain_message(struct explain *x, struct rbuf *r, const struct bgp_session *s);
/* What stands behind the header of one. */
void explain_body(struct explain *x, struct rbuf r, uint8_t type,
    const struct bgp_session *s);
void explain_prefix(struct explain *x, struct rbuf *r, uint8_t family,
    bool add_path, const char *name, const char *source);
void explain_capabilities(struct explain *x, struct rbuf *r);

/* --- explain_attr.c ---------------------------------------------------- */

/* A block of attributes; of a table's route its faults are found here, those of
 * an UPDATE stand in x->attrs. */
void
explain_attrs(struct explain *x, struct rbuf r, const struct bgp_session *s);
void explain_table_attrs(struct explain *x, struct rbuf r,
    const struct bgp_session *s);
void explain_nlri(struct explain *x, struct rbuf *r, uint16_t afi, uint8_t safi,
    const struct bgp_session *s, const char *name);
/* Faults of x->attrs that have no line yet. */
void explain_faults_left(struct explain *x);

/* --- explain_bmp.c ----------------------------------------------------- */

void explain_bmp(struct explain *x);
