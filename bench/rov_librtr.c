/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov_librtr.c - the peer that `comity rov -` is measured against: librtr's
 * pfx_table_validate() over the same VRPs and routes, texts parsed before the
 * clock starts.
 *
 *   rov_librtr VRPS ROUTES    lines "prefix max_len asn" and "prefix asn"
 *
 * Prints: seconds for all routes (CPU), number of routes, and how many were
 * valid, invalid and not found.
 */
#include <rtrlib/rtrlib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct route {
	struct lrtr_ip_addr addr;
	uint32_t asn;
	uint8_t len, max;
};

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct route *
read_file(const char *path, int with_max, size_t *n)
{
	FILE *f = fopen(path, "re");
	struct route *all = NULL;
	size_t cap = 0;
	char line[200], addr[100];
	unsigned len, max, asn;

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	for (*n = 0; fgets(line, sizeof(line), f) != NULL;) {
		int got = with_max
			      ? sscanf(line, "%99[^/]/%u %u %u", addr, &len,
				    &max, &asn)
			      : sscanf(line, "%99[^/]/%u %u", addr, &len, &asn);

		if (got != (with_max ? 4 : 3))
			continue;
		if (*n == cap) {
			cap = cap == 0 ? 65536 : 2 * cap;
			all = realloc(all, cap * sizeof(*all));
			if (all == NULL)
				exit(2);
		}
		struct route *r = &all[*n];
		if (lrtr_ip_str_to_addr(addr, &r->addr) != 0)
			continue;
		r->len = (uint8_t)len;
		r->max = (uint8_t)(with_max ? max : len);
		r->asn = asn;
		++*n;
	}
	fclose(f);
	return all;
}

int
main(int argc, char **argv)
{
	struct pfx_table table;
	unsigned long counts[3] = { 0 };
	size_t n_vrps, n_routes;

	if (argc != 3)
		return 2;
	struct route *vrps = read_file(argv[1], 1, &n_vrps);
	struct route *routes = read_file(argv[2], 0, &n_routes);
	pfx_table_init(&table, NULL);
	for (size_t i = 0; i < n_vrps; i++) {
		struct pfx_record r = { .asn = vrps[i].asn,
			.prefix = vrps[i].addr,
			.min_len = vrps[i].len,
			.max_len = vrps[i].max };

		pfx_table_add(&table, &r);
	}
	double began = cpu();
	for (size_t i = 0; i < n_routes; i++) {
		enum pfxv_state s;

		pfx_table_validate(&table, routes[i].asn, &routes[i].addr,
		    routes[i].len, &s);
		counts[s == BGP_PFXV_STATE_VALID     ? 0
		       : s == BGP_PFXV_STATE_INVALID ? 1
						     : 2]++;
	}
	double seconds = cpu() - began;
	printf("%.4f %zu %lu %lu %lu\n", seconds, n_routes, counts[0],
	    counts[1], counts[2]);
	pfx_table_free(&table);
	free(vrps);
	free(routes);
	return 0;
}
