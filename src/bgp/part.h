/* SPDX-License-Identifier: BSD-2-Clause */
/* part.h - what the files of bgp/ share. */
#pragma once

#include "bgp/bgp.h"

bool bgp_path_unpack(struct rbuf *r, bool as4, uint32_t *asns, uint32_t *n_asns,
    struct bgp_segment *segs, uint32_t *n_segs);
void bgp_path_merge(struct bgp_decoder *d, struct bgp_path *path,
    uint32_t n_asns4, uint32_t n_segs4);
void bgp_fault_add(struct bgp_attrs *a, enum bgp_fault treatment, uint8_t attr,
    size_t offset, const char *reason);
