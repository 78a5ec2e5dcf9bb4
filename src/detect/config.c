/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.c - the table of settings.  Defaults are those of the published
 * rules (doc/DETECTION.md); weights and caps come from evidence.c.
 */
#include "detect/config.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

static const char *const bogon_full[] = { "avail_full", "special_only", NULL };
static const char *const accomplice_mode[] = { "next_hop_only", "geometric",
	NULL };
static const char *const m4_attribution[] = { "own_space", "always", "never",
	NULL };
static const char *const hijack_filter[] = { "rpki_irr", "none", NULL };

#define NUMBER(name, def, min, max, unit, doc)       \
	{                                            \
		name, def, min, max, unit, NULL, doc \
	}
#define CHOICE(name, list, doc)                                    \
	{                                                          \
		name, 0, 0, (double)COUNT(list) - 2, "", list, doc \
	}

static const struct detect_setting rows[SET_WEIGHTS] = {
	[SET_BOGON_FULL] = CHOICE("bogon.full", bogon_full,
	    "which undelegated resources are full bogons"),
	[SET_BOGON_MIN_PEERS] = NUMBER("bogon.min_peers", 2, 1, 1000, "peers",
	    "a bogon counts once this many peers see it"),
	[SET_BOGON_MIN_SECONDS] = NUMBER("bogon.min_seconds", 300, 0, 86400,
	    "s", "... for this long"),
	[SET_ACCOMPLICE_MODE] = CHOICE("accomplice.mode", accomplice_mode,
	    "who besides the culprit is charged"),
	[SET_M4_ATTRIBUTION] = CHOICE("m4.attribution", m4_attribution,
	    "when the network next to a bogon ASN is charged with M4"),
	[SET_VISIBILITY_MIN_PEERS] = NUMBER("visibility.min_peers", 5, 1, 1000,
	    "peers", "full-feed peer ASes that make a route exist"),
	[SET_FULL_SHARE] = NUMBER("visibility.full_share", 70, 1, 100, "%",
	    "of the largest table makes a feed full"),
	[SET_HIJACK_FILTER] = CHOICE("hijack.filter", hijack_filter,
	    "what a hijack must pass to count in M2"),
	[SET_HIJACK_MIN_PEERS] = NUMBER("hijack.min_peers", 2, 1, 1000, "peers",
	    "a new origin counts once this many peers see it"),
	[SET_HIJACK_MIN_PEER_ASES] = NUMBER("hijack.min_peer_ases", 2, 1, 1000,
	    "ASes", "... of this many networks"),
	[SET_HIJACK_MIN_SHARE] = NUMBER("hijack.min_share", 0.5, 0, 100, "%",
	    "... or this share of the full-feed peers"),
	[SET_HIJACK_MIN_SECONDS] = NUMBER("hijack.min_seconds", 10, 0, 86400,
	    "s", "... for this long"),
	[SET_HIJACK_FAST_SHARE] = NUMBER("hijack.fast_share", 2, 0, 100, "%",
	    "... unless this share of the full-feed peers sees it"),
	[SET_HIJACK_E2] = NUMBER("hijack.e2_nats", 2, -20, 20, "nats",
	    "sum of evidence for E2"),
	[SET_HIJACK_E3] = NUMBER("hijack.e3_nats", 4, -20, 20, "nats",
	    "sum of evidence for E3, of two families at least"),
	[SET_HIJACK_COVER_DAYS] = NUMBER("hijack.cover_days", 30, 1, 320, "d",
	    "covering space was announced within"),
	[SET_HIJACK_MAX_LEN4] = NUMBER("hijack.max_len4", 24, 8, 32, "bits",
	    "longest IPv4 prefix that is judged"),
	[SET_HIJACK_MAX_LEN6] = NUMBER("hijack.max_len6", 48, 16, 128, "bits",
	    "longest IPv6 prefix that is judged"),
	[SET_HISTORY_DAYS] = NUMBER("history.days", 320, 1, 320, "d",
	    "how far back an origin counts as known"),
	[SET_COHISTORY_DAYS] = NUMBER("benign.co_origin_days", 7, 1, 320, "d",
	    "days that make a suspected origin an established one"),
	[SET_ANYCAST_DAYS] = NUMBER("benign.anycast_days", 30, 1, 320, "d",
	    "days that make several origins normal"),
	[SET_RELATION_HOPS] = NUMBER("benign.relation_hops", 2, 1, 5, "hops",
	    "provider or customer over at most"),
	[SET_FAT_FINGER_MAX] = NUMBER("benign.typing_error_asn", 25, 0, 1000,
	    "", "an ASN up to this beside its origin is a prepend count"),
	[SET_MASS_PREFIXES] = NUMBER("mass.prefixes", 10, 2, 1000000,
	    "prefixes", "of other organisations gained at once"),
	[SET_MASS_VICTIMS] = NUMBER("mass.victims", 3, 1, 100000, "ASes",
	    "... of this many networks"),
	[SET_MASS_SECONDS] =
	    NUMBER("mass.seconds", 300, 1, 86400, "s", "... within"),
	[SET_MASS_FACTOR] = NUMBER("mass.factor", 3, 1, 1000, "",
	    "... and this many times its own maximum before"),
	[SET_MASS_DAYS] =
	    NUMBER("mass.days", 30, 1, 320, "d", "... of the days before"),
	[SET_TYPE5_PREFIXES] = NUMBER("type5.prefixes", 20, 2, 1000000,
	    "prefixes", "a re-origination leak has at least"),
	[SET_TYPE5_ORIGINS] = NUMBER("type5.origins", 5, 1, 100000, "ASes",
	    "... of this many origins"),
	[SET_TYPE5_SHARE] = NUMBER("type5.share", 50, 1, 100, "%",
	    "... of which the culprit really had a path to this share"),
	[SET_RPKI_MIN_PEERS] = NUMBER("rpki.min_peers", 2, 1, 1000, "peers",
	    "an invalid route counts once this many peers see it"),
	[SET_RPKI_MIN_SECONDS] =
	    NUMBER("rpki.min_seconds", 300, 0, 86400, "s", "... for this long"),
	[SET_LEAK_SECONDS] = NUMBER("leak.seconds", 600, 1, 86400, "s",
	    "window in which leaked prefixes are counted"),
	[SET_LEAK_PREFIXES] = NUMBER("leak.prefixes", 10, 1, 1000000,
	    "prefixes", "leaked in the window for E2"),
	[SET_LEAK_ORIGINS] = NUMBER("leak.origins", 3, 1, 100000, "ASes",
	    "... or of this many origins"),
	[SET_LEAK_MIN_PEERS] = NUMBER("leak.min_peers", 2, 1, 1000, "peers",
	    "... seen by this many"),
	[SET_LEAK_VOLUME] = NUMBER("leak.volume", 20, 0, 1000000, "prefixes",
	    "more than this is volume, E3"),
	[SET_LEAK_CONE_SHARE] = NUMBER("leak.cone_share", 5, 0, 1000, "%",
	    "... and more than this share of the leaker's cone"),
	[SET_LEAK_NEW_DAYS] = NUMBER("leak.new_days", 30, 1, 320, "d",
	    "a segment not seen for this long is new"),
	[SET_LEAK_OLD_DAYS] = NUMBER("leak.old_days", 7, 1, 320, "d",
	    "a segment older than this is a wrong relationship"),
	[SET_GAP_ORIGINS] = NUMBER("gap.origins", 2, 1, 100000, "ASes",
	    "a gap in the core is E3 with this many origins"),
	[SET_GAP_PREFIXES] = NUMBER("gap.prefixes", 5, 1, 1000000, "prefixes",
	    "... or this many prefixes"),
	[SET_QUIET_SECONDS] = NUMBER("quiet.seconds", 300, 1, 86400, "s",
	    "after which an incident that nobody sees is over"),
	[SET_QUIET_LEAK_SECONDS] = NUMBER("quiet.leak_seconds", 600, 1, 86400,
	    "s", "the same for leaks"),
	[SET_REOPEN_SECONDS] = NUMBER("reopen.seconds", 1800, 1, 86400, "s",
	    "within which the same incident goes on"),
	[SET_HORIZON_SECONDS] = NUMBER("horizon.seconds", 86400, 60, 31536000,
	    "s", "after which an incident whose peers stay silent expires"),
	[SET_BASELINE_SECONDS] = NUMBER("baseline.seconds", 86400, 60, 31536000,
	    "s", "of updates make a baseline without a table dump"),
	[SET_PEER_SETTLE_SECONDS] = NUMBER("peer.settle_seconds", 600, 1, 86400,
	    "s", "a peer that came back has said all after"),
	[SET_LASTED_SECONDS] = NUMBER("lasts.seconds", 86400, 60, 31536000, "s",
	    "what lasts longer is less likely an attack"),
	[SET_WIDE_SHARE] = NUMBER("wide.share", 10, 0, 100, "%",
	    "of the full-feed peers is widely seen"),
};

