/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - what `check`, `report` and `score` share: one month of a store
 * in memory, scored, and the ways to print it.
 *
 * Everything printed depends on the store and the options alone: no clock, no
 * path of this machine but those that the user gave.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
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
#define REPORT_KIND_MAX 24
/* A kind of input for a column: "rpsl" of "rpsl:route,as-set". */
const char *report_kind(char out[REPORT_KIND_MAX], const char *kind);
/* Standard output; EXIT_CANNOT when it cannot be written. */
int report_print(const struct cmd *cmd, const struct buf *out);

/* --- one month in memory ----------------------------------------------- */

#define REPORT_ROUTES_MAX 200 /* of one incident kept in memory */

struct report_options {
	const char *store, *month; /* month NULL = the newest */
	uint32_t asn;              /* 0 = all */
	const char *country;       /* NULL = all */
	bool participants;         /* only networks of a programme */
	bool empty_too;            /* a month without data is no error */
	struct score_profile profile;
};

/* An input of the world, as one line of the store's text names it. */
struct report_source {
	const char *kind, *source, *date, *sha256;
};

/* A charge, and whether it enters the score. */
struct report_charge {
	struct detect_charge c;
	const struct incident *in; /* NULL = not in the store */
	const char *left_out;      /* why it does not count, or NULL */
};

/* A scored period with what it is made of. */
struct report_period {
	struct score_period p;
	size_t first, n; /* of report.events */
};

struct report_net {
	uint32_t asn;
	const struct network_facts *facts; /* NULL = nothing known */
	struct score_card card;
	bool has_before;
	struct score_value before[SCORE_IDS]; /* of the month before */
	size_t route, n_routes;               /* of report.routes */
	size_t charge, n_charges;             /* of report.charges */
	size_t period, n_periods;             /* of report.periods */
	size_t transit, n_transit;            /* of report.transit */
	struct score_caida a1, a4;
};

struct report {
	struct arena arena; /* all texts */
	struct report_options opt;
	int64_t month_us, until_us;
	struct store_world world; /* id "" = none */
	VEC(struct report_source) sources;
	VEC(struct store_input) inputs; /* that speak of this month */
	bool observed;
	int64_t from_us, last_us; /* routing data read, within the month */
	uint32_t collectors, incomplete;
	VEC(struct network_facts) facts;
	VEC(struct route_fact) routes;
	VEC(struct transit_fact) transit;
	VEC(struct report_charge) charges;
	VEC(struct score_event) events; /* ref = number of the charge */
	VEC(struct report_period) periods;
	VEC(struct incident) incidents; /* by start, then id */
	VEC(struct store_roll) rolls;
	VEC(struct report_net) nets; /* by asn */
	bool delegations;            /* some network's delegation is known */
};

/* ERR_INPUT: no such store, or nothing of that month in it. */
int
report_load(struct report *r, const struct report_options *o, struct err *err);
void report_free(struct report *r);
/* Scores of r->nets from what r holds: load does it; check again, when it put
 * newer facts and verdicts in place. */
void report_score(struct report *r);
const struct report_net *report_find(const struct report *r, uint32_t asn);
const struct incident *report_incident(const struct report *r, const char *id);

/* --- groups ------------------------------------------------------------ */

/* Is this network one of a region's (setting population)? */
bool report_counts(const struct report *r, const struct report_net *n);
void report_groups(const struct report *r, enum score_dim dim,
    struct score_groups *out);

/* One key figure over all networks that count. */
struct report_figure {
	uint32_t networks, level[SCORE_LEVELS];
	bool has, has_before;
	int32_t value_centi, before_centi; /* setting region.value */
	int32_t mean_centi, median_centi;
};
void
report_figures(const struct report *r, struct report_figure out[SCORE_IDS]);

#define REPORT_STEPS_MAX 600

/* Participation in one programme, and how it grew. */
struct report_programme {
	const char *name;
	uint32_t organisations, asns, countries;
	struct report_step {
		int64_t date_us;
		uint32_t organisations, asns;
	} * steps; /* by date; fewer than two: growth is unknown */
	size_t n_steps;
	const char *steps_from; /* "participants files", "member_since", "" */
	struct report_country {
		char cc[3];
		uint32_t organisations, asns;
	} * by_country; /* most organisations first */
	size_t n_by_country;
};
struct report_programmes {
	struct report_programme *p;
	size_t n, cap;
};
void report_programmes(const struct report *r, struct report_programmes *out);
void report_programmes_fini(struct report_programmes *p);

/* --- printing ---------------------------------------------------------- */

/* Every setting of the profile with its value, in lines of 79 columns. */
void report_settings_text(struct buf *out, const struct score_profile *p);
void report_text(const struct report *r, struct buf *out);
void report_json(const struct report *r, struct buf *out);
void report_csv(const struct report *r, struct buf *out);
void report_html(const struct report *r, struct buf *out);

/* The members that say what was judged by what: profile, month, settings,
 * world, inputs. */
void report_json_head(const struct report *r, struct json_writer *w);
void report_json_net(const struct report *r, const struct report_net *n,
    struct json_writer *w);
void report_json_incident(const struct incident *in, struct json_writer *w);
/* The same members into an object that the caller opened. */
void
report_json_incident_members(const struct incident *in, struct json_writer *w);
/* "2020-02-01 00:00" in UTC, "open" for TIME_NONE. */
const char *report_when(char out[TIME_TEXT_MAX], int64_t us);
/* "February 2008". */
const char *report_month_name(char out[TIME_TEXT_MAX], int64_t us);
/* What readers ask most, sentence by sentence; NULL past the end. */
const char *report_note(size_t i);
/* Why this percentage, in one sentence: "M2 of 1 gives 48.56 % at weight ..";
 * "" where there is nothing to explain. */
void report_explain(const struct report *r, const struct report_net *n,
    enum score_id s, struct buf *out);
