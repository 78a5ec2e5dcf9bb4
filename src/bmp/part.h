/* SPDX-License-Identifier: BSD-2-Clause */
/* part.h - what the files of bmp/ share. */
#pragma once

#include "bmp/bmp.h"

/* Does a message of that type begin with a per-peer header? */
static inline bool
bmp_type_has_peer(uint8_t type)
{
	return type <= BMP_PEER_UP || type == BMP_ROUTE_MIRRORING;
}
