/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aspa_test.c - path verification: named cases, the vector of NIST's BRIO
 * (experiment 7), and every short path under every set of attestations
 * against the older form of the draft with its bounds u_min and v_max.
 */
#include "rpki/rpki_test.h"

/* Letters are ASes: A is 1, Z 26.  "A:C,D B:E" are attestations; "G:0" says
 * "no provider". */
static void
open_aspas(struct tables *t, const char *aspas)
{
	struct buf json = { 0 };
	struct str rest = str_from(aspas), word;

	buf_str(&json, "{\"aspas\":[");
	for (int i = 0; str_word(&rest, &word); i++) {
		buf_printf(&json, "%s{\"customer_asid\":%d,\"providers\":[",
		    i == 0 ? "" : ",", word.p[0] - 'A' + 1);
		for (size_t k = 2; k < word.n; k += 2)
			buf_printf(&json, "%s%d", k == 2 ? "" : ",",
			    word.p[k] == '0' ? 0 : word.p[k] - 'A' + 1);
		buf_str(&json, "]}");
	}
	buf_str(&json, "]}");
	open_text(t, RPKI_JSON, buf_cstr(&json), NULL);
	buf_fini(&json);
}

static size_t
path_of(const char *text, uint32_t path[32])
{
	size_t n = 0;

	for (; text[n] != '\0'; n++)
		path[n] = (uint32_t)(text[n] - 'A' + 1);
	return n;
}

static const struct path_case {
	const char *why, *aspas, *path; /* in collector order, origin last */
	bool set;
	enum aspa_state up, down;
	char leaker; /* 0 = not certain */
} cases[] = {
	{ "one AS", "", "A", false, ASPA_VALID, ASPA_VALID, 0 },
	{ "prepended", "", "AAA", false, ASPA_VALID, ASPA_VALID, 0 },
	{ "empty path", "", "", false, ASPA_INVALID, ASPA_INVALID, 0 },
	{ "AS_SET", "A:B", "BA", true, ASPA_INVALID, ASPA_INVALID, 0 },
	{ "attested climb", "A:B", "BA", false, ASPA_VALID, ASPA_VALID, 0 },
	{ "no attestation", "", "BA", false, ASPA_UNKNOWN, ASPA_VALID, 0 },
	{ "not a provider", "A:C", "BA", false, ASPA_INVALID, ASPA_VALID, 0 },
	{ "two steps up", "A:B B:C", "CBA", false, ASPA_VALID, ASPA_VALID, 0 },
	{ "up and unknown", "A:B", "CBA", false, ASPA_UNKNOWN, ASPA_VALID, 0 },
	{ "up, across, down", "A:B D:C", "DCBA", false, ASPA_UNKNOWN,
	    ASPA_VALID, 0 },
	{ "up, across, down, denied upstream", "A:B B:X D:C", "DCBA", false,
	    ASPA_INVALID, ASPA_VALID, 0 },
	{ "two steps across", "A:B E:D", "EDCBA", false, ASPA_UNKNOWN,
	    ASPA_UNKNOWN, 0 },
	{ "down and up again", "A:X C:Y", "CBA", false, ASPA_INVALID,
	    ASPA_INVALID, 'B' },
	{ "sideways at the far end", "C:B D:E", "DCBA", false, ASPA_INVALID,
	    ASPA_UNKNOWN, 0 },
	{ "the leaker is in an interval", "A:X D:Y", "DCBA", false,
	    ASPA_INVALID, ASPA_INVALID, 0 },
	{ "AS0: nobody is a provider", "A:0", "BA", false, ASPA_INVALID,
	    ASPA_VALID, 0 },
	{ "AS0 beside others has no effect", "A:0,B", "BA", false, ASPA_VALID,
	    ASPA_VALID, 0 },
	{ "prepending changes nothing", "A:B B:C", "CCBBBA", false, ASPA_VALID,
	    ASPA_VALID, 0 },
	{ "prepending, leaked", "A:X C:Y", "CCBBAA", false, ASPA_INVALID,
	    ASPA_INVALID, 'B' },
	{ "only consecutive duplicates collapse", "A:X B:Y", "ABA", false,
	    ASPA_INVALID, ASPA_INVALID, 'B' },
};

