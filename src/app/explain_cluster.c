/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/trace.h"
#include "base/num.h"
#include "codec/json.h"
#include "score/account.h"
#include "score/lift.h"
#include "score/peers.h"

enum { JSON_BYTES_MAX = 1 << 22 };

/* The cluster that is explained. */
struct subject {
	struct trace *t;
	struct call *c;
	struct arena *a;
	const struct measure *m;
	const struct instrument *in;
	const struct frame *table;
	const struct cluster_score *score;
	size_t row;
};

static struct str say(const struct subject *s, const char *es, const char *en)
{
	return call_say(s->c, es, en);
}

static struct str level_label(const struct subject *s, const struct profile *p, int level)
{
	return level < 0 ? say(s, "no categorizable", "not categorizable")
			 : label_in(&p->level[level].label, s->c->lang);
}

/* ---- areas and items ---- */

static void add_areas(const struct subject *s, const struct account *account)
{
	static const char *const head[] = { "area", "label", "weight", "points",
					    "max", "missing", "score", "contribution" };
	static const char *const es[] = { "área", "nombre", "peso", "puntos",
					  "máximo", "faltan", "puntaje", "aporte" };
	static const bool is_number[] = { false, false, true, true, true, true, true, true };
	struct print_table *p = trace_table(
		s->t, "areas",
		"Áreas: puntos ÷ máximo × 100; el puntaje es su media ponderada, la suma de los "
		"aportes",
		"Areas: points ÷ maximum × 100; the score is their weighted mean, the sum of the "
		"contributions",
		head, es, is_number, 8);
	for (size_t i = 0; i < s->in->n_areas; i++) {
		const struct area_score *as = &s->score->area[i];
		struct str *cell = print_table_row(p);
		cell[0] = s->in->area[i].code;
		cell[1] = label_in(&s->in->area[i].label, s->c->lang);
		cell[2] = print_real(s->a, area_weight(&s->in->area[i]));
		cell[3] = print_micro(s->a, as->points_micro);
		cell[4] = print_micro(s->a, as->max_micro);
		cell[5] = print_int(s->a, as->missing);
		cell[6] = as->computed ? print_micro(s->a, as->micro)
				       : say(s, "no se calcula", "not computed");
		if (account && as->computed)
			cell[7] = print_micro(s->a, account->area[i].contribution_micro);
	}
}

/* The answers that a formula of points reads: "G01=a, G02=b". */
static struct str answers_text(struct arena *a, const struct measure *m,
			       const struct score_item *item, size_t row)
{
	const struct frame *f = m->tables.table[TABLE_CLUSTER];
	struct buf b;
	size_t n;
	const struct str *name = expr_names(item->points, &n);
	buf_init(&b, a, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		const struct column *c = frame_column(f, name[i]);
		const struct question *q =
			form_question(m->instrument->form[FORM_CLUSTER], name[i]);
		if (!c || (q && q->personal))
			continue;
		buf_fmt(&b, "%s%.*s=", b.n ? ", " : "", STR_ARG(name[i]));
		cell_put(&b, c, row);
	}
	return buf_str(&b);
}

static void add_items(const struct subject *s, const struct account *account)
{
	static const char *const head[] = { "area", "question", "points", "max", "missing",
					    "answers", "formula", "contribution", "possible" };
	static const char *const es[] = { "área", "pregunta", "puntos", "máximo", "falta",
					  "respuestas", "fórmula", "aporte", "posible" };
	static const bool is_number[] = { false, false, true, true, false,
					  false, false, true, true };
	struct print_table *p = trace_table(
		s->t, "items",
		"Ítems: la fórmula da los puntos a partir de las respuestas; los aportes suman el "
		"del área",
		"Items: the formula gives the points out of the answers; contributions add up to "
		"the area's",
		head, es, is_number, 9);
	for (size_t i = 0; i < s->in->n_items; i++) {
		const struct score_item *item = &s->in->item[i];
		const struct item_score *score = &s->score->item[i];
		struct str *cell = print_table_row(p);
		cell[0] = s->in->area[item->area].code;
		cell[1] = item->question;
		cell[2] = score->missing == MISSING_NA ? STR("")
						       : print_micro(s->a, score->points_micro);
		cell[3] = print_micro(s->a, item->max_micro);
		cell[4] = str_of(missing_code(score->missing));
		cell[5] = answers_text(s->a, s->m, item, s->row);
		cell[6] = expr_source(item->points);
		if (!account || score->missing == MISSING_NA)
			continue;
		cell[7] = print_micro(s->a, account->item[i].contribution_micro);
		cell[8] = print_micro(s->a, account->item[i].possible_micro);
	}
}

