/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * act.c - who did what to which prefix, from when to when, and whether anyone
 * could see it: the ground of the truth.
 */
#include "sim/play.h"

struct play_act *
act_find(struct play *p, uint32_t as, uint32_t to, uint32_t prefix)
{
	for (size_t i = 0; i < p->acts.n; i++) {
		struct play_act *a = &p->acts.p[i];

		if (a->as == as && a->to == to && a->prefix == prefix &&
		    a->end_us == TIME_NONE)
			return a;
	}
	return NULL;
}

void
act_open(struct play *p, uint32_t as, uint32_t to, uint32_t prefix,
    uint32_t event, int64_t now)
{
	struct play_act *a = act_find(p, as, to, prefix);

	if (a == NULL)
		vec_push(&p->acts, ((struct play_act){ as, to, prefix, event,
				       now, TIME_NONE, false }));
	else
		a->event = event;
}

void
act_note_leaks(struct play *p, uint32_t prefix, const offer_list *offers,
    int64_t now)
{
	for (size_t i = 0; i < p->acts.n; i++) {
		struct play_act *a = &p->acts.p[i];
		bool on = false;

		if (a->prefix != prefix || a->to == SCN_NONE ||
		    a->end_us != TIME_NONE)
			continue;
		for (size_t k = 0; k < offers->n; k++)
			if (offers->p[k].from == a->as &&
			    offers->p[k].to == a->to)
				on = true;
		if (!on)
			a->end_us = now;
	}
	for (size_t k = 0; k < offers->n; k++)
		act_open(p, offers->p[k].from, offers->p[k].to, prefix,
		    SCN_NONE, now);
}

/* Mark the acts on this prefix that this peer's route shows. */
void
act_note_seen(struct play *p, uint32_t prefix, uint32_t path, uint32_t mark)
{
	const struct paths *paths = route_paths(p->net);
	struct span row = paths_get(paths, path);

	for (size_t i = 0; i < p->acts.n; i++) {
		struct play_act *a = &p->acts.p[i];

		if (a->prefix != prefix || a->end_us != TIME_NONE || a->seen)
			continue;
		if (a->to == SCN_NONE) {
			a->seen = path != 0 && mark == a->event + 1;
			continue;
		}
		for (uint32_t k = 0; k + 1 < row.n; k++)
			if (paths->asns.p[row.at + k] ==
				p->s->ases.p[a->to].asn &&
			    paths->asns.p[row.at + k + 1] ==
				p->s->ases.p[a->as].asn)
				a->seen = true;
	}
}

/* --- ROAs -------------------------------------------------------------- */

enum route_rov
act_rov(const struct play *p, const struct live_seed *l)
{
	return route_rov(p->net, &p->s->prefixes.p[l->prefix],
	    paths_origin(route_paths(p->net), l->path));
}

static bool
is_seen(const struct play *p, const struct live_seed *l)
{
	const struct paths *paths = route_paths(p->net);
	uint32_t origin = paths_origin(paths, l->path);

	for (uint32_t i = 0; i < p->s->peers.n; i++)
		if (paths_origin(paths, play_cell(p, i, l->prefix)->path) ==
		    origin)
			return true;
	return false;
}

void
act_end_fall(struct play *p, uint32_t as, uint32_t prefix, int64_t now)
{
	struct play_fall *f;

	VEC_FOREACH (f, &p->falls)
		if (f->as == as && f->prefix == prefix &&
		    f->end_us == TIME_NONE)
			f->end_us = now;
}

void
act_note_rov(struct play *p, int64_t now)
{
	struct live_seed *l;

	VEC_FOREACH (l, &p->seeds) {
		enum route_rov was = l->rov;

		l->rov = act_rov(p, l);
		if (l->rov != ROUTE_INVALID && was == ROUTE_INVALID)
			act_end_fall(p, l->as, l->prefix, now);
		if (l->rov == ROUTE_INVALID && was == ROUTE_VALID)
			vec_push(&p->falls,
			    ((struct play_fall){ l->as, l->prefix, now,
				TIME_NONE, is_seen(p, l) }));
	}
	p->roas_changed = false;
}
