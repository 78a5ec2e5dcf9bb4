/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - an incident as one paragraph for whoever is woken by it: who
 * did what to whom and since when, who saw it, on which evidence, and what
 * would have stopped it.
 *
 * As in detail.c, names and relations are those that were in force last.
 */
#include <inttypes.h>

#include "detect/part.h"

#define EVIDENCE_SAID 3 /* strongest pieces that the paragraph repeats */
#define ASES_SAID     3 /* networks listed by number; more are counted */

/* --- lists ------------------------------------------------------------- */

/* "AS1 (A), AS2 and 7 more" */
static void
say_ases(const struct detect *d, struct buf *b, const uint32_t *asns, size_t n)
{
	size_t k = n <= ASES_SAID ? n : ASES_SAID - 1;

	for (size_t i = 0; i < k; i++) {
		if (i > 0)
			buf_str(b, i + 1 == n ? " and " : ", ");
		say_as(d, b, asns[i]);
	}
	if (n > k)
		buf_printf(b, " and %zu more", n - k);
}

static void
say_victims(const struct detect *d, const struct telling *t, struct buf *b)
{
	say_ases(d, b, t->out.victims, t->out.n_victims);
}

/* "192.0.2.0/24", "7 prefixes such as 192.0.2.0/24" */
static void
say_prefixes(const struct detect *d, const struct telling *t, struct buf *b)
{
	if (t->out.n_prefixes > 1)
		buf_printf(b, "%" PRIu64 " prefixes such as ",
		    t->out.n_prefixes);
	say_prefix(b, prefix_at(d, t->best->prefix));
}

static bool
is_over(const struct telling *t)
{
	return t->out.end != TIME_NONE;
}

/* The verb in the tense of the incident. */
static void
say_verb(const struct telling *t, struct buf *b, const char *now,
    const char *then)
{
	buf_printf(b, " %s ", is_over(t) ? then : now);
}

/* --- what happened ----------------------------------------------------- */

static void
what_hijack(const struct detect *d, const struct telling *t, struct buf *b)
{
	const struct finding *f = t->best;

	say_as(d, b, t->out.culprit);
	say_verb(t, b, "announces", "announced");
	say_prefixes(d, t, b);
	if (f->flags & F_SUB && f->other < pset_count(d->prefixes)) {
		buf_str(b, ", a part of ");
		say_prefix(b, prefix_at(d, f->other));
	}
	if (t->out.n_victims > 0) {
		buf_str(b, f->flags & F_SUB ? " of " : ", the space of ");
		say_victims(d, t, b);
	}
}

static void
what_mass(const struct detect *d, const struct telling *t, struct buf *b)
{
	say_as(d, b, t->out.culprit);
	say_verb(t, b, "originates", "originated");
	say_prefixes(d, t, b);
	if (t->out.n_victims > 0) {
		buf_printf(b,
		    ", which belong to %zu other network%s: ", t->out.n_victims,
		    t->out.n_victims == 1 ? "" : "s");
		say_victims(d, t, b);
	}
}

static void
say_neighbour(const struct detect *d, struct buf *b, uint32_t leaker,
    uint32_t asn)
{
	say_as(d, b, asn);
	if (d->view->topo == NULL)
		return;
	buf_printf(b, ", %s,",
	    say_role(topo_relation(d->view->topo, leaker, asn)));
}

static void
what_leak(const struct detect *d, const struct telling *t, struct buf *b)
{
	const struct seg *s = finding_seg(d, t->best);

	if (s == NULL) { /* RFC 7908 type 5 */
		what_mass(d, t, b);
		buf_str(b, ", although it has a path to the true origins");
		return;
	}
	say_as(d, b, t->out.culprit);
	say_verb(t, b, "passes", "passed");
	say_prefixes(d, t, b);
	buf_str(b, " from ");
	say_neighbour(d, b, s->b, s->c);
	buf_str(b, " on to ");
	say_neighbour(d, b, s->b, s->a);
	/* A list of relations ends in a comma. */
	if (b->n > 0 && b->p[b->n - 1] == ',')
		b->n--;
}

static void
what_bogon(const struct detect *d, const struct telling *t, struct buf *b)
{
	const struct finding *f = t->best;
	bool admin = f->flags & F_ADMIN;

	say_as(d, b, t->out.culprit);
	if (f->rule == RULE_BOGON_ASN) {
		say_verb(t, b, "lets", "let");
		buf_printf(b, "AS%" PRIu32 ", an AS number %s, out beside ",
		    f->other,
		    admin ? "that is delegated to nobody"
			  : "that must not appear in public");
		say_prefixes(d, t, b);
		return;
	}
	say_verb(t, b, "announces", "announced");
	say_prefixes(d, t, b);
	buf_str(b, admin ? ", space that is delegated to nobody"
			 : ", space that nobody may announce");
}

