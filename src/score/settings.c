/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.c - the settings of scoring and the profiles that preset them. */
#include "score/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const names[METRICS] = { "M1", "M1C", "M2", "M2C", "M3",
	"M3C", "M4", "M4C", "M5", "M5C", "M6", "M7IRR", "M7RPKI", "M8" };

const char *
metric_name(enum metric m)
{
	return (unsigned)m < METRICS ? names[m] : "?";
}

bool
metric_parse(struct str s, enum metric *out)
{
	for (unsigned i = 0; i < METRICS; i++)
		if (str_eq_nocase(s, names[i])) {
			*out = (enum metric)i;
			return true;
		}
	return false;
}

static const char *const no_yes[] = { "no", "yes", NULL };
static const char *const off_on[] = { "off", "on", NULL };
static const char *const a3_formulas[] = { "m8", NULL };
static const char *const curves[] = { "exp_sqrt", "exp", NULL };
static const char *const scopes[] = { "month", "month_end", NULL };
static const char *const zeroes[] = { "no_data", "one", NULL };
static const char *const longs[] = { "linear", "exponential", NULL };
static const char *const bogons[] = { "avail_full", "special_only", "no_split",
	NULL };
static const char *const nats[] = { "no_data", "count", NULL };
static const char *const contacts[] = { "rir+pdb", "rir", NULL };
static const char *const rules[] = { "worst+mean", NULL };
static const char *const regions[] = { "mean", "median", NULL };
static const char *const filters[] = { "rpki_irr", "none", NULL };
static const char *const modes[] = { "next_hop_only", "geometric", NULL };
static const char *const spaces[] = { "own_space", NULL };
static const char *const sources[] = { "routes", NULL };
static const char *const populations[] = { "nro", "peers5", NULL };
static const char *const conformants[] = { "ready,aspiring", "ready", NULL };

#define SAME(x)          \
	{                \
		x, x, x, \
	}
#define NUM(nm, d, lo, hi, text)                                     \
	{                                                            \
		nm, SCORE_NUMBER, SAME(d), lo, hi, NULL, false, text \
	}
#define ONE(nm, d, list, text)                                     \
	{                                                          \
		nm, SCORE_CHOICE, SAME(d), 0, 0, list, false, text \
	}
#define OLD(nm, d, old, list, seen, text)                               \
	{                                                               \
		nm, SCORE_CHOICE, { d, d, old }, 0, 0, list, seen, text \
	}

