/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * part.h - the inside of struct detect, shared by the files of detect/.
 *
 * From below upwards: history.c knows which origins and segments are normal;
 * verdict.c asks the world; apply.c turns route events into changes of who
 * says what; the rule_*.c files answer such a change with findings;
 * finding.c keeps who sees them; incident.c groups them and keeps their life
 * cycle; emit.c and explain.c put them into words.
 *
 * Two rules hold everywhere.  Time is d->now, the time of the event or timer
 * at hand.  And nothing may depend on the order of arrays, which is that of
 * arrival in one process and that of content after a reload: what must be in
 * order carries a serial number, given in order of events and saved.
 */
#pragma once

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "detect/config.h"
#include "detect/detect.h"
#include "detect/evidence.h"
#include "rib/rib.h"

#define NONE UINT32_MAX

/* --- small sets -------------------------------------------------------- */

struct u32set { /* kept ascending */
	uint32_t *p;
	uint32_t n, cap;
};

bool u32set_add(struct u32set *s, uint32_t v); /* false: was there */
bool u32set_del(struct u32set *s, uint32_t v); /* false: was not */
bool u32set_has(const struct u32set *s, uint32_t v);
void u32set_fini(struct u32set *s);

/* --- what is known of prefixes ----------------------------------------- */

#define HISTORY_DAYS_MAX 320

/* Origin validation of a pair; the kinds of invalid apart. */
enum pair_rov { PR_UNKNOWN, PR_VALID, PR_NOT_FOUND, PR_ASN, PR_LEN, PR_AS0 };

static inline bool
pr_invalid(uint8_t rov)
{
	return rov >= PR_ASN;
}

/* Days of one (prefix, origin): bit (day mod 320), valid up to `last`. */
struct days {
	int32_t first, last; /* first == INT32_MAX: never */
	uint64_t bits[HISTORY_DAYS_MAX / 64];
};

#define DAY_NEVER INT32_MAX

void days_set(struct days *d, int32_t day);
bool days_has(const struct days *d, int32_t day);
/* Days in [from, to]. */
uint32_t days_count(const struct days *d, int32_t from, int32_t to);

enum {
	PAIR_SUSPECT = 1,  /* a finding that stands came with it: its days do
			     not make it normal until they are many */
	PAIR_NEW = 2,      /* was new when it appeared this time */
	PAIR_ROA_FELL = 4, /* was valid until the VRPs changed */
	PAIR_GONE = 8,     /* so long ago that it is not there */
};

/* One (prefix, origin) that was seen since the start, or is live, or whose
 * prefix was named: the days of others stay in the saved state. */
struct pair {
	uint32_t prefix, origin, next; /* next pair of the prefix */
	uint32_t peers;                /* that announce it now */
	uint16_t full_ases, max_full;  /* full-feed peer ASes; most at once
					  in this month */
	uint8_t rov;   /* enum pair_rov, when it was last live */
	uint8_t irr;   /* enum irr_verdict + 1; 0 = no data */
	uint8_t flags; /* PAIR_* */
	struct days days;
};

/* By prefix number. */
struct prow {
	uint32_t pair, finding; /* first of each; NONE */
	uint32_t bogon_stamp;   /* epoch + 1 of the verdict */
	uint8_t bogon;          /* enum registry_bogon */
	bool loaded;            /* saved pairs were brought in */
};

/* A run of three networks that breaks a rule. */
struct seg {
	uint32_t a, b, c, kind; /* kind: SEG_* */
	int64_t first_us, last_us;
	uint32_t live; /* cells that show it */
	bool base;     /* first seen before there was a baseline */
};
enum { SEG_GAP = 16, SEG_ASPA = 32 }; /* else leak type 1..4 */

/* What a whole path says; kept for paths that stand in cells. */
enum {
	PV_LEAK = 1,
	PV_BOGON = 2,
	PV_BOGON_ADMIN = 4,
	PV_LONG = 8,
	PV_PREPENDS = 16,
	PV_CORE = 32,   /* a clique member is on it */
	PV_POISON = 64, /* an experiment that poisons paths */
};
struct pverdict {
	uint8_t flags, gap, type; /* type: RFC 7908 1..4, 0 = gap or ASPA */
	bool aspa, valley;
	uint32_t leaker, to;        /* to: who accepted it */
	uint32_t seg;               /* number of the segment */
	uint32_t bogon_asn, beside; /* beside: who let it in */
	uint32_t beyond;            /* who took it from there; 0 */
	uint32_t absurd;            /* who made it so long, or repeats */
};

