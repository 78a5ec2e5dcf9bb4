/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode_test.c - the body of every type of message to values, and what is said
 * of bodies that contradict their format.
 */
#include "bmp/bmp.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

#include "base/mem.h"
#include "base/text.h"

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

/* --- a message in words ------------------------------------------------ */

static void
say_hex(struct buf *b, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%02x", p[i]);
}

static void
say_ip(struct buf *b, const struct ipaddr *a)
{
	char text[PREFIX_TEXT_MAX];

	(void)ipaddr_format(text, a);
	buf_str(b, text);
}

static void
say_peer(struct buf *b, const struct bmp_peer *p)
{
	buf_printf(b, "%u/%02x ", p->type, p->flags);
	say_hex(b, p->distinguisher, sizeof(p->distinguisher));
	buf_chr(b, ' ');
	say_ip(b, &p->ip);
	buf_printf(b, " AS%u ", p->asn);
	say_hex(b, p->bgp_id, sizeof(p->bgp_id));
	buf_printf(b, " at %lld: ", (long long)p->time_us);
}

static void
say_tlvs(struct buf *b, struct bmp_message *m)
{
	struct bmp_tlv t;
	struct err err;
	int got;

	while ((got = bmp_tlv_next(m, &t, &err)) == 1) {
		uint16_t code;

		buf_printf(b, ", %s %u=", bmp_tlv_name(m->type, t.type),
		    t.type);
		say_hex(b, t.value.p, t.value.n);
		if (bmp_tlv_code(&t, &code))
			buf_printf(b, " (%u)", code);
	}
	if (got == -1)
		buf_printf(b, ", %s", err.msg);
	assert_int_equal(bmp_tlv_next(m, &t, &err), 0);
}

static void
say_statistics(struct buf *b, struct bmp_message *m)
{
	struct bmp_statistic s;
	struct err err;
	int got;

	buf_printf(b, "%u statistics", m->n_statistics);
	while ((got = bmp_statistic_next(m, &s, &err)) == 1) {
		buf_printf(b, ", %u: ", s.type);
		if (s.form == BMP_STATISTIC_FAMILY)
			buf_printf(b, "%u/%u ", s.afi, s.safi);
		if (s.form == BMP_STATISTIC_OTHER)
			say_hex(b, s.data.p, s.data.n);
		else
			buf_printf(b, "%llu", (unsigned long long)s.value);
	}
	if (got == -1)
		buf_printf(b, ", %s", err.msg);
	assert_int_equal(bmp_statistic_next(m, &s, &err), 0);
}

static void
say_down(struct buf *b, const struct bmp_down *d)
{
	buf_printf(b, "down %u, %zu bytes", d->reason, d->data.n);
	if (d->has_event)
		buf_printf(b, ", event %u", d->event);
	if (d->has_notification)
		buf_printf(b, ", notification %u/%u %zu", d->notification.code,
		    d->notification.subcode, d->notification.data.n);
}

static void
say_open(struct buf *b, const struct bmp_open *o)
{
	buf_printf(b, ", AS%u hold %u%s%s", o->open.asn, o->open.hold_time,
	    o->open.as4 ? " as4" : "", o->whole ? "" : " cut");
}

static void
say_up(struct buf *b, const struct bmp_up *u)
{
	buf_str(b, "up ");
	say_ip(b, &u->local_ip);
	buf_printf(b, " %u - %u", u->local_port, u->remote_port);
	say_open(b, &u->sent);
	say_open(b, &u->received);
}

static void
say_mirrored(struct buf *b, const struct bmp_message *m)
{
	struct bmp_message copy = *m;
	struct bmp_tlv t;
	struct err err;

	while (bmp_tlv_next(&copy, &t, &err) == 1) {
		struct bgp_view body;
		enum bgp_type type;

		if (bmp_tlv_message(&t, &type, &body))
			buf_printf(b, " [%d: %zu]", (int)type, body.n);
	}
}

