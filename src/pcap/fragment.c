/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fragment.c - datagrams from their fragments, within limits.
 *
 * A bit for each 8 octets says what has come (fragments begin at multiples of
 * 8).  IPv4: the first bytes win.  IPv6: fragments that overlap void the
 * datagram (RFC 5722); a receiver would never have seen it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"
#include "pcap/part.h"

#define WHOLE_MAX 65535
#define UNITS     ((WHOLE_MAX + 8) / 8)

struct whole {
	struct ipaddr from, to;
	uint8_t protocol; /* of the first fragment; IPv4: part of the key */
	uint32_t id;
	int64_t since_us;
	uint64_t order;
	uint8_t *data; /* NULL = this row is free */
	size_t cap;
	uint64_t *have; /* a bit for each unit */
	uint32_t n_have;
	uint32_t n;   /* length of the whole, 0 = the last has not come */
	uint32_t top; /* octets come up to here */
	bool bad;
};

struct fragments {
	struct whole rows[PCAP_DATAGRAMS_MAX];
	uint8_t *done; /* the datagram handed out last */
	uint64_t order;
	struct pcap_counts *counts;
};

static void
clear(struct whole *w)
{
	free(w->data);
	free(w->have);
	memset(w, 0, sizeof(*w));
}

struct fragments *
fragments_new(struct pcap_counts *counts)
{
	struct fragments *f = mem_alloc(1, sizeof(*f));

	f->counts = counts;
	return f;
}

void
fragments_free(struct fragments *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < PCAP_DATAGRAMS_MAX; i++)
		clear(&f->rows[i]);
	free(f->done);
	free(f);
}

static void
give_up(struct fragments *f, struct whole *w)
{
	f->counts->datagrams_lost++;
	clear(w);
}

void
fragments_end(struct fragments *f)
{
	for (size_t i = 0; i < PCAP_DATAGRAMS_MAX; i++)
		if (f->rows[i].data != NULL)
			give_up(f, &f->rows[i]);
}

static bool
is_of(const struct whole *w, const struct datagram *d)
{
	return w->data != NULL && w->id == d->id &&
	       (w->protocol == d->protocol || d->from.family == NET_IP6) &&
	       ipaddr_eq(&w->from, &d->from) && ipaddr_eq(&w->to, &d->to);
}

static bool
is_stale(const struct whole *w, int64_t time_us)
{
	return w->since_us != TIME_NONE && time_us != TIME_NONE &&
	       (time_us > w->since_us
		       ? (uint64_t)time_us - (uint64_t)w->since_us
		       : (uint64_t)w->since_us - (uint64_t)time_us) >
		   PCAP_FRAGMENT_SECONDS * (uint64_t)TIME_SEC;
}

/* The row of d's datagram; a new one takes the place of the oldest. */
static struct whole *
find(struct fragments *f, const struct datagram *d, int64_t time_us)
{
	struct whole *w = NULL;

	for (size_t i = 0; i < PCAP_DATAGRAMS_MAX; i++) {
		struct whole *row = &f->rows[i];

		if (is_of(row, d)) {
			if (!is_stale(row, time_us))
				return row;
			give_up(f, row);
			w = row;
			break;
		}
		if (w == NULL || (w->data != NULL && row->order < w->order))
			w = row;
	}
	if (w->data != NULL)
		give_up(f, w);
	w->from = d->from;
	w->to = d->to;
	w->id = d->id;
	w->protocol = d->protocol;
	w->since_us = time_us;
	w->order = ++f->order;
	w->cap = 2048;
	w->data = mem_alloc(w->cap, 1);
	w->have = mem_alloc(UNITS / 64 + 1, sizeof(*w->have));
	return w;
}

static bool
take_unit(struct whole *w, uint32_t unit)
{
	uint64_t bit = UINT64_C(1) << unit % 64;
	bool is_new = (w->have[unit / 64] & bit) == 0;

	w->have[unit / 64] |= bit;
	w->n_have += is_new;
	return is_new;
}

static void
copy_in(struct whole *w, const struct datagram *d)
{
	size_t n = d->data.v.n, end = d->offset + n;

	if (w->cap < end) {
		size_t cap = end * 2 < WHOLE_MAX ? end * 2 : WHOLE_MAX;

		w->data = mem_realloc(w->data, cap, 1);
		w->cap = cap;
	}
	for (size_t i = 0; i < n; i += 8) {
		size_t len = n - i < 8 ? n - i : 8;

		if (take_unit(w, (uint32_t)(d->offset + i) / 8))
			memcpy(w->data + d->offset + i, d->data.v.p + i, len);
		else if (d->from.family == NET_IP6 &&
			 memcmp(w->data + d->offset + i, d->data.v.p + i,
			     len) != 0)
			w->bad = true;
	}
}

static bool
make_whole(struct datagram *d)
{
	d->fragment = d->more = false;
	d->offset = 0;
	return d->from.family == NET_IP4 || ip_skip_headers(d);
}

bool
fragments_add(struct fragments *f, struct datagram *d, int64_t time_us)
{
	size_t end = d->offset + d->data.wire;

	f->counts->fragments++;
	/* One that was cut leaves its datagram open for ever.  What it has of
	 * the beginning is all there will be. */
	if (d->data.v.n < d->data.wire && d->offset == 0)
		return make_whole(d);
	if (d->data.v.n < d->data.wire || end > WHOLE_MAX ||
	    d->data.wire == 0 || (d->more && d->data.wire % 8 != 0)) {
		f->counts->damaged++;
		return false;
	}
	struct whole *w = find(f, d, time_us);
	if (!d->more && w->n == 0)
		w->n = (uint32_t)end;
	else if (!d->more && w->n != end)
		w->bad = true;
	w->top = end > w->top ? (uint32_t)end : w->top;
	if (w->n != 0 && w->top > w->n)
		w->bad = true;
	if (d->offset == 0)
		w->protocol = d->protocol; /* RFC 8200 4.5: of the first */
	/* A bad one keeps its place, so that its rest begins no other. */
	if (!w->bad)
		copy_in(w, d);
	if (w->bad || w->n == 0 || w->n_have < (w->n + 7) / 8)
		return false;
	free(f->done);
	f->done = w->data;
	w->data = NULL;
	d->data.v = (struct bgp_view){ f->done, w->n };
	d->data.wire = w->n;
	d->protocol = w->protocol;
	clear(w);
	return make_whole(d);
}