struct coll {             /* by rib's collector number */
	int64_t first_us; /* first update; TIME_NONE */
	bool baseline;
	uint32_t dumps; /* table dumps open now */
};

/* --- findings ---------------------------------------------------------- */

enum rule {
	RULE_ORIGIN, /* H1, H2 */
	RULE_RPKI,
	RULE_ROA, /* R1 */
	RULE_BOGON,
	RULE_BOGON_ASN,
	RULE_LEAK,
	RULE_PATH,
	RULES
};

/* Why an event is harmless: kept as E0. */
enum benign {
	BENIGN_NOT,
	BENIGN_SAME_ORG,
	BENIGN_ROA_VALID,
	BENIGN_COHISTORY,
	BENIGN_RELATION,
	BENIGN_IRR,
	BENIGN_SCRUBBER,
	BENIGN_ANYCAST,
	BENIGN_IXP_LAN,
	BENIGN_BOGON_ASN,
	BENIGN_TRANSFER,
	BENIGN_HOLDER,
	BENIGN_FAT_FINGER,
	BENIGN_COUNT
};
extern const char *const benign_texts[BENIGN_COUNT];

enum {
	F_SUB = 1,      /* H2: a more-specific */
	F_CAP2 = 2,     /* a filter could not be asked: E2 at most */
	F_PROVEN = 4,   /* contradicts signed or owner data */
	F_STRONG = 8,   /* E3 without counting nats */
	F_VISIBLE = 16, /* enough peers */
	F_LASTED = 32,  /* long enough */
	F_BEHIND = 64,  /* the culprit had a path to the true origin */
	F_NO_BASE = 128,
	F_GAP = 256,
	F_COUNTS = 512, /* passes hijack.filter */
	F_OWN = 1024,   /* bogon ASN in front of the neighbour's own space */
	F_CLOSED = 2048,
	F_LEN = 4096, /* invalid by length alone */
	F_ADMIN = 8192,
	F_ASPA = 16384,
	F_STATIC = 32768, /* class "misconfiguration" */
};

#define PEER_DARK 0x80000000u /* in finding.peers: it went down, seeing it */

struct finding {
	uint64_t serial;
	uint64_t evidence;  /* EV() bits */
	int64_t start, end; /* end TIME_NONE: seen now */
	int64_t since;      /* the route is that old at least */
	int64_t dark_at;    /* since when only peers that are down saw it */
	double nats;
	uint32_t prefix, who, origin;
	uint32_t other; /* H2: covering prefix; leak: segment; ASN: bogon */
	uint32_t path;  /* of the first peer */
	uint32_t incident, next; /* next finding of the prefix */
	uint32_t peers_max, dark, flags;
	uint8_t rule, level, benign, type, rov, irr;
	struct u32set peers, nexts, victims;
};

/* --- incidents --------------------------------------------------------- */

enum {
	I_REOPENED = 1,
	I_CHANGED = 2,    /* since detect_new() */
	I_CLOSED = 4,     /* nothing can join any more */
	I_SUPPRESSED = 8, /* a family of its own: harmless ones */
	I_TWO = 16,       /* peers of two networks saw it */
	I_MASS = 32,
	I_EXPIRED = 64,
	I_MERGED = 128, /* into another one */
};

struct inc {
	uint64_t serial, id;
	int64_t start, end; /* start: of the first finding; end TIME_NONE */
	int64_t due;
	uint64_t evidence; /* of the incident as a whole */
	uint32_t culprit, open;
	uint32_t win;     /* first finding in the window of the rule */
	uint32_t counted; /* leaks: first finding that counts */
	uint32_t as_a;    /* network of the first peer that saw it; 0 */
	uint32_t flags;
	uint8_t class, state, level, type;
	uint8_t own;            /* level of the incident as a whole */
	VEC(uint32_t) findings; /* numbers, in order of serial */
	VEC(uint64_t) merged;
};

/* Most prefixes that an AS gained within the window, by day. */
struct gain {
	uint32_t asn, most;
	int32_t day;
};

