/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dump.c - `comity dump`: routing data as lines, as JSON, counted, or as MRT
 * again.  All that it knows of such data it has from the library (lib/comity.h),
 * as any other program would.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/args.h"
#include "cmd/cmd.h"
#include "lib/comity.h"
#include "os/os.h"

#define PROGRESS_EVERY 4096 /* records */

struct dump_opts {
	enum comity_format format; /* without --json */
	bool json, merge, mrt;
	const char *output; /* of --mrt */
	unsigned flags;     /* enum comity_print_flags */
	bool selected;      /* only records of these indexes: */
	uint64_t first, last;
	struct comity_filter *filter;
};

static const struct format {
	const char *name; /* of --format */
	enum comity_format format;
} formats[] = {
	{ "bgpdump", COMITY_LINES },
	{ "bgpdump-dates", COMITY_DATED },
	{ "bgpdump-blocks", COMITY_BLOCKS },
	{ "bgpreader", COMITY_BGPREADER },
	{ "csv", COMITY_CSV },
	{ "explain", COMITY_EXPLAIN },
	{ "stats", COMITY_STATS },
	{ "json", COMITY_JSON },
};

struct dump {
	struct dump_opts opts;
	struct comity_printer *printer;
	struct comity_writer *writer; /* NULL: no --mrt */
	struct os_progress progress;
	uint64_t records; /* printed */
	bool written;     /* ... all of them */
	bool some, whole; /* something was read; nothing was refused or cut */
};

/* Formats that tell of all records together; --json asks for their objects. */
static bool
is_summary(enum comity_format format)
{
	return (format >= COMITY_COUNT_TYPES &&
		   format <= COMITY_COUNT_PREFIXES) ||
	       format == COMITY_STATS;
}

/* Formats that print something of records without routes. */
static bool
tells_all(enum comity_format format)
{
	return is_summary(format) || format == COMITY_JSON ||
	       format == COMITY_EXPLAIN;
}

static void
tell(const char *path, const char *what)
{
	(void)fprintf(stderr, "comity dump: %s: %s\n", path, what);
}

/* NULL: nothing is to be read of it. */
static struct comity_reader *
open_input(struct dump *d, const char *path)
{
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(path, &error);

	if (r == NULL) {
		tell(path, error.text);
		d->whole = false;
		return NULL;
	}
	comity_reader_threads(r, 0);
	if (d->opts.format == COMITY_EXPLAIN || d->opts.format == COMITY_STATS)
		comity_reader_keep_refused(r);
	if (comity_reader_filter(r, d->opts.filter))
		return r;
	d->some = true; /* of a collector that was not asked for */
	comity_reader_close(r);
	return NULL;
}

/* The record at hand; false: it could not be written. */
static bool
print_record(struct dump *d, struct comity_reader *r, const char *path)
{
	uint64_t index = comity_record_index(r);

	if (d->opts.selected && (index < d->opts.first || index > d->opts.last))
		return true;
	d->written =
	    (d->writer != NULL ? comity_writer_put(d->writer, r)
			       : comity_printer_put(d->printer, r)) == 0;
	if (++d->records % PROGRESS_EVERY == 0 && d->progress.on)
		os_progress_show(&d->progress, path, comity_reader_share(r),
		    d->records, "records");
	return d->written;
}

/* What is to be told of an input that was read. */
static void
close_input(struct dump *d, struct comity_reader *r, const char *path)
{
	struct comity_counts n;
	char text[600];

	comity_reader_counts(r, &n);
	uint64_t some =
	    n.taken + n.left_out + (tells_all(d->opts.format) ? n.skipped : 0);
	if (n.refused > 0) {
		(void)snprintf(text, sizeof(text),
		    "%llu refused, the first: %s",
		    (unsigned long long)n.refused, comity_reader_refusal(r));
		tell(path, text);
	}
	if (comity_reader_broke(r))
		tell(path, comity_reader_error(r)->text);
	else if (some == 0 && n.refused == 0)
		tell(path, "its records hold neither routes nor messages");
	d->some |= some > 0;
	d->whole &= !comity_reader_broke(r) && n.refused == 0;
	comity_reader_close(r);
}

