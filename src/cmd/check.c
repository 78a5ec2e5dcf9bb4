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

static const char usage[] =
    "usage: comity check AS64500 --world FILE.world --store FILE.db\n"
    "           [--month YYYY-MM] [--as-of TIME] [--strict] [--all]\n"
    "           [--contacts] [--json]\n"
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
    "  --all       list every route and incident, not the first 20\n"
    "  --contacts  which roles can be reached, and where\n"
    "  --profile   obs-2024 (default), obs-2022, obs-2018\n"
    "  --json      one object instead of the screen\n"
    "\n"
    "exit status: 0 nothing failed, 1 a check failed, 2 nothing could be "
    "done\n";

/* --- gathering --------------------------------------------------------- */

/* A route of the month with what the world of this check says of it. */
static void
add_route(struct check *k, const struct route_fact *f)
{
	struct check_route r = { .fact = *f };
	struct irr_match m;

	r.counts = score_route_counts(&k->rep.opt.profile, k->rep.month_us, f);
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

/* Scores by the facts of this world instead of those of the store. */
static void
judge(struct check *k)
{
	struct report *r = &k->rep;
	struct report_net *n = &r->nets.p[0];
	bool cdn = strstr(k->net.programmes, "cdn") != NULL;

	n->facts = &k->net;
	report_score(r);
	k->in_month = n;
	k->card = &n->card;
	k->caida_a4 = n->a4;
	score_caida_a1(&r->opt.profile,
	    r->observed && k->view->topo != NULL && k->view->vrps != NULL,
	    r->transit.p + n->transit, n->n_transit, cdn, is_participant,
	    (void *)(uintptr_t)k->view->registry, &k->caida_a1);
	for (unsigned i = 0; i < JOIN_PROFILES; i++)
		score_join(k->card, i, &k->join[i]);
}

static int
gather(struct check *k, const struct report_options *o, struct err *err)
{
	char id[65];

	if (report_load(&k->rep, o, err) == -1)
		return -1;
	if (k->rep.nets.n != 1)
		return err_set(err, ERR_INPUT, "AS%u is no network", k->asn);
	if (world_at(k->world, k->moment_us, WORLD_ALL, &k->view, err) == -1 ||
	    score_network_facts(k->view, k->asn, k->moment_us, &k->arena,
		&k->net, err) == -1)
		return -1;
	text_hex(id, world_id(k->world), 32);
	k->world_id = arena_strndup(&k->arena, id, strlen(id));
	judge(k);
	for (size_t i = 0; i < k->in_month->n_routes; i++)
		add_route(k, &k->rep.routes.p[k->in_month->route + i]);
	return 0;
}

/* --- the command ------------------------------------------------------- */

struct options {
	const char *world, *as_of;
	struct report_options report;
	struct check_look look;
	bool json, strict;
};

static bool
parse_flag(struct options *o, const char *arg)
{
	if (strcmp(arg, "--json") == 0)
		o->json = true;
	else if (strcmp(arg, "--strict") == 0)
		o->strict = true;
	else if (strcmp(arg, "--all") == 0)
		o->look.all = true;
	else if (strcmp(arg, "--contacts") == 0)
		o->look.contacts = true;
	else
		return false;
	return true;
}

static int
parse(int argc, char **argv, struct options *o, struct check *k)
{
	struct report_options *r = &o->report;
	const char *value;
	struct err err = { 0 };

	if (report_profile(argc, argv, &r->profile, &err) == -1)
		return cmd_usage(&cmd_check, "%s", err.msg);
	for (int i = 1; i < argc; i++) {
		if (args_value(argc, argv, &i, "--world", &o->world) ||
		    args_value(argc, argv, &i, "--store", &r->store) ||
		    args_value(argc, argv, &i, "--month", &r->month) ||
		    args_value(argc, argv, &i, "--as-of", &o->as_of) ||
		    args_value(argc, argv, &i, "--profile", &value) ||
		    args_value(argc, argv, &i, "--set", &value) ||
		    parse_flag(o, argv[i]))
			continue;
		if (argv[i][0] == '-' || k->asn != 0)
			return args_unknown(&cmd_check, argv[i]);
		if (!asn_parse(str_from(argv[i]), &k->asn) || k->asn == 0)
			return cmd_usage(&cmd_check,
			    "\"%.100s\" is no AS number", argv[i]);
	}
	if (k->asn == 0 || o->world == NULL || r->store == NULL)
		return cmd_usage(&cmd_check, "needs %s",
		    k->asn == 0        ? "an AS number"
		    : o->world == NULL ? "--world FILE.world"
				       : "--store FILE.db");
	r->asn = k->asn;
	r->empty_too = true;
	return EXIT_FINE;
}

static int
exit_status(const struct check *k, bool strict)
{
	for (unsigned i = 0; i < SCORE_IDS; i++) {
		enum score_verdict v = score_verdict(&k->card->scores[i]);

		if (v == SCORE_FAIL || (strict && v == SCORE_CANNOT_TELL))
			return EXIT_CHECK;
	}
	return EXIT_FINE;
}

static int
open_and_gather(struct check *k, const struct options *o, struct err *err)
{
	if (world_open(o->world, &k->world, err) == -1)
		return -1;
	k->moment_us = world_moment(k->world);
	if (o->as_of != NULL && !utc_parse(str_from(o->as_of), &k->moment_us))
		return err_set(err, ERR_INPUT,
		    "--as-of %s: no time, as "
		    "2024-04-16 or 2024-04-16T12:00:00Z",
		    o->as_of);
	return gather(k, &o->report, err);
}

static int
run(int argc, char **argv)
{
	struct options o = { 0 };
	struct check k = { 0 };
	struct err err = { 0 };
	int status = parse(argc, argv, &o, &k);

	if (status != EXIT_FINE)
		return status;
	o.look.colour =
	    isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == NULL;
	if (open_and_gather(&k, &o, &err) == -1) {
		status = cmd_fail(&cmd_check, &err);
	} else {
		if (o.json)
			check_print_json(&k);
		else
			check_print(&k, &o.look);
		status = exit_status(&k, o.strict);
	}
	vec_fini(&k.routes);
	arena_free(&k.arena);
	report_free(&k.rep);
	world_close(k.world);
	return status;
}

const struct cmd cmd_check = {
	.name = "check",
	.summary = "one network against the actions of MANRS, with the fixes",
	.usage = usage,
	.run = run,
};
