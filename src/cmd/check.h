/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - one network against the four actions: what was gathered, and the
 * two ways to print it.
 */
#pragma once

#include "base/mem.h"
#include "score/score.h"
#include "store/store.h"
#include "world/world.h"

/* A charge of the month, texts kept. */
struct check_charge {
	struct detect_charge c;
	struct score_event e;
};

/* A route of the network, with what the world says of it now. */
struct check_route {
	struct route_fact fact;
	bool counts; /* in M7: seen by enough peers */
	bool vrps, irr;
	enum rov_state rov;
	enum irr_verdict irr_now;
};

struct check_input {
	const char *kind, *source, *sha; /* sha: 64 hex digits */
	int64_t date_us;
};

struct check {
	uint32_t asn;
	int64_t month_us, moment_us;
	struct score_profile profile;
	struct network_facts net;
	struct score_card card;
	struct score_join join[JOIN_PROFILES];
	struct score_caida caida_a1, caida_a4;
	struct {
		struct check_charge *p;
		size_t n, cap;
	} charges;
	struct {
		struct check_route *p;
		size_t n, cap;
	} routes;
	struct {
		struct transit_fact *p;
		size_t n, cap;
	} transits;
	struct {
		struct check_input *p;
		size_t n, cap;
	} routing; /* inputs of the store that touch the month */
	struct world *world;
	const struct world_view *view;
	const char *world_id;      /* 64 hex digits */
	struct store_world judged; /* the world that observe judged by */
	struct arena arena;
};

/* Which part of the inputs a score rests on. */
struct check_basis {
	bool routing;
	const char *kinds[4]; /* prefixes of kinds of world inputs */
};
const struct check_basis *check_basis(enum score_id s);
bool check_uses(const struct check_basis *b, const char *kind);

/* The verdict word: "pass", "fail", "unknown". */
const char *check_word(const struct score_value *v);
/* Missing in the IRR; not valid in the RPKI: a route to fix. */
bool check_irr_missing(const struct check_route *r);
bool check_rpki_missing(const struct check_route *r);
/* Name of the IRR of the network's registry: "RIPE"; "" = not known. */
const char *check_irr_name(const struct check *c);
/* The sentence on why a score is what it is. */
void check_explain(const struct check *c, enum score_id s, struct buf *out);
/* The set of route objects etc. to paste. */
void check_roa_text(const struct check *c, const struct check_route *r,
    struct buf *out);
void check_route_text(const struct check *c, const struct check_route *r,
    struct buf *out);

void check_print(const struct check *c, bool colour, bool all);
void check_print_json(const struct check *c);
