/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_html.c - a report as one page that needs nothing else: no script, no
 * font, no image from anywhere.
 */
#include "cmd/report_html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_GROUPS 60

const char *const html_titles[SCORE_IDS] = { "Filtering", "Anti-spoofing",
	"Coordination", "IRR", "RPKI" };

static const char *const actions[SCORE_IDS] = { "action 1", "action 2",
	"action 3", "action 4", "action 4" };

static const char *const card_titles[SCORE_IDS] = { "Filtering",
	"Anti-spoofing", "Coordination", "Routing info, IRR",
	"Routing info, RPKI" };

static const char *const classes[SCORE_LEVELS] = { "none", "lagging",
	"aspiring", "ready" };

static const char *const words[SCORE_LEVELS] = { "no data", "lagging",
	"aspiring", "ready" };

void
html_text(struct buf *out, const char *s)
{
	struct str rest = str_from(s);
	char safe[512];

	/* In pieces, each cut between characters. */
	while (rest.n > 0) {
		size_t n = rest.n < 400 ? rest.n : 400;

		while (n < rest.n && n > 0 &&
		       ((unsigned char)rest.p[n] & 0xc0) == 0x80)
			n--;
		if (n == 0) /* no text at all: bytes that only continue */
			n = rest.n < 400 ? rest.n : 400;
		(void)text_safe(safe, sizeof(safe), (struct str){ rest.p, n });
		for (const char *p = safe; *p != '\0'; p++)
			switch (*p) {
			case '&':
				buf_str(out, "&amp;");
				break;
			case '<':
				buf_str(out, "&lt;");
				break;
			case '>':
				buf_str(out, "&gt;");
				break;
			case '"':
				buf_str(out, "&quot;");
				break;
			case '\'':
				buf_str(out, "&#39;");
				break;
			default:
				buf_chr(out, *p);
			}
		rest.p += n;
		rest.n -= n;
	}
}

void
html_asn(struct buf *out, const struct report *r, uint32_t asn)
{
	const struct report_net *n = report_find(r, asn);

	buf_printf(out, "AS%u", asn);
	if (n == NULL || n->facts == NULL || n->facts->name[0] == '\0')
		return;
	buf_str(out, " <small>");
	html_text(out, n->facts->name);
	buf_str(out, "</small>");
}

void
html_score(struct buf *out, const struct score_value *v)
{
	char text[16];

	buf_printf(out, "<td class=\"num lv %s\">%s<small>%s</small></td>",
	    classes[v->level],
	    v->level == SCORE_NO_DATA ? "&ndash;" : score_value_text(v, text),
	    words[v->level]);
}

/* --- summary -------------------------------------------------------------- */

static void
stack(const struct report_figure *f, const char *title, struct buf *out)
{
	buf_printf(out,
	    "<div class=\"stack\" role=\"img\" aria-label=\"%s: ", title);
	for (unsigned l = SCORE_LEVELS; l-- > 0;)
		buf_printf(out, "%u %s%s", f->level[l], words[l],
		    l > 0 ? ", " : "\">");
	for (unsigned l = SCORE_LEVELS; l-- > 0;)
		if (f->level[l] > 0)
			buf_printf(out,
			    "<i class=\"%s\" style=\"width:%.3f%%\"></i>",
			    classes[l], 100.0 * f->level[l] / f->networks);
	buf_str(out, "</div>");
}

static void
figure_card(const struct report_figure *f, enum score_id s, struct buf *out)
{
	buf_printf(out,
	    "<section class=\"card\"><h3>%s</h3>"
	    "<div class=\"of\">%s</div><div class=\"big\">",
	    card_titles[s], actions[s]);
	if (f->has)
		buf_printf(out, "%d.%02d&nbsp;%%", f->value_centi / 100,
		    f->value_centi % 100);
	else
		buf_str(out, "&ndash;");
	buf_str(out, "</div>");
	stack(f, card_titles[s], out);
	buf_printf(out,
	    "<div class=\"of\">%u ready, %u aspiring, %u lagging, "
	    "%u no data",
	    f->level[SCORE_READY], f->level[SCORE_ASPIRING],
	    f->level[SCORE_LAGGING], f->level[SCORE_NO_DATA]);
	if (f->has && f->has_before)
		buf_printf(out, "<br>%+.2f since the month before",
		    (f->value_centi - f->before_centi) / 100.0);
	buf_str(out, "</div></section>\n");
}

static void
tile(struct buf *out, size_t n, const char *one, const char *many)
{
	buf_printf(out, "<li><b>%zu</b>%s</li>", n, n == 1 ? one : many);
}

