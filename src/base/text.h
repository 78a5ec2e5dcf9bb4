/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - small pieces of text: slices, numbers in and out, fields.
 *
 * Parsers of one small value return bool; they take exactly n bytes, accept
 * nothing before or after the value, and leave *out alone when they fail.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A borrowed slice of text, not NUL-terminated. */
struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })

static inline struct str
str_from(const char *s)
{
	return (struct str){ s, strlen(s) };
}

bool str_eq(struct str a, const char *b);
bool str_eq_nocase(struct str a, const char *b);
bool str_starts(struct str s, const char *with);
bool str_ends(struct str s, const char *with);
struct str str_trim(struct str s); /* blanks, tabs, CR, LF on both sides */
/*
 * Cut the next field off *rest at the first `sep`; false when nothing is left
 * (rest->p is then NULL).  "a,,b" has three fields, "" has one, empty.
 */
bool str_cut(struct str *rest, char sep, struct str *field);
/* Next word separated by blanks and tabs; false at the end. */
bool str_word(struct str *rest, struct str *word);

#define TEXT_DEC_MAX 20 /* digits of UINT64_MAX */
/* Decimal digits of v to out, no NUL; returns how many. */
size_t text_dec(char *out, uint64_t v);

bool text_parse_u64(struct str s, uint64_t max, uint64_t *out);
bool text_parse_u32(struct str s, uint32_t *out);
/* Hexadecimal of n bytes, lower case, to out (2n + 1 bytes, terminated). */
void text_hex(char *out, const uint8_t *bytes, size_t n);
/* Length of the valid UTF-8 sequence with which p begins, 0 = none; n > 0. */
size_t text_utf8_len(const char *p, size_t n);
/* Foreign text made safe to print: control bytes and invalid UTF-8 as '?'. */
const char *text_safe(char *out, size_t size, struct str s);
