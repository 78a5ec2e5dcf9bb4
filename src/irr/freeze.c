/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze.c - inputs merged into sections: sources and route objects.
 *
 * Everything is sorted by its content before it is written, so the bytes do
 * not depend on the order of inputs.
 */
#include "irr/freeze.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
irr_sect_name(char out[SECT_NAME_MAX], const char *part, const char *suffix)
{
	int n = snprintf(out, SECT_NAME_MAX, "irr.%s%s", part, suffix);

	return n > 0 && n < SECT_NAME_MAX && strlen(suffix) <= IRR_SUFFIX_MAX;
}

int
freeze_add(struct freeze *f, const char *part, const void *data, size_t n,
    struct err *err)
{
	char name[SECT_NAME_MAX];

	if (!irr_sect_name(name, part, f->suffix))
		return err_set(err, ERR_LIMIT, "suffix \"%s\" is too long",
		    f->suffix);
	return f->sink->add(f->sink->ctx, name, data, n, err);
}

/* --- sources ----------------------------------------------------------- */

/* Who vouches for the holder of the addresses: registries, regional or
 * national.  Whatever else there is, anybody may write to. */
static const struct {
	const char *name;
	bool rir;
} class_a[] = {
	{ "AFRINIC", true },
	{ "APNIC", true },
	{ "ARIN", true },
	{ "LACNIC", true },
	{ "RIPE", true },
	{ "CNNIC", false },
	{ "IDNIC", false },
	{ "IRINN", false },
	{ "JPIRR", false },
	{ "KRNIC", false },
	{ "REGISTROBR", false },
	{ "TWNIC", false },
	{ "VNNIC", false },
};

enum irr_class
irr_source_class(struct str name)
{
	for (size_t i = 0; i < COUNT(class_a); i++)
		if (str_eq_nocase(name, class_a[i].name))
			return IRR_CLASS_A;
	return IRR_CLASS_B;
}

bool
irr_source_is_rir(struct str name)
{
	for (size_t i = 0; i < COUNT(class_a); i++)
		if (str_eq_nocase(name, class_a[i].name))
			return class_a[i].rir;
	return false;
}

static int
source_cmp(const void *a, const void *b)
{
	const struct freeze_source *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
source_note(struct freeze *f, const char *name)
{
	struct freeze_source *s;

	VEC_FOREACH (s, &f->sources)
		if (strcmp(s->name, name) == 0)
			return;
	s = vec_grow(&f->sources);
	*s = (struct freeze_source){ .name = name,
		.class = irr_source_class(str_from(name)),
		.rir = irr_source_is_rir(str_from(name)),
		.newest_us = TIME_NONE };
}

/* Mark the texts of input i that are names of sources. */
static void
source_marks(const struct irr_input *in, uint16_t *marks)
{
	for (size_t k = 0; k < in->routes.n; k++)
		marks[in->routes.p[k].source] = 1;
	for (size_t k = 0; k < in->sets.n; k++)
		marks[in->sets.p[k].source] = 1;
	for (size_t k = 0; k < in->autnums.n; k++)
		marks[in->autnums.p[k].source] = 1;
}

static uint16_t
source_rank(const struct freeze *f, const char *name)
{
	for (size_t i = 0; i < f->sources.n; i++)
		if (strcmp(f->sources.p[i].name, name) == 0)
			return (uint16_t)i;
	return 0;
}

int
freeze_sources(struct freeze *f, struct err *err)
{
	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t n = f->inputs[i]->text.count;

		f->source_of[i] = mem_alloc(n, sizeof(uint16_t));
		source_marks(f->inputs[i], f->source_of[i]);
		for (uint32_t t = 0; t < n; t++)
			if (f->source_of[i][t] != 0)
				source_note(f, freeze_str(f, i, t));
		if (f->sources.n > IRR_SOURCES_MAX)
			return err_set(err, ERR_LIMIT,
			    "more than %d rpsl sources", IRR_SOURCES_MAX);
	}
	if (f->sources.n > 0)
		qsort(f->sources.p, f->sources.n, sizeof(*f->sources.p),
		    source_cmp);
	for (uint32_t i = 0; i < f->n; i++)
		for (uint32_t t = 0; t < f->inputs[i]->text.count; t++)
			if (f->source_of[i][t] != 0)
				f->source_of[i][t] =
				    source_rank(f, freeze_str(f, i, t));
	return 0;
}

