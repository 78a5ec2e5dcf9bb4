/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * detect_test.c - the engine from outside: what is announced goes in as lines
 * of text, what is found comes out as lines of text.
 *
 *   TIME PEER + PREFIX AS...    announced (TIME in seconds of the day)
 *   TIME PEER - PREFIX          withdrawn
 *   TIME PEER up|down           session
 *   TIME quiet                  time goes on: a peer nobody looks at speaks
 *
 * The small Internet has been watched for so many days before, by a table dump
 * a day.
 */
#include "detect/detect.h"

#include "detect/internet_test.h"

#define DAY0 (INT64_C(19875) * TIME_DAY) /* 2024-06-01 */

static const struct test_file files[] = {
	{ "rel.txt", "# source:topology|BGP|20240101|x|y\n" INTERNET_LINKS
		     "201|203|0\n201|305|-1\n" },
	{ "org.txt", "# name: AS Org\n# date: 202401\n"
		     "# format:org_id|changed|org_name|country|source\n"
		     "O1|20200101|One|SE|RIPE\nO2|20200101|Two|SE|RIPE\n"
		     "O3|20200101|Three|FR|RIPE\nO4|20200101|Four|BR|X\n"
		     "# format:aut|changed|aut_name|org_id|opaque_id|source\n"
		     "301|20200101|A|O1||RIPE\n304|20200101|B|O1||RIPE\n"
		     "302|20200101|C|O2||RIPE\n303|20200101|D|O3||RIPE\n"
		     "401|20200101|E|O4||X\n402|20200101|F|O4||X\n" },
	{ "vrps1.json",
	    "{\"metadata\":{\"buildtime\":\"2024-01-01T00:00:00Z\"},"
	    "\"roas\":["
	    "{\"asn\":301,\"prefix\":\"20.1.0.0/16\",\"maxLength\":16},"
	    "{\"asn\":302,\"prefix\":\"20.2.0.0/16\",\"maxLength\":16},"
	    "{\"asn\":0,\"prefix\":\"20.9.0.0/16\",\"maxLength\":32}]}" },
	{ "vrps2.json",
	    "{\"metadata\":{\"buildtime\":\"2024-06-01T12:00:00Z\"},"
	    "\"roas\":["
	    "{\"asn\":301,\"prefix\":\"20.1.0.0/16\",\"maxLength\":16},"
	    "{\"asn\":303,\"prefix\":\"20.2.0.0/16\",\"maxLength\":16},"
	    "{\"asn\":0,\"prefix\":\"20.9.0.0/16\",\"maxLength\":32}]}" },
	{ "irr.db", "route: 20.3.0.0/16\norigin: AS303\n"
		    "created: 2015-01-01T00:00:00Z\n"
		    "last-modified: 2023-12-01T00:00:00Z\n"
		    "mnt-by: M\nsource: RIPE\n\n"
		    "route: 20.3.0.0/16\norigin: AS304\n"
		    "created: 2016-01-01T00:00:00Z\n"
		    "last-modified: 2023-12-01T00:00:00Z\n"
		    "mnt-by: M\nsource: RIPE\n" },
};

static struct world *world;

static int
make_world(void **state)
{
	(void)state;
	world = world_of(files, COUNT(files)).w;
	return 0;
}

static int
drop_world(void **state)
{
	(void)state;
	world_close(world);
	return 0;
}

/* --- from text to events ----------------------------------------------- */

static const struct peer_case {
	const char *name;
	uint32_t asn;
} peers[] = { { "p1", 201 }, { "p2", 202 }, { "p3", 203 }, { "p4", 204 },
	{ "other", 901 } };

#define OTHER (COUNT(peers) - 1) /* has nothing to say */

static void
get_peer(void *ctx, uint32_t peer, struct feed_peer *out)
{
	(void)ctx;
	*out = (struct feed_peer){ "rrc99",
		{ NET_IP4, { 192, 0, 2, (uint8_t)peer } }, peers[peer].asn };
}

static uint64_t attrs_id;

