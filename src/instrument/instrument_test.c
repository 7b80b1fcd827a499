/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loading: each fault of a small instrument that is otherwise right is found, with its place. */
#include "instrument/fixture.h"

#define SMALL "tests/data/instrument/small"
#define FIXTURE(x, folder) \
	ARENA_SCOPE(arena, (size_t)1 << 30); \
	struct fixture x = fixture_folder(&arena, folder)

static void small_instrument_loads_without_a_word(void **state)
{
	(void)state;
	FIXTURE(x, SMALL);
	const struct instrument *in = fixture_good(&x);
	assert_str(in->id, "small");
	assert_str(in->version, "1.2");
	assert_str(in->title.in[LANG_EN], "Small instrument");
	assert_true(in->has_method);
	assert_int_equal(in->area_missing_max, 40);
	assert_int_equal(in->areas_missing_max, 1);
	assert_int_equal(in->disclosure_minimum, 3);
	assert_str(instrument_setting(in, "seed"), "7");
	assert_int_equal(in->n_areas, 2);
	assert_int_equal(in->area[0].weight.mantissa, 60);
	assert_int_equal(in->n_items, 4);
	assert_int_equal(in->item[2].max_micro, 2500000);
	assert_int_equal(in->n_steps, 4);
	assert_str(in->step[2].question, "A01_empresas");
	assert_str(in->step[2].answer_text, "A01_empresas=20 and A01_academia=1");
	assert_int_equal(in->n_profiles, 2);
	assert_str(in->profile[0].name, "OFICIAL");
	assert_int_equal(in->profile[0].level[2].cut_micro, 60500000);
	assert_int_equal(in->profile[0].n_gates, 0);
	assert_int_equal(in->profile[1].n_gates, 1);
	assert_int_equal(in->profile[1].gate[0].level, 1);
	assert_int_equal(in->n_indicators, 12);
	assert_int_equal(in->indicator[2].unit, UNIT_PERCENT);
	assert_int_equal(in->indicator[2].disclosure, DISCLOSURE_MONEY);
	assert_int_equal(in->indicator[6].table, TABLE_COMPANY);
	assert_int_equal(in->n_lines, 3);
	assert_int_equal(in->line[2].n_indicators, 2);
	assert_non_null(in->line[1].when);
	assert_int_equal(in->n_bridges, 3);
	assert_int_equal(in->n_published, 2);
	assert_true(in->published[0].has_value);
	assert_false(in->published[1].has_value);
	assert_int_equal(in->n_dimensions, 2);
}

static void questions_have_their_types_and_conditions(void **state)
{
	(void)state;
	FIXTURE(x, SMALL);
	const struct form *f = fixture_good(&x)->form[FORM_CLUSTER];
	const struct question *q = form_question(f, STR("E02"));
	assert_int_equal(q->column, COLUMN_CHOICE);
	assert_int_equal(q->list->options.n, 3);
	assert_non_null(q->choice_filter);
	assert_true(form_question(f, STR("E01"))->required);
	assert_str(form_question(f, STR("E01"))->catalogue, "departments");
	q = form_question(f, STR("A01_total"));
	assert_int_equal(q->type, QUESTION_CALCULATE);
	assert_int_equal(q->column, COLUMN_INTEGER);
	assert_str(q->unit, "empresas");
	assert_str(q->group_label.in[LANG_EN], "Active actors");
	q = form_question(f, STR("O2"));
	assert_int_equal(q->repeat, 0);
	assert_str(f->repeat[0].name, "obras");
	assert_non_null(q->relevant);
	q = form_question(f, STR("O_total"));
	assert_int_equal(q->column, COLUMN_INTEGER);
	assert_str(q->unit, "cop");
	assert_int_equal(form_question(f, STR("P04"))->rank_max, 2);
	assert_non_null(form_group(f, STR("A01")));
	assert_null(form_question(f, STR("A01")));
	assert_int_equal(f->n_calculations, 2);
	const struct form *company = fixture_good(&x)->form[FORM_COMPANY];
	assert_true(form_question(company, STR("X01"))->personal);
}