/* Nothing behind this record is wanted. */
static bool
is_past(const struct dump *d, const struct comity_reader *r)
{
	return d->opts.selected && comity_record_index(r) > d->opts.last;
}

static void
one_by_one(struct dump *d, char **paths, int n)
{
	for (int i = 0; i < n && d->written; i++) {
		struct comity_reader *r = open_input(d, paths[i]);

		if (r == NULL)
			continue;
		while (comity_reader_next(r) == 1 && !is_past(d, r) &&
		       print_record(d, r, paths[i]))
			;
		close_input(d, r, paths[i]);
	}
}

static void
merged(struct dump *d, char **paths, int n)
{
	struct comity_reader **readers =
	    calloc((size_t)n, sizeof(struct comity_reader *));
	const char **names = calloc((size_t)n, sizeof(*names));
	struct comity_reader *r;
	size_t open = 0;

	if (readers == NULL || names == NULL)
		abort();
	for (int i = 0; i < n; i++)
		if ((r = open_input(d, paths[i])) != NULL) {
			names[open] = paths[i];
			readers[open++] = r;
		}
	struct comity_merge *m = comity_merge_new(readers, open);
	while (
	    (r = comity_merge_next(m)) != NULL && print_record(d, r, "merged"))
		;
	comity_merge_free(m);
	for (size_t i = 0; i < open; i++)
		close_input(d, readers[i], names[i]);
	free(names);
	free(readers);
}

/* --- the command ------------------------------------------------------- */

/* Letters that may stand together behind one dash, as in bgpdump. */
static bool
set_letter(struct dump_opts *o, char c)
{
	switch (c) {
	case 'l':
		o->flags |= COMITY_PRINT_LARGE;
		return true;
	case 'p':
		o->flags |= COMITY_PRINT_INDEX;
		return true;
	case 'u':
		o->flags |= COMITY_PRINT_UNKNOWN;
		return true;
	case 'M':
		o->format = COMITY_DATED;
		return true;
	case 'H':
		o->format = COMITY_BLOCKS;
		return true;
	case 'm':
		o->format = COMITY_LINES;
		return true;
	case 'q': /* bgpdump's log; ours is one line an input anyway */
	case 's':
	case 'v':
		return true;
	default:
		return false;
	}
}

static bool
set_letters(struct dump_opts *o, const char *word)
{
	if (word[0] != '-' || word[1] == '\0' || word[1] == '-')
		return false;
	for (const char *c = word + 1; *c != '\0'; c++)
		if (!set_letter(o, *c))
			return false;
	return true;
}

static bool
set_count(struct dump_opts *o, const char *by)
{
	o->format = strcmp(by, "type") == 0   ? COMITY_COUNT_TYPES
		    : strcmp(by, "peer") == 0 ? COMITY_COUNT_PEERS
					      : COMITY_COUNT_PREFIXES;
	return o->format != COMITY_COUNT_PREFIXES || strcmp(by, "prefix") == 0;
}

/* "7" or "7-9" */
static bool
set_records(struct dump_opts *o, const char *text)
{
	uint64_t v[2] = { 0, 0 };
	int n = 0;

	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '-' && n == 0 && c > text && c[1] != '\0')
			n = 1;
		else if (*c >= '0' && *c <= '9' && v[n] < UINT64_MAX / 16)
			v[n] = 10 * v[n] + (uint64_t)(*c - '0');
		else
			return false;
	}
	o->selected = text[0] != '\0';
	o->first = v[0];
	o->last = n == 0 ? v[0] : v[1];
	return o->selected && o->first <= o->last;
}

