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
#include <stdio.h>

#include "detect/part.h"

#define NAME_SHOWN 40 /* bytes of a foreign name in a text */

/* --- pieces of sentences ----------------------------------------------- */

void
say_as(const struct detect *d, struct buf *b, uint32_t asn)
{
	const char *name = as_name(d, asn);
	char safe[NAME_SHOWN];

	buf_printf(b, "AS%" PRIu32, asn);
	if (name[0] != '\0')
		buf_printf(b, " (%s)",
		    text_safe(safe, sizeof(safe), str_from(name)));
}

void
say_prefix(struct buf *b, const struct prefix *p)
{
	char text[PREFIX_TEXT_MAX];

	(void)prefix_format(text, p);
	buf_str(b, text);
}

/* "2008-02-24 18:47:57 UTC": to the second. */
void
say_time(struct buf *b, int64_t us)
{
	char text[TIME_TEXT_MAX];
	struct str s = str_from(utc_format(text, us));

	if (s.n < 19) {
		buf_add(b, s.p, s.n);
		return;
	}
	buf_add(b, s.p, 10);
	buf_chr(b, ' ');
	buf_add(b, s.p + 11, 8);
	buf_str(b, " UTC");
}

static void
say_safe(struct buf *b, const char *foreign)
{
	char safe[NAME_SHOWN];

	buf_str(b, text_safe(safe, sizeof(safe), str_from(foreign)));
}

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
static const char *const kinds_deleg[] = { "delegated", NULL };
static const char *const kinds_pdb[] = { "peeringdb", NULL };

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

/* The moment of the last judgement: when it came, or when the tables did. */
static int64_t
judged_at(const struct detect *d, const struct finding *f)
{
	return f->start > d->view->from_us ? f->start : d->view->from_us;
}

/* --- RPKI -------------------------------------------------------------- */

#define VRPS_SHOWN 3

struct vrp_say {
	struct buf *b;
	enum ev e;
	const struct prefix *p;
	uint32_t origin;
	unsigned n;
};

/* It is one of those that the piece of evidence means. */
static bool
vrp_speaks(const struct vrp_say *s, const struct vrp *v)
{
	bool fits = v->max_len >= s->p->len;

	if (s->e == EV_INVALID_AS0)
		return v->asn == 0;
	if (s->e == EV_INVALID_LEN)
		return v->asn == s->origin && !fits;
	if (s->e == EV_ROA_VALID)
		return v->asn == s->origin && fits;
	return v->asn != s->origin || !fits;
}

static bool
say_vrp(void *ctx, const struct vrp *v)
{
	struct vrp_say *s = ctx;

	if (!vrp_speaks(s, v))
		return true;
	if (s->n++ == VRPS_SHOWN) {
		buf_str(s->b, " and others");
		return false;
	}
	buf_str(s->b, s->n > 1 ? ", " : "VRP ");
	say_prefix(s->b, &v->prefix);
	buf_printf(s->b, "-%u AS%" PRIu32, v->max_len, v->asn);
	if (v->ta[0] != '\0') {
		buf_str(s->b, " of ");
		say_safe(s->b, v->ta);
	}
	return true;
}

static bool
say_rpki(struct detect *d, const struct finding *f, enum ev e, struct buf *b)
{
	const struct prefix *p = prefix_at(d, f->prefix);
	struct vrp_say s = { b, e, p, f->origin, 0 };

	if (d->view->vrps == NULL)
		return false;
	vrp_table_covering(d->view->vrps, p, say_vrp, &s);
	if (s.n == 0)
		return false;
	buf_str(b, s.n == 1 ? " covers " : " cover ");
	say_prefix(b, p);
	if (e == EV_INVALID_LEN)
		buf_str(b, " and allows its origin nothing as long");
	else if (e == EV_INVALID_AS0)
		buf_str(b, ": nobody may announce it");
	else if (e == EV_ROA_VALID)
		buf_printf(b, " and allows AS%" PRIu32, f->origin);
	else if (e == EV_ROA_CHANGED)
		buf_str(b, " and made invalid what was valid before");
	else
		buf_printf(b, " and does not allow AS%" PRIu32 ", while %s",
		    f->origin,
		    e == EV_INVALID_ASN ? "the valid route is there too"
					: "no valid route is seen");
	return true;
}

