/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse.c - lines to words, words to values: what all statements share.
 *
 * A statement is a line; a line that ends with `\` goes on in the next one.
 * Words are separated by blanks, a comma counts as one; "quotes" keep blanks;
 * `#` begins a comment.
 */
#include "sim/scn.h"

#include <stdarg.h>
#include <stdio.h>

int
parse_fail(struct parser *p, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(p->err, ERR_INPUT, "%s:%u: %s", p->file, p->line, text);
}

bool
parse_more(const struct parser *p)
{
	return p->i < p->n;
}

bool
parse_is(struct parser *p, const char *word)
{
	if (!parse_more(p) || !str_eq(p->w[p->i], word))
		return false;
	p->i++;
	return true;
}

int
parse_want(struct parser *p, const char *word)
{
	char shown[40];

	if (parse_is(p, word))
		return 0;
	if (!parse_more(p))
		return parse_fail(p, "\"%s\" expected at the end of the line",
		    word);
	return parse_fail(p, "\"%s\" expected, not \"%s\"", word,
	    text_safe(shown, sizeof(shown), p->w[p->i]));
}

int
parse_word(struct parser *p, const char *what, struct str *out)
{
	if (!parse_more(p))
		return parse_fail(p, "%s expected at the end of the line",
		    what);
	*out = p->w[p->i++];
	return 0;
}

/* Foreign text goes into files of other formats: no control bytes, and none
 * of the characters that separate fields there. */
int
parse_text(struct parser *p, const char *what, uint32_t *out)
{
	char safe[200];
	struct str w;

	if (parse_word(p, what, &w) == -1)
		return -1;
	if (w.n == 0 || w.n >= sizeof(safe) / 2)
		return parse_fail(p, "%s is empty or too long", what);
	(void)text_safe(safe, sizeof(safe), w);
	if (strlen(safe) != w.n || memcmp(safe, w.p, w.n) != 0 ||
	    memchr(w.p, '|', w.n) != NULL || memchr(w.p, '"', w.n) != NULL)
		return parse_fail(p,
		    "%s holds a character that cannot be "
		    "written to every file",
		    what);
	*out = strtab_add(&p->s->text, w);
	return 0;
}

int
parse_asn(struct parser *p, uint32_t *asn)
{
	char shown[40];
	struct str w;

	if (parse_word(p, "AS number", &w) == -1)
		return -1;
	if (!asn_parse(w, asn))
		return parse_fail(p, "\"%s\" is no AS number",
		    text_safe(shown, sizeof(shown), w));
	return 0;
}

int
parse_as(struct parser *p, uint32_t *as)
{
	uint32_t asn;

	if (parse_asn(p, &asn) == -1)
		return -1;
	*as = scn_as_find(p->s, asn);
	if (*as == SCN_NONE)
		return parse_fail(p, "AS%u is not declared (`as %u ...`)", asn,
		    asn);
	return 0;
}

int
parse_date(struct parser *p, int64_t *out)
{
	char shown[40];
	struct str w;

	if (parse_word(p, "date", &w) == -1)
		return -1;
	if (w.n != 10 || !utc_parse(w, out))
		return parse_fail(p, "\"%s\" is no date YYYY-MM-DD",
		    text_safe(shown, sizeof(shown), w));
	return 0;
}

int
parse_prefix(struct parser *p, struct prefix *out)
{
	char shown[60];
	struct str w;

	if (parse_word(p, "prefix", &w) == -1)
		return -1;
	if (!prefix_parse(w, out))
		return parse_fail(p, "\"%s\" is no prefix",
		    text_safe(shown, sizeof(shown), w));
	return 0;
}

int
parse_number(struct parser *p, const char *what, uint32_t max, uint32_t *out)
{
	char shown[40];
	struct str w;
	uint64_t v;

	if (parse_word(p, what, &w) == -1)
		return -1;
	if (!text_parse_u64(w, max, &v))
		return parse_fail(p, "\"%s\" is no %s (0 to %u)",
		    text_safe(shown, sizeof(shown), w), what, max);
	*out = (uint32_t)v;
	return 0;
}

int
parse_as_list(struct parser *p, bool declared, struct span *out)
{
	uint32_t at = (uint32_t)p->s->ids.n, v;
	struct span list = { at, 0 };

	do {
		if ((declared ? parse_as(p, &v) : parse_asn(p, &v)) == -1)
			return -1;
		vec_push(&p->s->ids, v);
		list.n++;
	} while (parse_more(p) && asn_parse(p->w[p->i], &v));
	*out = list;
	return 0;
}

static bool
next_is_prefix(const struct parser *p)
{
	struct prefix x;

	return parse_more(p) && prefix_parse(p->w[p->i], &x);
}

static int
add_prefix(struct parser *p, const struct prefix *x, struct span *list)
{
	uint32_t id = scn_prefix_add(p->s, x);

	if (id == SCN_NONE || p->s->ids.n >= SCN_IDS_MAX)
		return parse_fail(p, "more than %d prefixes", SIM_PREFIXES_MAX);
	vec_push(&p->s->ids, id);
	list->n++;
	return 0;
}

