/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.h - reading command lines: "--name VALUE" and "--name=VALUE".
 */
#pragma once

#include <stdbool.h>

/*
 * Is argv[*i] the option `name` with a value?  Then *value is set and *i stands
 * on the last word used.  An option without its value counts as present, with
 * *value "" at the end of the line.
 */
bool
args_value(int argc, char **argv, int *i, const char *name, const char **value);
