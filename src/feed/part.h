/* SPDX-License-Identifier: BSD-2-Clause */
/* part.h - what the files of feed/ share. */
#pragma once

#include "base/hash.h"
#include "base/mem.h"
#include "feed/feed.h"
#include "mrt/mrt.h"
#include "os/os.h"

/* An input with what the first pass learned. */
struct input {
	struct feed_input pub;
	struct arena arena; /* texts of pub */
	char *data;         /* decompressed bytes kept, or NULL */
	size_t n_data;
	bool sorted; /* record times never step back */
	bool has_updates, has_table;
	uint64_t last_table; /* index of the last record of a table */
	bool skip;
	unsigned threads; /* that may decompress it */
	/* Second pass. */
	struct os_stream *stream;
	struct mrt_reader *reader;
	struct mrt_peers peers;
	VEC(uint32_t) peer_ids;     /* feed peers, by index of the peer table */
	bool table_waits;           /* an index was read, its table not begun */
	bool table_cut;             /* parts of it are outside the bounds */
	VEC(uint32_t) open_peers;   /* TABLE_DUMP: peers met, ascending */
	VEC(struct pending) window; /* heap: records not yet handed out */
	int64_t newest_us;          /* of records read */
	bool at_end;
	struct pending *now;
};

/* A record that waits for its turn. */
struct pending {
	struct mrt_record rec;
	uint8_t *own; /* its bytes, if the reader's buffer moves on */
	int64_t order_us;
	bool late;
};

/* --- collector.c ------------------------------------------------------- */

#define COLLECTOR_VIEW_MAX 64
#define COLLECTOR_NAME_MAX 128 /* by content */
#define COLLECTOR_WHY_MAX  400

/* What path and records say of who wrote an input; texts "" = nothing. */
struct collector_clues {
	struct str path; /* borrowed of the input's path */
	char table[COLLECTOR_NAME_MAX], session[COLLECTOR_NAME_MAX];
	char view[COLLECTOR_VIEW_MAX]; /* the first that names a collector */
	uint8_t id[4];                 /* the first that is not 0.0.0.0 */
	bool has_id;
	/* Names that cannot be one collector's. */
	char against_path[COLLECTOR_WHY_MAX], against_table[COLLECTOR_WHY_MAX];
};

void collector_begin(struct collector_clues *c, const char *path);
void collector_learn(struct collector_clues *c, const struct mrt_record *rec,
    struct mrt_peers *peers);
/* given NULL = derive; *against says what speaks against FEED_BY_TWO. */
enum feed_named collector_choose(const struct collector_clues *c,
    const char *given, struct str *out, const char **against);

/* --- input.c ----------------------------------------------------------- */

/* The first pass over one input; opts->collectors[i] may be NULL. */
void input_scan(struct input *in, const char *path, const char *collector,
    uint64_t keep_bytes);
void input_fini(struct input *in);
/* Remember a refusal; texts are copied. */
void input_refuse(struct input *in, const char *reason);
/* Ready for input_peek(). */
int input_start(struct input *in, struct err *err);
/* The next record in order, or NULL at the end; stays until input_pop(). */
const struct pending *input_peek(struct input *in);
void input_pop(struct input *in);
