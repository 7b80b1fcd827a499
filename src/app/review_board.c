/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a round is, cluster by cluster. */
#include <stdlib.h>

#include "app/access.h"
#include "app/review.h"
#include "base/date.h"
#include "base/fold.h"

enum {
	SEES = ROLE_TEAM | ROLE_CHAMBER | ROLE_ADMINISTRATOR | ROLE_REVIEWER,
	DAY_S = 24 * 60 * 60,
	BOGOTA_S = -5 * 60 * 60,
};

const char *board_state_name(enum board_state s)
{
	static const char *const name[BOARD_STATES_N] = { "unopened", "started",  "stuck",   "sent",
							  "returned", "accepted", "annulled" };
	return name[s];
}

struct str board_state_word(enum board_state s, enum lang lang)
{
	static const struct label word[BOARD_STATES_N] = {
		[BOARD_UNOPENED] = { { STR("sin abrir"), STR("not opened") } },
		[BOARD_STARTED] = { { STR("en curso"), STR("started") } },
		[BOARD_STUCK] = { { STR("detenido"), STR("stuck") } },
		[BOARD_SENT] = { { STR("enviado"), STR("sent") } },
		[BOARD_RETURNED] = { { STR("devuelto"), STR("returned") } },
		[BOARD_ACCEPTED] = { { STR("aceptado"), STR("accepted") } },
		[BOARD_ANNULLED] = { { STR("anulado"), STR("annulled") } },
	};
	return label_in(&word[s], lang);
}

/* ---- days ---- */

static int64_t day_of(int64_t seconds_utc)
{
	return (seconds_utc + BOGOTA_S) / DAY_S;
}

static int64_t days_left(const struct call *c, const struct stored_round *r)
{
	struct date to;
	int64_t now;
	if (!r->to.n || !date_parse(r->to, false, &to) || !access_seconds(c->now, &now))
		return INT64_MIN;
	return (int64_t)date_days(to) - day_of(now);
}

static int64_t days_still(const struct call *c, const struct stored_questionnaire *head)
{
	int64_t then, now;
	const struct str last = head->saved_at.n ? head->saved_at : head->opened_at;
	if (!access_seconds(last, &then) || !access_seconds(c->now, &now) || now < then)
		return 0;
	return (now - then) / DAY_S;
}

/* ---- who to write to ---- */

struct people {
	const struct stored_account *account;
	size_t n_accounts;
	const struct stored_grant *grant;
	size_t n_grants;
	const struct stored_link *link;
	size_t n_links;
};

static bool read_people(struct call *c, struct store *s, struct str round, struct people *out,
			struct err *e)
{
	struct stored_account *account;
	struct stored_grant *grant;
	struct stored_link *link;
	if (!store_list_accounts(s, c->a, &account, &out->n_accounts, e) ||
	    !store_list_grants(s, c->a, 0, &grant, &out->n_grants, e) ||
	    !store_list_links(s, c->a, round, &link, &out->n_links, e))
		return false;
	out->account = account;
	out->grant = grant;
	out->link = link;
	return true;
}

static struct str account_name(const struct people *p, int64_t id)
{
	for (size_t i = 0; i < p->n_accounts; i++)
		if (p->account[i].id == id)
			return p->account[i].name;
	return (struct str){ 0 };
}

/* The person with an account for the cluster, else the one of its newest link. */
static struct str contact_of(const struct people *p, struct str cluster)
{
	for (size_t i = 0; i < p->n_grants; i++)
		if (str_is(p->grant[i].role, "manager") && str_eq(p->grant[i].object, cluster))
			return account_name(p, p->grant[i].account);
	for (size_t i = 0; i < p->n_links; i++)
		if (str_is(p->link[i].role, "manager") && str_eq(p->link[i].cluster, cluster) &&
		    !p->link[i].revoked_at.n)
			return p->link[i].person;
	return (struct str){ 0 };
}

/* ---- rows ---- */

