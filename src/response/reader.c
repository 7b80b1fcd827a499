/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known once a file: columns, order of evaluation, rows of repeats, ids seen. */
#include <string.h>

#include "response/reader.h"

enum { NEAREST_MAX = 500, SEEN_FIRST = 16 };

/* ---- ids ---- */

struct str id_key(struct arena *a, struct str cluster, struct str company, bool with_company)
{
	if (!with_company)
		return cluster;
	/* U+001F, "unit separator": in no id that a person writes */
	char *p = NEW(a, cluster.n + company.n + 1, char);
	if (cluster.n)
		memcpy(p, cluster.p, cluster.n);
	p[cluster.n] = '\x1f';
	if (company.n)
		memcpy(p + cluster.n + 1, company.p, company.n);
	return (struct str){ p, cluster.n + 1 + company.n };
}

static uint32_t fnv_1a(struct str s)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

static struct seen_slot *seen_place(struct seen *s, uint64_t hash, uint32_t check)
{
	size_t at = (size_t)hash & (s->n_slots - 1);
	while (s->slot[at].row && !(s->slot[at].hash == hash && s->slot[at].check == check))
		at = (at + 1) & (s->n_slots - 1);
	return &s->slot[at];
}

static void seen_grow(struct response_reader *r)
{
	struct seen old = r->seen;
	r->seen.n_slots = old.n_slots ? old.n_slots * 2 : SEEN_FIRST;
	r->seen.slot = NEW(r->a, r->seen.n_slots, struct seen_slot);
	for (size_t i = 0; i < old.n_slots; i++)
		if (old.slot[i].row)
			*seen_place(&r->seen, old.slot[i].hash, old.slot[i].check) = old.slot[i];
}

uint32_t seen_before(struct response_reader *r, struct str key, uint32_t row)
{
	if (r->seen.n * 4 >= r->seen.n_slots * 3)
		seen_grow(r);
	struct seen_slot *at = seen_place(&r->seen, str_hash(key), fnv_1a(key));
	if (at->row)
		return at->row;
	*at = (struct seen_slot){ .hash = str_hash(key), .check = fnv_1a(key), .row = row };
	r->seen.n++;
	return 0;
}

/* ---- questions ---- */

static const struct catalogue *catalogue_of(const struct catalogues *c, struct str name)
{
	for (size_t i = 0; c && name.n && i < c->n; i++)
		if (str_eq(c->item[i].name, name))
			return &c->item[i];
	return NULL;
}

static struct str *options_json(struct arena *a, const struct dictionary *d)
{
	struct str *out = NEW(a, d->n, struct str);
	for (size_t i = 0; i < d->n; i++) {
		struct buf b;
		buf_init(&b, a, 6 * d->name[i].n + 64);
		esc_json(&b, d->name[i]);
		out[i] = buf_str(&b);
	}
	return out;
}

static bool is_checked(const struct question *q)
{
	return q->required || q->required_if || q->choice_filter || q->constraint ||
		q->own_constraint || q->warning;
}

static void ask(struct response_plan *r, struct arena *a, const struct catalogues *catalogues)
{
	const struct form *f = r->form;
	r->asked = NEW(a, f->n_questions, struct asked);
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		struct asked *k = &r->asked[i];
		*k = (struct asked){ .q = q,
				     .table = (size_t)(q->repeat + 1),
				     .column = NO_COLUMN,
				     .reason = NO_COLUMN,
				     .imputed = NO_COLUMN };
		k->checked = is_checked(q);
		if (q->list) {
			k->options = lookup_make(a, q->list->options.name, q->list->options.n);
			k->option_json = options_json(a, &q->list->options);
		}
		k->catalogue = catalogue_of(catalogues, q->catalogue);
		if (k->catalogue)
			k->codes =
				lookup_make(a, k->catalogue->codes.name, k->catalogue->codes.n);
		k->key = document_key(a, q->name, "");
		k->reason_key = document_key(a, q->name, "__reason");
		k->imputed_key = document_key(a, q->name, "__imputed");
	}
	r->repeat_key = NEW(a, f->n_repeats, struct str);
	for (size_t i = 0; i < f->n_repeats; i++)
		r->repeat_key[i] = document_key(a, f->repeat[i].name, "");
}

