/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bmp_fuzz.c - bytes as a BMP stream, read and decoded to the last TLV.
 * Properties: messages lie one behind the other; a stream that comes in drops
 * gives what the same bytes in memory give; what is decoded and written anew
 * is the same bytes, but for those that mean nothing.
 */
#include "base/utc.h"
#include "bmp/bmp_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ITEMS_MAX 64

static size_t
take_tlvs(struct bmp_message *m, struct bmp_tlv *list)
{
	struct err err;
	size_t n = 0;

	while (n < ITEMS_MAX && bmp_tlv_next(m, &list[n], &err) == 1)
		n++;
	return n;
}

static size_t
take_statistics(struct bmp_message *m, struct bmp_statistic *list)
{
	struct err err;
	size_t n = 0;

	while (n < ITEMS_MAX && bmp_statistic_next(m, &list[n], &err) == 1)
		n++;
	return n;
}

/* False: there is no writer for it. */
static bool
write_message(struct bmp_message *m, struct buf *b)
{
	struct bmp_tlv tlvs[ITEMS_MAX];
	struct bmp_statistic stats[ITEMS_MAX];
	size_t n;

	switch (m->type) {
	case BMP_ROUTE_MONITORING:
		bmp_write_route_monitoring(b, &m->peer, m->update);
		return true;
	case BMP_STATISTICS:
		n = take_statistics(m, stats);
		bmp_write_statistics(b, &m->peer, stats, n);
		return true;
	case BMP_PEER_DOWN:
		bmp_write_peer_down(b, &m->peer, m->down.reason, m->down.data);
		return true;
	case BMP_PEER_UP:
		n = take_tlvs(m, tlvs);
		bmp_write_peer_up(b, &m->peer, &m->up, tlvs, n);
		return true;
	case BMP_INITIATION:
	case BMP_TERMINATION:
		n = take_tlvs(m, tlvs);
		bmp_write_information(b, (enum bmp_type)m->type, tlvs, n);
		return true;
	case BMP_ROUTE_MIRRORING:
		n = take_tlvs(m, tlvs);
		bmp_write_route_mirroring(b, &m->peer, tlvs, n);
		return true;
	default:
		return false;
	}
}

/*
 * What is written is read as what was read: a second writing gives the bytes of
 * the first.
 */
static void
write_and_read(const struct bmp_frame *f)
{
	struct bmp_message m;
	struct bmp_frame again;
	struct err err;
	struct buf b = { 0 }, c = { 0 };

	if (bmp_decode(f, &m, &err) == -1 || !write_message(&m, &b))
		return;
	struct bmp_reader *r = bmp_reader_mem(b.p, b.n);
	if (bmp_reader_next(r, &again, &err) != 1 || again.type != f->type ||
	    b.n > f->raw.n || bmp_decode(&again, &m, &err) == -1 ||
	    !write_message(&m, &c) || b.n != c.n ||
	    memcmp(b.p, c.p, b.n) != 0 || bmp_reader_next(r, &again, &err) != 0)
		abort();
	bmp_reader_free(r);
	buf_fini(&b);
	buf_fini(&c);
}

static uint64_t
read_all(struct bmp_reader *r, struct walk *w, bool write)
{
	struct bmp_frame f;
	struct err err = { 0 };
	uint64_t at = 0;
	int got;

	walk_init(w);
	while ((got = bmp_reader_next(r, &f, &err)) == 1) {
		if (f.offset != at || f.index != w->messages)
			abort();
		at += f.raw.n;
		walk_message(w, &f);
		if (write)
			write_and_read(&f);
	}
	if (got == -1 && err.msg[0] == '\0')
		abort();
	bmp_reader_free(r);
	walk_fini(w);
	return at;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct walk a, b;
	struct drip d = { data, size, size % 97 + 1 };
	struct bmp_source src = { drip_read, &d };

	(void)bmp_sniff(data, size);
	uint64_t at = read_all(bmp_reader_mem(data, size), &a, true);
	if (at > size || read_all(bmp_reader_new(&src), &b, false) != at ||
	    a.hash != b.hash || a.messages != b.messages ||
	    a.refused != b.refused || a.announced != b.announced)
		abort();
	return 0;
}
