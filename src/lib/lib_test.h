/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_test.h - the library against itself and against a slow reference: lines
 * are read back field by field and compared with what accessors say, and the
 * filters are asked again of those texts, with the regular expressions of libc.
 *
 * A verdict is what is wrong, for a person; NULL = nothing.
 */
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/utc.h"
#include "lib/comity.h"

typedef const char *verdict;

/* --- outputs as texts -------------------------------------------------- */

/* All of a file, NUL-terminated; the caller frees. */
static inline char *
text_of(int fd, size_t *n)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = malloc((size_t)size + 1);

	if (size < 0 || text == NULL ||
	    pread(fd, text, (size_t)size, 0) != size)
		abort();
	text[size] = '\0';
	*n = (size_t)size;
	return text;
}

/* Where an output goes that text_of() shall read. */
static inline int
scratch(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	if (fd == -1)
		abort();
	return fd;
}

/* A file that exists as long as its descriptor, by a name to open. */
static inline int
file_of(const void *bytes, size_t n, char name[64])
{
	int fd = scratch();

	if (write(fd, bytes, n) != (ssize_t)n)
		abort();
	(void)snprintf(name, 64, "/proc/self/fd/%d", fd);
	return fd;
}

struct print {
	enum comity_format format;
	unsigned flags;
	const struct comity_filter *filter; /* or NULL */
	struct comity_counts counts;        /* of the input, set by print */
	bool broke;
};

/* What is printed of a file; NULL if it cannot be opened.  The caller frees. */
static inline char *
print_file(const char *path, struct print *p)
{
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(path, &error);
	size_t n;

	if (r == NULL)
		return NULL;
	if (p->filter != NULL)
		comity_reader_filter(r, p->filter);
	int fd = scratch();
	struct comity_printer *pr = comity_printer_new(p->format, p->flags, fd);
	while (comity_reader_next(r) == 1)
		if (comity_printer_put(pr, r) == -1)
			abort();
	if (comity_printer_finish(pr) == -1)
		abort();
	comity_printer_free(pr);
	comity_reader_counts(r, &p->counts);
	p->broke = comity_reader_broke(r);
	comity_reader_close(r);
	char *text = text_of(fd, &n);
	(void)close(fd);
	return text;
}

/* --- addresses --------------------------------------------------------- */

struct address {
	uint8_t family, octets[16]; /* 4 or 6; 0 = none */
};

static inline bool
address_parse(const char *text, struct address *out)
{
	*out = (struct address){ 0 };
	if (inet_pton(AF_INET, text, out->octets) == 1)
		out->family = 4;
	else if (inet_pton(AF_INET6, text, out->octets) == 1)
		out->family = 6;
	return out->family != 0;
}

static inline bool
address_is(const struct address *a, const struct comity_address *b)
{
	return a->family == b->family &&
	       memcmp(a->octets, b->octets, a->family == 6 ? 16 : 4) == 0;
}

struct network {
	struct address a;
	unsigned len;
};

/* "192.0.2.0/24", or an address alone. */
static inline bool
network_parse(const char *text, struct network *out)
{
	char address[64];
	const char *slash = strchrnul(text, '/');

	(void)snprintf(address, sizeof(address), "%.*s", (int)(slash - text),
	    text);
	if (!address_parse(address, &out->a))
		return false;
	out->len = *slash != '\0'       ? (unsigned)strtoul(slash + 1, NULL, 10)
		   : out->a.family == 6 ? 128
					: 32;
	return true;
}

/* Is b in a? */
static inline bool
network_covers(const struct network *a, const struct network *b)
{
	if (a->a.family != b->a.family || a->len > b->len)
		return false;
	for (unsigned i = 0; i < a->len; i++)
		if (((a->a.octets[i / 8] ^ b->a.octets[i / 8]) >> (7 - i % 8) &
			1) != 0)
			return false;
	return true;
}

/* --- lines ------------------------------------------------------------- */

#define FIELDS 17

/* A line of COMITY_LINES; views into its text, which is cut at the bars. */
struct line {
	char kind; /* of B, A, W, S */
	bool et, old, ids;
	int64_t time_us;
	const char *time;
	struct address peer;
	uint32_t asn;
	struct network prefix;
	const char *prefix_text, *id;
	/* "" where there is none: */
	const char *path, *origin, *next_hop, *preference, *med, *communities;
	const char *large, *unknown;
	bool error;  /* the path could not be read */
	bool faulty; /* RFC 7606 finds something; set by lines_faults() */
};

