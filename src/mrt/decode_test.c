/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode_test.c - the body of every type and subtype to values, and what is
 * said of bodies that contradict their format.
 */
#include "mrt/mrt.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

#include "base/utc.h"

static unsigned
digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

static size_t
from_hex(const char *text, uint8_t *out)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++)
		if (*c != ' ') {
			out[n++] = (uint8_t)(digit(c[0]) << 4 | digit(c[1]));
			c++;
		}
	return n;
}

/* --- a record in words ------------------------------------------------- */

static void
say_ip(struct buf *b, const struct ipaddr *a)
{
	char text[PREFIX_TEXT_MAX];

	(void)ipaddr_format(text, a);
	buf_printf(b, " %s", text);
}

static void
say_prefix(struct buf *b, const struct prefix *p)
{
	char text[PREFIX_TEXT_MAX];

	(void)prefix_format(text, p);
	buf_printf(b, " %s", text);
}

static void
say_index(struct buf *b, const struct mrt_peers *p)
{
	const struct mrt_peer *it;

	buf_printf(b, "index %u \"%s\" %u.%u.%u.%u:", p->tables, p->view,
	    p->collector_id[0], p->collector_id[1], p->collector_id[2],
	    p->collector_id[3]);
	VEC_FOREACH (it, &p->list) {
		say_ip(b, &it->ip);
		buf_printf(b, " AS%u%s", it->asn, it->as4 ? "" : " short");
	}
}

static void
say_rib(struct buf *b, struct mrt_rib *r)
{
	struct mrt_rib_entry e;
	struct err err;
	int got;

	buf_printf(b, "rib %u%s%s safi %u", r->sequence,
	    r->generic ? " generic" : "", r->add_path ? " add-path" : "",
	    r->safi);
	say_prefix(b, &r->prefix);
	while ((got = mrt_rib_next(r, &e, &err)) == 1)
		buf_printf(b, ", peer %u at %u id %u: %zu", e.peer,
		    e.originated, e.path_id, e.attrs.n);
	if (got == -1)
		buf_printf(b, ", %s", err.msg);
}

static void
say_entries(struct buf *b, const struct mrt_record *rec, struct mrt_decoded *m)
{
	const struct mrt_entry *e = &m->entry;
	struct err err;
	int got;

	buf_str(b, "entry");
	do {
		say_prefix(b, &e->prefix);
		buf_str(b, " of");
		say_ip(b, &e->peer_ip);
		buf_printf(b, " AS%u%s at %lld: %zu", e->peer_asn,
		    e->as4 ? " long" : "",
		    (long long)(e->originated_us / TIME_SEC), e->attrs.n);
		if (e->next_hop.n > 0)
			buf_printf(b, " hop %zu", e->next_hop.n);
		got = mrt_entry_next(rec, m, &err);
		if (got != 0)
			buf_str(b, got == 1 ? "," : ", ");
	} while (got == 1);
	if (got == -1)
		buf_str(b, err.msg);
}

static void
say_session(struct buf *b, const struct mrt_session *s)
{
	say_ip(b, &s->peer_ip);
	buf_printf(b, " AS%u -", s->peer_asn);
	say_ip(b, &s->local_ip);
	buf_printf(b, " AS%u if %u%s%s%s%s", s->local_asn, s->interface,
	    s->as4 ? " long" : "", s->add_path ? " add-path" : "",
	    s->local ? " local" : "", s->old ? " old" : "");
}

static void
say(struct buf *b, const struct mrt_record *rec, struct mrt_peers *peers)
{
	struct mrt_decoded m;
	struct err err;

	if (mrt_decode(rec, peers, &m, &err) == -1) {
		assert_int_equal(err.code, ERR_INPUT);
		buf_printf(b, "! %s", err.msg);
		return;
	}
	switch (m.kind) {
	case MRT_PEER_INDEX:
		say_index(b, peers);
		break;
	case MRT_RIB:
		say_rib(b, &m.rib);
		break;
	case MRT_ENTRY:
		say_entries(b, rec, &m);
		break;
	case MRT_MESSAGE:
		buf_printf(b, "message %d", m.message);
		say_session(b, &m.session);
		buf_printf(b, ": %zu of %zu", m.body.n, m.bgp.n);
		break;
	case MRT_STATE:
		buf_printf(b, "state %u to %u", m.old_state, m.new_state);
		say_session(b, &m.session);
		break;
	case MRT_SKIPPED:
		buf_printf(b, "skipped: %s", m.why);
		break;
	}
}

