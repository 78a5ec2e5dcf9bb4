/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.c - lines as RIPE's `bgpdump -m` writes them, or `bgpdump -M`: with the
 * date in figures, and without what follows the origin.
 *
 *   TABLE_DUMP2|time|B|peer|AS|prefix|path|origin|next hop|local preference|
 *       MED|communities|AG or NAG|aggregator|
 *   BGP4MP|time|A|... the same
 *   BGP4MP|time|W|peer|AS|prefix
 *   BGP4MP|time|STATE|peer|AS|old|new
 *
 * Where bgpdump and an RFC disagree the RFC is followed; doc/DIFFERENCES.md
 * lists every such place.
 */
#include "lib/part.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utc.h"

/* --- addresses --------------------------------------------------------- */

static char *
put_line_ip(char *o, const struct ipaddr *a)
{
	return a->family == NET_IP6 ? put_ip6_line(o, a->addr)
				    : put_ip4(o, a->addr);
}

static char *
put_line_prefix(char *o, const struct prefix *p)
{
	o = p->family == NET_IP6 ? put_ip6_line(o, p->addr)
				 : put_ip4(o, p->addr);
	*o++ = '/';
	return put_below_10000(o, p->len);
}

/* --- attributes -------------------------------------------------------- */

static char *
put_segment(char *o, const uint32_t *asns, const struct bgp_segment *s)
{
	static const char marks[][2] = { [BGP_AS_SET] = "{}",
		[BGP_CONFED_SEQUENCE] = "()",
		[BGP_CONFED_SET] = "[]" };
	bool plain = s->type == BGP_AS_SEQUENCE;
	bool set = s->type == BGP_AS_SET || s->type == BGP_CONFED_SET;
	char between = set ? ',' : ' ';

	if (!plain)
		*o++ = marks[s->type][0];
	for (uint32_t i = 0; i < s->n; i++) {
		o = put_u32(o, asns[s->at + i]);
		*o++ = between;
	}
	if (plain)
		return o;
	o[-1] = marks[s->type][1];
	*o++ = ' ';
	return o;
}

static char *
put_path(char *o, const struct bgp_attrs *a)
{
	const struct bgp_path *p = &a->path;

	if (!bgp_has(a, BGP_ATTR_AS_PATH))
		return (a->seen >> BGP_ATTR_AS_PATH & 1) != 0
			   ? put_lit(o, "!!! ERROR !!!")
			   : o;
	for (uint32_t i = 0; i < p->n_segs; i++)
		o = put_segment(o, p->asns, &p->segs[i]);
	return p->n_segs > 0 ? o - 1 : o;
}

char *
line_communities(char *o, struct bgp_view v)
{
	for (size_t i = 0; i + 4 <= v.n; i += 4) {
		uint32_t c = view_u32(v.p + i);

		if (i > 0)
			*o++ = ' ';
		/* RFC 1997 names; local-AS is NO_EXPORT_SUBCONFED */
		if (c == 0xffffff01) {
			o = put_lit(o, "no-export");
		} else if (c == 0xffffff02) {
			o = put_lit(o, "no-advertise");
		} else if (c == 0xffffff03) {
			o = put_lit(o, "local-AS");
		} else {
			o = put_u32(o, c >> 16);
			*o++ = ':';
			o = put_u32(o, c & 0xffff);
		}
	}
	return o;
}

static char *
put_large(char *o, struct bgp_view v)
{
	for (size_t i = 0; i + 12 <= v.n; i += 12) {
		if (i > 0)
			*o++ = ' ';
		o = put_u32(o, view_u32(v.p + i));
		*o++ = ':';
		o = put_u32(o, view_u32(v.p + i + 4));
		*o++ = ':';
		o = put_u32(o, view_u32(v.p + i + 8));
	}
	return o;
}

/* Attributes that have no field of their own, as "type:flags:value". */
bool
line_has_field(uint8_t type)
{
	return (type >= BGP_ATTR_ORIGIN && type <= BGP_ATTR_CLUSTER_LIST) ||
	       type == BGP_ATTR_MP_REACH || type == BGP_ATTR_MP_UNREACH ||
	       type == BGP_ATTR_AS4_PATH || type == BGP_ATTR_AS4_AGGREGATOR ||
	       type == BGP_ATTR_LARGE_COMMUNITIES;
}

