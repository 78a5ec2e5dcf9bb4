/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze_set.c - sets with their members resolved, and aut-nums with their
 * contacts joined.
 */
#include "irr/freeze.h"

#include <stdlib.h>
#include <string.h>

static int
newer_first(uint32_t a, uint32_t b)
{
	return ((a + 1) < (b + 1)) - ((a + 1) > (b + 1));
}

/* --- aut-nums ---------------------------------------------------------- */

struct autnum_key {
	uint32_t asn, source, modified;
	struct freeze_ref from;
};

static int
autnum_cmp(const void *a, const void *b)
{
	const struct autnum_key *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return newer_first(x->modified, y->modified);
}

/* One of each (asn, source): the newest. */
void
freeze_pick_autnums(struct freeze *f)
{
	VEC(struct autnum_key) keys = { NULL, 0, 0 };

	for (uint32_t i = 0; i < f->n; i++)
		for (uint32_t j = 0; j < f->inputs[i]->autnums.n; j++) {
			const struct in_autnum *a = &f->inputs[i]->autnums.p[j];

			vec_push(&keys, ((struct autnum_key){ a->asn,
					    f->source_of[i][a->source],
					    a->modified, { i, j } }));
		}
	if (keys.n > 0)
		qsort(keys.p, keys.n, sizeof(*keys.p), autnum_cmp);
	for (size_t i = 0; i < keys.n; i++)
		if (i == 0 || keys.p[i - 1].asn != keys.p[i].asn ||
		    keys.p[i - 1].source != keys.p[i].source)
			vec_push(&f->autnums, keys.p[i].from);
	vec_fini(&keys);
}

static const struct in_autnum *
autnum_at(const struct freeze *f, struct freeze_ref r)
{
	return &f->inputs[r.input]->autnums.p[r.row];
}

struct contact_key {
	const char *handle, *source;
	unsigned has;
};

static int
contact_cmp(const void *a, const void *b)
{
	const struct contact_key *x = a, *y = b;
	int c = strcmp(x->handle, y->handle);

	return c != 0 ? c : strcmp(x->source, y->source);
}

struct contacts {
	struct contact_key *p;
	size_t n;
};

static struct contacts
contacts_collect(const struct freeze *f)
{
	VEC(struct contact_key) v = { NULL, 0, 0 };
	size_t out = 0;

	for (uint32_t i = 0; i < f->n; i++)
		for (size_t j = 0; j < f->inputs[i]->contacts.n; j++) {
			const struct in_contact *c =
			    &f->inputs[i]->contacts.p[j];

			vec_push(&v,
			    ((struct contact_key){ freeze_str(f, i, c->handle),
				freeze_str(f, i, c->source), c->has }));
		}
	if (v.n > 0)
		qsort(v.p, v.n, sizeof(*v.p), contact_cmp);
	for (size_t i = 0; i < v.n; i++) {
		if (out > 0 && contact_cmp(&v.p[out - 1], &v.p[i]) == 0)
			v.p[out - 1].has |= v.p[i].has;
		else
			v.p[out++] = v.p[i];
	}
	return (struct contacts){ v.p, out };
}

static unsigned
contact_find(const struct contacts *c, const char *handle, const char *source)
{
	const struct contact_key key = { handle, source, 0 }, *hit;

	if (c->n == 0 || handle[0] == '\0')
		return 0;
	hit = bsearch(&key, c->p, c->n, sizeof(*c->p), contact_cmp);
	return hit == NULL ? 0 : hit->has;
}

/* What the records behind an aut-num's handles hold. */
static unsigned
contact_bits(const struct freeze *f, const struct contacts *c,
    struct freeze_ref ref)
{
	const struct in_autnum *a = autnum_at(f, ref);
	const struct irr_input *in = f->inputs[ref.input];
	const char *source = freeze_str(f, ref.input, a->source);
	unsigned has = 0;

	for (uint32_t i = 0; i < a->contacts.n; i++) {
		const char *h =
		    freeze_str(f, ref.input, in->refs.p[a->contacts.at + i]);

		has |= contact_find(c, h, source) | contact_find(c, h, "");
	}
	has &= IRR_HAS_PERSON | IRR_HAS_EMAIL | IRR_HAS_PHONE;
	/* ARIN's contacts hang on the organisation. */
	if (strcmp(source, "ARIN") == 0)
		has |=
		    contact_find(c, freeze_str(f, ref.input, a->org), source) &
		    (IRR_HAS_TECH | IRR_HAS_NOC | IRR_HAS_ADMIN |
			IRR_HAS_ABUSE);
	return has | a->has;
}

