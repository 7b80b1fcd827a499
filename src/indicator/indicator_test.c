/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/indicator.h"
#include "score/score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char survey[] =
	"type,name,label::es,label::en\nselect_one yn,Q1,Q1,Q1\ninteger,Q2,Q2,Q2\n";
static const char choices[] = "list_name,name,label::es,label::en\nyn,a,Sí,Yes\nyn,b,No,No\n";
static const char settings[] = "key,value\nid,toy\nversion,1\ndimension.place,${department}\n"
			       "dimension.band,\"if(${Q2} > 2, 'many', 'few')\"\n";
static const char areas[] = "code,label,label::en,weight\nA,A,A,1\n";
static const char scores[] = "question,area,max,points,source\nQ2,A,5,\"min(5, ${Q2})\",x\n";
static const char levels[] = "code,label,label::en,cut\nlow,Bajo,Low,0\nhigh,Alto,High,60\n";
static const char indicators[] =
	"id,label,label::en,unit,decimals,form,formula,universe,note,caution,caution_text,"
	"caution_text::en\n"
	"F1,f,f,percent,0,cluster,share(${Q1} = 'a'),,\n"
	"F2,f,f,count,0,register,count(),,\n"
	"F3,f,f,percent,1,cluster,100 * figure('F4') div figure('F2'),,\n"
	"F4,f,f,count,0,cluster,count(),,,figure('F2') > 5,Ojo,Mind\n"
	"F5,f,f,percent,0,cluster,share(${Q1} = 'a'),${Q2} > 1,\n"
	"F6,f,f,percent,0,cluster,share(${Q1} = 'a'),${department} = '05',\n"
	"F7,f,f,list,0,cluster,counts(${Q1}),,\n"
	"F8,f,f,count,0,round,max(${year}),${current} = 'yes',\n"
	"F9,f,f,points,2,score,mean(${score}),,\n"
	"P1,f,f,percent,0,cluster,\"100 * ratio(1, 3)\",,\nP2,f,f,percent,0,cluster,\"100 * "
	"ratio(1, 3)\",,\n"
	"P3,f,f,percent,0,cluster,\"100 * ratio(1, 3)\",,\n";
static const char figures[] = "section,kind,text,text::en,figures\ns,composition,t,t,P1 P2 P3\n";

static struct instrument_file file(const char *path, const char *bytes)
{
	return (struct instrument_file){ str_of(path), str_of(bytes) };
}

/* Four answering clusters of a register of six, in two departments. */
struct world {
	struct arena a;
	const struct instrument *in;
	struct fact_tables tables;
};

static const struct frame *answers(struct arena *a, const struct form *f)
{
	static const char *const document[] = {
		"{\"Q1\":\"a\",\"Q2\":1}",
		"{\"Q1\":\"b\",\"Q2\":3}",
		"{\"Q1\":\"a\",\"Q2\":4}",
		"{\"Q2\":5}",
	};
	static const struct str id[] = { { "C1", 2 }, { "C2", 2 }, { "C3", 2 }, { "C4", 2 } };
	struct str text[4];
	const struct frame *out = NULL;
	struct err e = { 0 };
	for (size_t i = 0; i < 4; i++)
		text[i] = str_of(document[i]);
	bool done = response_frame(a, f, text, id, NULL, 4, NULL, &out, &e);
	if (!done)
		print_message("%s\n", e.msg);
	assert_true(done);
	return out;
}

static void load_instrument(struct world *w)
{
	const struct instrument_file f[] = {
		file("cluster/survey.csv", survey),         file("cluster/choices.csv", choices),
		file("method/settings.csv", settings),      file("method/areas.csv", areas),
		file("method/scores.csv", scores),          file("method/levels.csv", levels),
		file("method/indicators.csv", indicators),  file("method/figures.csv", figures),
	};
	struct problems ps;
	struct err e = { 0 };
	problems_init(&ps, &w->a, LANG_EN);
	assert_true(instrument_load(&w->a, f, sizeof(f) / sizeof(*f), &ps, &w->in, &e));
	for (size_t i = 0; i < ps.n; i++) {
		if (ps.item[i].severity == SEVERITY_ERROR)
			print_message("%.*s\n", STR_ARG(ps.item[i].message));
	}
	assert_non_null(w->in);
}

