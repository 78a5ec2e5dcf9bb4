/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.h - rows as the readers leave them, one input a file.  Private to
 * this folder.
 *
 * Every reader appends to the arrays of its kind and counts what it refuses.
 * Texts are numbers in the input's own string table.
 */
#pragma once

#include "base/hash.h"
#include "base/mem.h"
#include "registry/registry.h"

#define MAX_REG_ROWS  (64u << 20)  /* of one kind in one input */
#define MAX_REG_TEXT  2000         /* bytes of one name or free text */
#define MAX_REG_TEXTS (256u << 20) /* bytes of all texts of an input */

/* What a registry says of a resource. */
struct reg_grant {
	uint32_t opaque; /* text */
	int32_t day;     /* of the delegation, REG_NO_DAY */
	uint8_t status, rir;
	bool block;
	char cc[2]; /* zeros = not given */
};
#define REG_NO_DAY INT32_MIN

struct reg_prefix_row {
	struct prefix prefix;
	struct reg_grant grant;
};

struct reg_asn_row {
	uint32_t first, last;
	struct reg_grant grant;
};

struct reg_special_row {
	struct prefix prefix; /* or, if is_asn, first..last */
	bool is_asn;
	uint32_t first, last;
	uint8_t kind; /* enum net_special */
	uint32_t name, rfc;
};

struct reg_list_row {
	struct prefix prefix;
	uint32_t asn; /* of a bogus route, else 0 */
	uint32_t text;
};

struct reg_org {
	uint32_t id, name;
	char cc[2];
	bool deleted;
	int64_t updated;
};

struct reg_net {
	uint32_t id, asn, org_id;
	uint32_t name, irr_as_set, info_type, policy;
	uint32_t prefixes4, prefixes6;
	int8_t never;
	bool looking_glass, route_server, deleted;
	int64_t created, updated;
};

struct reg_ix {
	uint32_t id, name;
	char cc[2];
	bool deleted;
	int64_t updated;
};

struct reg_ixlan {
	uint32_t id, ix_id, rs_asn;
	bool deleted;
	int64_t updated;
};

struct reg_ixpfx {
	uint32_t id, ixlan_id;
	struct prefix prefix;
	bool deleted;
	int64_t updated;
};

struct reg_member {
	uint32_t id, asn, ix_id, ixlan_id;
	bool rs_peer, deleted;
	int64_t updated;
};

struct reg_poc {
	uint32_t id, net_id;
	uint8_t role; /* REG_ROLE_... */
	bool reachable, deleted;
	int64_t updated;
};

struct reg_name {
	uint32_t asn, name, type;
	char cc[2];
};

struct reg_test { /* a Spoofer session in one family */
	uint64_t session;
	int64_t time;
	uint32_t asn;
	struct prefix client;
	int8_t nat;
	uint8_t routed, private_;
};

struct reg_member_org { /* of MANRS */
	uint32_t name, areas;
	uint32_t asn_at, n_asns; /* in part_asns */
	int64_t since;
	uint8_t programme;
	uint8_t claims[REG_ACTIONS_MAX];
	uint32_t texts[REG_ACTIONS_MAX];
};

struct reg_scores {
	uint32_t asn, holder, region;
	char cc[2];
	int16_t percent[REG_SCORES];
};

/* IPv4 rows are small, so that three million of them sort in cache lines. */
struct reg_origin4 {
	uint64_t key; /* address << 8 | length */
	uint32_t origin;
};

struct reg_origin6 {
	uint64_t hi, lo;
	uint32_t origin;
	uint8_t len;
};

struct registry_input {
	struct registry_load_report report;
	struct strtab text; /* 0 is "" */
	VEC(struct reg_prefix_row) prefixes;
	VEC(struct reg_asn_row) asns;
	bool extended; /* bears available, reserved rows or opaque-ids */
	VEC(struct reg_special_row) specials;
	VEC(struct reg_list_row) lists;
	VEC(struct reg_org) orgs;
	VEC(struct reg_net) nets;
	VEC(struct reg_ix) ixs;
	VEC(struct reg_ixlan) ixlans;
	VEC(struct reg_ixpfx) ixpfxs;
	VEC(struct reg_member) members;
	VEC(struct reg_poc) pocs;
	VEC(struct reg_name) names;
	VEC(struct reg_test) tests;
	VEC(struct reg_member_org) orgs_manrs;
	VEC(uint32_t) part_asns;
	VEC(struct reg_scores) scores;
	VEC(struct reg_origin4) origins4;
	VEC(struct reg_origin6) origins6;
};

/* Count a refused record; the first reasons are kept. */
void reg_refuse(struct registry_input *in, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Text kept once, trimmed, cut at MAX_REG_TEXT. */
uint32_t reg_text(struct registry_input *in, struct str s);
void reg_source(struct registry_input *in, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Two letters to cc in upper case; anything else leaves zeros. */
void reg_cc(struct str s, char cc[2]);
/* The registry that a text names ("ripencc", "RIPE NCC", "Administered by
 * ARIN"); REG_RIR_NONE if none. */
enum registry_rir reg_rir(struct str s);
/* "2006", "2006-10", "2006-10-03", "20061003" to a day, or REG_NO_DAY. */
int32_t reg_day(struct str s);
/* The newest date of records, where content bears none of its own. */
void reg_newest(struct registry_input *in, int64_t us);

/* Lines of a text file, comments included; each() counts what it takes.  A
 * line too long is refused. */
typedef void (
    *reg_line_fn)(struct registry_input *in, struct str line, uint64_t number);
int reg_each_line(struct os_stream *s, struct registry_input *in,
    reg_line_fn each, struct err *err);

/* --- readers: one per format ------------------------------------------- */

int reg_load_delegated(struct os_stream *s, struct registry_input *in,
    struct err *err);
int
reg_load_iana(struct os_stream *s, struct registry_input *in, struct err *err);
int reg_load_bogon_list(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_bogus_routes(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_peeringdb(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_as_types(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_as_names(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_spoofer(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_shadowserver(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_participants(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_observatory(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_riswhois(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_pfx_origin(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_ranges(struct os_stream *s, struct registry_input *in,
    struct err *err);
int reg_load_as_prefixes(struct os_stream *s, struct registry_input *in,
    struct err *err);

/* --- shared by readers ------------------------------------------------- */

/* One row of an IANA registry, from CSV or XML. */
struct reg_iana_row {
	struct str what;   /* prefix(es) or ASN range */
	struct str name;   /* designation, description, reason */
	struct str status; /* of address space */
	struct str date, rfc;
	struct str termination, reachable; /* special purpose */
	uint64_t line;
};
enum reg_iana { /* which registry */
	REG_IANA_NONE,
	REG_IANA_SPACE4,
	REG_IANA_SPACE6,
	REG_IANA_ASNS,
	REG_IANA_SPECIAL4,
	REG_IANA_SPECIAL6,
	REG_IANA_SPECIAL_ASNS,
};
void reg_iana_row(struct registry_input *in, enum reg_iana which,
    const struct reg_iana_row *row);
int reg_load_iana_xml(struct os_stream *s, struct registry_input *in,
    struct err *err);

/* Feeds the whole stream to a JSON handler. */
struct json_event;
struct json_reader;
int reg_each_json(struct os_stream *s, bool several,
    int (*handler)(void *ctx, const struct json_reader *r,
	const struct json_event *ev, struct err *err),
    void *ctx, struct err *err);

void reg_add_origin(struct registry_input *in, const struct prefix *p,
    uint32_t origin);
/* Sort and make distinct: at the end of a load. */
void reg_sort_origins(struct registry_input *in);
