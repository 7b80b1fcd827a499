/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The companies of 2022: as many of each size as their cluster says, with its jobs. */
#include "base/nit.h"
#include "sample.h"

/* Tax numbers begin at 999000001: companies get numbers from 800 to 902 million, natural persons'
 * numbers of nine digits do not exist (identity cards have up to eight digits or ten). */
enum { NIT_FIRST = 999000001, COMPANIES_MAX = 4096 };

struct company {
	const struct answer *of;
	unsigned number; /* 1.. over all clusters */
	size_t size;
	int64_t formal, informal;
};

static unsigned chance(const struct company *c, unsigned n, const char *item)
{
	return draw(n, c->number, 7, item);
}

/* Half of the companies of a cluster answer as its score goes, so that perceptions follow maturity
 * a little. */
static unsigned opinion(const struct company *c, const char *item, unsigned least, unsigned most,
			unsigned lean)
{
	unsigned steps = most - least;
	unsigned u = chance(c, 1000, item), v = chance(c, 1000, "mood");
	unsigned x = (u + v + (unsigned)c->of->target / 10 + lean) * steps / 3200;
	return least + (x > steps ? steps : x);
}

static void put_identity(const struct company *c, struct table *t)
{
	bool consents = chance(c, 100, "X02") < 92;
	char digits[16];
	table_cell(t, "cluster", "C%03u", c->of->cluster->number);
	table_cell(t, "company", "S%05u", c->number);
	table_cell(t, "X02", "%s", consents ? "a" : "b");
	struct str number;
	struct buf b;
	ARENA_SCOPE(a, 4096);
	buf_init(&b, &a, sizeof(digits));
	buf_fmt(&b, "%u", NIT_FIRST + c->number - 1);
	number = buf_str(&b);
	if (consents)
		table_cell(t, "X01", "%.*s-%d", STR_ARG(number), nit_check_digit(number));
	else
		table_cell(t, "X01", "%s", "");
}

/* The at-th of the words, all `width` bytes long. */
static const char *code_at(const char *codes, size_t width, unsigned at)
{
	return codes + at * (width + 1);
}

static void put_business(const struct company *c, struct table *t)
{
	const struct cluster *of = c->of->cluster;
	size_t n_classes = (str_of(of->product->classes).n + 1) / 5;
	size_t n_municipalities = (str_of(of->place->municipality).n + 1) / 6;
	table_cell(t, "X03", "%.4s",
		   code_at(of->product->classes, 4, chance(c, (unsigned)n_classes, "X03")));
	table_cell(t, "X04_departamento", "%s", of->place->department);
	table_cell(
		t, "X04", "%.5s",
		code_at(of->place->municipality, 5, chance(c, (unsigned)n_municipalities, "X04")));
	table_cell(t, "X05_rango", "%c", (char)('a' + c->size));
	table_cell(t, "X06_formal", "%lld", (long long)c->formal);
	table_cell(t, "X06_informal", "%lld", (long long)c->informal);
}

static void put_change(const struct company *c, struct table *t)
{
	bool answers = chance(c, 100, "X07") < 55;
	const char *nothing = chance(c, 100, "X07 ND") < 30 ? "ND" : "";
	if (answers) {
		table_cell(t, "X07_ventas", "%d", 5 * ((int)chance(c, 10, "X07_ventas") - 2));
		table_cell(t, "X07_empleos", "%d", 5 * ((int)chance(c, 6, "X07_empleos") - 2));
	} else {
		table_cell(t, "X07_ventas", "%s", nothing);
		table_cell(t, "X07_empleos", "%s", nothing);
	}
}

/* Local, national, abroad, in tens around the cluster's own parts. */
static void put_parts(const struct company *c, const char *item, const char *const *column,
		      const int64_t *mean, struct table *t)
{
	bool answers = chance(c, 100, item) < 60;
	unsigned abroad = (unsigned)mean[2] * chance(c, 3, column[2]) / 10 * 10;
	unsigned national = (unsigned)mean[1] * (1 + chance(c, 3, column[1])) / 20 * 10;
	abroad = abroad > 90 ? 90 : abroad;
	national = national + abroad > 100 ? 100 - abroad : national;
	const unsigned part[3] = { 100 - abroad - national, national, abroad };
	for (size_t k = 0; k < 3; k++) {
		if (answers)
			table_cell(t, column[k], "%u", part[k]);
		else
			table_cell(t, column[k], "%s", "");
	}
}

static void put_aspects(const struct company *c, struct table *t)
{
	ARENA_SCOPE(a, 1 << 16);
	table_cell(t, "X10", "%s",
		   chance(c, 100, "X10") < 25
			   ? ""
			   : choose(&a,
				    "idi capacitacion conocimiento mercados_internacionales "
				    "mercados_nacionales productividad "
				    "digital financiacion",
				    1 + chance(c, 3, "X10 places"), 70, true, c->number, 7, "X10"));
}

static void put_opinions(const struct company *c, struct table *t)
{
	static const struct {
		const char *item;
		unsigned lean;
	} scale[] = { { "X12_confianza", 500 },     { "X12_informacion", 250 },
		      { "X12_negocios", 100 },      { "X12_equipo", 600 },
		      { "X13_demanda", 450 },       { "X13_talento", 300 },
		      { "X13_infraestructura", 0 }, { "X13_apoyo", 350 } };
	table_cell(t, "X11", "%u", opinion(c, "X11", 0, 10, 600));
	for (size_t i = 0; i < sizeof(scale) / sizeof(*scale); i++) {
		if (chance(c, 100, "silent") < 5)
			table_cell(t, scale[i].item, "%s", "");
		else
			table_cell(t, scale[i].item, "%u",
				   opinion(c, scale[i].item, 1, 5, scale[i].lean));
	}
	table_cell(t, "X14", "%c", "abccddd"[chance(c, 7, "X14")]);
}

static void company_put(const struct company *c, struct table *t)
{
	static const char *const sold[3] = { "X08_local", "X08_nacional", "X08_internacional" };
	static const char *const bought[3] = { "X09_local", "X09_nacional", "X09_internacional" };
	put_identity(c, t);
	put_business(c, t);
	put_change(c, t);
	put_parts(c, "X08", sold, c->of->sold, t);
	put_parts(c, "X09", bought, c->of->purchases, t);
	put_aspects(c, t);
	put_opinions(c, t);
	table_end_row(t);
}

static void put_of_cluster(const struct answer *x, unsigned *number, struct table *t)
{
	static const int64_t usual[SIZE_N] = { 3, 14, 50, 100 };
	int64_t weight[COMPANIES_MAX], formal[COMPANIES_MAX], informal[COMPANIES_MAX];
	struct company company[COMPANIES_MAX];
	size_t n = 0;
	for (size_t size = 0; size < SIZE_N; size++) {
		for (int64_t i = 0; i < x->size[size] && n < COMPANIES_MAX; i++, n++) {
			company[n] = (struct company){ .of = x, .number = ++*number, .size = size };
			weight[n] = usual[size] * (50 + chance(&company[n], 101, "jobs"));
		}
	}
	apportion(x->formal, weight, NULL, n, formal);
	apportion(x->informal, weight, NULL, n, informal);
	for (size_t i = 0; i < n; i++) {
		company[i].formal = formal[i];
		company[i].informal = informal[i];
		company_put(&company[i], t);
	}
}

void companies_put(const struct answer *x, size_t n, struct table *t)
{
	unsigned number = 0;
	for (size_t i = 0; i < n; i++)
		put_of_cluster(&x[i], &number, t);
}