/* --- IRR --------------------------------------------------------------- */

struct irr_say {
	struct irr_route found;
	uint32_t origin;
	int64_t us;
	bool has;
};

static bool
find_fresh(void *ctx, const struct irr_route *r)
{
	struct irr_say *s = ctx;

	if (r->origin != s->origin || r->class != IRR_CLASS_B ||
	    r->created_us == TIME_NONE || r->hidden ||
	    s->us - r->created_us >= IRR_FRESH_AGE)
		return true;
	s->found = *r;
	s->has = true;
	return false;
}

static bool
irr_object(struct detect *d, const struct finding *f, enum ev e,
    struct irr_route *out)
{
	const struct prefix *p = prefix_at(d, f->prefix);
	struct irr_say s = { .origin = f->origin, .us = judged_at(d, f) };
	struct irr_match m;

	if (d->view->irr == NULL)
		return false;
	if (e == EV_IRR_FRESH) {
		irr_covering(d->view->irr, p, find_fresh, &s);
		*out = s.found;
		return s.has;
	}
	irr_check(d->view->irr, p, f->origin, s.us, &m);
	*out = m.object;
	switch (m.verdict) {
	case IRR_EXACT_A:
		return e == EV_IRR_EXACT_A;
	case IRR_EXACT_B:
		return e == EV_IRR_EXACT_B;
	case IRR_OTHER:
		return e == EV_IRR_OTHER;
	case IRR_COVERING_A:
	case IRR_COVERING_B:
	case IRR_NO_OBJECT:
	case IRR_NO_DATA:
	default:
		return false;
	}
}

static bool
say_irr(struct detect *d, const struct finding *f, enum ev e, struct buf *b,
    const char **source)
{
	struct irr_route r;
	char day[TIME_TEXT_MAX];

	if (!irr_object(d, f, e, &r))
		return false;
	buf_str(b, r.prefix.family == NET_IP4 ? "route " : "route6 ");
	say_prefix(b, &r.prefix);
	buf_printf(b, " AS%" PRIu32 " in ", r.origin);
	say_safe(b, r.source);
	if (r.created_us != TIME_NONE)
		buf_printf(b, ", created %s",
		    utc_format_day(day, r.created_us));
	if (e == EV_IRR_OTHER)
		buf_printf(b, ", and no object names AS%" PRIu32, f->origin);
	else if (e == EV_IRR_FRESH)
		buf_str(b, ": too young to count");
	*source = r.source;
	return true;
}

/* --- relations --------------------------------------------------------- */

/* Which input to name. */
struct asked {
	const char *const *kinds;
	const char *source;
};

/* The file of the registry that keeps the AS number. */
static void
ask_registry_of(struct detect *d, uint32_t asn, struct asked *from)
{
	struct registry_delegation g;

	from->kinds = kinds_deleg;
	if (registry_asn(d->view->registry, asn, &g))
		from->source = g.file;
}

static bool
say_same_org(struct detect *d, const struct finding *f, struct buf *b,
    struct asked *from)
{
	for (uint32_t i = 0; i < f->victims.n; i++) {
		uint32_t v = f->victims.p[i];
		const char *why = "siblings";

		if (!verdict_same_org(d, f->who, v))
			continue;
		if (d->view->registry != NULL &&
		    registry_same_org(d->view->registry, f->who, v, &why)) {
			if (str_eq(str_from(why), "opaque-id"))
				ask_registry_of(d, f->who, from);
			else
				from->kinds = kinds_pdb;
		}
		buf_printf(b,
		    "AS%" PRIu32 " and AS%" PRIu32 " are one organisation (%s)",
		    f->who, v, why);
		return true;
	}
	if (d->view->registry == NULL ||
	    !registry_same_holder(d->view->registry, prefix_at(d, f->prefix),
		f->who))
		return false;
	ask_registry_of(d, f->who, from);
	say_prefix(b, prefix_at(d, f->prefix));
	buf_printf(b, " and AS%" PRIu32 " have one holder in the registry",
	    f->who);
	return true;
}

