/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sending a questionnaire, and deciding on it. */
#include "app/questionnaire_inside.h"

enum { SIGNATURE_BYTES_MAX = 120 };

/* The decision, and how much of the questionnaire prepare had seen. */
struct deciding {
	struct decision decision;
	int64_t n_changes;
};

static struct deciding *deciding_of(const struct call *c)
{
	return c->prepared;
}

struct decision *decision_of(const struct call *c)
{
	return &deciding_of(c)->decision;
}

static bool start(struct call *c, int form, struct decision **out, struct err *e)
{
	struct deciding *d = NEW(c->a, 1, struct deciding);
	struct questionnaire_key key;
	struct store *s;
	c->prepared = d;
	*out = &d->decision;
	if (!call_store(c, &s, e) || !sheet_key(c, s, form, &key, e) ||
	    !sheet_open(c, s, &key, &d->decision.sheet, e))
		return false;
	d->n_changes = d->decision.sheet.head.n_changes;
	return d->decision.sheet.found ||
	       err_say(e, ERR_ABSENT,
		       "nadie ha abierto todavía el formulario de %.*s en la ronda %.*s",
		       "nobody has opened the form of %.*s in round %.*s yet",
		       STR_ARG(key.cluster), STR_ARG(key.round));
}

/* Always true, as a deed that ends so returns. */
static bool refuse(struct call *c, struct decision *d, struct str es, struct str en)
{
	d->refused = true;
	d->why.in[LANG_ES] = es;
	d->why.in[LANG_EN] = en;
	c->reply.status = 422;
	return true;
}

static struct str given(const struct call *c, const char *name)
{
	return str_trim(call_text(c, name));
}

/* What was looked at is what stands: a change that came in between is looked at first. */
static bool unchanged(struct call *c, struct store *s, struct err *e)
{
	struct deciding *d = deciding_of(c);
	struct stored_questionnaire head;
	bool found;
	if (!store_find_questionnaire(s, c->a, &d->decision.sheet.key, &found, &head, e))
		return false;
	return (found && head.n_changes == d->n_changes) ||
	       err_say(e, ERR_CONFLICT,
		       "alguien cambió respuestas mientras tanto; revise cómo quedaron y hágalo de "
		       "nuevo",
		       "somebody changed answers meanwhile; look at how they stand and do it "
		       "again");
}

/* ---- sending ---- */

static bool check_ready(struct call *c, struct decision *d)
{
	const struct look_section *w = &d->sheet.look->whole;
	if (!w->n_owed && !w->n_faults && !w->n_unexplained)
		return true;
	return refuse(c, d,
		      str_fmt(c->a,
			      "todavía no se puede enviar: faltan %zu respuestas obligatorias, hay "
			      "%zu con error y %zu advertencias sin explicar",
			      w->n_owed, w->n_faults, w->n_unexplained),
		      str_fmt(c->a,
			      "it cannot be sent yet: %zu required answers are missing, %zu have a "
			      "fault and %zu warnings have no reason",
			      w->n_owed, w->n_faults, w->n_unexplained));
}

static bool check_signature(struct call *c, struct decision *d)
{
	const struct str name = given(c, "--signature");
	if (!name.n || name.n > SIGNATURE_BYTES_MAX)
		return refuse(c, d, STR("escriba el nombre completo de quien firma"),
			      STR("write the full name of who signs"));
	return call_given(c, "--agreed") ||
	       refuse(c, d, STR("marque que leyó y acepta la declaración"),
		      STR("tick that you have read and accept the declaration"));
}

bool prepare_send(struct call *c, int form, struct err *e)
{
	struct decision *d;
	if (!start(c, form, &d, e))
		return false;
	if (!d->sheet.may_send)
		return err_say(e, d->sheet.may_answer ? ERR_DENIED : ERR_CONFLICT,
			       "este formulario no se puede enviar: ya se envió, la ronda no "
			       "recibe respuestas o su acceso no alcanza",
			       "this form cannot be sent: it was sent before, the round takes no "
			       "answers or your access does not reach so far");
	if (!check_ready(c, d) || d->refused)
		return true;
	return check_signature(c, d) || true;
}

struct stored_answer sheet_answer(const struct sheet *sheet)
{
	struct stored_answer out = { .cluster = sheet->key.cluster,
				     .company = sheet->key.company,
				     .document = sheet->look->document };
	for (size_t i = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		out.n_warnings += (uint32_t)entry->n_warnings;
		if (!entry->reason.n)
			out.n_unexplained += (uint32_t)entry->n_warnings;
	}
	return out;
}

