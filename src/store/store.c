/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.c - opening, transactions, inputs, worlds, values.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store/schema.h"

#define BUSY_MS 5000 /* wait so long for another writer */

int
store_fail(const struct store *s, const char *what, struct err *err)
{
	int code = sqlite3_errcode(s->db);

	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return err_set(err, ERR_SYSTEM,
		    "%s: another process is writing to this store", s->path);
	if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
		return err_set(err, ERR_INPUT,
		    "%s: %s: is no store, or is "
		    "damaged",
		    s->path, what);
	return err_set(err, ERR_SYSTEM, "%s: %s: %s", s->path, what,
	    sqlite3_errmsg(s->db));
}

static int
exec(struct store *s, const char *sql, const char *what, struct err *err)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(s, what, err);
	return 0;
}

sqlite3_stmt *
store_st(struct store *s, enum statement n, struct err *err)
{
	if (s->st[n] == NULL &&
	    sqlite3_prepare_v3(s->db, store_sql[n], -1,
		SQLITE_PREPARE_PERSISTENT, &s->st[n], NULL) != SQLITE_OK) {
		(void)store_fail(s, "prepare", err);
		return NULL;
	}
	(void)sqlite3_reset(s->st[n]);
	(void)sqlite3_clear_bindings(s->st[n]);
	return s->st[n];
}

int
store_step(struct store *s, sqlite3_stmt *st, struct err *err)
{
	int r = sqlite3_step(st);

	if (r == SQLITE_ROW)
		return 1;
	if (r != SQLITE_DONE) {
		(void)store_fail(s, "query", err);
		(void)sqlite3_reset(st);
		return -1;
	}
	(void)sqlite3_reset(st);
	return 0;
}

int
store_run(struct store *s, sqlite3_stmt *st, struct err *err)
{
	return store_step(s, st, err) == -1 ? -1 : 0;
}

void
bind_text(sqlite3_stmt *st, int i, const char *s)
{
	(void)sqlite3_bind_text(st, i, s == NULL ? "" : s, -1, SQLITE_STATIC);
}

void
bind_time(sqlite3_stmt *st, int i, int64_t us)
{
	if (us == TIME_NONE)
		(void)sqlite3_bind_null(st, i);
	else
		(void)sqlite3_bind_int64(st, i, us);
}

void
bind_prefix(sqlite3_stmt *st, int i, const struct prefix *p)
{
	char text[PREFIX_TEXT_MAX];
	size_t n = prefix_format(text, p);

	(void)sqlite3_bind_text(st, i, text, (int)n, SQLITE_TRANSIENT);
}

const char *
get_text(sqlite3_stmt *st, int i, struct arena *a)
{
	const unsigned char *t = sqlite3_column_text(st, i);
	int n = sqlite3_column_bytes(st, i);

	return arena_strndup(a, t == NULL ? "" : (const char *)t,
	    t == NULL ? 0 : (size_t)n);
}

int64_t
get_time(sqlite3_stmt *st, int i)
{
	return sqlite3_column_type(st, i) == SQLITE_NULL
		   ? TIME_NONE
		   : sqlite3_column_int64(st, i);
}

bool
get_prefix(sqlite3_stmt *st, int i, struct prefix *out)
{
	const unsigned char *t = sqlite3_column_text(st, i);

	return t != NULL && prefix_parse(str_from((const char *)t), out);
}

/* --- opening ----------------------------------------------------------- */

static int
read_version(struct store *s, int *out, struct err *err)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &st, NULL) !=
		SQLITE_OK ||
	    sqlite3_step(st) != SQLITE_ROW) {
		(void)store_fail(s, "open", err);
		(void)sqlite3_finalize(st);
		return -1;
	}
	*out = sqlite3_column_int(st, 0);
	(void)sqlite3_finalize(st);
	return 0;
}

