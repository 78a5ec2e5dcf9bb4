/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze.c - the union of inputs, changed by local exceptions, as sections:
 *
 *   vrp.p4* vrp.p6*   the distinct prefixes (pmap)
 *   vrp.heads         per prefix, its cover and its first row
 *   vrp.rows          {asn, max_len, ta}
 *   vrp.tas           names of trust anchors
 *   aspa.cust .first .prov
 *
 * A section that is there although empty says: such a list was loaded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rpki/part.h"

struct tas {
	char names[256][RPKI_TA_MAX];
	uint32_t n;
};

static uint8_t
merge_ta(struct tas *t, const char *name)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (strcmp(t->names[i], name) == 0)
			return (uint8_t)i;
	if (t->n == 256)
		return 0;
	(void)snprintf(t->names[t->n], RPKI_TA_MAX, "%s", name);
	return (uint8_t)t->n++;
}

static int
vrp_order(const void *a, const void *b)
{
	const struct vrp_parsed *x = a, *y = b;
	int c = prefix_cmp(&x->prefix, &y->prefix);

	if (c == 0)
		c = (x->asn > y->asn) - (x->asn < y->asn);
	if (c == 0)
		c = (x->max_len > y->max_len) - (x->max_len < y->max_len);
	return c != 0 ? c : (x->ta > y->ta) - (x->ta < y->ta);
}

/* RFC 8416 3.3.1: a filter removes what lies inside its prefix, of its AS, or
 * both. */
static bool
is_filtered(const struct rpki_input *slurm, const struct vrp_parsed *v)
{
	for (size_t i = 0; slurm != NULL && i < slurm->filters.n; i++) {
		const struct slurm_filter *f = &slurm->filters.p[i];

		if ((!f->has_prefix || prefix_covers(&f->prefix, &v->prefix)) &&
		    (!f->has_asn || f->asn == v->asn))
			return true;
	}
	return false;
}

typedef VEC(struct vrp_parsed) vrp_vec;

static int
name_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Numbers of trust anchors must not depend on the order of inputs. */
static void
collect_tas(struct tas *t, const struct rpki_input *const inputs[], size_t n,
    const struct rpki_input *slurm)
{
	VEC(const char *) names = { 0 };

	for (size_t i = 0; i <= n; i++) {
		const struct rpki_input *in = i < n ? inputs[i] : slurm;

		for (uint32_t k = 0; in != NULL && k < in->tas.count; k++)
			vec_push(&names, strtab_get(&in->tas, k));
	}
	if (names.n > 0)
		qsort(names.p, names.n, sizeof(*names.p), name_order);
	(void)merge_ta(t, "");
	for (size_t i = 0; i < names.n; i++)
		(void)merge_ta(t, names.p[i]);
	vec_fini(&names);
}

static void
add_vrps(vrp_vec *all, struct tas *t, const struct rpki_input *in,
    const struct rpki_input *slurm)
{
	uint8_t map[256] = { 0 };

	for (uint32_t k = 0; k < in->tas.count && k < 256; k++)
		map[k] = merge_ta(t, strtab_get(&in->tas, k));
	vec_reserve(all, all->n + in->vrps.n);
	for (size_t i = 0; i < in->vrps.n; i++) {
		struct vrp_parsed v = in->vrps.p[i];

		if (in != slurm && is_filtered(slurm, &v))
			continue;
		v.ta = map[v.ta];
		all->p[all->n++] = v;
	}
}

static int
add_section(const struct sect_sink *sink, const char *name, const char *suffix,
    const void *data, size_t n, struct err *err)
{
	char full[SECT_NAME_MAX];

	(void)snprintf(full, sizeof(full), "%s%.7s", name, suffix);
	return sink->add(sink->ctx, full, data, n, err);
}

/* Sorted and distinct: one VRP (prefix, asn, max_len) stays once. */
static void
unite(vrp_vec *all)
{
	size_t kept = 0;

	if (all->n > 0)
		qsort(all->p, all->n, sizeof(*all->p), vrp_order);
	for (size_t i = 0; i < all->n; i++) {
		const struct vrp_parsed *v = &all->p[i];
		const struct vrp_parsed *last =
		    kept == 0 ? NULL : &all->p[kept - 1];

		if (last != NULL && prefix_eq(&last->prefix, &v->prefix) &&
		    last->asn == v->asn && last->max_len == v->max_len)
			continue;
		all->p[kept++] = *v;
	}
	all->n = kept;
}

/* Covers of each prefix, by a stack of those that enclose the present one. */
static void
link_heads(struct vrp_head *heads, const struct prefix *keys, uint32_t n)
{
	uint32_t stack[NET_LEN_MAX + 1], depth = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t rows = heads[i + 1].first - heads[i].first;

		while (depth > 0 &&
		       !prefix_covers(&keys[stack[depth - 1]], &keys[i]))
			depth--;
		heads[i].up = depth == 0 ? PMAP_NONE : stack[depth - 1];
		heads[i].len = keys[i].len;
		heads[i].n =
		    rows < UINT16_MAX ? (uint16_t)rows : (uint16_t)UINT16_MAX;
		stack[depth++] = i;
	}
}

