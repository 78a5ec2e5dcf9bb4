/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * save.c - the state of all peers as sections, in an order that depends on
 * content alone, so that equal states give equal bytes.  saved.h has the form.
 */
#include "rib/saved.h"

#include <stdio.h>
#include <stdlib.h>

#define CELLS_PIECE (1u << 20)
#define UNUSED      UINT32_MAX

struct saver {
	struct rib *r;
	const uint32_t *prefix_name;
	const struct sect_sink *sink;
	struct rib_names *names;
	uint32_t *by_name; /* prefixes with a name, by it */
	uint32_t n_by_name;
	uint32_t *set_name, *rest_name; /* by number; UNUSED = not saved */
	uint32_t n_sets, n_rests, n_paths;
	VEC(struct saved_cell) cells;
	uint32_t pieces;
};

void
rib_names_fini(struct rib_names *n)
{
	free(n->peer);
	free(n->path);
	free(n->collector);
	*n = (struct rib_names){ 0 };
}

/* Numbers of the rows for which name[i] != UNUSED, to be sorted. */
static uint32_t *
used_rows(const uint32_t *name, size_t n, uint32_t *n_used)
{
	uint32_t *rows = mem_alloc(n + 1, sizeof(*rows)), k = 0;

	for (uint32_t i = 0; i < n; i++)
		if (name[i] != UNUSED)
			rows[k++] = i;
	*n_used = k;
	return rows;
}

static uint32_t *
all_unused(size_t n)
{
	uint32_t *name = mem_alloc(n + 1, sizeof(*name));

	memset(name, 0xff, (n + 1) * sizeof(*name));
	return name;
}

/* --- collectors -------------------------------------------------------- */

static int
cmp_collector(const void *a, const void *b, void *ctx)
{
	return strcmp(rib_collector(ctx, *(const uint32_t *)a),
	    rib_collector(ctx, *(const uint32_t *)b));
}

static int
save_collectors(struct saver *s, struct err *err)
{
	uint32_t n = rib_collector_count(s->r);
	uint32_t *row = mem_alloc(n + 1, sizeof(*row));
	struct buf b = { 0 };

	s->names->collector = mem_alloc(n + 1, sizeof(uint32_t));
	for (uint32_t i = 0; i < n; i++)
		row[i] = i;
	qsort_r(row, n, sizeof(*row), cmp_collector, s->r);
	for (uint32_t i = 0; i < n; i++) {
		s->names->collector[row[i]] = i;
		buf_str(&b, rib_collector(s->r, row[i]));
		buf_chr(&b, '\0');
	}
	int res = s->sink->add(s->sink->ctx, "rib.coll", b.p, b.n, err);
	buf_fini(&b);
	free(row);
	return res;
}

/* --- paths and sets ---------------------------------------------------- */

static void
use_path(struct saver *s, uint32_t path)
{
	uint32_t *name = s->names->path;

	for (; name[path] == UNUSED; path = s->r->nodes.p[path].parent)
		name[path] = 0;
}

static void
use_set(void *ctx, uint32_t prefix, uint32_t path_id, uint32_t set)
{
	struct saver *s = ctx;
	const struct set *x = &s->r->sets.p[set];

	(void)prefix;
	(void)path_id;
	if (s->set_name[set] != UNUSED)
		return;
	s->set_name[set] = 0;
	s->rest_name[x->rest] = 0;
	use_path(s, x->path);
}

