/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finding.c - one rule, one prefix, one culprit: who sees it, since when, and
 * how sure that makes us.
 *
 * A peer that goes down while it sees a finding stays in it, marked dark: a
 * lost peer ends nothing.  The mark goes when the peer is back and says
 * something else, or has said all it had to say without it.
 */
#include "detect/part.h"

uint32_t
finding_find(struct detect *d, enum rule rule, uint32_t prefix, uint32_t who)
{
	uint32_t f = d->prows.p[prefix].finding;

	while (f != NONE &&
	       (d->findings.p[f].rule != rule || d->findings.p[f].who != who))
		f = d->findings.p[f].next;
	return f;
}

uint32_t
finding_make(struct detect *d, enum rule rule, const struct route *r,
    uint32_t who)
{
	uint32_t id = (uint32_t)d->findings.n;
	struct finding *f = vec_grow(&d->findings);

	*f = (struct finding){ .serial = d->next_finding++,
		.start = d->now,
		.end = TIME_NONE,
		.since = r->since < d->now ? r->since : d->now,
		.dark_at = TIME_NONE,
		.prefix = r->prefix,
		.who = who,
		.origin = r->origin,
		.other = NONE,
		.path = r->path,
		.incident = NONE,
		.next = d->prows.p[r->prefix].finding,
		.rule = (uint8_t)rule };
	if (!r->baseline) {
		f->flags |= F_NO_BASE;
		f->evidence |= EV(EV_NO_BASELINE);
	}
	d->prows.p[r->prefix].finding = id;
	d->counts.findings++;
	return id;
}

void
finding_fini(struct finding *f)
{
	u32set_fini(&f->peers);
	u32set_fini(&f->nexts);
	u32set_fini(&f->victims);
}

uint32_t
finding_seeing(const struct finding *f)
{
	return f->peers.n - f->dark;
}

/* --- thresholds -------------------------------------------------------- */

static uint32_t
peer_ases(const struct detect *d, const struct finding *f, uint32_t enough)
{
	struct u32set ases = { 0 };
	uint32_t n;

	for (uint32_t i = 0; i < f->peers.n && ases.n < enough; i++)
		if (!(f->peers.p[i] & PEER_DARK))
			u32set_add(&ases, rib_peer(d->rib, f->peers.p[i])->asn);
	n = ases.n;
	u32set_fini(&ases);
	return n;
}

static bool
is_visible(const struct detect *d, const struct finding *f, uint32_t n,
    uint32_t full)
{
	uint32_t ases = (uint32_t)cfg(d, SET_HIJACK_MIN_PEER_ASES);
	double share;

	switch ((enum rule)f->rule) {
	case RULE_ORIGIN:
		if (n < cfg(d, SET_HIJACK_MIN_PEERS))
			return false;
		/* A share of few peers would be less than two of them. */
		share = cfg(d, SET_HIJACK_MIN_SHARE) / 100 * full;
		return peer_ases(d, f, ases) >= ases ||
		       (share >= cfg(d, SET_HIJACK_MIN_PEERS) && n >= share);
	case RULE_BOGON:
	case RULE_BOGON_ASN:
		return n >= cfg(d, SET_BOGON_MIN_PEERS);
	case RULE_RPKI:
	case RULE_ROA:
		return n >= cfg(d, SET_RPKI_MIN_PEERS);
	case RULE_LEAK:
	case RULE_PATH:
	case RULES:
	default:
		return true;
	}
}

static int64_t
min_lasting(const struct detect *d, const struct finding *f)
{
	switch ((enum rule)f->rule) {
	case RULE_ORIGIN:
		return cfg_us(d, SET_HIJACK_MIN_SECONDS);
	case RULE_BOGON:
	case RULE_BOGON_ASN:
		return cfg_us(d, SET_BOGON_MIN_SECONDS);
	case RULE_RPKI:
	case RULE_ROA:
		return cfg_us(d, SET_RPKI_MIN_SECONDS);
	case RULE_LEAK:
	case RULE_PATH:
	case RULES:
	default:
		return 0;
	}
}

