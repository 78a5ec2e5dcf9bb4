/* SPDX-License-Identifier: BSD-2-Clause */
/* view_net.c - what is known of a network: names, PeeringDB, contacts, tests,
 * scores. */
#include "registry/frozen.h"

#include <ctype.h>

static const struct fz_name *
name_row(const struct registry *r, uint32_t asn)
{
	size_t at = fz_lower(r->names, r->n_names, sizeof(*r->names), asn);

	return at < r->n_names && r->names[at].asn == asn ? &r->names[at]
							  : NULL;
}

static const struct fz_net *
net_row(const struct registry *r, uint32_t asn)
{
	size_t at = fz_lower(r->nets, r->n_nets, sizeof(*r->nets), asn);

	return at < r->n_nets && r->nets[at].asn == asn ? &r->nets[at] : NULL;
}

static const struct fz_org *
org_row(const struct fz_org *rows, size_t n, uint32_t id)
{
	size_t at = fz_lower(rows, n, sizeof(*rows), id);

	return at < n && rows[at].id == id ? &rows[at] : NULL;
}

/* Two letters that stand for no country say less than any other source. */
static bool
is_country(const char *cc)
{
	return cc[0] != '\0' && memcmp(cc, "EU", 2) != 0 &&
	       memcmp(cc, "AP", 2) != 0 && memcmp(cc, "ZZ", 2) != 0;
}

static void
set_country(struct registry_network *out, const char *cc, const char *from)
{
	if (is_country(out->country) || cc[0] == '\0' ||
	    (out->country[0] != '\0' && !is_country(cc)))
		return;
	out->country[0] = cc[0];
	out->country[1] = cc[1];
	out->country_from = from;
}

/* The country of an organisation, as a text that lives as long as r. */
static const char *
cc_text(const struct fz_org *org)
{
	/* Two bytes and a zero pad: a text in place. */
	return org->pad == 0 ? org->cc : "";
}

static void
fill_peeringdb(const struct registry *r, const struct fz_net *n,
    struct registry_peeringdb *out)
{
	const struct fz_org *org = org_row(r->orgs, r->n_orgs, n->org_id);

	*out = (struct registry_peeringdb){
		.net_id = n->net_id,
		.org_id = n->org_id,
		.name = fz_text(r, n->name),
		.org = org == NULL ? "" : fz_text(r, org->name),
		.country = org == NULL ? "" : cc_text(org),
		.irr_as_set = fz_text(r, n->irr_as_set),
		.info_type = fz_text(r, n->info_type),
		.policy_general = fz_text(r, n->policy),
		.prefixes4 = n->prefixes4,
		.prefixes6 = n->prefixes6,
		.never_via_route_servers = n->never,
		.looking_glass = (n->flags & NET_LOOKING_GLASS) != 0,
		.route_server = (n->flags & NET_ROUTE_SERVER) != 0,
		.roles_reachable = n->reachable,
		.roles_present = n->present,
		.pocs_loaded = (r->head.flags & HEAD_POCS) != 0,
		.poc_updated_us = fz_time(n->poc_updated),
		.created_us = fz_time(n->created),
		.updated_us = fz_time(n->updated),
	};
}

static uint32_t
count_key(const void *rows, size_t n, size_t size, uint32_t key)
{
	size_t from = fz_lower(rows, n, size, key);
	size_t to = key == UINT32_MAX ? n : fz_lower(rows, n, size, key + 1);

	return to > from ? (uint32_t)(to - from) : 0;
}

/* First session of asn, and how many. */
static size_t
tests_of(const struct registry *r, uint32_t asn, size_t *n)
{
	size_t low = 0, high = r->n_tests, end;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (r->tests[mid].asn < asn)
			low = mid + 1;
		else
			high = mid;
	}
	for (end = low; end < r->n_tests && r->tests[end].asn == asn; end++)
		;
	*n = end - low;
	return low;
}

static void
fill_names(const struct registry *r, const struct fz_name *row,
    struct registry_network *out)
{
	char cc[3] = { row->cc[0], row->cc[1], '\0' };

	if (row->name != 0) {
		out->name = fz_text(r, row->name);
		out->name_from = registry_kind_name(row->name_from);
	}
	if (row->org != 0) {
		out->org = fz_text(r, row->org);
		out->org_from = registry_kind_name(row->org_from);
	}
	set_country(out, cc, registry_kind_name(row->cc_from));
}

bool
registry_network(const struct registry *r, uint32_t asn,
    struct registry_network *out)
{
	const struct fz_name *name = name_row(r, asn);
	const struct fz_net *net = net_row(r, asn);
	size_t n_tests, at;

	*out = (struct registry_network){ .asn = asn,
		.name = "",
		.name_from = "",
		.org = "",
		.org_from = "",
		.country_from = "" };
	out->has_delegation = registry_asn(r, asn, &out->delegation);
	if (out->has_delegation) {
		out->rir = out->delegation.rir;
		set_country(out, out->delegation.cc, "delegated");
	}
	if (name != NULL)
		fill_names(r, name, out);
	if (net != NULL) {
		out->has_peeringdb = true;
		fill_peeringdb(r, net, &out->peeringdb);
	}
	at = fz_lower(r->scores, r->n_scores, sizeof(*r->scores), asn);
	out->has_observatory = at < r->n_scores && r->scores[at].asn == asn;
	out->n_participants =
	    count_key(r->part_of, r->n_part_of, sizeof(*r->part_of), asn);
	out->n_ix =
	    count_key(r->members, r->n_members, sizeof(*r->members), asn);
	(void)tests_of(r, asn, &n_tests);
	out->n_sessions = (uint32_t)n_tests;
	return out->has_delegation || name != NULL || net != NULL;
}

