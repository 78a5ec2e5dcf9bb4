/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz.h - bytes as one kind of input through load, freeze, open and every
 * question; shared by the fuzz targets of this folder. */
#pragma once

#include "registry/registry_ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_DATE (20000 * TIME_DAY)

/* What loads must freeze and open: its counts say what was taken. */
static inline void
fuzz_load(const uint8_t *data, size_t size, enum registry_kind kind)
{
	struct os_stream *s = os_stream_mem("fuzz", data, size);
	struct registry_input *in = NULL;
	struct err err = { 0 };

	if (registry_load(s, kind, &in, &err) == 0) {
		struct sect_mem *mem = sect_mem_new();
		struct sect_sink sink = sect_mem_sink(mem);
		struct sect_source src = sect_mem_source(mem);
		struct registry *r = NULL;

		if (registry_input_report(in)->taken == 0)
			abort();
		registry_input_set_date(in, FUZZ_DATE);
		if (registry_freeze((const struct registry_input *const *)&in,
			1, "", &sink, &err) == -1 ||
		    registry_open(&src, "", &r, &err) == -1)
			abort();
		(void)ask_all(r);
		registry_close(r);
		sect_mem_free(mem);
		registry_input_free(in);
	} else if (err.msg[0] == '\0') {
		abort(); /* every refusal has a reason */
	}
	os_stream_close(s);
}
