/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which questionnaire to look at first. */
#include <stdlib.h>

#include "app/review_risk.h"
#include "base/fold.h"

enum { SEES = ROLE_TEAM | ROLE_REVIEWER | ROLE_CHAMBER | ROLE_ADMINISTRATOR };

/* ---- filters ---- */

struct review_filter review_filter_of(const struct call *c)
{
	return (struct review_filter){
		.chamber = str_trim(call_text(c, "--chamber")),
		.department = str_trim(call_text(c, "--department")),
		.sector = str_trim(call_text(c, "--sector")),
		.search = str_trim(call_text(c, "--search")),
	};
}

static bool holds(struct arena *a, struct str whole, struct str folded_part)
{
	size_t at;
	return str_find(fold(a, whole), folded_part, &at);
}

bool review_passes(struct arena *a, const struct review_filter *f,
		   const struct cluster_entry *entry)
{
	const struct str part = fold(a, f->search);
	return (!f->chamber.n || str_eq(f->chamber, entry->chamber)) &&
	       (!f->department.n || str_eq(f->department, entry->department)) &&
	       (!f->sector.n || str_eq(f->sector, entry->sector)) &&
	       (!part.n || holds(a, entry->name, part) || holds(a, entry->id, part));
}

/* ---- gathering ---- */

struct queue {
	struct call *c;
	struct store *s;
	const struct review_filter *filter;
	struct review_queue out;
	const struct form *form;
	struct review_entry *entry;
	struct sheet *sheet; /* by entry */
	size_t n;
	const struct look_cell **peer; /* cells of answers accepted already */
	size_t *n_peer_cells, n_peers;
	struct rollup_total *total;    /* by register row, then rollup; NULL: nothing to compare */
};

static struct cluster_entry entry_of(const struct cluster_register *r, struct str id)
{
	const struct cluster_entry *found = register_find(r, id);
	return found ? *found : (struct cluster_entry){ .id = id, .name = id };
}

static bool is_wanted(struct queue *q, const struct stored_questionnaire *head)
{
	const unsigned states = q->filter->states ? q->filter->states : 1u << QUESTIONNAIRE_SENT;
	const struct cluster_entry entry = entry_of(&q->out.clusters, head->key.cluster);
	return (states & 1u << head->state) && caller_sees(&q->c->caller, SEES, entry.id) &&
	       review_passes(q->c->a, q->filter, &entry);
}

static bool open_sheets(struct queue *q, struct err *e)
{
	struct stored_questionnaire *head;
	size_t n;
	if (!store_list_questionnaires(q->s, q->c->a, q->out.round.id, FORM_CLUSTER, &head, &n, e))
		return false;
	q->entry = NEW(q->c->a, n + 1, struct review_entry);
	q->sheet = NEW(q->c->a, n + 1, struct sheet);
	for (size_t i = 0; i < n; i++) {
		if (!is_wanted(q, &head[i]))
			continue;
		if (!sheet_open(q->c, q->s, &head[i].key, &q->sheet[q->n], e))
			return err_in(e, "%.*s", STR_ARG(head[i].key.cluster));
		q->entry[q->n++] = (struct review_entry){
			.head = head[i],
			.cluster = entry_of(&q->out.clusters, head[i].key.cluster),
		};
	}
	return true;
}

static bool has_sheet(const struct queue *q, struct str cluster)
{
	for (size_t i = 0; i < q->n; i++)
		if (str_eq(q->entry[i].head.key.cluster, cluster))
			return true;
	return false;
}

/* Those that are accepted already, beside whom the others are seen. */
static bool read_peers(struct queue *q, struct err *e)
{
	struct stored_answers got;
	struct look_item *item;
	size_t n_items;
	if (!store_get_answers(q->s, q->c->a, q->out.round.id, FORM_CLUSTER, q->form, &got, e))
		return false;
	q->peer = NEW(q->c->a, got.n + 1, const struct look_cell *);
	q->n_peer_cells = NEW(q->c->a, got.n + 1, size_t);
	for (size_t i = 0; i < got.n; i++) {
		struct look_cell *cell;
		if (has_sheet(q, got.cluster[i]))
			continue;
		if (!look_cells_of_document(q->c->a, q->form, got.document[i], &cell,
					    &q->n_peer_cells[q->n_peers], &item, &n_items, e))
			return err_in(e, "%.*s", STR_ARG(got.cluster[i]));
		q->peer[q->n_peers++] = cell;
	}
	return true;
}

