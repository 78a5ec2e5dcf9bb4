/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * out_mrt.c - what the collectors' peers said, as archives keep it: a table
 * dump for each midnight and one file of updates for the day, in the layouts
 * of RIS and RouteViews.
 */
#include "sim/out.h"

#include <stdio.h>
#include <stdlib.h>

#include "mrt/mrt.h"

/* Prefixes of one UPDATE: RFC 4271 4 allows 4096 bytes. */
#define UPDATE_PREFIXES 100

#define RIS_ASN        12654
#define ROUTEVIEWS_ASN 6447

/* Addresses of the LAN between collector and peers. */
static struct ipaddr
lan_address(uint32_t collector, uint32_t host)
{
	struct ipaddr a = { .family = NET_IP4,
		.addr = { 193, 203, (uint8_t)collector, (uint8_t)host } };

	return a;
}

static struct ipaddr
next_hop(uint8_t family, uint32_t collector, uint32_t host)
{
	struct ipaddr a = { .family = NET_IP6,
		.addr = { 0x20, 0x01, 0x07, 0xf8, 0, 1, 0,
		    (uint8_t)collector } };

	if (family == NET_IP4)
		return lan_address(collector, host);
	a.addr[15] = (uint8_t)host;
	return a;
}

static void
file_name(char *out, size_t size, const struct scenario *s, uint32_t collector,
    int64_t time_us, bool table)
{
	const struct scn_collector *c = &s->collectors.p[collector];
	char date[OUT_DAY_MAX];

	(void)out_date(date, time_us);
	if (c->routeviews)
		(void)snprintf(out, size,
		    "routes/%s/bgpdata/%.4s.%.2s/%s.%s.0000",
		    scn_text(s, c->name), date, date + 4,
		    table ? "RIBS/rib" : "UPDATES/updates", date);
	else
		(void)snprintf(out, size, "routes/%s/%.4s.%.2s/%s.%s.0000",
		    scn_text(s, c->name), date, date + 4,
		    table ? "bview" : "updates", date);
}

/* The attributes of one route as this peer tells it. */
static struct bgp_encode
attributes(const struct play *p, uint32_t collector, uint32_t host,
    uint32_t path, uint32_t otc, uint32_t mark, uint8_t family)
{
	const struct paths *paths = route_paths(p->net);
	struct span row = paths_get(paths, path);
	struct bgp_encode e = {
		.path = row.n == 0 ? NULL : &paths->asns.p[row.at],
		.n_path = row.n,
		.next_hop = next_hop(family, collector, host),
		.otc = otc,
	};

	if (mark != 0) {
		struct span list = p->s->events.p[mark - 1].communities;

		e.communities = &p->s->ids.p[list.at];
		e.n_communities = list.n;
	}
	return e;
}

/* --- table dumps ------------------------------------------------------- */

struct sorted {
	struct prefix p;
	uint32_t id;
};

static int
sorted_order(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	return prefix_cmp(&x->p, &y->p);
}

static void
write_index(const struct scenario *s, uint32_t collector, int64_t time_us,
    struct buf *b)
{
	const struct scn_collector *c = &s->collectors.p[collector];
	struct mrt_peers peers = { .collector_id = { 193, 203,
				       (uint8_t)collector, 254 } };

	for (uint32_t i = 0; i < c->n_peers; i++) {
		struct mrt_peer m = { .ip = lan_address(collector, i + 1),
			.asn = s->ases.p[s->peers.p[c->first_peer + i]].asn,
			.as4 = true };

		memcpy(m.bgp_id, m.ip.addr, 4);
		vec_push(&peers.list, m);
	}
	mrt_write_peer_index(b, time_us, &peers);
	mrt_peers_fini(&peers);
}

/* All peers' routes to one prefix. */
static void
write_prefix(struct out *o, const struct play *p, uint32_t collector,
    int64_t time_us, const struct sorted *x, uint32_t *sequence, struct buf *b)
{
	const struct scn_collector *c = &p->s->collectors.p[collector];
	struct mrt_write_entry entries[SIM_PEERS_MAX];
	struct buf attrs[SIM_PEERS_MAX];
	size_t n = 0;

	for (uint32_t i = 0; i < c->n_peers; i++) {
		const struct cell *cell =
		    play_cell(p, c->first_peer + i, x->id);
		struct bgp_encode e;

		if (cell->path == 0)
			continue;
		e = attributes(p, collector, i + 1, cell->path, cell->otc,
		    cell->mark, x->p.family);
		e.table_dump = true;
		attrs[n] = (struct buf){ 0 };
		bgp_attrs_encode(&e, x->p.family, NULL, 0, &attrs[n]);
		entries[n] = (struct mrt_write_entry){ .peer = (uint16_t)i,
			.originated = (uint32_t)(cell->since_us / TIME_SEC),
			.attrs = { attrs[n].p, attrs[n].n } };
		n++;
	}
	if (n > 0)
		mrt_write_rib(b, time_us, (*sequence)++, &x->p, false, entries,
		    n);
	o->report->dump_routes += n;
	while (n > 0)
		buf_fini(&attrs[--n]);
}

