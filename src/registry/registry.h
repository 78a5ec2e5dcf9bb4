/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry.h - who holds which number, and what is publicly said about a
 * network: RIR and IANA delegations, bogon verdicts, PeeringDB, Spoofer
 * sessions, MANRS participants, AS names, and tables of who originated what.
 *
 * registry_load() reads one file into an input; registry_freeze() merges
 * inputs into sections; registry_open() opens them in place.  Frozen bytes are
 * foreign: every index is checked when it is followed.
 *
 * Contacts are personal data: no name, mail address or telephone number of a
 * person enters an input; only role, presence and date are kept.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sect.h"
#include "base/text.h"
#include "base/utc.h"
#include "net/net.h"
#include "os/os.h"

#define REG_SUFFIX_MAX 8 /* bytes of the suffix of section names */
#define REG_NONE       UINT32_MAX

/* --- loading ----------------------------------------------------------- */

enum registry_kind {
	REG_KIND_NONE,
	REG_DELEGATED,    /* RIR, NRO, IANA delegated(-extended) statistics */
	REG_IANA_SPECIAL, /* special-purpose address or AS registry, CSV, XML */
	REG_IANA_SPACE,   /* IPv4, IPv6 address space, AS numbers; CSV, XML */
	REG_BOGON_LIST,   /* Team Cymru full bogons */
	REG_BOGUS_ROUTES, /* CIDR report */
	REG_PEERINGDB,    /* API page of one object type, or CAIDA's dump */
	REG_AS_TYPES,     /* [{"asn","network_type","network_name"}] */
	REG_AS_NAMES,     /* {"1": "NAME Text, CC"} */
	REG_SPOOFER,      /* sessions: hydra:member, one object, JSON lines */
	REG_SHADOWSERVER, /* Spoofer sessions as CSV */
	REG_PARTICIPANTS, /* MANRS participants CSV */
	REG_OBSERVATORY,  /* MANRS Observatory details CSV: scores per ASN */
	REG_RISWHOIS,     /* origin, prefix, peers */
	REG_PFX_ORIGIN,   /* pyasn .dat, CAIDA pfx2as */
	REG_RANGES,       /* first, last, origin */
	REG_AS_PREFIXES,  /* "asn: prefix,prefix" */
	REG_KINDS
};

const char *registry_kind_name(enum registry_kind k); /* "delegated" ... */

/*
 * What inputs of one kind and source do to each other.  SNAPSHOT: each in
 * force from its date to the next one's.  ADDS: all are given to every
 * registry_freeze() together, whatever their dates: rows or files keep their
 * own (pages of PeeringDB, Spoofer sessions, participants files, origin
 * tables, which seed history as one day each).
 */
enum registry_merge { REG_SNAPSHOT, REG_ADDS };

struct registry_input; /* parsed rows of one file */

#define REG_REFUSALS 5

struct registry_load_report {
	enum registry_kind kind;
	enum registry_merge merge;
	uint64_t taken, refused; /* records */
	uint64_t skipped;        /* well formed, but not for us */
	size_t n_reasons;
	char reasons[REG_REFUSALS][160]; /* "line 12: ..." */
	int64_t date_us;       /* TIME_NONE if the content says nothing */
	const char *date_from; /* "content", "newest record" or "" */
	char source[32];       /* "ripencc-extended", "peeringdb/net" ... */
};

/* The kind of a file that begins like this (decompressed bytes; up to 64 KiB
 * are looked at). */
enum registry_kind registry_sniff(const uint8_t *head, size_t n);
/*
 * Reads s to its end.  A malformed record is counted and left out.  Fails when
 * the stream is damaged or nothing in it can be used.
 */
int registry_load(struct os_stream *s, enum registry_kind kind,
    struct registry_input **out, struct err *err);
const struct registry_load_report *
registry_input_report(const struct registry_input *in);
/* For content that bears no date: from the file's name or the user. */
void registry_input_set_date(struct registry_input *in, int64_t date_us);
void registry_input_free(struct registry_input *in); /* accepts NULL */

/* --- freezing and opening ---------------------------------------------- */

/*
 * The union of n inputs, in any order: the result depends on their content
 * and dates alone.  For one resource the newest file wins; the plain file of
 * a registry gives way to an extended one that is not older.
 *
 * Origin tables are the largest part and the same in every call (REG_ADDS), so
 * they are written with the suffix "" alone, and registry_open() finds them
 * there whatever suffix it is given: freeze the first table under "".
 */
int registry_freeze(const struct registry_input *const inputs[], size_t n,
    const char *suffix, const struct sect_sink *sink, struct err *err);

struct registry;
/*
 * Never NULL on success: without any section all is unknown except what our
 * own special-purpose tables say.  src outlives *out.
 */
