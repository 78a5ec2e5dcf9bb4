/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * out.c - a scenario's files, all of them: the order of writing, names, and
 * the two files that describe the topology.
 */
#include "sim/out.h"

#include <stdio.h>
#include <stdlib.h>

#include "os/os.h"

#define PATH_MAX_OUT 4096

int
out_file(struct out *o, const char *name, struct buf *text, struct err *err)
{
	char path[PATH_MAX_OUT];
	char *slash;
	int n = snprintf(path, sizeof(path), "%s/%s", o->dir, name);

	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(err, ERR_LIMIT, "%s: name too long", name);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (os_mkdirs(path, err) == -1)
		return -1;
	*slash = '/';
	if (os_write_file(path, 0644, text->p, text->n, err) == -1)
		return -1;
	buf_clear(text);
	o->report->files++;
	return 0;
}

const char *
out_date(char out[OUT_DAY_MAX], int64_t us)
{
	char day[TIME_TEXT_MAX];
	size_t n = 0;

	for (const char *c = utc_format_day(day, us);
	     *c != '\0' && n + 1 < OUT_DAY_MAX; c++)
		if (*c != '-')
			out[n++] = *c;
	out[n] = '\0';
	return out;
}

const char *
out_day(const struct out *o, char out[OUT_DAY_MAX])
{
	return out_date(out, o->s->day_us);
}

const char *
out_day_parts(const struct out *o, char out[OUT_DAY_MAX])
{
	char day[TIME_TEXT_MAX];
	size_t n = 0;

	for (const char *c = utc_format_day(day, o->s->day_us);
	     *c != '\0' && n + 1 < OUT_DAY_MAX; c++)
		out[n++] = *c == '-' ? '_' : *c;
	out[n] = '\0';
	return out;
}

/* --- topology ---------------------------------------------------------- */

static int
asn_order(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
add_clique(const struct scenario *s, struct buf *b)
{
	VEC(uint32_t) clique = { 0 };

	for (size_t i = 0; i < s->ases.n; i++)
		if (s->ases.p[i].clique)
			vec_push(&clique, s->ases.p[i].asn);
	if (clique.n > 1)
		qsort(clique.p, clique.n, sizeof(*clique.p), asn_order);
	if (clique.n > 0)
		buf_str(b, "# input clique:");
	for (size_t i = 0; i < clique.n; i++)
		buf_printf(b, " %u", clique.p[i]);
	if (clique.n > 0)
		buf_str(b, "\n");
	vec_fini(&clique);
}

static int
write_relations(struct out *o, struct err *err)
{
	const struct scenario *s = o->s;
	char day[OUT_DAY_MAX], name[80];
	struct buf b = { 0 };
	int rc;

	add_clique(s, &b);
	for (size_t i = 0; i < s->collectors.n; i++)
		buf_printf(&b, "# source:topology|BGP|%s|%s|%s\n",
		    out_day(o, day),
		    s->collectors.p[i].routeviews ? "routeviews" : "ripe",
		    scn_text(s, s->collectors.p[i].name));
	for (size_t i = 0; i < s->links.n; i++) {
		const struct scn_link *l = &s->links.p[i];

		if (!l->hidden)
			buf_printf(&b, "%u|%u|%d\n", s->ases.p[l->a].asn,
			    s->ases.p[l->b].asn, l->transit ? -1 : 0);
	}
	(void)snprintf(name, sizeof(name), "reference/topology/%s.as-rel.txt",
	    out_day(o, day));
	rc = out_file(o, name, &b, err);
	buf_fini(&b);
	return rc;
}

static int
write_orgs(struct out *o, struct err *err)
{
	const struct scenario *s = o->s;
	char day[OUT_DAY_MAX], since[OUT_DAY_MAX], name[80];
	struct buf b = { 0 };
	int rc;

	buf_printf(&b, "# name: AS Org\n# date: %.6s\n", out_day(o, day));
	buf_str(&b, "# format:org_id|changed|org_name|country|source\n");
	for (size_t i = 0; i < s->ases.n; i++) {
		const struct scn_as *a = &s->ases.p[i];
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = s->ases.p[k].org == a->org;
		if (!again)
			buf_printf(&b, "%s|%s|%s|%s|%s\n", scn_text(s, a->org),
			    out_date(since, a->since_us), scn_text(s, a->name),
			    a->cc, scn_rir_source(a->rir));
	}
	buf_str(&b, "# format:aut|changed|aut_name|org_id|opaque_id|source\n");
	for (size_t i = 0; i < s->ases.n; i++) {
		const struct scn_as *a = &s->ases.p[i];

		buf_printf(&b, "%u|%s|%s|%s|%s_%s|%s\n", a->asn,
		    out_date(since, a->since_us), scn_text(s, a->name),
		    scn_text(s, a->org), scn_text(s, a->org),
		    scn_rir_source(a->rir), scn_rir_source(a->rir));
	}
	(void)snprintf(name, sizeof(name),
	    "reference/topology/%s.as-org2info.txt", out_day(o, day));
	rc = out_file(o, name, &b, err);
	buf_fini(&b);
	return rc;
}

int
out_topology(struct out *o, struct err *err)
{
	if (write_relations(o, err) == -1)
		return -1;
	return write_orgs(o, err);
}

/* --- all --------------------------------------------------------------- */

int
sim_write(const struct scenario *s, const char *out_dir,
    struct sim_report *report, struct err *err)
{
	struct out o = { .s = s, .dir = out_dir, .report = report };
	struct play p;
	int rc;

	*report = (struct sim_report){ 0 };
	rc = play_run(&p, s, out_dump, &o, err);
	if (rc == 0 &&
	    (out_updates(&o, &p, err) == -1 || out_topology(&o, err) == -1 ||
		out_registry(&o, err) == -1 || out_irr(&o, err) == -1 ||
		out_rpki(&o, err) == -1 || out_peeringdb(&o, err) == -1 ||
		out_spoofer(&o, err) == -1 || out_participants(&o, err) == -1 ||
		out_truth(&o, &p, err) == -1))
		rc = -1;
	play_fini(&p);
	return rc;
}