static void
event(struct detect *d, int64_t us, enum feed_kind kind, uint32_t peer,
    const char *prefix, const char *path)
{
	uint32_t asns[100];
	struct bgp_segment seg = { .type = BGP_AS_SEQUENCE };
	struct bgp_attrs a = { .present = 1u << BGP_ATTR_AS_PATH };
	struct feed_event e = { .time_us = us,
		.since_us = TIME_NONE,
		.kind = kind,
		.peer = peer };
	struct err err = { 0 };

	if (prefix != NULL)
		assert_true(prefix_parse(str_from(prefix), &e.prefix));
	if (path != NULL) {
		const char *at = path;
		char *end;

		for (; seg.n < COUNT(asns); at = end) {
			unsigned long v = strtoul(at, &end, 10);

			if (end == at)
				break;
			asns[seg.n++] = (uint32_t)v;
		}
		a.path = (struct bgp_path){ asns, &seg, seg.n, seg.n > 0 };
		e.attrs = &a;
		e.attrs_id = ++attrs_id;
	}
	if (detect_event(d, &e, &err) == -1)
		fail_msg("%s", err.msg);
}

/* What everyone has always said: prefix, and the path of each peer. */
static const char *const table[][5] = {
	{ "20.1.0.0/16", "201 301", "202 102 101 201 301",
	    "203 103 101 201 301", "204 101 201 301" },
	{ "20.2.0.0/16", "201 101 102 202 302", "202 302",
	    "203 103 102 202 302", "204 101 102 202 302" },
	{ "20.3.0.0/16", "201 101 103 203 303", "202 102 103 203 303",
	    "203 303", "204 101 103 203 303" },
	{ "20.4.0.0/16", "201 101 204 304", "202 102 101 204 304",
	    "203 103 101 204 304", "204 304" },
	{ "20.5.0.0/16", "201 101 102 202 302", "202 302",
	    "203 103 102 202 302", "204 101 102 202 302" },
	{ "20.6.0.0/16", "201 101 103 203 303", "202 102 103 203 303",
	    "203 303", "204 101 103 203 303" },
};

static const uint32_t crowd_origins[] = { 301, 302, 303 };

/* Sixteen more prefixes of each of them: 21.0.x.0/24. */
static void
crowd(struct detect *d, int64_t us, const char *const path[4])
{
	char prefix[32], text[64];

	for (unsigned i = 0; i < 48; i++)
		for (uint32_t p = 0; p < 4; p++) {
			(void)snprintf(prefix, sizeof(prefix), "21.0.%u.0/24",
			    i);
			(void)snprintf(text, sizeof(text), "%s %u", path[p],
			    crowd_origins[i % 3]);
			event(d, us, FEED_RIB, p, prefix, text);
		}
}

static void
day_before(struct detect *d, int day)
{
	static const char *const paths[4] = { "201 101", "202 102", "203 103",
		"204 101" };
	int64_t us = DAY0 - day * TIME_DAY;

	for (uint32_t p = 0; p < COUNT(peers); p++)
		event(d, us, FEED_TABLE_BEGIN, p, NULL, NULL);
	for (size_t i = 0; i < COUNT(table); i++)
		for (uint32_t p = 0; p < 4; p++)
			event(d, us, FEED_RIB, p, table[i][0], table[i][p + 1]);
	crowd(d, us, paths);
	for (uint32_t p = 0; p < COUNT(peers); p++)
		event(d, us, FEED_TABLE_END, p, NULL, NULL);
}

static uint32_t
peer_number(const char *name)
{
	for (uint32_t i = 0; i < COUNT(peers); i++)
		if (strcmp(peers[i].name, name) == 0)
			return i;
	fail_msg("no peer %s", name);
	return 0;
}

