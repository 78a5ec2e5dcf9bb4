/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * play.c - time passes: events change who announces, leaks, links and holds
 * ROAs; routes are computed anew; what changed at a collector's peers becomes
 * updates, later by a few seconds for every hop.
 *
 * Between two events the network rests, so a table dump at midnight shows
 * exactly what the updates before it say.
 */
#include "sim/play.h"

#include <stdlib.h>

#define NOISE_STEP (5 * TIME_MIN) /* one peer repeats a route each step */

struct live_leak {
	uint32_t event;
};

/* --- delays ------------------------------------------------------------ */

/* What one network needs to pass an update on: 0.3 to 2.5 s, always the
 * same for the same network. */
static int64_t
hop_delay(uint32_t asn)
{
	return 300000 + (int64_t)(hash_u64(asn + 1U) % 2200000);
}

static int64_t
path_delay(const struct paths *paths, uint32_t path)
{
	struct span row = paths_get(paths, path);
	int64_t us = 100000;

	for (uint32_t i = 0; i < row.n; i++) {
		uint32_t asn = paths->asns.p[row.at + i];

		if (i == 0 || asn != paths->asns.p[row.at + i - 1])
			us += hop_delay(asn);
	}
	return us;
}

/* --- routes of one prefix ---------------------------------------------- */

static bool
leak_selects(const struct scenario *s, const struct scn_event *ev,
    uint32_t prefix)
{
	if (ev->prefixes.n == 0)
		return true;
	for (uint32_t i = 0; i < ev->prefixes.n; i++)
		if (s->ids.p[ev->prefixes.at + i] == prefix)
			return true;
	return false;
}

/* The best path that `as` has to the nearest prefix covering this one. */
static uint32_t
covering_path(struct play *p, uint32_t prefix, uint32_t as)
{
	struct prefix x = p->s->prefixes.p[prefix];

	for (unsigned len = x.len; len-- > 0;) {
		struct prefix up = prefix_truncate(&x, (uint8_t)len);
		uint32_t id = scn_prefix_find(p->s, &up);
		VEC(struct route_seed) seeds = { 0 };
		uint32_t path = 0;

		for (size_t i = 0; id != SCN_NONE && i < p->seeds.n; i++)
			if (p->seeds.p[i].prefix == id &&
			    p->seeds.p[i].path != 0)
				vec_push(&seeds,
				    ((struct route_seed){ p->seeds.p[i].as,
					p->seeds.p[i].path, { 0, 0 }, 0 }));
		if (seeds.n > 0) {
			route_compute(p->net, &up, seeds.p, seeds.n, NULL, 0,
			    p->out);
			path = route_path(p->net, p->out, as);
		}
		vec_fini(&seeds);
		if (path != 0)
			return path;
	}
	return 0;
}

/* The path as announced: own ASN, prepended ones, and what is kept or forged
 * behind it. */
static uint32_t
seed_path(struct play *p, const struct scn_event *ev, uint32_t prefix)
{
	struct paths *paths = route_paths(p->net);
	uint32_t own = p->s->ases.p[ev->as].asn;
	VEC(uint32_t) asns = { 0 };
	uint32_t id;

	for (uint32_t i = 0; i <= ev->prepend; i++)
		vec_push(&asns, own);
	for (uint32_t i = 0; i < ev->path.n; i++)
		vec_push(&asns, p->s->ids.p[ev->path.at + i]);
	if (ev->keep_path) {
		uint32_t kept = covering_path(p, prefix, ev->as);
		struct span row = paths_get(paths, kept);

		for (uint32_t i = 1; i < row.n; i++)
			vec_push(&asns, paths->asns.p[row.at + i]);
	}
	id = paths_add(paths, asns.p, (uint32_t)asns.n);
	vec_fini(&asns);
	return id;
}

static void
collect_seeds(struct play *p, uint32_t prefix, seed_list *out)
{
	for (size_t i = 0; i < p->seeds.n; i++) {
		struct live_seed *l = &p->seeds.p[i];
		const struct scn_event *ev = &p->s->events.p[l->event];

		if (l->prefix != prefix)
			continue;
		if (ev->keep_path)
			l->path = seed_path(p, ev, prefix);
		vec_push(out, ((struct route_seed){ l->as, l->path, ev->exports,
				  l->event + 1 }));
	}
}

