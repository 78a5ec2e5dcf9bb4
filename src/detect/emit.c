/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * emit.c - incidents on their way out: what of them is shown, and put into
 * the form that others keep.
 *
 * What is written depends on the content of an incident alone.  Of one that
 * is over nothing is taken from the present: names, relations and tables are
 * those that judged it last, so two runs over halves of the input write what
 * one run over all of it writes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "detect/part.h"

/* --- what is shown ----------------------------------------------------- */

static int
cmp_u64(uint64_t x, uint64_t y)
{
	return x < y ? -1 : x > y;
}

static int
cmp_i64(int64_t x, int64_t y)
{
	return x < y ? -1 : x > y;
}

static int
cmp_shown(const void *a, const void *b, void *ctx)
{
	const struct detect *d = ctx;
	const struct finding *x = &d->findings.p[*(const uint32_t *)a];
	const struct finding *y = &d->findings.p[*(const uint32_t *)b];
	int rc = prefix_cmp(prefix_at(d, x->prefix), prefix_at(d, y->prefix));

	if (rc == 0)
		rc = cmp_i64(x->start, y->start);
	if (rc == 0)
		rc = x->rule - y->rule;
	return rc != 0 ? rc : cmp_u64(x->serial, y->serial);
}

/* The finding that speaks for the incident. */
static bool
speaks_better(const struct detect *d, const struct finding *x,
    const struct finding *y)
{
	int rc;

	if (x->level != y->level)
		return x->level > y->level;
	if (x->nats < y->nats || x->nats > y->nats)
		return x->nats > y->nats;
	if (x->peers_max != y->peers_max)
		return x->peers_max > y->peers_max;
	if (x->start != y->start)
		return x->start < y->start;
	rc = prefix_cmp(prefix_at(d, x->prefix), prefix_at(d, y->prefix));
	return rc != 0 ? rc < 0 : x->serial < y->serial;
}

static void
choose(struct detect *d, struct telling *t)
{
	const struct inc *in = t->in;

	uint64_t all = UINT64_MAX, any = 0;

	t->shown.n = 0;
	t->best = NULL;
	for (uint32_t i = 0; i < in->findings.n; i++) {
		const struct finding *f = &d->findings.p[in->findings.p[i]];

		if (!finding_shown(in, i, f))
			continue;
		vec_push(&t->shown, in->findings.p[i]);
		any |= f->evidence;
		all &= f->evidence;
		if (t->best == NULL || speaks_better(d, f, t->best))
			t->best = f;
	}
	/* What speaks against some of many does not speak for all. */
	for (unsigned e = 0; e < EV_COUNT; e++)
		if (d->cfg.value[SET_WEIGHTS + e] < 0)
			any &= all | ~EV(e);
	t->evidence = any | in->evidence;
	if (t->shown.n > 1)
		qsort_r(t->shown.p, t->shown.n, sizeof(*t->shown.p), cmp_shown,
		    d);
}

static int64_t
first_start(const struct detect *d, const struct telling *t)
{
	int64_t first = t->in->start;

	for (size_t i = 0; i < t->shown.n; i++) {
		int64_t start = d->findings.p[t->shown.p[i]].start;

		if (i == 0 || start < first)
			first = start;
	}
	return first;
}

/* The tables that judged last what began and ended so. */
static int
use_view(struct detect *d, int64_t start, int64_t end, struct err *err)
{
	int64_t us = d->now;

	if (d->world == NULL)
		return 0;
	/* What a change of tables ended was judged by those before. */
	if (end != TIME_NONE)
		us = end - 1 > start ? end - 1 : start;
	return world_at(d->world, us, WORLD_ALL, &d->view, err);
}

/* --- routes ------------------------------------------------------------ */

static const char *
keep_text(struct detect *d, struct buf *b)
{
	const char *text = arena_strndup(&d->text, buf_cstr(b), b->n);

	buf_clear(b);
	return text;
}

