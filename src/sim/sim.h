/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sim.h - a small Internet with ground truth: text scenarios compiled into
 * the same files that archives and registries publish, and the comparison of
 * what was found in them with what really happened.
 *
 * Everything is a function of the scenario's text alone: no clock, no random
 * source, so the same scenario gives the same bytes.  doc/SCENARIOS.md tells
 * the language.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define SIM_SCENARIO_MAX (4 << 20) /* bytes of one scenario file */
#define SIM_INCLUDES_MAX 16        /* files of one scenario */
#define SIM_ASES_MAX     5000
#define SIM_LINKS_MAX    40000
#define SIM_PREFIXES_MAX 20000
#define SIM_EVENTS_MAX   4000  /* `at` statements */
#define SIM_ROWS_MAX     60000 /* registrations of one kind */
#define SIM_PEERS_MAX    64    /* of all collectors */
#define SIM_HISTORY_MAX  400   /* days of table dumps before the day */

/* --- scenarios --------------------------------------------------------- */

struct scenario;

/* Reads a scenario and what it includes (from its own folder).  Errors name
 * file and line. */
int scenario_load(const char *path, struct scenario **out, struct err *err);
/* The same from memory; `include` is refused. */
int scenario_parse(const char *name, const char *text, size_t n,
    struct scenario **out, struct err *err);
void scenario_free(struct scenario *s); /* accepts NULL */

struct scenario_facts {
	const char *name;  /* borrowed from the scenario */
	const char *title; /* one line for a person */
	int64_t day_us;
	uint32_t ases, links, prefixes, peers, events, history_days;
};
struct scenario_facts scenario_facts(const struct scenario *s);

/* --- compiling --------------------------------------------------------- */

struct sim_report {
	uint32_t files, dumps;
	uint64_t dump_routes, updates, routes; /* written */
	uint32_t expectations;
};

/*
 * Plays the scenario and writes out_dir/routes/... (MRT of each collector, in
 * the archives' layout), out_dir/reference/... (registries, topology, VRPs)
 * and out_dir/truth.jsonl.  Existing files are replaced one by one.
 */
int sim_write(const struct scenario *s, const char *out_dir,
    struct sim_report *report, struct err *err);

/* Plays without writing: the routes that the collectors' peers end up with,
 * as text, one a line: for tests. */
int
sim_final_routes(const struct scenario *s, struct buf *out, struct err *err);

/* --- evaluation -------------------------------------------------------- */

#define SIM_EVAL_LEVEL 2 /* incidents from E2 count as raised */

struct sim_eval;

/*
 * Compares what was found with the truth.  truth: rows of truth.jsonl;
 * observed: the object that `observe --json` prints, or rows of incidents.
 */
struct sim_eval *sim_eval_new(void);
void sim_eval_free(struct sim_eval *e); /* accepts NULL */
int
sim_eval_truth(struct sim_eval *e, const char *json, size_t n, struct err *err);
int sim_eval_observed(struct sim_eval *e, const char *json, size_t n,
    struct err *err);

struct sim_eval_result {
	bool as_expected;
	uint32_t expected, found; /* incidents of the truth, and matched ones */
	uint32_t unexpected;      /* raised, but neither expected nor allowed */
	uint32_t right_type;      /* of the matched, where the truth has one */
	const char *scenario, *title, *day; /* borrowed */
	const char *summary;     /* what was found, in a few words; borrowed */
	const char *differences; /* one a line, "" = none; borrowed */
};
void sim_eval_run(struct sim_eval *e, struct sim_eval_result *out);
