/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * split_test.c - a stream of events cut anywhere: each piece is given to a
 * new engine that opens what the one before had saved.  In the end the state
 * is the same byte for byte, and so is what a store has of all emissions.
 *
 * The streams are random but not noise: a small Internet says its routes day
 * by day, and now and then someone takes another's space, passes on what it
 * should not, or loses its session.
 */
#include "detect/detect.h"

#include "base/hash.h"
#include "detect/internet_test.h"
#include "detect/sections_test.h"

#define DAY0 (INT64_C(19868) * TIME_DAY) /* 2024-05-25 */

/* --- the world --------------------------------------------------------- */

/* Relations and ROAs change while we look; 2024-06-03 and 2024-06-05. */
static const struct test_file files[] = {
	{ "20240101.as-rel.txt",
	    "# source:topology|BGP|20240101|x|y\n" INTERNET_LINKS
	    "201|203|0\n201|305|-1\n" },
	{ "20240605.as-rel.txt",
	    "# source:topology|BGP|20240605|x|y\n" INTERNET_LINKS
	    "305|201|-1\n" },
	{ "vrps1.json",
	    "{\"metadata\":{\"buildtime\":\"2024-01-01T00:00:00Z\"},"
	    "\"roas\":["
	    "{\"asn\":301,\"prefix\":\"20.0.0.0/16\",\"maxLength\":16},"
	    "{\"asn\":302,\"prefix\":\"20.1.0.0/16\",\"maxLength\":24},"
	    "{\"asn\":303,\"prefix\":\"20.2.0.0/16\",\"maxLength\":16},"
	    "{\"asn\":0,\"prefix\":\"20.9.0.0/16\",\"maxLength\":32}]}" },
	{ "vrps2.json",
	    "{\"metadata\":{\"buildtime\":\"2024-06-03T12:00:00Z\"},"
	    "\"roas\":["
	    "{\"asn\":301,\"prefix\":\"20.0.0.0/16\",\"maxLength\":16},"
	    "{\"asn\":401,\"prefix\":\"20.2.0.0/16\",\"maxLength\":16},"
	    "{\"asn\":0,\"prefix\":\"20.9.0.0/16\",\"maxLength\":32}]}" },
	{ "irr.db", "route: 20.3.0.0/16\norigin: AS304\n"
		    "created: 2015-01-01T00:00:00Z\n"
		    "last-modified: 2023-12-01T00:00:00Z\n"
		    "mnt-by: M\nsource: RIPE\n\n"
		    "route: 20.4.0.0/16\norigin: AS305\n"
		    "created: 2016-01-01T00:00:00Z\n"
		    "last-modified: 2023-12-01T00:00:00Z\n"
		    "mnt-by: M\nsource: RIPE\n" },
};

static struct world *world;

static int
make_world(void **state)
{
	(void)state;
	world = world_of(files, COUNT(files)).w;
	assert_int_equal(world_epochs(world), 3);
	return 0;
}

static int
drop_world(void **state)
{
	(void)state;
	world_close(world);
	return 0;
}

/* --- a stream ---------------------------------------------------------- */

#define N_PEERS    6
#define N_PREFIXES 40
#define HOPS_MAX   60

/* The first network of its path; the last two are one network. */
static const uint32_t peer_asn[N_PEERS] = { 201, 202, 203, 204, 901, 204 };
static const uint32_t origins[] = { 301, 302, 303, 304, 305, 401, 402 };

struct ev {
	int64_t us;
	enum feed_kind kind;
	bool late, blackhole;
	uint32_t peer, path_id, n;
	struct prefix prefix;
	uint32_t asns[HOPS_MAX];
};

struct stream {
	VEC(struct ev) evs;
	uint64_t seed;
	int64_t us;
};

static uint32_t
pick(struct stream *s, uint32_t n)
{
	s->seed += UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(hash_u64(s->seed) % n);
}