static const double caps[FAM_COUNT] = {
	[FAM_RPKI] = 5,
	[FAM_IRR] = 3,
	[FAM_RELATION] = 5,
	[FAM_HISTORY] = 4,
	[FAM_TOPOLOGY] = 4.5,
	[FAM_VISIBILITY] = 2,
	[FAM_LISTS] = 5,
};

/* Names of weights and caps are put together once. */
static struct detect_setting made[SET_COUNT];
static char made_names[SET_COUNT][40];

static void
make_rows(void)
{
	static_assert(SET_COUNT <= DETECT_SETTINGS_MAX, "settings");
	if (made[0].name != NULL)
		return;
	for (unsigned e = 0; e < EV_COUNT; e++) {
		(void)snprintf(made_names[SET_WEIGHTS + e],
		    sizeof(made_names[0]), "weight.%s", ev_rows[e].name);
		made[SET_WEIGHTS + e] =
		    (struct detect_setting)NUMBER(made_names[SET_WEIGHTS + e],
			ev_rows[e].weight, -20, 20, "nats", ev_rows[e].doc);
	}
	for (unsigned f = 0; f < FAM_COUNT; f++) {
		(void)snprintf(made_names[SET_CAPS + f], sizeof(made_names[0]),
		    "cap.%s", family_names[f]);
		made[SET_CAPS + f] =
		    (struct detect_setting)NUMBER(made_names[SET_CAPS + f],
			caps[f], 0, 100, "nats",
			"most that this family can add or take away");
	}
	for (unsigned i = SET_WEIGHTS; i-- > 0;)
		made[i] = rows[i];
}

