/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * comity.h - libcomity: routing data read, filtered, printed, written.
 *
 * A reader gives the records of one file, pipe or standard input, plain or
 * compressed (gzip, bzip2, xz, zstd), one after the other: MRT, BMP, or BGP and
 * BMP out of packet captures (pcap, pcapng).  A record holds routes, a message
 * or a change of state.  What is wrong with a record is
 * counted and told, and reading goes on behind it.
 *
 *	struct comity_reader *r = comity_reader_open(path, &error);
 *	while (comity_reader_next(r) == 1)
 *		while (comity_route_next(r) == 1)
 *			puts(comity_route_prefix_text(r));
 *	comity_reader_close(r);
 *
 * A reader belongs to one thread at a time; different readers may be used by
 * different threads.  Memory does not grow with the input.  Running out of
 * memory ends the process.  What a function lends ("borrowed") lives until the
 * next call of comity_reader_next() or comity_route_next() on the same reader.
 * Times are microseconds since 1970 in UTC.
 *
 * Sources: RFC 6396, 8050 (MRT), 7854, 8671, 9069 (BMP), 4271, 4760, 6793,
 * 7606, 7911 (BGP).
 */
#ifndef COMITY_H
#define COMITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define COMITY_API __attribute__((visibility("default")))

#define COMITY_VERSION_MAJOR 0
#define COMITY_VERSION_MINOR 1
#define COMITY_VERSION_PATCH 0

/* Of the library that is linked: "0.1.0".  Until 1.0 a change of the minor
 * version may break programs; then, by https://semver.org, only the major. */
COMITY_API const char *comity_version(void);

/* --- failures ---------------------------------------------------------- */

enum comity_failure {
	COMITY_INPUT = 1, /* the input is damaged, or of no known kind */
	COMITY_SYSTEM,    /* the system failed: no such file, ... */
	COMITY_LIMIT,     /* the input is over a limit */
	COMITY_USAGE,     /* an argument makes no sense */
};

struct comity_error {
	enum comity_failure failure;
	char text[512]; /* one line for a person, without the path */
};

/* --- filters ----------------------------------------------------------- */

/*
 * What is wanted: see doc/FILTERS.md.  A filter is made, given to any number of
 * readers, not changed while they live, and freed after them.
 */
struct comity_filter;
COMITY_API struct comity_filter *comity_filter_new(void);
COMITY_API void comity_filter_free(struct comity_filter *f); /* NULL: fine */
/* One more value of an option: comity_filter_add(f, "prefix",
 * "192.0.2.0/24 exact", &error).  -1 and *error: no such option or value. */
COMITY_API int comity_filter_add(struct comity_filter *f, const char *option,
    const char *value, struct comity_error *error);
/* A filter in the words of bgpreader: "peer 64500 and prefix more 10.0.0.0/8".
 */
COMITY_API int comity_filter_add_string(struct comity_filter *f,
    const char *text, struct comity_error *error);
/* Option i: its name, what it takes, and what it does; NULL past the last. */
COMITY_API const char *
comity_filter_option(size_t i, const char **value, const char **summary);

/* --- reading ----------------------------------------------------------- */

struct comity_reader;

/* NULL and *error: cannot be opened, is empty, or holds no routing data.
 * "-" is standard input. */
COMITY_API struct comity_reader *
comity_reader_open(const char *path, struct comity_error *error);
/*
 * How many threads may decompress bzip2, the caller's included: 1 until told;
 * 0 = one for each processor.  What is read does not depend on it.
 */
COMITY_API void comity_reader_threads(struct comity_reader *r, unsigned n);
COMITY_API void comity_reader_close(struct comity_reader *r); /* NULL: fine */
/* From now on records that contradict their format are handed out, too, as
 * COMITY_OTHER. */
COMITY_API void comity_reader_keep_refused(struct comity_reader *r);
/*
 * From now on only what passes: records of which nothing does are passed over,
 * and of the others only the routes that do are handed out and printed.  To be
 * called before the first record; f is borrowed, NULL lets everything pass.
 * False: the filter names collectors, and the path of the input none of them;
 * nothing of it will be read.
 */
COMITY_API bool
comity_reader_filter(struct comity_reader *r, const struct comity_filter *f);

/*
 * The next record: 1, 0 at the end, -1 where the input is cut short or damaged
 * so that nothing behind can be read (comity_reader_error() says why; all that
 * came before is good).
 */
COMITY_API int comity_reader_next(struct comity_reader *r);
COMITY_API const struct comity_error *
comity_reader_error(const struct comity_reader *r);

