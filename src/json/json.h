/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.h - JSON in by events, JSON out by calls, over the yajl library.
 *
 * Reading never builds a tree: a dump of 75 MB is handed out value by value.
 * Writing produces the same bytes for the same calls: no locale, no hash
 * order, numbers as given.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#define JSON_DEPTH_MAX 64
#define JSON_TEXT_MAX  (1 << 20) /* bytes of one string or number */

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER, /* text as written */
	JSON_STRING, /* UTF-8, unescaped */
	JSON_BEGIN_OBJECT,
	JSON_END_OBJECT,
	JSON_BEGIN_ARRAY,
	JSON_END_ARRAY,
};

/*
 * One event.  `depth` counts the open containers around the value (a
 * begin/end event has the depth of its container as a value: 0 for the whole
 * document).  `key` is the member name if the value stands in an object, else
 * empty.  key[d] of the parents: json_key_at().
 */
struct json_event {
	enum json_kind kind;
	unsigned depth;
	struct str key;
	struct str
	    text;   /* JSON_NUMBER, JSON_STRING; borrowed, this call only */
	bool truth; /* JSON_BOOL */
};

struct json_reader;
/* Return 0 to go on, -1 (err filled) to stop reading. */
typedef int (*json_handler)(void *ctx, const struct json_reader *r,
    const struct json_event *ev, struct err *err);

/* several: more than one document may follow each other (JSON lines). */
struct json_reader *
json_reader_new(json_handler handler, void *ctx, bool several);
int json_reader_feed(struct json_reader *r, const void *data, size_t n,
    struct err *err); /* errors name the byte offset */
int json_reader_end(struct json_reader *r, struct err *err);
void json_reader_free(struct json_reader *r); /* accepts NULL */
/* Member name under which the container at `depth` stands ("" in arrays). */
struct str json_key_at(const struct json_reader *r, unsigned depth);
uint64_t json_reader_pos(const struct json_reader *r);

/* Read text that is in memory. */
int json_read(const char *text, size_t n, json_handler handler, void *ctx,
    struct err *err);

/* --- writing ----------------------------------------------------------- */

/*
 * Appends to a buf.  `indent` 0 writes one line, 2 writes a readable tree.
 * key() before each member; commas and quotes are the writer's business.
 */
struct json_writer {
	struct buf *out; /* borrowed */
	unsigned indent, depth;
	bool first[JSON_DEPTH_MAX], in_object[JSON_DEPTH_MAX], after_key;
};

void json_object(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array(struct json_writer *w);
void json_array_end(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_str(struct json_writer *w, const char *s); /* NULL -> null */
void json_strn(struct json_writer *w, const char *s, size_t n);
void json_u64(struct json_writer *w, uint64_t v);
void json_i64(struct json_writer *w, int64_t v);
/* Fixed decimals, trailing zeros dropped: 60, 48.56. */
void json_fixed(struct json_writer *w, double v, int decimals);
void json_bool(struct json_writer *w, bool v);
void json_null(struct json_writer *w);
void json_time(struct json_writer *w, int64_t us); /* TIME_NONE -> null */
/* Text that is JSON already. */
void json_raw(struct json_writer *w, const char *s, size_t n);
/* Key and value in one call. */
void json_kv_str(struct json_writer *w, const char *key, const char *s);
void json_kv_u64(struct json_writer *w, const char *key, uint64_t v);
void json_kv_bool(struct json_writer *w, const char *key, bool v);
void json_kv_time(struct json_writer *w, const char *key, int64_t us);
