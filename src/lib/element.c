/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * element.c - lines as CAIDA's bgpreader writes its elements:
 *
 *   R or U|R, A, W or S|time|project|collector|router|router's address|
 *       peer's AS|peer|prefix|next hop|path|origin AS|communities|
 *       old state|new state
 *
 * Project and collector are what the path of the file names; what is not known
 * is empty.  A set at the end of a path is its origin, as there.
 */
#include "lib/part.h"

#include "base/utc.h"

/* A name taken from a path must not end its field. */
static char *
put_name(char *o, struct str s)
{
	for (size_t i = 0; i < s.n && i < MAX_NAME; i++) {
		char c = s.p[i];

		*o++ = c <= ' ' || c > '~' || c == '|' ? '?' : c;
	}
	return o;
}

static char *
put_source(char *o, struct str host)
{
	if (str_starts(host, "rrc"))
		o = put_lit(o, "ris");
	else if (str_starts(host, "route-views"))
		o = put_lit(o, "routeviews");
	*o++ = '|';
	o = put_name(o, host);
	return put_lit(o, "|||");
}

static char *
put_head(char *o, const struct comity_printer *pr, const struct row *row)
{
	static const char *const letters[] = { [COMITY_ANNOUNCED] = "U|A|",
		[COMITY_WITHDRAWN] = "U|W|",
		[COMITY_IN_TABLE] = "R|R|" };
	uint32_t us = (uint32_t)(row->rec->time_us % TIME_SEC);

	o = put_str(o, row->state ? "U|S|" : letters[row->type], 4);
	o = put_u32(o, (uint32_t)(row->rec->time_us / TIME_SEC));
	o = put_micros(o, us);
	*o++ = '|';
	o = put_source(o, pr->in->host);
	o = put_u32(o, row->peer_asn);
	*o++ = '|';
	o = put_ip(o, row->peer_ip);
	*o++ = '|';
	return o;
}

static char *
put_prefix_field(char *o, const struct prefix *p, const uint32_t *path_id)
{
	(void)path_id; /* the format has no place for it */
	return put_prefix(o, p);
}

/* The last AS number of a sequence; a set whole. */
static char *
put_origin_as(char *o, const struct bgp_path *p)
{
	const struct bgp_segment *s;

	if (p->n_segs == 0)
		return o;
	s = &p->segs[p->n_segs - 1];
	if (s->type != BGP_AS_SEQUENCE)
		return put_path_segment(o, p->asns, s);
	return s->n > 0 ? put_u32(o, p->asns[s->at + s->n - 1]) : o;
}

static char *
put_attrs(char *o, const struct bgp_attrs *a, struct bgp_view hop)
{
	*o++ = '|';
	o = put_hop(o, hop);
	*o++ = '|';
	if (bgp_has(a, BGP_ATTR_AS_PATH)) {
		o = put_path_text(o, &a->path);
		*o++ = '|';
		o = put_origin_as(o, &a->path);
	} else {
		*o++ = '|';
	}
	*o++ = '|';
	if (bgp_has(a, BGP_ATTR_COMMUNITIES))
		o = put_tuple_list(o, a->communities, 2, 2);
	return put_lit(o, "||\n");
}

static char *
put_state(char *o, uint16_t state)
{
	/* RFC 4271 8.2.2; the last two are Quagga's */
	static const char *const names[] = { "", "IDLE", "CONNECT", "ACTIVE",
		"OPENSENT", "OPENCONFIRM", "ESTABLISHED", "CLEARING",
		"DELETED" };

	if (state >= COUNT(names))
		return o;
	return put_str(o, names[state], strlen(names[state]));
}

static char *
put_states(char *o, const struct row *row)
{
	o = put_lit(o, "|||||");
	o = put_state(o, row->old_state);
	*o++ = '|';
	o = put_state(o, row->new_state);
	*o++ = '\n';
	return o;
}

const struct row_style element_style = { .head = put_head,
	.prefix = put_prefix_field,
	.attrs = put_attrs,
	.withdrawn = "||||||\n",
	.states = put_states };