/* A passed-on invalid of the month. */
struct transit {
	uint32_t asn, neighbor, prefix, origin;
	uint8_t rpki, irr;
};

struct timer {
	int64_t at;
	uint64_t serial;
	uint32_t row;
	bool incident; /* of an incident, else of a finding */
};

/* Facts of a month that is over. */
struct old_fact {
	int64_t month;
	struct route_fact fact;
};
struct old_transit {
	int64_t month;
	struct transit_fact fact;
};

enum hygiene {
	HYG_DEFAULT,
	HYG_SHORT,
	HYG_LONG,
	HYG_PATH_LONG,
	HYG_PREPENDS,
	HYG_AS_SET,
	HYG_IXP_LAN,
	HYG_NO_EXPORT,
	HYG_COUNT
};

struct saved; /* state_load.c */

struct detect {
	struct detect_config cfg;
	struct world *world;
	uint8_t judged_by[32]; /* id of the world; zero = none */
	const struct world_view *view;
	int64_t next_epoch; /* when the view ends; INT64_MAX */
	uint32_t stamp;     /* of verdicts, grows with each change of view */
	struct rib *rib;
	struct pset *prefixes; /* rib's */
	int64_t now, month, bin;
	int64_t due; /* no bin, month or epoch ends before it */
	int32_t day;
	struct days covered; /* days with any event */
	VEC(struct pair) pairs;
	struct u64map origin_pairs; /* origin -> pairs held */
	VEC(uint32_t) origins;      /* in it, in order of arrival */
	VEC(struct prow) prows;
	VEC(uint32_t) pv_of; /* by path: 0 = not judged, 1 = clean, row + 2 */
	VEC(struct pverdict) pvs;
	VEC(struct seg) segs;
	struct hidx seg_idx;
	struct asn_memo *asn_memo; /* of bogon verdicts */
	VEC(struct coll) colls;
	VEC(uint32_t) dark_of; /* by peer: its dark entries in findings */
	VEC(struct finding) findings;
	VEC(struct inc) incs;
	struct u64map inc_of;     /* family << 32 | culprit -> active + 1 */
	VEC(struct timer) timers; /* a heap */
	struct u64map gain_of;    /* asn << 32 | day -> gains + 1 */
	VEC(struct gain) gains;
	VEC(struct transit) transits; /* of this month */
	struct hidx transit_idx;
	VEC(struct old_fact) old_facts;
	VEC(struct old_transit) old_transits;
	uint64_t next_finding, next_inc; /* serials */
	struct saved *saved;
	struct detect_counts counts;
	struct arena text; /* of one detect_finish() */
	/* Peers of the feed: rib's number + 1, by the feed's. */
	void (*get_peer)(void *ctx, uint32_t peer, struct feed_peer *out);
	void *get_ctx;
	VEC(uint32_t) feed_peers;
	/* The attribute set of the event before, for its other prefixes. */
	uint64_t attrs_id;
	uint32_t attrs_set;
	struct buf comm;
	struct rib_hop hops[RIB_PATH_MAX]; /* scratch */
	uint32_t asns[RIB_PATH_MAX];
	VEC(uint32_t) peer_order; /* see who.c */
};

static inline double
cfg(const struct detect *d, enum setting s)
{
	return d->cfg.value[s];
}

static inline int64_t
cfg_us(const struct detect *d, enum setting seconds)
{
	return (int64_t)(d->cfg.value[seconds] * 1e6);
}

static inline const struct prefix *
prefix_at(const struct detect *d, uint32_t prefix)
{
	return pset_prefix(d->prefixes, prefix);
}

/* --- memory ahead of its use -------------------------------------------- */

static inline void
pair_prefetch(const struct detect *d, uint32_t pair)
{
	const char *p = (const char *)&d->pairs.p[pair];

	__builtin_prefetch(p);
	__builtin_prefetch(p + 64);
}

#define AHEAD 16

/* In a walk over prefixes ids[0..n) that is at `at`: what it will want of
 * those to come, first their rows, then the pairs that these lead to. */
static inline void
prefix_prefetch(const struct detect *d, const uint32_t *ids, uint32_t n,
    uint32_t at)
{
	if (at + AHEAD >= n || ids[at + AHEAD] >= d->prows.n ||
	    ids[at + AHEAD / 2] >= d->prows.n)
		return;
	uint32_t pair = d->prows.p[ids[at + AHEAD / 2]].pair;
	__builtin_prefetch(&d->prows.p[ids[at + AHEAD]]);
	__builtin_prefetch(prefix_at(d, ids[at + AHEAD]));
	if (pair != NONE)
		pair_prefetch(d, pair);
}