static void
look_at_peers(struct detect *d, struct finding *f)
{
	uint32_t n = finding_seeing(f), full = live_full(d, f->prefix);

	if (n > f->peers_max)
		f->peers_max = n;
	if (f->peers_max <= 1)
		f->evidence |= EV(EV_ONE_PEER);
	else
		f->evidence &= ~EV(EV_ONE_PEER);
	if (n >= 2 && full > 0 && n * 100.0 >= cfg(d, SET_WIDE_SHARE) * full)
		f->evidence |= EV(EV_TENTH);
	if (!(f->flags & F_VISIBLE) && is_visible(d, f, n, full))
		f->flags |= F_VISIBLE;
	if (f->flags & F_LASTED)
		return;
	if (d->now - f->since >= min_lasting(d, f) ||
	    (f->rule == RULE_ORIGIN && n >= 2 && full > 0 &&
		n * 100.0 >= cfg(d, SET_HIJACK_FAST_SHARE) * full))
		f->flags |= F_LASTED;
}

/* --- level ------------------------------------------------------------- */

static uint8_t
origin_level(const struct detect *d, const struct finding *f)
{
	uint8_t level = 1;

	if (!(f->flags & F_VISIBLE) || !(f->flags & F_LASTED))
		return 1;
	if (f->flags & F_PROVEN)
		return 4;
	if (f->flags & F_STRONG ||
	    (f->nats >= cfg(d, SET_HIJACK_E3) &&
		ev_families_for(&d->cfg, f->evidence) >= 2))
		level = 3;
	else if (f->nats >= cfg(d, SET_HIJACK_E2))
		level = 2;
	return level == 3 && f->flags & F_CAP2 ? 2 : level;
}

static uint8_t
level_of(const struct detect *d, const struct finding *f)
{
	bool stands = f->flags & F_VISIBLE && f->flags & F_LASTED;

	if (f->benign != BENIGN_NOT)
		return 0;
	switch ((enum rule)f->rule) {
	case RULE_ORIGIN:
		return origin_level(d, f);
	case RULE_RPKI:
		if (!stands)
			return 1;
		if (f->flags & F_PROVEN)
			return 4;
		return f->flags & F_LEN && !(f->flags & F_STATIC) ? 1 : 2;
	case RULE_ROA:
		return stands ? 4 : 1;
	case RULE_BOGON:
	case RULE_BOGON_ASN:
		return !stands ? 1 : f->flags & F_ADMIN ? 2 : 4;
	case RULE_LEAK: /* the incident's, see leak_judge() */
	case RULE_PATH:
	case RULES:
	default:
		return 1;
	}
}

void
finding_judge(struct detect *d, uint32_t id)
{
	struct finding *f = &d->findings.p[id];

	uint8_t was = f->level;
	f->nats = ev_nats(&d->cfg, f->evidence);
	f->level = level_of(d, f);
	if (f->incident != NONE)
		incident_level(d, f->incident, was, f->level);
}

/* --- peers come and go ------------------------------------------------- */

static void
came_back(struct detect *d, uint32_t id)
{
	struct finding *f = &d->findings.p[id];

	if (f->end == TIME_NONE)
		return;
	f->end = TIME_NONE;
	incident_finding_back(d, f->incident);
}

void
finding_join(struct detect *d, uint32_t id, const struct route *r,
    uint32_t next)
{
	struct finding *f = &d->findings.p[id];
	bool fresh = f->incident == NONE;

	if (u32set_del(&f->peers, r->peer | PEER_DARK)) {
		f->dark--;
		d->dark_of.p[r->peer]--;
	}
	bool added = u32set_add(&f->peers, r->peer);
	bool told = next != 0 && u32set_add(&f->nexts, next);
	bool core = (verdict_path(d, r->path)->flags & PV_CORE) != 0 &&
		    !(f->evidence & EV(EV_CLIQUE));
	f->dark_at = TIME_NONE;
	if (core)
		f->evidence |= EV(EV_CLIQUE);
	if (!added && !told && !core && f->end == TIME_NONE)
		return;
	look_at_peers(d, f);
	if (fresh) {
		incident_take(d, id);
		finding_timers(d, id);
	} else {
		came_back(d, id);
	}
	incident_seen(d, d->findings.p[id].incident, r->peer);
	finding_judge(d, id);
}

