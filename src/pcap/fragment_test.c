/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fragment_test.c - datagrams from fragments in any order, and those that never
 * become whole.
 */
#include "pcap/pcap_test.h"

static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* One fragment: octets of `text`, whose whole is `text` up to 20. */
struct piece_of {
	unsigned at, n;
	bool last;
	const char *other; /* instead of text */
};

static struct pcap_counts counts;

static bool
add(struct fragments *f, uint8_t family, uint32_t id, const struct piece_of *p,
    int64_t time_us, struct datagram *d)
{
	const char *from = p->other != NULL ? p->other : text + p->at;

	*d = (struct datagram){ .from.family = family,
		.to.family = family,
		.protocol = IP_TCP,
		.data = { { (const uint8_t *)from, p->n }, p->n },
		.fragment = true,
		.more = !p->last,
		.id = id,
		.offset = p->at };
	return fragments_add(f, d, time_us);
}

static const struct row {
	const char *why;
	uint8_t family;
	struct piece_of p[5];
	const char *want; /* NULL = never whole */
} rows[] = {
	{ "in order", NET_IP4,
	    { { 0, 8, 0, 0 }, { 8, 8, 0, 0 }, { 16, 4, 1, 0 } },
	    "0123456789abcdefghij" },
	{ "in the other order", NET_IP6,
	    { { 16, 4, 1, 0 }, { 8, 8, 0, 0 }, { 0, 8, 0, 0 } },
	    "0123456789abcdefghij" },
	{ "one twice", NET_IP6,
	    { { 0, 8, 0, 0 }, { 0, 8, 0, 0 }, { 8, 12, 1, 0 } },
	    "0123456789abcdefghij" },
	{ "IPv4: of two that overlap the first wins", NET_IP4,
	    { { 0, 8, 0, 0 }, { 0, 16, 0, "XXXXXXXXYYYYYYYY" },
		{ 16, 4, 1, 0 } },
	    "01234567YYYYYYYYghij" },
	{ "IPv6: two that overlap void the whole", NET_IP6,
	    { { 0, 8, 0, 0 }, { 0, 16, 0, "XXXXXXXXYYYYYYYY" },
		{ 16, 4, 1, 0 } },
	    NULL },
	{ "one is missing", NET_IP4, { { 0, 8, 0, 0 }, { 16, 4, 1, 0 } },
	    NULL },
	{ "the last is missing", NET_IP4, { { 0, 8, 0, 0 }, { 8, 8, 0, 0 } },
	    NULL },
	{ "not a multiple of 8", NET_IP4, { { 0, 7, 0, 0 }, { 8, 8, 1, 0 } },
	    NULL },
	{ "two ends", NET_IP4,
	    { { 8, 8, 1, 0 }, { 16, 8, 1, 0 }, { 0, 8, 0, 0 } }, NULL },
	{ "something behind the end", NET_IP4,
	    { { 16, 8, 0, 0 }, { 8, 4, 1, 0 }, { 0, 8, 0, 0 } }, NULL },
};

static void
test_row(void **state)
{
	const struct row *row = *state;
	struct fragments *f = fragments_new(&counts);
	struct datagram d;
	bool whole = false;

	for (size_t i = 0; i < COUNT(row->p) && row->p[i].n > 0; i++) {
		assert_false(whole);
		whole = add(f, row->family, 7, &row->p[i], 0, &d);
	}
	assert_int_equal(whole, row->want != NULL);
	if (whole) {
		assert_int_equal(d.data.v.n, strlen(row->want));
		assert_int_equal(d.data.wire, d.data.v.n);
		assert_memory_equal(d.data.v.p, row->want, d.data.v.n);
		assert_false(d.fragment);
	}
	fragments_free(f);
}

static const struct piece_of first = { 0, 8, false, NULL };
static const struct piece_of last = { 8, 8, true, NULL };

/* An id may be another datagram's after a minute. */
static void
test_stale(void **state)
{
	struct fragments *f = fragments_new(&counts);
	struct datagram d;

	(void)state;
	counts = (struct pcap_counts){ 0 };
	assert_false(add(f, NET_IP4, 1, &first, 0, &d));
	assert_false(add(f, NET_IP4, 1, &last, 61 * TIME_SEC, &d));
	assert_int_equal(counts.datagrams_lost, 1);
	assert_true(add(f, NET_IP4, 1, &first, 62 * TIME_SEC, &d));
	assert_false(add(f, NET_IP4, 2, &first, TIME_NONE, &d));
	assert_true(add(f, NET_IP4, 2, &last, 900 * TIME_SEC, &d));
	fragments_free(f);
}

static void
test_limit(void **state)
{
	struct fragments *f = fragments_new(&counts);
	struct datagram d;

	(void)state;
	counts = (struct pcap_counts){ 0 };
	for (uint32_t i = 0; i <= PCAP_DATAGRAMS_MAX; i++)
		assert_false(add(f, NET_IP6, i, &first, 0, &d));
	assert_int_equal(counts.datagrams_lost, 1);
	assert_false(add(f, NET_IP6, 0, &last, 0, &d)); /* the oldest went */
	assert_true(add(f, NET_IP6, 2, &last, 0, &d));
	assert_int_equal(counts.fragments, PCAP_DATAGRAMS_MAX + 3);
	fragments_end(f);
	assert_int_equal(counts.datagrams_lost, PCAP_DATAGRAMS_MAX + 1);
	fragments_free(f);
	fragments_free(NULL);
}

/* The largest, and one octet more. */
static void
test_large(void **state)
{
	static char big[65536];
	struct fragments *f = fragments_new(&counts);
	struct datagram d;
	struct piece_of p = { 0, 65528, false, big },
			q = { 65528, 7, true, big };

	(void)state;
	assert_false(add(f, NET_IP4, 1, &p, 0, &d));
	assert_true(add(f, NET_IP4, 1, &q, 0, &d));
	assert_int_equal(d.data.v.n, 65535);
	assert_false(add(f, NET_IP4, 1, &p, 0, &d));
	q.n = 8;
	assert_false(add(f, NET_IP4, 1, &q, 0, &d));
	fragments_free(f);
}

/* Of a first fragment that was cut there will never be more. */
static void
test_cut(void **state)
{
	struct fragments *f = fragments_new(&counts);
	struct datagram d = { .protocol = IP_TCP,
		.data = { { (const uint8_t *)text, 5 }, 16 },
		.fragment = true,
		.more = true };

	(void)state;
	assert_true(fragments_add(f, &d, 0));
	assert_int_equal(d.data.v.n, 5);
	assert_int_equal(d.data.wire, 16);
	d.offset = 16;
	assert_false(fragments_add(f, &d, 0));
	fragments_free(f);
}

int
main(void)
{
	const struct CMUnitTest fixed[] = {
		cmocka_unit_test(test_stale),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_cut),
	};
	struct CMUnitTest tests[COUNT(fixed) + COUNT(rows)];

	memcpy(tests, fixed, sizeof(fixed));
	for (size_t i = 0; i < COUNT(rows); i++)
		tests[COUNT(fixed) + i] = (struct CMUnitTest){ rows[i].why,
			test_row, NULL, NULL, (void *)(uintptr_t)&rows[i] };
	return cmocka_run_group_tests_name("pcap/fragment", tests, NULL, NULL);
}
