/* SPDX-License-Identifier: BSD-2-Clause */
/* observe_json.c - one object: inputs, counts, incidents. */
#include "cmd/observe.h"

#include <stdio.h>

#include "cmd/report.h"

static void
put_u64(struct json_writer *w, const char *key, uint64_t v)
{
	json_kv_u64(w, key, v);
}

static void
put_input(const struct observe_input *x, struct json_writer *w)
{
	const struct feed_input *in = x->in;
	char sha[65];

	text_hex(sha, in->sha256, 32);
	json_object(w);
	json_kv_str(w, "path", in->path);
	json_kv_str(w, "kind", in->kind);
	json_kv_str(w, "collector", in->collector);
	json_kv_str(w, "fate", observe_fate_name(x->fate));
	json_kv_str(w, "sha256", sha);
	json_kv_time(w, "first", in->first_us);
	json_kv_time(w, "last", in->last_us);
	put_u64(w, "bytes", in->bytes);
	put_u64(w, "records", in->records);
	put_u64(w, "events", in->events);
	put_u64(w, "skipped", in->skipped);
	put_u64(w, "refused", in->refused);
	put_u64(w, "late", in->late + x->behind);
	put_u64(w, "faults", in->faults);
	json_kv_bool(w, "incomplete", in->incomplete);
	json_kv_time(w, "applied_from", x->from_us);
	json_kv_time(w, "applied_until", x->until_us);
	json_kv_str(w, "why", x->why);
	json_key(w, "refusals");
	json_array(w);
	for (size_t i = 0; i < in->n_reasons; i++)
		json_str(w, in->reasons[i]);
	json_array_end(w);
	json_object_end(w);
}

static void
put_counts(const struct observe *o, struct json_writer *w)
{
	const struct detect_counts *c = &o->counts;

	json_object(w);
	for (unsigned i = 0; i < COUNT(o->fates); i++)
		put_u64(w, observe_fate_name((enum observe_fate)i),
		    o->fates[i]);
	put_u64(w, "incomplete", o->incomplete);
	put_u64(w, "events", c->events);
	put_u64(w, "announced", c->announced);
	put_u64(w, "withdrawn", c->withdrawn);
	put_u64(w, "duplicates", c->duplicates);
	put_u64(w, "late", c->late);
	put_u64(w, "faults", c->faults);
	put_u64(w, "table", c->table);
	put_u64(w, "peers", c->peers);
	put_u64(w, "peers_up", c->peers_up);
	put_u64(w, "full_feeds4", c->full4);
	put_u64(w, "full_feeds6", c->full6);
	put_u64(w, "prefixes", c->prefixes);
	put_u64(w, "pairs", c->pairs);
	put_u64(w, "paths", c->paths);
	put_u64(w, "sets", c->sets);
	put_u64(w, "findings", c->findings);
	json_key(w, "hygiene");
	json_object(w);
	for (size_t i = 0; detect_hygiene_name(i) != NULL; i++)
		put_u64(w, detect_hygiene_name(i), c->hygiene[i]);
	json_object_end(w);
	json_object_end(w);
}

static int
take_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct json_writer *w = ctx;

	(void)err;
	report_json_incident(in, w);
	/* What is written need not be kept: there may be many. */
	(void)fwrite(w->out->p, 1, w->out->n, stdout);
	buf_clear(w->out);
	return 0;
}

int
observe_print_json(struct observe *o, struct err *err)
{
	const struct store_filter since = { .from_us = o->first_us,
		.until_us = TIME_NONE };
	struct buf out = { 0 };
	struct json_writer w = { .out = &out, .indent = 2 };

	json_object(&w);
	json_key(&w, "inputs");
	json_array(&w);
	for (size_t i = 0; i < o->inputs.n; i++)
		put_input(&o->inputs.p[i], &w);
	json_array_end(&w);
	json_key(&w, "counts");
	put_counts(o, &w);
	json_key(&w, "incidents");
	json_array(&w);
	int rc = store_each_incident(o->store, &since, take_incident, &w, err);
	json_array_end(&w);
	json_object_end(&w);
	buf_chr(&out, '\n');
	(void)fwrite(out.p, 1, out.n, stdout);
	buf_fini(&out);
	return rc;
}
