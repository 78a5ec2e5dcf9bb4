/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * special.c - our own table of special-purpose prefixes and AS numbers, each
 * row with the RFC that made it so; NET_SPECIAL_DATE is its date.
 *
 * The most specific row decides, so a clean row stands inside a special one
 * (192.0.0.9/32 in 192.0.0.0/24).  IPv6 is unallocated outside 2000::/3.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/net.h"

static const struct net_special_row prefix_rows[] = {
	{ "0.0.0.0/8", "\"this network\"", "RFC 791", NET_SPECIAL },
	{ "10.0.0.0/8", "private use", "RFC 1918", NET_SPECIAL },
	{ "100.64.0.0/10", "shared address space", "RFC 6598", NET_SPECIAL },
	{ "127.0.0.0/8", "loopback", "RFC 1122", NET_SPECIAL },
	{ "169.254.0.0/16", "link local", "RFC 3927", NET_SPECIAL },
	{ "172.16.0.0/12", "private use", "RFC 1918", NET_SPECIAL },
	{ "192.0.0.0/24", "IETF protocol assignments", "RFC 6890",
	    NET_SPECIAL },
	{ "192.0.0.9/32", "Port Control Protocol anycast", "RFC 7723",
	    NET_ORDINARY },
	{ "192.0.0.10/32", "TURN anycast", "RFC 8155", NET_ORDINARY },
	{ "192.0.2.0/24", "documentation (TEST-NET-1)", "RFC 5737",
	    NET_SPECIAL },
	{ "192.31.196.0/24", "AS112-v4", "RFC 7535", NET_ORDINARY },
	{ "192.52.193.0/24", "AMT", "RFC 7450", NET_ORDINARY },
	{ "192.88.99.0/24", "6to4 relay anycast, deprecated", "RFC 7526",
	    NET_SPECIAL_WARN },
	{ "192.168.0.0/16", "private use", "RFC 1918", NET_SPECIAL },
	{ "192.175.48.0/24", "direct delegation AS112", "RFC 7534",
	    NET_ORDINARY },
	{ "198.18.0.0/15", "benchmarking", "RFC 2544", NET_SPECIAL },
	{ "198.51.100.0/24", "documentation (TEST-NET-2)", "RFC 5737",
	    NET_SPECIAL },
	{ "203.0.113.0/24", "documentation (TEST-NET-3)", "RFC 5737",
	    NET_SPECIAL },
	{ "224.0.0.0/4", "multicast", "RFC 5771", NET_SPECIAL },
	{ "240.0.0.0/4", "reserved", "RFC 1112", NET_SPECIAL },
	{ "::/8", "reserved, loopback, unspecified, mapped", "RFC 4291",
	    NET_SPECIAL },
	{ "64:ff9b::/96", "IPv4-IPv6 translation", "RFC 6052",
	    NET_SPECIAL_WARN },
	{ "64:ff9b:1::/48", "local IPv4-IPv6 translation", "RFC 8215",
	    NET_SPECIAL },
	{ "100::/64", "discard only", "RFC 6666", NET_SPECIAL },
	{ "100:0:0:1::/64", "dummy prefix", "RFC 9780", NET_SPECIAL },
	{ "2001::/23", "IETF protocol assignments", "RFC 2928", NET_SPECIAL },
	{ "2001::/32", "Teredo", "RFC 4380", NET_SPECIAL_WARN },
	{ "2001:1::1/128", "Port Control Protocol anycast", "RFC 7723",
	    NET_ORDINARY },
	{ "2001:1::2/128", "TURN anycast", "RFC 8155", NET_ORDINARY },
	{ "2001:1::3/128", "DNS-SD SRP anycast", "RFC 9665", NET_ORDINARY },
	{ "2001:2::/48", "benchmarking", "RFC 5180", NET_SPECIAL },
	{ "2001:3::/32", "AMT", "RFC 7450", NET_ORDINARY },
	{ "2001:4:112::/48", "AS112-v6", "RFC 7535", NET_ORDINARY },
	{ "2001:20::/28", "ORCHIDv2", "RFC 7343", NET_ORDINARY },
	{ "2001:30::/28", "drone remote identification", "RFC 9374",
	    NET_ORDINARY },
	{ "2001:db8::/32", "documentation", "RFC 3849", NET_SPECIAL },
	{ "2002::/16", "6to4", "RFC 3056", NET_SPECIAL_WARN },
	{ "2620:4f:8000::/48", "direct delegation AS112", "RFC 7534",
	    NET_ORDINARY },
	{ "3fff::/20", "documentation", "RFC 9637", NET_SPECIAL },
	{ "5f00::/16", "segment routing SIDs", "RFC 9602", NET_SPECIAL },
	{ "fc00::/7", "unique local", "RFC 4193", NET_SPECIAL },
	{ "fe80::/10", "link local", "RFC 4291", NET_SPECIAL },
	{ "ff00::/8", "multicast", "RFC 4291", NET_SPECIAL },
};

