/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peers_test.c - what a Peer Up makes of later messages of every RIB, what is
 * guessed without, and which peers are the same.
 */
#include "bmp/bmp.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h> /* last: needs the four above */

#include "base/mem.h"

#define IP4  BGP_ADD_PATH_IP4
#define IP6  BGP_ADD_PATH_IP6
#define MCST BGP_ADD_PATH_IP4_MULTICAST

/* Capabilities: 4-octet AS numbers, ADD-PATH modes, extended messages. */
#define AS4  "\x41\x04\x00\x00\xfb\xf0"
#define EXT  "\x06\x00"
#define RECV "\x45\x04\x00\x01\x01\x01"                 /* IPv4 */
#define SEND "\x45\x08\x00\x01\x01\x02\x00\x02\x01\x02" /* IPv4, IPv6 */
#define BOTH \
	"\x45\x0c\x00\x01\x01\x03\x00\x02\x01\x03\x00\x01\x02\x03" /* and \
								      MCST */
#define CAPS(text)                       \
	{                                \
		(text), sizeof(text) - 1 \
	}

struct caps {
	const char *text;
	size_t n;
};

/* An OPEN with one parameter; `cut` octets are missing at its end. */
static struct bmp_open
open_of(const struct caps *c, size_t cut)
{
	static uint8_t room[2][300];
	static unsigned turn;
	uint8_t *p = room[turn++ % 2];
	struct bmp_open o = { 0 };
	size_t n = 12 + c->n;

	memcpy(p, "\4\xfb\xf0\0\xb4\xc0\0\2\x21", 9);
	p[9] = (uint8_t)(2 + c->n);
	p[10] = 2;
	p[11] = (uint8_t)c->n;
	memcpy(p + 12, c->text, c->n);
	o.whole = bgp_open_decode(p, n - cut, &o.open);
	return o;
}

static struct bmp_peer
peer_of(uint8_t type, uint8_t flags)
{
	return (struct bmp_peer){ .type = type,
		.flags = flags,
		.ip = { NET_IP4, { 192, 0, 2, 1 } },
		.asn = 64496,
		.bgp_id = { 192, 0, 2, 33 } };
}

static struct bmp_message
up_of(const struct bmp_peer *peer, const struct caps *sent,
    const struct caps *received)
{
	return (struct bmp_message){ .type = BMP_PEER_UP,
		.has_peer = true,
		.peer = *peer,
		.up = { .sent = open_of(sent, 0),
		    .received = open_of(received, 0) } };
}

static void
update(struct bmp_peers *t, const struct bmp_message *m)
{
	struct err err;

	assert_int_equal(bmp_peers_update(t, m, &err), 0);
}

static void
update_kind(struct bmp_peers *t, enum bmp_type type,
    const struct bmp_peer *peer)
{
	struct bmp_message m = { .type = (uint8_t)type, .peer = *peer };

	update(t, &m);
}

/* --- sessions ---------------------------------------------------------- */

/* Bodies of UPDATEs: withdrawn, attributes, announced. */
#define PLAIN    "\0\0\0\0\x18\xc0\0\2"
#define WITH_IDS "\0\0\0\0\0\0\0\1\x18\xc0\0\2"
#define EITHER   "\0\0\0\0\x18\x0a\0\0\x18\x0a\0\1"
#define NEITHER  "\0\0\0\0\x21"
#define AS2_PATH "\0\0\0\x07\x40\2\4\2\1\xfb\xf0"
#define BODY(text)                       \
	{                                \
		(text), sizeof(text) - 1 \
	}