int
freeze_autnums(struct freeze *f, struct err *err)
{
	struct contacts contacts = contacts_collect(f);
	struct irr_autnum_row *rows;
	int rc;

	rows = mem_alloc(f->autnums.n + 1, sizeof(*rows));
	for (size_t i = 0; i < f->autnums.n; i++) {
		struct freeze_ref ref = f->autnums.p[i];
		const struct in_autnum *a = autnum_at(f, ref);

		rows[i] = (struct irr_autnum_row){
			.asn = a->asn,
			.as_name = freeze_text(f,
			    freeze_str(f, ref.input, a->as_name)),
			.org = freeze_text(f, freeze_str(f, ref.input, a->org)),
			.mnt = freeze_text(f, freeze_str(f, ref.input, a->mnt)),
			.imports = a->imports,
			.exports = a->exports,
			.has = contact_bits(f, &contacts, ref),
			.created = a->created,
			.modified = a->modified,
			.source = f->source_of[ref.input][a->source],
		};
	}
	f->head.autnums = (uint32_t)f->autnums.n;
	rc = freeze_add(f, "as", rows, f->autnums.n * sizeof(*rows), err);
	free(rows);
	free(contacts.p);
	return rc;
}

/* --- sets -------------------------------------------------------------- */

static int
set_key_cmp(const struct freeze_set *x, const struct freeze_set *y)
{
	int c;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	c = strcmp(x->name, y->name);
	if (c != 0)
		return c;
	return (x->source > y->source) - (x->source < y->source);
}

static int
set_sort_cmp(const void *a, const void *b)
{
	const struct freeze_set *x = a, *y = b;
	int c = set_key_cmp(x, y);

	return c != 0 ? c : newer_first(x->modified, y->modified);
}

static void
sets_pick(struct freeze *f)
{
	size_t out = 0;

	for (uint32_t i = 0; i < f->n; i++)
		for (uint32_t j = 0; j < f->inputs[i]->sets.n; j++) {
			const struct in_set *s = &f->inputs[i]->sets.p[j];

			vec_push(&f->sets, ((struct freeze_set){ { i, j },
					       freeze_str(f, i, s->name),
					       f->source_of[i][s->source],
					       s->kind, s->modified }));
		}
	if (f->sets.n > 0)
		qsort(f->sets.p, f->sets.n, sizeof(*f->sets.p), set_sort_cmp);
	for (size_t i = 0; i < f->sets.n; i++)
		if (out == 0 ||
		    set_key_cmp(&f->sets.p[out - 1], &f->sets.p[i]) != 0)
			f->sets.p[out++] = f->sets.p[i];
	f->sets.n = out;
}

