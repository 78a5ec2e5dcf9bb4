/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - see text.h. */
#include "base/text.h"

#include <strings.h>

bool
str_eq(struct str a, const char *b)
{
	return a.n == strlen(b) && memcmp(a.p, b, a.n) == 0;
}

bool
str_eq_nocase(struct str a, const char *b)
{
	return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

bool
str_starts(struct str s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && memcmp(s.p, with, n) == 0;
}

bool
str_ends(struct str s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && memcmp(s.p + s.n - n, with, n) == 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		s.p++, s.n--;
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_cut(struct str *rest, char sep, struct str *field)
{
	if (rest->p == NULL)
		return false;
	const char *at = rest->n == 0 ? NULL : memchr(rest->p, sep, rest->n);
	if (at == NULL) {
		*field = *rest;
		*rest = (struct str){ NULL, 0 };
		return true;
	}
	size_t n = (size_t)(at - rest->p);
	*field = (struct str){ rest->p, n };
	rest->p += n + 1;
	rest->n -= n + 1;
	return true;
}

bool
str_word(struct str *rest, struct str *word)
{
	while (rest->n > 0 && is_blank(rest->p[0]))
		rest->p++, rest->n--;
	if (rest->n == 0)
		return false;
	size_t n = 0;
	while (n < rest->n && !is_blank(rest->p[n]))
		n++;
	*word = (struct str){ rest->p, n };
	rest->p += n;
	rest->n -= n;
	return true;
}

size_t
text_dec(char *out, uint64_t v)
{
	char digits[TEXT_DEC_MAX];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	for (size_t i = 0; i < n; i++)
		out[i] = digits[n - 1 - i];
	return n;
}

bool
text_parse_u64(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > TEXT_DEC_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		uint64_t d = (uint64_t)(s.p[i] - '0');
		if (v > (max - d) / 10 || d > max)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

bool
text_parse_u32(struct str s, uint32_t *out)
{
	uint64_t v;

	if (!text_parse_u64(s, UINT32_MAX, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

void
text_hex(char *out, const uint8_t *bytes, size_t n)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digit[bytes[i] >> 4];
		out[2 * i + 1] = digit[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

size_t
text_utf8_len(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t want = p[0] < 0x80                   ? 1
		      : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
		      : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
		      : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
						    : 0;

	if (want == 0 || want > n)
		return 0;
	uint32_t v = want == 1 ? p[0] : p[0] & (0x7fU >> want);
	for (size_t i = 1; i < want; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3fU);
	}
	bool fine =
	    v >= least[want] && v <= 0x10ffff && (v < 0xd800 || v > 0xdfff);
	return fine ? want : 0;
}

const char *
text_safe(char *out, size_t size, struct str s)
{
	size_t o = 0;

	for (size_t i = 0; i < s.n && o + 5 < size;) {
		const unsigned char *p = (const unsigned char *)s.p + i;
		size_t k = text_utf8_len(s.p + i, s.n - i);
		bool control = k == 0 || p[0] < 0x20 || p[0] == 0x7f ||
			       (p[0] == 0xc2 && p[1] < 0xa0);

		if (k == 0)
			k = 1;
		if (control) {
			out[o++] = '?';
		} else {
			memcpy(out + o, p, k);
			o += k;
		}
		i += k;
	}
	out[o] = '\0';
	return out;
}
