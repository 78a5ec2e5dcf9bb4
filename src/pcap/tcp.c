/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcp.c - TCP packets to two streams of bytes for each connection (RFC 9293).
 *
 * Bytes are numbered by sequence number with its wraps counted.  What is next
 * goes to the framing; what lies behind a hole waits in a list without overlaps,
 * in which the bytes that came first stay.  A hole is given up when the other
 * side has acknowledged its bytes (they were sent and the capture missed them),
 * when too much waits behind it, and when the connection or the capture ends.
 *
 * A connection is one handshake: a SYN of another number, or numbers that no
 * window allows, make a new one.
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/part.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

struct tcp {
	struct pcap_end from, to;
	uint32_t seq, ack; /* seq: of the first byte of data */
	unsigned flags;
	struct piece data;
};

/* --- segments ---------------------------------------------------------- */

void
segment_remove(struct direction *d, struct segment *s)
{
	if (s->prev == NULL)
		d->first = s->next;
	else
		s->prev->next = s->next;
	if (s->next == NULL)
		d->last = s->prev;
	else
		s->next->prev = s->prev;
	d->n_segments--;
	d->waiting -= s->missing ? 0 : s->n;
	free(s);
}

static uint64_t
number(const struct direction *d, uint32_t seq)
{
	int32_t far = (int32_t)(seq - (uint32_t)d->next);

	return d->next + (uint64_t)(int64_t)far;
}

static void
begin(struct direction *d, uint32_t seq, bool from_start)
{
	/* The upper half leaves room for bytes from before. */
	d->next = d->start = UINT64_C(1) << 32 | seq;
	d->acked = d->given_up = 0;
	d->begun = d->fresh = true;
	d->from_start = d->only_syn = from_start;
}

/* In front of `before`, NULL = last. */
static void
segment_add(struct direction *d, struct segment *before, uint64_t at,
    const uint8_t *p, size_t n, const struct mark *mark)
{
	struct segment *s = mem_alloc(1, sizeof(*s) + (p == NULL ? 0 : n));

	s->at = at;
	s->n = (uint32_t)n;
	s->missing = p == NULL;
	s->mark = *mark;
	if (p != NULL)
		memcpy(s->data, p, n);
	s->next = before;
	s->prev = before == NULL ? d->last : before->prev;
	if (s->prev == NULL)
		d->first = s;
	else
		s->prev->next = s;
	if (before == NULL)
		d->last = s;
	else
		before->prev = s;
	d->n_segments++;
	d->waiting += p == NULL ? 0 : n;
}

/* The parts of [at, at + n) that no segment covers; p NULL: missing. */
static void
insert(struct pcap_counts *counts, struct direction *d, uint64_t at,
    const uint8_t *p, size_t n, const struct mark *mark)
{
	uint64_t end = at + n, from = at;
	/* Most come behind all others. */
	struct segment *s =
	    d->last == NULL || d->last->at + d->last->n <= at ? NULL : d->first;

	for (; s != NULL && from < end; s = s->next) {
		uint64_t until = s->at < end ? s->at : end;

		if (until > from) {
			segment_add(d, s, from,
			    p == NULL ? NULL : p + (from - at),
			    (size_t)(until - from), mark);
			from = until;
		}
		until = s->at + s->n < end ? s->at + s->n : end;
		if (s->at <= from && until > from) {
			counts->repeated += until - from;
			from = until;
		}
	}
	if (from < end)
		segment_add(d, NULL, from, p == NULL ? NULL : p + (from - at),
		    (size_t)(end - from), mark);
}

