/* SPDX-License-Identifier: BSD-2-Clause */
/* emit_test.c - incidents and charges as they leave the engine. */
#include "detect/detect_test.h"

#include <assert.h>

/* --- an engine with findings ------------------------------------------- */

#define START "2024-05-10T12:00:00Z"
#define NOW   "2024-05-10T14:00:00Z"

static uint32_t
add_finding(struct detect *d, enum rule rule, const char *prefix, uint32_t who,
    uint8_t level, uint32_t flags)
{
	struct finding *f = vec_grow(&d->findings);

	*f = (struct finding){ .serial = d->next_finding++,
		.start = at(START),
		.end = TIME_NONE,
		.since = at(START),
		.dark_at = TIME_NONE,
		.prefix = pfx(d, prefix),
		.who = who,
		.origin = who,
		.other = NONE,
		.incident = NONE,
		.next = NONE,
		.peers_max = 2,
		.flags = flags,
		.rule = (uint8_t)rule,
		.level = level };
	return (uint32_t)d->findings.n - 1;
}

static uint32_t
add_inc(struct detect *d, enum incident_class class, uint32_t culprit,
    uint8_t level)
{
	struct inc *in = vec_grow(&d->incs);

	*in = (struct inc){ .serial = d->next_inc++,
		.id = UINT64_C(0xab00) + d->next_inc,
		.start = at(START),
		.end = TIME_NONE,
		.due = TIME_NONE,
		.culprit = culprit,
		.counted = NONE,
		.flags = I_CHANGED,
		.class = (uint8_t) class,
		.state = INC_ONGOING,
		.level = level };
	return (uint32_t)d->incs.n - 1;
}

static void
belongs(struct detect *d, uint32_t inc, uint32_t f)
{
	vec_push(&d->incs.p[inc].findings, f);
	d->findings.p[f].incident = inc;
	d->incs.p[inc].open++;
}

static void
ends(struct detect *d, uint32_t inc, const char *when)
{
	struct inc *in = &d->incs.p[inc];

	in->state = INC_ENDED;
	in->end = at(when);
	for (size_t i = 0; i < in->findings.n; i++)
		d->findings.p[in->findings.p[i]].end = in->end;
}

/* An incident of one finding. */
static struct finding *
one(struct detect *d, enum incident_class class, enum rule rule,
    const char *prefix, uint32_t who, uint8_t level, uint32_t flags)
{
	uint32_t f = add_finding(d, rule, prefix, who, level, flags);

	belongs(d, add_inc(d, class, who, level), f);
	return &d->findings.p[f];
}

/* --- what comes out, as text ------------------------------------------- */

static void
put_asns(struct buf *b, const char *name, const uint32_t *p, size_t n)
{
	buf_str(b, name);
	for (size_t i = 0; i < n; i++)
		buf_printf(b, " %u", p[i]);
	buf_chr(b, '\n');
}

static void
put_time(struct buf *b, int64_t us)
{
	char text[TIME_TEXT_MAX];

	buf_str(b, us == TIME_NONE ? "open" : utc_format(text, us) + 11);
}

static int
put_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct buf *b = ctx;

	(void)err;
	buf_printf(b, "%s %s '%s' %s AS%u E%u %d points, ", in->id,
	    incident_class_name(in->class), in->type,
	    incident_state_name(in->state), in->culprit, in->level, in->points);
	put_time(b, in->start);
	buf_chr(b, '-');
	put_time(b, in->end);
	buf_printf(b, " %u peers %u prefixes%s%s%s\n", in->peers_max,
	    (unsigned)in->n_prefixes, in->reopened ? " reopened" : "",
	    in->suppressed ? " suppressed" : "", in->counts ? " counts" : "");
	put_asns(b, "by", in->accomplices, in->n_accomplices);
	put_asns(b, "of", in->victims, in->n_victims);
	for (size_t i = 0; i < in->n_routes; i++) {
		const struct incident_route *r = &in->routes[i];

		say_prefix(b, &r->prefix);
		buf_printf(b, " AS%u ", r->origin);
		put_time(b, r->start);
		buf_chr(b, '-');
		put_time(b, r->end);
		buf_printf(b, " %u [%s] %s\n", r->peers_max, r->path,
		    r->decision);
	}
	for (size_t i = 0; i < in->n_merged; i++)
		buf_printf(b, "merged %s\n", in->merged[i]);
	if (in->reason[0] != '\0')
		buf_printf(b, "reason: %s\n", in->reason);
	return 0;
}

static int
put_charge(void *ctx, const struct detect_charge *c, struct err *err)
{
	(void)err;
	buf_printf(ctx, "AS%u %s%s%s ", c->asn, c->metric,
	    c->split[0] != '\0' ? "/" : "", c->split);
	say_prefix(ctx, &c->prefix);
	buf_printf(ctx, " %u\n", c->weight_micro);
	return 0;
}

static int
put_evidence(void *ctx, const struct incident *in, struct err *err)
{
	(void)err;
	for (size_t i = 0; i < in->n_evidence; i++) {
		const struct evidence *e = &in->evidence[i];

		buf_printf(ctx, "%s/%s %+g %d: %s", e->family, e->name, e->nats,
		    e->points, e->detail);
		if (e->source[0] != '\0')
			buf_printf(ctx, " [%s]", e->source);
		if (e->age_us != TIME_NONE)
			buf_printf(ctx, " %d h", (int)(e->age_us / TIME_HOUR));
		buf_chr(ctx, '\n');
	}
	return 0;
}

static int
put_explanation(void *ctx, const struct incident *in, struct err *err)
{
	(void)err;
	buf_printf(ctx, "%s\n", in->explanation);
	return 0;
}

