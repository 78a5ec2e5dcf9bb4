/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrp_test.c - origin validation by RFC 6811: a table of cases, every verdict
 * against a naive reading of the RFC, and damaged tables.
 */
#include "rpki/rpki_test.h"

#include <stdlib.h>

/* What RFC 6811's section 2 and RFC 6483's section 4 speak of. */
static const char world[] = "ASN,IP Prefix,Max Length,Trust Anchor\n"
			    "AS64500,192.0.2.0/24,24,ripe\n"
			    "AS64501,198.51.100.0/22,24,ripe\n"
			    "AS64502,198.51.100.0/24,24,arin\n"
			    "AS0,203.0.113.0/24,32,apnic\n"
			    "AS0,10.0.0.0/8,32,apnic\n"
			    "AS64503,10.1.0.0/16,16,apnic\n"
			    "AS64504,2001:db8::/32,48,ripe\n"
			    "AS64505,2001:db8::/32,32,ripe\n"
			    "AS64504,2001:db8:0:1::/64,128,ripe\n"
			    "AS64506,172.16.0.0/12,12,ripe\n"
			    "AS64506,172.16.0.0/16,16,ripe\n"
			    "AS4294967295,100.64.0.0/10,10,ripe\n";

static const struct rov_case {
	const char *why, *route;
	uint32_t origin;
	enum rov_state want;
	unsigned reason;
} cases[] = {
	{ "exact", "192.0.2.0/24", 64500, ROV_VALID, 0 },
	{ "other AS", "192.0.2.0/24", 64501, ROV_INVALID, ROV_ASN },
	{ "too long", "192.0.2.0/25", 64500, ROV_INVALID, ROV_LEN },
	{ "too long and other AS", "192.0.2.0/25", 64501, ROV_INVALID,
	    ROV_ASN },
	{ "shorter than the VRP", "192.0.0.0/16", 64500, ROV_NOT_FOUND, 0 },
	{ "beside it", "192.0.3.0/24", 64500, ROV_NOT_FOUND, 0 },
	{ "a host", "192.0.2.1/32", 64500, ROV_INVALID, ROV_LEN },
	{ "up to maxLength", "198.51.100.0/23", 64501, ROV_VALID, 0 },
	{ "at maxLength", "198.51.101.0/24", 64501, ROV_VALID, 0 },
	{ "past maxLength", "198.51.101.0/25", 64501, ROV_INVALID, ROV_LEN },
	{ "the cover allows it", "198.51.100.0/24", 64501, ROV_VALID, 0 },
	{ "the specific one allows it", "198.51.100.0/24", 64502, ROV_VALID,
	    0 },
	{ "the specific one does not cover", "198.51.100.0/23", 64502,
	    ROV_INVALID, ROV_ASN },
	{ "one AS too long, another one wrong", "198.51.100.0/25", 64502,
	    ROV_INVALID, ROV_LEN | ROV_ASN },
	{ "AS0 covers", "203.0.113.0/24", 64500, ROV_INVALID, ROV_AS0 },
	{ "AS0 does not match AS0", "203.0.113.0/24", 0, ROV_INVALID, ROV_AS0 },
	{ "AS0 above, an AS below", "10.1.0.0/16", 64503, ROV_VALID, 0 },
	{ "AS0 above, another AS below", "10.1.0.0/16", 64500, ROV_INVALID,
	    ROV_AS0 | ROV_ASN },
	{ "AS0 above, too long below", "10.1.1.0/24", 64503, ROV_INVALID,
	    ROV_AS0 | ROV_LEN },
	{ "origin AS0, an AS above", "192.0.2.0/24", 0, ROV_INVALID, ROV_ASN },
	{ "AS_SET, covered", "192.0.2.0/24", ROV_NO_ORIGIN, ROV_INVALID,
	    ROV_ASN },
	{ "AS_SET, not covered", "8.8.8.0/24", ROV_NO_ORIGIN, ROV_NOT_FOUND,
	    0 },
	{ "AS_SET is not AS4294967295", "100.64.0.0/10", ROV_NO_ORIGIN,
	    ROV_INVALID, ROV_ASN },
	{ "IPv6 exact", "2001:db8::/32", 64505, ROV_VALID, 0 },
	{ "IPv6 within maxLength", "2001:db8:ffff::/48", 64504, ROV_VALID, 0 },
	{ "IPv6 past maxLength", "2001:db8:ffff:1::/64", 64504, ROV_INVALID,
	    ROV_ASN | ROV_LEN },
	{ "IPv6 longer than 64 bits", "2001:db8:0:1:8000::/65", 64504,
	    ROV_VALID, 0 },
	{ "IPv6 host", "2001:db8:0:1::1/128", 64504, ROV_VALID, 0 },
	{ "IPv6 beside it", "2001:db8:0:2::1/128", 64504, ROV_INVALID,
	    ROV_ASN | ROV_LEN },
	{ "same address, longer VRP first", "172.16.0.0/14", 64506, ROV_INVALID,
	    ROV_LEN },
	{ "same address, shorter VRP", "172.16.0.0/12", 64506, ROV_VALID, 0 },
	{ "the default route", "0.0.0.0/0", 64500, ROV_NOT_FOUND, 0 },
	{ "the IPv6 default route", "::/0", 64500, ROV_NOT_FOUND, 0 },
	{ "the last address", "255.255.255.255/32", 64500, ROV_NOT_FOUND, 0 },
};

