/* SPDX-License-Identifier: BSD-2-Clause */
/* print.c - a printer from outside: see comity.h. */
#include "lib/part.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct comity_printer *
comity_printer_new(enum comity_format format, unsigned flags, int fd)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct comity_printer *pr = mem_alloc(1, sizeof(*pr));

	(void)pthread_once(&once, text_init);
	pr->opts = (struct print_opts){ .format = format,
		.json = (flags & COMITY_PRINT_AS_JSON) != 0,
		.large = (flags & COMITY_PRINT_LARGE) != 0,
		.index = (flags & COMITY_PRINT_INDEX) != 0,
		.unknown = (flags & COMITY_PRINT_UNKNOWN) != 0,
		.changed = (flags & COMITY_PRINT_CHANGED) != 0,
		.raw = (flags & COMITY_PRINT_RAW) != 0,
		.dated = format == COMITY_DATED };
	pr->out.fd = fd;
	/* Zeroes nobody reads: not asked for. */
	pr->out.p = mem_realloc(NULL, FLUSH_AT + MAX_PIECE, 1);
	pr->tail = mem_realloc(NULL, MAX_TAIL + 32, 1);
	if (format >= COMITY_COUNT_TYPES && format <= COMITY_COUNT_PREFIXES)
		pr->counts = counts_new();
	if (format == COMITY_STATS)
		pr->stats = stats_new();
	return pr;
}

void
comity_printer_free(struct comity_printer *pr)
{
	if (pr == NULL)
		return;
	counts_free(pr->counts);
	stats_free(pr->stats);
	free(pr->peer_texts);
	free(pr->memos);
	free(pr->tail);
	free(pr->out.p);
	free(pr);
}

static int
outcome(const struct comity_printer *pr)
{
	if (pr->out.error == 0)
		return 0;
	errno = pr->out.error;
	return -1;
}

/* What stands before the first record, or before none. */
static void
begin(struct comity_printer *pr)
{
	if (!pr->begun && pr->opts.format == COMITY_CSV)
		out_end(&pr->out, put_str(out_begin(&pr->out), csv_header,
				      strlen(csv_header)));
}

static void
print_one(struct comity_printer *pr, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	switch (pr->opts.format) {
	case COMITY_LINES:
	case COMITY_DATED:
		print_lines(pr, rec, m);
		break;
	case COMITY_BLOCKS:
		print_blocks(pr, rec, m);
		break;
	case COMITY_JSON:
		print_json(pr, rec, m);
		break;
	case COMITY_BGPREADER:
		print_rows(pr, &element_style, rec, m);
		break;
	case COMITY_CSV:
		print_rows(pr, &csv_style, rec, m);
		break;
	case COMITY_EXPLAIN:
		/* A message of BMP may have given several items. */
		if (pr->in->at_item == 1)
			(void)explain_record(pr);
		break;
	case COMITY_STATS:
		stats_add(pr, rec, m);
		break;
	case COMITY_COUNT_TYPES:
	case COMITY_COUNT_PEERS:
	case COMITY_COUNT_PREFIXES:
	default:
		print_count(pr, rec, m);
	}
}

int
comity_printer_put(struct comity_printer *pr, struct comity_reader *r)
{
	if (r->item == NULL)
		return outcome(pr);
	const struct mrt_record *rec = &r->item->rec;
	struct mrt_decoded *m = &r->item->m;

	pr->in = r;
	begin(pr);
	print_one(pr, rec, m);
	pr->begun = true;
	/* What bgpdump counts for -p. */
	if (m->kind != MRT_SKIPPED && m->kind != MRT_PEER_INDEX &&
	    (m->kind != MRT_MESSAGE || m->message != BGP_ROUTE_REFRESH))
		pr->records++;
	return outcome(pr);
}

int
comity_printer_finish(struct comity_printer *pr)
{
	begin(pr);
	if (pr->counts != NULL)
		counts_print(pr);
	if (pr->stats != NULL)
		stats_print(pr);
	out_flush(&pr->out);
	return outcome(pr);
}
