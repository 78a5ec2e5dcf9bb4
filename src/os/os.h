/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * os.h - files: streams that decompress themselves, atomic output, maps,
 * folders, digests, progress.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/sect.h"

/* --- reading ----------------------------------------------------------- */

#define OS_STREAM_OUT_MAX (UINT64_C(64) << 30) /* decompressed bytes a file */
#define OS_STREAM_RATIO   5000 /* output over input allowed past 64 MiB */

/*
 * A file, pipe or "-" (standard input), decompressed by its content: plain,
 * gzip, bzip2, xz, zstd, each with any number of members or streams one
 * behind the other.  SHA-256 of the decompressed bytes is kept on the way.
 */
struct os_stream;

/* ERR_SYSTEM if it cannot be opened. */
int os_stream_open(const char *path, struct os_stream **out, struct err *err);
/*
 * How many threads may decompress it from now on, the reader's own included; 1
 * until told.  What is read does not depend on it.  bzip2 is decoded by all of
 * them, each with some 10 MB; gzip, xz and zstd, unless they come out of a
 * pipe, by one beside the reader.
 */
void os_stream_threads(struct os_stream *s, unsigned n);
/* A stream over memory (not copied), for tests and embedded files. */
struct os_stream *os_stream_mem(const char *name, const void *data, size_t n);
/*
 * Up to n bytes: how many, 0 at the end, -1 on failure.  Damaged or cut
 * compressed data give everything before the damage first, then -1 with
 * ERR_INPUT and the compressed offset; past a limit ERR_LIMIT.
 */
ssize_t
os_stream_read(struct os_stream *s, void *dst, size_t n, struct err *err);
/*
 * The first up to n decompressed bytes (n at most OS_PEEK_MAX) without
 * consuming them, borrowed until the next call: how many, -1 on failure.
 * Only before the first read.
 */
#define OS_PEEK_MAX 65536
ssize_t os_stream_peek(struct os_stream *s, const uint8_t **p, size_t n,
    struct err *err);
const char *os_stream_path(const struct os_stream *s); /* as given */
uint64_t os_stream_pos(const struct os_stream *s); /* decompressed, so far */
/* Digest of what was read so far; 32 bytes. */
void os_stream_sha256(struct os_stream *s, uint8_t out[32]);
/* For who will not ask: what is read from now on is not counted in. */
void os_stream_skip_sha256(struct os_stream *s);
/* Share of the input consumed, 0..1, or -1 when its size is unknown. */
double os_stream_share(const struct os_stream *s);
void os_stream_close(struct os_stream *s); /* accepts NULL */

/*
 * A whole stream in memory with a NUL behind it; *out is freed with free().
 * ERR_LIMIT above max_bytes.  If the stream is damaged, what came before the
 * damage is returned in *out all the same (-1, *n set), so that a caller may
 * use it and report the rest.
 */
int os_read_all(struct os_stream *s, size_t max_bytes, char **out, size_t *n,
    struct err *err);

/*
 * Lines of a stream, without LF or CR LF.  A line longer than OS_LINE_MAX is
 * handed out cut, with `cut` set, its rest skipped.  1, 0 at the end, -1.
 */
#define OS_LINE_MAX (1 << 20)
struct os_lines {
	struct os_stream *s; /* borrowed */
	char *buf;
	size_t at, n, cap;
	uint64_t line; /* number of the line handed out last, from 1 */
	bool cut, done, skipping;
};
int
os_lines_next(struct os_lines *l, const char **p, size_t *n, struct err *err);
void os_lines_fini(struct os_lines *l);

/* A read-only map of a whole file; bytes live until os_map_close(). */
struct os_map {
	const uint8_t *p;
	size_t n;
};
int os_map_open(const char *path, struct os_map *out, struct err *err);
void os_map_close(struct os_map *m);

/* --- writing ----------------------------------------------------------- */

/*
 * A file that appears whole or not at all: written without a name where the
 * file system can do that (a kill then leaves nothing), else under a temporary
 * one beside it; synced, named and renamed by os_atomic_commit().  After a
 * failed write commit fails too.  os_atomic_abort() removes what there is;
 * either call ends the object.  mode: permissions, e.g. 0644.
 */
struct os_atomic;
int os_atomic_open(const char *path, unsigned mode, struct os_atomic **out,
    struct err *err);
int os_atomic_write(struct os_atomic *a, const void *data, size_t n,
    struct err *err);
