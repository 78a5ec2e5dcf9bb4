/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mrt_fuzz.c - bytes as an MRT stream, read and decoded to the last attribute.
 * Properties: records lie one behind the other; a stream that comes in drops
 * gives what the same bytes in memory give; a unicast table record that is
 * written anew is read as it was.
 */
#include "mrt/mrt_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_and_read(const struct mrt_record *rec)
{
	struct mrt_write_entry e[64];
	struct mrt_rib_entry got;
	struct mrt_peers none = { 0 };
	struct mrt_decoded m;
	struct mrt_record again;
	struct err err;
	struct buf b = { 0 };
	size_t n = 0;

	if (mrt_decode(rec, &none, &m, &err) == -1 || m.kind != MRT_RIB ||
	    m.rib.generic || m.rib.safi != BGP_SAFI_UNICAST)
		goto out;
	struct prefix p = m.rib.prefix;
	while (n < COUNT(e) && mrt_rib_next(&m.rib, &got, &err) == 1)
		e[n++] = (struct mrt_write_entry){ got.peer, got.originated,
			got.path_id, got.attrs };
	mrt_write_rib(&b, rec->time_us, m.rib.sequence, &p, m.rib.add_path, e,
	    n);
	struct mrt_reader *r = mrt_reader_mem(b.p, b.n);
	if (mrt_reader_next(r, &again, &err) != 1 ||
	    again.time_us != rec->time_us || again.subtype != rec->subtype ||
	    mrt_decode(&again, &none, &m, &err) == -1 || m.rib.count != n ||
	    !prefix_eq(&p, &m.rib.prefix))
		abort();
	for (size_t i = 0; i < n; i++)
		if (mrt_rib_next(&m.rib, &got, &err) != 1 ||
		    got.peer != e[i].peer || got.path_id != e[i].path_id ||
		    got.originated != e[i].originated ||
		    got.attrs.n != e[i].attrs.n ||
		    memcmp(got.attrs.p, e[i].attrs.p, got.attrs.n) != 0)
			abort();
	mrt_reader_free(r);
out:
	mrt_peers_fini(&none);
	buf_fini(&b);
}

static uint64_t
read_all(struct mrt_reader *r, struct walk *w, bool write)
{
	struct mrt_record rec;
	struct err err = { 0 };
	uint64_t at = 0;
	int got;

	walk_init(w);
	while ((got = mrt_reader_next(r, &rec, &err)) == 1) {
		if (rec.offset != at || rec.index != w->records)
			abort();
		at += rec.raw.n;
		walk_record(w, &rec);
		if (write)
			write_and_read(&rec);
	}
	if (got == -1 && err.msg[0] == '\0')
		abort();
	mrt_reader_free(r);
	walk_fini(w);
	return at;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct walk a, b;
	struct drip d = { data, size, size % 97 + 1 };
	struct mrt_source src = { drip_read, &d };

	(void)mrt_sniff(data, size);
	uint64_t at = read_all(mrt_reader_mem(data, size), &a, true);
	if (at > size || read_all(mrt_reader_new(&src), &b, false) != at ||
	    a.hash != b.hash || a.records != b.records ||
	    a.routes != b.routes || a.refused != b.refused)
		abort();
	return 0;
}