/* Add 1 at bit `len` of an address. */
static void
prefix_step(struct prefix *p)
{
	unsigned carry = 1U << (7 - (p->len - 1) % 8);

	for (int i = (p->len - 1) / 8; i >= 0 && carry != 0; i--) {
		carry += p->addr[i];
		p->addr[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

/* PREFIX [split LEN [take N]] */
static int
parse_split(struct parser *p, struct span *list)
{
	struct prefix x;
	uint32_t len, n, take;

	if (parse_prefix(p, &x) == -1)
		return -1;
	if (!parse_is(p, "split"))
		return add_prefix(p, &x, list);
	if (parse_number(p, "prefix length", prefix_len_max(x.family), &len) ==
	    -1)
		return -1;
	if (len <= x.len || len - x.len > 20)
		return parse_fail(p, "a /%u cannot be split into /%u", x.len,
		    len);
	n = take = 1U << (len - x.len);
	if (parse_is(p, "take") && parse_number(p, "count", n, &take) == -1)
		return -1;
	if (take > SCN_SPLIT_MAX || take == 0)
		return parse_fail(p, "a split gives 1 to %d prefixes",
		    SCN_SPLIT_MAX);
	x.len = (uint8_t)len;
	for (uint32_t i = 0; i < take; i++) {
		if (add_prefix(p, &x, list) == -1)
			return -1;
		prefix_step(&x);
	}
	return 0;
}

int
parse_prefix_list(struct parser *p, struct span *out)
{
	struct span list = { (uint32_t)p->s->ids.n, 0 };

	do {
		if (parse_split(p, &list) == -1)
			return -1;
	} while (next_is_prefix(p));
	*out = list;
	return 0;
}

/* What `as` (SCN_NONE: anyone) has always originated, behind ids. */
static int
add_origins(struct parser *p, uint32_t as, struct span *list)
{
	struct scenario *s = p->s;

	for (size_t e = 0; e < s->events.n; e++) {
		const struct scn_event *ev = &s->events.p[e];
		struct span from = ev->prefixes;

		if (ev->time_us != INT64_MIN || ev->verb != AT_ANNOUNCE ||
		    (as != SCN_NONE && ev->as != as))
			continue;
		for (uint32_t k = 0; k < from.n; k++) {
			uint32_t id = s->ids.p[from.at + k];

			if (s->ids.n >= SCN_IDS_MAX)
				return parse_fail(p, "too much at once");
			vec_push(&s->ids, id);
			list->n++;
		}
	}
	return 0;
}

int
parse_selection(struct parser *p, struct span *out)
{
	struct span who = { 0, 0 }, list;

	if (!parse_is(p, "of"))
		return parse_prefix_list(p, out);
	bool all = parse_is(p, "all");
	if (!all && parse_as_list(p, true, &who) == -1)
		return -1;
	list = (struct span){ (uint32_t)p->s->ids.n, 0 };
	if (all && add_origins(p, SCN_NONE, &list) == -1)
		return -1;
	for (uint32_t i = 0; i < who.n; i++)
		if (add_origins(p, p->s->ids.p[who.at + i], &list) == -1)
			return -1;
	if (list.n == 0)
		return parse_fail(p, "these networks originate nothing");
	*out = list;
	return 0;
}

int
parse_end(struct parser *p)
{
	char shown[40];

	if (!parse_more(p))
		return 0;
	return parse_fail(p, "\"%s\" is not understood here",
	    text_safe(shown, sizeof(shown), p->w[p->i]));
}

/* --- lines ------------------------------------------------------------- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == ',' || c == '\r';
}

/* Words of one physical line; *more is set when it ends with a backslash. */
static int
split_line(struct parser *p, struct str line, bool *more)
{
	size_t i = 0;

	*more = false;
	while (i < line.n) {
		size_t from = i;

		if (is_blank(line.p[i])) {
			i++;
			continue;
		}
		if (line.p[i] == '#')
			return 0;
		if (line.p[i] == '\\' &&
		    str_trim((struct str){ line.p + i + 1, line.n - i - 1 })
			    .n == 0) {
			*more = true;
			return 0;
		}
		if (p->n == SCN_WORDS_MAX)
			return parse_fail(p, "more than %d words",
			    SCN_WORDS_MAX);
		if (line.p[i] == '"') {
			while (++i < line.n && line.p[i] != '"')
				;
			if (i == line.n)
				return parse_fail(p, "a quote is not closed");
			p->w[p->n++] =
			    (struct str){ line.p + from + 1, i - from - 1 };
			i++;
			continue;
		}
		while (i < line.n && !is_blank(line.p[i]) && line.p[i] != '#')
			i++;
		p->w[p->n++] = (struct str){ line.p + from, i - from };
	}
	return 0;
}

static int
run_statement(struct parser *p)
{
	const struct statement *const tables[] = { scn_network, scn_registry };
	char shown[40];
	struct str name = p->w[0];

	p->i = 1;
	for (size_t i = 0; i < COUNT(tables); i++)
		for (const struct statement *st = tables[i]; st->name != NULL;
		     st++)
			if (str_eq(name, st->name))
				return st->parse(p) == -1 ? -1 : parse_end(p);
	return parse_fail(p, "no statement \"%s\"",
	    text_safe(shown, sizeof(shown), name));
}

int
parse_file(struct parser *p, const char *text, size_t n)
{
	struct str rest = { text, n }, line;
	bool more = false;

	p->n = 0;
	p->line = 0;
	while (str_cut(&rest, '\n', &line)) {
		p->line++;
		if (split_line(p, line, &more) == -1)
			return -1;
		if (more)
			continue;
		if (p->n > 0 && run_statement(p) == -1)
			return -1;
		p->n = 0;
	}
	if (p->n > 0)
		return parse_fail(p, "the last line goes on nowhere");
	return 0;
}
