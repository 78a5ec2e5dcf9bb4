/* SPDX-License-Identifier: BSD-2-Clause */
/* observe_print.c - what a run did and found, for a terminal of 80 columns. */
#include "cmd/observe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/report.h"

#define SHOWN_INPUTS    12
#define SHOWN_INCIDENTS 20
#define SHOWN_NETWORKS  5
#define SHOWN_LEVEL     2 /* below, incidents are only counted */

/* An incident as far as the table needs it. */
struct row {
	char id[INCIDENT_ID_TEXT];
	enum incident_class class;
	enum incident_state state;
	uint32_t culprit, victim, peers;
	uint8_t level;
	int points;
	int64_t start, end;
	uint64_t prefixes;
	struct prefix first;
	bool has_first;
};

struct found {
	VEC(struct row) rows;
	size_t low[SHOWN_LEVEL]; /* E0, E1 */
	size_t suppressed;
};

/* At most `width` characters, not bytes; how many. */
static int
print_cut(const char *s, int width)
{
	char safe[400];
	const char *p = text_safe(safe, sizeof(safe), str_from(s));
	int n = 0;

	for (; *p != '\0' && n < width; n++) {
		do
			(void)putchar(*p++);
		while (((unsigned char)*p & 0xc0) == 0x80);
	}
	return n;
}

/* The same as a column. */
static void
print_cell(const char *s, int width)
{
	for (int n = print_cut(s, width); n < width; n++)
		(void)putchar(' ');
}

/* "AS17557 Pakistan Telecommunication" */
static void
add_network(const struct observe *o, uint32_t asn, struct buf *out)
{
	const char *name = world_as_name(&o->view, asn);

	if (asn == 0)
		buf_str(out, "unknown");
	else
		buf_printf(out, "AS%" PRIu32 "%s%s", asn,
		    name[0] == '\0' ? "" : " ", name);
}

static void
print_network(const struct observe *o, uint32_t asn, int width)
{
	struct buf b = { 0 };

	add_network(o, asn, &b);
	print_cell(buf_cstr(&b), width);
	buf_fini(&b);
}

/* --- inputs ------------------------------------------------------------ */

struct sum {
	const char *collector;
	size_t files;
	uint64_t records, events, refused, late;
	int64_t first_us, last_us;
};

/* The end of a path says most. */
static const char *
tail(const char *path, size_t width)
{
	size_t n = strlen(path);

	return n <= width ? path : path + n - width;
}

static void
print_input(const struct observe_input *x)
{
	const struct feed_input *in = x->in;
	char sha[65], when[TIME_TEXT_MAX], path[64];

	text_hex(sha, in->sha256, 32);
	(void)text_safe(path, sizeof(path), str_from(tail(in->path, 60)));
	(void)printf("  %-60s %s\n", path,
	    x->fate != OBSERVE_APPLIED ? observe_fate_name(x->fate)
	    : in->incomplete           ? "INCOMPLETE"
	    : observe_is_part(x)       ? "in part"
				       : "applied");
	if (in->unusable)
		return;
	(void)printf("    %-7s ", in->kind);
	print_cell(in->collector, 18);
	(void)printf(" from %s  sha-256 %.12s\n",
	    report_when(when, in->first_us), sha);
	(void)printf("    %" PRIu64 " records, %" PRIu64 " events, %" PRIu64
		     " refused, %" PRIu64 " late, %" PRIu64 " with faults\n",
	    in->records, in->events, in->refused, in->late + x->behind,
	    in->faults);
	if (observe_is_part(x))
		(void)printf("    %s\n", x->why);
	for (size_t i = 0; i < in->n_reasons; i++) {
		char why[70];

		(void)printf("      refused: %s\n",
		    text_safe(why, sizeof(why), str_from(in->reasons[i])));
	}
}

static int
cmp_sum(const void *a, const void *b)
{
	return strcmp(((const struct sum *)a)->collector,
	    ((const struct sum *)b)->collector);
}

