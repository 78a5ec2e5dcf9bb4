/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze.c - inputs merged into sections: the graph in compressed rows, its
 * clique, sizes of cones, organisations, observed cones.
 *
 * Everything is sorted by content, so that bytes do not depend on the order
 * of inputs.
 */
#include "topo/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIQUE_TRIES 1000 /* candidates looked at when no file names one */

/* Label of a link x-y, x < y, as bits while doubles are merged. */
enum {
	L_P2C = 1, /* x is the provider */
	L_C2P = 2,
	L_P2P = 4,
	L_SIB = 8,
};

struct link {
	uint64_t pair; /* x << 32 | y */
	uint32_t bits;
};

struct org_key {
	const char *id, *name, *country, *source;
	uint32_t changed;
};

struct asn_key {
	uint32_t asn, changed;
	const char *org, *name;
};

struct freeze {
	const struct topo_input *const *inputs;
	size_t n;
	const char *suffix;
	const struct sect_sink *sink;
	struct topo_head_row head;
	struct strtab text;
	VEC(struct link) links;
	VEC(uint32_t) asns; /* ascending: position is the id */
	VEC(uint32_t) route_servers;
	VEC(uint32_t) clique;
	VEC(struct org_key) orgs;
	VEC(struct asn_key) org_asns;
	VEC(uint32_t) neighbors;
	struct topo_as_row *rows;
};

bool
topo_sect_name(char out[SECT_NAME_MAX], const char *part, const char *suffix)
{
	int n = snprintf(out, SECT_NAME_MAX, "topo.%s%s", part, suffix);

	return n > 0 && n < SECT_NAME_MAX && strlen(suffix) <= TOPO_SUFFIX_MAX;
}

static int
add(struct freeze *f, const char *part, const void *data, size_t n,
    struct err *err)
{
	char name[SECT_NAME_MAX];

	if (!topo_sect_name(name, part, f->suffix))
		return err_set(err, ERR_LIMIT, "suffix \"%s\" is too long",
		    f->suffix);
	return f->sink->add(f->sink->ctx, name, data, n, err);
}

static uint32_t
text(struct freeze *f, const char *s)
{
	uint32_t id = strtab_add(&f->text, str_from(s)); /* may move `at` */

	return f->text.at[id];
}

static int
u32_cmp(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t
u32_unique(uint32_t *p, size_t n)
{
	size_t out = 0;

	if (n > 0)
		qsort(p, n, sizeof(*p), u32_cmp);
	for (size_t i = 0; i < n; i++)
		if (out == 0 || p[out - 1] != p[i])
			p[out++] = p[i];
	return out;
}

static uint32_t
id_of(const struct freeze *f, uint32_t asn)
{
	const uint32_t *hit;

	if (f->asns.n == 0)
		return TOPO_NO_ID;
	hit = bsearch(&asn, f->asns.p, f->asns.n, sizeof(asn), u32_cmp);
	return hit == NULL ? TOPO_NO_ID : (uint32_t)(hit - f->asns.p);
}

/* --- links ------------------------------------------------------------- */

static int
link_cmp(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return (x->pair > y->pair) - (x->pair < y->pair);
}

static struct link
link_of(const struct in_link *l)
{
	bool swap = l->a > l->b;
	uint32_t x = swap ? l->b : l->a, y = swap ? l->a : l->b;
	uint32_t bits = L_P2P;

	if (l->label == 1)
		bits = L_SIB;
	else if (l->label == -1)
		bits = swap ? L_C2P : L_P2C;
	return (struct link){ (uint64_t)x << 32 | y, bits };
}

/* One label for what several rows say of a link; see topo_freeze(). */
static uint32_t
label_settle(struct freeze *f, uint32_t bits)
{
	if ((bits & (bits - 1)) != 0)
		f->head.conflicts++;
	if ((bits & L_SIB) != 0 || (bits & (L_P2C | L_C2P)) == (L_P2C | L_C2P))
		bits = L_SIB;
	else if ((bits & (L_P2C | L_C2P)) != 0)
		bits &= ~(uint32_t)L_P2P;
	if (bits == L_SIB)
		f->head.sibling++;
	else if (bits == L_P2P)
		f->head.p2p++;
	else
		f->head.p2c++;
	return bits;
}

static void
links_merge(struct freeze *f)
{
	size_t out = 0;

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->inputs[i]->links.n; k++)
			vec_push(&f->links, link_of(&f->inputs[i]->links.p[k]));
	if (f->links.n > 0)
		qsort(f->links.p, f->links.n, sizeof(*f->links.p), link_cmp);
	for (size_t i = 0; i < f->links.n; i++) {
		if (out > 0 && f->links.p[out - 1].pair == f->links.p[i].pair)
			f->links.p[out - 1].bits |= f->links.p[i].bits;
		else
			f->links.p[out++] = f->links.p[i];
	}
	f->links.n = out;
	for (size_t i = 0; i < f->links.n; i++)
		f->links.p[i].bits = label_settle(f, f->links.p[i].bits);
}

