/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bunzip.c - a bzip2 file from its first byte to its last.
 *
 * The compressed bytes from the next block on lie in one window.  A block says
 * nowhere how long it is, so the window is searched for magics, and what lies
 * between two goes to the pool.  A magic may be chance, or malice: where a
 * block begins and ends is known only when the one before it was decoded.  The
 * pool's answer counts only for the place where a block does begin; if that is
 * none, what looked like the next magic was none, and the block is decoded
 * here, with as much of the window as it takes.  So what is read never depends
 * on threads.
 */
#include "os/bunzip.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define PIECE      (256 << 10) /* read at once */
#define HEAD_BYTES 4
#define CRC_BITS   32
#define NEVER      UINT64_MAX

struct bunzip {
	struct bunzip_source src;
	uint8_t *in; /* the window, some bytes of slack behind it */
	size_t n, room;
	uint64_t base; /* offset of in[0] */
	bool end;      /* nothing follows in[n - 1] */
	uint64_t bit;  /* where what was not yet read begins, in the file */
	uint64_t seen; /* magics that begin before are dealt with */
	uint64_t
	    open; /* the last of a block, whose end was not seen; or NEVER */
	/* Bit s of find[k][byte]: byte may stand k + 1 behind a magic that
	 * begins s bits into a byte; 8 more for the magic of an end. */
	uint16_t find[2][256];
	bool in_stream, any_stream;
	unsigned level;
	uint32_t crc; /* of the blocks of this stream */
	struct bunzip_pool *pool;
	struct bunzip_block block; /* one that the pool failed at */
	struct bunzip_runs runs;
};

bool
bunzip_is_magic(const uint8_t *p, size_t n)
{
	return n >= HEAD_BYTES && memcmp(p, "BZh", 3) == 0 && p[3] >= '1' &&
	       p[3] <= '9';
}

static void
find_init(struct bunzip *z)
{
	static const uint64_t magics[2] = { BUNZIP_MAGIC_BLOCK,
		BUNZIP_MAGIC_END };

	for (unsigned s = 0; s < 16; s++)
		for (unsigned k = 0; k < 2; k++) {
			uint64_t byte = magics[s / 8] >> (32 - 8 * k + s % 8);

			z->find[k][byte & 0xff] |= (uint16_t)(1 << s);
		}
}

struct bunzip *
bunzip_new(struct bunzip_source src)
{
	struct bunzip *z = mem_alloc(1, sizeof(*z));

	z->src = src;
	z->open = NEVER;
	z->pool = bunzip_pool_new();
	find_init(z);
	return z;
}

void
bunzip_threads(struct bunzip *z, unsigned n)
{
	bunzip_pool_threads(z->pool, n);
}

void
bunzip_free(struct bunzip *z)
{
	if (z == NULL)
		return;
	bunzip_pool_free(z->pool);
	free(z->block.bytes);
	free(z->in);
	free(z);
}

uint64_t
bunzip_pos(const struct bunzip *z)
{
	return (z->bit + 7) / 8;
}

/* --- the window ---------------------------------------------------------- */

static uint64_t
window_end(const struct bunzip *z)
{
	return z->base + z->n;
}

/* Some more bytes; z->end where there are none. */
static int
window_more(struct bunzip *z, struct err *err)
{
	size_t done = (size_t)(z->bit / 8 - z->base);

	if (done > z->n / 2) {
		memmove(z->in, z->in + done, z->n - done);
		z->n -= done;
		z->base += done;
	}
	if (z->room - z->n < PIECE) {
		z->room = z->room * 2 + PIECE;
		z->in = mem_realloc(z->in, z->room + 8, 1);
	}
	ssize_t got = z->src.read(z->src.ctx, z->in + z->n, PIECE, err);
	if (got == -1)
		return -1;
	z->n += (size_t)got;
	z->end = got == 0;
	return 0;
}

/* So many bits from z->bit on, or all that there are. */
static int
window_want(struct bunzip *z, uint64_t bits, struct err *err)
{
	while (!z->end && window_end(z) * 8 < z->bit + bits)
		if (window_more(z, err) == -1)
			return -1;
	return 0;
}

/* n <= 48 bits at that bit; the caller knows that they are there. */
static uint64_t
bits_at(const struct bunzip *z, uint64_t bit, unsigned n)
{
	uint64_t v;

	memcpy(&v, z->in + (bit / 8 - z->base), 8); /* see slack */
	return be64toh(v) << bit % 8 >> (64 - n);
}