static struct prefix
prefix_no(uint32_t i)
{
	struct prefix p = { .len = 16, .addr = { 20, (uint8_t)(i % 10) } };

	switch (i / 10) {
	case 1:
		p.addr[2] = (uint8_t)(i % 4);
		p.len = 24;
		break;
	case 2:
		p = (struct prefix){ NET_IP6, 32,
			{ 0x2a, 0x10, 0, (uint8_t)(i % 10) } };
		break;
	case 3:
		p.addr[0] = i == 30 ? 10 : i == 31 ? 192 : 21;
		p.addr[1] = i == 31 ? 168 : p.addr[1];
		if (i >= 37)
			p = (struct prefix){ .len = 32,
				.addr = { 20, 1, 1, (uint8_t)i } };
		break;
	default:
		break;
	}
	return p;
}

static uint32_t
owner_of(uint32_t prefix)
{
	return origins[prefix % 10 % COUNT(origins)];
}

static uint32_t
provider_of(uint32_t origin)
{
	switch (origin) {
	case 302:
	case 401:
		return 202;
	case 303:
		return 203;
	case 304:
		return 204;
	default:
		return 201;
	}
}

static uint32_t
core_of(uint32_t asn)
{
	return asn == 202 ? 102 : asn == 203 ? 103 : 101;
}

static void
add_hop(struct ev *e, uint32_t asn)
{
	if (e->n < HOPS_MAX)
		e->asns[e->n++] = asn;
}

static void
usual_path(struct ev *e, uint32_t origin)
{
	uint32_t from = peer_asn[e->peer], up = provider_of(origin);

	add_hop(e, from);
	if (from != up) {
		add_hop(e, core_of(from));
		if (core_of(from) != core_of(up))
			add_hop(e, core_of(up));
		add_hop(e, up);
	}
	add_hop(e, origin);
}

/* What is wrong with it: 0..19, most of them nothing. */
static void
odd_path(struct stream *s, struct ev *e, uint32_t origin, uint32_t what)
{
	uint32_t times;

	switch (what) {
	case 0: /* 305 passes on what it learned from one to the other */
		add_hop(e, peer_asn[e->peer]);
		add_hop(e, 102);
		add_hop(e, 202);
		add_hop(e, 305);
		add_hop(e, 201);
		add_hop(e, origin);
		break;
	case 1: /* through one that is no core */
		add_hop(e, peer_asn[e->peer]);
		add_hop(e, 101);
		add_hop(e, 304);
		add_hop(e, 103);
		add_hop(e, origin);
		break;
	case 2: /* numbers that are nobody's */
		usual_path(e, origin);
		add_hop(e, pick(s, 2) ? 64512 : 65535);
		break;
	case 3: /* absurd */
		usual_path(e, origin);
		for (times = 31 + pick(s, 3); times > 0; times--)
			add_hop(e, origin);
		break;
	case 4:
		usual_path(e, origin);
		add_hop(e, origin);
		break;
	default:
		usual_path(e, origin);
		break;
	}
}

static struct ev *
add_event(struct stream *s, enum feed_kind kind, uint32_t peer)
{
	struct ev *e = vec_grow(&s->evs);

	*e = (struct ev){ .us = s->us, .kind = kind, .peer = peer };
	return e;
}

static void
add_route(struct stream *s, enum feed_kind kind, uint32_t peer, uint32_t prefix,
    uint32_t origin, uint32_t what)
{
	struct ev *e = add_event(s, kind, peer);

	e->prefix = prefix_no(prefix);
	e->blackhole = prefix >= 37;
	e->path_id = peer == 3 && what % 3 == 1 ? what : 0;
	if (kind != FEED_WITHDRAW)
		odd_path(s, e, origin, what);
}

/* A whole table, or one that breaks off, or lacks some of it. */
static void
add_table(struct stream *s, uint32_t peer)
{
	uint32_t lacks = pick(s, 4) == 0 ? pick(s, 10) : N_PREFIXES;
	bool broken = pick(s, 8) == 0;

	(void)add_event(s, FEED_TABLE_BEGIN, peer);
	for (uint32_t i = 0; i < 30; i++)
		if (i % 10 != lacks && (i < 10 || i >= 20) && peer != 4)
			add_route(s, FEED_RIB, peer, i, owner_of(i), 9);
	(void)add_event(s, broken ? FEED_TABLE_DROP : FEED_TABLE_END, peer);
}