static int
migrate(struct store *s, struct err *err)
{
	int version;
	char set[64];

	if (read_version(s, &version, err) == -1)
		return -1;
	if (version == store_version())
		return 0;
	/* The lock first: two may come to create it at once. */
	if (exec(s, "BEGIN IMMEDIATE", "lock", err) == -1 ||
	    read_version(s, &version, err) == -1)
		return -1;
	for (; version < store_version(); version++)
		if (exec(s, store_migration(version), "migrate", err) == -1) {
			(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
			return -1;
		}
	(void)sqlite3_snprintf(sizeof(set), set, "PRAGMA user_version=%d",
	    version);
	if (exec(s, set, "migrate", err) == -1)
		return -1;
	return exec(s, "COMMIT", "migrate", err);
}

static int
check_version(struct store *s, struct err *err)
{
	int version;

	if (read_version(s, &version, err) == -1)
		return -1;
	if (version > store_version())
		return err_set(err, ERR_INPUT,
		    "%s: has version %d, this program knows %d", s->path,
		    version, store_version());
	if (version == 0)
		return err_set(err, ERR_INPUT,
		    "%s: holds no observations (`comity observe` makes it)",
		    s->path);
	if (version < store_version())
		return err_set(err, ERR_INPUT,
		    "%s: has the older version %d; `comity observe` brings it "
		    "up to date",
		    s->path, version);
	return 0;
}

/* Nobody asks how much memory SQLite uses, and counting takes a lock. */
static void
configure(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int
store_open(const char *path, enum store_mode mode, struct store **out,
    struct err *err)
{
	int flags =
	    mode == STORE_WRITE
		? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
		: SQLITE_OPEN_READWRITE; /* a reader of WAL writes its index */

	if (strncmp(path, "postgresql://", 13) == 0 ||
	    strncmp(path, "postgres://", 11) == 0)
		return err_set(err, ERR_INPUT,
		    "%s: PostgreSQL is not supported yet; give the path of a "
		    "file",
		    path);
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	(void)pthread_once(&once, configure);
	struct store *s = mem_alloc(1, sizeof(*s));
	s->path = mem_strdup(path);
	s->mode = mode;
	if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK) {
		(void)err_set(err, ERR_SYSTEM, "%s: %s", path,
		    sqlite3_errmsg(s->db));
		goto fail;
	}
	(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	if (exec(s,
		"PRAGMA cache_size=-65536;"
		"PRAGMA trusted_schema=OFF;",
		"open", err) == -1)
		goto fail;
	/* FULL: files beside the database are removed after a commit, which
	 * must not come back from a power cut undone. */
	if (mode == STORE_WRITE &&
	    exec(s, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", "open",
		err) == -1)
		goto fail;
	if (mode == STORE_WRITE) {
		int version;

		if (read_version(s, &version, err) == -1)
			goto fail;
		if (version > store_version()) {
			(void)check_version(s, err);
			goto fail;
		}
		if (migrate(s, err) == -1)
			goto fail;
	} else if (check_version(s, err) == -1) {
		goto fail;
	}
	*out = s;
	return 0;

fail:
	store_close(s);
	return -1;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_rollback(s);
	for (int i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(s->st[i]);
	(void)sqlite3_close(s->db);
	buf_fini(&s->row.routes);
	buf_fini(&s->blob);
	free(s->path);
	free(s);
}

const char *
store_path(const struct store *s)
{
	return s->path;
}

int
store_begin(struct store *s, struct err *err)
{
	if (exec(s, s->mode == STORE_WRITE ? "BEGIN IMMEDIATE" : "BEGIN",
		"lock", err) == -1)
		return -1;
	s->row.asked = false;
	s->open = true;
	return 0;
}

int
store_commit(struct store *s, struct err *err)
{
	if (store_flush_routes(s, err) == -1 ||
	    exec(s, "COMMIT", "commit", err) == -1)
		return -1;
	s->open = false;
	return 0;
}

void
store_rollback(struct store *s)
{
	if (s->open && s->db != NULL)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->open = s->row.open = s->row.asked = false;
}

int
store_clear(struct store *s, struct err *err)
{
	s->row.open = s->row.asked = false;
	return exec(s, store_clear_sql(), "clear", err);
}

/* --- inputs, worlds, values -------------------------------------------- */

static void
bind_count(sqlite3_stmt *st, int i, uint64_t v)
{
	(void)sqlite3_bind_int64(st, i, (int64_t)v);
}

int
store_put_input(struct store *s, const struct store_input *in, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_PUT_INPUT, err);

	if (st == NULL)
		return -1;
	bind_text(st, 1, in->sha256);
	bind_text(st, 2, in->path);
	bind_text(st, 3, in->collector);
	bind_text(st, 4, in->kind);
	bind_time(st, 5, in->first_us);
	bind_time(st, 6, in->last_us);
	bind_count(st, 7, in->bytes);
	bind_count(st, 8, in->records);
	bind_count(st, 9, in->events);
	bind_count(st, 10, in->skipped);
	bind_count(st, 11, in->refused);
	bind_count(st, 12, in->late);
	bind_count(st, 13, in->faults);
	bind_count(st, 14, in->incomplete);
	bind_text(st, 15, in->why);
	return store_run(s, st, err);
}

int
store_has_input(struct store *s, const char *sha256, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_HAS_INPUT, err);

	if (st == NULL)
		return -1;
	bind_text(st, 1, sha256);
	int got = store_step(s, st, err);
	(void)sqlite3_reset(st);
	return got;
}

static uint64_t
get_count(sqlite3_stmt *st, int i)
{
	return (uint64_t)sqlite3_column_int64(st, i);
}

int
store_each_input(struct store *s,
    int (*each)(void *ctx, const struct store_input *in, struct err *err),
    void *ctx, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_EACH_INPUT, err);
	int got;

	if (st == NULL)
		return -1;
	while ((got = store_step(s, st, err)) == 1) {
		struct arena a = { 0 };
		struct store_input in = {
			.sha256 = get_text(st, 0, &a),
			.path = get_text(st, 1, &a),
			.collector = get_text(st, 2, &a),
			.kind = get_text(st, 3, &a),
			.first_us = get_time(st, 4),
			.last_us = get_time(st, 5),
			.bytes = get_count(st, 6),
			.records = get_count(st, 7),
			.events = get_count(st, 8),
			.skipped = get_count(st, 9),
			.refused = get_count(st, 10),
			.late = get_count(st, 11),
			.faults = get_count(st, 12),
			.incomplete = get_count(st, 13) != 0,
			.why = get_text(st, 14, &a),
		};
		int status = each(ctx, &in, err);

		arena_free(&a);
		if (status == -1) {
			(void)sqlite3_reset(st);
			return -1;
		}
	}
	return got;
}

