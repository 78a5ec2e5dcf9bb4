/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irr.h - Internet Routing Registry objects (RPSL) and what they say about
 * routes, AS sets, policies and contacts.
 *
 * irr_load() reads one RPSL dump into an input; irr_freeze() merges inputs
 * into one table of sections; irr_open() opens such a table in place.  Frozen
 * bytes are foreign: every index is checked when it is followed.
 *
 * Sources are of two classes (class A: the registry of the address space
 * checks who writes; class B: anyone may).  IRRd's pseudo source RPKI is no
 * registration: its objects are counted and left out.
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

#define IRR_SUFFIX_MAX 8 /* bytes of the suffix of section names */
#define IRR_NONE       UINT32_MAX
#define IRR_FRESH_AGE  (30 * TIME_DAY) /* class B younger: counts nothing */

/* --- loading ----------------------------------------------------------- */

struct irr_input; /* parsed rows of one dump */

#define IRR_REFUSALS 5

struct irr_load_report {
	uint64_t taken;   /* objects used */
	uint64_t refused; /* objects of a class that we use, but malformed */
	uint64_t skipped; /* objects of classes that we do not use */
	uint64_t pseudo;  /* objects of source RPKI */
	uint64_t bad_members; /* items of sets that are no member: left out */
	/* Taken, by class. */
	uint64_t routes, as_sets, route_sets, aut_nums, contacts, mntners;
	size_t n_reasons;                /* of reasons, up to IRR_REFUSALS */
	char reasons[IRR_REFUSALS][160]; /* "line 12: bad prefix \"x\"" */
	int64_t date_us;       /* newest date of an object, or TIME_NONE */
	const char *date_from; /* "newest record", or "" */
	char source[32];       /* of most objects, upper case; "" = none */
};

/* Does a file that begins like this (decompressed) hold RPSL objects? */
bool irr_sniff(const uint8_t *head, size_t n);
/*
 * Reads s to its end.  A malformed object is counted and left out.  Fails when
 * the stream is damaged or nothing in it is an object: half a dump must not
 * pass for a whole one.
 */
int irr_load(struct os_stream *s, struct irr_input **out, struct err *err);
const struct irr_load_report *irr_input_report(const struct irr_input *in);
void irr_input_free(struct irr_input *in); /* accepts NULL */

/* --- freezing and opening ---------------------------------------------- */

/* True hides a route object: it is kept for explanation, but decides
 * nothing.  For objects that RPKI calls invalid. */
struct irr_hide {
	bool (*hide)(void *ctx, const struct prefix *p, uint32_t origin);
	void *ctx;
};

/*
 * The union of n inputs; of several objects with one key in one source the
 * newest stays.  hide may be NULL.  Section names are "irr..." + suffix.
 */
int irr_freeze(const struct irr_input *const inputs[], size_t n,
    const struct irr_hide *hide, const char *suffix,
    const struct sect_sink *sink, struct err *err);

struct irr;
/* *out is NULL when there are no such sections.  src outlives *out. */
int irr_open(const struct sect_source *src, const char *suffix,
    struct irr **out, struct err *err);
void irr_close(struct irr *irr); /* accepts NULL */

struct irr_counts {
	uint32_t routes, hidden, as_sets, route_sets, aut_nums, sources;
};
struct irr_counts irr_counts(const struct irr *irr);

/* --- sources ----------------------------------------------------------- */

enum irr_class { IRR_CLASS_A, IRR_CLASS_B };

struct irr_source {
	const char *name; /* upper case */
	enum irr_class class;
	bool rir;          /* one of the five registries' own */
	int64_t newest_us; /* newest object date, or TIME_NONE */
	uint32_t routes;
};

/* false past the end */
bool irr_source(const struct irr *irr, uint32_t i, struct irr_source *out);
/* Class of a source by its name, any case; unknown names are class B. */
enum irr_class irr_source_class(struct str name);
bool irr_source_is_rir(struct str name);

/* --- route objects ----------------------------------------------------- */

