/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_fix.c - why a score is what it is, and the lines to paste that mend
 * it.
 */
#include <inttypes.h>

#include "cmd/check.h"

#define NOT_YOURS                                                       \
	"only others are named for it: stop announcing it, or, if the " \
	"space\nis yours,\n"
#define MAX_FIX 4096 /* bytes of one fix: objects beside it */

const struct check_basis *
check_basis(enum score_id s)
{
	static const struct check_basis bases[SCORE_IDS] = {
		[SCORE_FILTERING] = { true, { NULL } },
		[SCORE_ANTISPOOFING] = { false,
		    { "spoofer", "shadowserver", NULL } },
		[SCORE_COORDINATION] = { false, { "rpsl", "peeringdb", NULL } },
		[SCORE_IRR] = { true, { "rpsl", NULL } },
		[SCORE_RPKI] = { true, { "vrp", "slurm", NULL } },
	};

	return &bases[s];
}

bool
check_uses(const struct check_basis *b, const char *kind)
{
	for (size_t i = 0; i < COUNT(b->kinds) && b->kinds[i] != NULL; i++)
		if (str_starts(str_from(kind), b->kinds[i]))
			return true;
	return false;
}

bool
check_is_victim(const struct check *c, const struct incident *in)
{
	if (in->suppressed || in->level < 2)
		return false;
	for (size_t i = 0; i < in->n_victims; i++)
		if (in->victims[i] == c->asn)
			return true;
	return false;
}

const char *
check_word(const struct score_value *v)
{
	static const char *const words[] = {
		[SCORE_CANNOT_TELL] = "unknown",
		[SCORE_FAIL] = "fail",
		[SCORE_PASS] = "pass",
	};

	return words[score_verdict(v)];
}

bool
check_irr_missing(const struct check_route *r)
{
	return r->counts &&
	       (r->fact.irr == FACT_IRR_OTHER || r->fact.irr == FACT_IRR_NONE);
}

bool
check_rpki_missing(const struct check_route *r)
{
	return r->counts && (r->fact.rpki == FACT_RPKI_NOT_FOUND ||
				r->fact.rpki == FACT_RPKI_INVALID_ASN ||
				r->fact.rpki == FACT_RPKI_INVALID_LEN);
}

/* Only other networks are authorised or registered for it. */
static bool
is_others(const struct check_route *r)
{
	return r->fact.rpki == FACT_RPKI_INVALID_ASN ||
	       (r->fact.rpki != FACT_RPKI_VALID &&
		   r->fact.irr == FACT_IRR_OTHER);
}

const char *
check_irr_name(const struct check *c)
{
	static const char *const names[][2] = { { "ripencc", "RIPE" },
		{ "apnic", "APNIC" }, { "arin", "ARIN" },
		{ "afrinic", "AFRINIC" }, { "lacnic", "LACNIC" } };

	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq(str_from(c->net.rir), names[i][0]))
			return names[i][1];
	return "";
}

/* The maintainer that the aut-num names, to paste; a placeholder without. */
static const char *
maintainer(const struct check *c)
{
	struct irr_autnum au;

	for (uint32_t i = 0;
	     c->view->irr != NULL && irr_autnum(c->view->irr, c->asn, i, &au);
	     i++)
		if (au.mnt_by[0] != '\0')
			return au.mnt_by;
	return "YOUR-MAINTAINER";
}

static bool
add_object(void *ctx, const struct irr_route *r)
{
	struct buf *b = ctx;
	char text[PREFIX_TEXT_MAX];

	(void)prefix_format(text, &r->prefix);
	buf_printf(b, "beside it: %s AS%" PRIu32 " in %s\n", text, r->origin,
	    r->source);
	return b->n < MAX_FIX;
}

void
check_route_text(const struct check *c, const struct check_route *r,
    struct buf *out)
{
	char text[PREFIX_TEXT_MAX];
	const char *source = check_irr_name(c);

	if (r->irr && r->irr_now <= IRR_COVERING_B) {
		buf_str(out, "registered by now: nothing to add\n");
		return;
	}
	(void)prefix_format(text, &r->fact.prefix);
	if (is_others(r))
		buf_str(out, NOT_YOURS);
	buf_printf(out, "%s%s\norigin:   AS%" PRIu32 "\n",
	    r->fact.prefix.family == NET_IP4 ? "route:    " : "route6:   ",
	    text, r->fact.origin);
	buf_printf(out, "mnt-by:   %s\nsource:   %s\n", maintainer(c),
	    source[0] != '\0' ? source : "YOUR-REGISTRY");
	if (c->view->irr != NULL && r->irr_now == IRR_OTHER)
		irr_covering(c->view->irr, &r->fact.prefix, add_object, out);
}

