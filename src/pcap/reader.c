/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.c - cutting a capture into packets: pcap and pcapng, either byte
 * order.
 *
 *   pcap:   magic | major, minor | zone | accuracy | snap length | link type
 *           then packets: seconds | fraction | captured | length | bytes
 *   pcapng: blocks: type | length | body, padded to 4 | the same length
 *
 * Packets are views into one buffer that is refilled when the next one does not
 * stand in it whole; blocks that are not read are passed over piece by piece,
 * whatever their length.
 */
#include <stdlib.h>

#include "base/utc.h"
#include "base/window.h"
#include "pcap/part.h"

#define CHUNK (64U << 10)

enum {
	PCAP_HEADER_LEN = 24,
	RECORD_LEN = 16,
	RECORD_KUZNETZOV_LEN = 24, /* interface, protocol and kind behind it */
	BLOCK_LEN = 12,            /* type and the two lengths */
};

#define MAGIC_MICRO     0xa1b2c3d4U
#define MAGIC_NANO      0xa1b23c4dU
#define MAGIC_KUZNETZOV 0xa1b2cd34U
#define MAGIC_ORDER     0x1a2b3c4dU /* of a section header block */

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE = 3,
	BLOCK_ENHANCED = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

struct interface {
	uint16_t link;
	uint8_t resolution; /* if_tsresol: 10^-n, or 2^-n with the high bit */
	uint32_t snap;      /* 0 = unlimited */
	int64_t offset;     /* if_tsoffset, seconds */
};

struct pcap_reader {
	struct window in;
	uint64_t index;
	bool started, ng, little, nano, kuznetzov, old, over;
	uint16_t link;
	VEC(struct interface) interfaces;
	struct err last; /* what was said when the stream was over */
};

struct pcap_reader *
pcap_reader_new(const struct pcap_source *src)
{
	struct pcap_reader *r = mem_alloc(1, sizeof(*r));

	r->in = (struct window){ .read = src->read,
		.ctx = src->ctx,
		.chunk = CHUNK };
	return r;
}

struct pcap_reader *
pcap_reader_mem(const void *data, size_t n)
{
	struct pcap_reader *r = mem_alloc(1, sizeof(*r));

	r->in = window_mem(data, n);
	return r;
}

void
pcap_reader_free(struct pcap_reader *r)
{
	if (r == NULL)
		return;
	window_fini(&r->in);
	vec_fini(&r->interfaces);
	free(r);
}

/* --- bytes ------------------------------------------------------------- */

static uint32_t
get32(const struct pcap_reader *r, const uint8_t *p)
{
	uint32_t v = rbuf_be32(p);

	return r->little ? __builtin_bswap32(v) : v;
}

static uint16_t
get16(const struct pcap_reader *r, const uint8_t *p)
{
	uint16_t v = rbuf_be16(p);

	return r->little ? __builtin_bswap16(v) : v;
}

static uint64_t
get64(const struct pcap_reader *r, const uint8_t *p)
{
	uint64_t first = get32(r, p), second = get32(r, p + 4);

	return r->little ? second << 32 | first : first << 32 | second;
}

/* The stream is over; asked again, it says so again. */
static int
stop(struct pcap_reader *r, struct err *err)
{
	r->over = true;
	r->last = *err;
	return -1;
}

/* It ends inside of something: the source's reason, or ours. */
static int
torn(struct pcap_reader *r, const char *what, uint64_t offset, uint64_t have,
    uint64_t want, struct err *err)
{
	if (r->in.failed)
		*err = r->in.late;
	else
		(void)err_set(err, ERR_INPUT,
		    "%s at offset %llu is cut short: %llu of %llu bytes", what,
		    (unsigned long long)offset, (unsigned long long)have,
		    (unsigned long long)want);
	return stop(r, err);
}

static int
too_long(struct pcap_reader *r, uint64_t offset, uint32_t n, struct err *err)
{
	(void)err_set(err, ERR_LIMIT,
	    "packet %llu at offset %llu claims %u bytes, the limit is %u: no "
	    "packets from here on",
	    (unsigned long long)r->index, (unsigned long long)offset, n,
	    PCAP_PACKET_MAX);
	return stop(r, err);
}

/* --- pcap -------------------------------------------------------------- */