/* What leakers would tell, from the routes they have without any leak. */
static void
collect_offers(struct play *p, uint32_t prefix, offer_list *out)
{
	struct paths *paths = route_paths(p->net);

	for (size_t i = 0; i < p->leaks.n; i++) {
		const struct scn_event *ev =
		    &p->s->events.p[p->leaks.p[i].event];
		const struct route *r = &p->out[ev->as];

		if ((r->class != ROUTE_PEER && r->class != ROUTE_PROVIDER) ||
		    (ev->from != SCN_NONE && r->via != ev->from) ||
		    r->via == ev->to || !leak_selects(p->s, ev, prefix) ||
		    route_class_of(p->net, ev->as, ev->to) == ROUTE_NONE)
			continue;
		struct route_offer o = { ev->as, ev->to,
			route_path(p->net, p->out, ev->as), r->otc, r->mark };
		struct span row = paths_get(paths, o.path);
		bool loop = false;
		for (uint32_t k = 0; k < row.n; k++)
			if (paths->asns.p[row.at + k] ==
			    p->s->ases.p[ev->to].asn)
				loop = true;
		if (!loop)
			vec_push(out, o);
	}
}

/* --- what the peers say ------------------------------------------------ */

static void
tell(struct play *p, uint32_t peer, uint32_t prefix, int64_t now,
    const struct route *r)
{
	struct cell *c = &p->cells[(size_t)peer * p->s->prefixes.n + prefix];
	const struct paths *paths = route_paths(p->net);
	struct cell was = *c;
	uint32_t mark = 0;

	c->path = route_path(p->net, p->out, p->s->peers.p[peer]);
	c->otc = c->path == 0 ? 0 : r->otc;
	if (c->path != 0 && r->mark != 0 &&
	    p->s->events.p[r->mark - 1].communities.n > 0)
		mark = r->mark;
	c->mark = mark;
	if (c->path == was.path && c->otc == was.otc && c->mark == was.mark)
		return;
	/* Never before what was said last. */
	c->since_us =
	    now + path_delay(paths, c->path != 0 ? c->path : was.path);
	if (c->since_us <= was.since_us)
		c->since_us = was.since_us + 1000;
	if (now >= p->s->day_us)
		vec_push(&p->updates, ((struct play_update){ c->since_us, peer,
					  prefix, c->path, c->otc, c->mark }));
}

static void
refresh(struct play *p, uint32_t prefix, int64_t now)
{
	const struct prefix *x = &p->s->prefixes.p[prefix];
	seed_list seeds = { 0 };
	offer_list offers = { 0 };

	collect_seeds(p, prefix, &seeds);
	route_compute(p->net, x, seeds.p, seeds.n, NULL, 0, p->out);
	collect_offers(p, prefix, &offers);
	if (offers.n > 0)
		route_compute(p->net, x, seeds.p, seeds.n, offers.p, offers.n,
		    p->out);
	act_note_leaks(p, prefix, &offers, now);
	for (uint32_t i = 0; i < p->s->peers.n; i++) {
		const struct route *r = &p->out[p->s->peers.p[i]];

		tell(p, i, prefix, now, r);
		act_note_seen(p, prefix, play_cell(p, i, prefix)->path,
		    r->class == ROUTE_NONE ? 0 : r->mark);
	}
	vec_fini(&seeds);
	vec_fini(&offers);
}

/* --- events ------------------------------------------------------------ */

static void
dirty_all(struct play *p)
{
	memset(p->dirty, 1, p->s->prefixes.n * sizeof(*p->dirty));
}