/* Kind of neighbour that y is to x, and x to y. */
static void
link_kinds(uint32_t bits, int *of_x, int *of_y)
{
	*of_x = *of_y = NB_PEERS;
	if (bits == L_P2C) {
		*of_x = NB_CUSTOMERS;
		*of_y = NB_PROVIDERS;
	} else if (bits == L_C2P) {
		*of_x = NB_PROVIDERS;
		*of_y = NB_CUSTOMERS;
	} else if (bits == L_SIB) {
		*of_x = *of_y = NB_SIBLINGS;
	}
}

static void
asns_collect(struct freeze *f)
{
	for (size_t i = 0; i < f->links.n; i++) {
		vec_push(&f->asns, (uint32_t)(f->links.p[i].pair >> 32));
		vec_push(&f->asns, (uint32_t)f->links.p[i].pair);
	}
	for (size_t i = 0; i < f->n; i++) {
		const struct topo_input *in = f->inputs[i];

		for (size_t k = 0; k < in->asns.n; k++)
			vec_push(&f->asns, in->asns.p[k].asn);
		for (size_t k = 0; k < in->cones.n; k++)
			vec_push(&f->asns, in->cones.p[k].asn);
		for (size_t k = 0; k < in->cone_members.n; k++)
			vec_push(&f->asns, in->cone_members.p[k]);
		for (size_t k = 0; k < in->clique.n; k++)
			vec_push(&f->asns, in->clique.p[k]);
		for (size_t k = 0; k < in->clique_inferred.n; k++)
			vec_push(&f->asns, in->clique_inferred.p[k]);
		for (size_t k = 0; k < in->route_servers.n; k++)
			vec_push(&f->route_servers, in->route_servers.p[k]);
	}
	f->asns.n = u32_unique(f->asns.p, f->asns.n);
	f->route_servers.n = u32_unique(f->route_servers.p, f->route_servers.n);
	f->head.route_servers = (uint32_t)f->route_servers.n;
}

/*
 * Links are in order of (x, y), so filling both ends in one pass leaves every
 * list ascending: what is smaller than v came while v was the second end.
 */
static void
graph_build(struct freeze *f)
{
	uint32_t *ends = mem_alloc(2 * f->links.n + 1, sizeof(*ends));
	uint64_t(*at)[NB_KINDS], next = 0;
	int of_x, of_y;

	f->rows = mem_alloc(f->asns.n + 1, sizeof(*f->rows));
	for (size_t i = 0; i < f->links.n; i++) {
		uint32_t x = id_of(f, (uint32_t)(f->links.p[i].pair >> 32));
		uint32_t y = id_of(f, (uint32_t)f->links.p[i].pair);

		ends[2 * i] = x;
		ends[2 * i + 1] = y;
		link_kinds(f->links.p[i].bits, &of_x, &of_y);
		f->rows[x].n[of_x]++;
		f->rows[y].n[of_y]++;
	}
	at = mem_alloc(f->asns.n + 1, sizeof(*at));
	for (size_t i = 0; i < f->asns.n; i++) {
		f->rows[i].asn = f->asns.p[i];
		f->rows[i].org = UINT32_MAX;
		f->rows[i].first = next;
		for (int k = 0; k < NB_KINDS; k++) {
			at[i][k] = next;
			next += f->rows[i].n[k];
		}
		if (next > f->rows[i].first) {
			f->rows[i].flags |= TOPO_AS_LINKED;
			f->head.ases++;
		}
	}
	vec_reserve(&f->neighbors, next + 1);
	f->neighbors.n = next;
	for (size_t i = 0; i < f->links.n; i++) {
		uint32_t x = ends[2 * i], y = ends[2 * i + 1];

		link_kinds(f->links.p[i].bits, &of_x, &of_y);
		f->neighbors.p[at[x][of_x]++] = y;
		f->neighbors.p[at[y][of_y]++] = x;
	}
	free(at);
	free(ends);
}

