/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string.c - the filter string of bgpreader (CAIDA's libbgpstream, FILTERING):
 * clauses with "and" between them, each a term and its values.
 *
 *   collector rrc00 rrc06 and prefix exact 192.0.2.0/24 and path "_64496_"
 *
 * A term stands once, its values are alternatives; of `path` there is one value
 * a clause, and all clauses must hold.  `prefix` takes a mode before any value,
 * for that and those behind it.
 */
#include "filter/part.h"

struct word {
	struct str text;
	bool quoted;
};

/* The next word, or what stands in "quotes".  1, 0 at the end, -1. */
static int
next_word(struct str *rest, struct word *out, struct err *err)
{
	*rest = str_trim(*rest);
	if (rest->n == 0)
		return 0;
	out->quoted = rest->p[0] == '"';
	if (!out->quoted)
		return str_word(rest, &out->text);
	const char *end = memchr(rest->p + 1, '"', rest->n - 1);
	if (end == NULL)
		return err_set(err, ERR_INPUT, "no \" at the end of a value");
	out->text = (struct str){ rest->p + 1, (size_t)(end - rest->p) - 1 };
	rest->n -= (size_t)(end + 1 - rest->p);
	rest->p = end + 1;
	return 1;
}

/* --- values ------------------------------------------------------------ */

struct clause {
	struct filter *f;
	enum prefix_mode mode; /* of the prefixes behind it */
	size_t values;         /* so far */
};

static int
fail(const char *term, struct str value, const char *what, struct err *err)
{
	char text[100];

	return err_set(err, ERR_INPUT, "%s \"%s\": %s", term,
	    text_safe(text, sizeof(text), value), what);
}

static int
take_project(struct clause *c, struct str v, struct err *err)
{
	bool ris = str_eq_nocase(v, "ris");

	if (!ris && !str_eq_nocase(v, "routeviews") &&
	    !str_eq_nocase(v, "route-views"))
		return fail("project", v, "not ris or routeviews", err);
	if (ris)
		c->f->project_ris = true;
	else
		c->f->project_routeviews = true;
	return 0;
}

static int
take_collector(struct clause *c, struct str v, struct err *err)
{
	if (v.n == 0)
		return fail("collector", v, "nothing there", err);
	if (c->f->collectors.n == FILTER_VALUES_MAX)
		return err_set(err, ERR_LIMIT, "collector: too many values");
	vec_push(&c->f->collectors, mem_strndup(v.p, v.n));
	return 0;
}

static int
take_type(struct clause *c, struct str v, struct err *err)
{
	if (str_eq_nocase(v, "ribs"))
		c->f->kinds[1] |= FILTER_TABLE;
	else if (str_eq_nocase(v, "updates"))
		c->f->kinds[1] |= FILTER_ALL & ~(uint32_t)FILTER_TABLE;
	else
		return fail("type", v, "not ribs or updates", err);
	return 0;
}

static int
take_elemtype(struct clause *c, struct str v, struct err *err)
{
	const uint32_t known =
	    FILTER_TABLE | FILTER_ANNOUNCE | FILTER_WITHDRAW | FILTER_STATE;
	uint32_t kinds = filter_kinds_parse(v);

	if (kinds == 0 || (kinds & ~known) != 0)
		return fail("elemtype", v,
		    "not ribs, announcements, withdrawals or peerstates", err);
	c->f->kinds[2] |= kinds;
	return 0;
}

static int
take_peer(struct clause *c, struct str v, struct err *err)
{
	return filter_add(c->f, "peer", v, err);
}

static int
take_prefix(struct clause *c, struct str v, struct err *err)
{
	return filter_add_prefix(c->f, v, c->mode, err);
}

static int
take_family(struct clause *c, struct str v, struct err *err)
{
	if (!str_eq(v, "4") && !str_eq(v, "6"))
		return fail("ipversion", v, "not 4 or 6", err);
	return filter_add(c->f, "family", v, err);
}

static int
take_community(struct clause *c, struct str v, struct err *err)
{
	return filter_add(c->f, "community", v, err);
}

static int
take_path(struct clause *c, struct str v, struct err *err)
{
	if (c->values > 0)
		return fail("aspath", v, "a second value in one clause", err);
	return filter_add_path(c->f, v, true, err);
}

/* --- clauses ----------------------------------------------------------- */

static const struct term {
	const char *name, *brief;
	bool often; /* may stand in several clauses */
	int (*take)(struct clause *c, struct str value, struct err *err);
} terms[] = {
	{ "project", "proj", false, take_project },
	{ "collector", "coll", false, take_collector },
	{ "type", "type", false, take_type },
	{ "elemtype", "elemtype", false, take_elemtype },
	{ "peer", "peer", false, take_peer },
	{ "prefix", "pref", false, take_prefix },
	{ "ipversion", "ipv", false, take_family },
	{ "community", "comm", false, take_community },
	{ "aspath", "path", true, take_path },
};

static const struct term *
find_term(struct str word)
{
	for (size_t i = 0; i < COUNT(terms); i++)
		if (str_eq(word, terms[i].name) || str_eq(word, terms[i].brief))
			return &terms[i];
	return NULL;
}

/* Values up to "and" (*again: another clause follows) or the end. */
static int
parse_values(struct filter *f, const struct term *t, struct str *rest,
    bool *again, struct err *err)
{
	struct clause c = { .f = f, .mode = PREFIX_MORE };
	struct word w;
	int got;

	*again = false;
	while ((got = next_word(rest, &w, err)) == 1) {
		if (!w.quoted && str_eq(w.text, "and")) {
			*again = true;
			break;
		}
		if (t->take == take_prefix && !w.quoted &&
		    filter_mode_parse(w.text, &c.mode))
			continue;
		if (t->take(&c, w.text, err) == -1)
			return -1;
		c.values++;
	}
	if (got == -1)
		return -1;
	if (c.values == 0)
		return err_set(err, ERR_INPUT, "%s without a value", t->name);
	return 0;
}

int
filter_add_string(struct filter *f, struct str text, struct err *err)
{
	bool again = true, had[COUNT(terms)] = { false };
	struct str rest = text;
	struct word w;

	while (again) {
		int got = next_word(&rest, &w, err);

		if (got == -1)
			return -1;
		if (got == 0)
			return err_set(err, ERR_INPUT,
			    "a filter ends where a term should stand");
		const struct term *t = find_term(w.text);
		if (t == NULL)
			return fail("filter", w.text,
			    "not project, collector, type, elemtype, peer, "
			    "prefix, ipversion, community or aspath",
			    err);
		if (had[t - terms] && !t->often)
			return err_set(err, ERR_INPUT,
			    "%s stands in two clauses", t->name);
		had[t - terms] = true;
		if (parse_values(f, t, &rest, &again, err) == -1)
			return -1;
	}
	return 0;
}

/* --- collectors -------------------------------------------------------- */

bool
filter_collector(const struct filter *f, struct str name)
{
	bool project = !f->project_ris && !f->project_routeviews;
	bool found = f->collectors.n == 0;
	char **want;

	project |= f->project_ris && str_starts(name, "rrc");
	project |= f->project_routeviews && str_starts(name, "route-views");
	VEC_FOREACH (want, &f->collectors)
		found |= str_eq(name, *want);
	return project && found;
}
