/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bunzip.h - bzip2, private to os/: files (bunzip.c) and single blocks.
 *
 * The format as libbz2 1.0.8 reads it:
 *
 *   file    stream | stream | ... , each beginning at a byte
 *   stream  "BZh" level '1'..'9' | block | ... | end of stream
 *   block   0x314159265359 48 bits | CRC 32 | randomised 1 | origin 24 |
 *           bytes in use 16 + 16 for each bit set | tables 3 | selectors 15 |
 *           selectors, unary | code lengths of each table, as differences |
 *           symbols, a table for every 50
 *   end     0x177245385090 48 bits | CRC of all blocks 32 | up to a byte
 *
 * Only the first block of a stream begins at a byte; there is no length.
 * Symbols give runs and move-to-front positions; these the last column of the
 * sorted rotations of the block; that the block's bytes, in which four equal
 * ones are followed by a count of up to 255 more.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BUNZIP_LEVEL_BYTES 100000 /* of a block, for each level */
#define BUNZIP_BLOCK_MAX   (9 * BUNZIP_LEVEL_BYTES)
#define BUNZIP_MAGIC_BITS  48
#define BUNZIP_MAGIC_BLOCK UINT64_C(0x314159265359)
#define BUNZIP_MAGIC_END   UINT64_C(0x177245385090)

/* --- files --------------------------------------------------------------- */

#define BUNZIP_INPUT_MAX   (4 << 20) /* compressed bytes of a block */
#define BUNZIP_THREADS_MAX 8

struct err;

struct bunzip_source {
	/* Up to n more bytes of the file: how many, 0 at its end, -1. */
	ssize_t (*read)(void *ctx, uint8_t *dst, size_t n, struct err *err);
	bool (*ready)(void *ctx); /* would read() return at once? */
	void *ctx;
};

struct bunzip;
bool bunzip_is_magic(const uint8_t *p, size_t n); /* n >= 4 */
struct bunzip *bunzip_new(struct bunzip_source src);
/*
 * How many threads may decode, the reader's own included; 1 until told, at most
 * BUNZIP_THREADS_MAX.  Each costs 7.2 MB, and
 * 2.3 MB of blocks in flight and what these are compressed.  What is read does
 * not depend on it.
 */
void bunzip_threads(struct bunzip *z, unsigned n);
/*
 * Up to n bytes: how many, 0 at the end, -1 on failure.  A block is given when
 * its CRC was found right; ERR_INPUT names the offset of the one that is
 * damaged, or where the file is cut short.  Zeros behind a stream are skipped.
 */
ssize_t bunzip_read(struct bunzip *z, uint8_t *dst, size_t n, struct err *err);
/* Offset behind the block that bytes come from now. */
uint64_t bunzip_pos(const struct bunzip *z);
void bunzip_free(struct bunzip *z); /* accepts NULL */

/* --- blocks -------------------------------------------------------------- */

enum bunzip_status {
	BUNZIP_OK,
	BUNZIP_SHORT, /* the bytes given end before the block does */
	BUNZIP_BAD,
};

/* A block whose CRC is right, its runs not yet expanded. */
struct bunzip_block {
	uint8_t *bytes; /* BUNZIP_BLOCK_MAX, the caller's */
	uint32_t n;     /* bytes, to be held against the stream's level */
	uint32_t crc;
	uint64_t end_bit; /* where the next block begins */
};

/*
 * What decoding a block needs besides, 7.2 MB, for as long as that takes.  The
 * process keeps up to BUNZIP_THREADS_MAX of them for the next who asks.
 */
struct bunzip_work;
struct bunzip_work *bunzip_work_borrow(void);
void bunzip_work_return(struct bunzip_work *w);

/*
 * The block whose magic begins at that bit of n bytes.  If it is bad for its
 * checksum alone, b is filled all the same; else b->n is 0.
 */
enum bunzip_status bunzip_block_decode(struct bunzip_work *w, const uint8_t *p,
    size_t n, uint64_t bit, struct bunzip_block *b);

/*
 * Expanding the runs of a block: {.p = bytes, .end = bytes + n}.  Gives up to
 * room bytes, fewer only at the end.  A block that ends where a count should
 * stand leaves equal at 4 (bunzip_block_decode() refuses it).
 */
struct bunzip_runs {
	const uint8_t *p, *end;
	unsigned equal; /* of the bytes given last, 0 to 4 */
	unsigned left;  /* still to be given of a counted run */
	uint8_t last;
};
size_t bunzip_runs_next(struct bunzip_runs *r, uint8_t *dst, size_t room);

/* --- bunzip_pool.c ------------------------------------------------------- */

/* Blocks decoded ahead by some threads, of which the reader is one. */
struct bunzip_pool;
struct bunzip_pool *bunzip_pool_new(void);
void bunzip_pool_threads(struct bunzip_pool *p, unsigned n);
void bunzip_pool_free(struct bunzip_pool *p); /* accepts NULL */
bool bunzip_pool_has_room(const struct bunzip_pool *p);
/*
 * A block seems to begin at that bit of the file, which stands in in[0], and to
 * end in n bytes (copied).  Bits ascend.  Only if there is room.
 */
void bunzip_pool_add(struct bunzip_pool *p, uint64_t at, const uint8_t *in,
    size_t n);
/* What was added for less than that bit is not wanted any more. */
void bunzip_pool_drop(struct bunzip_pool *p, uint64_t before);
/*
 * The block that was added first, at that bit; borrowed until it is dropped.
 * NULL: that is another one, or it was not decoded for whatever reason.
 */
const struct bunzip_block *bunzip_pool_get(struct bunzip_pool *p, uint64_t at);

/* --- parts of bunzip_block_decode() -------------------------------------- */

/* A run of the last column: its byte below, its length above. */
#define BUNZIP_RUN_BYTE_BITS 8

struct bunzip_bwt {
	uint32_t *rows; /* BUNZIP_BLOCK_MAX + 1 */
	/* BUNZIP_BLOCK_MAX and some: the column, then bytes of the lanes. */
	union {
		uint32_t *runs;
		uint8_t *lanes;
	};
};

/* out[0..n): the bytes whose last column are n_runs runs; origin < n. */
void bunzip_bwt_invert(struct bunzip_bwt *t, size_t n_runs, uint32_t n,
    uint32_t origin, uint8_t *out);

/* Undoes what bzip2 up to 0.9.0 did to a block with the flag. */
void bunzip_derandomise(uint8_t *bytes, uint32_t n);