/* Data of a packet, wherever they belong. */
static void
add_data(struct pcap_counts *counts, struct direction *d, uint64_t at,
    const struct piece *data, const struct mark *mark)
{
	const uint8_t *p = data->v.p;
	size_t n = data->v.n, wire = data->wire;

	if (at < d->next) {
		uint64_t old = d->next - at;

		counts->repeated += old < wire ? old : wire;
		if (old >= wire) {
			/* The probe of a keepalive repeats one byte. */
			d->repeated_in_row += wire > 1;
			return;
		}
		size_t skip = old < n ? (size_t)old : n;
		p += skip;
		n -= skip;
		wire -= (size_t)old;
		at = d->next;
	}
	d->repeated_in_row = 0;
	if (d->ignored && d->first == NULL) {
		counts->other_bytes += n;
		d->next = at + wire;
		return;
	}
	if (d->first == NULL && at == d->next) {
		if (n > 0)
			frame_add(d, p, n, mark);
		d->next += n;
	} else if (n > 0) {
		insert(counts, d, at, p, n, mark);
	}
	if (wire > n) {
		counts->cut++;
		insert(counts, d, at + n, NULL, wire - n, mark);
	}
}

/*
 * The first segment to the framing, if it is next or what lies in front of it
 * is given up.
 */
static bool
pull(struct direction *d)
{
	struct segment *s = d->first;

	if (s == NULL)
		return false;
	if (s->at > d->next) {
		bool full = d->waiting > PCAP_WAITING_MAX ||
			    d->n_segments > PCAP_SEGMENTS_MAX;

		if (d->flush == NULL && !full && d->given_up < s->at)
			return false;
		frame_gap(d, s->at - d->next, "bytes were not captured",
		    &s->mark);
		d->next = s->at;
		return true;
	}
	if (s->missing)
		frame_gap(d, s->n, "a packet was captured in part", &s->mark);
	else
		frame_add(d, s->data, s->n, &s->mark);
	d->next += s->n;
	segment_remove(d, s);
	return true;
}

/*
 * The other side has what we wait for: the capture missed it, or has it in
 * another order.  A few packets more, then the hole is given up.
 */
static void
check_hole(struct direction *d)
{
	if (d->first == NULL || d->first->at == d->next ||
	    d->acked < d->first->at) {
		d->patience = 0;
		return;
	}
	if (d->patience == 0)
		d->patience = PCAP_PATIENCE + 1;
	if (--d->patience == 0)
		d->given_up = d->first->at;
}

/* --- packets ----------------------------------------------------------- */

/*
 *   |            from port          |            to port            |
 *   |                        sequence number                        |
 *   |                     acknowledgment number                     |
 *   |offset |       |     flags     |            window             |
 *   |           checksum            |        urgent pointer         |
 */
static bool
tcp_decode(const struct datagram *d, struct tcp *p)
{
	struct rbuf r = rbuf_from(d->data.v.p, d->data.v.n);

	memset(p, 0, sizeof(*p));
	p->from.ip = d->from;
	p->to.ip = d->to;
	p->from.port = rbuf_u16(&r);
	p->to.port = rbuf_u16(&r);
	p->seq = rbuf_u32(&r);
	p->ack = rbuf_u32(&r);
	size_t head = (size_t)(rbuf_u8(&r) >> 4) * 4;
	p->flags = rbuf_u8(&r);
	rbuf_skip(&r, 6);
	if (!rbuf_ok(&r) || head < 20 || head > d->data.v.n)
		return false;
	p->data.v.p = d->data.v.p + head;
	p->data.v.n = d->data.v.n - head;
	p->data.wire = d->data.wire - head;
	/* SYN counts as a byte in front of the data (RFC 9293 3.4). */
	if ((p->flags & TCP_SYN) != 0)
		p->seq++;
	/* RFC 9293 3.10.7: what comes with RST is for people */
	if ((p->flags & TCP_RST) != 0)
		p->data = (struct piece){ { p->data.v.p, 0 }, 0 };
	return true;
}

/* Is p of another connection than c, between the same ends? */
static bool
is_another(const struct connection *c, unsigned i, const struct tcp *p)
{
	const struct direction *d = &c->dir[i], *o = &c->dir[1 - i];

	if ((p->flags & TCP_RST) != 0)
		return false;
	if ((p->flags & TCP_SYN) != 0)
		return d->begun ? (uint32_t)d->start != p->seq
				: o->begun && (p->flags & TCP_ACK) == 0;
	if (!d->begun || p->data.wire == 0)
		return false;
	int64_t far = (int32_t)(p->seq - (uint32_t)d->next);
	return far > PCAP_WINDOW_MAX || far < -(int64_t)PCAP_WINDOW_MAX ||
	       d->repeated_in_row > PCAP_REPEATED_MAX;
}

