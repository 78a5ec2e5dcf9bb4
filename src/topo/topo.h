/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * topo.h - AS relationships, transit-free clique, customer cones, and
 * organisations; and what they say about a path.
 *
 * topo_load() reads one file into an input; topo_freeze() merges inputs into
 * sections; topo_open() opens them in place.  Frozen bytes are foreign: every
 * index is checked when it is followed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sect.h"
#include "base/text.h"
#include "base/utc.h"
#include "os/os.h"

#define TOPO_SUFFIX_MAX 8 /* bytes of the suffix of section names */

/* --- loading ----------------------------------------------------------- */

enum topo_kind {
	TOPO_KIND_NONE,
	TOPO_AS_REL, /* CAIDA as-rel serial-1 and serial-2 */
	TOPO_AS_ORG, /* CAIDA as-org2info */
	TOPO_PPDC,   /* CAIDA ppdc-ases: observed customer cones */
};

const char *topo_kind_name(enum topo_kind k); /* "as-rel" ... */

struct topo_input;

#define TOPO_REFUSALS 5

struct topo_load_report {
	uint64_t taken, refused; /* rows */
	size_t n_reasons;
	char reasons[TOPO_REFUSALS][160]; /* "line 12: ..." */
	int64_t date_us;       /* TIME_NONE if the content says nothing */
	const char *date_from; /* "content" or "" */
	char source[32];       /* "caida" when its comments say so, or "" */
};

enum topo_kind topo_sniff(const uint8_t *head, size_t n);
/*
 * Reads s to its end.  A malformed row is counted and left out.  Fails when
 * the stream is damaged or no row of it can be used.
 */
int topo_load(struct os_stream *s, enum topo_kind kind, struct topo_input **out,
    struct err *err);
const struct topo_load_report *topo_input_report(const struct topo_input *in);
void topo_input_free(struct topo_input *in); /* accepts NULL */

/* --- freezing and opening ---------------------------------------------- */

/*
 * The union of n inputs of any kinds.  Two labels for one link: sibling, or
 * p2c both ways, gives sibling; p2c beats p2p; both are counted.  The clique
 * is what comments say ("input clique", "inferred clique"), or else the
 * networks without a provider that are pairwise peers, taken greedily by
 * number of customers from the largest.
 */
int topo_freeze(const struct topo_input *const inputs[], size_t n,
    const char *suffix, const struct sect_sink *sink, struct err *err);

struct topo;
/* *out is NULL when there are no such sections.  src outlives *out. */
int topo_open(const struct sect_source *src, const char *suffix,
    struct topo **out, struct err *err);
void topo_close(struct topo *t); /* accepts NULL */

struct topo_counts {
	uint32_t ases; /* with at least one link */
	uint64_t p2c, p2p, sibling, conflicts;
	uint32_t clique, route_servers;
	uint32_t organisations, organised; /* organised: ASNs with one */
	uint32_t observed_cones;
	bool clique_inferred; /* by our test, not by the file */
};
struct topo_counts topo_counts(const struct topo *t);

/* --- relationships ----------------------------------------------------- */

enum topo_rel {
	TOPO_UNKNOWN,
	TOPO_P2C, /* x is a provider of y */
	TOPO_C2P, /* x is a customer of y */
	TOPO_P2P,
	TOPO_SIBLING, /* same organisation, or labelled so */
};

const char *topo_rel_name(enum topo_rel r); /* "p2c" ... */

/* Of x towards y; one organisation beats the label of the link. */
enum topo_rel topo_relation(const struct topo *t, uint32_t x, uint32_t y);
/* The label of the link alone. */
enum topo_rel topo_link(const struct topo *t, uint32_t x, uint32_t y);

