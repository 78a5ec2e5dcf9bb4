/* SPDX-License-Identifier: BSD-2-Clause */
/* part.h - what the files of filter/ share. */
#pragma once

#include "base/mem.h"
#include "filter/filter.h"

/* --- path_regex.c, path_match.c ---------------------------------------- */

/* The characters of a path's text, as numbers; all others are one more. */
enum {
	PATH_BLANK = 10, /* 0 to 9 are the digits */
	PATH_COMMA,
	PATH_SET,
	PATH_SET_END,
	PATH_CONFED,
	PATH_CONFED_END,
	PATH_CONFED_SET,
	PATH_CONFED_SET_END,
	PATH_OTHER,
	PATH_SYMBOLS
};
/* " ,{}()[]", in the order of the numbers above. */
extern const char path_symbols[];
unsigned path_symbol(char c);

#define PATH_NODE_NONE UINT16_MAX

/*
 * The regular expression as a graph: a STEP goes to `out` over a character of
 * its set, or over none at the beginning or end of the text if it says so.
 */
struct path_node {
	enum { PATH_STEP, PATH_SPLIT, PATH_MATCH } kind;
	uint32_t set; /* bit per symbol */
	bool at_start, at_end;
	uint16_t out, other; /* other: of a PATH_SPLIT, may be NONE */
};

struct path_regex {
	char *text; /* for tests */
	VEC(struct path_node) nodes;
	uint16_t start;
};

/* States of a match; those from 2 on are made as they are met. */
enum { PATH_DEAD = 0, PATH_FOUND = 1 };
uint32_t path_begin(struct path_matcher *m);
uint32_t path_step(struct path_matcher *m, uint32_t state, unsigned symbol);
uint32_t path_step_asn(struct path_matcher *m, uint32_t state, uint32_t asn);
bool path_end(const struct path_matcher *m, uint32_t state);

/* A segment: what stands before, between and behind its AS numbers. */
static inline uint32_t
path_open(struct path_matcher *m, uint32_t state, uint8_t type, bool first)
{
	if (!first)
		state = path_step(m, state, PATH_BLANK);
	return type == BGP_AS_SEQUENCE ? state
	       : type == BGP_AS_SET    ? path_step(m, state, PATH_SET)
	       : type == BGP_CONFED_SEQUENCE
		   ? path_step(m, state, PATH_CONFED)
		   : path_step(m, state, PATH_CONFED_SET);
}

static inline uint32_t
path_between(struct path_matcher *m, uint32_t state, uint8_t type)
{
	bool set = type == BGP_AS_SET || type == BGP_CONFED_SET;

	return path_step(m, state, set ? PATH_COMMA : PATH_BLANK);
}

static inline uint32_t
path_close(struct path_matcher *m, uint32_t state, uint8_t type)
{
	return type == BGP_AS_SEQUENCE ? state
	       : type == BGP_AS_SET    ? path_step(m, state, PATH_SET_END)
	       : type == BGP_CONFED_SEQUENCE
		   ? path_step(m, state, PATH_CONFED_END)
		   : path_step(m, state, PATH_CONFED_SET_END);
}

/* --- raw.c ------------------------------------------------------------- */

#define RAW_CODE_MAX  32   /* the highest attribute code that is asked for */
#define RAW_EXTENDED  0x10 /* flag: a length of two octets */
#define RAW_BIT(code) (UINT64_C(1) << (code))

/*
 * A block of attributes that is walked as far as needed.  value[] holds those
 * whose bit stands in `seen`: the first of each code, sound or not.
 */
struct raw {
	struct rbuf rest;
	uint64_t seen;
	struct bgp_view value[RAW_CODE_MAX + 1];
};

static inline void
raw_init(struct raw *w, struct bgp_view block)
{
	w->rest = rbuf_from(block.p, block.n);
	w->seen = 0;
}

/* Walk on until all of `want` (RAW_BITs) are seen, or to the end. */
static inline void
raw_collect(struct raw *w, uint64_t want)
{
	struct rbuf r = w->rest;
	uint64_t seen = w->seen;

	while ((seen & want) != want && rbuf_left(&r) > 0) {
		uint8_t flags = rbuf_u8(&r), type = rbuf_u8(&r);
		size_t len =
		    (flags & RAW_EXTENDED) != 0 ? rbuf_u16(&r) : rbuf_u8(&r);
		const uint8_t *p = rbuf_bytes(&r, len);

		/* RFC 7606 4: what overruns the block ends it */
		if (!rbuf_ok(&r))
			break;
		/* RFC 7606 3 (g): the first of two counts */
		if (type > RAW_CODE_MAX || (seen >> type & 1) != 0)
			continue;
		seen |= RAW_BIT(type);
		w->value[type] = (struct bgp_view){ p, len };
	}
	w->rest = r;
	w->seen = seen;
}