static const uint32_t *
list(const struct freeze *f, uint32_t id, int kind)
{
	const uint32_t *p = f->neighbors.p + f->rows[id].first;

	for (int k = 0; k < kind; k++)
		p += f->rows[id].n[k];
	return p;
}

static bool
are_peers(const struct freeze *f, uint32_t x, uint32_t y)
{
	return bsearch(&y, list(f, x, NB_PEERS), f->rows[x].n[NB_PEERS],
		   sizeof(y), u32_cmp) != NULL;
}

/* --- clique ------------------------------------------------------------ */

struct candidate {
	uint32_t customers, id;
};

static int
candidate_cmp(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->customers != y->customers)
		return x->customers > y->customers ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* No file names the clique: transit-free networks, largest first, each a peer
 * of all taken before it. */
static void
clique_infer(struct freeze *f)
{
	VEC(struct candidate) c = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->asns.n; i++)
		if (f->rows[i].n[NB_PROVIDERS] == 0 &&
		    f->rows[i].n[NB_CUSTOMERS] > 0)
			vec_push(&c, ((struct candidate){
					 f->rows[i].n[NB_CUSTOMERS], i }));
	if (c.n > 0)
		qsort(c.p, c.n, sizeof(*c.p), candidate_cmp);
	for (size_t i = 0; i < c.n && i < CLIQUE_TRIES; i++) {
		size_t k;

		for (k = 0; k < f->clique.n; k++)
			if (!are_peers(f, c.p[i].id, f->clique.p[k]))
				break;
		if (k == f->clique.n)
			vec_push(&f->clique, c.p[i].id);
	}
	f->head.clique_inferred = 1;
	vec_fini(&c);
}

static void
clique_named(struct freeze *f, bool inferred)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct topo_input *in = f->inputs[i];
		const uint32_t *p =
		    inferred ? in->clique_inferred.p : in->clique.p;
		size_t n = inferred ? in->clique_inferred.n : in->clique.n;

		for (size_t k = 0; k < n; k++)
			vec_push(&f->clique, id_of(f, p[k]));
	}
}

static void
clique_settle(struct freeze *f)
{
	clique_named(f, false);
	if (f->clique.n == 0)
		clique_named(f, true);
	if (f->clique.n == 0 && f->links.n > 0)
		clique_infer(f);
	f->clique.n = u32_unique(f->clique.p, f->clique.n);
	f->head.clique = (uint32_t)f->clique.n;
	for (size_t i = 0; i < f->clique.n; i++)
		f->rows[f->clique.p[i]].flags |= TOPO_AS_CLIQUE;
}

/* After organisations are known: siblings of clique members. */
static void
clique_kin(struct freeze *f, size_t n_orgs)
{
	bool *of_member = mem_alloc(n_orgs + 1, sizeof(*of_member));

	for (size_t i = 0; i < f->clique.n; i++) {
		const struct topo_as_row *r = &f->rows[f->clique.p[i]];
		const uint32_t *sib = list(f, f->clique.p[i], NB_SIBLINGS);

		if (r->org != UINT32_MAX)
			of_member[r->org] = true;
		for (uint32_t k = 0; k < r->n[NB_SIBLINGS]; k++)
			f->rows[sib[k]].flags |= TOPO_AS_KIN;
	}
	for (size_t i = 0; i < f->asns.n; i++) {
		struct topo_as_row *r = &f->rows[i];

		if (r->org != UINT32_MAX && of_member[r->org])
			r->flags |= TOPO_AS_KIN;
		if ((r->flags & TOPO_AS_CLIQUE) != 0)
			r->flags &= ~(uint32_t)TOPO_AS_KIN;
	}
	free(of_member);
}

/* --- cones ------------------------------------------------------------- */

struct cone_walk {
	uint32_t *mark, *queue;
	uint32_t round;
	uint64_t work;
};

static uint32_t
cone_size(const struct freeze *f, struct cone_walk *w, uint32_t id)
{
	uint32_t head = 0, tail = 0;

	if (f->rows[id].n[NB_CUSTOMERS] == 0)
		return 1;
	w->round++;
	w->mark[id] = w->round;
	w->queue[tail++] = id;
	while (head < tail) {
		uint32_t v = w->queue[head++];
		const uint32_t *c = list(f, v, NB_CUSTOMERS);

		w->work += f->rows[v].n[NB_CUSTOMERS] + 1;
		for (uint32_t k = 0; k < f->rows[v].n[NB_CUSTOMERS]; k++) {
			if (w->mark[c[k]] == w->round)
				continue;
			w->mark[c[k]] = w->round;
			w->queue[tail++] = c[k];
		}
		if (w->work > TOPO_CONE_WORK)
			return TOPO_CONE_UNKNOWN;
	}
	return tail;
}

