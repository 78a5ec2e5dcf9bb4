/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scn.h - a scenario in memory: what the parser fills, the player plays and
 * the writers write.  Private to sim/.
 *
 * Networks, prefixes and texts are kept once and named by number; lists of
 * numbers of any length live in one pool (struct span).
 */
#pragma once

#include "base/hash.h"
#include "base/mem.h"
#include "base/utc.h"
#include "net/net.h"
#include "sim/sim.h"

#define SCN_NONE      UINT32_MAX
#define SCN_WORDS_MAX 2000    /* words of one statement */
#define SCN_SPLIT_MAX 1024    /* prefixes of one `split` */
#define SCN_PREPEND   20      /* at most */
#define SCN_IDS_MAX   2000000 /* numbers in all lists of a scenario */
#define SCN_PATH_MAX  64      /* ASNs of a forged path */

/* A run of numbers in scenario.ids. */
struct span {
	uint32_t at, n;
};

enum scn_rir {
	SCN_AFRINIC,
	SCN_APNIC,
	SCN_ARIN,
	SCN_LACNIC,
	SCN_RIPENCC,
	SCN_RIRS
};

enum {                     /* what a network does with what it hears */
	POLICY_ROV = 1,    /* drops RPKI-invalid */
	POLICY_OTC = 2,    /* RFC 9234 */
	POLICY_FILTER = 4, /* customers: only space held in their cone */
	POLICY_MAX24 = 8,  /* nothing longer than /24 and /48 */
	POLICY_BOGONS = 16 /* no special-purpose prefix or ASN */
};

enum { /* contacts, as PeeringDB names their roles */
	ROLE_NOC = 1,
	ROLE_TECHNICAL = 2,
	ROLE_ABUSE = 4,
	ROLE_POLICY = 8
};

struct scn_as {
	uint32_t asn;
	uint32_t name, org; /* texts */
	uint32_t type;      /* PeeringDB's info_type */
	uint32_t as_set;    /* PeeringDB's irr_as_set, or SCN_NONE */
	unsigned policy, roles;
	int64_t since_us;   /* delegation */
	int64_t contact_us; /* contact last touched */
	uint8_t rir;
	int64_t aut_num_us; /* aut-num created, or TIME_NONE */
	bool clique, peeringdb;
	char cc[3];
};

struct scn_link {
	uint32_t a, b; /* networks; of a transit link a is the provider */
	bool transit;  /* else peers */
	bool hidden;   /* not in the relationship file */
	bool down;     /* at the beginning */
};

struct scn_block { /* what a registry delegated */
	uint32_t as;
	struct prefix prefix;
	int64_t since_us;
};

struct scn_free { /* what a registry has not delegated */
	bool is_asn, reserved;
	uint8_t rir;
	struct prefix prefix;
	uint32_t first, last;
};

struct scn_roa {
	struct prefix prefix;
	uint8_t max_len;
	uint32_t asn;
	int64_t since_us;
};

struct scn_aspa {
	uint32_t customer; /* ASN */
	struct span providers;
	int64_t since_us;
};

struct scn_route_object {
	struct prefix prefix;
	uint32_t asn;
	uint32_t source; /* text */
	int64_t created_us;
};

struct scn_as_set {
	uint32_t name, source;
	struct span members; /* texts */
	int64_t created_us;
};

struct scn_session { /* of Spoofer */
	uint32_t as;
	struct prefix client;
	int64_t time_us;
	uint32_t routed, private_; /* texts */
};

struct scn_participant {
	uint32_t org;
	char cc[3];
	struct span ases;
	bool spoofing; /* claims anti-spoofing */
	int64_t since_us;
};

struct scn_ixp {
	uint32_t name;
	char cc[3];
	struct prefix lan;
	struct span members; /* networks */
};

struct scn_collector {
	uint32_t name;
	bool routeviews; /* layout of the archive */
	uint32_t first_peer, n_peers;
};

enum { /* what `registers` gives a network for all it originates */
	REGISTER_ROA = 1,
	REGISTER_IRR = 2
};

struct scn_register {
	uint32_t as;
	unsigned what;
	int64_t since_us;
};

enum scn_verb {
	AT_ANNOUNCE,
	AT_WITHDRAW,
	AT_LEAK,
	AT_UNLEAK,
	AT_LINK_UP,
	AT_LINK_DOWN,
	AT_ROA_ADD,
	AT_ROA_REMOVE
};

struct scn_event {
	int64_t time_us;    /* INT64_MIN: has always been so */
	uint32_t line, seq; /* seq: order as written, included files too */
	enum scn_verb verb;
	uint32_t as;          /* who does it */
	uint32_t from, to;    /* leak: networks, from may be SCN_NONE = any */
	struct span prefixes; /* prefix numbers; leak: n == 0 = all */
	struct span exports;  /* announce: only to these networks, if any */
	struct span path;     /* announce: forged ASNs behind `as` */
	struct span communities;
	uint32_t prepend;
	bool keep_path; /* announce: behind the path one has oneself */
	uint32_t link;  /* link up, down */
	struct scn_roa roa;
};

