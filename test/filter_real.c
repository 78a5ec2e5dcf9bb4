/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter_real.c - random filters over the corpus of MRT files and over every
 * archive in $COMITY_TEST_DATA/mrt, as a test each: what the filter says of raw
 * records is what decoding all of them and comparing texts says.
 *
 * The values of a filter are taken from the file, so that some of them match;
 * a part of the records is damaged at random, in a copy of their own.  The
 * seed is fixed.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "filter/filter_test.h"
#include "os/os.h"

#define FILE_MAX (UINT64_C(256) << 20) /* decompressed */
#define RECORDS  3000                  /* of a file, spread over it */
#define FILTERS  24                    /* for a file */
#define POOL     256
#define TEXT     512 /* of one value */

/* Values that stand in the file. */
struct pool {
	char text[POOL][TEXT];
	size_t n;
	uint64_t seen;
};

static struct pools {
	struct pool prefixes, origins, paths, peers, communities;
	int64_t times[POOL];
} pools;

static uint64_t seed;
static struct both both;
static struct bgp_update update;
static struct bgp_decoder decoder;

static uint64_t
below(uint64_t n)
{
	seed = hash_u64(seed + 1);
	return n == 0 ? 0 : (seed >> 8) % n;
}

/* Each of all that was seen stays with the same chance. */
static void
keep(struct pool *p, const char *text)
{
	uint64_t at = p->n < POOL ? p->n : below(p->seen + 1);

	p->seen++;
	if (at >= POOL || strlen(text) >= TEXT)
		return;
	(void)snprintf(p->text[at], TEXT, "%s", text);
	p->n += at == p->n;
}

/* --- what is in the file ----------------------------------------------- */

static void
keep_prefix(const struct prefix *p)
{
	char text[PREFIX_TEXT_MAX];

	(void)prefix_format(text, p);
	keep(&pools.prefixes, text);
}

static void
keep_peer(const struct ipaddr *ip, uint32_t asn)
{
	char text[PREFIX_TEXT_MAX];

	(void)ipaddr_format(text, ip);
	keep(&pools.peers, text);
	(void)snprintf(text, sizeof(text), "%u", asn);
	keep(&pools.peers, text);
}

static void
keep_communities(const struct bgp_attrs *a)
{
	struct rbuf r = rbuf_from(a->communities.p, a->communities.n);
	char text[80];

	while (rbuf_left(&r) >= 4) {
		uint16_t high = rbuf_u16(&r);

		(void)snprintf(text, sizeof(text), "%u:%u", high, rbuf_u16(&r));
		keep(&pools.communities, text);
	}
	r = rbuf_from(a->large_communities.p, a->large_communities.n);
	while (rbuf_left(&r) >= 12) {
		uint32_t one = rbuf_u32(&r), two = rbuf_u32(&r);

		(void)snprintf(text, sizeof(text), "%u:%u:%u", one, two,
		    rbuf_u32(&r));
		keep(&pools.communities, text);
	}
	r = rbuf_from(a->ext_communities.p, a->ext_communities.n);
	while (rbuf_left(&r) >= 8) {
		(void)snprintf(text, sizeof(text), "0x%016llx",
		    (unsigned long long)rbuf_u64(&r));
		keep(&pools.communities, text);
	}
}

static void
keep_attrs(const struct bgp_attrs *a)
{
	struct buf b = { 0 };
	char text[40];
	uint32_t origin;

	if (bgp_path_origin(&a->path, &origin)) {
		(void)snprintf(text, sizeof(text), "%u", origin);
		keep(&pools.origins, text);
	}
	bgp_path_format(&a->path, &b);
	if (b.n < TEXT)
		keep(&pools.paths, buf_cstr(&b));
	buf_fini(&b);
	keep_communities(a);
}

static void
keep_list(const struct bgp_session *s, struct bgp_view v, uint8_t family)
{
	struct bgp_nlri_iter it = bgp_nlri_iter(v, family, s->add_path != 0);
	struct bgp_nlri n;

	while (bgp_nlri_next(&it, &n))
		keep_prefix(&n.prefix);
}

static void
keep_record(const struct mrt_record *rec, struct mrt_peers *peers)
{
	struct mrt_rib_entry e;
	struct mrt_decoded m;
	struct err err;
	uint8_t family;

	pools.times[below(POOL)] = rec->time_us;
	if (mrt_decode(rec, peers, &m, &err) == -1)
		return;
	struct bgp_session s = mrt_bgp_session(rec, &m);
	const struct bgp_attrs *a = &update.attrs;
	if (m.kind == MRT_RIB) {
		keep_prefix(&m.rib.prefix);
		while (mrt_rib_next(&m.rib, &e, &err) == 1) {
			if (e.peer < peers->list.n)
				keep_peer(&peers->list.p[e.peer].ip,
				    peers->list.p[e.peer].asn);
			bgp_attrs_decode(&decoder, e.attrs.p, e.attrs.n, &s,
			    &update.attrs);
			keep_attrs(a);
		}
	} else if (m.kind == MRT_ENTRY) {
		keep_prefix(&m.entry.prefix);
		keep_peer(&m.entry.peer_ip, m.entry.peer_asn);
		bgp_attrs_decode(&decoder, m.entry.attrs.p, m.entry.attrs.n, &s,
		    &update.attrs);
		keep_attrs(a);
	} else if (m.kind == MRT_MESSAGE && m.message == BGP_UPDATE) {
		keep_peer(&m.session.peer_ip, m.session.peer_asn);
		bgp_update_decode(&decoder, m.body.p, m.body.n, &s, &update);
		keep_attrs(a);
		keep_list(&s, update.withdrawn, NET_IP4);
		keep_list(&s, update.nlri, NET_IP4);
		if (bgp_family(a->reach_afi, a->reach_safi, &family))
			keep_list(&s, a->reach, family);
		if (bgp_family(a->unreach_afi, a->unreach_safi, &family))
			keep_list(&s, a->unreach, family);
	}
}

