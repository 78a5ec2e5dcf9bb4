/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcap_test.h - small captures for the tests of this folder: file headers,
 * packets, segments of TCP; and what was read of them in words.
 */
#pragma once

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

#include "base/buf.h"
#include "base/utc.h"
#include "pcap/part.h"

#define MARKER "ffffffff ffffffff ffffffff ffffffff "

static inline unsigned
hex_digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* Hexadecimal with blanks, behind what is in b. */
static inline void
put_hex(struct buf *b, const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if (*c != ' ') {
			buf_u8(b,
			    (uint8_t)(hex_digit(c[0]) << 4 | hex_digit(c[1])));
			c++;
		}
}

/* --- pcap, big-endian -------------------------------------------------- */

static inline void
put_header(struct buf *b, uint16_t link)
{
	put_hex(b, "a1b2c3d4 0002 0004 00000000 00000000 00040000");
	buf_u32(b, link);
}

/* `cut` bytes of the packet are not captured. */
static inline void
put_packet(struct buf *b, int64_t time_us, const struct buf *packet, size_t cut)
{
	buf_u32(b, (uint32_t)(time_us / TIME_SEC));
	buf_u32(b, (uint32_t)(time_us % TIME_SEC));
	buf_u32(b, (uint32_t)(packet->n - cut));
	buf_u32(b, (uint32_t)packet->n);
	buf_add(b, packet->p, packet->n - cut);
}

/* --- packets ----------------------------------------------------------- */

#define LINK_RAW_IP 101

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

/* A segment of TCP between 192.0.2.1 (side 0) and 192.0.2.2. */
struct seg {
	unsigned side;
	uint16_t ports[2];
	unsigned flags;
	uint32_t seq, ack;
	const uint8_t *data;
	size_t n;
};

static inline void
put_ip4(struct buf *b, const struct seg *s, size_t payload)
{
	put_hex(b, "45 00");
	buf_u16(b, (uint16_t)(20 + payload));
	put_hex(b, "0001 0000 40 06 0000");
	buf_u32(b, 0xc0000201 + s->side);
	buf_u32(b, 0xc0000202 - s->side);
}

static inline void
put_tcp(struct buf *b, const struct seg *s)
{
	buf_u16(b, s->ports[s->side]);
	buf_u16(b, s->ports[1 - s->side]);
	buf_u32(b, s->seq);
	buf_u32(b, s->ack);
	buf_u8(b, 0x50);
	buf_u8(b, (uint8_t)s->flags);
	put_hex(b, "ffff 0000 0000");
	buf_add(b, s->data, s->n);
}

static inline void
put_seg(struct buf *b, const struct seg *s)
{
	put_ip4(b, s, 20 + s->n);
	put_tcp(b, s);
}

/* --- what was read ----------------------------------------------------- */

/* "4:19@2": type, length, packet; "[missing/skipped why]@packet". */
static inline void
say_message(struct buf *b, const struct pcap_message *m)
{
	if (b->n > 0)
		buf_chr(b, ' ');
	if (m->reverse)
		buf_chr(b, '<');
	if (m->kind == PCAP_BGP)
		buf_printf(b, "%u:%zu", m->bytes.p[18], m->bytes.n);
	else if (m->kind == PCAP_BMP)
		buf_printf(b, "bmp%u:%zu", m->bytes.p[5], m->bytes.n);
	else
		buf_printf(b, "[%llu/%llu %s]", (unsigned long long)m->missing,
		    (unsigned long long)m->skipped, m->why);
	buf_printf(b, "@%llu", (unsigned long long)m->index);
}

/* All of a capture; the end of a torn one as "!". */
static inline struct pcap_counts
say_capture(struct buf *out, const void *p, size_t n,
    const struct pcap_opts *opts)
{
	struct pcap_messages *m =
	    pcap_messages_new(pcap_reader_mem(p, n), opts);
	struct pcap_message msg;
	struct err err = { 0 };
	int got;

	while ((got = pcap_messages_next(m, &msg, &err)) == 1)
		say_message(out, &msg);
	if (got == -1) {
		assert_non_null(strstr(err.msg, "offset"));
		buf_str(out, out->n > 0 ? " !" : "!");
	}
	struct pcap_counts counts = *pcap_messages_counts(m);
	pcap_messages_free(m);
	return counts;
}

/* A source that gives at most `step` bytes at a time. */
struct drip {
	const uint8_t *p;
	size_t n, step;
};

static inline ssize_t
drip_read(void *ctx, void *buf, size_t n, struct err *err)
{
	struct drip *d = ctx;

	(void)err;
	n = n < d->step ? n : d->step;
	n = n < d->n ? n : d->n;
	if (n > 0)
		memcpy(buf, d->p, n);
	d->p += n;
	d->n -= n;
	return (ssize_t)n;
}
