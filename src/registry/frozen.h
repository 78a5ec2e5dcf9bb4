/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frozen.h - the rows of the sections, and an opened registry.  Private.
 *
 * Sections are "rg.NAME" + suffix; rg.text holds all texts, NUL-terminated,
 * and a text is an offset into it (0 = "").  Whatever a row names is checked
 * when it is followed, since the bytes are foreign.
 */
#pragma once

#include "registry/input.h"

#define REG_MAGIC 0x31676572u /* layout 1 */

struct fz_head {
	uint32_t magic;
	uint32_t flags;    /* HEAD_... */
	uint32_t extended; /* bit per registry */
	uint32_t prefix_rows, special_rows, bogon_rows;
	uint32_t lans;
};
enum { HEAD_POCS = 1, HEAD_SPOOFER = 2, HEAD_PARTICIPANTS = 4 };

struct fz_origin_head { /* origin tables have no suffix */
	uint32_t magic, prefixes, rows;
};

struct fz_file { /* an input that rows refer to */
	int64_t date_us;
	uint32_t name; /* source */
	uint32_t kind;
};

struct fz_grant {
	uint32_t opaque;
	int32_t day;
	uint16_t file;
	uint8_t status, rir;
	char cc[2];
	uint8_t block, pad;
};

struct fz_asn { /* a row as read */
	uint32_t first, last;
	struct fz_grant grant;
};

struct fz_span { /* the row that decides for first..last */
	uint32_t first, last, row;
};

struct fz_special {
	uint32_t first, last; /* of ASNs */
	uint32_t name, rfc;
	uint16_t file;
	uint8_t kind, pad;
};

struct fz_list {
	uint32_t asn, text;
	uint16_t file, pad;
};

struct fz_net {
	uint32_t asn, net_id, org_id;
	uint32_t name, irr_as_set, info_type, policy;
	uint32_t prefixes4, prefixes6;
	uint8_t present, reachable; /* roles */
	int8_t never;
	uint8_t flags; /* NET_... */
	int64_t poc_updated, created, updated;
};
enum { NET_LOOKING_GLASS = 1, NET_ROUTE_SERVER = 2 };

struct fz_org {
	uint32_t id, name;
	char cc[2];
	uint16_t pad;
};

struct fz_member {
	uint32_t asn, ix_id, rs_peer;
};

struct fz_name {
	uint32_t asn;
	uint32_t name, org;
	uint8_t name_from, org_from, cc_from; /* enum registry_kind */
	uint8_t pad;
	char cc[2];
	uint16_t pad2;
};

struct fz_test {
	uint64_t session;
	int64_t time;
	uint32_t asn;
	struct prefix client;
	int8_t nat;
	uint8_t routed, private_;
	uint8_t pad[7];
};

struct fz_part {
	uint32_t name, areas, asn_at, n_asns;
	int64_t since, first, last;
	uint32_t texts[REG_ACTIONS_MAX];
	uint8_t claims[REG_ACTIONS_MAX];
	uint8_t programme, in_newest;
};

struct fz_part_of {
	uint32_t asn, part;
};

struct fz_roll {
	int64_t date_us;
	uint32_t programme, organisations, asns, areas;
};

struct fz_score {
	uint32_t asn, holder, region;
	int16_t percent[REG_SCORES];
	char cc[2];
	int64_t month;
};

struct fz_origin {
	uint32_t origin;
	int32_t day;
};

struct registry {
	struct fz_head head;
	const char *text;
	size_t n_text;
	const struct fz_file *files;
	size_t n_files;
	struct pmap prefixes; /* delegations */
	const struct fz_grant *grants;
	size_t n_grants;
	const struct fz_asn *asns;
	size_t n_asns;
	const struct fz_span *spans;
	size_t n_spans;
	struct pmap areas; /* bogon areas */
	const uint8_t *area_class;
	size_t n_area_class;
	struct pmap specials;
	const struct fz_special *special_rows;
	size_t n_special_rows;
	const struct fz_special *special_asns;
	size_t n_special_asns;
	struct pmap lists;
	const struct fz_list *list_rows;
	size_t n_list_rows;
	const struct fz_net *nets;
	size_t n_nets;
	const struct fz_org *orgs, *ixs;
	size_t n_orgs, n_ixs;
	struct pmap lans;
	const uint32_t *lan_ix;
	size_t n_lan_ix;
	const struct fz_member *members;
	size_t n_members;
	const uint32_t *route_servers;
	size_t n_route_servers;
	const struct fz_name *names;
	size_t n_names;
	const struct fz_test *tests;
	size_t n_tests;
	const struct fz_part *parts;
	size_t n_parts;
	const uint32_t *part_asns;
	size_t n_part_asns;
	const struct fz_part_of *part_of;
	size_t n_part_of;
	const struct fz_roll *rolls;
	size_t n_rolls;
	const struct fz_score *scores;
	size_t n_scores;
	struct fz_origin_head origin_head;
	const int32_t *days;
	size_t n_days;
	/* By far the largest table, and only some ask: opened when they do. */
	struct lazy_origins {
		struct sect_source src;
		bool tried;
		struct pmap map;
		const uint32_t *at;
		size_t n_at;
		const struct fz_origin *rows;
		size_t n_rows;
	} * origins;
};

