/* SPDX-License-Identifier: BSD-2-Clause */
/* json.h - what the files json*.c share. */
#pragma once

#include "lib/part.h"

#define put_key(o, name) put_lit(o, ",\"" name "\":")

char *put_quoted_ip(char *o, const struct ipaddr *ip);
char *put_quoted_ip4(char *o, const uint8_t a[4]);
char *put_quoted_hex(char *o, struct bgp_view v);
/* Takes the comma behind the last element, if there is one, for a bracket. */
char *put_list_end(char *o, char bracket);
/* The beginning of an object, up to its type, whose name and quote follow.
 * peer: NULL = it is of no peer. */
char *put_json_head(char *o, const struct comity_printer *pr,
    const struct mrt_record *rec, const struct ipaddr *peer, uint32_t asn);

/* --- json_bmp.c -------------------------------------------------------- */

/* The member "bmp" of objects out of the message of BMP at hand. */
char *put_bmp_member(char *o, const struct bmp_message *m);
/* What a message of BMP says beside the BGP in it, as an object of its own. */
void print_json_bmp(struct comity_printer *pr, const struct mrt_record *rec);