static void
say(struct buf *b, const struct bmp_frame *f)
{
	struct bmp_message m;
	struct err err;

	if (bmp_decode(f, &m, &err) == -1) {
		assert_int_equal(err.code, ERR_INPUT);
		buf_str(b, err.msg);
		return;
	}
	assert_int_equal(m.type, f->type);
	if (m.has_peer)
		say_peer(b, &m.peer);
	switch (m.type) {
	case BMP_ROUTE_MONITORING:
		buf_printf(b, "update of %zu", m.update_body.n);
		assert_int_equal(m.update.n, m.update_body.n + BGP_HEADER_LEN);
		if (m.rest.n > 0)
			buf_printf(b, " and %zu bytes", m.rest.n);
		break;
	case BMP_STATISTICS:
		say_statistics(b, &m);
		break;
	case BMP_PEER_DOWN:
		say_down(b, &m.down);
		break;
	case BMP_PEER_UP:
		say_up(b, &m.up);
		break;
	case BMP_ROUTE_MIRRORING:
		buf_str(b, "mirror");
		say_mirrored(b, &m);
		break;
	default:
		buf_printf(b, "%s, %zu bytes", bmp_type_name(m.type), m.data.n);
	}
	say_tlvs(b, &m);
}

/* --- rows -------------------------------------------------------------- */

#define ZERO12 "000000000000000000000000 "
#define IP6    "20010db8000000000000000000000001 "
#define ID     "0000fbf0 c0000221 "
#define TIME   "00000001 000f423f "
/* Global instance, IPv4. */
#define PEER     "00 00 0000000000000000 " ZERO12 "c0000201 " ID TIME
#define SAY_PEER "0/00 0000000000000000 192.0.2.1 AS64496 c0000221 at 1999999: "
#define PEER6    "00 80 0000000000000000 " IP6 ID TIME
#define SAY_PEER6 \
	"0/80 0000000000000000 2001:db8::1 AS64496 c0000221 at 1999999: "
#define MARKER "ffffffffffffffffffffffffffffffff "
#define UPDATE MARKER "0017 02 0000 0000 "
#define OPEN   MARKER "001d 01 04 fbf0 00b4 c0000221 00 "
#define OPEN4  MARKER "0025 01 04 5ba0 005a c0000221 08 02 06 41 04 fa56ea01 "
#define NOTIFY MARKER "0017 03 06 02 6869 "
#define LOCAL  ZERO12 "c00002fe 00b3 d431 "

#define AT(name) "message 7 at offset 99 (" name "): "

