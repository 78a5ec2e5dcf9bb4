/* SPDX-License-Identifier: BSD-2-Clause */
/* csv.c - see csv.h. */
#include "registry/csv.h"

void
reg_csv_init(struct reg_csv *c, struct os_stream *s)
{
	memset(c, 0, sizeof(*c));
	c->s = s;
	c->text.max = MAX_CSV_RECORD;
}

void
reg_csv_fini(struct reg_csv *c)
{
	buf_fini(&c->text);
	buf_fini(&c->head_text);
}

/* The next byte, -1 at the end, -2 on failure. */
static int
next_byte(struct reg_csv *c, struct err *err)
{
	ssize_t got;

	if (c->at < c->n)
		return c->chunk[c->at++];
	if (c->ended)
		return -1;
	got = os_stream_read(c->s, c->chunk, sizeof(c->chunk), err);
	if (got == -1)
		return -2;
	c->n = (size_t)got;
	c->at = 0;
	c->ended = got == 0;
	if (!c->started && c->n >= 3 &&
	    memcmp(c->chunk, "\xef\xbb\xbf", 3) == 0)
		c->at = 3; /* byte-order mark */
	c->started = true;
	return c->at < c->n ? c->chunk[c->at++] : -1;
}

static void
end_cell(struct reg_csv *c)
{
	if (c->n_cells == MAX_CSV_CELLS) {
		c->too_long = true;
		return;
	}
	c->ends[c->n_cells++] = c->text.n;
}

/* Read one record, empty or not: 1, 0 at the end, -1. */
static int
read_record(struct reg_csv *c, struct err *err)
{
	bool quoted = false, any = false;
	int b;

	buf_clear(&c->text);
	c->n_cells = 0;
	c->too_long = false;
	c->record_line = c->line + 1;
	while ((b = next_byte(c, err)) >= 0) {
		any = true;
		if (b == '\n')
			c->line++;
		if (quoted) {
			if (b != '"') {
				buf_chr(&c->text, (char)b);
				continue;
			}
			b = next_byte(c, err);
			if (b == '"') { /* RFC 4180 2.7: doubled quote */
				buf_chr(&c->text, '"');
				continue;
			}
			quoted = false;
			if (b < 0)
				break;
			if (b == '\n')
				c->line++;
		}
		if (b == '"')
			quoted = true;
		else if (b == ',')
			end_cell(c);
		else if (b == '\n')
			break;
		else
			buf_chr(&c->text, (char)b);
	}
	if (b == -2)
		return -1;
	if (!any)
		return 0;
	end_cell(c);
	c->too_long |= c->text.failed || quoted;
	return 1;
}

int
reg_csv_next(struct reg_csv *c, struct err *err)
{
	int got;

	while ((got = read_record(c, err)) == 1)
		if (c->too_long || c->n_cells > 1 || reg_csv_cell(c, 0).n != 0)
			return 1;
	return got;
}

int
reg_csv_header(struct reg_csv *c, struct err *err)
{
	int got = reg_csv_next(c, err);

	if (got == -1)
		return -1;
	if (got == 0 || c->too_long)
		return err_set(err, ERR_INPUT, "line 1: no header of columns");
	buf_clear(&c->head_text);
	buf_add(&c->head_text, c->text.p, c->text.n);
	memcpy(c->head_ends, c->ends, sizeof(c->ends));
	c->n_head = c->n_cells;
	return 0;
}

static struct str
cut_cell(const struct buf *text, const size_t *ends, size_t n, size_t i)
{
	size_t from = i == 0 ? 0 : ends[i - 1];

	if (i >= n || text->n == 0)
		return (struct str){ "", 0 };
	return str_trim(
	    (struct str){ (const char *)text->p + from, ends[i] - from });
}

struct str
reg_csv_title(const struct reg_csv *c, size_t i)
{
	return i < c->n_head
		   ? cut_cell(&c->head_text, c->head_ends, c->n_head, i)
		   : (struct str){ "", 0 };
}

int
reg_csv_col(const struct reg_csv *c, const char *name)
{
	for (size_t i = 0; i < c->n_head; i++) {
		struct str title = reg_csv_title(c, i);
		const char *note =
		    title.n == 0 ? NULL : memchr(title.p, '[', title.n);

		if (note != NULL)
			title.n = (size_t)(note - title.p);
		if (str_eq_nocase(str_trim(title), name))
			return (int)i;
	}
	return -1;
}

struct str
reg_csv_cell(const struct reg_csv *c, int col)
{
	return col < 0 ? (struct str){ "", 0 }
		       : cut_cell(&c->text, c->ends, c->n_cells, (size_t)col);
}
