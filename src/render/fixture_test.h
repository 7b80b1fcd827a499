/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole document for the tests of the writers, modelled on a national bulletin.  Only tests
 * include it.  The shares are those the printed bulletin of 2022 gives; department counts and
 * intervals are made up, and add up. */
#ifndef SSME_RENDER_FIXTURE_TEST_H
#define SSME_RENDER_FIXTURE_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "report/document.h"

/* A whole file; the tests run in the top folder of the sources. */
static inline struct str fixture_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rbe");
	if (!f)
		return STR("");
	struct buf b;
	buf_init(&b, a, 16 << 20);
	char piece[4096];
	for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
		buf_put(&b, (struct str){ piece, n });
	fclose(f);
	return buf_str(&b);
}

/* Compares with a golden file; with SSME_GOLDEN=write in the environment it writes the file. */
static inline bool fixture_golden(struct arena *a, const char *path, struct str is)
{
	const char *mode = getenv("SSME_GOLDEN");
	if (mode && strcmp(mode, "write") == 0) {
		FILE *f = fopen(path, "wbe");
		if (!f)
			return false;
		const bool good = fwrite(is.p, 1, is.n, f) == is.n;
		return fclose(f) == 0 && good;
	}
	const struct str be = fixture_file(a, path);
	if (str_eq(is, be))
		return true;
	size_t at = 0, line = 1;
	for (; at < is.n && at < be.n && is.p[at] == be.p[at]; at++)
		line += is.p[at] == '\n';
	fprintf(stderr, "# %s:%zu differs (%zu bytes, %zu wanted)\n", path, line, is.n, be.n);
	return false;
}

struct maker {
	struct arena *a;
	enum lang lang;
	struct document *d;
	struct section *section;
};

static inline struct str fx(struct maker *m, const char *es, const char *en)
{
	return str_dup(m->a, str_of(m->lang == LANG_ES ? es : en));
}

/* "72 %", with a no-break space in Spanish. */
static inline struct str fx_percent(struct maker *m, double v)
{
	struct buf b;
	buf_init(&b, m->a, 64);
	num_put_local(&b, m->lang, v, 0);
	buf_puts(&b, m->lang == LANG_ES ? "\u00a0%" : "%");
	return buf_str(&b);
}

static inline struct section *fx_section(struct maker *m, const char *id, const char *es,
					 const char *en)
{
	m->section = &m->d->section[m->d->n_sections++];
	*m->section = (struct section){ .id = str_of(id),
					.title = fx(m, es, en),
					.block = NEW(m->a, 12, struct block) };
	return m->section;
}

static inline struct block *fx_block(struct maker *m, enum block_kind kind, const char *es,
				     const char *en)
{
	struct block *b = &m->section->block[m->section->n++];
	*b = (struct block){ .kind = kind, .text = fx(m, es, en) };
	return b;
}

static inline struct chart *fx_chart(struct maker *m, enum chart_kind kind, size_t n_series,
				     const char *es, const char *en)
{
	struct chart *c = NEW(m->a, 1, struct chart);
	c->kind = kind;
	c->title = fx(m, es, en);
	c->series = NEW(m->a, n_series, struct series);
	c->n_series = n_series;
	fx_block(m, BLOCK_CHART, "", "")->chart = c;
	return c;
}

static inline struct mark *fx_mark(struct maker *m, struct series *s, const char *es,
				   const char *en, double value, enum tone tone)
{
	if (!s->mark)
		s->mark = NEW(m->a, 40, struct mark);
	struct mark *k = &s->mark[s->n++];
	*k = (struct mark){ .label = fx(m, es, en),
			    .text = fx_percent(m, value),
			    .value = value,
			    .has_value = true,
			    .tone = tone };
	return k;
}