static const struct decode_case {
	const char *why;
	uint8_t type;
	const char *body, *want;
} rows[] = {
	/* per-peer header */
	{ "IPv4 peer", 0, PEER UPDATE, SAY_PEER "update of 4" },
	{ "IPv6 peer", 0, PEER6 UPDATE, SAY_PEER6 "update of 4" },
	{ "peer of a VPN, post-policy, short AS numbers, Adj-RIB-Out", 0,
	    "01 70 0000fbf000000064 " ZERO12 "c0000201 " ID TIME UPDATE,
	    "1/70 0000fbf000000064 192.0.2.1 AS64496 c0000221 at 1999999: "
	    "update of 4" },
	{ "local instance", 0,
	    "02 00 0000000000000007 " ZERO12 "c0000201 " ID TIME UPDATE,
	    "2/00 0000000000000007 192.0.2.1 AS64496 c0000221 at 1999999: "
	    "update of 4" },
	{ "Loc-RIB, whose 0x80 is no V", 0,
	    "03 80 0000000000000000 " ZERO12 "00000000 " ID TIME UPDATE,
	    "3/80 0000000000000000 0.0.0.0 AS64496 c0000221 at 1999999: "
	    "update of 4" },
	{ "Loc-RIB with an address that it should not have", 0,
	    "03 00 0000000000000000 " IP6 ID TIME UPDATE,
	    "3/00 0000000000000000 2001:db8::1 AS64496 c0000221 at 1999999: "
	    "update of 4" },
	{ "unknown type of peer", 0,
	    "c8 80 0000000000000000 " IP6 ID TIME UPDATE,
	    "200/80 0000000000000000 2001:db8::1 AS64496 c0000221 at 1999999: "
	    "update of 4" },
	{ "octets before an IPv4 address mean nothing", 0,
	    "00 00 0000000000000000 20010db80000000000000000 c0000201 " ID TIME
		UPDATE,
	    SAY_PEER "update of 4" },
	{ "no time", 0,
	    "00 00 0000000000000000 " ZERO12 "c0000201 " ID
	    "00000000 00000000" UPDATE,
	    "0/00 0000000000000000 192.0.2.1 AS64496 c0000221 at 0: update of "
	    "4" },
	{ "the last time", 0,
	    "00 00 0000000000000000 " ZERO12 "c0000201 " ID
	    "ffffffff 000f4240" UPDATE,
	    "0/00 0000000000000000 192.0.2.1 AS64496 c0000221 at "
	    "4294967295000000: update of 4" },
	{ "per-peer header cut short", 0, "00 00 00000000",
	    AT("Route Monitoring") "per-peer header is cut short" },
	{ "nothing where a peer should be", 3, "",
	    AT("Peer Up Notification") "per-peer header is cut short" },
	/* Route Monitoring */
	{ "bytes behind the UPDATE", 0, PEER UPDATE "0102",
	    SAY_PEER "update of 4 and 2 bytes, a TLV of a Route Monitoring "
		     "message runs past its end" },
	{ "a TLV behind the UPDATE", 0, PEER UPDATE "ea62 0004 0000000a",
	    SAY_PEER "update of 4 and 8 bytes,  60002=0000000a" },
	{ "no BGP message", 0, PEER "0102",
	    AT("Route Monitoring") "holds no whole BGP message" },
	{ "a BGP message cut short", 0, PEER MARKER "0018 02 0000 0000",
	    AT("Route Monitoring") "holds no whole BGP message" },
	{ "a BGP message shorter than its header", 0,
	    PEER MARKER "0012 02 0000 0000",
	    AT("Route Monitoring") "holds no whole BGP message" },
	{ "another BGP message", 0, PEER NOTIFY,
	    AT("Route Monitoring") "its BGP message is no UPDATE" },
	/* Statistics Report */
	{ "no statistics", 1, PEER "00000000", SAY_PEER "0 statistics" },
	{ "statistics of every form", 1,
	    PEER "00000005 0000 0004 00000007 0007 0008 0000000100000000 "
		 "0009 000b 0002 01 000000000000000a 1234 0002 abcd 0001 0000",
	    SAY_PEER "5 statistics, 0: 7, 7: 4294967296, 9: 2/1 10, 4660: "
		     "abcd, 1: " },
	{ "a statistic overruns", 1,
	    PEER "00000003 0000 0004 00000007 0007 0008 00000001",
	    SAY_PEER "3 statistics, 0: 7, statistic 2 of 3 runs past the end "
		     "of its message" },
	{ "fewer statistics than counted", 1,
	    PEER "ffffffff 0000 0004 00000007",
	    SAY_PEER "4294967295 statistics, 0: 7, statistic 2 of 4294967295 "
		     "runs past the end of its message" },
	{ "more statistics than counted", 1,
	    PEER "00000001 0000 0004 00000007 0000 0004 00000007",
	    SAY_PEER "1 statistics, 0: 7, 8 bytes behind the last of 1 "
		     "statistics" },
	{ "no count of statistics", 1, PEER "0000",
	    AT("Statistics Report") "cut short" },
	/* Peer Down */
	{ "local NOTIFICATION", 2, PEER "01" NOTIFY,
	    SAY_PEER "down 1, 23 bytes, notification 6/2 2" },
	{ "local event", 2, PEER "02 0018",
	    SAY_PEER "down 2, 2 bytes, event 24" },
	{ "remote NOTIFICATION", 2, PEER6 "03" NOTIFY,
	    SAY_PEER6 "down 3, 23 bytes, notification 6/2 2" },
	{ "remote, without", 2, PEER "04", SAY_PEER "down 4, 0 bytes" },
	{ "de-configured", 2, PEER "05", SAY_PEER "down 5, 0 bytes" },
	{ "local with TLVs (RFC 9069)", 2,
	    "03 00 0000000000000000 " ZERO12 "00000000 " ID TIME
	    "06 0003 0006 676c6f62616c",
	    "3/00 0000000000000000 0.0.0.0 AS64496 c0000221 at 1999999: down "
	    "6, 10 bytes, VRF/Table Name 3=676c6f62616c" },
	{ "a reason of the future", 2, PEER "63 0102",
	    SAY_PEER "down 99, 2 bytes" },
	{ "a NOTIFICATION that is not there", 2, PEER "01",
	    SAY_PEER "down 1, 0 bytes" },
	{ "a NOTIFICATION with bytes behind it", 2, PEER "03" NOTIFY "00",
	    SAY_PEER "down 3, 24 bytes" },
	{ "an event of one octet", 2, PEER "02 18",
	    SAY_PEER "down 2, 1 bytes" },
	{ "no reason", 2, PEER, AT("Peer Down Notification") "cut short" },
	/* Peer Up */
	{ "up", 3, PEER LOCAL OPEN OPEN4,
	    SAY_PEER "up 192.0.2.254 179 - 54321, AS64496 hold 180, "
		     "AS4200000001 hold 90 as4" },
	{ "up over IPv6, with information", 3,
	    PEER6 IP6 "00b3 0000" OPEN4 OPEN "0000 0001 78 0004 0000 0063 0000",
	    SAY_PEER6 "up 2001:db8::1 179 - 0, AS4200000001 hold 90 as4, "
		      "AS64496 hold 180, String 0=78, Admin Label 4=,  99=" },
	{ "up of Loc-RIB", 3,
	    "03 80 0000000000000000 " ZERO12 "00000000 " ID TIME ZERO12
	    "00000000 0000 0000" OPEN4 OPEN4 "0003 0001 67",
	    "3/80 0000000000000000 0.0.0.0 AS64496 c0000221 at 1999999: up "
	    "0.0.0.0 0 - 0, AS4200000001 hold 90 as4, AS4200000001 hold 90 "
	    "as4, VRF/Table Name 3=67" },
	{ "an OPEN that is cut inside", 3,
	    PEER LOCAL MARKER "001d 01 04 fbf0 00b4 c0000221 09" OPEN,
	    SAY_PEER "up 192.0.2.254 179 - 54321, AS64496 hold 180 cut, "
		     "AS64496 hold 180" },
	{ "information overruns", 3, PEER LOCAL OPEN OPEN "0000 0002 78",
	    SAY_PEER "up 192.0.2.254 179 - 54321, AS64496 hold 180, AS64496 "
		     "hold 180, a TLV of a Peer Up Notification message runs "
		     "past its end" },
	{ "no OPEN received", 3, PEER LOCAL OPEN,
	    AT("Peer Up Notification") "the OPEN received is not whole" },
	{ "no OPEN sent", 3, PEER LOCAL,
	    AT("Peer Up Notification") "the OPEN sent is not whole" },
	{ "an UPDATE for an OPEN", 3, PEER LOCAL UPDATE OPEN,
	    AT("Peer Up Notification") "the OPEN sent is not whole" },
	{ "cut in the ports", 3, PEER ZERO12 "c00002fe 00b3 00",
	    AT("Peer Up Notification") "cut short" },
	/* Initiation and Termination */
	{ "initiation", 4, "0001 0003 612062 0002 0001 63 0000 0000",
	    "Initiation, 0 bytes, sysDescr 1=612062, sysName 2=63, String 0=" },
	{ "initiation with an unknown TLV", 4, "8001 0002 0102",
	    "Initiation, 0 bytes,  32769=0102 (258)" },
	{ "initiation of nothing", 4, "", "Initiation, 0 bytes" },
	{ "a TLV cut in its head", 4, "0001 0001 61 0002 00",
	    "Initiation, 0 bytes, sysDescr 1=61, a TLV of a Initiation message "
	    "runs past its end" },
	{ "termination", 5, "0001 0002 0003 0000 0002 6279",
	    "Termination, 0 bytes, Reason 1=0003 (3), String 0=6279 (25209)" },
	/* Route Mirroring */
	{ "mirrored messages", 6,
	    PEER "0000 0017" UPDATE "0001 0002 0001 0000 0002 0102",
	    SAY_PEER "mirror [2: 4], BGP Message "
		     "0=ffffffffffffffffffffffffffffffff00170200000000, "
		     "Information 1=0001 (1), BGP Message 0=0102 (258)" },
	{ "a mirror of nothing", 6, PEER, SAY_PEER "mirror" },
	/* others */
	{ "unknown type", 7, "010203", ", 3 bytes" },
	{ "experimental type", 254, "", ", 0 bytes" },
};

