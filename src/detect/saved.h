/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * saved.h - the form of the saved state.
 *
 *   det.head    struct saved_head
 *   det.p*      the prefixes that rows below name: a map of net/net.h, whose
 *               entry numbers are their names
 *   det.row     by prefix: its first row of det.pair; and one more
 *   det.pair    struct saved_pair, by prefix, origin
 *   det.days    struct saved_days, distinct and sorted
 *   det.orig    struct saved_origin, by ASN
 *   det.coll    struct saved_coll, by name of the collector
 *   det.seg     struct saved_seg, by a, b, c, kind
 *   det.inc     struct saved_inc, by serial
 *   det.merged  ids of what was merged into them, one after the other
 *   det.find    struct saved_finding, by serial
 *   det.num     peers, nexts and victims of each, ascending
 *   det.gain    struct saved_gain, by ASN, day
 *   det.pass    struct saved_transit, by ASN, neighbour, prefix, origin
 *   rib.*       rib/saved.h
 *
 * What is dropped, by content and time alone, so that it does not matter how
 * often a state was saved:
 *   - pairs that are over (pair_over()), in memory and in the file before;
 *   - incidents to which nothing can be added (I_CLOSED), and their findings:
 *     they were emitted by the run in which they closed;
 *   - segments that would count as new when they came again, unless a finding
 *     names them;
 *   - gains older than the window they are compared in;
 *   - facts of months that are over, emitted as well;
 *   - prefixes, paths and attributes that nothing names any more.
 * Month, bin and day follow from the time; wake-ups, verdicts of prefixes,
 * the findings of each incident, open and dark counts from the findings.
 * Counters of pairs and segments are saved as they are.
 */
#pragma once

#include "detect/part.h"

#define SAVED_MARK    "CMTYDET"
#define SAVED_VERSION 3

#define DAY_WORDS (HISTORY_DAYS_MAX / 64)

struct saved_head {
	char mark[8];
	uint32_t version;
	int32_t covered_first, covered_last;
	uint32_t zero;
	int64_t now;
	uint64_t next_finding, next_inc;
	uint64_t covered[DAY_WORDS];
	uint8_t world[32]; /* id of the one that judged; zero = none */
};

/* The last bit is that of the last day, the one before of the day before. */
struct saved_days {
	uint64_t bits[DAY_WORDS];
};

struct saved_pair {
	uint32_t origin, days; /* row of det.days */
	int32_t first, last;
	uint16_t peers, full_ases, max_full;
	uint8_t verdicts; /* rov, irr << 4 */
	uint8_t flags;
};

/* Its two newest pairs that are not live; prefix NONE: there is none. */
struct saved_origin {
	uint32_t asn, prefix[2];
	int32_t last[2];
};

struct saved_coll {
	int64_t first_us;
	uint32_t dumps;
	uint8_t baseline, zero[3];
};

struct saved_seg {
	int64_t first_us, last_us;
	uint32_t a, b, c, kind, live;
	uint8_t base, zero[3];
};

struct saved_inc {
	uint64_t serial, id;
	int64_t start, end, due;
	uint64_t evidence;
	uint32_t culprit, win, counted, as_a, flags, n_merged;
	uint8_t class, state, level, type, own, zero[3];
};

struct saved_finding {
	uint64_t serial, evidence;
	int64_t start, end, since, dark_at;
	double nats;
	uint32_t prefix, who, origin, other, path, incident, peers_max, flags;
	uint32_t n_peers, n_nexts, n_victims;
	uint8_t rule, level, benign, type, rov, irr, zero[2];
	uint32_t zero2;
};

struct saved_gain {
	uint32_t asn, most;
	int32_t day;
};

struct saved_transit {
	uint32_t asn, neighbor, prefix, origin;
	uint8_t rpki, irr, zero[2];
};

/* The state that was loaded: mapped, its rows brought in when touched. */
struct saved {
	struct pmap prefixes;
	const uint32_t *row; /* prefixes.n + 1; NULL = no prefixes */
	const struct saved_pair *pairs;
	const struct saved_days *days;
	const struct saved_origin *origins;
	uint32_t n_pairs, n_days, n_origins;
	int64_t month; /* of max_full */
};

/* What finding.other names. */
static inline bool
other_is_prefix(uint8_t rule, uint32_t other)
{
	return rule == RULE_ORIGIN && other != NONE;
}

static inline bool
other_is_seg(uint8_t rule, uint32_t other)
{
	return rule == RULE_LEAK && other != NONE;
}

void days_pack(const struct days *d, uint64_t out[DAY_WORDS]);
void days_unpack(int32_t first, int32_t last, const uint64_t in[DAY_WORDS],
    struct days *out);
/* Rows of an entry of saved.prefixes. */
uint32_t saved_rows(const struct saved *s, uint32_t entry, uint32_t *first);