/* Every question that e reads has its place in the order already. */
static bool is_ready(const struct expr *e, const struct lookup *names, const bool *placed)
{
	size_t n = 0;
	const struct str *name = e ? expr_names(e, &n) : NULL;
	for (size_t i = 0; i < n; i++) {
		int64_t at = lookup_find(names, name[i]);
		if (at >= 0 && !placed[at])
			return false;
	}
	return true;
}

static bool question_ready(const struct form *f, const struct question *q,
			   const struct lookup *names, const bool *placed)
{
	return is_ready(q->relevant, names, placed) && is_ready(q->calculation, names, placed) &&
		(q->repeat < 0 || is_ready(f->repeat[q->repeat].relevant, names, placed));
}

/* The order of the sheet, but each question after those that its relevance and calculation read.
 * In a circle, which an instrument without errors has none of, the order of the sheet. */
static void put_in_order(struct response_plan *r, struct arena *a)
{
	const struct form *f = r->form;
	ARENA_SCOPE(scratch, (size_t)256 << 20);
	bool *placed = NEW(&scratch, f->n_questions, bool);
	r->order = NEW(a, f->n_questions, size_t);
	for (size_t i = 0; i < f->n_questions; i++)
		placed[i] = f->question[i].type == QUESTION_NOTE;
	for (bool moved = true, force = false; moved || force;) {
		moved = false;
		for (size_t i = 0; i < f->n_questions; i++) {
			if (placed[i] ||
			    (!force && !question_ready(f, &f->question[i], &r->names, placed)))
				continue;
			placed[i] = moved = true;
			r->order[r->n_order++] = i;
			force = false;
		}
		force = !moved && !force && memchr(placed, false, f->n_questions);
	}
}

/* ---- repeats ---- */

static struct str key_of_row(struct response_reader *r, const struct source *s,
			     const struct response_rows *rows, size_t row)
{
	const struct str *cell = rows->cell + row * rows->n_columns;
	struct str cluster = s->cluster == NO_COLUMN ? STR("") : cell_trim(cell[s->cluster]);
	struct str company = s->company == NO_COLUMN ? STR("") : cell_trim(cell[s->company]);
	return id_key(r->a, cluster, company, r->company);
}

static void chain_rows(struct response_reader *r, size_t repeat, const struct response_rows *rows)
{
	struct repeat_rows *rr = &r->repeat[repeat];
	size_t n = rows->n_rows;
	ARENA_SCOPE(scratch, (size_t)1 << 30);
	uint32_t *last = NEW(&scratch, n, uint32_t);
	rr->rows = rows;
	rr->key = NEW(r->a, n, struct str);
	rr->next = NEW(r->a, n, uint32_t);
	rr->taken = NEW(r->a, n, bool);
	for (size_t i = 0; i < n; i++)
		rr->key[i] = key_of_row(r, &r->source[1 + repeat], rows, i);
	rr->by_key = lookup_make(r->a, rr->key, n);
	for (size_t i = 0; i < n; i++) {
		size_t first = (size_t)lookup_find(&rr->by_key, rr->key[i]);
		if (first != i)
			rr->next[last[first]] = (uint32_t)i;
		last[first] = (uint32_t)i;
		rr->next[i] = NO_ROW;
	}
}

static void take_repeat(struct response_reader *r, const struct response_repeat_file *file,
			struct problems *ps)
{
	const struct form *f = r->form;
	size_t k = 0;
	while (k < f->n_repeats && !str_eq(f->repeat[k].name, file->repeat))
		k++;
	if (k == f->n_repeats || r->repeat[k].rows) {
		problem_report(
			ps,
			(struct problem){ .severity = SEVERITY_ERROR,
					  .file = file->file,
					  .value = file->repeat,
					  .rule = "unknown_repeat" },
			"el formulario no tiene una repetición «%.*s», o su archivo está dos veces",
			"the form has no repeat \"%.*s\", or its file is given twice",
			STR_ARG(file->repeat));
		return;
	}
	struct source *s = &r->source[1 + k];
	s->file = str_dup(r->a, file->file);
	s->head = file->rows.head;
	s->n_columns = file->rows.n_columns;
	columns_match(r, 1 + k, ps);
	chain_rows(r, k, &file->rows);
}