static int
write_sources(struct freeze *f, struct err *err)
{
	struct irr_source_row *rows;
	int rc;

	rows = mem_alloc(f->sources.n + 1, sizeof(*rows));
	for (size_t i = 0; i < f->sources.n; i++) {
		const struct freeze_source *s = &f->sources.p[i];

		rows[i] = (struct irr_source_row){
			.newest_us = s->newest_us,
			.name = freeze_text(f, s->name),
			.routes = s->routes,
			.class = (uint8_t)s->class,
			.rir = s->rir,
		};
	}
	f->head.sources = (uint32_t)f->sources.n;
	rc = freeze_add(f, "src", rows, f->sources.n * sizeof(*rows), err);
	free(rows);
	return rc;
}

/* --- route objects ----------------------------------------------------- */

struct route_key {
	uint64_t hi, lo;
	uint32_t origin, modified, created, mnt;
	uint32_t input, row;
	uint16_t source;
	uint8_t family, len, class;
	bool refers; /* has member-of */
};

static uint64_t
be64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

static struct prefix
key_prefix(const struct route_key *k)
{
	struct prefix p = { .family = k->family, .len = k->len };

	for (int i = 0; i < 8; i++) {
		p.addr[i] = (uint8_t)(k->hi >> (56 - 8 * i));
		p.addr[8 + i] = (uint8_t)(k->lo >> (56 - 8 * i));
	}
	return p;
}

/* Order of prefix_cmp(), in registers. */
static int
route_prefix_cmp(const struct route_key *x, const struct route_key *y)
{
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	return (x->len > y->len) - (x->len < y->len);
}

static int
route_key_cmp(const struct route_key *x, const struct route_key *y)
{
	int c = route_prefix_cmp(x, y);

	if (c != 0)
		return c;
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->origin != y->origin)
		return x->origin < y->origin ? -1 : 1;
	return (x->source > y->source) - (x->source < y->source);
}

/* Unknown times count as oldest. */
static int
newer_first(uint32_t a, uint32_t b)
{
	return ((a + 1) < (b + 1)) - ((a + 1) > (b + 1));
}

static int
route_sort_cmp(const void *a, const void *b)
{
	const struct route_key *x = a, *y = b;
	int c = route_key_cmp(x, y);

	if (c == 0)
		c = newer_first(x->modified, y->modified);
	if (c == 0)
		c = newer_first(x->created, y->created);
	return c;
}

/*
 * Numbers with a key of up to `bits` bits into order of keys, equal ones as
 * they stood: least significant digit first.  Half a second less than qsort()
 * for three million route objects.
 */
struct keyed {
	uint64_t key;
	uint32_t at;
};

#define DIGIT 11

