/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bunzip_block.c - one block of bzip2, from its magic to its bytes.
 *
 * What is accepted is what libbz2 1.0.8 accepts: more selectors than can be
 * used are skipped, codes that leave bits unused are fine until such bits
 * come, of codes that overlap the shorter one wins.
 */
#include <endian.h>
#include <isa-l/crc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "os/bunzip.h"

#define TABLES_MAX    6
#define SELECTORS_MAX (2 + BUNZIP_BLOCK_MAX / GROUP)
#define GROUP         50 /* symbols that share a table */
#define ALPHABET_MAX  258
#define CODE_BITS_MAX 20
#define LOOK_BITS     10 /* codes up to here are found by one look-up */
#define RUN_B         1  /* symbols 0 and 1 are digits of a run's length */

struct table {
	uint16_t look[1 << LOOK_BITS]; /* symbol << 5 | bits; 0 = longer */
	/* Codes of that many bits are below, their bits at the left of 20. */
	uint32_t below[CODE_BITS_MAX + 1];
	uint32_t first[CODE_BITS_MAX + 1]; /* the lowest, right-aligned */
	uint16_t at[CODE_BITS_MAX + 1];    /* its place in symbols */
	uint16_t symbols[ALPHABET_MAX];    /* by code */
};

struct bunzip_work {
	struct table tables[TABLES_MAX];
	uint8_t selectors[SELECTORS_MAX];
	uint8_t used[256];  /* bytes in use, ascending */
	uint8_t front[256]; /* move-to-front; the first 8 live in a register */
	struct bunzip_bwt bwt;
};

/*
 * Tables at rest, for whoever decodes the next block: hundreds of files may be
 * open at a time, but few blocks are decoded at a time.
 */
static struct {
	pthread_mutex_t lock;
	struct bunzip_work *kept[BUNZIP_THREADS_MAX];
	unsigned n;
} at_rest = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct bunzip_work *
work_new(void)
{
	struct bunzip_work *w = mem_alloc(1, sizeof(*w));

	w->bwt.rows = mem_realloc(NULL, BUNZIP_BLOCK_MAX + 1, sizeof(uint32_t));
	w->bwt.runs =
	    mem_realloc(NULL, BUNZIP_BLOCK_MAX + 2 * GROUP, sizeof(uint32_t));
	return w;
}

struct bunzip_work *
bunzip_work_borrow(void)
{
	struct bunzip_work *w = NULL;

	(void)pthread_mutex_lock(&at_rest.lock);
	if (at_rest.n > 0)
		w = at_rest.kept[--at_rest.n];
	(void)pthread_mutex_unlock(&at_rest.lock);
	return w == NULL ? work_new() : w;
}

void
bunzip_work_return(struct bunzip_work *w)
{
	(void)pthread_mutex_lock(&at_rest.lock);
	if (at_rest.n < COUNT(at_rest.kept)) {
		at_rest.kept[at_rest.n++] = w;
		w = NULL;
	}
	(void)pthread_mutex_unlock(&at_rest.lock);
	if (w != NULL) {
		free(w->bwt.rows);
		free(w->bwt.runs);
		free(w);
	}
}

/* --- bits ---------------------------------------------------------------- */

/* Behind the end stand zeros; whether any was used, bits_over() tells. */
struct bits {
	const uint8_t *p, *end;
	uint64_t v;    /* the next bits, from the left */
	unsigned n;    /* of which so many are valid */
	size_t beyond; /* zero bytes taken behind the end */
};

/* At least 56 valid bits. */
static inline void
bits_fill(struct bits *b)
{
	if (b->end - b->p >= 8) {
		uint64_t v;

		memcpy(&v, b->p, 8);
		b->v |= be64toh(v) >> b->n;
		b->p += (63 - b->n) >> 3;
		b->n |= 56;
		return;
	}
	for (; b->n <= 56; b->n += 8)
		if (b->p < b->end)
			b->v |= (uint64_t)*b->p++ << (56 - b->n);
		else
			b->beyond++;
}

static inline void
bits_skip(struct bits *b, unsigned n)
{
	b->v <<= n;
	b->n -= n;
}

/* n: 1 to 32. */
static inline uint32_t
bits_get(struct bits *b, unsigned n)
{
	bits_fill(b);
	uint32_t v = (uint32_t)(b->v >> (64 - n));
	bits_skip(b, n);
	return v;
}