static void
cones_count(struct freeze *f)
{
	struct cone_walk w = {
		.mark = mem_alloc(f->asns.n + 1, sizeof(uint32_t)),
		.queue = mem_alloc(f->asns.n + 1, sizeof(uint32_t)),
	};

	for (uint32_t i = 0; i < f->asns.n; i++)
		if ((f->rows[i].flags & TOPO_AS_LINKED) != 0)
			f->rows[i].cone = cone_size(f, &w, i);
	free(w.mark);
	free(w.queue);
}

/* Of two observed cones of one AS the larger stays. */
static int
write_observed(struct freeze *f, struct err *err)
{
	struct topo_cone_row *rows;
	VEC(uint32_t) members = { NULL, 0, 0 };
	const struct in_cone **best;
	const struct topo_input **from;
	int rc;

	best = mem_alloc(f->asns.n + 1, sizeof(const struct in_cone *));
	from = mem_alloc(f->asns.n + 1, sizeof(const struct topo_input *));
	rows = mem_alloc(f->asns.n + 1, sizeof(*rows));
	vec_reserve(&members, 1);
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->inputs[i]->cones.n; k++) {
			const struct in_cone *c = &f->inputs[i]->cones.p[k];
			uint32_t id = id_of(f, c->asn);

			f->head.observed_cones += best[id] == NULL;
			if (best[id] == NULL || c->n > best[id]->n) {
				best[id] = c;
				from[id] = f->inputs[i];
			}
		}
	for (size_t i = 0; i < f->asns.n; i++) {
		rows[i].first = members.n;
		if (best[i] == NULL)
			continue;
		for (size_t k = 0; k < best[i]->n; k++)
			vec_push(&members,
			    id_of(f, from[i]->cone_members.p[best[i]->at + k]));
		rows[i].n = u32_unique(members.p + rows[i].first,
		    members.n - rows[i].first);
		members.n = rows[i].first + rows[i].n;
	}
	rc = add(f, "pc", rows,
	    f->head.observed_cones > 0 ? f->asns.n * sizeof(*rows) : 0, err);
	if (rc == 0)
		rc = add(f, "pm", members.p, members.n * sizeof(*members.p),
		    err);
	vec_fini(&members);
	free(rows);
	free(best);
	free(from);
	return rc;
}

/* --- organisations ----------------------------------------------------- */

static int
org_cmp(const void *a, const void *b)
{
	const struct org_key *x = a, *y = b;
	int c = strcmp(x->id, y->id);

	if (c == 0)
		c = (x->changed < y->changed) - (x->changed > y->changed);
	return c != 0 ? c : strcmp(x->name, y->name);
}

static int
org_asn_cmp(const void *a, const void *b)
{
	const struct asn_key *x = a, *y = b;
	int c = (x->asn > y->asn) - (x->asn < y->asn);

	if (c == 0)
		c = (x->changed < y->changed) - (x->changed > y->changed);
	return c != 0 ? c : strcmp(x->org, y->org);
}

static void
orgs_collect(struct freeze *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct topo_input *in = f->inputs[i];

		for (size_t k = 0; k < in->orgs.n; k++) {
			const struct in_org *o = &in->orgs.p[k];

			vec_push(&f->orgs,
			    ((struct org_key){ strtab_get(&in->text, o->id),
				strtab_get(&in->text, o->name),
				strtab_get(&in->text, o->country),
				strtab_get(&in->text, o->source),
				o->changed }));
		}
		for (size_t k = 0; k < in->asns.n; k++) {
			const struct in_asn *a = &in->asns.p[k];
			const char *org = strtab_get(&in->text, a->org);

			vec_push(&f->org_asns,
			    ((struct asn_key){ a->asn, a->changed, org,
				strtab_get(&in->text, a->name) }));
			/* In case no organisation row describes it. */
			if (org[0] != '\0')
				vec_push(&f->orgs,
				    ((struct org_key){ org, "", "", "", 0 }));
		}
	}
	if (f->orgs.n > 0)
		qsort(f->orgs.p, f->orgs.n, sizeof(*f->orgs.p), org_cmp);
	if (f->org_asns.n > 0)
		qsort(f->org_asns.p, f->org_asns.n, sizeof(*f->org_asns.p),
		    org_asn_cmp);
}

/* One row an organisation: the newest, and one with a name before one
 * without. */
