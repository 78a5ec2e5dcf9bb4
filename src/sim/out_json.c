/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * out_json.c - VRPs, PeeringDB, Spoofer sessions and the participants list,
 * in the shapes of rpki-client, of CAIDA's PeeringDB dump, of CAIDA's Spoofer
 * API and of the MANRS site.
 */
#include "sim/out.h"

#include <stdio.h>

#include "json/json.h"

/* --- RPKI -------------------------------------------------------------- */

static uint8_t
roa_rir(const struct scenario *s, uint32_t asn)
{
	uint32_t as = scn_as_find(s, asn);

	return as == SCN_NONE ? SCN_RIPENCC : s->ases.p[as].rir;
}

static void
add_roa(const struct scenario *s, struct json_writer *w,
    const struct scn_roa *r, int64_t now)
{
	char text[PREFIX_TEXT_MAX];

	(void)prefix_format(text, &r->prefix);
	json_object(w);
	json_kv_u64(w, "asn", r->asn);
	json_kv_str(w, "prefix", text);
	json_kv_u64(w, "maxLength", r->max_len);
	json_kv_str(w, "ta", scn_rir_ta(roa_rir(s, r->asn)));
	/* What a validator sees holds for a few days more. */
	json_kv_u64(w, "expires", (uint64_t)((now + 7 * TIME_DAY) / TIME_SEC));
	json_object_end(w);
}

static bool
same_roa(const struct scn_roa *a, const struct scn_roa *b)
{
	return a->asn == b->asn && a->max_len == b->max_len &&
	       prefix_eq(&a->prefix, &b->prefix);
}

/* Is r in force at `now`?  The last event about it decides. */
static bool
roa_holds(const struct scenario *s, const struct scn_roa *r, int64_t now)
{
	bool on = r->since_us <= s->day_us;

	for (size_t i = 0; i < s->events.n; i++) {
		const struct scn_event *e = &s->events.p[i];

		if (e->time_us <= now && same_roa(&e->roa, r) &&
		    (e->verb == AT_ROA_ADD || e->verb == AT_ROA_REMOVE))
			on = e->verb == AT_ROA_ADD;
	}
	return on;
}

static bool
listed_before(const struct scenario *s, size_t event)
{
	const struct scn_roa *r = &s->events.p[event].roa;

	for (size_t i = 0; i < s->roas.n; i++)
		if (same_roa(&s->roas.p[i], r))
			return true;
	for (size_t i = 0; i < event; i++)
		if (s->events.p[i].verb == AT_ROA_ADD &&
		    same_roa(&s->events.p[i].roa, r))
			return true;
	return false;
}

static void
add_roas(const struct scenario *s, struct json_writer *w, int64_t now)
{
	json_key(w, "roas");
	json_array(w);
	for (size_t i = 0; i < s->roas.n; i++)
		if (roa_holds(s, &s->roas.p[i], now))
			add_roa(s, w, &s->roas.p[i], now);
	for (size_t i = 0; i < s->events.n; i++)
		if (s->events.p[i].verb == AT_ROA_ADD && !listed_before(s, i) &&
		    roa_holds(s, &s->events.p[i].roa, now))
			add_roa(s, w, &s->events.p[i].roa, now);
	json_array_end(w);
}

static void
add_aspas(const struct scenario *s, struct json_writer *w, int64_t now)
{
	json_key(w, "aspas");
	json_array(w);
	for (size_t i = 0; i < s->aspas.n; i++) {
		const struct scn_aspa *a = &s->aspas.p[i];

		if (a->since_us > s->day_us)
			continue;
		json_object(w);
		json_kv_u64(w, "customer_asid", a->customer);
		json_kv_u64(w, "expires",
		    (uint64_t)((now + 7 * TIME_DAY) / TIME_SEC));
		json_key(w, "providers");
		json_array(w);
		for (uint32_t k = 0; k < a->providers.n; k++)
			json_u64(w, s->ids.p[a->providers.at + k]);
		json_array_end(w);
		json_object_end(w);
	}
	json_array_end(w);
}