static bool
have_bits(const struct bunzip *z, unsigned n)
{
	return z->bit + n <= window_end(z) * 8;
}

/* --- magics -------------------------------------------------------------- */

/* The first of `maybe` (see find[]) that is one, not before z->seen; NEVER. */
static uint64_t
check_magic(const struct bunzip *z, size_t i, unsigned maybe)
{
	for (unsigned s = 0; s < 8; s++) {
		uint64_t bit = (z->base + i) * 8 + s;

		if ((maybe >> s & 0x101) == 0 || bit < z->seen)
			continue;
		uint64_t here = bits_at(z, bit, BUNZIP_MAGIC_BITS);
		if (here == BUNZIP_MAGIC_BLOCK || here == BUNZIP_MAGIC_END)
			return bit;
	}
	return NEVER;
}

/* The first magic of the window at z->seen or behind it; NEVER: none yet. */
static uint64_t
next_magic(struct bunzip *z)
{
	size_t i = (size_t)(z->seen / 8 - z->base);

	for (; i + 8 <= z->n; i++) {
		unsigned maybe =
		    z->find[0][z->in[i + 1]] & z->find[1][z->in[i + 2]];
		uint64_t bit;

		if (maybe == 0 || (bit = check_magic(z, i, maybe)) == NEVER)
			continue;
		z->seen = bit;
		return bit;
	}
	if (z->seen < (z->base + i) * 8)
		z->seen = (z->base + i) * 8;
	return NEVER;
}

/* --- streams and blocks -------------------------------------------------- */

static int
damaged(const struct bunzip *z, struct err *err)
{
	return err_set(err, ERR_INPUT,
	    "damaged data at offset %llu of the bzip2 file",
	    (unsigned long long)(z->bit / 8));
}

static int
cut_short(const struct bunzip *z, struct err *err)
{
	return err_set(err, ERR_INPUT,
	    "cut short at offset %llu of the bzip2 file",
	    (unsigned long long)window_end(z));
}

/* Before a stream: 1 = here it begins, 0 = the file is over, -1. */
static int
begin_stream(struct bunzip *z, struct err *err)
{
	const uint8_t *p;

	for (;;) {
		if (window_want(z, HEAD_BYTES * 8, err) == -1)
			return -1;
		if (z->bit / 8 == window_end(z))
			return 0;
		p = z->in + (z->bit / 8 - z->base);
		if (*p != 0 || !z->any_stream)
			break;
		z->bit += 8;
	}
	if (*p != 'B' && z->any_stream)
		return err_set(err, ERR_INPUT,
		    "bytes that belong to nothing at offset %llu of the bzip2 "
		    "file",
		    (unsigned long long)(z->bit / 8));
	if (!have_bits(z, HEAD_BYTES * 8))
		return cut_short(z, err);
	if (!bunzip_is_magic(p, HEAD_BYTES))
		return damaged(z, err);
	z->level = p[3] - '0';
	z->crc = 0;
	z->bit += HEAD_BYTES * 8;
	z->in_stream = z->any_stream = true;
	return 1;
}

static int
end_stream(struct bunzip *z, struct err *err)
{
	if (window_want(z, BUNZIP_MAGIC_BITS + CRC_BITS, err) == -1)
		return -1;
	if (!have_bits(z, BUNZIP_MAGIC_BITS + CRC_BITS))
		return cut_short(z, err);
	z->bit += BUNZIP_MAGIC_BITS;
	uint64_t crc = bits_at(z, z->bit, CRC_BITS);
	if (crc != z->crc) {
		z->bit -= BUNZIP_MAGIC_BITS;
		return damaged(z, err);
	}
	z->bit = (z->bit + CRC_BITS + 7) / 8 * 8;
	z->in_stream = false;
	return 0;
}

/* The block that is open ends at that bit, or where the window does. */
static void
add_open(struct bunzip *z, uint64_t end)
{
	size_t from = (size_t)(z->open / 8 - z->base);
	size_t n = (size_t)((end + 7) / 8 - z->open / 8);

	bunzip_pool_add(z->pool, z->open, z->in + from,
	    n < BUNZIP_INPUT_MAX ? n : BUNZIP_INPUT_MAX);
	z->open = NEVER;
}

