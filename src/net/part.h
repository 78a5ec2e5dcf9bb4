/* SPDX-License-Identifier: BSD-2-Clause */
/* part.h - what the two files of the frozen prefix map share. */
#pragma once

#include <string.h>

#include "net/net.h"

#define BLOCK 64 /* bytes */

struct key {
	uint64_t hi, lo;
};

static inline struct key
key_of(const struct prefix *p)
{
	uint64_t hi, lo;

	memcpy(&hi, p->addr, 8);
	memcpy(&lo, p->addr + 8, 8);
	return (struct key){ __builtin_bswap64(hi), __builtin_bswap64(lo) };
}

/* Addresses in one block of the tree. */
static inline uint32_t
fan(uint8_t family)
{
	return family == NET_IP4 ? BLOCK / 4 : BLOCK / 8;
}

typedef uint32_t four __attribute__((vector_size(16)));

/* How many of the 16 ascending addresses of a block are at most x. */
static inline uint32_t
count4(const uint8_t *block, uint32_t x)
{
	four v, behind = { 0 };

#pragma GCC unroll 4
	for (int i = 0; i < BLOCK; i += 16) {
		memcpy(&v, block + i, sizeof(v));
		behind += (four)(v > x); /* true is all ones */
	}
	return BLOCK / 4 + behind[0] + behind[1] + behind[2] + behind[3];
}

static inline uint32_t
count6(const uint8_t *block, uint64_t x)
{
	uint32_t n = 0;

#pragma GCC unroll 8
	for (int i = 0; i < BLOCK; i += 8) {
		uint64_t v;

		memcpy(&v, block + i, sizeof(v));
		n += v <= x;
	}
	return n;
}

/* Entries before x among those of block j of a level. */
static inline uint32_t
count(const struct pmap_half *h, uint8_t family, unsigned level, uint32_t j,
    uint64_t hi)
{
	const uint8_t *block = h->level[level] + (size_t)j * BLOCK;

	return j * fan(family) + (family == NET_IP4
					 ? count4(block, (uint32_t)(hi >> 32))
					 : count6(block, hi));
}

/* Address of entry i. */
static inline uint64_t
hi_of(const struct pmap_half *h, uint8_t family, uint32_t i)
{
	uint32_t v4;
	uint64_t v6;

	if (family == NET_IP4) {
		memcpy(&v4, h->level[0] + (size_t)i * 4, sizeof(v4));
		return (uint64_t)v4 << 32;
	}
	memcpy(&v6, h->level[0] + (size_t)i * 8, sizeof(v6));
	return v6;
}

/* Leading bits that two numbers have in common. */
static inline unsigned
common(uint64_t a, uint64_t b)
{
	uint64_t x = a ^ b;

	/* no branch: equal numbers come as they like */
	return (unsigned)__builtin_clzll(x | 1) + (x == 0);
}
