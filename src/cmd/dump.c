/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dump.c - `comity dump`: MRT files as lines, as JSON, or counted.
 *
 * A stream goes through one buffer, record by record, so that memory does not
 * depend on its length.  What can be decoded is put out, whatever comes
 * behind it; what cannot is counted and told in one line an input.
 */
#include "cmd/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/args.h"
#include "cmd/cmd.h"
#include "feed/feed.h"
#include "os/os.h"

#define PROGRESS_EVERY 4096 /* records */

/* The reason names record and offset already. */
static void
refuse_as(struct dump *d, const struct err *err)
{
	if (!d->refused_now && d->refused++ == 0)
		d->first = *err;
	d->refused_now = true;
}

void
dump_refuse(struct dump *d, const struct mrt_record *rec, const char *what, ...)
{
	char text[200];
	struct err err;
	va_list ap;

	va_start(ap, what);
	(void)vsnprintf(text, sizeof(text), what, ap);
	va_end(ap);
	(void)err_set(&err, ERR_INPUT, "record %llu at offset %llu: %s",
	    (unsigned long long)rec->index, (unsigned long long)rec->offset,
	    text);
	refuse_as(d, &err);
}

bool
dump_family(uint16_t afi, uint8_t safi, uint8_t *family)
{
	/* RFC 2858 3: unicast and multicast at once */
	return bgp_family(afi, safi == 3 ? BGP_SAFI_UNICAST : safi, family);
}

void
dump_update(struct dump *d, const struct mrt_record *rec,
    const struct mrt_decoded *m, const struct bgp_session *s)
{
	const struct bgp_attrs *a = &d->update.attrs;

	bgp_update_decode(d->dec, m->body.p, m->body.n, s, &d->update);
	for (uint32_t i = 0; i < a->n_faults && i < BGP_FAULTS_MAX; i++)
		if (a->faults[i].attr == 0)
			dump_refuse(d, rec, "%s", a->faults[i].reason);
}

bool
dump_nlri_next(struct dump *d, const struct mrt_record *rec,
    struct bgp_nlri_iter *it, struct bgp_nlri *out)
{
	if (bgp_nlri_next(it, out))
		return true;
	if (it->bad)
		dump_refuse(d, rec,
		    "a prefix is longer than its family or its message");
	return false;
}

bool
dump_rib_next(struct dump *d, const struct mrt_record *rec, struct mrt_rib *rib,
    struct mrt_rib_entry *out)
{
	struct err err;
	int got;

	while ((got = mrt_rib_next(rib, out, &err)) == 1) {
		if (out->peer < d->peers.list.n)
			return true;
		if (d->peers.tables == 0)
			dump_refuse(d, rec,
			    "no PEER_INDEX_TABLE stands "
			    "before it");
		else
			dump_refuse(d, rec, "peer %u of a table of %zu",
			    out->peer, d->peers.list.n);
	}
	if (got == -1)
		dump_refuse(d, rec, "%s", err.msg);
	return false;
}

bool
dump_entry_next(struct dump *d, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct err err;
	int got = mrt_entry_next(rec, m, &err);

	if (got == -1)
		refuse_as(d, &err);
	return got == 1;
}

/* --- inputs ------------------------------------------------------------ */

static void
one_record(struct dump *d, const struct mrt_record *rec)
{
	struct mrt_decoded m;
	struct err err;

	d->refused_now = false;
	if (mrt_decode(rec, &d->peers, &m, &err) == -1) {
		refuse_as(d, &err);
		return;
	}
	if (m.kind == MRT_SKIPPED)
		d->skipped++;
	else
		d->taken++;
	if (d->opts.mode == DUMP_LINES) {
		dump_lines(d, rec, &m);
	} else if (d->opts.mode == DUMP_JSON) {
		dump_json(d, rec, &m);
	} else {
		dump_count(d, rec, &m);
	}
	/* What bgpdump counts for -p. */
	if (m.kind != MRT_SKIPPED && m.kind != MRT_PEER_INDEX &&
	    (m.kind != MRT_MESSAGE || m.message != BGP_ROUTE_REFRESH))
		d->records++;
}

static ssize_t
stream_read(void *ctx, void *buf, size_t n, struct err *err)
{
	return os_stream_read(ctx, buf, n, err);
}

/* Records until the end, the damage, or a write that fails.  0 or -1. */
static int
all_records(struct dump *d, struct os_stream *s, struct err *err)
{
	struct mrt_source src = { stream_read, s };
	struct mrt_reader *r = mrt_reader_new(&src);
	struct os_progress progress;
	struct mrt_record rec;
	int got;

	os_progress_begin(&progress);
	progress.on = progress.on && isatty(STDOUT_FILENO) == 0;
	while (
	    d->out.error == 0 && (got = mrt_reader_next(r, &rec, err)) == 1) {
		one_record(d, &rec);
		if (progress.on && rec.index % PROGRESS_EVERY == 0)
			os_progress_show(&progress, os_stream_path(s),
			    os_stream_share(s), rec.index, "records");
	}
	os_progress_end(&progress);
	mrt_reader_free(r);
	return d->out.error == 0 && got == -1 ? -1 : 0;
}

static void
tell(const char *path, const char *what)
{
	size_t n = strlen(path);

	/* The stream's own errors begin with its name. */
	if (strncmp(what, path, n) == 0 && what[n] == ':')
		(void)fprintf(stderr, "comity dump: %s\n", what);
	else
		(void)fprintf(stderr, "comity dump: %s: %s\n", path, what);
}

/* Did anything come out of it, and was it whole? */
struct outcome {
	bool some, whole;
};

