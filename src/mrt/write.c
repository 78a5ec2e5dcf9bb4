/* SPDX-License-Identifier: BSD-2-Clause */
/* write.c - MRT records to bytes; the layouts stand in decode.c. */
#include "base/utc.h"
#include "mrt/mrt.h"

/* The header; returns where the length goes. */
static size_t
begin(struct buf *out, int64_t time_us, uint16_t type, uint16_t subtype)
{
	buf_u32(out, (uint32_t)(time_us / TIME_SEC));
	buf_u16(out, type);
	buf_u16(out, subtype);
	size_t at = out->n;
	buf_u32(out, 0);
	if (type == MRT_BGP4MP_ET)
		buf_u32(out, (uint32_t)(time_us % TIME_SEC));
	return at;
}

static void
end(struct buf *out, size_t at)
{
	buf_put_u32(out, at, (uint32_t)(out->n - at - 4));
}

static void
put_ip(struct buf *out, const struct ipaddr *a)
{
	buf_add(out, a->addr, a->family == NET_IP6 ? 16 : 4);
}

void
mrt_write_peer_index(struct buf *out, int64_t time_us,
    const struct mrt_peers *peers)
{
	size_t at = begin(out, time_us, MRT_TABLE_DUMP_V2, 1);
	size_t n = strnlen(peers->view, sizeof(peers->view));

	buf_add(out, peers->collector_id, 4);
	buf_u16(out, (uint16_t)n);
	buf_add(out, peers->view, n);
	buf_u16(out, (uint16_t)peers->list.n);
	for (size_t i = 0; i < peers->list.n; i++) {
		const struct mrt_peer *p = &peers->list.p[i];

		buf_u8(out, (uint8_t)((p->ip.family == NET_IP6 ? 1 : 0) |
				      (p->as4 ? 2 : 0)));
		buf_add(out, p->bgp_id, 4);
		put_ip(out, &p->ip);
		if (p->as4)
			buf_u32(out, p->asn);
		else
			buf_u16(out, (uint16_t)p->asn);
	}
	end(out, at);
}

void
mrt_write_rib(struct buf *out, int64_t time_us, uint32_t sequence,
    const struct prefix *p, bool add_path,
    const struct mrt_write_entry *entries, size_t n)
{
	uint16_t subtype =
	    (uint16_t)((p->family == NET_IP6 ? 4 : 2) + (add_path ? 6 : 0));
	size_t at = begin(out, time_us, MRT_TABLE_DUMP_V2, subtype);

	buf_u32(out, sequence);
	bgp_nlri_encode(p, out);
	buf_u16(out, (uint16_t)n);
	for (size_t i = 0; i < n; i++) {
		buf_u16(out, entries[i].peer);
		buf_u32(out, entries[i].originated);
		if (add_path)
			buf_u32(out, entries[i].path_id);
		buf_u16(out, (uint16_t)entries[i].attrs.n);
		buf_add(out, entries[i].attrs.p, entries[i].attrs.n);
	}
	end(out, at);
}

/* RFC 6793 9: stands for what has no room in two octets. */
#define AS_TRANS 23456

static void
put_asn(struct buf *out, uint32_t asn, bool as4)
{
	if (as4)
		buf_u32(out, asn);
	else
		buf_u16(out, (uint16_t)(asn <= UINT16_MAX ? asn : AS_TRANS));
}

/* Both addresses are of the peer's family. */
static void
put_session(struct buf *out, const struct mrt_session *s, bool as4)
{
	bool ip6 = s->peer_ip.family == NET_IP6;

	put_asn(out, s->peer_asn, as4);
	put_asn(out, s->local_asn, as4);
	buf_u16(out, s->interface);
	buf_u16(out, ip6 ? BGP_AFI_IP6 : BGP_AFI_IP4);
	buf_add(out, s->peer_ip.addr, ip6 ? 16 : 4);
	buf_add(out, s->local_ip.addr, ip6 ? 16 : 4);
}

void
mrt_write_message(struct buf *out, int64_t time_us, const struct mrt_session *s,
    const void *message, size_t n)
{
	/* RFC 6396 4.4, 8050 3; by as4, local, add_path */
	static const uint16_t subtypes[] = { 1, 8, 6, 10, 4, 9, 7, 11 };
	size_t at = begin(out, time_us, MRT_BGP4MP_ET,
	    subtypes[4 * s->as4 + 2 * s->local + s->add_path]);

	put_session(out, s, s->as4);
	buf_add(out, message, n);
	end(out, at);
}

void
mrt_write_state(struct buf *out, int64_t time_us, const struct mrt_session *s,
    uint16_t old_state, uint16_t new_state)
{
	size_t at = begin(out, time_us, MRT_BGP4MP_ET, 5);

	put_session(out, s, true);
	buf_u16(out, old_state);
	buf_u16(out, new_state);
	end(out, at);
}