static int
write_vrps(struct out *o, int64_t now, struct err *err)
{
	char day[OUT_DAY_MAX], time[TIME_TEXT_MAX], name[80];
	struct buf b = { 0 };
	struct json_writer w = { .out = &b, .indent = 1 };
	int64_t of_day = now - (int64_t)utc_day(now) * TIME_DAY;
	int rc;

	json_object(&w);
	json_key(&w, "metadata");
	json_object(&w);
	json_kv_str(&w, "buildmachine", "simulated");
	json_kv_str(&w, "buildtime", utc_format(time, now));
	json_object_end(&w);
	add_roas(o->s, &w, now);
	add_aspas(o->s, &w, now);
	json_object_end(&w);
	buf_str(&b, "\n");
	(void)snprintf(name, sizeof(name),
	    "reference/rpki/vrps-%sT%02d%02d%02dZ.json", out_date(day, now),
	    (int)(of_day / TIME_HOUR), (int)(of_day / TIME_MIN % 60),
	    (int)(of_day / TIME_SEC % 60));
	rc = out_file(o, name, &b, err);
	buf_fini(&b);
	return rc;
}

int
out_rpki(struct out *o, struct err *err)
{
	const struct scenario *s = o->s;
	int64_t last = s->day_us;
	bool any = s->aspas.n > 0 || s->roas.n > 0;

	for (size_t i = 0; i < s->events.n; i++)
		any |= s->events.p[i].verb == AT_ROA_ADD;
	/* A day before the RPKI, or a scenario that does without: no file, and
	 * so verdicts that are unknown. */
	if (!any || s->day_us < INT64_C(1293840000) * TIME_SEC /* 2011 */)
		return 0;
	if (write_vrps(o, s->day_us, err) == -1)
		return -1;
	for (size_t i = 0; i < s->events.n; i++) {
		const struct scn_event *e = &s->events.p[i];

		if ((e->verb != AT_ROA_ADD && e->verb != AT_ROA_REMOVE) ||
		    e->time_us <= last)
			continue;
		last = e->time_us;
		if (write_vrps(o, last, err) == -1)
			return -1;
	}
	return 0;
}

/* --- PeeringDB --------------------------------------------------------- */

static void
begin_table(struct json_writer *w, const char *name)
{
	json_key(w, name);
	json_object(w);
	json_key(w, "data");
	json_array(w);
}

static void
end_table(struct json_writer *w)
{
	json_array_end(w);
	json_object_end(w);
}

static void
add_stamps(struct json_writer *w, int64_t created, int64_t updated)
{
	char time[TIME_TEXT_MAX];

	json_kv_str(w, "created", utc_format(time, created));
	json_kv_str(w, "updated", utc_format(time, updated));
	json_kv_str(w, "status", "ok");
	json_object_end(w);
}

/* Organisations are numbered by their first network. */
static uint32_t
org_id(const struct scenario *s, uint32_t as)
{
	for (uint32_t i = 0; i < as; i++)
		if (s->ases.p[i].org == s->ases.p[as].org)
			return i + 1;
	return as + 1;
}

static void
add_orgs(const struct scenario *s, struct json_writer *w)
{
	begin_table(w, "org");
	for (uint32_t i = 0; i < s->ases.n; i++) {
		const struct scn_as *a = &s->ases.p[i];

		if (org_id(s, i) != i + 1)
			continue;
		json_object(w);
		json_kv_u64(w, "id", i + 1);
		json_kv_str(w, "name", scn_text(s, a->name));
		json_kv_str(w, "country", a->cc);
		add_stamps(w, a->since_us, a->since_us);
	}
	end_table(w);
}

static void
add_nets(const struct scenario *s, struct json_writer *w)
{
	char time[TIME_TEXT_MAX];

	begin_table(w, "net");
	for (uint32_t i = 0; i < s->ases.n; i++) {
		const struct scn_as *a = &s->ases.p[i];
		int64_t touched =
		    a->contact_us != TIME_NONE && a->contact_us <= s->day_us
			? a->contact_us
			: a->since_us;

		if (!a->peeringdb)
			continue;
		json_object(w);
		json_kv_u64(w, "id", i + 1);
		json_kv_u64(w, "org_id", org_id(s, i));
		json_kv_str(w, "name", scn_text(s, a->name));
		json_kv_u64(w, "asn", a->asn);
		json_kv_str(w, "irr_as_set", scn_text(s, a->as_set));
		json_kv_str(w, "info_type", scn_text(s, a->type));
		json_kv_str(w, "policy_general", "Open");
		json_kv_str(w, "poc_updated", utc_format(time, touched));
		add_stamps(w, a->since_us, touched);
	}
	end_table(w);
}

