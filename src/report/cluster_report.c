/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/cluster_report.h"

#include <assert.h>
#include <math.h>

#include "report/cluster_report_chart.h"
#include "report/cluster_report_words.h"

#define MICRO 1e6

enum { SECTIONS_MAX = 8, BLOCKS_MAX = 12, CARDS_MAX = 6, LINE_BYTES_MAX = 16 * 1024 };

/* ---- blocks ---- */

static struct section *start(struct own_report *r, struct document *d, const char *id,
			     struct str title)
{
	assert(d->n_sections < SECTIONS_MAX);
	struct section *s = &d->section[d->n_sections++];
	*s = (struct section){ .id = str_of(id),
			       .title = title,
			       .block = NEW(r->a, BLOCKS_MAX, struct block) };
	return s;
}

static struct block *add(struct section *s, enum block_kind kind)
{
	assert(s->n < BLOCKS_MAX);
	struct block *b = &s->block[s->n++];
	*b = (struct block){ .kind = kind };
	return b;
}

static void add_text(struct section *s, enum block_kind kind, struct str text)
{
	if (text.n)
		add(s, kind)->text = text;
}

static void add_heading(struct section *s, int level, struct str text)
{
	struct block *b = add(s, BLOCK_HEADING);
	b->level = level;
	b->text = text;
}

/* ---- level ---- */

static struct tile points_tile(const struct own_report *r)
{
	struct tile t = { .text = own_points(r, r->own->micro),
			  .label = own_say(r, "puntos de 100", "points of 100") };
	if (r->sure)
		t.detail = str_fmt(
			r->a,
			r->lang == LANG_ES
				? "entre %.*s y %.*s en 90 de cada 100 casos razonables"
				: "between %.*s and %.*s in 90 of each 100 reasonable cases",
			STR_ARG(own_real(r, r->sure->score_low, 1)),
			STR_ARG(own_real(r, r->sure->score_high, 1)));
	return t;
}

static bool has_change(const struct own_report *r)
{
	return r->in->change && r->in->change->computed;
}

static struct tile change_tile(const struct own_report *r)
{
	const bool es = r->lang == LANG_ES;
	if (!has_change(r))
		return (struct tile){ .text = STR("—"),
				      .label = own_say(r, "sin cambio medible",
						       "no measurable change"),
				      .detail = r->in->no_change };
	const struct score_change *ch = r->in->change;
	const bool same = r->in->comparability == COMPARABLE_SAME_METHOD;
	return (struct tile){ .text = own_signed(r, ch->new_micro - ch->old_micro),
			      .label = str_fmt(r->a, es ? "puntos desde %.*s" : "points since %.*s",
					       STR_ARG(r->in->before->id)),
			      .detail = same
				      ? own_say(r, "con el mismo método", "under the same method")
				      : own_say(r,
						"sobre las preguntas que los dos métodos comparten",
						"over the questions that both methods share") };
}

/* A share of named peers, never a rank; rounded down: no more is said than holds. */
static struct tile position_tile(const struct own_report *r)
{
	const bool es = r->lang == LANG_ES;
	struct position p;
	if (!r->in->peers || !peers_position(r->a, r->in->scores, r->in->row, r->in->peers, -1, &p))
		return (struct tile){ .text = own_say(r, "Sin pares", "No peers"),
				      .label = own_say(
					      r, "no hay cinco clústeres con quienes compararlo",
					      "there are not five clusters to compare it with") };
	const int tenths = (int)floor(10 * p.ahead_of + 1e-9);
	struct tile t = { .text = str_fmt(r->a, es ? "%d de 10" : "%d of 10", tenths),
			  .label = str_fmt(r->a,
					   es ? "mejor que %d de cada 10 pares"
					      : "better than %d of each 10 peers",
					   tenths),
			  .detail =
				  str_fmt(r->a, es ? "%zu clústeres: %.*s" : "%zu clusters: %.*s",
					  p.n, STR_ARG(label_in(&r->in->peers->label, r->lang))) };
	if (!tenths)
		t.label = own_say(r, "mejor que menos de 1 de cada 10 pares",
				  "better than fewer than 1 of each 10 peers");
	return t;
}

