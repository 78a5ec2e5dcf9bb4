/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov_print.c - one verdict with all that it rests on: for a person, and in
 * the JSON shape of Routinator's /validity.
 *
 * Routinator sorts VRPs by another rule than ours (detection by RFC 6811 asks
 * for the AS first): a covering VRP is "unmatched_length" when the route is
 * longer than it allows, whatever its AS, else "unmatched_as".  The JSON keeps
 * that rule, since its readers know it; the verdict is the same but for AS0,
 * which no route matches (RFC 6483 section 4).
 */
#include <stdio.h>

#include "cmd/rov.h"
#include "json/json.h"

static enum rov_state
judge(const struct rov_basis *b, const struct rov_route *r, unsigned *why)
{
	*why = 0;
	return vrp_table_validate(b->vrps, &r->prefix, r->origin, why);
}

static bool
is_known(const struct rov_basis *b, const struct rov_route *r)
{
	return b->vrps != NULL && !r->local;
}

static const char *
unknown_why(const struct rov_basis *b, const struct rov_route *r)
{
	return r->local ? "the origin is the collector's own AS, not said which"
			: b->why_unknown;
}

static bool
matches(const struct vrp *v, const struct rov_route *r)
{
	return v->asn != 0 && r->origin != ROV_NO_ORIGIN &&
	       v->asn == r->origin && r->prefix.len <= v->max_len;
}

/* "AS64500", or the AS_SET as it was written. */
static void
add_origin(struct buf *out, const struct rov_route *r)
{
	if (r->origin == ROV_NO_ORIGIN)
		buf_add(out, r->origin_text.p, r->origin_text.n);
	else
		buf_printf(out, "AS%u", r->origin);
}

/* --- text -------------------------------------------------------------- */

struct text {
	struct buf *out;
	const struct rov_route *route;
	unsigned n;
};

static bool
text_vrp(void *ctx, const struct vrp *v)
{
	struct text *t = ctx;
	char prefix[PREFIX_TEXT_MAX], asn[16];

	if (t->n++ == 0)
		buf_str(t->out, "  VRPs that cover it:\n");
	(void)prefix_format(prefix, &v->prefix);
	(void)snprintf(asn, sizeof(asn), "AS%u", v->asn);
	buf_printf(t->out, "    %-20s up to /%-3u %-12s", prefix, v->max_len,
	    asn);
	if (v->ta[0] != '\0') {
		char safe[RPKI_TA_MAX * 2];

		buf_printf(t->out, " %-8s",
		    text_safe(safe, sizeof(safe), str_from(v->ta)));
	}
	if (matches(v, t->route))
		buf_str(t->out, " matches");
	else if (v->asn == 0)
		buf_str(t->out, " nobody may originate it (AS0)");
	else if (v->asn != t->route->origin)
		buf_str(t->out, " is for another AS");
	else
		buf_printf(t->out, " does not allow /%u", t->route->prefix.len);
	buf_chr(t->out, '\n');
	return true;
}

/* Detection's order of reasons: too long before another AS before AS0. */
static const char *
reason_text(unsigned why)
{
	if ((why & ROV_LEN) != 0)
		return "the AS is authorised, but not for so long a prefix";
	if ((why & ROV_ASN) != 0)
		return "the prefix is authorised for another AS";
	return "the prefix is not to be routed at all (AS0)";
}

static void
text_route(struct buf *out, const struct rov_basis *b,
    const struct rov_route *r)
{
	struct text t = { out, r, 0 };
	unsigned why;

	buf_add(out, r->prefix_text.p, r->prefix_text.n);
	buf_chr(out, ' ');
	add_origin(out, r);
	if (!is_known(b, r)) {
		buf_printf(out, ": unknown\n  %s\n", unknown_why(b, r));
		return;
	}
	enum rov_state s = judge(b, r, &why);
	buf_printf(out, ": %s\n", rov_state_name(s));
	if (s == ROV_NOT_FOUND)
		buf_str(out, "  no VRP covers it\n");
	if (s == ROV_INVALID)
		buf_printf(out, "  %s\n", reason_text(why));
	vrp_table_covering(b->vrps, &r->prefix, text_vrp, &t);
}

static void
text_basis(struct buf *out, const struct rov_basis *b)
{
	char date[TIME_TEXT_MAX], age[TIME_TEXT_MAX], id[65], path[300];

	for (size_t i = 0; i < world_input_count(b->world); i++) {
		const struct world_input *in = world_input(b->world, i);

		if (!world_input_in_force(b->world, i, WORLD_VRPS, b->moment))
			continue;
		text_hex(id, in->sha256, 32);
		int64_t us = b->moment - in->date_us;
		buf_printf(out, "decided by %s\n  of %s, ",
		    text_safe(path, sizeof(path), str_from(in->path)),
		    utc_format(date, in->date_us));
		if (us < 0)
			buf_printf(out, "later by %s than the moment asked for",
			    utc_format_span(age, -us));
		else
			buf_printf(out, "%s old", utc_format_span(age, us));
		buf_printf(out, ", sha-256 %s\n", id);
	}
	text_hex(id, world_id(b->world), 32);
	buf_printf(out, "as of %s, world %s\n", utc_format(date, b->moment),
	    id);
}

void
rov_print_text(struct buf *out, const struct rov_basis *b,
    const struct rov_route *routes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_route(out, b, &routes[i]);
	buf_chr(out, '\n');
	text_basis(out, b);
}

/* --- JSON -------------------------------------------------------------- */

enum vrp_list { LIST_MATCHED, LIST_AS, LIST_LENGTH };

