/* SPDX-License-Identifier: BSD-2-Clause */
/* check_advice.c - what a network does about an incident or a blank score. */
#include "cmd/check.h"

#include <inttypes.h>
#include <stdio.h>

/* The set that a neighbour is filtered by, as PeeringDB names it. */
static const char *
set_of(const struct check *c, uint32_t asn, char out[64])
{
	struct registry_network net;
	struct registry_as_set set;

	if (asn != 0 && registry_network(c->view->registry, asn, &net) &&
	    net.has_peeringdb &&
	    registry_as_set(net.peeringdb.irr_as_set, 0, &set)) {
		(void)snprintf(out, 64, "%.20s%s%.40s", set.source,
		    set.source[0] != '\0' ? "::" : "", set.name);
		return out;
	}
	(void)snprintf(out, 64, "its AS-SET");
	return out;
}

static void
still(const struct report_charge *x, const char *prefix, struct buf *out)
{
	if (x->c.end == TIME_NONE)
		buf_printf(out, "withdraw %s: it is still announced\n", prefix);
}

/* "ip prefix-list" is what most routers take, or nearly so. */
static void
deny(const struct prefix *p, const char *list, struct buf *out)
{
	char text[PREFIX_TEXT_MAX];

	(void)prefix_format(text, p);
	buf_printf(out, "%s prefix-list %s deny %s le %u\n",
	    p->family == NET_IP4 ? "ip" : "ipv6", list, text,
	    (unsigned)prefix_len_max(p->family));
}

static void
advise_culprit(const struct check *c, const struct report_charge *x,
    enum metric m, const char *prefix, struct buf *out)
{
	still(x, prefix, out);
	if (m == METRIC_M1)
		buf_str(out,
		    "mark routes where they come in (customer, peer, "
		    "provider);\nexport to peers and providers only your own "
		    "and customers'\nset BGP roles (RFC 9234) on every "
		    "session\n");
	else if (m == METRIC_M2)
		buf_printf(out,
		    "if the space is yours, have its holder create\n"
		    "  ROA: prefix %s, max length %u, origin AS%" PRIu32 "\n"
		    "if not, allow on export only what you registered\n",
		    prefix, (unsigned)x->c.prefix.len, c->asn);
	else if (m == METRIC_M3)
		deny(&x->c.prefix, "EXPORT", out);
	else
		buf_str(out,
		    "take private and reserved AS numbers out of paths before "
		    "export\n(neighbor ... remove-private-as all)\n");
}

static void
advise_accomplice(const struct check *c, const struct report_charge *x,
    enum metric m, struct buf *out)
{
	uint32_t from = x->in != NULL ? x->in->culprit : 0;
	char set[64], who[40];

	if (from == 0)
		(void)snprintf(who, sizeof(who), "the neighbour");
	else
		(void)snprintf(who, sizeof(who), "AS%" PRIu32, from);
	buf_printf(out, "on the session with %s accept only what %s holds\n",
	    who, set_of(c, from, set));
	if (m == METRIC_M1C)
		buf_str(out,
		    "set BGP roles (RFC 9234) and a maximum of prefixes; drop "
		    "routes\nwith a large transit network in the path\n");
	else if (m == METRIC_M2C)
		buf_str(out, "drop RPKI-invalid routes on import (RFC 6811)\n");
	else if (m == METRIC_M3C)
		deny(&x->c.prefix, "IMPORT", out);
	else
		buf_str(out,
		    "drop paths with private or reserved AS numbers on "
		    "import\n");
}

void
check_charge_text(const struct check *c, const struct report_charge *x,
    struct buf *out)
{
	char prefix[PREFIX_TEXT_MAX];
	enum metric m;

	if (!metric_parse(str_from(x->c.metric), &m) || m >= METRIC_INCIDENTS)
		return;
	(void)prefix_format(prefix, &x->c.prefix);
	if ((m & 1U) == 0) /* culprit metrics are even, see enum metric */
		advise_culprit(c, x, m, prefix, out);
	else
		advise_accomplice(c, x, m, out);
}

/* --- blank or low scores ------------------------------------------------- */

