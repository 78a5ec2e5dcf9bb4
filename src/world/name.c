/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name.c - dates in file and folder names, as archives write them:
 * 20220301, 2022-03-01, 2022_03_01, 2022.03.01, 2022/03/01, and 202203,
 * 2022-03, 2022.03 for a whole month (its first day).
 */
#include <stdio.h>
#include <string.h>

#include "world/part.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static unsigned
two(const char *p)
{
	return (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
}

static bool
digits(const char *p, size_t left, size_t n)
{
	if (left < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_digit(p[i]))
			return false;
	return true;
}

static bool
make_date(const char *y, const char *m, const char *d, int64_t *out)
{
	char text[16];

	if (two(y) != 19 && two(y) != 20)
		return false;
	(void)snprintf(text, sizeof(text), "%.4s-%.2s-%.2s", y, m, d);
	return utc_parse(str_from(text), out);
}

/*
 * A date that begins exactly at p and is not part of a longer number; a time
 * may follow ("20250720T0931", "20140523.0600").
 */
static bool
date_at(const char *p, size_t left, int64_t *out)
{
	if (!digits(p, left, 4))
		return false;
	if (digits(p, left, 8) && !digits(p, left, 9))
		return make_date(p, p + 4, p + 6, out);
	if (digits(p, left, 6) && !digits(p, left, 7))
		return two(p + 4) >= 1 && two(p + 4) <= 12 &&
		       make_date(p, p + 4, "01", out);
	if (left < 7 || strchr("-_./", p[4]) == NULL ||
	    !digits(p + 5, left - 5, 2) || digits(p + 5, left - 5, 3))
		return false;
	if (left >= 10 && p[7] == p[4] && digits(p + 8, left - 8, 2) &&
	    !digits(p + 8, left - 8, 3))
		return make_date(p, p + 5, p + 8, out);
	return make_date(p, p + 5, "01", out);
}

static bool
last_date_of(const char *p, size_t n, int64_t *out)
{
	bool found = false;

	for (size_t i = 0; i < n; i++)
		if ((i == 0 || !is_digit(p[i - 1])) &&
		    date_at(p + i, n - i, out))
			found = true;
	return found;
}

bool
world_date_in_name(const char *path, int64_t *out_us)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;

	if (last_date_of(base, strlen(base), out_us))
		return true;
	return slash != NULL &&
	       last_date_of(path, (size_t)(slash - path), out_us);
}
