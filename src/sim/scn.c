/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scn.c - scenarios: the tables behind them, files and what they include,
 * and the checks that need the whole text.
 */
#include "sim/scn.h"

#include <stdio.h>
#include <stdlib.h>

#include "os/os.h"

/* --- look-ups ---------------------------------------------------------- */

uint32_t
scn_as_find(const struct scenario *s, uint32_t asn)
{
	const uint32_t *i = u64map_get(&s->as_of, asn);

	return i == NULL ? SCN_NONE : *i;
}

uint32_t
scn_link_find(const struct scenario *s, uint32_t a, uint32_t b)
{
	uint64_t lo = a < b ? a : b, hi = a < b ? b : a;
	const uint32_t *i = u64map_get(&s->link_of, hi << 32 | lo);

	return i == NULL ? SCN_NONE : *i;
}

static bool
prefix_row_eq(const void *ctx, uint32_t row, const void *key)
{
	const struct scenario *s = ctx;

	return prefix_eq(&s->prefixes.p[row], key);
}

uint32_t
scn_prefix_find(const struct scenario *s, const struct prefix *p)
{
	return hidx_find(&s->prefix_of, prefix_hash(p), prefix_row_eq, s, p);
}

uint32_t
scn_prefix_add(struct scenario *s, const struct prefix *p)
{
	uint32_t id = scn_prefix_find(s, p);

	if (id != HIDX_NONE)
		return id;
	if (s->prefixes.n == SIM_PREFIXES_MAX)
		return SCN_NONE;
	id = (uint32_t)s->prefixes.n;
	vec_push(&s->prefixes, *p);
	hidx_add(&s->prefix_of, prefix_hash(p), id);
	return id;
}

static const struct {
	const char *name, *source, *ta, *countries;
} rirs[SCN_RIRS] = {
	[SCN_AFRINIC] = { "afrinic", "AFRINIC", "afrinic",
	    "DZ AO CM CI EG ET GH KE LY MA MU MZ NA NG RW SN SC TN TZ UG ZA ZM "
	    "ZW" },
	[SCN_APNIC] = { "apnic", "APNIC", "apnic",
	    "AU BD BT CN FJ HK ID IN JP KH KR LA LK MM MN MO MV MY NP NZ PG PH "
	    "PK SG TH TW VN" },
	[SCN_ARIN] = { "arin", "ARIN", "arin", "BB CA JM US" },
	[SCN_LACNIC] = { "lacnic", "LACNIC", "lacnic",
	    "AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PY SV TT UY VE" },
	[SCN_RIPENCC] = { "ripencc", "RIPE", "ripe",
	    "AE AL AM AT AZ BA BE BG BH BY CH CY CZ DE DK EE ES EU FI FR GB GE "
	    "GR HR HU IE IL IQ IR IS IT JO KG KW KZ LB LI LT LU LV MC MD ME MK "
	    "MT NL NO OM PL PT QA RO RS RU SA SE SI SK SY TJ TM TR UA UZ YE" },
};

const char *
scn_rir_name(uint8_t rir)
{
	return rirs[rir].name;
}

const char *
scn_rir_source(uint8_t rir)
{
	return rirs[rir].source;
}

const char *
scn_rir_ta(uint8_t rir)
{
	return rirs[rir].ta;
}

uint8_t
scn_rir_of(const char cc[3])
{
	for (uint8_t r = 0; r < SCN_RIRS; r++) {
		struct str rest = str_from(rirs[r].countries), word;

		while (str_word(&rest, &word))
			if (str_eq(word, cc))
				return r;
	}
	return SCN_RIRS;
}

struct scenario_facts
scenario_facts(const struct scenario *s)
{
	return (struct scenario_facts){
		.name = scn_text(s, s->name),
		.title = scn_text(s, s->title),
		.day_us = s->day_us,
		.ases = (uint32_t)s->ases.n,
		.links = (uint32_t)s->links.n,
		.prefixes = (uint32_t)s->prefixes.n,
		.peers = (uint32_t)s->peers.n,
		.events = (uint32_t)s->events.n,
		.history_days = s->history,
	};
}

/* --- the whole --------------------------------------------------------- */

