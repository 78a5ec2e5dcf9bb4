/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path_match.c - an automaton made of the graph while paths are read.
 *
 * A state is the set of STEPs that may come next.  As a match may begin
 * anywhere, every set holds the first STEPs, too.  Where a state goes over a
 * symbol is found once and kept (`next`); over a whole AS number, kept in a
 * small table (`memo`), since the same ones come again and again.  When
 * PATH_REGEX_STATES_MAX states are met, all but the one that stands are
 * forgotten: memory is bounded, and so is the work for a character, by the
 * size of the graph.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "filter/part.h"

#define FIRST     2 /* state: nothing was read */
#define UNKNOWN   UINT16_MAX
#define MEMO_BITS 11

struct state {
	uint16_t next[PATH_SYMBOLS];
	bool matches_at_end;
};

struct memo {
	uint32_t asn;
	uint16_t from, to; /* from PATH_DEAD: empty */
};

struct path_matcher {
	const struct path_regex *x;
	size_t words; /* of a set: a bit per node */
	uint32_t n;   /* states, with PATH_DEAD and PATH_FOUND */
	struct state *states;
	uint64_t *sets; /* of states, words each */
	struct hidx by_set;
	uint32_t flushes;
	struct memo memo[1U << MEMO_BITS];
	/* Scratch of one step. */
	uint64_t *set, *seen;
	uint16_t *stack;
	size_t depth;
};

static bool
has(const uint64_t *set, uint16_t i)
{
	return (set[i / 64] >> i % 64 & 1) != 0;
}

static void
put(uint64_t *set, uint16_t i)
{
	set[i / 64] |= UINT64_C(1) << i % 64;
}

static uint64_t *
set_of(const struct path_matcher *m, uint32_t state)
{
	return m->sets + state * m->words;
}

static void
push(struct path_matcher *m, uint16_t i)
{
	if (i != PATH_NODE_NONE && !has(m->seen, i)) {
		put(m->seen, i);
		m->stack[m->depth++] = i;
	}
}

static void
clear(const struct path_matcher *m, uint64_t *set)
{
	memset(set, 0, m->words * sizeof(*set));
}

/*
 * Follow what was pushed, over no character: STEPs go to m->set.  True: that
 * leads to a match.
 */
static bool
follow(struct path_matcher *m, bool at_start, bool at_end)
{
	bool match = false;

	while (m->depth > 0) {
		uint16_t i = m->stack[--m->depth];
		const struct path_node *n = &m->x->nodes.p[i];

		if (n->kind == PATH_MATCH) {
			match = true;
		} else if (n->kind == PATH_SPLIT) {
			push(m, n->out);
			push(m, n->other);
		} else {
			if (n->set != 0 || n->at_end)
				put(m->set, i);
			if ((n->at_start && at_start) || (n->at_end && at_end))
				push(m, n->out);
		}
	}
	return match;
}

/* Would the end of the text, here, complete a match? */
static bool
matches_at_end(struct path_matcher *m, const uint64_t *set, bool at_start)
{
	clear(m, m->seen);
	clear(m, m->set);
	for (uint16_t i = 0; i < m->x->nodes.n; i++)
		if (has(set, i) && m->x->nodes.p[i].at_end)
			push(m, m->x->nodes.p[i].out);
	return follow(m, at_start, true);
}

static uint32_t
add_state(struct path_matcher *m, bool at_start)
{
	struct state *s = &m->states[m->n];

	for (size_t i = 0; i < PATH_SYMBOLS; i++)
		s->next[i] = UNKNOWN;
	memcpy(set_of(m, m->n), m->set, m->words * sizeof(*m->set));
	s->matches_at_end = matches_at_end(m, set_of(m, m->n), at_start);
	return m->n++;
}

static bool
same_set(const void *ctx, uint32_t row, const void *key)
{
	const struct path_matcher *m = ctx;

	return memcmp(set_of(m, row), key, m->words * sizeof(*m->set)) == 0;
}

static bool
is_empty(const struct path_matcher *m, const uint64_t *set)
{
	for (size_t i = 0; i < m->words; i++)
		if (set[i] != 0)
			return false;
	return true;
}

/* All states but the first are forgotten. */
static void
flush(struct path_matcher *m)
{
	hidx_fini(&m->by_set);
	m->n = FIRST + 1;
	for (size_t i = 0; i < PATH_SYMBOLS; i++)
		m->states[FIRST].next[i] = UNKNOWN;
	memset(m->memo, 0, sizeof(m->memo));
	m->flushes++;
}

