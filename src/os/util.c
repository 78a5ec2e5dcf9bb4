/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * util.c - whole streams, lines, digests, progress, processors.
 */
#include <openssl/evp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utc.h"
#include "os/os.h"

#define READ_CHUNK     (1 << 20)
#define PROGRESS_AFTER (2 * TIME_SEC)
#define PROGRESS_EVERY (TIME_SEC / 5)

int
os_read_all(struct os_stream *s, size_t max_bytes, char **out, size_t *n,
    struct err *err)
{
	char *p = NULL;
	size_t have = 0, cap = 0;
	ssize_t got;
	int status = 0;

	do {
		if (cap - have < READ_CHUNK + 1) {
			cap = cap * 2 > have + READ_CHUNK + 1
				  ? cap * 2
				  : have + READ_CHUNK + 1;
			p = mem_realloc(p, cap, 1);
		}
		got = os_stream_read(s, p + have, cap - have - 1, err);
		if (got > 0)
			have += (size_t)got;
		if (have > max_bytes) {
			have = max_bytes;
			got = err_set(err, ERR_LIMIT, "%s: more than %zu bytes",
			    os_stream_path(s), max_bytes);
		}
		if (got == -1)
			status = -1;
	} while (got > 0);
	p[have] = '\0';
	*out = p;
	*n = have;
	return status;
}

/* --- lines ------------------------------------------------------------- */

/* Room behind the unread bytes, and more of them.  1, 0 = end, -1. */
static int
lines_fill(struct os_lines *l, struct err *err)
{
	if (l->at > 0) {
		memmove(l->buf, l->buf + l->at, l->n - l->at);
		l->n -= l->at;
		l->at = 0;
	}
	if (l->cap - l->n < READ_CHUNK) {
		l->cap = l->n + 2 * READ_CHUNK;
		l->buf = mem_realloc(l->buf, l->cap, 1);
	}
	ssize_t got = os_stream_read(l->s, l->buf + l->n, l->cap - l->n, err);
	if (got == -1)
		return -1;
	l->n += (size_t)got;
	l->done = got == 0;
	return got > 0;
}

/* Drop bytes up to and including the next LF. */
static int
lines_skip(struct os_lines *l, struct err *err)
{
	while (l->skipping) {
		char *lf = l->n == l->at
			       ? NULL
			       : memchr(l->buf + l->at, '\n', l->n - l->at);

		if (lf != NULL) {
			l->at = (size_t)(lf - l->buf) + 1;
			l->skipping = false;
			return 0;
		}
		l->at = l->n;
		int got = l->done ? 0 : lines_fill(l, err);
		if (got <= 0) {
			l->skipping = false;
			return got;
		}
	}
	return 0;
}

int
os_lines_next(struct os_lines *l, const char **p, size_t *n, struct err *err)
{
	size_t seen = 0;

	l->cut = false;
	if (lines_skip(l, err) == -1)
		return -1;
	for (;;) {
		size_t left = l->n - l->at;
		char *lf = left == seen ? NULL
					: memchr(l->buf + l->at + seen, '\n',
					      left - seen);
		size_t len = lf != NULL ? (size_t)(lf - l->buf) - l->at : left;

		if (lf == NULL && left < OS_LINE_MAX && !l->done) {
			seen = left;
			if (lines_fill(l, err) == -1)
				return -1;
			continue;
		}
		if (lf == NULL && left == 0)
			return 0;
		*p = l->buf + l->at;
		l->at += len + (lf != NULL);
		if (len > OS_LINE_MAX || (lf == NULL && !l->done)) {
			l->cut = true;
			l->skipping = lf == NULL;
			len = len > OS_LINE_MAX ? OS_LINE_MAX : len;
		}
		if (len > 0 && (*p)[len - 1] == '\r')
			len--;
		*n = len;
		l->line++;
		return 1;
	}
}

void
os_lines_fini(struct os_lines *l)
{
	free(l->buf);
	l->buf = NULL;
	l->n = l->at = l->cap = 0;
}

/* --- digests ----------------------------------------------------------- */

struct os_sha {
	EVP_MD_CTX *ctx;
};

static void
must(int ok)
{
	if (ok != 1) {
		(void)fputs("comity: libcrypto has no SHA-256\n", stderr);
		exit(2);
	}
}

struct os_sha *
os_sha_new(void)
{
	struct os_sha *h = mem_alloc(1, sizeof(*h));

	h->ctx = EVP_MD_CTX_new();
	must(h->ctx != NULL && EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL));
	return h;
}

void
os_sha_add(struct os_sha *h, const void *data, size_t n)
{
	must(EVP_DigestUpdate(h->ctx, data, n));
}

void
os_sha_get(const struct os_sha *h, uint8_t out[32])
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();

	must(copy != NULL && EVP_MD_CTX_copy_ex(copy, h->ctx));
	must(EVP_DigestFinal_ex(copy, out, NULL));
	EVP_MD_CTX_free(copy);
}

void
os_sha_free(struct os_sha *h)
{
	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

void
os_sha256(const void *data, size_t n, uint8_t out[32])
{
	struct os_sha *h = os_sha_new();

	os_sha_add(h, data, n);
	os_sha_get(h, out);
	os_sha_free(h);
}

/* --- progress ---------------------------------------------------------- */

void
os_progress_begin(struct os_progress *p)
{
	*p = (struct os_progress){ .began = utc_mono(),
		.on = isatty(STDERR_FILENO) == 1 };
}

void
os_progress_show(struct os_progress *p, const char *what, double share,
    uint64_t done, const char *unit)
{
	if (!p->on)
		return;
	int64_t now = utc_mono();
	if (now - p->began < PROGRESS_AFTER || now - p->drawn < PROGRESS_EVERY)
		return;
	p->drawn = now;
	p->shown = true;
	double rate = (double)done * 1e6 / (double)(now - p->began);
	char percent[16] = "";
	if (share >= 0)
		(void)snprintf(percent, sizeof(percent), "%3.0f %%  ",
		    share > 1 ? 100 : share * 100);
	(void)fprintf(stderr, "\r\033[K%.50s  %s%llu %s  %.0f k/s", what,
	    percent, (unsigned long long)done, unit, rate / 1000);
	(void)fflush(stderr);
}

void
os_progress_end(struct os_progress *p)
{
	if (p->shown)
		(void)fputs("\r\033[K", stderr);
	p->on = false;
}

unsigned
os_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0) {
		int n = CPU_COUNT(&set);

		return n < 1 ? 1 : (unsigned)n;
	}
	return 1;
}
