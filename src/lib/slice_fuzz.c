/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slice_fuzz.c - a byte that chooses a filter, then an archive, a BMP stream or
 * a capture: its slice has the properties of writer_check.h.
 */
#include "lib/writer_check.h"

#include <fcntl.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct check_filter filters[] = {
	{ { NULL }, 0 },
	{ { "from", "0" }, 2 },
	{ { "prefix", "192.0.2.0/24 any" }, 2 },
	{ { "prefix", "10.0.0.0/8 more", "type", "table" }, 4 },
	{ { "prefix", "::/0 more" }, 2 },
	{ { "type", "announcement" }, 2 },
	{ { "type", "withdrawal" }, 2 },
	{ { "origin", "64497" }, 2 },
	{ { "peer", "64496" }, 2 },
	{ { "peer", "192.0.2.1", "family", "4" }, 4 },
	{ { "path", "_64496_" }, 2 },
	{ { "community", "64496:*" }, 2 },
};

static const char *
slice_path(void)
{
	static char path[64];

	(void)snprintf(path, sizeof(path), "%s/comity-slice-%d", check_folder(),
	    (int)getpid());
	return path;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];

	check_no_peer_as = true;
	if (size == 0)
		return 0;
	int fd = memfd_create("archive", 0);
	if (fd == -1 || write(fd, data + 1, size - 1) != (ssize_t)(size - 1))
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	verdict bad = check_filtered(path, &filters[data[0] % COUNT(filters)],
	    slice_path());
	(void)unlink(slice_path());
	(void)close(fd);
	/* Of BMP a slice may still tell more or less where sessions of several
	 * kinds are mixed up: only what is MRT must be the same. */
	if (bad != NULL && mrt_sniff(data + 1, size - 1)) {
		(void)fprintf(stderr, "%s\n", bad);
		abort();
	}
	return 0;
}
