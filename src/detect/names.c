/* SPDX-License-Identifier: BSD-2-Clause */
/* names.c - fixed texts: of classes, states, benign filters, hygiene. */
#include "detect/part.h"

static const char *const class_names[INC_CLASSES] = {
	[INC_ORIGIN_HIJACK] = "origin-hijack",
	[INC_SUB_PREFIX_HIJACK] = "sub-prefix-hijack",
	[INC_FORGED_ORIGIN] = "forged-origin",
	[INC_SQUATTING] = "squatting",
	[INC_MASS_ORIGINATION] = "mass-origination",
	[INC_ROUTE_LEAK] = "route-leak",
	[INC_BOGON_PREFIX] = "bogon-prefix",
	[INC_BOGON_ASN] = "bogon-asn",
	[INC_ADMIN_BOGON] = "administrative-bogon",
	[INC_RPKI_INVALID] = "rpki-invalid",
	[INC_ROA_CHANGE] = "roa-change",
	[INC_OUTAGE] = "outage",
	[INC_ZOMBIE] = "zombie",
	[INC_MISCONFIGURATION] = "misconfiguration",
	[INC_BLACKHOLE_ABUSE] = "blackhole-abuse",
};

static const char *const state_names[] = {
	[INC_NEW] = "new",
	[INC_ONGOING] = "ongoing",
	[INC_ENDED] = "ended",
	[INC_EXPIRED] = "expired",
};

static const char *const hygiene_names[HYG_COUNT] = {
	[HYG_DEFAULT] = "default-route",
	[HYG_SHORT] = "prefix-too-short",
	[HYG_LONG] = "prefix-too-long",
	[HYG_PATH_LONG] = "path-too-long",
	[HYG_PREPENDS] = "many-prepends",
	[HYG_AS_SET] = "as-set",
	[HYG_IXP_LAN] = "ixp-lan",
	[HYG_NO_EXPORT] = "no-export",
};

/* The reason that an incident of E0 bears. */
const char *const benign_texts[BENIGN_COUNT] = {
	[BENIGN_NOT] = "",
	[BENIGN_SAME_ORG] = "newcomer and holder are one organisation",
	[BENIGN_ROA_VALID] = "a ROA allows the newcomer",
	[BENIGN_COHISTORY] = "the newcomer originated it on many days before",
	[BENIGN_RELATION] =
	    "provider and customer, and the holder is on its paths or agrees",
	[BENIGN_IRR] =
	    "a route object for exactly this prefix names the newcomer",
	[BENIGN_SCRUBBER] = "the newcomer is a DDoS mitigation service",
	[BENIGN_ANYCAST] =
	    "several origins have been normal for this prefix for long",
	[BENIGN_IXP_LAN] = "the prefix is the peering LAN of an exchange",
	[BENIGN_BOGON_ASN] =
	    "the origin is no public AS number: told as a bogon ASN",
	[BENIGN_TRANSFER] =
	    "the space was delegated anew since the old origin was first seen",
	[BENIGN_HOLDER] = "space and newcomer have one holder in the registry",
	[BENIGN_FAT_FINGER] =
	    "the new origin looks like a slip in a prepend or AS number",
};

const char *
incident_class_name(enum incident_class c)
{
	return (unsigned)c < INC_CLASSES ? class_names[c] : "?";
}

bool
incident_class_parse(struct str s, enum incident_class *out)
{
	for (unsigned i = 0; i < INC_CLASSES; i++)
		if (str_eq(s, class_names[i])) {
			*out = (enum incident_class)i;
			return true;
		}
	return false;
}

const char *
incident_state_name(enum incident_state s)
{
	return (unsigned)s < COUNT(state_names) ? state_names[s] : "?";
}

const char *
detect_hygiene_name(size_t i)
{
	return i < HYG_COUNT ? hygiene_names[i] : NULL;
}