bool
registry_network_asn(const struct registry *r, uint32_t i, uint32_t *asn)
{
	if (i >= r->n_names)
		return false;
	*asn = r->names[i].asn;
	return true;
}

/* --- free text of as-sets ---------------------------------------------- */

static bool
copy_upper(char *to, size_t size, struct str s)
{
	if (s.n >= size)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!isalnum(c) && strchr("-_:.", c) == NULL)
			return false;
		to[i] = (char)toupper(c);
	}
	to[s.n] = '\0';
	return true;
}

/* "RIPE::AS-X", "AS64500:AS-Y", also "AS-X@RIPE" as some write it. */
static bool
parse_as_set(struct str word, struct registry_as_set *out)
{
	struct str source = { "", 0 }, name = word;
	const char *sep = memmem(word.p, word.n, "::", 2);

	if (sep != NULL) {
		source.p = word.p;
		source.n = (size_t)(sep - word.p);
		name.p = sep + 2;
		name.n = word.n - source.n - 2;
	} else if ((sep = memchr(word.p, '@', word.n)) != NULL) {
		name.n = (size_t)(sep - word.p);
		source.p = sep + 1;
		source.n = word.n - name.n - 1;
	}
	return name.n != 0 &&
	       copy_upper(out->source, sizeof(out->source), source) &&
	       copy_upper(out->name, sizeof(out->name), name) &&
	       (memmem(out->name, name.n, "AS", 2) != NULL ||
		   memmem(out->name, name.n, "RS-", 3) != NULL);
}

bool
registry_as_set(const char *irr_as_set, uint32_t i, struct registry_as_set *out)
{
	const char *p = irr_as_set;
	struct registry_as_set found;

	while (*p != '\0') {
		size_t n = strcspn(p, " ,;/|\t\r\n");
		struct str word = { p, n };

		p += n;
		p += strspn(p, " ,;/|\t\r\n");
		if (n == 0 || !parse_as_set(word, &found))
			continue;
		if (i-- == 0) {
			*out = found;
			return true;
		}
	}
	return false;
}

/* --- contacts, tests, scores ------------------------------------------- */

enum registry_answer
registry_contact(const struct registry *r, uint32_t asn, unsigned *roles,
    int64_t *updated_us)
{
	const struct fz_net *net = net_row(r, asn);

	if (roles != NULL)
		*roles = net == NULL ? 0 : net->reachable;
	if (updated_us != NULL)
		*updated_us =
		    net == NULL ? TIME_NONE : fz_time(net->poc_updated);
	if (net == NULL || (r->head.flags & HEAD_POCS) == 0)
		return REG_ANSWER_UNKNOWN;
	return (net->reachable & REG_ROLES_M8) != 0 ? REG_ANSWER_YES
						    : REG_ANSWER_NO;
}

const char *
registry_spoof_name(enum registry_spoof s)
{
	static const char *const names[] = {
		[REG_SPOOF_UNTESTED] = "untested",
		[REG_SPOOF_UNKNOWN] = "unknown",
		[REG_SPOOF_BLOCKED] = "blocked",
		[REG_SPOOF_REWRITTEN] = "rewritten",
		[REG_SPOOF_RECEIVED] = "received",
	};

	return (unsigned)s < COUNT(names) ? names[s] : "";
}

static enum registry_spoof
spoof(uint8_t v)
{
	return v <= REG_SPOOF_RECEIVED ? (enum registry_spoof)v
				       : REG_SPOOF_UNKNOWN;
}

bool
registry_session(const struct registry *r, uint32_t asn, uint32_t i,
    struct registry_session *out)
{
	size_t n, from = tests_of(r, asn, &n);
	const struct fz_test *t;

	if (i >= n)
		return false;
	t = &r->tests[from + i];
	if (t->client.family >= NET_FAMILIES ||
	    !prefix_is_canonical(&t->client))
		return false;
	*out = (struct registry_session){ t->asn, t->session, fz_time(t->time),
		t->client, t->nat, spoof(t->routed), spoof(t->private_) };
	return true;
}

bool
registry_has_spoofer(const struct registry *r)
{
	return (r->head.flags & HEAD_SPOOFER) != 0;
}

bool
registry_observatory(const struct registry *r, uint32_t asn,
    struct registry_observatory *out)
{
	size_t at = fz_lower(r->scores, r->n_scores, sizeof(*r->scores), asn);
	const struct fz_score *s;

	if (at == r->n_scores || r->scores[at].asn != asn)
		return false;
	s = &r->scores[at];
	*out = (struct registry_observatory){ .asn = asn,
		.holder = fz_text(r, s->holder),
		.rir_region = fz_text(r, s->region),
		.country = { s->cc[0], s->cc[1], '\0' },
		.month_us = fz_time(s->month) };
	memcpy(out->percent, s->percent, sizeof(out->percent));
	return true;
}
