/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue: which questionnaire to look at first, and why. */
#include "app/print.h"
#include "page/review_inside.h"

enum { ROWS_SHOWN_MAX = 60, REASONS_SHOWN_MAX = 5 };

/* ---- which ---- */

static const struct {
	const char *name;
	unsigned states;
	struct label word;
} state_choices[] = {
	{ "sent", 1u << QUESTIONNAIRE_SENT, { { STR("enviados"), STR("sent") } } },
	{ "returned", 1u << QUESTIONNAIRE_RETURNED, { { STR("devueltos"), STR("returned") } } },
	{ "accepted", 1u << QUESTIONNAIRE_ACCEPTED, { { STR("aceptados"), STR("accepted") } } },
	{ "annulled", 1u << QUESTIONNAIRE_ANNULLED, { { STR("anulados"), STR("annulled") } } },
};
enum { STATE_CHOICES_N = sizeof(state_choices) / sizeof(*state_choices) };

static size_t state_asked(const struct call *c)
{
	for (size_t i = 0; i < STATE_CHOICES_N; i++)
		if (str_is(call_text(c, "--state"), state_choices[i].name))
			return i;
	return 0;
}

static bool read_queue(struct call *c, struct review_filter *filter, struct review_queue *out,
		       struct err *e)
{
	struct store *s;
	*filter = review_filter_of(c);
	filter->states = state_choices[state_asked(c)].states;
	return call_store(c, &s, e) &&
	       review_queue(c, s, call_text(c, "--round"), filter, out, e);
}

/* ---- rows ---- */

static struct str kind_words(struct call *c, enum review_reason_kind k)
{
	switch (k) {
	case REASON_UNEXPLAINED: return call_say(c, "sin explicar", "no reason given");
	case REASON_ROLLUP: return call_say(c, "empresas", "companies");
	case REASON_JUMP: return call_say(c, "salto", "jump");
	case REASON_OUTLIER: return call_say(c, "atípico", "outlier");
	case REASON_WARNING: break;
	}
	return call_say(c, "advertencia", "warning");
}

static void put_reasons(struct call *c, const struct review_entry *entry,
			struct template_review_row *row)
{
	const size_t n = entry->n_reasons < REASONS_SHOWN_MAX ? entry->n_reasons
							      : REASONS_SHOWN_MAX;
	struct template_review_reason *out = NEW(c->a, n + 1, struct template_review_reason);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct template_review_reason){
			.kind = kind_words(c, entry->reason[i].kind),
			.question = review_key(c->a, entry->reason[i].question->name,
					       entry->reason[i].item),
			.words = entry->reason[i].words,
		};
	row->reasons = out;
	row->n_reasons = n;
	row->more = (int64_t)(entry->n_reasons - n);
}

static void put_rows(struct call *c, const struct review_queue *q, struct template_review_queue *t)
{
	const size_t n = q->n < ROWS_SHOWN_MAX ? q->n : ROWS_SHOWN_MAX;
	struct template_review_row *row = NEW(c->a, n + 1, struct template_review_row);
	for (size_t i = 0; i < n; i++) {
		const struct review_entry *entry = &q->entry[i];
		row[i] = (struct template_review_row){
			.cluster = entry->cluster.id,
			.name = entry->cluster.name,
			.place = review_place(c, &entry->cluster),
			.state = entry->head.state == QUESTIONNAIRE_SENT
					 ? STR("") /* when it was sent says it */
					 : str_of(questionnaire_state_word(entry->head.state,
									   c->lang)),
			.sent = entry->head.sent_at,
			.risk = entry->risk,
			.threads = entry->n_open,
			.answered = entry->n_answered,
		};
		put_reasons(c, entry, &row[i]);
	}
	t->rows = row;
	t->n_rows = n;
}

static struct str lead_of(struct call *c, const struct review_queue *q)
{
	const bool es = c->lang == LANG_ES;
	if (q->n == 1)
		return call_say(c, "Hay uno.", "There is one.");
	return str_fmt(c->a,
		       es ? "Son %zu, de mayor a menor riesgo." : "There are %zu, riskiest first.",
		       q->n);
}