/* --format, --csv: 1, 0 = it is neither, -1 = told. */
static int
format_arg(int argc, char **argv, int *i, struct dump_opts *o)
{
	const char *value;

	if (strcmp(argv[*i], "--csv") == 0 ||
	    strcmp(argv[*i], "--explain") == 0 ||
	    strcmp(argv[*i], "--stats") == 0)
		value = argv[*i] + 2;
	else if (!args_value(argc, argv, i, "--format", &value))
		return 0;
	for (size_t k = 0; k < sizeof(formats) / sizeof(formats[0]); k++)
		if (strcmp(value, formats[k].name) == 0) {
			o->format = formats[k].format;
			return 1;
		}
	return cmd_usage(&cmd_dump,
		   "--format %s: bgpdump, bgpdump-dates, bgpdump-blocks, bgpreader, csv, "
		   "explain, json or stats",
		   value),
	       -1;
}

/* May stand behind a prefix, as a word of its own. */
static bool
is_prefix_mode(const char *word)
{
	return strcmp(word, "exact") == 0 || strcmp(word, "more") == 0 ||
	       strcmp(word, "less") == 0 || strcmp(word, "any") == 0;
}

/* 1 = argv[*i] was an option of the filter, 0 = it is none, -1 = told. */
static int
filter_arg(int argc, char **argv, int *i, struct dump_opts *o)
{
	const char *name, *value, *takes, *summary;
	struct comity_error error;
	char option[64], joined[1024];

	if (args_value(argc, argv, i, "--filter", &value)) {
		if (comity_filter_add_string(o->filter, value, &error) == 0)
			return 1;
		return cmd_usage(&cmd_dump, "--filter: %s", error.text), -1;
	}
	for (size_t k = 0;
	     (name = comity_filter_option(k, &takes, &summary)) != NULL; k++) {
		(void)snprintf(option, sizeof(option), "--%s", name);
		if (!args_value(argc, argv, i, option, &value))
			continue;
		if (strcmp(name, "prefix") == 0 && *i + 1 < argc &&
		    is_prefix_mode(argv[*i + 1]) &&
		    strlen(value) < sizeof(joined) - 16) {
			(void)snprintf(joined, sizeof(joined), "%s %s", value,
			    argv[++*i]);
			value = joined;
		}
		if (comity_filter_add(o->filter, name, value, &error) == 0)
			return 1;
		return cmd_usage(&cmd_dump, "--%s", error.text), -1;
	}
	return 0;
}

/* One that is no file; false after a message. */
static bool
read_option(int argc, char **argv, int *i, struct dump_opts *o)
{
	const struct cmd *c = &cmd_dump;
	const char *a = argv[*i], *value;
	int known = filter_arg(argc, argv, i, o);

	if (known == 0)
		known = format_arg(argc, argv, i, o);
	if (known != 0)
		return known == 1;
	if (strcmp(a, "--json") == 0)
		o->json = true;
	else if (strcmp(a, "--raw") == 0)
		o->flags |= COMITY_PRINT_RAW;
	else if (strcmp(a, "--mrt") == 0)
		o->mrt = true;
	else if (args_value(argc, argv, i, "-o", &value))
		o->output = value;
	else if (strcmp(a, "--merge") == 0)
		o->merge = true;
	else if (strcmp(a, "--count") == 0)
		(void)set_count(o, "type");
	else if (strncmp(a, "--count=", 8) == 0) {
		if (!set_count(o, a + 8))
			return cmd_usage(c, "%s: type, peer or prefix", a),
			       false;
	} else if (args_value(argc, argv, i, "--record", &value)) {
		if (!set_records(o, value))
			return cmd_usage(c, "--record %s: N or N-M", value),
			       false;
	} else if (args_value(argc, argv, i, "-t", &value)) {
		if (strcmp(value, "change") == 0)
			o->flags |= COMITY_PRINT_CHANGED;
		else if (strcmp(value, "dump") != 0)
			return cmd_usage(c, "-t %s: dump or change", value),
			       false;
	} else if (!set_letters(o, a))
		return args_unknown(c, a), false;
	return true;
}