/* Table and alternative text of a chart out of its marks. */
static inline void fx_finish(struct maker *m, struct chart *c)
{
	size_t n = 0, row = 0;
	for (size_t s = 0; s < c->n_series; s++)
		n += c->series[s].n;
	struct table *t = &c->table;
	t->n_columns = 3;
	t->n_rows = n;
	t->head = NEW(m->a, 3, struct str);
	t->is_number = NEW(m->a, 3, bool);
	t->is_number[1] = true;
	t->head[0] = fx(m, "Categoría", "Category");
	t->head[1] = fx(m, "Valor", "Value");
	t->head[2] = fx(m, "Detalle", "Detail");
	t->cell = NEW(m->a, 3 * n, struct str);
	struct buf alt;
	buf_init(&alt, m->a, 4096);
	buf_put(&alt, c->title);
	buf_puts(&alt, ". ");
	for (size_t s = 0; s < c->n_series; s++)
		for (size_t i = 0; i < c->series[s].n; i++, row++) {
			const struct mark *k = &c->series[s].mark[i];
			t->cell[3 * row] = c->series[s].label.n
				? str_fmt(m->a, "%.*s · %.*s", STR_ARG(c->series[s].label),
					  STR_ARG(k->label))
				: k->label;
			t->cell[3 * row + 1] = k->text;
			t->cell[3 * row + 2] = k->detail.n ? k->detail : k->note;
			buf_fmt(&alt, "%s%.*s: %.*s", row ? "; " : "", STR_ARG(k->label),
				STR_ARG(k->text));
		}
	buf_putc(&alt, '.');
	c->alternative = buf_str(&alt);
}

static inline void fx_levels(struct maker *m)
{
	fx_section(m, "niveles", "Niveles y territorio", "Levels and territory")->beside = true;
	struct chart *c =
		fx_chart(m, CHART_LEVELS, 1, "Tres niveles de madurez", "Three levels of maturity");
	c->subtitle = fx(
		m,
		"Cada punto es una iniciativa; 23 están a menos de dos puntos de cambiar de nivel.",
		"Each dot is an initiative; 23 are less than two points from another level.");
	c->source = fx(m, "n = 100 de 120 registradas · F13–F15 · método ssme@2022.1",
		       "n = 100 of 120 registered · F13–F15 · method ssme@2022.1");
	struct mark *k = fx_mark(m, c->series, "Consolidado", "Consolidated", 64, TONE_LEVEL_3);
	k->detail = fx(m, "entre 60 y 68", "between 60 and 68");
	k = fx_mark(m, c->series, "En consolidación", "Consolidating", 30, TONE_LEVEL_2);
	k->detail = fx(m, "entre 26 y 34", "between 26 and 34");
	k = fx_mark(m, c->series, "Básico", "Basic", 6, TONE_LEVEL_1);
	k->detail = fx(m, "entre 4 y 8", "between 4 and 8");
	fx_finish(m, c);
}

static inline void fx_map(struct maker *m)
{
	static const struct {
		const char *code, *name;
		int n;
	} row[] = {
		{ "05", "Antioquia", 18 },
		{ "11", "Bogotá, D.C.", 14 },
		{ "76", "Valle del Cauca", 9 },
		{ "08", "Atlántico", 7 },
		{ "68", "Santander", 6 },
		{ "66", "Risaralda", 5 },
		{ "25", "Cundinamarca", 5 },
		{ "17", "Caldas", 4 },
		{ "63", "Quindío", 4 },
		{ "13", "Bolívar", 4 },
		{ "15", "Boyacá", 3 },
		{ "73", "Tolima", 3 },
		{ "41", "Huila", 3 },
		{ "52", "Nariño", 2 },
		{ "54", "Norte de Santander", 2 },
		{ "23", "Córdoba", 2 },
		{ "19", "Cauca", 2 },
		{ "47", "Magdalena", 1 },
		{ "20", "Cesar", 1 },
		{ "50", "Meta", 1 },
		{ "85", "Casanare", 1 },
		{ "18", "Caquetá", 1 },
		{ "44", "La Guajira", 1 },
		{ "88", "Archipiélago de San Andrés, Providencia y Santa Catalina", 1 },
	};
	struct chart *c = fx_chart(m, CHART_MAP, 1, "En 24 de los 26 departamentos con iniciativas",
				   "In 24 of the 26 departments with initiatives");
	c->subtitle = fx(m, "Iniciativas que respondieron, por departamento de su sede.",
			 "Initiatives that answered, by the department of their seat.");
	c->source = fx(
		m,
		"Sin color: ninguna respondió · F08–F11 · contornos generalizados de Natural Earth",
		"No colour: none answered · F08–F11 · generalised outlines from Natural Earth");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct mark *k =
			fx_mark(m, c->series, row[i].name, row[i].name, row[i].n, TONE_PLAIN);
		k->text = str_fmt(m->a, "%d", row[i].n);
		k->code = str_of(row[i].code);
	}
	fx_finish(m, c);
}

