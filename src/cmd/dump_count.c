/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dump_count.c - how many records of each type, routes of each peer, or of
 * each prefix.  Rows past a limit are counted together and said to be so.
 */
#include "cmd/dump.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

#define COUNT_PEERS_MAX    (1U << 20)
#define COUNT_PREFIXES_MAX (1U << 23)

struct tally {
	uint64_t table, announced, withdrawn, states;
};

struct peer_row {
	struct ipaddr ip;
	uint32_t asn;
	struct tally t;
};

struct type_row {
	uint64_t key, records;
};

struct dump_counts {
	struct u64map types; /* key -> row */
	VEC(struct type_row) type_rows;
	struct hidx peers;
	VEC(struct peer_row) peer_rows;
	struct pset *prefixes;
	VEC(struct tally) prefix_rows;
	struct tally other; /* past the limit */
	bool over;
};

struct dump_counts *
dump_counts_new(void)
{
	struct dump_counts *c = mem_alloc(1, sizeof(*c));

	c->prefixes = pset_new();
	return c;
}

void
dump_counts_free(struct dump_counts *c)
{
	if (c == NULL)
		return;
	u64map_fini(&c->types);
	vec_fini(&c->type_rows);
	hidx_fini(&c->peers);
	vec_fini(&c->peer_rows);
	pset_free(c->prefixes);
	vec_fini(&c->prefix_rows);
	free(c);
}

/* --- counting ---------------------------------------------------------- */

static void
count_type(struct dump_counts *c, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	uint64_t key = (uint64_t)rec->type << 24 | (uint64_t)rec->subtype << 8 |
		       (m->kind == MRT_MESSAGE ? (unsigned)m->message : 0U);
	uint32_t *row = u64map_put(&c->types, key);

	if (*row == 0) {
		vec_push(&c->type_rows, ((struct type_row){ .key = key }));
		*row = (uint32_t)c->type_rows.n;
	}
	c->type_rows.p[*row - 1].records++;
}

static bool
same_peer(const void *ctx, uint32_t row, const void *key)
{
	const struct dump_counts *c = ctx;
	const struct peer_row *a = &c->peer_rows.p[row], *b = key;

	return a->asn == b->asn && ipaddr_eq(&a->ip, &b->ip);
}

static struct tally *
tally_of_peer(struct dump_counts *c, const struct ipaddr *ip, uint32_t asn)
{
	struct peer_row key = { .ip = *ip, .asn = asn };
	uint64_t hash = hash_bytes(ip->addr, sizeof(ip->addr), hash_u64(asn));
	uint32_t row = hidx_find(&c->peers, hash, same_peer, c, &key);

	if (row == HIDX_NONE) {
		if (c->peer_rows.n == COUNT_PEERS_MAX) {
			c->over = true;
			return &c->other;
		}
		row = (uint32_t)c->peer_rows.n;
		vec_push(&c->peer_rows, key);
		hidx_add(&c->peers, hash, row);
	}
	return &c->peer_rows.p[row].t;
}

static struct tally *
tally_of_prefix(struct dump_counts *c, const struct prefix *p)
{
	uint32_t id;

	if (pset_count(c->prefixes) == COUNT_PREFIXES_MAX &&
	    pset_find(c->prefixes, p) == PSET_NONE) {
		c->over = true;
		return &c->other;
	}
	id = pset_add(c->prefixes, p);
	while (c->prefix_rows.n <= id)
		vec_push(&c->prefix_rows, ((struct tally){ 0 }));
	return &c->prefix_rows.p[id];
}

static struct tally *
tally_of(struct dump *d, const struct ipaddr *ip, uint32_t asn,
    const struct prefix *p)
{
	return d->opts.count == COUNT_PEER ? tally_of_peer(d->counts, ip, asn)
					   : tally_of_prefix(d->counts, p);
}

static void
count_nlri(struct dump *d, const struct mrt_record *rec,
    const struct mrt_decoded *m, struct bgp_view v, uint8_t family,
    bool announced)
{
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family, m->session.add_path);
	struct bgp_nlri n;

	while (dump_nlri_next(d, rec, &it, &n)) {
		struct tally *t = tally_of(d, &m->session.peer_ip,
		    m->session.peer_asn, &n.prefix);

		t->announced += announced;
		t->withdrawn += !announced;
	}
}

