/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utc.c - see utc.h.  Calendar arithmetic is done here in integers instead
 * of gmtime()/timegm(), so that it is pure and knows no time zone.
 */
#include "base/utc.h"

#include <stdio.h>
#include <time.h>

/* Days since 1970-01-01 of a civil date (proleptic Gregorian). */
static int64_t
days_from_civil(int64_t y, unsigned m, unsigned d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	unsigned yoe = (unsigned)(y - era * 400);
	unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
	unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + (int64_t)doe - 719468;
}

static void
civil_from_days(int64_t z, int64_t *y, unsigned *m, unsigned *d)
{
	z += 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;

	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = (int64_t)yoe + era * 400 + (*m <= 2);
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	int64_t q = a / b;

	return a % b < 0 ? q - 1 : q;
}

/* Exactly n digits at *s. */
static bool
take_digits(struct str *s, size_t n, unsigned *out)
{
	uint64_t v;

	if (s->n < n || !text_parse_u64((struct str){ s->p, n }, 999999, &v))
		return false;
	*out = (unsigned)v;
	s->p += n;
	s->n -= n;
	return true;
}

static bool
take_chr(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++, s->n--;
	return true;
}

static bool
valid_date(unsigned y, unsigned m, unsigned d)
{
	static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };

	if (m < 1 || m > 12 || d < 1)
		return false;
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	return d <= days[m - 1] + (m == 2 && leap);
}

/* Up to nine digits of a fraction as microseconds. */
static bool
take_fraction(struct str *s, int64_t *us)
{
	int64_t unit = TIME_SEC;
	size_t n = 0;

	for (; s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9' && n < 9; n++) {
		unit /= 10;
		*us += (s->p[0] - '0') * unit;
		s->p++, s->n--;
	}
	return n > 0;
}

static bool
parse_epoch(struct str s, int64_t *out)
{
	struct str sec;
	struct str rest = s;
	uint64_t v;
	int64_t frac = 0;

	if (!str_cut(&rest, '.', &sec) ||
	    !text_parse_u64(sec, UINT64_C(99999999999), &v))
		return false;
	if (rest.p != NULL && (!take_fraction(&rest, &frac) || rest.n > 0))
		return false;
	*out = (int64_t)v * TIME_SEC + frac;
	return true;
}

/* "Z", "+hh:mm", "-hhmm" or nothing, as seconds east of UTC. */
static bool
take_zone(struct str *s, int64_t *offset)
{
	unsigned h, m;

	if (s->n == 0 || take_chr(s, 'Z') || take_chr(s, 'z'))
		return true;
	bool west = s->p[0] == '-';
	if (!take_chr(s, '+') && !take_chr(s, '-'))
		return false;
	if (!take_digits(s, 2, &h))
		return false;
	(void)take_chr(s, ':');
	if (!take_digits(s, 2, &m) || h > 23 || m > 59)
		return false;
	*offset = (int64_t)(h * 3600 + m * 60) * (west ? -1 : 1);
	return true;
}

static bool
parse_clock(struct str *s, int64_t *us)
{
	unsigned h, mi, sec = 0;
	int64_t offset = 0;

	if (!take_digits(s, 2, &h) || !take_chr(s, ':') ||
	    !take_digits(s, 2, &mi))
		return false;
	if (take_chr(s, ':') && !take_digits(s, 2, &sec))
		return false;
	if (h > 23 || mi > 59 || sec > 60)
		return false;
	*us += ((int64_t)h * 3600 + mi * 60 + sec) * TIME_SEC;
	if (take_chr(s, '.') && !take_fraction(s, us))
		return false;
	if (!take_zone(s, &offset))
		return false;
	*us -= offset * TIME_SEC;
	return true;
}

bool
utc_parse(struct str s, int64_t *out_us)
{
	struct str r = s;
	unsigned y, m, d;

	bool dashed = s.n >= 10 && s.p[4] == '-';
	if (!dashed && s.n != 8)
		return parse_epoch(s, out_us);
	if (!take_digits(&r, 4, &y))
		return false;
	if (dashed && !take_chr(&r, '-'))
		return false;
	if (!take_digits(&r, 2, &m))
		return false;
	if (dashed && !take_chr(&r, '-'))
		return false;
	if (!take_digits(&r, 2, &d) || !valid_date(y, m, d))
		return false;
	int64_t us = days_from_civil(y, m, d) * TIME_DAY;
	if (r.n > 0) {
		if (!take_chr(&r, 'T') && !take_chr(&r, 't') &&
		    !take_chr(&r, ' '))
			return false;
		if (!parse_clock(&r, &us) || r.n > 0)
			return false;
	}
	*out_us = us;
	return true;
}

