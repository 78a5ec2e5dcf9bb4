/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.h - what was observed, kept: inputs, worlds, incidents, charges,
 * monthly facts of routes and networks.
 *
 * SQLite in WAL mode; all SQL of the program stands in this folder.  Times are
 * int64 microseconds, ids are text, rows are upserted by key, so that another
 * database can follow.  One writer at a time: everything of one run is one
 * transaction, so a kill at any moment leaves the store as it was.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "detect/detect.h"
#include "score/score.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/*
 * STORE_WRITE creates the file and brings the schema up to date.  ERR_INPUT:
 * no store, or of a newer version; "postgresql://..." is refused for now.
 */
int store_open(const char *path, enum store_mode mode, struct store **out,
    struct err *err);
void store_close(struct store *s); /* accepts NULL; rolls back */
const char *store_path(const struct store *s);

/*
 * One transaction.  STORE_WRITE: this process alone may write from here on
 * (begin before reading what is to be changed); ERR_SYSTEM when another one
 * does.  STORE_READ: everything read until the end is of one moment.
 */
int store_begin(struct store *s, struct err *err);
int store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);
/* Forget everything, within the transaction that writes it anew. */
int store_clear(struct store *s, struct err *err);

/* --- inputs and worlds ------------------------------------------------- */

struct store_input {
	const char *sha256; /* hex, of the decompressed bytes: the key */
	const char *path, *collector, *kind;
	int64_t first_us, last_us;
	uint64_t bytes, records, events, skipped, refused, late, faults;
	bool incomplete;
	const char *why;
};
int
store_put_input(struct store *s, const struct store_input *in, struct err *err);
/* 1 = known, 0 = not, -1. */
int store_has_input(struct store *s, const char *sha256, struct err *err);
int store_each_input(struct store *s,
    int (*each)(void *ctx, const struct store_input *in, struct err *err),
    void *ctx, struct err *err);

/* The world that the last run judged by. */
struct store_world {
	const char *id; /* hex */
	int64_t moment_us;
	const char *inputs; /* as score_world_lines() writes them */
};
int
store_put_world(struct store *s, const struct store_world *w, struct err *err);
/* 1 and the world of the newest run, 0 = none yet, -1. */
int store_world(struct store *s, struct arena *a, struct store_world *out,
    struct err *err);

/* A named value, e.g. "state" = name of the state file.  Empty = absent. */
int store_put_value(struct store *s, const char *name, const char *value,
    struct err *err);
int store_value(struct store *s, struct arena *a, const char *name,
    const char **out, struct err *err);

/*
 * Large state lives in files of its own, in the folder DB.state/ beside the
 * database; the value "state" names the one that belongs to what is stored.
 * After store_begin() write the new file under another name, then
 * store_set_state(), commit, store_prune_state(): a kill in between leaves the
 * old pair or the new one.
 */
/* Path of a state file; the folder is made if it is absent. */
int store_state_path(struct store *s, struct arena *a, const char *name,
    const char **out, struct err *err);
int store_set_state(struct store *s, const char *name, struct err *err);
/* Path of the file in force, "" = none yet. */
int store_state(struct store *s, struct arena *a, const char **path,
    struct err *err);
/* Remove every other file; not within a transaction. */
int store_prune_state(struct store *s, struct err *err);

/* --- incidents --------------------------------------------------------- */

/* Replaces what was stored under the id, its charges too; those that it was
 * merged with go. */
int
store_put_incident(struct store *s, const struct incident *in, struct err *err);
int store_put_charge(struct store *s, const struct detect_charge *c,
    struct err *err);

struct store_filter { /* zero/TIME_NONE = any */
	const char *id;
	uint32_t asn;              /* culprit, accomplice or victim */
	int64_t from_us, until_us; /* intersects [from, until) */
	uint8_t level_min;
	bool brief; /* with victims and the first route, but nothing else */
};
/* By start, then id; an incident lives until each() returns. */
int store_each_incident(struct store *s, const struct store_filter *f,
    int (*each)(void *ctx, const struct incident *in, struct err *err),
    void *ctx, struct err *err);
/* Charges that intersect [from, until), by asn, metric, start, incident. */
int store_each_charge(struct store *s, uint32_t asn, int64_t from_us,
    int64_t until_us,
    int (*each)(void *ctx, const struct detect_charge *c, struct err *err),
    void *ctx, struct err *err);

/* --- monthly facts ----------------------------------------------------- */

int store_put_route(struct store *s, int64_t month_us,
    const struct route_fact *f, struct err *err);
/* Write what waits in memory now; reading and store_commit() do, too. */
int store_flush_routes(struct store *s, struct err *err);
/* asn 0 = all; by origin, then prefix. */
int store_each_route(struct store *s, int64_t month_us, uint32_t asn,
    int (*each)(void *ctx, const struct route_fact *f, struct err *err),
    void *ctx, struct err *err);
int store_put_transit(struct store *s, int64_t month_us,
    const struct transit_fact *f, struct err *err);
int store_each_transit(struct store *s, int64_t month_us, uint32_t asn,
    int (*each)(void *ctx, const struct transit_fact *f, struct err *err),
    void *ctx, struct err *err);
/* Months with facts or charges, newest first; at most max. */
int store_months(struct store *s, int64_t *months, size_t max, size_t *n,
    struct err *err);

/* --- networks ---------------------------------------------------------- */

/* Forget all networks and participants: another world speaks now. */
int store_clear_networks(struct store *s, struct err *err);
int store_put_network(struct store *s, const struct network_facts *n,
    struct err *err);
/* asn 0 = all; by asn. */
int store_each_network(struct store *s, uint32_t asn,
    int (*each)(void *ctx, const struct network_facts *n, struct err *err),
    void *ctx, struct err *err);

/* A participants file, dated or not: the basis of growth. */
struct store_roll {
	const char *programme;
	int64_t date_us; /* TIME_NONE = undated */
	uint32_t organisations, asns, areas;
};
int
store_put_roll(struct store *s, const struct store_roll *r, struct err *err);
int store_each_roll(struct store *s,
    int (*each)(void *ctx, const struct store_roll *r, struct err *err),
    void *ctx, struct err *err);