static struct outcome
one_input(struct dump *d, const char *path)
{
	struct os_stream *s;
	const uint8_t *head;
	struct str other;
	struct err err = { 0 };
	int rc = 0;

	mrt_peers_fini(&d->peers);
	d->peer_table = 0;
	d->taken = d->skipped = d->refused = 0;
	if (os_stream_open(path, &s, &err) == -1) {
		tell(path, err.msg);
		return (struct outcome){ false, false };
	}
	os_stream_skip_sha256(s);
	if (!feed_collector_of_path(path, &d->host, &other) || other.n > 0)
		d->host = (struct str){ "", 0 };
	ssize_t n = os_stream_peek(s, &head, OS_PEEK_MAX, &err);
	if (n == 0)
		rc = err_set(&err, ERR_INPUT, "is empty");
	else if (n > 0 && !mrt_sniff(head,
			      n < MRT_HEADER_LEN ? (size_t)n : MRT_HEADER_LEN))
		rc =
		    err_set(&err, ERR_INPUT, "holds no MRT record at offset 0");
	else if (n > 0)
		rc = all_records(d, s, &err);
	else
		rc = -1;
	if (d->refused > 0) {
		char text[sizeof(d->first.msg) + 80];

		(void)snprintf(text, sizeof(text),
		    "%llu refused, the first: %s",
		    (unsigned long long)d->refused, d->first.msg);
		tell(path, text);
	}
	if (rc == -1)
		tell(path, err.msg);
	else if (d->taken == 0 && d->refused == 0)
		tell(path, "its records hold neither routes nor messages");
	os_stream_close(s);
	return (struct outcome){ d->taken > 0, rc == 0 && d->refused == 0 };
}

/* --- the command ------------------------------------------------------- */

/* Letters that may stand together behind one dash, as in bgpdump. */
static bool
set_letter(struct dump_opts *o, char c)
{
	switch (c) {
	case 'm':
		o->mode = DUMP_LINES;
		return true;
	case 'l':
		o->large = true;
		return true;
	case 'p':
		o->index = true;
		return true;
	case 'u':
		o->unknown = true;
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
	o->count = strcmp(by, "type") == 0   ? COUNT_TYPE
		   : strcmp(by, "peer") == 0 ? COUNT_PEER
					     : COUNT_PREFIX;
	return o->count != COUNT_PREFIX || strcmp(by, "prefix") == 0;
}

/* Files go to the front of argv; their number, or -1 after a message. */
static int
read_args(int argc, char **argv, struct dump_opts *o)
{
	const struct cmd *c = &cmd_dump;
	bool json = false, count = false, only_files = false;
	const char *value;
	int n = 0;

	for (int i = 1; i < argc; i++) {
		char *a = argv[i];

		if (only_files || a[0] != '-' || a[1] == '\0')
			argv[n++] = a;
		else if (strcmp(a, "--") == 0)
			only_files = true;
		else if (strcmp(a, "--json") == 0)
			json = true;
		else if (strcmp(a, "--raw") == 0)
			o->raw = true;
		else if (strcmp(a, "--count") == 0)
			count = true;
		else if (strncmp(a, "--count=", 8) == 0) {
			count = true;
			if (!set_count(o, a + 8))
				return cmd_usage(c, "%s: type, peer or prefix",
					   a),
				       -1;
		} else if (args_value(argc, argv, &i, "-t", &value)) {
			o->changed = strcmp(value, "change") == 0;
			if (!o->changed && strcmp(value, "dump") != 0)
				return cmd_usage(c, "-t %s: dump or change",
					   value),
				       -1;
		} else if (!set_letters(o, a))
			return cmd_usage(c, "\"%s\" is not understood", a), -1;
	}
	o->mode = count ? DUMP_COUNT : json ? DUMP_JSON : DUMP_LINES;
	o->json = json;
	return n;
}

static int
finish(struct dump *d, bool some, bool whole)
{
	if (d->opts.mode == DUMP_COUNT && some)
		dump_counts_print(d);
	out_flush(&d->out);
	/* A reader that has enough, as `head`, is no fault to tell of. */
	if (d->out.error != 0 && d->out.error != EPIPE)
		(void)fprintf(stderr, "comity dump: standard output: %s\n",
		    strerror(d->out.error));
	if (d->out.error != 0 || !some)
		return EXIT_CANNOT;
	return whole ? EXIT_FINE : EXIT_CHECK;
}

static int
run(int argc, char **argv)
{
	struct dump d = { .out.fd = STDOUT_FILENO };
	bool some = false, whole = true;
	int n = read_args(argc, argv, &d.opts);

	if (n == -1)
		return EXIT_CANNOT;
	if (n == 0)
		return cmd_usage(&cmd_dump,
		    "which file? (- is standard input)");
	(void)signal(SIGPIPE, SIG_IGN);
	text_init();
	d.out.p = mem_alloc(FLUSH_AT + MAX_PIECE, 1);
	d.tail = mem_alloc(MAX_TAIL, 1);
	d.dec = mem_alloc(1, sizeof(*d.dec));
	if (d.opts.mode == DUMP_COUNT)
		d.counts = dump_counts_new();
	for (int i = 0; i < n && d.out.error == 0; i++) {
		struct outcome o = one_input(&d, argv[i]);

		some |= o.some;
		whole &= o.whole;
	}
	int status = finish(&d, some, whole);
	dump_counts_free(d.counts);
	mrt_peers_fini(&d.peers);
	free(d.peer_texts);
	free(d.dec);
	free(d.tail);
	free(d.out.p);
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
