/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcap_real.c - every capture in $COMITY_TEST_DATA/captures, as a test: it is
 * read, or ends with a reason that names an offset and keeps what came before;
 * and so does the same file cut short.  Where tcpdump's output lies beside it,
 * as many BGP messages of each type come out as that shows.
 *
 * Files up to 8 KiB are cut at every length.  Of larger ones a piece is read
 * from each packet on, cut at its end and one byte to either side, and from the
 * packet in front of 2,000 lengths spread over the file by a fixed seed; and
 * the whole file is cut at 20 lengths.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/os.h"
#include "pcap/pcap.h"

#define FILE_MAX    (UINT64_C(256) << 20) /* decompressed */
#define WHOLE_SWEEP 8192
#define SPREAD      2000
#define WHOLE_CUTS  20
#define TYPES       6 /* of BGP, 0 = others */

/* What is wrong with the test file, for a person; NULL = nothing. */
typedef const char *verdict;

struct types {
	uint64_t n[TYPES];
};

struct file {
	const char *name;
	char *p;
	size_t n;
	struct err end; /* of the capture; code 0 = a good one */
	/* Of each packet: where its record begins and ends. */
	VEC(uint64_t) starts;
	VEC(uint64_t) ends;
	/* Before each packet was read, and at the end of the capture: how many
	 * messages had been handed out, and their hash. */
	VEC(uint64_t) messages;
	VEC(uint64_t) hashes;
	uint64_t packets;
	struct types types;
	struct pcap_counts counts;
};

static uint64_t
add_message(uint64_t hash, const struct pcap_message *m)
{
	hash = hash_bytes(m->bytes.p, m->bytes.n, hash + m->kind);
	return hash + m->index + m->offset + m->time_us + m->missing;
}

static verdict
check_message(const struct pcap_message *m)
{
	if (m->kind == PCAP_BGP)
		return m->bytes.n >= BGP_HEADER_LEN &&
			       rbuf_be16(m->bytes.p + 16) == m->bytes.n
			   ? NULL
			   : "a BGP message of another length";
	if (m->kind == PCAP_BMP)
		return m->bytes.n >= 6 && m->bytes.p[0] == 3 &&
			       rbuf_be32(m->bytes.p + 1) == m->bytes.n
			   ? NULL
			   : "a BMP message of another length";
	return m->why != NULL && m->missing + m->skipped > 0
		   ? NULL
		   : "something lost without a reason";
}

static bool
is_ng(const struct file *f)
{
	return f->n >= 4 && memcmp(f->p, "\x0a\x0d\x0d\x0a", 4) == 0;
}

/* The end of a packet's record: a block of pcapng says its length. */
static uint64_t
end_of(const struct file *f, const struct pcap_packet *p)
{
	uint32_t big, little;

	if (!is_ng(f))
		return p->offset + 16 + p->data.n;
	big = rbuf_be32((const uint8_t *)f->p + p->offset + 4);
	little = __builtin_bswap32(big);
	return p->offset + (big < little ? big : little);
}

static verdict
read_packets(struct file *f)
{
	struct pcap_reader *r = pcap_reader_mem(f->p, f->n);
	struct pcap_packet p;
	int got;

	while ((got = pcap_reader_next(r, &p, &f->end)) == 1) {
		vec_push(&f->starts, p.offset);
		vec_push(&f->ends, end_of(f, &p));
	}
	f->packets = f->starts.n;
	pcap_reader_free(r);
	return got == -1 && strstr(f->end.msg, "offset") == NULL
		   ? "a reason without an offset"
		   : NULL;
}

/* Messages by packets read so far, which is what a cut file must repeat. */
static verdict
read_whole(struct file *f)
{
	struct pcap_messages *r =
	    pcap_messages_new(pcap_reader_mem(f->p, f->n), NULL);
	const struct pcap_counts *c = pcap_messages_counts(r);
	struct pcap_message m;
	struct err err = { 0 };
	uint64_t n = 0, hash = 0;
	verdict bad = NULL;

	while (pcap_messages_next(r, &m, &err) == 1) {
		while (f->messages.n < c->packets) {
			vec_push(&f->messages, n);
			vec_push(&f->hashes, hash);
		}
		bad = bad == NULL ? check_message(&m) : bad;
		hash = add_message(hash, &m);
		n++;
		if (m.kind == PCAP_BGP)
			f->types.n[m.bytes.p[18] < TYPES ? m.bytes.p[18] : 0]++;
	}
	while (f->messages.n <= f->packets) {
		vec_push(&f->messages, n);
		vec_push(&f->hashes, hash);
	}
	f->counts = *c;
	if (bad == NULL && c->packets != f->packets)
		bad = "two readings, two counts of packets";
	if (bad == NULL && strcmp(err.msg, f->end.msg) != 0)
		bad = "two readings, two reasons";
	pcap_messages_free(r);
	return bad;
}

