/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_load.c - one month out of the store.
 *
 * All of it is read in one transaction, so that a run of `observe` at the same
 * time is seen whole or not at all.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/report_load.h"

#define MAX_MONTHS 1200

static const char *
keep(struct report *r, const char *s)
{
	return arena_strndup(&r->arena, s, strlen(s));
}

/* --- inputs ------------------------------------------------------------ */

static int
take_input(void *ctx, const struct store_input *in, struct err *err)
{
	struct report *r = ctx;
	struct store_input *x;

	(void)err;
	if (in->first_us == TIME_NONE || in->first_us >= r->until_us ||
	    in->last_us < r->month_us)
		return 0;
	x = vec_grow(&r->inputs);
	*x = *in;
	x->sha256 = keep(r, in->sha256);
	x->path = keep(r, in->path);
	x->collector = keep(r, in->collector);
	x->kind = keep(r, in->kind);
	x->why = keep(r, in->why != NULL ? in->why : "");
	if (!r->observed || in->first_us < r->from_us)
		r->from_us = in->first_us;
	if (!r->observed || in->last_us > r->last_us)
		r->last_us = in->last_us;
	r->observed = true;
	r->incomplete += in->incomplete;
	return 0;
}

static int
cmp_input(const void *va, const void *vb)
{
	const struct store_input *a = va, *b = vb;
	int c = strcmp(a->collector, b->collector);

	if (c != 0)
		return c;
	if (a->first_us != b->first_us)
		return a->first_us < b->first_us ? -1 : 1;
	return strcmp(a->sha256, b->sha256);
}

static int
load_inputs(struct report *r, struct store *s, struct err *err)
{
	if (store_each_input(s, take_input, r, err) == -1)
		return -1;
	if (r->inputs.n > 1)
		qsort(r->inputs.p, r->inputs.n, sizeof(*r->inputs.p),
		    cmp_input);
	for (size_t i = 0; i < r->inputs.n; i++)
		r->collectors +=
		    i == 0 || strcmp(r->inputs.p[i].collector,
				  r->inputs.p[i - 1].collector) != 0;
	return 0;
}

/* "kind<TAB>source<TAB>date<TAB>sha-256", one a line. */
static void
split_sources(struct report *r)
{
	struct str rest = str_from(r->world.inputs), line;

	while (r->world.inputs[0] != '\0' && str_cut(&rest, '\n', &line)) {
		const char *part[4] = { "", "", "", "" };
		struct str field;
		bool any = false;

		for (int i = 0; i < 4 && str_cut(&line, '\t', &field); i++) {
			part[i] = arena_strndup(&r->arena, field.p, field.n);
			any |= field.n > 0;
		}
		if (any)
			vec_push(&r->sources, ((struct report_source){ part[0],
						  part[1], part[2], part[3] }));
	}
}

/* --- facts ------------------------------------------------------------- */

static int
take_network(void *ctx, const struct network_facts *n, struct err *err)
{
	struct report *r = ctx;
	struct network_facts *x = vec_grow(&r->facts);

	(void)err;
	*x = *n;
	x->name = keep(r, n->name);
	x->org = keep(r, n->org);
	x->country = keep(r, n->country);
	x->rir = keep(r, n->rir);
	x->status = keep(r, n->status);
	x->programmes = keep(r, n->programmes);
	x->participant = keep(r, n->participant);
	x->policy_from = keep(r, n->policy_from);
	x->contact_from = keep(r, n->contact_from);
	x->as_set = keep(r, n->as_set);
	x->spoof = NULL;
	if (n->n_spoof > 0) {
		struct spoof_fact *f =
		    arena_alloc(&r->arena, n->n_spoof * sizeof(*f));

		memcpy(f, n->spoof, n->n_spoof * sizeof(*f));
		x->spoof = f;
	}
	r->delegations |= n->status[0] != '\0';
	return 0;
}

static int
take_route(void *ctx, const struct route_fact *f, struct err *err)
{
	struct report *r = ctx;

	(void)err;
	vec_push(&r->routes, *f);
	return 0;
}

static int
take_transit(void *ctx, const struct transit_fact *f, struct err *err)
{
	struct report *r = ctx;

	(void)err;
	vec_push(&r->transit, *f);
	return 0;
}

