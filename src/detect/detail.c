/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detail.c - what exactly a piece of evidence rests on: which VRP, which
 * route object, which relation, which three networks; out of which input, and
 * how old that was.
 *
 * Texts are made from the tables that judged the finding last (d->view, see
 * incidents_emit()), not from what is known by now: an incident that is over
 * reads the same whenever it is emitted.  Where the tables do not bear out
 * what was found, the text stays general.
 */
#include <inttypes.h>

#include "detect/detail.h"

/* --- inputs ------------------------------------------------------------ */

static bool
is_one_of(const char *kind, const char *const *kinds)
{
	for (size_t i = 0; kinds[i] != NULL; i++)
		if (str_starts(str_from(kind), kinds[i]))
			return true;
	return false;
}

/*
 * Which input speaks at us: one of the source that is asked for; then the
 * newest that is not later, or where all are later the earliest (world.h).
 */
static bool
is_better(const struct world_input *a, const struct world_input *b,
    const char *source, int64_t us)
{
	bool from_a = str_eq_nocase(str_from(a->source), source);
	bool from_b = str_eq_nocase(str_from(b->source), source);

	if (from_a != from_b)
		return from_a;
	if ((a->date_us <= us) != (b->date_us <= us))
		return a->date_us <= us;
	return a->date_us <= us ? a->date_us > b->date_us
				: a->date_us < b->date_us;
}

static const struct world_input *
input_at(const struct detect *d, const char *const *kinds, const char *source,
    int64_t us)
{
	const struct world_input *best = NULL;

	if (d->world == NULL)
		return NULL;
	for (size_t i = 0; i < world_input_count(d->world); i++) {
		const struct world_input *in = world_input(d->world, i);

		if (is_one_of(in->kind, kinds) &&
		    (best == NULL || is_better(in, best, source, us)))
			best = in;
	}
	return best;
}

static void
set_source(struct detect *d, struct evidence *e, const char *const *kinds,
    const char *source, int64_t us)
{
	const struct world_input *in = input_at(d, kinds, source, us);
	char day[TIME_TEXT_MAX];
	struct buf b = { 0 };

	if (in == NULL)
		return;
	buf_str(&b, in->path);
	if (in->date_us != TIME_NONE) {
		buf_printf(&b, " of %s", utc_format_day(day, in->date_us));
		e->age_us = us - in->date_us;
	}
	buf_printf(&b, " (%s%s%s)", in->kind, in->source[0] != '\0' ? ", " : "",
	    in->source);
	e->source = arena_strndup(&d->text, buf_cstr(&b), b.n);
	buf_fini(&b);
}

static const char *const kinds_vrp[] = { "vrp", "slurm", NULL };
static const char *const kinds_aspa[] = { "vrp-json", NULL };
static const char *const kinds_irr[] = { "rpsl:route", NULL };
static const char *const kinds_rel[] = { "as-rel", NULL };
static const char *const kinds_org[] = { "as-org", NULL };
const char *const kinds_deleg[] = { "delegated", NULL };
const char *const kinds_pdb[] = { "peeringdb", NULL };

static const char *const *const kinds_of[EV_COUNT] = {
	[EV_INVALID_ASN] = kinds_vrp,
	[EV_INVALID_ALONE] = kinds_vrp,
	[EV_INVALID_AS0] = kinds_vrp,
	[EV_INVALID_LEN] = kinds_vrp,
	[EV_ROA_VALID] = kinds_vrp,
	[EV_ROA_CHANGED] = kinds_vrp,
	[EV_ASPA_INVALID] = kinds_aspa,
	[EV_IRR_EXACT_A] = kinds_irr,
	[EV_IRR_EXACT_B] = kinds_irr,
	[EV_IRR_FRESH] = kinds_irr,
	[EV_IRR_OTHER] = kinds_irr,
	[EV_SAME_ORG] = kinds_org,
	[EV_RELATION] = kinds_rel,
	[EV_STRANGERS] = kinds_rel,
	[EV_VALLEY] = kinds_rel,
	[EV_TRANSFER] = kinds_deleg,
	[EV_CLIQUE_GAP] = kinds_rel,
	[EV_VOLUME] = kinds_rel,
	[EV_NEW_STUB] = kinds_rel,
	[EV_CLIQUE] = kinds_rel,
	[EV_IXP_LAN] = kinds_pdb,
};

int64_t
judged_at(const struct detect *d, const struct finding *f)
{
	return f->start > d->view->from_us ? f->start : d->view->from_us;
}

const struct seg *
finding_seg(const struct detect *d, const struct finding *f)
{
	return f->rule == RULE_LEAK && f->other < d->segs.n
		   ? &d->segs.p[f->other]
		   : NULL;
}