struct irr_route {
	struct prefix prefix;
	uint32_t origin;
	enum irr_class class;
	const char *source;  /* borrowed */
	const char *mnt_by;  /* first maintainer, or "" */
	int64_t created_us;  /* created, else oldest changed; TIME_NONE */
	int64_t modified_us; /* last-modified, else newest changed; TIME_NONE */
	bool hidden;         /* by the filter at freeze time */
};

/* Best first: what decides is the first that some object reaches. */
enum irr_verdict {
	IRR_EXACT_A, /* object for this very prefix and origin */
	IRR_EXACT_B,
	IRR_COVERING_A, /* object for a less specific prefix, this origin */
	IRR_COVERING_B,
	IRR_OTHER, /* exact or covering objects, all of other origins */
	IRR_NO_OBJECT,
	IRR_NO_DATA, /* no route object of this family loaded: unknown */
};

/* "exact-A" ... "none", "unknown" */
const char *irr_verdict_name(enum irr_verdict v);

struct irr_match {
	enum irr_verdict verdict;
	/* The object that decides; for IRR_OTHER the most specific one, class
	 * A first.  Unset (source "") for IRR_NO_OBJECT. */
	struct irr_route object;
	int64_t age_us;   /* of object at the moment; TIME_NONE = unknown */
	bool later;       /* object was created after the moment */
	bool other_a;     /* some class A object names another origin */
	uint32_t objects; /* exact and covering ones seen */
	uint32_t fresh;   /* class B ones left out for their youth */
	uint32_t hidden;  /* left out by the filter */
};

/*
 * What route objects say of (p, origin) at moment_us.  A class B object
 * younger than IRR_FRESH_AGE then (or created later) counts as nothing; with
 * TIME_NONE, or where an object bears no date, age is not asked.
 */
void irr_check(const struct irr *irr, const struct prefix *p, uint32_t origin,
    int64_t moment_us, struct irr_match *out);
/*
 * Every object for p or a less specific prefix, most specific first, then by
 * class, origin, source; stops when each() gives false.
 */
void irr_covering(const struct irr *irr, const struct prefix *p,
    bool (*each)(void *ctx, const struct irr_route *r), void *ctx);
/* The same for p and what it covers, in prefix order. */
void irr_covered(const struct irr *irr, const struct prefix *p,
    bool (*each)(void *ctx, const struct irr_route *r), void *ctx);
/* Every object of an origin, in prefix order. */
void irr_of_origin(const struct irr *irr, uint32_t origin,
    bool (*each)(void *ctx, const struct irr_route *r), void *ctx);

/* --- sets -------------------------------------------------------------- */

enum irr_set_kind { IRR_AS_SET, IRR_ROUTE_SET };

struct irr_set {
	const char *name; /* upper case */
	const char *source;
	enum irr_class class;
	enum irr_set_kind kind;
	uint32_t n_members; /* direct ones, those by reference included */
	uint32_t n_same;    /* sets of this name and kind, in all sources */
	int64_t modified_us;
};

enum irr_member_kind {
	IRR_MEMBER_ASN,
	IRR_MEMBER_SET,    /* an as-set or route-set by name */
	IRR_MEMBER_PREFIX, /* of a route-set */
};

struct irr_member {
	enum irr_member_kind kind;
	uint32_t asn;
	const char *name; /* of a set, as "NAME" or "SOURCE::NAME" */
	uint32_t set;     /* its number, IRR_NONE = not registered */
	struct prefix prefix;
	uint8_t len_min, len_max; /* of what a prefix member allows */
	bool by_ref;              /* through member-of and mbrs-by-ref */
};

/*
 * Number of a set, or IRR_NONE.  name in any case, "SOURCE::NAME" asks in one
 * source.  Otherwise class A comes first, then names of sources in order.
 */
uint32_t
irr_set_find(const struct irr *irr, enum irr_set_kind kind, struct str name);
bool irr_set(const struct irr *irr, uint32_t set, struct irr_set *out);
/* Member i of a set; false past the end or where the table is damaged. */
bool irr_set_member(const struct irr *irr, uint32_t set, uint32_t i,
    struct irr_member *out);
/* "AS-X", "AS64500:AS-X:AS-Y", with or without "SOURCE::". */
bool irr_is_set_name(struct str s, enum irr_set_kind *kind);

