/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encoder.c - gzip, bzip2, xz and zstd behind one interface.
 *
 * Levels are those at which more time buys little on routing data
 * (doc/decisions/018-output.md).  Nothing of time or name of a file goes into
 * the bytes, so that the same input gives the same output.
 */
#include "os/encoder.h"

#include <bzlib.h>
#include <isa-l/igzip_lib.h>
#include <limits.h>
#include <lzma.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/mem.h"

enum { GZIP_LEVEL = 3, BZIP2_LEVEL = 9, XZ_LEVEL = 2, ZSTD_LEVEL = 6 };

/* Where a library could not make its state: as any allocation that fails. */
static void
must(bool made)
{
	if (!made)
		abort();
}

static unsigned
as_unsigned(size_t n)
{
	return n > UINT_MAX ? UINT_MAX : (unsigned)n;
}

/* --- gzip (ISA-L) ------------------------------------------------------ */

struct gzip {
	struct isal_zstream z;
	uint8_t level[ISAL_DEF_LVL3_DEFAULT];
};

static void *
gzip_create(void)
{
	struct gzip *g = aligned_alloc(64, (sizeof(*g) + 63) & ~(size_t)63);

	must(g != NULL);
	isal_deflate_init(&g->z);
	g->z.gzip_flag = IGZIP_GZIP;
	g->z.level = GZIP_LEVEL;
	g->z.level_buf = g->level;
	g->z.level_buf_size = sizeof(g->level);
	return g;
}

static enum encoder_status
gzip_run(void *state, struct encoder_io *io, bool finish)
{
	struct isal_zstream *z = &((struct gzip *)state)->z;

	z->next_in = (uint8_t *)(uintptr_t)io->in;
	z->avail_in = as_unsigned(io->in_left);
	z->next_out = io->out;
	z->avail_out = as_unsigned(io->out_left);
	z->end_of_stream = finish;
	int r = isal_deflate(z);
	io->in = z->next_in;
	io->in_left = z->avail_in;
	io->out = z->next_out;
	io->out_left = z->avail_out;
	if (r != COMP_OK)
		return ENCODER_BAD;
	return z->internal_state.state == ZSTATE_END ? ENCODER_END
						     : ENCODER_MORE;
}

const struct encoder encoder_gzip = {
	.suffix = ".gz",
	.create = gzip_create,
	.run = gzip_run,
	.destroy = free,
};

/* --- bzip2 (libbz2) ---------------------------------------------------- */

static void *
bzip2_create(void)
{
	bz_stream *z = mem_alloc(1, sizeof(*z));

	must(BZ2_bzCompressInit(z, BZIP2_LEVEL, 0, 0) == BZ_OK);
	return z;
}

static enum encoder_status
bzip2_run(void *state, struct encoder_io *io, bool finish)
{
	bz_stream *z = state;

	if (io->in_left == 0 && !finish)
		return ENCODER_MORE; /* libbz2 calls that an error */
	z->next_in = (char *)(uintptr_t)io->in;
	z->avail_in = as_unsigned(io->in_left);
	z->next_out = (char *)io->out;
	z->avail_out = as_unsigned(io->out_left);
	int r = BZ2_bzCompress(z, finish ? BZ_FINISH : BZ_RUN);
	io->in = (const uint8_t *)z->next_in;
	io->in_left = z->avail_in;
	io->out = (uint8_t *)z->next_out;
	io->out_left = z->avail_out;
	if (r == BZ_STREAM_END)
		return ENCODER_END;
	return r == BZ_RUN_OK || r == BZ_FINISH_OK ? ENCODER_MORE : ENCODER_BAD;
}

static void
bzip2_destroy(void *state)
{
	(void)BZ2_bzCompressEnd(state);
	free(state);
}

const struct encoder encoder_bzip2 = {
	.suffix = ".bz2",
	.create = bzip2_create,
	.run = bzip2_run,
	.destroy = bzip2_destroy,
};

/* --- xz ---------------------------------------------------------------- */

static void *
xz_create(void)
{
	lzma_stream *z = mem_alloc(1, sizeof(*z));

	*z = (lzma_stream)LZMA_STREAM_INIT;
	must(lzma_easy_encoder(z, XZ_LEVEL, LZMA_CHECK_CRC64) == LZMA_OK);
	return z;
}

static enum encoder_status
xz_run(void *state, struct encoder_io *io, bool finish)
{
	lzma_stream *z = state;

	z->next_in = io->in;
	z->avail_in = io->in_left;
	z->next_out = io->out;
	z->avail_out = io->out_left;
	lzma_ret r = lzma_code(z, finish ? LZMA_FINISH : LZMA_RUN);
	io->in = z->next_in;
	io->in_left = z->avail_in;
	io->out = z->next_out;
	io->out_left = z->avail_out;
	if (r == LZMA_STREAM_END)
		return ENCODER_END;
	return r == LZMA_OK || r == LZMA_BUF_ERROR ? ENCODER_MORE : ENCODER_BAD;
}

static void
xz_destroy(void *state)
{
	lzma_end(state);
	free(state);
}

const struct encoder encoder_xz = {
	.suffix = ".xz",
	.create = xz_create,
	.run = xz_run,
	.destroy = xz_destroy,
};

/* --- zstd -------------------------------------------------------------- */

static void *
zstd_create(void)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();

	must(z != NULL);
	(void)ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, ZSTD_LEVEL);
	(void)ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	return z;
}

static enum encoder_status
zstd_run(void *state, struct encoder_io *io, bool finish)
{
	ZSTD_inBuffer in = { io->in, io->in_left, 0 };
	ZSTD_outBuffer out = { io->out, io->out_left, 0 };
	size_t r = ZSTD_compressStream2(state, &out, &in,
	    finish ? ZSTD_e_end : ZSTD_e_continue);

	io->in += in.pos;
	io->in_left -= in.pos;
	io->out += out.pos;
	io->out_left -= out.pos;
	if (ZSTD_isError(r))
		return ENCODER_BAD;
	return finish && r == 0 ? ENCODER_END : ENCODER_MORE;
}

static void
zstd_destroy(void *state)
{
	(void)ZSTD_freeCCtx(state);
}

const struct encoder encoder_zstd = {
	.suffix = ".zst",
	.create = zstd_create,
	.run = zstd_run,
	.destroy = zstd_destroy,
};
