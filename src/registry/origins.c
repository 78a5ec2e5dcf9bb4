/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * origins.c - who originated what on one day: RIS whois dumps, prefix-origin
 * tables of pyasn and CAIDA, address ranges, prefixes per AS.
 *
 * An origin that is an AS_SET is no origin; a default route tells nothing.
 */
#include "registry/input.h"

#include <stdio.h>

void
reg_add_origin(struct registry_input *in, const struct prefix *p,
    uint32_t origin)
{
	uint64_t hi = 0, lo = 0;

	if (p->family == NET_IP4) {
		uint64_t a = (uint64_t)p->addr[0] << 24 |
			     (uint64_t)p->addr[1] << 16 |
			     (uint64_t)p->addr[2] << 8 | p->addr[3];

		vec_push(&in->origins4,
		    ((struct reg_origin4){ a << 8 | p->len, origin }));
		return;
	}
	for (int i = 0; i < 8; i++) {
		hi = hi << 8 | p->addr[i];
		lo = lo << 8 | p->addr[8 + i];
	}
	vec_push(&in->origins6,
	    ((struct reg_origin6){ hi, lo, origin, p->len }));
}

static void
refuse(struct registry_input *in, struct str line, uint64_t number)
{
	reg_refuse(in, "line %llu: no prefix and origin in \"%.*s\"",
	    (unsigned long long)number, line.n > 60 ? 60 : (int)line.n, line.p);
}

static bool
full(const struct registry_input *in)
{
	return in->origins4.n > MAX_REG_ROWS || in->origins6.n > MAX_REG_ROWS;
}

static void
take(struct registry_input *in, const struct prefix *p, uint32_t origin)
{
	if (origin == 0 || p->len == 0) {
		in->report.skipped++;
		return;
	}
	reg_add_origin(in, p, origin);
	in->report.taken++;
}

/* --- dates in comments ------------------------------------------------- */

static int
month_of(struct str s)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int m = 0; m < 12 && s.n == 3; m++)
		if (memcmp(s.p, names + 3 * m, 3) == 0)
			return m + 1;
	return 0;
}

/* "... generated on Fri Sep  7 10:03:01 2012 UTC." in any order of year and
 * zone. */
static void
date_of_comment(struct registry_input *in, struct str line)
{
	struct str word, clock = { "00:00:00", 8 };
	uint64_t day = 0, year = 0, v;
	int month = 0;
	char text[64];
	int64_t us;

	while (str_word(&line, &word)) {
		if (month_of(word) != 0)
			month = month_of(word);
		else if (word.n == 8 && word.p[2] == ':' && word.p[5] == ':')
			clock = word;
		else if (word.n <= 2 && text_parse_u64(word, 31, &v))
			day = v;
		else if (word.n >= 4 &&
			 text_parse_u64((struct str){ word.p, 4 }, 2999, &v) &&
			 v >= 1990 && (word.n == 4 || word.p[4] == '.'))
			year = v;
	}
	if (month == 0 || day == 0 || year == 0)
		return;
	(void)snprintf(text, sizeof(text), "%04u-%02d-%02u %.8s",
	    (unsigned)year, month, (unsigned)day, clock.p);
	if (utc_parse(str_from(text), &us)) {
		in->report.date_us = us;
		in->report.date_from = "content";
	}
}

/* "Original file : rib.20140513.0600.bz2": eight digits that are a day. */
static void
date_of_name(struct registry_input *in, struct str line)
{
	for (size_t i = 0; i + 8 <= line.n; i++) {
		int32_t day;
		uint64_t v;

		if (!text_parse_u64((struct str){ line.p + i, 8 }, 29991231,
			&v) ||
		    v < 19900101)
			continue;
		day = reg_day((struct str){ line.p + i, 8 });
		if (day == REG_NO_DAY)
			continue;
		in->report.date_us = day * TIME_DAY;
		in->report.date_from = "content";
		return;
	}
}

static bool
find(struct str s, const char *what)
{
	return s.n != 0 && memmem(s.p, s.n, what, strlen(what)) != NULL;
}

/* --- formats ----------------------------------------------------------- */

static void
riswhois_line(struct registry_input *in, struct str line, uint64_t number)
{
	struct str rest = line, a, b;
	struct prefix p;
	uint32_t origin;

	if (line.n == 0)
		return;
	if (line.p[0] == '%') {
		if (find(line, "generated") && in->report.taken == 0)
			date_of_comment(in, line);
		return;
	}
	if (line.p[0] == '[') /* of the whois client */
		return;
	/* An AS_SET; a prefix that the collectors announce themselves. */
	if (line.p[0] == '{' || str_starts(line, "Local\t")) {
		in->report.skipped++;
		return;
	}
	if (full(in) || !str_word(&rest, &a) || !str_word(&rest, &b) ||
	    !asn_parse(a, &origin) || !prefix_parse(b, &p))
		refuse(in, line, number);
	else
		take(in, &p, origin);
}