static inline void fx_share(struct maker *m, struct chart *c, const char *es, const char *en,
			    const char *note_es, const char *note_en, int value, const char *figure)
{
	struct mark *k = fx_mark(m, c->series, es, en, value, TONE_PLAIN);
	k->note = fx(m, note_es, note_en);
	k->has_interval = true;
	k->low = value - 4;
	k->high = value + 4;
	k->figure = str_of(figure);
	k->detail = m->lang == LANG_ES
		? str_fmt(m->a, "%d de 100 · entre %d y %d", value, value - 4, value + 4)
		: str_fmt(m->a, "%d of 100 · between %d and %d", value, value - 4, value + 4);
}

static inline void fx_governance(struct maker *m)
{
	fx_section(m, "gobernanza", "Gobernanza", "Governance");
	struct chart *c = fx_chart(m, CHART_SHARES, 1,
				   "A 46 de 100 les falta siquiera un profesional de apoyo",
				   "46 of 100 lack even one support professional");
	c->subtitle = fx(
		m,
		"Gobernanza: iniciativas que cuentan con cada instancia. La línea oscura es el "
		"rango si hubieran respondido las 120.",
		"Governance: initiatives that have each body. The dark line is the range had all "
		"120 answered.");
	c->source = fx(m, "n = 100 de 120 · F16–F20, F22", "n = 100 of 120 · F16–F20, F22");
	fx_share(m, c, "Asamblea general", "General assembly", "sesionó o existe", "met or exists",
		 72, "F16");
	fx_share(m, c, "Consejo directivo", "Board", "figura que orienta la estrategia",
		 "guides the strategy", 59, "F18");
	fx_share(m, c, "Gerente con dedicación exclusiva", "Full-time manager",
		 "director del clúster", "director of the cluster", 56, "F17");
	fx_share(m, c, "Mesas de trabajo formales", "Formal working tables",
		 "establecidas mediante actas", "set up by minutes", 56, "F22");
	fx_share(m, c, "Al menos un profesional de apoyo", "At least one support professional",
		 "30 con más de uno", "30 with more than one", 54, "F20");
	struct mark *k =
		fx_mark(m, c->series, "Reglamento aprobado", "Approved rules", 0, TONE_MISSING);
	k->has_value = false;
	k->text = fx(m, "sin dato", "no data");
	fx_finish(m, c);
}

static inline void fx_part(struct maker *m, struct series *s, const char *es, const char *en,
			   int value, enum tone tone)
{
	(void)fx_mark(m, s, es, en, value, tone);
}

