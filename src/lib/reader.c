/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.c - one input as records: see comity.h.
 *
 * A stream goes through one buffer, record by record, so that memory does not
 * depend on its length.  What can be decoded is handed out, whatever comes
 * behind it; what cannot is counted, and the first of it told.
 */
#include "lib/part.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "feed/feed.h"

#define TEXT(x)  #x
#define TEXTS(x) TEXT(x)

const char *
comity_version(void)
{
	return TEXTS(COMITY_VERSION_MAJOR) "." TEXTS(
	    COMITY_VERSION_MINOR) "." TEXTS(COMITY_VERSION_PATCH);
}

/* --- refusals ---------------------------------------------------------- */

void
reader_refuse_as(struct comity_reader *r, const struct err *err)
{
	if (!r->refused_now && r->counts.refused++ == 0)
		r->first = *err;
	r->latest = *err;
	r->refused_now = true;
}

void
reader_refuse(struct comity_reader *r, const struct mrt_record *rec,
    const char *what, ...)
{
	char text[200];
	struct err err;
	va_list ap;

	va_start(ap, what);
	(void)vsnprintf(text, sizeof(text), what, ap);
	va_end(ap);
	(void)err_set(&err, ERR_INPUT, "record %llu at offset %llu: %s",
	    (unsigned long long)rec->index, (unsigned long long)rec->offset,
	    text);
	reader_refuse_as(r, &err);
}

void
comity_reader_keep_refused(struct comity_reader *r)
{
	r->keep_refused = true;
}

void
reader_keep_refused(struct comity_reader *r, enum source of,
    const struct mrt_record *rec)
{
	if (!r->keep_refused)
		return;
	r->items[0] = (struct item){ .of = of,
		.rec = *rec,
		.m = { .kind = MRT_SKIPPED, .why = "" },
		.refused = true };
	r->n_items = 1;
}

const char *
comity_reader_refusal(const struct comity_reader *r)
{
	return r->counts.refused > 0 ? r->first.msg : "";
}

/* --- what records hold ------------------------------------------------- */

struct bgp_session
reader_session(const struct comity_reader *r, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	return r->item->of == SOURCE_MRT ? mrt_bgp_session(rec, m)
					 : r->item->session;
}

bool
reader_family(uint16_t afi, uint8_t safi, uint8_t *family)
{
	/* RFC 2858 3: unicast and multicast at once */
	return bgp_family(afi, safi == 3 ? BGP_SAFI_UNICAST : safi, family);
}

void
reader_update(struct comity_reader *r, const struct mrt_record *rec,
    const struct mrt_decoded *m, const struct bgp_session *s)
{
	const struct bgp_attrs *a = &r->update.attrs;

	bgp_update_decode(r->dec, m->body.p, m->body.n, s, &r->update);
	for (uint32_t i = 0; i < a->n_faults && i < BGP_FAULTS_MAX; i++)
		if (a->faults[i].attr == 0)
			reader_refuse(r, rec, "%s", a->faults[i].reason);
	if (r->item->part)
		reader_cut(r, m, s);
}

static struct bgp_view
plain_next_hop4(const struct bgp_plain *p)
{
	static const uint8_t none[4] = { 255, 255, 255, 255 };

	return (struct bgp_view){
		bgp_plain_has(p, BGP_ATTR_NEXT_HOP) ? p->next_hop : none, 4
	};
}

bool
reader_plain(const struct comity_reader *r, const struct mrt_decoded *m,
    const struct bgp_session *s, struct bgp_plain *p, struct said *out)
{
	struct rbuf b = rbuf_from(m->body.p, m->body.n);

	if (!s->as4 || m->session.old || r->item->part)
		return false;
	struct rbuf withdrawn = rbuf_sub(&b, rbuf_u16(&b));
	struct rbuf attrs = rbuf_sub(&b, rbuf_u16(&b));
	if (!rbuf_ok(&b) ||
	    !bgp_plain_decode(attrs.pos, rbuf_left(&attrs), false, p))
		return false;
	*out = (struct said){
		.withdrawn = { withdrawn.pos, rbuf_left(&withdrawn) },
		.nlri = { b.pos, rbuf_left(&b) },
		.next_hop = plain_next_hop4(p),
		.plain = p,
	};
	if (bgp_plain_has(p, BGP_ATTR_MP_UNREACH)) {
		out->unreach = p->unreach;
		out->unreach_afi = p->unreach_afi;
		out->unreach_safi = p->unreach_safi;
	}
	if (bgp_plain_has(p, BGP_ATTR_MP_REACH)) {
		out->reach = p->reach;
		out->reach_afi = p->reach_afi;
		out->reach_safi = p->reach_safi;
		out->mp_next_hop = p->mp_next_hop;
	}
	return true;
}

bool
reader_nlri_next(struct comity_reader *r, const struct mrt_record *rec,
    struct bgp_nlri_iter *it, struct bgp_nlri *out)
{
	while (bgp_nlri_next(it, out))
		if (!r->item->part || filter_prefix(r->run, &out->prefix))
			return true;
	if (it->bad)
		reader_refuse(r, rec,
		    "a prefix is longer than its family or its message");
	return false;
}

