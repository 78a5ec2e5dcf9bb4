/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats.c - what records hold, in short: types, times, peers, routes, prefixes,
 * lengths of paths, and what RFC 7606 finds wrong.  Attributes are counted once
 * for each UPDATE and for each route of a table.
 */
#include "lib/count.h"

#include <stdlib.h>

#include "base/utc.h"
#include "lib/names.h"

#define LENGTHS     64  /* of paths; the last row has all longer ones, too */
#define REASONS_MAX 8   /* refused records whose reason is kept */
#define FAULTS_MAX  256 /* kinds of faults */

struct fault_row {
	struct bgp_fault_note note; /* without its offset */
	uint64_t n, first;          /* record */
};

struct family_counts {
	uint64_t table, announced, withdrawn;
};

struct stats {
	struct counts *counts; /* types, peers, prefixes */
	uint64_t records, skipped, refused;
	int64_t first_us, last_us; /* TIME_NONE = no record has a time */
	struct family_counts families[NET_FAMILIES];
	uint64_t updates, ends_of_rib;
	uint64_t most, most_record; /* prefixes of one message */
	uint64_t lengths[LENGTHS];
	uint64_t unknown[256]; /* by type of attribute */
	VEC(struct fault_row) faults;
	struct err reasons[REASONS_MAX];
};

struct stats *
stats_new(void)
{
	struct stats *s = mem_alloc(1, sizeof(*s));

	s->counts = counts_new();
	s->first_us = s->last_us = TIME_NONE;
	return s;
}

void
stats_free(struct stats *s)
{
	if (s == NULL)
		return;
	counts_free(s->counts);
	vec_fini(&s->faults);
	free(s);
}

/* --- counting ---------------------------------------------------------- */

static void
add_fault(struct stats *s, const struct bgp_fault_note *f, uint64_t record)
{
	struct fault_row *r;

	VEC_FOREACH (r, &s->faults)
		if (r->note.attr == f->attr &&
		    r->note.treatment == f->treatment &&
		    strcmp(r->note.reason, f->reason) == 0) {
			r->n++;
			return;
		}
	if (s->faults.n < FAULTS_MAX)
		vec_push(&s->faults, ((struct fault_row){ .note = *f,
					 .n = 1,
					 .first = record }));
}

/* A block of attributes that `routes` prefixes have in common. */
static void
add_attrs(struct stats *s, const struct bgp_attrs *a, uint64_t routes,
    uint64_t record)
{
	if (bgp_has(a, BGP_ATTR_AS_PATH) && routes > 0) {
		uint32_t n = bgp_path_length(&a->path);

		s->lengths[n < LENGTHS ? n : LENGTHS - 1] += routes;
	}
	for (uint32_t i = 0; i < a->n_unknown && i < BGP_UNKNOWN_MAX; i++)
		s->unknown[a->unknown[i].type]++;
	for (uint32_t i = 0; i < a->n_faults && i < BGP_FAULTS_MAX; i++)
		add_fault(s, &a->faults[i], record);
}

/* Of one record; how many routes were announced. */
static uint64_t
add_routes(struct stats *s, struct comity_reader *in)
{
	const struct route *t = &in->route;
	uint64_t n = 0, announced = 0, record = in->item->rec.index;
	struct prefix last = { .len = 255 };

	for (; comity_route_next(in) == 1; n++) {
		struct family_counts *f = &s->families[t->prefix.family];

		if (n == 0 || t->type == COMITY_IN_TABLE)
			(void)counts_peer(s->counts, &t->peer_ip, t->peer_asn);
		if (n == 0 || !prefix_eq(&last, &t->prefix)) {
			(void)counts_prefix(s->counts, &t->prefix);
			last = t->prefix;
		}
		f->table += t->type == COMITY_IN_TABLE;
		f->announced += t->type == COMITY_ANNOUNCED;
		f->withdrawn += t->type == COMITY_WITHDRAWN;
		announced += t->type == COMITY_ANNOUNCED;
		if (t->type == COMITY_IN_TABLE)
			add_attrs(s, reader_route_attrs(in), 1, record);
	}
	if (n > s->most && in->item->m.kind == MRT_MESSAGE) {
		s->most = n;
		s->most_record = record;
	}
	return announced;
}

