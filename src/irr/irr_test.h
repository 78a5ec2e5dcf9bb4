/* SPDX-License-Identifier: BSD-2-Clause */
/* irr_test.h - from RPSL text to an open table, for the tests of this folder. */
#pragma once

#include "base/mem.h"
#include "irr/irr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

struct irr_fixture {
	struct sect_mem *mem;
	struct irr *irr;
};

static inline struct irr_input *
load_text(const char *text)
{
	struct os_stream *s = os_stream_mem("text", text, strlen(text));
	struct irr_input *in = NULL;
	struct err err = { 0 };

	if (irr_load(s, &in, &err) < 0)
		fail_msg("%s", err.msg);
	os_stream_close(s);
	return in;
}

/* Table over n texts, each an input. */
static inline struct irr_fixture
open_texts(const char *const *texts, size_t n, const struct irr_hide *hide)
{
	struct irr_fixture f = { .mem = sect_mem_new() };
	struct sect_sink sink = sect_mem_sink(f.mem);
	struct sect_source src = sect_mem_source(f.mem);
	struct irr_input *in[8];
	struct err err = { 0 };

	assert_true(n <= COUNT(in));
	for (size_t i = 0; i < n; i++)
		in[i] = load_text(texts[i]);
	if (irr_freeze((const struct irr_input *const *)in, n, hide, "@0",
		&sink, &err) < 0 ||
	    irr_open(&src, "@0", &f.irr, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < n; i++)
		irr_input_free(in[i]);
	assert_non_null(f.irr);
	return f;
}

static inline void
close_texts(struct irr_fixture *f)
{
	irr_close(f->irr);
	sect_mem_free(f->mem);
}

static inline struct prefix
pfx(const char *text)
{
	struct prefix p;

	if (!prefix_parse(str_from(text), &p))
		fail_msg("%s is no prefix", text);
	return p;
}

static inline int64_t
when(const char *text)
{
	int64_t us;

	if (!utc_parse(str_from(text), &us))
		fail_msg("%s is no time", text);
	return us;
}
