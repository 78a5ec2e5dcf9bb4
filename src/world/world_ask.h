/* SPDX-License-Identifier: BSD-2-Clause */
/* world_ask.h - questions of every kind, for damaged worlds: what comes back
 * must be readable to its end. */
#pragma once

#include <string.h>

#include "world/world.h"

static inline bool
ask_vrp(void *ctx, const struct vrp *v)
{
	uint64_t *n = ctx;

	*n += strlen(v->ta) + v->asn;
	return true;
}

static inline bool
ask_route(void *ctx, const struct irr_route *r)
{
	uint64_t *n = ctx;

	*n += strlen(r->source) + strlen(r->mnt_by);
	return true;
}

static inline uint64_t
ask_prefix(const struct world_view *v, const struct prefix *p, uint32_t asn)
{
	struct registry_bogon_verdict bogon;
	struct registry_delegation d;
	struct registry_origin o;
	struct irr_match m;
	uint64_t n = 0;

	if (v->vrps != NULL) {
		n += vrp_table_validate(v->vrps, p, asn, NULL);
		vrp_table_covering(v->vrps, p, ask_vrp, &n);
	}
	if (v->irr != NULL) {
		irr_check(v->irr, p, asn, TIME_DAY, &m);
		n += strlen(m.object.source);
		irr_covered(v->irr, p, ask_route, &n);
	}
	registry_bogon_prefix(v->registry, p, REG_AVAIL_FULL, &bogon);
	n += strlen(bogon.what) + strlen(bogon.why) + strlen(bogon.source);
	if (registry_prefix(v->registry, p, &d))
		n += strlen(d.opaque_id) + strlen(d.cc);
	for (uint32_t i = 0; i < 4 && registry_origin(v->registry, p, i, &o);
	     i++)
		n++;
	return n;
}

static inline uint64_t
ask_asn(const struct world_view *v, uint32_t asn)
{
	const uint32_t path[] = { asn, asn + 1, asn + 2, asn };
	struct registry_network net;
	uint64_t n = 0;

	if (v->vrps != NULL)
		vrp_table_each(v->vrps, asn, ask_vrp, &n);
	if (v->aspas != NULL)
		n += aspa_verify(v->aspas, path, 4, false).downstream;
	if (v->irr != NULL) {
		struct irr_limits few = { .depth = 8,
			.sets = 50,
			.asns = 100,
			.prefixes = 100 };
		struct irr_expansion x;

		irr_of_origin(v->irr, asn, ask_route, &n);
		n += irr_policy(v->irr, asn, NULL);
		irr_expand(v->irr, IRR_AS_SET, STR("AS-X"), &few, &x);
		n += x.n_asns;
		irr_expansion_fini(&x);
	}
	if (v->topo != NULL) {
		n += topo_relation(v->topo, asn, asn + 1);
		n += topo_cone_size(v->topo, asn);
		n += topo_in_cone(v->topo, asn, asn + 2);
		n += topo_providers(v->topo, asn).n;
		n += topo_valley(v->topo, path, 4).type;
		n += strlen(topo_as_name(v->topo, asn));
	}
	(void)registry_network(v->registry, asn, &net);
	n += strlen(net.name) + strlen(net.org) + strlen(net.country);
	return n;
}

static inline uint64_t
ask_many(const struct world_view *v, const struct prefix *p, size_t n_prefixes)
{
	uint32_t origins[PMAP_MANY_MAX] = { 0 };
	enum rov_state states[PMAP_MANY_MAX];
	uint64_t n = 0;

	if (v->vrps == NULL)
		return 0;
	struct pmap_index *x = pmap_index_new(&v->vrps->map);
	vrp_table_validate_many(v->vrps, x, p, origins, n_prefixes, states);
	for (size_t i = 0; i < n_prefixes; i++)
		n += states[i];
	pmap_index_free(x);
	return n;
}

/* How many questions could be asked: a damaged table cannot be opened. */
static inline uint64_t
ask_world(struct world *w)
{
	static const char *const prefixes[] = { "192.0.2.0/24", "0.0.0.0/0",
		"::/0", "2001:db8::/32", "1.3.0.0/16", "10.0.0.0/8",
		"2001:db8::1/128" };
	static const unsigned bits[] = { WORLD_VRPS, WORLD_ASPAS, WORLD_IRR,
		WORLD_TOPO, WORLD_REGISTRY, WORLD_ALL };
	uint64_t n = 0;

	for (size_t i = 0; i < world_input_count(w); i++) {
		const struct world_input *in = world_input(w, i);

		n += strlen(in->path) + strlen(in->kind) + strlen(in->source) +
		     strlen(in->date_from) + strlen(in->refusals);
		n += world_input_in_force(w, i, WORLD_VRPS, in->date_us);
	}
	for (uint32_t e = 0; e < world_epochs(w) && e < 20; e++)
		for (size_t b = 0; b < sizeof(bits) / sizeof(bits[0]); b++) {
			const struct world_view *v;
			struct err err;

			if (world_at(w, world_epoch_start(w, e),
				bits[b] | WORLD_REGISTRY, &v, &err) == -1)
				continue;
			struct prefix p[COUNT(prefixes)] = { 0 };

			for (size_t i = 0; i < COUNT(prefixes); i++)
				if (prefix_parse(str_from(prefixes[i]), &p[i]))
					n += ask_prefix(v, &p[i], 64500);
			n += ask_many(v, p, COUNT(prefixes));
			for (uint32_t asn = 64499; asn < 64505; asn++)
				n += ask_asn(v, asn);
		}
	return n;
}