bool
utc_parse_month(struct str s, int64_t *from_us, int64_t *until_us)
{
	unsigned y, m;

	if (!take_digits(&s, 4, &y) || !take_chr(&s, '-') ||
	    !take_digits(&s, 2, &m) || s.n > 0 || m < 1 || m > 12)
		return false;
	*from_us = days_from_civil(y, m, 1) * TIME_DAY;
	*until_us = utc_month_start(*from_us, 1);
	return true;
}

int32_t
utc_day(int64_t us)
{
	return (int32_t)floor_div(us, TIME_DAY);
}

int64_t
utc_month_start(int64_t us, int months)
{
	int64_t y;
	unsigned m, d;

	civil_from_days(floor_div(us, TIME_DAY), &y, &m, &d);
	int64_t total = y * 12 + (int64_t)m - 1 + months;
	return days_from_civil(floor_div(total, 12),
		   (unsigned)(total - floor_div(total, 12) * 12) + 1, 1) *
	       TIME_DAY;
}

const char *
utc_format(char out[TIME_TEXT_MAX], int64_t us)
{
	int64_t y, day = floor_div(us, TIME_DAY);
	unsigned m, d;

	if (us == TIME_NONE) {
		(void)snprintf(out, TIME_TEXT_MAX, "unknown");
		return out;
	}
	civil_from_days(day, &y, &m, &d);
	int64_t in_day = us - day * TIME_DAY;
	unsigned sec = (unsigned)(in_day / TIME_SEC);
	unsigned frac = (unsigned)(in_day % TIME_SEC);
	int n = snprintf(out, TIME_TEXT_MAX, "%04lld-%02u-%02uT%02u:%02u:%02u",
	    (long long)y % 1000000, m, d, sec / 3600, sec / 60 % 60, sec % 60);
	if (frac != 0)
		(void)snprintf(out + n, (size_t)(TIME_TEXT_MAX - n), ".%06uZ",
		    frac);
	else
		(void)snprintf(out + n, (size_t)(TIME_TEXT_MAX - n), "Z");
	return out;
}

const char *
utc_format_day(char out[TIME_TEXT_MAX], int64_t us)
{
	(void)utc_format(out, us);
	if (us != TIME_NONE)
		out[10] = '\0';
	return out;
}

const char *
utc_format_month(char out[TIME_TEXT_MAX], int64_t us)
{
	(void)utc_format(out, us);
	if (us != TIME_NONE)
		out[7] = '\0';
	return out;
}

const char *
utc_format_json(char out[TIME_TEXT_MAX], int64_t us)
{
	int64_t sec, frac;

	if (us == TIME_NONE) {
		(void)snprintf(out, TIME_TEXT_MAX, "null");
		return out;
	}
	sec = floor_div(us, TIME_SEC);
	frac = us - sec * TIME_SEC;
	if (frac != 0)
		(void)snprintf(out, TIME_TEXT_MAX, "%lld.%06lld",
		    (long long)sec, (long long)frac);
	else
		(void)snprintf(out, TIME_TEXT_MAX, "%lld", (long long)sec);
	return out;
}

const char *
utc_format_span(char out[TIME_TEXT_MAX], int64_t us)
{
	static const struct {
		int64_t unit, from;
		const char *name;
	} units[] = { { TIME_DAY, 2 * TIME_DAY, "days" },
		{ TIME_HOUR, 2 * TIME_HOUR, "h" },
		{ TIME_MIN, 2 * TIME_MIN, "min" }, { TIME_SEC, 0, "s" } };

	if (us == TIME_NONE) {
		(void)snprintf(out, TIME_TEXT_MAX, "unknown");
		return out;
	}
	int64_t a = us < 0 ? -us : us;
	for (unsigned i = 0; i < 4; i++) {
		if (a < units[i].from)
			continue;
		(void)snprintf(out, TIME_TEXT_MAX, "%s%lld %s",
		    us < 0 ? "-" : "", (long long)(a / units[i].unit),
		    units[i].name);
		break;
	}
	return out;
}

static int64_t
clock_us(clockid_t id)
{
	struct timespec ts = { 0 };

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * TIME_SEC + ts.tv_nsec / 1000;
}

int64_t
utc_now(void)
{
	return clock_us(CLOCK_REALTIME);
}

int64_t
utc_mono(void)
{
	return clock_us(CLOCK_MONOTONIC);
}