static struct bmp_frame
frame(const struct decode_case *c, const uint8_t *body, size_t n)
{
	return (struct bmp_frame){ .type = c->type,
		.index = 7,
		.offset = 99,
		.body = { body, n } };
}

static void
test_decode(void **state)
{
	const struct decode_case *c = *state;
	uint8_t body[512];
	size_t n = from_hex(c->body, body);
	uint8_t *exact = malloc(n + 1);
	struct buf got = { 0 };

	assert_non_null(exact);
	memcpy(exact, body, n);
	struct bmp_frame f = frame(c, exact, n);
	say(&got, &f);
	assert_string_equal(buf_cstr(&got), c->want);
	free(exact);
	buf_fini(&got);
}

/* Every body at every length: an answer, and no byte behind its end. */
static void
test_cut(void **state)
{
	struct buf got = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t body[512];
		size_t n = from_hex(rows[i].body, body);

		for (size_t k = 0; k < n; k++) {
			uint8_t *exact = malloc(k + 1);

			assert_non_null(exact);
			memcpy(exact, body, k);
			struct bmp_frame f = frame(&rows[i], exact, k);
			buf_clear(&got);
			say(&got, &f);
			assert_true(got.n > 0);
			free(exact);
		}
	}
	buf_fini(&got);
}

