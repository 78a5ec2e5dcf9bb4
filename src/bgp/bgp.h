/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bgp.h - BGP messages and path attributes, to values and back.
 *
 * Decoding copies nothing that can be pointed at: NLRI, communities and
 * unknown attributes are views into the message, valid as long as its bytes.
 * AS numbers are unpacked into a scratch array of the decoder, valid until
 * its next decode.  Nothing is allocated for a message.
 *
 * We observe and do not peer: what RFC 7606 calls an error is recorded as a
 * fault with the treatment it prescribes, and as much as possible is decoded.
 *
 * RFC 4271 (BGP-4), 4760 (multiprotocol), 6793 (4-octet AS numbers), 7606
 * (errors), 7911 (ADD-PATH), 1997, 4360, 8092 (communities), 4456
 * (reflection), 9234 (roles and OTC), 8654 (extended messages).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rbuf.h"
#include "net/net.h"

#define BGP_HEADER_LEN  19
#define BGP_MESSAGE_MAX 65535 /* RFC 8654 */
#define BGP_ASNS_MAX    33000 /* of one AS_PATH and AS4_PATH together */
#define BGP_SEGS_MAX    1024
#define BGP_FAULTS_MAX  8  /* kept per message; more are counted */
#define BGP_UNKNOWN_MAX 16 /* unknown attributes kept per message */

enum bgp_type {
	BGP_OPEN = 1,
	BGP_UPDATE = 2,
	BGP_NOTIFICATION = 3,
	BGP_KEEPALIVE = 4,
	BGP_ROUTE_REFRESH = 5,
};

enum bgp_attr {
	BGP_ATTR_ORIGIN = 1,
	BGP_ATTR_AS_PATH = 2,
	BGP_ATTR_NEXT_HOP = 3,
	BGP_ATTR_MED = 4,
	BGP_ATTR_LOCAL_PREF = 5,
	BGP_ATTR_ATOMIC_AGGREGATE = 6,
	BGP_ATTR_AGGREGATOR = 7,
	BGP_ATTR_COMMUNITIES = 8,
	BGP_ATTR_ORIGINATOR_ID = 9,
	BGP_ATTR_CLUSTER_LIST = 10,
	BGP_ATTR_MP_REACH = 14,
	BGP_ATTR_MP_UNREACH = 15,
	BGP_ATTR_EXT_COMMUNITIES = 16,
	BGP_ATTR_AS4_PATH = 17,
	BGP_ATTR_AS4_AGGREGATOR = 18,
	BGP_ATTR_IPV6_EXT_COMMUNITIES = 25,
	BGP_ATTR_LARGE_COMMUNITIES = 32,
	BGP_ATTR_OTC = 35,
};

enum { BGP_AFI_IP4 = 1, BGP_AFI_IP6 = 2 };
enum { BGP_SAFI_UNICAST = 1, BGP_SAFI_MULTICAST = 2 };

enum bgp_segment_type {
	BGP_AS_SET = 1,
	BGP_AS_SEQUENCE = 2,
	BGP_CONFED_SEQUENCE = 3,
	BGP_CONFED_SET = 4,
};

/* What RFC 7606 prescribes; worse is larger. */
enum bgp_fault {
	BGP_OK,
	BGP_ATTR_DISCARD,
	BGP_TREAT_AS_WITHDRAW,
	BGP_AFI_SAFI_DISABLE,
	BGP_SESSION_RESET,
};
const char *bgp_fault_name(enum bgp_fault f); /* "treat-as-withdraw" */

struct bgp_fault_note {
	enum bgp_fault treatment;
	uint8_t attr;       /* 0 = the message itself */
	uint16_t offset;    /* in the block that was decoded */
	const char *reason; /* fixed text */
};

struct bgp_view {
	const uint8_t *p;
	size_t n;
};

struct bgp_segment {
	uint8_t type;   /* enum bgp_segment_type */
	uint32_t at, n; /* in asns */
};

