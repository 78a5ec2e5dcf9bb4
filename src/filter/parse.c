/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse.c - the values of the options, from text to rules.
 */
#include <stdlib.h>

#include "base/utc.h"
#include "filter/part.h"

const struct filter_option filter_options[] = {
	{ "prefix", "PREFIX [exact|more|less|any]",
	    "routes of PREFIX, or more specific (the default), less specific, "
	    "any of both" },
	{ "origin", "ASN", "routes that ASN originates" },
	{ "path", "REGEX", "routes whose AS path matches, as _64496$" },
	{ "peer", "IP|ASN", "what this peer sent" },
	{ "community", "COMMUNITY",
	    "routes with it: 64496:100, 64496:*, no-export, 1:2:3, rt:1:2" },
	{ "type", "TYPE",
	    "table, update, announcement, withdrawal, end-of-rib, state, open, "
	    "notification, keepalive, route-refresh" },
	{ "from", "TIME", "leave out what was before TIME" },
	{ "until", "TIME", "leave out what was at TIME and later" },
	{ "family", "4|6", "routes of this address family" },
	{ NULL, NULL, NULL },
};

struct filter *
filter_new(void)
{
	struct filter *f = mem_alloc(1, sizeof(*f));

	f->from_us = f->until_us = TIME_NONE;
	return f;
}

void
filter_free(struct filter *f)
{
	struct path_rule *p;
	char **name;

	if (f == NULL)
		return;
	VEC_FOREACH (p, &f->paths)
		path_regex_free(p->regex);
	VEC_FOREACH (name, &f->collectors)
		free(*name);
	vec_fini(&f->peers);
	vec_fini(&f->origins);
	vec_fini(&f->prefixes);
	vec_fini(&f->paths);
	vec_fini(&f->communities);
	vec_fini(&f->collectors);
	free(f);
}

bool
filter_is_empty(const struct filter *f)
{
	return f->from_us == TIME_NONE && f->until_us == TIME_NONE &&
	       f->kinds[0] == 0 && f->kinds[1] == 0 && f->kinds[2] == 0 &&
	       f->families == 0 && f->peers.n == 0 && f->origins.n == 0 &&
	       f->prefixes.n == 0 && f->paths.n == 0 && f->communities.n == 0 &&
	       f->collectors.n == 0 && !f->project_ris &&
	       !f->project_routeviews;
}

/* 'peer "x": what is wrong' */
static int
fail(const char *option, struct str value, const char *what, struct err *err)
{
	char text[100];

	return err_set(err, ERR_INPUT, "%s \"%s\": %s", option,
	    text_safe(text, sizeof(text), value), what);
}

static int
too_many(const char *option, size_t max, struct err *err)
{
	return err_set(err, ERR_LIMIT, "%s: more than %zu values", option, max);
}

static bool
take_not(struct str *value)
{
	if (value->n == 0 || value->p[0] != '!')
		return false;
	value->p++;
	value->n--;
	return true;
}

/* --- one value of each ------------------------------------------------- */

bool
filter_mode_parse(struct str word, enum prefix_mode *out)
{
	static const char *const names[] = { [PREFIX_EXACT] = "exact",
		[PREFIX_MORE] = "more",
		[PREFIX_LESS] = "less",
		[PREFIX_ANY] = "any" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq(word, names[i])) {
			*out = (enum prefix_mode)i;
			return true;
		}
	return false;
}

bool
filter_is_prefix_mode(struct str word)
{
	enum prefix_mode mode;

	return filter_mode_parse(word, &mode);
}

int
filter_add_prefix(struct filter *f, struct str text, enum prefix_mode mode,
    struct err *err)
{
	struct prefix_rule rule = { .mode = mode };
	struct str value = text;

	rule.negated = take_not(&value);
	if (!prefix_parse_loose(value, &rule.prefix))
		return fail("prefix", text, "not a prefix, as 192.0.2.0/24",
		    err);
	if (f->prefixes.n == FILTER_VALUES_MAX)
		return too_many("prefix", FILTER_VALUES_MAX, err);
	vec_push(&f->prefixes, rule);
	return 0;
}

/* "192.0.2.0/24", "192.0.2.0/24 exact", or "exact 192.0.2.0/24". */
static int
add_prefix(struct filter *f, struct str text, struct err *err)
{
	enum prefix_mode mode = PREFIX_MORE;
	struct str rest = text, one, two, three;

	if (!str_word(&rest, &one))
		return fail("prefix", text, "nothing there", err);
	if (str_word(&rest, &two)) {
		if (filter_mode_parse(one, &mode))
			one = two;
		else if (!filter_mode_parse(two, &mode))
			return fail("prefix", two,
			    "not exact, more, less or any", err);
		if (str_word(&rest, &three))
			return fail("prefix", text,
			    "more than a prefix and a mode", err);
	}
	return filter_add_prefix(f, one, mode, err);
}

static int
add_origin(struct filter *f, struct str text, struct err *err)
{
	struct origin_rule rule = { 0 };
	struct str value = text;

	rule.negated = take_not(&value);
	if (!asn_parse(value, &rule.asn))
		return fail("origin", text, "not an AS number", err);
	if (f->origins.n == FILTER_VALUES_MAX)
		return too_many("origin", FILTER_VALUES_MAX, err);
	vec_push(&f->origins, rule);
	return 0;
}