static void
add_sum(struct sum *s, const struct observe_input *x)
{
	const struct feed_input *in = x->in;

	if (s->files == 0 || in->first_us < s->first_us)
		s->first_us = in->first_us;
	if (s->files == 0 || in->last_us > s->last_us)
		s->last_us = in->last_us;
	s->files++;
	s->records += in->records;
	s->events += in->events;
	s->refused += in->refused;
	s->late += in->late + x->behind;
}

/* Many files: one line for each collector. */
static void
print_sums(const struct observe *o)
{
	struct sum *sums = mem_alloc(o->inputs.n, sizeof(*sums));
	char a[TIME_TEXT_MAX], b[TIME_TEXT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < o->inputs.n; i++) {
		const struct observe_input *x = &o->inputs.p[i];
		size_t k = 0;

		if (x->fate != OBSERVE_APPLIED)
			continue;
		while (
		    k < n && strcmp(sums[k].collector, x->in->collector) != 0)
			k++;
		n += k == n;
		sums[k].collector = x->in->collector;
		add_sum(&sums[k], x);
	}
	qsort(sums, n, sizeof(*sums), cmp_sum);
	for (size_t i = 0; i < n; i++) {
		const struct sum *s = &sums[i];

		(void)printf("  ");
		print_cell(s->collector, 22);
		(void)printf(" %zu file%s, %s to %s\n", s->files,
		    s->files == 1 ? "" : "s", report_when(a, s->first_us),
		    report_when(b, s->last_us));
		(void)printf("    %" PRIu64 " records, %" PRIu64
			     " events, %" PRIu64 " refused, %" PRIu64 " late\n",
		    s->records, s->events, s->refused, s->late);
	}
	free(sums);
}

static void
print_inputs(const struct observe *o)
{
	bool one_by_one = o->inputs.n <= SHOWN_INPUTS || o->all;
	size_t refused = o->fates[OBSERVE_UNUSABLE] + o->fates[OBSERVE_OLDER] +
			 o->fates[OBSERVE_PART];

	(void)printf("inputs\n");
	for (size_t i = 0; one_by_one && i < o->inputs.n; i++)
		if (o->inputs.p[i].fate != OBSERVE_IGNORED)
			print_input(&o->inputs.p[i]);
	if (!one_by_one)
		print_sums(o);
	if (o->fates[OBSERVE_KNOWN] > 0)
		(void)printf("  %zu known already, not applied again\n",
		    o->fates[OBSERVE_KNOWN]);
	if (o->fates[OBSERVE_OUTSIDE] > 0)
		(void)printf("  %zu not between --from and --until, left out\n",
		    o->fates[OBSERVE_OUTSIDE]);
	if (!one_by_one && refused + o->incomplete > 0)
		(void)printf("  %zu refused, %zu incomplete: see above\n",
		    refused, o->incomplete);
	if (o->fates[OBSERVE_IGNORED] > 0)
		(void)printf("  %zu other file%s in the folders, no MRT\n",
		    o->fates[OBSERVE_IGNORED],
		    o->fates[OBSERVE_IGNORED] == 1 ? "" : "s");
}

/* --- reference data and counts ----------------------------------------- */

static void
print_world(const struct observe *o)
{
	static const struct {
		unsigned bit;
		const char *name;
	} parts[] = {
		{ WORLD_VRPS, "VRPs" },
		{ WORLD_ASPAS, "ASPAs" },
		{ WORLD_IRR, "IRR" },
		{ WORLD_TOPO, "topology" },
		{ WORLD_REGISTRY, "registries" },
	};
	char id[65], span[TIME_TEXT_MAX];
	int64_t now = o->now_us;

	text_hex(id, world_id(o->world), 32);
	(void)printf("\nworld %.16s; at the newest event:", id);
	for (size_t i = 0; i < COUNT(parts); i++) {
		int64_t age = now == TIME_NONE
				  ? TIME_NONE
				  : world_age(o->world, parts[i].bit, now);

		(void)printf("%s%s ",
		    i == 0   ? "\n  "
		    : i == 3 ? ",\n  "
			     : ", ",
		    parts[i].name);
		if (age == TIME_NONE)
			(void)printf("none");
		else
			(void)printf("%s %s",
			    utc_format_span(span, age < 0 ? -age : age),
			    age < 0 ? "later" : "old");
	}
	(void)printf("\n");
}