static void
add_update(struct stats *s, struct comity_reader *in)
{
	const struct mrt_session *peer = &in->item->m.session;
	uint64_t announced = add_routes(s, in);

	(void)counts_peer(s->counts, &peer->peer_ip, peer->peer_asn);
	s->updates++;
	s->ends_of_rib += in->update.end_of_rib;
	add_attrs(s, &in->update.attrs, announced, in->item->rec.index);
}

static void
add_refusal(struct stats *s, const struct comity_reader *in)
{
	if (s->refused < REASONS_MAX)
		s->reasons[s->refused] = in->latest;
	s->refused++;
}

static void
add_time(struct stats *s, int64_t us)
{
	if (us == 0)
		return;
	if (s->first_us == TIME_NONE || us < s->first_us)
		s->first_us = us;
	if (s->last_us == TIME_NONE || us > s->last_us)
		s->last_us = us;
}

void
stats_add(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct comity_reader *in = pr->in;
	struct stats *s = pr->stats;
	bool refused = in->refused_now && !in->item->refused;

	if (in->at_item == 1) { /* a message of BMP may give several items */
		s->records++;
		s->skipped += m->kind == MRT_SKIPPED && !in->item->refused;
	}
	add_time(s, rec->time_us);
	if (!in->item->refused)
		counts_add_type(s->counts, in->item->of, rec, m);
	if (m->kind == MRT_MESSAGE && m->message == BGP_UPDATE)
		add_update(s, in);
	else if (m->kind == MRT_RIB || m->kind == MRT_ENTRY)
		(void)add_routes(s, in);
	else if (m->kind == MRT_STATE || m->kind == MRT_MESSAGE)
		(void)counts_peer(s->counts, &m->session.peer_ip,
		    m->session.peer_asn);
	if (in->refused_now && !refused)
		add_refusal(s, in);
}

/* --- printing ---------------------------------------------------------- */

static char *
put_text(char *o, const char *s)
{
	return put_str(o, s, strlen(s));
}

/* A number in a column of eleven. */
static char *
put_column(char *o, uint64_t v)
{
	char text[TEXT_DEC_MAX];
	size_t n = text_dec(text, v);

	for (size_t i = n; i < 11; i++)
		*o++ = ' ';
	return put_lit(put_str(o, text, n), "  ");
}

static char *
put_member(char *o, const char *name, uint64_t v)
{
	*o++ = '"';
	o = put_text(o, name);
	return put_u64(put_lit(o, "\":"), v);
}

static void
out_text(struct comity_printer *pr, const char *s)
{
	out_end(&pr->out, put_text(out_begin(&pr->out), s));
}

static char *
put_attribute(char *o, unsigned type)
{
	const char *name = name_of_attribute((uint8_t)type);

	if (type == 0)
		return put_lit(o, "the message");
	return name[0] != '\0' ? put_text(o, name)
			       : put_u32(put_lit(o, "attribute "), type);
}

static int
by_fault(const void *a, const void *b)
{
	const struct bgp_fault_note *x = &((const struct fault_row *)a)->note;
	const struct bgp_fault_note *y = &((const struct fault_row *)b)->note;

	if (x->attr != y->attr)
		return x->attr < y->attr ? -1 : 1;
	if (x->treatment != y->treatment)
		return x->treatment < y->treatment ? -1 : 1;
	return strcmp(x->reason, y->reason);
}

static void
prefixes_of(const struct stats *s, uint64_t out[NET_FAMILIES])
{
	uint32_t n = pset_count(s->counts->prefixes);

	out[NET_IP4] = out[NET_IP6] = 0;
	for (uint32_t i = 0; i < n; i++)
		out[pset_prefix(s->counts->prefixes, i)->family]++;
}

/* --- ... as text ------------------------------------------------------- */

static void
text_row(struct comity_printer *pr, uint64_t n, const char *what)
{
	char *o = put_text(put_column(out_begin(&pr->out), n), what);

	out_end(&pr->out, put_lit(o, "\n"));
}

static void
text_families(struct comity_printer *pr)
{
	static const char *const names[] = { "IPv4", "IPv6" };
	const struct stats *s = pr->stats;
	uint64_t prefixes[NET_FAMILIES];

	prefixes_of(s, prefixes);
	out_text(pr,
	    "\n      table    announced    withdrawn     prefixes  family\n");
	for (int i = 0; i < NET_FAMILIES; i++) {
		const struct family_counts *f = &s->families[i];
		char *o = put_column(out_begin(&pr->out), f->table);

		o = put_column(put_column(o, f->announced), f->withdrawn);
		o = put_text(put_column(o, prefixes[i]), names[i]);
		out_end(&pr->out, put_lit(o, "\n"));
	}
}