static int
start_pcap(struct pcap_reader *r, uint32_t magic, struct err *err)
{
	if (!window_need(&r->in, PCAP_HEADER_LEN))
		return torn(r, "file header", 0, window_left(&r->in),
		    PCAP_HEADER_LEN, err);
	const uint8_t *p = window_here(&r->in);

	r->little = p[0] != 0xa1;
	r->nano = magic == MAGIC_NANO;
	r->kuznetzov = magic == MAGIC_KUZNETZOV;
	uint16_t major = get16(r, p + 4), minor = get16(r, p + 6);
	if (major != 2) {
		(void)err_set(err, ERR_INPUT,
		    "offset 4: version %u.%u of pcap, known is 2", major,
		    minor);
		return stop(r, err);
	}
	r->old = minor < 3;
	/* The upper half holds the length of frame check sequences. */
	r->link = (uint16_t)get32(r, p + 20);
	r->in.at += PCAP_HEADER_LEN;
	return 0;
}

static int
next_record(struct pcap_reader *r, struct pcap_packet *out, struct err *err)
{
	size_t head = r->kuznetzov ? RECORD_KUZNETZOV_LEN : RECORD_LEN;
	uint64_t offset = window_offset(&r->in);

	if (!window_need(&r->in, head)) {
		if (window_left(&r->in) == 0 && !r->in.failed)
			return 0;
		return torn(r, "packet header", offset, window_left(&r->in),
		    head, err);
	}
	const uint8_t *p = window_here(&r->in);
	uint32_t captured = get32(r, p + 8), len = get32(r, p + 12);
	if (r->old) { /* before version 2.3 they stood the other way round */
		uint32_t swap = captured;

		captured = len;
		len = swap;
	}
	if (captured > PCAP_PACKET_MAX)
		return too_long(r, offset, captured, err);
	if (!window_need(&r->in, head + captured))
		return torn(r, "packet", offset, window_left(&r->in),
		    head + captured, err);
	p = window_here(&r->in);
	uint32_t fraction = get32(r, p + 4);
	*out = (struct pcap_packet){
		.time_us = (int64_t)get32(r, p) * TIME_SEC +
			   (r->nano ? fraction / 1000 : fraction),
		.index = r->index++,
		.offset = offset,
		.link = r->link,
		.len = len < captured ? captured : len,
		.data = { p + head, captured },
	};
	r->in.at += head + captured;
	return 1;
}

/* --- pcapng ------------------------------------------------------------ */

/* Ticks of an interface to microseconds since 1970; TIME_NONE if too many. */
static int64_t
ticks_to_us(const struct interface *i, uint64_t ticks)
{
	unsigned power = i->resolution & 0x7f;
	uint64_t sec, us;
	int64_t out;

	if ((i->resolution & 0x80) != 0) {
		sec = power < 64 ? ticks >> power : 0;
		uint64_t rest = power == 0 ? 0
				: power < 64
				    ? ticks & (UINT64_MAX >> (64 - power))
				    : ticks;
		/* 40 bits of a fraction are more than a microsecond. */
		for (; power > 40; power--)
			rest >>= 1;
		us = rest * TIME_SEC >> power;
	} else {
		uint64_t unit = 1;
		unsigned n = power;

		for (; n > 0 && unit <= UINT64_MAX / 10; n--)
			unit *= 10;
		/* n > 0: finer than 64 bits, less than a microsecond */
		sec = n > 0 ? 0 : ticks / unit;
		uint64_t rest = n > 0 ? 0 : ticks % unit;
		us = unit >= TIME_SEC ? rest / (unit / TIME_SEC)
				      : rest * (TIME_SEC / unit);
	}
	if (sec > INT64_MAX / TIME_SEC - 1 ||
	    __builtin_mul_overflow(i->offset, TIME_SEC, &out) ||
	    __builtin_add_overflow(out, (int64_t)(sec * TIME_SEC + us), &out))
		return TIME_NONE;
	return out;
}

static void
read_options(const struct pcap_reader *r, struct interface *i,
    struct rbuf options)
{
	while (rbuf_left(&options) >= 4) {
		const uint8_t *p = rbuf_bytes(&options, 4);
		uint16_t code = get16(r, p), n = get16(r, p + 2);
		const uint8_t *v = rbuf_bytes(&options, n);

		if (code == 0 || v == NULL)
			return;
		if (code == 9 && n == 1) /* if_tsresol */
			i->resolution = v[0];
		else if (code == 14 && n == 8) /* if_tsoffset */
			i->offset = (int64_t)get64(r, v);
		rbuf_skip(&options, (size_t)(-n & 3));
	}
}

