/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.c - look-ups in the frozen tables of sets and aut-nums.
 */
#include "irr/irr.h"
#include "irr/table.h"

#include <ctype.h>
#include <string.h>

/* --- sets -------------------------------------------------------------- */

static const char *
source_name(const struct irr *irr, uint32_t source)
{
	return irr_text(irr, irr_source_row(irr, source)->name);
}

static enum irr_class
source_class(const struct irr *irr, uint32_t source)
{
	return irr_source_row(irr, source)->class == IRR_CLASS_A ? IRR_CLASS_A
								 : IRR_CLASS_B;
}

static int
set_name_cmp(const struct irr *irr, size_t i, enum irr_set_kind kind,
    const char *name)
{
	const struct irr_set_row *s = &irr->sets[i];

	if (s->kind != kind)
		return s->kind < kind ? -1 : 1;
	return strcmp(irr_text(irr, s->name), name);
}

/* First set not below (kind, name), and how many bear that name. */
static size_t
set_range(const struct irr *irr, enum irr_set_kind kind, const char *name,
    uint32_t *n)
{
	size_t lo = 0, hi = irr->n_sets, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (set_name_cmp(irr, mid, kind, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < irr->n_sets; end++)
		if (set_name_cmp(irr, end, kind, name) != 0)
			break;
	*n = (uint32_t)(end - lo);
	return lo;
}

uint32_t
irr_set_find(const struct irr *irr, enum irr_set_kind kind, struct str name)
{
	char up[256], *scope, *bare = up;
	uint32_t n;
	size_t at;

	if (name.n >= sizeof(up))
		return IRR_NONE;
	for (size_t i = 0; i < name.n; i++)
		up[i] = (char)toupper((unsigned char)name.p[i]);
	up[name.n] = '\0';
	scope = strstr(up, "::");
	if (scope != NULL) {
		*scope = '\0';
		bare = scope + 2;
	}
	at = set_range(irr, kind, bare, &n);
	for (uint32_t i = 0; i < n; i++)
		if (scope == NULL ||
		    strcmp(source_name(irr, irr->sets[at + i].source), up) == 0)
			return (uint32_t)at + i;
	return IRR_NONE;
}

bool
irr_set(const struct irr *irr, uint32_t set, struct irr_set *out)
{
	const struct irr_set_row *s;
	uint32_t same;

	if (set >= irr->n_sets)
		return false;
	s = &irr->sets[set];
	(void)set_range(irr, (enum irr_set_kind)s->kind, irr_text(irr, s->name),
	    &same);
	*out = (struct irr_set){ .name = irr_text(irr, s->name),
		.source = source_name(irr, s->source),
		.class = source_class(irr, s->source),
		.kind = s->kind == IRR_AS_SET ? IRR_AS_SET : IRR_ROUTE_SET,
		.n_members = s->n,
		.n_same = same,
		.modified_us = irr_time(s->modified) };
	return true;
}

bool
irr_set_member(const struct irr *irr, uint32_t set, uint32_t i,
    struct irr_member *out)
{
	const struct irr_member_row *m;

	if (set >= irr->n_sets || i >= irr->sets[set].n ||
	    (uint64_t)irr->sets[set].first + i >= irr->n_members)
		return false;
	m = &irr->members[irr->sets[set].first + i];
	*out = (struct irr_member){ .name = "",
		.set = IRR_NONE,
		.by_ref = (m->flags & IRR_MEMBER_BY_REF) != 0 };
	switch (m->kind) {
	case IRR_MEMBER_ASN:
		out->kind = IRR_MEMBER_ASN;
		out->asn = m->value;
		return true;
	case IRR_MEMBER_SET:
		out->kind = IRR_MEMBER_SET;
		out->name = irr_text(irr, m->name);
		if (m->value < irr->n_sets)
			out->set = m->value;
		return true;
	case IRR_MEMBER_PREFIX:
		out->kind = IRR_MEMBER_PREFIX;
		if (m->value >= irr->n_prefixes)
			return false;
		out->prefix = irr->prefixes[m->value];
		out->len_min = m->lo;
		out->len_max = m->hi;
		return prefix_is_canonical(&out->prefix) &&
		       out->prefix.len <= m->lo && m->lo <= m->hi &&
		       m->hi <= prefix_len_max(out->prefix.family);
	default:
		return false;
	}
}

/* --- aut-nums ---------------------------------------------------------- */

bool
irr_autnum(const struct irr *irr, uint32_t asn, uint32_t i,
    struct irr_autnum *out)
{
	size_t lo = 0, hi = irr->n_autnums;
	const struct irr_autnum_row *a;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (irr->autnums[mid].asn < asn)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (i >= irr->n_autnums - lo || irr->autnums[lo + i].asn != asn)
		return false;
	a = &irr->autnums[lo + i];
	*out = (struct irr_autnum){ .asn = asn,
		.source = source_name(irr, a->source),
		.class = source_class(irr, a->source),
		.as_name = irr_text(irr, a->as_name),
		.org = irr_text(irr, a->org),
		.mnt_by = irr_text(irr, a->mnt),
		.imports = a->imports,
		.exports = a->exports,
		.has = a->has,
		.created_us = irr_time(a->created),
		.modified_us = irr_time(a->modified) };
	return true;
}

enum irr_answer
irr_policy(const struct irr *irr, uint32_t asn, struct irr_autnum *out)
{
	enum irr_answer answer = IRR_UNKNOWN;
	struct irr_autnum a;

	for (uint32_t i = 0; irr_autnum(irr, asn, i, &a); i++) {
		bool yes = a.imports > 0 && a.exports > 0;

		if (answer == IRR_UNKNOWN || yes) {
			answer = yes ? IRR_YES : IRR_NO;
			if (out != NULL)
				*out = a;
		}
		if (yes)
			break;
	}
	return answer;
}

/* metrics.md M8: which records of which authority make a contact. */
static bool
contact_rule(const struct irr_autnum *a, const char **why)
{
	bool people = (a->has & (IRR_HAS_ADMIN | IRR_HAS_TECH)) != 0;

	if (strcmp(a->source, "ARIN") == 0) {
		if ((a->has & (IRR_HAS_TECH | IRR_HAS_NOC)) != 0) {
			*why = "technical or NOC contact at ARIN";
			return true;
		}
		*why = people ? "admin-c in ARIN's IRR"
			      : "neither technical nor NOC contact at ARIN";
		return people;
	}
	if (strcmp(a->source, "LACNIC") == 0) {
		bool reach = (a->has & (IRR_HAS_EMAIL | IRR_HAS_PHONE)) != 0;

		*why = "person with e-mail or telephone at LACNIC";
		if ((a->has & IRR_HAS_PERSON) != 0 && reach)
			return true;
		*why = "no person with e-mail or telephone at LACNIC";
		return false;
	}
	*why = people ? "admin-c or tech-c in the aut-num"
		      : "neither admin-c nor tech-c in the aut-num";
	return people;
}

enum irr_answer
irr_contact(const struct irr *irr, uint32_t asn, bool rir_only,
    struct irr_autnum *out, const char **why)
{
	enum irr_answer answer = IRR_UNKNOWN;
	const char *text = "no aut-num is registered", *rule;
	struct irr_autnum a;

	for (uint32_t i = 0; irr_autnum(irr, asn, i, &a); i++) {
		bool yes;

		if (rir_only && !irr_source_is_rir(str_from(a.source)))
			continue;
		yes = contact_rule(&a, &rule);
		if (answer == IRR_UNKNOWN || yes) {
			answer = yes ? IRR_YES : IRR_NO;
			text = rule;
			if (out != NULL)
				*out = a;
		}
		if (yes)
			break;
	}
	if (why != NULL)
		*why = text;
	return answer;
}