static inline void
line_attrs(struct line *l, char **f, unsigned flags)
{
	l->path = f[0];
	l->error = strstr(f[0], "!!! ERROR !!!") != NULL;
	l->origin = f[1];
	l->next_hop = f[2];
	l->preference = f[3];
	l->med = f[4]; /* of the old type with the communities behind it */
	if (l->old)
		return;
	l->communities = f[5];
	f += 6;
	if ((flags & COMITY_PRINT_LARGE) != 0)
		l->large = *f++;
	if ((flags & COMITY_PRINT_UNKNOWN) != 0)
		l->unknown = f[2];
}

/* Cuts the line at text, without its end; false: it is none. */
static inline bool
line_parse(char *text, unsigned flags, struct line *l)
{
	char *f[FIELDS], *rest = text;
	size_t n = 0;

	*l = (struct line){ .path = "",
		.origin = "",
		.next_hop = "",
		.preference = "",
		.med = "",
		.communities = "",
		.large = "",
		.unknown = "",
		.id = "" };
	for (size_t i = 0; i < FIELDS; i++)
		f[i] = text + strlen(text);
	while (n < FIELDS && rest != NULL)
		f[n++] = strsep(&rest, "|");
	l->kind = f[2][0];
	l->old = strcmp(f[0], "BGP") == 0;
	l->et = strncmp(f[0], "BGP4MP_ET", 9) == 0;
	l->ids = strstr(f[0], "_AP") != NULL;
	l->time = f[1];
	char *point;
	l->time_us = strtoll(f[1], &point, 10) * 1000000;
	if (*point == '.')
		l->time_us += strtoll(point + 1, NULL, 10);
	l->asn = (uint32_t)strtoul(f[4], NULL, 10);
	if (strchr("BAWS", l->kind) == NULL || !address_parse(f[3], &l->peer))
		return false;
	if (l->kind == 'S')
		return true;
	l->prefix_text = f[5];
	if (!network_parse(f[5], &l->prefix))
		return false;
	if (l->ids)
		l->id = f[6];
	if (l->kind != 'W')
		line_attrs(l, f + 6 + l->ids, flags);
	return true;
}

struct lines {
	char *text;          /* cut */
	VEC(struct line) of; /* one after the other */
	VEC(char *) starts;  /* of a second copy, cut at its line ends alone */
	char *whole;
};

static inline void
lines_fini(struct lines *l)
{
	free(l->text);
	free(l->whole);
	vec_fini(&l->of);
	vec_fini(&l->starts);
}

/* Takes the text; no more than where each line begins. */
static inline void
lines_cut(char *text, struct lines *out)
{
	*out = (struct lines){ .whole = text };
	for (char *rest = text, *end = text + strlen(text); rest < end;) {
		char *stop = memchr(rest, '\n', (size_t)(end - rest));

		vec_push(&out->starts, rest);
		if (stop == NULL)
			return;
		*stop = '\0';
		rest = stop + 1;
	}
}

/* Takes the text. */
static inline verdict
lines_parse(char *text, unsigned flags, struct lines *out)
{
	struct line l;

	lines_cut(strdup(text), out);
	out->text = text;
	/* By memchr(): sanitizers measure a string to its end each time. */
	for (char *rest = text, *end = text + strlen(text); rest < end;) {
		char *stop = memchr(rest, '\n', (size_t)(end - rest));

		if (stop == NULL)
			return "a line without an end";
		*stop = '\0';
		if (!line_parse(rest, flags, &l))
			return "a line that cannot be read back";
		vec_push(&out->of, l);
		rest = stop + 1;
	}
	return NULL;
}

/* --- accessors against lines ------------------------------------------- */

static inline bool
is_number(const char *text, bool has, uint32_t v)
{
	char want[16];

	(void)snprintf(want, sizeof(want), "%u", has ? v : 0);
	return strcmp(text, want) == 0;
}

/* The AS numbers of a path's text in their order; true if they are those. */
static inline bool
is_path(const char *text, const uint32_t *asns, size_t n)
{
	size_t i = 0;

	for (const char *c = text; *c != '\0';) {
		size_t digits = strspn(c, "0123456789");

		if (digits > 0 && (i == n || strtoul(c, NULL, 10) != asns[i++]))
			return false;
		c += digits == 0 ? 1 : digits;
	}
	return i == n;
}

