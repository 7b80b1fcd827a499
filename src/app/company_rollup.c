/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/company_rollup.h"

#include "base/num.h"

/* The answers of one cluster among those of its round. */
static size_t keep_own(struct stored_answers *got, struct str cluster)
{
	size_t n = 0;
	for (size_t i = 0; i < got->n; i++) {
		if (!str_eq(got->cluster[i], cluster))
			continue;
		got->cluster[n] = got->cluster[i];
		got->company[n] = got->company[i];
		got->document[n++] = got->document[i];
	}
	got->n = n;
	return n;
}

static const bool *wanted_of(struct arena *a, const struct instrument *in)
{
	const struct form *f = in->form[FORM_COMPANY];
	bool *wanted = NEW(a, f->n_questions, bool);
	for (size_t i = 0; i < in->n_rollups; i++) {
		size_t n;
		const struct str *name = expr_names(in->rollup[i].value, &n);
		for (size_t k = 0; k < n; k++) {
			const struct question *q = form_question(f, name[k]);
			if (q && !q->personal)
				wanted[q - f->question] = true;
		}
	}
	return wanted;
}

static bool add_up(struct call *c, const struct instrument *in, const struct stored_answers *got,
		   struct company_total *total, struct err *e)
{
	const struct expr_env env = { 0 };
	const struct frame *f;
	struct grouping all;
	struct formula *formula = NEW(c->a, in->n_rollups, struct formula);
	struct result *result = NEW(c->a, in->n_rollups, struct result);
	for (size_t i = 0; i < in->n_rollups; i++)
		formula[i].value = in->rollup[i].value;
	if (!response_frame(c->a, in->form[FORM_COMPANY], got->document, got->cluster,
			    got->company, got->n, wanted_of(c->a, in), &f, e) ||
	    !grouping_make(c->a, NULL, 0, got->n, NULL, &all, e))
		return false;
	aggregate_run(c->a, formula, in->n_rollups, f, &all, &env, NULL, NULL, c->runner, result);
	for (size_t i = 0; i < in->n_rollups; i++) {
		total[i].known = result[i].missing == MISSING_NO &&
				 result[i].kind == RESULT_NUMBER;
		total[i].value = result[i].number;
	}
	return true;
}

static void put_manager(const struct sheet *sheet, struct company_total *t)
{
	const struct look_entry *entry = look_find(sheet->look, t->rollup->question, 0);
	t->stated = entry && entry->missing == MISSING_NO && num_real(entry->value, &t->manager);
	t->over = t->stated && t->known &&
		  t->value > t->manager * (1 + t->rollup->tolerance / 100.0);
}

bool company_totals(struct call *c, struct store *s, const struct sheet *sheet,
		    struct company_totals *out, struct err *e)
{
	const struct instrument *in = sheet->known->instrument;
	struct stored_answers got;
	struct company_total *total = NEW(c->a, in->n_rollups + 1, struct company_total);
	*out = (struct company_totals){
		.minimum = in->disclosure_minimum < 0 ? ROLLUP_MINIMUM : in->disclosure_minimum,
		.total = total,
		.n = in->form[FORM_COMPANY] ? in->n_rollups : 0,
	};
	if (!in->form[FORM_COMPANY])
		return true;
	/* Personal answers stay shut: no total reads them. */
	if (!store_get_answers(s, c->a, sheet->key.round, FORM_COMPANY, NULL, &got, e))
		return false;
	out->n_companies = keep_own(&got, sheet->key.cluster);
	out->withheld = got.n > 0 && got.n < (size_t)out->minimum;
	if (got.n && !out->withheld && out->n && !add_up(c, in, &got, total, e))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		total[i].rollup = &in->rollup[i];
		put_manager(sheet, &total[i]);
	}
	return true;
}