static inline void fx_trade(struct maker *m)
{
	fx_section(m, "mercados", "Mercados", "Markets");
	struct chart *c =
		fx_chart(m, CHART_COMPOSITION, 3, "Una quinta parte de las ventas sale del país",
			 "A fifth of sales leaves the country");
	c->subtitle = fx(
		m,
		"Participación en ventas y compras de las empresas de los clústeres, y sus "
		"empresas por tamaño.",
		"Share of sales and purchases of the clusters' companies, and these companies by "
		"size.");
	c->source =
		fx(m, "El boletín impreso omitió el 10\u00a0% sin información · F42–F45, F51–F60",
		   "The printed bulletin left out the 10% without information · F42–F45, F51–F60");
	struct series *s = c->series;
	s->label = fx(m, "¿Dónde venden?", "Where do they sell?");
	s->note = fx(m, "ventas de 91 clústeres", "sales of 91 clusters");
	fx_part(m, s, "local", "local", 46, TONE_LEVEL_3);
	fx_part(m, s, "nacional", "national", 33, TONE_LEVEL_2);
	fx_part(m, s, "internacional", "international", 21, TONE_LEVEL_1);
	s = &c->series[1];
	s->label = fx(m, "¿Dónde compran?", "Where do they buy?");
	s->note = fx(m, "promedio de 88 clústeres", "mean of 88 clusters");
	fx_part(m, s, "local", "local", 46, TONE_LEVEL_3);
	fx_part(m, s, "nacional", "national", 31, TONE_LEVEL_2);
	fx_part(m, s, "internacional", "international", 13, TONE_LEVEL_1);
	fx_part(m, s, "sin información", "no information", 10, TONE_MISSING);
	s = &c->series[2];
	s->label = fx(m, "¿De qué tamaño son?", "How large are they?");
	s->note = fx(m, "36.249 empresas", "36,249 companies");
	fx_part(m, s, "microempresas", "micro", 74, TONE_LEVEL_1);
	fx_part(m, s, "pequeñas", "small", 18, TONE_LEVEL_2);
	fx_part(m, s, "medianas", "medium", 5, TONE_LEVEL_3);
	fx_part(m, s, "grandes", "large", 3, TONE_LEVEL_4);
	fx_finish(m, c);

	c = fx_chart(m, CHART_BARS, 1, "La agroindustria es la que más vende afuera",
		     "Agroindustry sells most abroad");
	c->subtitle = fx(m, "Parte internacional de las ventas dentro de cada sector.",
			 "International share of sales within each sector.");
	c->source = fx(m, "n = 91 · F54–F56", "n = 91 · F54–F56");
	fx_mark(m, c->series, "Agroindustria", "Agroindustry", 33, TONE_PLAIN)->detail =
		fx(m, "31 clústeres", "31 clusters");
	fx_mark(m, c->series, "Manufactura", "Manufacturing", 21, TONE_PLAIN)->detail =
		fx(m, "38 clústeres", "38 clusters");
	fx_mark(m, c->series, "Servicios", "Services", 14, TONE_PLAIN)->detail =
		fx(m, "22 clústeres", "22 clusters");
	fx_finish(m, c);
}

static inline void fx_business(struct maker *m)
{
	static const char *const tile[][4] = {
		{ "476.504", "empresas en su zona de impacto", "companies in their area",
		  "n = 100 · F36" },
		{ "36.249", "empresas participan", "companies take part", "n = 100 · F40" },
		{ "385.502", "empleos en esas empresas", "jobs in these companies",
		  "n = 97 · F48" },
		{ "+19\u00a0%", "ventas frente al año anterior", "sales against the year before",
		  "n = 84 · F49" },
	};
	fx_section(m, "empresas", "Empresas", "Companies");
	fx_block(m, BLOCK_HEADING, "Más de 385 mil empleos en las empresas que participan",
		 "More than 385 thousand jobs in the companies that take part")
		->level = 2;
	fx_block(m, BLOCK_LEAD,
		 "Las iniciativas reúnen 37.728 entidades; 96 de cada 100 son empresas y 97 de "
		 "cada 100 de estas son mipymes.",
		 "The initiatives gather 37,728 bodies; 96 of each 100 are companies, and 97 of "
		 "each 100 of these are small or medium.");
	struct block *b = fx_block(m, BLOCK_TILES, "", "");
	b->n = 4;
	b->tile = NEW(m->a, 4, struct tile);
	for (size_t i = 0; i < 4; i++)
		b->tile[i] = (struct tile){ .text = str_of(tile[i][0]),
					    .label = fx(m, tile[i][1], tile[i][2]),
					    .detail = str_of(tile[i][3]) };
	fx_block(m, BLOCK_PARAGRAPH,
		 "Las ventas suman 457 mil millones de pesos, unos 12,6 millones por empresa al "
		 "año. Esa cifra es muy baja frente a los empleos que se declaran y puede "
		 "esconder un error de unidades: se muestra tal como fue declarada.",
		 "Sales add up to 457 billion pesos, some 12.6 million a company and year. That "
		 "is very low against the declared jobs and may hide an error of units: it is "
		 "shown as declared.");
	fx_block(m, BLOCK_HEADING, "Cuatro aspectos en los que más se nota",
		 "Four aspects where it shows most")
		->level = 3;
	b = fx_block(m, BLOCK_LIST, "", "");
	b->ordered = true;
	b->n = 4;
	b->item = NEW(m->a, 4, struct str);
	b->item[0] = fx(
		m, "Investigación, desarrollo e innovación, o desarrollo de productos o servicios",
		"Research, development and innovation");
	b->item[1] = fx(m, "Capacitación del talento humano", "Training of people");
	b->item[2] = fx(m, "Acceso a mercados internacionales", "Access to international markets");
	b->item[3] = fx(
		m,
		"Conocimiento del consumidor, inteligencia de mercado o competitiva y vigilancia "
		"tecnológica",
		"Knowledge of the consumer, market intelligence and technology watch");
}