/* --- the rows ---------------------------------------------------------- */

#define ID     "c00002fe " /* 192.0.2.254 */
#define PEER   "c0000201 "
#define PEER6  "20010db8000000000000000000000001 "
#define LOCAL6 "20010db80000000000000000000000fe "
#define S2     "fbf0 fbff 0007 0001 " PEER ID
#define S4     "fa56ea01 0000fbff 0007 0001 " PEER ID
#define S46    "fa56ea01 0000fbff 0007 0002 " PEER6 LOCAL6
#define T2     " 192.0.2.1 AS64496 - 192.0.2.254 AS64511 if 7"
#define T4     " 192.0.2.1 AS4200000001 - 192.0.2.254 AS64511 if 7 long"
#define T46    " 2001:db8::1 AS4200000001 - 2001:db8::fe AS64511 if 7 long"
#define MARKER "ffffffffffffffffffffffffffffffff "
#define KEEP   MARKER "0013 04 "
#define TIME   "65540000 " /* 1700003840 */
#define P4     "18 c00002 "
#define P6     "20 20010db8 "

static const struct decode_case {
	const char *why;
	uint16_t type, subtype;
	const char *body, *want;
} rows[] = {
	/* TABLE_DUMP_V2 */
	{ "PEER_INDEX_TABLE", 13, 1,
	    ID "0003 6d7274 0003 00 " PEER PEER "fbf0 02 " PEER PEER
	       "fa56ea01 03 " PEER PEER6 "fa56ea01",
	    "index 1 \"mrt\" 192.0.2.254: 192.0.2.1 AS64496 short 192.0.2.1 "
	    "AS4200000001 2001:db8::1 AS4200000001" },
	{ "PEER_INDEX_TABLE of no peer", 13, 1, ID "0000 0000",
	    "index 1 \"\" 192.0.2.254:" },
	{ "PEER_INDEX_TABLE cut in a peer", 13, 1,
	    ID "0000 0001 02 " PEER PEER "fa56ea",
	    "! record 7 at offset 99 (TABLE_DUMP_V2 1): peer index is cut "
	    "short" },
	{ "PEER_INDEX_TABLE of more peers than it holds", 13, 1,
	    ID "0000 ffff 00 " PEER PEER "fbf0",
	    "! record 7 at offset 99 (TABLE_DUMP_V2 1): peer index is cut "
	    "short" },
	{ "PEER_INDEX_TABLE: its view name overruns", 13, 1, ID "0009 6d7274",
	    "! record 7 at offset 99 (TABLE_DUMP_V2 1): peer index is cut "
	    "short" },
	{ "RIB_IPV4_UNICAST", 13, 2,
	    "00000005 " P4 "0002 0001 " TIME "0003 400200 0000 " TIME "0000",
	    "rib 5 safi 1 192.0.2.0/24, peer 1 at 1700003840 id 0: 3, peer 0 "
	    "at 1700003840 id 0: 0" },
	{ "RIB_IPV4_UNICAST of no entry", 13, 2, "00000005 00 0000",
	    "rib 5 safi 1 0.0.0.0/0" },
	{ "RIB_IPV4_MULTICAST", 13, 3, "00000005 04 e0 0000",
	    "rib 5 safi 2 224.0.0.0/4" },
	{ "RIB_IPV6_UNICAST", 13, 4, "00000005 " P6 "0000",
	    "rib 5 safi 1 2001:db8::/32" },
	{ "RIB_IPV6_MULTICAST", 13, 5, "00000005 08 ff 0000",
	    "rib 5 safi 2 ff00::/8" },
	{ "bits behind the length", 13, 2, "00000005 0d 0b0d 0000",
	    "rib 5 safi 1 11.8.0.0/13" },
	{ "RIB_GENERIC", 13, 6, "00000005 0001 01 " P4 "0001 0001 " TIME "0000",
	    "rib 5 generic safi 1 192.0.2.0/24, peer 1 at 1700003840 id 0: 0" },
	{ "RIB_GENERIC of a VPN", 13, 6, "00000005 0001 80 58 00 0000",
	    "skipped: address family that is not followed" },
	{ "GEO_PEER_TABLE", 13, 7, ID "0000 00000000 00000000 0000",
	    "skipped: geographic peer table (RFC 6397)" },
	{ "RIB_IPV4_UNICAST_ADDPATH", 13, 8,
	    "00000005 " P4 "0002 0001 " TIME "00000009 0000 0001 " TIME
	    "0000000a 0000",
	    "rib 5 add-path safi 1 192.0.2.0/24, peer 1 at 1700003840 id 9: "
	    "0, peer 1 at 1700003840 id 10: 0" },
	{ "RIB_IPV4_MULTICAST_ADDPATH", 13, 9, "00000005 04 e0 0000",
	    "rib 5 add-path safi 2 224.0.0.0/4" },
	{ "RIB_IPV6_UNICAST_ADDPATH", 13, 10, "00000005 " P6 "0000",
	    "rib 5 add-path safi 1 2001:db8::/32" },
	{ "RIB_IPV6_MULTICAST_ADDPATH", 13, 11, "00000005 08 ff 0000",
	    "rib 5 add-path safi 2 ff00::/8" },
	{ "RIB_GENERIC_ADDPATH: the identifier in the NLRI (RFC 8050)", 13, 12,
	    "00000005 0001 01 0000002c " P4 "0001 0001 " TIME "0000",
	    "rib 5 generic add-path safi 1 192.0.2.0/24, peer 1 at "
	    "1700003840 id 44: 0" },
	{ "RIB_GENERIC_ADDPATH: the identifier in the entries (OpenBGPD)", 13,
	    12, "00000005 0001 01 " P4 "0001 0001 " TIME "00000009 0000",
	    "rib 5 generic add-path safi 1 192.0.2.0/24, peer 1 at "
	    "1700003840 id 9: 0" },
	{ "TABLE_DUMP_V2 of a subtype to come", 13, 13, "00",
	    "skipped: unknown subtype of TABLE_DUMP_V2" },
	{ "33 bits of IPv4", 13, 2, "00000005 21 c000020180 0000",
	    "! record 7 at offset 99 (TABLE_DUMP_V2 2): prefix is malformed" },
	{ "cut in the prefix", 13, 2, "00000005 18 c000",
	    "! record 7 at offset 99 (TABLE_DUMP_V2 2): prefix is malformed" },
	{ "cut in front of the count", 13, 2, "00000005 18 c00002 00",
	    "! record 7 at offset 99 (TABLE_DUMP_V2 2): cut short before its "
	    "entries" },
	{ "the second entry overruns", 13, 2,
	    "00000005 " P4 "0002 0001 " TIME "0000 0002 " TIME "0009 4002",
	    "rib 5 safi 1 192.0.2.0/24, peer 1 at 1700003840 id 0: 0, entry 2 "
	    "of 2 runs past the end of its record" },
	{ "generic entry without a prefix", 13, 6, "00000005 0001 01 77",
	    "! record 7 at offset 99 (TABLE_DUMP_V2 6): generic entry has no "
	    "prefix that I can read" },
	/* TABLE_DUMP */
	{ "TABLE_DUMP IPv4", 12, 1,
	    "0000 0001 c0000200 18 01 " TIME PEER "fbf0 0003 400200",
	    "entry 192.0.2.0/24 of 192.0.2.1 AS64496 at 1700003840: 3" },
	{ "TABLE_DUMP IPv6", 12, 2,
	    "0000 0001 20010db8000000000000000000000000 20 01 " TIME PEER6
	    "fbf0 0000",
	    "entry 2001:db8::/32 of 2001:db8::1 AS64496 at 1700003840: 0" },
	{ "TABLE_DUMP IPv4, long AS numbers", 12, 3,
	    "0000 0001 c0000200 18 01 " TIME PEER "fa56ea01 0000",
	    "entry 192.0.2.0/24 of 192.0.2.1 AS4200000001 long at "
	    "1700003840: 0" },
	{ "TABLE_DUMP IPv6, long AS numbers", 12, 4,
	    "0000 0001 20010db8000000000000000000000000 20 01 " TIME PEER6
	    "fa56ea01 0000",
	    "entry 2001:db8::/32 of 2001:db8::1 AS4200000001 long at "
	    "1700003840: 0" },
	{ "long AS numbers under subtype 1", 12, 1,
	    "0000 0001 c0000200 18 01 " TIME PEER "fa56ea01 0003 400200",
	    "entry 192.0.2.0/24 of 192.0.2.1 AS4200000001 long at "
	    "1700003840: 3" },
	{ "many entries in a record (MRTd)", 12, 1,
	    "0000 0001 c0000200 18 01 " TIME PEER "fbf0 0003 400200 0a000000 "
	    "08 01 " TIME PEER "fbf0 0000",
	    "entry 192.0.2.0/24 of 192.0.2.1 AS64496 at 1700003840: 3, "
	    "10.0.0.0/8 of 192.0.2.1 AS64496 at 1700003840: 0" },
	{ "host bits in TABLE_DUMP", 12, 1,
	    "0000 0001 c0000201 18 01 " TIME PEER "fbf0 0000",
	    "entry 192.0.2.0/24 of 192.0.2.1 AS64496 at 1700003840: 0" },
	{ "TABLE_DUMP: 33 bits", 12, 1,
	    "0000 0001 c0000200 21 01 " TIME PEER "fbf0 0000",
	    "! record 7 at offset 99 (TABLE_DUMP 1): prefix is too long" },
	{ "TABLE_DUMP: 33 bits in the second entry", 12, 1,
	    "0000 0001 c0000200 18 01 " TIME PEER
	    "fbf0 0000 0a000000 21 01 " TIME PEER "fbf0 0000",
	    "entry 192.0.2.0/24 of 192.0.2.1 AS64496 at 1700003840: 0, record "
	    "7 at offset 99 (TABLE_DUMP 1): prefix is too long" },
	{ "TABLE_DUMP: an octet too few", 12, 1,
	    "0000 0001 c0000200 18 01 " TIME PEER "fbf0 0003 4002",
	    "! record 7 at offset 99 (TABLE_DUMP 1): its attributes do not "
	    "fill the record" },
	{ "TABLE_DUMP of another subtype", 12, 5, "00",
	    "skipped: unknown subtype of TABLE_DUMP" },
	/* BGP4MP */
	{ "STATE_CHANGE", 16, 0, S2 "0003 0004", "state 3 to 4" T2 },
	{ "MESSAGE", 16, 1, S2 KEEP, "message 4" T2 ": 0 of 19" },
	{ "ENTRY", 16, 2,
	    S2 "0000 0001 " TIME "0001 01 04 " PEER P4 "0003 400200",
	    "entry 192.0.2.0/24 of 192.0.2.1 AS64496 at 1700003840: 3 hop 4" },
	{ "ENTRY of a VPN", 16, 2, S2 "0000 0001 " TIME "0001 80 00 00 0000",
	    "skipped: address family that is not followed" },
	{ "SNAPSHOT", 16, 3, "0000 0000 6100",
	    "skipped: name of a snapshot file" },
	{ "MESSAGE_AS4", 16, 4, S4 MARKER "0017 02 00000000",
	    "message 2" T4 ": 4 of 23" },
	{ "MESSAGE_AS4 over IPv6", 16, 4, S46 KEEP,
	    "message 4" T46 ": 0 of 19" },
	{ "STATE_CHANGE_AS4", 16, 5, S46 "0006 0001", "state 6 to 1" T46 },
	{ "MESSAGE_LOCAL", 16, 6, S2 KEEP, "message 4" T2 " local: 0 of 19" },
	{ "MESSAGE_AS4_LOCAL", 16, 7, S4 KEEP,
	    "message 4" T4 " local: 0 of 19" },
	{ "MESSAGE_ADDPATH", 16, 8, S2 KEEP,
	    "message 4" T2 " add-path: 0 of 19" },
	{ "MESSAGE_AS4_ADDPATH", 16, 9, S4 KEEP,
	    "message 4" T4 " add-path: 0 of 19" },
	{ "MESSAGE_LOCAL_ADDPATH", 16, 10, S2 KEEP,
	    "message 4" T2 " add-path local: 0 of 19" },
	{ "MESSAGE_AS4_LOCAL_ADDPATH", 16, 11, S4 KEEP,
	    "message 4" T4 " add-path local: 0 of 19" },
	{ "BGP4MP of a subtype to come", 16, 12, "00",
	    "skipped: unknown subtype of BGP4MP" },
	{ "BGP4MP_ET", 17, 4, S4 KEEP, "message 4" T4 ": 0 of 19" },
	{ "bytes behind the message", 16, 1, S2 KEEP "0000",
	    "message 4" T2 ": 0 of 21" },
	{ "a message that overruns the record", 16, 1, S2 MARKER "0014 04",
	    "! record 7 at offset 99 (BGP4MP 1): holds no whole BGP message" },
	{ "a message of type 9", 16, 1, S2 MARKER "0013 09",
	    "! record 7 at offset 99 (BGP4MP 1): holds no whole BGP message" },
	{ "no message", 16, 1, S2,
	    "! record 7 at offset 99 (BGP4MP 1): holds no whole BGP message" },
	{ "unknown family of the session", 16, 1,
	    "fbf0 fbff 0007 0003 " PEER ID KEEP,
	    "! record 7 at offset 99 (BGP4MP 1): unknown address family" },
	{ "cut in the session", 16, 4, "fa56ea01 0000fbff 0007 0001 c000",
	    "! record 7 at offset 99 (BGP4MP 4): cut short" },
	{ "cut in a state", 16, 0, S2 "0003 00",
	    "! record 7 at offset 99 (BGP4MP 0): cut short" },
	{ "ENTRY whose attributes overrun", 16, 2,
	    S2 "0000 0001 " TIME "0001 01 04 " PEER P4 "0004 400200",
	    "! record 7 at offset 99 (BGP4MP 2): attributes overrun the "
	    "record" },
	/* Zebra */
	{ "Zebra's state of eight octets", 16, 0, "fbf0 fbff 0001 0003",
	    "state 1 to 3 0.0.0.0 AS64496 - 0.0.0.0 AS64511 if 0" },
	{ "Zebra's OPEN without addresses", 16, 1, "fbf0 fbff " KEEP,
	    "message 4 0.0.0.0 AS64496 - 0.0.0.0 AS64511 if 0: 0 of 19" },
	/* The old type */
	{ "BGP NULL", 5, 0, "00", "skipped: subtype of BGP without routes" },
	{ "BGP UPDATE", 5, 1, "fbf0 " PEER "fbff " ID "0000 0000",
	    "message 2 192.0.2.1 AS64496 - 192.0.2.254 AS64511 if 0 old: 4 of "
	    "4" },
	{ "BGP PREF_UPDATE", 5, 2, "00",
	    "skipped: subtype of BGP without routes" },
	{ "BGP STATE_CHANGE", 5, 3, "fbf0 " PEER "0005 0006",
	    "state 5 to 6 192.0.2.1 AS64496 - 0.0.0.0 AS0 if 0 old" },
	{ "BGP SYNC", 5, 4, "00", "skipped: subtype of BGP without routes" },
	{ "BGP OPEN", 5, 5, "fbf0 " PEER "fbff " ID "04",
	    "message 1 192.0.2.1 AS64496 - 192.0.2.254 AS64511 if 0 old: 1 of "
	    "1" },
	{ "BGP NOTIFY", 5, 6, "fbf0 " PEER "fbff " ID "0602",
	    "message 3 192.0.2.1 AS64496 - 192.0.2.254 AS64511 if 0 old: 2 of "
	    "2" },
	{ "BGP KEEPALIVE", 5, 7, "fbf0 " PEER "fbff " ID,
	    "message 4 192.0.2.1 AS64496 - 192.0.2.254 AS64511 if 0 old: 0 of "
	    "0" },
	{ "BGP of another subtype", 5, 8, "00",
	    "skipped: subtype of BGP without routes" },
	{ "BGP cut short", 5, 1, "fbf0 " PEER "fbff c0",
	    "! record 7 at offset 99 (BGP 1): cut short" },
	{ "BGP STATE_CHANGE cut short", 5, 3, "fbf0 " PEER "0005",
	    "! record 7 at offset 99 (BGP 3): cut short" },
	/* All others */
	{ "OSPFv2", 11, 0, "00", "skipped: record type without BGP routes" },
	{ "ISIS_ET", 33, 0, "00", "skipped: record type without BGP routes" },
	{ "a type that never was", 14, 0, "00",
	    "! record 7 at offset 99 (type 14 0): no such record type" },
	{ "a record without content", 16, 4, "",
	    "skipped: record without "
	    "content" },
	{ "a table record without content", 13, 2, "",
	    "skipped: record without content" },
	{ "no content of a type that never was", 4660, 0, "",
	    "! record 7 at offset 99 (type 4660 0): no such record type" },
};

