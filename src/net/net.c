/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.c - prefixes, addresses and AS numbers as values and text.
 *
 * Formatting is written out by hand, as it stands in the hot path of every
 * dump: two decimal digits at a time, no printf.
 */
#include "net/net.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/hash.h"

struct prefix
prefix_truncate(const struct prefix *p, uint8_t len)
{
	struct prefix t = { .family = p->family, .len = len };

	memcpy(t.addr, p->addr, len / 8);
	if (len % 8 != 0)
		t.addr[len / 8] =
		    p->addr[len / 8] & (uint8_t)(0xff00 >> len % 8);
	return t;
}

bool
prefix_is_canonical(const struct prefix *p)
{
	if (p->family >= NET_FAMILIES || p->len > prefix_len_max(p->family))
		return false;
	struct prefix t = prefix_truncate(p, p->len);
	return memcmp(p->addr, t.addr, sizeof(t.addr)) == 0;
}

int
prefix_cmp(const struct prefix *a, const struct prefix *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	int c = memcmp(a->addr, b->addr, sizeof(a->addr));
	if (c != 0)
		return c;
	return (a->len > b->len) - (a->len < b->len);
}

bool
prefix_eq(const struct prefix *a, const struct prefix *b)
{
	return a->family == b->family && a->len == b->len &&
	       memcmp(a->addr, b->addr, sizeof(a->addr)) == 0;
}

bool
prefix_covers(const struct prefix *a, const struct prefix *b)
{
	if (a->family != b->family || a->len > b->len)
		return false;
	if (memcmp(a->addr, b->addr, a->len / 8) != 0)
		return false;
	unsigned rest = a->len % 8;
	return rest == 0 || ((a->addr[a->len / 8] ^ b->addr[a->len / 8]) &
				(0xff00 >> rest) & 0xff) == 0;
}

uint64_t
prefix_hash(const struct prefix *p)
{
	uint64_t hi, lo;

	memcpy(&hi, p->addr, 8);
	memcpy(&lo, p->addr + 8, 8);
	return hash_u64(
	    hi ^ hash_u64(lo + p->len + ((uint64_t)p->family << 9)));
}

bool
ipaddr_eq(const struct ipaddr *a, const struct ipaddr *b)
{
	return a->family == b->family &&
	       memcmp(a->addr, b->addr, sizeof(a->addr)) == 0;
}

/* --- parsing ----------------------------------------------------------- */

/* Decimal 0..max of at most three digits, without leading zero. */
static inline bool
parse_small(struct str s, unsigned max, unsigned *out)
{
	unsigned v = 0;

	if (s.n == 0 || s.n > 3 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)(unsigned char)s.p[i] - '0';

		if (d > 9)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return v <= max;
}

/* `least` octets at least, four at most. */
static inline bool
parse_ip4(struct str s, unsigned least, uint8_t out[16])
{
	uint8_t addr[16] = { 0 };
	unsigned n = 0, v;
	size_t from = 0;

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '.')
			continue;
		if (n == 4 ||
		    !parse_small((struct str){ s.p + from, i - from }, 255, &v))
			return false;
		addr[n++] = (uint8_t)v;
		from = i + 1;
	}
	if (n < least)
		return false;
	memcpy(out, addr, sizeof(addr));
	return true;
}

/* With an IPv4 tail: rare enough for the C library. */
static bool
parse_mixed(struct str s, uint8_t out[16])
{
	char text[INET6_ADDRSTRLEN];
	uint8_t addr[16];

	if (s.n >= sizeof(text) || memchr(s.p, '\0', s.n) != NULL)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET6, text, addr) != 1)
		return false;
	memcpy(out, addr, sizeof(addr));
	return true;
}