static void
count_message(struct dump *d, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_session s = mrt_bgp_session(rec, m);
	struct bgp_update *u = &d->update;
	const struct bgp_attrs *a = &u->attrs;
	uint8_t family;

	if (m->message != BGP_UPDATE)
		return;
	dump_update(d, rec, m, &s);
	count_nlri(d, rec, m, u->withdrawn, NET_IP4, false);
	count_nlri(d, rec, m, u->nlri, NET_IP4, true);
	if (bgp_has(a, BGP_ATTR_MP_UNREACH) &&
	    dump_family(a->unreach_afi, a->unreach_safi, &family))
		count_nlri(d, rec, m, a->unreach, family, false);
	if (bgp_has(a, BGP_ATTR_MP_REACH) &&
	    dump_family(a->reach_afi, a->reach_safi, &family))
		count_nlri(d, rec, m, a->reach, family, true);
}

static void
count_rib(struct dump *d, const struct mrt_record *rec, struct mrt_decoded *m)
{
	struct mrt_rib_entry e;

	while (dump_rib_next(d, rec, &m->rib, &e)) {
		const struct mrt_peer *p = &d->peers.list.p[e.peer];

		tally_of(d, &p->ip, p->asn, &m->rib.prefix)->table++;
	}
}

void
dump_count(struct dump *d, const struct mrt_record *rec, struct mrt_decoded *m)
{
	if (d->opts.count == COUNT_TYPE)
		count_type(d->counts, rec, m);
	else if (m->kind == MRT_RIB)
		count_rib(d, rec, m);
	else if (m->kind == MRT_ENTRY)
		do
			tally_of(d, &m->entry.peer_ip, m->entry.peer_asn,
			    &m->entry.prefix)
			    ->table++;
		while (dump_entry_next(d, rec, m));
	else if (m->kind == MRT_MESSAGE)
		count_message(d, rec, m);
	else if (m->kind == MRT_STATE && d->opts.count == COUNT_PEER)
		tally_of_peer(d->counts, &m->session.peer_ip,
		    m->session.peer_asn)
		    ->states++;
}

/* --- printing ---------------------------------------------------------- */

/* A number in a column of eleven. */
static char *
put_column(char *o, uint64_t v)
{
	char text[TEXT_DEC_MAX];
	size_t n = text_dec(text, v);

	for (size_t i = n; i < 11; i++)
		*o++ = ' ';
	return put_str(o, text, n);
}

static char *
put_text(char *o, const char *s)
{
	return put_str(o, s, strlen(s));
}

static char *
put_member(char *o, const char *name, uint64_t v)
{
	o = put_lit(o, ",\"");
	o = put_text(o, name);
	o = put_lit(o, "\":");
	return put_u64(o, v);
}

static char *
put_tally(char *o, const struct dump_opts *opts, const struct tally *t)
{
	bool peer = opts->count == COUNT_PEER;

	if (opts->json) {
		o = put_member(o, "table", t->table);
		o = put_member(o, "announced", t->announced);
		o = put_member(o, "withdrawn", t->withdrawn);
		if (peer)
			o = put_member(o, "states", t->states);
		return put_lit(o, "}\n");
	}
	o = put_column(o, t->table);
	o = put_column(o, t->announced);
	o = put_column(o, t->withdrawn);
	return peer ? put_column(o, t->states) : o;
}

static void
print_head(struct dump *d, const char *text)
{
	if (!d->opts.json)
		out_end(&d->out, put_text(out_begin(&d->out), text));
}