static void
what_invalid(const struct detect *d, const struct telling *t, struct buf *b)
{
	say_as(d, b, t->out.culprit);
	say_verb(t, b, "announces", "announced");
	say_prefixes(d, t, b);
	if (t->best->rule == RULE_PATH)
		buf_str(b, " with a path that no sane configuration makes");
	else if (t->best->flags & F_LEN)
		buf_str(b, ", longer than the ROA of this origin allows");
	else
		buf_str(b, ", although ROAs name other origins only");
}

static void
what_roa(const struct detect *d, const struct telling *t, struct buf *b)
{
	buf_str(b, "A change of ROAs ");
	buf_str(b, is_over(t) ? "made " : "has made ");
	say_prefixes(d, t, b);
	buf_str(b, " of ");
	say_as(d, b, t->best->who);
	buf_str(b, " RPKI-invalid");
}

static void
what_other(const struct detect *d, const struct telling *t, struct buf *b)
{
	say_as(d, b, t->out.culprit);
	buf_printf(b, ": %s of ", incident_class_name(t->out.class));
	say_prefixes(d, t, b);
}

/* --- what would have helped -------------------------------------------- */

static void
say_passers(const struct detect *d, const struct telling *t, struct buf *b,
    const char *others)
{
	if (t->out.n_accomplices > 0)
		say_ases(d, b, t->out.accomplices, t->out.n_accomplices);
	else
		buf_str(b, others);
}

/* "drop it": what they can do, or could have done. */
static void
say_can(const struct telling *t, struct buf *b, const char *what)
{
	size_t verb = strlen("drop");

	if (is_over(t))
		buf_printf(b, " could have %.*sped%s", (int)verb, what,
		    what + verb);
	else
		buf_printf(b, " can %s", what);
}

static void
help_hijack(const struct detect *d, const struct telling *t, struct buf *b)
{
	const struct finding *f = t->best;

	say_passers(d, t, b, "Its neighbours");
	say_can(t, b, "stop it");
	buf_printf(b,
	    " by accepting from AS%" PRIu32
	    " only what it and its customers may announce (MANRS action 1)",
	    t->out.culprit);
	if (pr_invalid(f->rov)) {
		buf_str(b, ", or by dropping RPKI-invalid routes");
	} else if (f->rov == PR_NOT_FOUND && t->out.n_victims > 0) {
		buf_str(b, "; a ROA by ");
		say_victims(d, t, b);
		buf_str(b, " (action 4) would let all who validate drop it");
	}
}

static void
help_leak(const struct detect *d, const struct telling *t, struct buf *b)
{
	buf_printf(b,
	    "AS%" PRIu32 " must give peers and providers its own and its "
	    "customers' routes only (MANRS action 1; BGP roles of RFC 9234 see "
	    "to it); ",
	    t->out.culprit);
	say_passers(d, t, b, "its neighbours");
	say_can(t, b, "stop it");
	buf_str(b, " with a filter or a limit of prefixes on that session");
}

static void
help_bogon(const struct detect *d, const struct telling *t, struct buf *b)
{
	bool asn = t->best->rule == RULE_BOGON_ASN;

	buf_printf(b, "AS%" PRIu32 " must %s (MANRS action 1); ",
	    t->out.culprit,
	    asn ? "take such numbers out of paths before export"
		: "not let it out");
	say_passers(d, t, b, "its neighbours");
	say_can(t, b,
	    asn ? "drop paths with such numbers"
		: "drop bogon space from everyone");
}

static void
help_invalid(const struct detect *d, const struct telling *t, struct buf *b)
{
	if (t->best->rule == RULE_PATH) {
		buf_printf(b, "AS%" PRIu32 " should look at its prepends",
		    t->out.culprit);
		return;
	}
	if (t->best->flags & F_LEN)
		buf_printf(b,
		    "AS%" PRIu32 " should withdraw it, or have a ROA that "
		    "allows this length (MANRS action 4); ",
		    t->out.culprit);
	else
		buf_printf(b,
		    "If the space is that of AS%" PRIu32
		    " it needs a ROA (MANRS action 4), else it must be "
		    "withdrawn; ",
		    t->out.culprit);
	say_passers(d, t, b, "its neighbours");
	say_can(t, b, "drop RPKI-invalid routes");
}

static void
help_roa(const struct detect *d, const struct telling *t, struct buf *b)
{
	(void)d;
	(void)t;
	buf_str(b,
	    "Who holds the space should look at its ROAs, and at who can "
	    "change them (MANRS action 4): networks that validate drop the "
	    "route");
}

typedef void (
    *teller)(const struct detect *d, const struct telling *t, struct buf *b);