static void
play_line(struct detect *d, const char *line)
{
	char peer[16], what[16], prefix[40] = "", path[200] = "";
	double at;
	int n = sscanf(line, "%lf %15s %15s %39s %199[^\n]", &at, peer, what,
	    prefix, path);
	int64_t us = DAY0 + (int64_t)(at * 1e6);

	assert_true(n >= 2);
	if (strcmp(peer, "quiet") == 0)
		event(d, us, FEED_WITHDRAW, OTHER, "9.9.9.0/24", NULL);
	else if (strcmp(what, "up") == 0 || strcmp(what, "down") == 0)
		event(d, us, what[0] == 'u' ? FEED_PEER_UP : FEED_PEER_DOWN,
		    peer_number(peer), NULL, NULL);
	else
		event(d, us, what[0] == '+' ? FEED_ANNOUNCE : FEED_WITHDRAW,
		    peer_number(peer), prefix, what[0] == '+' ? path : NULL);
}

static void
play(struct detect *d, const char *events)
{
	struct str rest = str_from(events), line;
	char text[300];

	while (rest.n > 0 && str_cut(&rest, '\n', &line)) {
		if (line.n == 0)
			continue;
		assert_true(line.n < sizeof(text));
		memcpy(text, line.p, line.n);
		text[line.n] = '\0';
		play_line(d, text);
	}
}

/* --- from incidents to text -------------------------------------------- */

struct found {
	struct buf text;
	bool charges;
};

static int
note_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct found *f = ctx;
	char line[300];

	(void)err;
	(void)snprintf(line, sizeof(line),
	    "%s %s %u E%u %s prefixes %llu "
	    "peers %u at %lld",
	    incident_class_name(in->class), in->type[0] ? in->type : ".",
	    in->culprit, in->level, incident_state_name(in->state),
	    (unsigned long long)in->n_prefixes, in->peers_max,
	    (long long)((in->start - DAY0) / TIME_SEC));
	buf_str(&f->text, line);
	if (in->end != TIME_NONE) {
		(void)snprintf(line, sizeof(line), " to %lld",
		    (long long)((in->end - DAY0) / TIME_SEC));
		buf_str(&f->text, line);
	}
	for (size_t i = 0; i < in->n_accomplices; i++) {
		(void)snprintf(line, sizeof(line), " via %u",
		    in->accomplices[i]);
		buf_str(&f->text, line);
	}
	for (size_t i = 0; i < in->n_victims; i++) {
		(void)snprintf(line, sizeof(line), " victim %u",
		    in->victims[i]);
		buf_str(&f->text, line);
	}
	buf_str(&f->text, in->reopened ? " reopened" : "");
	buf_str(&f->text, in->counts ? " counts" : "");
	buf_str(&f->text, in->suppressed ? " harmless: " : "");
	buf_str(&f->text, in->suppressed ? in->reason : "");
	buf_chr(&f->text, '\n');
	return 0;
}

static int
note_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	struct found *f = ctx;
	char line[200], p[PREFIX_TEXT_MAX];

	(void)err;
	if (!f->charges)
		return 0;
	prefix_format(p, &c->prefix);
	(void)snprintf(line, sizeof(line), "  %s%s%s %u %s\n", c->metric,
	    c->split[0] ? " " : "", c->split, c->asn, p);
	buf_str(&f->text, line);
	return 0;
}

static void
finish(struct detect *d, struct found *f)
{
	struct detect_sinks s = { .incident = note_incident,
		.charge = note_charge,
		.ctx = f };
	struct err err = { 0 };

	if (detect_finish(d, &s, &err) == -1)
		fail_msg("%s", err.msg);
	buf_chr(&f->text, '\0');
}

static struct detect *
begin(struct world *w, int days, const struct sect_source *saved)
{
	struct detect_config c;
	struct detect *d = NULL;
	struct err err = { 0 };

	detect_config_init(&c);
	if (detect_new(&c, w, saved, &d, &err) == -1)
		fail_msg("%s", err.msg);
	detect_peers(d, get_peer, NULL);
	for (int i = days; i > 0; i--)
		day_before(d, i);
	return d;
}

#define E(t, p, rest) t " " p " + " rest "\n"