static void
test_path(void **state)
{
	const struct path_case *c = *state;
	struct tables t;
	uint32_t path[32];
	size_t n = path_of(c->path, path);

	open_aspas(&t, c->aspas);
	struct aspa_verdict v = aspa_verify(&t.aspas, path, n, c->set);
	assert_string_equal(aspa_state_name(v.upstream),
	    aspa_state_name(c->up));
	assert_string_equal(aspa_state_name(v.downstream),
	    aspa_state_name(c->down));
	assert_int_equal(v.leaker,
	    c->leaker == 0 ? 0 : (unsigned)(c->leaker - 'A' + 1));
	close_tables(&t);
}

static void
test_nist_vector(void **state)
{
	struct tables t;
	uint32_t path[32];
	size_t n = path_of("EGFCA", path);

	(void)state;
	open_aspas(&t, "A:C,D B:E C:F D:F,G G:0");
	struct aspa_verdict v = aspa_verify(&t.aspas, path, n, false);
	assert_int_equal(v.n, 5);
	assert_int_equal(v.max_up, 4);
	assert_int_equal(v.max_down, 2);
	assert_int_equal(v.min_up, 3);
	assert_int_equal(v.min_down, 1);
	assert_int_equal(v.downstream, ASPA_UNKNOWN);
	close_tables(&t);
}

static void
test_authorized(void **state)
{
	struct tables t;
	uint32_t n;

	(void)state;
	open_aspas(&t, "A:C,D G:0");
	assert_int_equal(aspa_table_count(&t.aspas), 2);
	assert_int_equal(aspa_authorized(&t.aspas, 1, 3), ASPA_PROVIDER);
	assert_int_equal(aspa_authorized(&t.aspas, 1, 4), ASPA_PROVIDER);
	assert_int_equal(aspa_authorized(&t.aspas, 1, 5), ASPA_NOT_PROVIDER);
	assert_int_equal(aspa_authorized(&t.aspas, 3, 1), ASPA_NO_ATTESTATION);
	assert_int_equal(aspa_authorized(&t.aspas, 7, 0), ASPA_NOT_PROVIDER);
	assert_null(aspa_table_providers(&t.aspas, 2, &n));
	assert_int_equal(n, 0);
	close_tables(&t);
}

/* --- against the bounds form ------------------------------------------- */

/*
 * Draft -10 and before: u_min is the first u for which A(u-1) attests that
 * A(u) is no provider, v_max the last v for which A(v+1) attests that A(v) is
 * none; N+1 and 0 if there is none.  u_min <= v_max is Invalid.  The same
 * with "attests a provider" missing bounds K and L for Valid: K the last AS
 * that the attested climb reaches, L the first of the attested descent.
 */
static enum aspa_state
bounds_down(const struct aspa_table *t, const uint32_t *a, uint32_t n)
{
	uint32_t u_min = n + 1, v_max = 0, k = 1, l = n;

	if (n <= 2)
		return ASPA_VALID;
	for (uint32_t u = n; u >= 2; u--)
		if (aspa_authorized(t, a[u - 1], a[u]) == ASPA_NOT_PROVIDER)
			u_min = u;
	for (uint32_t v = 1; v + 1 <= n; v++)
		if (aspa_authorized(t, a[v + 1], a[v]) == ASPA_NOT_PROVIDER)
			v_max = v;
	if (u_min <= v_max)
		return ASPA_INVALID;
	while (k < n && aspa_authorized(t, a[k], a[k + 1]) == ASPA_PROVIDER)
		k++;
	while (l > 1 && aspa_authorized(t, a[l], a[l - 1]) == ASPA_PROVIDER)
		l--;
	return l <= k + 1 ? ASPA_VALID : ASPA_UNKNOWN;
}

