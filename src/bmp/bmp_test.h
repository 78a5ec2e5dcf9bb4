/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bmp_test.h - everything that can be read out of a message, as one number; for
 * the tests of this folder and its fuzz target.
 */
#pragma once

#include <stdlib.h>

#include "base/hash.h"
#include "bmp/bmp.h"

struct walk {
	struct bmp_peers *peers;
	uint64_t hash;
	/* How often; hash alone would not tell what went wrong. */
	uint64_t messages, refused, updates, announced, withdrawn, bad_nlri;
	uint64_t ups, downs, statistics, tlvs, mirrored;
	uint64_t bases[BMP_ASSUMED + 1];
	/* Scratch, large: walk_init() leaves it alone. */
	struct bgp_update update;
	struct bgp_decoder dec;
};

static inline void
walk_init(struct walk *w)
{
	memset(w, 0, offsetof(struct walk, update));
	w->peers = bmp_peers_new();
}

static inline void
walk_fini(struct walk *w)
{
	bmp_peers_free(w->peers);
}

static inline void
walk_add(struct walk *w, const void *p, size_t n)
{
	w->hash = hash_bytes(p, n, w->hash);
}

/* A view must lie within the message. */
static inline void
walk_view(struct walk *w, struct bgp_view v, struct bgp_view in)
{
	if (v.n > 0 && (v.p < in.p || v.p + v.n > in.p + in.n))
		abort();
	walk_add(w, v.p, v.n);
}

static inline uint64_t
walk_nlri(struct walk *w, const struct bgp_session *s, struct bgp_view v,
    uint8_t family, uint8_t safi)
{
	struct bgp_nlri_iter it =
	    bgp_nlri_iter(v, family, bgp_session_add_path(s, family, safi));
	struct bgp_nlri n;
	uint64_t count = 0;

	for (; bgp_nlri_next(&it, &n); count++) {
		if (!prefix_is_canonical(&n.prefix))
			abort();
		walk_add(w, &n.prefix, sizeof(n.prefix));
	}
	w->bad_nlri += it.bad;
	return count;
}

static inline void
walk_update(struct walk *w, const struct bmp_message *m, struct bgp_view body)
{
	enum bmp_basis basis;
	struct bgp_session s = bmp_session(w->peers, m, body, &basis);
	const struct bgp_update *u = &w->update;
	const struct bgp_attrs *a = &u->attrs;
	uint8_t family;

	bgp_update_decode(&w->dec, body.p, body.n, &s, &w->update);
	w->updates++;
	w->bases[basis]++;
	walk_view(w, a->communities, body);
	walk_view(w, a->mp_next_hop, body);
	walk_add(w, a->path.asns, a->path.n_asns * sizeof(uint32_t));
	w->withdrawn +=
	    walk_nlri(w, &s, u->withdrawn, NET_IP4, BGP_SAFI_UNICAST);
	w->announced += walk_nlri(w, &s, u->nlri, NET_IP4, BGP_SAFI_UNICAST);
	if (bgp_has(a, BGP_ATTR_MP_UNREACH) &&
	    bgp_family(a->unreach_afi, a->unreach_safi, &family))
		w->withdrawn +=
		    walk_nlri(w, &s, a->unreach, family, a->unreach_safi);
	if (bgp_has(a, BGP_ATTR_MP_REACH) &&
	    bgp_family(a->reach_afi, a->reach_safi, &family))
		w->announced +=
		    walk_nlri(w, &s, a->reach, family, a->reach_safi);
}

static inline void
walk_tlvs(struct walk *w, const struct bmp_frame *f, struct bmp_message *m)
{
	struct err err = { 0 };
	struct bmp_tlv t;
	int got;

	while ((got = bmp_tlv_next(m, &t, &err)) == 1) {
		enum bgp_type type;
		struct bgp_view body;
		uint16_t code = 0;

		w->tlvs++;
		walk_view(w, t.value, f->body);
		if (bmp_tlv_code(&t, &code))
			walk_add(w, &code, sizeof(code));
		if (m->type != BMP_ROUTE_MIRRORING ||
		    !bmp_tlv_message(&t, &type, &body))
			continue;
		w->mirrored++;
		walk_view(w, body, t.value);
		if (type == BGP_UPDATE)
			walk_update(w, m, body);
	}
	if (got == -1 && err.code != ERR_INPUT)
		abort();
	w->refused += got == -1;
}

static inline void
walk_statistics(struct walk *w, const struct bmp_frame *f,
    struct bmp_message *m)
{
	struct err err = { 0 };
	struct bmp_statistic s;
	int got;

	while ((got = bmp_statistic_next(m, &s, &err)) == 1) {
		w->statistics++;
		walk_view(w, s.data, f->body);
		walk_add(w, &s.value, sizeof(s.value));
	}
	if (got == -1 && err.code != ERR_INPUT)
		abort();
	w->refused += got == -1;
	if (bmp_statistic_next(m, &s, &err) != 0 || rbuf_left(&m->items) > 0)
		abort();
}

static inline void
walk_message(struct walk *w, const struct bmp_frame *f)
{
	struct bmp_message m;
	struct err err = { 0 };

	w->messages++;
	walk_view(w, f->body, f->raw);
	if (bmp_decode(f, &m, &err) == -1) {
		if (err.code != ERR_INPUT || err.msg[0] == '\0')
			abort();
		w->refused++;
		return;
	}
	walk_add(w, &m.peer.ip, sizeof(m.peer.ip));
	walk_add(w, &m.peer.time_us, sizeof(m.peer.time_us));
	walk_view(w, m.update, f->body);
	walk_view(w, m.rest, f->body);
	walk_view(w, m.data, f->body);
	walk_view(w, m.down.data, f->body);
	walk_view(w, m.down.notification.data, f->body);
	walk_view(w, m.up.sent.message, f->body);
	walk_view(w, m.up.received.message, f->body);
	walk_view(w, m.up.sent.open.params, f->body);
	w->ups += m.type == BMP_PEER_UP;
	w->downs += m.type == BMP_PEER_DOWN;
	if (bmp_peers_update(w->peers, &m, &err) == -1)
		abort(); /* no input of a test holds so many peers */
	if (m.type == BMP_ROUTE_MONITORING)
		walk_update(w, &m, m.update_body);
	walk_tlvs(w, f, &m);
	if (m.type == BMP_STATISTICS)
		walk_statistics(w, f, &m);
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
