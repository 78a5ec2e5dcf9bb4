/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * observe_input.c - what becomes of each input of a run: applied, known, or
 * left out for a reason; what the store keeps of it, and what is said of those
 * that were not read whole.
 *
 * The store knows an input whole or in part: of one that --from or --until cut
 * it keeps the bounds, so that what was left out is never taken for known.
 */
#include "cmd/observe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *
observe_fate_name(enum observe_fate f)
{
	static const char *const names[] = { "applied", "known", "older",
		"unusable", "ignored", "part", "outside" };

	return names[f];
}

/* --- inputs ------------------------------------------------------------ */

int
observe_open_feed(struct observe *o, struct err *err)
{
	const char **paths = mem_alloc(o->paths.n, sizeof(*paths));
	const char **names = mem_alloc(o->paths.n, sizeof(*names));
	struct feed_opts f = { .paths = paths,
		.collectors = names,
		.n_paths = o->paths.n,
		.from_us = o->from_us,
		.until_us = o->until_us,
		.threads = o->threads };

	for (size_t i = 0; i < o->paths.n; i++) {
		paths[i] = o->paths.p[i].path;
		names[i] = o->paths.p[i].collector;
	}
	int rc = feed_open(&f, &o->feed, err);
	free(paths);
	free(names);
	if (rc == -1)
		return -1;
	for (size_t i = 0; i < feed_input_count(o->feed); i++) {
		const struct feed_input *in = feed_input(o->feed, i);
		struct observe_input x = { .in = in,
			.in_folder = o->paths.p[i].in_folder,
			.from_us = TIME_NONE,
			.until_us = TIME_NONE,
			.why = in->why };

		if (in->unusable)
			x.fate = x.in_folder && in->no_mrt ? OBSERVE_IGNORED
							   : OBSERVE_UNUSABLE;
		vec_push(&o->inputs, x);
		if (!in->unusable &&
		    (o->first_us == TIME_NONE || in->first_us < o->first_us))
			o->first_us = in->first_us;
	}
	if (o->from_us > o->first_us)
		o->first_us = o->from_us;
	return 0;
}

/* The input given before x that holds the same bytes, or NULL.  by: first 8
 * bytes of the digest to number + 1. */
static struct observe_input *
twin_of(struct observe *o, struct u64map *by, const struct observe_input *x)
{
	uint64_t key;

	memcpy(&key, x->in->sha256, sizeof(key));
	uint32_t *at = u64map_put(by, key >> 1);
	if (*at == 0) {
		*at = (uint32_t)(x - o->inputs.p) + 1;
		return NULL;
	}
	struct observe_input *twin = &o->inputs.p[*at - 1];
	return memcmp(twin->in->sha256, x->in->sha256, 32) == 0 ? twin : NULL;
}

static void
refuse_name(struct observe *o, struct observe_input *x, const char *why)
{
	if (x->fate == OBSERVE_UNUSABLE)
		return;
	x->fate = OBSERVE_UNUSABLE;
	x->why = arena_strndup(&o->arena, why, strlen(why));
	o->two_names = true;
}

/* The same bytes in the folders of two collectors: whose are they? */
static void
refuse_twins(struct observe *o, struct observe_input *a,
    struct observe_input *b)
{
	struct observe_input *const pair[] = { a, b };

	for (size_t i = 0; i < COUNT(pair); i++) {
		const struct feed_input *in = pair[i]->in;
		const struct feed_input *twin = pair[1 - i]->in;
		struct buf why = { 0 };

		buf_printf(&why,
		    "two collectors: \"%s\" by its path, \"%s\" by that of "
		    "%s, which holds the same bytes",
		    in->collector, twin->collector, twin->path);
		refuse_name(o, pair[i], buf_cstr(&why));
		buf_fini(&why);
	}
}

/* --- parts ------------------------------------------------------------- */

#define PART_KEY "part " /* with the digest: "FROM UNTIL" in the store */

/* Of an input what lies within --from and --until: [*from, *until). */
static bool
is_within(const struct observe *o, const struct feed_input *in, int64_t *from,
    int64_t *until)
{
	*from = in->first_us;
	*until = in->last_us + 1;
	if (o->from_us != TIME_NONE && o->from_us > *from)
		*from = o->from_us;
	if (o->until_us != TIME_NONE && o->until_us < *until)
		*until = o->until_us;
	return *from < *until;
}