/* ---- how they answer ---- */

static void put_peer(const struct queue *q, size_t peer, double *const *x, size_t *n)
{
	for (size_t k = 0; k < q->n_peer_cells[peer]; k++) {
		const struct look_cell *cell = &q->peer[peer][k];
		const struct question *question =
			cell->item ? NULL : form_question(q->form, cell->question);
		double v;
		if (!question || question->personal || !review_number(question, cell->value, &v))
			continue;
		const size_t at = (size_t)(question - q->form->question);
		x[at][n[at]++] = v;
	}
}

static void put_sheet(const struct queue *q, size_t i, double *const *x, size_t *n)
{
	const struct look *l = q->sheet[i].look;
	const bool counts = q->entry[i].head.state == QUESTIONNAIRE_SENT ||
			    q->entry[i].head.state == QUESTIONNAIRE_ACCEPTED;
	for (size_t k = 0; counts && k < l->n; k++) {
		const struct look_entry *entry = &l->entry[k];
		double v;
		if (!entry->item && entry->relevance != LOOK_SKIPPED &&
		    !entry->question->personal &&
		    review_number(entry->question, entry->value, &v))
			x[entry->index][n[entry->index]++] = v;
	}
}

static const struct spread *spreads_of(struct queue *q)
{
	struct arena *a = q->c->a;
	const size_t n_questions = q->form->n_questions, n_units = q->n + q->n_peers;
	struct spread *out = NEW(a, n_questions, struct spread);
	double **x = NEW(a, n_questions, double *);
	size_t *n = NEW(a, n_questions, size_t);
	for (size_t i = 0; i < n_questions; i++)
		x[i] = NEW(a, n_units + 1, double);
	for (size_t i = 0; i < q->n_peers; i++)
		put_peer(q, i, x, n);
	for (size_t i = 0; i < q->n; i++)
		put_sheet(q, i, x, n);
	for (size_t i = 0; i < n_questions; i++)
		out[i] = spread_of(a, &q->form->question[i], x[i], n[i]);
	return out;
}

/* ---- what companies add up to ---- */

static const bool *wanted_by_rollups(struct arena *a, const struct instrument *in)
{
	const struct form *f = in->form[FORM_COMPANY];
	bool *wanted = NEW(a, f->n_questions, bool);
	for (size_t i = 0; i < in->n_rollups; i++) {
		size_t n;
		const struct str *name = expr_names(in->rollup[i].value, &n);
		for (size_t k = 0; k < n; k++) {
			const struct question *question = form_question(f, name[k]);
			if (question && !question->personal)
				wanted[question - f->question] = true;
		}
	}
	return wanted;
}

static const struct column *ids(struct arena *a, const struct str *id, size_t n)
{
	struct column_builder *b = column_build(a, STR("cluster"), COLUMN_TEXT, NULL);
	for (size_t i = 0; i < n; i++)
		column_add_text(b, id[i]);
	return column_done(b);
}

static void keep_totals(struct queue *q, const struct grouping *g, const struct column *cluster,
			const struct result *result)
{
	const size_t n = q->out.instrument->n_rollups;
	q->total = NEW(q->c->a, q->out.clusters.n * n, struct rollup_total);
	for (size_t k = 0; k < g->n_groups; k++) {
		const struct cell id = column_cell(cluster, g->first_row[k]);
		const struct cluster_entry *entry = register_find(&q->out.clusters, id.text);
		for (size_t i = 0; entry && i < n; i++) {
			const struct result *r = &result[i * g->n_groups + k];
			q->total[(size_t)(entry - q->out.clusters.cluster) * n + i] =
				(struct rollup_total){ .known = r->missing == MISSING_NO &&
								r->kind == RESULT_NUMBER,
						       .value = r->number,
						       .n = r->n_universe };
		}
	}
}

