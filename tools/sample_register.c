/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who exists: 120 clusters in 26 departments in 2022, 100 of which answered in 24, and ten that had
 * ended. */
#include <assert.h>
#include <string.h>

#include "sample.h"

const char *const sector_name[N_SECTORS] = { "agroindustria", "manufactura", "servicios" };

static const struct product product[] = {
	{ "cafe", "de Café", AGROINDUSTRIA, "0123 1061 1062" },
	{ "cacao", "de Cacao y Chocolate", AGROINDUSTRIA, "0127 1082" },
	{ "aguacate", "de Aguacate", AGROINDUSTRIA, "0121 4631" },
	{ "lacteo", "Lácteo", AGROINDUSTRIA, "0141 1040" },
	{ "carnico", "Cárnico", AGROINDUSTRIA, "0141 1011" },
	{ "frutas", "de Frutas", AGROINDUSTRIA, "0121 1020" },
	{ "flores", "de Flores", AGROINDUSTRIA, "0125" },
	{ "acuicola", "Acuícola", AGROINDUSTRIA, "0322 1012" },
	{ "palma", "de Palma de Aceite", AGROINDUSTRIA, "0126 1030" },
	{ "panela", "Panelero", AGROINDUSTRIA, "0124 1072" },
	{ "arroz", "de Arroz", AGROINDUSTRIA, "0112 1051" },
	{ "papa", "de Papa", AGROINDUSTRIA, "0113" },
	{ "alimentos", "de Alimentos Procesados", AGROINDUSTRIA, "1020 1089" },
	{ "platano", "de Plátano", AGROINDUSTRIA, "0122" },
	{ "apicola", "Apícola", AGROINDUSTRIA, "0149" },
	{ "moda", "de Moda", MANUFACTURA, "1410 1430" },
	{ "cuero", "de Cuero y Calzado", MANUFACTURA, "1511 1521" },
	{ "metal", "Metalmecánico", MANUFACTURA, "2511 2592" },
	{ "muebles", "de Madera y Muebles", MANUFACTURA, "1620 3110" },
	{ "cosmeticos", "de Cosméticos y Aseo", MANUFACTURA, "2023" },
	{ "plasticos", "de Plásticos y Empaques", MANUFACTURA, "2221 2229" },
	{ "joyeria", "de Joyería", MANUFACTURA, "3210" },
	{ "construccion", "de Construcción", MANUFACTURA, "4111 4290" },
	{ "naval", "Astillero y Naval", MANUFACTURA, "3011 3315" },
	{ "autopartes", "de Autopartes", MANUFACTURA, "2930" },
	{ "textil", "Textil", MANUFACTURA, "1311 1312" },
	{ "farmaceutico", "Farmacéutico", MANUFACTURA, "2100" },
	{ "artesanias", "de Artesanías", MANUFACTURA, "3290" },
	{ "energetico", "de Bienes para la Energía", MANUFACTURA, "2711 2790" },
	{ "turismo", "de Turismo", SERVICIOS, "5511 7911" },
	{ "salud", "de Salud", SERVICIOS, "8610 8621" },
	{ "software", "de Software y TI", SERVICIOS, "6201 6202" },
	{ "logistica", "de Logística", SERVICIOS, "4923 5210" },
	{ "creativas", "de Industrias Creativas", SERVICIOS, "5911 9006" },
	{ "gastronomia", "de Gastronomía", SERVICIOS, "5611" },
	{ "bpo", "de Tercerización de Servicios", SERVICIOS, "8220" },
	{ "eventos", "de Turismo de Eventos", SERVICIOS, "8230" },
	{ "educacion", "de Educación Superior", SERVICIOS, "8544" },
	{ "musica", "de Música", SERVICIOS, "5920 9007" },
	{ "ingenieria", "de Ingeniería y Consultoría", SERVICIOS, "7110" },
	{ "finanzas", "de Servicios Financieros", SERVICIOS, "6499" },
	{ "naturaleza", "de Turismo de Naturaleza", SERVICIOS, "5511 7990" },
};