static const struct stored_questionnaire *head_of(const struct stored_questionnaire *head, size_t n,
						  struct str cluster)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(head[i].key.cluster, cluster))
			return &head[i];
	return NULL;
}

static bool has_answer(const struct stored_answers *got, struct str cluster)
{
	for (size_t i = 0; i < got->n; i++)
		if (str_eq(got->cluster[i], cluster))
			return true;
	return false;
}

static enum board_state state_of(const struct board_row *row)
{
	switch (row->head.state) {
	case QUESTIONNAIRE_SENT: return BOARD_SENT;
	case QUESTIONNAIRE_RETURNED: return BOARD_RETURNED;
	case QUESTIONNAIRE_ACCEPTED: return BOARD_ACCEPTED;
	case QUESTIONNAIRE_ANNULLED: return BOARD_ANNULLED;
	case QUESTIONNAIRE_DRAFT: break;
	}
	return row->days_still >= BOARD_STUCK_DAYS ? BOARD_STUCK : BOARD_STARTED;
}

static struct board_row row_of(const struct call *c, const struct cluster_entry *entry,
			       const struct stored_questionnaire *head, bool accepted)
{
	struct board_row row = { .cluster = *entry, .days_still = -1 };
	if (!head) {
		row.imported = accepted;
		row.state = accepted ? BOARD_ACCEPTED : BOARD_UNOPENED;
		return row;
	}
	row.head = *head;
	row.days_still = days_still(c, head);
	row.state = state_of(&row);
	return row;
}

static int by_name(const void *x, const void *y)
{
	ARENA_SCOPE(a, 1 << 20);
	const struct board_row *p = x, *q = y;
	const int order = str_cmp(fold_sort_key(&a, p->cluster.name),
				  fold_sort_key(&a, q->cluster.name));
	return order ? order : str_cmp(p->cluster.id, q->cluster.id);
}

static int32_t last_day(const struct stored_round *r)
{
	struct round_fact fact = { .id = r->id, .year = r->year };
	struct date to;
	fact.has_to = r->to.n && date_parse(r->to, false, &to);
	fact.to = fact.has_to ? date_days(to) : 0;
	return round_end(&fact);
}

bool review_board(struct call *c, struct store *s, struct str round,
		  const struct review_filter *filter, struct board *out, struct err *e)
{
	struct board b = { 0 };
	struct stored_questionnaire *head;
	struct stored_answers got;
	struct people people;
	const struct instrument *in;
	size_t n_heads;
	if (!store_get_round(s, c->a, round, &b.round, e) ||
	    !cache_instrument(c, s, b.round.instrument_id, b.round.instrument_version, &in, e) ||
	    !store_get_round_register(s, c->a, round, &b.clusters, e) ||
	    !store_list_questionnaires(s, c->a, round, FORM_CLUSTER, &head, &n_heads, e) ||
	    !store_get_answers(s, c->a, round, FORM_CLUSTER, NULL, &got, e) ||
	    !read_people(c, s, round, &people, e))
		return false;
	struct board_row *row = NEW(c->a, b.clusters.n + 1, struct board_row);
	const int32_t end = last_day(&b.round);
	for (size_t i = 0; i < b.clusters.n; i++) {
		const struct cluster_entry *entry = &b.clusters.cluster[i];
		const struct stored_questionnaire *own = head_of(head, n_heads, entry->id);
		const bool accepted = has_answer(&got, entry->id);
		if ((!register_in_round(entry, end) && !own && !accepted) ||
		    !caller_sees(&c->caller, SEES, entry->id) ||
		    !review_passes(c->a, filter, entry))
			continue;
		row[b.n] = row_of(c, entry, own, accepted);
		row[b.n].contact = contact_of(&people, entry->id);
		b.count[row[b.n++].state]++;
	}
	if (b.n)
		qsort(row, b.n, sizeof(*row), by_name);
	b.row = row;
	b.days_left = days_left(c, &b.round);
	b.form = in->form[FORM_CLUSTER];
	*out = b;
	return true;
}
