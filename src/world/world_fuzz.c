/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world_fuzz.c - hostile world files: opened, asked everything, checked.
 *
 * Checksums would stop nearly every change at the door.  So the input is a
 * list of changes to a whole world, made once from small inputs, and the sums
 * are made right again: what is then read is hostile and looks whole.
 *
 *   section u16 | offset u24 | byte u8     little-endian, any number of them;
 *                                          sections from 0xff00 on: the table
 *
 * An input that begins with the mark of a world is taken as a file, as it is
 * and with its sums made right.
 */
#include "world/world_test.h"

#include <sys/mman.h>

#include "base/hash.h"
#include "world/world_ask.h"

#define HEADER   64
#define TABLE_AT 24
#define ROW_SIZE 48
#define IN_TABLE 0xff00

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *whole;
static size_t n_whole;

static void
make_whole(void)
{
	struct os_stream *s = NULL;
	struct err err = { 0 };

	if (make_dir(NULL) == -1)
		abort();
	put_small_inputs();
	build("w", "in");
	if (os_stream_open(path_of("w"), &s, &err) == -1 ||
	    os_read_all(s, 1 << 24, (char **)&whole, &n_whole, &err) == -1)
		abort();
	os_stream_close(s);
	(void)remove_dir(NULL);
}

static uint64_t
get_u64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void
put_u64(uint8_t *p, uint64_t v)
{
	memcpy(p, &v, sizeof(v));
}

/* Sums of whatever can be found; lengths and offsets stay as they are. */
static void
repair(uint8_t *p, size_t n)
{
	uint64_t table;

	if (n < HEADER)
		return;
	put_u64(p + 16, n);
	table = get_u64(p + TABLE_AT);
	if (table <= n) {
		for (size_t at = table; n - at >= ROW_SIZE; at += ROW_SIZE) {
			uint64_t from = get_u64(p + at + 24);
			uint64_t len = get_u64(p + at + 32);

			if (from <= n && len <= n - from)
				put_u64(p + at + 40,
				    hash_bytes(p + from, len, 0));
		}
		put_u64(p + 40, hash_bytes(p + table, n - table, 0));
	}
	put_u64(p + 48, hash_bytes(p, 48, 0));
}

/* 1 if it could be opened. */
static int
ask_file(const uint8_t *p, size_t n)
{
	int fd = memfd_create("world", MFD_CLOEXEC);
	struct world *w = NULL;
	struct err err;
	char path[40];
	int opened = 0;

	if (fd == -1 || write(fd, p, n) != (ssize_t)n)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (world_open(path, &w, &err) == 0) {
		(void)ask_world(w);
		(void)world_verify(w, &err);
		world_close(w);
		opened = 1;
	}
	(void)close(fd);
	return opened;
}

static void
change(uint8_t *p, const uint8_t *data, size_t size)
{
	uint64_t table = get_u64(p + TABLE_AT);
	size_t rows = (n_whole - table) / ROW_SIZE;

	for (; size >= 6; data += 6, size -= 6) {
		unsigned section = data[0] | (unsigned)data[1] << 8;
		size_t at =
		    data[2] | (size_t)data[3] << 8 | (size_t)data[4] << 16;
		const uint8_t *row = p + table + section % rows * ROW_SIZE;
		uint64_t from = get_u64(row + 24), len = get_u64(row + 32);

		if (section >= IN_TABLE)
			p[table + at % (rows * ROW_SIZE)] = data[5];
		else if (len > 0 && from <= n_whole && len <= n_whole - from)
			p[from + at % len] = data[5];
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (whole == NULL) {
		make_whole();
		if (ask_file(whole, n_whole) != 1)
			abort();
	}
	bool file = size >= 8 && memcmp(data, WORLD_MAGIC, 8) == 0;
	size_t n = file ? size : n_whole;
	uint8_t *p = malloc(n);
	if (p == NULL)
		abort();
	memcpy(p, file ? data : whole, n);
	if (file)
		(void)ask_file(p, n);
	else
		change(p, data, size);
	repair(p, n);
	(void)ask_file(p, n);
	free(p);
	return 0;
}