static bool
wants_entry(struct comity_reader *r, const struct mrt_record *rec,
    const struct mrt_rib_entry *e)
{
	struct bgp_session s = mrt_bgp_session(rec, &r->item->m);

	return filter_rib_entry(r->run, e, &s, &r->peers);
}

bool
reader_rib_next(struct comity_reader *r, const struct mrt_record *rec,
    struct mrt_rib *rib, struct mrt_rib_entry *out)
{
	struct err err;
	int got;

	while ((got = mrt_rib_next(rib, out, &err)) == 1) {
		if (out->peer < r->peers.list.n) {
			if (r->item->part && !wants_entry(r, rec, out))
				continue;
			return true;
		}
		if (r->peers.tables == 0)
			reader_refuse(r, rec,
			    "no PEER_INDEX_TABLE stands before it");
		else
			reader_refuse(r, rec, "peer %u of a table of %zu",
			    out->peer, r->peers.list.n);
	}
	if (got == -1)
		reader_refuse(r, rec, "%s", err.msg);
	return false;
}

static bool
wants_route(struct comity_reader *r, const struct mrt_record *rec,
    const struct mrt_decoded *m)
{
	struct bgp_session s = mrt_bgp_session(rec, m);

	return filter_entry(r->run, &m->entry, &s);
}

bool
reader_entry_next(struct comity_reader *r, const struct mrt_record *rec,
    struct mrt_decoded *m)
{
	struct err err;
	int got;

	while ((got = mrt_entry_next(rec, m, &err)) == 1)
		if (!r->item->part || wants_route(r, rec, m))
			return true;
	if (got == -1)
		reader_refuse_as(r, &err);
	return false;
}

/* --- opening ----------------------------------------------------------- */

void
reader_error(struct comity_error *out, const struct err *err, const char *path)
{
	size_t n = strlen(path);
	const char *text = err->msg;

	/* Errors of the stream begin with its name, which the caller knows. */
	if (strncmp(text, path, n) == 0 && strncmp(text + n, ": ", 2) == 0)
		text += n + 2;
	out->failure = err->code == ERR_SYSTEM  ? COMITY_SYSTEM
		       : err->code == ERR_LIMIT ? COMITY_LIMIT
						: COMITY_INPUT;
	(void)snprintf(out->text, sizeof(out->text), "%s", text);
}

static ssize_t
stream_read(void *ctx, void *buf, size_t n, struct err *err)
{
	return os_stream_read(ctx, buf, n, err);
}

/* What it holds, by its first bytes. */
static int
recognise(struct comity_reader *r, struct err *err)
{
	const struct mrt_source mrt = { stream_read, r->stream };
	const struct bmp_source bmp = { stream_read, r->stream };
	const uint8_t *head;
	ssize_t n = os_stream_peek(r->stream, &head, OS_PEEK_MAX, err);

	if (n == -1)
		return -1;
	if (n == 0)
		return err_set(err, ERR_INPUT, "is empty");
	if (pcap_sniff(head, (size_t)n)) {
		r->source = SOURCE_PCAP;
		reader_pcap_open(r);
	} else if (bmp_sniff(head, (size_t)n)) {
		r->source = SOURCE_BMP;
		r->bmp = bmp_reader_new(&bmp);
		r->bmp_peers = bmp_peers_new();
	} else if (mrt_sniff(head,
		       n < MRT_HEADER_LEN ? (size_t)n : MRT_HEADER_LEN)) {
		r->mrt = mrt_reader_new(&mrt);
	} else {
		return err_set(err, ERR_INPUT,
		    "holds no MRT record at offset 0, no BMP, no packets");
	}
	return 0;
}

struct comity_reader *
comity_reader_open(const char *path, struct comity_error *error)
{
	struct comity_reader *r = mem_alloc(1, sizeof(*r));
	struct str other;
	struct err err = { 0 };

	r->path = mem_strdup(path);
	if (os_stream_open(path, &r->stream, &err) == -1)
		goto fail;
	os_stream_skip_sha256(r->stream);
	if (!feed_collector_of_path(r->path, &r->host, &other) || other.n > 0)
		r->host = (struct str){ "", 0 };
	if (recognise(r, &err) == -1)
		goto fail;
	r->dec = mem_alloc(1, sizeof(*r->dec));
	return r;

fail:
	reader_error(error, &err, path);
	comity_reader_close(r);
	return NULL;
}

void
comity_reader_threads(struct comity_reader *r, unsigned n)
{
	os_stream_threads(r->stream, n == 0 ? os_cpus() : n);
}

void
comity_reader_close(struct comity_reader *r)
{
	if (r == NULL)
		return;
	mrt_reader_free(r->mrt);
	mrt_peers_fini(&r->peers);
	buf_fini(&r->peers_raw);
	bmp_reader_free(r->bmp);
	reader_pcap_close(r); /* whose peers r->bmp_peers may be */
	bmp_peers_free(r->bmp_peers);
	filter_run_free(r->run);
	os_stream_close(r->stream);
	buf_fini(&r->route.text);
	free(r->dec);
	free(r->path);
	free(r);
}

