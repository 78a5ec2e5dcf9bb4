/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - what the registries of IANA call the numbers of BGP; "" for those
 * that they do not hold.
 */
#pragma once

#include <stdint.h>

const char *name_of_message(uint8_t type);
const char *name_of_attribute(uint8_t type);
/* The RFC and section that define an attribute. */
const char *source_of_attribute(uint8_t type);
/* The section of RFC 7606, or another, on errors in it. */
const char *source_of_attribute_faults(uint8_t type);
const char *name_of_segment(uint8_t type);
const char *name_of_afi(uint16_t afi);
const char *name_of_safi(uint8_t safi);
/* Well-known communities (RFC 1997 and later). */
const char *name_of_community(uint32_t community);
/* Extended communities: the type without its subtype, and both. */
const char *name_of_ext_community(uint8_t type, uint8_t subtype);
const char *name_of_capability(uint8_t code);
const char *source_of_capability(uint8_t code);
const char *name_of_role(uint8_t role); /* RFC 9234 4.1 */
const char *name_of_notification(uint8_t code);
const char *name_of_subcode(uint8_t code, uint8_t subcode);
const char *name_of_state(uint16_t state); /* RFC 4271 8.2.2 */