/* ---- levels ---- */

static void add_levels(struct trace *t, const struct measure *m, const struct cluster_score *s)
{
	static const char *const head[] = { "profile", "level", "by_cut",
					    "cut", "next_cut", "held_by" };
	static const char *const es[] = { "perfil", "nivel", "por_corte",
					  "corte", "corte_siguiente", "lo_detiene" };
	static const bool is_number[] = { false, false, false, true, true, false };
	struct arena *a = trace_call(t)->a;
	struct print_table *p = trace_table(
		t, "levels", "Niveles: el corte que alcanza y la condición que lo detiene",
		"Levels: the cut it reaches and the gate that holds it back", head, es, is_number,
		6);
	for (size_t i = 0; i < m->instrument->n_profiles; i++) {
		const struct profile *pr = &m->instrument->profile[i];
		struct str *cell = print_table_row(p);
		cell[0] = pr->name;
		cell[1] = call_say(trace_call(t), "no categorizable", "not categorizable");
		if (s->level[i] < 0)
			continue;
		size_t next = (size_t)s->by_cut[i] + 1;
		cell[1] = label_in(&pr->level[s->level[i]].label, trace_call(t)->lang);
		cell[2] = label_in(&pr->level[s->by_cut[i]].label, trace_call(t)->lang);
		cell[3] = print_micro(a, pr->level[s->by_cut[i]].cut_micro);
		cell[4] = next < pr->n_levels ? print_micro(a, pr->level[next].cut_micro) : STR("");
		if (s->held_by[i] >= 0)
			cell[5] = label_in(&pr->gate[s->held_by[i]].label, trace_call(t)->lang);
	}
}

/* ---- bounds ---- */

static void put_micro(struct json_out *o, struct arena *a, const char *key, int64_t micro)
{
	json_put_key(o, str_of(key));
	json_put_raw(o, print_micro(a, micro));
}

static void put_text(struct json_out *o, const char *key, struct str text)
{
	json_put_key(o, str_of(key));
	json_put_string(o, text);
}

static struct json_out open_json(const struct subject *s, struct buf *b)
{
	struct json_out o;
	buf_init(b, s->a, JSON_BYTES_MAX);
	json_out(&o, b);
	return o;
}

static void add_bounds(const struct subject *s)
{
	const struct score_bounds *all = score_bounds_of(s->a, s->in, s->table, &s->m->scores);
	const struct score_bounds *b = &all[s->row];
	struct buf json;
	struct json_out o = open_json(s, &json);
	json_put_object(&o);
	put_micro(&o, s->a, "lower", b->lower_micro);
	put_micro(&o, s->a, "available", b->available_micro);
	put_micro(&o, s->a, "upper", b->upper_micro);
	if (s->in->n_profiles) {
		const struct level *level = s->in->profile[0].level;
		put_text(&o, "lower_level", level[b->lower_level].code);
		put_text(&o, "available_level", level[b->available_level].code);
		put_text(&o, "upper_level", level[b->upper_level].code);
	}
	json_end_object(&o);
	trace_json(s->t, "bounds", buf_str(&json));
	if (b->upper_micro == b->lower_micro)
		return;
	trace_add(s->t, NULL, "Cotas por lo que falta", "Bounds of what is missing",
		  str_fmt(s->a,
			  s->c->lang == LANG_ES
				  ? "de %.*s (lo que falta da 0) a %.*s (da el máximo); %.*s sin "
				    "contarlo"
				  : "from %.*s (what is missing gives 0) to %.*s (the maximum); "
				    "%.*s without it",
			  STR_ARG(print_micro(s->a, b->lower_micro)),
			  STR_ARG(print_micro(s->a, b->upper_micro)),
			  STR_ARG(print_micro(s->a, b->available_micro))));
}

/* ---- the way up ---- */

static void put_steps(struct json_out *o, const struct subject *s, const struct lift_step *step,
		      size_t n)
{
	json_put_array(o);
	for (size_t i = 0; i < n; i++) {
		const struct step *what = &s->in->step[step[i].step];
		json_put_object(o);
		put_text(o, "question", s->in->item[what->item].question);
		put_text(o, "answer", what->answer_text);
		put_text(o, "text", label_in(&what->text, s->c->lang));
		put_micro(o, s->a, "points", what->points_micro);
		json_put_key(o, STR("effort"));
		json_put_int(o, what->effort);
		put_micro(o, s->a, "gain", step[i].gain_micro);
		json_end_object(o);
	}
	json_end_array(o);
}