int
out_dump(void *ctx, const struct play *p, int64_t time_us, struct err *err)
{
	struct out *o = ctx;
	const struct scenario *s = p->s;
	struct sorted *order = mem_alloc(s->prefixes.n + 1, sizeof(*order));
	struct buf b = { 0 };
	char name[120];
	int rc = 0;

	for (uint32_t i = 0; i < s->prefixes.n; i++)
		order[i] = (struct sorted){ s->prefixes.p[i], i };
	qsort(order, s->prefixes.n, sizeof(*order), sorted_order);
	for (uint32_t c = 0; c < s->collectors.n && rc == 0; c++) {
		uint32_t sequence = 0;

		write_index(s, c, time_us, &b);
		for (size_t i = 0; i < s->prefixes.n; i++)
			write_prefix(o, p, c, time_us, &order[i], &sequence,
			    &b);
		file_name(name, sizeof(name), s, c, time_us, true);
		rc = out_file(o, name, &b, err);
		o->report->dumps++;
	}
	buf_fini(&b);
	free(order);
	return rc;
}

/* --- updates ----------------------------------------------------------- */

/* One UPDATE: what a peer said at one moment with the same attributes. */
static void
write_update(const struct play *p, uint32_t collector,
    const struct play_update *u, const struct prefix *list, size_t n,
    struct buf *b)
{
	const struct scn_collector *c = &p->s->collectors.p[collector];
	uint32_t host = u->peer - c->first_peer + 1;
	struct mrt_session session = {
		.peer_ip = lan_address(collector, host),
		.local_ip = lan_address(collector, 254),
		.peer_asn = p->s->ases.p[p->s->peers.p[u->peer]].asn,
		.local_asn = c->routeviews ? ROUTEVIEWS_ASN : RIS_ASN,
		.as4 = true,
	};
	struct bgp_encode e = attributes(p, collector, host, u->path, u->otc,
	    u->mark, list[0].family);
	struct buf message = { 0 };

	if (u->path == 0)
		bgp_update_encode(&e, list[0].family, NULL, 0, list, n,
		    &message);
	else
		bgp_update_encode(&e, list[0].family, list, n, NULL, 0,
		    &message);
	mrt_write_message(b, u->time_us, &session, message.p, message.n);
	buf_fini(&message);
}

static bool
same_update(const struct scenario *s, const struct play_update *a,
    const struct play_update *b)
{
	return a->time_us == b->time_us && a->peer == b->peer &&
	       a->path == b->path && a->otc == b->otc && a->mark == b->mark &&
	       s->prefixes.p[a->prefix].family ==
		   s->prefixes.p[b->prefix].family;
}

static void
write_updates(struct out *o, const struct play *p, uint32_t collector,
    struct buf *b)
{
	const struct scenario *s = p->s;
	const struct scn_collector *c = &s->collectors.p[collector];
	struct prefix list[UPDATE_PREFIXES];

	for (size_t i = 0; i < p->updates.n;) {
		const struct play_update *u = &p->updates.p[i];
		size_t n = 0;

		if (u->peer < c->first_peer ||
		    u->peer >= c->first_peer + c->n_peers) {
			i++;
			continue;
		}
		while (i < p->updates.n && n < UPDATE_PREFIXES &&
		       same_update(s, u, &p->updates.p[i]))
			list[n++] = s->prefixes.p[p->updates.p[i++].prefix];
		write_update(p, collector, u, list, n, b);
		o->report->updates++;
		o->report->routes += n;
	}
}

int
out_updates(struct out *o, const struct play *p, struct err *err)
{
	struct buf b = { 0 };
	char name[120];
	int rc = 0;

	for (uint32_t c = 0; c < p->s->collectors.n && rc == 0; c++) {
		write_updates(o, p, c, &b);
		file_name(name, sizeof(name), p->s, c, p->s->day_us, false);
		rc = out_file(o, name, &b, err);
	}
	buf_fini(&b);
	return rc;
}
