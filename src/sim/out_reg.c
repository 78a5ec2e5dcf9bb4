/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * out_reg.c - what registries publish: delegated-extended statistics and RPSL
 * dumps.
 */
#include "sim/out.h"

#include <stdio.h>
#include <stdlib.h>

/* --- delegations ------------------------------------------------------- */

static void
add_prefix_row(struct buf *b, uint8_t rir, const char *cc,
    const struct prefix *p, const char *date, const char *status,
    const char *opaque)
{
	char text[PREFIX_TEXT_MAX];
	struct ipaddr first = { .family = p->family };

	memcpy(first.addr, p->addr, sizeof(first.addr));
	(void)ipaddr_format(text, &first);
	buf_printf(b, "%s|%s|%s|%s|", scn_rir_name(rir), cc,
	    p->family == NET_IP4 ? "ipv4" : "ipv6", text);
	/* IPv4: a count of addresses; IPv6: a prefix length. */
	if (p->family == NET_IP4)
		buf_dec(b, UINT64_C(1) << (32 - p->len));
	else
		buf_dec(b, p->len);
	buf_printf(b, "|%s|%s|%s\n", date, status, opaque);
}

struct tally {
	unsigned asn, ip4, ip6;
};

static void
add_delegated(const struct scenario *s, uint8_t rir, struct buf *b,
    struct tally *n)
{
	char date[OUT_DAY_MAX];

	for (size_t i = 0; i < s->ases.n; i++) {
		const struct scn_as *a = &s->ases.p[i];

		if (a->rir != rir)
			continue;
		buf_printf(b, "%s|%s|asn|%u|1|%s|allocated|%s\n",
		    scn_rir_name(rir), a->cc, a->asn,
		    out_date(date, a->since_us), scn_text(s, a->org));
		n->asn++;
	}
	for (size_t i = 0; i < s->blocks.n; i++) {
		const struct scn_block *k = &s->blocks.p[i];
		const struct scn_as *a = &s->ases.p[k->as];

		if (a->rir != rir)
			continue;
		add_prefix_row(b, rir, a->cc, &k->prefix,
		    out_date(date, k->since_us), "allocated",
		    scn_text(s, a->org));
		*(k->prefix.family == NET_IP4 ? &n->ip4 : &n->ip6) += 1;
	}
}

static void
add_free(const struct scenario *s, uint8_t rir, struct buf *b, struct tally *n)
{
	for (size_t i = 0; i < s->frees.n; i++) {
		const struct scn_free *f = &s->frees.p[i];
		const char *status = f->reserved ? "reserved" : "available";

		if (f->rir != rir)
			continue;
		if (f->is_asn) {
			buf_printf(b, "%s||asn|%u|%u||%s|\n", scn_rir_name(rir),
			    f->first, f->last - f->first + 1, status);
			n->asn++;
			continue;
		}
		add_prefix_row(b, rir, "", &f->prefix, "", status, "");
		*(f->prefix.family == NET_IP4 ? &n->ip4 : &n->ip6) += 1;
	}
}

int
out_registry(struct out *o, struct err *err)
{
	struct buf rows = { 0 }, b = { 0 };
	char day[OUT_DAY_MAX], name[80];
	int rc = 0;

	for (uint8_t r = 0; r < SCN_RIRS && rc == 0; r++) {
		const char *rir = scn_rir_name(r);
		struct tally n = { 0, 0, 0 };

		buf_clear(&rows);
		add_delegated(o->s, r, &rows, &n);
		add_free(o->s, r, &rows, &n);
		if (rows.n == 0)
			continue;
		(void)out_day(o, day);
		buf_printf(&b, "2|%s|%s|%u|19830101|%s|+0000\n", rir, day,
		    n.asn + n.ip4 + n.ip6, day);
		buf_printf(&b, "%s|*|asn|*|%u|summary\n", rir, n.asn);
		buf_printf(&b, "%s|*|ipv4|*|%u|summary\n", rir, n.ip4);
		buf_printf(&b, "%s|*|ipv6|*|%u|summary\n", rir, n.ip6);
		buf_add(&b, rows.p, rows.n);
		(void)snprintf(name, sizeof(name),
		    "reference/registry/delegated-%s-extended-%s", rir, day);
		rc = out_file(o, name, &b, err);
	}
	buf_fini(&rows);
	buf_fini(&b);
	return rc;
}

/* --- RPSL -------------------------------------------------------------- */

static void
add_attr(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "%s:%*s%s\n", name, (int)(15 - strlen(name)), "", value);
}

static void
add_tail(struct buf *b, uint32_t asn, int64_t created, int64_t modified,
    const char *source)
{
	char time[TIME_TEXT_MAX];

	buf_printf(b, "mnt-by:         MAINT-AS%u\n", asn);
	add_attr(b, "created", utc_format(time, created));
	add_attr(b, "last-modified", utc_format(time, modified));
	add_attr(b, "source", source);
	buf_str(b, "\n");
}

/* What a neighbour may send or gets: its set if it has one, else its ASN. */
static void
add_filter(const struct scenario *s, struct buf *b, const struct scn_as *a)
{
	if (a->as_set != SCN_NONE)
		buf_str(b, scn_text(s, a->as_set));
	else
		buf_printf(b, "AS%u", a->asn);
}