static const char *
path_text(struct detect *d, const struct finding *f, struct buf *b)
{
	say_path(d, b, f->path);
	return keep_text(d, b);
}

static const char *
decision_text(struct detect *d, const struct finding *f, struct buf *b)
{
	say_decision(d, b, f);
	return keep_text(d, b);
}

static void
put_routes(struct detect *d, struct telling *t)
{
	size_t n =
	    t->shown.n < INCIDENT_ROUTES_MAX ? t->shown.n : INCIDENT_ROUTES_MAX;
	struct incident_route *r = arena_alloc(&d->text, n * sizeof(*r) + 1);
	uint32_t last = NONE;
	struct buf b = { 0 };

	for (size_t i = 0; i < t->shown.n; i++) {
		const struct finding *f = &d->findings.p[t->shown.p[i]];

		t->out.n_prefixes += f->prefix != last;
		last = f->prefix;
		if (f->peers_max > t->out.peers_max)
			t->out.peers_max = f->peers_max;
		if (i < n)
			r[i] = (struct incident_route){
				.prefix = *prefix_at(d, f->prefix),
				.origin = f->origin,
				.start = f->start,
				.end = f->end,
				.peers_max = f->peers_max,
				.path = path_text(d, f, &b),
				.decision = decision_text(d, f, &b),
			};
	}
	t->out.routes = r;
	t->out.n_routes = n;
	buf_fini(&b);
}

/* --- networks ---------------------------------------------------------- */

static const uint32_t *
keep_set(struct detect *d, const struct u32set *s, size_t *n)
{
	uint32_t *p = arena_alloc(&d->text, s->n * sizeof(*p) + 1);

	if (s->n > 0)
		memcpy(p, s->p, s->n * sizeof(*p));
	*n = s->n;
	return p;
}

static void
add_all(struct u32set *to, const struct u32set *from)
{
	for (uint32_t i = 0; i < from->n; i++)
		u32set_add(to, from->p[i]);
}

static void
put_networks(struct detect *d, struct telling *t)
{
	struct u32set by = { 0 }, of = { 0 };

	for (size_t i = 0; i < t->shown.n; i++) {
		const struct finding *f = &d->findings.p[t->shown.p[i]];

		if (f->rule == RULE_ROA) {
			u32set_add(&of, f->who);
			continue;
		}
		add_all(&by, &f->nexts);
		add_all(&of, &f->victims);
	}
	/* R1: nobody announced anything new, the ROAs changed. */
	t->out.culprit = t->in->class == INC_ROA_CHANGE ? 0 : t->in->culprit;
	u32set_del(&by, 0);
	u32set_del(&of, 0);
	u32set_del(&by, t->out.culprit);
	u32set_del(&of, t->out.culprit);
	t->out.accomplices = keep_set(d, &by, &t->out.n_accomplices);
	t->out.victims = keep_set(d, &of, &t->out.n_victims);
	u32set_fini(&by);
	u32set_fini(&of);
}

/* --- evidence ---------------------------------------------------------- */

/* The finding that shows a piece best; NULL: it is the incident's own. */
static const struct finding *
shows(const struct detect *d, const struct telling *t, enum ev e)
{
	const struct finding *best = NULL;

	if (t->best != NULL && t->best->evidence & EV(e))
		return t->best;
	for (size_t i = 0; i < t->shown.n; i++) {
		const struct finding *f = &d->findings.p[t->shown.p[i]];

		if (f->evidence & EV(e) &&
		    (best == NULL || speaks_better(d, f, best)))
			best = f;
	}
	return best;
}

/* By family, each closed by what its cap takes off: the weights as printed
 * add up to the sum that the points are made of. */
