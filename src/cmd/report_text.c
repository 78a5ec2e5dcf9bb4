/* SPDX-License-Identifier: BSD-2-Clause */
/* report_text.c - a report for a terminal of 80 columns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/report.h"

#define SHOWN_NETWORKS  60
#define SHOWN_INCIDENTS 40
#define SHOWN_GROUPS    30
#define SHOWN_SOURCES   12

static const char *const titles[SCORE_IDS] = { "1 filtering", "2 anti-spoofing",
	"3 coordination", "4 routing info, IRR", "4 routing info, RPKI" };

/* Foreign text cut to a column: `width` characters, not bytes. */
static void
cell(struct buf *out, const char *s, size_t width)
{
	char safe[400];
	const char *p = text_safe(safe, sizeof(safe), str_from(s));
	size_t n = 0;

	for (; *p != '\0' && n < width; n++) {
		do
			buf_chr(out, *p++);
		while (((unsigned char)*p & 0xc0) == 0x80);
	}
	for (; n < width; n++)
		buf_chr(out, ' ');
}

static void
trend(struct buf *out, bool has, int32_t centi)
{
	if (has)
		buf_printf(out, "%+7.2f", centi / 100.0);
	else
		buf_printf(out, "%7s", "-");
}

static const char *
centi(char out[16], bool has, int32_t v)
{
	if (has)
		(void)snprintf(out, 16, "%d.%02d", v / 100, v % 100);
	else
		(void)snprintf(out, 16, "-");
	return out;
}

/* --- head --------------------------------------------------------------- */

static void
head(const struct report *r, struct buf *out)
{
	char month[TIME_TEXT_MAX], a[TIME_TEXT_MAX], b[TIME_TEXT_MAX];

	buf_printf(out, "MANRS readiness in %s, profile %s\n",
	    report_month_name(month, r->month_us),
	    score_profile_name(r->opt.profile.id));
	if (r->observed)
		buf_printf(out,
		    "routing  %s to %s UTC, %u collector%s, %zu input%s\n",
		    report_when(a, r->from_us), report_when(b, r->last_us),
		    r->collectors, r->collectors == 1 ? "" : "s", r->inputs.n,
		    r->inputs.n == 1 ? "" : "s");
	else
		buf_str(out, "routing  no data of this month: filtering and "
			     "routing information unknown\n");
	if (r->incomplete > 0)
		buf_printf(out,
		    "         %u incomplete: what followed is not known\n",
		    r->incomplete);
	if (r->world.id[0] == '\0')
		buf_str(out, "world    none\n");
	else
		buf_printf(out, "world    %.16s as of %s UTC\n", r->world.id,
		    report_when(a, r->world.moment_us));
	for (size_t i = 0; i < r->sources.n && i < SHOWN_SOURCES; i++) {
		const struct report_source *s = &r->sources.p[i];
		char kind[REPORT_KIND_MAX];

		buf_str(out, "         ");
		cell(out, report_kind(kind, s->kind), 20);
		buf_chr(out, ' ');
		cell(out, s->source, 20);
		buf_printf(out, " %-10.10s %.16s\n", s->date, s->sha256);
	}
	if (r->sources.n > SHOWN_SOURCES)
		buf_printf(out,
		    "         and %zu more inputs (--format json)\n",
		    r->sources.n - SHOWN_SOURCES);
}

/* --- figures and groups -------------------------------------------------- */

static void
figures(const struct report *r, struct buf *out)
{
	struct report_figure fig[SCORE_IDS];

	report_figures(r, fig);
	buf_printf(out, "\n%-21s %6s %9s %8s %8s %7s %7s %7s\n", "action",
	    "ready", "aspiring", "lagging", "no data", "mean", "median",
	    "trend");
	for (unsigned s = 0; s < SCORE_IDS; s++) {
		const struct report_figure *f = &fig[s];
		char a[16], b[16];

		buf_printf(out, "%-21s %6u %9u %8u %8u %7s %7s ", titles[s],
		    f->level[SCORE_READY], f->level[SCORE_ASPIRING],
		    f->level[SCORE_LAGGING], f->level[SCORE_NO_DATA],
		    centi(a, f->has, f->mean_centi),
		    centi(b, f->has, f->median_centi));
		trend(out, f->has && f->has_before,
		    f->value_centi - f->before_centi);
		buf_chr(out, '\n');
	}
	buf_printf(out, "%u network%s", fig[0].networks,
	    fig[0].networks == 1 ? "" : "s");
	if (r->opt.asn != 0)
		buf_str(out, "\n");
	else if ((unsigned)r->opt.profile.v[SET_POPULATION][0] == 1)
		buf_str(out, " seen announcing\n");
	else if (r->delegations)
		buf_str(out, " delegated by a registry\n");
	else
		buf_str(out, " known; no delegation data to tell the "
			     "population\n");
}

