/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * register.c - registrations that follow from others: a delegation for what a
 * network has always originated, and what `registers` asks for.
 */
#include "sim/scn.h"

#include <stdlib.h>

/* Is p inside a block?  held: a flag per prefix number. */
static bool
is_held(const struct scenario *s, const bool *held, const struct prefix *p)
{
	for (unsigned len = 0; len <= p->len; len++) {
		struct prefix up = prefix_truncate(p, (uint8_t)len);
		uint32_t id = scn_prefix_find(s, &up);

		if (id != SCN_NONE && held[id])
			return true;
	}
	return false;
}

/* Originated from the beginning and inside no block: then it is delegated to
 * its origin.  Shorter prefixes first, so that what a customer announces out
 * of them stays theirs. */
static void
delegate_origins(struct scenario *s)
{
	bool *held = mem_alloc(s->prefixes.n + 1, sizeof(*held));
	uint32_t *by = mem_alloc(s->prefixes.n + 1, sizeof(*by));

	for (size_t i = 0; i < s->blocks.n; i++)
		held[scn_prefix_find(s, &s->blocks.p[i].prefix)] = true;
	for (size_t e = s->events.n; e-- > 0;) {
		const struct scn_event *ev = &s->events.p[e];

		if (ev->time_us == INT64_MIN && ev->verb == AT_ANNOUNCE)
			for (uint32_t i = 0; i < ev->prefixes.n; i++)
				by[s->ids.p[ev->prefixes.at + i]] = ev->as + 1;
	}
	for (unsigned len = 0; len <= NET_LEN_MAX; len++)
		for (size_t i = 0; i < s->prefixes.n; i++) {
			const struct prefix *p = &s->prefixes.p[i];

			if (by[i] == 0 || p->len != len || is_held(s, held, p))
				continue;
			held[i] = true;
			vec_push(&s->blocks,
			    ((struct scn_block){ by[i] - 1, *p,
				s->ases.p[by[i] - 1].since_us }));
		}
	free(held);
	free(by);
}

static void
register_prefix(struct scenario *s, const struct scn_register *r,
    const struct prefix *p)
{
	const struct scn_as *a = &s->ases.p[r->as];

	if ((r->what & REGISTER_ROA) != 0)
		vec_push(&s->roas,
		    ((struct scn_roa){ *p, p->len, a->asn, r->since_us }));
	if ((r->what & REGISTER_IRR) != 0) {
		uint32_t source =
		    strtab_add(&s->text, str_from(scn_rir_source(a->rir)));

		vec_push(&s->objects, ((struct scn_route_object){ *p, a->asn,
					  source, r->since_us }));
	}
}

int
scn_register_all(struct scenario *s, const char *file, struct err *err)
{
	delegate_origins(s);
	for (size_t i = 0; i < s->registers.n; i++)
		for (size_t e = 0; e < s->events.n; e++) {
			const struct scn_event *ev = &s->events.p[e];

			if (ev->time_us != INT64_MIN ||
			    ev->verb != AT_ANNOUNCE ||
			    ev->as != s->registers.p[i].as)
				continue;
			if (s->roas.n + ev->prefixes.n > SIM_ROWS_MAX ||
			    s->objects.n + ev->prefixes.n > SIM_ROWS_MAX)
				return err_set(err, ERR_LIMIT,
				    "%s: more than %d registrations of one "
				    "kind",
				    file, SIM_ROWS_MAX);
			for (uint32_t k = 0; k < ev->prefixes.n; k++) {
				struct prefix p =
				    s->prefixes
					.p[s->ids.p[ev->prefixes.at + k]];

				register_prefix(s, &s->registers.p[i], &p);
			}
		}
	return 0;
}
