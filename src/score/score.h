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

/* --- facts of one network ---------------------------------------------- */

enum score_answer { SCORE_UNKNOWN, SCORE_NO, SCORE_YES };

/* One Spoofer session of one family (M5). */
struct spoof_fact {
	int64_t time_us;
	struct prefix client;
	uint8_t routed, private_; /* enum registry_spoof */
	int8_t nat;               /* 1, 0, -1 = not known */
};

/* What reference data say of a network, as of one moment.  Texts are
 * borrowed; "" = not known. */
struct network_facts {
	uint32_t asn;
	const char *name, *org;
	const char *country; /* two letters, upper case */
	const char *rir;     /* "ripencc" ... */
	const char *status;  /* of the delegation: "allocated" ... */
	/* MANRS programmes it takes part in, ';'-separated: "operator" */
	const char *programmes, *participant; /* organisation that joined */
	int64_t member_since_us;
	enum score_answer policy; /* M6 */
	const char *policy_from;  /* source and object */
	int64_t policy_us;        /* its date, or TIME_NONE */
	enum score_answer contact; /* M8 */
	const char *contact_from;
	int64_t contact_us;
	const char *as_set; /* PeeringDB's irr_as_set as given */
	bool spoof_known;   /* Spoofer data were loaded at all */
	const struct spoof_fact *spoof;
	size_t n_spoof;
};
