/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detect_test.h - an engine filled by hand, for tests of what leaves it.
 */
#pragma once

#include "detect/internet_test.h"
#include "detect/part.h"

static inline int64_t
at(const char *text)
{
	int64_t us;

	if (!utc_parse(str_from(text), &us))
		fail_msg("no time: %s", text);
	return us;
}

/* An engine at `now`; w may be NULL. */
static inline struct detect *
bed(struct world *w, const char *now)
{
	struct detect_config c;
	struct detect *d = NULL;
	struct err err = { 0 };

	detect_config_init(&c);
	if (detect_new(&c, w, NULL, &d, &err) == -1)
		fail_msg("%s", err.msg);
	d->now = at(now);
	d->day = utc_day(d->now);
	d->month = utc_month_start(d->now, 0);
	d->bin = d->now + BIN;
	unsigned changed;
	if (verdict_move(d, &changed, &err) == -1)
		fail_msg("%s", err.msg);
	return d;
}

static inline void
setting(struct detect *d, const char *name, const char *value)
{
	struct err err = { 0 };

	if (detect_config_set(&d->cfg, str_from(name), str_from(value), &err) ==
	    -1)
		fail_msg("%s", err.msg);
}

static inline uint32_t
pfx(struct detect *d, const char *text)
{
	struct prefix p;
	uint32_t id;

	if (!prefix_parse(str_from(text), &p))
		fail_msg("no prefix: %s", text);
	id = pset_add(d->prefixes, &p);
	prow_touch(d, id);
	return id;
}

/* "64500 64501 {64502 {64503": a brace in front of members of a set */
static inline uint32_t
path(struct detect *d, const char *text)
{
	struct rib_hop hop[RIB_PATH_MAX];
	size_t n = 0;
	struct str rest = str_from(text), w;

	while (str_word(&rest, &w)) {
		hop[n].kind = w.p[0] == '{' ? RIB_SET : RIB_SEQUENCE;
		if (w.p[0] == '{')
			w = (struct str){ w.p + 1, w.n - 1 };
		assert_true(asn_parse(w, &hop[n++].asn));
	}
	return rib_path_add(d->rib, hop, n);
}

/* A peer that is up, at collector rrc00. */
static inline uint32_t
peer(struct detect *d, const char *addr, uint32_t asn)
{
	struct ipaddr a;
	uint32_t coll = rib_collector_add(d->rib, STR("rrc00")), id;

	assert_true(ipaddr_parse(str_from(addr), &a));
	while (d->colls.n <= coll)
		vec_push(&d->colls, ((struct coll){ .first_us = TIME_NONE }));
	id = rib_peer_add(d->rib, coll, &a, asn);
	while (d->dark_of.n <= id)
		vec_push(&d->dark_of, 0);
	apply_peer_up(d, id);
	return id;
}

/* The peer announces the prefix with this path; "" withdraws. */
static inline void
say_route(struct detect *d, uint32_t from, const char *prefix,
    const char *as_path)
{
	struct rib_attrs none = { 0 };
	uint32_t set = 0;

	if (as_path[0] != '\0')
		set = rib_set_add(d->rib, path(d, as_path), &none);
	apply_route(d, from, pfx(d, prefix), 0, set, d->now, false);
}

static inline void
move_bed(struct detect *d, const char *now)
{
	d->now = at(now);
	d->day = utc_day(d->now);
}
