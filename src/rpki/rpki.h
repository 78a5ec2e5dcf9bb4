/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rpki.h - validated RPKI data (VRPs, ASPAs) and the verdicts from them.
 *
 * rpki_load() reads one file into an input; rpki_freeze() merges inputs into
 * sections; vrp_table_open() and aspa_table_open() open them in place.  Frozen
 * bytes are foreign: every index is checked when it is followed.
 *
 * RFC 6811 and 8481 (origin validation), RFC 8416 (local exceptions),
 * draft-ietf-sidrops-aspa-verification (path verification).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sect.h"
#include "base/text.h"
#include "base/utc.h"
#include "net/net.h"
#include "os/os.h"

#define VRP_TABLE_MAX      8000000 /* a larger snapshot is refused */
#define ASPA_TABLE_MAX     500000
#define ASPA_PROVIDERS_MAX 16380 /* of one customer */
#define RPKI_TA_MAX        32    /* bytes of a trust anchor's name */

/* --- loading ----------------------------------------------------------- */

enum rpki_kind {
	RPKI_KIND_NONE,
	RPKI_JSON,  /* rpki-client, Routinator, Cloudflare, StayRTR */
	RPKI_CSV,   /* Routinator csv, csvcompat, csvext; rpki-client */
	RPKI_SLURM, /* local exceptions, versions 1 and 2 */
};
const char *rpki_kind_name(enum rpki_kind k); /* "vrp-json" ... */

struct rpki_input;

#define RPKI_REFUSALS 5

struct rpki_load_report {
	uint64_t taken, refused;
	uint64_t vrps, aspas; /* of taken */
	size_t n_reasons;
	char reasons[RPKI_REFUSALS][160]; /* "offset 123: ..." */
	int64_t date_us;       /* TIME_NONE if the content says nothing */
	const char *date_from; /* "content" or "" */
	char source[32];       /* "rpki-client", "" = not said */
};

enum rpki_kind rpki_sniff(const uint8_t *head, size_t n);
/*
 * Reads s to its end.  A malformed record is counted and left out.  Fails when
 * the stream is damaged or it is no such file.
 */
int rpki_load(struct os_stream *s, enum rpki_kind kind, struct rpki_input **out,
    struct err *err);
const struct rpki_load_report *rpki_input_report(const struct rpki_input *in);
void rpki_input_free(struct rpki_input *in); /* accepts NULL */

/*
 * The union of n inputs under the section suffix (at most 7 bytes), changed by
 * the local exceptions of `slurm` (an input of kind RPKI_SLURM, or NULL):
 * filters first, assertions then.  ASPAs of one customer are united.
 */
int rpki_freeze(const struct rpki_input *const inputs[], size_t n,
    const struct rpki_input *slurm, const char *suffix,
    const struct sect_sink *sink, struct err *err);

/* --- origin validation ------------------------------------------------- */

/* One Validated ROA Payload (RFC 6811 section 2). */
struct vrp {
	struct prefix prefix;
	uint8_t max_len; /* bits, prefix.len..prefix_len_max(family) */
	uint32_t asn;    /* 0 = AS0, "nobody may originate" (RFC 6483 4) */
	const char *ta;  /* trust anchor, "" = not said; borrowed */
};

/* A table in place; immutable, any number of threads may read it. */
struct vrp_table {
	struct pmap map;
	/*
	 * Of each entry of map, and one behind the last: all that most verdicts
	 * need, in one place.
	 */
	const struct vrp_head {
		uint32_t up;    /* covering entry, PMAP_NONE = none */
		uint32_t first; /* of its rows; they end where the next begin */
		uint32_t asn;   /* of the first row */
		uint8_t len, max_len;
		uint16_t n; /* rows, UINT16_MAX = that many or more */
	} * heads;
	const struct vrp_row {
		uint32_t asn;
		uint8_t max_len, ta;
		uint16_t zero;
	} * rows;
	uint32_t n;
	const char *tas; /* RPKI_TA_MAX bytes each */
	uint32_t n_tas;
	bool present;
};

/* Succeeds with an absent table when there are no such sections. */
int vrp_table_open(const struct sect_source *src, const char *suffix,
    struct vrp_table *out, struct err *err);
bool vrp_table_present(const struct vrp_table *t);
uint32_t vrp_table_count(const struct vrp_table *t);

enum rov_state { ROV_NOT_FOUND, ROV_VALID, ROV_INVALID };
enum {               /* why invalid: what the covering VRPs lack */
	ROV_AS0 = 1, /* an AS0 VRP covers the route */
	ROV_ASN = 2, /* another AS is authorised */
	ROV_LEN = 4, /* this AS is, but not for so long a prefix */
};
#define ROV_NO_ORIGIN UINT32_MAX /* path ends in an AS_SET: RFC 6811 NONE */

const char *rov_state_name(enum rov_state s); /* "not-found" ... */

/* Verdict for a canonical route.  *reason (may be NULL) is set when invalid. */
enum rov_state vrp_table_validate(const struct vrp_table *t,
    const struct prefix *route, uint32_t origin, unsigned *reason);
/* Most specific first; stops when each() gives false. */
void vrp_table_covering(const struct vrp_table *t, const struct prefix *route,
    bool (*each)(void *ctx, const struct vrp *v), void *ctx);
/* Every VRP of an AS, or all (asn ROV_NO_ORIGIN), in prefix order. */
void vrp_table_each(const struct vrp_table *t, uint32_t asn,
    bool (*each)(void *ctx, const struct vrp *v), void *ctx);
/*
 * n verdicts side by side: the cache misses of one pass behind others'.  index
 * is that of t->map.
 */
void vrp_table_validate_many(const struct vrp_table *t,
    const struct pmap_index *index, const struct prefix *routes,
    const uint32_t *origins, size_t n, enum rov_state *out);

/* --- path verification (ASPA) ------------------------------------------ */

struct aspa_table {
	const uint32_t *customers; /* ascending */
	const uint32_t *first;     /* n + 1 */
	const uint32_t *providers; /* ascending per customer */
	uint32_t n, n_providers;
	bool present;
};
int aspa_table_open(const struct sect_source *src, const char *suffix,
    struct aspa_table *out, struct err *err);
bool aspa_table_present(const struct aspa_table *t);
uint32_t aspa_table_count(const struct aspa_table *t);
/* Providers of a customer; NULL: it has no ASPA. */
const uint32_t *aspa_table_providers(const struct aspa_table *t,
    uint32_t customer, uint32_t *n);

enum aspa_state { ASPA_UNKNOWN, ASPA_VALID, ASPA_INVALID };
const char *aspa_state_name(enum aspa_state s);

enum aspa_auth { ASPA_NO_ATTESTATION, ASPA_PROVIDER, ASPA_NOT_PROVIDER };
enum aspa_auth aspa_authorized(const struct aspa_table *t, uint32_t customer,
    uint32_t provider);

struct aspa_verdict {
	enum aspa_state upstream, downstream;
	uint32_t max_up, min_up, max_down, min_down, n; /* hops collapsed */
	/*
	 * When downstream is invalid: the leaker stands among A(first)..
	 * A(last), counted from the origin as 1; equal = it is certain.
	 * leaker is that AS, or 0.
	 */
	uint32_t leak_first, leak_last, leaker;
};

/*
 * path in collector order (path[n - 1] is the origin), prepends allowed;
 * has_set: an AS_SET stands in it, which is invalid by the draft.
 */
struct aspa_verdict aspa_verify(const struct aspa_table *t,
    const uint32_t *path, size_t n, bool has_set);
