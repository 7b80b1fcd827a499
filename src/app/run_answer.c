/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One answer: checked by the same rules as a row of a file, stored as one revision.
 *
 * What is sent is the whole response: a question that is not sent is not answered in the revision
 * that counts from then on.  Nothing of the revision before is kept in it; the store keeps that
 * revision itself. */
#include <string.h>

#include "app/cache.h"
#include "app/importer.h"
#include "app/run.h"

struct answering {
	struct str round;
	int form;
	const struct form *definition;
	struct stored_answer answer;
	struct problems problems;
};

/* ---- who may ---- */

static bool grant_reaches(const struct caller_grant *g, const struct call *c, bool company)
{
	struct str round = call_text(c, "--round");
	if (!(g->role & c->command->roles) || !str_eq(g->cluster, call_text(c, "--cluster")) ||
	    (g->round.n && !str_eq(g->round, round)))
		return false;
	/* Who came for a company answers for that company, and for none that it might name. */
	return g->role != ROLE_COMPANY ||
	       (company && g->company.n && str_eq(g->company, call_text(c, "--company")));
}

/* What the row's roles and its object do not say: the round of a link, the company. */
static bool may_answer(const struct call *c, bool company, struct err *e)
{
	if (c->caller.roles & c->command->roles & ~(unsigned)ROLE_SCOPED)
		return true;
	for (size_t i = 0; i < c->caller.n_grants; i++) {
		if (grant_reaches(&c->caller.grant[i], c, company))
			return true;
	}
	return err_say(e, ERR_DENIED,
		       "su acceso no alcanza a esa respuesta: es de otra ronda, otro clúster u "
		       "otra empresa",
		       "your access does not reach that answer: it is of another round, cluster or "
		       "company");
}

/* ---- checking ---- */

static bool check_round(const struct stored_round *r, struct err *e)
{
	return r->state == ROUND_OPEN ||
	       err_say(e, ERR_CONFLICT,
		       "la ronda %.*s está %s%.0s; solo recibe respuestas mientras está abierta",
		       "round %.*s is %.0s%s; answers are taken only while it is open",
		       STR_ARG(r->id), round_state_word(r->state, LANG_ES),
		       round_state_word(r->state, LANG_EN));
}

/* The answer as a file of one row. */
struct one_row {
	struct str *head, *cell;
	size_t n_columns;
};

static struct one_row row_of(const struct call *c, struct arena *a, bool company)
{
	const struct values *pair = call_values(c, "ANSWER");
	struct one_row r = { .head = NEW(a, pair->n + 2, struct str),
			     .cell = NEW(a, pair->n + 2, struct str) };
	r.head[r.n_columns] = STR("cluster");
	r.cell[r.n_columns++] = call_text(c, "--cluster");
	if (company) {
		r.head[r.n_columns] = STR("company");
		r.cell[r.n_columns++] = call_text(c, "--company");
	}
	for (size_t i = 0; i < pair->n; i++) {
		struct str value = pair->text[i];
		r.head[r.n_columns] = str_cut(&value, '=');
		r.cell[r.n_columns++] = value;
	}
	return r;
}

static bool read_row(struct call *c, const struct known_instrument *known,
		     const struct stored_round *round, bool registered, struct answering *in,
		     struct err *e)
{
	static const uint64_t number = 2; /* below the heading */
	const bool company = in->form == FORM_COMPANY;
	const struct response_round dates = round_dates(round);
	struct str cluster = call_text(c, "--cluster");
	const struct dictionary ids = { .n = registered, .name = &cluster };
	/* Checking takes a hundred times the memory of the document, which alone must wait for the
	 * writer. */
	struct arena *a = c->scratch ? c->scratch : c->a;
	const struct one_row row = row_of(c, a, company);
	const struct response_rows rows = { row.head, row.n_columns, row.cell, &number, 1 };
	struct response_reader *reader;
	struct response_block block;
	if (!response_reader_plan(a, known->plan[in->form][c->lang],
				  str_is(call_text(c, "--decimal"), "comma") ? DECIMAL_COMMA
									     : DECIMAL_POINT,
				  &ids, &dates, row.head, row.n_columns, NULL, 0, &in->problems,
				  &reader, e))
		return false;
	response_read(reader, a, &rows, &in->problems, &block);
	in->answer = (struct stored_answer){ .cluster = str_dup(c->a, block.cluster[0]),
					     .company = company ? str_dup(c->a, block.company[0])
								: STR(""),
					     .document = str_dup(c->a, block.document[0]),
					     .n_warnings = block.n_warnings[0],
					     .n_unexplained = block.n_unexplained[0] };
	return true;
}

static bool check_form(const struct known_instrument *known, const struct answering *in,
		       struct err *e)
{
	return known->plan[in->form][LANG_ES] ||
	       err_say(e, ERR_INPUT, "%.*s@%.*s no tiene formulario %s",
		       "%.*s@%.*s has no %s form", STR_ARG(known->instrument->id),
		       STR_ARG(known->instrument->version),
		       in->form == FORM_COMPANY ? "company" : "cluster");
}

bool prepare_answer_put(struct call *c, struct err *e)
{
	struct answering *in = NEW(c->a, 1, struct answering);
	struct store *s = NULL;
	struct stored_round round;
	struct cluster_entry entry;
	const struct known_instrument *known;
	const bool company = str_is(call_text(c, "--form"), "company");
	bool registered = false;
	c->prepared = in;
	problems_init(&in->problems, c->a, c->lang);
	in->round = call_text(c, "--round");
	in->form = company ? FORM_COMPANY : FORM_CLUSTER;
	if (company != call_given(c, "--company"))
		return err_say(e, ERR_INPUT,
			       "--company va con el formulario company, y solo con él",
			       "--company goes with the form company, and only with it");
	if (!may_answer(c, company, e) || !call_store(c, &s, e) ||
	    !store_get_round_head(s, c->a, in->round, &round, e) || !check_round(&round, e) ||
	    !cache_known(c, s, round.instrument_id, round.instrument_version, &known, e) ||
	    !check_form(known, in, e) ||
	    !store_find_cluster(s, c->a, call_text(c, "--cluster"), &registered, &entry, e))
		return false;
	in->definition = known->instrument->form[in->form];
	return read_row(c, known, &round, registered, in, e);
}

/* ---- storing ---- */

static struct str source_of(const struct caller *who)
{
	switch (who->kind) {
	case CALLER_OWNER:
		return STR("cli");
	case CALLER_TOKEN:
		return STR("api");
	case CALLER_LINK:
		return STR("link");
	case CALLER_ACCOUNT:
	case CALLER_NOBODY:
		break;
	}
	return STR("web");
}

bool run_answer_put(struct call *c, struct err *e)
{
	const struct answering *in = c->prepared;
	struct store *s = NULL;
	call_problems(c, &in->problems);
	if (in->problems.n_errors) {
		c->status = 2;
		return true;
	}
	if (call_given(c, "--dry-run"))
		return true;
	return call_store(c, &s, e) &&
	       store_put_answers(s, in->round, in->form, in->definition,
				 source_of(&c->caller), &in->answer, 1, e);
}
