/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rov.c - `comity rov`: route origin validation (RFC 6811) of some routes, or
 * of all that come in lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/args.h"
#include "cmd/cmd.h"
#include "cmd/rov.h"

static const char usage[] =
    "usage: comity rov --world FILE [--as-of TIME] [--max-age DAYS] [--json]\n"
    "           AS64500 192.0.2.0/24 [AS64501 2001:db8::/32]...\n"
    "       comity rov --world FILE [--as-of TIME] [--max-age DAYS] -\n"
    "\n"
    "Validates routes against the VRPs of a world (RFC 6811).\n"
    "\n"
    "With pairs of origin and prefix: the verdict, every VRP that covers the\n"
    "route and why it does not match, and age and hash of the inputs that\n"
    "decided.  An origin may be an AS_SET, \"{64500,64501}\".\n"
    "\n"
    "With \"-\": lines \"prefix asn\" on standard input (may be compressed) to\n"
    "lines \"prefix asn valid|invalid|not-found|unknown\", both fields as "
    "they\n"
    "came.  Lines of RIS whois dumps (\"asn prefix peers\") are understood "
    "too.\n"
    "Blank lines and those beginning with # % ; or [ are repeated; a line "
    "that\n"
    "is malformed is repeated with \" malformed\" behind it and named on "
    "standard\n"
    "error, so that line N of the output belongs to line N of the input.\n"
    "\n"
    "Without VRPs in the world every verdict is \"unknown\".\n"
    "\n"
    "  --as-of TIME     judge by what was in force then (default: the newest\n"
    "                   date among the world's inputs)\n"
    "  --max-age DAYS   VRPs older than that decide nothing: \"unknown\"\n"
    "  --json           the shape of Routinator's /validity\n"
    "\n"
    "exit status: 0 done, whatever the verdicts; 1 a line was malformed or "
    "the\ninput was cut short; 2 could not be done\n";

struct opts {
	const char *world, *as_of, *max_age;
	bool json, lines;
	const char **words; /* origins and prefixes */
	size_t n_words;
};

/* --- the basis --------------------------------------------------------- */

static int
open_basis(const struct opts *o, struct rov_basis *b, struct err *err)
{
	const struct world_view *v;
	uint64_t days = 0;

	if (world_open(o->world, &b->world, err) == -1)
		return -1;
	b->moment = world_moment(b->world);
	if (o->as_of != NULL && !utc_parse(str_from(o->as_of), &b->moment))
		return err_set(err, ERR_INPUT, "--as-of %s: no time I can read",
		    o->as_of);
	if (o->max_age != NULL &&
	    !text_parse_u64(str_from(o->max_age), 100000, &days))
		return err_set(err, ERR_INPUT,
		    "--max-age %s: expected a number of days", o->max_age);
	if (world_at(b->world, b->moment, WORLD_VRPS, &v, err) == -1)
		return -1;
	b->vrps = v->vrps;
	b->why_unknown = "the world holds no VRPs";
	if (b->vrps == NULL || o->max_age == NULL)
		return 0;
	int64_t age = world_age(b->world, WORLD_VRPS, b->moment);
	if (age == TIME_NONE || age > (int64_t)days * TIME_DAY) {
		b->vrps = NULL;
		b->why_unknown = "the VRPs are older than --max-age allows";
	}
	return 0;
}

/* --- the two ways ------------------------------------------------------ */

