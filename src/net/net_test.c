/* SPDX-License-Identifier: BSD-2-Clause */
/* net_test.c - prefixes, addresses, AS numbers, ranges, special space. */
#include "net/net.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"

#include <cmocka.h>

static const struct text_case {
	const char *why, *in, *strict, *loose; /* NULL = refused */
} texts[] = {
	{ "IPv4", "192.0.2.0/24", "192.0.2.0/24", "192.0.2.0/24" },
	{ "default route", "0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/0" },
	{ "host bits", "192.0.2.1/24", NULL, "192.0.2.0/24" },
	{ "length 33", "192.0.2.0/33", NULL, NULL },
	{ "leading zero in length", "192.0.2.0/024", NULL, NULL },
	{ "leading zero in octet", "192.00.2.0/24", NULL, NULL },
	{ "octet 256", "256.0.0.0/8", NULL, NULL },
	{ "no length", "192.0.2.0", NULL, "192.0.2.0/32" },
	{ "short form", "10/8", NULL, "10.0.0.0/8" },
	{ "five octets", "1.2.3.4.5/8", NULL, NULL },
	{ "empty length", "10.0.0.0/", NULL, NULL },
	{ "sign in length", "10.0.0.0/+8", NULL, NULL },
	{ "IPv6", "2001:db8::/32", "2001:db8::/32", "2001:db8::/32" },
	{ "IPv6 upper case", "2001:DB8::/32", "2001:db8::/32",
	    "2001:db8::/32" },
	{ "IPv6 host bits", "2001:db8::1/32", NULL, "2001:db8::/32" },
	{ "IPv6 default", "::/0", "::/0", "::/0" },
	{ "IPv6 host", "2001:db8::1/128", "2001:db8::1/128",
	    "2001:db8::1/128" },
	{ "IPv6 length 129", "2001:db8::/129", NULL, NULL },
	{ "IPv4 in IPv6", "::ffff:192.0.2.0/120", "::ffff:192.0.2.0/120",
	    "::ffff:192.0.2.0/120" },
	{ "words", "example", NULL, NULL },
	{ "empty", "", NULL, NULL },
	{ "blank behind", "10.0.0.0/8 ", NULL, NULL },
};

static void
check_text(bool ok, const struct prefix *p, const char *want)
{
	char text[PREFIX_TEXT_MAX];

	assert_int_equal(ok, want != NULL);
	if (!ok)
		return;
	assert_true(prefix_is_canonical(p));
	assert_int_equal(prefix_format(text, p), strlen(want));
	assert_string_equal(text, want);
}

static void
test_text(void **state)
{
	const struct text_case *c = *state;
	struct prefix p = { 0 };

	check_text(prefix_parse(str_from(c->in), &p), &p, c->strict);
	check_text(prefix_parse_loose(str_from(c->in), &p), &p, c->loose);
}

static const struct asn_case {
	const char *why, *in;
	bool ok;
	uint32_t want;
} asns[] = {
	{ "with AS", "AS64500", true, 64500 },
	{ "lower case", "as64500", true, 64500 },
	{ "plain", "64500", true, 64500 },
	{ "asdot", "1.10", true, 65546 },
	{ "AS and asdot", "AS1.10", true, 65546 },
	{ "largest", "4294967295", true, 4294967295 },
	{ "too large", "4294967296", false, 0 },
	{ "asdot too large", "65536.1", false, 0 },
	{ "three parts", "1.2.3", false, 0 },
	{ "only AS", "AS", false, 0 },
	{ "as-set", "AS-EXAMPLE", false, 0 },
};

static void
test_asn(void **state)
{
	const struct asn_case *c = *state;
	uint32_t asn = 7;

	assert_int_equal(asn_parse(str_from(c->in), &asn), c->ok);
	assert_int_equal(asn, c->ok ? c->want : 7);
}

