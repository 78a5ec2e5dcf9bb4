/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - what stream.c asks of a decompressor; private to os/.
 */
#pragma once

#include "os/os.h"

#define DECODER_MAGIC_MAX 6
#define DECODER_MEM_MAX   (UINT64_C(512) << 20) /* of xz and zstd windows */

struct decoder_io {
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
};

enum decoder_status {
	DECODER_MORE,       /* go on */
	DECODER_MEMBER_END, /* this member is complete; input may go on */
	DECODER_BAD,
	DECODER_LIMIT, /* wants more than DECODER_MEM_MAX */
};

struct decoder {
	const char *name;
	uint8_t first_byte; /* of every member */
	bool (*is_magic)(const uint8_t *p, size_t n);
	void *(*create)(void);
	void (*reset)(void *state); /* before each member */
	/* Consumes and produces what it can; at_end: no more input follows. */
	enum decoder_status (
	    *run)(void *state, struct decoder_io *io, bool at_end);
	void (*destroy)(void *state);
};

extern const struct decoder decoder_gzip, decoder_xz, decoder_zstd;
