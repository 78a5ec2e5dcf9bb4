/* SPDX-License-Identifier: BSD-2-Clause */
/* input.c - one file into one input: the table of kinds, and what all readers
 * share. */
#include "registry/input.h"

#include "json/json.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct kind_row {
	const char *name;
	enum registry_merge merge;
	int (*load)(struct os_stream *s, struct registry_input *in,
	    struct err *err);
} kinds[REG_KINDS] = {
	[REG_KIND_NONE] = { "", REG_SNAPSHOT, NULL },
	[REG_DELEGATED] = { "delegated", REG_SNAPSHOT, reg_load_delegated },
	[REG_IANA_SPECIAL] = { "iana-special", REG_SNAPSHOT, reg_load_iana },
	[REG_IANA_SPACE] = { "iana-space", REG_SNAPSHOT, reg_load_iana },
	[REG_BOGON_LIST] = { "bogon-list", REG_SNAPSHOT, reg_load_bogon_list },
	[REG_BOGUS_ROUTES] = { "bogus-routes", REG_SNAPSHOT,
	    reg_load_bogus_routes },
	[REG_PEERINGDB] = { "peeringdb", REG_ADDS, reg_load_peeringdb },
	[REG_AS_TYPES] = { "as-types", REG_SNAPSHOT, reg_load_as_types },
	[REG_AS_NAMES] = { "as-names", REG_SNAPSHOT, reg_load_as_names },
	[REG_SPOOFER] = { "spoofer", REG_ADDS, reg_load_spoofer },
	[REG_SHADOWSERVER] = { "shadowserver", REG_ADDS,
	    reg_load_shadowserver },
	[REG_PARTICIPANTS] = { "participants", REG_ADDS,
	    reg_load_participants },
	[REG_OBSERVATORY] = { "observatory", REG_SNAPSHOT,
	    reg_load_observatory },
	[REG_RISWHOIS] = { "riswhois", REG_ADDS, reg_load_riswhois },
	[REG_PFX_ORIGIN] = { "prefix-origin", REG_ADDS, reg_load_pfx_origin },
	[REG_RANGES] = { "ranges", REG_ADDS, reg_load_ranges },
	[REG_AS_PREFIXES] = { "as-prefixes", REG_ADDS, reg_load_as_prefixes },
};

const char *
registry_kind_name(enum registry_kind k)
{
	return (unsigned)k < REG_KINDS ? kinds[k].name : "";
}

void
reg_refuse(struct registry_input *in, const char *fmt, ...)
{
	struct registry_load_report *rep = &in->report;
	char text[160];
	va_list ap;

	rep->refused++;
	if (rep->n_reasons == REG_REFUSALS)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)text_safe(rep->reasons[rep->n_reasons++], sizeof(rep->reasons[0]),
	    str_from(text));
}

uint32_t
reg_text(struct registry_input *in, struct str s)
{
	s = str_trim(s);
	if (s.n > MAX_REG_TEXT)
		s.n = MAX_REG_TEXT;
	/* A NUL inside would end the text early when it is read back. */
	const char *nul = s.n == 0 ? NULL : memchr(s.p, '\0', s.n);

	if (nul != NULL)
		s.n = (size_t)(nul - s.p);
	if (s.n == 0 || in->text.n + s.n > MAX_REG_TEXTS)
		return 0;
	return strtab_add(&in->text, s);
}

void
reg_source(struct registry_input *in, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(in->report.source, sizeof(in->report.source), fmt, ap);
	va_end(ap);
}

void
reg_cc(struct str s, char cc[2])
{
	s = str_trim(s);
	if (s.n != 2 || !isalpha((unsigned char)s.p[0]) ||
	    !isalpha((unsigned char)s.p[1]))
		return;
	cc[0] = (char)toupper((unsigned char)s.p[0]);
	cc[1] = (char)toupper((unsigned char)s.p[1]);
}

enum registry_rir
reg_rir(struct str s)
{
	static const struct {
		const char *text;
		enum registry_rir rir;
	} names[] = {
		{ "afrinic", REG_AFRINIC },
		{ "apnic", REG_APNIC },
		{ "arin", REG_ARIN },
		{ "lacnic", REG_LACNIC },
		{ "ripencc", REG_RIPENCC },
		{ "ripe ncc", REG_RIPENCC },
		{ "ripe", REG_RIPENCC },
		{ "iana", REG_IANA },
	};

	s = str_trim(s);
	for (const char *const *by = (const char *const[]){ "Administered by ",
		 "Assigned by ", "Allocated to ", NULL };
	     *by != NULL; by++)
		if (str_starts(s, *by)) {
			s.p += strlen(*by);
			s.n -= strlen(*by);
		}
	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq_nocase(s, names[i].text))
			return names[i].rir;
	return REG_RIR_NONE;
}

