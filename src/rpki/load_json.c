/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_json.c - VRPs, ASPAs and local exceptions from JSON, by events.
 *
 * One state machine for all shapes: the list in which an object stands (by
 * its key at depth 1 or 2) says what it is; its members are collected and it
 * is added when it ends.
 *
 *   {"metadata":{...},"roas":[{...}],"aspas":[{...}]}           validators
 *   {"slurmVersion":1,"validationOutputFilters":{"prefixFilters":[{...}]},
 *    "locallyAddedAssertions":{"prefixAssertions":[{...}]}}     RFC 8416
 */
#include <stdio.h>

#include "rpki/part.h"
#include "json/json.h"

#define FIELD_MAX 80
#define READ_SIZE (1 << 20)

enum list {
	LIST_NONE,
	LIST_ROAS,
	LIST_ASPAS,
	LIST_OLD_ASPAS,
	LIST_PREFIX_FILTERS,
	LIST_PREFIX_ASSERTIONS,
	LIST_ASPA_FILTERS,
	LIST_ASPA_ASSERTIONS
};

struct field {
	char text[FIELD_MAX];
	size_t n;
	bool set, too_long;
};

struct parse {
	struct rpki_input *in;
	bool slurm;
	enum list list;      /* that we stand in */
	unsigned list_depth; /* of its objects */
	struct field asn, prefix, max_len, ta, customer;
	uint32_t providers_at;
	bool bad_provider, in_providers;
	int64_t version;
};

static void
set_field(struct field *f, struct str s)
{
	f->set = true;
	f->too_long = s.n >= FIELD_MAX;
	f->n = f->too_long ? 0 : s.n;
	memcpy(f->text, s.p, f->n);
}

static struct str
get(const struct field *f)
{
	return (struct str){ f->text, f->n };
}

static enum list
list_of(const struct parse *p, const struct json_event *ev)
{
	static const struct {
		const char *key;
		enum list list;
		unsigned depth;
		bool slurm;
	} rows[] = {
		{ "roas", LIST_ROAS, 1, false },
		{ "aspas", LIST_ASPAS, 1, false },
		/* rpki-client before 8.4: split by family, same providers */
		{ "ipv4", LIST_OLD_ASPAS, 2, false },
		{ "ipv6", LIST_OLD_ASPAS, 2, false },
		{ "prefixFilters", LIST_PREFIX_FILTERS, 2, true },
		{ "prefixAssertions", LIST_PREFIX_ASSERTIONS, 2, true },
		{ "aspaFilters", LIST_ASPA_FILTERS, 2, true },
		{ "aspaAssertions", LIST_ASPA_ASSERTIONS, 2, true },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].depth == ev->depth && rows[i].slurm == p->slurm &&
		    str_eq(ev->key, rows[i].key))
			return rows[i].list;
	return LIST_NONE;
}

static void
begin_object(struct parse *p)
{
	p->asn.set = p->prefix.set = p->max_len.set = p->ta.set =
	    p->customer.set = false;
	p->asn.n = p->prefix.n = p->max_len.n = p->ta.n = p->customer.n = 0;
	p->providers_at = (uint32_t)p->in->providers.n;
	p->bad_provider = false;
}

static void
end_vrp(struct parse *p, const char *where)
{
	uint64_t max;
	int max_len = -1;

	if (p->max_len.set) {
		if (!text_parse_u64(get(&p->max_len), NET_LEN_MAX, &max)) {
			rpki_refuse(p->in, "%s: bad max length", where);
			return;
		}
		max_len = (int)max;
	}
	rpki_add_vrp(p->in, get(&p->prefix), get(&p->asn), max_len, get(&p->ta),
	    where);
}

static void
end_aspa(struct parse *p, const char *where)
{
	struct rpki_input *in = p->in;
	struct aspa_parsed a = { .at = p->providers_at,
		.n = (uint32_t)in->providers.n - p->providers_at };

	if (!asn_parse(get(&p->customer), &a.customer) || a.customer == 0)
		rpki_refuse(in, "%s: ASPA with a bad customer", where);
	else if (p->bad_provider || a.n == 0)
		rpki_refuse(in, "%s: ASPA of AS%u with bad providers", where,
		    a.customer);
	else if (a.n > ASPA_PROVIDERS_MAX || in->aspas.n >= ASPA_TABLE_MAX)
		rpki_refuse(in, "%s: too many ASPAs or providers", where);
	else {
		vec_push(&in->aspas, a);
		in->report.taken++;
		in->report.aspas++;
		return;
	}
	in->providers.n = p->providers_at;
}

static void
end_filter(struct parse *p, const char *where)
{
	struct slurm_filter f = { .has_prefix = p->prefix.set,
		.has_asn = p->asn.set };
	struct rpki_input *in = p->in;

	/* RFC 8416 3.3.1: prefix, asn, or both */
	if ((!f.has_prefix && !f.has_asn) ||
	    (f.has_prefix && !prefix_parse(get(&p->prefix), &f.prefix)) ||
	    (f.has_asn && !asn_parse(get(&p->asn), &f.asn))) {
		rpki_refuse(in, "%s: bad prefix filter", where);
		return;
	}
	vec_push(&in->filters, f);
	in->report.taken++;
}

static void
end_aspa_filter(struct parse *p, const char *where)
{
	uint32_t customer;

	if (!asn_parse(get(&p->customer), &customer)) {
		rpki_refuse(p->in, "%s: bad ASPA filter", where);
		return;
	}
	vec_push(&p->in->aspa_filters, customer);
	p->in->report.taken++;
}

