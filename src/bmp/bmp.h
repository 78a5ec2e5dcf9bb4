/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bmp.h - BMP messages (RFC 7854, 8671, 9069, 9736), to values and back.
 *
 * A router tells a station what its peers say, and what it keeps of it.  A
 * reader cuts a stream into messages by their lengths; decoding a message gives
 * views into it, valid until the next bmp_reader_next().  Peers remember from
 * Peer Up what their sessions negotiated, since a Route Monitoring message
 * cannot be read without.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/rbuf.h"
#include "bgp/bgp.h"
#include "net/net.h"

#define BMP_VERSION     3
#define BMP_HEADER_LEN  6
#define BMP_PEER_LEN    42         /* of the per-peer header */
#define BMP_MESSAGE_MAX (1U << 20) /* bytes of one message, header included */
#define BMP_PEERS_MAX   65536      /* peers of one router */

enum bmp_type {
	BMP_ROUTE_MONITORING = 0,
	BMP_STATISTICS = 1,
	BMP_PEER_DOWN = 2,
	BMP_PEER_UP = 3,
	BMP_INITIATION = 4,
	BMP_TERMINATION = 5,
	BMP_ROUTE_MIRRORING = 6,
};

/* --- messages ---------------------------------------------------------- */

struct bmp_frame {
	uint8_t type;         /* enum bmp_type, or one that we do not know */
	uint64_t offset;      /* of the header in the stream */
	uint64_t index;       /* of the message in the stream, from 0 */
	struct bgp_view body; /* behind the header */
	struct bgp_view raw;  /* header included */
};

/* Bytes for a reader: as many as there are, 0 = end, -1 = failed. */
struct bmp_source {
	ssize_t (*read)(void *ctx, void *buf, size_t n, struct err *err);
	void *ctx;
};

struct bmp_reader;
struct bmp_reader *bmp_reader_new(const struct bmp_source *src);
/* Over memory that outlives the reader; nothing is copied. */
struct bmp_reader *bmp_reader_mem(const void *data, size_t n);
void bmp_reader_free(struct bmp_reader *r); /* accepts NULL */
/*
 * 1 and a message, 0 at the end.  -1: the source failed (its err), or it
 * is torn, of another version or over the limit (ERR_INPUT, ERR_LIMIT; names
 * the offset): what came before is good, and nothing after it is guessed.
 */
int
bmp_reader_next(struct bmp_reader *r, struct bmp_frame *out, struct err *err);
/* Does a stream that begins like this hold BMP?  A look at up to a few
 * headers. */
bool bmp_sniff(const uint8_t *head, size_t n);

/* --- peers ------------------------------------------------------------- */

enum bmp_peer_type {
	BMP_PEER_GLOBAL = 0,  /* global instance */
	BMP_PEER_RD = 1,      /* instance of a route distinguisher (VPN) */
	BMP_PEER_LOCAL = 2,   /* distinguished by the router itself */
	BMP_PEER_LOC_RIB = 3, /* no peer: the router's own table (RFC 9069) */
};

enum bmp_flag {
	BMP_FLAG_V = 0x80, /* the addresses are IPv6 */
	BMP_FLAG_L = 0x40, /* post-policy */
	BMP_FLAG_A = 0x20, /* AS numbers of 2 octets in AS_PATH */
	BMP_FLAG_O = 0x10, /* Adj-RIB-Out (RFC 8671) */
	BMP_FLAG_F = 0x80, /* BMP_PEER_LOC_RIB: filtered (RFC 9069 4.2) */
};

/* The per-peer header. */
struct bmp_peer {
	uint8_t type;  /* enum bmp_peer_type, or one that we do not know */
	uint8_t flags; /* as received */
	uint8_t distinguisher[8];
	struct ipaddr ip; /* zero of BMP_PEER_LOC_RIB */
	uint32_t asn;
	uint8_t bgp_id[4];
	int64_t time_us; /* 0 = not given */
};

/*
 * A RIB is known by type, flags L and O, distinguisher, address, AS and BGP id;
 * of Loc-RIB the flags count for nothing.
 */
