/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aspa.c - path verification with ASPAs (draft-ietf-sidrops-aspa-
 * verification, sections 5 and 6), and where a leak must have happened.
 *
 * A path is A(1) = origin ... A(N) = neighbour of the receiver, prepends
 * collapsed.  One walk from each end with auth(x, y), "does x attest y as its
 * provider", gives the longest and shortest possible up-ramp from the origin
 * and down-ramp towards the receiver; a valid path is one up-ramp followed by
 * one down-ramp.
 */
#include <stdio.h>

#include "rpki/part.h"

#define HOPS_MAX 1024

static int
get(const struct sect_source *src, const char *name, const char *suffix,
    const uint32_t **p, size_t *n, struct err *err)
{
	char full[SECT_NAME_MAX];
	const void *q;

	(void)snprintf(full, sizeof(full), "%s%.7s", name, suffix);
	if (sect_array(src, full, 4, &q, n, err) == -1)
		return -1;
	*p = q;
	return 0;
}

int
aspa_table_open(const struct sect_source *src, const char *suffix,
    struct aspa_table *out, struct err *err)
{
	struct aspa_table t = { 0 };
	size_t n, n_first, n_prov;

	if (get(src, "aspa.cust", suffix, &t.customers, &n, err) == -1 ||
	    get(src, "aspa.first", suffix, &t.first, &n_first, err) == -1 ||
	    get(src, "aspa.prov", suffix, &t.providers, &n_prov, err) == -1)
		return -1;
	t.present = t.first != NULL;
	if (t.present &&
	    (n_first != n + 1 || n > ASPA_TABLE_MAX || n_prov > UINT32_MAX / 2))
		return err_set(err, ERR_INPUT,
		    "section aspa.first%s does not fit the others", suffix);
	t.n = (uint32_t)n;
	t.n_providers = (uint32_t)n_prov;
	*out = t;
	return 0;
}

bool
aspa_table_present(const struct aspa_table *t)
{
	return t->present;
}

uint32_t
aspa_table_count(const struct aspa_table *t)
{
	return t->n;
}

const char *
aspa_state_name(enum aspa_state s)
{
	static const char *const names[] = { "unknown", "valid", "invalid" };

	return names[s];
}

/* Index of v in n ascending numbers, or n. */
static uint32_t
search(const uint32_t *p, uint32_t n, uint32_t v)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (p[mid] < v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && p[lo] == v ? lo : n;
}

const uint32_t *
aspa_table_providers(const struct aspa_table *t, uint32_t customer, uint32_t *n)
{
	uint32_t i = search(t->customers, t->n, customer);

	*n = 0;
	if (i == t->n)
		return NULL;
	uint32_t from = t->first[i], to = t->first[i + 1];
	if (from > to || to > t->n_providers)
		return NULL;
	*n = to - from;
	return t->providers + from;
}

enum aspa_auth
aspa_authorized(const struct aspa_table *t, uint32_t customer,
    uint32_t provider)
{
	uint32_t n;
	const uint32_t *p = aspa_table_providers(t, customer, &n);

	if (p == NULL)
		return ASPA_NO_ATTESTATION;
	return provider != 0 && search(p, n, provider) < n ? ASPA_PROVIDER
							   : ASPA_NOT_PROVIDER;
}

/* a[1..n], origin first, consecutive duplicates collapsed. */
static uint32_t
collapse(const uint32_t *path, size_t n, uint32_t a[HOPS_MAX + 1])
{
	uint32_t m = 0;

	for (size_t i = n; i-- > 0;) {
		if (m > 0 && a[m] == path[i])
			continue;
		if (m == HOPS_MAX)
			break;
		a[++m] = path[i];
	}
	return m;
}

/* Lengths of the ramps as the draft defines them. */
static void
find_ramps(const struct aspa_table *t, const uint32_t *a, uint32_t n,
    struct aspa_verdict *v)
{
	bool min_found = false;

	v->max_up = v->min_up = v->max_down = v->min_down = n;
	for (uint32_t i = 1; i < n; i++) {
		enum aspa_auth x = aspa_authorized(t, a[i], a[i + 1]);

		if (x != ASPA_PROVIDER && !min_found) {
			v->min_up = i;
			min_found = true;
		}
		if (x == ASPA_NOT_PROVIDER) {
			v->max_up = i;
			break;
		}
	}
	min_found = false;
	for (uint32_t j = n; j > 1; j--) {
		enum aspa_auth x = aspa_authorized(t, a[j], a[j - 1]);

		if (x != ASPA_PROVIDER && !min_found) {
			v->min_down = n - j + 1;
			min_found = true;
		}
		if (x == ASPA_NOT_PROVIDER) {
			v->max_down = n - j + 1;
			break;
		}
	}
}

struct aspa_verdict
aspa_verify(const struct aspa_table *t, const uint32_t *path, size_t n,
    bool has_set)
{
	struct aspa_verdict v = { 0 };
	uint32_t a[HOPS_MAX + 1];
	uint32_t m = collapse(path, n, a);

	v.n = m;
	if (m == 0 || has_set) {
		v.upstream = v.downstream = ASPA_INVALID;
		return v;
	}
	find_ramps(t, a, m, &v);
	v.upstream = v.max_up < m   ? ASPA_INVALID
		     : v.min_up < m ? ASPA_UNKNOWN
				    : ASPA_VALID;
	v.downstream = v.max_up + v.max_down < m   ? ASPA_INVALID
		       : v.min_up + v.min_down < m ? ASPA_UNKNOWN
						   : ASPA_VALID;
	if (v.downstream != ASPA_INVALID)
		return v;
	/*
	 * A(I) attests that A(I+1) is not its provider: the climb ended there.
	 * A(J) attests that A(J-1) is not its provider: the route climbed or
	 * went sideways again.  The leaker stands between.
	 */
	v.leak_first = v.max_up + 1;
	v.leak_last = m - v.max_down;
	if (v.leak_first == v.leak_last)
		v.leaker = a[v.leak_first];
	return v;
}
