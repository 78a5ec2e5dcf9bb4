/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * count.c - how many records of each type, routes of each peer, or of
 * each prefix.  Rows past a limit are counted together and said to be so.
 */
#include "lib/count.h"

#include <stdlib.h>

struct counts *
counts_new(void)
{
	struct counts *c = mem_alloc(1, sizeof(*c));

	c->prefixes = pset_new();
	return c;
}

void
counts_free(struct counts *c)
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

void
counts_add_type(struct counts *c, enum source source,
    const struct mrt_record *rec, const struct mrt_decoded *m)
{
	uint64_t key = (uint64_t)source << 40 | (uint64_t)rec->type << 24 |
		       (uint64_t)rec->subtype << 8 |
		       (m->kind == MRT_MESSAGE ? (unsigned)m->message : 0U);
	uint32_t *row = u64map_put(&c->types, key);

	if (*row == 0) {
		vec_push(&c->type_rows, ((struct type_row){ .key = key }));
		*row = (uint32_t)c->type_rows.n;
	}
	c->type_rows.p[*row - 1].records++;
}

/* --- peers and prefixes ------------------------------------------------- */

static bool
same_peer(const void *ctx, uint32_t row, const void *key)
{
	const struct counts *c = ctx;
	const struct peer_row *a = &c->peer_rows.p[row], *b = key;

	return a->asn == b->asn && ipaddr_eq(&a->ip, &b->ip);
}

struct tally *
counts_peer(struct counts *c, const struct ipaddr *ip, uint32_t asn)
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

struct tally *
counts_prefix(struct counts *c, const struct prefix *p)
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
tally_of(struct comity_printer *pr, const struct ipaddr *ip, uint32_t asn,
    const struct prefix *p)
{
	return pr->opts.format == COMITY_COUNT_PEERS
		   ? counts_peer(pr->counts, ip, asn)
		   : counts_prefix(pr->counts, p);
}

static void
count_routes(struct comity_printer *pr)
{
	struct comity_reader *in = pr->in;

	while (comity_route_next(in) == 1) {
		struct tally *t = tally_of(pr, &in->route.peer_ip,
		    in->route.peer_asn, &in->route.prefix);

		t->table += in->route.type == COMITY_IN_TABLE;
		t->announced += in->route.type == COMITY_ANNOUNCED;
		t->withdrawn += in->route.type == COMITY_WITHDRAWN;
	}
}

