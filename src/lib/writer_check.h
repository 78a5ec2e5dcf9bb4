/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer_check.h - what must hold of a file and a filter, for the writer's
 * tests: the slice prints what the file prints through the filter; the slice of
 * the slice is the same bytes; records of which everything passes are copied.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/part.h"

/* Options and values, one behind the other. */
struct check_filter {
	const char *words[8];
	size_t n;
};

/* What is wrong, for a person; NULL = nothing. */
typedef const char *verdict;

/* Slices go where a sync costs nothing. */
static inline const char *
check_folder(void)
{
	return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

static inline struct comity_filter *
check_filter_of(const struct check_filter *c)
{
	struct comity_filter *f = comity_filter_new();
	struct comity_error error;

	for (size_t i = 0; i + 1 < c->n; i += 2)
		if (comity_filter_add(f, c->words[i], c->words[i + 1],
			&error) == -1) {
			(void)fprintf(stderr, "%s %s: %s\n", c->words[i],
			    c->words[i + 1], error.text);
			abort();
		}
	return f;
}

/* NULL: there is nothing in it. */
static inline struct comity_reader *
check_open(const char *path, const struct comity_filter *f)
{
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(path, &error);

	if (r != NULL)
		comity_reader_filter(r, f);
	return r;
}

static inline void
check_load(int fd, struct buf *out)
{
	off_t n = lseek(fd, 0, SEEK_END);

	if (n > 0 && pread(fd, buf_room(out, (size_t)n), (size_t)n, 0) != n)
		abort();
	(void)close(fd);
}

/* As `comity dump -m -lu` prints it. */
static inline void
check_lines(const char *path, const struct comity_filter *f, struct buf *out)
{
	int fd = memfd_create("lines", 0);
	struct comity_printer *p = comity_printer_new(COMITY_LINES,
	    COMITY_PRINT_LARGE | COMITY_PRINT_UNKNOWN, fd);
	struct comity_reader *r = check_open(path, f);

	while (r != NULL && comity_reader_next(r) == 1)
		if (comity_printer_put(p, r) == -1)
			abort();
	if (comity_printer_finish(p) == -1)
		abort();
	comity_reader_close(r);
	comity_printer_free(p);
	check_load(fd, out);
}

static inline void
check_slice(const char *path, const struct comity_filter *f, const char *to)
{
	struct comity_error error;
	struct comity_writer *w = comity_writer_open(to, &error);
	struct comity_reader *r = check_open(path, f);

	while (r != NULL && comity_reader_next(r) == 1)
		if (comity_writer_put(w, r) == -1)
			abort();
	if (comity_writer_finish(w, &error) == -1)
		abort();
	comity_writer_free(w);
	comity_reader_close(r);
}

static inline void
check_bytes(const char *path, struct buf *out)
{
	struct os_stream *s;
	struct err err;
	char *p = NULL;
	size_t n = 0;

	if (os_stream_open(path, &s, &err) == -1)
		abort();
	(void)os_read_all(s, SIZE_MAX, &p, &n, &err);
	buf_add(out, p, n);
	free(p);
	os_stream_close(s);
}

/*
 * A session of BMP or of a capture may have path identifiers for one family and
 * not for another, and its lines show 0 for the latter; records of MRT have
 * them or not.  So "_AP" goes, and a field of an identifier that is 0.
 */
/* Beside paths of two octets that are damaged, a peer's number of four octets
 * is AS_TRANS: for who makes such messages. */
static bool check_no_peer_as;

static inline void
check_plain_ids(struct buf *lines)
{
	struct buf out = { 0 };
	const char *p = (const char *)lines->p, *end = p + lines->n;

	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		const char *ap = memmem(p, (size_t)(stop - p), "_AP|", 4);
		unsigned field = 0;

		for (; p <= stop; p++) {
			if (ap != NULL && p == ap)
				p += 3;
			field += *p == '|';
			if (check_no_peer_as && field == 4 && *p != '|')
				continue;
			if (ap != NULL && *p == '|' && field == 6 &&
			    p[1] == '0' && (p[2] == '|' || p[2] == '\n'))
				p++;
			else
				buf_chr(&out, *p);
		}
	}
	buf_fini(lines);
	*lines = out;
}

