/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader_test.c - captures of every format cut into packets: both byte orders,
 * any size of reads, torn at every length, sources that fail, lengths that
 * cannot be.
 */
#include "pcap/pcap_test.h"

/* --- writing in either order ------------------------------------------- */

struct out {
	struct buf b;
	bool little;
};

static void
w16(struct out *o, uint16_t v)
{
	buf_u16(&o->b, o->little ? __builtin_bswap16(v) : v);
}

static void
w32(struct out *o, uint32_t v)
{
	buf_u32(&o->b, o->little ? __builtin_bswap32(v) : v);
}

static void
file_header(struct out *o, uint32_t magic, uint16_t minor)
{
	w32(o, magic);
	w16(o, 2);
	w16(o, minor);
	w32(o, 0);
	w32(o, 0);
	w32(o, 65535);
	w32(o, 0x50000001); /* Ethernet, frame check sequences of 5 */
}

static void
record(struct out *o, uint32_t sec, uint32_t fraction, const char *data,
    uint32_t len)
{
	w32(o, sec);
	w32(o, fraction);
	w32(o, (uint32_t)strlen(data));
	w32(o, len);
	buf_str(&o->b, data);
}

/* A block around what body() puts; the length is set right. */
static size_t
block_begin(struct out *o, uint32_t type)
{
	size_t at = o->b.n;

	w32(o, type);
	w32(o, 0);
	return at;
}

static void
block_end(struct out *o, size_t at)
{
	while ((o->b.n - at) % 4 != 0)
		buf_u8(&o->b, 0);
	uint32_t n = (uint32_t)(o->b.n - at + 4);
	w32(o, n);
	buf_put_u32(&o->b, at + 4, o->little ? __builtin_bswap32(n) : n);
}

static void
section(struct out *o)
{
	size_t at = block_begin(o, 0x0a0d0d0a);

	w32(o, 0x1a2b3c4d);
	w16(o, 1);
	w16(o, 0);
	w32(o, 0xffffffff);
	w32(o, 0xffffffff);
	block_end(o, at);
}

/* resolution < 0 and offset 0: without options. */
static void
interface(struct out *o, uint16_t link, uint32_t snap, int resolution,
    int64_t offset)
{
	size_t at = block_begin(o, 1);

	w16(o, link);
	w16(o, 0);
	w32(o, snap);
	if (resolution >= 0) {
		w16(o, 2); /* if_name, to be passed over */
		w16(o, 3);
		put_hex(&o->b, "65746800");
		w16(o, 9);
		w16(o, 1);
		buf_u8(&o->b, (uint8_t)resolution);
		put_hex(&o->b, "000000");
	}
	if (offset != 0) {
		uint64_t v = (uint64_t)offset;

		w16(o, 14);
		w16(o, 8);
		w32(o, (uint32_t)(o->little ? v : v >> 32));
		w32(o, (uint32_t)(o->little ? v >> 32 : v));
	}
	w32(o, 0);
	block_end(o, at);
}

static void
enhanced(struct out *o, uint32_t which, uint64_t ticks, const char *data,
    uint32_t len)
{
	size_t at = block_begin(o, 6);

	w32(o, which);
	w32(o, (uint32_t)(ticks >> 32));
	w32(o, (uint32_t)ticks);
	w32(o, (uint32_t)strlen(data));
	w32(o, len);
	buf_str(&o->b, data);
	block_end(o, at);
}

static void
obsolete(struct out *o, uint16_t which, uint64_t ticks, const char *data)
{
	size_t at = block_begin(o, 2);

	w16(o, which);
	w16(o, 7);
	w32(o, (uint32_t)(ticks >> 32));
	w32(o, (uint32_t)ticks);
	w32(o, (uint32_t)strlen(data));
	w32(o, (uint32_t)strlen(data));
	buf_str(&o->b, data);
	block_end(o, at);
}

static void
simple(struct out *o, const char *data, uint32_t len)
{
	size_t at = block_begin(o, 3);

	w32(o, len);
	buf_str(&o->b, data);
	block_end(o, at);
}

static void
unknown(struct out *o, size_t n)
{
	size_t at = block_begin(o, 0x00000bad);

	memset(buf_room(&o->b, n), 'x', n);
	block_end(o, at);
}

/* --- what comes out ---------------------------------------------------- */

