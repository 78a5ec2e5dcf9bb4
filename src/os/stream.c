/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.c - reading a file of any compression as one stream of bytes.
 *
 * One decoder interface for all: it takes compressed bytes, gives plain ones
 * and says when a member (gzip), stream (bzip2, xz) or frame (zstd) is over;
 * the loop here starts the next one.  Archives are often concatenated, and
 * readers that stop after the first member lose data without a word.  bzip2 is
 * read by bunzip.c, which does all this itself.
 *
 * Zero bytes after the last member are padding and are skipped; anything
 * else there is damage.
 */
#include "os/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/ahead.h"
#include "os/bunzip.h"

#define IN_SIZE    (1 << 20)
#define RATIO_FREE (UINT64_C(64) << 20) /* output before ratios count */

struct os_stream {
	char *path;
	int fd;             /* -1: memory */
	uint64_t file_size; /* 0 = unknown */
	uint8_t *in;        /* IN_SIZE bytes, or the memory (not owned) */
	size_t in_at, in_n;
	uint64_t in_pos; /* compressed offset of in[in_at] */
	bool in_end;
	const struct decoder *dec; /* NULL = plain or bzip2 */
	void *dec_state;
	struct bunzip *bunzip; /* NULL = not bzip2 */
	bool in_member, any_member;
	bool damaged; /* told by the decoder together with its last output */
	uint64_t out_pos;    /* decompressed */
	uint64_t given;      /* ... and handed out, or to be peeked at */
	struct ahead *ahead; /* NULL = no thread decompresses; else what stands
				above is the thread's alone */
	bool want_ahead;
	struct os_sha *sha; /* NULL = nothing to hash so far */
	bool no_sha;
	uint8_t *peek; /* decompressed ahead by os_stream_peek() */
	size_t peek_at, peek_n;
	bool peeked;
	struct err stored; /* a failure met while peeking */
	bool has_stored;
};

static const struct decoder *const decoders[] = { &decoder_gzip, &decoder_xz,
	&decoder_zstd };

static struct os_stream *
stream_new(const char *path, int fd)
{
	struct os_stream *s = mem_alloc(1, sizeof(*s));

	s->path = mem_strdup(path);
	s->fd = fd;
	return s;
}

/* Fill `in` when it is empty.  -1: the system failed. */
static int
refill(struct os_stream *s, struct err *err)
{
	if (s->in_at < s->in_n || s->in_end)
		return 0;
	if (s->fd == -1) {
		s->in_end = true;
		return 0;
	}
	ssize_t n;
	do
		n = read(s->fd, s->in, IN_SIZE);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_sys(err, "%s: read", s->path);
	s->in_at = 0;
	s->in_n = (size_t)n;
	s->in_end = n == 0;
	return 0;
}

/* As many leading bytes as a magic needs, also from a slow pipe. */
static int
read_head(struct os_stream *s, struct err *err)
{
	while (s->in_n < DECODER_MAGIC_MAX) {
		ssize_t n = read(s->fd, s->in + s->in_n, IN_SIZE - s->in_n);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(err, "%s: read", s->path);
		if (n == 0)
			break;
		s->in_n += (size_t)n;
	}
	return 0;
}

static ssize_t fetch_packed(void *ctx, uint8_t *dst, size_t n, struct err *err);
static bool fetch_is_ready(void *ctx);

static void
recognise(struct os_stream *s)
{
	struct bunzip_source src = { fetch_packed, fetch_is_ready, s };

	if (bunzip_is_magic(s->in, s->in_n)) {
		s->bunzip = bunzip_new(src);
		return;
	}
	for (size_t i = 0; i < COUNT(decoders); i++)
		if (decoders[i]->is_magic(s->in, s->in_n)) {
			s->dec = decoders[i];
			s->dec_state = s->dec->create();
			break;
		}
}

int
os_stream_open(const char *path, struct os_stream **out, struct err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct stat st;
	int fd = is_stdin ? dup(STDIN_FILENO)
			  : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd == -1)
		return err_sys(err, "%s", path);
	struct os_stream *s = stream_new(path, fd);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		s->file_size = (uint64_t)st.st_size;
	else if (S_ISDIR(st.st_mode)) {
		(void)err_set(err, ERR_INPUT, "%s: is a folder", path);
		goto fail;
	}
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	s->in = mem_alloc(IN_SIZE, 1);
	if (read_head(s, err) == -1)
		goto fail;
	recognise(s);
	*out = s;
	return 0;

fail:
	os_stream_close(s);
	return -1;
}

