/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov_lines.c - one chunk of routes in, verdicts out, as fast as text allows.
 *
 * The chunk is cut into lines in place.  Routes are gathered until a batch is
 * full, judged side by side and written, so that the memory that one look-up
 * waits for is fetched behind the others.
 */
#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "cmd/rov.h"

#define BATCH       256
#define VERDICT_MAX 12 /* "not-found" and LF, and room to copy by */

struct lines {
	const struct vrp_table *vrps;
	const struct pmap_index *index;
	struct rov_chunk *c; /* out, counts and complaints */
	size_t n;            /* routes waiting */
	size_t room;         /* that their lines take */
	struct prefix prefixes[BATCH];
	uint32_t origins[BATCH];
	/* "prefix asn" when they came so; else the prefix, and then the AS */
	struct str texts[BATCH], origin_texts[BATCH];
	bool local[BATCH];
};

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static inline struct str
next_word(const char **p, const char *end)
{
	const char *at = *p;

	while (at < end && is_blank(*at))
		at++;
	const char *from = at;
	while (at < end && !is_blank(*at))
		at++;
	*p = at;
	return (struct str){ from, (size_t)(at - from) };
}

/* --- output ------------------------------------------------------------ */

/* Short texts go by whole ROV_SLACK bytes: both sides have that many to spare. */
static inline char *
put(char *o, struct str s)
{
	if (s.n <= ROV_SLACK)
		memcpy(o, s.p, ROV_SLACK);
	else
		memcpy(o, s.p, s.n);
	o[s.n] = ' ';
	return o + s.n + 1;
}

static void
judge_batch(struct lines *l)
{
	static const struct {
		char text[VERDICT_MAX];
		size_t n;
	} verdicts[] = { [ROV_NOT_FOUND] = { "not-found\n", 10 },
		[ROV_VALID] = { "valid\n", 6 },
		[ROV_INVALID] = { "invalid\n", 8 } };
	enum rov_state states[BATCH];
	uint64_t by_state[3] = { 0 };

	if (l->vrps != NULL)
		vrp_table_validate_many(l->vrps, l->index, l->prefixes,
		    l->origins, l->n, states);
	char *from = (char *)buf_room(&l->c->out, l->room + ROV_SLACK);
	char *o = from;
	for (size_t i = 0; i < l->n; i++) {
		o = put(o, l->texts[i]);
		if (l->origin_texts[i].n > 0)
			o = put(o, l->origin_texts[i]);
		if (l->vrps == NULL || l->local[i]) {
			memcpy(o, "unknown\n", 8);
			o += 8;
			l->c->counts.unknown++;
		} else {
			memcpy(o, verdicts[states[i]].text, VERDICT_MAX);
			o += verdicts[states[i]].n;
			by_state[states[i]]++;
		}
	}
	l->c->out.n -= l->room + ROV_SLACK - (size_t)(o - from);
	l->c->counts.not_found += by_state[ROV_NOT_FOUND];
	l->c->counts.valid += by_state[ROV_VALID];
	l->c->counts.invalid += by_state[ROV_INVALID];
	l->n = 0;
	l->room = 0;
}

/* The route has been put in place behind those waiting. */
static inline void
add_route(struct lines *l, struct str text, struct str origin, bool local)
{
	l->texts[l->n] = text;
	l->origin_texts[l->n] = origin;
	l->local[l->n] = local;
	l->room += text.n + origin.n + 2 + VERDICT_MAX;
	if (++l->n == BATCH)
		judge_batch(l);
}

/* --- lines ------------------------------------------------------------- */

static void
complain(struct lines *l, const char *p, size_t n)
{
	struct rov_chunk *c = l->c;

	if (c->counts.malformed++ >= ROV_COMPLAINTS_MAX)
		return;
	struct rov_complaint *to = &c->complaints[c->n_complaints++];
	to->line = c->counts.lines;
	(void)text_safe(to->text, sizeof(to->text), (struct str){ p, n });
}

