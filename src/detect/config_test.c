/* SPDX-License-Identifier: BSD-2-Clause */
/* config_test.c - settings as text, the arithmetic of evidence, and that
 * doc/DETECTION.md says what the tables say. */
#include "detect/detect_test.h"

static const struct set_row {
	const char *why, *name, *value;
	double want;
	const char *error; /* part of the message; NULL = it is taken */
} set_rows[] = {
	{ "a number", "hijack.min_peers", "3", 3, NULL },
	{ "a fraction", "hijack.min_share", "0.25", 0.25, NULL },
	{ "a negative weight", "weight.strangers", "-1.5", -1.5, NULL },
	{ "a cap", "cap.rpki", "7", 7, NULL },
	{ "a choice is its index", "m4.attribution", "never", 2, NULL },
	{ "no such setting", "hijack.min_peer", "3", 0, "no setting" },
	{ "no such choice", "bogon.full", "all", 0, "no choice \"all\"" },
	{ "a word for a number", "leak.prefixes", "many", 0, "no number" },
	{ "an exponent", "leak.prefixes", "1e3", 0, "no number" },
	{ "two points", "leak.prefixes", "1.2.3", 0, "no number" },
	{ "nothing", "leak.prefixes", "", 0, "no number" },
	{ "below the range", "hijack.min_peers", "0", 0, "from 1 to 1000" },
	{ "above the range", "visibility.full_share", "101", 0,
	    "from 1 to 100" },
	{ "too many digits", "leak.prefixes",
	    "00000000000000000000000000000000001", 0, "no number" },
};

static size_t
number_of(const char *name)
{
	for (size_t i = 0; i < detect_setting_count(); i++)
		if (strcmp(detect_setting(i)->name, name) == 0)
			return i;
	return detect_setting_count();
}

static void
test_set(void **state)
{
	const struct set_row *t = *state;
	struct detect_config c, was;
	size_t i = number_of(t->name);
	char text[DETECT_VALUE_MAX];
	struct err err = { 0 };
	int rc;

	detect_config_init(&c);
	was = c;
	rc = detect_config_set(&c, str_from(t->name), str_from(t->value), &err);
	if (t->error != NULL) {
		assert_int_equal(rc, -1);
		assert_int_equal(err.code, ERR_INPUT);
		assert_non_null(strstr(err.msg, t->error));
		assert_memory_equal(&c, &was, sizeof(c));
		return;
	}
	assert_int_equal(rc, 0);
	assert_true(c.value[i] <= t->want && c.value[i] >= t->want);
	assert_string_equal(detect_config_text(&c, i, text), t->value);
}

/* Every default is in its range and is taken back as it is printed. */
static void
test_defaults(void **state)
{
	struct detect_config c, d;
	char text[DETECT_VALUE_MAX];
	struct err err = { 0 };

	(void)state;
	detect_config_init(&c);
	detect_config_init(&d);
	for (size_t i = 0; i < detect_setting_count(); i++) {
		const struct detect_setting *s = detect_setting(i);

		(void)detect_config_text(&c, i, text);
		if (detect_config_set(&d, str_from(s->name), str_from(text),
			&err) == -1)
			fail_msg("%s", err.msg);
		assert_int_equal(number_of(s->name), i);
		assert_true(s->doc[0] != '\0');
	}
	assert_memory_equal(&c, &d, sizeof(c));
	assert_null(detect_setting(detect_setting_count()));
}

/* --- evidence ---------------------------------------------------------- */

static const struct nats_row {
	const char *why;
	uint64_t set;
	double nats;
	unsigned families;
} nats_rows[] = {
	{ "nothing", 0, 0, 0 },
	{ "one piece", EV(EV_INVALID_ASN), 3, 1 },
	{ "families add up", EV(EV_INVALID_ASN) | EV(EV_IRR_OTHER), 4, 2 },
	{ "a family is cut at its cap", EV(EV_INVALID_ASN) | EV(EV_INVALID_AS0),
	    5, 1 },
	{ "... and below", EV(EV_SAME_ORG) | EV(EV_RELATION), -5, 0 },
	{ "what cancels out speaks for nothing",
	    EV(EV_INVALID_LEN) | EV(EV_ROA_VALID) | EV(EV_TENTH), -2, 1 },
	{ "a weight of zero is no family", EV(EV_NO_BASELINE), 0, 0 },
};

