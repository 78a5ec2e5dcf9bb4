/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state_fuzz.c - a saved state out of foreign bytes.  Properties: what is
 * taken can be saved, opened again and saved to the same bytes; and an engine
 * on it goes on.
 *
 * Form of the input: sections one after the other, each its name with a NUL,
 * its length in four bytes (little-endian), its bytes.
 */
#include <stdlib.h>

#include "detect/part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sect_mem *
sections(const uint8_t *data, size_t size)
{
	struct sect_mem *m = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(m);
	struct err err;

	while (size > 0) {
		const uint8_t *nul = memchr(data, '\0', size);
		uint32_t n;

		if (nul == NULL)
			break;
		size_t head = (size_t)(nul - data) + 1;
		if (size - head < sizeof(n))
			break;
		memcpy(&n, nul + 1, sizeof(n));
		if (n > size - head - sizeof(n))
			n = (uint32_t)(size - head - sizeof(n));
		(void)sink.add(sink.ctx, (const char *)data,
		    nul + 1 + sizeof(n), n, &err);
		data += head + sizeof(n) + n;
		size -= head + sizeof(n) + n;
	}
	return m;
}

static struct detect *
open_state(struct sect_mem *m)
{
	struct sect_source src = sect_mem_source(m);
	struct detect_config c;
	struct detect *d = NULL;
	struct err err = { 0 };

	detect_config_init(&c);
	if (detect_new(&c, NULL, &src, &d, &err) == -1) {
		if (err.code == ERR_NONE || err.msg[0] == '\0')
			abort();
		return NULL;
	}
	return d;
}

static struct sect_mem *
save(struct detect *d)
{
	struct sect_mem *m = sect_mem_new();
	struct sect_sink sink = sect_mem_sink(m);
	struct err err = { 0 };

	if (detect_save(d, &sink, &err) == -1)
		abort();
	return m;
}

static void
must_be_same(struct sect_mem *a, struct sect_mem *b)
{
	static const char *const names[] = { "det.head", "det.p4.hi",
		"det.p4.len", "det.p6.hi", "det.p6.lo", "det.p6.len", "det.row",
		"det.pair", "det.days", "det.orig", "det.coll", "det.seg",
		"det.inc", "det.merged", "det.find", "det.num", "det.gain",
		"det.pass", "rib.coll", "rib.path", "rib.rest", "rib.pool",
		"rib.set", "rib.peer", "rib.c0" };
	struct sect_source x = sect_mem_source(a), y = sect_mem_source(b);

	for (size_t i = 0; i < COUNT(names); i++) {
		const void *p = NULL, *q = NULL;
		size_t n = 0, k = 0;
		struct err err;

		if (x.get(x.ctx, names[i], &p, &n, &err) !=
			y.get(y.ctx, names[i], &q, &k, &err) ||
		    n != k || (n > 0 && memcmp(p, q, n) != 0))
			abort();
	}
}

static void
get_peer(void *ctx, uint32_t peer, struct feed_peer *out)
{
	(void)ctx;
	*out = (struct feed_peer){ "rrc00", { NET_IP4, { 192, 0, 2, 1 } },
		65000 + peer };
}

/* Peers say things, go down, and time passes. */
static void
go_on(struct detect *d)
{
	static const uint32_t asns[] = { 65000, 64601, 64502 };
	struct bgp_segment seg = { BGP_AS_SEQUENCE, 0, COUNT(asns) };
	struct bgp_attrs a = { .present = 1u << BGP_ATTR_AS_PATH,
		.path = { asns, &seg, COUNT(asns), 1 } };
	struct feed_event e = { .time_us = d->now, .since_us = TIME_NONE };
	struct detect_sinks none = { 0 };
	struct err err;
	uint32_t n = pset_count(d->prefixes);

	if (d->now == TIME_NONE)
		e.time_us = 0;
	detect_peers(d, get_peer, NULL);
	for (uint32_t i = 0; i < 3 * n + 9; i++) {
		e.kind = i % 3 == 0 ? FEED_WITHDRAW : FEED_ANNOUNCE;
		e.attrs = i % 3 == 0 ? NULL : &a;
		e.attrs_id = 1 + i % 2;
		e.peer = i % 2;
		e.time_us += i % 7 == 0 ? TIME_MIN : 0;
		e.prefix = i < n ? *prefix_at(d, i)
				 : (struct prefix){ .len = 24,
					   .addr = { 11, 0, (uint8_t)i } };
		if (detect_event(d, &e, &err) == -1)
			abort();
	}
	for (uint32_t i = 0; i < rib_peer_count(d->rib); i++)
		apply_peer_down(d, i);
	e.kind = FEED_PEER_UP;
	for (int i = 0; i < 3; i++) {
		e.time_us += TIME_DAY;
		if (detect_event(d, &e, &err) == -1)
			abort();
	}
	if (detect_finish(d, &none, &err) == -1)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sect_mem *in = sections(data, size);
	struct detect *d = open_state(in);

	if (d != NULL) {
		struct sect_mem *a = save(d);
		struct detect *e = open_state(a);

		if (e == NULL)
			abort();
		struct sect_mem *b = save(e);
		must_be_same(a, b);
		sect_mem_free(b);
		detect_free(e);
		go_on(d);
		sect_mem_free(save(d));
		detect_free(d);
		sect_mem_free(a);
	}
	sect_mem_free(in);
	return 0;
}