/*
 * The AS path, AS4_PATH merged in (RFC 6793 4.2.3).  asns holds all segments
 * one behind the other in the order received: asns[0] is nearest.
 */
struct bgp_path {
	const uint32_t *asns;
	const struct bgp_segment *segs;
	uint32_t n_asns, n_segs;
};

/* One attribute that we do not decode. */
struct bgp_unknown {
	uint8_t flags, type;
	struct bgp_view value;
};

struct bgp_attrs {
	uint64_t present; /* bit per attribute code below 64: kept, sound */
	uint64_t seen;    /* ... present in any state */
	uint8_t origin;   /* 0 IGP, 1 EGP, 2 INCOMPLETE */
	struct bgp_path path;
	uint8_t next_hop[4];
	uint32_t med, local_pref;
	uint32_t aggregator_asn; /* AS4_AGGREGATOR merged in */
	uint8_t aggregator_ip[4];
	uint8_t originator_id[4];
	struct bgp_view cluster_list;      /* 4 bytes each */
	struct bgp_view communities;       /* 4 bytes each */
	struct bgp_view ext_communities;   /* 8 bytes each */
	struct bgp_view large_communities; /* 12 bytes each */
	uint32_t otc;
	/* MP_REACH and MP_UNREACH; in TABLE_DUMP_V2 only the next hop. */
	uint16_t reach_afi, unreach_afi;
	uint8_t reach_safi, unreach_safi;
	struct bgp_view mp_next_hop;    /* 4, 16 or 32 bytes, as received */
	struct bgp_view reach, unreach; /* NLRI */
	struct bgp_unknown unknown[BGP_UNKNOWN_MAX];
	uint32_t n_unknown;
	struct bgp_fault_note faults[BGP_FAULTS_MAX];
	uint32_t n_faults; /* may exceed BGP_FAULTS_MAX */
	enum bgp_fault worst;
	struct bgp_view raw; /* the block that was decoded */
};

static inline bool
bgp_has(const struct bgp_attrs *a, enum bgp_attr code)
{
	return (a->present >> code & 1) != 0;
}

/*
 * Path identifiers before NLRI (RFC 7911), by family and SAFI.  ALL is a bit of
 * its own: formats that have one answer for all say only that.
 */
enum bgp_add_path {
	BGP_ADD_PATH_ALL = 1,
	BGP_ADD_PATH_IP4 = 2, /* unicast */
	BGP_ADD_PATH_IP6 = 4,
	BGP_ADD_PATH_IP4_MULTICAST = 8,
	BGP_ADD_PATH_IP6_MULTICAST = 16,
	BGP_ADD_PATH_BITS = 31,
};

/* The bit of a family (enum net_family) and SAFI; 0: one that we do not
 * follow. */
static inline uint8_t
bgp_add_path_bit(uint8_t family, uint8_t safi)
{
	if (family >= NET_FAMILIES)
		return 0;
	if (safi == BGP_SAFI_UNICAST)
		return (uint8_t)(BGP_ADD_PATH_IP4 << family);
	if (safi == BGP_SAFI_MULTICAST)
		return (uint8_t)(BGP_ADD_PATH_IP4_MULTICAST << family);
	return 0;
}

/* Properties of the session a message was exchanged in. */
struct bgp_session {
	bool as4;         /* 4-octet AS numbers in AS_PATH and AGGREGATOR */
	uint8_t add_path; /* bits of enum bgp_add_path */
	bool table_dump;  /* TABLE_DUMP_V2 entry: MP_REACH may be short */
	/* No complaint about mandatory attributes (TABLE_DUMP of old). */
	bool lenient;
};

static inline bool
bgp_session_add_path(const struct bgp_session *s, uint8_t family, uint8_t safi)
{
	return (s->add_path &
		   (BGP_ADD_PATH_ALL | bgp_add_path_bit(family, safi))) != 0;
}

