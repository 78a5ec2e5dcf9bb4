/* SPDX-License-Identifier: BSD-2-Clause */
/* facts.c - what reference data say of one network, gathered. */
#include "score/score.h"

#include <string.h>

#include "base/buf.h"

#define MAX_SESSIONS 100000 /* Spoofer sessions of one network */

static const char *
keep(struct arena *a, struct buf *b)
{
	return arena_strndup(a, buf_cstr(b), b->n);
}

/* M6: an aut-num with import and export. */
static void
add_policy(const struct irr *irr, struct arena *a, struct network_facts *out)
{
	static const enum score_answer answers[] = {
		[IRR_UNKNOWN] = SCORE_UNKNOWN,
		[IRR_NO] = SCORE_NO,
		[IRR_YES] = SCORE_YES,
	};
	struct irr_autnum au = { 0 };
	struct buf b = { 0 };

	out->policy = answers[irr_policy(irr, out->asn, &au)];
	if (out->policy == SCORE_UNKNOWN || au.source == NULL)
		return;
	buf_printf(&b, "%s aut-num, %u import, %u export", au.source,
	    au.imports, au.exports);
	out->policy_from = keep(a, &b);
	out->policy_us = au.modified_us;
	buf_fini(&b);
}

/* M8: the registry's own record, else PeeringDB; either is enough. */
static void
add_contact(const struct world_view *v, struct arena *a,
    struct network_facts *out)
{
	enum irr_answer irr = IRR_UNKNOWN;
	enum registry_answer pdb;
	struct irr_autnum au = { 0 };
	struct buf b = { 0 };
	const char *why = NULL;
	unsigned roles = 0;
	int64_t updated = TIME_NONE;

	if (v->irr != NULL)
		irr = irr_contact(v->irr, out->asn, true, &au, &why);
	pdb = registry_contact(v->registry, out->asn, &roles, &updated);
	if (irr == IRR_YES || (irr == IRR_NO && pdb != REG_ANSWER_YES)) {
		out->contact = irr == IRR_YES ? SCORE_YES : SCORE_NO;
		buf_printf(&b, "%s: %s", au.source != NULL ? au.source : "IRR",
		    why != NULL ? why : "");
		out->contact_us = au.modified_us;
	} else if (pdb != REG_ANSWER_UNKNOWN) {
		out->contact = pdb == REG_ANSWER_YES ? SCORE_YES : SCORE_NO;
		buf_str(&b,
		    pdb == REG_ANSWER_YES
			? "PeeringDB: a NOC, technical, policy or maintenance "
			  "contact"
			: "PeeringDB: no NOC, technical, policy or maintenance "
			  "contact in public");
		out->contact_us = updated;
	}
	if (b.n > 0)
		out->contact_from = keep(a, &b);
	buf_fini(&b);
}

struct sessions {
	struct spoof_fact *p;
	size_t n, cap;
};

static void
add_of(const struct registry *r, uint32_t asn, uint32_t customer,
    struct sessions *out)
{
	struct registry_session s;

	for (uint32_t i = 0;
	     out->n < MAX_SESSIONS && registry_session(r, asn, i, &s); i++)
		vec_push(out, ((struct spoof_fact){ s.time_us, s.client,
				  (uint8_t)s.routed, (uint8_t)s.private_,
				  (int8_t)s.nat, customer }));
}

/* Its own Spoofer sessions, then those of direct customers. */
static void
add_sessions(const struct world_view *v, struct arena *a,
    struct network_facts *out)
{
	struct sessions got = { 0 };
	struct topo_list customers = { 0 };

	out->spoof_known = registry_has_spoofer(v->registry);
	if (!out->spoof_known)
		return;
	add_of(v->registry, out->asn, 0, &got);
	if (v->topo != NULL)
		customers = topo_customers(v->topo, out->asn);
	for (size_t i = 0; i < customers.n; i++) {
		uint32_t asn = topo_list_asn(v->topo, customers, i);

		add_of(v->registry, asn, asn, &got);
	}
	if (got.n > 0) {
		struct spoof_fact *f = arena_alloc(a, got.n * sizeof(*f));

		memcpy(f, got.p, got.n * sizeof(*f));
		out->spoof = f;
		out->n_spoof = got.n;
	}
	vec_fini(&got);
}

/* Programmes it takes part in, and since when; those who left are not in the
 * newest list. */
static void
add_programmes(const struct registry *r, int64_t moment, struct arena *a,
    struct network_facts *out)
{
	struct registry_participant p;
	bool in[REG_PROGRAMMES] = { false };
	struct buf b = { 0 };
	uint32_t no;

	for (uint32_t k = 0;
	     (no = registry_participant_of(r, out->asn, k)) != REG_NONE; k++) {
		if (!registry_participant(r, no, &p) || !p.in_newest)
			continue;
		if (p.member_since_us != TIME_NONE && moment != TIME_NONE &&
		    p.member_since_us > moment)
			continue;
		in[p.programme] = true;
		if (out->participant[0] == '\0')
			out->participant = arena_strndup(a, p.organisation,
			    strlen(p.organisation));
		if (p.member_since_us != TIME_NONE &&
		    (out->member_since_us == TIME_NONE ||
			p.member_since_us < out->member_since_us))
			out->member_since_us = p.member_since_us;
	}
	for (unsigned i = 0; i < REG_PROGRAMMES; i++)
		if (in[i])
			buf_printf(&b, "%s%s", b.n > 0 ? ";" : "",
			    registry_programme_name(
				(enum registry_programme)i));
	if (b.n > 0)
		out->programmes = keep(a, &b);
	buf_fini(&b);
}

int
score_network_facts(const struct world_view *v, uint32_t asn, int64_t moment,
    struct arena *a, struct network_facts *out, struct err *err)
{
	struct registry_network net;

	(void)err; /* a damaged row answers "unknown" */
	*out = (struct network_facts){
		.asn = asn,
		.name = world_as_name(v, asn),
		.org = world_as_org(v, asn),
		.country = "",
		.rir = "",
		.status = "",
		.programmes = "",
		.participant = "",
		.member_since_us = TIME_NONE,
		.policy_from = "",
		.policy_us = TIME_NONE,
		.contact_from = "",
		.contact_us = TIME_NONE,
		.as_set = "",
	};
	if (registry_network(v->registry, asn, &net)) {
		out->country =
		    arena_strndup(a, net.country, strnlen(net.country, 2));
		out->rir = registry_rir_name(net.rir);
		if (net.has_delegation)
			out->status =
			    registry_status_name(net.delegation.status);
		if (net.has_peeringdb)
			out->as_set = net.peeringdb.irr_as_set;
	}
	if (v->irr != NULL)
		add_policy(v->irr, a, out);
	add_contact(v, a, out);
	add_sessions(v, a, out);
	add_programmes(v->registry, moment, a, out);
	return 0;
}

/* Foreign text within a line of fields. */
static void
add_field(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++)
		buf_chr(out, (unsigned char)*s < ' ' ? '?' : *s);
	buf_chr(out, '\t');
}

void
score_world_lines(const struct world *w, struct buf *out)
{
	for (size_t i = 0; i < world_input_count(w); i++) {
		const struct world_input *in = world_input(w, i);
		char day[TIME_TEXT_MAX] = "", sha[65];

		if (in->date_us != TIME_NONE)
			(void)utc_format_day(day, in->date_us);
		text_hex(sha, in->sha256, 32);
		add_field(out, in->kind);
		add_field(out, in->source);
		add_field(out, day);
		buf_str(out, sha);
		buf_chr(out, '\n');
	}
}