static const struct session_case {
	const char *why;
	uint8_t type, up_flags;
	struct caps sent, received;
	enum bmp_type message;
	uint8_t flags;
	struct caps body;
	bool as4;
	uint8_t add_path;
	enum bmp_basis basis;
} sessions[] = {
	{ "no capabilities", 0, 0, CAPS(""), CAPS(""), BMP_ROUTE_MONITORING, 0,
	    BODY(PLAIN), true, 0, BMP_NEGOTIATED },
	{ "flag A: short AS numbers", 0, 0, CAPS(AS4), CAPS(AS4),
	    BMP_ROUTE_MONITORING, BMP_FLAG_A, BODY(PLAIN), false, 0,
	    BMP_NEGOTIATED },
	{ "no flag A: the router made them long", 0, 0, CAPS(AS4), CAPS(""),
	    BMP_ROUTE_MONITORING, 0, BODY(PLAIN), true, 0, BMP_NEGOTIATED },
	{ "mirrored: as negotiated, short", 0, 0, CAPS(AS4), CAPS(""),
	    BMP_ROUTE_MIRRORING, 0, BODY(PLAIN), false, 0, BMP_NEGOTIATED },
	{ "mirrored: as negotiated, long, whatever flag A says", 0, 0,
	    CAPS(AS4), CAPS(AS4), BMP_ROUTE_MIRRORING, BMP_FLAG_A, BODY(PLAIN),
	    true, 0, BMP_NEGOTIATED },
	{ "path ids of the peer", 0, 0, CAPS(RECV), CAPS(SEND),
	    BMP_ROUTE_MONITORING, 0, BODY(PLAIN), true, IP4, BMP_NEGOTIATED },
	{ "path ids of the peer, post-policy", 0, 0, CAPS(RECV), CAPS(SEND),
	    BMP_ROUTE_MONITORING, BMP_FLAG_L, BODY(PLAIN), true, IP4,
	    BMP_NEGOTIATED },
	{ "Peer Up with flags L and O is of the same peer", 0,
	    BMP_FLAG_L | BMP_FLAG_O, CAPS(RECV), CAPS(SEND),
	    BMP_ROUTE_MONITORING, 0, BODY(PLAIN), true, IP4, BMP_NEGOTIATED },
	{ "the peer can send, the router cannot receive", 0, 0, CAPS(SEND),
	    CAPS(SEND), BMP_ROUTE_MONITORING, 0, BODY(WITH_IDS), true, 0,
	    BMP_NEGOTIATED },
	{ "Adj-RIB-Out: the router sends, the peer only receives", 0, 0,
	    CAPS(SEND), CAPS(RECV), BMP_ROUTE_MONITORING, BMP_FLAG_O,
	    BODY(PLAIN), true, IP4, BMP_NEGOTIATED },
	{ "Adj-RIB-In of that session", 0, 0, CAPS(SEND), CAPS(RECV),
	    BMP_ROUTE_MONITORING, 0, BODY(PLAIN), true, 0, BMP_NEGOTIATED },
	{ "mirrored of Adj-RIB-Out", 0, 0, CAPS(SEND), CAPS(RECV),
	    BMP_ROUTE_MIRRORING, BMP_FLAG_O, BODY(PLAIN), false, IP4,
	    BMP_NEGOTIATED },
	{ "both ways, all families", 1, 0, CAPS(BOTH), CAPS(BOTH),
	    BMP_ROUTE_MONITORING, BMP_FLAG_O, BODY(PLAIN), true,
	    IP4 | IP6 | MCST, BMP_NEGOTIATED },
	{ "Loc-RIB: a capability counts in any direction", 3, 0, CAPS(SEND),
	    CAPS(SEND), BMP_ROUTE_MONITORING, 0, BODY(PLAIN), true, IP4 | IP6,
	    BMP_NEGOTIATED },
	{ "Loc-RIB: no flags A and O", 3, BMP_FLAG_F, CAPS(AS4 RECV),
	    CAPS(AS4 RECV), BMP_ROUTE_MONITORING, 0x70, BODY(PLAIN), true, IP4,
	    BMP_NEGOTIATED },
	/* without a Peer Up: type 9 is never up here */
	{ "guess: without path ids", 9, 0, CAPS(""), CAPS(""),
	    BMP_ROUTE_MONITORING, 0, BODY(PLAIN), true, 0, BMP_GUESSED },
	{ "guess: with path ids", 9, 0, CAPS(""), CAPS(""),
	    BMP_ROUTE_MONITORING, 0, BODY(WITH_IDS), true, IP4, BMP_GUESSED },
	{ "guess: both readings", 9, 0, CAPS(""), CAPS(""),
	    BMP_ROUTE_MONITORING, 0, BODY(EITHER), true, 0, BMP_ASSUMED },
	{ "guess: neither reading", 9, 0, CAPS(""), CAPS(""),
	    BMP_ROUTE_MONITORING, 0, BODY(NEITHER), true, 0, BMP_ASSUMED },
	{ "guess: flag A needs none", 9, 0, CAPS(""), CAPS(""),
	    BMP_ROUTE_MONITORING, BMP_FLAG_A, BODY(PLAIN), false, 0,
	    BMP_GUESSED },
	{ "guess: a short path beside no flag A stays long", 9, 0, CAPS(""),
	    CAPS(""), BMP_ROUTE_MONITORING, 0, BODY(AS2_PATH), true, 0,
	    BMP_GUESSED },
	{ "guess: mirrored with a short path", 9, 0, CAPS(""), CAPS(""),
	    BMP_ROUTE_MIRRORING, 0, BODY(AS2_PATH), false, 0, BMP_GUESSED },
	{ "guess: mirrored without a path", 9, 0, CAPS(""), CAPS(""),
	    BMP_ROUTE_MIRRORING, BMP_FLAG_A, BODY(PLAIN), true, 0,
	    BMP_ASSUMED },
};