static void
announce(struct play *p, uint32_t event)
{
	const struct scn_event *ev = &p->s->events.p[event];

	for (uint32_t i = 0; i < ev->prefixes.n; i++) {
		uint32_t prefix = p->s->ids.p[ev->prefixes.at + i];
		struct live_seed l = { prefix, ev->as, 0, event,
			ROUTE_NOT_FOUND };
		size_t k = 0;

		if (!ev->keep_path)
			l.path = seed_path(p, ev, prefix);
		l.rov = act_rov(p, &l);
		while (k < p->seeds.n && (p->seeds.p[k].prefix != prefix ||
					     p->seeds.p[k].as != ev->as))
			k++;
		if (k < p->seeds.n)
			p->seeds.p[k] = l;
		else
			vec_push(&p->seeds, l);
		p->dirty[prefix] = true;
		if (ev->time_us != INT64_MIN)
			act_open(p, ev->as, SCN_NONE, prefix, event,
			    ev->time_us);
	}
}

static void
withdraw(struct play *p, const struct scn_event *ev)
{
	for (uint32_t i = 0; i < ev->prefixes.n; i++) {
		uint32_t prefix = p->s->ids.p[ev->prefixes.at + i];
		struct play_act *a = act_find(p, ev->as, SCN_NONE, prefix);

		if (a != NULL)
			a->end_us = ev->time_us;
		act_end_fall(p, ev->as, prefix, ev->time_us);
		p->dirty[prefix] = true;
		for (size_t k = 0; k < p->seeds.n; k++)
			if (p->seeds.p[k].prefix == prefix &&
			    p->seeds.p[k].as == ev->as) {
				p->seeds.p[k] = p->seeds.p[--p->seeds.n];
				break;
			}
	}
}

static void
unleak(struct play *p, const struct scn_event *ev)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->leaks.n; i++) {
		const struct scn_event *on =
		    &p->s->events.p[p->leaks.p[i].event];

		if (on->as != ev->as || on->to != ev->to)
			p->leaks.p[kept++] = p->leaks.p[i];
	}
	p->leaks.n = kept;
}

static void
apply(struct play *p, uint32_t event)
{
	const struct scn_event *ev = &p->s->events.p[event];

	switch (ev->verb) {
	case AT_ANNOUNCE:
		announce(p, event);
		return;
	case AT_WITHDRAW:
		withdraw(p, ev);
		return;
	case AT_LEAK:
		vec_push(&p->leaks, ((struct live_leak){ event }));
		break;
	case AT_UNLEAK:
		unleak(p, ev);
		break;
	case AT_LINK_UP:
	case AT_LINK_DOWN:
		route_link(p->net, ev->link, ev->verb == AT_LINK_UP);
		break;
	case AT_ROA_ADD:
	case AT_ROA_REMOVE:
		route_roa(p->net, &ev->roa, ev->verb == AT_ROA_ADD);
		p->roas_changed = true;
		break;
	}
	dirty_all(p);
}

/* All events of one moment, then the routes they leave behind. */
static void
step(struct play *p, int64_t now)
{
	bool kept = false;

	while (p->next_event < p->s->events.n &&
	       p->s->events.p[p->next_event].time_us <= now)
		apply(p, (uint32_t)p->next_event++);
	if (p->roas_changed)
		act_note_rov(p, now);
	for (size_t i = 0; i < p->seeds.n; i++)
		kept |= p->s->events.p[p->seeds.p[i].event].keep_path;
	/* A kept path follows that of the covering prefix. */
	if (kept)
		dirty_all(p);
	for (uint32_t i = 0; i < p->s->prefixes.n; i++)
		if (p->dirty[i]) {
			p->dirty[i] = false;
			refresh(p, i, now);
		}
}

/* Peers repeat routes at times without any reason, as they do: a tick's
 * prefix differs from peer to peer and from step to step. */
static void
noise(struct play *p, int64_t now)
{
	uint32_t n = (uint32_t)p->s->prefixes.n;
	uint64_t tick = (uint64_t)(now / NOISE_STEP);

	for (uint32_t peer = 0; peer < p->s->peers.n && n > 0; peer++) {
		uint32_t prefix =
		    (uint32_t)(hash_u64(tick * SIM_PEERS_MAX + peer) % n);
		struct cell *c = &p->cells[(size_t)peer * n + prefix];
		int64_t at =
		    now + (int64_t)(hash_u64(tick ^ (uint64_t)peer << 40) %
				    (uint64_t)(4 * TIME_MIN));

		if (c->path == 0 || at <= c->since_us)
			continue;
		vec_push(&p->updates, ((struct play_update){ at, peer, prefix,
					  c->path, c->otc, c->mark }));
		c->since_us = at;
	}
}

