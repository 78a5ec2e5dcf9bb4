/* SPDX-License-Identifier: BSD-2-Clause */
/* names.c - see names.h. */
#include "lib/names.h"

#include "base/mem.h"
#include "bgp/bgp.h"

/* The entry of a table of names that has holes. */
#define NAME_OF(names, i) \
	((i) < COUNT(names) && (names)[i] != NULL ? (names)[i] : "")

const char *
name_of_message(uint8_t type)
{
	static const char *const names[] = { "", "OPEN", "UPDATE",
		"NOTIFICATION", "KEEPALIVE", "ROUTE-REFRESH" };

	return NAME_OF(names, type);
}

/* --- attributes -------------------------------------------------------- */

static const struct attribute_row {
	const char *name, *source, *faults;
} attributes[256] = {
	[BGP_ATTR_ORIGIN] = { "ORIGIN", "RFC 4271 5.1.1", "RFC 7606 7.1" },
	[BGP_ATTR_AS_PATH] = { "AS_PATH", "RFC 4271 5.1.2", "RFC 7606 7.2" },
	[BGP_ATTR_NEXT_HOP] = { "NEXT_HOP", "RFC 4271 5.1.3", "RFC 7606 7.3" },
	[BGP_ATTR_MED] = { "MULTI_EXIT_DISC", "RFC 4271 5.1.4",
	    "RFC 7606 7.4" },
	[BGP_ATTR_LOCAL_PREF] = { "LOCAL_PREF", "RFC 4271 5.1.5",
	    "RFC 7606 7.5" },
	[BGP_ATTR_ATOMIC_AGGREGATE] = { "ATOMIC_AGGREGATE", "RFC 4271 5.1.6",
	    "RFC 7606 7.6" },
	[BGP_ATTR_AGGREGATOR] = { "AGGREGATOR", "RFC 4271 5.1.7",
	    "RFC 7606 7.7" },
	[BGP_ATTR_COMMUNITIES] = { "COMMUNITIES", "RFC 1997", "RFC 7606 7.8" },
	[BGP_ATTR_ORIGINATOR_ID] = { "ORIGINATOR_ID", "RFC 4456 8",
	    "RFC 7606 7.9" },
	[BGP_ATTR_CLUSTER_LIST] = { "CLUSTER_LIST", "RFC 4456 8",
	    "RFC 7606 7.10" },
	[BGP_ATTR_MP_REACH] = { "MP_REACH_NLRI", "RFC 4760 3",
	    "RFC 7606 7.11" },
	[BGP_ATTR_MP_UNREACH] = { "MP_UNREACH_NLRI", "RFC 4760 4",
	    "RFC 7606 7.12" },
	[BGP_ATTR_EXT_COMMUNITIES] = { "EXTENDED COMMUNITIES", "RFC 4360 2",
	    "RFC 7606 7.14" },
	[BGP_ATTR_AS4_PATH] = { "AS4_PATH", "RFC 6793 3", "RFC 6793 6" },
	[BGP_ATTR_AS4_AGGREGATOR] = { "AS4_AGGREGATOR", "RFC 6793 3",
	    "RFC 6793 6" },
	[22] = { "PMSI_TUNNEL", "RFC 6514 5", NULL },
	[23] = { "Tunnel Encapsulation", "RFC 9012 2", NULL },
	[24] = { "Traffic Engineering", "RFC 5543 3", NULL },
	[BGP_ATTR_IPV6_EXT_COMMUNITIES] = { "IPv6 EXTENDED COMMUNITIES",
	    "RFC 5701 2", "RFC 7606 7.15" },
	[26] = { "AIGP", "RFC 7311 3", NULL },
	[27] = { "PE Distinguisher Labels", "RFC 6514 8", NULL },
	[29] = { "BGP-LS", "RFC 9552 5.3", NULL },
	[BGP_ATTR_LARGE_COMMUNITIES] = { "LARGE_COMMUNITY", "RFC 8092 3",
	    "RFC 8092 5" },
	[33] = { "BGPsec_Path", "RFC 8205 3", NULL },
	[BGP_ATTR_OTC] = { "Only to Customer", "RFC 9234 5", "RFC 9234 5" },
	[37] = { "SFP", "RFC 9015 3.2.1", NULL },
	[38] = { "BFD Discriminator", "RFC 9026 3.1.6", NULL },
	[40] = { "BGP Prefix-SID", "RFC 8669 3", NULL },
	[128] = { "ATTR_SET", "RFC 6368 5", NULL },
};

