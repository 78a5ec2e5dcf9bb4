/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path_regex.c - a regular expression over AS paths, from text to a graph.
 *
 * One pass from left to right builds the graph (Thompson's construction).  A
 * piece of it has one way in and one way out: `last` is the node whose `out`
 * is still open.
 */
#include <stdlib.h>

#include "filter/part.h"

#define ALL_SYMBOLS ((1U << PATH_SYMBOLS) - 1)
#define DELIMITERS                                                           \
	(1U << PATH_BLANK | 1U << PATH_COMMA | 1U << PATH_SET |              \
	    1U << PATH_SET_END | 1U << PATH_CONFED | 1U << PATH_CONFED_END | \
	    1U << PATH_CONFED_SET | 1U << PATH_CONFED_SET_END)

const char path_symbols[] = " ,{}()[]";

unsigned
path_symbol(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	const char *at = c == '\0' ? NULL : strchr(path_symbols, c);
	return at == NULL ? PATH_OTHER
			  : PATH_BLANK + (unsigned)(at - path_symbols);
}

struct parser {
	struct path_regex *x;
	struct str text;
	size_t at;
	unsigned depth;
	struct err *err;
};

struct piece {
	uint16_t first, last;
};

static bool parse_either(struct parser *p, struct piece *out);

static bool
more(const struct parser *p)
{
	return p->at < p->text.n;
}

static char
peek(const struct parser *p)
{
	return more(p) ? p->text.p[p->at] : '\0';
}

/* What is wrong at character `at`, counted from 0. */
static bool
fail(struct parser *p, size_t at, const char *what)
{
	char text[100];

	(void)err_set(p->err, ERR_INPUT, "%s at position %zu of \"%s\"", what,
	    at + 1, text_safe(text, sizeof(text), p->text));
	return false;
}

static bool
fail_symbol(struct parser *p, size_t at)
{
	char what[40];
	char c = p->text.p[at];

	(void)memcpy(what, "no AS path holds 'x',", 22);
	what[18] = c > ' ' && c <= '~' ? c : '?';
	return fail(p, at, what);
}

/* PATH_REGEX_TEXT_MAX bounds them: at most three for a character. */
static uint16_t
add_node(struct parser *p, struct path_node n)
{
	vec_push(&p->x->nodes, n);
	return (uint16_t)(p->x->nodes.n - 1);
}

static struct path_node *
node(struct parser *p, uint16_t i)
{
	return &p->x->nodes.p[i];
}

static struct piece
one_step(struct parser *p, uint32_t set, bool at_start, bool at_end)
{
	uint16_t i = add_node(p, (struct path_node){ .kind = PATH_STEP,
				     .set = set,
				     .at_start = at_start,
				     .at_end = at_end,
				     .out = PATH_NODE_NONE,
				     .other = PATH_NODE_NONE });

	return (struct piece){ i, i };
}

/* A node that goes on to one or both, over no character. */
static uint16_t
add_split(struct parser *p, uint16_t out, uint16_t other)
{
	return add_node(p, (struct path_node){ .kind = PATH_SPLIT,
			       .out = out,
			       .other = other });
}

static struct piece
nothing(struct parser *p)
{
	uint16_t i = add_split(p, PATH_NODE_NONE, PATH_NODE_NONE);

	return (struct piece){ i, i };
}

/* A character of a set: itself, or what stands behind a backslash. */
static bool
parse_set_char(struct parser *p, char *out)
{
	size_t at = p->at++;

	*out = p->text.p[at];
	if (*out == '\\') {
		if (!more(p))
			return fail(p, at, "nothing behind the \\");
		at = p->at++;
		*out = p->text.p[at];
	}
	return path_symbol(*out) != PATH_OTHER || fail_symbol(p, at);
}

/* Behind "[". */
static bool
parse_set(struct parser *p, struct piece *out)
{
	size_t open = p->at - 1, first;
	uint32_t set = 0;
	bool negated = peek(p) == '^';

	p->at += negated;
	first = p->at;
	/* As POSIX: a ] that stands first is meant. */
	while (more(p) && (peek(p) != ']' || p->at == first)) {
		size_t at = p->at;
		char from, to;

		if (!parse_set_char(p, &from))
			return false;
		to = from;
		if (peek(p) == '-' && p->at + 1 < p->text.n &&
		    p->text.p[p->at + 1] != ']') {
			p->at++;
			if (!parse_set_char(p, &to))
				return false;
		}
		if (from > to)
			return fail(p, at, "a range that goes backwards");
		for (char c = from; c <= to; c++)
			if (path_symbol(c) != PATH_OTHER)
				set |= 1U << path_symbol(c);
	}
	if (!more(p))
		return fail(p, open, "no ] for the [");
	p->at++;
	*out = one_step(p, negated ? ALL_SYMBOLS & ~set : set, false, false);
	return true;
}

/* Behind "(". */
static bool
parse_group(struct parser *p, struct piece *out)
{
	size_t open = p->at - 1;

	if (++p->depth > PATH_REGEX_DEPTH_MAX)
		return fail(p, open, "too many groups in groups");
	if (!parse_either(p, out))
		return false;
	if (peek(p) != ')')
		return fail(p, open, "no ) for the (");
	p->at++;
	p->depth--;
	return true;
}

static bool
parse_atom(struct parser *p, struct piece *out)
{
	size_t at = p->at++;
	char c = p->text.p[at];

	switch (c) {
	case '(':
		return parse_group(p, out);
	case '[':
		return parse_set(p, out);
	case '*':
	case '+':
	case '?':
		return fail(p, at, "nothing to repeat");
	case '^':
		*out = one_step(p, 0, true, false);
		return true;
	case '$':
		*out = one_step(p, 0, false, true);
		return true;
	case '_':
		*out = one_step(p, DELIMITERS, true, true);
		return true;
	case '.':
		*out = one_step(p, ALL_SYMBOLS, false, false);
		return true;
	case '\\':
		if (!more(p))
			return fail(p, at, "nothing behind the \\");
		if (path_symbol(peek(p)) < PATH_BLANK)
			return fail(p, at, "back references are not known,");
		at = p->at++;
		c = p->text.p[at];
		break;
	default:
		break;
	}
	if (path_symbol(c) == PATH_OTHER)
		return fail_symbol(p, at);
	*out = one_step(p, 1U << path_symbol(c), false, false);
	return true;
}

static bool
parse_repeated(struct parser *p, struct piece *out)
{
	if (!parse_atom(p, out))
		return false;
	for (char c; (c = peek(p)) == '*' || c == '+' || c == '?'; p->at++) {
		uint16_t end = add_split(p, PATH_NODE_NONE, PATH_NODE_NONE);
		uint16_t loop = add_split(p, out->first, end);

		node(p, out->last)->out = c == '?' ? end : loop;
		*out = (struct piece){ c == '+' ? out->first : loop, end };
	}
	return true;
}

static bool
parse_sequence(struct parser *p, struct piece *out)
{
	struct piece next;

	*out = nothing(p);
	while (more(p) && peek(p) != '|' && peek(p) != ')') {
		if (!parse_repeated(p, &next))
			return false;
		node(p, out->last)->out = next.first;
		out->last = next.last;
	}
	return true;
}

static bool
parse_either(struct parser *p, struct piece *out)
{
	struct piece next;

	if (!parse_sequence(p, out))
		return false;
	while (peek(p) == '|') {
		p->at++;
		if (!parse_sequence(p, &next))
			return false;
		uint16_t end = add_split(p, PATH_NODE_NONE, PATH_NODE_NONE);
		node(p, out->last)->out = end;
		node(p, next.last)->out = end;
		*out =
		    (struct piece){ add_split(p, out->first, next.first), end };
	}
	return true;
}

static bool
parse_all(struct parser *p)
{
	struct piece all;

	if (p->text.n == 0)
		return fail(p, 0, "nothing to look for");
	if (!parse_either(p, &all))
		return false;
	if (more(p))
		return fail(p, p->at, "no ( for the )");
	uint16_t match = add_node(p, (struct path_node){ .kind = PATH_MATCH,
					 .out = PATH_NODE_NONE,
					 .other = PATH_NODE_NONE });
	node(p, all.last)->out = match;
	p->x->start = all.first;
	return true;
}

int
path_regex_parse(struct str text, struct path_regex **out, struct err *err)
{
	struct parser p = { .text = text, .err = err };

	if (text.n > PATH_REGEX_TEXT_MAX)
		return err_set(err, ERR_LIMIT,
		    "a regular expression of %zu characters, the limit is %d",
		    text.n, PATH_REGEX_TEXT_MAX);
	p.x = mem_alloc(1, sizeof(*p.x));
	p.x->text = mem_strndup(text.p, text.n);
	if (!parse_all(&p)) {
		path_regex_free(p.x);
		return -1;
	}
	*out = p.x;
	return 0;
}

void
path_regex_free(struct path_regex *x)
{
	if (x == NULL)
		return;
	vec_fini(&x->nodes);
	free(x->text);
	free(x);
}
