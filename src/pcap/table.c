/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - the connections of a capture by their ends, and the limits on them.
 *
 * Lists by last use say who goes when there are too many, or they hold too much:
 * first those that never gave a message.  One that goes is still read to its
 * end like any other: it waits in a list of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "pcap/part.h"

#define BUCKETS_FIRST 64 /* a power of two; as many as connections */
#define BGP_PORT      179

struct list {
	struct connection *first, *last;
};

struct connections {
	struct connection **buckets;
	size_t n_buckets;
	struct list used[2]; /* by last use: other ones, those with messages */
	struct list leaving;
	uint32_t n;
	uint64_t begun;
	size_t held;
	uint16_t *bmp_ports;
	size_t n_bmp_ports;
	struct pcap_counts *counts;
};

struct connections *
connections_new(const struct pcap_opts *opts, struct pcap_counts *counts)
{
	struct connections *t = mem_alloc(1, sizeof(*t));

	t->counts = counts;
	t->n_buckets = BUCKETS_FIRST;
	t->buckets = mem_alloc(t->n_buckets, sizeof(struct connection *));
	if (opts != NULL && opts->n_bmp_ports > 0) {
		t->n_bmp_ports = opts->n_bmp_ports;
		t->bmp_ports = mem_alloc(t->n_bmp_ports, sizeof(*t->bmp_ports));
		memcpy(t->bmp_ports, opts->bmp_ports,
		    t->n_bmp_ports * sizeof(*t->bmp_ports));
	}
	return t;
}

struct pcap_counts *
connections_counts(struct connections *t)
{
	return t->counts;
}

static void
list_add(struct list *l, struct connection *c)
{
	c->next = NULL;
	c->prev = l->last;
	if (l->last == NULL)
		l->first = c;
	else
		l->last->next = c;
	l->last = c;
}

static void
list_remove(struct list *l, struct connection *c)
{
	if (c->prev == NULL)
		l->first = c->next;
	else
		c->prev->next = c->next;
	if (c->next == NULL)
		l->last = c->prev;
	else
		c->next->prev = c->prev;
}

void
connection_free(struct connection *c)
{
	for (int i = 0; i < 2; i++) {
		while (c->dir[i].first != NULL)
			segment_remove(&c->dir[i], c->dir[i].first);
		frame_fini(&c->dir[i]);
	}
	free(c);
}

static void
list_free(struct list *l)
{
	while (l->first != NULL) {
		struct connection *c = l->first;

		list_remove(l, c);
		connection_free(c);
	}
}

void
connections_free(struct connections *t)
{
	if (t == NULL)
		return;
	list_free(&t->used[0]);
	list_free(&t->used[1]);
	list_free(&t->leaving);
	free(t->buckets);
	free(t->bmp_ports);
	free(t);
}

static bool
end_eq(const struct pcap_end *a, const struct pcap_end *b)
{
	return a->port == b->port && ipaddr_eq(&a->ip, &b->ip);
}

static uint64_t
end_hash(const struct pcap_end *e)
{
	uint8_t key[19];

	key[0] = e->ip.family;
	memcpy(key + 1, e->ip.addr, 16);
	key[17] = (uint8_t)(e->port >> 8);
	key[18] = (uint8_t)e->port;
	return hash_bytes(key, sizeof(key), 0);
}

/* Both directions have the same bucket. */
static struct connection **
bucket(struct connections *t, const struct pcap_end *a,
    const struct pcap_end *b)
{
	uint64_t hash = hash_u64(end_hash(a) + end_hash(b));

	return &t->buckets[hash & (t->n_buckets - 1)];
}

/* Twice as many buckets. */
static void
grow(struct connections *t)
{
	struct connection **old = t->buckets;
	size_t n = t->n_buckets;

	t->n_buckets = n * 2;
	t->buckets = mem_alloc(t->n_buckets, sizeof(struct connection *));
	for (size_t i = 0; i < n; i++)
		while (old[i] != NULL) {
			struct connection *c = old[i];
			struct connection **at =
			    bucket(t, &c->end[0], &c->end[1]);

			old[i] = c->chain;
			c->chain = *at;
			*at = c;
		}
	free(old);
}

struct connection *
connections_find(struct connections *t, const struct pcap_end *from,
    const struct pcap_end *to, unsigned *i)
{
	struct connection *c = *bucket(t, from, to);

	for (; c != NULL; c = c->chain)
		for (*i = 0; *i < 2; ++*i)
			if (end_eq(&c->end[*i], from) &&
			    end_eq(&c->end[1 - *i], to))
				return c;
	return NULL;
}

static bool
is_bmp_port(const struct connections *t, const struct pcap_end *from,
    const struct pcap_end *to)
{
	for (size_t i = 0; i < t->n_bmp_ports; i++)
		if (from->port == t->bmp_ports[i] ||
		    to->port == t->bmp_ports[i])
			return true;
	return false;
}

struct connection *
connections_begin(struct connections *t, const struct pcap_end *from,
    const struct pcap_end *to)
{
	struct connection *c = mem_alloc(1, sizeof(*c));

	if (t->n == t->n_buckets)
		grow(t);
	struct connection **at = bucket(t, from, to);
	c->end[0] = *from;
	c->end[1] = *to;
	c->number = t->begun++;
	c->kind = is_bmp_port(t, from, to) ? STREAM_BMP
		  : from->port == BGP_PORT || to->port == BGP_PORT
		      ? STREAM_BGP
		      : STREAM_UNKNOWN;
	c->chain = *at;
	*at = c;
	list_add(&t->used[0], c);
	t->n++;
	t->counts->connections++;
	return c;
}

void
connections_leave(struct connections *t, struct connection *c, const char *why)
{
	struct connection **at = bucket(t, &c->end[0], &c->end[1]);

	while (*at != c)
		at = &(*at)->chain;
	*at = c->chain;
	list_remove(&t->used[c->known], c);
	list_add(&t->leaving, c);
	t->n--;
	t->held -= c->held;
	c->held = 0;
	c->left = true;
	c->dir[0].flush = c->dir[1].flush = why;
}

struct connection *
connections_leaving(struct connections *t)
{
	struct connection *c = t->leaving.first;

	if (c != NULL)
		list_remove(&t->leaving, c);
	return c;
}

void
connections_end(struct connections *t)
{
	for (int i = 1; i >= 0; i--)
		while (t->used[i].first != NULL)
			connections_leave(t, t->used[i].first,
			    "the capture ends in a message");
}

static size_t
held_by(const struct connection *c)
{
	size_t held = 0;

	for (int i = 0; i < 2; i++)
		held += c->dir[i].waiting + c->dir[i].buf_cap +
			c->dir[i].n_segments * sizeof(struct segment);
	return held;
}

/* Those that gave no message go first, of these the one unused longest. */
static void
keep_limits(struct connections *t, const struct connection *but)
{
	while (t->n > PCAP_CONNECTIONS_MAX || t->held > PCAP_HELD_MAX) {
		struct connection *c = t->used[0].first;

		if (c == but)
			c = c->next;
		if (c == NULL)
			c = t->used[1].first;
		if (c == but)
			c = c->next;
		if (c == NULL)
			return;
		t->counts->connections_given_up++;
		connections_leave(t, c,
		    "too many connections, or bytes of these");
	}
}

void
connections_used(struct connections *t, struct connection *c, bool gave)
{
	if (c->left)
		return;
	list_remove(&t->used[c->known], c);
	c->known = c->known || gave;
	list_add(&t->used[c->known], c);
	size_t held = held_by(c);
	t->held += held - c->held;
	c->held = held;
	keep_limits(t, c);
}
