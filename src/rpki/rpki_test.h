/* SPDX-License-Identifier: BSD-2-Clause */
/* rpki_test.h - from text to open tables, for the tests of this folder. */
#pragma once

#include "base/mem.h"
#include "rpki/rpki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

struct tables {
	struct sect_mem *mem;
	struct sect_source src;
	struct vrp_table vrps;
	struct pmap_index *index; /* of vrps */
	struct aspa_table aspas;
};

static inline int
try_load(enum rpki_kind kind, const char *text, struct rpki_input **out,
    struct err *err)
{
	struct os_stream *s = os_stream_mem("text", text, strlen(text));
	int status = rpki_load(s, kind, out, err);

	os_stream_close(s);
	return status;
}

static inline struct rpki_input *
load_text(enum rpki_kind kind, const char *text)
{
	struct rpki_input *in = NULL;
	struct err err = { 0 };

	if (try_load(kind, text, &in, &err) == -1)
		fail_msg("%s", err.msg);
	return in;
}

static inline void
open_inputs(struct tables *t, const struct rpki_input *const in[], size_t n,
    const struct rpki_input *slurm)
{
	struct err err = { 0 };

	t->mem = sect_mem_new();
	t->src = sect_mem_source(t->mem);
	struct sect_sink sink = sect_mem_sink(t->mem);
	if (rpki_freeze(in, n, slurm, "", &sink, &err) == -1 ||
	    vrp_table_open(&t->src, "", &t->vrps, &err) == -1 ||
	    aspa_table_open(&t->src, "", &t->aspas, &err) == -1)
		fail_msg("%s", err.msg);
	t->index = pmap_index_new(&t->vrps.map);
}

/* Tables of one text, changed by a SLURM text or NULL. */
static inline void
open_text(struct tables *t, enum rpki_kind kind, const char *text,
    const char *slurm)
{
	struct rpki_input *in = load_text(kind, text);
	struct rpki_input *ex =
	    slurm == NULL ? NULL : load_text(RPKI_SLURM, slurm);

	open_inputs(t, (const struct rpki_input *const *)&in, 1, ex);
	rpki_input_free(in);
	rpki_input_free(ex);
}

static inline void
close_tables(struct tables *t)
{
	pmap_index_free(t->index);
	sect_mem_free(t->mem);
}

static inline bool
vrp_to_text(void *ctx, const struct vrp *v)
{
	struct buf *out = ctx;
	char prefix[PREFIX_TEXT_MAX];

	(void)prefix_format(prefix, &v->prefix);
	if (out->n > 0)
		buf_chr(out, ' ');
	buf_printf(out, "%s-%u:%u%s%s", prefix, v->max_len, v->asn,
	    v->ta[0] == '\0' ? "" : "@", v->ta);
	return true;
}

/* All VRPs as "192.0.2.0/24-24:64500@ta ...", in order. */
static inline void
check_vrps(const struct tables *t, const char *want)
{
	struct buf out = { 0 };

	vrp_table_each(&t->vrps, ROV_NO_ORIGIN, vrp_to_text, &out);
	assert_string_equal(buf_cstr(&out), want);
	buf_fini(&out);
}

/* The ASPAs of the customers named, as "1:2,3 4:0 ..."; "-" has none. */
static inline void
check_aspas(const struct tables *t, const uint32_t *customers, size_t n_cust,
    const char *want)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < n_cust; i++) {
		uint32_t n;
		const uint32_t *p =
		    aspa_table_providers(&t->aspas, customers[i], &n);

		buf_printf(&out, "%s%u:%s", i == 0 ? "" : " ", customers[i],
		    p == NULL ? "-" : "");
		for (uint32_t k = 0; k < n; k++)
			buf_printf(&out, "%s%u", k == 0 ? "" : ",", p[k]);
	}
	assert_string_equal(buf_cstr(&out), want);
	buf_fini(&out);
}

#define ROWS(table, f)                                                    \
	for (size_t i = 0; i < COUNT(table); i++)                         \
		tests[n++] = (struct CMUnitTest){ .name = (table)[i].why, \
			.test_func = (f),                                 \
			.initial_state = (void *)(uintptr_t) & (table)[i] };