/* ---- every kind of fault ---- */

struct fault_case {
	const char *file, *from, *to; /* what is changed */
	const char *rule, *sheet, *cell;
	enum severity severity;
	const char *says; /* part of message or suggestion, Spanish; NULL: not looked at */
};
#define E SEVERITY_ERROR
#define W SEVERITY_WARNING
#define SURVEY "cluster/survey.csv"
#define CHOICES "cluster/choices.csv"
#define INDICATORS "method/indicators.csv"

static const struct fault_case fault_cases[] = {
	/* forms */
	{ SURVEY, "${G07} != 'c'", "${G77} != 'c'", "unknown_name", "cluster.survey", "H7", E,
	  "G07" },
	{ SURVEY, "${G07} != 'c'", "${G07} != 'z'", "unknown_choice", "cluster.survey", "H7", E,
	  "'a'" },
	{ SURVEY, "${G07} != 'c'", "${G07} != ", "syntax", "cluster.survey", "H7", E, "relevant" },
	{ SURVEY, "${G07} != 'c'", "foo(${G07})", "unknown_function", "cluster.survey", "H7", E,
	  "foo" },
	{ SURVEY, "${G07} != 'c'", ". = 'x'", NULL, "cluster.survey", "H7", E, NULL },
	{ SURVEY, "${G07} != 'c'", "${G07_nombre} != ''", "cycle", "cluster.survey", "H7", E,
	  "G07_nombre → G07_nombre" },
	{ SURVEY, "${A01_empresas} + ${A01_academia}", "${A01_total} + 1", "cycle",
	  "cluster.survey", "L11", E, NULL },
	{ SURVEY, "${A01_empresas} + ${A01_academia}", "${A01_empresas} + ${I03}", "unit",
	  "cluster.survey", "L11", E, "cop" },
	{ SURVEY, "${A01_empresas} + ${A01_academia}", "", "required", "cluster.survey", "L11", E,
	  "calculate" },
	{ SURVEY, "integer,E03", "intger,E03", "unknown_type", "cluster.survey", "A5", E,
	  "integer" },
	{ SURVEY, "integer,E03", "audio,E03", "unsupported_type", "cluster.survey", "A5", E,
	  "audio" },
	{ SURVEY, "select_one formal", "select_one formall", "unknown_list", "cluster.survey", "A6",
	  E, "formal" },
	{ SURVEY, "select_one formal", "select_one", "unknown_list", "cluster.survey", "A6", E,
	  NULL },
	{ SURVEY, "integer,I04", "integer,I03", "duplicate_id", "cluster.survey", "B14", E,
	  "fila 13" },
	{ SURVEY, "integer,I04", "integer,4I", "bad_name", "cluster.survey", "B14", E, "4I" },
	{ SURVEY, "integer,I04", "integer,", "required", "cluster.survey", "B14", E, "name" },
	{ SURVEY, "integer,I04", ",I04", "required", "cluster.survey", "A14", E, "type" },
	{ SURVEY, "integer,I04", "integer,cluster", "duplicate_id", "cluster.survey", "B14", E,
	  "cluster" },
	{ SURVEY, "integer,I04", "integer,x__reason", "bad_name", "cluster.survey", "B14", E,
	  NULL },
	{ SURVEY, "end_group,", "end_repeat,", "unbalanced", "cluster.survey", "A12", E, "fila 8" },
	{ SURVEY, "end_repeat,", "note,", "unbalanced", "cluster.survey", "A17", E,
	  "begin_repeat" },
	{ SURVEY, "begin_repeat,obras", "note,obras", "unbalanced", "cluster.survey", "A20", E,
	  "end_repeat" },
	{ SURVEY, "begin_group,A01", "begin_repeat,A01", "unbalanced", "cluster.survey", "A12", E,
	  NULL },
	{ SURVEY, "departamento = ${E01}", "departmento = ${E01}", "unknown_name", "cluster.survey",
	  "M4", E, "departamento" },
	{ SURVEY, "departamento = ${E01}", "departamento = ${E99}", "unknown_name",
	  "cluster.survey", "M4", E, NULL },
	{ SURVEY, "Nombre de ${G07_nombre}", "Nombre de ${G07_nombr}", "unknown_name",
	  "cluster.survey", "C18", E, "G07_nombre" },
	{ SURVEY, "sum(${O2})", "pulldata('x', 'y', 'z', ${E01})", "unknown_function",
	  "cluster.survey", "L21", E, "pulldata" },
	{ SURVEY, "sum(${O2})", "../O2 + 1", "syntax", "cluster.survey", "L21", E, "XPath" },
	{ SURVEY, ",yes,,. >= 0,Cero o más,Zero or more,,,,empresas,. <=",
	  ",yes,,. >= today(),x,x,,,,empresas,. <=", NULL, "cluster.survey", "I9", E, "today" },
	{ SURVEY, "type,name,", "tipo,name,", "required", "cluster.survey", "type", E, "type" },
	{ SURVEY, "minimal", "minimall", "unknown_appearance", "cluster.survey", "N3", W,
	  "minimal" },
	{ SURVEY, "ssme::catalogue", "ssme::catalog", "unknown_column", "cluster.survey", "T1", W,
	  "ssme::catalogue" },
	{ SURVEY, "Sales of the last year", "", "missing_translation", "cluster.survey", "D13", W,
	  "label::en" },
	{ SURVEY, "Entre 1990 y 2022,Between 1990 and 2022", ",", "missing_message",
	  "cluster.survey", "J5", W, NULL },
	{ SURVEY, ",2,\nbegin_repeat", ",9,\nbegin_repeat", "number", "cluster.survey", "S16", W,
	  "3" },
	{ SURVEY, ",2,\nbegin_repeat", ",dos,\nbegin_repeat", "number", "cluster.survey", "S16", E,
	  "dos" },
	{ CHOICES, "formal,b", "formal,a", "duplicate_choice", "cluster.choices", "B8", E,
	  "fila 7" },
	{ CHOICES, "formal,b", "formal,", "required", "cluster.choices", "B8", E, NULL },
	{ CHOICES, "tema,mercados", "tema,NA", "missing_code", "cluster.choices", "B12", W, NULL },
	{ CHOICES, "tema,mercados", ",mercados", "required", "cluster.choices", "A12", W, NULL },
	{ CHOICES, "tema,idi", "tema,i d", "bad_name", "cluster.choices", "B10", E, "espacios" },
	{ CHOICES, "En trámite,In progress", "En trámite,", "missing_translation",
	  "cluster.choices", "D8", W, NULL },
	{ CHOICES, "En trámite,In progress", ",", "missing_label", "cluster.choices", "C8", W,
	  NULL },
	/* settings */
	{ "method/settings.csv", "id,small", "id,sm all", "setting", "method.settings", "B2", E,
	  "id" },
	{ "method/settings.csv", "id,small\n", "", "required", "method.settings", "key", E, "id" },
	{ "method/settings.csv", "version,1.2\n", "", "required", "method.settings", "key", E,
	  "version" },
	{ "method/settings.csv", "seed,7", "id,7", "duplicate_id", "method.settings", "A11", E,
	  "fila 2" },
	{ "method/settings.csv", "seed,7", "sed,7", "unknown_setting", "method.settings", "A11", W,
	  "seed" },
	{ "method/settings.csv", "area_missing_max,40", "area_missing_max,mucho", "setting",
	  "method.settings", "B7", E, NULL },
	{ "method/settings.csv", "2,85", "85", "setting", "method.settings", "B10", E, "2,85" },
	{ "method/settings.csv", "valid_from,2020", "valid_from,ayer", "setting", "method.settings",
	  "B6", E, NULL },
	{ "method/settings.csv", "draws,100", "draws,0", "setting", "method.settings", "B12", E,
	  "10000000" },
	{ "method/settings.csv", "robustness_draws,100", "robustness_missing,maybe", "setting",
	  "method.settings", "B12", E, "yes" },
	{ "method/settings.csv", "robustness_draws,100", "robustness_probable,95", "setting",
	  "method.settings", "B12", E, "firme" },
	{ "method/settings.csv", "robustness_draws,100", "robustness_firm,60", "setting",
	  "method.settings", "B12", E, "firme" },
	{ "method/settings.csv", "robustness_draws,100", "peers_minimum,2", "setting",
	  "method.settings", "B12", E, "5" },
	{ "method/settings.csv", "robustness_draws,100", "peers,\"mature;departament\"", "setting",
	  "method.settings", "B12", E, "departament" },
	{ "method/settings.csv", "${E01}", "${E011}", "unknown_name", "method.settings", "B13", E,
	  "E01" },
	/* areas, scores */
	{ "method/areas.csv", "A,Actores", "G,Actores", "duplicate_id", "method.areas", "A3", E,
	  NULL },
	{ "method/areas.csv", "Governance,60", "Governance,50", "weights", "method.areas", "weight",
	  W, "90" },
	{ "method/areas.csv", "Governance,60", "Governance,-1", "number", "method.areas", "D2", E,
	  NULL },
	{ "method/areas.csv", "A,Actores", "B,Actores", "empty_area", "method.areas", "A3", E,
	  "B" },
	{ "method/areas.csv", "Actors", "", "missing_translation", "method.areas", "C3", W, NULL },
	{ "method/scores.csv", "P03,G", "P3,G", "unknown_name", "method.scores", "A3", E, "P03" },
	{ "method/scores.csv", "P03,G", "G07,G", "duplicate_id", "method.scores", "A3", E, NULL },
	{ "method/scores.csv", "P03,G", "P03,H", "unknown_name", "method.scores", "B3", E, "H" },
	{ "method/scores.csv", "A,2.5,", "A,\"2,5\",", "number", "method.scores", "C4", E, NULL },
	{ "method/scores.csv", "A,2.5,", "A,2.1234567,", "number", "method.scores", "C4", E, NULL },
	{ "method/scores.csv", "G07,G,5,\"if", "G07,G,5,\"iff", "unknown_function", "method.scores",
	  "D2", E, "if" },
	{ "method/scores.csv", "3, count-selected(${P03}))", "3, ${G07_nombre})", NULL,
	  "method.scores", "D3", E, NULL },
	{ "method/scores.csv",
	  "\"if(count-selected(${P03}) >= 3, 3, count-selected(${P03}))\",propuesta",
	  "\"selected(${P03}, 'idi')\",propuesta", "type", "method.scores", "D3", E, "número" },
	{ "method/scores.csv", "5, if(${G07}", "6, if(${G07}", "points_range", "method.scores",
	  "D2", W, "«a»" },
	{ "method/scores.csv", "'b', 2, 0)", "'b', 2, 1 div 0)", "unscored_choice", "method.scores",
	  "D2", W, "«c»" },
	{ "method/scores.csv", "2, 0))\",propuesta", "2, 0))\",", "uncited", "method.scores", "E2",
	  W, NULL },
	{ "method/scores.csv", "if(${G07} = 'a', 5, if(${G07} = 'b', 2, 0))",
	  "if(${G07} = 'a', 5, 0)", "unscored_choice", "method.scores", "D2", W, "b c" },
	/* steps */
	{ "method/steps.csv", "G07='a'", "G07='q'", "unknown_choice", "method.steps", "B2", E,
	  NULL },
	{ "method/steps.csv", "G07='a',5", "G07='a',4", "step_points", "method.steps", "C2", W,
	  NULL },
	{ "method/steps.csv", "G07='a',5", "G07='a',50", "step_points", "method.steps", "C2", W,
	  "máximo" },
	{ "method/steps.csv", "G07='a'", "G07='a' or G07='b'", "step_unproved", "method.steps",
	  "B2", W, NULL },
	{ "method/steps.csv", "5,2,Apruebe", "5,4,Apruebe", "number", "method.steps", "D2", E,
	  NULL },
	{ "method/steps.csv", "G07,G07", "E02,G07", "unknown_name", "method.steps", "A2", E, NULL },
	{ "method/steps.csv", "A01_empresas=20 and A01_academia=1",
	  "A01_empresas=1 and A01_academia=9", "step_points", "method.steps", "C4", W, NULL },
	/* levels, gates */
	{ "method/levels.csv", "Middle,40", "Middle,70", "levels_not_rising", "method.levels", "E4",
	  E, "medio" },
	{ "method/levels.csv", "Middle,40", "Middle,60.5", "levels_not_rising", "method.levels",
	  "E4", E, NULL },
	{ "method/levels.csv", "OFICIAL,medio", "OFICIAL,alto", "duplicate_id", "method.levels",
	  "B4", E, NULL },
	{ "method/levels.csv", "High,80", "High,180", "number", "method.levels", "E6", E, NULL },
	{ "method/levels.csv", "OFICIAL,basico,Básico,Basic,0", "OFICIAL,basico,Básico,Basic,10",
	  "lowest_cut", "method.levels", "E2", W, NULL },
	{ "method/gates.csv", "ESTRICTO,alto", "ESTRICTO,altos", "unknown_name", "method.gates",
	  "B2", E, NULL },
	{ "method/gates.csv", "ESTRICTO,alto", "OTRO,alto", "unknown_name", "method.gates", "A2", E,
	  NULL },
	{ "method/gates.csv", "${area_G} >= 30", "${area_X} >= 30", "unknown_name", "method.gates",
	  "C2", E, "area_G" },
	{ "method/gates.csv", "${score} >= 50", "${level} = 'x'", "unknown_name", "method.gates",
	  "C2", E, NULL },
	{ "method/gates.csv", "${G07} = 'a' and ${area_G} >= 30 and ${score} >= 50", "${score}",
	  "type", "method.gates", "C2", E, "condición" },
	/* indicators */
	{ INDICATORS, "F02,Empresas", "F01,Empresas", "duplicate_id", "method.indicators", "A3", E,
	  NULL },
	{ INDICATORS, "The double,percent", "The double,percentage", "unknown_word",
	  "method.indicators", "D6", E, "percent" },
	{ INDICATORS, "count,0,area", "count,0,aria", "unknown_word", "method.indicators", "F10", E,
	  "area" },
	{ INDICATORS, "count,0,area", "count,x,area", "number", "method.indicators", "E10", E,
	  NULL },
	{ INDICATORS, "share(${G07} = 'a')", "${G07} = 'a'", NULL, "method.indicators", "G2", E,
	  NULL },
	{ INDICATORS, "share(${G07} = 'a')", "", "required", "method.indicators", "G2", E, NULL },
	{ INDICATORS, "sum(${A01_empresas})", "sum(${A01_empresas} + ${I03})", "unit",
	  "method.indicators", "G3", E, NULL },
	{ INDICATORS, "${level} != 'basico'", "${level} != 'bajo'", "unknown_choice",
	  "method.indicators", "H3", E, NULL },
	{ INDICATORS, "figure('F01') * 2", "figure('F99') * 2", NULL, "method.indicators", "G6", E,
	  NULL },
	{ INDICATORS, "share(${G07} = 'a')", "figure('F05') + 1", "cycle", "method.indicators",
	  "G6", E, "F01 → F05 → F01" },
	{ INDICATORS, "figure('F01') * 2", "figure('F05') * 2", "cycle", "method.indicators", "G6",
	  E, NULL },
	{ INDICATORS, "department G07", "department G77", "unknown_name", "method.indicators", "J2",
	  E, "G77" },
	{ INDICATORS, "department G07,public", "department G07,secret", "unknown_word",
	  "method.indicators", "K2", E, "public" },
	{ INDICATORS, "Temas,Themes,list", "Temas,Themes,count", "unit", "method.indicators", "D5",
	  W, NULL },
	{ INDICATORS, "share(${answered} = 'yes')", "share(${G07} = 'a')", "unknown_name",
	  "method.indicators", "G9", E, NULL },
	{ INDICATORS, "share(${G07} = 'a')", "share(today() > date('2022-01-01'))", NULL,
	  "method.indicators", "G2", E, "today" },
	/* figures, bridges, published */
	{ "method/figures.csv", "figure('F01') > 50", "", "unused", "method.figures", "G3", W,
	  "else" },
	{ "method/figures.csv", "{F01.of}", "{F77.of}", "unknown_figure", "method.figures", "C3", E,
	  "F77" },
	{ "method/figures.csv", "{F01.of}", "{F01.off}", "unknown_figure", "method.figures", "C3",
	  E, "of n interval" },
	{ "method/figures.csv", "{F01} have", "{F78} have", "unknown_figure", "method.figures",
	  "D3", E, "F78" },
	{ "method/figures.csv", "Solo el {F01}", "Solo el {F79}", "unknown_figure",
	  "method.figures", "G3", E, NULL },
	{ "method/figures.csv", "{F01.of}", "{F01.of", "unknown_figure", "method.figures", "C3", E,
	  NULL },
	{ "method/figures.csv", "Solo el {F01}", "Solo el {F01", "syntax", "method.figures", "G3",
	  E, "llave" },
	{ "method/figures.csv", "F02, F03", "F02, F33", "unknown_figure", "method.figures", "E4", E,
	  NULL },
	{ "method/figures.csv", "composition", "compositon", "unknown_word", "method.figures", "B4",
	  E, "composition" },
	{ "method/figures.csv", "figure('F01') > 50", "figure('F01')", "type", "method.figures",
	  "F3", E, NULL },
	{ "method/figures.csv", "Niveles,Levels", "Niveles,", "missing_translation",
	  "method.figures", "D4", W, NULL },
	{ "method/bridges.csv", "igual", "parecido", "unknown_word", "method.bridges", "D3", E,
	  NULL },
	{ "method/bridges.csv", "\"if(${G7} = 'si', 'a', 'c')\"", "", "required", "method.bridges",
	  "C2", E, NULL },
	{ "method/bridges.csv", "if(${G7}", "if((${G7}", "syntax", "method.bridges", "C2", E,
	  NULL },
	{ "method/bridges.csv", "E01,2016", "E99,2016", "unknown_name", "method.bridges", "A3", E,
	  NULL },
	{ "method/published.csv", "2022,F01", "2022,F77", "unknown_figure", "method.published",
	  "B2", E, NULL },
	{ "method/published.csv", "72 %,72", "72 %,72%", "number", "method.published", "D2", E,
	  NULL },
};

