/* SPDX-License-Identifier: BSD-2-Clause */
/* emit_test.h - incidents filled by hand, and what leaves as text. */
#pragma once

#include <assert.h>

#include "detect/detect_test.h"

/* --- an engine with findings ------------------------------------------- */

#define START "2024-05-10T12:00:00Z"
#define NOW   "2024-05-10T14:00:00Z"

static inline uint32_t
add_finding(struct detect *d, enum rule rule, const char *prefix, uint32_t who,
    uint8_t level, uint32_t flags)
{
	struct finding *f = vec_grow(&d->findings);

	*f = (struct finding){ .serial = d->next_finding++,
		.start = at(START),
		.end = TIME_NONE,
		.since = at(START),
		.dark_at = TIME_NONE,
		.prefix = pfx(d, prefix),
		.who = who,
		.origin = who,
		.other = NONE,
		.incident = NONE,
		.next = NONE,
		.peers_max = 2,
		.flags = flags,
		.rule = (uint8_t)rule,
		.level = level };
	return (uint32_t)d->findings.n - 1;
}

static inline uint32_t
add_inc(struct detect *d, enum incident_class class, uint32_t culprit,
    uint8_t level)
{
	struct inc *in = vec_grow(&d->incs);

	*in = (struct inc){ .serial = d->next_inc++,
		.id = UINT64_C(0xab00) + d->next_inc,
		.start = at(START),
		.end = TIME_NONE,
		.due = TIME_NONE,
		.culprit = culprit,
		.counted = NONE,
		.flags = I_CHANGED,
		.class = (uint8_t) class,
		.state = INC_ONGOING,
		.level = level };
	return (uint32_t)d->incs.n - 1;
}

static inline void
belongs(struct detect *d, uint32_t inc, uint32_t f)
{
	vec_push(&d->incs.p[inc].findings, f);
	d->findings.p[f].incident = inc;
	d->incs.p[inc].open++;
}

static inline void
ends(struct detect *d, uint32_t inc, const char *when)
{
	struct inc *in = &d->incs.p[inc];

	in->state = INC_ENDED;
	in->end = at(when);
	for (size_t i = 0; i < in->findings.n; i++)
		d->findings.p[in->findings.p[i]].end = in->end;
}

/* An incident of one finding. */
static inline struct finding *
one(struct detect *d, enum incident_class class, enum rule rule,
    const char *prefix, uint32_t who, uint8_t level, uint32_t flags)
{
	uint32_t f = add_finding(d, rule, prefix, who, level, flags);

	belongs(d, add_inc(d, class, who, level), f);
	return &d->findings.p[f];
}

/* --- what comes out, as text ------------------------------------------- */

static inline void
put_asns(struct buf *b, const char *name, const uint32_t *p, size_t n)
{
	buf_str(b, name);
	for (size_t i = 0; i < n; i++)
		buf_printf(b, " %u", p[i]);
	buf_chr(b, '\n');
}

static inline void
put_time(struct buf *b, int64_t us)
{
	char text[TIME_TEXT_MAX];

	buf_str(b, us == TIME_NONE ? "open" : utc_format(text, us) + 11);
}

static inline int
put_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct buf *b = ctx;

	(void)err;
	buf_printf(b, "%s %s '%s' %s AS%u E%u %d points, ", in->id,
	    incident_class_name(in->class), in->type,
	    incident_state_name(in->state), in->culprit, in->level, in->points);
	put_time(b, in->start);
	buf_chr(b, '-');
	put_time(b, in->end);
	buf_printf(b, " %u peers %u prefixes%s%s%s\n", in->peers_max,
	    (unsigned)in->n_prefixes, in->reopened ? " reopened" : "",
	    in->suppressed ? " suppressed" : "", in->counts ? " counts" : "");
	put_asns(b, "by", in->accomplices, in->n_accomplices);
	put_asns(b, "of", in->victims, in->n_victims);
	for (size_t i = 0; i < in->n_routes; i++) {
		const struct incident_route *r = &in->routes[i];

		say_prefix(b, &r->prefix);
		buf_printf(b, " AS%u ", r->origin);
		put_time(b, r->start);
		buf_chr(b, '-');
		put_time(b, r->end);
		buf_printf(b, " %u [%s] %s\n", r->peers_max, r->path,
		    r->decision);
	}
	for (size_t i = 0; i < in->n_merged; i++)
		buf_printf(b, "merged %s\n", in->merged[i]);
	if (in->reason[0] != '\0')
		buf_printf(b, "reason: %s\n", in->reason);
	return 0;
}

static inline int
put_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	(void)err;
	buf_printf(ctx, "AS%u %s%s%s ", c->asn, c->metric,
	    c->split[0] != '\0' ? "/" : "", c->split);
	say_prefix(ctx, &c->prefix);
	buf_printf(ctx, " %u\n", c->weight_micro);
	return 0;
}

static inline int
put_evidence(void *ctx, const struct incident *in, struct err *err)
{
	(void)err;
	for (size_t i = 0; i < in->n_evidence; i++) {
		const struct evidence *e = &in->evidence[i];

		buf_printf(ctx, "%s/%s %+g %d: %s", e->family, e->name, e->nats,
		    e->points, e->detail);
		if (e->source[0] != '\0')
			buf_printf(ctx, " [%s]", e->source);
		if (e->age_us != TIME_NONE)
			buf_printf(ctx, " %d h", (int)(e->age_us / TIME_HOUR));
		buf_chr(ctx, '\n');
	}
	return 0;
}

static inline int
put_explanation(void *ctx, const struct incident *in, struct err *err)
{
	(void)err;
	buf_printf(ctx, "%s\n", in->explanation);
	return 0;
}

static inline void
emit(struct detect *d, const struct detect_sinks *with, struct buf *b)
{
	struct detect_sinks s = *with;
	struct err err = { 0 };

	s.ctx = b;
	if (incidents_emit(d, &s, &err) == -1)
		fail_msg("%s", err.msg);
}

static const struct detect_sinks incidents
    __attribute__((unused)) = { .incident = put_incident };
static const struct detect_sinks charges
    __attribute__((unused)) = { .charge = put_charge };
static const struct detect_sinks evidence
    __attribute__((unused)) = { .incident = put_evidence };
static const struct detect_sinks explanations
    __attribute__((unused)) = { .incident = put_explanation };

static inline void
expect(struct detect *d, const struct detect_sinks *s, const char *want)
{
	struct buf b = { 0 };

	emit(d, s, &b);
	assert_string_equal(buf_cstr(&b), want);
	buf_fini(&b);
}
