/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_filter_test.h - filtered output against unfiltered output that is
 * filtered here, line by line: in lines, in JSON, in counts and as routes.
 */
#pragma once

#include "lib/lib_test.h"

/* --- what is wanted ---------------------------------------------------- */

enum rule_of {
	OF_PREFIX,
	OF_ORIGIN,
	OF_PATH,
	OF_PEER,
	OF_COMMUNITY,
	OF_TYPE,
	OF_FROM,
	OF_UNTIL,
	OF_FAMILY,
};
#define OPTIONS (OF_FAMILY + 1)

#define RULES 16
#define VALUE 600

/* One value of an option, as text and read. */
struct rule {
	enum rule_of of;
	char text[VALUE];
	bool negated, required; /* required: beside the others, not instead */
	struct network prefix;
	char mode; /* e, m, l, a */
	struct address ip;
	int64_t number;
	regex_t regex;
	char kinds[8];   /* OF_TYPE: letters of lines */
	char form;       /* OF_COMMUNITY: p, l, x, h */
	int64_t part[3]; /* -1 = any */
};

struct rules {
	struct rule p[RULES];
	size_t n;
	char
	    as_string[RULES * VALUE]; /* for bgpreader; "" = option by option */
};

static inline void
rules_fini(struct rules *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->p[i].of == OF_PATH)
			regfree(&w->p[i].regex);
}

/* As routers write it to as POSIX does. */
static inline void
posix_regex(const char *text, char *out, size_t size)
{
	struct buf b = { 0 };
	bool in = false;

	for (const char *c = text; *c != '\0'; c++) {
		in = *c == '[' ? true : *c == ']' ? false : in;
		if (*c == '_' && !in)
			buf_str(&b, "([][ ,{}()]|^|$)");
		else if ((*c == '{' || *c == '}') && !in)
			buf_printf(&b, "[%c]", *c);
		else
			buf_chr(&b, *c);
	}
	(void)snprintf(out, size, "%s", buf_cstr(&b));
	buf_fini(&b);
}

static inline void
read_prefix(struct rule *r, const char *text)
{
	char copy[VALUE], *rest = copy, *word;

	(void)snprintf(copy, sizeof(copy), "%s", text);
	r->mode = 'm';
	while ((word = strsep(&rest, " ")) != NULL)
		if (strchr("emla", word[0]) != NULL && !strchr(word, ':') &&
		    word[1] >= 'a')
			r->mode = word[0];
		else if (!network_parse(word, &r->prefix))
			abort();
}

static inline void
read_community(struct rule *r, const char *text)
{
	static const struct {
		const char *name;
		uint16_t low;
	} names[] = { { "no-export", 0xff01 }, { "no-advertise", 0xff02 },
		{ "no-export-subconfed", 0xff03 }, { "blackhole", 666 } };
	char copy[VALUE], *rest = copy, *word;
	size_t n = 0;

	(void)snprintf(copy, sizeof(copy), "%s", text);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(text, names[i].name) == 0) {
			r->form = 'p';
			r->part[0] = 0xffff;
			r->part[1] = names[i].low;
			return;
		}
	if (strncmp(text, "0x", 2) == 0) {
		r->form = 'x';
		return;
	}
	while ((word = strsep(&rest, ":")) != NULL && n < 3)
		r->part[n++] = *word == '*' ? -1 : strtoll(word, NULL, 10);
	r->form = n == 2 ? 'p' : 'l';
}

static inline void
read_type(struct rule *r, const char *text)
{
	(void)snprintf(r->kinds, sizeof(r->kinds), "%s",
	    strcmp(text, "table") == 0 || strcmp(text, "ribs") == 0 ? "B"
	    : strncmp(text, "announcement", 12) == 0                ? "A"
	    : strncmp(text, "withdrawal", 10) == 0                  ? "W"
	    : strcmp(text, "update") == 0                           ? "AW"
	    : strcmp(text, "updates") == 0                          ? "AWS"
	    : strcmp(text, "state") == 0 || strcmp(text, "peerstates") == 0
		? "S"
		: "");
}

