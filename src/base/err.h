/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * err.h - the one way a function says why it failed.
 *
 * A fallible function returns int, 0 or -1, and takes `struct err *err` as
 * its last parameter.  err is never NULL and is written only on failure.
 */
#pragma once

enum err_code {
	ERR_NONE = 0,
	ERR_INPUT,  /* bytes or text from outside break their format */
	ERR_LIMIT,  /* well formed, but over one of our stated limits */
	ERR_SYSTEM, /* the operating system said no; msg carries errno's text */
};

struct err {
	enum err_code code;
	char msg[400]; /* one lower-case line, no full stop, no newline */
};

/* Fill *err and return -1, so that `return err_set(...)` is one statement. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), nonnull(1, 3)));

/* As err_set() with ERR_SYSTEM and the text of errno appended. */
int err_sys(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));

/* Put "context: " in front of what err already says; returns -1. */
int err_wrap(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), nonnull(1, 2)));