static void
emit(struct detect *d, const struct detect_sinks *with, struct buf *b)
{
	struct detect_sinks s = *with;
	struct err err = { 0 };

	s.ctx = b;
	if (incidents_emit(d, &s, &err) == -1)
		fail_msg("%s", err.msg);
}

static const struct detect_sinks incidents = { .incident = put_incident };
static const struct detect_sinks charges = { .charge = put_charge };
static const struct detect_sinks evidence = { .incident = put_evidence };
static const struct detect_sinks explanations = { .incident = put_explanation };

static void
expect(struct detect *d, const struct detect_sinks *s, const char *want)
{
	struct buf b = { 0 };

	emit(d, s, &b);
	assert_string_equal(buf_cstr(&b), want);
	buf_fini(&b);
}

/* --- incidents --------------------------------------------------------- */

/* A sub-prefix hijack of two pieces, one of them over. */
static struct detect *
hijack(bool turned)
{
	struct detect *d = bed(NULL, NOW);
	const char *const names[] = { "11.0.8.0/24", "11.0.4.0/24" };
	uint32_t inc = add_inc(d, INC_SUB_PREFIX_HIJACK, 64501, 4), ids[2];

	for (uint32_t i = 0; i < 2; i++) {
		uint32_t k = turned ? 1 - i : i;

		ids[k] = add_finding(d, RULE_ORIGIN, names[k], 64501, 4,
		    F_SUB | F_COUNTS);
		struct finding *f = &d->findings.p[ids[k]];
		f->serial = k;
		f->start += k * TIME_MIN;
		f->path = path(d, "64500 64510 64501");
		f->other = pfx(d, "11.0.0.0/16");
		f->rov = PR_ASN;
		f->irr = IRR_OTHER + 1;
		f->peers_max = 3 + k;
		f->nats = 5 - k;
		f->evidence = EV(EV_INVALID_ASN) | EV(EV_MORE_SPECIFIC);
		u32set_add(&f->nexts, 64510 + k);
		u32set_add(&f->victims, 64502);
	}
	belongs(d, inc, ids[0]);
	belongs(d, inc, ids[1]);
	d->findings.p[ids[1]].end = at("2024-05-10T13:00:00Z");
	return d;
}

static const char hijack_text[] =
    "000000000000ab01 sub-prefix-hijack 'S|0|-|-' ongoing AS64501 E4 98 "
    "points, 12:00:00Z-open 4 peers 2 prefixes counts\n"
    "by 64510 64511\n"
    "of 64502\n"
    "11.0.4.0/24 AS64501 12:01:00Z-13:00:00Z 4 [64500 64510 64501] "
    "H2 E4 rpki=invalid-asn irr=other-origin\n"
    "11.0.8.0/24 AS64501 12:00:00Z-open 3 [64500 64510 64501] "
    "H2 E4 rpki=invalid-asn irr=other-origin\n";

static void
test_hijack(void **state)
{
	struct detect *d = hijack(false);

	(void)state;
	expect(d, &incidents, hijack_text);
	detect_free(d);
}

/* The order of arrays is that of arrival; what is written is not. */
static void
test_turned_arrays(void **state)
{
	static const struct detect_sinks *const all[] = { &incidents, &charges,
		&evidence, &explanations };

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct detect *d = hijack(false), *t = hijack(true);
		struct buf b = { 0 };

		emit(d, all[i], &b);
		assert_true(b.n > 0);
		expect(t, all[i], buf_cstr(&b));
		expect(d, all[i], buf_cstr(&b)); /* and again the same */
		buf_fini(&b);
		detect_free(d);
		detect_free(t);
	}
}

static void
test_which_and_order(void **state)
{
	struct detect *d = bed(NULL, NOW);
	struct inc *in;
	struct buf b = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 6; i++) {
		one(d, INC_RPKI_INVALID, RULE_RPKI, "11.0.0.0/16", 64500 + i, 2,
		    0)
		    ->start += i == 0 ? TIME_MIN : 0;
		d->incs.p[i].id = 0xff - i;
	}
	in = &d->incs.p[2]; /* over, and written by an earlier run */
	in->state = INC_ENDED;
	in->flags = 0;
	in = &d->incs.p[3]; /* not over */
	in->flags = 0;
	in = &d->incs.p[4]; /* over since that run */
	in->state = INC_EXPIRED;
	d->incs.p[5].flags |= I_MERGED | I_CLOSED;
	vec_push(&d->incs.p[1].merged, d->incs.p[5].id);
	emit(d, &incidents, &b);
	const char *text = buf_cstr(&b);
	const char *want[] = { "00000000000000fb", "00000000000000fc",
		"00000000000000fe", "merged 00000000000000fa",
		"00000000000000ff" };
	for (size_t i = 0; i < COUNT(want); i++) {
		text = strstr(text, want[i]);
		assert_non_null(text);
	}
	assert_null(strstr(buf_cstr(&b), "00000000000000fd"));
	assert_null(strstr(buf_cstr(&b), "\n00000000000000fa"));
	buf_fini(&b);
	detect_free(d);
}

static void
test_harmless(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, INC_ORIGIN_HIJACK, 64501, 0);

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t f = add_finding(d, RULE_ORIGIN,
		    i == 0 ? "11.0.0.0/16" : "11.1.0.0/16", 64501, 0, 0);

		d->findings.p[f].benign =
		    i == 0 ? BENIGN_ROA_VALID : BENIGN_SAME_ORG;
		d->findings.p[f].rov = i == 0 ? PR_VALID : PR_NOT_FOUND;
		belongs(d, inc, f);
	}
	d->incs.p[inc].flags |= I_SUPPRESSED | I_REOPENED;
	ends(d, inc, "2024-05-10T13:00:00Z");
	expect(d, &incidents,
	    "000000000000ab01 origin-hijack 'E|0|-|-' ended AS64501 E0 19 "
	    "points, 12:00:00Z-13:00:00Z 2 peers 2 prefixes reopened "
	    "suppressed\n"
	    "by\nof\n"
	    "11.0.0.0/16 AS64501 12:00:00Z-13:00:00Z 2 [] H1 E0 rpki=valid "
	    "irr=unknown harmless: a ROA allows the newcomer\n"
	    "11.1.0.0/16 AS64501 12:00:00Z-13:00:00Z 2 [] H1 E0 rpki=not-found "
	    "irr=unknown harmless: newcomer and holder are one organisation\n"
	    "reason: newcomer and holder are one organisation; a ROA allows "
	    "the newcomer\n");
	expect(d, &charges, "");
	detect_free(d);
}

