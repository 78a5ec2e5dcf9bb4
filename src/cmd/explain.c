/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - `comity explain`: one incident in full: what happened, why it is
 * believed, which routes show it, and what it costs whom.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/report.h"

#define WIDTH        79
#define SHOWN_ROUTES 20 /* without --all */

static const char usage[] =
    "usage: comity explain ID --store FILE.db [--all] [--json]\n"
    "\n"
    "Tells one incident in full: the story in a paragraph, the evidence with\n"
    "its weights, the routes that show it, and whom it is charged to by which\n"
    "metric of MANRS.  `comity observe`, `check` and `report` print IDs; that\n"
    "of an incident which was merged into another tells the other.\n"
    "\n"
    "  --all   every route, not the first 20\n"
    "  --json  one object instead of text\n"
    "\n"
    "exit status: 0 told, 2 no such incident or no such store\n";

struct explain {
	const char *id, *store_path;
	bool all, json, found;
	struct store *store;
	struct buf out;
	const struct incident *in; /* during the call */
};

/* --- words ------------------------------------------------------------- */

/* Words of text broken at WIDTH, each line behind `indent` blanks. */
static void
wrapped(struct buf *out, const char *text, size_t indent)
{
	char safe[4000];
	struct str rest =
	    str_from(text_safe(safe, sizeof(safe), str_from(text)));
	struct str word;
	size_t at = 0;

	while (str_word(&rest, &word)) {
		if (at > 0 && at + 1 + word.n > WIDTH) {
			buf_chr(out, '\n');
			at = 0;
		}
		if (at == 0) {
			for (; at < indent; at++)
				buf_chr(out, ' ');
		} else {
			buf_chr(out, ' ');
			at++;
		}
		buf_add(out, word.p, word.n);
		at += word.n;
	}
	if (at > 0)
		buf_chr(out, '\n');
}

static int
take_name(void *ctx, const struct network_facts *n, struct err *err)
{
	struct buf *out = ctx;
	char safe[80];

	(void)err;
	if (n->name[0] != '\0')
		buf_printf(out, " %s",
		    text_safe(safe, sizeof(safe), str_from(n->name)));
	if (n->country[0] != '\0')
		buf_printf(out, " (%.2s)", n->country);
	return 0;
}

static int
network(struct explain *x, uint32_t asn, struct err *err)
{
	buf_printf(&x->out, "AS%" PRIu32, asn);
	return store_each_network(x->store, asn, take_name, &x->out, err);
}

static int
networks(struct explain *x, const char *what, const uint32_t *asns, size_t n,
    struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		buf_printf(&x->out, "  %-12s ", i == 0 ? what : "");
		if (!x->all && i == SHOWN_ROUTES) {
			buf_printf(&x->out, "and %zu more\n", n - i);
			return 0;
		}
		if (network(x, asns[i], err) == -1)
			return -1;
		buf_chr(&x->out, '\n');
	}
	return 0;
}

/* --- text -------------------------------------------------------------- */

static int
head(struct explain *x, struct err *err)
{
	const struct incident *in = x->in;
	char a[TIME_TEXT_MAX], b[TIME_TEXT_MAX], span[TIME_TEXT_MAX];

	buf_printf(&x->out, "%s  %s%s%s  E%u, %d points, %s%s%s\n\n", in->id,
	    incident_class_name(in->class), in->type[0] != '\0' ? " " : "",
	    in->type, in->level, in->points, incident_state_name(in->state),
	    in->reopened ? ", reopened" : "",
	    in->suppressed ? ", set aside" : "");
	wrapped(&x->out, in->explanation, 0);
	if (in->reason[0] != '\0')
		wrapped(&x->out, in->reason, 0);
	buf_chr(&x->out, '\n');
	if (networks(x, "culprit", &in->culprit, in->culprit != 0, err) == -1 ||
	    networks(x, "accomplices", in->accomplices, in->n_accomplices,
		err) == -1 ||
	    networks(x, "victims", in->victims, in->n_victims, err) == -1)
		return -1;
	buf_printf(&x->out, "  %-12s %s to %s UTC", "time",
	    report_when(a, in->start),
	    in->end == TIME_NONE ? "now" : report_when(b, in->end));
	if (in->end != TIME_NONE)
		buf_printf(&x->out, ", %s",
		    utc_format_span(span, in->end - in->start));
	buf_printf(&x->out,
	    "\n  %-12s %" PRIu64 " prefix%s, at most %u peer%s at once\n",
	    "extent", in->n_prefixes, in->n_prefixes == 1 ? "" : "es",
	    in->peers_max, in->peers_max == 1 ? "" : "s");
	for (size_t i = 0; i < in->n_merged; i++)
		buf_printf(&x->out, "  %-12s %s\n", i == 0 ? "merged" : "",
		    in->merged[i]);
	if (in->inputs[0] != '\0')
		buf_printf(&x->out, "  %-12s %s\n", "inputs", in->inputs);
	return 0;
}

