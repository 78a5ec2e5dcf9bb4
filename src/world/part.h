/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * part.h - what the files of world/ share: groups of tables, the input and
 * epoch sections of the file, and dates found in names.
 */
#pragma once

#include "base/mem.h"
#include "os/os.h"
#include "world/world.h"

#define WORLD_MAGIC   "COMITYW"
#define WORLD_VERSION 3

#define WORLD_INPUTS_MAX 4096 /* files of one world */
#define WORLD_EPOCHS_MAX 2048 /* changes of reference data in one world */

/* The groups of tables that change together, in the order of WORLD_* bits;
 * VRPs and ASPAs come from the same inputs. */
enum world_group {
	GROUP_RPKI,
	GROUP_IRR,
	GROUP_TOPO,
	GROUP_REGISTRY,
	WORLD_GROUPS
};

/* One epoch as stored: which table of each group is in force from then on. */
struct epoch_row {
	int64_t from_us;              /* first: INT64_MIN */
	uint32_t table[WORLD_GROUPS]; /* EPOCH_NO_TABLE = no input at all */
};
#define EPOCH_NO_TABLE UINT32_MAX

/* Suffix of section names of table number n: "" for 0, then ".1", ".2". */
#define WORLD_SUFFIX_MAX 8
void world_suffix(char out[WORLD_SUFFIX_MAX], uint32_t n);

struct meta {
	struct world_input *inputs; /* strings in arena */
	uint8_t *groups;            /* enum world_group per input */
	size_t n_inputs;
	struct epoch_row *epochs;
	size_t n_epochs;
	uint8_t id[32];
	struct arena arena;
};

int
meta_save(const struct meta *m, const struct sect_sink *sink, struct err *err);
int meta_load(struct meta *m, const struct sect_source *src, struct err *err);
void meta_fini(struct meta *m);
/* States of one thing, if their dates differ; of one group. */
bool
world_same_series(const struct world_input *a, const struct world_input *b);
/* Is input i in force at us: of the snapshots of its kind and source the
 * newest then, or the first one, which also speaks for the time before it. */
bool meta_in_force(const struct meta *m, size_t i, int64_t us);

/* The last date that stands in a path: file name first, then its folders. */
bool world_date_in_name(const char *path, int64_t *out_us);
