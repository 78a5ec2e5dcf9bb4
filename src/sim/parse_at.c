/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse_at.c - what happens and what is to be found: `origin`, `at`, `expect`
 * and `allow`.
 */
#include "sim/scn.h"

#include <stdlib.h>

static int
add_event(struct parser *p, struct scn_event ev)
{
	if (p->s->events.n == SIM_EVENTS_MAX)
		return parse_fail(p, "more than %d events", SIM_EVENTS_MAX);
	ev.line = p->line;
	ev.seq = (uint32_t)p->s->events.n;
	vec_push(&p->s->events, ev);
	return 0;
}

/* origin AS PREFIX...: announced from the beginning */
int
parse_origin(struct parser *p)
{
	struct scn_event ev = { .time_us = INT64_MIN, .verb = AT_ANNOUNCE };

	if (parse_as(p, &ev.as) == -1 ||
	    parse_prefix_list(p, &ev.prefixes) == -1)
		return -1;
	return add_event(p, ev);
}

/* HH:MM or HH:MM:SS, after midnight of the scenario's day */
static int
parse_clock(struct parser *p, int64_t *out)
{
	static const uint64_t most[] = { 23, 59, 59 };
	uint64_t v[3] = { 0, 0, 0 };
	struct str w, field;
	char shown[40];
	size_t n = 0;

	if (parse_word(p, "time HH:MM:SS", &w) == -1)
		return -1;
	struct str rest = w;
	while (str_cut(&rest, ':', &field)) {
		if (n == 3 || field.n != 2 ||
		    !text_parse_u64(field, most[n], &v[n])) {
			n = 0;
			break;
		}
		n++;
	}
	if (n < 2)
		return parse_fail(p, "\"%s\" is no time HH:MM:SS",
		    text_safe(shown, sizeof(shown), w));
	if (!p->s->has_day)
		return parse_fail(p, "`day` stands before any time");
	*out =
	    p->s->day_us + (int64_t)(v[0] * 3600 + v[1] * 60 + v[2]) * TIME_SEC;
	return 0;
}

/* [-Nd] HH:MM:SS */
static int
parse_moment(struct parser *p, int64_t *out)
{
	uint64_t days = 0;
	struct str w;

	if (parse_more(p) && p->w[p->i].n > 2 && p->w[p->i].p[0] == '-') {
		w = p->w[p->i];
		if (w.p[w.n - 1] != 'd' ||
		    !text_parse_u64((struct str){ w.p + 1, w.n - 2 },
			SIM_HISTORY_MAX, &days))
			return parse_fail(p, "days before are written -3d");
		p->i++;
	}
	if (parse_clock(p, out) == -1)
		return -1;
	*out -= (int64_t)days * TIME_DAY;
	return 0;
}

/* community A:B... */
static int
parse_communities(struct parser *p, struct span *out)
{
	struct span list = { (uint32_t)p->s->ids.n, 0 };
	struct str w, hi;
	uint64_t a, b;

	do {
		if (parse_word(p, "community", &w) == -1)
			return -1;
		struct str rest = w;
		if (!str_cut(&rest, ':', &hi) || rest.p == NULL ||
		    !text_parse_u64(hi, UINT16_MAX, &a) ||
		    !text_parse_u64(rest, UINT16_MAX, &b))
			return parse_fail(p, "a community is written A:B");
		vec_push(&p->s->ids, (uint32_t)(a << 16 | b));
		list.n++;
	} while (
	    parse_more(p) && memchr(p->w[p->i].p, ':', p->w[p->i].n) != NULL);
	*out = list;
	return 0;
}

/* "WHAT by AS"; of what others have always originated, not what is its own. */
static int
parse_what_by(struct parser *p, struct scn_event *ev)
{
	bool of = parse_more(p) && str_eq(p->w[p->i], "of");
	struct scenario *s = p->s;
	uint32_t kept = 0;

	if (parse_selection(p, &ev->prefixes) == -1 ||
	    parse_want(p, "by") == -1 || parse_as(p, &ev->as) == -1)
		return -1;
	if (!of)
		return 0;
	bool *own = mem_alloc(s->prefixes.n + 1, sizeof(*own));
	for (size_t e = 0; e < s->events.n; e++) {
		const struct scn_event *o = &s->events.p[e];

		for (uint32_t i = 0; i < o->prefixes.n; i++)
			if (o->time_us == INT64_MIN && o->as == ev->as)
				own[s->ids.p[o->prefixes.at + i]] = true;
	}
	for (uint32_t i = 0; i < ev->prefixes.n; i++) {
		uint32_t id = s->ids.p[ev->prefixes.at + i];

		if (!own[id])
			s->ids.p[ev->prefixes.at + kept++] = id;
	}
	ev->prefixes.n = kept;
	free(own);
	return 0;
}

/* announce WHAT by AS [to AS...] [path ASN...] [prepend N] [keep-path]
 *   [community A:B...] */
