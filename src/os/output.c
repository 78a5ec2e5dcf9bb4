/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.c - writing a file compressed by its name, whole or not at all.
 *
 * Input is collected and goes to the encoder in pieces of one size, so that
 * the bytes do not depend on how they were handed in.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/encoder.h"
#include "os/os.h"

#define PIECE (256U << 10)

struct os_output {
	char *path; /* for messages */
	struct os_atomic *file;
	int fd;                    /* without a file; else -1 */
	const struct encoder *enc; /* NULL: plain */
	void *enc_state;
	uint8_t *in, *out; /* PIECE bytes each */
	size_t n;          /* in `in` */
	uint64_t pos;
	bool failed;
	struct err why; /* ... */
	int error;      /* its errno */
};

static const struct encoder *const encoders[] = { &encoder_gzip, &encoder_bzip2,
	&encoder_xz, &encoder_zstd };

static const struct encoder *
encoder_of(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < COUNT(encoders); i++) {
		size_t m = strlen(encoders[i]->suffix);

		if (n > m && strcmp(path + n - m, encoders[i]->suffix) == 0)
			return encoders[i];
	}
	return NULL;
}

/*
 * Where the bytes go.  What is no regular file, a device or FIFO, is written to
 * and not replaced; behind a link, the file it points to is.
 */
static int
open_target(struct os_output *o, struct err *err)
{
	struct stat st;
	char *real = realpath(o->path, NULL);
	int status = 0;

	if (real != NULL && stat(real, &st) == 0 && !S_ISREG(st.st_mode)) {
		o->fd = open(real, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		if (o->fd == -1)
			status = err_sys(err, "%s", o->path);
	} else {
		status = os_atomic_open(real != NULL ? real : o->path, 0644,
		    &o->file, err);
	}
	free(real);
	return status;
}

int
os_output_open(const char *path, struct os_output **out, struct err *err)
{
	struct os_output *o = mem_alloc(1, sizeof(*o));
	bool is_stdout = strcmp(path, "-") == 0;

	o->path = mem_strdup(is_stdout ? "standard output" : path);
	o->fd = -1;
	if (is_stdout) {
		o->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
		if (o->fd == -1) {
			(void)err_sys(err, "%s", o->path);
			goto fail;
		}
	} else if (open_target(o, err) == -1) {
		goto fail;
	}
	o->enc = is_stdout ? NULL : encoder_of(path);
	if (o->enc != NULL)
		o->enc_state = o->enc->create();
	o->in = mem_alloc(PIECE, 1);
	o->out = mem_alloc(PIECE, 1);
	*out = o;
	return 0;

fail:
	os_output_abort(o);
	return -1;
}

static int
fail(struct os_output *o, struct err *err)
{
	o->error = errno;
	o->failed = true;
	o->why = *err;
	return -1;
}

/* The same reason again, and the same errno. */
static int
failed_before(const struct os_output *o, struct err *err)
{
	*err = o->why;
	errno = o->error;
	return -1;
}

static int
put(struct os_output *o, const uint8_t *p, size_t n, struct err *err)
{
	if (o->file != NULL)
		return os_atomic_write(o->file, p, n, err) == -1 ? fail(o, err)
								 : 0;
	while (n > 0) {
		ssize_t done = write(o->fd, p, n);

		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1) {
			(void)err_sys(err, "%s: write", o->path);
			return fail(o, err);
		}
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* What was collected, through the encoder. */
static int
flush(struct os_output *o, bool finish, struct err *err)
{
	struct encoder_io io = { .in = o->in, .in_left = o->n };
	enum encoder_status st;

	o->n = 0;
	if (o->enc == NULL)
		return put(o, io.in, io.in_left, err);
	do {
		io.out = o->out;
		io.out_left = PIECE;
		st = o->enc->run(o->enc_state, &io, finish);
		if (st == ENCODER_BAD) {
			(void)err_set(err, ERR_SYSTEM, "%s: cannot compress",
			    o->path);
			errno = EINVAL;
			return fail(o, err);
		}
		if (put(o, o->out, PIECE - io.out_left, err) == -1)
			return -1;
	} while (st != ENCODER_END &&
		 (finish || io.in_left > 0 || io.out_left == 0));
	return 0;
}

int
os_output_write(struct os_output *o, const void *data, size_t n,
    struct err *err)
{
	const uint8_t *p = data;

	if (o->failed)
		return failed_before(o, err);
	while (n > 0) {
		size_t part = n < PIECE - o->n ? n : PIECE - o->n;

		memcpy(o->in + o->n, p, part);
		o->n += part;
		o->pos += part;
		p += part;
		n -= part;
		if (o->n == PIECE && flush(o, false, err) == -1)
			return -1;
	}
	return 0;
}

uint64_t
os_output_pos(const struct os_output *o)
{
	return o->pos;
}

int
os_output_commit(struct os_output *o, struct err *err)
{
	int status = o->failed ? failed_before(o, err) : flush(o, true, err);

	if (status == 0 && o->file != NULL) {
		status = os_atomic_commit(o->file, err);
		o->file = NULL;
	}
	/* Some file systems tell only now that the disk was full. */
	if (status == 0 && o->fd != -1) {
		status = close(o->fd);
		o->fd = -1;
		if (status == -1)
			(void)err_sys(err, "%s: close", o->path);
	}
	int error = errno;
	os_output_abort(o);
	errno = error;
	return status;
}

void
os_output_abort(struct os_output *o)
{
	if (o == NULL)
		return;
	os_atomic_abort(o->file);
	if (o->fd != -1)
		(void)close(o->fd);
	if (o->enc_state != NULL)
		o->enc->destroy(o->enc_state);
	free(o->in);
	free(o->out);
	free(o->path);
	free(o);
}