static int
update_order(const void *a, const void *b)
{
	const struct play_update *x = a, *y = b;

	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	if (x->peer != y->peer)
		return x->peer < y->peer ? -1 : 1;
	if (x->path != y->path)
		return x->path < y->path ? -1 : 1;
	if (x->mark != y->mark)
		return x->mark < y->mark ? -1 : 1;
	return (x->prefix > y->prefix) - (x->prefix < y->prefix);
}

static void
play_init(struct play *p, const struct scenario *s)
{
	*p = (struct play){ .s = s };
	p->net = route_net_new(s);
	p->cells = mem_alloc(s->peers.n * s->prefixes.n + 1, sizeof(*p->cells));
	p->out = mem_alloc(s->ases.n + 1, sizeof(*p->out));
	p->dirty = mem_alloc(s->prefixes.n + 1, sizeof(*p->dirty));
	for (size_t i = 0; i < s->roas.n; i++)
		if (s->roas.p[i].since_us <= s->day_us)
			route_roa(p->net, &s->roas.p[i], true);
}

int
play_run(struct play *p, const struct scenario *s, play_dump dump, void *ctx,
    struct err *err)
{
	int64_t midnight = s->day_us - (int64_t)s->history * TIME_DAY;
	int64_t tick = s->day_us, end = s->day_us + TIME_DAY;
	int64_t old = midnight - 20 * TIME_DAY;

	play_init(p, s);
	step(p, INT64_MIN);
	/* What has always been there is older than the history. */
	for (size_t i = 0; i < s->peers.n * s->prefixes.n; i++)
		p->cells[i].since_us = old;
	while (midnight <= end) {
		int64_t event = p->next_event < s->events.n
				    ? s->events.p[p->next_event].time_us
				    : INT64_MAX;

		if (midnight <= event && midnight <= tick) {
			if (dump != NULL && dump(ctx, p, midnight, err) == -1)
				return -1;
			midnight += TIME_DAY;
		} else if (tick <= event) {
			noise(p, tick);
			tick += NOISE_STEP;
		} else {
			step(p, event);
		}
	}
	if (p->updates.n > 1)
		qsort(p->updates.p, p->updates.n, sizeof(*p->updates.p),
		    update_order);
	return 0;
}

void
play_fini(struct play *p)
{
	route_net_free(p->net);
	free(p->cells);
	free(p->out);
	free(p->dirty);
	vec_fini(&p->updates);
	vec_fini(&p->acts);
	vec_fini(&p->seeds);
	vec_fini(&p->falls);
	vec_fini(&p->leaks);
}

uint64_t
play_work(const struct scenario *s)
{
	return (uint64_t)(s->ases.n + s->links.n) * (s->events.n + 1) *
	       (s->prefixes.n + 1);
}

int
sim_final_routes(const struct scenario *s, struct buf *out, struct err *err)
{
	char text[PREFIX_TEXT_MAX];
	struct play p;
	int rc = play_run(&p, s, NULL, NULL, err);

	for (uint32_t i = 0; rc == 0 && i < s->peers.n; i++)
		for (uint32_t k = 0; k < s->prefixes.n; k++) {
			const struct cell *c = play_cell(&p, i, k);
			const struct paths *paths = route_paths(p.net);
			struct span row = paths_get(paths, c->path);

			if (row.n == 0)
				continue;
			(void)prefix_format(text, &s->prefixes.p[k]);
			buf_printf(out, "%u %s", s->ases.p[s->peers.p[i]].asn,
			    text);
			for (uint32_t h = 0; h < row.n; h++)
				buf_printf(out, " %u",
				    paths->asns.p[row.at + h]);
			buf_str(out, "\n");
		}
	play_fini(&p);
	return rc;
}
