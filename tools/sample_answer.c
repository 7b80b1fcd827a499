/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manager's form of 2020 and 2022: what quotas fixed, and the rest as the dial says. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sample.h"

/* One cluster's row on its way. */
struct writing {
	const struct answer *x;
	struct table *form;
	struct arena *a;
};

/* The worked example of the method: E 18/25, S 33/40, A 24/35, G 37/55, P 17/30, C 15/35, N 14/30,
 * I 12/25. What it answers where the dial would decide; the other answers are in sample_quota.c. */
static const struct {
	const char *item, *text;
} example[] = {
	{ "E07", "b" }, { "E08", "b" }, { "E09", "70" }, { "E10", "b" },
	{ "S05", "objetivos responsables cronograma presupuesto" }, { "S06", "60" },
	{ "S07", "b" }, { "S08", "b" }, { "S09", "competitividad desarrollo" },
	{ "A04_ingresaron", "12" }, { "A04_retiraron", "10" }, { "A05", "44" }, { "A06", "25" },
	{ "A07", "36" }, { "A08", "b" }, { "A09", "a" }, { "G07", "b" }, { "G08_asamblea", "1" },
	{ "G08_directivo", "1" }, { "G08_asesor", "0" }, { "G08_mesas", "2" }, { "G09", "b" },
	{ "G10", "18" }, { "G11", "actas" },
	{ "P03", "idi capacitacion mercados_internacionales inteligencia sostenibilidad" },
	{ "P04", "24" }, { "P04__reason", "" }, { "P06", "0" }, { "P08", "7" },
	{ "C01_academia", "1" }, { "C01_gobierno", "2" }, { "C01_nacionales", "0" },
	{ "C01_internacionales", "0" }, { "C01_gremios", "1" }, { "C01_banca", "0" },
	{ "C02", "8" }, { "C03", "2" }, { "C04", "competitividad sena" }, { "C05", "c" },
	{ "C06", "b" }, { "C07", "c" }, { "N01", "180000000" }, { "N02_gestora", "50" },
	{ "N02_empresas", "10" }, { "N02_servicios", "4" }, { "N02_nacional", "15" },
	{ "N02_territorial", "15" }, { "N02_cooperacion", "6" }, { "N02_otros", "0" },
	{ "N03", "b" }, { "N04", "b" }, { "N05", "b" }, { "N05v", "24000000" },
	{ "N06_presentadas", "3" }, { "N06_ganadas", "0" }, { "N08", "c" }, { "I10", "c" },
	{ "I11", "14" }, { "I12", "3" },
};

static bool is_example(const struct answer *x)
{
	return x->cluster->worked_example && x->round->year == 2022;
}