static int
add_peer(struct filter *f, struct str text, struct err *err)
{
	struct peer_rule rule = { 0 };
	struct str value = text;

	rule.negated = take_not(&value);
	if (!ipaddr_parse(value, &rule.ip)) {
		rule.is_asn = true;
		if (!asn_parse(value, &rule.asn))
			return fail("peer", text,
			    "neither an address nor an AS number", err);
	}
	if (f->peers.n == FILTER_VALUES_MAX)
		return too_many("peer", FILTER_VALUES_MAX, err);
	vec_push(&f->peers, rule);
	return 0;
}

static int
add_community(struct filter *f, struct str text, struct err *err)
{
	struct community_rule rules[2];
	struct str value = text;
	bool negated = take_not(&value);
	size_t n = community_parse(value, rules);

	if (n == 0)
		return fail("community", text,
		    "not a community, as 64496:100, 64496:*, no-export, "
		    "64496:1:2, rt:64496:1, 0x0002fbf000000001",
		    err);
	if (f->communities.n + n > FILTER_COMMUNITIES_MAX)
		return too_many("community", FILTER_COMMUNITIES_MAX, err);
	for (size_t i = 0; i < n; i++) {
		rules[i].negated = negated;
		vec_push(&f->communities, rules[i]);
	}
	return 0;
}

int
filter_add_path(struct filter *f, struct str text, bool required,
    struct err *err)
{
	struct path_rule rule = { .required = required };

	rule.negated = take_not(&text);
	if (f->paths.n == FILTER_PATHS_MAX)
		return too_many("path", FILTER_PATHS_MAX, err);
	if (path_regex_parse(text, &rule.regex, err) == -1)
		return err_wrap(err, "path");
	vec_push(&f->paths, rule);
	return 0;
}

uint32_t
filter_kinds_parse(struct str word)
{
	static const struct {
		const char *name;
		uint32_t kinds;
	} names[] = {
		{ "table", FILTER_TABLE },
		{ "rib", FILTER_TABLE },
		{ "update",
		    FILTER_ANNOUNCE | FILTER_WITHDRAW | FILTER_NO_ROUTES },
		{ "announcement", FILTER_ANNOUNCE },
		{ "withdrawal", FILTER_WITHDRAW },
		{ "end-of-rib", FILTER_NO_ROUTES },
		{ "state", FILTER_STATE },
		{ "peerstate", FILTER_STATE },
		{ "open", FILTER_OPEN },
		{ "notification", FILTER_NOTIFICATION },
		{ "keepalive", FILTER_KEEPALIVE },
		{ "route-refresh", FILTER_REFRESH },
	};

	/* One or many: "update" and "updates". */
	if (word.n > 1 && word.p[word.n - 1] == 's')
		word.n--;
	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq_nocase(word, names[i].name))
			return names[i].kinds;
	return 0;
}

static int
add_type(struct filter *f, struct str text, struct err *err)
{
	uint32_t kinds = filter_kinds_parse(text);

	if (kinds == 0)
		return fail("type", text,
		    "not table, update, announcement, withdrawal, end-of-rib, "
		    "state, open, notification, keepalive or route-refresh",
		    err);
	f->kinds[0] |= kinds;
	return 0;
}

static int
add_family(struct filter *f, struct str text, struct err *err)
{
	if (str_eq(text, "4") || str_eq_nocase(text, "ipv4"))
		f->families |= 1U << NET_IP4;
	else if (str_eq(text, "6") || str_eq_nocase(text, "ipv6"))
		f->families |= 1U << NET_IP6;
	else
		return fail("family", text, "not 4 or 6", err);
	return 0;
}

static int
set_time(const char *option, struct str text, int64_t *out, struct err *err)
{
	if (!utc_parse(text, out))
		return fail(option, text,
		    "not a time, as 2024-01-31, 2024-01-31T12:00:00Z or "
		    "1706702400",
		    err);
	return 0;
}

/* --- by name ----------------------------------------------------------- */

/* Values with commas between them. */
static int
add_each(struct filter *f, struct str values,
    int (*add)(struct filter *f, struct str value, struct err *err),
    struct err *err)
{
	struct str one;

	while (str_cut(&values, ',', &one))
		if (add(f, str_trim(one), err) == -1)
			return -1;
	return 0;
}

int
filter_add(struct filter *f, const char *option, struct str value,
    struct err *err)
{
	static const struct {
		const char *name;
		int (*add)(struct filter *f, struct str value, struct err *err);
	} rows[] = {
		{ "prefix", add_prefix },
		{ "origin", add_origin },
		{ "peer", add_peer },
		{ "community", add_community },
		{ "type", add_type },
		{ "family", add_family },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(option, rows[i].name) == 0)
			return add_each(f, value, rows[i].add, err);
	/* Commas have a meaning in paths, and times are one. */
	if (strcmp(option, "path") == 0)
		return filter_add_path(f, value, false, err);
	if (strcmp(option, "from") == 0)
		return set_time(option, value, &f->from_us, err);
	if (strcmp(option, "until") == 0)
		return set_time(option, value, &f->until_us, err);
	return err_set(err, ERR_INPUT, "no such option of a filter: %s",
	    option);
}
