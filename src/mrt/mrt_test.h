/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mrt_test.h - everything that can be read out of a record, as one number; for
 * the tests of this folder, its fuzz target and the test of real archives.
 */
#pragma once

#include <stdlib.h>

#include "base/hash.h"
#include "mrt/mrt.h"

struct walk {
	struct mrt_peers peers;
	uint64_t hash;
	/* How often; hash alone would not tell what went wrong. */
	uint64_t records, refused, routes, announced, withdrawn, states;
	/* Scratch, large: walk_init() leaves it alone. */
	struct bgp_update update;
	struct bgp_decoder dec;
};

static inline void
walk_init(struct walk *w)
{
	memset(w, 0, offsetof(struct walk, update));
}

static inline void
walk_add(struct walk *w, const void *p, size_t n)
{
	w->hash = hash_bytes(p, n, w->hash);
}

/* A view must lie within the record. */
static inline void
walk_view(struct walk *w, struct bgp_view v, struct bgp_view in)
{
	if (v.n > 0 && (v.p < in.p || v.p + v.n > in.p + in.n))
		abort();
	walk_add(w, v.p, v.n);
}

static inline void
walk_prefix(struct walk *w, const struct prefix *p)
{
	if (!prefix_is_canonical(p))
		abort();
	walk_add(w, p, sizeof(*p));
}

static inline void
walk_attrs(struct walk *w, const struct bgp_attrs *a, struct bgp_view in)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < a->path.n_segs; i++) {
		if (a->path.segs[i].at != at || a->path.segs[i].n == 0)
			abort();
		at += a->path.segs[i].n;
	}
	if (at > a->path.n_asns ||
	    (at != a->path.n_asns && bgp_has(a, BGP_ATTR_AS_PATH)))
		abort();
	walk_add(w, a->path.asns, a->path.n_asns * sizeof(uint32_t));
	walk_view(w, a->communities, in);
	walk_view(w, a->ext_communities, in);
	walk_view(w, a->large_communities, in);
	walk_view(w, a->cluster_list, in);
	walk_view(w, a->mp_next_hop, in);
	walk_view(w, a->reach, in);
	walk_view(w, a->unreach, in);
	for (uint32_t i = 0; i < a->n_unknown && i < BGP_UNKNOWN_MAX; i++)
		walk_view(w, a->unknown[i].value, in);
	if ((a->worst == BGP_OK) != (a->n_faults == 0) ||
	    (a->present & ~a->seen) != 0)
		abort();
	walk_add(w, &a->present, sizeof(a->present));
}

static inline uint64_t
walk_nlri(struct walk *w, const struct bgp_session *s, struct bgp_view v,
    uint8_t family, uint8_t safi)
{
	struct bgp_nlri_iter it =
	    bgp_nlri_iter(v, family, bgp_session_add_path(s, family, safi));
	struct bgp_nlri n;
	uint64_t count = 0;

	for (; bgp_nlri_next(&it, &n); count++)
		walk_prefix(w, &n.prefix);
	if (!it.bad && rbuf_left(&it.r) > 0)
		abort();
	return count;
}

static inline void
walk_update(struct walk *w, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_session s = mrt_bgp_session(rec, m);
	const struct bgp_update *u = &w->update;
	const struct bgp_attrs *a = &u->attrs;
	uint8_t family;

	bgp_update_decode(&w->dec, m->body.p, m->body.n, &s, &w->update);
	walk_view(w, u->withdrawn, rec->body);
	walk_view(w, u->nlri, rec->body);
	walk_attrs(w, a, rec->body);
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
walk_route(struct walk *w, const struct mrt_record *rec,
    const struct mrt_decoded *m, const struct prefix *p, struct bgp_view attrs)
{
	struct bgp_session s = mrt_bgp_session(rec, m);

	walk_prefix(w, p);
	walk_view(w, attrs, rec->body);
	bgp_attrs_decode(&w->dec, attrs.p, attrs.n, &s, &w->update.attrs);
	walk_attrs(w, &w->update.attrs, rec->body);
	w->routes++;
}

static inline void
walk_rib(struct walk *w, const struct mrt_record *rec, struct mrt_decoded *m)
{
	struct mrt_rib_entry e;
	struct err err;
	int got;

	while ((got = mrt_rib_next(&m->rib, &e, &err)) == 1)
		walk_route(w, rec, m, &m->rib.prefix, e.attrs);
	w->refused += got == -1;
}

static inline void
walk_entries(struct walk *w, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct err err;
	int got;

	do {
		walk_view(w, m->entry.next_hop, rec->body);
		walk_route(w, rec, m, &m->entry.prefix, m->entry.attrs);
		got = mrt_entry_next(rec, m, &err);
	} while (got == 1);
	w->refused += got == -1;
}

static inline void
walk_message(struct walk *w, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_capability_iter it;
	struct bgp_capability c;
	struct bgp_notification n;
	struct bgp_open o;

	walk_view(w, m->body, rec->body);
	walk_view(w, m->bgp, rec->body);
	if (m->message == BGP_UPDATE) {
		walk_update(w, rec, m);
	} else if (m->message == BGP_OPEN) {
		(void)bgp_open_decode(m->body.p, m->body.n, &o);
		it = bgp_capability_iter(&o);
		while (bgp_capability_next(&it, &c))
			walk_view(w, c.value, rec->body);
	} else if (m->message == BGP_NOTIFICATION &&
		   bgp_notification_decode(m->body.p, m->body.n, &n)) {
		walk_view(w, n.data, rec->body);
	}
}

static inline void
walk_record(struct walk *w, const struct mrt_record *rec)
{
	struct mrt_decoded m;
	struct err err = { 0 };

	w->records++;
	walk_view(w, rec->body, rec->raw);
	if (mrt_decode(rec, &w->peers, &m, &err) == -1) {
		if (err.code != ERR_INPUT || err.msg[0] == '\0')
			abort();
		w->refused++;
		return;
	}
	walk_add(w, &m.kind, sizeof(m.kind));
	if (m.kind == MRT_RIB)
		walk_rib(w, rec, &m);
	else if (m.kind == MRT_ENTRY)
		walk_entries(w, rec, &m);
	else if (m.kind == MRT_MESSAGE)
		walk_message(w, rec, &m);
	else if (m.kind == MRT_SKIPPED && m.why[0] == '\0')
		abort();
	w->states += m.kind == MRT_STATE;
}

static inline void
walk_fini(struct walk *w)
{
	mrt_peers_fini(&w->peers);
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