/* --- random values ----------------------------------------------------- */

static const char *
any(const struct pool *p, const char *otherwise)
{
	return p->n == 0 ? otherwise : p->text[below(p->n)];
}

static const char * not(void)
{
	return below(5) == 0 ? "!" : "";
}

static void
make_prefix(struct buf *out)
{
	static const char *const modes[] = { "", " exact", " more", " less",
		" any" };
	const char *text = any(&pools.prefixes, "192.0.2.0/24");
	int n = (int)(strchr(text, '/') - text);

	buf_str(out, not());
	if (below(2) == 0)
		buf_str(out, text);
	else if (below(2) == 0)
		buf_printf(out, "%.*s/%u", n, text, (unsigned)below(33));
	else
		buf_printf(out, "%s/%u", strchr(text, ':') ? "::" : "0.0.0.0",
		    (unsigned)below(4));
	buf_str(out, modes[below(COUNT(modes))]);
}

static void
make_community(struct buf *out)
{
	const char *text = any(&pools.communities, "no-export");
	const char *first = strchr(text, ':'), *last = strrchr(text, ':');

	buf_str(out, not());
	if (first != NULL && below(3) == 0)
		buf_printf(out, "*%s", first);
	else if (last != NULL && below(3) == 0)
		buf_printf(out, "%.*s*", (int)(last + 1 - text), text);
	else
		buf_str(out, text);
}

/* A path's text with pieces of it made general. */
static void
make_path(struct buf *out)
{
	static const char *const pieces[] = { "_", ".*", "[0-9]+", " ", "^",
		"$", "(_|^)", "[^ ,]*", "_([0-9]+_)*", "{", "}", ".", "?",
		"|" };
	const char *text = any(&pools.paths, "1 2");
	size_t from = below(strlen(text) + 1);
	size_t len = below(strlen(text) - from + 1);

	len = len < 40 ? len : 40;
	buf_printf(out, "%s%s", not(),
	    below(2) == 0 ? pieces[below(COUNT(pieces))] : "");
	/* What stands for itself in a regular expression. */
	for (size_t i = from; i < from + len; i++) {
		if (strchr("()[]", text[i]) != NULL)
			buf_chr(out, '\\');
		buf_chr(out, text[i] == ' ' && below(2) == 0 ? '_' : text[i]);
	}
	buf_printf(out, "%s%s",
	    below(2) == 0 ? pieces[below(COUNT(pieces))] : "",
	    below(3) == 0 ? pieces[below(COUNT(pieces))] : "");
}

static void
make_time(struct buf *out)
{
	buf_printf(out, "%lld",
	    (long long)(pools.times[below(POOL)] / TIME_SEC));
}

static void
make_value(const char *option, struct buf *out)
{
	static const char *const types[] = { "table", "update", "announcement",
		"withdrawal", "state", "open", "notification", "keepalive",
		"end-of-rib", "route-refresh" };

	if (strcmp(option, "prefix") == 0)
		make_prefix(out);
	else if (strcmp(option, "community") == 0)
		make_community(out);
	else if (strcmp(option, "path") == 0)
		make_path(out);
	else if (strcmp(option, "type") == 0)
		buf_printf(out, "%s", types[below(COUNT(types))]);
	else if (strcmp(option, "family") == 0)
		buf_printf(out, "%d", below(2) == 0 ? 4 : 6);
	else if (strcmp(option, "origin") == 0)
		buf_printf(out, "%s%s", not(), any(&pools.origins, "64496"));
	else if (strcmp(option, "peer") == 0)
		buf_printf(out, "%s%s", not(), any(&pools.peers, "192.0.2.1"));
	else
		make_time(out);
}

/* One to three options, one to three values of each; *text says which. */
static struct filter *
make_filter(struct buf *text)
{
	struct filter *f = filter_new();
	struct buf value = { 0 };
	struct err err;

	buf_clear(text);
	for (uint64_t n = 1 + below(3); n > 0; n--) {
		const char *option = filter_options[below(9)].name;

		for (uint64_t k = 1 + below(3); k > 0; k--) {
			buf_clear(&value);
			make_value(option, &value);
			const char *v = buf_cstr(&value);
			/* A piece of a regular expression may be none. */
			if (filter_add(f, option, str_from(v), &err) == 0)
				buf_printf(text, " --%s '%s'", option, v);
		}
	}
	buf_fini(&value);
	return f;
}