static inline void fx_change(struct maker *m)
{
	static const char *const cell[] = {
		"2016", "50", "38 %", "—",    "2018", "68",  "45 %", "+7",
		"2020", "85", "57 %", "+12*", "2022", "100", "64 %", "+7",
	};
	fx_section(m, "cambio", "Cambio", "Change");
	fx_block(m, BLOCK_HEADING,
		 "De 2020 a 2022 la parte consolidada pasó de 57 a 64 de cada 100",
		 "From 2020 to 2022 the consolidated part went from 57 to 64 of each 100")
		->level = 2;
	struct block *b = fx_block(m, BLOCK_TABLE, "Iniciativas y niveles en cada ronda",
				   "Initiatives and levels in each round");
	struct table *t = NEW(m->a, 1, struct table);
	*t = (struct table){ .n_columns = 4,
			     .n_rows = 4,
			     .head = NEW(m->a, 4, struct str),
			     .is_number = NEW(m->a, 4, bool),
			     .cell = NEW(m->a, 16, struct str) };
	t->head[0] = fx(m, "Ronda", "Round");
	t->head[1] = fx(m, "Respondieron", "Answered");
	t->head[2] = fx(m, "Consolidadas", "Consolidated");
	t->head[3] = fx(m, "Cambio en puntos", "Change in points");
	for (size_t i = 0; i < 16; i++)
		t->cell[i] = str_of(cell[i]);
	t->is_number[1] = t->is_number[2] = t->is_number[3] = true;
	b->table = t;
	fx_block(m, BLOCK_NOTE,
		 "* El método cambió en 2020: la diferencia con 2018 no se puede leer como avance.",
		 "* The method changed in 2020: the difference from 2018 cannot be read as "
		 "progress.");
}

static inline void fx_quality(struct maker *m)
{
	fx_section(m, "calidad", "Qué tan firme es", "How firm it is")->style = SECTION_QUIET;
	static const char *const tile[][3] = {
		{ "83\u00a0%", "de las registradas respondió", "of those registered answered" },
		{ "3,1\u00a0%", "de las respuestas falta (mediana por pregunta)",
		  "of answers missing (median by question)" },
		{ "88 de 100", "niveles firmes bajo otros pesos",
		  "levels firm under other weights" },
		{ "a41f…9c", "huella de los datos", "hash of the data" },
	};
	struct block *b = fx_block(m, BLOCK_TILES, "", "");
	b->n = 4;
	b->tile = NEW(m->a, 4, struct tile);
	for (size_t i = 0; i < 4; i++)
		b->tile[i] = (struct tile){ .text = str_of(tile[i][0]),
					    .label = fx(m, tile[i][1], tile[i][2]) };
	fx_block(m, BLOCK_PARAGRAPH,
		 "Los niveles salen de ocho áreas con pesos declarados. Los pesos y cortes son "
		 "una propuesta: el boletín impreso no publicó los suyos.",
		 "Levels come from eight areas with declared weights. Weights and cuts are "
		 "proposed: the printed bulletin did not publish its own.");
}