/* Most networks first; the key breaks ties. */
static int
cmp_group(const void *va, const void *vb)
{
	const struct score_group *a = va, *b = vb;

	if (a->networks != b->networks)
		return a->networks > b->networks ? -1 : 1;
	return strcmp(a->key, b->key);
}

static void
groups(const struct report *r, enum score_dim dim, const char *title,
    bool worst, struct buf *out)
{
	struct score_groups g = { 0 };

	report_groups(r, dim, &g);
	if (g.n == 0)
		return;
	qsort(g.p, g.n, sizeof(*g.p), cmp_group);
	buf_printf(out, "\n%-26s %8s  %s\n%-26s %8s %8s %8s %8s %8s %8s\n",
	    title, "", worst ? "worst / mean" : "mean", "", "networks",
	    "filter", "spoof", "contact", "IRR", "RPKI");
	for (size_t i = 0; i < g.n && i < SHOWN_GROUPS; i++) {
		char text[16];

		cell(out, g.p[i].key[0] != '\0' ? g.p[i].key : "not known", 26);
		buf_printf(out, " %8u", g.p[i].networks);
		for (unsigned s = 0; s < SCORE_IDS; s++)
			buf_printf(out, " %8s",
			    centi(text, g.p[i].score[s].has,
				worst ? g.p[i].score[s].worst_centi
				      : g.p[i].score[s].mean_centi));
		buf_chr(out, '\n');
		if (!worst)
			continue;
		buf_printf(out, "%-35s", "");
		for (unsigned s = 0; s < SCORE_IDS; s++)
			buf_printf(out, " %8s",
			    centi(text, g.p[i].score[s].has,
				g.p[i].score[s].mean_centi));
		buf_chr(out, '\n');
	}
	if (g.n > SHOWN_GROUPS)
		buf_printf(out, "and %zu more (--format json)\n",
		    g.n - SHOWN_GROUPS);
	vec_fini(&g);
}

/* --- participation ------------------------------------------------------- */

static void
programme(const struct report_programme *p, struct buf *out)
{
	char day[TIME_TEXT_MAX];

	buf_printf(out, "%-12s %12u %8u %9u  ", p->name, p->organisations,
	    p->asns, p->countries);
	if (p->n_steps < 2)
		buf_str(out, "unknown: one undated list\n");
	else
		buf_printf(out, "%u -> %u since %s\n",
		    p->steps[0].organisations,
		    p->steps[p->n_steps - 1].organisations,
		    utc_format_month(day, p->steps[0].date_us));
	if (p->n_by_country == 0)
		return;
	buf_printf(out, "%-12s largest: ", "");
	for (size_t i = 0; i < p->n_by_country && i < 8; i++)
		buf_printf(out, "%s%s %u", i > 0 ? ", " : "",
		    p->by_country[i].cc, p->by_country[i].organisations);
	buf_chr(out, '\n');
}

static void
programmes(const struct report *r, struct buf *out)
{
	struct report_programmes list;

	report_programmes(r, &list);
	if (list.n > 0)
		buf_printf(out, "\n%-12s %12s %8s %9s  %s\n", "programme",
		    "participants", "ASNs", "countries", "growth");
	for (size_t i = 0; i < list.n; i++)
		programme(&list.p[i], out);
	report_programmes_fini(&list);
}

/* --- networks ------------------------------------------------------------ */

/* Something to read in this row: it announces, joined, or did something. */
static bool
interesting(const struct report *r, const struct report_net *n)
{
	return r->opt.asn != 0 || n->n_routes > 0 || n->n_charges > 0 ||
	       (n->facts != NULL && n->facts->programmes[0] != '\0');
}

static void
networks(const struct report *r, struct buf *out)
{
	size_t shown = 0, more = 0;

	buf_printf(out, "\n%-11s %-20s %-2s %8s %8s %8s %8s %8s\n", "network",
	    "name", "cc", "filter", "spoof", "contact", "IRR", "RPKI");
	for (size_t i = 0; i < r->nets.n; i++) {
		const struct report_net *n = &r->nets.p[i];
		char text[16];

		if (!interesting(r, n))
			continue;
		if (shown == SHOWN_NETWORKS) {
			more++;
			continue;
		}
		shown++;
		(void)snprintf(text, sizeof(text), "AS%u", n->asn);
		buf_printf(out, "%-11s ", text);
		cell(out, n->facts != NULL ? n->facts->name : "", 20);
		buf_printf(out, " %-2.2s",
		    n->facts != NULL ? n->facts->country : "");
		for (unsigned s = 0; s < SCORE_IDS; s++)
			buf_printf(out, " %8s",
			    score_value_text(&n->card.scores[s], text));
		buf_chr(out, '\n');
	}
	if (more > 0)
		buf_printf(out, "and %zu more (--format csv lists all)\n",
		    more);
	if (shown < r->nets.n - more)
		buf_printf(out, "%zu others announce nothing that was seen\n",
		    r->nets.n - more - shown);
}

