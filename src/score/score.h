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
#include "base/mem.h"
#include "base/utc.h"
#include "detect/detect.h"
#include "net/net.h"
#include "world/world.h"
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
	uint32_t customer; /* of this direct customer (M5C); 0 = its own */
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
	enum score_answer policy;  /* M6 */
	const char *policy_from;   /* source and object */
	int64_t policy_us;         /* its date, or TIME_NONE */
	enum score_answer contact; /* M8 */
	const char *contact_from;
	int64_t contact_us;
	const char *as_set; /* PeeringDB's irr_as_set as given */
	bool spoof_known;   /* Spoofer data were loaded at all */
	const struct spoof_fact *spoof;
	size_t n_spoof;
};

/*
 * Fill *out for asn from the tables in force.  Texts and sessions live in *a
 * or in the view.  moment: what participants and ages are asked for.  -1 only
 * when a table is damaged.
 */
int
score_network_facts(const struct world_view *v, uint32_t asn, int64_t moment,
    struct arena *a, struct network_facts *out, struct err *err);

/* The inputs of a world for struct store_world: "kind TAB source TAB day TAB
 * SHA-256", one a line. */
void score_world_lines(const struct world *w, struct buf *out);

/* --- settings and profiles --------------------------------------------- */

enum score_profile_id { OBS_2024, OBS_2022, OBS_2018, SCORE_PROFILES };

enum score_type {
	SCORE_NUMBER, /* v[0] */
	SCORE_PAIR,   /* "0.2/0.05": v[0], v[1] */
	SCORE_CHOICE, /* v[0] = index of choices[] */
	SCORE_TERMS,  /* "M2 M2C": v[0] = bit m set for metric m */
};

/* Numbers of the settings that scoring itself asks for. */
enum score_key {
	SET_A1_TERMS,
	SET_A1_WEIGHTS,
	SET_A3_FORMULA,
	SET_A4_M6,
	SET_CURVE,
	SET_BASE,
	SET_SCALE,
	SET_READY,
	SET_ASPIRING,
	SET_RPKI_FACTOR,
	SET_RPKI_FLOOR,
	SET_M7_SCOPE,
	SET_M7_ZERO,
	SET_LONG,
	SET_BOGON_FULL,
	SET_M5_PRIVATE,
	SET_M5_WINDOW,
	SET_M5_NAT,
	SET_M8_SOURCES,
	SET_MIN_PEERS,
	SET_PARTICIPANT,
	SET_REGION,
	SET_HIJACK_FILTER,
	SET_ACCOMPLICE,
	SET_M4_ATTRIBUTION,
	SET_M4_SOURCE,
	SET_BOGON_PEERS,
	SET_BOGON_SECONDS,
	SET_POPULATION,
	SET_API_SCALE,
	SET_API_LEVELS,
	SET_CAIDA_CDN,
	SET_ROLE_LABELS,
	SET_IXP_ITEMS,
	SCORE_SETTINGS
};

struct score_setting {
	const char *name; /* "rpki.invalid_factor" */
	enum score_type type;
	const char *def[SCORE_PROFILES]; /* as score_profile_set() takes it */
	double min, max;                 /* of numbers */
	const char *const *choices;      /* SCORE_CHOICE; NULL-terminated */
	bool at_observe; /* decided when routes are judged, not here */
	const char *doc; /* one line */
};

struct score_profile {
	enum score_profile_id id;
	double v[SCORE_SETTINGS][2];
};

const struct score_setting *score_setting(size_t i); /* NULL past the end */
const char *score_profile_name(enum score_profile_id id); /* "obs-2024" */
/* "obs-2024", "obs-2022", "obs-2018" to its defaults. */
bool score_profile_init(struct score_profile *p, struct str name);
/* ERR_INPUT: no such setting, or the value is not of its type or range. */
int score_profile_set(struct score_profile *p, struct str name,
    struct str value, struct err *err);
#define SCORE_VALUE_MAX 64
const char *score_profile_text(const struct score_profile *p, size_t i,
    char out[SCORE_VALUE_MAX]);

/* --- one network in one month ------------------------------------------ */

/* A scored period: events of one (asn, metric, weight, administrative) that
 * touch or overlap, clipped to the month. */
struct score_period {
	uint32_t asn;
	enum metric metric;
	uint8_t administrative;
	uint32_t weight_micro;
	int64_t start, end;
	int64_t score_micro;
	uint32_t n_events, ref; /* ref of the first event */
};
struct score_periods {
	struct score_period *p;
	size_t n, cap;
}; /* a VEC */
/* Appends, ordered by asn, metric, administrative, weight, start; *e is
 * sorted in place.  month_us: first instant of the month. */
void score_merge(const struct score_profile *p, int64_t month_us,
    struct score_event *e, size_t n, struct score_periods *out);
/* Score of one incident of d microseconds and weight 1, in halves. */
int64_t score_halves(const struct score_profile *p, int64_t d_us);
/* raw (micro-units) to percent in hundredths: 500000 -> 6000. */
int32_t score_curve(const struct score_profile *p, int64_t raw_micro);

enum score_level {
	SCORE_NO_DATA,
	SCORE_LAGGING,
	SCORE_ASPIRING,
	SCORE_READY,
	SCORE_LEVELS
};
const char *score_level_name(enum score_level l); /* "no_data_available" */
/* value in hundredths of a percent */
enum score_level score_level(const struct score_profile *p, int32_t centi);