static const struct engine_case {
	const char *why;
	int days; /* watched before */
	const char *events, *want;
	bool no_world, charges;
} cases[] = {
	{ "nothing happens", 35, "100 quiet\n", "", false, false },
	{ "H1: another origin, against a ROA whose route is there", 35,
	    E("100", "p2", "20.1.0.0/16 202 401") E("101", "p3",
		"20.1.0.0/16 203 103 102 202 401") "300 quiet\n600 p2 - 20.1.0.0/16\n" E("600",
		"p3", "20.1.0.0/16 203 103 101 201 301") "1000 quiet\n",
	    "origin-hijack E|0|-|- 401 E4 ended prefixes 1 peers 2 at 100 to "
	    "600 via 202 victim 301 counts\n"
	    "  M2C 202 20.1.0.0/16\n  M2 401 20.1.0.0/16\n",
	    false, true },
	{ "H1: one peer alone is an anomaly", 35,
	    E("100", "p2", "20.1.0.0/16 202 401") "300 quiet\n",
	    "origin-hijack E|0|-|- 401 E1 new prefixes 1 peers 1 at 100 "
	    "victim 301 counts\n",
	    false, true },
	{ "H1: over before ten seconds", 35,
	    E("100", "p2",
		"20.6.0.0/16 202 401") "103 p2 - 20.6.0.0/16\n1000 quiet\n",
	    "origin-hijack E|0|-|- 401 E1 ended prefixes 1 peers 1 at 100 to "
	    "103 victim 303\n",
	    false, true },
	{ "H2: a piece of used space", 35,
	    E("100", "p2", "20.2.7.0/24 202 401")
		E("101", "p3", "20.2.7.0/24 203 103 102 202 401") "300 quiet\n",
	    "sub-prefix-hijack S|0|-|- 401 E4 ongoing prefixes 1 peers 2 at "
	    "100 via 202 victim 302 counts\n",
	    false, false },
	{ "H2: without RPKI and IRR it is told, and does not count", 35,
	    E("100", "p2", "20.5.7.0/24 202 401")
		E("101", "p3", "20.5.7.0/24 203 103 102 202 401") "300 quiet\n",
	    "sub-prefix-hijack S|0|-|- 401 E3 ongoing prefixes 1 peers 2 at "
	    "100 via 202 victim 302\n"
	    "  M2C 202 20.5.7.0/24\n  M2 401 20.5.7.0/24\n",
	    false, true },
	{ "H2: the holder's own piece", 35,
	    E("100", "p2", "20.5.7.0/24 202 302")
		E("101", "p3", "20.5.7.0/24 203 103 102 202 302") "300 quiet\n",
	    "", false, false },
	{ "longer than /24 is not judged", 35,
	    E("100", "p2", "20.5.7.0/25 202 401")
		E("101", "p3", "20.5.7.0/25 203 103 102 202 401") "200 quiet\n",
	    "", false, false },
	{ "no baseline, no hijack", 0,
	    E("100", "p1", "20.5.0.0/16 201 101 102 202 302") E("100", "p2",
		"20.5.0.0/16 202 302") E("101", "p2", "20.5.0.0/16 202 401")
		E("101", "p3", "20.5.0.0/16 203 103 102 202 401") "300 quiet\n",
	    "", false, false },
	{ "one day of history caps at E2", 1,
	    E("100", "p2", "20.3.0.0/16 202 401")
		E("101", "p3", "20.3.0.0/16 203 103 102 202 401") "300 quiet\n",
	    "origin-hijack E|0|-|- 401 E2 ongoing prefixes 1 peers 2 at 100 "
	    "via 202 victim 303 counts\n"
	    "  M2C 202 20.3.0.0/16\n  M2 401 20.3.0.0/16\n",
	    false, true },
	{ "siblings are harmless", 35,
	    E("100", "p4", "20.1.0.0/16 204 304")
		E("101", "p3", "20.1.0.0/16 203 103 101 204 304") "200 quiet\n",
	    "origin-hijack E|0|-|- 304 E0 new prefixes 1 peers 2 at 100 via "
	    "204 victim 301 harmless: newcomer and holder are one organisation\n",
	    false, false },
	{ "a route object of the space's registry is harmless", 35,
	    E("100", "p4", "20.3.0.0/16 204 304")
		E("101", "p3", "20.3.0.0/16 203 103 101 204 304") "200 quiet\n",
	    "origin-hijack E|0|-|- 304 E0 new prefixes 1 peers 2 at 100 via "
	    "204 victim 303 harmless: a route object for exactly this prefix names the newcomer\n",
	    false, false },
	{ "AS0: nobody may announce it", 35,
	    E("100", "p2", "20.9.1.0/24 202 302") E("101", "p3",
		"20.9.1.0/24 203 103 102 202 302") "1000 quiet\n",
	    "rpki-invalid . 302 E4 ongoing prefixes 1 peers 2 at 100 via "
	    "202\n",
	    false, false },
	{ "R1: the ROA changed under a valid route", 35,
	    "43100 quiet\n43600 quiet\n",
	    "roa-change . 0 E4 ongoing prefixes 1 peers 4 at 43200 "
	    "victim 302\n",
	    false, false },
	{ "full bogon", 35,
	    E("100", "p2", "10.1.0.0/16 202 401")
		E("101", "p3", "10.1.0.0/16 203 103 102 202 401") "500 quiet\n",
	    "bogon-prefix . 401 E4 ongoing prefixes 1 peers 2 at 100 via 202\n"
	    "  M3C full 202 10.1.0.0/16\n  M3 full 401 10.1.0.0/16\n",
	    false, true },
	{ "a bogon of less than five minutes", 35,
	    E("100", "p2", "10.1.0.0/16 202 401") E("101", "p3",
		"10.1.0.0/16 203 103 102 202 401") "200 p2 - 10.1.0.0/16\n200 p3 - 10.1.0.0/16\n2500 quiet\n",
	    "bogon-prefix . 401 E1 ended prefixes 1 peers 2 at 100 to 200 via "
	    "202\n",
	    false, true },
	{ "bogons need neither baseline nor world", 0,
	    E("100", "p2", "10.1.0.0/16 202 401")
		E("101", "p3", "10.1.0.0/16 203 103 102 202 401") "500 quiet\n",
	    "bogon-prefix . 401 E4 ongoing prefixes 1 peers 2 at 100 via "
	    "202\n",
	    true, false },
	{ "bogon AS number in front of another's space", 35,
	    E("100", "p2", "22.0.0.0/16 202 401 65001") E("101", "p3",
		"22.0.0.0/16 203 103 102 202 401 65001") "500 quiet\n",
	    "bogon-asn . 401 E4 ongoing prefixes 1 peers 2 at 100 via 202\n"
	    "  M4C full 401 22.0.0.0/16\n",
	    false, true },
	{ "L0: a gap in the core", 35,
	    E("100", "p1", "20.2.0.0/16 201 101 204 102 202 302") E("100", "p1",
		"20.3.0.0/16 201 101 204 103 203 303") E("101", "p3",
		"20.2.0.0/16 203 103 101 204 102 202 302") E("102", "p3",
		"20.5.0.0/16 203 103 101 204 102 202 302") "200 quiet\n",
	    "route-leak . 204 E3 ongoing prefixes 3 peers 2 at 100 via 101 "
	    "victim 302 victim 303\n",
	    false, false },
	{ "L1: two prefixes behind a valley are an anomaly", 35,
	    E("100", "p2", "20.1.0.0/16 202 305 201 301") E("101", "p3",
		"20.1.0.0/16 203 103 102 202 305 201 301") "200 quiet\n",
	    "route-leak 1 305 E1 new prefixes 1 peers 2 at 100 via 202 "
	    "victim 301\n",
	    false, false },
	{ "a lost session ends nothing", 35,
	    E("100", "p2", "20.1.0.0/16 202 401") E("101", "p3",
		"20.1.0.0/16 203 103 102 202 401") "200 p2 down\n200 p3 down\n4000 quiet\n",
	    "origin-hijack E|0|-|- 401 E4 ongoing prefixes 1 peers 2 at 100 "
	    "via 202 victim 301 counts\n",
	    false, false },
	{ "... until the horizon", 35,
	    E("100", "p2", "20.1.0.0/16 202 401") E("101", "p3",
		"20.1.0.0/16 203 103 102 202 401") "200 p2 down\n200 p3 down\n90000 quiet\n",
	    "origin-hijack E|0|-|- 401 E4 expired prefixes 1 peers 2 at 100 "
	    "to 200 via 202 victim 301 counts\n"
	    "roa-change . 0 E4 ongoing prefixes 1 peers 2 at 43200 victim "
	    "302\n",
	    false, false },
	{ "a relapse within half an hour is the same incident", 35,
	    E("100", "p2", "20.1.0.0/16 202 401")
		E("101", "p3", "20.1.0.0/16 203 103 102 202 401") "200 p2 - 20.1.0.0/16\n200 p3 - 20.1.0.0/16\n" E(
		    "1000", "p2", "20.1.0.0/16 202 401") E("1001", "p3",
		    "20.1.0.0/16 203 103 102 202 401") "1100 quiet\n",
	    "origin-hijack E|0|-|- 401 E4 ongoing prefixes 1 peers 2 at 100 "
	    "via 202 victim 301 reopened counts\n",
	    false, false },
};

