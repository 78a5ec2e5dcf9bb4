/* SPDX-License-Identifier: BSD-2-Clause */
/* part.h - what the files of store/ share: statements prepared once. */
#pragma once

#include <sqlite3.h>

#include "base/buf.h"
#include "base/hash.h"
#include "store/store.h"

enum statement {
	ST_PUT_INPUT,
	ST_HAS_INPUT,
	ST_EACH_INPUT,
	ST_PUT_WORLD,
	ST_GET_WORLD,
	ST_PUT_VALUE,
	ST_GET_VALUE,
	ST_HAS_INCIDENT,
	ST_PUT_INCIDENT,
	ST_DEL_INCIDENT,
	ST_DEL_AS,
	ST_DEL_ROUTE,
	ST_DEL_EVIDENCE,
	ST_DEL_MERGED,
	ST_DEL_CHARGE,
	ST_PUT_AS,
	ST_PUT_ROUTE,
	ST_PUT_EVIDENCE,
	ST_PUT_MERGED,
	ST_EACH_INCIDENT,
	ST_EACH_AS,
	ST_EACH_ROUTE,
	ST_EACH_EVIDENCE,
	ST_EACH_MERGED,
	ST_PUT_CHARGE,
	ST_EACH_CHARGE,
	ST_PUT_FACT,
	ST_GET_FACT,
	ST_HAS_FACTS,
	ST_EACH_FACT,
	ST_EACH_FACT_ALL,
	ST_PUT_TRANSIT,
	ST_EACH_TRANSIT,
	ST_MONTHS,
	ST_DEL_NETWORKS,
	ST_DEL_SPOOF,
	ST_DEL_ROLLS,
	ST_PUT_NETWORK,
	ST_EACH_NETWORK,
	ST_PUT_SPOOF,
	ST_EACH_SPOOF,
	ST_PUT_ROLL,
	ST_EACH_ROLL,
	STATEMENTS
};

/* The routes of one origin and month that are being put: see route.c. */
struct route_row {
	int64_t month_us;
	uint32_t origin;
	bool open;          /* something waits in `routes` */
	struct prefix last; /* put last */
	struct buf routes;  /* packed */
	/* Of the month whose rows are being written: */
	bool asked, new_month; /* nothing of it was stored before */
	int64_t asked_us;
	uint32_t top; /* largest origin written since */
};

struct store {
	sqlite3 *db;
	char *path;
	enum store_mode mode;
	sqlite3_stmt *st[STATEMENTS];
	bool open; /* a transaction */
	struct route_row row;
	struct buf blob; /* scratch */
};

int store_fail(const struct store *s, const char *what, struct err *err);
/* A statement ready for new values. */
sqlite3_stmt *store_st(struct store *s, enum statement n, struct err *err);
/* Run a statement that gives no row. */
int store_run(struct store *s, sqlite3_stmt *st, struct err *err);
/* 1 = a row, 0 = done, -1. */
int store_step(struct store *s, sqlite3_stmt *st, struct err *err);

void bind_text(sqlite3_stmt *st, int i, const char *s);
void bind_time(sqlite3_stmt *st, int i, int64_t us); /* TIME_NONE -> NULL */
void bind_prefix(sqlite3_stmt *st, int i, const struct prefix *p);
const char *get_text(sqlite3_stmt *st, int i, struct arena *a);
int64_t get_time(sqlite3_stmt *st, int i);
bool get_prefix(sqlite3_stmt *st, int i, struct prefix *out);
