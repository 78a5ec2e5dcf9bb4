/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.c - messages from a stream of bytes: BGP by its marker, BMP by its
 * version and length.
 *
 * In step ("synced") a message follows a message.  At the beginning, behind
 * a hole, and where no message stands although one must, the next one is
 * looked for: BGP by 16 octets of 255 in front of a header that can be, BMP by
 * a header that can be and what its type must hold.  What a false length had
 * swallowed is looked through, too, as soon as it cannot become whole.
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/part.h"

#define BUF_FIRST 4096

#define BMP_HEADER_LEN 6
#define BMP_PEER_LEN   42
#define BMP_VERSION    3
#define BMP_SHORT      4096

enum bmp_type { /* RFC 7854 4.1 */
	BMP_ROUTE_MONITORING = 0,
	BMP_STATISTICS = 1,
	BMP_PEER_DOWN = 2,
	BMP_PEER_UP = 3,
	BMP_INITIATION = 4,
	BMP_TERMINATION = 5,
	BMP_ROUTE_MIRRORING = 6,
};

/* Does a message begin here? */
enum fit { FIT_NO, FIT_MORE, FIT_YES };

/* --- bytes ------------------------------------------------------------- */

static size_t
left(const struct direction *d)
{
	return d->buf_n - d->buf_at;
}

static const uint8_t *
head(const struct direction *d)
{
	return d->buf + d->buf_at;
}

void
frame_fini(struct direction *d)
{
	free(d->buf);
	d->buf = NULL;
	d->buf_at = d->buf_n = d->buf_cap = 0;
}

/* A thousand sessions hold no more than their messages begun. */
void
frame_trim(struct direction *d)
{
	if (left(d) == 0) {
		frame_fini(d);
	} else if (d->buf_cap > BUF_FIRST && left(d) < d->buf_cap / 4) {
		memmove(d->buf, head(d), left(d));
		d->buf_n = left(d);
		d->buf_at = 0;
		d->buf_cap = d->buf_n;
		d->buf = mem_realloc(d->buf, d->buf_cap, 1);
	}
}

void
frame_add(struct direction *d, const uint8_t *p, size_t n,
    const struct mark *mark)
{
	if (d->buf_at > 0) {
		if (left(d) > 0)
			memmove(d->buf, head(d), left(d));
		d->buf_n -= d->buf_at;
		d->buf_at = 0;
	}
	if (d->buf_cap - d->buf_n < n) {
		size_t cap = d->buf_cap == 0 ? BUF_FIRST : d->buf_cap * 2;

		if (cap < d->buf_n + n)
			cap = d->buf_n + n;
		d->buf = mem_realloc(d->buf, cap, 1);
		d->buf_cap = cap;
	}
	memcpy(d->buf + d->buf_n, p, n);
	d->buf_n += n;
	if (mark->index >= d->mark.index)
		d->mark = *mark;
}

void
frame_gap(struct direction *d, uint64_t n, const char *why,
    const struct mark *mark)
{
	d->closing = why;
	d->closing_end = false;
	d->closing_n = n;
	if (mark->index >= d->mark.index)
		d->mark = *mark;
}

void
frame_end(struct direction *d, const char *why)
{
	d->closing = why;
	d->closing_end = true;
	d->closing_n = 0;
}

static void
skip(struct direction *d, size_t n)
{
	if (n == 0)
		return;
	d->buf_at += n;
	d->skipped += n;
	d->looked += n;
	d->fresh = false;
}

static const char *
first_reason(const struct direction *d, const char *why)
{
	return d->why == NULL ? why : d->why;
}

/* No message stands where one must: look for the next. */
static void
lose(struct direction *d, const char *why)
{
	d->why = first_reason(d, why);
	d->synced = false;
	skip(d, 1);
}

/* --- BGP --------------------------------------------------------------- */

static size_t
count_ones(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && i < 16 && p[i] == 0xff)
		i++;
	return i;
}

/* RFC 4271 4.1: lengths that a type can have. */
static bool
bgp_length_fits(uint8_t type, size_t len)
{
	static const uint8_t least[] = { 0, 29, 23, 21, 19, 23 };

	return type >= BGP_OPEN && type <= BGP_ROUTE_REFRESH &&
	       len >= least[type] && (type != BGP_KEEPALIVE || len == 19);
}