/* Files go to the front of argv; their number, or -1 after a message. */
static int
read_args(int argc, char **argv, struct dump_opts *o)
{
	bool only_files = false;
	int n = 0;

	for (int i = 1; i < argc; i++) {
		char *a = argv[i];

		if (only_files || a[0] != '-' || a[1] == '\0')
			argv[n++] = a;
		else if (strcmp(a, "--") == 0)
			only_files = true;
		else if (!read_option(argc, argv, &i, o))
			return -1;
	}
	if (o->mrt != (o->output != NULL) || (o->mrt && *o->output == '\0'))
		return cmd_usage(&cmd_dump, "--mrt and -o OUT go together"), -1;
	if (o->mrt && (o->json || o->flags != 0 || o->format != COMITY_LINES))
		return cmd_usage(&cmd_dump, "--mrt is a format of its own"), -1;
	if (o->json && is_summary(o->format))
		o->flags |= COMITY_PRINT_AS_JSON;
	else if (o->json)
		o->format = COMITY_JSON;
	return n;
}

static const char *
output_name(const struct dump *d)
{
	const char *path = d->opts.output;

	return path == NULL || strcmp(path, "-") == 0 ? "standard output"
						      : path;
}

/* 0, or the output failed, now or before: that is told. */
static int
finish_output(struct dump *d)
{
	struct comity_error error;
	int rc;

	if (d->writer != NULL) {
		rc = comity_writer_finish(d->writer, &error);
	} else {
		rc = comity_printer_finish(d->printer);
		(void)snprintf(error.text, sizeof(error.text), "%s",
		    strerror(errno));
	}
	/* A reader that has enough, as `head`, is no fault to tell of. */
	if (rc == -1 && errno != EPIPE)
		tell(output_name(d), error.text);
	return rc;
}

static int
finish(struct dump *d)
{
	if (d->opts.selected && d->records == 0) {
		(void)fprintf(stderr, "comity dump: no such record\n");
		return EXIT_CANNOT;
	}
	if ((!d->written || d->some) && finish_output(d) == -1)
		return EXIT_CANNOT;
	if (!d->some)
		return EXIT_CANNOT;
	return d->whole ? EXIT_FINE : EXIT_CHECK;
}

/* The printer or the writer; false after a message. */
static bool
open_output(struct dump *d)
{
	const struct dump_opts *o = &d->opts;
	struct comity_error error;

	if (o->mrt) {
		d->writer = comity_writer_open(o->output, &error);
		if (d->writer == NULL)
			tell(output_name(d), error.text);
		return d->writer != NULL;
	}
	d->printer = comity_printer_new(o->format, o->flags, STDOUT_FILENO);
	return true;
}

static int
dump(struct dump *d, char **paths, int n)
{
	const struct dump_opts *o = &d->opts;

	(void)signal(SIGPIPE, SIG_IGN);
	if (!open_output(d))
		return EXIT_CANNOT;
	os_progress_begin(&d->progress);
	d->progress.on = d->progress.on && isatty(STDOUT_FILENO) == 0;
	if (o->merge)
		merged(d, paths, n);
	else
		one_by_one(d, paths, n);
	os_progress_end(&d->progress);
	int status = finish(d);
	comity_printer_free(d->printer);
	comity_writer_free(d->writer);
	return status;
}

static int
run(int argc, char **argv)
{
	struct dump d = { .opts.filter = comity_filter_new(),
		.written = true,
		.whole = true };
	int status = EXIT_CANNOT;
	int n = read_args(argc, argv, &d.opts);

	if (n == 0)
		status =
		    cmd_usage(&cmd_dump, "which file? (- is standard input)");
	else if (n > 0)
		status = dump(&d, argv, n);
	comity_filter_free(d.opts.filter);
	return status;
}

/* --- help ---------------------------------------------------------------- */

#define HELP_MAX   8192
#define HELP_WIDTH 66 /* of what stands behind the options */

