/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decoder.c - gzip by ISA-L, xz and zstd by their own libraries.
 */
#include <isa-l/igzip_lib.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "os/stream.h"

static unsigned
as_unsigned(size_t n)
{
	return n > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)n;
}

/* --- gzip (RFC 1952) --------------------------------------------------- */

static bool
gzip_is_magic(const uint8_t *p, size_t n)
{
	return n >= 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8;
}

static void *
gzip_create(void)
{
	struct inflate_state *z = aligned_alloc(64,
	    (sizeof(struct inflate_state) + 63) & ~(size_t)63);

	if (z == NULL)
		abort();
	isal_inflate_init(z);
	return z;
}

static void
gzip_reset(void *state)
{
	struct inflate_state *z = state;

	isal_inflate_reset(z);
	z->crc_flag = ISAL_GZIP; /* header, data, checked trailer */
}

static enum decoder_status
gzip_run(void *state, struct decoder_io *io, bool at_end)
{
	struct inflate_state *z = state;

	(void)at_end;
	z->next_in = (uint8_t *)(uintptr_t)io->in;
	z->avail_in = as_unsigned(io->in_left);
	z->next_out = io->out;
	z->avail_out = as_unsigned(io->out_left);
	int r = isal_inflate(z);
	io->in_left -= (size_t)(z->next_in - io->in);
	io->out_left -= (size_t)(z->next_out - io->out);
	io->in = z->next_in;
	io->out = z->next_out;
	if (r != ISAL_DECOMP_OK && r != ISAL_END_INPUT &&
	    r != ISAL_OUT_OVERFLOW)
		return DECODER_BAD;
	return z->block_state == ISAL_BLOCK_FINISH ? DECODER_MEMBER_END
						   : DECODER_MORE;
}

const struct decoder decoder_gzip = {
	.name = "gzip",
	.first_byte = 0x1f,
	.is_magic = gzip_is_magic,
	.create = gzip_create,
	.reset = gzip_reset,
	.run = gzip_run,
	.destroy = free,
};

/* --- xz ---------------------------------------------------------------- */

static bool
xz_is_magic(const uint8_t *p, size_t n)
{
	return n >= 6 && memcmp(p,
			     "\xfd"
			     "7zXZ\0",
			     6) == 0;
}

static void *
xz_create(void)
{
	return mem_alloc(1, sizeof(lzma_stream));
}

static void
xz_reset(void *state)
{
	lzma_stream *z = state;

	lzma_end(z);
	*z = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_stream_decoder(z, DECODER_MEM_MAX, 0) != LZMA_OK)
		lzma_end(z); /* the first lzma_code() then fails */
}

static enum decoder_status
xz_run(void *state, struct decoder_io *io, bool at_end)
{
	lzma_stream *z = state;

	z->next_in = io->in;
	z->avail_in = io->in_left;
	z->next_out = io->out;
	z->avail_out = io->out_left;
	lzma_ret r = lzma_code(z, at_end ? LZMA_FINISH : LZMA_RUN);
	io->in = z->next_in;
	io->in_left = z->avail_in;
	io->out = z->next_out;
	io->out_left = z->avail_out;
	if (r == LZMA_STREAM_END)
		return DECODER_MEMBER_END;
	if (r == LZMA_MEMLIMIT_ERROR || r == LZMA_MEM_ERROR)
		return DECODER_LIMIT;
	/* No progress for want of input: the caller knows if more follows. */
	return r == LZMA_OK || r == LZMA_BUF_ERROR ? DECODER_MORE : DECODER_BAD;
}

static void
xz_destroy(void *state)
{
	lzma_end(state);
	free(state);
}

const struct decoder decoder_xz = {
	.name = "xz",
	.first_byte = 0xfd,
	.is_magic = xz_is_magic,
	.create = xz_create,
	.reset = xz_reset,
	.run = xz_run,
	.destroy = xz_destroy,
};

/* --- zstd (RFC 8878) --------------------------------------------------- */

static bool
zstd_is_magic(const uint8_t *p, size_t n)
{
	return n >= 4 && memcmp(p, "\x28\xb5\x2f\xfd", 4) == 0;
}

static void *
zstd_create(void)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();

	if (z == NULL)
		abort();
	/* 2^29 = DECODER_MEM_MAX */
	(void)ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, 29);
	return z;
}

static void
zstd_reset(void *state)
{
	(void)ZSTD_DCtx_reset(state, ZSTD_reset_session_only);
}

static enum decoder_status
zstd_run(void *state, struct decoder_io *io, bool at_end)
{
	ZSTD_inBuffer in = { io->in, io->in_left, 0 };
	ZSTD_outBuffer out = { io->out, io->out_left, 0 };
	size_t r = ZSTD_decompressStream(state, &out, &in);

	(void)at_end;
	io->in += in.pos;
	io->in_left -= in.pos;
	io->out += out.pos;
	io->out_left -= out.pos;
	if (ZSTD_isError(r))
		return DECODER_BAD;
	return r == 0 ? DECODER_MEMBER_END : DECODER_MORE;
}

static void
zstd_destroy(void *state)
{
	(void)ZSTD_freeDCtx(state);
}

const struct decoder decoder_zstd = {
	.name = "zstd",
	.first_byte = 0x28,
	.is_magic = zstd_is_magic,
	.create = zstd_create,
	.reset = zstd_reset,
	.run = zstd_run,
	.destroy = zstd_destroy,
};