static struct tile missing_tile(const struct own_report *r)
{
	const unsigned n = r->own->missing;
	const bool es = r->lang == LANG_ES;
	struct tile t = { .text = own_count(r, n),
			  .label = n == 1
				  ? own_say(r, "pregunta sin respuesta", "question unanswered")
				  : own_say(r, "preguntas sin respuesta", "questions unanswered") };
	if (n && r->in->bounds)
		t.detail = str_fmt(
			r->a,
			es ? "podrían sumar hasta %.*s puntos" : "could add up to %.*s points",
			STR_ARG(own_difference(r, r->in->bounds->upper_micro - r->own->micro)));
	return t;
}

static void add_level(struct own_report *r, struct document *d)
{
	struct section *s =
		start(r, d, "nivel", own_say(r, "Nivel y certeza", "Level and certainty"));
	add(s, BLOCK_CHART)->chart = own_scale_chart(r);
	struct block *b = add(s, BLOCK_TILES);
	b->n = 4;
	b->tile = NEW(r->a, b->n, struct tile);
	b->tile[0] = points_tile(r);
	b->tile[1] = change_tile(r);
	b->tile[2] = position_tile(r);
	b->tile[3] = missing_tile(r);
}

/* ---- what lifts it ---- */

static struct tile step_card(const struct own_report *r, const struct lift_step *l)
{
	const struct instrument *in = r->in->instrument;
	const struct step *step = &in->step[l->step];
	const struct str area = own_area(r, in->item[step->item].area);
	const struct str today = own_today(r, step->question);
	const bool es = r->lang == LANG_ES;
	return (struct tile){ .label = label_in(&step->text, r->lang),
			      .detail = str_fmt(r->a, "%.*s%s%.*s · %.*s", STR_ARG(area),
						today.n ? " · " : "", STR_ARG(today),
						STR_ARG(own_effort(r, step->effort))),
			      .text = str_fmt(r->a, es ? "%.*s puntos" : "%.*s points",
					      STR_ARG(own_signed(r, l->gain_micro))) };
}

static struct str lift_title(const struct own_report *r)
{
	const struct lift *l = r->in->lift;
	const bool es = r->lang == LANG_ES;
	if (!l->possible)
		return own_say(r, "Está en el nivel más alto: lo que más puede sumar todavía",
			       "It is at the highest level: what can still add most");
	const struct str next = own_level(r, l->level);
	if (!l->n_plans && l->complete)
		return str_fmt(r->a,
			       es ? "Ningún conjunto de estas respuestas alcanza todavía %.*s"
				  : "No set of these answers reaches %.*s yet",
			       STR_ARG(next));
	if (!l->missing_micro)
		return str_fmt(r->a,
			       es ? "Los puntos alcanzan para %.*s; falta una condición"
				  : "The points suffice for %.*s; a condition is missing",
			       STR_ARG(next));
	return str_fmt(r->a,
		       es ? "Le faltan %.*s puntos para %.*s" : "%.*s points are missing for %.*s",
		       STR_ARG(own_difference(r, l->missing_micro)), STR_ARG(next));
}

/* «5 bajo, 2 medio»: how many answers of each effort. */
static struct str plan_effort(const struct own_report *r, const struct lift_plan *plan)
{
	static const char *const es[] = { "bajo", "medio", "alto" };
	static const char *const en[] = { "low", "medium", "high" };
	int count[3] = { 0 };
	struct buf b;
	buf_init(&b, r->a, 1024);
	for (size_t i = 0; i < plan->n; i++) {
		const int effort = r->in->instrument->step[plan->step[i].step].effort;
		count[effort < 1 ? 0 : effort > 3 ? 2 : effort - 1]++;
	}
	for (int i = 0; i < 3; i++)
		if (count[i])
			buf_fmt(&b, "%s%d %s", b.n ? ", " : "", count[i],
				r->lang == LANG_ES ? es[i] : en[i]);
	return buf_str(&b);
}

static bool plan_has(const struct lift_plan *plan, size_t step)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->step[i].step == step)
			return true;
	return false;
}

/* The steps of a plan that another has not; all of them when there is no other. */
static struct str plan_steps(const struct own_report *r, const struct lift_plan *plan,
			     const struct lift_plan *other)
{
	struct buf b;
	buf_init(&b, r->a, LINE_BYTES_MAX);
	for (size_t i = 0; i < plan->n; i++) {
		const struct step *step = &r->in->instrument->step[plan->step[i].step];
		if (!other || !plan_has(other, plan->step[i].step))
			buf_fmt(&b, "%s%.*s", b.n ? "; " : "",
				STR_ARG(label_in(&step->text, r->lang)));
	}
	return buf_str(&b);
}