static void
summary(const struct report *r, struct buf *out)
{
	struct report_figure fig[SCORE_IDS];
	size_t counted = 0, weak = 0, harmless = 0, announcing = 0;

	report_figures(r, fig);
	for (size_t i = 0; i < r->incidents.n; i++) {
		const struct incident *in = &r->incidents.p[i];

		harmless += in->suppressed || in->level == 0;
		counted += !in->suppressed && in->level >= 3;
		weak += !in->suppressed && in->level > 0 && in->level < 3;
	}
	for (size_t i = 0; i < r->nets.n; i++)
		announcing += r->nets.p[i].n_routes > 0;
	buf_str(out, "<h2 id=\"summary\">Summary</h2>\n<ul class=\"tiles\">");
	tile(out, r->nets.n, "network", "networks");
	tile(out, announcing, "seen announcing", "seen announcing");
	tile(out, counted, "incident with strong evidence",
	    "incidents with strong evidence");
	if (weak > 0)
		tile(out, weak, "weaker sign, not scored",
		    "weaker signs, not scored");
	if (harmless > 0)
		tile(out, harmless, "event found harmless",
		    "events found harmless");
	buf_str(out, "</ul>\n<div class=\"cards\">\n");
	for (unsigned s = 0; s < SCORE_IDS; s++)
		figure_card(&fig[s], (enum score_id)s, out);
	buf_printf(out,
	    "</div>\n<p class=\"soft\">Each figure is the %s over "
	    "%u %s; ready from %g&nbsp;%%, aspiring from "
	    "%g&nbsp;%% on. A network without data is never "
	    "counted as good.</p>\n",
	    fig[0].value_centi == fig[0].mean_centi ? "mean" : "median",
	    fig[0].networks, fig[0].networks == 1 ? "network" : "networks",
	    r->opt.profile.v[SET_READY][0], r->opt.profile.v[SET_ASPIRING][0]);
}

/* --- groups ---------------------------------------------------------------- */

static int
cmp_group(const void *va, const void *vb)
{
	const struct score_group *a = va, *b = vb;

	if (a->networks != b->networks)
		return a->networks > b->networks ? -1 : 1;
	return strcmp(a->key, b->key);
}

static void
mean_cell(const struct report *r, bool has, int32_t centi, struct buf *out)
{
	if (!has) {
		buf_str(out, "<td class=\"num lv none\">&ndash;</td>");
		return;
	}
	buf_printf(out, "<td class=\"num lv %s\">%d.%02d</td>",
	    classes[score_level(&r->opt.profile, centi)], centi / 100,
	    centi % 100);
}

static void
group_rows(const struct report *r, struct score_groups *g, bool worst,
    struct buf *out)
{
	for (size_t i = 0; i < g->n && i < SHOWN_GROUPS; i++) {
		const struct score_group *x = &g->p[i];

		buf_str(out, "<tr><th scope=\"row\">");
		html_text(out, x->key[0] != '\0' ? x->key : "not known");
		buf_printf(out, "</th><td class=\"num\">%u</td>", x->networks);
		for (unsigned s = 0; s < SCORE_IDS; s++)
			mean_cell(r, x->score[s].has,
			    worst ? x->score[s].worst_centi
				  : x->score[s].mean_centi,
			    out);
		buf_str(out, "</tr>\n");
	}
}

static void
group_table(const struct report *r, enum score_dim dim, const char *title,
    const char *note, struct buf *out)
{
	struct score_groups g = { 0 };

	report_groups(r, dim, &g);
	if (g.n > 0) {
		qsort(g.p, g.n, sizeof(*g.p), cmp_group);
		buf_printf(out,
		    "<h3>%s</h3>\n<div class=\"scroll\"><table><caption>%s",
		    title, note);
		if (g.n > SHOWN_GROUPS)
			buf_printf(out, "; the largest %d of %zu", SHOWN_GROUPS,
			    g.n);
		buf_printf(out,
		    "</caption><thead><tr><th scope=\"col\">%s</th>"
		    "<th scope=\"col\" class=\"num\">Networks</th>",
		    title);
		for (unsigned s = 0; s < SCORE_IDS; s++)
			buf_printf(out,
			    "<th scope=\"col\" class=\"num\">%s</th>",
			    html_titles[s]);
		buf_str(out, "</tr></thead><tbody>\n");
		group_rows(r, &g, dim == SCORE_BY_PARTICIPANT, out);
		buf_str(out, "</tbody></table></div>\n");
	}
	vec_fini(&g);
}

static void
groups(const struct report *r, struct buf *out)
{
	if (r->opt.asn != 0)
		return;
	buf_str(out, "<h2 id=\"groups\">Regions and programmes</h2>\n");
	group_table(r, SCORE_BY_RIR, "Registry",
	    "Means, by the registry of the delegation", out);
	group_table(r, SCORE_BY_REGION, "Region",
	    "Means, by the UN M49 region of that country", out);
	group_table(r, SCORE_BY_COUNTRY, "Country",
	    "Means, by the country of the delegation", out);
	group_table(r, SCORE_BY_PROGRAMME, "Programme",
	    "Means over the networks of MANRS participants", out);
	if (r->opt.participants)
		group_table(r, SCORE_BY_PARTICIPANT, "Participant",
		    "The worst of its announced networks", out);
}

