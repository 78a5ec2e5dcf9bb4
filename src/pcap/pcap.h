/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcap.h - packet captures to the BGP and BMP messages that went over the wire.
 *
 * A reader cuts a capture into packets.  Behind it link, IP and TCP headers are
 * taken off, every TCP connection becomes two streams of bytes, and messages
 * are cut out of these.  Bytes arrive as they were captured: out of order,
 * twice, cut, or never.  What never comes is told (PCAP_LOST), and reading goes
 * on at the next message that can be recognised; nothing is guessed across
 * a hole.  Memory is bounded by the limits below, whatever the capture holds.
 *
 * File formats: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.  RFC 791,
 * 8200 (IP), 815, 5722 (fragments), 9293 (TCP), 4271, 8654 (BGP), 7854 (BMP).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "bgp/bgp.h"
#include "net/net.h"

#define PCAP_PACKET_MAX       (256U << 10) /* captured bytes of one packet */
#define PCAP_INTERFACES_MAX   65536        /* of a section of pcapng */
#define PCAP_TAGS_MAX         16  /* VLAN tags or MPLS labels of a frame */
#define PCAP_HEADERS_MAX      16  /* extension headers of an IPv6 packet */
#define PCAP_DATAGRAMS_MAX    256 /* waiting for their fragments */
#define PCAP_FRAGMENT_SECONDS 60  /* then an IP id may be another's */
#define PCAP_CONNECTIONS_MAX  65536
#define PCAP_WAITING_MAX      (1U << 20) /* bytes of a direction past a hole */
#define PCAP_SEGMENTS_MAX     1024       /* pieces of a direction past a hole */
#define PCAP_HELD_MAX         (256U << 20) /* bytes of all connections */
#define PCAP_WINDOW_MAX       (1U << 30) /* RFC 7323 2.3: the largest window */
#define PCAP_REPEATED_MAX     64         /* segments of old bytes in a row */
#define PCAP_PATIENCE         3 /* packets waited for bytes that were acked */
#define PCAP_BMP_MAX          (1U << 20) /* bytes of a BMP message */
#define PCAP_LOOK_MAX         (256U << 10) /* bytes searched for a first message */
#define PCAP_LINKS_MAX        16 /* link types named that are not read */

/* --- packets ----------------------------------------------------------- */

struct pcap_packet {
	int64_t time_us; /* TIME_NONE: the file gives none */
	uint64_t index;  /* among the packets of the file, from 0 */
	uint64_t offset; /* of its record in the stream */
	uint16_t link;   /* LINKTYPE_, PCAP_LINK_NONE */
	uint32_t len;    /* bytes on the wire; may be more than data.n */
	struct bgp_view data;
};

/* Of an interface that the file does not describe. */
#define PCAP_LINK_NONE 0xffff

/* Bytes for a reader: as many as there are, 0 = end, -1 = failed. */
struct pcap_source {
	ssize_t (*read)(void *ctx, void *buf, size_t n, struct err *err);
	void *ctx;
};

struct pcap_reader;
struct pcap_reader *pcap_reader_new(const struct pcap_source *src);
/* Over memory that outlives the reader; nothing is copied. */
struct pcap_reader *pcap_reader_mem(const void *data, size_t n);
void pcap_reader_free(struct pcap_reader *r); /* accepts NULL */
/*
 * 1 and a packet (a view, valid until the next call), 0 at the end.  -1: the
 * source failed (its err), or the stream is torn or no capture (ERR_INPUT,
 * ERR_LIMIT; names the offset): what came before is good.
 */
int pcap_reader_next(struct pcap_reader *r, struct pcap_packet *out,
    struct err *err);
/* Does a stream that begins like this hold packets?  12 bytes tell. */
bool pcap_sniff(const uint8_t *head, size_t n);
/* "Ethernet", "IEEE 802.11", ... or "" */
const char *pcap_link_name(uint16_t link);

/* --- messages ---------------------------------------------------------- */

enum pcap_kind {
	PCAP_BGP,
	PCAP_BMP,
	PCAP_LOST, /* no message: bytes of this direction are not there */
};

struct pcap_end {
	struct ipaddr ip;
	uint16_t port;
};

/* What it is known from how a message is coded. */
enum pcap_basis {
	PCAP_NEGOTIATED, /* both OPENs of the connection */
	PCAP_GUESSED,    /* one reading alone fits the message */
	PCAP_ASSUMED,    /* several fit, or none; then without path ids */
};

/*
 * How the message is coded (RFC 6793, 7911, 8654).  Where the capture has not
 * both OPENs an UPDATE is taken for itself (bgp_guess_as4(),
 * bgp_guess_add_path()), within what one OPEN offers if that one was seen;
 * nothing is concluded for other messages.
 */
struct pcap_session {
	struct bgp_session bgp;
	bool extended; /* messages over 4096 bytes; PCAP_NEGOTIATED */
	enum pcap_basis basis;
};

struct pcap_message {
	enum pcap_kind kind;
	/* The packet with which the message became complete. */
	int64_t time_us; /* TIME_NONE = not known */
	uint64_t index, offset;
	struct pcap_end from, to;
	uint64_t connection;         /* counted from 0 as they begin */
	bool reverse;                /* against the connection's first packet */
	struct bgp_view bytes;       /* the message, its header included */
	struct pcap_session session; /* PCAP_BGP */
	/* PCAP_LOST, told when a message is found again or nothing follows: */
	const char *why;  /* fixed text */
	uint64_t missing; /* bytes that the capture does not have */
	uint64_t skipped; /* bytes that belong to no whole message */
};

struct pcap_opts {
	const uint16_t
	    *bmp_ports; /* BMP although its first bytes are not there */
	size_t n_bmp_ports;
};

/* What was read, and what of it is not in any message. */
struct pcap_counts {
	uint64_t packets;
	uint64_t other_link; /* packets of link types that are not read */
	uint64_t not_ip, not_tcp;
	uint64_t damaged;   /* headers contradict each other or the length */
	uint64_t cut;       /* TCP packets of which the end was not captured */
	uint64_t fragments; /* of TCP packets */
	uint64_t datagrams_lost; /* fragments that never became whole */
	uint64_t connections;
	uint64_t connections_given_up; /* PCAP_CONNECTIONS_MAX, PCAP_HELD_MAX */
	uint64_t repeated;             /* bytes that came again */
	uint64_t missing, skipped;     /* bytes, as told by PCAP_LOST */
	uint64_t other_bytes;    /* of streams that are neither BGP nor BMP */
	uint64_t bgp, bmp, lost; /* handed out */
	struct {
		uint16_t link;
		uint64_t n;
	} links[PCAP_LINKS_MAX]; /* of other_link; further ones not named */
	uint32_t n_links;
};

struct pcap_messages;
/* opts may be NULL; takes the reader. */
struct pcap_messages *
pcap_messages_new(struct pcap_reader *take_r, const struct pcap_opts *opts);
void pcap_messages_free(struct pcap_messages *m); /* accepts NULL */
/*
 * 1 and a message (its bytes a view, valid until the next call), 0 at the end,
 * -1 as pcap_reader_next(), after everything that came before.  In the order in
 * which messages became complete; only one that waited behind a hole that never
 * closed comes later than its packet.
 */
int pcap_messages_next(struct pcap_messages *m, struct pcap_message *out,
    struct err *err);
const struct pcap_counts *pcap_messages_counts(const struct pcap_messages *m);