void response_finish(struct response_reader *r, struct problems *ps)
{
	for (size_t k = 0; k < r->form->n_repeats; k++) {
		const struct repeat_rows *rr = &r->repeat[k];
		for (size_t i = 0; rr->rows && i < rr->rows->n_rows; i++) {
			size_t first = (size_t)lookup_find(&rr->by_key, rr->key[i]);
			if (rr->taken[first])
				continue;
			struct str rest = rr->key[i], cluster = str_cut(&rest, '\x1f');
			problem_report(
				ps,
				(struct problem){ .severity = SEVERITY_ERROR,
						  .file = r->source[1 + k].file,
						  .row = (int64_t)rr->rows->number[i],
						  .column = STR("cluster"),
						  .value = cluster,
						  .rule = "repeat_without_row" },
				"fila de la repetición «%.*s» sin fila en el archivo principal",
				"a row of the repeat \"%.*s\" without a row in the main file",
				STR_ARG(r->form->repeat[k].name));
		}
	}
}

/* ---- the reader ---- */

const struct response_plan *response_plan_make(struct arena *a, const struct form *form,
					       const struct catalogues *catalogues)
{
	struct response_plan *p = NEW(a, 1, struct response_plan);
	p->form = form;
	p->name = NEW(a, form->n_questions, struct str);
	for (size_t i = 0; i < form->n_questions; i++)
		p->name[i] = form->question[i].name;
	p->names = lookup_make(a, p->name, form->n_questions);
	ask(p, a, catalogues);
	put_in_order(p, a);
	return p;
}

struct response_reader *reader_of_plan(struct arena *a, const struct response_plan *plan)
{
	const struct form *form = plan->form;
	struct response_reader *r = NEW(a, 1, struct response_reader);
	*r = (struct response_reader){ .a = a,
				       .form = form,
				       .company = str_is(form->name, "company"),
				       .asked = NEW(a, form->n_questions, struct asked),
				       .order = plan->order,
				       .n_order = plan->n_order,
				       .repeat_key = plan->repeat_key,
				       .names = &plan->names,
				       .nearest_left = NEAREST_MAX,
				       .absent_told = NEW(a, form->n_questions, bool) };
	if (form->n_questions)
		memcpy(r->asked, plan->asked, form->n_questions * sizeof(*r->asked));
	r->repeat = NEW(a, form->n_repeats, struct repeat_rows);
	r->source = NEW(a, 1 + form->n_repeats, struct source);
	for (size_t t = 0; t <= form->n_repeats; t++)
		r->source[t] = (struct source){ .cluster = NO_COLUMN, .company = NO_COLUMN };
	return r;
}

bool response_reader_plan(struct arena *a, const struct response_plan *plan,
			  enum decimal_mark mark, const struct dictionary *known_ids,
			  const struct response_round *round, const struct str *head,
			  size_t n_columns, const struct response_repeat_file *repeat,
			  size_t n_repeats, struct problems *ps, struct response_reader **out,
			  struct err *e)
{
	if (!n_columns)
		return err_set(e, ERR_INPUT,
			       "el archivo no tiene encabezado (the file has no heading)");
	struct response_reader *r = reader_of_plan(a, plan);
	r->mark = mark;
	r->has_ids = known_ids;
	if (round)
		r->round = *round;
	r->has_round = round;
	if (known_ids)
		r->ids = lookup_make(a, known_ids->name, known_ids->n);
	r->source[0].head = head;
	r->source[0].n_columns = n_columns;
	columns_match(r, 0, ps);
	for (size_t i = 0; i < n_repeats; i++)
		take_repeat(r, &repeat[i], ps);
	*out = r;
	return true;
}

bool response_reader_make(struct arena *a, const struct form *form,
			  const struct catalogues *catalogues, enum decimal_mark mark,
			  const struct dictionary *known_ids, const struct response_round *round,
			  const struct str *head, size_t n_columns,
			  const struct response_repeat_file *repeat, size_t n_repeats,
			  struct problems *ps, struct response_reader **out, struct err *e)
{
	return response_reader_plan(a, response_plan_make(a, form, catalogues), mark, known_ids,
				    round, head, n_columns, repeat, n_repeats, ps, out, e);
}