static char *
put_unknown(char *o, struct bgp_view block)
{
	struct rbuf r = rbuf_from(block.p, block.n);
	bool any = false;

	while (rbuf_left(&r) > 0) {
		uint8_t flags = rbuf_u8(&r), type = rbuf_u8(&r);
		size_t n = (flags & 0x10) != 0 ? rbuf_u16(&r) : rbuf_u8(&r);
		const uint8_t *value = rbuf_bytes(&r, n);

		if (value == NULL || line_has_field(type))
			continue;
		if (any)
			*o++ = ' ';
		any = true;
		o = put_hex(o, &type, 1);
		*o++ = ':';
		o = put_hex(o, &flags, 1);
		*o++ = ':';
		o = put_hex(o, value, n);
	}
	return o;
}

/* The next hop of the IPv4 NLRI; bgpdump's word for "none" is all ones. */
static struct bgp_view
next_hop4(const struct bgp_attrs *a)
{
	static const uint8_t none[4] = { 255, 255, 255, 255 };

	return (struct bgp_view){ bgp_has(a, BGP_ATTR_NEXT_HOP) ? a->next_hop
								: none,
		4 };
}

/* In tables MP_REACH stands for its next hop alone, and wins. */
static struct bgp_view
table_next_hop(const struct bgp_attrs *a)
{
	return bgp_has(a, BGP_ATTR_MP_REACH) ? a->mp_next_hop : next_hop4(a);
}

/* RFC 2545 3: the global address, then perhaps a link-local one. */
static char *
put_next_hop(char *o, struct bgp_view v)
{
	return v.n == 4 ? put_ip4(o, v.p)
	       : v.n == 16 || v.n == 32
		   ? put_ip6_line(o, v.p)
		   : o; /* no address that anybody could read */
}

static char *
put_origin(char *o, const struct bgp_attrs *a)
{
	if (bgp_has(a, BGP_ATTR_ORIGIN) && a->origin == 0)
		return put_lit(o, "|IGP|");
	if (bgp_has(a, BGP_ATTR_ORIGIN) && a->origin == 1)
		return put_lit(o, "|EGP|");
	return put_lit(o, "|INCOMPLETE|");
}

/*
 * From the path to the end of the line.  In lines of the old type bgpdump has
 * no separator between MED and communities; readers of it expect none.
 */
static char *
put_attrs(char *o, const struct print_opts *opts, const struct bgp_attrs *a,
    struct bgp_view next_hop, bool old)
{
	o = put_origin(put_path(o, a), a);
	if (opts->dated) {
		o[-1] = '\n';
		return o;
	}
	o = put_next_hop(o, next_hop);
	*o++ = '|';
	o = put_u32(o, bgp_has(a, BGP_ATTR_LOCAL_PREF) ? a->local_pref : 0);
	*o++ = '|';
	o = put_u32(o, bgp_has(a, BGP_ATTR_MED) ? a->med : 0);
	if (!old)
		*o++ = '|';
	o = line_communities(o, a->communities);
	*o++ = '|';
	if (opts->large && !old) {
		o = put_large(o, a->large_communities);
		*o++ = '|';
	}
	o = bgp_has(a, BGP_ATTR_ATOMIC_AGGREGATE) ? put_lit(o, "AG|")
						  : put_lit(o, "NAG|");
	if (bgp_has(a, BGP_ATTR_AGGREGATOR)) {
		o = put_u32(o, a->aggregator_asn);
		*o++ = ' ';
		o = put_ip4(o, a->aggregator_ip);
	}
	*o++ = '|';
	if (opts->unknown && !old) {
		o = put_unknown(o, a->raw);
		*o++ = '|';
	}
	*o++ = '\n';
	return o;
}

/* --- plain attributes ------------------------------------------------------ */

/* RFC 1997 names have no place in the table of numbers. */
static char *
put_plain_communities(char *o, struct bgp_view v)
{
	for (const uint8_t *p = v.p; p < v.p + v.n; p += 4) {
		if (p[0] == 0xff && p[1] == 0xff) {
			o = line_communities(o, (struct bgp_view){ p, 4 });
			*o++ = ' ';
			continue;
		}
		o = put_number(o, view_u16(p));
		o[-1] = ':';
		o = put_number(o, view_u16(p + 2));
	}
	return v.n > 0 ? o - 1 : o;
}

/* As put_attrs(), from the path to the end of the line. */
static char *
put_plain(char *o, const struct print_opts *opts, const struct bgp_plain *p,
    struct bgp_view next_hop)
{
	static const char origins[3][16] = { "|IGP|", "|EGP|", "|INCOMPLETE|" };
	static const uint8_t lengths[3] = { 5, 5, 12 };
	unsigned origin = bgp_plain_has(p, BGP_ATTR_ORIGIN) ? p->origin : 2;

