/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of responses being filled in: a small form, the shipped ones, and sheets filled in
 * by chance, the same on every machine. */
#ifndef SSME_RESPONSE_LOOK_FIXTURE_H
#define SSME_RESPONSE_LOOK_FIXTURE_H

#include "instrument/fixture.h"

#include "response/look.h"

/* ---- forms ---- */

static const char small_survey[] =
	"type,name,label::es,required,relevant,constraint,constraint_message::es,calculation,"
	"choice_filter,appearance,ssme::unit,ssme::warning,ssme::warning_message::es,"
	"ssme::personal\n"
	"note,hello,Hola,,,,,,,,,,,\n"
	"begin_group,one,Uno,,,,,,,,,,,\n"
	"integer,A01,Empresas,yes,,. >= 0,No puede ser negativo,,,,empresas,,,\n"
	"decimal,A02,Porcentaje,,,. <= 100,,,,,,,,\n"
	"integer,A03,Ventas,${A01} > 10,,,,,,,cop,. <= 1000000,Ventas muy altas,\n"
	"select_one yn,G01,Gobierno,yes,,,,,,,,,,\n"
	"date,G02,Fecha,yes,${G01} = 'a',,,,,month-year,,,,\n"
	"text,G03,Detalle,yes,${G02} >= date('2020-01-01'),,,,,,,,,\n"
	"note,sorry,Nota,,${G01} = 'b',,,,,,,,,\n"
	"end_group,,,,,,,,,,,,,\n"
	"begin_group,two,Dos,,,,,,,,,,,\n"
	"select_multiple dep,D01,Departamentos,,,,,,,,,,,\n"
	"select_one city,K01,Ciudad,,,,,,\"selected(${D01}, department)\",,,,,\n"
	"rank areas,S02,Orden,,,,,,,,,,,\n"
	"integer,P01,Documento,,,. > 100,Corto,,,,,,,yes\n"
	"calculate,C01,,,,,,${A01} * 2 + ${A02},,,,,,\n"
	"begin_repeat,obras,Obras,,${G01} = 'a',,,,,,,,,\n"
	"integer,O01,Valor,yes,,. < 1000,Muy alto,,,,,. < 500 or ${A01} > 5,Alto,\n"
	"text,O02,Nombre,,${O01} > 5,,,,,,,,,\n"
	"select_one city,O03,Ciudad,,,,,,\"selected(${D01}, department)\",,,,,\n"
	"calculate,O04,,,,,,${O01} + position(..),,,,,,\n"
	"end_repeat,,,,,,,,,,,,,\n"
	"calculate,C02,,,,,,sum(${O01}),,,,,,\n"
	"integer,N01,Cuántas,,count(${obras}) > 1,. = count(${obras}),No son esas,,,,,,,\n"
	"end_group,,,,,,,,,,,,,\n";
static const char small_choices[] =
	"list_name,name,label::es,department\nyn,a,Sí,\nyn,b,No,\nareas,gob,Gobernanza,\n"
	"areas,fin,Financiación,\nareas,com,Comercio,\ndep,05,Antioquia,\ndep,76,Valle,\n"
	"city,med,Medellín,05\ncity,env,Envigado,05\ncity,cal,Cali,76\n";

struct bench {
	struct arena *a;
	const struct form *form;
	const struct response_plan *plan;
	struct response_round round;
	uint64_t seed;
};

static inline struct bench bench_of(struct arena *a, struct fixture *x, int which)
{
	struct problems ps;
	const struct instrument *in = fixture_load(x, LANG_ES, &ps);
	if (!in) {
		struct buf b;
		buf_init(&b, a, 1u << 20);
		problems_put_text(&b, &ps);
		fail_msg("%s", b.p);
	}
	struct bench bench = { .a = a, .form = in->form[which], .seed = 1 };
	bench.plan = response_plan_make(a, bench.form, NULL);
	bench.round = (struct response_round){
		.year = 2024, .has_from = true, .has_to = true, .from = 19723, .to = 20088
	};
	return bench;
}

static inline struct bench small_bench(struct arena *a)
{
	struct fixture *x = NEW(a, 1, struct fixture);
	*x = (struct fixture){ .a = a };
	fixture_file(x, "survey.csv", str_of(small_survey));
	fixture_file(x, "choices.csv", str_of(small_choices));
	return bench_of(a, x, FORM_CLUSTER);
}

static inline struct bench shipped_bench(struct arena *a, int which)
{
	struct fixture *x = NEW(a, 1, struct fixture);
	*x = fixture_folder(a, "instruments/ssme");
	return bench_of(a, x, which);
}

/* ---- one look ---- */

enum { CELLS_MAX = 2000, ITEMS_MAX = 10 };
struct answers {
	struct look_cell cell[CELLS_MAX];
	size_t n_cells;
	struct look_item item[ITEMS_MAX];
	size_t n_items;
};