static void
add_policy(const struct scenario *s, struct buf *b, uint32_t as)
{
	for (size_t i = 0; i < s->links.n; i++) {
		const struct scn_link *l = &s->links.p[i];
		const struct scn_as *me, *you;

		if (l->a != as && l->b != as)
			continue;
		me = &s->ases.p[as];
		you = &s->ases.p[l->a == as ? l->b : l->a];
		buf_printf(b, "import:         from AS%u accept ", you->asn);
		if (l->transit && l->b == as)
			buf_str(b, "ANY");
		else
			add_filter(s, b, you);
		buf_printf(b, "\nexport:         to AS%u announce ", you->asn);
		if (l->transit && l->a == as)
			buf_str(b, "ANY");
		else
			add_filter(s, b, me);
		buf_str(b, "\n");
	}
}

static void
add_aut_nums(const struct scenario *s, struct buf *b, const char *source)
{
	for (uint32_t i = 0; i < s->ases.n; i++) {
		const struct scn_as *a = &s->ases.p[i];

		if (a->aut_num_us == TIME_NONE || a->aut_num_us > s->day_us ||
		    strcmp(scn_rir_source(a->rir), source) != 0)
			continue;
		buf_printf(b, "aut-num:        AS%u\n", a->asn);
		buf_printf(b, "as-name:        NET-%u\n", a->asn);
		add_attr(b, "descr", scn_text(s, a->name));
		add_policy(s, b, i);
		add_tail(b, a->asn, a->aut_num_us, a->aut_num_us, source);
	}
}

static void
add_sets(const struct scenario *s, struct buf *b, const char *source)
{
	for (size_t i = 0; i < s->sets.n; i++) {
		const struct scn_as_set *set = &s->sets.p[i];

		if (set->created_us > s->day_us ||
		    strcmp(scn_text(s, set->source), source) != 0)
			continue;
		add_attr(b, "as-set", scn_text(s, set->name));
		for (uint32_t k = 0; k < set->members.n; k++)
			add_attr(b, "members",
			    scn_text(s, s->ids.p[set->members.at + k]));
		add_attr(b, "mnt-by", "MAINT-SETS");
		char time[TIME_TEXT_MAX];
		add_attr(b, "created", utc_format(time, set->created_us));
		add_attr(b, "last-modified", utc_format(time, set->created_us));
		add_attr(b, "source", source);
		buf_str(b, "\n");
	}
}

static void
add_routes(const struct scenario *s, struct buf *b, const char *source)
{
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < s->objects.n; i++) {
		const struct scn_route_object *r = &s->objects.p[i];

		if (r->created_us > s->day_us ||
		    strcmp(scn_text(s, r->source), source) != 0)
			continue;
		(void)prefix_format(text, &r->prefix);
		add_attr(b, r->prefix.family == NET_IP4 ? "route" : "route6",
		    text);
		buf_printf(b, "origin:         AS%u\n", r->asn);
		add_tail(b, r->asn, r->created_us, r->created_us, source);
	}
}

/* The dump's day, as an object that was touched on it. */
static void
add_keeper(const struct out *o, struct buf *b, const char *source)
{
	char time[TIME_TEXT_MAX];

	add_attr(b, "mntner", "MAINT-SETS");
	add_attr(b, "descr", "keeper of this registry's sets");
	add_attr(b, "mnt-by", "MAINT-SETS");
	add_attr(b, "created", "2000-01-01T00:00:00Z");
	add_attr(b, "last-modified", utc_format(time, o->s->day_us));
	add_attr(b, "source", source);
	buf_str(b, "\n");
}

static bool
source_known(const uint32_t *seen, size_t n, uint32_t source)
{
	for (size_t i = 0; i < n; i++)
		if (seen[i] == source)
			return true;
	return false;
}

static void
lower(char *out, size_t size, const char *s)
{
	size_t n = 0;

	for (; s[n] != '\0' && n + 1 < size; n++)
		out[n] = s[n] >= 'A' && s[n] <= 'Z' ? (char)(s[n] + 32) : s[n];
	out[n] = '\0';
}

/* Every source that some object names, in the order of first mention. */
static void
find_sources(const struct scenario *s, uint32_t **out, size_t *n)
{
	VEC(uint32_t) seen = { 0 };

	for (size_t i = 0; i < s->objects.n; i++)
		if (!source_known(seen.p, seen.n, s->objects.p[i].source))
			vec_push(&seen, s->objects.p[i].source);
	for (size_t i = 0; i < s->sets.n; i++)
		if (!source_known(seen.p, seen.n, s->sets.p[i].source))
			vec_push(&seen, s->sets.p[i].source);
	for (size_t i = 0; i < s->ases.n; i++) {
		const char *name = scn_rir_source(s->ases.p[i].rir);
		uint32_t id = strtab_find(&s->text, str_from(name));

		if (s->ases.p[i].aut_num_us != TIME_NONE && id != HIDX_NONE &&
		    !source_known(seen.p, seen.n, id))
			vec_push(&seen, id);
	}
	*out = seen.p;
	*n = seen.n;
}

int
out_irr(struct out *o, struct err *err)
{
	const struct scenario *s = o->s;
	char day[OUT_DAY_MAX], name[80], small[30];
	struct buf b = { 0 };
	uint32_t *sources;
	size_t n;
	int rc = 0;

	find_sources(s, &sources, &n);
	for (size_t i = 0; i < n && rc == 0; i++) {
		const char *source = scn_text(s, sources[i]);

		add_keeper(o, &b, source);
		add_aut_nums(s, &b, source);
		add_sets(s, &b, source);
		add_routes(s, &b, source);
		lower(small, sizeof(small), source);
		(void)snprintf(name, sizeof(name), "reference/irr/%s.%s.db",
		    small, out_day(o, day));
		rc = out_file(o, name, &b, err);
	}
	free(sources);
	buf_fini(&b);
	return rc;
}
