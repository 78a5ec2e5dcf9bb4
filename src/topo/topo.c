/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * topo.c - a frozen graph opened in place.
 *
 * Opening checks lengths only; ids and offsets found in the table are compared
 * with the size of what they point into when they are followed.
 */
#include "topo/topo.h"

#include "topo/input.h"

#include <stdlib.h>
#include <string.h>

static int
open_array(const struct sect_source *src, const char *part, const char *suffix,
    size_t size, const void **p, size_t *n, struct err *err)
{
	char name[SECT_NAME_MAX];

	if (!topo_sect_name(name, part, suffix))
		return err_set(err, ERR_LIMIT, "suffix \"%s\" is too long",
		    suffix);
	return sect_array(src, name, size, p, n, err);
}

static int
open_all(const struct sect_source *src, const char *suffix, struct topo *t,
    struct err *err)
{
	const struct {
		const char *part;
		size_t size;
		const void **p;
		size_t *n;
	} rows[] = {
		{ "as", sizeof(*t->ases), (const void **)&t->ases, &t->n_ases },
		{ "hx", sizeof(*t->hash), (const void **)&t->hash, &t->n_hash },
		{ "nb", sizeof(*t->neighbors), (const void **)&t->neighbors,
		    &t->n_neighbors },
		{ "rs", sizeof(*t->route_servers),
		    (const void **)&t->route_servers, &t->n_route_servers },
		{ "pc", sizeof(*t->cones), (const void **)&t->cones,
		    &t->n_cones },
		{ "pm", sizeof(*t->cone_members),
		    (const void **)&t->cone_members, &t->n_cone_members },
		{ "org", sizeof(*t->orgs), (const void **)&t->orgs,
		    &t->n_orgs },
		{ "txt", 1, (const void **)&t->text, &t->n_text },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (open_array(src, rows[i].part, suffix, rows[i].size,
			rows[i].p, rows[i].n, err) < 0)
			return -1;
	if (t->n_text > 0 && t->text[t->n_text - 1] != '\0')
		return err_set(err, ERR_INPUT, "topology texts do not end");
	if ((t->n_hash & (t->n_hash - 1)) != 0)
		return err_set(err, ERR_INPUT,
		    "topology hash of %zu slots is no power of two", t->n_hash);
	return 0;
}

int
topo_open(const struct sect_source *src, const char *suffix, struct topo **out,
    struct err *err)
{
	struct topo *t = mem_alloc(1, sizeof(*t));
	size_t n;

	if (open_array(src, "head", suffix, sizeof(*t->head),
		(const void **)&t->head, &n, err) < 0)
		goto fail;
	if (n == 0) {
		free(t);
		*out = NULL;
		return 0;
	}
	if (n != 1 || memcmp(t->head->magic, "TOP", 4) != 0 ||
	    t->head->version != TOPO_TABLE_VERSION) {
		err_set(err, ERR_INPUT, "topology table is of another version");
		goto fail;
	}
	if (open_all(src, suffix, t, err) < 0)
		goto fail;
	*out = t;
	return 0;
fail:
	free(t);
	return -1;
}

void
topo_close(struct topo *t)
{
	free(t);
}

struct topo_counts
topo_counts(const struct topo *t)
{
	const struct topo_head_row *h = t->head;

	return (struct topo_counts){ h->ases, h->p2c, h->p2p, h->sibling,
		h->conflicts, h->clique, h->route_servers, h->organisations,
		h->organised, h->observed_cones, h->clique_inferred != 0 };
}

static const char *
text(const struct topo *t, uint32_t at)
{
	return at < t->n_text ? t->text + at : "";
}

/* --- rows and lists ---------------------------------------------------- */

uint32_t
topo_id(const struct topo *t, uint32_t asn)
{
	size_t mask = t->n_hash - 1, at = topo_hash_asn(asn) & mask;

	if (t->n_hash == 0)
		return TOPO_NO_ID;
	/* A damaged table may have no empty slot: bounded by its size. */
	for (size_t i = 0; i < t->n_hash; i++, at = (at + 1) & mask) {
		uint32_t id = t->hash[at] - 1;

		if (t->hash[at] == 0)
			return TOPO_NO_ID;
		if (id < t->n_ases && t->ases[id].asn == asn)
			return id;
	}
	return TOPO_NO_ID;
}

struct topo_list
topo_neighbors(const struct topo *t, uint32_t id, int kind)
{
	struct topo_list none = { NULL, 0 };
	uint64_t at;

	if (id >= t->n_ases)
		return none;
	at = t->ases[id].first;
	if (at > t->n_neighbors)
		return none;
	for (int k = 0; k < kind; k++)
		at += t->ases[id].n[k];
	if (at > t->n_neighbors || t->ases[id].n[kind] > t->n_neighbors - at)
		return none;
	return (struct topo_list){ t->neighbors + at, t->ases[id].n[kind] };
}

bool
topo_list_has(const uint32_t *p, size_t n, uint32_t v)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p[mid] < v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && p[lo] == v;
}

uint32_t
topo_list_asn(const struct topo *t, struct topo_list l, size_t i)
{
	if (i >= l.n || l.ids[i] >= t->n_ases)
		return 0;
	return t->ases[l.ids[i]].asn;
}

