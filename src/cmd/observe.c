/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * observe.c - `comity observe`: routes of any number of collectors judged by a
 * world, the outcome in a store.
 *
 * One run is one transaction: inputs that are known already are left out, the
 * state of the run before is taken up, everything that is found goes into the
 * store together with the new state, and only what is stored is printed.  So
 * a kill at any moment leaves the store as it was, and a day observed in
 * parts ends like a day observed at once.
 */
#include "cmd/observe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/args.h"

#define STATE_MAGIC   "comityst"
#define STATE_VERSION 1
#define STATE_NEW     "new" /* until its name is known */
#define PATHS_MAX     FEED_INPUTS_MAX
#define SHOW_EVERY    8192 /* events between looks at clock and origins */

static const char usage[] =
    "usage: comity observe --world FILE.world --store FILE.db\n"
    "           [--collector NAME] [--from TIME] [--until TIME] [--rebuild]\n"
    "           [--set NAME=VALUE]... [--threads N] [--all] [--json] PATH...\n"
    "\n"
    "Reads table dumps and updates (MRT, plain or compressed) of any number\n"
    "of collectors as one stream in time order, judges every route by the\n"
    "world, and keeps incidents and facts in the store.  PATHs are files,\n"
    "folders, or - for standard input.\n"
    "\n"
    "An input is applied once, however often it is given.  The store holds\n"
    "what is needed to go on: a day in parts gives the same as a day at once,\n"
    "as long as parts come in order of time.\n"
    "\n"
    "  --collector  who wrote the files behind it; by default an rrcNN or\n"
    "               route-views* part of the path, else what the file says\n"
    "  --from       leave out what was before TIME\n"
    "  --until      leave out what was at TIME and later; files behind it can\n"
    "               follow in another run, the rest of a file that it cuts\n"
    "               only by --rebuild\n"
    "  --rebuild    forget what is in the store: history begins with these\n"
    "               files (as when older ones turn up)\n"
    "  --set        change a setting of detection, as hijack.min_peers=3;\n"
    "               `comity observe --settings` lists them\n"
    "  --threads    for reading (default: one for each processor)\n"
    "  --all        list every incident, not the first 20\n"
    "  --json       one object {inputs, counts, incidents} instead of text\n"
    "\n"
    "exit status: 0 everything was read, 1 some input was refused or cut\n"
    "short, 2 nothing could be done\n";

/* --- the run ----------------------------------------------------------- */

/* Settings of the run before, if others: the rest goes on all the same. */
static int
check_settings(struct observe *o, struct err *err)
{
	struct buf b = { 0 };
	char value[DETECT_VALUE_MAX];
	const char *before;

	for (size_t i = 0; i < detect_setting_count(); i++)
		buf_printf(&b, "%s=%s\n", detect_setting(i)->name,
		    detect_config_text(&o->config, i, value));
	int rc = store_value(o->store, &o->arena, "settings", &before, err);
	if (rc == 0 && before[0] != '\0' && strcmp(before, buf_cstr(&b)) != 0)
		log_warn("%s: earlier inputs were judged with other settings",
		    o->store_path);
	if (rc == 0)
		rc = store_put_value(o->store, "settings", buf_cstr(&b), err);
	buf_fini(&b);
	return rc;
}

static void
get_peer(void *ctx, uint32_t peer, struct feed_peer *out)
{
	feed_peer(ctx, peer, out);
}

/* The engine as the run before left it. */
static int
open_state(struct observe *o, struct err *err)
{
	const char *path;

	if (store_state(o->store, &o->arena, &path, err) == -1 ||
	    check_settings(o, err) == -1)
		return -1;
	if (path[0] != '\0') {
		if (os_pack_open(path, STATE_MAGIC, STATE_VERSION, &o->state,
			err) == -1)
			return -1;
		o->state_source = os_pack_source(o->state);
	}
	if (detect_new(&o->config, o->world,
		o->state == NULL ? NULL : &o->state_source, &o->detect,
		err) == -1)
		return path[0] == '\0' ? -1 : err_wrap(err, "%s", path);
	detect_peers(o->detect, get_peer, o->feed);
	o->since_us = detect_now(o->detect);
	return 0;
}

static int
take_event(void *ctx, const struct feed_event *e, struct err *err)
{
	struct observe *o = ctx;
	struct feed_event behind;

	if (feed_events(o->feed) % SHOW_EVERY == 0) {
		observe_hand_over(o);
		os_progress_show(&o->progress, "observe", feed_share(o->feed),
		    feed_events(o->feed), "events");
	}
	/* A step back over the end of the run before: that run has judged. */
	if (e->time_us < o->since_us && !e->late) {
		behind = *e;
		behind.late = true;
		o->inputs.p[e->input].behind++;
		e = &behind;
	}
	return detect_event(o->detect, e, err);
}

