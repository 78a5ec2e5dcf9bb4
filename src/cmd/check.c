/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - `comity check`: one network against the four actions of MANRS,
 * what is wrong, and what to do about it.
 */
#include "cmd/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/args.h"
#include "cmd/cmd.h"

#define MAX_MONTHS 2400

static const char usage[] =
    "usage: comity check AS64500 --world FILE.world --store FILE.db\n"
    "           [--month YYYY-MM] [--as-of TIME] [--strict] [--all] [--json]\n"
    "           [--profile NAME] [--set NAME=VALUE]...\n"
    "\n"
    "Shows one network against the four actions of MANRS for network\n"
    "operators: pass (ready), fail (aspiring or lagging) or unknown (no\n"
    "data), with score, numbers, incidents and missing registrations, and\n"
    "under each the fix, ready to paste.\n"
    "\n"
    "  --month     which month (default: the newest in the store)\n"
    "  --as-of     the moment that ages are measured against and reference\n"
    "              data are taken of (default: the world's newest input)\n"
    "  --strict    unknown counts as a failed check\n"
    "  --all       list every route, not the first 20\n"
    "  --profile   obs-2024 (default), obs-2022, obs-2018\n"
    "  --json      one object instead of the screen\n"
    "\n"
    "exit status: 0 nothing failed, 1 a check failed, 2 nothing could be "
    "done\n";

struct options {
	const char *world, *store, *month, *as_of, *profile;
	bool json, strict, all;
};

static const char *
keep(struct arena *a, const char *s)
{
	return arena_strndup(a, s != NULL ? s : "", s != NULL ? strlen(s) : 0);
}

/* --- gathering --------------------------------------------------------- */

static int
take_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	struct check *k = ctx;
	struct check_charge x = { .c = *c };

	(void)err;
	if (!score_event_of(c, &x.e))
		return 0;
	x.c.metric = keep(&k->arena, c->metric);
	x.c.split = keep(&k->arena, c->split);
	x.c.incident = keep(&k->arena, c->incident);
	x.c.detail = keep(&k->arena, c->detail);
	vec_push(&k->charges, x);
	return 0;
}

static int
take_route(void *ctx, const struct route_fact *f, struct err *err)
{
	struct check *k = ctx;
	struct check_route r = { .fact = *f };
	struct irr_match m;

	(void)err;
	r.counts = score_route_counts(&k->profile, k->month_us, f);
	if (k->view->vrps != NULL) {
		r.vrps = true;
		r.rov = vrp_table_validate(k->view->vrps, &f->prefix, f->origin,
		    NULL);
	}
	if (k->view->irr != NULL) {
		r.irr = true;
		irr_check(k->view->irr, &f->prefix, f->origin, k->moment_us,
		    &m);
		r.irr_now = m.verdict;
	}
	vec_push(&k->routes, r);
	return 0;
}

static int
take_transit(void *ctx, const struct transit_fact *t, struct err *err)
{
	struct check *k = ctx;

	(void)err;
	vec_push(&k->transits, *t);
	return 0;
}

static int
take_input(void *ctx, const struct store_input *in, struct err *err)
{
	struct check *k = ctx;

	(void)err;
	if (in->first_us == TIME_NONE || in->last_us == TIME_NONE ||
	    in->last_us < k->month_us ||
	    in->first_us >= utc_month_start(k->month_us, 1))
		return 0;
	vec_push(&k->routing, ((struct check_input){ keep(&k->arena, in->kind),
				  keep(&k->arena, in->collector),
				  keep(&k->arena, in->sha256), in->last_us }));
	return 0;
}

/* The month asked for or the newest; *observed: the store has it. */
static int
choose_month(struct check *k, const struct options *o, struct store *s,
    bool *observed, struct err *err)
{
	int64_t *months = mem_alloc(MAX_MONTHS, sizeof(*months)), until;
	size_t n = 0;
	int rc = store_months(s, months, MAX_MONTHS, &n, err);

	if (rc == 0 && o->month != NULL) {
		if (!utc_parse_month(str_from(o->month), &k->month_us, &until))
			rc = err_set(err, ERR_INPUT, "no month \"%s\"",
			    o->month);
	} else if (rc == 0 && n > 0) {
		k->month_us = months[0];
	} else if (rc == 0) {
		rc = err_set(err, ERR_INPUT,
		    "%s holds no month yet: run `comity observe` first",
		    store_path(s));
	}
	*observed = false;
	for (size_t i = 0; rc == 0 && i < n; i++)
		*observed |= months[i] == k->month_us;
	free(months);
	return rc;
}

static bool
is_participant(void *ctx, uint32_t asn)
{
	const struct registry *r = ctx;
	struct registry_participant p;
	uint32_t no;

	for (uint32_t k = 0;
	     (no = registry_participant_of(r, asn, k)) != REG_NONE; k++)
		if (registry_participant(r, no, &p) && p.in_newest)
			return true;
	return false;
}

static void
judge(struct check *k, bool observed)
{
	struct score_event *e = mem_alloc(k->charges.n + 1, sizeof(*e));
	struct route_fact *f = mem_alloc(k->routes.n + 1, sizeof(*f));
	bool cdn = strstr(k->net.programmes, "cdn") != NULL;

	for (size_t i = 0; i < k->charges.n; i++) {
		e[i] = k->charges.p[i].e;
		e[i].ref = (uint32_t)i;
	}
	for (size_t i = 0; i < k->routes.n; i++)
		f[i] = k->routes.p[i].fact;
	score_network(&k->profile, k->month_us, observed, e, k->charges.n, f,
	    k->routes.n, &k->net, k->asn, &k->card);
	score_caida_a4(&k->profile, k->month_us, f, k->routes.n, cdn,
	    &k->caida_a4);
	score_caida_a1(&k->profile, observed && k->view->topo != NULL,
	    k->transits.p, k->transits.n, cdn, is_participant,
	    (void *)(uintptr_t)k->view->registry, &k->caida_a1);
	for (unsigned i = 0; i < JOIN_PROFILES; i++)
		score_join(&k->card, i, &k->join[i]);
	free(e);
	free(f);
}

