/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * feed_test.h - MRT files made in a fresh folder, and the events that come out
 * of them as lines of text.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed/feed.h"
#include "mrt/mrt.h"
#include "os/os.h"

#define T0 (INT64_C(1585699200) * TIME_SEC) /* 2020-04-01 */

static char dir[64];

static inline int
setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/comity-feed-XXXXXX");
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static inline int
teardown(void **state)
{
	char cmd[128];

	(void)state;
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	return system(cmd);
}

/* --- writing ----------------------------------------------------------- */

static inline struct prefix
prefix_of(const char *text)
{
	struct prefix p;

	if (!prefix_parse(str_from(text), &p))
		fail_msg("%s is no prefix", text);
	return p;
}

static inline struct mrt_session
session_of(uint8_t peer)
{
	return (struct mrt_session){
		.peer_ip = { NET_IP4, { 192, 0, 2, peer } },
		.local_ip = { NET_IP4, { 192, 0, 2, 254 } },
		.peer_asn = 64500U + peer,
		.local_asn = 12654,
		.as4 = true,
	};
}

static inline struct bgp_encode
attrs_of(uint32_t path[2], uint8_t peer, uint32_t origin)
{
	path[0] = 64500U + peer;
	path[1] = origin;
	return (struct bgp_encode){
		.path = path,
		.n_path = 2,
		.next_hop = { NET_IP4, { 192, 0, 2, peer } },
	};
}

/* seconds after T0 */
static inline void
announce(struct buf *out, int64_t s, uint8_t peer, const char *prefix,
    uint32_t origin)
{
	struct mrt_session session = session_of(peer);
	struct prefix p = prefix_of(prefix);
	uint32_t path[2];
	struct bgp_encode e = attrs_of(path, peer, origin);
	struct buf m = { 0 };

	if (p.family == NET_IP6)
		e.next_hop = (struct ipaddr){ NET_IP6, { 0x20, 1, 0xd, 0xb8 } };
	bgp_update_encode(&e, p.family, &p, 1, NULL, 0, &m);
	mrt_write_message(out, T0 + s * TIME_SEC, &session, m.p, m.n);
	buf_fini(&m);
}

static inline void
withdraw(struct buf *out, int64_t s, uint8_t peer, const char *prefix)
{
	struct mrt_session session = session_of(peer);
	struct prefix p = prefix_of(prefix);
	struct bgp_encode e = { 0 };
	struct buf m = { 0 };

	bgp_update_encode(&e, p.family, NULL, 0, &p, 1, &m);
	mrt_write_message(out, T0 + s * TIME_SEC, &session, m.p, m.n);
	buf_fini(&m);
}

static inline void
change_state(struct buf *out, int64_t s, uint8_t peer, uint16_t from,
    uint16_t to)
{
	struct mrt_session session = session_of(peer);

	mrt_write_state(out, T0 + s * TIME_SEC, &session, from, to);
}

/* An index of peers 1..n, by the collector 10.0.0.id. */
static inline void
peer_index_of(struct buf *out, int64_t s, const char *view, uint8_t id,
    uint8_t n)
{
	struct mrt_peers peers = { .collector_id = { 10, 0, 0, id } };

	(void)snprintf(peers.view, sizeof(peers.view), "%s", view);
	for (uint8_t i = 1; i <= n; i++)
		vec_push(&peers.list,
		    ((struct mrt_peer){ { 192, 0, 2, i },
			{ NET_IP4, { 192, 0, 2, i } }, 64500U + i, true }));
	mrt_write_peer_index(out, T0 + s * TIME_SEC, &peers);
	mrt_peers_fini(&peers);
}

static inline void
peer_index(struct buf *out, int64_t s, const char *view, uint8_t n)
{
	peer_index_of(out, s, view, 1, n);
}

