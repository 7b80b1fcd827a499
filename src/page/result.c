/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cluster would get, from the moment it sends, and the draft of its report. */
#include "app/publication.h"
#include "base/num.h"
#include "page/review_inside.h"

enum { MICRO = 1000000, STEPS_SHOWN_MAX = 5 };

static struct str points(struct call *c, int64_t micro, int decimals)
{
	struct buf b;
	buf_init(&b, c->a, 64);
	num_put_local(&b, c->lang, (double)micro / MICRO, decimals);
	return buf_str(&b);
}

static struct str gain(struct call *c, int64_t micro)
{
	return str_fmt(c->a, c->lang == LANG_ES ? "(+%.*s puntos)" : "(+%.*s points)",
		       STR_ARG(points(c, micro, 1)));
}

/* ---- areas ---- */

static void put_areas(struct call *c, const struct review_result *r, struct template_result *t)
{
	const struct instrument *in = r->reporting.now.instrument;
	const struct cluster_score *own = &r->reporting.now.scores.cluster[r->row];
	struct template_result_area *out = NEW(c->a, in->n_areas + 1, struct template_result_area);
	for (size_t i = 0; i < in->n_areas; i++)
		out[i] = (struct template_result_area){
			.title = label_in(&in->area[i].label, c->lang),
			.points = own->area[i].computed
					  ? points(c, own->area[i].micro, 0)
					  : call_say(c, "faltan respuestas", "answers are missing"),
			.percent = own->area[i].computed ? own->area[i].micro / MICRO : 0,
		};
	t->areas = out;
	t->n_areas = in->n_areas;
}

/* ---- what is missing ---- */

static const struct template_result_step *steps_of(struct call *c, const struct instrument *in,
						   const struct lift_step *step, size_t n,
						   size_t *ret_n)
{
	const size_t shown = n < STEPS_SHOWN_MAX ? n : STEPS_SHOWN_MAX;
	struct template_result_step *out = NEW(c->a, shown + 1, struct template_result_step);
	for (size_t i = 0; i < shown; i++)
		out[i] = (struct template_result_step){
			.text = label_in(&in->step[step[i].step].text, c->lang),
			.gain = gain(c, step[i].gain_micro),
		};
	*ret_n = shown;
	return out;
}

static void put_lift(struct call *c, const struct instrument *in, const struct lift *l,
		     struct template_result *t)
{
	const bool es = c->lang == LANG_ES;
	if (l->possible) {
		const struct level *next = &in->profile[0].level[l->level];
		t->next = str_fmt(c->a, es ? "Qué falta para «%.*s»" : "What is missing for “%.*s”",
				  STR_ARG(label_in(&next->label, c->lang)));
		if (l->missing_micro > 0)
			t->next_why = str_fmt(c->a,
					      es ? "Faltan %.*s puntos. Con esto llegaría:"
						 : "%.*s points are missing. This would do it:",
					      STR_ARG(points(c, l->missing_micro, 1)));
		else if (l->gate >= 0)
			t->next_why = label_in(&in->profile[0].gate[l->gate].label, c->lang);
		if (l->n_plans)
			t->plan = steps_of(c, in, l->plan[0].step, l->plan[0].n, &t->n_plan);
	}
	t->best = steps_of(c, in, l->best, l->n_best, &t->n_best);
}

static bool put_score(struct call *c, const struct review_result *r, struct template_result *t,
		      struct err *e)
{
	const struct measure *m = &r->reporting.now;
	const struct cluster_score *own = &m->scores.cluster[r->row];
	const struct score_bounds *bounds = &r->reporting.bounds[r->row];
	struct lift lift;
	t->categorizable = own->categorizable;
	if (!own->categorizable)
		return true;
	t->score = points(c, own->micro, 1);
	t->level = label_in(&m->instrument->profile[0].level[own->level[0]].label, c->lang);
	if (bounds->lower_micro != bounds->upper_micro)
		t->between = str_fmt(c->a,
				     c->lang == LANG_ES
					     ? "hasta %.*s si se contestara lo que falta"
					     : "up to %.*s if what is missing were answered",
				     STR_ARG(points(c, bounds->upper_micro, 1)));
	if (!lift_find(c->a, m->instrument, m->tables.table[TABLE_CLUSTER], &m->scores, r->row, 0,
		       &lift, e))
		return false;
	put_lift(c, m->instrument, &lift, t);
	return true;
}

bool page_result(struct call *c, struct err *e)
{
	struct review_result *r = NEW(c->a, 1, struct review_result);
	struct store *s;
	if (!call_store(c, &s, e) || !review_result(c, s, false, r, e))
		return false;
	struct template_result t = { .round = r->sheet.key.round,
				     .cluster = r->sheet.key.cluster,
				     .name = r->sheet.cluster_name,
				     .notice = r->notice };
	put_areas(c, r, &t);
	if (!put_score(c, r, &t, e))
		return false;
	template_result(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

/* ---- the draft of the report ---- */

static bool as_page(struct call *c, const struct review_result *r, struct err *e)
{
	const struct page_frame *f = frame_here(c);
	const struct str style[] = { f->style, f->site_style };
	const struct str query = str_fmt(c->a, "?round=%.*s", STR_ARG(r->sheet.key.round));
	const struct str base = str_fmt(c->a, "%.*s/formulario/%.*s", STR_ARG(f->base),
					STR_ARG(r->sheet.key.cluster));
	const struct render_link top[] = {
		{ call_say(c, "Su resultado", "Your result"),
		  str_fmt(c->a, "%.*s/resultado%.*s", STR_ARG(base), STR_ARG(query)), NULL },
	};
	const struct render_link file[] = {
		{ STR("PDF"), str_fmt(c->a, "%.*s/informe.pdf%.*s", STR_ARG(base), STR_ARG(query)),
		  NULL },
	};
	const struct render_links links = { style, 2, top, 1, file, 1 };
	c->reply.type = "text/html; charset=utf-8";
	return publication_linked(c, &r->document, &links, &c->reply.bytes, e);
}

bool page_result_report(struct call *c, struct err *e)
{
	struct review_result *r = NEW(c->a, 1, struct review_result);
	struct store *s;
	if (!call_store(c, &s, e) || !review_result(c, s, true, r, e))
		return false;
	if (!str_ends(str_of(c->command->route), ".pdf"))
		return as_page(c, r, e);
	c->reply.type = "application/pdf";
	c->reply.file_name = str_fmt(c->a, "%.*s-%.*s-provisional.pdf",
				     STR_ARG(r->sheet.key.cluster), STR_ARG(r->sheet.key.round));
	return publication_render(c, &r->document, STR("pdf"), &c->reply.bytes, e);
}
