/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.h - rows of the frozen table.
 *
 * Private to this folder.  Sections, each with the suffix behind its name:
 *
 *   irr.head  one row: version and counts
 *   irr.txt   texts, NUL-terminated; numbers below called "text" are offsets
 *   irr.src   sources: class A first, then by name; "source" = row number
 *   irr.*     the prefix map of all route objects
 *   irr.at    first route row of each entry of the map, and one more
 *   irr.rt    route rows, by (prefix, source's class, origin, source)
 *   irr.by    numbers of route rows, by (origin, row)
 *   irr.set   sets, by (kind, name, source)
 *   irr.mem   members of sets
 *   irr.pfx   prefixes of route-set members
 *   irr.as    aut-nums, by (asn, source)
 */
#pragma once

#include "irr/irr.h"

#define IRR_TABLE_VERSION 1

struct irr_head_row {
	char magic[4]; /* "IRR" NUL */
	uint32_t version;
	uint32_t routes, hidden, as_sets, route_sets, autnums, sources;
};

struct irr_source_row {
	int64_t newest_us;
	uint32_t name, routes;
	uint8_t class, rir, pad[6];
};

#define IRR_ROUTE_HIDDEN 1

struct irr_route_row {
	uint32_t entry; /* of the prefix map */
	uint32_t origin;
	uint32_t mnt; /* text */
	uint32_t created, modified;
	uint16_t source;
	uint8_t flags, pad;
};

struct irr_set_row {
	uint32_t name;     /* text */
	uint32_t first, n; /* members */
	uint32_t modified;
	uint16_t source;
	uint8_t kind, pad;
};

#define IRR_MEMBER_BY_REF 1

struct irr_member_row {
	uint8_t kind, op, lo, hi;
	uint32_t value; /* ASN, set or prefix by number */
	uint32_t name;  /* text, of a set */
	uint32_t flags;
};

struct irr_autnum_row {
	uint32_t asn;
	uint32_t as_name, org, mnt; /* texts */
	uint32_t imports, exports;
	uint32_t has;
	uint32_t created, modified;
	uint16_t source;
	uint16_t pad;
};

/* "irr." + part + suffix into out; false if that is too long. */
bool
irr_sect_name(char out[SECT_NAME_MAX], const char *part, const char *suffix);

struct irr {
	const struct irr_head_row *head;
	const char *text;
	size_t n_text;
	const struct irr_source_row *sources;
	size_t n_sources;
	struct pmap map;
	const uint32_t *at;
	size_t n_at;
	const struct irr_route_row *routes;
	size_t n_routes;
	const uint32_t *by_origin;
	size_t n_by_origin;
	const struct irr_set_row *sets;
	size_t n_sets;
	const struct irr_member_row *members;
	size_t n_members;
	const struct prefix *prefixes;
	size_t n_prefixes;
	const struct irr_autnum_row *autnums;
	size_t n_autnums;
};

/* Text at an offset, "" past the end. */
static inline const char *
irr_text(const struct irr *irr, uint32_t at)
{
	return at < irr->n_text ? irr->text + at : "";
}

static inline int64_t
irr_time(uint32_t s)
{
	return s == UINT32_MAX ? TIME_NONE : (int64_t)s * TIME_SEC;
}

/* Source row, or a nameless class B one past the end. */
const struct irr_source_row *irr_source_row(const struct irr *irr, uint32_t i);
/* Route row i as a value; false past the end. */
bool irr_route_at(const struct irr *irr, size_t i, struct irr_route *out);