static int
write_vrps(const vrp_vec *all, const struct tas *t, const char *suffix,
    const struct sect_sink *sink, struct err *err)
{
	struct prefix *keys = mem_alloc(all->n, sizeof(*keys));
	struct vrp_head *heads = mem_alloc(all->n + 1, sizeof(*heads));
	struct vrp_row *rows = mem_alloc(all->n, sizeof(*rows));
	uint32_t n = 0;
	char name[SECT_NAME_MAX];
	int status = -1;

	for (size_t i = 0; i < all->n; i++) {
		const struct vrp_parsed *v = &all->p[i];

		if (n == 0 || !prefix_eq(&keys[n - 1], &v->prefix)) {
			heads[n] = (struct vrp_head){ .first = (uint32_t)i,
				.asn = v->asn,
				.max_len = v->max_len };
			keys[n++] = v->prefix;
		}
		rows[i] = (struct vrp_row){ .asn = v->asn,
			.max_len = v->max_len,
			.ta = v->ta };
	}
	heads[n].first = (uint32_t)all->n;
	link_heads(heads, keys, n);
	(void)snprintf(name, sizeof(name), "vrp.p%.7s.", suffix);
	if (pmap_freeze(keys, n, name, sink, err) == 0 &&
	    add_section(sink, "vrp.heads", suffix, heads,
		(n + 1) * sizeof(*heads), err) == 0 &&
	    add_section(sink, "vrp.rows", suffix, rows, all->n * sizeof(*rows),
		err) == 0 &&
	    add_section(sink, "vrp.tas", suffix, t->names,
		t->n * (size_t)RPKI_TA_MAX, err) == 0)
		status = 0;
	free(keys);
	free(heads);
	free(rows);
	return status;
}

/* --- ASPAs ------------------------------------------------------------- */

struct pair {
	uint32_t customer, provider;
};

static int
pair_order(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	return (x->provider > y->provider) - (x->provider < y->provider);
}

typedef VEC(struct pair) pair_vec;

static bool
aspa_filtered(const struct rpki_input *slurm, uint32_t customer)
{
	for (size_t i = 0; slurm != NULL && i < slurm->aspa_filters.n; i++)
		if (slurm->aspa_filters.p[i] == customer)
			return true;
	return false;
}

static void
add_pairs(pair_vec *all, const struct rpki_input *in,
    const struct rpki_input *slurm)
{
	for (size_t i = 0; i < in->aspas.n; i++) {
		const struct aspa_parsed *a = &in->aspas.p[i];

		if (in != slurm && aspa_filtered(slurm, a->customer))
			continue;
		for (uint32_t k = 0; k < a->n; k++)
			vec_push(all, ((struct pair){ a->customer,
					  in->providers.p[a->at + k] }));
	}
}

/* A stray AS0 beside others has no effect: alone it means "no provider". */
static int
write_aspas(pair_vec *all, const char *suffix, const struct sect_sink *sink,
    struct err *err)
{
	VEC(uint32_t) customers = { 0 }, first = { 0 }, providers = { 0 };
	int status = -1;

	if (all->n > 0)
		qsort(all->p, all->n, sizeof(*all->p), pair_order);
	for (size_t i = 0; i < all->n; i++) {
		const struct pair *p = &all->p[i];
		bool same = i > 0 && all->p[i - 1].customer == p->customer;

		if (same && all->p[i - 1].provider == p->provider)
			continue;
		if (!same) {
			vec_push(&customers, p->customer);
			vec_push(&first, (uint32_t)providers.n);
		}
		vec_push(&providers, p->provider);
	}
	vec_push(&first, (uint32_t)providers.n);
	if (add_section(sink, "aspa.cust", suffix, customers.p, customers.n * 4,
		err) == 0 &&
	    add_section(sink, "aspa.first", suffix, first.p, first.n * 4,
		err) == 0 &&
	    add_section(sink, "aspa.prov", suffix, providers.p, providers.n * 4,
		err) == 0)
		status = 0;
	vec_fini(&customers);
	vec_fini(&first);
	vec_fini(&providers);
	return status;
}

int
rpki_freeze(const struct rpki_input *const inputs[], size_t n,
    const struct rpki_input *slurm, const char *suffix,
    const struct sect_sink *sink, struct err *err)
{
	vrp_vec vrps = { 0 };
	pair_vec pairs = { 0 };
	struct tas *tas = mem_alloc(1, sizeof(*tas));
	bool has_vrps = false, has_aspas = false;
	int status = 0;

	collect_tas(tas, inputs, n, slurm);
	for (size_t i = 0; i <= n; i++) {
		const struct rpki_input *in = i < n ? inputs[i] : slurm;

		if (in == NULL)
			continue;
		add_vrps(&vrps, tas, in, slurm);
		add_pairs(&pairs, in, slurm);
		if (in == slurm) /* exceptions alone are no table */
			continue;
		has_vrps |= in->has_vrps;
		has_aspas |= in->has_aspas;
	}
	unite(&vrps);
	if (vrps.n > VRP_TABLE_MAX)
		status = err_set(err, ERR_LIMIT, "%zu VRPs, the limit is %d",
		    vrps.n, VRP_TABLE_MAX);
	if (status == 0 && has_vrps)
		status = write_vrps(&vrps, tas, suffix, sink, err);
	if (status == 0 && has_aspas)
		status = write_aspas(&pairs, suffix, sink, err);
	vec_fini(&vrps);
	vec_fini(&pairs);
	free(tas);
	return status;
}