/* One more rule. */
static inline struct rule *
want(struct rules *w, enum rule_of of, const char *text)
{
	struct rule *r = &w->p[w->n++];
	char posix[4 * VALUE];

	*r = (struct rule){ .of = of };
	if (strlen(text) >= sizeof(r->text))
		abort();
	memcpy(r->text, text, strlen(text) + 1);
	r->negated = text[0] == '!';
	text += r->negated;
	r->number = strtoll(text, NULL, 10);
	if (of == OF_PREFIX)
		read_prefix(r, text);
	else if (of == OF_PEER && strpbrk(text, ".:") != NULL &&
		 !address_parse(text, &r->ip))
		abort();
	else if (of == OF_COMMUNITY)
		read_community(r, text);
	else if (of == OF_TYPE)
		read_type(r, text);
	else if (of == OF_PATH) {
		posix_regex(text, posix, sizeof(posix));
		if (regcomp(&r->regex, posix, REG_EXTENDED | REG_NOSUB) != 0)
			abort();
	}
	return r;
}

static const char *const option_names[OPTIONS] = { "prefix", "origin", "path",
	"peer", "community", "type", "from", "until", "family" };

/* The same for the library. */
static inline struct comity_filter *
filter_of(const struct rules *w)
{
	struct comity_filter *f = comity_filter_new();
	struct comity_error error;
	int status = 0;

	if (w->as_string[0] != '\0')
		status = comity_filter_add_string(f, w->as_string, &error);
	else
		for (size_t i = 0; i < w->n && status == 0; i++)
			status = comity_filter_add(f, option_names[w->p[i].of],
			    w->p[i].text, &error);
	if (status == -1) {
		(void)fprintf(stderr, "%s\n", error.text);
		abort();
	}
	return f;
}

/* --- a line ------------------------------------------------------------ */

/* Numbers with colons between them, at *c; how many, and *c moves on. */
static inline size_t
numbers(const char **c, int64_t out[3])
{
	size_t n = 0;
	char *end;

	while (n < 3) {
		out[n++] = strtoll(*c, &end, 10);
		*c = end;
		if (*end != ':')
			break;
		++*c;
	}
	return n;
}

/* In a list as lines have it. */
static inline bool
in_list(const char *list, const struct rule *r, size_t parts)
{
	static const struct {
		const char *text;
		int64_t low;
	} names[] = { { "no-export", 0xff01 }, { "no-advertise", 0xff02 },
		{ "local-AS", 0xff03 } };

	for (const char *c = list; *c != '\0'; c += *c == ' ') {
		int64_t got[3] = { 0 };
		bool is = true;

		for (size_t i = 0; i < 3; i++)
			if (strncmp(c, names[i].text, strlen(names[i].text)) ==
			    0) {
				got[0] = 0xffff;
				got[1] = names[i].low;
				c += strcspn(c, " ");
			}
		if (got[0] == 0 && numbers(&c, got) != parts)
			return false;
		for (size_t i = 0; i < parts; i++)
			is &= r->part[i] == -1 || r->part[i] == got[i];
		if (is)
			return true;
	}
	return false;
}

/* In "10:c0:0002fbf000000064... 20:e0:...", all eight octets. */
static inline bool
in_unknown(const char *unknown, const struct rule *r)
{
	const char *c = unknown, *hex = r->text + r->negated + 2;

	while (c != NULL && strncmp(c, "10:", 3) != 0)
		c = (c = strchr(c, ' ')) == NULL ? NULL : c + 1;
	if (c == NULL)
		return false;
	c += 6;
	size_t n = strcspn(c, " ");
	if (n % 16 != 0)
		return false;
	for (size_t i = 0; i < n; i += 16)
		if (strncmp(c + i, hex, 16) == 0)
			return true;
	return false;
}

/* The old type does not divide MED and communities; of damaged ones a filter
 * sees none. */
static inline int
has_community(const struct line *l, const struct rule *r)
{
	if (l->old || l->faulty)
		return -1;
	return r->form == 'p'   ? in_list(l->communities, r, 2)
	       : r->form == 'l' ? in_list(l->large, r, 3)
				: in_unknown(l->unknown, r);
}

static inline bool
is_more(const struct rule *r, const struct line *l)
{
	return network_covers(&r->prefix, &l->prefix);
}

static inline bool
is_less(const struct rule *r, const struct line *l)
{
	return network_covers(&l->prefix, &r->prefix);
}