	if (bgp_plain_has(p, BGP_ATTR_AS_PATH) && p->n_path > 0) {
		for (uint32_t i = 0; i < p->n_path; i++)
			o = put_asn(o, p->path + 4 * (size_t)i);
		o--;
	}
	memcpy(o, origins[origin], sizeof(origins[origin]));
	o += lengths[origin];
	if (opts->dated) {
		o[-1] = '\n';
		return o;
	}
	o = put_next_hop(o, next_hop);
	*o++ = '|';
	o = put_u32(o,
	    bgp_plain_has(p, BGP_ATTR_LOCAL_PREF) ? p->local_pref : 0);
	*o++ = '|';
	o = put_u32(o, bgp_plain_has(p, BGP_ATTR_MED) ? p->med : 0);
	*o++ = '|';
	if (bgp_plain_has(p, BGP_ATTR_COMMUNITIES))
		o = put_plain_communities(o, p->communities);
	*o++ = '|';
	if (opts->large) {
		if (bgp_plain_has(p, BGP_ATTR_LARGE_COMMUNITIES))
			o = put_large(o, p->large_communities);
		*o++ = '|';
	}
	o = bgp_plain_has(p, BGP_ATTR_ATOMIC_AGGREGATE) ? put_lit(o, "AG|")
							: put_lit(o, "NAG|");
	if (bgp_plain_has(p, BGP_ATTR_AGGREGATOR)) {
		o = put_asn(o, p->aggregator);
		o = put_ip4(o, p->aggregator + 4);
	}
	return put_lit(o, "|\n");
}

static struct bgp_view
plain_next_hop4(const struct bgp_plain *p)
{
	static const uint8_t none[4] = { 255, 255, 255, 255 };

	return (struct bgp_view){
		bgp_plain_has(p, BGP_ATTR_NEXT_HOP) ? p->next_hop : none, 4
	};
}

static struct bgp_view
plain_next_hop(const struct bgp_plain *p)
{
	return bgp_plain_has(p, BGP_ATTR_MP_REACH) ? p->mp_next_hop
						   : plain_next_hop4(p);
}

/* --- the beginning of a line ------------------------------------------- */

static char *
put_kind(char *o, const struct mrt_record *rec, const struct mrt_decoded *m)
{
	if (rec->type == MRT_TABLE_DUMP_V2)
		return m->rib.add_path ? put_lit(o, "TABLE_DUMP2_AP")
				       : put_lit(o, "TABLE_DUMP2");
	if (m->kind == MRT_ENTRY)
		return put_lit(o, "TABLE_DUMP");
	if (rec->type == MRT_BGP)
		return put_lit(o, "BGP");
	o = put_lit(o, "BGP4MP");
	if (rec->type == MRT_BGP4MP_ET)
		o = put_lit(o, "_ET");
	if (m->session.local)
		o = put_lit(o, "_LOCAL");
	return m->session.add_path ? put_lit(o, "_AP") : o;
}

char *
put_date(char *o, int64_t time_us)
{
	char t[TIME_TEXT_MAX];

	(void)utc_format(t, time_us);
	o = put_str(o, t + 5, 2);
	*o++ = '/';
	o = put_str(o, t + 8, 2);
	*o++ = '/';
	o = put_str(o, t + 2, 2);
	*o++ = ' ';
	return put_str(o, t + 11, 8);
}

/* "BGP4MP|5|1700000000|A|": kind, index, time, what. */
static char *
put_head(char *o, const struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m, int64_t time_us, const char *what)
{
	o = put_kind(o, rec, m);
	*o++ = '|';
	if (pr->opts.index) {
		o = put_u64(o, pr->records);
		*o++ = '|';
	}
	if (pr->opts.dated)
		o = put_date(o, time_us);
	else
		o = put_u32(o, (uint32_t)(time_us / TIME_SEC));
	if (rec->type == MRT_BGP4MP_ET)
		o = put_micros(o, (uint32_t)(time_us % TIME_SEC));
	*o++ = '|';
	o = put_str(o, what, strlen(what));
	*o++ = '|';
	return o;
}

static char *
put_peer(char *o, const struct ipaddr *ip, uint32_t asn)
{
	o = put_line_ip(o, ip);
	*o++ = '|';
	o = put_u32(o, asn);
	*o++ = '|';
	return o;
}

/* --- tables ------------------------------------------------------------ */

