/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcap_fuzz.c - bytes as a capture, read to the last message.  Properties:
 * packets lie one behind the other; a capture that comes in drops gives what
 * the same bytes in memory give; a message has the length that it says; what is
 * counted is what was handed out, and no byte is in two messages.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "pcap/pcap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct drip {
	const uint8_t *p;
	size_t n, step;
};

static ssize_t
drip_read(void *ctx, void *buf, size_t n, struct err *err)
{
	struct drip *d = ctx;

	(void)err;
	n = n < d->step ? n : d->step;
	n = n < d->n ? n : d->n;
	if (n > 0)
		memcpy(buf, d->p, n);
	d->p += n;
	d->n -= n;
	return (ssize_t)n;
}

static void
must(bool what)
{
	if (!what)
		abort();
}

/* All packets of a capture, as one number. */
static uint64_t
read_packets(struct pcap_reader *r, size_t size, uint64_t *bytes)
{
	struct pcap_packet p = { 0 };
	struct err err = { 0 };
	uint64_t n = 0, hash = 0, at = 0;
	int got;

	*bytes = 0;
	while ((got = pcap_reader_next(r, &p, &err)) == 1) {
		must(p.index == n++ && p.offset >= at && p.offset < size);
		must(p.len >= p.data.n && p.data.n <= PCAP_PACKET_MAX);
		at = p.offset + 1;
		*bytes += p.data.n;
		hash = hash_bytes(p.data.p, p.data.n, hash + p.link);
		hash = hash_bytes(&p.time_us, sizeof(p.time_us), hash);
	}
	must(got == 0 || (err.code == ERR_INPUT || err.code == ERR_LIMIT));
	must(got == 0 || err.msg[0] != '\0');
	pcap_reader_free(r);
	return hash + n + (got == -1);
}

static void
check_message(const struct pcap_message *m)
{
	if (m->kind == PCAP_BGP) {
		must(m->bytes.n >= BGP_HEADER_LEN);
		must(rbuf_be16(m->bytes.p + 16) == m->bytes.n);
	} else if (m->kind == PCAP_BMP) {
		must(m->bytes.n >= 6 && m->bytes.p[0] == 3);
		must(rbuf_be32(m->bytes.p + 1) == m->bytes.n);
	} else {
		must(m->bytes.n == 0 && m->why != NULL);
		must(m->missing + m->skipped > 0);
	}
	must(m->from.ip.family == m->to.ip.family);
}

static uint64_t
read_messages(struct pcap_reader *take_r, const struct pcap_opts *o,
    uint64_t bytes)
{
	struct pcap_messages *r = pcap_messages_new(take_r, o);
	const struct pcap_counts *c = pcap_messages_counts(r);
	struct pcap_message m;
	struct err err = { 0 };
	uint64_t n[3] = { 0 }, hash = 0, handed = 0;
	int got;

	while ((got = pcap_messages_next(r, &m, &err)) == 1) {
		check_message(&m);
		must(m.index < c->packets);
		n[m.kind]++;
		handed += m.bytes.n + m.skipped;
		hash = hash_bytes(m.bytes.p, m.bytes.n, hash + m.kind);
		hash += m.index + m.offset + m.connection + m.reverse;
	}
	must(n[PCAP_BGP] == c->bgp && n[PCAP_BMP] == c->bmp &&
	     n[PCAP_LOST] == c->lost);
	must(handed + c->other_bytes <= bytes);
	must(c->other_link + c->not_ip + c->not_tcp <= c->packets);
	pcap_messages_free(r);
	return hash + (got == -1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t ports[] = { 5000 };
	const struct pcap_opts opts = { ports, 1 };
	const struct pcap_opts *o = size % 2 == 0 ? &opts : NULL;
	struct drip d = { data, size, size % 97 + 1 }, e = d;
	struct pcap_source src = { drip_read, &d }, again = { drip_read, &e };
	uint64_t bytes, same;

	(void)pcap_sniff(data, size);
	must(read_packets(pcap_reader_mem(data, size), size, &bytes) ==
	     read_packets(pcap_reader_new(&src), size, &same));
	must(bytes == same);
	must(read_messages(pcap_reader_mem(data, size), o, bytes) ==
	     read_messages(pcap_reader_new(&again), o, bytes));
	return 0;
}
