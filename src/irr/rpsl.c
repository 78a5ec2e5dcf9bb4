/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rpsl.c - see rpsl.h.
 *
 * A line that begins with a blank, a tab or '+' continues the attribute before
 * it; an empty line ends an object; lines that begin with '#' or '%' are
 * remarks of the file or of the server and stand between anything.
 */
#include "irr/rpsl.h"

#include <string.h>

struct name_row {
	const char *name;
	int value;
};

static const struct name_row class_rows[] = {
	{ "route", RPSL_ROUTE },
	{ "route6", RPSL_ROUTE6 },
	{ "as-set", RPSL_AS_SET },
	{ "route-set", RPSL_ROUTE_SET },
	{ "aut-num", RPSL_AUT_NUM },
	{ "person", RPSL_PERSON },
	{ "role", RPSL_ROLE },
	/* LACNIC's contact blocks begin with the handle. */
	{ "nic-hdl", RPSL_PERSON },
	{ "organisation", RPSL_ORGANISATION },
	{ "mntner", RPSL_MNTNER },
	{ "asnumber", RPSL_ARIN_ASN },
	{ "ashandle", RPSL_ARIN_ASN },
	{ "orgname", RPSL_ARIN_ORG },
	{ "orgid", RPSL_ARIN_ORG },
	{ "orgtechhandle", RPSL_ARIN_CONTACT },
	{ "orgnochandle", RPSL_ARIN_CONTACT },
	{ "orgabusehandle", RPSL_ARIN_CONTACT },
	{ "rtechhandle", RPSL_ARIN_CONTACT },
	{ "rnochandle", RPSL_ARIN_CONTACT },
	/* Known, so that a file of them is recognised, but not used. */
	{ "as-block", RPSL_OTHER },
	{ "domain", RPSL_OTHER },
	{ "filter-set", RPSL_OTHER },
	{ "inet-rtr", RPSL_OTHER },
	{ "inet6num", RPSL_OTHER },
	{ "inetnum", RPSL_OTHER },
	{ "irt", RPSL_OTHER },
	{ "key-cert", RPSL_OTHER },
	{ "limerick", RPSL_OTHER },
	{ "peering-set", RPSL_OTHER },
	{ "poem", RPSL_OTHER },
	{ "poetic-form", RPSL_OTHER },
	{ "rtr-set", RPSL_OTHER },
};

static const struct name_row attr_rows[] = {
	{ "admin-c", ATTR_ADMIN_C },
	{ "tech-c", ATTR_TECH_C },
	{ "noc-c", ATTR_NOC_C },
	{ "abuse-c", ATTR_ABUSE },
	{ "abuse-mailbox", ATTR_ABUSE },
	{ "as-name", ATTR_AS_NAME },
	{ "asname", ATTR_AS_NAME },
	{ "asnumber", ATTR_ASN },
	{ "changed", ATTR_CHANGED },
	{ "created", ATTR_CREATED },
	{ "e-mail", ATTR_EMAIL },
	{ "export", ATTR_EXPORT },
	{ "import", ATTR_IMPORT },
	{ "last-modified", ATTR_LAST_MODIFIED },
	{ "mbrs-by-ref", ATTR_MBRS_BY_REF },
	{ "member-of", ATTR_MEMBER_OF },
	{ "members", ATTR_MEMBERS },
	{ "mnt-by", ATTR_MNT_BY },
	{ "mp-export", ATTR_EXPORT },
	{ "mp-import", ATTR_IMPORT },
	{ "mp-members", ATTR_MP_MEMBERS },
	{ "nic-hdl", ATTR_NIC_HDL },
	{ "nic-hdl-br", ATTR_NIC_HDL },
	{ "org", ATTR_ORG },
	{ "orgid", ATTR_ORG },
	{ "orgname", ATTR_ORG_NAME },
	{ "orgabusehandle", ATTR_ABUSE },
	{ "orgabuseref", ATTR_ABUSE },
	{ "orgnocemail", ATTR_EMAIL },
	{ "orgnochandle", ATTR_NOC_C },
	{ "orgnocphone", ATTR_PHONE },
	{ "orgnocref", ATTR_NOC_C },
	{ "orgtechemail", ATTR_EMAIL },
	{ "orgtechhandle", ATTR_TECH_C },
	{ "orgtechphone", ATTR_PHONE },
	{ "orgtechref", ATTR_TECH_C },
	{ "rnochandle", ATTR_NOC_C },
	{ "rnocref", ATTR_NOC_C },
	{ "rtechhandle", ATTR_TECH_C },
	{ "rtechref", ATTR_TECH_C },
	{ "nochandle", ATTR_NOC_C },
	{ "techhandle", ATTR_TECH_C },
	{ "origin", ATTR_ORIGIN },
	{ "owner", ATTR_OWNER },
	{ "owner-c", ATTR_OWNER_C },
	{ "ownerid", ATTR_OWNER },
	{ "person", ATTR_PERSON },
	{ "phone", ATTR_PHONE },
	{ "regdate", ATTR_CREATED },
	{ "routing-c", ATTR_OWNER_C },
	{ "source", ATTR_SOURCE },
	{ "src-members", ATTR_SRC_MEMBERS },
	{ "updated", ATTR_LAST_MODIFIED },
};