static const struct special_case {
	const char *why;
	enum net_special want;
} specials[] = {
	{ "10.0.0.0/8", NET_SPECIAL },
	{ "10.1.0.0/16", NET_SPECIAL },
	{ "192.0.0.0/24", NET_SPECIAL },
	{ "192.0.0.9/32", NET_ORDINARY },
	{ "192.0.0.0/16", NET_ORDINARY }, /* merely contains some */
	{ "0.0.0.0/0", NET_ORDINARY },
	{ "192.88.99.0/24", NET_SPECIAL_WARN },
	{ "192.175.48.0/24", NET_ORDINARY },
	{ "8.8.8.0/24", NET_ORDINARY },
	{ "240.0.0.0/8", NET_SPECIAL },
	{ "3fff::/24", NET_SPECIAL },
	{ "3fff:1000::/24", NET_ORDINARY },
	{ "4000::/16", NET_SPECIAL },
	{ "2000::/3", NET_ORDINARY },
	{ "::/0", NET_ORDINARY },
	{ "2002::/16", NET_SPECIAL_WARN },
	{ "2001::/32", NET_SPECIAL_WARN },
	{ "2001:1::/48", NET_SPECIAL },
	{ "2001:4:112::/48", NET_ORDINARY },
	{ "2620:4f:8000::/48", NET_ORDINARY },
	{ "fd00::/8", NET_SPECIAL },
};

static void
test_special(void **state)
{
	const struct special_case *c = *state;
	struct prefix p;

	assert_true(prefix_parse(str_from(c->why), &p));
	const struct net_special_row *row = net_special_prefix(&p);
	assert_int_equal(row == NULL ? NET_ORDINARY : row->kind, c->want);
	if (row != NULL)
		assert_true(strncmp(row->rfc, "RFC ", 4) == 0);
}

static void
test_special_asns(void **state)
{
	static const uint32_t bad[] = { 0, 23456, 64496, 64511, 64512, 65534,
		65535, 65536, 65551, 65552, 131071, 4200000000, 4294967295 };
	static const uint32_t good[] = { 1, 112, 64495, 131072, 4199999999 };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		const struct net_special_row *r = net_special_asn(bad[i]);

		assert_non_null(r);
		assert_int_equal(r->kind, NET_SPECIAL);
	}
	for (size_t i = 0; i < COUNT(good); i++) {
		const struct net_special_row *r = net_special_asn(good[i]);

		assert_true(r == NULL || r->kind == NET_ORDINARY);
	}
}

/* The C library is the oracle; words are often zero, to meet every form. */
static void
test_ip6_text_equals_the_c_library(void **state)
{
	unsigned short seed[3] = { 1, 2, 3 };
	char want[INET6_ADDRSTRLEN], have[PREFIX_TEXT_MAX];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint8_t a[16];

		for (int k = 0; k < 16; k += 2) {
			long r = nrand48(seed);
			bool zero = r % 3 != 0;
			uint16_t w = zero ? 0
				     : r % 7 == 0
					 ? 0xffff
					 : (uint16_t)(r >> 8 >> (r % 13));

			a[k] = (uint8_t)(w >> 8);
			a[k + 1] = (uint8_t)w;
		}
		assert_non_null(inet_ntop(AF_INET6, a, want, sizeof(want)));
		assert_int_equal(ip6_format(have, a), strlen(want));
		assert_string_equal(have, want);
	}
}

/* Text of few signs, half of it from formatted addresses with one changed. */
static size_t
make_text(unsigned short seed[3], char out[INET6_ADDRSTRLEN])
{
	static const char signs[] = "0:1:2:a:F:9.g";
	size_t n = (size_t)(nrand48(seed) % 24);

	for (size_t i = 0; i < n; i++)
		out[i] = signs[nrand48(seed) % (long)(sizeof(signs) - 1)];
	if (nrand48(seed) % 2 == 0) {
		uint8_t a[16] = { 0 };

		for (int k = 0; k < 16; k++)
			if (nrand48(seed) % 3 == 0)
				a[k] = (uint8_t)nrand48(seed);
		assert_non_null(inet_ntop(AF_INET6, a, out, INET6_ADDRSTRLEN));
		n = strlen(out);
		out[nrand48(seed) % (long)n] =
		    signs[nrand48(seed) % (long)(sizeof(signs) - 1)];
	}
	out[n] = '\0';
	return n;
}

