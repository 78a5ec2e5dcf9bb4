/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world_test.h - small inputs of every kind, made here, in a folder that goes
 * when the test ends; and every kind of question asked of a world.
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

#include "world/part.h"

#include <cmocka.h>

static char dir[64]; /* of the test */

static inline int
make_dir(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/world-test-XXXXXX");
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static inline int
remove_dir(void **state)
{
	char command[100];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command) == 0 ? 0 : -1;
}

static inline const char *
path_of(const char *name)
{
	static char paths[8][200];
	static unsigned next;
	char *p = paths[next++ % COUNT(paths)];

	(void)snprintf(p, sizeof(paths[0]), "%s/%s", dir, name);
	return p;
}

/* Write dir/name, folders included. */
static inline void
put(const char *name, const char *text)
{
	char path[200], *slash;
	struct err err = { 0 };

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (os_mkdirs(path, &err) == -1)
		fail_msg("%s", err.msg);
	*slash = '/';
	if (os_write_file(path, 0644, text, strlen(text), &err) == -1)
		fail_msg("%s", err.msg);
}

#define VRPS_OLD                                                        \
	"{\"metadata\":{\"buildmachine\":\"x\",\"buildtime\":"          \
	"\"2024-03-01T00:00:00Z\"},\"roas\":["                          \
	"{\"asn\":64500,\"prefix\":\"192.0.2.0/24\",\"ta\":\"one\"},"   \
	"{\"asn\":64501,\"prefix\":\"2001:db8::/32\",\"maxLength\":48," \
	"\"ta\":\"two\"}],\"aspas\":[{\"customer_asid\":64500,"         \
	"\"providers\":[64501]}]}"
#define VRPS_NEW                                               \
	"{\"metadata\":{\"buildmachine\":\"x\",\"buildtime\":" \
	"\"2024-03-10T00:00:00Z\"},\"roas\":["                 \
	"{\"asn\":64502,\"prefix\":\"192.0.2.0/24\",\"ta\":\"one\"}]}"

static const struct small_input {
	const char *name, *text;
} small_inputs[] = {
	{ "vrps-old.json", VRPS_OLD },
	{ "vrps-new.json", VRPS_NEW },
	{ "routes.db",
	    "route: 192.0.2.0/24\norigin: AS64500\n"
	    "last-modified: 2024-02-01T00:00:00Z\nsource: RIPE\n\n"
	    "route: 192.0.2.0/24\norigin: AS64509\n"
	    "last-modified: 2024-02-02T00:00:00Z\nsource: RADB\n\n"
	    "as-set: AS-X\nmembers: AS64500, AS64501\n"
	    "last-modified: 2024-02-01T00:00:00Z\nsource: RIPE\n\n"
	    "aut-num: AS64500\nas-name: ONE\nimport: from AS64501 accept ANY\n"
	    "export: to AS64501 announce AS64500\nadmin-c: X\n"
	    "last-modified: 2024-02-03T00:00:00Z\nsource: RIPE\n" },
	{ "as-rel/20240201.as-rel.txt",
	    "# source:topology|BGP|20240201|routeviews|route-views2\n"
	    "64501|64500|-1\n64501|64502|0\n64502|64503|-1\n" },
	{ "delegated-apnic-extended-20240219",
	    "2|apnic|20240219|3|19830613|20240219|+1000\n"
	    "apnic|*|asn|*|1|summary\n"
	    "apnic|AU|ipv4|1.0.0.0|256|20110811|assigned|A1\n"
	    "apnic||ipv4|1.0.1.0|256||available|\n"
	    "apnic|JP|asn|64500|4|20070101|allocated|A1\n" },
	{ "bogons.txt",
	    "# last updated 1710089701 (Sun Mar 10 16:55:01 2024 GMT)\n"
	    "0.0.0.0/8\n1.3.0.0/16\n" },
	{ "peeringdb_2024_03_01.json",
	    "{\"net\":{\"data\":[{\"id\":1,\"org_id\":9,\"asn\":64500,"
	    "\"name\":\"One\",\"irr_as_set\":\"RIPE::AS-X\"}]},\"org\":{"
	    "\"data\":[{\"id\":9,\"name\":\"Org\",\"country\":\"CH\"}]},"
	    "\"ixpfx\":{\"data\":[{\"id\":1,\"ixlan_id\":3,\"prefix\":"
	    "\"193.239.116.0/22\"}]},\"netixlan\":{\"data\":[{\"id\":1,"
	    "\"asn\":64500,\"ix_id\":3}]},\"poc\":{\"data\":[{\"id\":1,"
	    "\"net_id\":1,\"role\":\"NOC\",\"email\":\"x\"}]}}" },
	{ "spoofer.json",
	    "{\"session\":7,\"timestamp\":\"2024-03-02T00:00:00Z\",\"asn4\":"
	    "64500,\"client4\":\"192.0.2.0/24\",\"routedspoof\":\"blocked\"}"
	    "\n" },
	{ "participants-2024-01-01.csv",
	    "Organization Name,Areas,ASNs,Action 1: Filtering\n"
	    "Sky,BD;IN,64501;64500,Yes\nAlpha,CH,64502,No\n" },
	{ "riswhoisdump-20240103.IPv4",
	    "% This file was generated on Wed Jan  3 08:00:00 2024 UTC.\n"
	    "64501\t192.0.2.0/24\t1\n64500\t192.0.2.0/24\t100\n" },
};

static inline void
put_small_inputs(void)
{
	for (size_t i = 0; i < COUNT(small_inputs); i++) {
		char name[100];

		(void)snprintf(name, sizeof(name), "in/%s",
		    small_inputs[i].name);
		put(name, small_inputs[i].text);
	}
}

/* Build dir/out from one path; what is refused fails the test. */
static inline void
build(const char *out, const char *from)
{
	char target[200], source[200];
	const char *paths[] = { source };
	struct world_build b = { .paths = paths, .n_paths = 1, .out = target };
	struct err err = { 0 };
	size_t refused = 0;

	(void)snprintf(target, sizeof(target), "%s/%s", dir, out);
	(void)snprintf(source, sizeof(source), "%s/%s", dir, from);
	if (world_build(&b, &refused, &err) == -1)
		fail_msg("%s", err.msg);
	assert_int_equal(refused, 0);
}

static inline struct world *
open_world(const char *name)
{
	struct world *w = NULL;
	struct err err = { 0 };

	if (world_open(path_of(name), &w, &err) == -1)
		fail_msg("%s", err.msg);
	return w;
}

static inline int64_t
at(const char *time)
{
	int64_t us = 0;

	assert_true(utc_parse(str_from(time), &us));
	return us;
}
