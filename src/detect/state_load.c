/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state_load.c - the state of the engine out of sections; saved.h has their
 * form.
 *
 * The bytes are foreign: every count, index, order and enum is checked here,
 * those of the pairs too, which stay where they are and are brought in by
 * prow_touch() when their prefix is named.
 */
#include <math.h>
#include <stdlib.h>

#include "detect/saved.h"

/* Far beyond any date, and far from where sums of times overflow. */
#define TIME_LIMIT (INT64_C(1) << 60)
#define DAY_LIMIT  (1 << 24)

#define PAIR_FLAGS (PAIR_SUSPECT | PAIR_NEW | PAIR_ROA_FELL)
#define F_FLAGS    ((uint32_t)(F_STATIC * 2 - 1) & ~(uint32_t)F_CLOSED)
#define INC_FLAGS \
	((uint32_t)(I_REOPENED | I_SUPPRESSED | I_TWO | I_MASS | I_EXPIRED))
#define EV_BITS (EV(EV_COUNT) - 1)

struct loader {
	struct detect *d;
	const struct sect_source *src;
	struct saved *s;
	uint32_t live; /* saved pairs that are */
};

static int
damaged(struct err *err, const char *what, size_t row)
{
	return err_set(err, ERR_INPUT, "saved state: %s %zu is damaged", what,
	    row);
}

static bool
time_ok(int64_t us)
{
	return us == TIME_NONE || (us > -TIME_LIMIT && us < TIME_LIMIT);
}

static bool
past_ok(const struct detect *d, int64_t us)
{
	return us > -TIME_LIMIT && us <= d->now;
}

/* --- questions to the state before ------------------------------------- */

uint32_t
saved_rows(const struct saved *s, uint32_t entry, uint32_t *first)
{
	*first = s->row[entry];
	return s->row[entry + 1] - s->row[entry];
}

uint32_t
saved_pairs(const struct detect *d, const struct prefix *p, uint32_t *first)
{
	uint32_t entry;

	*first = 0;
	if (d->saved == NULL)
		return 0;
	entry = pmap_exact(&d->saved->prefixes, p);
	return entry == PMAP_NONE ? 0 : saved_rows(d->saved, entry, first);
}

void
saved_pair(const struct detect *d, uint32_t row, struct pair *out)
{
	const struct saved_pair *x = &d->saved->pairs[row];

	*out = (struct pair){ .prefix = NONE,
		.origin = x->origin,
		.next = NONE,
		.peers = x->peers,
		.full_ases = x->full_ases,
		/* Months that are over since begin with nothing. */
		.max_full = d->month == d->saved->month ? x->max_full : 0,
		.rov = x->verdicts & 15,
		.irr = x->verdicts >> 4,
		.flags = x->flags };
	days_unpack(x->first, x->last, d->saved->days[x->days].bits,
	    &out->days);
}

/* Neither brought in, where it counts as a pair in memory, nor over. */
static bool
is_still_there(const struct detect *d, uint32_t entry, int32_t last)
{
	struct prefix p;
	uint32_t id;

	if (entry == NONE || last <= d->day - HISTORY_DAYS_MAX)
		return false;
	pmap_get(&d->saved->prefixes, entry, &p);
	id = pset_find(d->prefixes, &p);
	return id == PSET_NONE || id >= d->prows.n || !d->prows.p[id].loaded;
}

static int
cmp_asn(const void *key, const void *row)
{
	uint32_t asn = *(const uint32_t *)key;
	const struct saved_origin *o = row;

	return asn < o->asn ? -1 : asn > o->asn;
}

/*
 * Two rows are enough: if any two pairs of an origin are there, in memory or
 * here, then two of them are in memory or among its newest two here.
 */
uint32_t
saved_origins(const struct detect *d, uint32_t origin)
{
	const struct saved *s = d->saved;
	const struct saved_origin *o;

	if (s == NULL || s->n_origins == 0)
		return 0;
	o = bsearch(&origin, s->origins, s->n_origins, sizeof(*o), cmp_asn);
	if (o == NULL)
		return 0;
	return (uint32_t)is_still_there(d, o->prefix[0], o->last[0]) +
	       (uint32_t)is_still_there(d, o->prefix[1], o->last[1]);
}

