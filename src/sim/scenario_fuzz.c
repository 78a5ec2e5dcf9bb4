/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scenario_fuzz.c - any text as a scenario: refused with a reason, or played;
 * what is played gives the same routes again.
 */
#include <assert.h>
#include <stdlib.h>

#include "sim/play.h"

#define WORK_MAX 20000000 /* larger ones are parsed only */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scenario *s = NULL;
	struct buf a = { 0 }, b = { 0 };
	struct err err = { 0 };

	if (scenario_parse("fuzz", (const char *)data, size, &s, &err) == -1) {
		assert(err.msg[0] != '\0');
		return 0;
	}
	if (play_work(s) * (1 + s->events.n) < WORK_MAX &&
	    s->peers.n * s->prefixes.n < 4000) {
		if (sim_final_routes(s, &a, &err) == 0 &&
		    sim_final_routes(s, &b, &err) == 0)
			assert(a.n == b.n &&
			       (a.n == 0 || memcmp(a.p, b.p, a.n) == 0));
	}
	buf_fini(&a);
	buf_fini(&b);
	scenario_free(s);
	return 0;
}