int32_t
reg_day(struct str s)
{
	char text[11] = "0000-01-01";
	int64_t us;

	s = str_trim(s);
	if (str_eq(s, "00000000") || s.n == 0)
		return REG_NO_DAY;
	if (s.n == 4 || s.n == 7) { /* a year, or year and month */
		memcpy(text, s.p, s.n);
		s = (struct str){ text, 10 };
	} else if (s.n != 8 && s.n != 10) {
		return REG_NO_DAY;
	}
	return utc_parse(s, &us) ? utc_day(us) : REG_NO_DAY;
}

void
reg_newest(struct registry_input *in, int64_t us)
{
	if (us == TIME_NONE || us <= in->report.date_us)
		return;
	in->report.date_us = us; /* TIME_NONE is the least */
	in->report.date_from = "newest record";
}

int
reg_each_line(struct os_stream *s, struct registry_input *in, reg_line_fn each,
    struct err *err)
{
	struct os_lines l = { .s = s };
	const char *p;
	size_t n;
	int got;

	while ((got = os_lines_next(&l, &p, &n, err)) == 1)
		if (l.cut)
			reg_refuse(in, "line %llu: over %d bytes",
			    (unsigned long long)l.line, OS_LINE_MAX);
		else
			each(in, (struct str){ p, n }, l.line);
	os_lines_fini(&l);
	return got;
}

int
reg_each_json(struct os_stream *s, bool several,
    int (*handler)(void *ctx, const struct json_reader *r,
	const struct json_event *ev, struct err *err),
    void *ctx, struct err *err)
{
	struct json_reader *r = json_reader_new(handler, ctx, several);
	uint8_t *chunk = mem_alloc(1, 65536);
	bool first = true;
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = os_stream_read(s, chunk, 65536, err)) != 0) {
		size_t skip =
		    first && n >= 3 && memcmp(chunk, "\xef\xbb\xbf", 3) == 0
			? 3
			: 0;

		rc = n == -1 ? -1
			     : json_reader_feed(r, chunk + skip,
				   (size_t)n - skip, err);
		first = false;
	}
	if (rc == 0)
		rc = json_reader_end(r, err);
	json_reader_free(r);
	free(chunk);
	return rc;
}

/* An input in which nothing could be used must not pass for a good one. */
static int
judge(const struct registry_input *in, struct err *err)
{
	const struct registry_load_report *rep = &in->report;

	if (rep->taken != 0)
		return 0;
	if (rep->n_reasons != 0)
		return err_set(err, ERR_INPUT,
		    "no record of %s can be used, %llu refused: %s",
		    registry_kind_name(rep->kind),
		    (unsigned long long)rep->refused, rep->reasons[0]);
	return err_set(err, ERR_INPUT, "holds no record of %s",
	    registry_kind_name(rep->kind));
}

int
registry_load(struct os_stream *s, enum registry_kind kind,
    struct registry_input **out, struct err *err)
{
	struct registry_input *in;

	if (kind <= REG_KIND_NONE || kind >= REG_KINDS)
		return err_set(err, ERR_INPUT, "of no known kind");
	in = mem_alloc(1, sizeof(*in));
	in->report.kind = kind;
	in->report.merge = kinds[kind].merge;
	in->report.date_us = TIME_NONE;
	in->report.date_from = "";
	(void)strtab_add(&in->text, STR(""));
	reg_source(in, "%s", kinds[kind].name);
	if (kinds[kind].load(s, in, err) == -1 || judge(in, err) == -1) {
		registry_input_free(in);
		return -1;
	}
	reg_sort_origins(in);
	*out = in;
	return 0;
}

const struct registry_load_report *
registry_input_report(const struct registry_input *in)
{
	return &in->report;
}

void
registry_input_set_date(struct registry_input *in, int64_t date_us)
{
	in->report.date_us = date_us;
}

void
registry_input_free(struct registry_input *in)
{
	if (in == NULL)
		return;
	strtab_fini(&in->text);
	vec_fini(&in->prefixes);
	vec_fini(&in->asns);
	vec_fini(&in->specials);
	vec_fini(&in->lists);
	vec_fini(&in->orgs);
	vec_fini(&in->nets);
	vec_fini(&in->ixs);
	vec_fini(&in->ixlans);
	vec_fini(&in->ixpfxs);
	vec_fini(&in->members);
	vec_fini(&in->pocs);
	vec_fini(&in->names);
	vec_fini(&in->tests);
	vec_fini(&in->orgs_manrs);
	vec_fini(&in->part_asns);
	vec_fini(&in->scores);
	vec_fini(&in->origins4);
	vec_fini(&in->origins6);
	free(in);
}
