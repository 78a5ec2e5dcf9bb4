/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event.c - one route event as self-contained bytes, and back.
 *
 *   | time 8 | since 8 | kind 1 | flags 1 | ADD-PATH 1 | peer family 1
 *   | peer addr 16 | peer AS 4 | prefix family 1 | len 1 | addr 16 | path id 4
 *   | attrs id 8 | input 4 | record 8 | collector 2+n | attributes 4+n
 *
 * flags: 1 late, 2 has attributes, 4 AS4, 8 TABLE_DUMP_V2 form, 16 lenient;
 * ADD-PATH: enum bgp_add_path.
 */
#include "feed/part.h"

#include <string.h>

enum {
	F_LATE = 1,
	F_ATTRS = 2,
	F_AS4 = 4,
	F_TABLE = 8,
	F_LENIENT = 16,
	F_ALL = 31
};

#define COLLECTOR_MAX 256

void
feed_event_encode(const struct feed_event *ev, const struct feed_peer *peer,
    const struct bgp_session *s, struct buf *out)
{
	size_t n = strnlen(peer->collector, COLLECTOR_MAX);

	buf_u64(out, (uint64_t)ev->time_us);
	buf_u64(out, (uint64_t)ev->since_us);
	buf_u8(out, (uint8_t)ev->kind);
	buf_u8(out,
	    (uint8_t)((ev->late ? F_LATE : 0) |
		      (ev->attrs != NULL ? F_ATTRS : 0) | (s->as4 ? F_AS4 : 0) |
		      (s->table_dump ? F_TABLE : 0) |
		      (s->lenient ? F_LENIENT : 0)));
	buf_u8(out, s->add_path);
	buf_u8(out, peer->addr.family);
	buf_add(out, peer->addr.addr, 16);
	buf_u32(out, peer->asn);
	buf_u8(out, ev->prefix.family);
	buf_u8(out, ev->prefix.len);
	buf_add(out, ev->prefix.addr, 16);
	buf_u32(out, ev->path_id);
	buf_u64(out, ev->attrs_id);
	buf_u32(out, ev->input);
	buf_u64(out, ev->record);
	buf_u16(out, (uint16_t)n);
	buf_add(out, peer->collector, n);
	size_t len = ev->attrs == NULL ? 0 : ev->attrs->raw.n;
	buf_u32(out, (uint32_t)len);
	if (len > 0)
		buf_add(out, ev->attrs->raw.p, len);
	buf_u8(out, 0); /* ends the collector's text for readers in place */
}

/* The collector's text needs an end: it is kept before a NUL of its own. */
static const char *
text_of(struct rbuf v)
{
	static _Thread_local char text[COLLECTOR_MAX + 1];
	size_t n = rbuf_left(&v);

	rbuf_copy(&v, text, n);
	text[n] = '\0';
	return text;
}

int
feed_event_decode(const void *data, size_t n, struct bgp_decoder *d,
    struct feed_event *ev, struct bgp_attrs *attrs, struct feed_peer *peer,
    struct bgp_session *s, struct err *err)
{
	struct rbuf r = rbuf_from(data, n);
	struct feed_event e = { .time_us = (int64_t)rbuf_u64(&r) };
	e.since_us = (int64_t)rbuf_u64(&r);
	uint8_t kind = rbuf_u8(&r), flags = rbuf_u8(&r);
	uint8_t add_path = rbuf_u8(&r);

	peer->addr.family = rbuf_u8(&r);
	rbuf_copy(&r, peer->addr.addr, 16);
	peer->asn = rbuf_u32(&r);
	e.prefix.family = rbuf_u8(&r);
	e.prefix.len = rbuf_u8(&r);
	rbuf_copy(&r, e.prefix.addr, 16);
	e.path_id = rbuf_u32(&r);
	e.attrs_id = rbuf_u64(&r);
	e.input = rbuf_u32(&r);
	e.record = rbuf_u64(&r);
	struct rbuf name = rbuf_sub(&r, rbuf_u16(&r));
	struct rbuf block = rbuf_sub(&r, rbuf_u32(&r));
	uint8_t end = rbuf_u8(&r);
	if (!rbuf_end(&r) || end != 0)
		return err_set(err, ERR_INPUT, "event of %zu bytes is damaged",
		    n);
	if (kind > FEED_TABLE_DROP || (flags & ~F_ALL) != 0 ||
	    (add_path & ~BGP_ADD_PATH_BITS) != 0 ||
	    peer->addr.family >= NET_FAMILIES ||
	    rbuf_left(&name) > COLLECTOR_MAX ||
	    memchr(name.pos, '\0', rbuf_left(&name)) != NULL ||
	    ((flags & F_ATTRS) == 0 && rbuf_left(&block) > 0) ||
	    !prefix_is_canonical(&e.prefix))
		return err_set(err, ERR_INPUT,
		    "event holds a value that none can have");
	e.kind = (enum feed_kind)kind;
	e.late = (flags & F_LATE) != 0;
	*s = (struct bgp_session){ .as4 = (flags & F_AS4) != 0,
		.add_path = add_path,
		.table_dump = (flags & F_TABLE) != 0,
		.lenient = (flags & F_LENIENT) != 0 };
	if ((flags & F_ATTRS) != 0) {
		bgp_attrs_decode(d, block.pos, rbuf_left(&block), s, attrs);
		e.attrs = attrs;
	}
	peer->collector = text_of(name);
	*ev = e;
	return 0;
}
