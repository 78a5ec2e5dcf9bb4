/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_real.c - every file of the folders given, and of mrt and captures in
 * $COMITY_TEST_DATA, as a test: each byte of each record stands in one line of
 * `comity dump --explain` and in no second.  The files of the folders given are
 * tried again with some of their bytes changed.
 */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/part.h"

#define CHANGED  60         /* copies of each file, with bytes changed */
#define FILE_MAX (1U << 20) /* of a file that is copied */

static uint32_t seed = 1;
static unsigned tests, failed;

static uint32_t
any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

/* NULL = every record is covered; else what is wrong. */
static const char *
explain(const char *path, struct comity_printer *pr, uint64_t *records)
{
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(path, &error);
	const char *wrong = NULL;

	if (r == NULL)
		return NULL; /* holds nothing that is known */
	comity_reader_keep_refused(r);
	while (wrong == NULL && comity_reader_next(r) == 1) {
		pr->in = r;
		if (r->at_item == 1 && !explain_record(pr))
			wrong = "a byte has no line, or two";
		++*records;
	}
	comity_reader_close(r);
	return wrong;
}

static void
tell(const char *name, const char *wrong, uint64_t records)
{
	tests++;
	failed += wrong != NULL;
	(void)printf("%s %u - %s (%llu records)\n",
	    wrong == NULL ? "ok" : "not ok", tests, name,
	    (unsigned long long)records);
	if (wrong != NULL)
		(void)printf("# %s\n", wrong);
}

static const char *
explain_bytes(const uint8_t *p, size_t n, struct comity_printer *pr,
    uint64_t *records)
{
	int fd = memfd_create("changed", 0);
	char path[64];

	if (fd == -1 || write(fd, p, n) != (ssize_t)n)
		return "the copy cannot be written";
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	const char *wrong = explain(path, pr, records);
	(void)close(fd);
	return wrong;
}

/* The file with one to four bytes changed, several times. */
static const char *
explain_changed(const char *path, struct comity_printer *pr, uint64_t *records)
{
	uint8_t *p = mem_alloc(FILE_MAX, 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, p, FILE_MAX);
	const char *wrong = NULL;

	for (int i = 0; i < CHANGED && n > 0 && wrong == NULL; i++) {
		struct change {
			size_t at;
			uint8_t was;
		} changes[4];
		size_t k = 1 + any() % 4;

		for (size_t c = 0; c < k; c++) {
			changes[c].at = any() % (size_t)n;
			changes[c].was = p[changes[c].at];
			p[changes[c].at] = (uint8_t)any();
		}
		wrong = explain_bytes(p, (size_t)n, pr, records);
		while (k-- > 0)
			p[changes[k].at] = changes[k].was;
	}
	(void)close(fd);
	free(p);
	return wrong;
}

static void
one_file(const char *path, struct comity_printer *pr, bool change)
{
	uint64_t records = 0;
	const char *wrong = explain(path, pr, &records);

	if (wrong == NULL && change)
		wrong = explain_changed(path, pr, &records);
	tell(path, wrong, records);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void
folder(const char *path, struct comity_printer *pr, bool change)
{
	struct dirent **list;
	int n = scandir(path, &list, NULL, by_name);

	for (int i = 0; i < n; i++) {
		char file[4096];
		struct stat st;

		(void)snprintf(file, sizeof(file), "%s/%s", path,
		    list[i]->d_name);
		free(list[i]);
		if (stat(file, &st) == 0 && S_ISREG(st.st_mode))
			one_file(file, pr, change);
	}
	if (n != -1)
		free(list);
}

int
main(int argc, char **argv)
{
	static const char *const real[] = { "mrt", "captures", "bmp" };
	const char *data = getenv("COMITY_TEST_DATA");
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct comity_printer *pr = comity_printer_new(COMITY_EXPLAIN, 0, null);

	for (int i = 1; i < argc; i++)
		folder(argv[i], pr, true);
	for (size_t i = 0; i < COUNT(real) && data != NULL; i++) {
		char path[4096];

		(void)snprintf(path, sizeof(path), "%s/%s", data, real[i]);
		folder(path, pr, false);
	}
	if (data == NULL)
		(void)printf("ok %u - real files # SKIP COMITY_TEST_DATA "
			     "names no folder\n",
		    ++tests);
	comity_printer_free(pr);
	(void)close(null);
	(void)printf("1..%u\n", tests);
	return failed == 0 ? 0 : 1;
}
