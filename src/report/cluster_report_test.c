/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worked example: "Café del Sur", its areas and weights and what was drawn of them, against
 * eight peers. */
#include "report/cluster_report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/cluster_report_words.h"

#define LABEL(es, en) \
	{ \
		{ \
			{ es, sizeof(es) - 1 }, \
			{ \
				en, sizeof(en) - 1 \
			} \
		} \
	}
#define NBSP "\xc2\xa0"

enum { AREAS = 8, PEERS = 8, CLUSTERS = PEERS + 1 };

static struct area area[AREAS] = {
	{ .code = { "E", 1 }, .label = LABEL("Enfoque", "Focus"), .weight = { 6, 0 } },
	{ .code = { "S", 1 }, .label = LABEL("Estrategia", "Strategy"), .weight = { 20, 0 } },
	{ .code = { "A", 1 }, .label = LABEL("Actores", "Actors"), .weight = { 15, 0 } },
	{ .code = { "G", 1 }, .label = LABEL("Gobernanza", "Governance"), .weight = { 20, 0 } },
	{ .code = { "P", 1 }, .label = LABEL("Proyectos", "Projects"), .weight = { 10, 0 } },
	{ .code = { "C", 1 }, .label = LABEL("Colaboración", "Collaboration"), .weight = { 9, 0 } },
	{ .code = { "N", 1 }, .label = LABEL("Financiación", "Funding"), .weight = { 10, 0 } },
	{ .code = { "I", 1 }, .label = LABEL("Impacto", "Impact"), .weight = { 10, 0 } },
};
/* 100/weights * sum = 63.550736 */
static const int64_t now_micro[AREAS] = { 72000000, 82500000, 68571429, 67272727,
					  56666667, 42857143, 46666667, 48000000 };
static const int64_t before_micro[AREAS] = { 69000000, 71000000, 60000000, 58000000,
					     61000000, 47000000, 41000000, 50000000 };

static struct level level[] = {
	{ .code = { "b", 1 }, .label = LABEL("Básico", "Basic"), .cut_micro = 0 },
	{ .code = { "e", 1 },
	  .label = LABEL("En consolidación", "Consolidating"),
	  .cut_micro = 40000000 },
	{ .code = { "c", 1 },
	  .label = LABEL("Consolidado", "Consolidated"),
	  .cut_micro = 60000000 },
};
static struct gate gate[] = { { .level = 2, .label = LABEL("Tiene asamblea", "Has an assembly") } };
static struct profile profile[] = {
	{ .name = { "SSME", 4 }, .level = level, .n_levels = 3, .gate = gate, .n_gates = 1 },
	{ .name = { "ESCA", 4 }, .level = level, .n_levels = 3 },
};
static struct score_item item[AREAS] = {
	{ .question = { "E1", 2 }, .area = 0, .max_micro = 5000000 },
	{ .question = { "S1", 2 }, .area = 1, .max_micro = 5000000 },
	{ .question = { "A1", 2 }, .area = 2, .max_micro = 5000000 },
	{ .question = { "G7", 2 }, .area = 3, .max_micro = 5000000 },
	{ .question = { "P1", 2 }, .area = 4, .max_micro = 5000000 },
	{ .question = { "C1", 2 }, .area = 5, .max_micro = 5000000 },
	{ .question = { "N1", 2 }, .area = 6, .max_micro = 5000000 },
	{ .question = { "I1", 2 }, .area = 7, .max_micro = 5000000 },
};
static struct step step[] = {
	{ .item = 3, .effort = 1, .text = LABEL("Apruebe el reglamento", "Approve the rules") },
	{ .item = 5, .effort = 3, .text = LABEL("Una acción más", "One more action") },
};

/* What a test may change before the report is made. */
struct own {
	struct arena a;
	struct instrument in;
	struct scores scores;
	struct robustness robustness;
	struct round_fact round, before;
	struct cluster_entry entry;
	struct score_bounds bounds;
	struct lift lift;
	struct peers peers;
	struct score_change change;
	struct cluster_report_input input;
};

