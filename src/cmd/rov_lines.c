/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov_lines.c - routes in, verdicts out, as fast as text allows.
 *
 * A chunk of input is cut into lines in place.  Routes are gathered until a
 * batch is full, judged side by side and written, so that the memory that one
 * look-up waits for is fetched behind the others.  Output goes out once per
 * chunk: a pipe that gives a line gets its verdict without more input.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/rov.h"

#define CHUNK_SIZE  OS_LINE_MAX /* a longer line is passed on in pieces */
#define READ_SIZE   (128 << 10) /* at a time, to stay in cache */
#define BATCH       256
#define SLACK       32 /* bytes behind a chunk that may be read */
#define VERDICT_MAX 12 /* "not-found" and LF, and room to copy by */

struct lines {
	const struct vrp_table *vrps;
	void (*complain)(uint64_t line, struct str text);
	struct rov_counts counts;
	struct buf out;
	int fd;
	bool in_long; /* inside a line longer than a chunk */
	size_t n;     /* routes waiting */
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

static int
write_all(struct lines *l, struct err *err)
{
	const uint8_t *p = l->out.p;
	size_t left = l->out.n;

	while (left > 0) {
		ssize_t n = write(l->fd, p, left);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(err, "write");
		p += n;
		left -= (size_t)n;
	}
	buf_clear(&l->out);
	return 0;
}

/* Short texts go by whole SLACK bytes: both sides have that many to spare. */
static inline char *
put(char *o, struct str s)
{
	if (s.n <= SLACK)
		memcpy(o, s.p, SLACK);
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
		size_t room = prefix.n + origin.n + 2 + VERDICT_MAX + SLACK;
		char *from = (char *)buf_room(&l->out, room);
		char *o = put(put(from, prefix), origin);

		if (l->vrps == NULL || l->local[i]) {
			memcpy(o, "unknown\n", 8);
			o += 8;
			l->counts.unknown++;
		} else {
			memcpy(o, verdicts[states[i]].text, VERDICT_MAX);
			o += verdicts[states[i]].n;
			by_state[states[i]]++;
		}
		l->out.n -= room - (size_t)(o - from);
	}
	l->counts.not_found += by_state[ROV_NOT_FOUND];
	l->counts.valid += by_state[ROV_VALID];
	l->counts.invalid += by_state[ROV_INVALID];
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
repeat(struct lines *l, const char *p, size_t n, const char *behind)
{
	judge_batch(l);
	buf_add(&l->out, p, n);
	buf_str(&l->out, behind);
}

static void
malformed(struct lines *l, const char *p, size_t n)
{
	repeat(l, p, n, " malformed\n");
	if (l->counts.malformed++ < ROV_COMPLAINTS_MAX)
		l->complain(l->counts.lines, (struct str){ p, n });
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

	l->counts.lines++;
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

static inline unsigned
hex_digit(char c)
{
	unsigned d = digit(c);

	if (d <= 9)
		return d;
	d = ((unsigned)(unsigned char)c | 0x20) - 'a';
	return d < 6 ? d + 10 : 16;
}

/* Up to the slash and behind it, or NULL. */
static inline const char *
fast_ip4(const char *p, struct prefix *out)
{
	uint32_t addr = 0;

	for (int i = 0; i < 4; i++) {
		unsigned v = digit(*p++), d = digit(*p);

		if (d <= 9) {
			if (v == 0)
				return NULL;
			v = v * 10 + d;
			d = digit(*++p);
			if (d <= 9) {
				v = v * 10 + d;
				p++;
			}
		}
		if (v > 255 || *p++ != (i < 3 ? '.' : '/'))
			return NULL;
		addr = addr << 8 | v;
	}
	addr = __builtin_bswap32(addr);
	*out = (struct prefix){ .family = NET_IP4 };
	memcpy(out->addr, &addr, sizeof(addr));
	return p;
}

/* Up to four groups and the gap: the form of nearly all. */
static inline const char *
fast_ip6(const char *p, struct prefix *out)
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
	addr = __builtin_bswap64(addr);
	*out = (struct prefix){ .family = NET_IP6 };
	memcpy(out->addr, &addr, sizeof(addr));
	return p + 2;
}

/* No bit of the first 64 behind the length; the others are zero here. */
static inline bool
is_canonical(const struct prefix *p)
{
	uint64_t addr;

	memcpy(&addr, p->addr, sizeof(addr));
	return p->len >= 64 ||
	       (__builtin_bswap64(addr) & UINT64_MAX >> p->len) == 0;
}

static inline const char *
fast_prefix(const char *p, struct rov_route *r)
{
	const char *at = fast_ip4(p, &r->prefix);

	if (at == NULL && (at = fast_ip6(p, &r->prefix)) == NULL)
		return NULL;
	unsigned v = digit(*at++), d;
	if (v > 9)
		return NULL;
	for (int i = 0; i < 2 && v > 0 && (d = digit(*at)) <= 9; i++, at++)
		v = v * 10 + d;
	if (v > prefix_len_max(r->prefix.family))
		return NULL;
	r->prefix.len = (uint8_t)v;
	r->prefix_text = (struct str){ p, (size_t)(at - p) };
	return is_canonical(&r->prefix) ? at : NULL;
}

static inline const char *
fast_asn(const char *p, struct rov_route *r)
{
	const char *at = p;
	uint64_t v = 0;
	unsigned d, n = 0;

	if (at[0] == 'A' && at[1] == 'S')
		at += 2;
	for (; (d = digit(*at)) <= 9 && n < 10; n++, at++)
		v = v * 10 + d;
	if (n == 0 || v > UINT32_MAX)
		return NULL;
	r->origin = (uint32_t)v;
	r->origin_text = (struct str){ p, (size_t)(at - p) };
	return at;
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
	l->counts.lines++;
	add_route(l, &r);
	return at + 1;
}

/* A line longer than a chunk: its pieces are passed on as they come. */
static void
take_long(struct lines *l, const char *p, size_t n, bool ends)
{
	if (!l->in_long) {
		judge_batch(l);
		l->counts.lines++;
		if (l->counts.malformed++ < ROV_COMPLAINTS_MAX)
			l->complain(l->counts.lines, (struct str){ p, n });
	}
	buf_add(&l->out, p, n);
	l->in_long = !ends;
	if (ends)
		buf_str(&l->out, " malformed\n");
}

/* The whole lines of n bytes; returns how many bytes they took. */
static size_t
take_lines(struct lines *l, const char *p, size_t n)
{
	const char *at = p, *last = memrchr(p, '\n', n), *lf;

	if (last == NULL)
		return 0;
	if (l->in_long) {
		lf = memchr(at, '\n', n);
		take_long(l, at, (size_t)(lf - at), true);
		at = lf + 1;
	}
	while (at <= last) {
		const char *next = fast_line(l, at);

		if (next == NULL) {
			lf = memchr(at, '\n', (size_t)(last - at) + 1);
			take_line(l, at, lf);
			next = lf + 1;
		}
		at = next;
	}
	judge_batch(l); /* before the chunk moves */
	return (size_t)(at - p);
}

static int
run(struct lines *l, struct os_stream *in, char *chunk, struct err *err)
{
	size_t have = 0;
	ssize_t got;

	while (
	    (got = os_stream_read(in, chunk + have,
		 CHUNK_SIZE - have < READ_SIZE ? CHUNK_SIZE - have : READ_SIZE,
		 err)) > 0) {
		have += (size_t)got;
		size_t used = take_lines(l, chunk, have);
		if (used == 0 && have == CHUNK_SIZE) {
			take_long(l, chunk, have, false);
			used = have;
		}
		memmove(chunk, chunk + used, have - used);
		have -= used;
		if (write_all(l, err) == -1)
			return -1;
	}
	if (l->in_long)
		take_long(l, chunk, have, true);
	else if (have > 0)
		take_line(l, chunk, chunk + have);
	judge_batch(l);
	if (got == -1) {
		struct err second; /* the first failure is the one to tell */

		(void)write_all(l, &second);
		return -1;
	}
	return write_all(l, err);
}

int
rov_lines(struct os_stream *in, int fd, const struct vrp_table *vrps,
    void (*complain)(uint64_t line, struct str text), struct rov_counts *counts,
    struct err *err)
{
	struct lines *l = mem_alloc(1, sizeof(*l));
	char *chunk = mem_alloc(CHUNK_SIZE + SLACK, 1);

	os_stream_skip_sha256(in);
	l->vrps = vrps;
	l->complain = complain;
	l->fd = fd;
	int status = run(l, in, chunk, err);
	*counts = l->counts;
	buf_fini(&l->out);
	free(chunk);
	free(l);
	return status;
}