static inline void fx_figures(struct maker *m)
{
	m->d->figure = NEW(m->a, 64, struct figure_row);
	m->d->n_figures = 64;
	for (size_t i = 0; i < 64; i++) {
		struct figure_row *f = &m->d->figure[i];
		f->id = str_fmt(m->a, "F%02zu", i + 1);
		f->label = fx(m, "Iniciativas con asamblea general que sesionó o existe",
			      "Initiatives with a general assembly that met or exists");
		f->value = 72;
		f->has_value = true;
		f->text = fx_percent(m, 72);
		f->unit = str_of("percent");
		f->has_fraction = true;
		f->numerator = 72;
		f->denominator = 100;
		f->n = 100;
		f->has_interval = true;
		f->low = 68.257;
		f->high = 75.461;
		f->status = str_of("A");
		f->formula = str_of("share(${G01} = 'a' or ${G01} = 'b')");
		f->universe = str_of("");
		f->form = str_of("cluster");
		f->printed = i % 9 ? str_of("") : fx_percent(m, 72);
		f->difference = i % 9 ? str_of("") : fx(m, "igual", "same");
	}
}

static inline struct document *fixture_document(struct arena *a, enum lang lang)
{
	struct document *d = NEW(a, 1, struct document);
	struct maker maker = { .a = a, .lang = lang, .d = d }, *m = &maker;
	d->lang = lang;
	d->title = fx(m, "64 de 100 aglomeraciones productivas están consolidadas",
		      "64 of 100 productive agglomerations are consolidated");
	d->kicker = fx(m, "SSME · Red Cluster Colombia", "SSME · Red Cluster Colombia");
	d->subtitle =
		fx(m,
		   "La cuarta medición del Sistema de Seguimiento, Monitoreo y Evaluación reunió "
		   "100 de las 120 iniciativas registradas, en 24 departamentos.",
		   "The fourth round of the monitoring and evaluation system gathered 100 of the "
		   "120 registered initiatives, in 24 departments.");
	d->round = str_of("2022");
	d->method = str_of("ssme@2022.1");
	d->method_sha256 =
		str_of("5f0c7e1d2b3a49586776859403122130f0e1d2c3b4a5968778695a4b3c2d1e0f");
	d->data_sha256 = str_of("a41f0c7e1d2b3a49586776859403122130f0e1d2c3b4a5968778695a4b3c2d9c");
	d->program = str_of("ssme 0.1.0");
	d->notice = fx(m, "Datos sintéticos de demostración · método propuesto",
		       "Synthetic data for demonstration · proposed method");
	d->date = str_of("2022-09-30");
	d->section = NEW(a, 12, struct section);
	fx_levels(m);
	fx_map(m);
	fx_governance(m);
	fx_trade(m);
	fx_business(m);
	fx_change(m);
	fx_quality(m);
	fx_figures(m);
	return d;
}

/* ---- a document with the other kinds of charts, modelled on a cluster's own report ---- */

static inline struct mark *fx_point(struct maker *m, struct series *s, const char *es,
				    const char *en, double value, enum tone tone)
{
	struct mark *k = fx_mark(m, s, es, en, value, tone);
	struct buf b;
	buf_init(&b, m->a, 64);
	num_put_local(&b, m->lang, value, 1);
	k->text = buf_str(&b);
	return k;
}

static inline void fx_scale(struct maker *m)
{
	static const double cut[] = { 0, 40, 60, 100 };
	static const char *const name[][2] = { { "Básico", "Basic" },
					       { "En consolidación", "Consolidating" },
					       { "Consolidado", "Consolidated" } };
	fx_section(m, "nivel", "Nivel", "Level");
	struct chart *c = fx_chart(m, CHART_SCALE, 2, "A 3,6 puntos por encima del corte",
				   "3.6 points above the cut");
	for (size_t i = 0; i < 3; i++) {
		struct mark *k = fx_mark(m, c->series, name[i][0], name[i][1], cut[i],
					 (enum tone)(TONE_LEVEL_1 + (int)i));
		k->text = str_fmt(m->a, "%d", (int)cut[i]);
		k->low = cut[i];
		k->high = cut[i + 1];
	}
	struct mark *k = fx_point(m, &c->series[1], "puntos", "points", 63.6, TONE_PLAIN);
	k->has_interval = true;
	k->low = 58.7;
	k->high = 68.3;
	fx_finish(m, c);
}

