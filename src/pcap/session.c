/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.c - how the messages of a connection are coded: as both OPENs say,
 * else as the UPDATE itself allows.
 *
 * Where a capture begins behind the handshake, nothing says whether AS numbers
 * have two octets or four, and whether prefixes have path identifiers.  Then
 * each message is taken for itself: a wrong answer reaches no other.
 */
#include "pcap/part.h"

/* An OPEN of direction i. */
static void
note_open(struct connection *c, unsigned i, struct bgp_view body)
{
	struct side *mine = &c->dir[i].side;
	struct bgp_open open;

	/* Another session on the same connection: of the old nothing holds. */
	if (mine->seen)
		c->dir[0].side = c->dir[1].side = (struct side){ 0 };
	/* Cut or damaged: who knows what it was to say. */
	if (!bgp_open_decode(body.p, body.n, &open))
		return;
	open.params = (struct bgp_view){ 0 }; /* goes with the message */
	*mine = (struct side){ .seen = true, .open = open };
}

/* At most one OPEN is known, and what it does not offer is not used. */
static enum pcap_basis
guess(const struct side *mine, const struct side *other, struct bgp_view body,
    struct bgp_session *out)
{
	bool as4_sure = bgp_guess_as4(body.p, body.n, &out->as4);
	bool sure = bgp_guess_add_path(body.p, body.n, &out->add_path);

	if ((mine->seen && !mine->open.as4) ||
	    (other->seen && !other->open.as4)) {
		out->as4 = false;
		as4_sure = true;
	}
	if (mine->seen)
		out->add_path &= mine->open.add_path_send;
	if (other->seen)
		out->add_path &= other->open.add_path_receive;
	if ((mine->seen && mine->open.add_path_send == 0) ||
	    (other->seen && other->open.add_path_receive == 0))
		sure = true;
	return sure && as4_sure ? PCAP_GUESSED : PCAP_ASSUMED;
}

void
session_of(struct connection *c, unsigned i, struct bgp_view message,
    struct pcap_session *out)
{
	const struct side *mine = &c->dir[i].side, *other = &c->dir[1 - i].side;
	enum bgp_type type;
	struct bgp_view body;

	*out = (struct pcap_session){ .bgp.as4 = true, .basis = PCAP_ASSUMED };
	if (!bgp_header(message.p, message.n, &type, &body))
		return;
	if (type == BGP_OPEN)
		note_open(c, i, body);
	if (mine->seen && other->seen) {
		out->bgp = bgp_session_of(&mine->open, &other->open);
		out->extended =
		    mine->open.extended_message && other->open.extended_message;
		out->basis = PCAP_NEGOTIATED;
	} else if (type == BGP_UPDATE) {
		out->basis = guess(mine, other, body, &out->bgp);
	}
}