static void
evidence(struct explain *x)
{
	const struct incident *in = x->in;
	char span[TIME_TEXT_MAX];
	double sum = 0;

	if (in->n_evidence == 0)
		return;
	buf_str(&x->out, "\nevidence (nats: e-fold more likely with than "
			 "without)\n");
	for (size_t i = 0; i < in->n_evidence; i++) {
		const struct evidence *e = &in->evidence[i];
		struct buf line = { 0 };

		sum += e->nats;
		buf_printf(&x->out, "  %+6.2f  %-28s %s\n", e->nats, e->name,
		    e->family);
		buf_str(&line, e->detail);
		if (e->source[0] != '\0')
			buf_printf(&line, " [%s%s%s]", e->source,
			    e->age_us == TIME_NONE ? "" : ", ",
			    e->age_us == TIME_NONE
				? ""
				: utc_format_span(span, e->age_us));
		wrapped(&x->out, buf_cstr(&line), 10);
		buf_fini(&line);
	}
	buf_printf(&x->out, "  %+6.2f  sum\n", sum);
}

static void
routes(struct explain *x)
{
	const struct incident *in = x->in;
	size_t max = x->all || in->n_routes <= SHOWN_ROUTES ? in->n_routes
							    : SHOWN_ROUTES;
	char prefix[PREFIX_TEXT_MAX], a[TIME_TEXT_MAX], b[TIME_TEXT_MAX];

	buf_str(&x->out, "\nroutes\n");
	for (size_t i = 0; i < max; i++) {
		const struct incident_route *r = &in->routes[i];

		(void)prefix_format(prefix, &r->prefix);
		buf_printf(&x->out, "  %-20s ", prefix);
		if (r->origin != 0)
			buf_printf(&x->out, "AS%-10" PRIu32, r->origin);
		else
			buf_printf(&x->out, "%-12s", "no origin");
		buf_printf(&x->out, " %s to %s\n", report_when(a, r->start),
		    r->end == TIME_NONE ? "now" : report_when(b, r->end));
		if (r->decision[0] != '\0')
			wrapped(&x->out, r->decision, 6);
		if (r->path[0] != '\0') {
			struct buf line = { 0 };

			buf_printf(&line, "path %s", r->path);
			wrapped(&x->out, buf_cstr(&line), 6);
			buf_fini(&line);
		}
	}
	if (in->n_routes > max)
		buf_printf(&x->out, "  and %zu more: --all lists them\n",
		    in->n_routes - max);
	if (in->n_prefixes > in->n_routes)
		buf_printf(&x->out, "  of %" PRIu64 " prefixes, %d are kept\n",
		    in->n_prefixes, INCIDENT_ROUTES_MAX);
}

struct charges {
	struct explain *x;
	struct json_writer *w; /* NULL: text */
	size_t n;
};

static void
json_charge(struct json_writer *w, const struct detect_charge *c)
{
	char prefix[PREFIX_TEXT_MAX];

	(void)prefix_format(prefix, &c->prefix);
	json_object(w);
	json_kv_u64(w, "asn", c->asn);
	json_kv_str(w, "metric", c->metric);
	json_kv_str(w, "split", c->split);
	json_kv_str(w, "prefix", prefix);
	json_kv_time(w, "start", c->start);
	json_kv_time(w, "end", c->end);
	json_key(w, "weight");
	json_fixed(w, c->weight_micro / 1e6, 6);
	json_kv_str(w, "detail", c->detail);
	json_object_end(w);
}

static int
take_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	struct charges *g = ctx;
	struct buf *out = &g->x->out;
	char prefix[PREFIX_TEXT_MAX];

	(void)err;
	if (strcmp(c->incident, g->x->in->id) != 0)
		return 0;
	if (g->w != NULL) {
		json_charge(g->w, c);
		return 0;
	}
	g->n++;
	if (!g->x->all && g->n > SHOWN_ROUTES)
		return 0;
	if (g->n == 1)
		buf_str(out, "\ncharged to\n");
	(void)prefix_format(prefix, &c->prefix);
	buf_printf(out, "  AS%-10" PRIu32 " %-4s %s%s%s\n", c->asn, c->metric,
	    prefix, c->split[0] != '\0' ? ", " : "", c->split);
	if (c->detail[0] != '\0')
		wrapped(out, c->detail, 6);
	return 0;
}

