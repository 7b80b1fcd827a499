/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cluster would get, from the moment it sends. */
#include "app/review.h"

/* The last published round with the same method. */
static bool peers_round(struct call *c, struct store *s, const struct stored_round *round,
			struct str *out, struct err *e)
{
	struct stored_round *r;
	size_t n;
	*out = (struct str){ 0 };
	if (!store_list_published(s, c->a, &r, &n, e))
		return false;
	for (size_t i = n; i-- > 0 && !out->n;)
		if (str_eq(r[i].instrument_id, round->instrument_id) &&
		    str_eq(r[i].instrument_version, round->instrument_version) &&
		    !str_eq(r[i].id, round->id))
			*out = r[i].id;
	return true;
}

static struct warned warned_of(const struct look *l)
{
	struct warned w = { 0 };
	for (size_t i = 0; i < l->n; i++) {
		w.n_warnings += (int64_t)l->entry[i].n_warnings;
		if (!l->entry[i].reason.n)
			w.n_unexplained += (int64_t)l->entry[i].n_warnings;
	}
	return w;
}

/* The cluster's own answers, and those of its peers as they were then. */
static bool gather(struct call *c, struct store *s, const struct review_result *r,
		   struct stored_answers *out, struct err *e)
{
	const struct sheet *sheet = &r->sheet;
	struct stored_answers peers = { 0 };
	if (r->peers_round.n && !store_get_answers(s, c->a, r->peers_round, FORM_CLUSTER,
						   sheet->form, &peers, e))
		return false;
	struct stored_answers all = { .cluster = NEW(c->a, peers.n + 1, struct str),
				      .document = NEW(c->a, peers.n + 1, struct str),
				      .warned = NEW(c->a, peers.n + 1, struct warned) };
	all.cluster[0] = sheet->key.cluster;
	all.document[0] = sheet->look->document;
	all.warned[0] = warned_of(sheet->look);
	all.n = 1;
	for (size_t i = 0; i < peers.n; i++) {
		if (str_eq(peers.cluster[i], sheet->key.cluster))
			continue;
		all.cluster[all.n] = peers.cluster[i];
		all.document[all.n] = peers.document[i];
		all.warned[all.n++] = peers.warned[i];
	}
	*out = all;
	return true;
}

static struct str notice_of(struct call *c, const struct review_result *r)
{
	const struct str round = r->sheet.round.id;
	const bool es = c->lang == LANG_ES;
	struct buf b;
	buf_init(&b, c->a, 4096);
	buf_fmt(&b,
		es ? "Provisional hasta el cierre de la ronda %.*s: calculado con lo enviado, que "
		     "está en revisión."
		   : "Provisional until round %.*s is closed: computed from what was sent, which "
		     "is "
		     "being reviewed.",
		STR_ARG(round));
	if (r->peers_round.n)
		buf_fmt(&b,
			es ? " Los demás clústeres son los de la ronda %.*s."
			   : " The other clusters are those of round %.*s.",
			STR_ARG(r->peers_round));
	return buf_str(&b);
}

static bool must_be_sent(const struct sheet *sheet, struct err *e)
{
	const enum questionnaire_state state = sheet->head.state;
	if (sheet->found && (state == QUESTIONNAIRE_SENT || state == QUESTIONNAIRE_ACCEPTED) &&
	    sheet->look->document.n)
		return true;
	return err_say(e, ERR_CONFLICT,
		       "el resultado aparece cuando el formulario se envía completo; siga en "
		       "/formulario/%.*s",
		       "the result appears when the form is sent complete; go on at "
		       "/formulario/%.*s",
		       STR_ARG(sheet->key.cluster));
}

/* Points and level, and how far missing answers could move them. */
static bool measure_only(struct call *c, struct store *s, struct str round,
			 const struct stored_answers *all, struct reporting *out, struct err *e)
{
	struct measure *m = &out->now;
	if (!measure_answers(c, s, round, all, m, e))
		return false;
	out->bounds = score_bounds_of(c->a, m->instrument, m->tables.table[TABLE_CLUSTER],
				      &m->scores);
	return true;
}

static bool make_draft(struct call *c, struct review_result *r, struct err *e)
{
	struct document *d = &r->document;
	if (!reporting_make(c->a, &r->reporting, r->row, c->lang, d, e))
		return false;
	d->notice = d->notice.n ? str_fmt(c->a, "%.*s %.*s", STR_ARG(d->notice), STR_ARG(r->notice))
				: r->notice;
	return true;
}

bool review_result(struct call *c, struct store *s, bool draft, struct review_result *out,
		   struct err *e)
{
	struct questionnaire_key key;
	struct stored_answers all;
	if (!sheet_key(c, s, FORM_CLUSTER, &key, e) || !sheet_open(c, s, &key, &out->sheet, e) ||
	    !must_be_sent(&out->sheet, e) ||
	    !peers_round(c, s, &out->sheet.round, &out->peers_round, e) ||
	    !gather(c, s, out, &all, e) ||
	    !(draft ? reporting_propose(c, s, key.round, &all, &out->reporting, e)
		    : measure_only(c, s, key.round, &all, &out->reporting, e)) ||
	    !reporting_find(&out->reporting, key.cluster, &out->row, e))
		return false;
	out->notice = notice_of(c, out);
	return !draft || make_draft(c, out, e);
}