bool bmp_same_rib(const struct bmp_peer *a, const struct bmp_peer *b);
/* The same without L and O: the peer whose RIBs these are. */
bool bmp_same_peer(const struct bmp_peer *a, const struct bmp_peer *b);

/* --- decoding ---------------------------------------------------------- */

/* An OPEN of a Peer Up: of Loc-RIB one that the router made up. */
struct bmp_open {
	struct bgp_view message; /* header included */
	struct bgp_open open;
	bool whole; /* false: cut short inside; open holds what came before */
};

struct bmp_up {
	struct ipaddr local_ip;
	uint16_t local_port, remote_port;
	struct bmp_open sent, received; /* by the router, by its peer */
};

enum bmp_down_reason {
	BMP_DOWN_LOCAL_NOTIFICATION = 1,
	BMP_DOWN_LOCAL_EVENT = 2,
	BMP_DOWN_REMOTE_NOTIFICATION = 3,
	BMP_DOWN_REMOTE = 4,
	BMP_DOWN_DECONFIGURED = 5,
	BMP_DOWN_LOCAL_TLVS = 6, /* RFC 9069 5.3 */
};

struct bmp_down {
	uint8_t reason;       /* enum bmp_down_reason, or another */
	struct bgp_view data; /* behind the reason, whatever it is */
	/* The data are what the reason promises: */
	bool has_event, has_notification;
	uint16_t event; /* BMP_DOWN_LOCAL_EVENT: of RFC 4271 8.1; 0 = none */
	struct bgp_notification notification;
};

struct bmp_message {
	uint8_t type;         /* enum bmp_type, or one that we do not know */
	bool has_peer;        /* all but Initiation, Termination, unknown */
	struct bmp_peer peer; /* zero without */
	/* BMP_ROUTE_MONITORING: an UPDATE whole, behind its header, and what
	 * stands behind it: some routers put TLVs of drafts there. */
	struct bgp_view update, update_body, rest;
	struct bmp_up up;      /* BMP_PEER_UP */
	struct bmp_down down;  /* BMP_PEER_DOWN */
	uint32_t n_statistics; /* BMP_STATISTICS */
	struct rbuf items;     /* for bmp_tlv_next(), bmp_statistic_next() */
	uint32_t left;         /* statistics that items still holds */
	struct bgp_view data;  /* unknown type: all of the body */
};

/*
 * Decode a message.  -1 with ERR_INPUT: it contradicts its format; the stream
 * may go on.
 */
int
bmp_decode(const struct bmp_frame *f, struct bmp_message *out, struct err *err);

/* Of Initiation, Termination, Peer Up, Peer Down (reason 6), Mirroring, and
 * what stands behind an UPDATE. */
struct bmp_tlv {
	uint16_t type;
	struct bgp_view value;
};

enum bmp_information { /* Initiation, Peer Up; Peer Down: the table name */
	BMP_TLV_STRING = 0,
	BMP_TLV_SYS_DESCR = 1,
	BMP_TLV_SYS_NAME = 2,
	BMP_TLV_TABLE_NAME = 3,  /* RFC 9069 5.2.1: VRF or table */
	BMP_TLV_ADMIN_LABEL = 4, /* RFC 8671 6.3.1 */
};
enum { BMP_TERMINATION_STRING = 0, BMP_TERMINATION_REASON = 1 };
enum { BMP_MIRROR_MESSAGE = 0, BMP_MIRROR_INFORMATION = 1 };

/* The next TLV: 1, 0 at the end, -1 when it overruns the message (those before
 * it are good). */
int bmp_tlv_next(struct bmp_message *m, struct bmp_tlv *out, struct err *err);
/* Of two octets: reason of a Termination, information of a mirror. */
bool bmp_tlv_code(const struct bmp_tlv *t, uint16_t *out);
/* BMP_MIRROR_MESSAGE: the BGP message inside; false: there is none. */
bool bmp_tlv_message(const struct bmp_tlv *t, enum bgp_type *type,
    struct bgp_view *body);

enum bmp_statistic_form {
	BMP_STATISTIC_32,     /* a value of four octets */
	BMP_STATISTIC_64,     /* ... of eight */
	BMP_STATISTIC_FAMILY, /* ... of eight behind AFI and SAFI */
	BMP_STATISTIC_OTHER,  /* a view only */
};

