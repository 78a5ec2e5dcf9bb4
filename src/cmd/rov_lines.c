/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov_lines.c - one chunk of routes in, verdicts out, as fast as text allows.
 *
 * The chunk is cut into lines in place.  Routes are gathered until a batch is
 * full, judged side by side and written, so that the memory that one look-up
 * waits for is fetched behind the others.
 */
#include <stdlib.h>

#include "cmd/rov.h"

#define BATCH       256
#define VERDICT_MAX 12 /* "not-found" and LF, and room to copy by */

struct lines {
	const struct vrp_table *vrps;
	struct rov_chunk *c; /* out, counts and complaints */
	size_t n;            /* routes waiting */
	struct prefix prefixes[BATCH];
	uint32_t origins[BATCH];
	struct str prefix_texts[BATCH], origin_texts[BATCH];
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
		vrp_table_validate_many(l->vrps, l->prefixes, l->origins, l->n,
		    states);
	for (size_t i = 0; i < l->n; i++) {
		struct str prefix = l->prefix_texts[i];
		struct str origin = l->origin_texts[i];
		size_t room = prefix.n + origin.n + 2 + VERDICT_MAX + ROV_SLACK;
		char *from = (char *)buf_room(&l->c->out, room);
		char *o = put(put(from, prefix), origin);

		if (l->vrps == NULL || l->local[i]) {
			memcpy(o, "unknown\n", 8);
			o += 8;
			l->c->counts.unknown++;
		} else {
			memcpy(o, verdicts[states[i]].text, VERDICT_MAX);
			o += verdicts[states[i]].n;
			by_state[states[i]]++;
		}
		l->c->out.n -= room - (size_t)(o - from);
	}
	l->c->counts.not_found += by_state[ROV_NOT_FOUND];
	l->c->counts.valid += by_state[ROV_VALID];
	l->c->counts.invalid += by_state[ROV_INVALID];
	l->n = 0;
}