static const struct class_text {
	teller what, help; /* help may be NULL */
} class_texts[INC_CLASSES] = {
	[INC_ORIGIN_HIJACK] = { what_hijack, help_hijack },
	[INC_SUB_PREFIX_HIJACK] = { what_hijack, help_hijack },
	[INC_FORGED_ORIGIN] = { what_hijack, help_hijack },
	[INC_SQUATTING] = { what_hijack, help_hijack },
	[INC_MASS_ORIGINATION] = { what_mass, help_hijack },
	[INC_ROUTE_LEAK] = { what_leak, help_leak },
	[INC_BOGON_PREFIX] = { what_bogon, help_bogon },
	[INC_BOGON_ASN] = { what_bogon, help_bogon },
	[INC_ADMIN_BOGON] = { what_bogon, help_bogon },
	[INC_RPKI_INVALID] = { what_invalid, help_invalid },
	[INC_ROA_CHANGE] = { what_roa, help_roa },
	[INC_OUTAGE] = { what_other, NULL },
	[INC_ZOMBIE] = { what_other, NULL },
	[INC_MISCONFIGURATION] = { what_invalid, help_invalid },
	[INC_BLACKHOLE_ABUSE] = { what_other, NULL },
};

/* --- the rest of the paragraph ----------------------------------------- */

static void
say_when(const struct telling *t, struct buf *b)
{
	char span[TIME_TEXT_MAX];

	buf_str(b, is_over(t) ? ", from " : ", since ");
	say_time(b, t->out.start);
	if (is_over(t)) {
		buf_str(b, " to ");
		say_time(b, t->out.end);
		buf_printf(b, " (%s)",
		    utc_format_span(span, t->out.end - t->out.start));
	}
	buf_chr(b, '.');
	if (t->out.reopened)
		buf_str(b, " It came back after a pause.");
	if (t->out.state == INC_EXPIRED)
		buf_str(b, " Its end was not seen.");
}

/* Peers that are up are told of what is not over: the number of now. */
static void
say_seen(struct detect *d, const struct telling *t, struct buf *b)
{
	uint32_t up = 0, n = t->out.peers_max;

	buf_chr(b, ' ');
	if (t->out.n_accomplices > 0) {
		say_ases(d, b, t->out.accomplices, t->out.n_accomplices);
		buf_printf(b, " accepted %s and passed %s on; ",
		    t->out.n_prefixes > 1 ? "them" : "it",
		    t->out.n_prefixes > 1 ? "them" : "it");
	}
	if (n == 1)
		buf_str(b, t->out.n_accomplices > 0 ? "one peer saw it"
						    : "One peer saw it");
	else
		buf_printf(b, "%s to %" PRIu32 " peers saw it at once",
		    t->out.n_accomplices > 0 ? "up" : "Up", n);
	if (!is_over(t)) {
		for (uint32_t i = 0; i < rib_peer_count(d->rib); i++)
			up += rib_peer(d->rib, i)->up;
		buf_printf(b, " (%" PRIu32 " %s up)", up,
		    up == 1 ? "is" : "are");
	}
	buf_chr(b, '.');
}

/* The strongest pieces for the suspicion, strongest first. */
static void
say_evidence(const struct telling *t, struct buf *b)
{
	static const char *const words[] = { "explained", "weak", "likely",
		"strong", "proven" };
	const struct evidence *last = NULL;
	unsigned level = t->out.level <= 4 ? t->out.level : 4;

	buf_printf(b, " Evidence E%u (%s, %d points)", level, words[level],
	    t->out.points);
	for (unsigned k = 0; k < EVIDENCE_SAID; k++) {
		const struct evidence *next = NULL;

		for (size_t i = 0; i < t->out.n_evidence; i++) {
			const struct evidence *e = &t->out.evidence[i];

			if (e->nats <= 0 ||
			    (last != NULL &&
				(e->nats > last->nats ||
				    (e->nats == last->nats && e <= last))))
				continue;
			if (next == NULL || e->nats > next->nats)
				next = e;
		}
		if (next == NULL)
			break;
		buf_printf(b, "%s%s", k == 0 ? ": " : "; ", next->detail);
		last = next;
	}
	buf_chr(b, '.');
}

const char *
explain(struct detect *d, const struct telling *t)
{
	const struct class_text *text = &class_texts[t->out.class];
	struct buf b = { 0 };
	const char *out;

	if (t->best == NULL)
		return "";
	text->what(d, t, &b);
	say_when(t, &b);
	say_seen(d, t, &b);
	if (t->out.suppressed) {
		buf_printf(&b, " Harmless: %s.", t->out.reason);
	} else {
		say_evidence(t, &b);
		if (text->help != NULL) {
			buf_chr(&b, ' ');
			text->help(d, t, &b);
			buf_chr(&b, '.');
		}
	}
	out = arena_strndup(&d->text, buf_cstr(&b), b.n);
	buf_fini(&b);
	return out;
}
