/* SPDX-License-Identifier: BSD-2-Clause */
/* count.h - what count.c and stats.c share: rows that are counted. */
#pragma once

#include "lib/part.h"

#include "base/hash.h"

#define COUNT_PEERS_MAX    (1U << 20)
#define COUNT_PREFIXES_MAX (1U << 23)

struct tally {
	uint64_t table, announced, withdrawn, states;
};

struct peer_row {
	struct ipaddr ip;
	uint32_t asn;
	struct tally t;
};

struct type_row {
	uint64_t key, records;
};

struct counts {
	struct u64map types; /* key -> row */
	VEC(struct type_row) type_rows;
	struct hidx peers;
	VEC(struct peer_row) peer_rows;
	struct pset *prefixes;
	VEC(struct tally) prefix_rows;
	struct tally other; /* past the limit */
	bool over;
	/* Sets of attributes, and those with faults by the worst of them. */
	uint64_t blocks, faulty[BGP_SESSION_RESET + 1];
};

void counts_add_type(struct counts *c, enum source source,
    const struct mrt_record *rec, const struct mrt_decoded *m);
/* Where routes of a peer are counted; of a prefix. */
struct tally *
counts_peer(struct counts *c, const struct ipaddr *ip, uint32_t asn);
struct tally *counts_prefix(struct counts *c, const struct prefix *p);
void counts_sort_types(struct counts *c);
/* faults.c: everything in the record is read, so that what is wrong with it
 * shows. */
void counts_faults(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m);
/* A row without what ends its line. */
char *put_type_row(char *o, const struct type_row *r, bool json);
