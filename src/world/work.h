/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * work.h - reading the inputs of a world and freezing its tables, by several
 * threads at once.
 *
 * The tables of a group are frozen as soon as all inputs of that group are
 * read, while others are still being read: one large file is then not what
 * everything else waits for.  Each table goes into memory, so that what is
 * written in the end does not depend on who was first.
 */
#pragma once

#include <pthread.h>

#include "world/load.h"

/* One table: a group's inputs as they were in force from some moment on. */
struct work_table {
	int64_t from_us;
	struct sect_mem *out; /* NULL until it is frozen */
	enum { TABLE_WAITS, TABLE_TAKEN, TABLE_DONE } state;
};

struct work_group {
	bool planned;           /* all its inputs are read */
	struct loaded **inputs; /* those that count */
	size_t n_inputs;
	struct work_table *tables; /* in time order; none without inputs */
	uint32_t n, n_done;
};

enum work_state { FILE_WAITS, FILE_TAKEN, FILE_DONE };

struct work {
	struct loaded *files;
	size_t n_files;
	const struct rpki_input *slurm; /* or NULL */
	const char *const *dates;       /* "PATH=T" */
	size_t n_dates;

	struct work_group groups[WORLD_GROUPS];

	/* Private to work.c. */
	pthread_mutex_t lock;
	pthread_cond_t moved;    /* a file or table is known or done */
	size_t *order;           /* of files, largest first */
	size_t next;             /* of order */
	enum work_state *states; /* of files */
	int *known;              /* group of each file, -1 = not yet known */
	bool failed;
	struct err err;
};

/* All of it; the caller's thread is one of `threads`. */
int work_run(struct work *w, unsigned threads, struct err *err);
void work_fini(struct work *w); /* files stay the caller's */
