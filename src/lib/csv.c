/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * csv.c - a table with a header line, a row for each route and change of state;
 * fields are quoted where RFC 4180 asks for it.  Absent and malformed are empty,
 * and the last column tells which of the two.
 */
#include "lib/part.h"

#include "base/utc.h"

const char csv_header[] =
    "time,type,peer_ip,peer_asn,prefix,path_id,next_hop,as_path,origin_as,"
    "origin,local_pref,med,communities,large_communities,otc,atomic,aggregator,"
    "fault\n";

/* RFC 4180 2: a field with a comma or a quote stands in quotes. */
static char *
quote(char *field, char *end)
{
	size_t n = (size_t)(end - field), quotes = 0;

	if (memchr(field, ',', n) == NULL && memchr(field, '"', n) == NULL)
		return end;
	for (size_t i = 0; i < n; i++)
		quotes += field[i] == '"';
	char *to = end + quotes + 2;
	char *done = to;
	*--to = '"';
	while (end > field) {
		*--to = *--end;
		if (*to == '"')
			*--to = '"';
	}
	*field = '"';
	return done;
}

static char *
put_head(char *o, const struct comity_printer *pr, const struct row *row)
{
	static const char *const types[] = { [COMITY_ANNOUNCED] = "announce",
		[COMITY_WITHDRAWN] = "withdraw",
		[COMITY_IN_TABLE] = "table" };
	/* RFC 4271 8.2.2: 6 is Established */
	const char *type = !row->state           ? types[row->type]
			   : row->new_state == 6 ? "up"
						 : "down";

	(void)pr;
	o = put_u32(o, (uint32_t)(row->rec->time_us / TIME_SEC));
	if (row->rec->type == MRT_BGP4MP_ET)
		o = put_micros(o, (uint32_t)(row->rec->time_us % TIME_SEC));
	*o++ = ',';
	o = put_str(o, type, strlen(type));
	*o++ = ',';
	o = put_ip(o, row->peer_ip);
	*o++ = ',';
	o = put_u32(o, row->peer_asn);
	*o++ = ',';
	return o;
}

static char *
put_prefix_field(char *o, const struct prefix *p, const uint32_t *path_id)
{
	o = put_prefix(o, p);
	*o++ = ',';
	return path_id != NULL ? put_u32(o, *path_id) : o;
}

static char *
put_path_fields(char *o, const struct bgp_attrs *a)
{
	uint32_t origin;
	char *field = o;

	if (!bgp_has(a, BGP_ATTR_AS_PATH))
		return put_lit(o, ",");
	o = put_path_text(o, &a->path);
	if (bgp_path_has_set(&a->path))
		o = quote(field, o);
	*o++ = ',';
	return bgp_path_origin(&a->path, &origin) ? put_u32(o, origin) : o;
}

static char *
put_origin(char *o, const struct bgp_attrs *a)
{
	static const char *const names[] = { "IGP", "EGP", "INCOMPLETE" };

	if (!bgp_has(a, BGP_ATTR_ORIGIN))
		return o;
	return put_str(o, names[a->origin], strlen(names[a->origin]));
}

/* "treat-as-withdraw: NEXT_HOP is missing; ..." */
static char *
put_faults(char *o, const struct bgp_attrs *a)
{
	char *field = o;

	for (uint32_t i = 0; i < a->n_faults && i < BGP_FAULTS_MAX; i++) {
		const struct bgp_fault_note *f = &a->faults[i];
		const char *name = bgp_fault_name(f->treatment);

		if (i > 0)
			o = put_lit(o, "; ");
		o = put_str(o, name, strlen(name));
		o = put_lit(o, ": ");
		o = put_str(o, f->reason, strlen(f->reason));
	}
	return quote(field, o);
}

static char *
put_number_field(char *o, const struct bgp_attrs *a, enum bgp_attr code,
    uint32_t v)
{
	*o++ = ',';
	return bgp_has(a, code) ? put_u32(o, v) : o;
}

static char *
put_attrs(char *o, const struct bgp_attrs *a, struct bgp_view hop)
{
	*o++ = ',';
	o = put_hop(o, hop);
	*o++ = ',';
	o = put_path_fields(o, a);
	*o++ = ',';
	o = put_origin(o, a);
	o = put_number_field(o, a, BGP_ATTR_LOCAL_PREF, a->local_pref);
	o = put_number_field(o, a, BGP_ATTR_MED, a->med);
	*o++ = ',';
	if (bgp_has(a, BGP_ATTR_COMMUNITIES))
		o = put_tuple_list(o, a->communities, 2, 2);
	*o++ = ',';
	if (bgp_has(a, BGP_ATTR_LARGE_COMMUNITIES))
		o = put_tuple_list(o, a->large_communities, 4, 3);
	o = put_number_field(o, a, BGP_ATTR_OTC, a->otc);
	o = bgp_has(a, BGP_ATTR_ATOMIC_AGGREGATE) ? put_lit(o, ",true,")
						  : put_lit(o, ",false,");
	if (bgp_has(a, BGP_ATTR_AGGREGATOR)) {
		o = put_u32(o, a->aggregator_asn);
		*o++ = ' ';
		o = put_ip4(o, a->aggregator_ip);
	}
	*o++ = ',';
	if (a->n_faults > 0)
		o = put_faults(o, a);
	*o++ = '\n';
	return o;
}

static char *
put_states(char *o, const struct row *row)
{
	(void)row;
	return put_lit(o, ",,,,,,,,,,,,,\n");
}

const struct row_style csv_style = { .head = put_head,
	.prefix = put_prefix_field,
	.attrs = put_attrs,
	.withdrawn = ",,,,,,,,,,,,\n",
	.states = put_states };
