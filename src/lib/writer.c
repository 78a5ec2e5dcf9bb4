/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer.c - what was read as MRT again: see comity.h.
 *
 * The list of peers of a table goes before the first record that needs it; of
 * an input without a filter where it stands, so that such a one is copied.
 */
#include <errno.h>
#include <stdlib.h>

#include "lib/part.h"

struct comity_writer {
	char *path;
	struct os_output *out; /* NULL: finished */
	uint32_t peers_id;     /* of the list written last */
	struct slice slice;
	struct buf record; /* scratch */
};

struct comity_writer *
comity_writer_open(const char *path, struct comity_error *error)
{
	struct comity_writer *w = mem_alloc(1, sizeof(*w));
	struct err err;

	/* as messages of the output have it */
	w->path = mem_strdup(strcmp(path, "-") == 0 ? "standard output" : path);
	if (os_output_open(path, &w->out, &err) == -1) {
		reader_error(error, &err, w->path);
		comity_writer_free(w);
		return NULL;
	}
	return w;
}

void
comity_writer_free(struct comity_writer *w)
{
	if (w == NULL)
		return;
	os_output_abort(w->out);
	slice_fini(&w->slice);
	buf_fini(&w->record);
	free(w->path);
	free(w);
}

static int
put(struct comity_writer *w, const void *p, size_t n)
{
	struct err err;

	return os_output_write(w->out, p, n, &err);
}

/* --- what came as MRT -------------------------------------------------- */

static int
put_peers(struct comity_writer *w, const struct comity_reader *r)
{
	if (w->peers_id == r->peers_id)
		return 0;
	w->peers_id = r->peers_id;
	return put(w, r->peers_raw.p, r->peers_raw.n);
}

static int
put_mrt(struct comity_writer *w, struct comity_reader *r)
{
	const struct mrt_record *rec = &r->item->rec;
	const struct mrt_decoded *m = &r->item->m;

	if (m->kind == MRT_PEER_INDEX)
		return r->run == NULL ? put_peers(w, r) : 0;
	enum slice_part part = slice_record(&w->slice, r);
	if (part == SLICE_NONE)
		return 0;
	if (m->kind == MRT_RIB && r->peers.list.n > 0 && put_peers(w, r) == -1)
		return -1;
	if (part == SLICE_WHOLE)
		return put(w, rec->raw.p, rec->raw.n);
	return put(w, w->slice.record.p, w->slice.record.n);
}

/* --- what did not ------------------------------------------------------ */

/* The lists of an UPDATE, as bits by enum place: [1] with path identifiers. */
struct places {
	unsigned there[2]; /* not empty, sound or not */
	unsigned kept[2];  /* something of it passed */
};

static struct places
places_of(const struct slice *s, const struct bgp_session *session)
{
	struct places out = { 0 };

	for (int p = PLACE_WITHDRAWN; p <= PLACE_REACH; p++) {
		struct bgp_nlri_iter it;

		(void)reader_list(&s->all, (enum place)p, session, &it);
		if (rbuf_left(&it.r) > 0)
			out.there[it.add_path] |= 1U << p;
		if (s->lists[p - PLACE_WITHDRAWN].n > 0)
			out.kept[it.add_path] |= 1U << p;
	}
	return out;
}

/* In MRT either all lists of a message have path identifiers or none has, so
 * one in which some do and some do not becomes two. */
static void
write_update(struct comity_writer *w, struct comity_reader *r,
    enum slice_part part, struct mrt_session *s)
{
	const struct item *i = r->item;
	struct places places = places_of(&w->slice, &i->session);
	struct buf *message = &w->slice.record;

	s->add_path = places.there[1] != 0;
	/* A peer's number of four octets has no room beside paths of two. */
	w->slice.wide = !i->session.as4 && s->peer_asn > UINT16_MAX &&
			(places.kept[0] | places.kept[1]) != 0 &&
			slice_can_widen(&w->slice, r);
	s->as4 = i->session.as4 || w->slice.wide;
	if (part == SLICE_WHOLE && !w->slice.wide &&
	    (places.there[0] == 0 || places.there[1] == 0)) {
		mrt_write_message(&w->record, i->rec.time_us, s,
		    i->m.body.p - BGP_HEADER_LEN, BGP_HEADER_LEN + i->m.body.n);
		return;
	}
	for (int ids = 0; ids < 2; ids++) {
		if (places.kept[ids] == 0)
			continue;
		buf_clear(message);
		slice_message(&w->slice, r, places.kept[ids], message);
		s->add_path = ids == 1;
		mrt_write_message(&w->record, i->rec.time_us, s, message->p,
		    message->n);
	}
}

static int
put_made(struct comity_writer *w, struct comity_reader *r)
{
	const struct item *i = r->item;
	const struct mrt_decoded *m = &i->m;
	struct mrt_session s = m->session;

	buf_clear(&w->record);
	if (m->kind == MRT_STATE) {
		mrt_write_state(&w->record, i->rec.time_us, &s, m->old_state,
		    m->new_state);
	} else if (m->kind == MRT_MESSAGE && m->message == BGP_UPDATE) {
		enum slice_part part = slice_record(&w->slice, r);

		if (part != SLICE_NONE)
			write_update(w, r, part, &s);
	} else if (m->kind == MRT_MESSAGE) {
		s.as4 = true; /* nothing in them depends on it */
		s.add_path = false;
		mrt_write_message(&w->record, i->rec.time_us, &s,
		    m->body.p - BGP_HEADER_LEN, BGP_HEADER_LEN + m->body.n);
	}
	return put(w, w->record.p, w->record.n);
}

int
comity_writer_put(struct comity_writer *w, struct comity_reader *r)
{
	if (r->item->refused)
		return 0;
	return r->item->of == SOURCE_MRT ? put_mrt(w, r) : put_made(w, r);
}

int
comity_writer_finish(struct comity_writer *w, struct comity_error *error)
{
	struct os_output *out = w->out;
	struct err err;

	w->out = NULL;
	if (os_output_commit(out, &err) == 0)
		return 0;
	int why = errno;
	reader_error(error, &err, w->path);
	errno = why;
	return -1;
}
