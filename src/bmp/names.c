/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - the registries of IANA's "BMP Parameters", as tables.
 */
#include "base/mem.h"
#include "bmp/bmp.h"

/* The entry of a table of names that has holes. */
#define NAME_OF(names, i) \
	((i) < COUNT(names) && (names)[i] != NULL ? (names)[i] : "")

const char *
bmp_type_name(uint8_t type)
{
	static const char *const names[] = {
		[BMP_ROUTE_MONITORING] = "Route Monitoring",
		[BMP_STATISTICS] = "Statistics Report",
		[BMP_PEER_DOWN] = "Peer Down Notification",
		[BMP_PEER_UP] = "Peer Up Notification",
		[BMP_INITIATION] = "Initiation",
		[BMP_TERMINATION] = "Termination",
		[BMP_ROUTE_MIRRORING] = "Route Mirroring",
	};

	return NAME_OF(names, type);
}

const char *
bmp_peer_type_name(uint8_t type)
{
	static const char *const names[] = {
		[BMP_PEER_GLOBAL] = "Global Instance Peer",
		[BMP_PEER_RD] = "RD Instance Peer",
		[BMP_PEER_LOCAL] = "Local Instance Peer",
		[BMP_PEER_LOC_RIB] = "Loc-RIB Instance Peer",
	};

	return NAME_OF(names, type);
}

const char *
bmp_down_name(uint8_t reason)
{
	static const char *const names[] = {
		[BMP_DOWN_LOCAL_NOTIFICATION] =
		    "local system closed, NOTIFICATION follows",
		[BMP_DOWN_LOCAL_EVENT] =
		    "local system closed, FSM event follows",
		[BMP_DOWN_REMOTE_NOTIFICATION] =
		    "remote system closed, NOTIFICATION follows",
		[BMP_DOWN_REMOTE] = "remote system closed, no data",
		[BMP_DOWN_DECONFIGURED] = "peer de-configured",
		[BMP_DOWN_LOCAL_TLVS] = "local system closed, TLV data follows",
	};

	return NAME_OF(names, reason);
}

const char *
bmp_tlv_name(uint8_t message, uint16_t tlv)
{
	static const char *const information[] = {
		[BMP_TLV_STRING] = "String",
		[BMP_TLV_SYS_DESCR] = "sysDescr",
		[BMP_TLV_SYS_NAME] = "sysName",
		[BMP_TLV_TABLE_NAME] = "VRF/Table Name",
		[BMP_TLV_ADMIN_LABEL] = "Admin Label",
	};
	static const char *const termination[] = {
		[BMP_TERMINATION_STRING] = "String",
		[BMP_TERMINATION_REASON] = "Reason",
	};
	static const char *const mirroring[] = {
		[BMP_MIRROR_MESSAGE] = "BGP Message",
		[BMP_MIRROR_INFORMATION] = "Information",
	};

	switch (message) {
	case BMP_INITIATION:
	case BMP_PEER_UP:
	case BMP_PEER_DOWN:
		return NAME_OF(information, tlv);
	case BMP_TERMINATION:
		return NAME_OF(termination, tlv);
	case BMP_ROUTE_MIRRORING:
		return NAME_OF(mirroring, tlv);
	default:
		return "";
	}
}

const char *
bmp_termination_name(uint16_t reason)
{
	static const char *const names[] = {
		"session administratively closed",
		"unspecified reason",
		"out of resources",
		"redundant connection",
		"session permanently administratively closed",
	};

	return NAME_OF(names, reason);
}

const char *
bmp_mirror_name(uint16_t information)
{
	static const char *const names[] = { "errored PDU", "messages lost" };

	return NAME_OF(names, information);
}

/* Of RFC 7854 4.8, 8671 6.2 (14-17), 9972 3 (18-43). */
#define COUNTER(text)                           \
	{                                       \
		(text), BMP_STATISTIC_32, false \
	}
#define GAUGE(text)                            \
	{                                      \
		(text), BMP_STATISTIC_64, true \
	}