static const struct net_special_row outside_global = { "outside 2000::/3",
	"not global unicast space", "RFC 3587", NET_SPECIAL };

static const struct asn_row {
	uint32_t first, last;
	struct net_special_row row;
} asn_rows[] = {
	{ 0, 0, { "0", "reserved", "RFC 7607", NET_SPECIAL } },
	{ 112, 112, { "112", "AS112 sinks", "RFC 7534", NET_ORDINARY } },
	{ 23456, 23456, { "23456", "AS_TRANS", "RFC 6793", NET_SPECIAL } },
	{ 64496, 64511,
	    { "64496-64511", "documentation", "RFC 5398", NET_SPECIAL } },
	{ 64512, 65534,
	    { "64512-65534", "private use", "RFC 6996", NET_SPECIAL } },
	{ 65535, 65535, { "65535", "reserved", "RFC 7300", NET_SPECIAL } },
	{ 65536, 65551,
	    { "65536-65551", "documentation", "RFC 5398", NET_SPECIAL } },
	{ 65552, 131071,
	    { "65552-131071", "reserved by IANA", "RFC 1930", NET_SPECIAL } },
	{ 4200000000, 4294967294,
	    { "4200000000-4294967294", "private use", "RFC 6996",
		NET_SPECIAL } },
	{ 4294967295, 4294967295,
	    { "4294967295", "reserved", "RFC 7300", NET_SPECIAL } },
};

static struct prefix parsed[COUNT(prefix_rows)];
/* Some row covers addresses that begin with this octet: most routes are done
 * with that. */
static bool octet_has_row[NET_FAMILIES][256];
static pthread_once_t parsed_once = PTHREAD_ONCE_INIT;

static void
parse_rows(void)
{
	for (size_t i = 0; i < COUNT(prefix_rows); i++) {
		struct prefix *p = &parsed[i];

		if (!prefix_parse(str_from(prefix_rows[i].text), p))
			abort(); /* our own text */
		unsigned last =
		    p->addr[0] | (p->len >= 8 ? 0U : 0xffU >> p->len);
		for (unsigned o = p->addr[0]; o <= last; o++)
			octet_has_row[p->family][o] = true;
	}
}

const struct net_special_row *
net_special_prefix(const struct prefix *p)
{
	const struct net_special_row *best = NULL;
	int best_len = -1;

	(void)pthread_once(&parsed_once, parse_rows);
	bool any = octet_has_row[p->family][p->addr[0]];
	for (size_t i = 0; any && i < COUNT(prefix_rows); i++)
		if (parsed[i].len > best_len && prefix_covers(&parsed[i], p)) {
			best = &prefix_rows[i];
			best_len = parsed[i].len;
		}
	/* RFC 3587: all global unicast space so far is 2000::/3 */
	if (best == NULL && p->family == NET_IP6 && p->len >= 3 &&
	    p->addr[0] >> 5 != 1)
		return &outside_global;
	return best;
}

const struct net_special_row *
net_special_asn(uint32_t asn)
{
	for (size_t i = 0; i < COUNT(asn_rows); i++)
		if (asn >= asn_rows[i].first && asn <= asn_rows[i].last)
			return &asn_rows[i].row;
	return NULL;
}
