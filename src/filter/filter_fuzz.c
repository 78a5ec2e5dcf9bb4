/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter_fuzz.c - a filter as text, then bytes to ask about.
 *
 *   option LF value LF        any number of them; "filter" is a string as
 *   ...                       bgpreader takes it
 *   LF                        an empty line ends them
 *   flags (1)                 1 AS numbers of four octets, 2 path ids, 4 table,
 *   bytes                     8 lenient, 64 path ids of IPv4 alone; they are
 *                             16 an UPDATE, 32 a stream of MRT, else attributes
 *
 * Property: the raw bytes give what decoding and backtracking give.
 */
#include "filter/filter_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct both both;

static void
add_option(struct filter *f, struct str option, struct str value)
{
	char name[20] = "";
	struct err err = { 0 };
	int status;

	if (option.n < sizeof(name))
		memcpy(name, option.p, option.n);
	if (str_eq(option, "filter"))
		status = filter_add_string(f, value, &err);
	else
		status = filter_add(f, name, value, &err);
	if (status == -1 && (err.code == ERR_NONE || err.msg[0] == '\0'))
		abort();
}

static void
try_attrs(struct bgp_view block, const struct bgp_session *s)
{
	static const struct prefix p = { .family = NET_IP4, .len = 8 };
	const struct filter *f = both.f;
	struct filter only = *f; /* what is not asked of attributes */
	bool fast = filter_attrs(both.run, block, s);

	only.from_us = only.until_us = TIME_NONE;
	memset(only.kinds, 0, sizeof(only.kinds));
	only.families = 0;
	only.prefixes.n = only.peers.n = 0;
	bgp_attrs_decode(&both.dec, block.p, block.n, s, &both.update.attrs);
	struct element e = { .kind = FILTER_TABLE,
		.prefix = &p,
		.attrs = &both.update.attrs };
	int slow = ref_element(&only, &e);
	if (slow != -1 && slow != (int)fast)
		abort();
}

static void
try_update(struct bgp_view body, const struct bgp_session *s)
{
	static const struct ipaddr peer = { .addr = { 192, 0, 2, 1 } };
	struct element e = { .ip = &peer, .asn = 64496 };

	both.wrong = NULL;
	both_update(&both, body, s, e);
	if (both.wrong != NULL)
		abort();
}

static void
try_stream(struct bgp_view bytes)
{
	struct mrt_reader *r = mrt_reader_mem(bytes.p, bytes.n);
	struct mrt_record rec;
	struct err err;

	while (mrt_reader_next(r, &rec, &err) == 1)
		if (both_record(&both, &rec) != NULL)
			abort();
	mrt_reader_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size }, option, value;
	struct filter *f = filter_new();

	if (size == 0)
		text.p = NULL;
	while (str_cut(&text, '\n', &option) && option.n > 0 &&
	       str_cut(&text, '\n', &value))
		add_option(f, option, value);
	both_init(&both, f);
	if (text.p != NULL && text.n > 0) {
		uint8_t flags = (uint8_t)text.p[0];
		struct bgp_view bytes = { (const uint8_t *)text.p + 1,
			text.n - 1 };
		struct bgp_session s = { .as4 = (flags & 1) != 0,
			.add_path = (flags & 2) != 0    ? BGP_ADD_PATH_ALL
				    : (flags & 64) != 0 ? BGP_ADD_PATH_IP4
							: 0,
			.table_dump = (flags & 4) != 0,
			.lenient = (flags & 8) != 0 };

		if ((flags & 32) != 0)
			try_stream(bytes);
		else if ((flags & 16) != 0)
			try_update(bytes, &s);
		else
			try_attrs(bytes, &s);
	}
	both_fini(&both);
	filter_free(f);
	return 0;
}