const char *
name_of_attribute(uint8_t type)
{
	return attributes[type].name == NULL ? "" : attributes[type].name;
}

const char *
source_of_attribute(uint8_t type)
{
	return attributes[type].source == NULL ? "" : attributes[type].source;
}

const char *
source_of_attribute_faults(uint8_t type)
{
	return attributes[type].faults == NULL ? "" : attributes[type].faults;
}

const char *
name_of_segment(uint8_t type)
{
	static const char *const names[] = { "", "AS_SET", "AS_SEQUENCE",
		"AS_CONFED_SEQUENCE", "AS_CONFED_SET" };

	return NAME_OF(names, type);
}

const char *
name_of_afi(uint16_t afi)
{
	switch (afi) {
	case BGP_AFI_IP4:
		return "IPv4";
	case BGP_AFI_IP6:
		return "IPv6";
	case 25:
		return "L2VPN";
	case 16388:
		return "BGP-LS";
	default:
		return "";
	}
}

const char *
name_of_safi(uint8_t safi)
{
	switch (safi) {
	case BGP_SAFI_UNICAST:
		return "unicast";
	case BGP_SAFI_MULTICAST:
		return "multicast";
	case 3:
		return "unicast and multicast";
	case 4:
		return "labelled unicast";
	case 5:
		return "MCAST-VPN";
	case 65:
		return "VPLS";
	case 70:
		return "EVPN";
	case 71:
		return "BGP-LS";
	case 73:
		return "SR policy";
	case 85:
		return "MUP";
	case 128:
		return "VPN";
	case 129:
		return "multicast VPN";
	case 132:
		return "route target constraints";
	case 133:
		return "flow specification";
	case 134:
		return "VPN flow specification";
	default:
		return "";
	}
}

/* --- communities ------------------------------------------------------- */

const char *
name_of_community(uint32_t community)
{
	switch (community) {
	case 0xffff0000:
		return "GRACEFUL_SHUTDOWN";
	case 0xffff0001:
		return "ACCEPT_OWN";
	case 0xffff0006:
		return "LLGR_STALE";
	case 0xffff0007:
		return "NO_LLGR";
	case 0xffff0008:
		return "accept-own-nexthop";
	case 0xffff029a:
		return "BLACKHOLE";
	case 0xffffff01:
		return "NO_EXPORT";
	case 0xffffff02:
		return "NO_ADVERTISE";
	case 0xffffff03:
		return "NO_EXPORT_SUBCONFED";
	case 0xffffff04:
		return "NOPEER";
	default:
		return "";
	}
}

const char *
name_of_ext_community(uint8_t type, uint8_t subtype)
{
	static const struct {
		uint16_t type;
		const char *name;
	} names[] = {
		{ 0x0002, "route target" },
		{ 0x0003, "route origin" },
		{ 0x0005, "OSPF domain" },
		{ 0x0008, "BGP data collection" },
		{ 0x0009, "source AS" },
		{ 0x000a, "L2VPN identifier" },
		{ 0x4004, "link bandwidth" },
		{ 0x0102, "route target" },
		{ 0x0103, "route origin" },
		{ 0x0105, "OSPF domain" },
		{ 0x0107, "OSPF router" },
		{ 0x010b, "VRF route import" },
		{ 0x0202, "route target" },
		{ 0x0203, "route origin" },
		{ 0x0209, "source AS" },
		{ 0x0306, "OSPF route type" },
		{ 0x030b, "colour" },
		{ 0x030c, "encapsulation" },
		{ 0x030d, "default gateway" },
		{ 0x4300, "origin validation state" },
		{ 0x0600, "MAC mobility" },
		{ 0x0601, "ESI label" },
		{ 0x0602, "ES import route target" },
		{ 0x0603, "router's MAC" },
		{ 0x8006, "flow specification traffic rate" },
		{ 0x8007, "flow specification traffic action" },
		{ 0x8008, "flow specification redirect" },
		{ 0x8009, "flow specification traffic marking" },
		{ 0x800a, "layer 2 information" },
	};
	uint16_t both = (uint16_t)(type << 8 | subtype);

	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].type == both)
			return names[i].name;
	return "";
}