static const struct score_setting settings[SCORE_SETTINGS] = {
	[SET_A1_TERMS] = { "a1.terms", SCORE_TERMS,
	    { "M2 M2C M3 M3C M4 M4C", "M1 M1C M2 M2C M3 M3C M4 M4C",
		"M1 M1C M2 M2C M3 M3C M4 M4C" },
	    0, 0, NULL, false, "metrics that make up the filtering score" },
	[SET_A1_WEIGHTS] = { "a1.weights", SCORE_PAIR, SAME("0.2/0.05"), 0,
	    1000, NULL, false,
	    "weight of a culprit metric / of an accomplice metric" },
	[SET_A3_FORMULA] = ONE("a3.formula", "m8", a3_formulas,
	    "coordination: 100 with a contact, else 0"),
	[SET_A4_M6] = ONE("a4.m6_in_score", "no", no_yes,
	    "yes: the IRR score is the mean of M7IRR and M6"),
	[SET_CURVE] = ONE("score.curve", "exp_sqrt", curves,
	    "exp_sqrt: 100 * base^sqrt(scale * raw); exp: without the root"),
	[SET_BASE] =
	    NUM("score.base", "0.6", 0.001, 0.999, "base of the curve"),
	[SET_SCALE] =
	    NUM("score.scale", "2", 0.001, 1000, "factor of raw in the curve"),
	[SET_READY] =
	    NUM("level.ready", "80", 0, 100, "ready from this percentage on"),
	[SET_ASPIRING] = NUM("level.aspiring", "60", 0, 100,
	    "aspiring from this percentage on, lagging below"),
	[SET_RPKI_FACTOR] = NUM("rpki.invalid_factor", "10", 0, 1000,
	    "an RPKI-invalid route costs as much as this many"),
	[SET_RPKI_FLOOR] =
	    NUM("rpki.floor", "0", 0, 100, "lowest RPKI score, percent"),
	[SET_M7_SCOPE] = ONE("m7.scope", "month", scopes,
	    "month: routes seen at any time in it; month_end: on its last day"),
	[SET_M7_ZERO] = OLD("m7.zero_routes", "no_data", "one", zeroes, false,
	    "nothing announced: no data, or 100 percent"),
	[SET_LONG] = ONE("incident.long", "linear", longs,
	    "a day and longer: days + 1, or 2^days"),
	[SET_BOGON_FULL] = OLD("bogon.full", "avail_full", "no_split", bogons,
	    true, "which bogons are full and scored; no_split: all"),
	[SET_M5_PRIVATE] = ONE("m5.private", "yes", no_yes,
	    "spoofed packets from private addresses count, too"),
	[SET_M5_WINDOW] = NUM("m5.window_months", "1", 1, 120,
	    "Spoofer tests of this many months, the last being the month"),
	[SET_M5_NAT] = ONE("m5.nat_only", "no_data", nats,
	    "tests behind NAT that were blocked: no test, or a good one"),
	[SET_M8_SOURCES] = OLD("m8.sources", "rir+pdb", "rir", contacts, false,
	    "where a contact may stand"),
	[SET_MIN_PEERS] = NUM("visibility.min_peers", "5", 1, 100000,
	    "full-feed peers that must see a route for it to count"),
	[SET_PARTICIPANT] = ONE("participant.rule", "worst+mean", rules,
	    "a participant's score over its announced networks"),
	[SET_REGION] = ONE("region.value", "mean", regions,
	    "which figure speaks for a region"),
	[SET_HIJACK_FILTER] =
	    OLD("hijack.filter", "rpki_irr", "none", filters, false,
		"hijacks that count: RPKI Invalid, or NotFound and IRR "
		"Invalid; or all"),
	[SET_ACCOMPLICE] = { "accomplice.mode", SCORE_CHOICE,
	    SAME("next_hop_only"), 0, 0, modes, true,
	    "who passed it on: the next network, or all by halves" },
	[SET_M4_ATTRIBUTION] = { "m4.attribution", SCORE_CHOICE,
	    SAME("own_space"), 0, 0, spaces, true,
	    "M4 only for an ASN that originates the network's own space" },
	[SET_M4_SOURCE] = { "m4.source", SCORE_CHOICE, SAME("routes"), 0, 0,
	    sources, true, "where bogon ASNs are taken from" },
	[SET_BOGON_PEERS] = { "bogon.min_peers", SCORE_NUMBER, SAME("2"), 1,
	    100000, NULL, true, "peers that must see a bogon" },
	[SET_BOGON_SECONDS] = { "bogon.min_seconds", SCORE_NUMBER, SAME("300"),
	    0, 86400, NULL, true, "seconds that a bogon must last" },
	[SET_POPULATION] = OLD("population", "nro", "peers5", populations,
	    false, "networks of a region: delegated, or seen by 5 peers"),
	[SET_API_SCALE] = NUM("api.percentage_scale", "100", 1, 100,
	    "scale of percentages in API output"),
	[SET_API_LEVELS] = ONE("api.conformant_levels", "ready,aspiring",
	    conformants, "levels that API output calls conformant"),
	[SET_CAIDA_CDN] = ONE("caida.cdn_peers", "yes", no_yes,
	    "caida-a1 looks at peers of a CDN, too"),
	[SET_ROLE_LABELS] = ONE("report.role_labels", "on", off_on,
	    "say \"by the AS\" and \"by a direct customer\""),
	[SET_IXP_ITEMS] = NUM("ixp.action2_items", "4", 1, 4,
	    "ways to fulfil action 2 of the IXP programme"),
};

static const char *const profiles[SCORE_PROFILES] = { "obs-2024", "obs-2022",
	"obs-2018" };

const struct score_setting *
score_setting(size_t i)
{
	return i < SCORE_SETTINGS ? &settings[i] : NULL;
}

const char *
score_profile_name(enum score_profile_id id)
{
	return (unsigned)id < SCORE_PROFILES ? profiles[id] : "?";
}

/* A plain decimal number and nothing else. */
static bool
parse_number(struct str s, double *out)
{
	char text[32], *end;

	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '.')
			return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	*out = strtod(text, &end);
	return *end == '\0' && end != text && isfinite(*out);
}