static int
parse_announce(struct parser *p, struct scn_event *ev)
{
	if (parse_what_by(p, ev) == -1)
		return -1;
	while (parse_more(p)) {
		int rc = 0;

		if (parse_is(p, "to"))
			rc = parse_as_list(p, true, &ev->exports);
		else if (parse_is(p, "path"))
			rc = parse_as_list(p, false, &ev->path);
		else if (parse_is(p, "prepend"))
			rc =
			    parse_number(p, "count", SCN_PREPEND, &ev->prepend);
		else if (parse_is(p, "community"))
			rc = parse_communities(p, &ev->communities);
		else if (parse_is(p, "keep-path"))
			ev->keep_path = true;
		else
			rc = parse_want(p, "end of the line");
		if (rc == -1)
			return -1;
	}
	if (ev->path.n > SCN_PATH_MAX)
		return parse_fail(p, "a path has at most %d ASNs",
		    SCN_PATH_MAX);
	if (ev->keep_path && ev->path.n > 0)
		return parse_fail(p, "either path or keep-path");
	return 0;
}

/* withdraw WHAT by AS */
static int
parse_withdraw(struct parser *p, struct scn_event *ev)
{
	return parse_what_by(p, ev);
}

static int
linked(struct parser *p, uint32_t a, uint32_t b)
{
	if (scn_link_find(p->s, a, b) != SCN_NONE)
		return 0;
	return parse_fail(p, "AS%u and AS%u are not linked",
	    p->s->ases.p[a].asn, p->s->ases.p[b].asn);
}

/* leak AS from AS|any to AS [WHAT] */
static int
parse_leak(struct parser *p, struct scn_event *ev)
{
	ev->from = SCN_NONE;
	if (parse_as(p, &ev->as) == -1 || parse_want(p, "from") == -1)
		return -1;
	if (!parse_is(p, "any") &&
	    (parse_as(p, &ev->from) == -1 || linked(p, ev->as, ev->from) == -1))
		return -1;
	if (parse_want(p, "to") == -1 || parse_as(p, &ev->to) == -1 ||
	    linked(p, ev->as, ev->to) == -1)
		return -1;
	return parse_more(p) ? parse_selection(p, &ev->prefixes) : 0;
}

/* unleak AS to AS */
static int
parse_unleak(struct parser *p, struct scn_event *ev)
{
	if (parse_as(p, &ev->as) == -1 || parse_want(p, "to") == -1)
		return -1;
	return parse_as(p, &ev->to);
}

/* link up|down AS AS */
static int
parse_link(struct parser *p, struct scn_event *ev)
{
	uint32_t a, b;

	if (parse_is(p, "up"))
		ev->verb = AT_LINK_UP;
	else if (parse_want(p, "down") == -1)
		return -1;
	if (parse_as(p, &a) == -1 || parse_as(p, &b) == -1 ||
	    linked(p, a, b) == -1)
		return -1;
	ev->link = scn_link_find(p->s, a, b);
	return 0;
}

/* roa add|remove AS PREFIX [max LEN] */
static int
parse_roa_event(struct parser *p, struct scn_event *ev)
{
	uint32_t max = 0;

	if (parse_is(p, "add"))
		ev->verb = AT_ROA_ADD;
	else if (parse_want(p, "remove") == -1)
		return -1;
	if (parse_asn(p, &ev->roa.asn) == -1 ||
	    parse_prefix(p, &ev->roa.prefix) == -1)
		return -1;
	if (parse_is(p, "max") &&
	    parse_number(p, "prefix length",
		prefix_len_max(ev->roa.prefix.family), &max) == -1)
		return -1;
	if (max != 0 && max < ev->roa.prefix.len)
		return parse_fail(p, "max %u does not fit a /%u", max,
		    ev->roa.prefix.len);
	ev->roa.max_len = max == 0 ? ev->roa.prefix.len : (uint8_t)max;
	ev->roa.since_us = ev->time_us;
	return 0;
}

int
parse_at(struct parser *p)
{
	static const struct {
		const char *name;
		enum scn_verb verb; /* of two, the second */
		int (*parse)(struct parser *p, struct scn_event *ev);
	} verbs[] = {
		{ "announce", AT_ANNOUNCE, parse_announce },
		{ "withdraw", AT_WITHDRAW, parse_withdraw },
		{ "leak", AT_LEAK, parse_leak },
		{ "unleak", AT_UNLEAK, parse_unleak },
		{ "link", AT_LINK_DOWN, parse_link },
		{ "roa", AT_ROA_REMOVE, parse_roa_event },
	};
	struct scn_event ev = { 0 };

	if (parse_moment(p, &ev.time_us) == -1)
		return -1;
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (parse_is(p, verbs[i].name)) {
			ev.verb = verbs[i].verb;
			if (verbs[i].parse(p, &ev) == -1)
				return -1;
			return add_event(p, ev);
		}
	return parse_fail(p, "announce, withdraw, leak, unleak, link or roa "
			     "expected behind the time");
}

