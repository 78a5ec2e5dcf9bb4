/* SPDX-License-Identifier: BSD-2-Clause */
/* report_inc.c - incidents and charges of a month, and which of them count. */
#include <string.h>

#include "cmd/report_load.h"

static const char *
keep(struct report *r, const char *s)
{
	return arena_strndup(&r->arena, s, strlen(s));
}

static const void *
copy(struct report *r, const void *p, size_t n, size_t size)
{
	void *to = arena_alloc(&r->arena, n * size + 1);

	if (n > 0)
		memcpy(to, p, n * size);
	return to;
}

int
report_take_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct report *r = ctx;
	struct incident *x = vec_grow(&r->incidents);
	struct incident_route *routes;
	struct evidence *evidence;

	(void)err;
	*x = *in;
	x->n_routes =
	    in->n_routes < REPORT_ROUTES_MAX ? in->n_routes : REPORT_ROUTES_MAX;
	x->accomplices = copy(r, in->accomplices, in->n_accomplices,
	    sizeof(*in->accomplices));
	x->victims = copy(r, in->victims, in->n_victims, sizeof(*in->victims));
	x->merged = copy(r, in->merged, in->n_merged, sizeof(*in->merged));
	routes = arena_alloc(&r->arena, x->n_routes * sizeof(*routes) + 1);
	for (size_t i = 0; i < x->n_routes; i++) {
		routes[i] = in->routes[i];
		routes[i].path = keep(r, in->routes[i].path);
		routes[i].decision = keep(r, in->routes[i].decision);
	}
	x->routes = routes;
	evidence =
	    arena_alloc(&r->arena, in->n_evidence * sizeof(*evidence) + 1);
	for (size_t i = 0; i < in->n_evidence; i++) {
		const struct evidence *e = &in->evidence[i];

		evidence[i] = *e;
		evidence[i].name = keep(r, e->name);
		evidence[i].family = keep(r, e->family);
		evidence[i].detail = keep(r, e->detail);
		evidence[i].source = keep(r, e->source);
	}
	x->evidence = evidence;
	x->reason = keep(r, in->reason);
	x->explanation = keep(r, in->explanation);
	x->inputs = keep(r, in->inputs);
	return 0;
}

const struct incident *
report_incident(const struct report *r, const char *id)
{
	for (size_t i = 0; i < r->incidents.n; i++)
		if (strcmp(r->incidents.p[i].id, id) == 0)
			return &r->incidents.p[i];
	return NULL;
}

/* Incidents by id, since a month may hold thousands of each. */
static bool
same_id(const void *ctx, uint32_t row, const void *key)
{
	const struct report *r = ctx;

	return strcmp(r->incidents.p[row].id, key) == 0;
}

static uint64_t
hash_id(const char *id)
{
	return hash_bytes(id, strlen(id), 0);
}

/* contracts.md: MANRS figures use E3 and above, hijacks pass the filter. */
static const char *
left_out(const struct report *r, const struct incident *in, enum metric m)
{
	if (in == NULL)
		return NULL;
	if (in->suppressed)
		return "suppressed: see its reason";
	/* Administrative bogons are E2 by nature, and kept apart anyway. */
	if (in->level < (in->class == INC_ADMIN_BOGON ? 2 : 3))
		return "evidence below E3: shown, not counted";
	if ((m == METRIC_M2 || m == METRIC_M2C) && !in->counts &&
	    (unsigned)r->opt.profile.v[SET_HIJACK_FILTER][0] == 0)
		return "hijack.filter: neither RPKI Invalid nor NotFound with "
		       "IRR Invalid";
	return NULL;
}

int
report_take_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	struct report *r = ctx;
	struct report_charge *x = vec_grow(&r->charges);

	(void)err;
	x->c = *c;
	x->c.metric = keep(r, c->metric);
	x->c.split = keep(r, c->split);
	x->c.incident = keep(r, c->incident);
	x->c.detail = keep(r, c->detail);
	return 0;
}

void
report_link_charges(struct report *r)
{
	struct hidx idx = { 0 };

	for (uint32_t i = 0; i < r->incidents.n; i++)
		hidx_add(&idx, hash_id(r->incidents.p[i].id), i);
	for (size_t i = 0; i < r->charges.n; i++) {
		struct report_charge *x = &r->charges.p[i];
		uint32_t row = hidx_find(&idx, hash_id(x->c.incident), same_id,
		    r, x->c.incident);
		enum metric m;

		x->in = row == HIDX_NONE ? NULL : &r->incidents.p[row];
		x->left_out = metric_parse(str_from(x->c.metric), &m)
				  ? left_out(r, x->in, m)
				  : "no metric of incidents";
	}
	hidx_fini(&idx);
}

/* Of a part of the networks: the incidents that they take part in. */
static bool
concerns(const struct report *r, const struct incident *in)
{
	if (in->culprit != 0 && report_find(r, in->culprit) != NULL)
		return true;
	for (size_t i = 0; i < in->n_accomplices; i++)
		if (report_find(r, in->accomplices[i]) != NULL)
			return true;
	for (size_t i = 0; i < in->n_victims; i++)
		if (report_find(r, in->victims[i]) != NULL)
			return true;
	return false;
}

void
report_select_incidents(struct report *r)
{
	size_t k = 0;

	if (r->opt.country == NULL && !r->opt.participants)
		return;
	for (size_t i = 0; i < r->incidents.n; i++)
		if (concerns(r, &r->incidents.p[i]))
			r->incidents.p[k++] = r->incidents.p[i];
	r->incidents.n = k;
}