static void
text_time(struct comity_printer *pr)
{
	const struct stats *s = pr->stats;
	char text[TIME_TEXT_MAX];
	char *o = out_begin(&pr->out);

	if (s->first_us == TIME_NONE)
		return;
	o = put_text(put_lit(o, "             from "),
	    utc_format(text, s->first_us));
	o = put_text(put_lit(o, " to "), utc_format(text, s->last_us));
	out_end(&pr->out, put_lit(o, "\n"));
}

static void
text_lengths(struct comity_printer *pr)
{
	const struct stats *s = pr->stats;

	out_text(pr, "\n     routes  length of the path\n");
	for (uint32_t i = 0; i < LENGTHS; i++) {
		if (s->lengths[i] == 0)
			continue;
		char *o = put_column(out_begin(&pr->out), s->lengths[i]);

		o = put_u32(o, i);
		o = put_text(o, i == LENGTHS - 1 ? " and more\n" : "\n");
		out_end(&pr->out, o);
	}
}

static void
text_faults(struct comity_printer *pr)
{
	const struct stats *s = pr->stats;
	const struct fault_row *r;

	if (s->faults.n > 0)
		out_text(pr, "\n     faults  by RFC 7606\n");
	VEC_FOREACH (r, &s->faults) {
		char *o = put_column(out_begin(&pr->out), r->n);

		o = put_attribute(o, r->note.attr);
		o = put_lit(o, ": ");
		o = put_text(o, bgp_fault_name(r->note.treatment));
		o = put_text(put_lit(o, ", "), r->note.reason);
		o = put_u64(put_lit(o, " (first in record "), r->first);
		out_end(&pr->out, put_lit(o, ")\n"));
	}
}

static void
text_unknown(struct comity_printer *pr)
{
	const struct stats *s = pr->stats;
	bool any = false;

	for (unsigned i = 0; i < 256; i++) {
		if (s->unknown[i] == 0)
			continue;
		if (!any)
			out_text(pr, "\n      times  not decoded\n");
		any = true;
		char *o = put_column(out_begin(&pr->out), s->unknown[i]);
		o = put_attribute(o, i);
		out_end(&pr->out, put_lit(o, "\n"));
	}
}

static void
print_text(struct comity_printer *pr)
{
	struct stats *s = pr->stats;
	const struct type_row *r;

	text_row(pr, s->records, "records");
	text_time(pr);
	text_row(pr, s->skipped, "hold nothing that is read");
	text_row(pr, s->refused, "refused");
	for (uint64_t i = 0; i < s->refused && i < REASONS_MAX; i++) {
		char *o = put_lit(out_begin(&pr->out), "             ");

		o = put_text(o, s->reasons[i].msg);
		out_end(&pr->out, put_lit(o, "\n"));
	}
	text_row(pr, s->counts->peer_rows.n, "peers");
	text_row(pr, s->updates, "UPDATEs");
	text_row(pr, s->ends_of_rib, "of them End-of-RIB");
	text_row(pr, s->most, "prefixes in one UPDATE, at most");
	if (s->most > 0) {
		char *o = put_lit(out_begin(&pr->out), "             record ");

		out_end(&pr->out, put_lit(put_u64(o, s->most_record), "\n"));
	}
	out_text(pr, "\n    records  type\n");
	VEC_FOREACH (r, &s->counts->type_rows) {
		char *o = put_type_row(out_begin(&pr->out), r, false);

		out_end(&pr->out, put_lit(o, "\n"));
	}
	text_families(pr);
	text_lengths(pr);
	text_faults(pr);
	text_unknown(pr);
}

/* --- ... as an object -------------------------------------------------- */

