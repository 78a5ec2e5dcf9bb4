/* SPDX-License-Identifier: BSD-2-Clause */
/* registry_ask.h - every question that a registry answers, for the damage
 * test and the fuzz targets: what comes back must be readable to its end. */
#pragma once

#include "registry/registry.h"

#include <stdlib.h>
#include <string.h>

static inline bool
ask_range(void *ctx, const struct registry_delegation *d)
{
	uint64_t *n = ctx;

	*n += strlen(d->opaque_id) + strlen(d->file) + strlen(d->cc);
	return true;
}

static inline bool
ask_origin(void *ctx, const struct registry_origin *o)
{
	uint64_t *n = ctx;

	*n += prefix_is_canonical(&o->prefix);
	return true;
}

static inline uint64_t
ask_prefix(const struct registry *r, const struct prefix *p)
{
	struct registry_bogon_verdict v;
	struct registry_delegation d;
	struct registry_origin o;
	struct registry_ixp x;
	uint64_t n = 0;

	for (int m = 0; m < 2; m++) {
		registry_bogon_prefix(r, p, (enum registry_bogon_mode)m, &v);
		if (v.bogon != registry_bogon_prefix_fast(r, p,
				   (enum registry_bogon_mode)m))
			abort();
		n += strlen(v.what) + strlen(v.why) + strlen(v.source);
	}
	if (registry_prefix(r, p, &d))
		(void)ask_range(&n, &d);
	if (registry_ixp_lan(r, p, &x))
		n += strlen(x.name) + strlen(x.country);
	for (uint32_t i = 0; i < 4 && registry_origin(r, p, i, &o); i++)
		n++;
	n += registry_same_holder(r, p, 64500);
	return n;
}

static inline uint64_t
ask_asn(const struct registry *r, uint32_t asn)
{
	struct registry_bogon_verdict v;
	struct registry_observatory o;
	struct registry_network net;
	struct registry_session s;
	struct registry_as_set set;
	const char *why;
	uint64_t n = 0;

	registry_bogon_asn(r, asn, REG_AVAIL_FULL, &v);
	if (v.bogon != registry_bogon_asn_fast(r, asn, REG_AVAIL_FULL))
		abort();
	n += strlen(v.what) + strlen(v.why) + strlen(v.source);
	(void)registry_network(r, asn, &net);
	n += strlen(net.name) + strlen(net.name_from) + strlen(net.org) +
	     strlen(net.org_from) + strlen(net.country) +
	     strlen(net.country_from);
	if (net.has_delegation)
		(void)ask_range(&n, &net.delegation);
	if (net.has_peeringdb) {
		n += strlen(net.peeringdb.name) + strlen(net.peeringdb.org) +
		     strlen(net.peeringdb.country) +
		     strlen(net.peeringdb.info_type) +
		     strlen(net.peeringdb.policy_general);
		for (uint32_t i = 0;
		     i < 8 &&
		     registry_as_set(net.peeringdb.irr_as_set, i, &set);
		     i++)
			n += strlen(set.source) + strlen(set.name);
	}
	for (uint32_t i = 0; i < 4 && registry_session(r, asn, i, &s); i++)
		n += strlen(registry_spoof_name(s.routed));
	if (registry_observatory(r, asn, &o))
		n += strlen(o.holder) + strlen(o.rir_region);
	n += registry_same_org(r, asn, asn + 1, &why);
	n += registry_co_located(r, asn, asn + 1, NULL);
	n += registry_is_route_server(r, asn);
	n += registry_contact(r, asn, NULL, NULL);
	n += registry_participant_of(r, asn, 0);
	return n;
}

static inline uint64_t
ask_all(const struct registry *r)
{
	static const char *const prefixes[] = { "1.0.0.0/24", "1.0.1.0/24",
		"10.0.0.0/8", "0.0.0.0/0", "193.239.116.0/24", "192.0.2.0/24",
		"1.3.4.0/24", "2001:db8::/32", "::/0", "2400::/24",
		"44.0.0.0/24", "2001:7f8::/48" };
	struct registry_counts c = registry_counts(r);
	struct registry_participant part;
	struct registry_roll roll;
	struct registry_ixp x;
	struct err err;
	struct prefix p;
	char area[8];
	uint64_t n = c.networks;
	uint32_t asn;
	int32_t day;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (prefix_parse(str_from(prefixes[i]), &p))
			n += ask_prefix(r, &p);
	for (asn = 64495; asn < 64512; asn++)
		n += ask_asn(r, asn);
	n += ask_asn(r, 0) + ask_asn(r, 3333) + ask_asn(r, UINT32_MAX);
	for (uint32_t i = 0; i < 50 && registry_network_asn(r, i, &asn); i++)
		n += ask_asn(r, asn);
	for (uint32_t i = 0; i < 50 && registry_participant(r, i, &part); i++) {
		n += strlen(part.organisation) + strlen(part.areas) +
		     strlen(part.action_texts[0]) + part.actions[0] +
		     strlen(registry_programme_name(part.programme));
		for (uint32_t k = 0; k < part.n_asns && k < 9; k++)
			n += registry_participant_asn(r, i, k);
		for (uint32_t k = 0; registry_participant_area(r, i, k, area);
		     k++)
			n += strlen(area);
	}
	for (uint32_t i = 0; i < 50 && registry_roll(r, i, &roll); i++)
		n += roll.asns;
	for (uint32_t i = 0; i < 50 && registry_ixp_lan_at(r, i, &x); i++)
		n += strlen(x.name);
	for (uint32_t i = 0; i < 50 && registry_origin_day(r, i, &day); i++)
		n++;
	registry_each_asn_range(r, ask_range, &n);
	(void)registry_each_origin(r, ask_origin, &n, &err);
	return n;
}
