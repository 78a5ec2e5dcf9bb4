/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - all reference data as of one moment, in one immutable file.
 *
 * A world is built once from any number of inputs, written to one file of
 * checksummed sections, and mapped at use: opening checks the header and the
 * section table only, a section's checksum is verified when it is first used.
 *
 * Inputs of one kind and source with different dates are snapshots that
 * follow each other; several sources of one kind are united.  So the world is
 * a list of epochs, each with the tables in force during it.  A table that no
 * input provides is NULL: verdicts that need it are "unknown", never "ok".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/utc.h"
#include "irr/irr.h"
#include "registry/registry.h"
#include "rpki/rpki.h"
#include "topo/topo.h"

struct world;

/* The tables in force from from_us until the next epoch; all borrowed. */
struct world_view {
	int64_t from_us;                 /* of this epoch; first: INT64_MIN */
	uint32_t epoch;                  /* number, from 0 */
	const struct vrp_table *vrps;    /* NULL = no VRP input */
	const struct aspa_table *aspas;  /* NULL = no ASPA input */
	const struct irr *irr;           /* NULL = no RPSL input */
	const struct topo *topo;         /* NULL = no relationship input */
	const struct registry *registry; /* never NULL: own special tables */
};

enum world_role {
	WORLD_SNAPSHOT,   /* in force from its date to its namesake's next */
	WORLD_ADDS,       /* always in force */
	WORLD_EXCEPTIONS, /* SLURM given as such: changed VRPs and ASPAs */
	WORLD_UNUSED,     /* SLURM among the paths: read, decides nothing */
};

/* One input of the world, as read at build time. */
struct world_input {
	const char *path;   /* as given at build */
	const char *kind;   /* "vrp-json", "delegated", "rpsl", "as-rel" ... */
	const char *source; /* "ripencc", "RIPE", "caida" ... or "" */
	enum world_role role;
	int64_t date_us; /* what it says of itself, or --date; a SLURM may
			    have none: TIME_NONE */
	const char
	    *date_from; /* "content", "name", "newest record", "--date" */
	uint64_t taken, refused;
	const char *refusals; /* first reasons, one a line, or "" */
	uint8_t sha256[32];   /* of the decompressed bytes */
};

/* ERR_INPUT when it is no world, of another version, or damaged. */
int world_open(const char *path, struct world **out, struct err *err);
void world_close(struct world *w); /* accepts NULL */
const char *world_path(const struct world *w);
/* SHA-256 over version and input digests: names the world in verdicts. */
const uint8_t *world_id(const struct world *w);
/* Newest date among the inputs: the default moment of a judgement. */
int64_t world_moment(const struct world *w);

/*
 * The tables in force at us.  Opens (and checks) them when first asked for,
 * so a look-up in one table touches that table only.  -1: a section is
 * damaged.  *out lives as long as w.  Not thread-safe.
 */
enum {
	WORLD_VRPS = 1,
	WORLD_ASPAS = 2,
	WORLD_IRR = 4,
	WORLD_TOPO = 8,
	WORLD_REGISTRY = 16,
	WORLD_ALL = 31,
};
int world_at(struct world *w, int64_t us, unsigned want,
    const struct world_view **out, struct err *err);
/* Its name, its organisation: of a registry, else of CAIDA; "" = not known. */
const char *world_as_name(const struct world_view *v, uint32_t asn);
const char *world_as_org(const struct world_view *v, uint32_t asn);

uint32_t world_epochs(const struct world *w);
int64_t world_epoch_start(const struct world *w, uint32_t epoch);

size_t world_input_count(const struct world *w);
const struct world_input *world_input(const struct world *w, size_t i);
/*
 * Age at moment us of the newest input of a kind group that is in force then:
 * TIME_NONE if there is none.  Negative: the input is later than the moment.
 */
int64_t world_age(const struct world *w, unsigned want_bit, int64_t us);
/* Does input i give a part of the table of want_bit in force at us? */
bool world_input_in_force(const struct world *w, size_t i, unsigned want_bit,
    int64_t us);

/* --- building ---------------------------------------------------------- */

struct world_build {
	const char **paths; /* files and folders */
	size_t n_paths;
	const char **dates; /* "PATH=T" */
	size_t n_dates;
	const char *slurm; /* local exceptions, NULL = none */
	const char *out;
	unsigned threads; /* 0 = as many as processors */
	/* Called in the order of inputs, also for refused ones (why != NULL). */
	void (
	    *report)(void *ctx, const struct world_input *in, const char *why);
	void *ctx;
};

/*
 * 0 and the world written; refused inputs are counted in *n_refused.  -1 when
 * nothing could be written: the previous file at `out` is untouched.
 */
int
world_build(const struct world_build *b, size_t *n_refused, struct err *err);
/* Check every section. */
int world_verify(struct world *w, struct err *err);
/* Groups (WORLD_* bits and finer kinds) that no input provides: one line each
 * with the public source to get it from. */
void world_missing(const struct world *w,
    void (*each)(void *ctx, const char *kind, const char *where,
	const char *unknown),
    void *ctx);