int registry_open(const struct sect_source *src, const char *suffix,
    struct registry **out, struct err *err);
void registry_close(struct registry *r); /* accepts NULL */

struct registry_counts {
	uint32_t prefix_rows, asn_rows; /* delegations, IANA blocks included */
	uint32_t special_rows;          /* of IANA files, beside our own */
	uint32_t bogon_rows;            /* of lists */
	uint32_t networks;              /* ASNs with a fact of any kind */
	uint32_t pdb_networks, ixps, ixp_prefixes, ix_members;
	uint32_t sessions; /* Spoofer, one per family */
	uint32_t participants, participant_asns;
	uint32_t observatory;
	uint32_t origin_prefixes, origin_rows, origin_days;
};
struct registry_counts registry_counts(const struct registry *r);

/* --- delegation -------------------------------------------------------- */

enum registry_rir {
	REG_RIR_NONE,
	REG_AFRINIC,
	REG_APNIC,
	REG_ARIN,
	REG_LACNIC,
	REG_RIPENCC,
	REG_IANA,
	REG_RIRS
};
const char *registry_rir_name(enum registry_rir r); /* "ripencc", "" */

enum registry_status {
	REG_UNLISTED,  /* no loaded file lists it */
	REG_ALLOCATED, /* to a holder (RIR files), or IANA: to a registry */
	REG_ASSIGNED,
	REG_AVAILABLE,
	REG_RESERVED,
	REG_UNALLOCATED, /* IANA: reserved or unallocated block */
};
const char *registry_status_name(enum registry_status s);

struct registry_delegation {
	enum registry_status status;
	enum registry_rir rir; /* who keeps the record */
	bool block;            /* an IANA block: says nothing of a holder */
	char cc[3];            /* upper case, "" = not given */
	const char *opaque_id; /* "" = not given */
	int64_t date_us;       /* of the delegation, or TIME_NONE */
	const char *file;      /* source name of the input that says so */
	int64_t file_date_us;
	/* The row: asn range, or the most specific covering prefix. */
	struct prefix prefix;
	uint32_t asn_first, asn_last;
};

/* The most specific row that covers the whole of p; false and REG_UNLISTED if
 * there is none. */
bool registry_prefix(const struct registry *r, const struct prefix *p,
    struct registry_delegation *out);
bool registry_asn(const struct registry *r, uint32_t asn,
    struct registry_delegation *out);
/* Some loaded RIR or NRO file covers this registry with available and
 * reserved rows, so that "unlisted" can be told from "not loaded". */
bool registry_has_extended(const struct registry *r, enum registry_rir rir);
/* Every ASN range that is allocated or assigned, ascending. */
void registry_each_asn_range(const struct registry *r,
    bool (*each)(void *ctx, const struct registry_delegation *d), void *ctx);

/* --- bogons ------------------------------------------------------------ */

enum registry_bogon {
	REG_CLEAN,   /* delegated, or listed as never to be flagged */
	REG_UNKNOWN, /* no loaded file lists it: never a bogon */
	REG_WARN,    /* transition or deprecated space */
	REG_ADMIN,   /* administrative bogon: shown, never scored */
	REG_FULL,
};
const char *registry_bogon_name(enum registry_bogon b); /* "clean" ... */

enum registry_bogon_mode { /* setting bogon.full */
	REG_AVAIL_FULL,    /* default: special, IANA-unallocated, available */
	REG_SPECIAL_ONLY,  /* everything undelegated is administrative */
};
const char *registry_bogon_mode_name(enum registry_bogon_mode m);
bool registry_bogon_mode_parse(struct str s, enum registry_bogon_mode *out);

struct registry_bogon_verdict {
	enum registry_bogon bogon;
	/* The row that decides; texts are borrowed or in `buf`. */
	const char *what;   /* its prefix or ASN range, "" = none */
	const char *why;    /* name of the row or its status */
	const char *source; /* "RFC 1918", "ripencc-extended", ... or "" */
	int64_t date_us;    /* of that source; TIME_NONE = our own table */
	bool special;       /* decided by a special-purpose row */
	char buf[2][96];
};

/*
 * A route is a bogon if it lies inside bogon space; the most specific row
 * decides.  Order: special-purpose row; delegation row (RIR or IANA); a
 * full-bogon list, which alone makes an administrative bogon, since it does
 * not say why.  An IANA block given to a registry is no delegation: unknown.
 */
void registry_bogon_prefix(const struct registry *r, const struct prefix *p,
    enum registry_bogon_mode mode, struct registry_bogon_verdict *out);
void registry_bogon_asn(const struct registry *r, uint32_t asn,
    enum registry_bogon_mode mode, struct registry_bogon_verdict *out);
