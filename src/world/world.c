/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - a world at use: mapped, its tables opened when first asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "world/part.h"

/* Tables of one group under one suffix, shared by all epochs that name it. */
struct tables {
	bool tried_vrps, tried_aspas, tried;
	struct vrp_table vrps;
	struct aspa_table aspas;
	bool has_vrps, has_aspas;
	struct irr *irr;
	struct topo *topo;
	struct registry *registry;
};

struct world {
	char *path;
	struct os_pack *pack;
	struct sect_source src;
	struct meta meta;
	struct tables *tables[WORLD_GROUPS]; /* by table number */
	uint32_t n_tables[WORLD_GROUPS];
	struct world_view *views;     /* by epoch */
	struct registry *no_registry; /* for worlds without registry input */
};

static int
make_tables(struct world *w, struct err *err)
{
	for (size_t g = 0; g < WORLD_GROUPS; g++) {
		uint32_t n = 0;

		for (size_t e = 0; e < w->meta.n_epochs; e++) {
			uint32_t t = w->meta.epochs[e].table[g];

			if (t != EPOCH_NO_TABLE && t >= w->meta.n_epochs)
				return err_set(err, ERR_INPUT,
				    "epoch %zu names table %u", e, t);
			if (t != EPOCH_NO_TABLE && t + 1 > n)
				n = t + 1;
		}
		w->n_tables[g] = n;
		w->tables[g] = mem_alloc(n, sizeof(*w->tables[g]));
	}
	w->views = mem_alloc(w->meta.n_epochs, sizeof(*w->views));
	for (uint32_t e = 0; e < w->meta.n_epochs; e++) {
		w->views[e].from_us = w->meta.epochs[e].from_us;
		w->views[e].epoch = e;
	}
	return 0;
}

int
world_open(const char *path, struct world **out, struct err *err)
{
	struct world *w = mem_alloc(1, sizeof(*w));

	w->path = mem_strdup(path);
	if (os_pack_open(path, WORLD_MAGIC, WORLD_VERSION, &w->pack, err) == -1)
		goto fail;
	w->src = os_pack_source(w->pack);
	if (meta_load(&w->meta, &w->src, err) == -1 ||
	    make_tables(w, err) == -1) {
		(void)err_wrap(err, "%s", path);
		goto fail;
	}
	*out = w;
	return 0;

fail:
	world_close(w);
	return -1;
}

void
world_close(struct world *w)
{
	if (w == NULL)
		return;
	for (size_t g = 0; g < WORLD_GROUPS; g++) {
		for (uint32_t t = 0; t < w->n_tables[g]; t++) {
			irr_close(w->tables[g][t].irr);
			topo_close(w->tables[g][t].topo);
			registry_close(w->tables[g][t].registry);
		}
		free(w->tables[g]);
	}
	registry_close(w->no_registry);
	free(w->views);
	meta_fini(&w->meta);
	os_pack_close(w->pack);
	free(w->path);
	free(w);
}

const char *
world_path(const struct world *w)
{
	return w->path;
}

const uint8_t *
world_id(const struct world *w)
{
	return w->meta.id;
}

int64_t
world_moment(const struct world *w)
{
	int64_t newest = TIME_NONE;

	for (size_t i = 0; i < w->meta.n_inputs; i++)
		if (w->meta.inputs[i].role != WORLD_UNUSED &&
		    w->meta.inputs[i].date_us > newest)
			newest = w->meta.inputs[i].date_us;
	return newest;
}

const char *
world_as_name(const struct world_view *v, uint32_t asn)
{
	struct registry_network net;

	if (registry_network(v->registry, asn, &net) && net.name[0] != '\0')
		return net.name;
	return v->topo != NULL ? topo_as_name(v->topo, asn) : "";
}

const char *
world_as_org(const struct world_view *v, uint32_t asn)
{
	struct registry_network net;
	struct topo_org org;

	if (registry_network(v->registry, asn, &net) && net.org[0] != '\0')
		return net.org;
	return v->topo != NULL && topo_org(v->topo, asn, &org) ? org.name : "";
}

