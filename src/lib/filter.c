/* SPDX-License-Identifier: BSD-2-Clause */
/* filter.c - filters from outside (comity.h), and of what is no MRT. */
#include "lib/part.h"

#include <stdio.h>
#include <stdlib.h>

/* --- from outside ------------------------------------------------------ */

struct comity_filter *
comity_filter_new(void)
{
	struct comity_filter *f = mem_alloc(1, sizeof(*f));

	f->f = filter_new();
	return f;
}

void
comity_filter_free(struct comity_filter *f)
{
	if (f == NULL)
		return;
	filter_free(f->f);
	free(f);
}

static int
usage(struct comity_error *error, const struct err *err)
{
	error->failure = COMITY_USAGE;
	(void)snprintf(error->text, sizeof(error->text), "%s", err->msg);
	return -1;
}

int
comity_filter_add(struct comity_filter *f, const char *option,
    const char *value, struct comity_error *error)
{
	struct err err;

	if (filter_add(f->f, option, str_from(value), &err) == -1)
		return usage(error, &err);
	return 0;
}

int
comity_filter_add_string(struct comity_filter *f, const char *text,
    struct comity_error *error)
{
	struct err err;

	if (filter_add_string(f->f, str_from(text), &err) == -1)
		return usage(error, &err);
	return 0;
}

const char *
comity_filter_option(size_t i, const char **value, const char **summary)
{
	for (size_t k = 0; k <= i; k++)
		if (filter_options[k].name == NULL)
			return NULL;
	*value = filter_options[i].value;
	*summary = filter_options[i].summary;
	return filter_options[i].name;
}

bool
comity_reader_filter(struct comity_reader *r, const struct comity_filter *f)
{
	bool all = f == NULL || filter_is_empty(f->f);

	filter_run_free(r->run);
	r->run = all ? NULL : filter_run_new(f->f);
	r->unwanted = !all && !filter_collector(f->f, r->host);
	return !r->unwanted;
}

/* --- what is no MRT ---------------------------------------------------- */

static uint32_t
kinds_of(const struct mrt_decoded *m)
{
	if (m->kind == MRT_STATE)
		return FILTER_STATE;
	if (m->kind != MRT_MESSAGE)
		return FILTER_OTHER;
	switch (m->message) {
	case BGP_UPDATE:
		return FILTER_ANNOUNCE | FILTER_WITHDRAW | FILTER_NO_ROUTES;
	case BGP_OPEN:
		return FILTER_OPEN;
	case BGP_NOTIFICATION:
		return FILTER_NOTIFICATION;
	case BGP_KEEPALIVE:
		return FILTER_KEEPALIVE;
	case BGP_ROUTE_REFRESH:
		return FILTER_REFRESH;
	default:
		return FILTER_OTHER;
	}
}

bool
reader_wants(const struct comity_reader *r, struct item *i)
{
	const struct mrt_session *s = &i->m.session;
	struct filter_cut cut;

	i->part = false;
	if (r->run == NULL)
		return true;
	if (!filter_time(r->run, i->rec.time_us) ||
	    filter_kinds(r->run, kinds_of(&i->m)) == 0)
		return false;
	if (i->m.kind == MRT_SKIPPED) /* of no peer */
		return true;
	if (!filter_peer(r->run, &s->peer_ip, s->peer_asn))
		return false;
	if (i->m.kind != MRT_MESSAGE || i->m.message != BGP_UPDATE)
		return true;
	enum filter_answer a =
	    filter_update(r->run, i->m.body, &i->session, &cut);
	i->part = a == FILTER_ASK;
	return a != FILTER_NO;
}

void
reader_cut(struct comity_reader *r, const struct mrt_decoded *m,
    const struct bgp_session *s)
{
	struct bgp_update *u = &r->update;
	struct filter_cut cut;

	(void)filter_update(r->run, m->body, s, &cut);
	if (cut.withdrawn == FILTER_NO)
		u->withdrawn.n = 0;
	if (cut.nlri == FILTER_NO)
		u->nlri.n = 0;
	if (cut.unreach == FILTER_NO) {
		u->attrs.unreach.n = 0;
		u->attrs.present &= ~(UINT64_C(1) << BGP_ATTR_MP_UNREACH);
	}
	if (cut.reach == FILTER_NO) {
		u->attrs.reach.n = 0;
		u->attrs.present &= ~(UINT64_C(1) << BGP_ATTR_MP_REACH);
	}
}
