/* SPDX-License-Identifier: BSD-2-Clause */
/* freeze_pdb.c - PeeringDB: the newest record of each id, contacts folded into
 * roles, peering LANs as a map. */
#include "registry/frozen.h"

#include <stdlib.h>

/* References to all rows of one array of all inputs, the newest of each key
 * left, those deleted taken out. */
#define NEWEST(f, refs, array, field)                                         \
	do {                                                                  \
		for (size_t i_ = 0; i_ < (f)->n; i_++)                        \
			for (size_t k_ = 0; k_ < (f)->in[i_]->array.n; k_++)  \
				vec_push((refs),                              \
				    ((struct fz_ref){                         \
					(f)->in[i_]->array.p[k_].field,       \
					(uint32_t)i_, (uint32_t)k_,           \
					(f)->in[i_]->array.p[k_].updated })); \
		fz_newest((refs)->p, &(refs)->n);                             \
	} while (0)

#define ROW(f, ref, array) (&(f)->in[(ref)->in]->array.p[(ref)->row])

static int
cmp_u32(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

size_t
fz_lower(const void *rows, size_t n, size_t size, uint32_t key)
{
	const char *p = rows;
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		uint32_t at;

		memcpy(&at, p + mid * size, sizeof(at));
		if (at < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int
freeze_orgs(struct freeze *f, struct err *err)
{
	VEC(struct fz_org) out = { 0 };
	fz_refs refs = { 0 };
	struct fz_ref *r;
	int rc;

	NEWEST(f, &refs, orgs, id);
	VEC_FOREACH (r, &refs) {
		const struct reg_org *o = ROW(f, r, orgs);
		struct fz_org row = { o->id, fz_keep(f, f->in[r->in], o->name),
			{ o->cc[0], o->cc[1] }, 0 };

		if (!o->deleted)
			vec_push(&out, row);
	}
	rc = fz_add(f, "org", out.p, out.n * sizeof(*out.p), err);
	vec_fini(&refs);
	vec_fini(&out);
	return rc;
}

/* --- networks ---------------------------------------------------------- */

static int
cmp_nets(const void *a, const void *b)
{
	const struct fz_net *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	if (x->updated != y->updated)
		return x->updated > y->updated ? -1 : 1;
	return (x->net_id > y->net_id) - (x->net_id < y->net_id);
}

static struct fz_net
net_row(struct freeze *f, const struct registry_input *in,
    const struct reg_net *n)
{
	struct fz_net row = {
		.asn = n->asn,
		.net_id = n->id,
		.org_id = n->org_id,
		.name = fz_keep(f, in, n->name),
		.irr_as_set = fz_keep(f, in, n->irr_as_set),
		.info_type = fz_keep(f, in, n->info_type),
		.policy = fz_keep(f, in, n->policy),
		.prefixes4 = n->prefixes4,
		.prefixes6 = n->prefixes6,
		.never = n->never,
		.flags = (uint8_t)((n->looking_glass ? NET_LOOKING_GLASS : 0) |
				   (n->route_server ? NET_ROUTE_SERVER : 0)),
		.poc_updated = TIME_NONE,
		.created = n->created,
		.updated = n->updated,
	};

	return row;
}

/* Contacts of all networks: by id of network, so that one pass joins them. */
static void
fold_pocs(struct freeze *f, struct fz_net *nets, size_t n)
{
	struct u64map by_id = { 0 };
	fz_refs refs = { 0 };
	struct fz_ref *r;

	NEWEST(f, &refs, pocs, id);
	for (size_t i = 0; i < n; i++)
		*u64map_put(&by_id, nets[i].net_id) = (uint32_t)i + 1;
	VEC_FOREACH (r, &refs) {
		const struct reg_poc *poc = ROW(f, r, pocs);
		const uint32_t *at = u64map_get(&by_id, poc->net_id);
		struct fz_net *net;

		f->head.flags |= HEAD_POCS;
		if (at == NULL || poc->deleted)
			continue;
		net = &nets[*at - 1];
		net->present |= poc->role;
		if (poc->reachable)
			net->reachable |= poc->role;
		if (poc->updated > net->poc_updated)
			net->poc_updated = poc->updated;
	}
	u64map_fini(&by_id);
	vec_fini(&refs);
}

static int
freeze_nets(struct freeze *f, struct err *err)
{
	VEC(struct fz_net) out = { 0 };
	fz_refs refs = { 0 };
	struct fz_ref *r;
	size_t kept = 0;
	int rc;

	NEWEST(f, &refs, nets, id);
	VEC_FOREACH (r, &refs) {
		const struct reg_net *net = ROW(f, r, nets);

		if (!net->deleted)
			vec_push(&out, net_row(f, f->in[r->in], net));
	}
	if (out.n > 1)
		qsort(out.p, out.n, sizeof(*out.p), cmp_nets);
	for (size_t i = 0; i < out.n; i++)
		if (kept == 0 || out.p[i].asn != out.p[kept - 1].asn)
			out.p[kept++] = out.p[i];
	out.n = kept;
	fold_pocs(f, out.p, out.n);
	rc = fz_add(f, "net", out.p, out.n * sizeof(*out.p), err);
	vec_fini(&refs);
	vec_fini(&out);
	return rc;
}

int
reg_freeze_peeringdb(struct freeze *f, struct err *err)
{
	return freeze_orgs(f, err) == -1 || freeze_nets(f, err) == -1 ? -1 : 0;
}

/* --- exchanges --------------------------------------------------------- */

static int
freeze_ix(struct freeze *f, struct err *err)
{
	VEC(struct fz_org) out = { 0 };
	fz_refs refs = { 0 };
	struct fz_ref *r;
	int rc;

	NEWEST(f, &refs, ixs, id);
	VEC_FOREACH (r, &refs) {
		const struct reg_ix *x = ROW(f, r, ixs);
		struct fz_org row = { x->id, fz_keep(f, f->in[r->in], x->name),
			{ x->cc[0], x->cc[1] }, 0 };

		if (!x->deleted)
			vec_push(&out, row);
	}
	rc = fz_add(f, "ix", out.p, out.n * sizeof(*out.p), err);
	vec_fini(&refs);
	vec_fini(&out);
	return rc;
}

/* Which exchange a LAN belongs to; PeeringDB gives the first LAN of an
 * exchange its id, so that serves where the ixlan is not loaded. */
static uint32_t
ix_of_lan(const struct u64map *lans, uint32_t ixlan)
{
	const uint32_t *ix = u64map_get(lans, ixlan);

	return ix != NULL ? *ix : ixlan;
}

static int
cmp_members(const void *a, const void *b)
{
	const struct fz_member *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	if (x->ix_id != y->ix_id)
		return x->ix_id < y->ix_id ? -1 : 1;
	return (int)y->rs_peer - (int)x->rs_peer;
}

static int
freeze_members(struct freeze *f, const struct u64map *lans, struct err *err)
{
	VEC(struct fz_member) out = { 0 };
	fz_refs refs = { 0 };
	struct fz_ref *r;
	size_t kept = 0;
	int rc;

	NEWEST(f, &refs, members, id);
	VEC_FOREACH (r, &refs) {
		const struct reg_member *m = ROW(f, r, members);

		if (!m->deleted)
			vec_push(&out,
			    ((struct fz_member){ m->asn,
				m->ix_id != 0 ? m->ix_id
					      : ix_of_lan(lans, m->ixlan_id),
				m->rs_peer }));
	}
	if (out.n > 1)
		qsort(out.p, out.n, sizeof(*out.p), cmp_members);
	for (size_t i = 0; i < out.n; i++)
		if (kept == 0 || out.p[i].asn != out.p[kept - 1].asn ||
		    out.p[i].ix_id != out.p[kept - 1].ix_id)
			out.p[kept++] = out.p[i];
	rc = fz_add(f, "member", out.p, kept * sizeof(*out.p), err);
	vec_fini(&refs);
	vec_fini(&out);
	return rc;
}

static int
freeze_lans(struct freeze *f, const struct u64map *lans, struct err *err)
{
	VEC(struct fz_key) keys = { 0 };
	VEC(struct prefix) p = { 0 };
	VEC(uint32_t) ix = { 0 };
	fz_refs refs = { 0 };
	struct fz_ref *r;
	int rc = -1;

	NEWEST(f, &refs, ixpfxs, id);
	VEC_FOREACH (r, &refs) {
		const struct reg_ixpfx *x = ROW(f, r, ixpfxs);

		if (!x->deleted)
			vec_push(&keys, fz_key(&x->prefix, 0,
					    ix_of_lan(lans, x->ixlan_id)));
	}
	fz_sort_keys(keys.p, keys.n);
	for (size_t i = 0; i < keys.n; i++) {
		if (i > 0 && fz_same_key(&keys.p[i], &keys.p[i - 1]))
			continue;
		vec_push(&p, fz_key_prefix(&keys.p[i]));
		vec_push(&ix, keys.p[i].row);
	}
	f->head.lans = (uint32_t)p.n;
	if (fz_add_pmap(f, "lan", p.p, p.n, err) == 0 &&
	    fz_add(f, "lanix", ix.p, ix.n * sizeof(*ix.p), err) == 0)
		rc = 0;
	vec_fini(&keys);
	vec_fini(&p);
	vec_fini(&ix);
	vec_fini(&refs);
	return rc;
}

/* An ixlan names its route servers' AS; a network may call itself one. */
static int
freeze_route_servers(struct freeze *f, const fz_refs *lans, struct err *err)
{
	VEC(uint32_t) asns = { 0 };
	const struct fz_ref *r;
	fz_refs nets = { 0 };
	size_t kept = 0;
	int rc;

	VEC_FOREACH (r, lans)
		if (ROW(f, r, ixlans)->rs_asn != 0 &&
		    !ROW(f, r, ixlans)->deleted)
			vec_push(&asns, ROW(f, r, ixlans)->rs_asn);
	NEWEST(f, &nets, nets, id);
	VEC_FOREACH (r, &nets) {
		const struct reg_net *net = ROW(f, r, nets);

		if (!net->deleted &&
		    strcmp(fz_in_text(f->in[r->in], net->info_type),
			"Route Server") == 0)
			vec_push(&asns, net->asn);
	}
	if (asns.n > 1)
		qsort(asns.p, asns.n, sizeof(*asns.p), cmp_u32);
	for (size_t i = 0; i < asns.n; i++)
		if (kept == 0 || asns.p[i] != asns.p[kept - 1])
			asns.p[kept++] = asns.p[i];
	rc = fz_add(f, "rs", asns.p, kept * sizeof(*asns.p), err);
	vec_fini(&nets);
	vec_fini(&asns);
	return rc;
}

int
reg_freeze_ixps(struct freeze *f, struct err *err)
{
	struct u64map lans = { 0 };
	fz_refs refs = { 0 };
	struct fz_ref *r;
	int rc = -1;

	NEWEST(f, &refs, ixlans, id);
	VEC_FOREACH (r, &refs)
		if (ROW(f, r, ixlans)->ix_id != 0)
			*u64map_put(&lans, r->key) = ROW(f, r, ixlans)->ix_id;
	if (freeze_ix(f, err) == 0 && freeze_lans(f, &lans, err) == 0 &&
	    freeze_members(f, &lans, err) == 0 &&
	    freeze_route_servers(f, &refs, err) == 0)
		rc = 0;
	u64map_fini(&lans);
	vec_fini(&refs);
	return rc;
}
