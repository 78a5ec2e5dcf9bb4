/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * feed.c - many inputs as one stream of route events.
 */
#include "feed/part.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define THREADS_MAX 64

struct peer_row {
	uint32_t collector; /* in names */
	struct ipaddr addr;
	uint32_t asn;
};

struct feed {
	struct input *inputs;
	size_t n_inputs;
	struct feed_opts opts;
	uint64_t keep_each;
	atomic_size_t next;
	struct strtab names; /* collectors */
	VEC(struct peer_row) peers;
	struct hidx peer_index;
	struct bgp_decoder *dec;
	struct bgp_update update;
	uint64_t attrs_id, events, bytes_done, bytes_all;
	feed_handler handler;
	void *ctx;
};

/* --- peers ------------------------------------------------------------- */

static bool
same_peer(const void *ctx, uint32_t row, const void *key)
{
	const struct feed *f = ctx;
	const struct peer_row *a = &f->peers.p[row], *b = key;

	return a->collector == b->collector && a->asn == b->asn &&
	       ipaddr_eq(&a->addr, &b->addr);
}

static uint32_t
peer_id(struct feed *f, const struct input *in, const struct ipaddr *addr,
    uint32_t asn)
{
	struct peer_row key = {
		.collector = strtab_add(&f->names, str_from(in->pub.collector)),
		.addr = *addr,
		.asn = asn,
	};
	uint64_t hash = hash_bytes(addr->addr, sizeof(addr->addr),
	    (uint64_t)key.collector << 32 | asn);
	uint32_t id = hidx_find(&f->peer_index, hash, same_peer, f, &key);

	if (id != HIDX_NONE)
		return id;
	vec_push(&f->peers, key);
	hidx_add(&f->peer_index, hash, (uint32_t)f->peers.n - 1);
	return (uint32_t)f->peers.n - 1;
}

uint32_t
feed_peer_count(const struct feed *f)
{
	return (uint32_t)f->peers.n;
}

void
feed_peer(const struct feed *f, uint32_t peer, struct feed_peer *out)
{
	const struct peer_row *p = &f->peers.p[peer];

	*out = (struct feed_peer){ strtab_get(&f->names, p->collector), p->addr,
		p->asn };
}

/* --- handing out ------------------------------------------------------- */

struct turn {
	struct feed *f;
	struct input *in;
	const struct pending *p;
	struct feed_event ev;
};

static int
emit(struct turn *t, struct err *err)
{
	t->f->events++;
	t->in->pub.events++;
	t->in->pub.late += t->ev.late;
	return t->f->handler(t->f->ctx, &t->ev, err);
}

static int
emit_peer(struct turn *t, enum feed_kind kind, uint32_t peer, struct err *err)
{
	t->ev.kind = kind;
	t->ev.peer = peer;
	t->ev.attrs = NULL;
	t->ev.prefix = (struct prefix){ 0 };
	t->ev.path_id = 0;
	return emit(t, err);
}

static int
emit_nlri(struct turn *t, const struct bgp_session *s, struct bgp_view v,
    uint8_t family, enum feed_kind kind, struct err *err)
{
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family,
	    bgp_session_add_path(s, family, BGP_SAFI_UNICAST));
	struct bgp_nlri n, next;
	int rc = 0;

	t->ev.kind = kind;
	t->ev.attrs = kind == FEED_ANNOUNCE ? &t->f->update.attrs : NULL;
	for (bool more = bgp_nlri_next(&it, &n); more && rc == 0; n = next) {
		more = bgp_nlri_next(&it, &next);
		t->ev.prefix = n.prefix;
		t->ev.path_id = n.path_id;
		t->ev.ahead = more ? &next.prefix : NULL;
		rc = emit(t, err);
	}
	t->ev.ahead = NULL;
	if (rc == 0 && it.bad)
		input_refuse(t->in, "NLRI is malformed (RFC 7606 5.3)");
	return rc;
}