enum score_id { /* the five key figures */
	SCORE_FILTERING,
	SCORE_ANTISPOOFING,
	SCORE_COORDINATION,
	SCORE_IRR,
	SCORE_RPKI,
	SCORE_IDS
};
const char *score_name(enum score_id s); /* "routingInformationIRR" */

struct score_value {
	enum score_level level; /* SCORE_NO_DATA: centi means nothing */
	int32_t centi;          /* percent in hundredths: 4856 = 48.56 % */
	const char *why;        /* fixed text: why blank, or "" */
};

struct score_card {
	uint32_t asn;
	int64_t month_us;
	/* M1..M4C: sums of scored periods, micro-units; administrative ones
	 * apart (never scored unless bogon.full = no_split). */
	bool observed;
	int64_t raw[METRIC_INCIDENTS], admin[METRIC_INCIDENTS];
	uint32_t periods[METRIC_INCIDENTS];
	/* M5: tests that say something, and distinct spoofable prefixes. */
	bool spoof_known;
	uint32_t tests, nat_tests, spoofable;
	uint32_t tests_c, spoofable_c;     /* M5C: of direct customers, shown */
	enum score_answer policy, contact; /* M6, M8 */
	/* M7: T, of which u not registered, v valid, i invalid. */
	uint32_t routes, low_visibility;
	uint32_t irr_missing, irr_unknown;
	uint32_t rpki_valid, rpki_not_found, rpki_invalid_asn, rpki_invalid_len,
	    rpki_unknown;
	struct score_value scores[SCORE_IDS];
};

/*
 * Everything of one network.  events: of this network only, sorted in place;
 * facts: its routes of the month; net may be NULL (nothing known).  observed:
 * routing data of the month were read at all, else filtering and routing
 * information are unknown.
 */
void score_network(const struct score_profile *p, int64_t month_us,
    bool observed, struct score_event *events, size_t n_events,
    const struct route_fact *facts, size_t n_facts,
    const struct network_facts *net, uint32_t asn, struct score_card *out);
/* Does this route count in M7, by visibility.min_peers and m7.scope? */
bool score_route_counts(const struct score_profile *p, int64_t month_us,
    const struct route_fact *f);
/* A charge as an event; false if its metric is none of M1..M4C. */
bool score_event_of(const struct detect_charge *c, struct score_event *out);

/* {"asn":..,"metrics":{..},"scores":{..},"counts":{..}} */
void score_card_json(struct json_writer *w, const struct score_card *c);
/* The same members without asn, into an object that the caller opened. */
void score_card_members(struct json_writer *w, const struct score_card *c);
/* {"a1.terms":"M2 M2C ..", ..} */
void score_settings_json(struct json_writer *w, const struct score_profile *p);
/* "60.00", or "-" without data. */
const char *score_value_text(const struct score_value *v, char out[16]);
/* A raw value: "3.5". */
const char *score_raw_text(int64_t micro, char out[32]);

/* --- groups of networks ------------------------------------------------ */

enum score_dim {
	SCORE_BY_ALL, /* one group, key "all" */
	SCORE_BY_COUNTRY,
	SCORE_BY_RIR,
	SCORE_BY_PROGRAMME,   /* a network counts in each of its programmes */
	SCORE_BY_PARTICIPANT, /* announced networks only */
	SCORE_BY_REGION,      /* UN M49 sub-region of the country */
};

struct score_group {
	char key[96]; /* "" = not known */
	uint32_t networks;
	struct {
		uint32_t level[SCORE_LEVELS];
		bool has; /* some network has data */
		int32_t mean_centi, median_centi, worst_centi;
	} score[SCORE_IDS];
};
struct score_groups {
	struct score_group *p;
	size_t n, cap;
}; /* a VEC */
/*
 * cards[i] and nets[i] speak of one network; nets may hold NULL.  Appends
 * groups by key.  Participant rule: worst and mean of its networks.
 */
void score_aggregate(const struct score_card *const cards[],
    const struct network_facts *const nets[], size_t n, enum score_dim dim,
    struct score_groups *out);
/* "Western Europe" for "NL" (UN M49), "" = no country of the list. */
const char *score_region(const char *country);
/* {"key":..,"networks":n,"scores":{"filtering":{"mean":..,..}}} */
void score_group_json(struct json_writer *w, const struct score_group *g);

/* --- joining and other yardsticks -------------------------------------- */

enum score_verdict { SCORE_CANNOT_TELL, SCORE_FAIL, SCORE_PASS };
const char *score_verdict_name(enum score_verdict v); /* "cannot_tell" */
/* Ready = pass, aspiring and lagging = fail, no data = cannot tell. */
enum score_verdict score_verdict(const struct score_value *v);

#define JOIN_PROFILES 5
struct score_join {
	const char *profile; /* "join-guide" */
	enum score_verdict action[6], overall;
	unsigned n_actions;
	const char *supply; /* what a person has to show beside */
};
/* i < JOIN_PROFILES */
void score_join(const struct score_card *c, unsigned i, struct score_join *out);

struct score_caida {
	enum score_verdict verdict;
	uint32_t total, good; /* of routes; for a1: good = total - bad */
};
/* Share of IPv4 routes registered somehow: 90 % (100 % for a CDN). */
void score_caida_a4(const struct score_profile *p, int64_t month_us,
    const struct route_fact *f, size_t n, bool cdn, struct score_caida *out);
/* Bad routes of direct customers passed on; participant(): is this origin
 * one?  known: transit facts of the month exist. */
void score_caida_a1(const struct score_profile *p, bool known,
    const struct transit_fact *t, size_t n, bool cdn,
    bool (*participant)(void *ctx, uint32_t asn), void *ctx,
    struct score_caida *out);
