/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/date.h"
#include "codec/sheet.h"
#include "response/response.h"

static const char cluster_survey[] =
	"type,name,label::es,required,relevant,constraint,constraint_message::es,calculation,"
	"choice_filter,"
	"ssme::unit,ssme::warning,ssme::warning_message::es,ssme::catalogue,ssme::max,ssme::"
	"personal,parameters\n"
	"note,N0,Nota,,,,,,,,,,,,,\n"
	"integer,A01,Empresas,yes,,. >= 0,No puede ser negativo,,,empresas,,,,,,\n"
	"decimal,A02,Porcentaje,,,. <= 100,,,,percent,,,,,,\n"
	"integer,A03,Ventas,,,,,,,cop,. <= 1000000000000,Ventas muy altas,,,,\n"
	"select_one yn,G01,Tiene gobierno,yes,,,,,,,,,,,,\n"
	"date,G02,Fecha,yes,${G01} = 'a',,,,,,,,,,,\n"
	"text,G03,Detalle,,${G02} >= date('2020-01-01'),,,,,,,,,,,\n"
	"select_multiple areas,S01,Areas,,,,,,,,,,,,,\n"
	"rank areas,S02,Orden,,,,,,,,,,,2,,\n"
	"text,L01,Departamento,,,,,,,,,,departments,,,\n"
	"text,L02,Actividad,,,\"regex(., '^[0-9]{4}( [0-9]{4})*$')\",Cuatro "
	"cifras,,,,,,ciiu_divisions,,,\n"
	"integer,P01,Cédula,,,. > 100,Cédula corta,,,,,,,,yes,\n"
	"calculate,C01,,,,,,${A01} * 2,,,,,,,,\n"
	"select_one city,K01,Ciudad,,,,,,department = ${L01},,,,,,,\n"
	"range,R01,Escala,,,,,,,,,,,,,start=0 end=10 step=1\n"
	"acknowledge,X01,Acepto,,,,,,,,,,,,,\n"
	"select_one dep,D01,Departamento,,,,,,,,. = '05' or ${round_year} = 2023,Otra "
	"ronda,departments,,,\n"
	"begin_repeat,obras,Obras,,${G01} = 'a',,,,,,,,,,,\n"
	"integer,O01,Valor,yes,,. < 1000,Muy alto,,,,,,,,,\n"
	"text,O02,Nombre,,${O01} > 5,,,,,,,,,,,\n"
	"end_repeat,,,,,,,,,,,,,,,\n"
	"calculate,C02,,,,,,sum(${O01}),,,,,,,,\n";
static const char cluster_choices[] =
	"list_name,name,label::es,department\nyn,a,Sí,\nyn,b,No,\nareas,gob,Gobernanza y "
	"equipo,\nareas,fin,Financiación,\n"
	"areas,com,Comercio,\ndep,05,Antioquia,\ndep,76,Valle,\ncity,med,Medellín,05\ncity,cal,"
	"Cali,76\n";
static const char company_survey[] =
	"type,name,label::es,required,constraint\ntext,X01,Nombre,yes,\n"
	"decimal,X05,Ingresos,,. >= 0\n";
static const char settings[] = "form_title,form_id,version\nPrueba,prueba,1\n";
static const char method_settings[] = "key,value\nid,prueba\nversion,1\ntitle,Prueba\n";

static const struct form *form_of(struct arena *a, int which)
{
	const struct instrument_file file[] = {
		{ STR("cluster/survey.csv"), str_of(cluster_survey) },
		{ STR("cluster/choices.csv"), str_of(cluster_choices) },
		{ STR("cluster/settings.csv"), str_of(settings) },
		{ STR("company/survey.csv"), str_of(company_survey) },
		{ STR("company/settings.csv"), str_of(settings) },
		{ STR("method/settings.csv"), str_of(method_settings) },
	};
	struct problems ps;
	const struct instrument *in = NULL;
	struct err e = { 0 };
	problems_init(&ps, a, LANG_ES);
	if (!instrument_load(a, file, sizeof(file) / sizeof(*file), &ps, &in, &e) || !in) {
		struct buf b;
		buf_init(&b, a, 1 << 16);
		problems_put_text(&b, &ps);
		fail_msg("%s\n%.*s", e.msg, STR_ARG(buf_str(&b)));
	}
	return in->form[which];
}

