/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - text without printf: digits four at a time from a table.
 */
#include <errno.h>
#include <unistd.h>

#include "lib/part.h"

char text_digits[10000][4];
char text_octets[256][4];
uint8_t text_octet_len[256];
struct text_number text_numbers[65536];

void
text_init(void)
{
	for (unsigned i = 0; i < 10000; i++) {
		text_digits[i][0] = (char)('0' + i / 1000);
		text_digits[i][1] = (char)('0' + i / 100 % 10);
		text_digits[i][2] = (char)('0' + i / 10 % 10);
		text_digits[i][3] = (char)('0' + i % 10);
	}
	for (unsigned i = 0; i < 256; i++) {
		unsigned len = 1U + (i >= 10) + (i >= 100);

		memcpy(text_octets[i], text_digits[i] + 4 - len, len);
		text_octets[i][len] = '.';
		text_octet_len[i] = (uint8_t)(len + 1);
	}
	for (uint32_t i = 0; i < 65536; i++) {
		struct text_number *t = &text_numbers[i];
		char *end = put_u32(t->text, i);

		*end = ' ';
		t->n = (uint8_t)(end + 1 - t->text);
	}
}

void
out_flush(struct out *o)
{
	size_t at = 0;

	while (at < o->n && o->error == 0) {
		ssize_t n = write(o->fd, o->p + at, o->n - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			o->error = errno;
	}
	o->n = 0;
	o->flushes++;
}

char *
put_u64(char *o, uint64_t v)
{
	if (v <= UINT32_MAX)
		return put_u32(o, (uint32_t)v);
	return o + text_dec(o, v);
}

char *
put_hex(char *o, const uint8_t *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*o++ = digits[p[i] >> 4];
		*o++ = digits[p[i] & 15];
	}
	return o;
}

char *
put_micros(char *o, uint32_t us)
{
	*o++ = '.';
	for (uint32_t unit = 100000; unit > 0; unit /= 10)
		*o++ = (char)('0' + us / unit % 10);
	return o;
}

static char *
put_hex16(char *o, unsigned w)
{
	static const char digits[] = "0123456789abcdef";

	if (w >= 0x1000)
		*o++ = digits[w >> 12];
	if (w >= 0x100)
		*o++ = digits[w >> 8 & 15];
	if (w >= 0x10)
		*o++ = digits[w >> 4 & 15];
	*o++ = digits[w & 15];
	return o;
}

/* The low 32 bits as IPv4: "::ffff:192.0.2.1", "::192.0.2.1". */
static char *
put_mixed(char *o, const uint8_t a[16], bool mapped)
{
	o = mapped ? put_lit(o, "::ffff:") : put_lit(o, "::");
	return put_ip4(o, a + 12);
}

/*
 * Words in hexadecimal, the first longest run of at least `shortest` zero
 * words as "::".
 */
static char *
put_words(char *o, const unsigned w[8], int shortest)
{
	int at = -1, len = shortest - 1, run = 0;

	for (int i = 0; i < 8; i++) {
		run = w[i] == 0 ? run + 1 : 0;
		if (run > len) {
			len = run;
			at = i + 1 - run;
		}
	}
	for (int i = 0; i < 8; i++) {
		if (i == at) {
			*o++ = ':';
			i += len - 1;
			if (i == 7)
				*o++ = ':';
			continue;
		}
		if (i != 0)
			*o++ = ':';
		o = put_hex16(o, w[i]);
	}
	return o;
}

static char *
put_address(char *o, const uint8_t a[16], int shortest, unsigned compat_from)
{
	unsigned w[8], zero = 0;

	for (int i = 0; i < 8; i++)
		w[i] = view_u16(a + 2 * i);
	while (zero < 8 && w[zero] == 0)
		zero++;
	if (zero == 5 && w[5] == 0xffff)
		return put_mixed(o, a, true);
	if (zero >= 6 && (w[6] << 16 | w[7]) >= compat_from)
		return put_mixed(o, a, false);
	return put_words(o, w, shortest);
}

char *
put_ip6(char *o, const uint8_t a[16])
{
	/* RFC 5952 4.2.2: a single zero word is not shortened */
	return put_address(o, a, 2, 0x10000);
}

char *
put_ip6_line(char *o, const uint8_t a[16])
{
	return put_address(o, a, 1, 2);
}
