/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iana_xml.c - registries of IANA as XML, read as a stream.
 *
 * No entity is ever declared in these files, so a declaration ends the
 * reading: nothing can expand.
 */
#include "registry/input.h"

#include <expat.h>
#include <inttypes.h>
#include <stdlib.h>

#define MAX_XML_TEXT  4096 /* bytes of one field; the rest is left out */
#define MAX_XML_DEPTH 64
#define XML_CHUNK     65536

/* What we keep of a record, by element name. */
enum field {
	F_WHAT,
	F_NAME,
	F_STATUS,
	F_DATE,
	F_RFC,
	F_TERMINATION,
	F_REACHABLE,
	F_UPDATED, /* of the registry */
	FIELDS
};

static const struct {
	const char *element;
	enum field field;
} elements[] = {
	{ "prefix", F_WHAT },
	{ "number", F_WHAT },
	{ "address", F_WHAT },
	{ "designation", F_NAME },
	{ "description", F_NAME },
	{ "name", F_NAME },
	{ "status", F_STATUS },
	{ "date", F_DATE },
	{ "spec", F_RFC },
	{ "termination", F_TERMINATION },
	{ "global", F_REACHABLE },
	{ "updated", F_UPDATED },
};

struct ctx {
	struct registry_input *in;
	XML_Parser parser;
	struct err *err;
	bool failed;
	unsigned depth, record_depth; /* 0 = outside a record */
	unsigned field_depth;
	enum field field;
	enum reg_iana which;
	uint64_t line;
	char text[FIELDS][MAX_XML_TEXT];
	size_t n[FIELDS];
};

static uint64_t
line_of(XML_Parser parser)
{
#if XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION < 9
	return XML_GetCurrentLineNumber(parser);
#else
	return XML_GetCurrentLineNumber64(parser);
#endif
}

static void
stop(struct ctx *c, const char *why)
{
	if (!c->failed)
		err_set(c->err, ERR_INPUT, "line %" PRIu64 ": %s",
		    line_of(c->parser), why);
	c->failed = true;
	(void)XML_StopParser(c->parser, XML_FALSE);
}

static void
add_text(struct ctx *c, const char *s, size_t n)
{
	size_t left = MAX_XML_TEXT - c->n[c->field];

	if (n > left)
		n = left;
	memcpy(c->text[c->field] + c->n[c->field], s, n);
	c->n[c->field] += n;
}

static const char *
attribute(const XML_Char **attrs, const char *name)
{
	for (; attrs[0] != NULL; attrs += 2)
		if (strcmp(attrs[0], name) == 0)
			return attrs[1];
	return NULL;
}

static enum reg_iana
registry_of(const char *id)
{
	static const struct {
		const char *id;
		enum reg_iana which;
	} ids[] = {
		{ "ipv4-address-space", REG_IANA_SPACE4 },
		{ "ipv6-unicast-address-assignments", REG_IANA_SPACE6 },
		{ "as-numbers", REG_IANA_ASNS },
		{ "as-numbers-1", REG_IANA_ASNS },
		{ "as-numbers-2", REG_IANA_ASNS },
		{ "iana-ipv4-special-registry", REG_IANA_SPECIAL4 },
		{ "iana-ipv4-special-registry-1", REG_IANA_SPECIAL4 },
		{ "iana-ipv6-special-registry", REG_IANA_SPECIAL6 },
		{ "iana-ipv6-special-registry-1", REG_IANA_SPECIAL6 },
		{ "iana-as-numbers-special-registry", REG_IANA_SPECIAL_ASNS },
		{ "special-purpose-as-numbers", REG_IANA_SPECIAL_ASNS },
	};

	for (size_t i = 0; i < COUNT(ids); i++)
		if (strcmp(id, ids[i].id) == 0)
			return ids[i].which;
	return REG_IANA_NONE;
}

static void
begin_record(struct ctx *c, const XML_Char **attrs)
{
	const char *date = attribute(attrs, "date");

	c->record_depth = c->depth;
	c->line = line_of(c->parser);
	for (int i = 0; i < F_UPDATED; i++)
		c->n[i] = 0;
	if (date != NULL) {
		c->field = F_DATE;
		add_text(c, date, strlen(date));
	}
}