/* The first n bytes, of which `whole` packets are whole: what these gave comes
 * out of the cut file, too, and then a reason if it is torn. */
static verdict
read_cut(const struct file *f, size_t n, uint64_t whole, bool torn)
{
	uint8_t *exact = malloc(n + 1);
	struct pcap_message m;
	struct err err = { 0 };
	uint64_t hash = 0, count = 0;
	verdict bad = NULL;
	int got;

	if (exact == NULL)
		abort();
	memcpy(exact, f->p, n);
	struct pcap_messages *r =
	    pcap_messages_new(pcap_reader_mem(exact, n), NULL);
	while ((got = pcap_messages_next(r, &m, &err)) == 1) {
		bad = bad == NULL ? check_message(&m) : bad;
		if (count++ < f->messages.p[whole])
			hash = add_message(hash, &m);
	}
	if (bad == NULL && pcap_messages_counts(r)->packets != whole)
		bad = "a cut changes the packets in front of it";
	if (bad == NULL &&
	    (count < f->messages.p[whole] || hash != f->hashes.p[whole]))
		bad = "a cut changes the messages in front of it";
	if (bad == NULL && torn && got != -1)
		bad = "a cut is not told";
	if (bad == NULL && got == -1 && strstr(err.msg, "offset") == NULL)
		bad = "a cut is told without an offset";
	pcap_messages_free(r);
	free(exact);
	return bad;
}

/* A cut in front of byte n of the whole file. */
static verdict
cut_at(const struct file *f, size_t n)
{
	uint64_t i = 0;

	while (i < f->packets && f->ends.p[i] <= n)
		i++;
	return read_cut(f, n, i, i < f->packets && n > f->starts.p[i]);
}

/* The header of a pcap file and [from, to) of its packets. */
static verdict
read_piece(const struct file *f, uint64_t from, uint64_t to, uint64_t whole,
    bool torn)
{
	size_t n = 24 + (size_t)(to - from);
	uint8_t *exact = malloc(n);
	struct pcap_packet p;
	struct err err = { 0 };
	uint64_t count = 0;
	int got;

	if (exact == NULL)
		abort();
	memcpy(exact, f->p, 24);
	memcpy(exact + 24, f->p + from, n - 24);
	struct pcap_reader *r = pcap_reader_mem(exact, n);
	while ((got = pcap_reader_next(r, &p, &err)) == 1)
		count++;
	pcap_reader_free(r);
	free(exact);
	if (count != whole)
		return "a cut changes the packets in front of it";
	if ((got == -1) != torn)
		return "a cut is not told, or told where there is none";
	if (got == -1 && strstr(err.msg, "at offset") == NULL)
		return "a cut is told without an offset";
	return NULL;
}

static verdict
cut_at_packets(const struct file *f)
{
	verdict bad = NULL;

	for (uint64_t i = 0; i < f->packets && bad == NULL; i++) {
		uint64_t from = f->starts.p[i], to = f->ends.p[i];

		bad = read_piece(f, from, to - 1, 0, true);
		if (bad == NULL)
			bad = read_piece(f, from, to, 1, false);
		if (bad == NULL && to < f->n)
			bad = read_piece(f, from, to + 1, 1, true);
	}
	return bad;
}

static verdict
cut_anywhere(const struct file *f)
{
	uint64_t seed = 1;
	verdict bad = NULL;

	for (int k = 0; k < SPREAD && bad == NULL && f->packets > 0; k++) {
		seed = hash_u64(seed + 1);
		uint64_t i = seed % f->packets;
		uint64_t from = f->starts.p[i];
		uint64_t n = 1 + hash_u64(seed) % (f->ends.p[i] - from - 1);

		bad = read_piece(f, from, from + n, 0, true);
	}
	for (int k = 0; k < WHOLE_CUTS && bad == NULL; k++) {
		seed = hash_u64(seed + 1);
		bad = cut_at(f, (size_t)(seed % f->n));
	}
	return bad;
}

static verdict
cut_file(const struct file *f)
{
	verdict bad = NULL;

	if (f->n <= WHOLE_SWEEP || is_ng(f)) {
		for (size_t n = 0; n < f->n && bad == NULL; n++)
			bad = cut_at(f, n);
		return bad;
	}
	bad = cut_at_packets(f);
	return bad == NULL ? cut_anywhere(f) : bad;
}

/* --- what tcpdump shows ------------------------------------------------ */

/*
 * Where we find others, and why.  tcpdump looks at each packet alone and so
 * misses messages that begin in one and end in another, and counts bytes that
 * were sent twice (as text generators do, all with one sequence number) twice.
 */
