/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.h - which routes, messages and state changes are wanted, asked of
 * the raw bytes before anything is decoded.
 *
 * A `struct filter` is what a user asked for, option by option (the language
 * is told in doc/FILTERS.md).  A `struct filter_run` is the same made ready for
 * questions, with the scratch space of one thread.  The questions come in
 * stages, cheapest first, so that a source asks as far as its format allows:
 * time and kind from a record's header, the peer, then the attribute block,
 * walked and not decoded, then the prefixes.  filter_record() is all of them
 * for an MRT record.
 *
 * What is asked about is an *element*: a route of a table, an announced or a
 * withdrawn prefix, a state change, a message without routes.  An option holds
 * if one of its values does (and none that is negated); an element passes if
 * all options hold.  An option that asks for what the element does not have (a
 * path of a withdrawal, a prefix of a state change) does not hold, negated or
 * not.
 *
 *   f = filter_new(); filter_add(f, "origin", value, &err); ...
 *   r = filter_run_new(f);
 *   while (mrt_reader_next(...) == 1) {
 *           answer = filter_record(r, &rec, &peers);
 *           if (answer == FILTER_NO)
 *                   continue;
 *           mrt_decode(&rec, &peers, &m, &err);
 *           with FILTER_YES, all of it; with FILTER_ASK, those entries for
 *           which filter_rib_entry() or filter_entry() holds, and of an
 *           UPDATE what filter_update() says
 *   }
 *
 * All answers are those that decoding with bgp.h and mrt.h would give: the
 * first of two attributes counts, AS4_PATH is merged in, damaged communities
 * are none, of a damaged path the segments before the damage are the path.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "bgp/bgp.h"
#include "mrt/mrt.h"
#include "net/net.h"

#define FILTER_VALUES_MAX      65536 /* of one option */
#define FILTER_PATHS_MAX       64    /* regular expressions */
#define FILTER_COMMUNITIES_MAX 1024

/* --- what is wanted ---------------------------------------------------- */

/* Kinds of elements, as bits. */
enum filter_kind {
	FILTER_TABLE = 1 << 0,     /* a route of a table */
	FILTER_ANNOUNCE = 1 << 1,  /* a prefix announced in an UPDATE */
	FILTER_WITHDRAW = 1 << 2,  /* a prefix withdrawn */
	FILTER_NO_ROUTES = 1 << 3, /* an UPDATE without: End-of-RIB, VPNs */
	FILTER_STATE = 1 << 4,     /* a session changed its state */
	FILTER_OPEN = 1 << 5,      /* messages */
	FILTER_NOTIFICATION = 1 << 6,
	FILTER_KEEPALIVE = 1 << 7,
	FILTER_REFRESH = 1 << 8,
	FILTER_OTHER = 1 << 9, /* a record that holds none of these */
	FILTER_ALL = (1 << 10) - 1,
};

struct filter;
struct filter *filter_new(void);              /* everything passes */
void filter_free(struct filter *f);           /* accepts NULL */
bool filter_is_empty(const struct filter *f); /* nothing was asked for */

/* The options, in the order in which help lists them; ends with name NULL. */
struct filter_option {
	const char *name, *value, *summary;
};
extern const struct filter_option filter_options[];

/*
 * One more value (or several, with commas) of an option, by its name without
 * dashes: "prefix", "origin", "path", "peer", "community", "type", "from",
 * "until", "family".  ERR_INPUT names option and value, and the position in a
 * regular expression.
 */
int filter_add(struct filter *f, const char *option, struct str value,
    struct err *err);
/* Is it "exact", "more", "less" or "any"?  Such a word may follow a prefix. */
bool filter_is_prefix_mode(struct str word);
/*
 * A filter in the words of bgpreader: clauses joined by "and", as
 * "collector rrc00 rrc06 and prefix more 192.0.2.0/24 and path !_64496_".
 */
int filter_add_string(struct filter *f, struct str text, struct err *err);
/*
 * Does the filter want this collector ("rrc00", "route-views.sg"; "" is not
 * known)?  Asked once an input, as no record tells.
 */