static bool
say_relation(struct detect *d, const struct finding *f, struct buf *b)
{
	for (uint32_t i = 0; i < f->victims.n; i++) {
		uint32_t v = f->victims.p[i];
		enum topo_rel rel;

		if (!verdict_related(d, f->who, v))
			continue;
		rel = topo_relation(d->view->topo, f->who, v);
		buf_printf(b, "AS%" PRIu32 " is %s AS%" PRIu32, f->who,
		    rel == TOPO_P2C   ? "a provider of"
		    : rel == TOPO_C2P ? "a customer of"
				      : "over others provider or customer of",
		    v);
		return true;
	}
	return false;
}

static bool
say_strangers(struct detect *d, const struct finding *f, struct buf *b)
{
	char a[3], c[3];

	if (f->victims.n == 0)
		return false;
	as_country(d, f->who, a);
	as_country(d, f->victims.p[0], c);
	if (a[0] == '\0' || c[0] == '\0')
		return false;
	buf_printf(b,
	    "AS%" PRIu32 " (%s) and AS%" PRIu32
	    " (%s) are no neighbours and not of one country",
	    f->who, a, f->victims.p[0], c);
	return true;
}

const char *
say_role(enum topo_rel of_leaker)
{
	switch (of_leaker) {
	case TOPO_C2P:
		return "its provider";
	case TOPO_P2C:
		return "its customer";
	case TOPO_P2P:
		return "its peer";
	case TOPO_SIBLING:
		return "its sibling";
	case TOPO_UNKNOWN:
	default:
		return "a neighbour";
	}
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

/* --- lists ------------------------------------------------------------- */

static bool
say_bogon(struct detect *d, const struct finding *f, enum ev ev,
    struct evidence *e, struct buf *b)
{
	enum registry_bogon_mode mode =
	    (enum registry_bogon_mode)cfg(d, SET_BOGON_FULL);
	struct registry_bogon_verdict v = { .date_us = TIME_NONE };
	bool asn = ev == EV_BOGON_ASN || f->rule == RULE_BOGON_ASN;
	uint32_t number = f->rule == RULE_BOGON_ASN ? f->other : f->who;

	if (d->view->registry == NULL) {
		const struct net_special_row *s =
		    asn ? net_special_asn(number)
			: net_special_prefix(prefix_at(d, f->prefix));

		if (s == NULL)
			return false;
		v.what = s->text;
		v.why = s->name;
		v.source = s->rfc;
	} else if (asn) {
		registry_bogon_asn(d->view->registry, number, mode, &v);
	} else {
		registry_bogon_prefix(d->view->registry,
		    prefix_at(d, f->prefix), mode, &v);
	}
	if (v.what[0] == '\0')
		return false;
	if (asn)
		buf_printf(b, "AS%" PRIu32 " stands in the path: ", number);
	say_safe(b, v.what);
	buf_str(b, ", ");
	say_safe(b, v.why);
	if (v.source[0] != '\0') {
		buf_str(b, " (");
		say_safe(b, v.source);
		buf_chr(b, ')');
	}
	e->source = arena_strndup(&d->text, v.source, strlen(v.source));
	if (v.date_us != TIME_NONE)
		e->age_us = judged_at(d, f) - v.date_us;
	return true;
}

static bool
say_transfer(struct detect *d, const struct finding *f, struct asked *from,
    struct buf *b)
{
	struct registry_delegation g;
	char day[TIME_TEXT_MAX];

	if (d->view->registry == NULL ||
	    !registry_prefix(d->view->registry, prefix_at(d, f->prefix), &g) ||
	    g.date_us == TIME_NONE)
		return false;
	from->source = g.file;
	say_prefix(b, &g.prefix);
	buf_printf(b, " was delegated on %s (%s)",
	    utc_format_day(day, g.date_us), registry_rir_name(g.rir));
	return true;
}

static bool
say_ixp(struct detect *d, const struct finding *f, struct buf *b)
{
	struct registry_ixp ixp;

	if (d->view->registry == NULL ||
	    !registry_ixp_lan(d->view->registry, prefix_at(d, f->prefix), &ixp))
		return false;
	say_prefix(b, &ixp.lan);
	buf_str(b, " is the peering LAN of ");
	say_safe(b, ixp.name);
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
