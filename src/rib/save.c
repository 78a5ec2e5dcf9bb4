/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * save.c - the state of all peers as sections, in an order that depends on
 * content alone, so that equal states give equal bytes.  saved.h has the form.
 */
#include "rib/saved.h"

#include <stdio.h>
#include <stdlib.h>

#define NODES_PIECE (1u << 20)
#define CELLS_PIECE (8u << 20) /* bytes */
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
	struct buf cells;
	struct cell last; /* of this peer */
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

/* Items by group: those of g are item[first[g]] up to item[first[g + 1]]. */
struct groups {
	uint32_t *first, *item;
};

/* group_of: UNUSED leaves an item out. */
static void
group(struct groups *g, uint32_t n_groups, uint32_t n_items,
    uint32_t (*group_of)(const struct saver *s, uint32_t item),
    const struct saver *s)
{
	uint32_t n = 0;

	g->first = mem_alloc((size_t)n_groups + 2, sizeof(*g->first));
	for (uint32_t i = 0; i < n_items; i++) {
		uint32_t at = group_of(s, i);

		if (at != UNUSED) {
			g->first[at]++;
			n++;
		}
	}
	/* To the end of each group, from where it is filled backwards. */
	for (uint32_t i = 1; i <= n_groups; i++)
		g->first[i] += g->first[i - 1];
	g->item = mem_alloc((size_t)n + 1, sizeof(*g->item));
	for (uint32_t i = n_items; i-- > 0;) {
		uint32_t at = group_of(s, i);

		if (at != UNUSED)
			g->item[--g->first[at]] = i;
	}
	g->first[n_groups] = n;
}

static void
groups_fini(struct groups *g)
{
	free(g->first);
	free(g->item);
}

/* What items of one group are sorted by. */
struct keyed {
	uint64_t key;
	uint32_t item;
};

