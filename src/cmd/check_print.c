/* SPDX-License-Identifier: BSD-2-Clause */
/* check_print.c - the screen of `comity check`: 80 columns. */
#include "cmd/check.h"

#include <inttypes.h>
#include <stdio.h>

#define WIDTH     79
#define MAX_SHOWN 20 /* routes and charges listed without --all */

struct screen {
	const struct check *c;
	bool colour, all;
};

static const char *
paint(const struct screen *s, enum score_verdict v)
{
	static const char *const codes[] = {
		[SCORE_CANNOT_TELL] = "\033[33m",
		[SCORE_FAIL] = "\033[31m",
		[SCORE_PASS] = "\033[32m",
	};

	return s->colour ? codes[v] : "";
}

static const char *
plain(const struct screen *s)
{
	return s->colour ? "\033[0m" : "";
}

/* Words of text, broken at WIDTH, each line behind `indent` blanks. */
static void
print_wrapped(const char *text, int indent)
{
	struct str rest = str_from(text), word;
	int at = 0;

	while (str_word(&rest, &word)) {
		if (at > 0 && at + 1 + (int)word.n > WIDTH) {
			(void)putchar('\n');
			at = 0;
		}
		if (at == 0)
			at = printf("%*s", indent, "");
		else
			at += printf(" ");
		at += printf("%.*s", (int)word.n, word.p);
	}
	if (at > 0)
		(void)putchar('\n');
}

static void
print_indented(const char *lines, int indent)
{
	struct str rest = str_from(lines), line;
	char safe[200];

	while (str_cut(&rest, '\n', &line))
		if (line.n > 0)
			(void)printf("%*s%s\n", indent, "",
			    text_safe(safe, sizeof(safe), line));
}

static void
print_head(const struct check *c)
{
	char month[TIME_TEXT_MAX], moment[TIME_TEXT_MAX], name[40], org[36];

	(void)printf("AS%" PRIu32 "%s%s", c->asn,
	    c->net.name[0] != '\0' ? "  " : "",
	    text_safe(name, sizeof(name), str_from(c->net.name)));
	(void)printf("%s%s", c->net.org[0] != '\0' ? ", " : "",
	    text_safe(org, sizeof(org), str_from(c->net.org)));
	(void)printf("%s%s\n", c->net.country[0] != '\0' ? ", " : "",
	    c->net.country);
	(void)printf("month %s, reference data as of %s, profile %s\n",
	    utc_format_month(month, c->month_us),
	    utc_format(moment, c->moment_us),
	    score_profile_name(c->profile.id));
	(void)printf("routes announced: %" PRIu32 " judged, %" PRIu32
		     " seen by fewer than %g peers\n",
	    c->card.routes, c->card.low_visibility,
	    c->profile.v[SET_MIN_PEERS][0]);
	if (c->net.programmes[0] != '\0')
		(void)printf("MANRS participant: %s (%s)\n",
		    text_safe(org, sizeof(org), str_from(c->net.participant)),
		    c->net.programmes);
}

static const char *const titles[SCORE_IDS] = { "1  filtering",
	"2  anti-spoofing", "3  coordination", "4  routing information, IRR",
	"4  routing information, RPKI" };

static void
print_table(const struct screen *s)
{
	(void)printf("\n%-30s %-8s %7s  %s\n", "action", "verdict", "score",
	    "level");
	for (unsigned i = 0; i < SCORE_IDS; i++) {
		const struct score_value *v = &s->c->card.scores[i];
		char value[16];

		(void)printf("%-30s %s%-8s%s %7s  %s\n", titles[i],
		    paint(s, score_verdict(v)), check_word(v), plain(s),
		    score_value_text(v, value), score_level_name(v->level));
	}
}

/* "vrp-json ripe, 3 h old, 0123456789ab" */
static void
print_input(const struct check *c, const char *kind, const char *source,
    int64_t date_us, const char *sha)
{
	char span[TIME_TEXT_MAX];

	if (date_us == TIME_NONE)
		(void)snprintf(span, sizeof(span), "age unknown");
	else
		(void)utc_format_span(span, c->moment_us >= date_us
						? c->moment_us - date_us
						: date_us - c->moment_us);
	(void)printf("      %-18.18s %-16.16s %9s %-5s  %.16s\n", kind, source,
	    span,
	    date_us == TIME_NONE      ? ""
	    : c->moment_us >= date_us ? "old"
				      : "later",
	    sha);
}