static struct mrt_record
record(const struct decode_case *c, const uint8_t *body, size_t n)
{
	return (struct mrt_record){ .time_us = 1700003900 * TIME_SEC,
		.type = c->type,
		.subtype = c->subtype,
		.offset = 99,
		.index = 7,
		.body = { body, n },
		.raw = { body, n } };
}

static void
test_decode(void **state)
{
	const struct decode_case *c = *state;
	uint8_t body[512];
	size_t n = from_hex(c->body, body);
	uint8_t *exact = mem_alloc(n + 1, 1);
	struct mrt_peers peers = { 0 };
	struct buf got = { 0 };

	memcpy(exact, body, n);
	struct mrt_record rec = record(c, exact, n);
	say(&got, &rec, &peers);
	assert_string_equal(buf_cstr(&got), c->want);
	mrt_peers_fini(&peers);
	buf_fini(&got);
	free(exact);
}

/* Every body cut at every length: decoded or refused, nothing else. */
static void
test_cut(void **state)
{
	struct buf got = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t body[512];
		size_t n = from_hex(rows[i].body, body);

		for (size_t k = 0; k < n; k++) {
			uint8_t *exact = mem_alloc(k + 1, 1);
			struct mrt_peers peers = { 0 };

			memcpy(exact, body, k);
			struct mrt_record rec = record(&rows[i], exact, k);
			buf_clear(&got);
			say(&got, &rec, &peers);
			assert_true(got.n > 0);
			mrt_peers_fini(&peers);
			free(exact);
		}
	}
	buf_fini(&got);
}