static const struct {
	const char *name;
	struct types types; /* 0, OPEN, UPDATE, NOTIFICATION, KEEPALIVE, .. */
} exceptions[] = {
	{ "bgp-as-path-oobr.pcap", { { 0, 0, 334 } } },
	{ "bgp-aigp-oobr.pcap", { { 0, 0, 449 } } },
	{ "bgp-infinite-loop.pcap", { { 0, 0, 4 } } },
	{ "bgp-shutdown-msg-variations.pcap", { { 0, 0, 0, 1 } } },
	{ "bgp-shutdown-communication.pcapng", { { 0, 0, 0, 1 } } },
};

/* Lines like "\tUpdate Message (2), length: 45". */
static void
count_types(const char *text, struct types *out)
{
	static const char words[] = " Message (";
	const char *at = text;

	while ((at = strstr(at, words)) != NULL) {
		const char *line = at;

		at += sizeof(words) - 1;
		while (line > text && line[-1] != '\n')
			line--;
		unsigned type = (unsigned)(*at - '0');
		if (*line == '\t' && type < TYPES && at[1] == ')')
			out->n[type]++;
	}
}

static bool
read_text(const char *folder, const char *name, char **text)
{
	char path[4096];
	struct os_stream *s;
	struct err err;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (os_stream_open(path, &s, &err) == -1)
		return false;
	bool ok = os_read_all(s, FILE_MAX, text, &n, &err) == 0;
	os_stream_close(s);
	return ok;
}

static verdict
compare(const char *folder, const struct file *f)
{
	struct types want = { 0 };
	char name[300], *text = NULL;
	const char *dot = strrchr(f->name, '.');

	for (size_t i = 0; i < COUNT(exceptions); i++)
		if (strcmp(f->name, exceptions[i].name) == 0)
			return memcmp(&f->types, &exceptions[i].types,
				   sizeof(want)) == 0
				   ? NULL
				   : "not the messages that are known";
	(void)snprintf(name, sizeof(name), "%.*s.out",
	    (int)(dot == NULL ? 0 : dot - f->name), f->name);
	if (!read_text(folder, name, &text))
		return NULL;
	count_types(text, &want);
	free(text);
	return memcmp(&f->types, &want, sizeof(want)) == 0
		   ? NULL
		   : "not the messages that tcpdump shows";
}

/* --- all of them ------------------------------------------------------- */

static verdict
check_file(const char *folder, struct file *f, char *note, size_t size)
{
	char path[4096];
	struct os_stream *s;
	struct err err = { 0 };

	(void)snprintf(path, sizeof(path), "%s/%s", folder, f->name);
	if (os_stream_open(path, &s, &err) == -1)
		return "cannot be opened";
	int got = os_read_all(s, FILE_MAX, &f->p, &f->n, &err);
	os_stream_close(s);
	if (got == -1)
		return "cannot be read";
	if (!pcap_sniff((const uint8_t *)f->p, f->n))
		return "is not taken for a capture";
	verdict bad = read_packets(f);
	if (bad == NULL)
		bad = read_whole(f);
	(void)snprintf(note, size,
	    "%llu packets, %llu BGP, %llu BMP, %llu lost, %llu repeated%s%s",
	    (unsigned long long)f->packets, (unsigned long long)f->counts.bgp,
	    (unsigned long long)f->counts.bmp,
	    (unsigned long long)f->counts.lost,
	    (unsigned long long)f->counts.repeated,
	    f->end.code == 0 ? "" : ", then: ", f->end.msg);
	if (bad == NULL)
		bad = compare(folder, f);
	return bad == NULL ? cut_file(f) : bad;
}

static int
is_capture(const struct dirent *d)
{
	return d->d_name[0] != '.' && (strstr(d->d_name, ".pcap") != NULL ||
					  strstr(d->d_name, ".cap") != NULL);
}

int
main(void)
{
	const char *data = getenv("COMITY_TEST_DATA");
	struct dirent **names = NULL;
	char folder[2048];
	int failed = 0;

	(void)snprintf(folder, sizeof(folder), "%s/captures",
	    data == NULL ? "" : data);
	int n = data == NULL || *data == '\0'
		    ? 0
		    : scandir(folder, &names, is_capture, alphasort);
	if (n <= 0) {
		(void)printf("1..0 # SKIP COMITY_TEST_DATA names no folder "
			     "with captures\n");
		return 0;
	}
	(void)printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		struct file f = { .name = names[i]->d_name };
		char note[600] = "";
		verdict bad = check_file(folder, &f, note, sizeof(note));

		(void)printf("%sok %d - %s: %s%s%s\n",
		    bad == NULL ? "" : "not ", i + 1, f.name,
		    bad == NULL ? "" : bad, bad == NULL ? "" : ": ", note);
		(void)fflush(stdout);
		failed += bad != NULL;
		vec_fini(&f.starts);
		vec_fini(&f.ends);
		vec_fini(&f.messages);
		vec_fini(&f.hashes);
		free(f.p);
		free(names[i]);
	}
	free(names);
	return failed != 0;
}