/* Does this value hold?  -1: the line does not tell. */
static inline int
rule_holds(const struct rule *r, const struct line *l)
{
	bool route = l->kind != 'S';
	uint32_t asn;

	switch (r->of) {
	case OF_PREFIX:
		return route &&
		       ((r->mode != 'l' && is_more(r, l) &&
			    (r->mode != 'e' || is_less(r, l))) ||
			   (r->mode != 'm' && r->mode != 'e' && is_less(r, l)));
	case OF_ORIGIN:
		return l->error ? -1
				: path_end(l->path, &asn) && asn == r->number;
	case OF_PATH:
		return l->error ? -1
				: regexec(&r->regex, l->path, 0, NULL, 0) == 0;
	case OF_PEER:
		return r->ip.family == 0
			   ? l->asn == r->number
			   : memcmp(&l->peer, &r->ip, sizeof(r->ip)) == 0;
	case OF_COMMUNITY:
		return has_community(l, r);
	case OF_TYPE:
		return strchr(r->kinds, l->kind) != NULL;
	case OF_FROM:
		return l->time_us >= r->number * 1000000;
	case OF_UNTIL:
		return l->time_us < r->number * 1000000;
	case OF_FAMILY:
	default:
		return route && l->prefix.a.family == r->number;
	}
}

/* 1 passes, 0 does not, -1 cannot be told. */
static inline signed char
line_passes(const struct rules *w, const struct line *l)
{
	bool unsure = false, attrs = l->kind == 'B' || l->kind == 'A';

	for (unsigned of = 0; of < OPTIONS; of++) {
		bool any = false, found = false, asked = false;

		for (size_t i = 0; i < w->n; i++) {
			const struct rule *r = &w->p[i];

			if (r->of != of)
				continue;
			asked = true;
			int is = rule_holds(r, l);
			if (is == -1)
				unsure = true;
			else if ((r->negated && is == 1) ||
				 (r->required && !r->negated && is == 0))
				return 0;
			any |= !r->negated && !r->required;
			found |= !r->negated && is != 0;
		}
		if (!asked)
			continue;
		if ((of == OF_ORIGIN || of == OF_PATH || of == OF_COMMUNITY) &&
		    !attrs)
			return 0;
		if ((of == OF_PREFIX || of == OF_FAMILY) && l->kind == 'S')
			return 0;
		if (any && !found)
			return 0;
	}
	return unsure ? -1 : 1;
}

/* --- one filter -------------------------------------------------------- */

/* A file without a filter. */
struct file {
	const char *path;
	struct lines full;  /* LARGE and UNKNOWN: what is asked */
	struct lines plain; /* no flags */
	/* Other formats that have a line for each route or state. */
	struct lines rows[3];
	char *json;
	signed char *wanted; /* of the lines, by the filter at hand */
};

static const struct {
	enum comity_format format;
	size_t heads; /* lines before the first */
} row_formats[] = { { COMITY_BGPREADER, 0 }, { COMITY_CSV, 1 },
	{ COMITY_DATED, 0 } };

static inline verdict
file_rows(struct file *f)
{
	for (size_t i = 0; i < COUNT(row_formats); i++) {
		struct print p = { .format = row_formats[i].format };

		lines_cut(print_file(f->path, &p), &f->rows[i]);
		if (f->rows[i].starts.n != f->full.of.n + row_formats[i].heads)
			return "another format has other lines";
	}
	return NULL;
}

static inline verdict
file_open(struct file *f, const char *path)
{
	struct print full = { .format = COMITY_LINES,
		.flags = COMITY_PRINT_LARGE | COMITY_PRINT_UNKNOWN };
	struct print plain = { .format = COMITY_LINES };
	struct print json = { .format = COMITY_JSON };

	*f = (struct file){ .path = path };
	char *text = print_file(path, &full);
	if (text == NULL)
		return "cannot be opened";
	verdict bad = lines_parse(text, full.flags, &f->full);
	if (bad == NULL)
		bad = lines_faults(path, &f->full);
	if (bad == NULL)
		bad = lines_parse(print_file(path, &plain), 0, &f->plain);
	f->json = print_file(path, &json);
	f->wanted = calloc(f->full.of.n + 1, 1);
	if (bad == NULL && f->full.of.n != f->plain.of.n)
		bad = "flags change the number of lines";
	if (bad == NULL)
		bad = check_counts(&full.counts);
	if (bad == NULL &&
	    memcmp(&full.counts, &plain.counts, sizeof(full.counts)) != 0)
		bad = "flags change the counts";
	return bad == NULL ? file_rows(f) : bad;
}

static inline void
file_close(struct file *f)
{
	lines_fini(&f->full);
	lines_fini(&f->plain);
	for (size_t i = 0; i < COUNT(row_formats); i++)
		lines_fini(&f->rows[i]);
	free(f->json);
	free(f->wanted);
}