/* --- OPEN, NOTIFICATION, states ---------------------------------------- */

static const struct capability_row {
	const char *name, *source;
} capabilities[256] = {
	[1] = { "multiprotocol", "RFC 4760 8" },
	[2] = { "route refresh", "RFC 2918 2" },
	[3] = { "outbound route filtering", "RFC 5291 5" },
	[5] = { "extended next hop encoding", "RFC 8950 4" },
	[6] = { "extended message", "RFC 8654 3" },
	[7] = { "BGPsec", "RFC 8205 2" },
	[8] = { "multiple labels", "RFC 8277 2.1" },
	[9] = { "BGP role", "RFC 9234 4.1" },
	[64] = { "graceful restart", "RFC 4724 3" },
	[65] = { "4-octet AS number", "RFC 6793 3" },
	[67] = { "dynamic capability", "draft-ietf-idr-dynamic-cap" },
	[68] = { "multisession", "draft-ietf-idr-bgp-multisession" },
	[69] = { "ADD-PATH", "RFC 7911 4" },
	[70] = { "enhanced route refresh", "RFC 7313 3.1" },
	[71] = { "long-lived graceful restart", "RFC 9494 3" },
	[73] = { "FQDN", "draft-walton-bgp-hostname-capability" },
	[128] = { "route refresh (Cisco's, before RFC 2918)", "" },
};

const char *
name_of_capability(uint8_t code)
{
	return capabilities[code].name == NULL ? "" : capabilities[code].name;
}

const char *
source_of_capability(uint8_t code)
{
	return capabilities[code].source == NULL ? ""
						 : capabilities[code].source;
}

const char *
name_of_role(uint8_t role)
{
	static const char *const names[] = { "provider", "route server",
		"route server client", "customer", "peer" };

	return NAME_OF(names, role);
}

const char *
name_of_notification(uint8_t code)
{
	static const char *const names[] = { "", "Message Header Error",
		"OPEN Message Error", "UPDATE Message Error",
		"Hold Timer Expired", "Finite State Machine Error", "Cease",
		"ROUTE-REFRESH Message Error", "Send Hold Timer Expired" };

	return NAME_OF(names, code);
}

const char *
name_of_subcode(uint8_t code, uint8_t subcode)
{
	static const char *const header[] = { "Unspecific",
		"Connection Not Synchronized", "Bad Message Length",
		"Bad Message Type" };
	static const char *const open[] = { "Unspecific",
		"Unsupported Version Number", "Bad Peer AS",
		"Bad BGP Identifier", "Unsupported Optional Parameter",
		"Authentication Failure", "Unacceptable Hold Time",
		"Unsupported Capability", [11] = "Role Mismatch" };
	static const char *const update[] = { "Unspecific",
		"Malformed Attribute List", "Unrecognized Well-known Attribute",
		"Missing Well-known Attribute", "Attribute Flags Error",
		"Attribute Length Error", "Invalid ORIGIN Attribute",
		"AS Routing Loop", "Invalid NEXT_HOP Attribute",
		"Optional Attribute Error", "Invalid Network Field",
		"Malformed AS_PATH" };
	static const char *const fsm[] = { "Unspecified",
		"Unexpected Message In OpenSent",
		"Unexpected Message In OpenConfirm",
		"Unexpected Message In Established" };
	static const char *const cease[] = { "",
		"Maximum Number of Prefixes Reached", "Administrative Shutdown",
		"Peer De-configured", "Administrative Reset",
		"Connection Rejected", "Other Configuration Change",
		"Connection Collision Resolution", "Out of Resources",
		"Hard Reset", "BFD Down" };
	static const char *const refresh[] = { "", "Invalid Message Length" };

	switch (code) {
	case 1:
		return NAME_OF(header, subcode);
	case 2:
		return NAME_OF(open, subcode);
	case 3:
		return NAME_OF(update, subcode);
	case 5:
		return NAME_OF(fsm, subcode);
	case 6:
		return NAME_OF(cease, subcode);
	case 7:
		return NAME_OF(refresh, subcode);
	default:
		return "";
	}
}

const char *
name_of_state(uint16_t state)
{
	static const char *const names[] = { "", "Idle", "Connect", "Active",
		"OpenSent", "OpenConfirm", "Established" };

	return NAME_OF(names, state);
}
