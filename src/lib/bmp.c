/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bmp.c - messages of BMP as the records that MRT would hold of them.
 *
 *   Route Monitoring   an UPDATE of the peer; of Adj-RIB-Out one sent to it
 *   Peer Up            both OPENs, then the session up
 *   Peer Down          the NOTIFICATION, if there was one, then it down
 *   Route Mirroring    each message that is mirrored
 *   others             a record without routes
 */
#include "lib/part.h"

#include "base/utc.h"

/* RFC 4271 8.2.2 */
enum { STATE_IDLE = 1, STATE_OPEN_CONFIRM = 5, STATE_ESTABLISHED = 6 };

static struct item *
add_item(struct comity_reader *r, enum mrt_kind kind)
{
	const struct bmp_peer *peer = &r->message.peer;
	struct item *i = &r->items[r->n_items++];

	*i = (struct item){ .of = SOURCE_BMP,
		.rec = { .time_us =
			     peer->time_us != 0 ? peer->time_us : r->arrived_us,
		    .type = MRT_BGP4MP_ET,
		    .subtype = r->message.type,
		    .offset = r->frame.offset,
		    .index = r->frame.index,
		    .body = r->frame.body,
		    .raw = r->frame.raw },
		.m = { .kind = kind,
		    .why = "",
		    .session = { .peer_ip = peer->ip,
			.peer_asn = peer->asn,
			.as4 = true } } };
	return i;
}

/* A BGP message with its header; local: sent by the router. */
static void
add_message(struct comity_reader *r, struct bgp_view message, bool local)
{
	enum bgp_type type;
	struct bgp_view body;
	enum bmp_basis basis;

	if (r->n_items == ITEMS_MAX ||
	    !bgp_header(message.p, message.n, &type, &body))
		return;
	struct item *i = add_item(r, MRT_MESSAGE);
	i->m.message = type;
	i->m.body = body;
	i->m.bgp = message;
	i->m.session.local = local;
	if (type == BGP_UPDATE)
		i->session =
		    bmp_session(r->bmp_peers, &r->message, body, &basis);
	i->m.session.as4 = i->session.as4;
	i->m.session.add_path = i->session.add_path != 0;
}

static void
add_state(struct comity_reader *r, uint16_t was, uint16_t is)
{
	struct item *i = add_item(r, MRT_STATE);

	i->m.old_state = was;
	i->m.new_state = is;
}

static void
add_mirrored(struct comity_reader *r)
{
	struct bmp_message m = r->message;
	struct bmp_tlv t;
	struct err err;

	while (bmp_tlv_next(&m, &t, &err) == 1)
		if (t.type == BMP_MIRROR_MESSAGE)
			add_message(r, t.value, false);
}

/* Those that the filter does not want go again. */
static void
keep_wanted(struct comity_reader *r)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < r->n_items; i++)
		if (reader_wants(r, &r->items[i]))
			r->items[kept++] = r->items[i];
	r->n_items = kept;
}

void
reader_bmp_items(struct comity_reader *r)
{
	const struct bmp_message *m = &r->message;
	bool out = m->has_peer && m->peer.type != BMP_PEER_LOC_RIB &&
		   (m->peer.flags & BMP_FLAG_O) != 0;

	switch (m->type) {
	case BMP_ROUTE_MONITORING:
		add_message(r, m->update, out);
		break;
	case BMP_PEER_UP:
		add_message(r, m->up.received.message, false);
		add_message(r, m->up.sent.message, true);
		add_state(r, STATE_OPEN_CONFIRM, STATE_ESTABLISHED);
		break;
	case BMP_PEER_DOWN:
		if (m->down.has_notification)
			add_message(r, m->down.data,
			    m->down.reason == BMP_DOWN_LOCAL_NOTIFICATION);
		add_state(r, STATE_ESTABLISHED, STATE_IDLE);
		break;
	case BMP_ROUTE_MIRRORING:
		add_mirrored(r);
		break;
	default:
		break;
	}
	bool some = r->n_items > 0;

	if (!some)
		(void)add_item(r, MRT_SKIPPED);
	keep_wanted(r);
	r->counts.left_out += r->n_items == 0;
	r->counts.taken += some && r->n_items > 0;
	r->counts.skipped += !some && r->n_items > 0;
}

void
reader_bmp_refused(struct comity_reader *r)
{
	const struct item *i;

	r->message.type = r->frame.type;
	i = add_item(r, MRT_SKIPPED);
	r->n_items = 0;
	struct mrt_record rec = i->rec;
	reader_keep_refused(r, SOURCE_BMP, &rec);
}

int
reader_bmp_next(struct comity_reader *r, struct err *err)
{
	struct err why;
	int got = bmp_reader_next(r->bmp, &r->frame, err);

	if (got != 1)
		return got;
	r->counts.records++;
	r->n_items = r->at_item = 0;
	if (bmp_decode(&r->frame, &r->message, &why) == -1 ||
	    bmp_peers_update(r->bmp_peers, &r->message, &why) == -1) {
		reader_refuse_as(r, &why);
		reader_bmp_refused(r);
		return 1;
	}
	reader_bmp_items(r);
	return 1;
}
