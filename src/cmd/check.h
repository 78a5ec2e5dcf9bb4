/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - one network against the four actions: what was gathered, and the
 * two ways to print it.
 */
#pragma once

#include "base/mem.h"
#include "cmd/report.h"
#include "score/score.h"
#include "world/world.h"

/* A route of the network, with what the world says of it now. */
struct check_route {
	struct route_fact fact;
	bool counts; /* in M7: seen by enough peers */
	bool vrps, irr;
	enum rov_state rov;
	enum irr_verdict irr_now;
};

struct check {
	uint32_t asn;
	int64_t moment_us;
	struct report rep; /* the month of the store, this network alone */
	const struct report_net *in_month; /* its row, scored */
	const struct score_card *card;     /* of that row */
	struct network_facts net;          /* by the world of this check */
	struct score_join join[JOIN_PROFILES];
	struct score_caida caida_a1, caida_a4;
	struct {
		struct check_route *p;
		size_t n, cap;
	} routes;
	struct world *world;
	const struct world_view *view;
	const char *world_id; /* 64 hex digits */
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
/* It suffered from this incident, which is at least likely. */
bool check_is_victim(const struct check *c, const struct incident *in);
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

/* What the network does about one charge, line by line. */
void check_charge_text(const struct check *c, const struct report_charge *x,
    struct buf *out);
/* The same of a score as a whole; "" where nothing is to be done. */
void check_fix_text(const struct check *c, enum score_id s, struct buf *out);
/* Who may be reached, by role and place; no names are kept. */
void check_contacts_text(const struct check *c, struct buf *out);

struct check_look {
	bool colour, all, contacts;
};
void check_print(const struct check *c, const struct check_look *look);
void check_print_json(const struct check *c);