/* --- peers ------------------------------------------------------------- */

static const struct decode_case two_peers = { "", 13, 1,
	ID "0000 0002 00 " PEER PEER "fbf0 00 " PEER PEER "fbf1", "" };
static const struct decode_case one_peer = { "", 13, 1,
	ID "0000 0001 02 " PEER PEER "fa56ea01", "" };
static const struct decode_case no_peer = { "", 13, 1,
	ID "0000 0001 02 " PEER PEER "fa", "" };

static void
feed_index(const struct decode_case *c, struct mrt_peers *peers)
{
	uint8_t body[512];
	size_t n = from_hex(c->body, body);
	struct mrt_record rec = record(c, body, n);
	struct buf got = { 0 };

	say(&got, &rec, peers);
	buf_fini(&got);
}

/* A second index replaces the first; a damaged one leaves no peers at all,
 * since entries that follow do not mean those of before. */
static void
test_second_index(void **state)
{
	struct mrt_peers peers = { 0 };

	(void)state;
	feed_index(&two_peers, &peers);
	assert_int_equal(peers.list.n, 2);
	feed_index(&one_peer, &peers);
	assert_int_equal(peers.list.n, 1);
	assert_true(peers.list.p[0].asn == UINT32_C(4200000001));
	assert_int_equal(peers.tables, 2);
	feed_index(&no_peer, &peers);
	assert_int_equal(peers.list.n, 0);
	assert_int_equal(peers.tables, 3);
	feed_index(&two_peers, &peers);
	assert_int_equal(peers.list.n, 2);
	mrt_peers_fini(&peers);
	assert_int_equal(peers.tables, 0);
}