uint64_t os_atomic_pos(const struct os_atomic *a);
/* Overwrite bytes already written, for headers known at the end. */
int os_atomic_write_at(struct os_atomic *a, uint64_t at, const void *data,
    size_t n, struct err *err);
int os_atomic_commit(struct os_atomic *a, struct err *err);
void os_atomic_abort(struct os_atomic *a); /* accepts NULL */
/* The same in one call. */
int os_write_file(const char *path, unsigned mode, const void *data, size_t n,
    struct err *err);
/* Renames within one folder, and not to be undone by a power cut. */
int os_rename(const char *from, const char *to, struct err *err);
int os_mkdirs(const char *path, struct err *err);

/*
 * A file compressed as the suffix of its name says, .gz, .bz2, .xz or .zst,
 * else plain; "-" is standard output, plain.  It appears whole or not at all,
 * as above, but for standard output, devices and FIFOs, which are written to
 * at once.  The same bytes written give the same file, in whatever pieces they
 * come (that of a .gz may differ between generations of processors, see ISA-L).
 */
struct os_output;
int os_output_open(const char *path, struct os_output **out, struct err *err);
/* After a failure, all that follow fail for the same reason.  errno is that of
 * the system, EPIPE where a reader left. */
int os_output_write(struct os_output *o, const void *data, size_t n,
    struct err *err);
uint64_t os_output_pos(const struct os_output *o); /* plain bytes so far */
int os_output_commit(struct os_output *o, struct err *err); /* ends o */
void os_output_abort(struct os_output *o); /* accepts NULL; ends o */

/* --- packs -------------------------------------------------------------- */

/*
 * A pack is a file of named, checksummed sections (base/sect.h) under one
 * header.  It is written whole or not at all, and mapped when read: opening
 * checks header and section table, the first use of a section its checksum.
 *
 *   0  magic 8 bytes | version u32 | byte-order mark u32 | file size u64
 *  24  table offset u64 | sections u32 | zero u32 | XXH3 of the table u64
 *  48  XXH3 of bytes 0..47 u64 | zero up to 64
 *  64  sections, each at a multiple of 64, then the table:
 *      name 24 bytes | offset u64 | length u64 | XXH3 u64
 */
#define OS_PACK_SECTIONS_MAX 65536

struct os_pack_writer;
int os_pack_create(const char *path, const char magic[8], uint32_t version,
    struct os_pack_writer **out, struct err *err);
struct sect_sink os_pack_sink(struct os_pack_writer *w);
int os_pack_commit(struct os_pack_writer *w, struct err *err); /* ends w */
void os_pack_abort(struct os_pack_writer *w); /* accepts NULL; ends w */

struct os_pack;
/* ERR_INPUT: other magic or version, cut, or damaged. */
int os_pack_open(const char *path, const char magic[8], uint32_t version,
    struct os_pack **out, struct err *err);
void os_pack_close(struct os_pack *p); /* accepts NULL */
/* Not thread-safe: a first use marks its section as checked. */
struct sect_source os_pack_source(struct os_pack *p);
int os_pack_verify(struct os_pack *p, struct err *err); /* every section */

/* --- folders, digests, progress ---------------------------------------- */

/*
 * Every regular file below path (or path itself if it is no folder), sorted
 * by name, hidden ones left out; "-" stays as it is.  Strings live in arena.
 */
int os_walk(const char *path, struct arena *arena, char ***out, size_t *n,
    struct err *err);
bool os_is_dir(const char *path);

void os_sha256(const void *data, size_t n, uint8_t out[32]);
/* Incremental SHA-256. */
struct os_sha;
struct os_sha *os_sha_new(void);
void os_sha_add(struct os_sha *h, const void *data, size_t n);
void os_sha_get(const struct os_sha *h, uint8_t out[32]); /* so far */
void os_sha_free(struct os_sha *h);

/*
 * A progress line on stderr, only on a terminal and only for what takes more
 * than two seconds: "observe  updates.20200401.gz  41 %  1.2 M/s".
 */
struct os_progress {
	int64_t began, drawn;
	bool on, shown;
};
void os_progress_begin(struct os_progress *p);
void os_progress_show(struct os_progress *p, const char *what, double share,
    uint64_t done, const char *unit);
void os_progress_end(struct os_progress *p);

/* Number of processors this process may use, at least 1. */
unsigned os_cpus(void);