static bool add_up_companies(struct queue *q, struct err *e)
{
	const struct instrument *in = q->out.instrument;
	struct arena *a = q->c->a;
	struct stored_answers got;
	const struct frame *f;
	struct grouping g;
	const struct expr_env env = { 0 };
	if (!in->n_rollups || !in->form[FORM_COMPANY])
		return true;
	if (!store_get_answers(q->s, a, q->out.round.id, FORM_COMPANY, NULL, &got, e))
		return false;
	if (!got.n)
		return true;
	const struct column *cluster = ids(a, got.cluster, got.n);
	struct formula *formula = NEW(a, in->n_rollups, struct formula);
	for (size_t i = 0; i < in->n_rollups; i++)
		formula[i].value = in->rollup[i].value;
	if (!response_frame(a, in->form[FORM_COMPANY], got.document, got.cluster, got.company,
			    got.n, wanted_by_rollups(a, in), &f, e) ||
	    !grouping_make(a, &cluster, 1, got.n, NULL, &g, e))
		return false;
	struct result *result = NEW(a, in->n_rollups * g.n_groups, struct result);
	aggregate_run(a, formula, in->n_rollups, f, &g, &env, NULL, NULL, q->c->runner, result);
	keep_totals(q, &g, cluster, result);
	return true;
}

/* ---- the order ---- */

static void weigh(struct queue *q)
{
	const struct spread *spread = spreads_of(q);
	const size_t n_rollups = q->out.instrument->n_rollups;
	for (size_t i = 0; i < q->n; i++) {
		struct review_entry *entry = &q->entry[i];
		const struct cluster_entry *known =
			register_find(&q->out.clusters, entry->cluster.id);
		const struct risk_input in = {
			.sheet = &q->sheet[i],
			.spread = spread,
			.total = q->total && known
					 ? &q->total[(size_t)(known - q->out.clusters.cluster) *
						     n_rollups]
					 : NULL,
			.lang = q->c->lang,
		};
		risk_weigh(q->c->a, &in, &entry->reason, &entry->n_reasons, &entry->risk);
	}
}

static bool count_threads(struct queue *q, struct err *e)
{
	struct review_count *count;
	size_t n;
	if (!store_count_review_threads(q->s, q->c->a, q->out.round.id, FORM_CLUSTER, &count, &n,
					e))
		return false;
	for (size_t i = 0; i < q->n; i++)
		for (size_t k = 0; k < n; k++) {
			if (!str_eq(count[k].cluster, q->entry[i].cluster.id))
				continue;
			q->entry[i].n_open = count[k].n_open;
			q->entry[i].n_answered = count[k].n_answered;
		}
	return true;
}

static int by_risk(const void *x, const void *y)
{
	const struct review_entry *a = x, *b = y;
	if (a->risk != b->risk)
		return a->risk > b->risk ? -1 : 1;
	const int sent = str_cmp(a->head.sent_at, b->head.sent_at);
	return sent ? sent : str_cmp(a->cluster.id, b->cluster.id);
}

bool review_queue(struct call *c, struct store *s, struct str round,
		  const struct review_filter *filter, struct review_queue *out, struct err *e)
{
	struct queue q = { .c = c, .s = s, .filter = filter };
	const struct known_instrument *known;
	if (!store_get_round(s, c->a, round, &q.out.round, e) ||
	    !store_get_round_register(s, c->a, round, &q.out.clusters, e) ||
	    !cache_known(c, s, q.out.round.instrument_id, q.out.round.instrument_version, &known,
			 e))
		return false;
	q.out.instrument = known->instrument;
	q.form = known->instrument->form[FORM_CLUSTER];
	if (!open_sheets(&q, e) || !read_peers(&q, e) || !add_up_companies(&q, e) ||
	    !count_threads(&q, e))
		return false;
	weigh(&q);
	if (q.n)
		qsort(q.entry, q.n, sizeof(*q.entry), by_risk);
	q.out.entry = q.entry;
	q.out.n = q.n;
	*out = q.out;
	return true;
}