size_t
detect_setting_count(void)
{
	return SET_COUNT;
}

const struct detect_setting *
detect_setting(size_t i)
{
	make_rows();
	return i < SET_COUNT ? &made[i] : NULL;
}

void
detect_config_init(struct detect_config *c)
{
	*c = (struct detect_config){ 0 };
	for (size_t i = 0; i < SET_COUNT; i++)
		c->value[i] = detect_setting(i)->def;
}

/* "-1.5": digits, at most one point; no exponent, no blanks. */
static bool
parse_number(struct str s, double *out)
{
	char text[32], *end;

	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (strchr("0123456789.-", s.p[i]) == NULL)
			return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	*out = strtod(text, &end);
	return *end == '\0' && isfinite(*out);
}

static int
parse_value(const struct detect_setting *row, struct str value, double *out,
    struct err *err)
{
	char safe[80];
	double number;

	if (row->choices != NULL) {
		for (size_t i = 0; row->choices[i] != NULL; i++)
			if (str_eq(value, row->choices[i])) {
				*out = (double)i;
				return 0;
			}
		return err_set(err, ERR_INPUT, "%s: no choice \"%s\"",
		    row->name, text_safe(safe, sizeof(safe), value));
	}
	if (!parse_number(value, &number) || number < row->min ||
	    number > row->max)
		return err_set(err, ERR_INPUT,
		    "%s: \"%s\" is no number from %g to %g", row->name,
		    text_safe(safe, sizeof(safe), value), row->min, row->max);
	*out = number;
	return 0;
}

int
detect_config_set(struct detect_config *c, struct str name, struct str value,
    struct err *err)
{
	char safe[80];

	for (size_t i = 0; i < SET_COUNT; i++)
		if (str_eq(name, detect_setting(i)->name))
			return parse_value(detect_setting(i), value,
			    &c->value[i], err);
	return err_set(err, ERR_INPUT, "no setting \"%s\"",
	    text_safe(safe, sizeof(safe), name));
}

const char *
detect_config_text(const struct detect_config *c, size_t i,
    char out[DETECT_VALUE_MAX])
{
	const struct detect_setting *row = detect_setting(i);

	if (row->choices != NULL)
		(void)snprintf(out, DETECT_VALUE_MAX, "%s",
		    row->choices[(size_t)c->value[i]]);
	else
		(void)snprintf(out, DETECT_VALUE_MAX, "%.10g", c->value[i]);
	return out;
}
