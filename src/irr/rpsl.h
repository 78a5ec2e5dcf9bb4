/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rpsl.h - RPSL text cut into objects and attributes (RFC 2622 section 2).
 *
 * Private to this folder.  Only attributes that some loader wants are kept;
 * lines of other attributes, and of objects of other classes, cost one look
 * at their first byte.  An attribute's value has its continuation lines joined
 * by a blank and its comments taken out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/os.h"

#define RPSL_OBJECT_MAX (64U << 20) /* bytes of kept attributes an object */
#define RPSL_FIELDS_MAX 4000000U    /* kept attributes of an object */
#define RPSL_NAME_MAX   64U         /* bytes up to the ':' */
#define RPSL_ATTR_ROWS  64
#define RPSL_ATTR_HEADS 128

enum rpsl_class {
	RPSL_OTHER,  /* a class that nobody here uses */
	RPSL_BROKEN, /* first line is no attribute */
	RPSL_ROUTE,
	RPSL_ROUTE6,
	RPSL_AS_SET,
	RPSL_ROUTE_SET,
	RPSL_AUT_NUM,
	RPSL_PERSON,
	RPSL_ROLE,
	RPSL_ORGANISATION,
	RPSL_MNTNER,
	RPSL_ARIN_ASN, /* blocks of ARIN's own whois */
	RPSL_ARIN_ORG,
	RPSL_ARIN_CONTACT, /* OrgTechHandle and the like, behind an AS */
};

enum rpsl_attr {
	ATTR_NONE, /* not kept */
	ATTR_KEY,  /* the first attribute: value is the object's key */
	ATTR_ORIGIN,
	ATTR_SOURCE,
	ATTR_CREATED,
	ATTR_LAST_MODIFIED,
	ATTR_CHANGED,
	ATTR_MNT_BY,
	ATTR_MEMBERS,
	ATTR_MP_MEMBERS,
	ATTR_SRC_MEMBERS,
	ATTR_MBRS_BY_REF,
	ATTR_MEMBER_OF,
	ATTR_IMPORT,
	ATTR_EXPORT,
	ATTR_AS_NAME,
	ATTR_ORG,
	ATTR_ADMIN_C,
	ATTR_TECH_C,
	ATTR_NOC_C,
	ATTR_OWNER_C, /* LACNIC: owner-c, routing-c */
	ATTR_OWNER,   /* LACNIC: owner, ownerid */
	ATTR_ABUSE,
	ATTR_PERSON,
	ATTR_NIC_HDL,
	ATTR_EMAIL,
	ATTR_PHONE,
	ATTR_ASN, /* ARIN: ASNumber */
	ATTR_ORG_NAME,
};

struct rpsl_field {
	enum rpsl_attr attr;
	uint32_t at, n; /* in text, trimmed */
};

struct rpsl {
	/* The object handed out last. */
	enum rpsl_class class;
	uint64_t line; /* of its first attribute */
	bool over;     /* past a limit or with a line that was cut */
	VEC(struct rpsl_field) fields;
	VEC(char) text;
	struct os_lines lines; /* private from here */
	bool keep;             /* the field read last is kept */
	bool open;
	/* Names of attributes by first letter and length: row + 1, 0 ends. */
	uint8_t attr_head[RPSL_ATTR_HEADS], attr_next[RPSL_ATTR_ROWS];
};

void rpsl_init(struct rpsl *r, struct os_stream *s);
void rpsl_fini(struct rpsl *r);
/* 1 and an object, 0 at the end, -1. */
int rpsl_next(struct rpsl *r, struct err *err);

static inline struct str
rpsl_value(const struct rpsl *r, const struct rpsl_field *f)
{
	return (struct str){ r->text.p + f->at, f->n };
}

/* First value of attr; an empty slice if there is none. */
struct str rpsl_get(const struct rpsl *r, enum rpsl_attr attr);
/* Next item of a list separated by commas or blanks; false at the end. */
bool rpsl_item(struct str *rest, struct str *item);
/* Class of an object by the name of its first attribute. */
bool rpsl_is_class(struct str name);
