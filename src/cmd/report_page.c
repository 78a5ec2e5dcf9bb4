/* SPDX-License-Identifier: BSD-2-Clause */
/* report_page.c - the page's incidents, networks, and what it rests on. */
#include <stdio.h>
#include <string.h>

#include "cmd/report_html.h"

#define SHOWN_INCIDENTS 200
#define SHOWN_ROUTES    12
#define SHOWN_NETWORKS  500
#define SHOWN_INPUTS    300
#define OPEN_INCIDENTS  12 /* evidence unfolded in the first ones */

/* --- incidents ------------------------------------------------------------- */

static const char *const names[INC_CLASSES] = {
	[INC_ORIGIN_HIJACK] = "Origin hijack",
	[INC_SUB_PREFIX_HIJACK] = "Sub-prefix hijack",
	[INC_FORGED_ORIGIN] = "Forged origin",
	[INC_SQUATTING] = "Squatting",
	[INC_MASS_ORIGINATION] = "Mass origination",
	[INC_ROUTE_LEAK] = "Route leak",
	[INC_BOGON_PREFIX] = "Bogon prefix",
	[INC_BOGON_ASN] = "Bogon AS number",
	[INC_ADMIN_BOGON] = "Administrative bogon",
	[INC_RPKI_INVALID] = "RPKI-invalid routes",
	[INC_ROA_CHANGE] = "Change of a ROA",
	[INC_OUTAGE] = "Outage",
	[INC_ZOMBIE] = "Zombie routes",
	[INC_MISCONFIGURATION] = "Misconfiguration",
	[INC_BLACKHOLE_ABUSE] = "Abuse of blackholing",
};

static const char *
strength(const struct incident *in)
{
	static const char *const words[] = { "E0 explained", "E1 weak",
		"E2 likely", "E3 strong", "E4 proven" };

	return in->level < COUNT(words) ? words[in->level] : "?";
}

static void
evidence(const struct incident *in, struct buf *out)
{
	if (in->n_evidence == 0)
		return;
	buf_str(out,
	    "<h4>Evidence</h4><div class=\"scroll\"><table><thead><tr>"
	    "<th scope=\"col\">What</th><th scope=\"col\">Family</th>"
	    "<th scope=\"col\" class=\"num\">Weight</th><th scope=\"col\" "
	    "class=\"num\">Points</th><th scope=\"col\">Detail</th><th "
	    "scope=\"col\">Source, age</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < in->n_evidence; i++) {
		const struct evidence *e = &in->evidence[i];
		char span[TIME_TEXT_MAX];

		buf_str(out, "<tr><th scope=\"row\">");
		html_text(out, e->name);
		buf_str(out, "</th><td>");
		html_text(out, e->family);
		buf_printf(out,
		    "</td><td class=\"num\">%+.2f</td>"
		    "<td class=\"num\">%+d</td><td>",
		    e->nats, e->points);
		html_text(out, e->detail);
		buf_str(out, "</td><td>");
		html_text(out, e->source[0] != '\0' ? e->source : "the routes");
		if (e->age_us != TIME_NONE)
			buf_printf(out, ", %s%s",
			    utc_format_span(span,
				e->age_us < 0 ? -e->age_us : e->age_us),
			    e->age_us < 0 ? " later" : "");
		buf_str(out, "</td></tr>\n");
	}
	buf_str(out, "</tbody></table></div>\n");
}

static void
routes(const struct incident *in, struct buf *out)
{
	if (in->n_routes == 0)
		return;
	buf_str(out,
	    "<h4>Routes</h4><div class=\"scroll\"><table><thead><tr><th "
	    "scope=\"col\">Prefix</th><th scope=\"col\">Origin</th><th "
	    "scope=\"col\">From</th><th scope=\"col\">Until</th><th scope="
	    "\"col\" class=\"num\">Peers</th><th scope=\"col\">Path, decision"
	    "</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < in->n_routes && i < SHOWN_ROUTES; i++) {
		const struct incident_route *x = &in->routes[i];
		char prefix[PREFIX_TEXT_MAX], a[TIME_TEXT_MAX],
		    b[TIME_TEXT_MAX];

		(void)prefix_format(prefix, &x->prefix);
		buf_printf(out, "<tr><td><code>%s</code></td><td>", prefix);
		if (x->origin != 0)
			buf_printf(out, "AS%u", x->origin);
		buf_printf(out,
		    "</td><td>%s</td><td>%s</td><td class=\"num\">"
		    "%u</td><td><code>",
		    report_when(a, x->start), report_when(b, x->end),
		    x->peers_max);
		html_text(out, x->path);
		buf_str(out, "</code><br><small>");
		html_text(out, x->decision);
		buf_str(out, "</small></td></tr>\n");
	}
	buf_str(out, "</tbody></table></div>\n");
	if (in->n_prefixes > SHOWN_ROUTES)
		buf_printf(out, "<p class=\"soft\">%llu prefixes in all.</p>\n",
		    (unsigned long long)in->n_prefixes);
}