/* Parents of one length already have their names when it is sorted. */
static int
cmp_node(const void *a, const void *b, void *ctx)
{
	const struct saver *s = ctx;
	const struct node *x = &s->r->nodes.p[*(const uint32_t *)a];
	const struct node *y = &s->r->nodes.p[*(const uint32_t *)b];
	uint32_t px = s->names->path[x->parent];
	uint32_t py = s->names->path[y->parent];

	if (px != py)
		return px < py ? -1 : 1;
	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static int
cmp_len(const void *a, const void *b, void *ctx)
{
	const struct saver *s = ctx;

	return (int)s->r->nodes.p[*(const uint32_t *)a].len -
	       (int)s->r->nodes.p[*(const uint32_t *)b].len;
}

static int
save_paths(struct saver *s, struct err *err)
{
	uint32_t n, *row = used_rows(s->names->path, s->r->nodes.n, &n);
	struct saved_node *out = mem_alloc(n + 1, sizeof(*out));

	qsort_r(row, n, sizeof(*row), cmp_len, s);
	for (uint32_t i = 0; i < n;) {
		uint32_t k = i;
		uint16_t len = s->r->nodes.p[row[i]].len;

		while (k < n && s->r->nodes.p[row[k]].len == len)
			k++;
		qsort_r(row + i, k - i, sizeof(*row), cmp_node, s);
		for (; i < k; i++) {
			const struct node *x = &s->r->nodes.p[row[i]];

			s->names->path[row[i]] = i;
			out[i] = (struct saved_node){ .asn = x->asn,
				.parent = s->names->path[x->parent],
				.kind = x->kind };
		}
	}
	s->n_paths = n;
	int res =
	    s->sink->add(s->sink->ctx, "rib.path", out, n * sizeof(*out), err);
	free(out);
	free(row);
	return res;
}

static int
cmp_rest(const void *a, const void *b, void *ctx)
{
	const struct saver *s = ctx;
	const struct rest *x = &s->r->rests.p[*(const uint32_t *)a];
	const struct rest *y = &s->r->rests.p[*(const uint32_t *)b];
	int c = memcmp(s->r->pool.p + x->at, s->r->pool.p + y->at,
	    x->n < y->n ? x->n : y->n);

	return c != 0 ? c : x->n < y->n ? -1 : x->n > y->n;
}

static int
save_rests(struct saver *s, struct err *err)
{
	uint32_t n, *row = used_rows(s->rest_name, s->r->rests.n, &n);
	struct saved_rest *out = mem_alloc(n + 1, sizeof(*out));
	struct buf pool = { 0 };

	/* Row 0 is that of "no route" and stays in front, here and below. */
	if (n > 1)
		qsort_r(row + 1, n - 1, sizeof(*row), cmp_rest, s);
	for (uint32_t i = 0; i < n; i++) {
		const struct rest *x = &s->r->rests.p[row[i]];

		s->rest_name[row[i]] = i;
		out[i] = (struct saved_rest){ (uint32_t)pool.n, x->n };
		buf_add(&pool, s->r->pool.p + x->at, x->n);
	}
	s->n_rests = n;
	int res =
	    s->sink->add(s->sink->ctx, "rib.rest", out, n * sizeof(*out), err);
	if (res == 0)
		res =
		    s->sink->add(s->sink->ctx, "rib.pool", pool.p, pool.n, err);
	buf_fini(&pool);
	free(out);
	free(row);
	return res;
}

static int
cmp_set(const void *a, const void *b, void *ctx)
{
	const struct saver *s = ctx;
	const struct set *x = &s->r->sets.p[*(const uint32_t *)a];
	const struct set *y = &s->r->sets.p[*(const uint32_t *)b];
	uint32_t kx[2] = { s->names->path[x->path], s->rest_name[x->rest] };
	uint32_t ky[2] = { s->names->path[y->path], s->rest_name[y->rest] };

	if (kx[0] != ky[0])
		return kx[0] < ky[0] ? -1 : 1;
	return kx[1] < ky[1] ? -1 : kx[1] > ky[1];
}

static int
save_sets(struct saver *s, struct err *err)
{
	uint32_t n, *row = used_rows(s->set_name, s->r->sets.n, &n);
	struct saved_set *out = mem_alloc(n + 1, sizeof(*out));

	if (n > 1)
		qsort_r(row + 1, n - 1, sizeof(*row), cmp_set, s);
	for (uint32_t i = 0; i < n; i++) {
		const struct set *x = &s->r->sets.p[row[i]];

		s->set_name[row[i]] = i;
		out[i] = (struct saved_set){ s->names->path[x->path],
			s->rest_name[x->rest] };
	}
	s->n_sets = n;
	int res =
	    s->sink->add(s->sink->ctx, "rib.set", out, n * sizeof(*out), err);
	free(out);
	free(row);
	return res;
}

/* --- peers and cells --------------------------------------------------- */

static int
cells_flush(struct saver *s, struct err *err)
{
	char name[SECT_NAME_MAX];

	(void)snprintf(name, sizeof(name), "rib.c%u", s->pieces++);
	int res = s->sink->add(s->sink->ctx, name, s->cells.p,
	    s->cells.n * sizeof(*s->cells.p), err);
	s->cells.n = 0;
	return res;
}

static int
cell_put(struct saver *s, struct saved_cell c, struct err *err)
{
	vec_push(&s->cells, c);
	return s->cells.n == CELLS_PIECE ? cells_flush(s, err) : 0;
}

static bool
is_marked(const struct peer *p, uint32_t prefix)
{
	return p->marks != NULL && prefix / 64 < p->n_marks &&
	       (p->marks[prefix / 64] >> prefix % 64 & 1);
}

static int
cmp_extra(const void *a, const void *b)
{
	const struct saved_cell *x = a, *y = b;

	return x->path_id < y->path_id ? -1 : x->path_id > y->path_id;
}

static int
save_extras(struct saver *s, const struct peer *p, uint32_t prefix, uint64_t *n,
    struct err *err)
{
	const uint32_t *at = u64map_get(&p->extra_of, prefix);
	VEC(struct saved_cell) list = { 0 };
	int res = 0;

	if (at == NULL)
		return 0;
	for (uint32_t i = *at; i != 0; i = p->extras.p[i - 1].next) {
		const struct extra *x = &p->extras.p[i - 1];

		if (x->set != 0)
			vec_push(&list,
			    ((struct saved_cell){ s->prefix_name[prefix],
				x->path_id,
				s->set_name[x->set] |
				    (p->marks != NULL && x->marked ? MARKED
								   : 0) }));
	}
	if (list.n > 1)
		qsort(list.p, list.n, sizeof(*list.p), cmp_extra);
	for (size_t i = 0; i < list.n && res == 0; i++, (*n)++)
		res = cell_put(s, list.p[i], err);
	vec_fini(&list);
	return res;
}

static int
save_cells(struct saver *s, uint32_t peer, uint64_t *n, struct err *err)
{
	const struct peer *p = &s->r->peers.p[peer];

	*n = 0;
	for (uint32_t i = 0; i < s->n_by_name; i++) {
		uint32_t prefix = s->by_name[i];

		if (prefix == UNUSED) /* the caller's alone */
			continue;
		uint32_t set = rib_cell(s->r, peer, prefix, 0);
		if (set != 0) {
			struct saved_cell c = { i, 0,
				s->set_name[set] |
				    (is_marked(p, prefix) ? MARKED : 0) };

			(*n)++;
			if (cell_put(s, c, err) == -1)
				return -1;
		}
		if (p->pub.add_path && save_extras(s, p, prefix, n, err) == -1)
			return -1;
	}
	return 0;
}

static int
cmp_peer(const void *a, const void *b, void *ctx)
{
	const struct saver *s = ctx;
	const struct rib_peer *x = &s->r->peers.p[*(const uint32_t *)a].pub;
	const struct rib_peer *y = &s->r->peers.p[*(const uint32_t *)b].pub;
	uint32_t cx = s->names->collector[x->collector];
	uint32_t cy = s->names->collector[y->collector];

	if (cx != cy)
		return cx < cy ? -1 : 1;
	if (x->addr.family != y->addr.family)
		return x->addr.family < y->addr.family ? -1 : 1;
	int c = memcmp(x->addr.addr, y->addr.addr, sizeof(x->addr.addr));
	if (c != 0)
		return c;
	return x->asn < y->asn ? -1 : x->asn > y->asn;
}

static struct saved_peer
saved_peer(const struct saver *s, const struct peer *p)
{
	struct saved_peer row = { .up_us = p->pub.up_us,
		.last_us = p->pub.last_us,
		.collector = s->names->collector[p->pub.collector],
		.asn = p->pub.asn,
		.family = p->pub.addr.family };

	memcpy(row.addr, p->pub.addr.addr, sizeof(row.addr));
	row.flags = (uint8_t)((p->pub.up ? SAVED_UP : 0) |
			      (p->marks != NULL ? SAVED_MARKING : 0) |
			      (p->pub.full[NET_IP4] ? SAVED_FULL4 : 0) |
			      (p->pub.full[NET_IP6] ? SAVED_FULL6 : 0));
	return row;
}

static int
save_peers(struct saver *s, const uint32_t *row, uint32_t n, struct err *err)
{
	struct saved_peer *out = mem_alloc(n + 1, sizeof(*out));
	int res = 0;

	for (uint32_t i = 0; i < n && res == 0; i++) {
		out[i] = saved_peer(s, &s->r->peers.p[row[i]]);
		res = save_cells(s, row[i], &out[i].cells, err);
	}
	if (res == 0 && s->cells.n > 0)
		res = cells_flush(s, err);
	if (res == 0)
		res = s->sink->add(s->sink->ctx, "rib.peer", out,
		    n * sizeof(*out), err);
	free(out);
	return res;
}

static void
order_prefixes(struct saver *s)
{
	uint32_t n = pset_count(s->r->prefixes);

	for (uint32_t i = 0; i < n; i++)
		if (s->prefix_name[i] != RIB_NONE &&
		    s->prefix_name[i] >= s->n_by_name)
			s->n_by_name = s->prefix_name[i] + 1;
	uint32_t *by = all_unused(s->n_by_name);
	for (uint32_t i = 0; i < n; i++)
		if (s->prefix_name[i] != RIB_NONE)
			by[s->prefix_name[i]] = i;
	s->by_name = by;
}

int
rib_save(struct rib *r, const uint32_t *prefix_name, const uint32_t *keep_paths,
    size_t n_keep, const struct sect_sink *sink, struct rib_names *names,
    struct err *err)
{
	struct saver s = { .r = r,
		.prefix_name = prefix_name,
		.sink = sink,
		.names = names };
	uint32_t n = rib_peer_count(r);
	uint32_t *row = mem_alloc((size_t)n + 1, sizeof(*row));
	int res = -1;

	*names = (struct rib_names){ 0 };
	names->path = all_unused(r->nodes.n);
	names->peer = mem_alloc((size_t)n + 1, sizeof(uint32_t));
	s.set_name = all_unused(r->sets.n);
	s.rest_name = all_unused(r->rests.n);
	names->path[0] = 0;
	s.set_name[0] = s.rest_name[r->sets.p[0].rest] = 0;
	for (uint32_t i = 0; i < n; i++)
		rib_each_cell(r, i, use_set, &s);
	for (size_t i = 0; i < n_keep; i++)
		use_path(&s, keep_paths[i]);
	order_prefixes(&s);
	if (save_collectors(&s, err) == 0 && save_paths(&s, err) == 0 &&
	    save_rests(&s, err) == 0 && save_sets(&s, err) == 0) {
		for (uint32_t i = 0; i < n; i++)
			row[i] = i;
		qsort_r(row, n, sizeof(*row), cmp_peer, &s);
		for (uint32_t i = 0; i < n; i++)
			names->peer[row[i]] = i;
		res = save_peers(&s, row, n, err);
	}
	if (res == -1)
		rib_names_fini(names);
	free(row);
	free(s.set_name);
	free(s.rest_name);
	free(s.by_name);
	vec_fini(&s.cells);
	return res;
}