static void
radix_sort(struct keyed *p, size_t n, unsigned bits)
{
	struct keyed *from = p, *to = mem_alloc(n + 1, sizeof(*to)), *swap;

	for (unsigned shift = 0; shift < bits; shift += DIGIT) {
		size_t at[(1 << DIGIT) + 1] = { 0 };
		const uint64_t mask = (1 << DIGIT) - 1;

		for (size_t i = 0; i < n; i++)
			at[(from[i].key >> shift & mask) + 1]++;
		for (size_t d = 1; d <= mask; d++)
			at[d] += at[d - 1];
		for (size_t i = 0; i < n; i++)
			to[at[from[i].key >> shift & mask]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	if (from != p) {
		memcpy(p, from, n * sizeof(*p));
		to = from;
	}
	free(to);
}

static size_t
routes_of_family(const struct freeze *f, uint8_t family, struct keyed *out,
    struct freeze_ref *refs)
{
	size_t n = 0;

	for (uint32_t i = 0; i < f->n; i++)
		for (uint32_t j = 0; j < f->inputs[i]->routes.n; j++) {
			const struct prefix *p =
			    &f->inputs[i]->routes.p[j].prefix;

			if (p->family != family)
				continue;
			out[n].key = be64(p->addr);
			if (family == NET_IP4)
				out[n].key = out[n].key >> 26 | p->len;
			out[n].at = (uint32_t)n;
			refs[n++] = (struct freeze_ref){ i, j };
		}
	return n;
}

static struct route_key
route_key(const struct freeze *f, struct freeze_ref ref)
{
	const struct in_route *r = &f->inputs[ref.input]->routes.p[ref.row];
	uint16_t s = f->source_of[ref.input][r->source];

	return (struct route_key){ be64(r->prefix.addr),
		be64(r->prefix.addr + 8), r->origin, r->modified, r->created,
		r->mnt, ref.input, ref.row, s, r->prefix.family, r->prefix.len,
		(uint8_t)f->sources.p[s].class, r->refs != 0 };
}

/*
 * All route objects in order.  The sort by number settles address and length
 * of IPv4 (38 bits) and half the address of IPv6; what is still equal there is
 * sorted by comparison, mostly a handful.
 */
static struct route_key *
route_keys(const struct freeze *f, size_t *n)
{
	struct route_key *keys;
	struct freeze_ref *refs;
	struct keyed *num;
	size_t all = 0, out = 0;

	for (uint32_t i = 0; i < f->n; i++)
		all += f->inputs[i]->routes.n;
	keys = mem_alloc(all + 1, sizeof(*keys));
	refs = mem_alloc(all + 1, sizeof(*refs));
	num = mem_alloc(all + 1, sizeof(*num));
	for (uint8_t family = 0; family < NET_FAMILIES; family++) {
		size_t m = routes_of_family(f, family, num, refs), run = 0;

		radix_sort(num, m, family == NET_IP4 ? 38 : 64);
		for (size_t i = 0; i < m; i++) {
			keys[out + i] = route_key(f, refs[num[i].at]);
			if (i + 1 < m && num[i].key == num[i + 1].key)
				continue;
			if (i > run)
				qsort(keys + out + run, i + 1 - run,
				    sizeof(*keys), route_sort_cmp);
			run = i + 1;
		}
		out += m;
	}
	free(num);
	free(refs);
	*n = all;
	return keys;
}

/* Same key: the newest stays; ties go to the maintainer's name. */
static size_t
route_dedupe(const struct freeze *f, struct route_key *k, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		if (out > 0 && route_key_cmp(&k[out - 1], &k[i]) == 0) {
			struct route_key *a = &k[out - 1], *b = &k[i];

			if (a->modified == b->modified &&
			    a->created == b->created &&
			    strcmp(freeze_str(f, a->input, a->mnt),
				freeze_str(f, b->input, b->mnt)) > 0)
				*a = *b;
			continue;
		}
		k[out++] = k[i];
	}
	return out;
}

static void
source_saw(struct freeze_source *s, uint32_t when)
{
	int64_t us = irr_time(when);

	if (us != TIME_NONE && (s->newest_us == TIME_NONE || us > s->newest_us))
		s->newest_us = us;
}

static struct irr_route_row
route_row(struct freeze *f, const struct route_key *k, const struct prefix *p,
    uint32_t entry)
{
	struct irr_route_row row = { .entry = entry,
		.origin = k->origin,
		.mnt = freeze_text_of(f, k->input, k->mnt),
		.created = k->created,
		.modified = k->modified,
		.source = k->source };

	f->sources.p[k->source].routes++;
	source_saw(&f->sources.p[k->source], k->modified);
	source_saw(&f->sources.p[k->source], k->created);
	if (f->hide != NULL && f->hide->hide(f->hide->ctx, p, k->origin)) {
		row.flags |= IRR_ROUTE_HIDDEN;
		f->head.hidden++;
	}
	if (k->refers)
		vec_push(&f->by_ref_routes,
		    ((struct freeze_ref){ k->input, k->row }));
	return row;
}

static int
write_by_origin(struct freeze *f, const struct irr_route_row *rows, uint32_t n,
    struct err *err)
{
	struct keyed *keys = mem_alloc((size_t)n + 1, sizeof(*keys));
	uint32_t *by = mem_alloc((size_t)n + 1, sizeof(*by));
	int rc;

	for (uint32_t i = 0; i < n; i++)
		keys[i] = (struct keyed){ rows[i].origin, i };
	radix_sort(keys, n, 32);
	for (uint32_t i = 0; i < n; i++)
		by[i] = keys[i].at;
	rc = freeze_add(f, "by", by, (size_t)n * sizeof(*by), err);
	free(keys);
	free(by);
	return rc;
}

int
freeze_routes(struct freeze *f, struct err *err)
{
	size_t n;
	struct route_key *keys = route_keys(f, &n);
	struct irr_route_row *rows;
	struct prefix *entries;
	uint32_t *at, n_entries = 0;
	char name[16];
	int rc = 0;

	n = route_dedupe(f, keys, n);
	rows = mem_alloc(n + 1, sizeof(*rows));
	entries = mem_alloc(n + 1, sizeof(*entries));
	at = mem_alloc(n + 2, sizeof(*at));
	for (uint32_t i = 0; i < n; i++) {
		const struct route_key *k = &keys[i];

		if (i == 0 || route_prefix_cmp(k - 1, k) != 0) {
			entries[n_entries] = key_prefix(k);
			at[n_entries++] = i;
		}
		rows[i] =
		    route_row(f, k, &entries[n_entries - 1], n_entries - 1);
	}
	at[n_entries] = (uint32_t)n;
	f->head.routes = (uint32_t)n;
	snprintf(name, sizeof(name), "irr%s", f->suffix);
	rc = pmap_freeze(entries, n_entries, name, f->sink, err);
	if (rc == 0)
		rc =
		    freeze_add(f, "at", at, (n_entries + 1) * sizeof(*at), err);
	if (rc == 0)
		rc = freeze_add(f, "rt", rows, n * sizeof(*rows), err);
	if (rc == 0)
		rc = write_by_origin(f, rows, (uint32_t)n, err);
	free(keys);
	free(rows);
	free(entries);
	free(at);
	return rc;
}

/* --- all --------------------------------------------------------------- */

static void
freeze_fini(struct freeze *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->source_of[i]);
		free(f->text_of[i]);
	}
	free(f->source_of);
	free(f->text_of);
	strtab_fini(&f->text);
	vec_fini(&f->sources);
	vec_fini(&f->sets);
	vec_fini(&f->autnums);
	vec_fini(&f->by_ref_routes);
	vec_fini(&f->by_ref);
	vec_fini(&f->prefixes);
}

