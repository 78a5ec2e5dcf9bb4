/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detail.h - between the files that put evidence into words.
 *
 * Each say_...() below appends what a piece of evidence rests on and gives
 * true, or false where the tables do not bear it out: *b is then discarded.
 */
#pragma once

#include "detect/part.h"

/* Which input to name. */
struct asked {
	const char *const *kinds; /* prefixes of world_input.kind, or NULL */
	const char *source;       /* preferred; "" = any */
};

extern const char *const kinds_deleg[], *const kinds_pdb[];

/* The moment of the last judgement: when it came, or when the tables did. */
int64_t judged_at(const struct detect *d, const struct finding *f);
void say_safe(struct buf *b, const char *foreign);

/* --- detail_reg.c ------------------------------------------------------ */

bool
say_rpki(struct detect *d, const struct finding *f, enum ev e, struct buf *b);
bool say_irr(struct detect *d, const struct finding *f, enum ev e,
    struct buf *b, const char **source);
bool say_same_org(struct detect *d, const struct finding *f, struct buf *b,
    struct asked *from);
bool say_relation(struct detect *d, const struct finding *f, struct buf *b);
bool say_strangers(struct detect *d, const struct finding *f, struct buf *b);
bool say_bogon(struct detect *d, const struct finding *f, enum ev ev,
    struct evidence *e, struct buf *b);
bool say_transfer(struct detect *d, const struct finding *f, struct asked *from,
    struct buf *b);
bool say_ixp(struct detect *d, const struct finding *f, struct buf *b);
