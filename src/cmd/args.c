/* SPDX-License-Identifier: BSD-2-Clause */
/* args.c - see args.h. */
#include "cmd/args.h"

#include <string.h>

bool
args_value(int argc, char **argv, int *i, const char *name, const char **value)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n) != 0)
		return false;
	if (argv[*i][n] == '=') {
		*value = argv[*i] + n + 1;
		return true;
	}
	if (argv[*i][n] != '\0')
		return false;
	*value = *i + 1 < argc ? argv[++*i] : "";
	return true;
}
