/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * play.h - a scenario played through: what each peer of a collector says at
 * each time, and who did what.  Private to sim/.
 */
#pragma once

#include "sim/route.h"

/* What one peer says of one prefix. */
struct cell {
	uint32_t path;    /* 0 = nothing */
	uint32_t otc;     /* RFC 9234 attribute, 0 = none */
	uint32_t mark;    /* event number + 1 whose communities it bears */
	int64_t since_us; /* told to the collector */
};

struct play_update {
	int64_t time_us;
	uint32_t peer, prefix;
	uint32_t path, otc, mark; /* path 0: withdrawn */
};

/* Someone announced or leaked a prefix during the scenario. */
struct play_act {
	uint32_t as, to; /* to: whom it was leaked to, or SCN_NONE */
	uint32_t prefix, event;
	int64_t start_us, end_us; /* TIME_NONE = to the end */
	bool seen;                /* by a peer of a collector */
};

/* A ROA came or went, and what was RPKI-valid was invalid from then on. */
struct play_fall {
	uint32_t as, prefix;
	int64_t start_us, end_us; /* TIME_NONE = to the end */
	bool seen;                /* by a peer of a collector, when it fell */
};

/* Who announces what now. */
struct live_seed {
	uint32_t prefix, as, path, event;
	enum route_rov rov;
};

struct live_leak;

struct play {
	const struct scenario *s;
	struct route_net *net;
	struct cell *cells;              /* peer * prefixes + prefix */
	VEC(struct play_update) updates; /* of the day, sorted when done */
	VEC(struct play_act) acts;
	VEC(struct play_fall) falls;
	/* private */
	struct route *out;
	bool *dirty;
	VEC(struct live_seed) seeds;
	VEC(struct live_leak) leaks;
	size_t next_event;
	bool roas_changed; /* since verdicts were noted */
};

typedef VEC(struct route_seed) seed_list;
typedef VEC(struct route_offer) offer_list;

/* --- act.c --- */
struct play_act *
act_find(struct play *p, uint32_t as, uint32_t to, uint32_t prefix);
/* Opens it, or notes that it goes on by another event. */
void act_open(struct play *p, uint32_t as, uint32_t to, uint32_t prefix,
    uint32_t event, int64_t now);
/* Opens and closes leaks of the prefix so that they are those offered. */
void act_note_leaks(struct play *p, uint32_t prefix, const offer_list *offers,
    int64_t now);
/* Marks the acts on this prefix that a peer's route shows. */
void
act_note_seen(struct play *p, uint32_t prefix, uint32_t path, uint32_t mark);
/* The verdict on what has just been announced. */
enum route_rov act_rov(const struct play *p, const struct live_seed *l);
/* ROAs have changed: opens and closes falls. */
void act_note_rov(struct play *p, int64_t now);
/* It is withdrawn. */
void act_end_fall(struct play *p, uint32_t as, uint32_t prefix, int64_t now);

/* Called at each midnight, the first of the history to the one after the
 * day, with what the peers say then. */
typedef int (*play_dump)(void *ctx, const struct play *p, int64_t time_us,
    struct err *err);

/* dump may be NULL. */
int play_run(struct play *p, const struct scenario *s, play_dump dump,
    void *ctx, struct err *err);
void play_fini(struct play *p);
/* Rough count of route computations: a bound for those who must be quick. */
uint64_t play_work(const struct scenario *s);
static inline const struct cell *
play_cell(const struct play *p, uint32_t peer, uint32_t prefix)
{
	return &p->cells[(size_t)peer * p->s->prefixes.n + prefix];
}