static enum fit
bgp_fits(const uint8_t *p, size_t n)
{
	size_t ones = count_ones(p, n);

	if (ones < 16)
		return ones == n ? FIT_MORE : FIT_NO;
	if (n < BGP_HEADER_LEN)
		return FIT_MORE;
	return bgp_length_fits(p[18], rbuf_be16(p + 16)) ? FIT_YES : FIT_NO;
}

/*
 * Nothing but these bytes says that this is BGP: another message must follow.
 * BMP carries messages of BGP, too, and behind each stands something else, or
 * behind one OPEN the other.
 */
static enum fit
bgp_goes_on(const uint8_t *p, size_t n)
{
	size_t len = rbuf_be16(p + 16);

	if (n <= len)
		return FIT_MORE;
	enum fit fit = bgp_fits(p + len, n - len);
	bool opens =
	    fit == FIT_YES && p[18] == BGP_OPEN && p[len + 18] == BGP_OPEN;
	return opens ? FIT_NO : fit;
}

/* The length of the message at the head, 0 = it has not come whole, or there
 * is none (then d is out of step). */
static size_t
bgp_length(const struct connection *c, struct direction *d)
{
	const struct side *a = &c->dir[0].side, *b = &c->dir[1].side;
	const uint8_t *p = head(d);
	size_t n = left(d), ones = count_ones(p, n);
	size_t most = BGP_MESSAGE_MAX;

	if (ones < 16 && ones < n) {
		lose(d, "no marker where a message must begin");
		return 0;
	}
	if (n < BGP_HEADER_LEN)
		return 0;
	/* RFC 8654 4: the long ones only if both sides said so */
	if (a->seen && b->seen &&
	    !(a->open.extended_message && b->open.extended_message))
		most = 4096;
	size_t len = rbuf_be16(p + 16);
	if (len < BGP_HEADER_LEN || len > most) {
		lose(d, "a message has a length that cannot be");
		return 0;
	}
	return len <= n ? len : 0;
}

/* --- BMP --------------------------------------------------------------- */

/* Type, length, value up to the end (RFC 7854 4.4). */
static bool
tlvs_fit(struct rbuf r, uint32_t most)
{
	for (uint32_t i = 0; i < most && rbuf_left(&r) > 0; i++) {
		rbuf_skip(&r, 2);
		rbuf_skip(&r, rbuf_u16(&r));
	}
	return rbuf_end(&r);
}

/* What a whole message of a type without BGP inside must hold. */
static bool
bmp_body_fits(uint8_t type, struct rbuf r)
{
	if (type == BMP_INITIATION || type == BMP_TERMINATION)
		return rbuf_left(&r) > 0 && tlvs_fit(r, UINT32_MAX);
	rbuf_skip(&r, BMP_PEER_LEN);
	if (type == BMP_STATISTICS) {
		uint32_t n = rbuf_u32(&r);

		return rbuf_ok(&r) && tlvs_fit(r, n);
	}
	if (type == BMP_PEER_DOWN) {
		uint8_t reason = rbuf_u8(&r);

		return rbuf_ok(&r) && reason >= 1 && reason <= 6;
	}
	return rbuf_left(&r) > 0 && tlvs_fit(r, UINT32_MAX);
}

/* Where a marker of BGP stands in a message of this type, 0 = nowhere. */
static size_t
bmp_marker_at(uint8_t type)
{
	return type == BMP_ROUTE_MONITORING ? BMP_HEADER_LEN + BMP_PEER_LEN
	       : type == BMP_PEER_UP        ? BMP_HEADER_LEN + BMP_PEER_LEN + 20
					    : 0;
}