/* --- names ------------------------------------------------------------- */

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(bmp_type_name(BMP_ROUTE_MIRRORING),
	    "Route Mirroring");
	assert_string_equal(bmp_type_name(7), "");
	assert_string_equal(bmp_type_name(255), "");
	assert_string_equal(bmp_peer_type_name(BMP_PEER_LOC_RIB),
	    "Loc-RIB Instance Peer");
	assert_string_equal(bmp_peer_type_name(4), "");
	assert_string_equal(bmp_down_name(0), "");
	assert_string_equal(bmp_down_name(5), "peer de-configured");
	assert_string_equal(bmp_down_name(7), "");
	assert_string_equal(bmp_termination_name(2), "out of resources");
	assert_string_equal(bmp_termination_name(5), "");
	assert_string_equal(bmp_mirror_name(0), "errored PDU");
	assert_string_equal(bmp_mirror_name(2), "");
	assert_string_equal(bmp_tlv_name(BMP_PEER_UP, 4), "Admin Label");
	assert_string_equal(bmp_tlv_name(BMP_PEER_UP, 5), "");
	assert_string_equal(bmp_tlv_name(BMP_TERMINATION, 1), "Reason");
	assert_string_equal(bmp_tlv_name(BMP_TERMINATION, 2), "");
	assert_string_equal(bmp_tlv_name(BMP_ROUTE_MONITORING, 0), "");
}

static const struct kind_case {
	uint16_t type;
	enum bmp_statistic_form form;
	bool gauge;
	const char *says;
} kinds[] = {
	{ 0, BMP_STATISTIC_32, false, "rejected by inbound policy" },
	{ 6, BMP_STATISTIC_32, false, "AS_CONFED" },
	{ 7, BMP_STATISTIC_64, true, "Adj-RIBs-In" },
	{ 10, BMP_STATISTIC_FAMILY, true, "Loc-RIB" },
	{ 13, BMP_STATISTIC_32, false, "duplicate update" },
	{ 15, BMP_STATISTIC_64, true, "post-policy Adj-RIB-Out" },
	{ 17, BMP_STATISTIC_FAMILY, true, "post-policy Adj-RIB-Out" },
	{ 23, BMP_STATISTIC_FAMILY, true, "accepted" },
	{ 33, BMP_STATISTIC_64, true, "AS_PATH length" },
	{ 43, BMP_STATISTIC_FAMILY, true, "RPKI not found" },
};

/* The form that the name tells is the form of the row. */
static void
test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct bmp_statistic_kind *k =
		    bmp_statistic_kind(kinds[i].type);

		assert_non_null(k);
		assert_int_equal(k->form, kinds[i].form);
		assert_int_equal(k->gauge, kinds[i].gauge);
		assert_non_null(strstr(k->name, kinds[i].says));
	}
	for (uint16_t i = 0; i < 44; i++) {
		const struct bmp_statistic_kind *k = bmp_statistic_kind(i);

		assert_int_equal(k == NULL, i == 24 || i == 25);
		if (k != NULL)
			assert_int_equal(k->form == BMP_STATISTIC_FAMILY,
			    strstr(k->name, "per-AFI/SAFI") != NULL);
	}
	assert_null(bmp_statistic_kind(44));
	assert_null(bmp_statistic_kind(65535));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(rows) + 3] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_kinds),
	};
	size_t n = 3;

	for (size_t i = 0; i < COUNT(rows); i++)
		tests[n++] = (struct CMUnitTest){ .name = rows[i].why,
			.test_func = test_decode,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	assert(n == COUNT(tests));
	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
