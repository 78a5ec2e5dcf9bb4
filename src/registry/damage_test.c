/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * damage_test.c - a frozen registry with damaged bytes is refused or answers
 * something, but reads nothing outside its sections.  Every section is a
 * block of its own, so that a sanitizer sees a read past it.
 */
#include "registry/registry_test.h"

#include "registry/registry_ask.h"

#define ROUNDS 3000

struct block {
	char name[SECT_NAME_MAX];
	uint8_t *p;
	size_t n;
};

struct blocks {
	VEC(struct block) all;
};

static int
blocks_add(void *ctx, const char *name, const void *data, size_t n,
    struct err *err)
{
	struct blocks *b = ctx;
	struct block *x = vec_grow(&b->all);

	(void)err;
	(void)snprintf(x->name, sizeof(x->name), "%s", name);
	x->n = n;
	x->p = malloc(n + (n == 0));
	assert_non_null(x->p);
	memcpy(x->p, data, n);
	return 0;
}

static int
blocks_get(void *ctx, const char *name, const void **data, size_t *n,
    struct err *err)
{
	struct blocks *b = ctx;
	struct block *x;

	(void)err;
	VEC_FOREACH (x, &b->all)
		if (strcmp(x->name, name) == 0) {
			*data = x->p;
			*n = x->n;
			return 1;
		}
	return 0;
}

static void
blocks_fini(struct blocks *b)
{
	struct block *x;

	VEC_FOREACH (x, &b->all)
		free(x->p);
	vec_fini(&b->all);
}

static uint64_t seed;

static uint32_t
rnd(size_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (uint32_t)((seed >> 33) % below);
}

/* A copy in which one section is cut or has other bytes. */
static void
blocks_damage(const struct blocks *whole, struct blocks *out)
{
	struct err err;
	size_t hit = rnd(whole->all.n);

	for (size_t i = 0; i < whole->all.n; i++) {
		const struct block *x = &whole->all.p[i];
		size_t n = x->n;
		struct block *y;

		if (i == hit && n > 8 && rnd(4) == 0)
			n -= 4 * (1 + rnd(n / 4));
		(void)blocks_add(out, x->name, x->p, n, &err);
		y = &out->all.p[out->all.n - 1];
		for (uint32_t k = 1 + rnd(6); i == hit && n > 0 && k > 0; k--)
			y->p[rnd(n)] = rnd(3) == 0 ? 0xff : (uint8_t)rnd(256);
	}
}

static const struct dated texts[] = {
	{ "2|apnic|1|9|1|20240219|+1000\n"
	  "apnic|AU|ipv4|1.0.0.0|256|x|assigned|A1\n"
	  "apnic||ipv4|1.0.1.0|256||available|\n"
	  "apnic|JP|ipv6|2400::|24|x|allocated|A1\n"
	  "apnic|JP|asn|64500|4|20070101|allocated|A1\n"
	  "apnic||asn|3333|10||available|\n",
	    NULL },
	{ "# last updated 1710089701\n1.3.0.0/16\n2001:db8::/48\n", NULL },
	{ "Address Block,Name,RFC,Allocation Date,Termination Date,Source,"
	  "Destination,Forwardable,Globally Reachable,Reserved\n"
	  "44.0.0.0/24,New,[RFC9999],2027-01,N/A,,,,False,\n",
	    "2027-02-01" },
	{ "{\"net\":{\"data\":[{\"id\":1,\"org_id\":9,\"asn\":64500,"
	  "\"name\":\"One\",\"irr_as_set\":\"RIPE::AS-X, AS-Y\"},{\"id\":2,"
	  "\"org_id\":9,\"asn\":64501,\"name\":\"Two\"}]},\"org\":{\"data\":["
	  "{\"id\":9,\"name\":\"Org\",\"country\":\"CH\"}]},\"ix\":{\"data\":"
	  "[{\"id\":3,\"name\":\"IX\",\"country\":\"NL\"}]},\"ixpfx\":{"
	  "\"data\":[{\"id\":1,\"ixlan_id\":3,\"prefix\":"
	  "\"193.239.116.0/22\"},{\"id\":2,\"ixlan_id\":3,\"prefix\":"
	  "\"2001:7f8::/48\"}]},\"netixlan\":{\"data\":[{\"id\":1,\"asn\":"
	  "64500,\"ix_id\":3},{\"id\":2,\"asn\":64501,\"ix_id\":3}]},\"poc\":"
	  "{\"data\":[{\"id\":1,\"net_id\":1,\"role\":\"NOC\",\"email\":"
	  "\"x\"}]}}",
	    "2024-01-01" },
	{ "{\"session\":7,\"timestamp\":\"2024-03-02T00:00:00Z\",\"asn4\":"
	  "64500,\"client4\":\"192.0.2.0/24\",\"routedspoof\":\"blocked\"}",
	    NULL },
	{ "Organization Name,Areas,ASNs,Action 1: Filtering\n"
	  "Sky,BD;IN,64501;64500,Yes\nAlpha,CH,64502,No\n",
	    "2024-01-01" },
	{ "ASN,Holder,Country,Filtering,Coordination\n64500,U,MX,1,1\n",
	    "2022-10-01" },
	{ "64501\t192.0.2.0/24\t1\n64500\t192.0.2.0/24\t1\n"
	  "64500\t2001:db8::/32\t9\n",
	    "2024-01-03" },
};

static void
freeze_whole(struct blocks *whole)
{
	struct registry_input *in[COUNT(texts)];
	struct sect_sink sink = { blocks_add, whole };
	struct err err = { 0 };

	for (size_t i = 0; i < COUNT(texts); i++)
		in[i] = load_dated(&texts[i]);
	if (registry_freeze((const struct registry_input *const *)in,
		COUNT(texts), "", &sink, &err) == -1)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < COUNT(texts); i++)
		registry_input_free(in[i]);
}

static void
test_damage(void **state)
{
	struct blocks whole = { 0 };
	unsigned opened = 0;

	(void)state;
	freeze_whole(&whole);
	assert_true(whole.all.n > 30);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct blocks b = { 0 };
		struct sect_source src = { blocks_get, &b };
		struct registry *r = NULL;
		struct err err = { 0 };

		seed = round;
		blocks_damage(&whole, &b);
		if (registry_open(&src, "", &r, &err) == 0) {
			opened++;
			(void)ask_all(r);
			registry_close(r);
		} else {
			assert_true(err.msg[0] != '\0');
		}
		blocks_fini(&b);
	}
	assert_in_range(opened, ROUNDS / 4, ROUNDS - 1); /* both occur */
	blocks_fini(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_damage) };

	return cmocka_run_group_tests_name("registry/damage", tests, NULL,
	    NULL);
}
