/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * next.c - how many routes of a file each network originates, the most first;
 * withdrawals, and routes whose origin is a set, are left out.
 */
#include <comity.h>
#include <stdio.h>
#include <stdlib.h>

struct origin {
	uint32_t asn;
	unsigned long routes;
};

struct origins {
	struct origin *p; /* ordered by number */
	size_t n;
};

/* Where the number stands, or would. */
static size_t
find(const struct origins *o, uint32_t asn)
{
	size_t low = 0, high = o->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->p[middle].asn < asn)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
count(struct origins *o, uint32_t asn)
{
	size_t at = find(o, asn), i;

	if (at == o->n || o->p[at].asn != asn) {
		o->p = realloc(o->p, (o->n + 1) * sizeof(*o->p));
		if (o->p == NULL)
			abort();
		for (i = o->n++; i > at; i--)
			o->p[i] = o->p[i - 1];
		o->p[at].asn = asn;
		o->p[at].routes = 0;
	}
	o->p[at].routes++;
}

static int
by_routes(const void *a, const void *b)
{
	const struct origin *x = a, *y = b;

	if (x->routes != y->routes)
		return x->routes > y->routes ? -1 : 1;
	return x->asn < y->asn ? -1 : 1;
}

static void
print(struct origins *o)
{
	size_t i;

	if (o->n > 0)
		qsort(o->p, o->n, sizeof(*o->p), by_routes);
	for (i = 0; i < o->n; i++)
		printf("%8lu AS%lu\n", o->p[i].routes,
		    (unsigned long)o->p[i].asn);
}

int
main(int argc, char **argv)
{
	struct origins origins = { NULL, 0 };
	struct comity_error error;
	struct comity_reader *r;
	uint32_t asn;

	r = comity_reader_open(argc == 2 ? argv[1] : "-", &error);
	if (r == NULL) {
		fprintf(stderr, "%s\n", error.text);
		return 2;
	}
	while (comity_reader_next(r) == 1)
		while (comity_route_next(r) == 1)
			if (comity_route_type(r) != COMITY_WITHDRAWN &&
			    comity_route_origin_as(r, &asn))
				count(&origins, asn);
	comity_reader_close(r);
	print(&origins);
	free(origins.p);
	return 0;
}
