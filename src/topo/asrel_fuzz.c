/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * asrel_fuzz.c - the three topology formats through load, freeze and open.
 * Property: the two ends of a link agree on what it is.
 */
#include "topo/topo.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum topo_rel
turned(enum topo_rel r)
{
	if (r == TOPO_P2C)
		return TOPO_C2P;
	return r == TOPO_C2P ? TOPO_P2C : r;
}

static void
ask(const struct topo *t)
{
	uint32_t path[8], n = 0;

	while (n < 8 && topo_as(t, n, &path[n]))
		n++;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < n; k++) {
			uint32_t x = path[i], y = path[k];
			enum topo_rel r = topo_link(t, x, y);

			if (topo_link(t, y, x) != turned(r))
				abort();
			if (r == TOPO_P2C && !topo_in_cone(t, x, y))
				abort();
			(void)topo_in_observed_cone(t, x, y);
			(void)topo_relation(t, x, y);
		}
	(void)topo_valley(t, path, n);
	(void)topo_clique_gap(t, path, n);
}

static void
try_kind(enum topo_kind kind, const uint8_t *data, size_t size)
{
	struct os_stream *s = os_stream_mem("fuzz", data, size);
	struct topo_input *in = NULL;
	struct err err = { 0 };

	if (topo_load(s, kind, &in, &err) == 0) {
		struct sect_mem *mem = sect_mem_new();
		struct sect_sink sink = sect_mem_sink(mem);
		struct sect_source src = sect_mem_source(mem);
		struct topo *t = NULL;

		if (topo_freeze((const struct topo_input *const *)&in, 1, "",
			&sink, &err) < 0 ||
		    topo_open(&src, "", &t, &err) < 0)
			abort();
		ask(t);
		topo_close(t);
		sect_mem_free(mem);
		topo_input_free(in);
	}
	os_stream_close(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)topo_sniff(data, size);
	try_kind(TOPO_AS_REL, data, size);
	try_kind(TOPO_AS_ORG, data, size);
	try_kind(TOPO_PPDC, data, size);
	return 0;
}
