/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bgp_fuzz.c - bytes as a session's properties, a kind of message and a body.
 * Properties: views lie within the body; paths are whole; prefixes that are
 * written anew are read as they were.
 */
#include <stdlib.h>

#include "bgp/plain_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bgp_decoder dec;

static void
inside(struct bgp_view v, const uint8_t *p, size_t n)
{
	if (v.n > 0 && (v.p < p || v.p + v.n > p + n))
		abort();
}

static void
check_attrs(const struct bgp_attrs *a, const uint8_t *p, size_t n)
{
	struct buf text = { 0 };
	uint32_t origin, at = 0;

	inside(a->communities, p, n);
	inside(a->ext_communities, p, n);
	inside(a->large_communities, p, n);
	inside(a->cluster_list, p, n);
	inside(a->mp_next_hop, p, n);
	inside(a->reach, p, n);
	inside(a->unreach, p, n);
	for (uint32_t i = 0; i < a->n_unknown && i < BGP_UNKNOWN_MAX; i++)
		inside(a->unknown[i].value, p, n);
	for (uint32_t i = 0; i < a->path.n_segs; i++) {
		if (a->path.segs[i].at != at)
			abort();
		at += a->path.segs[i].n;
	}
	if (a->path.n_asns > BGP_ASNS_MAX || a->path.n_segs > BGP_SEGS_MAX ||
	    (bgp_has(a, BGP_ATTR_AS_PATH) && at != a->path.n_asns))
		abort();
	if ((a->present & ~a->seen) != 0 ||
	    (a->worst == BGP_OK) != (a->n_faults == 0))
		abort();
	bgp_path_format(&a->path, &text);
	if (bgp_path_length(&a->path) > a->path.n_asns ||
	    (bgp_path_origin(&a->path, &origin) && text.n == 0))
		abort();
	buf_fini(&text);
}

/* The quick decoder takes a block or leaves it, and never says otherwise. */
static void
check_plain(const struct bgp_attrs *a, const uint8_t *p, size_t n,
    const struct bgp_session *s)
{
	struct bgp_plain plain;

	if ((s->as4 || s->table_dump) && !s->lenient &&
	    bgp_plain_decode(p, n, s->table_dump, &plain) &&
	    !plain_agrees(&plain, a))
		abort();
}

static void
check_nlri(struct bgp_view v, const struct bgp_session *s, uint8_t family,
    uint8_t safi)
{
	struct bgp_nlri_iter it =
	    bgp_nlri_iter(v, family, bgp_session_add_path(s, family, safi));
	struct bgp_nlri n, again;
	struct buf b = { 0 };

	while (bgp_nlri_next(&it, &n)) {
		buf_clear(&b);
		bgp_nlri_encode(&n.prefix, &b);
		struct bgp_nlri_iter one =
		    bgp_nlri_iter((struct bgp_view){ b.p, b.n }, family, false);
		if (!prefix_is_canonical(&n.prefix) ||
		    !bgp_nlri_next(&one, &again) ||
		    !prefix_eq(&n.prefix, &again.prefix) ||
		    bgp_nlri_next(&one, &again) || one.bad)
			abort();
	}
	buf_fini(&b);
}

static void
check_update(const uint8_t *p, size_t n, const struct bgp_session *s)
{
	static struct bgp_update u;
	uint8_t family, ids;
	bool as4;

	(void)bgp_guess_as4(p, n, &as4);
	if (bgp_guess_add_path(p, n, &ids) &&
	    (ids & (BGP_ADD_PATH_ALL | ~BGP_ADD_PATH_BITS)) != 0)
		abort();

	bgp_update_decode(&dec, p, n, s, &u);
	inside(u.withdrawn, p, n);
	inside(u.nlri, p, n);
	check_attrs(&u.attrs, p, n);
	check_nlri(u.withdrawn, s, NET_IP4, BGP_SAFI_UNICAST);
	check_nlri(u.nlri, s, NET_IP4, BGP_SAFI_UNICAST);
	if (bgp_family(u.attrs.reach_afi, u.attrs.reach_safi, &family))
		check_nlri(u.attrs.reach, s, family, u.attrs.reach_safi);
	if (bgp_family(u.attrs.unreach_afi, u.attrs.unreach_safi, &family))
		check_nlri(u.attrs.unreach, s, family, u.attrs.unreach_safi);
	if (u.end_of_rib && (u.nlri.n > 0 || u.withdrawn.n > 0))
		abort();
}

static void
check_open(const uint8_t *p, size_t n)
{
	struct bgp_capability_iter it;
	struct bgp_capability c;
	struct bgp_open o;
	bool ok = bgp_open_decode(p, n, &o);

	it = bgp_capability_iter(&o);
	while (bgp_capability_next(&it, &c))
		inside(c.value, p, n);
	if (it.bad && ok)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bgp_attrs attrs;
	struct bgp_notification note;
	struct bgp_view body;
	enum bgp_type type;

	if (size < 2)
		return 0;
	struct bgp_session s = { .as4 = (data[0] & 1) != 0,
		.add_path = data[0] >> 1 & 1, /* BGP_ADD_PATH_ALL */
		.table_dump = (data[0] & 4) != 0,
		.lenient = (data[0] & 8) != 0 };
	const uint8_t *p = data + 2;
	size_t n = size - 2;

	switch (data[1]) {
	case 0:
		bgp_attrs_decode(&dec, p, n, &s, &attrs);
		check_attrs(&attrs, p, n);
		check_plain(&attrs, p, n, &s);
		break;
	case BGP_OPEN:
		check_open(p, n);
		break;
	case BGP_UPDATE:
		check_update(p, n, &s);
		break;
	case BGP_NOTIFICATION:
		if (bgp_notification_decode(p, n, &note))
			inside(note.data, p, n);
		break;
	default:
		if (bgp_header(p, n, &type, &body)) {
			inside(body, p, n);
			if (type == BGP_UPDATE)
				check_update(body.p, body.n, &s);
		}
	}
	return 0;
}
