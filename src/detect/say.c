/* SPDX-License-Identifier: BSD-2-Clause */
/* say.c - pieces of texts: networks, prefixes, times, paths, verdicts. */
#include <inttypes.h>

#include "detect/detail.h"

#define NAME_SHOWN 40  /* bytes of a foreign name in a text */
#define PATH_SHOWN 100 /* hops of a path */

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

void
say_safe(struct buf *b, const char *foreign)
{
	char safe[NAME_SHOWN];

	buf_str(b, text_safe(safe, sizeof(safe), str_from(foreign)));
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

/* --- routes ------------------------------------------------------------ */

void
say_path(struct detect *d, struct buf *b, uint32_t path)
{
	size_t n = rib_path_get(d->rib, path, d->hops);

	for (size_t i = 0; i < n && i < PATH_SHOWN; i++) {
		bool set = d->hops[i].kind == RIB_SET;
		bool more = i > 0 && d->hops[i - 1].kind == RIB_SET;

		if (more && !set)
			buf_chr(b, '}');
		if (i > 0)
			buf_chr(b, more && set ? ',' : ' ');
		if (set && !more)
			buf_chr(b, '{');
		buf_dec(b, d->hops[i].asn);
	}
	size_t last = n < PATH_SHOWN ? n : PATH_SHOWN;

	if (last > 0 && d->hops[last - 1].kind == RIB_SET)
		buf_chr(b, '}');
	if (n > PATH_SHOWN)
		buf_str(b, " ...");
}

static const char *
rule_name(const struct finding *f)
{
	switch ((enum rule)f->rule) {
	case RULE_ORIGIN:
		return f->flags & F_SUB ? "H2" : "H1";
	case RULE_RPKI:
		return "R0";
	case RULE_ROA:
		return "R1";
	case RULE_BOGON:
		return f->flags & F_ADMIN ? "B3" : "B1";
	case RULE_BOGON_ASN:
		return f->flags & F_ADMIN ? "B3" : "B2";
	case RULE_LEAK:
		return f->flags & F_GAP    ? "L0"
		       : f->flags & F_ASPA ? "L3"
					   : "L1";
	case RULE_PATH:
		return "P";
	case RULES:
	default:
		return "?";
	}
}

static const char *
rov_name(uint8_t rov)
{
	static const char *const names[] = { "unknown", "valid", "not-found",
		"invalid-asn", "invalid-length", "invalid-as0" };

	return rov < COUNT(names) ? names[rov] : "?";
}

void
say_decision(const struct detect *d, struct buf *b, const struct finding *f)
{
	const struct seg *s = finding_seg(d, f);

	buf_printf(b, "%s E%u", rule_name(f), f->level);
	if (f->rule == RULE_ORIGIN || f->rule == RULE_RPKI ||
	    f->rule == RULE_ROA)
		buf_printf(b, " rpki=%s irr=%s", rov_name(f->rov),
		    f->irr == 0
			? "unknown"
			: irr_verdict_name((enum irr_verdict)(f->irr - 1)));
	if (f->rule == RULE_ORIGIN && f->flags & F_CAP2)
		buf_str(b, " filters=unknown");
	if (f->rule == RULE_BOGON_ASN)
		buf_printf(b, " asn=%" PRIu32, f->other);
	if (s != NULL)
		buf_printf(b, " segment=%" PRIu32 "-%" PRIu32 "-%" PRIu32, s->a,
		    s->b, s->c);
	if (s != NULL && f->type != 0)
		buf_printf(b, " type=%u", f->type);
	if (f->benign != BENIGN_NOT && f->benign < BENIGN_COUNT)
		buf_printf(b, " harmless: %s", benign_texts[f->benign]);
}