/* --- files ------------------------------------------------------------- */

/* A copy with some octets changed, or cut short: what it says must still be
 * the same both ways. */
static const char *
try_damaged(const struct mrt_record *rec)
{
	struct mrt_record bad = *rec;
	uint8_t *copy;
	const char *wrong;

	if (rec->body.n == 0 ||
	    (rec->type == MRT_TABLE_DUMP_V2 && rec->subtype == 1))
		return NULL;
	bad.body.n = below(8) == 0 ? 1 + below(rec->body.n) : rec->body.n;
	copy = mem_alloc(bad.body.n, 1);
	memcpy(copy, rec->body.p, bad.body.n);
	for (uint64_t n = 1 + below(4); n > 0; n--)
		copy[below(bad.body.n)] = (uint8_t)below(256);
	bad.body.p = copy;
	wrong = both_record(&both, &bad);
	free(copy);
	return wrong;
}

static const char *
try_filter(const struct filter *f, const char *p, size_t n, uint64_t every)
{
	struct mrt_reader *r = mrt_reader_mem(p, n);
	const char *wrong = NULL;
	struct mrt_record rec;
	struct err err;

	both_init(&both, f);
	while (wrong == NULL && mrt_reader_next(r, &rec, &err) == 1) {
		bool index = rec.type == MRT_TABLE_DUMP_V2 && rec.subtype == 1;

		if (below(every) != 0 && !index)
			continue;
		wrong = both_record(&both, &rec);
		if (wrong == NULL && below(3) == 0)
			wrong = try_damaged(&rec);
	}
	mrt_reader_free(r);
	both_fini(&both);
	return wrong;
}

struct totals {
	uint64_t elements, passed, records, skipped, unknown;
};

static bool
try_bytes(const char *p, size_t n, char *note, size_t size)
{
	struct mrt_reader *r = mrt_reader_mem(p, n);
	struct mrt_peers peers = { 0 };
	struct buf text = { 0 };
	struct totals t = { 0 };
	struct mrt_record rec;
	const char *wrong = NULL;
	uint64_t records = 0;
	struct err err;

	memset(&pools, 0, sizeof(pools));
	while (mrt_reader_next(r, &rec, &err) == 1) {
		records++;
		keep_record(&rec, &peers);
	}
	mrt_reader_free(r);
	mrt_peers_fini(&peers);
	for (int i = 0; i < FILTERS && wrong == NULL; i++) {
		struct filter *f = make_filter(&text);

		wrong = try_filter(f, p, n, records / RECORDS + 1);
		filter_free(f);
		t.elements += both.elements;
		t.passed += both.passed;
		t.records += both.records;
		t.skipped += both.skipped;
		t.unknown += both.unknown;
	}
	if (wrong != NULL)
		(void)snprintf(note, size, "%s, with%s", wrong,
		    buf_cstr(&text));
	else
		(void)snprintf(note, size,
		    "%llu records, %llu left out unread; %llu of %llu routes "
		    "and messages pass, %llu not told",
		    (unsigned long long)t.records,
		    (unsigned long long)t.skipped, (unsigned long long)t.passed,
		    (unsigned long long)t.elements,
		    (unsigned long long)t.unknown);
	buf_fini(&text);
	return wrong == NULL;
}

static bool
try_file(const char *path, char *note, size_t size)
{
	struct os_stream *s;
	struct err err = { 0 };
	char *p = NULL;
	size_t n = 0;

	if (os_stream_open(path, &s, &err) == -1) {
		(void)snprintf(note, size, "cannot be opened");
		return false;
	}
	/* What is cut short is read up to there. */
	(void)os_read_all(s, FILE_MAX, &p, &n, &err);
	os_stream_close(s);
	bool fine = try_bytes(p, n, note, size);
	free(p);
	return fine;
}

static int
not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
try_folder(const char *folder, int *count)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, not_hidden, alphasort), failed = 0;

	for (int i = 0; i < n; i++) {
		char path[4096], note[4096] = "";

		(void)snprintf(path, sizeof(path), "%s/%s", folder,
		    names[i]->d_name);
		seed =
		    hash_bytes(names[i]->d_name, strlen(names[i]->d_name), 0);
		bool fine = try_file(path, note, sizeof(note));
		(void)printf("%sok %d - %s: %s\n", fine ? "" : "not ", ++*count,
		    names[i]->d_name, note);
		(void)fflush(stdout);
		failed += !fine;
		free(names[i]);
	}
	free(names);
	return failed;
}

/* The folder of the corpus. */
int
main(int argc, char **argv)
{
	const char *data = getenv("COMITY_TEST_DATA");
	char folder[2048];
	int count = 0;

	int failed = argc == 2 ? try_folder(argv[1], &count) : 1;
	if (data != NULL && *data != '\0') {
		(void)snprintf(folder, sizeof(folder), "%s/mrt", data);
		failed += try_folder(folder, &count);
	}
	(void)printf("1..%d\n", count);
	return failed != 0 || count == 0;
}