/* --- head -------------------------------------------------------------- */

/* Bits of days before the first one are clear, those of first and last set. */
static bool
days_ok(int32_t first, int32_t last, int32_t today,
    const uint64_t bits[DAY_WORDS])
{
	int64_t n = (int64_t)last - first + 1;

	if (first < -DAY_LIMIT || first > last || last > today ||
	    bits[DAY_WORDS - 1] >> 63 != 1)
		return false;
	if (n >= HISTORY_DAYS_MAX)
		return true;
	for (uint32_t i = 0; i <= HISTORY_DAYS_MAX - (uint32_t)n; i++) {
		bool set = bits[i / 64] >> i % 64 & 1;

		if (set != (i == HISTORY_DAYS_MAX - (uint32_t)n))
			return false;
	}
	return true;
}

static int
load_head(struct loader *l, struct err *err)
{
	struct detect *d = l->d;
	const void *data;
	size_t n;

	if (sect_array(l->src, "det.head", 1, &data, &n, err) == -1)
		return -1;
	const struct saved_head *h = data;
	if (n < offsetof(struct saved_head, covered_first) ||
	    memcmp(h->mark, SAVED_MARK, sizeof(h->mark)) != 0)
		return err_set(err, ERR_INPUT,
		    "saved state: section det.head is none of an engine");
	if (h->version != SAVED_VERSION)
		return err_set(err, ERR_INPUT,
		    "saved state: version %u, this program reads %d",
		    h->version, SAVED_VERSION);
	if (n != sizeof(*h) || !time_ok(h->now))
		return damaged(err, "head", 0);
	d->now = h->now;
	if (h->now != TIME_NONE) {
		d->month = l->s->month = utc_month_start(h->now, 0);
		d->day = utc_day(h->now);
	}
	d->next_finding = h->next_finding;
	d->next_inc = h->next_inc;
	memcpy(d->judged_by, h->world, sizeof(d->judged_by));
	if (h->covered_first != DAY_NEVER) {
		if (!days_ok(h->covered_first, h->covered_last, d->day,
			h->covered))
			return damaged(err, "head", 0);
		days_unpack(h->covered_first, h->covered_last, h->covered,
		    &d->covered);
	}
	return 0;
}

/* --- pairs, which stay in place ---------------------------------------- */

static int
check_prefixes(const struct saved *s, struct err *err)
{
	struct prefix p, q = { 0 };

	for (uint32_t i = 0; i < s->prefixes.n; i++) {
		pmap_get(&s->prefixes, i, &p);
		if (!prefix_is_canonical(&p) ||
		    (i > 0 && prefix_cmp(&q, &p) >= 0) ||
		    pmap_exact(&s->prefixes, &p) != i)
			return damaged(err, "prefix", i);
		q = p;
	}
	return 0;
}

static bool
pair_ok(const struct loader *l, const struct saved_pair *x)
{
	const struct saved *s = l->s;

	return x->days < s->n_days && x->full_ases <= x->peers &&
	       (x->verdicts & 15) <= PR_AS0 &&
	       x->verdicts >> 4 <= IRR_NO_DATA + 1 &&
	       !(x->flags & ~PAIR_FLAGS) &&
	       (x->peers > 0 || x->last > l->d->day - HISTORY_DAYS_MAX) &&
	       days_ok(x->first, x->last, l->d->day, s->days[x->days].bits);
}

