/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter_speed.c - how many bytes a second of an MRT file a filter refuses.
 *
 *   filter_speed FILE RUNS [OPTION VALUE]...
 *
 * FILE is plain MRT; it is cut into records before the clock starts.  Without
 * options: the cutting itself, for comparison.  Prints the least CPU time of RUNS
 * as MB/s and ns a record, and the shares of records that are left out and
 * passed whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utc.h"
#include "filter/filter.h"

static VEC(struct mrt_record) records;

/* Microseconds of this thread's own work: the machine may be busy. */
static int64_t
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * TIME_SEC + t.tv_nsec / 1000;
}

static struct buf
read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b = { 0 };
	char piece[65536];
	size_t n;

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(&b, piece, n);
	(void)fclose(f);
	return b;
}

static int64_t
cut(const struct buf *b)
{
	int64_t start = now();
	struct mrt_reader *r = mrt_reader_mem(b->p, b->n);
	struct mrt_record rec;
	struct err err;

	records.n = 0;
	while (mrt_reader_next(r, &rec, &err) == 1)
		vec_push(&records, rec);
	mrt_reader_free(r);
	return now() - start;
}

static int64_t
ask(struct filter_run *r, struct mrt_peers *peers, size_t answers[3])
{
	int64_t start = now();

	memset(answers, 0, 3 * sizeof(answers[0]));
	for (size_t i = 0; i < records.n; i++)
		answers[filter_record(r, &records.p[i], peers)]++;
	return now() - start;
}

/* The last table of peers, as if it had stood in front. */
static void
find_peers(struct mrt_peers *peers)
{
	struct mrt_decoded m;
	struct err err;

	for (size_t i = 0; i < records.n; i++)
		if (records.p[i].type == MRT_TABLE_DUMP_V2 &&
		    records.p[i].subtype == 1)
			(void)mrt_decode(&records.p[i], peers, &m, &err);
}

int
main(int argc, char **argv)
{
	struct filter *f = filter_new();
	struct mrt_peers peers = { 0 };
	size_t answers[3] = { 0 };
	int64_t least = INT64_MAX;
	struct err err;

	if (argc < 3)
		return 2;
	struct buf b = read_file(argv[1]);
	for (int i = 3; i + 1 < argc; i += 2)
		if (filter_add(f, argv[i], str_from(argv[i + 1]), &err) == -1) {
			(void)fprintf(stderr, "%s\n", err.msg);
			return 2;
		}
	struct filter_run *r = filter_run_new(f);
	int64_t us = cut(&b);
	find_peers(&peers);
	for (int i = 0; i < atoi(argv[2]); i++) {
		us = argc == 3 ? cut(&b) : ask(r, &peers, answers);
		least = us < least ? us : least;
	}
	least = least > 0 ? least : 1;
	(void)printf("%8.0f MB/s %7.1f ns a record, %5.1f %% left out, %5.1f "
		     "%% whole\n",
	    (double)b.n / (double)least,
	    (double)least * 1000 / (double)records.n,
	    100.0 * (double)answers[FILTER_NO] / (double)records.n,
	    100.0 * (double)answers[FILTER_YES] / (double)records.n);
	return 0;
}