static int
emit_update(struct turn *t, const struct bgp_session *s, struct bgp_view body,
    struct err *err)
{
	struct bgp_update *u = &t->f->update;
	const struct bgp_attrs *a = &u->attrs;
	uint8_t family;

	bgp_update_decode(t->f->dec, body.p, body.n, s, u);
	t->ev.attrs_id = ++t->f->attrs_id;
	t->in->pub.faults += a->n_faults > 0;
	if (u->withdrawn.n > 0 &&
	    emit_nlri(t, s, u->withdrawn, NET_IP4, FEED_WITHDRAW, err) == -1)
		return -1;
	if (bgp_has(a, BGP_ATTR_MP_UNREACH) &&
	    a->unreach_safi == BGP_SAFI_UNICAST &&
	    bgp_family(a->unreach_afi, a->unreach_safi, &family) &&
	    emit_nlri(t, s, a->unreach, family, FEED_WITHDRAW, err) == -1)
		return -1;
	if (u->nlri.n > 0 &&
	    emit_nlri(t, s, u->nlri, NET_IP4, FEED_ANNOUNCE, err) == -1)
		return -1;
	if (bgp_has(a, BGP_ATTR_MP_REACH) &&
	    a->reach_safi == BGP_SAFI_UNICAST &&
	    bgp_family(a->reach_afi, a->reach_safi, &family))
		return emit_nlri(t, s, a->reach, family, FEED_ANNOUNCE, err);
	return 0;
}

#define STATE_ESTABLISHED 6 /* RFC 6396 4.4.1 */

static int
emit_state(struct turn *t, const struct mrt_decoded *d, uint32_t peer,
    struct err *err)
{
	if (d->new_state == STATE_ESTABLISHED)
		return emit_peer(t, FEED_PEER_UP, peer, err);
	if (d->old_state == STATE_ESTABLISHED)
		return emit_peer(t, FEED_PEER_DOWN, peer, err);
	t->in->pub.skipped++;
	return 0;
}

static int
emit_session(struct turn *t, const struct mrt_decoded *d, struct err *err)
{
	struct bgp_session s = mrt_bgp_session(&t->p->rec, d);

	/* What the collector itself sent is no peer's word. */
	if (d->session.local) {
		t->in->pub.skipped++;
		return 0;
	}
	uint32_t peer =
	    peer_id(t->f, t->in, &d->session.peer_ip, d->session.peer_asn);
	if (d->kind == MRT_STATE)
		return emit_state(t, d, peer, err);
	if (d->message != BGP_UPDATE) {
		t->in->pub.skipped++;
		return 0;
	}
	t->ev.peer = peer;
	return emit_update(t, &s, d->body, err);
}

/* --- tables ------------------------------------------------------------ */

static int
close_table(struct turn *t, enum feed_kind how, struct err *err)
{
	if (t->in->table_cut)
		how = FEED_TABLE_DROP;
	t->in->table_cut = false;
	for (size_t i = 0; i < t->in->open_peers.n; i++)
		if (emit_peer(t, how, t->in->open_peers.p[i], err) == -1)
			return -1;
	t->in->open_peers.n = 0;
	return 0;
}

static int
open_peer(struct turn *t, uint32_t peer, struct err *err)
{
	for (size_t i = 0; i < t->in->open_peers.n; i++)
		if (t->in->open_peers.p[i] == peer)
			return 0;
	vec_push(&t->in->open_peers, peer);
	return emit_peer(t, FEED_TABLE_BEGIN, peer, err);
}

/* A new index ends the table before it. */
static int
take_index(struct turn *t, struct err *err)
{
	struct input *in = t->in;

	if (close_table(t, FEED_TABLE_END, err) == -1)
		return -1;
	in->peer_ids.n = 0;
	for (size_t i = 0; i < in->peers.list.n; i++) {
		const struct mrt_peer *p = &in->peers.list.p[i];

		vec_push(&in->peer_ids, peer_id(t->f, in, &p->ip, p->asn));
	}
	in->table_waits = true;
	return 0;
}