static void fill_scores(struct own *x)
{
	x->scores = scores_new(&x->a, &x->in, CLUSTERS);
	for (size_t i = 0; i < CLUSTERS; i++) {
		struct cluster_score *c = &x->scores.cluster[i];
		c->cluster = i ? str_fmt(&x->a, "PAR%zu", i) : STR("C037");
		c->categorizable = true;
		c->micro = i ? 50000000 + (int64_t)i * 2000000 : 63550736;
		c->exact = (double)c->micro / 1e6;
		c->level[0] = c->by_cut[0] = i ? 1 : 2;
		c->level[1] = 1;
		c->held_by[0] = c->held_by[1] = -1;
		for (size_t k = 0; k < AREAS; k++) {
			c->area[k].computed = true;
			c->area[k].micro = i ? 40000000 + (int64_t)(i + k) * 3000000 : now_micro[k];
			c->area[k].exact = (double)c->area[k].micro / 1e6;
		}
	}
	x->scores.cluster[0].missing = 3;
}

static void fill_robustness(struct own *x)
{
	struct cluster_robustness *c = NEW(&x->a, CLUSTERS, struct cluster_robustness);
	x->robustness = (struct robustness){ .model = { .draws = 100000,
							.concentration = 20,
							.weight_range = 25,
							.geometric = 50,
							.item_error = 5,
							.missing = true },
					     .cluster = c,
					     .n = CLUSTERS };
	c[0] = (struct cluster_robustness){ .computed = true,
					    .probability = NEW(&x->a, 3, double),
					    .likely = 2,
					    .certainty = CERTAINTY_PROBABLE,
					    .score_low = 58.7,
					    .score_median = 63.4,
					    .score_high = 68.3,
					    .equal_micro = 60566800,
					    .equal_level = 2 };
	c[0].probability[1] = 0.114;
	c[0].probability[2] = 0.886;
}

static void fill_lift(struct own *x)
{
	struct lift_step *s = NEW(&x->a, 2, struct lift_step);
	s[0] = (struct lift_step){ 0, 1090909 };
	s[1] = (struct lift_step){ 1, 450000 };
	x->lift = (struct lift){ .best = s, .n_best = 2, .gate = -1, .complete = true };
	for (size_t i = 0; i < 2; i++)
		x->lift.plan[i] = (struct lift_plan){
			.step = s + i, .n = 2 - i, .effort = 4, .score_micro = 60200000, .level = 2
		};
}

static void fill_change(struct own *x)
{
	static struct item_change moved[14];
	int64_t sum = 0;
	for (size_t i = 0; i < 14; i++) {
		moved[i] = (struct item_change){ .item = i % AREAS,
						 .answer_micro = (i % 2 ? -1 : 1) *
							 (2000000 - (int64_t)i * 120000) };
		sum += moved[i].answer_micro;
	}
	x->change = (struct score_change){ .computed = true,
					   .old_micro = 63550736 - sum,
					   .new_micro = 63550736,
					   .item = moved,
					   .n_items = 14 };
}

static void fill_before(struct own *x)
{
	struct cluster_score *before = NEW(&x->a, 1, struct cluster_score);
	before->area = NEW(&x->a, AREAS, struct area_score);
	for (size_t k = 0; k < AREAS; k++)
		before->area[k] = (struct area_score){ .computed = true, .micro = before_micro[k] };
	x->input.score_before = before;
}

static void own_open(struct own *x)
{
	*x = (struct own){ .round = { .id = STR("2022"), .year = 2022 },
			   .before = { .id = STR("2020"), .year = 2020 },
			   .entry = { .id = STR("C037"), .name = STR("Café del Sur") },
			   .bounds = { 63550736, 64100000, 64650000, 2, 2, 2 } };
	arena_init(&x->a, 64 << 20);
	x->in = (struct instrument){ .id = STR("ssme"),
				     .version = STR("2022.1"),
				     .status = STR("propuesto"),
				     .area = area,
				     .n_areas = AREAS,
				     .item = item,
				     .n_items = AREAS,
				     .step = step,
				     .n_steps = 2,
				     .profile = profile,
				     .n_profiles = 2 };
	fill_scores(x);
	fill_robustness(x);
	fill_lift(x);
	fill_change(x);
	x->peers = (struct peers){ .label = LABEL("agroindustria", "agroindustry"),
				   .row = NEW(&x->a, PEERS, uint32_t),
				   .n = PEERS };
	for (uint32_t i = 0; i < PEERS; i++)
		x->peers.row[i] = i + 1;
	x->input = (struct cluster_report_input){ .instrument = &x->in,
						  .round = &x->round,
						  .cluster = &x->entry,
						  .department = STR("Huila"),
						  .scores = &x->scores,
						  .robustness = &x->robustness,
						  .bounds = &x->bounds,
						  .lift = &x->lift,
						  .peers = &x->peers,
						  .change = &x->change,
						  .before = &x->before,
						  .n_warnings = 2,
						  .n_unexplained = 1,
						  .synthetic = true,
						  .data_sha256 = STR("a41f"),
						  .program = STR("ssme") };
	fill_before(x);
}