static bool
say_segment(struct detect *d, const struct finding *f, enum ev e, struct buf *b)
{
	const struct seg *s = finding_seg(d, f);
	const struct topo *t = d->view->topo;

	if (s == NULL)
		return false;
	if (e == EV_VALLEY && t != NULL)
		buf_printf(b,
		    "AS%" PRIu32 " handed a route of AS%" PRIu32
		    ", %s, to AS%" PRIu32 ", %s",
		    s->b, s->c, say_role(topo_relation(t, s->b, s->c)), s->a,
		    say_role(topo_relation(t, s->b, s->a)));
	else
		buf_printf(b,
		    "path ... %" PRIu32 " %" PRIu32 " %" PRIu32 " ...: %s",
		    s->a, s->b, s->c, ev_rows[e].doc);
	return true;
}

/* --- paths ------------------------------------------------------------- */

/* Its first path without sets, in d->asns. */
static size_t
path_asns(struct detect *d, const struct finding *f)
{
	size_t n = rib_path_get(d->rib, f->path, d->hops), k = 0;

	for (size_t i = 0; i < n; i++)
		if (d->hops[i].kind == RIB_SEQUENCE)
			d->asns[k++] = d->hops[i].asn;
	return k;
}

static bool
say_gap(struct detect *d, const struct finding *f, struct buf *b)
{
	size_t n = path_asns(d, f);
	struct topo_gap g;

	if (d->view->topo == NULL)
		return false;
	g = topo_clique_gap(d->view->topo, d->asns, n);
	if (!g.judged || !g.gap)
		return false;
	buf_printf(b,
	    "AS%" PRIu32 " and AS%" PRIu32
	    " are of the transit-free core, AS%" PRIu32 " stands between them",
	    g.left, g.right, g.leaker);
	return true;
}

static bool
say_clique(struct detect *d, const struct finding *f, struct buf *b)
{
	size_t n = path_asns(d, f);

	for (size_t i = 0; i < n && d->view->topo != NULL; i++)
		if (topo_in_clique(d->view->topo, d->asns[i])) {
			buf_printf(b,
			    "AS%" PRIu32
			    ", of the transit-free core, carried it",
			    d->asns[i]);
			return true;
		}
	return false;
}

static bool
say_path_fault(struct detect *d, const struct finding *f, struct buf *b)
{
	size_t n = path_asns(d, f), run = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		run = i > 0 && d->asns[i] == d->asns[i - 1] ? run + 1 : 1;
		most = run > most ? run : most;
	}
	buf_printf(b, "the path has %zu hops, one network up to %zu times", n,
	    most);
	return n > 0;
}

/* --- numbers ----------------------------------------------------------- */

static bool
say_volume(struct detect *d, const struct telling *t, struct buf *b)
{
	uint32_t cone;

	if (d->view->topo == NULL)
		return false;
	cone = topo_cone_size(d->view->topo, t->in->culprit);
	buf_printf(b, "%" PRIu64 " prefixes, while ", t->out.n_prefixes);
	if (cone == TOPO_CONE_UNKNOWN)
		buf_str(b, "its customer cone was not counted");
	else
		buf_printf(b,
		    "AS%" PRIu32 " and its customers are %" PRIu32 " network%s",
		    t->in->culprit, cone, cone == 1 ? "" : "s");
	return true;
}

static bool
say_mass(const struct telling *t, struct buf *b)
{
	buf_printf(b, "%" PRIu64 " prefixes of %zu other networks",
	    t->out.n_prefixes, t->out.n_victims);
	return true;
}

/* Days before it began, as far as we watched. */
static bool
say_cohistory(struct detect *d, const struct finding *f, struct buf *b)
{
	uint32_t pair = pair_find(d, f->prefix, f->origin), n;
	int32_t day = utc_day(f->start);
	int32_t span = (int32_t)cfg(d, SET_HISTORY_DAYS);

	if (pair == NONE)
		return false;
	n = days_count(&d->pairs.p[pair].days, day - span, day - 1);
	if (n == 0)
		return false;
	buf_printf(b,
	    "AS%" PRIu32 " originated it on %" PRIu32 " of the %" PRId32
	    " days before",
	    f->origin, n, span);
	return true;
}

static bool
say_more_specific(struct detect *d, const struct finding *f, struct buf *b)
{
	if (!(f->flags & F_SUB) || f->other >= pset_count(d->prefixes))
		return false;
	say_prefix(b, prefix_at(d, f->prefix));
	buf_str(b, " is a part of ");
	say_prefix(b, prefix_at(d, f->other));
	if (f->victims.n > 0)
		buf_printf(b, ", which AS%" PRIu32 " announces",
		    f->victims.p[0]);
	return true;
}

