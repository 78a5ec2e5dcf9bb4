/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load.c - RPSL objects to rows.
 *
 * One malformed object never costs another: it is counted with its line and
 * left out.  A damaged stream fails as a whole, because the objects missing
 * behind the damage would read as "not registered".
 */
#include "irr/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ARIN_RANGE_MAX 4096 /* ASNs in one block of ARIN's */

struct load {
	struct irr_input *in;
	struct rpsl r;
	VEC(uint32_t) per_source; /* objects, by text number */
	int64_t newest, newest_changed;
	uint32_t arin_first, arin_n; /* aut-nums of the last ASNumber block */
	uint32_t source; /* of the object before: mostly this one's too */
};

/* Count a refusal; `what` is quoted unless it is empty. */
static void
refuse(struct load *l, const char *why, struct str what)
{
	struct irr_load_report *rep = &l->in->report;
	const char *quote = what.n > 0 ? "\"" : "";
	char safe[64];

	rep->refused++;
	if (rep->n_reasons == IRR_REFUSALS)
		return;
	snprintf(rep->reasons[rep->n_reasons++], sizeof(rep->reasons[0]),
	    "line %llu: %s%s%s%s%s", (unsigned long long)l->r.line, why,
	    what.n > 0 ? " " : "", quote, text_safe(safe, sizeof(safe), what),
	    quote);
}

/* --- small values ------------------------------------------------------ */

static uint32_t
seconds(int64_t us)
{
	int64_t s = us / TIME_SEC;

	return us < 0 || s >= IRR_NO_TIME ? IRR_NO_TIME : (uint32_t)s;
}

static void
newest(int64_t *best, uint32_t s)
{
	int64_t us = (int64_t)s * TIME_SEC;

	if (s != IRR_NO_TIME && (*best == TIME_NONE || us > *best))
		*best = us;
}

/* Two digits at p, or -1000. */
static int
two(const char *p)
{
	unsigned a = (unsigned char)p[0] - '0', b = (unsigned char)p[1] - '0';

	return a > 9 || b > 9 ? -1000 : (int)(a * 10 + b);
}

/*
 * A registry's time stamp to seconds.  "2020-01-02T03:04:05Z", the form that
 * all servers write, by arithmetic of its own: two a record, they took a tenth
 * of a load.  Anything else goes the common way.
 */