/* The same without the texts: for every route. */
enum registry_bogon registry_bogon_prefix_fast(const struct registry *r,
    const struct prefix *p, enum registry_bogon_mode mode);
enum registry_bogon registry_bogon_asn_fast(const struct registry *r,
    uint32_t asn, enum registry_bogon_mode mode);

/* --- networks ---------------------------------------------------------- */

enum { /* contact roles, for M8; names of people are not kept */
	REG_ROLE_ABUSE = 1,
	REG_ROLE_MAINTENANCE = 2,
	REG_ROLE_NOC = 4,
	REG_ROLE_POLICY = 8,
	REG_ROLE_PUBLIC_RELATIONS = 16,
	REG_ROLE_SALES = 32,
	REG_ROLE_TECHNICAL = 64,
	/* The roles that count for M8. */
	REG_ROLES_M8 = REG_ROLE_MAINTENANCE | REG_ROLE_NOC | REG_ROLE_POLICY |
		       REG_ROLE_TECHNICAL,
};

struct registry_peeringdb {
	uint32_t net_id, org_id;
	const char *name, *org, *country; /* org and country of its org */
	const char *irr_as_set;           /* free text as given */
	const char *info_type, *policy_general;
	uint32_t prefixes4, prefixes6;    /* REG_NONE = not given */
	int never_via_route_servers;      /* 1, 0, -1 = not given */
	bool looking_glass, route_server; /* has one */
	/* Roles with at least one contact that has e-mail or telephone, and
	 * roles present in any form.  Contacts that are not public are missing
	 * from files fetched without login. */
	unsigned roles_reachable, roles_present;
	bool pocs_loaded; /* some contact record of any network was read */
	int64_t poc_updated_us; /* newest contact, or TIME_NONE */
	int64_t created_us, updated_us;
};

/*
 * What is known of a network.  Texts are borrowed, "" = not known; *_from
 * names the kind of input ("peeringdb", "as-names", "delegated", ...).
 */
struct registry_network {
	uint32_t asn;
	const char *name, *name_from;
	const char *org, *org_from;
	char country[3];
	const char *country_from;
	enum registry_rir rir;
	bool has_delegation, has_peeringdb, has_observatory;
	struct registry_delegation delegation;
	struct registry_peeringdb peeringdb;
	uint32_t n_participants, n_sessions, n_ix;
};

/* False when nothing is known of asn; *out is then empty but usable. */
bool registry_network(const struct registry *r, uint32_t asn,
    struct registry_network *out);
/* ASNs of whom something but a delegation is known, ascending. */
bool registry_network_asn(const struct registry *r, uint32_t i, uint32_t *asn);

/*
 * irr_as_set is free text ("RIPE::AS-X, RADB::AS64500:AS-Y"): name i of it,
 * upper case, with its source or "".  False past the end.
 */
struct registry_as_set {
	char source[24];
	char name[96];
};
bool registry_as_set(const char *irr_as_set, uint32_t i,
    struct registry_as_set *out);

/* M8 by PeeringDB: UNKNOWN without a network or without contact records. */
enum registry_answer { REG_ANSWER_UNKNOWN, REG_ANSWER_NO, REG_ANSWER_YES };
enum registry_answer registry_contact(const struct registry *r, uint32_t asn,
    unsigned *roles, int64_t *updated_us);

/* Same holder: by opaque-id of one registry, or one PeeringDB organisation.
 * *why (may be NULL) is then "opaque-id" or "peeringdb-org". */
bool registry_same_org(const struct registry *r, uint32_t a, uint32_t b,
    const char **why);
/* The delegation of p and that of asn bear one opaque-id of one registry. */
bool registry_same_holder(const struct registry *r, const struct prefix *p,
    uint32_t asn);

/* --- Spoofer ----------------------------------------------------------- */

enum registry_spoof {       /* of one direction and family */
	REG_SPOOF_UNTESTED, /* null */
	REG_SPOOF_UNKNOWN,
	REG_SPOOF_BLOCKED,
	REG_SPOOF_REWRITTEN,
	REG_SPOOF_RECEIVED, /* spoofable */
};
const char *registry_spoof_name(enum registry_spoof s);

struct registry_session {
	uint32_t asn;
	uint64_t session; /* its number at CAIDA, 0 = not given */
	int64_t time_us;
	struct prefix client; /* /24 or /40 as published */
	int nat;              /* 1, 0, -1 = not given */
	enum registry_spoof routed, private_;
};
/* Session i of asn, by time; false past the end. */
bool registry_session(const struct registry *r, uint32_t asn, uint32_t i,
    struct registry_session *out);
/* Any Spoofer input was loaded: else "no test" is not known either. */
bool registry_has_spoofer(const struct registry *r);

/* --- MANRS participants ------------------------------------------------ */

