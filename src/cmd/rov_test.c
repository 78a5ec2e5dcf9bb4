/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov_test.c - chunks of lines: what the quick way through the text says is
 * what the parsers of net/ say, for lines as they come and for nonsense.
 */
#include "cmd/rov.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static unsigned short seed[3] = { 21, 22, 23 };

static uint32_t
rnd(uint32_t below)
{
	return (uint32_t)nrand48(seed) % below;
}

struct table {
	struct sect_mem *mem;
	struct vrp_table vrps;
	struct pmap_index *index;
};

static void
open_table(struct table *t)
{
	static const char csv[] =
	    "ASN,IP Prefix,Max Length\n"
	    "AS64500,192.0.2.0/24,24\nAS1,0.0.0.0/1,16\nAS2,128.0.0.0/2,32\n"
	    "AS3,2001:db8::/32,48\nAS4,2000::/3,40\nAS0,10.0.0.0/8,8\n";
	struct os_stream *s = os_stream_mem("csv", csv, sizeof(csv) - 1);
	struct rpki_input *in = NULL;
	struct err err = { 0 };

	t->mem = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(t->mem);
	struct sect_source src = sect_mem_source(t->mem);
	if (rpki_load(s, RPKI_CSV, &in, &err) == -1 ||
	    rpki_freeze((const struct rpki_input *const *)&in, 1, NULL, "",
		&sink, &err) == -1 ||
	    vrp_table_open(&src, "", &t->vrps, &err) == -1)
		fail_msg("%s", err.msg);
	t->index = pmap_index_new(&t->vrps.map);
	rpki_input_free(in);
	os_stream_close(s);
}

/* --- what is expected -------------------------------------------------- */

static bool
next_word(struct str *rest, struct str *word)
{
	*word = (struct str){ "", 0 };
	return str_word(rest, word);
}

/* The slow way, by the words of the line. */
static void
expect(struct buf *out, const struct table *t, struct str line)
{
	struct str rest = line, a, b, c, d;
	struct rov_route r;

	if (!next_word(&rest, &a) || strchr("#%;[", a.p[0]) != NULL) {
		buf_add(out, line.p, line.n);
		buf_chr(out, '\n');
		return;
	}
	(void)next_word(&rest, &b);
	if (str_eq(b, "=>"))
		(void)next_word(&rest, &b);
	bool more = next_word(&rest, &c), too_many = next_word(&rest, &d);
	if (!rov_route_parse(a, b, &r) ||
	    (more && (too_many || r.prefix_text.p == a.p))) {
		buf_add(out, line.p, line.n);
		buf_str(out, " malformed\n");
		return;
	}
	buf_add(out, r.prefix_text.p, r.prefix_text.n);
	buf_chr(out, ' ');
	buf_add(out, r.origin_text.p, r.origin_text.n);
	buf_printf(out, " %s\n",
	    r.local ? "unknown"
		    : rov_state_name(vrp_table_validate(&t->vrps, &r.prefix,
			  r.origin, NULL)));
}

/* --- lines ------------------------------------------------------------- */

static void
add_prefix(struct buf *out)
{
	struct prefix p = { .family = rnd(2) == 0 ? NET_IP4 : NET_IP6 };
	char text[PREFIX_TEXT_MAX];
	unsigned max = p.family == NET_IP4 ? 32 : rnd(8) == 0 ? 128 : 64;

	for (unsigned i = 0; i < prefix_len_max(p.family) / 8U; i++)
		if (rnd(3) != 0)
			p.addr[i] = (uint8_t)(rnd(256) >> rnd(8));
	if (p.family == NET_IP6)
		p.addr[0] = (uint8_t)(0x20 | (p.addr[0] & 0x1f));
	p = prefix_truncate(&p, (uint8_t)rnd(max + 1));
	(void)prefix_format(text, &p);
	buf_str(out, text);
}

static void
add_asn(struct buf *out)
{
	static const char *const before[] = { "", "", "AS", "as", "A", "00" };
	uint32_t v = rnd(1U << 31) >> rnd(31);

	buf_str(out, before[rnd(COUNT(before))]);
	buf_dec(out, rnd(50) == 0 ? UINT64_C(1) << (30 + rnd(4)) : v);
}