static void
json_families(struct comity_printer *pr)
{
	static const char *const names[] = { "ipv4", "ipv6" };
	const struct stats *s = pr->stats;
	uint64_t prefixes[NET_FAMILIES];
	char *o = put_lit(out_begin(&pr->out), ",\"families\":{");

	prefixes_of(s, prefixes);
	for (int i = 0; i < NET_FAMILIES; i++) {
		const struct family_counts *f = &s->families[i];

		o = put_text(o, i > 0 ? ",\"" : "\"");
		o = put_text(o, names[i]);
		o = put_member(put_lit(o, "\":{"), "table", f->table);
		*o++ = ',';
		o = put_member(o, "announced", f->announced);
		*o++ = ',';
		o = put_member(o, "withdrawn", f->withdrawn);
		*o++ = ',';
		o = put_member(o, "prefixes", prefixes[i]);
		*o++ = '}';
	}
	out_end(&pr->out, put_lit(o, "}"));
}

static void
json_lengths(struct comity_printer *pr)
{
	char *o = put_lit(out_begin(&pr->out), ",\"path_lengths\":[");

	for (uint32_t i = 0; i < LENGTHS; i++) {
		if (pr->stats->lengths[i] == 0)
			continue;
		o = put_member(put_lit(o, "{"), "length", i);
		*o++ = ',';
		o = put_member(o, "routes", pr->stats->lengths[i]);
		o = put_lit(o, "},");
	}
	o -= o[-1] == ',';
	out_end(&pr->out, put_lit(o, "]"));
}

static void
json_faults(struct comity_printer *pr)
{
	const struct fault_row *r;
	char *o = put_lit(out_begin(&pr->out), ",\"faults\":[");

	VEC_FOREACH (r, &pr->stats->faults) {
		o = put_member(put_lit(o, "{"), "attribute", r->note.attr);
		o = put_lit(o, ",\"treatment\":\"");
		o = put_text(o, bgp_fault_name(r->note.treatment));
		o = put_text(put_lit(o, "\",\"reason\":\""), r->note.reason);
		o = put_member(put_lit(o, "\","), "times", r->n);
		*o++ = ',';
		o = put_member(o, "first_record", r->first);
		o = put_lit(o, "},");
	}
	o -= o[-1] == ',';
	o = put_lit(o, "],\"not_decoded\":[");
	for (unsigned i = 0; i < 256; i++) {
		if (pr->stats->unknown[i] == 0)
			continue;
		o = put_member(put_lit(o, "{"), "attribute", i);
		*o++ = ',';
		o = put_member(o, "times", pr->stats->unknown[i]);
		o = put_lit(o, "},");
	}
	o -= o[-1] == ',';
	out_end(&pr->out, put_lit(o, "]"));
}

static char *
put_time(char *o, const char *name, int64_t us)
{
	char text[TIME_TEXT_MAX];

	o = put_text(put_lit(o, ",\""), name);
	o = put_lit(o, "\":");
	return us == TIME_NONE ? put_lit(o, "null")
			       : put_text(o, utc_format_json(text, us));
}

static void
print_object(struct comity_printer *pr)
{
	struct stats *s = pr->stats;
	const struct type_row *r;
	char *o = put_lit(out_begin(&pr->out), "{");

	o = put_member(o, "records", s->records);
	o = put_member(put_lit(o, ","), "skipped", s->skipped);
	o = put_member(put_lit(o, ","), "refused", s->refused);
	o = put_time(put_time(o, "from", s->first_us), "to", s->last_us);
	o = put_member(put_lit(o, ","), "peers", s->counts->peer_rows.n);
	o = put_member(put_lit(o, ","), "updates", s->updates);
	o = put_member(put_lit(o, ","), "ends_of_rib", s->ends_of_rib);
	o = put_member(put_lit(o, ","), "most_prefixes", s->most);
	o = put_member(put_lit(o, ","), "most_prefixes_record", s->most_record);
	out_end(&pr->out, put_lit(o, ",\"types\":["));
	VEC_FOREACH (r, &s->counts->type_rows) {
		o = out_begin(&pr->out);
		if (r != s->counts->type_rows.p)
			*o++ = ',';
		out_end(&pr->out, put_type_row(o, r, true));
	}
	out_text(pr, "]");
	json_families(pr);
	json_lengths(pr);
	json_faults(pr);
	out_text(pr, "}\n");
}

void
stats_print(struct comity_printer *pr)
{
	struct stats *s = pr->stats;

	counts_sort_types(s->counts);
	if (s->faults.n > 1)
		qsort(s->faults.p, s->faults.n, sizeof(*s->faults.p), by_fault);
	if (pr->opts.json)
		print_object(pr);
	else
		print_text(pr);
}
