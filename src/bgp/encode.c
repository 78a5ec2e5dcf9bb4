/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encode.c - path attributes and UPDATE messages to bytes.
 */
#include <assert.h>

#include "bgp/part.h"

void
bgp_nlri_encode(const struct prefix *p, struct buf *out)
{
	buf_u8(out, p->len);
	buf_add(out, p->addr, ((size_t)p->len + 7) / 8);
}

/* Header of an attribute; two octets of length only where needed. */
static void
put_attr(struct buf *out, uint8_t flags, uint8_t type, const struct buf *value)
{
	bool extended = value->n > 255;

	buf_u8(out, (uint8_t)(flags | (extended ? 0x10 : 0)));
	buf_u8(out, type);
	if (extended)
		buf_u16(out, (uint16_t)value->n);
	else
		buf_u8(out, (uint8_t)value->n);
	buf_add(out, value->p, value->n);
}

static void
put_u32_attr(struct buf *out, uint8_t flags, uint8_t type, uint32_t v)
{
	struct buf b = { 0 };

	buf_u32(&b, v);
	put_attr(out, flags, type, &b);
	buf_fini(&b);
}

static void
put_path(struct buf *out, const struct bgp_encode *e)
{
	struct buf b = { 0 };

	/* RFC 4271 4.3: a segment holds at most 255 */
	for (size_t at = 0; at < e->n_path;) {
		size_t n = e->n_path - at > 255 ? 255 : e->n_path - at;

		buf_u8(&b, BGP_AS_SEQUENCE);
		buf_u8(&b, (uint8_t)n);
		for (size_t i = 0; i < n; i++)
			buf_u32(&b, e->path[at + i]);
		at += n;
	}
	put_attr(out, 0x40, BGP_ATTR_AS_PATH, &b);
	buf_fini(&b);
}

static void
put_mp_reach(struct buf *out, const struct bgp_encode *e,
    const struct prefix *prefixes, size_t n)
{
	struct buf b = { 0 };

	if (!e->table_dump) {
		buf_u16(&b, BGP_AFI_IP6);
		buf_u8(&b, BGP_SAFI_UNICAST);
	}
	buf_u8(&b, 16);
	buf_add(&b, e->next_hop.addr, 16);
	if (!e->table_dump) {
		buf_u8(&b, 0);
		for (size_t i = 0; i < n; i++)
			bgp_nlri_encode(&prefixes[i], &b);
	}
	put_attr(out, 0x80, BGP_ATTR_MP_REACH, &b);
	buf_fini(&b);
}

void
bgp_attrs_encode(const struct bgp_encode *e, uint8_t family,
    const struct prefix *prefixes, size_t n, struct buf *out)
{
	struct buf b = { 0 };

	/* RFC 4271 5: in order of type */
	buf_u8(&b, e->origin);
	put_attr(out, 0x40, BGP_ATTR_ORIGIN, &b);
	put_path(out, e);
	if (family == NET_IP4) {
		buf_clear(&b);
		buf_add(&b, e->next_hop.addr, 4);
		put_attr(out, 0x40, BGP_ATTR_NEXT_HOP, &b);
	}
	if (e->has_med)
		put_u32_attr(out, 0x80, BGP_ATTR_MED, e->med);
	if (e->has_local_pref)
		put_u32_attr(out, 0x40, BGP_ATTR_LOCAL_PREF, e->local_pref);
	buf_clear(&b);
	if (e->atomic)
		put_attr(out, 0x40, BGP_ATTR_ATOMIC_AGGREGATE, &b);
	for (size_t i = 0; i < e->n_communities; i++)
		buf_u32(&b, e->communities[i]);
	if (b.n > 0)
		put_attr(out, 0xc0, BGP_ATTR_COMMUNITIES, &b);
	if (family == NET_IP6)
		put_mp_reach(out, e, prefixes, n);
	buf_clear(&b);
	for (size_t i = 0; i < e->n_large; i++)
		for (int k = 0; k < 3; k++)
			buf_u32(&b, e->large[i][k]);
	if (b.n > 0)
		put_attr(out, 0xc0, BGP_ATTR_LARGE_COMMUNITIES, &b);
	if (e->otc != 0)
		put_u32_attr(out, 0xc0, BGP_ATTR_OTC, e->otc);
	buf_fini(&b);
}

static void
put_unreach(struct buf *out, const struct prefix *withdraw, size_t n)
{
	struct buf b = { 0 };

	buf_u16(&b, BGP_AFI_IP6);
	buf_u8(&b, BGP_SAFI_UNICAST);
	for (size_t i = 0; i < n; i++)
		bgp_nlri_encode(&withdraw[i], &b);
	put_attr(out, 0x80, BGP_ATTR_MP_UNREACH, &b);
	buf_fini(&b);
}

void
bgp_update_encode(const struct bgp_encode *e, uint8_t family,
    const struct prefix *announce, size_t n_announce,
    const struct prefix *withdraw, size_t n_withdraw, struct buf *out)
{
	size_t start = out->n;

	for (int i = 0; i < 16; i++)
		buf_u8(out, 0xff);
	buf_u16(out, 0);
	buf_u8(out, BGP_UPDATE);
	size_t at = out->n;
	buf_u16(out, 0);
	for (size_t i = 0; family == NET_IP4 && i < n_withdraw; i++)
		bgp_nlri_encode(&withdraw[i], out);
	buf_put_u16(out, at, (uint16_t)(out->n - at - 2));
	at = out->n;
	buf_u16(out, 0);
	if (n_announce > 0)
		bgp_attrs_encode(e, family, announce, n_announce, out);
	if (family == NET_IP6 && n_withdraw > 0)
		put_unreach(out, withdraw, n_withdraw);
	buf_put_u16(out, at, (uint16_t)(out->n - at - 2));
	for (size_t i = 0; family == NET_IP4 && i < n_announce; i++)
		bgp_nlri_encode(&announce[i], out);
	assert(out->failed || out->n - start <= BGP_MESSAGE_MAX);
	buf_put_u16(out, start + 16, (uint16_t)(out->n - start));
}