/* Lines that were let pass; settles those that could not be told. */
static inline verdict
compare_lines(struct file *f, const struct lines *all, size_t heads, char *text)
{
	char *rest = text;
	verdict bad = NULL;

	for (size_t i = 0; i < all->starts.n && bad == NULL; i++) {
		signed char none = 1;
		signed char *w = i < heads ? &none : &f->wanted[i - heads];
		size_t n = strlen(all->starts.p[i]);
		bool same =
		    strncmp(rest, all->starts.p[i], n) == 0 && rest[n] == '\n';

		if (*w == -1)
			*w = same;
		if (*w == 0)
			continue;
		if (!same)
			bad = "a line that is wanted is missing";
		rest += n + 1;
	}
	if (bad == NULL && *rest != '\0')
		bad = "a line that is not wanted";
	return bad;
}

static inline verdict
compare_rows(struct file *f, const struct comity_filter *filter)
{
	verdict bad = NULL;

	for (size_t i = 0; i < COUNT(row_formats) && bad == NULL; i++) {
		struct print p = { .format = row_formats[i].format,
			.filter = filter };
		char *text = print_file(f->path, &p);

		bad = compare_lines(f, &f->rows[i], row_formats[i].heads, text);
		free(text);
	}
	return bad;
}

/* "A|time|peer|asn|prefix", to be compared whatever the order. */
typedef VEC(char *) texts;

static inline void
add_text(texts *t, const char *what, const struct address *peer, uint32_t asn,
    const char *prefix)
{
	char ip[INET6_ADDRSTRLEN], net[INET6_ADDRSTRLEN] = "", *text;
	struct network p = { .a.family = 4 };

	(void)inet_ntop(peer->family == 6 ? AF_INET6 : AF_INET, peer->octets,
	    ip, sizeof(ip));
	if (prefix != NULL && !network_parse(prefix, &p))
		abort();
	if (prefix != NULL)
		(void)inet_ntop(p.a.family == 6 ? AF_INET6 : AF_INET,
		    p.a.octets, net, sizeof(net));
	if (asprintf(&text, "%s|%s|%u|%s/%u", what, ip, asn, net, p.len) == -1)
		abort();
	vec_push(t, text);
}

static inline int
by_text(const void *a, const void *b)
{
	char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static inline bool
texts_same(texts *a, texts *b)
{
	bool same = a->n == b->n;

	if (a->n > 0)
		qsort(a->p, a->n, sizeof(*a->p), by_text);
	if (b->n > 0)
		qsort(b->p, b->n, sizeof(*b->p), by_text);
	for (size_t i = 0; i < a->n && same; i++)
		same = strcmp(a->p[i], b->p[i]) == 0;
	for (size_t i = 0; i < a->n; i++)
		free(a->p[i]);
	for (size_t i = 0; i < b->n; i++)
		free(b->p[i]);
	vec_fini(a);
	vec_fini(b);
	return same;
}

/* --- JSON -------------------------------------------------------------- */

/* The text of a member up to its end mark; the first of that name. */
static inline char *
member(const char *object, const char *name, const char *end)
{
	const char *at = strstr(object, name);

	return at == NULL ? NULL
			  : strndup(at + strlen(name),
				strcspn(at + strlen(name), end));
}

static inline void
json_list(const char *object, const char *key, char letter, texts *out)
{
	char *time = member(object, "\"timestamp\":", ",");
	char *peer = member(object, "\"peer\":\"", "\"");
	char *asn = member(object, "\"peer_asn\":\"", "\"");
	char what[64];
	struct address ip;

	if (time == NULL || peer == NULL || asn == NULL ||
	    !address_parse(peer, &ip))
		abort();
	/* Of BMP a time may be missing. */
	(void)snprintf(what, sizeof(what), "%c|%s", letter,
	    strcmp(time, "null") == 0 ? "0.000000" : time);
	for (const char *c = object; (c = strstr(c, key)) != NULL;) {
		c += strlen(key);
		while (*c == '"' || *c == ',') {
			c += *c == ',';
			char *prefix = member(c, "\"", "\"");
			add_text(out, what, &ip,
			    (uint32_t)strtoul(asn, NULL, 10), prefix);
			c += strlen(prefix) + 2;
			free(prefix);
		}
	}
	free(time);
	free(peer);
	free(asn);
}

static inline void
json_routes(const char *object, texts *out)
{
	bool table = strstr(object, "\"type\":\"RIB\"") != NULL;

	if (!table && strstr(object, "\"type\":\"UPDATE\"") == NULL)
		return;
	json_list(object, "\"prefixes\":[", table ? 'B' : 'A', out);
	json_list(object, "withdrawals\":[", 'W', out);
}

/* What stands before the routes. */
static inline size_t
json_head(const char *object)
{
	static const char *const keys[] = { ",\"announcements\":",
		",\"withdrawals\":", ",\"mp_withdrawals\":",
		",\"multicast_withdrawals\":", ",\"unread_reach\":",
		",\"unread_unreach\":" };
	size_t n = strcspn(object, "\n");

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *at = strstr(object, keys[i]);

		if (at != NULL && (size_t)(at - object) < n)
			n = (size_t)(at - object);
	}
	return n;
}