static int
by_key(const void *a, const void *b)
{
	const struct type_row *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static char *
put_name(char *o, const char *name, unsigned number)
{
	return name[0] != '\0' ? put_text(o, name) : put_u32(o, number);
}

static void
print_types(struct dump *d)
{
	static const char *const messages[] = { "", "OPEN", "UPDATE",
		"NOTIFICATION", "KEEPALIVE", "ROUTE_REFRESH" };
	struct dump_counts *c = d->counts;
	const struct type_row *r;

	qsort(c->type_rows.p, c->type_rows.n, sizeof(*c->type_rows.p), by_key);
	print_head(d, "    records  type\n");
	VEC_FOREACH (r, &c->type_rows) {
		uint16_t type = (uint16_t)(r->key >> 24);
		uint16_t subtype = (uint16_t)(r->key >> 8);
		const char *message = messages[r->key & 0xff];
		bool json = d->opts.json;
		char *o = out_begin(&d->out);

		if (json)
			o = put_lit(o, "{\"type\":\"");
		else
			o = put_lit(put_column(o, r->records), "  ");
		o = put_name(o, mrt_type_name(type), type);
		o = json ? put_lit(o, "\",\"subtype\":\"") : put_lit(o, " ");
		o = put_name(o, mrt_subtype_name(type, subtype), subtype);
		if (message[0] != '\0') {
			o = json ? put_lit(o, "\",\"message\":\"")
				 : put_lit(o, " ");
			o = put_text(o, message);
		}
		if (json) {
			o = put_lit(o, "\"");
			o = put_member(o, "records", r->records);
			*o++ = '}';
		}
		*o++ = '\n';
		out_end(&d->out, o);
	}
}

static int
by_peer(const void *a, const void *b)
{
	const struct peer_row *x = a, *y = b;

	if (x->asn != y->asn)
		return x->asn < y->asn ? -1 : 1;
	if (x->ip.family != y->ip.family)
		return x->ip.family < y->ip.family ? -1 : 1;
	return memcmp(x->ip.addr, y->ip.addr, sizeof(x->ip.addr));
}

static void
print_peers(struct dump *d)
{
	struct dump_counts *c = d->counts;
	const struct peer_row *r;

	qsort(c->peer_rows.p, c->peer_rows.n, sizeof(*c->peer_rows.p), by_peer);
	print_head(d, "      table  announced  withdrawn     states  peer\n");
	VEC_FOREACH (r, &c->peer_rows) {
		char *o = out_begin(&d->out);

		if (d->opts.json) {
			o = put_lit(o, "{\"peer\":\"");
			o = put_ip(o, &r->ip);
			o = put_lit(o, "\",\"asn\":");
			o = put_u32(o, r->asn);
			o = put_tally(o, &d->opts, &r->t);
		} else {
			o = put_tally(o, &d->opts, &r->t);
			o = put_lit(o, "  ");
			o = put_ip(o, &r->ip);
			o = put_lit(o, " AS");
			o = put_u32(o, r->asn);
			*o++ = '\n';
		}
		out_end(&d->out, o);
	}
}

static void
print_prefix(struct dump *d, uint32_t id)
{
	const struct prefix *p = pset_prefix(d->counts->prefixes, id);
	const struct tally *t = &d->counts->prefix_rows.p[id];
	char *o = out_begin(&d->out);

	if (d->opts.json) {
		o = put_lit(o, "{\"prefix\":\"");
		o = put_prefix(o, p);
		o = put_lit(o, "\"");
		o = put_tally(o, &d->opts, t);
	} else {
		o = put_tally(o, &d->opts, t);
		o = put_lit(o, "  ");
		o = put_prefix(o, p);
		*o++ = '\n';
	}
	out_end(&d->out, o);
}

static void
print_prefixes(struct dump *d)
{
	print_head(d, "      table  announced  withdrawn  prefix\n");
	const uint32_t *order = pset_in_order(d->counts->prefixes);

	for (uint32_t i = 0; i < pset_count(d->counts->prefixes); i++)
		print_prefix(d, order[i]);
}

/* What stood beyond the limit of rows. */
static void
print_other(struct dump *d)
{
	char *o = out_begin(&d->out);

	if (d->opts.json) {
		o = put_lit(o, "{\"others\":true");
		o = put_tally(o, &d->opts, &d->counts->other);
	} else {
		o = put_tally(o, &d->opts, &d->counts->other);
		o = put_lit(o, "  all others together\n");
	}
	out_end(&d->out, o);
}

void
dump_counts_print(struct dump *d)
{
	if (d->opts.count == COUNT_TYPE)
		print_types(d);
	else if (d->opts.count == COUNT_PEER)
		print_peers(d);
	else
		print_prefixes(d);
	if (d->counts->over)
		print_other(d);
}
