/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * feed.h - sources of route events: any number of MRT files of any number of
 * collectors as one stream in time order.
 *
 * A route event says: at `time`, `peer` of a collector announced or withdrew
 * `prefix`, or its table held it.  Every later stage sees nothing else, so an
 * archive, a live session and a simulated Internet run the same code.
 *
 * Order: (time, collector, first record time of the input, SHA-256 of the
 * input, record index, position in the record).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utc.h"
#include "bgp/bgp.h"
#include "net/net.h"

#define FEED_REORDER      (15 * TIME_MIN) /* a step back put in order again */
#define FEED_KEEP_DEFAULT (UINT64_C(64) << 20) /* decompressed, in memory */
#define FEED_REASONS      5
#define FEED_INPUTS_MAX   100000

struct feed;

/* --- events ------------------------------------------------------------ */

enum feed_kind {
	FEED_ANNOUNCE,
	FEED_WITHDRAW,
	FEED_RIB,         /* a table dump holds this route */
	FEED_PEER_UP,     /* session established */
	FEED_PEER_DOWN,   /* session lost: what it announced is gone */
	FEED_TABLE_BEGIN, /* a dump of this peer's table begins */
	FEED_TABLE_END,   /* ... was complete: what it lacked is gone */
	FEED_TABLE_DROP,  /* ... broke off: says nothing of the rest */
};

struct feed_event {
	int64_t time_us;
	/* FEED_RIB: when the route was learned, as the dump says; TIME_NONE
	 * if it does not, or says something later. */
	int64_t since_us;
	enum feed_kind kind;
	bool late;     /* over 15 minutes back in time: for history only */
	uint32_t peer; /* feed_peer() */
	struct prefix prefix; /* unset for peer and table events */
	uint32_t path_id;     /* RFC 7911, 0 without */
	/*
	 * For announcements and table entries; valid during the call.  Events
	 * with one attrs_id share one block of attributes; ids grow.
	 */
	const struct bgp_attrs *attrs;
	uint64_t attrs_id;
	uint32_t input;  /* feed_input() */
	uint64_t record; /* index in the input */
	/* A hint: the prefix of the event behind this one, if it is of the same
	 * message; else NULL. */
	const struct prefix *ahead;
};

struct feed_peer {
	const char *collector; /* borrowed */
	struct ipaddr addr;
	uint32_t asn;
};

uint32_t feed_peer_count(const struct feed *f);
/* Numbers are given in order of first event; *out's text lives as long as f. */
void feed_peer(const struct feed *f, uint32_t peer, struct feed_peer *out);

/* --- inputs ------------------------------------------------------------ */

/* By what an input's collector is known. */
enum feed_named {
	FEED_BY_OPTION,  /* opts->collectors */
	FEED_BY_PATH,    /* feed_collector_of_path() */
	FEED_BY_CONTENT, /* view and id of a table dump, else a session */
	FEED_BY_TWO,     /* two that contradict: not used, why says which */
};

struct feed_input {
	const char *path;
	const char *collector;
	enum feed_named named;
	uint8_t sha256[32];        /* of the decompressed bytes */
	const char *kind;          /* "table", "updates", "mixed", "" */
	int64_t first_us, last_us; /* of its records; TIME_NONE if none */
	int64_t begin_us;          /* of the first record as it stands */
	uint64_t bytes, records;
	uint64_t events;  /* handed out so far by feed_run() */
	uint64_t skipped; /* records not for us: other families, OPENs ... */
	uint64_t refused; /* records that contradict their format */
	uint64_t late;    /* events handed out as late */
	uint64_t faults;  /* messages with an RFC 7606 fault */
	const char *reasons[FEED_REASONS]; /* the first refusals */
	size_t n_reasons;
	bool incomplete; /* cut short or damaged; why says where */
	bool unusable;   /* holds no record at all, or cannot be read */
	bool no_mrt;     /* ... as it is of another kind */
	const char *why; /* "" = nothing to say */
};

struct feed_opts {
	const char *const *paths;
	const char *const *collectors; /* per path; NULL = derive */
	size_t n_paths;
	int64_t from_us, until_us; /* TIME_NONE = no bound; until excluded */
	unsigned threads;          /* for reading; 0 = processors */
	uint64_t keep_bytes;       /* 0 = FEED_KEEP_DEFAULT */
};

/*
 * First pass over all inputs: digest, times, collector.  Succeeds even if
 * inputs are unusable (they say so).  ERR_LIMIT above FEED_INPUTS_MAX.
 */
int feed_open(const struct feed_opts *opts, struct feed **out, struct err *err);
void feed_close(struct feed *f); /* accepts NULL */
size_t feed_input_count(const struct feed *f);
const struct feed_input *feed_input(const struct feed *f, size_t i);
/* Leave an input out of feed_run(), as it was applied before. */
void feed_skip(struct feed *f, size_t i);

typedef int (
    *feed_handler)(void *ctx, const struct feed_event *ev, struct err *err);

/*
 * Every event in order to handler; -1 from it ends the run.  Inputs that turn
 * out damaged are marked incomplete, what comes before the damage counts.
 */
int feed_run(struct feed *f, feed_handler handler, void *ctx, struct err *err);
/* For progress: share of the bytes done, and events so far. */
double feed_share(const struct feed *f);
uint64_t feed_events(const struct feed *f);

/* --- events as bytes --------------------------------------------------- */

/*
 * One event, self-contained, for a queue between processes: the peer stands
 * in it by value, attributes as the block received.  Round-trips.
 */
void
feed_event_encode(const struct feed_event *ev, const struct feed_peer *peer,
    const struct bgp_session *session, struct buf *out);
/*
 * d and *attrs are scratch space that ev->attrs points into; *peer's text
 * lives until the thread's next call.
 */
int feed_event_decode(const void *data, size_t n, struct bgp_decoder *d,
    struct feed_event *ev, struct bgp_attrs *attrs, struct feed_peer *peer,
    struct bgp_session *session, struct err *err);

/* --- collectors -------------------------------------------------------- */

/*
 * The rrcNN or route-views* component of a path (RouteViews' archive folder
 * names count); false if there is none.  Of several that may be one collector
 * the one that says most ("route-views", "route-views.linx"); *other is one
 * that contradicts it, or empty.
 */
bool
feed_collector_of_path(const char *path, struct str *out, struct str *other);