/* The AS behind which nothing stands; false: none, or a set. */
static inline bool
path_end(const char *text, uint32_t *out)
{
	size_t n = strlen(text);

	if (n == 0 || text[n - 1] < '0' || text[n - 1] > '9')
		return false;
	while (n > 0 && text[n - 1] >= '0' && text[n - 1] <= '9')
		n--;
	*out = (uint32_t)strtoul(text + n, NULL, 10);
	return true;
}

static inline verdict
compare_path(const struct line *l, struct comity_reader *r)
{
	const char *text = l->error ? "" : l->path;
	uint32_t want = 0, got = 0;
	size_t n;
	const uint32_t *asns = comity_route_path(r, &n);

	if (strcmp(text, comity_route_path_text(r)) != 0)
		return "the path's text";
	if (!is_path(text, asns, n))
		return "the path's numbers";
	bool has = path_end(text, &want);
	if (comity_route_origin_as(r, &got) != has || got != want)
		return "the origin of the path";
	return NULL;
}

static inline verdict
compare_next_hop(const struct line *l, struct comity_reader *r)
{
	struct address want;
	struct comity_address got;

	if (!comity_route_next_hop(r, &got))
		return l->next_hop[0] == '\0' ||
			       strcmp(l->next_hop, "255.255.255.255") == 0
			   ? NULL
			   : "a next hop that is not there";
	if (!address_parse(l->next_hop, &want) || !address_is(&want, &got))
		return "the next hop";
	return NULL;
}

/* Of damaged ones lines show, as bgpdump, those that are whole. */
static inline bool
are_damaged(struct comity_reader *r)
{
	uint32_t c, large[3];

	return comity_route_fault(r)[0] != '\0' &&
	       (!comity_route_community(r, 0, &c) ||
		   !comity_route_large(r, 0, large));
}

static inline verdict
compare_communities(const struct line *l, struct comity_reader *r)
{
	struct buf text = { 0 };
	uint32_t c, large[3];

	if (l->old) { /* no bar between MED and these */
		bool has = comity_route_med(r, &c);
		buf_printf(&text, "%u", has ? c : 0);
	}
	for (size_t i = 0; comity_route_community(r, i, &c); i++) {
		buf_str(&text, i > 0 ? " " : "");
		if (c == 0xffffff01)
			buf_str(&text, "no-export");
		else if (c == 0xffffff02)
			buf_str(&text, "no-advertise");
		else if (c == 0xffffff03)
			buf_str(&text, "local-AS");
		else
			buf_printf(&text, "%u:%u", c >> 16, c & 0xffff);
	}
	bool same =
	    strcmp(buf_cstr(&text), l->old ? l->med : l->communities) == 0;
	buf_clear(&text);
	for (size_t i = 0; comity_route_large(r, i, large); i++)
		buf_printf(&text, "%s%u:%u:%u", i > 0 ? " " : "", large[0],
		    large[1], large[2]);
	bool same_large = l->old || strcmp(buf_cstr(&text), l->large) == 0;
	buf_fini(&text);
	if (are_damaged(r))
		return NULL;
	return !same ? "communities" : !same_large ? "large communities" : NULL;
}

static inline verdict
compare_attrs(const struct line *l, struct comity_reader *r)
{
	static const char *const origins[] = { "IGP", "EGP", "INCOMPLETE" };
	verdict bad = compare_path(l, r);
	uint8_t origin = 2;
	uint32_t v = 0;

	if (bad == NULL)
		bad = compare_next_hop(l, r);
	if (bad == NULL)
		bad = compare_communities(l, r);
	if (bad != NULL)
		return bad;
	if (comity_route_origin(r, &origin) && origin > 2)
		return "an origin that is none";
	if (strcmp(l->origin, origins[origin]) != 0)
		return "the origin";
	bool has = comity_route_med(r, &v);
	if (!l->old && !is_number(l->med, has, v))
		return "the MED";
	has = comity_route_local_pref(r, &v);
	return is_number(l->preference, has, v) ? NULL : "local preference";
}

/* A withdrawal has no attributes at all. */
static inline verdict
compare_no_attrs(struct comity_reader *r)
{
	struct comity_address a;
	uint32_t v, three[3];
	uint8_t origin;
	size_t n;

	if (comity_route_path(r, &n) != NULL || n != 0 ||
	    comity_route_path_text(r)[0] != '\0' ||
	    comity_route_origin_as(r, &v) || comity_route_next_hop(r, &a) ||
	    comity_route_origin(r, &origin) || comity_route_med(r, &v) ||
	    comity_route_local_pref(r, &v) || comity_route_otc(r, &v) ||
	    comity_route_community(r, 0, &v) ||
	    comity_route_large(r, 0, three) || comity_route_fault(r)[0] != '\0')
		return "attributes of a withdrawal";
	return NULL;
}

