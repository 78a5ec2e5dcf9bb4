/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * internet_test.h - the small Internet of the tests, and worlds built of a few
 * files of text.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h> /* last: needs the four first */

#include "world/world.h"

/*
 * 101, 102 and 103 are its core; 201 and 204 are customers of 101, 202 of 102,
 * 203 of 103; 30x are customers of 20x; 401, 402 and 305 of 202 and 201.  What
 * 305 is to 201, and 203 to 201, each test says.
 */
#define INTERNET_LINKS                        \
	"# input clique: 101 102 103\n"       \
	"101|102|0\n101|103|0\n102|103|0\n"   \
	"101|201|-1\n101|204|-1\n"            \
	"102|202|-1\n103|203|-1\n"            \
	"201|301|-1\n202|302|-1\n"            \
	"203|303|-1\n204|304|-1\n201|202|0\n" \
	"202|401|-1\n201|402|-1\n202|305|-1\n"

struct test_file {
	const char *name, *text;
};

struct test_world {
	char dir[64];
	struct world *w;
};

/* Built of these files, which are gone again when it returns. */
static inline struct test_world
world_of(const struct test_file *files, size_t n)
{
	struct test_world t = { .dir = "/tmp/comity-detect-XXXXXX" };
	char paths[8][128], out[128];
	const char *names[8];
	struct world_build b = { .paths = names, .n_paths = n, .out = out };
	size_t refused;
	struct err err = { 0 };

	assert_true(n <= COUNT(names));
	assert_non_null(mkdtemp(t.dir));
	for (size_t i = 0; i < n; i++) {
		FILE *f;

		(void)snprintf(paths[i], sizeof(paths[i]), "%s/%s", t.dir,
		    files[i].name);
		names[i] = paths[i];
		f = fopen(paths[i], "w");
		assert_non_null(f);
		assert_true(fputs(files[i].text, f) >= 0);
		assert_int_equal(fclose(f), 0);
	}
	(void)snprintf(out, sizeof(out), "%s/w", t.dir);
	if (world_build(&b, &refused, &err) == -1 ||
	    world_open(out, &t.w, &err) == -1)
		fail_msg("%s", err.msg);
	assert_int_equal(refused, 0);
	for (size_t i = 0; i < n; i++)
		(void)unlink(paths[i]);
	(void)unlink(out);
	(void)rmdir(t.dir);
	return t;
}