static int
event_order(const void *a, const void *b)
{
	const struct scn_event *x = a, *y = b;

	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Kahn's algorithm over all transit links, whether up or down: a loop of
 * providers has no stable routing. */
static int
check_loops(const struct scenario *s, const char *file, struct err *err)
{
	size_t n = s->ases.n, head = 0, tail = 0;
	uint32_t *above = mem_alloc(n + 1, sizeof(*above));
	uint32_t *queue = mem_alloc(n + 1, sizeof(*queue));
	uint32_t stuck = SCN_NONE;

	for (size_t i = 0; i < s->links.n; i++)
		if (s->links.p[i].transit)
			above[s->links.p[i].b]++;
	for (uint32_t i = 0; i < n; i++)
		if (above[i] == 0)
			queue[tail++] = i;
	while (head < tail) {
		uint32_t top = queue[head++];

		for (size_t i = 0; i < s->links.n; i++) {
			const struct scn_link *l = &s->links.p[i];

			if (l->transit && l->a == top && --above[l->b] == 0)
				queue[tail++] = l->b;
		}
	}
	for (uint32_t i = 0; i < n && stuck == SCN_NONE; i++)
		if (above[i] > 0)
			stuck = i;
	free(above);
	free(queue);
	if (stuck != SCN_NONE)
		return err_set(err, ERR_INPUT,
		    "%s: AS%u stands in or below a loop of providers", file,
		    s->ases.p[stuck].asn);
	return 0;
}

static int
check_times(const struct scenario *s, const char *file, struct err *err)
{
	/* Late enough for the slowest path before the closing table dump. */
	int64_t last = s->day_us + TIME_DAY - 10 * TIME_MIN;
	int64_t first = s->day_us - (int64_t)s->history * TIME_DAY;

	for (size_t i = 0; i < s->events.n; i++) {
		const struct scn_event *e = &s->events.p[i];

		if (e->time_us == INT64_MIN)
			continue;
		if (e->time_us < first || e->time_us > last)
			return err_set(err, ERR_INPUT,
			    "%s:%u: outside the history of %u days and the "
			    "day until 23:50",
			    file, e->line, s->history);
	}
	return 0;
}

int
scn_finish(struct scenario *s, const char *file, struct err *err)
{
	if (!s->has_day)
		return err_set(err, ERR_INPUT, "%s: no `day YYYY-MM-DD`", file);
	if (s->peers.n == 0)
		return err_set(err, ERR_INPUT, "%s: no `collector`", file);
	if (check_loops(s, file, err) == -1 || check_times(s, file, err) == -1)
		return -1;
	if (s->events.n > 1)
		qsort(s->events.p, s->events.n, sizeof(*s->events.p),
		    event_order);
	return scn_register_all(s, file, err);
}

static struct scenario *
scenario_new(const char *path)
{
	struct scenario *s = mem_alloc(1, sizeof(*s));
	const char *base = strrchr(path, '/');
	struct str name = str_from(base == NULL ? path : base + 1);

	for (size_t i = name.n; i > 1; i--)
		if (name.p[i - 1] == '.') {
			name.n = i - 1;
			break;
		}
	s->name = strtab_add(&s->text, name);
	s->title = s->name;
	s->history = 35;
	return s;
}

void
scenario_free(struct scenario *s)
{
	if (s == NULL)
		return;
	strtab_fini(&s->text);
	u64map_fini(&s->as_of);
	u64map_fini(&s->link_of);
	hidx_fini(&s->prefix_of);
	vec_fini(&s->ids);
	vec_fini(&s->ases);
	vec_fini(&s->links);
	vec_fini(&s->prefixes);
	vec_fini(&s->blocks);
	vec_fini(&s->frees);
	vec_fini(&s->roas);
	vec_fini(&s->aspas);
	vec_fini(&s->objects);
	vec_fini(&s->sets);
	vec_fini(&s->sessions);
	vec_fini(&s->participants);
	vec_fini(&s->ixps);
	vec_fini(&s->collectors);
	vec_fini(&s->peers);
	vec_fini(&s->events);
	vec_fini(&s->expects);
	vec_fini(&s->registers);
	free(s);
}

static int
parse_whole(struct scenario *s, const char *file, const char *folder,
    const char *text, size_t n, struct err *err)
{
	struct parser *p = mem_alloc(1, sizeof(*p));
	unsigned files = 1;
	int rc;

	p->s = s;
	p->file = file;
	p->folder = folder;
	p->files = &files;
	p->err = err;
	rc = parse_file(p, text, n);
	free(p);
	return rc == -1 ? -1 : scn_finish(s, file, err);
}

int
scenario_parse(const char *name, const char *text, size_t n,
    struct scenario **out, struct err *err)
{
	struct scenario *s = scenario_new(name);

	if (parse_whole(s, name, NULL, text, n, err) == -1) {
		scenario_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

static int
read_text(const char *path, char **text, size_t *n, struct err *err)
{
	struct os_stream *in;
	int rc;

	if (os_stream_open(path, &in, err) == -1)
		return -1;
	*text = NULL;
	rc = os_read_all(in, SIM_SCENARIO_MAX, text, n, err);
	os_stream_close(in);
	if (rc == -1) {
		free(*text);
		*text = NULL;
	}
	return rc;
}

int
scenario_load(const char *path, struct scenario **out, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL
			   ? mem_strdup(".")
			   : mem_strndup(path, (size_t)(slash - path));
	struct scenario *s = NULL;
	char *text = NULL;
	size_t n = 0;
	int rc = -1;

	if (slash == path) {
		free(folder);
		folder = mem_strdup("/");
	}
	if (read_text(path, &text, &n, err) == 0) {
		s = scenario_new(path);
		rc = parse_whole(s, path, folder, text, n, err);
	}
	free(text);
	free(folder);
	if (rc == -1) {
		scenario_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

/* include FILE: a name without folders, beside the scenario. */
int
parse_include(struct parser *p)
{
	char path[4096], *text = NULL;
	struct parser *inner;
	struct str name;
	size_t n = 0;
	int rc = -1;

	if (parse_word(p, "file name", &name) == -1 || parse_end(p) == -1)
		return -1;
	if (p->folder == NULL)
		return parse_fail(p, "nothing can be included here");
	if (memchr(name.p, '/', name.n) != NULL || name.n == 0 || name.n > 255)
		return parse_fail(p, "an included file is named without its "
				     "folder");
	if (++*p->files > SIM_INCLUDES_MAX)
		return parse_fail(p, "more than %d files", SIM_INCLUDES_MAX);
	(void)snprintf(path, sizeof(path), "%s/%.*s", p->folder, (int)name.n,
	    name.p);
	inner = mem_alloc(1, sizeof(*inner));
	inner->s = p->s;
	inner->file = path;
	inner->folder = p->folder;
	inner->files = p->files;
	inner->err = p->err;
	if (read_text(path, &text, &n, p->err) == 0)
		rc = parse_file(inner, text, n);
	free(text);
	free(inner);
	return rc;
}
