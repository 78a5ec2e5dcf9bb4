/* SPDX-License-Identifier: BSD-2-Clause */
/* run.h - the inside of struct filter_run. */
#pragma once

#include "filter/part.h"

struct asns {
	uint32_t *p;
	size_t n, cap;
};

struct filter_run {
	const struct filter *f;
	uint32_t kinds; /* that can pass */
	bool wants_peer, wants_prefix, wants_path, wants_community;
	bool has_path;                    /* origins or paths are asked for */
	bool has_attrs;                   /* ... or communities */
	uint64_t community_codes;         /* RAW_BITs of what holds them */
	struct asns origins, not_origins; /* sorted */
	struct prefix_set prefixes, not_prefixes;
	VEC(struct path_matcher *) matchers; /* of f->paths */
	/* Answers for the peers of a table, by index; made when first asked. */
	VEC(uint8_t) peers;
	uint32_t peer_table; /* which table they are of */
};
