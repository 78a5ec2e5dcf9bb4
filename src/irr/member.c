/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * member.c - names of sets and lists of members (RFC 2622 sections 2 and 5,
 * RFC 4012 section 4).
 */
#include "irr/input.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_BYTES 255

uint32_t
irr_text_upper(struct irr_input *in, struct str s)
{
	char up[NAME_MAX_BYTES];
	size_t n = s.n < sizeof(up) ? s.n : sizeof(up);

	for (size_t i = 0; i < n; i++)
		up[i] = (char)toupper((unsigned char)s.p[i]);
	return strtab_add(&in->text, (struct str){ up, n });
}

static bool
is_word(struct str s)
{
	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!isalnum((unsigned char)c) && c != '-' && c != '_')
			return false;
	}
	return true;
}

/* Cut "SOURCE::" off; false if what stands there is no source. */
static bool
scope_cut(struct str *s)
{
	for (size_t i = 0; i + 1 < s->n; i++) {
		if (s->p[i] != ':' || s->p[i + 1] != ':')
			continue;
		if (!is_word((struct str){ s->p, i }))
			return false;
		*s = (struct str){ s->p + i + 2, s->n - i - 2 };
		return true;
	}
	return true;
}

/*
 * RFC 2622 5: a hierarchical name is AS numbers and set names joined by ':',
 * at least one of them a set name.
 */
bool
irr_is_set_name(struct str s, enum irr_set_kind *kind)
{
	struct str part;
	uint32_t asn;
	bool found = false;

	if (s.n > NAME_MAX_BYTES || !scope_cut(&s))
		return false;
	while (str_cut(&s, ':', &part)) {
		enum irr_set_kind k;

		if (!is_word(part))
			return false;
		if (part.n > 3 && strncasecmp(part.p, "AS-", 3) == 0)
			k = IRR_AS_SET;
		else if (part.n > 3 && strncasecmp(part.p, "RS-", 3) == 0)
			k = IRR_ROUTE_SET;
		else if (asn_parse(part, &asn))
			continue;
		else
			return false;
		if (found && k != *kind)
			return false;
		found = true;
		*kind = k;
	}
	return found;
}

bool
irr_op_apply(enum irr_op op, uint8_t lo, uint8_t hi, uint8_t limit,
    uint8_t *min, uint8_t *max)
{
	switch (op) {
	case IRR_OP_NONE:
		break;
	case IRR_OP_MINUS: /* all more specifics, itself excluded */
		*min = (uint8_t)(*min + 1);
		*max = limit;
		break;
	case IRR_OP_PLUS:
		*max = limit;
		break;
	case IRR_OP_RANGE:
		*min = lo > *min ? lo : *min;
		*max = hi;
		break;
	}
	return *min <= *max && *max <= limit;
}

/* "^-", "^+", "^n", "^n-m" behind a prefix or a name; cut off *s. */
static bool
op_cut(struct str *s, struct in_member *m)
{
	const char *hat = memchr(s->p, '^', s->n);
	struct str op, lo;
	uint64_t a, b;

	if (hat == NULL)
		return true;
	op = (struct str){ hat + 1, (size_t)(s->p + s->n - hat - 1) };
	s->n = (size_t)(hat - s->p);
	if (str_eq(op, "-")) {
		m->op = IRR_OP_MINUS;
		return true;
	}
	if (str_eq(op, "+")) {
		m->op = IRR_OP_PLUS;
		return true;
	}
	if (!str_cut(&op, '-', &lo) || !text_parse_u64(lo, 128, &a))
		return false;
	b = a;
	if (op.p != NULL && (!text_parse_u64(op, 128, &b) || b < a))
		return false;
	m->op = IRR_OP_RANGE;
	m->lo = (uint8_t)a;
	m->hi = (uint8_t)b;
	return true;
}

static bool
member_prefix(struct irr_input *in, struct str item, struct in_member *m)
{
	struct prefix p;
	uint8_t min, max;

	if (!prefix_parse(item, &p))
		return false;
	min = max = p.len;
	if (!irr_op_apply((enum irr_op)m->op, m->lo, m->hi,
		prefix_len_max(p.family), &min, &max))
		return false;
	m->kind = IRR_MEMBER_PREFIX;
	m->op = IRR_OP_NONE;
	m->lo = min;
	m->hi = max;
	m->value = (uint32_t)in->prefixes.n;
	vec_push(&in->prefixes, p);
	return true;
}

static bool
member_parse(struct irr_input *in, enum irr_set_kind kind, struct str item,
    struct in_member *m)
{
	enum irr_set_kind of;

	*m = (struct in_member){ .kind = IRR_MEMBER_ASN };
	if (!op_cut(&item, m) || (kind == IRR_AS_SET && m->op != IRR_OP_NONE))
		return false;
	if (item.n > 2 && (item.p[0] | 0x20) == 'a' &&
	    asn_parse(item, &m->value))
		return true;
	if (str_eq_nocase(item, "AS-ANY") || irr_is_set_name(item, &of)) {
		m->kind = IRR_MEMBER_SET;
		m->name = irr_text_upper(in, item);
		return true;
	}
	return kind == IRR_ROUTE_SET && member_prefix(in, item, m);
}

bool
irr_members_parse(struct irr_input *in, enum irr_set_kind kind, struct str list,
    struct span *out)
{
	struct in_member m;
	struct str item;

	while (rpsl_item(&list, &item)) {
		if (!member_parse(in, kind, item, &m)) {
			in->report.bad_members++;
			continue;
		}
		if (in->members.n >= IRR_INPUT_MEMBERS_MAX)
			return false;
		vec_push(&in->members, m);
		out->n++;
	}
	return true;
}
