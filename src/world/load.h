/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load.h - one input file on its way into a world: recognised by content,
 * parsed by the folder that owns its kind, dated.
 */
#pragma once

#include "world/part.h"

struct loaded {
	const char *path;
	uint64_t size;    /* on disk, for the order of work */
	unsigned threads; /* that may decompress it; 0 = one */
	/* Called as soon as the kind is known, before the work is done. */
	void (*known)(void *ctx, struct loaded *l, enum world_group group);
	void *ctx;
	enum world_group group;
	/* What the folder that owns the kind gave; at most one is set. */
	struct rpki_input *rpki;
	struct irr_input *irr;
	struct topo_input *topo;
	struct registry_input *registry;
	struct world_input in; /* texts in arena */
	struct arena arena;
	bool refused;
	struct err err; /* why */
};

/*
 * Read l->path.  On failure l->refused is set and l->err says why.  `dates`
 * are "PATH=T" pairs of the user: the longest that names the file or a folder
 * above it wins.
 */
void loaded_read(struct loaded *l, const char *const *dates, size_t n_dates);
/* Give back what was parsed; what `in` says stays. */
void loaded_drop(struct loaded *l);
void loaded_fini(struct loaded *l);