static bool plans_share(const struct lift_plan *a, const struct lift_plan *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (plan_has(b, a->step[i].step))
			return true;
	return false;
}

/* «60,2 puntos: Consolidado. Esfuerzo: 1 bajo, 1 alto. Apruebe el reglamento; Una acción más.», and
 * what is like the first plan only by how it differs. */
static struct str plan_text(const struct own_report *r, size_t at)
{
	const struct lift_plan *plan = &r->in->lift->plan[at], *first = &r->in->lift->plan[0];
	const bool es = r->lang == LANG_ES;
	const struct str head = str_fmt(
		r->a,
		es ? "%.*s puntos: %.*s. Esfuerzo: %.*s." : "%.*s points: %.*s. Effort: %.*s.",
		STR_ARG(own_points(r, plan->score_micro)), STR_ARG(own_level(r, plan->level)),
		STR_ARG(plan_effort(r, plan)));
	if (!at || !plans_share(plan, first))
		return str_fmt(r->a, "%.*s %.*s.", STR_ARG(head),
			       STR_ARG(plan_steps(r, plan, NULL)));
	const struct str with = plan_steps(r, plan, first), without = plan_steps(r, first, plan);
	if (!with.n)
		return str_fmt(r->a,
			       es ? "%.*s Como la primera, sin: %.*s."
				  : "%.*s As the first, without: %.*s.",
			       STR_ARG(head), STR_ARG(without));
	return str_fmt(r->a,
		       es ? "%.*s Como la primera, con: %.*s; en lugar de: %.*s."
			  : "%.*s As the first, with: %.*s; in place of: %.*s.",
		       STR_ARG(head), STR_ARG(with),
		       STR_ARG(without.n ? without : own_say(r, "nada", "nothing")));
}

static void add_plans(const struct own_report *r, struct section *s)
{
	const struct lift *l = r->in->lift;
	if (!l->possible || !l->n_plans)
		return;
	add_heading(s, 3,
		    str_fmt(r->a,
			    r->lang == LANG_ES ? "Lo menos costoso que alcanza %.*s"
					       : "The least costly that reaches %.*s",
			    STR_ARG(own_level(r, l->level))));
	struct block *b = add(s, BLOCK_LIST);
	b->ordered = true;
	b->n = l->n_plans;
	b->item = NEW(r->a, b->n, struct str);
	for (size_t i = 0; i < b->n; i++)
		b->item[i] = plan_text(r, i);
	add_text(s, BLOCK_NOTE,
		 l->complete
			 ? own_say(r,
				   "Búsqueda exacta entre todos los conjuntos de respuestas del "
				   "método; cada uno se comprobó recalculando el puntaje y sus "
				   "condiciones.",
				   "Exact search among all sets of answers of the method; each was "
				   "proved by scoring again with its conditions.")
			 : own_say(r,
				   "Cada conjunto se comprobó recalculando el puntaje y sus "
				   "condiciones; puede haber otros menos costosos.",
				   "Each set was proved by scoring again with its conditions; "
				   "there may be less costly ones."));
}

static void add_cards(const struct own_report *r, struct section *s)
{
	const struct lift *l = r->in->lift;
	if (!l->n_best)
		return;
	struct block *b = add(s, BLOCK_CARDS);
	b->n = l->n_best < CARDS_MAX ? l->n_best : CARDS_MAX;
	b->tile = NEW(r->a, b->n, struct tile);
	for (size_t i = 0; i < b->n; i++)
		b->tile[i] = step_card(r, &l->best[i]);
}

static void add_lift(struct own_report *r, struct document *d)
{
	const struct lift *l = r->in->lift;
	if (!l || (!l->n_best && !l->possible))
		return;
	struct section *s = start(
		r, d, "subir",
		own_say(r, "Lo que más lo acerca a subir", "What brings it nearer to rising"));
	add_heading(s, 2, lift_title(r));
	if (l->gate >= 0) {
		const struct gate *g = &r->in->instrument->profile[0].gate[l->gate];
		add_text(s, BLOCK_PARAGRAPH,
			 str_fmt(r->a,
				 r->lang == LANG_ES ? "La condición que lo detiene: %.*s."
						    : "The condition that holds it back: %.*s.",
				 STR_ARG(label_in(&g->label, r->lang))));
	}
	add_text(s, BLOCK_PARAGRAPH,
		 own_say(r,
			 "Las respuestas que más sumarían por sí solas, según la regla del método: "
			 "es lo que daría el cálculo, no un efecto causal.",
			 "The answers that would add most by themselves, by the method's rule: it "
			 "is what the computation would give, not a causal effect."));
	add_cards(r, s);
	add_plans(r, s);
}