static void
advise_spoof(const struct check *c, struct buf *out)
{
	const struct network_facts *n = &c->net;
	bool private_ = c->rep.opt.profile.v[SET_M5_PRIVATE][0] != 0;
	char text[PREFIX_TEXT_MAX], day[TIME_TEXT_MAX];

	if (c->card->scores[SCORE_ANTISPOOFING].level == SCORE_NO_DATA) {
		buf_str(out,
		    "run CAIDA's Spoofer client inside the network, not behind "
		    "NAT,\nwith public results: "
		    "https://www.caida.org/projects/spoofer/\n");
		return;
	}
	for (size_t i = 0; i < n->n_spoof; i++) {
		const struct spoof_fact *f = &n->spoof[i];

		if (f->customer != 0 ||
		    (f->routed != REG_SPOOF_RECEIVED &&
			!(private_ && f->private_ == REG_SPOOF_RECEIVED)))
			continue;
		(void)prefix_format(text, &f->client);
		buf_printf(out, "spoofed packets left %s on %s\n", text,
		    utc_format_day(day, f->time_us));
	}
	buf_str(out, "validate source addresses where these clients connect:\n"
		     "  ip verify unicast source reachable-via rx\n"
		     "then test again; the score follows next month\n");
}

static void
advise_contact(const struct check *c, struct buf *out)
{
	const char *irr = check_irr_name(c);

	buf_printf(out,
	    "name a NOC or technical contact with mail or telephone in "
	    "PeeringDB\n(role NOC, visible: Public), and in the registry:\n"
	    "  aut-num:  AS%" PRIu32 "\n"
	    "  admin-c:  YOUR-NIC-HANDLE\n"
	    "  tech-c:   YOUR-NOC-ROLE\n"
	    "  source:   %s\n",
	    c->asn, irr[0] != '\0' ? irr : "YOUR-REGISTRY");
}

static void
advise_as_set(const struct check *c, struct buf *out)
{
	const char *irr = check_irr_name(c);
	struct registry_as_set set;
	bool known;

	if (c->net.as_set[0] == '\0') {
		buf_printf(out,
		    "no AS-SET in PeeringDB: set \"IRR as-set/route-set\" to\n"
		    "  %s::AS%" PRIu32 ":AS-ALL\n",
		    irr[0] != '\0' ? irr : "YOUR-IRR", c->asn);
		return;
	}
	for (uint32_t i = 0; c->view->irr != NULL && i < 8 &&
			     registry_as_set(c->net.as_set, i, &set);
	     i++) {
		known = irr_set_find(c->view->irr, IRR_AS_SET,
			    str_from(set.name)) != IRR_NONE;
		if (!known && !str_starts(str_from(set.name), "RS-"))
			buf_printf(out,
			    "PeeringDB names %s, which no loaded IRR holds\n",
			    set.name);
	}
}

void
check_fix_text(const struct check *c, enum score_id s, struct buf *out)
{
	bool pass = score_verdict(&c->card->scores[s]) == SCORE_PASS;

	if (s == SCORE_ANTISPOOFING && !pass)
		advise_spoof(c, out);
	else if (s == SCORE_COORDINATION && !pass)
		advise_contact(c, out);
	else if (s == SCORE_IRR && c->view->registry != NULL)
		advise_as_set(c, out);
}

/* --- contacts -------------------------------------------------------------- */

void
check_contacts_text(const struct check *c, struct buf *out)
{
	static const struct {
		unsigned bit;
		const char *name;
	} roles[] = {
		{ REG_ROLE_NOC, "NOC" },
		{ REG_ROLE_TECHNICAL, "Technical" },
		{ REG_ROLE_POLICY, "Policy" },
		{ REG_ROLE_MAINTENANCE, "Maintenance" },
		{ REG_ROLE_ABUSE, "Abuse (does not count)" },
	};
	struct registry_network net;
	struct irr_autnum au;

	if (registry_network(c->view->registry, c->asn, &net) &&
	    net.has_peeringdb)
		for (size_t i = 0; i < COUNT(roles); i++)
			if ((net.peeringdb.roles_present & roles[i].bit) != 0)
				buf_printf(out, "PeeringDB %s: %s\n",
				    roles[i].name,
				    (net.peeringdb.roles_reachable &
					roles[i].bit) != 0
					? "mail or telephone"
					: "neither mail nor telephone");
	for (uint32_t i = 0;
	     c->view->irr != NULL && irr_autnum(c->view->irr, c->asn, i, &au);
	     i++)
		buf_printf(out, "%s aut-num:%s%s%s%s%s%s\n", au.source,
		    (au.has & (IRR_HAS_ADMIN | IRR_HAS_TECH | IRR_HAS_NOC |
				  IRR_HAS_ABUSE)) == 0
			? " nobody"
			: "",
		    (au.has & IRR_HAS_ADMIN) != 0 ? " admin-c" : "",
		    (au.has & IRR_HAS_TECH) != 0 ? " tech-c" : "",
		    (au.has & IRR_HAS_NOC) != 0 ? " noc" : "",
		    (au.has & IRR_HAS_ABUSE) != 0 ? " abuse" : "",
		    (au.has & IRR_IS_DUMMY) != 0 ? " (placeholder)" : "");
	if (out->n == 0)
		buf_str(out, "none in the loaded data\n");
}
