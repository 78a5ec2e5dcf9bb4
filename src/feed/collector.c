/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * collector.c - who wrote an input: by what was given, else by its path, else
 * by its records.
 *
 * Peers belong to a collector, so one file under a wrong name mixes two
 * histories for good.  Where two clues of one rank name two collectors, or a
 * view names another one than the path, nobody can say which is right but the
 * user, and the input is not used.
 */
#include "feed/part.h"

#include <stdio.h>
#include <string.h>

#define ROUTEVIEWS "route-views"

/* --- words ------------------------------------------------------------- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_collector_word(struct str w)
{
	if (w.n >= 5 && str_starts(w, "rrc"))
		return is_digit(w.p[3]) && is_digit(w.p[4]) &&
		       (w.n == 5 || !is_digit(w.p[5]));
	return str_starts(w, ROUTEVIEWS);
}

/* The collector that a word names which begins like one. */
static struct str
cut_word(struct str w)
{
	static const char *const file_words[] = { ".updates", ".rib", ".bview",
		".latest-bview", ".bgpdata" };

	if (str_starts(w, "rrc"))
		return (struct str){ w.p, 5 };
	for (size_t i = 0; i < COUNT(file_words); i++) {
		const char *cut =
		    memmem(w.p, w.n, file_words[i], strlen(file_words[i]));

		if (cut != NULL)
			w.n = (size_t)(cut - w.p);
	}
	return w;
}

/* "route-views", "route-views-archive": the project, no collector of it. */
static bool
is_project(struct str w)
{
	size_t n = sizeof(ROUTEVIEWS) - 1;

	return str_starts(w, ROUTEVIEWS) &&
	       (w.n == n || (w.p[n] != '.' && !is_digit(w.p[n])));
}

/* Is b the same collector as a, written longer? */
static bool
says_more(struct str a, struct str b)
{
	if (is_project(a))
		return str_starts(b, ROUTEVIEWS);
	return b.n >= a.n && memcmp(a.p, b.p, a.n) == 0 &&
	       (b.n == a.n || b.p[a.n] == '.');
}

/* Words are cut at '/', and at '.' unless a RouteViews name goes on behind it:
 * "ris.rrc06.updates.gz" and ".../route-views.jinx/..." alike. */
bool
feed_collector_of_path(const char *path, struct str *out, struct str *other)
{
	bool found = false;

	*other = (struct str){ NULL, 0 };
	for (const char *p = path; *p != '\0'; p++) {
		struct str w = { p, strcspn(p, "/") };

		if (p != path && p[-1] != '/' && p[-1] != '.')
			continue;
		if (!is_collector_word(w))
			continue;
		w = cut_word(w);
		if (!found || says_more(*out, w))
			*out = w;
		else if (!says_more(w, *out))
			*other = w;
		found = true;
	}
	return found;
}

/* --- records ----------------------------------------------------------- */

/* A view that is called like a collector. */
static void
learn_view(struct collector_clues *c, const char *view)
{
	struct str w = str_from(view), before = str_from(c->view);

	if (!is_collector_word(w))
		return;
	w = cut_word(w);
	if (c->path.n > 0 && !says_more(c->path, w) && !says_more(w, c->path))
		(void)snprintf(c->against_path, sizeof(c->against_path),
		    "\"%.*s\" by its path, \"%s\" by its table dump",
		    (int)c->path.n, c->path.p, view);
	if (before.n > 0 && !says_more(before, w) && !says_more(w, before))
		(void)snprintf(c->against_table, sizeof(c->against_table),
		    "table dumps of \"%s\" and of \"%s\"", c->view, view);
	if (before.n == 0)
		(void)snprintf(c->view, sizeof(c->view), "%s", view);
}

static void
learn_table(struct collector_clues *c, const struct mrt_peers *p)
{
	static const uint8_t none[4];
	char id[PREFIX_TEXT_MAX], view[COLLECTOR_VIEW_MAX];
	char name[COLLECTOR_NAME_MAX];
	bool has_id = memcmp(p->collector_id, none, 4) != 0;

	(void)ip4_format(id, p->collector_id);
	(void)text_safe(view, sizeof(view), str_from(p->view));
	(void)snprintf(name, sizeof(name), "%s%s%s", view,
	    view[0] == '\0' ? "" : "-", id);
	learn_view(c, view);
	/* One collector may have many views, but no two ids. */
	if (has_id && c->has_id && memcmp(c->id, p->collector_id, 4) != 0)
		(void)snprintf(c->against_table, sizeof(c->against_table),
		    "table dumps of \"%s\" and of \"%s\"", c->table, name);
	if (has_id && !c->has_id) {
		memcpy(c->id, p->collector_id, 4);
		c->has_id = true;
	}
	if (c->table[0] == '\0')
		(void)snprintf(c->table, sizeof(c->table), "%s", name);
}

static void
learn_session(struct collector_clues *c, const struct mrt_session *s)
{
	char ip[PREFIX_TEXT_MAX];

	(void)ipaddr_format(ip, &s->local_ip);
	(void)snprintf(c->session, sizeof(c->session), "%s-AS%u", ip,
	    s->local_asn);
}

void
collector_learn(struct collector_clues *c, const struct mrt_record *rec,
    struct mrt_peers *peers)
{
	struct mrt_decoded d;
	struct err err;
	bool table =
	    rec->type == MRT_TABLE_DUMP || rec->type == MRT_TABLE_DUMP_V2;
	bool index = rec->type == MRT_TABLE_DUMP_V2 && rec->subtype == 1;

	/* Sessions have one address each: the first one is as good as any. */
	if (table ? !index : c->session[0] != '\0')
		return;
	if (mrt_decode(rec, peers, &d, &err) == -1)
		return;
	if (d.kind == MRT_PEER_INDEX)
		learn_table(c, peers);
	else if (d.kind == MRT_MESSAGE || d.kind == MRT_STATE)
		learn_session(c, &d.session);
}

/* --- the outcome ------------------------------------------------------- */

void
collector_begin(struct collector_clues *c, const char *path)
{
	struct str other;

	if (!feed_collector_of_path(path, &c->path, &other))
		c->path = (struct str){ NULL, 0 };
	else if (other.n > 0)
		(void)snprintf(c->against_path, sizeof(c->against_path),
		    "\"%.*s\" and \"%.*s\" in its path", (int)c->path.n,
		    c->path.p, (int)other.n, other.p);
}

enum feed_named
collector_choose(const struct collector_clues *c, const char *given,
    struct str *out, const char **against)
{
	*against = "";
	if (given != NULL) {
		*out = str_from(given);
		return FEED_BY_OPTION;
	}
	if (c->path.n > 0) {
		*out = c->path;
		*against = c->against_path;
		return **against == '\0' ? FEED_BY_PATH : FEED_BY_TWO;
	}
	*out = str_from(c->table[0] != '\0'     ? c->table
			: c->session[0] != '\0' ? c->session
						: "unknown");
	*against = c->against_table;
	return **against == '\0' ? FEED_BY_CONTENT : FEED_BY_TWO;
}
