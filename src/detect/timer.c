/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timer.c - wake-ups in event time: a heap by (time, kind, serial).
 *
 * A wake-up carries no meaning; who is woken looks at its own state.
 */
#include "detect/part.h"

static bool
before(const struct timer *a, const struct timer *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	if (a->incident != b->incident)
		return !a->incident;
	return a->serial < b->serial;
}

void
timer_add(struct detect *d, int64_t at, bool incident, uint32_t row)
{
	struct timer t = { at,
		incident ? d->incs.p[row].serial : d->findings.p[row].serial,
		row, incident };
	size_t i = d->timers.n;

	if (at <= d->now)
		return;
	vec_push(&d->timers, t);
	for (; i > 0 && before(&t, &d->timers.p[(i - 1) / 2]); i = (i - 1) / 2)
		d->timers.p[i] = d->timers.p[(i - 1) / 2];
	d->timers.p[i] = t;
}

static struct timer
timer_pop(struct detect *d)
{
	struct timer top = d->timers.p[0], t = d->timers.p[--d->timers.n];
	size_t i = 0, n = d->timers.n;

	for (;;) {
		size_t c = 2 * i + 1;

		if (c >= n)
			break;
		if (c + 1 < n && before(&d->timers.p[c + 1], &d->timers.p[c]))
			c++;
		if (!before(&d->timers.p[c], &t))
			break;
		d->timers.p[i] = d->timers.p[c];
		i = c;
	}
	if (n > 0)
		d->timers.p[i] = t;
	return top;
}

void
timers_run(struct detect *d, int64_t until)
{
	while (d->timers.n > 0 && d->timers.p[0].at <= until) {
		struct timer t = timer_pop(d);

		d->now = t.at;
		d->day = utc_day(t.at);
		if (t.incident)
			incident_due(d, t.row);
		else
			finding_due(d, t.row);
	}
}