static const struct str department[] = { STR("05"), STR("08"), STR("11"), STR("76") };
static const struct label department_label[] = { { { STR("Antioquia") } },
						 { { STR("Atlántico") } },
						 { { STR("Bogotá, D.C.") } },
						 { { STR("Valle del Cauca") } } };
static const struct str division[] = { STR("01"), STR("10"), STR("62") };
static const struct str known[] = { STR("C001"), STR("C002"), STR("C003") };

/* One file read in blocks of block_rows; everything in one arena. */
struct run {
	struct arena a;
	const struct form *form;
	struct problems ps;
	struct response_block block; /* of the last block */
	struct response_rows rows;
};

static struct response_rows rows_of(struct arena *a, const char *text)
{
	struct sheet s;
	struct err e = { 0 };
	if (!sheet_load(a, str_of(text), STR(""), 100000, &s, &e))
		fail_msg("%s", e.msg);
	return (struct response_rows){ .head = s.head,
				       .n_columns = s.n_columns,
				       .cell = s.cell,
				       .number = s.number,
				       .n_rows = s.n_rows };
}

static void read_all(struct run *r, int which, const char *text, const char *repeat,
		     enum decimal_mark mark, size_t block_rows)
{
	struct catalogue *c = NEW(&r->a, 2, struct catalogue);
	c[0] = (struct catalogue){ .name = STR("departments"),
				   .digits = 2,
				   .codes = { .n = 4,
					      .name = (struct str *)(uintptr_t)department,
					      .label =
						      (struct label *)(uintptr_t)department_label },
				   .lookalike = STR("¿es el código electoral?") };
	c[1] = (struct catalogue){ .name = STR("ciiu_divisions"),
				   .digits = 2,
				   .codes = { .n = 3, .name = (struct str *)(uintptr_t)division } };
	const struct catalogues catalogues = { c, 2 };
	const struct dictionary ids = { .n = 3, .name = (struct str *)(uintptr_t)known };
	const struct response_round round = { .year = 2022 };
	struct response_repeat_file *file = NEW(&r->a, 1, struct response_repeat_file);
	struct response_reader *reader;
	struct err e = { 0 };
	r->form = form_of(&r->a, which);
	problems_init(&r->ps, &r->a, LANG_ES);
	r->rows = rows_of(&r->a, text);
	if (repeat)
		*file = (struct response_repeat_file){ .repeat = STR("obras"),
						       .file = STR("obras.csv"),
						       .rows = rows_of(&r->a, repeat) };
	assert_true(response_reader_make(&r->a, r->form, &catalogues, mark, &ids, &round,
					 r->rows.head, r->rows.n_columns, file, repeat ? 1 : 0,
					 &r->ps, &reader, &e));
	for (size_t from = 0; from < r->rows.n_rows; from += block_rows) {
		struct response_rows part = r->rows;
		part.cell += from * part.n_columns;
		part.number += from;
		part.n_rows = part.n_rows - from < block_rows ? part.n_rows - from : block_rows;
		response_read(reader, &r->a, &part, &r->ps, &r->block);
	}
	response_finish(reader, &r->ps);
}

static void run_start(struct run *r)
{
	*r = (struct run){ .form = NULL };
	arena_init(&r->a, (size_t)1 << 30);
}

static void read_clusters(struct run *r, const char *text)
{
	run_start(r);
	read_all(r, FORM_CLUSTER, text, NULL, DECIMAL_POINT, 1000);
}

static void show(struct run *r)
{
	struct buf b;
	buf_init(&b, &r->a, 1 << 20);
	problems_put_text(&b, &r->ps);
	print_message("%.*s\n", STR_ARG(buf_str(&b)));
}

static void assert_clean(struct run *r)
{
	if (r->ps.n_errors)
		show(r);
	assert_int_equal(r->ps.n_errors, 0);
}

/* A problem of that rule in that row and column, whose message and suggestion together hold
 * `part`. */
