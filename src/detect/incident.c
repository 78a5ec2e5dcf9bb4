/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * incident.c - findings of one class and culprit that belong together, and
 * the life of what they make.
 *
 * At most one incident of a class and culprit is open to new findings: it is
 * until 30 minutes after its last finding ended, which is both the slack of
 * grouping (15 minutes on either side) and the time within which a relapse
 * opens the same one again.  Harmless findings are grouped apart, so that a
 * sibling's transfer does not hide in a hijack, or the other way round.
 */
#include <stdlib.h>

#include "detect/part.h"

static uint64_t
active_key(uint32_t class, bool harmless, uint32_t culprit)
{
	return (uint64_t)(class << 1 | harmless) << 32 | culprit;
}

static uint32_t
key_class(const struct inc *in)
{
	return in->flags & I_MASS ? INC_MASS_ORIGINATION : in->class;
}

uint32_t
incident_active(const struct detect *d, uint32_t class, bool harmless,
    uint32_t culprit)
{
	const uint32_t *at =
	    u64map_get(&d->inc_of, active_key(class, harmless, culprit));

	return at == NULL || *at == 0 ? NONE : *at - 1;
}

void
incident_register(struct detect *d, uint32_t inc)
{
	const struct inc *in = &d->incs.p[inc];

	*u64map_put(&d->inc_of,
	    active_key(key_class(in), in->flags & I_SUPPRESSED, in->culprit)) =
	    inc + 1;
}

void
incident_unregister(struct detect *d, uint32_t inc)
{
	const struct inc *in = &d->incs.p[inc];

	*u64map_put(&d->inc_of, active_key(key_class(in),
				    in->flags & I_SUPPRESSED, in->culprit)) = 0;
}

enum incident_class
finding_class(const struct finding *f)
{
	switch ((enum rule)f->rule) {
	case RULE_ORIGIN:
		return f->flags & F_SUB ? INC_SUB_PREFIX_HIJACK
					: INC_ORIGIN_HIJACK;
	case RULE_RPKI:
		return f->flags & F_STATIC ? INC_MISCONFIGURATION
					   : INC_RPKI_INVALID;
	case RULE_ROA:
		return INC_ROA_CHANGE;
	case RULE_BOGON:
		return f->flags & F_ADMIN ? INC_ADMIN_BOGON : INC_BOGON_PREFIX;
	case RULE_BOGON_ASN:
		return f->flags & F_ADMIN ? INC_ADMIN_BOGON : INC_BOGON_ASN;
	case RULE_LEAK:
		return INC_ROUTE_LEAK;
	case RULE_PATH:
	case RULES:
	default:
		return INC_MISCONFIGURATION;
	}
}

/* Fixed at opening: the same inputs give the same id. */
static uint64_t
incident_id(const struct detect *d, uint32_t class, const struct finding *f)
{
	const struct prefix *p = prefix_at(d, f->prefix);
	struct buf b = { 0 };

	buf_str(&b, incident_class_name((enum incident_class) class));
	buf_u32(&b, f->who);
	buf_u64(&b, (uint64_t)f->start);
	buf_u8(&b, p->family);
	buf_u8(&b, p->len);
	buf_add(&b, p->addr, sizeof(p->addr));
	buf_u8(&b, f->benign != BENIGN_NOT);
	uint64_t id = hash_bytes(b.p, b.n, 0);
	buf_fini(&b);
	return id;
}

static uint32_t
incident_open(struct detect *d, const struct finding *f)
{
	uint32_t id = (uint32_t)d->incs.n, class = finding_class(f);
	struct inc *in = vec_grow(&d->incs);

	*in = (struct inc){ .serial = d->next_inc++,
		.id = incident_id(d, class, f),
		.start = f->start,
		.end = TIME_NONE,
		.due = TIME_NONE,
		.culprit = f->who,
		.counted = NONE,
		.class = (uint8_t) class,
		.state = INC_NEW };
	if (f->benign != BENIGN_NOT)
		in->flags |= I_SUPPRESSED;
	incident_register(d, id);
	return id;
}

static void
reopen(struct detect *d, uint32_t inc)
{
	struct inc *in = &d->incs.p[inc];

	if (in->state == INC_ENDED || in->state == INC_EXPIRED) {
		in->state = in->level >= 2 ? INC_ONGOING : INC_NEW;
		in->flags |= I_REOPENED;
		in->flags &= ~(uint32_t)I_EXPIRED;
		in->end = TIME_NONE;
	}
	in->due = TIME_NONE;
	in->flags |= I_CHANGED;
}

void
incident_take(struct detect *d, uint32_t id)
{
	struct finding *f = &d->findings.p[id];
	bool harmless = f->benign != BENIGN_NOT;
	uint32_t inc = NONE;

	if (f->rule == RULE_ORIGIN && !harmless)
		inc = incident_active(d, INC_MASS_ORIGINATION, false, f->who);
	if (inc == NONE)
		inc = incident_active(d, finding_class(f), harmless, f->who);
	if (inc == NONE)
		inc = incident_open(d, f);
	struct inc *in = &d->incs.p[inc];
	vec_push(&in->findings, id);
	in->open++;
	f->incident = inc;
	reopen(d, inc);
	if (f->rule == RULE_ORIGIN && !harmless)
		mass_check(d, f->who);
}

static uint8_t
highest_level(const struct detect *d, const struct inc *in)
{
	uint8_t level = 0;

	for (size_t i = 0; i < in->findings.n && level < 4; i++) {
		const struct finding *f = &d->findings.p[in->findings.p[i]];

		if (f->level > level)
			level = f->level;
	}
	return level;
}