static void
orgs_pick(struct freeze *f)
{
	size_t out = 0;

	for (size_t i = 0; i < f->orgs.n; i++) {
		struct org_key *last = out > 0 ? &f->orgs.p[out - 1] : NULL;

		if (last == NULL || strcmp(last->id, f->orgs.p[i].id) != 0)
			f->orgs.p[out++] = f->orgs.p[i];
		else if (last->name[0] == '\0')
			*last = f->orgs.p[i];
	}
	f->orgs.n = out;
}

static uint32_t
org_find(const struct freeze *f, const char *id)
{
	size_t lo = 0, hi = f->orgs.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(f->orgs.p[mid].id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == f->orgs.n || strcmp(f->orgs.p[lo].id, id) != 0)
		return UINT32_MAX;
	return (uint32_t)lo;
}

static int
write_orgs(struct freeze *f, struct err *err)
{
	struct topo_org_row *rows;
	int rc;

	orgs_collect(f);
	orgs_pick(f);
	for (size_t i = 0; i < f->org_asns.n; i++) {
		const struct asn_key *a = &f->org_asns.p[i];
		struct topo_as_row *r = &f->rows[id_of(f, a->asn)];

		if (i > 0 && a[-1].asn == a->asn)
			continue;
		r->name = text(f, a->name);
		if (a->org[0] != '\0') {
			r->org = org_find(f, a->org);
			f->head.organised++;
		}
	}
	rows = mem_alloc(f->orgs.n + 1, sizeof(*rows));
	for (size_t i = 0; i < f->orgs.n; i++)
		rows[i] = (struct topo_org_row){ text(f, f->orgs.p[i].id),
			text(f, f->orgs.p[i].name),
			text(f, f->orgs.p[i].country),
			text(f, f->orgs.p[i].source) };
	f->head.organisations = (uint32_t)f->orgs.n;
	rc = add(f, "org", rows, f->orgs.n * sizeof(*rows), err);
	free(rows);
	return rc;
}

/* --- all --------------------------------------------------------------- */

static int
write_graph(struct freeze *f, struct err *err)
{
	size_t size = 64;
	uint32_t *hash;
	int rc;

	while (size < 2 * f->asns.n)
		size *= 2;
	hash = mem_alloc(size, sizeof(*hash));
	for (uint32_t i = 0; i < f->asns.n; i++) {
		size_t at = topo_hash_asn(f->asns.p[i]) & (size - 1);

		while (hash[at] != 0)
			at = (at + 1) & (size - 1);
		hash[at] = i + 1;
	}
	rc = add(f, "as", f->rows, f->asns.n * sizeof(*f->rows), err);
	if (rc == 0)
		rc = add(f, "hx", hash, size * sizeof(*hash), err);
	if (rc == 0)
		rc = add(f, "nb", f->neighbors.p,
		    f->neighbors.n * sizeof(*f->neighbors.p), err);
	if (rc == 0)
		rc = add(f, "rs", f->route_servers.p,
		    f->route_servers.n * sizeof(*f->route_servers.p), err);
	free(hash);
	return rc;
}

static void
freeze_fini(struct freeze *f)
{
	strtab_fini(&f->text);
	vec_fini(&f->links);
	vec_fini(&f->asns);
	vec_fini(&f->route_servers);
	vec_fini(&f->clique);
	vec_fini(&f->orgs);
	vec_fini(&f->org_asns);
	vec_fini(&f->neighbors);
	free(f->rows);
}

int
topo_freeze(const struct topo_input *const inputs[], size_t n,
    const char *suffix, const struct sect_sink *sink, struct err *err)
{
	struct freeze f = { .inputs = inputs,
		.n = n,
		.suffix = suffix,
		.sink = sink,
		.head = { .magic = "TOP", .version = TOPO_TABLE_VERSION } };
	int rc;

	strtab_add(&f.text, STR("")); /* offset 0 is the empty text */
	links_merge(&f);
	asns_collect(&f);
	graph_build(&f);
	clique_settle(&f);
	cones_count(&f);
	rc = write_orgs(&f, err);
	if (rc == 0) {
		clique_kin(&f, f.orgs.n);
		rc = write_graph(&f, err);
	}
	if (rc == 0)
		rc = write_observed(&f, err);
	if (rc == 0)
		rc = add(&f, "txt", f.text.text, f.text.n, err);
	if (rc == 0)
		rc = add(&f, "head", &f.head, sizeof(f.head), err);
	freeze_fini(&f);
	return rc;
}