/* A table of every peer of the index begins. */
static int
begin_table(struct turn *t, struct err *err)
{
	t->in->table_waits = false;
	for (size_t i = 0; i < t->in->peer_ids.n; i++)
		if (open_peer(t, t->in->peer_ids.p[i], err) == -1)
			return -1;
	return 0;
}

static int
emit_route(struct turn *t, const struct bgp_session *s, struct bgp_view attrs,
    const struct prefix *p, uint32_t path_id, int64_t since_us, struct err *err)
{
	bgp_attrs_decode(t->f->dec, attrs.p, attrs.n, s, &t->f->update.attrs);
	t->in->pub.faults += t->f->update.attrs.n_faults > 0;
	t->ev.kind = FEED_RIB;
	t->ev.attrs = &t->f->update.attrs;
	t->ev.attrs_id = ++t->f->attrs_id;
	t->ev.prefix = *p;
	t->ev.path_id = path_id;
	/* A time of 0, or one in the future, is a writer's default. */
	t->ev.since_us =
	    since_us > 0 && since_us <= t->ev.time_us ? since_us : TIME_NONE;
	return emit(t, err);
}

static int
emit_rib(struct turn *t, struct mrt_decoded *d, struct err *err)
{
	struct bgp_session s = mrt_bgp_session(&t->p->rec, d);
	struct mrt_rib_entry e;
	struct err why;
	int got;

	if (d->rib.safi != BGP_SAFI_UNICAST) {
		t->in->pub.skipped++;
		return 0;
	}
	if (t->in->table_waits && begin_table(t, err) == -1)
		return -1;
	while ((got = mrt_rib_next(&d->rib, &e, &why)) == 1) {
		if (e.peer >= t->in->peer_ids.n) {
			input_refuse(t->in,
			    "table entry of a peer that is not in the index");
			continue;
		}
		t->ev.peer = t->in->peer_ids.p[e.peer];
		if (emit_route(t, &s, e.attrs, &d->rib.prefix, e.path_id,
			(int64_t)e.originated * TIME_SEC, err) == -1)
			return -1;
	}
	if (got == -1)
		input_refuse(t->in, why.msg);
	return 0;
}

static int
emit_entry(struct turn *t, const struct mrt_decoded *d, struct err *err)
{
	struct bgp_session s = mrt_bgp_session(&t->p->rec, d);
	uint32_t peer =
	    peer_id(t->f, t->in, &d->entry.peer_ip, d->entry.peer_asn);

	if (open_peer(t, peer, err) == -1)
		return -1;
	t->ev.peer = peer;
	return emit_route(t, &s, d->entry.attrs, &d->entry.prefix, 0,
	    d->entry.originated_us, err);
}

static int
emit_entries(struct turn *t, struct mrt_decoded *d, struct err *err)
{
	struct err why;
	int got;

	do {
		if (emit_entry(t, d, err) == -1)
			return -1;
		got = mrt_entry_next(&t->p->rec, d, &why);
	} while (got == 1);
	if (got == -1)
		input_refuse(t->in, why.msg);
	return 0;
}

/* --- records ----------------------------------------------------------- */

static int
emit_record(struct turn *t, struct err *err)
{
	struct mrt_decoded d;
	struct err why = { 0 };

	t->ev.time_us = t->p->rec.time_us;
	t->ev.late = t->p->late;
	t->ev.record = t->p->rec.index;
	if (mrt_decode(&t->p->rec, &t->in->peers, &d, &why) == -1) {
		input_refuse(t->in, why.msg);
		return 0;
	}
	switch (d.kind) {
	case MRT_PEER_INDEX:
		return take_index(t, err);
	case MRT_RIB:
		return emit_rib(t, &d, err);
	case MRT_ENTRY:
		return emit_entries(t, &d, err);
	case MRT_MESSAGE:
	case MRT_STATE:
		return emit_session(t, &d, err);
	case MRT_SKIPPED:
		t->in->pub.skipped++;
		return 0;
	}
	return 0;
}

static bool
is_table(const struct mrt_record *r)
{
	return r->type == MRT_TABLE_DUMP || r->type == MRT_TABLE_DUMP_V2;
}