static void put_plans(struct json_out *o, const struct subject *s, const struct profile *p,
		      const struct lift *lift)
{
	json_put_array(o);
	for (size_t i = 0; i < lift->n_plans; i++) {
		const struct lift_plan *plan = &lift->plan[i];
		json_put_object(o);
		json_put_key(o, STR("effort"));
		json_put_int(o, plan->effort);
		put_micro(o, s->a, "score", plan->score_micro);
		put_text(o, "level", p->level[plan->level].code);
		json_put_key(o, STR("steps"));
		put_steps(o, s, plan->step, plan->n);
		json_end_object(o);
	}
	json_end_array(o);
}

static void put_lift(struct json_out *o, const struct subject *s, const struct profile *p,
		     const struct lift *lift)
{
	json_put_object(o);
	put_text(o, "profile", p->name);
	json_put_key(o, STR("level"));
	if (lift->possible)
		json_put_string(o, p->level[lift->level].code);
	else
		json_put_null(o);
	if (lift->possible) {
		put_micro(o, s->a, "missing", lift->missing_micro);
		json_put_key(o, STR("gate"));
		if (lift->gate >= 0)
			json_put_string(o, label_in(&p->gate[lift->gate].label, s->c->lang));
		else
			json_put_null(o);
		json_put_key(o, STR("complete"));
		json_put_bool(o, lift->complete);
		json_put_key(o, STR("plans"));
		put_plans(o, s, p, lift);
	}
	json_end_object(o);
}

static struct str distance_text(const struct subject *s, const struct profile *p,
				const struct lift *lift)
{
	bool es = s->c->lang == LANG_ES;
	struct buf b;
	buf_init(&b, s->a, 4096);
	if (!lift->possible)
		return say(s, "ya está en el más alto", "it is at the highest already");
	if (lift->missing_micro)
		buf_fmt(&b,
			es ? "a «%.*s» le faltan %.*s puntos"
			   : "to \"%.*s\" %.*s points are missing",
			STR_ARG(level_label(s, p, lift->level)),
			STR_ARG(print_micro(s->a, lift->missing_micro)));
	else
		buf_fmt(&b, es ? "alcanza el corte de «%.*s»" : "reaches the cut of \"%.*s\"",
			STR_ARG(level_label(s, p, lift->level)));
	if (lift->gate >= 0)
		buf_fmt(&b,
			es ? "; no cumple la condición «%.*s»"
			   : "; fails the condition \"%.*s\"",
			STR_ARG(label_in(&p->gate[lift->gate].label, s->c->lang)));
	if (!lift->n_plans && lift->complete)
		buf_puts(&b, es ? "; ningún conjunto de pasos del método lo alcanza"
				: "; no set of the method's steps reaches it");
	if (!lift->complete)
		buf_puts(&b, es ? "; la búsqueda se detuvo: puede haber planes más baratos"
				: "; the search gave up: there may be cheaper plans");
	return buf_str(&b);
}

static void plan_rows(const struct subject *s, const struct profile *p,
		      const struct lift_plan *plan, size_t number, struct print_table *table)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct step *step = &s->in->step[plan->step[i].step];
		struct str *cell = print_table_row(table);
		cell[0] = i ? STR("") : print_int(s->a, (int64_t)number);
		cell[1] = s->in->item[step->item].question;
		cell[2] = label_in(&step->text, s->c->lang);
		cell[3] = print_int(s->a, step->effort);
		cell[4] = print_micro(s->a, plan->step[i].gain_micro);
	}
	struct str *cell = print_table_row(table);
	cell[2] = str_fmt(s->a, "= %.*s", STR_ARG(level_label(s, p, plan->level)));
	cell[3] = print_int(s->a, plan->effort);
	cell[5] = print_micro(s->a, plan->score_micro);
}