/* --- history.c --------------------------------------------------------- */

/* The row of a prefix, its saved pairs brought in. */
struct prow *prow_touch(struct detect *d, uint32_t prefix);
uint32_t pair_find(struct detect *d, uint32_t prefix, uint32_t origin);
uint32_t pair_make(struct detect *d, uint32_t prefix, uint32_t origin);
/* Bring the days of a live pair up to today. */
void pair_fold(struct detect *d, struct pair *p);
/*
 * To be called for each event that is not late, before it is judged: on the
 * first of a day it gives that day to all that is live, and forgets pairs not
 * seen for HISTORY_DAYS_MAX days.
 */
void history_day(struct detect *d);
/* Not live, and not seen for so long that it is forgotten. */
bool pair_over(const struct detect *d, const struct pair *p);
/* The origin was normal for exactly this prefix before now. */
bool pair_known(const struct detect *d, const struct pair *p);
uint32_t pair_days(const struct detect *d, const struct pair *p, int32_t n);
/*
 * Origins that are normal for exactly q (which need not be in the trie) and
 * were seen in the last n days, added to out.
 */
void known_origins(struct detect *d, const struct prefix *q, int32_t n,
    struct u32set *out);
/* The longest cover of q, at most `most` bits long, that some history may have:
 * its length, -1 = none.  Of others known_origins() knows nothing. */
int named_cover(const struct detect *d, const struct prefix *q, int most);
/* Days with any data in the last n, seeds included. */
uint32_t history_depth(const struct detect *d, int32_t n);
/* The origin originated anything known before. */
bool origin_seen(struct detect *d, uint32_t origin);
uint32_t
seg_make(struct detect *d, uint32_t a, uint32_t b, uint32_t c, uint32_t kind);
/* Note that a cell came to show (or ceased to show) it. */
void seg_join(struct detect *d, uint32_t seg, bool baseline);
void seg_leave(struct detect *d, uint32_t seg);
bool seg_new(const struct detect *d, uint32_t seg);

/* --- verdict.c --------------------------------------------------------- */

int verdict_begin(struct detect *d, struct err *err);
/* The view at d->now; *changed: which tables (WORLD_* bits) are others. */
int verdict_move(struct detect *d, unsigned *changed, struct err *err);
enum pair_rov
verdict_rov(const struct detect *d, const struct prefix *p, uint32_t origin);
/* Every AS0 VRP that covers p is of a registry's own AS0 trust anchor. */
bool verdict_as0_advisory(const struct detect *d, const struct prefix *p);
/* enum irr_verdict + 1; 0 = no IRR data */
uint8_t verdict_irr(struct detect *d, const struct prefix *p, uint32_t origin,
    int64_t moment, bool *fresh);
uint8_t verdict_bogon(struct detect *d, uint32_t prefix);
/* Never NULL; borrowed until the next call. */
const struct pverdict *verdict_path(struct detect *d, uint32_t path);
bool verdict_related(const struct detect *d, uint32_t x, uint32_t y);
bool verdict_same_org(const struct detect *d, uint32_t x, uint32_t y);
const char *as_name(const struct detect *d, uint32_t asn); /* or "" */
void as_country(const struct detect *d, uint32_t asn, char out[3]);

/* What the rules are told of one route. */
struct route {
	uint32_t peer, prefix, origin, path, set;
	int64_t since; /* the route is that old at least */
	bool baseline; /* of its collector */
	bool rtbh;     /* a blackhole longer than what is routed */
};

/* --- apply.c ----------------------------------------------------------- */

/* set 0 withdraws. */
void apply_route(struct detect *d, uint32_t peer, uint32_t prefix,
    uint32_t path_id, uint32_t set, int64_t since, bool dump);