static void
add_line(struct buf *out)
{
	static const char *const blanks[] = { " ", " ", " ", "\t", "  ",
		" => " };
	static const char signs[] = "0123456789./: \tASabcf{},=>#\r";
	size_t from = out->n;

	if (rnd(2) == 0) {
		add_prefix(out);
		buf_str(out, blanks[rnd(COUNT(blanks))]);
		add_asn(out);
	} else {
		add_asn(out);
		buf_str(out, rnd(4) == 0 ? " " : "\t");
		add_prefix(out);
		buf_chr(out, '\t');
		buf_dec(out, rnd(300));
	}
	/* one in three is spoilt */
	for (uint32_t k = rnd(3) == 0 ? 1 + rnd(2) : 0; k > 0; k--)
		out->p[from + rnd((uint32_t)(out->n - from))] =
		    (uint8_t)signs[rnd(sizeof(signs) - 1)];
	if (rnd(40) == 0)
		out->n = from + rnd((uint32_t)(out->n - from));
	buf_chr(out, '\n');
}

static void
run_chunk(struct rov_chunk *c, const struct table *t, const struct buf *lines)
{
	assert_true(lines->n <= ROV_CHUNK);
	memcpy(c->text, lines->p, lines->n);
	c->n = lines->n;
	rov_chunk_run(c, t == NULL ? NULL : &t->vrps,
	    t == NULL ? NULL : t->index);
}

static struct rov_chunk *
new_chunk(void)
{
	struct rov_chunk *c = mem_alloc(1, sizeof(*c));

	c->text = mem_alloc(ROV_CHUNK + 1 + ROV_SLACK, 1);
	return c;
}

static void
free_chunk(struct rov_chunk *c)
{
	buf_fini(&c->out);
	free(c->text);
	free(c);
}

static void
test_quick_way_equals_slow_way(void **state)
{
	struct rov_chunk *c = new_chunk();
	struct rov_counts sum = { 0 };
	struct table t;

	(void)state;
	open_table(&t);
	for (int round = 0; round < 300; round++) {
		struct buf lines = { 0 }, want = { 0 };
		struct str rest, line;

		for (int i = 0; i < 1000; i++)
			add_line(&lines);
		rest = (struct str){ (const char *)lines.p, lines.n - 1 };
		while (str_cut(&rest, '\n', &line))
			expect(&want, &t, line);
		run_chunk(c, &t, &lines);
		assert_string_equal(buf_cstr(&c->out), buf_cstr(&want));
		assert_int_equal(c->counts.lines, 1000);
		sum.valid += c->counts.valid;
		sum.invalid += c->counts.invalid;
		sum.not_found += c->counts.not_found;
		sum.malformed += c->counts.malformed;
		buf_fini(&lines);
		buf_fini(&want);
	}
	/* all of it occurs */
	assert_true(sum.valid > 10 && sum.invalid > 10000);
	assert_true(sum.not_found > 1000 && sum.malformed > 10000);
	free_chunk(c);
	pmap_index_free(t.index);
	sect_mem_free(t.mem);
}

/* Where the quick way could take what is none, each alone in its chunk. */
static void
test_quick_way_at_its_edges(void **state)
{
	static const char *const texts[] = { "0.0.0.0/0", "255.255.255.255/32",
		"256.0.0.0/8", "260.0.0.0/8", "999.0.0.0/8", "1.2.3.256/32",
		"01.2.3.4/32", "1.02.3.4/32", "1.2.3.00/32", "1.2.3.4/032",
		"1.2.3.4/33", "1.2.3.4/320", "1.2.3/24", "1.2.3.4.5/32",
		"1..3.4/32", ".1.2.3/32", "1.2.3./32", "1.2.3.4", "1.2.3.4/",
		"1.2.3.4./32", "1/2/3/4/32", "1.2.3/4/32", "1234.2.3.4/32",
		"0001.2.3.4/32", "1.2.3.4/24", "10.0.0.0/8", "10.0.0.0/+8",
		"12345678901234567.1/8", "1.2.3.123456789012345/8", "::/0",
		"2001:db8::/32", "2001:DB8::/32", "2001:dB8::/32",
		"2001:0db8::/32", "2001:00db8::/32", "2001:db8::/31",
		"2001:db8::/128", "2001:db8::/129", "2001:db8:1:2::/64",
		"2001:db8:1:2:3::/80", "2001:db8:1:2::/63", "2001::db8::/32",
		"2001:db8::1/128", "2001:db8:::/32", "2001:db8:/32",
		"2001:dg8::/32", "2001:d:8::/48", "2001:d;8::/48",
		"2001:d@8::/48", "2001:d`8::/48", "2001:d/8::/48",
		"2001:?::/48", "2001:\xe1::/48", "2001:\xb1::/48",
		"1:2:3:4::/64", "1:2:3:4:5:6:7:8/128", "1::2::/64", "1:2",
		"::ffff:1.2.3.4/128" };
	static const char *const asns[] = { "0", "1", "AS1", "as1", "AS",
		"9999999", "99999999", "4294967295", "4294967296", "1.10",
		"1,2", "{1,2}", "\xb1" };
	struct rov_chunk *c = new_chunk();
	struct table t;

	(void)state;
	open_table(&t);
	for (size_t i = 0; i < COUNT(texts) * COUNT(asns) * 3; i++) {
		const char *asn = asns[i % COUNT(asns)];
		const char *prefix = texts[i / COUNT(asns) % COUNT(texts)];
		struct buf lines = { 0 }, want = { 0 };

		/* not more behind it than there was */
		memset(c->text, i % 2 == 0 ? '1' : ':', 200);
		switch (i / COUNT(asns) / COUNT(texts)) {
		case 0:
			buf_printf(&lines, "%s %s", prefix, asn);
			break;
		case 1:
			buf_printf(&lines, "%s\t%s", prefix, asn);
			break;
		default:
			buf_printf(&lines, "%s\t%s\t12", asn, prefix);
			break;
		}
		expect(&want, &t, (struct str){ (char *)lines.p, lines.n });
		buf_chr(&lines, '\n');
		run_chunk(c, &t, &lines);
		assert_string_equal(buf_cstr(&c->out), buf_cstr(&want));
		buf_fini(&lines);
		buf_fini(&want);
	}
	free_chunk(c);
	pmap_index_free(t.index);
	sect_mem_free(t.mem);
}

