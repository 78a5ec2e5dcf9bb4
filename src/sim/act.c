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
