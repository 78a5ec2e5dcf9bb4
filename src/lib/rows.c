/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.c - a row for each route: walks the routes of a record, and leaves to a
 * style (element.c, csv.c) what stands before and behind each prefix.  What is
 * the same for all prefixes of a message is made once.
 */
#include "lib/part.h"

/* --- shared by the styles ---------------------------------------------- */

char *
put_tuple_list(char *o, struct bgp_view v, size_t octets, size_t per)
{
	for (size_t i = 0; i + octets * per <= v.n; i += octets * per) {
		for (size_t k = 0; k < per; k++) {
			const uint8_t *p = v.p + i + k * octets;

			o = put_u32(o, octets == 2 ? view_u16(p) : view_u32(p));
			*o++ = k + 1 < per ? ':' : ' ';
		}
	}
	return v.n >= octets * per ? o - 1 : o;
}

char *
put_path_segment(char *o, const uint32_t *asns, const struct bgp_segment *s)
{
	static const char marks[][2] = { [BGP_AS_SET] = "{}",
		[BGP_CONFED_SEQUENCE] = "()",
		[BGP_CONFED_SET] = "[]" };
	bool plain = s->type == BGP_AS_SEQUENCE;
	bool set = s->type == BGP_AS_SET || s->type == BGP_CONFED_SET;

	if (!plain)
		*o++ = marks[s->type][0];
	for (uint32_t i = 0; i < s->n; i++) {
		if (i > 0)
			*o++ = set ? ',' : ' ';
		o = put_u32(o, asns[s->at + i]);
	}
	if (!plain)
		*o++ = marks[s->type][1];
	return o;
}

char *
put_path_text(char *o, const struct bgp_path *p)
{
	for (uint32_t i = 0; i < p->n_segs; i++) {
		if (i > 0)
			*o++ = ' ';
		o = put_path_segment(o, p->asns, &p->segs[i]);
	}
	return o;
}

char *
put_hop(char *o, struct bgp_view v)
{
	if (v.n == 4)
		return put_ip4(o, v.p);
	/* RFC 2545 3: the global address, then perhaps a link-local one */
	return v.n == 16 || v.n == 32 ? put_ip6(o, v.p) : o;
}

/* --- tables ------------------------------------------------------------ */

static struct bgp_view
next_hop4(const struct bgp_attrs *a)
{
	return (struct bgp_view){ a->next_hop,
		bgp_has(a, BGP_ATTR_NEXT_HOP) ? 4 : 0 };
}

static void
table_row(struct comity_printer *pr, const struct row_style *style,
    struct row *row, const struct prefix *p, const uint32_t *path_id,
    struct bgp_view own_hop)
{
	const struct bgp_attrs *a = &pr->in->update.attrs;
	bool own = own_hop.n > 0 && !bgp_has(a, BGP_ATTR_NEXT_HOP);
	struct bgp_view hop = own                             ? own_hop
			      : bgp_has(a, BGP_ATTR_MP_REACH) ? a->mp_next_hop
							      : next_hop4(a);
	char *o = style->head(out_begin(&pr->out), pr, row);

	o = style->prefix(o, p, path_id);
	out_end(&pr->out, style->attrs(o, a, hop));
}

static void
rib_rows(struct comity_printer *pr, const struct row_style *style,
    struct row *row, struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, row->rec, m);
	struct mrt_rib_entry e;

	while (reader_rib_next(pr->in, row->rec, &m->rib, &e)) {
		const struct mrt_peer *p = &pr->in->peers.list.p[e.peer];

		row->peer_ip = &p->ip;
		row->peer_asn = p->asn;
		bgp_attrs_decode(pr->in->dec, e.attrs.p, e.attrs.n, &s,
		    &pr->in->update.attrs);
		table_row(pr, style, row, &m->rib.prefix,
		    m->rib.add_path ? &e.path_id : NULL,
		    (struct bgp_view){ NULL, 0 });
	}
}