static void
print_counts(const struct observe *o)
{
	const struct detect_counts *c = &o->counts;
	char when[TIME_TEXT_MAX];

	(void)printf("\n%" PRIu64 " events: %" PRIu64 " announced, %" PRIu64
		     " withdrawn, %" PRIu64 " of table dumps,\n  %" PRIu64
		     " said before, %" PRIu64 " late, %" PRIu64 " faulty\n",
	    c->events, c->announced, c->withdrawn, c->table, c->duplicates,
	    c->late, c->faults);
	(void)printf("%" PRIu32 " peers, %" PRIu32 " up; full feeds: %" PRIu32
		     " IPv4, %" PRIu32 " IPv6; %" PRIu64 " prefixes\n",
	    c->peers, c->peers_up, c->full4, c->full6, c->prefixes);
	if (o->now_us != TIME_NONE)
		(void)printf("newest event %s UTC\n",
		    report_when(when, o->now_us));
}

/* --- incidents --------------------------------------------------------- */

static int
take_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct found *f = ctx;

	(void)err;
	if (in->suppressed) {
		f->suppressed++;
		return 0;
	}
	if (in->level < SHOWN_LEVEL) {
		f->low[in->level]++;
		return 0;
	}
	struct row *r = vec_grow(&f->rows);
	*r = (struct row){
		.class = in->class,
		.state = in->state,
		.culprit = in->culprit,
		.victim = in->n_victims > 0 ? in->victims[0] : 0,
		.peers = in->peers_max,
		.level = in->level,
		.points = in->points,
		.start = in->start,
		.end = in->end,
		.prefixes = in->n_prefixes,
		.has_first = in->n_routes > 0,
	};
	memcpy(r->id, in->id, sizeof(r->id));
	if (r->has_first)
		r->first = in->routes[0].prefix;
	return 0;
}

