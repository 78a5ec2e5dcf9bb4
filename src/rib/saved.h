/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * saved.h - the form of the saved state.
 *
 *   rib.coll    names of collectors, sorted, each with its NUL
 *   rib.pN      struct saved_node, in pieces: the tree of paths from its root,
 *               each node before what hangs on it, by ASN, kind
 *   rib.rest    struct saved_rest: attributes, sorted by their bytes
 *   rib.pool    those bytes
 *   rib.set     struct saved_set, by path, attributes; set 0 = none
 *   rib.peer    struct saved_peer, by collector, address, ASN
 *   rib.cN      cells of all peers one after the other, by prefix, path id,
 *               in pieces
 *
 * A cell is a byte of flags and of how far its prefix is from that of the cell
 * before, then numbers in sevens of bits, low ones first: that distance if it
 * is too far for the byte, the path id and the set if the flags say so.  So a
 * full table takes some four bytes a route, and one where its neighbours have
 * the same attributes.
 */
#pragma once

#include "rib/part.h"

enum {
	CELL_STEP = 31, /* this far, or CELL_FAR */
	CELL_FAR = 31,
	CELL_SAME_SET = 32, /* as the cell before */
	CELL_PATH_ID = 64,
	CELL_MARKED = 128, /* see rib_mark_begin() */
};
#define CELL_MAX 16 /* bytes */

struct saved_node {
	uint32_t asn;
	uint16_t len; /* hops down to the origin */
	uint8_t kind, zero;
};

struct saved_rest {
	uint32_t at, n;
};

struct saved_set {
	uint32_t path, rest;
};

enum { SAVED_UP = 1, SAVED_MARKING = 2, SAVED_FULL4 = 4, SAVED_FULL6 = 8 };

struct saved_peer {
	int64_t up_us, last_us;
	uint64_t cells;
	uint32_t collector, asn;
	uint8_t family, flags, addr[16], zero[6];
};

/* One cell, taken apart. */
struct cell {
	uint32_t prefix, path_id, set;
	bool marked;
};