static void add_plans(const struct subject *s, const struct profile *p, const struct lift *lift)
{
	static const char *const head[] = { "plan", "question", "text", "effort", "gain", "score" };
	static const char *const es[] = { "plan", "pregunta", "qué hacer",
					  "esfuerzo", "sube", "puntaje" };
	static const bool is_number[] = { true, false, false, true, true, true };
	if (!lift->n_plans)
		return;
	const char *name = str_c(s->a, p->name);
	struct print_table *table = trace_table(
		s->t, NULL,
		str_c(s->a,
		      str_fmt(s->a,
			      "Lo más barato para subir, %s: según la regla, no un efecto "
			      "causal", name)),
		str_c(s->a,
		      str_fmt(s->a, "The cheapest way up, %s: by the rule, not a causal effect",
			      name)),
		head, es, is_number, 6);
	for (size_t i = 0; i < lift->n_plans; i++)
		plan_rows(s, p, &lift->plan[i], i + 1, table);
}

static void add_best(const struct subject *s, const struct lift *lift)
{
	static const char *const head[] = { "question", "text", "effort", "gain" };
	static const char *const es[] = { "pregunta", "qué hacer", "esfuerzo", "sube" };
	static const bool is_number[] = { false, false, true, true };
	if (!lift->n_best)
		return;
	struct print_table *table = trace_table(s->t, NULL, "Cada paso solo, por lo que sube",
						"Each step alone, by what it gains", head, es,
						is_number, 4);
	for (size_t i = 0; i < lift->n_best; i++) {
		const struct step *step = &s->in->step[lift->best[i].step];
		struct str *cell = print_table_row(table);
		cell[0] = s->in->item[step->item].question;
		cell[1] = label_in(&step->text, s->c->lang);
		cell[2] = print_int(s->a, step->effort);
		cell[3] = print_micro(s->a, lift->best[i].gain_micro);
	}
}

static bool add_lift(const struct subject *s, struct err *e)
{
	struct buf next, best;
	struct json_out o = open_json(s, &next), one = open_json(s, &best);
	json_put_array(&o);
	for (size_t p = 0; p < s->in->n_profiles; p++) {
		const struct profile *profile = &s->in->profile[p];
		struct lift lift;
		if (!lift_find(s->a, s->in, s->table, &s->m->scores, s->row, p, &lift, e))
			return false;
		put_lift(&o, s, profile, &lift);
		trace_add(s->t, NULL,
			  str_c(s->a, str_fmt(s->a, "Nivel siguiente, %.*s",
					      STR_ARG(profile->name))),
			  str_c(s->a, str_fmt(s->a, "Next level, %.*s", STR_ARG(profile->name))),
			  distance_text(s, profile, &lift));
		add_plans(s, profile, &lift);
		if (p + 1 < s->in->n_profiles)
			continue;
		add_best(s, &lift);
		put_steps(&one, s, lift.best, lift.n_best);
		trace_json(s->t, "best_steps", buf_str(&best));
	}
	json_end_array(&o);
	trace_json(s->t, "next", buf_str(&next));
	return true;
}

/* ---- peers ---- */

static struct str points_text(struct arena *a, double points)
{
	struct buf b;
	buf_init(&b, a, 64);
	num_put_fixed(&b, points, 6);
	double v;
	return num_real(buf_str(&b), &v) ? print_real(a, v) : buf_str(&b);
}

static void put_position(struct json_out *o, const struct subject *s, struct str area,
			 const struct position *at)
{
	json_put_object(o);
	json_put_key(o, STR("area"));
	if (area.n)
		json_put_string(o, area);
	else
		json_put_null(o);
	json_put_key(o, STR("n"));
	json_put_int(o, (int64_t)at->n);
	json_put_key(o, STR("value"));
	json_put_raw(o, points_text(s->a, at->value));
	json_put_key(o, STR("ahead_of"));
	json_put_real(o, at->ahead_of);
	json_put_key(o, STR("quarter"));
	json_put_raw(o, points_text(s->a, at->quarter));
	json_put_key(o, STR("median"));
	json_put_raw(o, points_text(s->a, at->median));
	json_put_key(o, STR("three_quarters"));
	json_put_raw(o, points_text(s->a, at->three_quarters));
	json_end_object(o);
}

static struct str percent_text(struct arena *a, enum lang lang, double share)
{
	struct buf b;
	buf_init(&b, a, 64);
	num_put_local(&b, lang, 100 * share, 0);
	buf_puts(&b, lang == LANG_ES ? "\u00a0%" : "%");
	return buf_str(&b);
}