/* Were bits used that are not there? */
static bool
bits_over(const struct bits *b)
{
	return b->beyond * 8 > b->n;
}

static struct bits
bits_from(const uint8_t *p, size_t n, uint64_t bit)
{
	struct bits b = { .p = p + bit / 8, .end = p + n };

	bits_fill(&b);
	bits_skip(&b, (unsigned)(bit % 8));
	return b;
}

/* Where the next bit stands; only where none was used beyond the end. */
static uint64_t
bits_at(const struct bits *b, const uint8_t *p)
{
	return ((uint64_t)(b->p - p) + b->beyond) * 8 - b->n;
}

/* --- tables -------------------------------------------------------------- */

static unsigned
read_used(struct bunzip_work *w, struct bits *b)
{
	uint32_t rows = bits_get(b, 16);
	unsigned n = 0;

	for (unsigned i = 0; i < 16; i++) {
		if ((rows & (0x8000u >> i)) == 0)
			continue;
		uint32_t row = bits_get(b, 16);
		for (unsigned j = 0; j < 16; j++)
			if (row & (0x8000u >> j))
				w->used[n++] = (uint8_t)(i * 16 + j);
	}
	return n;
}

/* How many of them count; 0 = bad. */
static unsigned
read_selectors(struct bunzip_work *w, struct bits *b, unsigned tables)
{
	uint8_t front[TABLES_MAX] = { 0, 1, 2, 3, 4, 5 };
	unsigned n = bits_get(b, 15);

	for (unsigned i = 0; i < n; i++) {
		unsigned at = 0;

		while (bits_get(b, 1) == 1)
			if (++at == tables)
				return 0;
		if (i >= SELECTORS_MAX)
			continue;
		uint8_t t = front[at];
		for (; at > 0; at--)
			front[at] = front[at - 1];
		w->selectors[i] = front[0] = t;
	}
	return n < SELECTORS_MAX ? n : SELECTORS_MAX;
}

static bool
read_lengths(struct bits *b, uint8_t *len, unsigned symbols)
{
	unsigned l = bits_get(b, 5);

	for (unsigned s = 0; s < symbols; s++) {
		for (;;) {
			if (l < 1 || l > CODE_BITS_MAX)
				return false;
			if (bits_get(b, 1) == 0)
				break;
			l += bits_get(b, 1) == 0 ? 1 : -1u;
			/* Up and down without end: where bytes end. */
			if (bits_over(b))
				return false;
		}
		len[s] = (uint8_t)l;
	}
	return true;
}

/* The place of that code of so many bits in look[], for all that may follow. */
static void
table_look(struct table *t, uint32_t code, unsigned len, unsigned symbol)
{
	uint32_t from = code << (LOOK_BITS - len);
	uint32_t to = (code + 1) << (LOOK_BITS - len);

	for (; from < to && from < 1 << LOOK_BITS; from++)
		if (t->look[from] == 0)
			t->look[from] = (uint16_t)(symbol << 5 | len);
}

static void
table_build(struct table *t, const uint8_t *len, unsigned symbols)
{
	uint32_t code = 0;
	uint16_t n = 0;

	memset(t->look, 0, sizeof(t->look));
	for (unsigned l = 1; l <= CODE_BITS_MAX; l++) {
		t->first[l] = code;
		t->at[l] = n;
		for (unsigned s = 0; s < symbols; s++) {
			if (len[s] != l)
				continue;
			if (l <= LOOK_BITS)
				table_look(t, code, l, s);
			t->symbols[n++] = (uint16_t)s;
			code++;
		}
		t->below[l] = code << (CODE_BITS_MAX - l);
		code <<= 1;
	}
}

/* A code longer than LOOK_BITS, as look[] has it; 0 = there is none. */
static uint32_t
table_find(const struct table *t, uint64_t bits)
{
	uint32_t v = (uint32_t)(bits >> (64 - CODE_BITS_MAX));

	for (unsigned l = LOOK_BITS + 1; l <= CODE_BITS_MAX; l++)
		if (v < t->below[l]) {
			uint32_t i =
			    t->at[l] + (v >> (CODE_BITS_MAX - l)) - t->first[l];
			return (uint32_t)t->symbols[i] << 5 | l;
		}
	return 0;
}

