/* SPDX-License-Identifier: BSD-2-Clause */
/* part.h - what the files of mrt/ share. */
#pragma once

#include "mrt/mrt.h"

/*
 * Do whole entries fill a TABLE_DUMP body of n bytes, with AS numbers of two
 * octets or of four?  False: neither.
 */
bool
mrt_table_dump_fits(const uint8_t *body, size_t n, uint16_t subtype, bool *as4);
