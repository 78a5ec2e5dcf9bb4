/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mrt_real.c - every archive in $COMITY_TEST_DATA/mrt, as a test: it decodes,
 * or ends with a reason that names an offset and keeps what came before; and so
 * does the same file cut short.
 *
 * Files up to 8 KiB are cut at every length.  Of larger ones a piece is read
 * from each record on, cut at the record's end and one byte to either side, and
 * from the record in front of 2,000 lengths spread over the file by a fixed
 * seed.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mrt/mrt_test.h"
#include "os/os.h"

#define FILE_MAX    (UINT64_C(256) << 20) /* decompressed */
#define WHOLE_SWEEP 8192
#define SPREAD      2000

struct file {
	char *p;
	size_t n;
	struct err cut; /* why the stream ended early; code 0 = it did not */
	VEC(uint64_t) starts; /* of records */
	uint64_t records;
};

static struct walk w;

/* What is wrong with the test file, for a person; NULL = nothing. */
typedef const char *verdict;

/* The stream's own reason, and then the reader's for the torn last record. */
static verdict
read_whole(struct file *f)
{
	struct mrt_reader *r = mrt_reader_mem(f->p, f->n);
	struct mrt_record rec;
	struct err err = { 0 };
	uint64_t at = 0;
	int got;

	walk_init(&w);
	while ((got = mrt_reader_next(r, &rec, &err)) == 1) {
		if (rec.offset != at)
			return "records do not lie one behind the other";
		vec_push(&f->starts, rec.offset);
		at += rec.raw.n;
		walk_record(&w, &rec);
	}
	f->records = w.records;
	vec_push(&f->starts, at);
	mrt_reader_free(r);
	walk_fini(&w);
	if (got == -1 && strstr(err.msg, "at offset") == NULL)
		return "a reason without an offset";
	if (got == 0 && at != f->n)
		return "an end in front of the end";
	if (w.records == 0 || w.routes + w.announced + w.withdrawn == 0)
		return "nothing was decoded";
	return NULL;
}

/*
 * [from, to) in memory of its own, so that ASan sees any read past the end.
 * Gives `whole` records exactly, then the end, or a reason if `torn`.
 */
static verdict
read_piece(const struct file *f, uint64_t from, uint64_t to, uint64_t whole,
    bool torn)
{
	size_t n = (size_t)(to - from);
	uint8_t *exact = malloc(n + 1);
	struct mrt_record rec;
	struct err err = { 0 };
	verdict bad = NULL;
	int got;

	if (exact == NULL)
		abort();
	memcpy(exact, f->p + from, n);
	struct mrt_reader *r = mrt_reader_mem(exact, n);
	walk_init(&w);
	while ((got = mrt_reader_next(r, &rec, &err)) == 1)
		walk_record(&w, &rec);
	if (w.records != whole)
		bad = "a cut changes the records in front of it";
	else if ((got == -1) != torn)
		bad = "a cut is not told, or told where there is none";
	else if (got == -1 && strstr(err.msg, "at offset") == NULL)
		bad = "a cut is told without an offset";
	mrt_reader_free(r);
	walk_fini(&w);
	free(exact);
	return bad;
}

/*
 * MRTd's records are longer than their length says where the next four bytes
 * fit: without these bytes such a record cannot be told from a shorter one.
 */
static bool
is_mrtd(const struct file *f, uint64_t i)
{
	const uint8_t *p = (const uint8_t *)f->p + f->starts.p[i];
	struct rbuf r = rbuf_from(p + 4, 8);
	uint16_t type = rbuf_u16(&r);

	rbuf_skip(&r, 2);
	return type == MRT_TABLE_DUMP &&
	       f->starts.p[i] + MRT_HEADER_LEN + rbuf_u32(&r) !=
		   f->starts.p[i + 1];
}

static verdict
cut_everywhere(const struct file *f)
{
	uint64_t i = 0;
	verdict bad = NULL;

	for (uint64_t n = 0; n <= f->n && bad == NULL; n++) {
		while (i < f->records && f->starts.p[i + 1] <= n)
			i++;
		if (i < f->records)
			bad = read_piece(f, 0, n, i, n > f->starts.p[i]);
	}
	return bad;
}

static verdict
cut_at_records(const struct file *f)
{
	verdict bad = NULL;

	for (uint64_t i = 0; i < f->records && bad == NULL; i++) {
		uint64_t from = f->starts.p[i], to = f->starts.p[i + 1];

		if (is_mrtd(f, i))
			continue;
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

	for (int k = 0; k < SPREAD && bad == NULL && f->records > 0; k++) {
		seed = hash_u64(seed + 1);
		uint64_t i = seed % f->records;
		uint64_t from = f->starts.p[i];
		uint64_t n =
		    1 + hash_u64(seed) % (f->starts.p[i + 1] - from - 1);

		if (!is_mrtd(f, i))
			bad = read_piece(f, from, from + n, 0, true);
	}
	return bad;
}

static verdict
check_file(const char *path, char *note, size_t size)
{
	struct os_stream *s;
	struct file f = { 0 };
	struct err err = { 0 };
	verdict bad;

	if (os_stream_open(path, &s, &err) == -1)
		return "cannot be opened";
	if (os_read_all(s, FILE_MAX, &f.p, &f.n, &f.cut) == -1 &&
	    (f.p == NULL || strstr(f.cut.msg, "at offset") == NULL))
		return "cannot be read, and no offset says why";
	os_stream_close(s);
	bad = read_whole(&f);
	(void)snprintf(note, size,
	    "%llu records, %llu refused, %llu routes, %llu announced, %llu "
	    "withdrawn",
	    (unsigned long long)w.records, (unsigned long long)w.refused,
	    (unsigned long long)w.routes, (unsigned long long)w.announced,
	    (unsigned long long)w.withdrawn);
	if (bad == NULL && f.n <= WHOLE_SWEEP)
		bad = cut_everywhere(&f);
	else if (bad == NULL)
		bad = cut_at_records(&f);
	if (bad == NULL && f.n > WHOLE_SWEEP)
		bad = cut_anywhere(&f);
	vec_fini(&f.starts);
	free(f.p);
	return bad;
}

static int
not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int
main(void)
{
	const char *data = getenv("COMITY_TEST_DATA");
	struct dirent **names = NULL;
	char folder[2048];
	int failed = 0;

	(void)snprintf(folder, sizeof(folder), "%s/mrt",
	    data == NULL ? "" : data);
	int n = data == NULL || *data == '\0'
		    ? 0
		    : scandir(folder, &names, not_hidden, alphasort);
	if (n <= 0) {
		(void)printf("1..0 # SKIP COMITY_TEST_DATA names no folder "
			     "with mrt\n");
		return 0;
	}
	(void)printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		char path[4096], note[200] = "";

		(void)snprintf(path, sizeof(path), "%s/%s", folder,
		    names[i]->d_name);
		verdict bad = check_file(path, note, sizeof(note));
		(void)printf("%sok %d - %s: %s\n", bad == NULL ? "" : "not ",
		    i + 1, names[i]->d_name, bad == NULL ? note : bad);
		(void)fflush(stdout);
		failed += bad != NULL;
		free(names[i]);
	}
	free(names);
	return failed != 0;
}