bool
observe_is_part(const struct observe_input *x)
{
	return x->from_us != TIME_NONE || x->until_us != TIME_NONE;
}

/* Notes that only [from, until) of it is applied. */
static void
set_part(struct observe *o, struct observe_input *x, int64_t from,
    int64_t until)
{
	char a[TIME_TEXT_MAX], b[TIME_TEXT_MAX];
	struct buf why = { 0 };

	if (from > x->in->first_us)
		x->from_us = from;
	if (until <= x->in->last_us)
		x->until_us = until;
	if (!observe_is_part(x))
		return;
	buf_str(&why, "applied only");
	if (x->from_us != TIME_NONE)
		buf_printf(&why, " from %s on", utc_format(a, from));
	if (x->until_us != TIME_NONE)
		buf_printf(&why, "%s before %s",
		    x->from_us != TIME_NONE ? " and" : "",
		    utc_format(b, until));
	x->why = arena_strndup(&o->arena, buf_cstr(&why), why.n);
	buf_fini(&why);
}

/* An input that the store knows: all of it, or at least what is wanted? */
static int
find_part(struct observe *o, struct observe_input *x, const char *sha,
    struct err *err)
{
	char key[sizeof(PART_KEY) + 64];
	const char *text;
	struct str rest, field;
	uint64_t from, until;
	int64_t want_from, want_until;

	(void)snprintf(key, sizeof(key), PART_KEY "%s", sha);
	if (store_value(o->store, &o->arena, key, &text, err) == -1)
		return -1;
	x->fate = OBSERVE_KNOWN;
	if (text[0] == '\0')
		return 0;
	rest = str_from(text);
	if (!str_cut(&rest, ' ', &field) ||
	    !text_parse_u64(field, INT64_MAX, &from) || rest.p == NULL ||
	    !text_parse_u64(rest, INT64_MAX, &until))
		return err_set(err, ERR_INPUT, "%s: \"%s\" is damaged",
		    o->store_path, key);
	set_part(o, x, (int64_t)from, (int64_t)until);
	if (is_within(o, x->in, &want_from, &want_until) &&
	    (want_from < (int64_t)from || want_until > (int64_t)until))
		x->fate = OBSERVE_PART;
	return 0;
}

static int
put_part(struct observe *o, struct observe_input *x, const char *sha,
    struct err *err)
{
	char key[sizeof(PART_KEY) + 64], text[50];
	int64_t from, until;

	(void)is_within(o, x->in, &from, &until);
	set_part(o, x, from, until);
	if (!observe_is_part(x))
		return 0;
	(void)snprintf(key, sizeof(key), PART_KEY "%s", sha);
	(void)snprintf(text, sizeof(text), "%lld %lld", (long long)from,
	    (long long)until);
	return store_put_value(o->store, key, text, err);
}

/* --- known ones -------------------------------------------------------- */

static int
find_known_one(struct observe *o, struct u64map *by, struct observe_input *x,
    struct err *err)
{
	char sha[65];

	text_hex(sha, x->in->sha256, 32);
	int known = o->store == NULL ? 0 : store_has_input(o->store, sha, err);
	if (known == -1)
		return -1;
	struct observe_input *twin = twin_of(o, by, x);
	if (known == 1)
		return find_part(o, x, sha, err);
	if (twin == NULL && x->in->named == FEED_BY_TWO)
		refuse_name(o, x, x->in->why);
	else if (twin != NULL && x->in->named == FEED_BY_PATH &&
		 twin->in->named == FEED_BY_PATH &&
		 strcmp(twin->in->collector, x->in->collector) != 0)
		refuse_twins(o, twin, x);
	else if (twin != NULL) {
		x->fate = twin->fate == OBSERVE_UNUSABLE ? OBSERVE_UNUSABLE
							 : OBSERVE_KNOWN;
		x->why = twin->fate == OBSERVE_UNUSABLE ? twin->why : "";
	}
	return 0;
}

int
observe_find_known(struct observe *o, struct err *err)
{
	struct u64map by = { 0 };
	int rc = 0;

	for (unsigned named = 0; named <= FEED_BY_TWO; named++)
		for (size_t i = 0; i < o->inputs.n && rc == 0; i++) {
			struct observe_input *x = &o->inputs.p[i];

			if (x->fate == OBSERVE_APPLIED && x->in->named == named)
				rc = find_known_one(o, &by, x, err);
		}
	u64map_fini(&by);
	return rc;
}

