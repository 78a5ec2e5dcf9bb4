/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detail_reg.c - pieces of evidence that rest on what somebody registered:
 * VRPs, route objects, organisations, delegations, lists.
 */
#include <inttypes.h>

#include "detect/detail.h"

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

bool
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

bool
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

/* The file of the registry that keeps the AS number. */
static void
ask_registry_of(struct detect *d, uint32_t asn, struct asked *from)
{
	struct registry_delegation g;

	from->kinds = kinds_deleg;
	if (registry_asn(d->view->registry, asn, &g))
		from->source = g.file;
}

bool
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

bool
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

bool
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

/* --- lists ------------------------------------------------------------- */

bool
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

bool
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

bool
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
