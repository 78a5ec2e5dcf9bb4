/* SPDX-License-Identifier: BSD-2-Clause */
/* registry_test.h - from texts to an open registry, for the tests here. */
#pragma once

#include "base/mem.h"
#include "registry/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* last: needs those above */

#define TEXTS_MAX 8

struct fixture {
	struct sect_mem *mem;
	struct registry *r;
};

struct dated {
	const char *text;
	const char *date; /* NULL = as the text says */
};

static inline int
try_load(const char *text, struct registry_input **out, struct err *err)
{
	struct os_stream *s = os_stream_mem("text", text, strlen(text));
	enum registry_kind kind =
	    registry_sniff((const uint8_t *)text, strlen(text));
	int rc = registry_load(s, kind, out, err);

	os_stream_close(s);
	return rc;
}

static inline int64_t
when(const char *text)
{
	int64_t us;

	if (text == NULL)
		return TIME_NONE;
	if (!utc_parse(str_from(text), &us))
		fail_msg("%s is no time", text);
	return us;
}

static inline struct prefix
pfx(const char *text)
{
	struct prefix p;

	if (!prefix_parse(str_from(text), &p))
		fail_msg("%s is no prefix", text);
	return p;
}

static inline struct registry_input *
load_dated(const struct dated *d)
{
	struct registry_input *in = NULL;
	struct err err = { 0 };

	if (try_load(d->text, &in, &err) == -1)
		fail_msg("%s", err.msg);
	if (d->date != NULL)
		registry_input_set_date(in, when(d->date));
	return in;
}

static inline struct fixture
open_dated(const struct dated *texts, size_t n)
{
	struct fixture f = { .mem = sect_mem_new() };
	struct sect_sink sink = sect_mem_sink(f.mem);
	struct sect_source src = sect_mem_source(f.mem);
	struct registry_input *in[TEXTS_MAX];
	struct err err = { 0 };

	assert_true(n <= TEXTS_MAX);
	for (size_t i = 0; i < n; i++)
		in[i] = load_dated(&texts[i]);
	if (registry_freeze((const struct registry_input *const *)in, n, "",
		&sink, &err) == -1 ||
	    registry_open(&src, "", &f.r, &err) == -1)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < n; i++)
		registry_input_free(in[i]);
	return f;
}

#define OPEN(...)                                           \
	open_dated((const struct dated[]){ __VA_ARGS__ },   \
	    sizeof((const struct dated[]){ __VA_ARGS__ }) / \
		sizeof(struct dated))

static inline void
close_fixture(struct fixture *f)
{
	registry_close(f->r);
	sect_mem_free(f->mem);
}
