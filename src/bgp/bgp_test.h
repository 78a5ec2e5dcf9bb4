/* SPDX-License-Identifier: BSD-2-Clause */
/* bgp_test.h - bytes from hexadecimal text, for the tests of this folder. */
#pragma once

#include "base/mem.h"
#include "bgp/bgp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

static inline unsigned
hex_digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/*
 * "40 01 01 00" as bytes, blanks ignored; a copy of exactly that many, so that
 * a sanitizer sees any read past the end.  Freed by the caller.
 */
static inline struct bgp_view
hex_view(const char *text)
{
	uint8_t *p = mem_alloc(strlen(text) / 2 + 1, 1);
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++) {
		if (*c == ' ')
			continue;
		p[n++] = (uint8_t)(hex_digit(c[0]) << 4 | hex_digit(c[1]));
		c++;
	}
	uint8_t *exact = mem_alloc(n == 0 ? 1 : n, 1);
	memcpy(exact, p, n);
	free(p);
	return (struct bgp_view){ exact, n };
}

static inline void
hex_free(struct bgp_view v)
{
	free((void *)(uintptr_t)v.p);
}

static inline struct bgp_decoder *
test_decoder(void)
{
	static struct bgp_decoder d;

	/* What the decode before left must not show. */
	memset(&d, 0xaa, sizeof(d));
	return &d;
}

static const struct bgp_session session_as2 = { 0 };
static const struct bgp_session session_as4 = { .as4 = true };
static const struct bgp_session session_table = { .as4 = true,
	.table_dump = true };
static const struct bgp_session session_lenient = { .lenient = true };