_Static_assert(COUNT(attr_rows) < RPSL_ATTR_ROWS, "attr_next is too short");

/* `want` is lower case.  Names are letters, digits and '-': setting the bit
 * that makes a letter small leaves the others as they are. */
static bool
name_eq(const char *want, struct str name)
{
	size_t i = 0;

	while (i < name.n && want[i] == (name.p[i] | 0x20))
		i++;
	return i == name.n && want[i] == '\0';
}

static int
class_find(struct str name, int none)
{
	for (size_t i = 0; name.n > 0 && i < COUNT(class_rows); i++)
		if (name_eq(class_rows[i].name, name))
			return class_rows[i].value;
	return none;
}

static size_t
attr_slot(const char *name, size_t n)
{
	return ((size_t)(name[0] & 31) * 5 + n) % RPSL_ATTR_HEADS;
}

/* Most lines of a dump end here, without a comparison of text. */
static enum rpsl_attr
attr_find(const struct rpsl *r, struct str name)
{
	uint8_t i = r->attr_head[attr_slot(name.p, name.n)];

	for (; i != 0; i = r->attr_next[i])
		if (name_eq(attr_rows[i - 1].name, name))
			return (enum rpsl_attr)attr_rows[i - 1].value;
	return ATTR_NONE;
}

bool
rpsl_is_class(struct str name)
{
	return class_find(name, -1) >= 0;
}

void
rpsl_init(struct rpsl *r, struct os_stream *s)
{
	*r = (struct rpsl){ .lines = { .s = s } };
	vec_reserve(&r->text, 4096); /* so that empty values point somewhere */
	for (uint8_t i = COUNT(attr_rows); i > 0; i--) {
		const char *name = attr_rows[i - 1].name;
		uint8_t *head = &r->attr_head[attr_slot(name, strlen(name))];

		r->attr_next[i] = *head;
		*head = i;
	}
}

void
rpsl_fini(struct rpsl *r)
{
	vec_fini(&r->fields);
	vec_fini(&r->text);
	os_lines_fini(&r->lines);
}

struct str
rpsl_get(const struct rpsl *r, enum rpsl_attr attr)
{
	for (size_t i = 0; i < r->fields.n; i++)
		if (r->fields.p[i].attr == attr)
			return rpsl_value(r, &r->fields.p[i]);
	return (struct str){ "", 0 };
}

bool
rpsl_item(struct str *rest, struct str *item)
{
	const char *p = rest->p, *end = p + rest->n, *from;

	while (p < end && (*p == ',' || *p == ' ' || *p == '\t'))
		p++;
	from = p;
	while (p < end && *p != ',' && *p != ' ' && *p != '\t')
		p++;
	*rest = (struct str){ p, (size_t)(end - p) };
	*item = (struct str){ from, (size_t)(p - from) };
	return p > from;
}