static const struct document *made(struct own *x, enum lang lang)
{
	struct document *d = NEW(&x->a, 1, struct document);
	cluster_report_make(&x->a, &x->input, lang, d);
	return d;
}

static void is(struct str got, const char *want)
{
	if (!str_is(got, want))
		print_message("%.*s\n", STR_ARG(got));
	assert_true(str_is(got, want));
}

static const struct section *section_of(const struct document *d, const char *id)
{
	for (size_t i = 0; i < d->n_sections; i++)
		if (str_is(d->section[i].id, id))
			return &d->section[i];
	return NULL;
}

static const struct block *block_of(const struct section *s, enum block_kind kind)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->block[i].kind == kind)
			return &s->block[i];
	fail_msg("no such block");
	return NULL;
}

/* Calls f with every text of the document. */
static void every_text(const struct document *d, void (*f)(struct str))
{
	f(d->title);
	f(d->subtitle);
	f(d->notice);
	for (size_t s = 0; s < d->n_sections; s++)
		for (size_t i = 0; i < d->section[s].n; i++) {
			const struct block *b = &d->section[s].block[i];
			f(b->text);
			for (size_t k = 0; b->item && k < b->n; k++)
				f(b->item[k]);
			for (size_t k = 0; b->tile && k < b->n; k++) {
				f(b->tile[k].text);
				f(b->tile[k].label);
				f(b->tile[k].detail);
			}
			const struct table *t = b->chart ? &b->chart->table : b->table;
			for (size_t k = 0; t && k < t->n_columns * t->n_rows; k++)
				f(t->cell[k]);
			if (b->chart) {
				f(b->chart->title);
				f(b->chart->subtitle);
				f(b->chart->alternative);
			}
		}
}

static void the_cover_is_the_finding(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	const struct document *d = made(&x, LANG_ES);
	is(d->title, "Consolidado, por poco");
	is(d->kicker, "Café del Sur · Huila");
	is(d->mark, "report/es/2022/C037");
	is(d->subtitle,
	   "63,6 puntos de 100; el corte de Consolidado es 60. Seguiría en este nivel en 89 de "
	   "cada "
	   "100 casos razonables.");
	is(d->notice,
	   "Datos sintéticos de demostración. Método propuesto, "
	   "no oficial.");
	d = made(&x, LANG_EN);
	is(d->title, "Consolidated, narrowly");
	is(d->subtitle,
	   "63.6 points of 100; the cut of Consolidated is 60. It would stay at this level in 89 "
	   "of "
	   "each 100 reasonable cases.");
	x.input.provisional = true;
	is(made(&x, LANG_ES)->notice,
	   "Provisional: la ronda sigue abierta. Datos sintéticos de "
	   "demostración. Método propuesto, no oficial.");
	arena_drop(&x.a);
}

/* Each title stands only where its test holds. */
static void titles_say_no_more_than_the_numbers(void **state)
{
	(void)state;
	static const struct {
		int level, likely;
		enum certainty certainty;
		double low, high;
		const char *title;
	} row[] = {
		{ 2, 2, CERTAINTY_PROBABLE, 58.7, 68.3, "Consolidado, por poco" },
		{ 2, 2, CERTAINTY_PROBABLE, 60.1, 68.3, "Consolidado" },
		{ 2, 2, CERTAINTY_FIRM, 61, 68, "Consolidado, con firmeza" },
		{ 2, 2, CERTAINTY_FIRM, 59.9, 68, "Consolidado" },
		{ 2, 2, CERTAINTY_UNDECIDED, 55, 68, "Consolidado, sin certeza" },
		{ 2, 1, CERTAINTY_PROBABLE, 55, 62, "Consolidado, sin certeza" },
		{ 1, 1, CERTAINTY_PROBABLE, 52, 61, "En consolidación, cerca de Consolidado" },
		{ 1, 1, CERTAINTY_PROBABLE, 38, 59, "En consolidación, por poco" },
		{ 1, 1, CERTAINTY_FIRM, 45, 55, "En consolidación, con firmeza" },
		{ 0, 0, CERTAINTY_FIRM, 10, 35, "Básico, con firmeza" },
		{ 0, 0, CERTAINTY_PROBABLE, 30, 41, "Básico, cerca de En consolidación" },
	};
	struct own x;
	own_open(&x);
	struct cluster_robustness *c = &x.robustness.cluster[0];
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		x.scores.cluster[0].level[0] = x.scores.cluster[0].by_cut[0] = row[i].level;
		c->likely = row[i].likely;
		c->certainty = row[i].certainty;
		c->score_low = row[i].low;
		c->score_high = row[i].high;
		is(made(&x, LANG_ES)->title, row[i].title);
	}
	x.scores.cluster[0].level[0] = 1;
	x.scores.cluster[0].by_cut[0] = 2;
	x.scores.cluster[0].held_by[0] = 0;
	is(made(&x, LANG_ES)->title,
	   "En consolidación: los puntos alcanzan para Consolidado, falta una condición");
	is(block_of(section_of(made(&x, LANG_ES), "nivel"), BLOCK_CHART)->chart->title,
	   "Lo que lo detiene: Tiene asamblea");
	arena_drop(&x.a);
}