/* Scratch space; one per thread, reused for ever. */
struct bgp_decoder {
	uint32_t asns[BGP_ASNS_MAX], as4[BGP_ASNS_MAX];
	struct bgp_segment segs[BGP_SEGS_MAX], segs4[BGP_SEGS_MAX];
};

/*
 * Decode a block of path attributes.  Always fills *out; what is wrong stands
 * in its faults.
 */
void bgp_attrs_decode(struct bgp_decoder *d, const void *data, size_t n,
    const struct bgp_session *s, struct bgp_attrs *out);

/* --- plain blocks ------------------------------------------------------- */

/*
 * A block without any fault but perhaps AS 0 (RFC 7607), and without what needs
 * a second look: each attribute once and well formed, AS numbers of four
 * octets, at most one segment in the path, an AS_SEQUENCE.  Nearly all blocks of today are such.
 * Everything is a view into the block.
 */
struct bgp_plain {
	uint64_t present; /* as in struct bgp_attrs */
	/* Each only if its attribute is present: */
	const uint8_t *path; /* n_path AS numbers of 4 octets, big-endian */
	uint32_t n_path;
	uint8_t origin;
	uint32_t med, local_pref;
	const uint8_t *next_hop;   /* 4 octets */
	const uint8_t *aggregator; /* 4 octets of AS, 4 of address */
	struct bgp_view communities, ext_communities, large_communities;
	uint32_t otc;
	uint16_t reach_afi, unreach_afi;
	uint8_t reach_safi, unreach_safi;
	struct bgp_view mp_next_hop, reach, unreach;
};

static inline bool
bgp_plain_has(const struct bgp_plain *p, enum bgp_attr code)
{
	return (p->present >> code & 1) != 0;
}

/*
 * The same as bgp_attrs_decode(), several times as fast, for plain blocks of
 * tables (TABLE_DUMP_V2) or of sessions with four-octet AS numbers.  False:
 * not plain, or it cannot be told quickly: *out says nothing.
 */
bool bgp_plain_decode(const void *data, size_t n, bool table_dump,
    struct bgp_plain *out);
/* Faults after all: AS 0 in the path or as aggregator. */
bool bgp_plain_has_as0(const struct bgp_plain *p);

/* --- messages ---------------------------------------------------------- */

struct bgp_update {
	struct bgp_view withdrawn, nlri; /* IPv4 unicast */
	struct bgp_attrs attrs;
	bool has_attrs;  /* the block was not empty */
	bool end_of_rib; /* RFC 4724 2: for eor_afi */
	uint16_t eor_afi;
};

/* The header of a message: type and body.  False: no BGP message. */
bool bgp_header(const void *data, size_t n, enum bgp_type *type,
    struct bgp_view *body);

/* body: behind the header.  Faults of the frame stand in attrs.faults. */
void bgp_update_decode(struct bgp_decoder *d, const void *body, size_t n,
    const struct bgp_session *s, struct bgp_update *out);

struct bgp_open {
	uint8_t version;
	uint32_t asn; /* capability 65 if there */
	uint16_t hold_time;
	uint8_t router_id[4];
	bool as4, extended_message;
	int role; /* RFC 9234, -1 = none */
	/* ADD-PATH: what it can do; bits of enum bgp_add_path, without ALL */
	uint8_t add_path_send, add_path_receive;
	struct bgp_view params; /* optional parameters */
	bool extended_params;   /* RFC 9072: lengths of two octets */
};
/* False: cut short; what was read until then is in *out. */
bool bgp_open_decode(const void *body, size_t n, struct bgp_open *out);

/*
 * What both OPENs make of messages from `sender` to `receiver` (RFC 6793 4.1,
 * 7911 4).
 */
struct bgp_session
bgp_session_of(const struct bgp_open *sender, const struct bgp_open *receiver);

