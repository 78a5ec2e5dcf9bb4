/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freeze_net.c - names, organisations and countries of networks from whatever
 * mentions them, and Spoofer sessions.
 *
 * Sources are asked in a fixed order of trust; of one kind the newest file
 * first.  A name once set stays.
 */
#include "registry/frozen.h"

#include <stdlib.h>

struct names {
	struct freeze *f;
	struct u64map at; /* asn -> row + 1 */
	VEC(struct fz_name) rows;
};

static struct fz_name *
row_of(struct names *t, uint32_t asn)
{
	uint32_t *at = u64map_put(&t->at, asn);

	if (*at == 0) {
		struct fz_name *row = vec_grow(&t->rows);

		*row = (struct fz_name){ .asn = asn };
		*at = (uint32_t)t->rows.n;
		return row;
	}
	return &t->rows.p[*at - 1];
}

static void
learn(struct names *t, const struct registry_input *in, uint32_t asn,
    uint32_t name, uint32_t org, const char cc[2])
{
	struct fz_name *row = row_of(t, asn);
	uint8_t from = (uint8_t)in->report.kind;

	if (row->name == 0 && name != 0) {
		row->name = fz_keep(t->f, in, name);
		row->name_from = from;
	}
	if (row->org == 0 && org != 0) {
		row->org = fz_keep(t->f, in, org);
		row->org_from = from;
	}
	if (row->cc[0] == '\0' && cc[0] != '\0') {
		memcpy(row->cc, cc, 2);
		row->cc_from = from;
	}
}

/* The newest record of each network and organisation. */
static void
from_peeringdb(struct names *t)
{
	struct freeze *f = t->f;
	struct u64map orgs = { 0 };
	fz_refs nets = { 0 }, org_refs = { 0 };
	struct fz_ref *r;

	for (uint32_t i = 0; i < f->n; i++) {
		for (uint32_t k = 0; k < f->in[i]->nets.n; k++)
			vec_push(&nets,
			    ((struct fz_ref){ f->in[i]->nets.p[k].id, i, k,
				f->in[i]->nets.p[k].updated }));
		for (uint32_t k = 0; k < f->in[i]->orgs.n; k++)
			vec_push(&org_refs,
			    ((struct fz_ref){ f->in[i]->orgs.p[k].id, i, k,
				f->in[i]->orgs.p[k].updated }));
	}
	fz_newest(nets.p, &nets.n);
	fz_newest(org_refs.p, &org_refs.n);
	for (size_t i = 0; i < org_refs.n; i++)
		*u64map_put(&orgs, org_refs.p[i].key) = (uint32_t)i + 1;
	VEC_FOREACH (r, &nets) {
		const struct reg_net *net = &f->in[r->in]->nets.p[r->row];
		const uint32_t *at = u64map_get(&orgs, net->org_id);

		if (net->deleted)
			continue;
		learn(t, f->in[r->in], net->asn, net->name, 0, "\0");
		if (at != NULL) {
			const struct fz_ref *o = &org_refs.p[*at - 1];
			const struct reg_org *org =
			    &f->in[o->in]->orgs.p[o->row];

			if (!org->deleted)
				learn(t, f->in[o->in], net->asn, 0, org->name,
				    org->cc);
		}
	}
	u64map_fini(&orgs);
	vec_fini(&nets);
	vec_fini(&org_refs);
}

static void
from_names(struct names *t, enum registry_kind kind)
{
	for (size_t i = t->f->n; i-- > 0;) {
		const struct registry_input *in = t->f->in[i];

		if (in->report.kind != kind)
			continue;
		for (size_t k = 0; k < in->names.n; k++)
			learn(t, in, in->names.p[k].asn, in->names.p[k].name, 0,
			    in->names.p[k].cc);
	}
}

static void
from_scores(struct names *t)
{
	for (size_t i = t->f->n; i-- > 0;) {
		const struct registry_input *in = t->f->in[i];

		for (size_t k = 0; k < in->scores.n; k++)
			learn(t, in, in->scores.p[k].asn,
			    in->scores.p[k].holder, 0, in->scores.p[k].cc);
	}
}

static void
from_participants(struct names *t)
{
	for (size_t i = t->f->n; i-- > 0;) {
		const struct registry_input *in = t->f->in[i];

		for (size_t k = 0; k < in->orgs_manrs.n; k++) {
			const struct reg_member_org *o = &in->orgs_manrs.p[k];

			for (uint32_t a = 0; a < o->n_asns; a++)
				learn(t, in, in->part_asns.p[o->asn_at + a], 0,
				    o->name, "\0");
		}
	}
}

/* A network of which only tests or ports are known is known all the same. */
static void
from_rest(struct names *t)
{
	for (size_t i = 0; i < t->f->n; i++) {
		const struct registry_input *in = t->f->in[i];

		for (size_t k = 0; k < in->tests.n; k++)
			(void)row_of(t, in->tests.p[k].asn);
		for (size_t k = 0; k < in->members.n; k++)
			if (!in->members.p[k].deleted)
				(void)row_of(t, in->members.p[k].asn);
	}
}

static int
cmp_names(const void *a, const void *b)
{
	const struct fz_name *x = a, *y = b;

	return (x->asn > y->asn) - (x->asn < y->asn);
}

int
reg_freeze_networks(struct freeze *f, struct err *err)
{
	struct names t = { .f = f };
	int rc;

	from_peeringdb(&t);
	from_names(&t, REG_AS_NAMES);
	from_names(&t, REG_AS_TYPES);
	from_scores(&t);
	from_participants(&t);
	from_rest(&t);
	if (t.rows.n > 1)
		qsort(t.rows.p, t.rows.n, sizeof(*t.rows.p), cmp_names);
	rc = fz_add(f, "name", t.rows.p, t.rows.n * sizeof(*t.rows.p), err);
	u64map_fini(&t.at);
	vec_fini(&t.rows);
	return rc;
}

/* --- Spoofer ----------------------------------------------------------- */

static int
cmp_tests(const void *a, const void *b)
{
	const struct fz_test *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->session != y->session)
		return x->session < y->session ? -1 : 1;
	return prefix_cmp(&x->client, &y->client);
}

/* One session may come from several files: the one that says more stays. */
static void
merge_test(struct fz_test *into, const struct fz_test *t)
{
	if (t->routed > into->routed)
		into->routed = t->routed;
	if (t->private_ > into->private_)
		into->private_ = t->private_;
	if (into->nat == -1)
		into->nat = t->nat;
}

int
reg_freeze_tests(struct freeze *f, struct err *err)
{
	VEC(struct fz_test) out = { 0 };
	size_t kept = 0;
	int rc;

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->in[i]->tests.n; k++) {
			const struct reg_test *t = &f->in[i]->tests.p[k];
			struct fz_test *row = vec_grow(&out);

			memset(row, 0, sizeof(*row)); /* padding too */
			row->session = t->session;
			row->time = t->time;
			row->asn = t->asn;
			row->client = t->client;
			row->nat = t->nat;
			row->routed = t->routed;
			row->private_ = t->private_;
		}
	if (out.n > 1)
		qsort(out.p, out.n, sizeof(*out.p), cmp_tests);
	for (size_t i = 0; i < out.n; i++)
		if (kept > 0 && cmp_tests(&out.p[kept - 1], &out.p[i]) == 0)
			merge_test(&out.p[kept - 1], &out.p[i]);
		else
			out.p[kept++] = out.p[i];
	rc = fz_add(f, "test", out.p, kept * sizeof(*out.p), err);
	vec_fini(&out);
	return rc;
}