struct os_stream *
os_stream_mem(const char *name, const void *data, size_t n)
{
	struct os_stream *s = stream_new(name, -1);

	s->in = (uint8_t *)(uintptr_t)data;
	s->in_n = n;
	s->file_size = n;
	recognise(s);
	return s;
}

void
os_stream_close(struct os_stream *s)
{
	if (s == NULL)
		return;
	ahead_free(s->ahead);
	if (s->dec != NULL)
		s->dec->destroy(s->dec_state);
	bunzip_free(s->bunzip);
	if (s->fd != -1) {
		(void)close(s->fd);
		free(s->in);
	}
	os_sha_free(s->sha);
	free(s->peek);
	free(s->path);
	free(s);
}

/* --- decompressing ----------------------------------------------------- */

static int
damage(const struct os_stream *s, struct err *err, const char *what)
{
	return err_set(err, ERR_INPUT, "%s: %s at offset %llu of the %s file",
	    s->path, what, (unsigned long long)(s->in_pos), s->dec->name);
}

/* Plain bytes need no stay in `in`. */
static ssize_t
read_past(struct os_stream *s, uint8_t *dst, size_t n, struct err *err)
{
	ssize_t got;

	if (s->fd == -1 || s->in_end)
		return 0;
	do
		got = read(s->fd, dst, n);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return err_sys(err, "%s: read", s->path);
	s->in_pos += (size_t)got;
	s->in_end = got == 0;
	return got;
}

static ssize_t
read_plain(struct os_stream *s, uint8_t *dst, size_t n, struct err *err)
{
	size_t have = s->in_n - s->in_at;

	if (have == 0)
		return read_past(s, dst, n, err);
	if (n > have)
		n = have;
	memcpy(dst, s->in + s->in_at, n);
	s->in_at += n;
	s->in_pos += n;
	return (ssize_t)n;
}

/* Before a member: 1 = one begins here, 0 = the file is over, -1 = damage. */
static int
next_member(struct os_stream *s, struct err *err)
{
	if (refill(s, err) == -1)
		return -1;
	while (s->any_member && s->in_at < s->in_n && s->in[s->in_at] == 0) {
		s->in_at++;
		s->in_pos++;
		if (refill(s, err) == -1)
			return -1;
	}
	if (s->in_at == s->in_n)
		return 0;
	if (s->any_member && s->in[s->in_at] != s->dec->first_byte)
		return damage(s, err, "bytes that belong to nothing");
	s->dec->reset(s->dec_state);
	s->in_member = true;
	s->any_member = true;
	return 1;
}

static ssize_t
read_packed(struct os_stream *s, uint8_t *dst, size_t n, struct err *err)
{
	struct decoder_io io = { .out = dst, .out_left = n };

	if (s->damaged)
		return damage(s, err, "damaged data");
	while (io.out_left == n) {
		if (!s->in_member) {
			int got = next_member(s, err);

			if (got != 1)
				return got;
		}
		if (refill(s, err) == -1)
			return -1;
		io.in = s->in + s->in_at;
		io.in_left = s->in_n - s->in_at;
		size_t before = io.in_left;
		enum decoder_status st =
		    s->dec->run(s->dec_state, &io, s->in_end);
		s->in_at += before - io.in_left;
		s->in_pos += before - io.in_left;
		if (st == DECODER_MEMBER_END)
			s->in_member = false;
		else if (st == DECODER_BAD && io.out_left == n)
			return damage(s, err, "damaged data");
		else if (st == DECODER_LIMIT)
			return err_set(err, ERR_LIMIT,
			    "%s: asks for more memory than allowed to "
			    "decompress",
			    s->path);
		else if (s->in_end && io.in_left == 0 && io.out_left == n)
			return damage(s, err, "cut short");
		s->damaged = st == DECODER_BAD; /* what came before it first */
	}
	return (ssize_t)(n - io.out_left);
}

static ssize_t
fetch_packed(void *ctx, uint8_t *dst, size_t n, struct err *err)
{
	return read_plain(ctx, dst, n, err);
}

/* Only a pipe or a socket may let one wait. */
static bool
fetch_is_ready(void *ctx)
{
	const struct os_stream *s = ctx;
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	return s->file_size > 0 || s->fd == -1 || s->in_at < s->in_n ||
	       s->in_end || poll(&p, 1, 0) != 0;
}

static ssize_t
read_bzip2(struct os_stream *s, uint8_t *dst, size_t n, struct err *err)
{
	ssize_t got = bunzip_read(s->bunzip, dst, n, err);

	s->in_pos = bunzip_pos(s->bunzip); /* not what was fetched */
	if (got == -1 && err->code == ERR_INPUT)
		return err_wrap(err, "%s", s->path);
	return got;
}