static void
end_object(struct parse *p, const struct json_reader *r)
{
	char where[40];

	(void)snprintf(where, sizeof(where), "offset %llu",
	    (unsigned long long)json_reader_pos(r));
	switch (p->list) {
	case LIST_NONE:
		break;
	case LIST_ROAS:
	case LIST_PREFIX_ASSERTIONS:
		end_vrp(p, where);
		break;
	case LIST_ASPAS:
	case LIST_OLD_ASPAS:
	case LIST_ASPA_ASSERTIONS:
		end_aspa(p, where);
		break;
	case LIST_PREFIX_FILTERS:
		end_filter(p, where);
		break;
	case LIST_ASPA_FILTERS:
		end_aspa_filter(p, where);
		break;
	}
}

static void
take_provider(struct parse *p, struct str text)
{
	uint32_t asn;

	if (!asn_parse(text, &asn))
		p->bad_provider = true;
	else if (p->in->providers.n - p->providers_at <= ASPA_PROVIDERS_MAX)
		vec_push(&p->in->providers, asn);
}

/* A member of an object in one of our lists. */
static void
take_member(struct parse *p, const struct json_event *ev)
{
	static const char *const customers[] = { "customer", "customer_asid",
		"customerAsn", "customerAsid" };
	struct str k = ev->key;

	if (str_eq(k, "asn"))
		set_field(&p->asn, ev->text);
	else if (str_eq(k, "prefix"))
		set_field(&p->prefix, ev->text);
	else if (str_eq(k, "maxLength") || str_eq(k, "maxPrefixLength"))
		set_field(&p->max_len, ev->text);
	else if (str_eq(k, "ta"))
		set_field(&p->ta, ev->text);
	else
		for (size_t i = 0; i < COUNT(customers); i++)
			if (str_eq(k, customers[i]))
				set_field(&p->customer, ev->text);
}

/* Date and maker, from "metadata" or beside the lists. */
static void
take_metadata(struct parse *p, const struct json_event *ev)
{
	struct rpki_load_report *r = &p->in->report;
	int64_t us;

	if ((str_eq(ev->key, "buildtime") || str_eq(ev->key, "generatedTime") ||
		str_eq(ev->key, "generated") || str_eq(ev->key, "timestamp")) &&
	    utc_parse(ev->text, &us) && us > 0)
		r->date_us = us;
	if (str_eq(ev->key, "buildmachine"))
		(void)snprintf(r->source, sizeof(r->source), "rpki-client");
	else if (str_eq(ev->key, "generatedTime") && r->source[0] == '\0')
		(void)snprintf(r->source, sizeof(r->source), "routinator");
}

static int
on_event(void *ctx, const struct json_reader *r, const struct json_event *ev,
    struct err *err)
{
	struct parse *p = ctx;
	bool scalar = ev->kind == JSON_STRING || ev->kind == JSON_NUMBER;

	(void)err;
	if (p->list == LIST_NONE) {
		if (ev->kind == JSON_BEGIN_ARRAY) {
			p->list = list_of(p, ev);
			p->list_depth = ev->depth + 1;
			if (p->list == LIST_ROAS ||
			    p->list == LIST_PREFIX_ASSERTIONS)
				p->in->has_vrps = true;
			else if (p->list != LIST_NONE)
				p->in->has_aspas = true;
		} else if (scalar && p->slurm &&
			   str_eq(ev->key, "slurmVersion")) {
			uint64_t v;

			if (text_parse_u64(ev->text, 99, &v))
				p->version = (int64_t)v;
		} else if (scalar && ev->depth <= 2) {
			take_metadata(p, ev);
		}
		return 0;
	}
	if (ev->kind == JSON_END_ARRAY && ev->depth + 1 == p->list_depth)
		p->list = LIST_NONE;
	else if (ev->kind == JSON_BEGIN_OBJECT && ev->depth == p->list_depth)
		begin_object(p);
	else if (ev->kind == JSON_END_OBJECT && ev->depth == p->list_depth)
		end_object(p, r);
	else if (scalar && ev->depth == p->list_depth + 1)
		take_member(p, ev);
	else if (scalar && ev->depth == p->list_depth + 2 &&
		 (str_eq(json_key_at(r, ev->depth - 1), "providers") ||
		     str_eq(json_key_at(r, ev->depth - 1), "providerAsns")))
		take_provider(p, ev->text);
	return 0;
}

static int
check_shape(const struct parse *p, struct err *err)
{
	if (p->slurm && p->version != 1 && p->version != 2)
		return err_set(err, ERR_INPUT,
		    "slurmVersion is neither 1 nor 2");
	if (!p->slurm && !p->in->has_vrps && !p->in->has_aspas)
		return err_set(err, ERR_INPUT, "holds no list of ROAs");
	return 0;
}

int
rpki_load_json(struct rpki_input *in, struct os_stream *s, bool slurm,
    struct err *err)
{
	struct parse p = { .in = in, .slurm = slurm };
	struct json_reader *r = json_reader_new(on_event, &p, false);
	char *chunk = mem_alloc(READ_SIZE, 1);
	ssize_t got;
	int status = 0;

	while (status == 0 &&
	       (got = os_stream_read(s, chunk, READ_SIZE, err)) != 0)
		status = got == -1
			     ? -1
			     : json_reader_feed(r, chunk, (size_t)got, err);
	if (status == 0)
		status = json_reader_end(r, err);
	if (status == 0)
		status = check_shape(&p, err);
	mem_free_(chunk);
	json_reader_free(r);
	return status;
}
