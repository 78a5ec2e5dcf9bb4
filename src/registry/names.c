/* SPDX-License-Identifier: BSD-2-Clause */
/* names.c - names and types of networks: {"1": "NAME Text, CC"} and
 * [{"asn":1,"network_type":"NSP","network_name":"X"}]. */
#include "registry/input.h"
#include "json/json.h"

struct names_ctx {
	struct registry_input *in;
	struct reg_name row;
	bool has_asn;
};

/* "LVLT-1 Level 3, US": the country stands behind the last comma. */
static void
cut_country(struct str *s, char cc[2])
{
	if (s->n > 4 && s->p[s->n - 4] == ',' && s->p[s->n - 3] == ' ') {
		reg_cc((struct str){ s->p + s->n - 2, 2 }, cc);
		if (cc[0] != '\0')
			s->n -= 4;
	}
}

static int
on_name(void *ctx, const struct json_reader *jr, const struct json_event *ev,
    struct err *err)
{
	struct names_ctx *c = ctx;
	struct reg_name row = { 0 };
	struct str s = ev->text;

	if (ev->depth == 0)
		return 0;
	if (c->in->names.n > MAX_REG_ROWS)
		return err_set(err, ERR_LIMIT, "over %u rows", MAX_REG_ROWS);
	if (ev->depth != 1 || ev->kind != JSON_STRING ||
	    !asn_parse(ev->key, &row.asn)) {
		if (ev->depth == 1 && ev->kind <= JSON_STRING)
			reg_refuse(c->in, "offset %llu: no AS number and name",
			    (unsigned long long)json_reader_pos(jr));
		return 0;
	}
	cut_country(&s, row.cc);
	if (memcmp(row.cc, "ZZ", 2) == 0) /* no country */
		memset(row.cc, 0, 2);
	if (str_starts(s, "-Reserved AS") || str_starts(s, "-Private")) {
		c->in->report.skipped++;
		return 0;
	}
	row.name = reg_text(c->in, s);
	vec_push(&c->in->names, row);
	c->in->report.taken++;
	return 0;
}

int
reg_load_as_names(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	struct names_ctx c = { .in = in };

	return reg_each_json(s, false, on_name, &c, err);
}

static int
on_type(void *ctx, const struct json_reader *jr, const struct json_event *ev,
    struct err *err)
{
	struct names_ctx *c = ctx;

	if (c->in->names.n > MAX_REG_ROWS)
		return err_set(err, ERR_LIMIT, "over %u rows", MAX_REG_ROWS);
	if (ev->depth == 1 && ev->kind == JSON_BEGIN_OBJECT) {
		c->row = (struct reg_name){ 0 };
		c->has_asn = false;
	} else if (ev->depth == 2 && str_eq(ev->key, "asn")) {
		c->has_asn =
		    (ev->kind == JSON_NUMBER || ev->kind == JSON_STRING) &&
		    asn_parse(ev->text, &c->row.asn);
	} else if (ev->depth == 2 && ev->kind == JSON_STRING) {
		if (str_eq(ev->key, "network_type"))
			c->row.type = reg_text(c->in, ev->text);
		else if (str_eq(ev->key, "network_name"))
			c->row.name = reg_text(c->in, ev->text);
	} else if (ev->depth == 1 && ev->kind == JSON_END_OBJECT) {
		if (!c->has_asn) {
			reg_refuse(c->in, "offset %llu: no AS number",
			    (unsigned long long)json_reader_pos(jr));
			return 0;
		}
		vec_push(&c->in->names, c->row);
		c->in->report.taken++;
	}
	return 0;
}

int
reg_load_as_types(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	struct names_ctx c = { .in = in };

	return reg_each_json(s, false, on_type, &c, err);
}