static void
add_contacts(const struct scenario *s, struct json_writer *w)
{
	static const struct {
		unsigned bit;
		const char *name, *box;
	} roles[] = {
		{ ROLE_NOC, "NOC", "noc" },
		{ ROLE_TECHNICAL, "Technical", "tech" },
		{ ROLE_ABUSE, "Abuse", "abuse" },
		{ ROLE_POLICY, "Policy", "peering" },
	};
	uint32_t id = 0;

	begin_table(w, "poc");
	for (uint32_t i = 0; i < s->ases.n; i++)
		for (size_t k = 0; k < COUNT(roles); k++) {
			const struct scn_as *a = &s->ases.p[i];
			char mail[60];

			if ((a->roles & roles[k].bit) == 0 ||
			    a->contact_us > s->day_us)
				continue;
			(void)snprintf(mail, sizeof(mail), "%s@as%u.example",
			    roles[k].box, a->asn);
			json_object(w);
			json_kv_u64(w, "id", ++id);
			json_kv_u64(w, "net_id", i + 1);
			json_kv_str(w, "role", roles[k].name);
			json_kv_str(w, "visible", "Public");
			json_kv_str(w, "name", roles[k].name);
			json_kv_str(w, "phone", "");
			json_kv_str(w, "email", mail);
			json_kv_str(w, "url", "");
			add_stamps(w, a->contact_us, a->contact_us);
		}
	end_table(w);
}

static void
add_ixp_tables(const struct scenario *s, struct json_writer *w)
{
	const int64_t old = INT64_C(1104537600) * TIME_SEC; /* 2005 */
	char text[PREFIX_TEXT_MAX];
	uint32_t id = 0;

	begin_table(w, "ix");
	for (uint32_t i = 0; i < s->ixps.n; i++) {
		json_object(w);
		json_kv_u64(w, "id", i + 1);
		json_kv_u64(w, "org_id", 900000 + i);
		json_kv_str(w, "name", scn_text(s, s->ixps.p[i].name));
		json_kv_str(w, "country", s->ixps.p[i].cc);
		add_stamps(w, old, old);
	}
	end_table(w);
	begin_table(w, "ixlan");
	for (uint32_t i = 0; i < s->ixps.n; i++) {
		json_object(w);
		json_kv_u64(w, "id", i + 1);
		json_kv_u64(w, "ix_id", i + 1);
		add_stamps(w, old, old);
	}
	end_table(w);
	begin_table(w, "ixpfx");
	for (uint32_t i = 0; i < s->ixps.n; i++) {
		(void)prefix_format(text, &s->ixps.p[i].lan);
		json_object(w);
		json_kv_u64(w, "id", i + 1);
		json_kv_u64(w, "ixlan_id", i + 1);
		json_kv_str(w, "protocol", "IPv4");
		json_kv_str(w, "prefix", text);
		add_stamps(w, old, old);
	}
	end_table(w);
	begin_table(w, "netixlan");
	for (uint32_t i = 0; i < s->ixps.n; i++)
		for (uint32_t k = 0; k < s->ixps.p[i].members.n; k++) {
			const struct scn_ixp *x = &s->ixps.p[i];
			uint32_t as = s->ids.p[x->members.at + k];
			uint8_t at[4];

			memcpy(at, x->lan.addr, 4);
			at[3] = (uint8_t)(k + 1);
			(void)ip4_format(text, at);
			json_object(w);
			json_kv_u64(w, "id", ++id);
			json_kv_u64(w, "net_id", as + 1);
			json_kv_u64(w, "ix_id", i + 1);
			json_kv_u64(w, "ixlan_id", i + 1);
			json_kv_u64(w, "asn", s->ases.p[as].asn);
			json_kv_str(w, "ipaddr4", text);
			json_kv_bool(w, "is_rs_peer", false);
			add_stamps(w, old, old);
		}
	end_table(w);
}