/* A view name longer than we keep does not move what stands behind it. */
static void
test_long_view(void **state)
{
	struct mrt_peers peers = { 0 };
	struct mrt_decoded m;
	struct err err;
	struct buf b = { 0 };

	(void)state;
	buf_u32(&b, 0xc00002fe);
	buf_u16(&b, 1000);
	for (int i = 0; i < 1000; i++)
		buf_chr(&b, 'v');
	buf_u16(&b, 1);
	buf_u8(&b, 2);
	buf_u32(&b, 1);
	buf_u32(&b, 0xc0000201);
	buf_u32(&b, 64496);
	struct mrt_record rec = record(&one_peer, b.p, b.n);
	assert_int_equal(mrt_decode(&rec, &peers, &m, &err), 0);
	assert_int_equal(strlen(peers.view), MRT_VIEW_MAX - 1);
	assert_int_equal(peers.list.n, 1);
	assert_int_equal(peers.list.p[0].asn, 64496);
	mrt_peers_fini(&peers);
	buf_fini(&b);
}

/* --- names and sessions ------------------------------------------------ */

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(mrt_type_name(MRT_BGP4MP_ET), "BGP4MP_ET");
	assert_string_equal(mrt_type_name(5), "BGP");
	assert_string_equal(mrt_type_name(14), "");
	assert_string_equal(mrt_type_name(65535), "");
	assert_string_equal(mrt_subtype_name(13, 12), "RIB_GENERIC_ADDPATH");
	assert_string_equal(mrt_subtype_name(13, 13), "");
	assert_string_equal(mrt_subtype_name(16, 11),
	    "MESSAGE_AS4_LOCAL_ADDPATH");
	assert_string_equal(mrt_subtype_name(17, 5), "STATE_CHANGE_AS4");
	assert_string_equal(mrt_subtype_name(12, 1), "AFI_IPv4");
	assert_string_equal(mrt_subtype_name(5, 7), "KEEPALIVE");
	assert_string_equal(mrt_subtype_name(5, 8), "");
	assert_string_equal(mrt_subtype_name(11, 0), "");
}