enum registry_programme {
	REG_OPERATOR,
	REG_CDN,
	REG_IXP,
	REG_VENDOR,
	REG_PROGRAMMES
};
const char *registry_programme_name(enum registry_programme p);

#define REG_ACTIONS_MAX 6
enum registry_claim { REG_CLAIM_NONE, REG_CLAIM_NO, REG_CLAIM_YES };

struct registry_participant {
	const char *organisation;
	enum registry_programme programme;
	const char *areas; /* "BD;IN", "" = not given */
	uint32_t n_asns;
	int64_t member_since_us;   /* of the file, or TIME_NONE */
	int64_t first_us, last_us; /* dated files that list it; TIME_NONE */
	enum registry_claim actions[REG_ACTIONS_MAX]; /* Action 1.. */
	const char *action_texts[REG_ACTIONS_MAX];    /* as given: "IRR;RPKI" */
	bool in_newest; /* listed by the newest file of its programme */
};
/* Participant i, by programme and name; false past the end. */
bool registry_participant(const struct registry *r, uint32_t i,
    struct registry_participant *out);
uint32_t
registry_participant_asn(const struct registry *r, uint32_t i, uint32_t k);
/* Area k of participant i ("BD"); false past the end. */
bool registry_participant_area(const struct registry *r, uint32_t i, uint32_t k,
    char out[8]);
/* Number of the k-th participant that lists asn; REG_NONE past the end. */
uint32_t
registry_participant_of(const struct registry *r, uint32_t asn, uint32_t k);
bool registry_has_participants(const struct registry *r);

/* One participants file: the basis of growth.  Dated ones ascending, then
 * undated; false past the end. */
struct registry_roll {
	enum registry_programme programme;
	int64_t date_us;                     /* TIME_NONE = undated */
	uint32_t organisations, asns, areas; /* distinct */
};
bool
registry_roll(const struct registry *r, uint32_t i, struct registry_roll *out);

/* --- MANRS Observatory ------------------------------------------------- */

#define REG_SCORES 5 /* filtering, anti-spoofing, coordination, IRR, RPKI */
struct registry_observatory {
	uint32_t asn;
	const char *holder, *rir_region;
	char country[3];
	int16_t percent[REG_SCORES]; /* 0..100, -1 = no data */
	int64_t month_us;            /* date of the file, or TIME_NONE */
};
bool registry_observatory(const struct registry *r, uint32_t asn,
    struct registry_observatory *out);

/* --- IXPs -------------------------------------------------------------- */

struct registry_ixp {
	uint32_t ix_id;
	const char *name, *country;
	struct prefix lan; /* the peering LAN asked for */
};
/* The most specific peering LAN that covers p. */
bool registry_ixp_lan(const struct registry *r, const struct prefix *p,
    struct registry_ixp *out);
/* Peering LAN i in prefix order; false past the end. */
bool registry_ixp_lan_at(const struct registry *r, uint32_t i,
    struct registry_ixp *out);
bool registry_ixp(const struct registry *r, uint32_t ix_id,
    struct registry_ixp *out); /* lan unset */
/* IXP k where asn has a port, by ix_id; REG_NONE past the end. */
uint32_t registry_ix_of(const struct registry *r, uint32_t asn, uint32_t k,
    bool *route_server_peer);
/* Both have a port at one IXP; *ix_id (may be NULL) the lowest such. */
bool registry_co_located(const struct registry *r, uint32_t a, uint32_t b,
    uint32_t *ix_id);
/* PeeringDB calls asn a route server. */
bool registry_is_route_server(const struct registry *r, uint32_t asn);

/* --- origin history seed ----------------------------------------------- */

struct registry_origin {
	struct prefix prefix;
	uint32_t origin;
	int32_t day; /* since 1970, of the file */
};
/*
 * Every (prefix, origin, day), in order of prefix, origin, day; each() gives
 * false to stop.  Rows of AS_SETs and of reserved origin 0 are left out.
 * The table is opened when it is first asked for, so the first call of this
 * or of registry_origin() is not thread-safe; -1: its sections are damaged.
 */
int registry_each_origin(const struct registry *r,
    bool (*each)(void *ctx, const struct registry_origin *o), void *ctx,
    struct err *err);
/* Days of history, ascending; false past the end. */
bool registry_origin_day(const struct registry *r, uint32_t i, int32_t *day);
/* Origin row i of p (exactly p), by origin and day; false past the end. */
bool registry_origin(const struct registry *r, const struct prefix *p,
    uint32_t i, struct registry_origin *out);
/* Length of the longest prefix of at most `most` bits that covers p and has
 * rows, -1 = none. */
int registry_origin_cover(const struct registry *r, const struct prefix *p,
    uint8_t most);