/* Someone has what is not his, for everyone or for a few. */
static void
add_theft(struct stream *s)
{
	uint32_t who = origins[pick(s, COUNT(origins))];
	uint32_t from = pick(s, N_PREFIXES), n = 1 + pick(s, 14);
	uint32_t few = 1 + pick(s, N_PEERS), what = pick(s, 9);

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t p = 0; p < few; p++) {
			s->us += pick(s, 3) * TIME_SEC;
			add_route(s, FEED_ANNOUNCE, p, (from + i) % N_PREFIXES,
			    what < 2 ? owner_of(from + i) : who, what);
		}
	if (pick(s, 3) == 0)
		return;
	s->us += (int64_t)pick(s, 4000) * TIME_SEC;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t p = 0; p < few; p++) {
			uint32_t x = (from + i) % N_PREFIXES;
			bool back = x < 10 || (x >= 20 && x < 30);

			add_route(s, back ? FEED_ANNOUNCE : FEED_WITHDRAW, p, x,
			    owner_of(x), 9);
		}
}

static void
add_something(struct stream *s)
{
	static const int64_t pauses[] = { 0, 1, 1, 7, 30, 90, 400, 2000, 9000,
		40000 };
	uint32_t peer = pick(s, N_PEERS), prefix = pick(s, N_PREFIXES);
	uint32_t late = pick(s, 40);

	s->us += pauses[pick(s, COUNT(pauses))] * TIME_SEC +
		 (pick(s, 5) == 0) * (int64_t)pick(s, 1000000);
	switch (pick(s, 24)) {
	case 0:
		(void)add_event(s, FEED_PEER_DOWN, peer);
		break;
	case 1:
		(void)add_event(s, FEED_PEER_UP, peer);
		break;
	case 2:
		add_table(s, peer);
		break;
	case 3:
	case 4:
	case 5:
		add_theft(s);
		break;
	case 6:
	case 7:
		add_route(s, FEED_WITHDRAW, peer, prefix, 0, pick(s, 20));
		break;
	case 8: /* only part of a table, and nothing after it */
		(void)add_event(s, FEED_TABLE_BEGIN, peer);
		add_route(s, FEED_RIB, peer, prefix, owner_of(prefix), 9);
		break;
	default:
		add_route(s, FEED_ANNOUNCE, peer, prefix,
		    pick(s, 9) == 0 ? origins[pick(s, COUNT(origins))]
				    : owner_of(prefix),
		    pick(s, 20));
		break;
	}
	if (late == 0 && s->evs.n > 0) {
		struct ev *e = &s->evs.p[s->evs.n - 1];

		e->us -= (int64_t)pick(s, 400) * TIME_DAY;
		e->late = true;
	}
}

static void
make_stream(struct stream *s, uint64_t seed, uint32_t days, uint32_t each)
{
	*s = (struct stream){ .seed = seed, .us = DAY0 };
	for (uint32_t day = 0; day < days; day++) {
		if (s->us < DAY0 + day * TIME_DAY)
			s->us = DAY0 + day * TIME_DAY;
		/* Now and then nothing is known of many days. */
		if (day == days - 2)
			s->us += (int64_t)pick(s, 3) * 170 * TIME_DAY;
		for (uint32_t p = 0; day < 4 && p < N_PEERS; p++)
			add_table(s, p);
		for (uint32_t i = 0; day >= 2 && i < each; i++)
			add_something(s);
	}
}

/* --- what a store has of it -------------------------------------------- */

struct line {
	char *key, *text;
};

struct shelf {
	VEC(struct line) lines;
	struct strtab keys;
	struct buf b;
};