void
print_count(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	if (pr->opts.format == COMITY_COUNT_TYPES) {
		counts_add_type(pr->counts, pr->in->item->of, rec, m);
		counts_faults(pr, rec, m);
	} else if (m->kind == MRT_STATE &&
		   pr->opts.format == COMITY_COUNT_PEERS)
		counts_peer(pr->counts, &m->session.peer_ip,
		    m->session.peer_asn)
		    ->states++;
	else
		count_routes(pr);
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
put_tally(char *o, const struct print_opts *opts, const struct tally *t)
{
	bool peer = opts->format == COMITY_COUNT_PEERS;

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
print_head(struct comity_printer *pr, const char *text)
{
	if (!pr->opts.json)
		out_end(&pr->out, put_text(out_begin(&pr->out), text));
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

static const char *
type_name(enum source of, uint16_t type)
{
	return of == SOURCE_BMP    ? "BMP"
	       : of == SOURCE_PCAP ? "BGP"
				   : mrt_type_name(type);
}

static const char *
subtype_name(enum source of, uint16_t type, uint16_t subtype)
{
	return of == SOURCE_BMP ? bmp_type_name((uint8_t)subtype)
				: mrt_subtype_name(type, subtype);
}

char *
put_type_row(char *o, const struct type_row *r, bool json)
{
	static const char *const messages[] = { "", "OPEN", "UPDATE",
		"NOTIFICATION", "KEEPALIVE", "ROUTE_REFRESH" };
	uint16_t type = (uint16_t)(r->key >> 24);
	uint16_t subtype = (uint16_t)(r->key >> 8);
	enum source of = (enum source)(r->key >> 40);
	const char *message = messages[r->key & 0xff];

	if (json)
		o = put_lit(o, "{\"type\":\"");
	else
		o = put_lit(put_column(o, r->records), "  ");
	o = put_name(o, type_name(of, type), type);
	if (of != SOURCE_PCAP) {
		o = json ? put_lit(o, "\",\"subtype\":\"") : put_lit(o, " ");
		o = put_name(o, subtype_name(of, type, subtype), subtype);
	}
	if (message[0] != '\0') {
		o = json ? put_lit(o, "\",\"message\":\"") : put_lit(o, " ");
		o = put_text(o, message);
	}
	if (!json)
		return o;
	o = put_member(put_lit(o, "\""), "records", r->records);
	return put_lit(o, "}");
}

void
counts_sort_types(struct counts *c)
{
	if (c->type_rows.n > 0)
		qsort(c->type_rows.p, c->type_rows.n, sizeof(*c->type_rows.p),
		    by_key);
}

static void
print_types(struct comity_printer *pr)
{
	const struct type_row *r;

	counts_sort_types(pr->counts);
	print_head(pr, "    records  type\n");
	VEC_FOREACH (r, &pr->counts->type_rows) {
		char *o = put_type_row(out_begin(&pr->out), r, pr->opts.json);

		*o++ = '\n';
		out_end(&pr->out, o);
	}
}

/* RFC 7606: how many blocks of attributes have a fault, by what it calls for. */
static void
print_faults(struct comity_printer *pr)
{
	const struct counts *c = pr->counts;

	for (int f = BGP_OK + 1; f <= BGP_SESSION_RESET; f++) {
		char *o = out_begin(&pr->out);

		if (c->faulty[f] == 0)
			continue;
		if (pr->opts.json) {
			o = put_lit(o, "{\"fault\":\"");
			o = put_text(o, bgp_fault_name((enum bgp_fault)f));
			o = put_lit(o, "\"");
			o = put_member(o, "attributes", c->faulty[f]);
			o = put_member(o, "of", c->blocks);
			o = put_lit(o, "}\n");
		} else {
			o = put_column(o, c->faulty[f]);
			o = put_lit(o, "  of ");
			o = put_u64(o, c->blocks);
			o = put_lit(o, " sets of attributes: ");
			o = put_text(o, bgp_fault_name((enum bgp_fault)f));
			o = put_lit(o, " (RFC 7606)\n");
		}
		out_end(&pr->out, o);
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
print_peers(struct comity_printer *pr)
{
	struct counts *c = pr->counts;
	const struct peer_row *r;

	if (c->peer_rows.n > 0)
		qsort(c->peer_rows.p, c->peer_rows.n, sizeof(*c->peer_rows.p),
		    by_peer);
	print_head(pr, "      table  announced  withdrawn     states  peer\n");
	VEC_FOREACH (r, &c->peer_rows) {
		char *o = out_begin(&pr->out);

		if (pr->opts.json) {
			o = put_lit(o, "{\"peer\":\"");
			o = put_ip(o, &r->ip);
			o = put_lit(o, "\",\"asn\":");
			o = put_u32(o, r->asn);
			o = put_tally(o, &pr->opts, &r->t);
		} else {
			o = put_tally(o, &pr->opts, &r->t);
			o = put_lit(o, "  ");
			o = put_ip(o, &r->ip);
			o = put_lit(o, " AS");
			o = put_u32(o, r->asn);
			*o++ = '\n';
		}
		out_end(&pr->out, o);
	}
}

static void
print_prefix(struct comity_printer *pr, uint32_t id)
{
	const struct prefix *p = pset_prefix(pr->counts->prefixes, id);
	const struct tally *t = &pr->counts->prefix_rows.p[id];
	char *o = out_begin(&pr->out);

	if (pr->opts.json) {
		o = put_lit(o, "{\"prefix\":\"");
		o = put_prefix(o, p);
		o = put_lit(o, "\"");
		o = put_tally(o, &pr->opts, t);
	} else {
		o = put_tally(o, &pr->opts, t);
		o = put_lit(o, "  ");
		o = put_prefix(o, p);
		*o++ = '\n';
	}
	out_end(&pr->out, o);
}

static void
print_prefixes(struct comity_printer *pr)
{
	print_head(pr, "      table  announced  withdrawn  prefix\n");
	const uint32_t *order = pset_in_order(pr->counts->prefixes);

	for (uint32_t i = 0; i < pset_count(pr->counts->prefixes); i++)
		print_prefix(pr, order[i]);
}

/* What stood beyond the limit of rows. */
static void
print_other(struct comity_printer *pr)
{
	char *o = out_begin(&pr->out);

	if (pr->opts.json) {
		o = put_lit(o, "{\"others\":true");
		o = put_tally(o, &pr->opts, &pr->counts->other);
	} else {
		o = put_tally(o, &pr->opts, &pr->counts->other);
		o = put_lit(o, "  all others together\n");
	}
	out_end(&pr->out, o);
}

void
counts_print(struct comity_printer *pr)
{
	if (pr->opts.format == COMITY_COUNT_TYPES) {
		print_types(pr);
		print_faults(pr);
	} else if (pr->opts.format == COMITY_COUNT_PEERS)
		print_peers(pr);
	else
		print_prefixes(pr);
	if (pr->counts->over)
		print_other(pr);
}
