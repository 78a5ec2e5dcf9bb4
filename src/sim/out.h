/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * out.h - the writers: one per family of files, all fed from a scenario and
 * its play.  Private to sim/.
 */
#pragma once

#include "sim/play.h"

struct out {
	const struct scenario *s;
	const char *dir;
	struct sim_report *report;
};

/* Write text to dir/NAME, making its folders; empties the buffer. */
int
out_file(struct out *o, const char *name, struct buf *text, struct err *err);
/* "20080224" and "2008_02_24" of the scenario's day. */
#define OUT_DAY_MAX 12
const char *out_day(const struct out *o, char out[OUT_DAY_MAX]);
const char *out_day_parts(const struct out *o, char out[OUT_DAY_MAX]);
/* A date as registries write it: YYYYMMDD. */
const char *out_date(char out[OUT_DAY_MAX], int64_t us);

int out_topology(struct out *o, struct err *err);
int out_registry(struct out *o, struct err *err); /* delegated-extended */
int out_irr(struct out *o, struct err *err);
int out_rpki(struct out *o, struct err *err); /* a file per change */
int out_peeringdb(struct out *o, struct err *err);
int out_spoofer(struct out *o, struct err *err);
int out_participants(struct out *o, struct err *err);
int out_truth(struct out *o, const struct play *p, struct err *err);
/* Table dumps while playing (play_dump, ctx = struct out), updates behind. */
int out_dump(void *ctx, const struct play *p, int64_t time_us, struct err *err);
int out_updates(struct out *o, const struct play *p, struct err *err);
