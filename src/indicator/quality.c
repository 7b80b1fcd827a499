/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/quality.h"

#include <stdlib.h>

#include "stat/quantile.h"

/* ---- who answered ---- */

/* Groups of the register's rows, in the order of the column's dictionary, then by first row. */
struct grouping_of_rows {
	struct arena *a;
	struct response_by *by;
	size_t cap;
};

static struct response_group *group_of(struct grouping_of_rows *g, struct str code,
				       const struct label *label)
{
	struct response_by *by = g->by;
	for (size_t i = 0; i < by->n; i++) {
		if (str_eq(by->group[i].code, code))
			return &by->group[i];
	}
	if (by->n == g->cap) {
		size_t cap = 2 * g->cap + 8;
		by->group = arena_grow(g->a, by->group, by->n, cap, sizeof(*by->group));
		g->cap = cap;
	}
	struct response_group *out = &by->group[by->n++];
	*out = (struct response_group){ .code = code };
	if (label)
		out->label = *label;
	return out;
}

static int compare_groups(const void *x, const void *y)
{
	const struct response_group *a = x, *b = y;
	return str_cmp(a->code, b->code);
}

/* What the groups are counted from: the register's rows, and how much each cluster left open. */
struct counting {
	struct arena *a;
	const struct frame *reg;
	const struct column *id, *answered;
	const struct column *answer_id; /* of the cluster table; NULL: nobody answered */
	const size_t *cells, *open;     /* by row of the cluster table */
};

static bool has_answered(const struct counting *c, size_t row)
{
	return str_is(column_cell(c->answered, row).text, "yes");
}

static void count_in(const struct counting *c, struct response_group *g, size_t row)
{
	g->n_register++;
	if (!has_answered(c, row))
		return;
	g->n_answered++;
	struct str id = column_cell(c->id, row).text;
	for (size_t i = 0; c->answer_id && i < c->answer_id->n; i++) {
		if (!str_eq(column_cell(c->answer_id, i).text, id))
			continue;
		g->cells += c->cells[i];
		g->open += c->open[i];
		return;
	}
}

static struct response_by response_by_column(const struct counting *count, const char *name)
{
	struct response_by by = { .by = name };
	struct grouping_of_rows g = { .a = count->a, .by = &by };
	const struct column *c = frame_column(count->reg, str_of(name));
	for (size_t i = 0; i < count->reg->n_rows; i++) {
		struct cell cell = column_cell(c, i);
		bool labelled = !cell.missing && c->dictionary && c->dictionary->label;
		count_in(count,
			 group_of(&g, cell.missing ? (struct str){ 0 } : cell.text,
				  labelled ? &c->dictionary->label[cell.integer] : NULL),
			 i);
	}
	qsort(by.group, by.n, sizeof(*by.group), compare_groups);
	return by;
}

/* Official level of a cluster in the round before; -1: it had none or was not there. */
static int level_before(const struct quality_before *before, struct str cluster)
{
	for (size_t i = 0; i < before->scores->n; i++) {
		const struct cluster_score *s = &before->scores->cluster[i];
		if (str_eq(s->cluster, cluster))
			return s->level[0];
	}
	return -1;
}

/* Levels in rising order, then those who had none. */
static struct response_by response_by_level(const struct counting *c,
					    const struct quality_before *before)
{
	const struct profile *p = &before->instrument->profile[0];
	struct response_by by = { .by = "level_before",
				  .group = NEW(c->a, p->n_levels + 1, struct response_group),
				  .n = p->n_levels + 1 };
	for (size_t i = 0; i < p->n_levels; i++) {
		by.group[i].code = p->level[i].code;
		by.group[i].label = p->level[i].label;
	}
	for (size_t i = 0; i < c->reg->n_rows; i++) {
		int level = level_before(before, column_cell(c->id, i).text);
		count_in(c, &by.group[level < 0 ? (int)p->n_levels : level], i);
	}
	return by;
}

static bool is_asked(const struct question *q)
{
	return q->repeat < 0 && q->type != QUESTION_NOTE && q->type != QUESTION_CALCULATE &&
	       q->type != QUESTION_HIDDEN && q->type != QUESTION_START &&
	       q->type != QUESTION_END && q->type != QUESTION_TODAY;
}

/* How many cells of each answer apply, and how many of them are open. */
static void count_cells(struct counting *c, const struct form *f, const struct frame *answers)
{
	size_t *cells = NEW(c->a, answers->n_rows, size_t),
	       *open = NEW(c->a, answers->n_rows, size_t);
	for (size_t k = 0; k < f->n_questions; k++) {
		const struct column *q = frame_column(answers, f->question[k].name);
		if (!q || !is_asked(&f->question[k]))
			continue;
		for (size_t i = 0; i < q->n; i++) {
			enum missing why = q->missing ? (enum missing)q->missing[i] : MISSING_NO;
			cells[i] += why != MISSING_NA;
			open[i] += why == MISSING_NR || why == MISSING_ND;
		}
	}
	c->answer_id = frame_column(answers, STR("cluster"));
	c->cells = cells;
	c->open = open;
}

