/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * real_test.c - the files of folders given, and of $COMITY_TEST_DATA/mrt and
 * /captures, a test each: what accessors say of each route is what its line
 * says, and filtered output is what passes of the rest; and MRT that was written
 * anew as BMP gives the same lines.
 */
#include <dirent.h>

#include "bmp/bmp.h"
#include "lib/lib_filter_test.h"
#include "mrt/mrt.h"
#include "os/os.h"

#define LINES_A_FILE 50000 /* that filters are asked of, all together */
#define LINES_MAX    60000 /* longer files: their routes alone */
#define FILTERS_MIN  1
#define FILTERS_MAX  16

static int n_tests, n_failed;

static void
tell(const char *name, const char *what, verdict bad, const char *note)
{
	(void)printf("%sok %d - %s: %s: %s%s%s\n", bad == NULL ? "" : "not ",
	    ++n_tests, name, what, bad == NULL ? "" : bad,
	    bad == NULL ? "" : ": ", note);
	(void)fflush(stdout);
	n_failed += bad != NULL;
}

/* --- MRT as BMP -------------------------------------------------------- */

/* A whole OPEN of somebody whose AS numbers have four octets. */
static void
write_open(struct buf *out, uint32_t asn)
{
	for (int i = 0; i < 16; i++)
		buf_u8(out, 0xff);
	buf_u16(out, 19 + 10 + 8);
	buf_u8(out, BGP_OPEN);
	buf_u8(out, 4);
	buf_u16(out, 23456);
	buf_u16(out, 180);
	buf_u32(out, 1);
	buf_u8(out, 8);
	buf_u8(out, 2); /* capabilities */
	buf_u8(out, 6);
	buf_u8(out, 65); /* RFC 6793 3 */
	buf_u8(out, 4);
	buf_u32(out, asn);
}

/* The UPDATE of a record, its peer made known before. */
static void
write_update(struct buf *out, struct bmp_peers *known,
    const struct mrt_record *rec, const struct mrt_decoded *m)
{
	const struct mrt_session *s = &m->session;
	struct bmp_peer peer = { .ip = s->peer_ip,
		.asn = s->peer_asn,
		.time_us = rec->time_us,
		.flags = (s->peer_ip.family == NET_IP6 ? BMP_FLAG_V : 0U) |
			 (s->as4 ? 0U : BMP_FLAG_A) |
			 (s->local ? BMP_FLAG_O : 0U) };
	struct bmp_message made = { .type = BMP_PEER_UP,
		.has_peer = true,
		.peer = peer };
	struct buf open = { 0 };
	struct err err;

	if (bmp_peers_find(known, &peer) == NULL) {
		write_open(&open, s->peer_asn);
		made.up.local_ip = s->peer_ip;
		made.up.sent.message = made.up.received.message =
		    (struct bgp_view){ open.p, open.n };
		made.up.sent.whole = made.up.received.whole = true;
		bmp_write_peer_up(out, &peer, &made.up, NULL, 0);
		(void)bmp_peers_update(known, &made, &err);
		buf_fini(&open);
	}
	bmp_write_route_monitoring(out, &peer, m->bgp);
}

static bool
in_both(const struct mrt_decoded *m)
{
	return m->kind == MRT_MESSAGE && m->message == BGP_UPDATE &&
	       !m->session.old && !m->session.add_path &&
	       m->bgp.n <= BMP_MESSAGE_MAX / 2;
}

static void
bmp_of(const char *path, struct buf *out)
{
	struct os_stream *s;
	struct err err;
	struct mrt_peers peers = { 0 };
	struct mrt_record rec;
	struct mrt_decoded m;
	char *bytes = NULL;
	size_t n = 0;

	if (os_stream_open(path, &s, &err) == -1)
		return;
	(void)os_read_all(s, UINT64_C(1) << 30, &bytes, &n, &err);
	os_stream_close(s);
	struct mrt_reader *r = mrt_reader_mem(bytes, n);
	struct bmp_peers *known = bmp_peers_new();
	while (mrt_reader_next(r, &rec, &err) == 1)
		if (mrt_decode(&rec, &peers, &m, &err) == 0 && in_both(&m))
			write_update(out, known, &rec, &m);
	bmp_peers_free(known);
	mrt_reader_free(r);
	mrt_peers_fini(&peers);
	free(bytes);
}

