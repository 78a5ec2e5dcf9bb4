/* SPDX-License-Identifier: BSD-2-Clause */
/* evidence.c - see evidence.h. */
#include "detect/evidence.h"

#include "detect/config.h"

const char *const family_names[FAM_COUNT] = { "rpki", "irr", "relation",
	"history", "topology", "visibility", "lists" };

const struct ev_row ev_rows[EV_COUNT] = {
	[EV_INVALID_ASN] = { "rpki-invalid-asn", FAM_RPKI, 3.0,
	    "a ROA names another origin, and its valid route is there too" },
	[EV_INVALID_ALONE] = { "rpki-invalid-alone", FAM_RPKI, 2.0,
	    "a ROA names another origin; no valid route is seen" },
	[EV_INVALID_AS0] = { "rpki-as0", FAM_RPKI, 4.0,
	    "an AS0 ROA says that nobody may announce it" },
	[EV_INVALID_LEN] = { "rpki-invalid-length", FAM_RPKI, 1.0,
	    "the ROA of this origin allows no prefix as long" },
	[EV_ROA_VALID] = { "rpki-valid", FAM_RPKI, -4.0,
	    "a ROA allows the newcomer" },
	[EV_ROA_CHANGED] = { "roa-changed", FAM_RPKI, 4.0,
	    "the route was valid until the set of ROAs changed" },
	[EV_ASPA_INVALID] = { "aspa-invalid", FAM_RPKI, 5.0,
	    "ASPA objects contradict the path" },
	[EV_IRR_EXACT_A] = { "irr-exact-a", FAM_IRR, -2.5,
	    "a route object of the space's own registry names the newcomer" },
	[EV_IRR_EXACT_B] = { "irr-exact-b", FAM_IRR, -1.0,
	    "an old route object of an open registry names the newcomer" },
	[EV_IRR_FRESH] = { "irr-fresh", FAM_IRR, 0.0,
	    "a route object of an open registry is too young to count" },
	[EV_IRR_OTHER] = { "irr-other-origin", FAM_IRR, 1.0,
	    "route objects name other origins only" },
	[EV_SAME_ORG] = { "same-organisation", FAM_RELATION, -5.0,
	    "newcomer and holder are one organisation" },
	[EV_RELATION] = { "provider-or-customer", FAM_RELATION, -2.0,
	    "newcomer and holder are provider and customer" },
	[EV_STRANGERS] = { "strangers", FAM_RELATION, 0.7,
	    "never neighbours and not of one country" },
	[EV_VALLEY] = { "valley", FAM_RELATION, 2.0,
	    "a provider's or peer's route went to a provider or peer" },
	[EV_OTC] = { "otc", FAM_RELATION, 4.0,
	    "the Only-to-Customer mark was ignored" },
	[EV_COHISTORY] = { "historic-co-origin", FAM_HISTORY, -3.0,
	    "the newcomer originated it on many days before" },
	[EV_STABLE_MOAS] = { "stable-multi-origin", FAM_HISTORY, -3.0,
	    "several origins are normal for this prefix" },
	[EV_MORE_SPECIFIC] = { "more-specific-of-used", FAM_HISTORY, 1.0,
	    "a new more-specific of space that another network announces" },
	[EV_MASS] = { "mass-origination", FAM_HISTORY, 3.0,
	    "many prefixes of several networks at once" },
	[EV_LASTED] = { "lasts", FAM_HISTORY, -1.0, "lasts over a day" },
	[EV_TRANSFER] = { "transfer", FAM_HISTORY, -3.0,
	    "delegated anew since the old origin was first seen" },
	[EV_NEW_SEGMENT] = { "new-segment", FAM_HISTORY, 1.0,
	    "these three networks were not seen in a row before" },
	[EV_NO_BASELINE] = { "no-baseline", FAM_HISTORY, 0.0,
	    "too little history to know what is normal" },
	[EV_CLIQUE_GAP] = { "clique-gap", FAM_TOPOLOGY, 3.0,
	    "a network outside the core stands between two of its members" },
	[EV_VOLUME] = { "volume", FAM_TOPOLOGY, 1.5,
	    "far more routes than the leaker's customer cone explains" },
	[EV_NEW_STUB] = { "new-stub", FAM_TOPOLOGY, 0.7,
	    "the newcomer has no customers and originated nothing before" },
	[EV_FAT_FINGER] = { "typing-error", FAM_TOPOLOGY, -3.0,
	    "the new origin looks like a slip in a prepend or AS number" },
	[EV_ONE_PEER] = { "one-peer", FAM_VISIBILITY, -1.5,
	    "one peer alone saw it" },
	[EV_TENTH] = { "widely-seen", FAM_VISIBILITY, 1.0,
	    "a tenth of the full-feed peers or more saw it" },
	[EV_CLIQUE] = { "reached-core", FAM_VISIBILITY, 1.0,
	    "a member of the transit-free core carried it" },
	[EV_BOGON_FULL] = { "bogon-space", FAM_LISTS, 5.0,
	    "the space must not be announced by anyone" },
	[EV_BOGON_ADMIN] = { "administrative-bogon", FAM_LISTS, 2.0,
	    "the resource is delegated to nobody" },
	[EV_BOGON_ASN] = { "bogon-asn", FAM_LISTS, 5.0,
	    "the AS number must not appear in public" },
	[EV_SCRUBBER] = { "ddos-mitigation", FAM_LISTS, -3.0,
	    "the newcomer is a DDoS mitigation service" },
	[EV_IXP_LAN] = { "ixp-lan", FAM_LISTS, -3.0,
	    "the prefix is the peering LAN of an exchange" },
	[EV_PATH_FAULT] = { "path-fault", FAM_TOPOLOGY, 1.0,
	    "the path is longer or repeats more than any sane one" },
};

static double
family_sum(const struct detect_config *c, uint64_t set, unsigned family)
{
	double sum = 0, cap = c->value[SET_CAPS + family];

	for (unsigned e = 0; e < EV_COUNT; e++)
		if (set & EV(e) && ev_rows[e].family == family)
			sum += c->value[SET_WEIGHTS + e];
	return sum > cap ? cap : sum < -cap ? -cap : sum;
}

double
ev_nats(const struct detect_config *c, uint64_t set)
{
	double sum = 0;

	for (unsigned f = 0; f < FAM_COUNT; f++)
		sum += family_sum(c, set, f);
	return sum;
}

unsigned
ev_families_for(const struct detect_config *c, uint64_t set)
{
	unsigned n = 0;

	for (unsigned f = 0; f < FAM_COUNT; f++)
		n += family_sum(c, set, f) > 0;
	return n;
}

int
ev_points(double nats, unsigned level)
{
	static const int band[5][2] = { { 0, 19 }, { 20, 69 }, { 70, 89 },
		{ 90, 97 }, { 98, 100 } };
	double p = 50 + 10 * nats;
	int points = p <= 0 ? 0 : p >= 100 ? 100 : (int)(p + 0.5);

	if (level > 4)
		level = 4;
	if (points < band[level][0])
		points = band[level][0];
	return points > band[level][1] ? band[level][1] : points;
}