static void
test_rov(void **state)
{
	const struct rov_case *c = *state;
	struct tables t;
	struct prefix p;
	unsigned reason = 0;
	enum rov_state many;

	open_text(&t, RPKI_CSV, world, NULL);
	assert_true(prefix_parse(str_from(c->route), &p));
	assert_int_equal(vrp_table_validate(&t.vrps, &p, c->origin, &reason),
	    c->want);
	assert_int_equal(reason, c->reason);
	assert_int_equal(vrp_table_validate(&t.vrps, &p, c->origin, NULL),
	    c->want);
	vrp_table_validate_many(&t.vrps, t.index, &p, &c->origin, 1, &many);
	assert_int_equal(many, c->want);
	close_tables(&t);
}

static void
test_state_names(void **state)
{
	(void)state;
	assert_string_equal(rov_state_name(ROV_VALID), "valid");
	assert_string_equal(rov_state_name(ROV_INVALID), "invalid");
	assert_string_equal(rov_state_name(ROV_NOT_FOUND), "not-found");
}

static bool
first_only(void *ctx, const struct vrp *v)
{
	(void)vrp_to_text(ctx, v);
	return false;
}

static void
test_covering(void **state)
{
	struct tables t;
	struct prefix p;
	struct buf out = { 0 };

	(void)state;
	open_text(&t, RPKI_CSV, world, NULL);
	assert_true(prefix_parse(STR("198.51.100.0/24"), &p));
	vrp_table_covering(&t.vrps, &p, vrp_to_text, &out);
	assert_string_equal(buf_cstr(&out),
	    "198.51.100.0/24-24:64502@arin 198.51.100.0/22-24:64501@ripe");
	buf_clear(&out);
	vrp_table_covering(&t.vrps, &p, first_only, &out);
	assert_string_equal(buf_cstr(&out), "198.51.100.0/24-24:64502@arin");
	buf_clear(&out);
	vrp_table_each(&t.vrps, 64504, vrp_to_text, &out);
	assert_string_equal(buf_cstr(&out),
	    "2001:db8::/32-48:64504@ripe 2001:db8:0:1::/64-128:64504@ripe");
	buf_clear(&out);
	assert_true(prefix_parse(STR("8.8.8.0/24"), &p));
	vrp_table_covering(&t.vrps, &p, vrp_to_text, &out);
	assert_int_equal(out.n, 0);
	buf_fini(&out);
	close_tables(&t);
}