/*
 * taken + skipped + left_out + refused = records, but for what is refused beside
 * them: a record of which a part is good counts as taken and as refused, and a
 * gap in a capture is no record.
 */
struct comity_counts {
	uint64_t records;  /* read so far */
	uint64_t taken;    /* ... that held routes, messages or states */
	uint64_t skipped;  /* ... well formed, but without any */
	uint64_t refused;  /* ... that contradict their format */
	uint64_t left_out; /* ... by the filter */
};
COMITY_API void
comity_reader_counts(const struct comity_reader *r, struct comity_counts *out);
/* Why the first record was refused; "" = none was.  Borrowed. */
COMITY_API const char *comity_reader_refusal(const struct comity_reader *r);
/* Share of the input that was read, 0 to 1; -1 = not known (a pipe). */
COMITY_API double comity_reader_share(const struct comity_reader *r);

/*
 * Several readers as one, in order of time: records of one time by the order of
 * the readers, those of one reader in their own.  Readers stay the caller's and
 * must not be read otherwise meanwhile.
 */
struct comity_merge;
COMITY_API struct comity_merge *
comity_merge_new(struct comity_reader *const *readers, size_t n);
COMITY_API void comity_merge_free(struct comity_merge *m); /* NULL: fine */
/* The reader whose record is next, NULL at the end of all.  A reader that ends
 * in damage is left out from there on: comity_reader_error(). */
COMITY_API struct comity_reader *comity_merge_next(struct comity_merge *m);
/* Did reading it end early?  Its error says why. */
COMITY_API bool comity_reader_broke(const struct comity_reader *r);

/* --- the record at hand ------------------------------------------------ */

/* To be asked only after comity_reader_next() or comity_merge_next() gave it. */

enum comity_kind {
	COMITY_PEERS,  /* the list of peers of a table that follows */
	COMITY_TABLE,  /* routes of a table dump */
	COMITY_UPDATE, /* BGP messages: */
	COMITY_OPEN,
	COMITY_NOTIFICATION,
	COMITY_KEEPALIVE,
	COMITY_ROUTE_REFRESH,
	COMITY_STATE, /* a session came up or went down */
	COMITY_OTHER, /* well formed, but nothing of these */
};
COMITY_API enum comity_kind comity_record_kind(const struct comity_reader *r);
COMITY_API int64_t comity_record_time_us(const struct comity_reader *r);
/* Number of the record, from 0, and where it begins in the plain bytes. */
COMITY_API uint64_t comity_record_index(const struct comity_reader *r);
COMITY_API uint64_t comity_record_offset(const struct comity_reader *r);
/* Its bytes as they stand in the input; *n of them.  Borrowed. */
COMITY_API const void *
comity_record_bytes(const struct comity_reader *r, size_t *n);

/* --- its routes -------------------------------------------------------- */

enum comity_route { COMITY_ANNOUNCED, COMITY_WITHDRAWN, COMITY_IN_TABLE };

struct comity_address {
	uint8_t family; /* 4 or 6 */
	uint8_t octets[16];
};

struct comity_prefix {
	uint8_t family, length;
	uint8_t octets[16]; /* of the address; zero behind the length */
};

/* The next route of the record: 1, 0 = no more. */
COMITY_API int comity_route_next(struct comity_reader *r);
COMITY_API enum comity_route comity_route_type(const struct comity_reader *r);
COMITY_API struct comity_prefix
comity_route_prefix(const struct comity_reader *r);
COMITY_API const char *
comity_route_prefix_text(const struct comity_reader *r); /* borrowed */
/* RFC 7911; false: the session has none. */
COMITY_API bool
comity_route_path_id(const struct comity_reader *r, uint32_t *out);
COMITY_API struct comity_address
comity_route_peer(const struct comity_reader *r, uint32_t *asn);
/* IN_TABLE: seconds at which the route was learned; false: not told. */
COMITY_API bool
comity_route_originated(const struct comity_reader *r, int64_t *seconds);

/*
 * Attributes, the same for all routes of an UPDATE; a withdrawal has none.
 * False or no elements: not there, or malformed.
 */