static void read_response(struct arena *a, const struct instrument *in,
			  const struct fact_tables *tables, const struct quality_before *before,
			  struct quality *q)
{
	const struct frame *reg = tables->table[TABLE_REGISTER];
	struct counting c = { .a = a,
			      .reg = reg,
			      .id = frame_column(reg, STR("cluster")),
			      .answered = frame_column(reg, STR("answered")) };
	if (tables->table[TABLE_CLUSTER])
		count_cells(&c, in->form[FORM_CLUSTER], tables->table[TABLE_CLUSTER]);
	q->n_register = reg->n_rows;
	for (size_t i = 0; i < reg->n_rows; i++)
		q->n_answered += has_answered(&c, i);
	q->by[q->n_by++] = response_by_column(&c, "department");
	q->by[q->n_by++] = response_by_column(&c, "sector");
	if (before && before->scores && before->instrument->n_profiles)
		q->by[q->n_by++] = response_by_level(&c, before);
}

/* ---- what was left open ---- */

static double missing_percent(const struct item_response *r)
{
	size_t missing = r->n_nr + r->n_nd;
	return r->applicable ? 100.0 * (double)missing / (double)r->applicable : 0;
}

static struct item_response item_of(const struct question *q, const struct column *c)
{
	size_t n[4] = { 0 };
	for (size_t i = 0; i < c->n; i++)
		n[c->missing ? c->missing[i] : MISSING_NO]++;
	return (struct item_response){ .question = q,
				       .applicable = c->n - n[MISSING_NA],
				       .answered = n[MISSING_NO],
				       .n_nr = n[MISSING_NR],
				       .n_nd = n[MISSING_ND],
				       .n_na = n[MISSING_NA] };
}

/* Worst first; equals in the order of the form. */
static int compare_items(const void *x, const void *y)
{
	const struct item_response *a = x, *b = y;
	double pa = missing_percent(a), pb = missing_percent(b);
	if (pa != pb)
		return pa < pb ? 1 : -1;
	return a->question < b->question ? -1 : a->question > b->question;
}

static void read_items(struct arena *a, const struct form *f, const struct frame *answers,
		       struct quality *q)
{
	double *percent = NEW(a, f->n_questions, double);
	size_t n = 0;
	q->item = NEW(a, f->n_questions, struct item_response);
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct column *c = frame_column(answers, f->question[i].name);
		if (!c || !is_asked(&f->question[i]))
			continue;
		struct item_response *item = &q->item[q->n_items++];
		*item = item_of(&f->question[i], c);
		if (item->applicable)
			percent[n++] = missing_percent(item);
		q->items_over += missing_percent(item) > QUALITY_ITEM_MISSING_MAX;
	}
	qsort(q->item, q->n_items, sizeof(*q->item), compare_items);
	q->item_median = n ? quantile_median(percent, n) : 0;
}

/* ---- what was imputed ---- */

static struct imputed_amount imputed_of(const struct question *q, const struct column *value,
					const struct column *how)
{
	struct imputed_amount out = { .question = q };
	for (size_t i = 0; i < value->n; i++) {
		struct cell cell = column_cell(value, i);
		if (cell.missing)
			continue;
		out.total += cell.real;
		if (!how || column_cell(how, i).missing)
			continue;
		out.n++;
		out.amount += cell.real;
	}
	return out;
}

/* Adds to the money of both forms; *ret_total is all of it. */
static void read_imputed(struct arena *a, const struct form *f, const struct frame *answers,
			 struct quality *q, double *amount, double *total)
{
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *asked = &f->question[i];
		const struct column *c = frame_column(answers, asked->name);
		if (!c || (c->type != COLUMN_INTEGER && c->type != COLUMN_REAL) || !is_asked(asked))
			continue;
		struct str name = str_fmt(a, "%.*s__imputed", STR_ARG(asked->name));
		struct imputed_amount one = imputed_of(asked, c, frame_column(answers, name));
		if (str_is(asked->unit, "cop")) {
			*amount += one.amount;
			*total += one.total;
		}
		if (one.n)
			q->imputed[q->n_imputed++] = one;
	}
}

void quality_make(struct arena *a, const struct instrument *in, const struct fact_tables *tables,
		  const struct quality_before *before, struct quality *out)
{
	struct quality q = { 0 };
	size_t n_questions = 0;
	double amount = 0, total = 0;
	for (int form = FORM_CLUSTER; form <= FORM_COMPANY; form++)
		n_questions += in->form[form] ? in->form[form]->n_questions : 0;
	q.imputed = NEW(a, n_questions, struct imputed_amount);
	read_response(a, in, tables, before, &q);
	if (tables->table[TABLE_CLUSTER])
		read_items(a, in->form[FORM_CLUSTER], tables->table[TABLE_CLUSTER], &q);
	static const enum table_kind table_of[] = { TABLE_CLUSTER, TABLE_COMPANY };
	for (int form = FORM_CLUSTER; form <= FORM_COMPANY; form++) {
		if (tables->table[table_of[form]])
			read_imputed(a, in->form[form], tables->table[table_of[form]], &q, &amount,
				     &total);
	}
	q.imputed_share = total > 0 ? 100 * amount / total : 0;
	*out = q;
}