static inline void fx_positions(struct maker *m)
{
	static const struct {
		const char *es, *en;
		double now, before, band_low, median, band_high;
	} row[] = {
		{ "Estrategia", "Strategy", 82.5, 71, 55, 66, 78 },
		{ "Enfoque", "Focus", 72, 69, 52, 66, 80 },
		{ "Actores participantes", "Taking part", 68.6, 60, 48, 63, 74 },
		{ "Estrategia de financiación", "Funding strategy", 46.7, 41, 30, 44, 58 },
		{ "Colaboración y alianzas", "Collaboration and alliances", 42.9, 47, 35, 52, 66 },
	};
	fx_section(m, "areas", "Ocho áreas", "Eight areas");
	for (int kind = CHART_POSITION; kind <= CHART_CHANGE; kind++) {
		const bool peers = kind == CHART_POSITION;
		struct chart *c = fx_chart(m, (enum chart_kind)kind, 1,
					   peers ? "Por encima de sus pares en tres áreas"
						 : "Tres áreas subieron",
					   peers ? "Above its peers in three areas"
						 : "Three areas rose");
		for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
			const double change = row[i].now - row[i].before;
			struct mark *k = fx_point(m, c->series, row[i].es, row[i].en, row[i].now,
						  change < 0 ? TONE_DECLINE : TONE_PLAIN);
			struct buf b;
			buf_init(&b, m->a, 64);
			buf_puts(&b, change < 0 ? "−" : "+");
			num_put_local(&b, m->lang, change < 0 ? -change : change, 1);
			k->detail = buf_str(&b);
			k->note = str_fmt(m->a, m->lang == LANG_ES ? "pesa %d de 100 · antes %d"
								   : "weighs %d of 100 · before %d",
					  20, (int)row[i].before);
			k->has_before = true;
			k->before = row[i].before;
			k->has_band = peers;
			k->band_low = row[i].band_low;
			k->band_median = row[i].median;
			k->band_high = row[i].band_high;
		}
		struct mark *k = fx_mark(m, c->series, "Impacto", "Impact", 0, TONE_MISSING);
		k->has_value = false;
		k->text = fx(m, "no se calcula", "not computed");
		fx_finish(m, c);
	}
}

static inline void fx_contributions(struct maker *m)
{
	struct chart *c = fx_chart(m, CHART_CONTRIBUTIONS, 1, "Lo que más sumó: la asamblea",
				   "What added most: the assembly");
	c->source = fx(m, "Método ssme@2022.1", "Method ssme@2022.1");
	fx_point(m, c->series, "Asamblea General", "General assembly", 2.1, TONE_PLAIN);
	fx_point(m, c->series, "Mesas de trabajo formales", "Formal working tables", 1.2,
		 TONE_PLAIN);
	struct mark *k =
		fx_point(m, c->series, "Aportes de empresas", "Contributions of companies", -0.8,
			 TONE_DECLINE);
	k->text = fx(m, "−0,8", "−0.8");
	k->detail = fx(m, "de 20 a 12 de cada 100 pesos", "from 20 to 12 of each 100 pesos");
	fx_finish(m, c);
}

static inline void fx_rounds(struct maker *m)
{
	static const struct {
		const char *es, *en;
		double value[4];
		enum tone tone;
	} row[] = {
		{ "Consolidado", "Consolidated", { 38, 45, 57, 64 }, TONE_LEVEL_3 },
		{ "En consolidación", "Consolidating", { 40, 42, 35, 30 }, TONE_LEVEL_2 },
		{ "Básico", "Basic", { 22, 13, 8, 6 }, TONE_LEVEL_1 },
	};
	static const char *const round[] = { "2016", "2018", "2020", "2022" };
	fx_section(m, "rondas", "Rondas", "Rounds")->beside = true;
	for (size_t n = 1; n <= 3; n += 2) {
		struct chart *c = fx_chart(m, CHART_LINES, n, "De 57 a 64 de cada 100",
					   "From 57 to 64 of each 100");
		c->subtitle = fx(m, "Las dos barras: el método cambió.",
				 "The two strokes: the method changed.");
		for (size_t s = 0; s < n; s++) {
			c->series[s].label = fx(m, row[s].es, row[s].en);
			for (size_t i = 0; i < 4; i++)
				fx_mark(m, &c->series[s], round[i], round[i], row[s].value[i],
					row[s].tone)
					->broken = i == 2;
		}
		fx_finish(m, c);
	}
}

