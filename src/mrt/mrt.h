/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mrt.h - MRT records (RFC 6396, 8050, 6397), to values and back.
 *
 * A reader cuts a stream into records by their lengths; decoding a
 * record gives views into it, valid until the next mrt_reader_next().  Files,
 * streams and members may be concatenated at any record; a second
 * PEER_INDEX_TABLE replaces the first.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"
#include "bgp/bgp.h"
#include "net/net.h"

#define MRT_HEADER_LEN 12
#define MRT_RECORD_MAX (64U << 20) /* bytes of one record's body */
#define MRT_PEERS_MAX  65536
#define MRT_VIEW_MAX   256 /* bytes kept of a view name */

enum mrt_type {
	MRT_BGP = 5, /* the old type, before RFC 6396 */
	MRT_TABLE_DUMP = 12,
	MRT_TABLE_DUMP_V2 = 13,
	MRT_BGP4MP = 16,
	MRT_BGP4MP_ET = 17,
};

/* --- records ----------------------------------------------------------- */

struct mrt_record {
	int64_t time_us; /* with the microseconds of _ET types */
	uint16_t type, subtype;
	uint64_t offset;      /* of the header in the stream */
	uint64_t index;       /* of the record in the stream, from 0 */
	struct bgp_view body; /* behind the header and the microseconds */
	struct bgp_view raw;  /* header included */
};

/* Bytes for a reader: as many as there are, 0 = end, -1 = failed. */
struct mrt_source {
	ssize_t (*read)(void *ctx, void *buf, size_t n, struct err *err);
	void *ctx;
};

struct mrt_reader;
struct mrt_reader *mrt_reader_new(const struct mrt_source *src);
/* Over memory that outlives the reader; nothing is copied. */
struct mrt_reader *mrt_reader_mem(const void *data, size_t n);
void mrt_reader_free(struct mrt_reader *r); /* accepts NULL */
/*
 * 1 and a record, 0 at the end.  -1: the source failed (its err), or the
 * stream is torn (ERR_INPUT, names the offset): what came before is good, and
 * nothing after it is guessed.
 */
int
mrt_reader_next(struct mrt_reader *r, struct mrt_record *out, struct err *err);
/* Does a stream that begins like this hold MRT?  A look at up to a few
 * record headers. */
bool mrt_sniff(const uint8_t *head, size_t n);

/* --- decoding ---------------------------------------------------------- */

struct mrt_peer {
	uint8_t bgp_id[4];
	struct ipaddr ip;
	uint32_t asn;
	bool as4;
};

/* PEER_INDEX_TABLE, kept across records. */
struct mrt_peers {
	VEC(struct mrt_peer) list;
	uint8_t collector_id[4];
	char view[MRT_VIEW_MAX];
	uint32_t tables; /* how many were read */
};
void mrt_peers_fini(struct mrt_peers *p);

enum mrt_kind {
	MRT_PEER_INDEX, /* now in the peers given */
	MRT_RIB,        /* TABLE_DUMP_V2: entries of one prefix */
	MRT_ENTRY,      /* one route: TABLE_DUMP, BGP4MP_ENTRY */
	MRT_MESSAGE,    /* a BGP message */
	MRT_STATE,      /* state change of a session */
	MRT_SKIPPED,    /* well formed, but not for us: why says what */
};

struct mrt_rib {
	uint32_t sequence;
	uint8_t family, safi;
	bool add_path;
	bool generic; /* RIB_GENERIC */
	struct prefix prefix;
	uint32_t path_id; /* of the NLRI, for RIB_GENERIC_ADDPATH */
	uint16_t count;
	struct rbuf entries; /* for mrt_rib_next() */
	uint16_t left;
	bool id_in_entry;
};

struct mrt_rib_entry {
	uint16_t peer; /* index in the PEER_INDEX_TABLE */
	uint32_t originated;
	uint32_t path_id;
	struct bgp_view attrs;
};

struct mrt_entry {
	struct ipaddr peer_ip;
	uint32_t peer_asn;
	uint8_t family, safi;
	struct prefix prefix;
	int64_t originated_us;
	uint8_t status;
	bool as4; /* AS numbers of 4 octets in the attributes */
	struct bgp_view attrs;
	/* Of BGP4MP_ENTRY, whose attributes hold none; else empty. */
	struct bgp_view next_hop;
};

struct mrt_session {
	struct ipaddr peer_ip, local_ip;
	uint32_t peer_asn, local_asn;
	uint16_t interface;
	bool as4, add_path;
	bool local; /* _LOCAL: sent by the collector */
	bool old;   /* MRT_BGP: message without header */
};

struct mrt_decoded {
	enum mrt_kind kind;
	const char *why; /* MRT_SKIPPED */
	struct mrt_rib rib;
	struct mrt_entry entry;     /* the first */
	struct rbuf entries;        /* MRT_ENTRY: for mrt_entry_next() */
	struct mrt_session session; /* MRT_MESSAGE, MRT_STATE */
	enum bgp_type message;      /* MRT_MESSAGE */
	struct bgp_view body;       /* ... behind its header */
	struct bgp_view bgp;        /* ... whole (with header, if it has one) */
	uint16_t old_state, new_state;
};

/*
 * Decode a record.  peers is read for TABLE_DUMP_V2 and replaced by a
 * PEER_INDEX_TABLE.  -1 with ERR_INPUT: the record contradicts its format;
 * the stream may go on.
 */
int mrt_decode(const struct mrt_record *rec, struct mrt_peers *peers,
    struct mrt_decoded *out, struct err *err);
/*
 * The next entry: 1, 0 at the end, -1 when it overruns the record (entries
 * before it are good).
 */
int
mrt_rib_next(struct mrt_rib *rib, struct mrt_rib_entry *out, struct err *err);
/*
 * MRT_ENTRY: MRTd put many routes into one TABLE_DUMP record.  The next one
 * into d->entry: 1, 0 at the end, -1 when it is damaged (those before it are
 * good).
 */
int mrt_entry_next(const struct mrt_record *rec, struct mrt_decoded *d,
    struct err *err);
/* How the attributes of a record's routes are coded. */
struct bgp_session
mrt_bgp_session(const struct mrt_record *rec, const struct mrt_decoded *d);
/* "BGP4MP_ET", "TABLE_DUMP_V2", ... or "" */
const char *mrt_type_name(uint16_t type);
/* "MESSAGE_AS4", "RIB_IPV4_UNICAST", ... or "" */
const char *mrt_subtype_name(uint16_t type, uint16_t subtype);

/* --- writing ----------------------------------------------------------- */

/* Each appends one whole record. */
void mrt_write_peer_index(struct buf *out, int64_t time_us,
    const struct mrt_peers *peers);
struct mrt_write_entry {
	uint16_t peer;
	uint32_t originated;
	uint32_t path_id; /* with add_path */
	struct bgp_view attrs;
};
void mrt_write_rib(struct buf *out, int64_t time_us, uint32_t sequence,
    const struct prefix *p, bool add_path,
    const struct mrt_write_entry *entries, size_t n);
/*
 * BGP4MP_ET MESSAGE, with _AS4, _LOCAL and _ADDPATH as the session says;
 * `message` is a whole BGP message.  Without as4 an AS number over 65535 is
 * written as AS_TRANS.
 */
void mrt_write_message(struct buf *out, int64_t time_us,
    const struct mrt_session *s, const void *message, size_t n);
/* BGP4MP_ET STATE_CHANGE_AS4. */
void mrt_write_state(struct buf *out, int64_t time_us,
    const struct mrt_session *s, uint16_t old_state, uint16_t new_state);