/* --- symbols to runs ----------------------------------------------------- */

/* The byte at position i >= 8 goes to the front; `head`: the first eight. */
static uint8_t
front_far(uint8_t *front, uint64_t *head, unsigned i)
{
	uint8_t c = front[i];

	memmove(front + 9, front + 8, i - 8);
	front[8] = (uint8_t)(*head >> 56);
	*head = *head << 8 | c;
	return c;
}

static inline uint8_t
front_near(uint64_t *head, unsigned i)
{
	uint64_t h = *head, c = h >> 8 * i & 0xff;
	uint64_t upto = (UINT64_C(2) << (8 * i + 7)) - 1;

	*head = (h & ~upto) | ((h << 8) & upto) | c;
	return (uint8_t)c;
}

struct column {
	uint32_t *run; /* the one that may still grow */
	uint64_t n;    /* bytes so far */
	uint64_t head;
	unsigned digit;     /* of the run's length comes next */
	unsigned digits_or; /* of all, or'ed: none was too high */
};

/* Up to 50 symbols by one table.  1: the end was met, 0, -1: no such code. */
static int
read_group(struct bunzip_work *w, struct bits *bits, const struct table *t,
    unsigned last_symbol, struct column *c)
{
	struct bits b = *bits;
	uint32_t *run = c->run;
	uint64_t n = c->n, head = c->head;
	unsigned digit = c->digit, digits_or = c->digits_or;
	int rc = 0;

	for (unsigned i = 0; i < GROUP; i++) {
		bits_fill(&b);
		uint32_t e = t->look[b.v >> (64 - LOOK_BITS)];
		if (e == 0 && (e = table_find(t, b.v)) == 0) {
			rc = -1;
			break;
		}
		bits_skip(&b, e & 31);
		uint32_t s = e >> 5;
		if (s <= RUN_B) {
			uint64_t more = (uint64_t)(s + 1) << (digit & 63);

			n += more;
			*run += (uint32_t)more << BUNZIP_RUN_BYTE_BITS;
			digits_or |= digit++;
			continue;
		}
		if (s == last_symbol) {
			rc = 1;
			break;
		}
		digit = 0;
		n++;
		*++run = UINT32_C(1) << BUNZIP_RUN_BYTE_BITS |
			 (s <= 8 ? front_near(&head, s - 1)
				 : front_far(w->front, &head, s - 1));
	}
	*bits = b;
	*c = (struct column){ run, n, head, digit, digits_or };
	return rc;
}

/* All symbols of the block, as runs of its last column. */
static enum bunzip_status
read_column(struct bunzip_work *w, struct bits *b, unsigned n_used,
    unsigned selectors, size_t *n_runs, uint32_t *n)
{
	struct column c = { .run = w->bwt.runs };
	int end = 0;

	memset(w->front, 0, sizeof(w->front));
	memcpy(w->front, w->used, n_used);
	for (unsigned i = 0; i < 8; i++)
		c.head |= (uint64_t)w->front[i] << 8 * i;
	*c.run = w->front[0];
	for (unsigned i = 0; end == 0; i++) {
		if (i == selectors)
			return BUNZIP_BAD;
		end = read_group(w, b, &w->tables[w->selectors[i]], n_used + 1,
		    &c);
		/* A group cannot be told from zeros; the next one need not. */
		if (bits_over(b))
			return BUNZIP_SHORT;
		/* No digit stood where it alone exceeds a block. */
		if (end == -1 || c.n > BUNZIP_BLOCK_MAX || c.digits_or > 31)
			return BUNZIP_BAD;
	}
	*n_runs = (size_t)(c.run - w->bwt.runs) + 1;
	*n = (uint32_t)c.n;
	return BUNZIP_OK;
}

/* --- runs ---------------------------------------------------------------- */

/*
 * Copies bytes of p up to where four equal ones begin; how many.  At most n,
 * some fewer where that is too near to see.
 */
