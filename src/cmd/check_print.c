/* SPDX-License-Identifier: BSD-2-Clause */
/* check_print.c - the screen of `comity check`: 80 columns. */
#include "cmd/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WIDTH        79
#define MAX_SHOWN    20 /* routes and charges listed without --all */
#define MAX_EVIDENCE 8

struct screen {
	const struct check *c;
	const struct check_look *look;
};

static const char *
paint(const struct screen *s, enum score_verdict v)
{
	static const char *const codes[] = {
		[SCORE_CANNOT_TELL] = "\033[33m",
		[SCORE_FAIL] = "\033[31m",
		[SCORE_PASS] = "\033[32m",
	};

	return s->look->colour ? codes[v] : "";
}

static const char *
plain(const struct screen *s)
{
	return s->look->colour ? "\033[0m" : "";
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

/* A number that was mistyped, perhaps. */
static bool
is_unknown(const struct check *c)
{
	return c->net.name[0] == '\0' && c->net.org[0] == '\0' &&
	       c->net.country[0] == '\0' && c->net.rir[0] == '\0' &&
	       c->card->routes + c->card->low_visibility == 0 &&
	       c->in_month->n_charges == 0;
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
	    utc_format_month(month, c->rep.month_us),
	    utc_format(moment, c->moment_us),
	    score_profile_name(c->rep.opt.profile.id));
	(void)printf("routes announced: %" PRIu32 " judged, %" PRIu32
		     " seen by fewer than %g peers\n",
	    c->card->routes, c->card->low_visibility,
	    c->rep.opt.profile.v[SET_MIN_PEERS][0]);
	if (is_unknown(c))
		(void)printf("no name, no delegation and no route of this "
			     "month is known of it\n");
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
		const struct score_value *v = &s->c->card->scores[i];
		char value[16];

		(void)printf("%-30s %s%-8s%s %7s  %s\n", titles[i],
		    paint(s, score_verdict(v)), check_word(v), plain(s),
		    score_value_text(v, value), score_level_name(v->level));
	}
}

/* "3 h old", "2 days later". */
static const char *
age(const struct check *c, int64_t date_us, char out[TIME_TEXT_MAX])
{
	char span[TIME_TEXT_MAX];
	int64_t d = c->moment_us - date_us;

	if (date_us == TIME_NONE)
		(void)snprintf(out, TIME_TEXT_MAX, "age unknown");
	else
		(void)snprintf(out, TIME_TEXT_MAX, "%.20s %s",
		    utc_format_span(span, d < 0 ? -d : d),
		    d < 0 ? "later" : "old");
	return out;
}

/* What a verdict rests on, in short; the list at the end has all. */
static void
print_basis(const struct check *c, enum score_id id)
{
	const struct check_basis *b = check_basis(id);
	char sha[65], text[TIME_TEXT_MAX];
	struct buf out = { 0 };

	buf_str(&out, "from");
	if (b->routing && c->rep.inputs.n > 0)
		buf_printf(&out, " %zu file%s of routes of %u collector%s,",
		    c->rep.inputs.n, c->rep.inputs.n == 1 ? "" : "s",
		    c->rep.collectors, c->rep.collectors == 1 ? "" : "s");
	for (size_t i = 0; i < world_input_count(c->world); i++) {
		const struct world_input *in = world_input(c->world, i);

		if (!check_uses(b, in->kind))
			continue;
		text_hex(sha, in->sha256, 32);
		buf_printf(&out, " %s %s (%s, %.12s),", in->kind, in->source,
		    age(c, in->date_us, text), sha);
	}
	if (out.p[out.n - 1] == ',')
		out.n--;
	else
		buf_str(&out, ": no input of this kind");
	print_wrapped(buf_cstr(&out), 4);
	buf_fini(&out);
}

static void
print_input(const struct check *c, const char *kind, const char *source,
    int64_t date_us, const char *sha)
{
	char text[TIME_TEXT_MAX], cut[REPORT_KIND_MAX];

	(void)printf("    %-22.22s %-18.18s %15s  %.16s\n",
	    report_kind(cut, kind), source, age(c, date_us, text), sha);
}

static void
print_inputs(const struct screen *s)
{
	const struct check *c = s->c;
	size_t n = c->rep.inputs.n;
	size_t max = s->look->all || n <= MAX_SHOWN ? n : MAX_SHOWN / 2;
	char sha[65];

	(void)printf("\ninputs\n");
	for (size_t i = 0; i < max; i++) {
		const struct store_input *in = &c->rep.inputs.p[i];

		print_input(c, in->kind[0] != '\0' ? in->kind : "routes",
		    in->collector, in->last_us, in->sha256);
		if (in->incomplete)
			(void)printf("      incomplete: what followed is not "
				     "known\n");
	}
	if (n > max)
		(void)printf("    and %zu more files of routes: --all lists "
			     "them\n",
		    n - max);
	for (size_t i = 0; i < world_input_count(c->world); i++) {
		const struct world_input *in = world_input(c->world, i);

		text_hex(sha, in->sha256, 32);
		print_input(c, in->kind, in->source, in->date_us, sha);
	}
	(void)printf("    world %.16s", c->world_id);
	if (c->rep.world.id[0] != '\0')
		(void)printf("; routes judged by world %.16s", c->rep.world.id);
	(void)printf("\n");
}