static void
entry_rows(struct comity_printer *pr, const struct row_style *style,
    struct row *row, struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, row->rec, m);
	const struct mrt_entry *e = &m->entry;

	do {
		row->peer_ip = &e->peer_ip;
		row->peer_asn = e->peer_asn;
		bgp_attrs_decode(pr->in->dec, e->attrs.p, e->attrs.n, &s,
		    &pr->in->update.attrs);
		table_row(pr, style, row, &e->prefix, NULL, e->next_hop);
	} while (reader_entry_next(pr->in, row->rec, m));
}

/* --- messages ---------------------------------------------------------- */

struct message {
	struct comity_printer *pr;
	const struct row_style *style;
	struct row *row;
	const struct bgp_session *session;
};

/* A row for each prefix, `tail` behind it. */
static void
nlri_rows(const struct message *w, struct bgp_view v, uint8_t family,
    uint8_t safi, const char *tail, size_t n_tail)
{
	bool ids = bgp_session_add_path(w->session, family, safi);
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family, ids);
	struct comity_printer *pr = w->pr;
	struct bgp_nlri n;
	char head[MAX_ROW_HEAD];
	size_t n_head = (size_t)(w->style->head(head, pr, w->row) - head);

	while (reader_nlri_next(pr->in, w->row->rec, &it, &n)) {
		char *o = put_str(out_begin(&pr->out), head, n_head);

		o = w->style->prefix(o, &n.prefix, ids ? &n.path_id : NULL);
		out_end(&pr->out, put_str(o, tail, n_tail));
	}
}

static void
withdraw_rows(const struct message *w, struct bgp_view v, uint8_t family,
    uint8_t safi)
{
	w->row->type = COMITY_WITHDRAWN;
	nlri_rows(w, v, family, safi, w->style->withdrawn,
	    strlen(w->style->withdrawn));
}

static void
announce_rows(const struct message *w, struct bgp_view v, uint8_t family,
    uint8_t safi, struct bgp_view hop)
{
	struct comity_printer *pr = w->pr;

	if (v.n == 0)
		return;
	char *end = w->style->attrs(pr->tail, &pr->in->update.attrs, hop);
	w->row->type = COMITY_ANNOUNCED;
	nlri_rows(w, v, family, safi, pr->tail, (size_t)(end - pr->tail));
}

static void
message_rows(struct comity_printer *pr, const struct row_style *style,
    struct row *row, const struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, row->rec, m);
	const struct bgp_update *u = &pr->in->update;
	const struct bgp_attrs *a = &u->attrs;
	struct message w = { pr, style, row, &s };
	uint8_t family;

	if (m->message != BGP_UPDATE)
		return;
	reader_update(pr->in, row->rec, m, &s);
	withdraw_rows(&w, u->withdrawn, NET_IP4, BGP_SAFI_UNICAST);
	if (bgp_has(a, BGP_ATTR_MP_UNREACH) &&
	    reader_family(a->unreach_afi, a->unreach_safi, &family))
		withdraw_rows(&w, a->unreach, family, a->unreach_safi);
	announce_rows(&w, u->nlri, NET_IP4, BGP_SAFI_UNICAST, next_hop4(a));
	if (bgp_has(a, BGP_ATTR_MP_REACH) &&
	    reader_family(a->reach_afi, a->reach_safi, &family))
		announce_rows(&w, a->reach, family, a->reach_safi,
		    a->mp_next_hop);
}

void
print_rows(struct comity_printer *pr, const struct row_style *style,
    const struct mrt_record *rec, struct mrt_decoded *m)
{
	struct row row = { .rec = rec,
		.type = COMITY_IN_TABLE,
		.peer_ip = &m->session.peer_ip,
		.peer_asn = m->session.peer_asn };

	if (m->kind == MRT_RIB)
		rib_rows(pr, style, &row, m);
	else if (m->kind == MRT_ENTRY)
		entry_rows(pr, style, &row, m);
	else if (m->kind == MRT_MESSAGE)
		message_rows(pr, style, &row, m);
	else if (m->kind == MRT_STATE) {
		row.state = true;
		row.old_state = m->old_state;
		row.new_state = m->new_state;
		char *o = style->head(out_begin(&pr->out), pr, &row);
		out_end(&pr->out, style->states(o, &row));
	}
}