/* --- participation ---------------------------------------------------------- */

static void
growth(const struct report_programme *p, struct buf *out)
{
	char month[TIME_TEXT_MAX];

	if (p->n_steps < 2) {
		buf_str(out, "unknown: needs two dated lists, or the dates of "
			     "joining");
		return;
	}
	buf_printf(out, "%u to %u since %s <small>by %s</small>",
	    p->steps[0].organisations, p->steps[p->n_steps - 1].organisations,
	    utc_format_month(month, p->steps[0].date_us), p->steps_from);
}

static void
participation(const struct report *r, struct buf *out)
{
	struct report_programmes list;

	report_programmes(r, &list);
	if (list.n > 0)
		buf_str(out,
		    "<h2 id=\"participation\">Participation</h2>\n"
		    "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">"
		    "Programme</th><th scope=\"col\" class=\"num\">Participants"
		    "</th><th scope=\"col\" class=\"num\">Networks</th><th "
		    "scope=\"col\" class=\"num\">Countries</th><th scope="
		    "\"col\">Largest</th><th scope=\"col\">Growth</th></tr>"
		    "</thead><tbody>\n");
	for (size_t i = 0; i < list.n; i++) {
		const struct report_programme *p = &list.p[i];

		buf_printf(out,
		    "<tr><th scope=\"row\">%s</th><td class=\"num\">%u</td>"
		    "<td class=\"num\">%u</td><td class=\"num\">%u</td><td>",
		    p->name, p->organisations, p->asns, p->countries);
		for (size_t k = 0; k < p->n_by_country && k < 6; k++)
			buf_printf(out, "%s%s %u", k > 0 ? ", " : "",
			    p->by_country[k].cc,
			    p->by_country[k].organisations);
		buf_str(out, "</td><td>");
		growth(p, out);
		buf_str(out, "</td></tr>\n");
	}
	if (list.n > 0)
		buf_str(out, "</tbody></table></div>\n");
	report_programmes_fini(&list);
}

/* --- page -------------------------------------------------------------------- */

static void
page_head(const struct report *r, struct buf *out)
{
	char month[TIME_TEXT_MAX], a[TIME_TEXT_MAX], b[TIME_TEXT_MAX];

	report_month_name(month, r->month_us);
	buf_printf(out,
	    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width,"
	    "initial-scale=1\">\n<title>MANRS readiness in %s</title>\n"
	    "<style>\n%s</style></head><body>\n"
	    "<a class=\"skip\" href=\"#incidents\">To the incidents</a>\n"
	    "<header><h1>MANRS readiness in %s",
	    month, html_style, month);
	if (r->opt.asn != 0)
		buf_printf(out, ": AS%u", r->opt.asn);
	else if (r->opt.country != NULL)
		buf_printf(out, ": %s", r->opt.country);
	else if (r->opt.participants)
		buf_str(out, ": participants");
	buf_str(out, "</h1>\n<p class=\"soft\">");
	if (r->observed)
		buf_printf(out, "Routing data of %u collector%s, %s to %s UTC",
		    r->collectors, r->collectors == 1 ? "" : "s",
		    report_when(a, r->from_us), report_when(b, r->last_us));
	else
		buf_str(out, "No routing data of this month");
	buf_printf(out, " &middot; profile %s",
	    score_profile_name(r->opt.profile.id));
	if (r->world.id[0] != '\0')
		buf_printf(out, " &middot; reference data as of %s UTC",
		    report_when(a, r->world.moment_us));
	buf_str(out, "</p>\n");
	if (r->incomplete > 0)
		buf_printf(out,
		    "<p><span class=\"chip e2\">%u input%s incomplete</span> "
		    "what followed in %s is not known</p>\n",
		    r->incomplete, r->incomplete == 1 ? "" : "s",
		    r->incomplete == 1 ? "it" : "them");
	buf_str(out, "</header>\n<main>\n");
}

void
report_html(const struct report *r, struct buf *out)
{
	page_head(r, out);
	summary(r, out);
	html_incidents(r, out);
	html_networks(r, out);
	groups(r, out);
	participation(r, out);
	html_basis(r, out);
	buf_printf(out, "</main>\n<footer><p>Made by comity. The same store "
			"and options give the same page, byte for byte. Scores "
			"follow the MANRS measurement framework as "
			"doc/METRICS.md restates it; they are no statement by "
			"MANRS.</p></footer>\n</body></html>\n");
}