static void
test_ended_and_expired(void **state)
{
	struct detect *d = bed(NULL, NOW);

	(void)state;
	one(d, INC_BOGON_PREFIX, RULE_BOGON, "10.0.0.0/8", 64501, 4, 0)->path =
	    path(d, "64500 {64510 {64511 64501");
	one(d, INC_ROA_CHANGE, RULE_ROA, "11.0.0.0/16", 64502, 4, 0)->rov =
	    PR_ASN;
	ends(d, 0, "2024-05-10T12:10:00Z");
	ends(d, 1, "2024-05-10T12:10:00Z");
	d->incs.p[1].state = INC_EXPIRED;
	/* Who announces what ROAs made invalid is no culprit. */
	expect(d, &incidents,
	    "000000000000ab01 bogon-prefix '' ended AS64501 E4 98 points, "
	    "12:00:00Z-12:10:00Z 2 peers 1 prefixes\nby\nof\n"
	    "10.0.0.0/8 AS64501 12:00:00Z-12:10:00Z 2 [64500 {64510,64511} "
	    "64501] B1 E4\n"
	    "reason: every peer that saw it has withdrawn or replaced it\n"
	    "000000000000ab02 roa-change '' expired AS0 E4 98 points, "
	    "12:00:00Z-12:10:00Z 2 peers 1 prefixes\nby\nof 64502\n"
	    "11.0.0.0/16 AS64502 12:00:00Z-12:10:00Z 2 [] R1 E4 "
	    "rpki=invalid-asn irr=unknown\n"
	    "reason: the peers that saw it went down and did not come back: "
	    "its end was not seen\n");
	detect_free(d);
}

/* Findings that do not reach E2 are no part of what does. */
static void
test_weak_left_out(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, INC_ORIGIN_HIJACK, 64501, 2), f;

	(void)state;
	f = add_finding(d, RULE_ORIGIN, "11.0.0.0/16", 64501, 1, 0);
	d->findings.p[f].peers_max = 9;
	belongs(d, inc, f);
	f = add_finding(d, RULE_ORIGIN, "11.1.0.0/16", 64501, 2, 0);
	d->findings.p[f].start += TIME_HOUR;
	belongs(d, inc, f);
	expect(d, &incidents,
	    "000000000000ab01 origin-hijack 'E|0|-|-' ongoing AS64501 E2 70 "
	    "points, 13:00:00Z-open 2 peers 1 prefixes\nby\nof\n"
	    "11.1.0.0/16 AS64501 13:00:00Z-open 2 [] H1 E2 rpki=unknown "
	    "irr=unknown\n");
	detect_free(d);
}

struct counted {
	size_t routes, charges;
	uint64_t prefixes;
};

static int
count_incident(void *ctx, const struct incident *in, struct err *err)
{
	struct counted *c = ctx;

	(void)err;
	c->routes = in->n_routes;
	c->prefixes = in->n_prefixes;
	return 0;
}

static int
count_charge(void *ctx, const struct detect_charge *x, struct err *err)
{
	(void)x;
	(void)err;
	((struct counted *)ctx)->charges++;
	return 0;
}

/* Routes and charges are bounded; what is left out is counted, or lies within
 * the time of what is kept. */
static void
test_limits(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, INC_MASS_ORIGINATION, 64501, 3);
	struct counted c = { 0 };
	struct detect_sinks s = { .incident = count_incident,
		.charge = count_charge,
		.ctx = &c };
	struct err err = { 0 };

	(void)state;
	d->incs.p[inc].own = 3;
	for (uint32_t i = 0; i < INCIDENT_ROUTES_MAX + 500; i++) {
		char text[40];

		(void)snprintf(text, sizeof(text), "11.%u.%u.0/24", i / 256,
		    i % 256);
		belongs(d, inc,
		    add_finding(d, RULE_ORIGIN, text, 64501, 1, F_COUNTS));
		d->findings.p[i].end = at(START) + TIME_MIN;
	}
	/* Two of the last are there at times when the rest is not. */
	d->findings.p[INCIDENT_ROUTES_MAX + 100].end = TIME_NONE;
	d->findings.p[INCIDENT_ROUTES_MAX + 200].start -= TIME_HOUR;
	assert_int_equal(incidents_emit(d, &s, &err), 0);
	assert_int_equal(c.routes, INCIDENT_ROUTES_MAX);
	assert_int_equal(c.prefixes, INCIDENT_ROUTES_MAX + 500);
	assert_int_equal(c.charges, INCIDENT_ROUTES_MAX + 2);
	detect_free(d);
}

static int
refuse(void *ctx, const struct incident *in, struct err *err)
{
	(void)ctx;
	(void)in;
	return err_set(err, ERR_SYSTEM, "full");
}

static void
test_sink_stops(void **state)
{
	struct detect *d = hijack(false);
	struct detect_sinks s = { .incident = refuse, .charge = put_charge };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(incidents_emit(d, &s, &err), -1);
	assert_string_equal(err.msg, "full");
	detect_free(d);
}