static const struct problem *assert_problem(struct run *r, int64_t row, const char *column,
					    const char *rule, const char *part)
{
	for (size_t i = 0; i < r->ps.n; i++) {
		const struct problem *p = &r->ps.item[i];
		struct str text =
			str_fmt(&r->a, "%.*s|%.*s", STR_ARG(p->message), STR_ARG(p->suggestion));
		if (p->row == row && str_is(p->column, column) && strcmp(p->rule, rule) == 0 &&
		    str_find(text, str_of(part), NULL))
			return p;
	}
	show(r);
	fail_msg("no problem %s at %d:%s with «%s»", rule, (int)row, column, part);
	return NULL;
}

static void assert_answer(struct run *r, size_t row, const char *name, const char *wanted)
{
	const struct column *c = frame_column(r->block.frame, str_of(name));
	struct buf b;
	assert_non_null(c);
	buf_init(&b, &r->a, 4096);
	cell_put(&b, c, row);
	if (!str_is(buf_str(&b), wanted))
		fail_msg("%s in row %zu is «%.*s», not «%s»", name, row, STR_ARG(buf_str(&b)),
			 wanted);
}

/* ---- */

static void good_answers_of_every_type(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster,A01,A02,A03,G01,G02,G03,S01,S02,L01,L02,P01,C01,K01,R01,X01\n"
		      "C001,72,0.5,457000000000,a,2022-07-01,algo,com gob,fin com,05,0125 "
		      "6201,12345,144,med,7,OK\n"
		      "C002,ND,,,b,,,,,,,,,,,\n"
		      "C003,-0,NA,ND,b,NA,ND,ND,NA,05 08,ND,ND,0,,ND,\n");
	assert_clean(&r);
	assert_answer(&r, 0, "A01", "72");
	assert_answer(&r, 0, "A02", "0.5");
	assert_answer(&r, 0, "S01", "gob com");
	assert_answer(&r, 0, "S02", "fin com");
	assert_answer(&r, 0, "G02", "2022-07-01");
	assert_answer(&r, 0, "L02", "0125 6201");
	assert_answer(&r, 0, "C01", "144");
	assert_answer(&r, 0, "R01", "7");
	assert_answer(&r, 1, "A01", "ND");
	assert_answer(&r, 1, "C01", "ND");
	assert_answer(&r, 1, "G02", "NA");
	assert_answer(&r, 1, "G03", "NA");
	assert_answer(&r, 1, "A02", "NR");
	assert_answer(&r, 2, "A02", "NA");
	assert_null(frame_column(r.block.frame, STR("N0")));
	assert_null(frame_column(r.block.frame, STR("round_year")));
	assert_true(str_is(frame_column(r.block.frame, STR("A03"))->unit, "cop"));
	for (size_t i = 0; i < 3; i++)
		assert_true(r.block.accepted[i]);
	assert_true(str_eq(
		r.block.document[1],
		STR("{\"A01\":{\"missing\":\"ND\"},\"G01\":\"b\",\"G02\":{\"missing\":\"NA\"},"
		    "\"G03\":{\"missing\":\"NA\"},\"C01\":{\"missing\":\"ND\"}}")));
	arena_drop(&r.a);
}

static void required_is_asked_where_relevant(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r, "cluster,A01,G01,G02\nC001,,a,\nC002,1,a,\nC003,1,,\n");
	assert_int_equal(r.ps.n_errors, 4);
	assert_problem(&r, 2, "A01", "required", "ND");
	assert_problem(&r, 2, "G02", "required", "obligatoria");
	assert_problem(&r, 3, "G02", "required", "obligatoria");
	assert_problem(&r, 4, "G01", "required", "obligatoria");
	assert_true(!r.block.accepted[0] && !r.block.accepted[1] && !r.block.accepted[2]);
	assert_int_equal(r.block.document[0].n, 0);
	arena_drop(&r.a);
	read_clusters(&r, "cluster,A01\nC001,1\nC002,1\n");
	assert_int_equal(r.ps.n_errors, 1);
	assert_problem(&r, 2, "G01", "required", "falta la columna");
	assert_true(!r.block.accepted[0] && !r.block.accepted[1]);
	arena_drop(&r.a);
}

