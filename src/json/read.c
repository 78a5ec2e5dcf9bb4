/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read.c - JSON by events: yajl's callbacks with keys, depth and limits.
 */
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/mem.h"
#include "json/json.h"

#define KEY_MAX 256 /* bytes of a member name that are kept */

struct level {
	char key[KEY_MAX]; /* under which this container stands */
	size_t n;
	bool object;
};

struct json_reader {
	yajl_handle y;
	json_handler handler;
	void *ctx;
	struct level levels[JSON_DEPTH_MAX];
	unsigned depth;    /* open containers */
	char key[KEY_MAX]; /* of the next value */
	size_t key_n;
	uint64_t pos;                /* bytes given to yajl before this call */
	struct err err;              /* why a callback stopped the parser */
	bool several, failed, begun; /* begun: some value was met */
};

static int
stop(struct json_reader *r, enum err_code code, const char *what)
{
	(void)err_set(&r->err, code, "%s", what);
	return 0;
}

static int
emit(struct json_reader *r, enum json_kind kind, const char *p, size_t n,
    bool truth)
{
	bool in_object = r->depth > 0 && r->levels[r->depth - 1].object;
	struct json_event ev = { .kind = kind,
		.depth = r->depth,
		.key = { r->key, in_object ? r->key_n : 0 },
		.text = { p, n },
		.truth = truth };

	r->begun = true;
	if (n > JSON_TEXT_MAX)
		return stop(r, ERR_LIMIT, "a text of over 1 MiB");
	if (r->handler(r->ctx, r, &ev, &r->err) == -1)
		return 0;
	return 1;
}

static int
on_null(void *ctx)
{
	return emit(ctx, JSON_NULL, "", 0, false);
}

static int
on_bool(void *ctx, int v)
{
	return emit(ctx, JSON_BOOL, "", 0, v != 0);
}

static int
on_number(void *ctx, const char *p, size_t n)
{
	return emit(ctx, JSON_NUMBER, p, n, false);
}

/* The library lets overlong forms and surrogates pass. */
static bool
is_utf8(const char *p, size_t n)
{
	for (size_t i = 0, k; i < n; i += k) {
		k = 1;
		if ((p[i] & 0x80) != 0 &&
		    (k = text_utf8_len(p + i, n - i)) == 0)
			return false;
	}
	return true;
}

static int
on_string(void *ctx, const unsigned char *p, size_t n)
{
	if (!is_utf8((const char *)p, n))
		return stop(ctx, ERR_INPUT, "a string that is no UTF-8");
	return emit(ctx, JSON_STRING, (const char *)p, n, false);
}

static int
on_key(void *ctx, const unsigned char *p, size_t n)
{
	struct json_reader *r = ctx;

	if (n >= KEY_MAX)
		return stop(r, ERR_LIMIT, "a member name of over 255 bytes");
	if (!is_utf8((const char *)p, n))
		return stop(r, ERR_INPUT, "a member name that is no UTF-8");
	memcpy(r->key, p, n);
	r->key[n] = '\0';
	r->key_n = n;
	return 1;
}

static int
begin(struct json_reader *r, bool object)
{
	bool in_object = r->depth > 0 && r->levels[r->depth - 1].object;

	if (r->depth == JSON_DEPTH_MAX)
		return stop(r, ERR_LIMIT, "nested deeper than 64");
	if (!emit(r, object ? JSON_BEGIN_OBJECT : JSON_BEGIN_ARRAY, "", 0,
		false))
		return 0;
	struct level *l = &r->levels[r->depth++];
	l->n = in_object ? r->key_n : 0;
	memcpy(l->key, r->key, l->n);
	l->object = object;
	r->key_n = 0;
	return 1;
}

static int
end(struct json_reader *r, enum json_kind kind)
{
	const struct level *l = &r->levels[--r->depth];

	memcpy(r->key, l->key, l->n);
	r->key_n = l->n;
	return emit(r, kind, "", 0, false);
}

