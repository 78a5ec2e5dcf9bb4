/* SPDX-License-Identifier: BSD-2-Clause */
/* encoder.h - what output.c asks of a compression. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct encoder_io {
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
};

enum encoder_status {
	ENCODER_MORE, /* all input is taken; or `out` is full: call again */
	ENCODER_END,  /* everything of a finished stream is out */
	ENCODER_BAD,  /* it broke its own rules: a fault of ours */
};

struct encoder {
	const char *suffix; /* of file names: ".gz" */
	void *(*create)(void);
	/* finish: nothing comes behind this input. */
	enum encoder_status (
	    *run)(void *state, struct encoder_io *io, bool finish);
	void (*destroy)(void *state);
};

extern const struct encoder encoder_gzip, encoder_bzip2, encoder_xz,
    encoder_zstd;
