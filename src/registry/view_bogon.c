/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_bogon.c - is this prefix or AS number one that must not be routed?
 *
 * Order: special-purpose rows (ours, and IANA's where newer), delegations
 * (freeze_area.c has put them into one map), lists of others.
 */
#include "registry/frozen.h"

#include <stdio.h>

const char *
registry_bogon_name(enum registry_bogon b)
{
	static const char *const names[] = {
		[REG_CLEAN] = "clean",
		[REG_UNKNOWN] = "unknown",
		[REG_WARN] = "warn",
		[REG_ADMIN] = "administrative",
		[REG_FULL] = "full",
	};

	return (unsigned)b < COUNT(names) ? names[b] : "";
}

const char *
registry_bogon_mode_name(enum registry_bogon_mode m)
{
	return m == REG_SPECIAL_ONLY ? "special_only" : "avail_full";
}

bool
registry_bogon_mode_parse(struct str s, enum registry_bogon_mode *out)
{
	if (str_eq(s, "avail_full"))
		*out = REG_AVAIL_FULL;
	else if (str_eq(s, "special_only"))
		*out = REG_SPECIAL_ONLY;
	else
		return false;
	return true;
}

static enum registry_bogon
of_special(unsigned kind)
{
	switch (kind) {
	case NET_ORDINARY:
		return REG_CLEAN;
	case NET_SPECIAL_WARN:
		return REG_WARN;
	default:
		return REG_FULL;
	}
}

static enum registry_bogon
undelegated(bool free_space, enum registry_bogon_mode mode)
{
	return free_space && mode == REG_AVAIL_FULL ? REG_FULL : REG_ADMIN;
}

/* --- special purpose --------------------------------------------------- */

struct special { /* the row that decides: one of these */
	const struct net_special_row *ours;
	uint32_t at; /* of r->specials, or of r->special_asns */
};

/*
 * The most specific row decides.  Where IANA's newer file has the same prefix
 * it supersedes ours, but what we only warn of is no bogon and not clean.
 */
static bool
find_special(const struct registry *r, const struct prefix *p,
    struct special *out)
{
	struct prefix ours, theirs;
	uint32_t at;

	out->ours = net_special_prefix(p);
	out->at = PMAP_NONE;
	if (r->specials.n == 0)
		return out->ours != NULL;
	at = pmap_longest(&r->specials, p);
	if (at == PMAP_NONE || at >= r->n_special_rows)
		return out->ours != NULL;
	if (out->ours != NULL &&
	    prefix_parse(str_from(out->ours->text), &ours)) {
		pmap_get(&r->specials, at, &theirs);
		if (ours.len > theirs.len ||
		    (ours.len == theirs.len &&
			out->ours->kind == NET_SPECIAL_WARN))
			return true;
	}
	out->ours = NULL;
	out->at = at;
	return true;
}

static unsigned
special_kind(const struct registry *r, const struct special *s)
{
	return s->ours != NULL ? s->ours->kind : r->special_rows[s->at].kind;
}

/* --- prefixes ---------------------------------------------------------- */

enum registry_bogon
registry_bogon_prefix_fast(const struct registry *r, const struct prefix *p,
    enum registry_bogon_mode mode)
{
	struct special s;
	uint32_t at;

	if (find_special(r, p, &s))
		return of_special(special_kind(r, &s));
	at = pmap_longest(&r->areas, p);
	if (at != PMAP_NONE && at < r->n_area_class) {
		if (r->area_class[at] == AREA_LISTED)
			return REG_CLEAN;
		return undelegated(r->area_class[at] == AREA_FREE, mode);
	}
	if (pmap_longest(&r->lists, p) != PMAP_NONE)
		return REG_ADMIN;
	return REG_UNKNOWN;
}

static void
say(struct registry_bogon_verdict *v, const char *what, const char *why)
{
	(void)snprintf(v->buf[0], sizeof(v->buf[0]), "%s", what);
	(void)snprintf(v->buf[1], sizeof(v->buf[1]), "%s", why);
	v->what = v->buf[0];
	v->why = v->buf[1];
}

static void
say_prefix(struct registry_bogon_verdict *v, const struct prefix *p,
    const char *why)
{
	char text[PREFIX_TEXT_MAX];

	(void)prefix_format(text, p);
	say(v, text, why);
}

static void
name_file(const struct registry *r, unsigned file,
    struct registry_bogon_verdict *v)
{
	if (file >= r->n_files)
		return;
	v->source = fz_text(r, r->files[file].name);
	v->date_us = fz_time(r->files[file].date_us);
}

static void
say_special(const struct registry *r, const struct special *s,
    struct registry_bogon_verdict *v)
{
	const struct fz_special *row;
	struct prefix p;

	v->special = true;
	if (s->ours != NULL) {
		say(v, s->ours->text, s->ours->name);
		v->source = s->ours->rfc;
		return;
	}
	row = &r->special_rows[s->at];
	pmap_get(&r->specials, s->at, &p);
	say_prefix(v, &p, fz_text(r, row->name));
	name_file(r, row->file, v);
}

/* The row to name: the most specific that covers p, or, if p lies over several
 * rows, the one of its first address. */
static void
say_delegation(const struct registry *r, const struct prefix *p,
    struct registry_bogon_verdict *v)
{
	struct registry_delegation d;
	struct prefix first = *p;

	if (!registry_prefix(r, p, &d) || d.block) {
		first.len = prefix_len_max(p->family);
		if (!registry_prefix(r, &first, &d))
			return;
	}
	if (v->bogon == REG_CLEAN && d.status > REG_ASSIGNED)
		say_prefix(v, p, "holds delegated space");
	else
		say_prefix(v, &d.prefix, registry_status_name(d.status));
	v->source = d.file;
	v->date_us = d.file_date_us;
}

static void
say_list(const struct registry *r, uint32_t at,
    struct registry_bogon_verdict *v)
{
	struct prefix p;

	if (at == PMAP_NONE || at >= r->n_list_rows)
		return;
	pmap_get(&r->lists, at, &p);
	say_prefix(v, &p, "listed as a bogon");
	if (r->list_rows[at].text != 0)
		say_prefix(v, &p, fz_text(r, r->list_rows[at].text));
	name_file(r, r->list_rows[at].file, v);
}

static void
verdict_init(struct registry_bogon_verdict *v, enum registry_bogon bogon)
{
	*v = (struct registry_bogon_verdict){ .bogon = bogon,
		.what = "",
		.why = "not listed by any loaded file",
		.source = "",
		.date_us = TIME_NONE };
}

void
registry_bogon_prefix(const struct registry *r, const struct prefix *p,
    enum registry_bogon_mode mode, struct registry_bogon_verdict *out)
{
	struct registry_delegation d;
	struct special s;

	verdict_init(out, registry_bogon_prefix_fast(r, p, mode));
	if (find_special(r, p, &s))
		say_special(r, &s, out);
	else if (pmap_longest(&r->areas, p) != PMAP_NONE)
		say_delegation(r, p, out);
	else if (out->bogon == REG_ADMIN)
		say_list(r, pmap_longest(&r->lists, p), out);
	else if (registry_prefix(r, p, &d)) {
		say_prefix(out, &d.prefix,
		    "block of a registry whose file does not list it");
		out->source = d.file;
		out->date_us = d.file_date_us;
	}
}

/* --- AS numbers -------------------------------------------------------- */

/* The narrowest row of IANA's newer file that covers asn. */
static const struct fz_special *
file_special_asn(const struct registry *r, uint32_t asn)
{
	const struct fz_special *best = NULL;

	for (size_t i = 0; i < r->n_special_asns; i++) {
		const struct fz_special *s = &r->special_asns[i];

		if (s->first <= asn && asn <= s->last &&
		    (best == NULL ||
			s->last - s->first <= best->last - best->first))
			best = s;
	}
	return best;
}

static enum registry_bogon
of_delegation(const struct registry_delegation *d,
    enum registry_bogon_mode mode)
{
	if (d->block || d->status == REG_UNLISTED)
		return REG_UNKNOWN;
	if (d->status == REG_ALLOCATED || d->status == REG_ASSIGNED)
		return REG_CLEAN;
	return undelegated(d->status != REG_RESERVED, mode);
}

enum registry_bogon
registry_bogon_asn_fast(const struct registry *r, uint32_t asn,
    enum registry_bogon_mode mode)
{
	const struct fz_special *theirs = file_special_asn(r, asn);
	const struct net_special_row *ours;
	struct registry_delegation d;

	if (theirs != NULL)
		return of_special(theirs->kind);
	ours = net_special_asn(asn);
	if (ours != NULL)
		return of_special(ours->kind);
	(void)registry_asn(r, asn, &d);
	return of_delegation(&d, mode);
}

static void
say_range(struct registry_bogon_verdict *v, uint32_t first, uint32_t last,
    const char *why)
{
	char text[40];

	if (first == last)
		(void)snprintf(text, sizeof(text), "%u", first);
	else
		(void)snprintf(text, sizeof(text), "%u-%u", first, last);
	say(v, text, why);
}

void
registry_bogon_asn(const struct registry *r, uint32_t asn,
    enum registry_bogon_mode mode, struct registry_bogon_verdict *out)
{
	const struct fz_special *theirs = file_special_asn(r, asn);
	const struct net_special_row *ours = net_special_asn(asn);
	struct registry_delegation d;

	verdict_init(out, registry_bogon_asn_fast(r, asn, mode));
	if (theirs != NULL) {
		out->special = true;
		say_range(out, theirs->first, theirs->last,
		    fz_text(r, theirs->name));
		name_file(r, theirs->file, out);
	} else if (ours != NULL) {
		out->special = true;
		say(out, ours->text, ours->name);
		out->source = ours->rfc;
	} else if (registry_asn(r, asn, &d)) {
		say_range(out, d.asn_first, d.asn_last,
		    d.block ? "block of a registry whose file does not list it"
			    : registry_status_name(d.status));
		out->source = d.file;
		out->date_us = d.file_date_us;
	}
}