static bool
say_peers(const struct inc *in, const struct finding *f, enum ev e,
    struct buf *b)
{
	if (e == EV_TENTH)
		buf_printf(b, "up to %" PRIu32 " peers saw it at once",
		    f->peers_max);
	else if (in->as_a != 0 && !(in->flags & I_TWO))
		buf_printf(b, "only AS%" PRIu32 " saw it", in->as_a);
	return b->n > 0;
}

/* --- one piece --------------------------------------------------------- */

static bool
say(struct detect *d, const struct telling *t, const struct finding *f,
    enum ev e, struct evidence *out, struct asked *from, struct buf *b)
{
	switch (e) {
	case EV_INVALID_ASN:
	case EV_INVALID_ALONE:
	case EV_INVALID_AS0:
	case EV_INVALID_LEN:
	case EV_ROA_VALID:
	case EV_ROA_CHANGED:
		return say_rpki(d, f, e, b);
	case EV_IRR_EXACT_A:
	case EV_IRR_EXACT_B:
	case EV_IRR_FRESH:
	case EV_IRR_OTHER:
		return say_irr(d, f, e, b, &from->source);
	case EV_SAME_ORG:
		return say_same_org(d, f, b, from);
	case EV_RELATION:
		return say_relation(d, f, b);
	case EV_STRANGERS:
		return say_strangers(d, f, b);
	case EV_VALLEY:
	case EV_OTC:
	case EV_NEW_SEGMENT:
	case EV_ASPA_INVALID:
		return say_segment(d, f, e, b);
	case EV_CLIQUE_GAP:
		return say_gap(d, f, b);
	case EV_CLIQUE:
		return say_clique(d, f, b);
	case EV_PATH_FAULT:
		return say_path_fault(d, f, b);
	case EV_VOLUME:
		return say_volume(d, t, b);
	case EV_MASS:
		return say_mass(t, b);
	case EV_COHISTORY:
		return say_cohistory(d, f, b);
	case EV_MORE_SPECIFIC:
		return say_more_specific(d, f, b);
	case EV_BOGON_FULL:
	case EV_BOGON_ADMIN:
	case EV_BOGON_ASN:
		return say_bogon(d, f, e, out, b);
	case EV_TRANSFER:
		return say_transfer(d, f, from, b);
	case EV_IXP_LAN:
		return say_ixp(d, f, b);
	case EV_ONE_PEER:
	case EV_TENTH:
		return say_peers(t->in, f, e, b);
	case EV_STABLE_MOAS:
	case EV_LASTED:
	case EV_NO_BASELINE:
	case EV_NEW_STUB:
	case EV_FAT_FINGER:
	case EV_SCRUBBER:
	case EV_COUNT:
	default:
		return false; /* the row says all */
	}
}

static int
points_of(double nats)
{
	return (int)(nats * 10 + (nats < 0 ? -0.5 : 0.5));
}

struct evidence
evidence_text(struct detect *d, const struct telling *t,
    const struct finding *f, enum ev e)
{
	double nats = d->cfg.value[SET_WEIGHTS + (unsigned)e];
	struct evidence out = { .name = ev_rows[e].name,
		.family = family_names[ev_rows[e].family],
		.nats = nats,
		.points = points_of(nats),
		.detail = ev_rows[e].doc,
		.source = "",
		.age_us = TIME_NONE };
	struct asked from = { kinds_of[e], "" };
	struct buf b = { 0 };

	if (say(d, t, f, e, &out, &from, &b))
		out.detail = arena_strndup(&d->text, buf_cstr(&b), b.n);
	buf_fini(&b);
	if (from.kinds != NULL && out.source[0] == '\0')
		set_source(d, &out, from.kinds, from.source, judged_at(d, f));
	return out;
}

struct evidence
evidence_cap(struct detect *d, enum family family, double sum)
{
	double cap = d->cfg.value[SET_CAPS + (unsigned)family];
	double nats = (sum > 0 ? cap : -cap) - sum;
	struct buf b = { 0 };

	buf_printf(&b,
	    "these add up to %+g nats, and the family %s counts for at "
	    "most %g",
	    sum, family_names[family], cap);
	struct evidence out = { .name = "cap",
		.family = family_names[family],
		.nats = nats,
		.points = points_of(nats),
		.detail = arena_strndup(&d->text, buf_cstr(&b), b.n),
		.source = "",
		.age_us = TIME_NONE };
	buf_fini(&b);
	return out;
}
