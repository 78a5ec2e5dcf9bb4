/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - `comity world build` and `comity world show`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cmd/args.h"
#include "cmd/cmd.h"
#include "mrt/mrt.h"
#include "os/os.h"
#include "world/world.h"
#include "json/json.h"

static const char usage[] =
    "usage: comity world build --out FILE.world [--slurm FILE]\n"
    "           [--date PATH=TIME]... [--json] PATH...\n"
    "       comity world show FILE.world [--verify] [--json]\n"
    "\n"
    "Builds one file of all reference data: PATHs are files or folders, kinds\n"
    "are recognised by content, plain or .gz .bz2 .xz .zst:\n"
    "  VRPs and ASPAs (rpki-client, Routinator: JSON, CSV), RPSL dumps,\n"
    "  RIR delegated(-extended), NRO and IANA files, IANA registries (CSV, "
    "XML),\n"
    "  CAIDA as-rel, as-org2info, ppdc-ases, PeeringDB JSON, Spoofer "
    "sessions,\n"
    "  MANRS participants, full-bogon lists, RIS whois dumps, prefix-origin\n"
    "  tables, address ranges with origin, AS names.\n"
    "Files of one kind and source with different dates follow each other in\n"
    "time; the date comes from the content, else from the file's name.\n"
    "\n"
    "  --out FILE        the world; an old one stays until the new is whole\n"
    "  --slurm FILE      local exceptions (RFC 8416) for the VRPs and ASPAs\n"
    "  --date PATH=TIME  date of a file or folder that bears none\n"
    "  --threads N       readers (default: one a processor)\n"
    "  --verify          check every section of the file\n"
    "  --json            one object instead of a table\n"
    "\n"
    "exit status: 0 all inputs taken, 1 some refused, 2 no world written\n";

static void
hex8(char out[17], const uint8_t *sha)
{
	text_hex(out, sha, 8);
}

/* --- text -------------------------------------------------------------- */

static void
print_indented(const char *lines)
{
	struct str rest = str_from(lines), line;

	while (lines[0] != '\0' && str_cut(&rest, '\n', &line)) {
		char safe[200];

		(void)printf("    refused: %s\n",
		    text_safe(safe, sizeof(safe), line));
	}
}

#define INPUT_ROW "%-13s %-18s %9s %-10s %9s %s\n"

/* A remark behind the path, in parentheses with those before it. */
static void
add_note(struct buf *b, const char *before, struct str note)
{
	char safe[120];

	buf_printf(b, "%s%s%s", b->n == 0 ? "  (" : "; ", before,
	    text_safe(safe, sizeof(safe), note));
}

/* One input: what it is, then where it lies, as a path may be long.  Of
 * "rpsl:route,as-set" the classes stand there, too: there may be many. */
static void
print_input(const struct world_input *in, int64_t moment)
{
	char date[TIME_TEXT_MAX], age[TIME_TEXT_MAX], sha[17], path[200];
	char source[80], taken[TEXT_DEC_MAX + 1];
	bool dated = in->date_us != TIME_NONE;
	struct str classes = str_from(in->kind), kind;
	struct buf notes = { 0 };

	hex8(sha, in->sha256);
	(void)str_cut(&classes, ':', &kind);
	taken[text_dec(taken, in->taken)] = '\0';
	char *name = mem_strndup(kind.p, kind.n);
	(void)printf(INPUT_ROW, name,
	    text_safe(source, sizeof(source), str_from(in->source)), taken,
	    dated ? utc_format_day(date, in->date_us) : "-",
	    dated ? utc_format_span(age, moment - in->date_us) : "-", sha);
	free(name);
	if (classes.p != NULL)
		add_note(&notes, "", classes);
	if (in->role == WORLD_UNUSED)
		add_note(&notes, "applies only as --slurm", STR(""));
	if (dated && strcmp(in->date_from, "content") != 0)
		add_note(&notes, "date from ", str_from(in->date_from));
	(void)printf("  %s%s%s\n",
	    text_safe(path, sizeof(path), str_from(in->path)), buf_cstr(&notes),
	    notes.n > 0 ? ")" : "");
	buf_fini(&notes);
	if (in->refused > 0)
		(void)printf("    %llu records refused\n",
		    (unsigned long long)in->refused);
	print_indented(in->refusals);
}

static void
print_missing(void *ctx, const char *kind, const char *where,
    const char *unknown)
{
	int *n = ctx;

	if ((*n)++ == 0)
		(void)printf("\nMissing, and what stays unknown without it:\n");
	(void)printf("  %-18s %s\n%21sfrom %s\n", kind, unknown, "", where);
}

