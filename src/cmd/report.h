/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - what `check`, `report` and `score` share: one month of a store
 * in memory, and the ways to print it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utc.h"
#include "cmd/cmd.h"
#include "detect/detect.h"
#include "score/score.h"
#include "store/store.h"
#include "json/json.h"

/* --- options ----------------------------------------------------------- */

/* --profile NAME, then every --set NAME=VALUE of a command line. */
int report_profile(int argc, char **argv, struct score_profile *out,
    struct err *err);
/* Every setting of 4.3 with its value, in lines of 79 columns. */
void report_settings_text(struct buf *out, const struct score_profile *p);
/* Standard output; EXIT_CANNOT when it cannot be written. */
int report_print(const struct cmd *cmd, const struct buf *out);
