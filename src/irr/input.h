/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.h - the parsed rows of one dump, between load and freeze.
 *
 * Private to this folder.  Texts are numbers in `text`; times are seconds
 * since 1970 in 32 bits, IRR_NO_TIME where nothing is known.
 */
#pragma once

#include "base/hash.h"
#include "base/mem.h"
#include "irr/irr.h"
#include "irr/rpsl.h"

#define IRR_NO_TIME UINT32_MAX

#define IRR_INPUT_ROUTES_MAX  64000000U
#define IRR_INPUT_MEMBERS_MAX 256000000U
#define IRR_SOURCES_MAX       1000 /* distinct source names of a table */

struct span {
	uint32_t at, n;
};

struct in_route {
	struct prefix prefix;
	uint32_t origin, source, mnt;
	uint32_t created, modified;
	uint32_t refs; /* row of route_refs + 1; 0 = no member-of */
};

struct in_route_refs {
	struct span member_of, mnt_by; /* in refs */
};

struct in_member {
	uint8_t kind;   /* enum irr_member_kind */
	uint8_t op;     /* enum irr_op */
	uint8_t lo, hi; /* of IRR_OP_RANGE; for a prefix: resulting lengths */
	uint32_t value; /* ASN, or number of the prefix in `prefixes` */
	uint32_t name;  /* text of a set's name, scope included */
};

struct in_set {
	uint8_t kind;
	uint32_t name, source, modified;
	struct span members; /* in members */
	struct span by_ref;  /* in refs: maintainers, or ANY */
};

struct in_autnum {
	uint32_t asn, source, as_name, org, mnt;
	uint32_t imports, exports, created, modified;
	unsigned has;
	struct span contacts; /* in refs: handles */
	struct span member_of, mnt_by;
};

struct in_contact { /* person, role, organisation, mntner */
	uint32_t handle, source;
	unsigned has;
};

struct irr_input {
	struct strtab text;
	VEC(struct in_route) routes;
	VEC(struct in_route_refs) route_refs;
	VEC(struct in_set) sets;
	VEC(struct in_member) members;
	VEC(struct prefix) prefixes;
	VEC(struct in_autnum) autnums;
	VEC(struct in_contact) contacts;
	VEC(uint32_t) refs;
	struct irr_load_report report;
};

/* Range operators of route-sets, RFC 2622 section 2. */
enum irr_op { IRR_OP_NONE, IRR_OP_MINUS, IRR_OP_PLUS, IRR_OP_RANGE };

/* Apply to lengths [*min, *max] of a prefix; false: nothing is left. */
bool irr_op_apply(enum irr_op op, uint8_t lo, uint8_t hi, uint8_t limit,
    uint8_t *min, uint8_t *max);

/* Members of a set object into in->members; false: over a limit. */
bool irr_members_parse(struct irr_input *in, enum irr_set_kind kind,
    struct str list, struct span *out);
/* Upper case into the strings. */
uint32_t irr_text_upper(struct irr_input *in, struct str s);
