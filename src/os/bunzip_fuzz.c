/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bunzip_fuzz.c - bzip2 against libbz2.  Properties: both give the same bytes,
 * or both refuse; and so they do with the checksums put right, which a change
 * by chance never meets.
 */
#include "os/bunzip_ref.h"

#include <endian.h>
#include <isa-l/crc.h>

#define OUT_MAX (4 << 20) /* compared of each */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* n <= 48 bits of v at that bit. */
static void
put_bits(uint8_t *p, uint64_t bit, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++, bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		if (v >> (n - 1 - i) & 1)
			p[bit / 8] |= mask;
		else
			p[bit / 8] &= (uint8_t)~mask;
	}
}

/* The first block alone, its checksum and that of the stream made right. */
static void
try_mended(const uint8_t *data, size_t size)
{
	struct bunzip_work *w = bunzip_work_borrow();
	uint8_t *bytes = mem_realloc(NULL, BUNZIP_BLOCK_MAX, 1);
	struct bunzip_block b = { .bytes = bytes };
	uint8_t *copy = mem_alloc(size + 16, 1), *piece = mem_alloc(8192, 1);
	uint32_t crc = 0;
	size_t got;

	memcpy(copy, data, size);
	memcpy(copy, "BZh9", 4);
	put_bits(copy, 32, BUNZIP_MAGIC_BLOCK, 48);
	enum bunzip_status st = bunzip_block_decode(w, copy, size, 32, &b);
	if (st != BUNZIP_OK && b.n == 0)
		goto out; /* not the checksum's fault */
	struct bunzip_runs runs = { .p = bytes, .end = bytes + b.n };
	while ((got = bunzip_runs_next(&runs, piece, 8192)) > 0)
		crc = crc32_ieee(crc, piece, got);
	put_bits(copy, 32 + 48, crc, 32);
	put_bits(copy, b.end_bit, BUNZIP_MAGIC_END, 48);
	put_bits(copy, b.end_bit + 48, crc, 32);
	struct compared c =
	    ref_compare(copy, (b.end_bit + 80 + 7) / 8, 4096, 1, OUT_MAX);
	if (c.wrong != NULL || (c.n < OUT_MAX && c.good != (runs.equal < 4)))
		abort();
out:
	bunzip_work_return(w);
	free(bytes);
	free(copy);
	free(piece);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!bunzip_is_magic(data, size))
		return 0;
	if (ref_compare(data, size, 1 + size % 97, (unsigned)(1 + size % 3),
		OUT_MAX)
		.wrong != NULL)
		abort();
	if (size > 10)
		try_mended(data, size);
	return 0;
}