static int
check_pairs(struct loader *l, struct err *err)
{
	const struct saved *s = l->s;

	if (s->row[0] != 0 || s->row[s->prefixes.n] != s->n_pairs)
		return damaged(err, "rows of prefix", 0);
	for (uint32_t i = 0; i < s->prefixes.n; i++) {
		uint32_t from = s->row[i], to = s->row[i + 1];

		if (to < from || to > s->n_pairs)
			return damaged(err, "rows of prefix", i);
		for (uint32_t k = from; k < to; k++) {
			const struct saved_pair *x = &s->pairs[k];

			if (!pair_ok(l, x) ||
			    (k > from && x[-1].origin >= x->origin))
				return damaged(err, "pair", k);
			l->live += x->peers > 0;
		}
	}
	return 0;
}

static int
check_origins(const struct loader *l, struct err *err)
{
	const struct saved *s = l->s;

	for (uint32_t i = 0; i < s->n_origins; i++) {
		const struct saved_origin *o = &s->origins[i];

		if (i > 0 && o[-1].asn >= o->asn)
			return damaged(err, "origin", i);
		for (unsigned k = 0; k < 2; k++)
			if (o->prefix[k] != NONE &&
			    o->prefix[k] >= s->prefixes.n)
				return damaged(err, "origin", i);
	}
	return 0;
}

/* An array section of at most 2^32 rows. */
static int
get_rows(const struct loader *l, const char *name, size_t size,
    const void **rows, uint32_t *n, struct err *err)
{
	size_t many = 0;

	*n = 0;
	if (sect_array(l->src, name, size, rows, &many, err) == -1)
		return -1;
	if (many >= NONE)
		return err_set(err, ERR_LIMIT, "saved state: %s has %zu rows",
		    name, many);
	*n = (uint32_t)many;
	return 0;
}

static int
open_pairs(struct loader *l, struct err *err)
{
	static const uint32_t no_rows[1];
	struct saved *s = l->s;
	const void *row, *pairs, *days, *origins;
	uint32_t n_row;

	if (pmap_open(&s->prefixes, "det.p", l->src, err) == -1 ||
	    get_rows(l, "det.row", sizeof(*s->row), &row, &n_row, err) == -1 ||
	    get_rows(l, "det.pair", sizeof(*s->pairs), &pairs, &s->n_pairs,
		err) == -1 ||
	    get_rows(l, "det.days", sizeof(*s->days), &days, &s->n_days, err) ==
		-1 ||
	    get_rows(l, "det.orig", sizeof(*s->origins), &origins,
		&s->n_origins, err) == -1)
		return -1;
	if (n_row != s->prefixes.n + (n_row > 0))
		return damaged(err, "section det.row: row", n_row);
	s->row = n_row > 0 ? row : no_rows;
	s->pairs = pairs;
	s->days = days;
	s->origins = origins;
	if (check_prefixes(s, err) == -1 || check_pairs(l, err) == -1)
		return -1;
	return check_origins(l, err);
}

static bool
prefix_of(void *ctx, uint32_t name, struct prefix *out)
{
	const struct saved *s = ctx;

	if (name >= s->prefixes.n)
		return false;
	pmap_get(&s->prefixes, name, out);
	return true;
}

/* Number in the trie of a prefix by its saved name. */
static bool
prefix_number(const struct loader *l, uint32_t name, uint32_t *out)
{
	struct prefix p;

	if (!prefix_of(l->s, name, &p))
		return false;
	*out = pset_add(l->d->prefixes, &p);
	return true;
}

/* --- peers ------------------------------------------------------------- */

static int
load_rib(struct loader *l, struct err *err)
{
	struct detect *d = l->d;
	struct rib *r;

	if (rib_load(l->src, prefix_of, l->s, &r, err) == -1)
		return -1;
	rib_free(d->rib);
	d->rib = r;
	d->prefixes = rib_prefixes(r);
	for (uint32_t i = 0; i < rib_peer_count(r); i++)
		if (!time_ok(rib_peer(r, i)->up_us) ||
		    !time_ok(rib_peer(r, i)->last_us))
			return damaged(err, "peer", i);
	return 0;
}

