/* SPDX-License-Identifier: BSD-2-Clause */
/* report_load.h - the two halves of loading: report_load.c and report_inc.c. */
#pragma once

#include "cmd/report.h"

/* Sinks of the store; ctx is the report. */
int report_take_incident(void *ctx, const struct incident *in, struct err *err);
int
report_take_charge(void *ctx, const struct detect_charge *c, struct err *err);
/* Keep the incidents that concern the chosen networks; before linking. */
void report_select_incidents(struct report *r);
/* Tell for each charge its incident, and whether it counts. */
void report_link_charges(struct report *r);