/* --- against a naive reading ------------------------------------------- */

#define N_VRPS   400
#define N_ROUTES 5000

static unsigned short seed[3] = { 11, 12, 13 };
static struct vrp all[N_VRPS];

/* Few addresses and ASes, so that much covers and matches. */
static struct prefix
random_prefix(void)
{
	struct prefix p = { .family =
				nrand48(seed) % 2 == 0 ? NET_IP4 : NET_IP6 };
	uint8_t max = p.family == NET_IP4 ? 32 : 128;

	p.addr[0] = (uint8_t)(nrand48(seed) % 3);
	p.addr[1] = (uint8_t)(nrand48(seed) % 4 << 6);
	for (int i = 2; i < max / 8; i++)
		if (nrand48(seed) % 4 == 0)
			p.addr[i] = (uint8_t)nrand48(seed);
	return prefix_truncate(&p,
	    (uint8_t)((unsigned)nrand48(seed) % (max + 1U)));
}

static enum rov_state
naive(const struct prefix *p, uint32_t origin, unsigned *why)
{
	enum rov_state s = ROV_NOT_FOUND;

	*why = 0;
	for (size_t i = 0; i < N_VRPS; i++) {
		const struct vrp *v = &all[i];

		if (!prefix_covers(&v->prefix, p))
			continue;
		if (s == ROV_NOT_FOUND)
			s = ROV_INVALID;
		if (v->asn == 0)
			*why |= ROV_AS0;
		else if (origin == ROV_NO_ORIGIN || v->asn != origin)
			*why |= ROV_ASN;
		else if (p->len > v->max_len)
			*why |= ROV_LEN;
		else
			s = ROV_VALID;
	}
	return s;
}

static void
make_world(struct buf *csv)
{
	buf_clear(csv);
	buf_str(csv, "ASN,IP Prefix,Max Length\n");
	for (size_t i = 0; i < N_VRPS; i++) {
		struct vrp *v = &all[i];
		char text[PREFIX_TEXT_MAX];

		v->prefix = random_prefix();
		v->asn = (uint32_t)nrand48(seed) % 5;
		v->max_len = v->prefix.len;
		if (nrand48(seed) % 2 == 0)
			v->max_len =
			    (uint8_t)(v->prefix.len +
				      (unsigned)nrand48(seed) %
					  (1U +
					      prefix_len_max(v->prefix.family) -
					      v->prefix.len));
		(void)prefix_format(text, &v->prefix);
		buf_printf(csv, "AS%u,%s,%u\n", v->asn, text, v->max_len);
	}
}

static void
check_routes(const struct tables *t)
{
	static struct prefix routes[N_ROUTES];
	static uint32_t origins[N_ROUTES];
	static enum rov_state many[N_ROUTES];

	for (size_t i = 0; i < N_ROUTES; i++) {
		routes[i] = nrand48(seed) % 2 == 0
				? random_prefix()
				: all[nrand48(seed) % N_VRPS].prefix;
		origins[i] = (uint32_t)nrand48(seed) % 6;
		if (origins[i] == 5)
			origins[i] = ROV_NO_ORIGIN;
	}
	vrp_table_validate_many(&t->vrps, t->index, routes, origins, N_ROUTES,
	    many);
	for (size_t i = 0; i < N_ROUTES; i++) {
		unsigned why, want_why;
		enum rov_state want = naive(&routes[i], origins[i], &want_why);

		assert_int_equal(many[i], want);
		why = 77;
		assert_int_equal(vrp_table_validate(&t->vrps, &routes[i],
				     origins[i], &why),
		    want);
		if (want == ROV_INVALID)
			assert_int_equal(why, want_why);
	}
}

static void
test_equals_the_naive_reading(void **state)
{
	struct buf csv = { 0 };

	(void)state;
	for (int round = 0; round < 10; round++) {
		struct tables t;

		make_world(&csv);
		open_text(&t, RPKI_CSV, buf_cstr(&csv), NULL);
		check_routes(&t);
		close_tables(&t);
	}
	buf_fini(&csv);
}

