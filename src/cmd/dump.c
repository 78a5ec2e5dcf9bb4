/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dump.c - `comity dump`: routing data as lines, as JSON, or counted.  All that
 * it knows of such data it has from the library (lib/comity.h), as any other
 * program would.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/args.h"
#include "cmd/cmd.h"
#include "lib/comity.h"
#include "os/os.h"

#define PROGRESS_EVERY 4096 /* records */

struct dump_opts {
	enum comity_format count; /* of --count */
	bool counts, json;
	unsigned flags; /* enum comity_print_flags */
};

/* Did anything come out of it, and was it whole? */
struct outcome {
	bool some, whole;
};

static void
tell(const char *path, const char *what)
{
	(void)fprintf(stderr, "comity dump: %s: %s\n", path, what);
}

/* Records until the end, the damage, or a write that fails. */
static int
all_records(struct comity_reader *r, const char *path,
    struct comity_printer *pr, bool *written)
{
	struct os_progress progress;
	uint64_t n = 0;
	int got;

	os_progress_begin(&progress);
	progress.on = progress.on && isatty(STDOUT_FILENO) == 0;
	while ((got = comity_reader_next(r)) == 1) {
		*written = comity_printer_put(pr, r) == 0;
		if (!*written)
			break;
		if (progress.on && ++n % PROGRESS_EVERY == 0)
			os_progress_show(&progress, path,
			    comity_reader_share(r), n, "records");
	}
	os_progress_end(&progress);
	return got;
}

static struct outcome
one_input(const char *path, struct comity_printer *pr, bool *written)
{
	struct comity_counts n;
	struct comity_error error;
	struct comity_reader *r = comity_reader_open(path, &error);

	if (r == NULL) {
		tell(path, error.text);
		return (struct outcome){ false, false };
	}
	comity_reader_threads(r, 0);
	int got = all_records(r, path, pr, written);
	comity_reader_counts(r, &n);
	if (n.refused > 0) {
		char text[600];

		(void)snprintf(text, sizeof(text),
		    "%llu refused, the first: %s",
		    (unsigned long long)n.refused, comity_reader_refusal(r));
		tell(path, text);
	}
	if (got == -1)
		tell(path, comity_reader_error(r)->text);
	else if (n.taken == 0 && n.refused == 0)
		tell(path, "its records hold neither routes nor messages");
	comity_reader_close(r);
	return (struct outcome){ n.taken > 0, got != -1 && n.refused == 0 };
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
	case 'm':
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
	o->counts = true;
	o->count = strcmp(by, "type") == 0   ? COMITY_COUNT_TYPES
		   : strcmp(by, "peer") == 0 ? COMITY_COUNT_PEERS
					     : COMITY_COUNT_PREFIXES;
	return o->count != COMITY_COUNT_PREFIXES || strcmp(by, "prefix") == 0;
}

/* Files go to the front of argv; their number, or -1 after a message. */
static int
read_args(int argc, char **argv, struct dump_opts *o)
{
	const struct cmd *c = &cmd_dump;
	bool only_files = false;
	const char *value;
	int n = 0;

	for (int i = 1; i < argc; i++) {
		char *a = argv[i];

		if (only_files || a[0] != '-' || a[1] == '\0')
			argv[n++] = a;
		else if (strcmp(a, "--") == 0)
			only_files = true;
		else if (strcmp(a, "--json") == 0)
			o->json = true;
		else if (strcmp(a, "--raw") == 0)
			o->flags |= COMITY_PRINT_RAW;
		else if (strcmp(a, "--count") == 0)
			(void)set_count(o, "type");
		else if (strncmp(a, "--count=", 8) == 0) {
			if (!set_count(o, a + 8))
				return cmd_usage(c, "%s: type, peer or prefix",
					   a),
				       -1;
		} else if (args_value(argc, argv, &i, "-t", &value)) {
			if (strcmp(value, "change") == 0)
				o->flags |= COMITY_PRINT_CHANGED;
			else if (strcmp(value, "dump") != 0)
				return cmd_usage(c, "-t %s: dump or change",
					   value),
				       -1;
		} else if (!set_letters(o, a))
			return cmd_usage(c, "\"%s\" is not understood", a), -1;
	}
	if (o->json)
		o->flags |= COMITY_PRINT_AS_JSON;
	return n;
}

static int
finish(struct comity_printer *pr, struct outcome all, bool written)
{
	if (written && all.some)
		written = comity_printer_finish(pr) == 0;
	/* A reader that has enough, as `head`, is no fault to tell of. */
	if (!written && errno != EPIPE)
		(void)fprintf(stderr, "comity dump: standard output: %s\n",
		    strerror(errno));
	if (!written || !all.some)
		return EXIT_CANNOT;
	return all.whole ? EXIT_FINE : EXIT_CHECK;
}

static int
run(int argc, char **argv)
{
	struct dump_opts o = { 0 };
	struct outcome all = { false, true };
	bool written = true;
	int n = read_args(argc, argv, &o);

	if (n == -1)
		return EXIT_CANNOT;
	if (n == 0)
		return cmd_usage(&cmd_dump,
		    "which file? (- is standard input)");
	(void)signal(SIGPIPE, SIG_IGN);
	struct comity_printer *pr = comity_printer_new(o.counts ? o.count
						       : o.json ? COMITY_JSON
								: COMITY_LINES,
	    o.flags, STDOUT_FILENO);
	for (int i = 0; i < n && written; i++) {
		struct outcome one = one_input(argv[i], pr, &written);

		all.some |= one.some;
		all.whole &= one.whole;
	}
	int status = finish(pr, all, written);
	comity_printer_free(pr);
	return status;
}

const struct cmd cmd_dump = {
	.name = "dump",
	.summary = "print MRT files as lines or JSON, or count what they hold",
	.usage =
	    "usage: comity dump [-m] [-lpu] [-t dump|change] FILE...\n"
	    "       comity dump --json [--raw] FILE...\n"
	    "       comity dump --count[=type|peer|prefix] [--json] FILE...\n\n"
	    "Prints the routes, messages and state changes of MRT files, plain "
	    "or compressed\nwith gzip, bzip2, xz or zstd; - is standard "
	    "input.\n\n"
	    "  -m        lines as `bgpdump -m` writes them (the default)\n"
	    "  -l        with large communities, behind the communities\n"
	    "  -p        with the index of the record, as second field\n"
	    "  -u        with attributes that have no field, as last field\n"
	    "  -t change a table's routes at the time of their last change\n"
	    "  --json    an object a line, named as in RIS Live\n"
	    "  --raw     with the BGP message in hexadecimal\n"
	    "  --count   how many of each type; =peer, =prefix: of each peer, "
	    "prefix\n\n"
	    "exit status: 0 all was read, 1 some input was refused or cut "
	    "short, 2 nothing\ncould be read or the output not written\n",
	.run = run,
};