static int
take_roll(void *ctx, const struct store_roll *roll, struct err *err)
{
	struct report *r = ctx;
	struct store_roll *x = vec_grow(&r->rolls);

	(void)err;
	*x = *roll;
	x->programme = keep(r, roll->programme);
	return 0;
}

/* --- networks ---------------------------------------------------------- */

static void
add_asn(struct report *r, uint32_t asn)
{
	struct report_net *n;

	if (asn == 0 || (r->opt.asn != 0 && asn != r->opt.asn))
		return;
	n = vec_grow(&r->nets);
	n->asn = asn;
}

static int
cmp_net(const void *va, const void *vb)
{
	const struct report_net *a = va, *b = vb;

	return (a->asn > b->asn) - (a->asn < b->asn);
}

static bool
wanted(const struct report *r, const struct report_net *n)
{
	const struct report_options *o = &r->opt;

	if (o->participants &&
	    (n->facts == NULL || n->facts->programmes[0] == '\0'))
		return false;
	if (o->country != NULL &&
	    (n->facts == NULL ||
		!str_eq_nocase(str_from(o->country), n->facts->country)))
		return false;
	return true;
}

/* Every table is in order of ASN: one walk hands out the slices. */
static void
slice(struct report *r)
{
	size_t f = 0, t = 0, c = 0, x = 0;

	for (size_t i = 0; i < r->nets.n; i++) {
		struct report_net *n = &r->nets.p[i];

		while (x < r->facts.n && r->facts.p[x].asn < n->asn)
			x++;
		if (x < r->facts.n && r->facts.p[x].asn == n->asn)
			n->facts = &r->facts.p[x];
		while (f < r->routes.n && r->routes.p[f].origin < n->asn)
			f++;
		for (n->route = f;
		     f < r->routes.n && r->routes.p[f].origin == n->asn; f++)
			n->n_routes++;
		while (t < r->transit.n && r->transit.p[t].asn < n->asn)
			t++;
		for (n->transit = t;
		     t < r->transit.n && r->transit.p[t].asn == n->asn; t++)
			n->n_transit++;
		while (c < r->charges.n && r->charges.p[c].c.asn < n->asn)
			c++;
		for (n->charge = c;
		     c < r->charges.n && r->charges.p[c].c.asn == n->asn; c++)
			n->n_charges++;
	}
}

static void
list_networks(struct report *r)
{
	size_t k = 0;

	for (size_t i = 0; i < r->facts.n; i++)
		add_asn(r, r->facts.p[i].asn);
	for (size_t i = 0; i < r->routes.n; i++)
		if (i == 0 ||
		    r->routes.p[i].origin != r->routes.p[i - 1].origin)
			add_asn(r, r->routes.p[i].origin);
	for (size_t i = 0; i < r->charges.n; i++)
		if (i == 0 ||
		    r->charges.p[i].c.asn != r->charges.p[i - 1].c.asn)
			add_asn(r, r->charges.p[i].c.asn);
	if (r->opt.asn != 0)
		add_asn(r, r->opt.asn);
	if (r->nets.n > 1)
		qsort(r->nets.p, r->nets.n, sizeof(*r->nets.p), cmp_net);
	for (size_t i = 0; i < r->nets.n; i++)
		if (i == 0 || r->nets.p[i].asn != r->nets.p[k - 1].asn)
			r->nets.p[k++] = r->nets.p[i];
	r->nets.n = k;
	slice(r);
	k = 0;
	for (size_t i = 0; i < r->nets.n; i++)
		if (wanted(r, &r->nets.p[i]))
			r->nets.p[k++] = r->nets.p[i];
	r->nets.n = k;
}

const struct report_net *
report_find(const struct report *r, uint32_t asn)
{
	struct report_net key = { .asn = asn };

	if (r->nets.n == 0)
		return NULL;
	return bsearch(&key, r->nets.p, r->nets.n, sizeof(key), cmp_net);
}

/* --- loading ----------------------------------------------------------- */