static void numbers_as_excel_users_write_them(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster;A01;A02;A03;G01\nC001;1,5;96,1;1.234.567;b\nC002;2.5;$ "
		      "10;457.000.000.000;b\n"
		      "C003;12 empresas;N/A;1 234 567;b\n");
	assert_problem(&r, 2, "A01", "number", "escriba 1.5");
	assert_problem(&r, 2, "A02", "number", "escriba 96.1");
	assert_problem(&r, 2, "A03", "number", "escriba 1234567, sin separador de miles");
	assert_problem(&r, 3, "A01", "integer", "no es un número entero");
	assert_problem(&r, 3, "A02", "number", "solo el número");
	assert_problem(&r, 3, "A03", "number", "457 mil millones");
	assert_problem(&r, 4, "A01", "number", "solo el número");
	assert_problem(&r, 4, "A02", "number", "escriba NA");
	assert_problem(&r, 4, "A03", "number", "escriba 1234567");
	assert_int_equal(r.ps.n_errors, 9);
	arena_drop(&r.a);
	run_start(&r);
	read_all(&r, FORM_CLUSTER,
		 "cluster;A01;A02;A03;G01\nC001;1.234;96,1;457.000.000.000;b\nC002;3;1.5;;b\n",
		 NULL, DECIMAL_COMMA, 1000);
	assert_int_equal(r.ps.n_errors, 1);
	assert_problem(&r, 3, "A02", "number", "coma");
	assert_answer(&r, 0, "A01", "1234");
	assert_answer(&r, 0, "A02", "96.1");
	assert_answer(&r, 0, "A03", "457000000000");
	arena_drop(&r.a);
	read_clusters(&r, "cluster,A01,G01\nC001,1.234,b\nC002,3.0,b\nC003,1E+3,b\n");
	assert_int_equal(r.ps.n_errors, 1);
	assert_problem(&r, 2, "A01", "integer", "escriba 1234");
	assert_answer(&r, 1, "A01", "3");
	assert_answer(&r, 2, "A01", "1000");
	arena_drop(&r.a);
	read_clusters(&r,
		      "cluster,A01,A02,G01\nC001,\"1,234\",\"1,234\",b\n"
		      "C002,\"1,234,567\",\xc2\xa0"
		      "7 ,b\nC003,99999999999999999999,,b\n");
	assert_problem(&r, 2, "A01", "number", "escriba 1234, sin separador de miles");
	assert_problem(&r, 2, "A02", "number", "escriba 1234 si la coma separa miles, o 1.234 si");
	const struct problem *p = assert_problem(&r, 3, "A01", "number", "escriba 1234567, sin");
	assert_false(str_find(p->suggestion, STR("--decimal"), NULL));
	assert_problem(&r, 4, "A01", "integer", "demasiado grande");
	assert_int_equal(r.ps.n_errors, 4);
	arena_drop(&r.a);
}

static void dates_mended_or_refused_with_the_cure(void **state)
{
	(void)state;
	struct run r;
	read_clusters(
		&r,
		"cluster,A01,G01,G02\nC001,1,a,44743\nC002,1,a,01/07/2022\nC003,1,a,2022-13-01\n");
	assert_int_equal(r.ps.n_errors, 2);
	assert_int_equal(r.block.n_mended, 1);
	assert_int_equal(assert_problem(&r, 2, "G02", "excel_date", "2022-07-01")->severity,
			 SEVERITY_NOTE);
	assert_answer(&r, 0, "G02", "2022-07-01");
	assert_problem(&r, 3, "G02", "date", "escriba 2022-07-01");
	assert_problem(&r, 4, "G02", "date", "año-mes-día");
	arena_drop(&r.a);
}

static void choices_suggest_the_code(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster,A01,G01,S01,S02\nC001,1,Sí,gob xx\nC002,1,A,gob gob,gob fin com\n"
		      "C003,1,b,Gobernanza y equipo,\n");
	assert_problem(&r, 2, "G01", "choice", "escriba a");
	assert_problem(&r, 2, "S01", "choice", "«xx»");
	assert_problem(&r, 3, "G01", "choice", "escriba a");
	assert_problem(&r, 3, "S01", "duplicate_choice", "dos veces");
	assert_problem(&r, 3, "S02", "rank_max", "3 nombres donde caben 2");
	assert_problem(&r, 4, "S01", "choice", "escriba gob");
	assert_int_equal(r.ps.n_errors, 6);
	arena_drop(&r.a);
}