static int
on_start_map(void *ctx)
{
	return begin(ctx, true);
}

static int
on_end_map(void *ctx)
{
	return end(ctx, JSON_END_OBJECT);
}

static int
on_start_array(void *ctx)
{
	return begin(ctx, false);
}

static int
on_end_array(void *ctx)
{
	return end(ctx, JSON_END_ARRAY);
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_bool,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_start_map,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end_map,
	.yajl_start_array = on_start_array,
	.yajl_end_array = on_end_array,
};

struct json_reader *
json_reader_new(json_handler handler, void *ctx, bool several)
{
	struct json_reader *r = mem_alloc(1, sizeof(*r));

	r->handler = handler;
	r->ctx = ctx;
	r->several = several;
	r->y = yajl_alloc(&callbacks, NULL, r);
	if (r->y == NULL)
		abort(); /* a small size that we chose */
	(void)yajl_config(r->y, yajl_allow_multiple_values, several ? 1 : 0);
	return r;
}

void
json_reader_free(struct json_reader *r)
{
	if (r == NULL)
		return;
	yajl_free(r->y);
	free(r);
}

uint64_t
json_reader_pos(const struct json_reader *r)
{
	return r->pos + yajl_get_bytes_consumed(r->y);
}

struct str
json_key_at(const struct json_reader *r, unsigned depth)
{
	if (depth >= r->depth)
		return STR("");
	return (struct str){ r->levels[depth].key, r->levels[depth].n };
}

/* yajl's own word for a syntax error, as one lower-case line. */
static void
syntax_error(struct json_reader *r, const void *data, size_t n, struct err *err)
{
	unsigned char *text = yajl_get_error(r->y, 0, data, n);
	struct str s =
	    str_trim(str_from(text == NULL ? "no JSON" : (const char *)text));
	char safe[200];

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n') {
			s.n = i;
			break;
		}
	(void)err_set(err, ERR_INPUT, "offset %llu: %s",
	    (unsigned long long)json_reader_pos(r),
	    text_safe(safe, sizeof(safe), s));
	if (text != NULL)
		yajl_free_error(r->y, text);
}

static int
finish(struct json_reader *r, yajl_status status, const void *data, size_t n,
    struct err *err)
{
	if (status == yajl_status_ok)
		return 0;
	r->failed = true;
	if (status == yajl_status_client_canceled) {
		*err = r->err;
		return err_wrap(err, "offset %llu",
		    (unsigned long long)json_reader_pos(r));
	}
	syntax_error(r, data, n, err);
	return -1;
}

int
json_reader_feed(struct json_reader *r, const void *data, size_t n,
    struct err *err)
{
	if (r->failed)
		return err_set(err, ERR_INPUT, "reading had failed before");
	if (n == 0)
		return 0;
	yajl_status status = yajl_parse(r->y, data, n);
	if (finish(r, status, data, n, err) == -1)
		return -1;
	r->pos += n;
	return 0;
}

int
json_reader_end(struct json_reader *r, struct err *err)
{
	if (r->failed)
		return err_set(err, ERR_INPUT, "reading had failed before");
	/* A number ends with the text: this may bring one more event. */
	yajl_status status = yajl_complete_parse(r->y);
	if (status == yajl_status_client_canceled)
		return finish(r, status, "", 0, err);
	if (status == yajl_status_ok && r->depth == 0)
		return 0;
	if (r->several && !r->begun)
		return 0; /* no line at all */
	r->failed = true;
	return err_set(err, ERR_INPUT, "offset %llu: %s",
	    (unsigned long long)r->pos,
	    r->pos > 0 ? "cut short" : "holds nothing");
}

int
json_read(const char *text, size_t n, json_handler handler, void *ctx,
    struct err *err)
{
	struct json_reader *r = json_reader_new(handler, ctx, false);
	int status = json_reader_feed(r, text, n, err);

	if (status == 0)
		status = json_reader_end(r, err);
	json_reader_free(r);
	return status;
}