/* "time link data/len" for each packet. */
static void
say_packets(struct buf *b, struct pcap_reader *r)
{
	struct pcap_packet p;
	struct err err = { 0 };
	uint64_t n = 0, at = 0;
	int got;

	while ((got = pcap_reader_next(r, &p, &err)) == 1) {
		assert_int_equal(p.index, n++);
		assert_true(p.offset >= at);
		assert_true(p.len >= p.data.n);
		at = p.offset + 1;
		if (p.time_us == TIME_NONE)
			buf_str(b, "?");
		else
			buf_printf(b, "%lld", (long long)p.time_us);
		buf_printf(b, " %u %.*s/%u, ", p.link, (int)p.data.n,
		    (const char *)p.data.p, p.len);
	}
	if (got == -1)
		buf_printf(b, "! %s", err.msg);
	pcap_reader_free(r);
}

static void
check(struct out *o, const char *want)
{
	static const size_t steps[] = { 1, 7, 4096, SIZE_MAX };
	struct buf b = { 0 };

	say_packets(&b, pcap_reader_mem(o->b.p, o->b.n));
	assert_string_equal(buf_cstr(&b), want);
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct drip d = { o->b.p, o->b.n, steps[i] };

		buf_clear(&b);
		say_packets(&b,
		    pcap_reader_new(&(struct pcap_source){ drip_read, &d }));
		assert_string_equal(buf_cstr(&b), want);
	}
	buf_fini(&b);
	buf_fini(&o->b);
}

/* --- pcap -------------------------------------------------------------- */

static void
test_pcap(void **state)
{
	(void)state;
	for (int little = 0; little < 2; little++) {
		struct out o = { .little = little };

		file_header(&o, 0xa1b2c3d4, 4);
		record(&o, 10, 999999, "one", 3);
		record(&o, 0xffffffff, 5, "", 60);
		record(&o, 11, 0, "three", 9);
		check(&o, "10999999 1 one/3, 4294967295000005 1 /60, "
			  "11000000 1 three/9, ");
		file_header(&o, 0xa1b23c4d, 4);
		record(&o, 10, 999999999, "nano", 4);
		check(&o, "10999999 1 nano/4, ");
	}
}

static void
test_kuznetzov(void **state)
{
	(void)state;
	for (int little = 0; little < 2; little++) {
		struct out o = { .little = little };

		file_header(&o, 0xa1b2cd34, 4);
		for (int i = 0; i < 2; i++) {
			w32(&o, 7);
			w32(&o, 8);
			w32(&o, 3);
			w32(&o, 5);
			w32(&o, 2);          /* interface */
			w32(&o, 0x08000000); /* protocol, kind */
			buf_str(&o.b, "abc");
		}
		check(&o, "7000008 1 abc/5, 7000008 1 abc/5, ");
	}
}

/* Before version 2.3 length stood in front of the captured length. */
static void
test_old_version(void **state)
{
	struct out o = { 0 };

	(void)state;
	file_header(&o, 0xa1b2c3d4, 2);
	w32(&o, 1);
	w32(&o, 2);
	w32(&o, 9);
	w32(&o, 3);
	buf_str(&o.b, "old");
	check(&o, "1000002 1 old/9, ");
}

/* --- pcapng ------------------------------------------------------------ */

static void
test_pcapng(void **state)
{
	(void)state;
	for (int little = 0; little < 2; little++) {
		struct out o = { .little = little };

		section(&o);
		unknown(&o, 0);
		interface(&o, 1, 4, -1, 0);
		interface(&o, 101, 0, 9, 0);
		enhanced(&o, 0, 5000001, "micro", 5);
		enhanced(&o, 1, 6000000001999, "nano", 90);
		obsolete(&o, 1, 7000000000000, "old");
		simple(&o, "simp", 9);
		enhanced(&o, 2, 1, "none", 4);
		/* Another section: another order, interfaces anew. */
		o.little = !o.little;
		section(&o);
		interface(&o, 113, 0, -1, 100);
		unknown(&o, 700000);
		enhanced(&o, 0, 1, "new", 3);
		enhanced(&o, 1, 1, "gone", 4);
		check(&o, "5000001 1 micro/5, 6000000001 101 nano/90, "
			  "7000000000 101 old/3, ? 1 simp/9, ? 65535 none/4, "
			  "100000001 113 new/3, ? 65535 gone/4, ");
	}
}

/* A block that is too short for what it says holds a packet that is cut. */
static void
test_short_block(void **state)
{
	struct out o = { 0 };

	(void)state;
	section(&o);
	interface(&o, 1, 0, -1, 0);
	size_t at = block_begin(&o, 6);
	for (int i = 0; i < 3; i++)
		w32(&o, 0);
	w32(&o, 4000);
	w32(&o, 4000);
	buf_str(&o.b, "some");
	block_end(&o, at);
	at = block_begin(&o, 6); /* not even a header */
	w32(&o, 0);
	block_end(&o, at);
	simple(&o, "next", 4);
	check(&o, "0 1 some/4000, ? 1 next/4, ");
}