static void
repeat(struct lines *l, const char *p, size_t n, const char *behind)
{
	judge_batch(l);
	buf_add(&l->c->out, p, n);
	buf_str(&l->c->out, behind);
}

static void
malformed(struct lines *l, const char *p, size_t n)
{
	repeat(l, p, n, " malformed\n");
	complain(l, p, n);
}

/* No route begins so: remarks, and the preamble of RIS whois dumps. */
static bool
is_comment(struct str first)
{
	return first.n == 0 || first.p[0] == '#' || first.p[0] == '%' ||
	       first.p[0] == ';' || first.p[0] == '[';
}

/* "prefix asn", "prefix => asn", or as RIS whois dumps have it "asn prefix
 * peers". */
static void
take_line(struct lines *l, const char *p, const char *end)
{
	const char *at = p;
	struct rov_route r;

	l->c->counts.lines++;
	struct str a = next_word(&at, end);
	if (is_comment(a)) {
		repeat(l, p, (size_t)(end - p), "\n");
		return;
	}
	struct str b = next_word(&at, end);
	if (b.n == 2 && memcmp(b.p, "=>", 2) == 0)
		b = next_word(&at, end);
	struct str peers = next_word(&at, end);
	if (!rov_route_parse(a, b, &r) ||
	    (peers.n > 0 &&
		(r.prefix_text.p == a.p || next_word(&at, end).n > 0))) {
		malformed(l, p, (size_t)(end - p));
		return;
	}
	l->prefixes[l->n] = r.prefix;
	l->origins[l->n] = r.origin;
	add_route(l, r.prefix_text, r.origin_text, r.local);
}

/*
 * The common forms in one pass: "192.0.2.0/24 AS64500" and "64500 prefix
 * peers".  Whatever is uncommon is left to take_line().  Every step stops at
 * the LF at the latest, so no end is asked for.
 */
static inline unsigned
digit(char c)
{
	return (unsigned)(unsigned char)c - '0';
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint32_t
load4(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t
load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* One bit for each of 16 bytes, the first lowest: is it no digit, is it c? */
#ifdef __SSE2__
static inline unsigned
others_among(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	v = _mm_sub_epi8(v, _mm_set1_epi8('0'));
	v = _mm_cmpeq_epi8(_mm_max_epu8(v, _mm_set1_epi8(10)), v);
	return (unsigned)_mm_movemask_epi8(v);
}

static inline unsigned
find_among(const char *p, char c)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}
#else
/* The top bits of eight bytes. */
static inline unsigned
top_bits(uint64_t v)
{
	return (
	    unsigned)(((v & EACH(0x80)) >> 7) * UINT64_C(0x0102040810204080) >>
		      56);
}

static inline unsigned
others_among(const char *p)
{
	uint64_t a = load8(p) ^ EACH('0'), b = load8(p + 8) ^ EACH('0');

	return top_bits(a | ((a & EACH(0x7f)) + EACH(0x76))) |
	       top_bits(b | ((b & EACH(0x7f)) + EACH(0x76))) << 8;
}

static inline unsigned
find_among(const char *p, char c)
{
	uint64_t a = load8(p) ^ EACH((unsigned char)c),
		 b = load8(p + 8) ^ EACH((unsigned char)c);

	return top_bits(~(a | ((a & EACH(0x7f)) + EACH(0x7f)))) |
	       top_bits(~(b | ((b & EACH(0x7f)) + EACH(0x7f)))) << 8;
}
#endif

/* The first n of four bytes become the last, zeros before them. */
static inline uint32_t
push_up(uint32_t v, unsigned n)
{
	return (uint32_t)((uint64_t)v << (8 * (4 - n) & 63));
}

/*
 * The number whose n digits begin at p; *bad gets its top bit when there are
 * too few or too many of them, when it begins with zero or is over 255.
 */
static inline unsigned
octet(const char *p, unsigned n, uint32_t *bad)
{
	static const uint32_t least[32] = { INT32_MAX, 0, 0x100, 0x10000,
		[4 ... 31] = INT32_MAX };
	uint32_t v = push_up(load4(p) ^ 0x30303030, n);
	uint32_t digits = __builtin_bswap32(v); /* ordered as the numbers are */

	*bad |= (0x020505 - digits) | (digits - least[n & 31]);
	return (v >> 8) * (100 << 16 | 10 << 8 | 1) >> 16 & 0xff;
}

/*
 * Up to the slash and behind it, or NULL.  Octets of any length go without a
 * branch, as one in two would be taken wrongly: what ends them is found among
 * 16 bytes at once.
 */
static inline const char *
fast_ip4(const char *p, uint64_t *out)
{
	unsigned others = others_among(p), at = 0;
	uint32_t addr = 0, bad = 0, wrong = 0;

	if (p[__builtin_ctz(others | 1U << 16)] != '.')
		return NULL;
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++) {
		unsigned end = (unsigned)__builtin_ctz(others | 1U << 16);

		addr = addr << 8 | octet(p + at, end - at, &bad);
		wrong |= (uint32_t)(p[end] ^ (i < 3 ? '.' : '/'));
		others &= others - 1;
		at = end + 1;
	}
	if ((bad >> 31 | wrong) != 0)
		return NULL;
	*out = (uint64_t)addr << 32;
	return p + at;
}