static void without_a_model_nothing_is_said_of_certainty(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	x.input.robustness = NULL;
	const struct document *d = made(&x, LANG_ES);
	is(d->title, "Consolidado");
	is(d->subtitle, "63,6 puntos de 100; el corte de Consolidado es 60.");
	const struct chart *c = block_of(section_of(d, "nivel"), BLOCK_CHART)->chart;
	assert_false(c->series[1].mark[0].has_interval);
	assert_int_equal(c->table.n_columns, 2);
	arena_drop(&x.a);
}

static void a_score_is_never_shown_beyond_a_cut(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	const struct own_report r = {
		.a = &x.a, .in = &x.input, .lang = LANG_ES, .own = &x.scores.cluster[0]
	};
	is(own_points(&r, 63550736), "63,6");
	is(own_points(&r, 59960000), "59,96");
	is(own_points(&r, 59999999), "59,999999");
	is(own_points(&r, 60000000), "60,0");
	is(own_points(&r, 39950000), "39,95");
	is(own_signed(&r, 4900000), "+4,9");
	is(own_signed(&r, -4300000), "\u22124,3");
	is(own_signed(&r, 30000), "+0,03");
	is(own_signed(&r, 0), "0");
	is(own_in_hundred(&r, 0.886), "89 de cada 100");
	is(own_in_hundred(&r, 0.999), "más de 99 de cada 100");
	is(own_in_hundred(&r, 1), "100 de cada 100");
	is(own_in_hundred(&r, 0.001), "menos de 1 de cada 100");
	arena_drop(&x.a);
}

static void tiles_say_points_change_position_and_what_is_missing(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	const struct tile *t = block_of(section_of(made(&x, LANG_ES), "nivel"), BLOCK_TILES)->tile;
	is(t[0].text, "63,6");
	is(t[0].detail, "entre 58,7 y 68,3 en 90 de cada 100 casos razonables");
	is(t[1].label, "puntos desde 2020");
	is(t[1].detail, "con el mismo método");
	/* Peers stand at 52, 54, ..., 66: six of eight below, 7.5 of 10. */
	is(t[2].text, "7 de 10");
	is(t[2].label, "mejor que 7 de cada 10 pares");
	is(t[2].detail, "8 clústeres: agroindustria");
	is(t[3].text, "3");
	is(t[3].detail, "podrían sumar hasta 1,1 puntos");
	x.input.change = NULL;
	x.input.no_change = STR("no respondió en 2020");
	x.peers.n = 4;
	t = block_of(section_of(made(&x, LANG_EN), "nivel"), BLOCK_TILES)->tile;
	is(t[1].label, "no measurable change");
	is(t[1].detail, "no respondió en 2020");
	is(t[2].text, "No peers");
	assert_null(section_of(made(&x, LANG_ES), "cambio"));
	arena_drop(&x.a);
}

static void areas_stand_highest_first_on_the_band_of_their_peers(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	const struct chart *c =
		block_of(section_of(made(&x, LANG_ES), "areas"), BLOCK_CHART)->chart;
	const struct mark *m = c->series[0].mark;
	assert_int_equal(c->kind, CHART_POSITION);
	is(m[0].label, "Estrategia");
	is(m[0].note, "pesa 20 de 100 · antes 71,0");
	is(m[0].text, "82,5");
	is(m[0].detail, "+11,5");
	assert_true(m[0].has_before && m[0].has_band && m[0].tone == TONE_PLAIN);
	/* Of peers i = 1..8 the area S is at 40 + 3 (i + 1): the median 56.5. */
	assert_true(fabs(m[0].band_median - 56.5) < 1e-9);
	is(m[7].label, "Colaboración");
	assert_true(m[7].tone == TONE_DECLINE);
	for (size_t i = 1; i < AREAS; i++)
		assert_true(m[i - 1].value >= m[i].value);
	assert_true(c->alternative.n > c->title.n && c->table.n_rows == AREAS);
	arena_drop(&x.a);
}

