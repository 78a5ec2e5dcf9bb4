/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text_test.c - numbers and addresses without printf, against printf and
 * inet_ntop; addresses as bgpdump writes them; an output that fails.
 */
#include "lib/part.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static uint32_t seed = 1;

static uint32_t
any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static void
is(const char *got, const char *end, const char *want)
{
	assert_int_equal((size_t)(end - got), strlen(want));
	assert_memory_equal(got, want, strlen(want));
}

static void
check_number(uint64_t v)
{
	char got[64], want[64];

	(void)snprintf(want, sizeof(want), "%llu", (unsigned long long)v);
	is(got, put_u64(got, v), want);
	if (v <= UINT32_MAX)
		is(got, put_u32(got, (uint32_t)v), want);
}

static void
test_numbers(void **state)
{
	(void)state;
	for (uint64_t power = 1; power < UINT64_MAX / 10; power *= 10) {
		check_number(power - 1);
		check_number(power);
		check_number(power + 1);
	}
	for (uint32_t i = 0; i < 20000; i++)
		check_number(i);
	for (int i = 0; i < 200000; i++)
		check_number(any() >> any() % 32);
	check_number(UINT32_MAX);
	check_number((uint64_t)UINT32_MAX + 1);
	check_number(UINT64_MAX);
}

static void
test_micros(void **state)
{
	char got[16];

	(void)state;
	is(got, put_micros(got, 0), ".000000");
	is(got, put_micros(got, 999999), ".999999");
	is(got, put_micros(got, 1020), ".001020");
}

static void
test_ip4(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint32_t v = any();
		uint8_t a[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
			(uint8_t)(v >> 8), (uint8_t)v };
		char got[32], want[INET_ADDRSTRLEN];

		is(got, put_ip4(got, a),
		    inet_ntop(AF_INET, a, want, sizeof(want)));
	}
}

/* Mostly zeros and few other words, so that every run of zeros occurs. */
static void
test_ip6(void **state)
{
	static const uint16_t words[] = { 0, 0, 0, 1, 0xffff, 0x20, 0xdb8,
		0xabcd };

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint8_t a[16];
		char got[64], want[INET6_ADDRSTRLEN];

		for (int k = 0; k < 8; k++) {
			uint16_t w = words[any() % COUNT(words)];

			a[2 * k] = (uint8_t)(w >> 8);
			a[2 * k + 1] = (uint8_t)w;
		}
		is(got, put_ip6(got, a),
		    inet_ntop(AF_INET6, a, want, sizeof(want)));
		/* The other form is the same address. */
		uint8_t again[16];
		*put_ip6_line(got, a) = '\0';
		assert_int_equal(inet_pton(AF_INET6, got, again), 1);
		assert_memory_equal(again, a, 16);
	}
}

static const struct line_case {
	const char *text, *want; /* any form, bgpdump's */
} lines[] = {
	{ "::", "::" },
	{ "::1", "::1" },
	{ "::2", "::0.0.0.2" },
	{ "::192.0.2.1", "::192.0.2.1" },
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
	{ "2001:db8::", "2001:db8::" },
	{ "2001:db8::1", "2001:db8::1" },
	{ "2001:db8:0:1:1:1:1:1", "2001:db8::1:1:1:1:1" },
	{ "2001:7f8:30:0:2:1:0:8447", "2001:7f8:30::2:1:0:8447" },
	{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
	{ "2001:0:0:1:0:0:1:1", "2001::1:0:0:1:1" },
	{ "0:1:1:1:1:1:1:1", "::1:1:1:1:1:1:1" },
	{ "1:1:1:1:1:1:1:0", "1:1:1:1:1:1:1::" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
};

static void
test_line(void **state)
{
	const struct line_case *c = *state;
	uint8_t a[16];
	char got[64];

	assert_int_equal(inet_pton(AF_INET6, c->text, a), 1);
	is(got, put_ip6_line(got, a), c->want);
}

static void
test_hex(void **state)
{
	char got[16];

	(void)state;
	is(got, put_hex(got, (const uint8_t *)"\x00\xff\x1a", 3), "00ff1a");
	is(got, put_hex(got, NULL, 0), "");
}

/* What was written before a failure is not written twice, and it is kept in
 * mind; nothing more is tried. */
static void
test_output(void **state)
{
	char room[64];
	int fd[2];
	struct out o = { .p = room };

	(void)state;
	assert_int_equal(pipe(fd), 0);
	o.fd = fd[1];
	out_end(&o, put_lit(out_begin(&o), "text"));
	out_flush(&o);
	assert_int_equal(o.error, 0);
	assert_int_equal(o.n, 0);
	char got[8] = "";
	assert_int_equal(read(fd[0], got, sizeof(got)), 4);
	assert_memory_equal(got, "text", 4);
	(void)close(fd[0]);
	(void)close(fd[1]);
	out_end(&o, put_lit(out_begin(&o), "text"));
	out_flush(&o);
	assert_int_equal(o.error, EBADF);
	assert_int_equal(o.n, 0);
}

static int
setup(void **state)
{
	(void)state;
	text_init();
	return 0;
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(lines) + 6] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_micros),
		cmocka_unit_test(test_ip4),
		cmocka_unit_test(test_ip6),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_output),
	};
	size_t n = 6;

	for (size_t i = 0; i < COUNT(lines); i++)
		tests[n++] = (struct CMUnitTest){ .name = lines[i].text,
			.test_func = test_line,
			.initial_state = (void *)(uintptr_t)&lines[i] };
	assert(n == COUNT(tests));
	return cmocka_run_group_tests_name("dump_text", tests, setup, NULL);
}