/* The line (with large communities) of the route that stands there? */
static inline verdict
compare_route(const struct line *l, struct comity_reader *r)
{
	enum comity_route type = comity_route_type(r);
	struct comity_prefix p = comity_route_prefix(r);
	uint32_t asn, id;
	struct comity_address peer = comity_route_peer(r, &asn);
	struct network text;
	int64_t us = comity_record_time_us(r), seconds;

	if (type != (l->kind == 'B'      ? COMITY_IN_TABLE
			: l->kind == 'A' ? COMITY_ANNOUNCED
					 : COMITY_WITHDRAWN))
		return "the type";
	if ((l->et ? us : us / 1000000 * 1000000) != l->time_us)
		return "the time";
	if (!address_is(&l->peer, &peer) || asn != l->asn)
		return "the peer";
	if (p.family != l->prefix.a.family || p.length != l->prefix.len ||
	    memcmp(p.octets, l->prefix.a.octets, 16) != 0)
		return "the prefix";
	if (!network_parse(comity_route_prefix_text(r), &text) ||
	    text.len != l->prefix.len ||
	    memcmp(&text.a, &l->prefix.a, sizeof(text.a)) != 0)
		return "the prefix's text";
	if (comity_route_path_id(r, &id) ? !is_number(l->id, true, id)
					 : l->ids && strcmp(l->id, "0") != 0)
		return "the path identifier";
	if (comity_route_originated(r, &seconds) != (l->kind == 'B'))
		return "the time of its last change";
	return l->kind == 'W' ? compare_no_attrs(r) : compare_attrs(l, r);
}

/*
 * All routes of a file, against those of the lines (made with LARGE) for which
 * `wanted` is 1; where it is -1 the route may be there or not.  wanted NULL:
 * all of them.
 */
static inline verdict
compare_routes(const char *path, const struct comity_filter *f,
    const struct lines *l, const signed char *wanted)
{
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(path, &error);
	verdict bad = NULL, maybe;
	size_t i = 0;

	if (r == NULL)
		return "cannot be opened";
	if (f != NULL)
		comity_reader_filter(r, f);
	while (bad == NULL && comity_reader_next(r) == 1)
		while (bad == NULL && comity_route_next(r) == 1) {
			for (; i < l->of.n; i++) {
				signed char w = wanted == NULL ? 1 : wanted[i];

				if (l->of.p[i].kind == 'S' || w == 0)
					continue;
				maybe = compare_route(&l->of.p[i], r);
				bad = w == 1 ? maybe : NULL;
				if (w == 1 || maybe == NULL)
					break;
			}
			if (i++ == l->of.n)
				bad = "more routes than lines";
		}
	for (; bad == NULL && i < l->of.n; i++)
		if (l->of.p[i].kind != 'S' &&
		    (wanted == NULL || wanted[i] == 1))
			bad = "fewer routes than lines";
	if (comity_route_next(r) != 0)
		bad = "a route behind the last";
	comity_reader_close(r);
	return bad;
}

/* Finds out which of all routes are faulty. */
static inline verdict
lines_faults(const char *path, struct lines *l)
{
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(path, &error);
	size_t i = 0;

	if (r == NULL)
		return "cannot be opened";
	while (comity_reader_next(r) == 1)
		while (comity_route_next(r) == 1) {
			while (i < l->of.n && l->of.p[i].kind == 'S')
				i++;
			if (i < l->of.n)
				l->of.p[i++].faulty =
				    comity_route_fault(r)[0] != '\0';
		}
	comity_reader_close(r);
	return NULL;
}

static inline verdict
check_routes(const char *path, size_t *n)
{
	struct print p = { .format = COMITY_LINES,
		.flags = COMITY_PRINT_LARGE };
	struct lines l;
	char *text = print_file(path, &p);

	if (text == NULL)
		return "cannot be opened";
	verdict bad = lines_parse(text, p.flags, &l);
	*n = l.of.n;
	if (bad == NULL)
		bad = compare_routes(path, NULL, &l, NULL);
	lines_fini(&l);
	return bad;
}

/* What the counts of an input must add up to. */
static inline verdict
check_counts(const struct comity_counts *n)
{
	uint64_t known = n->taken + n->skipped + n->left_out;

	/* One that is damaged within counts as taken and as refused. */
	if (known > n->records || known + n->refused < n->records)
		return "counts do not add up";
	return NULL;
}