/* What was found is what was wanted; ends the engine. */
static void
expect(struct detect *d, bool charges, const char *want)
{
	struct found f = { .charges = charges };

	finish(d, &f);
	assert_string_equal((const char *)f.text.p, want);
	buf_fini(&f.text);
	detect_free(d);
}

static void
check_case(void **state)
{
	const struct engine_case *c = *state;
	struct detect *d = begin(c->no_world ? NULL : world, c->days, NULL);

	play(d, c->events);
	expect(d, c->charges, c->want);
}

/* --- many at once ------------------------------------------------------ */

/* p2 and p3 see many prefixes of three networks another way. */
static const struct many_case {
	const char *why;
	unsigned n, step;    /* prefixes, and numbers between them */
	const char *path[2]; /* of p2, of p3 */
	bool passed_on;      /* the holder stands behind */
	const char *want;
} many[] = {
	{ "H3: one network announces what is of three", 12, 1,
	    { "202 401", "203 103 102 202 401" }, false,
	    "mass-origination E|0|-|- 401 E3 ongoing prefixes 12 peers 2 at "
	    "100 via 202 victim 301 victim 302 victim 303\n" },
	{ "L1: 305 tells its provider 202 what it hears of its provider 201",
	    24, 2, { "202 305 201", "203 103 102 202 305 201" }, true,
	    "route-leak 1 305 E3 ongoing prefixes 24 peers 2 at 100 via 202 "
	    "victim 301 victim 302 victim 303\n" },
};

static void
check_many(void **state)
{
	const struct many_case *c = *state;
	struct detect *d = begin(world, 35, NULL);

	for (unsigned i = 0; i < c->n * c->step; i += c->step)
		for (unsigned p = 0; p < 2; p++) {
			char line[100], holder[12] = "";

			if (c->passed_on)
				(void)snprintf(holder, sizeof(holder), " %u",
				    crowd_origins[i % 3]);
			(void)snprintf(line, sizeof(line),
			    "%u p%u + 21.0.%u.0/24 %s%s\n", 100 + i, p + 2, i,
			    c->path[p], holder);
			play(d, line);
		}
	play(d, "400 quiet\n");
	expect(d, false, c->want);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + COUNT(many)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(cases); i++)
		tests[n++] = (struct CMUnitTest){ .name = cases[i].why,
			.test_func = check_case,
			.initial_state = (void *)(uintptr_t)&cases[i] };
	for (size_t i = 0; i < COUNT(many); i++)
		tests[n++] = (struct CMUnitTest){ .name = many[i].why,
			.test_func = check_many,
			.initial_state = (void *)(uintptr_t)&many[i] };
	return cmocka_run_group_tests_name("detect", tests, make_world,
	    drop_world);
}