/* Objects are some of those without a filter, in their order; their routes
 * those of the lines. */
static inline verdict
compare_json(const struct file *f, char *text)
{
	char *all = f->json == NULL ? NULL : strdup(f->json);
	char *rest = text, *from = all, *object;
	texts got = { 0 }, want = { 0 };
	verdict bad = NULL;

	while (*rest != '\0' && bad == NULL) {
		object = strsep(&rest, "\n");
		size_t n = json_head(object);
		bool found = false;

		while (from != NULL && *from != '\0' && !found) {
			char *one = strsep(&from, "\n");
			found =
			    json_head(one) == n && strncmp(one, object, n) == 0;
		}
		if (!found)
			bad = "an object that is not there without a filter";
		json_routes(object, &got);
	}
	for (size_t i = 0; i < f->full.of.n; i++) {
		const struct line *l = &f->full.of.p[i];
		char what[64];

		(void)snprintf(what, sizeof(what), "%c|%s", l->kind, l->time);
		if (l->kind != 'S' && f->wanted[i] == 1)
			add_text(&want, what, &l->peer, l->asn, l->prefix_text);
	}
	if (!texts_same(&got, &want) && bad == NULL)
		bad = "the routes of the objects are not those of the lines";
	free(all);
	return bad;
}

/* --- counts ------------------------------------------------------------ */

struct row {
	char *key;
	uint64_t n[4]; /* table, announced, withdrawn, states */
};

static inline int
by_row(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return strcmp(x->key, y->key);
}

/* Rows of one key become one. */
static inline void
tally(texts *keys, const char *kinds, texts *out)
{
	size_t n = keys->n;
	struct row *rows = calloc(n + 1, sizeof(*rows));

	if (rows == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		rows[i].key = keys->p[i];
		rows[i].n[kinds[i] == 'B'   ? 0
			  : kinds[i] == 'A' ? 1
			  : kinds[i] == 'W' ? 2
					    : 3]++;
	}
	qsort(rows, n, sizeof(*rows), by_row);
	for (size_t i = 0, j; i < n; i = j) {
		char *text;

		for (j = i + 1; j < n && by_row(&rows[i], &rows[j]) == 0; j++)
			for (size_t k = 0; k < 4; k++)
				rows[i].n[k] += rows[j].n[k];
		if (asprintf(&text, "%s|%llu|%llu|%llu|%llu", rows[i].key,
			(unsigned long long)rows[i].n[0],
			(unsigned long long)rows[i].n[1],
			(unsigned long long)rows[i].n[2],
			(unsigned long long)rows[i].n[3]) == -1)
			abort();
		vec_push(out, text);
	}
	for (size_t i = 0; i < n; i++)
		free(rows[i].key);
	free(rows);
	vec_fini(keys);
}

/* Rows as `comity dump --count=... --json` has them, as tally() does. */
static inline void
count_rows(char *text, bool by_peer, texts *out)
{
	static const char *const names[] = { "\"table\":", "\"announced\":",
		"\"withdrawn\":", "\"states\":" };
	char *rest = text, *row;

	while (*rest != '\0') {
		row = strsep(&rest, "\n");
		char *who = member(row,
		    by_peer ? "\"peer\":\"" : "\"prefix\":\"", "\"");
		char *asn = member(row, "\"asn\":", ",");
		struct buf line = { 0 };
		texts key = { 0 };
		struct address none = { .family = 4 }, ip = none;

		if (who == NULL || (by_peer && !address_parse(who, &ip)))
			abort();
		add_text(&key, "", &ip,
		    asn == NULL ? 0 : (uint32_t)strtoul(asn, NULL, 10),
		    by_peer ? NULL : who);
		buf_str(&line, key.p[0]);
		for (size_t i = 0; i < 4; i++) {
			char *n = member(row, names[i], ",}");
			buf_printf(&line, "|%s", n == NULL ? "0" : n);
			free(n);
		}
		vec_push(out, strdup(buf_cstr(&line)));
		buf_fini(&line);
		free(key.p[0]);
		vec_fini(&key);
		free(who);
		free(asn);
	}
}

