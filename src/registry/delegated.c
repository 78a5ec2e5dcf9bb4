/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delegated.c - RIR statistics exchange format: delegated and
 * delegated-extended of the registries, the NRO's union, IANA's own.
 *
 *   version|registry|serial|records|startdate|enddate|UTCoffset
 *   registry|*|type|*|count|summary
 *   registry|cc|type|start|value|date|status[|opaque-id[|...]]
 */
#include "registry/input.h"

#include <stdio.h>

#define FIELDS_MAX 12

struct fields {
	struct str f[FIELDS_MAX];
	size_t n;
};

static void
cut_fields(struct str line, struct fields *out)
{
	out->n = 0;
	while (out->n < FIELDS_MAX && str_cut(&line, '|', &out->f[out->n]))
		out->n++;
}

/* The registry names its status, except that IANA writes the registry to
 * which a block went, `ietf` or `ianapool`. */
static bool
parse_status(struct str s, struct reg_grant *g)
{
	if (str_eq(s, "allocated"))
		g->status = REG_ALLOCATED;
	else if (str_eq(s, "assigned"))
		g->status = REG_ASSIGNED;
	else if (str_eq(s, "available"))
		g->status = REG_AVAILABLE;
	else if (str_eq(s, "reserved"))
		g->status = REG_RESERVED;
	else if (str_eq(s, "ianapool"))
		g->status = REG_UNALLOCATED;
	else if (g->rir == REG_IANA &&
		 (reg_rir(s) != REG_RIR_NONE || str_eq(s, "ietf")))
		g->status = REG_ALLOCATED;
	else
		return false;
	if (g->rir != REG_IANA)
		return true;
	if (g->status == REG_AVAILABLE || g->status == REG_RESERVED)
		g->status = REG_UNALLOCATED;
	g->block = g->status != REG_UNALLOCATED;
	return true;
}

struct range_ctx {
	struct registry_input *in;
	const struct reg_grant *grant;
};

static int
add_prefix(void *ctx, const struct prefix *p)
{
	struct range_ctx *c = ctx;

	vec_push(&c->in->prefixes, ((struct reg_prefix_row){ *p, *c->grant }));
	return 0;
}

/* The count need not be a power of two: 768 is a /23 and a /24. */
static const char *
take_ip4(struct registry_input *in, const struct fields *f,
    const struct reg_grant *g)
{
	struct range_ctx ctx = { in, g };
	struct ipaddr first, last = { .family = NET_IP4 };
	uint64_t count, at, end;

	if (!ipaddr_parse(f->f[3], &first) || first.family != NET_IP4)
		return "bad IPv4 address";
	if (!text_parse_u64(f->f[4], UINT64_C(1) << 32, &count) || count == 0)
		return "bad count of addresses";
	at = (uint64_t)first.addr[0] << 24 | (uint64_t)first.addr[1] << 16 |
	     (uint64_t)first.addr[2] << 8 | first.addr[3];
	end = at + count - 1;
	if (end > UINT32_MAX)
		return "addresses past 255.255.255.255";
	for (int i = 0; i < 4; i++)
		last.addr[i] = (uint8_t)(end >> (24 - 8 * i));
	(void)prefix_each_of_range(&first, &last, add_prefix, &ctx);
	return NULL;
}

static const char *
take_ip6(struct registry_input *in, const struct fields *f,
    const struct reg_grant *g)
{
	struct range_ctx ctx = { in, g };
	struct prefix p = { .family = NET_IP6 };
	struct ipaddr a;
	uint64_t len;

	if (!ipaddr_parse(f->f[3], &a) || a.family != NET_IP6)
		return "bad IPv6 address";
	if (!text_parse_u64(f->f[4], 128, &len))
		return "bad prefix length";
	memcpy(p.addr, a.addr, sizeof(p.addr));
	p.len = (uint8_t)len;
	if (!prefix_is_canonical(&p))
		return "address bits past the prefix length";
	return add_prefix(&ctx, &p) == 0 ? NULL : "";
}

