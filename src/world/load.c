/* SPDX-License-Identifier: BSD-2-Clause */
/* load.c - see load.h. */
#include "world/load.h"

#include <stdio.h>
#include <string.h>

/* What the loaders of all folders report, in one form. */
struct report {
	const char *kind, *source, *date_from;
	uint64_t taken, refused;
	const char (*reasons)[160];
	size_t n_reasons;
	int64_t date_us;
	enum world_role role;
};

static const char *
join_reasons(struct loaded *l, const struct report *r)
{
	char text[1024];
	size_t n = 0;

	for (size_t i = 0; i < r->n_reasons && n + 170 < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.160s",
		    i == 0 ? "" : "\n", r->reasons[i]);
	return arena_strndup(&l->arena, text, n);
}

/* "PATH=T" of the user for this path; the longest PATH wins. */
static int
user_date(const char *path, const char *const *dates, size_t n, int64_t *out,
    struct err *err)
{
	size_t best = 0;

	for (size_t i = 0; i < n; i++) {
		const char *eq = strrchr(dates[i], '=');

		if (eq == NULL || eq == dates[i])
			return err_set(err, ERR_INPUT,
			    "--date %s: expected PATH=TIME", dates[i]);
		size_t len = (size_t)(eq - dates[i]);
		while (len > 1 && dates[i][len - 1] == '/')
			len--;
		if (strncmp(path, dates[i], len) != 0 || len < best ||
		    (path[len] != '\0' && path[len] != '/'))
			continue;
		if (!utc_parse(str_from(eq + 1), out))
			return err_set(err, ERR_INPUT,
			    "--date %s: no time I can read", dates[i]);
		best = len;
	}
	return best > 0;
}

/* Content's own date, else the user's, else the name's, else the newest
 * record's; the user's word beats all. */
static int
settle_date(struct loaded *l, const struct report *r, const char *const *dates,
    size_t n_dates, struct err *err)
{
	bool newest = r->date_us != TIME_NONE &&
		      strcmp(r->date_from, "newest record") == 0;
	int given = user_date(l->path, dates, n_dates, &l->in.date_us, err);

	if (given == -1)
		return -1;
	l->in.role = r->role;
	if (given == 1) {
		l->in.date_from = "--date";
	} else if (r->date_us != TIME_NONE && !newest) {
		l->in.date_us = r->date_us;
		l->in.date_from = "content";
	} else if (world_date_in_name(l->path, &l->in.date_us)) {
		l->in.date_from = "name";
	} else if (newest) {
		/* A lower bound: good for ages, too vague to follow others. */
		l->in.date_us = r->date_us;
		l->in.date_from = "newest record";
		if (r->role == WORLD_SNAPSHOT)
			l->in.role = WORLD_ADDS;
	} else if (r->role == WORLD_UNUSED) {
		l->in.date_from = ""; /* a SLURM file never says */
	} else {
		return err_set(err, ERR_INPUT,
		    "bears no date; say --date %s=YYYY-MM-DD", l->path);
	}
	return 0;
}

static int
take_report(struct loaded *l, const struct report *r, const char *const *dates,
    size_t n_dates, struct err *err)
{
	l->in.kind = arena_strndup(&l->arena, r->kind, strlen(r->kind));
	l->in.source = arena_strndup(&l->arena, r->source, strlen(r->source));
	l->in.taken = r->taken;
	l->in.refused = r->refused;
	l->in.refusals = join_reasons(l, r);
	if (settle_date(l, r, dates, n_dates, err) == -1)
		return -1;
	if (l->registry != NULL)
		registry_input_set_date(l->registry, l->in.date_us);
	return 0;
}

/* Classes in a dump, so that split dumps (routes here, sets there) are not
 * taken for two states of one thing: "rpsl:route,as-set". */
static const char *
rpsl_kind(struct loaded *l, const struct irr_load_report *r)
{
	const struct {
		uint64_t n;
		const char *name;
	} classes[] = { { r->routes, "route" }, { r->as_sets, "as-set" },
		{ r->route_sets, "route-set" }, { r->aut_nums, "aut-num" },
		{ r->contacts, "contact" }, { r->mntners, "mntner" } };
	struct buf b = { 0 };

	buf_str(&b, "rpsl");
	for (size_t i = 0; i < COUNT(classes); i++)
		if (classes[i].n > 0) {
			buf_chr(&b, strchr(buf_cstr(&b), ':') ? ',' : ':');
			buf_str(&b, classes[i].name);
		}
	const char *kind = arena_strndup(&l->arena, (const char *)b.p, b.n);
	buf_fini(&b);
	return kind;
}