static inline verdict
compare_counts(const struct file *f, char *text, bool by_peer)
{
	static const struct address none = { .family = 4 };
	texts got = { 0 }, want = { 0 }, keys = { 0 };
	char *kinds = calloc(f->full.of.n + 1, 1);

	if (kinds == NULL)
		abort();
	for (size_t i = 0; i < f->full.of.n; i++) {
		const struct line *l = &f->full.of.p[i];

		if (f->wanted[i] != 1 || (l->kind == 'S' && !by_peer))
			continue;
		kinds[keys.n] = l->kind;
		if (by_peer)
			add_text(&keys, "", &l->peer, l->asn, NULL);
		else
			add_text(&keys, "", &none, 0, l->prefix_text);
	}
	tally(&keys, kinds, &want);
	free(kinds);
	count_rows(text, by_peer, &got);
	if (texts_same(&got, &want))
		return NULL;
	return by_peer ? "counts of peers" : "counts of prefixes";
}

/* Records of all types: those that were taken or passed over. */
static inline verdict
compare_types(char *text, const struct comity_counts *n)
{
	uint64_t sum = 0;

	for (char *at = text; (at = strstr(at, "\"records\":")) != NULL; at++)
		sum += strtoull(at + 10, NULL, 10);
	/* A message of BMP may be several. */
	return sum < n->taken + n->skipped ? "counts of types" : NULL;
}

/* --- one filter on one file -------------------------------------------- */

static inline verdict
compare_print(const struct file *f, struct print p)
{
	char *text = print_file(f->path, &p);
	verdict bad = check_counts(&p.counts);

	if (text == NULL)
		return "cannot be opened";
	if (bad == NULL)
		bad = p.format == COMITY_JSON ? compare_json(f, text)
		      : p.format == COMITY_COUNT_TYPES
			  ? compare_types(text, &p.counts)
			  : compare_counts(f, text,
				p.format == COMITY_COUNT_PEERS);
	free(text);
	return bad;
}

static inline verdict
check_filter(struct file *f, const struct rules *w, size_t *passed)
{
	static const enum comity_format formats[] = { COMITY_JSON,
		COMITY_COUNT_TYPES, COMITY_COUNT_PEERS, COMITY_COUNT_PREFIXES };
	struct comity_filter *filter = filter_of(w);
	struct print p = { .format = COMITY_LINES, .filter = filter };

	for (size_t i = 0; i < f->full.of.n; i++)
		f->wanted[i] = line_passes(w, &f->full.of.p[i]);
	char *text = print_file(f->path, &p);
	verdict bad = compare_lines(f, &f->plain, 0, text);
	free(text);
	for (size_t i = 0; i < f->full.of.n; i++)
		*passed += f->wanted[i] == 1;
	if (bad == NULL)
		bad = check_counts(&p.counts);
	if (bad == NULL)
		bad = compare_routes(f->path, filter, &f->full, f->wanted);
	if (bad == NULL)
		bad = compare_rows(f, filter);
	for (size_t i = 0; i < COUNT(formats) && bad == NULL; i++)
		bad = compare_print(f,
		    (struct print){ .format = formats[i],
			.flags = i > 0 ? COMITY_PRINT_AS_JSON : 0,
			.filter = filter });
	comity_filter_free(filter);
	return bad;
}

/* --- filters of what stands in the file -------------------------------- */

struct dice {
	uint64_t seed;
};

static inline uint64_t
below(struct dice *d, uint64_t n)
{
	d->seed = hash_u64(d->seed + 1);
	return n == 0 ? 0 : (d->seed >> 8) % n;
}

/* Any of the kinds; NULL: there may be none. */
static inline const struct line *
any_line(const struct file *f, struct dice *d, const char *kinds)
{
	for (int i = 0; i < 200 && f->full.of.n > 0; i++) {
		const struct line *l = &f->full.of.p[below(d, f->full.of.n)];

		if (strchr(kinds, l->kind) != NULL)
			return l;
	}
	return NULL;
}

/* One of the words of a list. */
static inline void
any_word(struct dice *d, const char *list, char *out, size_t size)
{
	size_t n = 1;

	for (const char *c = list; *c != '\0'; c++)
		n += *c == ' ';
	for (n = below(d, n); n > 0; n--)
		list = strchr(list, ' ') + 1;
	(void)snprintf(out, size, "%.*s", (int)strcspn(list, " "), list);
}