static bool
parse_terms(struct str s, double *out)
{
	struct str word;
	enum metric m;
	unsigned bits = 0;

	while (str_word(&s, &word)) {
		if (!metric_parse(word, &m) || m >= METRIC_INCIDENTS)
			return false;
		bits |= 1U << m;
	}
	*out = bits;
	return bits != 0;
}

static bool
in_range(const struct score_setting *s, double v)
{
	return v >= s->min && v <= s->max;
}

static bool
parse_value(const struct score_setting *s, struct str value, double v[2])
{
	struct str first;

	v[1] = 0;
	switch (s->type) {
	case SCORE_NUMBER:
		return parse_number(value, &v[0]) && in_range(s, v[0]);
	case SCORE_PAIR:
		return str_cut(&value, '/', &first) && value.p != NULL &&
		       parse_number(first, &v[0]) &&
		       parse_number(value, &v[1]) && in_range(s, v[0]) &&
		       in_range(s, v[1]) && v[0] + v[1] > 0;
	case SCORE_TERMS:
		return parse_terms(value, &v[0]);
	case SCORE_CHOICE:
		for (unsigned i = 0; s->choices[i] != NULL; i++)
			if (str_eq(value, s->choices[i])) {
				v[0] = i;
				return true;
			}
		return false;
	}
	return false;
}

bool
score_profile_init(struct score_profile *p, struct str name)
{
	for (unsigned i = 0; i < SCORE_PROFILES; i++) {
		if (!str_eq(name, profiles[i]))
			continue;
		p->id = (enum score_profile_id)i;
		for (unsigned k = 0; k < SCORE_SETTINGS; k++)
			(void)parse_value(&settings[k],
			    str_from(settings[k].def[i]), p->v[k]);
		return true;
	}
	return false;
}

int
score_profile_set(struct score_profile *p, struct str name, struct str value,
    struct err *err)
{
	char shown[SCORE_VALUE_MAX];
	double v[2];

	for (unsigned i = 0; i < SCORE_SETTINGS; i++) {
		if (!str_eq(name, settings[i].name))
			continue;
		if (!parse_value(&settings[i], value, v))
			return err_set(err, ERR_INPUT,
			    "setting %s does not take \"%s\"", settings[i].name,
			    text_safe(shown, sizeof(shown), value));
		p->v[i][0] = v[0];
		p->v[i][1] = v[1];
		return 0;
	}
	return err_set(err, ERR_INPUT, "no setting \"%s\"",
	    text_safe(shown, sizeof(shown), name));
}

const char *
score_profile_text(const struct score_profile *p, size_t i,
    char out[SCORE_VALUE_MAX])
{
	const struct score_setting *s = &settings[i];
	const double *v = p->v[i];
	size_t n = 0;

	out[0] = '\0';
	switch (s->type) {
	case SCORE_NUMBER:
		(void)snprintf(out, SCORE_VALUE_MAX, "%.10g", v[0]);
		break;
	case SCORE_PAIR:
		(void)snprintf(out, SCORE_VALUE_MAX, "%.10g/%.10g", v[0], v[1]);
		break;
	case SCORE_CHOICE:
		(void)snprintf(out, SCORE_VALUE_MAX, "%s",
		    s->choices[(unsigned)v[0]]);
		break;
	case SCORE_TERMS:
		for (unsigned m = 0; m < METRIC_INCIDENTS; m++)
			if (((unsigned)v[0] >> m & 1U) != 0)
				n += (size_t)snprintf(out + n,
				    SCORE_VALUE_MAX - n, "%s%s",
				    n > 0 ? " " : "", names[m]);
		break;
	}
	return out;
}

void
score_settings_json(struct json_writer *w, const struct score_profile *p)
{
	char text[SCORE_VALUE_MAX];

	json_object(w);
	for (unsigned i = 0; i < SCORE_SETTINGS; i++) {
		if (settings[i].type == SCORE_NUMBER) {
			json_key(w, settings[i].name);
			json_fixed(w, p->v[i][0], 6);
		} else {
			json_kv_str(w, settings[i].name,
			    score_profile_text(p, i, text));
		}
	}
	json_object_end(w);
}
