/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sniff.c - which kind of file is this, by its content.
 *
 * Only what a kind's own marks show is claimed: other folders look at the same
 * bytes for theirs.
 */
#include "registry/input.h"

#define SNIFF_BYTES 65536
#define SNIFF_LINES 40 /* lines of data that are looked at */

static bool
find(struct str s, const char *what)
{
	return s.n != 0 && memmem(s.p, s.n, what, strlen(what)) != NULL;
}

static enum registry_kind
sniff_xml(struct str s)
{
	if (!find(s, "http://www.iana.org/assignments"))
		return REG_KIND_NONE;
	if (find(s, "id=\"iana-ipv4-special-registry") ||
	    find(s, "id=\"iana-ipv6-special-registry") ||
	    find(s, "id=\"iana-as-numbers-special-registry\"") ||
	    find(s, "id=\"special-purpose-as-numbers\""))
		return REG_IANA_SPECIAL;
	if (find(s, "id=\"ipv4-address-space\"") ||
	    find(s, "id=\"ipv6-unicast-address-assignments\"") ||
	    find(s, "id=\"as-numbers\""))
		return REG_IANA_SPACE;
	return REG_KIND_NONE;
}

/* {"50088": "FITL-IE Fort Technologies, GB" */
static bool
is_as_names(struct str s)
{
	size_t i = 1, digits;

	while (i < s.n && memchr(" \t\r\n", s.p[i], 4) != NULL)
		i++;
	if (i >= s.n || s.p[i++] != '"')
		return false;
	if (i + 1 < s.n && s.p[i] == 'A' && s.p[i + 1] == 'S')
		i += 2;
	for (digits = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		digits++;
	if (digits == 0 || digits > 10 || i >= s.n || s.p[i++] != '"')
		return false;
	while (i < s.n && memchr(": \t\r\n", s.p[i], 5) != NULL)
		i++;
	return i < s.n && s.p[i] == '"';
}

static enum registry_kind
sniff_json(struct str s)
{
	static const char *const pdb[] = { "\"org_id\"", "\"ixlan_id\"",
		"\"net_id\"", "\"ix_id\"", "\"address1\"", "\"irr_as_set\"" };

	if (find(s, "\"roas\"") || find(s, "\"pfx_events\""))
		return REG_KIND_NONE;
	if (find(s, "\"routedspoof") || find(s, "\"privatespoof") ||
	    (find(s, "\"hydra:member\"") && find(s, "/sessions")))
		return REG_SPOOFER;
	if (s.p[0] == '[')
		return find(s, "\"network_type\"") && find(s, "\"asn\"")
			   ? REG_AS_TYPES
			   : REG_KIND_NONE;
	if (find(s, "\"data\""))
		for (size_t i = 0; i < COUNT(pdb); i++)
			if (find(s, pdb[i]))
				return REG_PEERINGDB;
	return is_as_names(s) ? REG_AS_NAMES : REG_KIND_NONE;
}

/* The first line as a CSV header. */
static enum registry_kind
sniff_header(struct str line)
{
	if (find(line, "Address Block") && find(line, "Termination Date"))
		return REG_IANA_SPECIAL;
	if (str_starts(line, "AS Number,Reason for Reservation"))
		return REG_IANA_SPECIAL;
	if (str_starts(line, "Prefix,Designation,") ||
	    str_starts(line, "Number,Description,"))
		return REG_IANA_SPACE;
	if (find(line, "routedspoof") && find(line, "network"))
		return REG_SHADOWSERVER;
	if (find(line, "Action 1") && find(line, "ASN"))
		return REG_PARTICIPANTS;
	if (find(line, "ASN") && find(line, "Filtering") &&
	    find(line, "Coordination"))
		return REG_OBSERVATORY;
	return REG_KIND_NONE;
}

static bool
is_delegated(struct str line)
{
	struct str f[8];
	size_t n = 0;

	while (n < COUNT(f) && str_cut(&line, '|', &f[n]))
		n++;
	if (n < 6)
		return false;
	/* 2.3|apnic|20190909|300||20190906|+1000 */
	if (f[0].n != 0 && f[0].p[0] >= '1' && f[0].p[0] <= '9')
		return f[0].n <= 4 && reg_rir(f[1]) != REG_RIR_NONE
			   ? true
			   : f[0].n <= 4 && f[1].n >= 3 && f[1].p[0] >= 'a' &&
				 f[1].p[0] <= 'z' && n >= 7;
	return (str_eq(f[2], "asn") || str_eq(f[2], "ipv4") ||
		str_eq(f[2], "ipv6"));
}

/* One line of data, of the formats without a header. */
static enum registry_kind
sniff_line(struct str line)
{
	struct str rest = line, w[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	struct str f[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	struct ipaddr first, last;
	struct prefix p;
	uint32_t asn;
	uint64_t len;
	size_t n = 0;

	if (is_delegated(line))
		return REG_DELEGATED;
	for (size_t i = 0; i < 3 && str_word(&rest, &w[i]); i++)
		n++;
	if (n == 2 && prefix_parse(w[0], &p) && w[1].p[0] >= '0' &&
	    w[1].p[0] <= '9')
		return REG_PFX_ORIGIN;
	if (n == 3 && ipaddr_parse(w[0], &(struct ipaddr){ 0 }) &&
	    text_parse_u64(w[1], 128, &len))
		return REG_PFX_ORIGIN;
	if (n == 3 && prefix_parse(w[0], &p) && str_starts(w[1], "AS") &&
	    asn_parse(w[1], &asn))
		return REG_BOGUS_ROUTES;
	if (n == 3 && (asn_parse(w[0], &asn) || w[0].p[0] == '{') &&
	    prefix_parse(w[1], &p) && text_parse_u64(w[2], UINT32_MAX, &len))
		return REG_RISWHOIS;
	if (n >= 2 && w[0].p[w[0].n - 1] == ':' &&
	    asn_parse((struct str){ w[0].p, w[0].n - 1 }, &asn) &&
	    str_cut(&w[1], ',', &f[0]) && prefix_parse(f[0], &p))
		return REG_AS_PREFIXES;
	rest = line;
	n = 0;
	while (n < 3 && str_cut(&rest, find(line, ",") ? ',' : '\t', &f[n])) {
		f[n] = str_trim(f[n]);
		if (f[n].n >= 2 && f[n].p[0] == '"')
			f[n] = (struct str){ f[n].p + 1, f[n].n - 2 };
		n++;
	}
	if (n == 3 && ipaddr_parse(f[0], &first) && ipaddr_parse(f[1], &last) &&
	    asn_parse(f[2], &asn))
		return REG_RANGES;
	return REG_KIND_NONE;
}

/* Comments may come first; in a full-bogon list they say that it is one. */
static enum registry_kind
sniff_text(struct str s)
{
	bool bogons = false;
	struct str line;
	struct prefix p;

	for (int seen = 0; seen < SNIFF_LINES && str_cut(&s, '\n', &line);) {
		enum registry_kind kind;

		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (memchr("#%;[", line.p[0], 4) != NULL) {
			bogons |=
			    line.p[0] == '#' &&
			    (find(line, "last updated") ||
				find(line, "bogon") || find(line, "Bogon"));
			continue;
		}
		seen++;
		if (bogons && prefix_parse(line, &p))
			return REG_BOGON_LIST;
		if (seen == 1 && (kind = sniff_header(line)) != REG_KIND_NONE)
			return kind;
		kind = sniff_line(line);
		/* A list of bogus routes has headings before it. */
		if (kind != REG_KIND_NONE)
			return seen == 1 || kind == REG_BOGUS_ROUTES
				   ? kind
				   : REG_KIND_NONE;
	}
	return REG_KIND_NONE;
}

enum registry_kind
registry_sniff(const uint8_t *head, size_t n)
{
	struct str s = { (const char *)head,
		n > SNIFF_BYTES ? SNIFF_BYTES : n };
	size_t skip = 0;

	if (s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0)
		skip = 3;
	while (skip < s.n && memchr(" \t\r\n", s.p[skip], 4) != NULL)
		skip++;
	s.p += skip;
	s.n -= skip;
	if (s.n == 0)
		return REG_KIND_NONE;
	if (s.p[0] == '<')
		return sniff_xml(s);
	if (s.p[0] == '{' || (s.p[0] == '[' && !str_starts(s, "[Querying")))
		return sniff_json(s);
	return sniff_text(s);
}