static const struct tick_case {
	const char *why;
	int resolution;
	int64_t offset;
	uint64_t ticks;
	const char *want;
} ticks[] = {
	{ "seconds", 0, 0, 12, "12000000" },
	{ "milliseconds", 3, 0, 12345, "12345000" },
	{ "microseconds", 6, 0, 12345, "12345" },
	{ "nanoseconds", 9, 0, 12345, "12" },
	{ "the finest decimal of 64 bits", 19, 0,
	    UINT64_C(15000000000000000000), "1500000" },
	{ "finer than 64 bits", 20, 0, UINT64_MAX, "0" },
	{ "10^-127", 127, 0, UINT64_MAX, "0" },
	{ "2^0", 0x80, 0, 3, "3000000" },
	{ "2^-1", 0x81, 0, 3, "1500000" },
	{ "2^-32", 0xa0, 0, UINT64_C(0x180000000), "1500000" },
	{ "2^-63", 0xbf, 0, UINT64_C(0xc000000000000000), "1500000" },
	{ "2^-64", 0xc0, 0, UINT64_C(0x8000000000000000), "500000" },
	{ "2^-127", 0xff, 0, UINT64_MAX, "0" },
	{ "an offset", 6, 1000, 1, "1000000001" },
	{ "a negative offset", 6, -1, 0, "-1000000" },
	{ "more than fits", 0, 0, UINT64_MAX, "?" },
	{ "an offset that does not fit", 6, INT64_MAX, 0, "?" },
};

static void
test_ticks(void **state)
{
	const struct tick_case *c = *state;
	struct out o = { .little = true };
	char want[64];

	section(&o);
	interface(&o, 1, 0, c->resolution, c->offset);
	enhanced(&o, 0, c->ticks, "x", 1);
	(void)snprintf(want, sizeof(want), "%s 1 x/1, ", c->want);
	check(&o, want);
}

/* --- what is refused --------------------------------------------------- */

static void
test_refused(void **state)
{
	struct out o = { 0 };
	size_t at;

	(void)state;
	buf_str(&o.b, "no capture at all");
	check(&o, "! offset 0: neither pcap nor pcapng begins like this");
	check(&o, "! file header at offset 0 is cut short: 0 of 4 bytes");
	file_header(&o, 0xa1b2c3d4, 4);
	buf_put_u16(&o.b, 4, 543);
	check(&o, "! offset 4: version 543.4 of pcap, known is 2");
	file_header(&o, 0xa1b2c3d4, 4);
	record(&o, 1, 0, "good", 4);
	w32(&o, 0);
	w32(&o, 0);
	w32(&o, PCAP_PACKET_MAX + 1);
	w32(&o, 9);
	check(&o, "1000000 1 good/4, ! packet 1 at offset 44 claims 262145 "
		  "bytes, the limit is 262144: no packets from here on");
	section(&o);
	interface(&o, 1, 0, -1, 0);
	at = o.b.n;
	unknown(&o, 8);
	buf_put_u32(&o.b, at + 4, 11);
	check(&o, "! block at offset 52 claims 11 bytes: no packets from here "
		  "on");
	section(&o);
	unknown(&o, 8);
	buf_put_u32(&o.b, o.b.n - 4, 24);
	check(&o, "! block at offset 28: its two lengths differ");
	section(&o);
	interface(&o, 1, 0, -1, 0);
	simple(&o, "four", 4);
	buf_put_u32(&o.b, o.b.n - 4, 24);
	check(&o, "! block at offset 52: its two lengths differ");
	section(&o);
	buf_put_u32(&o.b, 8, 0x11111111);
	check(&o, "! section header at offset 0 has no byte order");
	section(&o);
	put_hex(&o.b, "00000006 10000000");
	check(&o, "! packet 0 at offset 28 claims 268435456 bytes, the limit "
		  "is 262144: no packets from here on");
}

/* --- torn -------------------------------------------------------------- */

