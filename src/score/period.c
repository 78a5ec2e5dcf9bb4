/* SPDX-License-Identifier: BSD-2-Clause */
/* period.c - from events of a month to scored periods, and raw to percent. */
#include "score/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HALF_HOUR (30 * TIME_MIN)

static int
cmp3(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Total order over content, so that the order of input does not matter. */
static int
cmp_event(const void *va, const void *vb)
{
	const struct score_event *a = va, *b = vb;
	int c;

	if ((c = cmp3(a->asn, b->asn)) != 0 ||
	    (c = cmp3(a->metric, b->metric)) != 0 ||
	    (c = cmp3(a->administrative, b->administrative)) != 0 ||
	    (c = cmp3(a->weight_micro, b->weight_micro)) != 0)
		return c;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return cmp3(a->ref, b->ref);
}

int64_t
score_halves(const struct score_profile *p, int64_t d_us)
{
	int64_t days = d_us / TIME_DAY;

	if (d_us <= 0)
		return 0;
	if (d_us < HALF_HOUR)
		return 1;
	if (d_us < TIME_DAY)
		return 2;
	if ((unsigned)p->v[SET_LONG][0] == 1) /* exponential */
		return INT64_C(2) << (days > 31 ? 31 : days);
	return 2 * (days + 1);
}

static bool
same_kind(const struct score_event *e, const struct score_period *q)
{
	return e->asn == q->asn && e->metric == q->metric &&
	       e->administrative == q->administrative &&
	       e->weight_micro == q->weight_micro;
}

void
score_merge(const struct score_profile *p, int64_t month_us,
    struct score_event *e, size_t n, struct score_periods *out)
{
	int64_t until = utc_month_start(month_us, 1);
	size_t first = out->n;

	if (n > 1)
		qsort(e, n, sizeof(*e), cmp_event);
	for (size_t i = 0; i < n; i++) {
		int64_t s = e[i].start, t = e[i].end;
		struct score_period *q;

		if (t == TIME_NONE || t > until)
			t = until;
		if (s >= until || t < month_us)
			continue;
		if (s < month_us)
			s = month_us;
		if (t < s)
			t = s;
		q = out->n > first ? &out->p[out->n - 1] : NULL;
		if (q != NULL && same_kind(&e[i], q) && s <= q->end) {
			if (t > q->end)
				q->end = t;
			q->n_events++;
			continue;
		}
		q = vec_grow(out);
		*q = (struct score_period){ .asn = e[i].asn,
			.metric = e[i].metric,
			.administrative = e[i].administrative,
			.weight_micro = e[i].weight_micro,
			.start = s,
			.end = t,
			.n_events = 1,
			.ref = e[i].ref };
	}
	for (size_t i = first; i < out->n; i++) {
		struct score_period *q = &out->p[i];

		/* At most 2^32 halves times a weight of 32 bits. */
		q->score_micro =
		    score_halves(p, q->end - q->start) / 2 * q->weight_micro;
		if (score_halves(p, q->end - q->start) == 1)
			q->score_micro = q->weight_micro / 2;
	}
}

int32_t
score_curve(const struct score_profile *p, int64_t raw_micro)
{
	double x = p->v[SET_SCALE][0] * (double)raw_micro / 1e6;

	if ((unsigned)p->v[SET_CURVE][0] == 0)
		x = sqrt(x);
	return (int32_t)lround(1e4 * pow(p->v[SET_BASE][0], x));
}

enum score_level
score_level(const struct score_profile *p, int32_t centi)
{
	if (centi >= lround(100 * p->v[SET_READY][0]))
		return SCORE_READY;
	if (centi >= lround(100 * p->v[SET_ASPIRING][0]))
		return SCORE_ASPIRING;
	return SCORE_LAGGING;
}