static enum vrp_list
list_of(const struct vrp *v, const struct rov_route *r)
{
	if (matches(v, r))
		return LIST_MATCHED;
	return r->prefix.len > v->max_len ? LIST_LENGTH : LIST_AS;
}

struct list {
	struct json_writer *w;
	const struct rov_route *route;
	enum vrp_list want;
	unsigned n; /* of that list */
};

static bool
json_vrp(void *ctx, const struct vrp *v)
{
	struct list *l = ctx;
	char text[PREFIX_TEXT_MAX];

	if (list_of(v, l->route) != l->want)
		return true;
	l->n++;
	if (l->w == NULL)
		return true;
	json_object(l->w);
	(void)snprintf(text, sizeof(text), "AS%u", v->asn);
	json_kv_str(l->w, "asn", text);
	(void)prefix_format(text, &v->prefix);
	json_kv_str(l->w, "prefix", text);
	(void)snprintf(text, sizeof(text), "%u", v->max_len);
	json_kv_str(l->w, "max_length", text); /* a string there */
	json_object_end(l->w);
	return true;
}

static void
json_list(struct json_writer *w, const char *key, const struct rov_basis *b,
    const struct rov_route *r, enum vrp_list want)
{
	struct list l = { w, r, want, 0 };

	json_key(w, key);
	json_array(w);
	if (is_known(b, r))
		vrp_table_covering(b->vrps, &r->prefix, json_vrp, &l);
	json_array_end(w);
}

static void
json_state(struct json_writer *w, const struct rov_basis *b,
    const struct rov_route *r)
{
	struct list as = { NULL, r, LIST_AS, 0 };
	unsigned why;

	if (!is_known(b, r)) {
		json_kv_str(w, "state", "unknown");
		json_kv_str(w, "description", unknown_why(b, r));
		return;
	}
	enum rov_state s = judge(b, r, &why);
	json_kv_str(w, "state", rov_state_name(s));
	if (s == ROV_VALID) {
		json_kv_str(w, "description",
		    "At least one VRP Matches the Route Prefix");
		return;
	}
	if (s == ROV_NOT_FOUND) {
		json_kv_str(w, "description", "No VRP Covers the Route Prefix");
		return;
	}
	vrp_table_covering(b->vrps, &r->prefix, json_vrp, &as);
	json_kv_str(w, "reason", as.n > 0 ? "as" : "length");
	json_kv_str(w, "description",
	    as.n > 0 ? "At least one VRP Covers the Route Prefix, but no VRP "
		       "ASN matches the route origin ASN"
		     : "At least one VRP Covers the Route Prefix, but the "
		       "Route Prefix length is greater than the maximum length "
		       "allowed by VRP(s) matching this route origin ASN");
}

static void
json_route(struct json_writer *w, const struct rov_basis *b,
    const struct rov_route *r)
{
	struct buf origin = { 0 };

	add_origin(&origin, r);
	json_object(w);
	json_key(w, "route");
	json_object(w);
	json_kv_str(w, "origin_asn", buf_cstr(&origin));
	json_key(w, "prefix");
	json_strn(w, r->prefix_text.p, r->prefix_text.n);
	json_object_end(w);
	json_key(w, "validity");
	json_object(w);
	json_state(w, b, r);
	json_key(w, "VRPs");
	json_object(w);
	json_list(w, "matched", b, r, LIST_MATCHED);
	json_list(w, "unmatched_as", b, r, LIST_AS);
	json_list(w, "unmatched_length", b, r, LIST_LENGTH);
	json_object_end(w);
	json_object_end(w);
	json_object_end(w);
	buf_fini(&origin);
}

/* Ours, beside Routinator's: what decided. */
static void
json_world(struct json_writer *w, const struct rov_basis *b)
{
	char hex[65];

	json_key(w, "world");
	json_object(w);
	text_hex(hex, world_id(b->world), 32);
	json_kv_str(w, "id", hex);
	json_kv_time(w, "moment", b->moment);
	json_key(w, "inputs");
	json_array(w);
	for (size_t i = 0; i < world_input_count(b->world); i++) {
		const struct world_input *in = world_input(b->world, i);

		if (!world_input_in_force(b->world, i, WORLD_VRPS, b->moment))
			continue;
		json_object(w);
		json_kv_str(w, "path", in->path);
		json_kv_time(w, "date", in->date_us);
		json_key(w, "age");
		json_i64(w, (b->moment - in->date_us) / TIME_SEC);
		json_kv_bool(w, "later", in->date_us > b->moment);
		text_hex(hex, in->sha256, 32);
		json_kv_str(w, "sha256", hex);
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

/* The date of the newest input that decided; Routinator's is its last run. */
static void
json_generated(struct json_writer *w, const struct rov_basis *b)
{
	int64_t newest = TIME_NONE;
	char text[TIME_TEXT_MAX];

	for (size_t i = 0; i < world_input_count(b->world); i++) {
		int64_t us = world_input(b->world, i)->date_us;

		if (us > newest &&
		    world_input_in_force(b->world, i, WORLD_VRPS, b->moment))
			newest = us;
	}
	json_kv_str(w, "generatedTime",
	    newest == TIME_NONE ? NULL : utc_format(text, newest));
}

void
rov_print_json(struct buf *out, const struct rov_basis *b,
    const struct rov_route *routes, size_t n)
{
	struct json_writer w = { .out = out, .indent = 2 };

	json_object(&w);
	json_key(&w, n == 1 ? "validated_route" : "validated_routes");
	if (n > 1)
		json_array(&w);
	for (size_t i = 0; i < n; i++)
		json_route(&w, b, &routes[i]);
	if (n > 1)
		json_array_end(&w);
	json_generated(&w, b);
	json_world(&w, b);
	json_object_end(&w);
	buf_chr(out, '\n');
}