/* Made when it is needed: the first of a process takes a millisecond. */
static struct os_sha *
sha_of(struct os_stream *s)
{
	if (s->sha == NULL)
		s->sha = os_sha_new();
	return s->sha;
}

static int
check_limits(const struct os_stream *s, struct err *err)
{
	if (s->out_pos > OS_STREAM_OUT_MAX)
		return err_set(err, ERR_LIMIT,
		    "%s: decompresses to more than %llu bytes", s->path,
		    (unsigned long long)OS_STREAM_OUT_MAX);
	if ((s->dec != NULL || s->bunzip != NULL) && s->out_pos > RATIO_FREE &&
	    s->out_pos / OS_STREAM_RATIO > s->in_pos)
		return err_set(err, ERR_LIMIT,
		    "%s: decompresses to more than %d times its size", s->path,
		    OS_STREAM_RATIO);
	return 0;
}

/* The next bytes, by whoever decompresses. */
static ssize_t
decompress(void *ctx, uint8_t *dst, size_t n, struct err *err)
{
	struct os_stream *s = ctx;
	ssize_t got = s->bunzip != NULL ? read_bzip2(s, dst, n, err)
		      : s->dec != NULL  ? read_packed(s, dst, n, err)
					: read_plain(s, dst, n, err);

	if (got <= 0)
		return got;
	s->out_pos += (uint64_t)got;
	return check_limits(s, err) == -1 ? -1 : got;
}

static uint64_t
packed_pos(const void *ctx)
{
	return ((const struct os_stream *)ctx)->in_pos;
}

/* Once, when it is clear that the stream is longer than a look at it. */
static void
begin_ahead(struct os_stream *s)
{
	const struct ahead_source src = { decompress, packed_pos, s };

	s->want_ahead = false;
	s->ahead = ahead_new(&src);
}

static ssize_t
read_new(struct os_stream *s, uint8_t *dst, size_t n, struct err *err)
{
	ssize_t got = s->ahead != NULL ? ahead_read(s->ahead, dst, n, err)
				       : decompress(s, dst, n, err);

	if (got <= 0)
		return got;
	if (!s->no_sha)
		os_sha_add(sha_of(s), dst, (size_t)got);
	s->given += (uint64_t)got;
	return got;
}

ssize_t
os_stream_read(struct os_stream *s, void *dst, size_t n, struct err *err)
{
	if (n == 0)
		return 0;
	if (s->peek_at < s->peek_n) {
		if (n > s->peek_n - s->peek_at)
			n = s->peek_n - s->peek_at;
		memcpy(dst, s->peek + s->peek_at, n);
		s->peek_at += n;
		return (ssize_t)n;
	}
	if (s->has_stored) {
		*err = s->stored;
		return -1;
	}
	if (s->want_ahead)
		begin_ahead(s);
	return read_new(s, dst, n, err);
}

ssize_t
os_stream_peek(struct os_stream *s, const uint8_t **p, size_t n,
    struct err *err)
{
	if (n > OS_PEEK_MAX)
		n = OS_PEEK_MAX;
	if (s->peek == NULL)
		s->peek = mem_alloc(OS_PEEK_MAX, 1);
	while (s->peek_n < n && !s->peeked) {
		ssize_t got = read_new(s, s->peek + s->peek_n,
		    OS_PEEK_MAX - s->peek_n, &s->stored);

		s->peeked = got <= 0;
		s->has_stored = got == -1;
		if (got > 0)
			s->peek_n += (size_t)got;
	}
	if (s->peek_n == 0 && s->has_stored) {
		*err = s->stored;
		return -1;
	}
	*p = s->peek;
	return (ssize_t)(s->peek_n < n ? s->peek_n : n);
}

void
os_stream_threads(struct os_stream *s, unsigned n)
{
	if (s->bunzip != NULL)
		bunzip_threads(s->bunzip, n);
	else
		/* A thread that waits for a pipe could not be stopped. */
		s->want_ahead = n > 1 && s->dec != NULL && s->file_size > 0 &&
				s->ahead == NULL;
}

const char *
os_stream_path(const struct os_stream *s)
{
	return s->path;
}

uint64_t
os_stream_pos(const struct os_stream *s)
{
	return s->given - (s->peek_n - s->peek_at);
}

void
os_stream_sha256(struct os_stream *s, uint8_t out[32])
{
	os_sha_get(sha_of(s), out);
}

void
os_stream_skip_sha256(struct os_stream *s)
{
	s->no_sha = true;
}

double
os_stream_share(const struct os_stream *s)
{
	if (s->file_size == 0)
		return -1;
	return (double)(s->ahead != NULL ? ahead_mark(s->ahead) : s->in_pos) /
	       (double)s->file_size;
}