static bool says(const struct problem *p, const char *part)
{
	return !part || str_find(p->message, str_of(part), &(size_t){ 0 }) ||
	       str_find(p->suggestion, str_of(part), &(size_t){ 0 });
}

/* Whether the problem is in the list; only of that rule and place. */
static bool is_found(const struct problems *ps, const struct fault_case *c)
{
	for (size_t i = 0; i < ps->n; i++) {
		const struct problem *p = &ps->item[i];
		if (p->severity == c->severity && (!c->rule || str_is(str_of(p->rule), c->rule)) &&
		    str_is(p->sheet, c->sheet) && str_is(p->column, c->cell) && says(p, c->says))
			return true;
	}
	return false;
}

static void each_fault_is_found_in_its_cell(void **state)
{
	(void)state;
	size_t n_bad = 0;
	for (size_t i = 0; i < sizeof(fault_cases) / sizeof(fault_cases[0]); i++) {
		const struct fault_case *c = &fault_cases[i];
		FIXTURE(x, SMALL);
		struct problems ps;
		fixture_replace(&x, c->file, c->from, c->to);
		(void)fixture_load(&x, LANG_ES, &ps);
		bool worst = c->severity == SEVERITY_WARNING ? ps.n_errors == 0 : ps.n_errors > 0;
		if (is_found(&ps, c) && worst)
			continue;
		struct buf b;
		buf_init(&b, &arena, 1u << 20);
		problems_put_text(&b, &ps);
		print_message("# %s: \"%s\" -> \"%s\" (%s %s) gave:\n# %s\n", c->file, c->from,
			      c->to, c->cell, c->rule ? c->rule : "", b.n ? b.p : "nothing");
		n_bad++;
	}
	assert_int_equal(n_bad, 0);
}