static int
choose_month(struct report *r, struct store *s, struct err *err)
{
	int64_t months[MAX_MONTHS];
	size_t n;

	if (r->opt.month != NULL) {
		if (!utc_parse_month(str_from(r->opt.month), &r->month_us,
			&r->until_us))
			return err_set(err, ERR_INPUT,
			    "--month %s: not YYYY-MM", r->opt.month);
		return 0;
	}
	if (store_months(s, months, MAX_MONTHS, &n, err) == -1)
		return -1;
	if (n == 0)
		return err_set(err, ERR_INPUT,
		    "%s: nothing was observed in it yet", r->opt.store);
	r->month_us = months[0];
	r->until_us = utc_month_start(months[0], 1);
	return 0;
}

static int
load_tables(struct report *r, struct store *s, struct err *err)
{
	struct store_filter f = { .asn = r->opt.asn,
		.from_us = r->month_us,
		.until_us = r->until_us };
	uint32_t asn = r->opt.asn;
	int got;

	r->world = (struct store_world){ "", TIME_NONE, "" };
	if ((got = store_world(s, &r->arena, &r->world, err)) == -1)
		return -1;
	if (got == 1)
		split_sources(r);
	if (load_inputs(r, s, err) == -1 ||
	    store_each_network(s, asn, take_network, r, err) == -1 ||
	    store_each_route(s, r->month_us, asn, take_route, r, err) == -1 ||
	    store_each_transit(s, r->month_us, asn, take_transit, r, err) ==
		-1 ||
	    store_each_incident(s, &f, report_take_incident, r, err) == -1 ||
	    store_each_roll(s, take_roll, r, err) == -1)
		return -1;
	return store_each_charge(s, asn, r->month_us, r->until_us,
	    report_take_charge, r, err);
}

/* The month before, for trends: its scores alone stay. */
static int
load_before(struct report *r, struct store *s, struct err *err)
{
	struct report old = { .opt = r->opt };
	int rc = 0;

	old.month_us = utc_month_start(r->month_us, -1);
	old.until_us = r->month_us;
	old.opt.country = NULL;
	old.opt.participants = false;
	if (load_tables(&old, s, err) == -1)
		rc = -1;
	else if (old.observed) {
		list_networks(&old);
		report_link_charges(&old);
		report_score(&old);
		for (size_t i = 0; i < r->nets.n; i++) {
			const struct report_net *n =
			    report_find(&old, r->nets.p[i].asn);

			if (n == NULL)
				continue;
			r->nets.p[i].has_before = true;
			memcpy(r->nets.p[i].before, n->card.scores,
			    sizeof(n->card.scores));
			/* Contacts are those of today: no trend. */
			r->nets.p[i].before[SCORE_COORDINATION].level =
			    SCORE_NO_DATA;
		}
	}
	report_free(&old);
	return rc;
}

int
report_load(struct report *r, const struct report_options *o, struct err *err)
{
	struct store *s = NULL;
	int rc = -1;

	*r = (struct report){ .opt = *o };
	if (store_open(o->store, STORE_READ, &s, err) == -1)
		return -1;
	if (store_begin(s, err) == -1 || choose_month(r, s, err) == -1 ||
	    load_tables(r, s, err) == -1)
		goto out;
	if (!o->empty_too && !r->observed && r->charges.n == 0 &&
	    r->routes.n == 0) {
		char month[TIME_TEXT_MAX];

		(void)err_set(err, ERR_INPUT, "%s: nothing was observed in %s",
		    o->store, utc_format_month(month, r->month_us));
		goto out;
	}
	list_networks(r);
	report_select_incidents(r);
	report_link_charges(r);
	report_score(r);
	rc = load_before(r, s, err);
out:
	store_close(s);
	if (rc == -1)
		report_free(r);
	return rc;
}

void
report_free(struct report *r)
{
	vec_fini(&r->sources);
	vec_fini(&r->inputs);
	vec_fini(&r->facts);
	vec_fini(&r->routes);
	vec_fini(&r->transit);
	vec_fini(&r->charges);
	vec_fini(&r->events);
	vec_fini(&r->periods);
	vec_fini(&r->incidents);
	vec_fini(&r->rolls);
	vec_fini(&r->nets);
	arena_free(&r->arena);
}