static inline void fx_matrix(struct maker *m)
{
	static const char *const name[][2] = { { "Estrategia", "Strategy" },
					       { "Actores participantes", "Taking part" },
					       { "Gobernanza", "Governance" },
					       { "Estrategia de financiación",
						 "Funding strategy" } };
	static const double value[4][4] = {
		{ 1, 0.62, 0.48, 0.05 }, { 0.62, 1, 0.3, -0.21 }, { 0.48, 0.3, 1, 0 }, { 0.05 } };
	fx_section(m, "relaciones", "Relaciones", "Associations");
	struct chart *c = fx_chart(m, CHART_MATRIX, 4, "Estrategia y actores van juntos",
				   "Strategy and taking part go together");
	for (size_t s = 0; s < 4; s++) {
		c->series[s].label = fx(m, name[s][0], name[s][1]);
		for (size_t i = 0; i < 4; i++) {
			struct mark *k = fx_mark(m, &c->series[s], name[i][0], name[i][1],
						 value[s][i], TONE_PLAIN);
			struct buf b;
			buf_init(&b, m->a, 64);
			num_put_local(&b, m->lang, value[s][i], 2);
			k->text = buf_str(&b);
			k->has_value = s != i && s < 3;
			if (!k->has_value)
				k->text = STR("");
		}
	}
	fx_finish(m, c);
}

static inline void fx_cards(struct maker *m)
{
	static const char *const card[][6] = {
		{ "+1,1 puntos", "+1.1 points", "Aprobar el reglamento de funcionamiento",
		  "Approve the rules of operation", "Gobernanza · hoy en borrador · esfuerzo bajo",
		  "Governance · a draft today · low effort" },
		{ "+0,5 puntos", "+0.5 points", "Una acción conjunta más con otro clúster",
		  "One more joint action with another cluster",
		  "Colaboración · hoy una en 24 meses · esfuerzo medio",
		  "Collaboration · one in 24 months today · medium effort" },
		{ "+0,3 puntos", "+0.3 points",
		  "Llevar los aportes de empresas al 20 % del presupuesto",
		  "Raise the companies' contributions to 20% of the budget",
		  "Financiación · hoy 12 % · esfuerzo alto",
		  "Funding · 12% today · high effort" },
		{ "+0,2 puntos", "+0.2 points", "Publicar el plan", "Publish the plan",
		  "Estrategia · esfuerzo bajo", "Strategy · low effort" },
	};
	fx_section(m, "subir", "Lo que más acerca al siguiente punto", "What brings it nearer");
	struct block *b = fx_block(m, BLOCK_CARDS, "", "");
	b->n = 4;
	b->tile = NEW(m->a, 4, struct tile);
	for (size_t i = 0; i < 4; i++)
		b->tile[i] = (struct tile){ .text = fx(m, card[i][0], card[i][1]),
					    .label = fx(m, card[i][2], card[i][3]),
					    .detail = fx(m, card[i][4], card[i][5]) };
}

static inline struct document *fixture_report(struct arena *a, enum lang lang)
{
	struct document *d = fixture_document(a, lang);
	struct maker maker = { .a = a, .lang = lang, .d = d }, *m = &maker;
	d->title = fx(m, "Consolidado, por poco", "Consolidated, narrowly");
	d->kicker = fx(m, "Café del Sur · Huila", "Café del Sur · Huila");
	d->subtitle = fx(m,
			 "63,6 puntos; el corte es 60. Seguiría en este nivel en 89 de cada 100 "
			 "casos razonables.",
			 "63.6 points; the cut is 60. It would stay at this level in 89 of 100 "
			 "reasonable cases.");
	d->n_sections = d->n_figures = 0;
	fx_scale(m);
	fx_positions(m);
	fx_contributions(m);
	fx_rounds(m);
	fx_matrix(m);
	fx_cards(m);
	return d;
}

#endif