#define FAMILY(text)                               \
	{                                          \
		(text), BMP_STATISTIC_FAMILY, true \
	}

static const struct bmp_statistic_kind statistics[] = {
	[0] = COUNTER("prefixes rejected by inbound policy"),
	[1] = COUNTER("duplicate prefix advertisements"),
	[2] = COUNTER("duplicate withdraws"),
	[3] = COUNTER("updates invalidated due to CLUSTER_LIST loop"),
	[4] = COUNTER("updates invalidated due to AS_PATH loop"),
	[5] = COUNTER("updates invalidated due to ORIGINATOR_ID"),
	[6] = COUNTER("updates invalidated due to AS_CONFED loop"),
	[7] = GAUGE("routes in Adj-RIBs-In"),
	[8] = GAUGE("routes in Loc-RIB"),
	[9] = FAMILY("routes in per-AFI/SAFI Adj-RIB-In"),
	[10] = FAMILY("routes in per-AFI/SAFI Loc-RIB"),
	[11] = COUNTER("updates subjected to treat-as-withdraw"),
	[12] = COUNTER("prefixes subjected to treat-as-withdraw"),
	[13] = COUNTER("duplicate update messages received"),
	[14] = GAUGE("routes in pre-policy Adj-RIB-Out"),
	[15] = GAUGE("routes in post-policy Adj-RIB-Out"),
	[16] = FAMILY("routes in per-AFI/SAFI pre-policy Adj-RIB-Out"),
	[17] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-Out"),
	[18] = GAUGE("routes in pre-policy Adj-RIB-In"),
	[19] = FAMILY("routes in per-AFI/SAFI pre-policy Adj-RIB-In"),
	[20] = GAUGE("routes in post-policy Adj-RIB-In"),
	[21] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-In"),
	[22] = FAMILY("routes in per-AFI/SAFI pre-policy Adj-RIB-In rejected "
		      "by inbound policy"),
	[23] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-In accepted "
		      "by inbound policy"),
	[26] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-In or "
		      "Loc-RIB suppressed by damping"),
	[27] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-In or "
		      "Loc-RIB stale by graceful restart"),
	[28] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-In or "
		      "Loc-RIB stale by long-lived graceful restart"),
	[29] = GAUGE("routes left before the threshold of post-policy "
		     "Adj-RIB-In"),
	[30] = FAMILY("routes left before the threshold of per-AFI/SAFI "
		      "post-policy Adj-RIB-In"),
	[31] = GAUGE("routes left before the licensed threshold of "
		     "post-policy Adj-RIB-In or Loc-RIB"),
	[32] = FAMILY("routes left before the licensed threshold of "
		      "per-AFI/SAFI post-policy Adj-RIB-In or Loc-RIB"),
	[33] = GAUGE("routes in pre-policy Adj-RIB-In rejected due to AS_PATH "
		     "length"),
	[34] = FAMILY("routes in per-AFI/SAFI pre-policy Adj-RIB-In rejected "
		      "due to AS_PATH length"),
	[35] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-In that are "
		      "RPKI invalid"),
	[36] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-In that are "
		      "RPKI valid"),
	[37] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-In that are "
		      "RPKI not found"),
	[38] = FAMILY("routes in per-AFI/SAFI pre-policy Adj-RIB-Out rejected "
		      "by outbound policy"),
	[39] = GAUGE("routes in pre-policy Adj-RIB-Out filtered due to AS_PATH "
		     "length"),
	[40] = FAMILY("routes in per-AFI/SAFI pre-policy Adj-RIB-Out filtered "
		      "due to AS_PATH length"),
	[41] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-Out that are "
		      "RPKI invalid"),
	[42] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-Out that are "
		      "RPKI valid"),
	[43] = FAMILY("routes in per-AFI/SAFI post-policy Adj-RIB-Out that are "
		      "RPKI not found"),
};

const struct bmp_statistic_kind *
bmp_statistic_kind(uint16_t type)
{
	return type < COUNT(statistics) && statistics[type].name != NULL
		   ? &statistics[type]
		   : NULL;
}
