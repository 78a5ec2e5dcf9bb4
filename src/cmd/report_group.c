/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_group.c - many networks at once: groups, key figures, and the
 * participation that the announcements of MANRS print.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/report.h"

/* --- groups ------------------------------------------------------------- */

bool
report_counts(const struct report *r, const struct report_net *n)
{
	if (r->opt.asn != 0)
		return true;
	if ((unsigned)r->opt.profile.v[SET_POPULATION][0] == 1) /* peers5 */
		return n->card.routes > 0;
	if (!r->delegations) /* nothing to tell who is delegated */
		return true;
	return n->facts != NULL &&
	       (strcmp(n->facts->status, "allocated") == 0 ||
		   strcmp(n->facts->status, "assigned") == 0);
}

void
report_groups(const struct report *r, enum score_dim dim,
    struct score_groups *out)
{
	const struct score_card **cards =
	    mem_alloc(r->nets.n + 1, sizeof(*cards));
	const struct network_facts **facts =
	    mem_alloc(r->nets.n + 1, sizeof(*facts));
	bool members = dim == SCORE_BY_PROGRAMME || dim == SCORE_BY_PARTICIPANT;
	size_t k = 0;

	for (size_t i = 0; i < r->nets.n; i++) {
		/* Whoever joined stands in the lists, delegated or not. */
		if (!members && !report_counts(r, &r->nets.p[i]))
			continue;
		cards[k] = &r->nets.p[i].card;
		facts[k++] = r->nets.p[i].facts;
	}
	score_aggregate(cards, facts, k, dim, out);
	free(cards);
	free(facts);
}

static int
cmp_centi(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* Half up; sums are never negative. */
static int32_t
mean(int64_t sum, size_t n)
{
	return (int32_t)((2 * sum + (int64_t)n) / (2 * (int64_t)n));
}

static void
mean_median(int32_t *v, size_t n, int32_t *m, int32_t *med)
{
	int64_t sum = 0;

	qsort(v, n, sizeof(*v), cmp_centi);
	for (size_t i = 0; i < n; i++)
		sum += v[i];
	*m = mean(sum, n);
	*med = mean((int64_t)v[(n - 1) / 2] + v[n / 2], 2);
}

static void
figure(const struct report *r, enum score_id s, int32_t *now, int32_t *old,
    struct report_figure *out)
{
	bool median = (unsigned)r->opt.profile.v[SET_REGION][0] == 1;
	size_t n = 0, n_old = 0;
	int32_t m, med;

	*out = (struct report_figure){ 0 };
	for (size_t i = 0; i < r->nets.n; i++) {
		const struct report_net *net = &r->nets.p[i];
		const struct score_value *v = &net->card.scores[s];

		if (!report_counts(r, net))
			continue;
		out->networks++;
		out->level[v->level]++;
		if (v->level != SCORE_NO_DATA)
			now[n++] = v->centi;
		if (net->has_before && net->before[s].level != SCORE_NO_DATA)
			old[n_old++] = net->before[s].centi;
	}
	if (n > 0) {
		mean_median(now, n, &out->mean_centi, &out->median_centi);
		out->has = true;
		out->value_centi = median ? out->median_centi : out->mean_centi;
	}
	if (n_old > 0) {
		mean_median(old, n_old, &m, &med);
		out->has_before = true;
		out->before_centi = median ? med : m;
	}
}

void
report_figures(const struct report *r, struct report_figure out[SCORE_IDS])
{
	int32_t *now = mem_alloc(r->nets.n + 1, sizeof(*now));
	int32_t *old = mem_alloc(r->nets.n + 1, sizeof(*old));

	for (unsigned s = 0; s < SCORE_IDS; s++)
		figure(r, (enum score_id)s, now, old, &out[s]);
	free(now);
	free(old);
}

/* --- participation ------------------------------------------------------ */

/* One ASN of one participant. */
struct member {
	const char *org, *cc;
	uint32_t asn;
	int64_t since_us;
};
struct members {
	struct member *p;
	size_t n, cap;
};

static bool
has_word(const char *list, const char *word)
{
	struct str rest = str_from(list), f;

	while (str_cut(&rest, ';', &f))
		if (str_eq(f, word))
			return true;
	return false;
}

static int
cmp_org(const void *va, const void *vb)
{
	const struct member *a = va, *b = vb;
	int c = strcmp(a->org, b->org);

	return c != 0 ? c : (a->asn > b->asn) - (a->asn < b->asn);
}

static int
cmp_cc(const void *va, const void *vb)
{
	const struct member *a = va, *b = vb;
	int c = strcmp(a->cc, b->cc);

	return c != 0 ? c : cmp_org(va, vb);
}

static int
cmp_country(const void *va, const void *vb)
{
	const struct report_country *a = va, *b = vb;

	if (a->organisations != b->organisations)
		return a->organisations > b->organisations ? -1 : 1;
	return strcmp(a->cc, b->cc);
}

static void
count_countries(struct report_programme *p, struct members *m)
{
	VEC(struct report_country) v = { 0 };

	if (m->n > 1)
		qsort(m->p, m->n, sizeof(*m->p), cmp_cc);
	for (size_t i = 0; i < m->n; i++) {
		const struct member *x = &m->p[i];
		bool same = i > 0 && strcmp(x->cc, m->p[i - 1].cc) == 0;

		if (x->cc[0] == '\0')
			continue;
		if (!same) {
			struct report_country *c = vec_grow(&v);

			memcpy(c->cc, x->cc, strnlen(x->cc, 2));
		}
		v.p[v.n - 1].asns++;
		v.p[v.n - 1].organisations +=
		    !same || strcmp(x->org, m->p[i - 1].org) != 0;
	}
	if (v.n > 1)
		qsort(v.p, v.n, sizeof(*v.p), cmp_country);
	p->by_country = v.p;
	p->n_by_country = v.n;
	p->countries = (uint32_t)v.n;
}

static int
cmp_step(const void *va, const void *vb)
{
	const struct report_step *a = va, *b = vb;

	return (a->date_us > b->date_us) - (a->date_us < b->date_us);
}

/* Growth from dated participants files. */
static void
steps_of_rolls(const struct report *r, struct report_programme *p)
{
	VEC(struct report_step) v = { 0 };

	for (size_t i = 0; i < r->rolls.n && v.n < REPORT_STEPS_MAX; i++) {
		const struct store_roll *roll = &r->rolls.p[i];

		if (strcmp(roll->programme, p->name) != 0)
			continue;
		if (p->organisations < roll->organisations &&
		    roll->date_us == TIME_NONE)
			p->organisations = roll->organisations;
		if (roll->date_us != TIME_NONE && roll->date_us < r->until_us)
			vec_push(&v, ((struct report_step){ roll->date_us,
					 roll->organisations, roll->asns }));
	}
	if (v.n > 1)
		qsort(v.p, v.n, sizeof(*v.p), cmp_step);
	p->steps = v.p;
	p->n_steps = v.n;
	p->steps_from = v.n > 1 ? "participants files" : "";
}

static int
cmp_since(const void *va, const void *vb)
{
	const struct member *a = va, *b = vb;

	if (a->since_us != b->since_us)
		return a->since_us < b->since_us ? -1 : 1;
	return cmp_org(va, vb);
}

/* Growth from member_since, at the end of each year: needs every date. */
static void
steps_of_dates(struct report_programme *p, struct members *m)
{
	VEC(struct report_step) v = { 0 };
	uint32_t orgs = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->p[i].since_us == TIME_NONE)
			return;
	if (m->n > 1)
		qsort(m->p, m->n, sizeof(*m->p), cmp_since);
	for (size_t i = 0; i < m->n && v.n < REPORT_STEPS_MAX; i++) {
		int64_t since = m->p[i].since_us;
		int64_t month = utc_month_start(since, 0);
		struct report_step *s;

		orgs += i == 0 || strcmp(m->p[i].org, m->p[i - 1].org) != 0;
		if (v.n == 0 || v.p[v.n - 1].date_us != month) {
			s = vec_grow(&v);
			s->date_us = month;
		}
		s = &v.p[v.n - 1];
		s->organisations = orgs;
		s->asns = (uint32_t)i + 1;
	}
	if (v.n < 2) {
		vec_fini(&v);
		return;
	}
	free(p->steps);
	p->steps = v.p;
	p->n_steps = v.n;
	p->steps_from = "member_since";
}

