/* SPDX-License-Identifier: BSD-2-Clause */
/* schema.h - the SQL of the store. */
#pragma once

#include "store/part.h"

extern const char *const store_sql[STATEMENTS];
int store_version(void);
const char *store_migration(int from);
/* Empties every table. */
const char *store_clear_sql(void);