int
out_peeringdb(struct out *o, struct err *err)
{
	char day[OUT_DAY_MAX], name[80];
	struct buf b = { 0 };
	struct json_writer w = { .out = &b, .indent = 1 };
	int rc;

	json_object(&w);
	json_key(&w, "meta");
	json_object(&w);
	json_kv_u64(&w, "generated", (uint64_t)(o->s->day_us / TIME_SEC));
	json_object_end(&w);
	add_orgs(o->s, &w);
	add_nets(o->s, &w);
	add_contacts(o->s, &w);
	add_ixp_tables(o->s, &w);
	json_object_end(&w);
	buf_str(&b, "\n");
	(void)snprintf(name, sizeof(name),
	    "reference/peeringdb/peeringdb_2_dump_%s.json",
	    out_day_parts(o, day));
	rc = out_file(o, name, &b, err);
	buf_fini(&b);
	return rc;
}

/* --- Spoofer, participants --------------------------------------------- */

int
out_spoofer(struct out *o, struct err *err)
{
	const struct scenario *s = o->s;
	char day[OUT_DAY_MAX], time[TIME_TEXT_MAX], text[PREFIX_TEXT_MAX];
	char name[80], asn[12];
	struct buf b = { 0 };
	struct json_writer w = { .out = &b, .indent = 1 };
	unsigned written = 0;
	int rc = 0;

	json_object(&w);
	json_key(&w, "hydra:member");
	json_array(&w);
	for (uint32_t i = 0; i < s->sessions.n; i++) {
		const struct scn_session *t = &s->sessions.p[i];
		bool four = t->client.family == NET_IP4;

		if (t->time_us > s->day_us)
			continue;
		written++;
		(void)prefix_format(text, &t->client);
		(void)snprintf(asn, sizeof(asn), "%u", s->ases.p[t->as].asn);
		json_object(&w);
		json_kv_u64(&w, "session", 1000 + i);
		json_kv_str(&w, "timestamp", utc_format(time, t->time_us));
		json_kv_str(&w, four ? "client4" : "client6", text);
		json_kv_str(&w, four ? "asn4" : "asn6", asn);
		json_kv_bool(&w, four ? "nat4" : "nat6", false);
		json_kv_str(&w, four ? "routedspoof" : "routedspoof6",
		    scn_text(s, t->routed));
		json_kv_str(&w, four ? "privatespoof" : "privatespoof6",
		    scn_text(s, t->private_));
		json_object_end(&w);
	}
	json_array_end(&w);
	json_object_end(&w);
	buf_str(&b, "\n");
	(void)snprintf(name, sizeof(name), "reference/spoofer/sessions-%s.json",
	    out_day(o, day));
	if (written > 0)
		rc = out_file(o, name, &b, err);
	buf_fini(&b);
	return rc;
}

int
out_participants(struct out *o, struct err *err)
{
	const struct scenario *s = o->s;
	char day[OUT_DAY_MAX], time[TIME_TEXT_MAX], name[80];
	struct buf b = { 0 };
	unsigned written = 0;
	int rc = 0;

	buf_str(&b, "Organization Name,Areas,ASNs,Action 1: Filtering,"
		    "Action 2: Anti-spoofing,Action 3: Coordination,"
		    "Action 4: Global Validation,member_since\n");
	for (size_t i = 0; i < s->participants.n; i++) {
		const struct scn_participant *m = &s->participants.p[i];

		if (m->since_us > s->day_us)
			continue;
		written++;
		buf_printf(&b, "\"%s\",%s,", scn_text(s, m->org), m->cc);
		for (uint32_t k = 0; k < m->ases.n; k++)
			buf_printf(&b, "%s%u", k == 0 ? "" : ";",
			    s->ases.p[s->ids.p[m->ases.at + k]].asn);
		buf_printf(&b, ",Yes,%s,Yes,Yes,%s\n",
		    m->spoofing ? "Yes" : "No",
		    utc_format_day(time, m->since_us));
	}
	(void)snprintf(name, sizeof(name), "reference/manrs/manrs_isps_%s.csv",
	    out_day(o, day));
	if (written > 0)
		rc = out_file(o, name, &b, err);
	buf_fini(&b);
	return rc;
}