static void
set_group(struct loaded *l, enum world_group g)
{
	l->group = g;
	if (l->known != NULL)
		l->known(l->ctx, l, g);
}

static int
read_irr(struct loaded *l, struct os_stream *s, struct report *out,
    struct err *err)
{
	set_group(l, GROUP_IRR);
	if (irr_load(s, &l->irr, err) == -1)
		return -1;
	const struct irr_load_report *r = irr_input_report(l->irr);
	*out = (struct report){ rpsl_kind(l, r), r->source, r->date_from,
		r->taken, r->refused, r->reasons, r->n_reasons, r->date_us,
		WORLD_SNAPSHOT };
	return 0;
}

static int
read_topo(struct loaded *l, struct os_stream *s, enum topo_kind kind,
    struct report *out, struct err *err)
{
	set_group(l, GROUP_TOPO);
	if (topo_load(s, kind, &l->topo, err) == -1)
		return -1;
	const struct topo_load_report *r = topo_input_report(l->topo);
	*out = (struct report){ topo_kind_name(kind), r->source, r->date_from,
		r->taken, r->refused, r->reasons, r->n_reasons, r->date_us,
		WORLD_SNAPSHOT };
	return 0;
}

static int
read_registry(struct loaded *l, struct os_stream *s, enum registry_kind kind,
    struct report *out, struct err *err)
{
	set_group(l, GROUP_REGISTRY);
	if (registry_load(s, kind, &l->registry, err) == -1)
		return -1;
	const struct registry_load_report *r =
	    registry_input_report(l->registry);
	*out = (struct report){ registry_kind_name(r->kind), r->source,
		r->date_from, r->taken, r->refused, r->reasons, r->n_reasons,
		r->date_us,
		r->merge == REG_ADDS ? WORLD_ADDS : WORLD_SNAPSHOT };
	return 0;
}

static int
read_rpki(struct loaded *l, struct os_stream *s, enum rpki_kind kind,
    struct report *out, struct err *err)
{
	set_group(l, GROUP_RPKI);
	if (rpki_load(s, kind, &l->rpki, err) == -1)
		return -1;
	const struct rpki_load_report *r = rpki_input_report(l->rpki);
	*out = (struct report){ rpki_kind_name(kind), r->source, r->date_from,
		r->taken, r->refused, r->reasons, r->n_reasons, r->date_us,
		kind == RPKI_SLURM ? WORLD_UNUSED : WORLD_SNAPSHOT };
	return 0;
}

/* Recognise by the first bytes; the folders' tests exclude each other. */
static int
read_any(struct loaded *l, struct os_stream *s, struct report *out,
    struct err *err)
{
	const uint8_t *head;
	ssize_t n = os_stream_peek(s, &head, OS_PEEK_MAX, err);

	if (n == -1)
		return -1;
	if (n == 0)
		return err_set(err, ERR_INPUT, "is empty");
	enum rpki_kind rk = rpki_sniff(head, (size_t)n);
	if (rk != RPKI_KIND_NONE)
		return read_rpki(l, s, rk, out, err);
	enum topo_kind tk = topo_sniff(head, (size_t)n);
	if (tk != TOPO_KIND_NONE)
		return read_topo(l, s, tk, out, err);
	enum registry_kind gk = registry_sniff(head, (size_t)n);
	if (gk != REG_KIND_NONE)
		return read_registry(l, s, gk, out, err);
	if (irr_sniff(head, (size_t)n))
		return read_irr(l, s, out, err);
	return err_set(err, ERR_INPUT,
	    "is of no kind that I know (`comity world --help` lists them)");
}

void
loaded_read(struct loaded *l, const char *const *dates, size_t n_dates)
{
	struct os_stream *s = NULL;
	struct report r = { 0 };

	l->in = (struct world_input){ .path = l->path,
		.kind = "",
		.source = "",
		.date_us = TIME_NONE,
		.date_from = "",
		.refusals = "" };
	if (os_stream_open(l->path, &s, &l->err) == 0)
		os_stream_threads(s, l->threads);
	l->refused = s == NULL || read_any(l, s, &r, &l->err) == -1 ||
		     take_report(l, &r, dates, n_dates, &l->err) == -1;
	if (s != NULL)
		os_stream_sha256(s, l->in.sha256);
	os_stream_close(s);
}

void
loaded_drop(struct loaded *l)
{
	rpki_input_free(l->rpki);
	irr_input_free(l->irr);
	topo_input_free(l->topo);
	registry_input_free(l->registry);
	l->rpki = NULL;
	l->irr = NULL;
	l->topo = NULL;
	l->registry = NULL;
}

void
loaded_fini(struct loaded *l)
{
	loaded_drop(l);
	arena_free(&l->arena);
}