/* ---- quality of its data ---- */

static struct str answered_text(const struct own_report *r)
{
	const bool es = r->lang == LANG_ES;
	size_t applicable = 0;
	for (size_t i = 0; i < r->in->instrument->n_items; i++)
		applicable += r->own->item[i].missing != MISSING_NA;
	const struct str all = own_count(r, (int64_t)applicable);
	if (!r->own->missing)
		return str_fmt(r->a,
			       es ? "Respondió las %.*s preguntas que puntúan y le aplican"
				  : "It answered all %.*s scored questions that apply to it",
			       STR_ARG(all));
	return str_fmt(r->a,
		       es ? "Respondió %.*s de las %.*s preguntas que puntúan y le aplican"
			  : "It answered %.*s of the %.*s scored questions that apply to it",
		       STR_ARG(own_count(r, (int64_t)applicable - r->own->missing)), STR_ARG(all));
}

static struct str bounds_text(const struct own_report *r)
{
	const struct score_bounds *b = r->in->bounds;
	const bool es = r->lang == LANG_ES;
	if (!r->own->missing || !r->own->categorizable || !b)
		return (struct str){ 0 };
	const struct str range = str_fmt(
		r->a,
		es ? "Lo que falta vale cero en el puntaje oficial (%.*s); sin contarlo serían "
		     "%.*s y con "
		     "todos sus puntos %.*s."
		   : "What is missing counts as zero in the official score (%.*s); left out it "
		     "would be "
		     "%.*s and with full points %.*s.",
		STR_ARG(own_points(r, b->lower_micro)), STR_ARG(own_points(r, b->available_micro)),
		STR_ARG(own_points(r, b->upper_micro)));
	if (b->upper_level == b->lower_level)
		return str_fmt(r->a,
			       es ? "%.*s El nivel no cambiaría."
				  : "%.*s The level would not change.",
			       STR_ARG(range));
	return str_fmt(r->a,
		       es ? "%.*s El nivel podría llegar a %.*s."
			  : "%.*s The level could come to %.*s.",
		       STR_ARG(range), STR_ARG(own_level(r, b->upper_level)));
}

static struct str warnings_text(const struct own_report *r)
{
	const bool es = r->lang == LANG_ES;
	if (!r->in->n_warnings)
		return own_say(r, "Ninguna respuesta lleva advertencias por valores poco usuales.",
			       "No answer carries a warning about unusual values.");
	return str_fmt(r->a,
		       es ? "Advertencias por valores poco usuales: %.*s; sin explicación: %.*s."
			  : "Warnings about unusual values: %.*s; unexplained: %.*s.",
		       STR_ARG(own_count(r, r->in->n_warnings)),
		       STR_ARG(own_count(r, r->in->n_unexplained)));
}

/* Areas without enough answers, or without a question that applies, named. */
static struct str absent_areas_text(const struct own_report *r)
{
	struct buf b;
	bool unanswered = true;
	buf_init(&b, r->a, LINE_BYTES_MAX);
	for (size_t i = 0; i < r->in->instrument->n_areas; i++) {
		if (r->own->area[i].computed)
			continue;
		buf_fmt(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(own_area(r, i)));
		unanswered = unanswered && r->own->area[i].missing > 0;
	}
	if (!b.n)
		return (struct str){ 0 };
	if (!unanswered)
		return str_fmt(r->a,
			       r->lang == LANG_ES ? "Áreas que no se calculan: %.*s."
						  : "Areas not computed: %.*s.",
			       STR_ARG(buf_str(&b)));
	return str_fmt(r->a,
		       r->lang == LANG_ES
			       ? "Áreas que no se calculan por falta de respuestas: %.*s."
			       : "Areas not computed for want of answers: %.*s.",
		       STR_ARG(buf_str(&b)));
}

static void add_quality(struct own_report *r, struct document *d)
{
	struct section *s =
		start(r, d, "calidad", own_say(r, "Calidad de sus datos", "Quality of its data"));
	s->style = SECTION_QUIET;
	add_heading(s, 2, answered_text(r));
	add_text(s, BLOCK_PARAGRAPH, bounds_text(r));
	add_text(s, BLOCK_PARAGRAPH, absent_areas_text(r));
	add_text(s, BLOCK_PARAGRAPH, warnings_text(r));
}

/* ---- method ---- */