/* Text as routers write it: "64500 64501 {64502,64503}"; "" = none. */
COMITY_API const char *comity_route_path_text(struct comity_reader *r);
/* The AS numbers of the path, nearest first, sets unfolded.  Borrowed. */
COMITY_API const uint32_t *
comity_route_path(struct comity_reader *r, size_t *n);
/* RFC 6811 2; false: an AS_SET, or no path. */
COMITY_API bool comity_route_origin_as(struct comity_reader *r, uint32_t *out);
COMITY_API bool
comity_route_next_hop(struct comity_reader *r, struct comity_address *out);
COMITY_API bool comity_route_origin(struct comity_reader *r, uint8_t *out);
COMITY_API bool comity_route_med(struct comity_reader *r, uint32_t *out);
COMITY_API bool comity_route_local_pref(struct comity_reader *r, uint32_t *out);
/* 9234: Only to Customer */
COMITY_API bool comity_route_otc(struct comity_reader *r, uint32_t *out);
/* Community i, RFC 1997; false past the last. */
COMITY_API bool
comity_route_community(struct comity_reader *r, size_t i, uint32_t *out);
/* Large community i, RFC 8092. */
COMITY_API bool
comity_route_large(struct comity_reader *r, size_t i, uint32_t out[3]);
/*
 * The worst of what RFC 7606 finds wrong with the message: "" = nothing, or
 * "attribute-discard", "treat-as-withdraw", "afi-safi-disable",
 * "session-reset".
 */
COMITY_API const char *comity_route_fault(struct comity_reader *r);

/* --- printing ---------------------------------------------------------- */

enum comity_format {
	COMITY_LINES, /* as `bgpdump -m` writes them */
	COMITY_JSON,  /* an object a line, named as in RIS Live */
	COMITY_COUNT_TYPES,
	COMITY_COUNT_PEERS,
	COMITY_COUNT_PREFIXES,
	COMITY_BGPREADER, /* elements as CAIDA's bgpreader writes them */
	COMITY_CSV,       /* a table with a header line */
	COMITY_DATED,     /* as `bgpdump -M` writes them */
	COMITY_STATS,     /* what the records hold, in short */
	COMITY_BLOCKS,    /* several lines, as bgpdump does by default */
	COMITY_EXPLAIN,   /* byte by byte, for a person; refused records, too */
};

enum comity_print_flags {
	COMITY_PRINT_LARGE = 1,   /* LINES: with large communities */
	COMITY_PRINT_INDEX = 2,   /* LINES: with the index of the record */
	COMITY_PRINT_UNKNOWN = 4, /* LINES: with attributes without a field */
	COMITY_PRINT_CHANGED = 8, /* LINES: tables at the routes' own time */
	COMITY_PRINT_RAW = 16,    /* JSON: with the message in hexadecimal */
	COMITY_PRINT_AS_JSON = 32 /* COUNT, STATS: objects */
};

struct comity_printer;

/* Prints to a file descriptor, which stays the caller's. */
COMITY_API struct comity_printer *
comity_printer_new(enum comity_format format, unsigned flags, int fd);
COMITY_API void comity_printer_free(struct comity_printer *p); /* NULL: fine */
/* The record at hand of a reader, whose routes must not have been asked for, and
 * cannot be afterwards.  -1: the output failed, errno says why; nothing more is
 * written. */
COMITY_API int
comity_printer_put(struct comity_printer *p, struct comity_reader *r);
/* What is kept back, and the counts. */
COMITY_API int comity_printer_finish(struct comity_printer *p);

/* --- writing ----------------------------------------------------------- */

/*
 * What was read as MRT again.  A record of MRT of which everything passed the
 * filter is copied byte for byte; of others the routes that passed are written,
 * in a record like theirs with the same attributes.  A table's list of peers is
 * written once, when a record needs it.  Of BMP and captures come messages and
 * changes of state as BGP4MP_ET; what of them is neither is passed over, and so is
 * what was refused.
 */
struct comity_writer;

/*
 * To a file, compressed by the suffix of its name (.gz, .bz2, .xz, .zst, else
 * plain), that stands there whole when comity_writer_finish() returns and not
 * before; "-" is standard output.  NULL and *error: it cannot be made.
 */
COMITY_API struct comity_writer *
comity_writer_open(const char *path, struct comity_error *error);
/* The record at hand of a reader, whose routes must not have been asked for.
 * -1: the output failed, errno says why; nothing more is written. */
COMITY_API int
comity_writer_put(struct comity_writer *w, struct comity_reader *r);
/* To be called once, as the last; -1 and *error, and errno as above. */
COMITY_API int
comity_writer_finish(struct comity_writer *w, struct comity_error *error);
/* Without comity_writer_finish(): no file appears, an older one stays. */
COMITY_API void comity_writer_free(struct comity_writer *w); /* NULL: fine */

#ifdef __cplusplus
}
#endif

#endif
