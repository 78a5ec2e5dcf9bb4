/* SPDX-License-Identifier: BSD-2-Clause */
/* state.c - the files beside the database: see store.h. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "os/os.h"
#include "store/part.h"

#define STATE "state"

/* A plain name: no folder, not hidden. */
static bool
is_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

static const char *
folder(const struct store *s, struct arena *a)
{
	struct buf b = { 0 };
	const char *path;

	buf_printf(&b, "%s.state", s->path);
	path = arena_strndup(a, buf_cstr(&b), b.n);
	buf_fini(&b);
	return path;
}

static const char *
within(const char *dir, const char *name, struct arena *a)
{
	struct buf b = { 0 };
	const char *path;

	buf_printf(&b, "%s/%s", dir, name);
	path = arena_strndup(a, buf_cstr(&b), b.n);
	buf_fini(&b);
	return path;
}

int
store_state_path(struct store *s, struct arena *a, const char *name,
    const char **out, struct err *err)
{
	const char *dir = folder(s, a);

	if (!is_name(name))
		return err_set(err, ERR_INPUT, "%s: bad name of a state file",
		    s->path);
	if (os_mkdirs(dir, err) == -1)
		return -1;
	*out = within(dir, name, a);
	return 0;
}

int
store_set_state(struct store *s, const char *name, struct err *err)
{
	if (!is_name(name))
		return err_set(err, ERR_INPUT, "%s: bad name of a state file",
		    s->path);
	return store_put_value(s, STATE, name, err);
}

int
store_state(struct store *s, struct arena *a, const char **path,
    struct err *err)
{
	const char *name;

	if (store_value(s, a, STATE, &name, err) == -1)
		return -1;
	if (name[0] != '\0' && !is_name(name))
		return err_set(err, ERR_INPUT, "%s: bad name of a state file",
		    s->path);
	*path = name[0] == '\0' ? "" : within(folder(s, a), name, a);
	return 0;
}

static int
prune(struct store *s, DIR *dir, const char *path, const char *keep,
    struct arena *a, struct err *err)
{
	struct dirent *e;

	while ((e = readdir(dir)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0 ||
		    strcmp(e->d_name, keep) == 0)
			continue;
		if (unlink(within(path, e->d_name, a)) == -1 && errno != ENOENT)
			return err_sys(err, "%s: %s", s->path, e->d_name);
	}
	return 0;
}

static int
prune_locked(struct store *s, struct err *err)
{
	struct arena a = { 0 };
	const char *path = folder(s, &a), *keep;
	DIR *dir;
	int rc = -1;

	if (store_value(s, &a, STATE, &keep, err) == 0) {
		dir = opendir(path);
		if (dir == NULL)
			rc = errno == ENOENT ? 0 : err_sys(err, "%s", path);
		else
			rc = prune(s, dir, path, keep, &a, err);
		if (dir != NULL)
			(void)closedir(dir);
	}
	arena_free(&a);
	return rc;
}

int
store_prune_state(struct store *s, struct err *err)
{
	struct err busy;
	int rc;

	if (s->open)
		return err_set(err, ERR_SYSTEM,
		    "%s: state files go only after a commit", s->path);
	/* Under the lock: another writer's new file is not yet named.  If
	 * there is one, it prunes when it is done. */
	if (store_begin(s, &busy) == -1)
		return 0;
	rc = prune_locked(s, err);
	store_rollback(s);
	return rc;
}