static void
shelf_put(struct shelf *s, const char *key)
{
	uint32_t at = strtab_add(&s->keys, str_from(key));

	while (s->lines.n <= at)
		vec_push(&s->lines, ((struct line){ NULL, NULL }));
	free(s->lines.p[at].text);
	free(s->lines.p[at].key);
	s->lines.p[at].key = mem_strdup(key);
	s->lines.p[at].text = mem_strdup(buf_cstr(&s->b));
}

static void
shelf_drop(struct shelf *s, const char *key)
{
	uint32_t at = strtab_find(&s->keys, str_from(key));

	if (at == HIDX_NONE)
		return;
	free(s->lines.p[at].text);
	free(s->lines.p[at].key);
	s->lines.p[at] = (struct line){ NULL, NULL };
}

static void
put_evidence(struct buf *b, const struct evidence *e)
{
	buf_printf(b, " [%s %s %g %d %s %s %lld]", e->name, e->family, e->nats,
	    e->points, e->detail, e->source, (long long)e->age_us);
}

static int
note_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct shelf *s = ctx;
	char p[PREFIX_TEXT_MAX];

	(void)err;
	buf_clear(&s->b);
	buf_printf(&s->b, "%s %s %s %u E%u %d %lld %lld %u %llu%s%s%s",
	    incident_class_name(in->class), in->type,
	    incident_state_name(in->state), in->culprit, in->level, in->points,
	    (long long)in->start, (long long)in->end, in->peers_max,
	    (unsigned long long)in->n_prefixes, in->reopened ? " again" : "",
	    in->suppressed ? " harmless" : "", in->counts ? " counts" : "");
	buf_printf(&s->b, " %s | %s |", in->reason, in->explanation);
	for (size_t i = 0; i < in->n_accomplices; i++)
		buf_printf(&s->b, " via %u", in->accomplices[i]);
	for (size_t i = 0; i < in->n_victims; i++)
		buf_printf(&s->b, " victim %u", in->victims[i]);
	for (size_t i = 0; i < in->n_merged; i++) {
		buf_printf(&s->b, " merged %s", in->merged[i]);
		shelf_drop(s, in->merged[i]);
	}
	for (size_t i = 0; i < in->n_evidence; i++)
		put_evidence(&s->b, &in->evidence[i]);
	for (size_t i = 0; i < in->n_routes; i++) {
		const struct incident_route *r = &in->routes[i];

		(void)prefix_format(p, &r->prefix);
		buf_printf(&s->b, " (%s %u %lld %lld %u %s %s)", p, r->origin,
		    (long long)r->start, (long long)r->end, r->peers_max,
		    r->path, r->decision);
	}
	shelf_put(s, in->id);
	return 0;
}

static int
note_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	struct shelf *s = ctx;
	char p[PREFIX_TEXT_MAX];
	uint32_t at = strtab_find(&s->keys, str_from(c->incident));
	struct buf b = { 0 };

	(void)err;
	/* Behind the incident that it belongs to. */
	assert_int_not_equal(at, HIDX_NONE);
	(void)prefix_format(p, &c->prefix);
	buf_printf(&b, "%s\n %u %s %s %s %lld %lld %u %s", s->lines.p[at].text,
	    c->asn, c->metric, c->split, p, (long long)c->start,
	    (long long)c->end, c->weight_micro, c->detail);
	free(s->lines.p[at].text);
	s->lines.p[at].text = mem_strdup(buf_cstr(&b));
	buf_fini(&b);
	return 0;
}

static int
note_route(void *ctx, int64_t month, const struct route_fact *f,
    struct err *err)
{
	struct shelf *s = ctx;
	char key[200], p[PREFIX_TEXT_MAX];

	(void)err;
	(void)prefix_format(p, &f->prefix);
	(void)snprintf(key, sizeof(key), "route %lld %s %u", (long long)month,
	    p, f->origin);
	buf_clear(&s->b);
	buf_printf(&s->b, "%x %u %u %u", f->days, f->peers_max, f->rpki,
	    f->irr);
	shelf_put(s, key);
	return 0;
}

