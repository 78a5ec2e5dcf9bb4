/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.c - files that appear whole or not at all, maps, folders.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"

#define WALK_DEPTH_MAX 32
#define WALK_FILES_MAX 1000000
#define ATOMIC_BUFFER  (1 << 20)
#define NAME_TRIES     1000 /* temporary names that exist already */

/* --- maps -------------------------------------------------------------- */

int
os_map_open(const char *path, struct os_map *out, struct err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(err, "%s", path);
	if (fstat(fd, &st) == -1) {
		(void)err_sys(err, "%s", path);
		goto fail;
	}
	if (!S_ISREG(st.st_mode)) {
		(void)err_set(err, ERR_INPUT, "%s: is no regular file", path);
		goto fail;
	}
	*out = (struct os_map){ .n = (size_t)st.st_size };
	if (out->n > 0) {
		void *p = mmap(NULL, out->n, PROT_READ, MAP_SHARED, fd, 0);

		if (p == MAP_FAILED) {
			(void)err_sys(err, "%s: map", path);
			goto fail;
		}
		out->p = p;
	}
	(void)close(fd);
	return 0;

fail:
	(void)close(fd);
	return -1;
}

void
os_map_close(struct os_map *m)
{
	if (m->p != NULL)
		(void)munmap((void *)(uintptr_t)m->p, m->n);
	*m = (struct os_map){ 0 };
}

/* --- atomic files ------------------------------------------------------ */

struct os_atomic {
	char *path, *temp;
	int fd;
	bool unnamed; /* the file has no name so far, temp neither */
	uint64_t pos; /* of the next byte written */
	uint8_t *buf; /* ATOMIC_BUFFER bytes not yet given to the file */
	size_t n;
	unsigned mode;
	bool failed;
};

/* Into a new string: the folder that holds a path. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL   ? mem_strdup(".")
	       : slash == path ? mem_strdup("/")
			       : mem_strndup(path, (size_t)(slash - path));
}

/* Where /proc is not mounted a file cannot be named later. */
static int
open_unnamed(const char *path)
{
	char *dir = folder_of(path);
	int fd = -1;

	if (access("/proc/self/fd", X_OK) == 0)
		fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	free(dir);
	return fd;
}

int
os_atomic_open(const char *path, unsigned mode, struct os_atomic **out,
    struct err *err)
{
	struct os_atomic *a = mem_alloc(1, sizeof(*a));
	size_t n = strlen(path) + sizeof(".tmp-XXXXXX");

	a->path = mem_strdup(path);
	a->temp = mem_alloc(n, 1);
	(void)snprintf(a->temp, n, "%s.tmp-XXXXXX", path);
	a->mode = mode;
	a->fd = open_unnamed(path);
	a->unnamed = a->fd != -1;
	if (!a->unnamed)
		a->fd = mkostemp(a->temp, O_CLOEXEC);
	if (a->fd == -1) {
		(void)err_sys(err, "%s: create", path);
		free(a->temp);
		free(a->path);
		free(a);
		return -1;
	}
	a->buf = mem_alloc(ATOMIC_BUFFER, 1);
	*out = a;
	return 0;
}