void
incident_level(struct detect *d, uint32_t inc, uint8_t was, uint8_t is)
{
	struct inc *in = &d->incs.p[inc];
	uint8_t level = in->own > is ? in->own : is;

	in->flags |= I_CHANGED;
	/* Only a fall from the top makes it look at all findings. */
	if (level < in->level) {
		if (was < in->level)
			return;
		level = highest_level(d, in);
		if (in->own > level)
			level = in->own;
	}
	in->level = level;
	if (level >= 2 && in->state == INC_NEW)
		in->state = INC_ONGOING;
}

void
incident_seen(struct detect *d, uint32_t inc, uint32_t peer)
{
	struct inc *in = &d->incs.p[inc];
	uint32_t asn = rib_peer(d->rib, peer)->asn;

	if (in->as_a == 0)
		in->as_a = asn;
	else if (in->as_a != asn)
		in->flags |= I_TWO;
	if (in->flags & I_MASS)
		in->own = in->flags & I_TWO ? 3 : 1;
	else if (in->class == INC_ROUTE_LEAK)
		leak_judge(d, inc);
}

/* --- the end ----------------------------------------------------------- */

void
incident_finding_ended(struct detect *d, uint32_t inc, bool expired)
{
	struct inc *in = &d->incs.p[inc];

	in->flags |= I_CHANGED;
	if (expired)
		in->flags |= I_EXPIRED;
	if (--in->open > 0)
		return;
	in->due = d->now + cfg_us(d, in->class == INC_ROUTE_LEAK
					 ? SET_QUIET_LEAK_SECONDS
					 : SET_QUIET_SECONDS);
	timer_add(d, in->due, true, inc);
}

void
incident_finding_back(struct detect *d, uint32_t inc)
{
	d->incs.p[inc].open++;
	reopen(d, inc);
}

bool
finding_shown(const struct inc *in, uint32_t nth, const struct finding *f)
{
	if (in->level == 0)
		return true;
	if (f->benign != BENIGN_NOT)
		return false;
	if (in->class == INC_ROUTE_LEAK && !(in->flags & I_MASS))
		return in->own < 2 || (nth >= in->counted);
	return in->own >= 2 || in->level < 2 || f->level >= 2;
}

static int64_t
last_end(const struct detect *d, const struct inc *in)
{
	int64_t end = TIME_NONE;

	for (uint32_t i = 0; i < in->findings.n; i++) {
		const struct finding *f = &d->findings.p[in->findings.p[i]];

		if (finding_shown(in, i, f) && f->end > end)
			end = f->end;
	}
	return end;
}

/* Nothing can join any more: its findings leave their prefixes. */
static void
incident_close(struct detect *d, uint32_t inc)
{
	struct inc *in = &d->incs.p[inc];

	in->due = TIME_NONE;
	in->flags |= I_CLOSED;
	incident_unregister(d, inc);
	for (size_t i = 0; i < in->findings.n; i++) {
		uint32_t id = in->findings.p[i];
		struct finding *f = &d->findings.p[id];
		uint32_t *at = &d->prows.p[f->prefix].finding;

		while (*at != id)
			at = &d->findings.p[*at].next;
		*at = f->next;
		f->flags |= F_CLOSED;
	}
}

void
incident_due(struct detect *d, uint32_t inc)
{
	struct inc *in = &d->incs.p[inc];

	if (in->due != d->now || in->open > 0)
		return;
	if (in->state == INC_NEW || in->state == INC_ONGOING) {
		in->state = in->flags & I_EXPIRED ? INC_EXPIRED : INC_ENDED;
		in->end = last_end(d, in);
		in->flags |= I_CHANGED;
		in->due = d->now + cfg_us(d, SET_REOPEN_SECONDS);
		timer_add(d, in->due, true, inc);
	} else {
		incident_close(d, inc);
	}
}

/* --- merging ----------------------------------------------------------- */

static int
cmp_serial(const void *a, const void *b, void *ctx)
{
	const struct detect *d = ctx;
	uint64_t x = d->findings.p[*(const uint32_t *)a].serial;
	uint64_t y = d->findings.p[*(const uint32_t *)b].serial;

	return x < y ? -1 : x > y;
}

uint32_t
incident_merge(struct detect *d, uint32_t a, uint32_t b)
{
	if (d->incs.p[b].serial < d->incs.p[a].serial) {
		uint32_t t = a;

		a = b;
		b = t;
	}
	struct inc *to = &d->incs.p[a], *from = &d->incs.p[b];
	incident_unregister(d, a);
	incident_unregister(d, b);
	for (size_t i = 0; i < from->findings.n; i++) {
		d->findings.p[from->findings.p[i]].incident = a;
		vec_push(&to->findings, from->findings.p[i]);
	}
	qsort_r(to->findings.p, to->findings.n, sizeof(*to->findings.p),
	    cmp_serial, d);
	vec_push(&to->merged, from->id);
	for (size_t i = 0; i < from->merged.n; i++)
		vec_push(&to->merged, from->merged.p[i]);
	to->open += from->open;
	to->win = to->win < from->win ? to->win : from->win;
	to->flags |= from->flags & I_TWO;
	if (to->as_a != from->as_a && to->as_a != 0 && from->as_a != 0)
		to->flags |= I_TWO;
	from->flags |= I_MERGED | I_CLOSED | I_CHANGED;
	from->findings.n = 0;
	from->open = 0;
	from->due = TIME_NONE;
	reopen(d, a);
	incident_register(d, a);
	return a;
}