static const struct place place[] = {
	{ "05", "de Antioquia", "05001 05360 05266 05615", "21 51 55 44", 2, 2,
	  "moda energetico salud software cafe turismo construccion lacteo aguacate alimentos "
	  "flores metal logistica creativas cosmeticos muebles eventos platano textil panela "
	  "plasticos educacion" },
	{ "11", "de Bogotá", "11001", "04", 3, 2,
	  "software salud moda cosmeticos creativas gastronomia turismo farmaceutico finanzas "
	  "construccion musica alimentos joyeria cuero energetico bpo educacion plasticos "
	  "eventos" },
	{ "76", "del Valle del Cauca", "76001 76520 76834 76111", "08 24 36 07", 2, 2,
	  "frutas moda salud software cosmeticos carnico turismo metal panela lacteo plasticos "
	  "educacion cuero" },
	{ "08", "del Atlántico", "08001 08758 08433", "03", 1, 1,
	  "logistica salud muebles metal farmaceutico turismo alimentos construccion moda" },
	{ "68", "de Santander", "68001 68276 68547", "05 02", 1, 1,
	  "cacao cuero salud turismo software joyeria moda construccion" },
	{ "13", "de Bolívar", "13001 13836", "09", 1, 1,
	  "naval turismo plasticos logistica cacao artesanias" },
	{ "66", "de Risaralda", "66001 66170", "27 54", 1, 1,
	  "cafe moda metal naturaleza software cuero" },
	{ "17", "de Caldas", "17001 17174", "20 12", 1, 0,
	  "cafe metal software naturaleza aguacate" },
	{ "54", "de Norte de Santander", "54001 54498", "11 49", 1, 0,
	  "cuero moda cacao construccion palma" },
	{ "73", "del Tolima", "73001 73268", "16 45", 1, 0, "arroz aguacate turismo cafe" },
	{ "41", "del Huila", "41001 41551", "23", 0, 0, "cafe acuicola turismo" },
	{ "15", "de Boyacá", "15001 15238 15759", "38 13 35", 1, 0,
	  "papa autopartes naturaleza lacteo" },
	{ "63", "del Quindío", "63001 63130", "01", 0, 0, "turismo muebles platano" },
	{ "52", "de Nariño", "52001 52356", "26 17", 1, 0, "lacteo artesanias cafe" },
	{ "19", "del Cauca", "19001 19698", "28", 1, 0, "software apicola cafe" },
	{ "47", "del Magdalena", "47001 47189", "32", 0, 0, "turismo palma" },
	{ "23", "de Córdoba", "23001 23162", "22", 0, 0, "carnico artesanias" },
	{ "50", "del Meta", "50001 50006", "40", 0, 0, "cacao palma" },
	{ "25", "de Cundinamarca", "25269 25175 25754", "47 14", 1, 0, "flores autopartes lacteo" },
	{ "85", "de Casanare", "85001", "50", 0, 0, "arroz naturaleza" },
	{ "20", "del Cesar", "20001 20011", "39 53", 0, 0, "lacteo" },
	{ "44", "de La Guajira", "44001", "30", 0, 0, "artesanias" },
	{ "70", "de Sucre", "70001", "34", 0, 0, "muebles" },
	{ "18", "del Caquetá", "18001", "41", 0, 0, "lacteo" },
	{ "27", "del Chocó", "27001", "29", 1, 0, "naturaleza" },
	{ "86", "del Putumayo", "86001 86568", "46", 1, 0, "cacao" },
};

/* Of the clusters by age: how many began by the year. */
static const struct age {
	int first, last;
	size_t n;
} age[] = { { 2005, 2016, 74 }, { 2017, 2018, 12 }, { 2019, 2020, 20 }, { 2021, 2022, 24 } };

/* How the ten ended, the older cluster first; until is also the date of the event. */
static const char *const until[N_ENDED] = { "2017-03-01", "2017-09-15", "2017-11-30", "2018-02-01",
					    "2019-01-31", "2019-05-20", "2019-10-01", "2021-02-28",
					    "2021-06-30", "2021-12-15" };