static inline void
any_prefix(const struct file *f, struct dice *d, bool modes, char *out)
{
	static const char *const words[] = { "", " exact", " more", " less",
		" any" };
	const struct line *l = any_line(f, d, "BAW");
	const char *text = l == NULL ? "192.0.2.0/24" : l->prefix_text;
	int n = (int)strcspn(text, "/");
	const char *mode = modes ? words[below(d, COUNT(words))] : "";

	switch (below(d, 3)) {
	case 0:
		(void)snprintf(out, VALUE, "%s%s", text, mode);
		break;
	case 1:
		(void)snprintf(out, VALUE, "%.*s/%u%s", n, text,
		    (unsigned)below(d, 33), mode);
		break;
	default:
		(void)snprintf(out, VALUE, "%s/%u%s",
		    strchr(text, ':') != NULL ? "2000::" : "128.0.0.0",
		    (unsigned)below(d, 4), mode);
	}
}

static inline void
any_path(const struct file *f, struct dice *d, char *out)
{
	static const char *const fixed[] = { "^$", "{", "^[0-9]+$", "_3356_",
		"^[0-9]+_[0-9]+$", "_[0-9]+(_[0-9]+)+$", "[^0-9 ]", "1.*1|2$",
		"_65[0-9][0-9][0-9]_" };
	const struct line *l = any_line(f, d, "BA");
	char word[40] = "64496";

	if (l != NULL && l->path[0] != '\0' && !l->error)
		any_word(d, l->path, word, sizeof(word));
	if (strspn(word, "0123456789") != strlen(word) || below(d, 4) == 0)
		(void)snprintf(out, VALUE, "%s", fixed[below(d, COUNT(fixed))]);
	else
		(void)snprintf(out, VALUE, "%s%s%s", below(d, 2) ? "_" : "^",
		    word, below(d, 2) ? "_" : "$");
}

static inline void
any_community(const struct file *f, struct dice *d, char *out)
{
	const struct line *l = any_line(f, d, "BA");
	char word[64] = "64496:1";
	bool large = l != NULL && l->large[0] != '\0' && below(d, 2) == 0;

	if (l != NULL && !l->old && (l->communities[0] != '\0' || large))
		any_word(d, large ? l->large : l->communities, word,
		    sizeof(word));
	if (strcmp(word, "local-AS") == 0)
		(void)snprintf(word, sizeof(word), "no-export-subconfed");
	const char *at = l == NULL ? NULL : strstr(l->unknown, "10:c0:");
	if (at != NULL && strlen(at) >= 22 && below(d, 2) == 0)
		(void)snprintf(out, VALUE, "0x%.16s", at + 6);
	else if (strchr(word, ':') != NULL && below(d, 3) == 0)
		(void)snprintf(out, VALUE, "%.*s:*",
		    (int)(strrchr(word, ':') - word), word);
	else if (strchr(word, ':') != NULL && below(d, 3) == 0)
		(void)snprintf(out, VALUE, "*%s", strchr(word, ':'));
	else
		(void)snprintf(out, VALUE, "%s", word);
}

static inline void
any_peer(const struct file *f, struct dice *d, char *out)
{
	const struct line *l = any_line(f, d, "BAWS");
	char ip[INET6_ADDRSTRLEN] = "192.0.2.1";

	if (l != NULL)
		(void)inet_ntop(l->peer.family == 6 ? AF_INET6 : AF_INET,
		    l->peer.octets, ip, sizeof(ip));
	if (l != NULL && below(d, 2) == 0)
		(void)snprintf(out, VALUE, "%u", l->asn);
	else
		(void)snprintf(out, VALUE, "%s", ip);
}

static inline void
any_value(const struct file *f, struct dice *d, enum rule_of of, char *out)
{
	static const char *const types[] = { "table", "announcement",
		"withdrawal", "update", "state", "open" };
	const struct line *l = any_line(f, d, of == OF_ORIGIN ? "BA" : "BAWS");
	uint32_t asn = 64496;

	switch (of) {
	case OF_PREFIX:
		any_prefix(f, d, true, out);
		return;
	case OF_ORIGIN:
		if (l != NULL)
			(void)path_end(l->path, &asn);
		(void)snprintf(out, VALUE, "%u", asn);
		return;
	case OF_PATH:
		any_path(f, d, out);
		return;
	case OF_PEER:
		any_peer(f, d, out);
		return;
	case OF_COMMUNITY:
		any_community(f, d, out);
		return;
	case OF_TYPE:
		(void)snprintf(out, VALUE, "%s", types[below(d, COUNT(types))]);
		return;
	case OF_FROM:
	case OF_UNTIL:
		(void)snprintf(out, VALUE, "%lld",
		    l == NULL ? 0LL : (long long)(l->time_us / 1000000));
		return;
	case OF_FAMILY:
	default:
		(void)snprintf(out, VALUE, "%s", below(d, 2) ? "4" : "6");
	}
}