static void
on_start(void *user, const XML_Char *name, const XML_Char **attrs)
{
	struct ctx *c = user;
	const char *id;

	if (++c->depth > MAX_XML_DEPTH) {
		stop(c, "elements nested over 64 deep");
		return;
	}
	if (strcmp(name, "registry") == 0 &&
	    (id = attribute(attrs, "id")) != NULL)
		c->which = registry_of(id);
	else if (strcmp(name, "record") == 0)
		begin_record(c, attrs);
	else if (c->field_depth == 0 &&
		 (c->record_depth != 0 || strcmp(name, "updated") == 0))
		for (size_t i = 0; i < COUNT(elements); i++)
			if (strcmp(name, elements[i].element) == 0) {
				c->field = elements[i].field;
				c->field_depth = c->depth;
				c->n[c->field] = 0;
			}
	/* <spec><xref type="rfc" data="rfc1122"/> */
	if (c->field_depth != 0 && c->field == F_RFC &&
	    strcmp(name, "xref") == 0 &&
	    (id = attribute(attrs, "data")) != NULL) {
		add_text(c, c->n[F_RFC] == 0 ? "" : " ", c->n[F_RFC] != 0);
		add_text(c, id, strlen(id));
	}
}

static struct str
field(const struct ctx *c, enum field f)
{
	return str_trim((struct str){ c->text[f], c->n[f] });
}

static void
take_updated(struct ctx *c)
{
	int32_t day = reg_day(field(c, F_UPDATED));

	if (day == REG_NO_DAY || c->in->report.date_us != TIME_NONE)
		return;
	c->in->report.date_us = day * TIME_DAY;
	c->in->report.date_from = "content";
}

static void
on_end(void *user, const XML_Char *name)
{
	struct ctx *c = user;

	if (c->field_depth == c->depth) {
		c->field_depth = 0;
		if (c->field == F_UPDATED && c->record_depth == 0)
			take_updated(c);
	}
	if (c->record_depth == c->depth && strcmp(name, "record") == 0) {
		const struct reg_iana_row row = {
			.what = field(c, F_WHAT),
			.name = field(c, F_NAME),
			.status = field(c, F_STATUS),
			.date = field(c, F_DATE),
			.rfc = field(c, F_RFC),
			.termination = field(c, F_TERMINATION),
			.reachable = field(c, F_REACHABLE),
			.line = c->line,
		};

		c->record_depth = 0;
		reg_iana_row(c->in, c->which, &row);
	}
	c->depth--;
}

static void
on_text(void *user, const XML_Char *s, int n)
{
	struct ctx *c = user;

	if (c->field_depth != 0)
		add_text(c, s, (size_t)n);
}

static void
on_entity(void *user, const XML_Char *name, int is_parameter,
    const XML_Char *value, int value_length, const XML_Char *base,
    const XML_Char *system_id, const XML_Char *public_id,
    const XML_Char *notation)
{
	(void)name, (void)is_parameter, (void)value, (void)value_length;
	(void)base, (void)system_id, (void)public_id, (void)notation;
	stop(user, "declares an entity, which no IANA registry does");
}

static int
parse(struct ctx *c, struct os_stream *s, struct err *err)
{
	char *chunk = mem_alloc(1, XML_CHUNK);
	ssize_t n;
	int rc = 0;

	do {
		n = os_stream_read(s, chunk, XML_CHUNK, err);
		if (n == -1) {
			rc = -1;
		} else if (XML_Parse(c->parser, chunk, (int)n, n == 0) !=
			   XML_STATUS_OK) {
			stop(c, XML_ErrorString(XML_GetErrorCode(c->parser)));
			rc = -1;
		}
	} while (rc == 0 && n > 0);
	free(chunk);
	return rc;
}

static void
name_source(struct registry_input *in, enum reg_iana which)
{
	static const char *const names[] = {
		[REG_IANA_NONE] = "iana",
		[REG_IANA_SPACE4] = "iana-ipv4-space",
		[REG_IANA_SPACE6] = "iana-ipv6-space",
		[REG_IANA_ASNS] = "iana-as-numbers",
		[REG_IANA_SPECIAL4] = "iana-ipv4-special",
		[REG_IANA_SPECIAL6] = "iana-ipv6-special",
		[REG_IANA_SPECIAL_ASNS] = "iana-special-asns",
	};

	reg_source(in, "%s", names[which]);
}

int
reg_load_iana_xml(struct os_stream *s, struct registry_input *in,
    struct err *err)
{
	struct ctx *c = mem_alloc(1, sizeof(*c));
	int rc;

	c->in = in;
	c->err = err;
	c->parser = XML_ParserCreate(NULL);
	if (c->parser == NULL) {
		free(c);
		return err_set(err, ERR_SYSTEM, "no memory to read XML");
	}
	XML_SetUserData(c->parser, c);
	XML_SetElementHandler(c->parser, on_start, on_end);
	XML_SetCharacterDataHandler(c->parser, on_text);
	XML_SetEntityDeclHandler(c->parser, on_entity);
	rc = parse(c, s, err);
	name_source(in, c->which);
	XML_ParserFree(c->parser);
	free(c);
	return rc;
}