/* What hangs on a question that could not be read is not reported again. */
static void a_fault_is_not_repeated_where_it_is_used(void **state)
{
	(void)state;
	static const struct fault_case once[] = {
		{ .file = SURVEY, .from = "integer,E03", .to = "intger,E03" },
		{ .file = SURVEY, .from = "integer,E03", .to = "video,E03" },
		{ .file = SURVEY, .from = "select_one formal", .to = "select_one formol" },
		{ .file = SURVEY,
		  .from = "${A01_empresas} + ${A01_academia}",
		  .to = "${A01_empresas} + " },
		{ .file = SURVEY, .from = "select_multiple tema", .to = "select_multiple temas" },
		{ .file = "method/scores.csv", .from = "P03,G,3", .to = "P03,G,tres" },
		{ .file = "method/levels.csv", .from = "Middle,40", .to = "Middle,cuarenta" },
	};
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
		FIXTURE(x, SMALL);
		struct problems ps;
		fixture_replace(&x, once[i].file, once[i].from, once[i].to);
		(void)fixture_load(&x, LANG_ES, &ps);
		struct buf b;
		buf_init(&b, &arena, 1u << 20);
		problems_put_text(&b, &ps);
		if (ps.n_errors != 1)
			fail_msg("%s", b.p);
	}
}