void apply_peer_down(struct detect *d, uint32_t peer);
void apply_peer_up(struct detect *d, uint32_t peer);
void apply_dump_begin(struct detect *d, uint32_t peer);
void apply_dump_end(struct detect *d, uint32_t peer);
#define BIN (5 * TIME_MIN)
void apply_bin(struct detect *d); /* every BIN of event time */
/* epoch.c: the view of the world ends at d->now. */
int apply_epoch(struct detect *d, struct err *err);
/* Tables (WORLD_* bits) are others than those that what stands was judged by. */
void judge_again(struct detect *d, unsigned changed);
/* A path of this peer accuses `who` of what the rule is about. */
bool says_path(struct detect *d, uint32_t peer, uint32_t prefix, enum rule rule,
    uint32_t who);
void pair_judge(struct detect *d, struct pair *p);
/* A full feed comes to say a pair, or ceases to: its AS counts once. */
void
pair_count_full(struct detect *d, uint32_t peer, struct pair *p, bool join);
void pair_rules(struct detect *d, const struct route *r, uint32_t pair,
    bool appeared);
void
path_rules(struct detect *d, const struct route *r, const struct pverdict *v);
/* The cell does not show path verdict v any more; dark as for pairs. */
void path_leave(struct detect *d, uint32_t peer, uint32_t prefix,
    const struct pverdict *v, bool dark);
struct route route_of(struct detect *d, uint32_t peer, uint32_t prefix,
    uint32_t set, int64_t since);
bool peer_baseline(const struct detect *d, uint32_t peer);
uint32_t live_full(const struct detect *d, uint32_t prefix);
uint32_t set_origin(const struct detect *d, uint32_t peer, uint32_t set);

/* --- rules ------------------------------------------------------------- */

/* Called when a peer comes to say a pair, or says it with another path. */
void rule_origin(struct detect *d, const struct route *r, uint32_t pair);
void rule_rpki(struct detect *d, const struct route *r, uint32_t pair);
void rule_bogon(struct detect *d, const struct route *r);
void
rule_leak(struct detect *d, const struct route *r, const struct pverdict *v);
void rule_bogon_asn(struct detect *d, const struct route *r,
    const struct pverdict *v);
void
rule_path(struct detect *d, const struct route *r, const struct pverdict *v);
/* A valid route of another origin is there, for p or a less specific. */
bool valid_competes(struct detect *d, const struct prefix *p, uint32_t origin);
/* Who sees a pair now joins finding f. */
void join_all(struct detect *d, uint32_t f, uint32_t pair);
/* A route of a peer that says the pair now, by order of peers: NONE = no
 * more; *at counts on from 0. */
bool
pair_route(struct detect *d, uint32_t pair, uint32_t *at, struct route *out);
void leave_all(struct detect *d, uint32_t f);
/* The VRPs changed and the verdict of a live pair with them. */
void rule_roa(struct detect *d, uint32_t pair, uint8_t was);
/* Filters of 5.3; sets evidence and what the finding cannot know. */
void benign_judge(struct detect *d, struct finding *f);
void mass_check(struct detect *d, uint32_t culprit);
void leak_judge(struct detect *d, uint32_t inc);

/* --- who.c --- */

/* Peers by collector, address, AS: an order that depends on content. */
const uint32_t *peers_in_order(struct detect *d, uint32_t *n);
/* Shorter first, then by AS numbers. */
int path_cmp(struct detect *d, uint32_t x, uint32_t y);

/* --- finding.c --------------------------------------------------------- */

uint32_t
finding_find(struct detect *d, enum rule rule, uint32_t prefix, uint32_t who);
/* A new finding with nobody seeing it yet, not in an incident. */
uint32_t finding_make(struct detect *d, enum rule rule, const struct route *r,
    uint32_t who);
void finding_join(struct detect *d, uint32_t f, const struct route *r,
    uint32_t next);
void finding_leave(struct detect *d, uint32_t f, uint32_t peer);
void finding_darken(struct detect *d, uint32_t f, uint32_t peer);
/* What a peer saw before it went down is not there any more. */
void finding_clear_dark(struct detect *d, uint32_t prefix, uint32_t peer);
void finding_clear_dark_all(struct detect *d, uint32_t peer);
/* Compute level and nats again; tells its incident. */
void finding_judge(struct detect *d, uint32_t f);
void finding_due(struct detect *d, uint32_t f);
/* Set the wake-ups that its state asks for, after a load. */
void finding_timers(struct detect *d, uint32_t f);
uint32_t finding_seeing(const struct finding *f);
void finding_fini(struct finding *f);

