/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_make_test.h - small inputs of MRT for the tests of this folder. */
#pragma once

#include "lib/lib_test.h"
#include "mrt/mrt.h"

static inline struct ipaddr
make_ip4(uint8_t a, uint8_t b)
{
	return (struct ipaddr){ .family = NET_IP4, .addr = { 192, 0, a, b } };
}

/* An UPDATE of the peer 192.0.2.`peer` that announces 10.`a`.`b`.0/24. */
static inline void
make_update(struct buf *out, int64_t time_us, uint8_t peer, uint8_t a,
    uint8_t b)
{
	uint32_t path[] = { 64500U + peer, 64499 };
	struct prefix p = { .family = NET_IP4,
		.len = 24,
		.addr = { 10, a, b } };
	struct bgp_encode e = { .path = path,
		.n_path = COUNT(path),
		.next_hop = make_ip4(2, peer) };
	struct mrt_session s = { .peer_ip = make_ip4(2, peer),
		.local_ip = make_ip4(2, 254),
		.peer_asn = 64500U + peer,
		.local_asn = 64511,
		.as4 = true };
	struct buf message = { 0 };

	bgp_update_encode(&e, NET_IP4, &p, 1, NULL, 0, &message);
	mrt_write_message(out, time_us, &s, message.p, message.n);
	buf_fini(&message);
}

/* The peers 192.0.`net`.1 to .`peers`. */
static inline void
make_peers(struct buf *out, int64_t time_us, uint8_t net, uint8_t peers)
{
	struct mrt_peers t = { .tables = 1 };

	for (uint8_t i = 1; i <= peers; i++)
		vec_push(&t.list, ((struct mrt_peer){ .ip = make_ip4(net, i),
				      .asn = 1000U * net + i,
				      .as4 = true }));
	mrt_write_peer_index(out, time_us, &t);
	mrt_peers_fini(&t);
}

/* A route of each of these peers to 10.`a`.0.0/16. */
static inline void
make_rib(struct buf *out, int64_t time_us, uint8_t peers, uint8_t a)
{
	struct prefix p = { .family = NET_IP4, .len = 16, .addr = { 10, a } };
	struct mrt_write_entry entries[256];
	uint32_t path[] = { 64500U + a, 64499 };
	struct bgp_encode e = { .path = path,
		.n_path = COUNT(path),
		.next_hop = make_ip4(2, 1),
		.table_dump = true };
	struct buf attrs = { 0 };

	bgp_attrs_encode(&e, NET_IP4, NULL, 0, &attrs);
	for (uint8_t i = 0; i < peers; i++)
		entries[i] = (struct mrt_write_entry){ .peer = i,
			.originated = (uint32_t)(time_us / TIME_SEC) - i,
			.attrs = { attrs.p, attrs.n } };
	mrt_write_rib(out, time_us, a, &p, false, entries, peers);
	buf_fini(&attrs);
}

/* --- records as texts -------------------------------------------------- */

/* What is printed of the record at hand by a printer of its own. */
static inline char *
print_record(struct comity_reader *r, enum comity_format format, unsigned flags)
{
	int fd = scratch();
	struct comity_printer *pr = comity_printer_new(format, flags, fd);
	size_t n;

	if (comity_printer_put(pr, r) == -1 || comity_printer_finish(pr) == -1)
		abort();
	comity_printer_free(pr);
	char *text = text_of(fd, &n);
	(void)close(fd);
	return text;
}