static int
gather(struct check *k, const struct options *o, struct store *s,
    struct err *err)
{
	char id[65];
	bool observed;

	if (choose_month(k, o, s, &observed, err) == -1 ||
	    world_at(k->world, k->moment_us, WORLD_ALL, &k->view, err) == -1)
		return -1;
	text_hex(id, world_id(k->world), 32);
	k->world_id = keep(&k->arena, id);
	if (score_network_facts(k->view, k->asn, k->moment_us, &k->arena,
		&k->net, err) == -1 ||
	    store_each_charge(s, k->asn, k->month_us,
		utc_month_start(k->month_us, 1), take_charge, k, err) == -1 ||
	    store_each_route(s, k->month_us, k->asn, take_route, k, err) ==
		-1 ||
	    store_each_transit(s, k->month_us, k->asn, take_transit, k, err) ==
		-1 ||
	    store_each_input(s, take_input, k, err) == -1 ||
	    store_world(s, &k->arena, &k->judged, err) == -1)
		return -1;
	judge(k, observed);
	return 0;
}

/* --- the command ------------------------------------------------------- */

static int
set_one(struct score_profile *p, const char *text, struct err *err)
{
	struct str rest = str_from(text), name;

	if (!str_cut(&rest, '=', &name) || rest.p == NULL)
		return err_set(err, ERR_INPUT, "--set takes NAME=VALUE, not %s",
		    text);
	return score_profile_set(p, name, rest, err);
}

static bool
parse_asn(const char *text, uint32_t *asn)
{
	struct str s = str_from(text);

	if (s.n > 2 && (str_starts(s, "AS") || str_starts(s, "as"))) {
		s.p += 2;
		s.n -= 2;
	}
	return text_parse_u32(s, asn);
}

static int
parse(int argc, char **argv, struct options *o, struct check *k)
{
	bool have_asn = false;
	const char *value;
	struct err err;

	for (int i = 1; i < argc; i++) {
		if (args_value(argc, argv, &i, "--world", &o->world) ||
		    args_value(argc, argv, &i, "--store", &o->store) ||
		    args_value(argc, argv, &i, "--month", &o->month) ||
		    args_value(argc, argv, &i, "--as-of", &o->as_of) ||
		    args_value(argc, argv, &i, "--profile", &o->profile) ||
		    args_value(argc, argv, &i, "--set", &value))
			continue;
		if (strcmp(argv[i], "--json") == 0)
			o->json = true;
		else if (strcmp(argv[i], "--strict") == 0)
			o->strict = true;
		else if (strcmp(argv[i], "--all") == 0)
			o->all = true;
		else if (!have_asn && parse_asn(argv[i], &k->asn))
			have_asn = true;
		else
			return cmd_usage(&cmd_check, "what is \"%s\"?",
			    argv[i]);
	}
	if (!have_asn || o->world == NULL || o->store == NULL)
		return cmd_usage(&cmd_check,
		    "an AS number, --world and --store are needed");
	if (!score_profile_init(&k->profile, str_from(o->profile)))
		return cmd_usage(&cmd_check, "no profile \"%s\"", o->profile);
	for (int i = 1; i < argc; i++)
		if (args_value(argc, argv, &i, "--set", &value) &&
		    set_one(&k->profile, value, &err) == -1)
			return cmd_usage(&cmd_check, "%s", err.msg);
	return 0;
}

static int
exit_status(const struct check *k, bool strict)
{
	for (unsigned i = 0; i < SCORE_IDS; i++) {
		enum score_verdict v = score_verdict(&k->card.scores[i]);

		if (v == SCORE_FAIL || (strict && v == SCORE_CANNOT_TELL))
			return EXIT_CHECK;
	}
	return EXIT_FINE;
}

static int
open_and_gather(struct check *k, const struct options *o, struct err *err)
{
	struct store *s = NULL;
	int rc;

	if (world_open(o->world, &k->world, err) == -1)
		return -1;
	k->moment_us = world_moment(k->world);
	if (o->as_of != NULL && !utc_parse(str_from(o->as_of), &k->moment_us))
		return err_set(err, ERR_INPUT, "no time \"%s\"", o->as_of);
	if (store_open(o->store, STORE_READ, &s, err) == -1)
		return -1;
	rc = gather(k, o, s, err);
	store_close(s);
	return rc;
}

static int
run(int argc, char **argv)
{
	struct options o = { .profile = "obs-2024" };
	struct check k = { 0 };
	struct err err;
	int status;

	if (parse(argc, argv, &o, &k) != 0)
		return EXIT_CANNOT;
	if (open_and_gather(&k, &o, &err) == -1) {
		status = cmd_fail(&cmd_check, &err);
	} else {
		if (o.json)
			check_print_json(&k);
		else
			check_print(&k,
			    isatty(STDOUT_FILENO) == 1 &&
				getenv("NO_COLOR") == NULL,
			    o.all);
		status = exit_status(&k, o.strict);
	}
	vec_fini(&k.charges);
	vec_fini(&k.routes);
	vec_fini(&k.transits);
	vec_fini(&k.routing);
	arena_free(&k.arena);
	world_close(k.world);
	return status;
}

const struct cmd cmd_check = { "check",
	"one network against the actions of MANRS, with the fixes", usage,
	run };