struct bmp_statistic {
	uint16_t type;
	enum bmp_statistic_form form; /* by its length */
	uint16_t afi;                 /* BMP_STATISTIC_FAMILY */
	uint8_t safi;
	uint64_t value;
	struct bgp_view data;
};

/* As bmp_tlv_next(), of BMP_STATISTICS; -1 too if bytes follow the last. */
int bmp_statistic_next(struct bmp_message *m, struct bmp_statistic *out,
    struct err *err);

/* IANA's row of a statistics type; NULL: there is none. */
struct bmp_statistic_kind {
	const char *name;
	enum bmp_statistic_form form;
	bool gauge; /* else a counter */
};
const struct bmp_statistic_kind *bmp_statistic_kind(uint16_t type);

/* Names as in the registries of IANA; "" for what they do not hold. */
const char *bmp_type_name(uint8_t type);
const char *bmp_peer_type_name(uint8_t type);
const char *bmp_down_name(uint8_t reason);
/* Of a TLV in a message of that type. */
const char *bmp_tlv_name(uint8_t message, uint16_t tlv);
const char *bmp_termination_name(uint16_t reason);
const char *bmp_mirror_name(uint16_t information);

/* --- sessions ---------------------------------------------------------- */

/*
 * The peers of one stream: Peer Up adds one or renews it, Peer Down and
 * Termination end its session.  Flags L, A and O of these are ignored (RFC 7854
 * 4.2, RFC 8671 6.3): a peer has one session, whichever of its RIBs are sent.
 */
struct bmp_peers;
struct bmp_peers *bmp_peers_new(void);
void bmp_peers_free(struct bmp_peers *t); /* accepts NULL */
/* Other messages change nothing.  -1: more peers than BMP_PEERS_MAX. */
int bmp_peers_update(struct bmp_peers *t, const struct bmp_message *m,
    struct err *err);

struct bmp_peer_state {
	struct bmp_peer peer; /* of its last Peer Up */
	bool up;
	bool negotiated; /* both OPENs were whole */
	bool extended_message;
	/* Messages of the peer, and to it (Adj-RIB-Out); equal for Loc-RIB. */
	struct bgp_session in, out;
};
/* NULL: no Peer Up was seen.  Borrowed until the next update. */
const struct bmp_peer_state *
bmp_peers_find(const struct bmp_peers *t, const struct bmp_peer *peer);
uint32_t bmp_peers_count(const struct bmp_peers *t); /* up now */

enum bmp_basis {
	BMP_NEGOTIATED, /* by the OPENs of the Peer Up, and flag A */
	BMP_GUESSED,    /* no Peer Up: one reading fits the message */
	BMP_ASSUMED,    /* no Peer Up: several fit, or none; without path ids */
};
/*
 * How the UPDATE of m, or one that m mirrors, is coded: body is behind its BGP
 * header.  It is guessed anew for each message, and never from another.
 */
struct bgp_session bmp_session(const struct bmp_peers *t,
    const struct bmp_message *m, struct bgp_view body, enum bmp_basis *basis);

/* --- writing ----------------------------------------------------------- */

/* Each appends one whole message.  BGP messages are given whole; flag V of a
 * peer is that of its address. */
void bmp_write_route_monitoring(struct buf *out, const struct bmp_peer *peer,
    struct bgp_view update);
/* By their form; the data of BMP_STATISTIC_OTHER. */
void bmp_write_statistics(struct buf *out, const struct bmp_peer *peer,
    const struct bmp_statistic *list, size_t n);
void bmp_write_peer_down(struct buf *out, const struct bmp_peer *peer,
    uint8_t reason, struct bgp_view data);
/* Reads addresses, ports and messages of up. */
void bmp_write_peer_up(struct buf *out, const struct bmp_peer *peer,
    const struct bmp_up *up, const struct bmp_tlv *list, size_t n);
/* BMP_INITIATION, BMP_TERMINATION. */
void bmp_write_information(struct buf *out, enum bmp_type type,
    const struct bmp_tlv *list, size_t n);
void bmp_write_route_mirroring(struct buf *out, const struct bmp_peer *peer,
    const struct bmp_tlv *list, size_t n);
