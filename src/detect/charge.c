/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * charge.c - what an incident costs whom: M1 to M4 for who did it, M1C to M4C
 * for who took it from a neighbour and passed it on (metrics.md 2.3).
 *
 * What is RPKI-invalid without being a hijack is charged by none of these: it
 * counts among the routes of its origin (M7) and, of neighbours, in what was
 * passed on.  A charge stands for what its incident stands for, since readers
 * look at the incident alone: findings that fall short of its level, or of
 * the filter that it passed, charge nobody.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "detect/part.h"

#define ONE         1000000             /* a whole weight, in millionths */
#define WEIGHT_MIN  10000               /* accomplice.mode: not below 0.01 */
#define CHARGES_MAX INCIDENT_ROUTES_MAX /* of one network and metric */

enum { MODE_NEXT_HOP, MODE_GEOMETRIC };
enum { OWN_SPACE, ALWAYS, NEVER };

struct work {
	struct detect *d;
	const struct telling *t;
	VEC(struct detect_charge) charges;
	struct buf text;
};

/* --- what a finding is charged as -------------------------------------- */

struct metric_names {
	const char *culprit, *accomplice;
};

static bool
metric_of(const struct telling *t, const struct finding *f,
    struct metric_names *out)
{
	static const struct metric_names leak = { "M1", "M1C" },
					 hijack = { "M2", "M2C" },
					 prefix = { "M3", "M3C" },
					 asn = { "M4", "M4C" };

	switch (t->out.class) {
	case INC_ROUTE_LEAK:
		*out = leak;
		return true;
	case INC_ORIGIN_HIJACK:
	case INC_SUB_PREFIX_HIJACK:
	case INC_FORGED_ORIGIN:
	case INC_SQUATTING:
	case INC_MASS_ORIGINATION:
		*out = hijack;
		return true;
	case INC_BOGON_PREFIX:
	case INC_BOGON_ASN:
	case INC_ADMIN_BOGON:
		*out = f->rule == RULE_BOGON_ASN ? asn : prefix;
		return true;
	case INC_RPKI_INVALID:
	case INC_ROA_CHANGE:
	case INC_OUTAGE:
	case INC_ZOMBIE:
	case INC_MISCONFIGURATION:
	case INC_BLACKHOLE_ABUSE:
	case INC_CLASSES:
	default:
		return false;
	}
}

/* It stands for what its incident stands for. */
static bool
is_charged(const struct work *w, const struct finding *f)
{
	const struct inc *in = w->t->in;

	if (in->level < 2 || f->benign != BENIGN_NOT)
		return false;
	if (in->level >= 3 && in->own < 3 && f->level < 3)
		return false;
	return f->rule != RULE_ORIGIN || !w->t->out.counts || finding_counts(f);
}

/* m4.attribution: the number is a slip of the network beside it. */
static bool
is_its_own(const struct work *w, const struct finding *f)
{
	int mode = (int)cfg(w->d, SET_M4_ATTRIBUTION);

	if (f->rule != RULE_BOGON_ASN)
		return true;
	return mode == ALWAYS || (mode == OWN_SPACE && f->flags & F_OWN);
}

/* --- making them ------------------------------------------------------- */

static void
charge(struct work *w, const struct finding *f, uint32_t asn,
    const char *metric, uint32_t weight)
{
	const char *split = "";
	struct detect *d = w->d;

	if (f->rule == RULE_BOGON || f->rule == RULE_BOGON_ASN)
		split = f->flags & F_ADMIN ? "administrative" : "full";
	vec_push(&w->charges, ((struct detect_charge){ .asn = asn,
				  .metric = metric,
				  .split = split,
				  .prefix = *prefix_at(d, f->prefix),
				  .start = f->start,
				  .end = f->end,
				  .weight_micro = weight,
				  .incident = w->t->out.id,
				  .detail = arena_strndup(&d->text,
				      buf_cstr(&w->text), w->text.n) }));
	buf_clear(&w->text);
}

static void
charge_culprit(struct work *w, const struct finding *f, const char *metric)
{
	const struct seg *s = finding_seg(w->d, f);

	if (s != NULL)
		buf_printf(&w->text,
		    "passed a route of AS%" PRIu32 " on to AS%" PRIu32, s->c,
		    s->a);
	else if (f->rule == RULE_BOGON_ASN)
		buf_printf(&w->text, "announced it with AS%" PRIu32 " behind",
		    f->other);
	else
		buf_str(&w->text, "announced it");
	charge(w, f, f->who, metric, ONE);
}

/* Networks beyond `next` on the first path, towards the collector. */
static void
charge_farther(struct work *w, const struct finding *f, const char *metric,
    unsigned distance)
{
	struct detect *d = w->d;
	size_t n = rib_path_get(d->rib, f->path, d->hops), i = 0, last;
	uint32_t weight = ONE, before = f->who;

	/* metrics.md 2.3: of a hijack never who reports it */
	last = f->rule == RULE_ORIGIN ? 1 : 0;
	while (i < n && d->hops[i].asn != f->who)
		i++;
	if (i == n)
		return;
	for (unsigned far = 0; i-- > last && d->hops[i].kind != RIB_SET;) {
		uint32_t asn = d->hops[i].asn;

		if (asn == before)
			continue;
		before = asn;
		if (++far < distance)
			continue;
		weight = weight / 2 > WEIGHT_MIN ? weight / 2 : WEIGHT_MIN;
		if (asn == f->who ||
		    (distance > 1 && u32set_has(&f->nexts, asn)))
			continue;
		buf_printf(&w->text, "carried it, %u networks from AS%" PRIu32,
		    far, f->who);
		charge(w, f, asn, metric, weight);
	}
}

