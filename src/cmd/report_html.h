/* SPDX-License-Identifier: BSD-2-Clause */
/* report_html.h - the parts of the page that report_html.c puts together. */
#pragma once

#include "cmd/report.h"

/* Foreign text: markup escaped, control bytes as '?'. */
void html_text(struct buf *out, const char *s);
/* "AS64500 Example Networks" with the number apart. */
void html_asn(struct buf *out, const struct report *r, uint32_t asn);
/* "12.34" with the word and colour of its level. */
void html_score(struct buf *out, const struct score_value *v);
void html_incidents(const struct report *r, struct buf *out);
void html_networks(const struct report *r, struct buf *out);
void html_basis(const struct report *r, struct buf *out);
extern const char html_style[];
extern const char *const html_titles[SCORE_IDS]; /* of columns */