static enum fit
bmp_fits(const uint8_t *p, size_t n)
{
	/* Version, and a length of less than 2^24. */
	if (p[0] != BMP_VERSION || (n > 1 && p[1] != 0))
		return FIT_NO;
	if (n < BMP_HEADER_LEN)
		return FIT_MORE;
	size_t len = rbuf_be32(p + 1);
	uint8_t type = p[5];
	if (len > PCAP_BMP_MAX || type > BMP_ROUTE_MIRRORING)
		return FIT_NO;
	size_t marker =
	    type == BMP_ROUTE_MONITORING ? BMP_HEADER_LEN + BMP_PEER_LEN
	    : type == BMP_PEER_UP        ? BMP_HEADER_LEN + BMP_PEER_LEN + 20
					 : 0;
	if (marker == 0)
		return n < len ? FIT_MORE
		       : len > BMP_HEADER_LEN &&
			       bmp_body_fits(type, rbuf_from(p + BMP_HEADER_LEN,
						       len - BMP_HEADER_LEN))
			   ? FIT_YES
			   : FIT_NO;
	if (len < marker + BGP_HEADER_LEN)
		return FIT_NO;
	if (n < marker + BGP_HEADER_LEN)
		return n <= marker || count_ones(p + marker, n - marker) ==
					  (n - marker < 16 ? n - marker : 16)
			   ? FIT_MORE
			   : FIT_NO;
	size_t bgp = rbuf_be16(p + marker + 16);
	return count_ones(p + marker, 16) == 16 && bgp >= BGP_HEADER_LEN &&
		       marker + bgp <= len
		   ? FIT_YES
		   : FIT_NO;
}

static size_t
bmp_length(struct direction *d)
{
	const uint8_t *p = head(d);
	size_t n = left(d);

	if (p[0] != BMP_VERSION) {
		lose(d, "no version 3 where a message must begin");
		return 0;
	}
	if (n < BMP_HEADER_LEN)
		return 0;
	size_t len = rbuf_be32(p + 1);
	if (len < BMP_HEADER_LEN || len > PCAP_BMP_MAX) {
		lose(d, "a message has a length that cannot be");
		return 0;
	}
	return len <= n ? len : 0;
}

/* --- looking ----------------------------------------------------------- */

static bool
is_here(const struct direction *d, const uint8_t *p)
{
	return d->fresh && p == head(d);
}

static enum fit
bgp_begins(const struct connection *c, const struct direction *d,
    const uint8_t *p, size_t n)
{
	bool here = is_here(d, p), known = c->kind == STREAM_BGP;

	/* A stream of BGP begins with one, whatever its type. */
	if (known && here && count_ones(p, n) == 16 && n >= BGP_HEADER_LEN &&
	    rbuf_be16(p + 16) >= BGP_HEADER_LEN)
		return FIT_YES;
	enum fit fit = bgp_fits(p, n);
	if (known || fit != FIT_YES)
		return fit;
	fit = bgp_goes_on(p, n);
	return fit == FIT_MORE && here ? FIT_YES : fit;
}

/*
 * In the middle of bytes a message without a marker is believed only if it is
 * short and there, and where nothing else says that this is BMP, if another
 * follows.
 */
static enum fit
bmp_begins(const struct connection *c, const struct direction *d,
    const uint8_t *p, size_t n)
{
	enum fit fit;
	size_t len;

	if (is_here(d, p) || n < BMP_HEADER_LEN || bmp_marker_at(p[5]) != 0)
		return bmp_fits(p, n);
	len = rbuf_be32(p + 1);
	if (len > BMP_SHORT)
		return FIT_NO;
	fit = bmp_fits(p, n);
	if (fit == FIT_YES && c->kind == STREAM_UNKNOWN)
		fit = n > len ? bmp_fits(p + len, n - len) : FIT_NO;
	return fit == FIT_YES ? fit : FIT_NO;
}

static enum fit
begins(const struct connection *c, const struct direction *d, const uint8_t *p,
    size_t n, enum stream_kind *kind)
{
	*kind = c->kind != STREAM_UNKNOWN ? c->kind
		: p[0] == BMP_VERSION     ? STREAM_BMP
					  : STREAM_BGP;
	enum fit fit = *kind == STREAM_BGP ? bgp_begins(c, d, p, n)
					   : bmp_begins(c, d, p, n);
	return fit == FIT_MORE && d->closing != NULL ? FIT_NO : fit;
}