static void
charge_accomplices(struct work *w, const struct finding *f, const char *metric)
{
	bool farther = (int)cfg(w->d, SET_ACCOMPLICE_MODE) == MODE_GEOMETRIC;

	if (!is_its_own(w, f)) {
		/* The network beside it took it from the bogon. */
		buf_printf(&w->text,
		    "accepted it from AS%" PRIu32 " and passed it on",
		    f->other);
		charge(w, f, f->who, metric, ONE);
		if (farther)
			charge_farther(w, f, metric, 1);
		return;
	}
	for (uint32_t i = 0; i < f->nexts.n; i++) {
		if (f->nexts.p[i] == 0 || f->nexts.p[i] == f->who)
			continue;
		buf_printf(&w->text,
		    "accepted it from AS%" PRIu32 " and passed it on", f->who);
		charge(w, f, f->nexts.p[i], metric, ONE);
	}
	if (farther)
		charge_farther(w, f, metric, 2);
}

/* --- order, and no more than needed ------------------------------------ */

static int
cmp_group(const struct detect_charge *x, const struct detect_charge *y)
{
	int rc;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	rc = strcmp(x->metric, y->metric);
	if (rc == 0)
		rc = strcmp(x->split, y->split);
	if (rc == 0 && x->weight_micro != y->weight_micro)
		rc = x->weight_micro > y->weight_micro ? -1 : 1;
	return rc;
}

/* What is open ends last. */
static int
cmp_end(int64_t x, int64_t y)
{
	if (x == y)
		return 0;
	if (x == TIME_NONE || y == TIME_NONE)
		return x == TIME_NONE ? 1 : -1;
	return x < y ? -1 : 1;
}

static int
cmp_charge(const void *a, const void *b)
{
	const struct detect_charge *x = a, *y = b;
	int rc = cmp_group(x, y);

	if (rc == 0)
		rc = prefix_cmp(&x->prefix, &y->prefix);
	if (rc == 0 && x->start != y->start)
		rc = x->start < y->start ? -1 : 1;
	if (rc == 0)
		rc = cmp_end(x->end, y->end);
	return rc != 0 ? rc : strcmp(x->detail, y->detail);
}

static int
cmp_time(const void *a, const void *b)
{
	const struct detect_charge *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return -cmp_end(x->end, y->end);
	return prefix_cmp(&x->prefix, &y->prefix);
}

/*
 * Of a network with very many prefixes the first are kept, and of the rest
 * those that take up time that no other does: a scored period is the union of
 * its intervals, the number of prefixes does not matter.
 */
static size_t
thin_out(struct detect_charge *p, size_t n)
{
	int64_t until = TIME_NONE;
	size_t k = CHARGES_MAX;
	bool any = false;

	if (n <= CHARGES_MAX)
		return n;
	qsort(p + k, n - k, sizeof(*p), cmp_time);
	for (size_t i = k; i < n; i++) {
		if (any && cmp_end(p[i].end, until) <= 0)
			continue;
		any = true;
		until = p[i].end;
		p[k++] = p[i];
	}
	return k;
}

static bool
is_same(const struct detect_charge *x, const struct detect_charge *y)
{
	return cmp_group(x, y) == 0 && prefix_eq(&x->prefix, &y->prefix) &&
	       x->start == y->start && x->end == y->end;
}

static int
hand_out(struct work *w, const struct detect_sinks *s, struct err *err)
{
	struct detect_charge *p = w->charges.p;
	size_t n = w->charges.n;

	if (n > 1)
		qsort(p, n, sizeof(*p), cmp_charge);
	for (size_t i = 0, end; i < n; i = end) {
		size_t keep;

		for (end = i + 1; end < n && cmp_group(&p[i], &p[end]) == 0;
		     end++)
			;
		keep = i + thin_out(p + i, end - i);
		for (size_t k = i; k < keep; k++)
			if ((k == i || !is_same(&p[k], &p[k - 1])) &&
			    s->charge(s->ctx, &p[k], err) == -1)
				return -1;
	}
	return 0;
}

int
charges_emit(struct detect *d, const struct telling *t,
    const struct detect_sinks *s, struct err *err)
{
	struct work w = { .d = d, .t = t };
	int rc;

	for (size_t i = 0; i < t->shown.n; i++) {
		const struct finding *f = &d->findings.p[t->shown.p[i]];
		struct metric_names m;

		if (!metric_of(t, f, &m) || !is_charged(&w, f))
			continue;
		if (is_its_own(&w, f))
			charge_culprit(&w, f, m.culprit);
		charge_accomplices(&w, f, m.accomplice);
	}
	rc = hand_out(&w, s, err);
	vec_fini(&w.charges);
	buf_fini(&w.text);
	return rc;
}