static void codes_of_catalogues(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster,A01,G01,L01,L02\nC001,1,b,5,0125\nC002,1,b,01,1\nC003,1,b,Antioquia,"
		      "9999\n");
	assert_int_equal(assert_problem(&r, 2, "L01", "leading_zero", "leído como 05")->severity,
			 SEVERITY_NOTE);
	assert_answer(&r, 0, "L01", "05");
	assert_problem(&r, 3, "L01", "catalogue", "electoral");
	assert_problem(&r, 3, "L02", "constraint", "Cuatro cifras");
	assert_problem(&r, 4, "L01", "catalogue", "escriba 05");
	assert_problem(&r, 4, "L02", "catalogue", "9999");
	assert_int_equal(r.ps.n_errors, 4);
	assert_true(str_find(r.block.document[0], STR("\"L01\":\"05\",\"L02\":\"0125\""), NULL));
	arena_drop(&r.a);
}

static void choices_with_a_catalogue_get_their_zeros_back(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster,A01,G01,D01\nC001,1,b,5\nC002,1,b,08\nC003,1,b,1\nC003,1,b,76\n");
	assert_problem(&r, 5, "D01", "warning", "Otra ronda");
	assert_int_equal(r.ps.n_warnings, 1);
	assert_problem(&r, 2, "D01", "leading_zero", "leído como 05");
	assert_answer(&r, 0, "D01", "05");
	assert_problem(&r, 3, "D01", "choice", "no es una opción");
	assert_problem(&r, 4, "D01", "catalogue", "electoral");
	assert_int_equal(r.ps.n_errors, 3); /* and C003 stands twice */
	arena_drop(&r.a);
}

static void values_where_a_question_does_not_apply(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster,A01,G01,G02,G03\nC001,1,b,2022-07-01,\nC002,1,a,2019-01-01,"
		      "texto\nC003,1,ND,,texto\n");
	assert_problem(&r, 2, "G02", "relevant", "no aplica");
	assert_problem(&r, 3, "G03", "relevant", "no aplica");
	assert_int_equal(r.ps.n_errors, 2);
	/* whether G02 applies is not known: not required, and what hangs on it is kept */
	assert_true(r.block.accepted[2]);
	assert_answer(&r, 2, "G02", "NR");
	assert_answer(&r, 2, "G03", "texto");
	arena_drop(&r.a);
}

static void constraints_and_warnings(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster,A01,A02,A03,A03__reason,G01\nC001,-1,101,2000000000000,,b\n"
		      "C002,1,,2000000000000,es una multinacional,b\nC003,1,,5,sin falta,b\n");
	assert_problem(&r, 2, "A01", "constraint", "No puede ser negativo");
	assert_problem(&r, 2, "A02", "constraint", "no cumple");
	assert_problem(&r, 2, "A03", "warning", "Ventas muy altas (2 billones de pesos)");
	assert_int_equal(r.ps.n_errors, 2);
	assert_int_equal(r.ps.n_warnings, 2);
	assert_int_equal(r.block.n_warnings[0], 1);
	assert_int_equal(r.block.n_unexplained[0], 1);
	assert_int_equal(r.block.n_warnings[1], 1);
	assert_int_equal(r.block.n_unexplained[1], 0);
	assert_int_equal(r.block.n_warnings[2], 0);
	assert_true(str_find(r.block.document[1], STR("\"A03__reason\":\"es una multinacional\""),
			     NULL));
	arena_drop(&r.a);
}

static void imputed_values_say_how(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r, "cluster,A01,A02,A02__imputed,G01\nC001,1,7,razón por clase,b\n"
			  "C002,1,8,,b\nC003,1,,mediana,b\n");
	assert_int_equal(r.ps.n_errors, 0);
	assert_true(str_find(r.block.document[0], STR("\"A02__imputed\":\"razón por clase\""),
			     NULL));
	/* Nothing was imputed where there is no value. */
	assert_false(str_find(r.block.document[2], STR("imputed"), NULL));
	const struct frame *f;
	struct err e = { 0 };
	assert_true(response_frame(&r.a, r.form, r.block.document, r.block.cluster, NULL, 3, NULL,
				   &f, &e));
	const struct column *how = frame_column(f, STR("A02__imputed"));
	assert_non_null(how);
	assert_true(str_is(column_cell(how, 0).text, "razón por clase"));
	assert_int_equal(column_cell(how, 1).missing, MISSING_NA);
	assert_int_equal(column_cell(how, 2).missing, MISSING_NA);
	arena_drop(&r.a);
}