/* index: of the peer in the table's list */
static inline void
rib_entry(struct buf *out, int64_t s, uint16_t index, const char *prefix,
    uint32_t origin)
{
	struct prefix p = prefix_of(prefix);
	uint32_t path[2];
	struct bgp_encode e = attrs_of(path, (uint8_t)(index + 1), origin);
	struct buf a = { 0 };

	bgp_attrs_encode(&e, p.family, NULL, 0, &a);
	struct mrt_write_entry w = { .peer = index, .attrs = { a.p, a.n } };
	mrt_write_rib(out, T0 + s * TIME_SEC, 0, &p, false, &w, 1);
	buf_fini(&a);
}

/* Writes b below the test's folder and returns the path. */
static inline const char *
save(struct arena *a, const char *name, struct buf *b)
{
	char path[256], *slash;
	struct err err = { 0 };

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	assert_int_equal(os_mkdirs(path, &err), 0);
	*slash = '/';
	assert_int_equal(os_write_file(path, 0600, b->p, b->n, &err), 0);
	buf_fini(b);
	return arena_strndup(a, path, strlen(path));
}

/* --- reading ----------------------------------------------------------- */

static const char *const kind_names[] = { "announce", "withdraw", "rib", "up",
	"down", "begin", "end", "drop" };

struct trace {
	struct feed *f;
	struct buf text;
	bool peers;    /* print address and AS of peers */
	uint64_t stop; /* fail at this event; 0 = never */
};

/* "SECONDS KIND COLLECTOR PEER PREFIX[#ID] ORIGIN[ late]" */
static inline int
trace_event(void *ctx, const struct feed_event *e, struct err *err)
{
	struct trace *t = ctx;
	struct feed_peer peer;
	char text[PREFIX_TEXT_MAX];
	uint32_t origin;

	if (t->stop != 0 && feed_events(t->f) == t->stop)
		return err_set(err, ERR_INPUT, "stopped");
	feed_peer(t->f, e->peer, &peer);
	buf_printf(&t->text, "%lld %s %s %u",
	    (long long)((e->time_us - T0) / TIME_SEC), kind_names[e->kind],
	    peer.collector, peer.asn);
	if (e->kind <= FEED_RIB) {
		(void)prefix_format(text, &e->prefix);
		buf_printf(&t->text, " %s", text);
	}
	if (e->path_id != 0)
		buf_printf(&t->text, "#%u", e->path_id);
	if (e->attrs != NULL && bgp_path_origin(&e->attrs->path, &origin))
		buf_printf(&t->text, " %u", origin);
	buf_str(&t->text, e->late ? " late\n" : "\n");
	return 0;
}

static inline struct feed *
open_feed(const struct feed_opts *o)
{
	struct feed *f = NULL;
	struct err err = { 0 };

	if (feed_open(o, &f, &err) == -1)
		fail_msg("%s", err.msg);
	return f;
}

/* One file, opened; collector may be NULL. */
static inline struct feed *
open_one(const char *path, const char *collector, uint64_t keep)
{
	struct feed_opts o = { .paths = &path,
		.collectors = &collector,
		.n_paths = 1,
		.from_us = TIME_NONE,
		.until_us = TIME_NONE,
		.keep_bytes = keep,
		.threads = 1 };

	return open_feed(&o);
}

/* All events of paths as text. */
static inline void
expect_opts(const struct feed_opts *o, const char *want)
{
	struct trace t = { .f = open_feed(o) };
	struct err err = { 0 };

	if (feed_run(t.f, trace_event, &t, &err) == -1)
		fail_msg("%s", err.msg);
	assert_string_equal(buf_cstr(&t.text), want);
	feed_close(t.f);
	buf_fini(&t.text);
}

static inline void
expect(const char *const *paths, size_t n, const char *want)
{
	struct feed_opts o = { .paths = paths,
		.n_paths = n,
		.from_us = TIME_NONE,
		.until_us = TIME_NONE,
		.threads = 1 };

	expect_opts(&o, want);
}

#define ROW(why, fn)                           \
	{                                      \
		why, fn, setup, teardown, NULL \
	}