/* A name for what has none, since a link replaces no file, but a rename does. */
static int
give_name(struct os_atomic *a)
{
	char from[64];
	char *digits = a->temp + strlen(a->temp) - 6;
	unsigned at = (unsigned)getpid();

	if (!a->unnamed)
		return 0;
	(void)snprintf(from, sizeof(from), "/proc/self/fd/%d", a->fd);
	for (int tries = 0; tries < NAME_TRIES; tries++, at++) {
		(void)snprintf(digits, 7, "%06u", at % 1000000);
		if (linkat(AT_FDCWD, from, AT_FDCWD, a->temp,
			AT_SYMLINK_FOLLOW) == 0) {
			a->unnamed = false;
			return 0;
		}
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

static int
write_fully(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, p, n);

		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

static int
atomic_flush(struct os_atomic *a, struct err *err)
{
	if (a->failed)
		return err_set(err, ERR_SYSTEM, "%s: an earlier write failed",
		    a->path);
	if (write_fully(a->fd, a->buf, a->n) == -1) {
		a->failed = true;
		return err_sys(err, "%s: write", a->path);
	}
	a->n = 0;
	return 0;
}

int
os_atomic_write(struct os_atomic *a, const void *data, size_t n,
    struct err *err)
{
	const uint8_t *p = data;

	if (a->n + n > ATOMIC_BUFFER && atomic_flush(a, err) == -1)
		return -1;
	if (n > ATOMIC_BUFFER) {
		if (a->failed || write_fully(a->fd, p, n) == -1) {
			a->failed = true;
			return err_sys(err, "%s: write", a->path);
		}
	} else if (n > 0) {
		memcpy(a->buf + a->n, p, n);
		a->n += n;
	}
	a->pos += n;
	return a->failed ? atomic_flush(a, err) : 0;
}

uint64_t
os_atomic_pos(const struct os_atomic *a)
{
	return a->pos;
}

int
os_atomic_write_at(struct os_atomic *a, uint64_t at, const void *data, size_t n,
    struct err *err)
{
	const uint8_t *p = data;

	if (atomic_flush(a, err) == -1)
		return -1;
	while (n > 0) {
		ssize_t put = pwrite(a->fd, p, n, (off_t)at);

		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1) {
			a->failed = true;
			return err_sys(err, "%s: write", a->path);
		}
		p += put;
		at += (uint64_t)put;
		n -= (size_t)put;
	}
	return 0;
}

static void
atomic_end(struct os_atomic *a)
{
	if (a->fd != -1)
		(void)close(a->fd);
	free(a->buf);
	free(a->temp);
	free(a->path);
	free(a);
}

/* The name is on disk only when its folder is. */
static int
sync_folder_of(const char *path, struct err *err)
{
	char *dir = folder_of(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = 0;

	/* Some file systems cannot sync a folder: EINVAL is no failure. */
	if (fd == -1 || (fsync(fd) == -1 && errno != EINVAL))
		status = err_sys(err, "%s: sync", dir);
	if (fd != -1)
		(void)close(fd);
	free(dir);
	return status;
}

int
os_rename(const char *from, const char *to, struct err *err)
{
	if (rename(from, to) == -1)
		return err_sys(err, "%s: rename", to);
	return sync_folder_of(to, err);
}

int
os_atomic_commit(struct os_atomic *a, struct err *err)
{
	if (atomic_flush(a, err) == -1)
		goto fail;
	if (fchmod(a->fd, a->mode) == -1 || fsync(a->fd) == -1) {
		(void)err_sys(err, "%s: sync", a->path);
		goto fail;
	}
	if (give_name(a) == -1) {
		(void)err_sys(err, "%s: name", a->path);
		goto fail;
	}
	int closed = close(a->fd);
	a->fd = -1;
	if (closed == -1 || rename(a->temp, a->path) == -1) {
		(void)err_sys(err, "%s: rename", a->path);
		goto fail;
	}
	int status = sync_folder_of(a->path, err);
	atomic_end(a);
	return status;

fail:
	os_atomic_abort(a);
	return -1;
}

void
os_atomic_abort(struct os_atomic *a)
{
	if (a == NULL)
		return;
	if (!a->unnamed)
		(void)unlink(a->temp);
	atomic_end(a);
}

int
os_write_file(const char *path, unsigned mode, const void *data, size_t n,
    struct err *err)
{
	struct os_atomic *a = NULL;

	if (os_atomic_open(path, mode, &a, err) == -1)
		return -1;
	if (os_atomic_write(a, data, n, err) == -1) {
		os_atomic_abort(a);
		return -1;
	}
	return os_atomic_commit(a, err);
}

/* --- folders ----------------------------------------------------------- */

int
os_mkdirs(const char *path, struct err *err)
{
	char *p = mem_strdup(path);
	int status = 0;

	for (char *at = p + 1; status == 0; at++) {
		char c = *at;

		if (c != '/' && c != '\0')
			continue;
		*at = '\0';
		if (mkdir(p, 0755) == -1 && errno != EEXIST)
			status = err_sys(err, "%s: create folder", p);
		*at = c;
		if (c == '\0')
			break;
	}
	free(p);
	if (status == 0 && !os_is_dir(path))
		return err_set(err, ERR_INPUT, "%s: is no folder", path);
	return status;
}

bool
os_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

struct walk {
	struct arena *arena;
	VEC(char *) found;
};

static int
not_hidden(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static char *
join(struct arena *arena, const char *dir, const char *name)
{
	size_t n = strlen(dir), m = strlen(name);
	bool slash = n > 0 && dir[n - 1] == '/';
	char *p = arena_alloc(arena, n + m + 2);

	memcpy(p, dir, n);
	if (!slash)
		p[n++] = '/';
	memcpy(p + n, name, m + 1);
	return p;
}

static int
walk_dir(struct walk *w, const char *path, unsigned depth, struct err *err)
{
	struct dirent **names = NULL;
	int n, status = 0;

	if (depth > WALK_DEPTH_MAX)
		return err_set(err, ERR_LIMIT,
		    "%s: folders nest deeper than %d", path, WALK_DEPTH_MAX);
	n = scandir(path, &names, not_hidden, alphasort);
	if (n == -1)
		return err_sys(err, "%s", path);
	for (int i = 0; i < n; i++) {
		struct stat st;
		char *full = join(w->arena, path, names[i]->d_name);

		free(names[i]);
		/* Links to folders are not followed: they may lead in rings. */
		if (status == -1 || lstat(full, &st) == -1)
			continue;
		if (S_ISDIR(st.st_mode))
			status = walk_dir(w, full, depth + 1, err);
		else if (S_ISREG(st.st_mode) ||
			 (S_ISLNK(st.st_mode) && stat(full, &st) == 0 &&
			     S_ISREG(st.st_mode)))
			vec_push(&w->found, full);
		if (w->found.n > WALK_FILES_MAX)
			status = err_set(err, ERR_LIMIT,
			    "%s: more than %d files", path, WALK_FILES_MAX);
	}
	free(names);
	return status;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
os_walk(const char *path, struct arena *arena, char ***out, size_t *n,
    struct err *err)
{
	struct walk w = { .arena = arena };

	if (strcmp(path, "-") == 0 || !os_is_dir(path)) {
		if (strcmp(path, "-") != 0 && access(path, F_OK) == -1)
			return err_sys(err, "%s", path);
		vec_push(&w.found, arena_strndup(arena, path, strlen(path)));
	} else if (walk_dir(&w, path, 0, err) == -1) {
		vec_fini(&w.found);
		return -1;
	}
	*n = w.found.n;
	*out = arena_alloc(arena, (w.found.n + 1) * sizeof(char *));
	if (w.found.n > 0) {
		memcpy(*out, w.found.p, w.found.n * sizeof(char *));
		qsort(*out, *n, sizeof(char *), by_name);
	}
	vec_fini(&w.found);
	return 0;
}