/* One more block for the pool: 1, or 0 if none is complete, -1. */
static int
add_one(struct bunzip *z, struct err *err)
{
	for (;;) {
		uint64_t bit = next_magic(z);
		bool over = bit == NEVER &&
			    (z->end || (z->open != NEVER &&
					   window_end(z) - z->open / 8 >=
					       BUNZIP_INPUT_MAX));

		if (z->open != NEVER && (bit != NEVER || over)) {
			add_open(z, bit == NEVER ? window_end(z) * 8 : bit);
			return 1;
		}
		if (over)
			return 0;
		if (bit != NEVER) {
			if (bits_at(z, bit, BUNZIP_MAGIC_BITS) ==
			    BUNZIP_MAGIC_BLOCK)
				z->open = bit;
			z->seen = bit + 1;
			continue;
		}
		/* The block that is waited for was added: wait for no other. */
		if (z->open != z->bit && z->seen > z->bit &&
		    !z->src.ready(z->src.ctx))
			return 0;
		if (window_more(z, err) == -1)
			return -1;
	}
}

/* The block at z->bit and those behind it go to the pool. */
static int
add_blocks(struct bunzip *z, struct err *err)
{
	int rc = 1;

	bunzip_pool_drop(z->pool, z->bit);
	if (z->open < z->bit)
		z->open = NEVER;
	if (z->seen < z->bit)
		z->seen = z->bit;
	while (rc == 1 && bunzip_pool_has_room(z->pool))
		rc = add_one(z, err);
	return rc == -1 ? -1 : 0;
}

static enum bunzip_status
decode_window(struct bunzip *z, size_t *n)
{
	size_t at = (size_t)(z->bit / 8 - z->base);
	struct bunzip_work *w = bunzip_work_borrow();

	*n = z->n - at < BUNZIP_INPUT_MAX ? z->n - at : BUNZIP_INPUT_MAX;
	if (z->block.bytes == NULL)
		z->block.bytes = mem_realloc(NULL, BUNZIP_BLOCK_MAX, 1);
	enum bunzip_status st =
	    bunzip_block_decode(w, z->in + at, *n, z->bit % 8, &z->block);
	bunzip_work_return(w);
	return st;
}

/* The block at z->bit into z->block, whatever that takes of the file. */
static int
decode_here(struct bunzip *z, struct err *err)
{
	size_t n;

	for (;;) {
		enum bunzip_status st = decode_window(z, &n);

		if (st == BUNZIP_OK)
			return 0;
		if (st == BUNZIP_BAD || n == BUNZIP_INPUT_MAX)
			return damaged(z, err);
		if (z->end)
			return cut_short(z, err);
		if (window_want(z, n * 2 * 8, err) == -1)
			return -1;
	}
}

static int
next_block(struct bunzip *z, struct err *err)
{
	if (add_blocks(z, err) == -1)
		return -1;
	const struct bunzip_block *b = bunzip_pool_get(z->pool, z->bit);
	if (b == NULL) {
		if (decode_here(z, err) == -1)
			return -1;
		b = &z->block;
	}
	if (b->n > z->level * BUNZIP_LEVEL_BYTES)
		return damaged(z, err);
	z->crc = (z->crc << 1 | z->crc >> 31) ^ b->crc;
	z->runs = (struct bunzip_runs){ .p = b->bytes, .end = b->bytes + b->n };
	z->bit = z->bit / 8 * 8 + b->end_bit;
	return 0;
}

/* 1 = another block is there, 0 = the file is over, -1. */
static int
step(struct bunzip *z, struct err *err)
{
	for (;;) {
		int rc = 1;

		if (!z->in_stream)
			rc = begin_stream(z, err);
		if (rc != 1)
			return rc;
		if (window_want(z, BUNZIP_MAGIC_BITS, err) == -1)
			return -1;
		if (!have_bits(z, BUNZIP_MAGIC_BITS))
			return cut_short(z, err);
		uint64_t magic = bits_at(z, z->bit, BUNZIP_MAGIC_BITS);
		if (magic == BUNZIP_MAGIC_BLOCK)
			return next_block(z, err) == -1 ? -1 : 1;
		if (magic != BUNZIP_MAGIC_END)
			return damaged(z, err);
		if (end_stream(z, err) == -1)
			return -1;
	}
}

ssize_t
bunzip_read(struct bunzip *z, uint8_t *dst, size_t n, struct err *err)
{
	for (;;) {
		size_t got = bunzip_runs_next(&z->runs, dst, n);

		if (got > 0)
			return (ssize_t)got;
		int rc = step(z, err);
		if (rc != 1)
			return rc;
	}
}