static void cell(const struct writing *w, const char *item, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void cell(const struct writing *w, const char *item, const char *fmt, ...)
{
	char text[1024];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (size_t i = 0; is_example(w->x) && i < sizeof(example) / sizeof(*example); i++) {
		if (strcmp(item, example[i].item) == 0) {
			table_cell(w->form, item, "%s", example[i].text);
			return;
		}
	}
	table_cell(w->form, item, "%s", text);
}

static int grade(const struct writing *w, const char *item)
{
	const struct answer *x = w->x;
	bool farm = item[0] == 'G' && x->cluster->product->sector == AGROINDUSTRIA;
	return grade_of(x->cluster, x->round->year, x->dial - (farm ? 120 : 0), item);
}

static unsigned chance(const struct writing *w, unsigned n, const char *item)
{
	return draw(n, w->x->cluster->number, (unsigned)w->x->round->year, item);
}

/* Not known: in so many of a thousand. */
static bool unknown(const struct writing *w, const char *item, unsigned permille)
{
	struct str name = str_fmt(w->a, "ND %s", item);
	return chance(w, 1000, str_c(w->a, name)) < permille;
}

static void put_text(const struct writing *w, const char *item, const char *text)
{
	cell(w, item, "%s", text);
}

static void put_number(const struct writing *w, const char *item, int64_t v)
{
	cell(w, item, "%lld", (long long)v);
}

static void put_known(const struct writing *w, const char *item, int64_t v, unsigned permille)
{
	if (unknown(w, item, permille))
		put_text(w, item, "ND");
	else
		put_number(w, item, v);
}

/* One of n choices a, b, c ..., the better the fuller the grade. */
static char letter(const struct writing *w, const char *item, int n)
{
	static const int cut[2][3] = { { 600, 300, -1 }, { 660, 430, 220 } };
	int g = grade(w, item), k = 0;
	while (k < n - 1 && g < cut[n - 3][k])
		k++;
	return (char)('a' + k);
}

static char put_letter(const struct writing *w, const char *item, int n)
{
	char c = letter(w, item, n);
	cell(w, item, "%c", c);
	return c;
}

/* As many of the names as the grade gives; none is "ninguna". */
static void put_some(const struct writing *w, const char *item, const char *names, int n,
		     unsigned bias)
{
	int k = grade(w, item) * (n + 1) / 1001;
	put_text(w, item,
		 k ? choose(w->a, names, (unsigned)k, bias, false, w->x->cluster->number,
			    (unsigned)w->x->round->year, item)
		   : "ninguna");
}

static void put_rank(const struct writing *w, const char *item, const char *names, unsigned k,
		     unsigned bias)
{
	put_text(w, item,
		 choose(w->a, names, k, bias, true, w->x->cluster->number,
			(unsigned)w->x->round->year, item));
}

/* whole in the part that the grade gives: from least to most percent. */
static int64_t part_of(const struct writing *w, const char *item, int64_t whole, int least,
		       int most)
{
	int64_t percent = least + grade(w, item) * (most - least) / 1000;
	return percent <= 0 ? 0 : whole * percent / 100;
}

static int64_t entities(const struct answer *x)
{
	int64_t sum = 0;
	for (size_t k = 0; k < TYPE_N; k++)
		sum += x->entities[k];
	return sum;
}

/* ---- focus and strategy -------------------------------------------------------------- */

static void put_seat(const struct writing *w)
{
	const struct cluster *c = w->x->cluster;
	bool wide = c->number % 17 == 5 && !str_is(str_of(c->place->department), "11");
	unsigned n = 1 + chance(w, 3, "E02");
	struct str rest = str_of(c->place->municipality);
	struct buf b;
	buf_init(&b, w->a, 256);
	for (struct str m = str_word(&rest); m.n && n; m = str_word(&rest), n--)
		buf_fmt(&b, "%s%.*s", b.n ? " " : "", STR_ARG(m));
	if (wide)
		buf_puts(&b, " 11001");
	put_text(w, "E01", c->place->department);
	put_text(w, "E02_departamentos", wide ? "11" : "");
	put_text(w, "E02", b.p);
}

static void put_focus(const struct writing *w)
{
	const struct cluster *c = w->x->cluster;
	put_seat(w);
	put_text(w, "E03", sector_name[c->product->sector]);
	put_text(w, "E04", c->product->classes);
	put_number(w, "E05", c->since);
	cell(w, "E06", "%c", c->manager);
	cell(w, "E06_camara", "%.2s", c->manager == 'a' ? c->chamber : "");
	put_letter(w, "E07", 3);
	put_letter(w, "E08", 4);
	put_known(w, "E09", part_of(w, "E09", entities(w->x), 30, 100), 15);
	put_letter(w, "E10", 4);
}

/* Of those up to date, a few say a date that is too old: with a reason, and without. */
static void put_strategy_date(const struct writing *w, char s01)
{
	unsigned old = chance(w, 40, "S02");
	int year = w->x->round->year;
	if (s01 == 'c')
		put_text(w, "S02", "");
	else
		cell(w, "S02", "%04d-%02u-01",
		     s01 == 'b'        ? year - 4
			     : old < 2 ? year - 3
				       : year - 1,
		     1 + chance(w, 12, "S02 month"));
	put_text(w, "S02__reason",
		 s01 == 'a' && old == 0 ? "La actualización está aprobada y en edición" : "");
}

static void put_actors(const struct writing *w, char s01)
{
	static const char *const item[ACTOR_N] = { "S03_empresas", "S03_academia", "S03_gobierno",
						   "S03_otros" };
	for (size_t k = 0; k < ACTOR_N; k++) {
		if (s01 == 'c')
			put_text(w, item[k], "");
		else
			put_number(w, item[k], w->x->actors[k]);
	}
}

static void put_strategy(const struct writing *w)
{
	char s01 = w->x->quota[Q_S01], s04 = w->x->quota[Q_S04];
	cell(w, "S01", "%c", s01);
	put_strategy_date(w, s01);
	put_actors(w, s01);
	cell(w, "S04", "%c", s04);
	if (s04 == 'c') {
		put_text(w, "S05", "");
		put_text(w, "S06", "");
	} else {
		put_some(w, "S05", "objetivos responsables cronograma presupuesto indicadores", 5,
			 120);
		put_known(w, "S06", part_of(w, "S06", 100, 10, 98), 20);
	}
	put_letter(w, "S07", 4);
	put_letter(w, "S08", 3);
	put_some(w, "S09", "competitividad desarrollo reindustrializacion sectorial ambiental", 5,
		 90);
	if (unknown(w, "S10", 50))
		put_text(w, "S10", "");
	else
		put_rank(w, "S10",
			 "financiacion participacion talento mercados innovacion infraestructura "
			 "gobernanza informacion",
			 3, 60);
}

/* ---- actors and governance ----------------------------------------------------------- */

static void put_entities(const struct writing *w)
{
	static const char *const type[TYPE_N] = { "A01_empresas", "A01_academia", "A01_publicas",
						  "A01_gremios", "A01_otras" };
	static const char *const size[SIZE_N] = { "A03_micro", "A03_pequena", "A03_mediana",
						  "A03_grande" };
	for (size_t k = 0; k < TYPE_N; k++)
		put_number(w, type[k], w->x->entities[k]);
	for (size_t k = 0; k < SIZE_N; k++)
		put_number(w, size[k], w->x->size[k]);
	put_number(w, "A03_sin", 0);
}

static void put_actors_area(const struct writing *w)
{
	int64_t companies = w->x->entities[0], base = companies - companies / 8;
	int64_t left = base * (70 - grade(w, "A04") * 66 / 1000) / 100;
	put_entities(w);
	put_number(w, "A04_ingresaron", companies - base + left);
	put_number(w, "A04_retiraron", left);
	put_known(w, "A05", part_of(w, "A05", entities(w->x), 5, 96), 35);
	put_known(w, "A06", part_of(w, "A06", companies, 2, 75), 20);
	put_known(w, "A07", part_of(w, "A07", companies, 8, 97), 20);
	put_letter(w, "A08", 3);
	put_letter(w, "A09", 3);
}

/* Sessions go round the bodies that exist, working groups first. */
static void put_sessions(const struct writing *w)
{
	static const char *const item[4] = { "G08_asamblea", "G08_directivo", "G08_asesor",
					     "G08_mesas" };
	const struct answer *x = w->x;
	const int most[4] = { x->quota[Q_G01] == 'a' ? 2 : 0, x->quota[Q_G03] != 'c' ? 6 : 0,
			      x->seats[0] ? 4 : 0, x->quota[Q_G06] != 'c' ? 12 : 0 };
	int held[4] = { 0 };
	int left = grade(w, "G08") * 12 / 1000;
	for (bool more = true; left && more;) {
		more = false;
		for (size_t k = 4; k-- > 0 && left;) {
			if (held[k] < most[k]) {
				held[k]++;
				left--;
				more = true;
			}
		}
	}
	for (size_t k = 0; k < 4; k++)
		put_number(w, item[k], held[k]);
}

static void put_governance(const struct writing *w)
{
	static const char *const seat[ACTOR_N] = { "G05_empresas", "G05_academia", "G05_gobierno",
						   "G05_otros" };
	const struct answer *x = w->x;
	char support = x->quota[Q_G04];
	cell(w, "G01", "%c", x->quota[Q_G01]);
	cell(w, "G02", "%c", x->quota[Q_G02]);
	cell(w, "G03", "%c", x->quota[Q_G03]);
	put_number(w, "G04", support == 'a' ? 2 + chance(w, 4, "G04") : support == 'b');
	for (size_t k = 0; k < ACTOR_N; k++)
		put_number(w, seat[k], x->seats[k]);
	cell(w, "G06", "%c", x->quota[Q_G06]);
	put_letter(w, "G07", 3);
	put_sessions(w);
	put_letter(w, "G09", 3);
	if (x->quota[Q_G02] == 'c')
		put_text(w, "G10", "");
	else
		put_number(w, "G10", 1 + grade(w, "G10") * 47 / 1000);
	put_some(w, "G11", "voto criterios actas rendicion conflictos", 5, 60);
}

/* ---- projects and collaboration ------------------------------------------------------ */

static const char activities[] =
	"idi capacitacion mercados_internacionales mercados_nacionales inteligencia "
	"encadenamientos sostenibilidad digital financiacion bienes_publicos";

struct project {
	const char *name, *kind, *state, *source, *planned, *ended, *measured;
	int64_t companies, cop;
};

static void put_project(const struct answer *x, const struct project *p, struct table *t)
{
	table_cell(t, "cluster", "C%03u", x->cluster->number);
	table_cell(t, "P01_nombre", "%s", p->name);
	table_cell(t, "P01_tipo", "%s", p->kind);
	table_cell(t, "P01_estado", "%s", p->state);
	table_cell(t, "P01_empresas", "%lld", (long long)p->companies);
	table_cell(t, "P01_valor", "%lld", (long long)p->cop);
	table_cell(t, "P01_fuente", "%s", p->source);
	table_cell(t, "P01_fin_prevista", "%s", p->planned);
	table_cell(t, "P01_fin_real", "%s", p->ended);
	table_cell(t, "P01_resultado", "%s", p->measured);
	table_end_row(t);
}

static const char *word_at(struct arena *a, const char *words, unsigned at)
{
	struct str rest = str_of(words), word = str_word(&rest);
	while (at--)
		word = str_word(&rest);
	return str_c(a, word);
}

/* Three with three companies or more, two of the three finished ones measured. */
static void put_example_projects(const struct answer *x, struct table *t)
{
	static const struct project project[3] = {
		{ "Proyecto sintético 1: idi", "idi", "terminado", "nacional", "2021-06-30",
		  "2021-07-15", "si", 12, 240000000 },
		{ "Proyecto sintético 2: capacitacion", "capacitacion", "terminado", "gestora",
		  "2021-11-30", "2021-11-30", "si", 18, 60000000 },
		{ "Proyecto sintético 3: mercados_internacionales", "mercados_internacionales",
		  "terminado", "cooperacion", "2022-03-31", "2022-05-10", "no", 7, 110000000 },
	};
	for (size_t i = 0; i < 3; i++)
		put_project(x, &project[i], t);
}

static void put_projects(const struct writing *w, struct table *t)
{
	static const char sources[] =
		"gestora empresas nacional territorial cooperacion nacional territorial";
	int n = grade(w, "P02") * 8 / 1000;
	for (int i = 0; i < n; i++) {
		char item[] = "project 0";
		item[sizeof(item) - 2] = (char)('0' + i);
		unsigned u = chance(w, 1000, item);
		const char *kind = word_at(w->a, activities, u % 10);
		bool done = u % 7 < 4 || !i, stopped = !done && u % 23 == 3;
		int year = w->x->round->year - 1 + (done ? 0 : 1);
		struct str end = str_fmt(w->a, "%d-%02u-28", year, 1 + u % 12);
		struct str name = str_fmt(w->a, "Proyecto sintético %d: %s", i + 1, kind);
		int64_t companies = w->x->entities[0] < 40 ? 3 + u % 6 : 3 + u % 38;
		put_project(w->x,
			    &(struct project){ .name = str_c(w->a, name),
					       .kind = kind,
					       .state = done     ? "terminado"
						       : stopped ? "suspendido"
								 : "ejecucion",
					       .source = word_at(w->a, sources, u % 7),
					       .planned = str_c(w->a, end),
					       .ended = done ? str_c(w->a, end) : "",
					       .measured = !done               ? ""
						       : grade(w, item) >= 450 ? "si"
									       : "no",
					       .companies = companies,
					       .cop = 40000000 + (int64_t)u * 1500000 },
			    t);
	}
}

static void put_projects_area(const struct writing *w)
{
	int64_t companies = w->x->entities[0];
	unsigned over = chance(w, 50, "P04 over"); /* helped more than take part: a warning */
	int64_t helped =
		over < 2 ? companies + companies / 10 + 1 : part_of(w, "P04", companies, 3, 80);
	int kinds = 1 + grade(w, "P03") * 9 / 1000;
	put_text(w, "P03",
		 choose(w->a, activities, (unsigned)kinds, 60, false, w->x->cluster->number,
			(unsigned)w->x->round->year, "P03"));
	put_number(w, "P04", helped);
	put_text(w, "P04__reason",
		 over == 0 ? "Hubo empresas beneficiarias que no participan en el clúster" : "");
	put_number(w, "P06", grade(w, "P06") * 5 / 1000);
	put_some(w, "P07", "ambiental genero digital juventud popular", 5, 90);
	put_known(w, "P08", grade(w, "P08") * 20 / 1000, 30);
}

static void put_alliances(const struct writing *w)
{
	static const char *const item[6] = { "C01_academia",   "C01_gobierno",
					     "C01_nacionales", "C01_internacionales",
					     "C01_gremios",    "C01_banca" };
	int k = grade(w, "C01") * 6 / 1000;
	struct str some =
		str_of(choose(w->a,
			      "C01_academia C01_gobierno C01_nacionales C01_internacionales "
			      "C01_gremios C01_banca",
			      (unsigned)k, 60, false, w->x->cluster->number, 0, "C01"));
	for (size_t i = 0; i < 6; i++) {
		size_t at;
		bool has = str_find(some, str_of(item[i]), &at);
		put_number(w, item[i], has ? 1 + chance(w, 4, item[i]) : 0);
	}
}

static void put_collaboration(const struct writing *w)
{
	static const char *const practice[] = {
		"Compra conjunta de insumos con rotación del empresario que negocia",
		"Ruta de formalización acompañada por la entidad gestora",
		"Vitrina digital común con catálogo de los participantes",
		"Banco de proyectos priorizado cada año por las empresas",
	};
	put_alliances(w);
	put_known(w, "C02", part_of(w, "C02", w->x->entities[0], 1, 60), 45);
	put_number(w, "C03", grade(w, "C03") * 6 / 1000);
	put_some(w, "C04", "competitividad codecti cuee sena tecnologico", 5, 90);
	put_letter(w, "C05", 4);
	put_letter(w, "C06", 3);
	put_letter(w, "C07", 3);
	put_text(w, "C08", chance(w, 10, "C08") < 4 ? practice[chance(w, 4, "practice")] : "");
}

/* ---- funding and impact -------------------------------------------------------------- */

static void put_budget_parts(const struct writing *w)
{
	static const char *const item[7] = { "N02_gestora",  "N02_empresas",    "N02_servicios",
					     "N02_nacional", "N02_territorial", "N02_cooperacion",
					     "N02_otros" };
	int64_t own = part_of(w, "N02", 100, -6, 64), left = 100 - own;
	int64_t part[7] = { left * 45 / 100,
			    own * 3 / 5,
			    own - own * 3 / 5,
			    left * 15 / 100,
			    left * 20 / 100,
			    left * 10 / 100,
			    0 };
	bool nobody_knows = unknown(w, "N02", 20);
	part[6] = 100;
	for (size_t k = 0; k < 6; k++)
		part[6] -= part[k];
	for (size_t k = 0; k < 7; k++) {
		if (nobody_knows)
			put_text(w, item[k], "ND");
		else
			put_number(w, item[k], part[k]);
	}
}

static void put_funding(const struct writing *w)
{
	static const char *const gift[5] = { "equipo", "informacion", "espacios", "contactos",
					     "convocatorias" };
	int calls = grade(w, "N06") * 7 / 1000;
	struct buf b;
	put_number(w, "N01", 30000000 + (int64_t)chance(w, 900, "N01") * 1000000);
	put_budget_parts(w);
	put_letter(w, "N03", 4);
	put_letter(w, "N04", 3);
	if (put_letter(w, "N05", 3) == 'c')
		put_text(w, "N05v", "");
	else
		put_known(w, "N05v", 5000000 + (int64_t)chance(w, 300, "N05v") * 500000, 60);
	put_number(w, "N06_presentadas", calls);
	put_number(w, "N06_ganadas", calls / 2);
	buf_init(&b, w->a, 256);
	for (size_t k = 0; k < 5; k++) {
		if (w->x->contributes[k])
			buf_fmt(&b, "%s%s", b.n ? " " : "", gift[k]);
	}
	put_text(w, "N07", b.n ? b.p : "ninguna");
	put_letter(w, "N08", 3);
}

/* Sales as the bulletin printed them are far too small for the jobs, so that every cluster is
 * warned of its sales a job; most say why, some do not. */
static void put_results(const struct writing *w)
{
	static const char *const sold[3] = { "I05_local", "I05_nacional", "I05_internacional" };
	static const char *const bought[ACTOR_N] = { "I06_local", "I06_nacional",
						     "I06_internacional", "I06_sin" };
	const struct answer *x = w->x;
	bool told = chance(w, 100, "I03 reason") >= 14;
	put_number(w, "I01", x->universe);
	put_text(w, "I01_fuente",
		 unknown(w, "I01_fuente", 70)              ? ""
			 : chance(w, 3, "I01_fuente") == 0 ? "b"
			 : grade(w, "I01_fuente") >= 450   ? "a"
							   : "c");
	put_number(w, "I02", x->universe_jobs);
	put_number(w, "I03_anterior", x->sales_before);
	put_number(w, "I03_ultimo", x->sales);
	put_text(w, "I03_ultimo__reason",
		 told ? "Cifra sintética, ajustada al total impreso en el boletín" : "");
	put_number(w, "I04_formal_anterior", x->formal_before);
	put_number(w, "I04_informal_anterior", x->informal_before);
	put_number(w, "I04_formal_ultimo", x->formal);
	put_number(w, "I04_informal_ultimo", x->informal);
	for (size_t k = 0; k < 3; k++)
		put_number(w, sold[k], x->sold[k]);
	for (size_t k = 0; k < ACTOR_N; k++)
		put_number(w, bought[k], x->purchases[k]);
}

static void put_imports(const struct writing *w)
{
	static const struct {
		const char *name;
		unsigned percent;
	} kind[4] = {
		{ "insumos", 82 }, { "tecnologia", 66 }, { "servicios", 27 }, { "bienes", 31 }
	};
	struct buf b;
	buf_init(&b, w->a, 64);
	for (size_t k = 0; k < 4 && w->x->purchases[2]; k++) {
		if (chance(w, 100, kind[k].name) < kind[k].percent)
			buf_fmt(&b, "%s%s", b.n ? " " : "", kind[k].name);
	}
	put_text(w, "I07", b.n ? b.p : "");
}

static void put_regional(const struct writing *w)
{
	static const char *const action[7] = { "reactivacion", "empleo",   "encadenamientos",
					       "agenda",       "ambiente", "formalizacion",
					       "inversion" };
	struct buf b;
	buf_init(&b, w->a, 128);
	for (size_t k = 0; k < 7; k++) {
		if (w->x->regional[k])
			buf_fmt(&b, "%s%s", b.n ? " " : "", action[k]);
	}
	put_text(w, "I09", b.n ? b.p : "ninguna");
}

static void put_impact(const struct writing *w)
{
	static const int least[4] = { 60, 30, 5, 0 };
	char measure = letter(w, "I10", 4);
	int covered = least[measure - 'a'] + (measure == 'd' ? 0 : (int)chance(w, 25, "I11"));
	put_results(w);
	put_imports(w);
	put_rank(w, "I08",
		 "idi capacitacion mercados_internacionales conocimiento mercados_nacionales "
		 "productividad financiacion "
		 "digital",
		 2 + chance(w, 3, "I08"), 110);
	put_regional(w);
	cell(w, "I10", "%c", measure);
	if (unknown(w, "I11", 60))
		put_text(w, "I11", "");
	else
		put_number(w, "I11", (w->x->entities[0] * covered + 99) / 100);
	put_known(w, "I12", grade(w, "I12") * 18 / 1000, 30);
}

void answer_put(const struct answer *x, struct table *form, struct table *projects)
{
	ARENA_SCOPE(a, 1 << 22);
	struct writing w = { x, form, &a };
	table_cell(form, "cluster", "C%03u", x->cluster->number);
	put_focus(&w);
	put_strategy(&w);
	put_actors_area(&w);
	put_governance(&w);
	if (is_example(x))
		put_example_projects(x, projects);
	else
		put_projects(&w, projects);
	put_projects_area(&w);
	put_collaboration(&w);
	put_funding(&w);
	put_impact(&w);
	table_end_row(form);
}