static void
print_basis(const struct screen *s, enum score_id id)
{
	const struct check *c = s->c;
	const struct check_basis *b = check_basis(id);
	size_t shown = 0, left = 0;
	char sha[65];

	(void)printf("    from:\n");
	for (size_t i = 0; b->routing && i < c->routing.n; i++) {
		const struct check_input *in = &c->routing.p[i];

		if (shown >= MAX_SHOWN / 4 && !s->all) {
			left++;
			continue;
		}
		print_input(c, in->kind[0] != '\0' ? in->kind : "routes",
		    in->source, in->date_us, in->sha);
		shown++;
	}
	if (left > 0)
		(void)printf("      and %zu more files of routes\n", left);
	if (b->routing && c->judged.id != NULL)
		(void)printf("      judged by world %.16s\n", c->judged.id);
	for (size_t i = 0; i < world_input_count(c->world); i++) {
		const struct world_input *in = world_input(c->world, i);

		if (!check_uses(b, in->kind))
			continue;
		text_hex(sha, in->sha256, 32);
		print_input(c, in->kind, in->source, in->date_us, sha);
		shown++;
	}
	if (shown == 0)
		(void)printf("      nothing: no input of this kind\n");
}

static void
print_charges(const struct screen *s)
{
	const struct check *c = s->c;
	size_t max = s->all ? c->charges.n : MAX_SHOWN;

	for (size_t i = 0; i < c->charges.n && i < max; i++) {
		const struct detect_charge *x = &c->charges.p[i].c;
		char prefix[PREFIX_TEXT_MAX], start[TIME_TEXT_MAX];
		char end[TIME_TEXT_MAX] = "now", detail[300];

		(void)prefix_format(prefix, &x->prefix);
		if (x->end != TIME_NONE)
			(void)utc_format(end, x->end);
		(void)printf("    %-4s%s %s\n         %s to %s\n"
			     "         comity explain %s\n",
		    x->metric,
		    c->charges.p[i].e.administrative != 0
			? " (administrative, not scored)"
			: "",
		    prefix, utc_format(start, x->start), end, x->incident);
		if (x->detail[0] != '\0')
			print_wrapped(text_safe(detail, sizeof(detail),
					  str_from(x->detail)),
			    9);
	}
	if (c->charges.n > max)
		(void)printf("    and %zu more: --all lists them\n",
		    c->charges.n - max);
	if (c->charges.n > 0)
		print_wrapped(
		    "fix: withdraw what is still announced; on every customer "
		    "session accept only registered prefixes and origins "
		    "(comity filter), drop RPKI-invalid and bogon routes",
		    4);
}

static void
print_routes(const struct screen *s, bool rpki)
{
	const struct check *c = s->c;
	static const char *const words[] = { "unknown", "valid", "not found",
		"invalid: another origin is authorised",
		"invalid: longer than the ROA allows" };
	size_t shown = 0, left = 0;
	struct buf b = { 0 };

	for (size_t i = 0; i < c->routes.n; i++) {
		const struct check_route *r = &c->routes.p[i];
		char prefix[PREFIX_TEXT_MAX];

		if (!(rpki ? check_rpki_missing(r) : check_irr_missing(r)))
			continue;
		if (shown >= MAX_SHOWN && !s->all) {
			left++;
			continue;
		}
		shown++;
		(void)prefix_format(prefix, &r->fact.prefix);
		buf_clear(&b);
		if (rpki)
			check_roa_text(c, r, &b);
		else
			check_route_text(c, r, &b);
		(void)printf("    %s: %s\n", prefix,
		    rpki ? words[r->fact.rpki <= FACT_RPKI_INVALID_LEN
				     ? r->fact.rpki
				     : 0]
		    : r->fact.irr == FACT_IRR_OTHER
			? "route objects of other origins only"
			: "no route object");
		print_indented(buf_cstr(&b), 6);
	}
	if (left > 0)
		(void)printf("    and %zu more: --all lists them\n", left);
	buf_fini(&b);
}