static int set_up(void **state)
{
	static struct world w;
	static const struct str id[] = { { "C1", 2 }, { "C2", 2 }, { "C3", 2 }, { "C4", 2 } };
	static const char *const department[] = { "05", "05", "11", "11", "05", "99" };
	static const struct round_fact round[] = {
		{ .id = { "2022", 4 }, .year = 2022, .ordinal = 1 }
	};
	arena_init(&w.a, (size_t)1 << 30);
	load_instrument(&w);
	struct cluster_entry *entry = NEW(&w.a, 6, struct cluster_entry);
	for (size_t i = 0; i < 6; i++)
		entry[i] = (struct cluster_entry){ .id = str_fmt(&w.a, "C%zu", i + 1),
						   .department = str_of(department[i]),
						   .sector = STR("x"),
						   .until_day = INT32_MAX,
						   .active = true };
	const struct cluster_register clusters = { entry, 6, NULL, 0 };
	const struct fact_input in = { .instrument = w.in,
				       .round = round,
				       .n_rounds = 1,
				       .clusters = &clusters,
				       .answers = { answers(&w.a, w.in->form[FORM_CLUSTER]) },
				       .cluster = { id } };
	struct scores s;
	struct err e = { 0 };
	fact_tables_make(&w.a, &in, &w.tables);
	assert_true(score_clusters(&w.a, w.in, w.tables.table[TABLE_CLUSTER], NULL, &s, &e));
	score_join(&w.a, w.in, &s, &w.tables);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	arena_drop(&w->a);
	return 0;
}

static struct figures compute(struct world *w, const struct figure_request *request)
{
	struct figures fs;
	struct err e = { 0 };
	bool done = figures_compute(&w->a, w->in, &w->tables, request, LANG_ES, &runner_serial, &fs,
				    &e);
	if (!done)
		print_message("%s\n", e.msg);
	assert_true(done);
	return fs;
}

static void near(double x, double y)
{
	assert_true(x > y - 1e-9 && x < y + 1e-9);
}

static void figures_have_their_fraction_missing_and_status(void **state)
{
	struct figures fs = compute(*state, &(struct figure_request){ 0 });
	const struct figure *f = figures_find(&fs, STR("F1"));
	near(f->result.number, 200.0 / 3);
	near(f->result.numerator, 2);
	near(f->result.denominator, 3);
	assert_int_equal(f->result.n, 3);
	assert_int_equal(f->result.n_missing[MISSING_NR], 1);
	assert_int_equal(f->status, STATUS_LOW_RELIABILITY);
	near(figures_find(&fs, STR("F2"))->result.number, 6);
	near(figures_find(&fs, STR("F3"))->result.number, 400.0 / 6);
	near(figures_find(&fs, STR("F8"))->result.number, 2022);
	near(figures_find(&fs, STR("F9"))->result.number, (20 + 60 + 80 + 100) / 4.0);
	assert_int_equal(figures_find(&fs, STR("F7"))->result.n_list, 2);
}

static void the_register_gives_the_population_where_it_can(void **state)
{
	struct figures fs = compute(*state, &(struct figure_request){ 0 });
	const struct figure *all = figures_find(&fs, STR("F1"));
	assert_int_equal(all->interval, INTERVAL_WILSON_FPC);
	assert_int_equal(all->population, 6);
	const struct figure *answers_decide = figures_find(&fs, STR("F5"));
	assert_int_equal(answers_decide->interval, INTERVAL_WILSON);
	const struct figure *register_decides = figures_find(&fs, STR("F6"));
	assert_int_equal(register_decides->interval, INTERVAL_WILSON_FPC);
	assert_int_equal(register_decides->population, 3);
	assert_int_equal(figures_find(&fs, STR("F4"))->interval, INTERVAL_NONE);
}

static void cells_are_shared_between_tables_and_in_order(void **state)
{
	struct world *w = *state;
	const struct str by[] = { STR("place") };
	struct figures fs =
		compute(w, &(struct figure_request){ .dimension = by, .n_dimensions = 1 });
	assert_int_equal(fs.n_cells, 3);
	assert_true(str_is(fs.key[0].code, "05") && str_is(fs.key[1].code, "11") &&
		    str_is(fs.key[2].code, "99"));
	const struct figure *count = figures_find(&fs, STR("F2")),
			    *part = figures_find(&fs, STR("F3"));
	near(count[0].result.number, 3);
	near(count[2].result.number, 1);
	near(part[0].result.number, 200.0 / 3);
	near(part[1].result.number, 100);
	/* Nobody answered there: the share has nothing eligible. */
	const struct figure *share = figures_find(&fs, STR("F1"));
	assert_int_equal(share[2].status, STATUS_CANNOT_EXIST);
	assert_int_equal(share[1].population, 2);
	assert_null(figures_find(&fs, STR("F8"))); /* rounds have no place */
}