static int
note_transit(void *ctx, int64_t month, const struct transit_fact *f,
    struct err *err)
{
	struct shelf *s = ctx;
	char key[200], p[PREFIX_TEXT_MAX];

	(void)err;
	(void)prefix_format(p, &f->prefix);
	(void)snprintf(key, sizeof(key), "transit %lld %u %u %s %u",
	    (long long)month, f->asn, f->neighbor, p, f->origin);
	buf_clear(&s->b);
	buf_printf(&s->b, "%c %u %u", f->interface, f->rpki, f->irr);
	shelf_put(s, key);
	return 0;
}

static int
cmp_line(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static void
shelf_sort(struct shelf *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->lines.n; i++)
		if (s->lines.p[i].key != NULL)
			s->lines.p[n++] = s->lines.p[i];
	s->lines.n = n;
	if (s->lines.n > 1)
		qsort(s->lines.p, s->lines.n, sizeof(*s->lines.p), cmp_line);
}

static void
shelf_fini(struct shelf *s)
{
	for (size_t i = 0; i < s->lines.n; i++) {
		free(s->lines.p[i].key);
		free(s->lines.p[i].text);
	}
	vec_fini(&s->lines);
	strtab_fini(&s->keys);
	buf_fini(&s->b);
}

static void
finish(struct detect *d, struct shelf *s)
{
	struct detect_sinks sinks = { note_incident, note_charge, note_route,
		note_transit, s };
	struct err err = { 0 };

	if (detect_finish(d, &sinks, &err) == -1)
		fail_msg("%s", err.msg);
}

/* --- runs -------------------------------------------------------------- */

/* A feed numbers its peers by itself. */
static void
get_peer(void *ctx, uint32_t peer, struct feed_peer *out)
{
	uint32_t turn = *(const uint32_t *)ctx, i = (peer + turn) % N_PEERS;

	*out = (struct feed_peer){ i % 2 ? "rrc00" : "route-views.x",
		{ NET_IP4, { 192, 0, 2, (uint8_t)(i + 1) } }, peer_asn[i] };
}

static void
give(struct detect *d, const struct ev *x, uint32_t turn, uint64_t id)
{
	static const uint8_t blackhole[4] = { 0xff, 0xff, 0x02, 0x9a };
	struct bgp_segment seg = { BGP_AS_SEQUENCE, 0, x->n };
	struct bgp_attrs a = { .present = 1u << BGP_ATTR_AS_PATH,
		.next_hop = { 192, 0, 3, (uint8_t)x->peer },
		.path = { x->asns, &seg, x->n, x->n > 0 } };
	struct feed_event e = { .time_us = x->us,
		.since_us = TIME_NONE,
		.kind = x->kind,
		.late = x->late,
		.peer = (x->peer + N_PEERS - turn) % N_PEERS,
		.prefix = x->prefix,
		.path_id = x->path_id };
	struct err err = { 0 };

	if (x->blackhole)
		a.communities = (struct bgp_view){ blackhole, 4 };
	if (x->n > 0) {
		e.attrs = &a;
		e.attrs_id = id;
	}
	if (detect_event(d, &e, &err) == -1)
		fail_msg("%s", err.msg);
}

static struct sections
save(struct detect *d)
{
	struct sections s;
	struct err err = { 0 };

	if (try_save(d, &s, &err) == -1)
		fail_msg("%s", err.msg);
	return s;
}

/* The state after all pieces; cuts ascend, the last one is the end. */
static struct sections
run(const struct stream *s, const size_t *cuts, size_t n_cuts,
    struct shelf *shelf)
{
	struct sections before = { 0 }, after;
	size_t at = 0;

	for (size_t i = 0; i < n_cuts; i++) {
		struct sect_source src = { 0 };
		struct detect *d;
		struct err err = { 0 };
		uint32_t turn = (uint32_t)i % N_PEERS;

		if (i > 0)
			src = sect_mem_source(before.mem);
		d = try_open(world, i == 0 ? NULL : &src, &err);
		if (d == NULL)
			fail_msg("piece %zu: %s", i, err.msg);
		detect_peers(d, get_peer, &turn);
		for (; at < cuts[i]; at++)
			give(d, &s->evs.p[at], turn, at + 1);
		if (i % 2 == 1) /* asking twice is asking once */
			finish(d, shelf);
		finish(d, shelf);
		after = save(d);
		detect_free(d);
		sections_fini(&before);
		before = after;
	}
	return before;
}