static void
test_ip6_parsing_equals_the_c_library(void **state)
{
	unsigned short seed[3] = { 4, 5, 6 };
	char text[INET6_ADDRSTRLEN + 1];
	int taken = 0;

	(void)state;
	for (int i = 0; i < 500000; i++) {
		uint8_t want[16];
		struct ipaddr have;
		size_t n = make_text(seed, text);

		if (memchr(text, ':', n) == NULL)
			continue;
		bool ok = inet_pton(AF_INET6, text, want) == 1;
		assert_int_equal(ipaddr_parse((struct str){ text, n }, &have),
		    ok);
		if (!ok)
			continue;
		assert_int_equal(have.family, NET_IP6);
		assert_memory_equal(have.addr, want, 16);
		taken++;
	}
	assert_true(taken > 50000);
}

static int
count_and_print(void *ctx, const struct prefix *p)
{
	char text[PREFIX_TEXT_MAX];
	struct buf *b = ctx;

	(void)prefix_format(text, p);
	buf_str(b, text);
	buf_chr(b, ' ');
	return 0;
}

static const struct range_case {
	const char *why, *first, *last, *want;
} ranges[] = {
	{ "one prefix", "10.0.0.0", "10.0.0.255", "10.0.0.0/24 " },
	{ "768 addresses", "10.0.0.0", "10.0.2.255",
	    "10.0.0.0/23 10.0.2.0/24 " },
	{ "one address", "10.0.0.1", "10.0.0.1", "10.0.0.1/32 " },
	{ "everything", "0.0.0.0", "255.255.255.255", "0.0.0.0/0 " },
	{ "unaligned", "10.0.0.255", "10.0.1.1", "10.0.0.255/32 10.0.1.0/31 " },
	{ "backwards", "10.0.0.2", "10.0.0.1", "" },
	{ "up to the end", "255.255.255.254", "255.255.255.255",
	    "255.255.255.254/31 " },
	{ "IPv6", "2001:db8::", "2001:db8:2:ffff:ffff:ffff:ffff:ffff",
	    "2001:db8::/47 2001:db8:2::/48 " },
};

static void
test_range(void **state)
{
	const struct range_case *c = *state;
	struct ipaddr a, b;
	struct buf out = { 0 };

	assert_true(ipaddr_parse(str_from(c->first), &a));
	assert_true(ipaddr_parse(str_from(c->last), &b));
	assert_int_equal(prefix_each_of_range(&a, &b, count_and_print, &out),
	    0);
	assert_string_equal(buf_cstr(&out), c->want);
	buf_fini(&out);
}

#define ROWS(table, f)                                                    \
	for (size_t i = 0; i < COUNT(table); i++)                         \
		tests[n++] = (struct CMUnitTest){ .name = (table)[i].why, \
			.test_func = (f),                                 \
			.initial_state = (void *)(uintptr_t) & (table)[i] };

int
main(void)
{
	struct CMUnitTest tests[COUNT(texts) + COUNT(asns) + COUNT(specials) +
				COUNT(ranges) + 3] = {
		cmocka_unit_test(test_special_asns),
		cmocka_unit_test(test_ip6_text_equals_the_c_library),
		cmocka_unit_test(test_ip6_parsing_equals_the_c_library),
	};
	size_t n = 3;

	ROWS(texts, test_text)
	ROWS(asns, test_asn)
	ROWS(specials, test_special)
	ROWS(ranges, test_range)
	return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
