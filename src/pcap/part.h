/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * part.h - what the files of pcap/ share: a packet on its way from the frame
 * (link.c) through IP (ip.c, fragment.c) and TCP (tcp.c, table.c) to messages
 * (frame.c, session.c).
 */
#pragma once

#include "pcap/pcap.h"

/* --- frames and datagrams ---------------------------------------------- */

/* Bytes of a packet: what was captured of them, and how many there were. */
struct piece {
	struct bgp_view v;
	size_t wire; /* at least v.n */
};

enum link_result {
	LINK_IP,     /* *out begins with an IP header */
	LINK_NOT_IP, /* another protocol */
	LINK_OTHER,  /* a link type that is not read */
	LINK_DAMAGED,
};
enum link_result link_strip(const struct pcap_packet *p, struct piece *out);

struct datagram {
	struct ipaddr from, to;
	uint8_t protocol;
	struct piece data; /* behind all IP headers */
	/* A fragment, not the whole: */
	bool fragment, more;
	uint32_t id;
	uint32_t offset; /* of data in the whole, a multiple of 8 */
};

#define IP_TCP 6

/* False: no IP packet, or its headers are damaged or not captured. */
bool ip_decode(const struct piece *in, struct datagram *out);
/* Behind the fragment header of a whole: the extension headers of IPv6. */
bool ip_skip_headers(struct datagram *d);

struct fragments;
struct fragments *fragments_new(struct pcap_counts *counts);
void fragments_free(struct fragments *f);
/*
 * Adds a fragment.  True: the datagram is whole, *d is it; its bytes are valid
 * until the next call.
 */
bool fragments_add(struct fragments *f, struct datagram *d, int64_t time_us);
/* The capture ends: what waits is lost. */
void fragments_end(struct fragments *f);

/* --- connections ------------------------------------------------------- */

/* The packet some bytes came with. */
struct mark {
	int64_t time_us;
	uint64_t index, offset;
};

/* Bytes that wait behind a hole; without data: known to be missing. */
struct segment {
	struct segment *next, *prev;
	uint64_t at; /* as direction.next */
	uint32_t n;
	bool missing;
	struct mark mark;
	uint8_t data[];
};

/* The OPEN of a side; its params are not kept. */
struct side {
	bool seen;
	struct bgp_open open;
};

struct direction {
	/* The number of the byte that comes next: the sequence number in the
	 * lower half, wraps counted in the upper. */
	uint64_t next, start; /* start: of the first */
	bool begun;           /* next is known */
	bool from_start;      /* ... from the handshake */
	bool only_syn;        /* no data came but what SYN carried */
	bool has_end;         /* FIN: `end` is behind the last byte */
	uint64_t end;
	const char *flush; /* nothing that is missing will come, since ... */
	struct segment *first, *last;
	uint32_t n_segments;
	size_t waiting;    /* bytes of segments */
	uint64_t acked;    /* up to here by the other side */
	uint64_t given_up; /* holes up to here are not waited for */
	unsigned patience; /* packets until a hole is given up, 0 = none */
	unsigned repeated_in_row;
	/* Framing (frame.c): bytes in order that are in no message yet. */
	uint8_t *buf;
	size_t buf_at, buf_n, buf_cap;
	struct mark mark; /* of the latest packet in buf */
	bool synced;      /* buf begins with a message */
	bool fresh;       /* it may: a stream begins or goes on there */
	bool ignored;     /* no BGP, no BMP */
	bool gave;        /* a message, before */
	uint64_t looked;  /* bytes searched in vain */
	/* A hole, or the end, behind what is in buf. */
	const char *closing; /* why; NULL = none */
	bool closing_end;
	uint64_t closing_n;
	/* What PCAP_LOST will say. */
	const char *why;
	uint64_t missing, skipped;
	struct side side;
};

enum stream_kind { STREAM_UNKNOWN, STREAM_BGP, STREAM_BMP };

struct connection {
	struct pcap_end end[2]; /* dir[i] is sent by end[i] */
	struct direction dir[2];
	uint64_t number;
	enum stream_kind kind;
	size_t held;                    /* bytes, as counted by the table */
	struct connection *chain;       /* of the table */
	struct connection *next, *prev; /* by last use */
	bool known;                     /* gave a message */
	bool left;                      /* the table */
};

/* Of a capture: by their ends, within the limits (table.c). */
struct connections;
/* opts may be NULL. */
struct connections *
connections_new(const struct pcap_opts *opts, struct pcap_counts *counts);
void connections_free(struct connections *t); /* accepts NULL */
struct pcap_counts *connections_counts(struct connections *t);
/* And which of its directions `from` sends; NULL = none. */
struct connection *connections_find(struct connections *t,
    const struct pcap_end *from, const struct pcap_end *to, unsigned *i);
/* A new one, of which `from` sends direction 0. */
struct connection *connections_begin(struct connections *t,
    const struct pcap_end *from, const struct pcap_end *to);
/*
 * c has had a packet or gave a message, and may hold other bytes than before.
 * Over the limits others leave.
 */
void connections_used(struct connections *t, struct connection *c, bool gave);
/* c goes; why: what is said of a message that it ends in. */
void
connections_leave(struct connections *t, struct connection *c, const char *why);
/* The next one that goes, to be read to its end and freed with
 * connection_free(); NULL = none. */
struct connection *connections_leaving(struct connections *t);
void connection_free(struct connection *c);
/* The capture ends: all go. */
void connections_end(struct connections *t);

/* A TCP packet: the connection whose streams may have grown, or NULL. */
struct connection *tcp_add(struct connections *t, const struct datagram *d,
    const struct mark *mark);
/* The next message of direction i: 1, or 0 for nothing more for now. */
int tcp_next(struct connections *t, struct connection *c, unsigned i,
    struct pcap_message *out);
void segment_remove(struct direction *d, struct segment *s);

/* --- framing ----------------------------------------------------------- */

void frame_add(struct direction *d, const uint8_t *p, size_t n,
    const struct mark *mark);
/* n bytes are missing behind those that were added; why: fixed text. */
void frame_gap(struct direction *d, uint64_t n, const char *why,
    const struct mark *mark);
/* Nothing follows. */
void frame_end(struct direction *d, const char *why);
/* 1 and a message or PCAP_LOST (kind, bytes, why, missing, skipped), else 0.
 * After frame_gap() and frame_end() until it gives 0, before anything else. */
int frame_next(struct connection *c, unsigned i, struct pcap_counts *counts,
    struct pcap_message *out);
/* No message is in use: give back memory that is not needed. */
void frame_trim(struct direction *d);
void frame_fini(struct direction *d);

/* --- sessions ---------------------------------------------------------- */

/*
 * How a BGP message of direction i is coded.  An OPEN is noted in c for what
 * follows.
 */
void session_of(struct connection *c, unsigned i, struct bgp_view message,
    struct pcap_session *out);
