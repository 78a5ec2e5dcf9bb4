/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.c - what relationships say about one path: route leaks of RFC 7908
 * types 1 to 4, and gaps between transit-free networks.
 */
#include "topo/input.h"

struct hop {
	uint32_t asn;
	uint32_t at;  /* index in the path as given */
	bool over_rs; /* a route server stood between this and the one right of
	               * it */
};

struct clean {
	struct hop hop[TOPO_PATH_MAX];
	size_t n;
};

/* Without prepends and route servers; false: loop or too long. */
static bool
path_clean(const struct topo *t, const uint32_t *path, size_t n,
    struct clean *out)
{
	bool over_rs = false;

	out->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (topo_is_route_server(t, path[i])) {
			over_rs = out->n > 0;
			continue;
		}
		if (out->n > 0 && out->hop[out->n - 1].asn == path[i])
			continue;
		for (size_t k = 0; k < out->n; k++)
			if (out->hop[k].asn == path[i])
				return false;
		if (out->n == TOPO_PATH_MAX)
			return false;
		if (out->n > 0)
			out->hop[out->n - 1].over_rs = over_rs;
		over_rs = false;
		out->hop[out->n++] =
		    (struct hop){ path[i], (uint32_t)i, false };
	}
	return out->n > 0;
}

/* --- valley-free ------------------------------------------------------- */

struct walk {
	struct topo_valley v;
	size_t set_at; /* hop that set the state: index of its receiver */
	bool vague;    /* a hop since then whose relation is not known */
};

/*
 * RFC 7908 section 3, seen from outside: which type a hop of relation `rel`
 * (sender towards receiver) is in this state, 0 = none.
 */
static int
leak_type(enum topo_path_state state, enum topo_rel rel)
{
	if (rel == TOPO_C2P && state == TOPO_DOWN)
		return 1; /* 3.1 hairpin: provider to provider */
	if (rel == TOPO_P2P && state == TOPO_PEER)
		return 2; /* 3.2 lateral: peer to peer */
	if (rel == TOPO_P2P && state == TOPO_DOWN)
		return 3; /* 3.3 provider's routes to a peer */
	if (rel == TOPO_C2P && state == TOPO_PEER)
		return 4; /* 3.4 peer's routes to a provider */
	return 0;
}

static void
violation(struct walk *w, const struct clean *c, size_t to, enum topo_rel rel,
    int type)
{
	w->v.violation = true;
	w->v.type = type;
	w->v.a = c->hop[to].asn;
	w->v.b = c->hop[to + 1].asn;
	w->v.c = c->hop[w->set_at + 1].asn;
	w->v.to_a = rel;
	w->v.to_c = w->v.state == TOPO_PEER ? TOPO_P2P : TOPO_C2P;
	w->v.certain = !w->vague;
}

/* One hop from to + 1 to `to`. */
static void
step(struct walk *w, const struct clean *c, size_t to, enum topo_rel rel,
    bool guessed)
{
	int type = leak_type(w->v.state, rel);

	if (w->v.violation)
		return;
	if (type != 0) {
		w->vague |= guessed;
		violation(w, c, to, rel, type);
	} else if (rel == TOPO_P2C || rel == TOPO_P2P) {
		w->v.state = rel == TOPO_P2C ? TOPO_DOWN : TOPO_PEER;
		w->set_at = to;
		w->vague = guessed;
	} else if (rel == TOPO_UNKNOWN) {
		w->vague = true;
	}
}

struct topo_valley
topo_valley(const struct topo *t, const uint32_t *path, size_t n)
{
	struct walk w = { .v = { .state = TOPO_UP } };
	struct clean c;

	if (!path_clean(t, path, n, &c))
		return w.v;
	w.v.judged = true;
	w.v.hops = (uint32_t)c.n;
	for (size_t to = c.n - 1; to-- > 0;) {
		enum topo_rel rel =
		    topo_relation(t, c.hop[to + 1].asn, c.hop[to].asn);
		bool guessed = false;

		if (rel == TOPO_UNKNOWN) {
			w.v.unknown++;
			/* Who meets over a route server peers there. */
			if (c.hop[to].over_rs) {
				rel = TOPO_P2P;
				guessed = true;
			}
		}
		w.v.siblings += rel == TOPO_SIBLING;
		step(&w, &c, to, rel, guessed);
	}
	return w.v;
}

/* --- clique gap -------------------------------------------------------- */

static unsigned
flags(const struct topo *t, uint32_t asn)
{
	uint32_t id = topo_id(t, asn);

	return id == TOPO_NO_ID ? 0 : t->ases[id].flags;
}

/*
 * detection.md 5.1 L0: transit-free networks pay nobody, so a route passes
 * from one to another directly or not at all.
 */
struct topo_gap
topo_clique_gap(const struct topo *t, const uint32_t *path, size_t n)
{
	struct topo_gap g = { .judged = false };
	struct clean c;
	size_t last = SIZE_MAX;  /* clique member nearest so far */
	size_t other = SIZE_MAX; /* outsider nearest so far */
	uint32_t between = 0;

	if (!path_clean(t, path, n, &c))
		return g;
	g.judged = true;
	for (size_t i = c.n; i-- > 0;) { /* from the origin */
		unsigned f = flags(t, c.hop[i].asn);

		if ((f & TOPO_AS_CLIQUE) != 0) {
			if (last != SIZE_MAX && between > 0) {
				g.gap = true;
				g.left = c.hop[i].asn;
				g.right = c.hop[last].asn;
				g.leaker = c.hop[other].asn;
				g.at = c.hop[other].at;
				g.between = between;
				return g;
			}
			last = i;
			between = 0;
		} else if ((f & TOPO_AS_KIN) == 0) {
			other = i;
			between++;
		}
	}
	return g;
}