/* "title: text" in lines of 79 columns, later ones set in. */
static void
wrapped(struct buf *out, const char *title, const char *text)
{
	struct str rest = str_from(text), word;
	size_t at = strlen(title) + 1;

	buf_printf(out, "%s:", title);
	while (str_word(&rest, &word)) {
		if (at + 1 + word.n > 79) {
			buf_str(out, "\n   ");
			at = 3;
		}
		buf_chr(out, ' ');
		buf_add(out, word.p, word.n);
		at += 1 + word.n;
	}
	buf_chr(out, '\n');
}

static void
reasons(const struct report *r, const struct report_net *n, struct buf *out)
{
	for (unsigned s = 0; s < SCORE_IDS; s++) {
		struct buf why = { 0 };

		report_explain(r, n, (enum score_id)s, &why);
		if (why.n > 0) {
			wrapped(out, titles[s], buf_cstr(&why));
		}
		buf_fini(&why);
	}
}

/* --- incidents ------------------------------------------------------------ */

static void
incident(const struct incident *in, struct buf *out)
{
	char a[TIME_TEXT_MAX], span[TIME_TEXT_MAX], asn[16], safe[600];

	if (in->culprit == 0)
		(void)snprintf(asn, sizeof(asn), "unknown");
	else
		(void)snprintf(asn, sizeof(asn), "AS%u", in->culprit);
	buf_printf(out, "%s  %9s  E%u %-20s %s\n", report_when(a, in->start),
	    in->end == TIME_NONE ? "open"
				 : utc_format_span(span, in->end - in->start),
	    in->level, incident_class_name(in->class), asn);
	buf_printf(out, "  %s  %llu prefix%s, %u peer%s", in->id,
	    (unsigned long long)in->n_prefixes, in->n_prefixes == 1 ? "" : "es",
	    in->peers_max, in->peers_max == 1 ? "" : "s");
	if (in->n_routes > 0) {
		char prefix[PREFIX_TEXT_MAX];

		(void)prefix_format(prefix, &in->routes[0].prefix);
		buf_printf(out, "  %s", prefix);
	}
	if (in->suppressed)
		buf_printf(out, "\n  harmless: %s",
		    text_safe(safe, sizeof(safe), str_from(in->reason)));
	buf_chr(out, '\n');
}

static void
incidents(const struct report *r, struct buf *out)
{
	if (r->incidents.n == 0) {
		buf_str(out, r->observed ? "\nno incidents\n" : "");
		return;
	}
	buf_printf(out, "\n%zu incident%s (`comity explain ID` tells more)\n",
	    r->incidents.n, r->incidents.n == 1 ? "" : "s");
	for (size_t i = 0; i < r->incidents.n && i < SHOWN_INCIDENTS; i++)
		incident(&r->incidents.p[i], out);
	if (r->incidents.n > SHOWN_INCIDENTS)
		buf_printf(out, "and %zu more (--format json)\n",
		    r->incidents.n - SHOWN_INCIDENTS);
}

void
report_text(const struct report *r, struct buf *out)
{
	head(r, out);
	figures(r, out);
	if (r->opt.asn == 0) {
		groups(r, SCORE_BY_RIR, "by registry", false, out);
		groups(r, SCORE_BY_REGION, "by region (UN M49)", false, out);
		groups(r, SCORE_BY_COUNTRY, "by country", false, out);
		groups(r, SCORE_BY_PROGRAMME, "by programme", false, out);
		programmes(r, out);
	}
	if (r->opt.participants)
		groups(r, SCORE_BY_PARTICIPANT, "by participant", true, out);
	networks(r, out);
	if (r->opt.asn != 0 && r->nets.n == 1)
		reasons(r, &r->nets.p[0], out);
	incidents(r, out);
	buf_chr(out, '\n');
	for (size_t i = 0; report_note(i) != NULL; i++)
		wrapped(out, "note", report_note(i));
	buf_chr(out, '\n');
	report_settings_text(out, &r->opt.profile);
}