enum scn_expect_kind { EXPECT_INCIDENT, EXPECT_ALLOWED, EXPECT_BENIGN };

struct scn_expect {
	enum scn_expect_kind kind;
	uint32_t class, type, reason;     /* texts or SCN_NONE */
	uint32_t culprit;                 /* ASN, 0 = not given */
	struct span accomplices, victims; /* ASNs */
	struct span prefixes; /* prefix numbers; n == 0: what culprit did */
	int64_t from_us, until_us; /* TIME_NONE = from what culprit did */
	bool open; /* `until open`: is not over at the end of the day */
};

struct scenario {
	struct strtab text;
	uint32_t name, title;
	int64_t day_us;
	uint32_t history;
	bool has_day;
	VEC(uint32_t) ids;
	VEC(struct scn_as) ases;
	struct u64map as_of; /* ASN -> number */
	VEC(struct scn_link) links;
	struct u64map link_of; /* both numbers -> number of the link */
	VEC(struct prefix) prefixes;
	struct hidx prefix_of;
	VEC(struct scn_block) blocks;
	VEC(struct scn_free) frees;
	VEC(struct scn_roa) roas;
	VEC(struct scn_aspa) aspas;
	VEC(struct scn_route_object) objects;
	VEC(struct scn_as_set) sets;
	VEC(struct scn_session) sessions;
	VEC(struct scn_participant) participants;
	VEC(struct scn_ixp) ixps;
	VEC(struct scn_collector) collectors;
	VEC(uint32_t) peers;          /* networks, by collector */
	VEC(struct scn_event) events; /* by time, then as written */
	VEC(struct scn_expect) expects;
	VEC(struct scn_register) registers;
};

/* --- look-ups ---------------------------------------------------------- */

static inline const char *
scn_text(const struct scenario *s, uint32_t id)
{
	return id == SCN_NONE ? "" : strtab_get(&s->text, id);
}

uint32_t scn_as_find(const struct scenario *s, uint32_t asn); /* SCN_NONE */
uint32_t scn_prefix_add(struct scenario *s, const struct prefix *p);
uint32_t scn_prefix_find(const struct scenario *s, const struct prefix *p);
/* Number of the link between two networks, or SCN_NONE. */
uint32_t scn_link_find(const struct scenario *s, uint32_t a, uint32_t b);
const char *scn_rir_name(uint8_t rir);   /* "ripencc" */
const char *scn_rir_source(uint8_t rir); /* "RIPE", as registries sign */
const char *scn_rir_ta(uint8_t rir);     /* "ripe", as trust anchors */
/* Registry that serves a country; SCN_RIRS if our table lacks it. */
uint8_t scn_rir_of(const char cc[3]);

/* --- parsing ----------------------------------------------------------- */

struct parser {
	struct scenario *s;
	const char *file;   /* shown in errors */
	const char *folder; /* for includes; NULL = none allowed */
	unsigned line, *files;
	struct str w[SCN_WORDS_MAX];
	size_t n, i; /* words, and the next one */
	struct err *err;
};

/* "file:line: text"; returns -1. */
int parse_fail(struct parser *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool parse_more(const struct parser *p);
/* The next word is this one; if so it is taken. */
bool parse_is(struct parser *p, const char *word);
/* As parse_is(), an error if not. */
int parse_want(struct parser *p, const char *word);
/* The next word; an error names what was expected. */
int parse_word(struct parser *p, const char *what, struct str *out);
int parse_text(struct parser *p, const char *what, uint32_t *out);
int parse_asn(struct parser *p, uint32_t *asn);
int parse_as(struct parser *p, uint32_t *as); /* a declared network */
int parse_date(struct parser *p, int64_t *out);
int parse_prefix(struct parser *p, struct prefix *out);
int
parse_number(struct parser *p, const char *what, uint32_t max, uint32_t *out);
/* ASNs up to a word that is none; at least one. */
int parse_as_list(struct parser *p, bool declared, struct span *out);
/* Prefixes with `split LEN [take N]`, up to a word that is none. */
int parse_prefix_list(struct parser *p, struct span *out);
/* The same, or `of AS...|all`: what these have always originated. */
int parse_selection(struct parser *p, struct span *out);
int parse_end(struct parser *p); /* an error if words are left */

/* The statements, each called with the words behind its name. */
int parse_at(struct parser *p);     /* at TIME VERB ... */
int parse_origin(struct parser *p); /* origin AS PREFIX... */
int parse_expect(struct parser *p);
int parse_allow(struct parser *p);
int parse_include(struct parser *p);
struct statement {
	const char *name;
	int (*parse)(struct parser *p);
};
extern const struct statement scn_network[], scn_registry[]; /* end with NULL */

/* `registers` and the delegations that follow from origins. */
int scn_register_all(struct scenario *s, const char *file, struct err *err);

/* Whole text of one file. */
int parse_file(struct parser *p, const char *text, size_t n);
/* After the last line: what can only be known then. */
int scn_finish(struct scenario *s, const char *file, struct err *err);