static bool
outside(const struct feed *f, const struct mrt_record *r)
{
	return (f->opts.from_us != TIME_NONE && r->time_us < f->opts.from_us) ||
	       (f->opts.until_us != TIME_NONE &&
		   r->time_us >= f->opts.until_us);
}

/* The last record of a table that ends before its input does: nothing of it
 * is missing, whatever becomes of the input. */
static bool
ends_table(const struct input *in, const struct mrt_record *r)
{
	return in->has_table && r->index == in->last_table &&
	       in->last_table + 1 < in->pub.records;
}

/* The order of inputs whose next records have one time. */
static int
tie(const struct input *a, const struct input *b)
{
	int c = strcmp(a->pub.collector, b->pub.collector);

	if (c == 0 && a->pub.first_us != b->pub.first_us)
		c = a->pub.first_us < b->pub.first_us ? -1 : 1;
	if (c == 0)
		c = memcmp(a->pub.sha256, b->pub.sha256, 32);
	return c != 0 ? c : (a > b) - (a < b);
}

static bool
goes_first(struct input *a, struct input *b)
{
	const struct pending *p = input_peek(a), *q = input_peek(b);

	if (p->order_us != q->order_us)
		return p->order_us < q->order_us;
	return tie(a, b) < 0;
}

static void
sift_down(struct input **heap, size_t n, size_t i)
{
	for (;;) {
		size_t c = 2 * i + 1;

		if (c >= n)
			return;
		if (c + 1 < n && goes_first(heap[c + 1], heap[c]))
			c++;
		if (!goes_first(heap[c], heap[i]))
			return;
		struct input *t = heap[i];
		heap[i] = heap[c];
		heap[c] = t;
		i = c;
	}
}

/* The end of an input ends its open table, too. */
static int
end_table(struct feed *f, struct input *in, int64_t now, bool whole,
    struct err *err)
{
	struct turn t = { .f = f,
		.in = in,
		.ev = { .time_us = now,
		    .since_us = TIME_NONE,
		    .input = (uint32_t)(in - f->inputs) } };

	return close_table(&t, whole ? FEED_TABLE_END : FEED_TABLE_DROP, err);
}

/* One record; a table of which some are outside the bounds is not whole. */
static int
take_record(struct feed *f, struct input *in, const struct pending *p,
    struct err *err)
{
	const struct mrt_record *r = &p->rec;
	struct turn t = { .f = f,
		.in = in,
		.p = p,
		.ev = { .since_us = TIME_NONE,
		    .input = (uint32_t)(in - f->inputs) } };
	bool out = outside(f, r);

	f->bytes_done += r->raw.n;
	/* A peer index must be known even if its table is not wanted. */
	if ((!out || (r->type == MRT_TABLE_DUMP_V2 && r->subtype == 1)) &&
	    emit_record(&t, err) == -1)
		return -1;
	if (out && is_table(r))
		in->table_cut = true;
	return ends_table(in, r) ? end_table(f, in, p->order_us, true, err) : 0;
}

static int
run_heap(struct feed *f, struct input **heap, size_t n, struct err *err)
{
	for (size_t i = n; i-- > 0;)
		sift_down(heap, n, i);
	while (n > 0) {
		struct input *in = heap[0];
		const struct pending *p = input_peek(in);
		int64_t now = p->order_us;

		if (take_record(f, in, p, err) == -1)
			return -1;
		input_pop(in);
		if (input_peek(in) == NULL) {
			if (end_table(f, in, now, !in->pub.incomplete, err) ==
			    -1)
				return -1;
			heap[0] = heap[--n];
		}
		sift_down(heap, n, 0);
	}
	return 0;
}

static unsigned
threads_wanted(const struct feed *f)
{
	return f->opts.threads == 0 ? os_cpus() : f->opts.threads;
}

/* What inputs read at a time leave over may help to decompress each. */
static void
share_threads(struct feed *f, size_t n_read)
{
	size_t each = threads_wanted(f) / (n_read == 0 ? 1 : n_read);

	for (size_t i = 0; i < f->n_inputs; i++)
		f->inputs[i].threads = each == 0 ? 1 : (unsigned)each;
}