static int
put_evidence(struct detect *d, struct telling *t, struct err *err)
{
	struct evidence *p =
	    arena_alloc(&d->text, ((size_t)EV_COUNT + FAM_COUNT) * sizeof(*p));
	size_t n = 0;

	for (unsigned family = 0; family < FAM_COUNT; family++) {
		double sum = 0, cap = cfg(d, SET_CAPS + family);

		for (unsigned e = 0; e < EV_COUNT; e++) {
			const struct finding *f;

			if (ev_rows[e].family != family ||
			    !(t->evidence & EV(e)))
				continue;
			f = shows(d, t, (enum ev)e);
			if (f == NULL)
				f = t->best;
			if (f == NULL)
				continue;
			if (use_view(d, f->start, f->end, err) == -1)
				return -1;
			p[n] = evidence_text(d, t, f, (enum ev)e);
			sum += p[n++].nats;
		}
		if (sum > cap || sum < -cap)
			p[n++] = evidence_cap(d, (enum family)family, sum);
	}
	t->out.evidence = p;
	t->out.n_evidence = n;
	t->out.points = ev_points(ev_nats(&d->cfg, t->evidence), t->in->level);
	return 0;
}

/* --- the rest ---------------------------------------------------------- */

static void
put_type(struct detect *d, struct telling *t)
{
	unsigned type = t->in->type;
	bool all_sub = true;

	switch (t->out.class) {
	case INC_ORIGIN_HIJACK:
	case INC_SUB_PREFIX_HIJACK:
	case INC_MASS_ORIGINATION:
		for (size_t i = 0; i < t->shown.n; i++)
			all_sub &=
			    (d->findings.p[t->shown.p[i]].flags & F_SUB) != 0;
		(void)snprintf(t->out.type, sizeof(t->out.type), "%c|0|-|-",
		    all_sub ? 'S' : 'E');
		break;
	case INC_ROUTE_LEAK:
		if (type == 0 && t->best != NULL)
			type = t->best->type;
		if (type >= 1 && type <= 6)
			(void)snprintf(t->out.type, sizeof(t->out.type), "%u",
			    type);
		break;
	case INC_FORGED_ORIGIN:
	case INC_SQUATTING:
	case INC_BOGON_PREFIX:
	case INC_BOGON_ASN:
	case INC_ADMIN_BOGON:
	case INC_RPKI_INVALID:
	case INC_ROA_CHANGE:
	case INC_OUTAGE:
	case INC_ZOMBIE:
	case INC_MISCONFIGURATION:
	case INC_BLACKHOLE_ABUSE:
	case INC_CLASSES:
	default:
		break;
	}
}

/* Why it is harmless, or why it is over. */
static const char *
reason_text(struct detect *d, const struct telling *t)
{
	unsigned said = 0;
	struct buf b = { 0 };

	if (t->out.suppressed) {
		for (size_t i = 0; i < t->shown.n; i++)
			said |= 1U << d->findings.p[t->shown.p[i]].benign;
		for (unsigned k = 1; k < BENIGN_COUNT; k++)
			if (said & 1U << k) {
				buf_str(&b, b.n > 0 ? "; " : "");
				buf_str(&b, benign_texts[k]);
			}
	} else if (t->out.state == INC_ENDED) {
		buf_str(&b, "every peer that saw it has withdrawn or replaced "
			    "it");
	} else if (t->out.state == INC_EXPIRED) {
		buf_str(&b, "the peers that saw it went down and did not come "
			    "back: its end was not seen");
	}
	const char *text = keep_text(d, &b);
	buf_fini(&b);
	return text;
}

bool
finding_counts(const struct finding *f)
{
	return (f->flags & F_COUNTS) != 0;
}

static bool
incident_counts(const struct detect *d, const struct telling *t)
{
	for (size_t i = 0; i < t->shown.n; i++) {
		const struct finding *f = &d->findings.p[t->shown.p[i]];

		if (f->rule == RULE_ORIGIN && finding_counts(f) &&
		    (f->level >= 3 || t->in->own >= 3 || t->in->level < 3))
			return true;
	}
	return false;
}