static inline int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 4291 2.2: up to eight groups, one gap of zeros at most. */
static bool
parse_ip6(struct str s, uint8_t out[16])
{
	uint8_t addr[16] = { 0 };
	unsigned n = 0, gap = 16, v = 0, digits = 0; /* n, gap: bytes */
	size_t i = 0;

	if (s.n > 0 && s.p[0] == ':' && (s.n == 1 || s.p[++i] != ':'))
		return false;
	for (; i < s.n; i++) {
		int d = hex_digit(s.p[i]);

		if (d >= 0) {
			if (digits++ == 4)
				return false;
			v = v << 4 | (unsigned)d;
			continue;
		}
		if (s.p[i] == '.')
			return parse_mixed(s, out);
		if (s.p[i] != ':')
			return false;
		if (digits == 0) { /* "::" */
			if (gap != 16 || n == 16)
				return false;
			gap = n;
			continue;
		}
		if (i + 1 == s.n || n == 16)
			return false;
		addr[n++] = (uint8_t)(v >> 8);
		addr[n++] = (uint8_t)v;
		v = digits = 0;
	}
	if (digits > 0) {
		if (n == 16)
			return false;
		addr[n++] = (uint8_t)(v >> 8);
		addr[n++] = (uint8_t)v;
	}
	if ((gap == 16) != (n == 16)) /* a gap stands for one group or more */
		return false;
	if (gap != 16) {
		memmove(addr + gap + (16 - n), addr + gap, n - gap);
		memset(addr + gap, 0, 16 - n);
	}
	memcpy(out, addr, sizeof(addr));
	return true;
}

static bool
is_ip6(struct str s)
{
	return s.n > 0 && memchr(s.p, ':', s.n) != NULL;
}

bool
ipaddr_parse(struct str text, struct ipaddr *out)
{
	struct ipaddr a = { .family = is_ip6(text) ? NET_IP6 : NET_IP4 };

	if (a.family == NET_IP6 ? !parse_ip6(text, a.addr)
				: !parse_ip4(text, 4, a.addr))
		return false;
	*out = a;
	return true;
}

bool
prefix_parse(struct str text, struct prefix *out)
{
	struct str addr, rest = text;
	unsigned len;

	if (!str_cut(&rest, '/', &addr) || rest.p == NULL)
		return false;
	struct prefix p = { .family = is_ip6(addr) ? NET_IP6 : NET_IP4 };
	if (p.family == NET_IP6 ? !parse_ip6(addr, p.addr)
				: !parse_ip4(addr, 4, p.addr))
		return false;
	if (!parse_small(rest, prefix_len_max(p.family), &len))
		return false;
	p.len = (uint8_t)len;
	if (!prefix_is_canonical(&p))
		return false;
	*out = p;
	return true;
}

bool
prefix_parse_loose(struct str text, struct prefix *out)
{
	struct str addr, rest = text;
	unsigned len;

	if (!str_cut(&rest, '/', &addr))
		return false;
	bool host = rest.p == NULL;
	struct prefix p = { .family = is_ip6(addr) ? NET_IP6 : NET_IP4 };
	len = prefix_len_max(p.family);
	if (p.family == NET_IP6 ? !parse_ip6(addr, p.addr)
				: !parse_ip4(addr, host ? 4 : 1, p.addr))
		return false;
	if (!host && !parse_small(rest, prefix_len_max(p.family), &len))
		return false;
	p.len = (uint8_t)len;
	*out = prefix_truncate(&p, p.len);
	return true;
}

bool
asn_parse(struct str text, uint32_t *out)
{
	struct str high;
	uint64_t hi, lo;

	if (text.n > 2 && (text.p[0] == 'A' || text.p[0] == 'a') &&
	    (text.p[1] == 'S' || text.p[1] == 's'))
		text = (struct str){ text.p + 2, text.n - 2 };
	struct str rest = text;
	if (!str_cut(&rest, '.', &high))
		return false;
	if (rest.p == NULL)
		return text_parse_u32(text, out);
	/* RFC 5396: asdot, both halves of 16 bits */
	if (!text_parse_u64(high, 65535, &hi) ||
	    !text_parse_u64(rest, 65535, &lo))
		return false;
	*out = (uint32_t)(hi << 16 | lo);
	return true;
}

/* --- formatting -------------------------------------------------------- */

static char *
put_octet(char *o, unsigned v)
{
	if (v >= 100) {
		*o++ = (char)('0' + v / 100);
		v %= 100;
		*o++ = (char)('0' + v / 10);
	} else if (v >= 10) {
		*o++ = (char)('0' + v / 10);
	}
	*o++ = (char)('0' + v % 10);
	return o;
}

static char *
put_ip4(char *o, const uint8_t addr[4])
{
	o = put_octet(o, addr[0]);
	for (int i = 1; i < 4; i++) {
		*o++ = '.';
		o = put_octet(o, addr[i]);
	}
	return o;
}

size_t
ip4_format(char out[PREFIX_TEXT_MAX], const uint8_t addr[4])
{
	char *o = put_ip4(out, addr);

	*o = '\0';
	return (size_t)(o - out);
}