/* Inputs that were too large to be kept. */
static size_t
count_read_again(const struct feed *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_inputs; i++)
		n += !f->inputs[i].skip && !f->inputs[i].pub.unusable &&
		     f->inputs[i].data == NULL;
	return n;
}

int
feed_run(struct feed *f, feed_handler handler, void *ctx, struct err *err)
{
	struct input **heap = mem_alloc(f->n_inputs, sizeof(struct input *));
	size_t n = 0;

	f->handler = handler;
	f->ctx = ctx;
	share_threads(f, count_read_again(f));
	for (size_t i = 0; i < f->n_inputs; i++) {
		struct input *in = &f->inputs[i];
		struct err why = { 0 };

		if (in->skip || in->pub.unusable)
			continue;
		if (input_start(in, &why) == -1) {
			in->pub.unusable = true;
			in->pub.why =
			    arena_strndup(&in->arena, why.msg, strlen(why.msg));
			continue;
		}
		f->bytes_all += in->pub.bytes;
		if (input_peek(in) != NULL)
			heap[n++] = in;
	}
	int status = run_heap(f, heap, n, err);
	free(heap);
	return status;
}

/* --- opening ----------------------------------------------------------- */

static void *
scan_run(void *arg)
{
	struct feed *f = arg;

	for (;;) {
		size_t i = atomic_fetch_add(&f->next, 1);

		if (i >= f->n_inputs)
			return NULL;
		input_scan(&f->inputs[i], f->opts.paths[i],
		    f->opts.collectors == NULL ? NULL : f->opts.collectors[i],
		    f->keep_each);
	}
}

int
feed_open(const struct feed_opts *opts, struct feed **out, struct err *err)
{
	pthread_t threads[THREADS_MAX];
	unsigned started = 0;

	if (opts->n_paths > FEED_INPUTS_MAX)
		return err_set(err, ERR_LIMIT, "%zu inputs, the limit is %d",
		    opts->n_paths, FEED_INPUTS_MAX);
	struct feed *f = mem_alloc(1, sizeof(*f));
	f->opts = *opts;
	f->n_inputs = opts->n_paths;
	f->inputs = mem_alloc(f->n_inputs, sizeof(*f->inputs));
	f->dec = mem_alloc(1, sizeof(*f->dec));
	/* By count, not by what others take: the same for any threads. */
	f->keep_each =
	    (opts->keep_bytes == 0 ? FEED_KEEP_DEFAULT : opts->keep_bytes) /
	    (f->n_inputs == 0 ? 1 : f->n_inputs);
	unsigned want = threads_wanted(f);
	share_threads(f, f->n_inputs);
	if (want > THREADS_MAX)
		want = THREADS_MAX;
	if (want > f->n_inputs)
		want = (unsigned)f->n_inputs;
	while (started + 1 < want &&
	       pthread_create(&threads[started], NULL, scan_run, f) == 0)
		started++;
	(void)scan_run(f);
	for (unsigned i = 0; i < started; i++)
		(void)pthread_join(threads[i], NULL);
	*out = f;
	return 0;
}

void
feed_close(struct feed *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n_inputs; i++)
		input_fini(&f->inputs[i]);
	free(f->inputs);
	free(f->dec);
	strtab_fini(&f->names);
	vec_fini(&f->peers);
	hidx_fini(&f->peer_index);
	free(f);
}

size_t
feed_input_count(const struct feed *f)
{
	return f->n_inputs;
}

const struct feed_input *
feed_input(const struct feed *f, size_t i)
{
	return &f->inputs[i].pub;
}

void
feed_skip(struct feed *f, size_t i)
{
	f->inputs[i].skip = true;
}

double
feed_share(const struct feed *f)
{
	return f->bytes_all == 0 ? -1
				 : (double)f->bytes_done / (double)f->bytes_all;
}

uint64_t
feed_events(const struct feed *f)
{
	return f->events;
}