static void
put_merged(struct detect *d, struct telling *t)
{
	const struct inc *in = t->in;
	char(*ids)[INCIDENT_ID_TEXT];

	ids = arena_alloc(&d->text, in->merged.n * sizeof(*ids) + 1);
	for (size_t i = 0; i < in->merged.n; i++)
		(void)snprintf(ids[i], sizeof(ids[i]), "%016" PRIx64,
		    in->merged.p[i]);
	t->out.merged = (const char(*)[INCIDENT_ID_TEXT])ids;
	t->out.n_merged = in->merged.n;
}

static int
tell(struct detect *d, struct telling *t, const char *inputs, struct err *err)
{
	const struct inc *in = t->in;

	choose(d, t);
	t->out = (struct incident){
		.class = (enum incident_class)in->class,
		.state = (enum incident_state)in->state,
		.start = first_start(d, t),
		.end = in->end,
		.level = in->level,
		.reopened = (in->flags & I_REOPENED) != 0,
		.suppressed = in->level == 0,
		.inputs = inputs,
	};
	(void)snprintf(t->out.id, sizeof(t->out.id), "%016" PRIx64, in->id);
	put_routes(d, t);
	put_networks(d, t);
	put_type(d, t);
	put_merged(d, t);
	t->out.counts = t->in->level > 0 && incident_counts(d, t);
	t->out.reason = reason_text(d, t);
	if (put_evidence(d, t, err) == -1 ||
	    use_view(d, t->out.start, t->out.end, err) == -1)
		return -1;
	t->out.explanation = explain(d, t);
	return 0;
}

/* --- all of them ------------------------------------------------------- */

struct order {
	int64_t start;
	uint64_t id, serial;
	uint32_t inc;
};

static int
cmp_order(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->start != y->start)
		return cmp_i64(x->start, y->start);
	return x->id != y->id ? cmp_u64(x->id, y->id)
			      : cmp_u64(x->serial, y->serial);
}

static bool
is_due(const struct inc *in)
{
	if (in->flags & I_MERGED)
		return false; /* told under the older one */
	return in->flags & I_CHANGED || in->state == INC_NEW ||
	       in->state == INC_ONGOING;
}

static int
emit_in_order(struct detect *d, const struct order *order, size_t n,
    const struct detect_sinks *s, struct err *err)
{
	const struct world_view *view = d->view;
	struct telling t = { 0 };
	char inputs[65] = "";
	int rc = 0;

	if (d->world != NULL)
		text_hex(inputs, world_id(d->world), 32);
	for (size_t i = 0; i < n && rc == 0; i++) {
		arena_free(&d->text);
		t.in = &d->incs.p[order[i].inc];
		rc = tell(d, &t, inputs, err);
		if (rc == 0 && s->incident != NULL)
			rc = s->incident(s->ctx, &t.out, err);
		if (rc == 0 && s->charge != NULL)
			rc = charges_emit(d, &t, s, err);
	}
	vec_fini(&t.shown);
	d->view = view;
	return rc;
}

int
incidents_emit(struct detect *d, const struct detect_sinks *s, struct err *err)
{
	VEC(struct order) order = { 0 };
	struct telling t = { 0 };
	int rc;

	if (s->incident == NULL && s->charge == NULL)
		return 0;
	for (uint32_t i = 0; i < d->incs.n; i++) {
		if (!is_due(&d->incs.p[i]))
			continue;
		t.in = &d->incs.p[i];
		choose(d, &t);
		vec_push(&order, ((struct order){ first_start(d, &t), t.in->id,
				     t.in->serial, i }));
	}
	vec_fini(&t.shown);
	if (order.n > 1)
		qsort(order.p, order.n, sizeof(*order.p), cmp_order);
	rc = emit_in_order(d, order.p, order.n, s, err);
	vec_fini(&order);
	return rc;
}
