/* SPDX-License-Identifier: BSD-2-Clause */
/* write.c - BMP messages to bytes; the layouts stand in decode.c. */
#include <assert.h>

#include "base/utc.h"
#include "bmp/bmp.h"

/* The header; returns where the message begins. */
static size_t
begin(struct buf *out, uint8_t type)
{
	size_t at = out->n;

	buf_u8(out, BMP_VERSION);
	buf_u32(out, 0);
	buf_u8(out, type);
	return at;
}

static void
end(struct buf *out, size_t at)
{
	buf_put_u32(out, at + 1, (uint32_t)(out->n - at));
}

static void
put_ip(struct buf *out, const struct ipaddr *a)
{
	static const uint8_t zero[12];

	if (a->family == NET_IP4)
		buf_add(out, zero, sizeof(zero));
	buf_add(out, a->addr, a->family == NET_IP6 ? 16 : 4);
}

static size_t
begin_peer(struct buf *out, uint8_t type, const struct bmp_peer *peer)
{
	size_t at = begin(out, type);

	assert(
	    peer->type == BMP_PEER_LOC_RIB ||
	    ((peer->flags & BMP_FLAG_V) != 0) == (peer->ip.family == NET_IP6));
	buf_u8(out, peer->type);
	buf_u8(out, peer->flags);
	buf_add(out, peer->distinguisher, sizeof(peer->distinguisher));
	put_ip(out, &peer->ip);
	buf_u32(out, peer->asn);
	buf_add(out, peer->bgp_id, sizeof(peer->bgp_id));
	buf_u32(out, (uint32_t)(peer->time_us / TIME_SEC));
	buf_u32(out, (uint32_t)(peer->time_us % TIME_SEC));
	return at;
}

/* | Type 2 | Length 2 | Value |: TLVs and statistics alike. */
static void
put_tlv(struct buf *out, uint16_t type, struct bgp_view value)
{
	assert(value.n <= UINT16_MAX);
	buf_u16(out, type);
	buf_u16(out, (uint16_t)value.n);
	buf_add(out, value.p, value.n);
}

static void
put_tlvs(struct buf *out, const struct bmp_tlv *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_tlv(out, list[i].type, list[i].value);
}

void
bmp_write_route_monitoring(struct buf *out, const struct bmp_peer *peer,
    struct bgp_view update)
{
	size_t at = begin_peer(out, BMP_ROUTE_MONITORING, peer);

	buf_add(out, update.p, update.n);
	end(out, at);
}

static void
put_statistic(struct buf *out, const struct bmp_statistic *s)
{
	switch (s->form) {
	case BMP_STATISTIC_32:
		buf_u16(out, s->type);
		buf_u16(out, 4);
		buf_u32(out, (uint32_t)s->value);
		break;
	case BMP_STATISTIC_64:
		buf_u16(out, s->type);
		buf_u16(out, 8);
		buf_u64(out, s->value);
		break;
	case BMP_STATISTIC_FAMILY:
		buf_u16(out, s->type);
		buf_u16(out, 11);
		buf_u16(out, s->afi);
		buf_u8(out, s->safi);
		buf_u64(out, s->value);
		break;
	case BMP_STATISTIC_OTHER:
		put_tlv(out, s->type, s->data);
		break;
	}
}

void
bmp_write_statistics(struct buf *out, const struct bmp_peer *peer,
    const struct bmp_statistic *list, size_t n)
{
	size_t at = begin_peer(out, BMP_STATISTICS, peer);

	buf_u32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		put_statistic(out, &list[i]);
	end(out, at);
}

void
bmp_write_peer_down(struct buf *out, const struct bmp_peer *peer,
    uint8_t reason, struct bgp_view data)
{
	size_t at = begin_peer(out, BMP_PEER_DOWN, peer);

	buf_u8(out, reason);
	buf_add(out, data.p, data.n);
	end(out, at);
}

void
bmp_write_peer_up(struct buf *out, const struct bmp_peer *peer,
    const struct bmp_up *up, const struct bmp_tlv *list, size_t n)
{
	size_t at = begin_peer(out, BMP_PEER_UP, peer);

	put_ip(out, &up->local_ip);
	buf_u16(out, up->local_port);
	buf_u16(out, up->remote_port);
	buf_add(out, up->sent.message.p, up->sent.message.n);
	buf_add(out, up->received.message.p, up->received.message.n);
	put_tlvs(out, list, n);
	end(out, at);
}

void
bmp_write_information(struct buf *out, enum bmp_type type,
    const struct bmp_tlv *list, size_t n)
{
	assert(type == BMP_INITIATION || type == BMP_TERMINATION);
	size_t at = begin(out, (uint8_t)type);

	put_tlvs(out, list, n);
	end(out, at);
}

void
bmp_write_route_mirroring(struct buf *out, const struct bmp_peer *peer,
    const struct bmp_tlv *list, size_t n)
{
	size_t at = begin_peer(out, BMP_ROUTE_MIRRORING, peer);

	put_tlvs(out, list, n);
	end(out, at);
}