void
observe_find_outside(struct observe *o)
{
	struct observe_input *x;
	int64_t from, until;

	VEC_FOREACH (x, &o->inputs)
		if (x->fate == OBSERVE_APPLIED &&
		    !is_within(o, x->in, &from, &until))
			x->fate = OBSERVE_OUTSIDE;
}

void
observe_find_older(struct observe *o)
{
	for (size_t i = 0; i < o->inputs.n; i++) {
		struct observe_input *x = &o->inputs.p[i];
		int64_t begin =
		    x->in->begin_us > o->from_us ? x->in->begin_us : o->from_us;

		if (x->fate != OBSERVE_APPLIED || begin >= o->since_us)
			continue;
		x->fate = OBSERVE_OLDER;
		x->why = "begins before what the store holds";
	}
}

size_t
observe_count_fates(struct observe *o)
{
	memset(o->fates, 0, sizeof(o->fates));
	for (size_t i = 0; i < o->inputs.n; i++)
		o->fates[o->inputs.p[i].fate]++;
	return o->fates[OBSERVE_APPLIED];
}

/* --- the store --------------------------------------------------------- */

int
observe_put_inputs(struct observe *o, struct err *err)
{
	for (size_t i = 0; i < o->inputs.n; i++) {
		struct observe_input *x = &o->inputs.p[i];
		const struct feed_input *in = x->in;
		char sha[65];

		/* It could be read the first time, but not the second. */
		if (x->fate == OBSERVE_APPLIED && in->unusable) {
			x->fate = OBSERVE_UNUSABLE;
			o->fates[OBSERVE_APPLIED]--;
			o->fates[OBSERVE_UNUSABLE]++;
		}
		if (x->fate != OBSERVE_APPLIED)
			continue;
		text_hex(sha, in->sha256, 32);
		if (put_part(o, x, sha, err) == -1)
			return -1;
		if (in->why[0] != '\0')
			x->why = in->why;
		o->incomplete += in->incomplete;
		struct store_input row = {
			.sha256 = sha,
			.path = in->path,
			.collector = in->collector,
			.kind = in->kind,
			.first_us =
			    x->from_us != TIME_NONE ? x->from_us : in->first_us,
			.last_us = x->until_us != TIME_NONE ? x->until_us - 1
							    : in->last_us,
			.bytes = in->bytes,
			.records = in->records,
			.events = in->events,
			.skipped = in->skipped,
			.refused = in->refused,
			.late = in->late + x->behind,
			.faults = in->faults,
			.incomplete = in->incomplete,
			.why = x->why,
		};
		if (store_put_input(o->store, &row, err) == -1)
			return -1;
	}
	return 0;
}

/* --- what is said ------------------------------------------------------ */

/* Some reasons begin with the path. */
static void
tell(const char *what, const struct observe_input *x)
{
	char path[300], why[500];

	(void)text_safe(path, sizeof(path), str_from(x->in->path));
	(void)text_safe(why, sizeof(why), str_from(x->why));
	bool named = strncmp(why, path, strlen(path)) == 0;
	(void)fprintf(stderr, "comity observe: %s %s%s%s\n", what,
	    named ? "" : path, named ? "" : ": ", why);
}

void
observe_complain(const struct observe *o)
{
	const struct observe_input *x;
	bool parts = false;

	VEC_FOREACH (x, &o->inputs) {
		bool applied = x->fate == OBSERVE_APPLIED;

		if (x->fate == OBSERVE_UNUSABLE || x->fate == OBSERVE_OLDER ||
		    x->fate == OBSERVE_PART)
			tell("refused", x);
		else if (applied && x->in->incomplete)
			tell("incomplete", x);
		else if (applied && observe_is_part(x))
			tell("in part", x);
		parts |= applied && observe_is_part(x);
	}
	if (o->fates[OBSERVE_OLDER] + o->fates[OBSERVE_PART] > 0)
		(void)fprintf(stderr, "comity observe: give all files with "
				      "--rebuild to begin anew\n");
	else if (parts)
		(void)fprintf(stderr, "comity observe: what was left out of a "
				      "file cannot be added later, but by "
				      "--rebuild with all files\n");
	if (o->two_names)
		(void)fprintf(stderr, "comity observe: say which: --collector "
				      "NAME before the file\n");
}