/* --- expectations ------------------------------------------------------ */

static int
parse_class(struct parser *p, uint32_t *out)
{
	static const char *const classes[] = { "origin-hijack",
		"sub-prefix-hijack", "forged-origin", "squatting",
		"mass-origination", "route-leak", "bogon-prefix", "bogon-asn",
		"administrative-bogon", "rpki-invalid", "roa-change", "outage",
		"zombie", "misconfiguration", "blackhole-abuse" };
	struct str w;

	if (parse_word(p, "class of an incident", &w) == -1)
		return -1;
	for (size_t i = 0; i < COUNT(classes); i++)
		if (str_eq(w, classes[i])) {
			*out = strtab_add(&p->s->text, w);
			return 0;
		}
	return parse_fail(p, "no class of incidents is named like this");
}

/* "1" to "6" for leaks, "S|0|-|-" for hijacks */
static int
parse_type(struct parser *p, uint32_t *out)
{
	struct str w;

	if (parse_word(p, "type", &w) == -1)
		return -1;
	for (size_t i = 0; i < w.n; i++)
		if (memchr("|-0123456789ESQNPUBIMLO", w.p[i], 23) == NULL)
			return parse_fail(p, "a type is 1 to 6 or like "
					     "\"S|0|-|-\"");
	*out = strtab_add(&p->s->text, w);
	return w.n > 0 && w.n < 8 ? 0 : parse_fail(p, "no type");
}

static int
parse_until(struct parser *p, struct scn_expect *x)
{
	x->open = parse_is(p, "open");
	return x->open ? 0 : parse_clock(p, &x->until_us);
}

/* Nobody is said to be the culprit of a change of ROAs: who changed them is not
 * seen in the routes. */
static bool
has_culprit(const struct parser *p, const struct scn_expect *x)
{
	return x->class == SCN_NONE ||
	       strcmp(scn_text(p->s, x->class), "roa-change") != 0;
}

/* culprit AS [accomplice AS...] [victim AS...] [type T] [from T]
 *   [until T|open] [prefixes WHAT] */
static int
parse_details(struct parser *p, struct scn_expect *x)
{
	while (parse_more(p)) {
		int rc = 0;

		if (parse_is(p, "culprit"))
			rc = has_culprit(p, x)
				 ? parse_asn(p, &x->culprit)
				 : parse_fail(p, "a roa-change has no culprit");
		else if (parse_is(p, "accomplice"))
			rc = parse_as_list(p, false, &x->accomplices);
		else if (parse_is(p, "victim"))
			rc = parse_as_list(p, false, &x->victims);
		else if (parse_is(p, "type"))
			rc = parse_type(p, &x->type);
		else if (parse_is(p, "from"))
			rc = parse_clock(p, &x->from_us);
		else if (parse_is(p, "until"))
			rc = parse_until(p, x);
		else if (parse_is(p, "prefixes"))
			rc = parse_selection(p, &x->prefixes);
		else
			rc = parse_want(p, "end of the line");
		if (rc == -1)
			return -1;
	}
	return 0;
}

static int
add_expect(struct parser *p, struct scn_expect x)
{
	if (p->s->expects.n == SIM_EVENTS_MAX)
		return parse_fail(p, "more than %d expectations",
		    SIM_EVENTS_MAX);
	vec_push(&p->s->expects, x);
	return 0;
}

static const struct scn_expect nothing_known = {
	.class = SCN_NONE,
	.type = SCN_NONE,
	.reason = SCN_NONE,
	.from_us = TIME_NONE,
	.until_us = TIME_NONE,
};

/* expect incident CLASS details | expect benign "REASON" details
 *   | expect nothing ["REASON"] */
int
parse_expect(struct parser *p)
{
	struct scn_expect x = nothing_known;

	x.kind = EXPECT_BENIGN;
	if (parse_is(p, "nothing")) {
		x.reason = strtab_add(&p->s->text, STR("nothing happens"));
		if (parse_more(p) && parse_text(p, "reason", &x.reason) == -1)
			return -1;
		return add_expect(p, x);
	}
	if (parse_is(p, "benign")) {
		if (parse_text(p, "reason", &x.reason) == -1)
			return -1;
	} else {
		x.kind = EXPECT_INCIDENT;
		if (parse_want(p, "incident") == -1 ||
		    parse_class(p, &x.class) == -1)
			return -1;
	}
	if (parse_details(p, &x) == -1)
		return -1;
	if (x.kind == EXPECT_INCIDENT && x.culprit == 0 && has_culprit(p, &x))
		return parse_fail(p, "an expected incident needs a culprit");
	return add_expect(p, x);
}

/* allow CLASS details: may be found too, since it is true as well */
int
parse_allow(struct parser *p)
{
	struct scn_expect x = nothing_known;

	x.kind = EXPECT_ALLOWED;
	if (parse_class(p, &x.class) == -1 || parse_details(p, &x) == -1)
		return -1;
	return add_expect(p, x);
}