static const char *
take_asn(struct registry_input *in, const struct fields *f,
    const struct reg_grant *g)
{
	struct reg_asn_row row = { .grant = *g };
	uint64_t count;

	if (!asn_parse(f->f[3], &row.first))
		return "bad AS number";
	if (!text_parse_u64(f->f[4], UINT64_C(1) << 32, &count) || count == 0 ||
	    row.first + count - 1 > UINT32_MAX)
		return "bad count of AS numbers";
	row.last = (uint32_t)(row.first + count - 1);
	vec_push(&in->asns, row);
	return NULL;
}

static const char *
take_record(struct registry_input *in, const struct fields *f)
{
	struct reg_grant g = { .day = REG_NO_DAY };

	/* Old records and LACNIC's available ones stop after the status. */
	if (f->n < 7)
		return "fewer than 7 fields";
	g.rir = (uint8_t)reg_rir(f->f[0]);
	if (g.rir == REG_RIR_NONE)
		return "unknown registry";
	if (!parse_status(f->f[6], &g))
		return "unknown status";
	reg_cc(f->f[1], g.cc);
	if (memcmp(g.cc, "ZZ", 2) == 0) /* "no country" in NRO's file */
		memset(g.cc, 0, 2);
	g.day = reg_day(f->f[5]);
	if (!g.block && f->n > 7)
		g.opaque = reg_text(in, f->f[7]);
	if (g.opaque != 0 || g.status > REG_ASSIGNED)
		in->extended |= !g.block;
	if (str_eq(f->f[2], "ipv4"))
		return take_ip4(in, f, &g);
	if (str_eq(f->f[2], "ipv6"))
		return take_ip6(in, f, &g);
	if (str_eq(f->f[2], "asn"))
		return take_asn(in, f, &g);
	return "unknown type of resource";
}

static void
take_version(struct registry_input *in, const struct fields *f)
{
	int64_t us;
	int32_t day = reg_day(f->f[5]);

	if (day == REG_NO_DAY) {
		day = reg_day(f->f[2]);
		if (day == REG_NO_DAY && utc_parse(f->f[2], &us))
			day = utc_day(us);
	}
	if (day != REG_NO_DAY && day > 0) {
		in->report.date_us = day * TIME_DAY;
		in->report.date_from = "content";
	}
	reg_source(in, "%.*s", f->f[1].n > 20 ? 20 : (int)f->f[1].n, f->f[1].p);
}

static void
take_line(struct registry_input *in, struct str line, uint64_t number)
{
	struct fields f;
	const char *why;

	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return;
	cut_fields(line, &f);
	if (f.f[0].n != 0 && f.f[0].p[0] >= '0' && f.f[0].p[0] <= '9' &&
	    f.n >= 6) {
		take_version(in, &f);
		return;
	}
	if (f.n >= 6 && str_eq(f.f[5], "summary"))
		return;
	if (in->prefixes.n > MAX_REG_ROWS || in->asns.n > MAX_REG_ROWS)
		why = "over the limit of rows";
	else
		why = take_record(in, &f);
	if (why == NULL)
		in->report.taken++;
	else
		reg_refuse(in, "line %llu: %s in \"%.*s\"",
		    (unsigned long long)number, why,
		    line.n > 60 ? 60 : (int)line.n, line.p);
}

int
reg_load_delegated(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	size_t n;

	reg_source(in, "%s", "");
	if (reg_each_line(s, in, take_line, err) == -1)
		return -1;
	if (in->report.source[0] == '\0')
		reg_source(in, "%s", "unnamed");
	n = strlen(in->report.source);
	for (size_t i = 0; i < n; i++) /* goes into reports */
		if (in->report.source[i] <= ' ' || in->report.source[i] > '~')
			in->report.source[i] = '?';
	if (in->extended)
		(void)snprintf(in->report.source + n,
		    sizeof(in->report.source) - n, "-extended");
	return 0;
}