struct irr_limits {        /* 0 = default */
	uint32_t depth;    /* nesting, default 64 */
	uint32_t sets;     /* distinct sets, default 100,000 */
	uint32_t asns;     /* distinct ASNs, default 1,000,000 */
	uint32_t prefixes; /* of a route-set, default 4,000,000 */
};

/* A prefix and the lengths that it stands for (len <= min <= max). */
struct irr_range {
	struct prefix prefix;
	uint8_t len_min, len_max;
};

struct irr_gap {
	const char *name; /* set that is named but not registered */
	const char *in;   /* by this set */
};

/* Result of an expansion; names are borrowed from the table. */
struct irr_expansion {
	uint32_t *asns; /* ascending, distinct */
	size_t n_asns;
	struct irr_range *ranges; /* of a route-set: in prefix order */
	size_t n_ranges;
	uint32_t *special; /* AS0, private and reserved ones: left out */
	size_t n_special;
	struct irr_gap *missing; /* in order of names */
	size_t n_missing;
	uint32_t *sets; /* sets visited, in order of their names */
	size_t n_sets;
	uint32_t depth;    /* deepest nesting reached, 1 = no nested set */
	uint32_t cycles;   /* references back to a set that encloses */
	uint32_t doubled;  /* sets visited whose name is in several sources */
	bool any;          /* AS-ANY or RS-ANY stands in it: no list at all */
	const char *limit; /* which limit cut it short, NULL = none */
	char *asked;       /* the name asked for */
};

/*
 * Expand an as-set to ASNs, or a route-set to ranges (ASNs and as-sets in a
 * route-set become the route objects of those origins).  A name that is not
 * registered gives an expansion of which it is the only missing set.
 */
void irr_expand(const struct irr *irr, enum irr_set_kind kind, struct str name,
    const struct irr_limits *limits, struct irr_expansion *out);
void irr_expansion_fini(struct irr_expansion *x);

/* --- AS numbers -------------------------------------------------------- */

enum { /* contacts that an aut-num (or its registry's record) names */
	IRR_HAS_ADMIN = 1,
	IRR_HAS_TECH = 2,
	IRR_HAS_NOC = 4,
	IRR_HAS_PERSON = 8, /* a person or role record was found for it */
	IRR_HAS_EMAIL = 16, /* ... with an e-mail address */
	IRR_HAS_PHONE = 32, /* ... with a telephone number */
	IRR_HAS_ABUSE = 64, /* abuse contact: alone it never counts */
	IRR_IS_DUMMY = 128, /* names a placeholder (DUMY-RIPE) */
};

struct irr_autnum {
	uint32_t asn;
	const char *source;
	enum irr_class class;
	const char *as_name, *org, *mnt_by; /* "" = not given */
	uint32_t imports, exports; /* import + mp-import, export + mp-export */
	unsigned has;              /* IRR_HAS_... */
	int64_t created_us, modified_us;
};

/* aut-num i of asn, class A first, then by source; false past the end. */
bool irr_autnum(const struct irr *irr, uint32_t asn, uint32_t i,
    struct irr_autnum *out);

enum irr_answer { IRR_UNKNOWN, IRR_NO, IRR_YES };

/* MANRS M6: some aut-num has >= 1 (mp-)import and >= 1 (mp-)export.  No
 * aut-num: IRR_UNKNOWN.  *out (may be NULL): the one that decides. */
enum irr_answer
irr_policy(const struct irr *irr, uint32_t asn, struct irr_autnum *out);
/*
 * MANRS M8 by the rule of each authority: RIPE, APNIC, AFRINIC (and any other
 * RPSL source) admin-c or tech-c; ARIN a technical or NOC contact of the
 * organisation, or in its IRR admin-c or tech-c; LACNIC a person with e-mail
 * or telephone.  rir_only: ask only the registries' own sources.  *why (may be
 * NULL) is a fixed text naming rule and outcome.
 */
enum irr_answer irr_contact(const struct irr *irr, uint32_t asn, bool rir_only,
    struct irr_autnum *out, const char **why);
