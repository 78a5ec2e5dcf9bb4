/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - runs a fuzz target over the files of a corpus folder, as a test:
 * each file as it is, then cut short at lengths spread over it.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A target that asks a great deal of each input sets less. */
#ifndef WHOLE_SWEEP
#define WHOLE_SWEEP 8192 /* bytes; up to here every length is tried */
#define SPREAD      2000 /* lengths tried of a larger file */
#endif

/* A copy of exactly n bytes, so that ASan sees any read past the end. */
static void
try_cut(const uint8_t *data, size_t n)
{
	uint8_t *copy = malloc(n == 0 ? 1 : n);

	if (copy == NULL)
		abort();
	memcpy(copy, data, n);
	(void)LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static int
replay_file(const char *path)
{
	FILE *f = fopen(path, "rbe");
	uint8_t *data = NULL;
	size_t n = 0, cap = 0, got;

	if (f == NULL)
		return -1;
	do {
		if (n == cap) {
			cap = cap == 0 ? 65536 : cap * 2;
			data = realloc(data, cap);
			if (data == NULL)
				abort();
		}
		got = fread(data + n, 1, cap - n, f);
		n += got;
	} while (got > 0);
	(void)fclose(f);
	try_cut(data, n);
	if (n <= WHOLE_SWEEP)
		for (size_t i = 0; i < n; i++)
			try_cut(data, i);
	else
		for (size_t i = 0; i < SPREAD; i++)
			try_cut(data, (size_t)((double)n / SPREAD * (double)i));
	free(data);
	return 0;
}

static int
not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
	struct dirent **names = NULL;
	int bad = 0;

	if (argc != 2)
		return 2;
	int n = scandir(argv[1], &names, not_hidden, alphasort);
	if (n <= 0) {
		(void)printf("1..1\nnot ok 1 - no corpus in %s\n", argv[1]);
		return 1;
	}
	(void)printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		char path[4096];

		(void)snprintf(path, sizeof(path), "%s/%s", argv[1],
		    names[i]->d_name);
		int failed = replay_file(path) == -1;
		(void)printf("%sok %d - %s\n", failed ? "not " : "", i + 1,
		    names[i]->d_name);
		(void)fflush(stdout);
		bad += failed;
		free(names[i]);
	}
	free(names);
	return bad != 0;
}
