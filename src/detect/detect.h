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
	const char *path;     /* as received, "" if many */
	const char *decision; /* rule and verdicts: "H2 rpki=invalid-asn" */
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
