/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peers.c - what the peers of one router negotiated with it, and how their
 * messages are coded where that is not known.
 *
 * Peers are never removed: one that is down comes back.  There are at most
 * BMP_PEERS_MAX, whatever a stream claims.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "bmp/part.h"

struct bmp_peers {
	VEC(struct bmp_peer_state) list;
	struct hidx index; /* rows of list by bmp_same_peer() */
	uint32_t up;
};

struct bmp_peers *
bmp_peers_new(void)
{
	return mem_alloc(1, sizeof(struct bmp_peers));
}

void
bmp_peers_free(struct bmp_peers *t)
{
	if (t == NULL)
		return;
	vec_fini(&t->list);
	hidx_fini(&t->index);
	free(t);
}

bool
bmp_same_peer(const struct bmp_peer *a, const struct bmp_peer *b)
{
	return a->type == b->type && a->asn == b->asn &&
	       ipaddr_eq(&a->ip, &b->ip) &&
	       memcmp(a->distinguisher, b->distinguisher,
		   sizeof(a->distinguisher)) == 0 &&
	       memcmp(a->bgp_id, b->bgp_id, sizeof(a->bgp_id)) == 0;
}

bool
bmp_same_rib(const struct bmp_peer *a, const struct bmp_peer *b)
{
	unsigned which = BMP_FLAG_L | BMP_FLAG_O;

	return bmp_same_peer(a, b) && (a->type == BMP_PEER_LOC_RIB ||
					  ((a->flags ^ b->flags) & which) == 0);
}

static uint64_t
hash_peer(const struct bmp_peer *p)
{
	uint64_t h = hash_bytes(p->distinguisher, sizeof(p->distinguisher),
	    (uint64_t)p->asn << 8 | p->type);

	h = hash_bytes(p->bgp_id, sizeof(p->bgp_id), h);
	return hash_bytes(p->ip.addr, sizeof(p->ip.addr), h);
}

static bool
is_row(const void *ctx, uint32_t row, const void *key)
{
	const struct bmp_peers *t = ctx;

	return bmp_same_peer(&t->list.p[row].peer, key);
}

static uint32_t
find_row(const struct bmp_peers *t, const struct bmp_peer *peer)
{
	return hidx_find(&t->index, hash_peer(peer), is_row, t, peer);
}

const struct bmp_peer_state *
bmp_peers_find(const struct bmp_peers *t, const struct bmp_peer *peer)
{
	uint32_t row = find_row(t, peer);

	return row == HIDX_NONE ? NULL : &t->list.p[row];
}

uint32_t
bmp_peers_count(const struct bmp_peers *t)
{
	return t->up;
}

/* --- changes ----------------------------------------------------------- */

/* RFC 9069 5.2: one OPEN, twice; a capability in it is used, whatever direction
 * it names. */
static struct bgp_session
loc_rib_session(const struct bgp_open *o)
{
	return (struct bgp_session){ .as4 = true,
		.add_path = o->add_path_send | o->add_path_receive };
}

static void
set_up(struct bmp_peer_state *p, const struct bmp_message *m)
{
	const struct bgp_open *sent = &m->up.sent.open;
	const struct bgp_open *received = &m->up.received.open;

	*p = (struct bmp_peer_state){ .peer = m->peer,
		.up = true,
		.negotiated = m->up.sent.whole && m->up.received.whole,
		.extended_message =
		    sent->extended_message && received->extended_message };
	if (m->peer.type == BMP_PEER_LOC_RIB) {
		p->in = loc_rib_session(sent);
		p->out = p->in;
	} else {
		p->in = bgp_session_of(received, sent);
		p->out = bgp_session_of(sent, received);
	}
}

static int
update_up(struct bmp_peers *t, const struct bmp_message *m, struct err *err)
{
	uint32_t row = find_row(t, &m->peer);

	if (row == HIDX_NONE) {
		if (t->list.n == BMP_PEERS_MAX)
			return err_set(err, ERR_LIMIT,
			    "more than %u peers of one router", BMP_PEERS_MAX);
		row = (uint32_t)t->list.n;
		vec_grow(&t->list)->peer = m->peer;
		hidx_add(&t->index, hash_peer(&m->peer), row);
	}
	t->up += t->list.p[row].up ? 0 : 1;
	set_up(&t->list.p[row], m);
	return 0;
}

static void
update_down(struct bmp_peers *t, struct bmp_peer_state *p)
{
	t->up -= p->up ? 1 : 0;
	p->up = false;
}

int
bmp_peers_update(struct bmp_peers *t, const struct bmp_message *m,
    struct err *err)
{
	struct bmp_peer_state *p;
	uint32_t row;

	switch (m->type) {
	case BMP_PEER_UP:
		return update_up(t, m, err);
	case BMP_PEER_DOWN:
		row = find_row(t, &m->peer);
		if (row != HIDX_NONE)
			update_down(t, &t->list.p[row]);
		return 0;
	case BMP_TERMINATION:
		VEC_FOREACH (p, &t->list)
			update_down(t, p);
		return 0;
	default:
		return 0;
	}
}

/* --- sessions ---------------------------------------------------------- */

/*
 * RFC 7854 4.2: the octets of AS numbers are what flag A says, for a router may
 * rewrite them; mirrored messages are as they were received, and Loc-RIB has
 * no such flag (RFC 9069 5.4.1).
 */
static bool
is_as4(const struct bmp_message *m, bool negotiated)
{
	if (m->type == BMP_ROUTE_MIRRORING)
		return negotiated;
	return m->peer.type == BMP_PEER_LOC_RIB ||
	       (m->peer.flags & BMP_FLAG_A) == 0;
}

struct bgp_session
bmp_session(const struct bmp_peers *t, const struct bmp_message *m,
    struct bgp_view body, enum bmp_basis *basis)
{
	const struct bmp_peer_state *p = bmp_peers_find(t, &m->peer);
	struct bgp_session s = { 0 };

	if (p != NULL && p->up && p->negotiated) {
		/* RFC 8671 6.1: of mirrored messages too */
		s = (m->peer.flags & BMP_FLAG_O) != 0 ? p->out : p->in;
		s.as4 = is_as4(m, s.as4);
		*basis = BMP_NEGOTIATED;
		return s;
	}
	bool sure = bgp_guess_add_path(body.p, body.n, &s.add_path);
	bool as4, as4_sure = bgp_guess_as4(body.p, body.n, &as4);
	/* Flag A speaks for itself; only a mirrored message has none. */
	if (m->type != BMP_ROUTE_MIRRORING)
		as4_sure = true;
	s.as4 = is_as4(m, as4);
	*basis = sure && as4_sure ? BMP_GUESSED : BMP_ASSUMED;
	return s;
}