/* Up to where a message begins; false: not in these bytes. */
static bool
look(struct connection *c, struct direction *d)
{
	const uint8_t *start = head(d), *end = start + left(d);
	bool first = d->from_start && d->fresh && !d->gave && d->looked == 0 &&
		     d->missing == 0;
	enum stream_kind kind;

	for (const uint8_t *p = start; p < end; p++) {
		if (*p != 0xff && *p != BMP_VERSION && p > start)
			continue;
		enum fit fit = begins(c, d, p, (size_t)(end - p), &kind);

		if (fit == FIT_NO) {
			/* A stream of something else shows it at once. */
			if (first && c->kind == STREAM_UNKNOWN) {
				d->ignored = true;
				return false;
			}
			continue;
		}
		skip(d, (size_t)(p - start));
		if (fit == FIT_YES) {
			c->kind = kind;
			d->synced = true;
			/* The other side speaks it, too, whatever it said. */
			c->dir[0].ignored = c->dir[1].ignored = false;
		}
		return d->synced;
	}
	skip(d, (size_t)(end - start));
	if (c->kind == STREAM_UNKNOWN && d->looked > PCAP_LOOK_MAX)
		d->ignored = true;
	return false;
}

/* --- messages ---------------------------------------------------------- */

static void
note_lost(struct direction *d, struct pcap_counts *counts,
    struct pcap_message *out)
{
	out->kind = PCAP_LOST;
	out->why = first_reason(d, d->gave || d->from_start
				       ? "no message where one must begin"
				       : "the capture begins in a message");
	out->missing = d->missing;
	out->skipped = d->skipped;
	counts->lost++;
	counts->missing += d->missing;
	counts->skipped += d->skipped;
	d->why = NULL;
	d->missing = d->skipped = 0;
}

static bool
has_note(const struct direction *d)
{
	return d->why != NULL || d->missing > 0 || d->skipped > 0;
}

/* What is in the buffer belongs to no stream that we read. */
static void
ignore(struct direction *d, struct pcap_counts *counts)
{
	counts->other_bytes += left(d) + d->skipped;
	d->skipped = d->missing = 0;
	d->why = NULL;
	frame_fini(d);
}

/* 1: a message or a note; 0: nothing more in these bytes. */
static int
take(struct connection *c, struct direction *d, struct pcap_counts *counts,
    struct pcap_message *out)
{
	while (left(d) > 0) {
		if (d->ignored) {
			ignore(d, counts);
			return 0;
		}
		if (!d->synced) {
			if (!look(c, d) && !d->ignored)
				return 0;
			if (d->synced && has_note(d)) {
				note_lost(d, counts, out);
				return 1;
			}
			continue;
		}
		size_t len =
		    c->kind == STREAM_BGP ? bgp_length(c, d) : bmp_length(d);
		if (len == 0 && d->synced)
			return 0;
		if (len == 0)
			continue;
		out->kind = c->kind == STREAM_BGP ? PCAP_BGP : PCAP_BMP;
		out->bytes = (struct bgp_view){ head(d), len };
		counts->bgp += c->kind == STREAM_BGP;
		counts->bmp += c->kind == STREAM_BMP;
		d->buf_at += len;
		d->gave = true;
		return 1;
	}
	return 0;
}

/* Behind what is in the buffer there is a hole, or nothing. */
static int
close_run(struct connection *c, struct direction *d, struct pcap_counts *counts,
    struct pcap_message *out)
{
	skip(d, left(d));
	d->missing += d->closing_n;
	if (d->missing > 0 || d->skipped > 0)
		d->why = first_reason(d, d->closing);
	d->closing = NULL;
	d->synced = false;
	d->fresh = true;
	if (!d->closing_end)
		return 0;
	if (c->kind == STREAM_UNKNOWN)
		ignore(d, counts);
	frame_fini(d);
	if (!has_note(d))
		return 0;
	note_lost(d, counts, out);
	return 1;
}

int
frame_next(struct connection *c, unsigned i, struct pcap_counts *counts,
    struct pcap_message *out)
{
	struct direction *d = &c->dir[i];

	for (;;) {
		if (take(c, d, counts, out))
			return 1;
		if (d->closing == NULL)
			return 0;
		if (!d->synced || left(d) == 0)
			return close_run(c, d, counts, out);
		lose(d, d->closing);
	}
}