static void
test_session(void **state)
{
	const struct session_case *c = *state;
	struct bmp_peers *t = bmp_peers_new();
	struct bmp_peer peer = peer_of(c->type, c->up_flags);
	struct bmp_message m = up_of(&peer, &c->sent, &c->received);
	enum bmp_basis basis;

	if (c->type != 9)
		update(t, &m);
	m = (struct bmp_message){ .type = (uint8_t)c->message,
		.has_peer = true,
		.peer = peer_of(c->type, c->flags) };
	struct bgp_session s = bmp_session(t, &m,
	    (struct bgp_view){ (const uint8_t *)c->body.text, c->body.n },
	    &basis);
	assert_int_equal(s.as4, c->as4);
	assert_int_equal(s.add_path, c->add_path);
	assert_int_equal(basis, c->basis);
	assert_false(s.table_dump);
	assert_false(s.lenient);
	bmp_peers_free(t);
}

/* --- the table --------------------------------------------------------- */

static enum bmp_basis
basis_of(const struct bmp_peers *t, const struct bmp_peer *peer)
{
	struct bmp_message m = { .type = BMP_ROUTE_MONITORING, .peer = *peer };
	enum bmp_basis basis;

	(void)bmp_session(t, &m,
	    (struct bgp_view){ (const uint8_t *)PLAIN, sizeof(PLAIN) - 1 },
	    &basis);
	return basis;
}

static void
test_life(void **state)
{
	static const struct caps none = CAPS(""), as4 = CAPS(AS4 EXT);
	struct bmp_peers *t = bmp_peers_new();
	struct bmp_peer a = peer_of(0, 0), b = peer_of(1, 0);

	(void)state;
	assert_null(bmp_peers_find(t, &a));
	update_kind(t, BMP_PEER_DOWN, &a); /* of nobody */
	assert_null(bmp_peers_find(t, &a));
	struct bmp_message m = up_of(&a, &as4, &as4);
	m.peer.time_us = 5;
	update(t, &m);
	m = up_of(&b, &as4, &none);
	update(t, &m);
	assert_int_equal(bmp_peers_count(t), 2);
	assert_true(bmp_peers_find(t, &a)->in.as4);
	assert_true(bmp_peers_find(t, &a)->extended_message);
	assert_true(bmp_peers_find(t, &a)->peer.time_us == 5);
	assert_false(bmp_peers_find(t, &b)->in.as4);
	assert_false(bmp_peers_find(t, &b)->extended_message);
	/* Down: known, but not believed until it is up again. */
	a.flags = BMP_FLAG_L;
	update_kind(t, BMP_PEER_DOWN, &a);
	update_kind(t, BMP_PEER_DOWN, &a);
	assert_int_equal(bmp_peers_count(t), 1);
	assert_false(bmp_peers_find(t, &a)->up);
	assert_int_equal(basis_of(t, &a), BMP_GUESSED);
	assert_int_equal(basis_of(t, &b), BMP_NEGOTIATED);
	/* Up again, and renewed without a down. */
	m = up_of(&a, &none, &none);
	update(t, &m);
	update(t, &m);
	assert_int_equal(bmp_peers_count(t), 2);
	assert_int_equal(basis_of(t, &a), BMP_NEGOTIATED);
	assert_false(bmp_peers_find(t, &a)->in.as4);
	/* An Initiation may come at any time (RFC 7854 4.3). */
	update_kind(t, BMP_INITIATION, &a);
	assert_int_equal(bmp_peers_count(t), 2);
	update_kind(t, BMP_TERMINATION, &a);
	assert_int_equal(bmp_peers_count(t), 0);
	assert_int_equal(basis_of(t, &b), BMP_GUESSED);
	bmp_peers_free(t);
	bmp_peers_free(NULL);
}