static char *
put_hex16(char *o, unsigned v)
{
	static const char digit[] = "0123456789abcdef";

	if (v >= 0x1000)
		*o++ = digit[v >> 12];
	if (v >= 0x100)
		*o++ = digit[v >> 8 & 15];
	if (v >= 0x10)
		*o++ = digit[v >> 4 & 15];
	*o++ = digit[v & 15];
	return o;
}

/* The longest run of two or more zero words, the first of equals. */
static int
longest_zeros(const uint16_t w[8], int *len)
{
	int best = -1, n = 1;

	for (int i = 0; i < 8; i++) {
		int k = i;

		while (k < 8 && w[k] == 0)
			k++;
		if (k - i > n) {
			best = i;
			n = k - i;
		}
		if (k > i)
			i = k - 1;
	}
	*len = best == -1 ? 0 : n;
	return best;
}

/*
 * RFC 5952, and the mixed form for ::/96 and ::ffff:0:0/96 as every C library
 * prints it.
 */
size_t
ip6_format(char out[PREFIX_TEXT_MAX], const uint8_t addr[16])
{
	uint16_t w[8];
	char *o = out;
	int n;

	for (int i = 0; i < 8; i++)
		w[i] = (uint16_t)(addr[2 * i] << 8 | addr[2 * i + 1]);
	int at = longest_zeros(w, &n);
	bool mixed = at == 0 && (n == 6 || (n == 5 && w[5] == 0xffff));
	int words = mixed ? 6 : 8;
	for (int i = 0; i < words; i++) {
		if (at != -1 && i >= at && i < at + n) {
			if (i == at)
				*o++ = ':';
			continue;
		}
		if (i != 0)
			*o++ = ':';
		o = put_hex16(o, w[i]);
	}
	if (at != -1 && at + n == 8 && !mixed)
		*o++ = ':';
	if (mixed) {
		*o++ = ':';
		o = put_ip4(o, addr + 12);
	}
	*o = '\0';
	return (size_t)(o - out);
}

size_t
ipaddr_format(char out[PREFIX_TEXT_MAX], const struct ipaddr *a)
{
	return a->family == NET_IP6 ? ip6_format(out, a->addr)
				    : ip4_format(out, a->addr);
}

size_t
prefix_format(char out[PREFIX_TEXT_MAX], const struct prefix *p)
{
	size_t n = p->family == NET_IP6 ? ip6_format(out, p->addr)
					: ip4_format(out, p->addr);
	out[n++] = '/';
	char *end = put_octet(out + n, p->len);
	*end = '\0';
	return (size_t)(end - out);
}

/* --- ranges ------------------------------------------------------------ */

/* Number of trailing zero bits of the address. */
static unsigned
trailing_zeros(const struct ipaddr *a)
{
	unsigned max = prefix_len_max(a->family), n = 0;

	while (n < max && (a->addr[(max - 1 - n) / 8] >> (n % 8) & 1) == 0)
		n++;
	return n;
}

/* The last address of a prefix. */
static struct ipaddr
last_of(const struct ipaddr *first, unsigned len)
{
	struct ipaddr a = *first;

	for (unsigned i = len; i < prefix_len_max(first->family); i++)
		a.addr[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return a;
}

/* a + 1; false when it wraps. */
static bool
increment(struct ipaddr *a)
{
	for (int i = prefix_len_max(a->family) / 8 - 1; i >= 0; i--)
		if (++a->addr[i] != 0)
			return true;
	return false;
}

int
prefix_each_of_range(const struct ipaddr *first, const struct ipaddr *last,
    int (*each)(void *ctx, const struct prefix *p), void *ctx)
{
	struct ipaddr at = *first;

	if (first->family != last->family ||
	    memcmp(first->addr, last->addr, sizeof(first->addr)) > 0)
		return 0;
	for (;;) {
		unsigned max = prefix_len_max(at.family);
		unsigned len = max - trailing_zeros(&at);
		struct ipaddr end = last_of(&at, len);

		while (memcmp(end.addr, last->addr, sizeof(end.addr)) > 0)
			end = last_of(&at, ++len);
		struct prefix p = { .family = at.family, .len = (uint8_t)len };
		memcpy(p.addr, at.addr, sizeof(p.addr));
		if (each(ctx, &p) == -1)
			return -1;
		if (memcmp(end.addr, last->addr, sizeof(end.addr)) == 0)
			return 0;
		at = end;
		if (!increment(&at))
			return 0;
	}
}
