/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path_regex_fuzz.c - a regular expression, a line feed, and a text.
 * Property: the automaton says what backtracking says, and says it again.
 */
#include "filter/filter_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size }, regex;
	struct path_regex *x;
	struct err err = { 0 };

	if (size == 0 || !str_cut(&text, '\n', &regex))
		return 0;
	if (text.p == NULL)
		text = STR("");
	/* No path's text holds one, and it ends text for backtracking. */
	if (memchr(text.p, '\0', text.n) != NULL)
		return 0;
	if (path_regex_parse(regex, &x, &err) == -1) {
		if (err.code == ERR_NONE || err.msg[0] == '\0')
			abort();
		return 0;
	}
	struct path_matcher *m = path_matcher_new(x);
	int want = naive_match(x->text, text);
	bool got = path_match_text(m, text);
	if ((want != -1 && want != (int)got) || path_match_text(m, text) != got)
		abort();
	path_matcher_free(m);
	path_regex_free(x);
	return 0;
}
