/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rpsl_fuzz.c - RPSL text through load, freeze, open and the questions asked
 * of a table.  Property: a route object that was taken is found again.
 */
#include "irr/irr.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
found_again(void *ctx, const struct irr_route *r)
{
	const struct irr *irr = ctx;
	struct irr_match m;

	irr_check(irr, &r->prefix, r->origin, TIME_NONE, &m);
	if (m.verdict != IRR_EXACT_A && m.verdict != IRR_EXACT_B)
		abort();
	return true;
}

static void
ask(struct irr *irr)
{
	const struct prefix all4 = { .family = NET_IP4 };
	const struct prefix all6 = { .family = NET_IP6 };
	struct irr_limits few = { .depth = 10,
		.sets = 100,
		.asns = 1000,
		.prefixes = 1000 };
	struct irr_set s;

	irr_covered(irr, &all4, found_again, irr);
	irr_covered(irr, &all6, found_again, irr);
	for (uint32_t i = 0; i < 20 && irr_set(irr, i, &s); i++) {
		struct irr_expansion x;

		if (irr_set_find(irr, s.kind, str_from(s.name)) == IRR_NONE)
			abort();
		irr_expand(irr, s.kind, str_from(s.name), &few, &x);
		irr_expansion_fini(&x);
	}
	for (uint32_t asn = 0; asn < 20; asn++) {
		(void)irr_policy(irr, asn, NULL);
		(void)irr_contact(irr, asn, false, NULL, NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct os_stream *s = os_stream_mem("fuzz", data, size);
	struct irr_input *in = NULL;
	struct err err = { 0 };

	(void)irr_sniff(data, size);
	if (irr_load(s, &in, &err) == 0) {
		struct sect_mem *mem = sect_mem_new();
		struct sect_sink sink = sect_mem_sink(mem);
		struct sect_source src = sect_mem_source(mem);
		struct irr *irr = NULL;

		if (irr_freeze((const struct irr_input *const *)&in, 1, NULL,
			"", &sink, &err) < 0 ||
		    irr_open(&src, "", &irr, &err) < 0)
			abort();
		ask(irr);
		irr_close(irr);
		sect_mem_free(mem);
		irr_input_free(in);
	}
	os_stream_close(s);
	return 0;
}