static void
test_empty_table_finds_nothing(void **state)
{
	struct tables t;
	struct prefix p[3];
	uint32_t origins[3] = { 1, 2, 3 };
	enum rov_state many[3];

	(void)state;
	open_text(&t, RPKI_JSON, "{\"roas\":[]}", NULL);
	for (int i = 0; i < 3; i++)
		p[i] = random_prefix();
	vrp_table_validate_many(&t.vrps, t.index, p, origins, 3, many);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(many[i], ROV_NOT_FOUND);
		assert_int_equal(vrp_table_validate(&t.vrps, &p[i], origins[i],
				     NULL),
		    ROV_NOT_FOUND);
	}
	close_tables(&t);
}

/* Entry 0, of length 0, is not what stands before a route without any. */
static void
test_one_family_says_nothing_of_the_other(void **state)
{
	static const char *const texts[] = { "::/0", "2001:db8::/32",
		"0.0.0.0/0", "192.0.2.0/24" };
	static const enum rov_state want[] = { ROV_NOT_FOUND, ROV_NOT_FOUND,
		ROV_VALID, ROV_VALID };
	struct tables t;
	struct prefix p[COUNT(texts)];
	uint32_t origins[COUNT(texts)] = { 1, 1, 1, 1 };
	enum rov_state many[COUNT(texts)];

	(void)state;
	open_text(&t, RPKI_CSV, "ASN,IP Prefix,Max Length\nAS1,0.0.0.0/0,32\n",
	    NULL);
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_true(prefix_parse(str_from(texts[i]), &p[i]));
	vrp_table_validate_many(&t.vrps, t.index, p, origins, COUNT(texts),
	    many);
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(many[i], want[i]);
		assert_int_equal(vrp_table_validate(&t.vrps, &p[i], 1, NULL),
		    want[i]);
	}
	close_tables(&t);
}

/* --- order of inputs, damage ------------------------------------------- */

/* Sections of a memory source, to compare and to spoil. */
static const char *const sections[] = { "vrp.p.4.tree", "vrp.p.4.in",
	"vrp.p.6.tree", "vrp.p.6.in", "vrp.p.6.lo", "vrp.heads", "vrp.rows",
	"vrp.tas" };

static void
test_order_of_inputs_does_not_matter(void **state)
{
	struct rpki_input *in[3] = {
		load_text(RPKI_CSV,
		    "ASN,IP Prefix,Max Length,Trust Anchor\n"
		    "AS1,10.0.0.0/8,8,b\nAS2,2001:db8::/32,32,c\n"),
		load_text(RPKI_CSV,
		    "ASN,IP Prefix,Max Length,Trust Anchor\n"
		    "AS1,10.0.0.0/8,8,a\nAS3,10.1.0.0/16,16,c\n"),
		load_text(RPKI_CSV, "ASN,IP Prefix,Max Length,Trust Anchor\n"
				    "AS4,192.0.2.0/24,24,d\n"),
	};
	const struct rpki_input *const forth[] = { in[0], in[1], in[2] };
	const struct rpki_input *const back[] = { in[2], in[1], in[0] };
	struct tables a, b;
	struct err err = { 0 };
	size_t met = 0;

	(void)state;
	open_inputs(&a, forth, 3, NULL);
	open_inputs(&b, back, 3, NULL);
	for (size_t i = 0; i < COUNT(sections); i++) {
		const void *p, *q;
		size_t n, m;

		if (a.src.get(a.src.ctx, sections[i], &p, &n, &err) != 1)
			continue;
		assert_int_equal(b.src.get(b.src.ctx, sections[i], &q, &m,
				     &err),
		    1);
		assert_int_equal(n, m);
		assert_memory_equal(p, q, n);
		met++;
	}
	assert_int_equal(met, COUNT(sections));
	check_vrps(&a, "10.0.0.0/8-8:1@a 10.1.0.0/16-16:3@c "
		       "192.0.2.0/24-24:4@d 2001:db8::/32-32:2@c");
	close_tables(&a);
	close_tables(&b);
	for (int i = 0; i < 3; i++)
		rpki_input_free(in[i]);
}