uint32_t
world_epochs(const struct world *w)
{
	return (uint32_t)w->meta.n_epochs;
}

int64_t
world_epoch_start(const struct world *w, uint32_t epoch)
{
	return epoch < w->meta.n_epochs ? w->meta.epochs[epoch].from_us
					: INT64_MAX;
}

size_t
world_input_count(const struct world *w)
{
	return w->meta.n_inputs;
}

const struct world_input *
world_input(const struct world *w, size_t i)
{
	return i < w->meta.n_inputs ? &w->meta.inputs[i] : NULL;
}

static enum world_group
group_of(unsigned bit)
{
	return bit == WORLD_IRR        ? GROUP_IRR
	       : bit == WORLD_TOPO     ? GROUP_TOPO
	       : bit == WORLD_REGISTRY ? GROUP_REGISTRY
				       : GROUP_RPKI;
}

int64_t
world_age(const struct world *w, unsigned want_bit, int64_t us)
{
	int64_t best = TIME_NONE, earliest = INT64_MAX;

	for (size_t i = 0; i < w->meta.n_inputs; i++) {
		int64_t d = w->meta.inputs[i].date_us;

		if (w->meta.groups[i] != group_of(want_bit) || d == TIME_NONE ||
		    w->meta.inputs[i].role > WORLD_ADDS)
			continue;
		if (d <= us && d > best)
			best = d;
		if (d < earliest)
			earliest = d;
	}
	if (best == TIME_NONE && earliest != INT64_MAX)
		best = earliest; /* in force before its date, flagged later */
	return best == TIME_NONE ? TIME_NONE : us - best;
}

bool
world_input_in_force(const struct world *w, size_t i, unsigned want_bit,
    int64_t us)
{
	return i < w->meta.n_inputs &&
	       w->meta.groups[i] == group_of(want_bit) &&
	       meta_in_force(&w->meta, i, us);
}

/* --- opening tables ---------------------------------------------------- */

static int
open_rpki(struct world *w, struct tables *t, const char *suffix, unsigned want,
    struct err *err)
{
	if ((want & WORLD_VRPS) != 0 && !t->tried_vrps) {
		if (vrp_table_open(&w->src, suffix, &t->vrps, err) == -1)
			return -1;
		t->tried_vrps = true;
		t->has_vrps = vrp_table_present(&t->vrps);
	}
	if ((want & WORLD_ASPAS) != 0 && !t->tried_aspas) {
		if (aspa_table_open(&w->src, suffix, &t->aspas, err) == -1)
			return -1;
		t->tried_aspas = true;
		t->has_aspas = aspa_table_present(&t->aspas);
	}
	return 0;
}

static int
open_tables(struct world *w, enum world_group g, uint32_t n, unsigned want,
    struct err *err)
{
	struct tables *t = &w->tables[g][n];
	char suffix[WORLD_SUFFIX_MAX];
	int status = 0;

	world_suffix(suffix, n);
	if (g == GROUP_RPKI)
		return open_rpki(w, t, suffix, want, err);
	if (t->tried)
		return 0;
	if (g == GROUP_IRR)
		status = irr_open(&w->src, suffix, &t->irr, err);
	else if (g == GROUP_TOPO)
		status = topo_open(&w->src, suffix, &t->topo, err);
	else if (g == GROUP_REGISTRY)
		status = registry_open(&w->src, suffix, &t->registry, err);
	t->tried = status == 0;
	return status;
}

/* A registry of our own special tables alone, under a suffix nobody uses. */
static int
open_no_registry(struct world *w, struct err *err)
{
	if (w->no_registry != NULL)
		return 0;
	return registry_open(&w->src, ".none", &w->no_registry, err);
}