static int
load_colls(struct loader *l, struct err *err)
{
	struct detect *d = l->d;
	const void *data;
	uint32_t n;

	if (get_rows(l, "det.coll", sizeof(struct saved_coll), &data, &n,
		err) == -1)
		return -1;
	if (n != rib_collector_count(d->rib))
		return damaged(err, "number of collectors:", n);
	const struct saved_coll *row = data;
	for (uint32_t i = 0; i < n; i++) {
		if (!time_ok(row[i].first_us) || row[i].baseline > 1)
			return damaged(err, "collector", i);
		vec_push(&d->colls, ((struct coll){ .first_us = row[i].first_us,
					.baseline = row[i].baseline,
					.dumps = row[i].dumps }));
	}
	for (uint32_t i = 0; i < rib_peer_count(d->rib); i++)
		vec_push(&d->dark_of, 0);
	return 0;
}

static int
load_segs(struct loader *l, struct err *err)
{
	struct detect *d = l->d;
	const void *data;
	uint32_t n;

	if (get_rows(l, "det.seg", sizeof(struct saved_seg), &data, &n, err) ==
	    -1)
		return -1;
	const struct saved_seg *row = data;
	for (uint32_t i = 0; i < n; i++) {
		if (!past_ok(d, row[i].first_us) ||
		    !past_ok(d, row[i].last_us) || row[i].base > 1 ||
		    seg_make(d, row[i].a, row[i].b, row[i].c, row[i].kind) != i)
			return damaged(err, "segment", i);
		struct seg *g = &d->segs.p[i];
		g->first_us = row[i].first_us;
		g->last_us = row[i].last_us;
		g->live = row[i].live;
		g->base = row[i].base;
	}
	return 0;
}

/* --- incidents and findings -------------------------------------------- */

static bool
inc_ok(const struct detect *d, const struct saved_inc *x)
{
	return x->serial < d->next_inc && past_ok(d, x->start) &&
	       (x->end == TIME_NONE || past_ok(d, x->end)) &&
	       (x->due == TIME_NONE || (x->due > d->now && time_ok(x->due))) &&
	       !(x->evidence & ~EV_BITS) && !(x->flags & ~INC_FLAGS) &&
	       x->class < INC_CLASSES && x->state <= INC_EXPIRED &&
	       x->level <= 4 && x->own <= 4 && x->type <= 6;
}

static int
load_incs(struct loader *l, struct err *err)
{
	struct detect *d = l->d;
	const void *data, *more;
	uint32_t n, n_merged, at = 0;

	if (get_rows(l, "det.inc", sizeof(struct saved_inc), &data, &n, err) ==
		-1 ||
	    get_rows(l, "det.merged", sizeof(uint64_t), &more, &n_merged,
		err) == -1)
		return -1;
	const struct saved_inc *row = data;
	const uint64_t *merged = more;
	for (uint32_t i = 0; i < n; i++) {
		const struct saved_inc *x = &row[i];

		if (!inc_ok(d, x) || x->n_merged > n_merged - at ||
		    (i > 0 && x[-1].serial >= x->serial))
			return damaged(err, "incident", i);
		struct inc *in = vec_grow(&d->incs);
		*in = (struct inc){ .serial = x->serial,
			.id = x->id,
			.start = x->start,
			.end = x->end,
			.due = x->due,
			.evidence = x->evidence,
			.culprit = x->culprit,
			.win = x->win,
			.counted = x->counted,
			.as_a = x->as_a,
			.flags = x->flags,
			.class = x->class,
			.state = x->state,
			.level = x->level,
			.type = x->type,
			.own = x->own };
		for (uint32_t k = 0; k < x->n_merged; k++)
			vec_push(&in->merged, merged[at++]);
	}
	return at == n_merged ? 0 : damaged(err, "merged incident", at);
}

