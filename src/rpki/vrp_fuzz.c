/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrp_fuzz.c - any bytes as VRP JSON, CSV and SLURM through load, freeze, open
 * and the questions asked of a table.  Properties: a VRP that was taken makes
 * its own route valid (AS0: invalid), one look-up and many agree, and what was
 * counted is there.
 */
#include "rpki/rpki.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct judged {
	const struct vrp_table *table;
	struct pmap_index *index;
};

static bool
judges_itself(void *ctx, const struct vrp *v)
{
	const struct judged *j = ctx;
	const struct vrp_table *t = j->table;
	enum rov_state want = v->asn == 0 ? ROV_INVALID : ROV_VALID, many;
	struct prefix longer = v->prefix;
	uint32_t origin = v->asn;

	if (!prefix_is_canonical(&v->prefix) || v->max_len < v->prefix.len)
		abort();
	/* AS4294967295 stands for "no origin" */
	if (v->asn != ROV_NO_ORIGIN &&
	    vrp_table_validate(t, &v->prefix, v->asn, NULL) != want)
		abort();
	longer.len = prefix_len_max(longer.family);
	vrp_table_validate_many(t, j->index, &longer, &origin, 1, &many);
	if (many != vrp_table_validate(t, &longer, origin, NULL))
		abort();
	return true;
}

static void
ask(const struct sect_source *src)
{
	struct vrp_table vrps;
	struct aspa_table aspas;
	struct err err = { 0 };

	if (vrp_table_open(src, "", &vrps, &err) == -1 ||
	    aspa_table_open(src, "", &aspas, &err) == -1)
		abort();
	if (vrp_table_present(&vrps)) {
		struct judged j = { &vrps, pmap_index_new(&vrps.map) };

		vrp_table_each(&vrps, ROV_NO_ORIGIN, judges_itself, &j);
		pmap_index_free(j.index);
	}
	for (uint32_t i = 0; i < aspa_table_count(&aspas); i++) {
		uint32_t path[] = { aspas.customers[i], 1, 2,
			aspas.customers[i] },
			 n;

		if (aspa_table_providers(&aspas, path[0], &n) == NULL || n == 0)
			abort();
		(void)aspa_verify(&aspas, path, 4, false);
	}
}

static void
try_kind(const uint8_t *data, size_t size, enum rpki_kind kind)
{
	static const char base[] =
	    "{\"roas\":[{\"asn\":1,\"prefix\":\"10.0.0.0/8\"},"
	    "{\"asn\":2,\"prefix\":\"2001:db8::/32\",\"maxLength\":48}],"
	    "\"aspas\":[{\"customer_asid\":1,\"providers\":[2]}]}";
	struct os_stream *s = os_stream_mem("fuzz", data, size);
	struct rpki_input *in = NULL, *under = NULL;
	struct sect_mem *mem = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(mem);
	struct sect_source src = sect_mem_source(mem);
	struct err err = { 0 };

	if (rpki_load(s, kind, &in, &err) == 0) {
		const struct rpki_load_report *r = rpki_input_report(in);
		const struct rpki_input *slurm = NULL;
		struct os_stream *b =
		    os_stream_mem("base", base, sizeof(base) - 1);

		if (r->n_reasons > RPKI_REFUSALS ||
		    (r->refused > 0) != (r->n_reasons > 0) ||
		    rpki_load(b, RPKI_JSON, &under, &err) == -1)
			abort();
		os_stream_close(b);
		if (kind == RPKI_SLURM)
			slurm = in;
		const struct rpki_input *const inputs[] = { under, in };
		if (rpki_freeze(inputs, slurm == NULL ? 2 : 1, slurm, "", &sink,
			&err) == -1)
			abort();
		ask(&src);
	}
	rpki_input_free(in);
	rpki_input_free(under);
	sect_mem_free(mem);
	os_stream_close(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)rpki_sniff(data, size);
	try_kind(data, size, RPKI_JSON);
	try_kind(data, size, RPKI_CSV);
	try_kind(data, size, RPKI_SLURM);
	return 0;
}