/* Nothing is said in one language only, and no sentence is empty. */
static void every_fault_speaks_both_languages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fault_cases) / sizeof(fault_cases[0]); i++) {
		const struct fault_case *c = &fault_cases[i];
		FIXTURE(x, SMALL);
		struct problems es, en;
		fixture_replace(&x, c->file, c->from, c->to);
		(void)fixture_load(&x, LANG_ES, &es);
		(void)fixture_load(&x, LANG_EN, &en);
		assert_int_equal(es.n, en.n);
		for (size_t k = 0; k < es.n; k++) {
			assert_true(es.item[k].message.n && en.item[k].message.n);
			if (str_eq(es.item[k].message, en.item[k].message))
				fail_msg("one language: %.*s", STR_ARG(es.item[k].message));
		}
	}
}

static void all_faults_come_in_one_pass_and_in_the_order_of_the_sheets(void **state)
{
	(void)state;
	FIXTURE(x, SMALL);
	struct problems ps;
	fixture_replace(&x, "method/gates.csv", "${area_G}", "${area_X}");
	fixture_replace(&x, SURVEY, "${G07} != 'c'", "${G77} != 'c'");
	fixture_replace(&x, "method/levels.csv", "Middle,40", "Middle,70");
	fixture_replace(&x, SURVEY, "integer,E03", "intger,E03");
	assert_null(fixture_load(&x, LANG_ES, &ps));
	assert_int_equal(ps.n_errors, 4);
	assert_str(ps.item[0].column, "A5");
	assert_str(ps.item[1].column, "H7");
	assert_str(ps.item[2].sheet, "method.levels");
	assert_str(ps.item[3].sheet, "method.gates");
	assert_str(ps.item[1].file, "cluster/survey.csv");
	assert_int_equal(ps.item[1].row, 7);
}

