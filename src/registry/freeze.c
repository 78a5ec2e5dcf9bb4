/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze.c - inputs into sections: which inputs are in force, texts, and what
 * all tables share.
 *
 * Inputs are put into an order that depends on their content and dates alone,
 * so the bytes do not depend on the order in which files were found.
 */
#include "registry/frozen.h"

#include <stdio.h>
#include <stdlib.h>

static int
cmp_inputs(const void *a, const void *b)
{
	const struct registry_input *x =
	    *(const struct registry_input *const *)a;
	const struct registry_input *y =
	    *(const struct registry_input *const *)b;
	const struct registry_load_report *p = &x->report, *q = &y->report;
	int c;

	if (p->kind != q->kind)
		return p->kind < q->kind ? -1 : 1;
	c = strcmp(p->source, q->source);
	if (c != 0)
		return c;
	if (p->date_us != q->date_us)
		return p->date_us < q->date_us ? -1 : 1;
	if (p->taken != q->taken)
		return p->taken < q->taken ? -1 : 1;
	if (x->text.n != y->text.n)
		return x->text.n < y->text.n ? -1 : 1;
	return x->text.n == 0 ? 0
			      : memcmp(x->text.text, y->text.text, x->text.n);
}

/*
 * "ripencc" and "ripencc-extended" bear the same source name up to its end;
 * the plain file says nothing that an extended one does not, unless it is
 * newer.
 */
static bool
superseded(const struct registry_input *x, const struct registry_input *y)
{
	const struct registry_load_report *p = &x->report, *q = &y->report;
	size_t n = strlen(p->source);

	if (p->kind != q->kind || p->merge != REG_SNAPSHOT ||
	    q->merge != REG_SNAPSHOT)
		return false;
	if (strcmp(p->source, q->source) == 0)
		return p->date_us < q->date_us;
	return p->kind == REG_DELEGATED && p->date_us <= q->date_us &&
	       strncmp(p->source, q->source, n) == 0 &&
	       strcmp(q->source + n, "-extended") == 0;
}

static void
choose_inputs(struct freeze *f, const struct registry_input *const inputs[],
    size_t n)
{
	f->in = mem_alloc(n + 1, sizeof(*f->in));
	for (size_t i = 0; i < n; i++) {
		bool old = false;

		for (size_t k = 0; k < n && !old; k++)
			old = superseded(inputs[i], inputs[k]);
		if (!old)
			f->in[f->n++] = inputs[i];
	}
	qsort(f->in, f->n, sizeof(*f->in), cmp_inputs);
}

const char *
fz_in_text(const struct registry_input *in, uint32_t id)
{
	return id < in->text.count ? strtab_get(&in->text, id) : "";
}

/* A text of an input becomes an offset into rg.text. */
static uint32_t
keep_text(struct freeze *f, const char *s)
{
	uint32_t id;

	if (*s == '\0')
		return 0;
	id = strtab_add(&f->text, str_from(s));
	return f->text.at[id];
}

uint32_t
fz_keep(struct freeze *f, const struct registry_input *in, uint32_t id)
{
	return id == 0 ? 0 : keep_text(f, fz_in_text(in, id));
}

int
fz_add(struct freeze *f, const char *name, const void *data, size_t n,
    struct err *err)
{
	char full[SECT_NAME_MAX];

	if (n == 0)
		return 0;
	(void)snprintf(full, sizeof(full), "rg.%s%s", name, f->suffix);
	return f->sink->add(f->sink->ctx, full, data, n, err);
}

int
fz_add_pmap(struct freeze *f, const char *name, const struct prefix *p,
    size_t n, struct err *err)
{
	char full[SECT_NAME_MAX];

	if (n == 0)
		return 0;
	if (n > UINT32_MAX / 2)
		return err_set(err, ERR_LIMIT, "over %u prefixes",
		    UINT32_MAX / 2);
	(void)snprintf(full, sizeof(full), "rg.%s%s", name, f->suffix);
	return pmap_freeze(p, (uint32_t)n, full, f->sink, err);
}

struct fz_key
fz_key(const struct prefix *p, size_t in, size_t row)
{
	struct fz_key k = { .in = (uint32_t)in,
		.row = (uint32_t)row,
		.family = p->family,
		.len = p->len };

	for (int i = 0; i < 8; i++) {
		k.hi = k.hi << 8 | p->addr[i];
		k.lo = k.lo << 8 | p->addr[8 + i];
	}
	return k;
}