/* It counts in the round from now on. */
static bool keep_answer(struct store *s, struct sheet *sheet, struct err *e)
{
	const struct stored_answer answer = sheet_answer(sheet);
	return store_put_answers(s, sheet->key.round, sheet->key.form, sheet->form, STR("web"),
				 &answer, 1, e) &&
	       store_move_questionnaire(s, &sheet->key, 1u << QUESTIONNAIRE_SENT,
					QUESTIONNAIRE_ACCEPTED, STR(""), STR(""), NULL, e);
}

bool do_send(struct call *c, struct err *e)
{
	struct decision *d = decision_of(c);
	const unsigned from = 1u << QUESTIONNAIRE_DRAFT | 1u << QUESTIONNAIRE_RETURNED;
	struct store *s;
	if (d->refused)
		return true;
	const struct questionnaire_progress progress = sheet_progress(&d->sheet);
	if (!call_store(c, &s, e) || !unchanged(c, s, e) ||
	    !store_move_questionnaire(s, &d->sheet.key, from, QUESTIONNAIRE_SENT,
				      given(c, "--signature"), STR(""), &progress, e))
		return false;
	/* What a company says of itself nobody else reviews. */
	return d->sheet.key.form == FORM_CLUSTER || keep_answer(s, &d->sheet, e);
}

/* ---- deciding ---- */

static bool owes_reason(struct call *c, struct decision *d)
{
	return given(c, "--note").n > 0 ||
	       refuse(c, d, STR("escriba por qué: quien responde lo leerá"),
		      STR("write why: whoever answers will read it"));
}

bool prepare_return(struct call *c, int form, struct err *e)
{
	struct decision *d;
	return start(c, form, &d, e) && owes_reason(c, d);
}

bool do_return(struct call *c, struct err *e)
{
	struct decision *d = decision_of(c);
	const unsigned from = 1u << QUESTIONNAIRE_SENT | 1u << QUESTIONNAIRE_ACCEPTED |
			      1u << QUESTIONNAIRE_ANNULLED;
	struct store *s;
	if (d->refused)
		return true;
	return call_store(c, &s, e) &&
	       store_move_questionnaire(s, &d->sheet.key, from, QUESTIONNAIRE_RETURNED, STR(""),
					given(c, "--note"), NULL, e);
}

bool prepare_accept(struct call *c, int form, struct err *e)
{
	struct decision *d;
	if (!start(c, form, &d, e))
		return false;
	if (d->sheet.head.state != QUESTIONNAIRE_SENT)
		return err_say(e, ERR_CONFLICT,
			       "solo se acepta un formulario enviado, y este está %s%.0s",
			       "only a form that was sent is accepted, and this one is %.0s%s",
			       questionnaire_state_word(d->sheet.head.state, LANG_ES),
			       questionnaire_state_word(d->sheet.head.state, LANG_EN));
	return check_ready(c, d);
}

bool do_accept(struct call *c, struct err *e)
{
	struct decision *d = decision_of(c);
	struct store *s;
	if (d->refused)
		return true;
	return call_store(c, &s, e) && unchanged(c, s, e) && keep_answer(s, &d->sheet, e);
}

bool prepare_annul(struct call *c, int form, struct err *e)
{
	struct decision *d;
	if (!start(c, form, &d, e))
		return false;
	if (d->sheet.round.state == ROUND_FROZEN || d->sheet.round.state == ROUND_PUBLISHED)
		return err_say(e, ERR_CONFLICT,
			       "la ronda %.*s está congelada: un cambio va como errata",
			       "round %.*s is frozen: a change goes by an erratum",
			       STR_ARG(d->sheet.key.round));
	return owes_reason(c, d);
}

bool do_annul(struct call *c, struct err *e)
{
	struct decision *d = decision_of(c);
	const unsigned from = 1u << QUESTIONNAIRE_DRAFT | 1u << QUESTIONNAIRE_SENT |
			      1u << QUESTIONNAIRE_RETURNED | 1u << QUESTIONNAIRE_ACCEPTED;
	const struct questionnaire_key *k = &d->sheet.key;
	struct store *s;
	if (d->refused)
		return true;
	return call_store(c, &s, e) &&
	       store_withdraw_answer(s, k->round, k->form, k->cluster, k->company, e) &&
	       store_move_questionnaire(s, k, from, QUESTIONNAIRE_ANNULLED, STR(""),
					given(c, "--note"), NULL, e);
}