/* What both forms must tell: from behind the time on, and whole seconds. */
static bool
same_line(const char *mrt, const char *bmp)
{
	const char *a = strchr(mrt, '|') + 1, *b = strchr(bmp, '|') + 1;
	size_t n = strspn(a, "0123456789");

	return strncmp(a, b, n) == 0 && b[n] == '.' &&
	       strcmp(strchr(a, '|'), strchr(b, '|')) == 0;
}

static verdict
compare_forms(const struct lines *mrt, const struct lines *bmp, size_t *n)
{
	size_t k = 0;

	for (size_t i = 0; i < mrt->of.n; i++) {
		const struct line *l = &mrt->of.p[i];

		if (l->kind == 'S' || l->kind == 'B' || l->ids || l->old)
			continue;
		while (k < bmp->of.n && bmp->of.p[k].kind == 'S')
			k++;
		if (k == bmp->of.n)
			return "BMP has fewer routes";
		if (!same_line(mrt->starts.p[i], bmp->starts.p[k++]))
			return "BMP tells another line";
	}
	*n = k;
	return NULL;
}

static verdict
check_bmp(const struct file *mrt, const char *name)
{
	struct file f;
	size_t n = 0, passed = 0;
	char told[VALUE] = "", note[VALUE + 100];
	struct buf bytes = { 0 };
	char path[64];

	bmp_of(mrt->path, &bytes);
	if (bytes.n == 0)
		return NULL;
	int fd = file_of(bytes.p, bytes.n, path);
	verdict bad = file_open(&f, path);
	if (bad == NULL)
		bad = compare_forms(&mrt->plain, &f.plain, &n);
	if (bad == NULL)
		bad = check_routes(path, &n);
	if (bad == NULL)
		bad = check_filters(&f, FILTERS_MIN, bytes.n, &passed, told);
	(void)snprintf(note, sizeof(note), "%zu lines, %zu passed %s", n,
	    passed, bad == NULL ? "" : told);
	tell(name, "as BMP", bad, note);
	file_close(&f);
	(void)close(fd);
	buf_fini(&bytes);
	return bad;
}

/* --- files ------------------------------------------------------------- */

static void
check_file(const char *path, const char *name)
{
	struct file f;
	char note[VALUE + 100] = "", told[VALUE] = "";
	size_t n = 0, passed = 0;
	verdict bad = check_routes(path, &n);

	if (bad != NULL && strcmp(bad, "cannot be opened") == 0) {
		tell(name, "routes", NULL, "not opened");
		return;
	}
	(void)snprintf(note, sizeof(note), "%zu lines", n);
	tell(name, "routes", bad, note);
	if (n > LINES_MAX)
		return;
	bad = file_open(&f, path);
	size_t filters = LINES_A_FILE / (n + 1);
	filters = filters < FILTERS_MIN   ? FILTERS_MIN
		  : filters > FILTERS_MAX ? FILTERS_MAX
					  : filters;
	if (bad == NULL)
		bad = check_filters(&f, filters, n + 1, &passed, told);
	(void)snprintf(note, sizeof(note), "%zu of them, %zu lines passed %s",
	    filters, passed, bad == NULL ? "" : told);
	tell(name, "filters", bad, note);
	(void)check_bmp(&f, name);
	file_close(&f);
}

static int
is_input(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return d->d_name[0] != '.' && (dot == NULL || strcmp(dot, ".out") != 0);
}

/* False: there is no such folder. */
static bool
check_folder(const char *folder)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, is_input, alphasort);

	for (int i = 0; i < n; i++) {
		char path[4096];

		(void)snprintf(path, sizeof(path), "%s/%s", folder,
		    names[i]->d_name);
		check_file(path, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return n > 0;
}

int
main(int argc, char **argv)
{
	static const char *const folders[] = { "mrt", "captures" };
	const char *data = getenv("COMITY_TEST_DATA");

	for (int i = 1; i < argc; i++)
		if (!check_folder(argv[i]))
			tell(argv[i], "folder", "is empty", "");
	for (size_t i = 0; i < COUNT(folders); i++) {
		char path[2048];

		(void)snprintf(path, sizeof(path), "%s/%s",
		    data == NULL ? "" : data, folders[i]);
		if (data == NULL || *data == '\0' || !check_folder(path))
			(void)printf("ok %d - %s # SKIP COMITY_TEST_DATA names "
				     "no folder with it\n",
			    ++n_tests, folders[i]);
	}
	(void)printf("1..%d\n", n_tests);
	return n_failed != 0;
}