static void too_few_peers_or_another_method_leave_their_marks_out(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	x.peers.n = 4;
	x.input.comparability = COMPARABLE_COMMON_ITEMS;
	x.scores.cluster[0].area[2].computed = false;
	const struct document *d = made(&x, LANG_ES);
	const struct chart *c = block_of(section_of(d, "areas"), BLOCK_CHART)->chart;
	for (size_t i = 0; i < AREAS; i++)
		assert_false(c->series[0].mark[i].has_band || c->series[0].mark[i].has_before);
	is(c->title, "Lo más alto: Estrategia; lo más bajo: Colaboración");
	is(c->subtitle,
	   "No hay cinco clústeres comparables: no se muestra la franja de los pares.");
	is(c->series[0].mark[AREAS - 1].text, "no se calcula");
	is(block_of(section_of(d, "nivel"), BLOCK_TILES)->tile[1].detail,
	   "sobre las preguntas que los dos métodos comparten");
	arena_drop(&x.a);
}

static void the_change_adds_up_item_by_item(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	const struct chart *c =
		block_of(section_of(made(&x, LANG_ES), "cambio"), BLOCK_CHART)->chart;
	double sum = 0;
	for (size_t i = 0; i < c->series[0].n; i++)
		sum += c->series[0].mark[i].value;
	assert_int_equal(c->series[0].n, 9); /* eight and the rest */
	is(c->series[0].mark[8].label, "Otras 6 preguntas");
	assert_false(c->series[0].mark[8].has_value);
	assert_true(fabs(sum - (double)(x.change.new_micro - x.change.old_micro) / 1e6) < 1e-9);
	assert_int_equal(c->table.n_rows, 14);
	assert_true(str_starts(c->title, "De 62,") && str_ends(c->title, " a 63,6 en 2022"));
	arena_drop(&x.a);
}

static void what_lifts_is_said_with_its_effort_and_its_proof(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	const struct section *s = section_of(made(&x, LANG_ES), "subir");
	is(block_of(s, BLOCK_HEADING)->text,
	   "Está en el nivel más alto: lo que más puede sumar todavía");
	const struct tile *card = block_of(s, BLOCK_CARDS)->tile;
	is(card[0].label, "Apruebe el reglamento");
	is(card[0].detail, "Gobernanza · esfuerzo bajo");
	is(card[0].text, "+1,1 puntos");
	is(card[1].detail, "Colaboración · esfuerzo alto");
	x.lift.possible = true;
	x.lift.level = 2;
	x.lift.missing_micro = 3200000;
	x.lift.n_plans = 2;
	s = section_of(made(&x, LANG_ES), "subir");
	is(block_of(s, BLOCK_HEADING)->text, "Le faltan 3,2 puntos para Consolidado");
	const struct block *plans = block_of(s, BLOCK_LIST);
	assert_int_equal(plans->n, 2);
	is(plans->item[0],
	   "60,2 puntos: Consolidado. Esfuerzo: 1 bajo, 1 alto. Apruebe el reglamento; Una acción "
	   "más.");
	/* The second is the first without its first step. */
	is(plans->item[1],
	   "60,2 puntos: Consolidado. Esfuerzo: 1 alto. Como la primera, sin: Apruebe el "
	   "reglamento.");
	is(block_of(s, BLOCK_NOTE)->text,
	   "Búsqueda exacta entre todos los conjuntos de respuestas del método; cada uno se "
	   "comprobó recalculando el puntaje y sus condiciones.");
	x.lift.complete = false;
	s = section_of(made(&x, LANG_ES), "subir");
	is(block_of(s, BLOCK_NOTE)->text,
	   "Cada conjunto se comprobó recalculando el puntaje y sus condiciones; puede haber otros "
	   "menos costosos.");
	x.lift.complete = true;
	x.lift.n_plans = 0;
	s = section_of(made(&x, LANG_EN), "subir");
	is(block_of(s, BLOCK_HEADING)->text, "No set of these answers reaches Consolidated yet");
	x.lift.n_plans = 1;
	x.lift.missing_micro = 0;
	x.lift.gate = 0;
	s = section_of(made(&x, LANG_ES), "subir");
	is(block_of(s, BLOCK_HEADING)->text,
	   "Los puntos alcanzan para Consolidado; falta una condición");
	is(block_of(s, BLOCK_PARAGRAPH)->text, "La condición que lo detiene: Tiene asamblea.");
	arena_drop(&x.a);
}

