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
#define BATCH       256
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

/* --- routes as text ---------------------------------------------------- */

/* "{64500,64501}": no VRP can match such an origin (RFC 6811 section 2). */
static bool
parse_set(struct str s)
{
	struct str one;
	uint32_t asn;

	if (s.n < 3 || s.p[s.n - 1] != '}')
		return false;
	s = (struct str){ s.p + 1, s.n - 2 };
	while (str_cut(&s, ',', &one))
		if (!asn_parse(one, &asn))
			return false;
	return true;
}

static bool
parse_origin(struct str s, uint32_t *origin, bool *local)
{
	uint64_t v = 0;
	size_t i = 0;

	*local = false;
	for (; i < s.n && i < 10 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	if (i == s.n && i > 0 && v <= UINT32_MAX) {
		*origin = (uint32_t)v;
		return true;
	}
	if (s.n > 0 && s.p[0] == '{') {
		*origin = ROV_NO_ORIGIN;
		return parse_set(s);
	}
	if (str_eq(s, "Local")) {
		*origin = ROV_NO_ORIGIN;
		*local = true;
		return true;
	}
	return asn_parse(s, origin);
}

bool
rov_route_parse(struct str a, struct str b, struct rov_route *out)
{
	struct rov_route r = { .prefix_text = a, .origin_text = b };

	if (a.n == 0 || memchr(a.p, '/', a.n) == NULL) {
		r.prefix_text = b;
		r.origin_text = a;
	}
	if (!prefix_parse(r.prefix_text, &r.prefix) ||
	    !parse_origin(r.origin_text, &r.origin, &r.local))
		return false;
	*out = r;
	return true;
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

static inline char *
put(char *o, struct str s)
{
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
		char *from = (char *)buf_room(&l->out,
		    prefix.n + origin.n + 2 + VERDICT_MAX);
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
		l->out.n -=
		    (size_t)(from + prefix.n + origin.n + 2 + VERDICT_MAX - o);
	}
	l->counts.not_found += by_state[ROV_NOT_FOUND];
	l->counts.valid += by_state[ROV_VALID];
	l->counts.invalid += by_state[ROV_INVALID];
	l->n = 0;
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
	l->prefixes[l->n] = r.prefix;
	l->origins[l->n] = r.origin;
	l->local[l->n] = r.local;
	l->prefix_texts[l->n] = r.prefix_text;
	l->origin_texts[l->n] = r.origin_text;
	if (++l->n == BATCH)
		judge_batch(l);
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
	const char *end = p + n, *at = p, *lf;

	while (at < end && (lf = memchr(at, '\n', (size_t)(end - at)))) {
		if (l->in_long)
			take_long(l, at, (size_t)(lf - at), true);
		else
			take_line(l, at, lf);
		at = lf + 1;
	}
	judge_batch(l); /* before the chunk moves */
	return (size_t)(at - p);
}

static int
run(struct lines *l, struct os_stream *in, char *chunk, struct err *err)
{
	size_t have = 0;
	ssize_t got;

	while ((got = os_stream_read(in, chunk + have, CHUNK_SIZE - have,
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
	char *chunk = mem_alloc(CHUNK_SIZE, 1);

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