static bool
finding_ok(const struct detect *d, const struct saved_finding *x)
{
	return x->serial < d->next_finding && !(x->evidence & ~EV_BITS) &&
	       past_ok(d, x->start) && past_ok(d, x->since) &&
	       (x->end == TIME_NONE || past_ok(d, x->end)) &&
	       (x->dark_at == TIME_NONE || past_ok(d, x->dark_at)) &&
	       isfinite(x->nats) && x->path < rib_path_count(d->rib) &&
	       x->incident < d->incs.n && !(x->flags & ~F_FLAGS) &&
	       x->rule < RULES && x->level <= 4 && x->benign < BENIGN_COUNT &&
	       x->rov <= PR_AS0 && x->irr <= IRR_NO_DATA + 1 &&
	       /* what nobody sees is over */
	       (x->n_peers > 0) == (x->end == TIME_NONE) &&
	       (!other_is_seg(x->rule, x->other) || x->other < d->segs.n);
}

static bool
load_set(const uint32_t *num, uint32_t n, struct u32set *out)
{
	for (uint32_t i = 1; i < n; i++)
		if (num[i - 1] >= num[i])
			return false;
	if (n == 0)
		return true;
	out->p = mem_alloc(n, sizeof(*out->p));
	memcpy(out->p, num, n * sizeof(*out->p));
	out->n = out->cap = n;
	return true;
}

static bool
load_seeing(struct detect *d, struct finding *f)
{
	for (uint32_t i = 0; i < f->peers.n; i++) {
		uint32_t peer = f->peers.p[i] & ~PEER_DARK;

		if (peer >= rib_peer_count(d->rib))
			return false;
		if (f->peers.p[i] & PEER_DARK) {
			f->dark++;
			d->dark_of.p[peer]++;
		}
	}
	return true;
}

static bool
load_finding(struct loader *l, const struct saved_finding *x,
    const uint32_t *num)
{
	struct detect *d = l->d;
	uint32_t id = (uint32_t)d->findings.n, prefix, other = x->other;

	if (!finding_ok(d, x) || !prefix_number(l, x->prefix, &prefix) ||
	    (other_is_prefix(x->rule, other) &&
		!prefix_number(l, other, &other)))
		return false;
	struct finding *f = vec_grow(&d->findings);
	*f = (struct finding){ .serial = x->serial,
		.evidence = x->evidence,
		.start = x->start,
		.end = x->end,
		.since = x->since,
		.dark_at = x->dark_at,
		.nats = x->nats,
		.prefix = prefix,
		.who = x->who,
		.origin = x->origin,
		.other = other,
		.path = x->path,
		.incident = x->incident,
		.peers_max = x->peers_max,
		.flags = x->flags,
		.rule = x->rule,
		.level = x->level,
		.benign = x->benign,
		.type = x->type,
		.rov = x->rov,
		.irr = x->irr };
	struct prow *row = prow_touch(d, prefix);
	f->next = row->finding;
	row->finding = id;
	struct inc *in = &d->incs.p[x->incident];
	vec_push(&in->findings, id);
	in->open += x->end == TIME_NONE;
	return load_set(num, x->n_peers, &f->peers) &&
	       load_set(num + x->n_peers, x->n_nexts, &f->nexts) &&
	       load_set(num + x->n_peers + x->n_nexts, x->n_victims,
		   &f->victims) &&
	       load_seeing(d, f);
}

static int
load_findings(struct loader *l, struct err *err)
{
	const void *data, *more;
	uint32_t n, n_num, at = 0;

	if (get_rows(l, "det.find", sizeof(struct saved_finding), &data, &n,
		err) == -1 ||
	    get_rows(l, "det.num", sizeof(uint32_t), &more, &n_num, err) == -1)
		return -1;
	const struct saved_finding *row = data;
	const uint32_t *num = more;
	for (uint32_t i = 0; i < n; i++) {
		const struct saved_finding *x = &row[i];
		uint64_t want =
		    (uint64_t)x->n_peers + x->n_nexts + x->n_victims;

		if (want > n_num - at || (i > 0 && x[-1].serial >= x->serial) ||
		    !load_finding(l, x, num + at))
			return damaged(err, "finding", i);
		at += (uint32_t)want;
	}
	return at == n_num ? 0 : damaged(err, "number of findings", at);
}