/* RFC 5492: the capabilities of all parameters, in their order. */
struct bgp_capability {
	uint8_t code;
	struct bgp_view value;
};
struct bgp_capability_iter {
	struct rbuf params, caps;
	bool extended;
	bool bad; /* stopped at a length that overruns */
};
struct bgp_capability_iter bgp_capability_iter(const struct bgp_open *open);
/* False at the end or at damage (then bad is set). */
bool
bgp_capability_next(struct bgp_capability_iter *it, struct bgp_capability *out);

struct bgp_notification {
	uint8_t code, subcode;
	struct bgp_view data;
};
bool bgp_notification_decode(const void *body, size_t n,
    struct bgp_notification *out);

/* --- NLRI -------------------------------------------------------------- */

struct bgp_nlri {
	struct prefix prefix;
	uint32_t path_id; /* 0 without ADD-PATH */
};

struct bgp_nlri_iter {
	struct rbuf r;
	uint8_t family;
	bool add_path;
	bool bad; /* stopped at a length over the family's, or short bytes */
};

struct bgp_nlri_iter
bgp_nlri_iter(struct bgp_view v, uint8_t family, bool add_path);
/* False at the end or at damage (then bad is set). */
bool bgp_nlri_next(struct bgp_nlri_iter *it, struct bgp_nlri *out);
/* Family of an AFI and SAFI that we follow; false for all others. */
bool bgp_family(uint16_t afi, uint8_t safi, uint8_t *family);

/* --- sessions that nobody knows ---------------------------------------- */

/*
 * The body of an UPDATE whose session's OPENs were not seen: which reading does
 * the message itself allow?  True: one only, for every family in it.  False:
 * two or none; then *out is the reading without path identifiers, or with AS
 * numbers of 4 octets.  A reading is one if lengths fill their field, bits
 * behind a prefix are zero and, without path identifiers, no field holds the
 * default route twice.
 */
bool bgp_guess_add_path(const void *body, size_t n, uint8_t *out);
bool bgp_guess_as4(const void *body, size_t n, bool *out);

/* --- paths ------------------------------------------------------------- */

/*
 * Origin of a route by RFC 6811 section 2: last AS of the last segment if it
 * is an AS_SEQUENCE; false (NONE) for an AS_SET, an empty path, and a path
 * that ends in a confederation (there it is the peer's own AS: the caller
 * knows).
 */
bool bgp_path_origin(const struct bgp_path *p, uint32_t *out);
bool bgp_path_has_set(const struct bgp_path *p);
/* Length by RFC 4271 9.1.2.2: a set counts one, confederations nothing. */
uint32_t bgp_path_length(const struct bgp_path *p);
/* Text as bgpdump and routers write it: "1 2 {3,4} (5 6) [7,8]". */
void bgp_path_format(const struct bgp_path *p, struct buf *out);

/* --- encoding ---------------------------------------------------------- */

/* What an encoder is told; zero values leave an attribute out. */
struct bgp_encode {
	uint8_t origin;
	const uint32_t *path; /* one AS_SEQUENCE */
	size_t n_path;
	struct ipaddr next_hop;
	bool has_med, has_local_pref, atomic;
	uint32_t med, local_pref;
	const uint32_t *communities;
	size_t n_communities;
	const uint32_t (*large)[3];
	size_t n_large;
	uint32_t otc;    /* 0 = none */
	bool table_dump; /* short MP_REACH with the next hop alone */
};

/* A block of path attributes for `family`, 4-octet AS numbers; for IPv6 in an
 * UPDATE, MP_REACH carries the n prefixes. */
void bgp_attrs_encode(const struct bgp_encode *e, uint8_t family,
    const struct prefix *prefixes, size_t n, struct buf *out);
/* A whole UPDATE with header; announce and withdraw of one family. */
void bgp_update_encode(const struct bgp_encode *e, uint8_t family,
    const struct prefix *announce, size_t n_announce,
    const struct prefix *withdraw, size_t n_withdraw, struct buf *out);
void bgp_nlri_encode(const struct prefix *p, struct buf *out);