static const struct product *product_find(struct str key)
{
	for (size_t i = 0; i < sizeof(product) / sizeof(*product); i++) {
		if (str_is(key, product[i].key))
			return &product[i];
	}
	assert(!"a product that is in no list");
	return NULL;
}

/* ---- making -------------------------------------------------------------------------- */

static size_t count_words(const char *words)
{
	struct str rest = str_of(words);
	size_t n = 0;
	while (str_word(&rest).n)
		n++;
	return n;
}

static size_t list_clusters(struct cluster *out)
{
	size_t n = 0;
	for (size_t i = 0; i < sizeof(place) / sizeof(*place); i++) {
		struct str rest = str_of(place[i].products);
		size_t of_place = count_words(place[i].products);
		for (size_t k = 0; k < of_place; k++) {
			assert(n < N_CLUSTERS);
			out[n++] = (struct cluster){
				.place = &place[i],
				.product = product_find(str_word(&rest)),
				.ended = k >= of_place - place[i].n_ended,
				.silent = k >= of_place - place[i].n_ended - place[i].n_silent,
				.worked_example =
					k == 0 && str_is(str_of(place[i].department), "41"),
			};
		}
	}
	return n;
}

static int year_of_rank(size_t rank)
{
	size_t from = 0;
	for (size_t i = 0; i < sizeof(age) / sizeof(*age); i++) {
		if (rank < from + age[i].n)
			return age[i].first +
				(int)((rank - from) * (size_t)(age[i].last - age[i].first + 1) /
				      age[i].n);
		from += age[i].n;
	}
	assert(!"more clusters than ages");
	return 0;
}

/* 73 of the 100 that answered are managed by chambers, and 17 of the 30 others. */
static void give_managers(struct cluster *c)
{
	static const char others[] = "bbbcbdcebfbdcbebcdfbcbdebcfbcbdbecbd";
	for (int silent = 0; silent < 2; silent++) {
		int64_t key[N_CLUSTERS];
		size_t order[N_CLUSTERS], n_chambers = silent ? 17 : 73, n_others = 0;
		for (size_t i = 0; i < N_CLUSTERS; i++)
			key[i] = c[i].silent != (silent == 1) ? -1
				: c[i].worked_example
				? 1000
				: (int64_t)draw(1000, c[i].number, 0, "manager");
		order_down(key, N_CLUSTERS, order);
		for (size_t i = 0; i < N_CLUSTERS && key[order[i]] >= 0; i++) {
			struct cluster *x = &c[order[i]];
			size_t n_codes = count_words(x->place->chamber);
			bool chamber = i < n_chambers;
			x->manager = chamber ? 'a' : others[n_others++ % (sizeof(others) - 1)];
			if (chamber)
				x->chamber = x->place->chamber +
					3 * draw((unsigned)n_codes, x->number, 0, "chamber");
		}
	}
}

void population_make(struct population *p)
{
	struct cluster list[N_CLUSTERS];
	int64_t key[N_CLUSTERS];
	size_t order[N_CLUSTERS], n = list_clusters(list), n_ended = 0;
	assert(n == N_CLUSTERS);
	(void)n;
	for (size_t i = 0; i < N_CLUSTERS; i++)
		key[i] = (int64_t)draw(1000, (unsigned)i, 0, "age") + (list[i].ended ? 900 : 0) +
			(list[i].worked_example ? 700 : 0);
	order_down(key, N_CLUSTERS, order);
	for (size_t i = 0; i < N_CLUSTERS; i++) {
		struct cluster *c = &p->cluster[i];
		*c = list[order[i]];
		c->number = (unsigned)i + 1;
		c->since = year_of_rank(i);
		c->until = c->ended ? until[n_ended++] : NULL;
		c->maturity =
			(3 * draw(1000, c->number, 0, "maturity") + (unsigned)(999 - i * 7)) / 4;
	}
	give_managers(p->cluster);
}