/* Classes of an area, most severe last. */
enum { AREA_LISTED = 1, AREA_RESERVED, AREA_FREE };

static inline const char *
fz_text(const struct registry *r, uint32_t at)
{
	return at < r->n_text ? r->text + at : "";
}

/* Times and days of foreign bytes, so that sums of them cannot overflow:
 * outside the years 0 to 9999 they are not known. */
static inline int64_t
fz_time(int64_t us)
{
	return us > -719529 * TIME_DAY && us < 2932897 * TIME_DAY ? us
								  : TIME_NONE;
}

static inline bool
fz_is_day(int32_t day)
{
	return day > -719529 && day < 2932897;
}

/* First row of an array sorted by a leading uint32_t whose key is >= key. */
size_t fz_lower(const void *rows, size_t n, size_t size, uint32_t key);

/* --- freezing ---------------------------------------------------------- */

struct freeze {
	const struct registry_input **in; /* in force, in a fixed order */
	size_t n;
	const char *suffix;
	const struct sect_sink *sink;
	struct strtab text;
	struct fz_head head;
	int64_t newest[REG_RIRS]; /* extended file with rows of it */
};

/* A prefix of row `row` of input `in`, in an order fast to compare. */
struct fz_key {
	uint64_t hi, lo;
	uint32_t in, row;
	uint8_t family, len;
};
struct fz_key fz_key(const struct prefix *p, size_t in, size_t row);
struct prefix fz_key_prefix(const struct fz_key *k);
void fz_sort_keys(struct fz_key *keys, size_t n);
bool fz_same_key(const struct fz_key *a, const struct fz_key *b);

/* A row of an input that has an id and a time of change: the newest of each
 * id stays. */
struct fz_ref {
	uint32_t key, in, row;
	int64_t updated;
};
typedef VEC(struct fz_ref) fz_refs;
void fz_newest(struct fz_ref *refs, size_t *n);

uint32_t
fz_keep(struct freeze *f, const struct registry_input *in, uint32_t id);
int fz_add(struct freeze *f, const char *name, const void *data, size_t n,
    struct err *err);
int fz_add_pmap(struct freeze *f, const char *name, const struct prefix *p,
    size_t n, struct err *err);
const char *fz_in_text(const struct registry_input *in, uint32_t id);

int reg_freeze_prefixes(struct freeze *f, struct err *err);
int reg_freeze_asns(struct freeze *f, struct err *err);
int reg_freeze_lists(struct freeze *f, struct err *err);
int reg_freeze_specials(struct freeze *f, struct err *err);
int reg_freeze_peeringdb(struct freeze *f, struct err *err);
int reg_freeze_ixps(struct freeze *f, struct err *err);
int reg_freeze_networks(struct freeze *f, struct err *err);
int reg_freeze_tests(struct freeze *f, struct err *err);
int reg_freeze_participants(struct freeze *f, struct err *err);
int reg_freeze_origins(struct freeze *f, struct err *err);

/* Delegation rows that give way to newer ones of the same registry. */
bool fz_grant_in_force(const struct freeze *f, const struct registry_input *in,
    const struct reg_grant *g);
void fz_find_newest(struct freeze *f);
/* Order of two grants for one resource: negative = a decides. */
int fz_grant_cmp(const struct registry_input *ia, const struct reg_grant *a,
    const struct registry_input *ib, const struct reg_grant *b);
/* Bogon areas of n distinct prefixes in order, with the class of each. */
int reg_freeze_areas(struct freeze *f, const struct prefix *p,
    const uint8_t *class, size_t n, struct err *err);
struct fz_grant
fz_grant_row(struct freeze *f, uint32_t file, const struct reg_grant *g);
