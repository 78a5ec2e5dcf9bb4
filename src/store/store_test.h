/* SPDX-License-Identifier: BSD-2-Clause */
/* store_test.h - a fresh folder for each test of the store. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"
#include "store/store.h"

static struct err test_err;    /* of the last call in OK() */
static char dir[64], path[96]; /* of the store */
static int64_t month;

static inline int
setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/comity-store-XXXXXX");
	if (mkdtemp(dir) == NULL || !utc_parse(STR("2020-02-01"), &month))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/t.db", dir);
	return 0;
}

static inline int
teardown(void **state)
{
	char cmd[128];

	(void)state;
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	return system(cmd);
}

static inline struct store *
open_store(enum store_mode mode)
{
	struct store *s;

	if (store_open(path, mode, &s, &test_err) == -1)
		fail_msg("%s", test_err.msg);
	return s;
}

/* err is the one above. */
#define OK(call)                                              \
	do {                                                  \
		if ((call) == -1)                             \
			fail_msg(#call ": %s", test_err.msg); \
	} while (0)

static inline int
count_route(void *ctx, const struct route_fact *f, struct err *err)
{
	(void)f;
	(void)err;
	++*(size_t *)ctx;
	return 0;
}

#define ROW(why, fn)                           \
	{                                      \
		why, fn, setup, teardown, NULL \
	}