/* The parts of the declared model, a line each. */
static size_t model_lines(const struct own_report *r, struct str *line)
{
	const struct robustness_model *m = &r->in->robustness->model;
	const bool es = r->lang == LANG_ES;
	size_t n = 0;
	if (m->concentration > 0)
		line[n++] =
			str_fmt(r->a,
				es ? "pesos de las áreas sorteados alrededor de los declarados "
				     "(Dirichlet, concentración %.*s)"
				   : "weights of the areas drawn around those declared (Dirichlet, "
				     "concentration %.*s)",
				STR_ARG(own_real(r, m->concentration, 0)));
	if (m->weight_range > 0)
		line[n++] = str_fmt(r->a,
				    es ? "cada peso hasta %.*s\u00a0%% por encima o por debajo"
				       : "each weight up to %.*s%% above or below",
				    STR_ARG(own_real(r, m->weight_range, 0)));
	if (m->geometric > 0)
		line[n++] = str_fmt(
			r->a,
			es ? "media geométrica en lugar de aritmética en %.*s de cada 100 casos"
			   : "geometric in place of arithmetic mean in %.*s of each 100 cases",
			STR_ARG(own_real(r, m->geometric, 0)));
	if (m->item_error > 0)
		line[n++] =
			str_fmt(r->a,
				es ? "%.*s de cada 100 respuestas leídas un escalón abajo y otras "
				     "tantas un escalón arriba"
				   : "%.*s of each 100 answers read one step lower and as many one "
				     "step higher",
				STR_ARG(own_real(r, m->item_error, 0)));
	if (m->missing)
		line[n++] = own_say(r, "lo que no se respondió, entre cero y todos sus puntos",
				    "what was not answered, between zero and full points");
	return n;
}

static void add_model(const struct own_report *r, struct section *s)
{
	const struct robustness *all = r->in->robustness;
	const bool es = r->lang == LANG_ES;
	enum { LINES_MAX = 5 };
	if (!r->sure)
		return;
	add_text(
		s, BLOCK_PARAGRAPH,
		str_fmt(r->a,
			es ? "«Casos razonables»: el puntaje se volvió a calcular %.*s veces, "
			     "para todos "
			     "los clústeres, variando lo que pudo ser de otra manera:"
			   : "“Reasonable cases”: the score was computed again %.*s times, for all "
			     "clusters, varying what could have been otherwise:",
			STR_ARG(own_count(r, all->model.draws))));
	struct block *b = add(s, BLOCK_LIST);
	b->item = NEW(r->a, LINES_MAX, struct str);
	b->n = model_lines(r, b->item);
	add_text(s, BLOCK_PARAGRAPH,
		 str_fmt(r->a,
			 es ? "Con pesos iguales para todas las áreas serían %.*s puntos: %.*s."
			    : "With equal weights for all areas it would be %.*s points: %.*s.",
			 STR_ARG(own_points(r, r->sure->equal_micro)),
			 STR_ARG(own_level(r, r->sure->equal_level))));
}

/* The level under the second classification, where the method has one. */
static struct str second_text(const struct own_report *r)
{
	const struct instrument *in = r->in->instrument;
	if (in->n_profiles < 2 || !r->own->categorizable || r->own->level[1] < 0)
		return (struct str){ 0 };
	const struct profile *p = &in->profile[1];
	return str_fmt(
		r->a,
		r->lang == LANG_ES ? "Con los cortes de la escala %.*s el nivel sería %.*s."
				   : "With the cuts of the scale %.*s the level would be %.*s.",
		STR_ARG(p->name), STR_ARG(label_in(&p->level[r->own->level[1]].label, r->lang)));
}