int
store_put_world(struct store *s, const struct store_world *w, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_PUT_WORLD, err);

	if (st == NULL)
		return -1;
	bind_text(st, 1, w->id);
	bind_time(st, 2, w->moment_us);
	bind_text(st, 3, w->inputs);
	if (store_run(s, st, err) == -1)
		return -1;
	return store_put_value(s, "world", w->id, err);
}

int
store_world(struct store *s, struct arena *a, struct store_world *out,
    struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_GET_WORLD, err);

	if (st == NULL)
		return -1;
	int got = store_step(s, st, err);
	if (got == 1)
		*out = (struct store_world){ get_text(st, 0, a),
			get_time(st, 1), get_text(st, 2, a) };
	(void)sqlite3_reset(st);
	return got;
}

int
store_put_value(struct store *s, const char *name, const char *value,
    struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_PUT_VALUE, err);

	if (st == NULL)
		return -1;
	bind_text(st, 1, name);
	bind_text(st, 2, value);
	return store_run(s, st, err);
}

int
store_value(struct store *s, struct arena *a, const char *name,
    const char **out, struct err *err)
{
	sqlite3_stmt *st = store_st(s, ST_GET_VALUE, err);

	if (st == NULL)
		return -1;
	bind_text(st, 1, name);
	int got = store_step(s, st, err);
	if (got == -1)
		return -1;
	*out = got == 1 ? get_text(st, 0, a) : "";
	(void)sqlite3_reset(st);
	return 0;
}
