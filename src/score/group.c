/* SPDX-License-Identifier: BSD-2-Clause */
/* group.c - scores of many networks: per country, registry, programme. */
#include "score/score.h"

#include <stdio.h>
#include <stdlib.h>

/* One network as a member of one group. */
struct member {
	struct str key;
	const struct score_card *card;
};
struct members {
	struct member *p;
	size_t n, cap;
};

static void
add_member(struct members *m, const struct score_card *card, struct str key)
{
	struct member *x = vec_grow(m);

	x->card = card;
	x->key = key;
	if (x->key.n >= sizeof(((struct score_group *)NULL)->key))
		x->key.n = sizeof(((struct score_group *)NULL)->key) - 1;
}

static struct str
text_of(const char *s)
{
	return str_from(s != NULL ? s : "");
}

static void
add_to_dim(struct members *m, const struct score_card *card,
    const struct network_facts *net, enum score_dim dim)
{
	static const struct network_facts nothing;
	struct str rest, field;

	if (net == NULL)
		net = &nothing;
	switch (dim) {
	case SCORE_BY_ALL:
		add_member(m, card, STR("all"));
		break;
	case SCORE_BY_COUNTRY:
		add_member(m, card, text_of(net->country));
		break;
	case SCORE_BY_RIR:
		add_member(m, card, text_of(net->rir));
		break;
	case SCORE_BY_PROGRAMME:
		rest = text_of(net->programmes);
		while (str_cut(&rest, ';', &field))
			if (field.n > 0)
				add_member(m, card, field);
		break;
	case SCORE_BY_REGION:
		add_member(m, card,
		    str_from(score_region(
			text_of(net->country).n > 0 ? net->country : "")));
		break;
	case SCORE_BY_PARTICIPANT:
		if (text_of(net->participant).n > 0 && card->routes > 0)
			add_member(m, card, text_of(net->participant));
		break;
	}
}

static int
cmp_member(const void *va, const void *vb)
{
	const struct member *a = va, *b = vb;
	size_t n = a->key.n < b->key.n ? a->key.n : b->key.n;
	int c = n > 0 ? memcmp(a->key.p, b->key.p, n) : 0;

	if (c != 0)
		return c;
	if (a->key.n != b->key.n)
		return a->key.n < b->key.n ? -1 : 1;
	return (a->card->asn > b->card->asn) - (a->card->asn < b->card->asn);
}

static int
cmp_centi(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* Half up, on sums that are never negative. */
static int32_t
mean_of(int64_t sum, size_t n)
{
	return (int32_t)((2 * sum + (int64_t)n) / (2 * (int64_t)n));
}

static void
fill_score(struct score_group *g, unsigned s, const struct member *m, size_t n,
    int32_t *values)
{
	int64_t sum = 0;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct score_value *v = &m[i].card->scores[s];

		g->score[s].level[v->level]++;
		if (v->level == SCORE_NO_DATA)
			continue;
		values[k++] = v->centi;
		sum += v->centi;
	}
	if (k == 0)
		return;
	qsort(values, k, sizeof(*values), cmp_centi);
	g->score[s].has = true;
	g->score[s].worst_centi = values[0];
	g->score[s].mean_centi = mean_of(sum, k);
	g->score[s].median_centi =
	    mean_of((int64_t)values[(k - 1) / 2] + values[k / 2], 2);
}

void
score_aggregate(const struct score_card *const cards[],
    const struct network_facts *const nets[], size_t n, enum score_dim dim,
    struct score_groups *out)
{
	struct members m = { 0 };
	int32_t *values;
	size_t j;

	for (size_t i = 0; i < n; i++)
		add_to_dim(&m, cards[i], nets[i], dim);
	if (m.n > 1)
		qsort(m.p, m.n, sizeof(*m.p), cmp_member);
	values = mem_alloc(m.n + 1, sizeof(*values));
	for (size_t i = 0; i < m.n; i = j) {
		struct score_group *g = vec_grow(out);

		for (j = i + 1;
		     j < m.n && m.p[j].key.n == m.p[i].key.n &&
		     memcmp(m.p[j].key.p, m.p[i].key.p, m.p[i].key.n) == 0;)
			j++;
		memcpy(g->key, m.p[i].key.p, m.p[i].key.n);
		g->key[m.p[i].key.n] = '\0';
		g->networks = (uint32_t)(j - i);
		for (unsigned s = 0; s < SCORE_IDS; s++)
			fill_score(g, s, m.p + i, j - i, values);
	}
	free(values);
	vec_fini(&m);
}
