/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * messages.c - a capture as one sequence of messages: each packet goes through
 * link, IP and TCP, and what its connection then has is handed out before the
 * next packet is read.
 */
#include <stdlib.h>
#include <string.h>

#include "pcap/part.h"

struct pcap_messages {
	struct pcap_reader *reader;
	struct pcap_counts counts;
	struct fragments *fragments;
	struct connections *connections;
	struct connection *touched; /* by the packet read last */
	struct connection *now;     /* handing out */
	bool leaving;               /* ... for the last time */
	unsigned which;             /* of its directions */
	bool ended;
	int result; /* of the reader */
	struct err err;
};

struct pcap_messages *
pcap_messages_new(struct pcap_reader *take_r, const struct pcap_opts *opts)
{
	struct pcap_messages *m = mem_alloc(1, sizeof(*m));

	m->reader = take_r;
	m->fragments = fragments_new(&m->counts);
	m->connections = connections_new(opts, &m->counts);
	return m;
}

void
pcap_messages_free(struct pcap_messages *m)
{
	if (m == NULL)
		return;
	if (m->now != NULL && m->leaving)
		connection_free(m->now);
	connections_free(m->connections);
	fragments_free(m->fragments);
	pcap_reader_free(m->reader);
	free(m);
}

const struct pcap_counts *
pcap_messages_counts(const struct pcap_messages *m)
{
	return &m->counts;
}

static void
count_link(struct pcap_counts *c, uint16_t link)
{
	uint32_t i = 0;

	c->other_link++;
	while (i < c->n_links && c->links[i].link != link)
		i++;
	if (i == PCAP_LINKS_MAX)
		return;
	if (i == c->n_links)
		c->links[c->n_links++].link = link;
	c->links[i].n++;
}

/* The connection that a packet goes to, or NULL. */
static struct connection *
add_packet(struct pcap_messages *m, const struct pcap_packet *p)
{
	struct mark mark = { p->time_us, p->index, p->offset };
	struct pcap_counts *c = &m->counts;
	struct datagram d;
	struct piece ip;

	c->packets++;
	switch (link_strip(p, &ip)) {
	case LINK_OTHER:
		count_link(c, p->link);
		return NULL;
	case LINK_NOT_IP:
		c->not_ip++;
		return NULL;
	case LINK_DAMAGED:
		c->damaged++;
		return NULL;
	case LINK_IP:
		break;
	}
	if (!ip_decode(&ip, &d)) {
		c->damaged++;
		return NULL;
	}
	/* The first fragment of IPv6 may begin with further headers. */
	if (d.fragment && (d.protocol == IP_TCP || d.from.family == NET_IP6) &&
	    !fragments_add(m->fragments, &d, p->time_us))
		return NULL;
	if (d.protocol != IP_TCP) {
		c->not_tcp++;
		return NULL;
	}
	return tcp_add(m->connections, &d, &mark);
}

/* The next connection that may have something to hand out; false: none. */
static bool
next_connection(struct pcap_messages *m)
{
	if (m->now != NULL && m->leaving)
		connection_free(m->now);
	m->now = connections_leaving(m->connections);
	m->leaving = m->now != NULL;
	if (m->now == NULL) {
		m->now = m->touched;
		m->touched = NULL;
	}
	m->which = 0;
	return m->now != NULL;
}

static void
read_packet(struct pcap_messages *m)
{
	struct pcap_packet p;

	m->result = pcap_reader_next(m->reader, &p, &m->err);
	if (m->result == 1) {
		m->touched = add_packet(m, &p);
	} else {
		m->ended = true;
		fragments_end(m->fragments);
		connections_end(m->connections);
	}
}

int
pcap_messages_next(struct pcap_messages *m, struct pcap_message *out,
    struct err *err)
{
	for (;;) {
		while (m->now != NULL && m->which < 2) {
			if (!tcp_next(m->connections, m->now, m->which, out)) {
				m->which++;
				continue;
			}
			if (out->kind == PCAP_BGP)
				session_of(m->now, m->which, out->bytes,
				    &out->session);
			return 1;
		}
		if (next_connection(m))
			continue;
		if (m->ended) {
			if (m->result == -1)
				*err = m->err;
			return m->result;
		}
		read_packet(m);
	}
}