static void
print_evidence(const struct incident *in)
{
	char safe[300], line[400];

	for (size_t i = 0; i < in->n_evidence && i < MAX_EVIDENCE; i++) {
		const struct evidence *e = &in->evidence[i];

		(void)snprintf(line, sizeof(line), "%+.1f %s: %s%s%s", e->nats,
		    e->name, text_safe(safe, sizeof(safe), str_from(e->detail)),
		    e->source[0] != '\0' ? ", " : "", e->source);
		print_wrapped(line, 10);
	}
}

/* One charge: when and what, why it is believed, what to do. */
static void
print_charge(const struct screen *s, const struct report_charge *x)
{
	char prefix[PREFIX_TEXT_MAX], a[TIME_TEXT_MAX], b[TIME_TEXT_MAX];
	struct buf fix = { 0 };

	(void)prefix_format(prefix, &x->c.prefix);
	(void)printf("    %-4s %s to %s  %s\n", x->c.metric,
	    report_when(a, x->c.start),
	    x->c.end == TIME_NONE ? "now" : report_when(b, x->c.end), prefix);
	if (x->left_out != NULL)
		print_wrapped(x->left_out, 9);
	else if (strcmp(x->c.split, "administrative") == 0)
		print_wrapped("administrative: shown, not scored", 9);
	if (x->in != NULL)
		(void)printf("         %s E%u, %u peers: comity explain %s\n",
		    incident_class_name(x->in->class), x->in->level,
		    x->in->peers_max, x->c.incident);
	if (x->c.detail[0] != '\0') {
		char safe[300];

		print_wrapped(text_safe(safe, sizeof(safe),
				  str_from(x->c.detail)),
		    9);
	}
	if (x->in != NULL && x->in->explanation[0] != '\0') {
		char safe[1000];

		print_wrapped(text_safe(safe, sizeof(safe),
				  str_from(x->in->explanation)),
		    9);
	}
	if (x->in != NULL)
		print_evidence(x->in);
	check_charge_text(s->c, x, &fix);
	if (fix.n > 0) {
		(void)printf("       fix:\n");
		print_indented(buf_cstr(&fix), 9);
	}
	buf_fini(&fix);
}

static void
print_charges(const struct screen *s)
{
	const struct report_net *n = s->c->in_month;
	size_t max = s->look->all ? n->n_charges : MAX_SHOWN;

	for (size_t i = 0; i < n->n_charges && i < max; i++)
		print_charge(s, &s->c->rep.charges.p[n->charge + i]);
	if (n->n_charges > max)
		(void)printf("    and %zu more: --all lists them\n",
		    n->n_charges - max);
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
		if (shown >= MAX_SHOWN && !s->look->all) {
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
	struct buf fix = { 0 };

	if (id == SCORE_FILTERING)
		print_charges(s);
	else if (id == SCORE_IRR || id == SCORE_RPKI)
		print_routes(s, id == SCORE_RPKI);
	check_fix_text(s->c, id, &fix);
	if (fix.n > 0) {
		(void)printf("    fix:\n");
		print_indented(buf_cstr(&fix), 6);
	}
	buf_clear(&fix);
	if (id == SCORE_COORDINATION && s->look->contacts) {
		check_contacts_text(s->c, &fix);
		print_indented(buf_cstr(&fix), 6);
	}
	buf_fini(&fix);
}

static void
print_section(const struct screen *s, enum score_id id)
{
	const struct score_value *v = &s->c->card->scores[id];
	struct buf b = { 0 };

	(void)printf("\n%s: %s%s%s\n", titles[id], paint(s, score_verdict(v)),
	    check_word(v), plain(s));
	check_explain(s->c, id, &b);
	print_wrapped(buf_cstr(&b), 4);
	buf_fini(&b);
	print_basis(s->c, id);
	print_fix(s, id);
}

/* What others did to it: no score of its own, but its own night. */
static void
print_victim(const struct screen *s)
{
	const struct check *c = s->c;
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < c->rep.incidents.n; i++) {
		const struct incident *in = &c->rep.incidents.p[i];
		char a[TIME_TEXT_MAX], b[TIME_TEXT_MAX], safe[1000];

		if (!check_is_victim(c, in))
			continue;
		if (shown >= MAX_SHOWN && !s->look->all) {
			left++;
			continue;
		}
		if (shown++ == 0)
			(void)printf("\nagainst this network (not scored)\n");
		(void)printf("    %s to %s  %s E%u", report_when(a, in->start),
		    in->end == TIME_NONE ? "now" : report_when(b, in->end),
		    incident_class_name(in->class), in->level);
		if (in->culprit != 0)
			(void)printf(" by AS%" PRIu32, in->culprit);
		(void)printf("\n         %" PRIu64 " prefix%s, %u peers: "
			     "comity explain %s\n",
		    in->n_prefixes, in->n_prefixes == 1 ? "" : "es",
		    in->peers_max, in->id);
		print_wrapped(text_safe(safe, sizeof(safe),
				  str_from(in->explanation)),
		    9);
	}
	if (left > 0)
		(void)printf("    and %zu more: --all lists them\n", left);
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

void
check_print(const struct check *c, const struct check_look *look)
{
	struct screen s = { .c = c, .look = look };
	struct buf settings = { 0 };

	print_head(c);
	print_table(&s);
	for (unsigned i = 0; i < SCORE_IDS; i++)
		print_section(&s, (enum score_id)i);
	print_victim(&s);
	print_join(c);
	print_inputs(&s);
	report_settings_text(&settings, &c->rep.opt.profile);
	(void)printf("\n%s", buf_cstr(&settings));
	buf_fini(&settings);
}