static void what_cannot_be_categorised_says_why(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	struct cluster_score *c = &x.scores.cluster[0];
	c->categorizable = false;
	c->level[0] = c->level[1] = -1;
	x.robustness.cluster[0].computed = false;
	x.input.account = NULL;
	x.input.change = NULL;
	x.input.peers = NULL;
	x.input.lift = NULL;
	const struct document *d = made(&x, LANG_ES);
	is(d->title, "Todavía no se puede categorizar");
	is(d->subtitle, "Faltan demasiadas respuestas: 3 preguntas que puntúan no la tienen.");
	assert_null(section_of(d, "nivel"));
	assert_null(section_of(d, "subir"));
	assert_non_null(section_of(d, "areas"));
	c->missing = 1;
	is(made(&x, LANG_ES)->subtitle, "Faltan respuestas: 1 pregunta que puntúa no la tiene.");
	c->missing = 0;
	is(made(&x, LANG_ES)->subtitle,
	   "Demasiadas áreas no se calculan: sus preguntas no le aplican.");
	arena_drop(&x.a);
}

static void equal_areas_have_no_highest_one(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	x.peers.n = 4;
	for (size_t i = 0; i < AREAS; i++)
		x.scores.cluster[0].area[i].micro = 50000000;
	const struct document *d = made(&x, LANG_ES);
	is(block_of(section_of(d, "areas"), BLOCK_CHART)->chart->title, "Las áreas del puntaje");
	arena_drop(&x.a);
}

/* No rank, no other cluster by its id, no cause, no placeholder left over. */
static void no_forbidden_word(struct str s)
{
	static const char *const word[] = { "PAR",     ".º",   ".ª",     "ranking",
					    " puesto", "rank", "causa ", "causes ",
					    "(null)",  "%d",   "%zu" };
	size_t at;
	for (size_t i = 0; i < sizeof word / sizeof *word; i++)
		if (str_find(s, str_of(word[i]), &at))
			fail_msg("%s: %.*s", word[i], STR_ARG(s));
	assert_true(utf8_valid(s, NULL));
}

static void nothing_is_said_of_any_other_cluster(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	x.lift.possible = true;
	x.lift.level = 2;
	x.lift.n_plans = 2;
	for (int lang = 0; lang < LANG_N; lang++)
		every_text(made(&x, (enum lang)lang), no_forbidden_word);
	arena_drop(&x.a);
}

static void the_method_says_its_model(void **state)
{
	(void)state;
	struct own x;
	own_open(&x);
	const struct block *b = block_of(section_of(made(&x, LANG_ES), "metodo"), BLOCK_LIST);
	assert_int_equal(b->n, 5);
	is(b->item[1], "cada peso hasta 25" NBSP "% por encima o por debajo");
	x.robustness.model.weight_range = 0;
	x.robustness.model.missing = false;
	assert_int_equal(block_of(section_of(made(&x, LANG_ES), "metodo"), BLOCK_LIST)->n, 3);
	arena_drop(&x.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cover_is_the_finding),
		cmocka_unit_test(titles_say_no_more_than_the_numbers),
		cmocka_unit_test(without_a_model_nothing_is_said_of_certainty),
		cmocka_unit_test(a_score_is_never_shown_beyond_a_cut),
		cmocka_unit_test(tiles_say_points_change_position_and_what_is_missing),
		cmocka_unit_test(areas_stand_highest_first_on_the_band_of_their_peers),
		cmocka_unit_test(too_few_peers_or_another_method_leave_their_marks_out),
		cmocka_unit_test(the_change_adds_up_item_by_item),
		cmocka_unit_test(what_lifts_is_said_with_its_effort_and_its_proof),
		cmocka_unit_test(what_cannot_be_categorised_says_why),
		cmocka_unit_test(equal_areas_have_no_highest_one),
		cmocka_unit_test(nothing_is_said_of_any_other_cluster),
		cmocka_unit_test(the_method_says_its_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