static void
make_peer_texts(struct comity_printer *pr)
{
	size_t n = pr->in->peers.list.n;

	pr->peer_texts =
	    mem_realloc(pr->peer_texts, n + 1, sizeof(*pr->peer_texts));
	free(pr->memos);
	pr->memos = mem_alloc(n + 1, sizeof(*pr->memos));
	for (size_t i = 0; i < n; i++) {
		const struct mrt_peer *p = &pr->in->peers.list.p[i];
		struct piece *t = &pr->peer_texts[i];

		t->n = (size_t)(put_peer(t->text, &p->ip, p->asn) - t->text);
	}
	pr->peer_table = pr->in->peers_id;
}

/* From the path to the end of the line. */
static char *
put_table_attrs(char *o, struct comity_printer *pr, struct bgp_view block,
    const struct bgp_session *s)
{
	struct bgp_attrs *a = &pr->in->update.attrs;
	struct bgp_plain plain;

	if (!pr->opts.unknown &&
	    bgp_plain_decode(block.p, block.n, true, &plain))
		return put_plain(o, &pr->opts, &plain, plain_next_hop(&plain));
	bgp_attrs_decode(pr->in->dec, block.p, block.n, s, a);
	return put_attrs(o, &pr->opts, a, table_next_hop(a), false);
}

/* By pieces of 32: there is room behind both. */
static inline char *
put_long(char *o, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i += 32)
		memcpy(o + i, text + i, 32);
	return o + n;
}

/* The same, from the output itself if the peer said it last. */
static char *
put_again(char *o, struct comity_printer *pr, struct memo *m,
    struct bgp_view block, const struct bgp_session *s)
{
	uint32_t at = (uint32_t)(o - pr->out.p);

	if (m->flushes == pr->out.flushes && memo_has(m, block)) {
		const char *text = pr->out.p + m->at;

		m->at = at;
		return put_long(o, text, m->n_text);
	}
	o = put_table_attrs(o, pr, block, s);
	memo_set(m, block);
	m->at = at;
	m->n_text = (uint32_t)(o - pr->out.p) - at;
	m->flushes = pr->out.flushes;
	return o;
}

static void
rib_lines(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	struct piece head, prefix;
	struct mrt_rib_entry e;

	if (pr->peer_table != pr->in->peers_id)
		make_peer_texts(pr);
	head.n = (size_t)(put_head(head.text, pr, rec, m, rec->time_us, "B") -
			  head.text);
	char *end = put_line_prefix(prefix.text, &m->rib.prefix);
	*end++ = '|';
	prefix.n = (size_t)(end - prefix.text);
	while (reader_rib_next(pr->in, rec, &m->rib, &e)) {
		char *o = out_begin(&pr->out);

		if (pr->opts.changed)
			o = put_head(o, pr, rec, m,
			    (int64_t)e.originated * TIME_SEC, "B");
		else
			o = put_piece(o, &head);
		o = put_piece(o, &pr->peer_texts[e.peer]);
		o = put_piece(o, &prefix);
		if (m->rib.add_path) {
			o = put_u32(o, e.path_id);
			*o++ = '|';
		}
		out_end(&pr->out,
		    put_again(o, pr, &pr->memos[e.peer], e.attrs, &s));
	}
}

static void
entry_line(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	const struct mrt_entry *e = &m->entry;
	struct bgp_attrs *a = &pr->in->update.attrs;
	char *o = out_begin(&pr->out);

	bgp_attrs_decode(pr->in->dec, e->attrs.p, e->attrs.n, &s, a);
	o = put_head(o, pr, rec, m,
	    pr->opts.changed ? e->originated_us : rec->time_us, "B");
	o = put_peer(o, &e->peer_ip, e->peer_asn);
	o = put_line_prefix(o, &e->prefix);
	*o++ = '|';
	bool own = e->next_hop.n > 0 && !bgp_has(a, BGP_ATTR_NEXT_HOP);
	o = put_attrs(o, &pr->opts, a, own ? e->next_hop : table_next_hop(a),
	    false);
	out_end(&pr->out, o);
}

/* --- messages ---------------------------------------------------------- */

/* As long as put_long() may read. */
static const char newline[32] = "\n";

struct lines {
	struct comity_printer *pr;
	const struct mrt_record *rec;
	struct {
		char text[MAX_HEAD];
		size_t n;
	} head; /* up to the prefix */
	const struct bgp_session *session;
	bool ids; /* a field for path ids, even if one family has none */
};