static void position_row(const struct subject *s, int area, const struct position *at,
			 struct print_table *table)
{
	struct str *cell = print_table_row(table);
	cell[0] = area < 0 ? say(s, "puntaje", "score")
			   : label_in(&s->in->area[area].label, s->c->lang);
	cell[1] = points_text(s->a, at->value);
	cell[2] = percent_text(s->a, s->c->lang, at->ahead_of);
	cell[3] = points_text(s->a, at->quarter);
	cell[4] = points_text(s->a, at->median);
	cell[5] = points_text(s->a, at->three_quarters);
	cell[6] = print_int(s->a, (int64_t)at->n);
}

static void add_peers(const struct subject *s)
{
	static const char *const head[] = { "area", "value", "ahead_of", "quarter",
					    "median", "three_quarters", "n" };
	static const char *const es[] = { "área", "puntaje", "deja_atrás", "cuarto",
					  "mediana", "tres_cuartos", "pares" };
	static const bool is_number[] = { false, true, true, true, true, true, true };
	struct peers peers;
	struct position at;
	struct buf json;
	peers_of(s->a, s->in, s->table, &s->m->scores, s->row, &peers);
	if (!peers.n)
		return;
	struct str name = label_in(&peers.label, s->c->lang);
	struct print_table *table = trace_table(
		s->t, NULL,
		"Frente a sus pares: proporción que deja atrás, empates por mitad; sin puestos",
		"Among its peers: share left behind, ties counted half; no ranks", head, es,
		is_number,
		7);
	struct json_out o = open_json(s, &json);
	json_put_object(&o);
	put_text(&o, "label", name);
	json_put_key(&o, STR("n"));
	json_put_int(&o, (int64_t)peers.n);
	json_put_key(&o, STR("positions"));
	json_put_array(&o);
	for (int area = -1; area < (int)s->in->n_areas; area++) {
		if (!peers_position(s->a, &s->m->scores, s->row, &peers, area, &at))
			continue;
		put_position(&o, s, area < 0 ? STR("") : s->in->area[area].code, &at);
		position_row(s, area, &at, table);
		if (area < 0)
			trace_add(s->t, NULL, "Entre sus pares", "Among its peers",
				  str_fmt(s->a,
					  s->c->lang == LANG_ES
						  ? "deja atrás al %.*s de %zu: %.*s"
						  : "leaves %.*s of %zu behind: %.*s",
					  STR_ARG(percent_text(s->a, s->c->lang, at.ahead_of)),
					  at.n,
					  STR_ARG(name)));
	}
	json_end_array(&o);
	json_end_object(&o);
	trace_json(s->t, "peers", buf_str(&json));
}

/* ---- the door ---- */

static void add_head(const struct subject *s)
{
	const struct cluster_score *score = s->score;
	const struct cluster_entry *entry = register_find(&s->m->clusters, score->cluster);
	trace_add(s->t, "cluster", "Clúster", "Cluster",
		  str_fmt(s->a, "%.*s@%.*s", STR_ARG(score->cluster), STR_ARG(s->m->round.id)));
	trace_add(s->t, "name", "Nombre", "Name", entry ? entry->name : STR(""));
	trace_add(s->t, "score", "Puntaje", "Score",
		  score->categorizable
			  ? print_micro(s->a, score->micro)
		  : score->missing
			  ? say(s, "no categorizable: faltan demasiadas respuestas",
				"not categorizable: too many answers are missing")
			  : say(s, "no categorizable: las preguntas de demasiadas áreas no aplican",
				"not categorizable: the questions of too many areas do not apply"));
	trace_add(s->t, "missing_items", "Ítems sin respuesta", "Items without answer",
		  print_int(s->a, score->missing));
}

bool trace_cluster(struct trace *t, const struct measure *m, size_t row, struct err *e)
{
	struct call *c = trace_call(t);
	const struct subject s = { .t = t,
				   .c = c,
				   .a = c->a,
				   .m = m,
				   .in = m->instrument,
				   .table = m->tables.table[TABLE_CLUSTER],
				   .score = &m->scores.cluster[row],
				   .row = row };
	struct account account;
	bool scored = s.score->categorizable;
	add_head(&s);
	if (scored) {
		account_make(s.a, s.in, s.score, &account);
		add_bounds(&s);
	}
	trace_origin(t, m);
	add_levels(t, m, s.score);
	add_areas(&s, scored ? &account : NULL);
	add_items(&s, scored ? &account : NULL);
	if (!scored)
		return true;
	if (!add_lift(&s, e))
		return false;
	add_peers(&s);
	return true;
}