static void
note_ack(struct direction *o, const struct tcp *p)
{
	if ((p->flags & TCP_ACK) == 0)
		return;
	/* A handshake of which only the answer was captured. */
	if (!o->begun && (p->flags & TCP_SYN) != 0)
		begin(o, p->ack, true);
	if (!o->begun)
		return;
	uint64_t acked = number(o, p->ack);
	if (acked > o->acked && acked <= o->next + PCAP_WINDOW_MAX)
		o->acked = acked;
}

/*
 * Generators of test traffic do not count the SYN, so the segment behind it
 * begins one byte early.  (One byte alone would be the probe of a keepalive.)
 */
static void
check_syn(struct direction *d, const struct tcp *p)
{
	if ((p->flags & TCP_SYN) != 0 || p->data.wire == 0)
		return;
	if (d->only_syn && d->first == NULL && p->data.wire > 1 &&
	    p->seq == (uint32_t)(d->next - 1))
		d->next--;
	d->only_syn = false;
}

static void
add_packet(struct pcap_counts *counts, struct connection *c, unsigned i,
    const struct tcp *p, const struct mark *mark)
{
	struct direction *d = &c->dir[i], *o = &c->dir[1 - i];

	note_ack(o, p);
	if (!d->begun && (p->data.wire > 0 || (p->flags & TCP_SYN) != 0))
		begin(d, p->seq, (p->flags & TCP_SYN) != 0);
	check_syn(d, p);
	if (p->data.wire > 0)
		add_data(counts, d, number(d, p->seq), &p->data, mark);
	if (d->begun && (p->flags & TCP_FIN) != 0) {
		d->has_end = true;
		d->end = number(d, p->seq) + p->data.wire;
	}
	if ((p->flags & TCP_RST) != 0)
		d->flush = o->flush = "the connection ends in a message";
	check_hole(d);
	check_hole(o);
}

struct connection *
tcp_add(struct connections *t, const struct datagram *d,
    const struct mark *mark)
{
	struct pcap_counts *counts = connections_counts(t);
	struct tcp p;
	unsigned i = 0;

	if (!tcp_decode(d, &p)) {
		counts->damaged++;
		return NULL;
	}
	struct connection *c = connections_find(t, &p.from, &p.to, &i);
	if (c != NULL && is_another(c, i, &p)) {
		connections_leave(t, c, "another connection begins");
		c = NULL;
	}
	if (c == NULL) {
		if ((p.flags & TCP_RST) != 0)
			return NULL;
		c = connections_begin(t, &p.from, &p.to);
		i = 0;
	}
	add_packet(counts, c, i, &p, mark);
	connections_used(t, c, false);
	return c;
}

/* --- messages ---------------------------------------------------------- */

static void
fill(const struct connection *c, unsigned i, struct pcap_message *out)
{
	const struct mark *mark = &c->dir[i].mark;

	out->time_us = mark->time_us;
	out->index = mark->index;
	out->offset = mark->offset;
	out->from = c->end[i];
	out->to = c->end[1 - i];
	out->connection = c->number;
	out->reverse = i == 1;
}

/* FIN was reached, or nothing more will come. */
static const char *
is_over(const struct direction *d)
{
	return d->flush != NULL                  ? d->flush
	       : d->has_end && d->next >= d->end ? "the connection ends in a "
						   "message"
						 : NULL;
}

int
tcp_next(struct connections *t, struct connection *c, unsigned i,
    struct pcap_message *out)
{
	struct direction *d = &c->dir[i];
	int got;

	*out = (struct pcap_message){ 0 };
	while ((got = frame_next(c, i, connections_counts(t), out)) == 0) {
		if (pull(d))
			continue;
		const char *over = is_over(d);
		if (over == NULL)
			break;
		frame_end(d, over);
		d->flush = NULL;
		d->has_end = false;
	}
	if (got == 1)
		fill(c, i, out);
	else
		frame_trim(d);
	connections_used(t, c, got == 1);
	return got;
}