/* Append one line of a value: comment off, trimmed, a blank before it. */
static void
value_add(struct rpsl *r, struct str v)
{
	struct rpsl_field *f = &r->fields.p[r->fields.n - 1];
	const char *hash = memchr(v.p, '#', v.n);

	if (hash != NULL)
		v.n = (size_t)(hash - v.p);
	v = str_trim(v);
	if (v.n == 0)
		return;
	if (r->text.n + v.n + 1 > RPSL_OBJECT_MAX) {
		r->over = true;
		return;
	}
	vec_reserve(&r->text, r->text.n + v.n + 1);
	if (f->n > 0) {
		r->text.p[r->text.n++] = ' ';
		f->n++;
	}
	memcpy(r->text.p + r->text.n, v.p, v.n);
	r->text.n += v.n;
	f->n += (uint32_t)v.n;
}

static void
field_open(struct rpsl *r, enum rpsl_attr attr)
{
	struct rpsl_field *f;

	if (r->fields.n == RPSL_FIELDS_MAX) {
		r->over = true;
		r->keep = false;
		return;
	}
	f = vec_grow(&r->fields);
	*f = (struct rpsl_field){ .attr = attr, .at = (uint32_t)r->text.n };
	r->keep = true;
}

/* The name in front of ':' (blanks may stand between); false if the line is
 * no attribute. */
static bool
attr_split(struct str line, struct str *name, struct str *value)
{
	size_t max = line.n < RPSL_NAME_MAX ? line.n : RPSL_NAME_MAX;
	size_t n = 0, colon;

	while (
	    n < max && line.p[n] > ' ' && line.p[n] < 0x7f && line.p[n] != ':')
		n++;
	colon = n;
	while (colon < max && line.p[colon] == ' ')
		colon++;
	if (n == 0 || colon == max || line.p[colon] != ':')
		return false;
	*name = (struct str){ line.p, n };
	*value = (struct str){ line.p + colon + 1, line.n - colon - 1 };
	return true;
}

static void
object_open(struct rpsl *r, struct str line)
{
	struct str name, value;

	/* A byte order mark may open the file. */
	if (r->lines.line == 1 && str_starts(line, "\xef\xbb\xbf"))
		line = (struct str){ line.p + 3, line.n - 3 };
	r->open = true;
	r->line = r->lines.line;
	r->class = RPSL_BROKEN;
	r->keep = false;
	if (!attr_split(line, &name, &value))
		return;
	r->class = (enum rpsl_class)class_find(name, RPSL_OTHER);
	if (r->class == RPSL_OTHER)
		return;
	field_open(r, ATTR_KEY);
	value_add(r, value);
	/* Some classes open with an attribute that means something itself. */
	if (r->class >= RPSL_ARIN_ASN || (name.p[0] | 0x20) == 'n') {
		field_open(r, attr_find(r, name));
		value_add(r, value);
	}
}

static void
attr_add(struct rpsl *r, struct str line)
{
	struct str name, value;
	enum rpsl_attr attr;

	r->keep = false;
	if (!attr_split(line, &name, &value))
		return;
	attr = attr_find(r, name);
	if (attr == ATTR_NONE)
		return;
	field_open(r, attr);
	if (r->keep)
		value_add(r, value);
}

static bool
is_continuation(char c)
{
	return c == ' ' || c == '\t' || c == '+';
}

static void
line_add(struct rpsl *r, struct str line)
{
	char c = line.p[0];

	if (c == '#' || c == '%')
		return;
	if (!r->open) {
		object_open(r, line);
	} else if (r->class == RPSL_OTHER || r->class == RPSL_BROKEN) {
		return;
	} else if (!is_continuation(c)) {
		attr_add(r, line);
	} else if (r->keep) {
		value_add(r, (struct str){ line.p + 1, line.n - 1 });
	}
	if (r->keep && r->lines.cut)
		r->over = true;
}

int
rpsl_next(struct rpsl *r, struct err *err)
{
	struct str line;
	int rc;

	r->fields.n = r->text.n = 0;
	r->open = r->over = r->keep = false;
	for (;;) {
		rc = os_lines_next(&r->lines, &line.p, &line.n, err);
		if (rc <= 0)
			return rc < 0 ? -1 : r->open;
		if (line.n > 0)
			line_add(r, line);
		else if (r->open)
			return 1;
	}
}
