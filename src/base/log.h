/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - one event, one line on stderr, lower case, no full stop.
 */
#pragma once

/* "comity: warning: text" on stderr. */
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "comity: text" on stderr. */
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