/* --- flags of a chunk -------------------------------------------------- */

static const struct flag_case {
	const char *why, *in;
	bool continues, open, torn;
	const char *want;
	uint64_t lines, malformed;
} flags[] = {
	{ "whole lines", "10.0.0.0/8 2\n11.0.0.0/8 1\n", false, false, false,
	    "10.0.0.0/8 2 invalid\n11.0.0.0/8 1 valid\n", 2, 0 },
	{ "a long line begins", "xxxx", false, true, false, "xxxx", 1, 1 },
	{ "a long line goes on", "xxxx", true, true, false, "xxxx", 0, 0 },
	{ "a long line ends", "xx\n11.0.0.0/8 1\n", true, false, false,
	    "xx malformed\n11.0.0.0/8 1 valid\n", 1, 0 },
	{ "a long line ends at once", "\n", true, false, false, " malformed\n",
	    0, 0 },
	{ "the last line is torn", "11.0.0.0/8 1\n11.0.0.0/8 645\n", false,
	    false, true, "11.0.0.0/8 1 valid\n11.0.0.0/8 645 malformed\n", 2,
	    1 },
	{ "the only line is torn", "11.0.0.0/8 645\n", false, false, true,
	    "11.0.0.0/8 645 malformed\n", 1, 1 },
};

static void
test_flags(void **state)
{
	const struct flag_case *f = *state;
	struct rov_chunk *c = new_chunk();
	struct buf lines = { 0 };
	struct table t;

	open_table(&t);
	buf_str(&lines, f->in);
	c->continues = f->continues;
	c->open = f->open;
	c->torn = f->torn;
	run_chunk(c, &t, &lines);
	assert_string_equal(buf_cstr(&c->out), f->want);
	assert_int_equal(c->counts.lines, f->lines);
	assert_int_equal(c->counts.malformed, f->malformed);
	assert_int_equal(c->n_complaints, f->malformed);
	buf_fini(&lines);
	free_chunk(c);
	pmap_index_free(t.index);
	sect_mem_free(t.mem);
}

static void
test_without_vrps_all_is_unknown(void **state)
{
	struct rov_chunk *c = new_chunk();
	struct buf lines = { 0 };

	(void)state;
	buf_str(&lines, "10.0.0.0/8 1\n");
	run_chunk(c, NULL, &lines);
	assert_string_equal(buf_cstr(&c->out), "10.0.0.0/8 1 unknown\n");
	assert_int_equal(c->counts.unknown, 1);
	buf_fini(&lines);
	free_chunk(c);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(flags) + 3] = {
		cmocka_unit_test(test_quick_way_equals_slow_way),
		cmocka_unit_test(test_quick_way_at_its_edges),
		cmocka_unit_test(test_without_vrps_all_is_unknown),
	};

	for (size_t i = 0; i < COUNT(flags); i++)
		tests[3 + i] = (struct CMUnitTest){ .name = flags[i].why,
			.test_func = test_flags,
			.initial_state = (void *)(uintptr_t)&flags[i] };
	return cmocka_run_group_tests_name("rov", tests, NULL, NULL);
}
