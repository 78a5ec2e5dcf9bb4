/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.c - AS paths: unpacking, the AS4_PATH merge, origin, length, text.
 */
#include "bgp/part.h"

/*
 * One AS_PATH or AS4_PATH into asns and segs, behind what is there.  False:
 * malformed (RFC 7606 7.2), what was sound before it stays.
 */
bool
bgp_path_unpack(struct rbuf *r, bool as4, uint32_t *asns, uint32_t *n_asns,
    struct bgp_segment *segs, uint32_t *n_segs)
{
	size_t width = as4 ? 4 : 2;

	while (rbuf_left(r) > 0) {
		uint8_t type = rbuf_u8(r), count = rbuf_u8(r);
		const uint8_t *p = rbuf_bytes(r, count * width);
		uint32_t at = *n_asns;

		/* RFC 7606 7.2: unknown type, zero length, overrun */
		if (p == NULL || !rbuf_ok(r) || count == 0 ||
		    type < BGP_AS_SET || type > BGP_CONFED_SET ||
		    *n_segs == BGP_SEGS_MAX || at + count > BGP_ASNS_MAX)
			return false;
		segs[(*n_segs)++] =
		    (struct bgp_segment){ .type = type, .at = at, .n = count };
		*n_asns = at + count;
		for (const uint8_t *end = p + count * width; p < end;
		     p += width)
			asns[at++] = as4 ? rbuf_be32(p) : rbuf_be16(p);
	}
	return rbuf_ok(r);
}

static uint32_t
length(const struct bgp_segment *segs, uint32_t n)
{
	uint32_t len = 0;

	for (uint32_t i = 0; i < n; i++)
		len += segs[i].type == BGP_AS_SEQUENCE ? segs[i].n
		       : segs[i].type == BGP_AS_SET    ? 1
						       : 0;
	return len;
}

uint32_t
bgp_path_length(const struct bgp_path *p)
{
	return length(p->segs, p->n_segs);
}

/*
 * RFC 6793 4.2.3: the leading part of AS_PATH, as long as the two differ in
 * length, then AS4_PATH.  An AS4_PATH that is longer is ignored.  Done in
 * place: the result stands in d->asns and d->segs.
 */
void
bgp_path_merge(struct bgp_decoder *d, struct bgp_path *path, uint32_t n_asns4,
    uint32_t n_segs4)
{
	uint32_t have = length(path->segs, path->n_segs);
	uint32_t four = length(d->segs4, n_segs4);
	uint32_t keep, n_segs = 0, n_asns = 0;
	struct bgp_segment *cut = NULL;
	uint32_t cut_n = 0;

	if (four > have || n_segs4 == 0)
		return;
	keep = have - four;
	while (n_segs < path->n_segs) {
		struct bgp_segment *s = &d->segs[n_segs];
		uint32_t n = s->n;
		uint32_t cost = s->type == BGP_AS_SEQUENCE ? s->n
				: s->type == BGP_AS_SET    ? 1
							   : 0;

		if (cost > 0 && keep == 0)
			break;
		if (s->type == BGP_AS_SEQUENCE && cost > keep) {
			cut = s;
			n = cut_n = cost = keep;
		}
		keep -= cost;
		n_asns = s->at + n;
		n_segs++;
	}
	/* Too long for us: AS_PATH stays whole. */
	if (n_asns + n_asns4 > BGP_ASNS_MAX || n_segs + n_segs4 > BGP_SEGS_MAX)
		return;
	if (cut != NULL)
		cut->n = cut_n;
	for (uint32_t i = 0; i < n_segs4; i++) {
		struct bgp_segment s = d->segs4[i];
		struct bgp_segment *last =
		    n_segs > 0 ? &d->segs[n_segs - 1] : NULL;

		memcpy(d->asns + n_asns, d->as4 + s.at,
		    s.n * sizeof(d->asns[0]));
		/* Two sequences that meet are one. */
		if (i == 0 && last != NULL && s.type == BGP_AS_SEQUENCE &&
		    last->type == BGP_AS_SEQUENCE) {
			last->n += s.n;
		} else {
			s.at = n_asns;
			d->segs[n_segs++] = s;
		}
		n_asns += s.n;
	}
	path->n_asns = n_asns;
	path->n_segs = n_segs;
}

bool
bgp_path_origin(const struct bgp_path *p, uint32_t *out)
{
	if (p->n_segs == 0)
		return false;
	const struct bgp_segment *s = &p->segs[p->n_segs - 1];
	if (s->type != BGP_AS_SEQUENCE || s->n == 0)
		return false;
	*out = p->asns[s->at + s->n - 1];
	return true;
}

bool
bgp_path_has_set(const struct bgp_path *p)
{
	for (uint32_t i = 0; i < p->n_segs; i++)
		if (p->segs[i].type == BGP_AS_SET ||
		    p->segs[i].type == BGP_CONFED_SET)
			return true;
	return false;
}

void
bgp_path_format(const struct bgp_path *p, struct buf *out)
{
	for (uint32_t i = 0; i < p->n_segs; i++) {
		const struct bgp_segment *s = &p->segs[i];
		char first = s->type == BGP_AS_SET            ? '{'
			     : s->type == BGP_CONFED_SEQUENCE ? '('
			     : s->type == BGP_CONFED_SET      ? '['
							      : '\0';
		char last = first == '{'   ? '}'
			    : first == '(' ? ')'
			    : first == '[' ? ']'
					   : '\0';
		bool set = first == '{' || first == '[';

		if (i > 0)
			buf_chr(out, ' ');
		if (first != '\0')
			buf_chr(out, first);
		for (uint32_t k = 0; k < s->n; k++) {
			if (k > 0)
				buf_chr(out, set ? ',' : ' ');
			buf_dec(out, p->asns[s->at + k]);
		}
		if (last != '\0')
			buf_chr(out, last);
	}
}