/* --- incident.c -------------------------------------------------------- */

enum incident_class finding_class(const struct finding *f);
void incident_take(struct detect *d, uint32_t f);
/* The level of one of its findings went from was to is (or its own rose). */
void incident_level(struct detect *d, uint32_t inc, uint8_t was, uint8_t is);
void incident_seen(struct detect *d, uint32_t inc, uint32_t peer);
void incident_finding_ended(struct detect *d, uint32_t inc, bool expired);
void incident_finding_back(struct detect *d, uint32_t inc);
void incident_due(struct detect *d, uint32_t inc);
/* `from` becomes a part of `into`; the older one stays. */
uint32_t incident_merge(struct detect *d, uint32_t a, uint32_t b);
uint32_t incident_active(const struct detect *d, uint32_t class, bool harmless,
    uint32_t culprit);
void incident_register(struct detect *d, uint32_t inc);
void incident_unregister(struct detect *d, uint32_t inc);
/* The finding is a part of what the incident says. */
bool finding_shown(const struct inc *in, uint32_t nth, const struct finding *f);

/* --- timer.c ----------------------------------------------------------- */

void timer_add(struct detect *d, int64_t at, bool incident, uint32_t row);
void timers_run(struct detect *d, int64_t until);

/* --- facts.c ----------------------------------------------------------- */

void facts_route(struct detect *d, const struct route *r, uint32_t pair);
/* The same for all who say a live pair now: its verdict changed. */
void facts_pair(struct detect *d, uint32_t pair);
/* d->now is in a later month than d->month, which is over. */
void facts_month_end(struct detect *d);
/* One more of this month, out of a saved state; false: it is there. */
bool facts_restore(struct detect *d, const struct transit *t);
int facts_emit(struct detect *d, const struct detect_sinks *s, struct err *err);
void
facts_full_changed(struct detect *d, uint32_t peer, unsigned family, bool full);

/* --- emit.c, charge.c, explain.c, detail.c, say.c ---------------------- */

/* An incident on its way out. */
struct telling {
	const struct inc *in;
	/* Findings that it shows, by prefix, start, rule, serial. */
	VEC(uint32_t) shown;
	uint64_t evidence;          /* of them and of the incident */
	const struct finding *best; /* speaks for all; NULL = none shown */
	struct incident out;
};

int
incidents_emit(struct detect *d, const struct detect_sinks *s, struct err *err);
/* Counts in M2: passes hijack.filter. */
bool finding_counts(const struct finding *f);
int charges_emit(struct detect *d, const struct telling *t,
    const struct detect_sinks *s, struct err *err);
/* One paragraph for a person; d->view is the last that judged it. */
const char *explain(struct detect *d, const struct telling *t);
/* d->view is the last that judged the finding. */
struct evidence evidence_text(struct detect *d, const struct telling *t,
    const struct finding *f, enum ev e);
/* What is taken off a family whose weights add up to more than its cap. */
struct evidence evidence_cap(struct detect *d, enum family family, double sum);
/* Pieces of sentences. */
void say_as(const struct detect *d, struct buf *b, uint32_t asn);
void say_prefix(struct buf *b, const struct prefix *p);
void say_time(struct buf *b, int64_t us);
const char *say_role(enum topo_rel of_leaker); /* "its provider" */
/* "64500 64501 {64502,64503}", from the collector's peer on. */
void say_path(struct detect *d, struct buf *b, uint32_t path);
/* "H2 E4 rpki=invalid-asn irr=other-origin" */
void
say_decision(const struct detect *d, struct buf *b, const struct finding *f);
/* The segment of a leak, or NULL. */
const struct seg *finding_seg(const struct detect *d, const struct finding *f);

/* --- state_load.c ------------------------------------------------------ */

int
state_load(struct detect *d, const struct sect_source *src, struct err *err);
void state_close(struct detect *d);
/* Saved pairs of exactly p: rows first..first+n-1, 0 = none. */
uint32_t
saved_pairs(const struct detect *d, const struct prefix *p, uint32_t *first);
void saved_pair(const struct detect *d, uint32_t row, struct pair *out);
/*
 * How many pairs of an origin are in the saved state and neither forgotten nor
 * brought in; 2 stands for more.
 */
uint32_t saved_origins(const struct detect *d, uint32_t origin);
