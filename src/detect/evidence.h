/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence.h - the named weights for and against, and the arithmetic that
 * turns a set of them into nats and points.
 *
 * A finding keeps the set of names that apply to it as bits; texts are made
 * from it when an incident is emitted, so that anyone can recompute the sum
 * from the printed names and weights.
 */
#pragma once

#include "detect/detect.h"

enum family {
	FAM_RPKI,
	FAM_IRR,
	FAM_RELATION,
	FAM_HISTORY,
	FAM_TOPOLOGY,
	FAM_VISIBILITY,
	FAM_LISTS,
	FAM_COUNT
};

enum ev {
	EV_INVALID_ASN,   /* a valid route competes */
	EV_INVALID_ALONE, /* ... none does */
	EV_INVALID_AS0,
	EV_INVALID_LEN,
	EV_ROA_VALID,
	EV_ROA_CHANGED,
	EV_ASPA_INVALID,
	EV_IRR_EXACT_A,
	EV_IRR_EXACT_B,
	EV_IRR_FRESH,
	EV_IRR_OTHER,
	EV_SAME_ORG,
	EV_RELATION,
	EV_STRANGERS,
	EV_VALLEY,
	EV_OTC,
	EV_COHISTORY,
	EV_STABLE_MOAS,
	EV_MORE_SPECIFIC,
	EV_MASS,
	EV_LASTED,
	EV_TRANSFER,
	EV_NEW_SEGMENT,
	EV_NO_BASELINE,
	EV_CLIQUE_GAP,
	EV_VOLUME,
	EV_NEW_STUB,
	EV_FAT_FINGER,
	EV_ONE_PEER,
	EV_TENTH,
	EV_CLIQUE,
	EV_BOGON_FULL,
	EV_BOGON_ADMIN,
	EV_BOGON_ASN,
	EV_SCRUBBER,
	EV_IXP_LAN,
	EV_PATH_FAULT,
	EV_COUNT
};

#define EV(e) (UINT64_C(1) << (e))

struct ev_row {
	const char *name;
	enum family family;
	double weight; /* default, nats */
	const char *doc;
};

extern const struct ev_row ev_rows[EV_COUNT];
extern const char *const family_names[FAM_COUNT];

struct detect_config;

/* Sum of the weights of a set, each family cut at its cap. */
double ev_nats(const struct detect_config *c, uint64_t set);
/* Families whose sum speaks for the suspicion. */
unsigned ev_families_for(const struct detect_config *c, uint64_t set);
/* clamp(50 + 10 L), clipped to the band of the level. */
int ev_points(double nats, unsigned level);