static inline void answer_item(struct answers *s, const char *question, int64_t item,
			       const char *value)
{
	for (size_t i = 0; i < s->n_cells; i++)
		if (str_is(s->cell[i].question, question) && s->cell[i].item == item) {
			s->cell[i].value = str_of(value);
			return;
		}
	s->cell[s->n_cells++] = (struct look_cell){ .question = str_of(question),
						    .item = item,
						    .value = str_of(value) };
}

static inline void answer(struct answers *s, const char *question, const char *value)
{
	answer_item(s, question, 0, value);
}

static inline const struct look *look_at(const struct bench *b, const struct answers *s)
{
	struct look_request in = { .plan = b->plan,
				   .round = &b->round,
				   .cluster = STR("C001"),
				   .company = STR("E1"), /* of a company's form */
				   .lang = LANG_ES,
				   .cell = s->cell,
				   .n_cells = s->n_cells,
				   .item = s->item,
				   .n_items = s->n_items };
	const struct look *l;
	struct err e = { 0 };
	if (!response_look(b->a, &in, &l, &e))
		fail_msg("%s", e.msg);
	return l;
}

/* ---- by chance ---- */

static inline uint64_t draw(struct bench *b)
{
	b->seed += 0x9E3779B97F4A7C15u;
	uint64_t z = b->seed;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static inline struct str random_number(struct bench *b, const struct question *q)
{
	static const char *const odd[] = { "-1", "0.5", "99.95", "1e3", "x", "12.", "2024", "100" };
	if (draw(b) % 8 == 0)
		return str_of(odd[draw(b) % (sizeof(odd) / sizeof(*odd))]);
	uint64_t most = str_is(q->unit, "cop") ? 5000000000u : draw(b) % 2 ? 5 : 120;
	return str_fmt(b->a, "%llu", (unsigned long long)(draw(b) % (most + 1)));
}

static inline struct str random_options(struct bench *b, const struct choice_list *list,
					size_t n)
{
	struct buf text;
	buf_init(&text, b->a, 1u << 16);
	for (size_t i = 0; i < n; i++) {
		struct str option = list->options.name[draw(b) % list->options.n];
		buf_fmt(&text, "%s%.*s", i ? " " : "", STR_ARG(option));
	}
	return buf_str(&text);
}

static inline struct str random_value(struct bench *b, const struct question *q)
{
	uint64_t dice = draw(b) % 20;
	if (dice < 3)
		return STR("");
	if (dice < 5)
		return dice == 3 ? STR("ND") : STR("NA");
	if (dice == 5)
		return draw(b) % 2 ? STR("no vale") : STR("no vale no");
	switch (q->column) {
	case COLUMN_INTEGER:
	case COLUMN_REAL: return random_number(b, q);
	case COLUMN_CHOICE: return random_options(b, q->list, 1);
	case COLUMN_MULTIPLE:
	case COLUMN_RANK: return random_options(b, q->list, 1 + draw(b) % 3);
	case COLUMN_DATE:
		return str_fmt(b->a, "20%02u-%02u-%02u", (unsigned)(15 + draw(b) % 11),
			       (unsigned)(1 + draw(b) % 12), (unsigned)(1 + draw(b) % 29));
	case COLUMN_BOOLEAN: return draw(b) % 2 ? STR("true") : STR("false");
	case COLUMN_TEXT: break;
	}
	static const char *const text[] = { "900123456-8", "900.123.456-7", "Ágora  ñandú", "12.5",
					    "true", "2024-02-29", "a 😀 z", "0123 1061" };
	return draw(b) % 4 ? str_fmt(b->a, "%04u", (unsigned)(draw(b) % 9999))
			   : str_of(text[draw(b) % (sizeof(text) / sizeof(*text))]);
}

static inline void fill_randomly(struct bench *b, struct answers *s)
{
	const struct form *f = b->form;
	s->n_cells = s->n_items = 0;
	for (size_t k = 0; k < f->n_repeats; k++)
		for (size_t i = 0, n = draw(b) % 4; i < n; i++)
			s->item[s->n_items++] = (struct look_item){ f->repeat[k].name,
								    (int64_t)(7 * i % 5 + 1) };
	for (size_t q = 0; q < f->n_questions; q++) {
		const struct question *question = &f->question[q];
		bool in_repeat = question->repeat >= 0;
		for (size_t i = 0; i < (in_repeat ? s->n_items : 1); i++)
			if (question->type != QUESTION_NOTE && !question->calculation)
				s->cell[s->n_cells++] = (struct look_cell){
					.question = question->name,
					.item = in_repeat ? s->item[i].item : 0,
					.value = random_value(b, question),
					.reason = draw(b) % 3 ? STR("") : STR("así es"),
				};
	}
}

#endif