static const char help_head[] =
    "usage: comity dump [-mMH] [-lpu] [-t dump|change] FILE...\n"
    "       comity dump --format NAME FILE...\n"
    "       comity dump --explain [--record N[-M]] FILE...\n"
    "       comity dump --json [--raw] FILE...\n"
    "       comity dump --stats [--json] FILE...\n"
    "       comity dump --count[=type|peer|prefix] [--json] FILE...\n"
    "       comity dump --mrt -o OUT FILE...\n"
    "any of them with --merge and with filters\n\n"
    "Prints the routes, messages and state changes of MRT files, of BMP, "
    "and of BGP\nand BMP in packet captures (pcap, pcapng), plain or "
    "compressed with gzip, bzip2,\nxz or zstd; - is standard input.\n\n"
    "  -m        lines as `bgpdump -m` writes them (the default)\n"
    "  -M        as `bgpdump -M`: the date in figures, nothing behind "
    "the origin\n"
    "  -H        several lines a record, as bgpdump by default\n"
    "  -l        with large communities, behind the communities\n"
    "  -p        with the index of the record, as second field\n"
    "  -u        with attributes that have no field, as last field\n"
    "  -t change a table's routes at the time of their last change\n"
    "  --format NAME\n"
    "            bgpdump (-m), bgpdump-dates (-M), bgpdump-blocks "
    "(-H), json, explain,\n"
    "            stats, csv (a table with a header line), bgpreader "
    "(elements as CAIDA's\n"
    "            bgpreader writes them); all but the last as an option "
    "of its own, too\n"
    "  --explain every byte of each record, what it means and by which "
    "RFC\n"
    "  --record N, N-M\n"
    "            only the records of these indexes, from 0, of each "
    "file\n"
    "  --json    an object a line, named as in RIS Live\n"
    "  --raw     with the BGP message in hexadecimal\n"
    "  --stats   what the files hold, in short\n"
    "  --count   how many of each type; =peer, =prefix: of each peer, "
    "prefix\n"
    "  --merge   all files as one, in order of time\n"
    "  --mrt -o OUT\n"
    "            what passes as MRT again, compressed by the name's "
    "suffix: .gz,\n"
    "            .bz2, .xz, .zst, else plain; - is standard output\n\n";

static const char help_tail[] =
    "exit status: 0 all was read, 1 some input was refused or cut "
    "short, 2 nothing\ncould be read or the output not written\n";

/* Cut at blanks, with an indent. */
static void
print_wrapped(FILE *to, const char *text)
{
	while (*text != '\0') {
		size_t n = strlen(text);

		if (n > HELP_WIDTH)
			for (n = HELP_WIDTH; n > 0 && text[n] != ' ';)
				n--;
		if (n == 0)
			n = strlen(text);
		(void)fprintf(to, "            %.*s\n", (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
}

/* What filters there are the library knows. */
static void
print_help(FILE *to)
{
	const char *name, *value, *summary;

	(void)fputs(help_head, to);
	(void)fputs("Filters choose what of it: all of them must hold, "
		    "several values of one are\nalternatives, a ! in front "
		    "of a value negates it (doc/FILTERS.md).\n\n",
	    to);
	for (size_t i = 0;
	     (name = comity_filter_option(i, &value, &summary)) != NULL; i++) {
		(void)fprintf(to, "  --%s %s\n", name, value);
		print_wrapped(to, summary);
	}
	(void)fputs("  --filter TEXT\n", to);
	print_wrapped(to, "a filter in the words of bgpreader");
	(void)fprintf(to, "\n%s", help_tail);
}

static const char *
make_usage(void)
{
	static char text[HELP_MAX];
	FILE *to;

	if (text[0] == '\0' &&
	    (to = fmemopen(text, sizeof(text), "w")) != NULL) {
		print_help(to);
		(void)fclose(to);
	}
	return text;
}

const struct cmd cmd_dump = {
	.name = "dump",
	.summary = "print, filter or count routing data: MRT, BMP, captures",
	.make_usage = make_usage,
	.run = run,
};