static void
ended(struct detect *d, uint32_t id, bool expired)
{
	struct finding *f = &d->findings.p[id];

	if (f->peers.n > 0 || f->end != TIME_NONE)
		return;
	f->end = expired ? f->dark_at : d->now;
	incident_finding_ended(d, f->incident, expired);
}

void
finding_leave(struct detect *d, uint32_t id, uint32_t peer)
{
	struct finding *f = &d->findings.p[id];

	if (!u32set_del(&f->peers, peer))
		return;
	if (f->peers.n > 0 && finding_seeing(f) == 0) {
		f->dark_at = d->now;
		finding_timers(d, id);
	}
	ended(d, id, false);
}

void
finding_darken(struct detect *d, uint32_t id, uint32_t peer)
{
	struct finding *f = &d->findings.p[id];

	if (!u32set_del(&f->peers, peer))
		return;
	u32set_add(&f->peers, peer | PEER_DARK);
	f->dark++;
	d->dark_of.p[peer]++;
	if (finding_seeing(f) == 0) {
		f->dark_at = d->now;
		finding_timers(d, id);
	}
}

static void
undarken(struct detect *d, uint32_t id, uint32_t peer)
{
	struct finding *f = &d->findings.p[id];

	if (!u32set_del(&f->peers, peer | PEER_DARK))
		return;
	f->dark--;
	d->dark_of.p[peer]--;
	ended(d, id, false);
}

void
finding_clear_dark(struct detect *d, uint32_t prefix, uint32_t peer)
{
	for (uint32_t f = d->prows.p[prefix].finding; f != NONE;
	     f = d->findings.p[f].next)
		undarken(d, f, peer);
}

void
finding_clear_dark_all(struct detect *d, uint32_t peer)
{
	for (uint32_t f = 0; f < d->findings.n && d->dark_of.p[peer] > 0; f++)
		undarken(d, f, peer);
}

void
leave_all(struct detect *d, uint32_t id)
{
	struct finding *f = &d->findings.p[id];

	while (f->peers.n > 0) {
		uint32_t peer = f->peers.p[f->peers.n - 1];

		if (peer & PEER_DARK)
			undarken(d, id, peer & ~PEER_DARK);
		else
			finding_leave(d, id, peer);
	}
}

/* --- time -------------------------------------------------------------- */

/*
 * Wake-ups are set when the state that asks for them arises, and a wake-up
 * whose reason is gone does nothing; so those set again after a load are the
 * ones that count.
 */
void
finding_timers(struct detect *d, uint32_t id)
{
	const struct finding *f = &d->findings.p[id];

	if (!(f->flags & F_LASTED))
		timer_add(d, f->since + min_lasting(d, f), false, id);
	if (f->rule == RULE_ORIGIN && !(f->evidence & EV(EV_LASTED)))
		timer_add(d, f->start + cfg_us(d, SET_LASTED_SECONDS), false,
		    id);
	if (f->dark_at != TIME_NONE)
		timer_add(d, f->dark_at + cfg_us(d, SET_HORIZON_SECONDS), false,
		    id);
}

void
finding_due(struct detect *d, uint32_t id)
{
	struct finding *f = &d->findings.p[id];

	if (f->end != TIME_NONE || f->flags & F_CLOSED)
		return;
	if (f->dark_at != TIME_NONE && finding_seeing(f) == 0 &&
	    d->now == f->dark_at + cfg_us(d, SET_HORIZON_SECONDS)) {
		while (f->peers.n > 0) {
			uint32_t peer = f->peers.p[f->peers.n - 1] & ~PEER_DARK;

			u32set_del(&f->peers, peer | PEER_DARK);
			f->dark--;
			d->dark_of.p[peer]--;
		}
		ended(d, id, true);
		return;
	}
	bool lasted = f->rule == RULE_ORIGIN &&
		      d->now == f->start + cfg_us(d, SET_LASTED_SECONDS);
	bool stood = finding_seeing(f) > 0 && !(f->flags & F_LASTED) &&
		     d->now == f->since + min_lasting(d, f);
	if (lasted)
		f->evidence |= EV(EV_LASTED);
	if (stood)
		look_at_peers(d, f);
	if (lasted || stood)
		finding_judge(d, id);
}
