/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * simulate.c - `comity simulate`: a text scenario played on a small Internet,
 * written as the files that archives and registries publish.
 */
#include "cmd/args.h"
#include "cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utc.h"
#include "sim/sim.h"

static void
print_report(const struct scenario *s, const char *out,
    const struct sim_report *r)
{
	struct scenario_facts f = scenario_facts(s);
	char day[TIME_TEXT_MAX];

	(void)printf("%s  %s\n", utc_format_day(day, f.day_us), f.title);
	(void)printf("%" PRIu32 " networks, %" PRIu32 " links, %" PRIu32
		     " prefixes, %" PRIu32 " peers\n",
	    f.ases, f.links, f.prefixes, f.peers);
	(void)printf("%" PRIu32 " table dumps (%" PRIu64 " routes), %" PRIu64
		     " updates (%" PRIu64 " routes), %" PRIu32 " files in %s\n",
	    r->dumps, r->dump_routes, r->updates, r->routes, r->files, out);
}

static int
run(int argc, char **argv)
{
	const char *file = NULL, *out = NULL;
	struct sim_report report;
	struct scenario *s;
	struct err err;
	bool quiet = false;
	int rc;

	for (int i = 1; i < argc; i++) {
		if (args_value(argc, argv, &i, "--scenario", &file) ||
		    args_value(argc, argv, &i, "--out", &out))
			continue;
		if (strcmp(argv[i], "--quiet") == 0)
			quiet = true;
		else
			return args_unknown(&cmd_simulate, argv[i]);
	}
	if (file == NULL || *file == '\0')
		return cmd_usage(&cmd_simulate,
		    "which scenario? (--scenario FILE)");
	if (out == NULL || *out == '\0')
		return cmd_usage(&cmd_simulate, "where to? (--out DIR)");
	if (scenario_load(file, &s, &err) == -1)
		return cmd_fail(&cmd_simulate, &err);
	rc = sim_write(s, out, &report, &err);
	if (rc == 0 && !quiet)
		print_report(s, out, &report);
	scenario_free(s);
	return rc == -1 ? cmd_fail(&cmd_simulate, &err) : EXIT_FINE;
}

const struct cmd cmd_simulate = {
	.name = "simulate",
	.summary = "play a scenario and write what archives would hold of it",
	.usage =
	    "usage: comity simulate --scenario FILE --out DIR [--quiet]\n\n"
	    "Plays the scenario FILE (doc/SCENARIOS.md) on a small Internet "
	    "and writes below\nDIR:\n\n"
	    "  routes/       MRT table dumps and updates of every collector\n"
	    "  reference/    VRPs and ASPAs, RPSL dumps, AS relationships and\n"
	    "                organisations, delegations, PeeringDB, Spoofer\n"
	    "                sessions, the participants list\n"
	    "  truth.jsonl   what an observer should find (comity evaluate)\n\n"
	    "The same scenario always gives the same bytes.\n\n"
	    "  --quiet       print nothing\n",
	.run = run,
};
