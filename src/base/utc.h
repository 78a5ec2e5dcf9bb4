/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utc.h - time as int64 microseconds since 1970, UTC, everywhere inside.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define TIME_SEC  INT64_C(1000000)
#define TIME_MIN  (60 * TIME_SEC)
#define TIME_HOUR (60 * TIME_MIN)
#define TIME_DAY  (24 * TIME_HOUR)
#define TIME_NONE INT64_MIN /* "not known", "still open" */

#define TIME_TEXT_MAX 40

/*
 * Accepts seconds since 1970 (with up to six decimals), "YYYYMMDD",
 * "YYYY-MM-DD", RFC 3339 with Z or an offset, and the same with a blank
 * instead of the T (then UTC).
 */
bool utc_parse(struct str s, int64_t *out_us);
/* "YYYY-MM" to the first instants of that month and of the next. */
bool utc_parse_month(struct str s, int64_t *from_us, int64_t *until_us);
/* "2008-02-24T18:47:57Z", with six decimals only if they are not zero. */
const char *utc_format(char out[TIME_TEXT_MAX], int64_t us);
const char *utc_format_day(char out[TIME_TEXT_MAX], int64_t us);
const char *utc_format_month(char out[TIME_TEXT_MAX], int64_t us);
/* Seconds, with decimals only if the source had them: JSON times. */
const char *utc_format_json(char out[TIME_TEXT_MAX], int64_t us);
/* "3 days", "5 h", "12 min", "7 s": an age or duration for a person. */
const char *utc_format_span(char out[TIME_TEXT_MAX], int64_t us);
/* Day number since 1970-01-01, rounding towards the past. */
int32_t utc_day(int64_t us);
/* First instant of us's month, moved by `months`. */
int64_t utc_month_start(int64_t us, int months);
int64_t utc_now(void);  /* wall clock; only `serve` and `filter` may ask */
int64_t utc_mono(void); /* for progress and durations of our own work */
