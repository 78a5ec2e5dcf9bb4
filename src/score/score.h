/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * score.h - MANRS metrics, scores and levels: pure functions over events and
 * facts of one month.
 *
 * Nothing here reads routing data or files.  Definitions and profiles follow
 * the MANRS measurement framework as doc/METRICS.md restates it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/utc.h"
#include "net/net.h"
#include "json/json.h"

enum metric {
	METRIC_M1,
	METRIC_M1C,
	METRIC_M2,
	METRIC_M2C,
	METRIC_M3,
	METRIC_M3C,
	METRIC_M4,
	METRIC_M4C,
	METRIC_M5,
	METRIC_M5C,
	METRIC_M6,
	METRIC_M7IRR,
	METRIC_M7RPKI,
	METRIC_M8,
	METRICS
};
#define METRIC_INCIDENTS 8 /* the first eight come from incidents */

const char *metric_name(enum metric m);
bool metric_parse(struct str s, enum metric *out);

/* One event charged to a network. */
struct score_event {
	uint32_t asn;
	enum metric metric;
	uint8_t administrative; /* bogons: not full, shown only */
	int64_t start, end;     /* end TIME_NONE = open */
	uint32_t weight_micro;
	uint32_t ref; /* the caller's: which incident or line */
};