/* A line for each prefix, `tail` behind it. */
static void
nlri_lines(const struct lines *l, struct bgp_view v, uint8_t family,
    uint8_t safi, const char *tail, size_t n_tail)
{
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family,
	    bgp_session_add_path(l->session, family, safi));
	struct out *out = &l->pr->out;
	struct bgp_nlri n;

	while (reader_nlri_next(l->pr->in, l->rec, &it, &n)) {
		char *o = put_long(out_begin(out), l->head.text, l->head.n);

		o = put_line_prefix(o, &n.prefix);
		if (l->ids) {
			*o++ = '|';
			o = put_u32(o, n.path_id);
		}
		out_end(out, put_long(o, tail, n_tail));
	}
}

static void
announce_lines(struct lines *l, const struct said *u, struct bgp_view v,
    uint8_t family, uint8_t safi, struct bgp_view next_hop)
{
	struct comity_printer *pr = l->pr;
	char *end;

	if (v.n == 0)
		return;
	pr->tail[0] = '|';
	if (u->plain != NULL)
		end = put_plain(pr->tail + 1, &pr->opts, u->plain, next_hop);
	else
		end = put_attrs(pr->tail + 1, &pr->opts, &pr->in->update.attrs,
		    next_hop, l->rec->type == MRT_BGP);
	nlri_lines(l, v, family, safi, pr->tail, (size_t)(end - pr->tail));
}

static void
read_any(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m, const struct bgp_session *s, struct said *out)
{
	const struct bgp_update *u = &pr->in->update;
	const struct bgp_attrs *a = &u->attrs;

	reader_update(pr->in, rec, m, s);
	*out = (struct said){ .withdrawn = u->withdrawn,
		.nlri = u->nlri,
		.next_hop = next_hop4(a) };
	if (bgp_has(a, BGP_ATTR_MP_UNREACH)) {
		out->unreach = a->unreach;
		out->unreach_afi = a->unreach_afi;
		out->unreach_safi = a->unreach_safi;
	}
	if (bgp_has(a, BGP_ATTR_MP_REACH)) {
		out->reach = a->reach;
		out->reach_afi = a->reach_afi;
		out->reach_safi = a->reach_safi;
		out->mp_next_hop = a->mp_next_hop;
	}
}

static void
message_lines(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct bgp_session s = reader_session(pr->in, rec, m);
	struct lines l = { .pr = pr,
		.rec = rec,
		.session = &s,
		.ids = m->session.add_path };
	struct bgp_plain plain;
	struct said u;
	uint8_t family;

	if (m->message != BGP_UPDATE)
		return;
	if (pr->opts.unknown || !reader_plain(pr->in, m, &s, &plain, &u))
		read_any(pr, rec, m, &s, &u);
	char *end = put_head(l.head.text, pr, rec, m, rec->time_us, "W");
	char *what = end - 2;
	end = put_peer(end, &m->session.peer_ip, m->session.peer_asn);
	l.head.n = (size_t)(end - l.head.text);
	nlri_lines(&l, u.withdrawn, NET_IP4, BGP_SAFI_UNICAST, newline, 1);
	if (u.unreach.n > 0 &&
	    reader_family(u.unreach_afi, u.unreach_safi, &family))
		nlri_lines(&l, u.unreach, family, u.unreach_safi, newline, 1);
	*what = 'A';
	announce_lines(&l, &u, u.nlri, NET_IP4, BGP_SAFI_UNICAST, u.next_hop);
	if (u.reach.n > 0 && reader_family(u.reach_afi, u.reach_safi, &family))
		announce_lines(&l, &u, u.reach, family, u.reach_safi,
		    u.mp_next_hop);
}

static void
state_line(struct comity_printer *pr, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	char *o =
	    put_head(out_begin(&pr->out), pr, rec, m, rec->time_us, "STATE");

	o = put_peer(o, &m->session.peer_ip, m->session.peer_asn);
	o = put_u32(o, m->old_state);
	*o++ = '|';
	o = put_u32(o, m->new_state);
	*o++ = '\n';
	out_end(&pr->out, o);
}

void
print_lines(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	if (m->kind == MRT_RIB)
		rib_lines(pr, rec, m);
	else if (m->kind == MRT_ENTRY)
		do
			entry_line(pr, rec, m);
		while (reader_entry_next(pr->in, rec, m));
	else if (m->kind == MRT_MESSAGE)
		message_lines(pr, rec, m);
	else if (m->kind == MRT_STATE)
		state_line(pr, rec, m);
}