bool filter_collector(const struct filter *f, struct str name);

/* --- questions --------------------------------------------------------- */

struct filter_run;
/* f is borrowed and must not change while the run lives. */
struct filter_run *filter_run_new(const struct filter *f);
void filter_run_free(struct filter_run *r); /* accepts NULL */

bool filter_time(const struct filter_run *r, int64_t time_us);
/* Those of the kinds that can pass. */
uint32_t filter_kinds(const struct filter_run *r, uint32_t kinds);
bool
filter_peer(const struct filter_run *r, const struct ipaddr *ip, uint32_t asn);
/* Family and prefix of a route. */
bool filter_prefix(const struct filter_run *r, const struct prefix *p);
/* Does any option look at attributes?  If not, filter_attrs() is true. */
bool filter_has_attrs(const struct filter_run *r);
/* Origin, path and communities of an attribute block. */
bool filter_attrs(struct filter_run *r, struct bgp_view block,
    const struct bgp_session *s);

enum filter_answer {
	FILTER_NO,  /* nothing in it passes */
	FILTER_YES, /* all of it does */
	FILTER_ASK, /* part of it: ask for each; or it is damaged: decode it */
};

/* The four lists of prefixes of an UPDATE: NO also for one without any. */
struct filter_cut {
	enum filter_answer withdrawn, nlri, unreach, reach;
};
/*
 * An UPDATE, its body behind the header, of a peer and time that passed.
 * *cut says which lists to print; of one with ASK, those prefixes for which
 * filter_prefix() holds.
 */
enum filter_answer filter_update(struct filter_run *r, struct bgp_view body,
    const struct bgp_session *s, struct filter_cut *cut);

/*
 * An MRT record, before mrt_decode().  YES for a PEER_INDEX_TABLE, whatever is
 * asked: the records behind it need it, it must be decoded into `peers`, and
 * the run takes note of it.  After ASK, filter_entry() or filter_update() say
 * what of it passes.  A record that contradicts its format is ASK where that
 * shows, so that decoding tells of it; one that is NO by its time, kind or
 * peer is not looked into.
 */
enum filter_answer filter_record(struct filter_run *r,
    const struct mrt_record *rec, const struct mrt_peers *peers);
/* One entry of a MRT_RIB whose record passed so far: peer and attributes. */
bool filter_rib_entry(struct filter_run *r, const struct mrt_rib_entry *e,
    const struct bgp_session *s, const struct mrt_peers *peers);
/* One route of a MRT_ENTRY, all of it but the time. */
bool filter_entry(struct filter_run *r, const struct mrt_entry *e,
    const struct bgp_session *s);

/* --- regular expressions over AS paths --------------------------------- */

/*
 * As routers write them, over the text of bgp_path_format():
 *
 *   0-9 blank , { } ]   themselves      .       any one character
 *   [0-9] [^ ]          one of, not of  ( | )   group, or
 *   * + ?               repeats         ^ $     beginning, end
 *   _    any of `blank , { } ( ) [ ]`, the beginning, or the end
 *   \    takes its meaning from the character behind it
 *
 * A path matches if any part of it does.  There are no back references and no
 * counted repeats.  Matching reads every character once: an automaton whose
 * states are made when first met (subset construction), at most
 * PATH_REGEX_STATES_MAX at a time.
 */
#define PATH_REGEX_TEXT_MAX   1024 /* characters */
#define PATH_REGEX_DEPTH_MAX  50   /* groups in groups */
#define PATH_REGEX_STATES_MAX 1024

struct path_regex;
/* ERR_INPUT: names the position, from 1. */
int path_regex_parse(struct str text, struct path_regex **out, struct err *err);
void path_regex_free(struct path_regex *x); /* accepts NULL */

struct path_matcher; /* one per thread; x is borrowed */
struct path_matcher *path_matcher_new(const struct path_regex *x);
void path_matcher_free(struct path_matcher *m); /* accepts NULL */
bool path_match(struct path_matcher *m, const struct bgp_path *p);
bool path_match_text(struct path_matcher *m, struct str text);