/* The same of a group of hexadecimal digits. */
static inline unsigned
group(const char *p, unsigned n, unsigned *bad)
{
	uint32_t v = load4(p);
	uint32_t letters = v >> 6 & 0x01010101;

	/* "a" behind "9"; what is no digit keeps a bit above the lower four */
	v = push_up((v - letters * ('a' - '9' - 1)) ^ 0x30303030, n);
	letters = push_up(letters, n);
	*bad |=
	    (v & 0xf0f0f0f0) | (((v + 0x06060606) >> 4 & 0x01010101) ^ letters);
	*bad |= n - 1 > 3;
	v = (v << 4 | v >> 8) & 0x00ff00ff;
	return (v & 0xff) << 8 | v >> 16;
}

/* Up to four groups and the gap: the form of nearly all. */
static inline const char *
fast_ip6(const char *p, uint64_t *out)
{
	unsigned colons = find_among(p, ':') | find_among(p + 16, ':') << 16;
	unsigned gaps = colons & colons >> 1;
	unsigned bad = 0, at = 0;
	uint64_t addr = 0;

	if (gaps == 0)
		return NULL;
	unsigned gap = (unsigned)__builtin_ctz(gaps);
	for (unsigned i = 0; i < 4 && (i < 3 || at <= gap); i++) {
		unsigned end = (unsigned)__builtin_ctz(colons | 1U << 31);
		unsigned has = 0U - (at <= gap), wrong = 0;

		/* no branch before the fourth: there may be two or three */
		addr |= (uint64_t)(group(p + at, end - at, &wrong) & has)
			<< (48 - 16 * i);
		bad |= wrong & has;
		colons &= colons - 1;
		at = end + 1;
	}
	if (bad != 0 || at <= gap || p[gap + 2] != '/')
		return NULL;
	*out = addr;
	return p + gap + 3;
}

static inline const char *
fast_prefix(const char *p, struct prefix *out)
{
	uint64_t addr; /* its first half, the other one is zero */
	const char *at = fast_ip4(p, &addr);
	uint8_t family = NET_IP4;
	unsigned longest = 32;

	if (at == NULL) {
		family = NET_IP6;
		longest = 128;
		if ((at = fast_ip6(p, &addr)) == NULL)
			return NULL;
	}
	unsigned v = digit(*at++), d;
	if (v > 9)
		return NULL;
	for (int i = 0; i < 2 && v > 0 && (d = digit(*at)) <= 9; i++, at++)
		v = v * 10 + d;
	/* host bits set: not canonical */
	if (v > longest || (v < 64 && (addr & UINT64_MAX >> v) != 0))
		return NULL;
	addr = __builtin_bswap64(addr);
	*out = (struct prefix){ .family = family, .len = (uint8_t)v };
	memcpy(out->addr, &addr, sizeof(addr));
	return at;
}

