/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dump.h - what the files of `comity dump` share: options, the output buffer,
 * and text without printf.
 *
 * A put_ function writes text at `o` and returns where it ended.  There is
 * always room: out_begin() leaves MAX_PIECE bytes, more than any one record's
 * attributes and one prefix can fill.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "mrt/mrt.h"

#define FLUSH_AT  (1U << 20) /* bytes of output kept back at most */
#define MAX_PIECE (1U << 20) /* written between two out_begin() */
/* A block of attributes has at most 65535 octets; the worst text, numbers of
 * two octets or bytes in hexadecimal, is eight characters an octet. */
#define MAX_TAIL (8U * 65536)
#define MAX_HEAD 128 /* time, kind, peer */

struct out {
	char *p; /* FLUSH_AT + MAX_PIECE bytes */
	size_t n;
	int fd;
	int error; /* errno of a write that failed, 0 = none */
};

void out_flush(struct out *o);

/* Where the next text goes. */
static inline char *
out_begin(struct out *o)
{
	if (o->n >= FLUSH_AT)
		out_flush(o);
	return o->p + o->n;
}

static inline void
out_end(struct out *o, const char *end)
{
	o->n = (size_t)(end - o->p);
}

/* --- text -------------------------------------------------------------- */

/* "0000" .. "9999"; filled by text_init(). */
extern char text_digits[10000][4];
/* "0." .. "255." padded to four, and how many characters that is. */
extern char text_octets[256][4];
extern uint8_t text_octet_len[256];
void text_init(void);

static inline char *
put_str(char *o, const char *s, size_t n)
{
	memcpy(o, s, n);
	return o + n;
}

#define put_lit(o, literal) put_str((o), "" literal, sizeof(literal) - 1)

static inline char *
put_below_10000(char *o, uint32_t v)
{
	unsigned len = 1U + (v >= 10) + (v >= 100) + (v >= 1000);

	memcpy(o, text_digits[v] + 4 - len, 4); /* the rest is overwritten */
	return o + len;
}

static inline char *
put_u32(char *o, uint32_t v)
{
	if (v < 10000)
		return put_below_10000(o, v);
	if (v < 100000000) {
		o = put_below_10000(o, v / 10000);
	} else {
		o = put_below_10000(o, v / 100000000);
		memcpy(o, text_digits[v / 10000 % 10000], 4);
		o += 4;
	}
	memcpy(o, text_digits[v % 10000], 4);
	return o + 4;
}

char *put_u64(char *o, uint64_t v);

static inline char *
put_ip4(char *o, const uint8_t a[4])
{
	for (int i = 0; i < 4; i++) {
		memcpy(o, text_octets[a[i]], 4);
		o += text_octet_len[a[i]];
	}
	return o - 1; /* without the last point */
}

char *put_ip6(char *o, const uint8_t a[16]);

static inline char *
put_ip(char *o, const struct ipaddr *a)
{
	return a->family == NET_IP6 ? put_ip6(o, a->addr) : put_ip4(o, a->addr);
}

static inline char *
put_prefix(char *o, const struct prefix *p)
{
	o = p->family == NET_IP6 ? put_ip6(o, p->addr) : put_ip4(o, p->addr);
	*o++ = '/';
	return put_below_10000(o, p->len);
}

char *put_hex(char *o, const uint8_t *p, size_t n);

static inline uint32_t
view_u16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t
view_u32(const uint8_t *p)
{
	return view_u16(p) << 16 | view_u16(p + 2);
}

/* --- the command ------------------------------------------------------- */

enum dump_mode { DUMP_LINES, DUMP_JSON, DUMP_COUNT };
enum dump_count { COUNT_TYPE, COUNT_PEER, COUNT_PREFIX };

struct dump_opts {
	enum dump_mode mode;
	enum dump_count count;
	bool large, index, unknown, changed; /* -l -p -u "-t change" */
	bool raw;                            /* messages in hexadecimal */
};

struct dump_counts;

struct dump {
	struct dump_opts opts;
	struct out out;
	struct mrt_peers peers; /* of the input that is read */
	struct bgp_decoder *dec;
	struct bgp_update update; /* scratch */
	struct dump_counts *counts;
	const char *path;
	const char *host; /* collector by the path, or "" */
	uint64_t index;   /* records handed out, over all inputs as one input */
	/* Of the input that is read. */
	uint64_t taken, refused;
	struct err first; /* why the first record was refused */
	char *tail;       /* MAX_TAIL bytes: attributes of the message */
	/* Texts "address|AS|" of the peers; see dump_line.c. */
	struct peer_text *peer_texts, *session_texts;
	size_t n_peer_texts;
	uint32_t peer_table; /* which peer table they are of */
};

/* A part of the record contradicts its format: counted once a record. */
void dump_refuse(struct dump *d, const struct mrt_record *rec, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

/* A message of NLRI: the AFI and SAFI that are printed. */
bool dump_family(uint16_t afi, uint8_t safi, uint8_t *family);

void
dump_lines(struct dump *d, const struct mrt_record *rec, struct mrt_decoded *m);
void
dump_json(struct dump *d, const struct mrt_record *rec, struct mrt_decoded *m);
void
dump_count(struct dump *d, const struct mrt_record *rec, struct mrt_decoded *m);
struct dump_counts *dump_counts_new(void);
void dump_counts_free(struct dump_counts *c); /* accepts NULL */
void dump_counts_print(struct dump *d);
