/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * damage_test.c - a frozen table with damaged bytes is refused or answers
 * something, but reads nothing outside its sections.  Every section is a
 * block of its own, so that a sanitizer sees a read past it.
 */
#include "irr/irr_test.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const parts[] = { "irr.head", "irr.txt", "irr.src", "irr.at",
	"irr.rt", "irr.by", "irr.set", "irr.mem", "irr.pfx", "irr.as",
	"irr@0.hi", "irr@0.lo", "irr@0.in", "irr@0.ix" };

struct blocks {
	void *p[COUNT(parts)];
	size_t n[COUNT(parts)];
	int have[COUNT(parts)];
};

static const char *
part_name(size_t i, char out[SECT_NAME_MAX])
{
	snprintf(out, SECT_NAME_MAX, "%s%s", parts[i],
	    strchr(parts[i], '@') != NULL ? "" : "@0");
	return out;
}

static int
blocks_get(void *ctx, const char *name, const void **data, size_t *n,
    struct err *err)
{
	struct blocks *b = ctx;
	char want[SECT_NAME_MAX];

	(void)err;
	for (size_t i = 0; i < COUNT(parts); i++)
		if (b->have[i] && strcmp(part_name(i, want), name) == 0) {
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
	char name[SECT_NAME_MAX];
	size_t hit = rnd(COUNT(parts));

	for (size_t i = 0; i < COUNT(parts); i++) {
		const void *data = NULL;

		b->n[i] = 0;
		b->have[i] = src.get(src.ctx, part_name(i, name), &data,
				 &b->n[i], &err) == 1;
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

static bool
count_route(void *ctx, const struct irr_route *r)
{
	uint64_t *n = ctx;

	/* Texts end somewhere. */
	*n += strlen(r->source) + strlen(r->mnt_by);
	return true;
}

static uint64_t
ask(const struct irr *irr)
{
	static const char *const sets[] = { "AS-TOP", "AS-B", "RS-X",
		"RIPE::AS-A" };
	static const char *const prefixes[] = { "10.0.0.0/8", "10.1.0.0/16",
		"0.0.0.0/0", "2001:db8::/32", "10.1.2.0/24", "::/0" };
	struct irr_limits few = { .depth = 8,
		.sets = 50,
		.asns = 100,
		.prefixes = 100 };
	uint64_t n = 0;

	for (size_t i = 0; i < COUNT(prefixes); i++) {
		struct prefix p = pfx(prefixes[i]);
		struct irr_match m;

		irr_check(irr, &p, 1, TIME_DAY, &m);
		n += strlen(m.object.source) + m.objects;
		irr_covering(irr, &p, count_route, &n);
		irr_covered(irr, &p, count_route, &n);
	}
	for (uint32_t asn = 0; asn < 8; asn++) {
		struct irr_autnum a;
		const char *why;

		irr_of_origin(irr, asn, count_route, &n);
		n += irr_policy(irr, asn, NULL);
		n += irr_contact(irr, asn, false, NULL, &why);
		for (uint32_t i = 0; i < 9 && irr_autnum(irr, asn, i, &a); i++)
			n += strlen(a.as_name) + strlen(a.org) +
			     strlen(a.mnt_by) + strlen(a.source);
	}
	for (size_t i = 0; i < COUNT(sets); i++) {
		struct irr_expansion x;

		irr_expand(irr, (enum irr_set_kind)(i == 2), str_from(sets[i]),
		    &few, &x);
		n += x.n_asns + x.n_ranges;
		irr_expansion_fini(&x);
	}
	for (uint32_t i = 0; i < 20; i++) {
		struct irr_source s;
		struct irr_set set;

		if (irr_source(irr, i, &s))
			n += strlen(s.name);
		if (irr_set(irr, i, &set))
			n += strlen(set.name) + strlen(set.source);
	}
	return n;
}

static const char text[] =
    "route: 10.0.0.0/8\norigin: AS1\nmnt-by: M\nsource: RIPE\n\n"
    "route: 10.1.0.0/16\norigin: AS2\nsource: RADB\n\n"
    "route: 10.1.2.0/24\norigin: AS1\nmember-of: RS-X\nmnt-by: M\n"
    "source: RIPE\n\n"
    "route6: 2001:db8::/32\norigin: AS3\nsource: ARIN\n\n"
    "as-set: AS-TOP\nmembers: AS1, AS-A, AS-B\nsource: RIPE\n\n"
    "as-set: AS-A\nmembers: AS2, AS-TOP, AS-NONE\nsource: RIPE\n\n"
    "as-set: AS-B\nmembers: AS3\nsource: RADB\n\n"
    "route-set: RS-X\nmembers: 192.0.2.0/24^+, AS1, AS-A^24-26\n"
    "mbrs-by-ref: ANY\nsource: RIPE\n\n"
    "aut-num: AS1\nas-name: ONE\nimport: a\nexport: b\nadmin-c: X\n"
    "source: RIPE\n\n"
    "aut-num: AS2\nas-name: TWO\norg: O\nsource: LACNIC\n";

static void
test_damage(void **state)
{
	const char *const one[] = { text };
	struct irr_fixture f = open_texts(one, 1, NULL);
	struct sect_source whole = sect_mem_source(f.mem);
	unsigned opened = 0;

	(void)state;
	assert_true(ask(f.irr) > 100);
	for (unsigned round = 0; round < 4000; round++) {
		struct blocks b;
		struct sect_source src = { blocks_get, &b };
		struct irr *irr = NULL;
		struct err err = { 0 };

		seed = round;
		blocks_copy(&b, whole);
		if (irr_open(&src, "@0", &irr, &err) == 0 && irr != NULL) {
			opened++;
			(void)ask(irr);
			irr_close(irr);
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

	return cmocka_run_group_tests_name("irr damage", tests, NULL, NULL);
}