/* --- storing ----------------------------------------------------------- */

struct digesting {
	struct observe *o;
	struct os_sha *sha;
	size_t cap;
};

static int
add_digest(void *ctx, const struct store_input *in, struct err *err)
{
	struct digesting *g = ctx;
	struct observe *o = g->o;
	uint8_t bytes[32];

	(void)err;
	os_sha_add(g->sha, in->sha256, strlen(in->sha256));
	os_sha_get(g->sha, bytes);
	if (o->n_digests == g->cap) {
		g->cap = g->cap * 2 + 64;
		o->digests =
		    mem_realloc(o->digests, g->cap, sizeof(*o->digests));
	}
	o->digests[o->n_digests].upto_us = in->first_us;
	text_hex(o->digests[o->n_digests++].hex, bytes, 32);
	return 0;
}

/* Digests over the world and the inputs that begin up to each time. */
static int
make_digests(struct observe *o, struct err *err)
{
	struct digesting g = { .o = o, .sha = os_sha_new() };

	os_sha_add(g.sha, world_id(o->world), 32);
	int rc = store_each_input(o->store, add_digest, &g, err);
	os_sha_free(g.sha);
	return rc;
}

/* Of those that begin while it lasted or before: the same in a later run. */
static const char *
digest_of(const struct observe *o, const struct incident *in)
{
	size_t lo = 0, hi = o->n_digests;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int64_t t = o->digests[mid].upto_us;

		if (t <= in->start || in->end == TIME_NONE || t < in->end)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo == 0 ? "" : o->digests[lo - 1].hex;
}

static int
put_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct observe *o = ctx;
	struct incident x = *in;

	x.inputs = digest_of(o, in);
	observe_name_incident(o, in);
	return store_put_incident(o->store, &x, err);
}

static int
put_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	struct observe *o = ctx;

	observe_name_network(o, c->asn);
	return store_put_charge(o->store, c, err);
}

/* The new state, named by what is in it; the database is not touched. */
static int
save_state(struct observe *o, const char **out, struct err *err)
{
	struct os_pack_writer *w;
	struct os_map map;
	const char *temp, *path;
	char name[17];

	if (store_state_path(o->store, &o->arena, STATE_NEW, &temp, err) ==
		-1 ||
	    os_pack_create(temp, STATE_MAGIC, STATE_VERSION, &w, err) == -1)
		return -1;
	struct sect_sink sink = os_pack_sink(w);
	if (detect_save(o->detect, &sink, err) == -1) {
		os_pack_abort(w);
		return -1;
	}
	if (os_pack_commit(w, err) == -1 || os_map_open(temp, &map, err) == -1)
		return -1;
	(void)snprintf(name, sizeof(name), "%016llx",
	    (unsigned long long)hash_bytes(map.p, map.n, 0));
	os_map_close(&map);
	if (store_state_path(o->store, &o->arena, name, &path, err) == -1 ||
	    os_rename(temp, path, err) == -1)
		return -1;
	*out = arena_strndup(&o->arena, name, strlen(name));
	return 0;
}

static int
put_all(struct observe *o, struct err *err)
{
	const struct detect_sinks sinks = { .incident = put_incident,
		.charge = put_charge,
		.ctx = o };
	const char *name;
	struct err late;

	observe_begin_sort(o);
	int rc = observe_put_inputs(o, err);
	if (rc == 0)
		rc = make_digests(o, err);
	if (rc == 0)
		rc = detect_finish(o->detect, &sinks, err);
	if (observe_join(o, &late) == -1 || rc == -1)
		return -1;
	observe_begin_rest(o);
	rc = save_state(o, &name, err);
	if (observe_join(o, rc == -1 ? &late : err) == -1 || rc == -1)
		return -1;
	return store_set_state(o->store, name, err);
}

