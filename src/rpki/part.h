/* SPDX-License-Identifier: BSD-2-Clause */
/* part.h - what the files of rpki/ share: an input as parsed. */
#pragma once

#include "base/hash.h"
#include "base/mem.h"
#include "rpki/rpki.h"

struct vrp_parsed {
	struct prefix prefix;
	uint8_t max_len, ta; /* ta: index in names */
	uint32_t asn;
};

struct aspa_parsed {
	uint32_t customer, at, n; /* providers[at .. at + n) */
};

struct slurm_filter {
	bool has_prefix, has_asn;
	struct prefix prefix;
	uint32_t asn;
};

struct rpki_input {
	struct rpki_load_report report;
	VEC(struct vrp_parsed) vrps; /* of SLURM: assertions */
	VEC(struct aspa_parsed) aspas;
	VEC(uint32_t) providers;
	struct strtab tas;                /* trust anchors; at most 255 */
	VEC(struct slurm_filter) filters; /* SLURM */
	VEC(uint32_t) aspa_filters;       /* SLURM: customers */
	bool has_vrps, has_aspas;         /* such a list stands in it */
};

void rpki_refuse(struct rpki_input *in, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Check and add; refusals are counted.  max_len -1: the prefix's own. */
void rpki_add_vrp(struct rpki_input *in, struct str prefix, struct str asn,
    int max_len, struct str ta, const char *where);
int rpki_load_json(struct rpki_input *in, struct os_stream *s, bool slurm,
    struct err *err);
int rpki_load_csv(struct rpki_input *in, struct os_stream *s, struct err *err);
