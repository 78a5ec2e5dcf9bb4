/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detect.h - from route events to findings and incidents.
 *
 * The engine is fed route events in time order and judges each by what was
 * known before it.  It never looks at the wall clock, knows no database and
 * prints nothing: what it finds leaves through sinks.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/sect.h"
#include "base/utc.h"
#include "feed/feed.h"
#include "net/net.h"
#include "world/world.h"

/* --- incidents --------------------------------------------------------- */

enum incident_class {
	INC_ORIGIN_HIJACK,
	INC_SUB_PREFIX_HIJACK,
	INC_FORGED_ORIGIN,
	INC_SQUATTING,
	INC_MASS_ORIGINATION,
	INC_ROUTE_LEAK,
	INC_BOGON_PREFIX,
	INC_BOGON_ASN,
	INC_ADMIN_BOGON,
	INC_RPKI_INVALID,
	INC_ROA_CHANGE,
	INC_OUTAGE,
	INC_ZOMBIE,
	INC_MISCONFIGURATION,
	INC_BLACKHOLE_ABUSE,
	INC_CLASSES
};

enum incident_state { INC_NEW, INC_ONGOING, INC_ENDED, INC_EXPIRED };

const char *incident_class_name(enum incident_class c); /* "route-leak" */
bool incident_class_parse(struct str s, enum incident_class *out);
const char *incident_state_name(enum incident_state s);

/* One named weight for or against; anyone can recompute the sum. */
struct evidence {
	const char *name, *family; /* fixed texts: "rpki-invalid-asn", "rpki" */
	double nats;
	int points;
	const char *detail; /* what exactly, for a person */
	const char *source; /* which input, "" = the routes themselves */
	int64_t age_us;     /* of that input at the moment; TIME_NONE */
};

#define INCIDENT_ID_TEXT 17 /* 16 hex digits and NUL */

/* One (prefix, path) that shows it. */
struct incident_route {
	struct prefix prefix;
	uint32_t origin;    /* 0 = none */
	int64_t start, end; /* end TIME_NONE = still there */
	uint32_t peers_max;
	const char *path;     /* of the first peer that showed it */
	const char *decision; /* "H2 E4 rpki=invalid-asn irr=none" */
};

struct incident {
	char id[INCIDENT_ID_TEXT];
	enum incident_class class;
	char type[8]; /* "S|0|-|-", "1".."6" for leaks, "" otherwise */
	enum incident_state state;
	uint32_t culprit;            /* 0 = unknown */
	const uint32_t *accomplices; /* ascending */
	size_t n_accomplices;
	const uint32_t *victims;
	size_t n_victims;
	const struct incident_route *routes; /* by prefix */
	size_t n_routes;
	uint64_t n_prefixes; /* may exceed n_routes: INCIDENT_ROUTES_MAX */
	int64_t start, end;  /* end TIME_NONE = not over */
	uint32_t peers_max;
	uint8_t level; /* 0..4: E0..E4 */
	int points;    /* 0..100 */
	bool reopened, suppressed;
	const char *reason; /* why suppressed, or why it ended; "" */
	const struct evidence *evidence;
	size_t n_evidence;
	const char (*merged)[INCIDENT_ID_TEXT];
	size_t n_merged;
	const char *explanation; /* one paragraph, plain English */
	/* Counts in M2 only with this: RPKI Invalid, or NotFound and IRR
	 * Invalid (metrics.md: hijack.filter). */
	bool counts;
	/* Digest (hex) of the routing inputs and of the world. */
	const char *inputs;
};

#define INCIDENT_ROUTES_MAX 2000 /* kept per incident; more are counted */

/*
 * A piece of an incident charged to one network by one MANRS metric: see
 * score.h.  metric: "M1" "M1C" "M2" "M2C" "M3" "M3C" "M4" "M4C"; split is
 * "full" or "administrative" for M3/M4, "" otherwise.
 */
struct detect_charge {
	uint32_t asn;
	const char *metric, *split;
	struct prefix prefix;
	int64_t start, end;    /* end TIME_NONE = open */
	uint32_t weight_micro; /* 1,000,000 = 1 */
	const char *incident;
	const char *detail;
};

/* --- daily facts ------------------------------------------------------- */

enum fact_rpki {
	FACT_RPKI_UNKNOWN,
	FACT_RPKI_VALID,
	FACT_RPKI_NOT_FOUND,
	FACT_RPKI_INVALID_ASN,
	FACT_RPKI_INVALID_LEN
};
enum fact_irr {
	FACT_IRR_UNKNOWN,
	FACT_IRR_EXACT,
	FACT_IRR_COVERING,
	FACT_IRR_OTHER,
	FACT_IRR_NONE
};

/* What was seen of one (prefix, origin) in one month. */
struct route_fact {
	struct prefix prefix;
	uint32_t origin;
	uint32_t days;      /* bit d-1: seen on day d of the month */
	uint32_t peers_max; /* distinct full-feed peer ASes at once */
	uint8_t rpki, irr;  /* at the last judgement in the month */
};

/* A passed-on invalid: metrics.md 2.2, interface class of the neighbour. */
struct transit_fact {
	uint32_t asn;      /* who passed it on */
	uint32_t neighbor; /* from whom */
	char interface;    /* 'c' customer, 'p' peer, 'u' provider, '?' */
	struct prefix prefix;
	uint32_t origin;
	uint8_t rpki, irr;
};