/* From choosing the inputs to the commit. */
static int
apply(struct observe *o, struct err *err)
{
	if (store_begin(o->store, err) == -1 ||
	    (o->rebuild && store_clear(o->store, err) == -1) ||
	    observe_find_known(o, err) == -1)
		return -1;
	observe_find_outside(o);
	if (observe_count_fates(o) > 0) {
		if (open_state(o, err) == -1)
			return -1;
		observe_find_older(o);
	}
	for (size_t i = 0; i < o->inputs.n; i++)
		if (o->inputs.p[i].fate != OBSERVE_APPLIED)
			feed_skip(o->feed, i);
	if (observe_count_fates(o) == 0) {
		store_rollback(o->store);
		/* A run that was killed may have left its files. */
		return store_prune_state(o->store, err);
	}
	if (observe_begin_networks(o, err) == -1)
		return -1;
	os_progress_begin(&o->progress);
	int rc = feed_run(o->feed, take_event, o, err);
	os_progress_end(&o->progress);
	observe_hand_over(o);
	/* Joined in any case; the first failure is told. */
	struct err late;
	if (observe_join(o, rc == -1 ? &late : err) == -1 || rc == -1)
		return -1;
	o->now_us = detect_now(o->detect);
	detect_get_counts(o->detect, &o->counts);
	if (put_all(o, err) == -1 || store_commit(o->store, err) == -1) {
		/* A new state that the store does not name would stay. */
		store_rollback(o->store);
		(void)store_prune_state(o->store, &late);
		return -1;
	}
	return store_prune_state(o->store, err);
}

static int
observe(struct observe *o, struct err *err)
{
	struct err late;

	if (world_open(o->world_path, &o->world, err) == -1)
		return -1;
	observe_begin_view(o);
	int rc = observe_open_feed(o, err);
	if (observe_join(o, rc == -1 ? &late : err) == -1 || rc == -1)
		return -1;
	/* Nothing to read: no store either. */
	if (access(o->store_path, F_OK) == -1) {
		if (observe_find_known(o, err) == -1)
			return -1;
		observe_find_outside(o);
	}
	if (observe_count_fates(o) == 0)
		return 0;
	if (store_open(o->store_path, STORE_WRITE, &o->store, err) == -1)
		return -1;
	return apply(o, err);
}

/* --- what is said ------------------------------------------------------ */

static int
finish(struct observe *o)
{
	struct err err = { 0 };
	bool known = o->fates[OBSERVE_KNOWN] > 0;

	observe_complain(o);
	if (o->fates[OBSERVE_APPLIED] == 0 && !known) {
		(void)fprintf(stderr, "comity observe: %s\n",
		    o->fates[OBSERVE_OUTSIDE] > 0
			? "nothing is between --from and --until"
		    : o->fates[OBSERVE_IGNORED] == o->inputs.n
			? "no file with routes (MRT) in these folders"
			: "nothing could be applied");
		return EXIT_CANNOT;
	}
	int rc = o->json ? observe_print_json(o, &err) : observe_print(o, &err);
	if (rc == -1)
		return cmd_fail(&cmd_observe, &err);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)err_sys(&err, "standard output");
		return cmd_fail(&cmd_observe, &err);
	}
	return o->fates[OBSERVE_OLDER] + o->fates[OBSERVE_PART] +
			   o->fates[OBSERVE_UNUSABLE] + o->incomplete >
		       0
		   ? EXIT_CHECK
		   : EXIT_FINE;
}

/* --- the command line -------------------------------------------------- */

static int
add_path(struct observe *o, const char *path, const char *collector,
    struct err *err)
{
	bool folder = strcmp(path, "-") != 0 && os_is_dir(path);
	char **files;
	size_t n;

	if (!folder) {
		vec_push(&o->paths,
		    ((struct observe_path){ path, collector, false }));
		return 0;
	}
	if (os_walk(path, &o->arena, &files, &n, err) == -1)
		return -1;
	if (n > PATHS_MAX)
		return err_set(err, ERR_LIMIT, "%s: %zu files, the limit is %d",
		    path, n, PATHS_MAX);
	for (size_t i = 0; i < n; i++)
		vec_push(&o->paths,
		    ((struct observe_path){ files[i], collector, true }));
	return 0;
}

/* For a name that is not a setting, the one that may be meant. */
static const char *
like_setting(struct str name, char hint[ARGS_WORD_MAX + 24])
{
	char typed[ARGS_WORD_MAX + 1];
	struct args_guess g;

	(void)snprintf(typed, sizeof(typed), "%.*s", (int)name.n, name.p);
	g = args_guess_begin(typed);
	for (size_t i = 0; i < detect_setting_count(); i++)
		args_guess_try(&g, detect_setting(i)->name);
	if (strcmp(g.word, typed) == 0)
		g.word[0] = '\0';
	return args_guess_text(&g, hint);
}