static enum aspa_state
bounds_up(const struct aspa_table *t, const uint32_t *a, uint32_t n)
{
	enum aspa_state s = ASPA_VALID;

	for (uint32_t i = 1; i < n; i++) {
		enum aspa_auth x = aspa_authorized(t, a[i], a[i + 1]);

		if (x == ASPA_NOT_PROVIDER)
			return ASPA_INVALID;
		if (x == ASPA_NO_ATTESTATION)
			s = ASPA_UNKNOWN;
	}
	return s;
}

/* a[1..n] without repeats in a row, from the origin on. */
static uint32_t
collapse(const uint32_t *path, size_t n, uint32_t *a)
{
	uint32_t m = 0;

	for (size_t i = n; i-- > 0;)
		if (m == 0 || a[m] != path[i])
			a[++m] = path[i];
	return m;
}

static unsigned long checked;

static void
check_bounds(const struct tables *t, const uint32_t *path, size_t n)
{
	uint32_t a[10];
	uint32_t m = collapse(path, n, a);
	struct aspa_verdict v = aspa_verify(&t->aspas, path, n, false);

	assert_int_equal(v.n, m);
	assert_int_equal(v.downstream, bounds_down(&t->aspas, a, m));
	assert_int_equal(v.upstream, bounds_up(&t->aspas, a, m));
	if (v.downstream == ASPA_INVALID) {
		/* J - I > 1: somebody stands between */
		assert_true(v.leak_first <= v.leak_last);
		assert_in_range(v.leak_first, 2, m - 1);
		assert_in_range(v.leak_last, 2, m - 1);
		assert_int_equal(v.leaker,
		    v.leak_first == v.leak_last ? a[v.leak_first] : 0);
		/* Invalid for whoever hears it: so is the climb */
		assert_int_equal(v.upstream, ASPA_INVALID);
	}
	checked++;
}

/*
 * Every path of 1 to 5 hops over 4 ASes, under tables in which each AS attests
 * nothing, nobody, or some of the others: 9^4 tables taken at stride 7.
 */
static void
test_short_paths_exhaustively(void **state)
{
	(void)state;
	checked = 0;
	for (unsigned code = 0; code < 6561; code += 7) {
		struct buf text = { 0 };
		struct tables t;
		unsigned rest = code;

		for (char as = 'A'; as <= 'D'; as++, rest /= 9) {
			unsigned choice = rest % 9, others = 0;

			if (choice == 0)
				continue; /* attests nothing */
			buf_printf(&text, " %c:", as);
			for (char p = 'A'; p <= 'D'; p++)
				if (p != as && (choice - 1) >> others++ & 1)
					buf_printf(&text, "%c,", p);
			if (choice == 1)
				buf_str(&text, "0,");
			text.n--;
		}
		open_aspas(&t, buf_cstr(&text));
		for (size_t n = 1; n <= 5; n++)
			for (unsigned p = 0; p < 1U << 2 * n; p++) {
				uint32_t path[5];

				for (size_t i = 0; i < n; i++)
					path[i] = 1 + (p >> 2 * i & 3);
				check_bounds(&t, path, n);
			}
		close_tables(&t);
		buf_fini(&text);
	}
	assert_int_equal(checked, 938UL * (4 + 16 + 64 + 256 + 1024));
}

/* Of a path longer than the limit the part next to the origin is judged. */
static void
test_very_long_path(void **state)
{
	static uint32_t path[5000];
	struct tables t;

	(void)state;
	for (size_t i = 0; i < COUNT(path); i++)
		path[i] = (uint32_t)(1 + i % 26);
	open_aspas(&t, "A:B");
	struct aspa_verdict v = aspa_verify(&t.aspas, path, COUNT(path), false);
	assert_int_equal(v.n, 1024);
	assert_int_equal(v.downstream, ASPA_UNKNOWN);
	close_tables(&t);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 4] = {
		cmocka_unit_test(test_nist_vector),
		cmocka_unit_test(test_authorized),
		cmocka_unit_test(test_short_paths_exhaustively),
		cmocka_unit_test(test_very_long_path),
	};
	size_t n = 4;

	ROWS(cases, test_path)
	return cmocka_run_group_tests_name("rpki aspa", tests, NULL, NULL);
}