static uint32_t
stamp_seconds(struct str v)
{
	int64_t us;

	if (v.n == 20 && v.p[4] == '-' && v.p[7] == '-' && v.p[10] == 'T' &&
	    v.p[13] == ':' && v.p[16] == ':' && v.p[19] == 'Z') {
		int y = two(v.p) * 100 + two(v.p + 2), m = two(v.p + 5);
		int d = two(v.p + 8), h = two(v.p + 11), mi = two(v.p + 14);
		int s = two(v.p + 17);

		if (y >= 1970 && m >= 1 && m <= 12 && d >= 1 && d <= 28 &&
		    h >= 0 && h < 24 && mi >= 0 && mi < 60 && s >= 0 &&
		    s < 60) {
			/* Days of a year that begins in March. */
			int64_t yy = m <= 2 ? y - 1 : y;
			int64_t doy =
			    (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
			int64_t days = yy * 365 + yy / 4 - yy / 100 + yy / 400 +
				       doy - 719468;

			return seconds(
			    (((days * 24 + h) * 60 + mi) * 60 + s) * TIME_SEC);
		}
	}
	return utc_parse(v, &us) ? seconds(us) : IRR_NO_TIME;
}

/* "changed: someone@example.net 20220815": the date is the last word. */
static uint32_t
changed_date(struct str v)
{
	struct str word, last = { "", 0 };
	int64_t us;

	while (str_word(&v, &word))
		last = word;
	return utc_parse(last, &us) ? seconds(us) : IRR_NO_TIME;
}

/*
 * created/last-modified are set by the registry's server; where they are
 * absent, `changed` lines stand in: the oldest and the newest of them.
 */
static void
dates_get(struct load *l, uint32_t *created, uint32_t *modified)
{
	uint32_t first = IRR_NO_TIME, last = IRR_NO_TIME, s;

	*created = *modified = IRR_NO_TIME;
	for (size_t i = 0; i < l->r.fields.n; i++) {
		const struct rpsl_field *f = &l->r.fields.p[i];

		if (f->attr == ATTR_CREATED || f->attr == ATTR_LAST_MODIFIED) {
			*(f->attr == ATTR_CREATED ? created : modified) =
			    stamp_seconds(rpsl_value(&l->r, f));
		} else if (f->attr == ATTR_CHANGED) {
			s = changed_date(rpsl_value(&l->r, f));
			if (s == IRR_NO_TIME)
				continue;
			first = s < first ? s : first;
			last = last == IRR_NO_TIME || s > last ? s : last;
		}
	}
	newest(&l->newest, *created);
	newest(&l->newest, *modified);
	newest(&l->newest_changed, last);
	if (*created == IRR_NO_TIME)
		*created = first;
	if (*modified == IRR_NO_TIME)
		*modified = last;
}

/* All items of the lists under attr, upper case, as a span of refs. */
static struct span
refs_get(struct load *l, enum rpsl_attr attr)
{
	struct span out = { .at = (uint32_t)l->in->refs.n };
	struct str list, item;

	for (size_t i = 0; i < l->r.fields.n; i++) {
		if (l->r.fields.p[i].attr != attr)
			continue;
		list = rpsl_value(&l->r, &l->r.fields.p[i]);
		while (rpsl_item(&list, &item)) {
			vec_push(&l->in->refs, irr_text_upper(l->in, item));
			out.n++;
		}
	}
	return out;
}

static uint32_t
first_item(struct load *l, enum rpsl_attr attr)
{
	struct str list = rpsl_get(&l->r, attr), item;

	if (!rpsl_item(&list, &item))
		return 0; /* the empty text */
	return irr_text_upper(l->in, item);
}

static bool
has(const struct load *l, enum rpsl_attr attr)
{
	for (size_t i = 0; i < l->r.fields.n; i++)
		if (l->r.fields.p[i].attr == attr && l->r.fields.p[i].n > 0)
			return true;
	return false;
}

static uint32_t
count(const struct load *l, enum rpsl_attr attr)
{
	uint32_t n = 0;

	for (size_t i = 0; i < l->r.fields.n; i++)
		n += l->r.fields.p[i].attr == attr && l->r.fields.p[i].n > 0;
	return n;
}

/* --- objects ----------------------------------------------------------- */

static bool
add_route(struct load *l, uint32_t source)
{
	struct in_route row = { .source = source };
	struct str key = rpsl_get(&l->r, ATTR_KEY);
	struct str origin = rpsl_get(&l->r, ATTR_ORIGIN);
	uint8_t family = l->r.class == RPSL_ROUTE ? NET_IP4 : NET_IP6;

	if (!prefix_parse(key, &row.prefix) || row.prefix.family != family) {
		refuse(l, "bad prefix", key);
		return false;
	}
	if (!asn_parse(origin, &row.origin)) {
		refuse(l, "bad origin", origin);
		return false;
	}
	if (l->in->routes.n >= IRR_INPUT_ROUTES_MAX) {
		refuse(l, "too many route objects at", key);
		return false;
	}
	dates_get(l, &row.created, &row.modified);
	row.mnt = first_item(l, ATTR_MNT_BY);
	if (has(l, ATTR_MEMBER_OF)) {
		struct in_route_refs *r = vec_grow(&l->in->route_refs);

		r->member_of = refs_get(l, ATTR_MEMBER_OF);
		r->mnt_by = refs_get(l, ATTR_MNT_BY);
		row.refs = (uint32_t)l->in->route_refs.n;
	}
	vec_push(&l->in->routes, row);
	l->in->report.routes++;
	return true;
}

/* src-members, where a set has them, stand for members: they name sources. */
static bool
members_get(struct load *l, enum irr_set_kind kind, struct span *out)
{
	bool scoped = has(l, ATTR_SRC_MEMBERS);

	*out = (struct span){ .at = (uint32_t)l->in->members.n };
	for (size_t i = 0; i < l->r.fields.n; i++) {
		enum rpsl_attr a = l->r.fields.p[i].attr;

		if (scoped ? a != ATTR_SRC_MEMBERS
			   : a != ATTR_MEMBERS && a != ATTR_MP_MEMBERS)
			continue;
		if (!irr_members_parse(l->in, kind,
			rpsl_value(&l->r, &l->r.fields.p[i]), out))
			return false;
	}
	return true;
}

static bool
add_set(struct load *l, uint32_t source)
{
	enum irr_set_kind kind =
	    l->r.class == RPSL_AS_SET ? IRR_AS_SET : IRR_ROUTE_SET;
	struct in_set row = { .kind = (uint8_t)kind, .source = source };
	struct str key = rpsl_get(&l->r, ATTR_KEY);
	enum irr_set_kind named;
	uint32_t created;

	if (!irr_is_set_name(key, &named) || named != kind) {
		refuse(l, "bad name of a set", key);
		return false;
	}
	if (!members_get(l, kind, &row.members)) {
		refuse(l, "too many members at", key);
		return false;
	}
	row.name = irr_text_upper(l->in, key);
	dates_get(l, &created, &row.modified);
	if (row.modified == IRR_NO_TIME)
		row.modified = created;
	row.by_ref = refs_get(l, ATTR_MBRS_BY_REF);
	vec_push(&l->in->sets, row);
	if (kind == IRR_AS_SET)
		l->in->report.as_sets++;
	else
		l->in->report.route_sets++;
	return true;
}

/* IRR_HAS_... of the object's own attributes. */
static unsigned
contact_bits(const struct load *l)
{
	static const struct {
		enum rpsl_attr attr;
		unsigned bit;
	} rows[] = {
		{ ATTR_ADMIN_C, IRR_HAS_ADMIN },
		{ ATTR_TECH_C, IRR_HAS_TECH },
		{ ATTR_NOC_C, IRR_HAS_NOC },
		{ ATTR_ABUSE, IRR_HAS_ABUSE },
		{ ATTR_PERSON, IRR_HAS_PERSON },
		{ ATTR_EMAIL, IRR_HAS_EMAIL },
		{ ATTR_PHONE, IRR_HAS_PHONE },
	};
	unsigned bits = 0;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (has(l, rows[i].attr))
			bits |= rows[i].bit;
	return bits;
}

/* RIPE's public dumps replace every person by one placeholder. */
static bool
is_dummy(const struct load *l, struct span handles)
{
	for (uint32_t i = 0; i < handles.n; i++)
		if (strncmp(strtab_get(&l->in->text,
				l->in->refs.p[handles.at + i]),
			"DUMY-", 5) == 0)
			return true;
	return false;
}

static struct span
handles_get(struct load *l)
{
	static const enum rpsl_attr attrs[] = { ATTR_ADMIN_C, ATTR_TECH_C,
		ATTR_NOC_C, ATTR_OWNER_C };
	struct span all = { .at = (uint32_t)l->in->refs.n };

	for (size_t i = 0; i < COUNT(attrs); i++)
		all.n += refs_get(l, attrs[i]).n;
	return all;
}

static bool
add_autnum(struct load *l, uint32_t source)
{
	struct in_autnum row = { .source = source };
	struct str key = rpsl_get(&l->r, ATTR_KEY);

	if (!asn_parse(key, &row.asn)) {
		refuse(l, "bad as number", key);
		return false;
	}
	row.as_name = strtab_add(&l->in->text, rpsl_get(&l->r, ATTR_AS_NAME));
	row.org = first_item(l, ATTR_ORG);
	row.mnt = first_item(l, ATTR_MNT_BY);
	row.imports = count(l, ATTR_IMPORT);
	row.exports = count(l, ATTR_EXPORT);
	dates_get(l, &row.created, &row.modified);
	row.contacts = handles_get(l);
	row.has = contact_bits(l);
	if (is_dummy(l, row.contacts))
		row.has |= IRR_IS_DUMMY;
	if (has(l, ATTR_MEMBER_OF)) {
		row.member_of = refs_get(l, ATTR_MEMBER_OF);
		row.mnt_by = refs_get(l, ATTR_MNT_BY);
	}
	vec_push(&l->in->autnums, row);
	l->in->report.aut_nums++;
	return true;
}

/* ARIN's whois writes "ASNumber: 64500" or "ASNumber: 64500 - 64505". */
static bool
add_arin_asn(struct load *l, uint32_t source)
{
	struct str v = rpsl_get(&l->r, ATTR_ASN), rest = v, first;
	struct in_autnum row = { .source = source };
	uint32_t from = 0, to;
	bool good;

	good = str_cut(&rest, '-', &first) && asn_parse(str_trim(first), &from);
	to = from;
	if (good && rest.p != NULL)
		good = asn_parse(str_trim(rest), &to);
	if (!good || to < from || to - from >= ARIN_RANGE_MAX) {
		refuse(l, "bad ASNumber", v);
		return false;
	}
	row.as_name = strtab_add(&l->in->text, rpsl_get(&l->r, ATTR_AS_NAME));
	row.org = first_item(l, ATTR_ORG);
	row.mnt = strtab_add(&l->in->text, STR(""));
	dates_get(l, &row.created, &row.modified);
	row.has = contact_bits(l);
	l->arin_first = (uint32_t)l->in->autnums.n;
	l->arin_n = to - from + 1;
	for (uint32_t i = 0; i < l->arin_n; i++) {
		row.asn = from + i;
		vec_push(&l->in->autnums, row);
	}
	l->in->report.aut_nums += l->arin_n;
	return true;
}

static bool
add_contact(struct load *l, uint32_t source)
{
	struct in_contact row = { .source = source, .has = contact_bits(l) };
	struct str handle = rpsl_get(&l->r, ATTR_KEY);

	if (l->r.class == RPSL_PERSON || l->r.class == RPSL_ROLE) {
		handle = rpsl_get(&l->r, ATTR_NIC_HDL);
		row.has |= IRR_HAS_PERSON;
	}
	if (l->r.class == RPSL_ARIN_ORG)
		handle = rpsl_get(&l->r, ATTR_ORG);
	if (handle.n == 0) {
		refuse(l, "contact without a handle", handle);
		return false;
	}
	row.handle = irr_text_upper(l->in, handle);
	if (l->r.class == RPSL_MNTNER) {
		l->in->report.mntners++;
		return true;
	}
	vec_push(&l->in->contacts, row);
	l->in->report.contacts++;
	return true;
}

/*
 * In an answer of ARIN's whois the organisation and its contacts follow the AS
 * block as blocks of their own: they belong to the ASNs before them.
 */
static bool
add_arin_block(struct load *l, uint32_t source)
{
	unsigned bits = contact_bits(l);

	for (uint32_t i = 0; i < l->arin_n; i++) {
		struct in_autnum *a = &l->in->autnums.p[l->arin_first + i];

		if (l->r.class == RPSL_ARIN_CONTACT)
			a->has |= bits;
		else if (strtab_get(&l->in->text, a->org)[0] == '\0')
			a->org = first_item(l, ATTR_ORG);
	}
	if (l->r.class == RPSL_ARIN_ORG)
		return add_contact(l, source);
	l->in->report.contacts++;
	return true;
}

/* --- dispatch ---------------------------------------------------------- */

/* Number of the source's name; false: the object has none. */
static bool
source_get(struct load *l, uint32_t *out)
{
	struct str list = rpsl_get(&l->r, ATTR_SOURCE), word;

	if (str_word(&list, &word)) {
		if (l->source == 0 ||
		    !str_eq_nocase(word, strtab_get(&l->in->text, l->source)))
			l->source = irr_text_upper(l->in, word);
		*out = l->source;
		return true;
	}
	/* Registries' whois text has no source attribute, but its own form. */
	if (l->r.class >= RPSL_ARIN_ASN)
		*out = strtab_add(&l->in->text, STR("ARIN"));
	else if (has(l, ATTR_OWNER))
		*out = strtab_add(&l->in->text, STR("LACNIC"));
	else if (l->r.class == RPSL_PERSON || l->r.class == RPSL_ROLE)
		*out = strtab_add(&l->in->text, STR(""));
	else
		return false;
	return true;
}

static bool
add_object(struct load *l, uint32_t source)
{
	switch (l->r.class) {
	case RPSL_ROUTE:
	case RPSL_ROUTE6:
		return add_route(l, source);
	case RPSL_AS_SET:
	case RPSL_ROUTE_SET:
		return add_set(l, source);
	case RPSL_AUT_NUM:
		return add_autnum(l, source);
	case RPSL_ARIN_ASN:
		return add_arin_asn(l, source);
	case RPSL_ARIN_ORG:
	case RPSL_ARIN_CONTACT:
		return add_arin_block(l, source);
	case RPSL_PERSON:
	case RPSL_ROLE:
	case RPSL_ORGANISATION:
	case RPSL_MNTNER:
		return add_contact(l, source);
	case RPSL_OTHER:
	case RPSL_BROKEN:
		break;
	}
	return false;
}

static void
take(struct load *l)
{
	struct irr_load_report *rep = &l->in->report;
	struct str key = rpsl_get(&l->r, ATTR_KEY);
	uint32_t source;

	if (l->r.class == RPSL_OTHER) {
		rep->skipped++;
	} else if (l->r.class == RPSL_BROKEN) {
		refuse(l, "no attribute in front of ':'", STR(""));
	} else if (l->r.over) {
		refuse(l, "too long an object", key);
	} else if (!source_get(l, &source)) {
		refuse(l, "no source in", key);
	} else if (strcmp(strtab_get(&l->in->text, source), "RPKI") == 0) {
		rep->pseudo++; /* IRRd makes these from VRPs */
	} else if (add_object(l, source)) {
		rep->taken++;
		while (l->per_source.n <= source)
			vec_push(&l->per_source, 0);
		l->per_source.p[source]++;
	}
}

static void
report_finish(struct load *l)
{
	struct irr_load_report *rep = &l->in->report;
	uint32_t best = 0;

	for (uint32_t i = 1; i < l->per_source.n; i++)
		if (l->per_source.p[i] > l->per_source.p[best])
			best = i;
	if (l->per_source.n > 0)
		snprintf(rep->source, sizeof(rep->source), "%.31s",
		    strtab_get(&l->in->text, best));
	/* `changed` is typed by people: only where the server says nothing. */
	rep->date_us = l->newest != TIME_NONE ? l->newest : l->newest_changed;
	rep->date_from = rep->date_us != TIME_NONE ? "newest record" : "";
}

int
irr_load(struct os_stream *s, struct irr_input **out, struct err *err)
{
	struct load l = { .in = mem_alloc(1, sizeof(*l.in)),
		.newest = TIME_NONE,
		.newest_changed = TIME_NONE };
	const struct irr_load_report *rep = &l.in->report;
	int rc;

	strtab_add(&l.in->text, STR("")); /* so that 0 is the empty text */
	rpsl_init(&l.r, s);
	while ((rc = rpsl_next(&l.r, err)) == 1)
		take(&l);
	if (rc == 0 && rep->taken + rep->skipped + rep->pseudo == 0)
		rc = err_set(err, ERR_INPUT, "no rpsl object in it%s%s",
		    rep->n_reasons > 0 ? ": " : "",
		    rep->n_reasons > 0 ? rep->reasons[0] : "");
	report_finish(&l);
	rpsl_fini(&l.r);
	vec_fini(&l.per_source);
	if (rc < 0) {
		irr_input_free(l.in);
		return -1;
	}
	*out = l.in;
	return 0;
}

const struct irr_load_report *
irr_input_report(const struct irr_input *in)
{
	return &in->report;
}

void
irr_input_free(struct irr_input *in)
{
	if (in == NULL)
		return;
	strtab_fini(&in->text);
	vec_fini(&in->routes);
	vec_fini(&in->route_refs);
	vec_fini(&in->sets);
	vec_fini(&in->members);
	vec_fini(&in->prefixes);
	vec_fini(&in->autnums);
	vec_fini(&in->contacts);
	vec_fini(&in->refs);
	free(in);
}

bool
irr_sniff(const uint8_t *head, size_t n)
{
	struct str rest = { (const char *)head, n }, line, name;

	if (str_starts(rest, "\xef\xbb\xbf"))
		rest = (struct str){ rest.p + 3, rest.n - 3 };
	while (str_cut(&rest, '\n', &line)) {
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#' || line.p[0] == '%')
			continue;
		return str_cut(&line, ':', &name) && line.p != NULL &&
		       rpsl_is_class(str_trim(name));
	}
	return false;
}