/* Where in the observed time it lies. */
static void
timeline(const struct report *r, const struct incident *in, struct buf *out)
{
	int64_t from = r->from_us, until = r->last_us;
	int64_t a = in->start, b = in->end == TIME_NONE ? until : in->end;
	char ta[TIME_TEXT_MAX], tb[TIME_TEXT_MAX];

	if (!r->observed || until <= from)
		return;
	a = a < from ? from : a > until ? until : a;
	b = b < a ? a : b > until ? until : b;
	buf_printf(out,
	    "<div class=\"line\" aria-hidden=\"true\"><i style=\"left:%.3f%%;"
	    "width:%.3f%%\"></i></div><div class=\"ends\" aria-hidden=\"true\">"
	    "<span>%s</span><span>%s</span></div>\n",
	    99.0 * (double)(a - from) / (double)(until - from),
	    100.0 * (double)(b - a) / (double)(until - from),
	    report_when(ta, from), report_when(tb, until));
}

static void
asns(const struct report *r, const char *title, const uint32_t *list, size_t n,
    struct buf *out)
{
	if (n == 0)
		return;
	buf_printf(out, "<dt>%s</dt><dd>", title);
	for (size_t i = 0; i < n && i < 20; i++) {
		buf_str(out, i > 0 ? ", " : "");
		html_asn(out, r, list[i]);
	}
	if (n > 20)
		buf_printf(out, " and %zu more", n - 20);
	buf_str(out, "</dd>");
}

static void
facts(const struct report *r, const struct incident *in, struct buf *out)
{
	char a[TIME_TEXT_MAX], b[TIME_TEXT_MAX], span[TIME_TEXT_MAX];

	if (in->end == TIME_NONE)
		buf_printf(out, "<dl><dt>When</dt><dd>since %s UTC",
		    report_when(a, in->start));
	else
		buf_printf(out, "<dl><dt>When</dt><dd>%s to %s UTC (%s)",
		    report_when(a, in->start), report_when(b, in->end),
		    utc_format_span(span, in->end - in->start));
	buf_printf(out, ", %s%s</dd>", incident_state_name(in->state),
	    in->reopened ? ", reopened" : "");
	buf_printf(out,
	    "<dt>Seen</dt><dd>%llu prefix%s, by up to %u peer%s at "
	    "once</dd>",
	    (unsigned long long)in->n_prefixes, in->n_prefixes == 1 ? "" : "es",
	    in->peers_max, in->peers_max == 1 ? "" : "s");
	asns(r, "Passed on by", in->accomplices, in->n_accomplices, out);
	asns(r, "Concerns", in->victims, in->n_victims, out);
	if (in->reason[0] != '\0') {
		buf_str(out, "<dt>Reason</dt><dd>");
		html_text(out, in->reason);
		buf_str(out, "</dd>");
	}
	if (in->n_merged > 0) {
		buf_str(out, "<dt>Merged</dt><dd class=\"mono\">");
		for (size_t i = 0; i < in->n_merged; i++)
			buf_printf(out, "%s%s", i > 0 ? ", " : "",
			    in->merged[i]);
		buf_str(out, "</dd>");
	}
	buf_printf(out, "<dt>Id</dt><dd class=\"mono\">%s</dd></dl>\n", in->id);
}

static void
incident(const struct report *r, const struct incident *in, bool open,
    struct buf *out)
{
	bool harmless = in->suppressed || in->level == 0;

	buf_printf(out,
	    "<article class=\"inc e%u\" id=\"i-%s\"><div class="
	    "\"top\"><h3>%s",
	    harmless ? 0 : in->level, in->id, names[in->class]);
	if (in->culprit != 0) {
		buf_str(out, harmless ? ": " : " by ");
		html_asn(out, r, in->culprit);
	}
	buf_printf(out, "</h3><span class=\"chip %s%u\">%s</span>",
	    harmless ? "ok e" : "e", harmless ? 0 : in->level,
	    harmless ? "harmless" : strength(in));
	if (in->type[0] != '\0')
		buf_printf(out, "<span class=\"soft\">type %s</span>",
		    in->type);
	buf_printf(out, "<span class=\"soft\">%d points</span></div>\n",
	    in->points);
	if (in->explanation[0] != '\0') {
		buf_str(out, "<p class=\"lead\">");
		html_text(out, in->explanation);
		buf_str(out, "</p>\n");
	}
	timeline(r, in, out);
	facts(r, in, out);
	buf_printf(out, "<details%s><summary>Evidence and routes</summary>\n",
	    open ? " open" : "");
	evidence(in, out);
	routes(in, out);
	buf_str(out, "</details></article>\n");
}

