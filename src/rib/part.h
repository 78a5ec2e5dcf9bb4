/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * part.h - the inside of struct rib, shared by the files of rib/.
 *
 * Cells stand in pages of 256 prefixes per peer, allocated when first used:
 * 4 bytes a cell for a full table, and little for a peer with few routes.
 * Paths with an RFC 7911 id, which are rare, stand in chains beside them.
 */
#pragma once

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "rib/rib.h"

#define PAGE_BITS  8
#define PAGE_CELLS (1u << PAGE_BITS)
#define PEERS_MAX  65535 /* of all collectors */

struct node {
	uint32_t asn, parent, origin;
	uint16_t len;
	uint8_t kind; /* enum rib_hop_kind */
	bool has_set;
};

/* Attributes without the path: bytes at `at` in the pool hold a struct
 * rest_fixed, then the communities. */
struct rest {
	uint32_t at, n;
	uint8_t flags;
};

struct rest_fixed {
	uint8_t origin, flags, fault, family;
	uint8_t next_hop[16];
	uint32_t otc, aggregator;
};

struct set {
	uint32_t path, rest;
};

/* A cell with a path id other than 0. */
struct extra {
	uint32_t prefix, path_id, set, next; /* next + 1; 0 = end */
	bool marked;
};

struct peer {
	struct rib_peer pub;
	uint32_t **pages;
	uint32_t n_pages;
	struct u64map extra_of;   /* prefix -> extra + 1 */
	VEC(struct extra) extras; /* withdrawn ones stay, with set 0 */
	uint64_t *marks;          /* by prefix; NULL = not marking */
	size_t n_marks;           /* words */
};

struct rib {
	struct pset *prefixes;
	struct strtab collectors;
	VEC(struct node) nodes;
	struct hidx node_idx;
	VEC(struct rest) rests;
	struct buf pool, scratch;
	struct hidx rest_idx;
	VEC(struct set) sets; /* set 0 = no route */
	struct hidx set_idx;
	VEC(struct peer) peers;
	struct hidx peer_idx;
	struct u64map peer_of_as;
};

uint32_t
path_node_add(struct rib *r, uint32_t asn, uint8_t kind, uint32_t parent);
uint32_t rest_add(struct rib *r, const void *bytes, size_t n);
uint32_t set_add(struct rib *r, uint32_t path, uint32_t rest);
