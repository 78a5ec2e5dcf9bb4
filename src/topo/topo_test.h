/* SPDX-License-Identifier: BSD-2-Clause */
/* topo_test.h - from text to an open graph, for the tests of this folder. */
#pragma once

#include "base/mem.h"
#include "topo/topo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

struct topo_text {
	enum topo_kind kind;
	const char *text;
};

struct topo_fixture {
	struct sect_mem *mem;
	struct topo *t;
};

static inline struct topo_input *
load_text(enum topo_kind kind, const char *text)
{
	struct os_stream *s = os_stream_mem("text", text, strlen(text));
	struct topo_input *in = NULL;
	struct err err = { 0 };

	if (topo_load(s, kind, &in, &err) < 0)
		fail_msg("%s", err.msg);
	os_stream_close(s);
	return in;
}

static inline struct topo_fixture
open_texts(const struct topo_text *texts, size_t n)
{
	struct topo_fixture f = { .mem = sect_mem_new() };
	struct sect_sink sink = sect_mem_sink(f.mem);
	struct sect_source src = sect_mem_source(f.mem);
	struct topo_input *in[8];
	struct err err = { 0 };

	assert_true(n <= COUNT(in));
	for (size_t i = 0; i < n; i++)
		in[i] = load_text(texts[i].kind, texts[i].text);
	if (topo_freeze((const struct topo_input *const *)in, n, "@0", &sink,
		&err) < 0 ||
	    topo_open(&src, "@0", &f.t, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < n; i++)
		topo_input_free(in[i]);
	assert_non_null(f.t);
	return f;
}

static inline void
close_texts(struct topo_fixture *f)
{
	topo_close(f->t);
	sect_mem_free(f->mem);
}