static bool
add_vrp(void *ctx, const struct vrp *v)
{
	struct buf *b = ctx;
	char text[PREFIX_TEXT_MAX];

	(void)prefix_format(text, &v->prefix);
	buf_printf(b, "against it: VRP %s-%u AS%" PRIu32 "%s%s\n", text,
	    (unsigned)v->max_len, v->asn, v->ta[0] != '\0' ? ", " : "", v->ta);
	return b->n < MAX_FIX;
}

/* The ROA that makes the route valid; what contradicts it, below. */
void
check_roa_text(const struct check *c, const struct check_route *r,
    struct buf *out)
{
	char text[PREFIX_TEXT_MAX];

	if (r->vrps && r->rov == ROV_VALID) {
		buf_str(out, "valid by now: nothing to add\n");
		return;
	}
	(void)prefix_format(text, &r->fact.prefix);
	if (is_others(r))
		buf_str(out, NOT_YOURS);
	buf_printf(out, "ROA: prefix %s, max length %u, origin AS%" PRIu32 "\n",
	    text, (unsigned)r->fact.prefix.len, r->fact.origin);
	if (c->view->vrps != NULL)
		vrp_table_covering(c->view->vrps, &r->fact.prefix, add_vrp,
		    out);
}

static void
explain_irr(const struct check *c, struct buf *out)
{
	const struct score_card *k = c->card;

	buf_printf(out,
	    "%" PRIu32 " of %" PRIu32 " routes have no route object of this "
	    "origin, equal or less specific.",
	    k->irr_missing, k->routes);
	if (k->policy != SCORE_UNKNOWN)
		buf_printf(out, " Policy (M6): %s (%s).",
		    k->policy == SCORE_YES ? "published" : "not published",
		    c->net.policy_from);
}

static void
explain_rpki(const struct check *c, struct buf *out)
{
	const struct score_card *k = c->card;
	uint32_t now = 0;

	buf_printf(out,
	    "Of %" PRIu32 " routes %" PRIu32 " are valid, %" PRIu32
	    " not found, %" PRIu32 " invalid (%" PRIu32 " by origin, %" PRIu32
	    " by length); an invalid one costs %g times.",
	    k->routes, k->rpki_valid, k->rpki_not_found,
	    k->rpki_invalid_asn + k->rpki_invalid_len, k->rpki_invalid_asn,
	    k->rpki_invalid_len, c->rep.opt.profile.v[SET_RPKI_FACTOR][0]);
	for (size_t i = 0; i < c->routes.n; i++)
		now += check_rpki_missing(&c->routes.p[i]) &&
		       c->routes.p[i].vrps && c->routes.p[i].rov == ROV_VALID;
	if (now > 0)
		buf_printf(out,
		    " %" PRIu32 " of these are valid by now: the score follows "
		    "when routes are next observed.",
		    now);
}

void
check_explain(const struct check *c, enum score_id s, struct buf *out)
{
	const struct score_card *k = c->card;

	if (k->scores[s].level == SCORE_NO_DATA) {
		buf_str(out, "No score: ");
		report_explain(&c->rep, c->in_month, s, out);
		buf_chr(out, '.');
		return;
	}
	if (s == SCORE_FILTERING) {
		size_t n = out->n;

		report_explain(&c->rep, c->in_month, s, out);
		buf_str(out, out->n > n ? ". It stays until the month ends."
					: "No incident of this month counts.");
	} else if (s == SCORE_ANTISPOOFING) {
		buf_printf(out,
		    "%" PRIu32 " Spoofer tests; spoofed packets arrived from "
		    "%" PRIu32 " distinct prefix%s.",
		    k->tests, k->spoofable, k->spoofable == 1 ? "" : "es");
	} else if (s == SCORE_COORDINATION) {
		buf_printf(out, "%s.", c->net.contact_from);
	} else if (s == SCORE_IRR) {
		explain_irr(c, out);
	} else {
		explain_rpki(c, out);
	}
}