static struct str formula_of(struct call *c)
{
	return str_fmt(
		c->a,
		c->lang == LANG_ES
			? "Riesgo = %d por cada advertencia sin explicar + %d por cada número que "
			  "sus empresas superan + %d por cada salto (menos de la mitad o más del "
			  "doble que en la ronda anterior) + %d por cada valor atípico (lejos de "
			  "la "
			  "mediana de la ronda: puntaje z robusto mayor que 3,5) + %d por cada "
			  "advertencia explicada."
			: "Risk = %d for each warning without a reason + %d for each number that "
			  "its companies pass + %d for each jump (less than half or more than "
			  "double the round before) + %d for each outlier (far from the median of "
			  "the round: robust z above 3.5) + %d for each warning with a reason.",
		RISK_UNEXPLAINED, RISK_ROLLUP, RISK_JUMP, RISK_OUTLIER, RISK_WARNING);
}

static void put_states(struct call *c, struct template_review_queue *t)
{
	struct template_choice *out = NEW(c->a, STATE_CHOICES_N, struct template_choice);
	for (size_t i = 0; i < STATE_CHOICES_N; i++)
		out[i] = (struct template_choice){ str_of(state_choices[i].name),
						   label_in(&state_choices[i].word, c->lang),
						   i == state_asked(c) };
	t->states = out;
	t->n_states = STATE_CHOICES_N;
}

bool page_review_queue(struct call *c, struct err *e)
{
	struct review_filter f;
	struct review_queue q;
	if (!read_queue(c, &f, &q, e))
		return false;
	struct template_review_queue t = {
		.round = q.round.id,
		.title = str_fmt(c->a,
				 c->lang == LANG_ES ? "Revisión de la ronda %.*s: %.*s"
						    : "Review of round %.*s: %.*s",
				 STR_ARG(q.round.id),
				 STR_ARG(label_in(&state_choices[state_asked(c)].word, c->lang))),
		.lead = lead_of(c, &q),
		.search = f.search,
		.formula = formula_of(c),
		.reviews = review_is_reviewer(c),
	};
	t.csv = review_address(c, str_fmt(c->a, "/revision/%.*s.csv", STR_ARG(q.round.id)), &f,
			       "state", str_of(state_choices[state_asked(c)].name));
	t.chambers = review_dimension_choices(c, &q.clusters, BY_CHAMBER, f.chamber,
					      &t.n_chambers);
	t.departments = review_dimension_choices(c, &q.clusters, BY_DEPARTMENT, f.department,
						 &t.n_departments);
	t.sectors = review_dimension_choices(c, &q.clusters, BY_SECTOR, f.sector, &t.n_sectors);
	put_states(c, &t);
	put_rows(c, &q, &t);
	template_review_queue(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_review_csv(struct call *c, struct err *e)
{
	struct review_filter f;
	struct review_queue q;
	struct print_table t;
	if (!read_queue(c, &f, &q, e))
		return false;
	review_queue_table(c, &q, &t);
	return review_send_csv(c, &t, "revision", e);
}

/* To the first of the queue, or to the queue when it is empty. */
bool page_review_next(struct call *c, struct err *e)
{
	struct review_filter f;
	struct review_queue q;
	if (!read_queue(c, &f, &q, e))
		return false;
	const struct str path = q.n ? str_fmt(c->a, "/revision/%.*s/%.*s", STR_ARG(q.round.id),
					      STR_ARG(q.entry[0].cluster.id))
				    : str_fmt(c->a, "/revision/%.*s", STR_ARG(q.round.id));
	page_go(c, path, c->done.n ? str_c(c->a, c->done) : NULL);
	return true;
}

/* To the queue of the newest round that takes answers, else of the newest round. */
bool page_review_now(struct call *c, struct err *e)
{
	struct stored_round *r;
	struct store *s;
	size_t n, at;
	if (!call_store(c, &s, e) || !store_list_round_heads(s, c->a, &r, &n, e))
		return false;
	if (!n)
		return err_say(e, ERR_ABSENT, "todavía no hay ninguna ronda",
			       "there is no round yet");
	for (at = n; at > 0; at--)
		if (r[at - 1].state == ROUND_OPEN || r[at - 1].state == ROUND_REVIEW)
			break;
	page_go(c, str_fmt(c->a, "/revision/%.*s", STR_ARG(r[at ? at - 1 : n - 1].id)), NULL);
	return true;
}