static int
cmp_keyed(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static void
sort_keyed(struct keyed *k, size_t n)
{
	if (n > 24) {
		qsort(k, n, sizeof(*k), cmp_keyed);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct keyed x = k[i];
		size_t j = i;

		for (; j > 0 && k[j - 1].key > x.key; j--)
			k[j] = k[j - 1];
		k[j] = x;
	}
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

static uint32_t
parent_of(const struct saver *s, uint32_t node)
{
	return node == 0 || s->names->path[node] == UNUSED
		   ? UNUSED
		   : s->r->nodes.p[node].parent;
}

/* What hangs on a node, the last one in order first, onto the stack. */
static void
push_children(const struct saver *s, const struct groups *g, uint32_t node,
    struct keyed **stack, size_t *n, size_t *cap)
{
	uint32_t from = g->first[node], many = g->first[node + 1] - from;

	*stack = vec_reserve_(*stack, cap, *n + many, sizeof(**stack));
	struct keyed *k = *stack + *n;
	for (uint32_t i = 0; i < many; i++) {
		uint32_t item = g->item[from + i];
		const struct node *x = &s->r->nodes.p[item];

		/* Upside down. */
		k[i] =
		    (struct keyed){ ~((uint64_t)x->asn << 8 | x->kind), item };
	}
	sort_keyed(k, many);
	*n += many;
}

static int
nodes_flush(const struct saver *s, const struct saved_node *out, uint32_t n,
    uint32_t *pieces, struct err *err)
{
	char name[SECT_NAME_MAX];

	(void)snprintf(name, sizeof(name), "rib.p%u", (*pieces)++);
	return s->sink->add(s->sink->ctx, name, out, n * sizeof(*out), err);
}

static int
save_paths(struct saver *s, struct err *err)
{
	struct groups g;
	uint32_t n_nodes = (uint32_t)s->r->nodes.n;
	uint32_t room = n_nodes < NODES_PIECE ? n_nodes : NODES_PIECE;
	struct saved_node *out = mem_alloc(room, sizeof(*out));
	struct keyed *stack = NULL;
	size_t n_stack = 1, cap = 0;
	uint32_t n = 0, pieces = 0;
	int res = 0;

	group(&g, n_nodes, n_nodes, parent_of, s);
	stack = vec_reserve_(stack, &cap, 1, sizeof(*stack));
	stack[0] = (struct keyed){ 0, 0 };
	while (n_stack > 0 && res == 0) {
		uint32_t node = stack[--n_stack].item;
		const struct node *x = &s->r->nodes.p[node];

		s->names->path[node] = s->n_paths++;
		out[n++] = (struct saved_node){ .asn = x->asn,
			.len = x->len,
			.kind = x->kind };
		if (n == room) {
			res = nodes_flush(s, out, n, &pieces, err);
			n = 0;
		}
		push_children(s, &g, node, &stack, &n_stack, &cap);
	}
	if (res == 0 && n > 0)
		res = nodes_flush(s, out, n, &pieces, err);
	groups_fini(&g);
	free(stack);
	free(out);
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

static uint32_t
path_of_set(const struct saver *s, uint32_t set)
{
	/* Set 0 stays in front. */
	return set == 0 || s->set_name[set] == UNUSED
		   ? UNUSED
		   : s->names->path[s->r->sets.p[set].path];
}

static int
save_sets(struct saver *s, struct err *err)
{
	VEC(struct keyed) same = { 0 };
	VEC(struct saved_set) out = { 0 };
	struct groups g;

	group(&g, s->n_paths, (uint32_t)s->r->sets.n, path_of_set, s);
	vec_push(&out, ((struct saved_set){ 0, 0 }));
	for (uint32_t path = 0; path < s->n_paths; path++) {
		same.n = 0;
		for (uint32_t i = g.first[path]; i < g.first[path + 1]; i++) {
			uint32_t set = g.item[i];

			vec_push(&same,
			    ((struct keyed){
				s->rest_name[s->r->sets.p[set].rest], set }));
		}
		sort_keyed(same.p, same.n);
		for (size_t i = 0; i < same.n; i++) {
			s->set_name[same.p[i].item] = (uint32_t)out.n;
			vec_push(&out, ((struct saved_set){ path,
					   (uint32_t)same.p[i].key }));
		}
	}
	s->n_sets = (uint32_t)out.n;
	int res = s->sink->add(s->sink->ctx, "rib.set", out.p,
	    out.n * sizeof(*out.p), err);
	groups_fini(&g);
	vec_fini(&same);
	vec_fini(&out);
	return res;
}

/* --- peers and cells --------------------------------------------------- */

static int
cells_flush(struct saver *s, struct err *err)
{
	char name[SECT_NAME_MAX];

	(void)snprintf(name, sizeof(name), "rib.c%u", s->pieces++);
	int res = s->sink->add(s->sink->ctx, name, s->cells.p, s->cells.n, err);
	buf_clear(&s->cells);
	return res;
}

static uint8_t *
put_number(uint8_t *p, uint32_t v)
{
	for (; v >= 128; v >>= 7)
		*p++ = (uint8_t)(v | 128);
	*p++ = (uint8_t)v;
	return p;
}

static int
cell_put(struct saver *s, struct cell c, struct err *err)
{
	uint8_t *flags = buf_room(&s->cells, CELL_MAX), *p = flags + 1;
	uint32_t far = c.prefix - s->last.prefix;

	*flags = far < CELL_FAR ? (uint8_t)far : CELL_FAR;
	if (far >= CELL_FAR)
		p = put_number(p, far);
	if (c.path_id != 0) {
		*flags |= CELL_PATH_ID;
		p = put_number(p, c.path_id);
	}
	if (c.set == s->last.set)
		*flags |= CELL_SAME_SET;
	else
		p = put_number(p, c.set);
	if (c.marked)
		*flags |= CELL_MARKED;
	s->cells.n -= CELL_MAX - (size_t)(p - flags);
	s->last = c;
	return s->cells.n >= CELLS_PIECE ? cells_flush(s, err) : 0;
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
	const struct cell *x = a, *y = b;

	return x->path_id < y->path_id ? -1 : x->path_id > y->path_id;
}

static int
save_extras(struct saver *s, const struct peer *p, uint32_t prefix, uint64_t *n,
    struct err *err)
{
	const uint32_t *at = u64map_get(&p->extra_of, prefix);
	VEC(struct cell) list = { 0 };
	int res = 0;

	if (at == NULL)
		return 0;
	for (uint32_t i = *at; i != 0; i = p->extras.p[i - 1].next) {
		const struct extra *x = &p->extras.p[i - 1];

		if (x->set != 0)
			vec_push(&list, ((struct cell){ s->prefix_name[prefix],
					    x->path_id, s->set_name[x->set],
					    p->marks != NULL && x->marked }));
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
	s->last = (struct cell){ 0 };
	for (uint32_t i = 0; i < s->n_by_name; i++) {
		uint32_t prefix = s->by_name[i];

		if (prefix == UNUSED) /* the caller's alone */
			continue;
		uint32_t set = rib_cell(s->r, peer, prefix, 0);
		if (set != 0) {
			struct cell c = { i, 0, s->set_name[set],
				is_marked(p, prefix) };

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
	buf_fini(&s.cells);
	return res;
}