/* The state whose set stands in m->set. */
static uint32_t
state_of_set(struct path_matcher *m)
{
	uint64_t hash;
	uint32_t state;

	/* Nothing may come next, not even a new beginning. */
	if (is_empty(m, m->set))
		return PATH_DEAD;
	hash = hash_bytes(m->set, m->words * sizeof(*m->set), 0);
	state = hidx_find(&m->by_set, hash, same_set, m, m->set);
	if (state != HIDX_NONE)
		return state;
	if (m->n == PATH_REGEX_STATES_MAX)
		flush(m);
	state = add_state(m, false);
	hidx_add(&m->by_set, hash, state);
	return state;
}

static uint32_t
make_step(struct path_matcher *m, uint32_t state, unsigned symbol)
{
	const uint64_t *from = set_of(m, state);
	uint32_t flushes = m->flushes, to;

	clear(m, m->seen);
	clear(m, m->set);
	for (uint16_t i = 0; i < m->x->nodes.n; i++)
		if (has(from, i) && (m->x->nodes.p[i].set >> symbol & 1) != 0)
			push(m, m->x->nodes.p[i].out);
	push(m, m->x->start);
	to = follow(m, false, false) ? PATH_FOUND : state_of_set(m);
	if (flushes == m->flushes)
		m->states[state].next[symbol] = (uint16_t)to;
	return to;
}

uint32_t
path_step(struct path_matcher *m, uint32_t state, unsigned symbol)
{
	uint32_t to;

	if (state <= PATH_FOUND)
		return state;
	to = m->states[state].next[symbol];
	return to != UNKNOWN ? to : make_step(m, state, symbol);
}

uint32_t
path_step_asn(struct path_matcher *m, uint32_t state, uint32_t asn)
{
	struct memo *kept =
	    &m->memo[(asn * 0x9e3779b1U ^ state * 0x85ebca6bU) >>
		     (32 - MEMO_BITS)];
	uint32_t from = state, flushes = m->flushes;
	char text[TEXT_DEC_MAX];

	if (state <= PATH_FOUND || (kept->from == state && kept->asn == asn))
		return state <= PATH_FOUND ? state : kept->to;
	size_t n = text_dec(text, asn);
	for (size_t i = 0; i < n; i++)
		state = path_step(m, state, (unsigned)(text[i] - '0'));
	if (flushes == m->flushes)
		*kept = (struct memo){ asn, (uint16_t)from, (uint16_t)state };
	return state;
}

uint32_t
path_begin(struct path_matcher *m)
{
	return m->n == 0 ? PATH_FOUND : FIRST;
}

bool
path_end(const struct path_matcher *m, uint32_t state)
{
	return state == PATH_FOUND ||
	       (state != PATH_DEAD && m->states[state].matches_at_end);
}

struct path_matcher *
path_matcher_new(const struct path_regex *x)
{
	struct path_matcher *m = mem_alloc(1, sizeof(*m));

	m->x = x;
	m->words = (x->nodes.n + 63) / 64;
	m->states = mem_alloc(PATH_REGEX_STATES_MAX, sizeof(*m->states));
	m->sets = mem_alloc(PATH_REGEX_STATES_MAX * m->words, sizeof(*m->sets));
	m->set = mem_alloc(m->words, sizeof(*m->set));
	m->seen = mem_alloc(m->words, sizeof(*m->seen));
	m->stack = mem_alloc(x->nodes.n, sizeof(*m->stack));
	push(m, x->start);
	/* An expression that matches nothing at all matches everywhere. */
	if (follow(m, true, false))
		return m;
	m->n = FIRST;
	(void)add_state(m, true);
	return m;
}

void
path_matcher_free(struct path_matcher *m)
{
	if (m == NULL)
		return;
	hidx_fini(&m->by_set);
	free(m->states);
	free(m->sets);
	free(m->set);
	free(m->seen);
	free(m->stack);
	free(m);
}

/* --- whole paths ------------------------------------------------------- */

bool
path_match_text(struct path_matcher *m, struct str text)
{
	uint32_t state = path_begin(m);

	for (size_t i = 0; i < text.n; i++)
		state = path_step(m, state, path_symbol(text.p[i]));
	return path_end(m, state);
}

bool
path_match(struct path_matcher *m, const struct bgp_path *p)
{
	uint32_t state = path_begin(m);

	for (uint32_t i = 0; i < p->n_segs; i++) {
		const struct bgp_segment *s = &p->segs[i];

		state = path_open(m, state, s->type, i == 0);
		for (uint32_t k = 0; k < s->n; k++) {
			if (k > 0)
				state = path_between(m, state, s->type);
			state = path_step_asn(m, state, p->asns[s->at + k]);
		}
		state = path_close(m, state, s->type);
	}
	return path_end(m, state);
}
