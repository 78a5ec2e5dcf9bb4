/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze.h - the state that the parts of a freeze share.  Private.
 */
#pragma once

#include "base/hash.h"
#include "base/mem.h"
#include "irr/input.h"
#include "irr/table.h"

struct freeze_source {
	const char *name;
	bool rir;
	enum irr_class class;
	uint32_t routes;
	int64_t newest_us;
};

/* A row of one of the inputs. */
struct freeze_ref {
	uint32_t input, row;
};

/* A set that stays, and where its rows come from. */
struct freeze_set {
	struct freeze_ref from;
	const char *name;
	uint16_t source;
	uint8_t kind;
	uint32_t modified;
};

/* A member by reference. */
struct freeze_by_ref {
	uint32_t set;
	uint8_t kind;   /* IRR_MEMBER_ASN or IRR_MEMBER_PREFIX */
	uint32_t value; /* ASN, or number in prefixes */
};

struct freeze {
	const struct irr_input *const *inputs;
	size_t n;
	const struct irr_hide *hide;
	const char *suffix;
	const struct sect_sink *sink;
	struct irr_head_row head;
	struct strtab text;
	uint16_t **source_of; /* [input][text number] */
	uint32_t **text_of;   /* the same: offset in the frozen texts, 0 = ? */
	VEC(struct freeze_source) sources;
	VEC(struct freeze_set) sets;
	VEC(struct freeze_ref) autnums; /* by (asn, source), one of each */
	VEC(struct freeze_ref) by_ref_routes; /* routes with member-of */
	VEC(struct freeze_by_ref) by_ref;
	VEC(struct prefix) prefixes;
};

static inline const char *
freeze_str(const struct freeze *f, uint32_t input, uint32_t text)
{
	return strtab_get(&f->inputs[input]->text, text);
}

/* Offset of a text in the frozen table; added when first asked for, so that
 * offsets follow from the order of rows alone. */
static inline uint32_t
freeze_text(struct freeze *f, const char *s)
{
	uint32_t id = strtab_add(&f->text, str_from(s)); /* may move `at` */

	return f->text.at[id];
}

/* The same for a text of an input, without looking for it every time. */
static inline uint32_t
freeze_text_of(struct freeze *f, uint32_t input, uint32_t text)
{
	uint32_t *at = &f->text_of[input][text];

	if (*at == 0 && text != 0)
		*at = freeze_text(f, freeze_str(f, input, text));
	return *at;
}

int freeze_add(struct freeze *f, const char *part, const void *data, size_t n,
    struct err *err);

int freeze_sources(struct freeze *f, struct err *err);
int freeze_routes(struct freeze *f, struct err *err);
void freeze_pick_autnums(struct freeze *f);
int freeze_sets(struct freeze *f, struct err *err);
int freeze_autnums(struct freeze *f, struct err *err);