/* What is asked of incidents and findings together. */
static int
check_incs(const struct detect *d, struct err *err)
{
	for (size_t i = 0; i < d->incs.n; i++) {
		const struct inc *in = &d->incs.p[i];

		if (in->findings.n == 0 || in->win > in->findings.n ||
		    (in->counted != NONE && in->counted >= in->findings.n) ||
		    (in->open > 0) != (in->due == TIME_NONE))
			return damaged(err, "incident", i);
	}
	return 0;
}

/* --- the rest ---------------------------------------------------------- */

static int
load_gains(struct loader *l, struct err *err)
{
	struct detect *d = l->d;
	const void *data;
	uint32_t n;

	if (get_rows(l, "det.gain", sizeof(struct saved_gain), &data, &n,
		err) == -1)
		return -1;
	const struct saved_gain *row = data;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t *at = u64map_put(&d->gain_of,
		    (uint64_t)row[i].asn << 32 | (uint32_t)row[i].day);

		if (*at != 0 || row[i].day > d->day || row[i].day < -DAY_LIMIT)
			return damaged(err, "gain", i);
		vec_push(&d->gains,
		    ((struct gain){ row[i].asn, row[i].most, row[i].day }));
		*at = (uint32_t)d->gains.n;
	}
	return 0;
}

static int
load_transits(struct loader *l, struct err *err)
{
	struct detect *d = l->d;
	const void *data;
	uint32_t n, prefix;

	if (get_rows(l, "det.pass", sizeof(struct saved_transit), &data, &n,
		err) == -1)
		return -1;
	const struct saved_transit *row = data;
	for (uint32_t i = 0; i < n; i++) {
		struct transit t = { row[i].asn, row[i].neighbor, 0,
			row[i].origin, row[i].rpki, row[i].irr };

		if (t.rpki > FACT_RPKI_INVALID_LEN || t.irr > FACT_IRR_NONE ||
		    !prefix_number(l, row[i].prefix, &prefix))
			return damaged(err, "passed-on route", i);
		t.prefix = prefix;
		if (!facts_restore(d, &t))
			return damaged(err, "passed-on route", i);
	}
	return 0;
}

/* Pairs of every prefix that is named: those that live are among them. */
static int
bring_in(struct loader *l, struct err *err)
{
	struct detect *d = l->d;
	uint32_t live = 0;

	vec_reserve(&d->pairs, l->live);
	for (uint32_t i = 0; i < pset_count(d->prefixes); i++)
		prow_touch(d, i);
	for (size_t i = 0; i < d->pairs.n; i++)
		live += d->pairs.p[i].peers > 0;
	if (live != l->live)
		return err_set(err, ERR_INPUT,
		    "saved state: %u pairs are said to be live, %u have a "
		    "prefix that is",
		    l->live, live);
	return 0;
}

static void
wake_up(struct detect *d)
{
	for (uint32_t i = 0; i < d->findings.n; i++)
		finding_timers(d, i);
	for (uint32_t i = 0; i < d->incs.n; i++) {
		incident_register(d, i);
		if (d->incs.p[i].due != TIME_NONE)
			timer_add(d, d->incs.p[i].due, true, i);
	}
}

int
state_load(struct detect *d, const struct sect_source *src, struct err *err)
{
	struct loader l = { .d = d, .src = src };

	d->saved = l.s = mem_alloc(1, sizeof(*d->saved));
	l.s->month = TIME_NONE;
	if (load_head(&l, err) == -1 || open_pairs(&l, err) == -1 ||
	    load_rib(&l, err) == -1 || load_colls(&l, err) == -1 ||
	    load_segs(&l, err) == -1 || load_incs(&l, err) == -1 ||
	    load_findings(&l, err) == -1 || check_incs(d, err) == -1 ||
	    load_gains(&l, err) == -1 || load_transits(&l, err) == -1 ||
	    bring_in(&l, err) == -1)
		return -1;
	wake_up(d);
	return 0;
}

void
state_close(struct detect *d)
{
	free(d->saved);
	d->saved = NULL;
}