static void
print_fix(const struct screen *s, enum score_id id)
{
	const struct check *c = s->c;
	const struct score_value *v = &c->card.scores[id];
	const char *irr = check_irr_name(c);

	if (id == SCORE_FILTERING) {
		print_charges(s);
	} else if (id == SCORE_IRR || id == SCORE_RPKI) {
		print_routes(s, id == SCORE_RPKI);
		if (id == SCORE_IRR && c->net.as_set[0] == '\0')
			print_wrapped(
			    "fix: no AS-SET in PeeringDB: set \"IRR "
			    "as-set/route-set\" of your network to, for "
			    "instance,",
			    4);
		if (id == SCORE_IRR && c->net.as_set[0] == '\0')
			(void)printf("      %s::AS%" PRIu32 ":AS-ALL\n",
			    irr[0] != '\0' ? irr : "YOUR-IRR", c->asn);
	} else if (score_verdict(v) == SCORE_PASS) {
		return;
	} else if (id == SCORE_ANTISPOOFING) {
		print_wrapped(
		    v->level == SCORE_NO_DATA
			? "fix: run CAIDA's Spoofer client from inside the "
			  "network, not behind NAT, results public: "
			  "https://www.caida.org/projects/spoofer/"
			: "fix: validate source addresses at the edge of these "
			  "prefixes (comity sav), then run the Spoofer client "
			  "again; the score counts from next month",
		    4);
	} else {
		print_wrapped(
		    "fix: name a NOC or technical contact with mail or "
		    "telephone in PeeringDB (Contact Information, visible: "
		    "Public), and in the registry:",
		    4);
		(void)printf("      aut-num:  AS%" PRIu32 "\n"
			     "      admin-c:  YOUR-NIC-HANDLE\n"
			     "      tech-c:   YOUR-NOC-ROLE\n"
			     "      source:   %s\n",
		    c->asn, irr[0] != '\0' ? irr : "YOUR-REGISTRY");
	}
}

static void
print_section(const struct screen *s, enum score_id id)
{
	const struct score_value *v = &s->c->card.scores[id];
	struct buf b = { 0 };

	(void)printf("\n%s: %s%s%s\n", titles[id], paint(s, score_verdict(v)),
	    check_word(v), plain(s));
	check_explain(s->c, id, &b);
	print_wrapped(buf_cstr(&b), 4);
	buf_fini(&b);
	print_fix(s, id);
	print_basis(s, id);
}

static void
print_join(const struct check *c)
{
	static const char *const words[] = { "unknown", "fail", "pass" };

	(void)printf("\nby other yardsticks\n");
	for (unsigned i = 0; i < JOIN_PROFILES; i++)
		(void)printf("    %-12s %s\n", c->join[i].profile,
		    score_verdict_name(c->join[i].overall));
	(void)printf("    %-12s %s: %" PRIu32 " of %" PRIu32
		     " routes of customers passed on are good\n"
		     "    %-12s %s: %" PRIu32 " of %" PRIu32
		     " IPv4 routes are registered\n",
	    "caida-a1", words[c->caida_a1.verdict], c->caida_a1.good,
	    c->caida_a1.total, "caida-a4", words[c->caida_a4.verdict],
	    c->caida_a4.good, c->caida_a4.total);
}

static void
print_settings(const struct check *c)
{
	struct buf b = { 0 };
	char text[SCORE_VALUE_MAX];

	(void)printf("\nsettings\n");
	for (size_t i = 0; i < SCORE_SETTINGS; i++) {
		const char *value = score_profile_text(&c->profile, i, text);

		buf_printf(&b, "%s=%s%s", score_setting(i)->name, value,
		    i + 1 < SCORE_SETTINGS ? ", " : "");
	}
	print_wrapped(buf_cstr(&b), 4);
	buf_fini(&b);
}

void
check_print(const struct check *c, bool colour, bool all)
{
	struct screen s = { .c = c, .colour = colour, .all = all };

	print_head(c);
	print_table(&s);
	for (unsigned i = 0; i < SCORE_IDS; i++)
		print_section(&s, (enum score_id)i);
	print_join(c);
	print_settings(c);
}