/* Up to three options with up to three values each. */
static inline void
any_rules(const struct file *f, struct dice *d, struct rules *w)
{
	char text[VALUE + 1] = "!";

	w->n = 0;
	w->as_string[0] = '\0';
	for (uint64_t i = 1 + below(d, 3); i > 0; i--) {
		enum rule_of of = (enum rule_of)below(d, OPTIONS);
		bool once = of == OF_FROM || of == OF_UNTIL || of == OF_TYPE;

		for (size_t k = 0; k < w->n; k++)
			once |= w->p[k].of == of;
		for (uint64_t k = once ? 1 : 1 + below(d, 3); k > 0; k--) {
			bool no = of <= OF_COMMUNITY && below(d, 4) == 0;

			for (size_t j = 0; j < w->n; j++)
				if (w->p[j].of == of &&
				    (of == OF_TYPE || of == OF_FROM ||
					of == OF_UNTIL))
					return;
			any_value(f, d, of, text + 1);
			(void)want(w, of, no ? text : text + 1);
		}
	}
}

/* The same as bgpreader has it. */
static inline void
any_string(const struct file *f, struct dice *d, struct rules *w)
{
	static const char *const types[] = { "ribs", "updates" };
	static const char *const elements[] = { "ribs", "announcements",
		"withdrawals", "peerstates" };
	char text[VALUE + 1] = "!", *s = w->as_string;
	size_t size = sizeof(w->as_string);

	w->n = 0;
	s[0] = '\0';
#define ADD(...) (void)snprintf(s + strlen(s), size - strlen(s), __VA_ARGS__)
	if (below(d, 2) == 0) {
		any_value(f, d, OF_PEER, text + 1);
		(void)want(w, OF_PEER, text + 1);
		ADD("peer %s and ", text + 1);
	}
	if (below(d, 3) == 0) {
		bool element = below(d, 2) == 0;
		const char *type =
		    element ? elements[below(d, 4)] : types[below(d, 2)];

		(void)want(w, OF_TYPE, type);
		ADD("%s %s and ", element ? "elemtype" : "type", type);
	}
	if (below(d, 3) == 0) {
		any_prefix(f, d, false, text + 1);
		const char *mode = below(d, 2) == 0 ? "exact" : "any";
		char both[VALUE + 8];

		(void)snprintf(both, sizeof(both), "%s %s", text + 1, mode);
		(void)want(w, OF_PREFIX, both);
		ADD("prefix %s %s and ", mode, text + 1);
	}
	for (uint64_t i = below(d, 3); i > 0; i--) {
		bool no = below(d, 3) == 0;

		any_path(f, d, text + 1);
		want(w, OF_PATH, no ? text : text + 1)->required = true;
		ADD("aspath \"%s\" and ", no ? text : text + 1);
	}
	(void)want(w, OF_FAMILY, below(d, 3) == 0 ? "6" : "4");
	ADD("ipversion %s", w->p[w->n - 1].text);
#undef ADD
}

/* Any n filters; *told, if one fails, is what was asked. */
static inline verdict
check_filters(struct file *f, size_t n, uint64_t seed, size_t *passed,
    char told[VALUE])
{
	static struct rules w;
	struct dice d = { seed };
	verdict bad = NULL;

	for (size_t i = 0; i < n && bad == NULL; i++) {
		if (i % 4 == 3)
			any_string(f, &d, &w);
		else
			any_rules(f, &d, &w);
		bad = check_filter(f, &w, passed);
		struct buf b = { 0 };
		for (size_t k = 0; k < w.n; k++)
			buf_printf(&b, "--%s '%s' ", option_names[w.p[k].of],
			    w.p[k].text);
		buf_str(&b, w.as_string);
		(void)snprintf(told, VALUE, "%s", buf_cstr(&b));
		buf_fini(&b);
		rules_fini(&w);
	}
	return bad;
}