/* Every length: the packets in front of the cut, then a reason, and again. */
static void
torn(struct out *o, size_t first)
{
	struct pcap_packet p;
	struct err err;
	size_t ends[16] = { first }, n_ends = 1;
	struct pcap_reader *r = pcap_reader_mem(o->b.p, o->b.n);

	while (pcap_reader_next(r, &p, &err) == 1) {
		ends[n_ends - 1] = p.offset;
		n_ends++;
	}
	ends[n_ends - 1] = o->b.n;
	pcap_reader_free(r);
	for (size_t n = 0; n < o->b.n; n++) {
		uint8_t *exact = malloc(n + 1);
		size_t want = 0, got = 0;
		int end;

		assert_non_null(exact);
		memcpy(exact, o->b.p, n);
		while (want + 1 < n_ends && ends[want + 1] <= n)
			want++;
		r = pcap_reader_mem(exact, n);
		while ((end = pcap_reader_next(r, &p, &err)) == 1)
			got++;
		assert_int_equal(got, want);
		assert_true(end == -1 || n >= first);
		if (end == -1) {
			assert_int_equal(err.code, ERR_INPUT);
			assert_non_null(strstr(err.msg, "at offset"));
			assert_non_null(strstr(err.msg, "is cut short"));
			assert_int_equal(pcap_reader_next(r, &p, &err), -1);
		} else {
			assert_int_equal(pcap_reader_next(r, &p, &err), 0);
		}
		pcap_reader_free(r);
		free(exact);
	}
	buf_fini(&o->b);
}

static void
test_torn(void **state)
{
	struct out o = { .little = true };

	(void)state;
	file_header(&o, 0xa1b2c3d4, 4);
	record(&o, 1, 2, "first", 5);
	record(&o, 1, 2, "", 5);
	record(&o, 1, 2, "a longer one of them", 50);
	torn(&o, 24);
	section(&o);
	interface(&o, 1, 0, 6, 0);
	enhanced(&o, 0, 1, "first", 5);
	obsolete(&o, 0, 1, "second");
	simple(&o, "third", 5);
	torn(&o, 28);
}

static ssize_t
failing_read(void *ctx, void *buf, size_t n, struct err *err)
{
	struct drip *d = ctx;

	return d->n == 0 ? err_set(err, ERR_SYSTEM, "the disk is gone")
			 : drip_read(ctx, buf, n, err);
}

static void
test_source_fails(void **state)
{
	struct out o = { 0 };
	struct buf b = { 0 };

	(void)state;
	file_header(&o, 0xa1b2c3d4, 4);
	record(&o, 1, 0, "one", 3);
	size_t whole = o.b.n;
	record(&o, 2, 0, "two", 3);
	for (size_t cut = 0; cut < o.b.n; cut++) {
		struct drip d = { o.b.p, cut, 5 };

		buf_clear(&b);
		say_packets(&b,
		    pcap_reader_new(&(struct pcap_source){ failing_read, &d }));
		assert_string_equal(buf_cstr(&b),
		    cut < whole ? "! the disk is gone"
				: "1000000 1 one/3, ! the disk is gone");
	}
	buf_fini(&b);
	buf_fini(&o.b);
}

static void
test_sniff(void **state)
{
	struct out o = { 0 };

	(void)state;
	file_header(&o, 0xa1b23c4d, 4);
	assert_true(pcap_sniff(o.b.p, o.b.n));
	assert_true(pcap_sniff(o.b.p, 12));
	assert_false(pcap_sniff(o.b.p, 11));
	buf_clear(&o.b);
	o.little = true;
	section(&o);
	assert_true(pcap_sniff(o.b.p, 12));
	buf_put_u32(&o.b, 8, 0);
	assert_false(pcap_sniff(o.b.p, o.b.n));
	assert_false(
	    pcap_sniff((const uint8_t *)"\x1f\x8b\x08\0\0\0\0\0\0\0\0", 12));
	assert_false(pcap_sniff((const uint8_t *)"", 0));
	buf_fini(&o.b);
}

int
main(void)
{
	const struct CMUnitTest fixed[] = {
		cmocka_unit_test(test_pcap),
		cmocka_unit_test(test_kuznetzov),
		cmocka_unit_test(test_old_version),
		cmocka_unit_test(test_pcapng),
		cmocka_unit_test(test_short_block),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_source_fails),
		cmocka_unit_test(test_sniff),
	};
	struct CMUnitTest tests[COUNT(fixed) + COUNT(ticks)];

	memcpy(tests, fixed, sizeof(fixed));
	for (size_t i = 0; i < COUNT(ticks); i++)
		tests[COUNT(fixed) + i] = (struct CMUnitTest){ ticks[i].why,
			test_ticks, NULL, NULL, (void *)(uintptr_t)&ticks[i] };
	return cmocka_run_group_tests_name("pcap/reader", tests, NULL, NULL);
}