static uint32_t
epoch_at(const struct world *w, int64_t us)
{
	uint32_t lo = 0, hi = (uint32_t)w->meta.n_epochs;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (w->meta.epochs[mid].from_us <= us)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

int
world_at(struct world *w, int64_t us, unsigned want,
    const struct world_view **out, struct err *err)
{
	static const unsigned bits[WORLD_GROUPS] = { WORLD_VRPS | WORLD_ASPAS,
		WORLD_IRR, WORLD_TOPO, WORLD_REGISTRY };
	uint32_t e = epoch_at(w, us);
	struct world_view *v = &w->views[e];

	for (size_t g = 0; g < WORLD_GROUPS; g++) {
		uint32_t n = w->meta.epochs[e].table[g];

		if ((want & bits[g]) == 0 || n == EPOCH_NO_TABLE)
			continue;
		if (open_tables(w, (enum world_group)g, n, want & bits[g],
			err) == -1)
			return err_wrap(err, "%s", w->path);
		const struct tables *t = &w->tables[g][n];
		if (g == GROUP_RPKI) {
			v->vrps = t->has_vrps ? &t->vrps : NULL;
			v->aspas = t->has_aspas ? &t->aspas : NULL;
		} else if (g == GROUP_IRR) {
			v->irr = t->irr;
		} else if (g == GROUP_TOPO) {
			v->topo = t->topo;
		} else {
			v->registry = t->registry;
		}
	}
	if ((want & WORLD_REGISTRY) != 0 && v->registry == NULL) {
		if (open_no_registry(w, err) == -1)
			return err_wrap(err, "%s", w->path);
		v->registry = w->no_registry;
	}
	*out = v;
	return 0;
}

int
world_verify(struct world *w, struct err *err)
{
	const struct world_view *v;

	if (os_pack_verify(w->pack, err) == -1)
		return -1;
	for (uint32_t e = 0; e < w->meta.n_epochs; e++)
		if (world_at(w, w->meta.epochs[e].from_us, WORLD_ALL, &v,
			err) == -1)
			return -1;
	return 0;
}

/* --- what is missing --------------------------------------------------- */

static const struct missing_row {
	const char *kind, *where, *unknown;
	/* Present if an input's kind begins so, or holds the second text. */
	const char *begins, *holds;
} missing_rows[] = {
	{ "VRPs", "rpki-client, Routinator or console.rpki-client.org",
	    "origin validation, action 4 (RPKI)", "vrp", NULL },
	{ "route objects",
	    "ftp.ripe.net/ripe/dbase/split, radb.net/pub/radb/dbase",
	    "action 4 (IRR)", "rpsl", "route" },
	{ "aut-num objects", "ftp.ripe.net/ripe/dbase/split and the other RIRs",
	    "routing policy (M6), contacts in whois (M8)", "rpsl", "aut-num" },
	{ "AS relationships", "publicdata.caida.org/datasets/as-relationships",
	    "route leaks, accomplices, customer cones", "as-rel", NULL },
	{ "AS organisations", "publicdata.caida.org/datasets/as-organizations",
	    "siblings, names", "as-org", NULL },
	{ "delegations", "ftp.ripe.net/pub/stats (extended files of all RIRs)",
	    "undelegated bogons, countries, the list of all networks",
	    "delegated", NULL },
	{ "PeeringDB", "www.peeringdb.com/api (net, poc, ixpfx, netixlan, org)",
	    "contacts (M8), peering LANs", "peeringdb", NULL },
	{ "Spoofer sessions", "api.spoofer.caida.org/sessions", "action 2",
	    "spoofer", NULL },
	{ "MANRS participants", "www.manrs.org (participants CSV)",
	    "programme aggregates and growth", "participants", NULL },
};

static bool
is_present(const struct world *w, const struct missing_row *m)
{
	for (size_t i = 0; i < w->meta.n_inputs; i++) {
		const char *kind = w->meta.inputs[i].kind;

		if (strncmp(kind, m->begins, strlen(m->begins)) == 0 &&
		    (m->holds == NULL || strstr(kind, m->holds) != NULL))
			return true;
	}
	return false;
}

void
world_missing(const struct world *w,
    void (*each)(void *ctx, const char *kind, const char *where,
	const char *unknown),
    void *ctx)
{
	for (size_t i = 0; i < COUNT(missing_rows); i++)
		if (!is_present(w, &missing_rows[i]))
			each(ctx, missing_rows[i].kind, missing_rows[i].where,
			    missing_rows[i].unknown);
}
