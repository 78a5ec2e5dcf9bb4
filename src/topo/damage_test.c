/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * damage_test.c - a frozen graph with damaged bytes is refused or answers
 * something, but reads nothing outside its sections.  Every section is a
 * block of its own, so that a sanitizer sees a read past it.
 */
#include "topo/topo_test.h"

#include <stdlib.h>

static const char *const parts[] = { "topo.head@0", "topo.as@0", "topo.hx@0",
	"topo.nb@0", "topo.rs@0", "topo.pc@0", "topo.pm@0", "topo.org@0",
	"topo.txt@0" };

struct blocks {
	void *p[COUNT(parts)];
	size_t n[COUNT(parts)];
};

static int
blocks_get(void *ctx, const char *name, const void **data, size_t *n,
    struct err *err)
{
	struct blocks *b = ctx;

	(void)err;
	for (size_t i = 0; i < COUNT(parts); i++)
		if (strcmp(parts[i], name) == 0) {
			*data = b->p[i];
			*n = b->n[i];
			return 1;
		}
	return 0;
}

static uint64_t seed;

static uint32_t
rnd(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (uint32_t)(seed >> 33) % below;
}

/* Copies of all sections; one of them damaged. */
static void
blocks_copy(struct blocks *b, struct sect_source src)
{
	struct err err = { 0 };
	size_t hit = rnd(COUNT(parts));

	for (size_t i = 0; i < COUNT(parts); i++) {
		const void *data = NULL;

		b->n[i] = 0;
		(void)src.get(src.ctx, parts[i], &data, &b->n[i], &err);
		if (i == hit && b->n[i] > 4 && rnd(4) == 0)
			b->n[i] -= 4 * (1 + rnd((uint32_t)b->n[i] / 4));
		b->p[i] = malloc(b->n[i] + (b->n[i] == 0));
		assert_non_null(b->p[i]);
		if (b->n[i] > 0)
			memcpy(b->p[i], data, b->n[i]);
		for (uint32_t k = 1 + rnd(4); i == hit && k > 0; k--) {
			if (b->n[i] == 0)
				break;
			((uint8_t *)b->p[i])[rnd((uint32_t)b->n[i])] =
			    rnd(3) == 0 ? 0xff : (uint8_t)rnd(256);
		}
	}
}

static uint64_t
ask_list(const struct topo *t, struct topo_list l)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < l.n; i++)
		sum += topo_list_asn(t, l, i);
	return sum;
}

static uint64_t
ask(const struct topo *t)
{
	static const uint32_t asns[] = { 1, 2, 11, 12, 21, 113, 900, 5 };
	const uint32_t path[] = { 2, 21, 113, 12, 1, 11 };
	uint64_t n = 0;
	uint32_t asn;

	for (size_t i = 0; i < COUNT(asns); i++) {
		struct topo_org o;

		n += ask_list(t, topo_providers(t, asns[i]));
		n += ask_list(t, topo_customers(t, asns[i]));
		n += ask_list(t, topo_peers(t, asns[i]));
		n += ask_list(t, topo_siblings(t, asns[i]));
		n += topo_cone_size(t, asns[i]);
		n += topo_observed_cone_size(t, asns[i]);
		n += strlen(topo_as_name(t, asns[i]));
		n += topo_is_route_server(t, asns[i]);
		if (topo_org(t, asns[i], &o))
			n += strlen(o.id) + strlen(o.name) + strlen(o.country) +
			     strlen(o.source);
		for (size_t k = 0; k < COUNT(asns); k++) {
			n += topo_relation(t, asns[i], asns[k]);
			n += topo_in_cone(t, asns[i], asns[k]);
			n += topo_in_observed_cone(t, asns[i], asns[k]);
		}
	}
	for (uint32_t i = 0; topo_as(t, i, &asn); i++)
		n += topo_is_stub(t, asn);
	n += topo_valley(t, path, COUNT(path)).hops;
	n += topo_clique_gap(t, path, COUNT(path)).between;
	return n;
}

static const struct topo_text texts[] = {
	{ TOPO_AS_REL, "# input clique: 1 2\n# IXP ASes: 900\n"
		       "1|2|0\n1|11|-1\n1|12|-1\n2|21|-1\n12|21|0\n12|113|-1\n"
		       "21|113|-1\n11|12|1\n" },
	{ TOPO_AS_ORG,
	    "# format:org_id|changed|org_name|country|source\n"
	    "ORG-A|20200101|Name|DE|RIPE\n"
	    "# format:aut|changed|aut_name|org_id|opaque_id|source\n"
	    "12|20200101|TWELVE|ORG-A|x|RIPE\n5|2020|FIVE|ORG-A|x|RIPE\n" },
	{ TOPO_PPDC, "1 1 11 12\n11 11\n" },
};

static void
test_damage(void **state)
{
	struct topo_fixture f = open_texts(texts, COUNT(texts));
	struct sect_source whole = sect_mem_source(f.mem);
	unsigned opened = 0;

	(void)state;
	assert_true(ask(f.t) > 100);
	for (unsigned round = 0; round < 4000; round++) {
		struct blocks b;
		struct sect_source src = { blocks_get, &b };
		struct topo *t = NULL;
		struct err err = { 0 };

		seed = round;
		blocks_copy(&b, whole);
		if (topo_open(&src, "@0", &t, &err) == 0 && t != NULL) {
			opened++;
			(void)ask(t);
			topo_close(t);
		}
		for (size_t i = 0; i < COUNT(parts); i++)
			free(b.p[i]);
	}
	assert_in_range(opened, 1000, 4000); /* both kinds occur */
	close_texts(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_damage) };

	return cmocka_run_group_tests_name("topo damage", tests, NULL, NULL);
}
