/* SPDX-License-Identifier: BSD-2-Clause */
/* write.c - JSON out; the same calls always give the same bytes. */
#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/utc.h"
#include "json/json.h"

static void
newline(struct json_writer *w)
{
	if (w->indent == 0)
		return;
	buf_chr(w->out, '\n');
	for (unsigned i = 0; i < w->depth * w->indent; i++)
		buf_chr(w->out, ' ');
}

/* The comma and line break that stand before a value or key. */
static void
before(struct json_writer *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->depth == 0)
		return;
	if (!w->first[w->depth - 1])
		buf_chr(w->out, ',');
	w->first[w->depth - 1] = false;
	newline(w);
}

static void
open_container(struct json_writer *w, char c, bool object)
{
	before(w);
	buf_chr(w->out, c);
	assert(w->depth < JSON_DEPTH_MAX);
	w->first[w->depth] = true;
	w->in_object[w->depth] = object;
	w->depth++;
}

static void
close_container(struct json_writer *w, char c)
{
	assert(w->depth > 0);
	w->depth--;
	if (!w->first[w->depth])
		newline(w);
	buf_chr(w->out, c);
}

void
json_object(struct json_writer *w)
{
	open_container(w, '{', true);
}

void
json_object_end(struct json_writer *w)
{
	close_container(w, '}');
}

void
json_array(struct json_writer *w)
{
	open_container(w, '[', false);
}

void
json_array_end(struct json_writer *w)
{
	close_container(w, ']');
}

/*
 * A byte that is no UTF-8 is taken for latin-1: registry texts are in one or
 * the other, and so nothing is lost and the output is valid.
 */
static void
escaped(struct buf *out, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = p[i];
		size_t k;

		if (c == '"' || c == '\\') {
			buf_chr(out, '\\');
			buf_chr(out, (char)c);
		} else if (c == '\n') {
			buf_str(out, "\\n");
		} else if (c < 0x20 || c == 0x7f) {
			buf_printf(out, "\\u%04x", c);
		} else if (c < 0x80) {
			buf_chr(out, (char)c);
		} else if ((k = text_utf8_len(s + i, n - i)) > 0) {
			buf_add(out, p + i, k);
			i += k - 1;
		} else {
			buf_u8(out, (uint8_t)(0xc0 | c >> 6));
			buf_u8(out, (uint8_t)(0x80 | (c & 0x3f)));
		}
	}
}

void
json_strn(struct json_writer *w, const char *s, size_t n)
{
	before(w);
	buf_chr(w->out, '"');
	escaped(w->out, s, n);
	buf_chr(w->out, '"');
}

void
json_str(struct json_writer *w, const char *s)
{
	if (s == NULL)
		json_null(w);
	else
		json_strn(w, s, strlen(s));
}

void
json_key(struct json_writer *w, const char *key)
{
	assert(w->depth > 0 && w->in_object[w->depth - 1] && !w->after_key);
	json_str(w, key);
	buf_str(w->out, w->indent > 0 ? ": " : ":");
	w->after_key = true;
}

void
json_raw(struct json_writer *w, const char *s, size_t n)
{
	before(w);
	buf_add(w->out, s, n);
}

void
json_u64(struct json_writer *w, uint64_t v)
{
	before(w);
	buf_dec(w->out, v);
}

void
json_i64(struct json_writer *w, int64_t v)
{
	before(w);
	if (v < 0)
		buf_chr(w->out, '-');
	buf_dec(w->out, v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v);
}

void
json_fixed(struct json_writer *w, double v, int decimals)
{
	char text[400];

	if (!isfinite(v)) {
		json_null(w);
		return;
	}
	int n = snprintf(text, sizeof(text), "%.*f", decimals, v);
	if (strchr(text, '.') != NULL)
		while (n > 0 && (text[n - 1] == '0' || text[n - 1] == '.'))
			if (text[--n] == '.')
				break;
	if (n == 2 && text[0] == '-' && text[1] == '0')
		json_raw(w, "0", 1);
	else
		json_raw(w, text, (size_t)n);
}

void
json_bool(struct json_writer *w, bool v)
{
	json_raw(w, v ? "true" : "false", v ? 4 : 5);
}

void
json_null(struct json_writer *w)
{
	json_raw(w, "null", 4);
}

void
json_time(struct json_writer *w, int64_t us)
{
	char text[TIME_TEXT_MAX];

	(void)utc_format_json(text, us);
	json_raw(w, text, strlen(text));
}

void
json_kv_str(struct json_writer *w, const char *key, const char *s)
{
	json_key(w, key);
	json_str(w, s);
}

void
json_kv_u64(struct json_writer *w, const char *key, uint64_t v)
{
	json_key(w, key);
	json_u64(w, v);
}

void
json_kv_bool(struct json_writer *w, const char *key, bool v)
{
	json_key(w, key);
	json_bool(w, v);
}

void
json_kv_time(struct json_writer *w, const char *key, int64_t us)
{
	json_key(w, key);
	json_time(w, us);
}