/* Around the first byte that differs. */
static void
assert_same_line(const char *key, const char *a, const char *b, const char *how)
{
	size_t i = 0, from;

	while (a[i] != '\0' && a[i] == b[i])
		i++;
	if (a[i] == b[i])
		return;
	from = i < 80 ? 0 : i - 80;
	fail_msg("%s: %s at %zu:\n...%.200s\n...%.200s", how, key, i, a + from,
	    b + from);
}

static void
assert_same_shelf(struct shelf *a, struct shelf *b, const char *how)
{
	shelf_sort(a);
	shelf_sort(b);
	for (size_t i = 0; i < a->lines.n || i < b->lines.n; i++) {
		const char *x = i < a->lines.n ? a->lines.p[i].key : "nothing";
		const char *y = i < b->lines.n ? b->lines.p[i].key : "nothing";

		assert_same_line("key", x, y, how);
		assert_same_line(x, a->lines.p[i].text, b->lines.p[i].text,
		    how);
	}
}

static int
cmp_size(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? -1 : x > y;
}

static const struct split_row {
	const char *why;
	uint64_t seed;
	uint32_t days, each, pieces;
} split_rows[] = {
	{ "a week in 2", 1000, 7, 60, 2 },
	{ "a week in 7", 2000, 7, 60, 7 },
	{ "a week in 40", 3014, 7, 60, 40 },
	{ "two weeks in 2", 4000, 14, 60, 2 },
	{ "two weeks in 7", 5006, 14, 60, 7 },
	{ "two weeks in 288", 6005, 14, 60, 288 },
	{ "two months in 7", 7000, 60, 25, 7 },
	{ "two months in 60", 8013, 60, 25, 60 },
	{ "a year in 12", 9035, 370, 4, 12 },
	{ "two years in 7", 10000, 700, 2, 7 },
	{ "a busy day in 100", 11017, 4, 400, 100 },
};

#define STREAMS 2 /* of each row */

static void
test_split(void **state)
{
	const struct split_row *t = *state;

	for (uint64_t k = 0; k < STREAMS; k++) {
		struct stream s;
		struct shelf whole = { 0 }, pieces = { 0 };
		struct sections a, b;
		size_t *cuts = mem_alloc(t->pieces, sizeof(*cuts)), end;
		char how[64];

		make_stream(&s, t->seed + k, t->days, t->each);
		end = s.evs.n;
		for (uint32_t i = 0; i < t->pieces; i++)
			cuts[i] = pick(&s, (uint32_t)end);
		cuts[0] = end;
		qsort(cuts, t->pieces, sizeof(*cuts), cmp_size);
		(void)snprintf(how, sizeof(how), "stream %u of %zu events",
		    (unsigned)k, end);
		a = run(&s, &end, 1, &whole);
		b = run(&s, cuts, t->pieces, &pieces);
		assert_true(whole.lines.n > 50);
		assert_same_shelf(&whole, &pieces, how);
		const char *differs = first_difference(&a, &b);
		if (differs != NULL)
			fail_msg("%s: section %s differs", how, differs);
		shelf_fini(&whole);
		shelf_fini(&pieces);
		sections_fini(&a);
		sections_fini(&b);
		vec_fini(&s.evs);
		free(cuts);
	}
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(split_rows)];

	for (size_t i = 0; i < COUNT(split_rows); i++)
		tests[i] = (struct CMUnitTest){ .name = split_rows[i].why,
			.test_func = test_split,
			.initial_state = (void *)(uintptr_t)&split_rows[i] };
	return _cmocka_run_group_tests("split", tests, COUNT(tests), make_world,
	    drop_world);
}