/* --- charges ----------------------------------------------------------- */

#define H  INC_ORIGIN_HIJACK
#define BA INC_BOGON_ASN

static const struct charge_row {
	const char *why;
	enum incident_class class;
	enum rule rule;
	uint8_t level;
	uint32_t flags;
	const char *setting, *value;
	const char *want;
} charge_rows[] = {
	{ "a hijack, and who took it", H, RULE_ORIGIN, 3, F_COUNTS, NULL, NULL,
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n" },
	{ "a hijack that the filter stops is there to be shown", H, RULE_ORIGIN,
	    4, 0, NULL, NULL,
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n" },
	{ "a likely hijack is there to be shown", H, RULE_ORIGIN, 2, F_COUNTS,
	    NULL, NULL,
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n" },
	{ "an anomaly charges nobody", H, RULE_ORIGIN, 1, F_COUNTS, NULL, NULL,
	    "" },
	{ "a sub-prefix hijack", INC_SUB_PREFIX_HIJACK, RULE_ORIGIN, 4,
	    F_COUNTS | F_SUB, NULL, NULL,
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n" },
	{ "re-origination is a leak", INC_ROUTE_LEAK, RULE_ORIGIN, 3, 0, NULL,
	    NULL,
	    "AS64501 M1 11.0.0.0/16 1000000\n"
	    "AS64510 M1C 11.0.0.0/16 1000000\n" },
	{ "a bogon prefix", INC_BOGON_PREFIX, RULE_BOGON, 4, 0, NULL, NULL,
	    "AS64501 M3/full 11.0.0.0/16 1000000\n"
	    "AS64510 M3C/full 11.0.0.0/16 1000000\n" },
	{ "an administrative bogon prefix", INC_ADMIN_BOGON, RULE_BOGON, 2,
	    F_ADMIN, NULL, NULL,
	    "AS64501 M3/administrative 11.0.0.0/16 1000000\n"
	    "AS64510 M3C/administrative 11.0.0.0/16 1000000\n" },
	{ "a bogon ASN behind a network's own space", BA, RULE_BOGON_ASN, 4,
	    F_OWN, NULL, NULL,
	    "AS64501 M4/full 11.0.0.0/16 1000000\n"
	    "AS64510 M4C/full 11.0.0.0/16 1000000\n" },
	{ "a bogon ASN that a network took from another", BA, RULE_BOGON_ASN, 4,
	    0, NULL, NULL, "AS64501 M4C/full 11.0.0.0/16 1000000\n" },
	{ "m4.attribution always", BA, RULE_BOGON_ASN, 4, 0, "m4.attribution",
	    "always",
	    "AS64501 M4/full 11.0.0.0/16 1000000\n"
	    "AS64510 M4C/full 11.0.0.0/16 1000000\n" },
	{ "m4.attribution never", BA, RULE_BOGON_ASN, 4, F_OWN,
	    "m4.attribution", "never",
	    "AS64501 M4C/full 11.0.0.0/16 1000000\n" },
	{ "an administrative bogon ASN", INC_ADMIN_BOGON, RULE_BOGON_ASN, 2,
	    F_ADMIN, NULL, NULL,
	    "AS64501 M4C/administrative 11.0.0.0/16 1000000\n" },
	{ "an RPKI-invalid route counts among routes, not here",
	    INC_RPKI_INVALID, RULE_RPKI, 4, 0, NULL, NULL, "" },
	{ "a change of ROAs charges nobody", INC_ROA_CHANGE, RULE_ROA, 4, 0,
	    NULL, NULL, "" },
	{ "a misconfiguration charges nobody", INC_MISCONFIGURATION, RULE_PATH,
	    2, 0, NULL, NULL, "" },
	{ "geometric: a hijack, but who reports it", H, RULE_ORIGIN, 3,
	    F_COUNTS, "accomplice.mode", "geometric",
	    "AS64501 M2 11.0.0.0/16 1000000\n"
	    "AS64510 M2C 11.0.0.0/16 1000000\n"
	    "AS64520 M2C 11.0.0.0/16 500000\n"
	    "AS64521 M2C 11.0.0.0/16 250000\n"
	    "AS64522 M2C 11.0.0.0/16 125000\n"
	    "AS64523 M2C 11.0.0.0/16 62500\n"
	    "AS64524 M2C 11.0.0.0/16 31250\n"
	    "AS64525 M2C 11.0.0.0/16 15625\n"
	    "AS64526 M2C 11.0.0.0/16 10000\n" },
	{ "geometric: a bogon ASN from the network beside it on", BA,
	    RULE_BOGON_ASN, 4, 0, "accomplice.mode", "geometric",
	    "AS64500 M4C/full 11.0.0.0/16 10000\n"
	    "AS64501 M4C/full 11.0.0.0/16 1000000\n"
	    "AS64510 M4C/full 11.0.0.0/16 500000\n"
	    "AS64520 M4C/full 11.0.0.0/16 250000\n"
	    "AS64521 M4C/full 11.0.0.0/16 125000\n"
	    "AS64522 M4C/full 11.0.0.0/16 62500\n"
	    "AS64523 M4C/full 11.0.0.0/16 31250\n"
	    "AS64524 M4C/full 11.0.0.0/16 15625\n"
	    "AS64525 M4C/full 11.0.0.0/16 10000\n"
	    "AS64526 M4C/full 11.0.0.0/16 10000\n" },
};

static void
test_charge(void **state)
{
	const struct charge_row *t = *state;
	struct detect *d = bed(NULL, NOW);
	struct finding *f =
	    one(d, t->class, t->rule, "11.0.0.0/16", 64501, t->level, t->flags);

	f->other = 64512;
	f->path = path(d, "64500 64526 64525 64524 64523 64522 64521 64521 "
			  "64520 64510 64501 64512");
	u32set_add(&f->nexts, 64510);
	if (t->class == INC_ROUTE_LEAK) { /* RFC 7908 type 5 */
		d->incs.p[0].flags |= I_MASS;
		d->incs.p[0].own = t->level;
	}
	if (t->setting != NULL)
		setting(d, t->setting, t->value);
	expect(d, &charges, t->want);
	detect_free(d);
}

/* What stands beside proven hijacks is not charged as if it were one. */
static void
test_charges_of_mixed(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, H, 64501, 4);

	(void)state;
	belongs(d, inc,
	    add_finding(d, RULE_ORIGIN, "11.0.0.0/16", 64501, 4, F_COUNTS));
	belongs(d, inc,
	    add_finding(d, RULE_ORIGIN, "11.1.0.0/16", 64501, 4, 0));
	belongs(d, inc,
	    add_finding(d, RULE_ORIGIN, "11.2.0.0/16", 64501, 2, F_COUNTS));
	expect(d, &charges, "AS64501 M2 11.0.0.0/16 1000000\n");
	detect_free(d);
}

/* --- evidence and words ------------------------------------------------ */

static const struct test_file files[] = {
	{ "vrps.json",
	    "{\"metadata\":{\"buildtime\":\"2024-05-10T00:00:00Z\"},\"roas\":["
	    "{\"asn\":64502,\"prefix\":\"11.0.0.0/16\",\"maxLength\":20,"
	    "\"ta\":\"ripe\"},"
	    "{\"asn\":0,\"prefix\":\"12.0.0.0/8\",\"maxLength\":24,"
	    "\"ta\":\"apnic\"}]}\n" },
	{ "ripe.db.route",
	    "route: 11.0.0.0/16\norigin: AS64502\nmnt-by: M-MNT\n"
	    "created: 2019-01-02T00:00:00Z\n"
	    "last-modified: 2024-05-01T00:00:00Z\nsource: RIPE\n\n" },
	{ "20240501.as-rel.txt",
	    "# input clique: 64600 64601\n"
	    "64600|64601|0\n64600|64510|-1\n64601|64510|-1\n"
	    "64510|64501|-1\n64600|64502|-1\n" },
	{ "20240401.as-org2info.txt",
	    "# format:org_id|changed|org_name|country|source\n"
	    "O1|20200101|Thief Net|AA|RIPE\n"
	    "O2|20200101|Victim Net|BB|RIPE\n"
	    "# format:aut|changed|aut_name|org_id|opaque_id|source\n"
	    "64501|20200101|THIEF-AS|O1||RIPE\n"
	    "64502|20200101|VICTIM-AS|O2||RIPE\n" },
};

static struct test_world world;

static struct detect *
world_bed(void)
{
	return bed(world.w, NOW);
}

static struct finding *
stolen(struct detect *d, const char *prefix, uint64_t ev)
{
	struct finding *f = one(d, INC_SUB_PREFIX_HIJACK, RULE_ORIGIN, prefix,
	    64501, 4, F_SUB | F_COUNTS);

	f->evidence = ev;
	f->other = pfx(d, "11.0.0.0/16");
	f->path = path(d, "64600 64510 64501");
	f->rov = PR_ASN;
	f->irr = IRR_OTHER + 1;
	u32set_add(&f->victims, 64502);
	u32set_add(&f->nexts, 64510);
	return f;
}

static const struct evidence_row {
	const char *why;
	enum ev e;
	const char *prefix;
	const char *want; /* @: the folder */
} evidence_rows[] = {
	{ "the VRP, and that the valid route is there", EV_INVALID_ASN,
	    "11.0.8.0/24",
	    "rpki/rpki-invalid-asn +3 30: VRP 11.0.0.0/16-20 AS64502 of ripe "
	    "covers 11.0.8.0/24 and does not allow AS64501, while the valid "
	    "route is "
	    "there too [@/vrps.json of 2024-05-10 (vrp-json)] 12 h\n" },
	{ "the VRP, and that no valid route is there", EV_INVALID_ALONE,
	    "11.0.8.0/24",
	    "rpki/rpki-invalid-alone +2 20: VRP 11.0.0.0/16-20 AS64502 of ripe "
	    "covers 11.0.8.0/24 and does not allow AS64501, while no valid "
	    "route is "
	    "seen [@/vrps.json of 2024-05-10 (vrp-json)] 12 h\n" },
	{ "the AS0 VRP", EV_INVALID_AS0, "12.1.0.0/16",
	    "rpki/rpki-as0 +4 40: VRP 12.0.0.0/8-24 AS0 of apnic covers "
	    "12.1.0.0/16: nobody may announce it "
	    "[@/vrps.json of 2024-05-10 (vrp-json)] 12 h\n" },
	{ "what the table does not bear out stays general", EV_INVALID_AS0,
	    "13.1.0.0/16",
	    "rpki/rpki-as0 +4 40: an AS0 ROA says that nobody may announce it "
	    "[@/vrps.json of 2024-05-10 (vrp-json)] 12 h\n" },
	{ "the route object of another", EV_IRR_OTHER, "11.0.8.0/24",
	    "irr/irr-other-origin +1 10: route 11.0.0.0/16 AS64502 in RIPE, "
	    "created 2019-01-02, and no object names AS64501 "
	    "[@/ripe.db.route of 2024-05-01 (rpsl:route, RIPE)] 228 h\n" },
	{ "strangers with their countries", EV_STRANGERS, "11.0.8.0/24",
	    "relation/strangers +0.7 7: AS64501 (AA) and AS64502 (BB) are no "
	    "neighbours and not of one country "
	    "[@/20240501.as-rel.txt of 2024-05-01 (as-rel)] 228 h\n" },
	{ "the space that it is a part of", EV_MORE_SPECIFIC, "11.0.8.0/24",
	    "history/more-specific-of-used +1 10: 11.0.8.0/24 is a part of "
	    "11.0.0.0/16, which AS64502 announces\n" },
	{ "who of the core carried it", EV_CLIQUE, "11.0.8.0/24",
	    "visibility/reached-core +1 10: AS64600, of the transit-free core, "
	    "carried it [@/20240501.as-rel.txt of 2024-05-01 (as-rel)] "
	    "228 h\n" },
	{ "how many saw it", EV_TENTH, "11.0.8.0/24",
	    "visibility/widely-seen +1 10: up to 2 peers saw it at once\n" },
	{ "a fixed text where there is nothing to name", EV_LASTED,
	    "11.0.8.0/24", "history/lasts -1 -10: lasts over a day\n" },
};

static void
test_evidence(void **state)
{
	const struct evidence_row *t = *state;
	struct detect *d = world_bed();
	const char *cut = strchr(t->want, '@');
	struct buf want = { 0 };

	stolen(d, t->prefix, EV(t->e));
	if (cut == NULL) {
		buf_str(&want, t->want);
	} else {
		buf_add(&want, t->want, (size_t)(cut - t->want));
		buf_printf(&want, "%s%s", world.dir, cut + 1);
	}
	expect(d, &evidence, buf_cstr(&want));
	buf_fini(&want);
	detect_free(d);
}

/* What is over reads the same whenever it is written: by the tables that
 * judged it, though others are in force by now. */
static void
test_over_is_settled(void **state)
{
	static const struct test_file two_days[] = {
		{ "a.json",
		    "{\"metadata\":{\"buildtime\":\"2024-05-10T00:00:00Z\"},"
		    "\"roas\":[{\"asn\":64502,\"prefix\":\"11.0.0.0/16\","
		    "\"maxLength\":16,\"ta\":\"ripe\"}]}\n" },
		{ "b.json",
		    "{\"metadata\":{\"buildtime\":\"2024-05-11T00:00:00Z\"},"
		    "\"roas\":[{\"asn\":64503,\"prefix\":\"11.0.0.0/16\","
		    "\"maxLength\":16,\"ta\":\"arin\"}]}\n" },
	};
	struct test_world w = world_of(two_days, COUNT(two_days));
	struct detect *d = bed(w.w, NOW);
	struct finding *f =
	    one(d, H, RULE_ORIGIN, "11.0.0.0/16", 64501, 4, F_COUNTS);
	struct buf b = { 0 };
	struct err err = { 0 };
	unsigned changed;

	(void)state;
	f->evidence = EV(EV_INVALID_ALONE);
	ends(d, 0, "2024-05-11T00:00:00Z"); /* the new tables ended it */
	emit(d, &evidence, &b);
	emit(d, &explanations, &b);
	assert_non_null(strstr(buf_cstr(&b), "11.0.0.0/16-16 AS64502 of ripe"));
	assert_non_null(strstr(buf_cstr(&b), "a.json of 2024-05-10"));
	move_bed(d, "2024-05-12T00:00:00Z");
	assert_int_equal(verdict_move(d, &changed, &err), 0);
	assert_int_equal(changed, WORLD_VRPS);
	peer(d, "192.0.2.1", 64600);
	struct buf later = { 0 };
	emit(d, &evidence, &later);
	emit(d, &explanations, &later);
	assert_string_equal(buf_cstr(&later), buf_cstr(&b));
	assert_int_equal(d->view->epoch, 1); /* as it was */
	/* What still stands was judged by them. */
	d->incs.p[0].state = INC_ONGOING;
	d->incs.p[0].end = d->findings.p[0].end = TIME_NONE;
	buf_clear(&later);
	emit(d, &evidence, &later);
	assert_non_null(
	    strstr(buf_cstr(&later), "11.0.0.0/16-16 AS64503 of arin"));
	assert_non_null(strstr(buf_cstr(&later), "b.json of 2024-05-11"));
	assert_non_null(strstr(buf_cstr(&later), " 0 h\n"));
	buf_fini(&b);
	buf_fini(&later);
	detect_free(d);
	world_close(w.w);
}

/* The printed weights add up to what the points are made of. */
static int
add_up(void *ctx, const struct incident *in, struct err *err)
{
	double sum = 0, clipped;

	(void)err;
	for (size_t i = 0; i < in->n_evidence; i++)
		sum += in->evidence[i].nats;
	*(double *)ctx = sum;
	clipped = 50 + 10 * sum;
	clipped = clipped < 90 ? 90 : clipped > 97 ? 97 : clipped;
	assert_int_equal(in->level, 3);
	assert_int_equal(in->points, (int)(clipped + 0.5));
	return 0;
}

static void
test_caps(void **state)
{
	struct detect *d = bed(NULL, NOW);
	double sum = 0;
	struct detect_sinks s = { .incident = add_up, .ctx = &sum };
	struct finding *f =
	    one(d, H, RULE_ORIGIN, "11.0.0.0/16", 64501, 3, F_COUNTS);
	struct err err = { 0 };

	(void)state;
	f->evidence = EV(EV_INVALID_ASN) | EV(EV_INVALID_AS0) |
		      EV(EV_IRR_OTHER) | EV(EV_ONE_PEER);
	expect(d, &evidence,
	    "rpki/rpki-invalid-asn +3 30: a ROA names another origin, and its "
	    "valid route is there too\n"
	    "rpki/rpki-as0 +4 40: an AS0 ROA says that nobody may announce "
	    "it\n"
	    "rpki/cap -2 -20: these add up to +7 nats, and the family rpki "
	    "counts "
	    "for at most 5\n"
	    "irr/irr-other-origin +1 10: route objects name other origins "
	    "only\n"
	    "visibility/one-peer -1.5 -15: one peer alone saw it\n");
	assert_int_equal(incidents_emit(d, &s, &err), 0);
	assert_true(sum > 4.499 && sum < 4.501);
	f->evidence = EV(EV_SAME_ORG) | EV(EV_RELATION) | EV(EV_IRR_OTHER);
	assert_int_equal(incidents_emit(d, &s, &err), 0);
	assert_true(sum > -4.001 && sum < -3.999);
	detect_free(d);
}

/* What speaks for some speaks for the whole; against it what all have. */
static void
test_for_and_against(void **state)
{
	struct detect *d = bed(NULL, NOW);
	uint32_t inc = add_inc(d, H, 64501, 3);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		uint32_t f = add_finding(d, RULE_ORIGIN,
		    i == 0 ? "11.0.0.0/16" : "11.1.0.0/16", 64501, 3, F_COUNTS);

		d->findings.p[f].evidence = EV(EV_RELATION);
		d->findings.p[f].evidence |=
		    i == 0 ? EV(EV_ONE_PEER) : EV(EV_TENTH);
		belongs(d, inc, f);
	}
	expect(d, &evidence,
	    "relation/provider-or-customer -2 -20: newcomer and holder are "
	    "provider and customer\n"
	    "visibility/widely-seen +1 10: up to 2 peers saw it at once\n");
	detect_free(d);
}

static void
test_explained_hijack(void **state)
{
	struct detect *d = world_bed();

	(void)state;
	peer(d, "192.0.2.1", 64600);
	peer(d, "192.0.2.2", 64601);
	peer(d, "192.0.2.3", 64510);
	stolen(d, "11.0.8.0/24",
	    EV(EV_INVALID_ASN) | EV(EV_MORE_SPECIFIC) | EV(EV_STRANGERS) |
		EV(EV_TENTH));
	expect(d, &explanations,
	    "AS64501 (THIEF-AS) announces 11.0.8.0/24, a part of 11.0.0.0/16 "
	    "of AS64502 (VICTIM-AS), since 2024-05-10 12:00:00 UTC. AS64510 "
	    "accepted it and passed it on; up to 2 peers saw it at once (3 "
	    "are up). Evidence E4 (proven, 100 points): VRP 11.0.0.0/16-20 "
	    "AS64502 of ripe covers 11.0.8.0/24 and does not allow AS64501, "
	    "while the valid route is there too; 11.0.8.0/24 is a part of "
	    "11.0.0.0/16, which AS64502 announces; up to 2 peers saw it at "
	    "once. AS64510 can stop it by accepting from AS64501 only what it "
	    "and its customers may announce (MANRS action 1), or by dropping "
	    "RPKI-invalid routes.\n");
	detect_free(d);
}

static void
test_explained_leak(void **state)
{
	struct detect *d = world_bed();
	uint32_t inc = add_inc(d, INC_ROUTE_LEAK, 64510, 3), f;

	(void)state;
	vec_push(&d->segs, ((struct seg){ 64601, 64510, 64600, 1, at(START),
			       at(START), 1, false }));
	for (unsigned i = 0; i < 2; i++) {
		f = add_finding(d, RULE_LEAK,
		    i == 0 ? "11.0.0.0/16" : "11.1.0.0/16", 64510, 1, 0);
		struct finding *x = &d->findings.p[f];
		x->other = 0;
		x->type = 1;
		x->origin = 64502;
		x->path = path(d, "64601 64510 64600 64502");
		x->evidence = EV(EV_VALLEY) | EV(EV_CLIQUE_GAP);
		u32set_add(&x->nexts, 64601);
		u32set_add(&x->victims, 64502);
		belongs(d, inc, f);
	}
	d->incs.p[inc].own = 3;
	d->incs.p[inc].counted = 0;
	ends(d, inc, "2024-05-10T13:30:00Z");
	expect(d, &explanations,
	    "AS64510 passed 2 prefixes such as 11.0.0.0/16 from AS64600, its "
	    "provider, on to AS64601, its provider, from 2024-05-10 12:00:00 "
	    "UTC to 2024-05-10 13:30:00 UTC (90 min). AS64601 accepted them "
	    "and passed them on; up to 2 peers saw it at once. Evidence E3 "
	    "(strong, 97 points): AS64601 and AS64600 are of the transit-free "
	    "core, AS64510 stands between them; AS64510 handed a route of "
	    "AS64600, its provider, to AS64601, its provider. AS64510 must "
	    "give peers and providers its own and its customers' routes only "
	    "(MANRS action 1; BGP roles of RFC 9234 see to it); AS64601 "
	    "could have stopped it with a filter or a limit of prefixes on "
	    "that session.\n");
	expect(d, &charges,
	    "AS64510 M1 11.0.0.0/16 1000000\nAS64510 M1 11.1.0.0/16 1000000\n"
	    "AS64601 M1C 11.0.0.0/16 1000000\n"
	    "AS64601 M1C 11.1.0.0/16 1000000\n");
	detect_free(d);
}

static const struct explain_row {
	const char *why;
	enum incident_class class;
	enum rule rule;
	uint8_t level;
	uint32_t flags;
	const char *want;
} explain_rows[] = {
	{ "bogon space", INC_BOGON_PREFIX, RULE_BOGON, 4, 0,
	    "AS64501 announced 10.0.0.0/8, space that nobody may announce, "
	    "from 2024-05-10 12:00:00 UTC to 2024-05-10 13:00:00 UTC (60 min). "
	    "AS64510 accepted it and passed it on; up to 2 peers saw it at "
	    "once. Evidence E4 (proven, 100 points): 10.0.0.0/8, private use "
	    "(RFC 1918). AS64501 must not let it out (MANRS action 1); "
	    "AS64510 could have dropped bogon space from everyone.\n" },
	{ "a bogon ASN", INC_BOGON_ASN, RULE_BOGON_ASN, 4, 0,
	    "AS64501 let AS64512, an AS number that must not appear in public, "
	    "out beside 10.0.0.0/8, from 2024-05-10 12:00:00 UTC to 2024-05-10 "
	    "13:00:00 UTC (60 min). AS64510 accepted it and passed it on; up "
	    "to 2 peers saw it at once. Evidence E4 (proven, 100 points): "
	    "AS64512 stands in the path: 64512-65534, private use (RFC 6996). "
	    "AS64501 must take such numbers out of paths before export "
	    "(MANRS action 1); AS64510 could have dropped paths with such "
	    "numbers.\n" },
	{ "a change of ROAs", INC_ROA_CHANGE, RULE_ROA, 4, 0,
	    "A change of ROAs made 10.0.0.0/8 of AS64501 RPKI-invalid, from "
	    "2024-05-10 12:00:00 UTC to 2024-05-10 13:00:00 UTC (60 min). Up "
	    "to 2 peers saw it at once. Evidence E4 (proven, 98 points). Who "
	    "holds the space should look at its ROAs, and at who can change "
	    "them (MANRS action 4): networks that validate drop the route.\n" },
	{ "longer than its ROA", INC_MISCONFIGURATION, RULE_RPKI, 2, F_LEN,
	    "AS64501 announced 10.0.0.0/8, longer than the ROA of this origin "
	    "allows, from 2024-05-10 12:00:00 UTC to 2024-05-10 13:00:00 UTC "
	    "(60 min). AS64510 accepted it and passed it on; up to 2 peers "
	    "saw it at once. Evidence E2 (likely, 70 points). AS64501 should "
	    "withdraw it, or have a ROA that allows this length (MANRS action "
	    "4); AS64510 could have dropped RPKI-invalid routes.\n" },
	{ "a class that no rule makes yet", INC_ZOMBIE, RULE_PATH, 2, 0,
	    "AS64501: zombie of 10.0.0.0/8, from 2024-05-10 12:00:00 UTC to "
	    "2024-05-10 13:00:00 UTC (60 min). AS64510 accepted it and passed "
	    "it on; up to 2 peers saw it at once. Evidence E2 (likely, 70 "
	    "points).\n" },
};

static void
test_explained(void **state)
{
	const struct explain_row *t = *state;
	struct detect *d = bed(NULL, NOW);
	struct finding *f =
	    one(d, t->class, t->rule, "10.0.0.0/8", 64501, t->level, t->flags);

	u32set_add(&f->nexts, 64510);
	f->other = t->rule == RULE_BOGON_ASN ? 64512 : NONE;
	f->evidence = t->rule == RULE_BOGON       ? EV(EV_BOGON_FULL)
		      : t->rule == RULE_BOGON_ASN ? EV(EV_BOGON_ASN)
						  : 0;
	ends(d, 0, "2024-05-10T13:00:00Z");
	expect(d, &explanations, t->want);
	detect_free(d);
}

/* --- names ------------------------------------------------------------- */

static void
test_names(void **state)
{
	enum incident_class c = INC_CLASSES;

	(void)state;
	for (unsigned i = 0; i < INC_CLASSES; i++) {
		assert_true(incident_class_parse(str_from(incident_class_name(
						     (enum incident_class)i)),
		    &c));
		assert_int_equal(c, i);
	}
	assert_false(incident_class_parse(STR("theft"), &c));
	assert_string_equal(incident_class_name(INC_CLASSES), "?");
	assert_string_equal(incident_state_name(INC_EXPIRED), "expired");
	assert_string_equal(detect_hygiene_name(HYG_DEFAULT), "default-route");
	assert_non_null(detect_hygiene_name(HYG_COUNT - 1));
	assert_null(detect_hygiene_name(HYG_COUNT));
	for (unsigned i = 1; i < BENIGN_COUNT; i++)
		assert_true(strlen(benign_texts[i]) > 10);
}

static int
open_world(void **state)
{
	(void)state;
	world = world_of(files, COUNT(files));
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	world_close(world.w);
	return 0;
}

#define ROWS_MAX 80

int
main(void)
{
	static const struct CMUnitTest fixed[] = {
		cmocka_unit_test(test_hijack),
		cmocka_unit_test(test_turned_arrays),
		cmocka_unit_test(test_which_and_order),
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_ended_and_expired),
		cmocka_unit_test(test_weak_left_out),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_sink_stops),
		cmocka_unit_test(test_charges_of_mixed),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_for_and_against),
		cmocka_unit_test(test_over_is_settled),
		cmocka_unit_test(test_explained_hijack),
		cmocka_unit_test(test_explained_leak),
		cmocka_unit_test(test_names),
	};
	struct CMUnitTest tests[ROWS_MAX];
	size_t n = 0;

#define ADD_ROWS(rows, test)                            \
	for (size_t i = 0; i < COUNT(rows); i++)        \
		tests[n++] = (struct CMUnitTest)        \
		{                                       \
			rows[i].why, test, NULL, NULL,  \
			    (void *)(uintptr_t)&rows[i] \
		}
	static_assert(COUNT(fixed) + COUNT(charge_rows) + COUNT(evidence_rows) +
			      COUNT(explain_rows) <=
			  ROWS_MAX,
	    "rows");
	for (size_t i = 0; i < COUNT(fixed); i++)
		tests[n++] = fixed[i];
	ADD_ROWS(charge_rows, test_charge);
	ADD_ROWS(evidence_rows, test_evidence);
	ADD_ROWS(explain_rows, test_explained);
	return _cmocka_run_group_tests("emit", tests, n, open_world,
	    close_world);
}