/* Neighbours of one kind, ASNs ascending; read with topo_list_asn(). */
struct topo_list {
	const uint32_t *ids; /* private */
	size_t n;
};
struct topo_list topo_providers(const struct topo *t, uint32_t asn);
struct topo_list topo_customers(const struct topo *t, uint32_t asn);
struct topo_list topo_peers(const struct topo *t, uint32_t asn);
struct topo_list topo_siblings(const struct topo *t, uint32_t asn); /* links */
uint32_t topo_list_asn(const struct topo *t, struct topo_list l, size_t i);

/* Every AS of the table (some have an organisation but no link), by number
 * from 0, ASNs ascending: false at the end. */
bool topo_as(const struct topo *t, uint32_t i, uint32_t *asn);
bool topo_knows(const struct topo *t, uint32_t asn); /* has a link */
bool topo_in_clique(const struct topo *t, uint32_t asn);
bool topo_is_route_server(const struct topo *t, uint32_t asn);
/* Known and without customers. */
bool topo_is_stub(const struct topo *t, uint32_t asn);

/* --- customer cones ---------------------------------------------------- */

#define TOPO_CONE_UNKNOWN UINT32_MAX

/* ASes reached over p2c links, asn included; 0 = no link known,
 * TOPO_CONE_UNKNOWN = the graph was too large to count. */
uint32_t topo_cone_size(const struct topo *t, uint32_t asn);
/* o is a or in its recursive cone. */
bool topo_in_cone(const struct topo *t, uint32_t a, uint32_t o);
/* Provider/peer-observed cones (ppdc-ases): 0 = no such input or row. */
uint32_t topo_observed_cone_size(const struct topo *t, uint32_t asn);
bool topo_in_observed_cone(const struct topo *t, uint32_t a, uint32_t o);

/* --- organisations ----------------------------------------------------- */

struct topo_org {
	const char *id, *name, *country, *source; /* "" = not given; borrowed */
};

bool topo_org(const struct topo *t, uint32_t asn, struct topo_org *out);
/* Both have an organisation and it is one. */
bool topo_same_org(const struct topo *t, uint32_t x, uint32_t y);
const char *topo_as_name(const struct topo *t, uint32_t asn); /* or "" */

/* --- paths ------------------------------------------------------------- */

/*
 * Paths are in collector order: path[0] is the neighbour of the collector,
 * path[n - 1] the origin.  Both tests first take out prepends and IXP route
 * servers; a path with a loop, or of more than TOPO_PATH_MAX hops, has no
 * verdict.
 */
#define TOPO_PATH_MAX 256

enum topo_path_state { TOPO_UP, TOPO_PEER, TOPO_DOWN };

struct topo_valley {
	bool judged; /* false: loop, too long or empty; rest unset */
	bool violation;
	int type; /* RFC 7908: 1..4; 0 = none */
	/* The leaking AS b got the route from c and gave it to a; where b's
	 * siblings stand between, c is the one before them. */
	uint32_t a, b, c;
	enum topo_rel to_a, to_c; /* b towards a, b (or its sibling) to c */
	bool certain;  /* no unknown hop between what set state and b */
	uint32_t hops; /* after clean-up */
	uint32_t unknown, siblings; /* hops of such relation, whole path */
	enum topo_path_state state; /* at the collector, or at the violation */
};

/* RFC 7908 types 1-4, valley-free in one pass from the origin: the first
 * violation. */
struct topo_valley
topo_valley(const struct topo *t, const uint32_t *path, size_t n);

struct topo_gap {
	bool judged;
	bool gap;
	uint32_t left, right; /* clique members, left nearer the collector */
	uint32_t leaker;      /* handed the route to left */
	uint32_t between;     /* ASes between that are neither clique nor kin */
	uint32_t at;          /* index of leaker in the path as given */
};

/*
 * Clique gap: two clique members with at least one AS between that is neither
 * in the clique nor a sibling of a member.  The one nearest the origin is
 * reported; leaker is the AS that handed the route to `left`.
 */
struct topo_gap
topo_clique_gap(const struct topo *t, const uint32_t *path, size_t n);