/* Up to seven digits without a branch; longer ones are rare. */
static inline const char *
fast_asn(const char *p, uint32_t *out)
{
	const char *at = p + 2 * (p[0] == 'A' && p[1] == 'S');
	uint64_t v = load8(at) ^ EACH('0');
	uint64_t others = (v | (v + EACH(0x76))) & EACH(0x80);

	if (others == 0)
		return NULL;
	unsigned n = (unsigned)__builtin_ctzll(others) / 8;
	if (n == 0)
		return NULL;
	/* the digits as the last bytes; then pairs, fours and all of them */
	v <<= 8 * (8 - n);
	v = v * 10 + (v >> 8);
	v = ((v & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064) +
		(v >> 16 & UINT64_C(0x000000ff000000ff)) *
		    UINT64_C(0x0000271000000001)) >>
	    32;
	*out = (uint32_t)v;
	return at + n;
}

static inline const char *
fast_number(const char *p)
{
	if (digit(*p) > 9)
		return NULL;
	while (digit(*p) <= 9)
		p++;
	return p;
}

/* The line at p; returns what is behind its LF, or NULL: it is uncommon. */
static inline const char *
fast_line(struct lines *l, const char *p)
{
	struct prefix *prefix = &l->prefixes[l->n];
	uint32_t *asn = &l->origins[l->n];
	struct str text = { p, 0 }, origin = { p, 0 };
	const char *at = fast_prefix(p, prefix);

	if (at != NULL) {
		const char *blank = at;

		if ((*at != ' ' && *at != '\t') ||
		    (at = fast_asn(blank + 1, asn)) == NULL)
			return NULL;
		text.n = (size_t)(at - p);
		if (*blank == '\t') {
			text.n = (size_t)(blank - p);
			origin =
			    (struct str){ blank + 1, (size_t)(at - blank) - 1 };
		}
	} else {
		if ((at = fast_asn(p, asn)) == NULL || *at != '\t')
			return NULL;
		origin.n = (size_t)(at - p);
		text.p = at + 1;
		if ((at = fast_prefix(at + 1, prefix)) == NULL || *at != '\t')
			return NULL;
		text.n = (size_t)(at - text.p);
		if ((at = fast_number(at + 1)) == NULL)
			return NULL;
	}
	if (*at != '\n')
		return NULL;
	l->c->counts.lines++;
	add_route(l, text, origin, false);
	return at + 1;
}

/* A piece of a line that is longer than a chunk, passed on as it comes. */
static void
take_piece(struct lines *l, const char *p, size_t n, bool begins, bool ends)
{
	if (begins) {
		l->c->counts.lines++;
		complain(l, p, n);
	}
	buf_add(&l->c->out, p, n);
	if (ends)
		buf_str(&l->c->out, " malformed\n");
}

static void
take_lines(struct lines *l, const char *p, const char *end)
{
	while (p < end) {
		const char *next = fast_line(l, p);

		if (next == NULL) {
			const char *lf = memchr(p, '\n', (size_t)(end - p));

			take_line(l, p, lf);
			next = lf + 1;
		}
		p = next;
	}
	judge_batch(l);
}

void
rov_chunk_run(struct rov_chunk *c, const struct vrp_table *vrps,
    const struct pmap_index *index)
{
	struct lines l = { .vrps = vrps, .index = index, .c = c };
	const char *p = c->text, *end = c->text + c->n;

	buf_clear(&c->out);
	c->counts = (struct rov_counts){ 0 };
	c->n_complaints = 0;
	if (c->open) {
		take_piece(&l, p, c->n, !c->continues, false);
		return;
	}
	if (c->continues) {
		const char *lf = memchr(p, '\n', c->n);

		take_piece(&l, p, (size_t)(lf - p), false, true);
		p = lf + 1;
	}
	if (c->torn) {
		const char *last = memrchr(p, '\n', (size_t)(end - p) - 1);

		last = last == NULL ? p : last + 1;
		take_lines(&l, p, last);
		take_piece(&l, last, (size_t)(end - last) - 1, true, true);
		return;
	}
	take_lines(&l, p, end);
}