/* ---- files ---- */

static void optional_sheets_may_be_absent_or_empty(void **state)
{
	(void)state;
	static const char *const optional[] = { "company/survey.csv",   "company/choices.csv",
						"cluster/settings.csv", "method/steps.csv",
						"method/gates.csv",     "method/bridges.csv",
						"method/published.csv", "method/figures.csv" };
	FIXTURE(x, SMALL);
	fixture_replace(&x, INDICATORS, "F07,Ingresos,Income,cop,0,company",
			"F07,Ingresos,Income,cop,0,cluster");
	fixture_replace(&x, INDICATORS, "sum(${X06})", "sum(${I03})");
	for (size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++)
		fixture_remove(&x, optional[i]);
	const struct instrument *in = fixture_good(&x);
	assert_null(in->form[FORM_COMPANY]);
	struct sha256 without = in->sha256;
	fixture_file(&x, "method/gates.csv", STR("profile,level,condition,label\n"));
	fixture_file(&x, "method/steps.csv", STR("question,answer,points,effort,text\n"));
	in = fixture_good(&x);
	assert_int_equal(in->n_steps, 0);
	assert_memory_equal(&without, &in->sha256, sizeof(without));
}

static void a_missing_survey_is_an_error(void **state)
{
	(void)state;
	FIXTURE(x, SMALL);
	struct problems ps;
	fixture_remove(&x, SURVEY);
	assert_null(fixture_load(&x, LANG_ES, &ps));
	assert_int_equal(ps.n_errors, 1);
	assert_non_null(fixture_problem(&ps, "missing_sheet"));
}

