/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * observe.h - one run of `comity observe`: what was given, what became of
 * each input, and the two ways to print the result.
 */
#pragma once

#include <pthread.h>

#include "base/hash.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "detect/detect.h"
#include "feed/feed.h"
#include "os/os.h"
#include "store/store.h"
#include "world/world.h"

enum observe_fate {
	OBSERVE_APPLIED,
	OBSERVE_KNOWN,    /* applied before: the same bytes */
	OBSERVE_OLDER,    /* begins before what was applied already */
	OBSERVE_UNUSABLE, /* no routes in it, or nobody knows whose */
	OBSERVE_IGNORED,  /* found in a folder, of another kind */
	OBSERVE_PART,     /* applied in part before, and now there is more */
	OBSERVE_OUTSIDE,  /* nothing of it is between --from and --until */
	OBSERVE_FATES
};
const char *observe_fate_name(enum observe_fate f); /* "applied" */

struct observe_input {
	const struct feed_input *in; /* of the feed */
	enum observe_fate fate;
	bool in_folder;  /* not named itself */
	uint64_t behind; /* events from before what was applied already */
	/* Only this is applied, now or before: [from, until); TIME_NONE = from
	 * the beginning, to the end. */
	int64_t from_us, until_us;
	const char *why; /* "" = nothing to say */
};

struct observe_path {
	const char *path, *collector; /* collector NULL = derive */
	bool in_folder;
};

struct observe {
	/* The command line. */
	const char *world_path, *store_path;
	VEC(struct observe_path) paths;
	int64_t from_us, until_us; /* TIME_NONE = no bound */
	struct detect_config config;
	unsigned threads;
	bool rebuild, json, all;
	/* The run. */
	struct arena arena;
	struct world *world;
	struct world_view view; /* at the world's moment; ours, as threads read
				   it while the engine asks for others */
	struct feed *feed;
	struct store *store;
	struct os_pack *state;
	struct sect_source state_source;
	struct detect *detect;
	struct os_progress progress;
	VEC(struct observe_input) inputs;
	int64_t since_us; /* newest event of earlier runs; TIME_NONE */
	int64_t now_us;   /* newest event now; TIME_NONE */
	int64_t first_us; /* of the inputs given; TIME_NONE */
	size_t fates[OBSERVE_FATES];
	size_t incomplete;
	bool two_names; /* an input is claimed by two collectors */
	struct detect_counts counts;
	struct {
		int64_t upto_us; /* inputs that begin before or at it */
		char hex[65];
	} * digests; /* of inputs and world, ascending */
	size_t n_digests;
	struct u64map asns;          /* networks that are named or written */
	struct observe_queue *queue; /* origins for the thread; NULL */
	size_t handed;               /* of detect_origins() */
	pthread_t aside;             /* works while we read, emit or save */
	bool aside_runs;
	int aside_rc;
	struct err aside_err;
};

/* --- observe_input.c --------------------------------------------------- */

int observe_open_feed(struct observe *o, struct err *err);
/* What was applied before, and what is given twice: of those the one whose
 * collector is known best counts. */
int observe_find_known(struct observe *o, struct err *err);
/* What begins before the newest event of the runs before. */
void observe_find_older(struct observe *o);
/* What lies wholly outside --from and --until. */
void observe_find_outside(struct observe *o);
bool observe_is_part(const struct observe_input *x);
size_t observe_count_fates(struct observe *o); /* how many are applied */
int observe_put_inputs(struct observe *o, struct err *err);
/* One line for each input that was refused, cut short or applied in part. */
void observe_complain(const struct observe *o);

/* --- observe_net.c ----------------------------------------------------- */

/* Remember that routes or incidents name it. */
void observe_name_network(struct observe *o, uint32_t asn);
void observe_name_incident(struct observe *o, const struct incident *in);
/* o->view, of whose sections the checksums are checked; then observe_join(). */
void observe_begin_view(struct observe *o);
/*
 * A thread that writes networks while routes are read: if another world
 * speaks, all that are delegated, that joined, or that the store names, and in
 * any case origins as they turn up.  Between begin and join the store belongs
 * to it.
 */
int observe_begin_networks(struct observe *o, struct err *err);
/* Hand over the origins that turned up since the last call. */
void observe_hand_over(struct observe *o);
/* Sort what is emitted and saved, while incidents are emitted. */
void observe_begin_sort(struct observe *o);
/* Facts of routes, and networks that only incidents name; the store is the
 * thread's. */
void observe_begin_rest(struct observe *o);
/* -1 and the thread's failure; nothing when none runs. */
int observe_join(struct observe *o, struct err *err);

/* --- observe_print.c, observe_json.c ----------------------------------- */

int observe_print(struct observe *o, struct err *err);
int observe_print_json(struct observe *o, struct err *err);
