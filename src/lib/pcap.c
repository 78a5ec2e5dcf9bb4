/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcap.c - messages out of packet captures as records.
 *
 * The peer is who sent the message.  Its AS number stands in its OPEN; where
 * the capture has none it is 0.
 */
#include "lib/part.h"

#include <stdlib.h>

#include "base/utc.h"

#define ROUTERS_MAX 1024       /* connections that speak BMP */
#define SENDERS_MAX (1U << 20) /* whose AS number is remembered */

struct capture {
	struct pcap_messages *messages;
	uint64_t n;            /* messages so far */
	struct u64map asns;    /* connection and direction -> AS number */
	struct u64map routers; /* connection and direction -> row + 1 */
	VEC(struct bmp_peers *) peers;
};

static ssize_t
stream_read(void *ctx, void *buf, size_t n, struct err *err)
{
	return os_stream_read(ctx, buf, n, err);
}

void
reader_pcap_open(struct comity_reader *r)
{
	const struct pcap_source src = { stream_read, r->stream };

	r->capture = mem_alloc(1, sizeof(*r->capture));
	r->capture->messages = pcap_messages_new(pcap_reader_new(&src), NULL);
}

void
reader_pcap_close(struct comity_reader *r)
{
	struct capture *c = r->capture;

	if (c == NULL)
		return;
	pcap_messages_free(c->messages);
	for (size_t i = 0; i < c->peers.n; i++)
		bmp_peers_free(c->peers.p[i]);
	vec_fini(&c->peers);
	u64map_fini(&c->asns);
	u64map_fini(&c->routers);
	free(c);
	r->bmp_peers = NULL;
}

static uint64_t
sender(const struct pcap_message *m)
{
	return m->connection << 1 | m->reverse;
}

/* Of the connection's router; NULL: there are too many. */
static struct bmp_peers *
peers_of(struct capture *c, const struct pcap_message *m)
{
	uint32_t *row = u64map_get(&c->routers, sender(m));

	if (row == NULL) {
		if (c->peers.n == ROUTERS_MAX)
			return NULL;
		vec_push(&c->peers, bmp_peers_new());
		row = u64map_put(&c->routers, sender(m));
		*row = (uint32_t)c->peers.n;
	}
	return c->peers.p[*row - 1];
}

/* The AS number that the sender told in an OPEN, this one or an earlier. */
static uint32_t
asn_of(struct capture *c, const struct pcap_message *m,
    const struct mrt_decoded *d)
{
	struct bgp_open open;
	uint32_t *asn = u64map_get(&c->asns, sender(m));

	if (d->message == BGP_OPEN &&
	    bgp_open_decode(d->body.p, d->body.n, &open) &&
	    (asn != NULL || c->asns.n < SENDERS_MAX)) {
		asn = u64map_put(&c->asns, sender(m));
		*asn = open.asn;
	}
	return asn == NULL ? 0 : *asn;
}

static struct mrt_record
record_of(const struct capture *c, const struct pcap_message *m)
{
	return (struct mrt_record){
		.time_us = m->time_us == TIME_NONE ? 0 : m->time_us,
		.type = MRT_BGP4MP_ET,
		.offset = m->offset,
		.index = c->n,
		.body = m->bytes,
		.raw = m->bytes,
	};
}

static void
take_bgp(struct comity_reader *r, const struct pcap_message *m)
{
	struct item *i = &r->items[0];
	struct mrt_record rec = record_of(r->capture, m);
	enum bgp_type type;
	struct bgp_view body;

	if (!bgp_header(m->bytes.p, m->bytes.n, &type, &body)) {
		reader_refuse(r, &rec, "is no whole BGP message");
		reader_keep_refused(r, SOURCE_PCAP, &rec);
		return;
	}
	*i = (struct item){ .of = SOURCE_PCAP,
		.rec = rec,
		.m = { .kind = MRT_MESSAGE,
		    .why = "",
		    .message = type,
		    .body = body,
		    .bgp = m->bytes,
		    .session = { .peer_ip = m->from.ip,
			.local_ip = m->to.ip,
			.as4 = m->session.bgp.as4,
			.add_path = m->session.bgp.add_path != 0 } },
		.session = m->session.bgp };
	i->m.session.peer_asn = asn_of(r->capture, m, &i->m);
	r->n_items = reader_wants(r, i);
	r->counts.taken += r->n_items > 0;
	r->counts.left_out += r->n_items == 0;
}

static void
take_bmp(struct comity_reader *r, const struct pcap_message *m)
{
	struct mrt_record rec = record_of(r->capture, m);
	struct err why;

	r->bmp_peers = peers_of(r->capture, m);
	r->arrived_us = rec.time_us;
	r->frame = (struct bmp_frame){ .type = m->bytes.p[5],
		.offset = m->offset,
		.index = r->capture->n,
		.body = { m->bytes.p + BMP_HEADER_LEN,
		    m->bytes.n - BMP_HEADER_LEN },
		.raw = m->bytes };
	if (r->bmp_peers == NULL) {
		reader_refuse(r, &rec, "more than %d routers speak BMP",
		    ROUTERS_MAX);
		reader_bmp_refused(r);
	} else if (bmp_decode(&r->frame, &r->message, &why) == -1 ||
		   bmp_peers_update(r->bmp_peers, &r->message, &why) == -1) {
		reader_refuse_as(r, &why);
		reader_bmp_refused(r);
	} else {
		reader_bmp_items(r);
	}
}

static void
tell_lost(struct comity_reader *r, const struct pcap_message *m)
{
	struct mrt_record rec = record_of(r->capture, m);
	char from[PREFIX_TEXT_MAX], to[PREFIX_TEXT_MAX];

	(void)ipaddr_format(from, &m->from.ip);
	(void)ipaddr_format(to, &m->to.ip);
	reader_refuse(r, &rec,
	    "from %s port %u to %s port %u: %s (%llu bytes missing, %llu "
	    "skipped)",
	    from, m->from.port, to, m->to.port, m->why,
	    (unsigned long long)m->missing, (unsigned long long)m->skipped);
}

int
reader_pcap_next(struct comity_reader *r, struct err *err)
{
	struct pcap_message m;

	r->n_items = r->at_item = 0;
	int got = pcap_messages_next(r->capture->messages, &m, err);
	if (got != 1)
		return got;
	if (m.kind == PCAP_LOST) {
		tell_lost(r, &m);
		return 1;
	}
	r->counts.records++;
	if (m.kind == PCAP_BGP)
		take_bgp(r, &m);
	else if (m.bytes.n >= BMP_HEADER_LEN)
		take_bmp(r, &m);
	r->capture->n++;
	return 1;
}