static void broken_sheets_are_named_and_the_others_are_still_checked(void **state)
{
	(void)state;
	FIXTURE(x, SMALL);
	struct problems ps;
	fixture_replace(&x, "method/areas.csv", "Gobernanza", "\"Gobernanza");
	fixture_replace(&x, SURVEY, "integer,E03", "intger,E03");
	assert_null(fixture_load(&x, LANG_ES, &ps));
	assert_str(fixture_cell(&ps, "syntax"), "method.areas!");
	assert_non_null(fixture_problem(&ps, "unknown_type"));
}

static void files_that_are_no_instrument_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 64u << 20);
	struct fixture x = { .a = &arena };
	struct problems ps;
	struct err e = { 0 };
	const struct instrument *in;
	problems_init(&ps, &arena, LANG_ES);
	fixture_file(&x, "README.md", STR("# hola"));
	fixture_file(&x, "datos.csv", STR("a,b\n1,2\n"));
	assert_false(instrument_load(&arena, x.file, x.n, &ps, &in, &e));
	assert_int_equal(e.code, ERR_INPUT);
	x.n = 0;
	memset(&e, 0, sizeof(e));
	fixture_file(&x, "roto.xlsx", STR("PK\3\4 nada"));
	assert_false(instrument_load(&arena, x.file, x.n, &ps, &in, &e));
	assert_int_equal(e.code, ERR_INPUT);
	x.n = 0;
	memset(&e, 0, sizeof(e));
	fixture_file(&x, "cortado", STR("ssme-instrument 1\n[cluster.survey] 999\ntype,name\n"));
	assert_false(instrument_load(&arena, x.file, x.n, &ps, &in, &e));
	assert_int_equal(e.code, ERR_INPUT);
}

