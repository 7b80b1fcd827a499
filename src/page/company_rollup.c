/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What companies said, beside what the form of their cluster says. */
#include "app/company_rollup.h"
#include "base/num.h"
#include "page/company_inside.h"

static struct str number_words(struct call *c, const struct sheet *sheet, struct str question,
			       double value)
{
	const struct question *q = form_question(sheet->form, question);
	struct buf b;
	buf_init(&b, c->a, 64);
	num_put_real(&b, value);
	return q ? form_answer_words(c, q, buf_str(&b)) : buf_str(&b);
}

static struct str meaning(struct call *c, const struct company_totals *all,
			  const struct company_total *t)
{
	if (all->withheld || !all->n_companies)
		return call_say(c, "Todavía respondieron muy pocas.", "Too few have answered yet.");
	if (!t->known)
		return call_say(c, "Ninguna empresa dio este dato.", "No company gave this.");
	if (!t->stated)
		return call_say(c, "El formulario del clúster no tiene este dato.",
				"The cluster's form does not have this.");
	if (t->over)
		return call_say(c,
				"Las que respondieron suman más que todo el clúster: una de las "
				"dos cifras necesita revisión.",
				"Those that answered add up to more than the whole cluster: one of "
				"the two numbers needs a second look.");
	const int percent = t->manager > 0 ? (int)(100 * t->value / t->manager + 0.5) : 100;
	if (c->lang == LANG_EN)
		return str_fmt(c->a,
			       "It is %d %% of what the cluster says; the rest belongs to those "
			       "that did not answer.",
			       percent);
	return str_fmt(c->a,
		       "Es el %d %% de lo que dice el clúster; el resto es de las que no "
		       "respondieron.",
		       percent);
}

static void put_rows(struct call *c, const struct sheet *sheet, const struct company_totals *all,
		     struct template_company_totals *t)
{
	struct template_company_total *row = NEW(c->a, all->n, struct template_company_total);
	for (size_t i = 0; i < all->n; i++) {
		const struct company_total *from = &all->total[i];
		row[i] = (struct template_company_total){
			.label = label_in(&from->rollup->label, c->lang),
			.code = from->rollup->question,
			.meaning = meaning(c, all, from),
			.over = from->over,
		};
		if (from->stated)
			row[i].manager = number_words(c, sheet, from->rollup->question,
						      from->manager);
		if (from->known)
			row[i].total = number_words(c, sheet, from->rollup->question, from->value);
	}
	t->rows = row;
	t->n_rows = all->n;
}

bool page_company_totals(struct call *c, struct err *e)
{
	struct company_totals all;
	struct store *s;
	struct sheet sheet;
	if (!form_sheet(c, &s, &sheet, e) || !company_totals(c, s, &sheet, &all, e))
		return false;
	struct template_company_totals t = {
		.links = page_may(c, "/empresa-enlace/{--cluster}"),
		.cluster = sheet.key.cluster,
		.cluster_name = sheet.cluster_name,
		.round = sheet.key.round,
		.companies = (int64_t)all.n_companies,
		.minimum = all.minimum,
		.withheld = all.withheld,
	};
	put_rows(c, &sheet, &all, &t);
	template_company_totals(&c->out, frame_of_reader(c), &t);
	return page_end(c, e);
}