/* First set of a key not below {kind, name, source}. */
static uint32_t
set_lower(const struct freeze *f, const struct freeze_set *key)
{
	size_t lo = 0, hi = f->sets.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (set_key_cmp(&f->sets.p[mid], key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (uint32_t)lo;
}

/* The set that "NAME" or "SOURCE::NAME" means, or IRR_NONE. */
static uint32_t
set_resolve(const struct freeze *f, const char *name)
{
	struct freeze_set key = { .name = name };
	const char *scope = strstr(name, "::");
	enum irr_set_kind kind;
	uint32_t at;

	if (!irr_is_set_name(str_from(name), &kind))
		return IRR_NONE;
	key.kind = (uint8_t)kind;
	if (scope != NULL) {
		size_t i, n = (size_t)(scope - name);

		for (i = 0; i < f->sources.n; i++)
			if (str_eq((struct str){ name, n },
				f->sources.p[i].name))
				break;
		if (i == f->sources.n)
			return IRR_NONE;
		key.source = (uint16_t)i;
		key.name = scope + 2;
	}
	at = set_lower(f, &key);
	if (at == f->sets.n || f->sets.p[at].kind != key.kind ||
	    strcmp(f->sets.p[at].name, key.name) != 0 ||
	    (scope != NULL && f->sets.p[at].source != key.source))
		return IRR_NONE;
	return at;
}

/*
 * RFC 2622 5.1: an object is a member by reference if it names the set in
 * member-of and one of its maintainers stands in the set's mbrs-by-ref, or
 * that says ANY; both in one source.
 */
static bool
by_ref_allows(const struct freeze *f, uint32_t set, uint32_t input,
    struct span mnt_by)
{
	struct freeze_ref from = f->sets.p[set].from;
	const struct irr_input *in = f->inputs[from.input];
	struct span allowed = in->sets.p[from.row].by_ref;

	for (uint32_t i = 0; i < allowed.n; i++) {
		const char *want =
		    freeze_str(f, from.input, in->refs.p[allowed.at + i]);

		if (strcmp(want, "ANY") == 0)
			return true;
		for (uint32_t j = 0; j < mnt_by.n; j++)
			if (strcmp(want,
				freeze_str(f, input,
				    f->inputs[input]->refs.p[mnt_by.at + j])) ==
			    0)
				return true;
	}
	return false;
}

static void
by_ref_add(struct freeze *f, uint32_t input, uint16_t source,
    struct span member_of, struct span mnt_by, struct freeze_by_ref row)
{
	struct freeze_set key = { .source = source,
		.kind =
		    row.kind == IRR_MEMBER_ASN ? IRR_AS_SET : IRR_ROUTE_SET };

	for (uint32_t i = 0; i < member_of.n; i++) {
		key.name = freeze_str(f, input,
		    f->inputs[input]->refs.p[member_of.at + i]);
		row.set = set_lower(f, &key);
		if (row.set < f->sets.n &&
		    set_key_cmp(&f->sets.p[row.set], &key) == 0 &&
		    by_ref_allows(f, row.set, input, mnt_by))
			vec_push(&f->by_ref, row);
	}
}

static int
by_ref_cmp(const void *a, const void *b)
{
	const struct freeze_by_ref *x = a, *y = b;

	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

static void
by_ref_collect(struct freeze *f)
{
	for (size_t i = 0; i < f->autnums.n; i++) {
		struct freeze_ref r = f->autnums.p[i];
		const struct in_autnum *a = autnum_at(f, r);

		by_ref_add(f, r.input, f->source_of[r.input][a->source],
		    a->member_of, a->mnt_by,
		    (struct freeze_by_ref){ .kind = IRR_MEMBER_ASN,
			.value = a->asn });
	}
	for (size_t i = 0; i < f->by_ref_routes.n; i++) {
		struct freeze_ref r = f->by_ref_routes.p[i];
		const struct irr_input *in = f->inputs[r.input];
		const struct in_route *t = &in->routes.p[r.row];
		const struct in_route_refs *refs =
		    &in->route_refs.p[t->refs - 1];

		vec_push(&f->prefixes, t->prefix);
		by_ref_add(f, r.input, f->source_of[r.input][t->source],
		    refs->member_of, refs->mnt_by,
		    (struct freeze_by_ref){ .kind = IRR_MEMBER_PREFIX,
			.value = (uint32_t)f->prefixes.n - 1 });
	}
	if (f->by_ref.n > 0)
		qsort(f->by_ref.p, f->by_ref.n, sizeof(*f->by_ref.p),
		    by_ref_cmp);
}

static struct irr_member_row
member_row(struct freeze *f, uint32_t input, const struct in_member *m)
{
	struct irr_member_row row = { .kind = m->kind,
		.op = m->op,
		.lo = m->lo,
		.hi = m->hi,
		.value = m->value };

	if (m->kind == IRR_MEMBER_PREFIX) {
		row.value = (uint32_t)f->prefixes.n;
		vec_push(&f->prefixes, f->inputs[input]->prefixes.p[m->value]);
	} else if (m->kind == IRR_MEMBER_SET) {
		const char *name = freeze_str(f, input, m->name);

		row.name = freeze_text(f, name);
		row.value = set_resolve(f, name);
	}
	return row;
}

typedef VEC(struct irr_member_row) member_rows;

/* Members of set i, its own first, then those by reference from *ref on. */
static struct irr_set_row
set_row(struct freeze *f, uint32_t i, member_rows *out, size_t *ref)
{
	const struct freeze_set *s = &f->sets.p[i];
	const struct irr_input *in = f->inputs[s->from.input];
	struct span own = in->sets.p[s->from.row].members;
	struct irr_set_row row = { .name = freeze_text(f, s->name),
		.first = (uint32_t)out->n,
		.modified = s->modified,
		.source = s->source,
		.kind = s->kind };

	for (uint32_t k = 0; k < own.n; k++) {
		struct irr_member_row m =
		    member_row(f, s->from.input, &in->members.p[own.at + k]);

		vec_push(out, m);
	}
	for (; *ref < f->by_ref.n && f->by_ref.p[*ref].set == i; ++*ref) {
		const struct freeze_by_ref *b = &f->by_ref.p[*ref];
		struct irr_member_row m = { .kind = b->kind,
			.value = b->value,
			.flags = IRR_MEMBER_BY_REF };

		if (b->kind == IRR_MEMBER_PREFIX)
			m.lo = m.hi = f->prefixes.p[b->value].len;
		vec_push(out, m);
	}
	row.n = (uint32_t)out->n - row.first;
	return row;
}

int
freeze_sets(struct freeze *f, struct err *err)
{
	member_rows members = { NULL, 0, 0 };
	struct irr_set_row *rows;
	size_t ref = 0;
	int rc;

	sets_pick(f);
	by_ref_collect(f);
	rows = mem_alloc(f->sets.n + 1, sizeof(*rows));
	for (uint32_t i = 0; i < f->sets.n; i++) {
		rows[i] = set_row(f, i, &members, &ref);
		if (rows[i].kind == IRR_AS_SET)
			f->head.as_sets++;
		else
			f->head.route_sets++;
	}
	rc = freeze_add(f, "set", rows, f->sets.n * sizeof(*rows), err);
	if (rc == 0)
		rc = freeze_add(f, "mem", members.p,
		    members.n * sizeof(*members.p), err);
	if (rc == 0)
		rc = freeze_add(f, "pfx", f->prefixes.p,
		    f->prefixes.n * sizeof(*f->prefixes.p), err);
	free(rows);
	vec_fini(&members);
	return rc;
}