/* The surest and most widely seen first. */
static int
cmp_row(const void *va, const void *vb)
{
	const struct row *a = va, *b = vb;

	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	if (a->points != b->points)
		return a->points > b->points ? -1 : 1;
	if (a->peers != b->peers)
		return a->peers > b->peers ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* "399275614741f689 for 89 min, 12 peers, 30.4.8.0/24 of AS3000195" */
static void
add_extent(const struct observe *o, const struct row *r, struct buf *out)
{
	char span[TIME_TEXT_MAX], prefix[PREFIX_TEXT_MAX];
	int64_t end = r->end == TIME_NONE ? o->now_us : r->end;

	buf_printf(out, "%s for %s, %" PRIu32 " peer%s, ", r->id,
	    end == TIME_NONE || end < r->start
		? "?"
		: utc_format_span(span, end - r->start),
	    r->peers, r->peers == 1 ? "" : "s");
	if (r->has_first) {
		(void)prefix_format(prefix, &r->first);
		buf_str(out, prefix);
	}
	if (r->prefixes > 1)
		buf_printf(out, " and %" PRIu64 " more", r->prefixes - 1);
	if (r->victim != 0) {
		buf_str(out, " of ");
		add_network(o, r->victim, out);
	}
}

static void
print_row(const struct observe *o, const struct row *r)
{
	char when[TIME_TEXT_MAX];
	struct buf b = { 0 };

	(void)printf("E%u %-20s ", r->level, incident_class_name(r->class));
	print_network(o, r->culprit, 29);
	(void)printf(" %s  %s\n   ", report_when(when, r->start),
	    incident_state_name(r->state));
	add_extent(o, r, &b);
	(void)print_cut(buf_cstr(&b), 77);
	(void)putchar('\n');
	buf_fini(&b);
}

struct net_row {
	uint32_t asn;
	size_t incidents;
	uint64_t prefixes;
};

static int
cmp_net(const void *va, const void *vb)
{
	const struct net_row *a = va, *b = vb;

	if (a->incidents != b->incidents)
		return a->incidents > b->incidents ? -1 : 1;
	if (a->prefixes != b->prefixes)
		return a->prefixes > b->prefixes ? -1 : 1;
	return (a->asn > b->asn) - (a->asn < b->asn);
}

static int
cmp_culprit(const void *va, const void *vb)
{
	const struct row *a = *(const struct row *const *)va;
	const struct row *b = *(const struct row *const *)vb;

	return (a->culprit > b->culprit) - (a->culprit < b->culprit);
}

/* Who caused most. */
static void
print_top(const struct observe *o, const struct found *f)
{
	const struct row **by = mem_alloc(f->rows.n, sizeof(struct row *));
	VEC(struct net_row) nets = { 0 };

	for (size_t i = 0; i < f->rows.n; i++)
		by[i] = &f->rows.p[i];
	qsort(by, f->rows.n, sizeof(struct row *), cmp_culprit);
	for (size_t i = 0; i < f->rows.n; i++) {
		if (by[i]->culprit == 0)
			continue;
		if (nets.n == 0 || nets.p[nets.n - 1].asn != by[i]->culprit)
			vec_push(&nets,
			    ((struct net_row){ by[i]->culprit, 0, 0 }));
		nets.p[nets.n - 1].incidents++;
		nets.p[nets.n - 1].prefixes += by[i]->prefixes;
	}
	if (nets.n > 1) {
		qsort(nets.p, nets.n, sizeof(*nets.p), cmp_net);
		(void)printf("\nnetworks with most\n");
		for (size_t i = 0; i < nets.n && i < SHOWN_NETWORKS; i++) {
			(void)printf("  ");
			print_network(o, nets.p[i].asn, 40);
			(void)printf(" %5zu incident%s %8" PRIu64 " prefix%s\n",
			    nets.p[i].incidents,
			    nets.p[i].incidents == 1 ? " " : "s",
			    nets.p[i].prefixes,
			    nets.p[i].prefixes == 1 ? "" : "es");
		}
	}
	vec_fini(&nets);
	free(by);
}

static void
print_hints(const struct observe *o, const struct found *f)
{
	(void)printf("\n");
	if (f->rows.n > 0) {
		(void)printf("why:    comity explain %s --store %s\n",
		    f->rows.p[0].id, o->store_path);
		if (f->rows.p[0].culprit != 0)
			(void)printf("who:    comity check AS%" PRIu32
				     " --world %s --store %s\n",
			    f->rows.p[0].culprit, o->world_path, o->store_path);
	}
	(void)printf("month:  comity report --store %s\n", o->store_path);
}

static void
print_incidents(const struct observe *o, struct found *f)
{
	size_t max = o->all || f->rows.n <= SHOWN_INCIDENTS ? f->rows.n
							    : SHOWN_INCIDENTS;

	if (f->rows.n > 1)
		qsort(f->rows.p, f->rows.n, sizeof(*f->rows.p), cmp_row);
	(void)printf("\n%zu incident%s since the first of these inputs\n",
	    f->rows.n, f->rows.n == 1 ? "" : "s");
	for (size_t i = 0; i < max; i++)
		print_row(o, &f->rows.p[i]);
	if (f->rows.n > max)
		(void)printf("   and %zu more: --all lists them\n",
		    f->rows.n - max);
	if (f->low[0] + f->low[1] + f->suppressed > 0)
		(void)printf("%zu at E1 and %zu at E0 are watched, %zu set "
			     "aside as harmless\n",
		    f->low[1], f->low[0], f->suppressed);
	if (f->rows.n > 0)
		print_top(o, f);
}

int
observe_print(struct observe *o, struct err *err)
{
	const struct store_filter since = { .from_us = o->first_us,
		.until_us = TIME_NONE,
		.brief = true };
	struct found f = { 0 };

	print_inputs(o);
	if (o->fates[OBSERVE_APPLIED] > 0) {
		print_world(o);
		print_counts(o);
	}
	int rc = store_each_incident(o->store, &since, take_incident, &f, err);
	if (rc == 0) {
		print_incidents(o, &f);
		print_hints(o, &f);
	}
	vec_fini(&f.rows);
	return rc;
}