static void
some_incidents(const struct report *r, bool harmless, struct buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < r->incidents.n; i++) {
		const struct incident *in = &r->incidents.p[i];

		if ((in->suppressed || in->level == 0) != harmless ||
		    shown++ >= SHOWN_INCIDENTS)
			continue;
		incident(r, in, !harmless && shown <= OPEN_INCIDENTS, out);
	}
	if (shown > SHOWN_INCIDENTS)
		buf_printf(out,
		    "<p class=\"soft\">The first %d of %zu; --format json "
		    "has all.</p>\n",
		    SHOWN_INCIDENTS, shown);
}

void
html_incidents(const struct report *r, struct buf *out)
{
	size_t harmless = 0;

	for (size_t i = 0; i < r->incidents.n; i++)
		harmless += r->incidents.p[i].suppressed ||
			    r->incidents.p[i].level == 0;
	buf_str(out, "<h2 id=\"incidents\">Incidents</h2>\n");
	if (r->incidents.n == harmless)
		buf_str(out, r->observed ? "<p>No incident was found.</p>\n"
					 : "<p>Nothing was observed.</p>\n");
	some_incidents(r, false, out);
	if (harmless == 0)
		return;
	buf_printf(out,
	    "<details><summary>Looked at and found harmless (%zu)"
	    "</summary>\n",
	    harmless);
	some_incidents(r, true, out);
	buf_str(out, "</details>\n");
}

/* --- networks --------------------------------------------------------------- */

static void
why(const struct report *r, const struct report_net *n, struct buf *out)
{
	struct buf text = { 0 };

	for (unsigned s = 0; s < SCORE_IDS; s++) {
		struct buf one = { 0 };

		if (n->card.scores[s].level != SCORE_NO_DATA || r->opt.asn != 0)
			report_explain(r, n, (enum score_id)s, &one);
		if (one.n > 0) {
			buf_printf(&text,
			    "%s<b>%s</b>: ", text.n > 0 ? ". " : "",
			    html_titles[s]);
			html_text(&text, buf_cstr(&one));
		}
		buf_fini(&one);
	}
	if (text.n > 0) {
		buf_str(out, "<tr class=\"why\"><td colspan=\"8\">");
		buf_add(out, text.p, text.n);
		buf_str(out, ".</td></tr>\n");
	}
	buf_fini(&text);
}

static void
network(const struct report *r, const struct report_net *n, struct buf *out)
{
	struct buf reasons = { 0 };

	why(r, n, &reasons);
	buf_printf(out, "<tr%s><th scope=\"row\">AS%u</th><td>",
	    reasons.n > 0 ? " class=\"has-why\"" : "", n->asn);
	html_text(out, n->facts != NULL ? n->facts->name : "");
	if (n->facts != NULL && n->facts->programmes[0] != '\0') {
		buf_str(out, " <span class=\"chip ok\" title=\"MANRS ");
		html_text(out, n->facts->programmes);
		buf_str(out, "\">MANRS</span>");
	}
	buf_str(out, "</td><td>");
	html_text(out, n->facts != NULL ? n->facts->country : "");
	buf_str(out, "</td>");
	for (unsigned s = 0; s < SCORE_IDS; s++)
		html_score(out, &n->card.scores[s]);
	buf_str(out, "</tr>\n");
	buf_add(out, reasons.p, reasons.n);
	buf_fini(&reasons);
}

void
html_networks(const struct report *r, struct buf *out)
{
	size_t shown = 0, left = 0;

	buf_str(out,
	    "<h2 id=\"networks\">Networks</h2>\n<div class=\"scroll\"><table>"
	    "<thead><tr><th scope=\"col\">Network</th><th scope=\"col\">Name"
	    "</th><th scope=\"col\">Country</th>");
	for (unsigned s = 0; s < SCORE_IDS; s++)
		buf_printf(out, "<th scope=\"col\" class=\"num\">%s</th>",
		    html_titles[s]);
	buf_str(out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < r->nets.n; i++) {
		const struct report_net *n = &r->nets.p[i];

		if (r->opt.asn == 0 && n->n_routes == 0 && n->n_charges == 0 &&
		    (n->facts == NULL || n->facts->programmes[0] == '\0'))
			left++;
		else if (shown++ < SHOWN_NETWORKS)
			network(r, n, out);
	}
	buf_str(out, "</tbody></table></div>\n");
	if (shown > SHOWN_NETWORKS)
		buf_printf(out,
		    "<p class=\"soft\">The first %d of %zu; --format csv has "
		    "all.</p>\n",
		    SHOWN_NETWORKS, shown);
	if (left > 0)
		buf_printf(out,
		    "<p class=\"soft\">%zu more announce nothing that was "
		    "seen.</p>\n",
		    left);
	buf_str(out, "<ul class=\"notes\">\n");
	for (size_t i = 0; report_note(i) != NULL; i++)
		buf_printf(out, "<li>%s</li>\n", report_note(i));
	buf_str(out, "</ul>\n");
}