/* Whatever the bytes are, no look-up leaves the sections or hangs. */
static void
test_damaged_tables_stay_inside(void **state)
{
	struct buf csv = { 0 };

	(void)state;
	make_world(&csv);
	for (int round = 0; round < 60; round++) {
		struct tables t;
		struct err err = { 0 };
		struct buf out = { 0 };

		open_text(&t, RPKI_CSV, buf_cstr(&csv), NULL);
		for (size_t i = 0; i < COUNT(sections); i++) {
			const void *p;
			size_t n;

			assert_int_equal(t.src.get(t.src.ctx, sections[i], &p,
					     &n, &err),
			    1);
			for (int k = 0; k < 100; k++)
				((uint8_t *)(uintptr_t)
					p)[(size_t)nrand48(seed) % n] =
				    (uint8_t)nrand48(seed);
		}
		assert_int_equal(vrp_table_open(&t.src, "", &t.vrps, &err), 0);
		pmap_index_free(t.index);
		t.index = pmap_index_new(&t.vrps.map);
		for (int k = 0; k < 500; k++) {
			struct prefix p = random_prefix();
			uint32_t origin = 1;
			enum rov_state s;

			(void)vrp_table_validate(&t.vrps, &p, 1, NULL);
			vrp_table_validate_many(&t.vrps, t.index, &p, &origin,
			    1, &s);
			vrp_table_covering(&t.vrps, &p, vrp_to_text, &out);
			buf_clear(&out);
		}
		vrp_table_each(&t.vrps, ROV_NO_ORIGIN, vrp_to_text, &out);
		buf_fini(&out);
		close_tables(&t);
	}
	buf_fini(&csv);
}

/* Sections that do not fit each other are refused at opening. */
struct shorter {
	struct sect_source src;
	const char *name;
	size_t less;
};

static int
get_shorter(void *ctx, const char *name, const void **data, size_t *n,
    struct err *err)
{
	const struct shorter *s = ctx;
	int got = s->src.get(s->src.ctx, name, data, n, err);

	if (got == 1 && strcmp(name, s->name) == 0)
		*n = *n < s->less ? 0 : *n - s->less;
	return got;
}

static void
test_cut_sections_are_refused(void **state)
{
	struct tables t;

	(void)state;
	open_text(&t, RPKI_CSV, world, NULL);
	for (size_t i = 0; i < COUNT(sections); i++)
		for (size_t less = 1; less <= 8; less++) {
			struct shorter s = { t.src, sections[i], less };
			struct sect_source src = { get_shorter, &s };
			struct vrp_table v;
			struct err err = { 0 };
			int status = vrp_table_open(&src, "", &v, &err);

			/* one row of 8 less may still be a table */
			if (strcmp(sections[i], "vrp.rows") == 0 && less == 8)
				continue;
			assert_int_equal(status, -1);
			assert_int_equal(err.code, ERR_INPUT);
		}
	close_tables(&t);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 8] = {
		cmocka_unit_test(test_state_names),
		cmocka_unit_test(test_covering),
		cmocka_unit_test(test_equals_the_naive_reading),
		cmocka_unit_test(test_empty_table_finds_nothing),
		cmocka_unit_test(test_one_family_says_nothing_of_the_other),
		cmocka_unit_test(test_order_of_inputs_does_not_matter),
		cmocka_unit_test(test_damaged_tables_stay_inside),
		cmocka_unit_test(test_cut_sections_are_refused),
	};
	size_t n = 8;

	ROWS(cases, test_rov)
	return cmocka_run_group_tests_name("rpki vrp", tests, NULL, NULL);
}