static int
set_option(struct observe *o, const char *value)
{
	struct str rest = str_from(value), name;
	char hint[ARGS_WORD_MAX + 24];
	struct err err = { 0 };

	if (!str_cut(&rest, '=', &name) || rest.p == NULL)
		return cmd_usage(&cmd_observe, "--set %s: no NAME=VALUE",
		    value);
	if (detect_config_set(&o->config, name, rest, &err) == -1)
		return cmd_usage(&cmd_observe, "--set %s%s", err.msg,
		    like_setting(name, hint));
	return EXIT_FINE;
}

static int
set_time(const char *name, const char *value, int64_t *out)
{
	if (utc_parse(str_from(value), out))
		return EXIT_FINE;
	return cmd_usage(&cmd_observe,
	    "%s %s: no time, as 2024-04-16 or "
	    "2024-04-16T12:00:00Z",
	    name, value);
}

static int
parse_word(struct observe *o, const char *word, const char *collector)
{
	struct err err = { 0 };

	if (strcmp(word, "--rebuild") == 0)
		o->rebuild = true;
	else if (strcmp(word, "--json") == 0)
		o->json = true;
	else if (strcmp(word, "--all") == 0)
		o->all = true;
	else if (word[0] == '-' && word[1] != '\0')
		return args_unknown(&cmd_observe, word);
	else if (add_path(o, word, collector, &err) == -1)
		return cmd_fail(&cmd_observe, &err);
	return EXIT_FINE;
}

static int
parse(int argc, char **argv, struct observe *o)
{
	const char *value, *collector = NULL;
	int status = EXIT_FINE;

	for (int i = 1; i < argc && status == EXIT_FINE; i++) {
		if (args_value(argc, argv, &i, "--world", &o->world_path) ||
		    args_value(argc, argv, &i, "--store", &o->store_path) ||
		    args_value(argc, argv, &i, "--collector", &collector))
			continue;
		if (args_value(argc, argv, &i, "--from", &value))
			status = set_time("--from", value, &o->from_us);
		else if (args_value(argc, argv, &i, "--until", &value))
			status = set_time("--until", value, &o->until_us);
		else if (args_value(argc, argv, &i, "--set", &value))
			status = set_option(o, value);
		else if (args_value(argc, argv, &i, "--threads", &value)) {
			if (!text_parse_u32(str_from(value), &o->threads) ||
			    o->threads > 64)
				status = cmd_usage(&cmd_observe,
				    "--threads %s: a number up to 64", value);
		} else
			status = parse_word(o, argv[i], collector);
	}
	if (status == EXIT_FINE &&
	    (o->world_path == NULL || o->store_path == NULL || o->paths.n == 0))
		status = cmd_usage(&cmd_observe, "needs %s",
		    o->world_path == NULL   ? "--world FILE.world"
		    : o->store_path == NULL ? "--store FILE.db"
					    : "files or folders of routes");
	return status;
}

static int
print_settings(void)
{
	for (size_t i = 0; i < detect_setting_count(); i++) {
		const struct detect_setting *s = detect_setting(i);
		struct detect_config c;
		char value[DETECT_VALUE_MAX];

		detect_config_init(&c);
		(void)printf("%-28s %s%s%s  (", s->name,
		    detect_config_text(&c, i, value),
		    s->unit[0] == '\0' ? "" : " ", s->unit);
		if (s->choices == NULL)
			(void)printf("%g to %g", s->min, s->max);
		for (size_t k = 0; s->choices != NULL && s->choices[k] != NULL;
		     k++)
			(void)printf("%s%s", k == 0 ? "" : ", ", s->choices[k]);
		(void)printf(")\n    %s\n", s->doc);
	}
	return EXIT_FINE;
}

static int
run(int argc, char **argv)
{
	struct observe o = { .from_us = TIME_NONE,
		.until_us = TIME_NONE,
		.since_us = TIME_NONE,
		.now_us = TIME_NONE,
		.first_us = TIME_NONE };
	struct err err = { 0 };

	if (argc == 2 && strcmp(argv[1], "--settings") == 0)
		return print_settings();
	detect_config_init(&o.config);
	int status = parse(argc, argv, &o);
	if (status == EXIT_FINE)
		status = observe(&o, &err) == -1 ? cmd_fail(&cmd_observe, &err)
						 : finish(&o);
	detect_free(o.detect);
	os_pack_close(o.state);
	store_close(o.store);
	feed_close(o.feed);
	world_close(o.world);
	vec_fini(&o.paths);
	vec_fini(&o.inputs);
	free(o.digests);
	u64map_fini(&o.asns);
	arena_free(&o.arena);
	return status;
}

const struct cmd cmd_observe = {
	.name = "observe",
	.summary = "judge the routes of collectors and keep what was found",
	.usage = usage,
	.run = run,
};