static void add_method(struct own_report *r, struct document *d)
{
	const bool es = r->lang == LANG_ES;
	const struct cluster_report_input *in = r->in;
	struct section *s =
		start(r, d, "metodo", own_say(r, "Cómo se calcula", "How it is computed"));
	s->style = SECTION_QUIET;
	add_heading(s, 2, s->title);
	add_text(s, BLOCK_PARAGRAPH,
		 str_fmt(r->a,
			 es ? "Cada área es lo que obtuvo de cada 100 puntos posibles; el puntaje "
			      "es su "
			      "media ponderada con los pesos del método %.*s@%.*s, y el nivel "
			      "sale de sus "
			      "cortes y condiciones."
			    : "Each area is what it earned of each 100 possible points; the score "
			      "is "
			      "their mean weighted by the weights of the method %.*s@%.*s, and the "
			      "level comes from its cuts and conditions.",
			 STR_ARG(in->instrument->id), STR_ARG(in->instrument->version)));
	add_model(r, s);
	add_text(s, BLOCK_PARAGRAPH, second_text(r));
	if (in->peers && in->peers->n)
		add_text(
			s, BLOCK_PARAGRAPH,
			own_say(r,
				"Este informe es para el clúster. Los pares se eligen por lo que "
				"los "
				"clústeres son, nunca por su puntaje, y solo se muestran en grupos "
				"de cinco o más.",
				"This report is for the cluster. Peers are chosen by what clusters "
				"are, never by their score, and shown only in groups of five or "
				"more."));
	add_text(s, BLOCK_NOTE,
		 str_fmt(r->a,
			 es ? "Todo se puede rehacer desde las respuestas: ssme explain %.*s@%.*s."
			    : "All of it can be made again from the answers: ssme explain "
			      "%.*s@%.*s.",
			 STR_ARG(in->cluster->id), STR_ARG(in->round->id)));
}

/* ---- the document ---- */

static struct str notice(const struct own_report *r)
{
	const struct cluster_report_input *in = r->in;
	const struct str status = in->instrument->status;
	struct buf b;
	buf_init(&b, r->a, 1024);
	if (in->provisional)
		buf_puts(&b,
			 r->lang == LANG_ES ? "Provisional: la ronda sigue abierta. "
					    : "Provisional: the round is still open. ");
	if (in->synthetic)
		buf_puts(&b,
			 r->lang == LANG_ES ? "Datos sintéticos de demostración. "
					    : "Synthetic demonstration data. ");
	if (str_is(status, "propuesto") || str_is(status, "proposed"))
		buf_puts(&b,
			 r->lang == LANG_ES ? "Método propuesto, no oficial."
					    : "Proposed method, not official.");
	return str_trim(buf_str(&b));
}

static struct str kicker(const struct own_report *r)
{
	const struct cluster_report_input *in = r->in;
	return str_fmt(r->a, "%.*s%s%.*s", STR_ARG(in->cluster->name),
		       in->department.n ? " · " : "", STR_ARG(in->department));
}

static void set_head(struct own_report *r, struct document *d)
{
	const struct cluster_report_input *in = r->in;
	struct buf date;
	buf_init(&date, r->a, 32);
	date_put(&date, date_from_days(round_end(in->round)));
	*d = (struct document){ .lang = r->lang,
				.title = own_title(r),
				.kicker = kicker(r),
				.subtitle = own_subtitle(r),
				.round = in->round->id,
				.method = str_fmt(r->a, "%.*s@%.*s", STR_ARG(in->instrument->id),
						  STR_ARG(in->instrument->version)),
				.method_sha256 = sha256_hex(r->a, in->instrument->sha256),
				.data_sha256 = in->data_sha256,
				.program = in->program,
				.notice = notice(r),
				.date = buf_str(&date),
				.mark = str_fmt(r->a, "report/%s/%.*s/%.*s", lang_code(r->lang),
						STR_ARG(in->round->id), STR_ARG(in->cluster->id)),
				.section = NEW(r->a, SECTIONS_MAX, struct section) };
}

static void add_areas(struct own_report *r, struct document *d)
{
	struct section *s = start(r, d, "areas", own_say(r, "Las áreas", "The areas"));
	add(s, BLOCK_CHART)->chart = own_area_chart(r);
}

static void add_change(struct own_report *r, struct document *d)
{
	if (!has_change(r))
		return;
	struct section *s = start(r, d, "cambio",
				  own_say(r, "Qué cambió, pregunta por pregunta",
					  "What changed, question by question"));
	add(s, BLOCK_CHART)->chart = own_change_chart(r);
}

void cluster_report_make(struct arena *a, const struct cluster_report_input *in, enum lang lang,
			 struct document *out)
{
	struct own_report r = {
		.a = a, .in = in, .lang = lang, .own = &in->scores->cluster[in->row]
	};
	struct document d;
	if (in->robustness && in->robustness->cluster[in->row].computed && r.own->categorizable)
		r.sure = &in->robustness->cluster[in->row];
	set_head(&r, &d);
	if (r.own->categorizable)
		add_level(&r, &d);
	add_areas(&r, &d);
	if (r.own->categorizable)
		add_lift(&r, &d);
	add_change(&r, &d);
	add_quality(&r, &d);
	add_method(&r, &d);
	*out = d;
}