/* --- what it rests on --------------------------------------------------------- */

static void
sources(const struct report *r, struct buf *out)
{
	buf_str(out, "<h3>Reference data</h3>\n");
	if (r->world.id[0] == '\0') {
		buf_str(out, "<p>None.</p>\n");
		return;
	}
	buf_str(out,
	    "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Kind"
	    "</th><th scope=\"col\">Source</th><th scope=\"col\">Date</th><th "
	    "scope=\"col\">SHA-256</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->sources.n; i++) {
		const struct report_source *s = &r->sources.p[i];

		buf_str(out, "<tr><td>");
		html_text(out, s->kind);
		buf_str(out, "</td><td>");
		html_text(out, s->source);
		buf_str(out, "</td><td>");
		html_text(out, s->date);
		buf_str(out, "</td><td><code>");
		html_text(out, s->sha256);
		buf_str(out, "</code></td></tr>\n");
	}
	buf_str(out, "</tbody></table></div>\n<p class=\"soft\">world <code>");
	html_text(out, r->world.id);
	buf_str(out, "</code></p>\n");
}

static void
inputs(const struct report *r, struct buf *out)
{
	buf_printf(out,
	    "<h3>Routing data</h3>\n<details%s><summary>%zu "
	    "input%s</summary>\n",
	    r->inputs.n <= 8 ? " open" : "", r->inputs.n,
	    r->inputs.n == 1 ? "" : "s");
	buf_str(out,
	    "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">"
	    "Collector</th><th scope=\"col\">Kind</th><th scope=\"col\">From"
	    "</th><th scope=\"col\">Until</th><th scope=\"col\" class=\"num\">"
	    "Records</th><th scope=\"col\" class=\"num\">Refused</th><th "
	    "scope=\"col\">SHA-256</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < r->inputs.n && i < SHOWN_INPUTS; i++) {
		const struct store_input *in = &r->inputs.p[i];
		char a[TIME_TEXT_MAX], b[TIME_TEXT_MAX];

		buf_str(out, "<tr><td>");
		html_text(out, in->collector);
		buf_str(out, "</td><td>");
		html_text(out, in->kind);
		buf_printf(out, "%s</td><td>%s</td><td>%s</td>",
		    in->incomplete ? " <span class=\"chip e2\">incomplete"
				     "</span>"
				   : "",
		    report_when(a, in->first_us), report_when(b, in->last_us));
		buf_printf(out,
		    "<td class=\"num\">%llu</td><td class=\"num\">%llu</td>"
		    "<td><code>%.16s</code></td></tr>\n",
		    (unsigned long long)in->records,
		    (unsigned long long)in->refused, in->sha256);
	}
	buf_str(out, "</tbody></table></div></details>\n");
}

void
html_basis(const struct report *r, struct buf *out)
{
	buf_str(out, "<h2 id=\"basis\">What this rests on</h2>\n");
	sources(r, out);
	inputs(r, out);
	buf_printf(out,
	    "<h3>Settings</h3>\n<details><summary>Profile %s"
	    "</summary>\n<div class=\"scroll\"><table><thead><tr>"
	    "<th scope=\"col\">Setting</th><th scope=\"col\">Value"
	    "</th><th scope=\"col\">Meaning</th></tr></thead><tbody>"
	    "\n",
	    score_profile_name(r->opt.profile.id));
	for (size_t i = 0; score_setting(i) != NULL; i++) {
		char text[SCORE_VALUE_MAX];

		buf_printf(out,
		    "<tr><th scope=\"row\"><code>%s</code></th>"
		    "<td><code>%s</code></td><td>",
		    score_setting(i)->name,
		    score_profile_text(&r->opt.profile, i, text));
		html_text(out, score_setting(i)->doc);
		buf_str(out, "</td></tr>\n");
	}
	buf_str(out, "</tbody></table></div></details>\n");
}