static int
charges(struct explain *x, struct json_writer *w, struct err *err)
{
	struct charges g = { .x = x, .w = w };
	const struct incident *in = x->in;
	int64_t until = in->end == TIME_NONE ? INT64_MAX : in->end + 1;

	if (store_each_charge(x->store, 0, in->start, until, take_charge, &g,
		err) == -1)
		return -1;
	if (w == NULL && !x->all && g.n > SHOWN_ROUTES)
		buf_printf(&x->out, "  and %zu more: --all lists them\n",
		    g.n - SHOWN_ROUTES);
	return 0;
}

/* --- JSON -------------------------------------------------------------- */

static int
as_json(struct explain *x, struct err *err)
{
	struct json_writer w = { .out = &x->out, .indent = 2 };
	char prefix[PREFIX_TEXT_MAX];

	json_object(&w);
	report_json_incident_members(x->in, &w);
	json_key(&w, "routes");
	json_array(&w);
	for (size_t i = 0; i < x->in->n_routes; i++) {
		const struct incident_route *r = &x->in->routes[i];

		(void)prefix_format(prefix, &r->prefix);
		json_object(&w);
		json_kv_str(&w, "prefix", prefix);
		json_key(&w, "origin");
		if (r->origin == 0)
			json_null(&w);
		else
			json_u64(&w, r->origin);
		json_kv_time(&w, "start", r->start);
		json_kv_time(&w, "end", r->end);
		json_kv_u64(&w, "peers_max", r->peers_max);
		json_kv_str(&w, "path", r->path);
		json_kv_str(&w, "decision", r->decision);
		json_object_end(&w);
	}
	json_array_end(&w);
	json_key(&w, "charges");
	json_array(&w);
	int rc = charges(x, &w, err);
	json_array_end(&w);
	json_object_end(&w);
	buf_chr(&x->out, '\n');
	return rc;
}

/* --- finding it -------------------------------------------------------- */

static int
take_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct explain *x = ctx;

	x->found = true;
	x->in = in;
	if (x->json)
		return as_json(x, err);
	if (head(x, err) == -1)
		return -1;
	evidence(x);
	routes(x);
	return charges(x, NULL, err);
}

/* Any other that lists it under merged. */
static int
take_merged(void *ctx, const struct incident *in, struct err *err)
{
	struct explain *x = ctx;

	for (size_t i = 0; !x->found && i < in->n_merged; i++)
		if (strcmp(in->merged[i], x->id) == 0)
			return take_incident(x, in, err);
	return 0;
}

static int
explain(struct explain *x, struct err *err)
{
	struct store_filter f = { .id = x->id,
		.from_us = TIME_NONE,
		.until_us = TIME_NONE };

	if (store_open(x->store_path, STORE_READ, &x->store, err) == -1 ||
	    store_begin(x->store, err) == -1 ||
	    store_each_incident(x->store, &f, take_incident, x, err) == -1)
		return -1;
	f.id = NULL;
	if (!x->found &&
	    store_each_incident(x->store, &f, take_merged, x, err) == -1)
		return -1;
	if (!x->found)
		return err_set(err, ERR_INPUT, "%s: no incident \"%.40s\"%s",
		    x->store_path, x->id,
		    strlen(x->id) == INCIDENT_ID_TEXT - 1
			? ""
			: "; an ID has 16 digits, as `comity observe` and "
			  "`comity report` print them");
	return 0;
}

static int
run(int argc, char **argv)
{
	struct explain x = { 0 };
	struct err err = { 0 };
	int status;

	for (int i = 1; i < argc; i++) {
		if (args_value(argc, argv, &i, "--store", &x.store_path))
			continue;
		if (strcmp(argv[i], "--json") == 0)
			x.json = true;
		else if (strcmp(argv[i], "--all") == 0)
			x.all = true;
		else if (x.id == NULL && argv[i][0] != '-')
			x.id = argv[i];
		else
			return args_unknown(&cmd_explain, argv[i]);
	}
	if (x.id == NULL || x.store_path == NULL)
		return cmd_usage(&cmd_explain, "needs %s",
		    x.id == NULL ? "the ID of an incident" : "--store FILE.db");
	if (explain(&x, &err) == -1)
		status = cmd_fail(&cmd_explain, &err);
	else
		status = report_print(&cmd_explain, &x.out);
	store_close(x.store);
	buf_fini(&x.out);
	return status;
}

const struct cmd cmd_explain = {
	.name = "explain",
	.summary = "one incident in full: story, evidence, routes, charges",
	.usage = usage,
	.run = run,
};