/* --- settings ---------------------------------------------------------- */

/*
 * Every threshold is a named setting; nothing is compared with a number that
 * stands in code alone.  doc/DETECTION.md lists them.
 */
struct detect_setting {
	const char *name; /* "hijack.min_peers" */
	double def, min, max;
	const char *unit;           /* "peers", "s", "d", "%", "nats", "" */
	const char *const *choices; /* NULL = a number; else NULL-terminated,
				       and the value is the index */
	const char *doc;            /* one line */
};

#define DETECT_SETTINGS_MAX 128

struct detect_config {
	double value[DETECT_SETTINGS_MAX]; /* by number of setting */
};

size_t detect_setting_count(void);
const struct detect_setting *detect_setting(size_t i);
void detect_config_init(struct detect_config *c); /* the defaults */
/* ERR_INPUT: no such setting, no number or choice, or out of range. */
int detect_config_set(struct detect_config *c, struct str name,
    struct str value, struct err *err);
#define DETECT_VALUE_MAX 40
/* The value as text, as detect_config_set() takes it. */
const char *detect_config_text(const struct detect_config *c, size_t i,
    char out[DETECT_VALUE_MAX]);

/* --- the engine -------------------------------------------------------- */

struct detect;

/*
 * Everything that leaves the engine leaves here.  A member may be NULL.
 * What is pointed at lives until the call returns; -1 stops the emission.
 */
struct detect_sinks {
	int (*incident)(void *ctx, const struct incident *in, struct err *err);
	int (
	    *charge)(void *ctx, const struct detect_charge *c, struct err *err);
	/* month_us: first instant of the month that the fact belongs to.
	 * Facts of a month come by origin, then prefix. */
	int (*route)(void *ctx, int64_t month_us, const struct route_fact *f,
	    struct err *err);
	int (*transit)(void *ctx, int64_t month_us,
	    const struct transit_fact *f, struct err *err);
	void *ctx;
};

/*
 * saved: what detect_save() wrote after earlier inputs, or NULL.  It is read
 * in place and must outlive *out, as must w; it is foreign: every count and
 * index is checked.  -1: damaged, or of another version.
 */
int detect_new(const struct detect_config *c, struct world *w,
    const struct sect_source *saved, struct detect **out, struct err *err);
void detect_free(struct detect *d); /* accepts NULL */

/*
 * What the peer numbers of the events to come mean: asked once per number.
 * To be called before the first detect_event(), and again when another feed
 * begins.  With a struct feed as ctx, get() calls feed_peer().
 */
void detect_peers(struct detect *d,
    void (*get)(void *ctx, uint32_t peer, struct feed_peer *out), void *ctx);

/*
 * Judge one event.  Events come in the order of feed.h; the time of the event
 * is the only clock, so nothing becomes due because an input ended.  -1 only
 * when a table of the world turns out to be damaged.
 */
int detect_event(struct detect *d, const struct feed_event *e, struct err *err);

/*
 * Origins of routes that turned up, each once, in order of their first event
 * since detect_new(): *n so far.  Borrowed until the next event.
 */
const uint32_t *detect_origins(const struct detect *d, size_t *n);

/*
 * Sort what detect_finish() and detect_save() want sorted.  Optional; it may
 * run beside a detect_finish() whose sinks take incidents and charges only,
 * and after it a detect_save() may run beside one whose sinks take facts only.
 */
void detect_sort(struct detect *d);

/*
 * Emit, in an order that depends on content alone: every incident that is not
 * over, or that changed since detect_new(); the charges of each (right after
 * it; those emitted before for the same incident id are void, as is all that
 * was emitted under ids that it lists as merged); the facts of every month
 * that was touched since, which replace earlier facts of the same (month,
 * prefix, origin).  Changes nothing: may be called again, and events may
 * follow.
 */
int
detect_finish(struct detect *d, const struct detect_sinks *s, struct err *err);

/*
 * Write the complete state.  Canonical: equal states give equal bytes, and an
 * engine opened on them goes on as this one would.
 */
int
detect_save(struct detect *d, const struct sect_sink *sink, struct err *err);

/* Time of the newest event applied, saved ones included; TIME_NONE. */
int64_t detect_now(const struct detect *d);

struct detect_counts {
	uint64_t events; /* taken by detect_event() since detect_new() */
	uint64_t announced, withdrawn;
	uint64_t duplicates; /* equal to what the peer said already */
	uint64_t late;       /* history only */
	uint64_t faults;     /* routes with an RFC 7606 fault */
	uint64_t table;      /* routes out of table dumps */
	uint32_t peers, peers_up, full4, full6; /* now */
	uint64_t prefixes, pairs;               /* prefix; (prefix, origin) */
	uint64_t paths, sets;                   /* path nodes; attribute sets */
	uint64_t findings;                      /* opened since detect_new() */
	uint64_t hygiene[8];                    /* see detect_hygiene_name() */
};
void detect_get_counts(const struct detect *d, struct detect_counts *out);
/* Name of hygiene counter i ("default-route", "path-too-long", ...), NULL
 * past the end. */
const char *detect_hygiene_name(size_t i);