struct prefix
fz_key_prefix(const struct fz_key *k)
{
	struct prefix p = { .family = k->family, .len = k->len };

	for (int i = 0; i < 8; i++) {
		p.addr[i] = (uint8_t)(k->hi >> (56 - 8 * i));
		p.addr[8 + i] = (uint8_t)(k->lo >> (56 - 8 * i));
	}
	return p;
}

bool
fz_same_key(const struct fz_key *a, const struct fz_key *b)
{
	return a->hi == b->hi && a->lo == b->lo && a->len == b->len &&
	       a->family == b->family;
}

static int
cmp_keys(const void *a, const void *b)
{
	const struct fz_key *x = a, *y = b;

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	if (x->in != y->in)
		return x->in < y->in ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

void
fz_sort_keys(struct fz_key *keys, size_t n)
{
	if (n > 1)
		qsort(keys, n, sizeof(*keys), cmp_keys);
}

/* Newest first within a key; later inputs and rows before earlier ones. */
static int
cmp_refs(const void *a, const void *b)
{
	const struct fz_ref *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->updated != y->updated)
		return x->updated > y->updated ? -1 : 1;
	if (x->in != y->in)
		return x->in > y->in ? -1 : 1;
	return (x->row < y->row) - (x->row > y->row);
}

void
fz_newest(struct fz_ref *refs, size_t *n)
{
	size_t kept = 0;

	if (*n > 1)
		qsort(refs, *n, sizeof(*refs), cmp_refs);
	for (size_t i = 0; i < *n; i++)
		if (kept == 0 || refs[i].key != refs[kept - 1].key)
			refs[kept++] = refs[i];
	*n = kept;
}

static int
freeze_files(struct freeze *f, struct err *err)
{
	struct fz_file *files = mem_alloc(f->n + 1, sizeof(*files));
	int rc;

	for (size_t i = 0; i < f->n; i++) {
		const struct registry_load_report *rep = &f->in[i]->report;

		files[i] = (struct fz_file){ rep->date_us,
			keep_text(f, rep->source), rep->kind };
		if (rep->kind == REG_SPOOFER || rep->kind == REG_SHADOWSERVER)
			f->head.flags |= HEAD_SPOOFER;
		if (rep->kind == REG_PARTICIPANTS)
			f->head.flags |= HEAD_PARTICIPANTS;
	}
	rc = fz_add(f, "file", files, f->n * sizeof(*files), err);
	free(files);
	return rc;
}

int
registry_freeze(const struct registry_input *const inputs[], size_t n,
    const char *suffix, const struct sect_sink *sink, struct err *err)
{
	static int (*const steps[])(struct freeze * f, struct err * err) = {
		freeze_files,
		reg_freeze_prefixes,
		reg_freeze_asns,
		reg_freeze_specials,
		reg_freeze_lists,
		reg_freeze_peeringdb,
		reg_freeze_ixps,
		reg_freeze_networks,
		reg_freeze_tests,
		reg_freeze_participants,
		reg_freeze_origins,
	};
	struct freeze f = { .suffix = suffix, .sink = sink };
	int rc = 0;

	if (strlen(suffix) > REG_SUFFIX_MAX)
		return err_set(err, ERR_LIMIT, "suffix \"%s\" is over %d bytes",
		    suffix, REG_SUFFIX_MAX);
	if (n > UINT16_MAX)
		return err_set(err, ERR_LIMIT, "over %d inputs", UINT16_MAX);
	choose_inputs(&f, inputs, n);
	fz_find_newest(&f);
	f.head.magic = REG_MAGIC;
	(void)strtab_add(&f.text, STR("")); /* offset 0 */
	for (size_t i = 0; i < COUNT(steps) && rc == 0; i++)
		rc = steps[i](&f, err);
	if (rc == 0)
		rc = fz_add(&f, "text", f.text.text, f.text.n, err);
	if (rc == 0)
		rc = fz_add(&f, "head", &f.head, sizeof(f.head), err);
	strtab_fini(&f.text);
	free(f.in);
	return rc;
}