static inline bool
check_same(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* Leaves the slice in `to`. */
static inline verdict
check_filtered(const char *path, const struct check_filter *c, const char *to)
{
	struct comity_filter *f = check_filter_of(c),
			     *none = comity_filter_new();
	struct buf a = { 0 }, b = { 0 };
	char again[256];
	verdict bad = NULL;

	(void)snprintf(again, sizeof(again), "%s.again", to);
	check_slice(path, f, to);
	check_lines(path, f, &a);
	check_lines(to, none, &b);
	check_plain_ids(&a);
	check_plain_ids(&b);
	if (!check_same(&a, &b))
		bad = "the slice prints something else";
	buf_clear(&a);
	buf_clear(&b);
	check_slice(to, f, again);
	check_bytes(to, &a);
	check_bytes(again, &b);
	if (bad == NULL && !check_same(&a, &b))
		bad = "the slice of the slice is another";
	(void)unlink(again);
	buf_fini(&a);
	buf_fini(&b);
	comity_filter_free(f);
	comity_filter_free(none);
	return bad;
}

/*
 * Of what passes whole, every record comes out as it is, and none that is
 * refused.  `lists`: those of peers, which a filter makes come when needed.
 */
static inline verdict
check_copied(const char *path, const struct check_filter *c, bool lists,
    const char *to)
{
	struct comity_filter *f = check_filter_of(c),
			     *none = comity_filter_new();
	struct comity_reader *r = check_open(path, f);
	struct buf want = { 0 }, have = { 0 };
	struct comity_counts counts = { 0 };
	verdict bad = NULL;
	size_t n;

	while (r != NULL && comity_reader_next(r) == 1) {
		const void *p = comity_record_bytes(r, &n);
		enum mrt_kind kind = r->item->m.kind;

		/* Of a table whose peers nobody knows nothing can be told. */
		if (kind == MRT_RIB ? r->peers.list.n > 0
				    : lists || kind != MRT_PEER_INDEX)
			buf_add(&want, p, n);
		while (comity_route_next(r) == 1)
			; /* what is wrong with them is counted */
	}
	check_slice(path, f, to);
	if (r != NULL)
		comity_reader_counts(r, &counts);
	comity_reader_close(r);
	r = check_open(to, none);
	while (r != NULL && comity_reader_next(r) == 1) {
		const void *p = comity_record_bytes(r, &n);

		if (lists || r->item->m.kind != MRT_PEER_INDEX)
			buf_add(&have, p, n);
	}
	comity_reader_close(r);
	/* What is damaged is cut where a filter asks. */
	if ((c->n == 0 || counts.refused == 0) && !check_same(&want, &have))
		bad = "is not copied as it is";
	buf_fini(&want);
	buf_fini(&have);
	comity_filter_free(f);
	comity_filter_free(none);
	return bad;
}

static inline verdict
check_whole(const char *path, const char *to)
{
	static const struct check_filter none = { { NULL }, 0 },
					 later = { { "from", "0" }, 2 },
					 routes = { { "prefix",
							"0.0.0.0/0 more",
							"prefix", "::/0 more" },
						 4 };
	verdict bad = check_copied(path, &none, true, to);

	if (bad == NULL)
		bad = check_copied(path, &later, false, to);
	if (bad == NULL)
		bad = check_copied(path, &routes, false, to);
	return bad;
}

/* A route or peer of the file chosen by `seed` makes filters out of it. */
struct check_pick {
	char prefix[PREFIX_TEXT_MAX + 8], shorter[PREFIX_TEXT_MAX + 8];
	char peer[16], origin[16], community[32];
	bool any;
};

static inline void
check_pick_route(struct comity_reader *r, struct check_pick *p)
{
	uint32_t peer, origin, community;
	struct prefix of = r->route.prefix;

	p->any = true;
	(void)snprintf(p->prefix, sizeof(p->prefix), "%s exact",
	    comity_route_prefix_text(r));
	of = prefix_truncate(&of, of.len / 2);
	(void)prefix_format(p->shorter, &of);
	(void)strcat(p->shorter, " more");
	(void)comity_route_peer(r, &peer);
	(void)snprintf(p->peer, sizeof(p->peer), "%u", peer);
	if (comity_route_origin_as(r, &origin))
		(void)snprintf(p->origin, sizeof(p->origin), "%u", origin);
	if (comity_route_community(r, 0, &community))
		(void)snprintf(p->community, sizeof(p->community), "%u:%u",
		    community >> 16, community & 0xffff);
}

static inline void
check_pick(const char *path, uint32_t seed, struct check_pick *p)
{
	struct comity_filter *none = comity_filter_new();
	struct comity_reader *r = check_open(path, none);
	uint32_t n = 0;

	*p = (struct check_pick){ .peer = "64500", .origin = "64500" };
	while (r != NULL && comity_reader_next(r) == 1)
		while (comity_route_next(r) == 1) {
			/* Each of n routes with the same chance. */
			seed = seed * 1664525 + 1013904223;
			if (((uint64_t)seed * ++n) >> 32 == 0)
				check_pick_route(r, p);
		}
	comity_reader_close(r);
	comity_filter_free(none);
}

static inline verdict
check_picked(const char *path, uint32_t seed, const char *to)
{
	struct check_pick p;

	check_pick(path, seed, &p);
	const struct check_filter filters[] = {
		{ { "peer", p.peer }, 2 },
		{ { "origin", p.origin }, 2 },
		{ { "prefix", p.any ? p.prefix : "192.0.2.0/24" }, 2 },
		{ { "prefix", p.any ? p.shorter : "192.0.2.0/24" }, 2 },
		{ { "family", "6" }, 2 },
		{ { "type", "announcement" }, 2 },
		{ { "type", "withdrawal", "family", "4" }, 4 },
		{ { "community", p.community }, p.community[0] ? 2 : 0 },
	};
	for (size_t i = 0; i < COUNT(filters); i++) {
		verdict bad = check_filtered(path, &filters[i], to);

		if (bad != NULL) {
			(void)fprintf(stderr, "%s: %s %s: %s\n", path,
			    filters[i].words[0], filters[i].words[1], bad);
			return bad;
		}
	}
	return NULL;
}