struct topo_list
topo_providers(const struct topo *t, uint32_t asn)
{
	return topo_neighbors(t, topo_id(t, asn), NB_PROVIDERS);
}

struct topo_list
topo_customers(const struct topo *t, uint32_t asn)
{
	return topo_neighbors(t, topo_id(t, asn), NB_CUSTOMERS);
}

struct topo_list
topo_peers(const struct topo *t, uint32_t asn)
{
	return topo_neighbors(t, topo_id(t, asn), NB_PEERS);
}

struct topo_list
topo_siblings(const struct topo *t, uint32_t asn)
{
	return topo_neighbors(t, topo_id(t, asn), NB_SIBLINGS);
}

static unsigned
flags(const struct topo *t, uint32_t asn)
{
	uint32_t id = topo_id(t, asn);

	return id == TOPO_NO_ID ? 0 : t->ases[id].flags;
}

bool
topo_as(const struct topo *t, uint32_t i, uint32_t *asn)
{
	if (i >= t->n_ases)
		return false;
	*asn = t->ases[i].asn;
	return true;
}

bool
topo_knows(const struct topo *t, uint32_t asn)
{
	return (flags(t, asn) & TOPO_AS_LINKED) != 0;
}

bool
topo_in_clique(const struct topo *t, uint32_t asn)
{
	return (flags(t, asn) & TOPO_AS_CLIQUE) != 0;
}

bool
topo_is_route_server(const struct topo *t, uint32_t asn)
{
	return topo_list_has(t->route_servers, t->n_route_servers, asn);
}

bool
topo_is_stub(const struct topo *t, uint32_t asn)
{
	return topo_knows(t, asn) && topo_customers(t, asn).n == 0;
}

/* --- relationships ----------------------------------------------------- */

const char *
topo_rel_name(enum topo_rel r)
{
	static const char *const names[] = {
		[TOPO_UNKNOWN] = "unknown",
		[TOPO_P2C] = "p2c",
		[TOPO_C2P] = "c2p",
		[TOPO_P2P] = "p2p",
		[TOPO_SIBLING] = "sibling",
	};

	return (size_t)r < COUNT(names) ? names[r] : "unknown";
}

static size_t
degree(const struct topo *t, uint32_t id)
{
	const struct topo_as_row *r = &t->ases[id];

	return (size_t)r->n[0] + r->n[1] + r->n[2] + r->n[3];
}

/* Searched in the lists of the end that has fewer neighbours. */
static enum topo_rel
link_label(const struct topo *t, uint32_t x, uint32_t y)
{
	static const enum topo_rel of[NB_KINDS] = { TOPO_C2P, TOPO_P2C,
		TOPO_P2P, TOPO_SIBLING };
	static const enum topo_rel turned[NB_KINDS] = { TOPO_P2C, TOPO_C2P,
		TOPO_P2P, TOPO_SIBLING };
	bool turn = degree(t, y) < degree(t, x);
	uint32_t at = turn ? y : x, other = turn ? x : y;

	for (int k = 0; k < NB_KINDS; k++) {
		struct topo_list l = topo_neighbors(t, at, k);

		if (topo_list_has(l.ids, l.n, other))
			return turn ? turned[k] : of[k];
	}
	return TOPO_UNKNOWN;
}

enum topo_rel
topo_link(const struct topo *t, uint32_t x, uint32_t y)
{
	uint32_t a = topo_id(t, x), b = topo_id(t, y);

	if (a == TOPO_NO_ID || b == TOPO_NO_ID)
		return TOPO_UNKNOWN;
	return link_label(t, a, b);
}

enum topo_rel
topo_relation(const struct topo *t, uint32_t x, uint32_t y)
{
	uint32_t a = topo_id(t, x), b = topo_id(t, y);

	if (a == TOPO_NO_ID || b == TOPO_NO_ID)
		return TOPO_UNKNOWN;
	if (t->ases[a].org < t->n_orgs && t->ases[a].org == t->ases[b].org)
		return TOPO_SIBLING;
	return link_label(t, a, b);
}

/* --- organisations ----------------------------------------------------- */

bool
topo_org(const struct topo *t, uint32_t asn, struct topo_org *out)
{
	uint32_t id = topo_id(t, asn);
	const struct topo_org_row *o;

	if (id == TOPO_NO_ID || t->ases[id].org >= t->n_orgs)
		return false;
	o = &t->orgs[t->ases[id].org];
	*out = (struct topo_org){ text(t, o->id), text(t, o->name),
		text(t, o->country), text(t, o->source) };
	return true;
}

bool
topo_same_org(const struct topo *t, uint32_t x, uint32_t y)
{
	uint32_t a = topo_id(t, x), b = topo_id(t, y);

	return a != TOPO_NO_ID && b != TOPO_NO_ID &&
	       t->ases[a].org < t->n_orgs && t->ases[a].org == t->ases[b].org;
}

const char *
topo_as_name(const struct topo *t, uint32_t asn)
{
	uint32_t id = topo_id(t, asn);

	return id == TOPO_NO_ID ? "" : text(t, t->ases[id].name);
}
