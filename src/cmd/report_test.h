/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_test.h - a small store made by hand: a day like 24 February 2008,
 * with made-up registrations.
 */
#pragma once

#include "store/store.h"

/* Fill a new store at path; aborts the test program when it cannot. */
void report_fixture(const char *path);