static void questions_levels_and_expressions_break_down(void **state)
{
	struct world *w = *state;
	const struct str by[] = { STR("level"), STR("Q1") };
	struct figures fs =
		compute(w, &(struct figure_request){ .dimension = by, .n_dimensions = 2 });
	/* low a; high a, high b, high without an answer last */
	assert_int_equal(fs.n_cells, 4);
	assert_true(str_is(fs.key[0].code, "low") && str_is(fs.key[2].code, "high"));
	assert_int_equal(fs.key[7].missing, MISSING_NR);
	const struct str band[] = { STR("band") };
	fs = compute(w, &(struct figure_request){ .dimension = band, .n_dimensions = 1 });
	assert_int_equal(fs.n_cells, 2);
	near(figures_find(&fs, STR("F4"))[1].result.number, 3);
}

static void conditions_choose_rows(void **state)
{
	struct world *w = *state;
	struct figures fs =
		compute(w, &(struct figure_request){ .where = STR("${department} = '11'") });
	near(figures_find(&fs, STR("F4"))->result.number, 2);
	near(figures_find(&fs, STR("F2"))->result.number, 2);
	assert_int_equal(figures_find(&fs, STR("F1"))->population, 2);
	fs = compute(w, &(struct figure_request){ .where = STR("${Q2} > 100") });
	near(figures_find(&fs, STR("F4"))->result.number, 0);
	assert_int_equal(figures_find(&fs, STR("F1"))->status, STATUS_CANNOT_EXIST);
}

static void shares_have_bounds_for_those_who_did_not_answer(void **state)
{
	struct world *w = *state;
	struct figures fs = compute(w, &(struct figure_request){ 0 });
	/* Two of three, and one who did not say: from two to three of four. */
	const struct figure *f = figures_find(&fs, STR("F1"));
	assert_true(f->has_bounds);
	near(f->lower, 50);
	near(f->upper, 75);
	assert_false(figures_find(&fs, STR("F4"))->has_bounds);
}

static void a_figure_that_its_method_doubts_says_so(void **state)
{
	struct world *w = *state;
	const struct str only[] = { STR("F4") }, by[] = { STR("place") };
	struct figures fs = compute(w, &(struct figure_request){ .id = only, .n_ids = 1 });
	assert_true(figures_find(&fs, STR("F4"))->caution);
	/* In a cell its condition is that cell's: no department has more than five clusters. */
	fs = compute(w, &(struct figure_request){ .id = only, .n_ids = 1, .dimension = by,
						  .n_dimensions = 1 });
	assert_false(figures_find(&fs, STR("F4"))->caution);
}

static void unknown_names_are_refused_with_a_suggestion(void **state)
{
	struct world *w = *state;
	struct figures fs;
	struct err e = { 0 };
	const struct str by[] = { STR("depatment") }, id[] = { STR("F99") };
	struct figure_request request = { .dimension = by, .n_dimensions = 1 };
	assert_false(figures_compute(&w->a, w->in, &w->tables, &request, LANG_EN, NULL, &fs, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_non_null(strstr(err_text(&e, true), "department"));
	e = (struct err){ 0 };
	request = (struct figure_request){ .id = id, .n_ids = 1 };
	assert_false(figures_compute(&w->a, w->in, &w->tables, &request, LANG_EN, NULL, &fs, &e));
	e = (struct err){ 0 };
	request = (struct figure_request){ .where = STR("${Q9} = 1") };
	assert_false(figures_compute(&w->a, w->in, &w->tables, &request, LANG_EN, NULL, &fs, &e));
	assert_non_null(strstr(err_text(&e, true), "Q9"));
}

static struct str text_of(struct world *w, struct figures *fs, const char *id, enum lang lang)
{
	return figure_text(&w->a, figures_find(fs, str_of(id)), lang);
}

static void texts_are_local_and_compositions_close(void **state)
{
	struct world *w = *state;
	struct figures fs = compute(w, &(struct figure_request){ 0 });
	assert_true(str_is(text_of(w, &fs, "F1", LANG_ES), "67\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "F3", LANG_ES), "66,7\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "F3", LANG_EN), "66.7\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "F7", LANG_ES), "Sí, No"));
	/* Three thirds: 34 + 33 + 33. */
	assert_true(str_is(text_of(w, &fs, "P1", LANG_ES), "34\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "P2", LANG_ES), "33\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "P3", LANG_ES), "33\xc2\xa0%"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_have_their_fraction_missing_and_status),
		cmocka_unit_test(the_register_gives_the_population_where_it_can),
		cmocka_unit_test(cells_are_shared_between_tables_and_in_order),
		cmocka_unit_test(questions_levels_and_expressions_break_down),
		cmocka_unit_test(conditions_choose_rows),
		cmocka_unit_test(shares_have_bounds_for_those_who_did_not_answer),
		cmocka_unit_test(a_figure_that_its_method_doubts_says_so),
		cmocka_unit_test(unknown_names_are_refused_with_a_suggestion),
		cmocka_unit_test(texts_are_local_and_compositions_close),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