static size_t
copy_mixed(uint8_t *dst, const uint8_t *p, size_t n)
{
	size_t i = 0;

	for (; i + 11 <= n; i += 8) {
		uint64_t a, b, c, d;

		memcpy(&a, p + i, 8);
		memcpy(&b, p + i + 1, 8);
		memcpy(&c, p + i + 2, 8);
		memcpy(&d, p + i + 3, 8);
		memcpy(dst + i, &a, 8);
		/* A byte of z is zero where four equal ones begin. */
		uint64_t z = le64toh((a ^ b) | (b ^ c) | (c ^ d));
		z = (z - 0x0101010101010101) & ~z & 0x8080808080808080;
		if (z != 0)
			return i + (size_t)__builtin_ctzll(z) / 8;
	}
	return i;
}

size_t
bunzip_runs_next(struct bunzip_runs *r, uint8_t *dst, size_t room)
{
	uint8_t *o = dst, *end = dst + room;

	while (o < end) {
		if (r->left > 0) {
			size_t n = (size_t)(end - o);

			if (n > r->left)
				n = r->left;
			memset(o, r->last, n);
			o += n;
			r->left -= (unsigned)n;
			continue;
		}
		if (r->p == r->end)
			break;
		if (r->equal == 4) {
			r->left = *r->p++;
			r->equal = 0;
			continue;
		}
		if (r->equal == 0 || *r->p != r->last) {
			size_t n = (size_t)(r->end - r->p);

			if (n > (size_t)(end - o))
				n = (size_t)(end - o);
			n = copy_mixed(o, r->p, n);
			o += n;
			r->p += n;
			r->equal = 0;
			if (n > 0)
				continue;
		}
		r->equal = r->equal > 0 && *r->p == r->last ? r->equal + 1 : 1;
		*o++ = r->last = *r->p++;
	}
	return (size_t)(o - dst);
}

/* --- the block ----------------------------------------------------------- */

static bool
check_crc(const struct bunzip_block *b)
{
	struct bunzip_runs r = { .p = b->bytes, .end = b->bytes + b->n };
	uint8_t piece[8192];
	uint32_t crc = 0;
	size_t got;

	while ((got = bunzip_runs_next(&r, piece, sizeof(piece))) > 0)
		crc = crc32_ieee(crc, piece, got);
	return crc == b->crc && r.equal < 4;
}

static enum bunzip_status
read_tables(struct bunzip_work *w, struct bits *b, unsigned *n_used,
    unsigned *selectors)
{
	uint8_t len[ALPHABET_MAX];

	*n_used = read_used(w, b);
	if (*n_used == 0)
		return BUNZIP_BAD;
	unsigned tables = bits_get(b, 3);
	if (tables < 2 || tables > TABLES_MAX)
		return BUNZIP_BAD;
	*selectors = read_selectors(w, b, tables);
	if (*selectors == 0)
		return BUNZIP_BAD;
	for (unsigned i = 0; i < tables; i++) {
		if (!read_lengths(b, len, *n_used + 2))
			return BUNZIP_BAD;
		table_build(&w->tables[i], len, *n_used + 2);
	}
	return BUNZIP_OK;
}

enum bunzip_status
bunzip_block_decode(struct bunzip_work *w, const uint8_t *p, size_t n,
    uint64_t bit, struct bunzip_block *out)
{
	struct bits b = bits_from(p, n, bit);
	unsigned n_used, selectors;
	size_t n_runs = 0;
	uint32_t n_bytes = 0;

	out->n = 0;
	if (((uint64_t)bits_get(&b, 24) << 24 | bits_get(&b, 24)) !=
	    BUNZIP_MAGIC_BLOCK)
		return bits_over(&b) ? BUNZIP_SHORT : BUNZIP_BAD;
	out->crc = bits_get(&b, 32);
	bool randomised = bits_get(&b, 1) == 1;
	uint32_t origin = bits_get(&b, 24);
	enum bunzip_status st = read_tables(w, &b, &n_used, &selectors);
	if (st == BUNZIP_OK && !bits_over(&b))
		st = read_column(w, &b, n_used, selectors, &n_runs, &n_bytes);
	if (bits_over(&b))
		return BUNZIP_SHORT;
	if (st != BUNZIP_OK)
		return st;
	if (origin >= n_bytes)
		return BUNZIP_BAD;
	out->n = n_bytes;
	out->end_bit = bits_at(&b, p);
	bunzip_bwt_invert(&w->bwt, n_runs, n_bytes, origin, out->bytes);
	if (randomised)
		bunzip_derandomise(out->bytes, out->n);
	return check_crc(out) ? BUNZIP_OK : BUNZIP_BAD;
}