static int
run_pairs(const struct opts *o, const struct rov_basis *b)
{
	struct rov_route *routes = mem_alloc(o->n_words / 2, sizeof(*routes));
	struct buf out = { 0 };
	int status = EXIT_FINE;
	char safe[120];

	for (size_t i = 0; i + 1 < o->n_words; i += 2) {
		if (rov_route_parse(str_from(o->words[i]),
			str_from(o->words[i + 1]), &routes[i / 2]))
			continue;
		(void)snprintf(safe, sizeof(safe), "%s %s", o->words[i],
		    o->words[i + 1]);
		status = cmd_usage(&cmd_rov,
		    "\"%s\" is no AS number with a prefix", safe);
		goto out;
	}
	if (o->json)
		rov_print_json(&out, b, routes, o->n_words / 2);
	else
		rov_print_text(&out, b, routes, o->n_words / 2);
	if (fwrite(out.p, 1, out.n, stdout) != out.n || fflush(stdout) != 0) {
		struct err err;

		(void)err_sys(&err, "write");
		status = cmd_fail(&cmd_rov, &err);
	}
out:
	buf_fini(&out);
	free(routes);
	return status;
}

static void
complain(uint64_t line, const char *text)
{
	(void)fprintf(stderr,
	    "comity rov: line %llu: expected \"prefix asn\", found \"%s\"\n",
	    (unsigned long long)line, text);
}

static int
run_lines(const struct rov_basis *b)
{
	struct os_stream *in = NULL;
	struct rov_counts n = { 0 };
	struct err err;

	if (os_stream_open("-", &in, &err) == -1)
		return cmd_fail(&cmd_rov, &err);
	int status = rov_lines(in, STDOUT_FILENO, b->vrps, complain, &n, &err);
	os_stream_close(in);
	if (n.malformed > 0)
		(void)fprintf(stderr,
		    "comity rov: %llu of %llu lines malformed\n",
		    (unsigned long long)n.malformed,
		    (unsigned long long)n.lines);
	if (b->vrps == NULL && n.unknown > 0)
		(void)fprintf(stderr, "comity rov: all unknown: %s\n",
		    b->why_unknown);
	if (status == -1) {
		(void)cmd_fail(&cmd_rov, &err);
		return n.lines > 0 && err.code != ERR_SYSTEM ? EXIT_CHECK
							     : EXIT_CANNOT;
	}
	return n.malformed > 0 ? EXIT_CHECK : EXIT_FINE;
}

/* --- the command ------------------------------------------------------- */

static int
read_args(int argc, char **argv, struct opts *o)
{
	for (int i = 1; i < argc; i++) {
		if (args_value(argc, argv, &i, "--world", &o->world) ||
		    args_value(argc, argv, &i, "--as-of", &o->as_of) ||
		    args_value(argc, argv, &i, "--max-age", &o->max_age))
			continue;
		if (strcmp(argv[i], "--json") == 0)
			o->json = true;
		else if (strcmp(argv[i], "-") == 0)
			o->lines = true;
		else if (argv[i][0] == '-')
			return cmd_usage(&cmd_rov, "no option \"%s\"", argv[i]);
		else
			o->words[o->n_words++] = argv[i];
	}
	if (o->world == NULL || *o->world == '\0')
		return cmd_usage(&cmd_rov, "--world FILE is needed");
	if (o->lines && (o->n_words > 0 || o->json))
		return cmd_usage(&cmd_rov,
		    "\"-\" goes with neither routes nor --json");
	if (!o->lines && (o->n_words == 0 || o->n_words % 2 != 0))
		return cmd_usage(&cmd_rov,
		    "expected pairs of AS number and prefix, or \"-\"");
	return EXIT_FINE;
}

static int
run(int argc, char **argv)
{
	struct opts o = { .words = mem_alloc((size_t)argc, sizeof(*o.words)) };
	struct rov_basis b = { 0 };
	struct err err;
	int status = read_args(argc, argv, &o);

	if (status == EXIT_FINE) {
		if (open_basis(&o, &b, &err) == -1)
			status = cmd_fail(&cmd_rov, &err);
		else
			status = o.lines ? run_lines(&b) : run_pairs(&o, &b);
	}
	world_close(b.world);
	free(o.words);
	return status;
}

const struct cmd cmd_rov = {
	.name = "rov",
	.summary = "validate the origins of routes against a world's VRPs",
	.usage = usage,
	.run = run,
};