/* How a record's attributes are coded follows from its subtype alone. */
static void
test_sessions(void **state)
{
	static const struct {
		uint16_t type, subtype;
		bool as4, add_path, table, lenient;
	} want[] = {
		{ 13, 2, true, false, true, false },
		{ 13, 8, true, true, true, false },
		{ 16, 1, false, false, false, false },
		{ 16, 4, true, false, false, false },
		{ 16, 8, false, true, false, false },
		{ 16, 11, true, true, false, false },
		{ 12, 1, false, false, false, true },
		{ 12, 3, true, false, false, true },
		{ 16, 2, false, false, false, true },
		{ 5, 1, false, false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++)
		for (size_t k = 0; k < COUNT(rows); k++) {
			uint8_t body[512];
			struct mrt_peers peers = { 0 };
			struct mrt_decoded m;
			struct err err;

			if (rows[k].type != want[i].type ||
			    rows[k].subtype != want[i].subtype)
				continue;
			size_t n = from_hex(rows[k].body, body);
			struct mrt_record rec = record(&rows[k], body, n);
			if (mrt_decode(&rec, &peers, &m, &err) == -1 ||
			    m.kind == MRT_SKIPPED ||
			    strstr(rows[k].why, "long AS numbers under"))
				continue;
			struct bgp_session s = mrt_bgp_session(&rec, &m);
			assert_int_equal(s.as4, want[i].as4);
			assert_int_equal(s.add_path, want[i].add_path);
			assert_int_equal(s.table_dump, want[i].table);
			assert_int_equal(s.lenient, want[i].lenient);
			mrt_peers_fini(&peers);
		}
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(rows) + 5] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_second_index),
		cmocka_unit_test(test_long_view),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_sessions),
	};
	size_t n = 5;

	for (size_t i = 0; i < COUNT(rows); i++)
		tests[n++] = (struct CMUnitTest){ .name = rows[i].why,
			.test_func = test_decode,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	assert(n == COUNT(tests));
	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
