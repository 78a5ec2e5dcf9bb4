/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * saved.h - the form of the saved state.
 *
 *   rib.coll    names of collectors, sorted, each with its NUL
 *   rib.path    struct saved_node: shorter first, then by parent, ASN, kind
 *   rib.rest    struct saved_rest: attributes, sorted by their bytes
 *   rib.pool    those bytes
 *   rib.set     struct saved_set, by path, attributes; set 0 = none
 *   rib.peer    struct saved_peer, by collector, address, ASN
 *   rib.cN      struct saved_cell of all peers one after the other, by
 *               prefix, path id, in pieces
 */
#pragma once

#include "rib/part.h"

#define MARKED (1u << 31) /* in saved_cell.set: see rib_mark_begin() */

struct saved_node {
	uint32_t asn, parent;
	uint8_t kind, zero[3];
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

struct saved_cell {
	uint32_t prefix, path_id, set;
};