static void calculations_are_never_taken_from_the_file(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r, "cluster,A01,G01,C01\nC001,3,b,6\nC002,3,b,7\nC003,,b,7\n");
	assert_problem(&r, 3, "C01", "calculation", "que es 6");
	assert_problem(&r, 4, "C01", "calculation", "que es NR");
	assert_int_equal(r.ps.n_errors, 3);
	assert_answer(&r, 0, "C01", "6");
	assert_answer(&r, 1, "C01", "6");
	arena_drop(&r.a);
}

static void options_that_the_filter_leaves_out(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster,A01,G01,L01,K01\nC001,1,b,05,med\nC002,1,b,05,cal\nC003,1,b,,\n");
	assert_problem(&r, 3, "K01", "choice_filter", "cal");
	assert_int_equal(r.ps.n_errors, 1);
	arena_drop(&r.a);
}

static void personal_values_are_never_shown(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster,A01,G01,P01\nC001,1,b,43.567.891\nC002,1,b,17\nC003,1,b,cuarenta y "
		      "tres\n");
	assert_int_equal(r.ps.n_errors, 3);
	struct buf b;
	buf_init(&b, &r.a, 1 << 16);
	problems_put_text(&b, &r.ps);
	problems_put_json(&b, &r.ps);
	problems_put_csv(&b, &r.ps);
	assert_false(str_find(buf_str(&b), STR("43.567"), NULL));
	assert_false(str_find(buf_str(&b), STR("43567"), NULL));
	assert_false(str_find(buf_str(&b), STR("cuarenta"), NULL));
	assert_false(str_find(buf_str(&b), STR("17"), NULL));
	assert_true(str_find(buf_str(&b), STR("[dato personal]"), NULL));
	arena_drop(&r.a);
}

static void columns_are_matched(void **state)
{
	(void)state;
	struct run r;
	read_clusters(&r,
		      "cluster,A01,a2,A01,Empresas,N0,O01,grupo/"
		      "A03,company,,zzzzzzzzz\nC001,1,2,3,4,5,6,7,8,9,\n");
	assert_problem(&r, 1, "a2", "unknown_column", "A02");
	assert_problem(&r, 1, "A01", "duplicate_column", "dos veces");
	assert_problem(&r, 1, "Empresas", "unknown_column", "A01");
	assert_problem(&r, 1, "N0", "unknown_column", "nota");
	assert_problem(&r, 1, "O01", "repeat_column", "--repeat");
	assert_problem(&r, 1, "grupo/A03", "unknown_column", "A03");
	assert_problem(&r, 1, "company", "unknown_column", "");
	assert_problem(&r, 1, "zzzzzzzzz", "unknown_column", "quite la columna");
	assert_problem(&r, 2, "", "unknown_column", "columna 10");
	arena_drop(&r.a);
	read_clusters(&r, "A01,G01\n1,b\n");
	assert_problem(&r, 1, "cluster", "missing_column", "falta la columna");
	assert_false(r.block.accepted[0]);
	arena_drop(&r.a);
}

static void ids_known_once_and_only_once(void **state)
{
	(void)state;
	struct run r;
	run_start(&r);
	read_all(&r, FORM_CLUSTER,
		 "cluster,A01,G01\nC001,1,b\nC0O2,1,b\nC003,1,b\nC001,2,b\n,1,b\n", NULL,
		 DECIMAL_POINT, 1);
	assert_problem(&r, 3, "cluster", "unknown_cluster", "¿quiso decir C00");
	assert_problem(&r, 5, "cluster", "duplicate_row", "ya en la fila 2");
	assert_problem(&r, 6, "cluster", "required", "falta");
	assert_int_equal(r.ps.n_errors, 3);
	arena_drop(&r.a);
	run_start(&r);
	read_all(&r, FORM_COMPANY,
		 "cluster,company,X01,X05\nC001,1,b,1\nC001,2,b,2\nC002,1,b,3\nC001,1,b,4\nC001,,b,"
		 "5\n",
		 NULL, DECIMAL_POINT, 2);
	assert_problem(&r, 5, "cluster", "duplicate_row", "ya en la fila 2");
	assert_problem(&r, 6, "company", "required", "falta");
	assert_int_equal(r.ps.n_errors, 2);
	arena_drop(&r.a);
}