static int
add_interface(struct pcap_reader *r, struct bgp_view body, uint64_t offset,
    struct err *err)
{
	struct interface i = { .resolution = 6 };
	struct rbuf b = rbuf_from(body.p, body.n);
	const uint8_t *p = rbuf_bytes(&b, 8);

	if (r->interfaces.n == PCAP_INTERFACES_MAX) {
		(void)err_set(err, ERR_LIMIT,
		    "block at offset %llu: more than %u interfaces",
		    (unsigned long long)offset, PCAP_INTERFACES_MAX);
		return stop(r, err);
	}
	i.link = PCAP_LINK_NONE;
	if (p != NULL) {
		i.link = get16(r, p);
		i.snap = get32(r, p + 4);
		read_options(r, &i, b);
	}
	vec_push(&r->interfaces, i);
	return 0;
}

/* False: the block is too short to hold a packet. */
static bool
read_packet(struct pcap_reader *r, uint32_t type, struct bgp_view body,
    struct pcap_packet *out)
{
	size_t head = type == BLOCK_SIMPLE ? 4 : 20;
	struct rbuf b = rbuf_from(body.p, body.n);
	const uint8_t *p = rbuf_bytes(&b, head);
	uint64_t ticks = 0;
	uint32_t which = 0, captured;

	if (p == NULL)
		return false;
	if (type == BLOCK_SIMPLE) {
		captured = out->len = get32(r, p);
	} else {
		which = type == BLOCK_PACKET ? get16(r, p) : get32(r, p);
		ticks = (uint64_t)get32(r, p + 4) << 32 | get32(r, p + 8);
		captured = get32(r, p + 12);
		out->len = get32(r, p + 16);
	}
	const struct interface *i =
	    which < r->interfaces.n ? &r->interfaces.p[which] : NULL;
	out->link = i == NULL ? PCAP_LINK_NONE : i->link;
	out->time_us = i == NULL || type == BLOCK_SIMPLE
			   ? TIME_NONE
			   : ticks_to_us(i, ticks);
	if (type == BLOCK_SIMPLE && i != NULL && i->snap != 0 &&
	    captured > i->snap)
		captured = i->snap;
	/* A block that is shorter than it says holds a packet that is cut. */
	if (captured > rbuf_left(&b))
		captured = (uint32_t)rbuf_left(&b);
	out->data = (struct bgp_view){ b.pos, captured };
	if (out->len < captured)
		out->len = captured;
	return true;
}

static int
start_section(struct pcap_reader *r, uint64_t offset, struct err *err)
{
	if (!window_need(&r->in, BLOCK_LEN))
		return torn(r, "section header", offset, window_left(&r->in),
		    BLOCK_LEN, err);
	uint32_t order = rbuf_be32(window_here(&r->in) + 8);

	if (order != MAGIC_ORDER && order != __builtin_bswap32(MAGIC_ORDER)) {
		(void)err_set(err, ERR_INPUT,
		    "section header at offset %llu has no byte order",
		    (unsigned long long)offset);
		return stop(r, err);
	}
	r->little = order != MAGIC_ORDER;
	r->interfaces.n = 0;
	return 0;
}

/* Past n bytes of a block, however many they are. */
static bool
pass_over(struct pcap_reader *r, uint64_t n)
{
	while (n > window_left(&r->in)) {
		n -= window_left(&r->in);
		r->in.at = r->in.n;
		if (!window_need(&r->in, 1))
			return false;
	}
	r->in.at += (size_t)n;
	return true;
}

static int
lengths_differ(struct pcap_reader *r, uint64_t offset, struct err *err)
{
	(void)err_set(err, ERR_INPUT,
	    "block at offset %llu: its two lengths differ",
	    (unsigned long long)offset);
	return stop(r, err);
}