static void
print_counts(const struct world_view *v)
{
	const struct registry_counts r = registry_counts(v->registry);

	(void)printf("\n");
	if (v->vrps != NULL)
		(void)printf("  %u VRPs\n", vrp_table_count(v->vrps));
	if (v->aspas != NULL)
		(void)printf("  %u ASPAs\n", aspa_table_count(v->aspas));
	if (v->irr != NULL) {
		struct irr_counts c = irr_counts(v->irr);

		(void)printf("  %u route objects of %u sources (%u hidden, "
			     "RPKI-invalid)\n  %u as-sets, %u aut-nums\n",
		    c.routes, c.sources, c.hidden, c.as_sets, c.aut_nums);
	}
	if (v->topo != NULL) {
		struct topo_counts c = topo_counts(v->topo);

		(void)printf("  %u ASes, %llu p2c and %llu p2p links, clique "
			     "of %u%s\n  %u organisations\n",
		    c.ases, (unsigned long long)c.p2c,
		    (unsigned long long)c.p2p, c.clique,
		    c.clique_inferred ? " (inferred)" : "", c.organisations);
	}
	(void)printf("  %u delegations of prefixes, %u of ASNs; %u networks, "
		     "%u in PeeringDB\n",
	    r.prefix_rows, r.asn_rows, r.networks, r.pdb_networks);
	(void)printf("  %u participants with %u ASNs, %u Spoofer sessions\n"
		     "  %u prefix origins over %u days\n",
	    r.participants, r.participant_asns, r.sessions, r.origin_rows,
	    r.origin_days);
}

static int
show_text(struct world *w, struct err *err)
{
	char text[TIME_TEXT_MAX], id[65];
	const struct world_view *v;
	int missing = 0;

	text_hex(id, world_id(w), 32);
	(void)printf(INPUT_ROW, "kind", "source", "records", "date", "age",
	    "sha-256");
	for (size_t i = 0; i < world_input_count(w); i++)
		print_input(world_input(w, i), world_moment(w));
	if (world_at(w, world_moment(w), WORLD_ALL, &v, err) == -1)
		return -1;
	print_counts(v);
	(void)printf("  in force over time: %u epoch%s\n", world_epochs(w),
	    world_epochs(w) == 1 ? "" : "s");
	world_missing(w, print_missing, &missing);
	(void)printf("\nworld %s\nas of %s\n", id,
	    utc_format(text, world_moment(w)));
	return 0;
}

/* --- JSON -------------------------------------------------------------- */

static void
json_input(struct json_writer *j, const struct world_input *in, int64_t moment)
{
	char sha[65];

	text_hex(sha, in->sha256, 32);
	json_object(j);
	json_kv_str(j, "path", in->path);
	json_kv_str(j, "kind", in->kind);
	json_kv_str(j, "source", in->source);
	json_kv_time(j, "date", in->date_us);
	json_kv_str(j, "date_from", in->date_from);
	json_key(j, "age");
	if (in->date_us == TIME_NONE)
		json_null(j);
	else
		json_i64(j, (moment - in->date_us) / TIME_SEC);
	json_kv_bool(j, "used", in->role != WORLD_UNUSED);
	json_kv_u64(j, "taken", in->taken);
	json_kv_u64(j, "refused", in->refused);
	json_kv_str(j, "refusals", in->refusals);
	json_kv_str(j, "sha256", sha);
	json_object_end(j);
}

static void
json_missing(void *ctx, const char *kind, const char *where,
    const char *unknown)
{
	struct json_writer *j = ctx;

	json_object(j);
	json_kv_str(j, "kind", kind);
	json_kv_str(j, "from", where);
	json_kv_str(j, "unknown", unknown);
	json_object_end(j);
}

static void
show_json(struct world *w)
{
	struct buf out = { 0 };
	struct json_writer j = { .out = &out, .indent = 2 };
	char id[65];

	text_hex(id, world_id(w), 32);
	json_object(&j);
	json_kv_str(&j, "id", id);
	json_kv_time(&j, "moment", world_moment(w));
	json_kv_u64(&j, "epochs", world_epochs(w));
	json_key(&j, "inputs");
	json_array(&j);
	for (size_t i = 0; i < world_input_count(w); i++)
		json_input(&j, world_input(w, i), world_moment(w));
	json_array_end(&j);
	json_key(&j, "missing");
	json_array(&j);
	world_missing(w, json_missing, &j);
	json_array_end(&j);
	json_object_end(&j);
	buf_chr(&out, '\n');
	(void)fwrite(out.p, 1, out.n, stdout);
	buf_fini(&out);
}

static int
show(const char *path, bool verify, bool json)
{
	struct world *w = NULL;
	struct err err = { 0 };
	int status = EXIT_FINE;

	if (world_open(path, &w, &err) == -1)
		return cmd_fail(&cmd_world, &err);
	if (verify && world_verify(w, &err) == -1)
		status = cmd_fail(&cmd_world, &err);
	else if (json)
		show_json(w);
	else if (show_text(w, &err) == -1)
		status = cmd_fail(&cmd_world, &err);
	if (verify && status == EXIT_FINE)
		(void)fprintf(stderr, "comity world: every section is whole\n");
	world_close(w);
	return status;
}