static inline bool
raw_seen(const struct raw *w, enum bgp_attr code)
{
	return (w->seen >> code & 1) != 0;
}

/*
 * The AS path of a block, AS4_PATH merged in: the first n_segs segments (at
 * most, and up to damage) of `front`, of number `cut` only the first cut_n AS numbers, and then the
 * segments of `back` without those of confederations.
 */
struct raw_path {
	struct bgp_view front, back; /* values of AS_PATH, AS4_PATH */
	bool as4;                    /* in front; back always is */
	uint32_t n_segs, cut, cut_n;
};
struct raw_path raw_path(struct raw *w, const struct bgp_session *s);
bool raw_path_origin(const struct raw_path *p, uint32_t *out);
bool raw_path_match(const struct raw_path *p, struct path_matcher *m);

/* The MP attribute's family and NLRI; false: not there, or malformed. */
bool raw_mp_reach(const struct raw *w, const struct bgp_session *s,
    uint16_t *afi, uint8_t *safi, struct bgp_view *nlri);
bool raw_mp_unreach(const struct raw *w, uint16_t *afi, uint8_t *safi,
    struct bgp_view *nlri);

/* --- prefixes.c -------------------------------------------------------- */

enum prefix_mode { PREFIX_EXACT, PREFIX_MORE, PREFIX_LESS, PREFIX_ANY };

/* A prefix as two numbers, bits past len zero; IPv4 fills the upper half. */
struct prefix_key {
	uint64_t hi, lo;
	uint8_t len;
};

struct prefix_keys {
	VEC(struct prefix_key) list; /* sorted by address, then length */
};

/* Many prefixes, each with its mode, made ready for look-ups. */
struct prefix_set {
	struct {
		struct prefix_keys exact, more, less;
	} half[NET_FAMILIES];
};

struct prefix_key prefix_key(const struct prefix *p);
void prefix_set_add(struct prefix_set *s, const struct prefix *p,
    enum prefix_mode mode);
/* To be called once, behind the last prefix_set_add(). */
void prefix_set_sort(struct prefix_set *s);
void prefix_set_fini(struct prefix_set *s);
bool prefix_set_has(const struct prefix_set *s, uint8_t family,
    const struct prefix_key *k);

/*
 * The next NLRI (RFC 4271 4.3, 7911 3) without its path identifier.  False at
 * the end, or at damage (RFC 7606 5.3): then r is failed.
 */
bool prefix_key_next(struct rbuf *r, uint8_t family, bool add_path,
    struct prefix_key *out);

/* --- communities.c ----------------------------------------------------- */

enum community_kind { COMMUNITY_PLAIN, COMMUNITY_LARGE, COMMUNITY_EXT };

/* Matches where (octets & mask) == value, in words of four octets. */
struct community_rule {
	enum community_kind kind;
	bool negated;
	uint32_t value[3], mask[3];
};

/* Text without "!" to one rule, or two: "rt:64496:1" has two encodings.
 * Gives their number, 0 = not understood. */
size_t community_parse(struct str text, struct community_rule out[2]);
/* Do these communities of a kind hold what the rule asks for? */
bool community_found(const struct community_rule *rule, struct bgp_view v);

/* --- parse.c ----------------------------------------------------------- */

struct peer_rule {
	bool negated, is_asn;
	uint32_t asn;
	struct ipaddr ip;
};

struct origin_rule {
	bool negated;
	uint32_t asn;
};

struct prefix_rule {
	bool negated;
	enum prefix_mode mode;
	struct prefix prefix;
};

struct path_rule {
	bool negated;
	/* Must hold, whatever others do: negated, or a clause of its own. */
	bool required;
	struct path_regex *regex;
};

struct filter {
	int64_t from_us, until_us; /* TIME_NONE = open */
	/* Kinds by --type, `type` and `elemtype`; 0 = not asked. */
	uint32_t kinds[3];
	uint8_t families; /* bit per family; 0 = both */
	VEC(struct peer_rule) peers;
	VEC(struct origin_rule) origins;
	VEC(struct prefix_rule) prefixes;
	VEC(struct path_rule) paths;
	VEC(struct community_rule) communities;
	VEC(char *) collectors;
	bool project_ris, project_routeviews;
};

/* "ribs", "updates", "announcement", ... to kinds; 0 = not understood. */
uint32_t filter_kinds_parse(struct str word);
bool filter_mode_parse(struct str word, enum prefix_mode *out);
int filter_add_prefix(struct filter *f, struct str text, enum prefix_mode mode,
    struct err *err);
int filter_add_path(struct filter *f, struct str text, bool required,
    struct err *err);