/* ---- who answered -------------------------------------------------------------------- */

static bool in_register(const struct cluster *c, int year)
{
	return c->since <= year &&
		(!c->until || (c->until[2] - '0') * 10 + c->until[3] - '0' > year - 2000);
}

void population_answering(const struct population *p, int year, size_t n,
			  const struct cluster **out)
{
	int64_t key[N_CLUSTERS];
	size_t order[N_CLUSTERS], k = 0;
	bool answers[N_CLUSTERS] = { false };
	for (size_t i = 0; i < N_CLUSTERS; i++) {
		const struct cluster *c = &p->cluster[i];
		key[i] = !in_register(c, year) || (year == 2022 && c->silent) ? -1
									      : 1 +
				(int64_t)(2 * draw(1000, c->number, 0, "answers") +
					  draw(1000, c->number, (unsigned)year, "answers")) +
				(c->silent ? 0 : 600);
	}
	order_down(key, N_CLUSTERS, order);
	for (size_t i = 0; i < n; i++) {
		assert(key[order[i]] > 0);
		answers[order[i]] = true;
	}
	for (size_t i = 0; i < N_CLUSTERS; i++) {
		if (answers[i])
			out[k++] = &p->cluster[i];
	}
}

/* ---- tables -------------------------------------------------------------------------- */

static void put_name(const struct cluster *c, struct buf *b)
{
	if (c->worked_example)
		buf_puts(b, "Clúster de Café del Sur (sintético)");
	else
		buf_fmt(b, "Clúster %s %s (sintético)", c->product->name, c->place->of);
}

void population_put_register(const struct population *p, struct buf *b)
{
	buf_puts(b, "cluster,name,department,sector,manager_kind,chamber,since,active,until\r\n");
	for (size_t i = 0; i < N_CLUSTERS; i++) {
		const struct cluster *c = &p->cluster[i];
		buf_fmt(b, "C%03u,", c->number);
		put_name(c, b);
		buf_fmt(b, ",%s,%s,%c,%.2s,%d,yes,%s\r\n", c->place->department,
			sector_name[c->product->sector], c->manager, c->chamber ? c->chamber : "",
			c->since, c->until ? c->until : "");
	}
}

/* The living cluster nearest in kind: of the same sector and department, else of the sector. */
static const struct cluster *heir_of(const struct population *p, const struct cluster *gone)
{
	const struct cluster *best = NULL;
	for (size_t i = 0; i < N_CLUSTERS; i++) {
		const struct cluster *c = &p->cluster[i];
		if (c->ended || c->since > 2016 || c->product->sector != gone->product->sector)
			continue;
		if (!best || (c->place == gone->place && best->place != gone->place))
			best = c;
	}
	return best;
}

void population_put_lineage(const struct population *p, struct buf *b)
{
	unsigned n_ended = 0;
	buf_puts(b, "date,event,from,to\r\n");
	for (size_t i = 0; i < N_CLUSTERS; i++) {
		const struct cluster *c = &p->cluster[i];
		/* Two of three that ended were merged, the third is simply gone. */
		if (c->ended && n_ended++ % 3 != 2)
			buf_fmt(b, "%s,merge,C%03u,C%03u\r\n", c->until, c->number,
				heir_of(p, c)->number);
		if (!c->ended && c->since <= 2018 && c->number % 9 == 4)
			buf_fmt(b, "20%02u-04-01,rename,C%03u,C%03u\r\n", 17 + c->number % 5,
				c->number, c->number);
		if (!c->ended && c->since <= 2018 && c->number % 11 == 7)
			buf_fmt(b, "20%02u-08-15,manager,C%03u,C%03u\r\n", 17 + c->number % 5,
				c->number, c->number);
		if (c->since >= 2019 && c->number % 7 == 3)
			buf_fmt(b, "%d-01-01,split,C%03u,C%03u\r\n", c->since,
				heir_of(p, c)->number, c->number);
	}
}