/* A block that we know: 1 with a packet, 0 without. */
static int
read_block(struct pcap_reader *r, uint32_t type, uint32_t len, uint64_t offset,
    struct pcap_packet *out, struct err *err)
{
	if (len > PCAP_PACKET_MAX + 4096)
		return too_long(r, offset, len, err);
	if (!window_need(&r->in, len))
		return torn(r, "block", offset, window_left(&r->in), len, err);
	const uint8_t *p = window_here(&r->in);
	struct bgp_view body = { p + 8, len - BLOCK_LEN };

	if (get32(r, p + len - 4) != len)
		return lengths_differ(r, offset, err);
	r->in.at += len;
	if (type == BLOCK_INTERFACE)
		return add_interface(r, body, offset, err);
	*out = (struct pcap_packet){ .index = r->index, .offset = offset };
	if (!read_packet(r, type, body, out))
		return 0;
	if (out->data.n > PCAP_PACKET_MAX)
		return too_long(r, offset, (uint32_t)out->data.n, err);
	r->index++;
	return 1;
}

static int
skip_block(struct pcap_reader *r, uint32_t len, uint64_t offset,
    struct err *err)
{
	if (!pass_over(r, len - 4) || !window_need(&r->in, 4))
		return torn(r, "block", offset,
		    window_offset(&r->in) + window_left(&r->in) - offset, len,
		    err);
	if (get32(r, window_here(&r->in)) != len)
		return lengths_differ(r, offset, err);
	r->in.at += 4;
	return 0;
}

static int
next_block(struct pcap_reader *r, struct pcap_packet *out, struct err *err)
{
	int got = 0;

	while (got == 0) {
		uint64_t offset = window_offset(&r->in);

		if (!window_need(&r->in, 8)) {
			if (window_left(&r->in) == 0 && !r->in.failed)
				return 0;
			return torn(r, "block header", offset,
			    window_left(&r->in), 8, err);
		}
		if (rbuf_be32(window_here(&r->in)) == BLOCK_SECTION &&
		    start_section(r, offset, err) == -1)
			return -1;
		uint32_t type = get32(r, window_here(&r->in));
		uint32_t len = get32(r, window_here(&r->in) + 4);

		if (len < BLOCK_LEN || len % 4 != 0) {
			(void)err_set(err, ERR_INPUT,
			    "block at offset %llu claims %u bytes: no packets "
			    "from here on",
			    (unsigned long long)offset, len);
			return stop(r, err);
		}
		if (type == BLOCK_INTERFACE || type == BLOCK_PACKET ||
		    type == BLOCK_SIMPLE || type == BLOCK_ENHANCED)
			got = read_block(r, type, len, offset, out, err);
		else
			got = skip_block(r, len, offset, err);
	}
	return got;
}

/* --- both -------------------------------------------------------------- */

/* The magic of pcap in either order, 0 = none. */
static uint32_t
pcap_magic(const uint8_t *p)
{
	uint32_t v = rbuf_be32(p), w = __builtin_bswap32(v);

	if (v == MAGIC_MICRO || v == MAGIC_NANO || v == MAGIC_KUZNETZOV)
		return v;
	return w == MAGIC_MICRO || w == MAGIC_NANO || w == MAGIC_KUZNETZOV ? w
									   : 0;
}

bool
pcap_sniff(const uint8_t *head, size_t n)
{
	if (n < 12)
		return false;
	if (rbuf_be32(head) != BLOCK_SECTION)
		return pcap_magic(head) != 0;
	uint32_t order = rbuf_be32(head + 8);
	return order == MAGIC_ORDER || order == __builtin_bswap32(MAGIC_ORDER);
}

static int
start(struct pcap_reader *r, struct err *err)
{
	r->started = true;
	if (!window_need(&r->in, 4))
		return torn(r, "file header", 0, window_left(&r->in), 4, err);
	uint32_t magic = pcap_magic(r->in.buf);

	r->ng = rbuf_be32(r->in.buf) == BLOCK_SECTION;
	if (r->ng)
		return 0;
	if (magic != 0)
		return start_pcap(r, magic, err);
	(void)err_set(err, ERR_INPUT,
	    "offset 0: neither pcap nor pcapng begins like this");
	return stop(r, err);
}

int
pcap_reader_next(struct pcap_reader *r, struct pcap_packet *out,
    struct err *err)
{
	if (r->over) {
		*err = r->last;
		return -1;
	}
	if (!r->started && start(r, err) == -1)
		return -1;
	return r->ng ? next_block(r, out, err) : next_record(r, out, err);
}