/* --- reading ----------------------------------------------------------- */

/* A number that no other list of peers has, of this reader or another. */
static uint32_t
new_peers_id(void)
{
	static atomic_uint last;

	return atomic_fetch_add(&last, 1) + 1;
}

/* To the first route of a record of several that is wanted. */
static bool
first_entry(struct comity_reader *r, struct item *i)
{
	if (!i->part || i->m.kind != MRT_ENTRY)
		return true;
	r->item = i;
	return wants_route(r, &i->rec, &i->m) ||
	       reader_entry_next(r, &i->rec, &i->m);
}

static int
mrt_next(struct comity_reader *r, struct err *err)
{
	struct item *i = &r->items[0];
	enum filter_answer wanted = FILTER_YES;
	uint32_t tables = r->peers.tables;
	struct err why;

	r->at_item = r->n_items = 0;
	int got = mrt_reader_next(r->mrt, &i->rec, err);
	if (got != 1)
		return got;
	r->counts.records++;
	if (r->run != NULL)
		wanted = filter_record(r->run, &i->rec, &r->peers);
	if (wanted == FILTER_NO) {
		r->counts.left_out++;
		return 1;
	}
	i->of = SOURCE_MRT;
	i->refused = false;
	i->part = wanted == FILTER_ASK;
	int rc = mrt_decode(&i->rec, &r->peers, &i->m, &why);
	if (r->peers.tables != tables) {
		r->peers_id = new_peers_id();
		buf_clear(&r->peers_raw);
		buf_add(&r->peers_raw, i->rec.raw.p, i->rec.raw.n);
	}
	if (rc == -1) {
		struct mrt_record rec = i->rec;

		reader_refuse_as(r, &why);
		reader_keep_refused(r, SOURCE_MRT, &rec);
	} else if (!first_entry(r, i)) {
		r->counts.left_out++;
	} else {
		r->counts.skipped += i->m.kind == MRT_SKIPPED;
		r->counts.taken += i->m.kind != MRT_SKIPPED;
		r->n_items = 1;
	}
	return 1;
}

static int
next_items(struct comity_reader *r, struct err *err)
{
	switch (r->source) {
	case SOURCE_BMP:
		return reader_bmp_next(r, err);
	case SOURCE_PCAP:
		return reader_pcap_next(r, err);
	case SOURCE_MRT:
	default:
		return mrt_next(r, err);
	}
}

int
comity_reader_next(struct comity_reader *r)
{
	struct err err = { 0 };

	r->route.place = PLACE_BEFORE;
	r->route.any = false;
	if (r->broke || r->unwanted)
		return r->broke ? -1 : 0;
	while (r->at_item == r->n_items) {
		r->refused_now = false;
		r->item = NULL;
		int got = next_items(r, &err);
		r->broke = got == -1;
		if (r->broke)
			reader_error(&r->error, &err, r->path);
		if (got != 1)
			return got;
	}
	r->item = &r->items[r->at_item++];
	return 1;
}

bool
comity_reader_broke(const struct comity_reader *r)
{
	return r->broke;
}

const struct comity_error *
comity_reader_error(const struct comity_reader *r)
{
	return &r->error;
}

void
comity_reader_counts(const struct comity_reader *r, struct comity_counts *out)
{
	*out = r->counts;
}

double
comity_reader_share(const struct comity_reader *r)
{
	return os_stream_share(r->stream);
}

/* --- the record at hand ------------------------------------------------ */

enum comity_kind
comity_record_kind(const struct comity_reader *r)
{
	const struct mrt_decoded *m = &r->item->m;

	switch (m->kind) {
	case MRT_PEER_INDEX:
		return COMITY_PEERS;
	case MRT_RIB:
	case MRT_ENTRY:
		return COMITY_TABLE;
	case MRT_STATE:
		return COMITY_STATE;
	case MRT_MESSAGE:
		return m->message == BGP_UPDATE         ? COMITY_UPDATE
		       : m->message == BGP_OPEN         ? COMITY_OPEN
		       : m->message == BGP_NOTIFICATION ? COMITY_NOTIFICATION
		       : m->message == BGP_KEEPALIVE    ? COMITY_KEEPALIVE
							: COMITY_ROUTE_REFRESH;
	case MRT_SKIPPED:
	default:
		return COMITY_OTHER;
	}
}

int64_t
comity_record_time_us(const struct comity_reader *r)
{
	return r->item->rec.time_us;
}

uint64_t
comity_record_index(const struct comity_reader *r)
{
	return r->item->rec.index;
}

uint64_t
comity_record_offset(const struct comity_reader *r)
{
	return r->item->rec.offset;
}

const void *
comity_record_bytes(const struct comity_reader *r, size_t *n)
{
	*n = r->item->rec.raw.n;
	return r->item->rec.raw.p;
}