/* --- commands ---------------------------------------------------------- */

/* Routes are no reference data, but are often given for it. */
static bool
is_mrt(const char *path)
{
	struct os_stream *s;
	const uint8_t *head;
	struct err err;

	if (os_stream_open(path, &s, &err) == -1)
		return false;
	ssize_t n = os_stream_peek(s, &head, OS_PEEK_MAX, &err);
	bool mrt = n > 0 && mrt_sniff(head, (size_t)n);
	os_stream_close(s);
	return mrt;
}

static void
report_refused(void *ctx, const struct world_input *in, const char *why)
{
	char path[300], text[500];

	(void)ctx;
	if (why == NULL)
		return;
	if (is_mrt(in->path))
		why = "holds routes (MRT): they are for `comity observe`";
	(void)fprintf(stderr, "comity world: refused %s: %s\n",
	    text_safe(path, sizeof(path), str_from(in->path)),
	    text_safe(text, sizeof(text), str_from(why)));
}

/* PATH=TIME, of something that is there. */
static int
check_date(const char *value)
{
	const char *at = strrchr(value, '=');
	int64_t us;

	if (at == NULL || at == value || !utc_parse(str_from(at + 1), &us))
		return cmd_usage(&cmd_world,
		    "--date %s: PATH=TIME, as day/irr=2024-04-16", value);
	char *path = mem_strndup(value, (size_t)(at - value));
	bool there = access(path, F_OK) == 0;
	free(path);
	return there ? EXIT_FINE
		     : cmd_usage(&cmd_world,
			   "--date %s: no such file or "
			   "folder",
			   value);
}

static int
run_build(int argc, char **argv)
{
	struct world_build b = { .report = report_refused };
	VEC(const char *) paths = { 0 }, dates = { 0 };
	bool json = false;
	uint32_t threads = 0;
	const char *value;
	struct err err = { 0 };
	size_t refused = 0;
	int status = EXIT_CANNOT;

	for (int i = 2; i < argc; i++) {
		if (args_value(argc, argv, &i, "--out", &value))
			b.out = value;
		else if (args_value(argc, argv, &i, "--slurm", &value))
			b.slurm = value;
		else if (args_value(argc, argv, &i, "--date", &value)) {
			if (check_date(value) != EXIT_FINE) {
				status = EXIT_CANNOT;
				goto out;
			}
			vec_push(&dates, value);
		} else if (args_value(argc, argv, &i, "--threads", &value)) {
			if (!text_parse_u32(str_from(value), &threads) ||
			    threads > 64) {
				status = cmd_usage(&cmd_world,
				    "--threads %s: a number up to 64", value);
				goto out;
			}
		} else if (strcmp(argv[i], "--json") == 0)
			json = true;
		else if (argv[i][0] == '-' && argv[i][1] != '\0') {
			status = args_unknown(&cmd_world, argv[i]);
			goto out;
		} else
			vec_push(&paths, argv[i]);
	}
	if (b.out == NULL || paths.n == 0) {
		status = cmd_usage(&cmd_world,
		    b.out == NULL ? "build needs --out FILE.world"
				  : "build needs at least one PATH");
		goto out;
	}
	b.paths = paths.p;
	b.n_paths = paths.n;
	b.dates = dates.p;
	b.n_dates = dates.n;
	b.threads = threads;
	if (world_build(&b, &refused, &err) == -1) {
		status = cmd_fail(&cmd_world, &err);
		goto out;
	}
	status = show(b.out, false, json);
	if (status == EXIT_FINE && refused > 0) {
		(void)fprintf(stderr, "comity world: %zu input%s refused\n",
		    refused, refused == 1 ? "" : "s");
		status = EXIT_CHECK;
	}
out:
	vec_fini(&paths);
	vec_fini(&dates);
	return status;
}

static int
run_show(int argc, char **argv)
{
	const char *path = NULL;
	bool verify = false, json = false;

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--verify") == 0)
			verify = true;
		else if (strcmp(argv[i], "--json") == 0)
			json = true;
		else if (path == NULL && argv[i][0] != '-')
			path = argv[i];
		else
			return args_unknown(&cmd_world, argv[i]);
	}
	if (path == NULL)
		return cmd_usage(&cmd_world, "show needs a FILE.world");
	return show(path, verify, json);
}

static int
run(int argc, char **argv)
{
	if (argc >= 2 && strcmp(argv[1], "build") == 0)
		return run_build(argc, argv);
	if (argc >= 2 && strcmp(argv[1], "show") == 0)
		return run_show(argc, argv);
	if (argc >= 2)
		return cmd_usage(&cmd_world,
		    "expected `build` or `show`, not \"%s\"", argv[1]);
	return cmd_usage(&cmd_world, "expected `build` or `show`");
}

const struct cmd cmd_world = {
	.name = "world",
	.summary = "build or show the reference data that verdicts rest on",
	.usage = usage,
	.run = run,
};