static void many_ids_are_told_apart(void **state)
{
	(void)state;
	struct run r;
	struct buf b;
	run_start(&r);
	buf_init(&b, &r.a, 1 << 24);
	buf_puts(&b, "cluster,company,X01\n");
	for (int i = 0; i < 20000; i++)
		buf_fmt(&b, "C00%d,%d,x\n", 1 + i % 3, i / 3);
	buf_puts(&b, "C002,100,x\n");
	read_all(&r, FORM_COMPANY, b.p, NULL, DECIMAL_POINT, 777);
	assert_int_equal(r.ps.n_errors, 1);
	assert_problem(&r, 20002, "cluster", "duplicate_row", "en la fila 303");
	arena_drop(&r.a);
}

static const char with_works[] =
	"cluster,A01,G01,G02\nC001,1,a,2022-01-01\nC002,1,b,\nC003,1,a,2022-01-01\n";

static void repeats_are_joined_by_id(void **state)
{
	(void)state;
	struct run r;
	run_start(&r);
	read_all(&r, FORM_CLUSTER, with_works,
		 "cluster,O01,O02\nC003,7,tres\nC001,2,\nC003,8,\nC001,6,uno\n", DECIMAL_POINT,
		 1000);
	assert_clean(&r);
	assert_answer(&r, 0, "C02", "8");
	assert_answer(&r, 2, "C02", "15");
	assert_int_equal(r.block.frame->n_children, 1);
	const struct frame_child *c = &r.block.frame->child[0];
	assert_true(str_is(c->name, "obras"));
	assert_int_equal(c->frame->n_rows, 4);
	assert_int_equal(c->start[1], 2);
	assert_int_equal(c->start[2], 2);
	assert_int_equal(c->start[3], 4);
	assert_true(str_find(r.block.document[0],
			     STR("\"obras\":[{\"O01\":2,\"O02\":{\"missing\":\"NA\"}},"
				 "{\"O01\":6,\"O02\":\"uno\"}]"),
			     NULL));
	assert_false(str_find(r.block.document[1], STR("obras"), NULL));
	arena_drop(&r.a);
}

static void what_is_wrong_in_a_repeat(void **state)
{
	(void)state;
	struct run r;
	run_start(&r);
	read_all(&r, FORM_CLUSTER, with_works,
		 "cluster,O01,O02\nC001,5000,\nC002,1,\nC009,1,\nC001,,\nC001,2,texto\n",
		 DECIMAL_POINT, 1);
	const struct problem *p = assert_problem(&r, 2, "O01", "constraint", "Muy alto");
	assert_true(str_is(p->file, "obras.csv"));
	assert_problem(&r, 3, "O01", "relevant", "no aplica");
	assert_problem(&r, 3, "", "relevant", "no aplica con las respuestas de este");
	assert_problem(&r, 4, "cluster", "repeat_without_row", "sin fila en el archivo principal");
	assert_problem(&r, 5, "O01", "required", "obligatoria");
	assert_problem(&r, 6, "O02", "relevant", "no aplica");
	arena_drop(&r.a);
}