int
reg_load_riswhois(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	if (reg_each_line(s, in, riswhois_line, err) == -1)
		return -1;
	reg_source(in, "riswhois");
	return 0;
}

/* "15169", "13335_38803" (several origins), "13335,38803" (AS_SET) */
static bool
take_origins(struct registry_input *in, const struct prefix *p, struct str s)
{
	struct str one;
	uint32_t origin;

	while (str_cut(&s, '_', &one)) {
		if (one.n != 0 &&
		    (one.p[0] == '{' || memchr(one.p, ',', one.n) != NULL)) {
			in->report.skipped++;
			continue;
		}
		if (!asn_parse(one, &origin))
			return false;
		take(in, p, origin);
	}
	return true;
}

/* pyasn: "1.0.0.0/24 15169"; CAIDA: "1.0.0.0 24 15169". */
static void
pfx_line(struct registry_input *in, struct str line, uint64_t number)
{
	struct str rest = line, a, b, c;
	char text[PREFIX_TEXT_MAX + 8];
	struct prefix p;
	bool ok;

	if (line.n == 0 || line.p[0] == '#')
		return;
	if (line.p[0] == ';') {
		if (find(line, "Original file") && in->report.taken == 0)
			date_of_name(in, line);
		return;
	}
	ok = !full(in) && str_word(&rest, &a) && str_word(&rest, &b);
	if (ok && !str_word(&rest, &c)) {
		ok = prefix_parse(a, &p) && take_origins(in, &p, b);
	} else if (ok) {
		ok = a.n + b.n + 2 < sizeof(text);
		if (ok) {
			int n = snprintf(text, sizeof(text), "%.*s/%.*s",
			    (int)a.n, a.p, (int)b.n, b.p);

			ok =
			    prefix_parse((struct str){ text, (size_t)n }, &p) &&
			    take_origins(in, &p, c);
		}
	}
	if (!ok)
		refuse(in, line, number);
}

int
reg_load_pfx_origin(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	return reg_each_line(s, in, pfx_line, err);
}

struct range_ctx {
	struct registry_input *in;
	uint32_t origin;
};

static int
add_range(void *ctx, const struct prefix *p)
{
	struct range_ctx *c = ctx;

	if (p->len != 0 && !full(c->in))
		reg_add_origin(c->in, p, c->origin);
	return 0;
}

static struct str
unquote(struct str s)
{
	s = str_trim(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return (struct str){ s.p + 1, s.n - 2 };
	return s;
}

/* "1.0.0.0,1.0.0.255,13335[,...]", or with tabs */
static void
range_line(struct registry_input *in, struct str line, uint64_t number)
{
	struct range_ctx ctx = { .in = in };
	struct str rest = str_trim(line), a, b, c;
	struct ipaddr first, last;
	char sep;

	if (rest.n == 0 || rest.p[0] == '#')
		return;
	sep = memchr(rest.p, ',', rest.n) != NULL ? ',' : '\t';
	if (full(in) || !str_cut(&rest, sep, &a) || !str_cut(&rest, sep, &b) ||
	    !str_cut(&rest, sep, &c) || !ipaddr_parse(unquote(a), &first) ||
	    !ipaddr_parse(unquote(b), &last) ||
	    !asn_parse(unquote(c), &ctx.origin) ||
	    first.family != last.family ||
	    memcmp(first.addr, last.addr, sizeof(first.addr)) > 0) {
		refuse(in, line, number);
		return;
	}
	if (ctx.origin == 0) { /* nobody announces it */
		in->report.skipped++;
		return;
	}
	(void)prefix_each_of_range(&first, &last, add_range, &ctx);
	in->report.taken++;
}

int
reg_load_ranges(struct os_stream *s, struct registry_input *in, struct err *err)
{
	return reg_each_line(s, in, range_line, err);
}

/* "64500: 192.0.2.0/24,198.51.100.0/24" */
static void
as_prefixes_line(struct registry_input *in, struct str line, uint64_t number)
{
	struct str rest = line, head, one;
	uint32_t origin;

	if (line.n == 0 || line.p[0] == '#')
		return;
	if (!str_cut(&rest, ':', &head) || rest.p == NULL ||
	    !asn_parse(str_trim(head), &origin)) {
		refuse(in, line, number);
		return;
	}
	while (str_cut(&rest, ',', &one)) {
		struct prefix p;

		one = str_trim(one);
		if (one.n == 0)
			continue;
		if (full(in) || !prefix_parse(one, &p))
			refuse(in, one, number);
		else
			take(in, &p, origin);
	}
}

int
reg_load_as_prefixes(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	return reg_each_line(s, in, as_prefixes_line, err);
}