static void stray_sheets_warn_with_a_suggestion(void **state)
{
	(void)state;
	FIXTURE(x, SMALL);
	struct problems ps;
	fixture_file(&x, "method/gate.csv", STR("level,condition\n"));
	fixture_file(&x, "notas.txt", STR("x"));
	assert_non_null(fixture_load(&x, LANG_ES, &ps));
	assert_int_equal(ps.n_warnings, 1);
	assert_str(ps.item[ps.n - 1].suggestion, "¿quiso decir «method.gates»?");
}

/* ---- the shipped instruments ---- */

static void shipped_instruments_have_no_fault(void **state)
{
	(void)state;
	static const char *const folder[] = { "instruments/ssme", "instruments/ssme-2016" };
	for (size_t i = 0; i < 2; i++) {
		FIXTURE(x, folder[i]);
		struct problems ps;
		assert_non_null(fixture_load(&x, LANG_ES, &ps));
		assert_int_equal(ps.n_errors, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_instrument_loads_without_a_word),
		cmocka_unit_test(questions_have_their_types_and_conditions),
		cmocka_unit_test(each_fault_is_found_in_its_cell),
		cmocka_unit_test(a_fault_is_not_repeated_where_it_is_used),
		cmocka_unit_test(every_fault_speaks_both_languages),
		cmocka_unit_test(all_faults_come_in_one_pass_and_in_the_order_of_the_sheets),
		cmocka_unit_test(optional_sheets_may_be_absent_or_empty),
		cmocka_unit_test(a_missing_survey_is_an_error),
		cmocka_unit_test(broken_sheets_are_named_and_the_others_are_still_checked),
		cmocka_unit_test(files_that_are_no_instrument_are_refused),
		cmocka_unit_test(stray_sheets_warn_with_a_suggestion),
		cmocka_unit_test(shipped_instruments_have_no_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