static void
add_programme(const struct report *r, const char *name,
    struct report_programmes *out)
{
	struct members m = { 0 };
	struct report_programme *p;

	for (size_t i = 0; i < r->nets.n; i++) {
		const struct network_facts *f = r->nets.p[i].facts;

		if (f == NULL || !has_word(f->programmes, name))
			continue;
		vec_push(&m, ((struct member){ f->participant, f->country,
				 f->asn, f->member_since_us }));
	}
	p = vec_grow(out);
	p->name = name;
	p->asns = (uint32_t)m.n;
	if (m.n > 1)
		qsort(m.p, m.n, sizeof(*m.p), cmp_org);
	for (size_t i = 0; i < m.n; i++)
		p->organisations +=
		    i == 0 || strcmp(m.p[i].org, m.p[i - 1].org) != 0;
	count_countries(p, &m);
	p->steps_from = "";
	/* Lists speak of all; a part of the networks has no history. */
	if (r->opt.asn == 0 && r->opt.country == NULL) {
		steps_of_rolls(r, p);
		if (p->n_steps < 2)
			steps_of_dates(p, &m);
	}
	vec_fini(&m);
	if (p->asns == 0 && p->organisations == 0 && p->n_steps == 0)
		out->n--;
}

void
report_programmes(const struct report *r, struct report_programmes *out)
{
	static const char *const names[] = { "operator", "cdn", "ixp",
		"vendor" };

	*out = (struct report_programmes){ 0 };
	for (size_t i = 0; i < COUNT(names); i++)
		add_programme(r, names[i], out);
}

void
report_programmes_fini(struct report_programmes *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->p[i].steps);
		free(p->p[i].by_country);
	}
	vec_fini(p);
}