static void
test_nats(void **state)
{
	const struct nats_row *t = *state;
	struct detect_config c;
	double got;

	detect_config_init(&c);
	got = ev_nats(&c, t->set);
	assert_true(got > t->nats - 1e-9 && got < t->nats + 1e-9);
	assert_int_equal(ev_families_for(&c, t->set), t->families);
}

static const struct points_row {
	const char *why;
	double nats;
	unsigned level;
	int want;
} points_rows[] = {
	{ "the middle of E1", 0, 1, 50 },
	{ "rounded", 0.26, 1, 53 },
	{ "E0 stays below 20", 3, 0, 19 },
	{ "E0 from below", -9, 0, 0 },
	{ "E1 from below", -4, 1, 20 },
	{ "E1 stays below 70", 9, 1, 69 },
	{ "E2 from below", 1, 2, 70 },
	{ "E2 as it is", 3, 2, 80 },
	{ "E2 stays below 90", 9, 2, 89 },
	{ "E3 from below", 0, 3, 90 },
	{ "E3 stays below 98", 9, 3, 97 },
	{ "E4 from below", 0, 4, 98 },
	{ "E4 at most", 9, 4, 100 },
};

static void
test_points(void **state)
{
	const struct points_row *t = *state;

	assert_int_equal(ev_points(t->nats, t->level), t->want);
}

/* --- the document ------------------------------------------------------ */

static char *
read_doc(void)
{
	const char *root = getenv("COMITY_ROOT");
	char path[512], *text;
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/doc/DETECTION.md",
	    root == NULL ? "." : root);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s cannot be read", path);
	text = mem_alloc(1 << 20, 1);
	n = fread(text, 1, (1 << 20) - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	return text;
}

/* As its tables have it: name and default. */
static void
doc_row(const struct detect_config *c, size_t i, struct buf *b)
{
	const struct detect_setting *s = detect_setting(i);
	char text[DETECT_VALUE_MAX];
	bool percent = strcmp(s->unit, "%") == 0;

	(void)detect_config_text(c, i, text);
	if (i >= SET_CAPS)
		buf_printf(b, "| %s | %s |", family_names[i - SET_CAPS], text);
	else if (i >= SET_WEIGHTS)
		buf_printf(b, "| `%s` | %s | %s | %s |",
		    ev_rows[i - SET_WEIGHTS].name,
		    family_names[ev_rows[i - SET_WEIGHTS].family], text,
		    s->doc);
	else
		buf_printf(b, "| `%s` | %s%s%s |", s->name, text,
		    s->unit[0] != '\0' && !percent ? " " : "", s->unit);
}

static void
test_document(void **state)
{
	struct detect_config c;
	char *text = read_doc();

	(void)state;
	detect_config_init(&c);
	for (size_t i = 0; i < detect_setting_count(); i++) {
		struct buf b = { 0 };

		doc_row(&c, i, &b);
		if (strstr(text, buf_cstr(&b)) == NULL)
			fail_msg("doc/DETECTION.md lacks \"%s\"", buf_cstr(&b));
		buf_fini(&b);
	}
	free(text);
}

int
main(void)
{
	struct CMUnitTest
	    tests[COUNT(set_rows) + COUNT(nats_rows) + COUNT(points_rows) + 2];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(set_rows); i++)
		tests[n++] = (struct CMUnitTest){ set_rows[i].why, test_set,
			NULL, NULL, (void *)(uintptr_t)&set_rows[i] };
	for (size_t i = 0; i < COUNT(nats_rows); i++)
		tests[n++] = (struct CMUnitTest){ nats_rows[i].why, test_nats,
			NULL, NULL, (void *)(uintptr_t)&nats_rows[i] };
	for (size_t i = 0; i < COUNT(points_rows); i++)
		tests[n++] =
		    (struct CMUnitTest){ points_rows[i].why, test_points, NULL,
			    NULL, (void *)(uintptr_t)&points_rows[i] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_defaults);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_document);
	return _cmocka_run_group_tests("config", tests, n, NULL, NULL);
}