/* An OPEN that is cut short does not say what was negotiated. */
static void
test_cut_open(void **state)
{
	static const struct caps caps = CAPS(AS4 BOTH);
	struct bmp_peers *t = bmp_peers_new();
	struct bmp_peer a = peer_of(0, 0);
	struct bmp_message m = up_of(&a, &caps, &caps);

	(void)state;
	m.up.received = open_of(&caps, 1);
	assert_false(m.up.received.whole);
	update(t, &m);
	assert_true(bmp_peers_find(t, &a)->up);
	assert_false(bmp_peers_find(t, &a)->negotiated);
	assert_int_equal(basis_of(t, &a), BMP_GUESSED);
	bmp_peers_free(t);
}

static void
test_limit(void **state)
{
	static const struct caps none = CAPS("");
	struct bmp_peers *t = bmp_peers_new();
	struct bmp_peer a = peer_of(0, 0);
	struct bmp_message m = up_of(&a, &none, &none);
	struct err err;

	(void)state;
	for (m.peer.asn = 0; m.peer.asn < BMP_PEERS_MAX; m.peer.asn++)
		update(t, &m);
	assert_int_equal(bmp_peers_update(t, &m, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_null(bmp_peers_find(t, &m.peer));
	assert_int_equal(bmp_peers_count(t), BMP_PEERS_MAX);
	m.peer.asn = 77; /* those that are there go on */
	update(t, &m);
	bmp_peers_free(t);
}

/* --- which are the same ------------------------------------------------ */

static const struct same_case {
	const char *why;
	struct bmp_peer b;
	bool rib, peer;
} sames[] = {
	{ "equal", { .asn = 1 }, true, true },
	{ "time does not count", { .asn = 1, .time_us = 9 }, true, true },
	{ "flag A does not count", { .asn = 1, .flags = BMP_FLAG_A }, true,
	    true },
	{ "post-policy", { .asn = 1, .flags = BMP_FLAG_L }, false, true },
	{ "Adj-RIB-Out", { .asn = 1, .flags = BMP_FLAG_O }, false, true },
	{ "type", { .asn = 1, .type = 2 }, false, false },
	{ "distinguisher", { .asn = 1, .distinguisher = { [7] = 1 } }, false,
	    false },
	{ "address", { .asn = 1, .ip.addr = { 1 } }, false, false },
	{ "family", { .asn = 1, .ip.family = NET_IP6 }, false, false },
	{ "AS", { .asn = 2 }, false, false },
	{ "BGP id", { .asn = 1, .bgp_id = { [3] = 1 } }, false, false },
};

static void
test_same(void **state)
{
	struct bmp_peer a = { .asn = 1 };

	(void)state;
	for (size_t i = 0; i < COUNT(sames); i++) {
		assert_int_equal(bmp_same_rib(&a, &sames[i].b), sames[i].rib);
		assert_int_equal(bmp_same_rib(&sames[i].b, &a), sames[i].rib);
		assert_int_equal(bmp_same_peer(&a, &sames[i].b), sames[i].peer);
	}
	struct bmp_peer c = { .type = BMP_PEER_LOC_RIB, .flags = BMP_FLAG_O },
			d = { .type = BMP_PEER_LOC_RIB };
	assert_true(bmp_same_rib(&c, &d));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(sessions) + 4] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_cut_open),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_same),
	};
	size_t n = 4;

	for (size_t i = 0; i < COUNT(sessions); i++)
		tests[n++] = (struct CMUnitTest){ .name = sessions[i].why,
			.test_func = test_session,
			.initial_state = (void *)(uintptr_t)&sessions[i] };
	assert(n == COUNT(tests));
	return cmocka_run_group_tests_name("peers", tests, NULL, NULL);
}