/* What was stored gives the same frame back, cell by cell. */
static void documents_give_the_same_frame_back(void **state)
{
	(void)state;
	struct run r;
	run_start(&r);
	read_all(&r, FORM_CLUSTER,
		 "cluster,A01,A02,A03,A03__reason,G01,G02,G03,S01,S02,L01,L02,K01,R01,X01\n"
		 "C001,72,0.1,2000000000000,\"una \"\"razón\"\"\",a,2022-07-01,\"Ñandú, "
		 "\"\"x\"\"\",com gob,fin com,05,0125,med,7,OK\n"
		 "C002,ND,1e-7,ND,,b,,,,,,,,,\n"
		 "C003,9007199254740993,,,,a,ND,texto,ND,NA,,,,,\n",
		 "cluster,O01,O02\nC003,7,tres\nC003,ND,\n", DECIMAL_POINT, 1000);
	assert_clean(&r);
	const struct frame *again;
	struct err e = { 0 };
	if (!response_frame(&r.a, r.form, r.block.document, r.block.cluster, NULL, 3, NULL, &again,
			    &e))
		fail_msg("%s", e.msg);
	const struct frame *pair[2][2] = {
		{ r.block.frame, again }, { r.block.frame->child[0].frame, again->child[0].frame }
	};
	for (int t = 0; t < 2; t++) {
		assert_int_equal(pair[t][0]->n_columns, pair[t][1]->n_columns);
		assert_int_equal(pair[t][0]->n_rows, pair[t][1]->n_rows);
		for (size_t c = 0; c < pair[t][0]->n_columns; c++) {
			const struct column *a = pair[t][0]->column[c],
					    *b = frame_column(pair[t][1], a->name);
			assert_non_null(b);
			assert_int_equal(a->type, b->type);
			for (size_t i = 0; i < a->n; i++) {
				struct buf x, y;
				buf_init(&x, &r.a, 4096);
				buf_init(&y, &r.a, 4096);
				cell_put(&x, a, i);
				cell_put(&y, b, i);
				if (!str_eq(buf_str(&x), buf_str(&y)))
					fail_msg("%.*s: %.*s, %.*s", STR_ARG(a->name),
						 STR_ARG(buf_str(&x)), STR_ARG(buf_str(&y)));
			}
		}
	}
	assert_int_equal(again->child[0].start[3], 2);
	arena_drop(&r.a);
}

static void damaged_documents_are_errors(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	const struct form *f = form_of(&a, FORM_CLUSTER);
	static const char *const bad[] = {
		"",
		"[]",
		"{\"A01\":1.5}",
		"{\"A01\":\"x\"}",
		"{\"G01\":\"z\"}",
		"{\"A01\":1,\"A01\":2}",
		"{\"Z\":1}",
		"{\"A01\":{\"missing\":\"XX\"}}",
		"{\"A01\":{}}",
		"{\"G02\":\"2022-13-01\"}",
		"{\"S01\":[\"gob\",\"x\"]}",
		"{\"O01\":1}",
		"{\"obras\":{\"O01\":1}}",
		"{\"obras\":[{\"A01\":1}]}",
		"{\"N0\":\"x\"}",
		"{\"A01\":1",
		"{\"S01\":[\"gob\",\"fin\",\"com\",\"gob\"]}",
		"{\"A01\":null}",
		"{\"obras\":[1]}",
	};
	const struct str id = STR("C001");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const struct frame *out = NULL;
		struct err e = { 0 };
		struct str document = str_of(bad[i]);
		if (response_frame(&a, f, &document, &id, NULL, 1, NULL, &out, &e))
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(e.code, ERR_INPUT);
		assert_non_null(strstr(e.msg, "C001"));
		assert_null(out);
	}
}

int main(void)
{
	const struct CMUnitTest test[] = {
		cmocka_unit_test(good_answers_of_every_type),
		cmocka_unit_test(required_is_asked_where_relevant),
		cmocka_unit_test(numbers_as_excel_users_write_them),
		cmocka_unit_test(dates_mended_or_refused_with_the_cure),
		cmocka_unit_test(choices_suggest_the_code),
		cmocka_unit_test(codes_of_catalogues),
		cmocka_unit_test(choices_with_a_catalogue_get_their_zeros_back),
		cmocka_unit_test(values_where_a_question_does_not_apply),
		cmocka_unit_test(constraints_and_warnings),
		cmocka_unit_test(imputed_values_say_how),
		cmocka_unit_test(calculations_are_never_taken_from_the_file),
		cmocka_unit_test(options_that_the_filter_leaves_out),
		cmocka_unit_test(personal_values_are_never_shown),
		cmocka_unit_test(columns_are_matched),
		cmocka_unit_test(ids_known_once_and_only_once),
		cmocka_unit_test(many_ids_are_told_apart),
		cmocka_unit_test(repeats_are_joined_by_id),
		cmocka_unit_test(what_is_wrong_in_a_repeat),
		cmocka_unit_test(documents_give_the_same_frame_back),
		cmocka_unit_test(damaged_documents_are_errors),
	};
	return cmocka_run_group_tests(test, NULL, NULL);
}
