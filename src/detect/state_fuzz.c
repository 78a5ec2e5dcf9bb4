/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state_fuzz.c - saved states that were bent.  Properties: what is taken can
 * be saved, opened again and saved to the same bytes; and an engine on it
 * goes on.
 *
 * The input is a list of changes to a state that is made here, so that it
 * keeps its meaning when the form of the state changes.  Its first byte is
 * the day of the state; then each change is eight bytes: the section, what to
 * do, where (two bytes), a value (four bytes).
 */
#include "detect/state_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHANGES_MAX 64

enum { XOR, SET, ADD, CUT, DROP, SWAP, WAYS };

struct section {
	uint8_t *p;
	size_t n;
	bool there;
};

struct bent {
	const struct sections *from;
	struct section s[SECTIONS_MAX];
};

static int
get_bent(void *ctx, const char *name, const void **data, size_t *n,
    struct err *err)
{
	const struct bent *b = ctx;

	(void)err;
	for (size_t i = 0; i < b->from->n; i++)
		if (strcmp(b->from->name[i], name) == 0 && b->s[i].there) {
			*data = b->s[i].p;
			*n = b->s[i].n;
			return 1;
		}
	return 0;
}

static void
change(struct section *s, uint8_t way, size_t at, uint32_t value)
{
	uint32_t x;

	if (way % WAYS == CUT && s->n > 0)
		s->n = at % s->n;
	if (way % WAYS == DROP)
		s->there = false;
	if (s->n < sizeof(x))
		return;
	at = at % (s->n - sizeof(x) + 1);
	if (way >= 128) /* a whole number of a row */
		at -= at % sizeof(x);
	memcpy(&x, s->p + at, sizeof(x));
	switch (way % WAYS) {
	case XOR:
		x ^= value;
		break;
	case SET:
		x = value;
		break;
	case ADD:
		x += value;
		break;
	case SWAP:
		memcpy(s->p + at, s->p + value % (s->n - sizeof(x) + 1),
		    sizeof(x));
		memcpy(s->p + value % (s->n - sizeof(x) + 1), &x, sizeof(x));
		return;
	default:
		return;
	}
	memcpy(s->p + at, &x, sizeof(x));
}

static void
bend(struct bent *b, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < b->from->n; i++) {
		const void *p;
		struct section *s = &b->s[i];

		s->there = get_section(b->from, b->from->name[i], &p, &s->n);
		/* Exactly so many bytes, for whoever watches the end. */
		s->p = malloc(s->n + (s->n == 0));
		if (s->p == NULL)
			abort();
		if (s->n > 0)
			memcpy(s->p, p, s->n);
	}
	for (size_t i = 0; i + 8 <= size && i < CHANGES_MAX * 8; i += 8) {
		uint32_t value;

		memcpy(&value, data + i + 4, sizeof(value));
		change(&b->s[data[i] % b->from->n], data[i + 1],
		    (size_t)data[i + 2] | (size_t)data[i + 3] << 8, value);
	}
}

static struct sections
save(struct detect *d)
{
	struct sections s;
	struct err err;

	if (try_save(d, &s, &err) == -1)
		abort();
	return s;
}

static void
get_peer(void *ctx, uint32_t peer, struct feed_peer *out)
{
	(void)ctx;
	*out = (struct feed_peer){ "rrc00",
		{ NET_IP4, { 192, 0, 2, (uint8_t)(1 + 2 * peer) } },
		asn_of(1 + 2 * peer) };
}

/* Peers say things, go down, and time passes. */
static void
go_on(struct detect *d)
{
	static const uint32_t asns[] = { 65000, 64601, 64502 };
	struct bgp_segment seg = { BGP_AS_SEQUENCE, 0, COUNT(asns) };
	struct bgp_attrs a = { .present = 1u << BGP_ATTR_AS_PATH,
		.path = { asns, &seg, COUNT(asns), 1 } };
	struct feed_event e = { .time_us = d->now, .since_us = TIME_NONE };
	struct detect_sinks none = { 0 };
	struct err err;

	if (d->now == TIME_NONE)
		e.time_us = 0;
	detect_peers(d, get_peer, NULL);
	for (uint32_t i = 0; i < 2 * N_PREFIXES; i++) {
		e.kind = i % 3 == 0 ? FEED_WITHDRAW : FEED_ANNOUNCE;
		e.attrs = i % 3 == 0 ? NULL : &a;
		e.attrs_id = 1;
		e.peer = i % 2;
		e.time_us += i % 7 == 0 ? TIME_MIN : 0;
		e.prefix = prefix_no(i);
		if (detect_event(d, &e, &err) == -1)
			abort();
	}
	for (uint32_t i = 0; i < rib_peer_count(d->rib); i++)
		apply_peer_down(d, i);
	e.kind = FEED_PEER_UP;
	for (int i = 0; i < 3; i++) {
		e.time_us += TIME_DAY;
		if (detect_event(d, &e, &err) == -1)
			abort();
	}
	if (detect_finish(d, &none, &err) == -1)
		abort();
}

static void
use(struct detect *d)
{
	struct sections a = save(d), b;
	struct sect_source src = sect_mem_source(a.mem);
	struct err err;
	struct detect *e = try_open(NULL, &src, &err);

	if (e == NULL)
		abort();
	b = save(e);
	if (first_difference(&a, &b) != NULL)
		abort();
	detect_free(e);
	sections_fini(&b);
	go_on(d);
	b = save(d);
	detect_free(d);
	sections_fini(&b);
	sections_fini(&a);
}

/* A state of so many days later, made once. */
static const struct sections *
state_of(uint8_t day)
{
	static struct sections made[4];
	struct sections *s = &made[day % COUNT(made)];

	if (s->mem == NULL) {
		struct detect *d = filled(day % COUNT(made));

		for (int32_t i = 0; i < day % (int32_t)COUNT(made); i++) {
			d->now += 30 * TIME_DAY;
			d->day += 30;
			d->month = utc_month_start(d->now, 0);
			history_day(d);
		}
		*s = save(d);
		detect_free(d);
	}
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bent b = { .from = state_of(size > 0 ? data[0] : 0) };
	struct sect_source src = { get_bent, &b };
	struct err err = { 0 };
	struct detect *d;

	bend(&b, data + (size > 0), size - (size > 0));
	d = try_open(NULL, &src, &err);
	if (d != NULL)
		use(d);
	else if (err.code == ERR_NONE || err.msg[0] == '\0')
		abort();
	for (size_t i = 0; i < b.from->n; i++)
		free(b.s[i].p);
	return 0;
}
