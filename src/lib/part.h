/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * part.h - what the files of lib/ share: the reader and its record, the
 * printer, its output buffer, and text without printf.
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
#include "base/hash.h"
#include "base/text.h"
#include "bmp/bmp.h"
#include "filter/filter.h"
#include "lib/comity.h"
#include "mrt/mrt.h"
#include "os/os.h"
#include "pcap/pcap.h"

#define FLUSH_AT  (1U << 17) /* bytes of output kept back at most */
#define MAX_PIECE (2U << 20) /* written between two out_begin() */
/* A block of attributes has at most 65535 octets; the worst text, numbers of
 * two octets or bytes in hexadecimal, is eight characters an octet. */
#define MAX_TAIL       (8U * 65536)
#define MAX_HEAD       128 /* time, kind, peer */
#define MAX_PIECE_TEXT 64
#define MAX_NAME       200 /* bytes kept of the name of a collector */

struct out {
	char *p; /* FLUSH_AT + MAX_PIECE bytes */
	size_t n;
	uint64_t flushes; /* so often what stood in p went */
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
/* "0 " .. "65535 " with a blank behind; the last octet of each counts them. */
struct text_number {
	char text[7];
	uint8_t n;
};
extern struct text_number text_numbers[65536];
void text_init(void);

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

/* A number below 65536 and a blank. */
static inline char *
put_number(char *o, uint32_t v)
{
	memcpy(o, &text_numbers[v], sizeof(text_numbers[v]));
	return o + text_numbers[v].n;
}

/* An AS number of four octets, big-endian, and a blank. */
static inline char *
put_asn(char *o, const uint8_t *p)
{
	uint32_t v = view_u32(p);

	if (v < 65536)
		return put_number(o, v);
	if (v < UINT32_C(655360000)) {
		o = put_number(o, v / 10000) - 1;
		memcpy(o, text_digits[v % 10000], 4);
		o += 4;
	} else {
		o = put_u32(o, v);
	}
	*o++ = ' ';
	return o;
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

char *put_ip6(char *o, const uint8_t a[16]); /* RFC 5952, as inet_ntop() */
/* As bgpdump writes it: a single zero word becomes "::", too (RFC 4291 2.2
 * allows it), and all of ::/96 above ::1 is shown as IPv4. */
char *put_ip6_line(char *o, const uint8_t a[16]);

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
char *put_micros(char *o, uint32_t us); /* ".000123" */

/* --- the reader -------------------------------------------------------- */

enum source { SOURCE_MRT, SOURCE_BMP, SOURCE_PCAP };

/*
 * What a record says, whatever it came in.  Other sources are told as MRT would
 * tell them: an UPDATE of a BMP message as a message of BGP4MP_ET.
 */
struct item {
	enum source of; /* BMP also out of a capture */
	struct mrt_record rec;
	struct mrt_decoded m;
	struct bgp_session session; /* if not of MRT */
	bool part;    /* of its routes only those that the filter lets pass */
	bool refused; /* handed out all the same, with nothing in m */
};
#define ITEMS_MAX 4 /* of one BMP message: two OPENs, NOTIFICATION, state */

/* Where comity_route_next() stands. */
enum place {
	PLACE_BEFORE,
	PLACE_WITHDRAWN,
	PLACE_UNREACH,
	PLACE_NLRI,
	PLACE_REACH,
	PLACE_TABLE,
	PLACE_END,
};

struct route {
	enum place place;
	bool any; /* a route stands here */
	enum comity_route type;
	struct prefix prefix;
	uint32_t path_id;
	bool has_path_id;
	struct ipaddr peer_ip;
	uint32_t peer_asn;
	int64_t originated; /* seconds; TIME_NONE */
	struct bgp_nlri_iter it;
	struct bgp_view block;    /* attributes of a table's route */
	bool decoded;             /* into the reader's update */
	struct bgp_view next_hop; /* of the record itself; none: n = 0 */
	struct buf text;          /* of the path */
	char prefix_text[PREFIX_TEXT_MAX];
};

struct comity_reader {
	char *path;
	struct os_stream *stream;
	enum source source;
	struct mrt_reader *mrt;
	struct mrt_peers peers;
	uint32_t peers_id;    /* of the list in peers; others differ */
	struct buf peers_raw; /* the record that it stood in */
	struct bmp_reader *bmp;
	struct bmp_peers *bmp_peers; /* of the router that speaks */
	struct bmp_frame frame;      /* that the items are of */
	struct bmp_message message;
	int64_t arrived_us;      /* the message; 0 = not known */
	struct capture *capture; /* pcap.c */
	struct item items[ITEMS_MAX];
	unsigned n_items, at_item;
	struct item *item; /* the record at hand; NULL = none */
	struct bgp_decoder *dec;
	struct bgp_update update; /* scratch */
	struct str host;          /* collector by the path, or empty */
	struct filter_run *run;   /* NULL = everything is wanted */
	bool unwanted;            /* the collector is not */
	bool broke;               /* ended in damage */
	struct comity_counts counts;
	bool refused_now;         /* this record was counted as refused */
	bool keep_refused;        /* they are handed out, too */
	struct err first, latest; /* why a record was refused */
	struct comity_error error;
	struct route route;
};

/* This record contradicts its format: counted once a record, the first of an
 * input is told. */
void reader_refuse(struct comity_reader *r, const struct mrt_record *rec,
    const char *what, ...) __attribute__((format(printf, 3, 4)));
/* The same; the reason names record and offset already. */
void reader_refuse_as(struct comity_reader *r, const struct err *err);
/* It is handed out nevertheless, if that was asked for. */
void reader_keep_refused(struct comity_reader *r, enum source of,
    const struct mrt_record *rec);
/* How its BGP is coded. */
struct bgp_session reader_session(const struct comity_reader *r,
    const struct mrt_record *rec, const struct mrt_decoded *m);

/*
 * The families that are printed: unicast, multicast, and SAFI 3, which was
 * both (RFC 2858, withdrawn by RFC 4760).
 */
bool reader_family(uint16_t afi, uint8_t safi, uint8_t *family);

/*
 * The prefixes of an UPDATE at a place, none where it has no such list.  False:
 * some are there, but of a family that is not printed.
 */
bool reader_list(const struct bgp_update *u, enum place place,
    const struct bgp_session *s, struct bgp_nlri_iter *out);

/* An UPDATE to r->update.  One whose lengths contradict each other (RFC 7606
 * 3 (b)) counts as refused. */
void reader_update(struct comity_reader *r, const struct mrt_record *rec,
    const struct mrt_decoded *m, const struct bgp_session *s);
/*
 * The prefixes of a message one by one; false at the end.  Damage ends them,
 * and the record counts as refused.
 */
bool reader_nlri_next(struct comity_reader *r, const struct mrt_record *rec,
    struct bgp_nlri_iter *it, struct bgp_nlri *out);
/* The next route of the same TABLE_DUMP record; false at the end. */
bool reader_entry_next(struct comity_reader *r, const struct mrt_record *rec,
    struct mrt_decoded *m);
/* The next entry of a table record whose peer is known; false at the end. */
bool reader_rib_next(struct comity_reader *r, const struct mrt_record *rec,
    struct mrt_rib *rib, struct mrt_rib_entry *out);

/* For who sees the library from outside; without the path in front. */
void
reader_error(struct comity_error *out, const struct err *err, const char *path);

/* The four lists of an UPDATE, and its attributes in one form or the other. */
struct said {
	struct bgp_view withdrawn, nlri, unreach, reach;
	uint16_t unreach_afi, reach_afi;
	uint8_t unreach_safi, reach_safi;
	struct bgp_view next_hop, mp_next_hop;
	const struct bgp_plain *plain; /* NULL: in the reader's update */
};

/* An UPDATE with plain attributes at once; false: it takes a second look, or
 * has a filter to pass.  p lives as long as out. */
bool reader_plain(const struct comity_reader *r, const struct mrt_decoded *m,
    const struct bgp_session *s, struct bgp_plain *p, struct said *out);

/* --- filter.c ---------------------------------------------------------- */

struct comity_filter {
	struct filter *f;
};

/* Is anything of the item wanted, which is no MRT?  Sets its `part`. */
bool reader_wants(const struct comity_reader *r, struct item *i);
/* Does the filter want any of this UPDATE's lists?  Those that it does not are
 * taken out of r->update. */
void reader_cut(struct comity_reader *r, const struct mrt_decoded *m,
    const struct bgp_session *s);

/* --- bmp.c, pcap.c ----------------------------------------------------- */

/* The next message of BMP as items: 1, 0 at the end, -1. */
int reader_bmp_next(struct comity_reader *r, struct err *err);
/* r->message as items. */
void reader_bmp_refused(struct comity_reader *r); /* it was refused */
void reader_bmp_items(struct comity_reader *r);
/* The next message of a capture as items. */
void reader_pcap_open(struct comity_reader *r);
int reader_pcap_next(struct comity_reader *r, struct err *err);
void reader_pcap_close(struct comity_reader *r);

/* --- slice.c, for the writer ------------------------------------------- */

/* Prefixes that passed, as they stood in the message. */
struct slice_list {
	struct buf bytes;
	size_t n;
};

struct slice {
	struct slice_list lists[PLACE_REACH - PLACE_WITHDRAWN + 1];
	struct bgp_update all; /* the UPDATE before the filter */
	bool wide; /* make AS numbers of two octets four; off for each record */
	struct buf record;
};
void slice_fini(struct slice *s);

enum slice_part { SLICE_NONE, SLICE_WHOLE, SLICE_PART };
/*
 * What of the record at hand passes, whose routes must not have been asked for.
 * PART: s->record is it, if it came as MRT; of another source slice_message()
 * makes the UPDATE.  Of one, s->lists is what passes in any case.
 */
enum slice_part slice_record(struct slice *s, struct comity_reader *r);
/* Is the UPDATE sound enough for `wide`? */
bool slice_can_widen(struct slice *s, struct comity_reader *r);
/* Appends the UPDATE with what passed at these places (bits by enum place). */
#define SLICE_ALL (~0U)
void slice_message(struct slice *s, const struct comity_reader *r,
    unsigned places, struct buf *out);

/* --- route.c ----------------------------------------------------------- */

/* Attributes of the route that comity_route_next() found; NULL: a withdrawal,
 * or no route. */
const struct bgp_attrs *reader_route_attrs(struct comity_reader *r);

/* --- the printer ------------------------------------------------------- */

struct print_opts {
	enum comity_format format;
	bool json;    /* counts as JSON */
	bool large;   /* large communities */
	bool index;   /* index of the record */
	bool unknown; /* attributes that bgpdump does not know */
	bool changed; /* a table's routes at their own time */
	bool raw;     /* messages in hexadecimal */
	bool dated;   /* lines as of bgpdump -M */
};

/* What stands in many lines, made once; copied whole, which is faster than
 * by its length. */
struct piece {
	char text[MAX_PIECE_TEXT];
	size_t n;
};

static inline char *
put_piece(char *o, const struct piece *p)
{
	memcpy(o, p->text, sizeof(p->text));
	return o + p->n;
}

/*
 * The last attributes of a peer in a table and where their text stands in the
 * output: in half of the lines of real tables they are those of the prefix
 * before.
 */
#define MEMO_BLOCK_MAX 112
struct memo {
	uint8_t block[MEMO_BLOCK_MAX];
	uint16_t n; /* bytes of the block, 0 = none is kept */
	uint32_t at, n_text;
	uint64_t flushes; /* of the output, when it was written */
};

static inline bool
memo_has(const struct memo *m, struct bgp_view block)
{
	return m->n > 0 && block.n == m->n &&
	       memcmp(m->block, block.p, block.n) == 0;
}

static inline void
memo_set(struct memo *m, struct bgp_view block)
{
	m->n = 0;
	if (block.n > MEMO_BLOCK_MAX)
		return;
	memcpy(m->block, block.p, block.n);
	m->n = (uint16_t)block.n;
}

struct counts;
struct stats;

/* --- rows.c ------------------------------------------------------------ */

#define MAX_ROW_HEAD (MAX_HEAD + MAX_NAME)

/* What a row is about. */
struct row {
	const struct mrt_record *rec;
	enum comity_route type;
	const struct ipaddr *peer_ip;
	uint32_t peer_asn;
	bool state; /* no route: a change of state */
	uint16_t old_state, new_state;
};

/* How the rows of a format look. */
struct row_style {
	/* Up to the prefix; at most MAX_ROW_HEAD bytes. */
	char *(*head)(char *o, const struct comity_printer *pr,
	    const struct row *row);
	/* path_id: NULL = the session has none */
	char *(
	    *prefix)(char *o, const struct prefix *p, const uint32_t *path_id);
	/* From behind it to the end of the line: of a route, of a withdrawal,
	 * and of a change of state, which has no prefix. */
	char *(*attrs)(char *o, const struct bgp_attrs *a, struct bgp_view hop);
	const char *withdrawn;
	char *(*states)(char *o, const struct row *row);
};
extern const struct row_style element_style, csv_style;
extern const char csv_header[];

void print_rows(struct comity_printer *pr, const struct row_style *style,
    const struct mrt_record *rec, struct mrt_decoded *m);
/* Numbers of `octets` each, `per` of them joined by colons: "1:2 3:4". */
char *put_tuple_list(char *o, struct bgp_view v, size_t octets, size_t per);
/* "1 2", "{3,4}" */
char *
put_path_segment(char *o, const uint32_t *asns, const struct bgp_segment *s);
char *put_path_text(char *o, const struct bgp_path *p);
/* The (global) address of a next hop; nothing for one of odd length. */
char *put_hop(char *o, struct bgp_view v);

/* --- the printer itself ------------------------------------------------ */

struct comity_printer {
	struct print_opts opts;
	struct out out;
	struct comity_reader *in; /* whose record is printed */
	bool begun;               /* something was put */
	uint64_t records;         /* handed out over all inputs, for `index` */
	struct counts *counts;
	struct stats *stats;
	char *tail; /* MAX_TAIL bytes: attributes of the message */
	struct piece *peer_texts; /* "192.0.2.1|64500|" of peers */
	struct memo *memos;       /* by peer, too */
	uint32_t peer_table;      /* peers_id that they are of */
};

void print_lines(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m);
void print_blocks(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m);
/* "11/14/23 22:13:20", in UTC */
char *put_date(char *o, int64_t time_us);
/* "64496:1 no-export" */
char *line_communities(char *o, struct bgp_view v);
/* Do bgpdump's lines have a place for this attribute? */
bool line_has_field(uint8_t type);
void print_json(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m);
void print_count(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m);
/* False: some byte of the record has no line or two, which is our mistake. */
bool explain_record(struct comity_printer *pr);
struct counts *counts_new(void);
struct stats *stats_new(void);
void stats_free(struct stats *s); /* accepts NULL */
void stats_add(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m);
void stats_print(struct comity_printer *pr);
void counts_free(struct counts *c); /* accepts NULL */
void counts_print(struct comity_printer *pr);
