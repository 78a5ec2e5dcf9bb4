/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mass.c - H3: one network comes to originate many prefixes of several others
 * at once, and type 5 of RFC 7908: it really had paths to them.
 */
#include "detect/part.h"

/* The most that the network gained at once on a day of the month before. */
static uint32_t
most_before(const struct detect *d, uint32_t asn)
{
	int32_t days = (int32_t)cfg(d, SET_MASS_DAYS);
	uint32_t most = 0;

	for (int32_t day = d->day - days; day < d->day; day++) {
		const uint32_t *at = u64map_get(&d->gain_of,
		    (uint64_t)asn << 32 | (uint32_t)day);

		if (at != NULL && *at != 0 && d->gains.p[*at - 1].most > most)
			most = d->gains.p[*at - 1].most;
	}
	return most;
}

static void
note_gain(struct detect *d, uint32_t asn, uint32_t n)
{
	uint32_t *at =
	    u64map_put(&d->gain_of, (uint64_t)asn << 32 | (uint32_t)d->day);

	if (*at == 0) {
		vec_push(&d->gains, ((struct gain){ asn, 0, d->day }));
		*at = (uint32_t)d->gains.n;
	}
	struct gain *g = &d->gains.p[*at - 1];
	if (n > g->most)
		g->most = n;
}

/* Findings of the window: how many; victims are added up to `enough`. */
static uint32_t
window(struct detect *d, uint32_t inc, struct u32set *victims, uint32_t enough)
{
	int64_t since = d->now - cfg_us(d, SET_MASS_SECONDS);
	struct inc *in;

	if (inc == NONE)
		return 0;
	in = &d->incs.p[inc];
	while (in->win < in->findings.n &&
	       d->findings.p[in->findings.p[in->win]].start < since)
		in->win++;
	for (size_t i = in->win; i < in->findings.n && victims->n < enough;
	     i++) {
		const struct finding *f = &d->findings.p[in->findings.p[i]];

		for (uint32_t k = 0; k < f->victims.n; k++)
			u32set_add(victims, f->victims.p[k]);
	}
	return (uint32_t)in->findings.n - in->win;
}

/* Of all its prefixes enough were reached by the culprit's own paths. */
static void
check_type5(struct detect *d, uint32_t inc)
{
	struct inc *in = &d->incs.p[inc];
	size_t n = in->findings.n, behind = 0;
	struct u32set victims = { 0 };
	bool is;

	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &d->findings.p[in->findings.p[i]];

		behind += (f->flags & F_BEHIND) != 0;
		if (victims.n < cfg(d, SET_TYPE5_ORIGINS))
			for (uint32_t k = 0; k < f->victims.n; k++)
				u32set_add(&victims, f->victims.p[k]);
	}
	is = (double)n >= cfg(d, SET_TYPE5_PREFIXES) &&
	     victims.n >= cfg(d, SET_TYPE5_ORIGINS) &&
	     (double)behind * 100 >= cfg(d, SET_TYPE5_SHARE) * (double)n;
	in->type = is ? 5 : 0;
	in->class = is ? INC_ROUTE_LEAK : INC_MASS_ORIGINATION;
	u32set_fini(&victims);
}

static void
become_mass(struct detect *d, uint32_t a, uint32_t b)
{
	uint32_t inc = a == NONE ? b : a;
	struct inc *in;

	if (a != NONE && b != NONE)
		inc = incident_merge(d, a, b);
	incident_unregister(d, inc);
	in = &d->incs.p[inc];
	in->class = INC_MASS_ORIGINATION;
	in->flags |= I_MASS | I_CHANGED;
	in->evidence |= EV(EV_MASS);
	in->own = in->flags & I_TWO ? 3 : 1;
	incident_register(d, inc);
	check_type5(d, inc);
	incident_level(d, inc, 0, 0);
	for (size_t i = 0; i < d->incs.p[inc].findings.n; i++)
		finding_judge(d, d->incs.p[inc].findings.p[i]);
}

static bool
is_power_of_2(size_t n)
{
	return (n & (n - 1)) == 0;
}

void
mass_check(struct detect *d, uint32_t culprit)
{
	uint32_t m = incident_active(d, INC_MASS_ORIGINATION, false, culprit);
	uint32_t a = incident_active(d, INC_ORIGIN_HIJACK, false, culprit);
	uint32_t b = incident_active(d, INC_SUB_PREFIX_HIJACK, false, culprit);
	uint32_t enough = (uint32_t)cfg(d, SET_MASS_VICTIMS);
	struct u32set victims = { 0 };
	uint32_t n;

	if (m != NONE) {
		struct u32set none = { 0 };

		note_gain(d, culprit, window(d, m, &none, 0));
		/* Now and then: its share moves slowly in a large one. */
		if (is_power_of_2(d->incs.p[m].findings.n))
			check_type5(d, m);
		return;
	}
	n = window(d, a, &victims, enough);
	n += window(d, b, &victims, enough);
	note_gain(d, culprit, n);
	if (n >= cfg(d, SET_MASS_PREFIXES) && victims.n >= enough &&
	    n >= cfg(d, SET_MASS_FACTOR) * most_before(d, culprit))
		become_mass(d, a, b);
	u32set_fini(&victims);
}