static inline void
add_route(struct lines *l, const struct rov_route *r)
{
	l->prefixes[l->n] = r->prefix;
	l->origins[l->n] = r->origin;
	l->local[l->n] = r->local;
	l->prefix_texts[l->n] = r->prefix_text;
	l->origin_texts[l->n] = r->origin_text;
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
	add_route(l, &r);
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

/* 16 where it is none. */
static inline unsigned
hex_digit(char c)
{
#define NONE 16, 16, 16, 16, 16, 16, 16, 16
	static const uint8_t values[128] = { NONE, NONE, NONE, NONE, NONE, NONE,
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 16, 16, 16, 16, 16, 16, 10,
		11, 12, 13, 14, 15, 16, NONE, NONE, NONE, 16, 10, 11, 12, 13,
		14, 15, 16, NONE, NONE, NONE };
#undef NONE

	return (c & 0x80) != 0 ? 16 : values[(unsigned char)c];
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint64_t
load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* One bit for each of eight bytes that is zero, the first lowest. */
static inline unsigned
zero_bytes(uint64_t v)
{
	uint64_t m = ~(((v & EACH(0x7f)) + EACH(0x7f)) | v | EACH(0x7f));

	return (unsigned)((m >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

/* The number whose n digits begin at p; *bad gets bits when they are none. */
static inline unsigned
octet(const char *p, unsigned n, unsigned *bad)
{
	static const unsigned char least[] = { 1, 0, 10, 100 };
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	*bad |= n - 1 > 2;
	n &= 3;
	/* the digits as the last bytes, zeros before them */
	v = (uint32_t)((uint64_t)(v ^ 0x30303030) << 8 * (4 - n));
	*bad |= (v | (v + 0x76767676)) & 0x80808080;
	v = (v >> 24) + (v >> 16 & 0xff) * 10 + (v >> 8 & 0xff) * 100;
	*bad |= (v > 255) | (v < least[n]); /* no leading zero */
	return v;
}

/*
 * Up to the slash and behind it, or NULL.  Octets of any length go without a
 * branch, as one in two would be taken wrongly: the dots and the slash are
 * found among 16 bytes at once.
 */
static inline const char *
fast_ip4(const char *p, uint64_t *out)
{
	uint64_t a = load8(p), b = load8(p + 8);
	unsigned dots = zero_bytes(a ^ EACH('.')) | zero_bytes(b ^ EACH('.'))
							<< 8;
	unsigned slash = zero_bytes(a ^ EACH('/')) | zero_bytes(b ^ EACH('/'))
							 << 8;
	unsigned bad = 0, at = 0;
	uint32_t addr = 0;

	if ((dots & 0xe) == 0 || slash == 0)
		return NULL;
	dots |= slash & -slash; /* the first: behind the fourth octet */
	for (int i = 0; i < 4; i++) {
		unsigned end = (unsigned)__builtin_ctz(dots | 1U << 16);

		addr = addr << 8 | octet(p + at, end - at, &bad);
		dots &= dots - 1;
		at = end + 1;
	}
	if (bad != 0 || p[at - 1] != '/')
		return NULL;
	*out = (uint64_t)addr << 32;
	return p + at;
}

/* Up to four groups and the gap: the form of nearly all. */
static inline const char *
fast_ip6(const char *p, uint64_t *out)
{
	uint64_t addr = 0;

	for (unsigned shift = 48; shift <= 48; shift -= 16) {
		unsigned v = 0, d, n = 0;

		for (; (d = hex_digit(*p)) < 16 && n < 4; n++, p++)
			v = v << 4 | d;
		if (n == 0 || *p++ != ':')
			return NULL;
		addr |= (uint64_t)v << shift;
		if (*p == ':')
			break;
	}
	if (p[0] != ':' || p[1] != '/')
		return NULL;
	*out = addr;
	return p + 2;
}

static inline const char *
fast_prefix(const char *p, struct rov_route *r)
{
	uint64_t addr; /* its first half, the other one is zero */
	const char *at = fast_ip4(p, &addr);
	uint8_t family = NET_IP4;

	if (at == NULL) {
		family = NET_IP6;
		if ((at = fast_ip6(p, &addr)) == NULL)
			return NULL;
	}
	unsigned v = digit(*at++), d;
	if (v > 9)
		return NULL;
	for (int i = 0; i < 2 && v > 0 && (d = digit(*at)) <= 9; i++, at++)
		v = v * 10 + d;
	/* host bits set: not canonical */
	if (v > prefix_len_max(family) ||
	    (v < 64 && (addr & UINT64_MAX >> v) != 0))
		return NULL;
	addr = __builtin_bswap64(addr);
	r->prefix = (struct prefix){ .family = family, .len = (uint8_t)v };
	memcpy(r->prefix.addr, &addr, sizeof(addr));
	r->prefix_text = (struct str){ p, (size_t)(at - p) };
	return at;
}

/* Up to seven digits without a branch; longer ones are rare. */
static inline const char *
fast_asn(const char *p, struct rov_route *r)
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
	r->origin = (uint32_t)v;
	r->origin_text = (struct str){ p, (size_t)(at - p) + n };
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
	struct rov_route r = { .local = false };
	const char *at = fast_prefix(p, &r);

	if (at != NULL) {
		if ((*at != ' ' && *at != '\t') ||
		    (at = fast_asn(at + 1, &r)) == NULL)
			return NULL;
	} else {
		if ((at = fast_asn(p, &r)) == NULL || *at != '\t' ||
		    (at = fast_prefix(at + 1, &r)) == NULL || *at != '\t' ||
		    (at = fast_number(at + 1)) == NULL)
			return NULL;
	}
	if (*at != '\n')
		return NULL;
	l->c->counts.lines++;
	add_route(l, &r);
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
rov_chunk_run(struct rov_chunk *c, const struct vrp_table *vrps)
{
	struct lines l = { .vrps = vrps, .c = c };
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