int
irr_freeze(const struct irr_input *const inputs[], size_t n,
    const struct irr_hide *hide, const char *suffix,
    const struct sect_sink *sink, struct err *err)
{
	struct freeze f = { .inputs = inputs,
		.n = n,
		.hide = hide,
		.suffix = suffix,
		.sink = sink,
		.head = { "IRR", IRR_TABLE_VERSION, 0, 0, 0, 0, 0, 0 } };
	int rc;

	if (strlen(suffix) > IRR_SUFFIX_MAX)
		return err_set(err, ERR_LIMIT, "suffix \"%s\" is too long",
		    suffix);
	f.source_of = mem_alloc(n + 1, sizeof(*f.source_of));
	f.text_of = mem_alloc(n + 1, sizeof(*f.text_of));
	for (size_t i = 0; i < n; i++)
		f.text_of[i] =
		    mem_alloc(inputs[i]->text.count, sizeof(**f.text_of));
	strtab_add(&f.text, STR("")); /* offset 0 is the empty text */
	rc = freeze_sources(&f, err);
	if (rc == 0)
		rc = freeze_routes(&f, err);
	if (rc == 0) {
		freeze_pick_autnums(&f);
		rc = freeze_sets(&f, err);
	}
	if (rc == 0)
		rc = freeze_autnums(&f, err);
	if (rc == 0)
		rc = write_sources(&f, err);
	if (rc == 0)
		rc = freeze_add(&f, "txt", f.text.text, f.text.n, err);
	if (rc == 0)
		rc = freeze_add(&f, "head", &f.head, sizeof(f.head), err);
	freeze_fini(&f);
	return rc;
}
