/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * region.c - countries by the sub-regions of the UN's standard M49, which is
 * how MANRS groups them.  Taiwan, which M49 does not list, stands with its
 * neighbours; "EU" and "AP" of old delegations are no country.
 */
#include "score/score.h"

static const struct {
	const char *name, *countries;
} regions[] = {
	{ "Northern Africa", "DZ EG EH LY MA SD TN" },
	{ "Eastern Africa", "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS "
			    "TF TZ UG YT ZM ZW" },
	{ "Middle Africa", "AO CD CF CG CM GA GQ ST TD" },
	{ "Southern Africa", "BW LS NA SZ ZA" },
	{ "Western Africa", "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN "
			    "TG" },
	{ "Caribbean", "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC "
		       "MF MQ MS PR SX TC TT VC VG VI" },
	{ "Central America", "BZ CR GT HN MX NI PA SV" },
	{ "South America", "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE" },
	{ "Northern America", "BM CA GL PM US" },
	{ "Antarctica", "AQ" },
	{ "Central Asia", "KG KZ TJ TM UZ" },
	{ "Eastern Asia", "CN HK JP KP KR MN MO TW" },
	{ "South-eastern Asia", "BN ID KH LA MM MY PH SG TH TL VN" },
	{ "Southern Asia", "AF BD BT IN IR LK MV NP PK" },
	{ "Western Asia", "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR "
			  "YE" },
	{ "Eastern Europe", "BG BY CZ HU MD PL RO RU SK UA" },
	{ "Northern Europe", "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE "
			     "SJ" },
	{ "Southern Europe", "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM "
			     "VA" },
	{ "Western Europe", "AT BE CH DE FR LI LU MC NL" },
	{ "Australia and New Zealand", "AU CC CX HM NF NZ" },
	{ "Melanesia", "FJ NC PG SB VU" },
	{ "Micronesia", "FM GU KI MH MP NR PW UM" },
	{ "Polynesia", "AS CK NU PF PN TK TO TV WF WS" },
};

const char *
score_region(const char *country)
{
	for (size_t i = 0; i < COUNT(regions); i++) {
		struct str rest = str_from(regions[i].countries), word;

		while (str_word(&rest, &word))
			if (str_eq_nocase(word, country))
				return regions[i].name;
	}
	return "";
}
